//! Annotated texts that other programs wrote, from beside the checkout.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shared::shared;
use tanba::formats::bundle::{Brought, Bundle, Piece, Wishes};
use tanba::formats::exchange;
use tanba::model::study::Study;

/// The files of a folder of such data, where they are.
fn bundle(folder: &str, wanted: impl Fn(&Path) -> bool) -> Option<Bundle> {
    let dir = shared()?.join("interchange").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(dir).expect("listed").flatten().map(|e| e.path()).collect();
    paths.retain(|path| path.is_file() && wanted(path));
    paths.sort();
    let piece = |path: &PathBuf| Piece {
        path: path.file_name().expect("a name").to_string_lossy().into_owned(),
        bytes: fs::read(path).expect("read"),
    };
    Some(Bundle { name: folder.to_owned(), pieces: paths.iter().map(piece).collect() })
}

fn read(format: &str, bundle: &Bundle) -> Brought {
    let format = exchange(format).expect("a format");
    assert!((format.is_it)(bundle), "{}", format.name);
    (format.read.expect("it reads"))(bundle, &Wishes::default()).expect("read")
}

/// Every annotation's words are those at its place.
fn check_words(study: &Study) {
    for one in &study.annotations {
        let text = study.paper(&one.passage.document).expect("a paper").text.as_deref().expect("a text");
        let words: String = text.chars().skip(one.passage.start).take(one.passage.end - one.passage.start).collect();
        assert_eq!(words, one.quote.exact);
    }
}

#[test]
fn brats_own_tutorial_is_read() {
    let Some(bundle) = bundle("brat", |_| true) else { return };
    let brought = read("brat", &bundle);
    check_words(&brought.study);
    assert_eq!((brought.study.papers.len(), brought.study.annotations.len()), (3, 21));
    let memos: Vec<&str> =
        brought.study.annotations.iter().map(|a| a.memo.as_str()).filter(|m| !m.is_empty()).collect();
    assert_eq!(memos.len(), 3, "two notes on text and one on an event");
    assert!(brought.told.iter().any(|told| told.contains("3 events")), "{:?}", brought.told);
}

/// Where annotations stand and what their codes are called.
fn said(study: &Study) -> Vec<(usize, usize, String)> {
    let name = |one: &tanba::model::annotation::Annotation| study.code(&one.code).expect("a code").name().to_owned();
    let mut said: Vec<(usize, usize, String)> =
        study.annotations.iter().map(|one| (one.passage.start, one.passage.end, name(one))).collect();
    said.sort();
    said
}

#[test]
fn webanno_tsv_and_xmi_say_the_same() {
    let Some(all) = bundle("xmi", |_| true) else { return };
    assert_eq!(all.pieces.len(), 6);
    for piece in all.pieces {
        let stem = piece.stem().to_owned();
        let twin = bundle("webanno-tsv", |path| path.file_stem().is_some_and(|own| *own == *stem)).expect("its twin");
        let (tsv, xmi) = (read("webanno-tsv", &twin), read("xmi", &Bundle::of(piece)));
        check_words(&tsv.study);
        check_words(&xmi.study);
        assert_eq!(tsv.study.papers[0].text, xmi.study.papers[0].text, "{stem}");
        // The tests' layer has another name in each; it stands where no value is.
        let nameless = |mut said: Vec<(usize, usize, String)>| {
            said.iter_mut().filter(|one| one.2 == "Span" || one.2 == "NamedEntity").for_each(|one| one.2.clear());
            said
        };
        assert_eq!(nameless(said(&tsv.study)), nameless(said(&xmi.study)), "{stem}");
        let counted = |told: &[String]| told.iter().filter(|told| told.contains("no words")).count();
        assert_eq!(counted(&tsv.unread), counted(&xmi.unread), "{stem}");
    }
}

#[test]
fn the_standards_own_annotations_are_read_and_what_is_no_passage_is_told() {
    let Some(bundle) = bundle("w3c", |path| path.extension().is_some_and(|end| end == "json")) else { return };
    let brought = read("web-annotation", &bundle);
    assert_eq!(brought.study.annotations, []);
    for n in 1..=4 {
        let all = brought.told.iter().chain(&brought.unread);
        assert!(all.clone().any(|told| told.contains(&format!("annotation {n}:"))), "{brought:?}");
    }
}

#[test]
fn doccanos_own_examples_are_read() {
    let found = |name: &str| {
        let bundle = bundle("doccano", |path| path.file_name().is_some_and(|own| *own == *format!("{name}.jsonl")))?;
        let brought = read("doccano", &bundle);
        check_words(&brought.study);
        Some((brought.study.papers.len(), brought.study.annotations.len(), brought.told.len(), brought.unread.len()))
    };
    let Some(labels) = found("sequence_labeling-example") else { return };
    assert_eq!(labels, (2, 1, 0, 1), "the third line has no text");
    assert_eq!(found("sequence_labeling-example_overlapping"), Some((1, 2, 0, 0)));
    assert_eq!(found("relation_extraction-example"), Some((1, 4, 1, 0)));
    assert_eq!(found("text_classification-example"), Some((3, 3, 2, 0)));
}
