//! Passages found again in a text by their words alone, also where these are not quite the same any more.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::text::anchor::Quote;
use crate::text::carry::{Carried, Carry};
use crate::text::ruler::Ruler;
use crate::text::span::{CodePoints, slice};

/// Places of the same words that are compared at most: a passage of one letter stands everywhere.
const MOST_PLACES: usize = 10_000;

/// Words of a quote that are looked up to find where something like it stands.
const MOST_SEEDS: usize = 64;

/// Places of a word that vote at most: a word that stands more often tells nothing.
const MOST_VOTES: usize = 500;

/// Stretches that are compared word by word with a quote.
const MOST_STRETCHES: usize = 4;

/// A place of the same words without anything around that agrees is as good as this, in percent, where it is the only one.
const ALONE: usize = 90;

/// Letters around a quote below which they tell little: one of several places needs as many that agree.
const LEAST_AROUND: usize = 8;

/// Below this confidence, in percent, a place is none.
pub const LEAST_CONFIDENCE: u8 = 50;

/// A text in which passages are looked for.
pub struct Seek<'a> {
    ruler: &'a Ruler<'a>,
    /// Where each word stands, by its code points; made when a passage is first not found as it is.
    words: OnceCell<HashMap<&'a str, Vec<usize>>>,
}

impl<'a> Seek<'a> {
    /// Looks in this text.
    pub fn new(ruler: &'a Ruler<'a>) -> Self {
        Self { ruler, words: OnceCell::new() }
    }

    /// Where a quote stands: at its old place, `hint`, where that is known and its words are there; else where they are, the place whose neighbours
    /// agree best; else where words like them are. `None` where nothing is like it at 50 % or more.
    pub fn find(&self, quote: &Quote, hint: Option<usize>) -> Option<Carried> {
        if quote.exact.trim().is_empty() {
            return None;
        }
        let n = quote.exact.chars().count();
        let there = hint.map(|start| CodePoints { start, end: start.saturating_add(n) });
        if let Some(range) = there.filter(|there| self.ruler.slice(*there) == quote.exact) {
            return Some(Carried { range, confidence: 100 });
        }
        self.same_words(quote, hint.unwrap_or(0), n).or_else(|| self.like_words(quote))
    }

    /// How many letters before and behind a place are those of the quote.
    fn agreement(&self, quote: &Quote, range: CodePoints) -> usize {
        let text = self.ruler.text();
        let before = slice(text, 0, self.ruler.offset(range.start));
        let after = slice(text, self.ruler.offset(range.end), text.len());
        let is_same = |(a, b): &(char, char)| a == b || (a.is_whitespace() && b.is_whitespace());
        before.chars().rev().zip(quote.before.chars().rev()).take_while(is_same).count()
            + after.chars().zip(quote.after.chars()).take_while(is_same).count()
    }

    fn same_words(&self, quote: &Quote, hint: usize, n: usize) -> Option<Carried> {
        let places: Vec<(usize, CodePoints)> = self
            .ruler
            .text()
            .match_indices(&quote.exact)
            .take(MOST_PLACES)
            .map(|(at, _)| self.ruler.code_point(at))
            .map(|start| CodePoints { start, end: start + n })
            .map(|range| (self.agreement(quote, range), range))
            .collect();
        let score = |(agreed, range): (usize, CodePoints)| (agreed, std::cmp::Reverse(range.start.abs_diff(hint)));
        let (agreed, range) = places.iter().copied().max_by_key(|place| score(*place))?;
        let next = places.iter().filter(|(_, other)| *other != range).map(|(agreed, _)| *agreed).max();
        let n_around = quote.before.chars().count() + quote.after.chars().count();
        Some(Carried { range, confidence: sureness(agreed, next, n_around) })
    }

    /// Where most of the quote's words stand in its order: rare words vote for the place where the quote would begin.
    fn like_words(&self, quote: &Quote) -> Option<Carried> {
        let whole = format!("{}{}{}", quote.before, quote.exact, quote.after);
        let own = Ruler::new(&whole);
        let places = self.words.get_or_init(|| words(self.ruler));
        let mut votes: HashMap<usize, usize> = HashMap::new();
        let mut seeds: Vec<(usize, &str)> = word_places(&own).collect();
        let rarity = |word: &str| places.get(word).map_or(usize::MAX, Vec::len);
        seeds.sort_by_key(|(at, word)| (rarity(word), *at));
        let grain = (own.len() / 4).max(16);
        for (at, word) in seeds.into_iter().filter(|(_, word)| rarity(word) <= MOST_VOTES).take(MOST_SEEDS) {
            for place in places.get(word).into_iter().flatten() {
                *votes.entry(place.saturating_sub(at) / grain).or_default() += word.chars().count();
            }
        }
        let mut best: Vec<(usize, usize)> = votes.into_iter().map(|(place, n)| (n, place)).collect();
        best.sort_by_key(|(n, place)| (std::cmp::Reverse(*n), *place));
        let start = quote.before.chars().count();
        let range = CodePoints { start, end: start + quote.exact.chars().count() };
        let carried = best.into_iter().take(MOST_STRETCHES).filter_map(|(_, place)| {
            let from = (place * grain).saturating_sub(own.len() / 2);
            let stretch = CodePoints { start: from, end: from + 2 * own.len() + 2 * grain };
            let found = Carry::new(&own, &Ruler::new(self.ruler.slice(stretch))).passage(range)?;
            let CodePoints { start, end } = found.range;
            Some(Carried { range: CodePoints { start: from + start, end: from + end }, ..found })
        });
        let best = carried.max_by_key(|found| (found.confidence, std::cmp::Reverse(found.range.start)))?;
        // The words are not those of the quote, or else they would have been found: never quite sure.
        Some(Carried { confidence: best.confidence.min(99), ..best })
            .filter(|found| found.confidence >= LEAST_CONFIDENCE)
    }
}

/// How sure a place of the same words is, in percent: of its neighbours' letters so many agree, of those of the next best place,
/// where there is one, so many. The only place is sure whatever stands around it; one of several is where half of its
/// neighbours agree, and twice as many as at any other place.
fn sureness(agreed: usize, next: Option<usize>, n_around: usize) -> u8 {
    let share = (100 * agreed).checked_div(n_around).unwrap_or(0);
    let whole = ALONE + (100 - ALONE) * share / 100;
    let sure = match next {
        None => whole,
        Some(next) => {
            let least = usize::from(LEAST_CONFIDENCE);
            let around = (200 * agreed / n_around.max(LEAST_AROUND)).min(100);
            // All around it is as it was, which no other place can say of itself.
            let is_same = agreed == n_around && next < agreed;
            let lead = if is_same { 100 } else { (200 * (agreed - next)).checked_div(agreed).unwrap_or(0).min(100) };
            (least + (100 - least) * around * lead / 10_000).min(whole)
        }
    };
    sure.min(100) as u8
}

fn words<'a>(ruler: &Ruler<'a>) -> HashMap<&'a str, Vec<usize>> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, word) in word_places(ruler) {
        places.entry(word).or_default().push(at);
    }
    places
}

/// Runs of letters and digits, each with the code point at which it starts.
fn word_places<'a>(ruler: &Ruler<'a>) -> impl Iterator<Item = (usize, &'a str)> {
    let text = ruler.text();
    let (mut offset, mut at) = (0, 0);
    text.split(|c: char| !c.is_alphanumeric()).filter_map(move |word| {
        let start = at;
        let end = offset + word.len();
        let sign = text.get(end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        at += word.chars().count() + usize::from(sign > 0);
        offset = end + sign;
        (!word.is_empty()).then_some((start, word))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quote(before: &str, exact: &str, after: &str) -> Quote {
        Quote { before: before.into(), exact: exact.into(), after: after.into() }
    }

    fn found(text: &str, quote: &Quote, hint: impl Into<Option<usize>>) -> Option<(String, u8)> {
        let ruler = Ruler::new(text);
        let carried = Seek::new(&ruler).find(quote, hint.into())?;
        Some((ruler.slice(carried.range).to_owned(), carried.confidence))
    }

    #[test]
    fn words_in_their_place_are_certain() {
        assert_eq!(found("Том кітап оқыды", &quote("", "кітап", ""), 4), Some(("кітап".into(), 100)));
    }

    #[test]
    fn twins_are_told_apart_by_their_neighbours_or_doubted() {
        let text = "бұл сөз. сол сөз. осы сөз.";
        let ruler = Ruler::new(text);
        let place = Seek::new(&ruler).find(&quote("сол ", "сөз", ". осы"), None).unwrap();
        assert_eq!((place.range.start, place.confidence), (13, 100));
        let doubted = Seek::new(&ruler).find(&quote("", "сөз", ""), Some(14)).unwrap();
        assert_eq!(doubted.range.start, 13, "the nearest");
        assert!(doubted.confidence <= 50);
    }

    #[test]
    fn a_word_that_stands_elsewhere_too_is_doubted_where_its_neighbours_are_gone() {
        let text =
            "Something else stands here. They say censorship of films. No censorship hurts. The censorship, then.";
        let of = |before, after| found(text, &quote(before, "censorship", after), 20).unwrap().1;
        assert!(of("We think that ", " harms many people in the land") < 60);
        assert!(of(" ", " ") < 90, "blanks tell nothing");
        assert!(
            of("stands here. They say ", " was once of another kind") >= 90,
            "all that stood before it stands there"
        );
        assert!(of("They say ", " of films. No") == 100);
        // The only place is sure, as it was.
        assert_eq!(found(text, &quote("We think ", "films", " harm"), 20), Some(("films".into(), 90)));
    }

    #[test]
    fn a_place_beyond_every_text_is_no_place() {
        for hint in [usize::MAX, usize::MAX - 2] {
            assert_eq!(found("Том кітап оқыды", &quote("", "кітап", ""), hint), Some(("кітап".into(), 90)));
        }
    }

    #[test]
    fn edited_words_are_found_and_doubted() {
        let text =
            format!("{} The ministry has blocked several sites in May. {}", "x y z. ".repeat(300), "a b. ".repeat(300));
        let (words, confidence) =
            found(&text, &quote("z. ", "The ministry blocked several websites in May.", " a"), 5).unwrap();
        assert_eq!(words, "The ministry has blocked several sites in May.");
        assert!((60..=95).contains(&confidence), "{confidence}");
        assert_eq!(found(&text, &quote("", "қазақша мүлде басқа сөйлем", ""), 0), None);
        assert_eq!(found(&text, &quote("", " ", ""), 0), None);
    }

    proptest! {
        #[test]
        fn nothing_is_found_outside(text in "[ab қ.\n]{0,80}", exact in "[ab қ.]{0,20}", before in "[ab ]{0,9}", hint in 0usize..100) {
            let ruler = Ruler::new(&text);
            if let Some(found) = Seek::new(&ruler).find(&quote(&before, &exact, ""), Some(hint)) {
                prop_assert!(found.range.start < found.range.end && found.range.end <= ruler.len());
            }
        }
    }
}
