//! Which sentences of two texts say the same thing.

pub mod band;
pub mod calendar;
pub mod evidence;
pub mod gold;
pub mod kinship;
pub mod lattice;
pub mod lexicon;
pub mod link;
pub mod pair;
pub mod sound;
pub mod walk;
pub mod weights;
pub mod words;

use crate::alignment::kinship::{Bond, Kinship};
use crate::alignment::lattice::Step;
use crate::alignment::link::{Link, Sentence, is_apart};
use crate::alignment::pair::{Half, Known, PairAlignment};
use crate::alignment::walk::{Stretch, stretch_of, walked};
use crate::alignment::weights::{FITTED, Weights};
use crate::alignment::words::Side;
use crate::text::offsets::Offsets;

/// What corresponds in two texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// All links and gaps, in order; every sentence stands in exactly one.
    pub links: Vec<Link>,
    /// How the texts are related.
    pub kinship: Kinship,
    /// What speaks for the pair as a whole.
    pub bond: Bond,
}

/// Aligns the sentences of two texts; fixed links, which must be in order and apart, stay as they are, and `go_on`,
/// told the sentences done and all, ends the work with `None`.
pub fn align(
    left: &[Sentence],
    right: &[Sentence],
    fixed: &[Link],
    go_on: &mut dyn FnMut(usize, usize) -> bool,
) -> Option<Alignment> {
    align_by(&FITTED, (left, right), fixed, go_on)
}

/// Aligns two documents; what is known of their links stays. `go_on` as for [`align`].
pub fn align_pair(
    halves: [Half; 2],
    offsets: [&Offsets; 2],
    known: &Known,
    go_on: &mut dyn FnMut(usize, usize) -> bool,
) -> Option<PairAlignment> {
    let (fixed, said) = known.links([&halves[0], &halves[1]], offsets);
    let words = [halves[0].words(), halves[1].words()];
    let (left, right) = (halves[0].lent(&words[0]), halves[1].lent(&words[1]));
    let alignment = align(&left, &right, &fixed, go_on)?;
    Some(PairAlignment { links: alignment.links, kinship: alignment.kinship, halves, said })
}

/// Aligns with other weights than the fitted ones, as the fitting does.
pub fn align_by(
    weights: &Weights,
    (left, right): (&[Sentence], &[Sentence]),
    fixed: &[Link],
    go_on: &mut dyn FnMut(usize, usize) -> bool,
) -> Option<Alignment> {
    assert!(is_apart(fixed, left.len(), right.len()), "fixed links out of order: {fixed:?}");
    // The texts are taken in an order of their own, so that exchanging them can change nothing.
    let flipped: Vec<Link> = fixed.iter().map(Link::flipped).collect();
    if (left, ends(fixed)) <= (right, ends(&flipped)) {
        return ordered(weights, (left, right), fixed, go_on);
    }
    let mut alignment = ordered(weights, (right, left), &flipped, go_on)?;
    alignment.links = alignment.links.iter().map(Link::flipped).collect();
    Some(alignment)
}

fn ends(links: &[Link]) -> Vec<(usize, usize)> {
    links.iter().map(|link| (link.left.start, link.left.end)).collect()
}

fn ordered(
    weights: &Weights,
    (left, right): (&[Sentence], &[Sentence]),
    fixed: &[Link],
    go_on: &mut dyn FnMut(usize, usize) -> bool,
) -> Option<Alignment> {
    let stretches = between(fixed, left.len(), right.len());
    let is_same = left == right && stretches.iter().all(|(l, r)| l == r);
    let (steps, bond) = if is_same {
        (diagonal(&stretches), Bond::IDENTITY)
    } else {
        let ours = Side::new(left);
        let theirs = go_on(0, 2 * left.len()).then(|| Side::new(right))?;
        let taught: Vec<Stretch> = fixed.iter().map(|link| (link.left.clone(), link.right.clone())).collect();
        walked(&ours, &theirs, (&stretches, &taught), weights, go_on)?
    };
    let kinship = match bond.kinship() {
        _ if left.is_empty() || right.is_empty() => Kinship::Unrelated,
        Kinship::Unrelated if fixed.iter().any(|link| !link.is_gap()) => Kinship::Comparable,
        kinship => kinship,
    };
    let mut links: Vec<Link> = steps.iter().flat_map(|step| kept(step, kinship)).collect();
    links.extend(fixed.iter().map(|link| Link { is_fixed: true, ..link.clone() }));
    links.sort_by_key(|link| (link.left.start, link.right.start, link.left.end, link.right.end));
    Some(Alignment { links, kinship, bond })
}

/// What lies between the fixed links.
fn between(fixed: &[Link], n_left: usize, n_right: usize) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut from = (0, 0);
    for link in fixed {
        stretches.push((from.0..link.left.start, from.1..link.right.start));
        from = (link.left.end, link.right.end);
    }
    stretches.push((from.0..n_left, from.1..n_right));
    stretches
}

/// Each sentence of a text with itself.
fn diagonal(stretches: &[Stretch]) -> Vec<Step> {
    let same = |at| Step { left: at, right: at, form: (1, 1), likelihood: 1.0, evidence: f32::MAX };
    stretches.iter().flat_map(|(lefts, _)| lefts.clone().map(same)).collect()
}

// In texts that are no translation, what a link must have to be given.
const SURE_LIKELIHOOD: f32 = 0.6;
const SURE_EVIDENCE: f32 = 4.0;

/// The link of a step or, where it is not sure enough for texts of such kinship, gaps for all its sentences.
fn kept(step: &Step, kinship: Kinship) -> Vec<Link> {
    let (left, right) = stretch_of(step);
    let is_kept = match kinship {
        Kinship::Translation => true,
        Kinship::Comparable => step.likelihood >= SURE_LIKELIHOOD && step.evidence >= SURE_EVIDENCE,
        Kinship::Unrelated => false,
    };
    if is_kept || step.is_gap() {
        let confidence = if kinship == Kinship::Unrelated { 100 } else { confidence(step.likelihood) };
        return vec![Link { left, right, confidence, is_fixed: false }];
    }
    let confidence = if kinship == Kinship::Unrelated { 100 } else { 100 - confidence(step.likelihood) };
    let gap = |left, right| Link { left, right, confidence, is_fixed: false };
    let lefts = left.clone().map(|at| gap(at..at + 1, right.start..right.start));
    let rights = right.clone().map(|at| gap(left.end..left.end, at..at + 1));
    lefts.chain(rights).collect()
}

/// A likelihood by the weights as a share of links that proved right, in per cent: the weights are too modest.
fn confidence(likelihood: f32) -> u8 {
    (likelihood.clamp(0.0, 1.0).sqrt() * 100.0).round() as u8
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ENGLISH: [&str; 6] = [
        "Activists met in Almaty on 16 March.",
        "Dauren Babamuratov spoke about the protests of 2011 in Zhanaozen.",
        "Was the Ministry of Information warned?",
        "Nobody knows.",
        "Facebook and Twitter were closed for 3 hours.",
        "Nursultan Nazarbayev said that 88.2 per cent had agreed.",
    ];
    const KAZAKH: [&str; 6] = [
        "Белсенділер 16 наурызда Алматыда кездесті.",
        "Дәурен Бабамұратов 2011 жылғы Жаңаөзендегі наразылық туралы айтты.",
        "Ақпарат министрлігі ескертілген бе еді?",
        "Ешкім білмейді.",
        "Facebook пен Twitter 3 сағатқа жабылды.",
        "Нұрсұлтан Назарбаев 88,2 пайызы келіскенін айтты.",
    ];

    fn text<'a>(sentences: &[&'a str]) -> Vec<Sentence<'a>> {
        sentences.iter().enumerate().map(|(at, text)| Sentence { text, paragraph: at / 2 }).collect()
    }

    fn ranges(alignment: &Alignment) -> Vec<(usize, usize, usize, usize)> {
        alignment.links.iter().map(|l| (l.left.start, l.left.end, l.right.start, l.right.end)).collect()
    }

    fn aligned(left: &[Sentence], right: &[Sentence], fixed: &[Link]) -> Alignment {
        align(left, right, fixed, &mut |_, _| true).expect("nobody stopped it")
    }

    fn covers(alignment: &Alignment, n_left: usize, n_right: usize) {
        let mut reached = (0, 0);
        for link in &alignment.links {
            assert_eq!((link.left.start, link.right.start), reached, "{:?}", alignment.links);
            reached = (link.left.end, link.right.end);
        }
        assert_eq!(reached, (n_left, n_right));
    }

    #[test]
    fn a_translation_is_linked_sentence_by_sentence() {
        let alignment = aligned(&text(&ENGLISH), &text(&KAZAKH), &[]);
        assert_eq!(alignment.kinship, Kinship::Translation);
        assert_eq!(ranges(&alignment), (0..6).map(|n| (n, n + 1, n, n + 1)).collect::<Vec<_>>());
    }

    #[test]
    fn two_sentences_may_be_one_over_there_and_one_may_be_missing() {
        let merged = format!("{} {}", KAZAKH[0], KAZAKH[1]);
        let right = [&merged, KAZAKH[2], KAZAKH[4], KAZAKH[5]];
        let alignment = aligned(&text(&ENGLISH), &text(&right), &[]);
        assert_eq!(ranges(&alignment), [(0, 2, 0, 1), (2, 3, 1, 2), (3, 4, 2, 2), (4, 5, 2, 3), (5, 6, 3, 4)]);
    }

    #[test]
    fn an_empty_side_and_a_text_with_itself_have_plain_answers() {
        let text = text(&ENGLISH);
        let alone = aligned(&text, &[], &[]);
        assert_eq!((alone.kinship, alone.links.len()), (Kinship::Unrelated, 6));
        covers(&alone, 6, 0);
        assert!(aligned(&[], &[], &[]).links.is_empty());
        let same = aligned(&text, &text, &[]);
        assert_eq!(same.kinship, Kinship::Translation);
        assert_eq!(ranges(&same), (0..6).map(|n| (n, n + 1, n, n + 1)).collect::<Vec<_>>());
    }

    #[test]
    fn what_a_person_linked_stays_and_the_rest_goes_around_it() {
        let fixed = [Link { left: 1..2, right: 1..3, confidence: 100, is_fixed: true }];
        let alignment = aligned(&text(&ENGLISH), &text(&KAZAKH), &fixed);
        assert!(alignment.links.contains(&fixed[0]));
        covers(&alignment, 6, 6);
    }

    #[test]
    fn whoever_is_told_the_progress_may_end_it() {
        assert_eq!(align(&text(&ENGLISH), &text(&KAZAKH), &[], &mut |_, _| false), None);
    }

    #[test]
    fn a_long_text_without_relation_neither_stalls_nor_links() {
        let words = ["дала", "тау", "өзен", "жаңбыр", "терезе", "кітап", "шай", "нан", "орман"];
        let foreign: Vec<String> = (0..3000)
            .map(|n| (0..8).map(|k| words[(n * 7 + k * k * (n % 5 + 1)) % 9]).collect::<Vec<_>>().join(" ") + ".")
            .collect();
        let right: Vec<&str> = foreign.iter().map(String::as_str).collect();
        let alignment = aligned(&text(&ENGLISH), &text(&right), &[]);
        assert_eq!(alignment.kinship, Kinship::Unrelated);
        covers(&alignment, 6, 3000);
    }

    #[test]
    fn a_text_that_says_everything_again_and_again_is_still_followed() {
        // Six times the same; the right text begins late in the first round, and goes on after the last.
        let name = |k: usize, syllables: [&str; 6]| {
            let of = |n: usize| syllables[n % 6];
            format!("{}{}{}", of(k), of(k / 6), of(k / 36))
        };
        let line = |k: usize, is_left: bool| {
            let number = 1000 + 7 * k;
            if is_left {
                format!("In that year Mr {} paid {number} tenge.", name(k, ["Ba", "Ro", "mi", "ku", "na", "ta"]))
            } else {
                format!("Сол жылы {} мырза {number} теңге төледі.", name(k, ["Ба", "Ро", "ми", "ку", "на", "та"]))
            }
        };
        let english: Vec<String> = (0..1800).map(|n| line(n % 300, true)).collect();
        let kazakh: Vec<String> = (120..1920).map(|n| line(n % 300, false)).collect();
        let (left, right): (Vec<&str>, Vec<&str>) =
            (english.iter().map(String::as_str).collect(), kazakh.iter().map(String::as_str).collect());
        let alignment = aligned(&text(&left), &text(&right), &[]);
        let is_right = |link: &&Link| !link.is_gap() && link.left.start == link.right.start + 120;
        let n_right = alignment.links.iter().filter(is_right).count();
        assert!(n_right > 1500, "{n_right} of 1680");
    }

    proptest! {
        #[test]
        fn every_sentence_stands_in_one_link_whichever_side_is_first(
            left in prop::collection::vec((0usize..12, any::<bool>()), 0..14),
            right in prop::collection::vec((0usize..12, any::<bool>()), 0..14),
            fixed in prop::collection::vec((0usize..3, 0usize..3, 0usize..3, 0usize..3), 0..3),
        ) {
            let read = |side: &[(usize, bool)]| -> Vec<Sentence> {
                let mut paragraph = 0;
                let all = ENGLISH.iter().chain(&KAZAKH);
                side.iter().map(|(n, opens)| {
                    paragraph += usize::from(*opens);
                    Sentence { text: all.clone().nth(*n).unwrap(), paragraph }
                }).collect()
            };
            let (left, right) = (read(&left), read(&right));
            let mut at = (0, 0);
            let mut links = Vec::new();
            for (skip_left, a, skip_right, b) in fixed {
                let from = (at.0 + skip_left, at.1 + skip_right);
                at = (from.0 + a, from.1 + b);
                if a + b > 0 && at.0 <= left.len() && at.1 <= right.len() {
                    links.push(Link { left: from.0..at.0, right: from.1..at.1, confidence: 100, is_fixed: true });
                } else {
                    break;
                }
            }
            let there = aligned(&left, &right, &links);
            covers(&there, left.len(), right.len());
            prop_assert!(links.iter().all(|link| there.links.contains(link)));
            prop_assert!(there.links.iter().all(|l| l.is_fixed || (l.left.len() <= 3 && l.right.len() <= 3)));
            let flipped: Vec<Link> = links.iter().map(Link::flipped).collect();
            let back = aligned(&right, &left, &flipped);
            let mut back_links: Vec<Link> = back.links.iter().map(Link::flipped).collect();
            let mut there_links = there.links.clone();
            let key = |l: &Link| (l.left.start, l.left.end, l.right.start, l.right.end);
            back_links.sort_by_key(key);
            there_links.sort_by_key(key);
            prop_assert_eq!(there_links, back_links);
            prop_assert_eq!(there.kinship, back.kinship);
        }
    }
}
