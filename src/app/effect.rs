//! What comes in from the world, and what the world must do: values, both ways.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::alignment::pair::PairAlignment;
use crate::app::agreeing::{Agreement, Differing, Place};
use crate::app::inbox::News;
use crate::app::key::Key;
use crate::app::meeting::Meeting;
use crate::model::annotation::AnnotationId;
use crate::model::change::Change;
use crate::model::code::CodeId;
use crate::model::document::{DocumentId, Pair};
use crate::model::entries::Value;
use crate::model::event::Event;
use crate::model::layer::Layer;
use crate::model::link::FixedLink;
use crate::model::review::Review;
use crate::model::shared::Shared;
use crate::model::time::Time;
use crate::model::verdict::Judgement;
use crate::query::expression::Mistake;
use crate::query::hit::Hit;
use crate::query::likeness::Suggestion;
use crate::tables::pace::Pace;
use crate::tables::table::Table;
use crate::tables::wanted::Wanted;
use crate::text::body::Text;
use crate::text::offsets::Offsets;
use crate::text::span::{CodePoints, Span};

/// How many annotations each coder has, by document.
pub type AllCounts = BTreeMap<DocumentId, BTreeMap<String, usize>>;

/// Where a document was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Left {
    /// First byte of the cursor's segment.
    pub cursor: usize,
    /// First byte shown.
    pub top: usize,
    /// The farthest byte ever shown.
    pub read_to: usize,
}

/// Work that takes its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What is done: `searching`.
    pub what: String,
    /// How far it is, in per cent.
    pub percent: u8,
}

/// What comes in.
#[derive(Debug)]
pub enum Input {
    /// A key was pressed.
    Key(Key),
    /// The mouse did something.
    Mouse(Mouse),
    /// A text was pasted.
    Paste(String),
    /// The window has a new size: columns, rows.
    Resized(u16, u16),
    /// The store is open: what all share, the counts, and why it is read-only, if it is.
    Ready(Box<Shared>, AllCounts, Option<String>),
    /// A document's text is open, and where it was left; its annotations follow.
    Text(DocumentId, Text, Left),
    /// A document is measured and its annotations are in place, with what was said of them in review.
    Placed(DocumentId, Arc<Offsets>, Layer, Review),
    /// A document can't be opened.
    Unopened(DocumentId, String),
    /// What was asked for here was kept.
    Kept(Event),
    /// Changes were kept that were not asked for here: by a colleague, or by another `tanba`.
    News(Event),
    /// Where a phrase stands in a document.
    Found(DocumentId, String, Vec<Span>),
    /// Something to tell the coder.
    Note(String),
    /// A step back would do what the coder may not mean: what that is. Nothing was done.
    Unsure(String),
    /// Something went wrong; nothing was kept.
    Failed(String),
    /// How far something is that takes its time; `None` when it is over.
    Progress(Option<Task>),
    /// What corresponds in a pair, or why that can't be told.
    Aligned(Pair, Result<Arc<PairAlignment>, String>),
    /// How far the aligning of a pair is, in per cent.
    Aligning(Pair, u8),
    /// Where a query stands in all documents, or the passages that one wants.
    Hits(Found),
    /// A query that can't be understood, and why.
    Mistaken(String, Mistake),
    /// How many passages a query wants.
    Counted(String, usize),
    /// The memos of annotations.
    Memos(Vec<Remembered>),
    /// What looks like what was tagged before.
    Suggested(Vec<Suggestion>),
    /// How much others said of the coder's annotations since they last looked.
    Said(usize),
    /// How the project stands to the team's server.
    Met(Box<Meeting>),
    /// How far coders agree.
    Agreed(Box<Agreement>),
    /// The open places where coders differ.
    Differences(Differing, Vec<Place>),
    /// What others said to the coder.
    Inbox(Vec<News>),
    /// How far the coder is.
    Progressed(Progress),
    /// When each coder last wrote something.
    Team(BTreeMap<String, Time>),
    /// A table that was counted.
    Tabled(Box<Table>, Wanted),
    /// The headings of a document: where each begins, and its words.
    Headings(DocumentId, Vec<(usize, String)>),
    /// What the coder's own editor wrote.
    Composed(String),
    /// Go on with what was too much for one go.
    More,
}

/// What is done to annotations.
#[derive(Debug, Clone, PartialEq)]
pub enum Rework {
    /// They get another code; with the change that makes it, where it is new.
    Recode(CodeId, Vec<Change>),
    /// Their coder says that they stand, though the code's definition changed.
    Stands,
    /// A reviewer's verdict on colleagues' annotations.
    Judge(Judgement),
}

/// A memo in a list of all.
#[derive(Clone, PartialEq)]
pub struct Remembered {
    /// Its own id, or that of its annotation.
    pub id: String,
    /// What it is about.
    pub about: String,
    /// Who wrote it.
    pub coder: String,
    /// What it says.
    pub text: String,
    /// When it was begun.
    pub time: Time,
    /// Where its passage stands, if it is about one.
    pub place: Option<(DocumentId, CodePoints)>,
}

impl std::fmt::Debug for Remembered {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Remembered({} by {:?})", self.id, self.coder)
    }
}

/// How far a coder is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Progress {
    /// What they made today (in UTC).
    pub today: Pace,
    /// What they ever made.
    pub ever: Pace,
    /// Where they tagged last.
    pub last: Option<(DocumentId, CodePoints)>,
}

/// What a look through all documents found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What was looked for.
    pub query: String,
    /// The places.
    pub hits: Vec<Hit>,
    /// Whether there are more.
    pub is_cut: bool,
    /// Whether it was asked for by codes and filters, and not by words of the text alone.
    pub is_query: bool,
    /// Why documents could not be read, one each.
    pub failed: Vec<String>,
}

/// What the mouse did, and in which column and row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub deed: MouseDeed,
    /// The column, from 0.
    pub column: u16,
    /// The row, from 0.
    pub row: u16,
    /// When.
    pub now: Time,
}

/// What a mouse can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseDeed {
    /// The left button went down.
    Press,
    /// It moved while down.
    Drag,
    /// It went up.
    Release,
    /// The wheel turned: notches, down is positive.
    Wheel(isize),
}

/// What the world must do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Keep changes; comes back as [`Input::Kept`] or [`Input::Failed`].
    Keep(Vec<Change>),
    /// Take the last event back, or bring it again.
    Step {
        /// Back rather than again.
        is_undo: bool,
        /// Whether it is meant also where it takes documents or pairs away; else it comes back as [`Input::Unsure`].
        is_sure: bool,
    },
    /// Open a document; comes back as [`Input::Text`], then [`Input::Placed`].
    Open(DocumentId),
    /// Look for a phrase in a text; comes back as [`Input::Found`].
    Search(DocumentId, String),
    /// Look for the headings of a text; comes back as [`Input::Headings`].
    Headings(DocumentId),
    /// Align a pair, keeping what was said of it; comes back as [`Input::Aligned`].
    Align(Pair, Vec<FixedLink>),
    /// Look for a query in all documents; comes back as [`Input::Hits`].
    Concord(String),
    /// List the passages that a query wants; comes back as [`Input::Hits`] or [`Input::Mistaken`].
    Query(String),
    /// Count the passages that a query wants; comes back as [`Input::Counted`].
    CountPassages(String),
    /// Make a table of what a query wants; comes back as [`Input::Tabled`] or [`Input::Mistaken`].
    Tabulate(Wanted, String),
    /// Write a table and its picture into the project.
    WriteTable(Box<Table>),
    /// Bring the memos of annotations; comes back as [`Input::Memos`].
    Memos,
    /// Look for sentences of these documents that look like what was tagged; comes back as [`Input::Suggested`].
    Suggest(Vec<DocumentId>),
    /// Tag suggestions that were accepted; comes back as [`Input::Kept`].
    Accept(Vec<(DocumentId, CodePoints, CodeId)>),
    /// Do something to own annotations, also of documents that are not open; comes back as [`Input::Kept`].
    Rework(Vec<(DocumentId, AnnotationId)>, Rework),
    /// Tell how far coders agree; comes back as [`Input::Agreed`].
    Agree,
    /// List the open places where coders differ; comes back as [`Input::Differences`].
    Differences(Differing),
    /// Tell what others said to the coder; comes back as [`Input::Inbox`].
    Inbox,
    /// Remember that the coder saw these of what others said.
    Seen(Vec<String>),
    /// Tell how far the coder is; comes back as [`Input::Progressed`].
    Progress,
    /// Tell when each coder last wrote something; comes back as [`Input::Team`].
    Team,
    /// Tag these places with a code, with the change that makes it where it is new; comes back as [`Input::Kept`].
    TagHits(Vec<(DocumentId, Span)>, CodeId, Vec<Change>),
    /// Stop looking.
    Stop,
    /// Stop aligning.
    StopAligning,
    /// Read what others wrote.
    Reload,
    /// Put a text into the clipboard.
    Copy(String),
    /// Bring what is in the clipboard; comes back as [`Input::Paste`].
    Fetch,
    /// Let the coder's own editor go on with a text; comes back as [`Input::Composed`].
    Compose(String),
    /// Obey the settings, which changed.
    Obey,
    /// Keep a setting for the next time.
    Configure(&'static str, Value),
    /// Remember for ever that something was seen.
    Remember(&'static str),
    /// Come back with [`Input::More`] when nothing else waits.
    More,
    /// Give the terminal back until the shell continues us.
    Suspend,
    /// Leave.
    Quit,
}
