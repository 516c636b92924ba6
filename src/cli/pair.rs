//! `tanba pair`: says that two documents belong together.

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::model::change::{Change, Record};
use crate::model::document::{DocumentId, Pair};
use crate::model::event::Deed;
use crate::model::shared::Shared;
use crate::shell::clock;
use crate::store::Store;
use crate::{count, say};

#[derive(Args)]
struct PairArgs {
    /// The document for the left pane
    #[arg(required_unless_present = "by_name", requires = "right")]
    left: Option<String>,
    /// The document for the right pane
    right: Option<String>,
    /// Take the pair apart
    #[arg(long, requires = "right")]
    remove: bool,
    /// Pair all documents whose names differ in the language alone: interview.en and interview.kk
    #[arg(long, conflicts_with_all = ["left", "right"])]
    by_name: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba pair interview.en interview.kk", "they open side by side"),
    ("tanba pair --remove interview.en interview.kk", "they are no pair any more"),
    ("tanba pair --by-name", "pairs all that are named alike, in the project's languages"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    PairArgs::augment_args(command.about("Say that two documents belong side by side"))
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = PairArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let mut store = context.store_to_write()?;
    let shared = store.shared()?;
    let pairs = match (args.left, args.right) {
        (Some(left), Some(right)) if args.remove => return remove(&mut store, &shared, left, right),
        (Some(left), Some(right)) => vec![checked(&shared, left, right)?],
        _ => by_name(&shared, &store.project.settings.languages),
    };
    let mut out = Output::new();
    let new: Vec<&Pair> = pairs.iter().filter(|pair| !shared.pairs.contains(pair)).collect();
    let changes: Vec<Change> = new.iter().map(|pair| Change::put(Record::Pair((*pair).clone()))).collect();
    if !changes.is_empty() {
        store.keep(changes, Deed::Plain, clock::now())?;
    }
    let told = if args.by_name { new.clone() } else { pairs.iter().collect() };
    for pair in told {
        out.line(&format!("{} ↔ {}", pair.left, pair.right))?;
    }
    if args.by_name {
        out.line(&count!(new.len(), "{n} new pair", "{n} new pairs"))?;
    }
    Ok(out.done()?)
}

fn remove(store: &mut Store, shared: &Shared, left: String, right: String) -> Result<(), Failure> {
    let (left, right) = (DocumentId(left), DocumentId(right));
    let Some(pair) = shared.pairs.iter().find(|pair| pair.other(&left) == Some(&right)) else {
        return Err(say!("{left} and {right} are no pair", left, right).into());
    };
    store.keep(vec![Change::remove(Record::Pair(pair.clone()))], Deed::Plain, clock::now())?;
    let mut out = Output::new();
    out.line(&say!("pair {left} ↔ {right} removed", left = pair.left, right = pair.right))?;
    Ok(out.done()?)
}

fn checked(shared: &Shared, left: String, right: String) -> Result<Pair, Failure> {
    let pair = Pair { left: DocumentId(left), right: DocumentId(right) };
    if pair.left == pair.right {
        return Err(say!("a document is no pair with itself").into());
    }
    if let Some(missing) = [&pair.left, &pair.right].into_iter().find(|id| !shared.documents.contains_key(*id)) {
        return Err(say!("no document is called \"{missing}\"; `tanba documents` lists them", missing).into());
    }
    // A document opens with one other: two would hide each other.
    let is_in_way =
        |known: &&Pair| **known != pair && [&pair.left, &pair.right].iter().any(|id| known.other(id).is_some());
    if let Some(known) = shared.pairs.iter().find(is_in_way) {
        let (left, right) = (&known.left, &known.right);
        return Err(say!(
            "{left} and {right} are a pair; take it apart first: tanba pair --remove {left} {right}",
            left,
            right
        )
        .into());
    }
    Ok(pair)
}

/// The documents that belong to no pair and are named alike but for the project's two languages.
fn by_name(shared: &Shared, languages: &[String]) -> Vec<Pair> {
    let [left, right, ..] = languages else { return Vec::new() };
    if left == right {
        return Vec::new();
    }
    let is_free = |id: &DocumentId| shared.documents.contains_key(id) && shared.pair_of(id).is_none();
    let pair = |id: &DocumentId| {
        let stem = id.0.strip_suffix(&format!(".{left}"))?;
        let other = DocumentId(format!("{stem}.{right}"));
        (is_free(id) && is_free(&other)).then(|| Pair { left: id.clone(), right: other })
    };
    shared.documents.keys().filter_map(pair).collect()
}
