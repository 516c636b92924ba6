//! `tanba query`: the passages that a query wants.

use std::collections::{BTreeMap, BTreeSet};

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, Progress, complain};
use crate::cli::places::tag;
use crate::model::annotation::Annotation;
use crate::model::shared::Shared;
use crate::query::choice::Choice;
use crate::query::hit::{Hit, head, tail};
use crate::query::retrieve::Passage;
use crate::shell::concord::MAX_HITS;
use crate::shell::retrieval::{Found, InContext, Retrieval};
use crate::text::width::{columns, fitted};
use crate::{count, say};

#[derive(Args)]
struct QueryArgs {
    /// What is wanted, such as 'protest and not control', 'censorship near 10 words text:блог', 'any by:asel has:memo'
    query: String,
    /// Print only how many passages there are, in how many documents
    #[arg(long)]
    count: bool,
    /// With what the pair's other document says there
    #[arg(long)]
    counterpart: bool,
    /// Tag every passage with this code, as one step that undo takes back
    #[arg(long, value_name = "CODE")]
    tag: Option<String>,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba query 'censorship overlapping e-government'", "passages of the one that share words with the other"),
    ("tanba query 'slacktivism lang:kk and not by:asel' --count", "how many there are"),
    ("tanba query 'any has:memo' --json", "as objects"),
    ("tanba query 'censorship followed by 20 words petition'", "one behind the other, not farther"),
];

/// How a query is written, a line each; it stands below the help.
pub const LANGUAGE: [&str; 7] = [
    "Codes, with those below them: protest, \"digital divide\", control/censorship; =protest is the code alone, any is all",
    "Together: and (the words that both have), or, not",
    "One to another: overlapping, within, containing, near 5 words, near sentence, near paragraph, followed by, preceded by",
    "Of an annotation: by:asel, by:me, code:NAME, has:memo, has:counterpart, has:no-counterpart, has:suggested, has:to-reread, \
     has:to-sort, has:doubt, made:2026-11, made:2026-01..2026-06, side:left, course:1/4",
    "Of its review: verdict:accepted, verdict:rejected, verdict:proposed, verdict:none, reviewed:me, has:comment, \
     has:open-comment, has:settlement; by:consensus is what was settled",
    "Of its words: text:WORD, memo:WORD, both as in `tanba search`",
    "Of its document: lang:kk, doc:NAME, doc:egov*, and each attribute by its name: outlet:azattyq, year:2012..2014, outlet:-",
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    QueryArgs::augment_args(command).about("List the passages that a query wants").after_help(LANGUAGE.join("\n"))
}

/// A passage as it is printed.
#[derive(Serialize)]
struct Listed {
    document: String,
    language: String,
    title: String,
    start: usize,
    end: usize,
    quote: String,
    codes: Vec<String>,
    coders: Vec<String>,
    annotations: Vec<String>,
}

/// Columns on each side of a passage, for people.
const SIDE_COLUMNS: usize = 24;

/// Columns of a passage on a terminal.
const WORDS_COLUMNS: usize = 72;

/// Columns of codes and coders, beyond which they are not padded.
const SAID_COLUMNS: usize = 40;

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = QueryArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    if args.query.trim().is_empty() {
        return Err(Failure::Misunderstood(vec![say!("the query is empty; any is every annotation").into()]));
    }
    let mut store = if args.tag.is_some() { context.store_to_write()? } else { context.store()? };
    let shared = store.shared()?;
    let choice = Choice { query: args.query.clone(), ..Choice::default() };
    let retrieval = Retrieval::new(&store, &shared, &choice)?;
    let mut out = Output::new();
    let n_found = if let Some(code) = &args.tag {
        let hits = in_context(&retrieval, usize::MAX, false)?.hits;
        let places: Vec<_> = hits.into_iter().map(|hit| (hit.document, hit.span)).collect();
        if !places.is_empty() {
            tag(&mut store, &places, code)?;
        }
        places.len()
    } else if args.count {
        return print_count(&retrieval, out);
    } else if args.json {
        print_objects(&retrieval, &shared, &mut out)?
    } else {
        print(&in_context(&retrieval, MAX_HITS, args.counterpart)?, args.counterpart, &mut out)?
    };
    out.done()?;
    if n_found == 0 {
        complain(say!("nothing found"));
        return Err(Failure::Silent);
    }
    Ok(())
}

fn in_context(retrieval: &Retrieval<'_>, most: usize, has_counterparts: bool) -> Result<InContext, Failure> {
    let mut progress = Progress::of(say!("searching"));
    let answer = retrieval.in_context(most, has_counterparts, &mut |permille| {
        progress.at(permille as u64, 1000);
        true
    })?;
    drop(progress);
    answer.failed.iter().for_each(|why| complain(why));
    Ok(answer)
}

fn print_count(retrieval: &Retrieval<'_>, mut out: Output) -> Result<(), Failure> {
    let (mut n_passages, mut n_documents) = (0, 0);
    retrieval.each(&mut |found| {
        n_passages += found.passages.len();
        n_documents += usize::from(!found.passages.is_empty());
        true
    })?;
    let documents = count!(n_documents, "{n} document", "{n} documents");
    out.line(&count!(n_passages, "{n} passage in {documents}", "{n} passages in {documents}", documents))?;
    Ok(out.done()?)
}

/// Prints passages in their contexts; returns how many there are in all.
fn print(answer: &InContext, has_counterparts: bool, out: &mut Output) -> Result<usize, Failure> {
    let widest = |text: fn(&Hit) -> &str| answer.hits.iter().map(|hit| columns(text(hit))).max().unwrap_or(0);
    let (width, said_width) = (widest(|hit| &hit.document.0), widest(|hit| &hit.said).min(SAID_COLUMNS));
    let padded = |text: &str, width: usize| format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))));
    for hit in &answer.hits {
        let (left, right) = (tail(&hit.line.left, SIDE_COLUMNS), head(&hit.line.right, SIDE_COLUMNS));
        let words = if out.is_terminal() { fitted(&hit.line.keyword, WORDS_COLUMNS) } else { hit.line.keyword.clone() };
        let document = padded(&hit.document.0, width);
        let said = padded(&hit.said, said_width);
        out.line(&format!("{document}  {said}  {left}[{words}]{right}"))?;
        if has_counterparts {
            let words = if hit.counterpart.is_empty() { "—" } else { &hit.counterpart };
            out.line(&format!("{:width$}  ↔ {words}", ""))?;
        }
    }
    let (n, all) = (answer.hits.len(), answer.n_passages);
    if n == MAX_HITS && all > n {
        complain(&count!(n, "only the first {n} of {all} is listed", "only the first {n} of {all} are listed", all));
    }
    Ok(all)
}

fn print_objects(retrieval: &Retrieval<'_>, shared: &Shared, out: &mut Output) -> Result<usize, Failure> {
    let mut all = Vec::new();
    let mut failed = None;
    retrieval.each(&mut |found| {
        match retrieval.annotations(&found) {
            Ok(annotations) => all.extend(objects(&found, &annotations, shared)),
            Err(error) => failed = Some(error),
        }
        failed.is_none()
    })?;
    failed.map_or(Ok(()), Err)?;
    out.json(&all)?;
    Ok(all.len())
}

fn objects(found: &Found<'_>, annotations: &BTreeMap<u32, Annotation>, shared: &Shared) -> Vec<Listed> {
    let of = |passage: &Passage| {
        let own: Vec<&Annotation> = passage.of.iter().filter_map(|at| annotations.get(at)).collect();
        let once = |name: fn(&Annotation, &Shared) -> String| {
            let names: BTreeSet<String> = own.iter().map(|annotation| name(annotation, shared)).collect();
            names.into_iter().collect()
        };
        // A passage lies within each annotation that it comes from.
        let quote = own.first().map(|a| {
            let within = a.quote.exact.chars().skip(passage.start.saturating_sub(a.passage.start));
            within.take(passage.end - passage.start).collect()
        });
        Listed {
            document: found.document.0.clone(),
            language: shared.language(found.document).to_owned(),
            title: shared.title(found.document).to_owned(),
            start: passage.start,
            end: passage.end,
            quote: quote.unwrap_or_default(),
            codes: once(|annotation, shared| shared.codebook.path(&annotation.code)),
            coders: once(|annotation, _| annotation.coder.clone()),
            annotations: own.iter().map(|annotation| annotation.id.to_string()).collect(),
        }
    };
    found.passages.iter().map(of).collect()
}
