//! `tanba export`: writes annotations in a format of the table.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::cli::choice::ChoiceArgs;
use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::cli::rows;
use crate::formats::row::Row;
use crate::formats::{self, FORMATS, Format};
use crate::store::error::StoreError;
use crate::{count, say};

#[derive(Args)]
struct ExportArgs {
    #[command(flatten)]
    choice: ChoiceArgs,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba export --format csv-excel --output coded.csv", "a spreadsheet"),
    ("tanba export --format jsonl | wc -l", "one object a line, to another program"),
    ("tanba export --code censorship --format markdown", "the quotes of a code, for people"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    let list = FORMATS.iter().map(|f| format!("{}: {}", f.name, f.help)).collect::<Vec<_>>().join("; ");
    let format = Arg::new("format")
        .long("format")
        .short('f')
        .value_name("FORMAT")
        .default_value("csv")
        .value_parser(PossibleValuesParser::new(FORMATS.iter().map(|f| f.name)))
        .help(list);
    ExportArgs::augment_args(command.about("Write annotations for other programs and for people").arg(format))
        .about("Write annotations for other programs and for people")
}

/// Does it. A file is written whole or not at all.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = ExportArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let format = matches
        .get_one::<String>("format")
        .and_then(|name| formats::named(name))
        .ok_or(say!("there is no such format"))?;
    let store = context.store()?;
    let choice = args.choice.choice(&store.shared()?)?;
    let mut all = Vec::new();
    rows::each(&store, &choice, &mut |row| {
        all.push(row);
        Ok(())
    })?;
    match args.output {
        None => write(format, all, &mut Output::new()).map_err(Failure::from),
        Some(path) => write_file(format, all, &path),
    }
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
