//! Sentences that look like passages of a code: by weighted terms, and by the same wording.
//!
//! A passage is a vector of its words' weights (term frequency by inverse document frequency, of length one); a code is the
//! sum of its passages. Source: Salton and Buckley, "Term-weighting approaches in automatic text retrieval", 1988, and the
//! centroid classifier of Han and Karypis, 2000.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::text::lemma::{is_stop_word, lemma};
use crate::text::segment::{Unit, segments};
use crate::text::span::{CodePoints, slice};

/// Passages that a code needs, so that there is something to be like.
const LEAST_PASSAGES: usize = 3;

/// Words that a sentence needs: shorter ones are like anything.
const LEAST_WORDS: usize = 4;

/// How like a sentence must be at least, from 0 to 1, whatever the code's own passages are.
const LEAST_LIKENESS: f64 = 0.16;

/// Telling words in a row that are the same wording.
const SAME_WORDS: usize = 4;

/// Suggestions of a code, and in all.
const MOST_OF_A_CODE: usize = 8;
const MOST: usize = 40;

/// A passage that looks like ones tagged before.
#[derive(Clone, PartialEq)]
pub struct Suggestion {
    /// The document.
    pub document: DocumentId,
    /// The sentence.
    pub range: CodePoints,
    /// Its words.
    pub words: String,
    /// The code whose passages it looks like.
    pub code: CodeId,
    /// How like it is, from 0 to 1.
    pub likeness: f64,
}

impl std::fmt::Debug for Suggestion {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Suggestion({} {:?} {:?} {:.2})", self.document, self.range, self.code, self.likeness)
    }
}

/// A sentence that may be suggested.
#[derive(Clone)]
pub struct Candidate {
    /// The document.
    pub document: DocumentId,
    /// The sentence.
    pub range: CodePoints,
    /// Its words.
    pub words: String,
}

type Vector = BTreeMap<String, f64>;

fn terms(language: &str, text: &str) -> Vec<String> {
    let words = segments(text, Unit::Word).into_iter().map(|span| slice(text, span.start, span.end));
    let telling = words.filter(|word| word.chars().any(char::is_alphabetic) && !is_stop_word(language, word));
    telling.map(|word| lemma(language, word)).collect()
}

fn length(vector: &Vector) -> f64 {
    vector.values().map(|weight| weight * weight).sum::<f64>().sqrt()
}

fn product(one: &Vector, other: &Vector) -> f64 {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short.iter().filter_map(|(term, weight)| Some(weight * long.get(term)?)).sum()
}

/// A vector of length one; nothing for words that say nothing.
fn weighted(terms: &[String], rarity: &HashMap<String, f64>) -> Vector {
    let mut vector = Vector::new();
    for term in terms {
        *vector.entry(term.clone()).or_default() += rarity.get(term).copied().unwrap_or(0.0);
    }
    let length = length(&vector);
    if length > 0.0 {
        for weight in vector.values_mut() {
            *weight /= length;
        }
    }
    vector
}

/// Whether a sentence may be suggested for a code, and whether to go on.
pub type Asks<'a> = (&'a dyn Fn(&Candidate, &CodeId) -> bool, &'a mut dyn FnMut() -> bool);

/// The sentences of one language that look like passages of codes, the most alike first. `tagged` are passages' words by
/// code; `is_open` says whether a sentence may be suggested for a code; `go_on` ends the work.
pub fn suggestions(
    language: &str,
    tagged: &BTreeMap<CodeId, Vec<String>>,
    candidates: &[Candidate],
    (is_open, go_on): Asks<'_>,
) -> Vec<Suggestion> {
    let of_passages: BTreeMap<&CodeId, Vec<Vec<String>>> =
        tagged.iter().map(|(code, all)| (code, all.iter().map(|text| terms(language, text)).collect())).collect();
    let of_sentences: Vec<Vec<String>> = candidates.iter().map(|candidate| terms(language, &candidate.words)).collect();
    let rarity = rarity(of_passages.values().flatten().chain(&of_sentences));
    let sentences: Vec<Vector> = of_sentences.iter().map(|terms| weighted(terms, &rarity)).collect();
    let mut all = Vec::new();
    for (code, passages) in of_passages.into_iter().filter(|(_, passages)| passages.len() >= LEAST_PASSAGES) {
        let vectors: Vec<Vector> = passages.iter().map(|terms| weighted(terms, &rarity)).collect();
        let mut sum = Vector::new();
        for (term, weight) in vectors.iter().flatten() {
            *sum.entry(term.clone()).or_default() += weight;
        }
        let least = threshold(&vectors, &sum);
        let wordings: HashSet<&[String]> = passages.iter().flat_map(|terms| terms.windows(SAME_WORDS)).collect();
        let whole = length(&sum).max(f64::MIN_POSITIVE);
        let mut own: Vec<Suggestion> = Vec::new();
        if !go_on() {
            return Vec::new();
        }
        for ((candidate, terms), vector) in candidates.iter().zip(&of_sentences).zip(&sentences) {
            if terms.len() < LEAST_WORDS {
                continue;
            }
            let is_same = terms.windows(SAME_WORDS).any(|run| wordings.contains(run));
            let likeness = if is_same { 1.0 } else { product(vector, &sum) / whole };
            if likeness >= least && is_open(candidate, code) {
                let Candidate { document, range, words } = candidate.clone();
                own.push(Suggestion { document, range, words, code: code.clone(), likeness });
            }
        }
        own.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
        own.truncate(MOST_OF_A_CODE);
        all.extend(own);
    }
    all.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then_with(|| a.range.start.cmp(&b.range.start)));
    all.truncate(MOST);
    all
}

/// How rare each term is among texts: the logarithm of their number by those that have it.
fn rarity<'a>(texts: impl Iterator<Item = &'a Vec<String>>) -> HashMap<String, f64> {
    let mut n_texts = 0.0;
    let mut seen: HashMap<String, f64> = HashMap::new();
    for terms in texts {
        n_texts += 1.0;
        for term in terms.iter().collect::<HashSet<_>>() {
            *seen.entry(term.clone()).or_default() += 1.0;
        }
    }
    seen.into_iter().map(|(term, n)| (term, (1.0 + n_texts / n).ln())).collect()
}

/// As like as half of a code's own passages are to the others of it.
fn threshold(vectors: &[Vector], sum: &Vector) -> f64 {
    let whole = length(sum).powi(2);
    let to_others = |own: &Vector| {
        // The others are the sum without it: their product and length follow from those of the sum.
        let (with_sum, with_itself) = (product(own, sum), length(own).powi(2));
        let others = (whole - 2.0 * with_sum + with_itself).max(0.0).sqrt();
        (with_sum - with_itself) / others.max(f64::MIN_POSITIVE)
    };
    let mut own: Vec<f64> = vectors.iter().map(to_others).collect();
    own.sort_by(f64::total_cmp);
    own.get(own.len() / 2).copied().unwrap_or(1.0).max(LEAST_LIKENESS)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn candidates(sentences: &[&str]) -> Vec<Candidate> {
        let one = |(at, words): (usize, &&str)| Candidate {
            document: DocumentId("d".into()),
            range: CodePoints { start: at * 100, end: at * 100 + words.chars().count() },
            words: (*words).to_owned(),
        };
        sentences.iter().enumerate().map(one).collect()
    }

    #[test]
    fn what_is_said_likewise_is_suggested_and_other_things_are_not() {
        let blocked = [
            "Сайт елде бұғатталды, оқырман оны аша алмайды",
            "Провайдер сайтты бұғаттады",
            "Бұғатталған сайттар тізімі жарияланбайды",
        ];
        let likes =
            ["Адамдар лайк басып, көшеге шықпайды", "Лайк басу оңай, алаңға шығу қиын", "Лайк көп, алаңда ешкім жоқ"];
        let tagged = BTreeMap::from([
            (CodeId("censorship".into()), blocked.map(str::to_owned).to_vec()),
            (CodeId("slacktivism".into()), likes.map(str::to_owned).to_vec()),
            (CodeId("rare".into()), vec!["Бұғатталған сайт".to_owned()]),
        ]);
        let all = candidates(&[
            "Тағы бір жаңалық сайты кеше бұғатталды",
            "Ауа райы ертең жылы болады дейді болжаушылар",
            "Мың адам лайк басты, бірақ алаңға ешкім шықпады",
        ]);
        let found = suggestions("kk", &tagged, &all, (&|_, _| true, &mut || true));
        let told: Vec<(usize, &str)> = found.iter().map(|s| (s.range.start, s.code.0.as_str())).collect();
        assert!(told.contains(&(0, "censorship")) && told.contains(&(200, "slacktivism")), "{told:?}");
        assert!(told.iter().all(|(at, code)| *at != 100 && *code != "rare"), "{told:?}");
        let none = suggestions("kk", &tagged, &all, (&|_, code| code.0 != "censorship", &mut || true));
        assert!(none.iter().all(|s| s.code.0 != "censorship"));
    }

    #[test]
    fn the_same_wording_is_surely_alike() {
        let same = "The prosecutor may have any channel blocked without going to court first";
        let tagged = BTreeMap::from([(
            CodeId("c".into()),
            vec![same.to_owned(), "other things entirely".into(), "and more things".into()],
        )]);
        let found =
            suggestions("en", &tagged, &candidates(&[&format!("Since then {same}.")]), (&|_, _| true, &mut || true));
        assert_eq!(found.first().map(|s| s.likeness), Some(1.0));
    }
}
