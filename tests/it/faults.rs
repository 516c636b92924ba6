//! Disks that refuse: each call of a session fails in its turn, and what was acknowledged is kept, the coder is told, work goes on.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

use crate::disk::{calls, shim};
use crate::harness::{copy_folder, ok, program, study, tanba};
use crate::pty::Pty;

/// No space left on device, as Linux numbers it; and other refusals.
const NO_SPACE: i32 = 28;
const IO_ERROR: i32 = 5;
const READ_ONLY: i32 = 30;
const NOT_PERMITTED: i32 = 13;

/// Runs a command with calls that fail as `told` says.
fn run(root: &Path, arguments: &[&str], (fail, log): (Option<&str>, Option<&Path>)) -> Output {
    let mut command = program();
    command.args(arguments).current_dir(root).env("TANBA_CODER", "asel").env("TANBA_DEVICE", "desk");
    command.env("LD_PRELOAD", shim()).env("TANBA_DISK_ROOT", root);
    command.envs(fail.map(|told| ("TANBA_DISK_FAIL", told.to_owned())));
    command.envs(log.map(|log| ("TANBA_DISK_LOG", log.to_path_buf())));
    command.output().expect("it runs")
}

/// What a project says to who asks.
fn said(root: &Path) -> [String; 3] {
    [ok(root, &["annotations", "--json"]), ok(root, &["codes", "--json"]), ok(root, &["documents", "--json"])]
}

/// How many turns are tried of each command: all, or some spread evenly.
fn most_turns() -> usize {
    if std::env::var_os("TANBA_LONG").is_some() { usize::MAX } else { 5 }
}

#[test]
fn whichever_call_fails_what_was_acknowledged_is_kept_and_the_rest_is_told() {
    let dir = study();
    ok(dir.path(), &["tag", "in.en", "9..24", "s", "--memo", "kept"]);
    fs::write(dir.path().join("third.en.txt"), "A third text.\n").expect("written");
    fs::write(dir.path().join("new.txt"), "A title\n\nPeople like it a lot. Nobody comes! Why not?\n")
        .expect("written");
    ok(dir.path(), &["export", "--format", "jsonl", "--output", "rows.jsonl"]);
    let commands: [&[&str]; 7] = [
        &["tag", "in.en", "Nobody comes!", "s"],
        &["undo"],
        &["add", "third.en.txt"],
        &["codes", "add", "censorship"],
        &["import", "rows.jsonl", "--as-made-by", "bek"],
        &["revise", "in.en", "new.txt"],
        &["check", "--rebuild"],
    ];
    let before = said(dir.path());
    let mut n_tried = 0;
    for arguments in commands {
        // Once without a fault, to see how much it does and what comes of it.
        let whole = TempDir::new().expect("a folder");
        copy_folder(dir.path(), whole.path());
        let log = TempDir::new().expect("a folder");
        let log = log.path().join("log");
        run(whole.path(), arguments, (None, Some(&log)));
        let after = said(whole.path());
        let n_calls = calls(&log).iter().filter(|call| call.changes()).count();
        let step = (n_calls / most_turns()).max(1);
        for (n, errno) in
            (1..=n_calls).step_by(step).zip([NO_SPACE, IO_ERROR, READ_ONLY, NOT_PERMITTED].into_iter().cycle())
        {
            for once in ["", " once"] {
                let place = TempDir::new().expect("a folder");
                copy_folder(dir.path(), place.path());
                let root = place.path().to_str().expect("UTF-8");
                let output = run(place.path(), arguments, (Some(&format!("{n} {errno} {root}{once}")), None));
                n_tried += 1;
                let told = String::from_utf8_lossy(&output.stderr);
                let context = format!("{arguments:?}, call {n} of {n_calls}, errno {errno}{once}: {told}");
                assert!(!told.contains("panicked"), "{context}");
                let found = said(place.path());
                if output.status.success() {
                    assert_eq!(strip(&found), strip(&after), "acknowledged and not kept: {context}");
                } else {
                    assert!(!told.is_empty() || !output.stdout.is_empty(), "refused without a word: {context}");
                    // Not acknowledged: not done, or done all the same; never half. A disk that refuses everything from there on
                    // lets no text be taken back that was put there.
                    let n_compared = if once.is_empty() && arguments[0] == "add" { 2 } else { 3 };
                    let (found, before, after) = (strip(&found), strip(&before), strip(&after));
                    let is_whole = (0..n_compared).all(|k| found[k] == before[k] || found[k] == after[k]);
                    assert!(is_whole, "half done: {context}");
                }
                // Once the disk is well, work goes on.
                ok(place.path(), &["codes", "add", "later"]);
                let could_not_go_back = arguments[0] == "revise" && once.is_empty() && !output.status.success();
                if !could_not_go_back {
                    let check = crate::harness::run(place.path(), &["check"]);
                    assert!(check.status.success(), "{context}: {check:?}");
                }
            }
        }
    }
    assert!(n_tried >= 50, "{n_tried}");
}

/// Without what is made anew each time: ids and times.
fn strip(said: &[String; 3]) -> [String; 3] {
    let line = |line: &&str| {
        !["\"id\"", "\"time\"", "\"counterpart_id\""].iter().any(|word| line.trim_start().starts_with(word))
    };
    said.clone().map(|text| {
        let pretty = serde_json::from_str::<serde_json::Value>(&text)
            .map_or(text, |value| serde_json::to_string_pretty(&value).expect("JSON"));
        pretty.lines().filter(line).collect::<Vec<_>>().join("\n")
    })
}

#[test]
fn a_disk_that_runs_full_under_the_reader_is_told_and_the_screen_comes_back() {
    let dir = study();
    let root = dir.path().to_str().expect("UTF-8").to_owned();
    let (shim, fail) = (shim(), format!("1 {NO_SPACE} {root}/journal"));
    let environment =
        [("LD_PRELOAD", shim.to_str().expect("UTF-8")), ("TANBA_DISK_ROOT", &root), ("TANBA_DISK_FAIL", &fail)];
    let mut pty = Pty::start(&tanba(), &[&root], &environment, (100, 30));
    pty.until_true("ready", |screen| screen.contains("saved") || screen.contains("read-only"));
    pty.press("jcs");
    pty.until("not kept");
    pty.press("q");
    pty.settle();
    pty.press("q");
    assert_eq!(pty.end(), 0);
    assert!(!pty.is_raw(), "the terminal is as it was");
    assert_eq!(ok(dir.path(), &["annotations"]), "");
    // The disk has room again.
    ok(dir.path(), &["tag", "in.en", "9..24", "s"]);
}
