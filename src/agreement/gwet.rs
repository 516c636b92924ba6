//! Gwet's AC1 of a code with any number of coders, over code points.

use crate::agreement::alpha::Tally;
use crate::agreement::score::{Score, Undefined};

/// AC1 of all coders, at most 1: agreement from code points with two or more coders, the share of marked text from those
/// with one or more; undefined where no document was completed by two (Gwet 2014).
pub fn gwet_ac1<'a>(tallies: impl Iterator<Item = &'a Tally>) -> Score {
    let (mut paired, mut rated, mut apart, mut marked) = (0, 0, 0.0, 0.0);
    for tally in tallies.filter(|tally| tally.n_coders > 0) {
        let n_coders = tally.n_coders as f64;
        rated += tally.length;
        marked += tally.marks as f64 / n_coders;
        if tally.n_coders > 1 {
            paired += tally.length;
            apart += 2.0 * tally.apart() as f64 / (n_coders * (n_coders - 1.0));
        }
    }
    if paired == 0 {
        return Err(Undefined::NoCommonDocument);
    }
    let (apart, marked) = (apart / paired as f64, marked / rated as f64);
    // Two categories: the expected agreement never reaches 1.
    let expected = 2.0 * marked * (1.0 - marked);
    Ok((1.0 - apart - expected) / (1.0 - expected))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn with_two_coders_it_is_the_pair_s_own() {
        let tally = Tally { n_coders: 2, length: 10, marks: 7, both: 3 };
        let counts = crate::agreement::pairs::Counts { both: 3, first: 1, second: 0, neither: 6 };
        assert!((gwet_ac1([tally].iter()).unwrap() - counts.gwet_ac1().unwrap()).abs() < 1e-15);
    }

    #[test]
    fn silence_of_all_is_full_agreement() {
        let tally = Tally { n_coders: 3, length: 10, marks: 0, both: 0 };
        assert_eq!(gwet_ac1([tally].iter()), Ok(1.0));
        assert_eq!(gwet_ac1([Tally { n_coders: 1, ..tally }].iter()), Err(Undefined::NoCommonDocument));
    }
}
