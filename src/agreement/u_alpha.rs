//! Krippendorff's family of alphas for unitizing, by the text that units share (2016).

use crate::agreement::alpha::Tally;
use crate::agreement::score::{Score, Undefined, beyond_expected};
use crate::agreement::sweep::shared;
use crate::agreement::units::{Marked, Tidy, is_exclusive, merged};

/// Coincidences of codes over the documents that all coders completed, in code points; the last code is the gap.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Continuum {
    /// Coders less one.
    others: u64,
    /// Code × code, both ways, times `others`.
    cells: Vec<Vec<u64>>,
    /// By code: the squared lengths of its units; for the gap, the gaps' length.
    squares: Vec<u128>,
    /// By code: the squared lengths that its units share with each other coder, times `others`.
    covered: Vec<u128>,
}

impl Continuum {
    /// Walks along the documents that all coders completed; undefined where there are no two coders or no such text.
    /// Nothing where codes of one coder share text there.
    pub fn of(coding: &Tidy) -> Option<Result<Self, Undefined>> {
        let (n_coders, gap) = (coding.coders.len(), coding.codes.len());
        let whole: u64 = coding.completed_by_all().map(|document| document.length as u64).sum();
        if n_coders < 2 || whole == 0 {
            return Some(Err(Undefined::NoCommonDocument));
        }
        let mut found = Self {
            others: n_coders as u64 - 1,
            cells: vec![vec![0; gap + 1]; gap + 1],
            squares: vec![0; gap + 1],
            covered: vec![0; gap],
        };
        let (mut units, mut open) = (Vec::new(), Vec::new());
        for document in coding.completed_by_all() {
            document.by_coder(&mut units);
            if !is_exclusive(&units) {
                return None;
            }
            found.cover(&units);
            units.sort_unstable_by_key(|unit| (unit.start, unit.coder));
            shared(&units, &mut open, |a, b, n| {
                found.cells[a.code as usize][b.code as usize] += n;
                found.cells[b.code as usize][a.code as usize] += n;
            });
            for unit in &units {
                found.squares[unit.code as usize] += u128::from(unit.length() as u64).pow(2);
                found.cells[unit.code as usize][gap] += unit.length() as u64 * found.others;
            }
        }
        found.fill_gaps(whole * n_coders as u64);
        Some(Ok(found))
    }

    /// Takes the text shared by units from what units share with gaps; the rest of the `whole` is shared by gaps.
    fn fill_gaps(&mut self, whole: u64) {
        let gap = self.covered.len();
        let mut rest = whole * self.others;
        let mut marked = 0;
        for code in 0..gap {
            marked += self.cells[code][gap] / self.others;
            let by_units: u64 = self.cells[code].iter().take(gap).sum();
            rest -= self.cells[code][gap];
            self.cells[code][gap] -= by_units;
            self.cells[gap][code] = self.cells[code][gap];
            rest -= self.cells[code][gap];
        }
        self.cells[gap][gap] = rest;
        self.squares[gap] = u128::from(whole - marked);
    }

    /// Adds, for each unit and each other coder, the square of what they share; the units come coder by coder.
    fn cover(&mut self, units: &[Marked]) {
        for own in units.chunk_by(|a, b| a.coder == b.coder) {
            for others in units.chunk_by(|a, b| a.coder == b.coder) {
                if others.first().map(|unit| unit.coder) == own.first().map(|unit| unit.coder) {
                    continue;
                }
                let mut rest = others;
                for unit in own {
                    rest = rest.get(rest.partition_point(|other| other.end <= unit.start)..).unwrap_or_default();
                    let meets = rest.iter().take_while(|other| other.start < unit.end);
                    let n: usize = meets.map(|other| other.end.min(unit.end) - other.start.max(unit.start)).sum();
                    self.covered[unit.code as usize] += u128::from(n as u64).pow(2);
                }
            }
        }
    }

    /// Nominal alpha of all text with the gap as a value, at most 1; undefined where nothing varies (Krippendorff,
    /// Mathet, Bouvry & Widlöcher 2016).
    pub fn u_alpha(&self) -> Score {
        let (sums, all) = self.sums(self.cells.len());
        alpha(self.unequal(&sums), (all * all - of_squares(&sums)) as f64, all, self.own_squares())
    }

    /// Alpha of marked against unmarked text whatever the code, at most 1; undefined where nothing varies (Krippendorff,
    /// Mathet, Bouvry & Widlöcher 2016).
    pub fn binary(&self) -> Score {
        let gap = self.covered.len();
        let (sums, all) = self.sums(self.cells.len());
        let gaps = sums.last().copied().unwrap_or(0);
        let observed = self.cells[gap].iter().take(gap).sum::<u64>();
        alpha(observed.into(), (gaps * (all - gaps)) as f64, all, self.own_squares())
    }

    /// Alpha of the codes where units of different coders meet, at most 1, and the share of all text that is compared;
    /// undefined where nothing varies there (Krippendorff, Mathet, Bouvry & Widlöcher 2016).
    pub fn cu_alpha(&self) -> (Score, f64) {
        let (sums, all) = self.sums(self.covered.len());
        let squares = self.covered.iter().sum::<u128>() * u128::from(self.others);
        let score = alpha(self.unequal(&sums), (all * all - of_squares(&sums)) as f64, all, squares);
        let (_, whole) = self.sums(self.cells.len());
        (score, all as f64 / whole as f64)
    }

    /// Alpha of one code where its units meet others, at most 1, and the share of its text that is compared; undefined
    /// where it meets none or nothing varies there (Krippendorff, Mathet, Bouvry & Widlöcher 2016).
    pub fn ku_alpha(&self, code: usize) -> (Score, f64) {
        let (sums, all) = self.sums(self.covered.len());
        let (Some(own), Some(covered)) = (sums.get(code).copied(), self.covered.get(code)) else {
            return (Err(Undefined::NobodyCoded), 0.0);
        };
        let whole: u64 = self.cells[code].iter().sum();
        if own == 0 {
            return (Err(Undefined::NoSharedMatter), 0.0);
        }
        // The formula's quotient with what stands above and below the line cancelled.
        let above = (own * all - covered * u128::from(self.others)) as f64 * (own - self.equal(code)) as f64;
        let below = (own * own) as f64 * (all - own) as f64;
        (beyond_expected(above, below), own as f64 / whole as f64)
    }

    /// The squares of all units, times the squared `others`, as the sums are times `others`.
    fn own_squares(&self) -> u128 {
        self.squares.iter().sum::<u128>() * u128::from(self.others).pow(2)
    }

    /// The coincidence of a code with itself.
    fn equal(&self, code: usize) -> u128 {
        self.cells.get(code).and_then(|row| row.get(code)).copied().unwrap_or(0).into()
    }

    /// The coincidences of the first codes, as many as there are sums, with others of them.
    fn unequal(&self, sums: &[u128]) -> u128 {
        sums.iter().sum::<u128>() - (0..sums.len()).map(|code| self.equal(code)).sum::<u128>()
    }

    /// The sums of the first so many rows and columns, and of all of them.
    fn sums(&self, n: usize) -> (Vec<u128>, u128) {
        let sums = self.cells.iter().take(n).map(|row| row.iter().take(n).map(|n| u128::from(*n)).sum());
        let sums: Vec<u128> = sums.collect();
        let all = sums.iter().sum();
        (sums, all)
    }
}

/// One minus observed over expected coincidences, the latter still to be divided by the squared whole less the
/// squares of units, as a unit is never compared with itself.
fn alpha(observed: u128, expected: f64, all: u128, squares: u128) -> Score {
    let pairable = (all * all).saturating_sub(squares);
    if pairable == 0 {
        return Err(Undefined::NoVariation);
    }
    beyond_expected(observed as f64, all as f64 * expected / pairable as f64)
}

fn of_squares(sums: &[u128]) -> u128 {
    sums.iter().map(|sum| sum * sum).sum()
}

/// Alpha of one code against gaps, at most 1, from its tallies in the documents that all coders completed and the
/// squared lengths of its units; undefined without such text or where nothing varies (Krippendorff, Mathet, Bouvry &
/// Widlöcher 2016).
pub fn of_code<'a>(tallies: impl Iterator<Item = &'a Tally>, squares: u128) -> Score {
    let (mut whole, mut marks, mut apart, mut n_coders) = (0, 0, 0, 0);
    for tally in tallies {
        whole += tally.n_coders * tally.length;
        marks += tally.marks;
        apart += u128::from(tally.apart());
        n_coders = tally.n_coders;
    }
    if whole == 0 || n_coders < 2 {
        return Err(Undefined::NoCommonDocument);
    }
    let (whole, marks) = (u128::from(whole), u128::from(marks));
    let gaps = whole - marks;
    let below = whole * whole - squares - gaps;
    // Two values: what is unequal is marked against gap, both ways.
    beyond_expected(apart as f64 / (n_coders - 1) as f64, whole as f64 * (gaps * marks) as f64 / below.max(1) as f64)
}

/// By code: the squared lengths of its units in the documents that all coders completed.
pub fn squares(coding: &Tidy) -> Vec<u128> {
    let mut squares = vec![0; coding.codes.len()];
    for unit in coding.completed_by_all().flat_map(|document| merged(&document.spans)) {
        squares[unit.code as usize] += u128::from(unit.length() as u64).pow(2);
    }
    squares
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::agreement::units::{Coding, Unitized};

    fn coding(lengths: &[usize], spans: &[(usize, u32, u32, usize, usize)]) -> Tidy {
        let documents = lengths.iter().enumerate().map(|(at, length)| {
            let own = spans.iter().filter(|span| span.0 == at);
            let spans =
                own.map(|(_, coder, code, start, end)| Marked { code: *code, coder: *coder, start: *start, end: *end });
            Unitized { id: at.to_string(), length: *length, completed: vec![true; 2], spans: spans.collect() }
        });
        let names = || vec!["a".to_owned(), "b".to_owned()];
        Coding { coders: names(), codes: names(), documents: documents.collect() }.tidy()
    }

    #[test]
    fn identical_coders_agree_fully_where_something_varies() {
        let same = coding(&[20], &[(0, 0, 0, 2, 6), (0, 1, 0, 2, 6), (0, 0, 1, 8, 9), (0, 1, 1, 8, 9)]);
        let found = Continuum::of(&same).unwrap().unwrap();
        assert_eq!((found.u_alpha(), found.binary()), (Ok(1.0), Ok(1.0)));
        assert_eq!(found.cu_alpha().0, Ok(1.0));
        let silent = Continuum::of(&coding(&[20], &[])).unwrap().unwrap();
        assert_eq!(silent.u_alpha(), Err(Undefined::NoVariation));
        assert_eq!(silent.ku_alpha(0).0, Err(Undefined::NoSharedMatter));
        assert_eq!(Continuum::of(&coding(&[], &[])), Some(Err(Undefined::NoCommonDocument)));
        assert_eq!(Continuum::of(&coding(&[20], &[(0, 0, 0, 2, 6), (0, 0, 1, 5, 9)])), None);
    }

    #[test]
    fn a_document_split_at_an_uncoded_place_stays_the_same() {
        let spans = [(0, 0, 0, 2, 6), (0, 1, 1, 3, 6), (0, 0, 1, 14, 19), (0, 1, 1, 15, 18)];
        let whole = coding(&[20], &spans);
        let split: Vec<_> = spans
            .iter()
            .map(|(_, coder, code, start, end)| {
                let at = usize::from(*start >= 10);
                (at, *coder, *code, start - 10 * at, end - 10 * at)
            })
            .collect();
        assert_eq!(Continuum::of(&whole), Continuum::of(&coding(&[10, 10], &split)));
    }

    #[test]
    fn one_code_is_the_family_s_first_member() {
        let tidy = coding(&[20], &[(0, 0, 0, 2, 6), (0, 1, 0, 3, 8), (0, 0, 0, 14, 19)]);
        let tallies = crate::agreement::alpha::Tallies::of(&tidy);
        let alone = of_code(tallies.code(0), squares(&tidy)[0]).unwrap();
        assert!((alone - Continuum::of(&tidy).unwrap().unwrap().u_alpha().unwrap()).abs() < 1e-15);
    }

    #[test]
    fn one_code_on_all_text_does_not_vary_whatever_its_length() {
        for length in 1..200 {
            let all = coding(&[length], &[(0, 0, 0, 0, length), (0, 1, 0, 0, length)]);
            let found = Continuum::of(&all).unwrap().unwrap();
            let none = Err(Undefined::NoVariation);
            assert_eq!(
                (found.u_alpha(), found.binary(), found.cu_alpha().0, found.ku_alpha(0).0),
                (none, none, none, none)
            );
        }
    }
}
