//! `tanba assign`: who is to code what: listed, given by hand, dealt at random, taken back.

use std::collections::{BTreeMap, BTreeSet};

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::agreement::dealing::{self, Deal, Terms, TooFew};
use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::model::assignment::Assignment;
use crate::model::change::{Change, Record};
use crate::model::document::{DocumentId, language_of};
use crate::model::event::Deed;
use crate::model::rules::CONSENSUS;
use crate::model::shared::Shared;
use crate::shell::clock;
use crate::store::Store;
use crate::store::project::coder_named;
use crate::text::width::{columns, printable};
use crate::{count, say};

/// Seeds that the program takes itself are below this: they are to be typed again, and written in a paper.
const MAX_SEED: u128 = 1_000_000;

#[derive(Args)]
#[allow(clippy::struct_excessive_bools)] // each is an option of its own
struct AssignArgs {
    /// The documents, as `tanba documents` names them
    #[arg(requires = "to")]
    documents: Vec<String>,
    /// Give documents to these coders
    #[arg(long, value_name = "CODER", value_delimiter = ',')]
    to: Vec<String>,
    /// All documents
    #[arg(long, requires = "to", conflicts_with = "documents")]
    all: bool,
    /// Take the documents away from the coders of --to again
    #[arg(long, requires = "to")]
    take_back: bool,
    /// Deal the documents that nobody has to these coders, at random and evenly; both texts of a pair go to one
    #[arg(long, value_name = "CODERS", value_delimiter = ',', conflicts_with_all = ["to", "documents"])]
    deal: Vec<String>,
    /// How many documents (or pairs) everybody gets, to compute agreement; those counted that everybody has
    #[arg(long, value_name = "N", requires = "deal", default_value = "0")]
    overlap: usize,
    /// Where chance starts: one seed deals the same again [default: another each time]
    #[arg(long, value_name = "N", requires = "deal")]
    seed: Option<u64>,
    /// Only documents of this language
    #[arg(long, value_name = "LANG")]
    language: Option<String>,
    /// Tell what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Print an object
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba assign", "who has what, and what of it is finished"),
    ("tanba assign --to asel interview.en interview.kk", "gives her two documents"),
    ("tanba assign --deal asel,dana,bek --overlap 2", "two documents or pairs to everybody, the others evenly"),
    ("tanba assign --to bek --all --take-back", "takes all documents away from him again"),
    ("tanba progress --everyone", "how far everybody is"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    AssignArgs::augment_args(command.about("List, give and deal out documents: who is to code what")).after_help(
        "What is given is part of the project and comes with the journals. It hides and locks nothing: everybody may still \
         read and code everything.",
    )
}

#[derive(Serialize)]
struct Listed<'a> {
    document: &'a DocumentId,
    language: &'a str,
    coders: Vec<&'a String>,
    finished: Vec<&'a String>,
}

#[derive(Serialize, Default)]
struct Outcome {
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(rename = "dry_run")]
    is_dry_run: bool,
    for_everybody: Vec<Vec<DocumentId>>,
    given: Vec<Assignment>,
    taken_back: Vec<Assignment>,
}

/// What is to be done, and what is told of it beside that.
#[derive(Default)]
struct Plan {
    outcome: Outcome,
    notes: Vec<String>,
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = AssignArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let language = args.language.as_deref().map(language_of).transpose()?;
    if args.to.is_empty() && args.deal.is_empty() {
        let store = context.store()?;
        return list(&store.shared()?, language.as_deref(), args.json);
    }
    let coders = coders(if args.deal.is_empty() { &args.to } else { &args.deal })?;
    let mut store = if args.dry_run { context.store()? } else { context.store_to_write()? };
    let shared = store.shared()?;
    let mut plan = if args.deal.is_empty() {
        by_hand(&shared, &args, &coders, language.as_deref())?
    } else {
        dealt(&shared, &args, &coders, language.as_deref())?
    };
    plan.outcome.is_dry_run = args.dry_run;
    let put = plan.outcome.given.iter().map(|one| Change::put(Record::Assignment(one.clone())));
    let gone = plan.outcome.taken_back.iter().map(|one| Change::remove(Record::Assignment(one.clone())));
    let changes: Vec<Change> = put.chain(gone).collect();
    if !changes.is_empty() && !args.dry_run {
        store.keep(changes, Deed::Plain, clock::now())?;
    }
    if args.json {
        let mut out = Output::new();
        out.json(&plan.outcome)?;
        return Ok(out.done()?);
    }
    tell(&plan, &shared, &strangers(&store, &shared, &coders)?)
}

/// The coders by their names, as journals have them; fails where one can't be a coder's, or stands there twice.
fn coders(named: &[String]) -> Result<BTreeSet<String>, Failure> {
    let mut coders = BTreeSet::new();
    for name in named.iter().map(|name| name.trim()) {
        let shown = printable(name);
        match coder_named(name) {
            Some(coder) if coder == CONSENSUS => {
                return Err(say!("consensus is the name of what was settled, nobody's").into());
            }
            Some(coder) if coder == name => {
                if !coders.insert(coder) {
                    return Err(say!("{name} is named twice; name each coder once", name = shown).into());
                }
            }
            Some(near) => {
                return Err(say!("\"{name}\" can't be a coder's name; is it {near}?", name = shown, near).into());
            }
            None => {
                return Err(say!("\"{name}\" can't be a coder's name; write letters and digits", name = shown).into());
            }
        }
    }
    Ok(coders)
}

/// What giving or taking the named documents changes.
fn by_hand(
    shared: &Shared,
    args: &AssignArgs,
    coders: &BTreeSet<String>,
    language: Option<&str>,
) -> Result<Plan, Failure> {
    if args.documents.is_empty() && !args.all {
        return Err(Failure::Misunderstood(vec![say!("which documents? name them, or say --all").into()]));
    }
    let named: BTreeSet<DocumentId> = args.documents.iter().map(|name| DocumentId(name.clone())).collect();
    // What is no more here can still be taken back.
    let is_known = |id: &&DocumentId| {
        shared.documents.contains_key(*id) || (args.take_back && shared.assignees(id).next().is_some())
    };
    if let Some(unknown) = named.iter().find(|id| !is_known(id)) {
        let id = printable(&unknown.0);
        return Err(say!("no document is called \"{id}\"; `tanba documents` lists them", id).into());
    }
    let assigned = || shared.assignments.iter().map(|one| &one.document).filter(|_| args.take_back);
    let all: BTreeSet<&DocumentId> =
        if args.all { shared.documents.keys().chain(assigned()).collect() } else { named.iter().collect() };
    let mut plan = Plan::default();
    for id in all {
        if language.is_some_and(|language| shared.language(id) != language) {
            if !args.all {
                plan.notes.push(say!("{document} is in another language and is left out", document = id));
            }
            continue;
        }
        for coder in coders {
            let one = Assignment::new(id, coder);
            match (shared.assignments.contains(&one), args.take_back) {
                (true, true) => plan.outcome.taken_back.push(one),
                (false, false) => plan.outcome.given.push(one),
                _ if args.all => {}
                (true, false) => plan.notes.push(say!("{coder} has {document} already", coder, document = id)),
                (false, true) => plan.notes.push(say!("{coder} does not have {document}", coder, document = id)),
            }
        }
    }
    if plan.notes.is_empty() && plan.outcome.given.is_empty() && plan.outcome.taken_back.is_empty() {
        let why = if args.take_back { say!("there is nothing to take back") } else { say!("there is nothing to give") };
        return Err(say!("{why}; `tanba assign` lists who has what", why).into());
    }
    Ok(plan)
}

/// What dealing gives to whom.
fn dealt(
    shared: &Shared,
    args: &AssignArgs,
    coders: &BTreeSet<String>,
    language: Option<&str>,
) -> Result<Plan, Failure> {
    if args.overlap > 0 && coders.len() < 2 {
        return Err(say!("what everybody codes needs two coders at least; name them with --deal").into());
    }
    let units = dealing::units(shared, language);
    if units.is_empty() {
        return Err(say!("there is no such document; `tanba documents` lists them").into());
    }
    let seed = args.seed.unwrap_or((clock::chance() % MAX_SEED) as u64);
    let terms = Terms { coders: coders.clone(), n_common: args.overlap, seed };
    let Deal { given, common } =
        dealing::deal(units, &shared.assignments, &terms).map_err(|TooFew { n_free, n_common }| {
            let most = n_free + n_common;
            count!(
                n_free,
                "{n} document or pair is free, so --overlap can be {most} at most",
                "{n} documents or pairs are free, so --overlap can be {most} at most",
                most
            )
        })?;
    if given.is_empty() {
        return Err(say!("there is nothing to deal: somebody has every document; `tanba assign` lists who").into());
    }
    let outcome =
        Outcome { seed: Some(seed), for_everybody: common, given: given.into_iter().collect(), ..Outcome::default() };
    Ok(Plan { outcome, notes: Vec::new() })
}

/// The coders of whom nothing is known here yet: a name may be misspelt.
fn strangers(store: &Store, shared: &Shared, coders: &BTreeSet<String>) -> Result<Vec<String>, Failure> {
    let written = store.reading().last_written()?;
    let is_known = |coder: &String| {
        written.contains_key(coder)
            || *coder == store.writer.coder
            || shared.rules.reviewers.contains(coder)
            || shared.assignments.iter().any(|one| one.coder == *coder)
    };
    Ok(coders.iter().filter(|coder| !is_known(coder)).cloned().collect())
}

/// Prints what was done.
fn tell(plan: &Plan, shared: &Shared, strangers: &[String]) -> Result<(), Failure> {
    let mut out = Output::new();
    let Plan { outcome, notes } = plan;
    for note in notes {
        out.line(note)?;
    }
    if let Some(seed) = outcome.seed {
        out.line(&say!("seed {seed}", seed))?;
    }
    let names = |ids: &mut dyn Iterator<Item = &DocumentId>| ids.map(|id| id.0.as_str()).collect::<Vec<_>>().join(", ");
    let common: BTreeSet<&DocumentId> = outcome.for_everybody.iter().flatten().collect();
    if !common.is_empty() {
        out.line(&say!("for everybody: {documents}", documents = names(&mut common.iter().copied())))?;
    }
    let mut by_coder: BTreeMap<&str, Vec<&Assignment>> = BTreeMap::new();
    for one in outcome.given.iter().chain(&outcome.taken_back) {
        by_coder.entry(&one.coder).or_default().push(one);
    }
    for (coder, own) in by_coder {
        let had = shared.assignments.iter().filter(|one| one.coder == coder).count();
        let documents = names(&mut own.iter().map(|one| &one.document).filter(|id| !common.contains(id)));
        let n = own.len();
        let told = if outcome.given.is_empty() {
            let all = had.saturating_sub(n);
            count!(
                n,
                "{coder}: {n} document less, {all} in all",
                "{coder}: {n} documents less, {all} in all",
                coder,
                all
            )
        } else {
            let all = had + n;
            count!(
                n,
                "{coder}: {n} document more, {all} in all",
                "{coder}: {n} documents more, {all} in all",
                coder,
                all
            )
        };
        out.line(&if documents.is_empty() { told } else { format!("{told}: {documents}") })?;
    }
    if !strangers.is_empty() && outcome.taken_back.is_empty() {
        let coders = strangers.join(", ");
        out.line(&say!("nothing is here yet of {coders}; are the names spelt as they spell them?", coders))?;
    }
    if outcome.is_dry_run {
        out.line(say!("nothing was changed yet; the same without --dry-run does it"))?;
    }
    Ok(out.done()?)
}

/// Lists who has what.
fn list(shared: &Shared, language: Option<&str>, is_json: bool) -> Result<(), Failure> {
    let wanted = shared.documents.values().filter(|one| language.is_none_or(|language| one.language == language));
    let listed: Vec<Listed> = wanted
        .map(|document| Listed {
            document: &document.id,
            language: &document.language,
            coders: shared.assignees(&document.id).collect(),
            finished: shared.finishers(&document.id).collect(),
        })
        .collect();
    let mut out = Output::new();
    if is_json {
        out.json(&listed)?;
        return Ok(out.done()?);
    }
    let width = listed.iter().map(|one| columns(&one.document.0)).max().unwrap_or(0);
    for one in &listed {
        let sign = |coder: &&String| format!("{coder}{}", if one.finished.contains(coder) { " ✓" } else { "" });
        let mut coders: Vec<String> = one.coders.iter().map(sign).collect();
        coders.extend(Some("—".to_owned()).filter(|_| one.coders.is_empty()));
        let gap = " ".repeat(width - columns(&one.document.0));
        out.line(&format!("{}{gap}  {:2}  {}", one.document, one.language, coders.join(", ")))?;
    }
    let n_given = listed.iter().filter(|one| !one.coders.is_empty()).count();
    out.line(&count!(
        listed.len(),
        "{given} of {n} document is given to somebody",
        "{given} of {n} documents are given to somebody",
        given = n_given
    ))?;
    Ok(out.done()?)
}
