//! An event in words: what was done, taken back, or done again.

use crate::model::change::{Change, Record, inverse_of};
use crate::model::code::{Code, CodeId};
use crate::model::codebook::Codebook;
use crate::model::event::{Deed, Event};
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
        codes.iter().find(|code| code.id == *id).map_or_else(|| book.name(id), |code| code.name()).to_owned()
    };
    let text = match annotations.as_slice() {
        [] => changes.first().map_or_else(String::new, other),
        [change] => annotation(change, &name),
        [_, ..] if annotations.iter().all(|c| c.was.is_none()) && annotations.len() <= 4 => {
            let names: Vec<String> = annotations.iter().filter_map(|c| code_of(c)).map(|id| name(&id)).collect();
            say!("tagged {code}", code = names.join(", "))
        }
        [first, rest @ ..] => {
            count!(rest.len(), "{first} and {n} other", "{first} and {n} others", first = annotation(first, &name))
        }
    };
    printable(&match event.deed {
        Deed::Plain => text,
        Deed::Undo(_) => say!("undone: {text}", text),
        Deed::Redo(_) => say!("done again: {text}", text),
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
    let what = match change.subject() {
        Some(Record::Code(code)) => say!("code {name}", name = code.name()),
        Some(Record::Document(document)) => say!("document {id}", id = document.id),
        Some(Record::Pair(pair)) => say!("pair {left} ↔ {right}", left = pair.left, right = pair.right),
        Some(Record::Link(link)) if change.now.is_none() => {
            return say!("links of {left} are computed again", left = link.left);
        }
        Some(Record::Link(link))
            if link.left_range.start == link.left_range.end || link.right_range.start == link.right_range.end =>
        {
            return say!("sentences unlinked").into();
        }
        Some(Record::Link(_)) => return say!("sentences linked").into(),
        Some(Record::Done(done)) if change.now.is_none() => {
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
