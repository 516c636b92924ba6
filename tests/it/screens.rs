//! Whole screens, compared with those that people have looked at: every view at four sizes, and in four looks.

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use tanba::app::effect::{Effect, Input, Task};
use tanba::app::overlay;
use tanba::app::session::Tutor;
use tanba::model::annotation::{Annotation, AnnotationId, Passage};
use tanba::model::assignment::Assignment;
use tanba::model::change::{Change, Record};
use tanba::model::code::CodeId;
use tanba::model::document::{DocumentId, Pair};
use tanba::model::event::Deed;
use tanba::model::time::Time;
use tanba::text::anchor;
use tanba::text::span::Span;
use tanba::ui::theme::{Level, Theme};
use tanba::words::{self, LANGUAGES};

use crate::harness::{Desk, golden, open, theme};

const ENGLISH: &str = "Likes and squares\n\nA summons may collect thousands of likes. On the day itself the square stays empty. \
    Some call this slacktivism; others say that a like is the first step.\n\nThe portal answers within three days. The blocked page never does.";
const KAZAKH: &str = "Лайк пен алаң\n\nШақыру мыңдаған лайк жинауы мүмкін. Сол күні алаңда ешкім болмайды. \
    Біреулер мұны слактивизм дейді, енді біреулер лайкты алғашқы қадам санайды.\n\nПортал үш күнде жауап береді. Бұғатталған бет ешқашан жауап бермейді.";

/// The sizes: a phone's or a corner's, the usual one, a window, a screen.
const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];

/// A view: its name, and what is done to see it.
type View = (&'static str, fn(&mut Desk));

/// All views.
const VIEWS: &[View] = &[
    ("reader", |_| {}),
    ("colleague", |desk| {
        desk.press("G");
    }),
    ("extending", |desk| {
        desk.press("ggjvjL");
    }),
    ("reshaping", |desk| {
        desk.press("gg]]]e");
    }),
    ("pending", |desk| {
        desk.press("g");
    }),
    ("letters", |desk| {
        desk.press("c");
    }),
    ("codes", |desk| {
        desk.press("t<Tab>цен");
    }),
    ("documents", |desk| {
        desk.press("f");
    }),
    ("annotations", |desk| {
        desk.press("a");
    }),
    ("headings", |desk| {
        desk.press("gh");
    }),
    ("palette", |desk| {
        desk.press(":memo");
    }),
    ("memo", |desk| {
        desk.press("gg]]]m<Enter>Тағы бір жол.<C-S-Left>");
    }),
    ("search", |desk| {
        desk.press("/лайк");
    }),
    ("matches", |desk| {
        desk.press("/like<Enter>");
    }),
    ("help", |desk| {
        desk.press("?");
    }),
    ("info", |desk| {
        desk.press("gi");
    }),
    ("messages", |desk| {
        desk.press("X");
        desk.take(Input::Failed(
            "a text that is not the one that was added: long enough for two lines of any window".into(),
        ));
        desk.press("gm");
    }),
    ("settings", |desk| {
        desk.press("go");
    }),
    ("query", |desk| {
        desk.press("Q").press("any by:asel or censorship<Enter>");
    }),
    ("query-builder", |desk| {
        desk.press("gqslack<Enter>");
    }),
    ("query-mistake", |desk| {
        desk.press("Q").press("slacktivism and censorhip<Enter>");
    }),
    ("table-bars", |desk| {
        desk.press("S<Enter>j");
    }),
    ("table-heat", |desk| {
        desk.press("S").press("codes by coder<Enter>l");
    }),
    ("table-together", |desk| {
        desk.press("S").press("share words<Enter>");
    }),
    ("table-course", |desk| {
        desk.press("S").press("course of<Enter>lll");
    }),
    ("codebook", |desk| {
        desk.press("gc");
    }),
    ("code", |desk| {
        desk.press("gccens<Enter>");
    }),
    ("memos", |desk| {
        desk.press("gw<Enter>").press("Екінші оқудан кейін кодты тарылту керек.<C-s>").press("ge");
    }),
    ("attributes", |desk| {
        desk.press("gaoutlet<Enter>Azattyq<Enter>");
    }),
    ("compare", |desk| {
        desk.press("ggV").press("dgg;");
    }),
    ("overlay", |desk| {
        desk.press("gg=Vogg;");
    }),
    ("settle", |desk| {
        desk.press("gg=;Z");
    }),
    ("thread", |desk| {
        desk.press("G").press("X").press("wrong code<Enter>").press("бұл туралы айтылмаған<Enter>").press("Vt");
    }),
    ("review", |desk| {
        desk.press("V");
    }),
    ("agreement", |desk| {
        desk.press("Vg");
    }),
    ("differences", |desk| {
        desk.press("Vl");
    }),
    ("agreement-table", |desk| {
        desk.press("Vg").press("document by<Enter>");
    }),
    ("reading-list", |desk| {
        desk.press("gr");
    }),
    ("team-progress", |desk| {
        let give =
            |id: &str, coder: &str| Change::put(Record::Assignment(Assignment::new(&DocumentId(id.into()), coder)));
        let given = [("likes.en", "asel"), ("likes.kk", "asel"), ("likes.en", "daniyar"), ("likes.en", "gulnaz-2")];
        desk.perform(vec![Effect::Keep(given.map(|(id, coder)| give(id, coder)).to_vec())]);
        desk.press("Ve");
    }),
    ("given-documents", |desk| {
        let one = Assignment::new(&DocumentId("likes.kk".into()), "asel");
        desk.perform(vec![Effect::Keep(vec![Change::put(Record::Assignment(one))])]);
        desk.press("f");
    }),
    ("welcome", |desk| overlay::welcome(&mut desk.session, Some("welcome"))),
    ("lesson", |desk| {
        desk.session.tutor = Some(Tutor::default());
        desk.press("jjj");
    }),
    ("working", |desk| desk.take(Input::Progress(Some(Task { what: "searching".into(), percent: 40 })))),
    ("refusal", |desk| {
        desk.take(Input::Failed("/home/asel/study/documents/interview-with-a-very-long-name.kk.txt: not UTF-8 (first wrong byte at 3); move it out of here and take it in: tanba add FILE".into()));
    }),
];

/// Two texts, four annotations of asel's, nested and with a memo, and one of daniyar's.
fn desk() -> Desk {
    let mut desk = Desk::new(&[("likes.en", ENGLISH), ("likes.kk", KAZAKH)]);
    desk.press("jcsjJcc<Esc>iocs");
    desk.press("mЕкінші рет оқу керек.<C-s>");
    desk.store = None;
    let mut store = open(desk.dir.path(), "daniyar");
    let opened = store.open_document(&DocumentId("likes.en".into())).expect("it opens");
    let start = ENGLISH.find("The blocked").expect("it is there");
    let span = Span::new(start, ENGLISH.len());
    let range = opened.offsets.code_points(&opened.text, span);
    let (time, quote) = (Time(1_800_000_000_000), anchor::quote(&opened.text, span));
    let passage = Passage { document: DocumentId("likes.en".into()), start: range.start, end: range.end };
    let id = AnnotationId::new(time, 7);
    let annotation = Annotation::new(id, "daniyar", (passage, quote), CodeId("censorship".into()), time);
    store.keep(vec![Change::put(Record::Annotation(annotation))], Deed::Plain, Time(1_800_000_000_000)).expect("kept");
    drop(store);
    desk.sit_down();
    desk.press("jjjj");
    desk.session.note = None;
    desk.session.log.clear();
    desk
}

#[test]
fn every_view_at_every_size() {
    for (name, see) in VIEWS {
        let mut page = String::new();
        for (columns, rows) in SIZES {
            let mut desk = desk();
            desk.take(Input::Resized(columns, rows));
            see(&mut desk);
            let (text, _) = desk.drawn(columns, rows, theme(Level::True, "dark"));
            assert!(text.lines().all(|line| tanba::text::width::columns(line) <= usize::from(columns)), "{name}");
            page.push_str(&format!("=== {columns}x{rows}\n{text}"));
        }
        golden(&format!("view-{name}"), &page);
    }
}

#[test]
fn every_view_in_every_look() {
    let looks: [(&str, Theme); 5] = [
        ("dark", theme(Level::True, "dark")),
        ("light", theme(Level::True, "light")),
        ("high contrast", theme(Level::True, "contrast")),
        ("16 colours", theme(Level::Ansi16, "dark")),
        ("no colour", theme(Level::Mono, "dark")),
    ];
    for (name, see) in VIEWS {
        let mut desk = desk();
        desk.take(Input::Resized(80, 24));
        see(&mut desk);
        let mut page = String::new();
        for (look, theme) in looks {
            let (_, buffer) = desk.drawn(80, 24, theme);
            if look == "no colour" {
                let has_colour = buffer.content.iter().any(|c| c.fg != Color::Reset || c.bg != Color::Reset);
                assert!(!has_colour, "{name}");
            }
            page.push_str(&format!("=== {look}\n{}", styles(&buffer)));
        }
        golden(&format!("look-{name}"), &page);
    }
}

/// What a pair shows.
const PAIR_VIEWS: &[View] = &[
    ("counterpart", |_| {}),
    ("rows", |desk| desk.press_keys("A v")),
    ("adjusting", |desk| desk.press_keys("E")),
    ("pending", |desk| desk.press_keys("A")),
    ("both", |desk| {
        desk.press("jBцен<Enter>");
    }),
    ("one-sided", |desk| desk.press_keys("g b")),
    ("concordance", |desk| {
        desk.press_keys("g /");
        desk.press("layk<Enter>");
    }),
    ("help", |desk| desk.press_keys("?")),
    ("palette", |desk| desk.press_keys(":")),
];

#[test]
fn what_a_pair_shows_in_every_language() {
    for (language, letters, _) in LANGUAGES {
        let mut page = String::new();
        for (name, see) in PAIR_VIEWS {
            for (columns, rows) in [(80, 24), (120, 36)] {
                let text = words::within(language, || {
                    let mut desk = desk();
                    let pair = Pair { left: DocumentId("likes.en".into()), right: DocumentId("likes.kk".into()) };
                    desk.perform(vec![Effect::Keep(vec![Change::put(Record::Pair(pair))])]);
                    desk.session.note = None;
                    desk.take(Input::Resized(columns, rows));
                    see(&mut desk);
                    desk.drawn(columns, rows, theme(Level::True, "dark")).0
                });
                assert!(text.lines().all(|line| tanba::text::width::columns(line) <= usize::from(columns)), "{name}");
                page.push_str(&format!("=== {name} {columns}x{rows}\n{text}"));
            }
        }
        golden(&format!("pair-{letters}"), &page);
    }
}

/// For each cell a letter, and what the letters mean; plain cells are blanks.
fn styles(buffer: &Buffer) -> String {
    let mut legend: BTreeMap<char, String> = BTreeMap::new();
    let mut page = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            if (cell.fg, cell.bg, cell.modifier) == (Color::Reset, Color::Reset, Modifier::empty()) {
                line.push(' ');
                continue;
            }
            let style = format!("{:?} on {:?} {:?}", cell.fg, cell.bg, cell.modifier);
            let known = legend.iter().find(|(_, known)| **known == style).map(|(letter, _)| *letter);
            let letter = known.unwrap_or_else(|| {
                let letter = char::from(b'a' + u8::try_from(legend.len()).expect("few styles"));
                legend.insert(letter, style);
                letter
            });
            line.push(letter);
        }
        page.push_str(line.trim_end());
        page.push('\n');
    }
    legend.iter().fold(page, |page, (letter, style)| page + &format!("{letter}: {style}\n"))
}

#[test]
fn the_smallest_windows_still_read() {
    let mut desk = desk();
    golden("reader-20x5", &desk.screen(20, 5));
}

#[test]
fn the_largest_window_is_filled() {
    let mut desk = desk();
    let screen = desk.screen(300, 100);
    assert_eq!(screen.lines().count(), 100);
    assert!(screen.contains("Likes and squares") && screen.contains("Лайк пен алаң"));
}

#[test]
fn a_project_without_documents_says_what_to_do() {
    let mut desk = Desk::new(&[]);
    golden("empty-80x24", &desk.screen(80, 24));
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
    golden("nested-60x16", &format!("{text}\n{}", styles(&buffer)));
}

/// The keymap for people who don't know vim names its own keys everywhere.
#[test]
fn hints_name_the_keys_as_they_are_bound_now() {
    let mut desk = desk();
    desk.settings
        .set("keymap", Some(&tanba::model::entries::Value::Text("plain".into())), tanba::app::settings::Origin::Now)
        .expect("a keymap");
    desk.sit_down();
    let screen = desk.screen(100, 24);
    let hints = screen.lines().last().expect("a last row").to_owned();
    assert_eq!(
        hints.split_whitespace().collect::<Vec<_>>().join(" "),
        "Ctrl-t tag Ctrl-k tag by letter Ctrl-e extend Ctrl-o documents Ctrl-f search F1 keys"
    );
    desk.press_keys("C-g");
    assert!(desk.screen(100, 40).contains("list the document's headings"));
}
