//! Finding a phrase in a text, whatever its capitals and accents.

use crate::text::body::Text;
use crate::text::fold::{fold, folded};
use crate::text::span::Span;

/// A phrase made ready to be looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needle {
    folded: String,
}

impl Needle {
    /// Folds a phrase; blanks around it are dropped.
    pub fn new(phrase: &str) -> Self {
        Self { folded: folded(phrase.trim()) }
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.folded.is_empty()
    }

    /// Where it stands in a text without newlines: byte spans within it, in order, not overlapping.
    pub fn matches(&self, text: &str) -> Vec<Span> {
        if self.is_empty() {
            return Vec::new();
        }
        let hay = fold(text);
        if !hay.text.contains(&self.folded) {
            return Vec::new();
        }
        let n_chars = self.folded.chars().count();
        let mut before = 0;
        let mut counted = 0;
        let mut found = Vec::new();
        for (at, part) in hay.text.match_indices(&self.folded) {
            before += crate::text::span::slice(&hay.text, counted, at).chars().count();
            counted = at;
            let start = hay.sources.get(before).copied().unwrap_or(0);
            let end = hay.sources.get(before + n_chars).copied().unwrap_or(text.len());
            found.push(Span::new(start, end));
            debug_assert_eq!(part.chars().count(), n_chars);
        }
        found
    }

    /// Where it stands in a whole text, at most `most` places; `go_on` is asked at every block, with how many bytes
    /// were read, and ends it.
    pub fn matches_in(&self, text: &Text, most: usize, go_on: &mut dyn FnMut(usize) -> bool) -> Vec<Span> {
        let mut found = Vec::new();
        let mut next = (!text.is_empty() && !self.is_empty()).then(|| text.block(0));
        while let Some(block) = next {
            found.extend(self.matches(&block.text).into_iter().map(|span| span.shifted(block.start)));
            if found.len() >= most || !go_on(block.next) {
                found.truncate(most);
                break;
            }
            next = text.block_after(&block);
        }
        found
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn capitals_and_marks_do_not_hide_a_match() {
        let text = "ҚАЗАҚ елі, қазақ и\u{306}од";
        assert_eq!(Needle::new("қазақ").matches(text), [Span::new(0, 10), Span::new(19, 29)]);
        assert_eq!(Needle::new("йод").matches(text), [Span::new(30, 38)]);
        assert!(Needle::new(" ").matches(text).is_empty());
    }

    #[test]
    fn a_whole_text_is_searched_line_by_line() {
        let text = Text::whole("бір\nекі бір\n");
        assert_eq!(Needle::new("БІР").matches_in(&text, 9, &mut |_| true), [Span::new(0, 6), Span::new(14, 20)]);
        assert_eq!(Needle::new("бір").matches_in(&text, 1, &mut |_| true).len(), 1);
    }
}
