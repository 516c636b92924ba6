//! A guess at the language a text is written in: English, Kazakh or Russian; and words that mix two alphabets.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::alphabet::{Script, script, twin};
use crate::text::body::Text;
use crate::text::span::{Span, slice};

/// How much each pair of letters speaks for Kazakh rather than Russian. Source of the counts: X-WMT, 700 sentences a
/// language.
static BIGRAMS: LazyLock<HashMap<(char, char), i32>> = LazyLock::new(|| {
    let rows = include_str!("kk_ru_bigrams.tsv").lines().filter(|line| !line.starts_with('#'));
    let row = |line: &str| {
        let (pair, weight) = line.split_once('\t')?;
        let mut letters = pair.chars();
        Some(((letters.next()?, letters.next()?), weight.parse().ok()?))
    };
    rows.filter_map(row).collect()
});

/// Latin letters of Kazakh alphabets that English has not; beside them stands q without u.
const OWN_LATIN: &str = "ğşıñäöūŋǵńýúáó";

/// Letters of Kazakh in Arabic script that Arabic and Persian have not.
const OWN_ARABIC: &str = "ٴٵٶٷٸەۇۋڭ";

/// Letters that Uyghur has beside those, and Kazakh has not.
const UYGHUR: &str = "ېۈئۆ";

/// So many of a hundred letters are Kazakh's own at least.
const LEAST_OWN_PERCENT: usize = 2;

/// Guesses `en`, `kk` or `ru` from the letters; `None` where there are none. Addresses count for no language.
///
/// Latin wins where it has over 1.5 times as many letters as Cyrillic; Kazakh and Russian are told apart by pairs of
/// letters, Kazakh in Latin and Arabic letters from other languages by the letters that it alone has.
pub fn guess(text: &str) -> Option<&'static str> {
    let (mut latin, mut cyrillic, mut weight) = (0usize, 0usize, 0i32);
    let (mut own_latin, mut arabic, mut own_arabic, mut uyghur) = (0usize, 0usize, 0usize, 0usize);
    for word in text.split_whitespace().filter(|word| !is_address(word)) {
        let mut before = '_';
        let mut letters = word.chars().flat_map(char::to_lowercase).peekable();
        while let Some(c) = letters.next() {
            latin += usize::from(script(c) == Some(Script::Latin));
            let has_u = letters.peek() == Some(&'u');
            own_latin += usize::from(OWN_LATIN.contains(c) || (c == 'q' && !has_u));
            arabic += usize::from(matches!(c, '\u{600}'..='\u{6ff}'));
            own_arabic += usize::from(OWN_ARABIC.contains(c));
            uyghur += usize::from(UYGHUR.contains(c));
            let c = if matches!(c, '\u{400}'..='\u{52f}') { c } else { '_' };
            cyrillic += usize::from(c != '_');
            weight += BIGRAMS.get(&(before, c)).copied().unwrap_or(0);
            before = c;
        }
        weight += BIGRAMS.get(&(before, '_')).copied().unwrap_or(0);
    }
    match (latin, cyrillic) {
        _ if arabic > latin + cyrillic => {
            let is_own = own_arabic * 100 > arabic * LEAST_OWN_PERCENT && uyghur * 4 < own_arabic;
            is_own.then_some("kk")
        }
        (0, 0) => None,
        _ if 2 * latin > 3 * cyrillic && own_latin * 100 > latin * LEAST_OWN_PERCENT => Some("kk"),
        _ if 2 * latin > 3 * cyrillic => Some("en"),
        _ if weight > 0 => Some("kk"),
        _ => Some("ru"),
    }
}

fn is_address(word: &str) -> bool {
    word.contains("://") || word.starts_with("www.") || (word.contains('@') && word.contains('.'))
}

/// Paragraphs shorter than this take their document's language: a name or a number tells too little.
const LEAST_LETTERS: usize = 12;

/// A line whose language is another than its document's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stranger {
    /// The line's number, from 1.
    pub line: usize,
    /// Its first byte.
    pub start: usize,
    /// Its language.
    pub language: &'static str,
}

/// The language of one paragraph, where it tells one.
pub fn of_paragraph(paragraph: &str) -> Option<&'static str> {
    let n_letters = paragraph
        .split_whitespace()
        .filter(|w| !is_address(w))
        .flat_map(str::chars)
        .filter(|c| c.is_alphabetic())
        .count();
    guess(paragraph).filter(|_| n_letters >= LEAST_LETTERS)
}

/// The lines of a text whose language seems to be another than its document's, at most `most`.
pub fn strangers(text: &Text, language: &str, most: usize) -> Vec<Stranger> {
    let mut found = Vec::new();
    each_line(text, &mut |line, start, words| {
        // Of languages that are not guessed at nothing is told.
        let other = of_paragraph(words).filter(|other| *other != language && matches!(language, "en" | "kk" | "ru"));
        found.extend(other.map(|language| Stranger { line, start, language }));
        found.len() < most
    });
    found
}

/// Hands each line of a text to `each`, with its number from 1 and its first byte, until `each` has enough.
fn each_line(text: &Text, each: &mut dyn FnMut(usize, usize, &str) -> bool) {
    let mut block = (!text.is_empty()).then(|| text.block(0));
    let mut line = 1;
    while let Some(b) = block {
        if !each(line, b.start, &b.text) {
            return;
        }
        // A piece of a very long line is no new line.
        line += usize::from(text.bytes(Span::new(b.next.saturating_sub(1), b.next)) == b"\n");
        block = text.block_after(&b);
    }
}

/// A word that has a letter of another alphabet which looks like its own: Latin `a` in `қaзақ`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MixedWord {
    /// The line's number, from 1.
    pub line: usize,
    /// The word, in bytes of the document.
    pub span: Span,
    /// The first letter that does not belong.
    pub letter: char,
}

/// The words that mix alphabets by letters that look alike, at most `most`.
pub fn mixed_words(text: &Text, most: usize) -> Vec<MixedWord> {
    let mut found = Vec::new();
    each_line(text, &mut |line, start, words| {
        let mut from = 0;
        for run in words.split(|c: char| !c.is_alphabetic()) {
            let at = from + slice(words, from, words.len()).find(run).unwrap_or(0);
            from = at + run.len();
            let span = Span::new(at, from).shifted(start);
            found.extend(stranger_in(run).map(|letter| MixedWord { line, span, letter }));
        }
        found.len() < most
    });
    found.truncate(most);
    found
}

/// The first letter of the alphabet that has fewer letters in a word, where each of these has a twin in the other.
fn stranger_in(word: &str) -> Option<char> {
    let of = |wanted: Script| word.chars().filter(move |c| script(*c) == Some(wanted));
    let (latin, cyrillic) = (of(Script::Latin).count(), of(Script::Cyrillic).count());
    if latin == 0 || cyrillic == 0 {
        return None;
    }
    let (minor, major) =
        if latin > cyrillic { (Script::Cyrillic, Script::Latin) } else { (Script::Latin, Script::Cyrillic) };
    of(minor).all(|c| twin(c, major).is_some()).then(|| of(minor).next()).flatten()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn three_languages_are_told_apart() {
        assert_eq!(guess("Civil activity does not spill offline"), Some("en"));
        assert_eq!(guess("Қазақстандағы киберактивизм https://web.kz"), Some("kk"));
        assert_eq!(guess("Нравится Поделиться Смотреть все"), Some("ru"));
        assert_eq!(guess("Бала мектепке барды"), Some("kk"), "without a letter that Russian has not");
        assert_eq!(guess("Qazaqstan Respublikasynyñ azamaty söz bostandyğyna ie"), Some("kk"));
        assert_eq!(guess("Qazaqstanda soz bostandygy zhok"), Some("kk"));
        assert_eq!(guess("A quick question about Almaty, Aqtobe and the Qur'an in quotations"), Some("en"));
        assert_eq!(guess("قازاقستاندا ٴسوز بوستاندىعى بار ما، جوق پا"), Some("kk"));
        assert_eq!(guess("قازاقستان رەسپۋبليكاسىنىڭ پرەزيدەنتى"), Some("kk"));
        assert_eq!(guess("حرية التعبير في كازاخستان"), None);
        assert_eq!(guess("ئۇيغۇر تىلى شىنجاڭدا سۆزلىنىدۇ، ئېلىمىز"), None);
        assert_eq!(guess("2016 — …"), None);
        assert_eq!(guess("https://example.org/path"), None);
    }

    #[test]
    fn lines_of_another_language_are_found() {
        let text = Text::whole("The first line is English.\n\nХотите больше статей на русском?\n2016\nУра\n");
        assert_eq!(strangers(&text, "en", 9), [Stranger { line: 3, start: 28, language: "ru" }]);
        assert_eq!(strangers(&text, "de", 9), []);
    }

    #[test]
    fn words_that_mix_alphabets_are_found_without_their_hyphened_suffixes() {
        let text = Text::whole("қaзақ Instagram-дағы\nIT-компания сayt Wi-Fi");
        let found = mixed_words(&text, 9);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].line, found[0].span, found[0].letter), (1, Span::new(0, 9), 'a'));
        assert_eq!((found[1].line, found[1].letter), (2, 'с'));
    }
}
