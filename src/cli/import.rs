//! `tanba import`: takes in what colleagues and other programs wrote.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::cli::bundles::{is_beside, load, recognised};
use crate::cli::context::{Context, Failure};
use crate::cli::intaking::{self, Manner};
use crate::cli::journals;
use crate::formats::EXCHANGES;
use crate::formats::bundle::{Brought, Bundle, Piece, Wishes};
use crate::formats::exchange::Exchange;
use crate::formats::scale::{NEWLINES, UNITS};
use crate::say;
use crate::store::incoming;
use crate::text::width::printable;

#[derive(Args)]
struct ImportArgs {
    /// A colleague's journals or project, or a file or folder of another program; - for standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Only tell what would come in
    #[arg(long, visible_alias = "explain")]
    dry_run: bool,
    /// By whom the annotations are that name nobody [default: you]
    #[arg(long, value_name = "NAME")]
    as_made_by: Option<String>,
    /// Print what came in as an object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    counting: CountingArgs,
}

/// How positions are counted, where a file does not say and it is not to be found out.
#[derive(Args)]
pub struct CountingArgs {
    /// What positions in the file count: code-points, utf-16, bytes [default: found out]
    #[arg(long, value_name = "UNIT", value_parser = PossibleValuesParser::new(UNITS.map(|(name, _)| name)), hide_possible_values = true)]
    unit: Option<String>,
    /// What a line's end counts as: as-written, one, two [default: found out]
    #[arg(long, value_name = "RULE", value_parser = PossibleValuesParser::new(NEWLINES.map(|(name, _)| name)), hide_possible_values = true)]
    newlines: Option<String>,
}

impl CountingArgs {
    /// As wishes for a reader.
    pub fn wishes(&self) -> Wishes {
        let unit = self.unit.as_ref().and_then(|name| UNITS.iter().find(|(own, _)| own == name));
        let newlines = self.newlines.as_ref().and_then(|name| NEWLINES.iter().find(|(own, _)| own == name));
        Wishes { unit: unit.map(|(_, unit)| *unit), newlines: newlines.map(|(_, rule)| *rule), ..Wishes::default() }
    }
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba import journal/ --dry-run", "tells what is in the journals of a folder before they come in"),
    ("tanba import coded.jsonl", "takes in what `tanba export --format jsonl` wrote"),
    ("tanba import study.qdpx --dry-run", "tells what would come in of another program's project"),
    ("tanba import - < coded.jsonl", "takes in what another program prints"),
];

/// The formats that are read, as one argument.
pub fn format_argument(name: &'static str) -> Arg {
    let readable = EXCHANGES.iter().filter(|e| e.read.is_some());
    let list = readable.clone().map(|e| format!("{}: {}", e.name, e.help)).collect::<Vec<_>>().join("; ");
    Arg::new(name)
        .long(name)
        .value_name("FORMAT")
        .value_parser(PossibleValuesParser::new(readable.map(|e| e.name)))
        .hide_possible_values(true)
        .help(format!("What it is [default: found out]. {list}"))
}

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    let about = "Take in what colleagues and other programs wrote; what is no journal comes in as one step that undo takes back";
    ImportArgs::augment_args(command.arg(format_argument("format"))).about(about)
}

/// Does it. What can't be taken is told, a line each; the rest is taken.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = ImportArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let asked = matches.get_one::<String>("format").map(String::as_str);
    let manner = Manner { is_told_only: args.dry_run, is_json: args.json };
    let (mut found, mut others) = (Vec::new(), Vec::new());
    for path in &args.files {
        let of = incoming::journals(path)?;
        if of.is_empty() || asked.is_some() {
            others.push(path.clone());
        } else {
            found.extend(of);
        }
    }
    let opened = || if args.dry_run { context.store() } else { context.store_to_write() };
    match (found.as_slice(), others.as_slice()) {
        (_, []) => journals::bring(&mut opened()?, &found, args.dry_run, args.json),
        ([], files) => {
            let bundle = load(files)?;
            let format = recognised(&bundle, asked)?;
            let read = format.read.ok_or(say!("this format is only written"))?;
            let mut brought = read(&bundle, &args.counting.wishes()).map_err(|refused| refused.to_string())?;
            brought.unread.extend(left_over(&bundle, format));
            let mut store = opened()?;
            let coder = args.as_made_by.clone().unwrap_or_else(|| store.writer.coder.clone());
            bring(&mut store, &brought, (format.name, &coder), manner)
        }
        (_, [file, ..]) => {
            Err(say!("{file} is no journal; journals and files of other programs come in apart", file = file.display())
                .into())
        }
    }
}

/// The files beside those of a format that are of another one: they were not read.
fn left_over(bundle: &Bundle, format: &Exchange) -> Vec<String> {
    let is_other = |piece: &&Piece| {
        let ending = piece.ending();
        let is_anothers = EXCHANGES.iter().any(|e| e.read.is_some() && e.endings.contains(&ending.as_str()));
        is_anothers && !format.endings.is_empty() && !format.endings.contains(&ending.as_str()) && !is_beside(&ending)
    };
    let name = |piece: &Piece| {
        say!(
            "{file} is not of the same format ({format}); take it in by itself",
            file = printable(&piece.path),
            format = format.name
        )
    };
    bundle.pieces.iter().filter(is_other).map(name).collect()
}

/// Takes what was read of another program's file, or tells what would be taken.
fn bring(
    store: &mut crate::store::Store,
    brought: &Brought,
    (format, coder): (&str, &str),
    manner: Manner,
) -> Result<(), Failure> {
    let mut plan = intaking::plan(store, &brought.study, coder)?;
    plan.told.splice(0..0, brought.told.iter().cloned());
    if !manner.is_told_only {
        intaking::take(store, &mut plan)?;
    }
    intaking::tell(&plan, (format, &brought.unread), manner)
}
