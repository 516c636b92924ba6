//! One number of a measure, or the reason why there is none.

/// Why a number does not exist; it is then shown with this reason and never as 0 or 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Undefined {
    /// The expected disagreement is 0: there is but one value, so chance cannot be told from agreement.
    NoVariation,
    /// The coders have completed no text in common.
    NoCommonDocument,
    /// Nobody used the code.
    NobodyCoded,
    /// No text carries the code with one coder and any code with another.
    NoSharedMatter,
}

impl Undefined {
    /// The reason as files and tables write it.
    pub fn key(self) -> &'static str {
        match self {
            Self::NoVariation => "no_variation",
            Self::NoCommonDocument => "no_common_document",
            Self::NobodyCoded => "nobody_coded",
            Self::NoSharedMatter => "no_shared_matter",
        }
    }
}

/// A measure's number, without a unit unless the measure names one, or why it is undefined.
pub type Score = Result<f64, Undefined>;

/// A part of a whole, both counts; undefined for the given reason where the whole is 0.
pub fn share(part: u128, whole: u128, reason: Undefined) -> Score {
    if whole == 0 { Err(reason) } else { Ok(part as f64 / whole as f64) }
}

/// The agreement beyond chance (observed − expected) / (whole − expected), three counts of one size; undefined where
/// all agreement is expected (Cohen 1960).
pub fn beyond_chance(observed: u128, expected: u128, whole: u128) -> Score {
    let above = observed as i128 - expected as i128;
    let room = whole as i128 - expected as i128;
    if room == 0 { Err(Undefined::NoVariation) } else { Ok(above as f64 / room as f64) }
}

/// One minus observed over expected disagreement; undefined where none is expected (Krippendorff 2011).
pub fn beyond_expected(observed: f64, expected: f64) -> Score {
    if expected > 0.0 { Ok(1.0 - observed / expected) } else { Err(Undefined::NoVariation) }
}

/// The sum of numbers, the same whatever their order.
pub fn sum(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = numbers.collect();
    all.sort_by(f64::total_cmp);
    all.iter().sum()
}

/// The mean of the defined scores and how many those are; where there are none it is undefined for their reason, or
/// without any score for want of a common document.
pub fn mean(scores: impl Iterator<Item = Score>) -> (Score, usize) {
    let (mut defined, mut reasons) = (Vec::new(), Vec::new());
    for score in scores {
        match score {
            Ok(number) => defined.push(number),
            Err(reason) => reasons.push(reason),
        }
    }
    match defined.len() {
        0 => (Err(reasons.into_iter().min().unwrap_or(Undefined::NoCommonDocument)), 0),
        n => (Ok(sum(defined.into_iter()) / n as f64), n),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn nothing_is_ever_divided_by_nothing() {
        assert_eq!(share(0, 0, Undefined::NobodyCoded), Err(Undefined::NobodyCoded));
        assert_eq!(beyond_chance(4, 4, 4), Err(Undefined::NoVariation));
        assert_eq!(beyond_chance(0, 2, 4), Ok(-1.0));
        assert_eq!(beyond_expected(0.0, 0.0), Err(Undefined::NoVariation));
        assert_eq!(mean([Err(Undefined::NobodyCoded)].into_iter()), (Err(Undefined::NobodyCoded), 0));
    }

    #[test]
    fn a_mean_leaves_the_undefined_out_and_forgets_the_order() {
        let scores = [Ok(0.1), Err(Undefined::NoVariation), Ok(0.7), Ok(0.2)];
        let there = mean(scores.into_iter());
        assert_eq!(there, mean(scores.into_iter().rev()));
        assert_eq!(there.1, 3);
    }
}
