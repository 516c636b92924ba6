//! What the mouse means: a click places, a drag selects, the wheel scrolls what is under it.

use crate::app::command::{DONE, Outcome};
use crate::app::effect::{Mouse, MouseDeed};
use crate::app::finding::go_to;
use crate::app::pane::segment_at;
use crate::app::panel;
use crate::app::screen::text_area;
use crate::app::session::{Click, Mode, Session};
use crate::app::view::ShownRow;
use crate::text::segment::Unit;
use crate::text::span::Span;

/// Clicks at one place within so many milliseconds are a series.
const SERIES_MS: i64 = 400;

/// Does what the mouse means.
pub fn point(session: &mut Session, mouse: Mouse) -> Outcome {
    if !matches!(session.mode, Mode::Read | Mode::CodeKey) {
        return overlay(session, mouse);
    }
    let areas = session.areas();
    let hit = (0..2).find(|i| {
        areas.bodies[*i].contains(mouse.column, mouse.row) || areas.heads[*i].contains(mouse.column, mouse.row)
    });
    match mouse.deed {
        MouseDeed::Wheel(n_rows) => {
            let pane = &mut session.panes[hit.unwrap_or(session.focus) & 1];
            let text = pane.text.clone();
            pane.view.scroll(&text, n_rows);
        }
        MouseDeed::Press => {
            session.note = None;
            session.work().reshaping = None;
            session.work().click.letter = Span::default();
            if let Some(pane) = hit {
                session.focus = pane;
                press(session, mouse);
            } else if areas.panel.contains(mouse.column, mouse.row) {
                let row = usize::from(mouse.row - areas.panel.y);
                let chosen = panel::rows(session, usize::from(areas.panel.height)).get(row).and_then(|r| r.index);
                let all = session.pane().layer.all();
                if let Some(id) = chosen.and_then(|i| all.get(i)).map(|p| p.annotation.id) {
                    go_to(session, id);
                }
            }
        }
        MouseDeed::Drag => drag(session, mouse),
        MouseDeed::Release => {}
    }
    DONE
}

fn overlay(session: &mut Session, mouse: Mouse) -> Outcome {
    if let (MouseDeed::Wheel(n), mode) = (mouse.deed, &mut session.mode) {
        match mode {
            Mode::Pick(picker) => picker.go(n.signum()),
            Mode::Show(sheet) => {
                sheet.top = sheet.top.saturating_add_signed(n).min(sheet.lines.len().saturating_sub(1));
            }
            _ => {}
        }
    }
    DONE
}

/// The row of the focused pane under a cell, and the column in it; cells outside mean the nearest.
fn row_at(session: &Session, mouse: Mouse) -> Option<(&ShownRow, usize)> {
    let pane = session.pane();
    let area = text_area(session.areas().bodies[session.focus & 1]);
    let row = usize::from(mouse.row.saturating_sub(area.y));
    let row = pane.view.rows.get(row).or(pane.view.rows.last())?;
    Some((row, usize::from(mouse.column.saturating_sub(area.x))))
}

/// The letter of the focused pane under a cell.
fn letter_at(session: &Session, mouse: Mouse) -> Option<Span> {
    let (row, column) = row_at(session, mouse)?;
    let words = row.text().trim_end();
    let last = row.span().start + words.len().saturating_sub(1);
    let text = &session.pane().text;
    let offset = row.offset_at(column).min(last).min(text.len().saturating_sub(1));
    segment_at(text, Unit::Grapheme, offset)
}

fn press(session: &mut Session, mouse: Mouse) {
    let Some(letter) = letter_at(session, mouse) else {
        return;
    };
    let at = (mouse.column, mouse.row);
    let before = session.now.0.click;
    let is_series = before.at == at && (0..SERIES_MS).contains(&(mouse.now.0 - before.now.0));
    let n = if is_series { before.n % 3 + 1 } else { 1 };
    session.work().click = Click { at, now: mouse.now, n, letter };
    let pane = session.pane_mut();
    pane.selection.unit = match n {
        2 => Unit::Word,
        3 => Unit::Sentence,
        _ => pane.selection.unit.max(Unit::Word),
    };
    pane.select_at(letter.start);
    pane.current = None;
}

/// Selects from the letter that was pressed to the one under the pointer; behind a row's last letter this is
/// the row's end, and never the first letter of the next row.
fn drag(session: &mut Session, mouse: Mouse) {
    let letter = session.now.0.click.letter;
    if letter.is_empty() {
        return; // the button went down elsewhere
    }
    let Some((row, column)) = row_at(session, mouse) else {
        return;
    };
    let span = row.span();
    let words_end = span.start + row.text().trim_end().len();
    let offset = row.offset_at(column);
    let head = if offset >= words_end {
        Span::new(words_end, words_end)
    } else {
        segment_at(&session.pane().text, Unit::Grapheme, offset).unwrap_or(span)
    };
    if head == letter && !session.pane().selection.is_extending {
        return;
    }
    let selection = &mut session.pane_mut().selection;
    selection.anchor = letter;
    selection.head = head;
    selection.is_extending = true;
}
