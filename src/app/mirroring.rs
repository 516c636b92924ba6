//! Tagging both sides of a pair at once: a passage and its counterpart as one linked pair of annotations.

use std::collections::BTreeSet;

use crate::app::aligning;
use crate::app::beside;
use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::effect::Effect;
use crate::app::pane::Pane;
use crate::app::picker::Picker;
use crate::app::session::{Mode, Session};
use crate::app::tagging::{self, code_rows, codes_of, new_annotation};
use crate::app::when;
use crate::model::annotation::{Annotation, AnnotationId, Counterpart};
use crate::model::change::{Change, Record};
use crate::model::code::CodeId;
use crate::say;
use crate::text::span::Span;

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
    ],
};

fn mirrorable(session: &Session) -> Result<(), Refusal> {
    when::taggable(session)?;
    aligning::paired(session)?;
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
    match session.pane().annotation() {
        Some(annotation) if !Halves::of(session).is_free(annotation) => {
            Err(say!("this annotation has its counterpart already").into())
        }
        _ => Ok(()),
    }
}

/// Which annotations the two panes show, to tell what has lost its other half.
pub struct Halves {
    ids: BTreeSet<AnnotationId>,
    /// Whether another half can't be anywhere else: each document is of this pair alone, and all of its annotations
    /// have their place.
    is_all: bool,
}

impl Halves {
    /// Those of both panes.
    pub fn of(session: &Session) -> Self {
        let is_whole = |pane: &Pane| {
            let n_pairs = session.shared.pairs.iter().filter(|pair| pair.other(&pane.document).is_some()).count();
            let n_kept: usize = session.counts.get(&pane.document).map_or(0, |counts| counts.values().sum());
            n_pairs == 1 && pane.offsets.is_some() && pane.layer.len() >= n_kept
        };
        let all = session.panes.iter().flat_map(|pane| pane.layer.all());
        Self {
            ids: all.map(|placed| placed.annotation.id).collect(),
            is_all: aligning::shown_pair(session).is_some() && session.panes.iter().all(is_whole),
        }
    }

    /// Whether nothing is known of an annotation's counterpart, or the one it names is no more.
    pub fn is_open(&self, annotation: &Annotation) -> bool {
        match annotation.counterpart {
            Counterpart::Open => true,
            Counterpart::Nothing => false,
            Counterpart::Is(id) => self.is_all && !self.ids.contains(&id),
        }
    }

    /// Whether an annotation may be given a counterpart.
    fn is_free(&self, annotation: &Annotation) -> bool {
        annotation.counterpart == Counterpart::Nothing || self.is_open(annotation)
    }
}

/// The coder's own annotation with a code on just this span.
fn known<'a>(session: &'a Session, side: usize, span: Span, code: &CodeId) -> Option<&'a Annotation> {
    let there = session.panes[side & 1].layer.overlapping(span).into_iter().filter(|placed| placed.span == span);
    let mut own = there.map(|placed| &placed.annotation);
    let book = &session.shared.codebook;
    own.find(|annotation| annotation.coder == session.about.coder && book.is_one(&annotation.code, code))
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
    let halves = Halves::of(session);
    let (mut changes, mut last) = (Vec::new(), None);
    for (i, (code, new)) in codes.into_iter().enumerate() {
        let both =
            [known(session, side, spans.0, &code), known(session, other, spans.1, &code)].map(Option::<&_>::cloned);
        // What is tagged so already is linked rather than doubled.
        if both.iter().flatten().any(|half| !halves.is_free(half)) {
            continue;
        }
        let [first, second] = both;
        let made = |was: &Option<Annotation>, side, span, n| match was {
            Some(was) => Ok(was.clone()),
            None => new_annotation(session, side, span, &code, n),
        };
        let mut here = made(&first, side, spans.0, 2 * i)?;
        let mut there = made(&second, other, spans.1, 2 * i + 1)?;
        (here.counterpart, there.counterpart) = (Counterpart::Is(there.id), Counterpart::Is(here.id));
        last = Some((here.id, code));
        changes.extend(new);
        changes.extend(
            [(first, here), (second, there)]
                .map(|(was, now)| Change::of(was.map(Record::Annotation), Some(Record::Annotation(now)))),
        );
    }
    let Some((id, code)) = last else {
        return Err(say!("this has that code already, with its counterpart").into());
    };
    session.work().last_code = Some(code);
    session.work().reshaping = None;
    let pane = session.pane_mut();
    (pane.current, pane.selection.is_extending) = (Some(id), false);
    Ok(vec![Effect::Keep(changes)])
}

fn mirror(session: &mut Session, _: &Args) -> Outcome {
    open_here(session)?;
    let was = session.pane().annotation().cloned().ok_or(say!("there is no annotation here"))?;
    // What the coder said it is for what is selected, else the counterpart of the annotation's own words.
    let span = if let Some(span) = beside::pinned(session) {
        span
    } else {
        let placed = session.pane().layer.get(was.id).ok_or(say!("the annotation is gone"))?;
        counterpart_of(session, session.focus & 1, placed.span)?
    };
    mirrored(session, was, 1 - (session.focus & 1), span, 0).map(|changes| vec![Effect::Keep(changes)])
}

/// What says the same in the other pane as a span of this one.
pub fn counterpart_of(session: &Session, side: usize, span: Span) -> Result<Span, Refusal> {
    let alignment = session.alignment.as_ref().ok_or(say!("the pair is not aligned yet"))?;
    let half = alignment.side_of(&session.panes[side & 1].document);
    half.and_then(|half| alignment.counterpart(half, span)).ok_or_else(|| {
        let adjust = session.keys.hint("read", "adjust-counterpart");
        Refusal(say!("nothing corresponds to this in the other text; {adjust} chooses what does", adjust))
    })
}

/// The changes that tag a span of the other pane as an annotation tags its passage, or link it with what is tagged
/// so there; `n` tells it from others that are made in the same moment.
pub fn mirrored(
    session: &Session,
    was: Annotation,
    other: usize,
    span: Span,
    n: usize,
) -> Result<Vec<Change>, Refusal> {
    let twin = like(session, &Halves::of(session), &was, other, span).cloned();
    let mut there = match &twin {
        Some(twin) => twin.clone(),
        None => new_annotation(session, other, span, &was.code, n)?,
    };
    there.counterpart = Counterpart::Is(was.id);
    let here = Annotation { counterpart: Counterpart::Is(there.id), ..was.clone() };
    let replaced = Change::replace(Record::Annotation(was), Record::Annotation(here));
    let there = Change::of(twin.map(Record::Annotation), Some(Record::Annotation(there)));
    Ok(vec![there, replaced])
}

/// The coder's own annotation of the same code in a pane that has no counterpart yet and shares words with a span.
pub fn like<'a>(
    session: &'a Session,
    halves: &Halves,
    annotation: &Annotation,
    side: usize,
    span: Span,
) -> Option<&'a Annotation> {
    let there = session.panes[side & 1].layer.overlapping(span);
    let book = &session.shared.codebook;
    let is_like =
        |a: &&Annotation| a.coder == annotation.coder && book.is_one(&a.code, &annotation.code) && halves.is_free(a);
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

/// The other half of a linked pair of annotations, where it is open.
pub fn twin<'a>(session: &'a Session, annotation: &Annotation) -> Option<&'a Annotation> {
    let Counterpart::Is(id) = annotation.counterpart else { return None };
    session.panes.iter().find_map(|pane| pane.layer.get(id)).map(|placed| &placed.annotation)
}
