//! Whether two texts correspond at all, and how far.

use crate::alignment::lattice::Step;
use crate::alignment::lexicon::Pairs;
use crate::alignment::words::{Kind, Side};

/// How two texts are related.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kinship {
    /// One says what the other says.
    Translation,
    /// They share a subject, and some sentences: only sure links are given.
    Comparable,
    /// Nothing here corresponds.
    Unrelated,
}

/// What speaks for a pair of texts as a whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bond {
    /// The evidence for each sentence, in natural logarithms of odds, times the coverage.
    pub strength: f32,
    /// The same in the strongest part of longer texts; 0 in shorter ones.
    pub part: f32,
    /// The share of the sentences that are linked with evidence, 0 to 1.
    pub coverage: f32,
    /// The share of the words that stand in both texts letter by letter, 0 to 1: high within one language.
    pub sameness: f32,
}

// Texts of one subject reach 0.15, the shortest and roughest translations of the fitted half begin at 0.23.
const LEAST: f32 = 0.19;
const PARALLEL: f32 = 0.3;
const LEAST_PART: f32 = 1.2;
// Within one language any two texts share words; from the first sameness on, the bond must be stronger by so much.
const FOREIGN: f32 = 0.15;
const SAME_LANGUAGE: f32 = 0.35;
const SAME_LANGUAGE_MORE: f32 = 8.0;
/// How many steps make a part.
const PART: usize = 64;

impl Bond {
    /// The bond of a text with itself.
    pub const IDENTITY: Self = Self { strength: f32::MAX, part: 0.0, coverage: 1.0, sameness: 1.0 };

    /// Weighs the links of a pair of texts, given the terms that sound alike.
    pub fn new(steps: &[Step], ours: &Side, theirs: &Side, alike: &Pairs) -> Self {
        let (strength, coverage) = density(steps);
        let parts = steps.chunks(PART).filter(|steps| steps.len() == PART).map(|steps| density(steps).0);
        Self { strength, part: parts.fold(0.0, f32::max), coverage, sameness: sameness(ours, theirs, alike) }
    }

    /// How the texts are related.
    pub fn kinship(self) -> Kinship {
        let more = (self.sameness - FOREIGN).max(0.0) * SAME_LANGUAGE_MORE;
        let is_paraphrase = self.sameness > SAME_LANGUAGE && self.coverage < 0.9;
        if self.strength >= PARALLEL + more && !is_paraphrase {
            Kinship::Translation
        } else if self.strength >= LEAST + more || self.part >= LEAST_PART + more {
            Kinship::Comparable
        } else {
            Kinship::Unrelated
        }
    }
}

fn density(steps: &[Step]) -> (f32, f32) {
    let n_sentences = |step: &Step| (step.form.0 + step.form.1) as f32;
    let n_all = steps.iter().map(n_sentences).sum::<f32>().max(1.0);
    let n_held = steps.iter().filter(|s| !s.is_gap() && s.evidence > 0.0).map(n_sentences).sum::<f32>();
    let evidence = 2.0 * steps.iter().map(|s| s.evidence).sum::<f32>() / n_all;
    (evidence * n_held / n_all, n_held / n_all)
}

fn sameness(ours: &Side, theirs: &Side, alike: &Pairs) -> f32 {
    let is_word = |kind: Kind| matches!(kind, Kind::Word | Kind::Name);
    let n_words = |side: &Side| {
        side.terms.iter().filter(|t| is_word(t.kind) && t.key.len() > 2).map(|t| t.places.len()).sum::<usize>()
    };
    let mut n_same = 0;
    for (l, r, _) in alike {
        let (Some(a), Some(b)) = (ours.terms.get(*l as usize), theirs.terms.get(*r as usize)) else { continue };
        if is_word(a.kind) && a.key == b.key {
            n_same += a.places.len() + b.places.len();
        }
    }
    n_same as f32 / (n_words(ours) + n_words(theirs)).max(1) as f32
}
