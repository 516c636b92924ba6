//! The only place where the terminal's events become ours.

use crossterm::event::{
    Event, KeyCode as Code, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use crate::app::effect::{Input, Mouse, MouseDeed};
use crate::app::key::{Key, KeyCode};
use crate::model::time::Time;

/// What an event means; `None` for those that mean nothing to us.
pub fn input(event: Event, now: Time) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => translate_key(key).map(Input::Key),
        Event::Mouse(mouse) => translate_mouse(mouse, now).map(Input::Mouse),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Resize(columns, rows) => Some(Input::Resized(columns, rows)),
        _ => None,
    }
}

fn translate_key(event: KeyEvent) -> Option<Key> {
    let code = match event.code {
        Code::Char(' ') => KeyCode::Named("Space"),
        Code::Char(c) => KeyCode::Char(c),
        Code::F(n) => KeyCode::F(n),
        Code::BackTab => return Some(Key::named("S-Tab")),
        other => KeyCode::Named(name_of(other)?),
    };
    let has = |modifier| event.modifiers.contains(modifier);
    let is_letter = matches!(code, KeyCode::Char(_));
    Some(Key {
        code,
        is_ctrl: has(KeyModifiers::CONTROL),
        is_alt: has(KeyModifiers::ALT),
        // A letter or sign shows by itself that Shift was held.
        is_shift: has(KeyModifiers::SHIFT) && !is_letter && !matches!(code, KeyCode::Named("Space")),
    })
}

fn name_of(code: Code) -> Option<&'static str> {
    const NAMES: [(Code, &str); 14] = [
        (Code::Enter, "Enter"),
        (Code::Esc, "Esc"),
        (Code::Tab, "Tab"),
        (Code::Backspace, "Backspace"),
        (Code::Delete, "Delete"),
        (Code::Insert, "Insert"),
        (Code::Left, "Left"),
        (Code::Right, "Right"),
        (Code::Up, "Up"),
        (Code::Down, "Down"),
        (Code::Home, "Home"),
        (Code::End, "End"),
        (Code::PageUp, "PageUp"),
        (Code::PageDown, "PageDown"),
    ];
    NAMES.iter().find(|(c, _)| *c == code).map(|(_, name)| *name)
}

fn translate_mouse(event: MouseEvent, now: Time) -> Option<Mouse> {
    let deed = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseDeed::Press,
        MouseEventKind::Drag(MouseButton::Left) => MouseDeed::Drag,
        MouseEventKind::Up(MouseButton::Left) => MouseDeed::Release,
        MouseEventKind::ScrollDown => MouseDeed::Wheel(1),
        MouseEventKind::ScrollUp => MouseDeed::Wheel(-1),
        _ => return None,
    };
    Some(Mouse { deed, column: event.column, row: event.row, now })
}
