//! `tanba init`: makes a folder a project.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::say;
use crate::shell::privacy;
use crate::store::project::{Project, Settings};

#[derive(Args)]
struct InitArgs {
    /// The folder [default: this one]
    dir: Option<PathBuf>,
    /// The project's name [default: the folder's]
    #[arg(long, default_value = "", hide_default_value = true)]
    name: String,
    /// Others on this machine or network drive may read its files
    #[arg(long)]
    shared: bool,
    /// The languages, the left pane's first
    #[arg(long, value_delimiter = ',', default_value = "en,kk")]
    languages: Vec<String>,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba init study --languages en,kk", "makes the folder study a project"),
    ("tanba init", "makes this folder one"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    InitArgs::augment_args(command.about("Make a folder a project"))
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = InitArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let dir = args.dir.or_else(|| context.project.clone()).unwrap_or_else(|| PathBuf::from("."));
    if args.shared {
        privacy::share();
    }
    let settings = Settings { name: args.name, languages: args.languages, shared: args.shared, ..Settings::default() };
    let project = Project::init(&dir, settings)?;
    let mut out = Output::new();
    let name = project.name();
    out.line(&say!("{name} is a project now; go there and add documents: tanba add FILE…, then read: tanba", name))?;
    Ok(())
}
