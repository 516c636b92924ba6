//! What comes in from other programs and goes out to them: from the command line to the project and back.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{copy_folder, ok, refused, run, study};
use crate::terminal::reader;

fn json(dir: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&ok(dir, args)).expect("JSON")
}

fn coded() -> TempDir {
    let dir = study();
    ok(dir.path(), &["codes", "add", "control"]);
    ok(dir.path(), &["codes", "add", "censorship", "--parent", "control"]);
    ok(dir.path(), &["tag", "in.en", "9..24", "s", "--memo", "қалай?\nsecond line"]);
    ok(dir.path(), &["tag", "in.en", "Nobody comes!", "control/censorship"]);
    ok(dir.path(), &["tag", "in.kk", "9..26", "слактивизм", "--coder", "bek"]);
    ok(dir.path(), &["memos", "add", "why we ask"]);
    dir
}

/// An empty project.
fn empty() -> TempDir {
    let dir = TempDir::new().expect("a folder");
    ok(dir.path(), &["init"]);
    dir
}

/// What a project says of its passages, in a form that is the same wherever it is read.
fn said(dir: &Path) -> Vec<String> {
    let all = json(dir, &["annotations", "--json"]);
    let line = |a: &Value| {
        let parts = ["document", "start", "end", "quote", "code", "coder", "memo", "time", "id"];
        parts.map(|part| a[part].to_string()).join(" ")
    };
    let mut lines: Vec<String> = all.as_array().expect("a list").iter().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn a_project_goes_out_and_comes_back_whole_with_its_coders_and_texts() {
    let dir = coded();
    let file = dir.path().join("study.qdpx");
    let path = file.to_str().expect("a path");
    ok(dir.path(), &["export", "--format", "refi", "--output", path]);
    let other = empty();
    let told = ok(other.path(), &["import", path, "--dry-run"]);
    assert!(
        told.starts_with("3 annotations to take, 0 known already") && told.contains("nothing was taken yet"),
        "{told}"
    );
    assert_eq!(said(other.path()), Vec::<String>::new(), "only told");
    assert!(ok(other.path(), &["import", path]).starts_with("3 annotations taken, 0 known"));
    assert_eq!(said(other.path()), said(dir.path()));
    for name in ["in.en.txt", "in.kk.txt"] {
        let text = |dir: &TempDir| fs::read(dir.path().join("documents").join(name)).expect("a text");
        assert_eq!(text(&other), text(&dir));
    }
    assert_eq!(ok(other.path(), &["codes", "--json"]), ok(dir.path(), &["codes", "--json"]));
    assert_eq!(json(other.path(), &["memos", "--json"])[0]["text"], json(dir.path(), &["memos", "--json"])[0]["text"]);
    // The same file twice changes nothing, and one step takes all of it back.
    let journal = |dir: &TempDir| {
        fs::read_dir(dir.path().join("journal"))
            .expect("read")
            .flatten()
            .map(|e| e.metadata().expect("there").len())
            .sum::<u64>()
    };
    let before = journal(&other);
    assert!(ok(other.path(), &["import", path]).starts_with("0 annotations taken, 3 known"));
    assert_eq!(journal(&other), before);
    ok(other.path(), &["undo"]);
    assert_eq!(said(other.path()), Vec::<String>::new());
    assert_eq!(json(other.path(), &["documents", "--json"]).as_array().map(Vec::len), Some(0));
}

#[test]
fn what_a_dry_run_says_is_what_happens() {
    let dir = coded();
    let file = dir.path().join("study.qdpx");
    let path = file.to_str().expect("a path");
    ok(dir.path(), &["export", "--format", "refi", "--output", path]);
    let other = study();
    let first = json(other.path(), &["import", path, "--dry-run", "--json"]);
    let second = json(other.path(), &["import", path, "--json"]);
    for part in ["documents", "annotations", "impossible", "conflicting", "doubtful"] {
        assert_eq!(first[part], second[part], "{part}");
    }
    assert_eq!((first["taken"].as_bool(), second["taken"].as_bool()), (Some(false), Some(true)));
    assert_eq!(first["documents"][0]["how"], "content");
}

#[test]
fn what_a_colleague_said_here_is_never_overwritten() {
    let dir = coded();
    let file = dir.path().join("rows.jsonl");
    let rows = ok(dir.path(), &["export", "--format", "jsonl"]);
    fs::write(&file, rows.replace("second line", "other words")).expect("written");
    let output = run(dir.path(), &["import", "rows.jsonl"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("says something else here"), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("in.en, 9..24"));
    assert!(said(dir.path()).iter().any(|line| line.contains("second line")));
}

#[test]
fn passages_find_their_words_in_a_text_that_was_edited() {
    let dir = TempDir::new().expect("a folder");
    ok(dir.path(), &["init"]);
    let text = "The ministry blocked the site.\n\nPeople wrote about it for weeks. Nobody answered them.\n\nThen the site came back.\n";
    fs::write(dir.path().join("a.en.txt"), text).expect("written");
    ok(dir.path(), &["add", "a.en.txt"]);
    ok(dir.path(), &["codes", "add", "blocking"]);
    for words in ["blocked the site", "Nobody answered them.", "wrote about it for weeks", "Then the site came back"] {
        ok(dir.path(), &["tag", "a.en", words, "blocking"]);
    }
    let file = dir.path().join("a.qdpx");
    ok(dir.path(), &["export", "--format", "refi", "--output", file.to_str().expect("a path")]);
    let other = empty();
    let edited = "PREFACE\r\n\r\nThe ministry  blocked the site.\r\n\r\nMany people wrote about this matter for weeks.\r\n\r\nThen the site came back.\r\n";
    fs::write(other.path().join("a.en.txt"), edited).expect("written");
    ok(other.path(), &["add", "a.en.txt"]);
    let output = run(other.path(), &["import", file.to_str().expect("a path"), "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let n = |what: &str| told["annotations"][what].as_u64().expect("a number");
    assert_eq!((n("new"), n("moved"), n("doubtful"), n("impossible")), (3, 3, 1, 1), "{told}");
    assert_eq!(told["documents"][0]["how"], "edited");
    let doubtful = json(other.path(), &["query", "any has:doubt", "--json"]);
    assert_eq!(doubtful[0]["quote"], "wrote about this matter for weeks");
    // In the reader it is a list, and a key says that the place is right.
    let mut pty = reader(other.path(), (100, 30));
    pty.until("PREFACE");
    pty.until("1 place in this document is doubtful; g D lists it");
    pty.press("gD");
    pty.until("any has:doubt · 1 of 1");
    pty.until("place is right");
    pty.press("\u{1b}y");
    // In the list of annotations it says no more how sure its place is.
    pty.until_true("sure", |screen| !screen.contains("% “") && !screen.contains("any has:doubt"));
    pty.press("q");
    assert_eq!(pty.end(), 0);
    assert!(refused(other.path(), &["query", "any has:doubt"]).contains("nothing found"));
    assert!(said(other.path()).iter().any(|line| line.contains("wrote about this matter")), "only the doubt is gone");
}

#[test]
fn a_revised_text_takes_its_annotations_along() {
    let dir = coded();
    let old = fs::read_to_string(dir.path().join("documents/in.en.txt")).expect("a text");
    let revised = format!("A new beginning.\n\n{}", old.replace("Nobody comes!", "They stayed away."));
    fs::write(dir.path().join("new.txt"), &revised).expect("written");
    let told = run(dir.path(), &["revise", "in.en", "new.txt", "--dry-run"]);
    assert!(
        String::from_utf8_lossy(&told.stdout).contains("1 annotation moved, 0 where they were, 0 doubtful, 1 lost"),
        "{told:?}"
    );
    assert_eq!(fs::read_to_string(dir.path().join("documents/in.en.txt")).expect("a text"), old);
    run(dir.path(), &["revise", "in.en", "new.txt"]);
    assert_eq!(fs::read_to_string(dir.path().join("documents/in.en.txt")).expect("a text"), revised);
    let all = json(dir.path(), &["annotations", "--json"]);
    let moved = all.as_array().expect("a list").iter().find(|a| a["start"] == 27).expect("moved by 18");
    assert_eq!(moved["memo"], "қалай?\nsecond line");
    let kept: Vec<_> = fs::read_dir(dir.path().join("documents/old")).expect("a folder").flatten().collect();
    assert_eq!(fs::read_to_string(kept[0].path()).expect("a text"), old);
    // The way back is the same.
    ok(dir.path(), &["revise", "in.en", kept[0].path().to_str().expect("a path")]);
    assert!(said(dir.path()).iter().any(|line| line.contains("Nobody comes!")));
    assert!(
        refused(dir.path(), &["revise", "in.en", kept[0].path().to_str().expect("a path")]).contains("just this text")
    );
    assert!(refused(dir.path(), &["revise", "nowhere", "new.txt"]).contains("no document"));
}

#[test]
fn undo_of_a_revision_brings_the_text_back_and_redo_the_new_one() {
    let dir = coded();
    let text = || fs::read_to_string(dir.path().join("documents/in.en.txt")).expect("a text");
    let (old, before) = (text(), said(dir.path()));
    fs::write(dir.path().join("new.txt"), format!("A new beginning.\n\n{old}")).expect("written");
    ok(dir.path(), &["revise", "in.en", "new.txt"]);
    let (new, after) = (text(), said(dir.path()));
    ok(dir.path(), &["undo"]);
    assert_eq!((text(), said(dir.path())), (old.clone(), before.clone()));
    assert!(ok(dir.path(), &["check"]).contains("all is well"));
    ok(dir.path(), &["redo"]);
    assert_eq!((text(), said(dir.path())), (new.clone(), after.clone()));
    // Where the old text is gone, nothing is taken back.
    fs::remove_dir_all(dir.path().join("documents/old")).expect("removed");
    assert!(refused(dir.path(), &["undo"]).contains("tanba revise in.en"));
    assert_eq!((text(), said(dir.path())), (new.clone(), after.clone()));
    // Who reads a text would not see that it is another one.
    let mut pty = reader(dir.path(), (100, 30));
    fs::write(dir.path().join("old.txt"), &old).expect("written");
    assert!(refused(dir.path(), &["revise", "in.en", "old.txt"]).contains("close the reader"));
    assert!(refused(dir.path(), &["undo"]).contains("close the reader"));
    pty.press("u");
    pty.until("close the reader");
    assert_eq!((text(), said(dir.path())), (new, after));
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn what_was_said_in_review_goes_along_with_a_revised_text() {
    let dir = coded();
    for coder in ["asel", "bek"] {
        ok(dir.path(), &["tag", "in.en", "People like it.", "control", "--coder", coder]);
        ok(dir.path(), &["finish", "in.en", "--coder", coder]);
    }
    ok(dir.path(), &["settle", "--rule", "same"]);
    let all = json(dir.path(), &["annotations", "--json"]);
    let of_asel = |a: &&Value| a["coder"] == "asel" && a["code"] == "control";
    let id =
        all.as_array().expect("a list").iter().find(of_asel).expect("tagged")["id"].as_str().expect("an id").to_owned();
    ok(dir.path(), &["review", "accept", &id, "--coder", "bek"]);
    let settled = |dir: &Path| ok(dir, &["settle", "--rule", "same"]);
    let before = settled(dir.path());
    let old = fs::read_to_string(dir.path().join("documents/in.en.txt")).expect("a text");
    fs::write(dir.path().join("new.txt"), format!("A new beginning.\n\n{old}")).expect("written");
    ok(dir.path(), &["revise", "in.en", "new.txt"]);
    assert!(ok(dir.path(), &["query", "any verdict:accepted"]).contains("People like it."));
    assert_eq!(settled(dir.path()), before, "what was settled is settled");
}

#[test]
fn a_revision_brings_nothing_back_that_a_colleague_took_away_meanwhile() {
    let dir = coded();
    ok(dir.path(), &["tag", "in.en", "People like it.", "control", "--coder", "bek"]);
    ok(dir.path(), &["tag", "in.en", "Nobody comes!", "control", "--coder", "bek"]);
    let theirs = TempDir::new().expect("a folder");
    copy_folder(dir.path(), theirs.path());
    ok(theirs.path(), &["undo", "--coder", "bek"]);
    let old = fs::read_to_string(dir.path().join("documents/in.en.txt")).expect("a text");
    fs::write(dir.path().join("new.txt"), format!("A new beginning.\n\n{old}")).expect("written");
    ok(dir.path(), &["revise", "in.en", "new.txt"]);
    for order in [false, true] {
        if order {
            // The same, however the journals come.
            fs::remove_dir_all(dir.path().join(".tanba")).expect("removed");
        }
        fs::copy(theirs.path().join("journal/bek@desk.jsonl"), dir.path().join("journal/bek@desk.jsonl"))
            .expect("copied");
        let of_bek: Vec<String> = said(dir.path())
            .into_iter()
            .filter(|line| line.contains("\"bek\"") && line.contains("\"in.en\""))
            .collect();
        assert_eq!(of_bek.len(), 1, "{of_bek:?}");
        assert!(of_bek[0].contains(" 27 42 "), "moved by 18: {of_bek:?}");
        assert!(ok(dir.path(), &["check"]).contains("all is well"));
    }
}

#[test]
fn annotations_that_may_not_be_seen_move_along_untold() {
    let dir = coded();
    ok(dir.path(), &["rules", "--colleagues", "finished"]);
    ok(dir.path(), &["tag", "in.en", "Nobody comes!", "s", "--coder", "bek"]);
    ok(dir.path(), &["tag", "in.en", "9..24", "s", "--memo", "hidden", "--coder", "bek"]);
    let old = fs::read_to_string(dir.path().join("documents/in.en.txt")).expect("a text");
    let revised = format!("A new beginning.\n\n{}", old.replace("Nobody comes!", "Nobody came!"));
    fs::write(dir.path().join("new.txt"), revised).expect("written");
    let told = ok(dir.path(), &["revise", "in.en", "new.txt"]);
    assert!(told.starts_with("in.en: 2 annotations moved, 0 where they were"), "only one's own: {told}");
    let told = ok(dir.path(), &["undo"]);
    assert!(told.contains("and 1 other"), "only one's own: {told}");
    ok(dir.path(), &["redo"]);
    let is_theirs = |line: &&String| line.contains("\"in.en\"") && line.contains("\"bek\"");
    assert_eq!(said(dir.path()).iter().filter(is_theirs).count(), 0, "still hidden");
    ok(dir.path(), &["rules", "--colleagues", "always"]);
    let all = json(dir.path(), &["annotations", "--json"]);
    let quotes = |memo: &str| {
        let of = |a: &&Value| a["coder"] == "bek" && a["document"] == "in.en" && a["memo"] == memo;
        let quotes =
            all.as_array().expect("a list").iter().filter(of).map(|a| (a["start"].clone(), a["quote"].clone()));
        quotes.collect::<Vec<_>>()
    };
    assert_eq!(quotes("hidden").first().map(|found| found.0.clone()), Some(27.into()), "moved by 18: {all}");
    assert!(quotes("").iter().any(|found| found.1 == "Nobody came!"), "found again though its words are others: {all}");
}

#[test]
fn nothing_is_written_over_what_is_not_meant() {
    let dir = coded();
    ok(dir.path(), &["export", "--format", "jsonl", "--output", "c.jsonl"]);
    let before = fs::read(dir.path().join("c.jsonl")).expect("written");
    assert!(refused(dir.path(), &["convert", "c.jsonl", "c.jsonl"]).contains("over itself"));
    assert!(refused(dir.path(), &["convert", "c.jsonl", "c.qdpx"]).contains("no texts"));
    assert_eq!(fs::read(dir.path().join("c.jsonl")).expect("read"), before);
    assert!(!dir.path().join("c.qdpx").exists());
    let text = fs::read(dir.path().join("documents/in.en.txt")).expect("read");
    for place in [
        "documents",
        "documents/in.en.txt",
        "journal/x",
        "documents/new/deep",
        "./journal/../documents",
        "tanba.toml",
        ".tanba/x.csv",
    ] {
        assert!(refused(dir.path(), &["export", "--format", "brat", "--output", place]).contains("own"), "{place}");
        assert!(refused(dir.path(), &["export", "--output", place]).contains("own"), "{place}");
    }
    assert_eq!(fs::read(dir.path().join("documents/in.en.txt")).expect("read"), text);
    ok(dir.path(), &["export", "--format", "brat", "--output", "coded"]);
    let again = run(dir.path(), &["export", "--format", "brat", "--output", "coded"]);
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("--force"), "{again:?}");
    ok(dir.path(), &["export", "--format", "brat", "--output", "coded", "--force"]);
    // The ending says what is meant.
    ok(dir.path(), &["export", "--output", "study.qdpx"]);
    assert!(fs::read(dir.path().join("study.qdpx")).expect("written").starts_with(b"PK"));
}

#[test]
fn files_that_are_not_read_are_named() {
    let dir = coded();
    ok(dir.path(), &["export", "--format", "webanno-tsv", "--output", "t"]);
    ok(dir.path(), &["export", "--format", "xmi", "--output", "x"]);
    ok(dir.path(), &["export", "--output", "a.qdpx"]);
    fs::copy(dir.path().join("a.qdpx"), dir.path().join("b.qdpx")).expect("copied");
    let one = |folder: &str| {
        let mut all: Vec<_> =
            fs::read_dir(dir.path().join(folder)).expect("listed").flatten().map(|e| e.path()).collect();
        all.retain(|path| path.extension().is_some_and(|e| e == "tsv" || e == "xmi"));
        all.sort();
        all.swap_remove(0).to_str().expect("a path").to_owned()
    };
    let other = empty();
    let output = run(other.path(), &["import", &one("t"), &one("x")]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("not of the same format"), "{output:?}");
    let path = |name: &str| dir.path().join(name).to_str().expect("a path").to_owned();
    assert!(refused(other.path(), &["import", &path("a.qdpx"), &path("b.qdpx")]).contains("one by one"));
}

#[test]
fn files_of_no_format_are_refused_with_the_way_out() {
    let dir = study();
    for (name, bytes) in [
        ("a.qdpx", &b"PK\x03\x04 and then nothing"[..]),
        ("b.json", b"{\"a\": 1}"),
        ("c.bin", &[0, 159, 146, 150]),
        ("d.qde", b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><Project>&b;</Project>"),
        ("e.db", b"SQLite format 3\0 cut"),
        ("f.txt", b""),
    ] {
        fs::write(dir.path().join(name), bytes).expect("written");
        let told = refused(dir.path(), &["import", name]);
        assert!(told.lines().count() == 1 && told.contains(name.split('.').next().expect("a stem")), "{name}: {told}");
    }
    fs::write(dir.path().join("g.json"), "[{\"id\": 1, \"annotations\": [{\"result\": [").expect("written");
    assert!(refused(dir.path(), &["import", "g.json"]).contains("g.json, line 1: the JSON is damaged"));
    assert!(refused(dir.path(), &["import", "e.db"]).contains("e.db: the database is damaged or cut short"));
    assert!(refused(dir.path(), &["import", "b.json"]).contains("no format that is known"));
    assert!(refused(dir.path(), &["import", "nowhere.qdpx"]).contains("nowhere.qdpx"));
    assert!(refused(dir.path(), &["convert", "f.txt", "out.xyz"]).contains("--to"));
}

#[test]
fn one_programs_file_becomes_anothers_without_a_project() {
    let dir = coded();
    ok(dir.path(), &["export", "--format", "refi", "--output", "a.qdpx"]);
    let away = TempDir::new().expect("a folder");
    fs::copy(dir.path().join("a.qdpx"), away.path().join("a.qdpx")).expect("copied");
    ok(away.path(), &["convert", "a.qdpx", "b.qdpx"]);
    let bytes = |name: &str| fs::read(away.path().join(name)).expect("a file");
    assert_eq!(bytes("a.qdpx"), bytes("b.qdpx"));
}

#[test]
fn a_text_with_windows_line_ends_goes_out_with_passages_on_their_words() {
    let dir = study();
    let text = "One line\r\nand two.\r\n\r\nThree 👍 words, four.\r\n";
    fs::write(dir.path().join("documents/dos.en.txt"), text).expect("written");
    for words in ["two", "words", "line\r\nand"] {
        ok(dir.path(), &["tag", "dos.en", words, "s"]);
    }
    let quotes = |dir: &Path| -> Vec<String> {
        let all = json(dir, &["annotations", "--json"]);
        let quote = |a: &Value| a["quote"].as_str().unwrap_or_default().replace("\r\n", "\n");
        let mut quotes: Vec<String> =
            all.as_array().expect("a list").iter().filter(|a| a["document"] == "dos.en").map(quote).collect();
        quotes.sort();
        quotes
    };
    let wanted = ["line\nand", "two", "words"];
    assert_eq!(quotes(dir.path()), wanted);
    for format in ["refi", "brat", "webanno-tsv", "label-studio", "doccano", "xmi"] {
        for more in [&[][..], &["--crlf"]] {
            let out = TempDir::new().expect("a folder");
            let name = [("refi", "a.qdpx"), ("doccano", "a.jsonl")].into_iter().find(|(own, _)| *own == format);
            let path = out.path().join(name.map_or("a", |(_, name)| name));
            if name.is_none() {
                fs::create_dir(&path).expect("made");
            }
            let path = path.to_str().expect("a path");
            let asked = ["export", "--document", "dos.en", "--format", format, "--output", path];
            ok(dir.path(), &[&asked[..], more].concat());
            let other = empty();
            ok(other.path(), &["import", path]);
            assert_eq!(quotes(other.path()), wanted, "{format} {more:?}");
            let there = fs::read_to_string(other.path().join("documents/dos.en.txt")).expect("a text");
            assert_eq!(there, text.replace("\r\n", "\n"), "{format} {more:?}");
        }
    }
}

#[test]
fn what_could_not_be_read_is_seen_by_scripts() {
    let dir = empty();
    fs::create_dir(dir.path().join("coded")).expect("made");
    fs::write(dir.path().join("coded/a.txt"), "one two").expect("written");
    fs::write(dir.path().join("coded/a.ann"), "T1\tX 0 3\tone\nT2\tX 0 99\tx\n").expect("written");
    for args in [&["import", "coded"][..], &["convert", "coded", "out.jsonl", "--to", "doccano"]] {
        let output = run(dir.path(), args);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {errors}");
        assert!(errors.contains("a.ann, line 2: an annotation beyond the end of the text"), "{args:?}: {errors}");
    }
    assert_eq!(said(dir.path()).len(), 1, "the rest is taken");
    assert!(dir.path().join("out.jsonl").exists());
    fs::write(dir.path().join("coded/a.ann"), "T2\tX 0 99\tx\n".repeat(30)).expect("written");
    let output = run(dir.path(), &["import", "coded"]);
    let first = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned();
    assert!(first.contains("30 refused"), "{first}");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(errors.lines().count(), 21, "{errors}");
    let all: Value = serde_json::from_slice(&run(dir.path(), &["import", "coded", "--json"]).stdout).expect("JSON");
    assert_eq!(all["unread"].as_array().map(Vec::len), Some(30));
}

#[test]
fn an_export_as_json_lines_brings_its_codes_with_what_they_stand_below() {
    let dir = coded();
    ok(dir.path(), &["export", "--format", "jsonl", "--output", "a.jsonl"]);
    let file = dir.path().join("a.jsonl");
    let other = empty();
    for name in ["in.en", "in.kk"] {
        let text = dir.path().join(format!("documents/{name}.txt"));
        ok(other.path(), &["add", text.to_str().expect("a path")]);
    }
    ok(other.path(), &["import", file.to_str().expect("a path")]);
    let codes = ok(other.path(), &["codes"]);
    let paths = |dir: &Path| -> Vec<String> {
        let all = json(dir, &["annotations", "--json"]);
        all.as_array().expect("a list").iter().map(|a| a["path"].to_string()).collect()
    };
    assert_eq!(paths(other.path()), paths(dir.path()), "{codes}");
    assert!(paths(other.path()).contains(&"\"control/censorship\"".to_owned()), "{:?}", paths(other.path()));
}
