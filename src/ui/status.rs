//! The last two rows: what goes on, and the keys that help now.

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use crate::app::beside;
use crate::app::comparing;
use crate::app::effect::Task;
use crate::app::hints::placed;
use crate::app::library;
use crate::app::screen::Area;
use crate::app::session::{Mode, Purpose, Session};
use crate::model::sight::Sight;
use crate::say;
use crate::text::width::columns;
use crate::ui::paint::put;
use crate::ui::theme::{Role, Theme};
use crate::words;

/// Draws the status and, where there is room, the hints.
pub fn draw(buffer: &mut Buffer, session: &Session, area: Area, theme: &Theme) {
    let (status, hints) = area.split_top(1);
    let end = status.x + status.width;
    let (text, style) = left_side(session, theme);
    // What is told comes before what is always there.
    let room = usize::from(status.width).saturating_sub(columns(&text) + 4);
    let right = right_side(session, room);
    let right_x = end.saturating_sub(columns(&right) as u16 + 1);
    let left_end = right_x.saturating_sub(1);
    let room = usize::from(left_end.saturating_sub(status.x + 1));
    // What does not fit can be read in full elsewhere.
    let more = say!(" {key} for all", key = session.keys.hint("read", "messages"));
    if session.note.is_some() && columns(&text) > room && room > columns(&more) + 20 {
        let cut = left_end - columns(&more) as u16;
        put(buffer, (status.x + 1, status.y), cut, &text, style);
        put(buffer, (cut, status.y), left_end, &more, theme.role(Role::Dim));
    } else {
        put(buffer, (status.x + 1, status.y), left_end, &text, style);
    }
    put(buffer, (right_x, status.y), end, &right, theme.role(Role::Dim));
    // A line that is asked for stands where notices are; what was refused of it stands below.
    let refused = session.note.as_ref().filter(|note| note.is_error && session.mode.is_line());
    if let Some(note) = refused.filter(|_| hints.height > 0) {
        put(buffer, (hints.x + 1, hints.y), hints.x + hints.width, &note.text, theme.role(Role::Error));
    } else if hints.height > 0 {
        draw_hints(buffer, session, hints, theme);
    }
}

fn left_side(session: &Session, theme: &Theme) -> (String, Style) {
    if let Some(note) = &session.note {
        let role = if note.is_error { Role::Error } else { Role::Accent };
        return (note.text.clone(), theme.role(role));
    }
    if let Some(Task { what, percent }) = &session.task {
        let n_full = usize::from(*percent).min(100) / 5;
        let (full, rest) = ("█".repeat(n_full), "░".repeat(20 - n_full));
        let stop = session.keys.hint("read", "cancel");
        let stop = if session.about.is_ready { say!("  {key} stops", key = stop) } else { String::new() };
        return (format!("{what} {full}{rest} {percent} %{stop}"), theme.role(Role::Accent));
    }
    let pane = session.pane();
    let here = pane.here();
    let text = match &session.mode {
        Mode::Edit(_, Purpose::Line { .. }) => String::new(),
        Mode::CodeKey => say!("tag with the code of the letter").into(),
        _ if session.now.0.beside.adjusting.is_some() => say!("changing the counterpart").into(),
        _ if session.now.0.reshaping.is_some() => say!("changing the boundaries").into(),
        _ if pane.selection.is_extending => say!("extending the selection").into(),
        _ if session.comparing.is_on && comparing::here(session).is_some() => {
            comparing::here(session).map_or_else(String::new, |place| comparing::described(session, place))
        }
        _ if !here.is_empty() => {
            let names = here.iter().map(|p| session.shared.codebook.called(&p.annotation.code));
            format!("{}{} · {}", words::of(pane.selection.unit.name()), counterpart(session), counted(names))
        }
        _ => format!("{}{}", words::of(pane.selection.unit.name()), counterpart(session)),
    };
    (text, theme.role(Role::Dim))
}

/// Names in the order of their first places, each once, with how many there are: `censorship ×3`.
fn counted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut all: Vec<(&str, usize)> = Vec::new();
    for name in names {
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some((_, n)) => *n += 1,
            None => all.push((name, 1)),
        }
    }
    let told = all.iter().map(|(name, n)| if *n > 1 { format!("{name} ×{n}") } else { (*name).to_owned() });
    told.collect::<Vec<_>>().join(", ")
}

/// The paragraph's language where it is a stranger, and what is known of the counterpart, behind what is selected.
fn counterpart(session: &Session) -> String {
    let language = library::paragraph_language(session).map(|language| language.to_uppercase());
    let parts = [language, beside::told(session)].into_iter().flatten();
    parts.fold(String::new(), |told, part| told + " · " + &part)
}

/// What is always there, as far as there is room for it: what matters least goes first.
fn right_side(session: &Session, room: usize) -> String {
    let mut parts = right_parts(session);
    let told = |parts: &[(u8, String)]| parts.iter().map(|(_, part)| part.as_str()).collect::<Vec<_>>().join(" · ");
    for rank in (1..=LEAST).rev() {
        if columns(&told(&parts)) <= room {
            return told(&parts);
        }
        parts.retain(|(own, _)| *own < rank);
    }
    if columns(&told(&parts)) <= room { told(&parts) } else { state(session).to_owned() }
}

/// The rank of what matters least.
const LEAST: u8 = 5;

/// What is always there, each with its rank.
fn right_parts(session: &Session) -> Vec<(u8, String)> {
    let mut parts: Vec<(u8, String)> = Vec::new();
    let typed: String = session.keys.typed.iter().map(ToString::to_string).collect();
    let count = session.keys.count.map(|n| n.to_string()).unwrap_or_default();
    if !typed.is_empty() || !count.is_empty() {
        parts.push((0, format!("{count}{typed}…")));
    }
    if let Some(layout) = &session.keys.through {
        parts.push((1, say!("keys as on {layout}", layout)));
    }
    parts.push((0, state(session).into()));
    parts.extend(session.about.meeting.as_ref().map(|meeting| (0, meeting.told())));
    if session.about.is_encrypted {
        parts.push((3, say!("encrypted").into()));
    }
    let areas = session.areas();
    if areas.bodies.iter().any(|body| body.width == 0) && session.panes.iter().all(|p| !p.text.is_empty()) {
        parts.push((4, say!("{key} other pane", key = session.keys.hint("read", "other-pane"))));
    }
    if !Sight::is_open(&session.shared, &session.about.coder, &session.pane().document) {
        parts.push((2, say!("blind: colleagues hidden").into()));
    }
    parts.push((3, session.about.coder.clone()));
    if session.screen.columns >= 100 {
        parts.push((LEAST, session.about.project.clone()));
    }
    parts
}

/// Whether everything is on the disk.
fn state(session: &Session) -> &'static str {
    let is_measured = session.panes.iter().all(|pane| pane.text.is_empty() || pane.offsets.is_some());
    if !session.about.is_ready || !is_measured {
        say!("reading")
    } else if session.about.read_only.is_some() {
        say!("read-only")
    } else if matches!(session.mode, Mode::Edit(_, Purpose::Memo(_))) {
        say!("writing")
    } else if session.task.is_some() {
        say!("working")
    } else if session.now.0.keeping.is_saving {
        say!("saving")
    } else {
        say!("saved")
    }
}

fn draw_hints(buffer: &mut Buffer, session: &Session, line: Area, theme: &Theme) {
    let end = line.x + line.width;
    for hint in placed(session, line) {
        let x = put(buffer, (hint.x, line.y), end, &hint.keys, theme.role(Role::Accent));
        put(buffer, (x + 1, line.y), end, hint.words, theme.role(Role::Dim));
    }
}
