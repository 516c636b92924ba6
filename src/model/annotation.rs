//! One code on one passage by one coder.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::time::Time;
use crate::text::anchor::Quote;
use crate::text::span::CodePoints;

/// Names an annotation for ever; ordered by the moment it was made. Written as a ULID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnnotationId(pub ulid::Ulid);

impl AnnotationId {
    /// Makes an id from a moment and chance.
    pub fn new(now: Time, chance: u128) -> Self {
        Self(ulid::Ulid::from_parts(now.0.unsigned_abs(), chance))
    }
}

impl fmt::Display for AnnotationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for AnnotationId {
    type Err = ulid::DecodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        ulid::Ulid::from_string(text).map(Self)
    }
}

impl Serialize for AnnotationId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(&self.0) } else { self.0.0.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for AnnotationId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return u128::deserialize(deserializer).map(|n| Self(ulid::Ulid(n)));
        }
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom("not an annotation's id"))
    }
}

/// A span of one document, in code points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The document.
    pub document: DocumentId,
    /// First code point.
    pub start: usize,
    /// Behind the last code point.
    pub end: usize,
}

impl Passage {
    /// Its place in the document.
    pub fn range(&self) -> CodePoints {
        CodePoints { start: self.start, end: self.end }
    }
}

/// What an annotation has on the other side of its pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counterpart {
    /// Nobody said.
    #[default]
    Open,
    /// This annotation.
    Is(AnnotationId),
    /// Nothing: the coder says that the other text has not these words, or should not be tagged so.
    Nothing,
}

/// How an annotation came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The coder saw the passage and tagged it.
    #[default]
    Hand,
    /// The program suggested it and the coder accepted it.
    Suggestion,
    /// It was settled among coders; it is of the consensus.
    Settlement,
}

/// One code on one passage by one coder.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// Its name for ever.
    pub id: AnnotationId,
    /// Who made it.
    pub coder: String,
    /// Where.
    pub passage: Passage,
    /// The words there, and their neighbours.
    pub quote: Quote,
    /// What it is marked as.
    pub code: CodeId,
    /// What the coder thought; empty for nothing.
    #[serde(default)]
    pub memo: String,
    /// When it was made.
    pub time: Time,
    /// The annotation of the pair's other document that says the same of the same words.
    #[serde(default)]
    pub counterpart: Counterpart,
    /// When its coder last said that it stands, after the code's definition had changed.
    #[serde(default)]
    pub reread: Option<Time>,
    /// How it came about.
    #[serde(default)]
    pub origin: Origin,
    /// When its memo was begun; nothing for one that was written with it.
    #[serde(default)]
    pub memo_time: Option<Time>,
    /// The first annotation of the passage of which this is a further part: one with a gap in it, as other programs have them.
    #[serde(default)]
    pub part_of: Option<AnnotationId>,
    /// What it was said of, where its place was found again by words that are not quite the same; nothing once its coder
    /// confirmed the place.
    #[serde(default)]
    pub doubt: Option<Doubt>,
}

/// Why a passage may not be the one that its coder meant.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// The words that it was said of.
    pub words: String,
    /// How sure the place is, in percent.
    pub confidence: u8,
}

impl fmt::Debug for Doubt {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Doubt({} %)", self.confidence)
    }
}

impl Annotation {
    /// A code on a passage with its quote, and nothing more said of it.
    pub fn new(id: AnnotationId, coder: &str, (passage, quote): (Passage, Quote), code: CodeId, time: Time) -> Self {
        Self {
            id,
            coder: coder.to_owned(),
            passage,
            quote,
            code,
            memo: String::new(),
            time,
            counterpart: Counterpart::default(),
            reread: None,
            origin: Origin::default(),
            memo_time: None,
            part_of: None,
            doubt: None,
        }
    }
}

impl fmt::Debug for Annotation {
    // Neither quote nor memo: this may end in a panic's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Annotation({} {:?} {:?} by {:?})", self.id, self.passage, self.code, self.coder)
    }
}
