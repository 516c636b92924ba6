//! One file a subcommand: arguments in, printed lines out.

pub mod add;
pub mod annotations;
pub mod check;
pub mod choice;
pub mod codes;
pub mod context;
pub mod documents;
pub mod export;
pub mod import;
pub mod init;
pub mod output;
pub mod pair;
pub mod rows;
pub mod tag;
pub mod undo;

use clap::{ArgMatches, Command};

use context::{Context, Failure};

/// A subcommand.
pub struct Subcommand {
    /// Its name.
    pub name: &'static str,
    /// Adds its arguments.
    pub arguments: fn(Command) -> Command,
    /// Does it.
    pub run: fn(&ArgMatches, &Context) -> Result<(), Failure>,
}

/// All subcommands, in the order of the help.
pub const SUBCOMMANDS: &[Subcommand] = &[
    Subcommand { name: "init", arguments: init::arguments, run: init::run },
    Subcommand { name: "add", arguments: add::arguments, run: add::run },
    Subcommand { name: "pair", arguments: pair::arguments, run: pair::run },
    Subcommand { name: "documents", arguments: documents::arguments, run: documents::run },
    Subcommand { name: "codes", arguments: codes::arguments, run: codes::run },
    Subcommand { name: "tag", arguments: tag::arguments, run: tag::run },
    Subcommand { name: "annotations", arguments: annotations::arguments, run: annotations::run },
    Subcommand { name: "undo", arguments: undo::arguments, run: undo::run },
    Subcommand { name: "redo", arguments: undo::redo_arguments, run: undo::run_redo },
    Subcommand { name: "export", arguments: export::arguments, run: export::run },
    Subcommand { name: "import", arguments: import::arguments, run: import::run },
    Subcommand { name: "check", arguments: check::arguments, run: check::run },
];
