//! `tanba stats`: tables of passages.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::cli::choice::ChoiceArgs;
use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, Progress, complain};
use crate::formats::{svg, table as csv};
use crate::model::shared::Shared;
use crate::query::choice::Choice;
use crate::query::parse::distance;
use crate::query::plan::attributes_of;
use crate::say;
use crate::shell::tabulation::table;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::tables::axis::Axis;
use crate::tables::table::{MEASURES, Measure, Table};
use crate::tables::wanted::Wanted;
use crate::text::width::{columns, fitted};

#[derive(Args)]
#[allow(clippy::struct_excessive_bools)] // each is an option of its own
struct StatsArgs {
    /// What the rows are: code, document, coder, language, side, course, made, an attribute; or together, or words
    #[arg(default_value = "code")]
    rows: String,
    /// What the columns are, of the same; course/4 are quarters, made/day days, date/year the years of an attribute
    columns: Option<String>,
    /// passages, documents, share (of the text, in per cent) or per-thousand (words)
    #[arg(long, value_name = "MEASURE", default_value = "passages")]
    measure: String,
    /// Let what has a code count for the codes above it too
    #[arg(long)]
    roll_up: bool,
    /// Of `together`: how near, such as '10 words', '1 sentence', paragraph [default: words in common]
    #[arg(long, value_name = "DISTANCE")]
    near: Option<String>,
    /// A table for each coder, language, document or value of an attribute
    #[arg(long, value_name = "WHAT")]
    each: Option<String>,
    /// With rows and columns that have nothing
    #[arg(long)]
    empty: bool,
    /// The largest first
    #[arg(long)]
    sort: bool,
    #[command(flatten)]
    choice: ChoiceArgs,
    /// Print comma-separated values
    #[arg(long)]
    csv: bool,
    /// Print an object
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Write a picture
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba stats", "how often each code is used"),
    ("tanba stats code document --measure share --csv", "how much of each document a code covers"),
    ("tanba stats code coder --language kk", "who uses what in Kazakh texts"),
    ("tanba stats code course/4 --each language", "quarters of the documents, a table for each language"),
    ("tanba stats together --near '10 words' --svg together.svg", "which codes stand near each other, as a picture"),
    ("tanba stats words --query 'slacktivism lang:kk'", "the words that are typical of these passages"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    StatsArgs::augment_args(command).about("Count passages: tables and pictures")
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = StatsArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let mut store = context.store()?;
    let shared = store.shared()?;
    let choice = args.choice.choice(&shared)?;
    let mut tables = Vec::new();
    for (name, choice) in each(&args, &choice, &shared, &mut store)? {
        for wanted in wanted(&args, &shared, &choice)? {
            let mut made = one(&mut store, &shared, &choice, &wanted)?;
            if !name.is_empty() {
                made.title = format!("{} · {name}", made.title);
            }
            tables.push(arranged(made, &args));
        }
    }
    let mut out = Output::new();
    if let Some(path) = &args.svg {
        return draw(&tables, path, &mut out);
    }
    if args.json {
        out.json(&tables.iter().map(Listed::of).collect::<Vec<_>>())?;
        return Ok(out.done()?);
    }
    for (at, table) in tables.iter().enumerate() {
        if args.csv {
            if at > 0 {
                out.line("")?;
            }
            csv::write(table, &mut out)?;
        } else {
            print(table, &mut out)?;
        }
    }
    Ok(out.done()?)
}

fn arranged(mut table: Table, args: &StatsArgs) -> Table {
    // Gaps in time are for pictures and programs; people read numbers.
    let is_for_people = !args.csv && !args.json && args.svg.is_none();
    let is_course = table.is_course;
    table.is_course &= !is_for_people;
    let mut table = if args.empty { table } else { table.without_empty() };
    table.is_course = is_course;
    if args.sort { table.sorted() } else { table }
}

/// Makes a table; tells on standard error how far it is.
pub fn one(store: &mut Store, shared: &Shared, choice: &Choice, wanted: &Wanted) -> Result<Table, Failure> {
    let mut progress = Progress::of(say!("counting"));
    let made = table(store, shared, choice, wanted, &mut |permille| {
        progress.at(permille as u64, 1000);
        true
    });
    drop(progress);
    Ok(made?)
}

/// The choices of the tables that are wanted, each with its name: one for all, or one for each place of an axis.
fn each(
    args: &StatsArgs,
    choice: &Choice,
    shared: &Shared,
    store: &mut Store,
) -> Result<Vec<(String, Choice)>, Failure> {
    let Some(each) = &args.each else { return Ok(vec![(String::new(), choice.clone())]) };
    let axis = axis(each, shared)?;
    let counted = Wanted::Count { rows: axis, columns: Axis::All, measure: Measure::Passages, rolls_up: false };
    let places = one(store, shared, choice, &counted)?.without_empty();
    let base = if choice.query.trim().is_empty() { "any".to_owned() } else { format!("({})", choice.query) };
    let own = |label: &crate::tables::table::Label| {
        (label.text.clone(), Choice { query: format!("{base} {}", label.query), ..choice.clone() })
    };
    Ok(places.rows.iter().map(own).collect())
}

fn axis(name: &str, shared: &Shared) -> Result<Axis, Failure> {
    Axis::read(name, &attributes_of(shared)).map_err(|why| Failure::Misunderstood(vec![why]))
}

fn wanted(args: &StatsArgs, shared: &Shared, choice: &Choice) -> Result<Vec<Wanted>, Failure> {
    let refused =
        |what: &str| Err(Failure::Misunderstood(vec![say!("\"{rows}\" has no {what}", rows = args.rows, what)]));
    match args.rows.as_str() {
        "together" | "words" if args.columns.is_some() => return refused(say!("columns to choose")),
        "together" => {
            let near = args.near.as_deref().map(|near| {
                let wrong = || {
                    Failure::Misunderstood(vec![say!(
                        "--near is such as '10 words', '1 sentence' or paragraph, not \"{near}\"",
                        near
                    )])
                };
                distance(near).ok_or_else(wrong)
            });
            return Ok(vec![Wanted::Together(near.transpose()?)]);
        }
        "words" => {
            if choice.query.trim().is_empty() && choice.codes.is_empty() {
                return Err(say!("say of which passages: --query or --code").into());
            }
            let languages: std::collections::BTreeSet<&str> =
                shared.documents.keys().map(|id| shared.language(id)).filter(|l| !l.is_empty()).collect();
            let is_wanted =
                |language: &&&str| choice.languages.is_empty() || choice.languages.iter().any(|l| l == **language);
            return Ok(languages
                .iter()
                .filter(is_wanted)
                .map(|language| Wanted::Typical((*language).to_owned()))
                .collect());
        }
        _ => {}
    }
    let found = MEASURES.iter().find(|(name, _)| *name == args.measure);
    let names = MEASURES.map(|(name, _)| name).join(", ");
    let wrong = || {
        Failure::Misunderstood(vec![say!(
            "--measure is one of {names}, not \"{measure}\"",
            names,
            measure = args.measure
        )])
    };
    let measure = found.ok_or_else(wrong)?.1;
    let columns = args.columns.as_deref().map_or(Ok(Axis::All), |name| axis(name, shared))?;
    Ok(vec![Wanted::Count { rows: axis(&args.rows, shared)?, columns, measure, rolls_up: args.roll_up }])
}

/// A table as it is printed for programs.
#[derive(Serialize)]
pub struct Listed {
    title: String,
    measure: &'static str,
    columns: Vec<String>,
    rows: Vec<ListedRow>,
}

#[derive(Serialize)]
struct ListedRow {
    name: String,
    called: String,
    values: Vec<f64>,
    queries: Vec<String>,
}

impl Listed {
    fn of(table: &Table) -> Self {
        let columns = 0..table.columns.len();
        let row = |(at, row): (usize, &crate::tables::table::Label)| ListedRow {
            name: row.name.clone(),
            called: row.text.clone(),
            values: columns.clone().map(|column| table.value(at, column)).collect(),
            queries: columns.clone().map(|column| table.query(at, column)).collect(),
        };
        Self {
            title: table.title.clone(),
            measure: MEASURES.iter().find(|(_, m)| *m == table.measure).map_or("log-likelihood", |(name, _)| name),
            columns: table.columns.iter().map(|column| column.name.clone()).collect(),
            rows: table.rows.iter().enumerate().map(row).collect(),
        }
    }
}

/// Columns of a row's name, and of a column's head, at most.
const NAME_COLUMNS: usize = 36;
const HEAD_COLUMNS: usize = 14;

fn print(table: &Table, out: &mut Output) -> Result<(), Failure> {
    if table.is_empty() {
        complain(&table.told_empty());
        return Ok(());
    }
    let right = |text: &str, width: usize| format!("{}{text}", " ".repeat(width.saturating_sub(columns(text))));
    let head = |text: &str| if table.is_list() { text.to_owned() } else { fitted(text, HEAD_COLUMNS) };
    let name = |label: &crate::tables::table::Label| {
        fitted(&format!("{}{}", "  ".repeat(label.depth), label.text), NAME_COLUMNS)
    };
    let name_width = table.rows.iter().map(|row| columns(&name(row))).max().unwrap_or(0);
    let shown = |row: usize, column: usize| match table.shown(row, column) {
        value if value.is_empty() => "·".to_owned(),
        value => value,
    };
    let widths: Vec<usize> = table
        .columns
        .iter()
        .enumerate()
        .map(|(column, label)| {
            let values = (0..table.rows.len()).map(|row| columns(&shown(row, column)));
            values.chain([columns(&head(&label.text))]).max().unwrap_or(0)
        })
        .collect();
    out.line(&format!("{} · {}", table.title, table.measure.called()))?;
    let heads: Vec<String> =
        table.columns.iter().zip(&widths).map(|(label, width)| right(&head(&label.text), *width)).collect();
    out.line(&format!("{:name_width$}  {}", "", heads.join("  ")))?;
    for (at, row) in table.rows.iter().enumerate() {
        let values: Vec<String> =
            widths.iter().enumerate().map(|(column, width)| right(&shown(at, column), *width)).collect();
        let name = name(row);
        let gap = " ".repeat(name_width - columns(&name));
        out.line(&format!("{name}{gap}  {}", values.join("  ")))?;
    }
    let (n_passages, n_outside) = table.n_passages;
    if n_passages > 0 {
        let outside = if n_outside > 0 { say!(", {n} in no row and column", n = n_outside) } else { String::new() };
        out.line(&say!("{n} passages counted{outside}", n = n_passages, outside))?;
    }
    out.line("")?;
    Ok(())
}

fn draw(tables: &[Table], path: &Path, out: &mut Output) -> Result<(), Failure> {
    let [table] = tables else {
        return Err(say!("a picture shows one table; choose with --query or --language").into());
    };
    let written = File::create(path).and_then(|file| {
        let mut file = BufWriter::new(file);
        file.write_all(svg::picture(table).as_bytes())?;
        file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
    });
    written.map_err(StoreError::io("write", path))?;
    Ok(out.line(&say!("picture written to {path}", path = path.display()))?)
}
