//! Two documents side by side: where the other pane looks, and what corresponds there to what is selected here.

use std::sync::Arc;

use crate::alignment::kinship::Kinship;
use crate::alignment::pair::PairAlignment;
use crate::app::aligning::{Asked, State, align_pair, paired, shown_pair, unaligned};
use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::grid::Grid;
use crate::app::pane::{Pane, Selection};
use crate::app::screen::{Areas, Panes};
use crate::app::session::{Mode, Session};
use crate::app::when;
use crate::model::document::{DocumentId, Pair};
use crate::say;
use crate::text::span::Span;

/// Side by side.
pub const GROUP: Group = Group {
    title: "Side by side",
    mode: "read",
    commands: &[
        Command::of("go-to-counterpart", "go to what says the same in the other pane", go_to_counterpart)
            .also("translation")
            .when(corresponding),
        Command::of("adjust-counterpart", "change what is the counterpart; then set it", adjust).when(paired),
        Command::of("align-pair", "align a pair that is too long to be aligned unasked", align_pair).when(unaligned),
        Command::of("toggle-rows", "let linked sentences start level with each other, or not", toggle_rows)
            .also("align, table, grid")
            .when(related),
        Command::of("toggle-following", "let the other pane follow, or stay where it is", toggle_following)
            .also("synchronise, scroll")
            .when(when::paired),
        Command::of("swap-panes", "exchange the left and the right pane", swap).when(when::paired),
        Command::of("stack-panes", "put the panes above each other, or beside", stack)
            .also("split, horizontal, vertical")
            .when(when::paired),
    ],
};

/// How a pair stands side by side.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// Whether linked sentences start level with each other.
    pub has_rows: bool,
    /// Whether the other pane stays where it is.
    pub stays: bool,
    /// The pane that was scrolled last by the wheel: the other follows it.
    pub scrolled: Option<usize>,
    /// What the coder said is the counterpart of a passage: both documents, and the bytes in each.
    pub pinned: Option<[(DocumentId, Span); 2]>,
    /// Whether something was made of that: then it is no longer what was done last.
    pub is_pin_used: bool,
    /// What the counterpart is being changed of.
    pub adjusting: Option<Adjusting>,
    /// The long pair that is to be aligned all the same.
    pub long: Option<Pair>,
    /// What was asked to be aligned.
    pub asked: Option<Asked>,
}

/// While the counterpart is being changed.
#[derive(Debug, Clone)]
pub struct Adjusting {
    /// What was selected, and in which document.
    pub from: (DocumentId, Selection),
    /// The document in which the counterpart is looked for.
    to: DocumentId,
}

/// Ends the change of the counterpart where something else was begun, or other documents are shown.
pub fn settle(session: &mut Session) {
    let Some(adjusting) = &session.now.0.beside.adjusting else { return };
    let is_there = session.pane().document == adjusting.to && other(session).document == adjusting.from.0;
    let is_tagging =
        matches!(&session.mode, Mode::Pick(picker) if matches!(picker.command, "tag" | "tag-both" | "recode"));
    let is_other_work = session.now.0.reshaping.is_some() || is_tagging || matches!(session.mode, Mode::CodeKey);
    if !is_there || is_other_work {
        session.work().beside.adjusting = None;
    }
}

/// The pane that has not the keys.
fn other(session: &Session) -> &Pane {
    &session.panes[1 - (session.focus & 1)]
}

/// The alignment, and which of its sides the pane with the keys shows.
pub fn here(session: &Session) -> Option<(&Arc<PairAlignment>, usize)> {
    let alignment = session.alignment.as_ref()?;
    Some((alignment, alignment.side_of(&session.pane().document)?))
}

/// What corresponds, in the other pane, to what is selected in the one with the keys.
pub fn counterpart(session: &Session) -> Option<Span> {
    pinned(session).or_else(|| {
        let (alignment, side) = here(session)?;
        alignment.counterpart(side, session.pane().probe())
    })
}

/// What the coder said corresponds to just what is selected.
pub fn pinned(session: &Session) -> Option<Span> {
    let [(from, of), (to, span)] = session.now.0.beside.pinned.as_ref()?;
    let is_here = session.pane().document == *from && session.pane().words() == *of;
    (is_here && other(session).document == *to).then_some(*span)
}

/// Forgets what the coder said corresponds to what is selected, where nothing was made of it yet; tells whether it did.
pub fn unpin(session: &mut Session) -> bool {
    let is_pinned = pinned(session).is_some() && !session.now.0.beside.is_pin_used;
    if is_pinned {
        session.work().beside.pinned = None;
    }
    is_pinned
}

/// What is marked in a pane that has not the keys: the counterpart of what is selected in the other, or, while that
/// is being changed, what it is the counterpart of.
pub fn marked(session: &Session, side: usize) -> Option<Span> {
    if side == session.focus {
        return None;
    }
    match &session.now.0.beside.adjusting {
        Some(adjusting) if adjusting.from.0 == session.panes[side].document => Some(adjusting.from.1.span()),
        _ => counterpart(session),
    }
}

/// What is known of the counterpart, in a word or two; `None` where the panes show no pair.
pub fn told(session: &Session) -> Option<String> {
    shown_pair(session)?;
    if session.panes.iter().any(|pane| pane.text.is_empty()) {
        return None;
    }
    if session.now.0.beside.adjusting.is_some() {
        return Some(say!("changing the counterpart").into());
    }
    let alignment = session.alignment.as_ref();
    let is_fixed = |(alignment, side): (&Arc<PairAlignment>, usize)| {
        let links = alignment.links.get(alignment.links_at(side, session.pane().probe()));
        links.is_some_and(|links| !links.is_empty() && links.iter().all(|link| link.is_fixed))
    };
    let is_said = here(session).is_some_and(is_fixed);
    if pinned(session).is_some() {
        return Some(say!("↔ as chosen, not linked").into());
    }
    let asked = session.now.0.beside.asked.as_ref().map(|asked| asked.state);
    // Also while what was aligned before is still shown.
    match asked {
        Some(State::Awaited(Some(percent))) => return Some(say!("aligning {percent} %", percent)),
        Some(State::Never) => {
            return Some(say!("not aligned; {key} aligns", key = session.keys.hint("read", "align-pair")));
        }
        _ => {}
    }
    Some(match (counterpart(session), confidence(session)) {
        (Some(_), Some(percent)) => say!("↔ {percent} % sure", percent),
        (Some(_), None) => say!("↔ by hand").into(),
        (None, _) if alignment.is_none() => match asked {
            Some(_) => say!("aligning").into(),
            None => say!("not aligned; {key} aligns", key = session.keys.hint("read", "align-pair")),
        },
        (None, _) if is_said => say!("no counterpart, by hand").into(),
        (None, _) => say!("no counterpart").into(),
    })
}

/// How the pane that has not the keys goes along, in a word.
pub fn manner(session: &Session) -> &'static str {
    let is_related = session.alignment.as_ref().is_some_and(|alignment| alignment.kinship != Kinship::Unrelated);
    match (is_related, session.panes[0].view.grid().is_some(), session.now.0.beside.stays) {
        (false, ..) => "",
        (_, true, _) => say!("level"),
        (_, _, true) => say!("stays"),
        (_, _, false) => say!("follows"),
    }
}

/// How sure the alignment is of the counterpart, in per cent; none where a person said it, or where there is none.
pub fn confidence(session: &Session) -> Option<u8> {
    let (alignment, side) = here(session)?;
    let links = alignment.links_at(side, session.pane().probe());
    let found = alignment.links.get(links)?.iter().filter(|link| !link.is_gap() && !link.is_fixed);
    found.map(|link| link.confidence).min()
}

fn related(session: &Session) -> Result<(), Refusal> {
    paired(session)?;
    match &session.alignment {
        None => Err(say!("the pair is still being aligned; a moment").into()),
        Some(alignment) if alignment.kinship == Kinship::Unrelated => {
            Err(say!("nothing in these two texts corresponds; link by hand what does").into())
        }
        Some(_) => Ok(()),
    }
}

fn corresponding(session: &Session) -> Result<(), Refusal> {
    paired(session)?;
    if session.alignment.is_none() && pinned(session).is_none() {
        return Err(say!("the pair is still being aligned; a moment").into());
    }
    if counterpart(session).is_some() {
        Ok(())
    } else {
        Err(say!("nothing in the other text corresponds to this").into())
    }
}

fn go_to_counterpart(session: &mut Session, _: &Args) -> Outcome {
    let span = counterpart(session).ok_or(say!("nothing in the other text corresponds to this"))?;
    session.leave_mark();
    session.work().reshaping = None;
    session.focus = 1 - (session.focus & 1);
    let pane = session.pane_mut();
    pane.selection.put(span);
    (pane.selection.is_extending, pane.current) = (false, None);
    DONE
}

fn adjust(session: &mut Session, _: &Args) -> Outcome {
    let from = (session.pane().document.clone(), session.pane().selection);
    let span = counterpart(session);
    let place =
        self::here(session).map(|(alignment, side)| alignment.place(side, session.pane().selection.span().start));
    session.work().reshaping = None;
    let to = other(session).document.clone();
    session.work().beside.adjusting = Some(Adjusting { from, to });
    session.focus = 1 - (session.focus & 1);
    let pane = session.pane_mut();
    match (span, place) {
        (Some(span), _) => {
            pane.selection.put(span);
            pane.selection.loosen();
        }
        (None, Some(place)) => pane.select_at(place.min(pane.text.len().saturating_sub(1))),
        (None, None) => {}
    }
    pane.selection.is_extending = false;
    DONE
}

/// Sets what is selected as the counterpart, and goes back; `None` where nothing is being set.
pub fn set_counterpart(session: &mut Session) -> Option<Outcome> {
    let to = (session.pane().document.clone(), session.pane().words());
    if !drop_adjusting(session) {
        return None;
    }
    if to.1.is_empty() {
        return Some(Err(say!("there is no text to set as the counterpart").into()));
    }
    let of = (session.pane().document.clone(), session.pane().words());
    let beside = &mut session.work().beside;
    (beside.pinned, beside.is_pin_used) = (Some([of, to]), false);
    let (both, link) = (session.keys.hint("read", "tag-both"), session.keys.hint("read", "link-sentences"));
    session.tell(say!("this is the counterpart now: {both} tags both, {link} links their sentences", both, link));
    Some(DONE)
}

/// Drops the change of the counterpart and goes back; tells whether one was going on.
pub fn drop_adjusting(session: &mut Session) -> bool {
    let Some(Adjusting { from, .. }) = session.work().beside.adjusting.take() else { return false };
    session.pane_mut().selection.is_extending = false;
    session.focus = 1 - (session.focus & 1);
    session.pane_mut().selection = from.1;
    true
}

fn toggle_rows(session: &mut Session, _: &Args) -> Outcome {
    let beside = &mut session.work().beside;
    beside.has_rows = !beside.has_rows;
    let has_rows = beside.has_rows;
    let is_level = session.areas().bodies.iter().all(|body| body.width > 0) && !session.screen.is_stacked();
    session.tell(match (has_rows, is_level) {
        (true, true) => say!("rows: linked sentences start level with each other"),
        (true, false) => say!("rows show in a window of 100 columns and more, panes beside each other"),
        (false, _) => say!("each text flows by itself"),
    });
    DONE
}

fn toggle_following(session: &mut Session, _: &Args) -> Outcome {
    let beside = &mut session.work().beside;
    beside.stays = !beside.stays;
    let stays = beside.stays;
    session.tell(if stays { say!("the other pane stays where it is") } else { say!("the other pane follows") });
    DONE
}

fn swap(session: &mut Session, _: &Args) -> Outcome {
    session.work().reshaping = None;
    session.panes.swap(0, 1);
    session.focus = 1 - (session.focus & 1);
    session.screen.left_percent = 100 - session.screen.left_percent;
    DONE
}

fn stack(session: &mut Session, _: &Args) -> Outcome {
    session.screen.panes = if session.screen.is_stacked() { Panes::Beside } else { Panes::Stacked };
    DONE
}

/// The pane that the other follows: the one that was scrolled by the wheel, else the one with the keys.
pub fn leader(session: &Session) -> usize {
    session.now.0.beside.scrolled.unwrap_or(session.focus) & 1
}

/// Lays both panes out level where that is wanted and possible.
pub fn lay(session: &mut Session, areas: &Areas) {
    let is_level =
        session.now.0.beside.has_rows && areas.bodies.iter().all(|body| body.width > 0) && !session.screen.is_stacked();
    let sides = session.alignment.clone().filter(|alignment| is_level && alignment.kinship != Kinship::Unrelated);
    let sides = sides.and_then(|alignment| {
        let side = alignment.side_of(&session.panes[0].document)?;
        (alignment.side_of(&session.panes[1].document) == Some(1 - side)).then_some((alignment, side))
    });
    let Some((alignment, first)) = sides else {
        for pane in session.panes.iter_mut().filter(|pane| pane.view.grid().is_some()) {
            let text = pane.text.clone();
            pane.view.lay(&text, None);
        }
        return;
    };
    let mut columns = [0, 0];
    for (pane, body) in areas.bodies.iter().enumerate() {
        columns[if pane == 0 { first } else { 1 - first }] = usize::from(session.screen.text_columns(*body));
    }
    let side_of = |pane: usize| if pane == 0 { first } else { 1 - first };
    let is_laid = (0..2)
        .all(|pane| session.panes[pane].view.grid().is_some_and(|grid| grid.is_of(&alignment, side_of(pane), columns)));
    if is_laid {
        return;
    }
    let grids = Grid::both(&alignment, columns);
    for (i, pane) in session.panes.iter_mut().enumerate() {
        let text = pane.text.clone();
        pane.view.lay(&text, Some(grids[side_of(i)].clone()));
    }
}

/// Lets the pane that does not lead look at what corresponds to what the leading one shows.
pub fn follow(session: &mut Session) {
    let leader = leader(session);
    let led = &session.panes[leader];
    if let Some(grid) = led.view.grid() {
        session.panes[1 - leader].view.top = grid.across(led.view.top);
        return;
    }
    let Some(alignment) = session.alignment.clone() else { return };
    let (stays, side) = (session.now.0.beside.stays, alignment.side_of(&led.document));
    let Some(side) = side.filter(|_| !stays && alignment.kinship != Kinship::Unrelated) else { return };
    // The cursor's segment where it is in sight, else what stands in the upper third.
    let rows = &led.view.rows;
    let row_of = |offset: usize| rows.iter().position(|row| row.span().contains(offset));
    let cursor = led.selection.head.start;
    let at = if row_of(cursor).is_some() { Some(cursor) } else { rows.get(rows.len() / 3).map(|row| row.span().start) };
    let Some(at) = at else { return };
    let link = alignment.links_at(side, Span::new(at, at + 1)).next();
    let start = link.map_or(at, |link| alignment.span(link, side).start);
    let row = row_of(start).unwrap_or(0);
    let target = alignment.place(side, at);
    let other = &mut session.panes[1 - leader];
    let text = other.text.clone();
    if !text.is_empty() {
        other.view.level(&text, target.min(text.len() - 1), row);
    }
}
