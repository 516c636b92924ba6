//! The measures of ratings of units that were marked out beforehand, one row each.

use std::cell::OnceCell;

use crate::agreement::contingency::Contingency;
use crate::agreement::measures::{Findings, Measure, row};
use crate::agreement::pairs::each_pair;
use crate::agreement::raters;
use crate::agreement::ratings::{Ratings, Values};
use crate::agreement::scales::Coincidences;
use crate::agreement::score::Score;
use crate::agreement::sets::{jaccard, masi};

/// Ratings with what several measures need of them, each found once.
pub struct Rated<'a> {
    ratings: &'a Ratings,
    coincidences: OnceCell<Coincidences>,
    pairs: OnceCell<Vec<Contingency>>,
}

impl<'a> Rated<'a> {
    /// Opens ratings.
    pub fn new(ratings: &'a Ratings) -> Self {
        Self { ratings, coincidences: OnceCell::new(), pairs: OnceCell::new() }
    }

    fn coincidences(&self) -> &Coincidences {
        self.coincidences.get_or_init(|| Coincidences::of(self.ratings))
    }

    fn is_numbers(&self) -> bool {
        matches!(self.ratings.values(), Values::Numbers(_))
    }

    fn is_sets(&self) -> bool {
        matches!(self.ratings.values(), Values::Sets(..))
    }

    /// Puts a number of any number of coders, if it is one of single values.
    fn put_singles(&self, found: &mut Findings, of: impl Fn(&Coincidences) -> Score) {
        if !self.is_sets() {
            found.put(of(self.coincidences()));
        }
    }

    /// Puts a number for each pair of coders; where there is but one pair it needs no name.
    fn put_pairs(&self, found: &mut Findings, of: impl Fn(&Contingency) -> Score) {
        if self.is_sets() {
            return;
        }
        let n_coders = self.ratings.n_coders();
        let each = || each_pair(n_coders);
        let all = self.pairs.get_or_init(|| each().map(|(i, j)| Contingency::of(self.ratings, i, j)).collect());
        for ((first, second), contingency) in each().zip(all) {
            let outcome = found.put(of(contingency));
            if n_coders > 2 {
                outcome.coders(first, second);
            }
        }
    }
}

/// How a measure of ratings is asked.
pub type OfRatings = fn(&Rated<'_>, &mut Findings);

const PAIR: &str = "units that both of a pair rated; −1 to 1";
const TWO: &str = "units that two or more coders rated; at most 1";
const ALL: &str = "units that all coders rated; at most 1";

/// All measures of ratings, in the order in which they are shown.
pub const RATING_MEASURES: [Measure<OfRatings>; 17] = [
    row(
        "alpha_nominal",
        "Krippendorff's alpha, names",
        "Krippendorff 2011",
        TWO,
        "Every mistake counts the same, near ones too. With one value nearly everywhere it can be low although the coders mostly agree.",
        |of, found| of.put_singles(found, Coincidences::alpha_nominal),
    ),
    row(
        "alpha_ordinal",
        "Krippendorff's alpha, order",
        "Krippendorff 2011",
        TWO,
        "Distances come from how often the values between were given, so it changes with the sample although the coders do not.",
        |of, found| {
            if of.is_numbers() {
                found.put(of.coincidences().alpha_ordinal());
            }
        },
    ),
    row(
        "alpha_interval",
        "Krippendorff's alpha, differences",
        "Krippendorff 2011",
        TWO,
        "It takes for granted that each step means the same; differences are squared, so a few large ones decide it.",
        |of, found| {
            if of.is_numbers() {
                found.put(of.coincidences().alpha_interval(of.ratings));
            }
        },
    ),
    row(
        "alpha_ratio",
        "Krippendorff's alpha, ratios",
        "Krippendorff 2011",
        TWO,
        "It needs a true zero and no negative numbers; a difference between 0 and 1 counts as the largest there is.",
        |of, found| {
            if of.is_numbers() {
                found.put(of.coincidences().alpha_ratio(of.ratings));
            }
        },
    ),
    row(
        "alpha_set_masi",
        "Krippendorff's alpha of sets, MASI",
        "Passonneau 2006",
        TWO,
        "The weights 2/3 and 1/3 for sets that only partly agree are a convention; other weights give other numbers.",
        |of, found| {
            if of.is_sets() {
                found.put(of.coincidences().alpha_sets(of.ratings, masi));
            }
        },
    ),
    row(
        "alpha_set_jaccard",
        "Krippendorff's alpha of sets, Jaccard",
        "Krippendorff 2011; Jaccard 1912",
        TWO,
        "A forgotten second value costs as much as a wrong one in a set of the same size.",
        |of, found| {
            if of.is_sets() {
                found.put(of.coincidences().alpha_sets(of.ratings, jaccard));
            }
        },
    ),
    row(
        "percent_agreement",
        "Percent agreement",
        "",
        "units that both of a pair rated; 0 to 1",
        "With few values, or one nearly everywhere, it is high by chance alone.",
        |of, found| of.put_pairs(found, Contingency::percent_agreement),
    ),
    row(
        "cohen_kappa",
        "Cohen's kappa",
        "Cohen 1960",
        PAIR,
        "With one value nearly everywhere it can be low although the coders mostly agree; coders who use the values in different shares get a higher kappa for the same agreement.",
        |of, found| of.put_pairs(found, Contingency::cohen_kappa),
    ),
    row(
        "cohen_kappa_se",
        "Standard error of Cohen's kappa",
        "Fleiss, Cohen & Everitt 1969",
        "units that both of a pair rated; in kappa's own unit",
        "It holds for many independent units; with fewer than about thirty, or with sentences of one text, it is too small.",
        |of, found| of.put_pairs(found, Contingency::cohen_kappa_se),
    ),
    row(
        "scott_pi",
        "Scott's pi",
        "Scott 1955",
        PAIR,
        "It takes for granted that both coders use the values equally often.",
        |of, found| of.put_pairs(found, Contingency::scott_pi),
    ),
    row(
        "bennett_s",
        "Bennett's S",
        "Bennett, Alpert & Goldstein 1954",
        PAIR,
        "It expects all values equally often; each value that is hardly ever used raises it.",
        |of, found| of.put_pairs(found, Contingency::bennett_s),
    ),
    row(
        "gwet_ac1",
        "Gwet's AC1",
        "Gwet 2008, 2014",
        TWO,
        "With one value nearly everywhere it stays high although the coders never agree on the others; do not compare it with kappa.",
        |of, found| of.put_singles(found, raters::gwet_ac1),
    ),
    row(
        "percent_agreement_pairs",
        "Percent agreement of all pairs",
        "Fleiss 1971",
        "units that two or more coders rated; 0 to 1",
        "With few values, or one nearly everywhere, it is high by chance alone; one bad coder is hidden by good ones.",
        |of, found| of.put_singles(found, raters::percent_agreement_pairs),
    ),
    row(
        "fleiss_kappa",
        "Fleiss' kappa",
        "Fleiss 1971",
        ALL,
        "A unit that one coder has not rated drops out; with one value nearly everywhere it can be low although the coders mostly agree.",
        |of, found| of.put_singles(found, |all| raters::fleiss_kappa(all, of.ratings.n_coders())),
    ),
    row(
        "fleiss_kappa_category",
        "Fleiss' kappa of one value",
        "Fleiss 1971",
        ALL,
        "A value that is rarely given makes it jump with each unit.",
        |of, found| {
            if of.is_sets() {
                return;
            }
            for value in 0..of.ratings.n_values() {
                let score = raters::fleiss_kappa_category(of.coincidences(), of.ratings.n_coders(), value);
                found.put(score).value_label(of.ratings.label(value));
            }
        },
    ),
    row(
        "randolph_kappa",
        "Randolph's kappa",
        "Randolph 2005",
        ALL,
        "It expects all values equally often; each value that is hardly ever used raises it.",
        |of, found| of.put_singles(found, |all| raters::randolph_kappa(all, of.ratings.n_coders())),
    ),
    row(
        "mean_pairwise_cohen_kappa",
        "Cohen's kappa, mean of all pairs",
        "Light 1971",
        "units that both of a pair rated; −1 to 1",
        "A mean hides a coder who agrees with nobody: look at the pairs. Pairs without a number are left out.",
        |of, found| of.put_singles(found, |_| raters::mean_pairwise_cohen_kappa(of.ratings)),
    ),
];

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn only_what_fits_the_values_is_found() {
        let found = |ratings: &Ratings| {
            let rated = Rated::new(ratings);
            RATING_MEASURES
                .iter()
                .flat_map(|measure| Findings::of(measure, &rated))
                .map(|of| of.measure)
                .collect::<Vec<_>>()
        };
        assert_eq!(found(&Ratings::sets(2, &[Some(vec!["a"]), Some(vec![])])), ["alpha_set_masi", "alpha_set_jaccard"]);
        assert!(!found(&Ratings::categories(2, &[Some("a"), Some("b")])).contains(&"alpha_ratio"));
        assert!(found(&Ratings::numbers(2, &[Some(1.0), Some(2.0)])).contains(&"alpha_ratio"));
    }
}
