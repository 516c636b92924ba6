//! What lies over the panes: a list to choose from, a memo, a line, a text to read.

use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

use crate::app::editor::Editor;
use crate::app::picker::{Hit, PickRow, Picker};
use crate::app::screen::Area;
use crate::app::session::{Mode, Purpose, Session, Sheet};
use crate::text::span::slice;
use crate::text::width::{columns, fitted, glyphs};
use crate::text::wrap;
use crate::ui::paint::{fill, framed, put, put_glyph, tint};
use crate::ui::theme::{Role, Theme};

/// Draws what lies over the panes, if anything; returns where the terminal's cursor belongs.
pub fn draw(buffer: &mut Buffer, session: &Session, theme: &Theme) -> Option<(u16, u16)> {
    match &session.mode {
        Mode::Read | Mode::CodeKey => None,
        Mode::Pick(picker) => Some(draw_picker(buffer, picker, session, theme)),
        Mode::Edit(editor, Purpose::Memo(_)) => Some(draw_memo(buffer, editor, session, theme)),
        Mode::Edit(editor, Purpose::Line { prompt, .. }) => Some(draw_line(buffer, editor, prompt, session, theme)),
        Mode::Show(sheet) => {
            draw_sheet(buffer, sheet, session, theme);
            None
        }
    }
}

/// A box in the middle of the window, above the status.
fn middle(session: &Session, width: u16, height: u16) -> Area {
    let (columns, rows) = (session.screen.columns, session.screen.rows.saturating_sub(2));
    let (width, height) = (width.min(columns), height.min(rows));
    Area { x: (columns - width) / 2, y: (rows - height) / 3, width, height }
}

fn draw_picker(buffer: &mut Buffer, picker: &Picker, session: &Session, theme: &Theme) -> (u16, u16) {
    let columns = session.screen.columns;
    let width = if columns < 60 { columns } else { columns - 6 }.min(112);
    let height = (picker.rows.len() + 5).min(usize::from(session.screen.rows) * 3 / 4).max(8) as u16;
    let area = middle(session, width, height);
    let title = format!("{} · {} of {}", picker.title, picker.hits.len(), picker.rows.len());
    let inside = framed(buffer, area, &title, theme.role(Role::Faint), theme.role(Role::Accent));
    let end = inside.x + inside.width;
    let x = put(buffer, (inside.x, inside.y), end, "› ", theme.role(Role::Accent));
    let query = Area { x, y: inside.y, width: end.saturating_sub(x), height: 1 };
    let cursor = put_line(buffer, &picker.query, query);
    let (_, list) = inside.split_top(if inside.height > 4 { 2 } else { 1 });
    draw_pick_rows(buffer, picker, list, theme);
    cursor
}

fn draw_pick_rows(buffer: &mut Buffer, picker: &Picker, list: Area, theme: &Theme) {
    let end = list.x + list.width;
    let offered = picker.n_offered();
    let room = usize::from(list.height);
    let top = (picker.selected + 1).saturating_sub(room);
    for (i, at) in (top..offered).take(room).enumerate() {
        let line = Area { y: list.y + i as u16, height: 1, ..list };
        if at == picker.selected {
            tint(buffer, line, theme.chosen());
            put(buffer, (line.x, line.y), end, "▸", theme.role(Role::Accent));
        }
        if let Some(hit) = picker.hits.get(at) {
            if let Some(row) = picker.rows.get(hit.row) {
                draw_pick_row(buffer, row, hit, line, theme);
            }
        } else {
            let (makes, name) = (picker.makes.unwrap_or(""), picker.new_text().unwrap_or(""));
            let what = format!("+ {makes} “{name}”");
            put(buffer, (line.x + 2, line.y), end, &what, theme.role(Role::Accent));
        }
    }
    if offered == 0 && room > 0 {
        let words = match (picker.rows.is_empty(), picker.makes) {
            (true, Some(what)) => format!("type a name to make a {what}"),
            _ => "nothing matches".to_owned(),
        };
        put(buffer, (list.x + 2, list.y), end, &words, theme.role(Role::Dim));
    }
}

fn draw_pick_row(buffer: &mut Buffer, row: &PickRow, hit: &Hit, line: Area, theme: &Theme) {
    let end = line.x + line.width;
    let mut x = line.x + 2;
    let (mark, colour) = &row.mark;
    if colour.is_empty() {
        x = put(buffer, (x, line.y), end, mark, theme.role(Role::Dim)) + u16::from(!mark.is_empty());
    } else {
        x = put(buffer, (x, line.y), end, &format!(" {mark} "), theme.chip(colour)) + 1;
    }
    let room = usize::from(end.saturating_sub(x));
    // The text has the larger part; what stands beside it takes what is left.
    let detail_columns = columns(&row.detail).min(room * 2 / 5);
    let text_end = end.saturating_sub(if detail_columns == 0 { 0 } else { detail_columns as u16 + 2 });
    let shown = if columns(&row.text) > usize::from(text_end.saturating_sub(x)) {
        fitted(&row.text, usize::from(text_end.saturating_sub(x)))
    } else {
        row.text.clone()
    };
    for glyph in glyphs(&shown) {
        let style = if hit.letters.contains(&glyph.start) { theme.role(Role::Match) } else { Style::default() };
        x += put_glyph(buffer, (x, line.y), text_end, &glyph, style);
    }
    let detail_x = end.saturating_sub(detail_columns as u16);
    put(buffer, (detail_x, line.y), end, &row.detail, theme.role(Role::Dim));
}

/// Draws one line being written, scrolled so that the cursor is in sight; returns the cursor's cell.
fn put_line(buffer: &mut Buffer, editor: &Editor, area: Area) -> (u16, u16) {
    let room = usize::from(area.width.max(1));
    let before = columns(slice(editor.text(), 0, editor.cursor()));
    let skipped = (before + 1).saturating_sub(room);
    let (mut column, end) = (0, area.x + area.width);
    for glyph in glyphs(editor.text()) {
        if column >= skipped + room {
            break;
        }
        if column >= skipped {
            put_glyph(buffer, (area.x + (column - skipped) as u16, area.y), end, &glyph, Style::default());
        }
        column += glyph.columns;
    }
    (area.x + (before - skipped).min(room - 1) as u16, area.y)
}

fn draw_line(buffer: &mut Buffer, editor: &Editor, prompt: &str, session: &Session, theme: &Theme) -> (u16, u16) {
    let (line, _) = session.areas().status.split_top(1);
    fill(buffer, line, Style::default());
    let end = line.x + line.width;
    let x = put(buffer, (line.x + 1, line.y), end, &format!("{prompt}: "), theme.role(Role::Accent));
    put_line(buffer, editor, Area { x, width: end.saturating_sub(x), ..line })
}

fn draw_memo(buffer: &mut Buffer, editor: &Editor, session: &Session, theme: &Theme) -> (u16, u16) {
    let area = middle(session, 76, (session.screen.rows / 2).max(7));
    let annotation = session.pane().annotation();
    let code = annotation.map_or("", |a| session.shared.codebook.name(&a.code));
    let inside = framed(buffer, area, &format!("Memo · {code}"), theme.role(Role::Faint), theme.role(Role::Accent));
    let rows = memo_rows(editor.text(), usize::from(inside.width));
    let at = rows.partition_point(|(start, _)| *start <= editor.cursor()).saturating_sub(1);
    let top = (at + 1).saturating_sub(usize::from(inside.height));
    for (i, (start, end)) in rows.iter().skip(top).take(usize::from(inside.height)).enumerate() {
        put(
            buffer,
            (inside.x, inside.y + i as u16),
            inside.x + inside.width + 1,
            slice(editor.text(), *start, *end).trim_end(),
            Style::default(),
        );
    }
    let start = rows.get(at).map_or(0, |(start, _)| *start);
    let column = columns(slice(editor.text(), start, editor.cursor())).min(usize::from(inside.width));
    (inside.x + column as u16, inside.y + at.saturating_sub(top) as u16)
}

/// The rows of a text of several lines: where each starts and ends, in bytes.
fn memo_rows(text: &str, width_columns: usize) -> Vec<(usize, usize)> {
    let mut rows = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        rows.extend(wrap::rows(line, width_columns).into_iter().map(|row| (start + row.start, start + row.end)));
        start += line.len() + 1;
    }
    rows
}

fn draw_sheet(buffer: &mut Buffer, sheet: &Sheet, session: &Session, theme: &Theme) {
    let width = session.screen.columns.saturating_sub(4).min(96);
    let area = middle(session, width, (sheet.lines.len() + 2).min(usize::from(u16::MAX)) as u16);
    let inside = framed(buffer, area, &sheet.title, theme.role(Role::Faint), theme.role(Role::Accent));
    let left =
        sheet.lines.iter().filter(|(_, right)| !right.is_empty()).map(|(left, _)| columns(left)).max().unwrap_or(0);
    let left = left.min(usize::from(inside.width) / 3) as u16;
    let end = inside.x + inside.width;
    for (i, (key, words)) in sheet.lines.iter().skip(sheet.top).take(usize::from(inside.height)).enumerate() {
        let y = inside.y + i as u16;
        if words.is_empty() {
            put(buffer, (inside.x, y), end, key, theme.role(Role::Accent).add_modifier(Modifier::BOLD));
        } else {
            put(buffer, (inside.x, y), inside.x + left, key, theme.role(Role::Accent));
            put(buffer, (inside.x + left + 2, y), end, words, Style::default());
        }
    }
    let more = sheet.lines.len() > sheet.top + usize::from(inside.height);
    if more {
        put(
            buffer,
            (end.saturating_sub(8), (area.y + area.height).saturating_sub(1)),
            end,
            " more ↓ ",
            theme.role(Role::Dim),
        );
    }
}
