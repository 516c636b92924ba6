//! Tests on data that lies beside the checkout and is no part of it; they run where it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::harness::{ok, tanba};
use crate::pty::Pty;
use tanba::alignment::align_pair;
use tanba::alignment::gold::{Gold, Score};
use tanba::alignment::kinship::Kinship;
use tanba::alignment::link::Link;
use tanba::alignment::pair::{Half, Known, PairAlignment};
use tanba::app::key::Key;
use tanba::app::layout::Layouts;
use tanba::model::document::DocumentId;
use tanba::text::body::Text;
use tanba::text::offsets::Offsets;
use tanba::text::search::{How, Needle};
use tanba::text::segment::{Unit, segments};

/// The data's folder: `TANBA_SHARED`, or beside the checkout; `None` where it is not.
pub fn shared() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let dir = std::env::var_os("TANBA_SHARED").map_or(beside, PathBuf::from);
    assert!(dir.is_dir() || std::env::var_os("TANBA_SHARED").is_none(), "TANBA_SHARED names no folder");
    dir.is_dir().then_some(dir)
}

#[test]
fn every_measured_sentence_boundary_is_found() {
    let Some(dir) = shared() else { return };
    let cases = fs::read_to_string(dir.join("kazakh/segmentation_cases.tsv")).expect("the cases");
    for case in cases.lines() {
        let (_, marked) = case.split_once('\t').expect("a tab");
        let wanted: Vec<&str> = marked.split('‖').map(str::trim).collect();
        let text = marked.replace('‖', "");
        let found: Vec<&str> = segments(&text, Unit::Sentence).iter().map(|s| &text[s.start..s.end]).collect();
        assert_eq!(found, wanted);
    }
}

#[test]
fn a_new_user_codes_the_five_articles() {
    let Some(dir) = shared() else { return };
    let study = TempDir::new().expect("a folder");
    ok(study.path(), &["init"]);
    let mut articles: Vec<PathBuf> =
        fs::read_dir(dir.join("articles")).expect("listed").flatten().map(|e| e.path()).collect();
    articles.sort();
    let names: Vec<&str> = articles.iter().map(|p| p.to_str().expect("UTF-8")).collect();
    ok(study.path(), &[&["add"], &names[..]].concat());
    ok(study.path(), &["pair", "activists-jailed.en", "qazaqstandaghy-kiberaktivizm.kk"]);
    let listed = ok(study.path(), &["documents"]);
    assert_eq!(listed.lines().count(), 5);
    assert!(listed.lines().any(|line| line.contains("qazaqstandaghy-kiberaktivizm.kk") && line.contains("  kk ")));

    let root = study.path().to_str().expect("UTF-8");
    let mut pty = Pty::start(&tanba(), &[root], &[], (120, 40));
    pty.until_true("ready", |screen| screen.contains("saved"));
    pty.until("Activists Jailed");
    pty.press("tslacktivism\r");
    pty.until("tagged slacktivism");
    for n in 2..=10 {
        pty.press("jr");
        pty.until(&format!("{n} annotations"));
    }
    pty.press("\t");
    for n in 1..=9 {
        pty.press("jcs");
        pty.until(if n == 1 { "1 annotation " } else { "annotations" });
        pty.until(&format!("{n} annotation"));
    }
    // One by mouse: a drag in the right pane's first row.
    pty.press("gg\x1b[<0;68;2M\x1b[<32;78;2M\x1b[<0;78;2m");
    pty.until("extending");
    pty.press("cs");
    pty.until("10 annotations");
    pty.press("q");
    assert_eq!(pty.end(), 0);
    assert_eq!(ok(study.path(), &["annotations"]).lines().count(), 20);

    let mut again = Pty::start(&tanba(), &[root], &[], (120, 40));
    again.until_true("ready", |screen| screen.contains("saved"));
    for left in [9, 8, 7] {
        again.press("u");
        again.until(&format!("{left} annotations"));
    }
    again.press("q");
    again.end();
    let rows = ok(study.path(), &["export", "--format", "csv"]);
    assert_eq!(csv::Reader::from_reader(rows.as_bytes()).records().count(), 17);
    assert!(ok(study.path(), &["check"]).contains("all is well"));
}

/// Aligns two files of one sentence a line.
fn aligned(left: &Path, right: &Path) -> PairAlignment {
    let half = |path: &Path| {
        let text = fs::read_to_string(path).expect("a text");
        Half::of_lines(DocumentId(path.display().to_string()), Text::whole(&text))
    };
    let halves = [half(left), half(right)];
    let offsets = [0, 1].map(|side: usize| Offsets::measure(&halves[side].text).expect("UTF-8"));
    align_pair(halves, [&offsets[0], &offsets[1]], &Known::default(), &mut |_, _| true).expect("nobody stops it")
}

/// The texts of a folder whose names end in `.en`, with their Kazakh ones.
fn pairs(dir: &Path) -> Vec<(PathBuf, PathBuf)> {
    let mut english: Vec<PathBuf> = fs::read_dir(dir).expect("a folder").flatten().map(|e| e.path()).collect();
    english.retain(|path| path.extension().is_some_and(|end| end == "en"));
    assert!(!english.is_empty(), "{} has no texts", dir.display());
    english.sort();
    english.into_iter().map(|path| (path.clone(), path.with_extension("kk"))).collect()
}

#[test]
fn translations_are_aligned_as_people_would() {
    let Some(dir) = shared() else { return };
    for (condition, least) in [("clean", 0.99), ("light", 0.98), ("mid", 0.965), ("heavy", 0.91), ("long", 0.97)] {
        let mut all = Score::default();
        for (english, kazakh) in &pairs(&dir.join("alignment/open").join(condition)) {
            let gold = fs::read_to_string(english.with_extension("gold")).expect("links");
            all = all.plus(Gold::read(&gold).expect("links").score(&aligned(english, kazakh).links));
        }
        assert!(all.f1() >= least, "{condition}: F1 {:.3} of {} links", all.f1(), all.n_wanted);
    }
}

#[test]
fn what_is_no_translation_is_not_forced_together() {
    let Some(dir) = shared() else { return };
    for (english, kazakh) in &pairs(&dir.join("alignment/open/nonparallel")) {
        let found = aligned(english, kazakh);
        assert_eq!(found.kinship, Kinship::Unrelated, "{}", english.display());
        assert!(found.links.iter().all(Link::is_gap));
    }
}

#[test]
fn letters_stand_where_the_measured_keyboards_have_them() {
    let Some(dir) = shared() else { return };
    let measured: BTreeMap<String, BTreeMap<char, char>> =
        serde_json::from_str(&fs::read_to_string(dir.join("kazakh/layouts.json")).expect("tables")).expect("tables");
    for (ours, theirs) in [("ru", "ru"), ("kk", "kz"), ("ru-mac", "ru_mac"), ("kk-letters", "kz_kazrus")] {
        let layouts = Layouts::named(ours);
        for (letter, place) in &measured[theirs] {
            assert_eq!(layouts.on_latin(Key::char(*letter)), Some(Key::char(*place)), "{ours}: {letter}");
        }
    }
}

#[test]
fn a_word_is_found_in_every_measured_spelling() {
    let Some(dir) = shared() else { return };
    let cases = fs::read_to_string(dir.join("kazakh/fold_tests.tsv")).expect("the cases");
    for case in cases.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = case.split('\t').collect();
        let [query, text, expected, ..] = fields[..] else { panic!("{case}") };
        let found = Needle::new(query, How::Folded).expect("a query").matches(text);
        assert_eq!(!found.is_empty(), expected != "nomatch", "{query} in {text}");
    }
}

#[test]
fn articles_on_one_subject_are_no_translations_of_each_other() {
    let Some(dir) = shared() else { return };
    let study = TempDir::new().expect("a folder");
    let article = |name: &str| dir.join("articles").join(name).display().to_string();
    let kazakh = article("qazaqstandaghy-kiberaktivizm.kk.txt");
    for english in ["activists-jailed", "civil-activity-in-kaznet", "to-tame-the-rebellion"] {
        let told = ok(study.path(), &["align", &article(&format!("{english}.en.txt")), &kazakh, "--json"]);
        let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
        assert_ne!(told["kinship"], "translation", "{english}");
    }
}

/// Whether a number is what is expected; lists are compared one by one.
fn is_near(expected: &serde_json::Value, found: &serde_json::Value, tolerance: f64) -> bool {
    match (expected, found) {
        (serde_json::Value::Array(a), serde_json::Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_near(a, b, tolerance))
        }
        _ => match (expected.as_f64(), found.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= tolerance.max(1e-12),
            _ => expected == found,
        },
    }
}

#[test]
fn every_number_of_the_agreement_vectors_is_found() {
    let Some(dir) = shared() else { return };
    let (mut n_numbers, mut wrong) = (0, Vec::new());
    let mut cases: Vec<PathBuf> =
        fs::read_dir(dir.join("agreement/vectors")).expect("listed").flatten().map(|e| e.path()).collect();
    cases.sort();
    for path in cases {
        let case: serde_json::Value = serde_json::from_slice(&fs::read(&path).expect("read")).expect("JSON");
        let printed = ok(&dir, &["agree", "--input", path.to_str().expect("UTF-8"), "--json"]);
        assert_eq!(printed.lines().count(), 1, "such results are gathered as JSON Lines");
        let printed: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
        let results = printed["results"].as_array().expect("a list");
        for expected in case["expected"].as_array().expect("a list") {
            n_numbers += 1;
            let keys = ["measure", "coders", "code", "doc"];
            let label = |one: &serde_json::Value| {
                one["value_label"].as_str().map_or(one["value_label"].to_string(), str::to_owned)
            };
            let is_it = |one: &&serde_json::Value| {
                keys.iter().all(|key| one[*key] == expected[*key]) && label(one) == label(expected)
            };
            let tolerance = expected["tol"].as_f64().expect("a number");
            let found = results.iter().find(is_it).map(|one| &one["value"]);
            let also = expected["accept_also"].as_array().cloned().unwrap_or_default();
            let is_right = found.is_some_and(|found| {
                let drawn = |end: &str, at: usize| {
                    let bounds = &expected["accept_monte_carlo"][end];
                    let (low, high) = (bounds[0].as_f64(), bounds[1].as_f64());
                    found[at]
                        .as_f64()
                        .is_some_and(|n| low.is_some_and(|low| low <= n) && high.is_some_and(|high| n <= high))
                };
                is_near(&expected["value"], found, tolerance)
                    || also.iter().any(|one| is_near(one, found, tolerance))
                    || (drawn("lower", 0) && drawn("upper", 1))
            });
            if !is_right {
                wrong.push(format!("{}: {} {found:?}", case["id"], expected["measure"]));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert_eq!(n_numbers, 3241);
}
