//! The codebook: codes that are renamed, moved, merged, retired, and brought back, while annotations have them.

use crate::harness::{Desk, ok, refused, study};

fn studied() -> tempfile::TempDir {
    let dir = study();
    let root = dir.path();
    ok(root, &["codes", "add", "censorship", "--kk", "цензура", "--key", "c"]);
    ok(root, &["codes", "add", "control"]);
    ok(root, &["tag", "in.en", "9..24", "slacktivism"]);
    ok(root, &["tag", "in.en", "25..38", "censorship"]);
    dir
}

fn rows(root: &std::path::Path, arguments: &[&str]) -> Vec<(String, String)> {
    let printed = ok(root, &[&["export", "--format", "jsonl"], arguments].concat());
    let row = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let cell = |name: &str| row[name].as_str().expect("text").to_owned();
        (cell("quote"), cell("path"))
    };
    printed.lines().map(row).collect()
}

#[test]
fn a_merged_code_counts_as_the_other_and_undo_is_as_it_was() {
    let dir = studied();
    let root = dir.path();
    let before = (rows(root, &[]), ok(root, &["codes", "--json"]));
    assert_eq!(ok(root, &["codes", "merge", "slacktivism", "censorship"]), "slacktivism  censorship  → censorship\n");
    assert_eq!(
        rows(root, &[]),
        [("People like it.", "censorship"), ("Nobody comes!", "censorship")].map(|(q, p)| (q.into(), p.into()))
    );
    // Found by either name; tagged with the one that stands.
    assert_eq!(rows(root, &["--code", "slacktivism"]).len(), 2);
    assert_eq!(rows(root, &["--code", "цензура"]).len(), 2);
    ok(root, &["tag", "in.en", "39..43", "slacktivism"]);
    assert!(ok(root, &["annotations"]).lines().last().expect("one").contains("censorship"));
    // What counts as one is not tagged twice.
    assert!(refused(root, &["tag", "in.en", "9..24", "censorship"]).contains("already"));
    // Round in a circle is refused.
    assert!(
        refused(root, &["codes", "merge", "censorship", "slacktivism"]).contains("is a part of censorship already")
    );
    ok(root, &["undo"]);
    ok(root, &["undo"]);
    assert_eq!((rows(root, &[]), ok(root, &["codes", "--json"])), before);
    assert!(ok(root, &["check"]).contains("all is well"));
}

#[test]
fn a_retired_code_and_a_folder_are_given_to_nothing_and_keep_what_they_have() {
    let dir = studied();
    let root = dir.path();
    ok(root, &["codes", "retire", "slacktivism"]);
    assert!(refused(root, &["tag", "in.en", "39..43", "slacktivism"]).contains("is retired; `tanba codes restore"));
    assert_eq!(rows(root, &["--code", "slacktivism"]).len(), 1);
    ok(root, &["codes", "folder", "control"]);
    ok(root, &["codes", "move", "censorship", "control"]);
    assert!(refused(root, &["tag", "in.en", "39..43", "control"]).contains("only holds other codes"));
    assert!(rows(root, &[]).contains(&("Nobody comes!".into(), "control/censorship".into())));
    assert!(ok(root, &["codes"]).contains("slacktivism · слактивизм  · retired"));
    // Its letter went to another code meanwhile.
    ok(root, &["codes", "add", "satire", "--key", "s"]);
    ok(root, &["codes", "restore", "slacktivism"]);
    let json: serde_json::Value = serde_json::from_str(&ok(root, &["codes", "--json"])).expect("JSON");
    let keys: Vec<&str> =
        json.as_array().expect("codes").iter().map(|code| code["key"].as_str().expect("text")).collect();
    assert_eq!(keys.iter().filter(|key| **key == "s").count(), 1, "{keys:?}");
    ok(root, &["tag", "in.en", "39..43", "slacktivism"]);
}

#[test]
fn a_renamed_code_keeps_what_has_it_and_its_name_stays_its_own() {
    let dir = studied();
    let root = dir.path();
    ok(root, &["codes", "rename", "slacktivism", "click activism"]);
    assert!(rows(root, &[]).contains(&("People like it.".into(), "click activism".into())));
    assert!(refused(root, &["codes", "rename", "censorship", "Click Activism"]).contains("is called so already"));
    assert!(refused(root, &["codes", "rename", "censorship", "a/b"]).contains("has no /"));
    assert!(refused(root, &["codes", "move", "control", "nowhere"]).contains("no code is called"));
    assert!(refused(root, &["codes", "retire", "nowhere"]).contains("no code is called"));
    ok(root, &["codes", "move", "censorship", "control"]);
    assert!(refused(root, &["codes", "move", "control", "censorship"]).contains("is below"));
    assert_eq!(ok(root, &["codes", "move", "censorship", "--top"]), "censorship  censorship\n");
}

#[test]
fn a_name_that_is_nearly_another_is_told() {
    let dir = studied();
    let output = crate::harness::run(dir.path(), &["codes", "add", "censorshp"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("censorshp is nearly censorship"));
    let output = crate::harness::run(dir.path(), &["codes", "add", "слактивизмы"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("is nearly slacktivism"));
    let output = crate::harness::run(dir.path(), &["codes", "add", "irony"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn the_reader_offers_what_is_in_use_and_shows_what_was_merged_as_what_it_is_now() {
    let mut desk = Desk::new(&[("a.en", "People like it. Nobody comes!\n")]);
    desk.press("cs");
    desk.store = None;
    ok(desk.dir.path(), &["codes", "merge", "slacktivism", "censorship"]);
    desk.sit_down();
    let screen = desk.screen(100, 24);
    assert!(screen.contains("censorship") && !screen.contains("slacktivism"), "{screen}");
    desk.press("jt");
    let screen = desk.screen(100, 24);
    assert!(screen.contains("Tag with · 1 of 1"), "{screen}");
    desk.press("<Esc>cs");
    assert_eq!(desk.kept("a.en").len(), 1, "its letter gives nothing any more: {}", desk.note());
    desk.press("cc");
    assert_eq!(desk.kept("a.en").len(), 2);
    // A name that was merged means what it is now.
    desk.press("tslacktivism<Enter>");
    assert_eq!(desk.kept("a.en").iter().filter(|kept| kept.starts_with("slacktivism")).count(), 1);
    assert!(desk.note().contains("tagged censorship already"), "{}", desk.note());
}

#[test]
fn a_codebook_is_shared_as_a_file_and_comes_back() {
    let dir = studied();
    let root = dir.path();
    ok(
        root,
        &[
            "codes",
            "add",
            "censorship",
            "--definition",
            "Pressure on who writes",
            "--example",
            "en=The page is blocked",
        ],
    );
    ok(root, &["codes", "folder", "control"]);
    ok(root, &["codes", "move", "censorship", "control"]);
    let known = ok(root, &["codes", "--json"]);
    for end in ["toml", "csv"] {
        let text = ok(root, &["codes", "export", "--format", end]);
        let other = tempfile::TempDir::new().expect("a folder");
        ok(other.path(), &["init"]);
        let file = other.path().join(format!("codebook.{end}"));
        std::fs::write(&file, &text).expect("written");
        let file = file.to_str().expect("UTF-8");
        assert_eq!(ok(other.path(), &["codes", "import", file]), "3 codes taken\n");
        assert_eq!(ok(other.path(), &["codes", "--json"]), known, "{end}");
        assert_eq!(ok(other.path(), &["codes", "import", file]), "0 codes taken\n", "what is known is not taken twice");
        ok(other.path(), &["undo"]);
        assert_eq!(ok(other.path(), &["codes"]), "");
    }
    let page = ok(root, &["codes", "export", "--format", "md"]);
    assert!(
        page.contains("### control/censorship\n\ncensorship · цензура\n\n**Definition** Pressure on who writes"),
        "{page}"
    );
    assert_eq!(crate::harness::run(root, &["codes", "export", "--format", "doc"]).status.code(), Some(2));
    assert!(refused(root, &["codes", "import", "codes.txt"]).contains("ends in none of .toml, .csv"));
    assert!(refused(root, &["codes", "import", "none.toml"]).contains("can't read none.toml"));
}

#[test]
fn a_codebook_of_another_project_takes_no_letters_away() {
    let dir = studied();
    let root = dir.path();
    std::fs::write(
        root.join("more.csv"),
        "name_en,key,colour,parent\nsatire,s,red,humour\nhumour,h,#112233,\na/b,,,\n",
    )
    .expect("written");
    let output = crate::harness::run(root, &["codes", "import", "more.csv"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "2 codes taken\n");
    assert!(String::from_utf8_lossy(&output.stderr).contains("has no /"));
    let listed = ok(root, &["codes"]);
    assert!(listed.contains("s  slacktivism") && listed.contains("h  humour"), "{listed}");
    ok(root, &["tag", "in.en", "39..43", "satire"]);
    assert!(rows(root, &[]).contains(&("Why?".into(), "humour/satire".into())));
}
