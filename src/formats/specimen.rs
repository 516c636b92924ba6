//! Studies made by chance, to test that what a format writes comes back.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::model::annotation::{Annotation, AnnotationId, Passage};
use crate::model::code::{Code, CodeId};
use crate::model::document::{Document, DocumentId};
use crate::model::study::{Paper, Study};
use crate::model::time::Time;
use crate::text::anchor::Quote;

/// Texts with everything that is hard.
const TEXT: &str = "[a-cАбқәі,.!\"'\\\\|\\[\\]_*;#<&>= \u{301}\u{2028}👍👨\u{200d}😀é\t\n]{0,60}";

/// Names of codes; no two have the same id.
const NAMES: [&str; 6] =
    ["censorship", "Өзін-өзі цензуралау", "E-government (портал)", "C++", "👍", "a \"b\" | <c> & _d*;[e]"];

/// An annotation as it is drawn: document, start, length, code, coder, memo, time, whether a part of the one before.
type Draw = (usize, usize, usize, usize, usize, String, i64, u8);

/// Studies with up to three documents, six codes and three coders.
pub fn studies() -> impl Strategy<Value = Study> {
    let memos = "|[a-zқә\"\\\\|👍\n\t :{}\u{2028}]{0,12}";
    let draw = (0..3usize, 0..60usize, 1..20usize, 0..NAMES.len(), 0..3usize, memos, 0..3i64, 0..6u8);
    (prop::collection::vec(TEXT, 0..4), prop::collection::vec(draw, 0..12))
        .prop_map(|(texts, draws)| study(&texts, draws))
}

fn study(texts: &[String], draws: Vec<Draw>) -> Study {
    let mut study = Study::default();
    for (n, text) in texts.iter().enumerate() {
        let id = DocumentId(["a", "мәтін.kk", "b c.en"].get(n).map_or("d", |id| id).to_owned());
        study.papers.push(Paper { document: Document { id, ..Document::default() }, text: Some(text.clone()) });
    }
    for (n, name) in NAMES.iter().enumerate() {
        let id = CodeId::of_name(name).unwrap_or(CodeId("thumb".into()));
        let parent =
            study.codes.get(n / 2).filter(|_| n % 2 == 1).map(|code: &Code| code.id.clone()).unwrap_or_default();
        study.codes.push(Code { parent, ..Code::named(id, name) });
    }
    for draw in draws {
        annotate(&mut study, draw);
    }
    study
}

fn annotate(study: &mut Study, (document, start, length, code, coder, memo, time, part): Draw) {
    let Some(paper) = study.papers.get(document % study.papers.len().max(1)) else { return };
    let letters: Vec<char> = paper.text.as_deref().unwrap_or_default().chars().collect();
    let end = (start + length).min(letters.len());
    if start >= end {
        return;
    }
    let quote = Quote { exact: letters[start..end].iter().collect(), ..Quote::default() };
    let passage = Passage { document: paper.document.id.clone(), start, end };
    let id = AnnotationId(ulid::Ulid((1 << 90) + study.annotations.len() as u128 * 7));
    let coder = ["", "aigerim", "Әсел «Б»"][coder];
    let mut made =
        Annotation::new(id, coder, (passage, quote), study.codes[code].id.clone(), Time(time * 1_795_227_581_123));
    made.memo = memo;
    if let Some(first) =
        study.annotations.last().filter(|first| part == 0 && first.passage.document == made.passage.document)
    {
        made.part_of = Some(first.part_of.unwrap_or(first.id));
        if length % 2 == 0 {
            (made.code, made.coder, made.time) = (first.code.clone(), first.coder.clone(), first.time);
            made.memo.clear();
        }
    }
    study.annotations.push(made);
}

/// What every format should bring back of the annotations that it can hold, in the order of their ids.
pub fn carried(study: &Study, holds: impl Fn(&Annotation) -> bool) -> BTreeMap<AnnotationId, Annotation> {
    let kept: BTreeMap<AnnotationId, Annotation> =
        study.annotations.iter().filter(|one| holds(one)).map(|one| (one.id, one.clone())).collect();
    let ids: Vec<AnnotationId> = kept.keys().copied().collect();
    let whole = |mut one: Annotation| {
        one.part_of = one.part_of.filter(|first| ids.contains(first));
        one.memo = one.memo.trim().to_owned();
        (one.id, one)
    };
    kept.into_values().map(whole).collect()
}
