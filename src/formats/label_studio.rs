//! Label Studio's JSON: tasks with annotations, each of one coder, and the labeling configuration beside it.
//!
//! Positions are code points since 1.5 and were UTF-16 units before; the words that stand beside each position tell which.
//! Sources: Label Studio's documentation ("Export", "Task format"), its editor's `utils/selection-tools.js`, and its issue 1347.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::formats::bundle::{Brought, Bundle, Piece, Refused, Wishes};
use crate::formats::claim::Claim;
use crate::formats::exchange::Written;
use crate::formats::harvest::{Harvest, Sheet};
use crate::formats::outgoing::{Outgoing, Room, Sheaf};
use crate::formats::scale::{Newlines, Scale, Unit};
use crate::formats::xml::escaped;
use crate::model::document::{Document, DocumentId};
use crate::model::study::Study;
use crate::model::time::Time;
use crate::text::span::slice;
use crate::{count, say};

/// Where we keep what Label Studio has no place for.
const OURS: &str = "tanba";

/// Whether the first file is a list of tasks.
pub fn is_it(bundle: &Bundle) -> bool {
    let is_one = |piece: &Piece| {
        let head = piece.bytes.get(..piece.bytes.len().min(1 << 16)).unwrap_or_default();
        let head = String::from_utf8_lossy(head);
        let is_json = head.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
        let has = |key: &str| head.contains(&format!("\"{key}\""));
        // What a task is about may stand behind all that is said of it.
        let has_data = || has("data") || piece.text().is_ok_and(|text| text.contains("\"data\""));
        let is_whole = (has("annotations") || has("completions") || has("predictions")) && is_json && has_data();
        is_json && ((is_whole && !has("target")) || (has("annotator") && has("lead_time")))
    };
    bundle.pieces.iter().filter(|piece| piece.ending() != "xml").any(is_one)
}

/// Reads files; fails where no task with a text is in them.
pub fn read(bundle: &Bundle, wishes: &Wishes) -> Result<Brought, Refused> {
    let mut harvest = Harvest::default();
    let mut n_read = 0;
    let mut refused = None;
    for piece in bundle.pieces.iter().filter(|piece| bundle.sole().is_some() || piece.ending() == "json") {
        let tasks = piece.text().and_then(|text| {
            let why = |error: serde_json::Error| {
                Refused::at_line(&piece.path, error.line(), say!("the JSON is damaged here"))
            };
            serde_json::from_str::<Value>(text).map_err(why)
        });
        match tasks {
            Ok(Value::Array(tasks)) => {
                for (n, task) in tasks.iter().enumerate() {
                    let at = say!("{path}, task {n}", path = piece.path, n = n + 1);
                    n_read += usize::from(read_task(&mut harvest, task, piece, &at, wishes));
                }
            }
            Ok(task) => n_read += usize::from(read_task(&mut harvest, &task, piece, &piece.path, wishes)),
            Err(error) => {
                harvest.tally.lose(&error.place, &error.why);
                refused = Some(error);
            }
        }
    }
    if n_read == 0 {
        return Err(refused.unwrap_or_else(|| Refused::at(&bundle.name, say!("no task with a text in it"))));
    }
    Ok(harvest.brought())
}

/// What is said of a place.
struct Region {
    /// Where it is; nothing for all of the text.
    place: Option<(usize, usize)>,
    words: String,
    names: Vec<String>,
    claim: Claim,
}

/// Reads a task; whether it has a text.
fn read_task(harvest: &mut Harvest, task: &Value, piece: &Piece, at: &str, wishes: &Wishes) -> bool {
    let Some(data) = task.get("data").unwrap_or(task).as_object() else {
        harvest.tally.lose(at, say!("no task; left out"));
        return false;
    };
    let Some((key, text)) = text_of(data) else {
        harvest.tally.lose(at, say!("a task without a text, or with an address in its place; left out"));
        return false;
    };
    let kept = data.get(OURS);
    let own = |key: &str| kept.and_then(|kept| kept.get(key)?.as_str()).unwrap_or_default().to_owned();
    let number = task.get("id").map_or_else(String::new, plain);
    let wanted = match (own("document"), number.is_empty()) {
        (name, _) if !name.is_empty() => name,
        (_, true) => piece.stem().to_owned(),
        _ => format!("{}-{number}", piece.stem()),
    };
    let id = harvest.document(&wanted, at);
    let regions = regions(harvest, task, text, at);
    let (unit, newlines) = counted(text, &regions, wishes);
    if (unit, newlines) != (wishes.unit.unwrap_or_default(), wishes.newlines.unwrap_or_default()) {
        harvest.tally.tell(at, say!("positions do not count code points; found out by the words"));
    }
    let sheet = Sheet::new(id, text, unit, newlines);
    for region in regions {
        let is_right = holds(&sheet, &region);
        for (n, name) in region.names.iter().enumerate() {
            let code = harvest.coded(&region.claim.code, name);
            let claim = match n {
                0 => Claim { code, ..region.claim.clone() },
                _ => Claim { code: harvest.code(name), id: None, memo: String::new(), ..region.claim.clone() },
            };
            let place = region.place.unwrap_or((0, sheet.end()));
            let is_put = harvest.mark(&sheet, place, claim, at).is_some();
            if let Some(made) = harvest.study.annotations.last_mut().filter(|_| is_put && !is_right) {
                made.quote.exact.clone_from(&region.words);
                harvest.tally.tell(at, say!("the words of a label are not those at its place; look at it again"));
            }
        }
    }
    let is_other = |name: &str| name != key && name != OURS && task.get("data").is_some();
    let plain_ones = data.iter().filter(|(name, value)| is_other(name) && (value.is_string() || value.is_number()));
    let attributes = plain_ones.map(|(name, value)| (name.clone(), plain(value))).collect();
    harvest.keep(sheet, Document { title: own("title"), language: own("language"), attributes, ..Document::default() });
    true
}

/// The text of a task: what is called so, else its only words.
fn text_of(data: &Map<String, Value>) -> Option<(&str, &str)> {
    let words: Vec<(&str, &str)> =
        data.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
    let by_name = words.iter().find(|(name, _)| *name == "text");
    let found = by_name.or(if let [only] = words.as_slice() { Some(only) } else { None })?;
    let is_address = ["http://", "https://", "s3://", "gs://", "/data/"].iter().any(|head| found.1.starts_with(head));
    (!is_address || found.1.contains(char::is_whitespace)).then_some(*found)
}

/// What positions count: code points, or what makes more of the words stand where they should.
fn counted(text: &str, regions: &[Region], wishes: &Wishes) -> (Unit, Newlines) {
    let usual = (wishes.unit.unwrap_or_default(), wishes.newlines.unwrap_or_default());
    let n_wrong = |(unit, newlines): (Unit, Newlines)| {
        let sheet = Sheet::new(DocumentId::default(), text, unit, newlines);
        regions.iter().filter(|region| !holds(&sheet, region)).count()
    };
    let n_usual = n_wrong(usual);
    if n_usual == 0 || wishes.unit.is_some() || wishes.newlines.is_some() {
        return usual;
    }
    let others = [(Unit::Utf16, Newlines::AsWritten), (Unit::CodePoints, Newlines::One), (Unit::Utf16, Newlines::One)];
    let best = others.into_iter().map(|way| (n_wrong(way), way)).min_by_key(|(n, _)| *n);
    best.filter(|(n, _)| *n < n_usual).map_or(usual, |(_, way)| way)
}

/// Whether the words of a label stand at its place; blanks aside, which the editor shows otherwise.
fn holds(sheet: &Sheet, region: &Region) -> bool {
    let packed = |text: &str| text.replace("\\n", "").chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let there = region.place.and_then(|place| sheet.place(place).ok());
    region.words.is_empty() || there.is_some_and(|(range, _)| packed(sheet.words(range)) == packed(&region.words))
}

/// The labels of a task, of all coders.
fn regions(harvest: &mut Harvest, task: &Value, text: &str, at: &str) -> Vec<Region> {
    let mut regions = Vec::new();
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    if task.get("data").is_none() {
        // The short export: labels stand beside the text.
        let claim = Claim { coder: coder(task.get("annotator")), time: moment(task), ..Claim::default() };
        for value in task.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_array()).flatten() {
            regions.extend(region(value, value, &claim));
        }
        return regions;
    }
    let mut others: BTreeMap<String, usize> = BTreeMap::new();
    for annotation in list(task.get("annotations")).iter().chain(&list(task.get("completions"))) {
        let coder = coder(annotation.get("completed_by"));
        let claim = Claim { coder, time: moment(annotation), ..Claim::default() };
        let results = list(annotation.get("result"));
        let mut memos: HashMap<&str, String> = HashMap::new();
        for result in results.iter().filter(|result| result.get("type").is_some_and(|kind| kind == "textarea")) {
            let said = result.get("value").and_then(|value| value.get("text")).map(lines).unwrap_or_default();
            let id = result.get("id").and_then(Value::as_str).unwrap_or_default();
            memos.entry(id).or_default().push_str(&said);
        }
        for result in &results {
            let kind = result.get("type").and_then(Value::as_str).unwrap_or_default();
            let Some(value) = result.get("value") else {
                *others.entry(kind.to_owned()).or_default() += 1;
                continue;
            };
            match kind {
                "labels" => match region(value, result, &claim) {
                    Some(mut region) => {
                        let id = result.get("id").and_then(Value::as_str).unwrap_or_default();
                        if let Some(memo) = memos.remove(id).filter(|_| region.claim.memo.is_empty()) {
                            region.claim.memo = memo;
                        }
                        regions.push(region);
                    }
                    None => harvest.tally.lose(at, say!("a label without a place or a name; left out")),
                },
                "choices" if value.get("start").is_none() && !text.is_empty() => {
                    harvest
                        .tally
                        .tell(at, say!("a choice for a whole document; it becomes an annotation of all its text"));
                    let names = value.get("choices").and_then(Value::as_array).into_iter().flatten();
                    let names = names.filter_map(Value::as_str).map(str::to_owned).collect();
                    regions.push(Region { place: None, words: String::new(), names, claim: claim.clone() });
                }
                "textarea" => {}
                _ => *others.entry(kind.to_owned()).or_default() += 1,
            }
        }
    }
    for (kind, n) in others {
        let shown = crate::text::width::printable(&kind);
        harvest.tally.count(at, &kind, n, move |n| {
            count!(n, "{n} result of kind {kind} left out", "{n} results of kind {kind} left out", kind = shown)
        });
    }
    let n = list(task.get("predictions")).len();
    harvest.tally.count(at, "predictions of machines", n, |n| {
        count!(n, "{n} prediction of a machine left out", "{n} predictions of machines left out")
    });
    regions
}

/// Reads a label: where it is and what it says.
fn region(value: &Value, result: &Value, claim: &Claim) -> Option<Region> {
    // Older exports write numbers as words.
    let number = |key: &str| {
        let value = value.get(key)?;
        value.as_u64().map(|n| n as usize).or_else(|| value.as_str()?.parse().ok())
    };
    let names: Vec<String> =
        value.get("labels")?.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    if names.is_empty() {
        return None;
    }
    let words = value.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
    let meta = result.get("meta");
    let kept = meta.and_then(|meta| meta.get(OURS)).map(Claim::read).unwrap_or_default();
    let memo = meta.and_then(|meta| meta.get("text")).map(lines).unwrap_or_default();
    let coder = if kept.coder.is_empty() { claim.coder.clone() } else { kept.coder };
    let claim = Claim { coder, memo, time: kept.time.or(claim.time), ..kept };
    Some(Region { place: Some((number("start")?, number("end")?)), words, names, claim })
}

/// Who made something: an address, a name, or a number.
fn coder(value: Option<&Value>) -> String {
    match value {
        Some(Value::Object(person)) => ["email", "username", "first_name", "id"]
            .iter()
            .find_map(|key| person.get(*key).map(plain))
            .unwrap_or_default(),
        Some(Value::Null) | None => String::new(),
        Some(other) => plain(other),
    }
}

fn moment(value: &Value) -> Option<Time> {
    let created = value.get("created_at")?;
    // Versions before 1.0 write seconds.
    created
        .as_str()
        .and_then(Time::parse)
        .or_else(|| created.as_i64().map(|seconds| Time(seconds.saturating_mul(1000))))
}

/// A text, or the texts of a list a line each.
fn lines(value: &Value) -> String {
    match value {
        Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join("\n"),
        one => plain(one),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Writes tasks to import, and the configuration to set up first.
pub fn write(study: &Study, _: &Wishes) -> Result<Written, Refused> {
    let out = Outgoing::of(study, &[Room::Attributes]);
    let tasks: Vec<Value> = out.sheaves.iter().enumerate().map(|(n, sheaf)| task(n + 1, sheaf, &out)).collect();
    let mut config = "<View>\n  <Labels name=\"label\" toName=\"text\">\n".to_owned();
    let mut labels: Vec<(&String, &str)> = out
        .labels
        .iter()
        .map(|(id, label)| (label, out.codes.get(id).map_or("", |code| code.colour.as_str())))
        .collect();
    labels.sort_unstable();
    for (label, colour) in labels {
        let ground = if colour.is_empty() { String::new() } else { format!(" background=\"{}\"", escaped(colour)) };
        let _ = writeln!(config, "    <Label value=\"{}\"{ground}/>", escaped(label));
    }
    config += "  </Labels>\n  <Text name=\"text\" value=\"$text\" granularity=\"symbol\"/>\n</View>\n";
    let text = serde_json::to_string_pretty(&tasks).unwrap_or_default() + "\n";
    let pieces = vec![Piece::of_text("labeling-config.xml", config), Piece::of_text("tasks.json", text)];
    Ok(Written { pieces, told: out.tally.sentences() })
}

/// A document as a task, with an annotation of Label Studio a coder.
fn task<'a>(n: usize, sheaf: &Sheaf<'a>, out: &Outgoing<'a>) -> Value {
    let bytes = Scale::new(sheaf.text, Unit::Bytes);
    let mut by_coder: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for one in &sheaf.annotations {
        let (start, end) = (one.passage.start, one.passage.end);
        let words = slice(sheaf.text, bytes.position(start), bytes.position(end));
        let claim = Claim { memo: String::new(), ..Claim::of(one) };
        let mut meta = json!({OURS: claim});
        if let (Some(object), false) = (meta.as_object_mut(), one.memo.is_empty()) {
            object.insert("text".into(), json!([one.memo]));
        }
        by_coder.entry(&one.coder).or_default().push(json!({
            "id": one.id.to_string(),
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {"start": start, "end": end, "text": words, "labels": [out.label(one)]},
            "meta": meta,
        }));
    }
    let document = &sheaf.paper.document;
    let mut data: Map<String, Value> =
        document.attributes.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    data.insert("text".into(), json!(sheaf.text));
    let kept = json!({"document": document.id, "title": document.title, "language": document.language});
    data.insert(OURS.into(), kept);
    let annotations: Vec<Value> = by_coder
        .into_iter()
        .map(|(coder, result)| {
            let mut one = json!({"result": result});
            // A person that Label Studio does not know stops its import, so only an address says who it was.
            if let (Some(object), true) = (one.as_object_mut(), coder.contains('@')) {
                object.insert("completed_by".into(), json!({"email": coder}));
            }
            one
        })
        .collect();
    json!({"id": n, "data": data, "annotations": annotations})
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::specimen::{carried, studies};

    fn brought(text: &str) -> Brought {
        let bundle = Bundle::of(Piece::of_text("a.json", text));
        assert!(is_it(&bundle), "{text}");
        read(&bundle, &Wishes::default()).unwrap()
    }

    fn result(start: usize, end: usize, words: &str) -> Value {
        json!({"id": "r", "from_name": "l", "to_name": "t", "type": "labels",
               "value": {"start": start, "end": end, "text": words, "labels": ["X", "Ы"]}, "meta": {"text": ["why", "so"]}})
    }

    #[test]
    fn an_export_is_read() {
        let task = json!([{"id": 3, "data": {"text": "👍 бір екі", "outlet": "A"}, "predictions": [{"result": []}],
            "annotations": [{"completed_by": {"email": "asel@x.org"}, "created_at": "2026-01-02T03:04:05.678901Z",
                             "result": [result(2, 5, "бір"), {"type": "relation", "from_id": "r", "to_id": "r"},
                                        {"type": "choices", "value": {"choices": ["good"]}}, {"type": "hypertextlabels", "value": {}}]},
                            {"completed_by": 7, "result": [result(0, 99, ""), {"type": "labels", "value": {}}]}]},
            {"data": {"text": "https://x.org/a.txt"}, "annotations": []}]);
        let brought = brought(&task.to_string());
        let study = &brought.study;
        let [a, b, c] = study.annotations.as_slice() else { panic!("{:?}", study.annotations) };
        assert_eq!(
            (a.code.0.as_str(), a.coder.as_str(), a.memo.as_str(), a.quote.exact.as_str()),
            ("x", "asel@x.org", "why\nso", "бір")
        );
        assert_eq!((b.code.0.as_str(), b.memo.as_str()), ("ы", ""));
        assert_eq!((c.code.0.as_str(), c.passage.start, c.passage.end), ("good", 0, 9));
        assert_eq!(a.time.to_string(), "2026-01-02T03:04:05.678Z");
        assert_eq!(study.papers[0].document.attributes["outlet"], "A");
        assert_eq!((brought.told.len(), brought.unread.len()), (4, 4), "{brought:?}");
    }

    #[test]
    fn early_versions_counted_utf16_units() {
        let of = |start, end| {
            let task = json!([{"data": {"text": "💩This is an annotation."}, "annotations": [{"result": [result(start, end, "annotation")]}]}]);
            let brought = brought(&task.to_string());
            (brought.study.annotations[0].passage.start, brought.told.len())
        };
        // From issue 1347.
        assert_eq!([of(13, 23), of(12, 22)], [(12, 1), (12, 0)]);
    }

    #[test]
    fn the_short_export_is_read() {
        let task = json!([{"text": "бір екі", "id": 1, "label": [{"start": 0, "end": 3, "text": "бір", "labels": ["X"]}],
                           "annotator": "asel@x.org", "annotation_id": 1, "created_at": "2026-01-02T03:04:05Z", "lead_time": 1.5}]);
        let brought = brought(&task.to_string());
        assert_eq!((brought.study.annotations.len(), brought.study.annotations[0].coder.as_str()), (1, "asel@x.org"));
    }

    #[test]
    fn a_choice_is_on_the_whole_text_however_that_is_counted() {
        let choice = json!({"type": "choices", "value": {"choices": ["good"]}});
        for text in ["one\r\ntwo\r\nthree four", "👍 one\ntwo 👍", "\u{feff}one two"] {
            let plain = text.replace("\r\n", "\n").replace('\u{feff}', "");
            let at = text.encode_utf16().count() - 3;
            let last: String = text.chars().skip(text.chars().count() - 3).collect();
            for start in [at, text.chars().count() - 3] {
                let label = json!({"type": "labels", "value": {"start": start, "end": start + 3, "text": last, "labels": ["X"]}});
                let task = json!([{"data": {"text": text}, "annotations": [{"result": [choice, label]}]}]);
                let brought = brought(&task.to_string());
                assert_eq!(brought.study.annotations[0].quote.exact, plain);
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_comes_back(study in studies()) {
            let written = write(&study, &Wishes::default()).unwrap();
            let bundle = Bundle { name: "x".into(), pieces: written.pieces };
            let Ok(brought) = read(&bundle, &Wishes::default()) else { prop_assert!(study.papers.is_empty()); return Ok(()) };
            prop_assert!(is_it(&bundle));
            prop_assert_eq!(&brought.told, &Vec::<String>::new());
            prop_assert_eq!(carried(&brought.study, |_| true), carried(&study, |_| true));
            prop_assert_eq!(brought.study.papers, study.papers);
        }

        #[test]
        fn nothing_makes_it_panic(json in "(\\[|\\]|[0-9]{1,2}|,|\"x\"|\\{|\\}|\"(start|labels|end|value|result|type|text)\":){0,20}") {
            let bundle = Bundle::of(Piece::of_text("a.json", format!("[{{\"data\": {{\"text\": \"a👍\"}}, \"annotations\": [{json}]}}]")));
            let _ = (is_it(&bundle), read(&bundle, &Wishes::default()));
        }
    }
}
