//! An event in words: what was done, taken back, or done again.

use std::collections::BTreeSet;

use crate::model::annotation::{Annotation, Counterpart};
use crate::model::assignment::Assignment;
use crate::model::change::{Change, Record, inverse_of};
use crate::model::code::{Code, CodeId, Standing};
use crate::model::codebook::Codebook;
use crate::model::event::{Deed, Event};
use crate::model::link::FixedLink;
use crate::model::settlement::Ruling;
use crate::model::shared::Shared;
use crate::model::verdict::Judgement;
use crate::text::width::printable;
use crate::{count, say};

/// What the coder is told of an own event, on one line that is safe to print. Undo and redo are told as what they take
/// back or bring again.
pub fn told(book: &Codebook, event: &Event) -> String {
    let changes = match event.deed {
        Deed::Plain | Deed::Redo(_) => event.changes.clone(),
        Deed::Undo(_) => inverse_of(&event.changes),
    };
    // A new code comes with the annotation that it was made for; the annotation is what was done.
    let is_annotation = |c: &&Change| matches!(c.subject(), Some(Record::Annotation(_)));
    let annotations: Vec<&Change> = changes.iter().filter(is_annotation).collect();
    // A code that this event makes or takes away is not in the codebook, or not yet.
    let codes = changes.iter().filter_map(|change| match change.subject() {
        Some(Record::Code(code)) => Some(code),
        _ => None,
    });
    let codes: Vec<&Code> = codes.collect();
    let name = |id: &CodeId| {
        codes.iter().find(|code| code.id == *id).map_or_else(|| book.called(id), |code| code.called()).to_owned()
    };
    let text = match annotations.as_slice() {
        _ if settled(&changes).is_some() => settled(&changes).unwrap_or_default(),
        [] if verdicts(&changes) > 1 => count!(verdicts(&changes), "{n} verdict given", "{n} verdicts given"),
        [] => {
            let known = split(&changes).or_else(|| links(&changes)).or_else(|| assigned(&changes));
            known.or_else(|| changes.first().map(other)).unwrap_or_default()
        }
        [change] => annotation(change, &name),
        all => several(all, &name),
    };
    printable(&match event.deed {
        Deed::Plain => text,
        Deed::Undo(_) => say!("undone: {text}", text),
        Deed::Redo(_) => say!("done again: {text}", text),
    })
}

/// What was done to several annotations: what is new or gone is told before what changed because of it.
fn several(all: &[&Change], name: &dyn Fn(&CodeId) -> String) -> String {
    let mut codes: Vec<String> = all.iter().filter_map(|c| code_of(c)).map(|id| name(&id)).collect();
    codes.dedup();
    let n_new = all.iter().filter(|c| c.was.is_none()).count();
    let n_gone = all.iter().filter(|c| c.now.is_none()).count();
    let n_linked = all.iter().filter(|c| matches!(&c.now, Some(Record::Annotation(now)) if is_linked(now))).count();
    let is_reread = |c: &&&Change| match (&c.was, &c.now) {
        (Some(Record::Annotation(was)), Some(Record::Annotation(now))) => {
            was.reread != now.reread || (was.doubt.is_some() && now.doubt.is_none() && was.passage == now.passage)
        }
        _ => false,
    };
    if all.iter().filter(is_reread).count() == all.len() {
        return count!(all.len(), "{n} passage still stands", "{n} passages still stand");
    }
    let told = if codes.len() <= 4 { codes.join(", ") } else { count!(codes.len(), "{n} code", "{n} codes") };
    match (all.len(), n_new, n_gone) {
        (n, made, 0) if made > 0 && n_linked == n => say!("tagged both sides: {code}", code = told),
        (n, 0, 0) if n_linked == n && all.iter().any(|c| was_open(c)) => say!("linked both sides: {code}", code = told),
        (n, made, 0) if made == n && codes.len() > 1 && n <= 4 => say!("tagged {code}", code = told),
        (n, made, 0) if made == n && codes.len() > 1 => count!(n, "{n} annotation made", "{n} annotations made"),
        (n, made, 0) if made == n => count!(n, "{n} passage tagged {code}", "{n} passages tagged {code}", code = told),
        (n, 0, gone) if gone == n => count!(n, "{n} annotation deleted", "{n} annotations deleted"),
        (2, 0, 0) if n_linked == 2 => {
            let first = all.first().map(|first| annotation(first, name)).unwrap_or_default();
            say!("{first}, its counterpart too", first)
        }
        (_, 0, 1) => say!("deleted {code}; its counterpart stays", code = told),
        _ => {
            let rest = all.len().saturating_sub(1);
            let first = all.first().map(|first| annotation(first, name)).unwrap_or_default();
            count!(rest, "{first} and {n} other", "{first} and {n} others", first)
        }
    }
}

fn is_linked(annotation: &Annotation) -> bool {
    matches!(annotation.counterpart, Counterpart::Is(_))
}

fn was_open(change: &Change) -> bool {
    matches!(&change.was, Some(Record::Annotation(was)) if !is_linked(was))
}

/// Whether an event changes its coder's own annotations in a document that they finished.
pub fn is_in_finished(shared: &Shared, event: &Event) -> bool {
    event.changes.iter().any(|change| match change.subject() {
        Some(Record::Annotation(one)) => {
            one.coder == event.coder() && shared.is_done(&one.passage.document, &one.coder)
        }
        _ => false,
    })
}

/// What was settled or opened again, if that is what was done.
fn settled(changes: &[Change]) -> Option<String> {
    let of = |record: &Option<Record>| match record {
        Some(Record::Settlement(settlement)) => Some(settlement.clone()),
        _ => None,
    };
    let now: Vec<_> = changes.iter().filter_map(|change| of(&change.now)).collect();
    let was = changes.iter().filter_map(|change| of(&change.was)).count();
    Some(match (now.as_slice(), was) {
        ([], 0) => return None,
        ([], n) => count!(n, "{n} place is open again", "{n} places are open again"),
        ([one], _) => match &one.ruling {
            Ruling::Take(coder) => say!("settled: what {coder} says", coder),
            Ruling::All => say!("settled: what all say").into(),
            Ruling::Most => say!("settled: what most say").into(),
            Ruling::Other => say!("settled: something else").into(),
            Ruling::Nothing => say!("settled: nothing is tagged here").into(),
        },
        (all, _) => count!(all.len(), "{n} place settled", "{n} places settled"),
    })
}

/// How many verdicts were given.
fn verdicts(changes: &[Change]) -> usize {
    changes.iter().filter(|change| matches!(&change.now, Some(Record::Verdict(_)))).count()
}

/// What was done in review, if that is what was done.
fn reviewed(change: &Change) -> Option<String> {
    Some(match (change.subject()?, change.now.is_some()) {
        (Record::Verdict(verdict), true) => {
            let coder = &verdict.of;
            match verdict.judgement {
                Judgement::Accept => say!("accepted, what {coder} says", coder),
                Judgement::Reject { .. } => say!("rejected, what {coder} says; they will see why", coder),
                Judgement::Propose { .. } => say!("proposed to {coder}", coder),
            }
        }
        (Record::Verdict(verdict), false) => say!("no verdict any more on what {coder} says", coder = verdict.of),
        (Record::Comment(comment), true) => say!("said to {coder}", coder = comment.of),
        (Record::Comment(_), false) => say!("no longer said").into(),
        (Record::Resolution(_), true) => say!("settled what was said of it").into(),
        (Record::Resolution(_), false) => say!("what was said of it is open again").into(),
        (Record::Rule(_), _) => say!("the team's rules changed").into(),
        _ => return None,
    })
}

/// The code that was split, if that is what was done.
fn split(changes: &[Change]) -> Option<String> {
    let is_folder = |change: &&Change| match (&change.was, &change.now) {
        (Some(Record::Code(was)), Some(Record::Code(now))) => {
            was.standing != now.standing && now.standing == Standing::Folder
        }
        _ => false,
    };
    let folder = changes.iter().find(is_folder).filter(|_| changes.len() > 1)?;
    match &folder.now {
        Some(Record::Code(code)) => Some(say!("{code} is split; what has it is to be sorted", code = code.called())),
        _ => None,
    }
}

/// What was done to the links of a pair, if that is what was done.
fn links(changes: &[Change]) -> Option<String> {
    let said = |record: &Option<Record>| match record {
        Some(Record::Link(link)) => Some(link.clone()),
        _ => None,
    };
    let now: Vec<FixedLink> = changes.iter().filter_map(|change| said(&change.now)).collect();
    let was: Vec<FixedLink> = changes.iter().filter_map(|change| said(&change.was)).collect();
    let is_gap = |link: &FixedLink| {
        link.left_range.start == link.left_range.end || link.right_range.start == link.right_range.end
    };
    let n_full = now.iter().filter(|link| !is_gap(link)).count();
    Some(match (now.len(), was.len()) {
        (0, 0) => return None,
        (0, _) => say!("what was said by hand of these sentences is forgotten").into(),
        (n, _) if n_full < n => say!("sentences unlinked").into(),
        (2.., _) => say!("link split").into(),
        _ => say!("sentences linked").into(),
    })
}

/// What was given to coders or taken from them, if that is what was done.
fn assigned(changes: &[Change]) -> Option<String> {
    let of = |record: &Option<Record>| match record {
        Some(Record::Assignment(one)) => Some(one.clone()),
        _ => None,
    };
    let given: Vec<Assignment> = changes.iter().filter_map(|change| of(&change.now)).collect();
    let taken: Vec<Assignment> = changes.iter().filter_map(|change| of(&change.was)).collect();
    let all = if given.is_empty() { &taken } else { &given };
    let coders: BTreeSet<&str> = all.iter().map(|one| one.coder.as_str()).collect();
    let n = all.iter().map(|one| &one.document).collect::<BTreeSet<_>>().len();
    let coder = coders.iter().copied().collect::<Vec<_>>().join(", ");
    Some(match (all.as_slice(), given.is_empty()) {
        ([], _) => return None,
        ([one], true) => say!("{document} is taken from {coder}", document = one.document, coder),
        ([one], false) => say!("{document} is given to {coder}", document = one.document, coder),
        (_, true) => count!(n, "{n} document is taken from {coder}", "{n} documents are taken from {coder}", coder),
        (_, false) => count!(n, "{n} document is given to {coder}", "{n} documents are given to {coder}", coder),
    })
}

fn code_of(change: &Change) -> Option<CodeId> {
    match change.subject() {
        Some(Record::Annotation(annotation)) => Some(annotation.code.clone()),
        _ => None,
    }
}

/// What was done to an annotation.
fn annotation(change: &Change, name: &dyn Fn(&CodeId) -> String) -> String {
    match (&change.was, &change.now) {
        (None, Some(Record::Annotation(now))) => say!("tagged {code}", code = name(&now.code)),
        (Some(Record::Annotation(was)), None) if was.memo.is_empty() => say!("deleted {code}", code = name(&was.code)),
        (Some(Record::Annotation(was)), None) => say!("deleted {code} with its memo", code = name(&was.code)),
        (Some(Record::Annotation(was)), Some(Record::Annotation(now))) => {
            if was.code != now.code {
                say!("code changed from {was} to {now}", was = name(&was.code), now = name(&now.code))
            } else if was.passage != now.passage {
                say!("boundaries of {code} changed", code = name(&now.code))
            } else if was.counterpart != now.counterpart {
                match now.counterpart {
                    Counterpart::Nothing => say!("said to have no counterpart").into(),
                    Counterpart::Is(_) => say!("linked with its counterpart").into(),
                    Counterpart::Open => say!("the counterpart is open again").into(),
                }
            } else if was.reread != now.reread || was.doubt != now.doubt {
                say!("{code} still stands", code = name(&now.code))
            } else if was.memo.is_empty() {
                say!("memo kept").into()
            } else {
                say!("memo changed").into()
            }
        }
        _ => other(change),
    }
}

/// Everything that is no annotation.
fn other(change: &Change) -> String {
    if let Some(text) = reviewed(change) {
        return text;
    }
    let what = match change.subject() {
        Some(Record::Code(code)) => say!("code {name}", name = code.called()),
        Some(Record::Document(document)) => say!("document {id}", id = document.id),
        Some(Record::Pair(pair)) => say!("pair {left} ↔ {right}", left = pair.left, right = pair.right),
        Some(Record::Memo(_)) => say!("memo").to_owned(),
        Some(Record::Attribute(attribute)) => say!("attribute {name}", name = attribute.name),
        Some(Record::Dismissal(_)) if change.now.is_some() => return say!("suggestion dismissed").into(),
        Some(Record::Dismissal(_)) => return say!("the suggestion may come again").into(),
        Some(Record::Done(done)) if change.now.is_none() || !done.holds() => {
            return say!("{document} is open again", document = done.document);
        }
        Some(Record::Done(done)) => return say!("{document} is done", document = done.document),
        _ => return say!("nothing").into(),
    };
    match (&change.was, &change.now) {
        (None, _) => say!("{what} added", what),
        (_, None) => say!("{what} removed", what),
        _ => say!("{what} changed", what),
    }
}
