//! A phrase looked for word by word, each word in any of its forms.

use crate::text::alphabet::{Letter, letter};
use crate::text::span::{Span, slice};
use crate::text::wordform::Family;

/// Words with more hyphens than this are looked through part by part only.
const MOST_HYPHENS: usize = 6;

/// The words of a query, each with its family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    families: Vec<Family>,
}

impl Phrase {
    /// Takes the words of a query; none when it has no word or a sign that words alone do not say (`C++`, `100 %`).
    pub fn new(query: &str) -> Option<Self> {
        let said = query.trim_start_matches(['#', '@']);
        let is_said = |c: char| {
            is_of_word(c)
                || c.is_whitespace()
                || is_joint(c)
                || matches!(
                    c,
                    ',' | '.'
                        | ';'
                        | ':'
                        | '!'
                        | '?'
                        | '"'
                        | '«'
                        | '»'
                        | '“'
                        | '”'
                        | '„'
                        | '…'
                        | '—'
                        | '–'
                        | '('
                        | ')'
                        | '_'
                )
        };
        let words = words(said);
        if words.is_empty() || !said.chars().all(is_said) {
            return None;
        }
        Some(Self { families: words.iter().map(|word| Family::new(slice(said, word.start, word.end))).collect() })
    }

    /// What one of the words, the most telling one, can begin with: a match has one of these skeletons in it.
    pub fn openings(&self) -> impl Iterator<Item = &str> {
        let least = |family: &&Family| family.openings().map(str::len).min();
        self.families.iter().max_by_key(least).into_iter().flat_map(Family::openings)
    }

    /// Where its words stand in a text in order with nothing but blanks and punctuation between; spans of whole words.
    pub fn matches(&self, text: &str) -> Vec<Span> {
        let words = words(text);
        let mut found = Vec::new();
        for at in 0..words.len() {
            let run = words.get(at..at + self.families.len()).unwrap_or_default();
            found.extend(self.match_run(text, run));
        }
        found
    }

    fn match_run(&self, text: &str, run: &[Span]) -> Option<Span> {
        let mut whole: Option<Span> = None;
        for (family, word) in self.families.iter().zip(run) {
            let span = form(family, text, *word)?;
            whole = Some(whole.map_or(span, |whole| whole.union(span)));
        }
        whole.filter(|_| !run.is_empty())
    }
}

/// The part of a word of a text that is a form: the word, or some of what its hyphens join.
fn form(family: &Family, text: &str, word: Span) -> Option<Span> {
    let is_form = |span: &Span| family.accepts(slice(text, span.start, span.end));
    if is_form(&word) {
        return Some(word);
    }
    let hyphens = || {
        let letters = slice(text, word.start, word.end).char_indices();
        letters
            .filter(|&(_, c)| letter(c) == Letter::Hyphen)
            .map(|(at, c)| (word.start + at, word.start + at + c.len_utf8()))
    };
    if hyphens().count() > MOST_HYPHENS {
        let mut start = word.start;
        let ends = hyphens().chain(std::iter::once((word.end, word.end)));
        let mut parts = ends.map(|(before, behind)| Span::new(std::mem::replace(&mut start, behind), before));
        return parts.find(|part| !part.is_empty() && is_form(part));
    }
    let starts = std::iter::once(word.start).chain(hyphens().map(|(_, behind)| behind));
    let mut parts = starts.flat_map(|start| {
        let ends = std::iter::once(word.end).chain(hyphens().map(|(before, _)| before));
        ends.filter(move |&end| end > start).map(move |end| Span::new(start, end))
    });
    parts.find(is_form)
}

/// The words of a text as spans, in order: letters and digits with the hyphens and apostrophes between them.
pub fn words(text: &str) -> Vec<Span> {
    let mut words: Vec<Span> = Vec::new();
    let mut is_open = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let goes_on = || slice(text, end, text.len()).chars().next().is_some_and(is_of_word);
        let is_in = is_of_word(c) || (is_open && is_joint(c) && goes_on());
        match words.last_mut().filter(|_| is_open && is_in) {
            Some(word) => word.end = end,
            None if is_in => words.push(Span::new(at, end)),
            None => {}
        }
        is_open = is_in;
    }
    words
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || (!c.is_ascii() && letter(c) == Letter::Mark)
}

fn is_joint(c: char) -> bool {
    matches!(letter(c), Letter::Hyphen | Letter::Apostrophe)
}
