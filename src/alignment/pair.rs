//! The alignment of a pair of documents: which bytes of one say what bytes of the other say.

use std::ops::Range;

use crate::alignment::gold::{Gold, Ranges};
use crate::alignment::kinship::Kinship;
use crate::alignment::link::{Link, Sentence};
use crate::model::document::DocumentId;
use crate::model::link::FixedLink;
use crate::text::anchor::{self, Quote};
use crate::text::body::Text;
use crate::text::offsets::Offsets;
use crate::text::segment::{Unit, segments};
use crate::text::span::{CodePoints, Span};

/// One document of a pair as the alignment needs it.
#[derive(Debug, Clone)]
pub struct Half {
    /// Which document.
    pub document: DocumentId,
    /// Its text.
    pub text: Text,
    /// Its sentences, in bytes.
    pub sentences: Vec<Span>,
    /// The paragraph of each sentence.
    paragraphs: Vec<usize>,
}

impl Half {
    /// Cuts a document's text into sentences.
    pub fn new(document: DocumentId, text: Text) -> Self {
        let (mut sentences, mut paragraphs) = (Vec::new(), Vec::new());
        let mut paragraph = 0;
        let mut block = (!text.is_empty()).then(|| text.block(0));
        while let Some(b) = block {
            let found = segments(&b.text, Unit::Sentence);
            paragraphs.extend(found.iter().map(|_| paragraph));
            paragraph += usize::from(!found.is_empty());
            sentences.extend(found.into_iter().map(|s| s.shifted(b.start)));
            block = text.block_after(&b);
        }
        Self { document, text, sentences, paragraphs }
    }

    /// Takes each line that is not blank as a sentence; blank lines part paragraphs.
    pub fn of_lines(document: DocumentId, text: Text) -> Self {
        let (mut sentences, mut paragraphs) = (Vec::new(), Vec::new());
        let (mut paragraph, mut is_blank) = (0, false);
        let mut block = (!text.is_empty()).then(|| text.block(0));
        while let Some(b) = block {
            let line = segments(&b.text, Unit::Paragraph);
            if let Some(span) = line.first() {
                paragraph += usize::from(is_blank && !sentences.is_empty());
                sentences.push(span.shifted(b.start));
                paragraphs.push(paragraph);
            }
            is_blank = line.is_empty();
            block = text.block_after(&b);
        }
        Self { document, text, sentences, paragraphs }
    }

    /// The words of all sentences; read at once, to be lent to the alignment.
    pub fn words(&self) -> Vec<String> {
        self.sentences.iter().map(|span| self.text.read(*span)).collect()
    }

    /// The sentences with their paragraphs, over words that [`Half::words`] read.
    pub fn lent<'a>(&self, words: &'a [String]) -> Vec<Sentence<'a>> {
        let lend = |(text, paragraph): (&'a String, &usize)| Sentence { text, paragraph: *paragraph };
        words.iter().zip(&self.paragraphs).map(lend).collect()
    }

    /// The numbers of the sentences that a span touches.
    pub fn touched(&self, span: Span) -> Range<usize> {
        let first = self.sentences.partition_point(|s| s.end <= span.start);
        let end = self.sentences.partition_point(|s| s.start < span.end);
        first..end.max(first)
    }

    /// The bytes from the first to the last of some sentences; for none, the place before the first.
    pub fn span(&self, sentences: &Range<usize>) -> Span {
        let start = self.sentences.get(sentences.start).map_or(self.text.len(), |s| s.start);
        match sentences.end.checked_sub(1).filter(|_| !sentences.is_empty()).and_then(|last| self.sentences.get(last)) {
            Some(last) => Span::new(start, last.end),
            None => Span::new(start, start),
        }
    }
}

/// The alignment of a pair: its halves, and the links between their sentences, in order.
#[derive(Debug, Clone)]
pub struct PairAlignment {
    /// The left and the right document.
    pub halves: [Half; 2],
    /// All links and gaps; every sentence stands in exactly one.
    pub links: Vec<Link>,
    /// How the texts are related.
    pub kinship: Kinship,
    /// What coders had said when it was computed.
    pub said: Vec<Said>,
}

/// What a coder said, and where its words stand now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What was said.
    pub link: FixedLink,
    /// Its sentences, left and right; none where its words are no longer in the texts.
    pub place: Option<Ranges>,
}

impl PairAlignment {
    /// How many of the links that coders said are left out, for their words are gone.
    pub fn n_lost(&self) -> usize {
        self.said.iter().filter(|said| said.place.is_none()).count()
    }

    /// Whether it was computed with just these links.
    pub fn is_of<'a>(&self, links: impl Iterator<Item = &'a FixedLink>) -> bool {
        self.said.iter().map(|said| &said.link).eq(links)
    }

    /// The same with its sides exchanged.
    #[must_use]
    pub fn turned(self) -> Self {
        let [left, right] = self.halves;
        Self { halves: [right, left], links: self.links.iter().map(Link::flipped).collect(), ..self }
    }

    /// Which half a document is.
    pub fn side_of(&self, document: &DocumentId) -> Option<usize> {
        self.halves.iter().position(|half| half.document == *document)
    }

    /// A link's sentences on one side.
    pub fn sentences(&self, link: usize, side: usize) -> Range<usize> {
        self.links.get(link).map_or(0..0, |link| if side == 0 { link.left.clone() } else { link.right.clone() })
    }

    /// A link's bytes on one side; an empty span where it is a gap.
    pub fn span(&self, link: usize, side: usize) -> Span {
        self.halves[side & 1].span(&self.sentences(link, side))
    }

    /// Whether a paragraph ends with a link on either side.
    pub fn ends_paragraph(&self, link: usize) -> bool {
        (0..2).any(|side| {
            let (half, range) = (&self.halves[side], self.sentences(link, side));
            let paragraph = |at: usize| half.paragraphs.get(at);
            let last = range.end.checked_sub(1).filter(|_| !range.is_empty());
            last.is_some_and(|last| paragraph(last) != paragraph(last + 1) && paragraph(last + 1).is_some())
        })
    }

    /// The numbers of the links whose sentences on one side a span touches.
    pub fn links_at(&self, side: usize, span: Span) -> Range<usize> {
        let touched = self.halves[side & 1].touched(span);
        let range = |link: &Link| if side == 0 { link.left.clone() } else { link.right.clone() };
        let first = self.links.partition_point(|link| range(link).end <= touched.start);
        let end = self.links.partition_point(|link| range(link).start < touched.end);
        // Gaps of the other side between them belong to neither.
        let (mut first, mut end) = (first, end.max(first));
        while first < end && range(&self.links[first]).is_empty() {
            first += 1;
        }
        while first < end && range(&self.links[end - 1]).is_empty() {
            end -= 1;
        }
        first..end
    }

    /// What says on the other side what `span` says on this one, in whole sentences; `None` where nothing does.
    pub fn counterpart(&self, side: usize, span: Span) -> Option<Span> {
        let other = 1 - (side & 1);
        let linked = self.links_at(side, span).filter(|link| !self.links[*link].is_gap());
        linked.map(|link| self.span(link, other)).reduce(Span::union)
    }

    /// Where on the other side one is when at `offset` on this one: the counterpart's start, or where it would be.
    pub fn place(&self, side: usize, offset: usize) -> usize {
        let other = 1 - (side & 1);
        let half = &self.halves[side & 1];
        let sentence = half.sentences.partition_point(|s| s.end <= offset);
        let range = |link: &Link| if side == 0 { link.left.clone() } else { link.right.clone() };
        let link = self.links.partition_point(|link| range(link).end <= sentence);
        self.span(link.min(self.links.len()), other).start.min(self.halves[other].text.len())
    }
}

/// What is known beforehand of a pair's links: those of a file that was made by hand, and what coders said.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The file's links.
    pub gold: Option<Gold>,
    /// What coders said, in any order.
    pub fixed: Vec<FixedLink>,
}

impl Known {
    /// The links that hold, in order and apart: of two that exclude each other the later one, and what coders said
    /// before what a file says. Also where each of what coders said stands now.
    pub fn links(&self, halves: [&Half; 2], offsets: [&Offsets; 2]) -> (Vec<Link>, Vec<Said>) {
        let range = |side: usize, range: CodePoints, quote: &Quote| {
            let span = found_again(&halves[side].text, offsets[side], range, quote)?;
            let touched = halves[side].touched(span);
            Some(if span.is_empty() { touched.start..touched.start } else { touched })
        };
        let place = |link: &FixedLink| {
            let left = range(0, link.left_range, &link.left_quote)?;
            Some((left, range(1, link.right_range, &link.right_quote)?))
        };
        let said: Vec<Said> = self.fixed.iter().map(|link| Said { link: link.clone(), place: place(link) }).collect();
        let mut latest: Vec<&Said> = said.iter().collect();
        let age = |said: &Said| (said.link.time, said.link.coder.clone(), said.link.key());
        latest.sort_by_cached_key(|said| std::cmp::Reverse(age(said)));
        let of_file = self.gold.iter().flat_map(Gold::ranges);
        let mut taken: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        for (left, right) in latest.into_iter().filter_map(|said| said.place.clone()).chain(of_file) {
            let within = left.end <= halves[0].sentences.len() && right.end <= halves[1].sentences.len();
            let at = taken.partition_point(|(l, r)| (l.start, r.start) < (left.start, right.start));
            let follows = at
                .checked_sub(1)
                .and_then(|at| taken.get(at))
                .is_none_or(|(l, r)| l.end <= left.start && r.end <= right.start);
            let precedes = taken.get(at).is_none_or(|(l, r)| left.end <= l.start && right.end <= r.start);
            let says_something = !left.is_empty() || !right.is_empty();
            if within && follows && precedes && says_something {
                taken.insert(at, (left, right));
            }
        }
        let link = |(left, right)| Link { left, right, confidence: 100, is_fixed: true };
        (taken.into_iter().map(link).collect(), said)
    }
}

/// Where the words of one side of a fixed link stand now; for a side without words, the place between its neighbours.
fn found_again(text: &Text, offsets: &Offsets, range: CodePoints, quote: &Quote) -> Option<Span> {
    if *quote == Quote::default() {
        // Nothing is known of its words.
        return offsets.span(text, range);
    }
    if range.start < range.end {
        return anchor::locate(text, offsets, range, quote).map(|(span, _)| span);
    }
    let there = offsets.span(text, range);
    if there.is_some_and(|span| anchor::quote(text, span) == *quote) {
        return there;
    }
    let hint = there.map_or(text.len(), |span| span.start);
    let neighbour = |words: &str| {
        let quote = Quote { exact: words.trim().to_owned(), ..Quote::default() };
        anchor::find(text, &quote, hint)
    };
    let before = neighbour(&quote.before).map(|span| span.end);
    before.or_else(|| neighbour(&quote.after).map(|span| span.start)).map(|at| Span::new(at, at))
}
