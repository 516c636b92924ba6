//! Plain data on what coders said, to compute agreement from without a project: JSON and CSV, read.
//!
//! JSON: `{"kind": "spans", "coders": […], "codes": […], "documents": [{"id", "length", "coders"}], "spans": [{"coder", "doc",
//! "start", "end", "code"}]}`, or `{"kind": "coding", "coders": […], "value_type": "category" | "number" | "set",
//! "items": [{"values": […], "count"}]}`. CSV: the columns coder, document, start, end, code. Offsets are code points from 0,
//! half-open. In CSV a row without a code says that the coder completed the document, and its end is the document's length.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::Value as Json;

use crate::agreement::disorder::Costs;
use crate::agreement::ratings::Ratings;
use crate::agreement::units::{Coding, Marked, Unitized};
use crate::{count, say};

/// Code points of a text, and units of a kind, at most: beyond, sums of their squares would not fit.
const MAX_LENGTH: usize = 1 << 40;

/// What coders said.
#[derive(Debug)]
pub enum Input {
    /// Of passages.
    Spans(Coding),
    /// Of given units: the coders, and what they said.
    Ratings(Vec<String>, Ratings),
}

/// What was read of a file.
#[derive(Debug)]
pub struct Read {
    /// What it is called in itself; empty where it has no name.
    pub id: String,
    /// What coders said.
    pub input: Input,
    /// How units are compared, and the cost of an empty one, where the file says so.
    pub costs: Option<(Costs, f64)>,
    /// What had to be guessed.
    pub guessed: Vec<String>,
}

/// Why data can't be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn wrong<T>(why: impl Into<String>) -> Result<T, Unreadable> {
    Err(Unreadable(why.into()))
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    id: String,
    #[serde(default)]
    kind: String,
    coders: Vec<String>,
    #[serde(default)]
    codes: Vec<String>,
    #[serde(default)]
    documents: Vec<FileDocument>,
    #[serde(default)]
    spans: Vec<FileSpan>,
    #[serde(default)]
    value_type: String,
    #[serde(default)]
    items: Vec<FileItem>,
    #[serde(default)]
    expected: Vec<FileExpected>,
}

#[derive(Deserialize)]
struct FileDocument {
    id: String,
    length: usize,
    coders: Vec<String>,
}

#[derive(Deserialize)]
struct FileSpan {
    coder: String,
    doc: String,
    start: usize,
    end: usize,
    code: String,
}

#[derive(Deserialize)]
struct FileItem {
    values: Vec<Json>,
    #[serde(default = "once")]
    count: u64,
}

fn once() -> u64 {
    1
}

/// A number that the file expects; only how it is computed is of interest here.
#[derive(Deserialize)]
struct FileExpected {
    #[serde(default)]
    measure: String,
    #[serde(default)]
    params: BTreeMap<String, Json>,
}

/// Reads data as JSON where it begins so, else as CSV; fails with the place of what is wrong.
pub fn read(text: &str) -> Result<Read, Unreadable> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') { read_json(text) } else { read_csv(text) }
}

fn read_json(text: &str) -> Result<Read, Unreadable> {
    let file: File = match serde_json::from_str(text) {
        Ok(file) => file,
        // Its own words may hold what stands in the file.
        Err(error) => {
            return wrong(say!(
                "line {line}: this is not the JSON that agreement is computed from; `tanba agree --help` shows it",
                line = error.line()
            ));
        }
    };
    let params =
        file.expected.iter().find(|expected| expected.measure == "gamma_disorder" && !expected.params.is_empty());
    let costs = params.map(|expected| {
        let weight = |name: &str| expected.params.get(name).and_then(Json::as_f64).unwrap_or(1.0);
        (Costs { position: weight("alpha"), category: weight("beta"), ..Costs::default() }, weight("delta_empty"))
    });
    let id = file.id.clone();
    let is_ratings = file.kind == "coding" || (file.kind.is_empty() && !file.items.is_empty());
    let input = if is_ratings { ratings(file)? } else { Input::Spans(spans(file)?) };
    let guessed = left_out(&input);
    Ok(Read { id, input, costs, guessed })
}

/// Names by their numbers; one that stands there twice is refused.
fn numbered(names: &[String], what: &str) -> Result<BTreeMap<String, usize>, Unreadable> {
    let mut all = BTreeMap::new();
    for (at, name) in names.iter().enumerate() {
        if all.insert(name.clone(), at).is_some() {
            return wrong(say!("{what}: a name stands there twice", what));
        }
    }
    Ok(all)
}

fn spans(file: File) -> Result<Coding, Unreadable> {
    let coders = numbered(&file.coders, "coders")?;
    let ids: Vec<String> = file.documents.iter().map(|document| document.id.clone()).collect();
    let places = numbered(&ids, "documents")?;
    let mut codes = file.codes;
    let mut numbers = numbered(&codes, "codes")?;
    let mut documents = Vec::with_capacity(file.documents.len());
    for (at, document) in file.documents.into_iter().enumerate() {
        if document.length > MAX_LENGTH {
            return wrong(say!("documents[{at}]: no text is that long", at));
        }
        let mut completed = vec![false; coders.len()];
        for name in &document.coders {
            let number = coders.get(name).and_then(|number| completed.get_mut(*number));
            *number.ok_or_else(|| Unreadable(say!("documents[{at}]: a coder is not among coders", at)))? = true;
        }
        documents.push(Unitized { id: document.id, length: document.length, completed, spans: Vec::new() });
    }
    for (at, span) in file.spans.into_iter().enumerate() {
        let unknown = |what: &str| Unreadable(say!("spans[{at}]: its {what} is not among those above", at, what));
        let document = places.get(&span.doc).and_then(|place| documents.get_mut(*place));
        let document = document.ok_or_else(|| unknown("doc"))?;
        let coder = *coders.get(&span.coder).ok_or_else(|| unknown("coder"))? as u32;
        if span.end < span.start {
            return wrong(say!("spans[{at}]: it ends before it starts", at));
        }
        let code = *numbers.entry(span.code.clone()).or_insert_with(|| {
            codes.push(span.code);
            codes.len() - 1
        }) as u32;
        document.spans.push(Marked { code, coder, start: span.start, end: span.end });
    }
    Ok(Coding { coders: file.coders, codes, documents })
}

fn ratings(file: File) -> Result<Input, Unreadable> {
    let n_coders = file.coders.len();
    let mut times = Vec::with_capacity(file.items.len());
    let mut cells: Vec<&Json> = Vec::with_capacity(file.items.len() * n_coders);
    for (at, item) in file.items.iter().enumerate() {
        if item.values.len() != n_coders {
            return wrong(say!(
                "items[{at}]: it has {n} values, and there are {coders} coders",
                at,
                n = item.values.len(),
                coders = n_coders
            ));
        }
        if item.count > MAX_LENGTH as u64 {
            return wrong(say!("items[{at}]: that many units can't be counted", at));
        }
        times.push(item.count);
        cells.extend(&item.values);
    }
    let place = |at: usize| at / n_coders.max(1);
    let typed = |is_it: fn(&Json) -> bool| {
        let odd = cells.iter().position(|cell| !cell.is_null() && !is_it(cell));
        odd.map_or(Ok(()), |at| wrong(say!("items[{at}]: a value is not of the value_type", at = place(at))))
    };
    let ratings = match file.value_type.as_str() {
        "number" => {
            typed(Json::is_number)?;
            Ratings::numbers(n_coders, &cells.iter().map(|cell| cell.as_f64()).collect::<Vec<_>>())
        }
        "set" => {
            typed(|cell| cell.as_array().is_some_and(|all| all.iter().all(Json::is_string)))?;
            Ratings::sets(n_coders, &cells.iter().map(|cell| set(cell)).collect::<Vec<_>>())
        }
        "" | "category" => {
            typed(|cell| cell.is_string() || cell.is_number() || cell.is_boolean())?;
            let name =
                |cell: &&Json| (!cell.is_null()).then(|| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned));
            let labels: Vec<Option<String>> = cells.iter().map(name).collect();
            Ratings::categories(n_coders, &labels.iter().map(Option::as_deref).collect::<Vec<_>>())
        }
        _ => return wrong(say!("value_type is category, number or set")),
    };
    Ok(Input::Ratings(file.coders, ratings.times(&times)))
}

/// The names in a set; nothing of a missing one.
fn set(cell: &Json) -> Option<Vec<&str>> {
    cell.as_array().map(|all| all.iter().filter_map(Json::as_str).collect())
}

/// What of the data does not count, in words.
fn left_out(input: &Input) -> Vec<String> {
    let Input::Spans(coding) = input else { return Vec::new() };
    let (mut n_cut, mut n_strange) = (0, 0);
    for document in &coding.documents {
        for span in &document.spans {
            n_cut += usize::from(span.end > document.length);
            n_strange += usize::from(!document.has(span.coder as usize));
        }
    }
    let mut told = Vec::new();
    if n_cut > 0 {
        told.push(count!(
            n_cut,
            "{n} passage goes beyond its text and is cut",
            "{n} passages go beyond their texts and are cut"
        ));
    }
    if n_strange > 0 {
        told.push(count!(
            n_strange,
            "{n} passage is by a coder who did not complete the document, and does not count",
            "{n} passages are by coders who did not complete the document, and do not count"
        ));
    }
    told
}

fn read_csv(text: &str) -> Result<Read, Unreadable> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let heads = reader.headers().map_err(|_| Unreadable(say!("line 1: this is no CSV").into()))?.clone();
    let column = |name: &str| heads.iter().position(|head| head.eq_ignore_ascii_case(name));
    let [coder, document, start, end, code] = ["coder", "document", "start", "end", "code"].map(column);
    let (Some(coder), Some(document), Some(start), Some(end), Some(code)) = (coder, document, start, end, code) else {
        return wrong(say!("line 1: the columns are to be coder, document, start, end, code"));
    };
    let mut all = Gathered::default();
    for (at, record) in reader.records().enumerate() {
        let line = at + 2;
        let record = record.map_err(|_| Unreadable(say!("line {line}: this is no CSV", line)))?;
        let field = |column: usize| record.get(column).unwrap_or_default();
        let number = |column: usize| field(column).parse::<usize>();
        // Who completed a document needs no start.
        let start = if field(start).is_empty() && field(code).is_empty() { Ok(0) } else { number(start) };
        let (Ok(start), Ok(end)) = (start, number(end)) else {
            return wrong(say!("line {line}: start and end are to be code points, from 0", line));
        };
        if end < start || end > MAX_LENGTH || field(coder).is_empty() || field(document).is_empty() {
            return wrong(say!(
                "line {line}: a row needs a coder, a document, and an end that is not before its start",
                line
            ));
        }
        all.take(field(coder), field(document), (start, end), field(code));
    }
    Ok(all.read())
}

/// What rows of CSV said so far.
#[derive(Default)]
struct Gathered {
    coding: Coding,
    coders: BTreeMap<String, usize>,
    codes: BTreeMap<String, usize>,
    documents: BTreeMap<String, usize>,
    /// Whether any row says who completed what.
    has_completed: bool,
}

impl Gathered {
    fn take(&mut self, coder: &str, document: &str, (start, end): (usize, usize), code: &str) {
        let number = |all: &mut BTreeMap<String, usize>, names: &mut Vec<String>, name: &str| {
            *all.entry(name.to_owned()).or_insert_with(|| {
                names.push(name.to_owned());
                names.len() - 1
            })
        };
        let coder = number(&mut self.coders, &mut self.coding.coders, coder);
        let at = *self.documents.entry(document.to_owned()).or_insert_with(|| {
            self.coding.documents.push(Unitized { id: document.to_owned(), ..Unitized::default() });
            self.coding.documents.len() - 1
        });
        let Some(document) = self.coding.documents.get_mut(at) else { return };
        if code.is_empty() {
            self.has_completed = true;
            document.length = document.length.max(end);
            document.completed.resize(document.completed.len().max(coder + 1), false);
            if let Some(done) = document.completed.get_mut(coder) {
                *done = true;
            }
        } else {
            let code = number(&mut self.codes, &mut self.coding.codes, code) as u32;
            document.spans.push(Marked { code, coder: coder as u32, start, end });
        }
    }

    fn read(mut self) -> Read {
        let mut guessed = Vec::new();
        let n_coders = self.coding.coders.len();
        for document in &mut self.coding.documents {
            document.completed.resize(n_coders, false);
            if document.length == 0 {
                document.length = document.spans.iter().map(|span| span.end).max().unwrap_or(0);
                guessed
                    .push(say!("the length of {document} is taken to be the last end in it", document = document.id));
            }
            if !self.has_completed {
                for span in &document.spans {
                    if let Some(done) = document.completed.get_mut(span.coder as usize) {
                        *done = true;
                    }
                }
            }
        }
        if !self.has_completed {
            guessed.push(
                say!("no row says who completed a document: who tagged something in it counts as having done so")
                    .into(),
            );
        }
        let input = Input::Spans(self.coding);
        guessed.extend(left_out(&input));
        Read { id: String::new(), input, costs: None, guessed }
    }
}
