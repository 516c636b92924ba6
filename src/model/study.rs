//! What a file of another program holds of a project, or a project holds for one: plain data, in memory.

use std::collections::BTreeSet;

use crate::model::annotation::{Annotation, AnnotationId, Passage};
use crate::model::attribute::Attribute;
use crate::model::code::{Code, CodeId};
use crate::model::document::{Document, DocumentId, Pair};
use crate::model::link::FixedLink;
use crate::model::memo::Memo;
use crate::model::time::Time;
use crate::text::anchor::Quote;

/// Ids below this are a file's own numbering, and name nothing elsewhere: a ULID of 1970.
const LOCAL_IDS: u128 = 1 << 80;

/// A document with its text, where the file has it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Paper {
    /// What is known about it.
    pub document: Document,
    /// Its text; nothing where the file speaks of it without holding it.
    pub text: Option<String>,
}

impl std::fmt::Debug for Paper {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Paper({} with text: {})", self.document.id, self.text.is_some())
    }
}

/// What a file holds of a project. Names of documents and codes are the file's own; passages are code points of the
/// texts as they stand here. An annotation with an empty coder is by nobody that the file names, one of time 0 was made at a
/// time that it does not name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Study {
    /// What it is called; empty for nothing.
    pub name: String,
    /// Its documents.
    pub papers: Vec<Paper>,
    /// Its codes.
    pub codes: Vec<Code>,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// Memos on the project, on documents and on codes.
    pub memos: Vec<Memo>,
    /// Documents that stand side by side.
    pub pairs: Vec<Pair>,
    /// What was said of the alignment of pairs.
    pub links: Vec<FixedLink>,
    /// What the attributes of documents are.
    pub attributes: Vec<Attribute>,
}

impl Study {
    /// The paper of that name.
    pub fn paper(&self, id: &DocumentId) -> Option<&Paper> {
        self.papers.iter().find(|paper| paper.document.id == *id)
    }

    /// The code of that id.
    pub fn code(&self, id: &CodeId) -> Option<&Code> {
        self.codes.iter().find(|code| code.id == *id)
    }

    /// The id of the code that a file calls so, which is made where there is none: the name is kept as it is written. `None`
    /// where it has no letter.
    pub fn code_named(&mut self, name: &str) -> Option<CodeId> {
        let id = CodeId::of_name(name)?;
        if let Some(known) = self.codes.iter().find(|code| code.id == id || code.names.en == name) {
            return Some(known.id.clone());
        }
        self.codes.push(Code::named(id.clone(), name));
        Some(id)
    }

    /// Adds an annotation whose id, coder and time the file does not name, by the number that tells it from the others of the
    /// file. Its words are `exact`.
    pub fn mark(&mut self, passage: Passage, exact: &str, code: CodeId) -> &mut Annotation {
        let quote = Quote { exact: exact.to_owned(), ..Quote::default() };
        let id = AnnotationId(ulid::Ulid(self.annotations.len() as u128 + 1));
        let at = self.annotations.len();
        self.annotations.push(Annotation::new(id, "", (passage, quote), code, Time(0)));
        &mut self.annotations[at]
    }
}

/// The name, or it with the first number behind it that makes it another one.
pub fn numbered(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(name) {
        return name.to_owned();
    }
    let mut n = 2;
    while is_taken(&format!("{name}-{n}")) {
        n += 1;
    }
    format!("{name}-{n}")
}

/// The same of names that were taken before; it is taken then.
pub fn free_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let free = numbered(name, |name| taken.contains(name));
    taken.insert(free.clone());
    free
}

impl AnnotationId {
    /// Whether it is a file's own number, which names nothing elsewhere.
    pub fn is_local(self) -> bool {
        self.0.0 < LOCAL_IDS
    }
}
