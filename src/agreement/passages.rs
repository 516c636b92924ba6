//! How many passages of two coders find a partner.

use crate::agreement::matching::{foremost, most_overlapping, most_sharing_half, overlaps, shares_half};
use crate::agreement::pairs::{each_pair, place};
use crate::agreement::score::{Score, Undefined, share};
use crate::agreement::units::{Marked, Tidy};

/// Passages of a pair of coders in the documents that both completed, equal ones of one coder counted once. A partner
/// has the same code; each passage has at most one, and as many as possible have one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Matches {
    /// Code points of the documents that both completed.
    pub whole: u64,
    /// Passages of the first coder.
    pub first: u64,
    /// Passages of the second coder.
    pub second: u64,
    /// Pairs with the same borders.
    pub exact: u64,
    /// Pairs with a code point in common.
    pub overlapping: u64,
    /// Pairs that share at least half of what either covers.
    pub half: u64,
}

impl Matches {
    /// F1 of passages with a number of pairs, 0 to 1; undefined without a document in common or where nobody coded (Van
    /// Rijsbergen 1979).
    pub fn f1(&self, matched: u64) -> Score {
        if self.whole == 0 {
            return Err(Undefined::NoCommonDocument);
        }
        share(2 * u128::from(matched), u128::from(self.first + self.second), Undefined::NobodyCoded)
    }
}

/// The matches of all pairs of coders, in the order of [`each_pair`].
pub fn matches(coding: &Tidy) -> Vec<Matches> {
    let n_coders = coding.coders.len();
    let mut all = vec![Matches::default(); each_pair(n_coders).count()];
    let mut tracks: Vec<&[Marked]> = Vec::new();
    let mut n_passages = vec![0; n_coders];
    for document in &coding.documents {
        n_passages.fill(0);
        for span in &document.spans {
            n_passages[span.coder as usize] += 1;
        }
        for ((first, second), of) in each_pair(n_coders).zip(&mut all) {
            if document.has(first) && document.has(second) {
                of.whole += document.length as u64;
                of.first += n_passages[first];
                of.second += n_passages[second];
            }
        }
        for spans in document.spans.chunk_by(|a, b| a.code == b.code) {
            tracks.clear();
            tracks.extend(spans.chunk_by(|a, b| a.coder == b.coder));
            for (i, j) in each_pair(tracks.len()) {
                let (first, second) = (tracks[i], tracks[j]);
                if let (Some(a), Some(b)) = (first.first(), second.first()) {
                    meet(first, second, &mut all[place(a.coder as usize, b.coder as usize, n_coders)]);
                }
            }
        }
    }
    all
}

/// Adds the matches of two coders' passages of one code in one document, each list sorted by start.
fn meet(first: &[Marked], second: &[Marked], of: &mut Matches) {
    let (mut first, mut second) = (first, second);
    while let (Some(a), Some(b)) = (first.first(), second.first()) {
        // A cluster: what hangs together by shared text, so that nothing in it has a partner outside.
        let (mut n_first, mut n_second, mut end) = (0, 0, a.start.min(b.start) + 1);
        loop {
            let before = (n_first, n_second);
            n_first += reach(first, n_first, &mut end);
            n_second += reach(second, n_second, &mut end);
            if before == (n_first, n_second) {
                break;
            }
        }
        let ((near_first, rest_first), (near_second, rest_second)) =
            (first.split_at(n_first), second.split_at(n_second));
        meet_cluster(near_first, near_second, of);
        (first, second) = (rest_first, rest_second);
    }
}

/// How many more passages start before the end, which they may move on.
fn reach(spans: &[Marked], from: usize, end: &mut usize) -> usize {
    let is_near = |span: &&Marked| {
        let is_near = span.start < *end;
        *end = if is_near { span.end.max(*end) } else { *end };
        is_near
    };
    spans.iter().skip(from).take_while(is_near).count()
}

fn meet_cluster(first: &[Marked], second: &[Marked], of: &mut Matches) {
    if let ([a], [b]) = (first, second) {
        of.exact += u64::from((a.start, a.end) == (b.start, b.end));
        of.overlapping += u64::from(overlaps(a, b));
        of.half += u64::from(shares_half(a, b));
        return;
    }
    if first.is_empty() || second.is_empty() {
        return;
    }
    of.exact += n_equal(first, second);
    if is_apart(first) && is_apart(second) {
        of.overlapping += foremost(first, second, overlaps);
        of.half += foremost(first, second, shares_half);
    } else {
        of.overlapping += most_overlapping(first, second);
        of.half += most_sharing_half(first, second);
    }
}

/// Whether none of a coder's passages, sorted by start, share text.
fn is_apart(spans: &[Marked]) -> bool {
    spans.iter().zip(spans.iter().skip(1)).all(|(before, next)| before.end <= next.start)
}

/// How many passages stand in both lists, each sorted and without repetition.
fn n_equal(first: &[Marked], second: &[Marked]) -> u64 {
    let mut rest = second.iter().peekable();
    let is_there = |a: &&Marked| {
        let place = (a.start, a.end);
        while rest.next_if(|b| (b.start, b.end) < place).is_some() {}
        rest.peek().is_some_and(|b| (b.start, b.end) == place)
    };
    first.iter().filter(is_there).count() as u64
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::agreement::chance::Chance;
    use crate::agreement::units::{Coding, Unitized};

    #[test]
    fn clusters_together_match_what_the_whole_does() {
        let mut chance = Chance::new(41);
        for _ in 0..300 {
            let mut track = || {
                let mut all: Vec<_> = (0..chance.below(9))
                    .map(|_| {
                        let start = chance.below(40);
                        Marked { code: 0, coder: 0, start, end: start + 1 + chance.below(7) }
                    })
                    .collect();
                all.sort_unstable();
                all.dedup();
                all
            };
            let (first, second) = (track(), track());
            let mut of = Matches::default();
            meet(&first, &second, &mut of);
            assert_eq!(of.exact, n_equal(&first, &second));
            assert_eq!(of.overlapping, most_overlapping(&first, &second));
            assert_eq!(of.half, most_sharing_half(&first, &second));
        }
    }

    #[test]
    fn a_passage_is_matched_once_and_with_its_own_code() {
        let span = |coder, code, start, end| Marked { code, coder, start, end };
        let spans =
            vec![span(0, 0, 0, 10), span(1, 0, 0, 5), span(1, 0, 5, 10), span(0, 1, 20, 24), span(1, 0, 20, 24)];
        let document = Unitized { id: "d".into(), length: 30, completed: vec![true; 2], spans };
        let names = || vec!["a".to_owned(), "b".to_owned()];
        let tidy = Coding { coders: names(), codes: names(), documents: vec![document] }.tidy();
        let of = matches(&tidy)[0];
        assert_eq!(of, Matches { whole: 30, first: 2, second: 3, exact: 0, overlapping: 1, half: 1 });
        assert_eq!(of.f1(of.half), Ok(0.4));
        assert_eq!(Matches::default().f1(0), Err(Undefined::NoCommonDocument));
    }
}
