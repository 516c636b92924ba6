//! Signals that end the program, and a terminal that goes away; the terminal is given back first.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use crate::shell::message::Message;

/// Whether another program has the terminal, whose business a Ctrl-C then is.
static IS_LEFT: AtomicBool = AtomicBool::new(false);

/// Interrupts from the keyboard are another program's until this is dropped.
#[derive(Debug)]
pub struct Left;

/// Leaves interrupts from the keyboard to another program.
pub fn leave_interrupts() -> Left {
    IS_LEFT.store(true, Ordering::SeqCst);
    Left
}

impl Drop for Left {
    fn drop(&mut self) {
        IS_LEFT.store(false, Ordering::SeqCst);
    }
}

/// Time for the screen's thread to leave by itself.
#[cfg(unix)]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

/// Starts the thread that waits for signals.
#[cfg(unix)]
pub fn start(out: Sender<Message>) -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM])?;
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        let is_another_programs = |signal: &i32| IS_LEFT.load(Ordering::SeqCst) && matches!(*signal, SIGINT | SIGQUIT);
        let Some(signal) = signals.forever().find(|signal| !is_another_programs(signal)) else {
            return;
        };
        let _ = out.send(Message::Signal(signal));
        leave(128 + signal);
    })?;
    Ok(())
}

/// Starts the thread that waits for the terminal to go away. No signal says so where the leader of the terminal's
/// session takes no notice, and reading such a terminal gives nothing, at once and for ever.
#[cfg(unix)]
pub fn watch_terminal(out: Sender<Message>) -> std::io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};
    std::thread::Builder::new().name("terminal".into()).spawn(move || {
        let input = std::io::stdin();
        let mut asked = [PollFd::new(&input, PollFlags::empty())];
        while matches!(poll(&mut asked, None), Err(rustix::io::Errno::INTR)) {}
        if asked.iter().any(|asked| asked.revents().contains(PollFlags::HUP)) {
            let _ = out.send(Message::HungUp);
            leave(129);
        }
    })?;
    Ok(())
}

/// Ends the program with a line to say, whatever still waits for an answer.
pub fn leave_at_once(told: &str) -> ! {
    crate::shell::terminal::give_back();
    let _ = writeln!(std::io::stderr(), "tanba: {told}");
    std::process::exit(1);
}

/// Ends the program when the screen's thread, which may hang on a terminal that is gone, has not.
#[cfg(unix)]
fn leave(status: i32) {
    std::thread::sleep(PATIENCE);
    crate::shell::terminal::give_back();
    std::process::exit(status);
}

/// Elsewhere the terminal's own events are all there is.
#[cfg(not(unix))]
pub fn start(_: Sender<Message>) -> std::io::Result<()> {
    Ok(())
}

/// Elsewhere the terminal's own events are all there is.
#[cfg(not(unix))]
pub fn watch_terminal(_: Sender<Message>) -> std::io::Result<()> {
    Ok(())
}

/// Stops this process until the shell continues it.
#[cfg(unix)]
pub fn suspend() {
    let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP);
}

/// Elsewhere there is no such thing.
#[cfg(not(unix))]
pub fn suspend() {}
