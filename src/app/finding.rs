//! Jumping to annotations and to phrases.

use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::editor::Editor;
use crate::app::effect::{Effect, Task};
use crate::app::mirroring;
use crate::app::picker::{PickRow, Picker, Preview};
use crate::app::session::{Mode, Purpose, Session};
use crate::app::tagging::mark_of;
use crate::app::when;
use crate::model::annotation::AnnotationId;
use crate::model::landmark::Kind;
use crate::model::layer::Placed;
use crate::query::needle::told;
use crate::say;
use crate::text::search::{Needle, meant};
use crate::text::span::{CodePoints, Span};
use crate::text::width::{fitted, printable};

/// Columns of a quote in a list.
const QUOTE_COLUMNS: usize = 70;

/// Columns of a quote that are searched in a list.
const SEARCHED_COLUMNS: usize = 1000;

/// Finding.
pub const GROUP: Group = Group {
    title: "Finding",
    mode: "read",
    commands: &[
        Command::of("next-annotation", "go to the next annotation", next_annotation).when(when::annotated),
        Command::of("previous-annotation", "go to the previous annotation", previous_annotation).when(when::annotated),
        Command::of("list-annotations", "list the document's annotations and go to one", list_annotations)
            .when(when::annotated),
        Command::of("list-headings", "list the document's headings and go to one", list_headings)
            .also("outline, contents")
            .when(when::open),
        Command::of("search", "look for a phrase, capitals and accents aside", search).also("find").when(when::open),
        Command::of("next-match", "go to the next place of the phrase", next_match).when(when::searched),
        Command::of("previous-match", "go to the previous place of the phrase", previous_match).when(when::searched),
    ],
};

/// Selects an annotation's passage and makes it the current one.
pub fn go_to(session: &mut Session, id: AnnotationId) {
    session.leave_mark();
    session.work().reshaping = None;
    session.work().follows = true;
    let pane = session.pane_mut();
    if let Some(span) = pane.layer.get(id).map(|p| p.span) {
        pane.selection.put(span);
        pane.selection.is_extending = false;
        pane.current = Some(id);
    }
}

fn next_annotation(session: &mut Session, args: &Args) -> Outcome {
    walk(session, args.times() as isize)
}

fn previous_annotation(session: &mut Session, args: &Args) -> Outcome {
    walk(session, -(args.times() as isize))
}

fn walk(session: &mut Session, n: isize) -> Outcome {
    let pane = session.pane();
    let all = pane.layer.all();
    if all.is_empty() {
        return Err(say!("this document has no annotation yet").into());
    }
    let start = pane.selection.span().start;
    let is_chosen = |p: &Placed| Some(p.annotation.id) == pane.current && p.span == pane.selection.span();
    let at = match all.iter().position(is_chosen) {
        Some(at) => at.saturating_add_signed(n).min(all.len() - 1),
        None if n > 0 => all.partition_point(|p| p.span.start < start).saturating_add_signed(n - 1).min(all.len() - 1),
        None => {
            let before = all.partition_point(|p| p.span.start < start);
            before.checked_add_signed(n).ok_or(say!("there is no annotation before this"))?
        }
    };
    if let Some(id) = all.get(at).map(|p| p.annotation.id) {
        if pane.current == Some(id) && is_chosen(&all[at]) {
            return Err(
                if n > 0 { say!("this is the last annotation") } else { say!("this is the first annotation") }.into()
            );
        }
        go_to(session, id);
    }
    DONE
}

fn list_annotations(session: &mut Session, args: &Args) -> Outcome {
    if let Some(choice) = &args.choice {
        let id = choice.parse().map_err(|_| say!("there is no such annotation"))?;
        go_to(session, id);
        return DONE;
    }
    let pane = session.pane();
    let book = &session.shared.codebook;
    let rows: Vec<PickRow> = pane
        .layer
        .all()
        .iter()
        .map(|p| {
            let a = &p.annotation;
            let quote = &a.quote.exact;
            let mark = (book.of(&a.code).map(mark_of).unwrap_or_default(), book.colour(&a.code).to_owned());
            let memo = if a.memo.is_empty() { "" } else { " ¶" };
            let detail = format!("{} · {}{memo}", printable(book.called(&a.code)), printable(&a.coder));
            let names = book.of(&a.code).map(|code| code.names.all().collect::<Vec<_>>().join(" "));
            let also =
                format!("{} {} {}", names.unwrap_or_default(), fitted(quote, SEARCHED_COLUMNS), printable(&a.memo));
            PickRow {
                value: a.id.to_string(),
                text: fitted(quote, QUOTE_COLUMNS),
                detail,
                also,
                mark,
                ..PickRow::default()
            }
        })
        .collect();
    if rows.is_empty() {
        return Err(say!("this document has no annotation yet").into());
    }
    let current = pane.annotation().map(|a| a.id.to_string()).unwrap_or_default();
    session.mode = Mode::Pick(Box::new(
        Picker::new(say!("Go to annotation"), "list-annotations", rows).at(&current).previewing(about_annotation),
    ));
    DONE
}

fn search(session: &mut Session, args: &Args) -> Outcome {
    let Some(phrase) = &args.choice else {
        session.mode = Mode::Edit(
            Editor::line(""),
            Purpose::Line { prompt: say!("search").into(), command: "search", about: String::new() },
        );
        return DONE;
    };
    // An empty phrase means the last one.
    let phrase = if phrase.trim().is_empty() { session.now.0.phrase.clone() } else { phrase.trim().to_owned() };
    checked(&phrase)?;
    session.work().phrase.clone_from(&phrase);
    // Places of another phrase are none of this one.
    session.panes.iter_mut().for_each(|pane| pane.matches.clear());
    begin_search(session, phrase)
}

/// Refuses a query that can't be looked for, saying why and where.
pub fn checked(query: &str) -> Result<(), Refusal> {
    let (how, words) = meant(query);
    match Needle::new(words, how) {
        Ok(_) => Ok(()),
        Err(error) => Err(told(&error).into()),
    }
}

/// Asks for the places of a phrase; it can take a while in a long text.
fn begin_search(session: &mut Session, phrase: String) -> Outcome {
    session.task = Some(Task { what: say!("searching").into(), percent: 0 });
    Ok(vec![Effect::Search(session.pane().document.clone(), phrase)])
}

fn next_match(session: &mut Session, args: &Args) -> Outcome {
    to_match(session, args.times() as isize)
}

fn previous_match(session: &mut Session, args: &Args) -> Outcome {
    to_match(session, -(args.times() as isize))
}

fn to_match(session: &mut Session, n: isize) -> Outcome {
    if session.pane().matches.is_empty() {
        let phrase = session.now.0.phrase.clone();
        if phrase.is_empty() {
            return Err(say!("search for something first").into());
        }
        return begin_search(session, phrase);
    }
    let pane = session.pane();
    let (len, here) = (pane.matches.len() as isize, pane.selection.span().start);
    let at = if n > 0 {
        pane.matches.partition_point(|m| m.start <= here) as isize + n - 1
    } else {
        pane.matches.partition_point(|m| m.start < here) as isize + n
    };
    show_match(session, at.rem_euclid(len) as usize);
    if !(0..len).contains(&at) {
        let told = session.note.as_ref().map_or("", |note| note.text.as_str()).to_owned();
        let text =
            if n > 0 { say!("{told}, from the start again", told) } else { say!("{told}, from the end again", told) };
        session.tell(text);
    }
    DONE
}

/// Selects the match of that number and tells which it is.
pub fn show_match(session: &mut Session, at: usize) {
    session.leave_mark();
    session.work().reshaping = None;
    let pane = session.pane_mut();
    let Some(&span) = pane.matches.get(at) else {
        return;
    };
    let n = pane.matches.len();
    pane.selection.put(span);
    pane.selection.is_extending = false;
    pane.current = None;
    let phrase = fitted(&session.now.0.phrase, 30);
    session.tell(say!("“{phrase}” {at} of {n}", phrase, at = at + 1, n));
}

/// Takes the places where a phrase was found, and goes to the first behind the cursor.
pub fn found(session: &mut Session, pane: usize, matches: Vec<Span>) {
    let here = session.panes[pane & 1].selection.span().start;
    session.panes[pane & 1].matches = matches;
    let matches = &session.panes[pane & 1].matches;
    if matches.is_empty() {
        let phrase = fitted(&session.now.0.phrase, 40);
        session.warn(say!("“{phrase}” is not in this document", phrase));
    } else if pane == session.focus && matches!(session.mode, Mode::Read) {
        let at = matches.partition_point(|m| m.start < here) % matches.len();
        show_match(session, at);
    }
}

fn list_headings(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        session.task = Some(Task { what: say!("looking for headings").into(), percent: 0 });
        return Ok(vec![Effect::Headings(session.pane().document.clone())]);
    };
    let offset = choice.parse().map_err(|_| say!("there is no such heading"))?;
    session.leave_mark();
    session.pane_mut().current = None;
    session.pane_mut().select_at(offset);
    DONE
}

/// Lists the headings that were found in the document of the pane that has the keys.
pub fn headings_found(session: &mut Session, headings: Vec<(usize, String)>) {
    let headings = with_landmarks(session, headings);
    if headings.is_empty() {
        session.warn(say!("no line of this document looks like a heading"));
        return;
    }
    let at = session.pane().selection.head.start;
    let len = session.pane().text.len().max(1);
    let here = headings.iter().rev().find(|(offset, _)| *offset <= at).or(headings.first());
    let here = here.map(|(offset, _)| offset.to_string()).unwrap_or_default();
    let row = |(offset, words): (usize, String)| PickRow {
        value: offset.to_string(),
        text: fitted(&words, QUOTE_COLUMNS),
        detail: format!("{} %", offset * 100 / len),
        ..PickRow::default()
    };
    let rows = headings.into_iter().map(row).collect();
    session.mode = Mode::Pick(Box::new(Picker::new(say!("Go to heading"), "list-headings", rows).at(&here)));
}

/// The headings that were found with those, and the pages and speakers, that the document's file had.
fn with_landmarks(session: &Session, mut found: Vec<(usize, String)>) -> Vec<(usize, String)> {
    let pane = session.pane();
    let marks = session.shared.documents.get(&pane.document).map_or(&[][..], |document| &document.landmarks);
    let Some(offsets) = pane.offsets.as_ref().filter(|_| !marks.is_empty()) else { return found };
    let of_file: Vec<(usize, String)> = marks
        .iter()
        .filter_map(|mark| {
            let span = offsets.span(&pane.text, CodePoints { start: mark.at, end: mark.at })?;
            let label = printable(&mark.label);
            Some((
                span.start,
                match mark.kind {
                    Kind::Page => say!("page {label}", label),
                    Kind::Speaker => format!("— {label}"),
                    Kind::Heading | Kind::Time => label,
                },
            ))
        })
        .collect();
    // The file knows its headings; what only looks like one is left out where it says so.
    let has_headings = marks.iter().any(|mark| mark.kind == Kind::Heading);
    found.retain(|(at, _)| !has_headings && of_file.iter().all(|(own, _)| own != at));
    found.extend(of_file);
    found.sort_by_key(|(at, _)| *at);
    let mut rows: Vec<(usize, String)> = Vec::with_capacity(found.len());
    for (at, words) in found {
        match rows.last_mut().filter(|(own, _)| *own == at) {
            Some((_, own)) => own.extend([" · ", &words]),
            None => rows.push((at, words)),
        }
    }
    rows
}

/// What a list's preview says of an annotation.
pub fn about_annotation(session: &Session, id: &str) -> Preview {
    let placed = id.parse().ok().and_then(|id| session.pane().layer.get(id));
    let Some(annotation) = placed.map(|placed| &placed.annotation) else { return Preview::new() };
    let (book, passage) = (&session.shared.codebook, &annotation.passage);
    let mut lines = vec![
        (book.path(&annotation.code), String::new()),
        (say!("by").into(), annotation.coder.clone()),
        (say!("at").into(), format!("{}..{}", passage.start, passage.end)),
        (say!("when").into(), annotation.time.minute()),
        (String::new(), String::new()),
        (String::new(), format!("“{}”", fitted(&annotation.quote.exact, SEARCHED_COLUMNS))),
    ];
    if let Some(doubt) = &annotation.doubt {
        let was = fitted(&doubt.words, SEARCHED_COLUMNS);
        lines.push(("?".into(), say!("was “{was}”; the place is {n} % sure", was, n = doubt.confidence)));
    }
    if let Some(twin) = mirroring::twin(session, annotation) {
        lines.push((String::new(), format!("↔ “{}”", fitted(&twin.quote.exact, SEARCHED_COLUMNS))));
    }
    if !annotation.memo.is_empty() {
        lines.push(("¶".into(), annotation.memo.clone()));
    }
    lines
}
