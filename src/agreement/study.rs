//! A coding with what several measures need of it, each found once.

use std::cell::OnceCell;

use crate::agreement::alpha::{Tallies, Tally};
use crate::agreement::alpha_u::{self, Disorder};
use crate::agreement::bootstrap::Plan;
use crate::agreement::measures::Findings;
use crate::agreement::pairs::{Counts, Pairs, each_pair};
use crate::agreement::passages::{Matches, matches};
use crate::agreement::score::{Score, Undefined};
use crate::agreement::sets::{Distance, SetCoincidences};
use crate::agreement::u_alpha::Continuum;
use crate::agreement::units::Tidy;

/// A coding as measures are asked about it.
pub struct Study<'a> {
    coding: &'a Tidy,
    plan: Plan,
    pairs: OnceCell<Pairs>,
    tallies: OnceCell<Tallies>,
    matches: OnceCell<Vec<Matches>>,
    sets: OnceCell<SetCoincidences>,
    disorders: OnceCell<Vec<Result<Disorder, Undefined>>>,
    continuum: OnceCell<Option<Result<Continuum, Undefined>>>,
}

impl<'a> Study<'a> {
    /// Opens a coding; the plan says how to resample, and where all chance in it starts.
    pub fn new(coding: &'a Tidy, plan: Plan) -> Self {
        Self {
            coding,
            plan,
            pairs: OnceCell::new(),
            tallies: OnceCell::new(),
            matches: OnceCell::new(),
            sets: OnceCell::new(),
            disorders: OnceCell::new(),
            continuum: OnceCell::new(),
        }
    }

    /// The coding.
    pub fn coding(&self) -> &'a Tidy {
        self.coding
    }

    /// How to resample.
    pub fn plan(&self) -> Plan {
        self.plan
    }

    /// How many codes there are.
    pub fn n_codes(&self) -> usize {
        self.coding.codes.len()
    }

    /// The pairs of coders, by number.
    pub fn pairs_of_coders(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        each_pair(self.coding.coders.len())
    }

    /// The counts of all pairs × codes.
    pub fn pairs(&self) -> &Pairs {
        self.pairs.get_or_init(|| Pairs::of(self.coding))
    }

    /// The tallies of all documents × codes.
    pub fn tallies(&self) -> &Tallies {
        self.tallies.get_or_init(|| Tallies::of(self.coding))
    }

    /// The tallies of one code in the documents that all coders completed.
    pub fn complete_tallies(&self, code: usize) -> impl Iterator<Item = &Tally> {
        let n_coders = self.coding.coders.len() as u64;
        self.tallies().code(code).filter(move |tally| tally.n_coders == n_coders)
    }

    /// The disagreements of the units of each code.
    pub fn disorders(&self) -> &[Result<Disorder, Undefined>] {
        self.disorders.get_or_init(|| alpha_u::disorders(self.coding))
    }

    /// Alpha with sets as values.
    pub fn alpha_of_sets(&self, distance: Distance) -> Score {
        self.sets.get_or_init(|| SetCoincidences::of(self.coding)).alpha(distance)
    }

    /// What the coders' units share, or why that is undefined; nothing where codes of one coder share text.
    pub fn continuum(&self) -> Option<Result<&Continuum, Undefined>> {
        let found = self.continuum.get_or_init(|| Continuum::of(self.coding));
        found.as_ref().map(|found| found.as_ref().map_err(|reason| *reason))
    }

    /// Puts one number for each pair of coders × code.
    pub fn put_pairs_and_codes(&self, found: &mut Findings, of: fn(&Counts) -> Score) {
        for (first, second) in self.pairs_of_coders() {
            for (code, counts) in self.pairs().codes(first, second).iter().enumerate() {
                found.put(of(counts)).coders(first, second).code(code);
            }
        }
    }

    /// Puts one number for each pair of coders, from the counts of all codes.
    pub fn put_pairs(&self, found: &mut Findings, of: fn(&[Counts]) -> Score) {
        for (first, second) in self.pairs_of_coders() {
            found.put(of(self.pairs().codes(first, second))).coders(first, second);
        }
    }

    /// Puts one F1 of passages for each pair of coders, from how many found a partner.
    pub fn put_matches(&self, found: &mut Findings, matched: fn(&Matches) -> u64) {
        let all = self.matches.get_or_init(|| matches(self.coding));
        for ((first, second), of) in self.pairs_of_coders().zip(all) {
            let outcome = found.put(of.f1(matched(of))).coders(first, second);
            outcome.extra("matched", matched(of) as f64);
            outcome.extra("n_first", of.first as f64).extra("n_second", of.second as f64);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::agreement::units::Coding;

    #[test]
    fn a_study_without_coders_and_documents_finds_nothing() {
        let tidy = Coding::default().tidy();
        let study = Study::new(&tidy, Plan::default());
        assert_eq!(study.pairs_of_coders().count(), 0);
        assert!(study.disorders().is_empty());
        assert_eq!(study.alpha_of_sets(crate::agreement::sets::masi), Err(Undefined::NoCommonDocument));
        assert_eq!(study.continuum(), Some(Err(Undefined::NoCommonDocument)));
    }
}
