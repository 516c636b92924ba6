//! `tanba pair`: says that two documents belong together.

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::model::change::{Change, Record};
use crate::model::document::{DocumentId, Pair};
use crate::model::event::Deed;
use crate::say;
use crate::shell::clock;

#[derive(Args)]
struct PairArgs {
    /// The document for the left pane
    left: String,
    /// The document for the right pane
    right: String,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[("tanba pair interview.en interview.kk", "they open side by side")];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    PairArgs::augment_args(command.about("Say that two documents belong side by side"))
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = PairArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let mut store = context.store_to_write()?;
    let shared = store.shared()?;
    let pair = Pair { left: DocumentId(args.left), right: DocumentId(args.right) };
    if pair.left == pair.right {
        return Err(say!("a document is no pair with itself").into());
    }
    if let Some(missing) = [&pair.left, &pair.right].into_iter().find(|id| !shared.documents.contains_key(*id)) {
        return Err(say!("no document is called \"{missing}\"; `tanba documents` lists them", missing).into());
    }
    let mut out = Output::new();
    let line = format!("{} ↔ {}", pair.left, pair.right);
    if !shared.pairs.contains(&pair) {
        store.keep(vec![Change::put(Record::Pair(pair))], Deed::Plain, clock::now())?;
    }
    out.line(&line)?;
    Ok(())
}
