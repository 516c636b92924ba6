//! `tanba memos`: lists and searches all memos, and writes new ones.

use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};
use serde::Serialize;

use crate::app::effect::Remembered;
use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, complain};
use crate::model::change::{Change, Record};
use crate::model::document::DocumentId;
use crate::model::event::Deed;
use crate::model::memo::{About, Memo};
use crate::model::time::Time;
use crate::query::needle::told;
use crate::query::value::time_of;
use crate::say;
use crate::shell::asking::remembered;
use crate::shell::clock;
use crate::text::search::{Needle, meant};
use crate::text::width::printable;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
struct MemosArgs {
    /// Only those with these words, in any script; as `tanba search` takes them
    words: Option<String>,
    /// Only what this coder wrote
    #[arg(long = "by", value_name = "CODER")]
    by: Vec<String>,
    /// Only those on this: project, document, code or annotation
    #[arg(long, value_name = "WHAT")]
    on: Option<String>,
    /// Only of this day, month, year or range: 2026-11-21, 2026-11, >=2026
    #[arg(long, value_name = "TIME")]
    time: Option<String>,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    deed: Option<MemosDeed>,
}

#[derive(Subcommand)]
enum MemosDeed {
    /// Write a memo: on the study, unless a document or a code is named
    Add(AddArgs),
}

#[derive(Args)]
struct AddArgs {
    /// What it says
    text: String,
    /// The document that it is on
    #[arg(long, value_name = "DOC", conflicts_with = "code")]
    document: Option<String>,
    /// The code that it is on
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba memos", "all of them, day by day: the diary of the study"),
    ("tanba memos add 'Met the team; censorship is too wide'", "writes one on the study"),
    ("tanba memos add --code censorship 'Also what firms block?'", "writes one on a code"),
    ("tanba memos цензура --on code", "those on codes that speak of it"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    MemosArgs::augment_args(command).about("List all memos, or write one")
}

/// A memo as it is printed.
#[derive(Serialize)]
struct Listed {
    id: String,
    on: &'static str,
    about: String,
    coder: String,
    time: Time,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
}

/// What memos can be on.
const SUBJECTS: [&str; 4] = ["project", "document", "code", "annotation"];

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = MemosArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    if let Some(MemosDeed::Add(add)) = args.deed {
        return run_add(context, &add);
    }
    let misunderstood = |why: String| Failure::Misunderstood(vec![why]);
    if let Some(on) = args.on.as_ref().filter(|on| !SUBJECTS.contains(&on.as_str())) {
        return Err(misunderstood(say!("--on is one of {names}, not \"{on}\"", names = SUBJECTS.join(", "), on)));
    }
    let period = args.time.as_ref().map(|time| {
        time_of(time).ok_or_else(|| {
            misunderstood(say!("\"{time}\" is no day, month, year or range: 2026-11-21, 2026-11, >=2026", time))
        })
    });
    let period = period.transpose()?;
    let needle = args.words.as_ref().map(|words| {
        let (how, words) = meant(words);
        Needle::new(words, how).map_err(|error| misunderstood(told(&error)))
    });
    let needle = needle.transpose()?;
    let mut all = listed(context)?;
    all.retain(|memo| {
        let is_said = |needle: &Needle| memo.text.lines().any(|line| !needle.matches(line).is_empty());
        needle.as_ref().is_none_or(is_said)
            && (args.by.is_empty() || args.by.contains(&memo.coder))
            && args.on.as_ref().is_none_or(|on| on == memo.on)
            && period.is_none_or(|(from, until)| (from..until).contains(&memo.time))
    });
    all.sort_by(|a, b| a.time.cmp(&b.time).then_with(|| a.id.cmp(&b.id)));
    let mut out = Output::new();
    if args.json {
        out.json(&all)?;
        return Ok(out.done()?);
    }
    if all.is_empty() {
        complain(say!("nothing found"));
        return Err(Failure::Silent);
    }
    let mut day = String::new();
    for memo in &all {
        let minute = memo.time.minute();
        let (own_day, time) = minute.split_once(' ').unwrap_or((minute.as_str(), ""));
        if own_day != day {
            let gap = if day.is_empty() { "" } else { "\n" };
            for line in format!("{gap}{own_day}").lines() {
                out.line(line)?;
            }
            own_day.clone_into(&mut day);
        }
        out.line(&format!("  {time}  {} · {}", memo.about, memo.coder))?;
        for line in memo.text.lines() {
            out.line(&format!("         {line}"))?;
        }
    }
    Ok(out.done()?)
}

fn listed(context: &Context) -> Result<Vec<Listed>, Failure> {
    let store = context.store()?;
    let shared = store.shared()?;
    let of_annotation = |memo: Remembered| Listed {
        id: memo.id,
        on: "annotation",
        about: memo.about,
        coder: memo.coder,
        time: memo.time,
        text: memo.text,
        document: memo.place.as_ref().map(|(id, _)| id.0.clone()),
        start: memo.place.as_ref().map(|(_, range)| range.start),
        end: memo.place.as_ref().map(|(_, range)| range.end),
    };
    let mut all: Vec<Listed> = remembered(&store, &mut |_| true)?.into_iter().map(of_annotation).collect();
    all.extend(shared.memos.values().map(|memo| {
        let (on, about, document) = match &memo.about {
            About::Project => ("project", say!("the study").to_owned(), None),
            About::Document(id) => ("document", shared.title(id).to_owned(), Some(id.0.clone())),
            About::Code(id) => ("code", shared.codebook.called(id).to_owned(), None),
        };
        let (id, coder, text) = (memo.id.clone(), memo.coder.clone(), memo.text.clone());
        Listed { id, on, about, coder, time: memo.time, text, document, start: None, end: None }
    }));
    Ok(all)
}

fn run_add(context: &Context, args: &AddArgs) -> Result<(), Failure> {
    if args.text.trim().is_empty() {
        return Err(say!("a memo needs some words").into());
    }
    let mut store = context.store_to_write()?;
    let shared = store.shared()?;
    let about = match (&args.document, &args.code) {
        (Some(id), _) => {
            let id = DocumentId(id.clone());
            if !shared.documents.contains_key(&id) {
                return Err(say!("no document is called \"{id}\"; `tanba documents` lists them", id).into());
            }
            About::Document(id)
        }
        (_, Some(code)) => {
            let found = shared.codebook.find(code);
            About::Code(
                found.ok_or_else(|| say!("no code is called \"{code}\"; `tanba codes` lists them", code))?.id.clone(),
            )
        }
        _ => About::Project,
    };
    let now = clock::now();
    let memo = Memo::new(about, &store.writer.coder, args.text.trim_end(), (now, clock::chance()));
    let line = format!("{}  {}", memo.id, printable(memo.text.lines().next().unwrap_or("")));
    store.keep(vec![Change::put(Record::Memo(memo))], Deed::Plain, now)?;
    Ok(Output::new().line(&line)?)
}
