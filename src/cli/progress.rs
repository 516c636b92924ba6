//! `tanba progress`: what is still to be coded, and how fast it goes.

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::app::agenda::told;
use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::say;
use crate::shell::asking;
use crate::shell::clock;
use crate::text::width::{columns, fitted};

#[derive(Args)]
struct ProgressArgs {
    /// Print an object
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba progress", "what is uncoded, half coded, done; passages an hour; where you stopped"),
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
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = ProgressArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let store = context.store()?;
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
            ListedDocument { document: id.0.clone(), state, passages }
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
        for document in documents.iter().filter(|document| document.state == state) {
            let gap = " ".repeat(width - columns(&document.document));
            let title = fitted(shared.title(&crate::model::document::DocumentId(document.document.clone())), 50);
            out.line(&format!("{}{gap}  {:4}  {words}  {title}", document.document, document.passages))?;
        }
    }
    Ok(out.done()?)
}
