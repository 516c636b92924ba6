//! What was said in review of one document's annotations: verdicts, threads, settlements.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::change::{Change, Record};
use crate::model::settlement::Settlement;
use crate::model::sight::Sight;
use crate::model::thread::{Comment, Resolution};
use crate::model::verdict::{Claim, Judgement, Verdict};

/// What was said in review of one document's annotations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// By annotation and reviewer.
    pub verdicts: BTreeMap<(AnnotationId, String), Verdict>,
    /// By annotation and the comments' ids: in the order they were begun.
    pub comments: BTreeMap<(AnnotationId, String), Comment>,
    /// By annotation.
    pub resolutions: BTreeMap<AnnotationId, Resolution>,
    /// By the first annotation that they settle.
    pub settlements: BTreeMap<AnnotationId, Settlement>,
}

/// How reviewers see an annotation as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nobody looked at it, or it changed since.
    Open,
    /// Somebody accepted it, and nobody says otherwise.
    Accepted,
    /// Somebody proposes something else.
    Proposed,
    /// Somebody rejects it.
    Rejected,
}

impl Review {
    /// Applies a change; what is not said in review changes nothing.
    pub fn apply(&mut self, change: &Change) {
        match (&change.was, &change.now) {
            (_, Some(now)) => self.insert(now.clone()),
            (Some(was), None) => self.remove(was),
            (None, None) => {}
        }
    }

    /// The changes that give a verdict on what an annotation says, in the place of the reviewer's earlier one, whose words stay
    /// in the thread (`chance` makes their name); none where it is given already. They are applied.
    pub fn judge(&mut self, annotation: &Annotation, verdict: Verdict, chance: u128) -> Vec<Change> {
        let was = self.verdicts.get(&(annotation.id, verdict.reviewer.clone())).cloned();
        if was.as_ref().is_some_and(|was| was.is_of(annotation) && was.judgement == verdict.judgement) {
            return Vec::new();
        }
        let words = was.as_ref().and_then(|was| Comment::of_verdict(was, annotation, chance));
        let verdict = Change::of(was.map(Record::Verdict), Some(Record::Verdict(verdict)));
        let words = words.map(|words| Change::put(Record::Comment(words)));
        let changes: Vec<Change> = std::iter::once(verdict).chain(words).collect();
        for change in &changes {
            self.apply(change);
        }
        changes
    }

    /// Puts a record in, or its new version in the place of the old.
    pub fn insert(&mut self, record: Record) {
        match record {
            Record::Verdict(verdict) => {
                self.verdicts.insert((verdict.annotation, verdict.reviewer.clone()), verdict);
            }
            Record::Comment(comment) => {
                self.comments.insert((comment.annotation, comment.id.clone()), comment);
            }
            Record::Resolution(resolution) => {
                self.resolutions.insert(resolution.annotation, resolution);
            }
            Record::Settlement(settlement) => {
                self.settlements.insert(settlement.id(), settlement);
            }
            _ => {}
        }
    }

    fn remove(&mut self, record: &Record) {
        match record {
            Record::Verdict(verdict) => {
                self.verdicts.remove(&(verdict.annotation, verdict.reviewer.clone()));
            }
            Record::Comment(comment) => {
                self.comments.remove(&(comment.annotation, comment.id.clone()));
            }
            Record::Resolution(resolution) => {
                self.resolutions.remove(&resolution.annotation);
            }
            Record::Settlement(settlement) => {
                self.settlements.remove(&settlement.id());
            }
            _ => {}
        }
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.verdicts.is_empty()
            && self.comments.is_empty()
            && self.resolutions.is_empty()
            && self.settlements.is_empty()
    }

    /// The same, with what a coder may see alone.
    #[must_use]
    pub fn seen_by(mut self, sight: &Sight) -> Self {
        if !sight.is_whole() {
            self.verdicts.retain(|_, v| sight.sees_said(&v.document, &v.reviewer, &v.of));
            self.comments.retain(|_, c| sight.sees_said(&c.document, &c.coder, &c.of));
            self.resolutions.retain(|_, r| sight.sees_said(&r.document, &r.coder, &r.of));
            self.settlements.retain(|_, s| sight.is_whole_in(&s.document));
        }
        self
    }

    /// The verdicts on an annotation, by reviewer.
    pub fn verdicts_on(&self, id: AnnotationId) -> impl Iterator<Item = &Verdict> {
        self.verdicts.range((id, String::new())..).take_while(move |((of, _), _)| *of == id).map(|(_, verdict)| verdict)
    }

    /// What is said of an annotation, in order.
    pub fn thread(&self, id: AnnotationId) -> impl Iterator<Item = &Comment> {
        self.comments.range((id, String::new())..).take_while(move |((of, _), _)| *of == id).map(|(_, comment)| comment)
    }

    /// Whether something was said of an annotation and nobody settled it since.
    pub fn is_open(&self, id: AnnotationId) -> bool {
        let known = self.resolutions.get(&id).map(|resolution| &resolution.comments);
        self.thread(id).any(|comment| known.is_none_or(|known| !known.contains(&comment.id)))
    }

    /// Whether just these annotations are settled, with what they say; they come in the order of their ids.
    pub fn is_settled(&self, sources: &[(AnnotationId, Claim)]) -> bool {
        let named = sources.first().and_then(|(id, _)| self.settlements.get(id));
        named.is_some_and(|settlement| settlement.settles(sources))
    }

    /// The annotations that are settled, with what they say, and those that settlements made.
    pub fn settled(&self) -> (BTreeSet<(AnnotationId, Claim)>, BTreeSet<AnnotationId>) {
        let sources = self.settlements.values().flat_map(|settlement| settlement.sources.iter().cloned());
        let made = self.settlements.values().flat_map(|settlement| settlement.made.iter().copied());
        (sources.collect(), made.collect())
    }

    /// How reviewers see an annotation as it is now: the hardest of what they say.
    pub fn standing(&self, annotation: &Annotation) -> Standing {
        let current = self.verdicts_on(annotation.id).filter(|verdict| verdict.is_of(annotation));
        let standing = |verdict: &Verdict| match verdict.judgement {
            Judgement::Accept => Standing::Accepted,
            Judgement::Propose { .. } => Standing::Proposed,
            Judgement::Reject { .. } => Standing::Rejected,
        };
        current.map(standing).max().unwrap_or(Standing::Open)
    }
}
