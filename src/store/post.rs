//! How another `tanba` asks the one that has the project open to keep something: so there is one writer, one journal and
//! one order of undo, and a script may write while the reader is open.

use serde::{Deserialize, Serialize};

use crate::model::change::Change;
use crate::model::event::{Deed, Event};
use crate::store::error::StoreError;

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
    /// What is asked.
    pub wish: Wish,
}

/// What comes back.
#[derive(Debug, Serialize, Deserialize)]
pub enum Answer {
    /// It is kept, and would survive a power cut.
    Kept(Event),
    /// There is nothing to take back or to bring again.
    Nothing,
    /// It was refused; nothing was kept.
    Refused(String),
}

/// Nobody answers: it is not known to be kept.
pub fn closed() -> StoreError {
    StoreError::ReadOnly("the tanba that has this project open does not answer; close it to write here".into())
}
