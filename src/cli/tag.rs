//! `tanba tag`: marks a passage with a code.

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::cli::rows;
use crate::model::annotation::{Annotation, AnnotationId, Passage};
use crate::model::change::{Change, Record};
use crate::model::document::DocumentId;
use crate::model::event::Deed;
use crate::say;
use crate::shell::clock;
use crate::store::opened::Opened;
use crate::text::anchor;
use crate::text::body::Text;
use crate::text::segment::floor_boundary;
use crate::text::span::{CodePoints, Span};

/// Places of words that are named in a refusal.
const MAX_PLACES: usize = 5;

#[derive(Args)]
struct TagArgs {
    /// The document
    document: String,
    /// START..END in code points from 0, or the words themselves where they stand once
    passage: String,
    /// The code: its id, path, or name in any language
    code: String,
    /// What you thought
    #[arg(long, default_value = "")]
    memo: String,
    /// Print the annotation as an object
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba tag interview.en 120..164 censorship", "by code points, from 0, the end outside"),
    ("tanba tag interview.en \"the site was blocked\" censorship", "by the words, where they stand once"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    TagArgs::augment_args(command.about("Mark a passage with a code"))
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = TagArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let mut store = context.store_to_write()?;
    let shared = store.shared()?;
    let id = DocumentId(args.document);
    if !shared.documents.contains_key(&id) {
        return Err(say!("no document is called \"{id}\"; `tanba documents` lists them", id).into());
    }
    let code = shared.codebook.given(&args.code);
    let code =
        code.ok_or_else(|| say!("no code is called \"{code}\"; `tanba codes add` makes one", code = args.code))?;
    let code = code?.id.clone();
    let opened = store.open_document(&id)?;
    let span = find_passage(&opened, &args.passage)?;
    let range = opened.offsets.code_points(&opened.text, span);
    let twin = opened.layer.overlapping(span).into_iter().find(|placed| {
        placed.span == span
            && shared.codebook.is_one(&placed.annotation.code, &code)
            && placed.annotation.coder == store.writer.coder
    });
    if let Some(twin) = twin {
        return Err(say!("this passage is tagged {code} already: {id}", code, id = twin.annotation.id).into());
    }
    let now = clock::now();
    let passage = Passage { document: id, start: range.start, end: range.end };
    let quote = anchor::quote(&opened.text, span);
    let id = AnnotationId::new(now, clock::chance());
    let annotation =
        Annotation { memo: args.memo, ..Annotation::new(id, &store.writer.coder, (passage, quote), code, now) };
    store.keep(vec![Change::put(Record::Annotation(annotation.clone()))], Deed::Plain, now)?;
    let mut out = Output::new();
    if args.json {
        return Ok(out.json(&rows::row(&shared, annotation, None))?);
    }
    out.line(&format!("{}  {}..{}  {}", annotation.id, range.start, range.end, annotation.code))?;
    Ok(())
}

/// The passage that is meant, in bytes.
fn find_passage(opened: &Opened, written: &str) -> Result<Span, Failure> {
    let range =
        written.split_once("..").and_then(|(start, end)| Some((start.trim().parse().ok()?, end.trim().parse().ok()?)));
    if let Some((start, end)) = range {
        return checked_span(opened, CodePoints { start, end }).map_err(Failure::Told);
    }
    let whole = opened.text.read(Span::new(0, opened.text.len()));
    let places: Vec<usize> = whole.match_indices(written).map(|(at, _)| at).take(MAX_PLACES + 1).collect();
    match places.as_slice() {
        [at] if !written.is_empty() => Ok(Span::new(*at, at + written.len())),
        [] => {
            Err(say!("these words are not in the document; write START..END, or the words just as they stand").into())
        }
        places => {
            let place = |at: &usize| {
                let range = opened.offsets.code_points(&opened.text, Span::new(*at, at + written.len()));
                format!("{}..{}", range.start, range.end)
            };
            let more = if places.len() > MAX_PLACES { ", …" } else { "" };
            let all = places.iter().take(MAX_PLACES).map(place).collect::<Vec<_>>().join(", ");
            Err(say!("these words stand more than once, at {all}{more}; write one of these, or more words", all, more)
                .into())
        }
    }
}

/// The bytes of a stretch of code points. Fails, saying why, where it is empty, behind the end, or cuts a letter.
pub fn checked_span(opened: &Opened, range: CodePoints) -> Result<Span, String> {
    if range.start >= range.end {
        return Err(say!(
            "{start}..{end} is no passage: the start must be before the end",
            start = range.start,
            end = range.end
        ));
    }
    let n = opened.offsets.n_code_points();
    let span = opened.offsets.span(&opened.text, range).ok_or(say!(
        "{start}..{end} ends beyond the text, which has {n} characters",
        start = range.start,
        end = range.end,
        n
    ))?;
    if is_boundary(&opened.text, span.start) && is_boundary(&opened.text, span.end) {
        Ok(span)
    } else {
        Err(say!("{start}..{end} cuts a letter from its mark", start = range.start, end = range.end))
    }
}

fn is_boundary(text: &Text, offset: usize) -> bool {
    let block = text.block(offset);
    let inside = offset - block.start.min(offset);
    inside > block.text.len() || floor_boundary(&block.text, inside) == inside
}
