//! `tanba agree --report`: what the methods section of a paper needs: who coded what when, how far coders agreed before and
//! after they talked, and by which rules.

use std::fs;
use std::path::Path;

use crate::agreement::bootstrap::Plan;
use crate::agreement::study::Study;
use crate::agreement::summary::{Summary, overall};
use crate::agreement::told::in_words;
use crate::cli::concordat::{called, facts, heads, how, row, shown};
use crate::cli::context::Failure;
use crate::cli::output::Output;
use crate::formats::page::{Page, html, markdown};
use crate::model::rules::{CONSENSUS, Colleagues};
use crate::model::settlement::Ruling;
use crate::model::shared::Shared;
use crate::model::time::Time;
use crate::query::choice::Choice;
use crate::say;
use crate::shell::agreeing::{Wanted, by_language, coding};
use crate::shell::clock;
use crate::shell::comparing::{Taking, each};
use crate::shell::retrieval::Retrieval;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::words;

/// Numbers over all that a methods section may name.
const OVERALL: [(&str, &str); 4] = [
    ("alpha_char_macro", "Krippendorff's alpha, mean of the codes"),
    ("alpha_char_any", "Krippendorff's alpha of coded or not"),
    ("alpha_set_masi", "Krippendorff's alpha of sets of codes, MASI"),
    ("alpha_u_2004", "Krippendorff's alpha for unitizing, 2004"),
];

/// Does it.
pub fn run(store: &mut Store, shared: &Shared, wanted: &Wanted, (path, plan): (&Path, Plan)) -> Result<(), Failure> {
    let is_html =
        path.extension().is_some_and(|end| end.eq_ignore_ascii_case("html") || end.eq_ignore_ascii_case("htm"));
    if !is_html && !path.extension().is_some_and(|end| end.eq_ignore_ascii_case("md")) {
        return Err(say!("the report's name is to end in .md or .html").into());
    }
    let title = say!("Agreement · {project}", project = store.project.name());
    let mut page = Page { title, parts: Vec::new() };
    page.words(say!(
        "Written {time} by tanba {version}.",
        time = clock::now().minute(),
        version = env!("CARGO_PKG_VERSION")
    ));
    work(store, shared, &wanted.choice, &mut page)?;
    for is_before in [true, false] {
        let own = Wanted { is_before, ..wanted.clone() };
        let heading = if is_before { say!("Before coders talked") } else { say!("Now") };
        agreement(store, shared, &own, (heading, plan), &mut page)?;
    }
    settled(store, shared, wanted, &mut page)?;
    rules(shared, &mut page);
    let text = if is_html { html(&page, words::spoken().code()) } else { markdown(&page) };
    fs::write(path, text).map_err(StoreError::io("write", path))?;
    let mut out = Output::new();
    out.line(&say!("report written to {path}", path = path.display()))?;
    Ok(out.done()?)
}

/// Who coded what, when.
fn work(store: &Store, shared: &Shared, choice: &Choice, page: &mut Page) -> Result<(), Failure> {
    let retrieval = Retrieval::new(store, shared, choice)?;
    let mut by_coder: std::collections::BTreeMap<String, (usize, usize, Time, Time)> =
        std::collections::BTreeMap::new();
    retrieval.each(&mut |found| {
        let mut seen = std::collections::BTreeSet::new();
        for at in found.passages.iter().flat_map(|passage| &passage.of) {
            let Some((fact, _)) = found.facts.get(*at as usize) else { continue };
            let own = by_coder.entry(retrieval.name(fact.coder).to_owned()).or_insert((0, 0, fact.time, fact.time));
            *own =
                (own.0 + 1, own.1 + usize::from(seen.insert(fact.coder)), own.2.min(fact.time), own.3.max(fact.time));
        }
        true
    })?;
    let finished = |coder: &str| shared.done.values().filter(|done| done.coder == coder && done.holds()).count();
    let day = |time: Time| time.minute().split(' ').next().unwrap_or("").to_owned();
    let rows = by_coder.iter().filter(|(coder, _)| *coder != CONSENSUS).map(|(coder, (n, documents, first, last))| {
        vec![coder.clone(), n.to_string(), documents.to_string(), finished(coder).to_string(), day(*first), day(*last)]
    });
    let heads =
        [say!("coder"), say!("passages"), say!("documents"), say!("finished"), say!("first day"), say!("last day")];
    page.heading(say!("Who coded what, when"));
    page.table(&heads, rows.collect());
    let reopened: Vec<String> = shared
        .done
        .values()
        .filter_map(|done| {
            let reason = done.reopened.as_ref()?;
            Some(say!(
                "{coder} opened {document} again: {reason}",
                coder = done.coder,
                document = done.document,
                reason
            ))
        })
        .collect();
    if !reopened.is_empty() {
        page.list(reopened);
    }
    Ok(())
}

/// How far coders agree, or agreed.
fn agreement(
    store: &mut Store,
    shared: &Shared,
    wanted: &Wanted,
    (heading, plan): (&str, Plan),
    page: &mut Page,
) -> Result<(), Failure> {
    let tidy = coding(store, shared, wanted, &mut |_| true)?.tidy();
    page.heading(heading);
    if tidy.documents.iter().all(|document| document.n_completed() < 2) {
        page.words(if wanted.is_before {
            say!("No two coders ever finished a document in common, so it is not known what stood before they talked.")
                .into()
        } else {
            say!("No two coders completed a document in common.").into()
        });
        return Ok(());
    }
    let study = Study::new(&tidy, plan);
    let summary = Summary::of(&study, true);
    page.words(facts(&study, wanted));
    let rows = summary.codes.iter().map(|of| {
        let id = tidy.codes.get(of.code).map_or("", String::as_str);
        row(called(shared, id), of).to_vec()
    });
    page.table(&heads(), rows.collect());
    let heads = [say!("pair"), say!("κ, pooled"), "F1", say!("documents")];
    let rows = study.pairs_of_coders().filter_map(|(a, b)| {
        let of = (*summary.pairs.get(a)?.get(b)?)?;
        let both = format!("{} × {}", tidy.coders.get(a)?, tidy.coders.get(b)?);
        Some(vec![both, shown(of.kappa), shown(of.f1), of.n_documents.to_string()])
    });
    page.table(&heads, rows.collect());
    let parts = by_language(shared, &tidy);
    if !parts.is_empty() {
        let rows = parts.iter().map(|(language, part)| {
            let of = Summary::of(&Study::new(part, plan), false);
            vec![language.clone(), shown(of.mean.0), shown(of.any), in_words(of.mean.0).to_owned()]
        });
        page.table(&[say!("language"), say!("α, mean"), say!("coded or not"), say!("in words")], rows.collect());
    }
    let rows = OVERALL
        .iter()
        .filter_map(|(name, title)| Some(vec![words::of(title).to_owned(), shown(overall(&study, name)?)]));
    page.table(&[say!("over all"), ""], rows.collect());
    page.words(how(&study));
    Ok(())
}

/// What was settled, and how.
fn settled(store: &Store, shared: &Shared, wanted: &Wanted, page: &mut Page) -> Result<(), Failure> {
    let mut counts: std::collections::BTreeMap<(String, String), usize> = std::collections::BTreeMap::new();
    let mut n_open = 0;
    each(store, shared, (&wanted.choice, Taking::Everybody), &mut |compared| {
        n_open += compared.places.iter().filter(|place| !compared.is_settled(place)).count();
        for one in compared.review.settlements.values() {
            let how = if one.rule.is_empty() { one.coder.clone() } else { say!("rule {rule}", rule = one.rule) };
            let what = match &one.ruling {
                Ruling::Take(_) => say!("one coder's"),
                Ruling::All => say!("what all say"),
                Ruling::Most => say!("what most say"),
                Ruling::Other => say!("something else"),
                Ruling::Nothing => say!("nothing"),
            };
            *counts.entry((how, what.to_owned())).or_default() += 1;
        }
        true
    })?;
    if counts.is_empty() {
        return Ok(());
    }
    page.heading(say!("How differences were settled"));
    let rows = counts.into_iter().map(|((how, what), n)| vec![how, what, n.to_string()]);
    page.table(&[say!("by"), say!("taken"), say!("places")], rows.collect());
    page.words(say!("{n} places are open.", n = n_open));
    Ok(())
}

/// The rules that the team worked by.
fn rules(shared: &Shared, page: &mut Page) {
    page.heading(say!("Rules"));
    let sees = match shared.rules.colleagues {
        Colleagues::Always => say!("colleagues' annotations are seen at any time"),
        Colleagues::Finished => say!("colleagues' annotations are seen in the documents that one finished"),
        Colleagues::Never => say!("colleagues' annotations are never seen"),
    };
    let mut all = vec![sees.to_owned()];
    if !shared.rules.reviewers.is_empty() {
        all.push(say!("reviewers, who see everything: {reviewers}", reviewers = shared.rules.reviewers.join(", ")));
    }
    all.push(say!("A coder who finished a document without a passage says \"uncoded\" there; who did not finish it is missing.").into());
    all.push(say!("The two texts of a pair are two texts.").into());
    page.list(all);
}
