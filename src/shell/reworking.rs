//! What is done to many annotations of documents that need not be open, as changes to keep.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::app::effect::Rework;
use crate::model::annotation::{Annotation, AnnotationId, Origin};
use crate::model::change::{Change, Record};
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::review::Review;
use crate::model::rules::CONSENSUS;
use crate::model::time::Time;
use crate::model::verdict::{Judgement, Verdict};
use crate::shell::autocode;
use crate::shell::clock;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::text::span::CodePoints;

/// The changes that rework annotations: the coder's own get another code, or still stand; colleagues' get a verdict.
pub fn changes(
    store: &Store,
    places: &[(DocumentId, AnnotationId)],
    rework: Rework,
    now: Time,
) -> Result<Vec<Change>, StoreError> {
    let (deed, mut changes) = match rework {
        Rework::Recode(code, new) => (Some(code), new),
        Rework::Stands => (None, Vec::new()),
        Rework::Judge(judgement) => return verdicts(store, places, &judgement, now),
    };
    let mut sure = places.to_vec();
    if deed.is_none() {
        // That a doubtful place is right anybody may say, whoever tagged it; it is no verdict on the code.
        let sight = store.reading().sight()?;
        sure.clear();
        for (document, id) in places {
            let found = store.index().annotation(document, *id)?.filter(|a| sight.sees_annotation(a));
            match found.filter(|a| a.doubt.is_some()) {
                Some(was) => {
                    let after = Annotation { doubt: None, ..was.clone() };
                    changes.push(Change::replace(Record::Annotation(was), Record::Annotation(after)));
                }
                None => sure.push((document.clone(), *id)),
            }
        }
        changes.extend(verdicts(store, &sure, &Judgement::Accept, now)?);
    }
    for (document, id) in &sure {
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

/// The changes that give a verdict on colleagues' annotations; one's own are left out, and so is what was settled.
fn verdicts(
    store: &Store,
    places: &[(DocumentId, AnnotationId)],
    judgement: &Judgement,
    now: Time,
) -> Result<Vec<Change>, StoreError> {
    let (me, sight) = (&store.writer.coder, store.reading().sight()?);
    let mut changes = Vec::new();
    let mut reviews: BTreeMap<&DocumentId, Review> = BTreeMap::new();
    for (document, id) in places {
        let found = store.index().annotation(document, *id)?;
        let is_meant = |a: &Annotation| a.coder != *me && a.coder != CONSENSUS && sight.sees_annotation(a);
        let Some(annotation) = found.filter(is_meant) else { continue };
        let review = match reviews.entry(document) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(store.index().review(document)?),
        };
        let verdict = Verdict::on(&annotation, me, judgement.clone(), now);
        changes.extend(review.judge(&annotation, verdict, clock::chance()));
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
