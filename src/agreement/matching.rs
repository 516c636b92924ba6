//! The largest one-to-one matching of passages.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::agreement::units::Marked;

/// Whether two passages have a code point in common.
pub fn overlaps(a: &Marked, b: &Marked) -> bool {
    a.start < b.end && b.start < a.end
}

/// Whether at least half of what either of two passages covers is covered by both.
pub fn shares_half(a: &Marked, b: &Marked) -> bool {
    let both = a.end.min(b.end).saturating_sub(a.start.max(b.start));
    // both / (a + b − both) ≥ 1/2, without a fraction.
    3 * both >= a.length() + b.length()
}

/// How many passages can be matched of two coders none of whose own passages share text, each list sorted by start; for
/// [`overlaps`] and [`shares_half`] the first match that comes is never wrong then: of the two foremost passages, the
/// one that ends first has no other partner, or none that needs it.
pub fn foremost(first: &[Marked], second: &[Marked], fits: fn(&Marked, &Marked) -> bool) -> u64 {
    let (mut first, mut second) = (first.iter().peekable(), second.iter().peekable());
    let mut matched = 0;
    while let (Some(a), Some(b)) = (first.peek(), second.peek()) {
        let (is_fit, order) = (fits(a, b), a.end.cmp(&b.end));
        matched += u64::from(is_fit);
        if is_fit || order.is_le() {
            first.next();
        }
        if is_fit || order.is_ge() {
            second.next();
        }
    }
    matched
}

/// How many passages can be matched to one they overlap. The passage that ends first takes the partner that ends first:
/// whoever could take that partner later could take any other of them too.
pub fn most_overlapping(first: &[Marked], second: &[Marked]) -> u64 {
    let mut all: Vec<(usize, usize, usize)> = Vec::with_capacity(first.len() + second.len());
    all.extend(first.iter().map(|span| (span.start, span.end, 0)));
    all.extend(second.iter().map(|span| (span.start, span.end, 1)));
    all.sort_unstable();
    let mut by_end: Vec<usize> = (0..all.len()).collect();
    by_end.sort_unstable_by_key(|at| all.get(*at).map(|(_, end, _)| *end));
    let mut is_done = vec![false; all.len()];
    let mut waiting = [BinaryHeap::new(), BinaryHeap::new()];
    let (mut opened, mut matched) = (0, 0);
    for at in by_end {
        if std::mem::replace(&mut is_done[at], true) {
            continue;
        }
        let (_, end, side) = all[at];
        while let Some((_, other_end, side)) = all.get(opened).filter(|(start, _, _)| *start < end) {
            waiting[*side].push(Reverse((*other_end, opened)));
            opened += 1;
        }
        while let Some(Reverse((_, partner))) = waiting[1 - side].pop() {
            if !std::mem::replace(&mut is_done[partner], true) {
                matched += 1;
                break;
            }
        }
    }
    matched
}

/// How many passages can be matched to one with which they share half, each list sorted by start (Hopcroft & Karp 1973).
pub fn most_sharing_half(first: &[Marked], second: &[Marked]) -> u64 {
    let longest = second.iter().map(Marked::length).max().unwrap_or(0);
    let near = |a: &Marked| {
        // A partner is at most twice as long, and overlaps.
        let reach = longest.min(2 * a.length());
        (second.partition_point(|b| b.start + reach < a.start), second.partition_point(|b| b.start < a.end))
    };
    let links = Links { first, second, near: first.iter().map(near).collect() };
    Matching { rights: vec![None; first.len()], lefts: vec![None; second.len()] }.grow(&links)
}

/// Which passages may be matched; they are looked up when asked for, as there may be as many as the square.
struct Links<'a> {
    first: &'a [Marked],
    second: &'a [Marked],
    /// By left passage: where its partners stand among the right ones, others between them.
    near: Vec<(usize, usize)>,
}

impl Links<'_> {
    /// The next partner of a left passage, after as many right ones as were tried.
    fn next(&self, left: usize, tried: &mut usize) -> Option<usize> {
        let (from, end) = self.near[left];
        let met = (from + *tried..end).find(|right| shares_half(&self.first[left], &self.second[*right]));
        *tried = met.map_or(end.saturating_sub(from), |right| right + 1 - from);
        met
    }
}

/// Who is matched with whom.
struct Matching {
    rights: Vec<Option<usize>>,
    lefts: Vec<Option<usize>>,
}

impl Matching {
    /// Adds shortest augmenting paths until there is none, and counts the pairs.
    fn grow(mut self, links: &Links) -> u64 {
        let mut matched = 0;
        while let Some(depths) = self.depths(links) {
            let mut tried = vec![0; self.rights.len()];
            for left in 0..self.rights.len() {
                if self.rights[left].is_none() && self.augment(left, links, &depths, &mut tried) {
                    matched += 1;
                }
            }
        }
        matched
    }

    /// How many matched pairs lie before each left passage on a shortest way from a free one, as far as such ways go;
    /// none where no way ends with a free right passage.
    fn depths(&self, links: &Links) -> Option<Vec<Option<usize>>> {
        let mut depths: Vec<Option<usize>> = self.rights.iter().map(|right| right.is_none().then_some(0)).collect();
        let mut queue: Vec<usize> = (0..self.rights.len()).filter(|left| self.rights[*left].is_none()).collect();
        let mut at = 0;
        while let Some(left) = queue.get(at).copied() {
            at += 1;
            let mut tried = 0;
            while let Some(right) = links.next(left, &mut tried) {
                // All that lie as near as this one are known already.
                let Some(next) = self.lefts[right] else { return Some(depths) };
                if depths[next].is_none() {
                    depths[next] = depths[left].map(|depth| depth + 1);
                    queue.push(next);
                }
            }
        }
        None
    }

    /// Goes from a free left passage to a free right one, only downwards, and exchanges the pairs on the way.
    fn augment(&mut self, root: usize, links: &Links, depths: &[Option<usize>], tried: &mut [usize]) -> bool {
        let mut way = vec![root];
        while let Some(left) = way.last().copied() {
            let Some(right) = links.next(left, &mut tried[left]) else {
                way.pop();
                continue;
            };
            match self.lefts[right] {
                None => {
                    self.exchange(way, right);
                    return true;
                }
                Some(next) if depths[next] == depths[left].map(|depth| depth + 1) => way.push(next),
                Some(_) => {}
            }
        }
        false
    }

    /// Gives each left passage of a way the right one that the next had, and the last one a free one.
    fn exchange(&mut self, way: Vec<usize>, free: usize) {
        let mut free = Some(free);
        for left in way.into_iter().rev() {
            if let Some(right) = free {
                self.lefts[right] = Some(left);
            }
            free = std::mem::replace(&mut self.rights[left], free);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::agreement::chance::Chance;

    /// Tries every matching.
    fn slowly(first: &[Marked], second: &[Marked], fits: fn(&Marked, &Marked) -> bool, used: u32) -> u64 {
        let Some((a, rest)) = first.split_first() else { return 0 };
        let mut best = slowly(rest, second, fits, used);
        for (at, b) in second.iter().enumerate() {
            if used & (1 << at) == 0 && fits(a, b) {
                best = best.max(1 + slowly(rest, second, fits, used | (1 << at)));
            }
        }
        best
    }

    fn passages(chance: &mut Chance, n: usize, is_apart: bool) -> Vec<Marked> {
        let mut at = 0;
        let mut all: Vec<_> = (0..n)
            .map(|_| {
                let start = if is_apart { at + chance.below(3) } else { chance.below(12) };
                at = start + 1 + chance.below(6);
                Marked { code: 0, coder: 0, start, end: at }
            })
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    #[test]
    fn no_matching_is_larger() {
        let mut chance = Chance::new(21);
        for _ in 0..400 {
            let (n_first, n_second) = (chance.below(7), chance.below(7));
            let (first, second) = (passages(&mut chance, n_first, false), passages(&mut chance, n_second, false));
            assert_eq!(most_overlapping(&first, &second), slowly(&first, &second, overlaps, 0), "{first:?} {second:?}");
            assert_eq!(
                most_sharing_half(&first, &second),
                slowly(&first, &second, shares_half, 0),
                "{first:?} {second:?}"
            );
        }
    }

    #[test]
    fn for_passages_apart_the_foremost_will_do() {
        let mut chance = Chance::new(22);
        for _ in 0..400 {
            let (first, second) = (passages(&mut chance, 6, true), passages(&mut chance, 6, true));
            assert_eq!(foremost(&first, &second, overlaps), slowly(&first, &second, overlaps, 0));
            assert_eq!(foremost(&first, &second, shares_half), slowly(&first, &second, shares_half, 0));
        }
    }

    #[test]
    fn a_long_way_needs_no_deep_stack() {
        let chain = |from: usize| {
            (0..50_000).map(move |i| Marked { code: 0, coder: 0, start: 4 * i + from, end: 4 * i + from + 8 })
        };
        let (first, second): (Vec<_>, Vec<_>) = (chain(0).collect(), chain(2).collect());
        assert_eq!(most_sharing_half(&first, &second), 50_000);
        assert_eq!(most_overlapping(&first, &second), 50_000);
    }
}
