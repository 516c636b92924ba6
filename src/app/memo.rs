//! How a memo stands on the screen while it is written: its rows, and which letter is under a cell.

use crate::app::editor::Editor;
use crate::app::screen::{Area, Screen, inside};
use crate::text::span::{Span, slice};
use crate::text::width::{columns, glyphs};
use crate::text::wrap;

/// Columns of a memo's box.
const WIDTH: u16 = 76;

/// The least rows of a memo's box.
const LEAST_ROWS: u16 = 7;

/// A memo on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoRows {
    /// The box.
    pub frame: Area,
    /// Inside of it.
    pub inside: Area,
    /// Its rows, in bytes of the text.
    pub rows: Vec<Span>,
    /// The first row shown.
    pub top: usize,
    /// The cursor's cell: column, row.
    pub cursor: (u16, u16),
}

impl MemoRows {
    /// Lays a memo out in a window, so that the cursor is in sight.
    pub fn new(editor: &Editor, screen: &Screen) -> Self {
        let frame = screen.beside_selection(WIDTH, (screen.rows / 2).max(LEAST_ROWS), LEAST_ROWS);
        let inside = inside(frame);
        let mut rows = Vec::new();
        let mut start = 0;
        for line in editor.text().split('\n') {
            let wrapped = wrap::rows(line, usize::from(inside.width).max(2)).into_iter();
            rows.extend(wrapped.map(|row| Span::new(row.start, row.end).shifted(start)));
            start += line.len() + 1;
        }
        let at = rows.partition_point(|row| row.start <= editor.cursor()).saturating_sub(1);
        let top = (at + 1).saturating_sub(usize::from(inside.height));
        let row_start = rows.get(at).map_or(0, |row| row.start);
        let column = columns(slice(editor.text(), row_start, editor.cursor())).min(usize::from(inside.width));
        let cursor = (inside.x + column as u16, inside.y + at.saturating_sub(top) as u16);
        Self { frame, inside, rows, top, cursor }
    }

    /// The byte of the text under a cell; cells outside mean the nearest row.
    pub fn offset_at(&self, text: &str, column: u16, row: u16) -> usize {
        let row = self.top + usize::from(row.saturating_sub(self.inside.y));
        let Some(row) = self.rows.get(row).or(self.rows.last()) else { return 0 };
        let wanted = usize::from(column.saturating_sub(self.inside.x));
        let mut at = 0;
        for glyph in glyphs(slice(text, row.start, row.end)) {
            at += glyph.columns_at(at);
            if wanted < at {
                return row.start + glyph.start;
            }
        }
        row.end
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_cell_means_the_letter_in_it() {
        let screen = Screen::default();
        let editor = Editor::new("бір\n\tекі");
        let memo = MemoRows::new(&editor, &screen);
        let (x, y) = (memo.inside.x, memo.inside.y);
        assert_eq!(memo.cursor, (x + 7, y + 1));
        let text = editor.text();
        for (cell, offset) in
            [((x, y), 0), ((x + 1, y), 2), ((x + 60, y), 6), ((x + 3, y + 1), 7), ((x + 4, y + 1), 8), ((x, y + 9), 7)]
        {
            assert_eq!(memo.offset_at(text, cell.0, cell.1), offset, "{cell:?}");
        }
    }
}
