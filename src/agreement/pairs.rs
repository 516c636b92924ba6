//! How far two coders agree on a code, code point by code point.

use crate::agreement::score::{Score, Undefined, beyond_chance, share};
use crate::agreement::sweep::shared;
use crate::agreement::units::{Marked, Tidy, Unitized, merged};

/// Code points of the documents that both of a pair completed, by who marked them with a code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Marked by both.
    pub both: u64,
    /// Marked by the first alone.
    pub first: u64,
    /// Marked by the second alone.
    pub second: u64,
    /// Marked by neither.
    pub neither: u64,
}

impl Counts {
    /// All code points that were compared.
    pub fn whole(&self) -> u64 {
        self.both + self.first + self.second + self.neither
    }

    /// Adds the code points of another document or code.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            both: self.both + other.both,
            first: self.first + other.first,
            second: self.second + other.second,
            neither: self.neither + other.neither,
        }
    }

    /// The counts with the coders' places exchanged.
    #[must_use]
    pub fn flipped(self) -> Self {
        Self { first: self.second, second: self.first, ..self }
    }

    /// The share of code points on which the pair agrees, 0 to 1; undefined without a document in common.
    pub fn percent_agreement(&self) -> Score {
        share(self.agreed(), self.whole().into(), Undefined::NoCommonDocument)
    }

    /// Agreement beyond the chance of each coder's own share of marked text, −1 to 1; undefined without a document in
    /// common or where all agreement is expected (Cohen 1960).
    pub fn cohen_kappa(&self) -> Score {
        self.corrected(self.expected_squared())
    }

    /// Agreement beyond the chance of the pair's common share of marked text, −1 to 1; undefined as Cohen's kappa is
    /// (Scott 1955).
    pub fn scott_pi(&self) -> Score {
        let (yes, no) = self.marks();
        self.corrected_in_fours(yes * yes + no * no)
    }

    /// Agreement beyond the chance that the text is hard to code, −1 to 1; undefined without a document in common (Gwet
    /// 2008).
    pub fn gwet_ac1(&self) -> Score {
        let (yes, no) = self.marks();
        self.corrected_in_fours(2 * yes * no)
    }

    /// Twice the text marked by both over the text marked by each, 0 to 1; undefined without a document in common or
    /// where nobody coded (Dice 1945).
    pub fn f1(&self) -> Score {
        let both = 2 * u128::from(self.both);
        self.marked(both, both + u128::from(self.first) + u128::from(self.second))
    }

    /// The text marked by both over the text marked by either, 0 to 1; undefined as F1 is (Jaccard 1912).
    pub fn jaccard(&self) -> Score {
        let both = u128::from(self.both);
        self.marked(both, both + u128::from(self.first) + u128::from(self.second))
    }

    fn agreed(&self) -> u128 {
        u128::from(self.both) + u128::from(self.neither)
    }

    /// The marks and the non-marks of both coders, in code points; together twice the whole.
    fn marks(&self) -> (u128, u128) {
        let (first, second) = (u128::from(self.first), u128::from(self.second));
        (2 * u128::from(self.both) + first + second, 2 * u128::from(self.neither) + first + second)
    }

    /// The agreement expected by Cohen, times the squared whole.
    fn expected_squared(&self) -> u128 {
        let [a, b, c, e] = [self.both, self.first, self.second, self.neither].map(u128::from);
        (a + b) * (a + c) + (c + e) * (b + e)
    }

    fn corrected(&self, expected: u128) -> Score {
        let whole = u128::from(self.whole());
        if whole == 0 {
            return Err(Undefined::NoCommonDocument);
        }
        beyond_chance(self.agreed() * whole, expected, whole * whole)
    }

    /// The agreement beyond chance, the expected one given times four squared wholes.
    fn corrected_in_fours(&self, expected: u128) -> Score {
        let whole = u128::from(self.whole());
        if whole == 0 {
            return Err(Undefined::NoCommonDocument);
        }
        beyond_chance(4 * self.agreed() * whole, expected, 4 * whole * whole)
    }

    fn marked(&self, part: u128, whole: u128) -> Score {
        if self.whole() == 0 { Err(Undefined::NoCommonDocument) } else { share(part, whole, Undefined::NobodyCoded) }
    }
}

/// Kappa of the mean observed and the mean expected agreement over all codes of a pair, −1 to 1; undefined without a
/// document in common or where all agreement is expected (De Vries, Elliott, Kanouse & Teleki 2008).
pub fn pooled_kappa(of_codes: &[Counts]) -> Score {
    let squared = |of: fn(&Counts) -> u128| of_codes.iter().map(of).sum::<u128>();
    let whole = squared(|counts| u128::from(counts.whole()).pow(2));
    if whole == 0 {
        return Err(Undefined::NoCommonDocument);
    }
    beyond_chance(
        squared(|counts| counts.agreed() * u128::from(counts.whole())),
        squared(Counts::expected_squared),
        whole,
    )
}

/// F1 of the marked text of all codes of a pair together, 0 to 1; undefined as F1 is (Dice 1945).
pub fn micro_f1(of_codes: &[Counts]) -> Score {
    of_codes.iter().fold(Counts::default(), |sum, counts| sum.plus(*counts)).f1()
}

/// The pairs of coders by number, the first one lower: (0, 1), (0, 2) … (1, 2) ….
pub fn each_pair(n_coders: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n_coders).flat_map(move |first| (first + 1..n_coders).map(move |second| (first, second)))
}

/// Where [`each_pair`] has a pair, the lower number first.
pub fn place(first: usize, second: usize, n_coders: usize) -> usize {
    first * (2 * n_coders - first - 1) / 2 + second - first - 1
}

/// The counts of all pairs of coders × all codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairs {
    n_coders: usize,
    n_codes: usize,
    /// Pair by pair in the order of [`each_pair`], each with all codes.
    counts: Vec<Counts>,
}

impl Pairs {
    /// Counts all documents.
    pub fn of(coding: &Tidy) -> Self {
        Self::of_documents(coding, &coding.documents)
    }

    /// Counts some of the coding's documents, in one walk for all pairs.
    pub fn of_documents(coding: &Tidy, documents: &[Unitized]) -> Self {
        let n_coders = coding.coders.len();
        let n_pairs = n_coders * n_coders.saturating_sub(1) / 2;
        let counts = vec![Counts::default(); n_pairs * coding.codes.len()];
        let mut pairs = Self { n_coders, n_codes: coding.codes.len(), counts };
        let mut wholes = vec![0; n_pairs];
        let (mut units, mut open, mut marks) = (Vec::new(), Vec::new(), vec![0; n_coders]);
        for document in documents {
            for (at, (first, second)) in each_pair(n_coders).enumerate() {
                if document.has(first) && document.has(second) {
                    wholes[at] += document.length as u64;
                }
            }
            for spans in document.spans.chunk_by(|a, b| a.code == b.code) {
                units.clear();
                units.extend(merged(spans));
                pairs.add_marks(document, &units, &mut marks);
                units.sort_unstable_by_key(|unit| (unit.start, unit.coder));
                shared(&units, &mut open, |a, b, n| {
                    pairs.add_both(a.coder.min(b.coder), a.coder.max(b.coder), a.code, n);
                });
            }
        }
        pairs.settle(&wholes);
        pairs
    }

    /// The counts of a pair and a code by number, as the first named coder sees them; nothing where there is no such
    /// pair or code.
    pub fn counts(&self, first: usize, second: usize, code: usize) -> Counts {
        let counts = self.codes(first.min(second), first.max(second)).get(code).copied().unwrap_or_default();
        if first > second { counts.flipped() } else { counts }
    }

    /// The counts of all codes of a pair, the lower number first; empty where there is no such pair.
    pub fn codes(&self, first: usize, second: usize) -> &[Counts] {
        if first >= second || second >= self.n_coders {
            return &[];
        }
        let from = place(first, second, self.n_coders) * self.n_codes;
        self.counts.get(from..from + self.n_codes).unwrap_or_default()
    }

    /// Notes each coder's marks with the pairs that compare them; [`Self::settle`] takes off what both marked.
    fn add_marks(&mut self, document: &Unitized, units: &[Marked], marks: &mut [u64]) {
        marks.fill(0);
        for unit in units {
            marks[unit.coder as usize] += unit.length() as u64;
        }
        let Some(code) = units.first().map(|unit| unit.code as usize) else { return };
        for (at, (first, second)) in each_pair(self.n_coders).enumerate() {
            if marks[first] + marks[second] > 0 && document.has(first) && document.has(second) {
                let counts = &mut self.counts[at * self.n_codes + code];
                counts.first += marks[first];
                counts.second += marks[second];
            }
        }
    }

    fn add_both(&mut self, first: u32, second: u32, code: u32, n: u64) {
        let at = place(first as usize, second as usize, self.n_coders) * self.n_codes + code as usize;
        self.counts[at].both += n;
    }

    fn settle(&mut self, wholes: &[u64]) {
        for (counts, whole) in self.counts.chunks_exact_mut(self.n_codes.max(1)).zip(wholes) {
            for counts in counts {
                counts.first -= counts.both;
                counts.second -= counts.both;
                counts.neither = whole - counts.both - counts.first - counts.second;
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::agreement::chance::Chance;
    use crate::agreement::units::Coding;

    fn coding(n_coders: usize, width: usize, length: usize, spans: Vec<Marked>) -> Coding {
        let names = |n: usize| (0..n).map(|i| i.to_string()).collect();
        let document = Unitized { id: "d".into(), length, completed: vec![true; n_coders], spans };
        Coding { coders: names(n_coders), codes: names(width), documents: vec![document] }
    }

    fn random(chance: &mut Chance, n_coders: usize, width: usize) -> Coding {
        let spans = (0..n_coders * 6).map(|_| {
            let start = chance.below(60);
            let (code, coder) = (chance.below(width) as u32, chance.below(n_coders) as u32);
            Marked { code, coder, start, end: start + chance.below(20) }
        });
        coding(n_coders, width, 70, spans.collect())
    }

    /// Counts a pair the slow way, code point by code point.
    fn slowly(coding: &Tidy, first: usize, second: usize, code: usize) -> Counts {
        let mut counts = Counts::default();
        for document in coding.documents.iter().filter(|d| d.has(first) && d.has(second)) {
            let is_in = |coder: usize, at: usize| {
                let track = document.track(code as u32, coder as u32);
                track.iter().any(|s| s.start <= at && at < s.end)
            };
            for at in 0..document.length {
                match (is_in(first, at), is_in(second, at)) {
                    (true, true) => counts.both += 1,
                    (true, false) => counts.first += 1,
                    (false, true) => counts.second += 1,
                    (false, false) => counts.neither += 1,
                }
            }
        }
        counts
    }

    #[test]
    fn the_walk_counts_what_counting_each_code_point_does() {
        let mut chance = Chance::new(11);
        for _ in 0..40 {
            let tidy = random(&mut chance, 4, 3).tidy();
            let pairs = Pairs::of(&tidy);
            for (first, second) in each_pair(4) {
                for code in 0..3 {
                    let counts = pairs.counts(first, second, code);
                    assert_eq!(counts, slowly(&tidy, first, second, code));
                    assert_eq!(pairs.counts(second, first, code), counts.flipped());
                }
            }
        }
    }

    #[test]
    fn every_measure_is_the_same_from_both_sides() {
        let mut chance = Chance::new(12);
        for _ in 0..200 {
            let counts = Counts {
                both: chance.below(9) as u64,
                first: chance.below(9) as u64,
                second: chance.below(9) as u64,
                neither: chance.below(9) as u64,
            };
            for of in [Counts::cohen_kappa, Counts::scott_pi, Counts::gwet_ac1, Counts::f1, Counts::jaccard] {
                assert_eq!(of(&counts), of(&counts.flipped()));
            }
        }
    }

    #[test]
    fn fifty_coders_who_mark_the_same_agree_fully() {
        let spans = (0..50).map(|coder| Marked { code: 0, coder, start: 3, end: 9 }).collect();
        let pairs = Pairs::of(&coding(50, 1, 20, spans).tidy());
        for (first, second) in each_pair(50) {
            assert_eq!(pairs.counts(first, second, 0).cohen_kappa(), Ok(1.0));
        }
    }

    #[test]
    fn a_silent_coder_is_not_a_missing_one() {
        let mut silent = coding(2, 1, 10, vec![Marked { code: 0, coder: 0, start: 0, end: 5 }]);
        assert_eq!(Pairs::of(&silent.clone().tidy()).counts(0, 1, 0).percent_agreement(), Ok(0.5));
        silent.documents[0].completed[1] = false;
        let counts = Pairs::of(&silent.tidy()).counts(0, 1, 0);
        assert_eq!(counts.percent_agreement(), Err(Undefined::NoCommonDocument));
        assert_eq!(pooled_kappa(&[counts]), Err(Undefined::NoCommonDocument));
    }

    #[test]
    fn uncoded_text_and_coded_text_without_variation_have_no_kappa() {
        let nobody = Pairs::of(&coding(2, 1, 10, Vec::new()).tidy()).counts(0, 1, 0);
        assert_eq!((nobody.cohen_kappa(), nobody.f1()), (Err(Undefined::NoVariation), Err(Undefined::NobodyCoded)));
        let spans = (0..2).map(|coder| Marked { code: 0, coder, start: 0, end: 10 }).collect();
        let all = Pairs::of(&coding(2, 1, 10, spans).tidy()).counts(0, 1, 0);
        assert_eq!((all.cohen_kappa(), all.f1()), (Err(Undefined::NoVariation), Ok(1.0)));
    }

    #[test]
    fn every_pair_has_its_place() {
        for n in 0..9 {
            for (at, (first, second)) in each_pair(n).enumerate() {
                assert_eq!(place(first, second, n), at);
            }
        }
    }
}
