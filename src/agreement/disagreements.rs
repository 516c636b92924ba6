//! The stretches of text on which two coders disagree, and the codes they gave instead.

use crate::agreement::sweep::shared;
use crate::agreement::units::{Tidy, Unitized, merged};

/// Which coder of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The one named first.
    First,
    /// The one named second.
    Second,
}

impl Side {
    /// The side as files write it.
    pub fn key(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
        }
    }
}

/// The longest stretch of text that one coder of a pair alone gave a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disagreement {
    /// The document's number.
    pub document: usize,
    /// The code's number.
    pub code: usize,
    /// The first code point.
    pub start: usize,
    /// The code point behind the last one.
    pub end: usize,
    /// Who gave the code.
    pub by: Side,
}

/// All stretches on which the pair disagrees, by document, code and start; in the documents that both completed.
pub fn disagreements(coding: &Tidy, first: usize, second: usize) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let mut turns = Vec::new();
    for (number, document) in in_common(coding, first, second) {
        for code in 0..coding.codes.len() {
            turns.clear();
            for (coder, side) in [(first, Side::First), (second, Side::Second)] {
                let units = merged(document.track(code as u32, coder as u32));
                turns.extend(units.flat_map(|unit| [(unit.start, side), (unit.end, side)]));
            }
            turns.sort_unstable();
            runs(&turns, |start, end, by| found.push(Disagreement { document: number, code, start, end, by }));
        }
    }
    found
}

/// Calls `run` for each longest stretch on which one side alone stands; a turn lets a side stand or cease to.
fn runs(turns: &[(usize, Side)], mut run: impl FnMut(usize, usize, Side)) {
    let (mut first, mut second) = (false, false);
    let mut open: Option<(usize, Side)> = None;
    for turns in turns.chunk_by(|a, b| a.0 == b.0) {
        for (_, side) in turns {
            match side {
                Side::First => first = !first,
                Side::Second => second = !second,
            }
        }
        let alone = match (first, second) {
            (true, false) => Some(Side::First),
            (false, true) => Some(Side::Second),
            _ => None,
        };
        let at = turns.first().map_or(0, |turn| turn.0);
        if open.map(|(_, side)| side) != alone {
            if let Some((start, side)) = open {
                run(start, at, side);
            }
            open = alone.map(|side| (at, side));
        }
    }
}

/// Code points by the code of the first coder (row) and of the second (column), the last row and column being uncoded;
/// in the documents that both completed. Nothing where codes of one of the two share text there.
pub fn confusion(coding: &Tidy, first: usize, second: usize) -> Option<Vec<Vec<u64>>> {
    let uncoded = coding.codes.len();
    let mut cells = vec![vec![0; uncoded + 1]; uncoded + 1];
    let (mut rows, mut columns, mut whole) = (vec![0; uncoded], vec![0; uncoded], 0);
    let (mut units, mut open) = (Vec::new(), Vec::new());
    for (_, document) in in_common(coding, first, second) {
        whole += document.length as u64;
        units.clear();
        units.extend(merged(&document.spans).filter(|unit| [first, second].contains(&(unit.coder as usize))));
        units.sort_unstable_by_key(|unit| (unit.start, unit.coder));
        for unit in &units {
            let side = if unit.coder as usize == first { &mut rows } else { &mut columns };
            side[unit.code as usize] += unit.length() as u64;
        }
        let mut is_exclusive = true;
        shared(&units, &mut open, |a, b, n| {
            is_exclusive &= a.coder != b.coder;
            let (a, b) = if a.coder as usize == first { (a, b) } else { (b, a) };
            cells[a.code as usize][b.code as usize] += n;
        });
        if !is_exclusive {
            return None;
        }
    }
    for code in 0..uncoded {
        cells[code][uncoded] = rows[code] - cells[code].iter().sum::<u64>();
        cells[uncoded][code] = columns[code] - cells.iter().map(|row| row[code]).sum::<u64>();
    }
    let marked_by_one_or_both: u64 = cells.iter().flatten().sum();
    cells[uncoded][uncoded] = whole - marked_by_one_or_both;
    Some(cells)
}

fn in_common(coding: &Tidy, first: usize, second: usize) -> impl Iterator<Item = (usize, &Unitized)> {
    coding.documents.iter().enumerate().filter(move |(_, document)| document.has(first) && document.has(second))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn touching_units_make_one_stretch_and_a_change_of_side_makes_two() {
        let tidy = Tidy::of_two(20, &[(0, 0, 0, 4), (0, 0, 4, 8), (1, 0, 8, 10), (0, 1, 2, 5), (1, 1, 2, 5)]);
        let found: Vec<_> = disagreements(&tidy, 0, 1).iter().map(|d| (d.code, d.start, d.end, d.by)).collect();
        assert_eq!(found, [(0, 0, 8, Side::First), (0, 8, 10, Side::Second)]);
    }

    #[test]
    fn a_confusion_turns_with_its_coders() {
        let tidy = Tidy::of_two(20, &[(0, 0, 0, 6), (1, 1, 2, 9), (1, 0, 12, 14)]);
        assert_eq!(confusion(&tidy, 0, 1).unwrap(), [[0, 4, 2], [0, 0, 0], [2, 3, 9]]);
        assert_eq!(confusion(&tidy, 1, 0).unwrap(), [[0, 0, 2], [4, 0, 3], [2, 0, 9]]);
    }

    #[test]
    fn all_text_coded_by_both_leaves_nothing_uncoded() {
        let tidy = Tidy::of_two(20, &[(0, 0, 0, 20), (1, 1, 0, 20)]);
        assert_eq!(confusion(&tidy, 0, 1).unwrap(), [[0, 20, 0], [0, 0, 0], [0, 0, 0]]);
    }

    #[test]
    fn codes_that_share_text_have_no_confusion() {
        assert_eq!(confusion(&Tidy::of_two(20, &[(0, 0, 0, 5), (0, 1, 4, 9), (1, 0, 0, 9)]), 0, 1), None);
    }
}
