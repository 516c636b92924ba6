//! A table that is wanted.

use crate::query::expression::Distance;
use crate::tables::axis::Axis;
use crate::tables::table::Measure;

/// A table that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// Passages by two axes.
    Count {
        /// The rows.
        rows: Axis,
        /// The columns; of [`Axis::All`] there is a column for each measure.
        columns: Axis,
        /// What is counted.
        measure: Measure,
        /// Whether codes count for those above them too.
        rolls_up: bool,
    },
    /// Codes that stand together: words in common, or not farther apart.
    Together(Option<Distance>),
    /// Words that are typical of the passages, in a language.
    Typical(String),
    /// Numbers of agreement, of these coders or of all: not counted by a query, and its cells open places where coders differ.
    Agreement(Vec<String>),
}

impl Wanted {
    /// Passages by two axes.
    pub fn count(rows: Axis, columns: Axis) -> Self {
        Self::Count { rows, columns, measure: Measure::Passages, rolls_up: false }
    }
}
