//! Whom a line of a journal is for where coders do not see each other's work: what a server must know to withhold it.

use std::collections::BTreeSet;

use crate::model::change::{Change, Record};
use crate::model::document::DocumentId;
use crate::model::event::Event;
use crate::model::memo::About;
use crate::model::rules::Rule;

/// What may be hidden of a record: what it says of whose work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hidden<'a> {
    /// Who has finished this document may see it.
    pub document: &'a DocumentId,
    /// So may who said it,
    pub by: &'a str,
    /// and the coder whose work it was said of.
    pub on: &'a str,
}

impl Hidden<'_> {
    /// What may be hidden of a record; nothing of what all share.
    pub fn of(record: &Record) -> Option<Hidden<'_>> {
        let (document, by, on) = match record {
            Record::Annotation(a) => (&a.passage.document, &*a.coder, &*a.coder),
            Record::Verdict(v) => (&v.document, &*v.reviewer, &*v.of),
            Record::Comment(c) => (&c.document, &*c.coder, &*c.of),
            Record::Resolution(r) => (&r.document, &*r.coder, &*r.of),
            Record::Settlement(s) => (&s.document, "", ""),
            Record::Memo(memo) => match &memo.about {
                About::Document(document) => (document, &*memo.coder, &*memo.coder),
                About::Project | About::Code(_) => return None,
            },
            _ => return None,
        };
        Some(Hidden { document, by, on })
    }
}

/// Whom an event is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concern {
    /// Who has finished all of these documents may see it; everybody where there are none.
    pub documents: BTreeSet<DocumentId>,
    /// So may the coder whose work all that may be hidden of it was said of; empty where that are several.
    pub addressee: String,
    /// What of it is for everybody, where that is only a part.
    pub open: Option<Event>,
    /// The documents that its coder finished with it (`true`), or opened again.
    pub finished: Vec<(DocumentId, bool)>,
    /// What the team agreed on with it (`true`), or agrees on no more.
    pub rules: Vec<(Rule, bool)>,
}

impl Concern {
    /// Of what nobody can read: it may say anything, so that it is for those alone who may see everything.
    pub fn unknown() -> Self {
        Self { documents: BTreeSet::from([DocumentId::default()]), ..Self::default() }
    }

    /// Whom an event is for.
    pub fn of(event: &Event) -> Self {
        let mut concern = Self::default();
        let mut addressees = BTreeSet::new();
        let mut open: Vec<Change> = Vec::new();
        for change in &event.changes {
            let hidden: Vec<Hidden<'_>> =
                [&change.was, &change.now].into_iter().flatten().filter_map(Hidden::of).collect();
            for one in &hidden {
                concern.documents.insert(one.document.clone());
                addressees.insert(one.on);
            }
            if hidden.is_empty() {
                open.push(change.clone());
            }
            if let Some(Record::Done(done)) = change.subject().filter(|_| hidden.is_empty()) {
                let holds = change.now.is_some() && done.holds();
                concern.finished.extend((done.coder == event.coder()).then(|| (done.document.clone(), holds)));
            }
            if let Some(Record::Rule(rule)) = change.subject() {
                concern.rules.push((rule.clone(), change.now.is_some()));
            }
        }
        if let (1, Some(only)) = (addressees.len(), addressees.first()) {
            (*only).clone_into(&mut concern.addressee);
        }
        if !concern.documents.is_empty() && !open.is_empty() {
            concern.open = Some(Event { changes: open, ..event.clone() });
        }
        concern
    }
}
