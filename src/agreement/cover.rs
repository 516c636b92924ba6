//! The cheapest way to cover items by sets that share none.

/// A set of items, and what taking it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The price of the set.
    pub cost: f64,
    /// The numbers of its items.
    pub items: Vec<usize>,
}

/// What covering all items costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cover {
    /// The sum of the costs of the sets taken.
    pub cost: f64,
    /// Whether nothing can be cheaper; else the search was given up and something might be.
    pub is_exact: bool,
}

/// How often the prices of items are improved before the search.
const N_IMPROVEMENTS: usize = 600;
/// How many of them may be in vain before the steps get shorter.
const MAX_IDLE: usize = 12;
/// Costs that are nearer than this are the same.
const CLOSE: f64 = 1e-9;

/// Covers `n_items` items; each must be offered alone too. Branch and bound: items have prices such that no set costs
/// less than its items, so that a set's surplus is what taking it adds to the least possible cost (Fisher 1981). Gives
/// up after `n_nodes` sets tried and then says so.
pub fn cheapest(n_items: usize, offers: &[Offer], n_nodes: usize) -> Cover {
    let mut of_items: Vec<Vec<usize>> = vec![Vec::new(); n_items];
    for (at, offer) in offers.iter().enumerate() {
        offer.items.iter().for_each(|item| of_items[*item].push(at));
    }
    // The first way down a search by shares is some cover.
    let shares: Vec<f64> = offers.iter().map(|offer| offer.cost / offer.items.len() as f64).collect();
    sort(&mut of_items, &shares);
    let ceiling = Search { offers, surplus: &shares, of_items: &of_items }.run(0).cost;
    let prices = prices(&of_items, offers, ceiling);
    let surplus: Vec<f64> = offers.iter().map(|offer| surplus(offer, &prices).max(0.0)).collect();
    sort(&mut of_items, &surplus);
    let found = Search { offers, surplus: &surplus, of_items: &of_items }.run(n_nodes);
    Cover { cost: if found.is_exact { found.cost } else { found.cost.min(ceiling) }, ..found }
}

/// Sorts each item's sets by how good they seem, the best first.
fn sort(of_items: &mut [Vec<usize>], by: &[f64]) {
    for of_item in of_items {
        of_item.sort_by(|a, b| by[*a].total_cmp(&by[*b]).then(a.cmp(b)));
    }
}

/// What a set costs more than its items.
fn surplus(offer: &Offer, prices: &[f64]) -> f64 {
    offer.cost - offer.items.iter().map(|item| prices[*item]).sum::<f64>()
}

/// Prices of items, as high as was found, such that no set costs less than its items (subgradients: Held & Karp 1971).
/// `ceiling` is what some cover costs.
fn prices(of_items: &[Vec<usize>], offers: &[Offer], ceiling: f64) -> Vec<f64> {
    let share = |at: &usize| offers[*at].cost / offers[*at].items.len() as f64;
    let lowest = of_items.iter().map(|all| all.iter().map(share).fold(f64::INFINITY, f64::min));
    let mut trial = settled(lowest.collect(), of_items, offers);
    let (mut best, mut highest, mut stride, mut n_idle) = (trial.clone(), f64::NEG_INFINITY, 1.0, 0);
    for _ in 0..N_IMPROVEMENTS {
        // An item that no cheap set takes may cost more, one that several take must cost less.
        let (mut wanted, mut bound) = (vec![1.0; trial.len()], trial.iter().sum::<f64>());
        for offer in offers {
            let surplus = surplus(offer, &trial).min(0.0);
            if surplus < 0.0 {
                bound += surplus;
                offer.items.iter().for_each(|item| wanted[*item] -= 1.0);
            }
        }
        n_idle += 1;
        if bound > highest + CLOSE {
            (highest, n_idle) = (bound, 0);
            best.clone_from(&trial);
        } else if n_idle > MAX_IDLE {
            (stride, n_idle) = (stride / 2.0, 0);
            trial.clone_from(&best);
            continue;
        }
        let norm: f64 = wanted.iter().map(|wanted| wanted * wanted).sum();
        if norm == 0.0 || ceiling - bound < CLOSE {
            break;
        }
        let step = stride * (ceiling - bound) / norm;
        trial.iter_mut().zip(&wanted).for_each(|(price, wanted)| *price += step * wanted);
    }
    settled(best, of_items, offers)
}

/// Lowers prices until no set costs less than its items, then raises each as far as that allows.
fn settled(mut prices: Vec<f64>, of_items: &[Vec<usize>], offers: &[Offer]) -> Vec<f64> {
    for offer in offers {
        let short = surplus(offer, &prices).min(0.0) / offer.items.len() as f64;
        offer.items.iter().for_each(|item| prices[*item] += short);
    }
    for (item, all) in of_items.iter().enumerate() {
        let room = all.iter().map(|at| surplus(&offers[*at], &prices)).fold(f64::INFINITY, f64::min);
        prices[item] += room.max(0.0);
    }
    prices
}

struct Search<'a> {
    offers: &'a [Offer],
    surplus: &'a [f64],
    /// By item: the sets that hold it, the least surplus first.
    of_items: &'a [Vec<usize>],
}

/// An item that is to be covered, and how far its sets were tried.
struct Step {
    item: usize,
    next: usize,
    taken: Option<usize>,
    /// The surplus and the cost of the sets taken before.
    before: (f64, f64),
}

impl Search<'_> {
    fn run(&self, n_nodes: usize) -> Cover {
        let mut is_covered = vec![false; self.of_items.len()];
        let mut best: Option<(f64, f64)> = None;
        let mut n_tried = 0;
        let mut way: Vec<Step> = self.step(0, &is_covered, (0.0, 0.0)).into_iter().collect();
        while let Some(step) = way.last_mut() {
            if let Some(taken) = step.taken.take() {
                self.offers[taken].items.iter().for_each(|item| is_covered[*item] = false);
            }
            let limit = best.map_or(f64::INFINITY, |best| best.0 - CLOSE);
            let Some(offer) = self.next(step, &is_covered, limit) else {
                way.pop();
                continue;
            };
            n_tried += 1;
            if let Some((_, cost)) = best.filter(|_| n_tried > n_nodes) {
                return Cover { cost, is_exact: false };
            }
            step.taken = Some(offer);
            self.offers[offer].items.iter().for_each(|item| is_covered[*item] = true);
            let sums = (step.before.0 + self.surplus[offer], step.before.1 + self.offers[offer].cost);
            match self.step(step.item + 1, &is_covered, sums) {
                Some(next) => way.push(next),
                None => best = Some(sums),
            }
        }
        Cover { cost: best.map_or(0.0, |best| best.1), is_exact: true }
    }

    /// The first item from here on that is not covered.
    fn step(&self, from: usize, is_covered: &[bool], before: (f64, f64)) -> Option<Step> {
        let item = (from..self.of_items.len()).find(|item| !is_covered[*item])?;
        Some(Step { item, next: 0, taken: None, before })
    }

    /// The next set for a step that shares nothing with those taken and stays below the limit.
    fn next(&self, step: &mut Step, is_covered: &[bool], limit: f64) -> Option<usize> {
        while let Some(offer) = self.of_items[step.item].get(step.next).copied() {
            if step.before.0 + self.surplus[offer] >= limit {
                return None;
            }
            step.next += 1;
            if self.offers[offer].items.iter().all(|item| !is_covered[*item]) {
                return Some(offer);
            }
        }
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::agreement::chance::Chance;

    fn slowly(n_items: usize, offers: &[Offer], covered: u32) -> f64 {
        let Some(item) = (0..n_items).find(|item| covered & (1 << item) == 0) else { return 0.0 };
        let bits = |offer: &Offer| offer.items.iter().map(|item| 1 << item).sum::<u32>();
        let fitting = offers.iter().filter(|offer| offer.items.contains(&item) && bits(offer) & covered == 0);
        fitting.map(|offer| offer.cost + slowly(n_items, offers, covered | bits(offer))).fold(f64::INFINITY, f64::min)
    }

    fn offers(chance: &mut Chance, n_items: usize) -> Vec<Offer> {
        let mut all: Vec<_> = (0..n_items).map(|item| Offer { cost: 3.0, items: vec![item] }).collect();
        for _ in 0..3 * n_items {
            let mut items: Vec<_> = (0..3).map(|_| chance.below(n_items)).collect();
            items.sort_unstable();
            items.dedup();
            all.push(Offer { cost: 1.0 + chance.below(60) as f64 / 10.0, items });
        }
        all
    }

    #[test]
    fn nothing_is_cheaper() {
        let mut chance = Chance::new(61);
        for n_items in (1..10).cycle().take(200) {
            let offers = offers(&mut chance, n_items);
            let found = cheapest(n_items, &offers, 100_000);
            assert!(found.is_exact && (found.cost - slowly(n_items, &offers, 0)).abs() < 1e-6);
        }
        assert_eq!(cheapest(0, &[], 1), Cover { cost: 0.0, is_exact: true });
    }

    #[test]
    fn a_search_that_is_given_up_says_so() {
        let offers = offers(&mut Chance::new(62), 40);
        let (given_up, done) = (cheapest(40, &offers, 1), cheapest(40, &offers, 10_000_000));
        assert!(!given_up.is_exact && done.is_exact);
        assert!(given_up.cost >= done.cost);
    }
}
