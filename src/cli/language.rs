//! `tanba language`: in which language a document is, as a whole and by paragraph; corrects it.

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::model::change::{Change, Record};
use crate::model::document::{Document, DocumentId, language_of};
use crate::model::event::Deed;
use crate::shell::clock;
use crate::store::documents;
use crate::text::language::strangers;
use crate::text::offsets::Offsets;
use crate::text::span::{CodePoints, Span};
use crate::{count, say};

/// Paragraphs of another language that are listed.
const MAX_STRANGERS: usize = 1000;

#[derive(Args)]
struct LanguageArgs {
    /// The document
    document: String,
    /// Its language: en, kk, ru, or other ISO 639 letters
    language: Option<String>,
    /// Only of this line, counted from 1
    #[arg(long, value_name = "N", requires = "language")]
    line: Option<usize>,
    /// Print it as an object
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba language interview.en", "tells it, and which lines are in another"),
    ("tanba language interview.en kk", "corrects it"),
    ("tanba language interview.en ru --line 3", "corrects it for one line"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    LanguageArgs::augment_args(command.about("Tell or correct in which language a document is"))
}

#[derive(Serialize)]
struct Listed {
    document: String,
    language: String,
    others: Vec<Other>,
}

#[derive(Serialize)]
struct Other {
    line: usize,
    language: String,
    by_hand: bool,
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = LanguageArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let id = DocumentId(args.document);
    let mut store = if args.language.is_some() { context.store_to_write()? } else { context.store()? };
    let known = store.shared()?.documents.get(&id).cloned();
    let was = known.ok_or_else(|| say!("no document is called \"{id}\"; `tanba documents` lists them", id))?;
    let text = documents::open(&store.project.documents(), &id)?;
    let offsets = Offsets::measure(&text)
        .map_err(|_| say!("{name} is not UTF-8; take it in first: tanba add FILE", name = id))?;
    let starts = line_starts(&text);
    if let Some(language) = &args.language {
        let language = language_of(language).map_err(|why| Failure::Misunderstood(vec![why]))?;
        let mut now = was.clone();
        match args.line {
            None => now.language = language,
            Some(line) => {
                let start = line.checked_sub(1).and_then(|line| starts.get(line)).copied();
                let start = start
                    .ok_or_else(|| count!(starts.len(), "the document has {n} line", "the document has {n} lines"))?;
                let at = offsets.code_points(&text, Span::new(start, start)).start;
                now.languages.insert(at, language);
            }
        }
        if now != was {
            let change = Change::replace(Record::Document(was), Record::Document(now.clone()));
            store.keep(vec![change], Deed::Plain, clock::now())?;
        }
        return tell(&now, others(&now, &text, &offsets, &starts), args.json);
    }
    let others = others(&was, &text, &offsets, &starts);
    tell(&was, others, args.json)
}

fn line_starts(text: &crate::text::body::Text) -> Vec<usize> {
    let mut starts = vec![0];
    let mut block = (!text.is_empty()).then(|| text.block(0));
    while let Some(b) = block {
        if text.bytes(Span::new(b.next.saturating_sub(1), b.next)) == b"\n" && b.next < text.len() {
            starts.push(b.next);
        }
        block = text.block_after(&b);
    }
    starts
}

/// The lines in another language: those that were said by hand, and those that seem so.
fn others(document: &Document, text: &crate::text::body::Text, offsets: &Offsets, starts: &[usize]) -> Vec<Other> {
    let line_of = |start: usize| starts.partition_point(|known| *known <= start);
    let said = document.languages.iter().filter_map(|(at, language)| {
        let span = offsets.span(text, CodePoints { start: *at, end: *at })?;
        Some(Other { line: line_of(span.start), language: language.clone(), by_hand: true })
    });
    let mut all: Vec<Other> = said.collect();
    for found in strangers(text, &document.language, MAX_STRANGERS) {
        if all.iter().all(|other| other.line != found.line) {
            all.push(Other { line: found.line, language: found.language.to_owned(), by_hand: false });
        }
    }
    all.sort_by_key(|other| other.line);
    all
}

fn tell(document: &Document, others: Vec<Other>, is_json: bool) -> Result<(), Failure> {
    let mut out = Output::new();
    if is_json {
        let (id, language) = (document.id.0.clone(), document.language.clone());
        out.json(&Listed { document: id, language, others })?;
        return Ok(());
    }
    let language = if document.language.is_empty() { say!("language unknown") } else { &document.language };
    out.line(&format!("{}  {language}", document.id))?;
    for Other { line, language, by_hand } in others {
        out.line(&if by_hand {
            say!("  line {line}: {language}, by hand", line, language)
        } else {
            say!("  line {line}: {language}", line, language)
        })?;
    }
    Ok(())
}
