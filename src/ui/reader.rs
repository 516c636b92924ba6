//! A pane: heading, gutter, text with its annotations.

use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

use crate::app::beside;
use crate::app::lanes::lanes;
use crate::app::library::progress;
use crate::app::pane::Pane;
use crate::app::screen::{Area, N_LANES};
use crate::app::session::Session;
use crate::app::tagging::mark_of;
use crate::app::view::ShownRow;
use crate::model::document::DocumentId;
use crate::model::layer::Placed;
use crate::say;
use crate::text::span::Span;
use crate::text::width::{Glyph, columns, glyphs};
use crate::ui::paint::{put, put_glyph};
use crate::ui::theme::{Marks, Role, Theme, sign};
use crate::ui::tracks;

/// Annotations drawn in one row at most; the panel lists all.
const MAX_IN_ROW: usize = 24;

/// Stands where the other text of a pair says something that this one does not.
const GAP: &str = "—";

/// Draws the left (0) or the right (1) pane.
pub fn draw(buffer: &mut Buffer, session: &Session, side: usize, theme: &Theme) {
    let areas = session.areas();
    let (head, body) = (areas.heads[side & 1], areas.bodies[side & 1]);
    let pane = &session.panes[side & 1];
    draw_head(buffer, session, side, head, theme);
    draw_edge(buffer, pane, body, theme);
    if pane.text.is_empty() {
        draw_empty(buffer, session, side, body, theme);
        return;
    }
    let text = session.screen.text_area(body);
    for (i, row) in pane.view.rows.iter().enumerate() {
        let line = Area { y: text.y + i as u16, height: 1, ..text };
        draw_row(buffer, session, pane, row, line, theme);
        if row.is_gap() {
            put(buffer, (line.x, line.y), line.x + line.width, GAP, theme.role(Role::Faint));
        }
    }
    if session.screen.strips.n_tracks > 0 {
        tracks::draw(buffer, session, side, body, theme);
    } else {
        draw_lanes(buffer, session, pane, body, theme);
    }
    if side == session.focus {
        draw_mark(buffer, pane, pane.selection.span(), body, theme.role(Role::Accent));
    } else if let Some(span) = beside::marked(session, side) {
        draw_mark(buffer, pane, span, body, theme.role(Role::Dim));
    }
}

fn draw_head(buffer: &mut Buffer, session: &Session, side: usize, head: Area, theme: &Theme) {
    let pane = &session.panes[side & 1];
    let is_focused = side == session.focus;
    let style = theme.role(if is_focused { Role::Head } else { Role::Dim });
    let end = head.x + head.width;
    let (mark, share) = progress(session, &pane.document);
    let right = if pane.text.is_empty() {
        String::new()
    } else {
        let state = if head.width >= 84 && !share.is_empty() { format!("{share} · ") } else { String::new() };
        let manner = if is_focused || head.width < 60 { "" } else { beside::manner(session) };
        let manner = if manner.is_empty() { String::new() } else { format!("{manner} · ") };
        format!("{}{manner}{} {state}{} %  ", colleagues(session, &pane.document), sign(mark), pane.percent())
    };
    let right_x = end.saturating_sub(columns(&right) as u16);
    let language = session.shared.language(&pane.document).to_uppercase();
    let mut x =
        put(buffer, (head.x, head.y), right_x, if is_focused { sign("▸") } else { " " }, theme.role(Role::Accent)) + 1;
    if session.screen.strips.n_tracks > 0 && !pane.text.is_empty() {
        x = tracks::draw_heads(buffer, session, side, head, theme).min(right_x);
    }
    if !language.is_empty() {
        x = put(buffer, (x, head.y), right_x, &language, theme.role(Role::Accent)) + 2;
    }
    let title = if pane.document.0.is_empty() { "—" } else { session.shared.title(&pane.document) };
    put(buffer, (x.min(right_x), head.y), right_x.saturating_sub(1), title, style);
    put(buffer, (right_x, head.y), end, &right, theme.role(Role::Dim));
}

/// The colleagues who have a document open: `with dana, bek · `.
fn colleagues(session: &Session, document: &DocumentId) -> String {
    let here: Vec<&str> = session.about.meeting.iter().flat_map(|meeting| meeting.here(document)).collect();
    match here.as_slice() {
        [] => String::new(),
        [one] => say!("with {one} · ", one),
        [one, others @ ..] => say!("with {one} +{n} · ", one, n = others.len()),
    }
}

fn draw_empty(buffer: &mut Buffer, session: &Session, side: usize, body: Area, theme: &Theme) {
    let is_known = !session.panes[side & 1].document.0.is_empty();
    let open = session.keys.hint("read", "open-document");
    let lines = match (session.shared.documents.is_empty(), session.about.is_ready) {
        _ if is_known => {
            vec![say!("this document can't be shown, or is empty").to_owned(), say!("{open}  opens another", open)]
        }
        (true, true) => vec![say!("no documents yet").into(), say!("leave with q, then:  tanba add FILE…").into()],
        _ => vec![say!("{open}  opens a document here", open)],
    };
    for (i, line) in lines.iter().enumerate() {
        let x = body.x + (body.width.saturating_sub(columns(line) as u16)) / 2;
        let y = body.y + body.height / 3 + i as u16;
        if y < body.y + body.height {
            put(buffer, (x, y), body.x + body.width, line, theme.role(Role::Dim));
        }
    }
}

/// What covers one byte of a row.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Cover {
    n: usize,
    top: usize,
}

/// For each byte of a row, what covers it; the shortest annotation is on top.
fn covers(row: Span, placed: &[&Placed]) -> Vec<Cover> {
    let mut covers = vec![Cover::default(); row.len()];
    for (i, p) in placed.iter().enumerate() {
        let start = p.span.start.max(row.start) - row.start;
        let end = p.span.end.min(row.end) - row.start;
        for cover in covers.iter_mut().take(end).skip(start) {
            *cover = Cover { n: cover.n + 1, top: i };
        }
    }
    covers
}

fn draw_row(buffer: &mut Buffer, session: &Session, pane: &Pane, row: &ShownRow, area: Area, theme: &Theme) {
    let span = row.span();
    let mut placed = pane.layer.overlapping(span);
    placed.truncate(MAX_IN_ROW);
    placed.sort_by_key(|p| std::cmp::Reverse(p.span.len()));
    let covers = covers(span, &placed);
    let colours: Vec<&str> = placed.iter().map(|p| session.shared.codebook.colour(&p.annotation.code)).collect();
    let colour = |i: usize| colours.get(i).copied().unwrap_or("");
    let side = usize::from(!std::ptr::eq(pane, &raw const session.panes[0]));
    let is_overlaid = session.screen.strips.n_tracks > 0 && session.comparing.is_overlaid;
    let laid = if is_overlaid { tracks::laid_over(session, side, span, &placed) } else { Vec::new() };
    let first_match = pane.matches.partition_point(|m| m.end <= span.start);
    let matches: Vec<Span> =
        pane.matches.iter().skip(first_match).take_while(|m| m.start < span.end).copied().collect();
    let selected = pane.selection.span();
    let is_focused = std::ptr::eq(pane, session.pane());
    let marked = if is_focused { None } else { beside::marked(session, 1 - (session.focus & 1)) };
    let (mut column, end_x) = (0, area.x + area.width);
    let (mut last, mut style) = (None, Style::default());
    // Blanks that hang over the row's end carry no marks.
    for glyph in glyphs(row.text().trim_end_matches(' ')) {
        if column >= usize::from(area.width) {
            break;
        }
        let offset = span.start + glyph.start;
        let cover = covers.get(glyph.start).copied().unwrap_or_default();
        let over = laid.iter().find(|(span, ..)| span.contains(offset));
        let is_selected = is_focused && selected.contains(offset);
        let is_match = matches.iter().any(|m| m.contains(offset));
        let is_counterpart = marked.is_some_and(|span| span.contains(offset));
        // Most letters look like the one before.
        if last != Some((cover, over, is_selected, is_match, is_counterpart)) {
            last = Some((cover, over, is_selected, is_match, is_counterpart));
            let (n_annotations, top) = match over {
                Some((_, n, colour)) => (*n, *colour),
                None if is_overlaid => (0, ""),
                None => (cover.n, colour(cover.top)),
            };
            let marks = Marks { n_annotations, top, is_selected, is_match, is_counterpart };
            style = theme.letter(&marks);
        }
        column += draw_glyph(buffer, (area.x, area.y), end_x, column, &glyph, style);
    }
}

/// Draws one glyph; a tab as blanks up to the next stop. Returns its columns.
fn draw_glyph(
    buffer: &mut Buffer,
    (x, y): (u16, u16),
    end_x: u16,
    column: usize,
    glyph: &Glyph<'_>,
    style: Style,
) -> usize {
    let columns = glyph.columns_at(column);
    let shown = if glyph.is_tab() { Glyph { symbol: " ", columns: 1, ..*glyph } } else { *glyph };
    let n = if glyph.is_tab() { columns } else { 1 };
    for i in 0..n {
        put_glyph(buffer, (x + (column + i) as u16, y), end_x, &shown, style);
    }
    columns
}

/// Draws, left of the text, a line along each annotation, with its code's letter where it begins.
fn draw_lanes(buffer: &mut Buffer, session: &Session, pane: &Pane, body: Area, theme: &Theme) {
    let current = pane.annotation().map(|a| a.id);
    let x = body.x + 1;
    for lane in lanes(pane) {
        let Some(placed) = pane.layer.all().get(lane.index) else { continue };
        let code = &placed.annotation.code;
        let style = theme.lane(session.shared.codebook.colour(code));
        let bold = style.add_modifier(Modifier::BOLD);
        let y = |row: usize| body.y + row as u16;
        let Some(column) = lane.lane.map(|lane| x + lane as u16) else {
            put(buffer, (x + N_LANES as u16 - 1, y(lane.first)), body.x + body.width, "+", bold);
            continue;
        };
        let is_current = Some(placed.annotation.id) == current;
        let is_own = placed.annotation.coder == session.about.coder;
        let mark = session.shared.codebook.get(code).map_or_else(|| sign("·").into(), mark_of);
        for row in lane.first..=lane.last {
            let (symbol, style) = match (row == lane.first && lane.begins_here, is_current) {
                (true, _) => (mark.as_str(), bold),
                (false, true) => (sign(if is_own { "┃" } else { "┇" }), style),
                (false, false) => (sign(if is_own { "│" } else { "┆" }), style),
            };
            put(buffer, (column, y(row)), column + 1, symbol, style);
        }
    }
}

/// Draws, at the left edge, a mark along the rows of a span.
fn draw_mark(buffer: &mut Buffer, pane: &Pane, marked: Span, body: Area, style: Style) {
    for (i, row) in pane.view.rows.iter().enumerate() {
        let span = row.span();
        if span.overlaps(marked) || (marked.is_empty() && span.contains(marked.start)) {
            put(buffer, (body.x, body.y + i as u16), body.x + 1, sign("▌"), style);
        }
    }
}

/// Draws the pane's right edge, thicker where in a longer document we are.
fn draw_edge(buffer: &mut Buffer, pane: &Pane, body: Area, theme: &Theme) {
    let len = pane.text.len().max(1);
    let shown = pane.view.shown();
    let height = usize::from(body.height);
    let is_whole = shown.start == 0 && pane.view.rows.len() < height;
    let start = shown.start.saturating_mul(height) / len;
    let end = (shown.end.saturating_mul(height)).div_ceil(len).max(start + 1);
    let x = body.x + body.width.saturating_sub(1);
    for y in 0..height {
        let is_thumb = !is_whole && (start..end).contains(&y);
        let symbol = sign(if is_thumb { "┃" } else { "│" });
        put(buffer, (x, body.y + y as u16), x + 1, symbol, theme.role(Role::Faint));
    }
}
