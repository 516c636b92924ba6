//! What the rows and columns of a table are.

use std::fmt;

use crate::say;
use crate::text::fold::folded;
use crate::text::width::printable;

/// Parts of a document where nobody says how many.
const PARTS: usize = 10;

/// The most parts: more than one can see.
const MAX_PARTS: usize = 100;

/// What the rows or columns of a table are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Axis {
    /// Codes, in the order of their tree.
    #[default]
    Code,
    /// Documents.
    Document,
    /// Coders.
    Coder,
    /// Languages of documents.
    Language,
    /// Left and right documents of pairs.
    Side,
    /// So many equal parts of each document.
    Course(usize),
    /// When annotations were made.
    Made(Period),
    /// The values of an attribute of documents.
    Attribute(String),
    /// The dates that an attribute of documents has.
    Dated(String, Period),
    /// One column for all.
    All,
}

/// A stretch of time that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// `2026`
    Year,
    /// `2026-11`
    Month,
    /// `2026-11-21`
    Day,
}

impl Period {
    /// How many letters of a date name it.
    pub fn letters(self) -> usize {
        match self {
            Self::Year => 4,
            Self::Month => 7,
            Self::Day => 10,
        }
    }

    fn named(name: &str) -> Option<Self> {
        match name {
            "year" => Some(Self::Year),
            "month" => Some(Self::Month),
            "day" => Some(Self::Day),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
        }
    }
}

/// The axes that every project has, as they are written.
pub const AXES: [&str; 8] = ["code", "document", "coder", "language", "side", "course", "made", "all"];

impl Axis {
    /// Reads an axis: `code`, `course/4`, `made/day`, the name of an attribute, or `date/month` for an attribute that has
    /// dates. Fails where there is no such thing.
    pub fn read(written: &str, attributes: &std::collections::BTreeSet<String>) -> Result<Self, String> {
        let wanted = folded(written.trim());
        let (name, part) = wanted.split_once('/').map_or((wanted.as_str(), None), |(name, part)| (name, Some(part)));
        let wrong = || {
            let own = attributes.iter().map(String::as_str);
            let all = AXES.into_iter().chain(own).map(printable).collect::<Vec<_>>().join(", ");
            say!("nothing is counted by \"{axis}\"; there are {all}", axis = printable(written), all)
        };
        let period = |part: Option<&str>| part.map_or(Some(Period::Month), Period::named).ok_or_else(wrong);
        let known = attributes.iter().find(|own| folded(own) == wanted || folded(own) == name);
        Ok(match (name, part) {
            ("code" | "codes", None) => Self::Code,
            ("document" | "documents" | "doc", None) => Self::Document,
            ("coder" | "coders" | "by", None) => Self::Coder,
            ("language" | "languages" | "lang", None) => Self::Language,
            ("side" | "sides", None) => Self::Side,
            ("all", None) => Self::All,
            ("course", None) => Self::Course(PARTS),
            ("course", Some(part)) => {
                let n = part.parse().ok().filter(|n| (2..=MAX_PARTS).contains(n));
                Self::Course(n.ok_or_else(|| {
                    say!("course/{part} is no number of parts from 2 to {most}", part, most = MAX_PARTS)
                })?)
            }
            ("made", part) => Self::Made(period(part)?),
            _ => match known {
                Some(own) if folded(own) == wanted => Self::Attribute(own.clone()),
                Some(own) => Self::Dated(own.clone(), period(part)?),
                None => return Err(wrong()),
            },
        })
    }

    /// Whether a document as a whole stands in one place of it, or in several.
    pub fn is_of_documents(&self) -> bool {
        matches!(self, Self::Document | Self::Language | Self::Side | Self::Attribute(_) | Self::Dated(..))
    }

    /// Whether its places follow each other: then a table over it shows a course.
    pub fn is_ordered(&self) -> bool {
        matches!(self, Self::Course(_) | Self::Made(_) | Self::Dated(..))
    }

    /// What to call it to a person.
    pub fn called(&self) -> String {
        match self {
            Self::Code => say!("code").into(),
            Self::Document => say!("document").into(),
            Self::Coder => say!("coder").into(),
            Self::Language => say!("language").into(),
            Self::Side => say!("side of the pair").into(),
            Self::Course(n) => say!("course of the document in {n} parts", n),
            Self::Made(Period::Year) => say!("year of coding").into(),
            Self::Made(Period::Month) => say!("month of coding").into(),
            Self::Made(Period::Day) => say!("day of coding").into(),
            Self::Attribute(name) => printable(name),
            Self::Dated(name, period) => format!("{}/{}", printable(name), period.name()),
            Self::All => say!("all").into(),
        }
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code => f.write_str("code"),
            Self::Document => f.write_str("document"),
            Self::Coder => f.write_str("coder"),
            Self::Language => f.write_str("language"),
            Self::Side => f.write_str("side"),
            Self::Course(n) => write!(f, "course/{n}"),
            Self::Made(period) => write!(f, "made/{}", period.name()),
            Self::Attribute(name) => f.write_str(name),
            Self::Dated(name, period) => write!(f, "{name}/{}", period.name()),
            Self::All => f.write_str("all"),
        }
    }
}
