//! What is known about a document and its pair; the text itself is the file.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::time::Time;
use crate::say;
use crate::text::width::printable;

/// Names a document: its file's name in `documents/` without `.txt`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct DocumentId(pub String);

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The ISO 639 letters that were written, small; fails where they are none, with what to tell of it.
pub fn language_of(written: &str) -> Result<String, String> {
    let letters = written.trim().to_lowercase();
    if (2..=3).contains(&letters.len()) && letters.chars().all(|c| c.is_ascii_lowercase()) {
        return Ok(letters);
    }
    let language = printable(written);
    Err(say!("\"{language}\" is no language; write its ISO 639 letters: en, kk, ru, …", language))
}

/// What is known about one text in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Document {
    /// Its name.
    pub id: DocumentId,
    /// Its title; empty for none.
    #[serde(default)]
    pub title: String,
    /// ISO 639-1: `en`, `kk`, `ru`, …; empty where unknown.
    #[serde(default)]
    pub language: String,
    /// BLAKE3 of the file's bytes, hexadecimal; the name of the revision.
    #[serde(default)]
    pub revision: String,
    /// Its length in code points.
    #[serde(default)]
    pub length: usize,
    /// Source, date, outlet, …: anything.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// The paragraphs whose language a person said: by their first code point.
    #[serde(default)]
    pub languages: BTreeMap<usize, String>,
}

impl Document {
    /// What to call it: its title, or its name.
    pub fn name(&self) -> &str {
        if self.title.is_empty() { &self.id.0 } else { &self.title }
    }
}

/// How much text there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Size {
    /// Code points.
    pub length: usize,
    /// Words.
    pub n_words: usize,
}

/// Two documents shown side by side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pair {
    /// The one on the left by default.
    pub left: DocumentId,
    /// The one on the right.
    pub right: DocumentId,
}

impl Pair {
    /// The other document, if `id` is one of the two.
    pub fn other(&self, id: &DocumentId) -> Option<&DocumentId> {
        match id {
            _ if *id == self.left => Some(&self.right),
            _ if *id == self.right => Some(&self.left),
            _ => None,
        }
    }
}

/// That a coder is done with a document, or was and opened it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The document.
    pub document: DocumentId,
    /// The coder.
    pub coder: String,
    /// When it was last finished or opened again; unknown where an early version wrote it.
    #[serde(default)]
    pub time: Option<Time>,
    /// Why it was opened again; nothing while it is finished.
    #[serde(default)]
    pub reopened: Option<String>,
}

impl Done {
    /// Whether the document is finished.
    pub fn holds(&self) -> bool {
        self.reopened.is_none()
    }
}
