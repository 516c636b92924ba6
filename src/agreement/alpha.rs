//! Krippendorff's alpha of a code, over code points.

use crate::agreement::score::{Score, Undefined, beyond_expected};
use crate::agreement::sweep::{shared, stretches};
use crate::agreement::units::{Marked, Tidy, Unitized, is_exclusive, merged};

/// What the coders who completed one document did there with one code, or with any, in code points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many coders completed the document.
    pub n_coders: u64,
    /// The document's length.
    pub length: u64,
    /// Marks: code points × coders who marked them.
    pub marks: u64,
    /// Code points × pairs of coders who both marked them.
    pub both: u64,
}

impl Tally {
    /// Code points × pairs of coders of whom one alone marked them.
    pub fn apart(&self) -> u64 {
        self.n_coders.saturating_sub(1) * self.marks - 2 * self.both
    }

    /// The document's part of the coincidences; nothing where fewer than two coders completed it.
    pub fn coincidences(&self) -> Coincidences {
        if self.n_coders < 2 {
            return Coincidences::default();
        }
        let observed = 2.0 * self.apart() as f64 / (self.n_coders - 1) as f64;
        Coincidences { n: self.n_coders * self.length, marks: self.marks, observed }
    }
}

/// The coincidences of "marked" and "not marked", which add up over documents.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Coincidences {
    /// Pairable values: code points × coders.
    pub n: u64,
    /// Those of them that are "marked".
    pub marks: u64,
    /// The observed coincidences of "marked" with "not marked", both ways.
    pub observed: f64,
}

impl Coincidences {
    /// Adds another document's coincidences as often as it was drawn.
    #[must_use]
    pub fn plus(self, other: Self, times: u32) -> Self {
        Self {
            n: self.n + other.n * u64::from(times),
            marks: self.marks + other.marks * u64::from(times),
            observed: self.observed + other.observed * f64::from(times),
        }
    }

    /// Krippendorff's nominal alpha, at most 1; undefined where no document was completed by two coders or nothing
    /// varies (Krippendorff 2011).
    pub fn alpha(&self) -> Score {
        nominal(self.observed, self.n, &[self.marks, self.n - self.marks])
    }
}

/// Nominal alpha of observed coincidences of unequal values, both ways, and the numbers of each value, `n` in all.
pub fn nominal(observed: f64, n: u64, of_values: &[u64]) -> Score {
    if n == 0 {
        return Err(Undefined::NoCommonDocument);
    }
    let equal: u128 = of_values.iter().map(|n| u128::from(*n).pow(2)).sum();
    beyond_expected(observed * (n - 1) as f64, (u128::from(n).pow(2) - equal) as f64)
}

/// The tallies of all documents × codes, and of any code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tallies {
    n_codes: usize,
    /// Document by document, each with all codes.
    of_codes: Vec<Tally>,
    of_any: Vec<Tally>,
}

impl Tallies {
    /// Tallies all documents, in one walk for all codes and one for any.
    pub fn of(coding: &Tidy) -> Self {
        let n_codes = coding.codes.len();
        let mut tallies = Self { n_codes, ..Self::default() };
        let mut room = (Vec::new(), Vec::new());
        for document in &coding.documents {
            let blank =
                Tally { n_coders: document.n_completed() as u64, length: document.length as u64, ..Tally::default() };
            let from = tallies.of_codes.len();
            tallies.of_codes.resize(from + n_codes, blank);
            for spans in document.spans.chunk_by(|a, b| a.code == b.code) {
                room.0.clear();
                room.0.extend(merged(spans));
                let code = spans.first().map_or(0, |span| span.code as usize);
                tallies.of_codes[from + code] = tally(blank, &mut room);
            }
            any(document, &mut room.0);
            tallies.of_any.push(tally(blank, &mut room));
        }
        tallies
    }

    /// The tallies of one code, document by document.
    pub fn code(&self, code: usize) -> impl Iterator<Item = &Tally> {
        self.of_codes.iter().skip(code).step_by(self.n_codes.max(1))
    }

    /// The tallies of one document, code by code.
    pub fn document(&self, document: usize) -> &[Tally] {
        self.of_codes.chunks_exact(self.n_codes.max(1)).nth(document).unwrap_or_default()
    }

    /// The tallies of "carries any code", document by document.
    pub fn any(&self) -> &[Tally] {
        &self.of_any
    }

    /// The coincidences of each document × code, as a bootstrap adds them up.
    pub fn coincidences(&self) -> Vec<Coincidences> {
        self.of_codes.iter().map(Tally::coincidences).collect()
    }
}

/// Alpha of tallies of several documents, at most 1; undefined as [`Coincidences::alpha`] is.
pub fn alpha<'a>(tallies: impl Iterator<Item = &'a Tally>) -> Score {
    tallies.fold(Coincidences::default(), |sum, tally| sum.plus(tally.coincidences(), 1)).alpha()
}

/// Nominal alpha over the code points that two or more coders gave a code, the code being the value, at most 1; undefined
/// without a document in common or where but one code occurs there. Nothing where codes of one coder share text.
pub fn coded_only(coding: &Tidy) -> Option<Score> {
    let mut of_codes = vec![0; coding.codes.len()];
    // By the number of coders who coded the text: the pairs of unequal codes there.
    let mut unequal = vec![0; coding.coders.len() + 1];
    let (mut units, mut open, mut codes) = (Vec::new(), Vec::new(), Vec::new());
    for document in &coding.documents {
        document.by_coder(&mut units);
        if !is_exclusive(&units) {
            return None;
        }
        units.sort_unstable_by_key(|unit| (unit.start, unit.coder));
        stretches(&units, &mut open, |open, length| {
            if open.len() < 2 {
                return;
            }
            codes.clear();
            codes.extend(open.iter().map(|unit| unit.code));
            codes.sort_unstable();
            let equal: usize = codes.chunk_by(|a, b| a == b).map(|same| same.len() * same.len()).sum();
            unequal[open.len()] += u128::from(length) * (open.len() * open.len() - equal) as u128;
            for code in &codes {
                of_codes[*code as usize] += length;
            }
        });
    }
    if !coding.documents.iter().any(|document| document.length > 0 && document.n_completed() > 1) {
        return Some(Err(Undefined::NoCommonDocument));
    }
    let observed = unequal.iter().enumerate().skip(2).map(|(m, n)| *n as f64 / (m - 1) as f64).sum();
    match of_codes.iter().sum() {
        0 => Some(Err(Undefined::NoVariation)),
        n => Some(nominal(observed, n, &of_codes)),
    }
}

/// The stretches of each coder that carry any code, as units of code 0.
fn any(document: &Unitized, units: &mut Vec<Marked>) {
    let mut spans: Vec<Marked> = document.spans.iter().map(|span| Marked { code: 0, ..*span }).collect();
    spans.sort_unstable();
    units.clear();
    units.extend(merged(&spans));
}

/// Fills a tally from one code's merged units.
fn tally(blank: Tally, (units, open): &mut (Vec<Marked>, Vec<Marked>)) -> Tally {
    let mut tally = Tally { marks: units.iter().map(|unit| unit.length() as u64).sum(), ..blank };
    units.sort_unstable_by_key(|unit| (unit.start, unit.coder));
    shared(units, open, |_, _, n| tally.both += n);
    tally
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::agreement::chance::Chance;
    use crate::agreement::units::Coding;

    fn random(chance: &mut Chance, n_coders: u32, n_documents: usize) -> Coding {
        let documents = (0..n_documents).map(|i| {
            let spans = (0..n_coders * 4).map(|at| {
                let start = chance.below(50);
                Marked { code: chance.below(3) as u32, coder: at % n_coders, start, end: start + chance.below(15) }
            });
            let spans = spans.collect();
            let completed = (0..n_coders).map(|_| chance.below(5) > 0).collect();
            Unitized { id: i.to_string(), length: 55, completed, spans }
        });
        let documents = documents.collect();
        Coding {
            coders: (0..n_coders).map(|i| i.to_string()).collect(),
            codes: (0..3).map(|i| i.to_string()).collect(),
            documents,
        }
    }

    #[test]
    fn the_order_of_coders_changes_nothing() {
        let mut chance = Chance::new(5);
        for _ in 0..30 {
            let coding = random(&mut chance, 5, 3);
            let mut turned = coding.clone();
            for document in &mut turned.documents {
                document.completed.reverse();
                document.spans.iter_mut().for_each(|span| span.coder = 4 - span.coder);
            }
            assert_eq!(Tallies::of(&coding.tidy()), Tallies::of(&turned.tidy()));
        }
    }

    #[test]
    fn identical_coders_agree_fully_and_silent_ones_do_not_vary() {
        let mut coding = random(&mut Chance::new(6), 2, 1);
        coding.documents[0].completed = vec![true, true];
        let first: Vec<_> = coding.documents[0].spans.iter().map(|s| Marked { coder: 0, ..*s }).collect();
        let both = first.iter().flat_map(|s| [*s, Marked { coder: 1, ..*s }]);
        coding.documents[0].spans = both.filter(|s| s.code == 0).collect();
        let tallies = Tallies::of(&coding.tidy());
        assert_eq!(alpha(tallies.code(0)), Ok(1.0));
        assert_eq!(alpha(tallies.any().iter()), Ok(1.0));
        assert_eq!(alpha(tallies.code(1)), Err(Undefined::NoVariation));
        assert_eq!(alpha([].iter()), Err(Undefined::NoCommonDocument));
    }

    #[test]
    fn two_coders_on_four_letters_give_the_number_from_the_hand() {
        // а: both, б: first alone, в and г: neither; 8 values, 3 of them "marked".
        let tally = Tally { n_coders: 2, length: 4, marks: 3, both: 1 };
        assert_eq!(tally.apart(), 1);
        assert!((tally.coincidences().alpha().unwrap() - (1.0 - 7.0 * 1.0 / 15.0)).abs() < 1e-15);
    }
}
