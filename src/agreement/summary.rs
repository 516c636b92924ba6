//! What a team wants to know at a glance: how far coders agree on each code, worst first, and each pair of coders.

use crate::agreement::alpha::alpha;
use crate::agreement::bootstrap::{Interval, alpha_intervals};
use crate::agreement::measures::{Findings, Value};
use crate::agreement::pairs::{Counts, micro_f1, pooled_kappa};
use crate::agreement::score::{Score, mean};
use crate::agreement::span_measures::SPAN_MEASURES;
use crate::agreement::study::Study;

/// What alpha means for what may be concluded. Source of the borders: Krippendorff 2004, p. 241.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Below 0: coders differ more than by chance.
    Opposed,
    /// Below 0.667.
    Unreliable,
    /// From 0.667 on: tentative conclusions.
    Tentative,
    /// From 0.8 on.
    Reliable,
}

impl Grade {
    /// Of an alpha.
    pub fn of(alpha: f64) -> Self {
        match alpha {
            alpha if alpha >= 0.8 => Self::Reliable,
            alpha if alpha >= 0.667 => Self::Tentative,
            alpha if alpha >= 0.0 => Self::Unreliable,
            _ => Self::Opposed,
        }
    }
}

/// How far coders agree on one code.
#[derive(Debug, Clone, PartialEq)]
pub struct OfCode {
    /// The code's number.
    pub code: usize,
    /// Krippendorff's alpha over code points.
    pub alpha: Score,
    /// The interval of alpha when other documents had been drawn.
    pub interval: Option<Interval>,
    /// The counts of all pairs together.
    pub counts: Counts,
    /// Cohen's kappa, the mean of the pairs where it is defined.
    pub kappa: Score,
    /// Passages that coders have of it.
    pub n_passages: usize,
}

/// How far two coders agree on all codes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OfPair {
    /// Kappa with the expected agreement of all codes together.
    pub kappa: Score,
    /// F1 of marked text.
    pub f1: Score,
    /// Documents that both completed.
    pub n_documents: usize,
}

/// How far coders agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Each code, worst first; those without a number last.
    pub codes: Vec<OfCode>,
    /// Coder × coder, both halves; nothing on the diagonal.
    pub pairs: Vec<Vec<Option<OfPair>>>,
    /// Alpha of "carries any code".
    pub any: Score,
    /// The mean of the codes' alphas, and of how many.
    pub mean: (Score, usize),
}

impl Summary {
    /// Of a study; with intervals, which take longer.
    pub fn of(study: &Study<'_>, has_intervals: bool) -> Self {
        let coding = study.coding();
        let (n_codes, n_coders) = (coding.codes.len(), coding.coders.len());
        let intervals = has_intervals.then(|| alpha_intervals(study.tallies(), n_codes, study.plan()));
        let n_passages = |code: usize| coding.documents.iter().map(|d| d.of_code(code as u32).len()).sum();
        let of_code = |code: usize| {
            let pairs: Vec<Counts> = study.pairs_of_coders().map(|(a, b)| study.pairs().counts(a, b, code)).collect();
            OfCode {
                code,
                alpha: alpha(study.tallies().code(code)),
                interval: intervals.as_ref().and_then(|all| all.get(code).copied()),
                counts: pairs.iter().fold(Counts::default(), |sum, counts| sum.plus(*counts)),
                kappa: mean(pairs.iter().map(Counts::cohen_kappa)).0,
                n_passages: n_passages(code),
            }
        };
        let mut codes: Vec<OfCode> = (0..n_codes).map(of_code).collect();
        let mean_alpha = mean(codes.iter().map(|code| code.alpha));
        let rank = |code: &OfCode| (code.alpha.is_err(), code.alpha.unwrap_or(0.0));
        codes.sort_by(|a, b| {
            let (a, b) = (rank(a), rank(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        let in_common = |a: usize, b: usize| coding.documents.iter().filter(|d| d.has(a) && d.has(b)).count();
        let mut pairs = vec![vec![None; n_coders]; n_coders];
        for (first, second) in study.pairs_of_coders() {
            let counts = study.pairs().codes(first, second);
            let of =
                OfPair { kappa: pooled_kappa(counts), f1: micro_f1(counts), n_documents: in_common(first, second) };
            for (row, column) in [(first, second), (second, first)] {
                if let Some(cell) = pairs.get_mut(row).and_then(|cells| cells.get_mut(column)) {
                    *cell = Some(of);
                }
            }
        }
        Self { codes, pairs, any: alpha(study.tallies().any().iter()), mean: mean_alpha }
    }
}

/// Alpha of each document × code, as far as it is defined somewhere.
pub fn by_document(study: &Study<'_>) -> Vec<(usize, Vec<Score>)> {
    let documents = 0..study.coding().documents.len();
    documents
        .map(|document| {
            let tallies = study.tallies().document(document);
            (document, tallies.iter().map(|tally| tally.coincidences().alpha()).collect())
        })
        .collect()
}

/// One measure's number over all that is studied, by its name; nothing where it has none of that scope.
pub fn overall(study: &Study<'_>, name: &str) -> Option<Score> {
    let measure = SPAN_MEASURES.iter().find(|measure| measure.name == name)?;
    let whole = Findings::of(measure, study).into_iter();
    let mut whole = whole.filter(|o| o.coders.is_none() && o.code.is_none() && o.document.is_none());
    whole.find_map(|outcome| match outcome.value {
        Value::Number(score) => Some(score),
        _ => None,
    })
}
