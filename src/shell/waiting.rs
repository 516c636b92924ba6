//! What the reader waits for: the terminal, and what the store has yet to keep.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};

use crate::shell::listener::Listener;
use crate::shell::message::Message;

/// Nothing has come of what is to be kept for so long: the disk, or the network before it, may never answer.
const LATE: Duration = Duration::from_secs(5);

/// What comes next.
pub enum Next {
    /// A message.
    Came(Message),
    /// Nothing; the session has more to do.
    Nothing,
    /// What is to be kept is waited for too long; this is told once.
    Late,
    /// Nothing will come any more.
    Over,
}

/// What is waited for.
#[derive(Default)]
pub struct Waiting {
    /// Nobody before the first frame, which waits for no thread.
    listener: Option<Listener>,
    /// Whether the listener reads: then the terminal can't be another program's.
    is_reading: bool,
    /// What the terminal sent while a change was being kept: it is meant for the screen after it.
    held: VecDeque<Event>,
    /// Changes that are not yet kept.
    n_awaited: usize,
    /// When something last came of them; nothing where that was told to be long ago.
    since: Option<Instant>,
    /// Whether the store stopped working: then nothing is waited for.
    is_store_gone: bool,
    /// Whether the session has more to do when nothing else waits.
    pub has_more: bool,
}

impl Waiting {
    /// Listens to the terminal from now on.
    pub fn listen(&mut self, listener: Listener) {
        (self.listener, self.is_reading) = (Some(listener), true);
    }

    /// Waits for what comes next.
    pub fn next(&mut self, inbox: &Receiver<Message>) -> Next {
        if self.has_more {
            return inbox.try_recv().map_or_else(|_| self.nothing(), Next::Came);
        }
        let Some(since) = self.since.filter(|_| self.n_awaited > 0) else {
            return inbox.recv().map_or(Next::Over, Next::Came);
        };
        match inbox.recv_timeout(LATE.saturating_sub(since.elapsed())) {
            Ok(message) => Next::Came(message),
            Err(RecvTimeoutError::Timeout) => {
                self.since = None;
                Next::Late
            }
            Err(RecvTimeoutError::Disconnected) => Next::Over,
        }
    }

    fn nothing(&mut self) -> Next {
        self.has_more = false;
        Next::Nothing
    }

    /// Something came of what is awaited.
    pub fn heard(&mut self) {
        self.since = Some(Instant::now());
    }

    /// The store was asked for something; whether its answer is to be awaited.
    pub fn asked(&mut self, is_awaited: bool) {
        if self.n_awaited == 0 {
            self.heard();
        }
        self.n_awaited += usize::from(is_awaited);
    }

    /// One change was kept or refused.
    pub fn answered(&mut self) {
        self.n_awaited = self.n_awaited.saturating_sub(1);
        self.heard();
    }

    /// The store stopped working.
    pub fn lost_store(&mut self) {
        (self.is_store_gone, self.n_awaited) = (true, 0);
    }

    /// Whether there is a store to ask.
    pub fn has_store(&self) -> bool {
        !self.is_store_gone
    }

    /// Takes what the terminal sent, which is not read on. Whether it can be acted on at once.
    pub fn hold(&mut self, events: Vec<Event>) -> bool {
        self.is_reading = false;
        let is_free = self.n_awaited == 0 && self.held.is_empty();
        self.held.extend(events);
        is_free
    }

    /// What the terminal sent first, unless a change is being kept.
    pub fn released(&mut self) -> Option<Event> {
        if self.n_awaited == 0 { self.held.pop_front() } else { None }
    }

    /// Whether the coder wants to leave what is late, by what the terminal sent now.
    pub fn is_given_up(&self, events: &[Event]) -> bool {
        let is_wish = |event: &Event| {
            matches!(event, Event::Key(key) if key.code == KeyCode::Char('c')
                && key.modifiers.contains(KeyModifiers::CONTROL) && key.kind != KeyEventKind::Release)
        };
        self.n_awaited > 0 && self.since.is_none() && events.iter().any(is_wish)
    }

    /// Whether the terminal is being read.
    pub fn is_reading(&self) -> bool {
        self.is_reading
    }

    /// Lets the terminal be read on.
    pub fn read_on(&mut self) {
        if let Some(listener) = self.listener.as_ref().filter(|_| !self.is_reading) {
            listener.go_on();
            self.is_reading = true;
        }
    }
}
