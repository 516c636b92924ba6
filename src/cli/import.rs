//! `tanba import`: reads annotations that another `tanba` or another program wrote as JSON Lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::cli::context::{Context, Failure};
use crate::cli::journals;
use crate::cli::output::{Output, complain};
use crate::cli::tag::checked_span;
use crate::formats::jsonl::{self, BadLine, ReadRows};
use crate::formats::row::{NO_COUNTERPART, Row};
use crate::model::annotation::{Annotation, AnnotationId, Counterpart, Passage};
use crate::model::change::{Change, Record};
use crate::model::code::{Code, CodeId};
use crate::model::document::DocumentId;
use crate::model::event::Deed;
use crate::model::rules::CONSENSUS;
use crate::model::shared::Shared;
use crate::shell::clock;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::incoming;
use crate::store::opened::Opened;
use crate::text::anchor;
use crate::text::span::CodePoints;
use crate::{count, say};

#[derive(Args)]
struct ImportArgs {
    /// Colleagues' journals, a folder of them, their project, or a JSON Lines file of annotations; - for standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Only tell what would come in
    #[arg(long)]
    explain: bool,
    /// Print how many were taken as an object
    #[arg(long)]
    json: bool,
}

/// What became of the lines.
#[derive(Serialize)]
struct Taken {
    annotations: usize,
    known: usize,
    new_codes: usize,
    refused: usize,
}

/// What tells two annotations of the same thing: document, start, end, code, coder.
type Sameness = (DocumentId, usize, usize, CodeId, String);

/// What comes in.
#[derive(Default)]
struct Incoming {
    changes: Vec<Change>,
    n_annotations: usize,
    n_known: usize,
    bad: Vec<BadLine>,
    known: BTreeSet<Sameness>,
    ids: BTreeSet<AnnotationId>,
    new_codes: BTreeSet<CodeId>,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba import journal/ --explain", "tells what is in the journals of a folder before they come in"),
    ("tanba import coded.jsonl", "takes in what `tanba export --format jsonl` wrote"),
    ("tanba import - < coded.jsonl", "the same from another program"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    ImportArgs::augment_args(command.about("Read colleagues' journals, or annotations written as JSON Lines"))
}

/// Does it. Lines that can't be taken are told, one line each; the others are taken.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = ImportArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let mut store = if args.explain { context.store()? } else { context.store_to_write()? };
    let (mut found, mut others) = (Vec::new(), Vec::new());
    for path in &args.files {
        let of = incoming::journals(path)?;
        if of.is_empty() {
            others.push(path.clone());
        }
        found.extend(of);
    }
    match (found.as_slice(), others.as_slice()) {
        (_, []) => journals::bring(&mut store, &found, args.explain, args.json),
        ([], [file]) if !file.is_dir() => bring_rows(&mut store, file, args.explain, args.json),
        (_, [file, ..]) => {
            let file = file.display();
            Err(say!(
                "{file} is no journal, and no folder that has one; one file of annotations is taken at a time",
                file
            )
            .into())
        }
    }
}

/// Takes annotations that another program wrote.
fn bring_rows(store: &mut Store, file: &Path, is_told_only: bool, is_json: bool) -> Result<(), Failure> {
    let (rows, bad) = read(file)?;
    let mut incoming = Incoming { bad, ..Incoming::default() };
    gather(store, rows, &mut incoming)?;
    part_lone_halves(&mut incoming.changes);
    if !incoming.changes.is_empty() && !is_told_only {
        store.keep(std::mem::take(&mut incoming.changes), Deed::Plain, clock::now())?;
    }
    incoming.bad.sort_by_key(|bad| bad.line);
    if incoming.n_annotations + incoming.n_known == 0
        && incoming.bad.iter().all(|bad| bad.is_json_error)
        && !incoming.bad.is_empty()
    {
        let file = file.display();
        return Err(say!("{file} is no JSON Lines file; `tanba export --format jsonl` writes one", file).into());
    }
    for bad in &incoming.bad {
        let line = format!("{}, {bad}", file.display());
        complain(&line);
    }
    let taken = Taken {
        annotations: incoming.n_annotations,
        known: incoming.n_known,
        new_codes: incoming.new_codes.len(),
        refused: incoming.bad.len(),
    };
    let mut out = Output::new();
    if is_json {
        out.json(&taken)?;
    } else {
        out.line(&say!(
            "{annotations} taken, {known} known already, {codes}, {lines} refused",
            annotations = count!(taken.annotations, "{n} annotation", "{n} annotations"),
            known = taken.known,
            codes = count!(taken.new_codes, "{n} new code", "{n} new codes"),
            lines = count!(taken.refused, "{n} line", "{n} lines")
        ))?;
        if is_told_only {
            out.line(say!("nothing was taken yet; the same without --explain takes it"))?;
        }
    }
    if taken.refused > 0 { Err(Failure::Silent) } else { Ok(()) }
}

fn read(path: &Path) -> Result<ReadRows, Failure> {
    let mut input: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(BufReader::new(stdin()))
    } else {
        Box::new(BufReader::new(File::open(path).map_err(StoreError::io("read", path))?))
    };
    Ok(jsonl::read(&mut *input).map_err(StoreError::io("read", path))?)
}

fn gather(store: &Store, rows: Vec<(usize, Row)>, incoming: &mut Incoming) -> Result<(), Failure> {
    let shared = store.shared()?;
    let mut by_document: BTreeMap<String, Vec<(usize, Row)>> = BTreeMap::new();
    for (line, row) in rows {
        by_document.entry(row.document.clone()).or_default().push((line, row));
    }
    for (document, rows) in by_document {
        let id = DocumentId(document);
        let opened = if shared.documents.contains_key(&id) {
            store.open_document(&id).map_err(|e| e.to_string())
        } else {
            Err(say!("no document is called \"{id}\"; take it in first: tanba add FILE", id))
        };
        let sight = store.reading().sight()?;
        store.index().each_annotation(&id, &mut |a| {
            incoming.ids.insert(a.id);
            if sight.sees_annotation(&a) {
                incoming.known.insert(sameness(&a));
            }
        })?;
        for (line, row) in rows {
            let taken =
                opened.as_ref().map_err(Clone::clone).and_then(|opened| take(store, &shared, opened, row, incoming));
            if let Err(why) = taken {
                incoming.bad.push(BadLine { line, why, is_json_error: false });
            }
        }
    }
    Ok(())
}

/// Halves of linked pairs whose other half does not come along, or does not name them, stand alone.
fn part_lone_halves(changes: &mut [Change]) {
    let annotations = changes.iter().filter_map(|change| match &change.now {
        Some(Record::Annotation(annotation)) => Some((annotation.id, annotation.counterpart)),
        _ => None,
    });
    let halves: BTreeMap<AnnotationId, Counterpart> = annotations.collect();
    for change in changes {
        let Some(Record::Annotation(annotation)) = &mut change.now else { continue };
        let Counterpart::Is(other) = annotation.counterpart else { continue };
        if halves.get(&other) != Some(&Counterpart::Is(annotation.id)) {
            annotation.counterpart = Counterpart::Open;
        }
    }
}

/// The code that a row names, and the new code that it makes if the codebook has none of that name.
fn resolve_code(shared: &Shared, row: &Row) -> Result<(CodeId, Option<Code>), String> {
    if let Some(code) = shared.codebook.named(&row.code) {
        return Ok((code.id.clone(), None));
    }
    let leaf = row.path.rsplit('/').next().filter(|name| !name.is_empty());
    let id = CodeId::of_name(&row.code).ok_or(say!("the code needs a letter or a digit"))?;
    let code = Code::named(id.clone(), leaf.unwrap_or(&row.code));
    Ok((id, Some(code)))
}

fn take(store: &Store, shared: &Shared, opened: &Opened, row: Row, incoming: &mut Incoming) -> Result<(), String> {
    let range = CodePoints { start: row.start, end: row.end };
    let quote = anchor::quote(&opened.text, checked_span(opened, range)?);
    if !row.quote.is_empty() && row.quote != quote.exact {
        return Err(say!("the quote is not what stands there; are the offsets code points, of this very text?").into());
    }
    let (code, new_code) = resolve_code(shared, &row)?;
    let coder = Some(row.coder.trim()).filter(|coder| !coder.is_empty());
    if coder == Some(CONSENSUS) {
        return Err(say!("the consensus is settled here (`tanba settle`), and not taken in").into());
    }
    let time = row.time.unwrap_or_else(clock::now);
    let id = row.id.parse().unwrap_or_else(|_| AnnotationId::new(time, clock::chance()));
    let passage = Passage { document: opened.id.clone(), start: row.start, end: row.end };
    let annotation = Annotation {
        memo: row.memo,
        counterpart: match row.counterpart_id.trim() {
            NO_COUNTERPART => Counterpart::Nothing,
            id => id.parse().map_or(Counterpart::Open, Counterpart::Is),
        },
        ..Annotation::new(id, coder.unwrap_or(&store.writer.coder), (passage, quote), code, time)
    };
    incoming.put(annotation, new_code);
    Ok(())
}

fn sameness(annotation: &Annotation) -> Sameness {
    let Passage { document, start, end } = annotation.passage.clone();
    (document, start, end, annotation.code.clone(), annotation.coder.clone())
}

impl Incoming {
    /// Takes an annotation, and the code it needs, unless the project has it already.
    fn put(&mut self, annotation: Annotation, new_code: Option<Code>) {
        let is_new_id = self.ids.insert(annotation.id);
        if !self.known.insert(sameness(&annotation)) || !is_new_id {
            self.n_known += 1;
            return;
        }
        if let Some(code) = new_code.filter(|code| self.new_codes.insert(code.id.clone())) {
            self.changes.push(Change::put(Record::Code(code)));
        }
        self.n_annotations += 1;
        self.changes.push(Change::put(Record::Annotation(annotation)));
    }
}
