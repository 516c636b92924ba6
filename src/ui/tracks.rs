//! Coders beside each other: left of the text a track each and the kind of the place; in the text, who tagged what.

use ratatui::buffer::Buffer;
use ratatui::style::Modifier;

use crate::agreement::comparison::Kind;
use crate::app::comparing::{Cover, MAX_TRACKS, cover, letters};
use crate::app::screen::Area;
use crate::app::session::Session;
use crate::app::tagging::mark_of;
use crate::model::layer::Placed;
use crate::text::span::Span;
use crate::ui::paint::put;
use crate::ui::theme::{Role, Theme, sign};

/// The colour of what all tagged alike, of what the first coder alone did, and of what others did.
const COLOURS: [&str; 3] = ["#4caf50", "#4a90d9", "#e0872f"];

/// Draws the letters of the coders above their tracks; returns the column behind them.
pub fn draw_heads(buffer: &mut Buffer, session: &Session, side: usize, head: Area, theme: &Theme) -> u16 {
    let (mut x, y, end) = (head.x + 2, head.y, head.x + head.width);
    for letter in letters(&session.comparing.coders[side & 1]).into_iter().take(MAX_TRACKS) {
        put(buffer, (x, y), end, &letter, theme.role(Role::Accent));
        x += 1;
    }
    head.x + session.screen.gutter_columns()
}

/// Draws the tracks of a pane and, before them, the kinds of its places.
pub fn draw(buffer: &mut Buffer, session: &Session, side: usize, body: Area, theme: &Theme) {
    let pane = &session.panes[side & 1];
    let current = pane.annotation().map(|annotation| annotation.id);
    for (i, row) in pane.view.rows.iter().enumerate() {
        let (span, y) = (row.span(), body.y + i as u16);
        draw_kind(buffer, session, side, (span, body.x + 1, y), theme);
        let placed = pane.layer.overlapping(span);
        for (track, coder) in session.comparing.coders[side & 1].iter().take(MAX_TRACKS).enumerate() {
            let own: Vec<&&Placed> = placed.iter().filter(|placed| placed.annotation.coder == *coder).collect();
            // What begins in the row is what the row tells; else what goes on, the chosen one before others.
            let begins = own.iter().find(|placed| span.contains(placed.span.start));
            let chosen = own.iter().find(|placed| Some(placed.annotation.id) == current);
            let Some(shown) = begins.or(chosen).or(own.first()) else { continue };
            let code = &shown.annotation.code;
            let style = theme.lane(session.shared.codebook.colour(code));
            let mark = session.shared.codebook.of(code).map_or_else(|| sign("·").into(), mark_of);
            let x = body.x + 2 + track as u16;
            if begins.is_some() {
                put(buffer, (x, y), x + 1, &mark, style.add_modifier(Modifier::BOLD));
            } else {
                let is_chosen = Some(shown.annotation.id) == current;
                put(buffer, (x, y), x + 1, sign(if is_chosen { "┃" } else { "│" }), style);
            }
        }
    }
}

/// Draws the sign of the hardest place in a row; of what is alike, and of what is settled, where it begins.
fn draw_kind(buffer: &mut Buffer, session: &Session, side: usize, (span, x, y): (Span, u16, u16), theme: &Theme) {
    let places = session.comparing.places[side & 1].iter().filter(|place| place.span.overlaps(span));
    let hardness = |kind: Kind| Kind::ALL.iter().rev().position(|known| *known == kind);
    let hardest = places.max_by_key(|place| (!place.is_settled, hardness(place.kind)));
    let Some(place) = hardest else { return };
    let begins = span.contains(place.span.start);
    let (symbol, role) = match (place.is_settled, place.kind) {
        (true, _) if begins => ("✓", Role::Dim),
        (false, Kind::Same) if begins => (Kind::Same.sign(), Role::Dim),
        (true, _) | (false, Kind::Same) => return,
        (false, kind) => (kind.sign(), Role::Error),
    };
    put(buffer, (x, y), x + 1, sign(symbol), theme.role(role));
}

/// How a row's stretches were tagged when coders are laid over each other: where each begins and ends, how many signs of
/// emphasis it has, and its colour; what nobody tagged has none.
pub fn laid_over(session: &Session, side: usize, row: Span, placed: &[&Placed]) -> Vec<(Span, usize, &'static str)> {
    let mut borders: Vec<usize> = placed
        .iter()
        .flat_map(|placed| [placed.span.start, placed.span.end])
        .filter(|at| row.contains(*at))
        .chain([row.start, row.end])
        .collect();
    borders.sort_unstable();
    borders.dedup();
    let stretches = borders.windows(2).filter_map(|pair| match pair {
        [start, end] => Some(Span::new(*start, *end)),
        _ => None,
    });
    stretches
        .filter_map(|span| {
            let (n, colour) = match cover(session, side, span)? {
                Cover::All => (1, COLOURS[0]),
                Cover::First => (2, COLOURS[1]),
                Cover::Others => (3, COLOURS[2]),
            };
            Some((span, n, colour))
        })
        .collect()
}
