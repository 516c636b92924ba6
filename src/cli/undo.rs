//! `tanba undo` and `tanba redo`: take the last change back, bring it again.

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::app::telling::told;
use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::say;
use crate::shell::clock;

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[("tanba undo", "takes back what you did last, here or in the reader")];

/// How it is used.
pub const REDO_EXAMPLES: &[(&str, &str)] = &[("tanba redo", "brings back what undo took")];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    command.about("Take this coder's last change back").arg(json())
}

/// Those of `redo`.
pub fn redo_arguments(command: Command) -> Command {
    command.about("Bring back what undo took").arg(json())
}

fn json() -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print the entry of the journal as an object")
}

/// Takes back.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    step(matches, context, true)
}

/// Brings again.
pub fn run_redo(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    step(matches, context, false)
}

fn step(matches: &ArgMatches, context: &Context, is_undo: bool) -> Result<(), Failure> {
    let mut store = context.store_to_write()?;
    let event = store.step(is_undo, clock::now())?;
    let event = event.ok_or(if is_undo { say!("nothing to undo") } else { say!("nothing to redo") })?;
    let mut out = Output::new();
    if matches.get_flag("json") {
        return Ok(out.json(&event)?);
    }
    let book = store.shared()?.codebook;
    Ok(out.line(&told(&book, &event))?)
}
