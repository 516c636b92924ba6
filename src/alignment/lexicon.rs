//! Which terms of two texts are likely the same, and what it is worth to find them together.

use std::collections::HashMap;
use std::ops::Range;

use crate::alignment::sound::{frame, likeness};
use crate::alignment::weights::Weights;
use crate::alignment::words::{Kind, Side, Term};
use crate::text::hashing::Quick;

/// A term of the other text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Partner {
    /// Its number among the other text's terms.
    pub term: u32,
    /// What it is worth to find both in one link.
    pub worth: f32,
}

/// What the terms of one text are worth.
#[derive(Debug, Clone, Default)]
pub struct Half {
    /// The likely counterparts of each term, the best first.
    pub partners: Vec<Vec<Partner>>,
    /// What it costs not to find a term's counterpart.
    pub losses: Vec<f32>,
}

/// Both texts' halves, left and right.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// The left text's terms.
    pub left: Half,
    /// The right text's terms.
    pub right: Half,
}

const MOST_PARTNERS: usize = 6;
const LARGEST_CROWD: usize = 64;

/// Pairs of terms with the likeness they have, 0 to 1.
pub type Pairs = Vec<(u32, u32, f32)>;

/// The pairs of terms that are equal or sound alike.
pub fn cognates(left: &Side, right: &Side, weights: &Weights) -> Pairs {
    let mut crowds: HashMap<(u8, [u8; 4]), Vec<u32>, Quick> = HashMap::default();
    let mut equal: HashMap<(Kind, &[u8]), u32, Quick> = HashMap::default();
    let mut words: HashMap<&[u8], u32, Quick> = HashMap::default();
    for (id, term) in (0..).zip(&right.terms) {
        for crowd in crowds_of(term) {
            crowds.entry(crowd).or_default().push(id);
        }
        match term.kind {
            Kind::Name | Kind::Word => words.insert(&term.key, id),
            kind => equal.insert((kind, &term.key), id),
        };
    }
    let mut pairs = Pairs::new();
    let mut near = Vec::new();
    for (id, term) in (0..).zip(&left.terms) {
        match term.kind {
            Kind::Stem => {}
            Kind::Name | Kind::Word => {
                near.clear();
                let met = crowds_of(term).filter_map(|c| crowds.get(&c)).filter(|c| c.len() < LARGEST_CROWD);
                near.extend(met.flatten().copied());
                near.extend(words.get(&*term.key));
                near.sort_unstable();
                near.dedup();
                let alike = |other: u32| {
                    right.terms.get(other as usize).map_or(0.0, |t| likeness(&term.key, &t.key, weights.term[0]))
                };
                let from = pairs.len();
                pairs.extend(near.iter().map(|o| (id, *o, alike(*o))).filter(|p| p.2 >= weights.term[0]));
                if let Some(found) = pairs.get_mut(from..) {
                    found.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.1.cmp(&b.1)));
                }
                pairs.truncate(from + MOST_PARTNERS);
            }
            kind => pairs.extend(equal.get(&(kind, &*term.key)).map(|other| (id, *other, 1.0))),
        }
    }
    pairs
}

fn crowds_of(term: &Term) -> impl Iterator<Item = (u8, [u8; 4])> {
    let is_word = matches!(term.kind, Kind::Name | Kind::Word);
    let framed = frame(&term.key).map(|[a, b, c]| (b'f', [a, b, c, 0]));
    let begun = match *term.key {
        [a, b, c, d, ..] => Some((b'b', [a, b, c, d])),
        [a, b, c] => Some((b'b', [a, b, c, 0])),
        _ => None,
    };
    framed.into_iter().chain(begun).filter(move |_| is_word)
}

/// The pairs of stems that stand together in the links of a first alignment more often than chance has it.
pub fn learnt(left: &Side, right: &Side, links: &[(Range<usize>, Range<usize>)], weights: &Weights) -> Pairs {
    let stems = |side: &Side, range: Range<usize>| {
        let ids = side.sentences.get(range).unwrap_or_default().iter().flatten().copied();
        let mut stems: Vec<u32> = ids.filter(|id| is_stem(side, *id)).collect();
        stems.sort_unstable();
        stems.dedup();
        stems.truncate(LONGEST_LESSON);
        stems
    };
    let step = links.len() / MOST_LESSONS + 1;
    let mut seen = (vec![0u32; left.terms.len()], vec![0u32; right.terms.len()]);
    let mut met: Vec<(u32, u32)> = Vec::new();
    let mut n_links = 0u32;
    for link in links.iter().step_by(step) {
        let (ours, theirs) = (stems(left, link.0.clone()), stems(right, link.1.clone()));
        n_links += 1;
        for id in &ours {
            seen.0[*id as usize] += 1;
            met.extend(theirs.iter().map(|other| (*id, *other)));
        }
        for id in &theirs {
            seen.1[*id as usize] += 1;
        }
    }
    met.sort_unstable();
    let mut pairs = Pairs::new();
    for group in met.chunk_by(|a, b| a == b).filter(|group| group.len() > 1) {
        let Some(&(ours, theirs)) = group.first() else { continue };
        let n_both = group.len() as f32;
        let (n_ours, n_theirs) = (seen.0[ours as usize] as f32, seen.1[theirs as usize] as f32);
        let share = 2.0 * (n_both - weights.term[3]) / (n_ours + n_theirs);
        let by_chance = n_ours * n_theirs / n_links as f32;
        if share >= weights.term[2] && n_both > 1.5 * by_chance {
            pairs.push((ours, theirs, share));
        }
    }
    let mut crowd = (vec![0f32; left.terms.len()], vec![0f32; right.terms.len()]);
    for (ours, theirs, share) in &pairs {
        crowd.0[*ours as usize] += share;
        crowd.1[*theirs as usize] += share;
    }
    for (ours, theirs, share) in &mut pairs {
        *share *= (*share / crowd.0[*ours as usize].max(crowd.1[*theirs as usize])).powf(weights.term[4]);
    }
    pairs
}

const MOST_LESSONS: usize = 20_000;
const LONGEST_LESSON: usize = 80;

fn is_stem(side: &Side, id: u32) -> bool {
    side.terms.get(id as usize).is_some_and(|t| t.kind == Kind::Stem && t.key.len() > 1)
}

impl Lexicon {
    /// Weighs pairs of terms by kind and rarity.
    pub fn new(left: &Side, right: &Side, pairs: &Pairs, weights: &Weights) -> Self {
        let mut lexicon = Self { left: Half::new(left, weights), right: Half::new(right, weights) };
        let mut best = (vec![0f32; left.terms.len()], vec![0f32; right.terms.len()]);
        let mut spread = (vec![0f32; left.terms.len()], vec![0f32; right.terms.len()]);
        for &(ours, theirs, alike) in pairs {
            let (l, r) = (ours as usize, theirs as usize);
            spread.0[l] += alike * right.terms[r].places.len() as f32;
            spread.1[r] += alike * left.terms[l].places.len() as f32;
        }
        for &(ours, theirs, alike) in pairs {
            let (l, r) = (ours as usize, theirs as usize);
            let (Some(a), Some(b)) = (left.terms.get(l), right.terms.get(r)) else { continue };
            let kind = if a.kind == b.kind { a.kind } else { Kind::Word };
            let theirs_rarity = rarity(spread.0[l].max(b.places.len() as f32), right.n_sentences());
            let ours_rarity = rarity(spread.1[r].max(a.places.len() as f32), left.n_sentences());
            let rarity = f32::midpoint(ours_rarity, theirs_rarity) - weights.term[5];
            let worth = weights.gain[kind as usize] * alike * rarity.min(weights.term[1]).max(0.0);
            lexicon.left.partners[l].push(Partner { term: theirs, worth });
            lexicon.right.partners[r].push(Partner { term: ours, worth });
            best.0[l] = best.0[l].max(alike);
            best.1[r] = best.1[r].max(alike);
        }
        lexicon.left.close(left, &best.0, weights);
        lexicon.right.close(right, &best.1, weights);
        lexicon
    }
}

impl Half {
    fn new(side: &Side, weights: &Weights) -> Self {
        let losses = side.terms.iter().map(|term| weights.orphan[term.kind as usize]).collect();
        Self { partners: vec![Vec::new(); side.terms.len()], losses }
    }

    fn close(&mut self, side: &Side, best: &[f32], weights: &Weights) {
        for (id, partners) in self.partners.iter_mut().enumerate().filter(|(_, p)| !p.is_empty()) {
            partners.sort_by(|a, b| b.worth.total_cmp(&a.worth).then(a.term.cmp(&b.term)));
            partners.truncate(MOST_PARTNERS);
            self.losses[id] = weights.loss[side.terms[id].kind as usize] * best[id];
        }
    }
}

/// How rare a term is, in natural logarithms; terms that stand in a fifth of the sentences are worth nothing.
fn rarity(n_places: f32, n_sentences: usize) -> f32 {
    ((n_sentences + 1) as f32 / n_places.max(1.0)).ln()
}
