//! Two walks over a pair of texts: the first by what sounds alike, the second by what the first taught as well.

use std::ops::Range;

use crate::alignment::band::{Band, Hit, chain};
use crate::alignment::kinship::Bond;
use crate::alignment::lattice::{Pair, Step, best_way};
use crate::alignment::lexicon::{Lexicon, cognates, learnt};
use crate::alignment::weights::Weights;
use crate::alignment::words::Side;

/// A stretch of left sentences and the stretch of right ones opposite.
pub type Stretch = (Range<usize>, Range<usize>);

/// Links what lies in the stretches and says how strong the bond of the texts is; the fixed ones teach as well.
pub fn walked(
    ours: &Side,
    theirs: &Side,
    (stretches, fixed): (&[Stretch], &[Stretch]),
    weights: &Weights,
    go_on: &mut dyn FnMut(usize, usize) -> bool,
) -> Option<(Vec<Step>, Bond)> {
    let all = 2 * ours.n_sentences();
    let mut pairs = cognates(ours, theirs, weights);
    let lexicon = Lexicon::new(ours, theirs, &pairs, weights);
    let n_letters = |side: &Side| side.sizes.iter().sum::<f32>().max(1.0);
    let pair = Pair {
        left: ours,
        right: theirs,
        lexicon: &lexicon,
        // Texts of one content differ less than this; beyond it, one of them holds more.
        ratio: (n_letters(ours) / n_letters(theirs)).clamp(0.75, 1.5),
        has_paragraphs: ours.has_paragraphs() && theirs.has_paragraphs(),
        weights,
    };
    let anchors = anchors(&pair);
    let first = walk(&pair, stretches, &anchors, &mut |done| go_on(done, all))?;
    let sure = first.iter().filter(|step| !step.is_gap() && step.likelihood > 0.5).map(stretch_of);
    let lessons: Vec<Stretch> = sure.chain(fixed.iter().cloned()).collect();
    let known = pairs.len();
    pairs.extend(learnt(ours, theirs, &lessons, weights));
    let lexicon = Lexicon::new(ours, theirs, &pairs, weights);
    let points: Vec<Hit> = first.iter().map(|step| (step.left, step.right, weight(step))).collect();
    let second = walk(&Pair { lexicon: &lexicon, ..pair }, stretches, &points, &mut |done| {
        go_on(ours.n_sentences() + done, all)
    })?;
    pairs.truncate(known);
    let bond = Bond::new(&second, ours, theirs, &pairs);
    Some((second, bond))
}

/// The sentences of a step.
pub fn stretch_of(step: &Step) -> Stretch {
    (step.left..step.left + step.form.0, step.right..step.right + step.form.1)
}

fn weight(step: &Step) -> u64 {
    if step.is_gap() { 0 } else { (step.likelihood * 1000.0) as u64 }
}

/// Below this many pairs of places all are looked at.
const FULL_CELLS: usize = 25_000;
/// How many sentences beyond the likely path are looked at.
const MARGIN: usize = 12;
/// Longer stretches are cut where the path is surest, which bounds the memory.
const LONGEST: usize = 2_000;

fn walk(pair: &Pair, stretches: &[Stretch], points: &[Hit], go_on: &mut dyn FnMut(usize) -> bool) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for (lefts, rights) in stretches.iter().flat_map(|stretch| parts(stretch, points)) {
        let (n_left, n_right) = (lefts.len(), rights.len());
        let band = if n_left * n_right <= FULL_CELLS {
            Band::full(n_left, n_right)
        } else {
            let inside: Vec<(usize, usize)> = within(points, &lefts)
                .iter()
                .filter(|p| rights.contains(&p.1))
                .map(|p| (p.0 - lefts.start, p.1 - rights.start))
                .collect();
            Band::around(&inside, n_left, n_right, MARGIN)
        };
        let from = lefts.start;
        steps.extend(best_way(pair, lefts, rights, &band, &mut |done| go_on(from + done))?);
    }
    Some(steps)
}

/// The points whose left sentence lies in a range.
fn within<'a>(points: &'a [Hit], lefts: &Range<usize>) -> &'a [Hit] {
    let start = points.partition_point(|p| p.0 < lefts.start);
    let end = points.partition_point(|p| p.0 < lefts.end);
    points.get(start..end).unwrap_or_default()
}

/// A long stretch, cut at the surest point of every so many sentences.
fn parts((lefts, rights): &Stretch, points: &[Hit]) -> Vec<Stretch> {
    let mut parts = Vec::new();
    let mut from = (lefts.start, rights.start);
    while lefts.end - from.0 > LONGEST + LONGEST / 2 {
        let late = from.0 + LONGEST - LONGEST / 4..from.0 + LONGEST + LONGEST / 4;
        let inside = within(points, &late).iter().filter(|p| p.1 > from.1 && p.1 < rights.end);
        let Some(cut) = inside.reduce(|best, p| if p.2 > best.2 { p } else { best }) else { break };
        parts.push((from.0..cut.0, from.1..cut.1));
        from = (cut.0, cut.1);
    }
    parts.push((from.0..lefts.end, from.1..rights.end));
    parts
}

/// A term or its counterpart that stands more often than this is no anchor; where a text says most things again and
/// again, so that hardly any are left, more often ones are.
const RARE: [usize; 3] = [4, 16, 48];
/// Fewer sentences than one in so many are too few anchors.
const SPARSE: usize = 40;
/// Pairs of places that are gathered at most.
const MOST_HITS: usize = 4_000_000;

/// A rising chain of pairs of sentences that share rare terms; empty where all places are looked at anyway.
fn anchors(pair: &Pair) -> Vec<Hit> {
    let n_sentences = (pair.left.n_sentences(), pair.right.n_sentences());
    if n_sentences.0 * n_sentences.1 <= FULL_CELLS {
        return Vec::new();
    }
    let mut found = Vec::new();
    for rare in RARE {
        let chained = anchors_of(pair, rare);
        if chained.len() > found.len() {
            found = chained;
        }
        if found.len() * SPARSE >= n_sentences.0.min(n_sentences.1) {
            break;
        }
    }
    found
}

/// The chain of terms that stand so often at most.
fn anchors_of(pair: &Pair, rare: usize) -> Vec<Hit> {
    let Pair { left: ours, right: theirs, lexicon, .. } = pair;
    let mut hits: Vec<Hit> = Vec::new();
    for (term, partners) in ours.terms.iter().zip(&lexicon.left.partners).filter(|(t, _)| t.places.len() <= rare) {
        for partner in partners {
            let places = theirs.terms.get(partner.term as usize).map_or(&[][..], |t| &t.places);
            if places.len() <= rare && hits.len() < MOST_HITS {
                let worth = (partner.worth * 100.0) as u64;
                let met =
                    term.places.iter().flat_map(|l| places.iter().map(move |r| (*l as usize, *r as usize, worth)));
                hits.extend(met);
            }
        }
    }
    hits.sort_unstable();
    let summed = hits.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    let summed = summed.filter_map(|same| same.first().map(|h| (h.0, h.1, same.iter().map(|h| h.2).sum())));
    chain(summed.collect(), theirs.n_sentences())
}
