//! Agreement of a project as the reader shows it: lines, tables, and how it was computed.

use crate::agreement::bootstrap::Plan;
use crate::agreement::disagreements::confusion;
use crate::agreement::score::Score;
use crate::agreement::span_measures::SPAN_MEASURES;
use crate::agreement::study::Study;
use crate::agreement::summary::{OfCode, Summary, by_document};
use crate::app::agreeing::{Agreement, CodeLine, Differing, MAX_PLACES, Place};
use crate::model::annotation::Annotation;
use crate::model::code::CodeId;
use crate::model::codebook::Codebook;
use crate::model::document::DocumentId;
use crate::model::shared::Shared;
use crate::query::choice::Choice;
use crate::shell::agreeing::{Wanted, by_language, coding};
use crate::shell::comparing::{Taking, each};
use crate::shell::crossing::crossed;
use crate::shell::retrieval::Unanswered;
use crate::store::error::StoreError;
use crate::store::{Store, documents};
use crate::tables::table::{Label, Measure, Table};
use crate::text::body::Text;
use crate::text::offsets::Offsets;
use crate::text::width::printable;
use crate::words;
use crate::{agreement, say};

/// Resamples for the intervals that the reader shows.
const N_ROUNDS: usize = 2000;

/// Documents beyond which the table of documents is left to the command line.
const MAX_DOCUMENTS: usize = 500;

/// How far coders agree: in documents that they finished, or, where no two finished one, in those they began.
pub fn agreement(store: &mut Store, go_on: &mut dyn FnMut(usize) -> bool) -> Result<Agreement, Unanswered> {
    let shared = store.shared()?;
    let mut wanted = Wanted { choice: Choice::default(), taking: Taking::Finished, rolls_up: false, is_before: false };
    let mut tidy = coding(store, &shared, &wanted, go_on)?.tidy();
    if tidy.documents.iter().all(|document| document.n_completed() < 2) {
        wanted.taking = Taking::Everybody;
        tidy = coding(store, &shared, &wanted, go_on)?.tidy();
    }
    let study = Study::new(&tidy, Plan { n_rounds: N_ROUNDS, ..Plan::default() });
    let summary = Summary::of(&study, true);
    let (mean, n_defined) = summary.mean;
    let mut overall = vec![
        (String::new(), crate::count!(n_defined, "mean of {n} code", "mean of {n} codes"), told(mean)),
        (String::new(), say!("coded or not").to_owned(), told(summary.any)),
    ];
    for (language, part) in by_language(&shared, &tidy) {
        let study = Study::new(&part, Plan::default());
        let (mean, _) = Summary::of(&study, false).mean;
        overall.push((language.clone(), say!("mean, {language}", language), told(mean)));
    }
    let mut tables = vec![(pairs(&summary, &tidy.coders), Vec::new())];
    if tidy.documents.len() <= MAX_DOCUMENTS {
        tables.push((documents(&study, &shared), Vec::new()));
    }
    tables.extend(confused(&study, &shared));
    tables.retain(|(table, _)| !table.is_empty());
    Ok(Agreement {
        facts: facts(&study, wanted.taking),
        codes: summary.codes.iter().map(|of| line(of, &study)).collect(),
        overall,
        tables,
        how: how(&study),
    })
}

fn facts(study: &Study<'_>, taking: Taking) -> String {
    let coding = study.coding();
    let n = coding.documents.iter().filter(|document| document.n_completed() > 1).count();
    match (n, taking) {
        (0, _) => say!("no two coders coded a document in common").into(),
        (n, Taking::Finished) => {
            crate::count!(n, "{n} document finished by two or more", "{n} documents finished by two or more")
        }
        (n, Taking::Everybody) => crate::count!(
            n,
            "{n} document begun by two or more; none is finished by two",
            "{n} documents begun by two or more; none is finished by two"
        ),
    }
}

fn number(score: Score) -> String {
    score.map_or_else(|why| agreement::told::reason(why).to_owned(), |number| format!("{number:.2}"))
}

fn told(score: Score) -> String {
    let words = agreement::told::in_words(score);
    if words.is_empty() { number(score) } else { format!("{} · {words}", number(score)) }
}

fn line(of: &OfCode, study: &Study<'_>) -> CodeLine {
    let coding = study.coding();
    let interval = match of.interval.map(|interval| interval.ends) {
        Some(Ok((low, high))) if of.interval.is_some_and(|interval| interval.n_rounds > 1) => {
            format!(" [{low:.2}, {high:.2}]")
        }
        _ => String::new(),
    };
    let words = agreement::told::in_words(of.alpha);
    let behind = if words.is_empty() { String::new() } else { format!(" · {words}") };
    let mut about = vec![
        ("α".to_owned(), format!("{}{interval}", number(of.alpha))),
        (say!("κ, mean").into(), number(of.kappa)),
        ("F1".into(), number(of.counts.f1())),
        (say!("per cent").into(), number(of.counts.percent_agreement())),
        (say!("passages").into(), of.n_passages.to_string()),
        (say!("by both").into(), characters(of.counts.both)),
        (say!("by one").into(), characters(of.counts.first + of.counts.second)),
        (say!("by neither").into(), characters(of.counts.neither)),
    ];
    for (first, second) in study.pairs_of_coders().take(MAX_PAIRS) {
        let counts = study.pairs().counts(first, second, of.code);
        let name = |at: usize| coding.coders.get(at).map_or(String::new(), |name| printable(name));
        let both = format!("{} × {}", name(first), name(second));
        about.push((both, format!("κ {}  F1 {}", number(counts.cohen_kappa()), number(counts.f1()))));
    }
    CodeLine {
        code: coding.codes.get(of.code).cloned().unwrap_or_default(),
        told: format!("α {}{interval}{behind}", number(of.alpha)),
        about,
    }
}

fn characters(n: u64) -> String {
    let n = usize::try_from(n).unwrap_or(usize::MAX);
    crate::count!(n, "{n} character", "{n} characters")
}

/// Pairs of coders that are told beside a code.
const MAX_PAIRS: usize = 15;

/// A number of a table; what is undefined has none, and nought is not nothing.
fn put(table: &mut Table, row: usize, column: usize, score: Score) {
    if let Ok(number) = score {
        table.put(row, column, if number == 0.0 { f64::MIN_POSITIVE } else { number });
    }
}

fn label(text: String, name: &str, kind: &str) -> Label {
    Label { text, name: name.to_owned(), query: kind.to_owned(), ..Label::default() }
}

fn pairs(summary: &Summary, coders: &[String]) -> Table {
    let labels: Vec<Label> = coders.iter().map(|name| label(printable(name), name, "coder")).collect();
    let mut table = Table {
        title: say!("coder against coder: kappa pooled over the codes").into(),
        measure: Measure::Agreement,
        rows: labels.clone(),
        columns: labels,
        ..Table::default()
    };
    for (row, cells) in summary.pairs.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            if let Some(of) = cell {
                put(&mut table, row, column, of.kappa);
            }
        }
    }
    table
}

fn code_labels(shared: &Shared, codes: &[String]) -> Vec<Label> {
    let book = &shared.codebook;
    let own = |id: &String| {
        let code = CodeId(id.clone());
        Label { colour: book.colour(&code).to_owned(), ..label(printable(book.called(&code)), id, "code") }
    };
    codes.iter().map(own).collect()
}

fn documents(study: &Study<'_>, shared: &Shared) -> Table {
    let coding = study.coding();
    let name = |id: &String| printable(shared.title(&DocumentId(id.clone())));
    let all: Vec<_> = by_document(study)
        .into_iter()
        .filter(|(at, _)| coding.documents.get(*at).is_some_and(|document| document.n_completed() > 1))
        .collect();
    let rows = all.iter().filter_map(|(at, _)| coding.documents.get(*at));
    let mut table = Table {
        title: say!("document by document: Krippendorff's alpha").into(),
        measure: Measure::Agreement,
        rows: rows.map(|document| label(name(&document.id), &document.id, "document")).collect(),
        columns: code_labels(shared, &coding.codes),
        ..Table::default()
    };
    for (row, (_, scores)) in all.iter().enumerate() {
        for (column, score) in scores.iter().enumerate() {
            put(&mut table, row, column, *score);
        }
    }
    table
}

/// Code against code of the first pair that has documents in common and whose codes do not overlap.
fn confused(study: &Study<'_>, shared: &Shared) -> Option<(Table, Vec<String>)> {
    let coding = study.coding();
    let (pair, cells) =
        study.pairs_of_coders().find_map(|(a, b)| confusion(coding, a, b).map(|cells| ((a, b), cells)))?;
    let name = |at: usize| coding.coders.get(at).map_or(String::new(), |name| printable(name));
    let mut labels = code_labels(shared, &coding.codes);
    labels.push(label(say!("uncoded").into(), "", "uncoded"));
    let mut table = Table {
        title: say!(
            "code against code, characters: {first} down, {second} across",
            first = name(pair.0),
            second = name(pair.1)
        ),
        measure: Measure::Characters,
        rows: labels.clone(),
        columns: labels,
        ..Table::default()
    };
    let last = cells.len().saturating_sub(1);
    for (row, cells) in cells.iter().enumerate() {
        for (column, n) in cells.iter().enumerate().filter(|(column, n)| **n > 0 && (row, *column) != (last, last)) {
            table.put(row, column, *n as f64);
        }
    }
    let coders = [pair.0, pair.1].into_iter().filter_map(|at| coding.coders.get(at).cloned()).collect();
    Some((table, coders))
}

fn how(study: &Study<'_>) -> Vec<(String, String)> {
    let coding = study.coding();
    let plan = study.plan();
    let n_shared = coding.documents.iter().filter(|document| document.n_completed() > 1).count();
    let length: usize =
        coding.documents.iter().filter(|document| document.n_completed() > 1).map(|document| document.length).sum();
    let mut lines = vec![
        (say!("program").to_owned(), say!("tanba {version}, formulas version 1", version = env!("CARGO_PKG_VERSION"))),
        (say!("units").into(), say!("code points; each code is a yes or no of its own, so overlaps count in each").into()),
        (
            say!("data").into(),
            say!(
                "{coders} coders, {documents} documents that two or more completed, {length} characters",
                coders = coding.coders.len(),
                documents = n_shared,
                length
            ),
        ),
        (
            say!("missing").into(),
            say!("a coder who finished a document without a passage says \"uncoded\" there; who did not finish it is missing").into(),
        ),
        (
            say!("intervals").into(),
            say!(
                "95 % of {rounds} resamples of whole documents, seed {seed}",
                rounds = plan.n_rounds,
                seed = plan.seed
            ),
        ),
        (say!("words").into(), say!("0.80 and more: reliable; from 0.667: for tentative conclusions only (Krippendorff 2004)").into()),
        (String::new(), String::new()),
    ];
    for measure in SPAN_MEASURES.iter().filter(|measure| TOLD.contains(&measure.name)) {
        let source = if measure.source.is_empty() { String::new() } else { format!(" ({})", measure.source) };
        lines.push((words::of(measure.title).to_owned(), format!("{}{source}", words::of(measure.unit))));
        lines.push((String::new(), words::of(measure.misleads).to_owned()));
    }
    lines.push((
        String::new(),
        say!("`tanba agree --list` tells of all measures, `tanba agree --measure NAME` computes them").into(),
    ));
    lines
}

/// The measures that the reader shows.
const TOLD: [&str; 5] = ["alpha_char", "cohen_kappa", "pooled_kappa", "f1_char", "confusion_chars"];

/// Whether two coders said each what is named of the same words; no code is that the coder said nothing of them.
fn is_each(said: &[&Annotation], (coders, each): (&[String], &[Option<CodeId>; 2]), book: &Codebook) -> bool {
    let [Some(first), Some(second)] = [coders.first(), coders.get(1)] else { return false };
    let of = |coder: &String, code: Option<&CodeId>| -> Vec<(usize, usize)> {
        let own = said.iter().filter(|one| one.coder == *coder);
        let own = own.filter(|one| code.is_none_or(|code| book.is_one(&one.code, code)));
        own.map(|one| (one.passage.start, one.passage.end)).collect()
    };
    let alone = |ranges: Vec<(usize, usize)>, other: Vec<(usize, usize)>| {
        ranges.iter().any(|range| !is_covered(*range, &other))
    };
    match each {
        [Some(one), Some(other)] => {
            let others = of(second, Some(other));
            of(first, Some(one)).iter().any(|a| others.iter().any(|b| a.0 < b.1 && b.0 < a.1))
        }
        [Some(code), None] => alone(of(first, Some(code)), of(second, None)),
        [None, Some(code)] => alone(of(second, Some(code)), of(first, None)),
        [None, None] => false,
    }
}

/// Whether every code point of a range is in one of some others.
fn is_covered((start, end): (usize, usize), others: &[(usize, usize)]) -> bool {
    let mut others = others.to_vec();
    others.sort_unstable();
    let reached = others.iter().fold(start, |at, (from, to)| if *from <= at { at.max(*to) } else { at });
    reached >= end
}

/// The open places where coders differ, at most [`MAX_PLACES`].
pub fn differences(
    store: &Store,
    wanted: &Differing,
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Result<Vec<Place>, StoreError> {
    let shared = store.shared()?;
    if wanted.is_across {
        return across(store, &shared, go_on);
    }
    let book = &shared.codebook;
    let choice = Choice {
        coders: wanted.coders.clone(),
        documents: wanted.document.iter().map(|id| id.0.clone()).collect(),
        languages: wanted.language.iter().cloned().collect(),
        ..Choice::default()
    };
    let mut places = Vec::new();
    let (mut n_read, n_all) = (0, shared.documents.len().max(1));
    each(store, &shared, (&choice, Taking::Everybody), &mut |compared| {
        for place in compared.places.iter().filter(|place| place.kind != agreement::comparison::Kind::Same) {
            let said = compared.said_at(place);
            let is_meant = wanted.code.as_ref().is_none_or(|code| said.iter().any(|one| book.is_one(&one.code, code)))
                && wanted.each.as_ref().is_none_or(|each| is_each(&said, (&wanted.coders, each), book));
            if !is_meant || compared.is_settled(place) || places.len() >= MAX_PLACES {
                continue;
            }
            let mut told: Vec<String> = said
                .iter()
                .map(|one| format!("{}: {}", printable(&one.coder), printable(book.called(&one.code))))
                .collect();
            let silent = place.missing.iter().filter(|coder| !said.iter().any(|one| one.coder == **coder));
            told.extend(silent.map(|coder| format!("{}: —", printable(coder))));
            places.push(Place {
                document: compared.document.clone(),
                range: place.range,
                kind: place.kind,
                said: told.join(" · "),
                quote: said.first().map_or(String::new(), |one| one.quote.exact.clone()),
            });
        }
        n_read += 1;
        go_on((n_read * 1000 / n_all).min(1000)) && places.len() < MAX_PLACES
    })?;
    Ok(places)
}

/// What coders coded in one text of a pair, and not in the words of the other that say the same; each by themselves.
fn across(store: &Store, shared: &Shared, go_on: &mut dyn FnMut(usize) -> bool) -> Result<Vec<Place>, StoreError> {
    let found = crossed(store, shared, (&Choice::default(), Taking::Everybody), go_on)?;
    let dir = store.project.documents();
    let mut places = Vec::new();
    let mut read: Option<(DocumentId, Text, Offsets)> = None;
    for (pair, one, linked) in found.unlike.iter().filter(|(_, one, _)| one.who.0 == one.who.1).take(MAX_PLACES) {
        let (here, there, range) =
            if one.side == 0 { (&pair.left, &pair.right, linked.0) } else { (&pair.right, &pair.left, linked.1) };
        if read.as_ref().is_none_or(|(id, ..)| id != here) {
            let text = documents::open(&dir, here)?;
            read = Offsets::measure(&text).ok().map(|offsets| (here.clone(), text, offsets));
        }
        let quote = read.as_ref().and_then(|(_, text, offsets)| Some(text.read(offsets.span(text, range)?)));
        let code = printable(shared.codebook.called(&one.code));
        places.push(Place {
            document: here.clone(),
            range,
            kind: agreement::comparison::Kind::Missed,
            said: say!(
                "{coder}: {code} here, and not in {there}",
                coder = printable(&one.who.0),
                code,
                there = printable(&there.0)
            ),
            quote: quote.unwrap_or_default(),
        });
    }
    Ok(places)
}
