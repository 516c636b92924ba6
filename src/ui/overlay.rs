//! What lies over the panes: a list to choose from, a memo, a line, a text to read.

use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

use crate::app::editor::Editor;
use crate::app::memo::MemoRows;
use crate::app::picker::{PickRow, Picker};
use crate::app::remembering;
use crate::app::screen::{Area, FRAMED_ROWS};
use crate::app::session::{Mode, Purpose, Session, Sheet, Subject};
use crate::app::tabling;
use crate::say;
use crate::text::span::slice;
use crate::text::width::{Glyph, columns, fitted, glyphs};
use crate::text::wrap;
use crate::ui::paint::{fill, framed, put, put_glyph, tint};
use crate::ui::table;
use crate::ui::theme::{Role, Theme, sign};

/// Draws what lies over the panes, if anything; returns where the terminal's cursor belongs.
pub fn draw(buffer: &mut Buffer, session: &Session, theme: &Theme) -> Option<(u16, u16)> {
    match &session.mode {
        Mode::Read | Mode::CodeKey => None,
        Mode::Pick(picker) => Some(draw_picker(buffer, picker, session, theme)),
        Mode::Edit(editor, Purpose::Memo(subject)) => Some(draw_memo(buffer, (editor, subject), session, theme)),
        Mode::Edit(editor, Purpose::Line { prompt, .. }) => Some(draw_line(buffer, editor, prompt, session, theme)),
        Mode::Table => {
            if let Some(view) = tabling::shown(session) {
                table::draw(buffer, session, view, theme);
            }
            None
        }
        Mode::Show(sheet) => {
            draw_sheet(buffer, sheet, session, theme);
            None
        }
    }
}

fn draw_picker(buffer: &mut Buffer, picker: &Picker, session: &Session, theme: &Theme) -> (u16, u16) {
    let areas = picker.areas(&session.screen);
    let more = if picker.is_searching() { "…" } else { "" };
    let marked = match picker.marked().len() {
        0 => String::new(),
        n => say!(" · {n} marked", n),
    };
    let title = say!(
        "{title} · {hits}{more} of {rows}{marked}",
        title = picker.title,
        hits = picker.hits.len(),
        more,
        rows = picker.rows.len(),
        marked
    );
    framed(buffer, areas.frame, &title, theme.role(Role::Faint), theme.role(Role::Accent));
    let end = areas.query.x + areas.query.width;
    let x = put(buffer, (areas.query.x, areas.query.y), end, sign("›"), theme.role(Role::Accent)) + 1;
    let query = Area { x, width: end.saturating_sub(x), ..areas.query };
    let cursor = put_line(buffer, &picker.query, query, theme);
    draw_pick_rows(buffer, picker, areas.list, theme);
    if areas.preview.width > 0 {
        draw_preview(buffer, &picker.preview(session), areas.preview, theme);
    }
    cursor
}

/// Draws what is known about the chosen row, behind a thin line.
fn draw_preview(buffer: &mut Buffer, lines: &[(String, String)], area: Area, theme: &Theme) {
    let (line, area) = area.split_left(2);
    for y in line.y..line.y + line.height {
        put(buffer, (line.x, y), line.x + 1, sign("│"), theme.role(Role::Faint));
    }
    let end = area.x + area.width;
    let left = lines.iter().filter(|(_, right)| !right.is_empty()).map(|(left, _)| columns(left)).max().unwrap_or(0);
    let left = left.min(usize::from(area.width) / 3) as u16;
    let mut y = area.y;
    let bottom = area.y + area.height;
    for (name, words) in lines {
        if y >= bottom {
            put(buffer, (end.saturating_sub(1), bottom.saturating_sub(1)), end, "…", theme.role(Role::Accent));
            return;
        }
        let style = if words.is_empty() { theme.role(Role::Accent) } else { theme.role(Role::Dim) };
        put(buffer, (area.x, y), if words.is_empty() { end } else { area.x + left }, name, style);
        let x = if left == 0 { area.x } else { area.x + left + 1 };
        let rows = wrap::rows(words, usize::from(end.saturating_sub(x)).max(4));
        for row in &rows {
            if y >= bottom {
                put(buffer, (end.saturating_sub(1), bottom - 1), end, "…", theme.role(Role::Accent));
                return;
            }
            put(buffer, (x, y), end, slice(words, row.start, row.end).trim_end(), Style::default());
            y += 1;
        }
    }
}

fn draw_pick_rows(buffer: &mut Buffer, picker: &Picker, list: Area, theme: &Theme) {
    let end = list.x + list.width;
    let offered = picker.n_offered();
    let room = usize::from(list.height);
    let n_lines = picker.row_lines();
    for (i, at) in (picker.top(room)..offered).take(room / n_lines).enumerate() {
        let line = Area { y: list.y + (i * n_lines) as u16, height: 1, ..list };
        if at == picker.selected {
            tint(buffer, line, theme.chosen());
            put(buffer, (line.x, line.y), end, sign("▸"), theme.role(Role::Accent));
        }
        if let Some(row) = picker.hits.get(at) {
            if picker.marks.as_ref().is_some_and(|marks| marks.contains(row)) {
                put(buffer, (line.x + 1, line.y), end, sign("✓"), theme.role(Role::Accent));
            }
            if let Some(shown) = picker.rows.get(*row) {
                // A mark has its own column, and a blank behind it.
                let aside = u16::from(picker.marks.is_some());
                let row_line = Area { x: line.x + aside, width: line.width.saturating_sub(aside), ..line };
                draw_pick_row(buffer, shown, &picker.letters(*row), row_line, theme);
                if let Some(under) = &shown.under {
                    let words = fitted(under, usize::from(line.width.saturating_sub(6)));
                    put(buffer, (line.x + 4, line.y + 1), line.x + line.width, &words, theme.role(Role::Dim));
                }
            }
        } else {
            let (makes, name) = (picker.makes.unwrap_or(""), picker.new_text().unwrap_or(""));
            let what = format!("+ {makes} “{name}”");
            put(buffer, (line.x + 2, line.y), end, &what, theme.role(Role::Accent));
        }
    }
    if offered == 0 && room > 0 {
        let words = match (picker.rows.is_empty(), picker.makes, picker.is_searching()) {
            (_, _, true) => say!("looking…").to_owned(),
            (true, Some(_), _) => say!("type a name to make one").to_owned(),
            _ => say!("nothing matches").to_owned(),
        };
        put(buffer, (list.x + 2, list.y), end, &words, theme.role(Role::Dim));
    }
}

fn draw_pick_row(
    buffer: &mut Buffer,
    row: &PickRow,
    (letters, detail_letters): &(Vec<usize>, Vec<usize>),
    line: Area,
    theme: &Theme,
) {
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
    let detail_columns = columns(&row.detail).min((room * 2 / 5).max(room.saturating_sub(columns(&row.text) + 2)));
    let text_end = end.saturating_sub(if detail_columns == 0 { 0 } else { detail_columns as u16 + 2 });
    let shown = if columns(&row.text) > usize::from(text_end.saturating_sub(x)) {
        fitted(&row.text, usize::from(text_end.saturating_sub(x)))
    } else {
        row.text.clone()
    };
    let plain = if row.is_off { theme.role(Role::Dim) } else { Style::default() };
    for glyph in glyphs(&shown) {
        let stands_out = letters.contains(&glyph.start) || row.strong.contains(glyph.start);
        let style = if stands_out { theme.role(Role::Match) } else { plain };
        x += put_glyph(buffer, (x, line.y), text_end, &glyph, style);
    }
    let mut x = end.saturating_sub(detail_columns as u16);
    for glyph in glyphs(&fitted(&row.detail, detail_columns)) {
        let style = theme.role(if detail_letters.contains(&glyph.start) { Role::Match } else { Role::Dim });
        x += put_glyph(buffer, (x, line.y), end, &glyph, style);
    }
}

/// Draws one line being written, scrolled so that the cursor is in sight; returns the cursor's cell.
fn put_line(buffer: &mut Buffer, editor: &Editor, area: Area, theme: &Theme) -> (u16, u16) {
    let room = usize::from(area.width.max(1));
    let before = columns(slice(editor.text(), 0, editor.cursor()));
    let skipped = (before + 1).saturating_sub(room);
    let (mut column, end) = (0, area.x + area.width);
    for glyph in glyphs(editor.text()) {
        if column >= skipped + room {
            break;
        }
        if column >= skipped {
            let is_selected = editor.selected().contains(glyph.start);
            let style = if is_selected { theme.chosen() } else { Style::default() };
            put_glyph(buffer, (area.x + (column - skipped) as u16, area.y), end, &glyph, style);
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
    put_line(buffer, editor, Area { x, width: end.saturating_sub(x), ..line }, theme)
}

fn draw_memo(
    buffer: &mut Buffer,
    (editor, subject): (&Editor, &Subject),
    session: &Session,
    theme: &Theme,
) -> (u16, u16) {
    let memo = MemoRows::new(editor, &session.screen);
    let title = remembering::subject(session, subject);
    framed(buffer, memo.frame, &title, theme.role(Role::Faint), theme.role(Role::Accent));
    let inside = memo.inside;
    for (i, row) in memo.rows.iter().skip(memo.top).take(usize::from(inside.height)).enumerate() {
        let mut column = 0;
        for glyph in glyphs(slice(editor.text(), row.start, row.end)) {
            let is_selected = editor.selected().contains(row.start + glyph.start);
            let style = if is_selected { theme.chosen() } else { Style::default() };
            let shown = if glyph.is_tab() { Glyph { symbol: " ", ..glyph } } else { glyph };
            let cell = (inside.x + column as u16, inside.y + i as u16);
            put_glyph(buffer, cell, inside.x + inside.width + 1, &shown, style);
            column += glyph.columns_at(column);
        }
    }
    memo.cursor
}

fn draw_sheet(buffer: &mut Buffer, sheet: &Sheet, session: &Session, theme: &Theme) {
    let area = sheet.area(&session.screen);
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
    let more = sheet.lines.len() > sheet.top + usize::from(inside.height) && area.height >= FRAMED_ROWS;
    if more {
        put(
            buffer,
            (end.saturating_sub(8), (area.y + area.height).saturating_sub(1)),
            end,
            say!(" more ↓ "),
            theme.role(Role::Dim),
        );
    }
}
