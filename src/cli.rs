//! One file a subcommand: arguments in, printed lines out.

pub mod add;
pub mod agree;
pub mod align;
pub mod annotations;
pub mod assign;
pub mod attributes;
pub mod bundles;
pub mod check;
pub mod choice;
pub mod codes;
pub mod compare;
pub mod completions;
pub mod concordat;
pub mod context;
pub mod convert;
pub mod crash;
pub mod crossing;
pub mod discretion;
pub mod documents;
pub mod encrypt;
pub mod export;
pub mod finish;
pub mod gathering;
pub mod import;
pub mod init;
pub mod intaking;
pub mod journals;
pub mod key;
pub mod keys;
pub mod language;
pub mod man;
pub mod memory;
pub mod memos;
pub mod methods;
pub mod output;
pub mod pair;
pub mod places;
pub mod progress;
pub mod query;
pub mod report;
pub mod review;
pub mod revise;
pub mod rows;
pub mod rules;
pub mod search;
pub mod settings;
pub mod settle;
pub mod share;
pub mod sheets;
pub mod sorting;
pub mod speech;
pub mod stats;
pub mod tag;
pub mod team;
pub mod tutor;
pub mod undo;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};

use context::{Context, Failure};

/// A subcommand.
#[derive(Debug, Clone, Copy)]
pub struct Subcommand {
    /// Its name.
    pub name: &'static str,
    /// Adds its arguments.
    pub arguments: fn(Command) -> Command,
    /// Does it.
    pub run: fn(&ArgMatches, &Context) -> Result<(), Failure>,
    /// How it is used: a line to type, and what that does.
    pub examples: &'static [(&'static str, &'static str)],
    /// Whether it works where the settings are wrong: it is there to show them.
    pub bears_mistakes: bool,
    /// Whether it opens the reader, and takes the options for that.
    pub opens_reader: bool,
}

const fn row(
    name: &'static str,
    arguments: fn(Command) -> Command,
    run: fn(&ArgMatches, &Context) -> Result<(), Failure>,
    examples: &'static [(&'static str, &'static str)],
) -> Subcommand {
    Subcommand { name, arguments, run, examples, bears_mistakes: false, opens_reader: false }
}

/// All subcommands, in the order of the help.
pub const SUBCOMMANDS: &[Subcommand] = &[
    row("init", init::arguments, init::run, init::EXAMPLES),
    row("add", add::arguments, add::run, add::EXAMPLES),
    row("pair", pair::arguments, pair::run, pair::EXAMPLES),
    row("documents", documents::arguments, documents::run, documents::EXAMPLES),
    row("language", language::arguments, language::run, language::EXAMPLES),
    row("codes", codes::arguments, codes::run, codes::EXAMPLES),
    row("tag", tag::arguments, tag::run, tag::EXAMPLES),
    row("annotations", annotations::arguments, annotations::run, annotations::EXAMPLES),
    row("undo", undo::arguments, undo::run, undo::EXAMPLES),
    row("redo", undo::redo_arguments, undo::run_redo, undo::REDO_EXAMPLES),
    row("assign", assign::arguments, assign::run, assign::EXAMPLES),
    row("finish", finish::arguments, finish::run, finish::EXAMPLES),
    row("reopen", finish::reopen_arguments, finish::run_reopen, finish::REOPEN_EXAMPLES),
    row("rules", rules::arguments, rules::run, rules::EXAMPLES),
    row("compare", compare::arguments, compare::run, compare::EXAMPLES),
    row("review", review::arguments, review::run, review::EXAMPLES),
    row("settle", settle::arguments, settle::run, settle::EXAMPLES),
    row("agree", agree::arguments, agree::run, agree::EXAMPLES),
    row("export", export::arguments, export::run, export::EXAMPLES),
    row("import", import::arguments, import::run, import::EXAMPLES),
    row("convert", convert::arguments, convert::run, convert::EXAMPLES),
    row("revise", revise::arguments, revise::run, revise::EXAMPLES),
    row("search", search::arguments, search::run, search::EXAMPLES),
    row("query", query::arguments, query::run, query::EXAMPLES),
    row("stats", stats::arguments, stats::run, stats::EXAMPLES),
    row("report", report::arguments, report::run, report::EXAMPLES),
    row("memos", memos::arguments, memos::run, memos::EXAMPLES),
    row("progress", progress::arguments, progress::run, progress::EXAMPLES),
    row("align", align::arguments, align::run, align::EXAMPLES),
    row("share", share::arguments, share::run, share::EXAMPLES),
    row("join", share::join_arguments, share::run_join, share::JOIN_EXAMPLES),
    row("sync", share::sync_arguments, share::run_sync, share::SYNC_EXAMPLES),
    row("unshare", share::unshare_arguments, share::run_unshare, share::UNSHARE_EXAMPLES),
    row("team", team::arguments, team::run, team::EXAMPLES),
    row("encrypt", encrypt::arguments, encrypt::run, encrypt::EXAMPLES),
    row("decrypt", encrypt::decrypt_arguments, encrypt::run_decrypt, encrypt::DECRYPT_EXAMPLES),
    row("key", key::arguments, key::run, key::EXAMPLES),
    row("check", check::arguments, check::run, check::EXAMPLES),
    Subcommand { opens_reader: true, ..row("tutor", tutor::arguments, tutor::run, tutor::EXAMPLES) },
    row("keys", keys::arguments, keys::run, keys::EXAMPLES),
    Subcommand { bears_mistakes: true, ..row("settings", settings::arguments, settings::run, settings::EXAMPLES) },
    row("completions", completions::arguments, completions::run, completions::EXAMPLES),
    row("man", man::arguments, man::run, man::EXAMPLES),
];

/// What the exit status means; it stands below the help.
const EXIT_STATUS: &str = "Exit status: 0 done, 1 something was wrong or refused, 2 the command line, the settings or the keys \
                           can't be understood.";

/// What the program's arguments say. Making all subcommands takes as long as reading a project, so at
/// first only those are made that the arguments may name; all of them where that can't be understood, or asks for help.
pub fn understood() -> Result<ArgMatches, clap::Error> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let is_named = |sub: &Subcommand| arguments.iter().any(|argument| argument == sub.name);
    command_with(is_named).try_get_matches_from(&arguments).or_else(|_| command().try_get_matches_from(&arguments))
}

/// The whole command line.
pub fn command() -> Command {
    command_with(|_| true)
}

fn command_with(is_wanted: impl Fn(&Subcommand) -> bool) -> Command {
    let top = Command::new("tanba")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Read two documents side by side, tag passages, keep and export them")
        .after_help(EXIT_STATUS)
        .disable_help_subcommand(true)
        .arg(
            Arg::new("PROJECT")
                .value_parser(value_parser!(PathBuf))
                .help("The project's folder [default: the one that holds this folder, or the folder corpus in it]"),
        )
        .args(looks())
        .arg(project().hide(true))
        .arg(coder());
    speech::spoken(top.subcommands(SUBCOMMANDS.iter().filter(|sub| is_wanted(sub)).map(subcommand)))
}

/// The options of whatever opens the reader: each is named after the setting that it sets for this time.
pub const LOOKS: [(&str, &str, &str); 3] = [
    ("theme", "NAME", "Colours: dark, light, contrast, contrast-light, or a theme of yours"),
    ("colours", "N", "How many colours: none, 16, 256, true"),
    ("keymap", "NAME", "Which keys: vim (letters), plain (arrows, Ctrl and F-keys)"),
];

fn looks() -> [Arg; 3] {
    LOOKS.map(|(name, value, help)| Arg::new(name).long(name).value_name(value).help(help))
}

/// A subcommand with the options that all share, and its examples.
fn subcommand(sub: &Subcommand) -> Command {
    let width = sub.examples.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0);
    let example = |(line, does): &(&str, &str)| format!("  {line:width$}  {does}");
    let examples = sub.examples.iter().map(example).collect::<Vec<_>>().join("\n");
    let command = (sub.arguments)(Command::new(sub.name)).arg(project().global(true)).arg(coder().global(true));
    let command = if sub.opens_reader { command.args(looks()) } else { command };
    let own = command.get_after_help().map(|own| format!("{own}\n\n")).unwrap_or_default();
    command.after_help(format!("{own}Examples:\n{examples}"))
}

fn project() -> Arg {
    Arg::new("in-project")
        .long("project")
        .short('C')
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help("The project's folder")
}

fn coder() -> Arg {
    Arg::new("as-coder")
        .long("coder")
        .value_name("NAME")
        .help("Who codes [default: TANBA_CODER, the settings, or this computer's user]")
}
