//! The list of what a coder tagged on one side of the open pair only.

use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::effect::Effect;
use crate::app::finding::go_to;
use crate::app::mirroring::{Halves, counterpart_of, like, mirrored};
use crate::app::picker::{PickRow, Picker};
use crate::app::session::{Mode, Session};
use crate::app::tagging::mark_of;
use crate::app::when;
use crate::model::annotation::{Annotation, AnnotationId, Counterpart};
use crate::model::change::{Change, Record};
use crate::model::layer::Placed;
use crate::say;
use crate::text::width::fitted;

/// Columns of a quote in the list.
const QUOTE_COLUMNS: usize = 240;

/// The list's command.
const LIST: &str = "list-one-sided";

/// The list.
pub const GROUP: Group = Group {
    title: "Tagged on one side",
    mode: "read",
    commands: &[Command::of(LIST, "list what you tagged on one side of the pair only", list_one_sided)
        .also("mirror, missing, untranslated")
        .when(when::paired)],
};

/// What can be done in the list.
pub const INSIDE: Group = Group {
    title: "In the list of what is tagged on one side",
    mode: "pick",
    commands: &[
        Command::of("mirror-rows", "tag the counterpart of this row, or of the marked ones, too", mirror_rows)
            .when(in_list),
        Command::of("no-counterpart-rows", "say that this row, or the marked ones, has no counterpart", leave_rows)
            .when(in_list),
    ],
};

fn in_list(session: &Session) -> Result<(), Refusal> {
    let is_in = matches!(&session.mode, Mode::Pick(picker) if picker.command == LIST);
    if is_in { Ok(()) } else { Err(say!("this is for the list of what is tagged on one side").into()) }
}

/// The coder's own annotations of the open pair that have nothing like them on the other side, by pane.
fn one_sided(session: &Session) -> Vec<(usize, &Placed)> {
    let (halves, mut found) = (Halves::of(session), Vec::new());
    for side in 0..2 {
        let pane = &session.panes[side];
        let own = pane.layer.all().iter().filter(|placed| placed.annotation.coder == session.about.coder);
        let open = own.filter(|placed| halves.is_open(&placed.annotation));
        found.extend(open.filter(|placed| !is_mirrored(session, &halves, side, placed)).map(|placed| (side, placed)));
    }
    found
}

/// Whether the same coder gave the counterpart the same code, without saying that both belong together.
fn is_mirrored(session: &Session, halves: &Halves, side: usize, placed: &Placed) -> bool {
    let span = counterpart_of(session, side, placed.span);
    span.is_ok_and(|span| like(session, halves, &placed.annotation, 1 - side, span).is_some())
}

fn row(session: &Session, side: usize, placed: &Placed) -> PickRow {
    let (book, annotation) = (&session.shared.codebook, &placed.annotation);
    let mark = book.of(&annotation.code).map(mark_of).unwrap_or_default();
    let under = match counterpart_of(session, side, placed.span) {
        Ok(span) => format!("↔ {}", session.panes[1 - side].text.read(span).trim()),
        Err(_) => say!("no counterpart").into(),
    };
    PickRow {
        value: annotation.id.to_string(),
        text: fitted(&annotation.quote.exact, QUOTE_COLUMNS),
        detail: format!(
            "{} · {}",
            session.shared.language(&session.panes[side].document),
            book.called(&annotation.code)
        ),
        mark: (mark, book.colour(&annotation.code).to_owned()),
        under: Some(fitted(&under, QUOTE_COLUMNS)),
        ..PickRow::default()
    }
}

fn list_one_sided(session: &mut Session, args: &Args) -> Outcome {
    if let Some(choice) = &args.choice {
        let id: AnnotationId = choice.parse().map_err(|_| say!("there is no such annotation"))?;
        let side = (0..2).find(|side| session.panes[*side].layer.get(id).is_some());
        session.leave_mark();
        session.focus = side.ok_or(say!("the annotation is gone"))?;
        go_to(session, id);
        return DONE;
    }
    if session.alignment.is_none() {
        return Err(say!("the pair is not aligned yet").into());
    }
    let rows: Vec<PickRow> = one_sided(session).into_iter().map(|(side, placed)| row(session, side, placed)).collect();
    if rows.is_empty() {
        session.mode = Mode::Read;
        session.tell(say!("everything that you tagged here is tagged on both sides, or said to have no counterpart"));
        return DONE;
    }
    session.mode = Mode::Pick(Box::new(Picker::new(say!("Tagged on one side only"), LIST, rows).marking()));
    DONE
}

/// Makes the list anew where it is open and something was kept; what was typed and marked stays, and the chosen row,
/// or the one that takes its place.
pub fn renew(session: &mut Session) {
    let Mode::Pick(picker) = &session.mode else { return };
    if picker.command != LIST {
        return;
    }
    let (typed, marked) = (picker.query.text().to_owned(), picker.marked());
    let (chosen, selected) = (picker.choice(), picker.selected);
    if list_one_sided(session, &Args::default()).is_err() {
        return;
    }
    if let Mode::Pick(picker) = &mut session.mode {
        let values: Vec<String> = picker.rows.iter().map(|row| row.value.clone()).collect();
        picker.restore(&typed, |row| values.get(row).is_some_and(|value| marked.contains(value)));
        picker.go(selected as isize);
        picker.choose(|row| values.get(row) == chosen.as_ref());
    }
}

/// The coder's own annotations that are marked in the list, or the chosen one, by pane.
fn chosen(session: &Session) -> Vec<(usize, Placed)> {
    let Mode::Pick(picker) = &session.mode else { return Vec::new() };
    let marked = picker.marked();
    let values = if marked.is_empty() { picker.choice().into_iter().collect() } else { marked };
    let placed = values.iter().filter_map(|value| value.parse::<AnnotationId>().ok()).filter_map(|id| {
        (0..2).find_map(|side| session.panes[side].layer.get(id).map(|placed| (side, placed.clone())))
    });
    placed.collect()
}

fn mirror_rows(session: &mut Session, _: &Args) -> Outcome {
    session.may_write()?;
    let (mut changes, mut refused) = (Vec::new(), None);
    for (n, (side, placed)) in chosen(session).into_iter().enumerate() {
        // Rows without a counterpart stay in the list.
        let span = match counterpart_of(session, side, placed.span) {
            Ok(span) => span,
            Err(refusal) => {
                refused = Some(refusal);
                continue;
            }
        };
        let mirrored = mirrored(session, placed.annotation, 1 - side, span, n)?;
        // Two of them may find the same one over there: the first takes it.
        let is_taken = |change: &Change| changes.iter().any(|known: &Change| is_of_one(known, change));
        if !mirrored.iter().any(is_taken) {
            changes.extend(mirrored);
        }
    }
    match refused.filter(|_| changes.is_empty()) {
        Some(refusal) => Err(refusal),
        None => kept(changes),
    }
}

fn leave_rows(session: &mut Session, _: &Args) -> Outcome {
    session.may_write()?;
    let left = |(_, Placed { annotation: was, .. }): (usize, Placed)| {
        let now = Annotation { counterpart: Counterpart::Nothing, ..was.clone() };
        Change::replace(Record::Annotation(was), Record::Annotation(now))
    };
    kept(chosen(session).into_iter().map(left).collect())
}

/// Whether two changes speak of one record.
fn is_of_one(one: &Change, other: &Change) -> bool {
    one.subject().map(Record::key) == other.subject().map(Record::key)
}

fn kept(changes: Vec<Change>) -> Outcome {
    if changes.is_empty() {
        return Err(say!("nothing matches").into());
    }
    Ok(vec![Effect::Keep(changes)])
}
