//! What a coder thought of the project, a document or a code; what they thought of a passage stands in its annotation.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::time::Time;

/// What a memo is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// The study: its diary.
    #[default]
    Project,
    /// A document.
    Document(DocumentId),
    /// A code.
    Code(CodeId),
}

/// What a coder thought.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memo {
    /// Its name for ever: a ULID.
    pub id: String,
    /// What it is about.
    pub about: About,
    /// Who wrote it.
    pub coder: String,
    /// What it says.
    pub text: String,
    /// When it was begun: its day in the diary.
    pub time: Time,
}

impl fmt::Debug for Memo {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memo({} on {:?} by {:?})", self.id, self.about, self.coder)
    }
}

impl Memo {
    /// A new one, by a moment and chance.
    pub fn new(about: About, coder: &str, text: &str, (now, chance): (Time, u128)) -> Self {
        let id = ulid::Ulid::from_parts(now.0.unsigned_abs(), chance).to_string();
        Self { id, about, coder: coder.to_owned(), text: text.to_owned(), time: now }
    }
}
