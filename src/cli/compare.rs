//! `tanba compare`: the places where coders coincide or differ.

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::agreement::comparison::{Comparison, Kind};
use crate::app::comparing::kind_name;
use crate::cli::choice::ChoiceArgs;
use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, complain};
use crate::model::annotation::Annotation;
use crate::model::shared::Shared;
use crate::say;
use crate::shell::comparing::{Compared, Taking, each};
use crate::text::width::printable;

#[derive(Args)]
#[allow(clippy::struct_excessive_bools)] // each is an option of its own
struct CompareArgs {
    #[command(flatten)]
    choice: ChoiceArgs,
    /// Only this kind: same, boundaries, code, missed
    #[arg(long, value_name = "KIND", value_parser = ["same", "boundaries", "code", "missed"])]
    kind: Vec<String>,
    /// Only places that are not settled
    #[arg(long)]
    open: bool,
    /// Only documents that coders finished, and only those coders
    #[arg(long)]
    finished: bool,
    /// Print only how many there are of each kind
    #[arg(long)]
    count: bool,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba compare --kind code --kind missed", "where coders gave other codes, or one gave none"),
    ("tanba compare --by asel --by dana --document interview.en --json", "two of them in one document, as objects"),
    ("tanba compare --count", "how many there are of each kind"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    CompareArgs::augment_args(command).about("List the places where coders coincide or differ")
}

#[derive(Serialize)]
struct Listed {
    document: String,
    start: usize,
    end: usize,
    kind: &'static str,
    settled: bool,
    missing: Vec<String>,
    said: Vec<ListedSaid>,
}

#[derive(Serialize)]
struct ListedSaid {
    annotation: String,
    coder: String,
    code: String,
    start: usize,
    end: usize,
    quote: String,
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = CompareArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let store = context.store()?;
    let shared = store.shared()?;
    let choice = args.choice.choice(&shared)?;
    if !choice.query.is_empty() || choice.since.is_some() || choice.until.is_some() {
        return Err(say!("coders are compared in whole documents; --query, --since and --until do not apply").into());
    }
    let taking = if args.finished { Taking::Finished } else { Taking::Everybody };
    let is_wanted = |compared: &Compared, place: &Comparison| {
        let is_kind = args.kind.is_empty() || args.kind.iter().any(|kind| kind == place.kind.word());
        is_kind && !(args.open && compared.is_settled(place))
    };
    let (mut listed, mut lines, mut counts, mut n_compared) = (Vec::new(), Vec::new(), [0usize; 4], 0);
    each(&store, &shared, (&choice, taking), &mut |compared| {
        n_compared += usize::from(compared.coders.len() > 1);
        for place in compared.places.iter().filter(|place| is_wanted(&compared, place)) {
            let at = Kind::ALL.iter().position(|kind| *kind == place.kind).unwrap_or(0);
            if let Some(n) = counts.get_mut(at) {
                *n += 1;
            }
            match (args.count, args.json) {
                (true, _) => {}
                (false, true) => listed.push(as_listed(&compared, place)),
                (false, false) => lines.push(told(&shared, &compared, place)),
            }
        }
        true
    })?;
    let mut out = Output::new();
    if args.json && !args.count {
        out.json(&listed)?;
        return Ok(out.done()?);
    }
    for line in lines {
        out.line(&line)?;
    }
    if n_compared == 0 {
        complain(say!("no document has two coders to compare, as far as you may see"));
    }
    if args.count {
        for (kind, n) in Kind::ALL.into_iter().zip(counts) {
            out.line(&format!("{} {n:6}  {}", kind.sign(), kind_name(kind)))?;
        }
    }
    Ok(out.done()?)
}

fn as_listed(compared: &Compared, place: &Comparison) -> Listed {
    let said = |annotation: &Annotation| ListedSaid {
        annotation: annotation.id.to_string(),
        coder: annotation.coder.clone(),
        code: annotation.code.0.clone(),
        start: annotation.passage.start,
        end: annotation.passage.end,
        quote: annotation.quote.exact.clone(),
    };
    Listed {
        document: compared.document.0.clone(),
        start: place.range.start,
        end: place.range.end,
        kind: place.kind.word(),
        settled: compared.is_settled(place),
        missing: place.missing.clone(),
        said: compared.said_at(place).into_iter().map(said).collect(),
    }
}

fn told(shared: &Shared, compared: &Compared, place: &Comparison) -> String {
    let said = compared.said_at(place);
    let mut parts: Vec<String> = said
        .iter()
        .map(|annotation| {
            let code = shared.codebook.called(&annotation.code);
            format!("{} {} {}", printable(&annotation.coder), printable(code), annotation.id)
        })
        .collect();
    let is_silent = |coder: &&String| !said.iter().any(|annotation| annotation.coder == **coder);
    parts.extend(place.missing.iter().filter(is_silent).map(|coder| format!("{} —", printable(coder))));
    let settled = if compared.is_settled(place) { say!(" · settled") } else { "" };
    format!(
        "{}  {}..{}  {} {}{settled}  {}",
        compared.document,
        place.range.start,
        place.range.end,
        place.kind.sign(),
        kind_name(place.kind),
        parts.join(" · ")
    )
}
