//! What comes from another program and what goes to one: files in memory, and why they can't be read.

use std::fmt;

use crate::formats::scale::{Newlines, Unit};
use crate::model::study::Study;
use crate::say;

/// A file in memory.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Piece {
    /// Its name, with the folders in it that hold it: `documents/a.txt`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Piece {
    // Never what it holds: this may end in a panic's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Piece({:?}, {} bytes)", self.path, self.bytes.len())
    }
}

impl Piece {
    /// A file that holds a text.
    pub fn of_text(path: &str, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), bytes: text.into().into_bytes() }
    }

    /// Its name without the folders that hold it.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Its name without folders and without its ending: `documents/a.en.txt` is `a.en`.
    pub fn stem(&self) -> &str {
        let name = self.name();
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }

    /// The letters behind the last dot, small; empty where there are none.
    pub fn ending(&self) -> String {
        self.name().rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_lowercase())
    }

    /// What it holds as text, without a byte order mark; fails, with the place, where it is no UTF-8.
    pub fn text(&self) -> Result<&str, Refused> {
        let text = std::str::from_utf8(&self.bytes).map_err(|error| {
            let at = error.valid_up_to();
            Refused::at(&self.path, say!("no UTF-8 from byte {at} on; save it as UTF-8 first", at))
        })?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
    }
}

/// Files that belong together: a single one, or those of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bundle {
    /// What the file or the folder is called, without its ending.
    pub name: String,
    /// The files, in the order of their names.
    pub pieces: Vec<Piece>,
}

impl Bundle {
    /// A single file.
    pub fn of(piece: Piece) -> Self {
        Self { name: piece.stem().to_owned(), pieces: vec![piece] }
    }

    /// The file, where there is only one.
    pub fn sole(&self) -> Option<&Piece> {
        if let [piece] = self.pieces.as_slice() { Some(piece) } else { None }
    }

    /// The files with one of these endings.
    pub fn ending<'a>(&'a self, endings: &'a [&'a str]) -> impl Iterator<Item = &'a Piece> {
        self.pieces.iter().filter(|piece| endings.contains(&piece.ending().as_str()))
    }
}

/// How a reader or a writer is to do it, where there is a choice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wishes {
    /// What positions count, where the file does not say and it is not to be found out.
    pub unit: Option<Unit>,
    /// What a line's end counts as, the same.
    pub newlines: Option<Newlines>,
    /// Whether texts are written with Windows' line ends.
    pub writes_crlf: bool,
}

/// What was read of a file of another program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Brought {
    /// What it holds.
    pub study: Study,
    /// What was guessed, repaired or left out, a sentence each, without words of documents.
    pub told: Vec<String>,
    /// Records that could not be read at all, a sentence each with its place.
    pub unread: Vec<String>,
}

/// Why something can't be read or written, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The place: a file, a line, a record; empty for the whole.
    pub place: String,
    /// Why, with the way out; never with words of documents.
    pub why: String,
}

impl Refused {
    /// For a reason at a place.
    pub fn at(place: &str, why: impl Into<String>) -> Self {
        Self { place: place.to_owned(), why: why.into() }
    }

    /// For a reason in a line of a file, counted from 1.
    pub fn at_line(path: &str, line: usize, why: impl Into<String>) -> Self {
        Self::at(&say!("{path}, line {line}", path, line), why)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() { f.write_str(&self.why) } else { write!(f, "{}: {}", self.place, self.why) }
    }
}
