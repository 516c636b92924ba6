//! What comes in from a file of another program: planned, told, and taken as one step.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Serialize;

use crate::cli::context::Failure;
use crate::cli::output::{Output, complain};
use crate::intake::here::{Here, Seen};
use crate::intake::plan::{Case, How, Matched, Plan, Tally};
use crate::model::annotation::AnnotationId;
use crate::model::document::DocumentId;
use crate::model::event::Deed;
use crate::model::layer::Placed;
use crate::model::study::Study;
use crate::shell::clock;
use crate::store::opened::Opened;
use crate::store::{Store, documents};
use crate::text::span::{CodePoints, Span};
use crate::text::width::printable;
use crate::{count, say};

/// Cases of a kind that are told one by one.
const MOST_TOLD: usize = 20;

/// Documents of a kind whose names are told.
const MOST_NAMED: usize = 5;

/// How it is to be told, and whether that is all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// Whether nothing is taken.
    pub is_told_only: bool,
    /// Whether it is told as an object.
    pub is_json: bool,
}

/// What came in, as it is printed for programs.
#[derive(Serialize)]
struct Listed<'a> {
    format: &'a str,
    taken: bool,
    documents: &'a [Matched],
    annotations: Tally,
    impossible: &'a [Case],
    conflicting: &'a [Case],
    doubtful: &'a [Case],
    unread: &'a [String],
    told: &'a [String],
}

/// What the project has of a document: its text, and its annotations as they were said.
pub fn look(store: &Store, id: &DocumentId) -> Result<Seen, String> {
    seen(store, &store.open_document(id).map_err(|error| error.to_string())?)
}

fn seen(store: &Store, opened: &Opened) -> Result<Seen, String> {
    let sight = store.reading().sight().map_err(|error| error.to_string())?;
    let (mut annotations, mut hidden, mut ids) = (Vec::new(), Vec::new(), BTreeSet::<AnnotationId>::new());
    let read = store.index().each_annotation(&opened.id, &mut |annotation| {
        ids.insert(annotation.id);
        if sight.sees_annotation(&annotation) {
            annotations.push(annotation);
        } else {
            hidden.push(annotation);
        }
    });
    read.map_err(|error| error.to_string())?;
    let review = store.index().review(&opened.id).map_err(|error| error.to_string())?;
    Ok(Seen { text: opened.text.read(Span::new(0, opened.text.len())), annotations, hidden, review, ids })
}

/// The same with the places where the annotations' words stand now, where the text was changed by hand.
fn look_in_place(store: &Store, id: &DocumentId) -> Result<Seen, String> {
    let opened = store.open_document(id).map_err(|error| error.to_string())?;
    let mut seen = seen(store, &opened)?;
    if opened.is_changed {
        let place = |placed: &Placed| (placed.annotation.id, opened.offsets.code_points(&opened.text, placed.span));
        let stands: BTreeMap<AnnotationId, CodePoints> = opened.layer.all().iter().map(place).collect();
        for annotation in &mut seen.annotations {
            if let Some(range) = stands.get(&annotation.id) {
                (annotation.passage.start, annotation.passage.end) = (range.start, range.end);
            }
        }
    }
    Ok(seen)
}

/// Plans what of a study comes in, by `coder` where it names nobody.
pub fn plan(store: &Store, study: &Study, coder: &str) -> Result<Plan, Failure> {
    let shared = store.shared()?;
    let look = |id: &DocumentId| look_in_place(store, id);
    let dir = store.project.documents();
    let may_keep = |id: &DocumentId, text: &str| documents::may_keep(&dir, id, text);
    let here = Here { shared: &shared, coder, now: clock::now(), look: &look, may_keep: &may_keep };
    crate::intake::plan(study, &here).map_err(Failure::from)
}

/// Takes a plan in as one step: texts first, so that nothing is said of documents that are not there. Fails with nothing taken.
pub fn take(store: &mut Store, plan: &mut Plan) -> Result<(), Failure> {
    let dir = store.project.documents();
    let mut kept = Vec::new();
    let mut result = Ok(());
    for (id, text) in &plan.texts {
        let path = documents::path_of(&dir, id);
        let was_there = path.exists();
        result = documents::keep(&dir, id, text).map_err(Failure::from);
        if result.is_err() {
            break;
        }
        if !was_there {
            kept.push(path);
        }
    }
    if result.is_ok() && !plan.changes.is_empty() {
        let changes = std::mem::take(&mut plan.changes);
        result = store.keep(changes, Deed::Plain, clock::now()).map(|_| ()).map_err(Failure::from);
    }
    if result.is_err() {
        for path in kept {
            let _ = fs::remove_file(path);
        }
    }
    result
}

/// Tells what came in, or would; fails silently where something could not come in, so that scripts see it.
pub fn tell(plan: &Plan, (format, unread): (&str, &[String]), manner: Manner) -> Result<(), Failure> {
    let mut out = Output::new();
    if manner.is_json {
        out.json(&Listed {
            format,
            taken: !manner.is_told_only,
            documents: &plan.papers,
            annotations: plan.tally,
            impossible: &plan.impossible,
            conflicting: &plan.conflicting,
            doubtful: &plan.doubtful,
            unread,
            told: &plan.told,
        })?;
    } else {
        for line in lines(plan, unread, manner) {
            out.line(&line)?;
        }
        for line in cases(&plan.impossible) {
            complain(&line);
        }
        for line in unread.iter().take(MOST_TOLD) {
            complain(&printable(line));
        }
        if unread.len() > MOST_TOLD {
            complain(&say!("and {n} more; --json lists all", n = unread.len() - MOST_TOLD));
        }
        for line in cases(&plan.conflicting) {
            complain(&line);
        }
    }
    out.done()?;
    if plan.impossible.is_empty() && unread.is_empty() { Ok(()) } else { Err(Failure::Silent) }
}

/// Tells what became of a revised document's annotations, or would; fails silently where some are lost.
pub fn tell_revised(plan: &Plan, document: &str, manner: Manner) -> Result<(), Failure> {
    let mut out = Output::new();
    let tally = &plan.tally;
    if manner.is_json {
        let (doubtful, impossible, told) = (&plan.doubtful[..], &plan.impossible[..], &plan.told[..]);
        out.json(&Listed {
            format: "revision",
            taken: !manner.is_told_only,
            documents: &[],
            annotations: *tally,
            impossible,
            conflicting: &[],
            doubtful,
            unread: &[],
            told,
        })?;
    } else {
        out.line(&say!(
            "{document}: {moved} moved, {known} where they were, {doubtful} doubtful, {lost} lost",
            document = printable(document),
            moved = count!(tally.moved, "{n} annotation", "{n} annotations"),
            known = tally.known,
            doubtful = tally.doubtful,
            lost = tally.impossible
        ))?;
        for line in doubtful(tally).into_iter().chain(plan.told.iter().map(|told| format!("  {}", printable(told)))) {
            out.line(&line)?;
        }
        if manner.is_told_only {
            out.line(say!("nothing was taken yet; the same without --dry-run takes it"))?;
        }
        for line in cases(&plan.impossible) {
            complain(&line);
        }
    }
    out.done()?;
    if plan.impossible.is_empty() { Ok(()) } else { Err(Failure::Silent) }
}

fn lines(plan: &Plan, unread: &[String], manner: Manner) -> Vec<String> {
    let tally = &plan.tally;
    let (annotations, known) = (count!(tally.new, "{n} annotation", "{n} annotations"), tally.known);
    let codes = count!(tally.codes_new, "{n} new code", "{n} new codes");
    let refused = count!(tally.impossible + unread.len(), "{n} refused", "{n} refused");
    let first = if manner.is_told_only {
        say!("{annotations} to take, {known} known already, {codes}, {refused}", annotations, known, codes, refused)
    } else {
        say!("{annotations} taken, {known} known already, {codes}, {refused}", annotations, known, codes, refused)
    };
    let mut lines = vec![first];
    lines.extend(papers(&plan.papers));
    if tally.moved > 0 {
        lines.push(count!(
            tally.moved,
            "  {n} passage stands elsewhere here, and was found by its words",
            "  {n} passages stand elsewhere here, and were found by their words"
        ));
    }
    lines.extend(doubtful(tally));
    if tally.conflicting > 0 {
        lines.push(count!(
            tally.conflicting,
            "  {n} annotation says something else here and stays as it is here",
            "  {n} annotations say something else here and stay as they are here"
        ));
    }
    if tally.others > 0 {
        lines.push(count!(
            tally.others,
            "  {n} memo, pair, link of sentences or attribute",
            "  {n} memos, pairs, links of sentences and attributes"
        ));
    }
    lines.extend(plan.told.iter().map(|told| format!("  {}", printable(told))));
    if manner.is_told_only {
        lines.push(say!("nothing was taken yet; the same without --dry-run takes it").into());
    }
    lines
}

/// What is to be done about doubtful places.
fn doubtful(tally: &Tally) -> Option<String> {
    (tally.doubtful > 0).then(|| {
        count!(
            tally.doubtful,
            "  {n} place is doubtful: look at it in the reader (`tanba query 'any has:doubt'` lists it too)",
            "  {n} places are doubtful: look at them in the reader (`tanba query 'any has:doubt'` lists them too)"
        )
    })
}

/// What the documents of the file are here, a line for each way they were found.
fn papers(papers: &[Matched]) -> Vec<String> {
    let ways: [(How, &str); 5] = [
        (How::New, say!("new")),
        (How::Content, say!("here, with the same text")),
        (How::Edited, say!("here, with another version of the text")),
        (How::Name, say!("here, found by name: the file has no text")),
        (How::Missing, say!("not here, and without a text")),
    ];
    let of = |(how, what): (How, &str)| {
        let all: Vec<&Matched> = papers.iter().filter(|paper| paper.how == how).collect();
        let name = |paper: &&Matched| {
            let name = printable(&paper.document.0);
            if how == How::Edited { format!("{name} ({} %)", paper.likeness) } else { name }
        };
        let names = all.iter().take(MOST_NAMED).map(name).collect::<Vec<_>>().join(", ");
        let more = if all.len() > MOST_NAMED { ", …" } else { "" };
        let documents = count!(all.len(), "{n} document", "{n} documents");
        (!all.is_empty()).then(|| say!("  {documents} {what}: {names}{more}", documents, what, names, more))
    };
    ways.into_iter().filter_map(of).collect()
}

fn cases(all: &[Case]) -> Vec<String> {
    let mut lines: Vec<String> = all
        .iter()
        .take(MOST_TOLD)
        .map(|case| format!("{}, {}..{}: {}", printable(&case.document.0), case.start, case.end, case.why))
        .collect();
    if all.len() > MOST_TOLD {
        lines.push(say!("and {n} more; --json lists all", n = all.len() - MOST_TOLD));
    }
    lines
}
