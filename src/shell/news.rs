//! What others said of a coder's annotations, gathered from the whole project.

use std::collections::BTreeMap;

use crate::app::inbox::News;
use crate::app::reviewing::told;
use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::document::DocumentId;
use crate::model::review::Review;
use crate::model::shared::Shared;
use crate::model::sight::Sight;
use crate::say;
use crate::shell::retrieval::Unanswered;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::looked::Looked;
use crate::text::span::CodePoints;

/// What others said to the store's coder: verdicts and comments on their annotations, comments that call them or answer in
/// a thread where they spoke, and what was settled of their annotations; what is new first, the latest first.
pub fn news(store: &Store, go_on: &mut dyn FnMut(usize) -> bool) -> Result<Vec<News>, Unanswered> {
    let shared = store.shared()?;
    let sight = Sight::of(&shared, &store.writer.coder);
    let looked = Looked::read(&store.project.own(), &store.writer.coder);
    let documents = store.index().reviewed_documents()?;
    let mut all = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        let review = store.index().review(document)?.seen_by(&sight);
        let found = of_document(store, &shared, document, &review)?;
        all.extend(found.into_iter().map(|news| News { is_new: !looked.has(&news.key), ..news }));
        if !go_on(at * 1000 / documents.len().max(1)) {
            break;
        }
    }
    all.sort_by_key(|news| (!news.is_new, std::cmp::Reverse(news.time)));
    Ok(all)
}

fn of_document(
    store: &Store,
    shared: &Shared,
    document: &DocumentId,
    review: &Review,
) -> Result<Vec<News>, StoreError> {
    let me = &store.writer.coder;
    let mut known: BTreeMap<AnnotationId, Option<Annotation>> = BTreeMap::new();
    let mut annotation = |id: AnnotationId| -> Result<Option<Annotation>, StoreError> {
        if let Some(known) = known.get(&id) {
            return Ok(known.clone());
        }
        let found = store.index().annotation(document, id)?;
        known.insert(id, found.clone());
        Ok(found)
    };
    let mut all = Vec::new();
    for verdict in review.verdicts.values().filter(|verdict| verdict.of == *me && verdict.reviewer != *me) {
        let found = annotation(verdict.annotation)?;
        let key = format!("{}/{}/{:?}", verdict.key(), verdict.time, verdict.claim);
        let said = told(&shared.codebook, verdict);
        let place = verdict.claim.range();
        all.push(made(
            shared,
            document,
            (key, &verdict.reviewer, said),
            found.as_ref(),
            (verdict.annotation, place),
            verdict.time,
        ));
    }
    for comment in review.comments.values().filter(|comment| comment.coder != *me) {
        let spoke = || review.thread(comment.annotation).any(|other| other.coder == *me && other.id < comment.id);
        if comment.of != *me && !comment.mentions(me) && !spoke() {
            continue;
        }
        let found = annotation(comment.annotation)?;
        let place = found.as_ref().map_or(CodePoints { start: 0, end: 0 }, |found| found.passage.range());
        let key = format!("{}/{}", comment.key(), comment.time);
        let said = (key, &comment.coder, comment.text.clone());
        all.push(made(shared, document, said, found.as_ref(), (comment.annotation, place), comment.time));
    }
    for settlement in review.settlements.values().filter(|settlement| settlement.coder != *me) {
        let Some((id, claim)) = settlement.sources.first() else { continue };
        let mut own = None;
        for (id, _) in &settlement.sources {
            own = annotation(*id)?.filter(|annotation| annotation.coder == *me).or(own);
        }
        if let Some(own) = own {
            let key = format!("{}/{}", settlement.key(), settlement.time);
            let why = if settlement.reason.is_empty() { String::new() } else { format!(": {}", settlement.reason) };
            let rule = if settlement.rule.is_empty() {
                String::new()
            } else {
                say!(" by the rule {rule}", rule = settlement.rule)
            };
            let said = say!("settled it{rule}: {ruling}{why}", rule, ruling = settlement.ruling.word(), why);
            let said = (key, &settlement.coder, said);
            all.push(made(shared, document, said, Some(&own), (*id, claim.range()), settlement.time));
        }
    }
    Ok(all)
}

fn made(
    shared: &Shared,
    document: &DocumentId,
    (key, by, said): (String, &String, String),
    annotation: Option<&Annotation>,
    (id, range): (AnnotationId, CodePoints),
    time: crate::model::time::Time,
) -> News {
    let gone = say!("an annotation that is deleted");
    News {
        key,
        is_new: true,
        by: by.clone(),
        said,
        about: annotation.map_or(gone, |annotation| shared.codebook.called(&annotation.code)).to_owned(),
        quote: annotation.map_or(String::new(), |annotation| annotation.quote.exact.clone()),
        annotation: id,
        place: (document.clone(), annotation.map_or(range, |annotation| annotation.passage.range())),
        time,
    }
}
