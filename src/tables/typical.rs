//! The words that are typical of some passages.

use std::collections::{BTreeSet, HashMap};

use crate::say;
use crate::tables::table::{Label, Measure, Table};
use crate::text::hashing::Quick;
use crate::text::lemma::{is_stop_word, lemma};
use crate::text::segment::{Unit, segments};
use crate::text::span::slice;

/// How often a word stands in the passages, and in all text; and how it is written most often.
#[derive(Debug, Clone, Default)]
struct Word {
    n_inside: usize,
    n_all: usize,
    /// Its forms as they are written, and how often.
    forms: HashMap<String, usize>,
    is_inside: BTreeSet<u32>,
}

/// Counts words of passages and of all text of one language.
#[derive(Debug, Clone, Default)]
pub struct Words {
    language: String,
    known: HashMap<String, Word, Quick>,
    n_inside: usize,
    n_all: usize,
}

/// Passages that a word must stand in, at least, to be called typical of them.
const LEAST_PASSAGES: usize = 2;

/// How much more often than expected something is. Source: Dunning, "Accurate methods for the statistics of surprise and
/// coincidence", 1993, in the form of Rayson and Garside, "Comparing corpora using frequency profiling", 2000:
/// `2 (a ln(a / E1) + b ln(b / E2))` with `E1 = c (a + b) / (c + d)` and `E2 = d (a + b) / (c + d)`, where `a` of `c` words
/// on the one side are it, and `b` of `d` on the other.
pub fn log_likelihood(a: usize, c: usize, b: usize, d: usize) -> f64 {
    let [a, b, c, d] = [a, b, c, d].map(|n| n as f64);
    if c + d <= 0.0 {
        return 0.0;
    }
    let part = |seen: f64, size: f64| {
        let expected = size * (a + b) / (c + d);
        if seen > 0.0 && expected > 0.0 { seen * (seen / expected).ln() } else { 0.0 }
    };
    2.0 * (part(a, c) + part(b, d))
}

impl Words {
    /// Counts words of a language (`en`, `kk`, `ru`; of others the words as they are written).
    pub fn of(language: &str) -> Self {
        Self { language: language.to_owned(), ..Self::default() }
    }

    /// Takes a piece of text that has no passage of which words are wanted, or is the whole of a text that has.
    pub fn read(&mut self, text: &str) {
        for (key, _) in keys(&self.language, text) {
            self.n_all += 1;
            self.known.entry(key).or_default().n_all += 1;
        }
    }

    /// Takes the words of a passage, which were read with the text they stand in.
    pub fn mark(&mut self, passage: u32, text: &str) {
        for (key, written) in keys(&self.language, text) {
            self.n_inside += 1;
            let word = self.known.entry(key).or_default();
            word.n_inside += 1;
            if word.is_inside.len() < LEAST_PASSAGES {
                word.is_inside.insert(passage);
            }
            *word.forms.entry(written.to_lowercase()).or_default() += 1;
        }
    }

    /// The words that stand in the passages more often than elsewhere, the most typical first: how typical, how often in
    /// the passages, how often elsewhere. `base` is the query of the passages.
    pub fn table(self, most: usize, base: &str) -> Table {
        let n_outside = self.n_all.saturating_sub(self.n_inside);
        let mut found: Vec<(f64, String, usize, usize)> = Vec::new();
        for word in self.known.into_values().filter(|word| word.is_inside.len() >= LEAST_PASSAGES) {
            let elsewhere = word.n_all.saturating_sub(word.n_inside);
            let likelihood = log_likelihood(word.n_inside, self.n_inside, elsewhere, n_outside);
            let is_more = word.n_inside * n_outside.max(1) > elsewhere * self.n_inside.max(1);
            let form = word.forms.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
            if let (true, Some((form, _))) = (is_more, form) {
                found.push((likelihood, form, word.n_inside, elsewhere));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        found.truncate(most);
        let column = |text: &str, name: &str, measure| Label {
            text: text.to_owned(),
            name: name.to_owned(),
            measure: Some(measure),
            ..Label::default()
        };
        let mut table = Table {
            title: say!("words typical of {query}, {language}", query = base, language = self.language),
            measure: Measure::Likelihood,
            columns: vec![
                column(say!("log-likelihood"), "log_likelihood", Measure::Likelihood),
                column(say!("in the passages"), "inside", Measure::Passages),
                column(say!("elsewhere"), "outside", Measure::Passages),
            ],
            base: base.to_owned(),
            ..Table::default()
        };
        for (row, (likelihood, form, inside, elsewhere)) in found.into_iter().enumerate() {
            let query = format!("text:\"{}\"", form.replace('"', ""));
            table.rows.push(Label { text: form.clone(), name: form, query, ..Label::default() });
            for (column, value) in [likelihood, inside as f64, elsewhere as f64].into_iter().enumerate() {
                table.put(row, column, value);
            }
        }
        table
    }
}

/// The words of a text that mean something: what they are counted by, and as they are written.
fn keys<'a>(language: &'a str, text: &'a str) -> impl Iterator<Item = (String, &'a str)> {
    let words = segments(text, Unit::Word).into_iter().map(|span| slice(text, span.start, span.end));
    words.filter_map(move |word| {
        let is_word = word.chars().any(char::is_alphabetic) && word.chars().count() > 1;
        (is_word && !is_stop_word(language, word)).then(|| (lemma(language, word), word))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn the_likelihood_is_the_published_one() {
        // Rayson's worked example on ucrel.lancs.ac.uk/llwizard.html: 100 of 10,000 against 50 of 10,000 words.
        let expected = 2.0 * (100.0 * (100.0_f64 / 75.0).ln() + 50.0 * (50.0_f64 / 75.0).ln());
        assert!((log_likelihood(100, 10_000, 50, 10_000) - expected).abs() < 1e-9);
        assert!((log_likelihood(100, 10_000, 50, 10_000) - 16.99).abs() < 0.01);
        assert!(log_likelihood(5, 100, 50, 1000).abs() < 1e-9, "as often here as there");
        assert!((log_likelihood(0, 0, 0, 0)).abs() < 1e-9);
    }
}
