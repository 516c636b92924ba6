//! What rises from the bottom for a while: the keys that may follow, and the lesson of the tutor.

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use crate::app::hints::following;
use crate::app::screen::Area;
use crate::app::session::Session;
use crate::app::tutor::{LESSONS, lesson, text_columns, told};
use crate::say;
use crate::text::span::slice;
use crate::text::width::columns;
use crate::text::wrap;
use crate::ui::paint::{fill, put};
use crate::ui::theme::{Role, Theme, sign};
use crate::words;

/// Columns between two columns of keys.
const GAP: usize = 3;

/// Narrowest that one key's words are shown.
const LEAST_WORDS: usize = 12;

/// Widest that one key's words are shown where keys stand beside each other.
const MAX_WORDS: usize = 52;

/// Draws the keys that may follow what was typed, above the status.
pub fn draw_following(buffer: &mut Buffer, session: &Session, theme: &Theme) {
    let rows = following(session);
    let status = session.areas().status;
    let room = usize::from(status.y).saturating_sub(2).min(usize::from(session.screen.rows) / 2);
    if rows.is_empty() || room == 0 {
        return;
    }
    let width = usize::from(status.width);
    let keys_columns = rows.iter().map(|row| columns(&row.keys)).max().unwrap_or(1) + 2;
    let longest = rows.iter().map(|row| columns(&row.words)).max().unwrap_or(1);
    // Where all fit below each other, nothing is cut that the window could show.
    let words_columns = if rows.len() <= room { longest } else { longest.min(MAX_WORDS) };
    let widest = keys_columns + 1 + words_columns + GAP;
    let least = keys_columns + 1 + LEAST_WORDS + GAP;
    // As many beside each other as fit whole; narrower ones only where not all would be shown.
    let n_across = (width / widest).max(rows.len().div_ceil(room)).clamp(1, (width / least).max(1));
    let cell = (width / n_across).min(widest);
    let n_down = rows.len().div_ceil(n_across).min(room);
    let n_hidden = rows.len().saturating_sub(n_down * n_across);
    let area = Area { x: status.x, y: status.y - n_down as u16 - 1, width: status.width, height: n_down as u16 + 1 };
    fill(buffer, area, Style::default());
    let all = if n_hidden == 0 { String::new() } else { say!("{n_hidden} more in a larger window", n_hidden) };
    rule(buffer, area, &all, theme);
    for (i, row) in rows.iter().take(n_down * n_across).enumerate() {
        let x = area.x + (i / n_down * cell) as u16 + 1;
        let y = area.y + 1 + (i % n_down) as u16;
        let end = (x + cell.saturating_sub(GAP) as u16).min(area.x + area.width);
        let style = if row.colour.is_empty() { theme.role(Role::Accent) } else { theme.chip(&row.colour) };
        put(buffer, (x, y), end, &format!(" {} ", row.keys), style);
        put(buffer, (x + keys_columns as u16 + 1, y), end, &row.words, Style::default());
    }
}

/// A line across an area's first row, with words in it.
fn rule(buffer: &mut Buffer, area: Area, words: &str, theme: &Theme) {
    let end = area.x + area.width;
    for x in area.x..end {
        put(buffer, (x, area.y), end, sign("─"), theme.role(Role::Faint));
    }
    if !words.is_empty() {
        put(buffer, (area.x + 2, area.y), end, &format!(" {words} "), theme.role(Role::Accent));
    }
}

/// Draws the lesson of the tutor, if one is given.
pub fn draw_lesson(buffer: &mut Buffer, session: &Session, area: Area, theme: &Theme) {
    let Some(tutor) = &session.tutor else { return };
    if area.height == 0 {
        return;
    }
    let given = lesson(tutor.step);
    let text = told(session, given);
    rule(
        buffer,
        area,
        &say!(
            "Lesson {step} of {all} · {title}",
            step = tutor.step + 1,
            all = LESSONS.len(),
            title = words::of(given.title)
        ),
        theme,
    );
    let skip = say!(" {key} goes on ", key = session.keys.hint("read", "skip-lesson"));
    let skip_x = (area.x + area.width).saturating_sub(columns(&skip) as u16 + 2);
    put(buffer, (skip_x, area.y), area.x + area.width, &skip, theme.role(Role::Dim));
    for (i, row) in wrap::rows(&text, text_columns(area.width)).iter().take(usize::from(area.height) - 1).enumerate() {
        let line = slice(&text, row.start, row.end).trim_end();
        put(buffer, (area.x + 2, area.y + 1 + i as u16), area.x + area.width, line, Style::default());
    }
}
