//! Queries in the reader: written in a line, or put together from lists.

use std::collections::BTreeSet;

use crate::app::command::{Args, Command, DONE, Group, Outcome};
use crate::app::editor::Editor;
use crate::app::effect::{Effect, Task};
use crate::app::picker::{PickRow, Picker};
use crate::app::session::{Mode, Purpose, Session};
use crate::app::tagging::mark_of;
use crate::query::expression::{Mistake, STANDINGS, TRAITS};
use crate::query::parse::{Known, key, parse, written};
use crate::query::plan::attributes_of;
use crate::text::width::printable;
use crate::{count, say};

/// Queries.
pub const GROUP: Group = Group {
    title: "Asking for passages",
    mode: "read",
    commands: &[
        Command::of("query", "list the passages that a query wants: protest and not control, any by:asel", query)
            .also("retrieve, retrieval, filter, find coded, boolean, near, overlapping"),
        Command::of("build-query", "put a query together from lists", build)
            .also("query builder, retrieve, filter, combine codes"),
    ],
};

/// A query that is put together.
#[derive(Debug, Clone, Default)]
pub struct Building {
    /// Its parts, in their order.
    parts: Vec<String>,
    /// How many passages it wants, once that is known, and of which words.
    found: Option<(String, usize)>,
    /// The query that was asked last.
    pub last: String,
}

/// What is said between two codes, and what that means.
const RELATIONS: [(&str, &str); 11] = [
    ("and", "the words that both have"),
    ("or", "what has one of the two"),
    ("and not", "what shares no word with the other"),
    ("overlapping", "what shares words with the other"),
    ("within", "what lies in the other"),
    ("containing", "what the other lies in"),
    ("near 10 words", "what is not farther from the other"),
    ("near sentence", "what stands in one sentence with the other"),
    ("near paragraph", "what stands in one paragraph with the other"),
    ("followed by paragraph", "what the other follows in the paragraph"),
    ("preceded by paragraph", "what follows the other in the paragraph"),
];

/// What these words mean, for those who translate them.
pub const MEANINGS: [(&str, &str); 11] = RELATIONS;

/// The row that asks for what was put together.
const LIST_ROW: &str = "\u{1}list";
/// The row that takes the last part away.
const BACK_ROW: &str = "\u{1}back";
/// The row that lets the words be written.
const WRITE_ROW: &str = "\u{1}write";

fn query(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        let mut editor = Editor::line(&session.building.last);
        editor.select_all();
        return ask(session, editor);
    };
    let query = choice.trim().to_owned();
    checked(session, &query).map_err(|mistake| mistake.why)?;
    session.building.last.clone_from(&query);
    session.table.is_below = false;
    session.task = Some(Task { what: say!("searching").into(), percent: 0 });
    Ok(vec![Effect::Query(query)])
}

fn ask(session: &mut Session, editor: Editor) -> Outcome {
    let purpose = Purpose::Line { prompt: say!("passages of").into(), command: "query", about: String::new() };
    session.mode = Mode::Edit(editor, purpose);
    DONE
}

/// Reads a query as the project understands it; fails with the place of the first mistake.
pub fn checked(session: &Session, query: &str) -> Result<(), Mistake> {
    let attributes = attributes_of(&session.shared);
    parse(query, &Known { book: &session.shared.codebook, attributes: &attributes }).map(|_| ())
}

/// Puts the cursor at what is wrong in a query that is being written, if one is.
pub fn point_at_mistake(session: &mut Session) {
    let Mode::Edit(editor, Purpose::Line { command: "query" | "narrow-table", .. }) = &session.mode else { return };
    let query = editor.text().to_owned();
    if let Err(Mistake { at, .. }) = checked(session, &query)
        && let Mode::Edit(editor, _) = &mut session.mode
    {
        editor.select(at.start, at.end);
    }
}

/// Takes a mistake that shows only in the project: the query comes back to be corrected.
pub fn mistaken(session: &mut Session, query: &str, mistake: Mistake) {
    session.task = None;
    if matches!(session.mode, Mode::Read) {
        let mut editor = Editor::line(query);
        editor.select(mistake.at.start, mistake.at.end);
        let _ = ask(session, editor);
    }
    session.warn(mistake.why);
}

/// Takes the number of passages that a query wants.
pub fn counted(session: &mut Session, query: String, n: usize) {
    session.building.found = Some((query, n));
    let title = title(session);
    if let Mode::Pick(picker) = &mut session.mode
        && picker.command == "build-query"
    {
        picker.title = title;
    }
}

/// What is put together so far.
fn so_far(session: &Session) -> String {
    session.building.parts.join(" ")
}

fn title(session: &Session) -> String {
    let query = so_far(session);
    match &session.building.found {
        Some((of, n)) if *of == query => {
            let n = count!(*n, "{n} passage", "{n} passages");
            format!("{} → {n}", printable(&query))
        }
        _ if query.is_empty() => say!("Passages of").into(),
        _ => printable(&query),
    }
}

/// Whether a code or a filter is to come next: behind nothing, a bracket, or words between two codes.
fn wants_operand(session: &Session) -> bool {
    match session.building.parts.last().map(String::as_str) {
        None | Some("(" | "not") => true,
        Some(last) => RELATIONS.iter().any(|(words, _)| *words == last),
    }
}

fn build(session: &mut Session, args: &Args) -> Outcome {
    match args.choice.as_deref() {
        None => session.building.parts.clear(),
        Some(LIST_ROW) => {
            let query = so_far(session);
            return self::query(session, &Args::choice(query));
        }
        Some(WRITE_ROW) => {
            let editor = Editor::line(&so_far(session));
            return ask(session, editor);
        }
        Some(BACK_ROW) => drop(session.building.parts.pop()),
        Some(part) => add(session, part)?,
    }
    let rows = rows(session);
    let title = title(session);
    session.mode = Mode::Pick(Box::new(Picker::new(title, "build-query", rows).making(say!("as written"))));
    let query = so_far(session);
    let is_whole = !query.is_empty() && checked(session, &query).is_ok();
    Ok(if is_whole { vec![Effect::CountPassages(query)] } else { Vec::new() })
}

/// Adds a part, unless it can't stand there.
fn add(session: &mut Session, part: &str) -> Result<(), String> {
    let parts = &mut session.building.parts;
    if let Some(key) = parts.last().filter(|last| last.ends_with(':')).cloned() {
        parts.pop();
        // What was typed may be a value, or the whole of it.
        parts.push(if part.starts_with(&key) { part.to_owned() } else { format!("{key}{}", written(part)) });
    } else {
        parts.push(part.to_owned());
    }
    let query = so_far(session);
    let is_open = wants_operand(session) || query.ends_with(':');
    match checked(session, &query) {
        // What is wrong only because it goes on is not wrong yet.
        Err(mistake) if !is_open && mistake.at.start < query.len() && !is_bracket(session, &mistake) => {
            session.building.parts.pop();
            Err(mistake.why)
        }
        _ => Ok(()),
    }
}

fn is_bracket(session: &Session, mistake: &Mistake) -> bool {
    so_far(session).get(mistake.at.start..).is_some_and(|rest| rest.starts_with('('))
}

fn row(value: impl Into<String>, text: impl Into<String>, detail: impl Into<String>) -> PickRow {
    PickRow { value: value.into(), text: text.into(), detail: detail.into(), ..PickRow::default() }
}

fn rows(session: &Session) -> Vec<PickRow> {
    let last = session.building.parts.last().map_or("", String::as_str);
    if let Some(key) = last.strip_suffix(':') {
        return values(session, key);
    }
    let back = || row(BACK_ROW, say!("take the last part away"), "");
    let mut rows = Vec::new();
    if wants_operand(session) {
        rows.extend(codes(session));
        rows.push(row("any", "any", say!("every annotation")));
        rows.push(row("(", "(", say!("a bracket")));
        if last != "not" {
            rows.push(row("not", "not", say!("what shares no word with the other")));
        }
        rows.extend(keys(session));
        if !session.building.parts.is_empty() {
            rows.push(back());
        }
        return rows;
    }
    let n = session.building.found.as_ref().filter(|(of, _)| *of == so_far(session)).map(|(_, n)| *n);
    let told = n.map_or(String::new(), |n| count!(n, "{n} passage", "{n} passages"));
    rows.push(row(LIST_ROW, say!("list them"), told));
    rows.extend(keys(session));
    rows.extend(RELATIONS.map(|(words, meaning)| row(words, words, crate::words::of(meaning))));
    let n_open = session.building.parts.iter().filter(|part| *part == "(").count();
    if n_open > session.building.parts.iter().filter(|part| *part == ")").count() {
        rows.push(row(")", ")", say!("close the bracket")));
    }
    rows.push(row(WRITE_ROW, say!("go on in words"), so_far(session)));
    rows.push(back());
    rows
}

fn codes(session: &Session) -> Vec<PickRow> {
    let book = &session.shared.codebook;
    let code = |(id, depth): (crate::model::code::CodeId, usize)| {
        let code = book.get(&id)?;
        let names = code.names.all().map(str::to_owned).collect::<Vec<_>>().join(" ");
        Some(PickRow {
            value: written(&id.0),
            text: format!("{}{}", "  ".repeat(depth), printable(code.called())),
            also: names,
            mark: (mark_of(code), book.colour(&id).to_owned()),
            ..PickRow::default()
        })
    };
    book.tree().into_iter().filter_map(code).collect()
}

/// What can be asked of annotations: keys whose values come next.
fn keys(session: &Session) -> Vec<PickRow> {
    let mut rows = vec![
        row("by:", "by:", say!("who made it")),
        row("lang:", "lang:", say!("the document’s language")),
        row("doc:", "doc:", say!("the document")),
        row("has:", "has:", say!("a memo, a counterpart, …")),
        row("text:", "text:", say!("a word in the passage, in any script and form")),
        row("memo:", "memo:", say!("a word in the memo")),
        row("verdict:", "verdict:", say!("what reviewers hold of it")),
        row("reviewed:", "reviewed:", say!("who gave a verdict on it")),
        row("made:", "made:", say!("when it was made: 2026-11, 2026-01..2026-06")),
        row("course:", "course:", say!("which part of the document: 1/4")),
    ];
    if !session.shared.pairs.is_empty() {
        rows.push(row("side:", "side:", say!("the left or the right document of a pair")));
    }
    for name in attributes_of(&session.shared) {
        let key = format!("{}:", key(&name));
        rows.push(row(key.clone(), printable(&key), say!("an attribute of the document")));
    }
    rows
}

fn values(session: &Session, key: &str) -> Vec<PickRow> {
    let shared = &session.shared;
    let own: BTreeSet<String> = match key {
        "by" => session.counts.values().flat_map(|counts| counts.keys().cloned()).chain(["me".to_owned()]).collect(),
        "verdict" => STANDINGS.iter().map(|(name, _)| (*name).to_owned()).collect(),
        "reviewed" => shared.rules.reviewers.iter().cloned().chain(["me".to_owned()]).collect(),
        "lang" => shared.documents.values().map(|document| document.language.clone()).collect(),
        "doc" => shared.documents.keys().map(|id| id.0.clone()).collect(),
        "has" => TRAITS.iter().map(|(name, _)| (*name).to_owned()).collect(),
        "side" => ["left", "right"].map(str::to_owned).into(),
        "course" => (1..=4).map(|part| format!("{part}/4")).collect(),
        "text" | "memo" | "made" => BTreeSet::new(),
        _ => {
            let name = key.trim_matches('"').trim_start_matches('@');
            shared.documents.values().filter_map(|document| document.attributes.get(name).cloned()).collect()
        }
    };
    let own = own.into_iter().filter(|value| !value.is_empty());
    let mut rows: Vec<PickRow> = own.map(|value| row(value.clone(), printable(&value), "")).collect();
    rows.push(row(BACK_ROW, say!("take the last part away"), ""));
    rows
}
