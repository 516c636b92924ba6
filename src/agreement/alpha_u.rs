//! Krippendorff's alpha for unitizing, by the distances of units (2004).

use crate::agreement::pairs::each_pair;
use crate::agreement::score::{Score, Undefined, beyond_expected, sum};
use crate::agreement::units::{Marked, Tidy, merged};

/// A unit's or gap's first code point and the one behind the last, counted through all documents.
type Stretch = (u64, u64);

/// What the coders disagree about one code, observed and expected; both without a unit, as shares of the squared text.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Disorder {
    /// The observed disagreement.
    pub observed: f64,
    /// The disagreement expected by chance.
    pub expected: f64,
}

impl Disorder {
    /// One minus observed over expected, at most 1; undefined where nothing is expected.
    pub fn alpha(&self) -> Score {
        beyond_expected(self.observed, self.expected)
    }
}

/// Disagreement of all codes over the documents that all coders completed, laid end to end; undefined for a code that
/// nobody used, and for all where there is no such text or no second coder (Krippendorff 1995, as corrected in 2004).
pub fn disorders(coding: &Tidy) -> Vec<Result<Disorder, Undefined>> {
    let n_coders = coding.coders.len();
    let mut tracks: Vec<Vec<Stretch>> = vec![Vec::new(); n_coders * coding.codes.len()];
    let mut whole = 0;
    for document in coding.completed_by_all() {
        for Marked { code, coder, start, end } in merged(&document.spans) {
            tracks[code as usize * n_coders + coder as usize].push((whole + start as u64, whole + end as u64));
        }
        whole += document.length as u64;
    }
    if whole == 0 || n_coders < 2 {
        return vec![Err(Undefined::NoCommonDocument); coding.codes.len()];
    }
    tracks.chunks(n_coders).map(|tracks| disorder(tracks, whole)).collect()
}

/// Alpha of all codes together: their disagreements are summed before they are compared (Krippendorff 2004).
pub fn overall(of_codes: &[Result<Disorder, Undefined>]) -> Score {
    let defined = || of_codes.iter().flatten();
    if defined().next().is_none() {
        return Err(of_codes.iter().find_map(|of| of.err()).unwrap_or(Undefined::NobodyCoded));
    }
    beyond_expected(sum(defined().map(|of| of.observed)), sum(defined().map(|of| of.expected)))
}

fn disorder(tracks: &[Vec<Stretch>], whole: u64) -> Result<Disorder, Undefined> {
    if tracks.iter().all(Vec::is_empty) {
        return Err(Undefined::NobodyCoded);
    }
    let coders = tracks.len() as u128;
    let both_ways: u128 = each_pair(tracks.len()).map(|(i, j)| apart(&tracks[i], &tracks[j])).sum();
    let observed = 2.0 * both_ways as f64 / (coders * (coders - 1)) as f64 / (whole as f64).powi(2);
    Ok(Disorder { observed, expected: expected(tracks, whole) })
}

/// The squared distances of two coders' units: of borders where they meet, of the whole length where they do not.
fn apart(first: &[Stretch], second: &[Stretch]) -> u128 {
    let mut sum = 0;
    let (mut from_first, mut from_second) = (first.iter().peekable(), second.iter().peekable());
    let (mut first_met, mut second_met) = (false, false);
    loop {
        let (a, b) = (from_first.peek(), from_second.peek());
        if let (Some(a), Some(b)) = (a, b)
            && a.0 < b.1
            && b.0 < a.1
        {
            sum += square(a.0.abs_diff(b.0)) + square(a.1.abs_diff(b.1));
            (first_met, second_met) = (true, true);
        }
        let (a, b) = (a.map(|a| (a.1, a.1 - a.0)), b.map(|b| (b.1, b.1 - b.0)));
        let Some(end) = a.into_iter().chain(b).map(|(end, _)| end).min() else { return sum };
        if let Some((_, length)) = a.filter(|a| a.0 == end) {
            sum += if std::mem::take(&mut first_met) { 0 } else { square(length) };
            from_first.next();
        }
        if let Some((_, length)) = b.filter(|b| b.0 == end) {
            sum += if std::mem::take(&mut second_met) { 0 } else { square(length) };
            from_second.next();
        }
    }
}

/// The expected disagreement: units of these lengths laid anywhere on the text.
fn expected(tracks: &[Vec<Stretch>], whole: u64) -> f64 {
    let gaps = gaps(tracks, whole);
    let units = || tracks.iter().flatten().map(|(start, end)| u128::from(end - start));
    let others = units().count() as u128 - 1;
    // Behind each gap, by length: how long that and all longer ones are together.
    let mut longer: Vec<u128> =
        gaps.iter().rev().scan(0, |sum, gap| Some(std::mem::replace(sum, *sum + gap)).map(|_| *sum)).collect();
    longer.reverse();
    let mut above = 0;
    for length in units() {
        let from = gaps.partition_point(|gap| *gap < length);
        let fits = longer.get(from).map_or(0, |sum| sum - (gaps.len() - from) as u128 * (length - 1));
        // 2l³ − 3l² + l is l(l − 1)(2l − 1), a multiple of 3.
        above += others * (length * (length - 1) * (2 * length - 1) / 3) + length * length * fits;
    }
    let all = tracks.len() as u128 * u128::from(whole);
    let below = all * (all - 1) - units().map(|length| length * (length - 1)).sum::<u128>();
    2.0 * above as f64 / whole as f64 / below as f64
}

/// The lengths of all coders' gaps, rising.
fn gaps(tracks: &[Vec<Stretch>], whole: u64) -> Vec<u128> {
    let mut gaps = Vec::new();
    for track in tracks {
        let starts = track.iter().map(|unit| unit.0).chain([whole]);
        let ends = [0].into_iter().chain(track.iter().map(|unit| unit.1));
        gaps.extend(starts.zip(ends).map(|(start, end)| u128::from(start - end)).filter(|gap| *gap > 0));
    }
    gaps.sort_unstable();
    gaps
}

fn square(n: u64) -> u128 {
    u128::from(n).pow(2)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_borders_or_of_what_stands_in_a_gap() {
        assert_eq!(apart(&[(0, 5)], &[(2, 6)]), 4 + 1);
        assert_eq!(apart(&[(0, 5)], &[(5, 8)]), 25 + 9);
        assert_eq!(apart(&[(0, 9), (12, 14)], &[(1, 3), (3, 8)]), (1 + 36) + (9 + 1) + 4);
        assert_eq!(apart(&[], &[(3, 5)]), 4);
    }

    #[test]
    fn identical_units_agree_fully() {
        let track = vec![(2, 6), (6, 9)];
        assert_eq!(disorder(&[track.clone(), track], 20).unwrap().alpha(), Ok(1.0));
        assert_eq!(disorder(&[Vec::new(), Vec::new()], 20), Err(Undefined::NobodyCoded));
    }

    #[test]
    fn the_expected_disagreement_is_that_of_the_formula() {
        // One unit of 3 in 10, the other coder silent: gaps 2, 5 and 10.
        let found = expected(&[vec![(2, 5)], Vec::new()], 10);
        let fits = (5 - 3 + 1) + (10 - 3 + 1);
        assert!((found - 2.0 / 10.0 * f64::from(9 * fits) / f64::from(20 * 19 - 3 * 2)).abs() < 1e-15);
    }
}
