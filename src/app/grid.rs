//! The rows view of a pair: linked segments start level with each other, and blank rows fill what the shorter lacks.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::alignment::pair::PairAlignment;
use crate::app::view::{Top, Wrapped};
use crate::text::body::Block;
use crate::text::span::{Span, slice};
use crate::text::wrap::{self, Row};

/// How one side of a pair is laid out beside the other.
#[derive(Debug, Clone)]
pub struct Grid {
    pair: Arc<PairAlignment>,
    side: usize,
    /// Columns of text on the left and on the right.
    columns: [usize; 2],
    /// The links that have sentences on a side, left and right: a block each.
    blocks: Arc<[Vec<usize>; 2]>,
    /// The rows of each link, once they were counted.
    heights: Arc<[OnceLock<usize>]>,
}

impl Grid {
    /// The layouts of both sides for texts of so many columns.
    pub fn both(pair: &Arc<PairAlignment>, columns: [usize; 2]) -> [Self; 2] {
        let held = |side| (0..pair.links.len()).filter(|link| !pair.sentences(*link, side).is_empty()).collect();
        let blocks: Arc<[Vec<usize>; 2]> = Arc::new([held(0), held(1)]);
        let heights: Arc<[OnceLock<usize>]> = pair.links.iter().map(|_| OnceLock::new()).collect();
        [0, 1].map(|side| Self {
            pair: Arc::clone(pair),
            side,
            columns,
            blocks: Arc::clone(&blocks),
            heights: Arc::clone(&heights),
        })
    }

    /// Whether this is the layout of that side of that alignment.
    pub fn is_of(&self, pair: &Arc<PairAlignment>, side: usize, columns: [usize; 2]) -> bool {
        Arc::ptr_eq(&self.pair, pair) && self.side == side && self.columns == columns
    }

    /// The block that holds a byte of the text, wrapped and filled up with blank rows.
    pub fn wrapped(&self, offset: usize) -> Wrapped {
        let block = self.block_at(self.side, offset);
        let span = self.bytes(self.side, block);
        let text = self.flat(self.side, span);
        let (mut rows, mut gaps) = (Vec::new(), Vec::new());
        if block == 0 {
            for link in 0..self.link(self.side, 0) {
                gaps.push(rows.len());
                rows.resize(rows.len() + self.height(link), Row { start: 0, end: 0 });
            }
        }
        let first = rows.len();
        let own = wrap::rows(text.trim_end(), self.columns[self.side].max(2));
        let n_own = own.len();
        let end = text.trim_end().len();
        rows.extend(own);
        let links = self.links_of(self.side, block);
        let n_level = self.n_rows(links.clone());
        let mut below = first;
        for link in links {
            // What is on the other side alone stands behind the block's own link.
            if below > first {
                gaps.push(below);
            }
            below += self.height(link);
        }
        rows.extend((n_own..n_level).map(|_| Row { start: end, end }));
        Wrapped { block: Block { start: span.start, text: text.into(), next: span.end }, rows, gaps }
    }

    /// Which row of the other side is level with one of this.
    pub fn across(&self, top: Top) -> Top {
        let block = self.block_at(self.side, top.block);
        // The link that stands in that row, and the row counted from its first.
        let (mut link, mut row) = (self.link(self.side, block), top.row);
        if block == 0 {
            let n_before = self.n_rows(0..link);
            (link, row) = if row < n_before { (0, row) } else { (link, row - n_before) };
        }
        while link + 1 < self.pair.links.len() && row >= self.height(link) {
            row -= self.height(link);
            link += 1;
        }
        let other = 1 - self.side;
        let before = self.blocks[other].partition_point(|held| *held <= link);
        let (block, from) = match before.checked_sub(1) {
            Some(block) => (block, if block == 0 { 0 } else { self.link(other, block) }),
            None => (0, 0),
        };
        Top { block: self.bytes(other, block).start, row: self.n_rows(from..link) + row }
    }

    /// The block of a side that holds a byte.
    fn block_at(&self, side: usize, offset: usize) -> usize {
        let blocks = &self.blocks[side];
        blocks.partition_point(|link| self.pair.span(*link, side).start <= offset).saturating_sub(1)
    }

    fn link(&self, side: usize, block: usize) -> usize {
        self.blocks[side].get(block).copied().unwrap_or(self.pair.links.len())
    }

    /// The links that stand level with a block: its own, and those up to the next that have nothing on its side.
    fn links_of(&self, side: usize, block: usize) -> Range<usize> {
        self.link(side, block)..self.link(side, block + 1)
    }

    /// The bytes of a block: up to the next one, so that all of the text is in one.
    fn bytes(&self, side: usize, block: usize) -> Span {
        let len = self.pair.halves[side].text.len();
        let start = |block: usize| self.blocks[side].get(block).map_or(len, |link| self.pair.span(*link, side).start);
        Span::new(if block == 0 { 0 } else { start(block) }, start(block + 1))
    }

    /// A block's text with blanks for line ends, so that every byte keeps its place.
    fn flat(&self, side: usize, span: Span) -> String {
        self.pair.halves[side].text.read(span).replace(['\n', '\r'], " ")
    }

    fn n_rows(&self, links: Range<usize>) -> usize {
        links.map(|link| self.height(link)).sum()
    }

    /// The rows that a link takes on both sides: those of its longer side, and a blank one behind a paragraph.
    fn height(&self, link: usize) -> usize {
        self.heights.get(link).map_or(0, |height| *height.get_or_init(|| self.measured(link)))
    }

    fn measured(&self, link: usize) -> usize {
        let rows = |side: usize| {
            let own = self.pair.span(link, side);
            if own.is_empty() {
                return 0;
            }
            // As in the block: with what stands before the first sentence.
            let start = if self.link(side, 0) == link { 0 } else { own.start };
            let text = self.flat(side, Span::new(start, own.end));
            wrap::rows(slice(&text, 0, text.trim_end().len()), self.columns[side].max(2)).len()
        };
        rows(0).max(rows(1)) + usize::from(self.pair.ends_paragraph(link))
    }
}
