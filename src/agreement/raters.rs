//! Agreement of any number of coders on units that were marked out beforehand.

use crate::agreement::contingency::Contingency;
use crate::agreement::pairs::each_pair;
use crate::agreement::ratings::Ratings;
use crate::agreement::scales::{Coincidences, Group};
use crate::agreement::score::{Score, Undefined, beyond_chance, mean, sum};

/// The mean share of pairs of coders who gave a unit the same value, over the units that two or more rated, 0 to 1;
/// undefined where there are none (Fleiss 1971).
pub fn percent_agreement_pairs(of: &Coincidences) -> Score {
    let n_units: u64 = of.pairable().map(|group| group.n_units).sum();
    if n_units == 0 {
        return Err(Undefined::NoCommonDocument);
    }
    let pairs = |group: &Group| (group.n_coders * (group.n_coders - 1) / 2) as f64;
    Ok(of.pairable().map(|group| group.agreeing() as f64 / pairs(group)).sum::<f64>() / n_units as f64)
}

/// Fleiss' kappa over the units that all coders rated, at most 1; undefined where there are none or nothing varies
/// (Fleiss 1971).
pub fn fleiss_kappa(of: &Coincidences, n_coders: usize) -> Score {
    let group = complete(of, n_coders)?;
    let (pairs, ratings) = (u128::from(group.all_pairs()), u128::from(group.n_units * group.n_coders));
    let expected: u128 = group.of_values.iter().map(|n| u128::from(*n).pow(2)).sum();
    beyond_chance(u128::from(group.agreeing()) * ratings * ratings, expected * pairs, pairs * ratings * ratings)
}

/// Fleiss' kappa of one value against all others, as [`fleiss_kappa`]; undefined as that is (Fleiss 1971).
pub fn fleiss_kappa_category(of: &Coincidences, n_coders: usize, value: usize) -> Score {
    let group = complete(of, n_coders)?;
    let (pairs, ratings) = (u128::from(group.all_pairs()), u128::from(group.n_units * group.n_coders));
    let given = u128::from(group.of_values.get(value).copied().unwrap_or(0));
    let is_apart = |(a, b, _): &&(usize, usize, u64)| (*a == value) != (*b == value);
    let apart: u64 = group.pairs.iter().filter(is_apart).map(|(_, _, n)| n).sum();
    let expected = given * given + (ratings - given) * (ratings - given);
    beyond_chance((pairs - u128::from(apart)) * ratings * ratings, expected * pairs, pairs * ratings * ratings)
}

/// Kappa with equally frequent values, of those that occur, over the units that all coders rated; undefined where there
/// are none or but one value occurs (Randolph 2005).
pub fn randolph_kappa(of: &Coincidences, n_coders: usize) -> Score {
    let group = complete(of, n_coders)?;
    let pairs = u128::from(group.all_pairs());
    let n_values = group.of_values.iter().filter(|n| **n > 0).count() as u128;
    beyond_chance(u128::from(group.agreeing()) * n_values, pairs, pairs * n_values)
}

/// AC1 of all coders, at most 1, units that were not rated by all included; undefined where no unit was rated by two or
/// but one value occurs (Gwet 2014).
pub fn gwet_ac1(of: &Coincidences) -> Score {
    let observed = percent_agreement_pairs(of)?;
    let n_units: u64 = of.groups.iter().map(|group| group.n_units).sum();
    let n_all = of.groups.first().map_or(0, |group| group.of_values.len());
    let share = |value: usize| {
        let own = |group: &Group| group.of_values.get(value).map_or(0.0, |n| *n as f64 / group.n_coders as f64);
        of.groups.iter().map(own).sum::<f64>() / n_units as f64
    };
    let shares: Vec<f64> = (0..n_all).map(share).filter(|share| *share > 0.0).collect();
    if shares.len() < 2 {
        return Err(Undefined::NoVariation);
    }
    let spread = sum(shares.iter().map(|share| share * (1.0 - share)));
    let expected = spread / (shares.len() - 1) as f64;
    Ok((observed - expected) / (1.0 - expected))
}

/// The mean of Cohen's kappas of all pairs of coders, those left out that are undefined; undefined where all are (Light
/// 1971).
pub fn mean_pairwise_cohen_kappa(ratings: &Ratings) -> Score {
    mean(each_pair(ratings.n_coders()).map(|(first, second)| Contingency::of(ratings, first, second).cohen_kappa())).0
}

/// The units that all coders rated.
fn complete(of: &Coincidences, n_coders: usize) -> Result<&Group, Undefined> {
    of.pairable().find(|group| group.n_coders == n_coders as u64).ok_or(Undefined::NoCommonDocument)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn identical_coders_agree_fully() {
        let cells = ["a", "a", "a", "b", "b", "b", "c", "c", "c"].map(Some);
        let ratings = Ratings::categories(3, &cells);
        let of = Coincidences::of(&ratings);
        for score in [fleiss_kappa(&of, 3), randolph_kappa(&of, 3), gwet_ac1(&of), mean_pairwise_cohen_kappa(&ratings)]
        {
            assert_eq!(score, Ok(1.0));
        }
        assert_eq!(percent_agreement_pairs(&of), Ok(1.0));
        assert_eq!(fleiss_kappa_category(&of, 3, 1), Ok(1.0));
    }

    #[test]
    fn two_values_are_one_question() {
        let cells = ["a", "a", "b", "b", "a", "b", "a", "a"].map(Some);
        let of = Coincidences::of(&Ratings::categories(2, &cells));
        assert_eq!(fleiss_kappa_category(&of, 2, 0), fleiss_kappa(&of, 2));
        assert_eq!(fleiss_kappa_category(&of, 2, 1), fleiss_kappa(&of, 2));
    }

    #[test]
    fn a_missing_rating_keeps_its_unit_from_fleiss_and_not_from_gwet() {
        let of = Coincidences::of(&Ratings::categories(3, &[Some("a"), Some("a"), None, Some("b"), None, None]));
        assert_eq!(fleiss_kappa(&of, 3), Err(Undefined::NoCommonDocument));
        assert!(gwet_ac1(&of).is_ok());
        assert_eq!(gwet_ac1(&Coincidences::of(&Ratings::categories(2, &[]))), Err(Undefined::NoCommonDocument));
    }
}
