//! What the mouse means: a click places, a drag selects, the wheel scrolls what is under it.

use crate::app::command::{Args, DONE, Outcome};
use crate::app::effect::{Mouse, MouseDeed};
use crate::app::finding::go_to;
use crate::app::hints;
use crate::app::lanes;
use crate::app::memo::MemoRows;
use crate::app::overlay;
use crate::app::pane::segment_at;
use crate::app::panel;
use crate::app::screen::{Area, Areas, N_LANES};
use crate::app::session::{Click, Mode, Purpose, Session};
use crate::app::tabling;
use crate::app::view::ShownRow;
use crate::text::segment::Unit;
use crate::text::span::Span;

/// Clicks at one place within so many milliseconds are a series.
const SERIES_MS: i64 = 400;

/// Does what the mouse means.
pub fn point(session: &mut Session, mouse: Mouse) -> Outcome {
    let areas = session.areas();
    if matches!(mouse.deed, MouseDeed::Press)
        && let Some(outcome) = press_hint(session, &areas, mouse)
    {
        return outcome;
    }
    if !matches!(session.mode, Mode::Read | Mode::CodeKey) {
        return overlay(session, mouse);
    }
    match mouse.deed {
        MouseDeed::Wheel(notches) if areas.panel.contains(mouse.column, mouse.row) => {
            let most = session.pane().layer.len() as isize;
            let scroll = &mut session.work().panel_scroll;
            *scroll = (*scroll + notches).clamp(-most, most);
        }
        MouseDeed::Wheel(notches) => {
            let n_rows = notches * session.settings.number("wheel-rows") as isize;
            let side = pane_at(&areas, mouse).unwrap_or(session.focus);
            session.work().beside.scrolled = Some(side);
            let pane = &mut session.panes[side & 1];
            let text = pane.text.clone();
            pane.view.scroll(&text, n_rows);
        }
        MouseDeed::Press => {
            session.work().beside.scrolled = None;
            press_area(session, &areas, mouse);
        }
        MouseDeed::Drag => match session.now.0.click.edge {
            Some(edge) => session.screen.move_edge(edge, &areas, mouse.column, mouse.row),
            None => drag(session, mouse),
        },
        MouseDeed::Release => session.work().click.edge = None,
    }
    DONE
}

/// Which pane is under a cell, its heading included.
fn pane_at(areas: &Areas, mouse: Mouse) -> Option<usize> {
    let holds = |area: Area| area.contains(mouse.column, mouse.row);
    (0..2).find(|side| holds(areas.bodies[*side & 1]) || holds(areas.heads[*side & 1]))
}

/// Does what the hint under a click names. A click ends what was begun with keys; then the hint says just that.
fn press_hint(session: &mut Session, areas: &Areas, mouse: Mouse) -> Option<Outcome> {
    session.note = None;
    let (_, line) = areas.status.split_top(1);
    let hint = hint_at(session, line, mouse);
    let was_awaited = matches!(session.mode, Mode::CodeKey) || !session.keys.typed.is_empty();
    (session.keys.typed, session.keys.count) = (Vec::new(), None);
    if matches!(session.mode, Mode::CodeKey) {
        session.mode = Mode::Read;
    }
    let command = hint?;
    Some(if was_awaited { DONE } else { session.run(command, &Args::default()) })
}

/// A click in the reader: on an edge, a lane, a letter, a pane's heading, or a row of the list.
fn press_area(session: &mut Session, areas: &Areas, mouse: Mouse) {
    session.work().click.letter = Span::default();
    session.work().click.edge = session.screen.edge_at(areas, mouse.column, mouse.row);
    if session.now.0.click.edge.is_some() {
        return;
    }
    // A drag may set new boundaries; a click elsewhere ends their change.
    let reshaping = session.work().reshaping.take();
    session.work().click.reshaping = reshaping;
    if let Some(side) = pane_at(areas, mouse) {
        session.focus = side;
        let body = areas.bodies[side & 1];
        if body.contains(mouse.column, mouse.row) && !press_lane(session, body, mouse) {
            press(session, mouse);
        }
    } else if areas.panel.contains(mouse.column, mouse.row) {
        let row = usize::from(mouse.row - areas.panel.y);
        let chosen = panel::rows(session, usize::from(areas.panel.height)).get(row).and_then(|r| r.index);
        let all = session.pane().layer.all();
        if let Some(id) = chosen.and_then(|i| all.get(i)).map(|p| p.annotation.id) {
            go_to(session, id);
        }
    }
}

/// The command of the hint under a cell.
fn hint_at(session: &Session, line: Area, mouse: Mouse) -> Option<&'static str> {
    let hints = if line.contains(mouse.column, mouse.row) { hints::placed(session, line) } else { Vec::new() };
    hints.iter().find(|hint| (hint.x..hint.x + hint.width).contains(&mouse.column)).map(|hint| hint.command)
}

/// Goes to the annotation whose lane is under a cell; tells whether there was one.
fn press_lane(session: &mut Session, body: Area, mouse: Mouse) -> bool {
    if session.screen.strips.n_tracks > 0 {
        return press_track(session, body, mouse);
    }
    let (gutter, _) = body.split_left(1 + N_LANES as u16);
    let Some(lane) = mouse.column.checked_sub(body.x + 1).filter(|_| gutter.contains(mouse.column, mouse.row)) else {
        return false;
    };
    let row = usize::from(mouse.row - body.y);
    let pane = session.pane();
    let lanes = lanes::lanes(pane);
    let hit = lanes.iter().find(|l| l.lane == Some(usize::from(lane)) && (l.first..=l.last).contains(&row));
    let id = hit.and_then(|lane| pane.layer.all().get(lane.index)).map(|placed| placed.annotation.id);
    if let Some(id) = id {
        go_to(session, id);
    }
    id.is_some()
}

/// Goes to the annotation whose track is under a cell.
fn press_track(session: &mut Session, body: Area, mouse: Mouse) -> bool {
    let (gutter, _) = body.split_left(session.screen.gutter_columns());
    let is_in = gutter.contains(mouse.column, mouse.row);
    let Some(track) = mouse.column.checked_sub(body.x + 2).filter(|_| is_in) else { return false };
    let (pane, side) = (session.pane(), session.focus & 1);
    let row = pane.view.rows.get(usize::from(mouse.row - body.y)).map(crate::app::view::ShownRow::span);
    let coder = session.comparing.coders[side].get(usize::from(track));
    let (Some(span), Some(coder)) = (row, coder) else { return false };
    let own = pane.layer.overlapping(span).into_iter().find(|placed| placed.annotation.coder == *coder);
    let id = own.map(|placed| placed.annotation.id);
    if let Some(id) = id {
        go_to(session, id);
    }
    id.is_some()
}

/// In a list a click chooses a row, a second one takes it; a click beside a list or a sheet closes it.
fn overlay(session: &mut Session, mouse: Mouse) -> Outcome {
    let cell = (mouse.column, mouse.row);
    if let MouseDeed::Wheel(notches) = mouse.deed {
        let is_list = matches!(session.mode, Mode::Pick(_));
        overlay::scroll(session, if is_list { notches } else { notches * 3 });
        return DONE;
    }
    if let Mode::Edit(editor, Purpose::Memo(_)) = &mut session.mode {
        let memo = MemoRows::new(editor, &session.screen);
        let is_inside = memo.frame.contains(cell.0, cell.1);
        match mouse.deed {
            MouseDeed::Press if is_inside => editor.put_at(memo.offset_at(editor.text(), cell.0, cell.1), false),
            MouseDeed::Drag => editor.put_at(memo.offset_at(editor.text(), cell.0, cell.1), true),
            _ => {}
        }
        return DONE;
    }
    if !matches!(mouse.deed, MouseDeed::Press) {
        return DONE;
    }
    if matches!(session.mode, Mode::Table) {
        let is_chosen = tabling::choose_at(session, cell);
        return if is_chosen { session.run("open-cell", &Args::default()) } else { DONE };
    }
    let is_second = is_series(session, mouse);
    session.work().click = Click { at: cell, now: mouse.now, n: 1, ..Click::default() };
    match &mut session.mode {
        Mode::Pick(picker) => {
            let areas = picker.areas(&session.screen);
            if areas.list.contains(cell.0, cell.1) {
                let row = picker.top(usize::from(areas.list.height))
                    + usize::from(cell.1 - areas.list.y) / picker.row_lines();
                if is_second && row == picker.selected {
                    return session.run("choose", &Args::default());
                }
                if row < picker.n_offered() {
                    picker.selected = row;
                }
            } else if !areas.frame.contains(cell.0, cell.1) {
                session.mode = Mode::Read;
            }
            DONE
        }
        Mode::Show(sheet) if !sheet.area(&session.screen).contains(cell.0, cell.1) => {
            session.run("close", &Args::default())
        }
        _ => DONE,
    }
}

/// Whether a click follows another one at the same place.
fn is_series(session: &Session, mouse: Mouse) -> bool {
    let before = session.now.0.click;
    before.at == (mouse.column, mouse.row) && (0..SERIES_MS).contains(&(mouse.now.0 - before.now.0))
}

/// The row of the focused pane under a cell, and the column in it; cells outside mean the nearest.
fn row_at(session: &Session, mouse: Mouse) -> Option<(&ShownRow, usize)> {
    let pane = session.pane();
    let area = session.screen.text_area(session.areas().bodies[session.focus & 1]);
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
    let n = if is_series(session, mouse) { session.now.0.click.n % 3 + 1 } else { 1 };
    let reshaping = session.now.0.click.reshaping;
    session.work().click = Click { at, now: mouse.now, n, letter, edge: None, reshaping };
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
    if let Some(id) = session.work().click.reshaping.take() {
        session.work().reshaping = Some(id);
        session.pane_mut().current = Some(id);
    }
    let selection = &mut session.pane_mut().selection;
    selection.anchor = letter;
    selection.head = head;
    selection.is_extending = true;
}
