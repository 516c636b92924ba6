//! What the program says: every message is in every language, and no language has one that nobody says.

#![allow(clippy::needless_for_each)] // a table a line

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use crate::tidy::files;
use tanba::agreement::rating_measures::RATING_MEASURES;
use tanba::agreement::span_measures::SPAN_MEASURES;
use tanba::app::{self, coding, hints, keymap, overlay, retrieving, settings, tutor};
use tanba::cli;
use tanba::formats::FORMATS;
use tanba::text::segment::Unit;
use tanba::words::{self, LANGUAGES, Language};

/// A message: its English words, as one and, where a number goes with it, as several; and where it is said.
type Messages = BTreeMap<String, (Option<String>, BTreeSet<String>)>;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The string literal that a piece of source begins with, and what stands behind it.
fn literal(source: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut chars = source.trim_start().strip_prefix('"')?.char_indices();
    let body = source.trim_start().strip_prefix('"')?;
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((text, &body[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                '\n' => {
                    while chars.as_str().starts_with(char::is_whitespace) {
                        chars.next();
                    }
                }
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    None
}

/// All that `say!` and `count!` say in the source, without its tests.
fn said_in_source(all: &mut Messages) {
    for path in files(&root().join("src")).iter().filter(|path| !path.ends_with("words.rs")) {
        let source = fs::read_to_string(path).expect("a file");
        let source = source.split("#[cfg(test)]\n#[allow(").next().expect("code").to_owned();
        let place = path.strip_prefix(root()).expect("in the project").display().to_string();
        for rest in source.split("say!(").skip(1) {
            let (text, _) = literal(rest).unwrap_or_else(|| panic!("{place}: say! without a text"));
            all.entry(text).or_default().1.insert(place.clone());
        }
        for rest in source.split("count!(").skip(1) {
            let at = rest.find('"').expect("two texts");
            let (one, rest) = literal(&rest[at..]).expect("the first text");
            let (other, _) = literal(rest.trim_start().strip_prefix(',').expect("a comma")).expect("the second text");
            let entry = all.entry(one).or_default();
            entry.0 = Some(other);
            entry.1.insert(place.clone());
        }
    }
}

/// All that the tables hold.
fn said_in_tables() -> Vec<(String, &'static str)> {
    let mut all: Vec<(String, &'static str)> = Vec::new();
    let mut put = |text: &str, place| all.push((text.to_owned(), place));
    for group in app::GROUPS {
        put(group.title, "commands");
        group.commands.iter().for_each(|command| put(command.help, "commands"));
    }
    hints::ALL.iter().copied().flatten().for_each(|(_, words)| put(words, "hints"));
    settings::SETTINGS.iter().for_each(|setting| put(setting.help, "settings"));
    keymap::BUNDLED.iter().for_each(|keymap| put(keymap.help, "keymaps"));
    for (title, rows) in overlay::LEGENDS {
        put(title, "help");
        rows.iter().for_each(|(left, right)| {
            put(right, "help");
            if left.chars().any(|c| c.is_ascii_lowercase()) {
                put(left, "help");
            }
        });
    }
    coding::WORDS.iter().copied().flatten().for_each(|(_, words)| put(words, "codebook"));
    retrieving::MEANINGS.iter().for_each(|(_, meaning)| put(meaning, "queries"));
    overlay::WELCOME.iter().for_each(|(_, words)| put(words, "welcome"));
    for lesson in tutor::LESSONS {
        put(lesson.title, "tutor");
        put(lesson.text, "tutor");
    }
    for unit in [Unit::Grapheme, Unit::Word, Unit::Sentence, Unit::Paragraph] {
        put(unit.name(), "units");
    }
    FORMATS.iter().for_each(|format| put(format.help, "formats"));
    let spans = SPAN_MEASURES.iter().map(|m| [m.title, m.unit, m.misleads]);
    let ratings = RATING_MEASURES.iter().map(|m| [m.title, m.unit, m.misleads]);
    spans.chain(ratings).flatten().for_each(|text| put(text, "measures"));
    put("Examples:", "command line");
    cli::query::LANGUAGE.iter().for_each(|line| put(line, "command line"));
    for sub in cli::SUBCOMMANDS {
        sub.examples.iter().for_each(|(_, does)| put(does, "command line"));
    }
    let top = cli::command();
    put(&top.get_after_help().expect("a text").to_string(), "command line");
    for command in std::iter::once(&top).chain(top.get_subcommands()) {
        put(&command.get_about().expect("a text").to_string(), "command line");
        for command in std::iter::once(command).chain(command.get_subcommands()) {
            put(&command.get_about().expect("a text").to_string(), "command line");
            for arg in command.get_arguments() {
                put(&arg.get_help().unwrap_or_else(|| panic!("{arg} is without help")).to_string(), "command line");
            }
        }
    }
    all
}

fn all_messages() -> Messages {
    let mut all = Messages::new();
    said_in_source(&mut all);
    for (text, place) in said_in_tables() {
        all.entry(text).or_default().1.insert(place.to_owned());
    }
    all
}

/// The names in braces, each as often as it stands there.
fn names(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> =
        text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(n, _)| n).collect();
    names.sort_unstable();
    names
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t"))
}

/// Writes a catalogue anew: what is translated stays, what is new is empty, what nobody says goes.
fn write(path: &PathBuf, language: Language, all: &Messages) {
    let old = polib::po_file::parse(path).expect("a catalogue");
    let head = fs::read_to_string(path).expect("a catalogue");
    let mut file = head.split("\n\n").next().expect("a heading").trim_end().to_owned() + "\n";
    for (one, (other, places)) in all {
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        file += &format!("\n#: {}\nmsgid {}\n", places.join(" "), quoted(one));
        if let Some(other) = other {
            let known = old.find_message(None, one, Some(other));
            file += &format!("msgid_plural {}\n", quoted(other));
            for form in 0..language.n_forms() {
                let text = known.and_then(|m| m.msgstr_plural().ok()).and_then(|forms| forms.get(form).cloned());
                file += &format!("msgstr[{form}] {}\n", quoted(&text.unwrap_or_default()));
            }
        } else {
            let known = old.find_message(None, one, None).and_then(|m| m.msgstr().ok());
            file += &format!("msgstr {}\n", quoted(known.unwrap_or_default()));
        }
    }
    fs::write(path, file).expect("written");
}

#[test]
fn every_message_is_in_every_language_and_none_is_left_over() {
    let all = all_messages();
    for (language, code, _) in LANGUAGES.into_iter().skip(1) {
        let path = root().join(format!("src/words/{code}.po"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            write(&path, language, &all);
        }
        let catalogue = polib::po_file::parse(&path).expect("a catalogue");
        let mut missing = Vec::new();
        for (one, (other, places)) in &all {
            let message = catalogue.find_message(None, one, other.as_deref());
            let forms: Vec<String> = match message {
                Some(m) if m.is_plural() => m.msgstr_plural().expect("forms").clone(),
                Some(m) => vec![m.msgstr().expect("a text").to_owned()],
                None => Vec::new(),
            };
            let n_wanted = if other.is_some() { language.n_forms() } else { 1 };
            if forms.len() != n_wanted || forms.iter().any(String::is_empty) {
                missing.push(format!("{one:?} ({places:?})"));
                continue;
            }
            for form in &forms {
                let wanted = names(other.as_deref().unwrap_or(one));
                assert_eq!(names(form), wanted, "{code}: {one:?} and {form:?} name different things");
            }
        }
        assert!(missing.is_empty(), "{code} has nothing for {} messages:\n{}", missing.len(), missing.join("\n"));
        let left_over = catalogue.messages().filter(|m| !m.msgid().is_empty() && !all.contains_key(m.msgid()));
        let left_over: Vec<&str> = left_over.map(polib::message::MessageView::msgid).collect();
        assert!(left_over.is_empty(), "{code} has what nobody says: {left_over:?}");
    }
}

#[test]
fn messages_end_and_begin_alike() {
    for (language, code, _) in LANGUAGES.into_iter().skip(1) {
        words::within(language, || {
            for one in all_messages().keys() {
                let Some(text) = words::of_any(one) else { continue };
                for mark in [" ", ";", ",", "…", ":"] {
                    assert_eq!(text.starts_with(mark), one.starts_with(mark), "{code}: {one:?} and {text:?} begin so");
                    assert_eq!(text.ends_with(mark), one.ends_with(mark), "{code}: {one:?} and {text:?} end so");
                }
            }
        });
    }
}

/// The names that a call gives values to, of what stands behind its text.
fn given(source: &str) -> Vec<String> {
    let (mut depth, mut pieces) = (0, vec![String::new()]);
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        match c {
            '"' => {
                rest = literal(rest).expect("a literal").1;
                continue;
            }
            ')' | ']' | '}' if depth == 0 => break,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => pieces.push(String::new()),
            c => pieces.last_mut().expect("a piece").push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    let mut names: Vec<String> = pieces
        .iter()
        .filter_map(|piece| piece.split('=').next())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn every_name_in_a_message_gets_its_value_where_it_is_said() {
    let mut wrong = Vec::new();
    for path in files(&root().join("src")).iter().filter(|path| !path.ends_with("words.rs")) {
        let source = fs::read_to_string(path).expect("a file");
        for rest in source.split("say!(").skip(1) {
            let (text, rest) = literal(rest).expect("a text");
            let mut wanted = names(&text);
            wanted.dedup();
            if given(rest) != wanted {
                wrong.push(format!("{}: {text:?}", path.display()));
            }
        }
        for rest in source.split("count!(").skip(1) {
            let (_, rest) = literal(&rest[rest.find('"').expect("two texts")..]).expect("the first text");
            let (text, rest) = literal(rest.trim_start().strip_prefix(',').expect("a comma")).expect("the second");
            let mut wanted: Vec<&str> = names(&text).into_iter().filter(|name| *name != "n").collect();
            wanted.dedup();
            if given(rest) != wanted {
                wrong.push(format!("{}: {text:?}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
