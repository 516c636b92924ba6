//! Where the journals of a team meet, a server or a folder: what every such place can do.
//!
//! A project's own folder stays the truth on each machine. A hub takes the lines of one's own journal, hands out those of others, and tells
//! when there are new ones; whoever carries them ([`crate::team::exchange`]) can stop at any byte and begin again.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::model::concern::Concern;
use crate::model::document::DocumentId;
use crate::model::time::Stamp;
use crate::say;

/// How far journals are known: lines, by the journal's name (`coder@device`).
pub type Marks = BTreeMap<String, u64>;

/// Why a hub did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HubError {
    /// It can't be reached now, or went away; later it may be there again.
    Away(String),
    /// It wants a password, or another one.
    Secret(String),
    /// It is there and says no; only a person can change that.
    Refused(String),
    /// Somebody else wrote at that place of that journal.
    Taken(String),
}

impl std::fmt::Display for HubError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Away(why) | Self::Refused(why) | Self::Secret(why) => f.write_str(why),
            Self::Taken(journal) => f.write_str(&say!("somebody else writes the journal {journal}", journal)),
        }
    }
}

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Reads.
    Reader,
    /// Reads, and writes their own journal.
    Coder,
    /// A coder who sees everything, whatever the rules are.
    Reviewer,
    /// Made the project there, adds people and takes them away.
    Owner,
}

impl Kind {
    /// All, by the words that name them.
    pub const ALL: [(&'static str, Self); 4] =
        [("reader", Self::Reader), ("coder", Self::Coder), ("reviewer", Self::Reviewer), ("owner", Self::Owner)];

    /// The one of that word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == word).map(|(_, kind)| kind)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

/// Whom a hub takes us for, and which project it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Tells the project from all others.
    pub project: String,
    /// The coder whose journals may be written.
    pub coder: String,
    /// What they may do.
    pub kind: Kind,
}

/// What tells that something else changed than lines came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tidings {
    /// Another one where something may be seen that was withheld before.
    pub sight: String,
    /// Whether nothing is withheld from us, so that what is missing was taken away.
    pub is_whole: bool,
    /// How often documents got a text.
    pub n_papers: u64,
}

/// A line of one's own journal, without its newline, and what the hub must know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The line.
    pub line: String,
    /// Whom it is for, and what of it is for everybody.
    pub concern: Concern,
    /// When it was said.
    pub stamp: Stamp,
}

/// A line of somebody's journal, as far as it may be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// All of it.
    Whole(String),
    /// What everybody may see of it, as an event.
    Open(String),
}

/// A line of somebody's journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The journal.
    pub journal: String,
    /// The line's number in it, from 0.
    pub n: u64,
    /// What it says.
    pub content: Content,
}

/// That a document has a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The document.
    pub document: DocumentId,
    /// The text's BLAKE3, hexadecimal.
    pub revision: String,
    /// When that was said; the latest holds.
    pub stamp: Stamp,
}

/// Who has which document open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Presence {
    /// The coder.
    pub coder: String,
    /// The document; empty where none is open.
    pub document: DocumentId,
}

/// A place where the journals of a team meet. Everything that is not there yet when a call fails is not there afterwards, or is there
/// whole; so every call can be made again.
pub trait Hub: Send {
    /// Whom it takes us for. Fails with the reason where it does not know us.
    fn standing(&mut self) -> Result<Standing, HubError>;

    /// How many lines each journal has there, as far as we may see them.
    fn reached(&mut self) -> Result<Marks, HubError>;

    /// The lines of these numbers, one of each journal; those that are not there, or may not be seen, are missing.
    fn lines(&mut self, places: &Marks) -> Result<BTreeMap<String, String>, HubError>;

    /// Appends lines to a journal of our own, the first as number `first`: all of them, or none. Fails with [`HubError::Taken`] where
    /// there are such lines already.
    fn append(&mut self, journal: &str, first: u64, parcels: &[Parcel]) -> Result<(), HubError>;

    /// Lines behind what is known of each journal (those that are not named are not known), without the journals `but`: each journal's in their
    /// order, perhaps not all; and whether there are more.
    fn since(&mut self, known: &Marks, but: &[String]) -> Result<(Vec<Piece>, bool), HubError>;

    /// Tells whether something else changed than lines came.
    fn tidings(&mut self) -> Result<Tidings, HubError>;

    /// Which texts documents have had.
    fn papers(&mut self) -> Result<Vec<Paper>, HubError>;

    /// The text of that revision; `None` where it is not there.
    fn text(&mut self, revision: &str) -> Result<Option<Vec<u8>>, HubError>;

    /// Says that a document has a text, and leaves the text.
    fn put_paper(&mut self, paper: &Paper, text: &[u8]) -> Result<(), HubError>;

    /// Tells where we are, and asks who else is where.
    fn meet(&mut self, own: &Presence, device: &str) -> Result<Vec<Presence>, HubError>;

    /// Waits until there is news, the bell rings, or the time is over; says which.
    fn wait(&mut self, patience: Duration, bell: &Bell) -> Result<Woken, HubError>;
}

/// What ended a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// The time is over.
    Time,
    /// The bell, or somebody's lines or texts.
    News,
    /// Somebody came, went, or is at another document; perhaps lines too.
    People,
}

/// Wakes who waits at a hub: something is to be carried there.
#[derive(Debug, Default)]
pub struct Bell {
    is_rung: Mutex<bool>,
    heard: Condvar,
    notify: Notify,
}

impl Bell {
    /// Wakes who waits, now or the next time.
    pub fn ring(&self) {
        *self.is_rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.heard.notify_one();
        self.notify.notify_one();
    }

    /// Sleeps until it rings or the time is over; whether it rang.
    pub fn sleep(&self, patience: Duration) -> bool {
        let rung = self.is_rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.heard.wait_timeout_while(rung, patience, |is_rung| !*is_rung);
        let (mut rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *rung)
    }

    /// Is over when it rings.
    pub async fn rings(&self) {
        while !std::mem::take(&mut *self.is_rung.lock().unwrap_or_else(PoisonError::into_inner)) {
            self.notify.notified().await;
        }
    }
}
