//! `tanba progress`: what is still to be coded, and how fast it goes.

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::app::agenda::told;
use crate::app::team::{GAP_COLUMNS, closing, table};
use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::model::time::Time;
use crate::say;
use crate::shell::asking;
use crate::shell::clock;
use crate::store::Store;
use crate::tables::team::{Share, Team};
use crate::text::width::{columns, fitted};

#[derive(Args)]
struct ProgressArgs {
    /// How far everybody is with the documents that are given to them
    #[arg(long)]
    everyone: bool,
    /// Print an object
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba progress", "what is uncoded, half coded, done; passages an hour; where you stopped"),
    ("tanba progress --everyone", "the whole team: what is given, finished, half coded; who works when"),
    ("tanba progress --coder aigerim --json", "a colleague’s, as an object"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    ProgressArgs::augment_args(command).about("Tell what is still to be coded, and how fast it goes")
}

#[derive(Serialize)]
struct Listed {
    coder: String,
    passages: usize,
    minutes: i64,
    passages_an_hour: Option<f64>,
    passages_today: usize,
    last_document: Option<String>,
    documents: Vec<ListedDocument>,
}

#[derive(Serialize)]
struct ListedDocument {
    document: String,
    /// `uncoded`, `half-coded` or `done`.
    state: &'static str,
    passages: usize,
    /// Whether it is given to the coder.
    assigned: bool,
}

#[derive(Serialize)]
struct ListedTeam {
    coders: Vec<ListedCoder>,
    documents: usize,
    given: usize,
    given_to_nobody: usize,
    finished_by_all: usize,
}

/// What the rules hide, and what is not known, is `null`.
#[derive(Serialize)]
struct ListedCoder {
    coder: String,
    assigned: Option<usize>,
    finished: usize,
    half_coded: Option<usize>,
    uncoded: Option<usize>,
    passages: Option<usize>,
    last: Option<Time>,
}

/// Tells how far everybody is.
fn everyone(store: &Store, is_json: bool) -> Result<(), Failure> {
    let reading = store.reading();
    let team = Team::of(&store.shared()?, &reading.counts()?, &store.writer.coder, &reading.last_written()?);
    let mut out = Output::new();
    if !is_json {
        let table = table(&team, GAP_COLUMNS);
        let width = table.iter().map(|(coder, _)| columns(coder)).max().unwrap_or(0);
        for (coder, cells) in &table {
            out.line(&format!("{coder}{}  {cells}", " ".repeat(width - columns(coder))))?;
        }
        for line in closing(&team) {
            out.line(&line)?;
        }
        return Ok(out.done()?);
    }
    let coder = |share: &Share| ListedCoder {
        coder: share.coder.clone(),
        assigned: share.n_given,
        finished: share.n_finished,
        half_coded: share.n_left.map(|(n_half, _)| n_half),
        uncoded: share.n_left.map(|(_, n_uncoded)| n_uncoded),
        passages: share.n_passages,
        last: share.last,
    };
    out.json(&ListedTeam {
        coders: team.shares.iter().map(coder).collect(),
        documents: team.n_documents,
        given: team.n_given,
        given_to_nobody: team.n_nobodys(),
        finished_by_all: team.n_finished,
    })?;
    Ok(out.done()?)
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = ProgressArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let store = context.store()?;
    if args.everyone {
        return everyone(&store, args.json);
    }
    let shared = store.shared()?;
    let coder = store.writer.coder.clone();
    let counts = store.reading().counts()?;
    let made = asking::progress(&store, clock::now(), &mut |_| true)?;
    let documents: Vec<ListedDocument> = shared
        .documents
        .keys()
        .map(|id| {
            let passages = counts.get(id).and_then(|own| own.get(&coder)).copied().unwrap_or(0);
            let state = match (shared.is_done(id, &coder), passages) {
                (true, _) => "done",
                (false, 0) => "uncoded",
                _ => "half-coded",
            };
            ListedDocument { document: id.0.clone(), state, passages, assigned: shared.is_given(id, &coder) }
        })
        .collect();
    let mut out = Output::new();
    if args.json {
        out.json(&Listed {
            coder,
            passages: made.ever.n_passages,
            minutes: made.ever.minutes(),
            passages_an_hour: made.ever.an_hour(),
            passages_today: made.today.n_passages,
            last_document: made.last.map(|(id, _)| id.0),
            documents,
        })?;
        return Ok(out.done()?);
    }
    out.line(&format!("{coder} · {}", told(made.ever)))?;
    out.line(&say!("today: {pace}", pace = told(made.today)))?;
    if let Some((id, range)) = &made.last {
        let title = shared.title(id);
        out.line(&say!(
            "where you tagged last: {title}",
            title = format!("{title} ({id}, {}..{})", range.start, range.end)
        ))?;
    }
    let width = documents.iter().map(|document| columns(&document.document)).max().unwrap_or(0);
    for (state, words) in [("half-coded", say!("half coded")), ("uncoded", say!("uncoded")), ("done", say!("done"))] {
        let mut own: Vec<&ListedDocument> = documents.iter().filter(|document| document.state == state).collect();
        own.sort_by_key(|document| !document.assigned);
        for document in own {
            let words = if document.assigned { say!("{state}, yours", state = words) } else { words.to_owned() };
            let gap = " ".repeat(width - columns(&document.document));
            let title = fitted(shared.title(&crate::model::document::DocumentId(document.document.clone())), 50);
            out.line(&format!("{}{gap}  {:4}  {words}  {title}", document.document, document.passages))?;
        }
    }
    Ok(out.done()?)
}
