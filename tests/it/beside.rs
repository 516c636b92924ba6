//! Two languages as one text: alignment, following, rows, corrections, and tagging on both sides.

use std::fs;

use crate::harness::{Desk, ok, run, theme};
use tanba::app::beside;
use tanba::app::session::Mode;
use tanba::model::annotation::Counterpart;
use tanba::model::change::{Change, Record};
use tanba::model::document::{DocumentId, Pair};
use tanba::ui::theme::Level;

const ENGLISH: &str = "Protest in Almaty\n\nIn 2016 Bekbolat came to Almaty with 300 people. Nobody in Astana answered. \
                       The site Azattyq was blocked on 21 May.\n\nWhy? Because of #zhanaozen in 2011.\n";
const KAZAKH: &str = "Алматыдағы наразылық\n\n2016 жылы Бекболат Алматыға 300 адаммен келді. Астанада ешкім жауап бермеді. \
                      Азаттық сайты 21 мамырда бұғатталды.\n\nНеге? 2011 жылғы #жаңаөзен үшін.\n";

/// Sits down with a pair.
fn pair() -> Desk {
    let mut desk = Desk::new(&[("a.en", ENGLISH), ("a.kk", KAZAKH)]);
    let pair = Pair { left: DocumentId("a.en".into()), right: DocumentId("a.kk".into()) };
    desk.perform(vec![tanba::app::effect::Effect::Keep(vec![Change::put(Record::Pair(pair))])]);
    desk.screen(120, 30);
    desk.session.note = None;
    desk
}

/// What corresponds to what is selected.
fn counterpart(desk: &Desk) -> String {
    let other = &desk.session.panes[1 - desk.session.focus];
    beside::counterpart(&desk.session).map(|span| other.text.read(span)).unwrap_or_default()
}

#[test]
fn the_counterpart_of_the_selection_is_known_and_marked_in_the_other_pane() {
    let mut desk = pair();
    desk.press("jj");
    assert_eq!(desk.session.pane().text.read(desk.session.pane().selection.span()), "Nobody in Astana answered.");
    assert_eq!(counterpart(&desk), "Астанада ешкім жауап бермеді.");
    let (text, buffer) = desk.drawn(120, 30, theme(Level::Mono, "dark"));
    let y = text.lines().filter(|line| !line.is_empty()).position(|line| line.contains("Астанада")).expect("drawn");
    let x = text.lines().nth(y).expect("a row").chars().collect::<Vec<_>>();
    let x = x.windows(8).position(|w| w.iter().collect::<String>() == "Астанада").expect("drawn");
    let style = buffer[(x as u16, y as u16)].style();
    assert!(style.add_modifier.contains(ratatui::style::Modifier::UNDERLINED), "{style:?}");
    // One key goes there, and back.
    desk.press_keys("S-Tab");
    assert_eq!(desk.session.focus, 1);
    assert_eq!(desk.session.pane().text.read(desk.session.pane().selection.span()), "Астанада ешкім жауап бермеді.");
    assert_eq!(counterpart(&desk), "Nobody in Astana answered.");
    desk.press_keys("S-Tab");
    assert_eq!(desk.session.focus, 0);
}

#[test]
fn one_key_tags_both_sides_and_undo_takes_both_back() {
    let mut desk = pair();
    desk.press("jjBcen<Enter>");
    assert_eq!(desk.kept("a.en"), ["censorship 68..94"]);
    assert_eq!(desk.kept("a.kk").len(), 1);
    let [left, right] = [0, 1].map(|side| desk.session.panes[side].layer.all()[0].annotation.clone());
    assert_eq!((left.counterpart, right.counterpart), (Counterpart::Is(right.id), Counterpart::Is(left.id)));
    assert_eq!(right.quote.exact, "Астанада ешкім жауап бермеді.");
    // The list shows both quotes.
    let screen = desk.screen(160, 40);
    assert!(screen.contains("“Nobod… ↔ “Астан…"), "{screen}");
    // Both halves keep one code; when one goes, the other stands alone.
    desk.press("Cslack<Enter>");
    assert_eq!(desk.kept("a.en"), ["slacktivism 68..94"]);
    assert!(desk.kept("a.kk")[0].starts_with("slacktivism"));
    desk.press("uD");
    assert_eq!(desk.kept("a.en").len(), 0);
    assert_eq!(desk.session.panes[1].layer.all()[0].annotation.counterpart, Counterpart::Open);
    desk.press("uu");
    assert_eq!((desk.kept("a.en").len(), desk.kept("a.kk").len()), (0, 0));
    desk.press("U");
    assert_eq!((desk.kept("a.en").len(), desk.kept("a.kk").len()), (1, 1));
}

#[test]
fn the_counterparts_boundaries_are_corrected_before_tagging() {
    let mut desk = pair();
    desk.press("jjE");
    assert_eq!(desk.session.focus, 1);
    // Twelve letters less at the end.
    desk.press(&"H".repeat(16));
    desk.press("<Enter>");
    assert_eq!(desk.session.focus, 0);
    assert_eq!(counterpart(&desk), "Астанада ешкі");
    desk.press("Bcen<Enter>");
    assert_eq!(desk.session.panes[1].layer.all()[0].annotation.quote.exact, "Астанада ешкі");
    // Dropped, it is as it was.
    desk.press("jE<Esc>");
    assert_eq!((desk.session.focus, counterpart(&desk).as_str()), (0, "Азаттық сайты 21 мамырда бұғатталды."));
}

#[test]
fn what_is_tagged_on_one_side_only_is_listed_mirrored_or_let_be() {
    let mut desk = pair();
    desk.press("jcsjjcc");
    desk.press_keys("g b");
    let screen = desk.screen(120, 30);
    assert!(screen.contains("Tagged on one side only · 2 of 2"), "{screen}");
    desk.press("<Enter>M");
    assert_eq!(desk.kept("a.kk").len(), 1);
    desk.press_keys("g b Enter A n");
    desk.press_keys("g b");
    assert!(desk.note().starts_with("everything that you tagged here"), "{}", desk.note());
    // In the list itself, a row at a time or the marked ones in one step.
    desk.press_keys("u u g b Tab Tab C-o");
    assert_eq!(desk.kept("a.kk").len(), 2);
    assert!(matches!(desk.session.mode, Mode::Read), "nothing is left to list");
    desk.press_keys("u g b C-o");
    assert_eq!(desk.kept("a.kk").len(), 1);
    assert!(desk.screen(120, 30).contains("Tagged on one side only · 1 of 1"), "{}", desk.screen(120, 30));
    desk.press_keys("C-s");
    desk.press_keys("g b");
    assert!(desk.note().starts_with("everything that you tagged here"), "{}", desk.note());
    // What was tagged alike on both sides without a word is no omission, and is linked rather than doubled.
    let mut desk = pair();
    desk.press("jcs");
    desk.press_keys("S-Tab");
    desk.press("cs");
    desk.press_keys("g b");
    assert!(desk.note().starts_with("everything"), "{}", desk.note());
    desk.press("M");
    assert_eq!((desk.kept("a.en").len(), desk.kept("a.kk").len()), (1, 1));
    assert!(matches!(desk.session.pane().layer.all()[0].annotation.counterpart, Counterpart::Is(_)));
}

#[test]
fn links_are_corrected_by_hand_kept_undone_and_hold_when_all_is_aligned_again() {
    let mut desk = pair();
    desk.press("jj");
    // The sentence and the next one belong together.
    desk.press_keys("A m");
    assert_eq!(counterpart(&desk), "Астанада ешкім жауап бермеді. Азаттық сайты 21 мамырда бұғатталды.");
    desk.press_keys("A s");
    assert_eq!(counterpart(&desk), "Астанада ешкім жауап бермеді.");
    desk.press_keys("A u");
    assert_eq!(counterpart(&desk), "");
    assert!(beside::told(&desk.session).expect("a pair").contains("no counterpart, by hand"));
    // It is in the journal: a new start knows it, and undo takes it back.
    desk.sit_down();
    desk.screen(120, 30);
    desk.press("jj");
    assert_eq!(counterpart(&desk), "");
    desk.press("u");
    assert_eq!(counterpart(&desk), "Астанада ешкім жауап бермеді.");
    desk.press_keys("A r");
    assert_eq!(beside::confidence(&desk.session).map(|percent| percent > 50), Some(true));
    desk.press_keys("A r");
    assert_eq!(desk.note(), "nothing was said by hand of this link");
}

#[test]
fn any_sentences_are_linked_by_choosing_them_on_both_sides() {
    let mut desk = pair();
    desk.press("jjE");
    desk.press_keys("v j");
    desk.press("<Enter>");
    desk.press_keys("A l");
    desk.press("kj");
    assert_ne!(counterpart(&desk), "Астанада ешкім жауап бермеді.");
    assert_eq!(beside::confidence(&desk.session), None, "what a person said has no doubt");
}

#[test]
fn rows_start_level_and_the_other_pane_follows_by_sentence() {
    let mut desk = pair();
    desk.press_keys("A v");
    let screen = desk.screen(120, 30);
    for (left, right) in
        [("Nobody in Astana", "Астанада ешкім"), ("The site Azattyq", "Азаттық сайты"), ("Why?", "Неге?")]
    {
        let line = screen.lines().find(|line| line.contains(left)).unwrap_or_else(|| panic!("{left}:\n{screen}"));
        assert!(line.contains(right), "{left} and {right} are not level:\n{screen}");
    }
    // Every byte of both texts is still shown once, in order.
    for pane in &desk.session.panes {
        let mut end = 0;
        for row in pane.view.rows.iter().filter(|row| !row.span().is_empty()) {
            assert!(row.span().start >= end);
            end = row.span().end;
        }
        assert!(end + 1 >= pane.text.len());
    }
    desk.press_keys("A v");
    assert!(desk.session.panes.iter().all(|pane| pane.view.grid().is_none()));
}

#[test]
fn the_other_pane_follows_by_segment_until_it_is_told_to_stay() {
    let blocks = |long: &str, name: &str| {
        let block = |i: usize| format!("{name} {i}, {} {}.\n\n", 1900 + 7 * i, long.repeat(1 + i % 3));
        (0..60).map(block).collect::<Vec<_>>().concat()
    };
    let english = blocks("some words of a sentence that says nothing ", "Almaty, point number");
    let kazakh = blocks("сөз ", "Алматы, тармақ нөмірі");
    let mut desk = Desk::new(&[("a.en", &english), ("a.kk", &kazakh)]);
    let pair = Pair { left: DocumentId("a.en".into()), right: DocumentId("a.kk".into()) };
    desk.perform(vec![tanba::app::effect::Effect::Keep(vec![Change::put(Record::Pair(pair))])]);
    desk.screen(120, 30);
    desk.press(&"j".repeat(40));
    let row = |desk: &Desk, side: usize, words: &str| {
        desk.session.panes[side].view.rows.iter().position(|row| row.text().contains(words))
    };
    assert_eq!(row(&desk, 0, "point number 40,"), row(&desk, 1, "тармақ нөмірі 40,"));
    assert!(row(&desk, 1, "тармақ нөмірі 40,").is_some());
    desk.press_keys("A f");
    let before = desk.session.panes[1].view.top;
    desk.press(&"k".repeat(30));
    assert_eq!(desk.session.panes[1].view.top, before);
}

#[test]
fn panes_are_swapped_and_stacked_and_still_correspond() {
    let mut desk = pair();
    desk.press("jj");
    desk.press_keys("A x");
    assert_eq!(desk.session.pane().document, DocumentId("a.en".into()));
    assert_eq!(desk.session.focus, 1);
    assert_eq!(counterpart(&desk), "Астанада ешкім жауап бермеді.");
    let screen = desk.screen(80, 24);
    assert!(screen.contains("Астанада") && screen.contains("Nobody in Astana"), "{screen}");
    desk.press_keys("A k");
    let areas = desk.session.areas();
    assert!(areas.bodies.iter().any(|body| body.width == 0), "one alone where two beside each other are too narrow");
}

#[test]
fn texts_without_relation_are_said_to_have_none() {
    let text = "Олар үйге кетті. Бала суға барды. Аспан ашық болды.";
    let mut desk = Desk::new(&[("a.en", "Wheat is sown in spring. A miller waits. Bread follows."), ("a.kk", text)]);
    let pair = Pair { left: DocumentId("a.en".into()), right: DocumentId("a.kk".into()) };
    desk.perform(vec![tanba::app::effect::Effect::Keep(vec![Change::put(Record::Pair(pair))])]);
    desk.screen(120, 30);
    assert_eq!(counterpart(&desk), "");
    desk.press_keys("A v");
    assert_eq!(desk.note(), "nothing in these two texts corresponds; link by hand what does");
    desk.press("B");
    assert!(desk.note().contains("nothing corresponds to this in the other text"), "{}", desk.note());
}

#[test]
fn the_export_carries_the_counterparts_quote_and_id() {
    let mut desk = pair();
    desk.press("jjBcen<Enter>jcs");
    let ids = [0, 1].map(|side| desk.session.panes[side].layer.all()[0].annotation.id.to_string());
    desk.store = None;
    let printed = ok(desk.dir.path(), &["export", "--format", "jsonl"]);
    let rows: Vec<serde_json::Value> = printed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows[0]["counterpart"], "Астанада ешкім жауап бермеді.");
    assert_eq!(rows[0]["counterpart_id"], ids[1]);
    assert_eq!(rows[1]["counterpart"], "Азаттық сайты 21 мамырда бұғатталды.");
    assert_eq!(rows[1]["counterpart_id"], "");
    assert_eq!((&rows[0]["counterpart_by"], &rows[1]["counterpart_by"]), (&"coder".into(), &"alignment".into()));
    assert_eq!((&rows[2]["document"], &rows[2]["counterpart_id"]), (&"a.kk".into(), &ids[0].clone().into()));
}

#[test]
fn align_prints_tables_memories_and_scores_of_files() {
    let dir = tempfile::TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("written");
    let lines = |text: &str| text.replace(". ", ".\n").replace("? ", "?\n");
    write("a.en", &lines(ENGLISH));
    write("a.kk", &lines(KAZAKH));
    write("a.gold", "0\t0\n1\t1\n2\t2\n3\t3\n4\t4\n5\t5\n");
    let tsv = ok(dir.path(), &["align", "a.en", "a.kk", "--lines", "--tsv"]);
    assert_eq!(tsv, "0\t0\n1\t1\n2\t2\n3\t3\n4\t4\n5\t5\n");
    let told = ok(dir.path(), &["align", "a.en", "a.kk", "--lines", "--evaluate", "a.gold"]);
    assert_eq!(told.trim(), "precision 100.0, recall 100.0, F1 100.0 (6 right of 6 found, 6 wanted)");
    let json: serde_json::Value =
        serde_json::from_str(&ok(dir.path(), &["align", "a.en", "a.kk", "--lines", "--json"])).expect("JSON");
    assert_eq!(json["kinship"], "translation");
    assert_eq!(json["links"][2]["right_text"], "Астанада ешкім жауап бермеді.");
    let tmx = ok(dir.path(), &["align", "a.en", "a.kk", "--lines", "--tmx"]);
    assert!(tmx.contains("<tuv xml:lang=\"kk\"><seg>Неге?</seg></tuv>"), "{tmx}");
    // Bad input: an empty side, a wrong gold file, no such thing.
    write("empty.kk", "\n\n");
    let told = ok(dir.path(), &["align", "a.en", "empty.kk"]);
    assert_eq!(told, "empty.kk has no sentences\nnothing here corresponds\n");
    write("bad.gold", "0\t0\nx\n");
    let output = run(dir.path(), &["align", "a.en", "a.kk", "--lines", "--evaluate", "bad.gold"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("bad.gold, line 2: no link"));
    assert_eq!(run(dir.path(), &["align", "a.en", "nowhere"]).status.code(), Some(1));
}

#[test]
fn rows_are_level_where_a_side_begins_or_ends_with_a_gap() {
    // A side that begins and ends with sentences the other lacks.
    let left = "Extra words at first that nobody translated in any way.\nAlmaty 2016.\nAstana 2017.\n";
    let right = "Алматы 2016.\nАстана 2017.\nСоңында біреу өзінше тағы бірдеңе қосып қойған екен.\n";
    let mut desk = Desk::new(&[("a.en", left), ("a.kk", right)]);
    fs::create_dir(desk.dir.path().join("alignment")).expect("made");
    fs::write(desk.dir.path().join("alignment/a.en+a.kk.gold"), "0\t\n1\t0\n2\t1\n\t2\n").expect("written");
    let pair = Pair { left: DocumentId("a.en".into()), right: DocumentId("a.kk".into()) };
    desk.perform(vec![tanba::app::effect::Effect::Keep(vec![Change::put(Record::Pair(pair))])]);
    desk.screen(120, 30);
    desk.press_keys("A v");
    for keys in ["j k", "G", "g g", "C-d", "C-u"] {
        desk.press_keys(keys);
        let screen = desk.screen(120, 30);
        let line = screen.lines().find(|line| line.contains("Almaty 2016.")).unwrap_or_else(|| panic!("{screen}"));
        assert!(line.contains("Алматы 2016."), "{keys}: {screen}");
        let first = screen.lines().find(|line| line.contains("Extra words")).unwrap_or_else(|| panic!("{screen}"));
        assert!(first.contains('—'), "{keys}: {screen}");
    }
}
