//! `tanba annotations`: lists annotations.

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::cli::choice::ChoiceArgs;
use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::cli::rows;
use crate::text::width::fitted;

/// Columns of a quote in the list.
const QUOTE_COLUMNS: usize = 60;

#[derive(Args)]
struct AnnotationsArgs {
    #[command(flatten)]
    choice: ChoiceArgs,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba annotations --code censorship --language kk", "those of one code in Kazakh texts"),
    ("tanba annotations --by aigerim --since 2026-11-01 --json", "a colleague’s, as objects"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    AnnotationsArgs::augment_args(command).about("List annotations")
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = AnnotationsArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let store = context.store()?;
    let choice = args.choice.choice(&store.shared()?)?;
    let mut out = Output::new();
    if args.json {
        let mut all = Vec::new();
        rows::each(&store, &choice, &mut |row| {
            all.push(row);
            Ok(())
        })?;
        return Ok(out.json(&all)?);
    }
    rows::each(&store, &choice, &mut |row| {
        let line = format!(
            "{}  {}..{}  {}  {}  “{}”",
            row.document,
            row.start,
            row.end,
            row.path,
            row.coder,
            if out.is_terminal() { fitted(&row.quote, QUOTE_COLUMNS) } else { row.quote.replace(['\n', '\r'], " ") }
        );
        Ok(out.line(&line)?)
    })
}
