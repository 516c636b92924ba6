//! What coders had said of each document when they first finished it: before they talked about it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::annotation::AnnotationId;
use crate::model::change::Record;
use crate::model::document::DocumentId;
use crate::model::event::Deed;
use crate::model::time::Stamp;
use crate::model::verdict::Claim;
use crate::store::error::StoreError;
use crate::store::journal::{self, Cursor};
use crate::store::project::Project;

/// What coders had said of a document when they first finished it, by coder.
pub type First = BTreeMap<DocumentId, BTreeMap<String, Vec<Claim>>>;

/// When coders first finished documents.
type Finished = BTreeMap<(DocumentId, String), Stamp>;

/// When an annotation was last changed before its coder finished, and what it then said; nothing where it was deleted.
type Stood = (Stamp, Option<(String, Claim)>);

/// Reads all journals twice: when coders first finished documents, and what stood there then. A coder who never finished
/// a document is not there. What cannot be read of a journal is left out, as everywhere.
pub fn at_first_finish(project: &Project) -> Result<First, StoreError> {
    let finished = finished(project)?;
    let mut first: First = First::new();
    for (document, coder) in finished.keys() {
        first.entry(document.clone()).or_default().insert(coder.clone(), Vec::new());
    }
    let mut stood: BTreeMap<(DocumentId, AnnotationId), Stood> = BTreeMap::new();
    for path in journal::list(&project.journals())? {
        journal::read(&path, project.cipher.as_ref(), &mut Cursor::default(), |event, _| {
            for change in &event.changes {
                let stamp = change.stamp(&event.stamp());
                let Some(Record::Annotation(subject)) = change.subject() else { continue };
                let document = subject.passage.document.clone();
                let end = finished.get(&(document.clone(), subject.coder.clone()));
                if end.is_none_or(|end| stamp > *end) {
                    continue;
                }
                let now = match &change.now {
                    Some(Record::Annotation(now)) => Some((now.coder.clone(), Claim::of(now))),
                    _ => None,
                };
                let known = stood.entry((document, subject.id)).or_default();
                if known.0 < stamp {
                    *known = (stamp.clone(), now);
                }
            }
        })?;
    }
    for ((document, _), (_, said)) in stood {
        let Some((coder, claim)) = said else { continue };
        if let Some(own) = first.get_mut(&document).and_then(|coders| coders.get_mut(&coder)) {
            own.push(claim);
        }
    }
    Ok(first)
}

/// When coders first finished documents; what was taken back does not count.
fn finished(project: &Project) -> Result<Finished, StoreError> {
    let mut finished = Finished::new();
    for path in journal::list(&project.journals())? {
        let mut said: Vec<(u64, (DocumentId, String), Stamp)> = Vec::new();
        // Which event each step back took, by its own number; and which are taken back now.
        let (mut steps, mut taken) = (BTreeMap::new(), BTreeSet::new());
        journal::read(&path, project.cipher.as_ref(), &mut Cursor::default(), |event, _| {
            match event.deed {
                Deed::Plain => {}
                Deed::Undo(of) => {
                    steps.insert(event.seq, of);
                    taken.insert(of);
                }
                Deed::Redo(of) => drop(steps.get(&of).is_some_and(|of| taken.remove(of))),
            }
            let stamp = event.stamp();
            for done in event.changes.iter().filter_map(|change| match &change.now {
                Some(Record::Done(done)) if done.holds() && event.deed == Deed::Plain => Some(done),
                _ => None,
            }) {
                said.push((event.seq, (done.document.clone(), done.coder.clone()), stamp.clone()));
            }
        })?;
        for (_, key, stamp) in said.into_iter().filter(|(seq, ..)| !taken.contains(seq)) {
            let known = finished.entry(key).or_insert(stamp.clone());
            *known = stamp.min(known.clone());
        }
    }
    Ok(finished)
}
