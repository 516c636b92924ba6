//! Krippendorff's alpha with sets of codes as values, and the distances of sets.

use std::collections::{BTreeMap, HashMap};

use crate::agreement::score::{Score, Undefined, beyond_expected};
use crate::agreement::sweep::shared;
use crate::agreement::units::{Marked, Tidy, Unitized};

/// How two sets meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// How many members both have.
    pub shared: usize,
    /// How many members either has.
    pub either: usize,
    /// Whether one holds the other.
    pub is_nested: bool,
}

/// How far two sets are apart, 0 to 1.
pub type Distance = fn(Meeting) -> f64;

/// One minus the share of common members, 0 to 1; 0 for two empty sets (Jaccard 1912).
pub fn jaccard(of: Meeting) -> f64 {
    if of.either == 0 { 0.0 } else { 1.0 - of.shared as f64 / of.either as f64 }
}

/// The distance of Jaccard, its likeness weighted by 1 for equal sets, 2/3 for nested, 1/3 for others that meet; 0 for
/// two empty sets (Passonneau 2006).
pub fn masi(of: Meeting) -> f64 {
    let likeness = 1.0 - jaccard(of);
    match (of.shared == of.either, of.is_nested) {
        (true, _) => 1.0 - likeness,
        (false, true) => 1.0 - likeness * 2.0 / 3.0,
        (false, false) => 1.0 - likeness / 3.0,
    }
}

/// Sets of numbers, each kept once and numbered by when it was first seen.
#[derive(Debug, Clone, Default)]
pub struct Sets {
    numbers: HashMap<Box<[u64]>, u32>,
    /// The members of all sets as bits, one set behind the other.
    bits: Vec<u64>,
    /// By set: how many members it has.
    sizes: Vec<usize>,
}

impl Sets {
    /// The number of a set, its members given as bits; all sets have the same number of words.
    pub fn number(&mut self, bits: &[u64]) -> u32 {
        if let Some(number) = self.numbers.get(bits) {
            return *number;
        }
        let number = self.sizes.len() as u32;
        self.numbers.insert(bits.into(), number);
        self.bits.extend_from_slice(bits);
        self.sizes.push(bits.iter().map(|word| word.count_ones() as usize).sum());
        number
    }

    /// How many sets there are.
    pub fn len(&self) -> usize {
        self.sizes.len()
    }

    /// Whether there is no set.
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// How the sets of two numbers meet.
    pub fn meeting(&self, a: u32, b: u32) -> Meeting {
        let n_words = self.bits.len() / self.sizes.len().max(1);
        let words = |at: u32| self.bits.iter().skip(at as usize * n_words).take(n_words);
        let size = |at: u32| self.sizes.get(at as usize).copied().unwrap_or(0);
        let n_shared = words(a).zip(words(b)).map(|(a, b)| (a & b).count_ones() as usize).sum();
        let (n_a, n_b) = (size(a), size(b));
        Meeting { shared: n_shared, either: n_a + n_b - n_shared, is_nested: n_shared == n_a.min(n_b) }
    }
}

/// How many pairs of sets meet in which way; the number of a way is that of its sizes in a triangle.
#[derive(Debug, Clone, Default)]
struct Ways(Vec<u128>);

impl Ways {
    fn add(&mut self, of: Meeting, times: u128) {
        let at = 2 * (of.either * (of.either + 1) / 2 + of.shared) + usize::from(of.is_nested);
        if at >= self.0.len() {
            self.0.resize(at + 1, 0);
        }
        if let Some(n) = self.0.get_mut(at) {
            *n += times;
        }
    }

    fn distance(&self, distance: Distance) -> f64 {
        let (mut either, mut n_shared, mut sum) = (0, 0, 0.0);
        for pair in self.0.chunks(2) {
            for (n, is_nested) in pair.iter().zip([false, true]).filter(|(n, _)| **n > 0) {
                sum += *n as f64 * distance(Meeting { shared: n_shared, either, is_nested });
            }
            (either, n_shared) = if n_shared == either { (either + 1, 0) } else { (either, n_shared + 1) };
        }
        sum
    }
}

/// The coincidences of the sets of codes that coders gave to code points.
#[derive(Debug, Clone, Default)]
pub struct SetCoincidences {
    n: u64,
    /// By how many coders completed the document: ways in which pairs of coders met.
    observed: BTreeMap<usize, Ways>,
    /// Ways in which any two values meet.
    expected: Ways,
}

impl SetCoincidences {
    /// Walks along all documents that two or more coders completed.
    pub fn of(coding: &Tidy) -> Self {
        let n_words = coding.codes.len().div_ceil(64);
        let mut found = Self::default();
        let (mut sets, mut of_sets) = (Sets::default(), Vec::new());
        let (mut tiles, mut open) = (Vec::new(), Vec::new());
        for document in coding.documents.iter().filter(|document| document.n_completed() > 1) {
            tile(document, n_words, &mut sets, &mut tiles);
            of_sets.resize(sets.len(), 0);
            for tile in &tiles {
                of_sets[tile.code as usize] += tile.length() as u64;
            }
            tiles.sort_unstable_by_key(|tile| (tile.start, tile.coder));
            let observed = found.observed.entry(document.n_completed()).or_default();
            shared(&tiles, &mut open, |a, b, n| {
                if a.code != b.code {
                    observed.add(sets.meeting(a.code, b.code), n.into());
                }
            });
        }
        found.expect(&sets, &of_sets);
        found
    }

    /// Alpha with this distance, at most 1; undefined where no text was completed by two coders or nothing varies
    /// (Krippendorff 2011).
    pub fn alpha(&self, distance: Distance) -> Score {
        if self.n == 0 {
            return Err(Undefined::NoCommonDocument);
        }
        let of = self.observed.iter().map(|(n_coders, ways)| ways.distance(distance) / (n_coders - 1) as f64);
        beyond_expected(of.sum::<f64>() * (self.n - 1) as f64, self.expected.distance(distance))
    }

    fn expect(&mut self, sets: &Sets, of_sets: &[u64]) {
        self.n = of_sets.iter().sum();
        let used = || (0..).zip(of_sets).filter(|(_, n)| **n > 0);
        for (a, n_a) in used() {
            for (b, n_b) in used().take_while(|(b, _)| *b < a) {
                self.expected.add(sets.meeting(a, b), u128::from(*n_a) * u128::from(*n_b));
            }
        }
    }
}

/// Lays each coder's text out without gaps, one tile for each stretch with the same codes; its code is the set's number.
fn tile(document: &Unitized, n_words: usize, sets: &mut Sets, tiles: &mut Vec<Marked>) {
    let (mut units, mut turns) = (Vec::new(), Vec::new());
    document.by_coder(&mut units);
    tiles.clear();
    for coder in (0..document.completed.len()).filter(|coder| document.has(*coder)) {
        let from = units.partition_point(|unit| (unit.coder as usize) < coder);
        let own = units.iter().skip(from).take_while(|unit| unit.coder as usize == coder);
        turns.clear();
        turns.extend(own.flat_map(|unit| [(unit.start, unit.code), (unit.end, unit.code)]));
        turns.push((document.length, u32::MAX));
        turns.sort_unstable();
        let (mut bits, mut start) = (vec![0_u64; n_words], 0);
        for (end, code) in &turns {
            if *end > start {
                tiles.push(Marked { code: sets.number(&bits), coder: coder as u32, start, end: *end });
                start = *end;
            }
            if let Some(word) = bits.get_mut(*code as usize / 64) {
                *word ^= 1 << (code % 64);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::agreement::units::Coding;

    #[test]
    fn nested_sets_are_nearer_than_others_that_meet() {
        let mut sets = Sets::default();
        let [ab, abc, bd, none] = [0b0011, 0b0111, 0b1010, 0].map(|bits| sets.number(&[bits]));
        assert_eq!(sets.number(&[0b0111]), abc);
        assert!((masi(sets.meeting(ab, abc)) - (1.0 - 4.0 / 9.0)).abs() < 1e-15);
        assert!((masi(sets.meeting(ab, bd)) - (1.0 - 1.0 / 9.0)).abs() < 1e-15);
        for distance in [masi, jaccard] {
            let (of_none, of_other) = (distance(sets.meeting(none, none)), distance(sets.meeting(none, ab)));
            assert!(of_none.abs() < 1e-15 && (of_other - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn a_way_keeps_its_sizes() {
        let mut ways = Ways::default();
        let way = Meeting { shared: 3, either: 7, is_nested: true };
        ways.add(way, 5);
        assert!((ways.distance(masi) - 5.0 * masi(way)).abs() < 1e-12);
    }

    #[test]
    fn seventy_codes_do_not_share_a_bit() {
        let span = |coder, code| Marked { code, coder, start: 0, end: 4 };
        let document =
            Unitized { id: "d".into(), length: 8, completed: vec![true, true], spans: vec![span(0, 1), span(1, 65)] };
        let names = |n: usize| (0..n).map(|i| i.to_string()).collect();
        let coding = Coding { coders: names(2), codes: names(70), documents: vec![document] };
        assert!(SetCoincidences::of(&coding.tidy()).alpha(masi).unwrap() < 0.5);
    }
}
