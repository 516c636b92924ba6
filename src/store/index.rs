//! What sled holds: the annotations and all lookups over them, made from the journals and disposable.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::change::{Change, Record};
use crate::model::document::{DocumentId, Size};
use crate::model::event::Event;
use crate::model::fact::{Fact, Place};
use crate::model::review::Review;
use crate::model::shared::Shared;
use crate::model::time::Stamp;
use crate::say;
use crate::store::cells::{Batch, Cells};
use crate::store::chunk::{self, Chunk, Entry, Kept};
use crate::store::error::StoreError;
use crate::store::journal::Cursor;
use crate::store::names::Names;
use crate::store::rebuilt::Rebuilt;
use crate::store::records::{
    Counts, Said, Version, chunk_key, counts_key, cursor_key, document_prefix, encoded, facts_key, name_key,
    put_chunks, review_prefix, shared_key, size_key,
};

/// The form of the cells; another number means another form, and the index is made anew.
const SCHEMA: &[u8] = b"tanba-index-9";

/// Takes the facts of one document; says whether it wants those of the next.
pub type EachFacts<'a> = &'a mut dyn FnMut(&DocumentId, &[(Fact, Place)]) -> bool;

/// The index over a project's journals.
pub struct Index {
    cells: Cells,
    /// Of codes and coders; read when they are first needed.
    names: OnceLock<Names>,
}

impl Index {
    /// Takes opened cells.
    pub fn new(cells: Cells) -> Self {
        Self { cells, names: OnceLock::new() }
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
            self.names = OnceLock::new();
        }
        won
    }

    fn take_in(&mut self, event: &Event, journal: &str, cursor: &Cursor) -> Result<Vec<bool>, StoreError> {
        let mut won = Vec::with_capacity(event.changes.len());
        for change in &event.changes {
            let stamp = change.stamp(&event.stamp());
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
        self.settle()
    }

    /// Writes all that was taken in.
    pub fn settle(&mut self) -> Result<(), StoreError> {
        let settled = self.cells.settle();
        if settled.is_err() {
            // Names that were not written are not known.
            self.names = OnceLock::new();
        }
        settled
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
        &mut self,
        subject: &Annotation,
        change: &Change,
        stamp: &Stamp,
        batch: &mut Batch,
    ) -> Result<bool, StoreError> {
        let prefix = document_prefix(&subject.passage.document);
        let found = self.cells.at_or_before(&prefix, &chunk_key(&prefix, subject.id))?;
        let (old_key, bytes) = found.unwrap_or_default();
        let facts = self.cells.get(&facts_key(&old_key))?.unwrap_or_default();
        let mut entries = chunk::unpack(&bytes, &facts);
        let place = entries.binary_search_by_key(&subject.id, |entry| entry.id);
        let old = place.ok().and_then(|at| entries.get(at)).and_then(|entry| chunk::decode(&entry.bytes));
        if old.as_ref().is_some_and(|kept| kept.stamp >= *stamp) {
            return Ok(false);
        }
        let now = match &change.now {
            Some(Record::Annotation(annotation)) => Some(annotation.clone()),
            _ => None,
        };
        self.count(&subject.passage.document, old.as_ref().and_then(|k| k.annotation.as_ref()), now.as_ref(), batch)?;
        let fact = match &now {
            Some(now) => Some(Fact::of(now, self.number(&now.code.0, batch)?, self.number(&now.coder, batch)?)),
            None => None,
        };
        let bytes = chunk::encode(&Kept { stamp: stamp.clone(), annotation: now });
        let entry = Entry { id: subject.id, bytes, fact };
        match place {
            Ok(at) => entries.splice(at..=at, [entry]).for_each(drop),
            Err(at) => entries.insert(at, entry),
        }
        if !old_key.is_empty() {
            batch.insert(facts_key(&old_key), None);
            batch.insert(old_key, None);
        }
        put_chunks(&prefix, entries, batch);
        Ok(true)
    }

    /// The number of a name; a new one is put into the batch.
    fn number(&mut self, name: &str, batch: &mut Batch) -> Result<u32, StoreError> {
        if self.names.get().is_none() {
            self.cells.settle()?;
            self.names = OnceLock::from(self.read_names()?);
        }
        let (number, is_new) = self.names.get_mut().map_or((0, false), |names| names.number(name));
        if is_new {
            batch.insert(name_key(number), Some(name.as_bytes().to_vec()));
        }
        Ok(number)
    }

    fn read_names(&self) -> Result<Names, StoreError> {
        let mut names = Vec::new();
        let mut is_whole = true;
        self.cells.scan(b"w/", &mut |key, name| {
            is_whole &= key == name_key(names.len() as u32);
            names.push(String::from_utf8_lossy(name).into_owned());
        })?;
        if is_whole { Ok(Names::new(names)) } else { Err(StoreError::Index(say!("its files are damaged").into())) }
    }

    /// The names of codes and coders, by the numbers that facts have.
    pub fn names(&self) -> Result<&[String], StoreError> {
        if self.names.get().is_none() {
            let _ = self.names.set(self.read_names()?);
        }
        Ok(self.names.get().map(Names::all).unwrap_or_default())
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

    /// Hands the facts of every wanted document to `each`, document by document, in the order of the text, until it wants no more.
    pub fn each_facts(&self, wants: &dyn Fn(&DocumentId) -> bool, each: EachFacts<'_>) -> Result<(), StoreError> {
        let mut page: Vec<(Fact, Place)> = Vec::new();
        let mut known: Option<(Vec<u8>, DocumentId, bool)> = None;
        let mut goes_on = true;
        let mut hand_over = |known: Option<&(Vec<u8>, DocumentId, bool)>, page: &mut Vec<(Fact, Place)>| {
            page.sort_unstable_by_key(|(fact, place)| (fact.start, fact.end, *place));
            let is_wanted = known.filter(|_| !page.is_empty()).is_none_or(|(_, id, _)| each(id, page));
            page.clear();
            is_wanted
        };
        self.cells.walk(b"f/", &mut |key, value| {
            let Some((name, id)) = key.get(2..).and_then(|rest| rest.split_last_chunk::<16>()) else { return true };
            if known.as_ref().is_none_or(|(known, ..)| known != name) {
                goes_on = hand_over(known.as_ref(), &mut page);
                let document =
                    DocumentId(String::from_utf8_lossy(name.strip_suffix(b"\0").unwrap_or(name)).into_owned());
                let is_wanted = wants(&document);
                known = Some((name.to_vec(), document, is_wanted));
            }
            if goes_on && known.as_ref().is_some_and(|(.., is_wanted)| *is_wanted) {
                let chunk = AnnotationId(ulid::Ulid(u128::from_be_bytes(*id)));
                let facts = chunk::facts(value).enumerate();
                page.extend(facts.filter_map(|(entry, fact)| Some((fact?, (chunk, entry)))));
            }
            goes_on
        })?;
        if goes_on {
            hand_over(known.as_ref(), &mut page);
        }
        Ok(())
    }

    /// The chunk of a document that begins with this id: its annotations are those that facts name by their [`Place`].
    pub fn chunk(&self, document: &DocumentId, first: AnnotationId) -> Result<Chunk, StoreError> {
        let bytes = self.cells.get(&chunk_key(&document_prefix(document), first))?.unwrap_or_default();
        Ok(Chunk::new(bytes))
    }

    /// One annotation of a document; `None` where it is not, or no more.
    pub fn annotation(&self, document: &DocumentId, id: AnnotationId) -> Result<Option<Annotation>, StoreError> {
        let prefix = document_prefix(document);
        let Some((_, bytes)) = self.cells.at_or_before(&prefix, &chunk_key(&prefix, id))? else { return Ok(None) };
        let entry = chunk::entries(&bytes).find(|(known, _)| *known == id);
        Ok(entry.and_then(|(_, bytes)| chunk::decode(bytes)).and_then(|kept| kept.annotation))
    }

    /// How much text a document had in a version of its file.
    pub fn size(&self, id: &DocumentId) -> Result<Option<(Version, Size)>, StoreError> {
        Ok(self.cells.get(&size_key(id))?.and_then(|bytes| postcard::from_bytes(&bytes).ok()))
    }

    /// Notes how much text a document has; `settle` writes it.
    pub fn note_size(&mut self, id: &DocumentId, version: Version, size: Size) -> Result<(), StoreError> {
        self.cells.gather(Batch::from([(size_key(id), Some(encoded(&(version, size))))]))
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

    /// Whether a record is there just as it is given, or, where nothing is given, is not there.
    pub fn stands(&self, subject: &Record, as_given: Option<&Record>) -> Result<bool, StoreError> {
        let now = match subject {
            Record::Annotation(a) => self.annotation(&a.passage.document, a.id)?.map(Record::Annotation),
            other => {
                let said = self.cells.get(&shared_key(other))?;
                said.and_then(|bytes| postcard::from_bytes::<Said>(&bytes).ok()).and_then(|said| said.record)
            }
        };
        Ok(now.as_ref() == as_given)
    }

    /// When something was last said of a record, and whether it is there; nothing of one that is not known.
    pub fn said(&self, record: &Record) -> Result<Option<(Stamp, bool)>, StoreError> {
        if let Record::Annotation(annotation) = record {
            let prefix = document_prefix(&annotation.passage.document);
            let found = self.cells.at_or_before(&prefix, &chunk_key(&prefix, annotation.id))?;
            let (_, bytes) = found.unwrap_or_default();
            let entry = chunk::entries(&bytes).find(|(id, _)| *id == annotation.id);
            let kept = entry.and_then(|(_, bytes)| chunk::decode(bytes));
            return Ok(kept.map(|kept| (kept.stamp, kept.annotation.is_some())));
        }
        let said = self.cells.get(&shared_key(record))?.and_then(|bytes| postcard::from_bytes::<Said>(&bytes).ok());
        Ok(said.map(|said| (said.stamp, said.record.is_some())))
    }

    /// What was said in review of a document's annotations.
    pub fn review(&self, document: &DocumentId) -> Result<Review, StoreError> {
        let mut review = Review::default();
        self.cells.scan(&review_prefix(document), &mut |_, value| {
            let said = postcard::from_bytes::<Said>(value).ok();
            if let Some(record) = said.and_then(|said| said.record) {
                review.insert(record);
            }
        })?;
        Ok(review)
    }

    /// The documents of which something was said in review.
    pub fn reviewed_documents(&self) -> Result<Vec<DocumentId>, StoreError> {
        let mut all: Vec<DocumentId> = Vec::new();
        self.cells.scan(b"r/", &mut |key, _| {
            let name = key.get(2..).and_then(|rest| rest.split(|b| *b == 0).next()).unwrap_or_default();
            if all.last().is_none_or(|last| last.0.as_bytes() != name) {
                all.push(DocumentId(String::from_utf8_lossy(name).into_owned()));
            }
        })?;
        Ok(all)
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
        // What is being cleared is not whole, whenever it is interrupted.
        self.cells.gather(Batch::from([(b"m".to_vec(), None)]))?;
        self.cells.settle()?;
        self.cells.clear()?;
        self.names = OnceLock::new();
        for batch in rebuilt.batches() {
            self.cells.gather(batch)?;
        }
        self.cells.settle()?;
        // Last: an index without it was not made to its end.
        self.cells.gather(Batch::from([(b"m".to_vec(), Some(SCHEMA.to_vec()))]))?;
        self.cells.settle()
    }
}
