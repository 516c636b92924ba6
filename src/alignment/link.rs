//! What corresponds: links between sentences, and the sentence as the alignment sees it.

use std::ops::Range;

/// One sentence and the paragraph it stands in (numbers from 0, not falling).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sentence<'a> {
    /// The sentence's text.
    pub text: &'a str,
    /// The paragraph's number.
    pub paragraph: usize,
}

/// Consecutive sentences of the left text that say what consecutive ones of the right say; an empty range is a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The left sentences' numbers.
    pub left: Range<usize>,
    /// The right sentences' numbers.
    pub right: Range<usize>,
    /// How likely the link is right to the sentence, in per cent.
    pub confidence: u8,
    /// Whether a person made it.
    pub is_fixed: bool,
}

impl Link {
    /// Whether one side is empty.
    pub fn is_gap(&self) -> bool {
        self.left.is_empty() || self.right.is_empty()
    }

    /// The same link with its sides exchanged.
    #[must_use]
    pub fn flipped(&self) -> Self {
        Self { left: self.right.clone(), right: self.left.clone(), ..self.clone() }
    }
}

/// Whether links are in order, within texts of so many sentences, and share no sentence.
pub fn is_apart(links: &[Link], n_left: usize, n_right: usize) -> bool {
    let mut reached = (0, 0);
    links.iter().all(|link| {
        let follows = reached.0 <= link.left.start && reached.1 <= link.right.start;
        reached = (link.left.end, link.right.end);
        follows && link.left.start <= link.left.end && link.right.start <= link.right.end
    }) && reached.0 <= n_left
        && reached.1 <= n_right
}

/// The links of the paragraphs that hold linked sentences: a link for each group of paragraphs, gaps for the rest.
pub fn paragraph_links(links: &[Link], left: &[Sentence], right: &[Sentence]) -> Vec<Link> {
    let mut groups: Vec<Link> = Vec::new();
    for link in links {
        let projected =
            Link { left: paragraphs(left, &link.left), right: paragraphs(right, &link.right), ..link.clone() };
        if projected.is_gap() {
            continue;
        }
        groups.push(projected);
        while let [.., before, last] = groups.as_mut_slice()
            && (before.left.end > last.left.start || before.right.end > last.right.start)
        {
            before.left.end = before.left.end.max(last.left.end);
            before.right.end = before.right.end.max(last.right.end);
            before.confidence = before.confidence.min(last.confidence);
            before.is_fixed &= last.is_fixed;
            groups.pop();
        }
    }
    with_gaps(groups, n_paragraphs(left), n_paragraphs(right))
}

fn n_paragraphs(sentences: &[Sentence]) -> usize {
    sentences.last().map_or(0, |s| s.paragraph + 1)
}

fn paragraphs(sentences: &[Sentence], range: &Range<usize>) -> Range<usize> {
    let held = sentences.get(range.clone()).unwrap_or_default();
    held.first().zip(held.last()).map_or(0..0, |(first, last)| first.paragraph..last.paragraph + 1)
}

fn with_gaps(links: Vec<Link>, n_left: usize, n_right: usize) -> Vec<Link> {
    let mut all = Vec::new();
    let mut reached = (0, 0);
    let end = Link { left: n_left..n_left, right: n_right..n_right, confidence: 0, is_fixed: false };
    for link in links.into_iter().chain([end]) {
        let gap = |left, right| Link { left, right, confidence: 0, is_fixed: false };
        all.extend((reached.0..link.left.start).map(|at| gap(at..at + 1, reached.1..reached.1)));
        all.extend((reached.1..link.right.start).map(|at| gap(link.left.start..link.left.start, at..at + 1)));
        reached = (link.left.end, link.right.end);
        all.push(link);
    }
    all.pop();
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn link(left: Range<usize>, right: Range<usize>) -> Link {
        Link { left, right, confidence: 90, is_fixed: false }
    }

    #[test]
    fn paragraphs_are_linked_where_their_sentences_are() {
        let text = |paragraphs: &[usize]| -> Vec<Sentence<'static>> {
            paragraphs.iter().map(|n| Sentence { text: "Том.", paragraph: *n }).collect()
        };
        let (left, right) = (text(&[0, 0, 1, 2, 3]), text(&[0, 1, 1, 2, 3]));
        let links = [link(0..1, 0..1), link(1..2, 1..2), link(2..3, 2..3), link(3..4, 3..3), link(4..5, 4..5)];
        let projected = paragraph_links(&links, &left, &right);
        let ranges: Vec<_> = projected.iter().map(|l| (l.left.clone(), l.right.clone())).collect();
        assert_eq!(ranges, [(0..2, 0..2), (2..3, 2..2), (3..3, 2..3), (3..4, 3..4)]);
    }

    #[test]
    fn links_that_cross_or_share_are_not_apart() {
        assert!(is_apart(&[link(0..2, 1..1), link(2..3, 1..4)], 3, 4));
        assert!(!is_apart(&[link(0..2, 0..1), link(1..3, 1..2)], 3, 4));
        assert!(!is_apart(&[link(0..1, 2..3), link(1..2, 0..1)], 3, 4));
        assert!(!is_apart(&[link(0..4, 0..1)], 3, 4));
    }
}
