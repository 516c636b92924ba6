//! `tanba convert`: from one program's format to another's, without a project.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::cli::bundles::{self, load, recognised, save};
use crate::cli::context::{Context, Failure};
use crate::cli::import::{CountingArgs, format_argument};
use crate::cli::output::complain;
use crate::formats::EXCHANGES;
use crate::formats::bundle::Wishes;
use crate::formats::exchange::Exchange;
use crate::say;
use crate::text::width::printable;

/// Formats that hold no texts.
const WITHOUT_TEXTS: [&str; 2] = ["web-annotation", "refi-codebook"];

#[derive(Args)]
struct ConvertArgs {
    /// The file or folder to read; - for standard input
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// The file or folder to write; - for standard output
    #[arg(value_name = "OUT")]
    output: PathBuf,
    /// Write texts with Windows' line ends, as MAXQDA wants them
    #[arg(long)]
    crlf: bool,
    /// Write into a folder that has files already
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    counting: CountingArgs,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba convert study.qdpx coded --to brat", "an NVivo project for brat, in the folder coded"),
    ("tanba convert coded.jsonl coded.jsonld --to web-annotation", "our export as the W3C's Web Annotation"),
];

/// The formats that are written, as one argument.
pub fn target_argument(name: &'static str) -> Arg {
    let writable = EXCHANGES.iter().filter(|e| e.write.is_some());
    let list = writable.clone().map(|e| e.name).collect::<Vec<_>>().join(", ");
    Arg::new(name)
        .long(name)
        .value_name("FORMAT")
        .value_parser(PossibleValuesParser::new(writable.map(|e| e.name)))
        .hide_possible_values(true)
        .help(format!("What to write [default: by the ending of OUT]: {list}"))
}

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    let command = command.arg(format_argument("from")).arg(target_argument("to"));
    ConvertArgs::augment_args(command).about("Turn one program's file into another's, without a project")
}

/// Does it. What is lost on the way is told, a line each.
pub fn run(matches: &ArgMatches, _: &Context) -> Result<(), Failure> {
    let args = ConvertArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let asked = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let target = target(asked("to"), &args.output)?;
    let same = |path: &Path| path.canonicalize().ok();
    if same(&args.input).is_some_and(|input| same(&args.output) == Some(input)) {
        return Err(
            say!("{path} would be written over itself; give another place", path = args.output.display()).into()
        );
    }
    let bundle = load(std::slice::from_ref(&args.input))?;
    let format = recognised(&bundle, asked("from"))?;
    let read = format.read.ok_or(say!("this format is only written"))?;
    let brought = read(&bundle, &args.counting.wishes()).map_err(|refused| refused.to_string())?;
    let write = target.write.ok_or(say!("this format is only read"))?;
    let wishes = Wishes { writes_crlf: args.crlf, ..Wishes::default() };
    let needs_texts = !WITHOUT_TEXTS.contains(&target.name);
    let has_texts = brought.study.papers.iter().any(|paper| paper.text.is_some());
    if needs_texts && !has_texts && !brought.study.annotations.is_empty() {
        return Err(say!("the file has no texts, which the other format needs; `tanba import` it into the project that has them, and export from there").into());
    }
    let written = write(&brought.study, &wishes).map_err(|refused| refused.to_string())?;
    for line in brought.told.iter().chain(&brought.unread).chain(&written.told) {
        complain(&printable(line));
    }
    let output = Some(args.output.as_path()).filter(|path| *path != Path::new("-"));
    save(&written, output, args.force)?;
    if brought.unread.is_empty() { Ok(()) } else { Err(Failure::Silent) }
}

/// The format to write: the one that is asked for, or the only one whose files end so.
fn target(asked: Option<&str>, output: &Path) -> Result<&'static Exchange, Failure> {
    if let Some(name) = asked {
        return bundles::named(name, false);
    }
    let ending = output.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let of = |e: &&Exchange| e.write.is_some() && e.endings.first() == Some(&ending.as_str());
    let fitting: Vec<&Exchange> = EXCHANGES.iter().filter(of).collect();
    match fitting.as_slice() {
        [one] => Ok(one),
        several => {
            let all: Vec<&Exchange> = EXCHANGES.iter().filter(|e| e.write.is_some()).collect();
            let names = if several.is_empty() { &all[..] } else { several };
            let names = names.iter().map(|e| e.name).collect::<Vec<_>>().join(", ");
            Err(Failure::Misunderstood(vec![say!("say what to write: --to with one of {names}", names)]))
        }
    }
}
