//! Which pairs of places in two texts are looked at: a band around the likely path.

use std::ops::Range;

/// For each place between left sentences, the places between right sentences that may stand opposite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    rows: Vec<Range<usize>>,
    offsets: Vec<usize>,
}

impl Band {
    /// All places of two texts of so many sentences.
    pub fn full(n_left: usize, n_right: usize) -> Self {
        Self::of(vec![0..n_right + 1; n_left + 1])
    }

    /// The places that lie between successive points of a path, and `margin` sentences around.
    pub fn around(points: &[(usize, usize)], n_left: usize, n_right: usize, margin: usize) -> Self {
        let mut rows = vec![UNREACHED; n_left + 1];
        let margin = margin.div_ceil(2);
        let mut from = (0, 0);
        for &to in points.iter().chain(std::iter::once(&(n_left, n_right))) {
            bridge(&mut rows, from, to);
            from = to;
        }
        let widened = (0..=n_left).map(|row| {
            let start = rows[row.saturating_sub(margin)].start.saturating_sub(margin);
            let end = rows[(row + margin).min(n_left)].end + margin;
            start..end.min(n_right + 1)
        });
        Self::of(widened.collect())
    }

    fn of(rows: Vec<Range<usize>>) -> Self {
        let mut offsets = vec![0];
        let mut n_cells = 0;
        for row in &rows {
            n_cells += row.len();
            offsets.push(n_cells);
        }
        Self { rows, offsets }
    }

    /// The number of pairs of places.
    pub fn n_cells(&self) -> usize {
        self.offsets.last().copied().unwrap_or(0)
    }

    /// The right places opposite a left one.
    pub fn row(&self, left: usize) -> Range<usize> {
        self.rows.get(left).cloned().unwrap_or(0..0)
    }

    /// The number of left places.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// The number of a pair of places, if it lies in the band.
    pub fn cell(&self, left: usize, right: usize) -> Option<usize> {
        let row = self.rows.get(left)?;
        row.contains(&right).then(|| self.offsets[left] + right - row.start)
    }

    /// The same band with the texts exchanged.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let n_columns = self.rows.last().map_or(0, |row| row.end);
        let mut columns = vec![UNREACHED; n_columns];
        for (left, row) in self.rows.iter().enumerate() {
            for column in columns.get_mut(row.clone()).unwrap_or_default() {
                column.start = column.start.min(left);
                column.end = left + 1;
            }
        }
        Self::of(columns)
    }
}

/// A row that no point has opened yet.
const UNREACHED: Range<usize> = Range { start: usize::MAX, end: 0 };
/// Between points further apart than this square, only a strip is looked at.
const WIDEST: usize = 150;

/// Opens the places between two points: all of them, or those near the straight line where they are many.
fn bridge(rows: &mut [Range<usize>], from: (usize, usize), to: (usize, usize)) {
    let (n_left, n_right) = (to.0 - from.0, to.1 - from.1);
    let is_wide = n_left * n_right > WIDEST * WIDEST;
    let reach = WIDEST / 2 + n_right / n_left.max(1);
    for (step, row) in rows.iter_mut().skip(from.0).take(n_left + 1).enumerate() {
        let middle = from.1 + n_right * step / n_left.max(1);
        let (start, end) = if is_wide {
            (middle.saturating_sub(reach).max(from.1), (middle + reach).min(to.1))
        } else {
            (from.1, to.1)
        };
        *row = row.start.min(start)..row.end.max(end + 1);
    }
}

/// A pair of sentences and what speaks for it.
pub type Hit = (usize, usize, u64);

/// The heaviest chain of weighted pairs that rises on both sides, in order.
pub fn chain(mut hits: Vec<Hit>, n_right: usize) -> Vec<Hit> {
    // Within a row from the right, so that a chain takes one of them.
    hits.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    // The heaviest chain that ends before each right sentence, as a tree of prefix maxima (Fenwick).
    let mut best = vec![(0u64, usize::MAX); n_right + 1];
    let mut before = vec![usize::MAX; hits.len()];
    let mut top = (0, usize::MAX);
    for (id, &(_, right, weight)) in hits.iter().enumerate() {
        let mut reached = (0, usize::MAX);
        let mut at = right;
        while at > 0 {
            if best[at].0 > reached.0 {
                reached = best[at];
            }
            at &= at - 1;
        }
        before[id] = reached.1;
        let sum = reached.0 + weight;
        let mut at = right + 1;
        while at <= n_right {
            if sum > best[at].0 {
                best[at] = (sum, id);
            }
            at += at & at.wrapping_neg();
        }
        if sum > top.0 {
            top = (sum, id);
        }
    }
    let mut chain = Vec::new();
    let mut at = top.1;
    while let Some(hit) = hits.get(at) {
        chain.push(*hit);
        at = before[at];
    }
    chain.reverse();
    chain
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_band_leads_from_corner_to_corner_and_grows_with_the_texts_only() {
        let n_cells = |n_left, n_right| Band::around(&[], n_left, n_right, 12).n_cells();
        assert!(n_cells(10_000, 10_000) < 20_000 * 200);
        assert!(n_cells(10, 100_000) < 1_000_000);
        for (n_left, n_right) in [(0, 5), (5, 0), (3, 900), (900, 3), (400, 300)] {
            let band = Band::around(&[], n_left, n_right, 4);
            assert_eq!(band.cell(0, 0), Some(0));
            assert_eq!(band.cell(n_left, n_right), Some(band.n_cells() - 1));
            assert_eq!(band.transposed().transposed(), band);
        }
    }

    #[test]
    fn the_heaviest_rising_chain_leaves_the_crossing_pairs_out() {
        let hits = vec![(0, 0, 5), (1, 4, 3), (2, 1, 4), (3, 2, 4), (3, 3, 1), (4, 5, 2)];
        assert_eq!(chain(hits, 6), [(0, 0, 5), (2, 1, 4), (3, 2, 4), (4, 5, 2)]);
    }
}
