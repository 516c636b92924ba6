//! An event in words: what was done, taken back, or done again.

use crate::model::change::{Change, Record, inverse_of};
use crate::model::code::{Code, CodeId};
use crate::model::codebook::Codebook;
use crate::model::event::{Deed, Event};
use crate::text::count::counted;
use crate::text::width::printable;

/// What the coder is told of an own event, on one line that is safe to print. Undo and redo are told as what they take
/// back or bring again.
pub fn told(book: &Codebook, event: &Event) -> String {
    let (prefix, changes) = match event.deed {
        Deed::Plain => ("", event.changes.clone()),
        Deed::Undo(_) => ("undone: ", inverse_of(&event.changes)),
        Deed::Redo(_) => ("done again: ", event.changes.clone()),
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
            format!("tagged {}", names.join(", "))
        }
        [first, rest @ ..] => format!("{} and {}", annotation(first, &name), counted(rest.len(), "other")),
    };
    printable(&format!("{prefix}{text}"))
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
        (None, Some(Record::Annotation(now))) => format!("tagged {}", name(&now.code)),
        (Some(Record::Annotation(was)), None) if was.memo.is_empty() => format!("deleted {}", name(&was.code)),
        (Some(Record::Annotation(was)), None) => format!("deleted {} with its memo", name(&was.code)),
        (Some(Record::Annotation(was)), Some(Record::Annotation(now))) => {
            if was.code != now.code {
                format!("code changed from {} to {}", name(&was.code), name(&now.code))
            } else if was.passage != now.passage {
                format!("boundaries of {} changed", name(&now.code))
            } else if was.memo.is_empty() {
                "memo kept".into()
            } else {
                "memo changed".into()
            }
        }
        _ => other(change),
    }
}

/// Everything that is no annotation.
fn other(change: &Change) -> String {
    let what = match change.subject() {
        Some(Record::Code(code)) => format!("code {}", code.name()),
        Some(Record::Document(document)) => format!("document {}", document.id),
        Some(Record::Pair(pair)) => format!("pair {} ↔ {}", pair.left, pair.right),
        Some(Record::Done(done)) if change.now.is_none() => return format!("{} is open again", done.document),
        Some(Record::Done(done)) => return format!("{} is done", done.document),
        _ => return "nothing".into(),
    };
    let deed = match (&change.was, &change.now) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    };
    format!("{what} {deed}")
}
