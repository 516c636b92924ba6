//! `tanba init`: makes a folder a project.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::cli::context::{Context, Failure};
use crate::cli::encrypt;
use crate::cli::output::Output;
use crate::say;
use crate::shell::privacy;
use crate::store::project::{Project, SETTINGS_FILE, Settings};

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
    /// Encrypt what is kept in it, under a passphrase that is asked for
    #[arg(long)]
    encrypted: bool,
    /// The languages, the left pane's first
    #[arg(long, value_delimiter = ',', default_value = "en,kk")]
    languages: Vec<String>,
}

fn name_of(name: &str, dir: &Path) -> String {
    if name.is_empty() { dir.display().to_string() } else { name.to_owned() }
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
    let is_there = dir.join(SETTINGS_FILE).exists();
    let key =
        if args.encrypted && !is_there { Some(encrypt::new_key(&name_of(&args.name, &dir), None)?) } else { None };
    let settings = Settings {
        name: args.name,
        languages: args.languages,
        shared: args.shared,
        encryption: key.as_ref().map(|key| key.cipher.name()).unwrap_or_default(),
        ..Settings::default()
    };
    let project = Project::init_with(&dir, settings, key.as_ref().map(|key| key.file.as_slice()))?;
    let mut out = Output::new();
    let name = project.name();
    out.line(&say!("{name} is a project now; go there and add documents: tanba add FILE…, then read: tanba", name))?;
    Ok(())
}
