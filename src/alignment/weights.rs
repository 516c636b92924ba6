//! The numbers that the alignment weighs its evidence with, fitted on half of the open evaluation set.

use crate::alignment::words::N_KINDS;

/// What each piece of evidence is worth, in natural logarithms of odds.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// A link by its form: 1-1, 1-2, 1-3, 2-2, 2-3, 3-3, a gap, a gap's longer sentence.
    pub form: [f32; 8],
    /// A term found on the other side, by kind, for each unit of rarity.
    pub gain: [f32; N_KINDS],
    /// A term that stands elsewhere on the other side but not here, by kind.
    pub loss: [f32; N_KINDS],
    /// A term that stands nowhere on the other side, by kind.
    pub orphan: [f32; N_KINDS],
    /// Length: weight, tolerance.
    pub length: [f32; 2],
    /// Paragraphs: both open here, only one does, one opens within a link.
    pub paragraph: [f32; 3],
    /// Terms: least likeness, greatest rarity, least learnt share, discount of what is learnt.
    pub term: [f32; 6],
    /// What a find loses in two sentences, in three; how evidence fades with length.
    pub wide: [f32; 3],
    /// Paths: what a link must be worth to be chosen.
    pub path: [f32; 2],
}

/// The fitted weights; where the fit ran after what only the made-up merges of the set have, drawn back by hand.
pub const FITTED: Weights = Weights {
    form: [0.0, -1.13, -3.0, -4.5, -6.0, -7.0, -1.84, -0.14],
    gain: [0.3, 0.58, 0.39, 0.5, 0.4, 0.96, 0.54],
    loss: [1.04, 1.22, 1.7, 0.0, 0.3, 0.3, 0.14],
    orphan: [0.01, 0.3, 0.24, 0.05, 0.0, 0.14, 0.01],
    length: [1.5, 1.95],
    paragraph: [0.45, -0.34, -1.5],
    term: [0.35, 3.04, 0.54, 0.5, 0.15, 0.0],
    wide: [0.19, 0.6, 0.15],
    path: [0.27, 0.0],
};
