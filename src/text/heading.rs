//! Which lines of a plain text are headings.

use crate::text::body::Text;
use crate::text::width::printable;

/// Longer lines are no headings, in characters.
const MAX_CHARS: usize = 90;

/// The heading that a line is, if it looks like one: marked with `#`, or short, between blank lines, and not ended
/// like a sentence.
fn heading(line: &str, is_after_blank: bool, is_before_blank: bool) -> Option<&str> {
    let words = line.trim();
    let marked = words.trim_start_matches('#');
    if marked.len() < words.len() && marked.starts_with(' ') {
        return Some(marked.trim());
    }
    let ends_like_a_sentence =
        |c: char| matches!(c, '.' | '!' | '?' | '…' | ':' | ';' | ',' | '»' | '”' | '"' | ')' | '-' | '–' | '—');
    let is_short = words.chars().nth(MAX_CHARS).is_none() && words.chars().any(char::is_alphabetic);
    let is_heading = is_after_blank && is_before_blank && is_short && !words.ends_with(ends_like_a_sentence);
    is_heading.then_some(words)
}

/// The headings of a text: where each line begins, in bytes, and its words; at most `most`. `go_on` is asked at
/// every line, with how many bytes were read, and ends it.
pub fn headings(text: &Text, most: usize, go_on: &mut dyn FnMut(usize) -> bool) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut is_after_blank = true;
    let mut at = (!text.is_empty()).then(|| text.block(0));
    while let Some(block) = at {
        let next = text.block_after(&block);
        let is_before_blank = next.as_ref().is_none_or(|next| next.text.trim().is_empty());
        if let Some(words) = heading(&block.text, is_after_blank, is_before_blank) {
            found.push((block.start, printable(words)));
        }
        is_after_blank = block.text.trim().is_empty();
        if found.len() >= most || !go_on(block.next) {
            break;
        }
        at = next;
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn headings_are_short_lines_between_blank_ones_or_marked() {
        let text = "Тақырып\n\nБірінші сөйлем.\n\nЕкінші бөлім\n\nол\nжол\n\n## Marked *one*\nнемесе\n\n“Дәйексөз”\n";
        let mut n = 0;
        let found = headings(&Text::whole(text), 9, &mut |_| {
            n += 1;
            true
        });
        let words: Vec<&str> = found.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(words, ["Тақырып", "Екінші бөлім", "Marked *one*"]);
        assert_eq!(found[1].0, text.find("Екінші").unwrap());
        assert!(n > 8);
        assert_eq!(headings(&Text::whole(text), 9, &mut |_| false).len(), 1);
        assert!(headings(&Text::whole(""), 9, &mut |_| true).is_empty());
    }
}
