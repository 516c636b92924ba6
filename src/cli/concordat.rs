//! Agreement as people read it on the command line: codes worst first, pairs of coders, and how it was computed.

use crate::agreement::measures::{Outcome, Value};
use crate::agreement::pairs::Counts;
use crate::agreement::score::Score;
use crate::agreement::study::Study;
use crate::agreement::summary::{OfCode, Summary};
use crate::agreement::told::{in_words, reason};
use crate::agreement::units::Coding;
use crate::cli::context::Failure;
use crate::cli::output::Output;
use crate::formats::findings::Names;
use crate::model::code::CodeId;
use crate::model::shared::Shared;
use crate::shell::agreeing::{Wanted, by_language};
use crate::shell::comparing::Taking;
use crate::text::width::{columns, fitted, printable};
use crate::{count, say};

/// Columns of a code's name at most.
const NAME_COLUMNS: usize = 32;

/// Coders whose pairs are printed as a table; of more only the numbers over all are.
const MAX_CODERS: usize = 12;

/// Why there is nothing to compute, in words with the way out; nothing where there is.
pub fn why_not(coding: &Coding, taking: Taking, is_before: bool) -> Option<String> {
    let n_shared = coding.documents.iter().filter(|d| d.completed.iter().filter(|done| **done).count() > 1).count();
    if n_shared > 0 {
        return None;
    }
    Some(match (coding.coders.len(), taking) {
        _ if is_before => say!("no two coders ever finished a document in common, so it is not known what stood before they talked").into(),
        (0, _) => say!("nobody coded anything here, as far as you may see").into(),
        (1, _) => say!("only {coder} coded here, as far as you may see; agreement needs two", coder = printable(coding.coders.first().map_or("", String::as_str))),
        (_, Taking::Finished) => say!("no two coders finished a document in common; `tanba finish` (g d in the reader) says that one is done, --unfinished counts who tagged something in it").into(),
        (_, Taking::Everybody) => say!("no two coders tagged anything in one document").into(),
    })
}

/// A number with three digits behind the point, or why it is not there.
pub fn shown(score: Score) -> String {
    match score {
        Ok(number) => format!("{number:.3}"),
        Err(undefined) => reason(undefined).to_owned(),
    }
}

/// An interval: `[0.412, 0.688]`.
fn interval(of: &OfCode) -> String {
    match of.interval.map(|interval| interval.ends) {
        // One document alone has nothing to be drawn from.
        Some(Ok((low, high))) if of.interval.is_some_and(|interval| interval.n_rounds > 1) => {
            format!("[{low:.3}, {high:.3}]")
        }
        _ => "—".into(),
    }
}

/// What stands above the numbers of codes.
pub fn heads() -> [&'static str; 7] {
    [say!("code"), "α", "95 %", "κ", "F1", say!("passages"), say!("in words")]
}

/// A code's name and its numbers, as they stand below [`heads`].
pub fn row(name: String, of: &OfCode) -> [String; 7] {
    [
        name,
        shown(of.alpha),
        interval(of),
        shown(of.kappa),
        shown(of.counts.f1()),
        of.n_passages.to_string(),
        in_words(of.alpha).to_owned(),
    ]
}

/// A code as it is called in the project.
pub fn called(shared: &Shared, id: &str) -> String {
    printable(shared.codebook.called(&CodeId(id.to_owned())))
}

fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(columns(text))))
}

fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// What was counted: coders, documents, characters.
pub fn facts(study: &Study<'_>, wanted: &Wanted) -> String {
    let coding = study.coding();
    let taken: Vec<_> = coding.documents.iter().filter(|d| d.n_completed() > 1).collect();
    let length: usize = taken.iter().map(|d| d.length).sum();
    let who = match (wanted.is_before, wanted.taking) {
        (true, _) => say!("as it stood when each was first finished"),
        (false, Taking::Finished) => say!("finished documents"),
        (false, Taking::Everybody) => say!("documents finished or begun"),
    };
    let names = coding.coders.iter().map(|name| printable(name)).collect::<Vec<_>>().join(", ");
    say!(
        "{coders} ({names}) · {documents} ({who}) · {length} characters",
        coders = count!(coding.coders.len(), "{n} coder", "{n} coders"),
        names,
        documents = count!(taken.len(), "{n} document coded by two or more", "{n} documents coded by two or more"),
        who,
        length
    )
}

/// How it was computed, in a line or two.
pub fn how(study: &Study<'_>) -> String {
    let plan = study.plan();
    say!(
        "Krippendorff's alpha (2011) over code points, each code a yes or no of its own; in brackets 95 % of {rounds} resamples of documents (seed {seed}); kappa: Cohen 1960, mean of the pairs; F1: characters of all pairs. tanba {version}, formulas version 1; `tanba agree --list` tells when numbers mislead",
        rounds = plan.n_rounds,
        seed = plan.seed,
        version = env!("CARGO_PKG_VERSION")
    )
}

/// Prints the summary.
pub fn print(study: &Study<'_>, shared: &Shared, wanted: &Wanted) -> Result<(), Failure> {
    let summary = Summary::of(study, true);
    let coding = study.coding();
    let mut out = Output::new();
    out.line(&facts(study, wanted))?;
    out.line("")?;
    let heads = heads().map(str::to_owned);
    let mut rows: Vec<[String; 7]> = Vec::new();
    for of in &summary.codes {
        let id = coding.codes.get(of.code).map_or("", String::as_str);
        rows.push(row(fitted(&called(shared, id), NAME_COLUMNS), of));
    }
    let blank = String::new;
    let (mean, n_defined) = summary.mean;
    rows.push([
        count!(n_defined, "mean of {n} code", "mean of {n} codes"),
        shown(mean),
        blank(),
        blank(),
        blank(),
        blank(),
        in_words(mean).into(),
    ]);
    for (language, part) in by_language(shared, coding) {
        let of_part = Study::new(&part, study.plan());
        let of = Summary::of(&of_part, false);
        let counts = of.codes.iter().fold(Counts::default(), |sum, of| sum.plus(of.counts));
        rows.push([
            say!("mean, {language}", language),
            shown(of.mean.0),
            blank(),
            blank(),
            shown(counts.f1()),
            of.codes.iter().map(|code| code.n_passages).sum::<usize>().to_string(),
            in_words(of.mean.0).into(),
        ]);
    }
    rows.push([
        say!("coded or not").into(),
        shown(summary.any),
        blank(),
        blank(),
        blank(),
        blank(),
        in_words(summary.any).into(),
    ]);
    table(&heads, &rows, &mut out)?;
    out.line("")?;
    if (2..=MAX_CODERS).contains(&coding.coders.len()) {
        pairs(&summary, &coding.coders, &mut out)?;
    }
    out.line(&how(study))?;
    Ok(out.done()?)
}

fn table(heads: &[String; 7], rows: &[[String; 7]], out: &mut Output) -> Result<(), Failure> {
    // A reason may take more room than a number; it stands in the first of the columns and leaves the others.
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).chain(heads.get(column));
        cells.map(|cell| columns(cell)).filter(|width| column == 0 || *width <= 16).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..7).map(width).collect();
    let line = |cells: &[String; 7]| {
        let mut text = String::new();
        for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let is_word = column == 0 || column == 6;
            text += &if is_word { left(cell, *width) } else { right(cell, *width) };
            text += "  ";
        }
        text.trim_end().to_owned()
    };
    for row in std::iter::once(heads).chain(rows) {
        out.line(&line(row))?;
    }
    Ok(())
}

fn pairs(summary: &Summary, coders: &[String], out: &mut Output) -> Result<(), Failure> {
    let width = coders.iter().map(|name| columns(&printable(name))).max().unwrap_or(0).max(12);
    out.line(say!("pairs: kappa pooled over the codes / F1 (documents)"))?;
    let heads: Vec<String> = coders.iter().map(|name| right(&printable(name), width + 8)).collect();
    out.line(&format!("{}{}", " ".repeat(width), heads.concat()))?;
    for (row, name) in coders.iter().enumerate() {
        let cells = summary.pairs.get(row).into_iter().flatten().map(|cell| match cell {
            Some(of) if of.n_documents > 0 => {
                let short = |score: Score| score.map_or_else(|_| "—".to_owned(), |number| format!("{number:.2}"));
                right(&format!("{} / {} ({})", short(of.kappa), short(of.f1), of.n_documents), width + 8)
            }
            _ => right("·", width + 8),
        });
        out.line(&format!("{}{}", left(&printable(name), width), cells.collect::<String>()))?;
    }
    out.line("")?;
    Ok(())
}

/// Prints outcomes a line each: the measure, what it is about, the number.
pub fn print_outcomes(outcomes: &[Outcome], names: Names<'_>, out: &mut Output) -> Result<(), Failure> {
    let name = |all: &[String], at: usize| all.get(at).map_or(String::new(), |name| printable(name));
    for outcome in outcomes {
        let mut about: Vec<String> = Vec::new();
        if let Some((first, second)) = outcome.coders {
            about.push(format!("{} × {}", name(names.coders, first), name(names.coders, second)));
        }
        about.extend(outcome.code.map(|code| name(names.codes, code)));
        about.extend(outcome.document.map(|document| name(names.documents, document)));
        about.extend(outcome.value_label.as_deref().map(printable));
        let value = match &outcome.value {
            Value::Number(score) => shown(*score),
            Value::List(numbers) => numbers
                .iter()
                .map(|n| format!("{n:.3}").trim_end_matches(".000").to_owned())
                .collect::<Vec<_>>()
                .join(" "),
            Value::Matrix(rows) => rows
                .iter()
                .map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
                .collect::<Vec<_>>()
                .join(" / "),
            Value::Segments(all) => {
                count!(all.len(), "{n} stretch; --json lists it", "{n} stretches; --json lists them")
            }
        };
        let short = |number: &f64| format!("{number:.4}").trim_end_matches('0').trim_end_matches('.').to_owned();
        let extras: Vec<String> =
            outcome.extras.iter().map(|(name, number)| format!("{name} {}", short(number))).collect();
        let extras = if extras.is_empty() { String::new() } else { format!("  ({})", extras.join(", ")) };
        out.line(&format!("{}  {}  {value}{extras}", outcome.measure, about.join(" · ")))?;
    }
    Ok(())
}
