//! `tanba documents`: lists the documents.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};
use serde::Serialize;

use crate::cli::attributes;
use crate::cli::choice::attribute;
use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, complain};
use crate::formats::csv::{bare, delimiter};
use crate::model::change::{Change, Record};
use crate::model::document::DocumentId;
use crate::model::event::Deed;
use crate::shell::clock;
use crate::store::error::StoreError;
use crate::text::width::{columns, fitted};
use crate::{count, say};

#[derive(Args)]
struct DocumentsArgs {
    /// Print an array of objects
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    deed: Option<DocumentsDeed>,
}

#[derive(Subcommand)]
enum DocumentsDeed {
    /// Say what is known of a document: source, date, outlet, …
    Set(SetArgs),
    /// Take what is known of many documents from a table
    Fill(FillArgs),
    /// Say what the values of an attribute are: text, number, date, or one of some words
    Attribute(AttributeArgs),
}

#[derive(Args)]
struct AttributeArgs {
    /// Its name [default: list all]
    name: Option<String>,
    /// text, number, date or choice
    #[arg(long, value_name = "KIND", requires = "name")]
    kind: Option<String>,
    /// The words to choose from, with commas between
    #[arg(long, value_name = "WORDS", requires = "kind")]
    values: Option<String>,
}

#[derive(Args)]
struct SetArgs {
    /// The document
    document: String,
    /// What is known: a name and its value; no value forgets it
    #[arg(required = true, value_name = "NAME=VALUE")]
    attribute: Vec<String>,
}

#[derive(Args)]
struct FillArgs {
    /// A CSV file: a column "document", and one for each thing known; an empty cell changes nothing
    file: PathBuf,
}

/// A document as it is listed.
#[derive(Serialize)]
struct Listed {
    id: DocumentId,
    language: String,
    title: String,
    /// Code points; 0 where nobody described the document.
    length: usize,
    pair: Option<DocumentId>,
    revision: String,
    attributes: BTreeMap<String, String>,
    /// How many annotations, by coder.
    annotations: BTreeMap<String, usize>,
    /// Coders who are done with it.
    done: Vec<String>,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba documents", "lists them, with how much is tagged"),
    ("tanba documents set interview.en outlet=azattyq date=2016-05-21", "says what is known of one"),
    ("tanba documents fill known.csv", "the same of many, from a spreadsheet"),
    ("tanba documents attribute date --kind date", "lets only dates in, and lets them be counted by year and month"),
    ("tanba documents --json | jq '.[].id'", "their names alone"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    DocumentsArgs::augment_args(command.about("List the documents"))
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = DocumentsArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    match args.deed {
        Some(DocumentsDeed::Set(set)) => return run_set(context, set),
        Some(DocumentsDeed::Fill(fill)) => return run_fill(context, &fill.file),
        Some(DocumentsDeed::Attribute(args)) => {
            return attributes::run(context, args.name.as_deref(), args.kind.as_deref(), args.values.as_deref());
        }
        None => {}
    }
    let store = context.store()?;
    let shared = store.shared()?;
    let mut counts = store.reading().counts()?;
    let done = |id: &DocumentId| shared.finishers(id).cloned().collect();
    let listed: Vec<Listed> = shared
        .documents
        .values()
        .map(|document| Listed {
            id: document.id.clone(),
            language: document.language.clone(),
            title: document.title.clone(),
            length: document.length,
            pair: shared.counterpart(&document.id).cloned(),
            revision: document.revision.clone(),
            attributes: document.attributes.clone(),
            annotations: counts.remove(&document.id).unwrap_or_default(),
            done: done(&document.id),
        })
        .collect();
    let mut out = Output::new();
    if args.json {
        return Ok(out.json(&listed)?);
    }
    let width = listed.iter().map(|d| columns(&d.id.0)).max().unwrap_or(0);
    for d in &listed {
        let n: usize = d.annotations.values().sum();
        let gap = " ".repeat(width - columns(&d.id.0));
        let is_done = d.done.contains(&store.writer.coder);
        let sign = if is_done { "✓" } else { " " };
        let pair = d.pair.as_ref().map_or_else(String::new, |other| format!("  ↔ {other}"));
        let title = fitted(&d.title, 60);
        out.line(&format!(
            "{}{gap}  {:2} {sign} {}  {title}{pair}",
            d.id,
            d.language,
            say!("{n} tagged", n = format!("{n:5}"))
        ))?;
    }
    Ok(())
}

/// Says what is known of a document, as one event.
fn run_set(context: &Context, args: SetArgs) -> Result<(), Failure> {
    let mut store = context.store_to_write()?;
    let id = DocumentId(args.document);
    let shared = store.shared()?;
    let known = shared.documents.get(&id).cloned();
    let was = known.ok_or_else(|| say!("no document is called \"{id}\"; `tanba documents` lists them", id))?;
    let mut now = was.clone();
    for pair in &args.attribute {
        let (name, value) = attribute(pair)?;
        let value = shared.attributes.get(&name).map_or(Ok(value.clone()), |known| known.read(&value))?;
        if value.is_empty() {
            now.attributes.remove(&name);
        } else {
            now.attributes.insert(name, value);
        }
    }
    let told: Vec<String> = now.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let line = format!("{id}  {}", told.join("  "));
    if now != was {
        store.keep(vec![Change::replace(Record::Document(was), Record::Document(now))], Deed::Plain, clock::now())?;
    }
    Ok(Output::new().line(line.trim_end())?)
}

/// Takes what a table says of documents, as one event; rows of unknown documents are told.
fn run_fill(context: &Context, file: &Path) -> Result<(), Failure> {
    let bytes = fs::read(file).map_err(StoreError::io("read", file))?;
    let file = file.display();
    let text = String::from_utf8(bytes).map_err(|_| say!("{file} is not UTF-8", file))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut table = csv::ReaderBuilder::new().delimiter(delimiter(text)).from_reader(text.as_bytes());
    let heads = table.headers().map_err(|error| error.to_string())?.clone();
    let column = heads.iter().position(|head| head == "document");
    let column = column.ok_or_else(|| say!("{file}: the first line names no column \"document\"", file))?;
    let mut store = context.store_to_write()?;
    let shared = store.shared()?;
    let known = shared.documents.clone();
    let mut documents = known.clone();
    let mut is_wrong = false;
    for (at, record) in table.records().enumerate() {
        let line = at + 2;
        let record = record.map_err(|error| format!("{file}, {}", say!("line {line}: {why}", line, why = error)))?;
        let name = record.get(column).unwrap_or("").trim();
        let id = DocumentId(name.strip_suffix(".txt").unwrap_or(name).to_owned());
        let Some(document) = documents.get_mut(&id) else {
            let why = say!("no document is called \"{id}\"; `tanba documents` lists them", id);
            complain(&format!("{file}, {}", say!("line {line}: {why}", line, why)));
            is_wrong = true;
            continue;
        };
        let cells = heads.iter().zip(&record).enumerate().filter(|(place, _)| *place != column);
        for (_, (head, value)) in cells.filter(|(_, (head, value))| !head.is_empty() && !value.trim().is_empty()) {
            let (name, value) = (head.trim(), bare(value).trim());
            match shared.attributes.get(name).map_or(Ok(value.to_owned()), |known| known.read(value)) {
                Ok(value) => drop(document.attributes.insert(name.to_owned(), value)),
                Err(why) => {
                    complain(&format!("{file}, {}", say!("line {line}: {why}", line, why)));
                    is_wrong = true;
                }
            }
        }
    }
    let told = documents.into_iter().filter(|(id, now)| known.get(id) != Some(now));
    let changes: Vec<Change> = told
        .map(|(id, now)| Change::of(known.get(&id).cloned().map(Record::Document), Some(Record::Document(now))))
        .collect();
    let n = changes.len();
    if n > 0 {
        store.keep(changes, Deed::Plain, clock::now())?;
    }
    let mut out = Output::new();
    out.line(&count!(n, "{n} document changed", "{n} documents changed"))?;
    out.done()?;
    if is_wrong { Err(Failure::Silent) } else { Ok(()) }
}
