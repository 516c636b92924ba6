//! `tanba rules`: what the team agreed on: who sees what, who reviews, why annotations are rejected.

use std::collections::BTreeSet;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::model::change::{Change, Record};
use crate::model::event::Deed;
use crate::model::rules::{CONSENSUS, Colleagues, REASONS, Rule, Rules};
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
    let changes = changed(&was, &args)?;
    let mut now = was;
    for change in &changes {
        match (&change.now, &change.was) {
            (Some(Record::Rule(rule)), _) => now.insert(rule.clone()),
            (None, Some(Record::Rule(rule))) => now.remove(rule),
            _ => {}
        }
    }
    if !changes.is_empty() {
        store.keep(changes, Deed::Plain, clock::now())?;
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

/// The changes of the rules that were asked for; what is so already is left out.
fn changed(rules: &Rules, args: &RulesArgs) -> Result<Vec<Change>, Failure> {
    let mut changes = Vec::new();
    if let Some(colleagues) = args.colleagues.as_deref().and_then(Colleagues::named)
        && colleagues != rules.colleagues
    {
        let record = |colleagues| Record::Rule(Rule::Colleagues(colleagues));
        changes.push(Change::replace(record(rules.colleagues), record(colleagues)));
    }
    let tidied = |names: &[String]| {
        let names = names.iter().map(|name| printable(name.trim())).filter(|name| !name.is_empty());
        names.collect::<BTreeSet<String>>()
    };
    if tidied(&args.reviewer).contains(CONSENSUS) {
        return Err(say!("consensus is the name of what was settled, nobody's").into());
    }
    let mut put = |new: &[String], gone: &[String], known: &[String], rule: fn(String) -> Rule| {
        let is_new = |name: &String| !known.contains(name) && !REASONS.contains(&name.as_str());
        changes.extend(tidied(new).into_iter().filter(is_new).map(|name| Change::put(Record::Rule(rule(name)))));
        let gone = tidied(gone).into_iter().filter(|name| known.contains(name));
        changes.extend(gone.map(|name| Change::remove(Record::Rule(rule(name)))));
    };
    put(&args.reviewer, &args.no_reviewer, &rules.reviewers, Rule::Reviewer);
    put(&args.reason, &args.no_reason, &rules.reasons, Rule::Reason);
    Ok(changes)
}
