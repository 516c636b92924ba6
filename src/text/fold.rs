//! Text made comparable: capitals, accents and the two ways to write й and ё made one.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// A folded text that remembers where each of its letters came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// The folded text; one character for each kept character of the source.
    pub text: String,
    /// For each character of `text`, the byte offset of its source; one more for the source's end.
    pub sources: Vec<usize>,
}

/// Folds character by character, so that positions keep their order: `Қазақ ЙÉ` is `қазақ ие`.
pub fn fold(source: &str) -> Folded {
    let mut folded = Folded { text: String::with_capacity(source.len()), sources: Vec::with_capacity(source.len()) };
    for (at, c) in source.char_indices() {
        if let Some(c) = fold_char(c) {
            folded.text.push(c);
            folded.sources.push(at);
        }
    }
    folded.sources.push(source.len());
    folded
}

/// The folded text alone.
pub fn folded(source: &str) -> String {
    source.chars().filter_map(fold_char).collect()
}

/// The character that stands for `c`, or nothing for a mark or an invisible character.
fn fold_char(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c.to_ascii_lowercase());
    }
    if is_combining_mark(c) || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}') {
        return None;
    }
    let mut lower = c.to_lowercase();
    // Only İ becomes two characters, of which the first is the letter.
    let small = lower.next().unwrap_or(c);
    let mut base = None;
    decompose_canonical(small, |part| base = base.or(Some(part)));
    Some(match base.unwrap_or(small) {
        '\u{a0}' | '\u{202f}' => ' ',
        '’' | '‘' => '\'',
        other => other,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn capitals_and_both_spellings_of_a_letter_meet() {
        assert_eq!(folded("ҚАЗАҚ Йод и\u{306}од Ёлка"), "қазақ иод иод елка");
        assert_eq!(folded("İstanbul"), "istanbul");
    }

    #[test]
    fn every_letter_knows_its_source() {
        let folded = fold("и\u{306}Қ");
        assert_eq!(folded.text, "иқ");
        assert_eq!(folded.sources, [0, 4, 6]);
    }
}
