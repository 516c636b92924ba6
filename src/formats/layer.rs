//! What `INCEpTION` and `WebAnno` call layers: kinds of annotation with features, which become codes and memos.
//!
//! The value of a feature called `value`, `label` or `code` is the code's name, else that of the first feature by name whose
//! value is no number; where there is none, it is the layer's name. The other features are lines of the memo: `feature: value`.

use std::collections::{BTreeMap, HashMap};

use crate::formats::bundle::Piece;
use crate::formats::claim::{Claim, time_of};
use crate::formats::harvest::{Harvest, Sheet};
use crate::formats::scale::{Newlines, Unit};
use crate::model::annotation::Annotation;
use crate::model::code::CodeId;
use crate::model::document::Document;
use crate::model::time::Time;
use crate::say;

/// The layer in which we write what we have.
pub const OURS: &str = "webanno.custom.Tanba";

/// Its features, all texts.
pub const FEATURES: [&str; 7] = ["code", "coder", "memo", "time", "annotationId", "codeId", "partOf"];

/// Features whose value names the code, in the order in which they are looked for.
const NAMING: [&str; 5] = ["value", "label", "code", "category", "PosValue"];

/// An annotation of a layer.
#[derive(Debug, Default)]
pub struct Layered {
    /// The layer's whole name.
    pub layer: String,
    /// What its features are; none of them empty.
    pub features: BTreeMap<String, String>,
    /// Where it stands, as the file counts.
    pub place: (usize, usize),
}

/// Puts an annotation of a layer on its text; `coder` is who made all of the file.
pub fn mark(harvest: &mut Harvest, sheet: &Sheet, mut layered: Layered, coder: &str, at: &str) {
    let mut claim = Claim { coder: coder.to_owned(), ..Claim::default() };
    let name;
    if layered.layer == OURS {
        let mut take = |feature: &str| layered.features.remove(feature).unwrap_or_default();
        name = take("code");
        claim.memo = take("memo");
        claim.time = Time::parse(&take("time"));
        claim.id = take("annotationId").parse().ok();
        claim.part_of = take("partOf").parse().ok();
        claim.code = CodeId(take("codeId"));
        let own = take("coder");
        if !own.is_empty() {
            claim.coder = own;
        }
    } else {
        name = name_of(&mut layered);
        let lines = layered.features.iter().map(|(feature, value)| format!("{feature}: {value}"));
        claim.memo = lines.collect::<Vec<_>>().join("\n");
    }
    let name = if name.is_empty() { claim.code.0.clone() } else { name };
    claim.code = harvest.coded(&claim.code, &name);
    harvest.mark(sheet, layered.place, claim, at);
}

/// What the code of an annotation is called; its feature is used up.
fn name_of(layered: &mut Layered) -> String {
    let is_text = |value: &str| value.parse::<f64>().is_err() && !matches!(value, "true" | "false");
    let by_name = NAMING.iter().find(|name| layered.features.contains_key(**name)).map(|name| (*name).to_owned());
    let first = || layered.features.iter().find(|(_, value)| is_text(value)).map(|(name, _)| name.clone());
    match by_name.or_else(first) {
        Some(feature) => layered.features.remove(&feature).unwrap_or_default(),
        None => layered.layer.rsplit('.').next().unwrap_or_default().to_owned(),
    }
}

/// What our layer says of an annotation, feature by feature; empty for nothing.
pub fn values(annotation: &Annotation, label: &str) -> [String; 7] {
    [
        label.to_owned(),
        annotation.coder.clone(),
        annotation.memo.clone(),
        time_of(annotation).map(|time| time.to_string()).unwrap_or_default(),
        annotation.id.to_string(),
        annotation.code.0.clone(),
        annotation.part_of.map(|first| first.to_string()).unwrap_or_default(),
    ]
}

/// The document and the coder that a path names: a project's export has `annotation/<document>/<coder>.tsv`.
pub fn home(path: &str) -> (String, String) {
    let parts: Vec<&str> = path.split('/').collect();
    let piece = Piece { path: path.to_owned(), bytes: Vec::new() };
    if let [.., folder, document, _] = parts.as_slice()
        && matches!(*folder, "annotation" | "annotation_ser" | "curation")
    {
        let document = Piece { path: (*document).to_owned(), bytes: Vec::new() };
        let coder = piece.stem().to_owned();
        return (document.stem().to_owned(), if coder == "INITIAL_CAS" { String::new() } else { coder });
    }
    (piece.stem().to_owned(), String::new())
}

/// Texts that several files may speak of, one a coder.
#[derive(Default)]
pub struct Shelf {
    sheets: Vec<(Sheet, Document)>,
    by_name: HashMap<String, usize>,
}

impl Shelf {
    /// Where the text of that name stands, which is put there where it is new; another text of the same name gets another one.
    pub fn put(&mut self, harvest: &mut Harvest, (name, path): (&str, &str), text: &str, document: Document) -> usize {
        if let Some(at) = self.by_name.get(name)
            && self.sheets.get(*at).is_some_and(|(sheet, _)| sheet.text == text.replace("\r\n", "\n"))
        {
            return *at;
        }
        let id = harvest.document(name, path);
        let sheet = Sheet::new(id, text, Unit::Utf16, Newlines::AsWritten);
        self.by_name.entry(name.to_owned()).or_insert(self.sheets.len());
        self.sheets.push((sheet, document));
        self.sheets.len() - 1
    }

    /// The text at that place.
    pub fn sheet(&self, at: usize) -> Option<&Sheet> {
        self.sheets.get(at).map(|(sheet, _)| sheet)
    }

    /// Keeps all of them.
    pub fn keep(self, harvest: &mut Harvest) {
        for (sheet, document) in self.sheets {
            harvest.keep(sheet, document);
        }
    }
}

/// What to tell of annotations that are no spans, with how many there are.
pub fn tell_left(harvest: &mut Harvest, place: &str, n_relations: usize, n_chains: usize) {
    let tally = &mut harvest.tally;
    tally.count(place, "relations", n_relations, |n| {
        crate::count!(n, "{n} relation left out", "{n} relations left out")
    });
    tally.count(place, "chains", n_chains, |n| {
        crate::count!(n, "{n} link of a chain left out", "{n} links of chains left out")
    });
}

/// Why a file of such annotations is no such file.
pub fn no_format() -> &'static str {
    say!("it is not what its name says; left out")
}
