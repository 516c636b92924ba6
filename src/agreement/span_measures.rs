//! The measures of what coders marked in text, one row each.

use crate::agreement::alpha::{Tallies, alpha, coded_only};
use crate::agreement::alpha_u::overall;
use crate::agreement::bootstrap::alpha_intervals;
use crate::agreement::disagreements::{confusion, disagreements};
use crate::agreement::disorder::Costs;
use crate::agreement::fleiss::fleiss_kappa;
use crate::agreement::gamma::{gamma, observed};
use crate::agreement::gwet::gwet_ac1;
use crate::agreement::measures::{Findings, Measure, Value, row};
use crate::agreement::pairs::{Counts, micro_f1, pooled_kappa};
use crate::agreement::score::mean;
use crate::agreement::sets::{jaccard, masi};
use crate::agreement::study::Study;
use crate::agreement::u_alpha::{Continuum, of_code, squares};

/// How a measure of spans is asked.
pub type OfSpans = fn(&Study<'_>, &mut Findings);

const fn slow(measure: Measure<OfSpans>) -> Measure<OfSpans> {
    Measure { is_slow: true, ..measure }
}

/// How many random continua gamma is compared with: as many as its authors start with.
const N_SAMPLES: usize = 30;

const CHARACTERS: &str = "code points of a pair's common documents; −1 to 1";
const MARKED: &str = "marked code points of a pair's common documents; 0 to 1";
const ALL_CHARACTERS: &str = "code points that two or more coders read; at most 1";
const COMPLETE: &str = "code points that all coders read; at most 1";
const PASSAGES: &str = "passages of a pair's common documents; 0 to 1";

/// All measures of spans, in the order in which they are shown.
pub const SPAN_MEASURES: [Measure<OfSpans>; 30] = [
    row(
        "char_counts",
        "Code points marked by both, one, neither",
        "",
        "code points: both, only the first, only the second, neither",
        "Long documents weigh more than short ones.",
        |study, found| {
            for (first, second) in study.pairs_of_coders() {
                for (code, of) in study.pairs().codes(first, second).iter().enumerate() {
                    let counts = [of.both, of.first, of.second, of.neither].map(|n| n as f64);
                    found.put_value(Value::List(counts.into())).coders(first, second).code(code);
                }
            }
        },
    ),
    row(
        "percent_agreement",
        "Percent agreement",
        "",
        "code points of a pair's common documents; 0 to 1",
        "Text that both left uncoded counts as agreement: with a rare code it is near 1 even if the coders never marked the same words.",
        |study, found| study.put_pairs_and_codes(found, Counts::percent_agreement),
    ),
    row(
        "cohen_kappa",
        "Cohen's kappa",
        "Cohen 1960",
        CHARACTERS,
        "With a code that is very rare or nearly everywhere it can be low although the coders mostly agree; neighbouring letters are not independent, so its usual significance tests do not hold.",
        |study, found| study.put_pairs_and_codes(found, Counts::cohen_kappa),
    ),
    row(
        "scott_pi",
        "Scott's pi",
        "Scott 1955",
        CHARACTERS,
        "It takes for granted that both coders use the code equally often; if one marks far more text, part of that counts as mere disagreement. Rare codes lower it as they lower kappa.",
        |study, found| study.put_pairs_and_codes(found, Counts::scott_pi),
    ),
    row(
        "gwet_ac1",
        "Gwet's AC1",
        "Gwet 2008, 2014",
        "code points, of a pair and of all coders; at most 1",
        "With a rare code it stays near 1 although the coders hardly ever mark the same text; do not compare it with kappa, whose scale it does not share.",
        |study, found| {
            study.put_pairs_and_codes(found, Counts::gwet_ac1);
            for code in 0..study.n_codes() {
                found.put(gwet_ac1(study.tallies().code(code))).code(code);
            }
        },
    ),
    row(
        "f1_char",
        "F1 of marked text",
        "Dice 1945",
        MARKED,
        "Nothing is taken off for chance: codes that cover much text reach high numbers by themselves. One long passage outweighs many short ones.",
        |study, found| study.put_pairs_and_codes(found, Counts::f1),
    ),
    row(
        "jaccard_char",
        "Jaccard's index of marked text",
        "Jaccard 1912",
        MARKED,
        "It is always lower than F1 of the same data, so the two must not be compared. Nothing is taken off for chance.",
        |study, found| study.put_pairs_and_codes(found, Counts::jaccard),
    ),
    row(
        "f1_char_micro",
        "F1 of marked text, all codes",
        "Dice 1945",
        MARKED,
        "Codes with much text decide it; a code that is never agreed upon is hidden by them.",
        |study, found| study.put_pairs(found, micro_f1),
    ),
    row(
        "pooled_kappa",
        "Pooled kappa, all codes",
        "De Vries, Elliott, Kanouse & Teleki 2008",
        CHARACTERS,
        "Unused codes take part and raise the agreement; a bad code is hidden by good ones.",
        |study, found| study.put_pairs(found, pooled_kappa),
    ),
    row(
        "alpha_char",
        "Krippendorff's alpha over text",
        "Krippendorff 2011",
        "code points that two or more coders read, of a code and of a code in a document; at most 1",
        "A passage that is a few words longer with one coder lowers it as much as a missed short passage. In a single document with little coding it jumps.",
        |study, found| {
            for code in 0..study.n_codes() {
                found.put(alpha(study.tallies().code(code))).code(code);
            }
            for document in 0..study.coding().documents.len() {
                for (code, tally) in study.tallies().document(document).iter().enumerate() {
                    found.put(tally.coincidences().alpha()).code(code).document(document);
                }
            }
        },
    ),
    row(
        "alpha_char_any",
        "Krippendorff's alpha of coded or not",
        "Krippendorff 2011",
        ALL_CHARACTERS,
        "It only tells whether the same text was found worth coding, not whether the codes are the same.",
        |study, found| {
            found.put(alpha(study.tallies().any().iter()));
        },
    ),
    row(
        "alpha_char_macro",
        "Krippendorff's alpha, mean of the codes",
        "Krippendorff 2011",
        ALL_CHARACTERS,
        "A code used once weighs as much as one used a thousand times; codes without a number are left out.",
        |study, found| {
            let tallies: &Tallies = study.tallies();
            let alphas = (0..study.n_codes()).map(|code| alpha(tallies.code(code)));
            let (score, n_defined) = mean(alphas);
            found.put(score).extra("codes_defined", n_defined as f64);
        },
    ),
    row(
        "alpha_set_masi",
        "Krippendorff's alpha of sets of codes, MASI",
        "Passonneau 2006",
        ALL_CHARACTERS,
        "The weights 2/3 and 1/3 for sets that only partly agree are a convention; other weights give other numbers.",
        |study, found| {
            found.put(study.alpha_of_sets(masi));
        },
    ),
    row(
        "alpha_set_jaccard",
        "Krippendorff's alpha of sets of codes, Jaccard",
        "Krippendorff 2011; Jaccard 1912",
        ALL_CHARACTERS,
        "A forgotten second code costs as much as a wrong one in a set of the same size.",
        |study, found| {
            found.put(study.alpha_of_sets(jaccard));
        },
    ),
    row(
        "alpha_coded_only",
        "Krippendorff's alpha of the code where coded",
        "Krippendorff 2011",
        "code points that two or more coders gave a code; at most 1",
        "It ignores all text that only one coder marked: coders who seldom mark the same text can still reach 1.",
        |study, found| {
            if let Some(score) = coded_only(study.coding()) {
                found.put(score);
            }
        },
    ),
    row(
        "fleiss_kappa",
        "Fleiss' kappa",
        "Fleiss 1971",
        COMPLETE,
        "Documents that one coder has not completed drop out; rare codes lower it as they lower Cohen's kappa.",
        |study, found| {
            for code in 0..study.n_codes() {
                found.put(fleiss_kappa(study.tallies().code(code), study.coding().coders.len())).code(code);
            }
        },
    ),
    row(
        "alpha_char_bootstrap_ci",
        "Interval of Krippendorff's alpha",
        "Efron 1979",
        "lowest and highest alpha of the middle of all resamples of documents",
        "With fewer than about ten documents it is too narrow; it only tells how far the choice of documents matters, not that of coders.",
        |study, found| {
            let of = alpha_intervals(study.tallies(), study.n_codes(), study.plan());
            for (code, interval) in of.iter().enumerate() {
                let value = match interval.ends {
                    Ok((low, high)) => Value::List(vec![low, high]),
                    Err(reason) => Value::Number(Err(reason)),
                };
                let outcome = found.put_value(value).code(code);
                outcome.extra("resamples", interval.n_rounds as f64).extra("undefined", interval.n_undefined as f64);
                outcome.extra("is_exact", f64::from(u8::from(interval.is_exact)));
            }
        },
    ),
    row(
        "span_f1_exact",
        "F1 of passages, same borders",
        "Van Rijsbergen 1979",
        PASSAGES,
        "A border moved by one letter is a miss, so it is low wherever borders are a matter of taste.",
        |study, found| study.put_matches(found, |of| of.exact),
    ),
    row(
        "span_f1_overlap",
        "F1 of passages that overlap",
        "Van Rijsbergen 1979",
        PASSAGES,
        "One letter in common is enough: a coder who marks whole pages meets everything.",
        |study, found| study.put_matches(found, |of| of.overlapping),
    ),
    row(
        "span_f1_iou50",
        "F1 of passages that share half",
        "Van Rijsbergen 1979; Everingham et al. 2010",
        PASSAGES,
        "The half is a convention; one long passage against the same text in three pieces is a miss.",
        |study, found| study.put_matches(found, |of| of.half),
    ),
    row(
        "alpha_u_2004",
        "Krippendorff's alpha for unitizing, 2004",
        "Krippendorff 1995, 2004",
        "units in the text that all coders read; at most 1",
        "Lengths are squared, so a few long passages decide it. It can be far from the newer u-alpha of the same data.",
        |study, found| {
            found.put(overall(study.disorders()));
            for (code, of) in study.disorders().iter().enumerate() {
                let outcome = found.put(of.and_then(|of| of.alpha())).code(code);
                if let Ok(of) = of {
                    outcome.extra("observed_disagreement", of.observed).extra("expected_disagreement", of.expected);
                }
            }
        },
    ),
    row(
        "u_alpha",
        "Krippendorff's u-alpha",
        "Krippendorff, Mathet, Bouvry & Widlöcher 2016",
        COMPLETE,
        "Agreement on where there is nothing to code counts too; with little coded text it mostly tells about gaps.",
        |study, found| {
            if let Some(of) = study.continuum() {
                found.put(of.and_then(Continuum::u_alpha));
            }
        },
    ),
    row(
        "u_alpha_binary",
        "Krippendorff's u-alpha of coded or not",
        "Krippendorff, Mathet, Bouvry & Widlöcher 2016",
        COMPLETE,
        "It only tells whether the same text was marked, not whether the codes are the same.",
        |study, found| {
            if let Some(of) = study.continuum() {
                found.put(of.and_then(Continuum::binary));
            }
        },
    ),
    row(
        "cu_alpha",
        "Krippendorff's cu-alpha",
        "Krippendorff, Mathet, Bouvry & Widlöcher 2016",
        "code points where units of two coders meet; at most 1",
        "Text that only one coder marked is ignored: look at the coverage beside it. With three or more coders programs differ in the fourth digit.",
        |study, found| {
            if let Some(of) = study.continuum() {
                let (score, coverage) = of.map_or_else(|reason| (Err(reason), 0.0), Continuum::cu_alpha);
                found.put(score).extra("coverage", coverage);
            }
        },
    ),
    row(
        "ku_alpha",
        "Krippendorff's (k)u-alpha",
        "Krippendorff, Mathet, Bouvry & Widlöcher 2016",
        "code points where units of one code meet those of another coder; at most 1",
        "It only sees where the code meets other units: look at the coverage beside it. Few passages make it jump.",
        |study, found| {
            let codes = 0..study.continuum().map_or(0, |_| study.n_codes());
            for (code, of) in codes.filter_map(|code| Some((code, study.continuum()?))) {
                let (score, coverage) = of.map_or_else(|reason| (Err(reason), 0.0), |of| of.ku_alpha(code));
                found.put(score).code(code).extra("coverage", coverage);
            }
        },
    ),
    row(
        "u_alpha_code",
        "Krippendorff's u-alpha of one code",
        "Krippendorff, Mathet, Bouvry & Widlöcher 2016",
        COMPLETE,
        "Text with any other code counts as a gap, so it does not tell what the code was mistaken for.",
        |study, found| {
            for (code, squares) in squares(study.coding()).into_iter().enumerate() {
                found.put(of_code(study.complete_tallies(code), squares)).code(code);
            }
        },
    ),
    slow(row(
        "gamma_disorder",
        "Disorder of the best alignment",
        "Mathet, Widlöcher & Métivier 2015",
        "units in the text that all coders read, by the mean number of a coder's; 0 and up",
        "It has no fixed upper end and grows as units get shorter, so two studies cannot be compared by it: that is what gamma is for.",
        |study, found| {
            let of = observed(study.coding(), &Costs::default());
            let outcome = found.put(of.map(|of| of.disorder));
            if let Ok(of) = of {
                outcome.extra("is_exact", f64::from(u8::from(of.is_exact)));
            }
        },
    )),
    slow(row(
        "gamma",
        "Gamma",
        "Mathet, Widlöcher & Métivier 2015",
        "units in the text that all coders read; at most 1",
        "Expected disorder is drawn by chance, and programs draw it differently: on few units their gammas differ by up to 0.3. Name the program, the sampler and the seed.",
        |study, found| {
            let of = gamma(study.coding(), &Costs::default(), N_SAMPLES, study.plan().seed);
            let outcome = found.put(of.and_then(|of| of.gamma));
            if let Ok(of) = of {
                outcome.extra("observed", of.observed).extra("expected", of.expected);
                outcome.extra("samples", N_SAMPLES as f64).extra("is_exact", f64::from(u8::from(of.is_exact)));
            }
        },
    )),
    slow(row(
        "disagreement_segments",
        "Stretches of disagreement",
        "",
        "code points: document, start, end, code, who alone marked it",
        "A border moved by one letter is a stretch too; sort by length before reading.",
        |study, found| {
            for (first, second) in study.pairs_of_coders() {
                let of = disagreements(study.coding(), first, second);
                let total: usize = of.iter().map(|of| of.end - of.start).sum();
                found.put_value(Value::Segments(of)).coders(first, second).extra("total", total as f64);
            }
        },
    )),
    row(
        "confusion_chars",
        "Codes against codes",
        "",
        "code points of a pair's common documents, first × second coder, uncoded last",
        "Uncoded text fills the last row and column; what stands there is a matter of borders more often than of meaning.",
        |study, found| {
            for (first, second) in study.pairs_of_coders() {
                if let Some(cells) = confusion(study.coding(), first, second) {
                    found.put_value(Value::Matrix(cells)).coders(first, second);
                }
            }
        },
    ),
];

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::agreement::bootstrap::Plan;
    use crate::agreement::chance::Chance;
    use crate::agreement::measures::Outcome;
    use crate::agreement::units::{Coding, Marked, Unitized};

    #[test]
    fn names_are_unique_and_every_row_says_when_it_misleads() {
        let mut names: Vec<_> = SPAN_MEASURES.iter().map(|measure| measure.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SPAN_MEASURES.len());
        for measure in &SPAN_MEASURES {
            assert!(measure.misleads.ends_with('.') && !measure.title.is_empty() && !measure.unit.is_empty());
        }
    }

    fn random(chance: &mut Chance, n_coders: usize, is_apart: bool) -> Coding {
        let documents = (0..3).map(|i| {
            let mut spans = Vec::new();
            for coder in 0..n_coders as u32 {
                let mut at = 0;
                for _ in 0..4 {
                    let start = if is_apart { at + chance.below(8) } else { chance.below(50) };
                    at = start + 1 + chance.below(9);
                    spans.push(Marked { code: chance.below(3) as u32, coder, start, end: at });
                }
            }
            let completed = (0..n_coders).map(|_| is_apart || chance.below(6) > 0).collect();
            Unitized { id: i.to_string(), length: 60, completed, spans }
        });
        let names = |n: usize| (0..n).map(|i| i.to_string()).collect();
        Coding { coders: names(n_coders), codes: names(4), documents: documents.collect() }
    }

    /// All numbers that are found, each with what it is about.
    fn numbers(coding: Coding) -> Vec<Outcome> {
        let tidy = coding.tidy();
        let study = Study::new(&tidy, Plan { n_rounds: 20, ..Plan::default() });
        let all = SPAN_MEASURES.iter().filter(|measure| !measure.is_slow);
        let found: Vec<Outcome> = all.flat_map(|measure| Findings::of(measure, &study)).collect();
        found.into_iter().filter(|of| matches!(of.value, Value::Number(_))).collect()
    }

    #[test]
    fn the_order_of_coders_and_codes_changes_no_number() {
        let mut chance = Chance::new(91);
        for round in 0..20 {
            let coding = random(&mut chance, 4, round % 2 == 0);
            let mut turned = coding.clone();
            for document in &mut turned.documents {
                document.completed.reverse();
                for span in &mut document.spans {
                    (span.coder, span.code) = (3 - span.coder, 3 - span.code);
                }
            }
            let mut other = numbers(turned);
            for of in &mut other {
                of.coders = of.coders.map(|(first, second)| (3 - second, 3 - first));
                of.code = of.code.map(|code| 3 - code);
            }
            for of in numbers(coding) {
                let is_same = |it: &&Outcome| {
                    (it.measure, it.coders, it.code, it.document) == (of.measure, of.coders, of.code, of.document)
                };
                assert_eq!(other.iter().find(is_same).map(|it| &it.value), Some(&of.value), "{of:?}");
            }
        }
    }

    #[test]
    fn identical_coders_agree_fully_or_do_not_vary() {
        let mut chance = Chance::new(92);
        for round in 0..20 {
            let mut coding = random(&mut chance, 3, round % 2 == 0);
            for document in &mut coding.documents {
                document.completed = vec![true; 3];
                let own: Vec<Marked> = document.spans.iter().filter(|span| span.coder == 0).copied().collect();
                document.spans =
                    (0..3).flat_map(|coder| own.iter().map(move |span| Marked { coder, ..*span })).collect();
            }
            for of in numbers(coding) {
                let Value::Number(score) = of.value else { continue };
                assert!(
                    score.is_err() || score.is_ok_and(|number| (number - 1.0).abs() < 1e-12),
                    "{score:?} {}",
                    of.measure
                );
            }
        }
    }

    #[test]
    fn what_is_at_the_edge_is_a_number_or_a_reason() {
        let blank = |n_coders: usize, length: usize, is_done: bool| Coding {
            coders: (0..n_coders).map(|i| i.to_string()).collect(),
            codes: vec!["a".into(), "b".into()],
            documents: vec![Unitized { id: "d".into(), length, completed: vec![is_done; n_coders], spans: Vec::new() }],
        };
        let mut all_coded = blank(50, 9, true);
        all_coded.documents[0].spans =
            (0..50).map(|coder| Marked { code: coder % 2, coder, start: 0, end: 9 }).collect();
        let cases = [
            Coding::default(),
            blank(1, 9, true),
            blank(2, 0, true),
            blank(2, 9, false),
            blank(50, 9, true),
            all_coded,
        ];
        for coding in cases {
            for of in numbers(coding) {
                let Value::Number(score) = &of.value else { continue };
                assert!(score.is_err() || score.is_ok_and(f64::is_finite), "{of:?}");
            }
        }
    }
}
