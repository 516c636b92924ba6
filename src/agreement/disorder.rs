//! The disorder of the best alignment of coders' units.

use std::ops::Range;

use crate::agreement::assignment::best_gain;
use crate::agreement::cover::{Cover, Offer, cheapest};
use crate::agreement::units::Marked;

/// How many choices of a unit may be tried for each alignment that may be looked at: a choice costs far less.
const N_TRIES: usize = 20;

/// Up to so many steps a table of two coders' units is worked out; beyond, it is searched.
const MAX_TABLE: usize = 4_000_000_000;

/// How units are compared, and how long an exact answer is looked for. The cost of an empty unit is 1: it would only
/// stretch the scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// The weight of differing borders.
    pub position: f64,
    /// The weight of differing codes.
    pub category: f64,
    /// How many alignments of units are looked at in a document before the search is given up; of single steps, twenty
    /// times as many.
    pub n_nodes: usize,
}

impl Default for Costs {
    fn default() -> Self {
        Self { position: 1.0, category: 1.0, n_nodes: 200_000 }
    }
}

impl Costs {
    /// How unlike two units are: the squared distance of their borders by their lengths, and whether their codes differ
    /// (Mathet, Widlöcher & Métivier 2015).
    pub fn between(&self, a: &Marked, b: &Marked) -> f64 {
        let borders = (a.start.abs_diff(b.start) + a.end.abs_diff(b.end)) as f64 / (a.length() + b.length()) as f64;
        self.position * borders * borders + if a.code == b.code { 0.0 } else { self.category }
    }
}

/// The summed disorder of the best alignment of one document's units by `n_coders` coders; one that stands alone costs
/// 1 (Mathet, Widlöcher & Métivier 2015). The units come by coder and start.
pub fn disorder(units: &[Marked], n_coders: usize, costs: &Costs) -> Cover {
    if n_coders < 2 {
        return Cover { cost: units.len() as f64, is_exact: true };
    }
    let (mut tuples, mut is_exact) = (Vec::new(), false);
    // Too many alignments to look at all: then only those of nearer units, which is no longer exact.
    for reach in [f64::INFINITY, 2.0, 1.0, 0.5, 0.1, 0.0] {
        if let Some(found) = Tuples::new(units, n_coders, reach, costs).all() {
            (tuples, is_exact) = (found, reach.is_infinite());
            break;
        }
    }
    let mut sum = Cover { cost: units.len() as f64, is_exact };
    let mut n_left = N_TRIES * costs.n_nodes;
    for cluster in clusters(units.len(), tuples) {
        let found = if n_coders == 2 { paired(cluster, units, n_left) } else { covered(cluster, units, n_left) };
        n_left = if found.is_exact { n_left } else { 0 };
        sum = Cover { cost: sum.cost + found.cost, is_exact: sum.is_exact && found.is_exact };
    }
    sum
}

/// The alignments of units of different coders that no parting in two makes cheaper; their `cost` is what they save
/// against all units standing alone, below 0.
struct Tuples<'a> {
    units: &'a [Marked],
    /// By coder: where their units begin; the end of all stands behind.
    begins: Vec<usize>,
    n_pairs: f64,
    /// How unlike two units of an alignment may be.
    reach: f64,
    /// The longest unit.
    longest: usize,
    costs: &'a Costs,
    /// The units chosen, each with its summed distances to the others less 1 each.
    chosen: Vec<(usize, f64)>,
    n_tried: usize,
    found: Vec<Offer>,
}

impl<'a> Tuples<'a> {
    fn new(units: &'a [Marked], n_coders: usize, reach: f64, costs: &'a Costs) -> Self {
        let begin = |coder: usize| units.partition_point(|unit| (unit.coder as usize) < coder);
        let n_pairs = (n_coders * (n_coders - 1) / 2) as f64;
        Self {
            units,
            begins: (0..=n_coders).map(begin).collect(),
            n_pairs,
            // Beyond that one of the two would be better off alone, however near all others are.
            reach: reach.min(n_pairs + n_coders as f64 - 1.0),
            longest: units.iter().map(Marked::length).max().unwrap_or(0),
            costs,
            chosen: Vec::new(),
            n_tried: 0,
            found: Vec::new(),
        }
    }

    /// All of them; nothing where there are more than may be looked at.
    fn all(mut self) -> Option<Vec<Offer>> {
        self.choose(0).then_some(self.found)
    }

    /// Tries the units of this and later coders as the next one; false where there are too many alignments.
    fn choose(&mut self, from_coder: usize) -> bool {
        for coder in from_coder..self.begins.len() - 1 {
            for at in self.near(coder) {
                self.n_tried += 1;
                let kept = self.chosen.clone();
                if self.add(at) {
                    self.keep();
                    let n_nodes = self.costs.n_nodes;
                    let is_too_much = self.found.len() > n_nodes || self.n_tried > N_TRIES * n_nodes;
                    if is_too_much || !self.choose(coder + 1) {
                        return false;
                    }
                }
                self.chosen = kept;
            }
        }
        true
    }

    /// The coder's units whose start is not too far from that of the first one chosen.
    fn near(&self, coder: usize) -> Range<usize> {
        let (begin, end) = (self.begins[coder], self.begins[coder + 1]);
        let Some((first, _)) = self.chosen.first() else { return begin..end };
        let first = &self.units[*first];
        // The borders' distance is at most the root of the reach times both lengths.
        let far = (self.reach / self.costs.position).sqrt() * (first.length() + self.longest) as f64;
        let (low, high) = (first.start as f64 - far, first.start as f64 + far);
        let own = &self.units[begin..end];
        let from = own.partition_point(|unit| (unit.start as f64) < low);
        begin + from..begin + own.partition_point(|unit| unit.start as f64 <= high).max(from)
    }

    /// Chooses a unit too; false where some unit would be better off alone whatever is chosen later.
    fn add(&mut self, at: usize) -> bool {
        let unit = &self.units[at];
        let mut own = 0.0;
        for (other, sum) in &mut self.chosen {
            let apart = self.costs.between(&self.units[*other], unit);
            if apart > self.reach {
                return false;
            }
            own += apart - 1.0;
            *sum += apart - 1.0;
        }
        self.chosen.push((at, own));
        let n_later = self.begins.len().saturating_sub(unit.coder as usize + 2) as f64;
        self.chosen.iter().all(|(_, sum)| sum - n_later < self.n_pairs)
    }

    fn keep(&mut self) {
        if self.chosen.len() < 2 || !self.is_whole() {
            return;
        }
        // Each pair was counted from both sides.
        let inner = self.chosen.iter().map(|(_, sum)| sum).sum::<f64>() / 2.0;
        let cost = inner / self.n_pairs - (self.chosen.len() - 1) as f64;
        if cost < 0.0 {
            self.found.push(Offer { cost, items: self.chosen.iter().map(|(at, _)| *at).collect() });
        }
    }

    /// Whether no parting of the chosen units in two is as cheap.
    fn is_whole(&self) -> bool {
        let n = self.chosen.len();
        let is_alone_worse = self.chosen.iter().all(|(_, sum)| *sum < self.n_pairs);
        // Of many units there are too many partings: that none leaves alone is enough then.
        is_alone_worse && (!(4..=8).contains(&n) || (1..1_u32 << (n - 1)).all(|part| self.across(part) < self.n_pairs))
    }

    /// The distances less 1 of the chosen units in a part to those that are not.
    fn across(&self, part: u32) -> f64 {
        let side = |is_in: bool| self.chosen.iter().enumerate().filter(move |(i, _)| (part >> i & 1 == 1) == is_in);
        let unit = |of: &(usize, f64)| &self.units[of.0];
        side(true).flat_map(|(_, a)| side(false).map(move |(_, b)| self.costs.between(unit(a), unit(b)) - 1.0)).sum()
    }
}

/// The alignments parted so that those of different parts have no unit in common.
fn clusters(n_units: usize, tuples: Vec<Offer>) -> Vec<Vec<Offer>> {
    let mut heads: Vec<usize> = (0..n_units).collect();
    for tuple in &tuples {
        for (a, b) in tuple.items.iter().zip(tuple.items.iter().skip(1)) {
            let (a, b) = (head(&mut heads, *a), head(&mut heads, *b));
            heads[a.max(b)] = a.min(b);
        }
    }
    let mut parts: Vec<Vec<Offer>> = vec![Vec::new(); n_units];
    for tuple in tuples {
        let part = tuple.items.first().map_or(0, |first| head(&mut heads, *first));
        parts[part].push(tuple);
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The number that stands for all that hang together with this one.
fn head(heads: &mut [usize], mut at: usize) -> usize {
    while heads[at] != at {
        heads[at] = heads[heads[at]];
        at = heads[at];
    }
    at
}

/// What the best pairing of two coders' units saves.
fn paired(pairs: Vec<Offer>, units: &[Marked], n_nodes: usize) -> Cover {
    let side = |at: usize| {
        let mut all: Vec<usize> = pairs.iter().filter_map(|pair| pair.items.get(at).copied()).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let (rows, columns) = (side(0), side(1));
    if rows.len() * rows.len() * (rows.len() + columns.len()) > MAX_TABLE {
        return covered(pairs, units, n_nodes);
    }
    let mut gains = vec![vec![0.0; columns.len()]; rows.len()];
    for pair in &pairs {
        if let [row, column] = pair.items.as_slice()
            && let (Ok(row), Ok(column)) = (rows.binary_search(row), columns.binary_search(column))
        {
            gains[row][column] = -pair.cost;
        }
    }
    Cover { cost: -best_gain(&gains), is_exact: true }
}

/// What the best alignment of any number of coders' units saves.
fn covered(mut tuples: Vec<Offer>, all: &[Marked], n_nodes: usize) -> Cover {
    // By place, so that what cannot be aligned well together is met soon.
    let place = |unit: usize| (all[unit].start, unit);
    let mut units: Vec<usize> = tuples.iter().flat_map(|tuple| tuple.items.iter().copied()).collect();
    units.sort_unstable_by_key(|unit| place(*unit));
    units.dedup();
    for tuple in &mut tuples {
        tuple.cost += tuple.items.len() as f64;
        for item in &mut tuple.items {
            *item = units.partition_point(|unit| place(*unit) < place(*item));
        }
    }
    tuples.extend((0..units.len()).map(|unit| Offer { cost: 1.0, items: vec![unit] }));
    let found = cheapest(units.len(), &tuples, n_nodes);
    Cover { cost: found.cost - units.len() as f64, ..found }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::agreement::chance::Chance;

    /// Goes through all partitions of the units into alignments.
    fn slowly(rest: &[Marked], tuples: &mut Vec<Vec<Marked>>, n_coders: usize) -> f64 {
        let costs = Costs::default();
        let n_pairs = (n_coders * (n_coders - 1) / 2) as f64;
        let Some((unit, rest)) = rest.split_first() else {
            let cost = |tuple: &Vec<Marked>| {
                let mut sum = n_pairs;
                for (i, a) in tuple.iter().enumerate() {
                    sum += tuple[i + 1..].iter().map(|b| costs.between(a, b) - 1.0).sum::<f64>();
                }
                sum / n_pairs
            };
            return tuples.iter().map(cost).sum();
        };
        let mut best = f64::INFINITY;
        for at in 0..tuples.len() {
            if tuples[at].iter().all(|other| other.coder != unit.coder) {
                tuples[at].push(*unit);
                best = best.min(slowly(rest, tuples, n_coders));
                tuples[at].pop();
            }
        }
        tuples.push(vec![*unit]);
        best = best.min(slowly(rest, tuples, n_coders));
        tuples.pop();
        best
    }

    #[test]
    fn no_alignment_is_in_better_order() {
        let mut chance = Chance::new(71);
        for n_coders in [2, 3, 4].into_iter().cycle().take(90) {
            let mut units: Vec<_> = (0..7)
                .map(|_| {
                    let start = chance.below(30);
                    let (code, coder) = (chance.below(2) as u32, chance.below(n_coders) as u32);
                    Marked { code, coder, start, end: start + 1 + chance.below(12) }
                })
                .collect();
            units.sort_unstable_by_key(|unit| (unit.coder, unit.start));
            let found = disorder(&units, n_coders, &Costs::default());
            assert!(found.is_exact);
            assert!((found.cost - slowly(&units, &mut Vec::new(), n_coders)).abs() < 1e-6, "{units:?}");
        }
    }

    #[test]
    fn a_search_that_may_not_look_far_says_so() {
        let unit = |coder: u32, start: usize| Marked { code: 0, coder, start, end: start + 9 };
        let mut units: Vec<_> = (0..30).map(|at| unit(at / 10, at as usize % 10)).collect();
        units.sort_unstable_by_key(|unit| (unit.coder, unit.start));
        let costs = Costs { n_nodes: 5, ..Costs::default() };
        assert!(!disorder(&units, 3, &costs).is_exact);
    }
}
