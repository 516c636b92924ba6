//! What of a text stands in a pane: its first row, and the rows below it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::app::grid::Grid;
use crate::text::body::{Block, Text};
use crate::text::span::{Span, slice};
use crate::text::width::glyphs;
use crate::text::wrap::{self, Row};

/// Wrapped blocks kept; a screen shows some tens.
const MAX_CACHED: usize = 512;

/// A block and its rows at the present width.
#[derive(Debug, Clone)]
pub struct Wrapped {
    /// The block.
    pub block: Block,
    /// Its rows.
    pub rows: Vec<Row>,
    /// The rows at which the other text says what this one does not.
    pub gaps: Vec<usize>,
}

/// One row on the screen.
#[derive(Debug, Clone)]
pub struct ShownRow {
    /// The wrapped block it belongs to.
    pub of: Arc<Wrapped>,
    /// Which of its rows it is.
    pub index: usize,
}

impl ShownRow {
    /// The bytes of the document that it shows.
    pub fn span(&self) -> Span {
        let row = self.of.rows.get(self.index).copied().unwrap_or(Row { start: 0, end: 0 });
        Span::new(row.start, row.end).shifted(self.of.block.start)
    }

    /// Whether the other text says here what this one does not.
    pub fn is_gap(&self) -> bool {
        self.of.gaps.contains(&self.index)
    }

    /// Its text.
    pub fn text(&self) -> &str {
        let row = self.of.rows.get(self.index).copied().unwrap_or(Row { start: 0, end: 0 });
        slice(&self.of.block.text, row.start, row.end)
    }

    /// The byte of the document under a column of the row; its end for a column behind it.
    pub fn offset_at(&self, column: usize) -> usize {
        let mut at = 0;
        for glyph in glyphs(self.text()) {
            let columns = glyph.columns_at(at);
            if column < at + columns {
                return self.span().start + glyph.start;
            }
            at += columns;
        }
        self.span().end
    }

    /// The column where a byte of the document is drawn.
    pub fn column_of(&self, offset: usize) -> usize {
        let start = self.span().start;
        let before = glyphs(self.text()).take_while(|g| start + g.start < offset);
        before.fold(0, |at, glyph| at + glyph.columns_at(at))
    }
}

/// The first row shown: a block's first byte, and a row of that block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Top {
    /// The block's first byte.
    pub block: usize,
    /// The row within the block.
    pub row: usize,
}

/// What of a text stands in a pane.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// The first row.
    pub top: Top,
    /// The rows shown, filled by [`View::fill`].
    pub rows: Vec<ShownRow>,
    width_columns: usize,
    height_rows: usize,
    /// The byte to begin with, until the first size is known.
    begin: Option<usize>,
    cache: HashMap<usize, Arc<Wrapped>>,
    /// How the text stands beside its counterpart, where both are laid out level.
    grid: Option<Grid>,
}

impl View {
    /// Takes the pane's size in columns and rows. The row at the top keeps its place in the text.
    pub fn resize(&mut self, text: &Text, width_columns: usize, height_rows: usize) {
        self.height_rows = height_rows;
        if self.width_columns != width_columns {
            let at = self.begin.take().unwrap_or_else(|| self.offset_of(text, self.top));
            self.cache.clear();
            self.width_columns = width_columns;
            self.top = self.locate(text, at);
        }
    }

    /// Begins with a byte of the text, once its size is known.
    pub fn start_at(&mut self, offset: usize) {
        self.begin = Some(offset);
        self.width_columns = 0;
    }

    /// Lays the text out level with its counterpart, or by itself. What is at the top keeps its place.
    pub fn lay(&mut self, text: &Text, grid: Option<Grid>) {
        let at = self.offset_of(text, self.top);
        self.cache.clear();
        self.grid = grid;
        self.top = self.locate(text, at);
    }

    /// How the text is laid out level with its counterpart, if so.
    pub fn grid(&self) -> Option<&Grid> {
        self.grid.as_ref()
    }

    /// Puts a byte of the text into a row of the pane, as far as the text's start lets it.
    pub fn level(&mut self, text: &Text, offset: usize, row: usize) {
        let target = self.locate(text, offset);
        (self.top, _) = self.walk(text, target, -(row as isize));
    }

    /// How many rows it has.
    pub fn height_rows(&self) -> usize {
        self.height_rows
    }

    /// Forgets the text, for another one.
    pub fn reset(&mut self) {
        self.cache.clear();
        self.rows.clear();
        self.top = Top::default();
        self.grid = None;
    }

    /// The wrapped block that holds a byte.
    pub fn wrapped(&mut self, text: &Text, offset: usize) -> Arc<Wrapped> {
        let known = self.cache.get(&offset).filter(|w| w.block.start == offset);
        if let Some(wrapped) = known {
            return Arc::clone(wrapped);
        }
        let made = if let Some(grid) = &self.grid {
            grid.wrapped(offset)
        } else {
            let block = text.block(offset);
            if let Some(wrapped) = self.cache.get(&block.start) {
                return Arc::clone(wrapped);
            }
            let rows = wrap::rows(&block.text, self.width_columns.max(2));
            Wrapped { block, rows, gaps: Vec::new() }
        };
        if self.cache.len() >= MAX_CACHED {
            self.cache.clear();
        }
        let wrapped = Arc::new(made);
        self.cache.insert(wrapped.block.start, Arc::clone(&wrapped));
        wrapped
    }

    /// The row in which a byte stands.
    pub fn locate(&mut self, text: &Text, offset: usize) -> Top {
        let wrapped = self.wrapped(text, offset.min(text.len().saturating_sub(1)));
        let inside = offset.saturating_sub(wrapped.block.start);
        let row = wrapped.rows.partition_point(|row| row.start <= inside).saturating_sub(1);
        Top { block: wrapped.block.start, row }
    }

    /// The first byte of a row.
    pub fn offset_of(&mut self, text: &Text, top: Top) -> usize {
        let wrapped = self.wrapped(text, top.block);
        wrapped.block.start + wrapped.rows.get(top.row).map_or(0, |row| row.start)
    }

    /// The row so many rows below (or above) another, stopping at the ends, and how many were gone.
    pub fn walk(&mut self, text: &Text, from: Top, n_rows: isize) -> (Top, isize) {
        let (mut at, mut gone) = (from, 0);
        while gone != n_rows {
            let wrapped = self.wrapped(text, at.block);
            if n_rows > 0 {
                if at.row + 1 < wrapped.rows.len() {
                    at.row += 1;
                } else if wrapped.block.next < text.len() {
                    at = Top { block: wrapped.block.next, row: 0 };
                } else {
                    break;
                }
                gone += 1;
            } else {
                if at.row > 0 {
                    at.row -= 1;
                } else if at.block > 0 {
                    let before = self.wrapped(text, at.block - 1);
                    at = Top { block: before.block.start, row: before.rows.len() - 1 };
                } else {
                    break;
                }
                gone -= 1;
            }
        }
        (at, gone)
    }

    /// Scrolls by rows; the last row of the text does not leave the pane.
    pub fn scroll(&mut self, text: &Text, n_rows: isize) {
        (self.top, _) = self.walk(text, self.top, n_rows);
        self.settle(text);
    }

    /// Keeps the pane full while there is text to fill it with.
    fn settle(&mut self, text: &Text) {
        let room = self.height_rows.saturating_sub(1) as isize;
        let (_, below) = self.walk(text, self.top, room);
        if below < room {
            (self.top, _) = self.walk(text, self.top, below - room);
        }
    }

    /// Scrolls as little as needed so that a byte is shown, with some rows around it; a far one comes to the upper third.
    pub fn show(&mut self, text: &Text, offset: usize) {
        let height = self.height_rows.max(1) as isize;
        let margin = (height / 6).min(3);
        let target = self.locate(text, offset);
        let (first, _) = self.walk(text, self.top, margin);
        if target < first {
            let (near, _) = self.walk(text, self.top, -height);
            let above = if target >= near { margin } else { height / 3 };
            (self.top, _) = self.walk(text, target, -above);
        } else {
            let (last, _) = self.walk(text, self.top, height - 1 - margin);
            if target > last {
                let (near, _) = self.walk(text, last, height);
                let above = if target <= near { height - 1 - margin } else { height / 3 };
                (self.top, _) = self.walk(text, target, -above);
            }
        }
        self.settle(text);
    }

    /// Lays out the rows that are shown.
    pub fn fill(&mut self, text: &Text) {
        self.rows.clear();
        if text.is_empty() {
            return;
        }
        let mut at = self.top;
        while self.rows.len() < self.height_rows {
            let wrapped = self.wrapped(text, at.block);
            let missing = self.height_rows - self.rows.len();
            let indices = (at.row..wrapped.rows.len()).take(missing);
            self.rows.extend(indices.map(|index| ShownRow { of: Arc::clone(&wrapped), index }));
            if wrapped.block.next >= text.len() {
                return;
            }
            at = Top { block: wrapped.block.next, row: 0 };
        }
    }

    /// The bytes of the document that are shown.
    pub fn shown(&self) -> Span {
        let start = self.rows.first().map_or(0, |row| row.span().start);
        let end = self.rows.last().map_or(start, |row| row.span().end);
        Span::new(start, end)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn view(text: &Text, width: usize, height: usize) -> View {
        let mut view = View::default();
        view.resize(text, width, height);
        view.fill(text);
        view
    }

    #[test]
    fn the_pane_stays_full_at_the_end() {
        let text = Text::whole(&"сөз\n".repeat(50));
        let mut view = view(&text, 20, 10);
        view.scroll(&text, 1000);
        view.fill(&text);
        assert_eq!(view.rows.len(), 10);
        assert_eq!(view.shown().end, text.len() - 1);
    }

    proptest! {
        #[test]
        fn what_is_to_be_shown_is_shown(lines in prop::collection::vec("[аб ]{0,60}", 1..60), at in 0usize..4000, width in 5usize..40, height in 1usize..20) {
            let text = Text::whole(&lines.join("\n"));
            let mut view = view(&text, width, height);
            let mut at = at.min(text.len().saturating_sub(1));
            while !text.is_empty() && text.bytes(Span::new(at, at + 1)).first().is_some_and(|b| b & 0xC0 == 0x80) {
                at -= 1;
            }
            view.show(&text, at);
            view.fill(&text);
            let target = view.locate(&text, at);
            let shown: Vec<_> = view.rows.iter().map(|r| Top { block: r.of.block.start, row: r.index }).collect();
            prop_assert!(text.is_empty() || shown.contains(&target), "{target:?} not in {shown:?}");
        }
    }
}
