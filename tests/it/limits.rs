//! Too little of everything: files that may be open, memory, a disk that answers late, an index with any byte wrong.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::disk::shim;
use crate::harness::{copy_folder, ok, open, program, study, tanba};
use crate::pty::{Pty, home};
use tanba::store::fresh;
use tanba::store::likeness::{Differing, differing};

/// Tags under a limit of the shell; the exit status (nothing where the system ended it), and what was told.
fn tag_under(dir: &Path, limit: &str, n: usize) -> (Option<i32>, String) {
    let line = format!("ulimit {limit}; exec \"$0\" tag in.en {n}..{} s --memo kept", n + 3);
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &line]).arg(program().get_program()).current_dir(dir).env("LC_ALL", "C");
    command.env("TANBA_CODER", "asel").env("TANBA_DEVICE", "desk").env("TANBA_HOME", home());
    let output = command.output().expect("it runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// How many annotations there are once there is enough of everything again, where all is well.
fn counted(dir: &Path) -> usize {
    assert!(ok(dir, &["check"]).contains("all is well"));
    ok(dir, &["annotations"]).lines().count()
}

#[test]
fn with_few_files_open_a_command_does_its_work_or_says_why_not() {
    let dir = study();
    let (mut n, mut n_refused) = (0, 0);
    for most in [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 20, 32] {
        let (status, told) = tag_under(dir.path(), &format!("-n {most}"), most);
        let is_kept = status == Some(0);
        assert!(!told.contains("panicked"), "{most} files: {told}");
        assert!(is_kept || !told.trim().is_empty(), "{most} files: refused without a word");
        let found = counted(dir.path());
        assert!(found == n + 1 || (found == n && !is_kept), "{most} files: {found} annotations of {}, {told}", n + 1);
        n = found;
        n_refused += usize::from(!is_kept);
    }
    assert!(n_refused > 0 && n > 0, "both are tried: {n_refused} refused, {n} kept");
}

#[test]
fn with_little_memory_what_is_acknowledged_is_there() {
    let dir = study();
    let (mut n, mut n_refused) = (0, 0);
    for megabytes in [12, 16, 20, 24, 32, 40, 48, 64, 96, 128, 192, 256, 2048] {
        let (status, told) = tag_under(dir.path(), &format!("-v {}", megabytes << 10), megabytes % 30);
        let is_kept = status == Some(0);
        let found = counted(dir.path());
        assert!(found == n + 1 || (found == n && !is_kept), "{megabytes} MB: {found} of {}, {told}", n + 1);
        n = found;
        n_refused += usize::from(!is_kept);
    }
    assert!(n_refused > 0 && n > 0, "both are tried: {n_refused} refused, {n} kept");
}

#[test]
fn whichever_byte_of_the_index_is_wrong_the_journals_are_believed() {
    let dir = study();
    for n in 0..12 {
        ok(dir.path(), &["tag", "in.en", &format!("{n}..{}", n + 5), "s"]);
    }
    let index = dir.path().join(".tanba/index");
    let mut files = Vec::new();
    let mut folders = vec![index.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("listed").flatten() {
            if entry.path().is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files.sort();
    let wanted = if std::env::var_os("TANBA_LONG").is_some() { 4000 } else { 40 };
    for file in files {
        let name = file.strip_prefix(dir.path()).expect("inside").to_path_buf();
        let bytes = fs::read(&file).expect("read");
        // Where something is written: most of sled's file is zeros.
        let written: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] != 0).collect();
        let step = (written.len() / wanted).max(1);
        for at in written.into_iter().step_by(step) {
            let place = tempfile::TempDir::new().expect("a folder");
            copy_folder(dir.path(), place.path());
            let mut spoilt = bytes.clone();
            spoilt[at] ^= 1 << (at % 8);
            fs::write(place.path().join(&name), spoilt).expect("written");
            let store = open(place.path(), "asel");
            let fresh = fresh::index(&store.project).expect("journals read");
            let differing = differing(store.index(), &fresh);
            assert_eq!(differing.ok(), Some(Differing::default()), "byte {at} of {}", name.display());
        }
    }
}

#[test]
fn on_a_disk_that_answers_late_saved_is_said_when_it_is_so() {
    let dir = study();
    let root = dir.path().to_str().expect("UTF-8").to_owned();
    let (shim, slow) = (shim(), format!("1500 {root}/journal"));
    let environment =
        [("LD_PRELOAD", shim.to_str().expect("UTF-8")), ("TANBA_DISK_ROOT", &root), ("TANBA_DISK_SLOW", &slow)];
    let mut pty = Pty::start(&tanba(), &[&root], &environment, (100, 30));
    pty.until("saved");
    let begun = Instant::now();
    pty.press("jjts\r");
    pty.until_true("not yet kept", |screen| !screen.contains("saved") && !screen.contains("1 annotation"));
    // What is typed meanwhile is meant for the screen after it.
    pty.press("j");
    pty.until("1 annotation");
    assert!(begun.elapsed() > Duration::from_millis(1500), "said before it was so");
    pty.press("q");
    assert_eq!(pty.end(), 0);
    assert_eq!(ok(dir.path(), &["annotations"]).lines().count(), 1);
}

#[test]
fn a_disk_that_never_answers_is_told_and_can_be_left() {
    let dir = study();
    let root = dir.path().to_str().expect("UTF-8").to_owned();
    let (shim, slow) = (shim(), format!("3600000 {root}/journal"));
    let environment =
        [("LD_PRELOAD", shim.to_str().expect("UTF-8")), ("TANBA_DISK_ROOT", &root), ("TANBA_DISK_SLOW", &slow)];
    let mut pty = Pty::start(&tanba(), &[&root], &environment, (100, 30));
    pty.until("saved");
    // Before, it is a key like any other.
    pty.press("\x03jjts\rjj");
    pty.until("the disk does not answer");
    assert!(!pty.screen().contains("saved"));
    pty.press("\x03");
    assert_eq!(pty.end(), 1);
    assert!(!pty.is_raw());
    assert!(String::from_utf8_lossy(&pty.raw).contains("what was done last may not be kept"));
    // Whether it reached the disk nobody knows; nothing else is wrong.
    assert!(ok(dir.path(), &["annotations"]).lines().count() <= 1);
}
