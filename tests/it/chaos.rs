//! Any sequence of keys, clicks, pastes and resizes: nothing panics, nothing is lost, the cursor stands on letters.

use proptest::prelude::*;
use tanba::app::effect::{Input, Mouse, MouseDeed};
use tanba::app::key::{Key, KeyCode};
use tanba::app::keymap::{BUNDLED, MODES};
use tanba::app::session::{Mode, Session};
use tanba::app::settings::Origin;
use tanba::model::entries::Value;
use tanba::model::time::Time;
use tanba::text::segment::floor_boundary;
use tanba::ui::theme::Level;

use crate::harness::{Desk, theme};

const EN: &str =
    "A title\n\nPeople like it, Қазақстан и\u{306}од. Nobody comes! 👩‍👩‍👧 Why?\n\n\u{1b}[31mEnd\tof it\u{202e}.\n";
const KK: &str = "Тақырып\n\nЖұрт лайк басады. Ешкім келмейді! Неге?\n\n# Бөлім\nСоңы.";

/// What a person, a mouse or a window can do.
#[derive(Debug, Clone)]
enum Deed {
    /// The binding of that number, of all there are in a keymap.
    Bound(usize),
    /// Any key.
    Key(char, bool, bool),
    Mouse(MouseDeed, u16, u16, i64),
    Paste(String),
    Resize(u16, u16),
}

fn deed() -> impl Strategy<Value = Deed> {
    let mouse = prop_oneof![
        3 => Just(MouseDeed::Press),
        3 => Just(MouseDeed::Drag),
        1 => Just(MouseDeed::Release),
        1 => (-3isize..4).prop_map(MouseDeed::Wheel),
    ];
    prop_oneof![
        10 => (0usize..1000).prop_map(Deed::Bound),
        4 => (prop::char::ranges(vec!['a'..='z', 'а'..='я', '0'..='9', ' '..='/'].into()), any::<bool>(), any::<bool>())
            .prop_map(|(c, ctrl, alt)| Deed::Key(c, ctrl && alt, alt && !ctrl)),
        4 => (mouse, 0u16..130, 0u16..45, 0i64..500).prop_map(|(m, x, y, t)| Deed::Mouse(m, x, y, t)),
        1 => "[aқи\u{306}\u{1b}\n\u{9b}👍 ]{0,12}".prop_map(Deed::Paste),
        1 => (0u16..130, 0u16..45).prop_map(|(x, y)| Deed::Resize(x, y)),
    ]
}

/// All keys of a keymap, in the order of its modes.
fn all_keys(session: &Session) -> Vec<String> {
    MODES.iter().flat_map(|mode| session.keys.keymap.bindings(mode)).map(|(keys, _, _)| keys).collect()
}

fn holds(desk: &mut Desk) {
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

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 2000, ..ProptestConfig::default() })]
    #[test]
    fn any_keys_clicks_pastes_and_resizes_leave_everything_whole(
        keymap in 0..BUNDLED.len(), deeds in prop::collection::vec(deed(), 1..60),
    ) {
        let mut desk = Desk::new(&[("a.en", EN), ("b.kk", KK)]);
        desk.settings.set("keymap", Some(&Value::Text(BUNDLED[keymap].name.into())), Origin::Now).expect("a keymap");
        desk.sit_down();
        let keys = all_keys(&desk.session);
        let mut clock = 0;
        for deed in &deeds {
            match deed {
                Deed::Bound(n) => desk.press_keys(&keys[n % keys.len()]),
                Deed::Key(c, is_ctrl, is_alt) => {
                    let key = Key { code: KeyCode::Char(*c), is_ctrl: *is_ctrl, is_alt: *is_alt, is_shift: false };
                    desk.take(Input::Key(if *c == ' ' { Key::named("Space") } else { key }));
                }
                Deed::Mouse(deed, column, row, later) => {
                    clock += later;
                    desk.take(Input::Mouse(Mouse { deed: *deed, column: *column, row: *row, now: Time(clock) }));
                }
                Deed::Paste(text) => desk.take(Input::Paste(text.clone())),
                Deed::Resize(columns, rows) => desk.take(Input::Resized(*columns, *rows)),
            }
            holds(&mut desk);
        }
        let kept = (desk.kept("a.en"), desk.kept("b.kk"));
        desk.sit_down();
        prop_assert_eq!(kept, (desk.kept("a.en"), desk.kept("b.kk")), "after a restart");
    }
}

/// `TANBA_LONG=1` tries a hundred times as many.
fn cases() -> u32 {
    if std::env::var_os("TANBA_LONG").is_some() { 2000 } else { 24 }
}
