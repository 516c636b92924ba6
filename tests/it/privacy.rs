//! Who may read what is made, and what of it names people.

use std::fs;
use std::path::Path;

use tanba::formats::archive::unpack;
use tanba::formats::bundle::Piece;
use tempfile::TempDir;

use crate::harness::{ok, study, tanba};

#[cfg(unix)]
fn modes(dir: &Path, all: &mut Vec<(String, u32)>) {
    use std::os::unix::fs::PermissionsExt;
    for entry in fs::read_dir(dir).expect("listed").flatten() {
        let mode = entry.metadata().expect("about it").permissions().mode() & 0o777;
        all.push((entry.path().display().to_string(), mode));
        if entry.path().is_dir() {
            modes(&entry.path(), all);
        }
    }
}

/// Runs commands of a project with the shell's `umask 022`.
#[cfg(unix)]
fn made(init: &[&str]) -> Vec<(String, u32)> {
    let dir = TempDir::new().expect("a folder");
    let text = TempDir::new().expect("a folder");
    let text = text.path().join("in.en.txt");
    fs::write(&text, "People like it. Nobody comes!").expect("written");
    let text = text.to_str().expect("UTF-8").to_owned();
    for arguments in [
        init,
        &["add", &text],
        &["codes", "add", "s"],
        &["tag", "in.en", "0..6", "s"],
        &["export", "--output", "coded.csv"],
        &["export", "--output", "coded.qdpx"],
        &["export", "--format", "conll", "--output", "folder/"],
    ] {
        let mut command = std::process::Command::new("sh");
        command.args(["-c", "umask 022; exec \"$0\" \"$@\""]).arg(tanba()).args(arguments);
        command.env("LC_ALL", "C").env("TANBA_CODER", "asel").env("TANBA_HOME", crate::pty::home());
        let output = command.current_dir(dir.path()).output().expect("it runs");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }
    let mut all = Vec::new();
    modes(dir.path(), &mut all);
    assert!(all.len() > 12, "{all:?}");
    all
}

#[cfg(unix)]
#[test]
fn what_is_made_is_its_owners_alone_unless_the_project_is_shared() {
    let open: Vec<_> = made(&["init"]).into_iter().filter(|(_, mode)| mode & 0o077 != 0).collect();
    assert_eq!(open, [], "others can read it");
    let closed: Vec<_> = made(&["init", "--shared"]).into_iter().filter(|(_, mode)| mode & 0o044 != 0o044).collect();
    assert_eq!(closed, [], "others can't read it");
}

#[test]
fn exports_leave_out_who_and_what_they_thought() {
    let dir = study();
    ok(dir.path(), &["tag", "in.en", "9..24", "s", "--memo", "secret-thought"]);
    ok(dir.path(), &["tag", "in.kk", "9..26", "s", "--memo", "secret-thought", "--coder", "bekzat"]);
    ok(dir.path(), &["memos", "add", "secret-thought too"]);
    for format in [
        "csv",
        "csv-excel",
        "jsonl",
        "markdown",
        "notes",
        "html",
        "latex",
        "odt",
        "xlsx",
        "refi",
        "refi-codebook",
        "brat",
        "webanno-tsv",
        "xmi",
        "web-annotation",
        "doccano",
        "label-studio",
        "conll",
    ] {
        let out = TempDir::new().expect("a folder");
        let out = out.path().join("out");
        let path = out.to_str().expect("UTF-8");
        ok_quiet(dir.path(), &["export", "--format", format, "--anonymous", "--without-memos", "--output", path]);
        let mut words = String::new();
        read(&out, &mut words);
        assert!(words.len() > 20, "{format}: {words}");
        for name in ["asel", "bekzat", "secret-thought"] {
            assert!(!words.contains(name), "{format} has {name}");
        }
    }
    let rows = ok(dir.path(), &["export", "--anonymous"]);
    assert!(rows.contains(",A,") && rows.contains(",B,") && rows.contains("secret-thought"), "{rows}");
}

fn ok_quiet(dir: &Path, arguments: &[&str]) {
    let output = crate::harness::run(dir, arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

/// All words in a file or folder, of archives what is in them.
fn read(path: &Path, words: &mut String) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("listed").flatten() {
            words.push_str(&entry.file_name().to_string_lossy());
            read(&entry.path(), words);
        }
        return;
    }
    let bytes = fs::read(path).expect("read");
    if bytes.starts_with(b"PK") {
        let archive = Piece { path: "a.zip".into(), bytes };
        for piece in unpack(&archive, &|_| true).expect("an archive") {
            words.push_str(&piece.path);
            words.push_str(&String::from_utf8_lossy(&piece.bytes));
        }
    } else {
        words.push_str(&String::from_utf8_lossy(&bytes));
    }
}
