//! Sentences and tokens of a text, as programs want them that count annotations by tokens.

use crate::text::segment::{Unit, segments};
use crate::text::span::{Span, slice};

/// A sentence: its bytes, and those of the tokens in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// From its first letter to its last.
    pub span: Span,
    /// Its tokens, in order and apart from each other: words, and what stands between them but blanks.
    pub tokens: Vec<Span>,
}

/// The sentences of a text, in order: all its letters but blanks are in one.
pub fn sentences(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        for span in segments(line, Unit::Sentence) {
            let tokens = tokens(slice(line, span.start, span.end));
            let tokens: Vec<Span> = tokens.into_iter().map(|token| token.shifted(at + span.start)).collect();
            if !tokens.is_empty() {
                sentences.push(Sentence { span: span.shifted(at), tokens });
            }
        }
        at += line.len() + 1;
    }
    sentences
}

/// The tokens of a sentence.
fn tokens(text: &str) -> Vec<Span> {
    let mut tokens = Vec::new();
    let mut at = 0;
    for word in segments(text, Unit::Word) {
        between(text, Span::new(at, word.start.max(at)), &mut tokens);
        // A mark on a blank makes a word begin before its first letter.
        let inner = slice(text, word.start.max(at), word.end.max(at));
        let start = word.end - inner.trim_start().len().min(word.end);
        if start < word.end && start >= at {
            tokens.push(Span::new(start, start + inner.trim().len()));
            at = word.end;
        }
    }
    between(text, Span::new(at, text.len()), &mut tokens);
    tokens
}

/// What stands in a gap between words, parted by blanks.
fn between(text: &str, gap: Span, tokens: &mut Vec<Span>) {
    let mut start = None;
    let letters = slice(text, gap.start, gap.end).char_indices().map(|(at, c)| (gap.start + at, c));
    for (at, c) in letters.chain(std::iter::once((gap.end, ' '))) {
        match (start, c.is_whitespace()) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                tokens.push(Span::new(from, at));
                start = None;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_and_signs_are_tokens() {
        let text = "Бұл — «сөз»!\n Екі.";
        let found: Vec<Vec<&str>> =
            sentences(text).iter().map(|s| s.tokens.iter().map(|t| &text[t.start..t.end]).collect()).collect();
        assert_eq!(found, [vec!["Бұл", "—", "«", "сөз", "»!"], vec!["Екі", "."]]);
    }

    proptest! {
        #[test]
        fn every_letter_is_in_one_token(text in "[aАқ,.!?«»— \n\t\u{301}\u{2028}\u{200b}👍👨\u{200d}]{0,40}") {
            let mut at = 0;
            for sentence in sentences(&text) {
                prop_assert_eq!(sentence.span.start, sentence.tokens[0].start);
                prop_assert!(sentence.span.end >= sentence.tokens[sentence.tokens.len() - 1].end);
                for token in sentence.tokens {
                    prop_assert!(text[at..token.start].chars().all(char::is_whitespace), "{:?}", token);
                    prop_assert!(!text[token.start..token.end].contains('\n') && token.start < token.end);
                    at = token.end;
                }
            }
            prop_assert!(text[at..].chars().all(char::is_whitespace));
        }
    }
}
