//! The house's rules, as tests: who may know whom, sizes, first sentences, names.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below a folder.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("listed").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A file's text without its unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a file");
    let tests = ["#[cfg(test)]\n#[allow(", "#[cfg(test)]\nmod tests"];
    let begin = tests.iter().filter_map(|tests| text.find(tests)).min();
    text[..begin.unwrap_or(text.len())].to_owned()
}

/// A file's place in the house: `store/index.rs` is in room `store`, `store.rs` is its face.
fn place(path: &Path) -> (String, Option<String>) {
    let inner = path.strip_prefix(root().join("src")).expect("in src").with_extension("");
    let mut parts = inner.components().map(|c| c.as_os_str().to_string_lossy().into_owned());
    (parts.next().expect("a room"), parts.next())
}

/// The rooms that a room may use beside itself; what is not in its row it must not name.
const FLOORS: [(&str, &[&str]); 15] = [
    ("words", &[]),
    ("text", &[]),
    ("model", &["text"]),
    ("alignment", &["text", "model"]),
    ("agreement", &["text", "model"]),
    ("query", &["text", "model", "alignment"]),
    ("tables", &["text", "model", "query"]),
    ("intake", &["text", "model"]),
    ("formats", &["text", "model", "agreement", "tables"]),
    ("store", &["text", "model", "alignment"]),
    ("team", &["text", "model", "store"]),
    ("app", &["text", "model", "alignment", "agreement", "query", "tables"]),
    ("ui", &["text", "model", "alignment", "agreement", "tables", "app"]),
    (
        "cli",
        &[
            "text",
            "model",
            "alignment",
            "agreement",
            "query",
            "tables",
            "intake",
            "formats",
            "app",
            "store",
            "team",
            "shell",
        ],
    ),
    ("shell", &["text", "model", "alignment", "agreement", "query", "tables", "formats", "store", "team", "app", "ui"]),
];

/// Crates and modules that only some rooms may name.
const KEPT: [(&str, &[&str]); 12] = [
    ("tokio", &["team"]),
    ("rustls::", &["team", "cli"]),
    ("sled::", &["store"]),
    ("crossterm::", &["shell"]),
    ("ratatui::", &["ui", "shell"]),
    ("fuzzy_matcher::", &["app"]),
    ("SystemTime", &["shell"]),
    ("std::fs", &["store", "team", "cli", "shell"]),
    ("std::env", &["store", "team", "cli", "shell"]),
    // `text` looks through a long text on all processors; its threads end before it answers.
    ("std::thread", &["text", "store", "shell", "cli"]),
    ("std::process", &["main", "shell", "store"]),
    ("clap::", &["main", "cli"]),
];

#[test]
fn no_arrow_goes_up() {
    let rooms: Vec<&str> = FLOORS.iter().map(|(room, _)| *room).collect();
    for path in files(&root().join("src")) {
        let (room, _) = place(&path);
        let Some((_, allowed)) = FLOORS.iter().find(|(r, _)| *r == room) else {
            continue;
        };
        let text = code(&path);
        // What is said to people is said in every room but that of texts.
        let is_said = |other: &str| other == "words" && room != "text";
        for other in rooms.iter().filter(|other| **other != room && !is_said(other) && !allowed.contains(other)) {
            assert!(!text.contains(&format!("crate::{other}")), "{} names {other}", path.display());
        }
    }
}

#[test]
fn crates_stay_in_their_rooms() {
    for path in files(&root().join("src")) {
        let (room, _) = place(&path);
        let text = code(&path);
        for (what, allowed) in KEPT {
            let is_named = text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(what));
            assert!(!is_named || allowed.contains(&room.as_str()), "{} names {what}", path.display());
        }
        assert!(room != "ui" || !text.contains("&mut Session"), "{}: drawing can't change anything", path.display());
    }
}

#[test]
fn no_room_knows_its_face() {
    for path in files(&root().join("src")) {
        let (room, Some(_)) = place(&path) else {
            continue;
        };
        let siblings: Vec<String> = files(&root().join("src").join(&room)).iter().filter_map(|p| place(p).1).collect();
        for line in code(&path).lines().filter(|line| line.trim_start().starts_with("use ")) {
            let Some((_, rest)) = line.split_once(&format!("crate::{room}::")) else {
                assert!(
                    !line.contains(&format!("use crate::{room};")) && !line.contains("super::"),
                    "{}: {line}",
                    path.display()
                );
                continue;
            };
            let named: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            assert!(siblings.contains(&named), "{} uses its face: {line}", path.display());
        }
    }
}

#[test]
fn files_and_functions_keep_their_size() {
    for path in files(&root().join("src")) {
        let text = code(&path);
        let n_lines = text.lines().count();
        assert!(n_lines <= 500, "{} has {n_lines} lines", path.display());
        let mut start: Option<(usize, usize, String)> = None;
        for (i, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let bare = line.trim_start();
            let is_function = ["fn ", "pub fn ", "pub(crate) fn ", "const fn "].iter().any(|p| bare.starts_with(p));
            match &start {
                None if is_function => start = Some((i, indent, bare.to_owned())),
                Some((from, at, name)) if indent == *at && bare.starts_with('}') => {
                    assert!(i - from < 70, "{}: {name} has {} lines", path.display(), i - from + 1);
                    start = None;
                }
                Some((_, at, _)) if indent == *at && bare.ends_with(';') && !is_function => {
                    start = None;
                }
                _ => {}
            }
        }
    }
}

#[test]
fn structs_and_matches_keep_their_size() {
    // Records of the trade: what an exported row, a code or an annotation has is the trade's matter, and what a command's
    // options are is its users'.
    const RECORDS: [&str; 3] = ["Row", "Session", "Annotation"];
    for path in files(&root().join("src")) {
        let text = code(&path);
        let text = text.replace("\nstruct ", "\npub struct ");
        for part in text.split("pub struct ").skip(1) {
            let name: String = part.chars().take_while(|c| c.is_alphanumeric()).collect();
            let body = part.split("\n}").next().unwrap_or("");
            let n_fields = body
                .lines()
                .skip(1)
                .filter(|l| {
                    l.starts_with("    ")
                        && !l.starts_with("     ")
                        && l.contains(": ")
                        && !l.trim_start().starts_with('/')
                        && !l.trim_start().starts_with('#')
                })
                .count();
            assert!(
                n_fields <= 10 || RECORDS.contains(&name.as_str()) || name.ends_with("Args"),
                "{}: {name} has {n_fields} fields",
                path.display()
            );
        }
    }
}

#[test]
fn every_file_opens_with_one_sentence() {
    for path in
        files(&root().join("src")).into_iter().chain(files(&root().join("tests"))).chain(files(&root().join("benches")))
    {
        let text = fs::read_to_string(&path).expect("a file");
        let first = text.lines().next().unwrap_or("");
        assert!(first.starts_with("//! ") && first.len() > 12, "{} opens with {first:?}", path.display());
    }
}

#[test]
fn files_are_named_after_what_they_hold() {
    const REFUSED: [&str; 12] = [
        "util", "utils", "helper", "helpers", "common", "misc", "manager", "handler", "handlers", "types", "base",
        "core",
    ];
    for path in files(&root().join("src")) {
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        assert!(!REFUSED.contains(&stem.as_str()) && stem != "mod" && stem != "engine", "{}", path.display());
        let text = code(&path);
        for word in ["TODO", "FIXME", "todo!(", "unimplemented!("] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn no_test_file_is_forgotten() {
    let main = fs::read_to_string(root().join("tests/it/main.rs")).expect("main.rs");
    for path in files(&root().join("tests/it")) {
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        assert!(stem == "main" || main.contains(&format!("mod {stem};")), "{stem} is not in main.rs");
    }
}

#[test]
fn the_top_level_holds_what_it_should() {
    const EXPECTED: [&str; 12] = [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "corpus",
        "keymaps",
        "src",
        "benches",
        "docs",
    ];
    for name in EXPECTED {
        assert!(root().join(name).exists(), "{name} is missing");
    }
    for entry in fs::read_dir(root()).expect("listed").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_known = EXPECTED.contains(&name.as_str())
            || name.starts_with('.')
            || matches!(name.as_str(), "tests" | "target" | "fuzz");
        assert!(is_known, "{name} has no place here");
    }
}
