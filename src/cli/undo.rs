//! `tanba undo` and `tanba redo`: take the last change back, bring it again.

use clap::{ArgMatches, Command};

use crate::app::telling::told;
use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::shell::clock;

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[("tanba undo", "takes back what you did last, here or in the reader")];

/// How it is used.
pub const REDO_EXAMPLES: &[(&str, &str)] = &[("tanba redo", "brings back what undo took")];

/// `undo` has none.
pub fn arguments(command: Command) -> Command {
    command.about("Take this coder's last change back")
}

/// `redo` has none.
pub fn redo_arguments(command: Command) -> Command {
    command.about("Bring back what undo took")
}

/// Takes back.
pub fn run(_: &ArgMatches, context: &Context) -> Result<(), Failure> {
    step(context, true)
}

/// Brings again.
pub fn run_redo(_: &ArgMatches, context: &Context) -> Result<(), Failure> {
    step(context, false)
}

fn step(context: &Context, is_undo: bool) -> Result<(), Failure> {
    let mut store = context.store_to_write()?;
    let event = store.step(is_undo, clock::now())?;
    let event = event.ok_or(if is_undo { "nothing to undo" } else { "nothing to redo" })?;
    let book = store.shared()?.codebook;
    Output::new().line(&told(&book, &event))?;
    Ok(())
}
