//! `tanba completions`: prints what makes a shell complete our commands.

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::{Shell, generate};

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::say;

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba completions bash > ~/.local/share/bash-completion/completions/tanba", "for bash"),
    ("tanba completions fish > ~/.config/fish/completions/tanba.fish", "for fish"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    command.about("Print what makes a shell complete our commands").arg(
        Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell)).help("Which shell"),
    )
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let shell = matches.get_one::<Shell>("shell").copied().ok_or(say!("no shell was named"))?;
    let mut out = Output::new();
    generate(shell, &mut (context.command_line)(), "tanba", &mut out);
    Ok(out.done()?)
}
