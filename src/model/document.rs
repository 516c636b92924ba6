//! What is known about a document and its pair; the text itself is the file.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::model::landmark::Landmark;
use crate::model::time::Time;
use crate::say;
use crate::text::language;
use crate::text::width::printable;

/// How much of a text the guess at its language sees, in characters.
const GUESS_CHARS: usize = 4000;

/// Longest title taken from a first line, in characters.
const TITLE_CHARS: usize = 120;

/// Names a document: its file's name in `documents/` without `.txt`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct DocumentId(pub String);

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl DocumentId {
    /// A name that is one path component, the same on every file system, and safe to print.
    pub fn safe(name: &str) -> Self {
        let safe: String =
            name.nfc().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).collect();
        let safe = safe.trim_matches(['.', '-']);
        Self(if safe.is_empty() { "document".into() } else { safe.chars().take(80).collect() })
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
    /// What stood where before the text became plain, in the order of places.
    #[serde(default)]
    pub landmarks: Vec<Landmark>,
}

/// A title of no more than 120 characters, cut between words.
fn shortened(line: &str) -> String {
    if line.chars().count() <= TITLE_CHARS {
        return line.to_owned();
    }
    let cut: String = line.chars().take(TITLE_CHARS).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', ';', ':', '—', ' ']))
}

/// The name of a text's revision: its BLAKE3, hexadecimal.
pub fn revision_of(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

impl Document {
    /// What a text says of itself: its first line is its title, its letters are its language.
    pub fn describing(id: DocumentId, text: &str) -> Self {
        let title = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
        let sample: String = text.chars().take(GUESS_CHARS).collect();
        let by_name = id.0.rsplit('.').next().filter(|end| end.len() == 2 && *end != id.0).map(str::to_owned);
        let language = by_name.or_else(|| language::guess(&sample).map(str::to_owned)).unwrap_or_default();
        Self {
            title: shortened(title),
            language,
            revision: revision_of(text),
            length: text.chars().count(),
            id,
            ..Self::default()
        }
    }

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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_text_describes_itself() {
        let document = Document::describing(DocumentId("a.kk".into()), "\n Тақырып \nмәтін");
        assert_eq!((document.title.as_str(), document.language.as_str(), document.length), ("Тақырып", "kk", 16));
    }

    #[test]
    fn names_are_made_safe() {
        assert_eq!(DocumentId::safe("a/\u{1b}[31mb").0, "a---31mb");
    }
}
