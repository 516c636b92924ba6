//! `tanba report`: what a project shows so far, as one page for colleagues and for print.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::cli::choice::ChoiceArgs;
use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::cli::rows;
use crate::cli::stats::one;
use crate::formats::report::{Content, Section, write};
use crate::formats::row::Row;
use crate::model::annotation::{Annotation, Passage};
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::shared::Shared;
use crate::query::choice::Choice;
use crate::query::plan::attributes_of;
use crate::say;
use crate::shell::clock;
use crate::shell::retrieval::Retrieval;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::tables::axis::{Axis, Period};
use crate::tables::table::Measure;
use crate::tables::wanted::Wanted;
use crate::words;

/// Quotes of each code in a report.
const MAX_QUOTES: usize = 5;

/// Values of an attribute beyond which it is no table: names and numbers of their own.
const MAX_VALUES: usize = 24;

#[derive(Args)]
struct ReportArgs {
    /// The page to write
    #[arg(default_value = "report.html")]
    file: PathBuf,
    /// Quotes of each code
    #[arg(long, value_name = "N", default_value_t = MAX_QUOTES)]
    quotes: usize,
    #[command(flatten)]
    choice: ChoiceArgs,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba report", "writes report.html, to read and to print"),
    ("tanba report kazakh.html --language kk --quotes 20", "of the Kazakh texts, with more quotes"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    ReportArgs::augment_args(command).about("Write tables, pictures and quotes as one page")
}

/// Does it. The page is written whole or not at all.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = ReportArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let mut store = context.store()?;
    let shared = store.shared()?;
    let choice = args.choice.choice(&shared)?;
    let mut sections = vec![Section {
        heading: say!("The project").into(),
        content: Content::Facts(facts(&store, &shared, &choice)?),
    }];
    for (heading, wanted) in tables(&shared) {
        let table = one(&mut store, &shared, &choice, &wanted)?.without_empty();
        if !table.is_empty() {
            sections.push(Section { heading, content: Content::Table(table) });
        }
    }
    sections.push(Section {
        heading: say!("Quotes").into(),
        content: Content::Quotes(quotes(&store, &shared, &choice, args.quotes)?),
    });
    let title = store.project.name();
    let half = args.file.with_extension(format!("part-{:x}", clock::chance()));
    let written = File::create(&half).and_then(|file| {
        let mut out = BufWriter::new(file);
        write(&title, words::spoken().code(), &sections, &mut out)?;
        out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
    });
    keep(written.and_then(|()| fs::rename(&half, &args.file)), &half, &args.file)?;
    let mut out = Output::new();
    Ok(out.line(&say!("report written to {path}", path = args.file.display()))?)
}

fn keep(written: std::io::Result<()>, half: &Path, path: &Path) -> Result<(), Failure> {
    written.map_err(|error| {
        let _ = fs::remove_file(half);
        StoreError::io("write", path)(error).into()
    })
}

fn facts(store: &Store, shared: &Shared, choice: &Choice) -> Result<Vec<(String, String)>, Failure> {
    let retrieval = Retrieval::new(store, shared, choice)?;
    let (mut n_passages, mut n_coded, mut coders) = (0, 0, BTreeSet::new());
    retrieval.each(&mut |found| {
        n_passages += found.passages.len();
        n_coded += usize::from(!found.passages.is_empty());
        let facts =
            found.passages.iter().flat_map(|passage| &passage.of).filter_map(|at| found.facts.get(*at as usize));
        coders.extend(facts.map(|(fact, _)| fact.coder));
        true
    })?;
    let wanted: BTreeSet<_> = shared.documents.keys().filter(|id| retrieval.wants(id)).collect();
    let is_whole = |pair: &&crate::model::document::Pair| wanted.contains(&pair.left) && wanted.contains(&pair.right);
    let mut coders: Vec<&str> = coders.into_iter().map(|number| retrieval.name(number)).collect();
    coders.sort_unstable();
    let mut facts = vec![
        (say!("written").to_owned(), clock::now().minute()),
        (say!("documents").into(), say!("{n}, {coded} of them coded", n = wanted.len(), coded = n_coded)),
        (say!("pairs").into(), shared.pairs.iter().filter(is_whole).count().to_string()),
        (say!("codes").into(), shared.codebook.n_codes().to_string()),
        (say!("passages").into(), n_passages.to_string()),
        (say!("coders").into(), coders.join(", ")),
    ];
    let asked = choice.written();
    if !asked.is_empty() {
        facts.push((say!("counted is only").into(), asked));
    }
    Ok(facts)
}

/// The tables of a report: those that every study has, and one for each attribute that has a few values.
fn tables(shared: &Shared) -> Vec<(String, Wanted)> {
    let count = |rows, columns, measure| Wanted::Count { rows, columns, measure, rolls_up: false };
    let mut all = vec![
        (say!("How often").to_owned(), count(Axis::Code, Axis::All, Measure::Passages)),
        (say!("By coder").into(), count(Axis::Code, Axis::Coder, Measure::Passages)),
        (say!("By language").into(), count(Axis::Code, Axis::Language, Measure::PerThousand)),
    ];
    if !shared.pairs.is_empty() {
        all.push((
            say!("One side of the pairs against the other").into(),
            count(Axis::Code, Axis::Side, Measure::PerThousand),
        ));
    }
    if shared.documents.len() <= MAX_VALUES * 2 {
        all.push((say!("By document").into(), count(Axis::Document, Axis::Code, Measure::Passages)));
    }
    for name in attributes_of(shared) {
        let values: BTreeSet<&String> =
            shared.documents.values().filter_map(|document| document.attributes.get(&name)).collect();
        if (2..=MAX_VALUES).contains(&values.len()) {
            all.push((
                say!("By {attribute}", attribute = name),
                count(Axis::Code, Axis::Attribute(name), Measure::PerThousand),
            ));
        }
    }
    all.push((say!("Together").into(), Wanted::Together(None)));
    all.push((say!("Over the course of the documents").into(), count(Axis::Code, Axis::Course(10), Measure::Passages)));
    all.push((say!("Over the time of coding").into(), count(Axis::Code, Axis::Made(Period::Day), Measure::Passages)));
    all
}

/// A document, and where passages of a code stand in it.
type Quotable = (DocumentId, Vec<(usize, usize)>);

/// Passages of each code from as many documents as there are; what several coders tagged alike stands once.
fn quotes(
    store: &Store,
    shared: &Shared,
    choice: &Choice,
    most: usize,
) -> Result<Vec<(String, String, Vec<Row>)>, Failure> {
    let book = &shared.codebook;
    let retrieval = Retrieval::new(store, shared, choice)?;
    // Where each code's passages stand, by its documents in turn.
    let mut places: BTreeMap<CodeId, Vec<Quotable>> = BTreeMap::new();
    retrieval.each(&mut |found| {
        let mut here: BTreeMap<CodeId, Vec<(usize, usize)>> = BTreeMap::new();
        for at in found.passages.iter().flat_map(|passage| &passage.of) {
            let Some((fact, _)) = found.facts.get(*at as usize) else { continue };
            let code = book.standing(&CodeId(retrieval.name(fact.code).to_owned())).clone();
            let own = here.entry(code).or_default();
            if own.len() < most && !own.contains(&(fact.start, fact.end)) {
                own.push((fact.start, fact.end));
            }
        }
        for (code, own) in here {
            let all = places.entry(code).or_default();
            // Beyond some documents a code has more than are quoted.
            if all.len() < most {
                all.push((found.document.clone(), own));
            }
        }
        true
    })?;
    let mut wanted: BTreeSet<(CodeId, DocumentId, usize, usize)> = BTreeSet::new();
    for (code, documents) in &places {
        let in_turn = (0..most).flat_map(|n| documents.iter().filter_map(move |(id, own)| Some((id, own.get(n)?))));
        wanted.extend(in_turn.take(most).map(|(id, (start, end))| (code.clone(), id.clone(), *start, *end)));
    }
    let mut by_code: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let mut is_wanted = |annotation: &Annotation| {
        let Passage { document, start, end } = annotation.passage.clone();
        wanted.remove(&(book.standing(&annotation.code).clone(), document, start, end))
    };
    rows::each_of(store, choice, &mut is_wanted, &mut |row| {
        by_code.entry(row.code.clone()).or_default().push(row);
        Ok(())
    })?;
    let all = book.tree().into_iter().filter_map(|(id, _)| {
        let rows = by_code.remove(&id.0)?;
        let definition = book.get(&id).map_or("", |code| &code.definition).to_owned();
        Some((book.called(&id).to_owned(), definition, rows))
    });
    Ok(all.collect())
}
