//! Fleiss' kappa of a code, over code points.

use crate::agreement::alpha::Tally;
use crate::agreement::score::{Score, Undefined, beyond_chance};

/// Fleiss' kappa over the documents that all `n_coders` coders completed, at most 1; undefined where there are none, or
/// nothing varies (Fleiss 1971).
pub fn fleiss_kappa<'a>(tallies: impl Iterator<Item = &'a Tally>, n_coders: usize) -> Score {
    let n_coders = n_coders as u64;
    let (mut length, mut marks, mut apart) = (0, 0, 0);
    for tally in tallies.filter(|tally| tally.n_coders == n_coders) {
        length += u128::from(tally.length);
        marks += u128::from(tally.marks);
        apart += u128::from(tally.apart());
    }
    if length == 0 || n_coders < 2 {
        return Err(Undefined::NoCommonDocument);
    }
    // All in parts of (values)² · (coders − 1): pairs in a code point are coders · (coders − 1).
    let (values, others) = (length * u128::from(n_coders), u128::from(n_coders) - 1);
    let expected = (marks * marks + (values - marks) * (values - marks)) * others;
    beyond_chance(values * (values * others - 2 * apart), expected, values * values * others)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn with_two_coders_it_is_the_pi_of_scott() {
        let tally = Tally { n_coders: 2, length: 10, marks: 7, both: 3 };
        let counts = crate::agreement::pairs::Counts { both: 3, first: 1, second: 0, neither: 6 };
        assert_eq!(fleiss_kappa([tally].iter(), 2), counts.scott_pi());
    }

    #[test]
    fn a_document_that_somebody_missed_does_not_count() {
        let tally = Tally { n_coders: 2, length: 10, marks: 7, both: 3 };
        assert_eq!(fleiss_kappa([tally].iter(), 3), Err(Undefined::NoCommonDocument));
    }
}
