//! From tags to findings in the reader: queries, tables, the codebook, memos, attributes, the day's work, suggestions.

use std::fs;

use tanba::app::effect::{Effect, Input};
use tanba::app::session::Mode;
use tanba::model::annotation::Origin;
use tanba::model::code::{CodeId, Standing};
use tanba::model::document::DocumentId;

use crate::harness::{Desk, ok, refused, run, study};

const ENGLISH: &str = "Likes and squares\n\nA summons may collect thousands of likes. On the day itself the square stays empty. \
    Some call this slacktivism. Others say that a like is the first step.\n\nThe portal answers within three days. The blocked page never does.";
const KAZAKH: &str = "Лайк пен алаң\n\nШақыру мыңдаған лайк жинауы мүмкін. Сол күні алаңда ешкім болмайды. \
    Біреулер мұны слактивизм дейді. Біреулер лайкты алғашқы қадам санайды.\n\nПортал үш күнде жауап береді. Бұғатталған бет ешқашан жауап бермейді.";

fn desk() -> Desk {
    Desk::new(&[("likes.en", ENGLISH), ("likes.kk", KAZAKH)])
}

/// What the list shows: its title, and its rows' texts.
fn list(desk: &Desk) -> (String, Vec<String>) {
    let Mode::Pick(picker) = &desk.session.mode else {
        panic!("a list, not {}; {}", desk.session.mode.name(), desk.note())
    };
    let rows = picker.hits.iter().map(|row| picker.rows[*row].text.clone()).collect();
    (picker.title.clone(), rows)
}

fn code(desk: &Desk, id: &str) -> tanba::model::code::Code {
    desk.session.shared.codebook.get(&CodeId(id.into())).cloned().unwrap_or_else(|| panic!("{id} is there"))
}

#[test]
fn a_query_lists_its_passages_and_goes_to_them() {
    let mut desk = desk();
    desk.press("jcs").press("jcc").press("jcs");
    desk.press("gg").press("Q").press("slacktivism followed by 20 words censorship<Enter>");
    let (title, rows) = list(&desk);
    assert!(title.starts_with("slacktivism followed by") && rows.len() == 1, "{title} {rows:?}");
    desk.press("<Enter>");
    assert!(desk.marked().contains("{s:[A summons may collect thousands of likes.]}"), "{}", desk.marked());
    // What was asked last is offered again, to be changed.
    desk.press("Q<End> or any has:memo<Enter>");
    assert_eq!(list(&desk).1.len(), 1);
}

#[test]
fn what_is_wrong_in_a_query_is_selected_in_the_line() {
    let mut desk = desk();
    desk.press("jcs").press("Q").press("slacktivism and censorhip by:asel<Enter>");
    assert!(desk.note().contains("no code is called \"censorhip\"; is censorship meant?"), "{}", desk.note());
    // What is typed now replaces it.
    desk.press("censorship").press("<Enter>");
    assert!(desk.note().contains("no passage is so"), "{}", desk.note());
    // What only the project knows comes back likewise.
    desk.press("Q").press("any by:nobody<Enter>");
    assert!(desk.note().contains("nobody called \"nobody\""), "{}", desk.note());
    desk.press("by:asel<Enter>");
    assert_eq!(list(&desk).1.len(), 1);
}

#[test]
fn a_query_is_put_together_from_lists() {
    let mut desk = desk();
    desk.press("jcs").press("jcc").press("gq").press("slack<Enter>");
    assert_eq!(list(&desk).0, "slacktivism → 1 passage");
    desk.press("near par<Enter>").press("cens<Enter>");
    assert_eq!(list(&desk).0, "slacktivism near paragraph censorship → 1 passage");
    desk.press("by:<Enter>");
    desk.press("me<Enter>");
    assert!(list(&desk).0.starts_with("slacktivism near paragraph censorship by:me"));
    desk.press("take the last<Enter>");
    assert_eq!(list(&desk).0, "slacktivism near paragraph censorship → 1 passage");
    // What can't stand there is refused, and what was put together stays.
    desk.press("outlt:x<Down><Down><Down><Down><Down><Enter>");
    assert!(desk.note().contains("there is no outlt:"), "{}", desk.note());
    desk.press("gq");
    desk.press("<Esc>gq").press("slack<Enter>").press("list<Enter>");
    assert_eq!(list(&desk).1.len(), 1);
}

#[test]
fn a_table_opens_the_passages_of_its_numbers_and_comes_back() {
    let mut desk = desk();
    desk.press("jcs").press("jcc").press("jcs").press("<Tab>jcc");
    desk.press("S").press("codes by language<Enter>");
    let screen = desk.screen(100, 30);
    assert!(screen.contains("code by language · passages"), "{screen}");
    assert!(screen.contains("▸censorship") && screen.contains("censorship × en · passages: 1"), "{screen}");
    desk.press("l");
    assert!(desk.screen(100, 30).contains("censorship × kk · passages: 1"));
    desk.press("<Enter>");
    let (title, rows) = list(&desk);
    assert!(title.contains("lang:kk") && rows.len() == 1, "{title}");
    desk.press("<Esc>");
    assert_eq!(desk.session.mode.name(), "table", "the table is there again");
    desk.press("m");
    assert!(desk.screen(100, 30).contains("code by language · documents"));
    desk.press("/").press("any by:asel lang:en<Enter>");
    assert!(desk.screen(100, 30).contains("any by:asel lang:en"), "{}", desk.screen(100, 30));
    desk.press("<Esc>");
    assert_eq!(desk.session.mode.name(), "read");
    desk.press("S").press("how often<Enter>");
    let screen = desk.screen(100, 30);
    assert!(screen.contains("slacktivism") && screen.contains("████") && screen.contains("in 1,000 words"), "{screen}");
}

#[test]
fn the_codebook_is_edited_and_every_step_is_undone() {
    let mut desk = desk();
    desk.press("jcs");
    let before = desk.session.shared.codebook.clone();
    desk.press("gc").press("slack<Enter>").press("name in kaz<Enter>").press("слактивизм<Enter>");
    assert_eq!(code(&desk, "slacktivism").names.kk, "слактивизм");
    // The list of the code is there again: its definition takes more than a line.
    desk.press("definition<Enter>").press("A like instead of a deed<C-s>");
    assert_eq!(code(&desk, "slacktivism").definition, "A like instead of a deed");
    desk.press("key<Enter><Backspace>").press("c<Enter>");
    assert!(desk.note().contains("belongs to censorship"), "{}", desk.note());
    desk.press("<Esc>");
    desk.press("gc").press("contrl<Enter>");
    assert!(desk.session.shared.codebook.named("contrl").is_some(), "{}", desk.note());
    desk.press("<Esc>").press("gc").press("cens<Enter>").press("put it below<Enter>").press("contrl<Enter>");
    assert_eq!(desk.session.shared.codebook.path(&CodeId("censorship".into())), "contrl/censorship");
    desk.press("<Esc>").press("gc").press("contrl<Enter>").press("put it below<Enter>");
    assert!(list(&desk).1.iter().all(|row| !row.contains("censorship")), "no circles are offered");
    desk.press("<Esc>").press("gc").press("slack<Enter>").press("part of another<Enter>").press("cens<Enter>");
    assert_eq!(desk.session.shared.codebook.called(&CodeId("slacktivism".into())), "censorship");
    assert_eq!(desk.kept("likes.en"), ["slacktivism 19..60"], "a merge leaves the annotations as they are");
    desk.press("<Esc>").press("uuuuu");
    assert_eq!(desk.session.shared.codebook, before, "every step is taken back");
    desk.sit_down();
    assert_eq!(desk.session.shared.codebook, before, "also in the store");
}

#[test]
fn a_split_code_is_sorted_passage_by_passage() {
    let mut desk = desk();
    desk.press("jcs").press("jcs").press("jcc");
    desk.press("gc").press("slack<Enter>").press("part it into<Enter>").press("clicks, excuses<Enter>");
    assert_eq!(code(&desk, "slacktivism").standing, Standing::Folder);
    desk.press("gz");
    assert_eq!(list(&desk).1.len(), 2);
    desk.press("<A-c>");
    assert_eq!(&list(&desk).1[..2], ["clicks", "excuses"], "its parts are offered first");
    desk.press("<Enter>");
    assert_eq!(list(&desk).1.len(), 1, "what is sorted is gone from the list: {}", desk.note());
    desk.press("<A-c>exc<Enter>");
    assert!(desk.note().contains("that was the last"), "{}", desk.note());
    assert_eq!(desk.kept("likes.en"), ["censorship 103..130", "clicks 19..60", "excuses 61..102"]);
    // Its folder finds what its parts have.
    desk.press("Q").press("slacktivism<Enter>");
    assert_eq!(list(&desk).1.len(), 2);
    desk.press("<Esc>uu");
    assert_eq!(desk.kept("likes.en"), ["censorship 103..130", "slacktivism 19..60", "slacktivism 61..102"]);
}

#[test]
fn a_changed_definition_asks_for_what_was_tagged_before() {
    let mut desk = desk();
    desk.press("gc").press("slack<Enter>").press("definition<Enter>").press("One<C-s><Esc>");
    desk.press("jcs").press("jcs");
    desk.press("gR");
    assert!(desk.note().contains("no passage is so"), "{}", desk.note());
    desk.press("gc").press("slack<Enter>").press("definition<Enter>").press(" and two<C-s><Esc>");
    desk.press("jcs").press("gR");
    assert_eq!(list(&desk).1.len(), 2, "what was made since is of the new definition");
    desk.press("<A-y>");
    assert_eq!(list(&desk).1.len(), 1, "{}", desk.note());
    desk.press("<A-y>");
    assert!(desk.note().contains("that was the last"), "{}", desk.note());
    desk.press("u").press("gR");
    assert_eq!(list(&desk).1.len(), 1);
}

#[test]
fn the_annotation_here_is_made_the_example_of_its_code() {
    let mut desk = desk();
    desk.press("jcs").press("gx");
    assert_eq!(code(&desk, "slacktivism").examples["en"], "A summons may collect thousands of likes.");
    desk.press("<Tab>jcs").press("gx");
    assert_eq!(code(&desk, "slacktivism").examples["kk"], "Шақыру мыңдаған лайк жинауы мүмкін.");
    desk.press("gx");
    assert!(desk.note().contains("the example already"));
}

#[test]
fn memos_are_written_on_everything_listed_and_found() {
    let mut desk = desk();
    desk.press("jcs").press("m").press("Бұл үзінді маңызды<C-s>");
    desk.press("gw").press("the study<Enter>").press("Met the team today<C-s>");
    desk.press("gw").press("likes.en<Enter>").press("A translation<C-s>");
    desk.press("gw").press("censor<Enter>").press("Too wide?<C-s>");
    desk.press("ge");
    let (_, rows) = list(&desk);
    assert_eq!(rows.len(), 4, "{rows:?}");
    assert!(rows[0].contains("Too wide?") && rows[3].contains("Бұл үзінді"), "the newest first: {rows:?}");
    desk.press("met the").press("<Enter>").press(" at noon").press("<C-s>");
    desk.press("ge").press("noon");
    assert_eq!(list(&desk).1.len(), 1);
    desk.press("<Esc>").press("G").press("ge").press("үзінді<Enter>");
    assert!(desk.marked().contains("{s:[A summons"), "a memo on a passage leads to it: {}", desk.marked());
    // An emptied memo is gone, and undo brings it back.
    desk.press("ge").press("too wide<Enter>").press("<A-a><Backspace><C-s>");
    assert_eq!(desk.session.shared.memos.len(), 2);
    desk.press("u");
    assert_eq!(desk.session.shared.memos.len(), 3);
    desk.sit_down();
    assert_eq!(desk.session.shared.memos.len(), 3);
}

#[test]
fn what_is_known_of_a_document_is_edited_and_asked_for() {
    let mut desk = desk();
    desk.press("jcs");
    desk.press("ga").press("outlet<Enter>").press("Azattyq<Enter>");
    let known = &desk.session.shared.documents[&DocumentId("likes.en".into())];
    assert_eq!(known.attributes["outlet"], "Azattyq");
    assert!(list(&desk).1.contains(&"outlet".to_owned()), "the list is there again");
    desk.press("<Esc>").press("Q").press("any outlet:azattyq<Enter>");
    assert_eq!(list(&desk).1.len(), 1);
    desk.press("<Esc>u");
    assert!(desk.session.shared.documents[&DocumentId("likes.en".into())].attributes.is_empty());
}

#[test]
fn the_days_work_is_listed() {
    let mut desk = desk();
    desk.press("jcs").press("jcs").press("gr");
    let (title, rows) = list(&desk);
    assert!(title.contains("1 half coded, 1 uncoded, 0 done") && title.contains("2 passages"), "{title}");
    assert!(rows[0].starts_with("where you tagged last: likes.en"), "{rows:?}");
    desk.press("<Esc>").press("gg").press("gr<Enter>");
    assert!(desk.marked().contains("{s:[On the day itself"), "{}", desk.marked());
    desk.press("gd").press("gr");
    assert!(list(&desk).0.contains("0 half coded, 1 uncoded, 1 done"));
}

#[test]
fn suggestions_are_off_marked_and_counted_only_when_accepted() {
    let one = "The provider blocked the news site. The court blocked the opposition site. A minister blocked another site by order.\n\nThe weather stays warm in the city tomorrow. Somebody blocked our news site by court order again.";
    let mut desk = Desk::new(&[("a.en", one), ("b.en", one)]);
    desk.press("cc").press("jcc").press("jcc");
    desk.press("gy");
    assert!(desk.note().contains("suggestions are off"), "{}", desk.note());
    desk.session
        .settings
        .set("suggestions", Some(&tanba::model::entries::Value::Switch(true)), tanba::app::settings::Origin::Now)
        .expect("set");
    desk.press("gy");
    let (title, rows) = list(&desk);
    assert!(title.contains("none of them counted") && rows.iter().all(|row| row.starts_with("? ")), "{title} {rows:?}");
    assert!(rows.iter().any(|row| row.contains("Somebody blocked our news site")), "{rows:?}");
    assert!(rows.iter().all(|row| !row.contains("weather")), "{rows:?}");
    let n_before = rows.len();
    assert_eq!(desk.kept("a.en").len(), 3, "nothing is counted before it is accepted");
    desk.press("somebody").press("<A-y>");
    let mut origins = Vec::new();
    let store = desk.store.as_ref().expect("open");
    for id in ["a.en", "b.en"] {
        store.index().each_annotation(&DocumentId(id.into()), &mut |a| origins.push(a.origin)).expect("read");
    }
    assert_eq!(origins.iter().filter(|origin| **origin == Origin::Suggestion).count(), 1);
    assert_eq!(list(&desk).1.len(), n_before - 1);
    // What is dismissed is not suggested again.
    desk.press("<A-n>");
    desk.press("<Esc>").press("gy");
    assert_eq!(list(&desk).1.len(), n_before - 2, "{:?}", list(&desk).1);
    desk.press("<Esc>").press("Q").press("any has:suggested<Enter>");
    assert_eq!(list(&desk).1.len(), 1);
}

#[test]
fn a_study_is_carried_through_on_the_command_line() {
    let dir = study();
    let tanba = |arguments: &[&str]| ok(dir.path(), arguments);
    for name in ["control", "censorship"] {
        tanba(&["codes", "add", name, "--definition", "first"]);
    }
    tanba(&["codes", "move", "censorship", "control"]);
    tanba(&["tag", "in.en", "9..24", "slacktivism"]);
    tanba(&["tag", "in.en", "25..38", "censorship"]);
    tanba(&["tag", "in.kk", "9..27", "censorship"]);
    assert_eq!(tanba(&["query", "control", "--count"]), "2 passages in 2 documents\n");
    assert_eq!(tanba(&["query", "slacktivism near paragraph control", "--count"]), "1 passage in 1 document\n");
    let found = tanba(&["query", "control lang:en", "--json"]);
    assert!(found.contains("\"quote\": \"Nobody comes!\"") && found.contains("control/censorship"), "{found}");
    let output = run(dir.path(), &["query", "slacktivism and (control"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(told.lines().nth(2).is_some_and(|line| line.ends_with("                  ^")), "{told}");
    assert_eq!(tanba(&["export", "--query", "control", "--format", "jsonl"]).lines().count(), 2);
    let table = tanba(&["stats", "code", "language", "--csv"]);
    assert_eq!(table, "name,called,en,kk\ncensorship,censorship,1,1\nslacktivism,slacktivism,1,0\n");
    let rolled = tanba(&["stats", "--roll-up", "--csv", "--empty"]);
    assert!(rolled.contains("control,control,2,2,"), "{rolled}");
    tanba(&["stats", "code", "document", "--svg", "table.svg"]);
    assert!(fs::read_to_string(dir.path().join("table.svg")).expect("a picture").starts_with("<svg "));
    tanba(&["report", "report.html"]);
    let report = fs::read_to_string(dir.path().join("report.html")).expect("a page");
    assert!(report.contains("Nobody comes!") && report.contains("default-src 'none'") && !report.contains("<script"));
    // A changed definition, a split, and what is to be done then.
    tanba(&["codes", "add", "censorship", "--definition", "second"]);
    assert_eq!(tanba(&["query", "any has:to-reread", "--count"]), "2 passages in 2 documents\n");
    tanba(&["codes", "split", "censorship", "law", "fear"]);
    let sheet = tanba(&["codes", "sort"]);
    assert!(sheet.lines().count() == 3 && sheet.contains("fear law"), "{sheet}");
    let filled: Vec<String> =
        sheet.lines().enumerate().map(|(i, line)| if i == 1 { format!("{line}law") } else { line.into() }).collect();
    fs::write(dir.path().join("sheet.csv"), filled.join("\n")).expect("written");
    assert_eq!(tanba(&["codes", "sort", "--from", "sheet.csv"]), "1 passage sorted, 1 is left\n");
    assert_eq!(tanba(&["query", "=law", "--count"]), "1 passage in 1 document\n");
    // Memos, attributes, progress.
    tanba(&["memos", "add", "Цензура деген не?", "--code", "censorship"]);
    assert!(tanba(&["memos", "цензураның"]).contains("Цензура деген не?"));
    tanba(&["documents", "attribute", "year", "--kind", "number"]);
    assert!(refused(dir.path(), &["documents", "set", "in.en", "year=old"]).contains("year is a number"));
    tanba(&["documents", "set", "in.en", "year=2012"]);
    assert_eq!(tanba(&["query", "any year:2010..2013", "--count"]), "2 passages in 1 document\n");
    assert!(tanba(&["progress"]).contains("3 passages"));
    for deed in ["memos", "progress", "stats"] {
        serde_json::from_str::<serde_json::Value>(&tanba(&[deed, "--json"])).expect("JSON");
    }
}

#[test]
fn passages_of_a_changed_text_are_where_their_words_are() {
    let dir = study();
    ok(dir.path(), &["tag", "in.en", "9..24", "slacktivism"]);
    ok(dir.path(), &["tag", "in.en", "25..38", "slacktivism"]);
    ok(dir.path(), &["codes", "add", "control"]);
    let text = "A title\n\nSomething new. People like it. Why?\n";
    fs::write(dir.path().join("documents/in.en.txt"), text).expect("written");
    let output = run(dir.path(), &["query", "slacktivism"]);
    let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("[People like it.]") && told.lines().count() == 1, "{told}");
    assert!(errors.contains("1 passage of in.en is left out: its words are gone"), "{errors}");
    ok(dir.path(), &["query", "slacktivism", "--tag", "control"]);
    let listed = ok(dir.path(), &["annotations", "--code", "control"]);
    assert!(listed.contains("“People like it.”"), "{listed}");
}

#[test]
fn what_was_closed_does_not_come_back_by_itself() {
    let mut desk = desk();
    desk.press("jcs").press("jcc");
    // A table, a number's passages, one of them; then a list that has nothing to do with it.
    desk.press("S").press("how often<Enter>").press("<Enter>").press("<Enter>");
    assert_eq!(desk.session.mode.name(), "read");
    desk.press("f<Esc>");
    assert_eq!(desk.session.mode.name(), "read", "the table stays away");
    desk.press("gS<Enter><Esc>");
    assert_eq!(desk.session.mode.name(), "table");
    desk.press("<Esc>");
    // Attributes and codes that were not changed.
    desk.press("gaoutlet<Enter><Enter><Esc>").press("jcs");
    assert_eq!(desk.session.mode.name(), "read", "{}", desk.note());
    desk.press("gccens<Enter><Esc>").press("jcs");
    assert_eq!(desk.session.mode.name(), "read");
}

#[test]
fn a_definition_that_cannot_be_kept_comes_back_to_its_writer() {
    let mut desk = desk();
    desk.press("gccens<Enter>").press("definition<Enter>").press("Three hours of work");
    let moment = tanba::app::session::Moment::default();
    let effects = tanba::app::update(&mut desk.session, Input::Key("C-s".parse().expect("a key")), moment);
    assert!(matches!(effects.as_slice(), [Effect::Keep(_)]), "{effects:?}");
    desk.take(Input::Failed("not kept: the disk is full".into()));
    assert_eq!(desk.session.mode.name(), "edit");
    assert!(desk.screen(100, 30).contains("Three hours of work"));
}

#[test]
fn a_new_code_that_is_nearly_an_old_one_is_told_wherever_it_is_made() {
    let mut desk = desk();
    desk.press("gccensorshipp<Down><Down><Enter>");
    assert!(desk.note().contains("censorshipp is nearly censorship"), "{}", desk.note());
    desk.press("<Esc>u").press("jtslacktivist<Down><Down><Enter>");
    assert!(desk.note().contains("slacktivist is nearly slacktivism"), "{}", desk.note());
    desk.press("jtsomething else<Enter>");
    assert!(!desk.note().contains("nearly"), "{}", desk.note());
}

#[test]
fn a_row_of_several_codes_is_not_recoded() {
    let mut desk = desk();
    desk.press("jcs").press("cc").press("Q").press("slacktivism and censorship<Enter>");
    assert_eq!(list(&desk).1.len(), 1);
    desk.press("<A-c>");
    assert!(desk.note().contains("several codes"), "{}", desk.note());
    assert_eq!(desk.kept("likes.en"), ["censorship 19..60", "slacktivism 19..60"]);
}

#[test]
fn a_memo_has_the_day_on_which_it_was_begun() {
    let mut desk = desk();
    desk.press("jcs").press("jcc").press("k");
    let tagged = desk.session.pane().annotation().expect("one").time;
    desk.press("m").press("Later<C-s>");
    let begun = desk.session.pane().annotation().expect("one").memo_time.expect("a time");
    assert!(begun > tagged);
    desk.press("m").press(" and longer<C-s>");
    assert_eq!(desk.session.pane().annotation().expect("one").memo_time, Some(begun));
    desk.press("ge");
    assert!(list(&desk).1[0].starts_with(&begun.minute()), "{:?}", list(&desk).1);
}

#[test]
fn what_is_printed_says_what_it_was_counted_of() {
    let dir = study();
    let tanba = |arguments: &[&str]| ok(dir.path(), arguments);
    tanba(&["tag", "in.en", "9..24", "slacktivism"]);
    tanba(&["tag", "in.kk", "9..27", "slacktivism"]);
    // The query of a number has all that was asked beside it.
    let table: serde_json::Value =
        serde_json::from_str(&tanba(&["stats", "--language", "kk", "--by", "asel", "--json"])).expect("JSON");
    let query = table[0]["rows"][0]["queries"][0].as_str().expect("a query");
    assert_eq!(tanba(&["query", query, "--count"]), "1 passage in 1 document\n", "{query}");
    tanba(&["report", "r.html", "--language", "kk", "--since", "2026-01-01"]);
    let page = fs::read_to_string(dir.path().join("r.html")).expect("a page");
    assert!(page.contains("counted is only") && page.contains("lang:&quot;kk&quot;"), "{page}");
    assert!(page.contains("1, 1 of them coded") && page.contains(">code: how often · passages</text>"));
    // A table that stands in no row says why.
    tanba(&["codes", "add", "control"]);
    tanba(&["tag", "in.en", "9..20", "control"]);
    let output = run(dir.path(), &["stats", "--query", "slacktivism and control"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("1 passage, but it stands in no row"), "{told}");
}

#[test]
fn tables_of_other_countries_are_read_and_what_is_wrong_in_them_is_told() {
    let dir = study();
    fs::write(dir.path().join("known.csv"), "\u{feff}document;outlet\nin.en;Радио, ТВ\nnowhere;x\n").expect("written");
    let output = run(dir.path(), &["documents", "fill", "known.csv"]);
    assert_eq!(output.status.code(), Some(1), "a line was wrong");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 document changed"));
    ok(dir.path(), &["tag", "in.en", "9..24", "slacktivism"]);
    assert_eq!(ok(dir.path(), &["query", "any outlet:\"Радио, ТВ\"", "--count"]), "1 passage in 1 document\n");
    let output = run(dir.path(), &["query", "any outlet:radio"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("no document has radio there; there are Радио, ТВ"), "{told}");
}
