//! Tagging, changing and taking back.

use proptest::prelude::*;

use crate::harness::{Desk, check};
use tanba::app::effect::{Input, Mouse, MouseDeed};
use tanba::model::time::Time;

const TEXT: &str = "One two. Three four.\n\nБір екі. Үш төрт.";

#[test]
fn a_sentence_is_tagged_by_its_codes_letter_or_from_the_list() {
    check(TEXT, "cs", "{s:[One two.]} Three four.\n\nБір екі. Үш төрт.");
    check(TEXT, "tcen<Enter>", "{c:[One two.]} Three four.\n\nБір екі. Үш төрт.");
    check(TEXT, "csjr", "{s:One two.} {s:[Three four.]}\n\nБір екі. Үш төрт.");
    check(TEXT, "ctss", "[One two.] Three four.\n\nБір екі. Үш төрт.");
}

#[test]
fn a_new_code_is_made_on_the_spot_and_by_the_passages_own_words() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("ttrolls<Enter>");
    assert_eq!(desk.kept("a.en"), ["trolls 0..8"]);
    assert_eq!(desk.session.shared.codebook.find("trolls").map(|c| c.key.as_str()), Some("t"));
    desk.press("jT");
    assert_eq!(desk.kept("a.en"), ["three-four 9..20", "trolls 0..8"]);
    assert_eq!(
        desk.session.shared.codebook.find("three four.").map(tanba::model::code::Code::name),
        Some("Three four.")
    );
    // One stroke made code and annotation: one undo takes both.
    desk.press("u");
    assert!(desk.session.shared.codebook.find("three four.").is_none());
}

#[test]
fn passages_overlap_and_nest() {
    check(TEXT, "csicc", "{s:{c:[One]} two.} Three four.\n\nБір екі. Үш төрт.");
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("csJcc");
    assert_eq!(desk.kept("a.en"), ["censorship 0..20", "slacktivism 0..8"]);
    desk.press("<Esc>icc");
    assert_eq!(desk.kept("a.en"), ["censorship 0..20", "censorship 9..14", "slacktivism 0..8"]);
}

#[test]
fn the_same_code_twice_on_one_passage_is_refused() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("cscs");
    assert_eq!(desk.note(), "this passage is tagged slacktivism already");
    assert_eq!(desk.kept("a.en").len(), 1);
}

#[test]
fn code_boundaries_and_memo_can_be_changed() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("csCcen<Enter>");
    assert_eq!(desk.kept("a.en"), ["censorship 0..8"]);
    desk.press("eHHH<Enter>");
    assert_eq!(desk.kept("a.en"), ["censorship 0..5"]);
    desk.press("exLLLL<Enter>");
    assert_eq!(desk.kept("a.en"), ["censorship 4..5"]);
    desk.press("mбірінші<Enter>екінші");
    desk.take(Input::Paste("\r\nқойылған\u{1b}[31m".into()));
    desk.press("<C-s>");
    assert_eq!(desk.kept("a.en"), ["censorship 4..5 бірінші\nекінші\nқойылған[31m"]);
    desk.press("mжоқ<C-g>");
    assert_eq!(desk.note(), "C-g again drops what you wrote, Esc keeps it");
    desk.press("<C-g>");
    assert_eq!(desk.kept("a.en"), ["censorship 4..5 бірінші\nекінші\nқойылған[31m"]);
    desk.press("D");
    assert_eq!(desk.kept("a.en"), [""; 0]);
    desk.press("uuuuu");
    assert_eq!(desk.kept("a.en"), ["slacktivism 0..8"]);
}

#[test]
fn changed_boundaries_stay_with_their_annotation() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    // A sentence, a word in it; the word's boundaries move by words over the sentence's annotation.
    desk.press("csilccel<Enter>");
    assert_eq!(desk.kept("a.en"), ["censorship 4..14", "slacktivism 0..8"]);
    desk.press("D");
    assert_eq!(desk.kept("a.en"), ["slacktivism 0..8"]);
    desk.press("u");
    assert_eq!(desk.note(), "undone: deleted censorship");
    desk.press("u");
    assert_eq!(desk.note(), "undone: boundaries of censorship changed");
}

#[test]
fn what_was_begun_ends_where_the_coder_goes_elsewhere() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("csjcck");
    desk.press("e]<Enter><Esc>");
    assert_eq!(desk.kept("a.en"), ["censorship 9..20", "slacktivism 0..8"]);
    // Tagging and deleting end it as well.
    desk.press("ggeD<Enter><Esc>");
    desk.press("u");
    assert_eq!(desk.kept("a.en").len(), 2);
    // A chord is no code's letter.
    desk.press("Gc<C-c>");
    assert_eq!(desk.kept("a.en").len(), 2);
}

#[test]
fn a_memo_that_cannot_be_kept_comes_back() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("cs");
    let journal = desk.dir.path().join("journal/asel@desk.jsonl");
    let bytes = std::fs::read(&journal).expect("read");
    std::fs::write(&journal, [&bytes[..], b"x"].concat()).expect("written by somebody else");
    desk.press("mтаптырмас ой<Esc>");
    assert!(desk.note().contains("another program replaced this journal"), "{}", desk.note());
    assert!(desk.screen(80, 24).contains("таптырмас ой"));
}

#[test]
fn a_passage_has_no_blanks_at_its_ends() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("LcsGxHHHcc");
    assert_eq!(desk.kept("a.en")[1], "slacktivism 0..8");
}

#[test]
fn new_codes_keep_their_colours() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("tzebra<Enter>");
    let colour = |desk: &Desk, name: &str| {
        let book = &desk.session.shared.codebook;
        book.colour(&book.find(name).expect("a code").id).to_owned()
    };
    let zebra = colour(&desk, "zebra");
    desk.press("taardvark<Enter>");
    assert_eq!(colour(&desk, "zebra"), zebra);
    assert_ne!(colour(&desk, "aardvark"), zebra);
}

#[test]
fn a_colleagues_annotation_is_theirs_to_change() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("cs");
    let journal = desk.dir.path().join("journal/asel@desk.jsonl");
    desk.store = None;
    std::fs::rename(&journal, desk.dir.path().join("journal/dana@desk.jsonl")).expect("renamed");
    desk.sit_down();
    // The annotation itself says who made it; whoever's file it is in.
    assert_eq!(desk.session.pane().layer.len(), 1);
    desk.session.about.coder = "bolat".into();
    desk.press("m");
    assert_eq!(desk.note(), "asel made this annotation; only they can change it");
    assert!(!desk.screen(100, 30).contains("D delete"), "only what applies is offered");
}

#[test]
fn undo_and_redo_reach_beyond_a_restart() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("csjccjcs");
    let all = desk.kept("a.en");
    desk.sit_down();
    desk.press("uu");
    assert_eq!(desk.kept("a.en"), ["slacktivism 0..8"]);
    desk.sit_down();
    desk.press("U");
    assert_eq!(desk.kept("a.en").len(), 2);
    desk.sit_down();
    desk.press("U");
    assert_eq!(desk.kept("a.en"), all);
    desk.press("U");
    assert_eq!(desk.note(), "nothing to undo");
    desk.press("ujjcc");
    desk.press("U");
    assert_eq!(desk.note(), "nothing to undo", "something new ends redo");
}

#[test]
fn done_is_marked_and_unmarked() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("gd");
    assert_eq!(desk.session.shared.done.len(), 1);
    desk.press("gd<Enter>");
    assert!(desk.note().starts_with("a finished document is opened again with a reason"));
    desk.press("the end was skipped<Enter>");
    let reasons = |desk: &Desk| desk.session.shared.done.values().map(|done| done.reopened.clone()).collect::<Vec<_>>();
    assert_eq!(reasons(&desk), [Some("the end was skipped".to_owned())]);
    desk.press("u");
    assert_eq!(reasons(&desk), [None]);
}

#[test]
fn a_memo_of_escapes_is_kept_harmless() {
    let mut desk = Desk::new(&[("a.en", "a\u{1b}[31mb \u{9b}31m \u{202e}x. Next.")]);
    desk.press("cs");
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let screen = desk.screen(columns, rows);
        assert!(screen.chars().all(|c| !c.is_control() || c == '\n'), "{screen:?}");
        assert!(!screen.contains('\u{202e}'));
    }
    assert_eq!(desk.kept("a.en"), ["slacktivism 0..16"]);
}

fn any_key() -> impl Strategy<Value = String> {
    const KEYS: [&str; 52] = [
        "j",
        "k",
        "h",
        "l",
        "w",
        "b",
        "(",
        ")",
        "{",
        "}",
        "o",
        "i",
        "v",
        "x",
        "J",
        "K",
        "H",
        "L",
        "<Esc>",
        "cs",
        "cc",
        "t<Enter>",
        "r",
        "T",
        "s",
        "mмемо<C-s>",
        "C<Enter>",
        "eH<Enter>",
        "eL<Enter>",
        "D",
        "u",
        "U",
        "]",
        "[",
        "G",
        "gg",
        "50%",
        "<Tab>",
        "z",
        "p",
        "gd",
        "/е<Enter>",
        "n",
        "N",
        "<C-d>",
        "<C-u>",
        "<C-e>",
        " ",
        "<PageUp>",
        "?<Esc>",
        ":<Esc>",
        "f<Enter>",
    ];
    prop::sample::select(KEYS.to_vec()).prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_undone_gives_the_state_before(keys in prop::collection::vec(any_key(), 1..40)) {
        let texts = [("a.en", TEXT), ("b.kk", "Бір и\u{306}од. Екі.\n\n👍 Үш!")];
        let mut desk = Desk::new(&texts);
        for key in &keys {
            desk.press(key);
        }
        desk.press("<Esc><Esc>");
        let (a, b) = (desk.kept("a.en"), desk.kept("b.kk"));
        // The index made anew from the journals is the index in use.
        let fresh = desk.store.as_ref().expect("open").fresh_index().expect("fresh");
        prop_assert_eq!(fresh.all_counts().expect("counts"), desk.store.as_ref().expect("open").index().all_counts().expect("counts"));
        let mut n = 0;
        desk.press("u");
        while desk.note() != "nothing to undo" {
            n += 1;
            desk.press("u");
        }
        // The codes s and c were made before; they are undone as well.
        prop_assert_eq!(desk.kept("a.en"), [""; 0]);
        prop_assert_eq!(desk.kept("b.kk"), [""; 0]);
        prop_assert_eq!(desk.session.shared.codebook.n_codes(), 0);
        prop_assert!(desk.session.shared.done.is_empty());
        desk.sit_down();
        for _ in 0..n {
            desk.press("U");
        }
        prop_assert_eq!(desk.kept("a.en"), a);
        prop_assert_eq!(desk.kept("b.kk"), b);
    }

    #[test]
    fn no_keys_and_no_size_break_the_screen(keys in prop::collection::vec(any_key(), 1..30), sizes in prop::collection::vec((1u16..210, 1u16..70), 1..6)) {
        let mut desk = Desk::new(&[("a.en", TEXT), ("b.kk", "日本語 кіта\u{301}п\tx. \u{1b}]0;t\u{7} Екі.\n\n👍 Үш!")]);
        for (i, key) in keys.iter().enumerate() {
            desk.press(key);
            let (columns, rows) = sizes[i % sizes.len()];
            desk.screen(columns, rows);
            let pane = desk.session.pane();
            let span = pane.selection.span();
            let text = pane.text.read(tanba::text::span::Span::new(0, pane.text.len()));
            prop_assert!(text.get(span.start..span.end).is_some());
        }
    }
}

#[test]
fn boundaries_left_as_they_were_leave_the_cursor_at_the_annotation() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("csjcckeLLL<Esc>");
    assert_eq!(desk.kept("a.en"), ["censorship 9..20", "slacktivism 0..8"]);
    assert_eq!(desk.session.pane().annotation().map(|a| a.code.0.as_str()), Some("slacktivism"));
    assert!(!desk.session.pane().selection.is_extending);
}

#[test]
fn a_drag_sets_the_boundaries_that_are_being_changed() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("cse");
    let mouse = |deed, column| Input::Mouse(Mouse { deed, column, row: 1, now: Time(0) });
    desk.take(mouse(MouseDeed::Press, 5));
    desk.take(mouse(MouseDeed::Drag, 7));
    desk.press("<Enter>");
    assert_eq!(desk.kept("a.en"), ["slacktivism 0..3"]);
}

#[test]
fn undo_shows_where_it_changed_something_and_a_number_repeats_it() {
    let long = format!("{TEXT}\n{}\nThe last one.", "Filler.\n".repeat(200));
    let mut desk = Desk::new(&[("a.en", &long), ("b.kk", "Бір. Екі.")]);
    desk.press("csjcsjcsG");
    assert!(desk.session.pane().view.shown().start > 100);
    desk.press("u");
    assert_eq!(desk.note(), "undone: tagged slacktivism");
    assert!(desk.session.pane().view.shown().start < 100, "the place is in sight");
    desk.press("2u");
    assert_eq!(desk.note(), "2 steps, the last: undone: tagged slacktivism");
    assert_eq!(desk.kept("a.en").len(), 0);
    desk.press("3U");
    assert_eq!(desk.kept("a.en").len(), 3);
    // More steps than there are do not make later deeds into steps.
    desk.press("9U");
    for _ in 0..8 {
        desk.press("Gcs");
        assert_eq!(desk.note(), "tagged slacktivism");
        desk.press("D");
    }
}

#[test]
fn several_marked_codes_are_one_step() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("t<Tab><Tab><Enter>");
    assert_eq!(desk.note(), "tagged censorship, slacktivism");
    assert_eq!(desk.kept("a.en"), ["censorship 0..8", "slacktivism 0..8"]);
    desk.press("u");
    assert_eq!(desk.kept("a.en").len(), 0);
    assert_eq!(desk.note(), "undone: tagged censorship, slacktivism");
}

#[test]
fn a_list_leaves_the_passage_in_sight() {
    let mut desk = Desk::new(&[("a.en", &"A sentence of some words here. ".repeat(40))]);
    desk.take(Input::Resized(80, 30));
    for keys in ["t", "jjjjjjjjjjt", "jjjjjjjjjjjjjjjjjt"] {
        desk.press("<Esc>").press(keys);
        let tanba::app::session::Mode::Pick(picker) = &desk.session.mode else { panic!("a list") };
        let (frame, (first, behind)) = (picker.areas(&desk.session.screen).frame, desk.session.screen.selected_rows);
        assert!(frame.y >= behind || frame.y + frame.height <= first, "{frame:?} over {first}..{behind}");
    }
}

#[test]
fn the_mouse_works_in_a_memo() {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.take(Input::Resized(100, 30));
    desk.press("csmбір екі үш");
    let tanba::app::session::Mode::Edit(editor, _) = &desk.session.mode else { panic!("a memo") };
    let memo = tanba::app::memo::MemoRows::new(editor, &desk.session.screen);
    let (x, y) = (memo.inside.x, memo.inside.y);
    let mouse = |deed, column| Input::Mouse(Mouse { deed, column, row: y, now: Time(0) });
    desk.take(mouse(MouseDeed::Press, x + 4));
    desk.take(mouse(MouseDeed::Drag, x + 7));
    desk.press("төрт<C-s>");
    assert_eq!(desk.kept("a.en"), ["slacktivism 0..8 бір төрт үш"]);
}
