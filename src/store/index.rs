//! What sled holds: the annotations and all lookups over them, made from the journals and disposable.
//!
//! Keys: `m` schema · `j/<journal>` how far it was read · `s/<record>` a shared record's newest version ·
//! `a/<document>\0<id>` a chunk of annotations from that id on · `n/<document>` how many, by coder.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::change::{Change, Record};
use crate::model::document::DocumentId;
use crate::model::event::Event;
use crate::model::shared::Shared;
use crate::model::time::Stamp;
use crate::store::cells::{Batch, Cells};
use crate::store::chunk::{self, Kept};
use crate::store::error::StoreError;
use crate::store::journal::Cursor;

/// The form of the cells; another number means another form, and the index is made anew.
const SCHEMA: &[u8] = b"tanba-index-4";

/// How many annotations each coder has in a document.
pub type Counts = BTreeMap<String, usize>;

/// A shared record's newest version and when it was said.
#[derive(Serialize, Deserialize)]
struct Said {
    stamp: Stamp,
    record: Option<Record>,
}

/// The index over a project's journals.
pub struct Index {
    cells: Cells,
}

impl Index {
    /// Takes opened cells.
    pub fn new(cells: Cells) -> Self {
        Self { cells }
    }

    /// Whether it was made whole, in today's form.
    pub fn is_whole(&self) -> bool {
        matches!(self.cells.get(b"m"), Ok(Some(schema)) if schema == SCHEMA)
    }

    /// How far it has read a journal, by the journal's file name.
    pub fn cursor(&self, journal: &str) -> Result<Cursor, StoreError> {
        let found = self.cells.get(&cursor_key(journal))?;
        Ok(found.and_then(|bytes| postcard::from_bytes(&bytes).ok()).unwrap_or_default())
    }

    /// The file names of the journals it has read.
    pub fn journals(&self) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        self.cells.scan(b"j/", &mut |key, _| {
            names.push(String::from_utf8_lossy(key.get(2..).unwrap_or_default()).into_owned());
        })?;
        Ok(names)
    }

    /// Takes in an event of a journal, and how far that journal is now read; `settle` writes it. Returns, for each change, whether it
    /// is the later word on its record; one that is not changes nothing.
    pub fn apply(&mut self, event: &Event, journal: &str, cursor: &Cursor) -> Result<Vec<bool>, StoreError> {
        let won = self.take_in(event, journal, cursor);
        if won.is_err() {
            self.cells.forget_gathered();
        }
        won
    }

    fn take_in(&mut self, event: &Event, journal: &str, cursor: &Cursor) -> Result<Vec<bool>, StoreError> {
        let stamp = event.stamp();
        let mut won = Vec::with_capacity(event.changes.len());
        for change in &event.changes {
            // Applying a change again changes nothing, so a crash between two changes of an event is no harm.
            let mut batch = Batch::new();
            won.push(match change.subject() {
                Some(Record::Annotation(subject)) => self.apply_annotation(subject, change, &stamp, &mut batch)?,
                Some(record) => self.apply_shared(record, change, &stamp, &mut batch)?,
                None => false,
            });
            self.cells.gather(batch)?;
        }
        self.cells.gather(Batch::from([(cursor_key(journal), Some(encoded(cursor)))]))?;
        Ok(won)
    }

    /// Notes how far a journal is read, and writes all that was taken in.
    pub fn read_to(&mut self, journal: &str, cursor: &Cursor) -> Result<(), StoreError> {
        self.cells.gather(Batch::from([(cursor_key(journal), Some(encoded(cursor)))]))?;
        self.cells.settle()
    }

    /// Writes all that was taken in.
    pub fn settle(&mut self) -> Result<(), StoreError> {
        self.cells.settle()
    }

    /// Makes sure that the next opening makes the index anew.
    pub fn give_up(&mut self) {
        let given_up = self.cells.gather(Batch::from([(b"m".to_vec(), None)]));
        let _ = given_up.and_then(|()| self.cells.settle());
    }

    fn apply_shared(
        &self,
        record: &Record,
        change: &Change,
        stamp: &Stamp,
        batch: &mut Batch,
    ) -> Result<bool, StoreError> {
        let key = shared_key(record);
        let old = self.cells.get(&key)?.and_then(|bytes| postcard::from_bytes::<Said>(&bytes).ok());
        let is_later = old.is_none_or(|said| said.stamp < *stamp);
        if is_later {
            batch.insert(key, Some(encoded(&Said { stamp: stamp.clone(), record: change.now.clone() })));
        }
        Ok(is_later)
    }

    fn apply_annotation(
        &self,
        subject: &Annotation,
        change: &Change,
        stamp: &Stamp,
        batch: &mut Batch,
    ) -> Result<bool, StoreError> {
        let prefix = document_prefix(&subject.passage.document);
        let found = self.cells.at_or_before(&prefix, &chunk_key(&prefix, subject.id))?;
        let (old_key, bytes) = found.unwrap_or_default();
        let mut entries = chunk::unpack(&bytes);
        let place = entries.binary_search_by_key(&subject.id, |(id, _)| *id);
        let old = place.ok().and_then(|at| entries.get(at)).and_then(|(_, bytes)| chunk::decode(bytes));
        if old.as_ref().is_some_and(|kept| kept.stamp >= *stamp) {
            return Ok(false);
        }
        let now = match &change.now {
            Some(Record::Annotation(annotation)) => Some(annotation.clone()),
            _ => None,
        };
        self.count(&subject.passage.document, old.as_ref().and_then(|k| k.annotation.as_ref()), now.as_ref(), batch)?;
        let entry = (subject.id, chunk::encode(&Kept { stamp: stamp.clone(), annotation: now }));
        match place {
            Ok(at) => entries.splice(at..=at, [entry]).for_each(drop),
            Err(at) => entries.insert(at, entry),
        }
        if !old_key.is_empty() {
            batch.insert(old_key, None);
        }
        put_chunks(&prefix, entries, batch);
        Ok(true)
    }

    fn count(
        &self,
        document: &DocumentId,
        old: Option<&Annotation>,
        now: Option<&Annotation>,
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        let mut counts = self.counts(document)?;
        if let Some(old) = old {
            counts.entry(old.coder.clone()).and_modify(|n| *n = n.saturating_sub(1));
        }
        if let Some(now) = now {
            *counts.entry(now.coder.clone()).or_default() += 1;
        }
        counts.retain(|_, n| *n > 0);
        batch.insert(counts_key(document), Some(encoded(&counts)));
        Ok(())
    }

    /// How many annotations each coder has in a document.
    pub fn counts(&self, document: &DocumentId) -> Result<Counts, StoreError> {
        let found = self.cells.get(&counts_key(document))?;
        Ok(found.and_then(|bytes| postcard::from_bytes(&bytes).ok()).unwrap_or_default())
    }

    /// The counts of all documents that have annotations.
    pub fn all_counts(&self) -> Result<BTreeMap<DocumentId, Counts>, StoreError> {
        let mut all = BTreeMap::new();
        self.cells.scan(b"n/", &mut |key, value| {
            let id = String::from_utf8_lossy(key.get(2..).unwrap_or_default()).into_owned();
            all.insert(DocumentId(id), postcard::from_bytes(value).unwrap_or_default());
        })?;
        Ok(all)
    }

    /// Hands every annotation of a document to `each`, in the order they were made.
    pub fn each_annotation(&self, document: &DocumentId, each: &mut dyn FnMut(Annotation)) -> Result<(), StoreError> {
        self.cells.scan(&document_prefix(document), &mut |_, value| {
            let kept = chunk::entries(value).filter_map(|(_, entry)| chunk::decode(entry));
            kept.filter_map(|kept| kept.annotation).for_each(&mut *each);
        })
    }

    /// One annotation of a document; `None` where it is not, or no more.
    pub fn annotation(&self, document: &DocumentId, id: AnnotationId) -> Result<Option<Annotation>, StoreError> {
        let prefix = document_prefix(document);
        let Some((_, bytes)) = self.cells.at_or_before(&prefix, &chunk_key(&prefix, id))? else { return Ok(None) };
        let entry = chunk::entries(&bytes).find(|(known, _)| *known == id);
        Ok(entry.and_then(|(_, bytes)| chunk::decode(bytes)).and_then(|kept| kept.annotation))
    }

    /// The documents that have annotations.
    pub fn coded_documents(&self) -> Result<Vec<DocumentId>, StoreError> {
        Ok(self.all_counts()?.into_keys().collect())
    }

    /// What all coders share.
    pub fn shared(&self) -> Result<Shared, StoreError> {
        let mut shared = Shared::default();
        self.cells.scan(b"s/", &mut |_, value| {
            let said = postcard::from_bytes::<Said>(value).ok();
            if let Some(record) = said.and_then(|said| said.record) {
                shared.insert(record);
            }
        })?;
        Ok(shared)
    }

    /// The documents that were taken back: their files may still be there.
    pub fn removed_documents(&self) -> Result<Vec<DocumentId>, StoreError> {
        let mut removed = Vec::new();
        self.cells.scan(b"s/document/", &mut |key, value| {
            let said = postcard::from_bytes::<Said>(value).ok();
            if said.is_some_and(|said| said.record.is_none()) {
                let id = key.get(b"s/document/".len()..).unwrap_or_default();
                removed.push(DocumentId(String::from_utf8_lossy(id).into_owned()));
            }
        })?;
        Ok(removed)
    }

    /// Replaces everything by what `rebuilt` gathered.
    pub fn replace(&mut self, rebuilt: Rebuilt) -> Result<(), StoreError> {
        self.cells.clear()?;
        for (document, entries) in rebuilt.documents {
            let mut counts = Counts::new();
            for kept in entries.values() {
                if let Some(coder) = &kept.coder {
                    *counts.entry(rebuilt.names.name(*coder)).or_default() += 1;
                }
            }
            self.cells.gather(Batch::from([(counts_key(&document), Some(encoded(&counts)))]))?;
            let prefix = document_prefix(&document);
            for chunk in chunk::split(entries.into_iter().map(|(id, kept)| (id, kept.bytes)).collect()) {
                let mut batch = Batch::new();
                put_chunks(&prefix, chunk, &mut batch);
                self.cells.gather(batch)?;
            }
        }
        for (key, said) in rebuilt.shared {
            self.cells.gather(Batch::from([(key, Some(encoded(&said)))]))?;
        }
        for (journal, cursor) in rebuilt.cursors {
            self.cells.gather(Batch::from([(cursor_key(&journal), Some(encoded(&cursor)))]))?;
        }
        self.cells.settle()?;
        // Last: an index without it was not made to its end.
        self.cells.gather(Batch::from([(b"m".to_vec(), Some(SCHEMA.to_vec()))]))?;
        self.cells.settle()
    }
}

/// What a pass over all journals gathers before it is written at once.
#[derive(Default)]
pub struct Rebuilt {
    documents: BTreeMap<DocumentId, BTreeMap<AnnotationId, Newest>>,
    shared: BTreeMap<Vec<u8>, Said>,
    cursors: BTreeMap<String, Cursor>,
    names: Names,
}

/// Coders' and writers' names, kept once.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    fn name(&self, number: u32) -> String {
        self.names.get(number as usize).cloned().unwrap_or_default()
    }
}

/// The newest version of an annotation, encoded; no coder is a deleted one.
struct Newest {
    stamp: (i64, u32, u32),
    coder: Option<u32>,
    bytes: Vec<u8>,
}

impl Rebuilt {
    /// Takes in an event.
    pub fn take(&mut self, event: Event) {
        let stamp = event.stamp();
        for change in event.changes {
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
        let order = (stamp.time.0, stamp.tick, self.names.number(&stamp.by));
        let entries = self.documents.entry(document).or_default();
        let is_newer = |old: &Newest| {
            let by = self.names.name(old.stamp.2);
            (old.stamp.0, old.stamp.1, by.as_str()) < (order.0, order.1, stamp.by.as_str())
        };
        if entries.get(&id).is_some_and(|old| !is_newer(old)) {
            return;
        }
        let annotation = match now {
            Some(Record::Annotation(annotation)) => Some(annotation),
            _ => None,
        };
        let coder = annotation.as_ref().map(|a| self.names.number(&a.coder));
        let bytes = chunk::encode(&Kept { stamp: stamp.clone(), annotation });
        entries.insert(id, Newest { stamp: order, coder, bytes });
    }

    /// Notes how far a journal was read.
    pub fn read_to(&mut self, journal: &str, cursor: Cursor) {
        self.cursors.insert(journal.to_owned(), cursor);
    }
}

fn encoded<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).unwrap_or_default()
}

fn put_chunks(prefix: &[u8], entries: chunk::Entries, batch: &mut Batch) {
    // A full chunk is cut in halves, so that the next annotation does not split it again.
    let too_large = entries.len() > chunk::MAX_ENTRIES
        || entries.iter().map(|(_, e)| e.len() + 20).sum::<usize>() > chunk::MAX_BYTES;
    let parts = if too_large {
        let half = entries.len() / 2;
        let mut left = entries;
        let right = left.split_off(half);
        [chunk::split(left), chunk::split(right)].concat()
    } else {
        vec![entries]
    };
    for part in parts {
        if let Some((first, _)) = part.first() {
            batch.insert(chunk_key(prefix, *first), Some(chunk::pack(&part)));
        }
    }
}

fn cursor_key(journal: &str) -> Vec<u8> {
    [b"j/", journal.as_bytes()].concat()
}

fn shared_key(record: &Record) -> Vec<u8> {
    [b"s/", record.key().as_bytes()].concat()
}

fn counts_key(document: &DocumentId) -> Vec<u8> {
    [b"n/", document.0.as_bytes()].concat()
}

fn document_prefix(document: &DocumentId) -> Vec<u8> {
    [b"a/", document.0.as_bytes(), b"\0"].concat()
}

fn chunk_key(prefix: &[u8], id: AnnotationId) -> Vec<u8> {
    [prefix, &id.0.0.to_be_bytes()].concat()
}
