//! No control sequence from data reaches the terminal, wherever it hides: in texts, names, memos, codes, journals, file names.

use std::fs;

use serde_json::Value;
use tanba::app::keymap::{BUNDLED, MODES};
use tanba::app::settings::Origin;
use tanba::cli::SUBCOMMANDS;
use tanba::model::entries;
use tanba::store::line;
use tempfile::TempDir;

use crate::desk::{Desk, theme};
use crate::harness::{copy_folder, ok, study, tanba};
use crate::pty::Pty;
use tanba::ui::theme::Level;

/// What a terminal would obey: a title, a clearing of the screen (8-bit), an answer that types, a turned direction.
const EVIL: &str = "\u{1b}]0;PWN\u{7}\u{9b}2J\u{1b}P+q\u{1b}\\\u{202e}\r\u{8}";

/// Members whose values are read by programs alone.
const PLAIN: [&str; 16] = [
    "time",
    "by",
    "prev",
    "sum",
    "deed",
    "revision",
    "standing",
    "origin",
    "machine",
    "kind",
    "language",
    "counterpart",
    "colleagues",
    "part_of",
    "reread",
    "memo_time",
];

/// Members by which lines call each other's things.
const NAMES: [&str; 9] = ["document", "id", "code", "coder", "parent", "of", "reviewer", "left", "right"];

/// Puts control sequences behind every word of a value that people write.
fn poison(value: &mut Value, name: &str) {
    match value {
        // The names of documents, coders and codes stay what other lines call them.
        Value::String(text) if !PLAIN.contains(&name) && !NAMES.contains(&name) && !is_ulid(text) => {
            text.push_str(EVIL);
        }
        Value::Array(all) => all.iter_mut().for_each(|value| poison(value, name)),
        Value::Object(all) => all.iter_mut().for_each(|(name, value)| poison(value, name)),
        _ => {}
    }
}

fn is_ulid(text: &str) -> bool {
    text.len() == 26 && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// A journal with control sequences in everything, its sums made anew.
fn poisoned(journal: &str) -> String {
    let mut prev = line::FIRST.to_owned();
    let mut whole = String::new();
    for line in journal.lines() {
        let mut event: Value = serde_json::from_str(line).expect("a line");
        let event = event.as_object_mut().expect("an object");
        event.remove("prev");
        event.remove("sum");
        for (name, value) in event.iter_mut() {
            poison(value, name);
        }
        let (line, sum) = line::seal(serde_json::to_string(event).expect("JSON"), &prev);
        whole.push_str(&line);
        prev = sum;
    }
    whole
}

/// A project that wants to take the terminal over.
fn hostile() -> TempDir {
    let dir = study();
    ok(dir.path(), &["tag", "in.en", "9..24", "s", "--memo", "a memo"]);
    ok(dir.path(), &["tag", "in.en", "9..24", "s", "--coder", "bek"]);
    ok(dir.path(), &["memos", "add", "a thought"]);
    ok(dir.path(), &["documents", "set", "in.en", "source=a paper"]);
    for entry in fs::read_dir(dir.path().join("journal")).expect("listed").flatten() {
        let text = fs::read_to_string(entry.path()).expect("read");
        fs::write(entry.path(), poisoned(&text)).expect("written");
    }
    // A colleague's journal whose very name is hostile, with a damaged and a torn line.
    let own = fs::read_to_string(dir.path().join("journal/bek@desk.jsonl")).expect("read");
    let named = format!("evil{}@x.jsonl", EVIL.replace('/', ""));
    fs::write(dir.path().join("journal").join(named), format!("{own}{{\"x\":\"{EVIL}\"}}\n{{\"seq\":{EVIL}"))
        .expect("written");
    // Texts that are edited by hand, and dropped in under a hostile name.
    let text = dir.path().join("documents/in.en.txt");
    let old = fs::read_to_string(&text).expect("read");
    fs::write(&text, old.replace("Nobody", &format!("{EVIL}Nobody"))).expect("written");
    fs::write(
        dir.path().join("documents").join(format!("a{EVIL}.en.txt")),
        format!("# {EVIL}\n\nWords {EVIL} here.\n"),
    )
    .expect("written");
    fs::remove_dir_all(dir.path().join(".tanba")).expect("removed");
    dir
}

/// Whether a terminal would obey something of it.
fn obeyed(raw: &[u8]) -> Option<&'static str> {
    let has = |needle: &[u8]| raw.windows(needle.len()).any(|window| window == needle);
    [
        ("a title", &b"\x1b]0;PWN"[..]),
        ("an 8-bit sequence", "\u{9b}2J".as_bytes()),
        ("a request", b"\x1bP+q"),
        ("a direction", "\u{202e}".as_bytes()),
    ]
    .into_iter()
    .find(|(_, needle)| has(needle))
    .map(|(what, _)| what)
}

#[test]
fn no_command_prints_a_control_sequence_of_data() {
    let dir = hostile();
    let root = dir.path();
    let mut all: Vec<Vec<String>> = Vec::new();
    let mut add = |words: &[&str]| all.push(words.iter().map(|word| (*word).to_owned()).collect());
    for words in [
        &["annotations"][..],
        &["documents"],
        &["codes"],
        &["check"],
        &["check", "--text"],
        &["stats"],
        &["memos"],
        &["query", "any"],
        &["search", "Words"],
        &["compare"],
        &["agree"],
        &["progress"],
        &["review"],
        &["settle"],
        &["attributes"],
        &["rules"],
        &["methods"],
        &["align", "in.en", "in.kk"],
        &["pair"],
        &["undo"],
        &["redo"],
        &["report"],
        &["import", "nowhere"],
        &["tag", EVIL, "0..3", "s"],
        &["tag", "in.en", EVIL, "s"],
        &["tag", "in.en", "0..3", EVIL],
        &["add", EVIL],
        &["query", EVIL],
        &["codes", "add", EVIL],
        &["revise", EVIL, EVIL],
        &["convert", EVIL, EVIL],
        &["export", "--code", EVIL],
        &["finish", EVIL],
        &[EVIL],
        &["documents", "set", "in.en", EVIL],
    ] {
        add(words);
    }
    for format in
        tanba::formats::FORMATS.iter().map(|format| format.name).filter(|name| !["odt", "xlsx"].contains(name))
    {
        add(&["export", "--format", format]);
    }
    for sub in SUBCOMMANDS {
        add(&[sub.name, "--help"]);
    }
    let mut n_shown = 0;
    for words in all.iter().filter(|words| words[0] != "keys" && words[0] != "tutor") {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        // In a terminal: what goes to a file or another program may have what the data has.
        let mut pty =
            Pty::start(&tanba(), &[&["-C", root.to_str().expect("UTF-8")], &words[..]].concat(), &[], (120, 40));
        pty.settle();
        // Some open the reader.
        let _ = pty.child.kill();
        pty.settle();
        assert_eq!(obeyed(&pty.raw), None, "{words:?}: {}", String::from_utf8_lossy(&pty.raw).escape_debug());
        n_shown += usize::from(pty.raw.windows(3).any(|window| window == b"PWN"));
    }
    assert!(n_shown > 25, "what was hidden in the data is shown, without its power: {n_shown}");
}

#[test]
fn no_view_shows_a_control_sequence_of_data() {
    let dir = hostile();
    for keymap in BUNDLED {
        let mut desk = Desk::new(&[]);
        copy_folder(dir.path(), desk.dir.path());
        desk.settings.set("keymap", Some(&entries::Value::Text(keymap.name.into())), Origin::Now).expect("a keymap");
        desk.sit_down();
        let keys: Vec<String> =
            MODES.iter().flat_map(|mode| desk.session.keys.keymap.bindings(mode)).map(|(keys, _, _)| keys).collect();
        for first in &keys {
            for second in ["", "Down", "Enter"] {
                desk.press_keys(first);
                if !second.is_empty() {
                    desk.press_keys(second);
                }
                let (text, _) = desk.drawn(100, 30, theme(Level::True, "dark"));
                let control = |c: char| {
                    c.is_control() && c != '\n'
                        || ('\u{202a}'..='\u{202e}').contains(&c)
                        || ('\u{2066}'..='\u{2069}').contains(&c)
                };
                assert!(!text.chars().any(control), "{} {first} {second}: {}", keymap.name, text.escape_debug());
                if desk.has_quit {
                    desk.has_quit = false;
                    desk.sit_down();
                }
            }
            desk.press_keys("Esc");
            desk.press_keys("Esc");
        }
    }
}

#[test]
fn the_reader_writes_no_control_sequence_of_data() {
    let dir = hostile();
    let mut pty = Pty::start(&tanba(), &[dir.path().to_str().expect("UTF-8")], &[], (120, 40));
    pty.settle();
    // Lists of documents, annotations, codes, headings; search; news; tables; the title of the window.
    for keys in ["f", "a", "c", "gh", "/Words\r", "Q", "S", "?", "gs", "=", "V", "M", "gm", "m", "jts\r", "u"] {
        pty.press(keys);
        pty.settle();
        assert_eq!(obeyed(&pty.raw), None, "{keys}");
        pty.escape();
        pty.escape();
    }
}
