//! How far a number would move if other documents had been drawn.

use crate::agreement::alpha::{Coincidences, Tallies};
use crate::agreement::chance::Chance;
use crate::agreement::score::{Score, Undefined};

/// Up to so many resamples are all gone through, instead of drawing some.
const MAX_EXACT: usize = 10_000;

/// How to resample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// How many resamples are drawn where there are too many to go through all.
    pub n_rounds: usize,
    /// Where chance starts.
    pub seed: u64,
    /// How much of the resampled numbers the interval holds, in thousandths, at most 1000.
    pub level: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self { n_rounds: 10_000, seed: 1, level: 950 }
    }
}

/// The interval that holds the middle part of the resampled numbers (Efron 1979).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lowest and the highest number; undefined where every resample is.
    pub ends: Result<(f64, f64), Undefined>,
    /// How many resamples there were.
    pub n_rounds: usize,
    /// In how many of them the number is undefined; these are left out.
    pub n_undefined: usize,
    /// Whether these are all resamples there are.
    pub is_exact: bool,
}

/// The intervals of several numbers at once. `score` is told how often each document was drawn and pushes its numbers,
/// always as many. No interval where there is no document.
pub fn intervals(n_documents: usize, plan: Plan, mut score: impl FnMut(&[u32], &mut Vec<Score>)) -> Vec<Interval> {
    let (mut numbers, mut drawn): (Vec<Vec<f64>>, _) = (Vec::new(), Vec::new());
    let mut n_rounds = 0;
    let is_exact = each_draw(n_documents, plan, |times| {
        drawn.clear();
        score(times, &mut drawn);
        numbers.resize(drawn.len(), Vec::new());
        for (numbers, score) in numbers.iter_mut().zip(&drawn) {
            numbers.extend(score.ok());
        }
        n_rounds += 1;
    });
    let of = |mut numbers: Vec<f64>| {
        numbers.sort_unstable_by(f64::total_cmp);
        let rank = |thousandths: usize| (numbers.len() * thousandths).div_ceil(2000).max(1);
        let at = |rank: usize| numbers.get(rank - 1).copied().ok_or(Undefined::NoVariation);
        let ends =
            at(rank(1000_usize.saturating_sub(plan.level))).and_then(|low| Ok((low, at(rank(1000 + plan.level))?)));
        Interval { ends, n_rounds, n_undefined: n_rounds - numbers.len(), is_exact }
    };
    numbers.into_iter().map(of).collect()
}

/// The interval of alpha of each code, in the order of codes. Only documents that two or more coders completed are
/// drawn: the others say nothing.
pub fn alpha_intervals(tallies: &Tallies, n_codes: usize, plan: Plan) -> Vec<Interval> {
    let pairable = tallies.any().iter().map(|tally| tally.n_coders > 1 && tally.length > 0);
    let rows = tallies.coincidences();
    let rows = rows.chunks_exact(n_codes.max(1)).zip(pairable).filter(|(_, is_pairable)| *is_pairable);
    let rows: Vec<&[Coincidences]> = rows.map(|(row, _)| row).collect();
    let mut sums = Vec::new();
    let found = intervals(rows.len(), plan, |times, scores| {
        sums.clear();
        sums.resize(n_codes, Coincidences::default());
        for (row, times) in rows.iter().zip(times).filter(|(_, times)| **times > 0) {
            for (sum, of) in sums.iter_mut().zip(*row) {
                *sum = sum.plus(*of, *times);
            }
        }
        scores.extend(sums.iter().map(Coincidences::alpha));
    });
    if rows.is_empty() {
        let ends = Err(Undefined::NoCommonDocument);
        return vec![Interval { ends, n_rounds: 0, n_undefined: 0, is_exact: true }; n_codes];
    }
    found
}

/// Calls `draw` with how often each document is drawn, for all resamples or for as many as the plan says; returns
/// whether these were all.
fn each_draw(n_documents: usize, plan: Plan, mut draw: impl FnMut(&[u32])) -> bool {
    let mut times = vec![0; n_documents];
    let n_all = u32::try_from(n_documents).ok().and_then(|n| n_documents.checked_pow(n)).filter(|n| *n <= MAX_EXACT);
    let Some(n_all) = n_all.filter(|_| n_documents > 0) else {
        let mut chance = Chance::new(plan.seed);
        for _ in 0..if n_documents > 0 { plan.n_rounds } else { 0 } {
            times.fill(0);
            (0..n_documents).for_each(|_| times[chance.below(n_documents)] += 1);
            draw(&times);
        }
        return n_documents == 0;
    };
    // The digits of the number of a resample are its documents.
    for number in 0..n_all {
        times.fill(0);
        let mut rest = number;
        for _ in 0..n_documents {
            times[rest % n_documents] += 1;
            rest /= n_documents;
        }
        draw(&times);
    }
    true
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn total(numbers: &[f64]) -> impl FnMut(&[u32], &mut Vec<Score>) {
        move |times, scores| {
            let sum: f64 = numbers.iter().zip(times).map(|(number, times)| number * f64::from(*times)).sum();
            scores.push(if sum > 0.0 { Ok(sum) } else { Err(Undefined::NoVariation) });
        }
    }

    #[test]
    fn few_documents_are_resampled_in_every_way() {
        let plan = Plan { level: 500, ..Plan::default() };
        let found = intervals(2, plan, total(&[0.0, 1.0]));
        // 00 is undefined; 01, 10 and 11 give 1, 1 and 2.
        let expected = Interval { ends: Ok((1.0, 2.0)), n_rounds: 4, n_undefined: 1, is_exact: true };
        assert_eq!(found, [expected]);
        assert!(intervals(0, plan, total(&[])).is_empty());
    }

    #[test]
    fn many_documents_are_drawn_and_the_seed_says_which() {
        let numbers: Vec<f64> = (0..30).map(f64::from).collect();
        let plan = Plan { n_rounds: 1000, ..Plan::default() };
        let found = intervals(30, plan, total(&numbers));
        assert_eq!(found, intervals(30, plan, total(&numbers)));
        assert_ne!(found, intervals(30, Plan { seed: 2, ..plan }, total(&numbers)));
        let (low, high) = found[0].ends.unwrap();
        // The sum of 30 draws from 0 to 29 is 435 ± 47.
        assert!((low - 342.0).abs() < 15.0 && (high - 528.0).abs() < 15.0, "{low} {high}");
        assert!(!found[0].is_exact);
    }
}
