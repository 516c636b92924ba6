//! `tanba agree --across`: is what is coded in one language coded in the other's words that say the same.

use serde::Serialize;

use crate::agreement::crossing::{Who, alpha};
use crate::cli::concordat::{called, shown};
use crate::cli::context::Failure;
use crate::cli::output::{Output, Progress, complain};
use crate::model::shared::Shared;
use crate::query::choice::Choice;
use crate::shell::comparing::Taking;
use crate::shell::crossing::{Crossed, crossed};
use crate::store::Store;
use crate::text::width::{columns, printable};
use crate::{count, say};

#[derive(Serialize)]
struct Listed {
    left_coder: String,
    right_coder: String,
    code: String,
    both: u64,
    left_only: u64,
    right_only: u64,
    neither: u64,
    alpha: Option<f64>,
    kappa: Option<f64>,
    f1: Option<f64>,
}

#[derive(Serialize)]
struct ListedUnlike {
    left: String,
    right: String,
    left_coder: String,
    right_coder: String,
    code: String,
    coded_in: String,
    left_range: [usize; 2],
    right_range: [usize; 2],
}

/// Does it.
pub fn run(store: &Store, shared: &Shared, (choice, taking): (&Choice, Taking), is_json: bool) -> Result<(), Failure> {
    let mut progress = Progress::of(say!("aligning"));
    let found = crossed(store, shared, (choice, taking), &mut |permille| {
        progress.at(permille as u64, 1000);
        true
    })?;
    drop(progress);
    found.failed.iter().for_each(|why| complain(why));
    let mut out = Output::new();
    if is_json {
        return print_json(&found);
    }
    if found.n_pairs == 0 {
        return Err(say!("no pair has both its texts coded; finish both (`tanba finish`), or --unfinished counts who tagged something in them").into());
    }
    out.line(&count!(
        found.n_pairs,
        "{n} pair; a unit is a pair of linked sentences",
        "{n} pairs; a unit is a pair of linked sentences"
    ))?;
    let who: Vec<&Who> = found.crossing.who().collect();
    let (own, others): (Vec<&Who>, Vec<&Who>) = who.into_iter().partition(|who| who.0 == who.1);
    for (heading, all) in [
        (say!("a coder with herself: left text against right text"), own),
        (say!("coders of different languages: one in the left text, the other in the right"), others),
    ] {
        if all.is_empty() {
            continue;
        }
        out.line("")?;
        out.line(heading)?;
        for who in all {
            table(&found.crossing, shared, who, &mut out)?;
        }
    }
    out.line("")?;
    for (pair, one, linked) in found.unlike.iter().filter(|(_, one, _)| one.who.0 == one.who.1) {
        let (here, there) = if one.side == 0 { (&pair.left, &pair.right) } else { (&pair.right, &pair.left) };
        let (at, other) = if one.side == 0 { (linked.0, linked.1) } else { (linked.1, linked.0) };
        out.line(&say!(
            "{coder}: {code} in {here}, not in {there}",
            coder = printable(&one.who.0),
            code = called(shared, &one.code.0),
            here = format!("{here} {}..{}", at.start, at.end),
            there = format!("{there} {}..{}", other.start, other.end)
        ))?;
    }
    Ok(out.done()?)
}

/// Prints counts and differences as an object.
fn print_json(found: &Crossed) -> Result<(), Failure> {
    let mut out = Output::new();
    let rows = found.crossing.all().map(|(who, code, counts)| Listed {
        left_coder: who.0.clone(),
        right_coder: who.1.clone(),
        code: code.0.clone(),
        both: counts.both,
        left_only: counts.first,
        right_only: counts.second,
        neither: counts.neither,
        alpha: alpha(counts).ok(),
        kappa: counts.cohen_kappa().ok(),
        f1: counts.f1().ok(),
    });
    let unlike = found.unlike.iter().map(|(pair, one, linked)| ListedUnlike {
        left: pair.left.0.clone(),
        right: pair.right.0.clone(),
        left_coder: one.who.0.clone(),
        right_coder: one.who.1.clone(),
        code: one.code.0.clone(),
        coded_in: if one.side == 0 { pair.left.0.clone() } else { pair.right.0.clone() },
        left_range: [linked.0.start, linked.0.end],
        right_range: [linked.1.start, linked.1.end],
    });
    let (rows, unlike): (Vec<Listed>, Vec<ListedUnlike>) = (rows.collect(), unlike.collect());
    out.json(&serde_json::json!({ "results": rows, "differences": unlike }))?;
    Ok(out.done()?)
}

fn table(
    crossing: &crate::agreement::crossing::Crossing,
    shared: &Shared,
    who: &Who,
    out: &mut Output,
) -> Result<(), Failure> {
    let name =
        if who.0 == who.1 { printable(&who.0) } else { format!("{} × {}", printable(&who.0), printable(&who.1)) };
    out.line(&say!("{name}: {n} units", name, n = crossing.n_units(who)))?;
    let mut rows: Vec<_> = crossing.all().filter(|(own, ..)| *own == who).collect();
    rows.sort_by(|a, b| alpha(a.2).unwrap_or(2.0).total_cmp(&alpha(b.2).unwrap_or(2.0)));
    let width = rows.iter().map(|(_, code, _)| columns(&called(shared, &code.0))).max().unwrap_or(0);
    for (_, code, counts) in rows {
        let name = called(shared, &code.0);
        out.line(&say!(
            "  {name}  α {alpha}  κ {kappa}  F1 {f1}  both {both}, left only {left}, right only {right}",
            name = format!("{name}{}", " ".repeat(width - columns(&name))),
            alpha = shown(alpha(counts)),
            kappa = shown(counts.cohen_kappa()),
            f1 = shown(counts.f1()),
            both = counts.both,
            left = counts.first,
            right = counts.second
        ))?;
    }
    Ok(())
}
