//! The W3C's Web Annotation as JSON-LD. Positions are code points: the standard counts characters.
//!
//! The text that an annotation speaks of is not in the file: documents come without text. Where a file has a quote and no
//! position, the passage is 0..0 and the quote alone says where it is.
//! Sources of the form: W3C Web Annotation Data Model and Vocabulary, both of 2017.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::formats::bundle::{Brought, Bundle, Piece, Refused, Wishes};
use crate::formats::claim::{Claim, time_of};
use crate::formats::exchange::Written;
use crate::formats::harvest::Harvest;
use crate::formats::outgoing::{Outgoing, Room, Sheaf};
use crate::formats::scale::{Scale, Unit};
use crate::model::annotation::{Annotation, Passage};
use crate::model::code::CodeId;
use crate::model::document::{Document, DocumentId};
use crate::model::study::{Paper, Study};
use crate::model::time::Time;
use crate::say;
use crate::text::anchor::Quote;
use crate::text::body::Text;
use crate::text::span::Span;

/// What the words of the standard mean.
const CONTEXT: &str = "http://www.w3.org/ns/anno.jsonld";

/// Before our names.
const OURS: &str = "urn:tanba:";

/// Before our ids.
const ULID: &str = "urn:ulid:";

/// Whether one of the files holds such annotations.
pub fn is_it(bundle: &Bundle) -> bool {
    let is_one = |piece: &Piece| {
        let head = piece.bytes.get(..piece.bytes.len().min(8192)).unwrap_or_default();
        let head = String::from_utf8_lossy(head);
        let is_json = head.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
        is_json && (head.contains("anno.jsonld") || (head.contains("\"Annotation") && head.contains("\"target\"")))
    };
    bundle.pieces.iter().any(is_one)
}

/// Reads files; fails where no annotation is in them.
pub fn read(bundle: &Bundle, _: &Wishes) -> Result<Brought, Refused> {
    let mut reader = Reader::default();
    for piece in &bundle.pieces {
        if bundle.sole().is_none() && !matches!(piece.ending().as_str(), "json" | "jsonld" | "jsonl") {
            continue;
        }
        reader.piece(piece);
    }
    if reader.n_read == 0 {
        return Err(Refused::at(&bundle.name, say!("no Web Annotation in it")));
    }
    let mut harvest = reader.harvest;
    for (id, document) in reader.documents {
        harvest.study.papers.push(Paper { document: Document { id, ..document }, text: None });
    }
    Ok(harvest.brought())
}

#[derive(Default)]
struct Reader {
    harvest: Harvest,
    by_source: HashMap<String, DocumentId>,
    documents: Vec<(DocumentId, Document)>,
    n_read: usize,
}

impl Reader {
    fn piece(&mut self, piece: &Piece) {
        let text = match piece.text() {
            Ok(text) => text,
            Err(refused) => return self.harvest.tally.lose(&refused.place, &refused.why),
        };
        if let Ok(all) = serde_json::from_str::<Value>(text) {
            self.gather(&all, &piece.path);
            return;
        }
        for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let at = say!("{path}, line {line}", path = piece.path, line = n + 1);
            match serde_json::from_str::<Value>(line) {
                Ok(one) => self.gather(&one, &at),
                Err(_) => self.harvest.tally.lose(&at, say!("no JSON; left out")),
            }
        }
    }

    /// Reads annotations wherever they stand: alone, in a list, in a page or in a collection.
    fn gather(&mut self, value: &Value, place: &str) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.gather(one, place)),
            Value::Object(object) if object.contains_key("target") => {
                self.n_read += 1;
                let at = say!("{place}, annotation {n}", place, n = self.n_read);
                self.annotation(value, &at);
            }
            Value::Object(object) => {
                if let Some(name) = object.get("label").and_then(Value::as_str)
                    && self.harvest.study.name.is_empty()
                {
                    name.clone_into(&mut self.harvest.study.name);
                }
                for key in ["items", "first", "next", "@graph"] {
                    match object.get(key) {
                        Some(Value::String(_)) => {
                            self.harvest
                                .tally
                                .lose(place, say!("a page of annotations that is kept elsewhere; left out"));
                        }
                        Some(inner) => self.gather(inner, place),
                        None => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn annotation(&mut self, value: &Value, at: &str) {
        let words = bodies(value);
        if words.n_elsewhere > 0 {
            self.harvest.tally.tell(at, say!("what it says is kept elsewhere; left out"));
        }
        let mut names = words.names;
        if names.is_empty() {
            self.harvest.tally.tell(at, say!("an annotation without a code; it gets what it is for as its code"));
            let why = first_text(value.get("motivation")).unwrap_or("commenting");
            names.push((why.to_owned(), CodeId::default()));
        }
        if names.len() > 1 {
            self.harvest.tally.tell(at, say!("an annotation of several codes; it becomes one for each"));
        }
        let id = |key: &str| value.get(key).and_then(Value::as_str).and_then(|id| id.strip_prefix(ULID)?.parse().ok());
        let created = ["created", "dcterms:created", "modified"].iter().find_map(|key| value.get(*key)?.as_str());
        let claim = Claim {
            id: id("id").or_else(|| id("@id")),
            coder: creator(value.get("creator")).unwrap_or_default(),
            time: created.and_then(Time::parse),
            memo: words.memo.join("\n"),
            part_of: id("tanba:partOf"),
            ..Claim::default()
        };
        for (n, (name, code)) in names.iter().enumerate() {
            let code = self.harvest.coded(code, name);
            let own = match n {
                0 => Claim { code, ..claim.clone() },
                _ => Claim { code, id: None, memo: String::new(), ..claim.clone() },
            };
            self.targets(value.get("target"), &own, at);
        }
    }

    /// Puts an annotation on what it speaks of; several places of one document are parts of one.
    fn targets(&mut self, target: Option<&Value>, claim: &Claim, at: &str) {
        let mut first: Option<(DocumentId, crate::model::annotation::AnnotationId)> = None;
        for one in each(target) {
            let inner = one.get("items").filter(|items| items.is_array());
            for one in inner.map_or_else(|| vec![one], |items| each(Some(items)).collect()) {
                let Some((passage, quote)) = self.place(one, at) else { continue };
                let document = passage.document.clone();
                let exact = quote.exact.clone();
                let own = match first {
                    None => claim.clone(),
                    Some(_) => Claim { id: None, memo: String::new(), part_of: None, ..claim.clone() },
                };
                let id = self.harvest.put(passage, &exact, own, at);
                if let Some(made) = self.harvest.study.annotations.last_mut() {
                    made.quote = quote;
                    made.part_of = first.as_ref().filter(|(known, _)| *known == document).map(|(_, first)| *first);
                }
                first = first.or(Some((document, id)));
            }
        }
    }

    /// Where a target is.
    fn place(&mut self, target: &Value, at: &str) -> Option<(Passage, Quote)> {
        let source = match target {
            Value::String(iri) => iri.clone(),
            _ => ["source", "id", "@id"].iter().find_map(|key| iri(target.get(*key)?)).unwrap_or_default(),
        };
        let mut found = Found::default();
        found.take(target.get("selector"), false);
        let (start, end) = found.position.filter(|(start, end)| start < end).unwrap_or((0, 0));
        if end == 0 && found.quote.exact.is_empty() {
            let why = if found.is_other {
                say!("its place is said in a way that is not read; left out")
            } else {
                say!("it speaks of a whole document, not of a passage; left out")
            };
            self.harvest.tally.lose(at, why);
            return None;
        }
        let document = self.document(&source, at);
        Some((Passage { document, start, end }, found.quote))
    }

    fn document(&mut self, source: &str, at: &str) -> DocumentId {
        if let Some(id) = self.by_source.get(source) {
            return id.clone();
        }
        let ours = source.strip_prefix(OURS).and_then(|rest| rest.strip_prefix("document:")).map(decoded);
        let mut document = Document::default();
        let name = ours.unwrap_or_else(|| {
            if !source.is_empty() {
                document.attributes = BTreeMap::from([("source".to_owned(), source.to_owned())]);
            }
            let bare = source.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
            decoded(Piece { path: bare.to_owned(), bytes: Vec::new() }.stem())
        });
        let id = self.harvest.document(&name, at);
        self.by_source.insert(source.to_owned(), id.clone());
        self.documents.push((id.clone(), document));
        id
    }
}

/// What an annotation says: names of codes, with our ids, and memos.
#[derive(Default)]
struct Words {
    names: Vec<(String, CodeId)>,
    memo: Vec<String>,
    n_elsewhere: usize,
}

fn bodies(value: &Value) -> Words {
    let mut words = Words::default();
    let why = first_text(value.get("motivation")).unwrap_or_default();
    words.memo.extend(value.get("bodyValue").and_then(Value::as_str).map(str::to_owned));
    for body in each(value.get("body")) {
        let inner = body.get("items").filter(|items| items.is_array());
        for body in inner.map_or_else(|| vec![body], |items| each(Some(items)).collect()) {
            let purpose = first_text(body.get("purpose")).unwrap_or(why);
            let is_code = ["tagging", "classifying", "identifying"].iter().any(|kind| purpose.ends_with(kind));
            let text = ["value", "chars", "rdf:value"].iter().find_map(|key| body.get(*key)?.as_str());
            let source = body.as_str().map(str::to_owned).or_else(|| iri(body.get("source")?));
            let id = body.get("id").and_then(Value::as_str).unwrap_or_default();
            let code =
                id.strip_prefix(OURS).and_then(|rest| rest.strip_prefix("code:")).map(decoded).unwrap_or_default();
            match (is_code, text, source) {
                (true, Some(text), _) => words.names.push((text.to_owned(), CodeId(code))),
                (true, None, Some(source)) => words.names.push((source, CodeId::default())),
                (false, Some(text), _) if !text.is_empty() => words.memo.push(text.to_owned()),
                (false, Some(_), _) => {}
                _ => words.n_elsewhere += 1,
            }
        }
    }
    words
}

/// What selectors say of a place.
#[derive(Default)]
struct Found {
    position: Option<(usize, usize)>,
    quote: Quote,
    /// Whether there is a selector that is not read.
    is_other: bool,
}

impl Found {
    fn take(&mut self, selector: Option<&Value>, is_inside: bool) {
        for one in each(selector) {
            let kind = first_text(one.get("type").or_else(|| one.get("@type"))).unwrap_or_default();
            let text = |key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default().replace("\r\n", "\n");
            let number = |key: &str| one.get(key).and_then(Value::as_u64).map(|n| n as usize);
            let mut is_inside = is_inside;
            match kind {
                // A position inside of what another selector says is not one in the whole text.
                "TextPositionSelector" if !is_inside => {
                    let place = number("start").zip(number("end"));
                    self.position = self.position.or(place);
                }
                "TextQuoteSelector" if self.quote.exact.is_empty() => {
                    self.quote = Quote { exact: text("exact"), before: text("prefix"), after: text("suffix") };
                }
                "TextPositionSelector" | "TextQuoteSelector" => {}
                _ => {
                    self.is_other = true;
                    is_inside = true;
                }
            }
            if kind == "TextQuoteSelector" || kind == "TextPositionSelector" {
                // What refines a passage is a smaller one: its quote counts.
                if let Some(inner) = one.get("refinedBy") {
                    let mut finer = Self::default();
                    finer.take(Some(inner), true);
                    if !finer.quote.exact.is_empty() {
                        (self.quote, self.position) = (finer.quote, None);
                    }
                }
            } else {
                self.take(one.get("refinedBy"), is_inside);
            }
        }
    }
}

/// A value, or each of a list.
fn each(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let all: &[Value] = match value {
        Some(Value::Array(all)) => all,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    all.iter().filter(|one| !one.is_null())
}

fn first_text(value: Option<&Value>) -> Option<&str> {
    each(value).find_map(Value::as_str)
}

/// The address of a resource.
fn iri(value: &Value) -> Option<String> {
    let of = |one: &Value| one.as_str().or_else(|| one.get("id")?.as_str()).map(str::to_owned);
    each(Some(value)).find_map(of)
}

/// Who made an annotation.
fn creator(value: Option<&Value>) -> Option<String> {
    each(value).find_map(|one| {
        let said = ["name", "nickname", "email", "id"].iter().find_map(|key| one.get(*key)?.as_str());
        let said = one.as_str().or(said)?;
        Some(said.strip_prefix("acct:").or_else(|| said.strip_prefix("mailto:")).unwrap_or(said).to_owned())
    })
}

/// A name as it may stand in an address.
fn encoded(name: &str) -> String {
    let mut safe = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            safe.push(byte as char);
        } else {
            let _ = write!(safe, "%{byte:02X}");
        }
    }
    safe
}

fn decoded(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = behind.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Writes a collection of one page.
pub fn write(study: &Study, _: &Wishes) -> Result<Written, Refused> {
    let mut out = Outgoing::of(study, &[Room::Textless]);
    let collection = Collection {
        context: json!([CONTEXT, {"tanba": OURS}]),
        first: Page { id: format!("{OURS}page:1"), items: &out, start_index: 0, kind: "AnnotationPage" },
        id: format!("{OURS}collection"),
        label: &study.name,
        total: out.sheaves.iter().map(|sheaf| sheaf.annotations.len()).sum(),
        kind: "AnnotationCollection",
    };
    let text = serde_json::to_string_pretty(&collection).unwrap_or_default() + "\n";
    if study.papers.iter().any(|paper| paper.text.is_some()) {
        out.tally.note(say!("the texts themselves do not go into this format; send them along"));
    }
    Ok(Written { pieces: vec![Piece::of_text("annotations.jsonld", text)], told: out.tally.sentences() })
}

/// All annotations as the W3C has them; its members in the order of their names.
#[derive(Serialize)]
struct Collection<'a> {
    #[serde(rename = "@context")]
    context: Value,
    first: Page<'a>,
    id: String,
    label: &'a str,
    total: usize,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// The only page of them.
#[derive(Serialize)]
struct Page<'a> {
    id: String,
    #[serde(serialize_with = "items")]
    items: &'a Outgoing<'a>,
    #[serde(rename = "startIndex")]
    start_index: usize,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Writes a document after another: never all of them are held as trees.
fn items<S: Serializer>(out: &Outgoing<'_>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(out.sheaves.iter().flat_map(|sheaf| page(sheaf, out)))
}

/// The annotations of a document.
fn page<'a>(sheaf: &Sheaf<'a>, out: &Outgoing<'a>) -> Vec<Value> {
    let text = Text::whole(sheaf.text);
    let bytes = Scale::new(sheaf.text, Unit::Bytes);
    let source = format!("{OURS}document:{}", encoded(&sheaf.paper.document.id.0));
    let one = |annotation: &&'a Annotation| {
        let passage = &annotation.passage;
        let quote = if sheaf.paper.text.is_some() {
            crate::text::anchor::quote(&text, Span::new(bytes.position(passage.start), bytes.position(passage.end)))
        } else {
            annotation.quote.clone()
        };
        let mut selectors = Vec::new();
        if passage.start < passage.end {
            selectors.push(json!({"type": "TextPositionSelector", "start": passage.start, "end": passage.end}));
        }
        if !quote.exact.is_empty() {
            selectors.push(json!({
                "type": "TextQuoteSelector", "exact": quote.exact, "prefix": quote.before, "suffix": quote.after
            }));
        }
        let code = format!("{OURS}code:{}", encoded(&annotation.code.0));
        let mut body =
            vec![json!({"id": code, "type": "TextualBody", "purpose": "tagging", "value": out.label(annotation)})];
        if !annotation.memo.is_empty() {
            body.push(json!({"type": "TextualBody", "purpose": "commenting", "format": "text/plain", "value": annotation.memo}));
        }
        let mut value = json!({
            "id": format!("{ULID}{}", annotation.id),
            "type": "Annotation",
            "motivation": "tagging",
            "body": body,
            "target": {"source": source, "selector": selectors},
        });
        if let Some(object) = value.as_object_mut() {
            if !annotation.coder.is_empty() {
                object.insert("creator".into(), json!({"type": "Person", "name": annotation.coder}));
            }
            object.extend(time_of(annotation).map(|time| ("created".into(), json!(time.to_string()))));
            object.extend(annotation.part_of.map(|first| ("tanba:partOf".into(), json!(format!("{ULID}{first}")))));
        }
        value
    };
    sheaf.annotations.iter().map(one).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::specimen::{carried, studies};

    fn brought(text: &str) -> Brought {
        let bundle = Bundle::of(Piece::of_text("a.json", text));
        assert!(is_it(&bundle));
        read(&bundle, &Wishes::default()).unwrap()
    }

    #[test]
    fn hypothesis_and_its_kin_are_read() {
        let brought = brought(
            r#"[{"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "creator": "acct:asel@x.org", "created": "2026-01-02T03:04:05Z",
            "body": [{"type": "TextualBody", "purpose": "tagging", "value": "цензура"}, {"type": "TextualBody", "value": "why?", "purpose": "commenting"},
                     {"type": "TextualBody", "purpose": "tagging", "value": "сайт"}],
            "target": {"source": "https://x.org/a/b.html?q", "selector": [{"type": "FragmentSelector", "refinedBy": {"type": "TextPositionSelector", "start": 1, "end": 2}},
                     {"type": "TextQuoteSelector", "exact": "сөз", "prefix": "бұл ", "suffix": "."}]}},
            {"type": "Annotation", "motivation": "highlighting", "bodyValue": "m", "target": [{"source": {"id": "https://x.org/a/b.html?q"}, "selector": {"type": "TextPositionSelector", "start": 5, "end": 9}},
                     {"source": "https://x.org/a/b.html?q", "selector": {"type": "TextPositionSelector", "start": 15, "end": 19}}]},
            {"type": "Annotation", "body": "http://x.org/post", "target": "http://x.org/page"}]"#,
        );
        let study = &brought.study;
        assert_eq!((study.papers.len(), study.papers[0].document.id.0.as_str()), (1, "b"));
        let [a, b, c, d] = study.annotations.as_slice() else { panic!("{:?}", study.annotations) };
        assert_eq!((a.code.0.as_str(), a.coder.as_str(), a.memo.as_str()), ("цензура", "asel@x.org", "why?"));
        assert_eq!((a.passage.start, a.passage.end, a.quote.exact.as_str()), (0, 0, "сөз"));
        assert_eq!((b.code.0.as_str(), b.memo.as_str()), ("сайт", ""));
        assert_eq!((c.code.0.as_str(), c.memo.as_str(), c.passage.start), ("highlighting", "m", 5));
        assert_eq!(d.part_of, Some(c.id));
        assert_eq!((brought.told.len(), brought.unread.len()), (4, 1), "{brought:?}");
    }

    #[test]
    fn lines_pages_and_damage() {
        let one = r#"{"type": "Annotation", "body": {"value": "x", "purpose": "tagging"}, "target": {"source": "a", "selector": {"type": "TextPositionSelector", "start": 1, "end": 2}}}"#;
        assert_eq!(brought(&format!("{one}\n{one}\nnot\n")).study.annotations.len(), 2);
        let page = format!(
            r#"{{"type": "AnnotationCollection", "label": "L", "first": {{"type": "AnnotationPage", "items": [{one}]}}}}"#
        );
        let brought = brought(&page);
        assert_eq!((brought.study.annotations.len(), brought.study.name.as_str()), (1, "L"));
        assert!(read(&Bundle::of(Piece::of_text("a.json", "{\"a\": 1}")), &Wishes::default()).is_err());
        assert_eq!(decoded(&encoded("мәтін b/c%.kk")), "мәтін b/c%.kk");
        assert_eq!(decoded("%zz%e2%"), "%zz\u{fffd}%");
    }

    proptest! {
        #[test]
        fn what_is_written_comes_back(study in studies()) {
            let written = write(&study, &Wishes::default()).unwrap();
            let bundle = Bundle { name: "x".into(), pieces: written.pieces };
            prop_assert!(is_it(&bundle));
            let Ok(brought) = read(&bundle, &Wishes::default()) else { prop_assert!(study.annotations.is_empty()); return Ok(()) };
            prop_assert_eq!(&brought.told, &Vec::<String>::new());
            let mut found = carried(&brought.study, |_| true);
            for (id, one) in &mut found {
                let known = study.annotations.iter().find(|known| known.id == *id).unwrap();
                prop_assert_eq!(&one.quote.exact, &known.quote.exact);
                one.quote = known.quote.clone();
            }
            prop_assert_eq!(found, carried(&study, |_| true));
        }

        #[test]
        fn nothing_makes_it_panic(json in "\\{\"target\":(\\{|\\[|\"(source|selector|type|start|end|exact|items|refinedBy|TextPositionSelector)\"|:|,|[0-9]|\\}|\\]){0,20}", text in "[\\[{}\\]\":,a0-9]{0,30}") {
            let _ = read(&Bundle::of(Piece::of_text("a.json", json)), &Wishes::default());
            let _ = read(&Bundle::of(Piece::of_text("a.json", text)), &Wishes::default());
        }
    }
}
