//! What a terminal shows of a text: glyphs, their widths in columns, and nothing it would obey.

use std::sync::atomic::{AtomicBool, Ordering};

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::text::span::slice;

/// Columns between tab stops.
pub const TAB_COLUMNS: usize = 4;

/// A grapheme longer than this many bytes is drawn by its beginning; a stack of a thousand accents is no letter.
const MAX_GLYPH_BYTES: usize = 48;

/// Whether letters of ambiguous width take two columns. It is a property of the one terminal that the program runs
/// in, set once before anything is measured.
static IS_AMBIGUOUS_WIDE: AtomicBool = AtomicBool::new(false);

/// Takes letters of ambiguous width (UAX #11: Cyrillic, Greek, “”, …) as two columns wide, as terminals with East Asian
/// fonts draw them.
pub fn widen_ambiguous(is_wide: bool) {
    IS_AMBIGUOUS_WIDE.store(is_wide, Ordering::Relaxed);
}

/// Whether letters of ambiguous width take two columns.
pub fn is_ambiguous_wide() -> bool {
    IS_AMBIGUOUS_WIDE.load(Ordering::Relaxed)
}

/// One grapheme as it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyph<'a> {
    /// Byte offset of the grapheme in its text.
    pub start: usize,
    /// Byte offset behind it.
    pub end: usize,
    /// What to draw: never a control character.
    pub symbol: &'a str,
    /// Columns it takes: 0, 1 or 2; a tab is reported with 1 and widened by the caller.
    pub columns: usize,
}

impl Glyph<'_> {
    /// Whether this is a tab, whose width depends on the column it stands in.
    pub fn is_tab(&self) -> bool {
        self.symbol == "\t"
    }

    /// The columns it takes when it starts in `column`.
    pub fn columns_at(&self, column: usize) -> usize {
        if self.is_tab() { TAB_COLUMNS - column % TAB_COLUMNS } else { self.columns }
    }
}

/// Letters and signs that are a grapheme of one column by themselves unless a mark follows.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{00A1}'..='\u{00AC}' | '\u{00AE}'..='\u{02FF}' | '\u{0400}'..='\u{0482}' | '\u{048A}'..='\u{052F}'
        | '\u{2010}'..='\u{2027}')
}

/// The picture for a character that a terminal would obey or hide, if it is one.
fn picture(c: char) -> Option<&'static str> {
    const PICTURES: [&str; 32] = [
        "␀", "␁", "␂", "␃", "␄", "␅", "␆", "␇", "␈", "␉", "␊", "␋", "␌", "␍", "␎", "␏", "␐", "␑", "␒", "␓", "␔", "␕",
        "␖", "␗", "␘", "␙", "␚", "␛", "␜", "␝", "␞", "␟",
    ];
    match c {
        '\u{0}'..='\u{1f}' => PICTURES.get(c as usize).copied(),
        '\u{7f}' => Some("␡"),
        // The second set of control characters, and marks that reorder a whole line, which could make the
        // screen say what the text does not.
        '\u{80}'..='\u{9f}'
        | '\u{061c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => Some("␦"),
        '\u{2028}' | '\u{2029}' => Some("␤"),
        _ => None,
    }
}

/// The glyphs of one line, left to right.
pub fn glyphs(text: &str) -> Glyphs<'_> {
    Glyphs { text, at: 0 }
}

/// Iterator over the glyphs of a line.
#[derive(Debug, Clone)]
pub struct Glyphs<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Glyphs<'a> {
    type Item = Glyph<'a>;

    fn next(&mut self) -> Option<Glyph<'a>> {
        let rest = self.text.get(self.at..)?;
        let mut chars = rest.chars();
        let first = chars.next()?;
        let start = self.at;
        let next = chars.next();
        if is_plain(first) && next.is_none_or(|c| is_plain(c) || c == '\n') {
            self.at += first.len_utf8();
            let symbol = slice(self.text, start, self.at);
            let columns = if first.is_ascii() || !is_ambiguous_wide() { 1 } else { columns_of(symbol) };
            return Some(Glyph { start, end: self.at, symbol, columns });
        }
        let grapheme = rest.graphemes(true).next()?;
        self.at += grapheme.len();
        Some(drawn(start, grapheme, first))
    }
}

fn drawn(start: usize, grapheme: &str, first: char) -> Glyph<'_> {
    let end = start + grapheme.len();
    if first == '\t' {
        return Glyph { start, end, symbol: "\t", columns: 1 };
    }
    if let Some(symbol) = picture(first) {
        return Glyph { start, end, symbol, columns: 1 };
    }
    if grapheme.chars().skip(1).any(|c| picture(c).is_some()) {
        return Glyph { start, end, symbol: "␦", columns: 1 };
    }
    let mut cut = grapheme.len().min(MAX_GLYPH_BYTES);
    while !grapheme.is_char_boundary(cut) {
        cut -= 1;
    }
    let symbol = slice(grapheme, 0, cut);
    Glyph { start, end, symbol, columns: columns_of(symbol) }
}

fn columns_of(symbol: &str) -> usize {
    if !is_ambiguous_wide() {
        return symbol.width().min(2);
    }
    // unicode-width takes letters of alphabets as narrow even then; the terminals that this is for do not.
    // Source: EastAsianWidth.txt, class A. The letters that only Kazakh has are of class N, narrow.
    let is_wide = |c: char| matches!(c, '\u{401}' | '\u{410}'..='\u{44f}' | '\u{451}' | '\u{391}'..='\u{3a9}' | '\u{3b1}'..='\u{3c9}');
    if symbol.starts_with(is_wide) { 2 } else { symbol.width_cjk().min(2) }
}

/// The columns a line takes from column 0.
pub fn columns(text: &str) -> usize {
    glyphs(text).fold(0, |column, glyph| column + glyph.columns_at(column))
}

/// A text in one line: each stretch of white space is a blank.
pub fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A single line that is safe to draw: control characters as pictures, newlines and tabs as blanks.
pub fn printable(text: &str) -> String {
    glyphs(text).map(|glyph| if matches!(glyph.symbol, "\t" | "␊") { " " } else { glyph.symbol }).collect()
}

/// Like [`printable`], cut to so many columns with an ellipsis. Reads no more of the text than it shows.
pub fn fitted(text: &str, max_columns: usize) -> String {
    let mut line = String::new();
    let mut column = 0;
    // Where the line ends if more comes than fits: room is left for the ellipsis.
    let (mut cut, dots) = (0, if is_ambiguous_wide() { "..." } else { "…" });
    let dots_columns = if is_ambiguous_wide() { 3 } else { 1 };
    for glyph in glyphs(text) {
        if column + glyph.columns > max_columns {
            line.truncate(cut);
            if max_columns >= dots_columns {
                line.push_str(dots);
            }
            return line;
        }
        column += glyph.columns;
        line.push_str(if matches!(glyph.symbol, "\t" | "␊") { " " } else { glyph.symbol });
        if column + dots_columns <= max_columns {
            cut = line.len();
        }
    }
    line
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_become_pictures() {
        assert_eq!(printable("a\u{1b}[31mқ\u{9b}b\u{7}"), "a␛[31mқ␦b␇");
        assert_eq!(printable("abc\u{202e}def"), "abc␦def");
        assert!(printable("x\r\ny").chars().all(|c| !c.is_control()));
    }

    #[test]
    fn a_letter_and_its_mark_are_one_glyph() {
        let seen: Vec<_> = glyphs("и\u{306}е").map(|g| (g.start, g.end, g.columns)).collect();
        assert_eq!(seen, [(0, 4, 1), (4, 6, 1)]);
    }

    #[test]
    fn a_tab_reaches_the_next_stop() {
        assert_eq!(columns("a\tb"), 5);
        assert_eq!(columns("қаз\t"), 4);
    }

    #[test]
    fn fitting_keeps_whole_letters() {
        assert_eq!(fitted("Қазақстан", 5), "Қаза…");
        assert_eq!(fitted("Қазақ", 5), "Қазақ");
        assert_eq!(fitted("", 0), "");
        assert_eq!(fitted("日本語", 4), "日…");
    }

    #[test]
    fn a_thousand_accents_are_cut() {
        let zalgo = format!("a{}", "\u{301}".repeat(1000));
        assert!(glyphs(&zalgo).all(|g| g.symbol.len() <= MAX_GLYPH_BYTES));
        assert_eq!(columns(&zalgo), 1);
    }
}
