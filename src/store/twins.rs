//! What a change of an annotation means for the other half of its linked pair, which need not be open anywhere.

use std::collections::BTreeSet;

use crate::model::annotation::{Annotation, AnnotationId, Counterpart};
use crate::model::change::{Change, Record};
use crate::model::document::Pair;
use crate::store::error::StoreError;
use crate::store::index::Index;

/// The changes, and what follows from them: both halves of a linked pair keep one code, and one whose other half goes
/// stands alone again. What is changed already is left as it is, and so are other halves that can't be read.
pub fn with_twins(index: &Index, changes: Vec<Change>) -> Vec<Change> {
    let is_linked = |change: &&Change| matches!(&change.was, Some(Record::Annotation(was)) if linked(was).is_some());
    if !changes.iter().any(|change| is_linked(&change)) {
        return changes;
    }
    let pairs = index.shared().map(|shared| shared.pairs).unwrap_or_default();
    let known: BTreeSet<String> = changes.iter().filter_map(Change::subject).map(Record::key).collect();
    let mut twins = Vec::new();
    for change in changes.iter().filter(is_linked) {
        let Some(Record::Annotation(was)) = &change.was else { continue };
        let Ok(Some(twin)) = twin(index, &pairs, was) else { continue };
        let now = match &change.now {
            Some(Record::Annotation(now)) if now.code == was.code => continue,
            Some(Record::Annotation(now)) => Annotation { code: now.code.clone(), ..twin.clone() },
            _ => Annotation { counterpart: Counterpart::Open, ..twin.clone() },
        };
        twins.push(Change::replace(Record::Annotation(twin), Record::Annotation(now)));
    }
    twins.retain(|twin| twin.subject().is_some_and(|record| !known.contains(&record.key())));
    changes.into_iter().chain(twins).collect()
}

fn linked(annotation: &Annotation) -> Option<AnnotationId> {
    match annotation.counterpart {
        Counterpart::Is(id) => Some(id),
        Counterpart::Open | Counterpart::Nothing => None,
    }
}

/// The other half, if it is there, names this one, and is of the same coder.
fn twin(index: &Index, pairs: &BTreeSet<Pair>, half: &Annotation) -> Result<Option<Annotation>, StoreError> {
    let Some(id) = linked(half) else { return Ok(None) };
    for document in pairs.iter().filter_map(|pair| pair.other(&half.passage.document)) {
        let found = index.annotation(document, id)?;
        if let Some(twin) = found.filter(|twin| linked(twin) == Some(half.id) && twin.coder == half.coder) {
            return Ok(Some(twin));
        }
    }
    Ok(None)
}
