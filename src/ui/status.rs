//! The last two rows: what goes on, and the keys that help now.

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use crate::app::screen::Area;
use crate::app::session::{Mode, Purpose, Session};
use crate::app::tagging::mark_of;
use crate::text::width::columns;
use crate::ui::paint::{fill, put};
use crate::ui::theme::{Role, Theme};

/// Commands and the words that hint at them.
type Hints = &'static [(&'static str, &'static str)];

const READING: Hints = &[
    ("tag", "tag"),
    ("tag-by-key", "+letter tag by key"),
    ("extend", "extend"),
    ("grow", "larger"),
    ("shrink", "smaller"),
    ("open-document", "documents"),
    ("search", "search"),
    ("undo", "undo"),
];
const AT_ANNOTATION: Hints = &[
    ("memo", "memo"),
    ("recode", "other code"),
    ("reshape", "boundaries"),
    ("delete-annotation", "delete"),
    ("switch-annotation", "next here"),
    ("tag", "tag"),
    ("undo", "undo"),
];
/// A colleague's annotation is theirs to change; only what applies is offered.
const AT_COLLEAGUES: Hints = &[
    ("tag", "tag"),
    ("tag-by-key", "+letter tag by key"),
    ("switch-annotation", "next here"),
    ("next-annotation", "next annotation"),
    ("open-document", "documents"),
    ("undo", "undo"),
];
const EXTENDING: Hints = &[
    ("next-segment", "further"),
    ("extend-letter", "+letter"),
    ("retract-letter", "−letter"),
    ("swap-ends", "other end"),
    ("tag", "tag"),
    ("cancel", "drop"),
];
const RESHAPING: Hints = &[
    ("extend-letter", "+letter"),
    ("retract-letter", "−letter"),
    ("extend-next", "+sentence"),
    ("swap-ends", "other end"),
    ("confirm", "set"),
    ("cancel", "drop"),
];
const PICKING: Hints = &[("choose", "take"), ("next-row", "down"), ("previous-row", "up"), ("close", "back")];
const WRITING: Hints = &[("keep-text", "keep"), ("close", "drop")];
const ASKING: Hints = &[("keep-text", "go"), ("close", "back")];
const READ_ONLY: Hints = &[
    ("open-document", "documents"),
    ("search", "search"),
    ("next-annotation", "next annotation"),
    ("list-annotations", "annotations"),
];
const SHOWING: Hints = &[("close", "back"), ("next-row", "down"), ("previous-row", "up")];

/// Draws the status and, where there is room, the hints.
pub fn draw(buffer: &mut Buffer, session: &Session, area: Area, theme: &Theme) {
    let (status, hints) = area.split_top(1);
    let end = status.x + status.width;
    let right = right_side(session);
    let right_x = end.saturating_sub(columns(&right) as u16 + 1);
    let (text, style) = left_side(session, theme);
    put(buffer, (status.x + 1, status.y), right_x.saturating_sub(1), &text, style);
    put(buffer, (right_x, status.y), end, &right, theme.role(Role::Dim));
    if matches!(session.mode, Mode::CodeKey) {
        draw_code_keys(buffer, session, area, theme);
        return;
    }
    if hints.height > 0 {
        draw_hints(buffer, session, hints, theme);
    }
}

fn left_side(session: &Session, theme: &Theme) -> (String, Style) {
    if let Some(note) = &session.note {
        let role = if note.is_error { Role::Error } else { Role::Accent };
        return (note.text.clone(), theme.role(role));
    }
    let pane = session.pane();
    let here = pane.here();
    let text = match &session.mode {
        Mode::Edit(_, Purpose::Line { .. }) | Mode::CodeKey => String::new(),
        _ if session.now.0.reshaping.is_some() => "changing the boundaries".into(),
        _ if pane.selection.is_extending => "extending the selection".into(),
        _ if !here.is_empty() => {
            let names: Vec<&str> =
                here.iter().map(|p| session.shared.codebook.name(&p.annotation.code)).take(6).collect();
            format!("{} · {}", pane.selection.unit.name(), names.join(", "))
        }
        _ => pane.selection.unit.name().to_owned(),
    };
    (text, theme.role(Role::Dim))
}

fn right_side(session: &Session) -> String {
    let mut parts: Vec<String> = Vec::new();
    let typed: String = session.keys.typed.iter().map(ToString::to_string).collect();
    let count = session.keys.count.map(|n| n.to_string()).unwrap_or_default();
    if !typed.is_empty() || !count.is_empty() {
        parts.push(format!("{count}{typed}…"));
    }
    let is_measured = session.panes.iter().all(|pane| pane.text.is_empty() || pane.offsets.is_some());
    if !session.about.is_ready || !is_measured {
        parts.push("opening".into());
    } else if session.about.read_only.is_some() {
        parts.push("read-only".into());
    }
    let areas = session.areas();
    if areas.bodies.iter().any(|body| body.width == 0) && session.panes.iter().all(|p| !p.text.is_empty()) {
        parts.push(format!("{} other pane", session.keys.hint("read", "other-pane")));
    }
    parts.push(session.about.coder.clone());
    if session.screen.columns >= 100 {
        parts.push(session.about.project.clone());
    }
    parts.join(" · ")
}

/// The codes with their letters, while one is awaited, on as many of the two rows as they need.
fn draw_code_keys(buffer: &mut Buffer, session: &Session, area: Area, theme: &Theme) {
    fill(buffer, area, Style::default());
    let (mut line, mut rest) = area.split_top(1);
    let list = format!("  {} lists all", session.keys.hint("read", "tag"));
    let room = line.x + line.width.saturating_sub(columns(&list) as u16 + 1);
    let mut x = put(buffer, (line.x + 1, line.y), room, "tag with ", theme.role(Role::Accent));
    for code in session.shared.codebook.iter().filter(|code| !code.key.is_empty()) {
        let width = columns(code.name()).min(24) as u16 + 6;
        if x + width > room {
            if rest.height == 0 {
                break;
            }
            (line, rest) = rest.split_top(1);
            x = line.x + 1;
        }
        let style = theme.chip(session.shared.codebook.colour(&code.id));
        x = put(buffer, (x, line.y), room, &format!(" {} ", mark_of(code)), style);
        x = put(buffer, (x + 1, line.y), (x + 25).min(room), code.name(), Style::default()) + 2;
    }
    put(buffer, (room, line.y), line.x + line.width, &list, theme.role(Role::Dim));
}

fn draw_hints(buffer: &mut Buffer, session: &Session, line: Area, theme: &Theme) {
    let pane = session.pane();
    let (hints, mode) = match &session.mode {
        Mode::Pick(_) => (PICKING, "pick"),
        Mode::Edit(_, Purpose::Memo(_)) => (WRITING, "edit"),
        Mode::Edit(..) => (ASKING, "line"),
        Mode::Show(_) => (SHOWING, "show"),
        Mode::Read if session.about.read_only.is_some() => (READ_ONLY, "read"),
        Mode::Read if session.now.0.reshaping.is_some() => (RESHAPING, "read"),
        Mode::Read if pane.selection.is_extending => (EXTENDING, "read"),
        Mode::Read | Mode::CodeKey => {
            let hints = match pane.annotation() {
                None => READING,
                Some(annotation) if annotation.coder == session.about.coder => AT_ANNOTATION,
                Some(_) => AT_COLLEAGUES,
            };
            (hints, "read")
        }
    };
    // The way to all other keys is never cut.
    let all = format!("{} keys", session.keys.hint("read", "help"));
    let end = (line.x + line.width).saturating_sub(columns(&all) as u16 + 2);
    if mode == "read" {
        let x = put(
            buffer,
            (end + 1, line.y),
            line.x + line.width,
            all.split(' ').next().unwrap_or(""),
            theme.role(Role::Accent),
        );
        put(buffer, (x + 1, line.y), line.x + line.width, "keys", theme.role(Role::Dim));
    }
    let mut x = line.x + 1;
    for (command, words) in hints {
        let keys = session.keys.hint(mode, command);
        let width = (columns(&keys) + columns(words) + 1) as u16;
        if keys.is_empty() || x + width > end {
            continue;
        }
        x = put(buffer, (x, line.y), end, &keys, theme.role(Role::Accent));
        let gap = u16::from(!words.starts_with('+'));
        x = put(buffer, (x + gap, line.y), end, words, theme.role(Role::Dim)) + 3;
    }
}
