//! What a person, a mouse or a window can do to a session, and what must hold after each of it.

use tanba::app::effect::{Input, Mouse, MouseDeed};
use tanba::app::key::{Key, KeyCode};
use tanba::app::keymap::MODES;
use tanba::app::session::{Mode, Session};
use tanba::app::settings::Origin;
use tanba::model::entries::Value;
use tanba::model::time::Time;
use tanba::text::segment::floor_boundary;
use tanba::ui::theme::Level;

use crate::desk::{Desk, theme};

const EN: &str =
    "A title\n\nPeople like it, Қазақстан и\u{306}од. Nobody comes! 👩‍👩‍👧 Why?\n\n\u{1b}[31mEnd\tof it\u{202e}.\n";
const KK: &str = "Тақырып\n\nЖұрт лайк басады. Ешкім келмейді! Неге?\n\n# Бөлім\nСоңы.";

/// What a person, a mouse or a window can do.
#[derive(Debug, Clone)]
pub enum Deed {
    /// The binding of that number, of all there are in a keymap.
    Bound(usize),
    /// Any key.
    Key(char, bool, bool),
    Mouse(MouseDeed, u16, u16, i64),
    Paste(String),
    Resize(u16, u16),
}

/// All keys of a keymap, in the order of its modes.
fn all_keys(session: &Session) -> Vec<String> {
    MODES.iter().flat_map(|mode| session.keys.keymap.bindings(mode)).map(|(keys, _, _)| keys).collect()
}

pub fn holds(desk: &mut Desk) {
    for (side, pane) in desk.session.panes.iter().enumerate() {
        let text = pane.text.read(tanba::text::span::Span::new(0, pane.text.len()));
        let selection = pane.selection;
        for offset in [selection.anchor.start, selection.anchor.end, selection.head.start, selection.head.end] {
            assert!(offset <= text.len(), "pane {side}: {selection:?} in {}", text.len());
            assert_eq!(floor_boundary(&text, offset), offset, "pane {side}: {selection:?} cuts a letter");
        }
        for placed in pane.layer.all() {
            assert!(!placed.span.is_empty() && placed.span.end <= text.len());
        }
    }
    match &desk.session.mode {
        Mode::Pick(picker) => assert!(picker.selected < picker.n_offered().max(1), "{}", picker.title),
        Mode::Edit(editor, _) => assert_eq!(floor_boundary(editor.text(), editor.cursor()), editor.cursor()),
        Mode::Show(sheet) => assert!(sheet.top < sheet.lines.len().max(1)),
        _ => {}
    }
    let (columns, rows) = (desk.session.screen.columns.max(1), desk.session.screen.rows.max(1));
    let (text, _) = desk.drawn(columns, rows, theme(Level::True, "dark"));
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "a control character on the screen");
    // What the session shows of the open documents is what the store would give back.
    for (side, id) in desk.session.panes.clone().iter().enumerate().map(|(side, pane)| (side, pane.document.clone())) {
        assert_eq!(desk.session.panes[side].layer.len(), desk.kept(&id.0).len());
    }
}

/// Two documents open side by side under a keymap of that name.
pub fn at_work(keymap: &str) -> (Desk, Vec<String>) {
    let mut desk = Desk::new(&[("a.en", EN), ("b.kk", KK)]);
    desk.settings.set("keymap", Some(&Value::Text(keymap.into())), Origin::Now).expect("a keymap");
    desk.sit_down();
    let keys = all_keys(&desk.session);
    (desk, keys)
}

/// Does one; `clock` is when the mouse did something last.
pub fn act(desk: &mut Desk, deed: &Deed, keys: &[String], clock: &mut i64) {
    match deed {
        Deed::Bound(n) => desk.press_keys(&keys[n % keys.len()]),
        Deed::Key(c, is_ctrl, is_alt) => {
            let key = Key { code: KeyCode::Char(*c), is_ctrl: *is_ctrl, is_alt: *is_alt, is_shift: false };
            desk.take(Input::Key(if *c == ' ' { Key::named("Space") } else { key }));
        }
        Deed::Mouse(deed, column, row, later) => {
            *clock += later;
            desk.take(Input::Mouse(Mouse { deed: *deed, column: *column, row: *row, now: Time(*clock) }));
        }
        Deed::Paste(text) => desk.take(Input::Paste(text.clone())),
        Deed::Resize(columns, rows) => desk.take(Input::Resized(*columns, *rows)),
    }
}

/// What is kept of both documents must be there after a restart.
pub fn survives(desk: &mut Desk) {
    let kept = (desk.kept("a.en"), desk.kept("b.kk"));
    desk.sit_down();
    assert_eq!(kept, (desk.kept("a.en"), desk.kept("b.kk")), "after a restart");
}
