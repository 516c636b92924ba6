//! Positions carried from one text to another by the words that both have.

use std::collections::HashMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::text::ruler::Ruler;
use crate::text::span::CodePoints;

/// Stretches without a word that stands once in both are held against each other word by word up to this many pairs of words;
/// beyond, they count as different: 2,000 words of 2,000 take some milliseconds.
const MOST_PAIRS: usize = 4_000_000;

/// How often stretches are cut at words that stand once in both.
const MOST_CUTS: usize = 40;

/// What took the place of a passage's first or last words is taken in up to this many times their length; what is longer was
/// put there beside them.
const MOST_REPLACED: usize = 3;

/// Neighbouring words that are looked for together to tell whether two texts are alike.
const SHINGLE_WORDS: usize = 3;

/// A word, or a sign that is no part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token {
    /// Its first code point.
    start: usize,
    /// Behind its last one.
    end: usize,
    /// What tells it from others in both texts.
    name: u32,
}

/// Numbers for words.
#[derive(Default)]
struct Names<'a>(HashMap<&'a str, u32>);

impl<'a> Names<'a> {
    fn of(&mut self, word: &'a str) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(word).or_insert(next)
    }

    fn tokens(&mut self, ruler: &Ruler<'a>) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut word: Option<usize> = None;
        let mut put = |start: usize, end: usize| {
            let name = self.of(ruler.slice(CodePoints { start, end }));
            tokens.push(Token { start, end, name });
        };
        for (at, c) in ruler.text().chars().enumerate() {
            if c.is_alphanumeric() {
                word.get_or_insert(at);
                continue;
            }
            // A mark belongs to the letter before it.
            if word.is_some() && !c.is_whitespace() && unicode_width::UnicodeWidthChar::width(c) == Some(0) {
                continue;
            }
            if let Some(start) = word.take() {
                put(start, at);
            }
            if !c.is_whitespace() {
                put(at, at + 1);
            }
        }
        if let Some(start) = word {
            put(start, ruler.len());
        }
        tokens
    }
}

/// Where a passage of one text stands in another, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    /// The place, in code points.
    pub range: CodePoints,
    /// How sure it is, in percent: the share of letters that both have, 100 where the words are the same.
    pub confidence: u8,
}

/// What two texts have in common, in order; blanks and line ends do not count.
#[derive(Debug, Clone)]
pub struct Carry {
    old: Vec<Token>,
    new: Vec<Token>,
    /// For each old token the new one that it is.
    twins: Vec<Option<usize>>,
}

impl Carry {
    /// Holds two texts against each other; takes time in proportion to their lengths.
    pub fn new(old: &Ruler<'_>, new: &Ruler<'_>) -> Self {
        let mut names = Names::default();
        let (old, new) = (names.tokens(old), names.tokens(new));
        let mut twins = vec![None; old.len()];
        match_between(&old, &new, (0, 0), MOST_CUTS, &mut twins);
        Self { old, new, twins }
    }

    /// How much of both texts is the same, from 0 to 1, in letters.
    pub fn likeness(&self) -> f64 {
        let letters = |tokens: &[Token]| tokens.iter().map(|token| token.end - token.start).sum::<usize>();
        let same: usize =
            self.old.iter().zip(&self.twins).filter(|(_, twin)| twin.is_some()).map(|(t, _)| t.end - t.start).sum();
        let all = letters(&self.old) + letters(&self.new);
        if all == 0 { 1.0 } else { 2.0 * same as f64 / all as f64 }
    }

    /// Where a passage of the old text stands in the new one; `None` where none of its words is there. A passage that begins
    /// or ends inside a word does so still, where the word is there.
    pub fn passage(&self, range: CodePoints) -> Option<Carried> {
        let first = self.old.partition_point(|token| token.end <= range.start);
        let behind = self.old.partition_point(|token| token.start < range.end);
        let inner =
            || (first..behind).filter_map(|at| Some((self.old.get(at)?, self.new.get((*self.twins.get(at)?)?)?)));
        let same: usize = inner().map(|(old, _)| old.end.min(range.end) - old.start.max(range.start)).sum();
        let (head, tail) = (inner().next()?, inner().next_back()?);
        // Where the first word is another one now, what took its place begins behind the word that stood before it.
        let is_first = self.old.get(first) == Some(head.0);
        let own = head.1.start + range.start.saturating_sub(head.0.start).min(head.1.end - head.1.start);
        let before = first.checked_sub(1).and_then(|at| *self.twins.get(at)?).filter(|_| !is_first);
        let replaced = before.and_then(|before| Some(self.new.get(before + 1)?.start));
        let is_near = |at: &usize| {
            own.saturating_sub(*at) <= MOST_REPLACED.saturating_mul(head.0.start.saturating_sub(range.start))
        };
        let start = replaced.filter(is_near).unwrap_or(own);
        let is_last = behind.checked_sub(1).and_then(|at| self.old.get(at)) == Some(tail.0);
        let own = tail.1.end - tail.0.end.saturating_sub(range.end).min(tail.1.end - tail.1.start);
        let after = self.twins.get(behind).copied().flatten().filter(|_| !is_last);
        let replaced = after.and_then(|after| Some(self.new.get(after.checked_sub(1)?)?.end));
        let is_near =
            |at: &usize| at.saturating_sub(own) <= MOST_REPLACED.saturating_mul(range.end.saturating_sub(tail.0.end));
        let end = replaced.filter(is_near).unwrap_or(own);
        let letters = |tokens: &[Token], range: CodePoints| -> usize {
            let from = tokens.partition_point(|token| token.end <= range.start);
            let own = tokens.iter().skip(from).take_while(|token| token.start < range.end);
            own.map(|token| token.end.min(range.end) - token.start.max(range.start)).sum()
        };
        let range_now = CodePoints { start, end };
        let all = letters(&self.old, range) + letters(&self.new, range_now);
        let confidence = (200 * same).checked_div(all).unwrap_or(0).min(100) as u8;
        (start < end).then_some(Carried { range: range_now, confidence })
    }
}

/// Matches tokens between two stretches, which begin at `origin` in the whole: first those that stand once in both, in the
/// longest order that both have, then what lies between. Source: Bram Cohen's patience diff.
fn match_between(old: &[Token], new: &[Token], origin: (usize, usize), n_cuts: usize, twins: &mut [Option<usize>]) {
    let same = old.iter().zip(new).take_while(|(a, b)| a.name == b.name).count();
    let (left, right) = (old.get(same..).unwrap_or_default(), new.get(same..).unwrap_or_default());
    let same_behind = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a.name == b.name).count();
    let mut set = |at: usize, twin: usize| {
        if let Some(slot) = twins.get_mut(origin.0 + at) {
            *slot = Some(origin.1 + twin);
        }
    };
    (0..same).for_each(|at| set(at, at));
    (1..=same_behind).for_each(|back| set(old.len() - back, new.len() - back));
    let left = left.get(..left.len() - same_behind).unwrap_or_default();
    let right = right.get(..right.len() - same_behind).unwrap_or_default();
    let origin = (origin.0 + same, origin.1 + same);
    if left.is_empty() || right.is_empty() {
        return;
    }
    let anchors = if n_cuts == 0 { Vec::new() } else { anchors(left, right) };
    if anchors.is_empty() {
        if left.len().saturating_mul(right.len()) <= MOST_PAIRS {
            word_by_word(left, right, origin, twins);
        }
        return;
    }
    let mut from = (0, 0);
    for (at, twin) in anchors.into_iter().chain([(left.len(), right.len())]) {
        let (a, b) = (left.get(from.0..at).unwrap_or_default(), right.get(from.1..twin).unwrap_or_default());
        match_between(a, b, (origin.0 + from.0, origin.1 + from.1), n_cuts - 1, twins);
        if at < left.len()
            && let Some(slot) = twins.get_mut(origin.0 + at)
        {
            *slot = Some(origin.1 + twin);
        }
        from = (at + 1, twin + 1);
    }
}

fn word_by_word(old: &[Token], new: &[Token], origin: (usize, usize), twins: &mut [Option<usize>]) {
    let names = |tokens: &[Token]| tokens.iter().map(|token| token.name).collect::<Vec<_>>();
    for op in capture_diff_slices(Algorithm::Myers, &names(old), &names(new)) {
        let DiffOp::Equal { old_index, new_index, len } = op else { continue };
        for n in 0..len {
            if let Some(slot) = twins.get_mut(origin.0 + old_index + n) {
                *slot = Some(origin.1 + new_index + n);
            }
        }
    }
}

/// The tokens that stand once in both, in the longest order that both have: pairs of their numbers, rising on both sides.
fn anchors(old: &[Token], new: &[Token]) -> Vec<(usize, usize)> {
    let mut seen: HashMap<u32, [(u32, usize); 2]> = HashMap::new();
    for (side, tokens) in [old, new].into_iter().enumerate() {
        for (at, token) in tokens.iter().enumerate() {
            let entry = seen.entry(token.name).or_default();
            entry[side] = (entry[side].0 + 1, at);
        }
    }
    let mut pairs: Vec<(usize, usize)> =
        seen.values().filter(|[a, b]| a.0 == 1 && b.0 == 1).map(|[a, b]| (a.1, b.1)).collect();
    pairs.sort_unstable();
    // Longest rising run by piles, as cards are laid.
    let (mut tops, mut below): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), vec![None; pairs.len()]);
    for (at, pair) in pairs.iter().enumerate() {
        let pile = tops.partition_point(|top| pairs.get(*top).is_some_and(|other| other.1 < pair.1));
        if let Some(slot) = below.get_mut(at) {
            *slot = pile.checked_sub(1).and_then(|before| tops.get(before).copied());
        }
        match tops.get_mut(pile) {
            Some(top) => *top = at,
            None => tops.push(at),
        }
    }
    let mut run = Vec::with_capacity(tops.len());
    let mut next = tops.last().copied();
    while let Some(at) = next {
        run.extend(pairs.get(at).copied());
        next = below.get(at).copied().flatten();
    }
    run.reverse();
    run
}

/// Whether two texts may be versions of one, at a glance: the share of the shorter one's runs of three words that the other
/// has as well, from 0 to 1.
pub fn kinship(one: &Ruler<'_>, other: &Ruler<'_>) -> f64 {
    let mut names = Names::default();
    let shingles = |tokens: Vec<Token>| -> std::collections::HashSet<Vec<u32>> {
        let names: Vec<u32> = tokens.into_iter().map(|token| token.name).collect();
        if names.len() < SHINGLE_WORDS {
            return std::iter::once(names).collect();
        }
        names.windows(SHINGLE_WORDS).map(<[u32]>::to_vec).collect()
    };
    let (one, other) = (names.tokens(one), names.tokens(other));
    let (one, other) = (shingles(one), shingles(other));
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.is_empty() {
        return if long.is_empty() { 1.0 } else { 0.0 };
    }
    short.iter().filter(|run| long.contains(*run)).count() as f64 / short.len() as f64
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The marked passage of the old text, carried: its words in the new text, and the confidence.
    fn carried(old: &str, new: &str) -> Option<(String, u8)> {
        let start = old.chars().take_while(|c| *c != '[').count();
        let end = old.chars().take_while(|c| *c != ']').count() - 1;
        let plain = old.replace(['[', ']'], "");
        let (old, new) = (Ruler::new(&plain), Ruler::new(new));
        let carried = Carry::new(&old, &new).passage(CodePoints { start, end })?;
        Some((new.slice(carried.range).to_owned(), carried.confidence))
    }

    #[test]
    fn blanks_and_line_ends_are_no_difference() {
        assert_eq!(carried("Бұл [сөз бар] еді.", "  Бұл\n\nсөз\r\n  бар еді."), Some(("сөз\r\n  бар".into(), 100)));
    }

    #[test]
    fn a_word_put_before_moves_what_follows() {
        assert_eq!(carried("a b [c d] e", "x y z a b c d e"), Some(("c d".into(), 100)));
        assert_eq!(carried("сөз сөз [сөз] сөз", "сөз сөз сөз сөз"), Some(("сөз".into(), 100)));
    }

    #[test]
    fn an_edited_word_is_kept_inside_and_counted() {
        let (words, confidence) = carried("one [two three four] five", "one two drei four five").unwrap();
        assert_eq!(words, "two drei four");
        assert!((50..90).contains(&confidence), "{confidence}");
        let (words, _) = carried("one [two three four] five", "one zwei three four five").unwrap();
        assert_eq!(words, "zwei three four");
        let (words, _) = carried("one [two three four] five", "one two three vier five").unwrap();
        assert_eq!(words, "two three vier");
        assert_eq!(carried("one [two] five", "one zwei five"), None);
    }

    #[test]
    fn a_passage_inside_a_word_stays_inside_of_it() {
        assert_eq!(carried("бір [кіта]птар", "екі бір кітаптар"), Some(("кіта".into(), 100)));
    }

    #[test]
    fn a_passage_that_ends_beyond_every_text_ends_with_the_text() {
        let (old, new) = (Ruler::new("one two"), Ruler::new("zero one two"));
        let carried = Carry::new(&old, &new).passage(CodePoints { start: 4, end: usize::MAX }).unwrap();
        assert_eq!(new.slice(carried.range), "two");
        assert_eq!(Carry::new(&old, &new).passage(CodePoints { start: usize::MAX - 1, end: usize::MAX }), None);
    }

    #[test]
    fn kin_are_told_from_strangers() {
        let text = (0..200).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        let edited = text.replace("w50", "changed").replace("w120 ", "");
        let of = |a: &str, b: &str| kinship(&Ruler::new(a), &Ruler::new(b));
        assert!(of(&text, &edited) > 0.9);
        assert!(of(&text, "quite another text about something else") < 0.1);
        assert!(of("", "") > 0.9 && of("", "a b c d") < 0.1);
    }

    proptest! {
        #[test]
        fn in_the_same_text_all_stays(text in "[ab қә.\n\u{301}]{1,80}", from in 0usize..80, n in 1usize..40) {
            let ruler = Ruler::new(&text);
            let start = from % ruler.len();
            let end = (start + n).min(ruler.len());
            if let Some(found) = Carry::new(&ruler, &ruler).passage(CodePoints { start, end }) {
                let (was, now) = (ruler.slice(CodePoints { start, end }), ruler.slice(found.range));
                prop_assert_eq!(now.split_whitespace().collect::<Vec<_>>(), was.split_whitespace().collect::<Vec<_>>());
                prop_assert_eq!(found.confidence, 100);
            }
        }

        #[test]
        fn any_texts_give_places_inside(one in "[ab қ.\n]{0,60}", other in "[ab қ.\n]{0,60}", from in 0usize..60, n in 0usize..60) {
            let (old, new) = (Ruler::new(&one), Ruler::new(&other));
            let carry = Carry::new(&old, &new);
            if let Some(found) = carry.passage(CodePoints { start: from, end: from + n }) {
                prop_assert!(found.range.start < found.range.end && found.range.end <= new.len());
                prop_assert!(found.confidence <= 100);
            }
            prop_assert!((0.0..=1.0).contains(&carry.likeness()));
        }
    }
}
