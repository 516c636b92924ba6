//! Keyword in context: a match with what stands around it, cut to columns, and the order such lines are sorted in.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::text::alphabet::rank;
use crate::text::segment::floor_boundary;
use crate::text::span::{Span, slice};
use crate::text::words::words;

/// Bytes of context that a sort looks at: some twenty words, enough to tell any two lines apart that need be.
const SORT_BYTES: usize = 400;

/// A match between what stands before and behind it; white space of any length is one blank.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// What stands before, up to the match: `тау ` in `тау [басы] биік`.
    pub left: String,
    /// The match, never cut.
    pub keyword: String,
    /// What stands behind, from the match on.
    pub right: String,
}

/// The room on both sides of a match, in columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Columns before the match.
    pub left_columns: usize,
    /// Columns behind it.
    pub right_columns: usize,
}

/// The side by which lines are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// By the words before the match, the nearest first.
    Left,
    /// By the words behind it, the nearest first.
    Right,
}

/// The place of a line among others: compare keys of one side only.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SortKey(Vec<Vec<(Kind, u32)>>);

/// What comes first: digits, then Kazakh and Russian letters, then Latin and all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Digit,
    Kazakh,
    Other,
}

/// The columns of a match that are shown; a pattern can take a whole line.
const KEYWORD_COLUMNS: usize = 240;

/// Makes the line of a match in a block, cut between graphemes; `width` measures the columns of one grapheme.
pub fn line(block: &str, found: Span, room: Room, width: fn(&str) -> usize) -> Line {
    let before = slice(block, 0, found.start).graphemes(true).rev();
    let behind = slice(block, found.end, block.len()).graphemes(true);
    let mut left = fitting(before, room.left_columns, width);
    left.reverse();
    let keyword = slice(block, found.start, found.end).graphemes(true);
    Line {
        left: left.concat(),
        keyword: fitting(keyword, KEYWORD_COLUMNS, width).concat(),
        right: fitting(behind, room.right_columns, width).concat(),
    }
}

/// The key by which the line of a match is sorted: the words of one side, nearest first, letters in the order of the
/// Kazakh alphabet whatever their case.
pub fn sort_key(block: &str, found: Span, side: Side) -> SortKey {
    let context = match side {
        Side::Left => slice(block, floor_boundary(block, found.start.saturating_sub(SORT_BYTES)), found.start),
        Side::Right => slice(block, found.end, floor_boundary(block, found.end.saturating_add(SORT_BYTES))),
    };
    let mut keys: Vec<_> = words(context).iter().map(|word| letters(slice(context, word.start, word.end))).collect();
    if side == Side::Left {
        keys.reverse();
    }
    SortKey(keys)
}

/// The first graphemes that fit in some columns, with one blank for each stretch of white space.
fn fitting<'a>(graphemes: impl Iterator<Item = &'a str>, columns: usize, width: fn(&str) -> usize) -> Vec<&'a str> {
    let mut kept: Vec<&str> = Vec::new();
    let mut taken = 0;
    for grapheme in graphemes {
        let is_blank = grapheme.chars().all(char::is_whitespace);
        if is_blank && kept.last() == Some(&" ") {
            continue;
        }
        let grapheme = if is_blank { " " } else { grapheme };
        taken += width(grapheme);
        // Letters without width are limited too.
        if taken > columns || kept.len() > 2 * columns {
            break;
        }
        kept.push(grapheme);
    }
    kept
}

fn letters(word: &str) -> Vec<(Kind, u32)> {
    let place = |c: char| match rank(c) {
        Some(rank) => (Kind::Kazakh, rank as u32),
        None if c.is_numeric() => (Kind::Digit, u32::from(c)),
        None => (Kind::Other, c.to_lowercase().next().map_or(0, u32::from)),
    };
    // Composed, so that й is a letter of its own.
    word.nfc().filter(|c| c.is_alphanumeric()).map(place).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(_: &str) -> usize {
        1
    }

    fn at(block: &str, keyword: &str) -> Span {
        let start = block.find(keyword).unwrap();
        Span::new(start, start + keyword.len())
    }

    #[test]
    fn context_is_cut_to_its_columns() {
        let block = "Біз  бүгін\tтаулы жерде и\u{306}ода көрдік";
        let room = Room { left_columns: 7, right_columns: 8 };
        let line = line(block, at(block, "таулы"), room, one);
        assert_eq!((&*line.left, &*line.keyword, &*line.right), (" бүгін ", "таулы", " жерде и\u{306}"));
    }

    #[test]
    fn wide_letters_are_never_halved() {
        let wide = |grapheme: &str| if grapheme.is_ascii() { 1 } else { 2 };
        let line = line("аб x вг", at("аб x вг", "x"), Room { left_columns: 4, right_columns: 5 }, wide);
        assert_eq!((&*line.left, &*line.right), ("б ", " вг"));
    }

    #[test]
    fn lines_are_sorted_in_the_order_of_the_kazakh_alphabet() {
        let sorted = |side: Side, mut blocks: Vec<&'static str>| {
            blocks.sort_by_key(|block| sort_key(block, at(block, "_"), side));
            blocks
        };
        let right = ["_ 5", "_ аға", "_ Әке", "_ бала", "_ құс", "_ лақ", "_ лақ тау", "_ іні", "_ zoo"];
        assert_eq!(sorted(Side::Right, right.iter().rev().copied().collect()), right);
        let left = ["я аға _", "аға әке _", "бір Бала, _", "а ңеке _"];
        assert_eq!(sorted(Side::Left, left.iter().rev().copied().collect()), left);
    }

    proptest! {
        #[test]
        fn any_text_has_its_line_and_key(text in any::<String>(), columns in 0usize..20, (a, b) in (0usize..40, 0usize..40)) {
            let found = Span::new(floor_boundary(&text, a), floor_boundary(&text, b));
            let line = line(&text, found, Room { left_columns: columns, right_columns: columns }, one);
            prop_assert!(line.left.graphemes(true).count() <= columns && line.right.graphemes(true).count() <= columns);
            for side in [Side::Left, Side::Right] {
                prop_assert_eq!(sort_key(&text, found, side), sort_key(&text, found, side));
            }
        }
    }
}
