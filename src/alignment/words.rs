//! What the sentences of one text hold that a translation would keep: words by sound, numbers, dates, addresses, marks.

use std::collections::HashMap;

use crate::alignment::calendar::{Listed, listed};
use crate::alignment::link::Sentence;
use crate::alignment::sound::{skeleton, sounds};
use crate::text::hashing::Quick;

/// What sort of thing a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A number, in figures or in words.
    Number,
    /// A month or a weekday.
    Date,
    /// A word that is written with a capital inside sentences.
    Name,
    /// Another word.
    Word,
    /// A web address, a mention or a hashtag.
    Address,
    /// A question mark, a quote, a bracket and the like.
    Mark,
    /// The beginning of a word, for what is learnt from the pair itself.
    Stem,
}

/// How many kinds there are.
pub const N_KINDS: usize = 7;
const STEM_SOUNDS: usize = 5;
const MARKS: &str = "?!\"():;…%$№/";

/// One thing that sentences of a text hold.
#[derive(Debug, Clone)]
pub struct Term {
    /// Its sort.
    pub kind: Kind,
    /// What makes two terms the same: sounds, digits or the sign itself.
    pub key: Box<[u8]>,
    /// The sentences that hold it, rising.
    pub places: Vec<u32>,
    n_capital: u32,
    n_inner: u32,
}

/// One text as the alignment sees it.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// All terms.
    pub terms: Vec<Term>,
    /// The terms of each sentence, each once, rising.
    pub sentences: Vec<Vec<u32>>,
    /// The number of letters of each sentence, at least 1.
    pub sizes: Vec<f32>,
    /// Whether each sentence opens a paragraph.
    pub opens: Vec<bool>,
}

impl Side {
    /// Reads the sentences of a text.
    pub fn new(sentences: &[Sentence]) -> Self {
        let mut reading = Reading::default();
        let mut last = None;
        for sentence in sentences {
            reading.side.opens.push(last.replace(sentence.paragraph) != Some(sentence.paragraph));
            reading.sentence(sentence.text);
        }
        let mut side = reading.side;
        for term in side.terms.iter_mut().filter(|t| t.kind == Kind::Word) {
            if term.n_inner > 0 && term.n_capital * 3 > term.n_inner * 2 {
                term.kind = Kind::Name;
            }
        }
        side
    }

    /// Whether its paragraphs hold several sentences, so that their edges tell something.
    pub fn has_paragraphs(&self) -> bool {
        let n_open = self.opens.iter().filter(|o| **o).count();
        n_open > 1 && n_open * 5 < self.n_sentences() * 4
    }

    /// The number of sentences.
    pub fn n_sentences(&self) -> usize {
        self.sizes.len()
    }
}

#[derive(Default)]
struct Reading {
    side: Side,
    known: HashMap<(Kind, Box<[u8]>), u32, Quick>,
    heard: HashMap<String, Vec<u32>, Quick>,
    held: Vec<u32>,
}

impl Reading {
    fn sentence(&mut self, text: &str) {
        let mut n_letters = 0;
        let mut is_first = true;
        for token in text.split_whitespace() {
            n_letters += token.chars().count();
            if token.contains("://") || token.starts_with("www.") || token.starts_with('@') {
                let trimmed = token.trim_end_matches(|c: char| !c.is_alphanumeric());
                self.hold(Kind::Address, trimmed.as_bytes().into());
                continue;
            }
            if let Some(tag) = token.strip_prefix('#') {
                self.hold(Kind::Address, sounds(&skeleton(tag)).into());
            }
            self.token(token, &mut is_first);
        }
        self.side.sizes.push(n_letters.max(1) as f32);
        self.held.sort_unstable();
        self.held.dedup();
        let place = self.side.sizes.len() as u32 - 1;
        for id in &self.held {
            if let Some(term) = self.side.terms.get_mut(*id as usize) {
                term.places.push(place);
            }
        }
        self.side.sentences.push(std::mem::take(&mut self.held));
    }

    fn token(&mut self, token: &str, is_first: &mut bool) {
        let mut rest = token;
        while let Some(c) = rest.chars().next() {
            let n_bytes = if c.is_numeric() {
                run(rest, |c| c.is_numeric() || matches!(c, '.' | ','))
            } else if c.is_alphabetic() {
                run(rest, |c| c.is_alphabetic() || is_inner(c))
            } else {
                c.len_utf8()
            };
            let (piece, behind) = rest.split_at(n_bytes);
            rest = behind;
            if c.is_numeric() {
                self.hold(Kind::Number, number(piece).into_bytes().into());
            } else if c.is_alphabetic() {
                self.word(piece, !std::mem::replace(is_first, false));
            } else {
                let mark = match c {
                    '«' | '»' | '“' | '”' | '„' | '‟' => '"',
                    other => other,
                };
                if MARKS.contains(mark) {
                    self.hold(Kind::Mark, mark.to_string().into_bytes().into());
                }
            }
        }
    }

    fn word(&mut self, word: &str, is_inner: bool) {
        let is_capital = word.starts_with(char::is_uppercase);
        if !self.heard.contains_key(word) {
            let terms = terms_of(&word.to_lowercase());
            let ids = terms.into_iter().map(|(kind, key)| self.term(kind, key)).collect();
            self.heard.insert(word.to_owned(), ids);
        }
        for id in self.heard.get(word).into_iter().flatten() {
            self.held.push(*id);
            if let (true, Some(term)) = (is_inner, self.side.terms.get_mut(*id as usize)) {
                term.n_inner += 1;
                term.n_capital += u32::from(is_capital);
            }
        }
    }

    fn hold(&mut self, kind: Kind, key: Box<[u8]>) {
        let id = self.term(kind, key);
        self.held.push(id);
    }

    fn term(&mut self, kind: Kind, key: Box<[u8]>) -> u32 {
        let next = self.side.terms.len() as u32;
        let id = *self.known.entry((kind, key.clone())).or_insert(next);
        if id == next {
            self.side.terms.push(Term { kind, key, places: Vec::new(), n_capital: 0, n_inner: 0 });
        }
        id
    }
}

fn terms_of(lower: &str) -> Vec<(Kind, Box<[u8]>)> {
    match listed(lower) {
        Some(Listed::Month(n)) => return vec![(Kind::Date, vec![b'm', n].into())],
        Some(Listed::Weekday(n)) => return vec![(Kind::Date, vec![b'd', n].into())],
        Some(Listed::Number(n)) => return vec![(Kind::Number, n.to_string().into_bytes().into())],
        None => {}
    }
    let heard = sounds(&skeleton(lower));
    if heard.is_empty() {
        return Vec::new();
    }
    let stem: Box<[u8]> = heard.iter().take(STEM_SOUNDS).copied().collect();
    vec![(Kind::Word, heard.into()), (Kind::Stem, stem)]
}

fn is_inner(c: char) -> bool {
    matches!(c, '\'' | '’' | '\u{301}' | '\u{306}' | '\u{308}' | '\u{ad}' | '\u{200b}'..='\u{200d}')
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// A number without the signs that part its thousands; the sign before its decimals is a point.
fn number(figures: &str) -> String {
    let mut parts = figures.split(['.', ',']).filter(|p| !p.is_empty());
    let mut joined = parts.next().unwrap_or("").to_owned();
    for part in parts {
        if part.len() != 3 {
            joined.push('.');
        }
        joined.push_str(part);
    }
    joined
}
