//! Coders compared in a project, document by document.

use std::collections::BTreeSet;

use crate::agreement::comparison::{Comparison, Said, compare};
use crate::agreement::settling::sources;
use crate::model::annotation::Annotation;
use crate::model::document::DocumentId;
use crate::model::review::Review;
use crate::model::rules::CONSENSUS;
use crate::model::shared::Shared;
use crate::model::sight::Sight;
use crate::query::choice::Choice;
use crate::store::Store;
use crate::store::error::StoreError;

/// Who is compared in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// Those who finished it.
    Finished,
    /// Those who finished it or tagged something in it.
    Everybody,
}

/// One document, compared.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Its name.
    pub document: DocumentId,
    /// Who is compared.
    pub coders: Vec<String>,
    /// What they said, in the order of the text.
    pub said: Vec<Annotation>,
    /// What is settled already.
    pub consensus: Vec<Annotation>,
    /// What was said in review.
    pub review: Review,
    /// The places, in the order of the text; each names what was said by its place in `said`.
    pub places: Vec<Comparison>,
}

impl Compared {
    /// What was said at a place.
    pub fn said_at(&self, place: &Comparison) -> Vec<&Annotation> {
        place.of.iter().filter_map(|at| self.said.get(*at)).collect()
    }

    /// Whether a place is settled as it is now.
    pub fn is_settled(&self, place: &Comparison) -> bool {
        self.review.is_settled(&sources(&self.said_at(place)))
    }
}

/// The coders of a document: of those that a choice names, the ones who finished it, or tagged anything in it too.
pub fn coders_of(
    shared: &Shared,
    choice: &Choice,
    (id, tagged): (&DocumentId, &BTreeSet<String>),
    taking: Taking,
) -> Vec<String> {
    let tagged = tagged.iter().filter(|_| taking == Taking::Everybody);
    let wanted = |coder: &&String| *coder != CONSENSUS && (choice.coders.is_empty() || choice.coders.contains(coder));
    let all: BTreeSet<&String> = shared.finishers(id).chain(tagged).filter(wanted).collect();
    all.into_iter().cloned().collect()
}

/// Hands the documents of a choice over, each compared, until `each` wants no more; those of fewer than two coders have no
/// places.
pub fn each(
    store: &Store,
    shared: &Shared,
    (choice, taking): (&Choice, Taking),
    each: &mut dyn FnMut(Compared) -> bool,
) -> Result<(), StoreError> {
    let sight = Sight::of(shared, &store.writer.coder);
    let book = &shared.codebook;
    let wanted = choice.codes.iter().filter_map(|name| Some(book.find(name)?.id.clone())).collect::<Vec<_>>();
    for id in shared.documents.keys().filter(|id| choice.wants_document(shared, id)) {
        let (mut all, mut consensus, mut tagged) = (Vec::new(), Vec::new(), BTreeSet::new());
        store.index().each_annotation(id, &mut |annotation| {
            if sight.sees_annotation(&annotation) && !tagged.contains(&annotation.coder) {
                tagged.insert(annotation.coder.clone());
            }
            let is_wanted = wanted.is_empty() || wanted.iter().any(|code| book.is_one(&annotation.code, code));
            if sight.sees_annotation(&annotation) && annotation.coder == CONSENSUS {
                consensus.push(annotation);
            } else if sight.sees_annotation(&annotation) && is_wanted {
                all.push(annotation);
            }
        })?;
        all.sort_by_key(|annotation| (annotation.passage.start, annotation.passage.end, annotation.id));
        let mut coders = coders_of(shared, choice, (id, &tagged), taking);
        coders.retain(|coder| sight.sees(id, coder));
        let said: Vec<Said<'_>> = all
            .iter()
            .map(|annotation| Said {
                coder: &annotation.coder,
                code: book.standing(&annotation.code),
                range: annotation.passage.range(),
            })
            .collect();
        let places = compare(&said, &coders);
        let review = store.index().review(id)?.seen_by(&sight);
        if !each(Compared { document: id.clone(), coders, said: all, consensus, review, places }) {
            break;
        }
    }
    Ok(())
}
