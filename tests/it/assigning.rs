//! Who is to code what: given, dealt, taken back, merged, and everybody's progress with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use tanba::app::effect::Effect;
use tanba::app::session::Mode;
use tanba::model::assignment::Assignment;
use tanba::model::change::{Change, Record};
use tanba::model::document::DocumentId;
use tempfile::TempDir;

use crate::harness::{Desk, ok, program, refused, run};
use crate::pty::home;

/// A project with four pairs and three single texts.
fn study() -> TempDir {
    let dir = TempDir::new().expect("a folder");
    ok(dir.path(), &["init", "--name", "study"]);
    let mut files = Vec::new();
    for n in 1..=7 {
        files.push(format!("n{n}.en.txt"));
        if n <= 4 {
            files.push(format!("n{n}.kk.txt"));
        }
    }
    add(dir.path(), &files.iter().map(String::as_str).collect::<Vec<_>>());
    ok(dir.path(), &["pair", "--by-name"]);
    ok(dir.path(), &["codes", "add", "slacktivism"]);
    dir
}

fn add(dir: &Path, files: &[&str]) {
    for file in files {
        fs::write(dir.join(file), format!("This is {file}. Жұрт лайк басады.\n")).expect("a text");
    }
    ok(dir, &[&["add"], files].concat());
}

/// Runs the built program as another coder; it must succeed.
fn as_coder(dir: &Path, coder: &str, arguments: &[&str]) -> String {
    let mut command = program();
    command.args(arguments).current_dir(dir).env("TANBA_HOME", home());
    let output = command.env("TANBA_CODER", coder).env("TANBA_DEVICE", "laptop").output().expect("it runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Whether a document's name says that language.
fn is_in(document: &str, language: &str) -> bool {
    document.rsplit('.').next() == Some(language)
}

/// Who has what, as `tanba assign --json` tells it.
fn given(dir: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let listed: serde_json::Value = serde_json::from_str(&ok(dir, &["assign", "--json"])).expect("JSON");
    let words = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let coders = |one: &serde_json::Value| one["coders"].as_array().expect("coders").iter().map(words).collect();
    listed.as_array().expect("documents").iter().map(|one| (words(&one["document"]), coders(one))).collect()
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn documents_are_given_listed_and_taken_back_and_each_command_is_one_step_of_undo() {
    let dir = study();
    let dir = dir.path();
    assert!(ok(dir, &["assign"]).ends_with("0 of 11 documents are given to somebody\n"));
    let told = ok(dir, &["assign", "--to", "asel,dana", "n1.en", "n5.en"]);
    assert!(told.starts_with("asel: 2 documents more, 2 in all: n1.en, n5.en\ndana: 2 documents more"), "{told}");
    assert!(told.contains("nothing is here yet of dana;"), "{told}");
    ok(dir, &["finish", "n1.en"]);
    let told = ok(dir, &["assign"]);
    assert!(told.contains("n1.en  en  asel ✓, dana\n") && told.contains("n1.kk  kk  —\n"), "{told}");
    assert_eq!(ok(dir, &["assign", "--to", "asel", "n1.en"]), "asel has n1.en already\n");
    ok(dir, &["assign", "--to", "bek", "--all", "--language", "kk"]);
    assert_eq!(given(dir).values().filter(|coders| coders.contains("bek")).count(), 4);
    assert!(ok(dir, &["undo"]).starts_with("undone: 4 documents are given to bek"));
    let told = ok(dir, &["assign", "--take-back", "--to", "asel", "n1.en", "n2.en"]);
    assert_eq!(told, "asel does not have n2.en\nasel: 1 document less, 1 in all: n1.en\n");
    assert_eq!(given(dir)["n1.en"], names(&["dana"]));
    ok(dir, &["assign", "--take-back", "--to", "dana", "--all"]);
    assert!(ok(dir, &["undo"]).starts_with("undone: 2 documents are taken from dana"));
    assert_eq!(
        (given(dir)["n1.en"].clone(), given(dir)["n5.en"].clone()),
        (names(&["dana"]), names(&["asel", "dana"]))
    );
    assert!(ok(dir, &["redo"]).starts_with("done again: 2 documents are taken from dana"));
}

#[test]
fn a_deal_is_whole_even_and_the_same_for_its_seed() {
    let dir = study();
    let dir = dir.path();
    let deal = ["assign", "--deal", "dana,asel,bek", "--overlap", "2", "--seed", "7", "--json"];
    let dry = ok(dir, &[&deal[..], &["--dry-run"]].concat());
    assert!(given(dir).values().all(BTreeSet::is_empty), "a dry run gives nothing");
    let dealt = ok(dir, &deal);
    assert_eq!(dry.replace("\"dry_run\": true", "\"dry_run\": false"), dealt);
    let all = given(dir);
    for n in 1..=4 {
        assert_eq!(all[&format!("n{n}.en")], all[&format!("n{n}.kk")], "a pair is never torn apart");
    }
    let units = || all.iter().filter(|(document, _)| is_in(document, "en")).map(|(_, coders)| coders);
    assert_eq!(units().filter(|coders| coders.len() == 3).count(), 2);
    assert_eq!(units().filter(|coders| coders.len() == 1).count(), 5);
    let shares = ["asel", "dana", "bek"].map(|coder| units().filter(|coders| coders.contains(coder)).count());
    assert!(shares.iter().max().expect("some") - shares.iter().min().expect("some") <= 1, "{shares:?}");
    // Dealing again deals only what nobody has.
    assert!(refused(dir, &deal).contains("nothing to deal"));
    add(dir, &["n8.en.txt", "n9.en.txt"]);
    let told = ok(dir, &["assign", "--deal", "asel,dana,bek", "--overlap", "2"]);
    assert!(told.starts_with("seed ") && !told.contains("for everybody"), "{told}");
    let later = given(dir);
    assert!(all.iter().all(|(document, coders)| later[document] == *coders), "what was given is kept");
    let shares =
        ["asel", "dana", "bek"].map(|c| later.iter().filter(|(d, own)| is_in(d, "en") && own.contains(c)).count());
    assert_eq!(shares.iter().sum::<usize>(), 13);
    assert!(shares.iter().max().expect("some") - shares.iter().min().expect("some") <= 1, "{shares:?}");
    assert!(ok(dir, &["undo"]).starts_with("undone: 2 documents are given to "));
    let undone = given(dir);
    assert!(all.iter().all(|(document, coders)| undone[document] == *coders) && undone["n8.en"].is_empty());
}

#[test]
fn a_language_is_dealt_by_itself_and_the_other_texts_follow() {
    let dir = study();
    let dir = dir.path();
    ok(dir, &["assign", "--deal", "asel,dana", "--language", "kk"]);
    let all = given(dir);
    assert!(all.iter().all(|(document, coders)| coders.len() == usize::from(is_in(document, "kk"))), "{all:?}");
    ok(dir, &["assign", "--deal", "asel,dana"]);
    let all = given(dir);
    assert!((1..=4).all(|n| all[&format!("n{n}.en")] == all[&format!("n{n}.kk")]), "{all:?}");
    assert!(all.values().all(|coders| coders.len() == 1));
}

#[test]
fn what_cannot_be_given_or_dealt_is_refused_in_one_line() {
    let dir = study();
    let dir = dir.path();
    let refusals: &[(&[&str], &str)] = &[
        (&["--to", "asel", "nowhere"], "no document is called \"nowhere\""),
        (&["--to", "asel"], "name them, or say --all"),
        (&["--to", "a sel", "n1.en"], "\"a sel\" can't be a coder's name; is it a-sel?"),
        (&["--to", "", "n1.en"], "write letters and digits"),
        (&["--to", "consensus", "n1.en"], "nobody's"),
        (&["--to", "asel", "--all", "--language", "de"], "nothing to give"),
        (&["--to", "asel", "--all", "--take-back"], "nothing to take back"),
        (&["--to", "asel", "--all", "--language", "english"], "is no language"),
        (&["--deal", "asel,dana,asel"], "asel is named twice"),
        (&["--deal", "asel,consensus"], "nobody's"),
        (&["--deal", "asel", "--overlap", "1"], "two coders at least"),
        (&["--deal", "asel,dana", "--overlap", "8"], "7 documents or pairs are free, so --overlap can be 7 at most"),
        (&["--deal", "asel,dana", "--language", "de"], "there is no such document"),
    ];
    for (arguments, why) in refusals {
        let told = refused(dir, &[&["assign"], *arguments].concat());
        assert!(told.contains(why), "{arguments:?}: {told}");
    }
    for arguments in
        [&["n1.en"][..], &["--deal", "asel", "--to", "dana"], &["--overlap", "2"], &["--take-back", "n1.en"]]
    {
        let output = run(dir, &[&["assign"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
    assert!(given(dir).values().all(BTreeSet::is_empty), "nothing was changed");
}

#[test]
fn two_who_deal_differently_are_merged_whichever_comes_first() {
    let (here, there) = (study(), TempDir::new().expect("a folder"));
    crate::harness::copy_folder(here.path(), there.path());
    ok(here.path(), &["assign", "--to", "bek", "n1.en", "n2.en"]);
    ok(here.path(), &["assign", "--to", "sara", "n3.en"]);
    as_coder(there.path(), "dana", &["assign", "--to", "bek", "n2.en", "n3.en"]);
    as_coder(there.path(), "dana", &["assign", "--to", "sara", "n3.en"]);
    // The later word on one document and coder stands: dana takes back what asel did not give again.
    as_coder(there.path(), "dana", &["assign", "--take-back", "--to", "sara", "n3.en"]);
    let copy = |from: &TempDir, to: &TempDir, journal: &str| {
        fs::copy(from.path().join("journal").join(journal), to.path().join("journal").join(journal)).expect("copied");
    };
    copy(&there, &here, "dana@laptop.jsonl");
    copy(&here, &there, "asel@desk.jsonl");
    let all = given(here.path());
    assert_eq!(all, given(there.path()));
    assert_eq!(["n1.en", "n2.en"].map(|id| all[id].clone()), [names(&["bek"]), names(&["bek"])]);
    assert_eq!(all["n3.en"], names(&["bek"]), "the last word on it is that it was taken back");
    // One's own step back leaves what the other said too.
    ok(here.path(), &["undo"]);
    ok(here.path(), &["undo"]);
    assert_eq!(given(here.path())["n3.en"], names(&["bek"]));
    assert!(ok(here.path(), &["check"]).lines().count() > 0);
}

#[test]
fn everybodys_progress_tells_what_is_done_and_hides_what_the_rules_hide() {
    let dir = study();
    let dir = dir.path();
    let told = ok(dir, &["progress", "--everyone"]);
    assert!(told.contains("nobody is given anything"), "{told}");
    ok(dir, &["assign", "--to", "asel", "n1.en", "n1.kk"]);
    ok(dir, &["assign", "--to", "dana", "n1.en", "n5.en", "n6.en"]);
    as_coder(dir, "dana", &["tag", "n5.en", "0..4", "slacktivism"]);
    as_coder(dir, "dana", &["finish", "n6.en"]);
    ok(dir, &["finish", "n1.en"]);
    let told = ok(dir, &["progress", "--everyone"]);
    let rows: Vec<Vec<&str>> = told.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["coder", "given", "finished", "half", "not", "begun", "passages", "last"]);
    assert_eq!(rows[1][..6], ["asel", "2", "1", "0", "1", "0"]);
    assert_eq!(rows[2][..6], ["dana", "3", "1", "1", "1", "1"]);
    assert!(told.contains("7 documents are given to nobody\n1 of 4 given documents are finished by all"), "{told}");
    ok(dir, &["rules", "--colleagues", "finished"]);
    let told = ok(dir, &["progress", "--everyone"]);
    let dana: Vec<&str> = told.lines().nth(2).expect("dana").split_whitespace().collect();
    assert_eq!(dana[..6], ["dana", "3", "1", "·", "·", "·"]);
    assert!(told.contains("· is what the team’s rules hide from you"), "{told}");
    let told: serde_json::Value = serde_json::from_str(&ok(dir, &["progress", "--everyone", "--json"])).expect("JSON");
    assert_eq!((told["coders"][1]["assigned"].as_u64(), told["coders"][1]["passages"].as_u64()), (Some(3), None));
    assert!(told["coders"][1]["last"].as_str().is_some_and(|last| last.starts_with("20")));
    // Who reviews sees all of it, and so does everybody of themselves.
    ok(dir, &["rules", "--reviewer", "asel"]);
    assert!(!ok(dir, &["progress", "--everyone"]).contains('·'));
    let own = as_coder(dir, "dana", &["progress", "--everyone"]);
    let dana: Vec<&str> = own.lines().nth(2).expect("dana").split_whitespace().collect();
    assert_eq!(dana[..6], ["dana", "3", "1", "1", "1", "1"]);
}

#[test]
fn the_readers_lists_begin_with_what_is_given_and_not_finished() {
    let mut desk = Desk::new(&[("a.en", "One. Two."), ("b.en", "Three. Four."), ("c.en", "Five. Six.")]);
    let picked = |desk: &Desk| match &desk.session.mode {
        Mode::Pick(picker) => {
            picker.rows.iter().map(|row| (row.value.clone(), row.detail.contains("yours"))).collect::<Vec<_>>()
        }
        other => panic!("no list but {other:?}"),
    };
    let row = |name: &str, is_theirs| (name.to_owned(), is_theirs);
    desk.press("f");
    assert_eq!(picked(&desk), [row("a.en", false), row("b.en", false), row("c.en", false)]);
    desk.press("<Esc>");
    let give = |id: &str, coder: &str| Change::put(Record::Assignment(Assignment::new(&DocumentId(id.into()), coder)));
    desk.perform(vec![Effect::Keep(vec![give("c.en", "asel"), give("b.en", "asel"), give("a.en", "dana")])]);
    assert_eq!(desk.note(), "3 documents are given to asel, dana");
    desk.press("f");
    assert_eq!(picked(&desk), [row("b.en", true), row("c.en", true), row("a.en", false)]);
    desk.press("<Esc>gr");
    assert_eq!(picked(&desk), [row("b.en", true), row("c.en", true), row("a.en", false)]);
    assert!(desk.screen(120, 30).contains("yours: 0 half coded, 2 uncoded, 0 done"), "{}", desk.screen(120, 30));
    desk.press("<Enter>").press("gd");
    assert_eq!(desk.note(), "b.en is done");
    desk.press("f");
    assert_eq!(picked(&desk), [row("c.en", true), row("a.en", false), row("b.en", true)]);
    desk.press("<Esc>").press("gi");
    assert!(desk.screen(100, 30).contains("given to  asel ✓"), "{}", desk.screen(100, 30));
    desk.press("<Esc>Ve");
    let screen = desk.screen(100, 30);
    assert!(screen.contains("Everybody’s progress") && screen.contains("0 documents are given to nobody"), "{screen}");
    desk.press("<Esc>uu");
    assert_eq!(desk.session.shared.assignments.len(), 0);
}
