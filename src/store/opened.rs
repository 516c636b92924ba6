//! A document opened to be read: its text, its offsets, and its annotations in their places.

use std::sync::Arc;

use crate::model::document::DocumentId;
use crate::model::layer::{Layer, Placed};
use crate::model::review::Review;
use crate::model::rules::CONSENSUS;
use crate::model::sight::Sight;
use crate::store::documents::{self, Shelf};
use crate::store::error::StoreError;
use crate::store::index::Index;
use crate::text::anchor;
use crate::text::body::Text;
use crate::text::offsets::Offsets;
use crate::text::span::Span;

/// How much of a text is read at once to tell its revision.
const WINDOW_BYTES: usize = 64 * 1024;

/// A document opened to be read.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its name.
    pub id: DocumentId,
    /// Its text.
    pub text: Text,
    /// From bytes to code points and back.
    pub offsets: Arc<Offsets>,
    /// Its annotations in their places.
    pub layer: Layer,
    /// What was said of them in review.
    pub review: Review,
    /// Whether the text is another one than was added.
    pub is_changed: bool,
    /// How many stand elsewhere than when they were made, because the text was changed.
    pub n_moved: usize,
    /// How many found no place: their words are gone from the text.
    pub n_lost: usize,
}

/// Opens a document whose revision is known (or empty), with what may be seen of it; reads it once to measure its offsets.
pub fn open(
    (shelf, id): (&Shelf, &DocumentId),
    revision: &str,
    index: &Index,
    sight: &Sight,
) -> Result<Opened, StoreError> {
    let text = documents::open(shelf, id)?;
    let offsets = Offsets::measure(&text).map_err(|wrong| {
        let near = text.bytes(Span::new(wrong.offset, wrong.offset + 64));
        documents::not_utf8(documents::path_of(shelf, id), wrong.offset, &near)
    })?;
    let (mut placed, mut n_moved, mut n_lost) = (Vec::new(), 0, 0);
    let review = index.review(id)?.seen_by(sight);
    let (_, made) = review.settled();
    index.each_annotation(id, &mut |annotation| {
        let is_stray = annotation.coder == CONSENSUS && !made.contains(&annotation.id);
        if is_stray || !sight.sees_annotation(&annotation) {
            return;
        }
        let found = anchor::locate(&text, &offsets, annotation.passage.range(), &annotation.quote);
        n_moved += usize::from(found.is_some_and(|(_, has_moved)| has_moved));
        n_lost += usize::from(found.is_none());
        placed.extend(found.map(|(span, _)| Placed { annotation, span }));
    })?;
    let is_changed = !revision.is_empty() && revision_of(&text) != revision;
    Ok(Opened {
        is_changed,
        id: id.clone(),
        text,
        offsets: Arc::new(offsets),
        layer: Layer::new(placed),
        review,
        n_moved,
        n_lost,
    })
}

/// A text's BLAKE3, hexadecimal; read in windows, so that a large text is never held.
fn revision_of(text: &Text) -> String {
    let mut hasher = blake3::Hasher::new();
    for start in (0..text.len()).step_by(WINDOW_BYTES) {
        hasher.update(&text.bytes(Span::new(start, start + WINDOW_BYTES)));
    }
    hasher.finalize().to_hex().to_string()
}
