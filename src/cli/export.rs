//! `tanba export`: writes annotations in a format of the table.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::cli::bundles;
use crate::cli::choice::ChoiceArgs;
use crate::cli::context::{Context, Failure};
use crate::cli::discretion::{Discretion, DiscretionArgs};
use crate::cli::gathering;
use crate::cli::output::{Output, complain};
use crate::cli::rows;
use crate::cli::sheets;
use crate::formats::bundle::Wishes;
use crate::formats::row::Row;
use crate::formats::{self, EXCHANGES, FORMATS, Format};
use crate::query::choice::Choice;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::text::width::printable;
use crate::{count, say};

#[derive(Args)]
struct ExportArgs {
    #[command(flatten)]
    choice: ChoiceArgs,
    #[command(flatten)]
    discretion: DiscretionArgs,
    /// The file to write, or the folder where there are several [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write texts with Windows' line ends, as MAXQDA wants them (refi)
    #[arg(long)]
    crlf: bool,
    /// Write into a folder that has files already
    #[arg(long)]
    force: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba export --format csv-excel --output coded.csv", "a spreadsheet"),
    ("tanba export --format jsonl | wc -l", "one object a line, to another program"),
    ("tanba export --format refi --output study.qdpx", "the project for NVivo, ATLAS.ti, MAXQDA, QualCoder, …"),
    ("tanba export --code censorship --format markdown", "the quotes of a code, for people"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    let written = EXCHANGES.iter().filter(|e| e.write.is_some());
    let all = FORMATS.iter().map(|f| (f.name, f.help)).chain(written.map(|e| (e.name, e.help)));
    let list = all.clone().map(|(name, help)| format!("{name}: {help}")).collect::<Vec<_>>().join("; ");
    let format = Arg::new("format")
        .long("format")
        .short('f')
        .value_name("FORMAT")
        .value_parser(PossibleValuesParser::new(all.map(|(name, _)| name)))
        .help(format!("What to write [default: by the ending of FILE, or csv]. {list}"));
    ExportArgs::augment_args(command.about("Write annotations for other programs and for people").arg(format))
        .about("Write annotations for other programs and for people")
}

/// Does it. A file is written whole or not at all.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = ExportArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let asked = matches.get_one::<String>("format").map(String::as_str);
    let name = asked.or_else(|| by_ending(args.output.as_deref()?)).unwrap_or("csv");
    let mut store = context.store()?;
    bundles::refuse_own(&store.project, args.output.as_deref())?;
    let choice = args.choice.choice(&store.shared()?)?;
    let discretion = Discretion::of(args.discretion, &store)?;
    if name == "xlsx" {
        let written = sheets::workbook(&mut store, &choice, &discretion)?;
        for line in &written.told {
            complain(&printable(line));
        }
        return bundles::save(&written, args.output.as_deref(), args.force);
    }
    let Some(format) = formats::named(name) else {
        return export_study(&store, &choice, (name, &discretion), &args);
    };
    let mut all = Vec::new();
    rows::each(&store, &choice, &mut |mut row| {
        discretion.row(&mut row);
        all.push(row);
        Ok(())
    })?;
    match args.output {
        None => write(format, all, &mut Output::new()).map_err(Failure::from),
        Some(path) => write_file(format, all, &path),
    }
}

/// The format of files that end so; our own before other programs'.
fn by_ending(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?.to_string_lossy().to_lowercase();
    let own = FORMATS.iter().map(|format| (format.name, ending_of(format.name)));
    let others = EXCHANGES.iter().filter(|e| e.write.is_some()).filter_map(|e| Some((e.name, *e.endings.first()?)));
    // Our own formats come first: doccano's files end like those of JSON Lines.
    own.chain(others).find(|(_, of)| *of == ending).map(|(name, _)| name)
}

fn ending_of(name: &'static str) -> &'static str {
    match name {
        "markdown" => "md",
        "latex" => "tex",
        name => name,
    }
}

/// Writes the project, or what is chosen of it, as another program has it; what is lost is told.
fn export_study(
    store: &Store,
    choice: &Choice,
    (name, discretion): (&str, &Discretion),
    args: &ExportArgs,
) -> Result<(), Failure> {
    let write = bundles::named(name, false)?.write.ok_or(say!("this format is only read"))?;
    let (mut study, told) = gathering::study(store, choice)?;
    discretion.study(&mut study);
    let wishes = Wishes { writes_crlf: args.crlf, ..Wishes::default() };
    let written = write(&study, &wishes).map_err(|refused| refused.to_string())?;
    for line in told.iter().chain(&written.told) {
        complain(&printable(line));
    }
    bundles::save(&written, args.output.as_deref(), args.force)
}

fn write(format: &Format, rows: Vec<Row>, out: &mut dyn Write) -> io::Result<()> {
    (format.write)(&mut rows.into_iter(), out)?;
    out.flush()
}

fn write_file(format: &Format, rows: Vec<Row>, path: &Path) -> Result<(), Failure> {
    let n = rows.len();
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let half = path.with_file_name(format!(".{name}.part"));
    let written = File::create(&half).and_then(|file| {
        let mut out = BufWriter::new(file);
        write(format, rows, &mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    });
    if let Err(error) = written.and_then(|()| fs::rename(&half, path)) {
        let _ = fs::remove_file(&half);
        return Err(StoreError::io("write", path)(error).into());
    }
    Output::new().line(&count!(
        n,
        "{n} annotation written to {path}",
        "{n} annotations written to {path}",
        path = path.display()
    ))?;
    Ok(())
}
