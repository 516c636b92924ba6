//! A line of text folded into rows of a given width, by the Unicode line-breaking rules.

use unicode_linebreak::{BreakOpportunity, linebreaks};

use crate::text::span::slice;
use crate::text::width::{columns, glyphs};

/// One row on the screen: bytes `start..end` of its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Byte offset of the row's first grapheme within the block.
    pub start: usize,
    /// Byte offset behind its last grapheme, hanging blanks included.
    pub end: usize,
}

/// Folds a block (no newline in it) into rows of at most `width_columns`; the rows cover the text without
/// gap, and an empty text is one empty row. Blanks at a row's end hang over the edge.
pub fn rows(text: &str, width_columns: usize) -> Vec<Row> {
    let width = width_columns.max(2);
    let breaks = opportunities(text);
    let mut next_break = 0;
    let mut rows = Vec::new();
    let (mut start, mut column) = (0, 0);
    // The last place where this row may end.
    let mut fold = 0;
    for glyph in glyphs(text) {
        while breaks.get(next_break).is_some_and(|&at| at <= glyph.start) {
            if breaks.get(next_break) == Some(&glyph.start) {
                fold = glyph.start;
            }
            next_break += 1;
        }
        let wide = glyph.columns_at(column);
        if column + wide > width && !is_blank(glyph.symbol) {
            if fold > start {
                rows.push(Row { start, end: fold });
                start = fold;
                // Counted anew: a tab is as wide as its column wants.
                column = columns(slice(text, fold, glyph.start));
            } else {
                rows.push(Row { start, end: glyph.start });
                start = glyph.start;
                column = 0;
            }
            fold = start;
            // A long word after a fold may itself be wider than a row.
            if column + wide > width {
                rows.push(Row { start, end: glyph.start });
                (start, column, fold) = (glyph.start, 0, glyph.start);
            }
        }
        column += glyph.columns_at(column);
    }
    if start < text.len() || rows.is_empty() {
        rows.push(Row { start, end: text.len() });
    }
    rows
}

fn is_blank(symbol: &str) -> bool {
    symbol == " " || symbol == "\t"
}

/// Byte offsets where a row may end, ascending; the end of the text is not among them.
fn opportunities(text: &str) -> Vec<usize> {
    linebreaks(text)
        .filter(|&(at, kind)| kind == BreakOpportunity::Allowed && at < text.len() && !is_glued(text, at))
        .map(|(at, _)| at)
        .collect()
}

/// Places where the Unicode rules would break but a typesetter of Kazakh, Russian or English would not:
/// behind №, before a dash or a currency sign, between the groups of a number.
fn is_glued(text: &str, at: usize) -> bool {
    let before = slice(text, 0, at);
    let after = slice(text, at, text.len());
    let next = after.chars().next().unwrap_or(' ');
    let mut last = before.chars().rev().skip_while(|&c| c == ' ');
    let previous = last.next().unwrap_or(' ');
    match previous {
        '№' | '§' => true,
        '-' => is_suffix(before, next),
        _ if matches!(next, '—' | '–') => before.ends_with(' '),
        _ if matches!(next, '₸' | '€' | '$' | '%') => previous.is_ascii_digit(),
        '0'..='9' if next.is_ascii_digit() && before.ends_with(' ') => {
            after.chars().take_while(char::is_ascii_digit).count() == 3
        }
        _ => false,
    }
}

/// A Kazakh suffix hyphened onto a number, an acronym or a Latin word: `73-ке`, `БАҚ-тың`, `Instagram-дағы`.
fn is_suffix(before: &str, next: char) -> bool {
    let stem = before.trim_end_matches('-').chars().next_back().unwrap_or(' ');
    next.is_lowercase()
        && matches!(next, '\u{430}'..='\u{52f}')
        && (stem.is_ascii_alphanumeric() || stem.is_uppercase())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str, width: usize) -> Vec<&str> {
        rows(text, width).iter().map(|row| slice(text, row.start, row.end)).collect()
    }

    #[test]
    fn words_stay_whole() {
        assert_eq!(folded("Мен ояндым бүгін", 11), ["Мен ояндым ", "бүгін"]);
        assert_eq!(folded("", 10), [""]);
    }

    #[test]
    fn a_word_wider_than_the_row_is_cut_at_letters() {
        assert_eq!(folded("ab қазақстандықтар", 6), ["ab ", "қазақс", "тандық", "тар"]);
    }

    #[test]
    fn numbers_and_their_signs_stay_together() {
        assert_eq!(folded("бағасы 5 000 ₸ ғана", 10), ["бағасы ", "5 000 ₸ ", "ғана"]);
        assert_eq!(folded("мектеп № 5 бар", 9), ["мектеп ", "№ 5 бар"]);
        assert_eq!(folded("құрбан 73-ке жетті", 11), ["құрбан ", "73-ке жетті"]);
        assert_eq!(folded("өзін-өзі көру", 8), ["өзін-өзі ", "көру"]);
    }

    proptest! {
        #[test]
        fn rows_cover_the_text_without_gap_at_any_width(text in "[a-zа-яәғқңөұүһі \t0-9—.,№\u{301}\u{200d}👍日]{0,200}", width in 2usize..60) {
            let rows = rows(&text, width);
            prop_assert_eq!(rows.first().map(|r| r.start), Some(0));
            prop_assert_eq!(rows.last().map(|r| r.end), Some(text.len()));
            for pair in rows.windows(2) {
                prop_assert_eq!(pair[0].end, pair[1].start);
            }
            for row in &rows {
                let line = slice(&text, row.start, row.end);
                prop_assert!(rows.len() == 1 || !line.is_empty());
                prop_assert!(columns(line.trim_end_matches([' ', '\t'])) <= width + 3, "{:?} at {}", line, width);
            }
        }
    }
}
