//! What a pass over all journals gathers before the index is written at once.

use std::collections::BTreeMap;

use crate::model::annotation::AnnotationId;
use crate::model::change::Record;
use crate::model::document::DocumentId;
use crate::model::event::Event;
use crate::model::fact::Fact;
use crate::model::time::Stamp;
use crate::store::cells::Batch;
use crate::store::chunk::{self, Entry, Kept};
use crate::store::journal::Cursor;
use crate::store::names::Names;
use crate::store::records::{
    Counts, Said, counts_key, cursor_key, document_prefix, encoded, name_key, put_chunks, shared_key,
};

/// What a pass over all journals gathers.
#[derive(Default)]
pub struct Rebuilt {
    documents: BTreeMap<DocumentId, BTreeMap<AnnotationId, Newest>>,
    shared: BTreeMap<Vec<u8>, Said>,
    cursors: BTreeMap<String, Cursor>,
    /// Of codes and coders, as facts have them.
    names: Names,
    /// Of journals' writers.
    writers: Names,
}

/// The newest version of an annotation, encoded.
struct Newest {
    stamp: (i64, u32, u32),
    bytes: Vec<u8>,
    fact: Option<Fact>,
}

impl Rebuilt {
    /// Takes in an event.
    pub fn take(&mut self, event: Event) {
        let at = event.stamp();
        for change in event.changes {
            let stamp = change.stamp(&at);
            match change.subject() {
                Some(Record::Annotation(subject)) => {
                    let (document, id) = (subject.passage.document.clone(), subject.id);
                    self.take_annotation(document, id, change.now, &stamp);
                }
                Some(record) => {
                    let key = shared_key(record);
                    if self.shared.get(&key).is_none_or(|said| said.stamp < stamp) {
                        self.shared.insert(key, Said { stamp: stamp.clone(), record: change.now });
                    }
                }
                None => {}
            }
        }
    }

    fn take_annotation(&mut self, document: DocumentId, id: AnnotationId, now: Option<Record>, stamp: &Stamp) {
        let order = (stamp.time.0, stamp.tick, self.writers.number(&stamp.by).0);
        let (names, writers) = (&mut self.names, &self.writers);
        let entries = self.documents.entry(document).or_default();
        let is_newer = |old: &Newest| {
            (old.stamp.0, old.stamp.1, writers.name(old.stamp.2)) < (order.0, order.1, stamp.by.as_str())
        };
        if entries.get(&id).is_some_and(|old| !is_newer(old)) {
            return;
        }
        let annotation = match now {
            Some(Record::Annotation(annotation)) => Some(annotation),
            _ => None,
        };
        let fact = annotation.as_ref().map(|a| Fact::of(a, names.number(&a.code.0).0, names.number(&a.coder).0));
        let bytes = chunk::encode(&Kept { stamp: stamp.clone(), annotation });
        entries.insert(id, Newest { stamp: order, bytes, fact });
    }

    /// Notes how far a journal was read.
    pub fn read_to(&mut self, journal: &str, cursor: Cursor) {
        self.cursors.insert(journal.to_owned(), cursor);
    }

    /// All cells, in batches that need not be written together.
    pub fn batches(self) -> impl Iterator<Item = Batch> {
        let names = self.names;
        let listed = names.all().iter().enumerate();
        let listed: Vec<Batch> =
            listed.map(|(i, name)| Batch::from([(name_key(i as u32), Some(name.clone().into_bytes()))])).collect();
        let documents = self.documents.into_iter().flat_map(move |(document, entries)| {
            let mut counts = Counts::new();
            for fact in entries.values().filter_map(|newest| newest.fact) {
                *counts.entry(names.name(fact.coder).to_owned()).or_default() += 1;
            }
            let prefix = document_prefix(&document);
            let entries = entries.into_iter().map(|(id, newest)| Entry { id, bytes: newest.bytes, fact: newest.fact });
            let chunks = chunk::split(entries.collect()).into_iter().map(move |chunk| {
                let mut batch = Batch::new();
                put_chunks(&prefix, chunk, &mut batch);
                batch
            });
            chunks.chain([Batch::from([(counts_key(&document), Some(encoded(&counts)))])])
        });
        let shared = self.shared.into_iter().map(|(key, said)| Batch::from([(key, Some(encoded(&said)))]));
        let cursors = self.cursors.into_iter();
        let cursors = cursors.map(|(journal, at)| Batch::from([(cursor_key(&journal), Some(encoded(&at)))]));
        listed.into_iter().chain(documents).chain(shared).chain(cursors)
    }
}
