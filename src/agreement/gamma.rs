//! The gamma of Mathet, Widlöcher and Métivier: agreement of alignments.

use crate::agreement::chance::Chance;
use crate::agreement::cover::Cover;
use crate::agreement::disorder::{Costs, disorder};
use crate::agreement::score::{Score, Undefined, beyond_expected, sum};
use crate::agreement::units::{Marked, Tidy, Unitized};

/// How often a move is drawn until it is far enough from the others.
const N_TRIES: usize = 1000;

/// Disorder of an alignment by the mean number of units of a coder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// The disorder; 0 for identical coders, without an upper bound.
    pub disorder: f64,
    /// Whether no alignment can have less.
    pub is_exact: bool,
}

/// Gamma and what it comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gamma {
    /// One minus observed over expected disorder, at most 1; undefined where none is expected.
    pub gamma: Score,
    /// The disorder of the best alignment.
    pub observed: f64,
    /// The mean disorder of the best alignments of random continua.
    pub expected: f64,
    /// Whether all these alignments are the best there are.
    pub is_exact: bool,
}

/// One document's units by coder, as annotated and not merged, and its length.
type Document = (Vec<Marked>, usize);

/// The disorder of the best alignment over the documents that all coders completed, each aligned by itself; undefined
/// without such a document or a second coder, or where nobody coded (Mathet, Widlöcher & Métivier 2015).
pub fn observed(coding: &Tidy, costs: &Costs) -> Result<Observed, Undefined> {
    let documents = documents(coding)?;
    Ok(of(&documents, coding.coders.len(), costs))
}

/// Gamma over the documents that all coders completed, with `n_samples` random continua; undefined as [`observed`] is.
/// A random continuum takes, for each coder and document, the units of some coder and moves them on by a random number
/// of code points, what leaves at the end coming in at the start; two moves in a document are at least half a mean unit
/// apart where there is room for that (after Mathet, Widlöcher & Métivier 2015, in the manner of the shuffling sampler of pygamma). Programs that draw otherwise give other gammas.
pub fn gamma(coding: &Tidy, costs: &Costs, n_samples: usize, seed: u64) -> Result<Gamma, Undefined> {
    let documents = documents(coding)?;
    let n_coders = coding.coders.len();
    let mut chance = Chance::new(seed);
    let there = of(&documents, n_coders, costs);
    let mut samples = Vec::with_capacity(n_samples);
    while samples.len() < n_samples {
        let drawn: Vec<Document> = documents.iter().map(|document| draw(document, n_coders, &mut chance)).collect();
        // Silent coders may be drawn alone; a continuum without units is none.
        if drawn.iter().any(|(units, _)| !units.is_empty()) {
            samples.push(of(&drawn, n_coders, costs));
        }
    }
    let expected = sum(samples.iter().map(|sample| sample.disorder)) / n_samples.max(1) as f64;
    let is_exact = there.is_exact && samples.iter().all(|sample| sample.is_exact);
    Ok(Gamma { gamma: beyond_expected(there.disorder, expected), observed: there.disorder, expected, is_exact })
}

fn documents(coding: &Tidy) -> Result<Vec<Document>, Undefined> {
    let read = |document: &Unitized| {
        let mut units = document.spans.clone();
        units.sort_unstable_by_key(|unit| (unit.coder, unit.start, unit.end, unit.code));
        (units, document.length)
    };
    let all: Vec<Document> = coding.completed_by_all().map(read).filter(|(_, length)| *length > 0).collect();
    match (all.is_empty() || coding.coders.len() < 2, all.iter().all(|(units, _)| units.is_empty())) {
        (true, _) => Err(Undefined::NoCommonDocument),
        (_, true) => Err(Undefined::NobodyCoded),
        _ => Ok(all),
    }
}

fn of(documents: &[Document], n_coders: usize, costs: &Costs) -> Observed {
    let found: Vec<Cover> = documents.iter().map(|(units, _)| disorder(units, n_coders, costs)).collect();
    let n_units: usize = documents.iter().map(|(units, _)| units.len()).sum();
    let disorder = sum(found.iter().map(|cover| cover.cost)) * n_coders as f64 / n_units.max(1) as f64;
    Observed { disorder, is_exact: found.iter().all(|cover| cover.is_exact) }
}

/// A random continuum of one document.
fn draw((units, length): &Document, n_coders: usize, chance: &mut Chance) -> Document {
    let marked: usize = units.iter().map(Marked::length).sum();
    let distance = marked / (2 * units.len()).max(1);
    let mut moves: Vec<usize> = Vec::new();
    let mut drawn = Vec::new();
    for coder in 0..n_coders as u32 {
        let by = far_from(&moves, *length, distance, chance);
        moves.push(by);
        let from = chance.below(n_coders) as u32;
        let own = units.iter().filter(|unit| unit.coder == from);
        drawn.extend(own.map(|unit| {
            let start = (unit.start + by) % length;
            Marked { coder, start, end: start + unit.length(), ..*unit }
        }));
    }
    (drawn, *length)
}

/// A place on a circle at least so far from all others; anywhere, where none was met in many tries.
fn far_from(others: &[usize], length: usize, distance: usize, chance: &mut Chance) -> usize {
    let is_free = |at: &usize| {
        others.iter().all(|other| {
            let apart = at.abs_diff(*other);
            apart.min(length - apart) >= distance
        })
    };
    let met = (0..N_TRIES).map(|_| chance.below(length)).find(is_free);
    met.unwrap_or_else(|| chance.below(length))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn identical_coders_are_in_order_and_chance_is_not() {
        let same = Tidy::of_two(60, &[(0, 0, 2, 9), (1, 0, 2, 9), (0, 1, 20, 22), (1, 1, 20, 22)]);
        let found = gamma(&same, &Costs::default(), 20, 1).unwrap();
        assert_eq!((found.gamma, found.observed), (Ok(1.0), 0.0));
        assert!(found.expected > 0.0 && found.is_exact);
        assert_eq!(gamma(&same, &Costs::default(), 20, 1), Ok(found));
    }

    #[test]
    fn other_codes_on_the_same_text_cost_one() {
        let found = observed(&Tidy::of_two(60, &[(0, 0, 2, 9), (1, 1, 2, 9)]), &Costs::default());
        assert_eq!(found, Ok(Observed { disorder: 1.0, is_exact: true }));
        assert_eq!(observed(&Tidy::of_two(60, &[]), &Costs::default()), Err(Undefined::NobodyCoded));
    }

    #[test]
    fn moves_keep_their_distance_where_there_is_room() {
        let mut chance = Chance::new(81);
        for _ in 0..100 {
            let at = far_from(&[10, 40], 60, 12, &mut chance);
            assert!(at.abs_diff(10).min(60 - at.abs_diff(10)) >= 12 && at.abs_diff(40) >= 12, "{at}");
        }
        assert!(far_from(&[0], 5, 9, &mut chance) < 5);
    }
}
