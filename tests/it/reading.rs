//! Moving and selecting.

use crate::harness::{Desk, check};
use tanba::app::effect::{Input, Mouse, MouseDeed};
use tanba::model::time::Time;

const TEXT: &str = "Title\n\nOne two. Three four five! Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.";

#[test]
fn the_cursor_walks_by_sentences_words_and_paragraphs() {
    check(TEXT, "", "[Title]\n\nOne two. Three four five! Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
    check(TEXT, "jj", "Title\n\nOne two. [Three four five!] Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
    check(TEXT, "3jk", "Title\n\nOne two. [Three four five!] Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
    check(TEXT, "jll", "Title\n\nOne [two]. Three four five! Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
    check(TEXT, "}}", "Title\n\nOne two. Three four five! Six?\n\n[Севетті 1994 ж. Алматыда болды. Соңы.]");
    check(TEXT, "G", "Title\n\nOne two. Three four five! Six?\n\nСеветті 1994 ж. Алматыда болды. [Соңы.]");
    check(TEXT, "Ggg", "[Title]\n\nOne two. Three four five! Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
}

#[test]
fn the_selection_grows_shrinks_and_reaches_any_letter() {
    check(TEXT, "jo", "Title\n\n[One two. Three four five! Six?]\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
    check(TEXT, "ji", "Title\n\n[One] two. Three four five! Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
    check(TEXT, "jJ", "Title\n\n[One two. Three four five!] Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
    check(TEXT, "jHH", "Title\n\n[One tw]o. Three four five! Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
    check(TEXT, "jxLL", "Title\n\nOn[e two.] Three four five! Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
    check(TEXT, "jxHHH", "Titl[e\n\nOne two.] Three four five! Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
    check(TEXT, "jv2l<Esc>", "Title\n\nOne two. [Three four five!] Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
}

#[test]
fn a_cyrillic_keyboard_moves_too() {
    check(TEXT, "оо", "Title\n\nOne two. [Three four five!] Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
    check(TEXT, "Ппп", "[Title]\n\nOne two. Three four five! Six?\n\nСеветті 1994 ж. Алматыда болды. Соңы.");
}

#[test]
fn a_letter_and_its_mark_are_never_parted() {
    check("аи\u{306}б в", "ixL", "а[и\u{306}б] в");
    check("аи\u{306}б в", "iHH", "[а]и\u{306}б в");
}

#[test]
fn a_percentage_is_typed_or_asked_for() {
    let mut desk = Desk::new(&[("a.en", &"Word here.\n".repeat(100))]);
    desk.press("50%");
    let there = desk.session.pane().selection.head.start;
    assert_eq!(there, 550);
    desk.press("gp75<Enter>");
    assert_eq!(desk.session.pane().selection.head.start, 825);
    desk.press("gp400<Enter>");
    assert_eq!(desk.note(), "a percentage is a number from 0 to 100");
}

#[test]
fn search_finds_whatever_the_capitals_and_goes_around() {
    let mut desk = Desk::new(&[("a.en", "Қазақ елі.\n\nБасқа. қазақ тілі. ҚАЗАҚ.")]);
    desk.press("/қазақ<Enter>");
    assert_eq!(desk.note(), "“қазақ” 1 of 3");
    desk.press("nn");
    assert_eq!(desk.note(), "“қазақ” 3 of 3");
    desk.press("n");
    assert_eq!(desk.note(), "“қазақ” 1 of 3, from the start again");
    desk.press("N");
    assert_eq!(desk.note(), "“қазақ” 3 of 3, from the end again");
    desk.press("/жоқ<Enter>");
    assert_eq!(desk.note(), "“жоқ” is not in this document");
}

#[test]
fn each_pane_shows_any_document_and_keeps_its_own_place() {
    let mut desk = Desk::new(&[("a.en", "One. Two."), ("b.kk", "Бір. Екі."), ("c.en", "Third.")]);
    desk.press("j<Tab>").press("j");
    assert_eq!(desk.session.focus, 1);
    assert_eq!(desk.marked(), "Бір. [Екі.]");
    desk.press("<Tab>");
    assert_eq!(desk.marked(), "One. [Two.]");
    desk.press("fc.en<Enter>");
    assert_eq!(desk.marked(), "[Third.]");
    assert_eq!(desk.session.panes[1].document.0, "b.kk");
}

#[test]
fn a_pair_opens_on_its_own_sides_and_any_document_alone() {
    let mut desk = Desk::new(&[("a.en", "One."), ("b.kk", "Бір."), ("c.en", "Third.")]);
    let pair = tanba::model::document::Pair { left: id("c.en"), right: id("b.kk") };
    desk.session.shared.pairs.insert(pair);
    desk.press("<Tab>fc.en<Enter>");
    let shown = |desk: &Desk| desk.session.panes.each_ref().map(|pane| pane.document.0.clone());
    assert_eq!(shown(&desk), ["c.en", "b.kk"]);
    assert_eq!(desk.session.focus, 0);
    desk.press("<Tab>Fa.en<Enter>");
    assert_eq!(shown(&desk), ["c.en", "a.en"]);
}

fn id(name: &str) -> tanba::model::document::DocumentId {
    tanba::model::document::DocumentId(name.into())
}

#[test]
fn the_mouse_places_drags_and_counts_its_clicks() {
    let mut desk = Desk::new(&[("a.en", "One two three. Four five.")]);
    let at = |deed, column, ms| Input::Mouse(Mouse { deed, column, row: 1, now: Time(ms) });
    desk.take(at(MouseDeed::Press, 5 + 16, 1000));
    assert_eq!(desk.marked(), "One two three. [Four five.]");
    for (ms, expected) in [
        (2000, "[One two three.] Four five."),
        (2100, "One [two] three. Four five."),
        (2200, "[One two three.] Four five."),
    ] {
        desk.take(at(MouseDeed::Press, 5 + 5, ms));
        assert_eq!(desk.marked(), expected, "at {ms}");
        desk.take(at(MouseDeed::Release, 5 + 5, ms));
    }
    desk.take(at(MouseDeed::Press, 5 + 2, 9000));
    desk.take(at(MouseDeed::Drag, 5 + 9, 9100));
    assert_eq!(desk.marked(), "On[e two th]ree. Four five.");
    desk.take(at(MouseDeed::Drag, 5, 9200));
    assert_eq!(desk.marked(), "[One] two three. Four five.");
}

#[test]
fn a_drag_behind_a_rows_end_stops_there() {
    let text = format!("{}\n\nNext.", "word ".repeat(30).trim_end());
    let mut desk = Desk::new(&[("a.en", &text)]);
    let mouse = |deed, column, row| {
        let now = Time(1000 * i64::from(row));
        Input::Mouse(Mouse { deed, column, row, now })
    };
    desk.take(mouse(MouseDeed::Press, 5, 1));
    desk.take(mouse(MouseDeed::Drag, 99, 1));
    let selected = desk.session.pane().words();
    let row_end = desk.session.pane().view.rows[0].text().trim_end().len();
    assert_eq!((selected.start, selected.end), (0, row_end));
    // The empty row below the paragraph means its end.
    let n_rows = desk.session.pane().view.rows.iter().position(|row| row.text().is_empty());
    let blank = u16::try_from(n_rows.expect("a blank row")).expect("small") + 1;
    desk.take(mouse(MouseDeed::Drag, 40, blank));
    assert_eq!(desk.session.pane().words().end, 149);
}

#[test]
fn news_from_elsewhere_leave_the_view_where_it_is() {
    let mut desk = Desk::new(&[("a.en", &"Word.\n".repeat(200))]);
    desk.take(Input::Mouse(Mouse { deed: MouseDeed::Wheel(20), column: 8, row: 8, now: Time(0) }));
    let shown = desk.session.pane().view.shown();
    let event = tanba::model::event::Event {
        seq: 1,
        time: Time(0),
        tick: 0,
        by: "dana@elsewhere".into(),
        machine: None,
        deed: tanba::model::event::Deed::Plain,
        changes: Vec::new(),
    };
    desk.take(Input::News(event));
    assert_eq!(desk.session.pane().view.shown(), shown);
}

#[test]
fn after_scrolling_the_cursor_walks_on_from_what_is_in_sight() {
    let mut desk = Desk::new(&[("a.en", &"Word.\n".repeat(200))]);
    let wheel = Mouse { deed: MouseDeed::Wheel(20), column: 8, row: 8, now: Time(0) };
    desk.take(Input::Mouse(wheel));
    desk.press("j");
    assert_eq!(desk.session.pane().selection.head.start, 60 * "Word.\n".len());
}

#[test]
fn the_wheel_scrolls_the_pane_under_it() {
    let mut desk = Desk::new(&[("a.en", &"Word.\n".repeat(200)), ("b.kk", &"Сөз.\n".repeat(200))]);
    desk.take(Input::Mouse(Mouse { deed: MouseDeed::Wheel(1), column: 80, row: 10, now: Time(0) }));
    assert_eq!(desk.session.panes[0].view.shown().start, 0);
    assert_eq!(desk.session.panes[1].view.shown().start, 3 * "Сөз.\n".len());
    assert_eq!(desk.session.focus, 0);
}

#[test]
fn every_command_refuses_or_works_on_an_empty_document() {
    let mut desk = Desk::new(&[("a.en", ""), ("b.kk", "\n\n  \n")]);
    for group in tanba::app::GROUPS {
        for command in group.commands {
            let _ = (command.run)(&mut desk.session, &tanba::app::command::Args::default());
            desk.session.mode = tanba::app::session::Mode::Read;
            desk.screen(80, 24);
        }
    }
    desk.press("<Tab>jkhlG%xHHt");
    desk.screen(20, 5);
}

#[test]
fn the_list_of_annotations_scrolls_and_a_click_in_it_shows_the_passage() {
    let mut desk = Desk::new(&[("a.en", &"Word one. ".repeat(400))]);
    for _ in 0..30 {
        desk.press("csj");
    }
    desk.take(Input::Resized(120, 40));
    desk.press("gg");
    let panel = desk.session.areas().panel;
    let mouse = |deed, row| Input::Mouse(Mouse { deed, column: 8, row, now: Time(0) });
    let first = desk.screen(120, 40).lines().nth(usize::from(panel.y) + 1).expect("a row").to_owned();
    desk.take(mouse(MouseDeed::Wheel(9), panel.y + 2));
    assert_ne!(desk.screen(120, 40).lines().nth(usize::from(panel.y) + 1), Some(&*first));
    // The text did not move; wheel it away and click the list: the passage comes into sight.
    assert_eq!(desk.session.pane().view.shown().start, 0);
    desk.take(mouse(MouseDeed::Wheel(20), 5));
    assert!(desk.session.pane().view.shown().start > 0);
    desk.take(mouse(MouseDeed::Press, panel.y + 2));
    let (shown, selected) = (desk.session.pane().view.shown(), desk.session.pane().selection.span());
    assert!(shown.overlaps(selected), "{selected:?} in {shown:?}");
}

#[test]
fn a_click_on_a_heading_goes_to_the_pane_and_leaves_its_cursor() {
    let mut desk = Desk::new(&[("a.en", "One. Two."), ("b.kk", "Бір. Екі.")]);
    desk.press("<Tab>j<Tab>");
    desk.take(Input::Mouse(Mouse { deed: MouseDeed::Press, column: 70, row: 0, now: Time(0) }));
    assert_eq!((desk.session.focus, desk.session.pane().selection.head.start), (1, "Бір. ".len()));
}

#[test]
fn esc_comes_back_to_sentences() {
    check("One two. Three.", "l<Esc>", "[One two.] Three.");
    check("One two. Three.", "lj", "One two. Three.".replace("One", "[One]").as_str());
}

#[test]
fn the_way_back_leads_through_all_far_places() {
    let mut desk = Desk::new(&[("a.en", &"Word one. ".repeat(200)), ("b.kk", "Бір. Екі.")]);
    desk.press("jjG");
    desk.press("<Tab>G<C-o>");
    assert_eq!((desk.session.focus, desk.session.pane().selection.head.start), (1, 0));
    desk.press("<C-o>");
    assert_eq!((desk.session.focus, desk.session.pane().selection.head.start), (0, 20));
    desk.press("<C-o>");
    assert_eq!(desk.note(), "there is no place to go back to");
}

#[test]
fn a_click_ends_what_keys_began() {
    let mut desk = Desk::new(&[("a.en", "One two. Three.")]);
    for keys in ["g", "c"] {
        desk.press(keys);
        let rows = desk.session.screen.rows;
        desk.take(Input::Mouse(Mouse { deed: MouseDeed::Press, column: 2, row: rows - 1, now: Time(0) }));
        assert!(matches!(desk.session.mode, tanba::app::session::Mode::Read), "{keys}");
        assert!(desk.session.keys.typed.is_empty());
        assert_eq!(desk.kept("a.en").len(), 0);
    }
}

#[test]
fn kazakh_in_arabic_script_and_invisible_letters_are_read_and_tagged() {
    let text = "قازاق تىلى، ءبىر ٴسوز. ەكىنشى سويلەم.\u{200f}\u{feff} Zero\u{200b}width\u{ad}here.";
    let mut desk = Desk::new(&[("a.kk", text)]);
    desk.press("cs]jcc");
    assert_eq!(desk.kept("a.kk").len(), 2, "{:?}", desk.kept("a.kk"));
    let screen = desk.screen(60, 12);
    assert!(screen.contains("قازاق") && !screen.contains(['\u{200f}', '\u{202e}']), "{screen}");
    for (columns, rows) in [(20, 5), (41, 9), (300, 100)] {
        desk.screen(columns, rows);
    }
}
