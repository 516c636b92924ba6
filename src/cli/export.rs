//! `tanba export`: writes annotations in a format of the table.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread;

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

/// Rows that are handed over together.
const TOGETHER: usize = 500;

/// How many times that may wait to be written.
const MOST_WAITING: usize = 8;

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
    let read = |each: &mut dyn FnMut(Row) -> Result<(), Failure>| {
        rows::each(&store, &choice, &mut |mut row| {
            discretion.row(&mut row);
            each(row)
        })
    };
    match args.output {
        None => write(format, read, &mut Output::new(), &Failure::from).map(|_| ()),
        Some(path) => write_file(format, read, &path),
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

/// Hands rows over to be written while the next are read. Returns how many there were; fails with what `unwritten` says
/// where they can't be written.
fn write(
    format: &Format,
    read: impl FnOnce(&mut dyn FnMut(Row) -> Result<(), Failure>) -> Result<(), Failure>,
    out: &mut (dyn Write + Send),
    unwritten: &dyn Fn(io::Error) -> Failure,
) -> Result<usize, Failure> {
    let (sender, receiver) = sync_channel::<Vec<Row>>(MOST_WAITING);
    let (mut n, mut together) = (0, Vec::new());
    thread::scope(|scope| {
        let written = scope.spawn(move || {
            (format.write)(&mut receiver.into_iter().flatten(), out)?;
            out.flush()
        });
        let read = read(&mut |row| {
            n += 1;
            together.push(row);
            if together.len() < TOGETHER {
                return Ok(());
            }
            sender.send(std::mem::take(&mut together)).map_err(|_| Failure::Silent)
        });
        let _ = sender.send(together);
        drop(sender);
        // Where nothing more can be written nothing more is read: the reason is the writer's.
        written.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).map_err(unwritten)?;
        read
    })?;
    Ok(n)
}

fn write_file(
    format: &Format,
    read: impl FnOnce(&mut dyn FnMut(Row) -> Result<(), Failure>) -> Result<(), Failure>,
    path: &Path,
) -> Result<(), Failure> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let half = path.with_file_name(format!(".{name}.part"));
    let unwritten = |error| Failure::from(StoreError::io("write", path)(error));
    let written = File::create(&half).map_err(unwritten).and_then(|file| {
        let mut out = BufWriter::with_capacity(1 << 16, file);
        let n = write(format, read, &mut out, &unwritten)?;
        out.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| file.sync_all()).map_err(unwritten)?;
        Ok(n)
    });
    let n = match written.and_then(|n| fs::rename(&half, path).map(|()| n).map_err(unwritten)) {
        Ok(n) => n,
        Err(failure) => {
            let _ = fs::remove_file(&half);
            return Err(failure);
        }
    };
    Output::new().line(&count!(
        n,
        "{n} annotation written to {path}",
        "{n} annotations written to {path}",
        path = path.display()
    ))?;
    Ok(())
}
