//! Which segments of two texts say the same thing.

use crate::text::body::Text;
use crate::text::segment::{Unit, segments};
use crate::text::span::Span;

/// The links of a pair, as a file of the form `0,1<TAB>0` a line names them: sentences of the left text, sentences
/// of the right one, counted from 0; an empty side is a sentence without counterpart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    links: Vec<(Vec<usize>, Vec<usize>)>,
}

impl Links {
    /// Reads links; fails with the number of the first line that is none.
    pub fn read(text: &str) -> Result<Self, usize> {
        let side = |s: &str| {
            s.split(',').map(str::trim).filter(|n| !n.is_empty()).map(str::parse).collect::<Result<Vec<usize>, _>>()
        };
        let mut links = Vec::new();
        for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let (left, right) = line.split_once('\t').ok_or(i + 1)?;
            links.push((side(left).map_err(|_| i + 1)?, side(right).map_err(|_| i + 1)?));
        }
        Ok(Self { links })
    }

    /// The largest sentence numbers named on either side.
    pub fn largest(&self) -> (Option<usize>, Option<usize>) {
        let left = self.links.iter().flat_map(|(l, _)| l).max().copied();
        let right = self.links.iter().flat_map(|(_, r)| r).max().copied();
        (left, right)
    }

    /// The same links with the sides exchanged.
    #[must_use]
    pub fn flipped(&self) -> Self {
        Self { links: self.links.iter().map(|(l, r)| (r.clone(), l.clone())).collect() }
    }

    /// The right sentences that are linked to any of the left ones, in order.
    pub fn counterparts(&self, left: &[usize]) -> Vec<usize> {
        let touched = self.links.iter().filter(|(l, _)| l.iter().any(|n| left.contains(n)));
        let mut right: Vec<usize> = touched.flat_map(|(_, r)| r.iter().copied()).collect();
        right.sort_unstable();
        right.dedup();
        right
    }
}

/// All sentences of a text, in bytes.
pub fn sentences(text: &Text) -> Vec<Span> {
    let mut all = Vec::new();
    let mut block = (!text.is_empty()).then(|| text.block(0));
    while let Some(b) = block {
        all.extend(segments(&b.text, Unit::Sentence).into_iter().map(|s| s.shifted(b.start)));
        block = text.block_after(&b);
    }
    all
}

/// The numbers of the sentences that a span touches.
pub fn touched(sentences: &[Span], span: Span) -> Vec<usize> {
    let first = sentences.partition_point(|s| s.end <= span.start);
    (first..).zip(sentences.iter().skip(first)).take_while(|(_, s)| s.start < span.end).map(|(i, _)| i).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn links_are_walked_both_ways() {
        let links = Links::read("0\t0\n1,2\t1\n3\t\n\t2\n4\t3,4\n").expect("links");
        assert_eq!(links.counterparts(&[2]), [1]);
        assert_eq!(links.counterparts(&[3]), [0usize; 0]);
        assert_eq!(links.flipped().counterparts(&[1, 4]), [1, 2, 4]);
        assert_eq!(links.largest(), (Some(4), Some(4)));
        assert_eq!(Links::read("0\t0\nx\t1"), Err(2));
    }
}
