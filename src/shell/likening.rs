//! Suggestions for documents: gathers what was tagged, and asks what looks like it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::code::{CodeId, Standing};
use crate::model::document::DocumentId;
use crate::query::choice::Choice;
use crate::query::likeness::{Candidate, Suggestion, suggestions};
use crate::shell::retrieval::{Retrieval, Unanswered};
use crate::store::Store;
use crate::store::opened::Opened;
use crate::text::segment::{Unit, segments};
use crate::text::span::slice;

/// Passages of a code that are looked at: more teach nothing new.
const MAX_PASSAGES: usize = 300;

/// Sentences of a document that are looked at.
const MAX_SENTENCES: usize = 20_000;

/// What looks like what was tagged before, in these documents, by this store's coder untagged.
pub fn suggested(
    store: &Store,
    documents: &[DocumentId],
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Result<Vec<Suggestion>, Unanswered> {
    let shared = store.shared()?;
    let languages: BTreeSet<&str> =
        documents.iter().map(|id| shared.language(id)).filter(|language| !language.is_empty()).collect();
    let (mut all, n_languages) = (Vec::new(), languages.len().max(1));
    for (at, language) in languages.into_iter().enumerate() {
        // Only from what the coder tagged: a colleague's coding must not show through.
        let coders = vec![store.writer.coder.clone()];
        let choice = Choice { languages: vec![language.to_owned()], coders, ..Choice::default() };
        let retrieval = Retrieval::new(store, &shared, &choice)?;
        let mut tagged: BTreeMap<CodeId, Vec<String>> = BTreeMap::new();
        let mut failed = None;
        retrieval.each(&mut |found| {
            match retrieval.annotations(&found) {
                Ok(annotations) => {
                    for annotation in annotations.into_values() {
                        let code = shared.codebook.standing(&annotation.code).clone();
                        let known = tagged.entry(code).or_default();
                        if known.len() < MAX_PASSAGES {
                            known.push(annotation.quote.exact);
                        }
                    }
                }
                Err(error) => failed = Some(error),
            }
            failed.is_none() && go_on(at * 1000 / n_languages)
        })?;
        failed.map_or(Ok(()), Err)?;
        tagged.retain(|code, _| shared.codebook.get(code).is_some_and(|code| code.standing == Standing::InUse));
        let mut candidates = Vec::new();
        // What the coder tagged or dismissed is not suggested.
        let mut known: BTreeSet<(DocumentId, CodeId, usize)> = BTreeSet::new();
        for id in documents.iter().filter(|id| shared.language(id) == language) {
            let opened = store.open_document(id)?;
            for candidate in sentences(&opened) {
                let Some(span) = opened.offsets.span(&opened.text, candidate.range) else { continue };
                let own = opened.layer.overlapping(span).into_iter().map(|placed| &placed.annotation);
                for annotation in own.filter(|annotation| annotation.coder == store.writer.coder) {
                    let code = shared.codebook.standing(&annotation.code).clone();
                    known.insert((id.clone(), code, candidate.range.start));
                }
                candidates.push(candidate);
            }
        }
        let dismissed = shared.marks.dismissals.values().filter(|mark| mark.coder == store.writer.coder);
        known.extend(dismissed.map(|mark| (mark.document.clone(), mark.code.clone(), mark.range.start)));
        let is_open = |candidate: &Candidate, code: &CodeId| {
            !known.contains(&(candidate.document.clone(), code.clone(), candidate.range.start))
        };
        let found = suggestions(language, &tagged, &candidates, (&is_open, &mut || go_on(at * 1000 / n_languages)));
        all.extend(found);
    }
    all.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
    Ok(all)
}

/// The sentences of a document.
fn sentences(opened: &Opened) -> Vec<Candidate> {
    let mut all = Vec::new();
    let mut block = (!opened.text.is_empty()).then(|| opened.text.block(0));
    while let Some(here) = block.filter(|_| all.len() < MAX_SENTENCES) {
        for span in segments(&here.text, Unit::Sentence) {
            all.push(Candidate {
                document: opened.id.clone(),
                range: opened.offsets.code_points(&opened.text, span.shifted(here.start)),
                words: slice(&here.text, span.start, span.end).to_owned(),
            });
        }
        block = opened.text.block_after(&here);
    }
    all
}
