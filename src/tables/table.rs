//! Numbers in rows and columns, each of them a question that can be asked again.

use std::collections::HashMap;

use crate::text::hashing::Quick;
use crate::{count, say};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// Passages.
    #[default]
    Passages,
    /// Documents that have one.
    Documents,
    /// The share of the text that is covered, in per cent.
    Share,
    /// Passages in every thousand words of text.
    PerThousand,
    /// How much more often than elsewhere: Dunning's log-likelihood.
    Likelihood,
    /// How far coders agree.
    Agreement,
    /// Code points.
    Characters,
}

/// The measures of tables of passages, as they are written.
pub const MEASURES: [(&str, Measure); 4] = [
    ("passages", Measure::Passages),
    ("documents", Measure::Documents),
    ("share", Measure::Share),
    ("per-thousand", Measure::PerThousand),
];

impl Measure {
    /// What to call it to a person.
    pub fn called(self) -> &'static str {
        match self {
            Self::Passages => say!("passages"),
            Self::Documents => say!("documents"),
            Self::Share => say!("% of text"),
            Self::PerThousand => say!("in 1,000 words"),
            Self::Likelihood => say!("log-likelihood"),
            Self::Agreement => say!("agreement"),
            Self::Characters => say!("characters"),
        }
    }

    /// A value as it is shown: whole numbers as they are, others with two digits behind the point.
    pub fn shown(self, value: f64) -> String {
        match self {
            Self::Passages | Self::Documents | Self::Characters => format!("{value:.0}"),
            Self::Share | Self::PerThousand | Self::Likelihood | Self::Agreement => format!("{value:.2}"),
        }
    }
}

/// A row or a column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Label {
    /// What it is called.
    pub text: String,
    /// What it is called in files: the same in every language.
    pub name: String,
    /// The part of a query that asks for it alone; empty for everything.
    pub query: String,
    /// Its colour as `#rrggbb`; empty for none.
    pub colour: String,
    /// How deep it stands in a tree.
    pub depth: usize,
    /// What its numbers are, where it is not what the table's are.
    pub measure: Option<Measure>,
}

/// How the passages of a cell are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cells {
    /// Of the row and of the column.
    #[default]
    Both,
    /// Of the row, standing to one of the column: the words between the two.
    Related,
}

/// Numbers in rows and columns; what is not there is zero.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// What it shows, in words.
    pub title: String,
    /// What is counted.
    pub measure: Measure,
    /// The rows.
    pub rows: Vec<Label>,
    /// The columns.
    pub columns: Vec<Label>,
    /// Whether the columns follow each other.
    pub is_course: bool,
    /// What all of it is asked of; empty for everything.
    pub base: String,
    /// How a cell is asked for, and with which words between row and column.
    pub cells: (Cells, String),
    /// Passages in all that were counted, and those that stand in no row or column.
    pub n_passages: (usize, usize),
    /// Its numbers, by row and column from 0.
    pub values: HashMap<(usize, usize), f64, Quick>,
}

impl Table {
    /// Puts a value; rows and columns count from 0.
    pub fn put(&mut self, row: usize, column: usize, value: f64) {
        self.values.insert((row, column), value);
    }

    /// A value; rows and columns count from 0.
    pub fn value(&self, row: usize, column: usize) -> f64 {
        self.values.get(&(row, column)).copied().unwrap_or(0.0)
    }

    /// The largest value.
    pub fn most(&self) -> f64 {
        self.values.values().copied().fold(0.0, f64::max)
    }

    /// The sum of each row.
    pub fn row_sums(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.rows.len()];
        for ((row, _), value) in &self.values {
            if let Some(sum) = sums.get_mut(*row) {
                *sum += value;
            }
        }
        sums
    }

    /// The sum of each column.
    pub fn column_sums(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns.len()];
        for ((_, column), value) in &self.values {
            if let Some(sum) = sums.get_mut(*column) {
                *sum += value;
            }
        }
        sums
    }

    /// Why there is no number in it.
    pub fn told_empty(&self) -> String {
        match self.n_passages.0 {
            0 => say!("there is nothing to count yet").into(),
            n => count!(
                n,
                "{n} passage, but it stands in no row and column: what comes from several codes has none of its own",
                "{n} passages, but none stands in a row and column: what comes from several codes has none of its own"
            ),
        }
    }

    /// Whether there is no number in it.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The query of a cell's passages.
    pub fn query(&self, row: usize, column: usize) -> String {
        let (row, column) = (self.rows.get(row), self.columns.get(column));
        let part = |label: Option<&Label>| label.map_or("", |label| label.query.as_str()).to_owned();
        let base = if self.base.trim().is_empty() { "any".to_owned() } else { format!("({})", self.base.trim()) };
        let joined =
            |parts: &[&str]| parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
        match &self.cells {
            (Cells::Both, _) => joined(&[&base, &part(row), &part(column)]),
            (Cells::Related, how) => joined(&[&base, &part(row), how, &base, &part(column)]),
        }
    }

    /// The same without numbers.
    #[must_use]
    pub fn without_values(self) -> Self {
        Self { values: HashMap::default(), ..self }
    }

    /// What the numbers of a column are.
    pub fn measure_of(&self, column: usize) -> Measure {
        self.columns.get(column).and_then(|label| label.measure).unwrap_or(self.measure)
    }

    /// A value as it is shown; nothing for zero.
    pub fn shown(&self, row: usize, column: usize) -> String {
        let value = self.value(row, column);
        if value == 0.0 { String::new() } else { self.measure_of(column).shown(value) }
    }

    /// Whether each column has numbers of its own kind: then only the first is shown as a picture.
    pub fn is_list(&self) -> bool {
        self.columns.iter().any(|label| label.measure.is_some())
    }

    /// The same with rows and columns exchanged. Only of tables whose cells ask for both alike.
    #[must_use]
    pub fn transposed(self) -> Self {
        let values = self.values.into_iter().map(|((row, column), value)| ((column, row), value)).collect();
        Self { rows: self.columns, columns: self.rows, values, ..self }
    }

    /// The rows by their numbers in one column, or in all together, the largest first.
    #[must_use]
    pub fn sorted(self) -> Self {
        let sums =
            if self.is_list() { (0..self.rows.len()).map(|row| self.value(row, 0)).collect() } else { self.row_sums() };
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        let sum = |row: &usize| sums.get(*row).copied().unwrap_or(0.0);
        order.sort_by(|a, b| sum(b).total_cmp(&sum(a)));
        self.with_rows(&order)
    }

    /// The same without rows and columns that have no number; the columns of a course stay.
    #[must_use]
    pub fn without_empty(self) -> Self {
        let has = |sums: Vec<f64>| {
            sums.iter().enumerate().filter(|(_, sum)| **sum > 0.0).map(|(at, _)| at).collect::<Vec<_>>()
        };
        let (rows, columns) = (has(self.row_sums()), has(self.column_sums()));
        let keeps_columns = self.is_course || self.is_list();
        let table = self.with_rows(&rows);
        if keeps_columns { table } else { table.transposed().with_rows(&columns).transposed() }
    }

    /// The rows in another order, by their numbers; those that are not named are left out.
    #[must_use]
    pub fn with_rows(mut self, order: &[usize]) -> Self {
        let places: HashMap<usize, usize> = order.iter().enumerate().map(|(place, row)| (*row, place)).collect();
        let values = std::mem::take(&mut self.values);
        self.values = values
            .into_iter()
            .filter_map(|((row, column), value)| Some(((*places.get(&row)?, column), value)))
            .collect();
        self.rows = order.iter().filter_map(|row| self.rows.get(*row).cloned()).collect();
        self
    }
}
