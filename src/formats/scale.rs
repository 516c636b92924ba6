//! Positions as other programs count them, in a text whose code points we count.

/// What a position counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Unit {
    /// Unicode code points: Python, and we.
    #[default]
    CodePoints,
    /// UTF-16 code units: Java, JavaScript, Windows.
    Utf16,
    /// Bytes of UTF-8.
    Bytes,
}

/// What a line's end counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Newlines {
    /// As it stands in the text.
    #[default]
    AsWritten,
    /// One, whatever stands in the text.
    One,
    /// Two, whatever stands in the text.
    Two,
}

/// Units by their names on the command line.
pub const UNITS: [(&str, Unit); 3] =
    [("code-points", Unit::CodePoints), ("utf-16", Unit::Utf16), ("bytes", Unit::Bytes)];

/// Rules for line ends by their names on the command line.
pub const NEWLINES: [(&str, Newlines); 3] =
    [("as-written", Newlines::AsWritten), ("one", Newlines::One), ("two", Newlines::Two)];

impl Unit {
    /// How many it takes for a letter.
    pub fn of(self, c: char) -> usize {
        match self {
            Self::CodePoints => 1,
            Self::Utf16 => c.len_utf16(),
            Self::Bytes => c.len_utf8(),
        }
    }
}

/// Where each code point of a text lies, as another program counts: `Том 👍[к]` has its `к` at 5 in code points, at 6 in UTF-16
/// and at 11 in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scale {
    /// `starts[i]` is where code point `i` starts; the last is the text's end. Never falls.
    starts: Vec<u32>,
}

impl Scale {
    /// Measures a text whose line ends stand as they are.
    pub fn new(text: &str, unit: Unit) -> Self {
        let mut at = 0;
        let mut starts = Vec::with_capacity(text.len() + 1);
        for c in text.chars() {
            starts.push(at);
            at += unit.of(c) as u32;
        }
        starts.push(at);
        Self { starts }
    }

    /// Measures a text with plain line ends as it is counted where `written` is the same text as the file has it, which may
    /// have Windows' ones.
    pub fn plain(written: &str, unit: Unit, newlines: Newlines) -> Self {
        let mut at = 0;
        let mut starts = Vec::with_capacity(written.len() + 1);
        let mut letters = written.chars().peekable();
        while let Some(c) = letters.next() {
            starts.push(at);
            let is_pair = c == '\r' && letters.peek() == Some(&'\n');
            if is_pair {
                letters.next();
            }
            at += match newlines {
                Newlines::AsWritten if is_pair => 2,
                Newlines::Two if is_pair || c == '\n' => 2,
                Newlines::One if is_pair => 1,
                _ => unit.of(c) as u32,
            };
        }
        starts.push(at);
        Self { starts }
    }

    /// The same where something so long stands before the text.
    #[must_use]
    pub fn behind(mut self, length: usize) -> Self {
        self.starts.iter_mut().for_each(|start| *start = start.saturating_add(length as u32));
        self
    }

    /// The code point that starts at a position; `None` inside of one, and beyond the end.
    pub fn code_point(&self, position: usize) -> Option<usize> {
        let position = u32::try_from(position).ok()?;
        self.starts.binary_search(&position).ok()
    }

    /// The code point in which a position lies, or the end where it lies beyond.
    pub fn near(&self, position: usize) -> usize {
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        self.starts.partition_point(|start| *start <= position).saturating_sub(1)
    }

    /// The position at which a code point starts, or that of the end where there are fewer.
    pub fn position(&self, code_point: usize) -> usize {
        self.starts.get(code_point).or(self.starts.last()).map_or(0, |start| *start as usize)
    }

    /// The position behind the last code point.
    pub fn end(&self) -> usize {
        self.starts.last().map_or(0, |end| *end as usize)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_picture_in_the_docs_holds() {
        let of = |unit| Scale::new("Том 👍к", unit).position(5);
        assert_eq!([Unit::CodePoints, Unit::Utf16, Unit::Bytes].map(of), [5, 6, 11]);
    }

    #[test]
    fn a_line_end_counts_as_the_rule_says() {
        let end = |newlines| Scale::plain("a\r\nб\nв", Unit::CodePoints, newlines).position(4);
        assert_eq!([Newlines::AsWritten, Newlines::One, Newlines::Two].map(end), [5, 4, 6]);
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same(text in "[aқ👍\u{301}\n]{0,40}") {
            for (_, unit) in UNITS {
                let scale = Scale::new(&text, unit);
                for at in 0..=text.chars().count() {
                    prop_assert_eq!(scale.code_point(scale.position(at)), Some(at));
                    prop_assert_eq!(scale.near(scale.position(at)), at);
                }
                prop_assert_eq!(scale.code_point(scale.end() + 1), None);
            }
        }
    }
}
