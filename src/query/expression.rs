//! A query as it is understood: which passages are wanted, as a tree.

use crate::model::review::Standing;
use crate::model::time::Time;
use crate::text::search::Needle;
use crate::text::segment::Unit;
use crate::text::span::Span;

/// What is wrong with a query, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The bytes of the query that are meant; empty at its end where something is missing.
    pub at: Span,
    /// What is wrong, and the way out.
    pub why: String,
}

impl Mistake {
    /// At a place.
    pub fn new(at: Span, why: impl Into<String>) -> Self {
        Self { at, why: why.into() }
    }
}

/// A part of a query and where it stands, in bytes.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it stands in what was written.
    pub at: Span,
    /// What it is.
    pub what: What,
}

/// What a part of a query is.
#[derive(Debug, Clone)]
pub enum What {
    /// Every annotation.
    Any,
    /// Annotations of a code, and, unless it is meant alone, of those below it.
    Code {
        /// Its id, path or name.
        name: String,
        /// Whether it is meant alone.
        is_alone: bool,
    },
    /// Annotations of which something is true.
    Filter(Filter),
    /// The words that are in both; of a filter: those of the left of which it is true.
    And(Box<Node>, Box<Node>),
    /// What is in one of the two.
    Or(Box<Node>, Box<Node>),
    /// What has no letter in common with any of these; of a filter: what it is not true of.
    Not(Box<Node>),
    /// Passages of the left that stand so to a passage of the right.
    Stands(Box<Node>, Relation, Box<Node>),
}

/// How a passage stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// They share a letter.
    Overlapping,
    /// It lies in the other.
    Within,
    /// The other lies in it.
    Containing,
    /// Not farther from it, on either side.
    Near(Distance),
    /// The other begins behind it, not farther.
    FollowedBy(Distance),
    /// The other ends before it, not farther.
    PrecededBy(Distance),
}

/// How far apart two passages may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distance {
    /// So many words between them; of sentences and paragraphs: so many borders.
    pub n: usize,
    /// Words, sentences or paragraphs.
    pub unit: Unit,
}

/// What is asked of an annotation.
#[derive(Debug, Clone)]
pub enum Filter {
    /// One of these coders made it.
    By(Vec<String>),
    /// Its code is this one, or below it unless it is meant alone.
    Code(String, bool),
    /// It is in a document of one of these languages.
    Language(Vec<Value>),
    /// It is in one of these documents.
    Document(Vec<Value>),
    /// Its document has an attribute with one of these values.
    Attribute(String, Vec<Value>),
    /// Its document is on the left, or the right, of its pair: 0 or 1; nothing for one that has no pair.
    Side(Option<usize>),
    /// Its words hold this.
    Text(Needle),
    /// Its memo holds this.
    Memo(Needle),
    /// It has something.
    Has(Trait),
    /// It was made in this time: from, until, the end not included.
    Made(Time, Time),
    /// Its middle stands in this part of its document: which of how many, from 0.
    Course(usize, usize),
    /// Reviewers said so of it.
    Reviewed(Reviewed),
}

/// What reviewers can have said of an annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reviewed {
    /// It stands so for them, as it is now.
    As(Vec<Standing>),
    /// One of these gave a verdict on it as it is now.
    By(Vec<String>),
    /// It is talked about.
    Discussed,
    /// It is talked about, and that is not settled.
    Open,
    /// What is settled says what it says, or it is of the consensus.
    Settled,
}

/// How annotations stand for reviewers, as it is written.
pub const STANDINGS: [(&str, Standing); 4] = [
    ("none", Standing::Open),
    ("accepted", Standing::Accepted),
    ("rejected", Standing::Rejected),
    ("proposed", Standing::Proposed),
];

/// What an annotation can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trait {
    /// A memo.
    Memo,
    /// A counterpart in the pair's other document.
    Counterpart,
    /// The word of its coder that there is no counterpart.
    NoCounterpart,
    /// It was suggested by the program, and accepted.
    Suggested,
    /// Its place was found again by words that are not quite the same, and nobody confirmed it.
    Doubt,
    /// Its code's definition changed since its coder last looked at it.
    ToReread,
    /// Its code only holds other codes now: it is to be given one of them.
    ToSort,
    /// Somebody said something of it.
    Comment,
    /// Somebody said something of it that is not settled.
    OpenComment,
    /// The disagreement that it is part of is settled.
    Settlement,
}

/// What can be had, as it is written.
pub const TRAITS: [(&str, Trait); 10] = [
    ("memo", Trait::Memo),
    ("counterpart", Trait::Counterpart),
    ("no-counterpart", Trait::NoCounterpart),
    ("suggested", Trait::Suggested),
    ("doubt", Trait::Doubt),
    ("to-reread", Trait::ToReread),
    ("to-sort", Trait::ToSort),
    ("comment", Trait::Comment),
    ("open-comment", Trait::OpenComment),
    ("settlement", Trait::Settlement),
];

/// A value that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// This one, capitals aside; `*` at its end stands for anything.
    Is(String),
    /// From the one to the other, both included; `None` for no bound.
    Range(Option<String>, Option<String>),
    /// This one, capitals aside, whatever signs it has.
    Exactly(String),
    /// Nothing is known.
    Missing,
}

impl Node {
    /// Whether it only says what is true of single annotations.
    pub fn is_filter(&self) -> bool {
        match &self.what {
            What::Filter(_) => true,
            What::Not(inner) => inner.is_filter(),
            What::And(left, right) | What::Or(left, right) => left.is_filter() && right.is_filter(),
            What::Any | What::Code { .. } | What::Stands(..) => false,
        }
    }
}
