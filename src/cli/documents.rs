//! `tanba documents`: lists the documents.

use std::collections::BTreeMap;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::model::document::DocumentId;
use crate::say;
use crate::text::width::{columns, fitted};

#[derive(Args)]
struct DocumentsArgs {
    /// Print an array of objects
    #[arg(long)]
    json: bool,
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
    ("tanba documents --json | jq '.[].id'", "their names alone"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    DocumentsArgs::augment_args(command.about("List the documents"))
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = DocumentsArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let store = context.store()?;
    let shared = store.shared()?;
    let mut counts = store.index().all_counts()?;
    let done = |id: &DocumentId| shared.done.iter().filter(|(d, _)| d == id).map(|(_, coder)| coder.clone()).collect();
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
