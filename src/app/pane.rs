//! One document open in a pane: its text, its annotations, what is shown and what is selected.

use std::sync::Arc;

use crate::app::effect::Left;
use crate::app::view::View;
use crate::model::annotation::{Annotation, AnnotationId, Passage};
use crate::model::document::DocumentId;
use crate::model::layer::{Layer, Placed};
use crate::model::review::Review;
use crate::model::rules::CONSENSUS;
use crate::text::anchor;
use crate::text::body::Text;
use crate::text::offsets::Offsets;
use crate::text::segment::{self, Unit};
use crate::text::span::Span;

/// White space of up to so many bytes may follow a text's last segment.
const TAIL_BYTES: usize = 256;

/// What is selected: from the anchor's segment to the head's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Selection {
    /// Where it began.
    pub anchor: Span,
    /// Where the cursor is.
    pub head: Span,
    /// What the cursor moves by.
    pub unit: Unit,
    /// Whether motions keep the anchor.
    pub is_extending: bool,
}

impl Selection {
    /// All that is selected.
    pub fn span(&self) -> Span {
        self.anchor.union(self.head)
    }

    /// Selects one segment.
    pub fn put(&mut self, span: Span) {
        (self.anchor, self.head) = (span, span);
    }

    /// Whether the head is the earlier end.
    pub fn is_backward(&self) -> bool {
        (self.head.start, self.head.end) < (self.anchor.start, self.anchor.end)
    }

    /// Makes both ends points, so that they can stand at any letter.
    pub fn loosen(&mut self) {
        let (span, is_backward) = (self.span(), self.is_backward());
        let (start, end) = (Span::new(span.start, span.start), Span::new(span.end, span.end));
        (self.anchor, self.head) = if is_backward { (end, start) } else { (start, end) };
    }
}

/// One document open in a pane.
#[derive(Debug, Clone, Default)]
pub struct Pane {
    /// Which document; no name is none.
    pub document: DocumentId,
    /// Its text.
    pub text: Text,
    /// From bytes to code points; `None` until it is measured.
    pub offsets: Option<Arc<Offsets>>,
    /// Its annotations.
    pub layer: Layer,
    /// What was said of them in review.
    pub review: Review,
    /// What is shown.
    pub view: View,
    /// What is selected.
    pub selection: Selection,
    /// The annotation that was chosen among those at the cursor.
    pub current: Option<AnnotationId>,
    /// Where the phrase looked for stands.
    pub matches: Vec<Span>,
    /// The farthest byte ever shown.
    pub read_to: usize,
}

impl Pane {
    /// Takes its text, at the place where it was left.
    pub fn open(&mut self, text: Text, left: Left) {
        let last = text.len().saturating_sub(1);
        self.text = text;
        self.view.reset();
        self.view.start_at(left.top.min(last));
        self.read_to = left.read_to.min(self.text.len());
        self.select_at(left.cursor.min(last));
    }

    /// Where the cursor is, as a span that has at least one byte.
    pub fn probe(&self) -> Span {
        let span = self.selection.span();
        if span.is_empty() { Span::new(span.start, span.start + 1) } else { span }
    }

    /// What is selected, without white space at its ends.
    pub fn words(&self) -> Span {
        let span = self.selection.span();
        let text = self.text.read(span);
        let start = span.start + (text.len() - text.trim_start().len());
        Span::new(start, (start + text.trim().len()).min(span.end))
    }

    /// The annotations at the cursor, in the order of the text.
    pub fn here(&self) -> Vec<&Placed> {
        self.layer.overlapping(self.probe())
    }

    /// The annotation that commands speak of: the chosen one, or the first at the cursor.
    pub fn annotation(&self) -> Option<&Annotation> {
        let here = self.here();
        let is_chosen = |p: &&&Placed| Some(p.annotation.id) == self.current;
        let chosen = self.current.and_then(|_| here.iter().find(is_chosen));
        chosen.or(here.first()).map(|p| &p.annotation)
    }

    /// The passage of a span, in code points; `None` until the document is measured.
    pub fn passage(&self, span: Span) -> Option<Passage> {
        let range = self.offsets.as_ref()?.code_points(&self.text, span);
        Some(Passage { document: self.document.clone(), start: range.start, end: range.end })
    }

    /// Puts an annotation of this document in its place.
    pub fn place(&mut self, annotation: Annotation) {
        let Some(offsets) = &self.offsets else { return };
        let found = anchor::locate(&self.text, offsets, annotation.passage.range(), &annotation.quote);
        if let Some((span, _)) = found {
            self.layer.insert(Placed { annotation, span });
        }
    }

    /// Takes annotations of the consensus out that no settlement made, or none does any more.
    pub fn prune(&mut self) {
        let is_consensus = |placed: &&Placed| placed.annotation.coder == CONSENSUS;
        let own: Vec<AnnotationId> = self.layer.all().iter().filter(is_consensus).map(|p| p.annotation.id).collect();
        if own.is_empty() {
            return;
        }
        let (_, made) = self.review.settled();
        for id in own.into_iter().filter(|id| !made.contains(id)) {
            self.layer.remove(id);
        }
    }

    /// Scrolls so that the end of the selection that moves is shown.
    pub fn bring_into_sight(&mut self) {
        let (text, selection) = (self.text.clone(), self.selection);
        let head = selection.head;
        let ahead = if selection.is_extending || head.is_empty() {
            head.start
        } else {
            head.end.saturating_sub(1).max(head.start)
        };
        if selection.is_backward() || !selection.is_extending {
            self.view.show(&text, ahead);
            self.view.show(&text, head.start);
        } else {
            self.view.show(&text, head.end.saturating_sub(1));
        }
    }

    /// How far through the text the cursor is, in per cent; the last segment is all of it.
    pub fn percent(&self) -> usize {
        let head = self.selection.head;
        let tail = Span::new(head.end, self.text.len());
        let is_last = head.end > 0 && tail.len() <= TAIL_BYTES && self.text.read(tail).trim().is_empty();
        if is_last { 100 } else { head.start * 100 / self.text.len().max(1) }
    }

    /// Selects the segment at a byte, or the nearest one behind it, else before it.
    pub fn select_at(&mut self, offset: usize) {
        let unit = self.selection.unit;
        let found = segment_at(&self.text, unit, offset)
            .or_else(|| segment_after(&self.text, unit, offset))
            .or_else(|| segment_before(&self.text, unit, offset));
        self.selection.put(found.unwrap_or_default());
        self.selection.is_extending = false;
    }
}

/// The segment that holds a byte, or the first one behind it in its line, or the line's last.
pub fn segment_at(text: &Text, unit: Unit, offset: usize) -> Option<Span> {
    let block = text.block(offset);
    let inside = offset.saturating_sub(block.start);
    let segments = segment::segments(&block.text, unit);
    let found = segments.iter().find(|s| inside < s.end).or(segments.last());
    found.map(|s| s.shifted(block.start))
}

/// The first segment that starts behind a byte.
pub fn segment_after(text: &Text, unit: Unit, offset: usize) -> Option<Span> {
    let mut block = Some(text.block(offset));
    while let Some(b) = block {
        let segments = segment::segments(&b.text, unit);
        if let Some(found) = segments.iter().map(|s| s.shifted(b.start)).find(|s| s.start > offset) {
            return Some(found);
        }
        block = text.block_after(&b);
    }
    None
}

/// The last segment that starts before a byte.
pub fn segment_before(text: &Text, unit: Unit, offset: usize) -> Option<Span> {
    let mut block = Some(text.block(offset));
    while let Some(b) = block {
        let segments = segment::segments(&b.text, unit);
        if let Some(found) = segments.iter().rev().map(|s| s.shifted(b.start)).find(|s| s.start < offset) {
            return Some(found);
        }
        block = text.block_before(&b);
    }
    None
}

/// The byte behind the letter at `offset`, crossing line ends.
pub fn letter_after(text: &Text, offset: usize) -> usize {
    let block = text.block(offset);
    let inside = offset - block.start.min(offset);
    if inside < block.text.len() { block.start + segment::next_boundary(&block.text, inside) } else { block.next }
}

/// The byte of the letter before `offset`, crossing line ends.
pub fn letter_before(text: &Text, offset: usize) -> usize {
    let block = text.block(offset.saturating_sub(1));
    let inside = offset - block.start.min(offset);
    if inside > block.text.len() {
        block.span().end
    } else {
        block.start + segment::previous_boundary(&block.text, inside)
    }
}
