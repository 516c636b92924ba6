//! Searching in any script: in a document, over all of them, in lists and on the command line.

use std::fs;

use proptest::prelude::*;

use crate::harness::{Desk, ok, run};
use tanba::model::change::{Change, Record};
use tanba::model::document::{DocumentId, Pair};
use tanba::text::body::Text;
use tanba::text::search::{How, Needle};

const ENGLISH: &str = "Kazakhstan has a word for it.\n\nProtest is a word too. In 2016 protests were held in Almaty.\n\n\
                       On 21 May 2016 Azattyq and #oyan were blocked for 40 days. Bekbolat left Astana.\n";
const KAZAKH: &str = "Қазақстанда ол үшін сөз бар.\n\nНаразылық та сөз. 2016 жылы Алматыда наразылықтар өтті.\n\n\
                      2016 жылы 21 мамырда Азаттық пен #оян 40 күн бұғатталды. Бекболат Астанадан кетті.\n";

fn desk() -> Desk {
    let mut desk = Desk::new(&[("a.en", ENGLISH), ("a.kk", KAZAKH), ("b.kk", "QAZAQSTANNYŃ sózi.\n\nقازاقستان\n")]);
    let pair = Pair { left: DocumentId("a.en".into()), right: DocumentId("a.kk".into()) };
    desk.perform(vec![tanba::app::effect::Effect::Keep(vec![Change::put(Record::Pair(pair))])]);
    desk.screen(140, 30);
    desk.session.note = None;
    desk
}

fn selected(desk: &Desk) -> String {
    desk.session.pane().text.read(desk.session.pane().selection.span())
}

#[test]
fn one_query_finds_every_script_and_word_form() {
    let mut desk = desk();
    desk.press("/qazaqstan<Enter>");
    assert_eq!(selected(&desk), "Kazakhstan");
    desk.press("<Tab>/qazaqstan<Enter>");
    assert_eq!(selected(&desk), "Қазақстанда");
    desk.press("/protests<Enter>");
    assert!(desk.note().contains("is not in this document"), "{}", desk.note());
    desk.press("<Tab>/protests<Enter>");
    assert_eq!(selected(&desk), "Protest");
    assert_eq!(desk.note(), "“protests” 1 of 2");
    // As written, inside words, by a pattern.
    desk.press("/=protests<Enter>");
    assert_eq!((selected(&desk).as_str(), desk.note()), ("protests", "“=protests” 1 of 1"));
    desk.press("/~zakh<Enter>");
    assert_eq!(selected(&desk), "zakh");
    desk.press("//prot\\w+/<Enter>");
    assert!(desk.note().ends_with("of 2"), "{}", desk.note());
}

#[test]
fn a_query_that_cannot_be_looked_for_says_why() {
    let mut desk = desk();
    desk.press("//(un/<Enter>");
    assert!(desk.note().starts_with("the pattern is wrong at character "), "{}", desk.note());
    desk.press("<Esc>");
    desk.press_keys("/ C-u");
    desk.take(tanba::app::effect::Input::Paste("а".repeat(10_000)));
    desk.press("<Enter>");
    assert_eq!(desk.note(), "the query has 10000 characters, more than 500");
}

#[test]
fn a_concordance_lists_all_documents_is_sorted_and_tagged_in_one_step() {
    let mut desk = desk();
    desk.press_keys("g f");
    desk.press("қазақстан<Enter>");
    let screen = desk.screen(140, 30);
    assert!(screen.contains("“қазақстан” · 4 of 4"), "{screen}");
    for found in ["Kazakhstan", "Қазақстанда", "QAZAQSTANNYŃ", "قازاقستان"] {
        assert!(screen.contains(found), "{found}:\n{screen}");
    }
    // What the other text says stands below.
    let line = screen.lines().position(|line| line.contains("Kazakhstan has")).expect("a hit");
    assert!(screen.lines().skip(line).any(|line| line.contains("Қазақстанда ол үшін сөз бар.")), "{screen}");
    desk.press_keys("C-r");
    assert_eq!(desk.note(), "sorted by the words behind");
    desk.press_keys("C-r C-t");
    desk.press("slack<Enter>");
    assert_eq!(desk.kept("a.en"), ["slacktivism 0..10"]);
    assert_eq!(desk.kept("b.kk").len(), 2);
    desk.press("u");
    assert_eq!((desk.kept("a.en").len(), desk.kept("b.kk").len()), (0, 0));
    // The list is there again; a hit in a document that is not open opens it.
    desk.press_keys("g n End");
    desk.press("<Down><Down><Down><Enter>");
    assert_eq!(desk.session.pane().document, DocumentId("b.kk".into()));
    assert_eq!(selected(&desk), "قازاقستان");
    // Some that were marked.
    // The list stands where it was left.
    desk.press_keys("g n C-Home Tab C-t");
    desk.press("cens<Enter>");
    assert_eq!(desk.kept("a.en"), ["censorship 0..10"]);
    assert_eq!(desk.kept("a.kk").len(), 0);
}

#[test]
fn lists_find_names_in_any_script_and_from_the_wrong_keyboard() {
    let mut desk = Desk::new(&[("a.en", "One."), ("b.kk", "Бір.")]);
    let mut code = tanba::model::code::Code::named(tanba::model::code::CodeId("school".into()), "мектеп");
    code.key = "m".into();
    desk.perform(vec![tanba::app::effect::Effect::Keep(vec![Change::put(Record::Code(code))])]);
    for typed in ["mektep", "мектеп", "МЕКТЕП", "vtrntg", "مەكتەپ"] {
        desk.press("t");
        desk.press(typed);
        let tanba::app::session::Mode::Pick(picker) = &desk.session.mode else { panic!("a list") };
        let first = picker.hits.first().and_then(|row| picker.rows.get(*row)).map(|row| row.value.as_str());
        assert_eq!(first, Some("school"), "{typed}");
        let (letters, _) = picker.letters(picker.hits[0]);
        assert_eq!(letters.len(), 6, "{typed}: {letters:?}");
        desk.press_keys("Esc");
    }
}

#[test]
fn the_command_line_lists_contexts_and_tags_all() {
    let mut desk = desk();
    desk.store = None;
    let dir = desk.dir.path();
    let printed = ok(dir, &["search", "qazaqstan", "--counterpart"]);
    assert_eq!(printed.lines().count(), 8, "{printed}");
    assert!(printed.contains("↔ Қазақстанда ол үшін сөз бар."), "{printed}");
    let json: serde_json::Value =
        serde_json::from_str(&ok(dir, &["search", "сөз", "--language", "kk", "--json"])).expect("JSON");
    let found: Vec<&str> =
        json.as_array().expect("an array").iter().filter_map(|hit| hit["keyword"].as_str()).collect();
    assert_eq!(found, ["сөз", "сөз", "sózi"]);
    assert_eq!((json[0]["start"].as_u64(), json[0]["end"].as_u64()), (Some(20), Some(23)));
    let sorted = ok(dir, &["search", "word", "--sort", "right"]);
    assert!(sorted.lines().next().expect("a line").contains("for it"), "{sorted}");
    assert_eq!(run(dir, &["search", "nosuchword"]).status.code(), Some(1));
    let output = run(dir, &["search", "(", "--regex"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the pattern is wrong at character 1"));
    assert_eq!(
        ok(dir, &["search", "word", "--tag", "slacktivism"]).trim(),
        "2 hits tagged slacktivism, 0 were so already"
    );
    assert_eq!(
        ok(dir, &["search", "word", "--tag", "slacktivism"]).trim(),
        "0 hits tagged slacktivism, 2 were so already"
    );
    ok(dir, &["undo"]);
    assert_eq!(ok(dir, &["annotations"]), "");
}

#[test]
fn letters_of_the_wrong_alphabet_and_lines_of_another_language_are_told_and_left() {
    let dir = tempfile::TempDir::new().expect("a folder");
    ok(dir.path(), &["init"]);
    let text = "The first line is English.\nХотите больше статей на русском?\nThe рage is mixed.\n";
    fs::write(dir.path().join("a.en.txt"), text).expect("written");
    ok(dir.path(), &["add", "a.en.txt"]);
    let printed = ok(dir.path(), &["check", "--text"]);
    assert!(printed.contains("a.en, line 3, 64..68: a Cyrillic р among Latin letters"), "{printed}");
    assert!(printed.contains("a.en, line 2: seems to be ru in a document of en"), "{printed}");
    assert!(!printed.contains("рage"), "no words of documents: {printed}");
    assert_eq!(fs::read_to_string(dir.path().join("documents/a.en.txt")).expect("read"), text);
    // Said by hand, it is no remark any more; undo takes that back.
    assert_eq!(ok(dir.path(), &["language", "a.en", "ru", "--line", "2"]), "a.en  en\n  line 2: ru, by hand\n");
    assert!(!ok(dir.path(), &["check", "--text"]).contains("seems"));
    ok(dir.path(), &["undo"]);
    assert_eq!(ok(dir.path(), &["language", "a.en"]), "a.en  en\n  line 2: ru\n");
    assert_eq!(ok(dir.path(), &["language", "a.en", "kk"]).lines().next(), Some("a.en  kk"));
    assert_eq!(run(dir.path(), &["language", "a.en", "english"]).status.code(), Some(2));
}

#[test]
fn the_reader_shows_and_corrects_the_language_of_a_paragraph() {
    let mut desk = Desk::new(&[("a.en", "The first line is English.\n\nХотите больше статей на русском?\n")]);
    assert!(!desk.screen(100, 24).contains("· RU"));
    desk.press("j");
    let screen = desk.screen(100, 24);
    assert!(screen.contains("sentence · RU"), "{screen}");
    desk.press_keys("g L");
    desk.press("kk<Enter>");
    assert_eq!(desk.note(), "document a.en changed");
    desk.press("kj");
    assert!(desk.screen(100, 24).contains("sentence · KK"));
    desk.press_keys("g l");
    desk.press("ru<Enter>");
    assert_eq!(desk.session.shared.language(&DocumentId("a.en".into())), "ru");
    desk.press("uu");
    desk.press("kj");
    assert!(desk.screen(100, 24).contains("sentence · RU"));
}

/// The vectors of the folding, where they lie beside the project.
#[test]
fn every_romanisation_of_the_vectors_reaches_its_word() {
    let Some(shared) = std::env::var_os("TANBA_SHARED") else { return };
    let rows = fs::read_to_string(std::path::Path::new(&shared).join("kazakh/fold_tests.tsv")).expect("the vectors");
    for row in rows.lines().filter(|row| !row.starts_with('#')) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [query, text, expected, ..] = cells.as_slice() else { continue };
        let needle = Needle::new(query, How::Folded).expect("a query");
        assert_eq!(!needle.matches(text).is_empty(), *expected != "nomatch", "{row}");
    }
}

proptest! {
    #[test]
    fn what_is_found_in_a_whole_text_is_what_is_found_line_by_line(
        query in "[a-zа-яәғқңөұүһі]{1,6}",
        lines in proptest::collection::vec("[a-zA-Zа-яәғқңөұүһіӘҒҚ .,#-]{0,40}", 0..8),
    ) {
        let text = lines.join("\n");
        for how in [How::Exact, How::Folded, How::Family] {
            let Ok(needle) = Needle::new(&query, how) else { continue };
            let whole = needle.matches_in(&Text::whole(&text), usize::MAX, &mut |_| true);
            let mut start = 0;
            let mut by_line = Vec::new();
            for line in text.split('\n') {
                by_line.extend(needle.matches(line).into_iter().map(|span| span.shifted(start)));
                start += line.len() + 1;
            }
            prop_assert_eq!(whole, by_line);
        }
    }
}
