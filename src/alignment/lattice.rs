//! All ways to link two stretches of text at once: how likely each link is, and the best way.

use std::ops::Range;

use crate::alignment::band::Band;
use crate::alignment::evidence::Evidence;
use crate::alignment::lexicon::Lexicon;
use crate::alignment::weights::Weights;
use crate::alignment::words::Side;

/// The forms of a link: so many sentences left and right.
pub const FORMS: [(usize, usize); 11] =
    [(1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 2), (2, 3), (3, 2), (3, 3), (1, 0), (0, 1)];
const N_FORMS: usize = FORMS.len();

/// One step of the best way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The first left sentence.
    pub left: usize,
    /// The first right sentence.
    pub right: usize,
    /// The numbers of sentences, left and right.
    pub form: (usize, usize),
    /// How likely it is, 0 to 1, by the weights.
    pub likelihood: f32,
    /// What the terms say for it, in natural logarithms of odds.
    pub evidence: f32,
}

impl Step {
    /// Whether one side is empty.
    pub fn is_gap(&self) -> bool {
        self.form.0 == 0 || self.form.1 == 0
    }
}

/// Two texts and what is known of their terms.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The left text.
    pub left: &'a Side,
    /// The right text.
    pub right: &'a Side,
    /// The terms.
    pub lexicon: &'a Lexicon,
    /// The left letters that a right one stands for.
    pub ratio: f32,
    /// Whether both texts have paragraphs of several sentences.
    pub has_paragraphs: bool,
    /// What evidence is worth.
    pub weights: &'a Weights,
}

/// Links one stretch of the texts within a band; `None` when `go_on`, told the rows done, ends the work.
pub fn best_way(
    pair: &Pair,
    lefts: Range<usize>,
    rights: Range<usize>,
    band: &Band,
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Option<Vec<Step>> {
    if lefts.is_empty() && rights.is_empty() {
        return Some(Vec::new());
    }
    let (l, r) = (lefts.clone(), rights.clone());
    let across = band.transposed();
    let stretch = Stretch {
        ours: Evidence::new(
            pair.left,
            &pair.lexicon.left,
            pair.right,
            (l.clone(), r.clone()),
            band.clone(),
            pair.weights,
        ),
        theirs: Evidence::new(pair.right, &pair.lexicon.right, pair.left, (r, l), across, pair.weights),
        pair,
        lefts,
        rights,
    };
    let mut scores = Vec::with_capacity(band.n_cells());
    for left in 0..band.n_rows() {
        if left % ASKED_EVERY == 0 && !go_on(left) {
            return None;
        }
        for right in band.row(left) {
            scores.push(stretch.scores(left, right));
        }
    }
    let likelihoods = likelihoods(band, scores);
    let steps = most_likely(band, &likelihoods, pair.weights);
    Some(steps.into_iter().map(|step| stretch.placed(step)).collect())
}

const ASKED_EVERY: usize = 64;

struct Stretch<'a> {
    pair: &'a Pair<'a>,
    ours: Evidence,
    theirs: Evidence,
    lefts: Range<usize>,
    rights: Range<usize>,
}

impl Stretch<'_> {
    fn scores(&self, left: usize, right: usize) -> [f32; N_FORMS] {
        FORMS.map(|form| self.score(left, right, form))
    }

    fn score(&self, left: usize, right: usize, form: (usize, usize)) -> f32 {
        let (a, b) = form;
        if left + a > self.lefts.len() || right + b > self.rights.len() {
            return f32::NEG_INFINITY;
        }
        let Pair { weights, ratio, .. } = self.pair;
        let (from_left, from_right) = (self.lefts.start + left, self.rights.start + right);
        let ours: f32 = self.pair.left.sizes.iter().skip(from_left).take(a).sum::<f32>() / ratio.sqrt();
        let theirs: f32 = self.pair.right.sizes.iter().skip(from_right).take(b).sum::<f32>() * ratio.sqrt();
        if a == 0 || b == 0 {
            return weights.form[6] + weights.form[7] * ((ours + theirs) / 50.0).ln();
        }
        let Some(evidence) = self.evidence(left, right, form) else { return f32::NEG_INFINITY };
        let evidence = evidence / (1.0 + weights.wide[2] * (ours + theirs) / 200.0);
        let apart = (ours - theirs).powi(2) / (ours + theirs);
        let length = -weights.length[0] * (1.0 + apart / weights.length[1]).ln();
        weights.form[form_class(form)] + length + evidence + self.paragraphs(from_left, from_right, form)
    }

    fn evidence(&self, left: usize, right: usize, (a, b): (usize, usize)) -> Option<f32> {
        let ours = (left..left + a).map(|l| self.ours.found(l, right, b)).sum::<Option<f32>>()?;
        let theirs = (right..right + b).map(|r| self.theirs.found(r, left, a)).sum::<Option<f32>>()?;
        Some(ours + theirs)
    }

    fn paragraphs(&self, left: usize, right: usize, (a, b): (usize, usize)) -> f32 {
        let opens = |side: &Side, at: usize| side.opens.get(at).copied().unwrap_or(false);
        if !self.pair.has_paragraphs {
            return 0.0;
        }
        let [both, one, inner] = self.pair.weights.paragraph;
        let (l, r) = (self.pair.left, self.pair.right);
        let edge = match (opens(l, left), opens(r, right)) {
            (true, true) => both,
            (false, false) => 0.0,
            _ => one,
        };
        let breaks = (1..a).filter(|n| opens(l, left + n)).count() + (1..b).filter(|n| opens(r, right + n)).count();
        edge + inner * breaks as f32
    }

    fn placed(&self, step: Step) -> Step {
        let evidence = match step.form {
            (0, _) | (_, 0) => 0.0,
            form => self.evidence(step.left, step.right, form).unwrap_or(0.0),
        };
        Step { left: step.left + self.lefts.start, right: step.right + self.rights.start, evidence, ..step }
    }
}

fn form_class((a, b): (usize, usize)) -> usize {
    match (a.min(b), a.max(b)) {
        (1, 1) => 0,
        (1, 2) => 1,
        (1, 3) => 2,
        (2, 2) => 3,
        (2, 3) => 4,
        _ => 5,
    }
}

/// Turns the scores of all links into their likelihoods, over all ways (forward and backward sums).
fn likelihoods(band: &Band, mut scores: Vec<[f32; N_FORMS]>) -> Vec<[f32; N_FORMS]> {
    let n_cells = band.n_cells();
    let mut before = vec![f64::NEG_INFINITY; n_cells];
    let mut behind = vec![f64::NEG_INFINITY; n_cells];
    let mut terms = [0f64; N_FORMS];
    for left in 0..band.n_rows() {
        for right in band.row(left) {
            let Some(cell) = band.cell(left, right) else { continue };
            for (term, (form, (a, b))) in terms.iter_mut().zip(FORMS.iter().enumerate()) {
                let from = left.checked_sub(*a).zip(right.checked_sub(*b)).and_then(|(l, r)| band.cell(l, r));
                *term = from.map_or(f64::NEG_INFINITY, |from| before[from] + f64::from(scores[from][form]));
            }
            before[cell] = if cell == 0 { 0.0 } else { log_sum(&terms) };
        }
    }
    let total = before.last().copied().unwrap_or(0.0);
    for left in (0..band.n_rows()).rev() {
        for right in band.row(left).rev() {
            let Some(cell) = band.cell(left, right) else { continue };
            for (term, (form, (a, b))) in terms.iter_mut().zip(FORMS.iter().enumerate()) {
                let to = band.cell(left + a, right + b);
                *term = to.map_or(f64::NEG_INFINITY, |to| behind[to] + f64::from(scores[cell][form]));
            }
            behind[cell] = if cell + 1 == n_cells { 0.0 } else { log_sum(&terms) };
            for (score, term) in scores[cell].iter_mut().zip(terms) {
                let likelihood = before[cell] + term - total;
                *score = if likelihood > -20.0 { (likelihood as f32).exp().min(1.0) } else { 0.0 };
            }
        }
    }
    scores
}

fn log_sum(terms: &[f64; N_FORMS]) -> f64 {
    let most = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return most;
    }
    let sum: f32 = terms.iter().map(|t| (t - most) as f32).filter(|t| *t > -16.0).map(f32::exp).sum();
    most + f64::from(sum.ln())
}

/// The way whose links are most likely right, taken together.
fn most_likely(band: &Band, likelihoods: &[[f32; N_FORMS]], weights: &Weights) -> Vec<Step> {
    let mut best = vec![f64::NEG_INFINITY; band.n_cells()];
    let mut taken = vec![0u8; band.n_cells()];
    for left in 0..band.n_rows() {
        for right in band.row(left) {
            let Some(cell) = band.cell(left, right) else { continue };
            if cell == 0 {
                best[0] = 0.0;
                continue;
            }
            for (form, (a, b)) in FORMS.iter().enumerate() {
                let from = left.checked_sub(*a).zip(right.checked_sub(*b)).and_then(|(l, r)| band.cell(l, r));
                let Some(from) = from else { continue };
                let is_gap = *a == 0 || *b == 0;
                let likelihood = f64::from(likelihoods[from][form]);
                let worth = if is_gap {
                    likelihood * f64::from(weights.path[1])
                } else {
                    likelihood - f64::from(weights.path[0])
                };
                if best[from] + worth > best[cell] {
                    best[cell] = best[from] + worth;
                    taken[cell] = form as u8;
                }
            }
        }
    }
    let (mut left, mut right) = (band.n_rows() - 1, band.row(band.n_rows() - 1).end - 1);
    let mut steps = Vec::new();
    while left + right > 0 {
        let Some(cell) = band.cell(left, right) else { break };
        let form = usize::from(taken[cell]);
        left -= FORMS[form].0;
        right -= FORMS[form].1;
        let likelihood = band.cell(left, right).map_or(0.0, |cell| likelihoods[cell][form]);
        steps.push(Step { left, right, form: FORMS[form], likelihood, evidence: 0.0 });
    }
    steps.reverse();
    steps
}
