//! `tanba revise`: gives a document a new text, and takes its annotations along.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::cli::add::texts_of;
use crate::cli::context::{Context, Failure};
use crate::cli::intaking::Manner;
use crate::cli::intaking::{look, tell_revised};
use crate::intake::revision;
use crate::model::document::DocumentId;
use crate::model::event::Deed;
use crate::say;
use crate::shell::clock;
use crate::store::{documents, revisions};

#[derive(Args)]
struct ReviseArgs {
    /// The document's name
    #[arg(value_name = "DOC")]
    document: String,
    /// The file with its new text, also a word processor's; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only tell what would become of its annotations
    #[arg(long)]
    dry_run: bool,
    /// What the file is encoded in [default: found out]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Print what became of its annotations as an object
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    (
        "tanba revise interview.en corrected.txt --dry-run",
        "tells which annotations would move, and which would be lost",
    ),
    ("tanba revise interview.en corrected.txt", "takes the new text; the old one is kept in documents/old"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    ReviseArgs::augment_args(command).about("Give a document a new text; its annotations move along")
}

/// Does it. The text goes first, and comes back where what becomes of the annotations can't be kept.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = ReviseArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let mut store = if args.dry_run { context.store()? } else { context.store_to_write()? };
    let shared = store.shared()?;
    let id = DocumentId(args.document.clone());
    let known = shared.documents.get(&id);
    let known = known.ok_or_else(|| say!("no document is called \"{id}\"; `tanba documents` lists them", id))?;
    let mut texts = texts_of(&args.file, args.encoding.as_deref(), &|_| id.clone())?;
    let (1, Some((_, prepared))) = (texts.len(), texts.pop()) else {
        return Err(say!("{file} holds several documents; give the text of one", file = args.file.display()).into());
    };
    let seen = look(&store, &id)?;
    let manner = Manner { is_told_only: args.dry_run, is_json: args.json };
    if seen.text == prepared.text {
        return Err(say!("{id} has just this text already", id).into());
    }
    let mut plan = revision::plan(known, &seen, &prepared.text);
    plan.told.extend(prepared.notes);
    if !args.dry_run {
        let changes = revisions::carrying(store.index(), std::mem::take(&mut plan.changes))?;
        let (dir, old) = (store.project.documents(), &seen.text);
        let kept = documents::replace(&dir, &id, old, &prepared.text)?;
        if let Err(error) = store.keep(changes, Deed::Plain, clock::now()) {
            documents::put_back(&dir, &id, old)?;
            return Err(error.into());
        }
        plan.told
            .push(say!("the old text is kept as {path}; `tanba revise` with it brings it back", path = kept.display()));
    }
    tell_revised(&plan, &args.document, manner)
}
