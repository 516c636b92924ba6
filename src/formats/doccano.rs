//! doccano's JSON Lines: a document a line, with its labels.
//!
//! doccano's page counts UTF-16 units, whatever its files came from; scripts that make such files count code points. Nothing in a
//! file says which, and it matters only in texts with emoji and the like: there, the count by which more annotations begin and end
//! with words is taken, and told. Sources: doccano's `backend/data_import`, `backend/data_export`, and its issue 2290.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::formats::archive::{MAX_BYTES, is_archive, unpack_within};
use crate::formats::bundle::{Brought, Bundle, Piece, Refused, Wishes};
use crate::formats::claim::{Claim, one_line};
use crate::formats::exchange::Written;
use crate::formats::harvest::{Harvest, Sheet};
use crate::formats::outgoing::{Outgoing, Room, Sheaf};
use crate::formats::scale::{Newlines, Scale, Unit};
use crate::model::document::{Document, DocumentId};
use crate::model::study::Study;
use crate::{count, say};

/// Where labels stand in what doccano writes and reads.
const LABELS: [&str; 4] = ["label", "labels", "entities", "spans"];

/// Where we keep what doccano has no place for.
const OURS: &str = "tanba";

/// What we keep of a document.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    document: DocumentId,
    title: String,
    language: String,
    unit: String,
    annotations: Vec<KeptOne>,
}

/// What we keep of an annotation, with the label that it stands beside.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct KeptOne {
    label: (usize, usize, String),
    #[serde(flatten)]
    claim: Claim,
}

/// A label at a place.
type Label = (usize, usize, String);

/// Whether the first line of one of the files is a document with labels.
pub fn is_it(bundle: &Bundle) -> bool {
    let is_document = |value: &Value| {
        let has_text = value.get("text").or_else(|| value.get("data")).is_some_and(Value::is_string);
        let is_other = value.get("annotations").is_some() || value.get("annotator").is_some();
        let has_labels =
            LABELS.iter().any(|key| value.get(*key).is_some_and(|labels| labels.is_array() || labels.is_string()));
        has_text && has_labels && !is_other
    };
    let is_one = |piece: &Piece| {
        let Ok(text) = piece.text() else { return false };
        let text = text.trim_start();
        // Only the first document is read to find out.
        let first = serde_json::Deserializer::from_str(text.trim_start_matches('[')).into_iter::<Value>().next();
        text.starts_with(['{', '[']) && first.is_some_and(|value| value.is_ok_and(|value| is_document(&value)))
    };
    bundle.pieces.iter().any(is_one) || archived(bundle).0.iter().any(is_one)
}

/// The files in archives, and why some can't be opened: doccano's export is one, with a file a coder.
fn archived(bundle: &Bundle) -> (Vec<Piece>, Vec<Refused>) {
    let archives = bundle.pieces.iter().filter(|piece| is_archive(&piece.bytes));
    let is_wanted = |path: &str| matches!(path.rsplit('.').next(), Some("json" | "jsonl"));
    let (mut pieces, mut refused, mut left) = (Vec::new(), Vec::new(), MAX_BYTES);
    for archive in archives {
        match unpack_within(archive, &is_wanted, &mut left) {
            Ok(inner) => pieces.extend(inner),
            Err(why) => refused.push(why),
        }
    }
    (pieces, refused)
}

/// Reads files; fails where no document is in them.
pub fn read(bundle: &Bundle, wishes: &Wishes) -> Result<Brought, Refused> {
    let mut reader = Reader { wishes: wishes.clone(), ..Reader::default() };
    let (inner, refused) = archived(bundle);
    for refused in refused {
        reader.harvest.tally.lose(&refused.place, &refused.why);
    }
    for (pieces, is_coder) in [(&bundle.pieces, false), (&inner, true)] {
        for piece in pieces.iter().filter(|piece| !is_archive(&piece.bytes)) {
            let is_wanted = is_coder || bundle.sole().is_some() || matches!(piece.ending().as_str(), "jsonl" | "json");
            let stem = piece.stem();
            let coder = if is_coder && !matches!(stem, "all" | "unknown") { stem } else { "" };
            if is_wanted {
                reader.piece(piece, coder);
            }
        }
    }
    if reader.sheets.is_empty() {
        let none = || Refused::at(&bundle.name, say!("no document of doccano in it"));
        return Err(reader.damaged.unwrap_or_else(none));
    }
    let mut harvest = reader.harvest;
    for (sheet, document) in reader.sheets {
        harvest.keep(sheet, document);
    }
    Ok(harvest.brought())
}

#[derive(Default)]
struct Reader {
    harvest: Harvest,
    wishes: Wishes,
    sheets: Vec<(Sheet, Document)>,
    /// Why a file could not be read at all.
    damaged: Option<Refused>,
    /// Where a document stands that another coder's file had too, by its id and text.
    known: HashMap<(String, String), usize>,
}

impl Reader {
    fn piece(&mut self, piece: &Piece, coder: &str) {
        let text = match piece.text() {
            Ok(text) => text,
            Err(refused) => return self.harvest.tally.lose(&refused.place, &refused.why),
        };
        if text.trim_start().starts_with('[') {
            match serde_json::from_str::<Vec<Value>>(text) {
                Ok(all) => {
                    for (n, one) in all.iter().enumerate() {
                        let at = say!("{path}, document {n}", path = piece.path, n = n + 1);
                        self.document(one, piece, &at, (n, coder));
                    }
                }
                Err(error) => {
                    let why = Refused::at_line(&piece.path, error.line(), say!("the JSON is damaged here"));
                    self.harvest.tally.lose(&why.place, &why.why);
                    self.damaged = Some(why);
                }
            }
            return;
        }
        for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let at = say!("{path}, line {line}", path = piece.path, line = n + 1);
            match serde_json::from_str(line) {
                Ok(one) => self.document(&one, piece, &at, (n, coder)),
                Err(_) => self.harvest.tally.lose(&at, say!("no JSON; left out")),
            }
        }
    }

    fn document(&mut self, value: &Value, piece: &Piece, at: &str, (n, coder): (usize, &str)) {
        let (Some(object), Some(text)) =
            (value.as_object(), value.get("text").or_else(|| value.get("data")).and_then(Value::as_str))
        else {
            self.harvest.tally.lose(at, say!("a document without text; left out"));
            return;
        };
        let kept: Kept = value.get(OURS).and_then(|kept| Kept::deserialize(kept).ok()).unwrap_or_default();
        let number = value.get("id").map_or_else(|| (n + 1).to_string(), plain);
        let labels = labels(object, text, at, &mut self.harvest);
        let key = (if coder.is_empty() { format!("{}/{n}", piece.path) } else { number.clone() }, text.to_owned());
        let index = if let Some(index) = self.known.get(&key) {
            *index
        } else {
            let own = format!("{}-{number}", piece.stem());
            let wanted = if kept.document.0.is_empty() { own.as_str() } else { &kept.document.0 };
            let id = self.harvest.document(wanted, at);
            let unit = self.unit(&kept, text, &labels, at);
            let newlines = self.wishes.newlines.unwrap_or(Newlines::AsWritten);
            let document = Document {
                title: kept.title.clone(),
                language: kept.language.clone(),
                attributes: attributes(object),
                ..Document::default()
            };
            self.sheets.push((Sheet::new(id, text, unit, newlines), document));
            self.known.insert(key, self.sheets.len() - 1);
            self.sheets.len() - 1
        };
        let mut claims: HashMap<Label, Vec<Claim>> = HashMap::new();
        for one in kept.annotations.into_iter().rev() {
            claims.entry(one.label).or_default().push(one.claim);
        }
        let Some((sheet, _)) = self.sheets.get(index) else { return };
        for label in labels {
            let claim = claims.get_mut(&label).and_then(Vec::pop).unwrap_or_default();
            let (start, end, name) = label;
            let code = self.harvest.coded(&claim.code, &name);
            let coder = if claim.coder.is_empty() { coder.to_owned() } else { claim.coder.clone() };
            let end = if end == usize::MAX { sheet.end() } else { end };
            self.harvest.mark(sheet, (start, end), Claim { code, coder, ..claim }, at);
        }
    }

    /// What positions count in a text.
    fn unit(&mut self, kept: &Kept, text: &str, labels: &[Label], at: &str) -> Unit {
        let ours = crate::formats::scale::UNITS.iter().find(|(name, _)| *name == kept.unit).map(|(_, unit)| *unit);
        if let Some(unit) = self.wishes.unit.or(ours) {
            return unit;
        }
        if labels.is_empty() || text.chars().all(|c| c.len_utf16() == 1) {
            return Unit::Utf16;
        }
        let n_whole = |unit: Unit| {
            let sheet = Sheet::new(DocumentId::default(), text, unit, Newlines::AsWritten);
            let letters: Vec<char> = sheet.text.chars().collect();
            let is_in = |at: usize| {
                at > 0 && at < letters.len() && letters[at - 1].is_alphanumeric() && letters[at].is_alphanumeric()
            };
            let fits = |(start, end, _): &&Label| {
                let place = sheet.place((*start, (*end).min(sheet.end().max(*start))));
                place.is_ok_and(|(range, is_cut)| !is_cut && !is_in(range.start) && !is_in(range.end))
            };
            labels.iter().filter(fits).count()
        };
        let unit = if n_whole(Unit::CodePoints) > n_whole(Unit::Utf16) { Unit::CodePoints } else { Unit::Utf16 };
        let why = if unit == Unit::Utf16 {
            say!("positions are taken as UTF-16 units, as doccano's page counts; say so if they are code points")
        } else {
            say!(
                "positions are taken as code points, by which the annotations fit the words; doccano's page counts UTF-16 units"
            )
        };
        self.harvest.tally.tell(at, why);
        unit
    }
}

/// The labels of a document; one of the whole text ends at the largest number.
fn labels(object: &Map<String, Value>, text: &str, at: &str, harvest: &mut Harvest) -> Vec<Label> {
    let number = |value: Option<&Value>| value.and_then(Value::as_u64).map(|n| n as usize);
    let (mut labels, mut n_whole) = (Vec::new(), 0);
    for key in LABELS {
        let one = object.get(key).map(std::slice::from_ref).filter(|one| matches!(one, [Value::String(_)]));
        let all = one.or_else(|| object.get(key)?.as_array().map(Vec::as_slice)).unwrap_or_default();
        for label in all {
            let of = |keys: [&str; 2]| keys.iter().find_map(|key| number(label.get(*key)));
            let (start, end, name) = match label {
                Value::Array(parts) => (number(parts.first()), number(parts.get(1)), parts.get(2)),
                Value::Object(_) => (of(["start_offset", "start"]), of(["end_offset", "end"]), label.get("label")),
                _ => (None, None, None),
            };
            match (start, end, name.map(plain), label) {
                (Some(start), Some(end), Some(name), _) => labels.push((start, end, name)),
                (_, _, _, Value::String(name)) if !text.is_empty() => {
                    n_whole += 1;
                    labels.push((0, usize::MAX, name.clone()));
                }
                _ => harvest.tally.lose(at, say!("a label without a place; left out")),
            }
        }
    }
    if n_whole > 0 {
        harvest.tally.tell(at, say!("a label of a whole document; it becomes an annotation of all its text"));
    }
    let n_relations = object.get("relations").and_then(Value::as_array).map_or(0, Vec::len);
    harvest.tally.count(at, "relations", n_relations, |n| count!(n, "{n} relation left out", "{n} relations left out"));
    labels
}

/// What is known of a document beside its text and its labels.
fn attributes(object: &Map<String, Value>) -> BTreeMap<String, String> {
    let inner = ["meta", "metadata"].iter().filter_map(|key| object.get(*key)?.as_object()).flatten();
    let is_other = |key: &str| {
        !LABELS.contains(&key)
            && !matches!(key, "id" | "text" | "data" | "meta" | "metadata" | "relations" | "Comments" | OURS)
    };
    let own = object.iter().filter(|(key, _)| is_other(key));
    let all = own.chain(inner).filter(|(_, value)| !matches!(value, Value::Null | Value::Array(_) | Value::Object(_)));
    all.map(|(key, value)| (key.clone(), plain(value))).filter(|(_, value)| !value.is_empty()).collect()
}

/// A value as words.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Writes a file.
pub fn write(study: &Study, wishes: &Wishes) -> Result<Written, Refused> {
    let out = Outgoing::of(study, &[Room::Attributes]);
    let unit = wishes.unit.unwrap_or(Unit::Utf16);
    let lines: Vec<String> =
        out.sheaves.iter().enumerate().map(|(n, sheaf)| line(n + 1, sheaf, &out, unit) + "\n").collect();
    Ok(Written { pieces: vec![Piece::of_text("annotations.jsonl", lines.concat())], told: out.tally.sentences() })
}

/// A document as a line.
fn line<'a>(n: usize, sheaf: &Sheaf<'a>, out: &Outgoing<'a>, unit: Unit) -> String {
    let counted = Scale::new(sheaf.text, unit);
    let (mut labels, mut annotations) = (Vec::new(), Vec::new());
    for one in &sheaf.annotations {
        let (start, end) = (counted.position(one.passage.start), counted.position(one.passage.end));
        let label = (start, end, out.label(one).to_owned());
        labels.push(json!([start, end, label.2]));
        annotations.push(KeptOne { label, claim: Claim::of(one) });
    }
    let document = &sheaf.paper.document;
    let unit = crate::formats::scale::UNITS.iter().find(|(_, known)| *known == unit).map_or("", |(name, _)| name);
    let kept = Kept {
        document: document.id.clone(),
        title: document.title.clone(),
        language: document.language.clone(),
        unit: unit.to_owned(),
        annotations,
    };
    let line = json!({"id": n, "text": sheaf.text, "label": labels, "meta": document.attributes, OURS: kept});
    one_line(&line.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::archive::pack;
    use crate::formats::specimen::{carried, studies};
    use crate::model::annotation::Annotation;

    fn brought(text: &str) -> Brought {
        let bundle = Bundle::of(Piece::of_text("a.jsonl", text));
        assert!(is_it(&bundle), "{text}");
        read(&bundle, &Wishes::default()).unwrap()
    }

    fn said(brought: &Brought) -> Vec<(String, usize, usize)> {
        let of = |a: &Annotation| (a.code.0.clone(), a.passage.start, a.passage.end);
        brought.study.annotations.iter().map(of).collect()
    }

    #[test]
    fn all_variants_are_read() {
        let all = brought(
            "{\"text\": \"аб вг\", \"label\": [[0, 2, \"X\"], [0, 2, \"X\"], [0, 9, \"X\"]], \"meta\": {\"outlet\": \"A\", \"n\": 3}, \"year\": 2012}\n\
             {\"text\": \"аб\", \"entities\": [{\"id\": 0, \"label\": \"Y\", \"start_offset\": 0, \"end_offset\": 1}], \"relations\": [{}]}\n\
             {\"text\": \"аб\", \"labels\": [\"good\"]}\n{\"label\": []}\nnot\n",
        );
        let wanted = [("x", 0, 2), ("x", 0, 2), ("y", 0, 1), ("good", 0, 2)];
        assert_eq!(said(&all), wanted.map(|(code, start, end)| (code.to_owned(), start, end)));
        let attributes = &all.study.papers[0].document.attributes;
        assert_eq!(
            attributes.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>(),
            ["n=3", "outlet=A", "year=2012"]
        );
        assert_eq!((all.told.len(), all.unread.len()), (2, 3), "{all:?}");
    }

    #[test]
    fn what_positions_count_is_guessed_by_words_and_told() {
        let of = |start: usize, end: usize| {
            brought(&format!("{{\"text\": \"👍👍 бір екі\", \"label\": [[{start}, {end}, \"X\"]]}}"))
        };
        assert_eq!((said(&of(5, 8)), of(5, 8).told.len()), (vec![("x".to_owned(), 3, 6)], 1));
        assert_eq!((said(&of(3, 6)), of(3, 6).told.len()), (vec![("x".to_owned(), 3, 6)], 1));
    }

    #[test]
    fn a_byte_order_mark_in_a_text_is_counted_and_left_out() {
        let all =
            brought("{\"text\": \"\u{feff}Hello world\", \"label\": [[1, 6, \"X\"], [0, 6, \"Y\"], [7, 12, \"Z\"]]}");
        assert_eq!(all.study.papers[0].text.as_deref(), Some("Hello world"));
        let words: Vec<&str> = all.study.annotations.iter().map(|a| a.quote.exact.as_str()).collect();
        assert_eq!((words, all.unread.len()), (vec!["Hello", "Hello", "world"], 0));
    }

    #[test]
    fn a_list_that_is_cut_short_is_called_so() {
        let text = "[{\"text\": \"one\", \"label\": [[0, 1, \"X\"]]},\n{\"text\": \"two\", \"la";
        let bundle = Bundle::of(Piece::of_text("a.json", text));
        assert!(is_it(&bundle));
        let told = read(&bundle, &Wishes::default()).unwrap_err().to_string();
        assert_eq!(told, "a.json, line 2: the JSON is damaged here");
    }

    #[test]
    fn an_export_has_a_file_a_coder() {
        let line = |label: &str| format!("{{\"id\": 7, \"text\": \"аб\", \"label\": [[0, 1, \"{label}\"]]}}\n");
        let pieces = [Piece::of_text("asel.jsonl", line("X")), Piece::of_text("timur.jsonl", line("Y"))];
        let bundle = Bundle::of(Piece { path: "a.zip".into(), bytes: pack(&pieces, &[]).unwrap() });
        assert!(is_it(&bundle));
        let brought = read(&bundle, &Wishes::default()).unwrap();
        assert_eq!(brought.study.papers.len(), 1);
        let coders: Vec<&str> = brought.study.annotations.iter().map(|a| a.coder.as_str()).collect();
        assert_eq!(coders, ["asel", "timur"]);
    }

    proptest! {
        #[test]
        fn what_is_written_comes_back(study in studies(), n in 0..3usize) {
            let wishes = Wishes { unit: [None, Some(Unit::CodePoints), Some(Unit::Utf16)][n], ..Wishes::default() };
            let written = write(&study, &wishes).unwrap();
            let bundle = Bundle { name: "x".into(), pieces: written.pieces };
            let Ok(brought) = read(&bundle, &Wishes::default()) else { prop_assert!(study.papers.is_empty()); return Ok(()) };
            prop_assert!(is_it(&bundle));
            prop_assert_eq!(&brought.told, &Vec::<String>::new());
            prop_assert_eq!(carried(&brought.study, |_| true), carried(&study, |_| true));
            prop_assert_eq!(brought.study.papers, study.papers);
        }

        #[test]
        fn nothing_makes_it_panic(label in "(\\[|\\]|[0-9]{1,2}|,|\"x\"|\\{|\\}|\"start\":|\"label\":|\"end\":){0,12}") {
            let bundle = Bundle::of(Piece::of_text("a.jsonl", format!("{{\"text\": \"a👍b\", \"label\": [{label}]}}")));
            let _ = (is_it(&bundle), read(&bundle, &Wishes::default()));
        }
    }
}
