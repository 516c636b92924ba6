//! Two coders' ratings against each other.

use crate::agreement::ratings::{Cells, Ratings};
use crate::agreement::score::{Score, Undefined, beyond_chance, share};

/// Units that both of a pair rated, by the first one's value and the second one's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contingency {
    cells: Vec<(usize, usize, u64)>,
    rows: Vec<u64>,
    columns: Vec<u64>,
    whole: u64,
}

impl Contingency {
    /// Walks along the units that the two coders of these numbers both rated.
    pub fn of(ratings: &Ratings, first: usize, second: usize) -> Self {
        let n_values = ratings.n_values();
        let mut cells = Cells::new(n_values);
        for (unit, times) in ratings.units() {
            if let (Some(Some(a)), Some(Some(b))) = (unit.get(first), unit.get(second)) {
                cells.add(*a, *b, times);
            }
        }
        let mut found = Self { cells: cells.sorted(), rows: vec![0; n_values], columns: vec![0; n_values], whole: 0 };
        for (row, column, n) in &found.cells {
            found.rows[*row] += n;
            found.columns[*column] += n;
            found.whole += n;
        }
        found
    }

    /// The share of units with the same value, 0 to 1; undefined where both rated none.
    pub fn percent_agreement(&self) -> Score {
        share(self.agreed().into(), self.whole.into(), Undefined::NoCommonDocument)
    }

    /// Agreement beyond the chance of each coder's own values, −1 to 1; undefined where both rated none or all
    /// agreement is expected (Cohen 1960).
    pub fn cohen_kappa(&self) -> Score {
        let expected =
            self.rows.iter().zip(&self.columns).map(|(row, column)| u128::from(*row) * u128::from(*column)).sum();
        self.corrected(expected, 1)
    }

    /// Agreement beyond the chance of the pair's common values, −1 to 1; undefined as Cohen's kappa is (Scott 1955).
    pub fn scott_pi(&self) -> Score {
        let expected = self.rows.iter().zip(&self.columns).map(|(row, column)| u128::from(row + column).pow(2)).sum();
        self.corrected(expected, 4)
    }

    /// Agreement beyond the chance of equally frequent values, of those that occur; undefined where both rated none or
    /// but one value occurs (Bennett, Alpert & Goldstein 1954).
    pub fn bennett_s(&self) -> Score {
        let n_values = self.rows.iter().zip(&self.columns).filter(|(row, column)| **row + **column > 0).count() as u128;
        self.corrected(u128::from(self.whole).pow(2), n_values)
    }

    /// The standard error of Cohen's kappa in large samples; undefined as the kappa is (Fleiss, Cohen & Everitt 1969).
    pub fn cohen_kappa_se(&self) -> Score {
        let kappa = self.cohen_kappa()?;
        let whole = self.whole as f64;
        let (row, column) =
            (|value: usize| self.rows[value] as f64 / whole, |value: usize| self.columns[value] as f64 / whole);
        let expected: f64 = (0..self.rows.len()).map(|value| row(value) * column(value)).sum();
        let doubt = 1.0 - kappa;
        let of = |(a, b, n): &(usize, usize, u64)| {
            let margins = column(*a) + row(*b);
            let part = if a == b { 1.0 - margins * doubt } else { margins * doubt };
            *n as f64 / whole * part.powi(2)
        };
        let sum = self.cells.iter().map(of).sum::<f64>() - (kappa - expected * doubt).powi(2);
        // Full agreement leaves nothing but the last bit's error.
        Ok((sum.max(0.0) / whole).sqrt() / (1.0 - expected))
    }

    fn agreed(&self) -> u64 {
        self.cells.iter().filter(|(row, column, _)| row == column).map(|(_, _, n)| n).sum()
    }

    /// The agreement beyond chance, the expected one given times so many squared wholes.
    fn corrected(&self, expected: u128, times: u128) -> Score {
        let whole = u128::from(self.whole);
        if whole == 0 {
            return Err(Undefined::NoCommonDocument);
        }
        beyond_chance(u128::from(self.agreed()) * whole * times, expected, whole * whole * times)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn of(rows: [[u64; 2]; 2]) -> Contingency {
        let cells = ["a", "a", "a", "b", "b", "a", "b", "b"].map(Some);
        let [[aa, ab], [ba, bb]] = rows;
        Contingency::of(&Ratings::categories(2, &cells).times(&[aa, ab, ba, bb]), 0, 1)
    }

    #[test]
    fn the_textbook_table_gives_the_textbook_kappa() {
        // Artstein & Poesio 2008, table 1.
        let table = of([[20, 20], [10, 50]]);
        assert!((table.cohen_kappa().unwrap() - 0.348).abs() < 5e-4);
        assert!((table.scott_pi().unwrap() - 0.341).abs() < 5e-4);
        assert_eq!((table.bennett_s(), table.percent_agreement()), (Ok(0.4), Ok(0.7)));
    }

    #[test]
    fn the_order_of_the_two_changes_nothing() {
        let (one, other) = (of([[7, 3], [1, 8]]), of([[7, 1], [3, 8]]));
        assert_eq!((one.cohen_kappa(), one.scott_pi()), (other.cohen_kappa(), other.scott_pi()));
    }

    #[test]
    fn one_value_has_no_kappa() {
        let table = of([[9, 0], [0, 0]]);
        let none = Err(Undefined::NoVariation);
        assert_eq!((table.cohen_kappa(), table.bennett_s(), table.cohen_kappa_se()), (none, none, none));
        assert_eq!(of([[0, 0], [0, 0]]).percent_agreement(), Err(Undefined::NoCommonDocument));
        assert_eq!(of([[4, 0], [0, 4]]).cohen_kappa_se(), Ok(0.0));
    }
}
