//! The annotations of one open document in the order of its text, found by place.

use crate::model::annotation::{Annotation, AnnotationId};
use crate::text::span::Span;

/// An annotation and where its passage stands in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The annotation.
    pub annotation: Annotation,
    /// Its passage in bytes.
    pub span: Span,
}

/// The annotations of one open document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layer {
    /// Ordered by start, longer ones first, then by id.
    placed: Vec<Placed>,
    /// `reach[i]` is the largest end among `placed[..=i]`; it makes looking back stop early.
    reach: Vec<usize>,
}

fn order(placed: &Placed) -> (usize, std::cmp::Reverse<usize>, AnnotationId) {
    (placed.span.start, std::cmp::Reverse(placed.span.end), placed.annotation.id)
}

impl Layer {
    /// Takes annotations in any order.
    pub fn new(mut placed: Vec<Placed>) -> Self {
        placed.sort_by_key(order);
        let mut layer = Self { placed, reach: Vec::new() };
        layer.measure(0);
        layer
    }

    fn measure(&mut self, from: usize) {
        self.reach.truncate(from);
        let mut reach = self.reach.last().copied().unwrap_or(0);
        for placed in self.placed.iter().skip(from) {
            reach = reach.max(placed.span.end);
            self.reach.push(reach);
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.placed.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.placed.is_empty()
    }

    /// All, in the order of the text.
    pub fn all(&self) -> &[Placed] {
        &self.placed
    }

    /// Puts one in, or a new version in the place of the old.
    pub fn insert(&mut self, placed: Placed) {
        self.remove(placed.annotation.id);
        let at = self.placed.partition_point(|p| order(p) < order(&placed));
        self.placed.insert(at, placed);
        self.measure(at);
    }

    /// Takes one out.
    pub fn remove(&mut self, id: AnnotationId) {
        if let Some(at) = self.placed.iter().position(|p| p.annotation.id == id) {
            self.placed.remove(at);
            self.measure(at);
        }
    }

    /// The one of that id.
    pub fn get(&self, id: AnnotationId) -> Option<&Placed> {
        self.placed.iter().find(|p| p.annotation.id == id)
    }

    /// Those that share a byte with `span`, in the order of the text.
    pub fn overlapping(&self, span: Span) -> Vec<&Placed> {
        self.near(span).1.iter().filter(|p| p.span.overlaps(span)).collect()
    }

    /// Which place in [`Layer::all`] the first that shares a byte with `span` has.
    pub fn first_overlapping(&self, span: Span) -> Option<usize> {
        let (start, near) = self.near(span);
        near.iter().position(|p| p.span.overlaps(span)).map(|at| start + at)
    }

    /// The stretch of all that holds every one that shares a byte with `span`, and where it starts.
    fn near(&self, span: Span) -> (usize, &[Placed]) {
        let end = self.placed.partition_point(|p| p.span.start < span.end);
        let start = self.reach.partition_point(|&reach| reach <= span.start).min(end);
        (start, self.placed.get(start..end).unwrap_or_default())
    }

    /// The place in [`Layer::all`] of the first that starts at `offset` or behind it.
    pub fn place_of(&self, offset: usize) -> usize {
        self.placed.partition_point(|p| p.span.start < offset)
    }
}
