//! The figures of docs/agreement.md: every measure on seeded made-up data, beside Python's packages in the same run.
//! `TANBA_PYTHON` names a Python that has krippendorff, scikit-learn, nltk and pygamma-agreement; without it the peers are left out.
#![allow(clippy::expect_used, clippy::print_stdout)] // a broken bench says so; figures are printed

use std::time::Instant;

use tanba::agreement::alpha::{Tallies, alpha, coded_only};
use tanba::agreement::alpha_u;
use tanba::agreement::bootstrap::{Plan, alpha_intervals};
use tanba::agreement::chance::Chance;
use tanba::agreement::comparison::{Said, compare};
use tanba::agreement::contingency::Contingency;
use tanba::agreement::disagreements::{confusion, disagreements};
use tanba::agreement::disorder::Costs;
use tanba::agreement::gamma::{gamma, observed};
use tanba::agreement::measures::Findings;
use tanba::agreement::pairs::{Counts, Pairs, each_pair, micro_f1, pooled_kappa};
use tanba::agreement::passages::matches;
use tanba::agreement::ratings::Ratings;
use tanba::agreement::scales::Coincidences;
use tanba::agreement::sets::{SetCoincidences, jaccard, masi};
use tanba::agreement::span_measures::SPAN_MEASURES;
use tanba::agreement::study::Study;
use tanba::agreement::summary::Summary;
use tanba::agreement::u_alpha::{Continuum, of_code, squares};
use tanba::agreement::units::{Coding, Marked, Tidy, Unitized};
use tanba::model::code::CodeId;
use tanba::text::span::CodePoints;

const N_CODERS: usize = 10;
const N_CODES: usize = 20;

fn coding(n_documents: usize) -> Coding {
    let mut chance = Chance::new(1);
    let documents = (0..n_documents).map(|i| {
        let mut spans = Vec::with_capacity(1000);
        for at in 0..100 {
            let (start, code) = (chance.below(19_700), chance.below(N_CODES) as u32);
            let length = 20 + chance.below(280);
            for coder in 0..N_CODERS as u32 {
                let (start, length) = if chance.below(4) > 0 {
                    (start + chance.below(20), length)
                } else {
                    (chance.below(19_700), 20 + at)
                };
                spans.push(Marked { code, coder, start, end: start + length });
            }
        }
        Unitized { id: i.to_string(), length: 20_000, completed: vec![true; N_CODERS], spans }
    });
    let names = |n: usize| (0..n).map(|i| i.to_string()).collect();
    Coding { coders: names(N_CODERS), codes: names(N_CODES), documents: documents.collect() }
}

/// The coding without spans that overlap an earlier one of their coder.
fn exclusive(tidy: &Tidy) -> Tidy {
    let mut coding = Coding::clone(tidy);
    for document in &mut coding.documents {
        document.spans.sort_unstable_by_key(|span| (span.coder, span.start));
        let mut end = (0, 0);
        document.spans.retain(|span| {
            let is_free = end.0 != span.coder || span.start >= end.1;
            end = if is_free { (span.coder, span.end) } else { end };
            is_free
        });
    }
    coding.tidy()
}

/// Does it some times and tells the median in milliseconds.
fn time<T>(what: &str, times: usize, mut work: impl FnMut() -> T) -> f64 {
    let mut all: Vec<f64> = (0..times)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(work());
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    all.sort_by(f64::total_cmp);
    let median = all.get(times / 2).copied().unwrap_or_default();
    println!("{what:44} {median:9.1} ms");
    median
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned()
}

fn kappas(pairs: &Pairs) -> f64 {
    let all = each_pair(N_CODERS).map(|(i, j)| pairs.codes(i, j));
    let of = [
        Counts::percent_agreement,
        Counts::cohen_kappa,
        Counts::scott_pi,
        Counts::gwet_ac1,
        Counts::f1,
        Counts::jaccard,
    ];
    all.map(|codes| {
        let each: f64 = codes.iter().flat_map(|counts| of.map(|of| of(counts).unwrap_or(0.0))).sum();
        each + micro_f1(codes).unwrap_or(0.0) + pooled_kappa(codes).unwrap_or(0.0)
    })
    .sum()
}

fn spans(tidy: &Tidy) {
    let mut sum = 0.0;
    sum += time("counts of 45 pairs x 20 codes, kappas", 5, || kappas(&Pairs::of(tidy)));
    sum += time("alpha of code, document, any", 5, || {
        let tallies = Tallies::of(tidy);
        let each: f64 = (0..N_CODES).map(|code| alpha(tallies.code(code)).unwrap_or(0.0)).sum();
        let rows: f64 = tallies.coincidences().iter().map(|row| row.alpha().unwrap_or(0.0)).sum();
        each + rows + alpha(tallies.any().iter()).unwrap_or(0.0)
    });
    sum += time("F1 of passages x 3, 45 pairs", 5, || matches(tidy));
    sum += time("disagreements of one pair", 5, || disagreements(tidy, 0, 1));
    sum += time("confusion of one pair", 5, || confusion(tidy, 0, 1));
    println!("{:44} {sum:9.1} ms   {}", "first group", memory());
    time("alpha-u 2004 of all codes", 5, || alpha_u::overall(&alpha_u::disorders(tidy)));
    let tallies = Tallies::of(tidy);
    time("u-alpha of each code", 5, || {
        squares(tidy)
            .into_iter()
            .enumerate()
            .map(|(code, sq)| of_code(tallies.code(code), sq).unwrap_or(0.0))
            .sum::<f64>()
    });
    let exclusive = exclusive(tidy);
    println!("without overlaps: {} spans", exclusive.documents.iter().map(|d| d.spans.len()).sum::<usize>());
    time("u-alpha, binary, cu, ku without overlaps", 5, || {
        Continuum::of(&exclusive).map(|of| of.map(|of| of.u_alpha()))
    });
    time("coded only without overlaps", 3, || coded_only(&exclusive));
    time("confusion of one pair without overlaps", 3, || confusion(&exclusive, 0, 1));
    drop(exclusive);
    time("sets: masi and jaccard", 3, || {
        let of = SetCoincidences::of(tidy);
        (of.alpha(masi), of.alpha(jaccard))
    });
    let plan = Plan { n_rounds: 1000, ..Plan::default() };
    time("all rows of the table that are not slow", 1, || {
        let study = Study::new(tidy, Plan::default());
        let rows = SPAN_MEASURES.iter().filter(|measure| !measure.is_slow);
        rows.map(|measure| Findings::of(measure, &study).len()).sum::<usize>()
    });
    time("bootstrap 1000 rounds, alpha of 20 codes", 5, || alpha_intervals(&tallies, N_CODES, plan));
    println!("{}", memory());
}

fn ratings() {
    let mut chance = Chance::new(2);
    let names = ["a", "b", "c", "d", "e"];
    let mut cells = Vec::with_capacity(2_000_000);
    for _ in 0..1_000_000 {
        let first = chance.below(5);
        cells.push(Some(names[first]));
        cells.push(Some(names[if chance.below(3) > 0 { first } else { chance.below(5) }]));
    }
    time("ratings: reading 2 x 1,000,000", 3, || Ratings::categories(2, &cells));
    let ratings = Ratings::categories(2, &cells);
    time("ratings: kappa", 5, || Contingency::of(&ratings, 0, 1).cohen_kappa());
    time("ratings: alpha nominal and ordinal", 5, || {
        let of = Coincidences::of(&ratings);
        (of.alpha_nominal(), of.alpha_ordinal())
    });
    let points: Vec<Option<f64>> = (0..2_000_000).map(|_| Some(chance.below(100_000) as f64)).collect();
    let many = Ratings::numbers(2, &points);
    time("ratings: interval alpha, 100,000 values", 3, || Coincidences::of(&many).alpha_interval(&many));
}

/// Passages that nearly all share half with nearly all others.
fn piled() {
    let mut chance = Chance::new(4);
    let spans = (0..20_000).map(|at| {
        let start = chance.below(5_000);
        Marked { code: 0, coder: at % 2, start, end: start + 10_000 + chance.below(5_000) }
    });
    let document = Unitized { id: "d".into(), length: 30_000, completed: vec![true; 2], spans: spans.collect() };
    let tidy =
        Coding { coders: vec!["a".into(), "b".into()], codes: vec!["x".into()], documents: vec![document] }.tidy();
    time("F1 of 20,000 passages piled up", 1, || matches(&tidy));
}

/// Gamma of few coders on one document of ordinary size.
fn gammas() {
    for (n_coders, n_spans) in [(2, 100), (2, 500), (3, 30), (4, 25), (6, 15)] {
        let mut chance = Chance::new(5);
        let mut spans = Vec::new();
        for _ in 0..n_spans {
            let (start, code) = (chance.below(19_000), chance.below(5) as u32);
            for coder in 0..n_coders {
                let start = start + chance.below(40);
                let code = if chance.below(5) > 0 { code } else { chance.below(5) as u32 };
                spans.push(Marked { code, coder, start, end: start + 50 + chance.below(200) });
            }
        }
        let names = |n: usize| (0..n).map(|i| i.to_string()).collect();
        let document = Unitized { id: "d".into(), length: 20_000, completed: vec![true; n_coders as usize], spans };
        let tidy = Coding { coders: names(n_coders as usize), codes: names(5), documents: vec![document] }.tidy();
        time(&format!("gamma disorder, {n_coders} coders x {n_spans} units"), 1, || {
            assert!(observed(&tidy, &Costs::default()).is_ok_and(|found| found.is_exact));
        });
        time(&format!("gamma of 30 samples, {n_coders} coders x {n_spans} units"), 1, || {
            gamma(&tidy, &Costs::default(), 30, 1)
        });
    }
}

/// What is computed at every key while coders are compared: places and scores of one open document.
fn open_document() {
    let tidy = coding(1).tidy();
    time("open document, 1,000 spans of 10: scores", 9, || Summary::of(&Study::new(&tidy, Plan::default()), false));
    let codes: Vec<CodeId> = (0..N_CODES).map(|n| CodeId(n.to_string())).collect();
    let spans = tidy.documents.iter().flat_map(|document| &document.spans);
    let said: Vec<Said<'_>> = spans
        .filter_map(|span| {
            Some(Said {
                coder: tidy.coders.get(span.coder as usize)?,
                code: codes.get(span.code as usize)?,
                range: CodePoints { start: span.start, end: span.end },
            })
        })
        .collect();
    time("open document, 1,000 spans of 10: places", 9, || compare(&said, &tidy.coders));
}

/// Python's packages, where there is a Python that has them.
fn peers() {
    let Ok(python) = std::env::var("TANBA_PYTHON") else {
        println!("peers: left out, TANBA_PYTHON names no Python");
        return;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/agreement_peers.py");
    let output = std::process::Command::new(python).arg(script).output().expect("Python runs");
    println!("{}", String::from_utf8_lossy(&output.stdout));
    println!("{}", String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default());
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
    let is_asked = |name: &str| asked.is_empty() || asked.iter().any(|own| own == name);
    if is_asked("spans") {
        let whole = coding(1000);
        println!("{} spans", whole.documents.iter().map(|document| document.spans.len()).sum::<usize>());
        let start = Instant::now();
        let tidy = whole.tidy();
        println!("{:44} {:9.1} ms", "tidying, once", start.elapsed().as_secs_f64() * 1000.0);
        spans(&tidy);
    }
    if is_asked("open") {
        open_document();
    }
    if is_asked("ratings") {
        ratings();
    }
    if is_asked("piled") {
        piled();
    }
    if is_asked("gamma") {
        gammas();
    }
    if is_asked("peers") {
        peers();
    }
}
