//! How another `tanba` asks the one that has the project open to keep something: so there is one writer, one journal and
//! one order of undo, and a script may write while the reader is open.

use serde::{Deserialize, Serialize};

use crate::model::change::Change;
use crate::model::event::{Deed, Event};
use crate::model::time::Time;

/// What is asked.
#[derive(Debug, Serialize, Deserialize)]
pub enum Wish {
    /// Keep changes.
    Keep(Vec<Change>, Deed),
    /// Take the last event back (or bring it again).
    Step {
        /// Back rather than again.
        is_undo: bool,
    },
}

/// What is asked, and for whose journal.
#[derive(Debug, Serialize, Deserialize)]
pub struct Letter {
    /// `coder@device`.
    pub by: String,
    /// After this moment nobody waits for it any more, and it must not be obeyed.
    pub until: Time,
    /// What is asked.
    pub wish: Wish,
}

/// What comes back: first that the letter is being worked on, then what came of it.
#[derive(Debug, Serialize, Deserialize)]
pub enum Answer {
    /// It was read in time and is being worked on.
    Accepted,
    /// It is kept, and would survive a power cut. The changes are those of the letter where it had some, and are not
    /// sent back.
    Kept(Event),
    /// There is nothing to take back or to bring again.
    Nothing,
    /// It was refused; nothing was kept.
    Refused(String),
}
