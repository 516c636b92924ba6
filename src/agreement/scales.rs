//! Krippendorff's alpha of ratings, on every scale.

use std::collections::BTreeMap;

use crate::agreement::alpha::nominal;
use crate::agreement::ratings::{Cells, Ratings, Values};
use crate::agreement::score::{Score, Undefined, beyond_expected};
use crate::agreement::sets::Distance;

/// Units that the same number of coders rated.
#[derive(Debug, Clone)]
pub struct Group {
    /// How many coders rated each of them.
    pub n_coders: u64,
    /// How many units.
    pub n_units: u64,
    /// By value: how many ratings.
    pub of_values: Vec<u64>,
    /// Pairs of coders by the lower and the higher value that they gave to a unit.
    pub pairs: Vec<(usize, usize, u64)>,
}

impl Group {
    /// Pairs of coders who gave a unit the same value.
    pub fn agreeing(&self) -> u64 {
        self.pairs.iter().filter(|(a, b, _)| a == b).map(|(_, _, n)| n).sum()
    }

    /// All pairs of coders × units.
    pub fn all_pairs(&self) -> u64 {
        self.n_units * self.n_coders * self.n_coders.saturating_sub(1) / 2
    }
}

/// What ratings come to, in one walk: units grouped by how many coders rated them, one or more.
#[derive(Debug, Clone)]
pub struct Coincidences {
    /// The groups, by number of coders.
    pub groups: Vec<Group>,
}

impl Coincidences {
    /// Walks along all units.
    pub fn of(ratings: &Ratings) -> Self {
        let n_values = ratings.n_values();
        let mut groups: BTreeMap<usize, (u64, Vec<u64>, Cells)> = BTreeMap::new();
        let mut given: Vec<u32> = Vec::new();
        for (unit, times) in ratings.units() {
            given.clear();
            given.extend(unit.iter().flatten());
            if given.is_empty() || times == 0 {
                continue;
            }
            given.sort_unstable();
            let group = groups.entry(given.len()).or_insert_with(|| (0, vec![0; n_values], Cells::new(n_values)));
            group.0 += times;
            add_unit(&given, times, &mut group.1, &mut group.2);
        }
        let rated = |(n_coders, (n_units, of_values, cells)): (usize, (u64, Vec<u64>, Cells))| Group {
            n_coders: n_coders as u64,
            n_units,
            of_values,
            pairs: cells.sorted(),
        };
        Self { groups: groups.into_iter().map(rated).collect() }
    }

    /// The groups of units that two or more coders rated.
    pub fn pairable(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(|group| group.n_coders > 1)
    }

    /// Alpha of names, at most 1; undefined where no unit was rated by two or nothing varies (Krippendorff 2011).
    pub fn alpha_nominal(&self) -> Score {
        let of_values = self.of_values();
        nominal(self.observed(|a, b| f64::from(a != b)), of_values.iter().sum(), &of_values)
    }

    /// Alpha of numbers by their order alone, at most 1; undefined as the nominal one is (Krippendorff 2011).
    pub fn alpha_ordinal(&self) -> Score {
        // The distance of two values is that of their middle ranks.
        let mut below = 0;
        let ranks: Vec<f64> = self
            .of_values()
            .iter()
            .map(|n| {
                below += n;
                below as f64 - *n as f64 / 2.0
            })
            .collect();
        self.alpha_of_points(&ranks)
    }

    /// Alpha of numbers by their differences, at most 1; undefined as the nominal one is (Krippendorff 2011).
    pub fn alpha_interval(&self, ratings: &Ratings) -> Score {
        match ratings.values() {
            Values::Numbers(points) => self.alpha_of_points(points),
            _ => Err(Undefined::NoVariation),
        }
    }

    /// Alpha of numbers, none negative, by their ratios, at most 1; undefined as the nominal one is (Krippendorff 2011).
    pub fn alpha_ratio(&self, ratings: &Ratings) -> Score {
        let Values::Numbers(points) = ratings.values() else { return Err(Undefined::NoVariation) };
        self.alpha_by(|a, b| {
            let (a, b) = (points[a], points[b]);
            if a + b == 0.0 { 0.0 } else { ((a - b) / (a + b)).powi(2) }
        })
    }

    /// Alpha of sets with this distance, at most 1; undefined as the nominal one is (Passonneau 2006).
    pub fn alpha_sets(&self, ratings: &Ratings, distance: Distance) -> Score {
        let Values::Sets(_, sets) = ratings.values() else { return Err(Undefined::NoVariation) };
        self.alpha_by(|a, b| distance(sets.meeting(a as u32, b as u32)))
    }

    /// Alpha of squared differences: the expected ones come from sums, not from all pairs of values.
    fn alpha_of_points(&self, points: &[f64]) -> Score {
        let of_values = self.of_values();
        let n: u64 = of_values.iter().sum();
        if n == 0 {
            return Err(Undefined::NoCommonDocument);
        }
        let weighted =
            |of: &dyn Fn(f64) -> f64| of_values.iter().zip(points).map(|(n, x)| *n as f64 * of(*x)).sum::<f64>();
        let middle = weighted(&|x| x) / n as f64;
        let expected = if of_values.iter().filter(|n| **n > 0).count() > 1 {
            2.0 * n as f64 * weighted(&|x| (x - middle).powi(2))
        } else {
            0.0
        };
        beyond_expected(self.observed(|a, b| (points[a] - points[b]).powi(2)) * (n - 1) as f64, expected)
    }

    fn alpha_by(&self, distance: impl Fn(usize, usize) -> f64) -> Score {
        let of_values = self.of_values();
        let n: u64 = of_values.iter().sum();
        if n == 0 {
            return Err(Undefined::NoCommonDocument);
        }
        let used = || of_values.iter().enumerate().filter(|(_, n)| **n > 0);
        let mut expected = 0.0;
        for (a, n_a) in used() {
            for (b, n_b) in used().take_while(|(b, _)| *b < a) {
                expected += 2.0 * *n_a as f64 * *n_b as f64 * distance(a, b);
            }
        }
        beyond_expected(self.observed(distance) * (n - 1) as f64, expected)
    }

    /// By value: ratings of units that two or more coders rated.
    fn of_values(&self) -> Vec<u64> {
        let n_values = self.groups.first().map_or(0, |group| group.of_values.len());
        let mut sums = vec![0; n_values];
        for (sum, n) in self.pairable().flat_map(|group| (0..).zip(&group.of_values)) {
            sums[sum] += n;
        }
        sums
    }

    /// The observed coincidences of unequal values, both ways, weighted by their distance.
    fn observed(&self, distance: impl Fn(usize, usize) -> f64) -> f64 {
        let of = |group: &Group| {
            let unequal = group.pairs.iter().filter(|(a, b, _)| a != b);
            let apart: f64 = unequal.map(|(a, b, n)| *n as f64 * distance(*a, *b)).sum();
            2.0 * apart / (group.n_coders - 1) as f64
        };
        self.pairable().map(of).sum()
    }
}

/// Counts the values and the pairs of values that one unit was given; they come sorted.
fn add_unit(given: &[u32], times: u64, of_values: &mut [u64], pairs: &mut Cells) {
    if let [a, b] = given {
        of_values[*a as usize] += times;
        of_values[*b as usize] += times;
        pairs.add(*a, *b, times);
        return;
    }
    let mut runs = given.chunk_by(|a, b| a == b);
    while let Some(run @ [value, ..]) = runs.next() {
        let n = run.len() as u64;
        of_values[*value as usize] += n * times;
        pairs.add(*value, *value, n * (n - 1) / 2 * times);
        for later in runs.clone() {
            later.first().into_iter().for_each(|other| pairs.add(*value, *other, n * later.len() as u64 * times));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::agreement::chance::Chance;

    fn random(chance: &mut Chance, n_values: usize) -> Vec<Option<f64>> {
        (0..60).map(|_| (chance.below(5) > 0).then(|| chance.below(n_values) as f64)).collect()
    }

    #[test]
    fn the_order_of_coders_and_of_units_changes_nothing() {
        let mut chance = Chance::new(31);
        for _ in 0..50 {
            let cells = random(&mut chance, 4);
            let turned: Vec<_> = cells.iter().rev().copied().collect();
            let (cells, turned) = (Ratings::numbers(3, &cells), Ratings::numbers(3, &turned));
            let (one, other) = (Coincidences::of(&cells), Coincidences::of(&turned));
            assert_eq!(one.alpha_nominal(), other.alpha_nominal());
            assert_eq!(one.alpha_ordinal(), other.alpha_ordinal());
            assert_eq!(one.alpha_ratio(&cells), other.alpha_ratio(&turned));
        }
    }

    #[test]
    fn two_values_are_the_same_on_every_scale_but_that_of_ratios() {
        let mut chance = Chance::new(32);
        for _ in 0..50 {
            let ratings = Ratings::numbers(4, &random(&mut chance, 2));
            let of = Coincidences::of(&ratings);
            let nominal = of.alpha_nominal().unwrap();
            assert!((of.alpha_ordinal().unwrap() - nominal).abs() < 1e-12);
            assert!((of.alpha_interval(&ratings).unwrap() - nominal).abs() < 1e-12);
        }
    }

    #[test]
    fn one_value_does_not_vary_and_single_ratings_are_no_pairs() {
        let same = Ratings::numbers(2, &[Some(3.3), Some(3.3), Some(3.3), Some(3.3)]);
        assert_eq!(Coincidences::of(&same).alpha_nominal(), Err(Undefined::NoVariation));
        assert_eq!(Coincidences::of(&same).alpha_interval(&same), Err(Undefined::NoVariation));
        let single = Ratings::numbers(2, &[Some(3.0), None, None, Some(4.0)]);
        assert_eq!(Coincidences::of(&single).alpha_ordinal(), Err(Undefined::NoCommonDocument));
    }
}
