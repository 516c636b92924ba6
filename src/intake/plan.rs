//! What comes in, planned: the texts to keep, the changes to make as one step, and how many of what.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::intake::here::Here;
use crate::model::change::{Change, Record};
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::memo::{About, Memo};
use crate::model::study::Study;

/// How a document of the file was found here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Its text is that of a document here.
    Content,
    /// One here is called so, and its text is a version of this one.
    Edited,
    /// One here is called so; the file has no text to compare.
    Name,
    /// None here: it comes in.
    New,
    /// None here, and no text to take in.
    Missing,
}

/// A document of the file and what it is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matched {
    /// What the file calls it.
    pub name: DocumentId,
    /// What it is called here.
    pub document: DocumentId,
    /// How it was found.
    pub how: How,
    /// How much of both texts is the same, in percent.
    pub likeness: u8,
}

/// How many of what come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Annotations that come in.
    pub new: usize,
    /// Of these, those that stand elsewhere here than in the file, by their words.
    pub moved: usize,
    /// Of these, those whose place is to be looked at.
    pub doubtful: usize,
    /// Annotations that are here already.
    pub known: usize,
    /// Annotations that say something else here: they stay as they are here.
    pub conflicting: usize,
    /// Annotations that can't come in.
    pub impossible: usize,
    /// Codes that are here already.
    pub codes_known: usize,
    /// Codes that come in.
    pub codes_new: usize,
    /// Memos, pairs, links of sentences and attributes that come in.
    pub others: usize,
}

/// An annotation of which something is to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Case {
    /// Its document, as the file calls it.
    pub document: DocumentId,
    /// Its first code point in the file.
    pub start: usize,
    /// Behind its last one.
    pub end: usize,
    /// What is to be told.
    pub why: String,
}

/// What comes in, planned.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The documents of the file, and what they are here.
    pub papers: Vec<Matched>,
    /// Texts to keep as new documents.
    pub texts: Vec<(DocumentId, String)>,
    /// What changes, as one step.
    pub changes: Vec<Change>,
    /// How many of what.
    pub tally: Tally,
    /// The annotations that can't come in.
    pub impossible: Vec<Case>,
    /// The annotations that say something else here.
    pub conflicting: Vec<Case>,
    /// The annotations whose place is to be looked at.
    pub doubtful: Vec<Case>,
    /// What else was found or decided, a sentence each.
    pub told: Vec<String>,
}

impl Plan {
    /// Whether nothing changes by it.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Puts a new record.
    pub fn put(&mut self, record: Record) {
        self.changes.push(Change::put(record));
    }

    /// Takes memos in that nobody wrote here: the same words of the same coder on the same thing are one memo.
    pub fn memos(
        &mut self,
        study: &Study,
        papers: &BTreeMap<DocumentId, DocumentId>,
        codes: &BTreeMap<CodeId, CodeId>,
        here: &Here<'_>,
    ) {
        let mut known: BTreeSet<(About, String, String)> = here
            .shared
            .memos
            .values()
            .map(|memo| (memo.about.clone(), memo.coder.clone(), memo.text.clone()))
            .collect();
        for memo in &study.memos {
            let about = match &memo.about {
                About::Project => Some(About::Project),
                About::Document(id) => papers.get(id).cloned().map(About::Document),
                About::Code(id) => codes.get(id).cloned().map(About::Code),
            };
            let coder = if memo.coder.is_empty() { here.coder } else { &memo.coder };
            let Some(about) = about.filter(|_| !memo.text.trim().is_empty()) else { continue };
            if !known.insert((about.clone(), coder.to_owned(), memo.text.clone()))
                || here.shared.memos.contains_key(&memo.id)
            {
                continue;
            }
            let time = if memo.time.0 == 0 { here.now } else { memo.time };
            let is_own_id = memo.id.parse::<ulid::Ulid>().is_ok();
            let id = if is_own_id {
                memo.id.clone()
            } else {
                hashed(&[&format!("{about:?}"), coder, &memo.text]).to_string()
            };
            self.tally.others += 1;
            self.put(Record::Memo(Memo { id, about, coder: coder.to_owned(), text: memo.text.clone(), time }));
        }
    }
}

/// An id made of what it names: two coders who take the same file in make the same one.
pub fn hashed(parts: &[&str]) -> ulid::Ulid {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let bytes = hasher.finalize();
    let number = bytes.as_bytes().first_chunk::<16>().map_or(0, |first| u128::from_be_bytes(*first));
    // Never so small that it would count as a file's own numbering.
    ulid::Ulid(number | (1 << 120))
}
