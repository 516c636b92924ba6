//! The annotations of a project as rows, document by document.

use std::collections::BTreeMap;

use crate::alignment::pair::PairAlignment;
use crate::cli::context::Failure;
use crate::formats::row::Row;
use crate::model::annotation::{Annotation, AnnotationId, Counterpart};
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
            let said = match annotation.counterpart {
                Counterpart::Is(twin) => other.as_ref().and_then(|other| other.twins.get(&twin).cloned()),
                Counterpart::Nothing => Some(String::new()),
                Counterpart::Open => None,
            };
            let aligned = || other.as_ref().map(|other| other.of(annotation.passage.range())).unwrap_or_default();
            let counterpart = said.unwrap_or_else(aligned);
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
        counterpart_id: match annotation.counterpart {
            Counterpart::Is(twin) => twin.to_string(),
            Counterpart::Nothing => "none".to_owned(),
            Counterpart::Open => String::new(),
        },
        id: annotation.id.to_string(),
    }
}

/// The other document of a pair, and which of its words say the same.
pub struct OtherSide {
    pair: PairAlignment,
    side: usize,
    offsets: Offsets,
    /// The words of the annotations there, by their ids.
    twins: BTreeMap<AnnotationId, String>,
}

impl OtherSide {
    /// Aligns a document with its counterpart; `None` where it has none that can be read.
    pub fn open(store: &Store, shared: &Shared, id: &DocumentId) -> Option<Self> {
        let pair = shared.pair_of(id)?;
        let aligned = links::align(&store.project, pair, shared.links_of(pair), &mut |_, _| true).ok()??;
        let side = aligned.side_of(id)?;
        let offsets = Offsets::measure(&aligned.halves[side].text).ok()?;
        let mut twins = BTreeMap::new();
        let other = pair.other(id)?;
        store.index().each_annotation(other, &mut |a| drop(twins.insert(a.id, a.quote.exact))).ok()?;
        Some(Self { pair: aligned, side, offsets, twins })
    }

    /// The words on the other side; empty where nothing says the same.
    pub fn of(&self, range: CodePoints) -> String {
        let span = self.offsets.span(&self.pair.halves[self.side].text, range);
        let other = span.and_then(|span| self.pair.counterpart(self.side, span));
        let text = &self.pair.halves[1 - self.side].text;
        other.map(|span| text.read(span).split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
    }
}
