//! The thread that reads the terminal: what has come at once goes on together, and nothing more is read before the
//! screen says so. So a program that is run in between has the terminal for itself.

use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use crossterm::event::{Event, poll, read};

use crate::shell::message::Message;

/// Events that go on together at most.
const MAX_TOGETHER: usize = 1000;

/// Lets the thread read on.
#[derive(Debug)]
pub struct Listener {
    go_on: Sender<()>,
}

impl Listener {
    /// Starts the thread.
    pub fn start(out: Sender<Message>) -> Self {
        let (go_on, may_go_on) = channel();
        thread::spawn(move || {
            loop {
                let message = gather().map_or(Message::HungUp, Message::Terminal);
                let is_over = matches!(message, Message::HungUp);
                if out.send(message).is_err() || is_over || may_go_on.recv().is_err() {
                    return;
                }
            }
        });
        Self { go_on }
    }

    /// Everything that was read is done with.
    pub fn go_on(&self) {
        let _ = self.go_on.send(());
    }
}

/// Waits for an event; takes those along that are there already. `None` where the terminal is gone.
fn gather() -> Option<Vec<Event>> {
    let mut events = vec![read().ok()?];
    while events.len() < MAX_TOGETHER && poll(Duration::ZERO).unwrap_or(false) {
        events.push(read().ok()?);
    }
    Some(events)
}
