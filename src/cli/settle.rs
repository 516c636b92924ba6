//! `tanba settle`: settles places where coders differ, by hand or by rules, into the consensus.

use std::collections::BTreeSet;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::agreement::comparison::{Comparison, Kind};
use crate::agreement::settling::{Adjudication, Rule, Settling};
use crate::cli::choice::ChoiceArgs;
use crate::cli::concordat::called;
use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::change::Change;
use crate::model::event::Deed;
use crate::model::rules::CONSENSUS;
use crate::model::settlement::{Ruling, Settlement};
use crate::query::choice::Choice;
use crate::shell::clock;
use crate::shell::comparing::{Compared, Taking, each};
use crate::store::Store;
use crate::text::width::printable;
use crate::{count, say};

#[derive(Args)]
struct SettleArgs {
    #[command(flatten)]
    choice: ChoiceArgs,
    /// Settle what a rule decides: same, majority, 'overlap 80'; of several the first one that decides
    #[arg(long, value_name = "RULE", conflicts_with_all = ["take", "reopen"])]
    rule: Vec<String>,
    /// Let the rules settle also where coders did not finish the document: who tagged something there counts
    #[arg(long)]
    unfinished: bool,
    /// Settle the place of this annotation (its id, as `tanba compare` prints it)
    #[arg(long, value_name = "ID")]
    place: Option<String>,
    /// Take what this coder says there; or both, or none
    #[arg(long, value_name = "CODER", requires = "place", conflicts_with = "reopen")]
    take: Option<String>,
    /// Open the place again
    #[arg(long, requires = "place")]
    reopen: bool,
    /// Why
    #[arg(long, default_value = "")]
    reason: String,
    /// Print an array of objects: what is settled, by whom, how and why
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba settle --rule same --rule 'overlap 80' --unfinished", "what all say alike, then what overlaps by 80 %"),
    ("tanba settle --json", "what is settled, by whom, how and why"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    SettleArgs::augment_args(command)
        .about("Settle places where coders differ, into the consensus; or list what is settled")
        .after_help(
            "What is settled is a layer of annotations by the coder \"consensus\": tables, queries and exports take it as they \
             take a coder's, for example with `by:consensus`.",
        )
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = SettleArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let wrong = |rule: &String| {
        let rule = printable(rule);
        Failure::Misunderstood(vec![say!(
            "\"{rule}\" is no rule; a rule is same, majority, or overlap and per cent",
            rule
        )])
    };
    let rules = args.rule.iter().map(|rule| Rule::read(rule).ok_or_else(|| wrong(rule)));
    let rules = rules.collect::<Result<Vec<Rule>, Failure>>()?;
    let is_written = !rules.is_empty() || args.take.is_some() || args.reopen;
    let mut store = if is_written { context.store_to_write()? } else { context.store()? };
    let choice = args.choice.choice(&store.shared()?)?;
    if !rules.is_empty() {
        let taking = if args.unfinished { Taking::Everybody } else { Taking::Finished };
        return by_rules(&mut store, (&choice, taking), &rules, &args);
    }
    let Some(place) = &args.place else { return list(&store, &choice, &args) };
    let id = place.parse::<AnnotationId>().map_err(|_| say!("\"{place}\" is no annotation's id", place))?;
    by_hand(&mut store, id, &args)
}

fn by_rules(
    store: &mut Store,
    (choice, taking): (&Choice, Taking),
    rules: &[Rule],
    args: &SettleArgs,
) -> Result<(), Failure> {
    let shared = store.shared()?;
    let by = (store.writer.coder.clone(), clock::now());
    let (mut changes, mut counts, mut n_open) = (Vec::new(), vec![0usize; rules.len()], 0);
    // Among all coders; who and what is chosen says only which places.
    let whole = Choice { coders: Vec::new(), codes: Vec::new(), ..choice.clone() };
    let book = &shared.codebook;
    let is_chosen = |annotation: &Annotation| {
        let by = choice.coders.is_empty() || choice.coders.contains(&annotation.coder);
        let mut codes = choice.codes.iter().filter_map(|name| book.find(name));
        by && (choice.codes.is_empty() || codes.any(|code| book.is_one(&annotation.code, &code.id)))
    };
    each(store, &shared, (&whole, taking), &mut |compared| {
        let mut adjudication = Adjudication::new(&compared.review, compared.consensus.iter().cloned());
        for place in compared.places.iter().filter(|place| !compared.is_settled(place)) {
            let said = compared.said_at(place);
            if !said.iter().any(|annotation| is_chosen(annotation)) {
                continue;
            }
            let decided = rules.iter().enumerate().find_map(|(at, rule)| {
                let (ruling, taken) = rule.take(place.kind, &said, compared.coders.len())?;
                Some((at, Settling { rule: rule.word(), ..Settling::taking(said.clone(), ruling, &taken) }))
            });
            let Some((at, settling)) = decided else {
                n_open += 1;
                continue;
            };
            if let Some(n) = counts.get_mut(at) {
                *n += 1;
            }
            let settling = Settling { reason: args.reason.clone(), ..settling };
            adjudication.settle(&settling, (&by.0, by.1));
        }
        changes.extend(adjudication.changes());
        true
    })?;
    if !changes.is_empty() {
        store.keep(changes, Deed::Plain, by.1)?;
    }
    let mut out = Output::new();
    for (rule, n) in rules.iter().zip(counts) {
        let rule = rule.word();
        out.line(&count!(n, "{rule}: {n} place settled", "{rule}: {n} places settled", rule))?;
    }
    out.line(&count!(n_open, "{n} place is left to people", "{n} places are left to people"))?;
    if taking == Taking::Finished {
        out.line(say!("only documents that coders finished were looked at; --unfinished takes all"))?;
    }
    Ok(out.done()?)
}

fn by_hand(store: &mut Store, id: AnnotationId, args: &SettleArgs) -> Result<(), Failure> {
    let shared = store.shared()?;
    let by = (store.writer.coder.clone(), clock::now());
    if args.reopen {
        return reopen(store, id, by.1);
    }
    let mut changes: Option<Result<Vec<Change>, Failure>> = None;
    each(store, &shared, (&Choice::default(), Taking::Everybody), &mut |compared| {
        let is_of = |place: &&Comparison| compared.said_at(place).iter().any(|annotation| annotation.id == id);
        if let Some(place) = compared.places.iter().find(is_of) {
            changes = Some(settled(&compared, place, args, (&by.0, by.1)));
        }
        changes.is_none()
    })?;
    let missing =
        || say!("no place that coders are compared at has that annotation; `tanba compare` lists them").into();
    let changes = changes.ok_or_else(missing).and_then(|changes: Result<Vec<Change>, Failure>| changes)?;
    let event = store.keep(changes, Deed::Plain, by.1)?;
    let mut out = Output::new();
    out.line(&crate::app::telling::told(&shared.codebook, &event))?;
    Ok(out.done()?)
}

fn settled(
    compared: &Compared,
    place: &Comparison,
    args: &SettleArgs,
    by: (&str, crate::model::time::Time),
) -> Result<Vec<Change>, Failure> {
    let said = compared.said_at(place);
    let take = args.take.as_deref().ok_or(say!("say what comes of it: --take CODER, --take both, --take none"))?;
    let settling = match take {
        "none" => Settling::taking(said, Ruling::Nothing, &[]),
        "both" | "all" => {
            let all = Rule::Same.take(Kind::Same, &said, 0).map(|(_, taken)| taken).unwrap_or_default();
            Settling::taking(said, Ruling::All, &all)
        }
        coder => {
            let own: Vec<&Annotation> = said.iter().copied().filter(|annotation| annotation.coder == coder).collect();
            if own.is_empty() {
                let coder = printable(coder);
                return Err(say!("{coder} said nothing there; --take none leaves it untagged", coder).into());
            }
            Settling::taking(said, Ruling::Take(coder.to_owned()), &own)
        }
    };
    let settling = Settling { reason: args.reason.clone(), ..settling };
    let mut adjudication = Adjudication::new(&compared.review, compared.consensus.iter().cloned());
    adjudication.settle(&settling, by);
    Ok(adjudication.changes())
}

/// Opens again what was settled of an annotation, or made this one; also where the coders' own are gone.
fn reopen(store: &mut Store, id: AnnotationId, now: crate::model::time::Time) -> Result<(), Failure> {
    let sight = store.reading().sight()?;
    let mut changes = Vec::new();
    for document in store.index().reviewed_documents()? {
        let review = store.index().review(&document)?.seen_by(&sight);
        let mut consensus = Vec::new();
        store
            .index()
            .each_annotation(&document, &mut |one| consensus.extend((one.coder == CONSENSUS).then_some(one)))?;
        let mut adjudication = Adjudication::new(&review, consensus.into_iter());
        if adjudication.reopen(id) {
            changes = adjudication.changes();
            break;
        }
    }
    if changes.is_empty() {
        return Err(say!("nothing was settled here").into());
    }
    let event = store.keep(changes, Deed::Plain, now)?;
    let mut out = Output::new();
    out.line(&crate::app::telling::told(&store.shared()?.codebook, &event))?;
    Ok(out.done()?)
}

#[derive(Serialize)]
struct Listed {
    document: String,
    start: usize,
    end: usize,
    codes: Vec<String>,
    outcome: String,
    #[serde(flatten)]
    by: Decided,
    annotations: Vec<String>,
    current: bool,
}

/// Who decided, by which rule, why, and when.
#[derive(Serialize)]
struct Decided {
    rule: String,
    coder: String,
    reason: String,
    time: crate::model::time::Time,
}

fn list(store: &Store, choice: &Choice, args: &SettleArgs) -> Result<(), Failure> {
    let shared = store.shared()?;
    let mut all: Vec<Listed> = Vec::new();
    let mut n_open = 0;
    each(store, &shared, (choice, Taking::Everybody), &mut |compared| {
        let current: Vec<AnnotationId> = compared
            .places
            .iter()
            .filter(|place| compared.is_settled(place))
            .filter_map(|place| compared.said_at(place).iter().map(|annotation| annotation.id).min())
            .collect();
        n_open += compared.places.len() - current.len();
        all.extend(compared.review.settlements.values().map(|one| listed(one, current.contains(&one.id()))));
        true
    })?;
    let mut out = Output::new();
    if args.json {
        out.json(&all)?;
        return Ok(out.done()?);
    }
    for one in &all {
        let how =
            if one.by.rule.is_empty() { printable(&one.by.coder) } else { say!("rule {rule}", rule = one.by.rule) };
        let stale = if one.current { "" } else { say!(" · open again, something changed") };
        let reason = printable(&one.by.reason);
        let codes = one.codes.iter().map(|id| called(&shared, id)).collect::<Vec<_>>().join(", ");
        let (document, start, end, outcome) = (&one.document, one.start, one.end, printable(&one.outcome));
        out.line(&format!("{document}  {start}..{end}  {codes}  {outcome}  {how}  {reason}{stale}"))?;
    }
    let n = all.iter().filter(|one| one.current).count();
    out.line(&say!(
        "{settled}, {open}",
        settled = count!(n, "{n} place settled", "{n} places settled"),
        open = count!(n_open, "{n} place open", "{n} places open")
    ))?;
    Ok(out.done()?)
}

fn listed(one: &Settlement, current: bool) -> Listed {
    Listed {
        document: one.document.0.clone(),
        start: one.sources.iter().map(|(_, claim)| claim.start).min().unwrap_or(0),
        end: one.sources.iter().map(|(_, claim)| claim.end).max().unwrap_or(0),
        codes: {
            let all: BTreeSet<&str> = one.sources.iter().map(|(_, claim)| claim.code.0.as_str()).collect();
            all.into_iter().map(str::to_owned).collect()
        },
        outcome: one.ruling.word(),
        by: Decided { rule: one.rule.clone(), coder: one.coder.clone(), reason: one.reason.clone(), time: one.time },
        annotations: one.made.iter().map(ToString::to_string).collect(),
        current,
    }
}
