//! What a coder may see of the others' work; every view, table, search and export asks it.

use std::collections::BTreeSet;

use crate::model::annotation::Annotation;
use crate::model::change::{Change, Record};
use crate::model::concern::Hidden;
use crate::model::document::DocumentId;
use crate::model::rules::Colleagues;
use crate::model::shared::Shared;

/// What a coder may see of the others' work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    coder: String,
    sees: Sees,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Sees {
    All,
    /// What stands in these documents.
    In(BTreeSet<DocumentId>),
}

impl Sight {
    /// What the rules of a project let a coder see.
    pub fn of(shared: &Shared, coder: &str) -> Self {
        let finished = || shared.done.values().filter(|done| done.coder == coder && done.holds());
        let sees = match shared.rules.colleagues {
            _ if shared.rules.reviewers.iter().any(|reviewer| reviewer == coder) => Sees::All,
            Colleagues::Always => Sees::All,
            Colleagues::Finished => Sees::In(finished().map(|done| done.document.clone()).collect()),
            Colleagues::Never => Sees::In(BTreeSet::new()),
        };
        Self { coder: coder.to_owned(), sees }
    }

    /// Whether nothing of a document is hidden from a coder, where only that is asked.
    pub fn is_open(shared: &Shared, coder: &str, document: &DocumentId) -> bool {
        let is_reviewer = || shared.rules.reviewers.iter().any(|reviewer| reviewer == coder);
        match shared.rules.colleagues {
            Colleagues::Always => true,
            Colleagues::Finished => is_reviewer() || shared.is_done(document, coder),
            Colleagues::Never => is_reviewer(),
        }
    }

    /// Whether nothing is hidden anywhere.
    pub fn is_whole(&self) -> bool {
        self.sees == Sees::All
    }

    /// Whether nothing is hidden in a document.
    pub fn is_whole_in(&self, document: &DocumentId) -> bool {
        match &self.sees {
            Sees::All => true,
            Sees::In(documents) => documents.contains(document),
        }
    }

    /// Whether what a coder annotated in a document may be seen; one's own always.
    pub fn sees(&self, document: &DocumentId, coder: &str) -> bool {
        coder == self.coder || self.is_whole_in(document)
    }

    /// Whether an annotation may be seen.
    pub fn sees_annotation(&self, annotation: &Annotation) -> bool {
        self.sees(&annotation.passage.document, &annotation.coder)
    }

    /// Whether what somebody said in review may be seen: their own words, words on their own annotations, and words on
    /// what they may see.
    pub fn sees_said(&self, document: &DocumentId, by: &str, on: &str) -> bool {
        by == self.coder || self.sees(document, on)
    }

    /// Whether a record may be seen.
    pub fn sees_record(&self, record: &Record) -> bool {
        Hidden::of(record).is_none_or(|hidden| self.sees_said(hidden.document, hidden.by, hidden.on))
    }

    /// Whether a change may be seen: both of its sides.
    pub fn sees_change(&self, change: &Change) -> bool {
        let sees = |record: &Option<Record>| record.as_ref().is_none_or(|record| self.sees_record(record));
        sees(&change.was) && sees(&change.now)
    }

    /// Takes away what may not be seen of what all share.
    pub fn veil(&self, shared: &mut Shared) {
        if !self.is_whole() {
            shared.memos.retain(|_, memo| self.sees_record(&Record::Memo(memo.clone())));
        }
    }
}
