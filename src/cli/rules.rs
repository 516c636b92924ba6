//! `tanba rules`: what the team agreed on: who sees what, who reviews, why annotations are rejected.

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::model::change::{Change, Record};
use crate::model::event::Deed;
use crate::model::rules::{CONSENSUS, Colleagues, REASONS, Rules};
use crate::say;
use crate::shell::clock;
use crate::text::width::printable;

#[derive(Args)]
struct RulesArgs {
    /// When coders see what colleagues annotated: always, finished (in the documents that they finished), never
    #[arg(long, value_name = "WHEN", value_parser = ["always", "finished", "never"])]
    colleagues: Option<String>,
    /// A coder who reviews and settles, and sees everything
    #[arg(long, value_name = "CODER")]
    reviewer: Vec<String>,
    /// A coder who reviews no more
    #[arg(long, value_name = "CODER")]
    no_reviewer: Vec<String>,
    /// A reason to reject annotations, beside those that are always offered
    #[arg(long, value_name = "REASON")]
    reason: Vec<String>,
    /// A reason that is offered no more
    #[arg(long, value_name = "REASON")]
    no_reason: Vec<String>,
    /// Print an object
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba rules", "prints them"),
    (
        "tanba rules --colleagues finished --reviewer aigerim",
        "blind coding: only Aigerim sees others before they finished a document",
    ),
    ("tanba rules --reason 'too broad'", "a reason of your own"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    RulesArgs::augment_args(command.about("Print or set what the team agreed on: who sees what, who reviews")).after_help(
        "The rules are part of the project and hold in every view, table, search and export. They keep colleagues from \
         influencing each other; they are no lock: journals are plain files.",
    )
}

#[derive(Serialize)]
struct Listed<'a> {
    colleagues: &'a str,
    reviewers: &'a [String],
    reasons: Vec<&'a str>,
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = RulesArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let is_changed = args.colleagues.is_some()
        || [&args.reviewer, &args.no_reviewer, &args.reason, &args.no_reason].iter().any(|all| !all.is_empty());
    let mut store = if is_changed { context.store_to_write()? } else { context.store()? };
    let was = store.shared()?.rules;
    let now = changed(was.clone(), &args)?;
    if now != was {
        let change = Change::replace(Record::Rules(was), Record::Rules(now.clone()));
        store.keep(vec![change], Deed::Plain, clock::now())?;
    }
    let mut out = Output::new();
    let reasons = REASONS.into_iter().chain(now.reasons.iter().map(String::as_str)).collect();
    if args.json {
        out.json(&Listed { colleagues: now.colleagues.word(), reviewers: &now.reviewers, reasons })?;
        return Ok(out.done()?);
    }
    out.line(match now.colleagues {
        Colleagues::Always => say!("colleagues' annotations are seen at any time"),
        Colleagues::Finished => say!("colleagues' annotations are seen in the documents that one finished"),
        Colleagues::Never => say!("colleagues' annotations are never seen"),
    })?;
    let reviewers = if now.reviewers.is_empty() { "—".to_owned() } else { now.reviewers.join(", ") };
    out.line(&say!("reviewers, who see everything: {reviewers}", reviewers))?;
    out.line(&say!("reasons to reject: {reasons}", reasons = reasons.join(", ")))?;
    Ok(out.done()?)
}

/// The rules with what was asked for.
fn changed(mut rules: Rules, args: &RulesArgs) -> Result<Rules, Failure> {
    if let Some(colleagues) = args.colleagues.as_deref().and_then(Colleagues::named) {
        rules.colleagues = colleagues;
    }
    if args.reviewer.iter().any(|name| name == CONSENSUS) {
        return Err(say!("consensus is the name of what was settled, nobody's").into());
    }
    let put = |all: &mut Vec<String>, new: &[String], gone: &[String]| {
        for name in new.iter().map(|name| printable(name.trim())).filter(|name| !name.is_empty()) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        all.retain(|name| !gone.contains(name));
    };
    put(&mut rules.reviewers, &args.reviewer, &args.no_reviewer);
    put(&mut rules.reasons, &args.reason, &args.no_reason);
    rules.reasons.retain(|reason| !REASONS.contains(&reason.as_str()));
    Ok(rules)
}
