//! `tanba finish` and `tanba reopen`: that a coder is done with documents, or no more.

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::model::change::{Change, Record};
use crate::model::document::{DocumentId, Done};
use crate::model::event::Deed;
use crate::say;
use crate::shell::clock;
use crate::text::width::printable;

#[derive(Args)]
struct FinishArgs {
    /// The documents, as `tanba documents` names them
    #[arg(required = true)]
    documents: Vec<String>,
}

#[derive(Args)]
struct ReopenArgs {
    /// The documents, as `tanba documents` names them
    #[arg(required = true)]
    documents: Vec<String>,
    /// Why
    #[arg(long)]
    reason: String,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[(
    "tanba finish interview.en interview.kk",
    "both texts are coded through; what is untagged in them says \"no code\" from now on",
)];

/// How the second one is used.
pub const REOPEN_EXAMPLES: &[(&str, &str)] =
    &[("tanba reopen interview.en --reason 'the last part was skipped'", "it is coded further")];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    FinishArgs::augment_args(command.about("Say that you coded documents through"))
}

/// The second one's arguments.
pub fn reopen_arguments(command: Command) -> Command {
    ReopenArgs::augment_args(command.about("Open again documents that you finished, with a reason"))
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = FinishArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    keep(context, &args.documents, None)
}

/// Does the second one.
pub fn run_reopen(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = ReopenArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let reason = printable(args.reason.trim());
    if reason.is_empty() {
        return Err(say!("a finished document is opened again with a reason; nothing was changed").into());
    }
    keep(context, &args.documents, Some(&reason))
}

/// Keeps what is new of it, as one step.
fn keep(context: &Context, documents: &[String], reason: Option<&str>) -> Result<(), Failure> {
    let mut store = context.store_to_write()?;
    let (shared, coder, now) = (store.shared()?, store.writer.coder.clone(), clock::now());
    let (mut changes, mut lines) = (Vec::new(), Vec::new());
    for id in documents.iter().map(|id| DocumentId(id.clone())) {
        if !shared.documents.contains_key(&id) {
            let id = printable(&id.0);
            return Err(say!("no document is called \"{id}\"; `tanba documents` lists them", id).into());
        }
        let was = shared.done.get(&(id.clone(), coder.clone()));
        let is_done = was.is_some_and(Done::holds);
        if is_done == reason.is_none() || (was.is_none() && reason.is_some()) {
            lines.push(if is_done {
                say!("{document} is done already", document = id)
            } else {
                say!("{document} is open already", document = id)
            });
            continue;
        }
        lines.push(match reason {
            Some(_) => say!("{document} is open again", document = id),
            None => say!("{document} is done", document = id),
        });
        let done = Done { document: id, coder: coder.clone(), time: Some(now), reopened: reason.map(str::to_owned) };
        let was = was.cloned().map(Record::Done);
        changes.push(Change::of(was, Some(Record::Done(done))));
    }
    if !changes.is_empty() {
        store.keep(changes, Deed::Plain, now)?;
    }
    let mut out = Output::new();
    for line in lines {
        out.line(&line)?;
    }
    Ok(out.done()?)
}
