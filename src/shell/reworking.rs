//! What is done to many annotations of documents that need not be open, as changes to keep.

use crate::app::effect::Rework;
use crate::model::annotation::{Annotation, AnnotationId, Origin};
use crate::model::change::{Change, Record};
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::time::Time;
use crate::shell::autocode;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::text::span::CodePoints;

/// The changes that rework the coder's own annotations; others' are theirs, and are left.
pub fn changes(
    store: &Store,
    places: &[(DocumentId, AnnotationId)],
    rework: Rework,
    now: Time,
) -> Result<Vec<Change>, StoreError> {
    let (deed, mut changes) = match rework {
        Rework::Recode(code, new) => (Some(code), new),
        Rework::Stands => (None, Vec::new()),
    };
    for (document, id) in places {
        let Some(was) = store.index().annotation(document, *id)?.filter(|a| a.coder == store.writer.coder) else {
            continue;
        };
        let after = match &deed {
            Some(code) => Annotation { code: code.clone(), ..was.clone() },
            None => Annotation { reread: Some(now), ..was.clone() },
        };
        if after != was {
            changes.push(Change::replace(Record::Annotation(was), Record::Annotation(after)));
        }
    }
    Ok(changes)
}

/// The changes that tag suggestions which were accepted; what the coder tagged so meanwhile is left out. `chance` makes
/// their names.
pub fn accepted(
    store: &Store,
    all: &[(DocumentId, CodePoints, CodeId)],
    (now, chance): (Time, u128),
) -> Result<Vec<Change>, StoreError> {
    let mut changes = Vec::new();
    for (at, (document, range, code)) in all.iter().enumerate() {
        let opened = store.open_document(document)?;
        let Some(span) = opened.offsets.span(&opened.text, *range) else { continue };
        let place = [(document.clone(), span)];
        // Names of one moment differ by their chance.
        let moment = (now, chance.wrapping_add(at as u128));
        let (made, _) = autocode::annotations(store, &place, code, moment)?;
        let suggested = |annotation| Annotation { origin: Origin::Suggestion, ..annotation };
        changes.extend(made.into_iter().map(|made| Change::put(Record::Annotation(suggested(made)))));
    }
    Ok(changes)
}
