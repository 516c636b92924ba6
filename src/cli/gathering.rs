//! A project, or what is chosen of it, as a study to write for other programs.

use std::collections::BTreeSet;

use crate::cli::context::Failure;
use crate::model::annotation::{AnnotationId, Passage};
use crate::model::document::DocumentId;
use crate::model::memo::About;
use crate::model::study::{Paper, Study};
use crate::query::choice::Choice;
use crate::say;
use crate::shell::retrieval::Retrieval;
use crate::store::Store;
use crate::text::span::Span;

/// Gathers what is chosen of a project with what the coder may see of it, and says what is not in it. Passages stand where they
/// stand in the texts now, which have plain line ends.
pub fn study(store: &Store, choice: &Choice) -> Result<(Study, Vec<String>), Failure> {
    let shared = store.shared()?;
    let is_all = *choice == Choice::default();
    let chosen = if is_all { None } else { Some(chosen(store, choice)?) };
    let mut study = Study {
        name: store.project.name(),
        codes: shared.codebook.iter().cloned().collect(),
        attributes: shared.attributes.values().cloned().collect(),
        ..Study::default()
    };
    let (mut told, mut n_lost) = (Vec::new(), 0);
    for document in shared.documents.values() {
        let id = &document.id;
        if chosen.as_ref().is_some_and(|(documents, _)| !documents.contains(id)) {
            continue;
        }
        let opened = match store.open_document(id) {
            Ok(opened) => opened,
            Err(error) => {
                told.push(error.to_string());
                continue;
            }
        };
        n_lost += opened.n_lost;
        let text = opened.text.read(Span::new(0, opened.text.len()));
        for placed in opened.layer.all() {
            let is_chosen = chosen.as_ref().is_none_or(|(_, ids)| ids.contains(&placed.annotation.id));
            if is_chosen {
                let range = opened.offsets.code_points(&opened.text, placed.span);
                let mut annotation = placed.annotation.clone();
                annotation.passage = Passage { document: id.clone(), start: range.start, end: range.end };
                study.annotations.push(annotation);
            }
        }
        study.papers.push(Paper { document: document.clone(), text: Some(text) });
    }
    if n_lost > 0 {
        told.push(say!("{n} annotations are left out: their words are no longer in the texts", n = n_lost));
    }
    let known: BTreeSet<&DocumentId> = study.papers.iter().map(|paper| &paper.document.id).collect();
    let is_known = |id: &DocumentId| known.contains(id);
    let memos = shared.memos.values().filter(|memo| match &memo.about {
        About::Project | About::Code(_) => is_all,
        About::Document(id) => is_known(id),
    });
    let (memos, pairs, links): (Vec<_>, Vec<_>, Vec<_>) = (
        memos.cloned().collect(),
        shared.pairs.iter().filter(|pair| is_known(&pair.left) && is_known(&pair.right)).cloned().collect(),
        shared.links.values().filter(|link| is_known(&link.left) && is_known(&link.right)).cloned().collect(),
    );
    (study.memos, study.pairs, study.links) = (memos, pairs, links);
    study.fold_line_ends();
    Ok((study, told))
}

/// The annotations that are chosen, and the documents that they are in.
fn chosen(store: &Store, choice: &Choice) -> Result<(BTreeSet<DocumentId>, BTreeSet<AnnotationId>), Failure> {
    let shared = store.shared()?;
    let retrieval = Retrieval::new(store, &shared, choice)?;
    let (mut documents, mut ids) = (BTreeSet::new(), BTreeSet::new());
    let mut failed = None;
    let taken = retrieval.each(&mut |found| {
        match retrieval.annotations(&found) {
            Ok(annotations) => {
                for annotation in annotations.into_values() {
                    documents.insert(annotation.passage.document.clone());
                    ids.insert(annotation.id);
                }
            }
            Err(error) => failed = Some(Failure::from(error)),
        }
        failed.is_none()
    });
    failed.map_or(Ok(()), Err)?;
    taken?;
    Ok((documents, ids))
}
