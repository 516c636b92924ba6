//! The annotations of a project as rows, document by document.

use crate::alignment::pair::PairAlignment;
use crate::cli::context::Failure;
use crate::cli::output::Progress;
use crate::formats::row::{BY_ALIGNMENT, BY_CODER, NO_COUNTERPART, Row};
use crate::model::annotation::{Annotation, AnnotationId, Counterpart};
use crate::model::document::{DocumentId, Pair};
use crate::model::shared::Shared;
use crate::model::sight::Sight;
use crate::query::choice::Choice;
use crate::say;
use crate::shell::retrieval::Retrieval;
use crate::store::{Store, links};
use crate::text::offsets::Offsets;
use crate::text::span::CodePoints;
use crate::text::width::flat;

/// Hands the chosen annotations to `each`, by document and then by place. A document whose text is gone gives
/// its annotations with the quotes they were made with.
pub fn each(store: &Store, choice: &Choice, each: &mut dyn FnMut(Row) -> Result<(), Failure>) -> Result<(), Failure> {
    each_of(store, choice, &mut |_| true, each)
}

/// The same of those of the chosen annotations that are `wanted`; what is not costs no look at the other text.
pub fn each_of(
    store: &Store,
    choice: &Choice,
    wanted: &mut dyn FnMut(&Annotation) -> bool,
    each: &mut dyn FnMut(Row) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let shared = store.shared()?;
    let sight = Sight::of(&shared, &store.writer.coder);
    let mut others = Others { store, shared: &shared, sight, known: None };
    let retrieval = Retrieval::new(store, &shared, choice)?;
    let mut failed = None;
    let taken = retrieval.each(&mut |found| {
        let given = retrieval.annotations(&found).map_err(Failure::from);
        let handed = given.and_then(|annotations| {
            hand_over(annotations.into_values().filter(|a| wanted(a)).collect(), &mut others, each)
        });
        failed = handed.err();
        failed.is_none()
    });
    failed.map_or(Ok(()), Err)?;
    Ok(taken?)
}

fn hand_over(
    mut annotations: Vec<Annotation>,
    others: &mut Others<'_>,
    each: &mut dyn FnMut(Row) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let shared = others.shared;
    annotations.sort_by_key(|a| (a.passage.start, a.passage.end, a.id));
    for annotation in annotations {
        let id = annotation.passage.document.clone();
        let (words, by) = match annotation.counterpart {
            Counterpart::Is(twin) => (twin_of(others, &id, twin)?, BY_CODER),
            Counterpart::Nothing => (None, ""),
            Counterpart::Open => (others.of(&id, annotation.passage.range()), BY_ALIGNMENT),
        };
        each(row(shared, annotation, words.map(|words| (words, by))))?;
    }
    Ok(())
}

/// An annotation with what is known of its document and code, and with the words that correspond and who says so.
pub fn row(shared: &Shared, annotation: Annotation, counterpart: Option<(String, &str)>) -> Row {
    let (counterpart, counterpart_by) = counterpart.unwrap_or_default();
    let id = annotation.passage.document;
    Row {
        language: shared.language(&id).to_owned(),
        title: shared.title(&id).to_owned(),
        document: id.0,
        start: annotation.passage.start,
        end: annotation.passage.end,
        quote: annotation.quote.exact,
        path: shared.codebook.path(&annotation.code),
        code: shared.codebook.standing(&annotation.code).0.clone(),
        coder: annotation.coder,
        memo: annotation.memo,
        time: Some(annotation.time),
        counterpart_id: match annotation.counterpart {
            // One that is no more has no words.
            Counterpart::Is(twin) if counterpart_by == BY_CODER => twin.to_string(),
            Counterpart::Nothing => NO_COUNTERPART.to_owned(),
            _ => String::new(),
        },
        counterpart,
        counterpart_by: counterpart_by.to_owned(),
        id: annotation.id.to_string(),
    }
}

/// The words of the other half of a linked pair; `None` where it is no more.
fn twin_of(others: &Others<'_>, id: &DocumentId, twin: AnnotationId) -> Result<Option<String>, Failure> {
    for other in others.shared.pairs.iter().filter_map(|pair| pair.other(id)) {
        let found = others.store.index().annotation(other, twin)?;
        if let Some(found) = found.filter(|found| others.sight.sees_annotation(found)) {
            return Ok(Some(found.quote.exact));
        }
    }
    Ok(None)
}

/// What the alignment finds on the other sides of pairs; a pair is aligned when it is first asked for.
struct Others<'a> {
    store: &'a Store,
    shared: &'a Shared,
    sight: Sight,
    /// The pair that was asked for last.
    known: Option<(Pair, Option<Aligned>)>,
}

/// A pair's alignment, and where its texts' code points lie; there is none of a pair that can't be read.
type Aligned = (PairAlignment, [Offsets; 2]);

impl Others<'_> {
    /// The words that say what a passage says; `None` where nothing does.
    fn of(&mut self, id: &DocumentId, range: CodePoints) -> Option<String> {
        let pair = self.shared.pair_of(id)?;
        if self.known.as_ref().is_none_or(|(known, _)| known != pair) {
            self.known = Some((pair.clone(), self.aligned(pair)));
        }
        let (aligned, offsets) = self.known.as_ref()?.1.as_ref()?;
        let side = aligned.side_of(id)?;
        let span = offsets[side].span(&aligned.halves[side].text, range)?;
        let words = aligned.halves[1 - side].text.read(aligned.counterpart(side, span)?);
        Some(flat(&words))
    }

    fn aligned(&self, pair: &Pair) -> Option<Aligned> {
        let mut progress = Progress::of(say!("aligning"));
        let aligned =
            links::align(&self.store.project, pair, self.shared.links_of(pair).cloned().collect(), &mut |done, all| {
                progress.at(done as u64, all as u64);
                true
            });
        let aligned = aligned.ok()??;
        let measured = |side: usize| Offsets::measure(&aligned.halves[side].text).ok();
        let offsets = [measured(0)?, measured(1)?];
        Some((aligned, offsets))
    }
}
