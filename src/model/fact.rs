//! An annotation without its words: what is asked of a million of them at once.

use crate::model::annotation::{Annotation, AnnotationId, Counterpart, Origin};
use crate::model::time::Time;
use crate::text::span::CodePoints;

/// Where an annotation lies in the index: the chunk that begins with this id, and which of its entries.
pub type Place = (AnnotationId, usize);

/// An annotation without its words; code and coder are numbers in the index's list of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// First code point.
    pub start: usize,
    /// Behind the last code point.
    pub end: usize,
    /// Its code's name, by number.
    pub code: u32,
    /// Its coder's name, by number.
    pub coder: u32,
    /// When it was made.
    pub time: Time,
    /// When its coder last said that it stands; when it was made, where they never did.
    pub read: Time,
    /// What is true of it.
    pub marks: Marks,
}

/// What is true of an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools)] // each is true or not by itself
pub struct Marks {
    /// It has a memo.
    pub has_memo: bool,
    /// It is one half of a pair.
    pub is_linked: bool,
    /// Its coder said that it has no counterpart.
    pub is_alone: bool,
    /// It was suggested and accepted.
    pub is_suggested: bool,
    /// Its place may not be the one that was meant.
    pub is_doubtful: bool,
}

impl Fact {
    /// Of an annotation whose code and coder have these numbers.
    pub fn of(annotation: &Annotation, code: u32, coder: u32) -> Self {
        let marks = Marks {
            has_memo: !annotation.memo.is_empty(),
            is_linked: matches!(annotation.counterpart, Counterpart::Is(_)),
            is_alone: annotation.counterpart == Counterpart::Nothing,
            is_suggested: annotation.origin == Origin::Suggestion,
            is_doubtful: annotation.doubt.is_some(),
        };
        let (start, end) = (annotation.passage.start, annotation.passage.end);
        let read = annotation.reread.unwrap_or(annotation.time).max(annotation.time);
        Self { start, end, code, coder, time: annotation.time, read, marks }
    }

    /// Its place in the document.
    pub fn range(&self) -> CodePoints {
        CodePoints { start: self.start, end: self.end }
    }
}
