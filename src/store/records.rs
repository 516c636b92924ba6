//! How the index's cells are named and filled.
//!
//! Keys: `m` schema · `j/<journal>` how far it was read · `s/<record>` a shared record's newest version ·
//! `r/<document>\0<record>` the same of what was said in review ·
//! `a/<document>\0<id>` a chunk of annotations from that id on · `f/…` their facts · `n/<document>` how many, by coder ·
//! `w/<number>` the name of a code or coder · `l/<document>` how much text it has.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::annotation::AnnotationId;
use crate::model::change::Record;
use crate::model::document::DocumentId;
use crate::model::time::Stamp;
use crate::store::cells::Batch;
use crate::store::chunk;

/// How many annotations each coder has in a document.
pub type Counts = BTreeMap<String, usize>;

/// A file's length in bytes and when it was last changed, in nanoseconds: with both the same, the text is.
pub type Version = (u64, u128);

/// A shared record's newest version and when it was said.
#[derive(Serialize, Deserialize)]
pub struct Said {
    /// When.
    pub stamp: Stamp,
    /// The record, unless it was taken away.
    pub record: Option<Record>,
}

/// A value as a cell's bytes.
pub fn encoded<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).unwrap_or_default()
}

/// Puts a chunk's cells; a full one is cut in halves, so that the next annotation does not split it again.
pub fn put_chunks(prefix: &[u8], entries: chunk::Entries, batch: &mut Batch) {
    let too_large = entries.len() > chunk::MAX_ENTRIES
        || entries.iter().map(|entry| entry.bytes.len() + 20).sum::<usize>() > chunk::MAX_BYTES;
    let parts = if too_large {
        let half = entries.len() / 2;
        let mut left = entries;
        let right = left.split_off(half);
        [chunk::split(left), chunk::split(right)].concat()
    } else {
        vec![entries]
    };
    for part in parts {
        if let Some(first) = part.first() {
            let (bytes, facts) = chunk::pack(&part);
            let key = chunk_key(prefix, first.id);
            batch.insert(facts_key(&key), Some(facts));
            batch.insert(key, Some(bytes));
        }
    }
}

/// How far a journal was read.
pub fn cursor_key(journal: &str) -> Vec<u8> {
    [b"j/", journal.as_bytes()].concat()
}

/// A shared record; what was said in review of a document's annotations stands together.
pub fn shared_key(record: &Record) -> Vec<u8> {
    match record.reviewed() {
        Some(document) => [review_prefix(document).as_slice(), record.key().as_bytes()].concat(),
        None => [b"s/", record.key().as_bytes()].concat(),
    }
}

/// What the keys of a document's review begin with.
pub fn review_prefix(document: &DocumentId) -> Vec<u8> {
    [b"r/", document.0.as_bytes(), b"\0"].concat()
}

/// How many annotations a document has.
pub fn counts_key(document: &DocumentId) -> Vec<u8> {
    [b"n/", document.0.as_bytes()].concat()
}

/// What the keys of a document's chunks begin with.
pub fn document_prefix(document: &DocumentId) -> Vec<u8> {
    [b"a/", document.0.as_bytes(), b"\0"].concat()
}

/// The chunk of annotations from an id on.
pub fn chunk_key(prefix: &[u8], id: AnnotationId) -> Vec<u8> {
    [prefix, &id.0.0.to_be_bytes()].concat()
}

/// The facts of a chunk, or of all chunks whose keys begin so.
pub fn facts_key(chunk_key: &[u8]) -> Vec<u8> {
    [b"f", chunk_key.get(1..).unwrap_or_default()].concat()
}

/// The name of a number.
pub fn name_key(number: u32) -> Vec<u8> {
    [b"w/".as_slice(), &number.to_be_bytes()].concat()
}

/// How much text a document has.
pub fn size_key(document: &DocumentId) -> Vec<u8> {
    [b"l/", document.0.as_bytes()].concat()
}
