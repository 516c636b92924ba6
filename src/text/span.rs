//! The two kinds of stretch in a text: bytes in memory, code points in files.

use serde::{Deserialize, Serialize};

/// A half-open stretch of bytes, both ends on grapheme boundaries: `Том [кіта]п` is 7..15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte's offset.
    pub start: usize,
    /// The offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// Makes a span of byte offsets, in either order.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start.min(end), end: start.max(end) }
    }

    /// The number of bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether nothing lies between the ends.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the byte at `offset` lies inside.
    pub fn contains(self, offset: usize) -> bool {
        self.start <= offset && offset < self.end
    }

    /// Whether both share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same stretch, counted from an origin `by` bytes earlier.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }
}

/// A half-open stretch of Unicode code points, as journals, exports and the command line have it:
/// `Том [кіта]п` is 4..8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct CodePoints {
    /// The first code point's number, from 0.
    pub start: usize,
    /// The number behind the last code point.
    pub end: usize,
}

/// Cuts a byte range out of a text; an impossible range is the empty text.
pub fn slice(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or("")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_cut_inside_a_letter_is_empty_and_no_panic() {
        assert_eq!(slice("Том кітап", 7, 15), "кіта");
        assert_eq!(slice("Том", 1, 2), "");
        assert_eq!(slice("Том", 4, 99), "");
    }

    #[test]
    fn touching_spans_do_not_overlap() {
        assert!(!Span::new(0, 4).overlaps(Span::new(4, 8)));
        assert!(Span::new(0, 5).overlaps(Span::new(4, 8)));
    }
}
