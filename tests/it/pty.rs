//! A real pseudo-terminal with a program in it and a parser that reads its screen.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long a screen may take to show what it should; generous, for it is never waited out when all is well.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A folder for the coder's own settings, in which the page for newcomers was seen.
pub fn home() -> PathBuf {
    static HOME: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    let make = || {
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("home");
        std::fs::create_dir_all(&dir).expect("a folder");
        std::fs::write(dir.join("seen"), "welcome\n").expect("written");
        dir
    };
    HOME.get_or_init(make).clone()
}

pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    bytes: Receiver<Vec<u8>>,
    vanished: Arc<AtomicBool>,
    pub child: Box<dyn Child + Send + Sync>,
    pub parser: vt100::Parser,
    /// Everything that the program ever wrote.
    pub raw: Vec<u8>,
}

impl Pty {
    /// Starts a program in a terminal of that many columns and rows.
    pub fn start(
        program: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
        (columns, rows): (u16, u16),
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        command.env_remove("NO_COLOR");
        command.env("TANBA_CODER", "asel");
        command.env("TANBA_DEVICE", "desk");
        command.env("TANBA_HOME", home());
        command.env("LC_ALL", "C");
        for name in ["VISUAL", "EDITOR", "DISPLAY", "WAYLAND_DISPLAY", "COLORFGBG"] {
            command.env_remove(name);
        }
        command.cwd(std::env::temp_dir());
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let (out, bytes) = channel();
        let vanished = Arc::new(AtomicBool::new(false));
        let has_vanished = Arc::clone(&vanished);
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if out.send(buffer[..n].to_vec()).is_err() || has_vanished.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().expect("a writer");
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        Self { master: pair.master, writer, bytes, vanished, child, parser, raw: Vec::new() }
    }

    /// Types bytes.
    pub fn type_bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).expect("typed");
        self.writer.flush().expect("typed");
    }

    pub fn press(&mut self, keys: &str) {
        self.type_bytes(keys.as_bytes());
    }

    /// Presses Esc and waits: with a key right behind it, it would be Alt with that key.
    pub fn escape(&mut self) {
        self.press("\x1b");
        self.settle();
    }

    /// Reads what comes until there is nothing for a moment, or the program is gone.
    pub fn settle(&mut self) {
        while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(150)) {
            self.take(&bytes);
        }
    }

    #[allow(dead_code)] // the benchmark times it
    /// Waits for the program to write something, until it writes no more for a moment that a person can't see.
    pub fn next_output(&mut self) {
        if let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(50)) {
            self.take(&bytes);
            while let Ok(bytes) = self.bytes.try_recv() {
                self.take(&bytes);
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        self.raw.extend_from_slice(bytes);
    }

    /// What the screen shows.
    pub fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// Waits until the screen shows what it should.
    pub fn until(&mut self, what: &str) -> Duration {
        self.until_true(what, |screen| screen.contains(what))
    }

    pub fn until_true(&mut self, what: &str, holds: impl Fn(&str) -> bool) -> Duration {
        let start = Instant::now();
        while !holds(&self.screen()) {
            match self.bytes.recv_timeout(Duration::from_millis(50)) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the program ended before it showed {what:?}:\n{}", self.screen())
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            assert!(start.elapsed() < PATIENCE, "never showed {what:?}:\n{}", self.screen());
        }
        start.elapsed()
    }

    /// Waits until the program has ended and returns its exit status.
    pub fn end(&mut self) -> u32 {
        let start = Instant::now();
        loop {
            self.settle();
            if let Some(status) = self.child.try_wait().expect("it can be asked") {
                self.settle();
                return status.exit_code();
            }
            assert!(start.elapsed() < PATIENCE, "it never ended:\n{}", self.screen());
        }
    }

    /// Closes the terminal behind the program's back, as a window that is closed or a line that is cut.
    #[allow(dead_code)] // the benchmark has no use for it
    pub fn vanish(&mut self) {
        self.vanished.store(true, Ordering::SeqCst);
        self.press("j"); // what it draws now lets the reading thread see that it is over
        thread::sleep(Duration::from_millis(300));
        let size = PtySize { rows: 1, cols: 1, pixel_width: 0, pixel_height: 0 };
        let other = native_pty_system().openpty(size).expect("a pseudo-terminal");
        self.writer = other.master.take_writer().expect("a writer");
        self.master = other.master;
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).expect("resized");
        self.parser.screen_mut().set_size(cells(rows), cells(columns));
    }

    /// Sends a signal to the program.
    pub fn signal(&self, name: &str) {
        let pid = self.child.process_id().expect("it runs").to_string();
        let status = std::process::Command::new("kill").args([&format!("-{name}"), &pid]).status();
        assert!(status.expect("kill runs").success());
    }

    /// The modes of the terminal's line: true when it is raw.
    #[cfg(unix)]
    pub fn is_raw(&self) -> bool {
        let tty = self.master.tty_name().expect("a terminal has a name");
        let output = std::process::Command::new("stty").arg("-F").arg(tty).arg("-a").output();
        String::from_utf8_lossy(&output.expect("stty runs").stdout).contains("-icanon")
    }
}

fn cells(n: u16) -> NonZero<u16> {
    NonZero::new(n).expect("a size")
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
