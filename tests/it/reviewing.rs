//! Reviewing colleagues: comparing, verdicts, talking, and settling, from start to consensus.

use std::fs;

use tanba::agreement::comparison::Kind;
use tanba::app::session::Mode;
use tanba::model::rules::CONSENSUS;
use tanba::tables::table::Label;

use crate::harness::{Desk, open};

const TEXT: &str = "People like it. Nobody comes! Why do they not? Because.";

/// Sits down as somebody at the project of a desk that is left.
fn sit_as(mut desk: Desk, coder: &str) -> Desk {
    desk.coder = coder.into();
    desk.sit_down();
    desk
}

/// asel tagged three sentences, and dana three: alike, with another code, and each one that the other missed.
fn double_coded() -> Desk {
    let mut desk = Desk::new(&[("a.en", TEXT)]);
    desk.press("gg)(").press("cs)cc)cs");
    let mut desk = sit_as(desk, "dana");
    desk.press("gg)(").press("cs)cs))cc");
    desk
}

fn kinds(desk: &Desk) -> Vec<Kind> {
    desk.session.comparing.places[0].iter().map(|place| place.kind).collect()
}

fn verdicts(desk: &Desk) -> Vec<String> {
    let review = &desk.session.panes[0].review;
    review.verdicts.values().map(|verdict| format!("{} {:?}", verdict.reviewer, verdict.judgement)).collect()
}

#[test]
fn the_kinds_of_places_are_told_and_walked_through_by_one_key() {
    let mut desk = double_coded();
    desk.press("=");
    assert_eq!(kinds(&desk), [Kind::Same, Kind::Code, Kind::Missed, Kind::Missed]);
    assert!(desk.note().starts_with("dana · asel: other code 1, missed by one 2, other boundaries 0, alike 1 · α "));
    desk.press("gg;");
    assert_eq!(desk.note(), "1/3 · ≠ other code · asel: censorship · dana: slacktivism");
    desk.press(";");
    assert_eq!(desk.note(), "2/3 · ? missed by one · asel: slacktivism · dana: —");
    desk.press(";;");
    assert_eq!(desk.note(), "no further difference here");
    desk.press(",");
    assert!(desk.note().starts_with("2/3"));
    desk.press("=");
    assert!(!desk.session.comparing.is_on);
    desk.press("Vj");
    assert!(desk.note().contains("compare the coders first"));
}

#[test]
fn a_number_of_code_against_code_opens_the_places_that_it_counts() {
    let mut desk = double_coded();
    desk.press("Vg").press("against code<Enter>");
    let Mode::Table = desk.session.mode else { panic!("no table") };
    let view = desk.session.table.view.as_ref().expect("a table");
    assert!(view.table.title.contains("asel down, dana across"), "{}", view.table.title);
    let at = |labels: &[Label], name: &str| labels.iter().position(|label| label.text == name).expect("a label");
    let cell = |row: &str, column: &str| (at(&view.table.rows, row), at(&view.table.columns, column));
    let cells = [
        (cell("censorship", "slacktivism"), "asel: censorship · dana: slacktivism"),
        (cell("slacktivism", "uncoded"), "asel: slacktivism · dana: —"),
        (cell("uncoded", "censorship"), "dana: censorship · asel: —"),
    ];
    let alike = cell("slacktivism", "slacktivism");
    for (cell, said) in cells {
        desk.session.mode = Mode::Table;
        desk.session.table.view.as_mut().expect("a table").cell = cell;
        desk.press("<Enter>");
        let told: Vec<&str> = desk.session.lists.places.1.iter().map(|place| place.said.as_str()).collect();
        assert_eq!(told, [said]);
    }
    desk.session.mode = Mode::Table;
    desk.session.table.view.as_mut().expect("a table").cell = alike;
    desk.press("<Enter>");
    assert_eq!(desk.note(), "no open difference there");
}

#[test]
fn a_verdict_reaches_the_coder_and_comes_back_with_an_answer() {
    let mut desk = double_coded();
    // dana reviews asel: accepts the first, rejects the second with a reason, proposes for the third.
    desk.press("gg'Y");
    assert_eq!(desk.note(), "accepted, what asel says");
    desk.press("'X").press("too<Tab>");
    desk.press("<Esc>X").press("broad<Enter>").press("it is about shops<Enter>");
    assert_eq!(desk.note(), "rejected, what asel says; they will see why");
    desk.press("'").press("P").press("cens<Enter>");
    assert_eq!(desk.note(), "proposed to asel");
    desk.press("'");
    assert_eq!(desk.note(), "you gave a verdict on every annotation of your colleagues here");
    desk.press("W").press("@asel what do you think?<Esc>");
    assert_eq!(desk.note(), "said to asel");
    assert_eq!(verdicts(&desk).len(), 3);
    let mut desk = sit_as(desk, "asel");
    desk.press("I");
    let screen = desk.screen(120, 30);
    assert!(screen.contains("4 new since you last looked"), "{screen}");
    assert!(screen.contains("rejects it, broad: it is about shops") && screen.contains("@asel what do you think?"));
    // The one that proposes: there, and done as proposed.
    desk.press("proposes<Enter>");
    desk.press("O");
    assert_eq!(desk.note(), "code changed from slacktivism to censorship");
    desk.press("W").press("agreed<Esc>");
    desk.press("Vs");
    assert_eq!(desk.note(), "settled what was said of it");
    desk.press("V").press("t");
    let screen = desk.screen(120, 30);
    assert!(screen.contains("agreed") && screen.contains("(of what it said before)"), "{screen}");
    desk.press("<Esc>I");
    assert!(desk.screen(120, 30).contains("0 new since you last looked"));
    let mut desk = sit_as(desk, "dana");
    desk.press("I");
    assert!(desk.screen(120, 30).contains("asel · agreed"), "an answer comes back");
}

#[test]
fn verdicts_from_a_list_go_to_colleagues_and_words_stay_ones_own() {
    let mut desk = double_coded();
    desk.press("Vq");
    assert!(desk.screen(120, 30).contains("not reviewed:me"));
    desk.press("<A-y>");
    assert_eq!(verdicts(&desk).len(), 1);
    desk.press("<A-n>").press("twice<Enter><Enter>");
    assert_eq!(verdicts(&desk).len(), 2);
    desk.press("<Esc>u");
    assert_eq!(verdicts(&desk).len(), 1);
    desk.press("gg").press("Y");
    assert!(desk.note().contains("yours; verdicts are for colleagues'") || verdicts(&desk).len() != 1);
}

fn consensus(desk: &Desk) -> Vec<String> {
    let all = desk.session.panes[0].layer.all().iter().filter(|placed| placed.annotation.coder == CONSENSUS);
    all.map(|placed| format!("{} {}..{}", placed.annotation.code, placed.span.start, placed.span.end)).collect()
}

#[test]
fn the_whole_way_to_the_consensus_is_keys_alone_and_can_be_undone() {
    let mut desk = double_coded();
    desk.press("=VZ").press("all say<Enter>");
    assert_eq!(desk.note(), "1 place settled by the rule");
    assert_eq!(consensus(&desk), ["slacktivism 0..15"]);
    desk.press("gg;Z").press("what asel says<Enter>").press("the text is about law<Enter>");
    assert_eq!(desk.note(), "settled: what asel says");
    desk.press(";Z").press("nothing is tagged<Enter><Enter>");
    desk.press(";Z").press("something else<Enter>").press("slack<Enter>").press("so<Enter>");
    assert_eq!(desk.note(), "settled: something else");
    assert_eq!(consensus(&desk), ["slacktivism 0..15", "censorship 16..29", "slacktivism 47..55"]);
    assert!(desk.session.comparing.places[0].iter().all(|place| place.is_settled));
    let settlements: Vec<_> = desk.session.panes[0].review.settlements.values().cloned().collect();
    assert_eq!(settlements.iter().filter(|one| one.rule == "same").count(), 1, "what a rule did is marked");
    assert!(settlements.iter().any(|one| one.reason == "the text is about law" && one.coder == "dana"));
    // Settled anew: what was made before goes.
    desk.press("gg;Z").press("both<Enter><Enter>");
    assert_eq!(consensus(&desk).len(), 4);
    desk.press("Z").press("open it again<Enter>");
    assert_eq!(consensus(&desk), ["slacktivism 0..15", "slacktivism 47..55"]);
    desk.press("uuuuuu");
    assert_eq!(consensus(&desk), [""; 0]);
    assert!(desk.session.panes[0].review.settlements.is_empty());
    desk.press("UUUUUU");
    assert_eq!(consensus(&desk).len(), 2);
    desk.sit_down();
    assert_eq!(consensus(&desk).len(), 2, "after a restart");
}

#[test]
fn what_changes_after_it_was_settled_is_open_again() {
    let mut desk = double_coded();
    desk.press("=VZ").press("all say<Enter>");
    let mut desk = sit_as(desk, "asel");
    desk.press("=gg");
    assert!(desk.session.comparing.places[0][0].is_settled);
    desk.press("C").press("cens<Enter>");
    assert!(desk.session.comparing.places[0].iter().all(|place| !place.is_settled));
    assert_eq!(consensus(&desk).len(), 1, "what was settled stays until it is settled anew");
}

#[test]
fn two_who_settle_alike_make_one_annotation_and_deleted_ones_harm_nobody() {
    let desk = double_coded();
    let root = desk.dir.path().to_path_buf();
    let mut desk = sit_as(desk, "dana");
    desk.press("=VZ").press("all say<Enter>");
    let journal = fs::read(root.join("journal/dana@desk.jsonl")).expect("read");
    desk.press("u");
    // A third person settles the same elsewhere; then dana's journal comes.
    let mut desk = sit_as(desk, "timur");
    desk.press("=VZ").press("all say<Enter>");
    assert_eq!(consensus(&desk).len(), 1);
    fs::write(root.join("journal/dana@desk.jsonl"), journal).expect("written");
    desk.sit_down();
    assert_eq!(consensus(&desk).len(), 1, "one, and not two");
    // A verdict on what is deleted meanwhile.
    desk.press("gg'Y");
    let mut desk = sit_as(desk, "asel");
    desk.press("ggD");
    let mut desk = sit_as(desk, "asel");
    desk.press("I");
    assert!(desk.screen(120, 30).contains("an annotation that is deleted"), "{}", desk.screen(120, 30));
    desk.press("<Enter>");
    drop(open(&root, "asel"));
}
