//! Looks through long texts on threads of its own: for a phrase, for headings. A newer look stops an older one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::thread;

use crate::app::effect::{Input, Task};
use crate::model::document::DocumentId;
use crate::say;
use crate::shell::message::Message;
use crate::text::body::Text;
use crate::text::heading::headings;
use crate::text::search::Needle;

/// Places of a phrase that are kept; more are not walked through by hand.
const MAX_MATCHES: usize = 100_000;

/// Headings that are listed.
const MAX_HEADINGS: usize = 100_000;

/// Looks through texts.
#[derive(Debug)]
pub struct Seeker {
    out: Sender<Message>,
    /// Counts looks, so that an older one stops.
    n_looks: Arc<AtomicU64>,
}

/// One look: tells how far it is, and whether it is still wanted.
struct Look {
    out: Sender<Message>,
    n_looks: Arc<AtomicU64>,
    own: u64,
    what: &'static str,
    percent: u8,
}

impl Look {
    fn is_wanted(&self) -> bool {
        self.n_looks.load(Ordering::SeqCst) == self.own
    }

    /// Tells that so many of all bytes are done; whether to go on.
    fn is_at(&mut self, done: usize, all: usize) -> bool {
        let percent = (done / 1024 * 100 / (all / 1024).max(1)).min(100) as u8;
        if percent > self.percent && self.is_wanted() {
            self.percent = percent;
            self.send(Input::Progress(Some(Task { what: self.what.into(), percent })));
        }
        self.is_wanted()
    }

    fn send(&self, input: Input) {
        let _ = self.out.send(Message::Input(input));
    }
}

impl Seeker {
    /// What is found goes to `out`.
    pub fn new(out: Sender<Message>) -> Self {
        Self { out, n_looks: Arc::default() }
    }

    fn look(&self, what: &'static str) -> Look {
        let own = self.n_looks.fetch_add(1, Ordering::SeqCst) + 1;
        Look { out: self.out.clone(), n_looks: Arc::clone(&self.n_looks), own, what, percent: 0 }
    }

    /// Looks for a phrase.
    pub fn search(&self, id: DocumentId, text: Text, phrase: String) {
        let mut look = self.look(say!("searching"));
        thread::spawn(move || {
            let len = text.len();
            let found = Needle::new(&phrase).matches_in(&text, MAX_MATCHES, &mut |done| look.is_at(done, len));
            if look.is_wanted() {
                look.send(Input::Found(id, phrase, found));
            }
        });
    }

    /// Looks for headings.
    pub fn headings(&self, id: DocumentId, text: Text) {
        let mut look = self.look(say!("looking for headings"));
        thread::spawn(move || {
            let len = text.len();
            let found = headings(&text, MAX_HEADINGS, &mut |done| look.is_at(done, len));
            if look.is_wanted() {
                look.send(Input::Headings(id, found));
            }
        });
    }

    /// Stops looking.
    pub fn stop(&self) {
        self.n_looks.fetch_add(1, Ordering::SeqCst);
    }
}
