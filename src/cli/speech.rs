//! The command line's help and complaints in the language that is spoken.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

use crate::say;
use crate::words::{self, Language};

/// The command line with everything that is said of it in the language that is spoken.
pub fn spoken(command: Command) -> Command {
    let command = with_help(command);
    if words::spoken() == Language::English {
        return command;
    }
    translated(command)
}

/// The options that clap would add with words of its own.
fn with_help(command: Command) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help("Print help");
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version).help("Print version");
    let command = command.disable_help_flag(true).disable_version_flag(true);
    let command = if command.get_version().is_some() { command.arg(version) } else { command };
    command.arg(help).mut_subcommands(with_help)
}

fn translated(command: Command) -> Command {
    let about = command.get_about().map(said);
    let after = command.get_after_help().map(said_by_lines);
    let command = command
        .mut_args(|arg| {
            let heading = if arg.is_positional() { say!("Arguments") } else { say!("Options") };
            let help = arg.get_help().map(said).unwrap_or_default();
            let help = format!("{help}{}", values(&arg));
            let takes_values = arg.get_action().takes_values();
            let arg = if takes_values { arg.hide_default_value(true).hide_possible_values(true) } else { arg };
            let arg = arg.help_heading(heading);
            if help.is_empty() { arg } else { arg.help(help) }
        })
        .subcommand_help_heading(say!("Commands"))
        .help_template(format!("{{about-with-newline}}\n{}: {{usage}}\n\n{{all-args}}{{after-help}}", say!("Usage")))
        .mut_subcommands(translated);
    let command = about.map_or(command.clone(), |about| command.about(about));
    after.map_or(command.clone(), |after| command.after_help(after))
}

/// What clap says in English of an argument's values.
fn values(arg: &Arg) -> String {
    let mut told = String::new();
    if !arg.get_action().takes_values() {
        return told;
    }
    let default: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if !default.is_empty() && !arg.is_hide_default_value_set() {
        told.push_str(&say!(" [default: {value}]", value = default.join(" ")));
    }
    let possible: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if !possible.is_empty() && !arg.is_hide_possible_values_set() {
        told.push_str(&say!(" [possible values: {values}]", values = possible.join(", ")));
    }
    told
}

fn said(text: &StyledStr) -> String {
    let text = text.to_string();
    words::of_any(&text).map_or(text, str::to_owned)
}

/// Examples stand a line each: what to type, two blanks, what that does.
fn said_by_lines(text: &StyledStr) -> String {
    let text = text.to_string();
    if let Some(whole) = words::of_any(&text) {
        return whole.to_owned();
    }
    let line = |line: &str| match line.rsplit_once("  ") {
        Some((typed, does)) => format!("{typed}  {}", words::of_any(does).unwrap_or(does)),
        None => words::of_any(line).unwrap_or(line).to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// A command line that can't be understood, told in the language that is spoken; `None` where clap tells it itself:
/// in English, and what is no mistake.
pub fn complaint(error: &Error) -> Option<String> {
    if words::spoken() == Language::English || !error.use_stderr() {
        return None;
    }
    let part = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let (what, value) = (part(ContextKind::InvalidArg), part(ContextKind::InvalidValue));
    Some(match error.kind() {
        ErrorKind::UnknownArgument => say!("{what} is no option here; --help lists them", what),
        ErrorKind::InvalidSubcommand => {
            let name = part(ContextKind::InvalidSubcommand);
            say!("no command is called \"{name}\"; `tanba --help` lists them", name)
        }
        ErrorKind::ArgumentConflict => {
            let other = part(ContextKind::PriorArg);
            say!("{what} and {other} do not go together; --help tells more", what, other)
        }
        ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand => {
            say!("something is missing: {what}; --help tells more", what)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if value.is_empty() => {
            say!("{what} wants a value; --help tells which", what)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            say!("{what} can't be \"{value}\"; --help tells what it may be", what, value)
        }
        _ => say!("the command line can't be understood at {what}; --help tells more", what),
    })
}
