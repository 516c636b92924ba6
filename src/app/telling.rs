//! An event in words: what was done, taken back, or done again.

use crate::model::annotation::Annotation;
use crate::model::change::{Change, Record};
use crate::model::codebook::Codebook;
use crate::model::event::{Deed, Event};
use crate::text::count::counted;
use crate::text::width::printable;

/// What the coder is told of an own event, on one line that is safe to print.
pub fn told(book: &Codebook, event: &Event) -> String {
    let is_plain = event.deed == Deed::Plain;
    let prefix = match event.deed {
        Deed::Plain => "",
        Deed::Undo(_) => "undone: ",
        Deed::Redo(_) => "done again: ",
    };
    // A new code comes with the annotation that it was made for; the annotation is what was done.
    let is_annotation = |c: &&Change| matches!(c.subject(), Some(Record::Annotation(_)));
    let n_annotations = event.changes.iter().filter(is_annotation).count();
    let main = event.changes.iter().find(is_annotation).or(event.changes.first());
    let words = main.map_or_else(String::new, |change| words(book, change, is_plain));
    let more = match n_annotations {
        0 | 1 => String::new(),
        n => format!(" and {}", counted(n - 1, "other")),
    };
    printable(&format!("{prefix}{words}{more}"))
}

/// A change in words.
fn words(book: &Codebook, change: &Change, is_plain: bool) -> String {
    match (&change.was, &change.now) {
        (None, Some(Record::Annotation(a))) if is_plain => format!("tagged {}", book.name(&a.code)),
        (None, Some(Record::Annotation(a))) => format!("{} is back", book.name(&a.code)),
        (Some(Record::Annotation(a)), None) => format!("removed {}", book.name(&a.code)),
        (Some(Record::Annotation(was)), Some(Record::Annotation(now))) => changed(book, was, now, is_plain),
        (was, now) => other(was.is_some(), now.as_ref().or(was.as_ref())),
    }
}

fn changed(book: &Codebook, was: &Annotation, now: &Annotation, is_plain: bool) -> String {
    let again = if is_plain { "" } else { " again" };
    if was.code != now.code {
        format!("{} is {}{again}", book.name(&was.code), book.name(&now.code))
    } else if was.passage != now.passage {
        format!("{}..{} is {}..{}{again}", was.passage.start, was.passage.end, now.passage.start, now.passage.end)
    } else if is_plain {
        "memo kept".into()
    } else {
        "memo changed back".into()
    }
}

/// Everything that is no annotation.
fn other(was_there: bool, record: Option<&Record>) -> String {
    let what = match record {
        Some(Record::Code(code)) => format!("code {}", code.name()),
        Some(Record::Document(document)) => format!("document {}", document.id),
        Some(Record::Pair(pair)) => format!("pair {} ↔ {}", pair.left, pair.right),
        Some(Record::Done(done)) if was_there => return format!("{} is open again", done.document),
        Some(Record::Done(done)) => return format!("{} is done", done.document),
        _ => return "nothing".into(),
    };
    format!("{what} {}", if was_there { "changed or removed" } else { "added" })
}
