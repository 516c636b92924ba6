//! A quote with its neighbours, by which a passage finds its place again in a changed text.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::text::body::Text;
use crate::text::offsets::Offsets;
use crate::text::ruler::Ruler;
use crate::text::span::{CodePoints, Span, slice};

/// Code points of the text kept on either side of a quote.
const NEIGHBOUR_CODE_POINTS: usize = 32;

/// How far from its old place a quote is looked for in a text that is not held in memory, in bytes.
const REACH_BYTES: usize = 1 << 20;

/// A passage's words and what stands around them. Source of the form: the W3C's `TextQuoteSelector`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Quote {
    /// The passage itself.
    pub exact: String,
    /// Up to 32 code points before it.
    pub before: String,
    /// Up to 32 code points behind it.
    pub after: String,
}

/// Takes the quote of a passage.
pub fn quote(text: &Text, span: Span) -> Quote {
    // Four bytes a code point, and up to three of a letter cut by the window.
    let reach = NEIGHBOUR_CODE_POINTS * 4;
    let before = text.read(Span::new(char_start(text, span.start.saturating_sub(reach)), span.start));
    let after = text.read(Span::new(span.end, char_start(text, (span.end + reach).min(text.len()))));
    let skipped = before.chars().count().saturating_sub(NEIGHBOUR_CODE_POINTS);
    Quote {
        exact: text.read(span),
        before: before.chars().skip(skipped).collect(),
        after: after.chars().take(NEIGHBOUR_CODE_POINTS).collect(),
    }
}

/// Takes the quote of a passage of a text that is held in memory.
pub fn quote_of(ruler: &Ruler<'_>, range: CodePoints) -> Quote {
    let before = CodePoints { start: range.start.saturating_sub(NEIGHBOUR_CODE_POINTS), end: range.start };
    let after = CodePoints { start: range.end, end: range.end.saturating_add(NEIGHBOUR_CODE_POINTS) };
    let [exact, before, after] = [range, before, after].map(|range| ruler.slice(range).to_owned());
    Quote { exact, before, after }
}

/// The start of the letter that holds the byte at `offset`.
fn char_start(text: &Text, offset: usize) -> usize {
    let from = offset.saturating_sub(3);
    let bytes = text.bytes(Span::new(from, offset + 1));
    let inside = bytes.get(..=offset - from).map_or(0, |b| b.iter().rev().take_while(|b| **b & 0xC0 == 0x80).count());
    offset - inside.min(offset)
}

/// Finds where a quote stands: at `hint` if it still does, else the place whose neighbours agree best,
/// the nearest among equals; `None` where the words are gone.
pub fn find(text: &Text, quote: &Quote, hint: usize) -> Option<Span> {
    if quote.exact.is_empty() {
        return None;
    }
    let there = Span::new(hint, hint + quote.exact.len());
    if text.read(there) == quote.exact {
        return Some(there);
    }
    let (origin, window) = match text {
        Text::Whole(whole) => (0, Cow::Borrowed(&**whole)),
        Text::Far(_) => {
            let origin = char_start(text, hint.saturating_sub(REACH_BYTES));
            (origin, Cow::Owned(text.read(Span::new(origin, hint + REACH_BYTES))))
        }
    };
    let score = |at: usize| {
        let before =
            slice(&window, 0, at).chars().rev().zip(quote.before.chars().rev()).take_while(|(a, b)| a == b).count();
        let after = slice(&window, at + quote.exact.len(), window.len())
            .chars()
            .zip(quote.after.chars())
            .take_while(|(a, b)| a == b)
            .count();
        before + after
    };
    let best = window
        .match_indices(&quote.exact)
        .map(|(at, _)| at)
        .max_by_key(|&at| (score(at), std::cmp::Reverse(at.abs_diff(hint))));
    best.map(|at| Span::new(origin + at, origin + at + quote.exact.len()))
}

/// Where a passage stands now: in its place if its words are there, else where they are found; and whether it moved.
pub fn locate(text: &Text, offsets: &Offsets, range: CodePoints, quote: &Quote) -> Option<(Span, bool)> {
    let there = offsets.span(text, range);
    if let Some(span) = there.filter(|span| text.read(*span) == quote.exact) {
        return Some((span, false));
    }
    find(text, quote, there.map_or(0, |span| span.start)).map(|span| (span, true))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_quote_finds_its_own_place_among_twins() {
        let text = Text::whole("Бұл сөз. Сол сөз. Осы сөз.");
        let at = "Бұл сөз. Сол ".len();
        let taken = quote(&text, Span::new(at, at + "сөз".len()));
        assert_eq!(taken.exact, "сөз");
        let moved = Text::whole("Жаңа сөйлем. Бұл сөз. Сол сөз. Осы сөз.");
        let found = find(&moved, &taken, at).expect("it is there");
        assert_eq!(moved.read(Span::new(found.start - "Сол ".len(), found.end)), "Сол сөз");
    }

    #[test]
    fn lost_words_are_lost() {
        let text = Text::whole("аб");
        let taken = quote(&text, Span::new(0, 4));
        assert_eq!(find(&Text::whole("вг"), &taken, 0), None);
    }

    #[test]
    fn neighbours_are_whole_letters() {
        let text = Text::whole(&format!("{}x{}", "қ".repeat(50), "👍".repeat(50)));
        let taken = quote(&text, Span::new(100, 101));
        assert_eq!(taken.before.chars().count(), 32);
        assert_eq!(taken.after, "👍".repeat(32));
    }
}
