//! `tanba keys`: prints which keys run which command.

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::app;
use crate::app::keymap::{Keymap, MODES};
use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::say;
use crate::text::width::columns;
use crate::words;

#[derive(Args)]
struct KeysArgs {
    /// Print an array of objects
    #[arg(long)]
    json: bool,
    /// Print them as a keys.toml, to change some of them
    #[arg(long)]
    toml: bool,
    /// The keymap to print [default: the one that is set]
    #[arg(long, value_name = "NAME")]
    keymap: Option<String>,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba keys", "the keys as they are now, yours included"),
    ("tanba keys --keymap plain", "those for people who don't know vim"),
    ("tanba keys --toml > keys.toml", "a file to change some of them in"),
];

/// A command and its keys.
#[derive(Serialize)]
struct Listed {
    group: &'static str,
    mode: &'static str,
    command: &'static str,
    help: &'static str,
    keys: Vec<String>,
}

/// Prints a file as the coder's own keys are written.
fn print_toml(keymap: &Keymap) -> Result<(), Failure> {
    let mut out = Output::new();
    out.line(say!(
        "# Keep in keys.toml what you change; \"x\" = false frees a key. `tanba settings` names the folder."
    ))?;
    for mode in MODES {
        out.line("")?;
        out.line(&format!("[{mode}]"))?;
        for (keys, command, _) in keymap.bindings(mode) {
            out.line(&format!("{} = \"{command}\"", toml::Value::String(keys)))?;
        }
    }
    Ok(out.done()?)
}

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    KeysArgs::augment_args(command.about("Print which keys run which command"))
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = KeysArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let (session, mistakes) = app::start(context.configuration.settings.clone(), context.configuration.keys.clone());
    // What is wrong in the coder's own file is told behind what is right: this is where its author looks.
    let ended = if mistakes.is_empty() {
        Ok(())
    } else {
        Err(Failure::Misunderstood(mistakes.iter().map(ToString::to_string).collect()))
    };
    let keymap = &session.keys.keymap;
    if args.toml {
        print_toml(keymap)?;
        return ended;
    }
    let listed: Vec<Listed> = app::GROUPS
        .iter()
        .flat_map(|group| group.commands.iter().map(move |command| (group, command)))
        .map(|(group, command)| Listed {
            group: group.title,
            mode: group.mode,
            command: command.name,
            help: command.help,
            keys: keymap.keys_of(group.mode, command.name),
        })
        .collect();
    let mut out = Output::new();
    if args.json {
        out.json(&listed)?;
        out.done()?;
        return ended;
    }
    let (mut group, width) = ("", listed.iter().map(|l| columns(&l.keys.join("  "))).max().unwrap_or(0));
    for row in &listed {
        if row.group != group {
            if !group.is_empty() {
                out.line("")?;
            }
            out.line(&format!("{} [{}]", words::of(row.group), row.mode))?;
            group = row.group;
        }
        let keys = row.keys.join("  ");
        let gap = " ".repeat(width - columns(&keys));
        out.line(&format!("  {keys}{gap}  {:20}  {}", row.command, words::of(row.help)))?;
    }
    out.done()?;
    ended
}
