//! Texts that changes give to documents: put in their places, and back.

use crate::model::change::{Change, Record};
use crate::model::document::DocumentId;
use crate::store::documents::{self, Shelf};
use crate::store::error::StoreError;
use crate::store::index::Index;

/// The documents to which changes give another text, and its revision.
pub fn turned(changes: &[Change]) -> impl Iterator<Item = (&DocumentId, &str)> {
    changes.iter().filter_map(|change| match (&change.was, &change.now) {
        (Some(Record::Document(was)), Some(Record::Document(now)))
            if !was.revision.is_empty() && !now.revision.is_empty() && was.revision != now.revision =>
        {
            Some((&now.id, now.revision.as_str()))
        }
        _ => None,
    })
}

/// Puts the texts in place that changes give to documents; returns those that were there. Fails, with all as it was, where one
/// is not kept.
pub fn turn(shelf: &Shelf, changes: &[Change]) -> Result<Vec<(DocumentId, String)>, StoreError> {
    let mut before = Vec::new();
    for (id, revision) in turned(changes) {
        match documents::turn(shelf, id, revision) {
            Ok(Some(text)) => before.push((id.clone(), text)),
            Ok(None) => {}
            Err(error) => {
                put_back(shelf, &before);
                return Err(error);
            }
        }
    }
    Ok(before)
}

/// Puts back what was there; what can't be put back is in the folder of old texts.
pub fn put_back(shelf: &Shelf, before: &[(DocumentId, String)]) {
    for (id, text) in before {
        let _ = documents::put_back(shelf, id, text);
    }
}

/// The same changes as ones that only carry along what they change: a later word of its coder stands. Fails where the index
/// can't be read.
pub fn carrying(index: &Index, changes: Vec<Change>) -> Result<Vec<Change>, StoreError> {
    let carried = |change: Change| match &change.was {
        Some(was @ (Record::Annotation(_) | Record::Verdict(_) | Record::Settlement(_))) => {
            let carried = index.said(was)?.map(|(stamp, _)| stamp);
            Ok(Change { carried, ..change })
        }
        _ => Ok(change),
    };
    changes.into_iter().map(carried).collect()
}
