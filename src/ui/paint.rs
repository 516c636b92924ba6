//! The one way in which text reaches the screen's cells: as glyphs, never as control characters.

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::style::{Color, Style};

use crate::app::screen::{Area, FRAMED_ROWS, inside};
use crate::text::width::{Glyph, fitted, glyphs, is_ambiguous_wide};
use crate::ui::theme::sign;

/// Puts a glyph into its cells; returns the columns it took.
pub fn put_glyph(buffer: &mut Buffer, (x, y): (u16, u16), end_x: u16, glyph: &Glyph<'_>, style: Style) -> u16 {
    let columns = glyph.columns as u16;
    if columns == 0 || x + columns > end_x {
        return 0;
    }
    if let Some(cell) = buffer.cell_mut((x, y)) {
        cell.set_symbol(glyph.symbol).set_style(style);
    }
    if columns == 2
        && let Some(cell) = buffer.cell_mut((x + 1, y))
    {
        cell.set_symbol(" ").set_style(style);
        if is_ambiguous_wide() {
            // The letter covers it already; ratatui, which takes the letter as narrow, must not draw over it.
            cell.set_symbol("").set_diff_option(CellDiffOption::Skip);
        }
    }
    columns
}

/// Puts text on one row, cut with an ellipsis at `end_x`; returns the column behind it.
pub fn put(buffer: &mut Buffer, (x, y): (u16, u16), end_x: u16, text: &str, style: Style) -> u16 {
    let mut at = x;
    let line = fitted(text, usize::from(end_x.saturating_sub(x)));
    for glyph in glyphs(&line) {
        at += put_glyph(buffer, (at, y), end_x, &glyph, style);
    }
    at
}

/// Gives all cells of an area a style and a blank.
pub fn fill(buffer: &mut Buffer, area: Area, style: Style) {
    for y in area.y..area.y + area.height {
        for x in area.x..area.x + area.width {
            if let Some(cell) = buffer.cell_mut((x, y)) {
                cell.reset();
                cell.set_style(style);
            }
        }
    }
}

/// Gives the ground and the letters that have no colour of their own those of a style.
pub fn ground(buffer: &mut Buffer, plain: Style) {
    let (Some(ink), Some(ground)) = (plain.fg, plain.bg) else { return };
    for cell in &mut buffer.content {
        if cell.fg == Color::Reset {
            cell.fg = ink;
        }
        if cell.bg == Color::Reset {
            cell.bg = ground;
        }
    }
}

/// Gives all cells of an area a style, keeping what they show.
pub fn tint(buffer: &mut Buffer, area: Area, style: Style) {
    for y in area.y..area.y + area.height {
        for x in area.x..area.x + area.width {
            if let Some(cell) = buffer.cell_mut((x, y)) {
                cell.set_style(style);
            }
        }
    }
}

/// Columns beside a box that are too few to read.
const NARROW_MARGINS: u16 = 12;

/// Clears an area and draws a border with a title around it; returns the inside.
pub fn framed(buffer: &mut Buffer, area: Area, title: &str, line: Style, heading: Style) -> Area {
    // Beside a box that is nearly as wide as the window no single letters of the text are left.
    let whole = Area { x: 0, width: buffer.area.width, ..area };
    let is_wide = area.width + NARROW_MARGINS >= whole.width;
    fill(buffer, if is_wide { whole } else { area }, Style::default());
    if area.height < FRAMED_ROWS {
        return inside(area); // no room for a border
    }
    let (right, bottom) = (area.x + area.width.saturating_sub(1), area.y + area.height.saturating_sub(1));
    let end = area.x + area.width;
    for x in area.x..end {
        put(buffer, (x, area.y), end, sign("─"), line);
        put(buffer, (x, bottom), end, sign("─"), line);
    }
    for y in area.y..=bottom {
        put(buffer, (area.x, y), end, sign("│"), line);
        put(buffer, (right, y), end, sign("│"), line);
    }
    for (x, y, corner) in [(area.x, area.y, "╭"), (right, area.y, "╮"), (area.x, bottom, "╰"), (right, bottom, "╯")]
    {
        put(buffer, (x, y), end, sign(corner), line);
    }
    if area.width > 6 {
        put(buffer, (area.x + 2, area.y), right, &format!(" {title} "), heading);
    }
    inside(area)
}
