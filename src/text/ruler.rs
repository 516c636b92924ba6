//! The code points of a text that is held in memory: where each one lies.

use unicode_segmentation::GraphemeCursor;

use crate::text::span::{CodePoints, slice};

/// A text whose code points are looked up at once: `Том [кіта]п` is 4..8.
#[derive(Clone)]
pub struct Ruler<'a> {
    text: &'a str,
    /// The byte at which each code point starts; the last is the text's length.
    starts: Vec<u32>,
}

impl<'a> Ruler<'a> {
    /// Measures a text; beyond 4 GiB its end is cut off.
    pub fn new(text: &'a str) -> Self {
        let starts = text.char_indices().map_while(|(at, _)| u32::try_from(at).ok());
        let mut starts: Vec<u32> = starts.collect();
        starts.push(text.len().min(u32::MAX as usize) as u32);
        Self { text, starts }
    }

    /// The text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The number of code points.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The byte at which a code point starts; the end for one beyond.
    pub fn offset(&self, code_point: usize) -> usize {
        self.starts.get(code_point).map_or(self.text.len(), |at| *at as usize)
    }

    /// The code point in which a byte lies.
    pub fn code_point(&self, offset: usize) -> usize {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The words of a stretch; what lies beyond the end is not there.
    pub fn slice(&self, range: CodePoints) -> &'a str {
        slice(self.text, self.offset(range.start), self.offset(range.end))
    }

    /// The same stretch, widened where it cuts a letter from its marks, and cut at the text's end.
    pub fn whole_letters(&self, range: CodePoints) -> CodePoints {
        let is_cut = |at: &usize| {
            let offset = self.offset(*at);
            let mut cursor = GraphemeCursor::new(offset, self.text.len(), true);
            cursor.is_boundary(self.text, 0) == Ok(false)
        };
        let (mut start, mut end) = (range.start.min(self.len()), range.end.min(self.len()));
        while is_cut(&start) {
            start -= 1;
        }
        while is_cut(&end) {
            end += 1;
        }
        CodePoints { start, end }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn the_picture_in_the_docs_holds() {
        let ruler = Ruler::new("Том кітап");
        assert_eq!(ruler.slice(CodePoints { start: 4, end: 8 }), "кіта");
        assert_eq!((ruler.offset(4), ruler.code_point(7), ruler.code_point(8), ruler.len()), (7, 4, 4, 9));
        assert_eq!(ruler.slice(CodePoints { start: 8, end: 99 }), "п");
    }

    #[test]
    fn letters_are_not_cut_from_their_marks() {
        let ruler = Ruler::new("aи\u{306}b👩\u{200d}👩");
        assert_eq!(ruler.whole_letters(CodePoints { start: 2, end: 2 }), CodePoints { start: 1, end: 3 });
        assert_eq!(ruler.whole_letters(CodePoints { start: 3, end: 5 }), CodePoints { start: 3, end: 7 });
        assert_eq!(ruler.whole_letters(CodePoints { start: 0, end: 99 }), CodePoints { start: 0, end: 7 });
    }
}
