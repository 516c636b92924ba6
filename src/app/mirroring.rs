//! Tagging both sides of a pair at once: a passage and its counterpart as one linked pair of annotations.

use crate::app::beside;
use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::effect::Effect;
use crate::app::finding::go_to;
use crate::app::picker::{PickRow, Picker};
use crate::app::session::{Mode, Session};
use crate::app::tagging::{self, code_rows, codes_of, mark_of, new_annotation};
use crate::app::when;
use crate::model::annotation::{Annotation, AnnotationId, Counterpart};
use crate::model::change::{Change, Record};
use crate::model::layer::Placed;
use crate::say;
use crate::text::span::Span;
use crate::text::width::fitted;

/// Columns of a quote in the list.
const QUOTE_COLUMNS: usize = 240;

/// Tagging both sides.
pub const GROUP: Group = Group {
    title: "Tagging both languages",
    mode: "read",
    commands: &[
        Command::of("tag-both", "tag the selection and its counterpart with one code", tag_both)
            .also("mirror, translation, parallel")
            .when(mirrorable),
        Command::of("mirror", "tag the counterpart as this annotation tags its passage", mirror)
            .also("copy annotation, translation")
            .when(open_here),
        Command::of("no-counterpart", "say that this annotation has no counterpart, or take that back", nothing)
            .when(when::at_own),
        Command::of("list-one-sided", "list what you tagged on one side of the pair only", list_one_sided)
            .also("mirror, missing, untranslated")
            .when(when::paired),
    ],
};

fn mirrorable(session: &Session) -> Result<(), Refusal> {
    when::taggable(session)?;
    other_measured(session)?;
    if beside::counterpart(session).is_some() {
        return Ok(());
    }
    let adjust = session.keys.hint("read", "adjust-counterpart");
    Err(say!("nothing corresponds to this in the other text; {adjust} chooses what does", adjust).into())
}

fn other_measured(session: &Session) -> Result<(), Refusal> {
    if session.panes[1 - (session.focus & 1)].offsets.is_some() {
        Ok(())
    } else {
        Err(say!("the other pane has no text to tag").into())
    }
}

/// The annotation at the cursor is the coder's own and has no counterpart yet.
fn open_here(session: &Session) -> Result<(), Refusal> {
    when::at_own(session)?;
    other_measured(session)?;
    match session.pane().annotation().map(|a| a.counterpart) {
        Some(Counterpart::Is(_)) => Err(say!("this annotation has its counterpart already").into()),
        _ => Ok(()),
    }
}

fn tag_both(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        let last = session.now.0.last_code.clone().unwrap_or_default();
        let picker = Picker::new(say!("Tag both with"), "tag-both", code_rows(session))
            .making(say!("new code"))
            .marking()
            .previewing(tagging::about_code)
            .at(&last.0);
        session.mode = Mode::Pick(Box::new(picker));
        return DONE;
    };
    mirrorable(session)?;
    let codes = codes_of(session, choice, &args.marked)?;
    let (side, other) = (session.focus & 1, 1 - (session.focus & 1));
    let spans = (
        session.pane().words(),
        beside::counterpart(session).ok_or(say!("nothing in the other text corresponds to this"))?,
    );
    let (mut changes, mut last) = (Vec::new(), None);
    for (i, (code, new)) in codes.into_iter().enumerate() {
        let mut here = new_annotation(session, side, spans.0, &code, 2 * i)?;
        let mut there = new_annotation(session, other, spans.1, &code, 2 * i + 1)?;
        (here.counterpart, there.counterpart) = (Counterpart::Is(there.id), Counterpart::Is(here.id));
        last = Some((here.id, code));
        changes.extend(new);
        changes.extend([here, there].map(|annotation| Change::put(Record::Annotation(annotation))));
    }
    let Some((id, code)) = last else { return DONE };
    session.work().last_code = Some(code);
    session.work().reshaping = None;
    let pane = session.pane_mut();
    (pane.current, pane.selection.is_extending) = (Some(id), false);
    Ok(vec![Effect::Keep(changes)])
}

fn mirror(session: &mut Session, _: &Args) -> Outcome {
    open_here(session)?;
    let was = session.pane().annotation().cloned().ok_or(say!("there is no annotation here"))?;
    let placed = session.pane().layer.get(was.id).map(|placed| placed.span).unwrap_or_default();
    // The counterpart of the annotation's own words, or what the coder said it is for what is selected.
    let (alignment, side) = beside::here(session).ok_or(say!("the pair is not aligned yet"))?;
    let pinned = session.now.0.beside.pinned.is_some().then(|| beside::counterpart(session)).flatten();
    let span = pinned.or_else(|| alignment.counterpart(side, placed)).ok_or_else(|| {
        let adjust = session.keys.hint("read", "adjust-counterpart");
        Refusal(say!("nothing corresponds to this in the other text; {adjust} chooses what does", adjust))
    })?;
    let other = 1 - (session.focus & 1);
    let twin = like(session, &was, other, span).cloned();
    let mut there = match &twin {
        Some(twin) => twin.clone(),
        None => new_annotation(session, other, span, &was.code, 0)?,
    };
    there.counterpart = Counterpart::Is(was.id);
    let here = Annotation { counterpart: Counterpart::Is(there.id), ..was.clone() };
    let replaced = Change::replace(Record::Annotation(was), Record::Annotation(here));
    let there = Change { was: twin.map(Record::Annotation), now: Some(Record::Annotation(there)) };
    Ok(vec![Effect::Keep(vec![there, replaced])])
}

/// The coder's own annotation of the same code in a pane that has no counterpart yet and shares words with a span.
fn like<'a>(session: &'a Session, annotation: &Annotation, side: usize, span: Span) -> Option<&'a Annotation> {
    let there = session.panes[side & 1].layer.overlapping(span);
    let is_like = |a: &&Annotation| {
        a.coder == annotation.coder && a.code == annotation.code && !matches!(a.counterpart, Counterpart::Is(_))
    };
    there.into_iter().map(|placed| &placed.annotation).find(is_like)
}

fn nothing(session: &mut Session, _: &Args) -> Outcome {
    let was = session.pane().annotation().cloned().ok_or(say!("there is no annotation here"))?;
    let counterpart = match was.counterpart {
        Counterpart::Open => Counterpart::Nothing,
        Counterpart::Nothing => Counterpart::Open,
        Counterpart::Is(_) => return Err(say!("this annotation has its counterpart already").into()),
    };
    let now = Annotation { counterpart, ..was.clone() };
    Ok(vec![Effect::Keep(vec![Change::replace(Record::Annotation(was), Record::Annotation(now))])])
}

/// The changes that free the counterpart of an annotation that goes: it stands alone again.
pub fn freed(session: &Session, gone: &Annotation) -> Vec<Change> {
    let twin = twin(session, gone).filter(|twin| twin.counterpart == Counterpart::Is(gone.id));
    let freed = |was: &Annotation| {
        let now = Annotation { counterpart: Counterpart::Open, ..was.clone() };
        Change::replace(Record::Annotation(was.clone()), Record::Annotation(now))
    };
    twin.map(freed).into_iter().collect()
}

/// The other half of a linked pair of annotations, where it is open.
pub fn twin<'a>(session: &'a Session, annotation: &Annotation) -> Option<&'a Annotation> {
    let Counterpart::Is(id) = annotation.counterpart else { return None };
    session.panes.iter().find_map(|pane| pane.layer.get(id)).map(|placed| &placed.annotation)
}

/// The coder's own annotations of the open pair that have nothing like them on the other side, by pane.
fn one_sided(session: &Session) -> Vec<(usize, &Placed)> {
    let mut found = Vec::new();
    for side in 0..2 {
        let pane = &session.panes[side];
        let own = pane.layer.all().iter().filter(|placed| placed.annotation.coder == session.about.coder);
        let open = own.filter(|placed| placed.annotation.counterpart == Counterpart::Open);
        found.extend(open.filter(|placed| !is_mirrored(session, side, placed)).map(|placed| (side, placed)));
    }
    found
}

/// Whether the same coder gave the counterpart the same code, without saying that both belong together.
fn is_mirrored(session: &Session, side: usize, placed: &Placed) -> bool {
    let Some(alignment) = &session.alignment else { return false };
    let half = alignment.side_of(&session.panes[side].document);
    let span = half.and_then(|half| alignment.counterpart(half, placed.span));
    span.is_some_and(|span| like(session, &placed.annotation, 1 - side, span).is_some())
}

fn list_one_sided(session: &mut Session, args: &Args) -> Outcome {
    if let Some(choice) = &args.choice {
        let id: AnnotationId = choice.parse().map_err(|_| say!("there is no such annotation"))?;
        let side = (0..2).find(|side| session.panes[*side].layer.get(id).is_some());
        session.leave_mark();
        session.focus = side.ok_or(say!("the annotation is gone"))?;
        go_to(session, id);
        let (mirror, nothing) = (session.keys.hint("read", "mirror"), session.keys.hint("read", "no-counterpart"));
        session.tell(say!("{mirror} tags the counterpart too, {nothing} says that there is none", mirror, nothing));
        return DONE;
    }
    let book = &session.shared.codebook;
    let row = |(side, placed): (usize, &Placed)| {
        let annotation = &placed.annotation;
        let mark = book.get(&annotation.code).map(mark_of).unwrap_or_default();
        PickRow {
            value: annotation.id.to_string(),
            text: fitted(&annotation.quote.exact, QUOTE_COLUMNS),
            detail: format!(
                "{} · {}",
                session.shared.language(&session.panes[side].document),
                book.name(&annotation.code)
            ),
            mark: (mark, book.colour(&annotation.code).to_owned()),
            ..PickRow::default()
        }
    };
    let rows: Vec<PickRow> = one_sided(session).into_iter().map(row).collect();
    if rows.is_empty() {
        return Err(
            say!("everything that you tagged here is tagged on both sides, or said to have no counterpart").into()
        );
    }
    session.mode = Mode::Pick(Box::new(Picker::new(say!("Tagged on one side only"), "list-one-sided", rows)));
    DONE
}
