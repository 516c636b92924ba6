//! The dearest way to pair the rows of a table with its columns.

/// The largest sum of cells of which no two share a row or a column, the cells being gains; those not above 0 are left
/// out (Kuhn 1955; shortest augmenting paths, Jonker & Volgenant 1987). The time grows with the cube of the table.
pub fn best_gain(gains: &[Vec<f64>]) -> f64 {
    let n_columns = gains.iter().map(Vec::len).max().unwrap_or(0);
    // A row may stay alone: it then takes a column of its own without gain.
    let width = n_columns + gains.len();
    let mut pairing =
        Pairing { gains, row_prices: vec![0.0; gains.len()], column_prices: vec![0.0; width], rows: vec![None; width] };
    for row in 0..gains.len() {
        let paths = pairing.paths(row);
        pairing.reprice(row, &paths);
        pairing.take(row, &paths);
    }
    let taken = pairing.rows.iter().enumerate().filter_map(|(column, row)| row.map(|row| -pairing.cost(row, column)));
    taken.sum()
}

/// Which row each column has, and prices that no cost undercuts.
struct Pairing<'a> {
    gains: &'a [Vec<f64>],
    row_prices: Vec<f64>,
    column_prices: Vec<f64>,
    rows: Vec<Option<usize>>,
}

/// The shortest ways from a row to columns, as far as to the first free one.
struct Paths {
    distances: Vec<f64>,
    /// By column: the column before it on its way; none where the way comes from the row itself.
    before: Vec<Option<usize>>,
    is_done: Vec<bool>,
    /// The free column, and how far it is.
    end: Option<usize>,
    length: f64,
}

impl Pairing<'_> {
    fn cost(&self, row: usize, column: usize) -> f64 {
        -self.gains.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0.0).max(0.0)
    }

    fn paths(&self, start: usize) -> Paths {
        let width = self.rows.len();
        let (distances, is_done) = (vec![f64::INFINITY; width], vec![false; width]);
        let mut paths = Paths { distances, before: vec![None; width], is_done, end: None, length: 0.0 };
        let (mut row, mut from) = (start, None);
        loop {
            let mut nearest: Option<usize> = None;
            for column in (0..width).filter(|column| !paths.is_done[*column]) {
                let distance =
                    paths.length + self.cost(row, column) - self.row_prices[row] - self.column_prices[column];
                if distance < paths.distances[column] {
                    (paths.distances[column], paths.before[column]) = (distance, from);
                }
                if nearest.is_none_or(|nearest| paths.distances[column] < paths.distances[nearest]) {
                    nearest = Some(column);
                }
            }
            // There are more columns than rows, so one is always left.
            let Some(column) = nearest else { return paths };
            (paths.is_done[column], paths.length, from) = (true, paths.distances[column], Some(column));
            let Some(next) = self.rows[column] else {
                paths.end = Some(column);
                return paths;
            };
            row = next;
        }
    }

    /// Moves prices so that the shortest way costs nothing more.
    fn reprice(&mut self, start: usize, paths: &Paths) {
        self.row_prices[start] += paths.length;
        for column in (0..self.rows.len()).filter(|column| paths.is_done[*column]) {
            let slack = paths.length - paths.distances[column];
            self.column_prices[column] -= slack;
            if let Some(row) = self.rows[column] {
                self.row_prices[row] += slack;
            }
        }
    }

    /// Gives each column of the way to the free one the row of the column before it.
    fn take(&mut self, start: usize, paths: &Paths) {
        let mut at = paths.end;
        while let Some(column) = at {
            at = paths.before[column];
            self.rows[column] = at.map_or(Some(start), |before| self.rows[before]);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::agreement::chance::Chance;

    fn slowly(gains: &[Vec<f64>], used: u32) -> f64 {
        let Some((row, rest)) = gains.split_first() else { return 0.0 };
        let free = row.iter().enumerate().filter(|(column, _)| used & (1 << column) == 0);
        let taken = free.map(|(column, gain)| gain + slowly(rest, used | (1 << column)));
        taken.fold(slowly(rest, used), f64::max)
    }

    #[test]
    fn no_other_pairing_gains_more() {
        let mut chance = Chance::new(51);
        for _ in 0..300 {
            let (n_rows, n_columns) = (chance.below(6), chance.below(6));
            let gains: Vec<Vec<f64>> =
                (0..n_rows).map(|_| (0..n_columns).map(|_| chance.below(20) as f64 - 6.0).collect()).collect();
            assert!((best_gain(&gains) - slowly(&gains, 0)).abs() < 1e-9, "{gains:?}");
        }
    }
}
