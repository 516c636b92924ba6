//! How fast somebody codes: from the moments of their annotations.

use crate::model::time::Time;

/// Two annotations farther apart are of two sittings.
const SITTING_MS: i64 = 20 * 60 * 1000;

/// What the first passage of a sitting is taken to have cost.
const FIRST_MS: i64 = 60 * 1000;

/// How much was coded, and in how much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// Passages.
    pub n_passages: usize,
    /// Milliseconds in which they were made: pauses of twenty minutes and more are none of it, and the first passage of
    /// each sitting counts for a minute.
    pub worked_ms: i64,
}

impl Pace {
    /// Of the moments at which passages were made, in any order.
    pub fn of(mut moments: Vec<Time>) -> Self {
        moments.sort_unstable();
        let n_passages = moments.len();
        let gaps = moments.windows(2).map(|two| match two {
            [one, next] if next.0 - one.0 <= SITTING_MS => next.0 - one.0,
            _ => FIRST_MS,
        });
        Self { n_passages, worked_ms: gaps.sum::<i64>() + if n_passages > 0 { FIRST_MS } else { 0 } }
    }

    /// Passages an hour; nothing where nothing was made.
    pub fn an_hour(self) -> Option<f64> {
        (self.worked_ms > 0).then(|| self.n_passages as f64 * 3_600_000.0 / self.worked_ms as f64)
    }

    /// Minutes.
    pub fn minutes(self) -> i64 {
        (self.worked_ms + 30_000) / 60_000
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn pauses_are_not_work() {
        let minutes = |all: &[i64]| Pace::of(all.iter().map(|minute| Time(minute * 60_000)).collect());
        // A minute for the first, four for the others; then two hours of pause, and the same again.
        assert_eq!(minutes(&[0, 2, 4, 124, 126, 128]).minutes(), 10);
        assert_eq!(minutes(&[0, 2, 4, 124, 126, 128]).an_hour(), Some(36.0));
        assert_eq!(minutes(&[4, 0, 2]), minutes(&[0, 2, 4]));
        assert_eq!(minutes(&[]).an_hour(), None);
    }
}
