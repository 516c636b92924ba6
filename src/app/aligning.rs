//! Asking for the alignment of the pair that is shown, and taking the answer, which may come late or never.

use std::sync::Arc;

use crate::alignment::kinship::Kinship;
use crate::alignment::pair::PairAlignment;
use crate::app::command::{Args, DONE, Outcome, Refusal};
use crate::app::effect::Effect;
use crate::app::pane::Pane;
use crate::app::session::Session;
use crate::app::when;
use crate::model::document::Pair;
use crate::model::link::FixedLink;
use crate::{count, say};

/// Longer texts are aligned only when somebody asks: it takes many seconds, and memory.
pub const MAX_UNASKED_BYTES: usize = 8 << 20;

/// An alignment that was asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pair: Pair,
    fixed: Vec<FixedLink>,
    /// What became of it.
    pub state: State,
}

/// What became of an alignment that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is being computed, and is so many per cent done where that takes long.
    Awaited(Option<u8>),
    /// It is there.
    Here,
    /// It was stopped, or failed.
    Never,
}

/// The pair that the two panes show, if they show one.
pub fn shown_pair(session: &Session) -> Option<&Pair> {
    let [left, right] = &session.panes;
    session.shared.pairs.iter().find(|pair| pair.other(&left.document) == Some(&right.document))
}

/// Asks for the alignment of the pair that is shown, where it is not asked for yet or something new was said of it.
pub fn wanted(session: &mut Session) -> Option<Effect> {
    if !session.about.is_ready || session.panes.iter().any(|pane| pane.text.is_empty()) {
        session.work().beside.asked = None;
        return None;
    }
    let pair = shown_pair(session).cloned();
    if let Some(known) = &session.alignment
        && pair
            .as_ref()
            .is_none_or(|pair| known.side_of(&pair.left) != Some(0) || known.side_of(&pair.right) != Some(1))
    {
        session.alignment = None;
    }
    if session.now.0.beside.asked.as_ref().is_some_and(|asked| Some(&asked.pair) != pair.as_ref()) {
        session.work().beside.asked = None;
    }
    let pair = pair?;
    let is_long = session.panes.iter().any(|pane| pane.text.len() > MAX_UNASKED_BYTES);
    if is_long && session.now.0.beside.long.as_ref() != Some(&pair) {
        return None;
    }
    let asked = session.now.0.beside.asked.as_ref();
    if asked.is_some_and(|asked| asked.fixed.iter().eq(session.shared.links_of(&pair))) {
        return None;
    }
    let fixed: Vec<FixedLink> = session.shared.links_of(&pair).cloned().collect();
    session.work().beside.asked = Some(Asked { pair: pair.clone(), fixed: fixed.clone(), state: State::Awaited(None) });
    Some(Effect::Align(pair, fixed))
}

/// Takes the alignment of a pair, if it is still the one that was asked for last.
pub fn aligned(session: &mut Session, pair: &Pair, found: Result<Arc<PairAlignment>, String>) {
    let is_of = |alignment: &Arc<PairAlignment>, pane: &Pane| {
        let half = alignment.halves.iter().find(|half| half.document == pane.document);
        half.is_some_and(|half| half.text.len() == pane.text.len())
    };
    let is_same = found.as_ref().is_ok_and(|alignment| session.panes.iter().all(|pane| is_of(alignment, pane)));
    let Some(asked) = session.work().beside.asked.as_mut().filter(|asked| asked.pair == *pair) else { return };
    let alignment = match found {
        Ok(alignment) if alignment.is_of(asked.fixed.iter()) => alignment,
        Ok(_) => return,
        Err(why) => {
            asked.state = State::Never;
            return session.warn(why);
        }
    };
    asked.state = if is_same { State::Here } else { State::Never };
    if !is_same {
        return session.warn(say!("a text of this pair was changed by another program; start again to see it"));
    }
    if alignment.kinship == Kinship::Unrelated && session.alignment.is_none() {
        session.tell(say!("nothing in these two texts corresponds; link by hand what does"));
    }
    if alignment.n_lost() > 0 && session.alignment.is_none() {
        session.warn(count!(
            alignment.n_lost(),
            "{n} link by hand is left out: its words are no longer in the texts",
            "{n} links by hand are left out: their words are no longer in the texts"
        ));
    }
    session.alignment = Some(alignment);
}

/// Notes how far the aligning of a pair is, in per cent.
pub fn aligning(session: &mut Session, pair: &Pair, percent: u8) {
    // One that was stopped may have sent word before it knew.
    let is_it = |asked: &&mut Asked| asked.pair == *pair && matches!(asked.state, State::Awaited(_));
    if let Some(asked) = session.work().beside.asked.as_mut().filter(is_it) {
        asked.state = State::Awaited(Some(percent));
    }
}

/// Whether the last aligning was stopped, or failed.
pub fn is_given_up(session: &Session) -> bool {
    session.now.0.beside.asked.as_ref().is_some_and(|asked| asked.state == State::Never)
}

/// Ends an aligning that takes long; tells whether there was one.
pub fn stop_aligning(session: &mut Session) -> bool {
    let is_slow = |asked: &&mut Asked| matches!(asked.state, State::Awaited(Some(_)));
    let Some(asked) = session.work().beside.asked.as_mut().filter(is_slow) else { return false };
    asked.state = State::Never;
    session.tell(say!("aligning was stopped"));
    true
}

/// The panes show a pair.
pub fn paired(session: &Session) -> Result<(), Refusal> {
    when::open(session)?;
    if shown_pair(session).is_some() {
        Ok(())
    } else {
        Err(say!("these two documents are no pair; `tanba pair A B` makes them one").into())
    }
}

/// The pair that is shown is not aligned, or not anew.
pub fn unaligned(session: &Session) -> Result<(), Refusal> {
    paired(session)?;
    if session.alignment.is_some() && !is_given_up(session) {
        return Err(say!("the pair is aligned already").into());
    }
    Ok(())
}

/// Aligns the pair that is shown, however long it is.
pub fn align_pair(session: &mut Session, _: &Args) -> Outcome {
    let pair = shown_pair(session).cloned();
    let beside = &mut session.work().beside;
    (beside.long, beside.asked) = (pair, None);
    DONE
}
