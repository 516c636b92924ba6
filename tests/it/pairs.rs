//! What goes wrong with pairs: corrections in a hurry, panes that change, halves that go, texts that are revised.

use std::fs;

use crate::harness::{Desk, ok, run};
use tanba::app::beside;
use tanba::app::effect::{Effect, Input, Mouse, MouseDeed};
use tanba::app::library;
use tanba::app::session::Mode;
use tanba::model::annotation::Counterpart;
use tanba::model::change::{Change, Record};
use tanba::model::document::{DocumentId, Pair};
use tanba::model::time::Time;

const ENGLISH: &str = "Protest in Almaty\n\nIn 2016 Bekbolat came to Almaty with 300 people. Nobody in Astana answered. \
                       The site Azattyq was blocked on 21 May.\n\nWhy? Because of #zhanaozen in 2011.\n";
const KAZAKH: &str = "Алматыдағы наразылық\n\n2016 жылы Бекболат Алматыға 300 адаммен келді. Астанада ешкім жауап бермеді. \
                      Азаттық сайты 21 мамырда бұғатталды.\n\nНеге? 2011 жылғы #жаңаөзен үшін.\n";

fn keep_pair(desk: &mut Desk, left: &str, right: &str) {
    let pair = Pair { left: DocumentId(left.into()), right: DocumentId(right.into()) };
    desk.perform(vec![Effect::Keep(vec![Change::put(Record::Pair(pair))])]);
}

/// Sits down with a pair, and a third document that belongs to nothing.
fn pair() -> Desk {
    let mut desk = Desk::new(&[("a.en", ENGLISH), ("a.kk", KAZAKH), ("c.en", "Short.\n")]);
    keep_pair(&mut desk, "a.en", "a.kk");
    desk.screen(120, 30);
    desk.session.note = None;
    desk
}

/// Opens a document in a pane.
fn open(desk: &mut Desk, side: usize, id: &str) {
    let effects = library::put(&mut desk.session, side, DocumentId(id.into()));
    desk.perform(effects);
}

fn said(desk: &Desk) -> String {
    beside::told(&desk.session).unwrap_or_default()
}

fn links(desk: &Desk) -> usize {
    desk.store.as_ref().expect("open").shared().expect("shared").links.len()
}

#[test]
fn what_is_linked_twice_stays_linked() {
    let mut desk = pair();
    desk.press("jj");
    desk.press_keys("A l A l");
    assert_eq!((said(&desk).as_str(), links(&desk)), ("↔ by hand", 1));
    desk.press_keys("A u A u");
    let n = links(&desk);
    desk.sit_down();
    desk.screen(120, 30);
    desk.press("jj");
    assert_eq!((said(&desk).as_str(), links(&desk)), ("no counterpart, by hand", n));
}

#[test]
fn neighbouring_sentences_may_both_lack_a_counterpart() {
    let mut desk = pair();
    desk.press("jj");
    desk.press_keys("A u j A u");
    assert_eq!(said(&desk), "no counterpart, by hand");
    desk.press("k");
    assert_eq!(said(&desk), "no counterpart, by hand");
    // Forgetting one leaves the other, and forgets both sides of it.
    desk.press_keys("A r");
    assert!(said(&desk).contains("% sure"), "{}", said(&desk));
    desk.press("j");
    assert_eq!(said(&desk), "no counterpart, by hand");
    desk.press_keys("A r");
    assert_eq!(links(&desk), 0);
}

#[test]
fn only_the_selected_part_of_a_link_is_unlinked() {
    let mut desk = pair();
    desk.press("jj");
    desk.press_keys("A m A u");
    assert_eq!(said(&desk), "no counterpart, by hand");
    desk.press("j");
    assert_eq!(said(&desk), "↔ by hand", "the other sentence keeps both");
}

#[test]
fn a_correction_waits_for_the_one_before() {
    let mut desk = pair();
    desk.press("jj");
    desk.is_aligning = true;
    desk.press_keys("A m A m");
    assert_eq!(desk.note(), "the pair is being aligned anew; a moment");
    assert_eq!(links(&desk), 1);
}

#[test]
fn changing_the_counterpart_ends_where_the_coder_goes_elsewhere() {
    for way in ["Tab", "A x Tab", "t Esc"] {
        let mut desk = pair();
        desk.press("jjcsE");
        assert_eq!(said(&desk), "changing the counterpart");
        desk.press_keys(way);
        assert_ne!(said(&desk), "changing the counterpart", "{way}");
        desk.press("<Enter><Esc>");
        assert!(desk.session.now.0.beside.pinned.is_none(), "{way}");
    }
    // Exchanged panes are the same two documents.
    let mut desk = pair();
    desk.press("jjE");
    desk.press_keys("A x Enter B");
    desk.press("cen<Enter>");
    for (side, words) in [(0, "Астанада ешкім жауап бермеді."), (1, "Nobody in Astana answered.")]
    {
        assert_eq!(desk.session.panes[side].layer.all()[0].annotation.quote.exact, words);
    }
}

#[test]
fn what_was_set_as_a_counterpart_is_for_that_document_only() {
    let mut desk = pair();
    desk.press("jjE<Enter>");
    assert_eq!(said(&desk), "↔ as chosen, not linked");
    open(&mut desk, 1, "c.en");
    desk.press("B");
    assert!(desk.note().contains("are no pair"), "{}", desk.note());
    assert_eq!(desk.kept("c.en"), [""; 0]);
    // Undo takes it back before it takes back what was kept.
    open(&mut desk, 1, "a.kk");
    desk.press("u");
    assert_eq!(desk.note(), "the counterpart is what it was");
    assert!(said(&desk).contains("% sure"), "{}", said(&desk));
}

#[test]
fn a_pair_that_was_left_is_aligned_again() {
    let mut desk = pair();
    open(&mut desk, 1, "c.en");
    assert_eq!(beside::told(&desk.session), None);
    open(&mut desk, 1, "a.kk");
    desk.press("jj");
    assert!(said(&desk).contains("% sure"), "{}", said(&desk));
}

#[test]
fn a_slow_aligning_is_told_stopped_and_begun_again() {
    let mut desk = pair();
    open(&mut desk, 1, "c.en");
    desk.is_aligning = true;
    open(&mut desk, 1, "a.kk");
    assert_eq!(said(&desk), "aligning");
    let pair = Pair { left: DocumentId("a.en".into()), right: DocumentId("a.kk".into()) };
    desk.take(Input::Aligning(pair, 40));
    assert_eq!(said(&desk), "aligning 40 %");
    desk.press("<Esc>");
    assert_eq!(said(&desk), "not aligned; A a aligns");
    desk.is_aligning = false;
    desk.press_keys("A a j j");
    assert!(said(&desk).contains("% sure"), "{}", said(&desk));
}

#[test]
fn a_half_that_goes_frees_the_other_though_it_is_not_open() {
    let mut desk = pair();
    desk.press("jjBcen<Enter>");
    assert_eq!(desk.note(), "tagged both sides: censorship");
    open(&mut desk, 1, "c.en");
    desk.press("D");
    assert_eq!(desk.note(), "deleted censorship; its counterpart stays");
    open(&mut desk, 1, "a.kk");
    assert_eq!(desk.session.panes[1].layer.all()[0].annotation.counterpart, Counterpart::Open);
    desk.press("u");
    assert!(matches!(desk.session.panes[1].layer.all()[0].annotation.counterpart, Counterpart::Is(_)));
    // Another code is for both, too.
    open(&mut desk, 1, "c.en");
    desk.press("Cslack<Enter>");
    assert!(desk.kept("a.kk")[0].starts_with("slacktivism"), "{:?}", desk.kept("a.kk"));
}

#[test]
fn tagging_both_twice_makes_no_twins_and_links_what_was_tagged_apart() {
    let mut desk = pair();
    desk.press("jjcc");
    desk.press("Bcen<Enter>");
    assert_eq!((desk.kept("a.en").len(), desk.kept("a.kk").len()), (1, 1));
    desk.press("Bcen<Enter>");
    assert_eq!(desk.note(), "this has that code already, with its counterpart");
    // The coder stays where they are when it is taken back.
    desk.press("u");
    assert_eq!(desk.session.focus, 0);
    assert_eq!((desk.kept("a.en").len(), desk.kept("a.kk").len()), (1, 0));
    desk.press_keys("A n");
    assert_eq!(desk.note(), "said to have no counterpart");
}

#[test]
fn mirroring_takes_all_words_of_the_annotation_whatever_was_set_elsewhere() {
    let mut desk = pair();
    desk.press("jE<Enter>");
    desk.press("jvjcc");
    desk.press("M");
    let twin = &desk.session.panes[1].layer.all()[0].annotation.quote.exact;
    assert_eq!(twin, "Астанада ешкім жауап бермеді. Азаттық сайты 21 мамырда бұғатталды.");
}

#[test]
fn links_by_hand_go_along_when_a_text_is_revised() {
    let mut desk = pair();
    desk.press("jj");
    desk.press_keys("A l j A u");
    desk.store = None;
    let (root, file) = (desk.dir.path().to_owned(), desk.dir.path().join("documents/a.en.txt"));
    fs::write(&file, format!("A new first line of this very text.\n\n{ENGLISH}")).expect("written");
    let told = ok(&root, &["align", "a.en", "a.kk"]);
    let linked = told.lines().find(|line| line.contains('✓')).expect("a link by hand");
    assert!(linked.contains("Nobody in Astana") && linked.contains("Астанада"), "{told}");
    // Words that are gone are told, and the link is left out.
    fs::write(&file, ENGLISH.replace("Nobody in Astana answered.", "Silence.")).expect("written");
    let told = ok(&root, &["align", "a.en", "a.kk"]);
    assert!(!told.contains('✓'), "{told}");
    desk.sit_down();
    assert!(desk.note().contains("1 link by hand is left out"), "{}", desk.note());
}

#[test]
fn a_document_may_belong_to_two_pairs() {
    let mut desk = pair();
    keep_pair(&mut desk, "a.en", "c.en");
    open(&mut desk, 1, "c.en");
    assert_ne!(beside::told(&desk.session), None);
}

#[test]
fn what_is_exported_comes_back_with_its_counterparts() {
    let mut desk = pair();
    desk.press("jjBcen<Enter>jcs");
    desk.press_keys("A n");
    desk.store = None;
    let root = desk.dir.path();
    let exported = ok(root, &["export", "--format", "jsonl"]);
    let other = Desk::new(&[("a.en", ENGLISH), ("a.kk", KAZAKH)]);
    let there = other.dir.path().to_owned();
    let Desk { store, dir, .. } = other;
    drop(store);
    ok(&there, &["pair", "a.en", "a.kk"]);
    fs::write(there.join("rows.jsonl"), &exported).expect("written");
    ok(&there, &["import", "rows.jsonl"]);
    assert_eq!(ok(&there, &["export", "--format", "jsonl"]), exported);
    drop(dir);
}

#[test]
fn sorting_a_concordance_keeps_what_was_typed_and_marked() {
    let mut desk = pair();
    desk.press_keys("g /");
    desk.press("almaty<Enter>");
    let n = desk.session.hits.all.len();
    assert!(n >= 3, "{n}");
    desk.press_keys("Tab C-r C-l C-t");
    desk.press("cen<Enter>");
    assert_eq!(desk.kept("a.en").len() + desk.kept("a.kk").len(), 1);
}

#[test]
fn a_click_in_a_list_of_two_lines_a_row_chooses_that_row() {
    let mut desk = pair();
    desk.press_keys("g /");
    desk.press("almaty<Enter>");
    let screen = desk.screen(120, 30);
    let rows: Vec<usize> = (0..30)
        .filter(|y| screen.lines().nth(*y).is_some_and(|line| line.contains("a.en") && line.contains('│')))
        .collect();
    let row = u16::try_from(*rows.last().expect("a hit of a.en")).expect("small");
    let wanted = rows.len() - 1;
    for deed in [MouseDeed::Press, MouseDeed::Release] {
        desk.take(Input::Mouse(Mouse { deed, column: 40, row, now: Time(1) }));
    }
    let Mode::Pick(picker) = &desk.session.mode else { panic!("a list") };
    assert_eq!(picker.selected, wanted, "{screen}");
}

#[test]
fn words_of_one_letter_and_of_many_hyphens_are_searched_in_time() {
    // Far too long for anything that grows faster than the text.
    let dir = tempfile::TempDir::new().expect("a folder");
    ok(dir.path(), &["init"]);
    let letters = format!("ab {}\n{}\n{}\n", "a ".repeat(12_000), "ab-".repeat(8_000), "Ab.".repeat(40_000));
    fs::write(dir.path().join("x.en.txt"), letters).expect("written");
    ok(dir.path(), &["add", "x.en.txt"]);
    assert!(!ok(dir.path(), &["search", "ab"]).is_empty());
    assert!(run(dir.path(), &["search", "zzzz"]).stdout.is_empty());
}

#[test]
fn documents_that_are_named_alike_are_paired_at_once() {
    let desk = Desk::new(&[("a.en", ENGLISH), ("a.kk", KAZAKH), ("b.en", "B.\n"), ("c.en", "C.\n"), ("c.kk", "С.\n")]);
    let root = desk.dir.path().to_owned();
    let Desk { store, dir, .. } = desk;
    drop(store);
    ok(&root, &["pair", "c.en", "c.kk"]);
    assert_eq!(ok(&root, &["pair", "--by-name"]), "a.en ↔ a.kk\n1 new pair\n");
    assert_eq!(ok(&root, &["pair", "--by-name"]), "0 new pairs\n");
    assert_eq!(run(&root, &["pair", "a.en"]).status.code(), Some(2));
    drop(dir);
}

#[test]
fn a_gap_in_the_rows_view_is_marked() {
    let mut desk = pair();
    desk.press_keys("A v j j A u");
    let screen = desk.screen(120, 30);
    let level = |words: &str| screen.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{screen}"));
    let (left, right) = (level("Nobody in Astana"), level("Астанада ешкім"));
    assert!(left.contains("│     —") && !left.contains("Астанада"), "{screen}");
    assert!(right.starts_with("     —  "), "{screen}");
}

#[test]
fn a_half_of_another_pair_is_no_lone_one() {
    let mut desk = pair();
    desk.press("jjBcen<Enter>");
    keep_pair(&mut desk, "a.en", "c.en");
    open(&mut desk, 1, "c.en");
    desk.press_keys("g b");
    assert!(desk.note().starts_with("everything"), "{}", desk.note());
    assert!(matches!(desk.session.panes[0].layer.all()[0].annotation.counterpart, Counterpart::Is(_)));
}

#[test]
fn a_correction_after_a_revision_leaves_the_other_ones() {
    let mut desk = pair();
    desk.press("jj");
    desk.press_keys("A l j A l");
    assert_eq!(links(&desk), 2);
    desk.store = None;
    // As many letters in front as the first of them is long: the old places of one are the new ones of the other.
    let new = format!("{}\n{ENGLISH}", "x".repeat("Nobody in Astana answered.".len()));
    fs::write(desk.dir.path().join("documents/a.en.txt"), new).expect("written");
    desk.sit_down();
    desk.screen(120, 30);
    desk.press("jjj");
    assert_eq!(said(&desk), "↔ by hand");
    desk.press_keys("A r");
    assert_eq!(links(&desk), 1);
    desk.press("j");
    assert_eq!(said(&desk), "↔ by hand");
}

#[test]
fn a_second_aligning_that_was_stopped_can_be_begun_again() {
    let mut desk = pair();
    desk.press("jj");
    desk.is_aligning = true;
    desk.press_keys("A l");
    let pair = Pair { left: DocumentId("a.en".into()), right: DocumentId("a.kk".into()) };
    desk.take(Input::Aligning(pair.clone(), 10));
    assert_eq!(said(&desk), "aligning 10 %", "also while the one before is shown");
    desk.press("<Esc>");
    // Word that was under way when it was stopped brings nothing back.
    desk.take(Input::Aligning(pair, 20));
    assert_eq!(said(&desk), "not aligned; A a aligns");
    desk.press_keys("A m");
    assert_eq!(desk.note(), "not aligned; A a aligns");
    desk.is_aligning = false;
    desk.press_keys("A a A m");
    assert_eq!(desk.note(), "sentences linked");
}

#[test]
fn undo_takes_back_what_was_done_last_whatever_was_chosen_before() {
    let mut desk = pair();
    desk.press("jjE<Enter>cc");
    assert_eq!(desk.kept("a.en").len(), 1);
    desk.press("u");
    assert_eq!(desk.kept("a.en").len(), 0);
}

#[test]
fn the_list_of_one_sided_ones_keeps_what_was_typed_and_marked() {
    let mut desk = pair();
    desk.press("jcsjjcckcs");
    desk.press_keys("g b");
    desk.press("slack");
    desk.press_keys("C-o");
    let Mode::Pick(picker) = &desk.session.mode else { panic!("a list") };
    assert_eq!((picker.query.text(), picker.hits.len()), ("slack", 1));
    desk.press_keys("C-o");
    assert_eq!(desk.kept("a.kk").len(), 2);
    assert!(desk.kept("a.kk").iter().all(|kept| kept.starts_with("slacktivism")), "{:?}", desk.kept("a.kk"));
}

#[test]
fn halves_that_come_in_without_the_other_stand_alone() {
    let mut desk = pair();
    desk.press("jjBcen<Enter>");
    desk.store = None;
    let exported = ok(desk.dir.path(), &["export", "--format", "jsonl", "--document", "a.en"]);
    let other = Desk::new(&[("a.en", ENGLISH), ("a.kk", KAZAKH)]);
    let there = other.dir.path().to_owned();
    let Desk { store, dir, .. } = other;
    drop(store);
    fs::write(there.join("rows.jsonl"), &exported).expect("written");
    ok(&there, &["import", "rows.jsonl"]);
    assert!(ok(&there, &["export", "--format", "jsonl"]).contains("\"counterpart_id\":\"\""));
    drop(dir);
}

#[test]
fn a_pair_is_taken_apart_before_another_one_is_made() {
    let desk = Desk::new(&[("a.en", ENGLISH), ("a.kk", KAZAKH), ("b.kk", KAZAKH)]);
    let root = desk.dir.path().to_owned();
    let Desk { store, dir, .. } = desk;
    drop(store);
    ok(&root, &["pair", "a.en", "a.kk"]);
    let refused = run(&root, &["pair", "a.en", "b.kk"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("take it apart first: tanba pair --remove a.en a.kk"));
    assert_eq!(ok(&root, &["pair", "--remove", "a.kk", "a.en"]), "pair a.en ↔ a.kk removed\n");
    ok(&root, &["pair", "a.en", "b.kk"]);
    drop(dir);
}
