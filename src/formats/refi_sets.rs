//! Pairs, aligned passages, counterparts and parts in a REFI-QDA project, which has sets and links but no word for them.

use std::collections::HashMap;

use crate::formats::guid::Guid;
use crate::formats::refi_notes::OURS;
use crate::formats::xml::Element;
use crate::model::annotation::{AnnotationId, Counterpart};
use crate::model::document::{DocumentId, Pair};
use crate::model::link::FixedLink;
use crate::model::study::Study;
use crate::model::time::Time;
use crate::say;
use crate::text::anchor::{Quote, quote_of};
use crate::text::ruler::Ruler;
use crate::text::span::CodePoints;

/// What a set is described as whose two documents stand side by side.
pub const PAIR: &str = "Tanba: pair";

/// What a link is called between stretches that say the same.
pub const ALIGNED: &str = "aligned";

/// What a link is called between the two halves of a linked pair of annotations.
pub const COUNTERPART: &str = "counterpart";

/// What a link is called from a further part of a passage to its first one.
pub const PART: &str = "part";

fn guid(element: &Element, name: &str) -> Option<Guid> {
    element.attribute(name).and_then(Guid::parse)
}

/// A stretch of a text that a link may name.
struct Stretch {
    document: DocumentId,
    range: CodePoints,
    coder: String,
    time: Time,
}

/// What is around the names of a file.
pub struct Around<'a> {
    /// Its documents.
    pub documents: &'a HashMap<Guid, DocumentId>,
    /// Its coders.
    pub users: &'a HashMap<Guid, String>,
    /// Whether we wrote it.
    pub is_ours: bool,
    /// Where each selection lies, in code points.
    pub places: &'a HashMap<Guid, CodePoints>,
}

/// Reads sets and links: those of our own files back to what they were, of others' the pairs alone. What is left out is told.
pub fn read(root: &Element, around: &Around<'_>, study: &mut Study, told: &mut Vec<String>) {
    let mut n_sets = 0;
    for set in root.all("Sets").flat_map(|list| list.all("Set")) {
        let members: Vec<&DocumentId> =
            set.all("MemberSource").filter_map(|of| around.documents.get(&guid(of, "targetGUID")?)).collect();
        let is_pair = set.first("Description").is_some_and(|about| about.text() == PAIR);
        match members.as_slice() {
            [left, right] if is_pair => study.pairs.push(Pair { left: (*left).clone(), right: (*right).clone() }),
            _ => n_sets += 1,
        }
    }
    let mut n_links = 0;
    let stretches = stretches(root, around);
    let known: HashMap<u128, usize> = study.annotations.iter().enumerate().map(|(at, a)| (a.id.0.0, at)).collect();
    for link in root.all("Links").flat_map(|list| list.all("Link")) {
        let (Some(from), Some(to)) = (guid(link, "originGUID"), guid(link, "targetGUID")) else { continue };
        let ends = (known.get(&from.0).copied(), known.get(&to.0).copied());
        match (link.attribute("name").unwrap_or(""), ends) {
            (ALIGNED, _) if around.is_ours => {
                let ends = stretches.get(&from).zip(stretches.get(&to));
                study.links.extend(ends.map(|(left, right)| fixed(left, right)));
            }
            (COUNTERPART, (Some(one), Some(other))) if around.is_ours => {
                for (at, twin) in [(one, to), (other, from)] {
                    if let Some(annotation) = study.annotations.get_mut(at) {
                        annotation.counterpart = Counterpart::Is(AnnotationId(ulid::Ulid(twin.0)));
                    }
                }
            }
            (PART, (Some(part), Some(_))) if around.is_ours => {
                if let Some(annotation) = study.annotations.get_mut(part) {
                    annotation.part_of = Some(AnnotationId(ulid::Ulid(to.0)));
                }
            }
            _ => n_links += 1,
        }
    }
    quote(study);
    // What joins a note to a passage was read with the notes.
    for (n, what) in [
        (n_sets, say!("sets are left out: there is no place for them here")),
        (n_links, say!("links are left out, but for the notes that they tie to passages")),
    ] {
        if n > 0 {
            told.push(format!("{n} {what}"));
        }
    }
}

/// Gives the links the words of their stretches.
fn quote(study: &mut Study) {
    for paper in &study.papers {
        let id = &paper.document.id;
        let Some(text) = &paper.text else { continue };
        let own = |link: &&mut FixedLink| link.left == *id || link.right == *id;
        let mut links = study.links.iter_mut().filter(own).peekable();
        if links.peek().is_none() {
            continue;
        }
        let ruler = Ruler::new(text);
        for link in links {
            if link.left == *id {
                link.left_quote = quote_of(&ruler, link.left_range);
            }
            if link.right == *id {
                link.right_quote = quote_of(&ruler, link.right_range);
            }
        }
    }
}

/// The selections that stand for stretches of an alignment.
fn stretches(root: &Element, around: &Around<'_>) -> HashMap<Guid, Stretch> {
    let mut all = HashMap::new();
    for source in root.all("Sources").flat_map(|list| list.all("TextSource")) {
        let Some(document) = guid(source, "guid").and_then(|name| around.documents.get(&name)) else { continue };
        for selection in source.all("PlainTextSelection") {
            let Some(about) = selection.first("Description").map(Element::text) else { continue };
            let (Some(name), true) = (guid(selection, "guid"), about.starts_with(OURS)) else { continue };
            let Some(range) = around.places.get(&name) else { continue };
            let coder =
                guid(selection, "creatingUser").and_then(|user| around.users.get(&user)).cloned().unwrap_or_default();
            let time = selection.attribute("creationDateTime").and_then(Time::parse).unwrap_or_default();
            all.insert(name, Stretch { document: document.clone(), range: *range, coder, time });
        }
    }
    all
}

fn fixed(left: &Stretch, right: &Stretch) -> FixedLink {
    FixedLink {
        left: left.document.clone(),
        right: right.document.clone(),
        left_range: left.range,
        right_range: right.range,
        left_quote: Quote::default(),
        right_quote: Quote::default(),
        coder: left.coder.clone(),
        time: left.time,
    }
}
