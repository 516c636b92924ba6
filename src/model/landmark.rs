//! What stood at a place of a text before it became plain: a heading, a page, a speaker, a moment.

use serde::{Deserialize, Serialize};

/// What stood at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A heading; its words are the text's.
    #[default]
    Heading,
    /// A page begins; the label is its number.
    Page,
    /// Somebody begins to speak; the label is their name.
    Speaker,
    /// Something is said at this moment; the label is the time since the recording's start: `00:01:02.500`.
    Time,
}

/// What stood at a place of a text before it became plain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Landmark {
    /// Its first code point.
    pub at: usize,
    /// What it is.
    pub kind: Kind,
    /// What it is called.
    pub label: String,
}
