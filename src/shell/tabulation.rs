//! Tables of a project: what is asked of the index, and of texts where words are counted.

use std::collections::BTreeMap;

use crate::model::document::{DocumentId, Size};
use crate::model::shared::Shared;
use crate::query::choice::Choice;
use crate::query::course::Course;
use crate::shell::retrieval::{Retrieval, Unanswered};
use crate::store::{Store, documents};
use crate::tables::axis::Axis;
use crate::tables::count::Counter;
use crate::tables::table::{Measure, Table};
use crate::tables::together::Together;
use crate::tables::typical::Words;
use crate::tables::wanted::Wanted;
use crate::text::span::Span;

/// Words that are listed as typical, at most.
const MAX_WORDS: usize = 100;

/// Makes a table of what a choice wants. `go_on` is told how far it is, in per mille, and ends the work: the table then has
/// what was counted so far.
pub fn table(
    store: &mut Store,
    shared: &Shared,
    choice: &Choice,
    wanted: &Wanted,
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Result<Table, Unanswered> {
    let known = sizes_for(store, shared, choice, wanted, go_on)?;
    let retrieval = Retrieval::new(store, shared, choice)?;
    let n_all = shared.documents.len().max(1);
    let mut n_read = 0;
    let mut step = || {
        n_read += 1;
        go_on((n_read * 1000 / n_all).min(1000))
    };
    let names = (shared, retrieval.names());
    match wanted {
        Wanted::Count { rows, columns, measure, rolls_up } => {
            let mut counter = Counter::new([rows, columns], names, *rolls_up);
            for (id, size) in &known {
                if retrieval.wants(id) {
                    counter.meet(id, *size);
                }
            }
            let needs_length = matches!(rows, Axis::Course(_)) || matches!(columns, Axis::Course(_));
            retrieval.each(&mut |found| {
                let length = if needs_length { found.page.length() } else { 0 };
                counter.take((found.document, length), found.facts, &found.combinations());
                step()
            })?;
            let is_list = *columns == Axis::All;
            Ok(if is_list {
                counter.frequencies(*measure, &choice.written())
            } else {
                counter.table(*measure, &choice.written())
            })
        }
        Wanted::Together(near) => {
            let mut together = Together::new(names, *near);
            let dir = store.project.documents();
            retrieval.each(&mut |found| {
                let is_read = together.needs_text() && found.passages.len() > 1;
                let text = if is_read { documents::open(&dir, found.document).ok() } else { None };
                together.take(found.facts, &found.passages, text.map(Course::new).as_ref());
                step()
            })?;
            Ok(together.table(&choice.written()))
        }
        Wanted::Agreement(_) => Ok(Table::default()),
        Wanted::Typical(language) => typical(store, &retrieval, shared, (choice, language), &mut step),
    }
}

/// How much text each document has, where the table tells.
fn sizes_for(
    store: &mut Store,
    shared: &Shared,
    choice: &Choice,
    wanted: &Wanted,
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Result<BTreeMap<DocumentId, Size>, Unanswered> {
    let Wanted::Count { columns, measure, .. } = wanted else { return Ok(BTreeMap::new()) };
    // What can't be understood is told before anything is counted.
    Retrieval::new(store, shared, choice)?;
    let ids: Vec<DocumentId> = shared.documents.keys().cloned().collect();
    let is_measured = *columns == Axis::All || matches!(measure, Measure::Share | Measure::PerThousand);
    if !is_measured {
        return Ok(ids.into_iter().map(|id| (id, Size::default())).collect());
    }
    let n_all = ids.len().max(1);
    let mut known = store.sizes(&ids, &mut |done| go_on((done * 1000 / n_all).min(1000)))?;
    for id in ids {
        known.entry(id).or_default();
    }
    Ok(known)
}

fn typical(
    store: &Store,
    retrieval: &Retrieval<'_>,
    shared: &Shared,
    (choice, language): (&Choice, &str),
    step: &mut dyn FnMut() -> bool,
) -> Result<Table, Unanswered> {
    let mut words = Words::of(language);
    let dir = store.project.documents();
    let mut n_passages = 0;
    let mut goes_on = true;
    retrieval.each(&mut |found| {
        if shared.language(found.document) != language || found.passages.is_empty() {
            return step();
        }
        let Ok(placed) = retrieval.placed(&found, usize::MAX) else { return step() };
        let mut spans: Vec<Span> = placed.places.iter().map(|(span, _)| *span).collect();
        spans.sort_unstable_by_key(|span| (span.start, span.end));
        let mut read_to = 0;
        for span in spans {
            // What several passages share is read once.
            let start = span.start.max(read_to);
            read_to = read_to.max(span.end);
            n_passages += 1;
            if start < span.end {
                words.mark(n_passages, &placed.text.read(Span::new(start, span.end)));
            }
        }
        goes_on = step();
        goes_on
    })?;
    for id in shared.documents.keys().filter(|id| shared.language(id) == language && retrieval.wants(id)) {
        if !goes_on {
            break;
        }
        let Ok(text) = documents::open(&dir, id) else { continue };
        let mut block = (!text.is_empty()).then(|| text.block(0));
        while let Some(here) = block {
            words.read(&here.text);
            block = text.block_after(&here);
        }
        goes_on = step();
    }
    Ok(words.table(MAX_WORDS, &choice.written()))
}
