//! The annotations of a project as rows, document by document.

use crate::alignment::pair::PairAlignment;
use crate::cli::context::Failure;
use crate::formats::row::Row;
use crate::model::annotation::Annotation;
use crate::model::document::DocumentId;
use crate::model::shared::Shared;
use crate::query::Choice;
use crate::store::Store;
use crate::store::links;
use crate::text::offsets::Offsets;
use crate::text::span::CodePoints;

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

/// The other document of a pair, and which of its words say the same.
pub struct OtherSide {
    pair: PairAlignment,
    side: usize,
    offsets: Offsets,
}

impl OtherSide {
    /// Aligns a document with its counterpart; `None` where it has none that can be read.
    pub fn open(store: &Store, shared: &Shared, id: &DocumentId) -> Option<Self> {
        let pair = shared.pair_of(id)?;
        let aligned = links::align(&store.project, pair, shared.links_of(pair), &mut |_, _| true).ok()??;
        let side = aligned.side_of(id)?;
        let offsets = Offsets::measure(&aligned.halves[side].text).ok()?;
        Some(Self { pair: aligned, side, offsets })
    }

    /// The words on the other side; empty where nothing says the same.
    pub fn of(&self, range: CodePoints) -> String {
        let span = self.offsets.span(&self.pair.halves[self.side].text, range);
        let other = span.and_then(|span| self.pair.counterpart(self.side, span));
        let text = &self.pair.halves[1 - self.side].text;
        other.map(|span| text.read(span).split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
    }
}
