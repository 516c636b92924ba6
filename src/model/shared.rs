//! What all coders of a project share and a session holds: codebook, documents, pairs, who has what, and who is done.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::assignment::Assignment;
use crate::model::attribute::Attribute;
use crate::model::change::{Change, Record};
use crate::model::code::CodeId;
use crate::model::codebook::Codebook;
use crate::model::document::{Document, DocumentId, Done, Pair};
use crate::model::link::FixedLink;
use crate::model::mark::{Dismissal, Redefinition};
use crate::model::memo::Memo;
use crate::model::rules::Rules;
use crate::model::time::Time;

/// What was said once and is looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// When what codes mean was last changed.
    pub redefinitions: BTreeMap<CodeId, Redefinition>,
    /// Suggestions that were dismissed, by their keys.
    pub dismissals: BTreeMap<String, Dismissal>,
}

/// What all coders of a project share.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shared {
    /// All codes.
    pub codebook: Codebook,
    /// What is known about each document.
    pub documents: BTreeMap<DocumentId, Document>,
    /// Which documents belong together.
    pub pairs: BTreeSet<Pair>,
    /// Who is done with what.
    pub done: BTreeMap<(DocumentId, String), Done>,
    /// Who is given what; where nobody is given anything, all is everybody's.
    pub assignments: BTreeSet<Assignment>,
    /// What the team agreed on.
    pub rules: Rules,
    /// What was said of the alignment of pairs, by its key.
    pub links: BTreeMap<String, FixedLink>,
    /// What coders thought, by the memos' ids: in the order they were begun.
    pub memos: BTreeMap<String, Memo>,
    /// What may be known of documents, by name, where somebody said what the values are.
    pub attributes: BTreeMap<String, Attribute>,
    /// What was said once and is looked up.
    pub marks: Marks,
}

impl Shared {
    /// Applies a change; annotations are not shared things and are left to the open layers.
    pub fn apply(&mut self, change: &Change) {
        match (&change.was, &change.now) {
            (_, Some(now)) => self.insert(now.clone()),
            (Some(was), None) => self.remove(was),
            (None, None) => {}
        }
    }

    /// Puts a record in, or its new version in the place of the old.
    pub fn insert(&mut self, record: Record) {
        match record {
            Record::Code(code) => self.codebook.insert(code),
            Record::Document(document) => {
                self.documents.insert(document.id.clone(), document);
            }
            Record::Pair(pair) => {
                self.pairs.insert(pair);
            }
            Record::Done(done) => {
                self.done.insert((done.document.clone(), done.coder.clone()), done);
            }
            Record::Link(link) => {
                self.links.insert(link.key(), link);
            }
            Record::Memo(memo) => {
                self.memos.insert(memo.id.clone(), memo);
            }
            Record::Attribute(attribute) => {
                self.attributes.insert(attribute.name.clone(), attribute);
            }
            Record::Redefinition(mark) => {
                self.marks.redefinitions.insert(mark.code.clone(), mark);
            }
            Record::Dismissal(mark) => {
                self.marks.dismissals.insert(mark.key(), mark);
            }
            Record::Rule(rule) => self.rules.insert(rule),
            Record::Assignment(assignment) => {
                self.assignments.insert(assignment);
            }
            // What grows with the annotations lies beside them.
            Record::Annotation(_)
            | Record::Verdict(_)
            | Record::Comment(_)
            | Record::Resolution(_)
            | Record::Settlement(_) => {}
        }
    }

    fn remove(&mut self, record: &Record) {
        match record {
            Record::Code(code) => self.codebook.remove(&code.id),
            Record::Document(document) => {
                self.documents.remove(&document.id);
            }
            Record::Pair(pair) => {
                self.pairs.remove(pair);
            }
            Record::Done(done) => {
                self.done.remove(&(done.document.clone(), done.coder.clone()));
            }
            Record::Link(link) => {
                self.links.remove(&link.key());
            }
            Record::Memo(memo) => {
                self.memos.remove(&memo.id);
            }
            Record::Attribute(attribute) => {
                self.attributes.remove(&attribute.name);
            }
            Record::Redefinition(mark) => {
                self.marks.redefinitions.remove(&mark.code);
            }
            Record::Dismissal(mark) => {
                self.marks.dismissals.remove(&mark.key());
            }
            Record::Rule(rule) => self.rules.remove(rule),
            Record::Assignment(assignment) => {
                self.assignments.remove(assignment);
            }
            Record::Annotation(_)
            | Record::Verdict(_)
            | Record::Comment(_)
            | Record::Resolution(_)
            | Record::Settlement(_) => {}
        }
    }

    /// The document that belongs to this one, if any.
    pub fn counterpart(&self, id: &DocumentId) -> Option<&DocumentId> {
        self.pairs.iter().find_map(|pair| pair.other(id))
    }

    /// The pair that a document belongs to, if any.
    pub fn pair_of(&self, id: &DocumentId) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.other(id).is_some())
    }

    /// What was said of a pair's alignment.
    pub fn links_of<'a>(&'a self, pair: &'a Pair) -> impl Iterator<Item = &'a FixedLink> {
        self.links.values().filter(move |link| link.is_of(pair))
    }

    /// Whether a coder is done with a document.
    pub fn is_done(&self, id: &DocumentId, coder: &str) -> bool {
        self.done.get(&(id.clone(), coder.to_owned())).is_some_and(Done::holds)
    }

    /// The coders who are done with a document, by name.
    pub fn finishers<'a>(&'a self, id: &'a DocumentId) -> impl Iterator<Item = &'a String> {
        let from = (id.clone(), String::new());
        let own = self.done.range(from..).take_while(move |((document, _), _)| document == id);
        own.filter(|(_, done)| done.holds()).map(|((_, coder), _)| coder)
    }

    /// The coders whom a document is given to, by name.
    pub fn assignees<'a>(&'a self, id: &'a DocumentId) -> impl Iterator<Item = &'a String> {
        let own = self.assignments.range(Assignment::new(id, "")..).take_while(move |given| given.document == *id);
        own.map(|given| &given.coder)
    }

    /// Whether a document is given to a coder.
    pub fn is_given(&self, id: &DocumentId, coder: &str) -> bool {
        self.assignees(id).any(|known| known == coder)
    }

    /// When what a code means was last changed, if it ever was.
    pub fn redefined(&self, code: &CodeId) -> Option<Time> {
        self.marks.redefinitions.get(self.codebook.standing(code)).map(|mark| mark.time)
    }

    /// What to call a document: its title, or its name.
    pub fn title<'a>(&'a self, id: &'a DocumentId) -> &'a str {
        self.documents.get(id).map_or(&id.0, Document::name)
    }

    /// A document's language; empty where unknown.
    pub fn language(&self, id: &DocumentId) -> &str {
        self.documents.get(id).map_or("", |document| &document.language)
    }
}
