//! A walk along a text over the units that stand open.

use crate::agreement::units::Marked;

/// Calls `share` for each two units that have code points in common, with how many; the units are sorted by start.
/// `open` is only room to work in. The time grows with what is shared, not with the number of pairs of coders.
pub fn shared(units: &[Marked], open: &mut Vec<Marked>, mut share: impl FnMut(&Marked, &Marked, u64)) {
    open.clear();
    for unit in units {
        open.retain(|other| other.end > unit.start);
        for other in open.iter() {
            share(other, unit, (other.end.min(unit.end) - unit.start) as u64);
        }
        open.push(*unit);
    }
}

/// Calls `stand` for each stretch of text on which the same units stand open, with these and its length in code points;
/// the units are sorted by start.
pub fn stretches(units: &[Marked], open: &mut Vec<Marked>, mut stand: impl FnMut(&[Marked], u64)) {
    open.clear();
    let mut rest = units.iter().copied().peekable();
    let mut at = 0;
    loop {
        let next = open.iter().map(|unit| unit.end).chain(rest.peek().map(|unit| unit.start)).min();
        let Some(next) = next else { return };
        if next > at && !open.is_empty() {
            stand(open, (next - at) as u64);
        }
        at = next;
        open.retain(|unit| unit.end > at);
        while let Some(unit) = rest.next_if(|unit| unit.start <= at) {
            open.push(unit);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::agreement::chance::Chance;

    fn unit(coder: u32, start: usize, end: usize) -> Marked {
        Marked { code: 0, coder, start, end }
    }

    #[test]
    fn touching_units_share_nothing() {
        let mut seen = Vec::new();
        let units = [unit(0, 0, 5), unit(2, 4, 6), unit(1, 5, 9)];
        shared(&units, &mut Vec::new(), |a, b, n| seen.push((a.coder, b.coder, n)));
        assert_eq!(seen, [(0, 2, 1), (2, 1, 1)]);
    }

    #[test]
    fn both_walks_see_the_same_shared_text() {
        let mut chance = Chance::new(7);
        for _ in 0..50 {
            let mut units: Vec<_> = (0..12)
                .map(|coder| {
                    let start = chance.below(40);
                    unit(coder, start, start + 1 + chance.below(9))
                })
                .collect();
            units.sort_by_key(|u| u.start);
            let (mut by_pair, mut by_stretch) = (0, 0);
            shared(&units, &mut Vec::new(), |_, _, n| by_pair += n);
            stretches(&units, &mut Vec::new(), |open, n| by_stretch += n * (open.len() * (open.len() - 1) / 2) as u64);
            assert_eq!(by_pair, by_stretch);
        }
    }
}
