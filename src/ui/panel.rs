//! The list of annotations beside or below the text.

use ratatui::buffer::Buffer;
use ratatui::style::Modifier;

use crate::app::mirroring;
use crate::app::panel::{PanelRow, rows};
use crate::app::reviewing;
use crate::app::screen::Area;
use crate::app::session::Session;
use crate::app::tagging::mark_of;
use crate::model::annotation::Counterpart;
use crate::model::layer::Placed;
use crate::text::width::{columns, fitted, flat, printable};
use crate::ui::paint::{put, tint};
use crate::ui::theme::{Role, Theme, sign};

/// Wider panels give each thing a column of its own.
const COLUMNS_WIDTH: u16 = 70;

/// Columns of a code's name in a narrow panel.
const NAME_COLUMNS: u16 = 12;

/// Columns of a coder's name there.
const CODER_COLUMNS: u16 = 7;

/// Draws the list.
pub fn draw(buffer: &mut Buffer, session: &Session, area: Area, theme: &Theme) {
    let pane = session.pane();
    for (i, row) in rows(session, usize::from(area.height)).iter().enumerate() {
        let line = Area { y: area.y + i as u16, height: 1, ..area };
        match row.index.and_then(|i| pane.layer.all().get(i)) {
            Some(placed) => draw_annotation(buffer, session, row, placed, line, theme),
            None => draw_heading(buffer, &row.heading, line, theme),
        }
    }
}

fn draw_heading(buffer: &mut Buffer, heading: &str, line: Area, theme: &Theme) {
    let end = line.x + line.width;
    let mut x = put(buffer, (line.x, line.y), end, sign("─"), theme.role(Role::Faint));
    x = put(buffer, (x + 1, line.y), end, heading, theme.role(Role::Dim)) + 1;
    while x < end {
        x = put(buffer, (x, line.y), end, sign("─"), theme.role(Role::Faint)).max(x + 1);
    }
}

fn draw_annotation(buffer: &mut Buffer, session: &Session, row: &PanelRow, placed: &Placed, line: Area, theme: &Theme) {
    let (pane, annotation) = (session.pane(), &placed.annotation);
    let book = &session.shared.codebook;
    let end = line.x + line.width;
    let y = line.y;
    let quiet = theme.role(Role::Dim);
    let here = match (row.is_current, row.is_here) {
        (true, _) => "▸",
        (false, true) => "•",
        _ => " ",
    };
    let mut x = put(buffer, (line.x, y), end, sign(here), theme.role(Role::Accent)) + 1;
    let mark = book.of(&annotation.code).map_or_else(|| "·".into(), mark_of);
    x = put(buffer, (x, y), end, &format!(" {mark} "), theme.chip(book.colour(&annotation.code))) + 1;
    let name = book.called(&annotation.code);
    let plain = if row.is_here { theme.role(Role::Dim).fg(ratatui::style::Color::Reset) } else { quiet };
    if line.width >= COLUMNS_WIDTH {
        put(buffer, (x, y), (x + 18).min(end), name, plain.add_modifier(Modifier::BOLD));
        put(buffer, (x + 19, y), (x + 31).min(end), &annotation.coder, quiet);
        x += 32;
    } else {
        put(buffer, (x, y), (x + NAME_COLUMNS).min(end), name, plain.add_modifier(Modifier::BOLD));
        x += NAME_COLUMNS + 1;
        // Whose it is must be seen at a glance, be it by some letters of the name.
        put(buffer, (x, y), (x + CODER_COLUMNS).min(end), &annotation.coder, quiet);
        x += CODER_COLUMNS + 1;
    }
    let said = reviewing::sign(&pane.review, annotation);
    if said != " " {
        x = put(buffer, (x, y), end, sign(said), theme.role(if said == "✓" { Role::Dim } else { Role::Accent })) + 1;
    }
    if let Some(doubt) = &annotation.doubt {
        x = put(buffer, (x, y), end, &format!("? {} %", doubt.confidence), theme.role(Role::Accent)) + 1;
    }
    let quote = flat(&annotation.quote.exact);
    if let Some(twin) = mirroring::twin(session, annotation).filter(|_| annotation.memo.is_empty()) {
        // Both sides' words, each as far as a half of the row takes it.
        let half = usize::from(end.saturating_sub(x + 3) / 2).max(4);
        x = put(buffer, (x, y), end, &fitted(&format!("“{quote}”"), half), plain);
        x = put(buffer, (x + 1, y), end, sign("↔"), quiet) + 1;
        put(buffer, (x, y), end, &format!("“{}”", flat(&twin.quote.exact)), plain);
    } else if annotation.memo.is_empty() {
        // The other half of a linked pair may stand in a document that is not open.
        let is_linked = matches!(annotation.counterpart, Counterpart::Is(_));
        let other = session.shared.counterpart(&annotation.passage.document).filter(|_| is_linked);
        let other = other.map_or(String::new(), |id| format!(" {} {}", sign("↔"), printable(&id.0)));
        let room = usize::from(end.saturating_sub(x)).saturating_sub(columns(&other));
        x = put(buffer, (x, y), end, &fitted(&format!("“{quote}”"), room), plain);
        put(buffer, (x, y), end, &other, quiet);
    } else {
        let room = end.saturating_sub(x);
        x = put(buffer, (x, y), x + room * 3 / 5, &format!("“{quote}”"), plain) + 1;
        let memo = flat(&annotation.memo);
        put(buffer, (x, y), end, &format!("¶ {memo}"), quiet.add_modifier(Modifier::ITALIC));
    }
    if row.is_current {
        tint(buffer, Area { x: line.x + 6, width: line.width.saturating_sub(6), ..line }, theme.chosen());
    }
}
