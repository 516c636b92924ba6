//! Links as a file of the form `0,1<TAB>0` a line names them, and how near an alignment comes to them.

use crate::alignment::link::Link;
use std::collections::BTreeSet;
use std::ops::Range;

/// The highest number of a sentence in a file; no text has as many.
const MAX_SENTENCE: usize = 1 << 40;

/// The sentences of a link, left and right.
pub type Ranges = (Range<usize>, Range<usize>);

/// The links of a pair: sentences of the left text, sentences of the right one, counted from 0; an empty side is
/// a sentence without counterpart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gold {
    links: BTreeSet<(Vec<usize>, Vec<usize>)>,
}

impl Gold {
    /// Reads links; fails with the number of the first line that is none.
    pub fn read(text: &str) -> Result<Self, usize> {
        let side = |s: &str| {
            let numbers = s.split(',').map(str::trim).filter(|n| !n.is_empty());
            let numbers: Vec<usize> = numbers.map(|n| n.parse().ok()).collect::<Option<_>>()?;
            let is_rising = numbers.windows(2).all(|pair| pair[0] < pair[1]);
            (is_rising && numbers.last().is_none_or(|last| *last <= MAX_SENTENCE)).then_some(numbers)
        };
        let mut links = BTreeSet::new();
        for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let (left, right) = line.split_once('\t').ok_or(i + 1)?;
            links.insert((side(left).ok_or(i + 1)?, side(right).ok_or(i + 1)?));
        }
        Ok(Self { links })
    }

    /// The links whose sentences stand together, as ranges of both sides; a gap stands behind the link before it.
    pub fn ranges(&self) -> Vec<Ranges> {
        let range = |side: &[usize]| match (side.first(), side.last()) {
            (Some(first), Some(last)) if last - first + 1 == side.len() => Some(*first..last + 1),
            _ => None,
        };
        let mut all: Vec<_> = self.links.iter().filter_map(|(l, r)| Some((range(l)?, range(r)?))).collect();
        all.sort_by_key(|(left, right)| (left.start, right.start));
        let full = all.clone();
        let before = |at: usize, own: fn(&Ranges) -> &Range<usize>, other: fn(&Ranges) -> &Range<usize>| {
            full.iter().filter(|link| own(link).end <= at).map(|link| other(link).end).max().unwrap_or(0)
        };
        for (left, right) in &self.links {
            match (range(left), range(right)) {
                (Some(left), None) if right.is_empty() => {
                    let at = before(left.start, |l| &l.0, |l| &l.1);
                    all.push((left, at..at));
                }
                (None, Some(right)) if left.is_empty() => {
                    let at = before(right.start, |l| &l.1, |l| &l.0);
                    all.push((at..at, right));
                }
                _ => {}
            }
        }
        all
    }

    /// Whether exactly this link is among them.
    pub fn has(&self, link: &Link) -> bool {
        self.links.contains(&(link.left.clone().collect(), link.right.clone().collect()))
    }

    /// Counts how many links of an alignment are among these; links with an empty side are not counted.
    pub fn score(&self, links: &[Link]) -> Score {
        let full = || links.iter().filter(|link| !link.is_gap());
        Score {
            n_right: full().filter(|link| self.has(link)).count(),
            n_found: full().count(),
            n_wanted: self.links.iter().filter(|(l, r)| !l.is_empty() && !r.is_empty()).count(),
        }
    }
}

/// How many links were found, wanted, and both: a link counts when both its sides are equal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Links that were found and wanted.
    pub n_right: usize,
    /// Links that were found.
    pub n_found: usize,
    /// Links that were wanted.
    pub n_wanted: usize,
}

impl Score {
    /// The share of the found links that were wanted, 0 to 1; 1 where none was found.
    pub fn precision(self) -> f64 {
        share(self.n_right, self.n_found)
    }

    /// The share of the wanted links that were found, 0 to 1; 1 where none was wanted.
    pub fn recall(self) -> f64 {
        share(self.n_right, self.n_wanted)
    }

    /// The harmonic mean of precision and recall, 0 to 1.
    pub fn f1(self) -> f64 {
        share(2 * self.n_right, self.n_found + self.n_wanted)
    }

    /// Adds another document's counts.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            n_right: self.n_right + other.n_right,
            n_found: self.n_found + other.n_found,
            n_wanted: self.n_wanted + other.n_wanted,
        }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_link_counts_when_both_its_sides_are_equal() {
        let gold = Gold::read("0\t0\n1,2\t1\n3\t\n\t2\n4\t3,4\n").expect("links");
        let link = |left, right| Link { left, right, confidence: 50, is_fixed: false };
        let found = [link(0..1, 0..1), link(1..2, 1..2), link(3..4, 2..2), link(4..5, 3..5), link(5..6, 5..6)];
        let score = gold.score(&found);
        assert_eq!((score.n_right, score.n_found, score.n_wanted), (2, 4, 3));
        assert!((score.f1() - 4.0 / 7.0).abs() < 1e-9);
        assert_eq!(Gold::read("0\t0\nx\t1"), Err(2));
        for wrong in ["18446744073709551615\t0", "3,1\t0", "1,1\t0"] {
            assert_eq!(Gold::read(wrong), Err(1), "{wrong}");
        }
    }
}
