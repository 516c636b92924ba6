//! Whole screens, compared with those that people have looked at.

use crate::harness::{Desk, golden, theme};
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use tanba::ui::theme::Level;

const ENGLISH: &str = "Likes and squares\n\nA summons may collect thousands of likes. On the day itself the square stays empty. \
    Some call this slacktivism; others say that a like is the first step.\n\nThe portal answers within three days. The blocked page never does.";
const KAZAKH: &str = "Лайк пен алаң\n\nШақыру мыңдаған лайк жинауы мүмкін. Сол күні алаңда ешкім болмайды. \
    Біреулер мұны слактивизм дейді, енді біреулер лайкты алғашқы қадам санайды.\n\nПортал үш күнде жауап береді. Бұғатталған бет ешқашан жауап бермейді.";

fn desk() -> Desk {
    let mut desk = Desk::new(&[("likes.en", ENGLISH), ("likes.kk", KAZAKH)]);
    desk.press("jcsjJcc<Esc>iocs");
    desk.press("mЕкінші рет оқу керек.<C-s>");
    desk.session.note = None;
    desk
}

#[test]
fn two_panes_at_120_columns() {
    golden("reader-120x30", &desk().screen(120, 30));
}

#[test]
fn the_panel_at_the_side_at_160_columns() {
    golden("reader-160x24", &desk().screen(160, 24));
}

#[test]
fn one_pane_at_80_columns() {
    golden("reader-80x24", &desk().screen(80, 24));
}

#[test]
fn one_pane_at_40_columns() {
    golden("reader-40x12", &desk().screen(40, 12));
}

#[test]
fn a_window_of_20_by_5_still_reads() {
    golden("reader-20x5", &desk().screen(20, 5));
}

#[test]
fn the_list_of_codes() {
    let mut desk = desk();
    desk.press("tцен");
    golden("codes-80x24", &desk.screen(80, 24));
}

#[test]
fn a_memo_being_written() {
    let mut desk = desk();
    desk.press("m<Enter>Тағы бір жол.");
    golden("memo-80x24", &desk.screen(80, 24));
}

#[test]
fn the_help() {
    let mut desk = desk();
    desk.press("?");
    golden("help-100x100", &desk.screen(100, 100));
}

#[test]
fn what_is_known_about_a_document() {
    let mut desk = desk();
    desk.press("gi");
    golden("info-80x24", &desk.screen(80, 24));
}

#[test]
fn a_project_without_documents_says_what_to_do() {
    let mut desk = Desk::new(&[]);
    golden("empty-80x24", &desk.screen(80, 24));
}

/// For each cell of some rows a letter: what a person would see of colour, underline, bold and reversal.
fn styles(buffer: &Buffer, rows: std::ops::Range<u16>) -> String {
    let sign = |x: u16, y: u16| {
        let cell = &buffer[(x, y)];
        let has = |m| cell.modifier.contains(m);
        match () {
            () if has(Modifier::REVERSED) && has(Modifier::UNDERLINED) => 'R',
            () if has(Modifier::REVERSED) => 'r',
            () if has(Modifier::ITALIC) && has(Modifier::UNDERLINED) => '3',
            () if has(Modifier::BOLD) && has(Modifier::UNDERLINED) => '2',
            () if has(Modifier::UNDERLINED) => '1',
            () if cell.bg != Color::Reset => 'b',
            () if has(Modifier::BOLD) => '*',
            () => '.',
        }
    };
    rows.map(|y| (0..buffer.area.width).map(|x| sign(x, y)).collect::<String>() + "\n").collect()
}

#[test]
fn without_colours_one_two_and_three_annotations_are_told_apart() {
    let mut desk = Desk::new(&[("a.en", "One two three four five. Six.")]);
    // Three nested passages: a sentence, four words of it, two of these.
    desk.press("csillhvlllcc<Esc>");
    desk.press("gg").press("lvlltthird<Enter><Esc>G");
    desk.session.note = None;
    desk.screen(60, 16);
    let (text, buffer) = desk.drawn(60, 16, theme(Level::Mono, "dark"));
    golden("mono-60x16", &format!("{text}\n{}", styles(&buffer, 0..6)));
    let has_colour = buffer.content.iter().any(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset);
    assert!(!has_colour);
}
