//! `tanba search`: a query's places in all documents, in their contexts.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};
use serde::Serialize;

use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, Progress, complain};
use crate::cli::places::tag;
use crate::query::hit::{Hit, Order, aligned, sort};
use crate::query::needle::told;
use crate::shell::concord::{Field, MAX_HITS, concord};
use crate::store::Store;
use crate::text::search::{How, Needle, meant};
use crate::text::width::columns;
use crate::{count, say};

#[derive(Args)]
#[allow(clippy::struct_excessive_bools)] // each is an option of its own
struct SearchArgs {
    /// What to look for, in any script; =QUERY as written, ~QUERY also inside words, /QUERY/ a pattern
    query: String,
    /// As written: capitals, marks and all
    #[arg(long)]
    exact: bool,
    /// Also inside words
    #[arg(long, conflicts_with = "exact")]
    part: bool,
    /// As a regular expression
    #[arg(long, conflicts_with_all = ["exact", "part"])]
    regex: bool,
    /// In this document; may be given several times [default: all]
    #[arg(long, value_name = "DOC")]
    document: Vec<String>,
    /// In documents of this language
    #[arg(long, value_name = "LANG")]
    language: Vec<String>,
    /// With what the pair's other document says there
    #[arg(long)]
    counterpart: bool,
    /// Tag every hit with this code, as one step that undo takes back
    #[arg(long, value_name = "CODE")]
    tag: Option<String>,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba search qazaqstan --counterpart", "finds Қазақстанда too, with the translation below"),
    ("tanba search белсенділік --sort right", "sorted by what stands behind"),
    ("tanba search slacktivism --tag slacktivism", "tags every place, in one step"),
    ("tanba search '/likes? and shares?/' --json", "by a pattern, as objects"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    let sort = Arg::new("sort")
        .long("sort")
        .value_name("BY")
        .value_parser(value_parser!(String))
        .help("place, left (the words before) or right (the words behind)")
        .default_value("place");
    SearchArgs::augment_args(command).about("List the places of a word in their contexts").arg(sort)
}

/// A hit as it is printed.
#[derive(Serialize)]
struct Listed {
    document: String,
    start: usize,
    end: usize,
    left: String,
    keyword: String,
    right: String,
    counterpart: String,
}

/// Columns on each side of a keyword, for people.
const SIDE_COLUMNS: usize = 44;

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = SearchArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let order = match matches.get_one::<String>("sort").map(String::as_str) {
        Some("left") => Order::Left,
        Some("right") => Order::Right,
        Some("place") | None => Order::Place,
        Some(other) => {
            return Err(Failure::Misunderstood(vec![say!("--sort is place, left or right, not \"{other}\"", other)]));
        }
    };
    let (how, words) = match (args.exact, args.part, args.regex) {
        (true, ..) => (How::Exact, args.query.as_str()),
        (_, true, _) => (How::Folded, args.query.as_str()),
        (.., true) => (How::Regex, args.query.as_str()),
        _ => meant(&args.query),
    };
    let needle = Needle::new(words, how).map_err(|error| Failure::Misunderstood(vec![told(&error)]))?;
    let mut store = if args.tag.is_some() { context.store_to_write()? } else { context.store()? };
    let mut hits = find(&args, &needle, &store)?;
    sort(&mut hits, order);
    if let Some(code) = &args.tag {
        let places: Vec<_> = hits.iter().map(|hit| (hit.document.clone(), hit.span)).collect();
        return tag(&mut store, &places, code);
    }
    let mut out = Output::new();
    if args.json {
        out.json(&listed(&store, &hits)?)?;
    } else {
        print(&hits, args.counterpart, &mut out)?;
    }
    out.done()?;
    if hits.is_empty() {
        complain(say!("nothing found"));
        return Err(Failure::Silent);
    }
    Ok(())
}

fn find(args: &SearchArgs, needle: &Needle, store: &Store) -> Result<Vec<Hit>, Failure> {
    let shared = Arc::new(store.shared()?);
    if let Some(id) = args.document.iter().find(|id| !shared.documents.keys().any(|known| known.0 == **id)) {
        return Err(say!("no document is called \"{id}\"; `tanba documents` lists them", id).into());
    }
    let is_wanted = |id: &crate::model::document::DocumentId| {
        (args.document.is_empty() || args.document.contains(&id.0))
            && (args.language.is_empty() || args.language.iter().any(|language| language == shared.language(id)))
    };
    let documents = shared.documents.keys().filter(|id| is_wanted(id)).cloned().collect();
    let has_counterparts = args.counterpart || args.json;
    let max_aligned_bytes = if has_counterparts { usize::MAX } else { 0 };
    let field = Field { project: store.project.clone(), shared: Arc::clone(&shared), documents, max_aligned_bytes };
    let mut progress = Progress::of(say!("searching"));
    let (hits, failed) = concord(&field, needle, &mut |done| {
        progress.at(done as u64, 1000);
        true
    });
    drop(progress);
    for why in &failed {
        complain(why);
    }
    if hits.len() >= MAX_HITS {
        complain(&count!(hits.len(), "only the first {n} hit is taken", "only the first {n} hits are taken"));
    }
    Ok(hits)
}

fn print(hits: &[Hit], has_counterparts: bool, out: &mut Output) -> Result<(), Failure> {
    let width = hits.iter().map(|hit| columns(&hit.document.0)).max().unwrap_or(0);
    for hit in hits {
        let (line, _) = aligned(&hit.line, SIDE_COLUMNS, SIDE_COLUMNS);
        let gap = " ".repeat(width - columns(&hit.document.0));
        out.line(&format!("{}{gap}  {line}", hit.document))?;
        if has_counterparts {
            let words = if hit.counterpart.is_empty() { "—" } else { &hit.counterpart };
            out.line(&format!("{:width$}  ↔ {words}", ""))?;
        }
    }
    Ok(())
}

/// Hits with their places in code points.
fn listed(store: &Store, hits: &[Hit]) -> Result<Vec<Listed>, Failure> {
    // Each document is measured once, however the hits are sorted.
    let mut measured = BTreeMap::new();
    let mut all = Vec::with_capacity(hits.len());
    for hit in hits {
        let opened = match measured.entry(&hit.document) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let opened = store.open_document(&hit.document)?;
                place.insert((opened.text, opened.offsets))
            }
        };
        let range = opened.1.code_points(&opened.0, hit.span);
        all.push(Listed {
            document: hit.document.0.clone(),
            start: range.start,
            end: range.end,
            left: hit.line.left.clone(),
            keyword: hit.line.keyword.clone(),
            right: hit.line.right.clone(),
            counterpart: hit.counterpart.clone(),
        });
    }
    Ok(all)
}
