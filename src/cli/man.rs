//! `tanba man`: prints the manual page, or writes one for every command.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use clap_mangen::Man;

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::say;
use crate::store::error::StoreError;

#[derive(Args)]
struct ManArgs {
    /// The command to print the page of [default: tanba itself]
    name: Option<String>,
    /// Write a page for every command into this folder
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba man | man -l -", "reads the page"),
    ("tanba man export | man -l -", "reads the one of a command"),
    ("tanba man --output ~/.local/share/man/man1", "writes all of them where man finds them"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    ManArgs::augment_args(command.about("Print the manual page, or write one for every command"))
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = ManArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let mut top = (context.command_line)();
    top.build();
    let mut out = Output::new();
    if let Some(dir) = args.output {
        fs::create_dir_all(&dir).map_err(StoreError::io("make", &dir))?;
        let all = std::iter::once(&top).chain(top.get_subcommands());
        for command in all.filter(|command| command.get_name() != "help") {
            let name = page_name(command);
            let path = dir.join(format!("{name}.1"));
            fs::write(&path, page(command)?).map_err(StoreError::io("write", &path))?;
            out.line(&path.display().to_string())?;
        }
        return Ok(());
    }
    let command = match &args.name {
        None => &top,
        Some(name) => top.find_subcommand(name).ok_or_else(|| {
            Failure::Misunderstood(vec![say!("no command is called \"{name}\"; `tanba --help` lists them", name)])
        })?,
    };
    out.write_all(&page(command)?)?;
    Ok(out.done()?)
}

/// `tanba` or `tanba-export`.
fn page_name(command: &Command) -> String {
    if command.get_name() == "tanba" { "tanba".into() } else { format!("tanba-{}", command.get_name()) }
}

fn page(command: &Command) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Man::new(command.clone()).source(concat!("tanba ", env!("CARGO_PKG_VERSION"))).render(&mut bytes)?;
    Ok(bytes)
}
