//! A query's places in all documents, each a line in its context, to go to or to tag.

use std::collections::BTreeSet;

use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::editor::Editor;
use crate::app::effect::{Effect, Found, Left, Task};
use crate::app::finding::checked;
use crate::app::library;
use crate::app::picker::{PickRow, Picker};
use crate::app::session::{Mode, Purpose, Session};
use crate::app::tagging::{self, code_rows, codes_of};
use crate::model::document::DocumentId;
use crate::query::hit::{Hit, Order, aligned, sort};
use crate::text::span::{CodePoints, Span};
use crate::text::width::{fitted, printable};
use crate::{count, say};

/// Concordance.
pub const GROUP: Group = Group {
    title: "Searching all documents",
    mode: "read",
    commands: &[
        Command::of("concordance", "list a word in its contexts in all documents, with the translation", concordance)
            .also("search project, kwic, keyword, find all, grep"),
        Command::of("tag-all-hits", "tag the hits of a concordance that were chosen", tag_with).when(listed_before),
        Command::of("go-to-hit", "go to a hit of the last concordance", go_to_hit).when(listed_before),
    ],
};

/// Inside the list.
pub const INSIDE: Group = Group {
    title: "In a concordance",
    mode: "pick",
    commands: &[
        Command::of("sort-by-left", "sort by the words before, or by place again", by_left).when(in_list),
        Command::of("sort-by-right", "sort by the words behind, or by place again", by_right).when(in_list),
        Command::of("tag-hits", "tag the marked hits, or all shown, in one step", tag_hits)
            .also("autocode")
            .when(in_list),
    ],
};

/// The list's command.
const LIST: &str = "go-to-hit";

/// Columns before a passage that was asked for.
const QUERY_LEFT_COLUMNS: usize = 16;

/// Columns of a keyword, about, when the rest is parted between both sides.
const KEYWORD_COLUMNS: usize = 14;

/// Hits of the last concordance, and which of them are to be tagged.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    /// What was looked for.
    pub query: String,
    /// Whether that are codes and filters, and not words of the text alone.
    pub is_query: bool,
    /// All hits, as they are sorted.
    pub all: Vec<Hit>,
    /// How.
    pub order: Order,
    /// The places to be tagged.
    chosen: Vec<(DocumentId, Span)>,
    /// The place that was gone to last.
    visited: Option<(DocumentId, usize, usize)>,
    /// The hit to go to once its document is open.
    pub awaited: Option<(DocumentId, Span)>,
    /// The passage to go to once its document is measured.
    awaited_range: Option<(DocumentId, CodePoints)>,
    /// Whether it is to be asked for again.
    pub again: Again,
}

/// A list that was worked on is asked for again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Again {
    /// Whether what is listed was changed, and is to be asked for again.
    pub is_stale: bool,
    /// Whether that was asked for.
    pub is_asked: bool,
    /// The row that was chosen when it was worked on.
    pub row: usize,
}

fn listed_before(session: &Session) -> Result<(), Refusal> {
    let key = session.keys.hint("read", "concordance");
    if session.hits.all.is_empty() {
        Err(say!("there is no concordance yet; {key} makes one", key).into())
    } else {
        Ok(())
    }
}

fn in_list(session: &Session) -> Result<(), Refusal> {
    let is_in = matches!(&session.mode, Mode::Pick(picker) if picker.command == LIST);
    if is_in { Ok(()) } else { Err(say!("this is for the list of a concordance").into()) }
}

fn concordance(session: &mut Session, args: &Args) -> Outcome {
    let Some(query) = &args.choice else {
        let mut editor = Editor::line(&session.now.0.phrase);
        editor.select_all();
        let purpose =
            Purpose::Line { prompt: say!("in all documents").into(), command: "concordance", about: String::new() };
        session.mode = Mode::Edit(editor, purpose);
        return DONE;
    };
    let query = query.trim().to_owned();
    checked(&query)?;
    session.work().phrase.clone_from(&query);
    // What was found for another phrase is not walked through with this one.
    session.panes.iter_mut().for_each(|pane| pane.matches.clear());
    session.table.is_below = false;
    session.task = Some(Task { what: say!("searching").into(), percent: 0 });
    Ok(vec![Effect::Concord(query)])
}

/// Takes the hits that were found and lists them.
pub fn found(session: &mut Session, found: Found) {
    let Found { query, hits, is_cut, failed, is_query } = found;
    // What was worked on is asked for again once; then it is a list like any other.
    let again = std::mem::take(&mut session.hits.again);
    let is_again = again.is_asked && query == session.hits.query;
    if is_again && hits.is_empty() {
        session.hits.all.clear();
    }
    let n = hits.len();
    // While hits of the last one are being tagged, the list stays what it was.
    let is_busy = matches!(&session.mode, Mode::Pick(picker) if picker.command == "tag-all-hits");
    if n > 0 && !is_busy {
        let (awaited, awaited_range) = (session.hits.awaited.take(), session.hits.awaited_range.take());
        session.hits = Hits { query: query.clone(), is_query, all: hits, awaited, awaited_range, ..Hits::default() };
        match &session.mode {
            Mode::Pick(picker) if picker.command == LIST => list(session),
            Mode::Read => {
                list(session);
                if let (true, Mode::Pick(picker)) = (is_again, &mut session.mode) {
                    picker.go(again.row as isize);
                }
            }
            _ => {
                let key = session.keys.hint("read", "go-to-hit");
                session.tell(count!(n, "{n} hit; {key} lists it", "{n} hits; {key} lists them", key));
            }
        }
    }
    if is_cut {
        session.tell(count!(n, "only the first {n} hit is listed", "only the first {n} hits are listed"));
    }
    match failed.as_slice() {
        [] if n == 0 && is_again => session.tell(say!("that was the last of the list")),
        [] if n == 0 && query == crate::app::reviewing::QUEUE => {
            session.tell(say!("nothing of your colleagues waits for your review, as far as you may see"));
        }
        [] if n == 0 && is_query => session.warn(say!("no passage is so: {query}", query = printable(&query))),
        [] if n == 0 => session.warn(say!("“{phrase}” is in no document", phrase = fitted(&query, 40))),
        [] => {}
        [first] => session.warn(first.clone()),
        [first, rest @ ..] => session.warn(count!(
            rest.len(),
            "{first}; and {n} more document can't be read",
            "{first}; and {n} more documents can't be read",
            first
        )),
    }
}

fn list(session: &mut Session) {
    let width = usize::from(session.screen.columns.saturating_sub(6).min(180));
    let name = |hit: &Hit| printable(&hit.document.0);
    let names =
        session.hits.all.iter().map(|hit| crate::text::width::columns(&name(hit))).max().unwrap_or(0).min(width / 4);
    let room = width.saturating_sub(10 + names + KEYWORD_COLUMNS) / 2;
    let is_query = session.hits.is_query;
    let has_unders = session.hits.all.iter().any(|hit| !hit.counterpart.is_empty() || !hit.was.is_empty());
    let row = |(i, hit): (usize, &Hit)| {
        // A passage that was asked for is longer than a word, and is read from its beginning.
        let left = if is_query { room.min(QUERY_LEFT_COLUMNS) } else { room };
        let (text, span) = aligned(&hit.line, left, 2 * room - left + KEYWORD_COLUMNS);
        PickRow {
            value: i.to_string(),
            text,
            strong: span,
            detail: if hit.said.is_empty() {
                fitted(&name(hit), names)
            } else {
                format!("{} · {}", printable(&hit.said), fitted(&name(hit), names))
            },
            also: hit.counterpart.clone(),
            under: has_unders.then(|| match (hit.was.as_str(), hit.counterpart.as_str()) {
                ("", "") => "—".to_owned(),
                ("", said) => said.to_owned(),
                (was, _) => say!("was “{was}”", was),
            }),
            ..PickRow::default()
        }
    };
    let rows = session.hits.all.iter().enumerate().map(row).collect();
    let title = if is_query {
        fitted(&printable(&session.hits.query), width / 2)
    } else {
        say!("“{phrase}”", phrase = fitted(&session.hits.query, 30))
    };
    session.mode = Mode::Pick(Box::new(Picker::new(title, LIST, rows).marking()));
}

fn by_left(session: &mut Session, _: &Args) -> Outcome {
    order(session, Order::Left)
}

fn by_right(session: &mut Session, _: &Args) -> Outcome {
    order(session, Order::Right)
}

fn order(session: &mut Session, wanted: Order) -> Outcome {
    let Mode::Pick(picker) = &session.mode else { return DONE };
    let typed = picker.query.text().to_owned();
    let at = |value: String| session.hits.all.get(value.parse::<usize>().ok()?).map(place_of);
    let marked: BTreeSet<_> = picker.marked().into_iter().filter_map(at).collect();
    let chosen = picker.choice().filter(|_| picker.selected > 0).and_then(at);
    let hits = &mut session.hits;
    hits.order = if hits.order == wanted { Order::Place } else { wanted };
    let order = hits.order;
    sort(&mut hits.all, order);
    list(session);
    // What was typed, marked and chosen stays so.
    let places: Vec<_> = session.hits.all.iter().map(place_of).collect();
    if let Mode::Pick(picker) = &mut session.mode {
        picker.restore(&typed, |row| places.get(row).is_some_and(|place| marked.contains(place)));
        picker.choose(|row| chosen.is_some() && places.get(row) == chosen.as_ref());
    }
    session.tell(match order {
        Order::Place => say!("sorted by document and place"),
        Order::Left => say!("sorted by the words before"),
        Order::Right => say!("sorted by the words behind"),
    });
    DONE
}

fn place_of(hit: &Hit) -> (DocumentId, usize, usize) {
    (hit.document.clone(), hit.span.start, hit.span.end)
}

fn hit(session: &Session, choice: &str) -> Option<Hit> {
    session.hits.all.get(choice.parse::<usize>().ok()?).cloned()
}

fn go_to_hit(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        list(session);
        let row = session.hits.all.iter().position(|hit| session.hits.visited.as_ref() == Some(&place_of(hit)));
        if let Mode::Pick(picker) = &mut session.mode {
            picker.choose(|at| Some(at) == row);
        }
        return DONE;
    };
    let hit = hit(session, choice).ok_or(say!("there is no such hit"))?;
    session.mode = Mode::Read;
    session.table.is_below = false;
    session.leave_mark();
    session.hits.awaited_range = None;
    session.hits.awaited = Some((hit.document.clone(), hit.span));
    session.hits.visited = Some(place_of(&hit));
    if session.pane_of(&hit.document).is_some() {
        arrive(session, &hit.document);
        return DONE;
    }
    library::show(session, hit.document)
}

/// Selects the hit that is awaited, if it is in this document, which is open now.
pub fn arrive(session: &mut Session, document: &DocumentId) {
    let Some(side) = session.pane_of(document) else { return };
    if session.panes[side].text.is_empty() {
        return;
    }
    let Some((_, span)) = session.hits.awaited.take_if(|(awaited, _)| awaited == document) else { return };
    session.focus = side;
    session.work().follows = true;
    session.work().reshaping = None;
    let pane = session.pane_mut();
    pane.selection.put(Span::new(span.start.min(pane.text.len()), span.end.min(pane.text.len())));
    (pane.selection.is_extending, pane.current) = (false, None);
}

/// Where a document opens in which a hit is awaited.
pub fn place(session: &Session, document: &DocumentId, left: Left) -> Left {
    match &session.hits.awaited {
        Some((awaited, span)) if awaited == document => Left { cursor: span.start, top: span.start, ..left },
        _ => left,
    }
}

/// Opens a document at a passage.
pub fn go_to_range(session: &mut Session, document: DocumentId, range: CodePoints) -> Outcome {
    if !session.shared.documents.contains_key(&document) {
        return Err(say!("there is no such document").into());
    }
    session.leave_mark();
    session.hits.awaited_range = Some((document.clone(), range));
    if session.pane_of(&document).is_some() {
        arrive_at_range(session, &document);
        return DONE;
    }
    library::show(session, document)
}

/// Gives up a passage that is awaited in a document that can't be opened.
pub fn give_up(session: &mut Session, document: &DocumentId) {
    session.hits.awaited.take_if(|(awaited, _)| awaited == document);
    session.hits.awaited_range.take_if(|(awaited, _)| awaited == document);
}

/// Selects the passage that is awaited, if it is in this document, which is measured now.
pub fn arrive_at_range(session: &mut Session, document: &DocumentId) {
    let is_awaited = session.hits.awaited_range.as_ref().is_some_and(|(awaited, _)| awaited == document);
    let Some(pane) = session.pane_of(document).filter(|_| is_awaited).map(|side| &session.panes[side]) else { return };
    let (Some(offsets), Some((_, range))) = (&pane.offsets, &session.hits.awaited_range) else { return };
    let span = offsets.span(&pane.text, *range);
    session.hits.awaited_range = None;
    if let Some(span) = span {
        session.hits.awaited = Some((document.clone(), span));
        arrive(session, document);
    }
}

fn tag_hits(session: &mut Session, _: &Args) -> Outcome {
    session.may_write()?;
    let Mode::Pick(picker) = &session.mode else { return DONE };
    if picker.is_searching() {
        return Err(say!("the list is still being searched; a moment").into());
    }
    let marked = picker.marked();
    let shown = || picker.hits.iter().filter_map(|row| picker.rows.get(*row)).map(|row| row.value.clone()).collect();
    let values: Vec<String> = if marked.is_empty() { shown() } else { marked };
    let chosen: Vec<(DocumentId, Span)> =
        values.iter().filter_map(|value| hit(session, value)).map(|hit| (hit.document, hit.span)).collect();
    if chosen.is_empty() {
        return Err(say!("nothing matches").into());
    }
    let title = count!(chosen.len(), "Tag {n} hit with", "Tag {n} hits with");
    session.hits.chosen = chosen;
    let last = session.now.0.last_code.clone().unwrap_or_default();
    let picker = Picker::new(title, "tag-all-hits", code_rows(session))
        .making(say!("new code"))
        .previewing(tagging::about_code)
        .at(&last.0);
    session.mode = Mode::Pick(Box::new(picker));
    DONE
}

fn tag_with(session: &mut Session, args: &Args) -> Outcome {
    session.may_write()?;
    let Some(choice) = &args.choice else {
        list(session);
        return tag_hits(session, args);
    };
    let chosen = codes_of(session, choice, &[])?;
    let Some((code, new)) = chosen.into_iter().next() else { return DONE };
    session.mode = Mode::Read;
    session.work().last_code = Some(code.clone());
    let places = std::mem::take(&mut session.hits.chosen);
    Ok(vec![Effect::TagHits(places, code, new.into_iter().collect())])
}
