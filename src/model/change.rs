//! Every edit: a plain value that can be applied, taken back and kept.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::model::annotation::Annotation;
use crate::model::assignment::Assignment;
use crate::model::attribute::Attribute;
use crate::model::code::Code;
use crate::model::document::{Document, DocumentId, Done, Pair};
use crate::model::link::FixedLink;
use crate::model::mark::{Dismissal, Redefinition};
use crate::model::memo::Memo;
use crate::model::rules::Rule;
use crate::model::settlement::Settlement;
use crate::model::thread::{Comment, Resolution};
use crate::model::time::Stamp;
use crate::model::verdict::Verdict;

/// One thing that a team says; what is deleted is no record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Record {
    /// A code on a passage.
    Annotation(Annotation),
    /// An entry of the codebook.
    Code(Code),
    /// What is known about a document.
    Document(Document),
    /// Two documents that belong together.
    Pair(Pair),
    /// A coder's word that a document is coded through.
    Done(Done),
    /// What somebody said of a pair's alignment.
    Link(FixedLink),
    /// What a coder thought of the project, a document or a code.
    Memo(Memo),
    /// What may be known of documents.
    Attribute(Attribute),
    /// That what a code means was changed.
    Redefinition(Redefinition),
    /// That a suggestion was dismissed.
    Dismissal(Dismissal),
    /// Something that the team agreed on.
    Rule(Rule),
    /// What a reviewer holds of an annotation.
    Verdict(Verdict),
    /// What somebody says of an annotation.
    Comment(Comment),
    /// That what was said of an annotation is settled.
    Resolution(Resolution),
    /// What came of a disagreement.
    Settlement(Settlement),
    /// That a document is given to a coder.
    Assignment(Assignment),
}

impl Record {
    /// What tells it from all others: two records of one key are two versions of one thing.
    pub fn key(&self) -> String {
        match self {
            Self::Annotation(a) => format!("annotation/{}/{}", a.passage.document, a.id),
            Self::Code(c) => format!("code/{}", c.id),
            Self::Document(d) => format!("document/{}", d.id),
            Self::Pair(p) => format!("pair/{}/{}", p.left, p.right),
            Self::Done(d) => format!("done/{}/{}", d.document, d.coder),
            Self::Link(l) => l.key(),
            Self::Memo(m) => format!("memo/{}", m.id),
            Self::Attribute(a) => format!("attribute/{}", a.name),
            Self::Redefinition(r) => format!("redefinition/{}", r.code),
            Self::Dismissal(d) => d.key(),
            Self::Rule(rule) => rule.key(),
            Self::Verdict(v) => v.key(),
            Self::Comment(c) => c.key(),
            Self::Resolution(r) => r.key(),
            Self::Settlement(s) => s.key(),
            Self::Assignment(a) => a.key(),
        }
    }

    /// The document whose annotations it was said of in review; nothing of other records.
    pub fn reviewed(&self) -> Option<&DocumentId> {
        match self {
            Self::Verdict(v) => Some(&v.document),
            Self::Comment(c) => Some(&c.document),
            Self::Resolution(r) => Some(&r.document),
            Self::Settlement(s) => Some(&s.document),
            _ => None,
        }
    }
}

/// From one version of a record to the next. `None` is "not there": nothing before the first, nothing behind
/// a deletion. At least one side is there, and both sides have the same key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The version that the coder saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Record>,
    /// The version that the coder made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Record>,
    /// When the version was said that was carried along with a new text of its document, if this is no more than that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried: Option<Stamp>,
}

impl Change {
    /// From one version to the next; at least one is there.
    pub fn of(was: Option<Record>, now: Option<Record>) -> Self {
        Self { was, now, carried: None }
    }

    /// Puts something new.
    pub fn put(now: Record) -> Self {
        Self { was: None, now: Some(now), carried: None }
    }

    /// Puts a new version in the place of the old.
    pub fn replace(was: Record, now: Record) -> Self {
        Self { was: Some(was), now: Some(now), carried: None }
    }

    /// When it counts as said, within an event of that stamp. What only carries a version along comes right behind that version: a
    /// later word of its coder stands, also one that was said elsewhere before and arrives afterwards.
    pub fn stamp(&self, event: &Stamp) -> Stamp {
        self.carried.as_ref().map_or_else(|| event.clone(), |of| of.followed_by(event))
    }

    /// Takes something away.
    pub fn remove(was: Record) -> Self {
        Self { was: Some(was), now: None, carried: None }
    }

    /// The change that takes this one back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        Self { was: self.now.clone(), now: self.was.clone(), carried: self.carried.clone() }
    }

    /// The record it speaks of, in the version that is there.
    pub fn subject(&self) -> Option<&Record> {
        self.now.as_ref().or(self.was.as_ref())
    }

    /// Whether it may decide what somebody sees of the others' work.
    pub fn decides_sight(&self) -> bool {
        matches!(self.subject(), Some(Record::Done(_) | Record::Rule(_)))
    }

    /// Whether both sides speak of one thing.
    pub fn is_sound(&self) -> bool {
        match (&self.was, &self.now) {
            (None, _) | (_, None) if self.carried.is_some() => false,
            (Some(was), Some(now)) => was.key() == now.key(),
            (None, None) => false,
            _ => true,
        }
    }
}

/// The same with one change a record: of several the first one's `was` and the last one's `now` hold. What ends as it
/// began is left out.
pub fn merged(changes: Vec<Change>) -> Vec<Change> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut all: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes {
        let key = change.subject().map(Record::key).unwrap_or_default();
        if let Some(known) = places.get(&key).and_then(|at| all.get_mut(*at)) {
            known.now = change.now;
            known.carried = known.carried.take().filter(|_| change.carried.is_some());
        } else {
            places.insert(key, all.len());
            all.push(change);
        }
    }
    all.retain(|change| change.subject().is_some() && (change.was != change.now));
    all
}

/// The changes that take these back, last first.
pub fn inverse_of(changes: &[Change]) -> Vec<Change> {
    changes.iter().rev().map(Change::inverse).collect()
}
