//! Any sequence of keys, clicks, pastes and resizes: nothing panics, nothing is lost, the cursor stands on letters.

use proptest::prelude::*;
use tanba::app::effect::MouseDeed;
use tanba::app::keymap::BUNDLED;

use crate::deeds::{Deed, act, at_work, holds, survives};

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

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 2000, ..ProptestConfig::default() })]
    #[test]
    fn any_keys_clicks_pastes_and_resizes_leave_everything_whole(
        keymap in 0..BUNDLED.len(), deeds in prop::collection::vec(deed(), 1..60),
    ) {
        let (mut desk, keys) = at_work(BUNDLED[keymap].name);
        let mut clock = 0;
        for deed in &deeds {
            act(&mut desk, deed, &keys, &mut clock);
            holds(&mut desk);
        }
        survives(&mut desk);
    }
}

/// `TANBA_LONG=1` tries a hundred times as many.
fn cases() -> u32 {
    if std::env::var_os("TANBA_LONG").is_some() { 2000 } else { 24 }
}
