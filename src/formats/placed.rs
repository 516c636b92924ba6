//! The places in two texts of pairs of segments that were read from a file, in their order.

use std::collections::HashMap;

use crate::count;
use crate::formats::bitext::places;
use crate::text::span::{CodePoints, slice};

/// Letters by which a segment's places are found; blanks do not count.
const KEY: usize = 12;

/// Places of a segment that are looked at: one that comes more often says nothing of where it is.
const MAX_PLACES: usize = 2;

/// How far behind the segment before a further one is looked for, in bytes of letters, where nothing else says where it is.
const REACH: usize = 20_000;

/// Pairs that found their places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Placed {
    /// Stretches of the left and of the right text that say the same, in their order.
    pub links: Vec<(CodePoints, CodePoints)>,
    /// The numbers, from 1, of pairs that found none, on the left and on the right.
    pub lost: [Vec<usize>; 2],
}

impl Placed {
    /// What found no place, a sentence a side.
    pub fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        let [left, right] = &self.lost;
        if !left.is_empty() {
            told.push(count!(
                left.len(),
                "{n} segment is not in the left text, or not in this order: pair {pairs}",
                "{n} segments are not in the left text, or not in this order: pairs {pairs}",
                pairs = places(left)
            ));
        }
        if !right.is_empty() {
            told.push(count!(
                right.len(),
                "{n} segment is not in the right text, or not in this order: pair {pairs}",
                "{n} segments are not in the right text, or not in this order: pairs {pairs}",
                pairs = places(right)
            ));
        }
        told
    }
}

/// Finds the places of pairs in two texts, in the order of the pairs; blanks and line ends do not matter. An empty side gets an
/// empty stretch behind the segment before. Time grows with the texts and with the number of pairs, not with their product.
pub fn place(pairs: &[(String, String)], texts: [&str; 2]) -> Placed {
    let left: Vec<&str> = pairs.iter().map(|(left, _)| left.as_str()).collect();
    let right: Vec<&str> = pairs.iter().map(|(_, right)| right.as_str()).collect();
    let sides = [(left, texts[0]), (right, texts[1])].map(|(segments, text)| side(&segments, &Letters::of(text)));
    let [left, right] = &sides;
    let mut placed = Placed::default();
    for (at, (left, right)) in left.iter().zip(right).enumerate() {
        match (left, right) {
            // Two empty sides say nothing.
            (Some(left), Some(right)) if left.start < left.end || right.start < right.end => {
                placed.links.push((*left, *right));
            }
            (Some(_), Some(_)) => {}
            _ => {
                for (lost, side) in placed.lost.iter_mut().zip([left, right]) {
                    if side.is_none() {
                        lost.push(at + 1);
                    }
                }
            }
        }
    }
    placed
}

/// The letters of a text without its blanks, and where each stands in it.
struct Letters {
    letters: String,
    /// The byte at which each letter begins here, and its code point in the text.
    places: Vec<(usize, usize)>,
}

impl Letters {
    fn of(text: &str) -> Self {
        let (mut letters, mut places) = (String::with_capacity(text.len()), Vec::new());
        for (at, c) in text.chars().enumerate().filter(|(_, c)| !c.is_whitespace()) {
            places.push((letters.len(), at));
            letters.push(c);
        }
        Self { letters, places }
    }

    /// The code points of a stretch of bytes that is not empty.
    fn range(&self, start: usize, end: usize) -> CodePoints {
        let point = |byte: usize| {
            let at = self.places.partition_point(|(own, _)| *own <= byte).saturating_sub(1);
            self.places.get(at).map_or(0, |(_, point)| *point)
        };
        CodePoints { start: point(start), end: point(end.saturating_sub(1)) + 1 }
    }
}

/// The places of the segments of one text: first of those that stand in it once, as many of them as are in order; then of the
/// others, between these.
fn side(segments: &[&str], text: &Letters) -> Vec<Option<CodePoints>> {
    let segments: Vec<String> =
        segments.iter().map(|segment| segment.chars().filter(|c| !c.is_whitespace()).collect()).collect();
    let anchors = ordered(&alone(&segments, text));
    let mut next = anchors.iter().peekable();
    let (mut at, mut before) = (0, CodePoints { start: 0, end: 0 });
    let mut found = Vec::with_capacity(segments.len());
    for (number, segment) in segments.iter().enumerate() {
        let until = next.peek().map_or(text.letters.len(), |(_, place)| *place);
        let start = match next.peek() {
            Some((own, place)) if *own == number => {
                next.next();
                Some(*place)
            }
            _ if segment.is_empty() => None,
            _ => near(text, at, until, segment),
        };
        if let Some(start) = start {
            at = start + segment.len();
            before = text.range(start, at);
            found.push(Some(before));
        } else {
            let gap = CodePoints { start: before.end, end: before.end };
            found.push(segment.is_empty().then_some(gap));
        }
    }
    found
}

/// Where a segment begins between two bytes, not far from the first.
fn near(text: &Letters, from: usize, until: usize, segment: &str) -> Option<usize> {
    let mut end = until.min(from + REACH + segment.len());
    while end > from && !text.letters.is_char_boundary(end) {
        end -= 1;
    }
    (from <= end).then(|| slice(&text.letters, from, end).find(segment).map(|at| from + at)).flatten()
}

/// The segments that stand in a text once, and are one themselves: each with the byte at which it begins.
fn alone(segments: &[String], text: &Letters) -> Vec<(usize, usize)> {
    let mut by_key: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut n_same: HashMap<&str, usize> = HashMap::new();
    for (number, segment) in segments.iter().enumerate() {
        if let Some((end, _)) = segment.char_indices().nth(KEY) {
            by_key.entry(slice(segment, 0, end)).or_default().push(number);
            *n_same.entry(segment).or_default() += 1;
        }
    }
    let mut seen: HashMap<usize, Vec<usize>> = HashMap::new();
    let ends = text.places.iter().skip(KEY).map(|(byte, _)| *byte).chain([text.letters.len()]);
    for ((start, _), end) in text.places.iter().zip(ends) {
        let Some(numbers) = by_key.get(slice(&text.letters, *start, end)) else { continue };
        // Many segments that begin alike say little by their beginning.
        for number in numbers.iter().take(50) {
            let places = seen.entry(*number).or_default();
            let is_here = segments
                .get(*number)
                .is_some_and(|segment| slice(&text.letters, *start, text.letters.len()).starts_with(segment.as_str()));
            if is_here && places.len() < MAX_PLACES {
                places.push(*start);
            }
        }
    }
    let mut alone: Vec<(usize, usize)> = seen
        .into_iter()
        .filter(|(number, places)| {
            places.len() == 1 && segments.get(*number).is_some_and(|own| n_same.get(own.as_str()) == Some(&1))
        })
        .filter_map(|(number, places)| Some((number, *places.first()?)))
        .collect();
    alone.sort_unstable();
    alone
}

/// The longest part of a list of numbers and places whose places rise. Source: Fredman, "On computing the length of longest
/// increasing subsequences", 1975.
fn ordered(all: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The last element of the best part of each length, and what stands before each element.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    let place = |at: usize| all.get(at).map_or(0, |(_, place)| *place);
    for at in 0..all.len() {
        let length = ends.partition_point(|end| place(*end) < place(at));
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter).copied()));
        if length == ends.len() {
            ends.push(at);
        } else if let Some(end) = ends.get_mut(length) {
            *end = at;
        }
    }
    let mut part = Vec::new();
    let mut at = ends.last().copied();
    while let Some(own) = at {
        part.extend(all.get(own).copied());
        at = before.get(own).copied().flatten();
    }
    part.reverse();
    part
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pair(left: &str, right: &str) -> (String, String) {
        (left.to_owned(), right.to_owned())
    }

    fn words(text: &str, range: CodePoints) -> String {
        text.chars().skip(range.start).take(range.end - range.start).collect()
    }

    #[test]
    fn pairs_find_their_places_in_order() {
        let texts = [
            "Yes. A long first sentence.\nYes. Another long\nsentence here.",
            "Иә. Ұзын бірінші сөйлем. Иә. 👍 Тағы бір ұзын сөйлем.",
        ];
        let pairs = [
            pair("Yes.", "Иә."),
            pair("A long first sentence.", "Ұзын бірінші сөйлем."),
            pair("Gone.", "Иә."),
            pair("Yes.", ""),
            pair("Another long sentence here.", "👍 Тағы бір ұзын сөйлем."),
            pair("", ""),
        ];
        let placed = place(&pairs, texts);
        let found: Vec<(String, String)> =
            placed.links.iter().map(|(l, r)| (words(texts[0], *l), words(texts[1], *r))).collect();
        assert_eq!(
            found,
            [
                pair("Yes.", "Иә."),
                pair("A long first sentence.", "Ұзын бірінші сөйлем."),
                pair("Yes.", ""),
                pair("Another long\nsentence here.", "👍 Тағы бір ұзын сөйлем."),
            ]
        );
        assert_eq!(placed.lost, [vec![3], vec![]]);
        assert!(placed.told()[0].contains("pair 3"), "{:?}", placed.told());
    }

    #[test]
    fn what_is_out_of_order_does_not_lead_others_astray() {
        let sentences: Vec<String> = (0..200).map(|n| format!("This is the sentence of number {n}.")).collect();
        let text = sentences.join(" ");
        let mut pairs: Vec<(String, String)> = sentences.iter().map(|own| (own.clone(), own.clone())).collect();
        let last = pairs.pop().unwrap();
        pairs.insert(0, last);
        let placed = place(&pairs, [&text, &text]);
        assert_eq!((placed.links.len(), placed.lost[0].as_slice()), (199, &[1][..]));
    }

    #[test]
    fn many_pairs_that_are_nowhere_take_no_time() {
        let text = "Сөз сөйлем. ".repeat(50_000);
        let pairs: Vec<(String, String)> =
            (0..5_000).map(|n| pair(&format!("Жоқ сөйлем {n}"), "Сөз сөйлем.")).collect();
        let placed = place(&pairs, [&text, &text]);
        assert_eq!((placed.links.len(), placed.lost[0].len(), placed.lost[1].len()), (0, 5_000, 0));
    }

    proptest! {
        #[test]
        fn sentences_of_the_texts_are_all_found(parts in prop::collection::vec(("[aбқ👍]{1,6}", "[xё\u{301}]{0,4}"), 0..20)) {
            let texts = [parts.iter().map(|p| p.0.as_str()).collect::<Vec<_>>().join("\n "), parts.iter().map(|p| p.1.as_str()).collect::<Vec<_>>().join(" ")];
            let placed = place(&parts, [&texts[0], &texts[1]]);
            prop_assert!(placed.lost.iter().all(Vec::is_empty));
            for ((left, right), (l, r)) in parts.iter().zip(&placed.links) {
                prop_assert_eq!(&words(&texts[0], *l), left);
                prop_assert_eq!(&words(&texts[1], *r), right);
            }
        }
    }
}
