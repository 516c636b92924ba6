//! A document's text, read block by block, so that a hundred megabytes cost no more than a page.

use std::fmt;
use std::sync::Arc;

use crate::text::span::Span;

/// Longest line, in bytes, that is never cut: lines of two such lengths and more are read in pieces.
const PIECE_BYTES: usize = 32 * 1024;

/// Bytes that can be read from any place: a file, usually. Reading is all that the text asks of it.
pub trait Source: Send + Sync {
    /// The length in bytes.
    fn len(&self) -> usize;

    /// Whether there is nothing to read.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads `buffer.len()` bytes from `start`; what can't be read stays as it is.
    fn read(&self, start: usize, buffer: &mut [u8]);
}

/// The text of one document: in memory when small, read where needed when large.
#[derive(Clone)]
pub enum Text {
    /// All of it.
    Whole(Arc<str>),
    /// Read in windows. Bytes that are no UTF-8 read as `?`, one for one, so that offsets hold.
    Far(Arc<dyn Source>),
}

impl fmt::Debug for Text {
    // Never the content: documents are confidential and this may end in a panic's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.len())
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::Whole("".into())
    }
}

/// A line, or a piece of a very long one.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// Byte offset of its first byte in the document.
    pub start: usize,
    /// Its text without the line's end.
    pub text: Arc<str>,
    /// Byte offset where the next block starts; the document's length for the last one.
    pub next: usize,
}

impl Block {
    /// The bytes its text takes in the document.
    pub fn span(&self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Block({}..{})", self.start, self.next)
    }
}

impl Text {
    /// Takes a whole text.
    pub fn whole(text: &str) -> Self {
        Self::Whole(text.into())
    }

    /// The length in bytes.
    pub fn len(&self) -> usize {
        match self {
            Self::Whole(text) => text.len(),
            Self::Far(source) => source.len(),
        }
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of a span, clipped to the text.
    pub fn bytes(&self, span: Span) -> Vec<u8> {
        let end = span.end.min(self.len());
        let start = span.start.min(end);
        match self {
            Self::Whole(text) => text.as_bytes().get(start..end).unwrap_or_default().to_vec(),
            Self::Far(source) => {
                let mut buffer = vec![b'?'; end - start];
                source.read(start, &mut buffer);
                buffer
            }
        }
    }

    /// The text of a span; ends inside a letter read as `?`.
    pub fn read(&self, span: Span) -> String {
        lossy(self.bytes(span))
    }

    /// The block that holds the byte at `offset`; the last one for an offset behind the end.
    pub fn block(&self, offset: usize) -> Block {
        let len = self.len();
        let at = offset.min(len.saturating_sub(1));
        let start = self.block_start(at);
        let next = self.block_next(start, at);
        let mut bytes = self.bytes(Span::new(start, next));
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
            if bytes.last() == Some(&b'\r') {
                bytes.pop();
            }
        }
        Block { start, text: lossy(bytes).into(), next }
    }

    /// The block behind this one, if any.
    pub fn block_after(&self, block: &Block) -> Option<Block> {
        (block.next < self.len()).then(|| self.block(block.next))
    }

    /// The block before this one, if any.
    pub fn block_before(&self, block: &Block) -> Option<Block> {
        (block.start > 0).then(|| self.block(block.start - 1))
    }

    /// Where the line with the byte `at` starts, or the last cut in it.
    fn block_start(&self, at: usize) -> usize {
        let line = self.newline_before(at, 3 * PIECE_BYTES).map_or(0, |newline| newline + 1);
        let mut k = at / PIECE_BYTES;
        while k > 0 && k * PIECE_BYTES > line {
            if let Some(cut) = self.cut(k).filter(|&cut| cut <= at && cut > line) {
                return cut;
            }
            k -= 1;
        }
        line
    }

    /// Where the block that starts at `start` and holds `at` ends.
    fn block_next(&self, start: usize, at: usize) -> usize {
        let len = self.len();
        let line = self.newline_after(at, 4 * PIECE_BYTES).map_or(len, |newline| newline + 1);
        let mut k = (start / PIECE_BYTES).max(1);
        while k * PIECE_BYTES < line {
            if let Some(cut) = self.cut(k).filter(|&cut| cut > at && cut < line) {
                return cut;
            }
            k += 1;
        }
        line
    }

    /// The place near the `k`-th piece's start where a very long line is cut, if it is one: decided by the
    /// bytes around it alone, so that it is the same from wherever one reads.
    fn cut(&self, k: usize) -> Option<usize> {
        let at = k * PIECE_BYTES;
        let around = self.bytes(Span::new(at - PIECE_BYTES, at + PIECE_BYTES));
        if around.len() < 2 * PIECE_BYTES || around.contains(&b'\n') {
            return None;
        }
        let ahead = around.get(PIECE_BYTES..PIECE_BYTES + 1024)?;
        let blank = ahead.iter().position(|&b| b == b' ').map(|i| at + i + 1);
        let letter = || ahead.iter().position(|&b| b & 0xC0 != 0x80).map(|i| at + i);
        blank.or_else(letter)
    }

    fn newline_before(&self, at: usize, most: usize) -> Option<usize> {
        let (mut end, mut step) = (at, 1024);
        while end > 0 && at - end < most {
            let start = end.saturating_sub(step);
            let found = self.with_bytes(Span::new(start, end), |bytes| bytes.iter().rposition(|&b| b == b'\n'));
            if let Some(i) = found {
                return Some(start + i);
            }
            (end, step) = (start, step * 4);
        }
        None
    }

    fn newline_after(&self, at: usize, most: usize) -> Option<usize> {
        let (mut start, mut step, len) = (at, 1024, self.len());
        while start < len && start - at < most {
            let end = (start + step).min(len);
            let found = self.with_bytes(Span::new(start, end), |bytes| bytes.iter().position(|&b| b == b'\n'));
            if let Some(i) = found {
                return Some(start + i);
            }
            (start, step) = (end, step * 4);
        }
        None
    }

    fn with_bytes<T>(&self, span: Span, look: impl FnOnce(&[u8]) -> T) -> T {
        match self {
            Self::Whole(text) => look(text.as_bytes().get(span.start..span.end).unwrap_or_default()),
            Self::Far(_) => look(&self.bytes(span)),
        }
    }
}

/// Reads bytes as UTF-8, each wrong byte as `?`, so that lengths stay.
fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let bytes = error.into_bytes();
        let mut text = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
        }
        text
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    struct Bytes(Vec<u8>);
    impl Source for Bytes {
        fn len(&self) -> usize {
            self.0.len()
        }
        fn read(&self, start: usize, buffer: &mut [u8]) {
            let end = start + buffer.len();
            buffer.copy_from_slice(&self.0[start..end]);
        }
    }

    fn walk(text: &Text) -> Vec<(usize, usize)> {
        let mut blocks = vec![text.block(0)];
        while let Some(next) = text.block_after(&blocks[blocks.len() - 1]) {
            blocks.push(next);
        }
        blocks.iter().map(|b| (b.start, b.next)).collect()
    }

    #[test]
    fn lines_are_blocks() {
        let text = Text::whole("бір\r\n\nекі");
        assert_eq!(walk(&text), [(0, 8), (8, 9), (9, 15)]);
        assert_eq!(&*text.block(0).text, "бір");
        assert_eq!(text.block(99).start, 9);
        assert_eq!(walk(&Text::default()), [(0, 0)]);
    }

    #[test]
    fn a_line_of_a_megabyte_is_cut_the_same_from_everywhere() {
        let line = "сөз ".repeat(150_000);
        for text in [Text::whole(&line), Text::Far(Arc::new(Bytes(line.clone().into_bytes())))] {
            let blocks = walk(&text);
            assert!(blocks.len() > 10);
            assert!(blocks.iter().all(|(start, next)| next - start < 4 * PIECE_BYTES));
            for &(start, next) in &blocks {
                for at in [start, usize::midpoint(start, next), next - 1] {
                    let block = text.block(at);
                    assert_eq!((block.start, block.next), (start, next), "from {at}");
                }
            }
        }
    }

    #[test]
    fn short_lines_are_never_cut() {
        let line = format!("{}\n", "a".repeat(PIECE_BYTES - 1)).repeat(8);
        assert_eq!(walk(&Text::whole(&line)).len(), 8);
    }

    #[test]
    fn wrong_bytes_keep_their_length() {
        let text = Text::Far(Arc::new(Bytes(b"a\xffb\n\xd2".to_vec())));
        assert_eq!(text.read(Span::new(0, 5)), "a?b\n?");
    }
}
