//! The annotations of a project as rows, document by document.

use crate::alignment::{Links, sentences, touched};
use crate::cli::context::Failure;
use crate::formats::row::Row;
use crate::model::annotation::Annotation;
use crate::model::document::{DocumentId, Pair};
use crate::model::shared::Shared;
use crate::query::Choice;
use crate::store::Store;
use crate::store::links;
use crate::text::body::Text;
use crate::text::span::{CodePoints, Span};

/// Hands the chosen annotations to `each`, by document and then by place. A document whose text is gone gives
/// its annotations with the quotes they were made with.
pub fn each(store: &Store, choice: &Choice, each: &mut dyn FnMut(Row) -> Result<(), Failure>) -> Result<(), Failure> {
    let shared = store.shared()?;
    for id in store.index().coded_documents()?.into_iter().filter(|id| choice.wants_document(&shared, id)) {
        let mut annotations = Vec::new();
        store.index().each_annotation(&id, &mut |annotation| {
            if choice.wants(&shared, &annotation) {
                annotations.push(annotation);
            }
        })?;
        annotations.sort_by_key(|a| (a.passage.start, a.passage.end, a.id));
        let other = OtherSide::open(store, &shared, &id);
        for annotation in annotations {
            let counterpart = other.as_ref().map(|other| other.of(annotation.passage.range())).unwrap_or_default();
            each(row(&shared, annotation, counterpart))?;
        }
    }
    Ok(())
}

/// An annotation with what is known of its document and code.
pub fn row(shared: &Shared, annotation: Annotation, counterpart: String) -> Row {
    let id = annotation.passage.document;
    Row {
        language: shared.language(&id).to_owned(),
        title: shared.title(&id).to_owned(),
        document: id.0,
        start: annotation.passage.start,
        end: annotation.passage.end,
        quote: annotation.quote.exact,
        path: shared.codebook.path(&annotation.code),
        code: annotation.code.0,
        coder: annotation.coder,
        memo: annotation.memo,
        time: Some(annotation.time),
        counterpart,
        id: annotation.id.to_string(),
    }
}

/// The other document of a pair whose alignment is known.
struct OtherSide {
    links: Links,
    offsets: crate::text::offsets::Offsets,
    text: Text,
    own: Vec<Span>,
    other_text: Text,
    other: Vec<Span>,
}

impl OtherSide {
    fn open(store: &Store, shared: &Shared, id: &DocumentId) -> Option<Self> {
        let pair: &Pair = shared.pairs.iter().find(|pair| pair.other(id).is_some())?;
        let links = Links::read(&links::read(&store.project.root, pair).ok()??).ok()?;
        let links = if pair.left == *id { links } else { links.flipped() };
        let dir = store.project.documents();
        let text = crate::store::documents::open(&dir, id).ok()?;
        let other_text = crate::store::documents::open(&dir, pair.other(id)?).ok()?;
        let offsets = crate::text::offsets::Offsets::measure(&text).ok()?;
        let (own, other) = (sentences(&text), sentences(&other_text));
        Some(Self { links, offsets, text, own, other_text, other })
    }

    fn of(&self, range: CodePoints) -> String {
        let Some(span) = self.offsets.span(&self.text, range) else {
            return String::new();
        };
        let linked = self.links.counterparts(&touched(&self.own, span));
        let spans = linked.into_iter().filter_map(|i| self.other.get(i));
        spans.map(|span| self.other_text.read(*span)).collect::<Vec<_>>().join(" ")
    }
}
