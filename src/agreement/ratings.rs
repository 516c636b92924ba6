//! What coders gave to units that were marked out beforehand.

use std::collections::HashMap;

use crate::agreement::sets::Sets;

/// The values that units were given.
#[derive(Debug, Clone)]
pub enum Values {
    /// Names without an order.
    Categories(Vec<String>),
    /// Numbers, rising.
    Numbers(Vec<f64>),
    /// Sets of names, each given by its names in their order, and by its bits.
    Sets(Vec<Vec<String>>, Sets),
}

/// Units × coders, each with the number of a value or missing.
#[derive(Debug, Clone)]
pub struct Ratings {
    n_coders: usize,
    values: Values,
    /// Unit by unit, each with all coders.
    cells: Vec<Option<u32>>,
    /// How often each unit occurs.
    times: Vec<u64>,
}

impl Ratings {
    /// Ratings by names; `cells` goes unit by unit, each with all coders, and nothing is what a coder did not rate.
    pub fn categories(n_coders: usize, cells: &[Option<&str>]) -> Self {
        let mut names: Vec<&str> = cells.iter().flatten().copied().collect();
        names.sort_unstable();
        names.dedup();
        let numbers: HashMap<&str, u32> = names.iter().copied().zip(0..).collect();
        let cells = cells.iter().map(|cell| cell.and_then(|name| numbers.get(name).copied())).collect();
        Self::new(n_coders, Values::Categories(names.into_iter().map(str::to_owned).collect()), cells)
    }

    /// Ratings by numbers; what is no number is missing.
    pub fn numbers(n_coders: usize, cells: &[Option<f64>]) -> Self {
        // Both zeros are one value.
        let tidied = || cells.iter().map(|cell| cell.filter(|x| x.is_finite()).map(|x| x + 0.0));
        let mut points: Vec<f64> = tidied().flatten().collect();
        points.sort_unstable_by(f64::total_cmp);
        points.dedup();
        let number = |x: f64| points.partition_point(|point| *point < x) as u32;
        let cells = tidied().map(|cell| cell.map(number)).collect();
        Self::new(n_coders, Values::Numbers(points), cells)
    }

    /// Ratings by sets of names; the empty set is a rating, nothing is none.
    pub fn sets(n_coders: usize, cells: &[Option<Vec<&str>>]) -> Self {
        let mut names: Vec<&str> = cells.iter().flatten().flatten().copied().collect();
        names.sort_unstable();
        names.dedup();
        let (mut sets, mut values) = (Sets::default(), Vec::new());
        let mut number = |members: &Vec<&str>| {
            let mut bits = vec![0_u64; names.len().div_ceil(64)];
            for at in members.iter().filter_map(|name| names.binary_search(name).ok()) {
                bits[at / 64] |= 1 << (at % 64);
            }
            let number = sets.number(&bits);
            if number as usize == values.len() {
                let own = names.iter().enumerate().filter(|(at, _)| bits[at / 64] >> (at % 64) & 1 == 1);
                values.push(own.map(|(_, name)| (*name).to_owned()).collect());
            }
            number
        };
        let cells = cells.iter().map(|cell| cell.as_ref().map(&mut number)).collect();
        Self::new(n_coders, Values::Sets(values, sets), cells)
    }

    /// Says how often each unit occurs; those not told of occur once.
    #[must_use]
    pub fn times(mut self, times: &[u64]) -> Self {
        for (own, times) in self.times.iter_mut().zip(times) {
            *own = *times;
        }
        self
    }

    fn new(n_coders: usize, values: Values, mut cells: Vec<Option<u32>>) -> Self {
        let n_units = cells.len().checked_div(n_coders).unwrap_or(0);
        cells.truncate(n_units * n_coders);
        Self { n_coders, values, cells, times: vec![1; n_units] }
    }

    /// How many coders there are.
    pub fn n_coders(&self) -> usize {
        self.n_coders
    }

    /// The values that occur, in their order.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// How many values occur.
    pub fn n_values(&self) -> usize {
        match &self.values {
            Values::Categories(names) => names.len(),
            Values::Numbers(points) => points.len(),
            Values::Sets(sets, _) => sets.len(),
        }
    }

    /// The value of a number, as tables write it.
    pub fn label(&self, value: usize) -> String {
        match &self.values {
            Values::Categories(names) => names.get(value).cloned().unwrap_or_default(),
            Values::Numbers(points) => points.get(value).map(f64::to_string).unwrap_or_default(),
            Values::Sets(sets, _) => sets.get(value).map(|names| names.join(" + ")).unwrap_or_default(),
        }
    }

    /// The units, each with what every coder gave it, and how often it occurs.
    pub fn units(&self) -> impl Iterator<Item = (&[Option<u32>], u64)> {
        self.cells.chunks_exact(self.n_coders.max(1)).zip(self.times.iter().copied())
    }
}

/// Counts of pairs of values.
#[derive(Debug, Clone)]
pub enum Cells {
    /// Value × value, where there are few values.
    Dense(usize, Vec<u64>),
    /// Only what occurs.
    Sparse(HashMap<(u32, u32), u64>),
}

impl Cells {
    /// No counts yet, of pairs of so many values.
    pub fn new(n_values: usize) -> Self {
        // Half a megabyte: what the processor keeps at hand.
        if n_values <= 256 { Self::Dense(n_values, vec![0; n_values * n_values]) } else { Self::Sparse(HashMap::new()) }
    }

    /// Counts a pair so many times.
    pub fn add(&mut self, row: u32, column: u32, times: u64) {
        match self {
            Self::Dense(n_values, counts) => counts[row as usize * *n_values + column as usize] += times,
            Self::Sparse(counts) => *counts.entry((row, column)).or_default() += times,
        }
    }

    /// The pairs that occur, by row and column, with their counts.
    pub fn sorted(self) -> Vec<(usize, usize, u64)> {
        let mut all: Vec<(usize, usize, u64)> = match self {
            Self::Dense(n_values, counts) => {
                counts.into_iter().enumerate().map(|(at, n)| (at / n_values, at % n_values, n)).collect()
            }
            Self::Sparse(counts) => {
                counts.into_iter().map(|((row, column), n)| (row as usize, column as usize, n)).collect()
            }
        };
        all.retain(|(_, _, n)| *n > 0);
        all.sort_unstable();
        all
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn values_are_those_that_occur_in_their_order() {
        let ratings = Ratings::numbers(2, &[Some(2.5), Some(-1.0), Some(f64::NAN), None, Some(-0.0), Some(0.0)]);
        assert_eq!((0..ratings.n_values()).map(|v| ratings.label(v)).collect::<Vec<_>>(), ["-1", "0", "2.5"]);
        let units: Vec<_> = ratings.units().map(|(unit, _)| unit.to_vec()).collect();
        assert_eq!(units, [vec![Some(2), Some(0)], vec![None, None], vec![Some(1), Some(1)]]);
    }

    #[test]
    fn an_empty_set_is_a_rating() {
        let ratings = Ratings::sets(2, &[Some(vec!["б", "а"]), Some(vec![]), None, Some(vec!["а", "б"])]);
        assert_eq!((ratings.n_values(), ratings.label(0)), (2, "а + б".to_owned()));
        assert_eq!(ratings.units().nth(1).unwrap().0, [None, Some(0)]);
    }

    #[test]
    fn few_and_many_values_are_counted_alike() {
        for n_values in [3, 300] {
            let mut cells = Cells::new(n_values);
            cells.add(2, 0, 4);
            cells.add(1, 1, 1);
            cells.add(2, 0, 1);
            assert_eq!(cells.sorted(), [(1, 1, 1), (2, 0, 5)]);
        }
    }
}
