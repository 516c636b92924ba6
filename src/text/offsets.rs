//! The one place that converts between bytes in memory and code points in files.

use crate::text::body::Text;
use crate::text::span::{CodePoints, Span};

/// Bytes between two checkpoints.
const STRIDE_BYTES: usize = 16 * 1024;

/// How many code points start before each checkpoint of a text: shape `[len / 16 KiB + 1]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offsets {
    /// `before[i]` code points start before byte `i * STRIDE_BYTES`; never empty once measured.
    before: Vec<usize>,
    total: usize,
    len: usize,
}

/// Where a text stops being UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUtf8 {
    /// Byte offset of the first wrong byte.
    pub offset: usize,
}

impl Offsets {
    /// Reads the text once and keeps its checkpoints; fails with the first byte that is no UTF-8.
    pub fn measure(text: &Text) -> Result<Self, NotUtf8> {
        let len = text.len();
        let mut before = vec![0];
        let mut total = 0;
        let mut torn: Vec<u8> = Vec::new();
        let mut start = 0;
        while start < len {
            let end = (start + STRIDE_BYTES).min(len);
            let bytes = text.bytes(Span::new(start, end));
            total += count_starts(&bytes);
            if matches!(text, Text::Far(_)) {
                torn = checked(torn, &bytes, start)?;
            }
            before.push(total);
            start = end;
        }
        if torn.is_empty() { Ok(Self { before, total, len }) } else { Err(NotUtf8 { offset: len - torn.len() }) }
    }

    /// The number of code points in the text.
    pub fn n_code_points(&self) -> usize {
        self.total
    }

    /// Bytes to code points: `Том [кіта]п` is 7..15 and 4..8.
    pub fn code_points(&self, text: &Text, span: Span) -> CodePoints {
        CodePoints { start: self.code_point(text, span.start), end: self.code_point(text, span.end) }
    }

    /// Code points to bytes; `None` when the text ends before.
    pub fn span(&self, text: &Text, range: CodePoints) -> Option<Span> {
        let start = self.offset(text, range.start)?;
        let end = self.offset(text, range.end)?;
        (start <= end).then_some(Span { start, end })
    }

    fn code_point(&self, text: &Text, offset: usize) -> usize {
        let offset = offset.min(self.len);
        let i = offset / STRIDE_BYTES;
        let checkpoint = self.before.get(i).copied().unwrap_or(0);
        checkpoint + count_starts(&text.bytes(Span::new(i * STRIDE_BYTES, offset)))
    }

    fn offset(&self, text: &Text, code_point: usize) -> Option<usize> {
        if code_point >= self.total {
            return (code_point == self.total).then_some(self.len);
        }
        let i = self.before.partition_point(|&n| n <= code_point).saturating_sub(1);
        let start = i * STRIDE_BYTES;
        let bytes = text.bytes(Span::new(start, start + STRIDE_BYTES));
        let missing = code_point - self.before.get(i)?;
        let found = bytes.iter().enumerate().filter(|(_, b)| is_start(**b)).nth(missing);
        found.map(|(at, _)| start + at)
    }
}

fn is_start(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

fn count_starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| is_start(**b)).count()
}

/// Checks one more window behind a torn letter; returns the torn letter at its end.
fn checked(mut torn: Vec<u8>, bytes: &[u8], start: usize) -> Result<Vec<u8>, NotUtf8> {
    let origin = start - torn.len();
    let joined: &[u8] = if torn.is_empty() {
        bytes
    } else {
        torn.extend_from_slice(bytes);
        &torn
    };
    match std::str::from_utf8(joined) {
        Ok(_) => Ok(Vec::new()),
        Err(error) if error.error_len().is_none() => Ok(joined.get(error.valid_up_to()..).unwrap_or_default().to_vec()),
        Err(error) => Err(NotUtf8 { offset: origin + error.valid_up_to() }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_picture_in_the_docs_holds() {
        let text = Text::whole("Том кітап");
        let offsets = Offsets::measure(&text).expect("UTF-8");
        assert_eq!(offsets.code_points(&text, Span::new(7, 15)), CodePoints { start: 4, end: 8 });
        assert_eq!(offsets.span(&text, CodePoints { start: 4, end: 8 }), Some(Span::new(7, 15)));
        assert_eq!(offsets.span(&text, CodePoints { start: 4, end: 10 }), None);
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same(unit in "[aқй\u{306}👍\n]{1,40}", n in 1usize..2000, at in 0usize..10_000) {
            let whole = unit.repeat(n);
            let text = Text::whole(&whole);
            let offsets = Offsets::measure(&text).expect("UTF-8");
            prop_assert_eq!(offsets.n_code_points(), whole.chars().count());
            let at = at % (offsets.n_code_points() + 1);
            let span = offsets.span(&text, CodePoints { start: at, end: offsets.n_code_points() }).expect("inside");
            prop_assert_eq!(whole.chars().take(at).map(char::len_utf8).sum::<usize>(), span.start);
            prop_assert_eq!(offsets.code_points(&text, span).start, at);
        }
    }
}
