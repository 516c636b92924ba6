//! `tanba agree`: how far coders agree, in a project or in plain data.

use std::fs;
use std::io::{Read as _, stdin};
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde_json::json;

use crate::agreement::bootstrap::Plan;
use crate::agreement::gamma::observed;
use crate::agreement::measures::{Findings, Measure, Outcome, Value};
use crate::agreement::rating_measures::{OfRatings, RATING_MEASURES, Rated};
use crate::agreement::span_measures::{OfSpans, SPAN_MEASURES};
use crate::agreement::study::Study;
use crate::agreement::units::{Coding, Tidy};
use crate::cli::choice::ChoiceArgs;
use crate::cli::concordat;
use crate::cli::context::{Context, Failure};
use crate::cli::crossing;
use crate::cli::methods;
use crate::cli::output::{Output, Progress, complain};
use crate::formats::coding::{Input, Read, read};
use crate::formats::findings::{Names, object, write_csv};
use crate::say;
use crate::shell::agreeing::{Wanted, coding};
use crate::shell::comparing::Taking;
use crate::store::error::StoreError;
use crate::text::width::printable;
use crate::words;

#[derive(Args)]
#[allow(clippy::struct_excessive_bools)] // each is an option of its own
struct AgreeArgs {
    #[command(flatten)]
    choice: ChoiceArgs,
    /// Compute from plain data (JSON or CSV; - for standard input) and not from the project
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Count who tagged something in a document as having completed it
    #[arg(long)]
    unfinished: bool,
    /// Count codes as the topmost one above them
    #[arg(long)]
    roll_up: bool,
    /// What stood when coders first finished each document, before they talked about it
    #[arg(long)]
    before: bool,
    /// A coder with herself over the pairs' alignment: are a passage and its counterpart coded alike
    #[arg(long, conflicts_with = "input")]
    across: bool,
    /// Write a report for the methods section: .md or .html
    #[arg(long, value_name = "FILE", conflicts_with_all = ["input", "json", "csv"])]
    report: Option<PathBuf>,
    /// Only this measure, for every code, pair and document that it has numbers for
    #[arg(long, value_name = "NAME")]
    measure: Vec<String>,
    /// List the measures: what they count, where they come from, when they mislead
    #[arg(long)]
    list: bool,
    /// Resamples of documents for the intervals
    #[arg(long, value_name = "N", default_value_t = 2000)]
    rounds: usize,
    /// Where chance begins: the same number gives the same intervals
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Print {"results": [...]}
    #[arg(long)]
    json: bool,
    /// Print CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba agree --unfinished", "codes worst first, with intervals; who tagged something counts as done"),
    ("tanba agree --unfinished --language kk --measure cohen_kappa", "one measure, in Kazakh texts"),
    ("tanba agree --list", "what the measures count, and when they mislead"),
    ("tanba agree --report agreement.md", "for the methods section"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    AgreeArgs::augment_args(command).about("Tell how far coders agree, per code, pair, document and over all").after_help(
        "Units are code points; each code is a yes or no of its own. A coder who finished a document without a passage says \
         \"uncoded\" there; who did not finish it is missing. What has no value is told with its reason.\nThe data of --input: \
         {\"kind\": \"spans\", \"coders\": [..], \"codes\": [..], \"documents\": [{\"id\", \"length\", \"coders\": [who completed \
         it]}], \"spans\": [{\"coder\", \"doc\", \"start\", \"end\", \"code\"}]}, or {\"kind\": \"coding\", \"coders\": [..], \
         \"value_type\": \"category\", \"number\" or \"set\", \"items\": [{\"values\": [..], \"count\"}]}; or CSV with the columns \
         coder, document, start, end, code, where a row without a code says that the coder completed the document, and its end \
         is the document's length.",
    )
}

/// Gamma and the best alignment are left to those who ask for them where there are more spans than this.
const MAX_ALIGNED: usize = 2000;

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = AgreeArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    if args.list {
        return list();
    }
    let known = SPAN_MEASURES.iter().map(|m| m.name).chain(RATING_MEASURES.iter().map(|m| m.name));
    let known: Vec<&str> = known.collect();
    if let Some(unknown) = args.measure.iter().find(|name| !known.contains(&name.as_str())) {
        let name = printable(unknown);
        return Err(Failure::Misunderstood(vec![say!(
            "there is no measure \"{name}\"; `tanba agree --list` names them",
            name
        )]));
    }
    if args.rounds < 100 {
        return Err(Failure::Misunderstood(vec![say!("--rounds needs at least 100").into()]));
    }
    if let Some(path) = &args.input {
        return of_input(path, &args);
    }
    let mut store = context.store()?;
    let shared = store.shared()?;
    let choice = args.choice.choice(&shared)?;
    let taking = if args.unfinished { Taking::Everybody } else { Taking::Finished };
    if args.across {
        return crossing::run(&store, &shared, (&choice, taking), args.json);
    }
    let wanted = Wanted { choice, taking, rolls_up: args.roll_up, is_before: args.before };
    if (args.before || args.report.is_some())
        && (!wanted.choice.query.is_empty() || wanted.choice.since.is_some() || wanted.choice.until.is_some())
    {
        return Err(
            say!("--query, --since and --until can't be asked of what stood before, which a report tells too").into()
        );
    }
    if let Some(path) = &args.report {
        return methods::run(&mut store, &shared, &wanted, (path, plan(&args)));
    }
    let mut progress = Progress::of(say!("counting"));
    let coding = coding(&mut store, &shared, &wanted, &mut |permille| {
        progress.at(permille as u64, 1000);
        true
    })?;
    drop(progress);
    match concordat::why_not(&coding, taking, args.before) {
        Some(why) if !args.json && !args.csv => return Err(why.into()),
        Some(why) => complain(&why),
        None => {}
    }
    let tidy = coding.tidy();
    let study = Study::new(&tidy, plan(&args));
    if args.measure.is_empty() && !args.json && !args.csv {
        return concordat::print(&study, &shared, &wanted);
    }
    let outcomes = of_spans(&study, &args.measure, tidy.documents.iter().map(|d| d.spans.len()).sum());
    if outcomes.is_empty() && !args.measure.is_empty() {
        complain(say!("it has no number here: it is for coders whose own passages don't overlap"));
    }
    print(&outcomes, &tidy, &args, "")
}

fn plan(args: &AgreeArgs) -> Plan {
    Plan { n_rounds: args.rounds.clamp(1, 1_000_000), seed: args.seed, ..Plan::default() }
}

/// The outcomes of the measures that are asked for; of all, where none is named, but for what takes too long.
fn of_spans(study: &Study<'_>, names: &[String], n_spans: usize) -> Vec<Outcome> {
    let is_asked = |measure: &&Measure<OfSpans>| match names {
        [] => measure.name != "gamma" && (!measure.is_slow || n_spans <= MAX_ALIGNED),
        names => names.iter().any(|name| name == measure.name),
    };
    SPAN_MEASURES.iter().filter(is_asked).flat_map(|measure| Findings::of(measure, study)).collect()
}

fn of_input(path: &Path, args: &AgreeArgs) -> Result<(), Failure> {
    let mut text = String::new();
    let read_text = if path == Path::new("-") {
        stdin().read_to_string(&mut text).map(|_| ())
    } else {
        fs::read_to_string(path).map(|read| text = read)
    };
    read_text.map_err(StoreError::io("read", path))?;
    let Read { id, input, costs, guessed } = read(&text).map_err(|why| format!("{}: {why}", path.display()))?;
    for guess in guessed {
        complain(&guess);
    }
    match input {
        Input::Spans(coding) => {
            let tidy = coding.tidy();
            let plan = Plan { n_rounds: plan(args).n_rounds.max(Plan::default().n_rounds), ..plan(args) };
            let study = Study::new(&tidy, plan);
            let n_spans = tidy.documents.iter().map(|d| d.spans.len()).sum();
            let mut outcomes = of_spans(&study, &args.measure, n_spans);
            // The file may say how units are compared.
            if let Some((costs, empty)) = costs {
                for outcome in outcomes.iter_mut().filter(|outcome| outcome.measure == "gamma_disorder") {
                    let found = observed(&tidy, &costs);
                    outcome.value = Value::Number(found.map(|found| found.disorder * empty));
                    outcome.extras =
                        found.iter().map(|found| ("is_exact", f64::from(u8::from(found.is_exact)))).collect();
                }
            }
            print(&outcomes, &tidy, args, &id)
        }
        Input::Ratings(coders, ratings) => {
            let rated = Rated::new(&ratings);
            let is_asked = |measure: &&Measure<OfRatings>| {
                args.measure.is_empty() || args.measure.iter().any(|name| name == measure.name)
            };
            let asked = RATING_MEASURES.iter().filter(is_asked);
            let mut outcomes: Vec<Outcome> = asked.flat_map(|measure| Findings::of(measure, &rated)).collect();
            // Of two coders there is one pair, which need not be named.
            if coders.len() == 2 {
                for outcome in &mut outcomes {
                    outcome.coders = None;
                }
            }
            let tidy = Coding { coders, ..Coding::default() }.tidy();
            print(&outcomes, &tidy, args, &id)
        }
    }
}

fn print(outcomes: &[Outcome], tidy: &Tidy, args: &AgreeArgs, id: &str) -> Result<(), Failure> {
    let documents: Vec<String> = tidy.documents.iter().map(|document| document.id.clone()).collect();
    let names = Names { coders: &tidy.coders, codes: &tidy.codes, documents: &documents };
    let mut out = Output::new();
    if args.json {
        let results: Vec<_> = outcomes.iter().map(|outcome| object(outcome, names)).collect();
        let mut whole = json!({ "results": results });
        if let (false, Some(map)) = (id.is_empty(), whole.as_object_mut()) {
            map.insert("id".into(), json!(id));
        }
        out.json_line(&whole)?;
    } else if args.csv {
        write_csv(outcomes, names, &mut out)?;
    } else {
        concordat::print_outcomes(outcomes, names, &mut out)?;
    }
    Ok(out.done()?)
}

/// Lists the measures.
fn list() -> Result<(), Failure> {
    let mut out = Output::new();
    let spans = SPAN_MEASURES.iter().map(|m| (m.name, m.title, m.source, m.unit, m.misleads));
    let ratings = RATING_MEASURES.iter().map(|m| (m.name, m.title, m.source, m.unit, m.misleads));
    for (heading, all) in [
        (say!("Of passages"), spans.collect::<Vec<_>>()),
        (say!("Of given units (--input alone)"), ratings.collect::<Vec<_>>()),
    ] {
        out.line(heading)?;
        for (name, title, source, unit, misleads) in all {
            out.line("")?;
            let source = if source.is_empty() { String::new() } else { format!(" · {source}") };
            out.line(&format!("{name} · {}{source}", words::of(title)))?;
            out.line(&format!("  {}", words::of(unit)))?;
            out.line(&format!("  {}", words::of(misleads)))?;
        }
        out.line("")?;
    }
    Ok(out.done()?)
}
