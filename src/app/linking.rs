//! Correcting the alignment by hand: what a coder says of it stays when it is computed again.

use std::ops::Range;

use crate::alignment::pair::{PairAlignment, Said};
use crate::app::aligning;
use crate::app::beside;
use crate::app::command::{Args, Command, Group, Outcome, Refusal};
use crate::app::effect::Effect;
use crate::app::session::Session;
use crate::app::when;
use crate::model::change::{Change, Record};
use crate::model::link::FixedLink;
use crate::model::time::Time;
use crate::say;
use crate::text::anchor::{self, Quote};
use crate::text::span::{CodePoints, Span};

/// Linking.
pub const GROUP: Group = Group {
    title: "Linking sentences",
    mode: "read",
    commands: &[
        Command::of("link-sentences", "link the selected sentences with their counterpart, for good", link)
            .also("align")
            .when(linkable),
        Command::of("unlink-sentences", "say that the selected sentences have no counterpart", unlink).when(linked),
        Command::of("merge-links", "link the next sentences too with these", merge).when(linked),
        Command::of("split-link", "split the link behind the selected sentence", split).when(linked),
        Command::of("forget-link", "forget what was said by hand of this link", forget).when(fixed),
    ],
};

fn linkable(session: &Session) -> Result<(), Refusal> {
    when::writable(session)?;
    when::open(session)?;
    let Some((alignment, _)) = beside::here(session) else {
        return Err(say!("the pair is not aligned yet").into());
    };
    // A correction is made on what the last one made.
    if aligning::shown_pair(session).is_none_or(|pair| !alignment.is_of(session.shared.links_of(pair))) {
        if aligning::is_given_up(session) {
            return Err(say!("not aligned; {key} aligns", key = session.keys.hint("read", "align-pair")).into());
        }
        return Err(say!("the pair is being aligned anew; a moment").into());
    }
    if session.panes.iter().any(|pane| pane.offsets.is_none()) {
        return Err(say!("the document is still being measured; a moment").into());
    }
    Ok(())
}

fn linked(session: &Session) -> Result<(), Refusal> {
    linkable(session)?;
    if links_here(session).is_empty() { Err(say!("there is no sentence here").into()) } else { Ok(()) }
}

fn fixed(session: &Session) -> Result<(), Refusal> {
    linkable(session)?;
    let is_fixed = beside::here(session).is_some_and(|(alignment, _)| {
        alignment.links.get(links_here(session)).is_some_and(|l| l.iter().any(|l| l.is_fixed))
    });
    if is_fixed { Ok(()) } else { Err(say!("nothing was said by hand of this link").into()) }
}

fn links_here(session: &Session) -> Range<usize> {
    beside::here(session).map_or(0..0, |(alignment, side)| alignment.links_at(side, session.pane().probe()))
}

/// Sentences of the alignment's left and right side that belong together.
type Sides = [Range<usize>; 2];

/// The event that makes these the fixed links there: others that share a sentence with them go.
fn fix(session: &Session, alignment: &PairAlignment, all: &[Sides]) -> Outcome {
    let range = |side: usize, sentences: &Range<usize>| -> Option<(CodePoints, Quote)> {
        let half = &alignment.halves[side];
        let pane = session.panes.iter().find(|pane| pane.document == half.document)?;
        let span = half.span(sentences);
        Some((pane.offsets.as_ref()?.code_points(&pane.text, span), anchor::quote(&pane.text, span)))
    };
    let mut new = Vec::new();
    for sides in all.iter().filter(|sides| !(sides[0].is_empty() && sides[1].is_empty())) {
        let ranges = range(0, &sides[0]).zip(range(1, &sides[1]));
        let ((left_range, left_quote), (right_range, right_quote)) =
            ranges.ok_or(say!("the document is still being measured; a moment"))?;
        new.push(FixedLink {
            left: alignment.halves[0].document.clone(),
            right: alignment.halves[1].document.clone(),
            left_range,
            right_range,
            left_quote,
            right_quote,
            coder: session.about.coder.clone(),
            time: session.now.1.now,
        });
    }
    let mut changes = outdated(alignment, all);
    // What was said before in the same words is said anew: the store takes both for one change.
    changes.extend(new.into_iter().map(|link| Change::put(Record::Link(link))));
    Ok(vec![Effect::Keep(changes)])
}

/// The removal of what was fixed before and shares a sentence with what is fixed now.
fn outdated(alignment: &PairAlignment, new: &[Sides]) -> Vec<Change> {
    // Two gaps may stand at one place: neighbouring sentences of which neither has a counterpart.
    let shares = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
    let is_old = |known: &&Said| {
        let Some((left, right)) = &known.place else { return false };
        new.iter().any(|sides| {
            shares(&sides[0], left) || shares(&sides[1], right) || (sides[0] == *left && sides[1] == *right)
        })
    };
    let old = alignment.said.iter().filter(is_old);
    old.map(|said| Change::remove(Record::Link(said.link.clone()))).collect()
}

/// Who said a link, and when.
fn stroke(change: &Change) -> Option<(String, Time)> {
    match &change.was {
        Some(Record::Link(link)) => Some((link.coder.clone(), link.time)),
        _ => None,
    }
}

fn ordered(side: usize, own: Range<usize>, other: Range<usize>) -> Sides {
    if side == 0 { [own, other] } else { [other, own] }
}

fn link(session: &mut Session, _: &Args) -> Outcome {
    let (alignment, side) = beside::here(session).ok_or(say!("the pair is not aligned yet"))?;
    let to = beside::counterpart(session).ok_or_else(|| {
        let adjust = session.keys.hint("read", "adjust-counterpart");
        say!("nothing corresponds yet; {adjust} chooses what does", adjust)
    })?;
    let own = alignment.halves[side].touched(session.pane().probe());
    let other = alignment.halves[1 - side].touched(to);
    if own.is_empty() || other.is_empty() {
        return Err(say!("there is no sentence here").into());
    }
    let outcome = fix(session, alignment, &[ordered(side, own, other)]);
    session.work().beside.pinned = None;
    outcome
}

/// Both sides' sentences of some links that follow each other.
fn sides(alignment: &PairAlignment, links: &Range<usize>) -> Sides {
    [0, 1].map(|side| {
        let all = links.clone().map(|link| alignment.sentences(link, side));
        let start = all.clone().map(|r| r.start).min().unwrap_or(0);
        start..all.map(|r| r.end).max().unwrap_or(start)
    })
}

fn unlink(session: &mut Session, _: &Args) -> Outcome {
    let (alignment, side) = beside::here(session).ok_or(say!("the pair is not aligned yet"))?;
    let all = sides(alignment, &links_here(session));
    let (own, other) = (all[side].clone(), all[1 - side].clone());
    let selected = alignment.halves[side].touched(session.pane().probe());
    let (head, tail) = (own.start..selected.start.max(own.start), selected.end.min(own.end)..own.end);
    let parts = match (head.is_empty(), tail.is_empty()) {
        // What of the link is not selected stays linked, but for what stands on both sides of the selection.
        (false, true) => {
            vec![ordered(side, head.clone(), other.clone()), ordered(side, head.end..own.end, other.end..other.end)]
        }
        (true, false) => {
            vec![ordered(side, own.start..tail.start, other.start..other.start), ordered(side, tail, other)]
        }
        _ => vec![ordered(side, own.clone(), other.start..other.start), ordered(side, own.end..own.end, other)],
    };
    let outcome = fix(session, alignment, &parts);
    session.work().beside.pinned = None;
    outcome
}

fn merge(session: &mut Session, _: &Args) -> Outcome {
    let (alignment, side) = beside::here(session).ok_or(say!("the pair is not aligned yet"))?;
    let links = links_here(session);
    // Up to the next link that has something on this side.
    let next = (links.end..alignment.links.len()).find(|link| !alignment.sentences(*link, side).is_empty());
    let end = next.ok_or(say!("these are the last sentences"))? + 1;
    fix(session, alignment, &[sides(alignment, &(links.start..end))])
}

fn split(session: &mut Session, _: &Args) -> Outcome {
    let (alignment, side) = beside::here(session).ok_or(say!("the pair is not aligned yet"))?;
    let links = links_here(session);
    let all = sides(alignment, &(links.start..(links.start + 1).max(links.end)));
    let (own, other) = (all[side].clone(), all[1 - side].clone());
    let head = session.pane().selection.head;
    let at = alignment.halves[side].touched(Span::new(head.start, head.end.max(head.start + 1))).end;
    if at <= own.start || at >= own.end {
        return Err(say!("there is nothing to split behind this sentence").into());
    }
    let cut = cut(alignment, side, &own, &other, at);
    fix(
        session,
        alignment,
        &[ordered(side, own.start..at, other.start..cut), ordered(side, at..own.end, cut..other.end)],
    )
}

/// Where the other side is cut when this one is cut before sentence `at`: where the shares of the bytes agree best.
fn cut(alignment: &PairAlignment, side: usize, own: &Range<usize>, other: &Range<usize>, at: usize) -> usize {
    let share = |side: usize, whole: &Range<usize>, at: usize| {
        let len = |range: Range<usize>| alignment.halves[side].span(&range).len() as f64;
        len(whole.start..at) / len(whole.clone()).max(1.0)
    };
    let wanted = share(side, own, at);
    // Neither part stays empty where there are sentences enough.
    let least = if other.len() > 1 { other.start + 1 } else { other.end };
    let most = if other.len() > 1 { other.end - 1 } else { other.end };
    let distance = |cut: &usize| (share(1 - side, other, *cut) - wanted).abs();
    (least..=most).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(other.end)
}

fn forget(session: &mut Session, _: &Args) -> Outcome {
    let (alignment, _) = beside::here(session).ok_or(say!("the pair is not aligned yet"))?;
    let links: Vec<Sides> =
        links_here(session).map(|link| [0, 1].map(|side| alignment.sentences(link, side))).collect();
    // What was said in the same stroke goes with it: of an unlinked pair of sentences both halves.
    let strokes: Vec<(String, Time)> = outdated(alignment, &links).iter().filter_map(stroke).collect();
    let all = alignment.said.iter().map(|said| Change::remove(Record::Link(said.link.clone())));
    let changes: Vec<Change> =
        all.filter(|change| stroke(change).is_some_and(|stroke| strokes.contains(&stroke))).collect();
    if changes.is_empty() {
        return Err(
            say!("this link stands in the project's alignment folder; it can be corrected, not forgotten").into()
        );
    }
    Ok(vec![Effect::Keep(changes)])
}
