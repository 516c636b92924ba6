//! A row of the table of formats in which projects come from other programs and go to them.

use crate::formats::bundle::{Brought, Bundle, Piece, Refused, Wishes};
use crate::model::study::Study;

/// Reads a study; fails where nothing of it can be used.
pub type Read = fn(&Bundle, &Wishes) -> Result<Brought, Refused>;

/// Writes a study; fails where the format can't hold it at all.
pub type Write = fn(&Study, &Wishes) -> Result<Written, Refused>;

/// What was written for another program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// The files; where there are more than one, they go into a folder.
    pub pieces: Vec<Piece>,
    /// What the format can't carry, a sentence each, without words of documents.
    pub told: Vec<String>,
}

/// A format in which projects come from other programs and go to them.
#[derive(Clone, Copy)]
pub struct Exchange {
    /// Its name on the command line.
    pub name: &'static str,
    /// Whose it is, and what it carries.
    pub help: &'static str,
    /// How its files end; the first one is written. Empty for a folder.
    pub endings: &'static [&'static str],
    /// Whether files are of it, by what is in them.
    pub is_it: fn(&Bundle) -> bool,
    /// Reads it; none where it is only written.
    pub read: Option<Read>,
    /// Writes it; none where it is only read.
    pub write: Option<Write>,
}
