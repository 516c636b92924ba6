//! Agreement across two languages: is what is coded in one text coded in the words of the other that say the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::agreement::alpha::Coincidences;
use crate::agreement::pairs::Counts;
use crate::agreement::score::Score;
use crate::model::code::CodeId;
use crate::text::span::CodePoints;

/// One side of a pair: who coded it through, and what they said there.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// The coders who completed the text.
    pub completed: BTreeSet<String>,
    /// Who said what of which words, in code points.
    pub said: Vec<(String, CodeId, CodePoints)>,
}

/// Linked sentences: the words of the left text, and those of the right that say the same.
pub type Linked = (CodePoints, CodePoints);

/// Whose coding of the left text is held against whose of the right: a coder's own, or another's.
pub type Who = (String, String);

/// How far codings agree across the languages; a unit is a pair of linked sentences, coded where an annotation touches them.
#[derive(Debug, Clone, Default)]
pub struct Crossing {
    /// Units by who tagged them with a code: in both languages, in the left alone, in the right alone, in neither.
    pub counts: BTreeMap<(Who, CodeId), Counts>,
    /// The codes that somebody used, and the units that coders could have used them in.
    units: BTreeMap<Who, u64>,
    codes: BTreeSet<CodeId>,
}

/// A unit that is coded in one language alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlike {
    /// Whose codings.
    pub who: Who,
    /// The code.
    pub code: CodeId,
    /// Which unit.
    pub unit: usize,
    /// Where it is coded: 0 for the left text, 1 for the right.
    pub side: usize,
}

impl Crossing {
    /// Takes in a pair of texts by its links; returns the units that are coded in one language alone. Only codings of those who
    /// completed a text count, so that what nobody got to is no disagreement.
    pub fn take(&mut self, links: &[Linked], sides: &[Side; 2]) -> Vec<Unlike> {
        let coded: [BTreeSet<(usize, &str, &CodeId)>; 2] = [coded(links, &sides[0], 0), coded(links, &sides[1], 1)];
        let mut unlike = Vec::new();
        for left in &sides[0].completed {
            for right in &sides[1].completed {
                let who: Who = (left.clone(), right.clone());
                *self.units.entry(who.clone()).or_default() += links.len() as u64;
                let own = |side: usize, coder: &str| -> BTreeSet<(usize, &CodeId)> {
                    let all = coded[side & 1].iter().filter(|(_, name, _)| *name == coder);
                    all.map(|(unit, _, code)| (*unit, *code)).collect()
                };
                let (of_left, of_right) = (own(0, left), own(1, right));
                for (unit, code) in of_left.union(&of_right) {
                    let counts = self.counts.entry((who.clone(), (*code).clone())).or_default();
                    self.codes.insert((*code).clone());
                    let place = (*unit, *code);
                    let side = match (of_left.contains(&place), of_right.contains(&place)) {
                        (true, true) => {
                            counts.both += 1;
                            continue;
                        }
                        (true, false) => {
                            counts.first += 1;
                            0
                        }
                        _ => {
                            counts.second += 1;
                            1
                        }
                    };
                    unlike.push(Unlike { who: who.clone(), code: (*code).clone(), unit: *unit, side });
                }
            }
        }
        unlike
    }

    /// For each two codings and code the counts, with the units that neither tagged.
    pub fn all(&self) -> impl Iterator<Item = (&Who, &CodeId, Counts)> {
        self.counts.iter().map(|((who, code), counts)| {
            let whole = self.units.get(who).copied().unwrap_or_default();
            let neither = whole.saturating_sub(counts.both + counts.first + counts.second);
            (who, code, Counts { neither, ..*counts })
        })
    }

    /// The units that two codings were held against each other in.
    pub fn n_units(&self, who: &Who) -> u64 {
        self.units.get(who).copied().unwrap_or_default()
    }

    /// Whose codings were held against each other.
    pub fn who(&self) -> impl Iterator<Item = &Who> {
        self.units.keys()
    }
}

/// Which units are coded, by whom and with what.
fn coded<'a>(links: &[Linked], side: &'a Side, which: usize) -> BTreeSet<(usize, &'a str, &'a CodeId)> {
    let range = |link: &Linked| if which == 0 { link.0 } else { link.1 };
    let mut all = BTreeSet::new();
    for (coder, code, said) in &side.said {
        // Links stand in the order of both texts.
        let first = links.partition_point(|link| range(link).end <= said.start);
        let touched = links.iter().enumerate().skip(first).take_while(|(_, link)| range(link).start < said.end);
        all.extend(touched.map(|(unit, _)| (unit, coder.as_str(), code)));
    }
    all
}

/// Krippendorff's nominal alpha of two codings' yes and no (Krippendorff 2011).
pub fn alpha(counts: Counts) -> Score {
    let (whole, apart) = (counts.whole(), counts.first + counts.second);
    Coincidences { n: 2 * whole, marks: 2 * counts.both + apart, observed: 2.0 * apart as f64 }.alpha()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn range(start: usize, end: usize) -> CodePoints {
        CodePoints { start, end }
    }

    fn side(coders: &[&str], said: &[(&str, &str, usize, usize)]) -> Side {
        Side {
            completed: coders.iter().map(|name| (*name).to_owned()).collect(),
            said: said
                .iter()
                .map(|(who, code, start, end)| ((*who).into(), CodeId((*code).into()), range(*start, *end)))
                .collect(),
        }
    }

    /// Four linked sentences of ten letters; the right ones are twelve long.
    fn links() -> Vec<Linked> {
        (0..4).map(|n| (range(n * 10, n * 10 + 10), range(n * 12, n * 12 + 12))).collect()
    }

    #[test]
    fn what_is_coded_in_both_languages_in_one_or_in_neither_is_counted() {
        let mut crossing = Crossing::default();
        let left = side(&["asel"], &[("asel", "x", 0, 5), ("asel", "x", 12, 25)]);
        let right = side(&["asel"], &[("asel", "x", 3, 9), ("asel", "x", 14, 20), ("asel", "x", 40, 41)]);
        let unlike = crossing.take(&links(), &[left, right]);
        let (who, _, counts) = crossing.all().next().unwrap();
        assert_eq!(who, &("asel".to_owned(), "asel".to_owned()));
        assert_eq!([counts.both, counts.first, counts.second, counts.neither], [2, 1, 1, 0]);
        assert_eq!(unlike.iter().map(|one| (one.unit, one.side)).collect::<Vec<_>>(), [(2, 0), (3, 1)]);
        // By hand: o_01 = 2, n_1 = 6, n_0 = 2, n = 8; 1 − 7 · 2 · 2/2 … with D_o = 4/8, D_e = 2 · 6 · 2/56.
        assert!((alpha(counts).unwrap() - (1.0 - (4.0 / 8.0) / (24.0 / 56.0))).abs() < 1e-12);
    }

    #[test]
    fn who_did_not_complete_a_language_is_missing_there_and_not_silent() {
        let mut crossing = Crossing::default();
        let left = side(&["asel", "dana"], &[("asel", "x", 0, 5), ("dana", "x", 0, 5)]);
        let right = side(&["dana"], &[]);
        crossing.take(&links(), &[left, right]);
        let told: Vec<String> =
            crossing.all().map(|(who, _, c)| format!("{} {} {:?}", who.0, who.1, c.first)).collect();
        assert_eq!(told, ["asel dana 1", "dana dana 1"]);
    }
}
