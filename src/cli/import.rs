//! `tanba import`: reads annotations that another `tanba` or another program wrote as JSON Lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::cli::tag::checked_span;
use crate::formats::jsonl::{self, BadLine};
use crate::formats::row::Row;
use crate::model::annotation::{Annotation, AnnotationId, Passage};
use crate::model::change::{Change, Record};
use crate::model::code::{Code, CodeId};
use crate::model::document::DocumentId;
use crate::model::event::Deed;
use crate::model::shared::Shared;
use crate::shell::clock;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::opened::Opened;
use crate::text::anchor;
use crate::text::span::CodePoints;

#[derive(Args)]
struct ImportArgs {
    /// A JSON Lines file; - for standard input
    file: PathBuf,
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

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    ImportArgs::augment_args(
        command.about("Read annotations written as JSON Lines, as one step that undo takes back"),
    )
}

/// Does it. Lines that can't be taken are told, one line each; the others are taken.
#[allow(clippy::print_stderr)] // one line for each line that can't be taken
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = ImportArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let mut store = context.store_to_write()?;
    let (rows, bad) = read(&args.file)?;
    let mut incoming = Incoming {
        bad,
        ..Incoming::default()
    };
    gather(&store, rows, &mut incoming)?;
    if !incoming.changes.is_empty() {
        store.keep(
            std::mem::take(&mut incoming.changes),
            Deed::Plain,
            clock::now(),
        )?;
    }
    incoming.bad.sort_by_key(|bad| bad.line);
    for bad in &incoming.bad {
        eprintln!(
            "tanba: {}, {}",
            args.file.display(),
            crate::text::width::printable(&bad.to_string())
        );
    }
    let (new, known, codes, bad) = (
        incoming.n_annotations,
        incoming.n_known,
        incoming.new_codes.len(),
        incoming.bad.len(),
    );
    Output::new().line(&format!(
        "{new} annotations taken, {known} known already, {codes} new codes, {bad} lines refused"
    ))?;
    if bad > 0 {
        Err(Failure::Silent)
    } else {
        Ok(())
    }
}

fn read(path: &Path) -> Result<(Vec<(usize, Row)>, Vec<BadLine>), Failure> {
    let mut input: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(BufReader::new(stdin()))
    } else {
        Box::new(BufReader::new(
            File::open(path).map_err(StoreError::io("read", path))?,
        ))
    };
    Ok(jsonl::read(&mut *input).map_err(StoreError::io("read", path))?)
}

fn gather(store: &Store, rows: Vec<(usize, Row)>, incoming: &mut Incoming) -> Result<(), Failure> {
    let shared = store.shared()?;
    let mut by_document: BTreeMap<String, Vec<(usize, Row)>> = BTreeMap::new();
    for (line, row) in rows {
        by_document
            .entry(row.document.clone())
            .or_default()
            .push((line, row));
    }
    for (document, rows) in by_document {
        let id = DocumentId(document);
        let opened = if shared.documents.contains_key(&id) {
            store.open_document(&id).map_err(|e| e.to_string())
        } else {
            Err("no such document".into())
        };
        store.index().each_annotation(&id, &mut |a| {
            incoming.ids.insert(a.id);
            incoming.known.insert((
                a.passage.document,
                a.passage.start,
                a.passage.end,
                a.code,
                a.coder,
            ));
        })?;
        for (line, row) in rows {
            let taken = opened
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|opened| take(store, &shared, opened, row, incoming));
            if let Err(why) = taken {
                incoming.bad.push(BadLine { line, why });
            }
        }
    }
    Ok(())
}

fn take(
    store: &Store,
    shared: &Shared,
    opened: &Opened,
    row: Row,
    incoming: &mut Incoming,
) -> Result<(), String> {
    let span = checked_span(
        opened,
        CodePoints {
            start: row.start,
            end: row.end,
        },
    )?;
    let quote = anchor::quote(&opened.text, span);
    if !row.quote.is_empty() && row.quote != quote.exact {
        return Err(
            "the quote is not what stands there; are the offsets code points, of this very text?"
                .into(),
        );
    }
    let (code, new_code) = match shared.codebook.find(&row.code) {
        Some(code) => (code.id.clone(), None),
        None => {
            let name = row
                .path
                .rsplit('/')
                .next()
                .filter(|n| !n.is_empty())
                .unwrap_or(&row.code);
            let id = CodeId::of_name(&row.code).ok_or("the code needs a letter or a digit")?;
            (id.clone(), Some(Code::named(id, name)))
        }
    };
    let coder = if row.coder.trim().is_empty() {
        store.writer.coder.clone()
    } else {
        row.coder.trim().to_owned()
    };
    let now = clock::now();
    let time = row.time.unwrap_or(now);
    let id = row
        .id
        .parse()
        .unwrap_or_else(|_| AnnotationId::new(time, clock::chance()));
    let sameness = (
        opened.id.clone(),
        row.start,
        row.end,
        code.clone(),
        coder.clone(),
    );
    if incoming.ids.contains(&id) || incoming.known.contains(&sameness) {
        incoming.n_known += 1;
        return Ok(());
    }
    if let Some(mut new) = new_code.filter(|code| incoming.new_codes.insert(code.id.clone())) {
        new.key = String::new();
        incoming.changes.push(Change::put(Record::Code(new)));
    }
    incoming.ids.insert(id);
    incoming.known.insert(sameness);
    incoming.n_annotations += 1;
    let passage = Passage {
        document: opened.id.clone(),
        start: row.start,
        end: row.end,
    };
    incoming
        .changes
        .push(Change::put(Record::Annotation(Annotation {
            id,
            coder,
            passage,
            quote,
            code,
            memo: row.memo,
            time,
        })));
    Ok(())
}
