//! Many passages given one code at once, in documents that need not be open.

use std::collections::BTreeMap;

use crate::model::annotation::{Annotation, AnnotationId, Passage};
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::time::Time;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::text::anchor;
use crate::text::span::Span;

/// New annotations of the store's coder on these places, and how many were left out because this coder gave them that
/// code before. `chance` makes their names. Fails where a document can't be opened; nothing is kept here.
pub fn annotations(
    store: &Store,
    places: &[(DocumentId, Span)],
    code: &CodeId,
    (now, chance): (Time, u128),
) -> Result<(Vec<Annotation>, usize), StoreError> {
    let mut by_document: BTreeMap<&DocumentId, Vec<Span>> = BTreeMap::new();
    for (document, span) in places {
        by_document.entry(document).or_default().push(*span);
    }
    let book = store.shared()?.codebook;
    let (mut made, mut n_known) = (Vec::new(), 0);
    for (id, spans) in by_document {
        let opened = store.open_document(id)?;
        for span in spans {
            let is_known = opened.layer.overlapping(span).iter().any(|placed| {
                placed.span == span
                    && book.is_one(&placed.annotation.code, code)
                    && placed.annotation.coder == store.writer.coder
            });
            if is_known {
                n_known += 1;
                continue;
            }
            let range = opened.offsets.code_points(&opened.text, span);
            let own = AnnotationId::new(now, chance.wrapping_add(made.len() as u128));
            let passage = Passage { document: id.clone(), start: range.start, end: range.end };
            let quote = anchor::quote(&opened.text, span);
            made.push(Annotation::new(own, &store.writer.coder, (passage, quote), code.clone(), now));
        }
    }
    Ok((made, n_known))
}
