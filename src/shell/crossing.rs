//! Coders across the languages of a project's pairs.

use crate::agreement::crossing::{Crossing, Linked, Side, Unlike};
use crate::alignment::pair::PairAlignment;
use crate::model::document::{DocumentId, Pair};
use crate::model::rules::CONSENSUS;
use crate::model::shared::Shared;
use crate::model::sight::Sight;
use crate::query::choice::Choice;
use crate::shell::comparing::Taking;
use crate::store::error::StoreError;
use crate::store::{Store, links};
use crate::text::offsets::Offsets;
use crate::text::span::{CodePoints, Span};

/// What was found across the languages.
#[derive(Debug, Clone, Default)]
pub struct Crossed {
    /// The counts.
    pub crossing: Crossing,
    /// What is coded in one language alone, with its pair and where the linked sentences stand.
    pub unlike: Vec<(Pair, Unlike, Linked)>,
    /// Pairs that were looked at, and why others could not be.
    pub n_pairs: usize,
    /// Why pairs could not be looked at.
    pub failed: Vec<String>,
}

/// Holds what coders said in the left texts of pairs against what was said in the right ones. `go_on` is told how far it is,
/// in per mille, and ends the work.
pub fn crossed(
    store: &Store,
    shared: &Shared,
    (choice, taking): (&Choice, Taking),
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Result<Crossed, StoreError> {
    let sight = Sight::of(shared, &store.writer.coder);
    let mut crossed = Crossed::default();
    let wanted = |pair: &&Pair| choice.wants_document(shared, &pair.left) || choice.wants_document(shared, &pair.right);
    let pairs: Vec<&Pair> = shared.pairs.iter().filter(wanted).collect();
    for (at, pair) in pairs.iter().enumerate() {
        if !go_on(at * 1000 / pairs.len().max(1)) {
            break;
        }
        let sides = [&pair.left, &pair.right].map(|id| side(store, shared, (choice, taking), id, &sight));
        let [left, right] = sides;
        let sides = [left?, right?];
        if sides.iter().any(|side| side.completed.is_empty()) {
            continue;
        }
        let fixed = shared.links_of(pair).cloned().collect();
        match links::align(&store.project, pair, fixed, &mut |_, _| true) {
            Ok(Some(aligned)) => {
                let linked = linked(&aligned);
                let found = crossed.crossing.take(&linked, &sides);
                crossed.n_pairs += 1;
                crossed.unlike.extend(
                    found.into_iter().filter_map(|one| Some(((*pair).clone(), one.clone(), *linked.get(one.unit)?))),
                );
            }
            Ok(None) => {}
            Err(error) => crossed.failed.push(error.to_string()),
        }
    }
    Ok(crossed)
}

/// What coders said of one text, and who completed it.
fn side(
    store: &Store,
    shared: &Shared,
    (choice, taking): (&Choice, Taking),
    id: &DocumentId,
    sight: &Sight,
) -> Result<Side, StoreError> {
    let book = &shared.codebook;
    let codes: Vec<_> = choice.codes.iter().filter_map(|name| Some(book.find(name)?.id.clone())).collect();
    let is_coder =
        |coder: &str| coder != CONSENSUS && (choice.coders.is_empty() || choice.coders.iter().any(|c| c == coder));
    let finished = shared.finishers(id).filter(|coder| is_coder(coder) && sight.sees(id, coder));
    let mut side = Side { completed: finished.cloned().collect(), said: Vec::new() };
    store.index().each_annotation(id, &mut |annotation| {
        let is_code = codes.is_empty() || codes.iter().any(|code| book.is_one(&annotation.code, code));
        let is_seen = is_coder(&annotation.coder) && sight.sees_annotation(&annotation);
        if taking == Taking::Everybody && is_seen && !side.completed.contains(&annotation.coder) {
            side.completed.insert(annotation.coder.clone());
        }
        if is_code && is_coder(&annotation.coder) && sight.sees_annotation(&annotation) {
            let code = book.standing(&annotation.code).clone();
            side.said.push((
                annotation.coder,
                code,
                CodePoints { start: annotation.passage.start, end: annotation.passage.end },
            ));
        }
    })?;
    Ok(side)
}

/// The linked sentences of a pair, in code points; gaps are left out, for nothing there says the same.
fn linked(aligned: &PairAlignment) -> Vec<Linked> {
    let offsets = [0, 1].map(|side: usize| Offsets::measure(&aligned.halves[side].text).ok());
    let range = |side: usize, span: Span| {
        let offsets = offsets[side & 1].as_ref()?;
        Some(offsets.code_points(&aligned.halves[side & 1].text, span))
    };
    let full = aligned.links.iter().enumerate().filter(|(_, link)| !link.is_gap());
    full.filter_map(|(at, _)| Some((range(0, aligned.span(at, 0))?, range(1, aligned.span(at, 1))?))).collect()
}
