//! What is told of a file, with many things of a kind together.

use std::collections::{BTreeMap, HashMap};

use crate::{count, say};

/// So many places of a kind are named.
const SHOWN: usize = 5;

/// What is said of so many things.
type Say = Box<dyn Fn(usize) -> String>;

/// Sentences about a file, gathered while it is read or written.
#[derive(Default)]
pub struct Tally {
    /// Each kind with its first places and how many there are; in the order in which they came.
    kinds: Vec<(String, Vec<String>, usize)>,
    /// Where a kind stands in them.
    known: HashMap<String, usize>,
    /// What could not be read, one by one.
    lost: Vec<String>,
    /// What is only counted, by its name: the first place, at how many places, how many things, and what is said of them.
    counts: BTreeMap<String, (String, usize, usize, Say)>,
}

impl Tally {
    /// Tells of a place; why must be the same for all of a kind.
    pub fn tell(&mut self, place: &str, why: &str) {
        let at = *self.known.entry(why.to_owned()).or_insert_with(|| {
            self.kinds.push((why.to_owned(), Vec::new(), 0));
            self.kinds.len() - 1
        });
        let Some((_, places, n)) = self.kinds.get_mut(at) else { return };
        *n += 1;
        if places.len() < SHOWN {
            places.push(place.to_owned());
        }
    }

    /// Tells of something at a place that could not be read, which makes the whole no success.
    pub fn lose(&mut self, place: &str, why: &str) {
        self.lost.push(format!("{place}: {why}"));
    }

    /// Takes what could not be read, one by one with its place.
    pub fn take_lost(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lost)
    }

    /// Tells of the whole, once.
    pub fn note(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if !self.known.contains_key(&sentence) {
            self.tell("", &sentence);
        }
    }

    /// Counts things of a kind at a place; they are told of all places in one sentence.
    pub fn count(&mut self, place: &str, kind: &str, n: usize, say: impl Fn(usize) -> String + 'static) {
        if n > 0 {
            let known = self.counts.entry(kind.to_owned()).or_insert_with(|| (place.to_owned(), 0, 0, Box::new(say)));
            known.1 += 1;
            known.2 += n;
        }
    }

    /// The sentences: the first places of each kind one by one, then how many more there are.
    pub fn sentences(self) -> Vec<String> {
        let mut told = Vec::new();
        for (why, places, n) in self.kinds {
            let n_shown = places.len();
            for place in places {
                told.push(if place.is_empty() { why.clone() } else { format!("{place}: {why}") });
            }
            if n > n_shown {
                told.push(say!("and {n} more: {why}", n = n - n_shown, why));
            }
        }
        for (place, n_places, n, say) in self.counts.into_values() {
            let sentence = say(n);
            told.push(match n_places - 1 {
                0 => format!("{place}: {sentence}"),
                others => count!(
                    others,
                    "{place} and {n} other place: {sentence}",
                    "{place} and {n} other places: {sentence}",
                    place,
                    sentence
                ),
            });
        }
        told
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn many_of_a_kind_are_counted() {
        let mut tally = Tally::default();
        for line in 1..=100_000 {
            tally.tell(&format!("a, line {line}"), "left out");
        }
        tally.note("guessed");
        tally.note("guessed");
        for place in ["a", "b", "c"] {
            tally.count(place, "relations", 2, |n| format!("{n} relations"));
        }
        let told = tally.sentences();
        assert_eq!((told.len(), told[7].as_str()), (8, "a and 2 other places: 6 relations"));
        assert_eq!((told[0].as_str(), told[5].as_str()), ("a, line 1: left out", "and 99995 more: left out"));
        assert_eq!(told[6], "guessed");
    }
}
