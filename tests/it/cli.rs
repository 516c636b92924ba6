//! The command line: what it prints, and what bad input gets.

use std::fs;

use tempfile::TempDir;

use crate::harness::{ok, refused, run, study};

fn json(dir: &std::path::Path, arguments: &[&str]) -> serde_json::Value {
    serde_json::from_str(&ok(dir, arguments)).expect("JSON")
}

#[test]
fn lists_are_arrays_of_objects_with_the_glossarys_names() {
    let dir = study();
    let documents = json(dir.path(), &["documents", "--json"]);
    assert_eq!(documents[0]["id"], "in.en");
    assert_eq!(documents[1]["language"], "kk");
    assert_eq!(documents[1]["title"], "Тақырып");
    assert_eq!(documents[0]["pair"], "in.kk");
    let made = json(dir.path(), &["tag", "in.kk", "9..26", "slacktivism", "--memo", "ой", "--json"]);
    assert_eq!(made["quote"], "Жұрт лайк басады.");
    let annotations = json(dir.path(), &["annotations", "--json"]);
    let a = &annotations[0];
    assert_eq!((&a["document"], &a["start"], &a["end"]), (&"in.kk".into(), &9.into(), &26.into()));
    assert_eq!(
        (&a["quote"], &a["code"], &a["coder"], &a["memo"]),
        (&"Жұрт лайк басады.".into(), &"slacktivism".into(), &"asel".into(), &"ой".into())
    );
    let codes = json(dir.path(), &["codes", "--json"]);
    assert_eq!(
        (&codes[0]["id"], &codes[0]["names"]["kk"], &codes[0]["key"]),
        (&"slacktivism".into(), &"слактивизм".into(), &"s".into())
    );
}

#[test]
fn undo_takes_back_and_redo_brings_again() {
    let dir = study();
    ok(dir.path(), &["tag", "in.en", "0..7", "slacktivism"]);
    let before = ok(dir.path(), &["annotations"]);
    ok(dir.path(), &["undo"]);
    assert_eq!(ok(dir.path(), &["annotations"]), "");
    ok(dir.path(), &["redo"]);
    assert_eq!(ok(dir.path(), &["annotations"]), before);
    assert!(refused(dir.path(), &["redo"]).contains("nothing to redo"));
}

#[test]
fn files_that_are_no_texts_are_refused_with_the_way_out() {
    let dir = study();
    let file = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).expect("written");
    file("latin.txt", b"caf\xe9 au lait");
    file("binary.txt", b"\x7fELF\0\0\0");
    file("wide.txt", b"\xff\xfeh\0i\0");
    file("empty.txt", b"");
    file("blank.txt", b" \n\n");
    for (name, why) in [
        ("latin.txt", "not UTF-8 (first wrong byte at 3); convert it"),
        ("binary.txt", "NUL bytes"),
        ("wide.txt", "UTF-16, not UTF-8; convert it: iconv"),
        ("empty.txt", "empty"),
        ("blank.txt", "empty"),
        ("documents", "a folder; give its files"),
        ("nowhere.txt", "no such file"),
    ] {
        let line = refused(dir.path(), &["add", name]);
        assert!(line.contains(why), "{name}: {line}");
    }
    assert_eq!(json(dir.path(), &["documents", "--json"]).as_array().map(Vec::len), Some(2));
}

#[test]
fn good_files_are_taken_though_others_are_not() {
    let dir = study();
    fs::write(dir.path().join("good.txt"), "Good.").expect("written");
    let output = run(dir.path(), &["add", "nowhere.txt", "good.txt"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("good  en, 5 characters"));
}

#[test]
fn windows_files_lose_their_mark_and_line_ends_and_say_so() {
    let dir = study();
    fs::write(dir.path().join("w.txt"), "\u{feff}Бірінші\r\nекінші\r\n").expect("written");
    let line = ok(dir.path(), &["add", "w.txt", "--language", "kk"]);
    assert!(line.contains("byte order mark") && line.contains("line ends"), "{line}");
    assert_eq!(fs::read_to_string(dir.path().join("documents/w.txt")).expect("read"), "Бірінші\nекінші\n");
    assert!(ok(dir.path(), &["add", "w.txt", "--language", "kk"]).contains("is here already"));
    fs::write(dir.path().join("w.txt"), "Басқа").expect("written");
    assert!(refused(dir.path(), &["add", "w.txt"]).contains("there with another text"));
}

#[test]
fn passages_that_are_none_are_refused() {
    let dir = study();
    for (passage, why) in [
        ("5..5", "the start must be before the end"),
        ("9..999", "ends beyond the text, which has 44 characters"),
        ("nothing of this", "these words are not in the document"),
        ("e", "these words stand more than once"),
    ] {
        let line = refused(dir.path(), &["tag", "in.en", passage, "slacktivism"]);
        assert!(line.contains(why), "{passage}: {line}");
    }
    assert!(refused(dir.path(), &["tag", "nowhere", "0..1", "slacktivism"]).contains("no document is called"));
    assert!(refused(dir.path(), &["tag", "in.en", "0..1", "nope"]).contains("`tanba codes add` makes one"));
    fs::write(dir.path().join("nfd.txt"), "и\u{306}од").expect("written");
    ok(dir.path(), &["add", "nfd.txt"]);
    assert!(refused(dir.path(), &["tag", "nfd", "0..1", "slacktivism"]).contains("cuts a letter from its mark"));
}

#[test]
fn escapes_in_names_texts_and_memos_stay_inside() {
    let dir = study();
    fs::write(dir.path().join("x.txt"), "\u{1b}]0;owned\u{7}Title\u{9b}31m\n\nBody \u{1b}[2J here.").expect("written");
    ok(dir.path(), &["add", "x.txt"]);
    ok(dir.path(), &["tag", "x", "0..20", "slacktivism", "--memo", "\u{1b}[31mred\u{9b}0m"]);
    for arguments in [
        &["documents"][..],
        &["documents", "--json"],
        &["annotations"],
        &["annotations", "--json"],
        &["export"],
        &["export", "--format", "markdown"],
        &["codes"],
        &["check"],
    ] {
        let text = ok(dir.path(), arguments);
        let is_csv = arguments == ["export"];
        let bad = text.chars().find(|c| c.is_control() && *c != '\n' && !(is_csv && *c == '\t'));
        assert_eq!(bad, None, "{arguments:?}: {text:?}");
    }
    assert!(refused(dir.path(), &["tag", "\u{1b}[31mx", "0..1", "s"]).contains('␛'));
}

#[test]
fn codes_refuse_loops_slashes_and_taken_keys() {
    let dir = study();
    let root = dir.path().to_str().expect("UTF-8");
    ok(dir.path(), &["codes", "add", "below", "--parent", "slacktivism", "-C", root]);
    let line = refused(dir.path(), &["codes", "add", "slacktivism", "--parent", "below"]);
    assert!(line.contains("below is below slacktivism already"), "{line}");
    assert!(refused(dir.path(), &["codes", "add", "a/b"]).contains("has no /"));
    assert!(refused(dir.path(), &["codes", "add", "x", "--key", "s"]).contains("the key s belongs to slacktivism"));
    assert!(refused(dir.path(), &["codes", "add", "x", "--colour", "red"]).contains("write #rrggbb"));
    assert!(refused(dir.path(), &["add", "in.en.txt", "--language", "k k"]).contains("is no language"));
    assert!(refused(dir.path(), &["exprot"]).contains("no folder and no command is called"));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let dir = study();
    let script = format!("{} documents --json | head -c 1; exit ${{PIPESTATUS[0]}}", crate::harness::tanba().display());
    let status =
        std::process::Command::new("bash").args(["-c", &script]).current_dir(dir.path()).status().expect("bash runs");
    assert!(status.success());
}

#[test]
fn without_a_terminal_the_reader_says_so() {
    let dir = study();
    let line = refused(dir.path(), &[]);
    assert!(line.contains("the reader needs a terminal; scripts use the subcommands"), "{line}");
    assert!(!dir.path().join(".tanba/places.json").exists());
}

#[test]
fn init_makes_a_project_once() {
    let dir = TempDir::new().expect("a folder");
    ok(dir.path(), &["init", "study", "--languages", "en,ru"]);
    assert!(fs::read_to_string(dir.path().join("study/tanba.toml")).expect("read").contains("ru"));
    assert!(refused(dir.path(), &["init", "study"]).contains("a project is here already"));
    assert!(ok(dir.path(), &["documents", "-C", "study"]).is_empty());
}

#[test]
fn reading_leaves_no_journal_behind() {
    let dir = study();
    let journals = || fs::read_dir(dir.path().join("journal")).expect("listed").count();
    let before = journals();
    let output = std::process::Command::new(crate::harness::tanba())
        .arg("documents")
        .current_dir(dir.path())
        .env("TANBA_CODER", "visitor")
        .output()
        .expect("runs");
    assert!(output.status.success());
    assert_eq!(journals(), before);
}
