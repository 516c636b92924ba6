//! What coders of a project said, as measures of agreement take it.

use std::collections::{BTreeMap, BTreeSet};

use crate::agreement::units::{Coding, Marked, Tidy, Unitized};
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::rules::CONSENSUS;
use crate::model::shared::Shared;
use crate::model::sight::Sight;
use crate::query::choice::Choice;
use crate::shell::comparing::Taking;
use crate::shell::retrieval::{Retrieval, Unanswered};
use crate::store::{Store, past};

/// What is taken of what coders said.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Of which annotations.
    pub choice: Choice,
    /// Who counts as having completed a document.
    pub taking: Taking,
    /// Whether codes count as the one above them.
    pub rolls_up: bool,
    /// Whether it is what stood when coders first finished each document.
    pub is_before: bool,
}

/// A number for each name, given out as they come.
#[derive(Default)]
struct Numbers {
    names: Vec<String>,
    numbers: BTreeMap<String, u32>,
}

impl Numbers {
    fn of(names: Vec<String>) -> Self {
        let numbers = names.iter().cloned().zip(0..).collect();
        Self { names, numbers }
    }

    fn get(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}

/// What coders said, as measures take it: who × what × where. `go_on` is told how far it is, in per mille, and ends the work.
pub fn coding(
    store: &mut Store,
    shared: &Shared,
    wanted: &Wanted,
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Result<Coding, Unanswered> {
    let choice = &wanted.choice;
    // A mistake in the query is told before anything is read.
    Retrieval::new(store, shared, choice)?;
    let counts = store.reading().counts()?;
    let ids: Vec<DocumentId> =
        shared.documents.keys().filter(|id| choice.wants_document(shared, id)).cloned().collect();
    let n_all = ids.len().max(1);
    let sizes = store.sizes(&ids, &mut |done| go_on(done * 500 / n_all))?;
    let mut said = if wanted.is_before { before(store, shared, wanted)? } else { now(store, shared, wanted, go_on)? };
    let sight = Sight::of(shared, &store.writer.coder);
    let completed = |id: &DocumentId, coder: &str, tagged: bool| {
        let counts = shared.is_done(id, coder) || (wanted.taking == Taking::Everybody && tagged);
        counts && sight.sees(id, coder)
    };
    let by_choice =
        |coder: &&String| **coder != CONSENSUS && (choice.coders.is_empty() || choice.coders.contains(*coder));
    let finished = ids.iter().flat_map(|id| shared.finishers(id).filter(|coder| sight.sees(id, coder)));
    let begun = ids.iter().filter_map(|id| counts.get(id)).flat_map(BTreeMap::keys);
    let begun = begun.filter(|_| wanted.taking == Taking::Everybody && !wanted.is_before);
    let tagged = said.values().flat_map(BTreeMap::keys).chain(begun);
    let coders: BTreeSet<&String> = finished.chain(tagged).filter(by_choice).collect();
    let coders = Numbers::of(coders.into_iter().cloned().collect());
    let codes = codes(shared, &said);
    let mut documents = Vec::with_capacity(ids.len());
    for id in ids {
        let by_coder = said.remove(&id).unwrap_or_default();
        let done = |coder: &String| {
            let has_said = by_coder.contains_key(coder);
            // Whoever tagged anything worked there, whatever is asked for.
            let has_tagged = counts.get(&id).is_some_and(|own| own.contains_key(coder));
            if wanted.is_before {
                has_said && sight.sees(&id, coder)
            } else {
                completed(&id, coder, has_said || has_tagged)
            }
        };
        let completed: Vec<bool> = coders.names.iter().map(done).collect();
        let mut spans = Vec::new();
        for (coder, claims) in &by_coder {
            let Some(coder) = coders.get(coder) else { continue };
            let marked = claims.iter().filter_map(|(code, start, end)| {
                Some(Marked { code: codes.get(code)?, coder, start: *start, end: *end })
            });
            spans.extend(marked);
        }
        let length = sizes.get(&id).map_or(0, |size| size.length);
        documents.push(Unitized { id: id.0, length, completed, spans });
    }
    Ok(Coding { coders: coders.names, codes: codes.names, documents })
}

/// The languages of what is studied, each with its documents alone; nothing where there is only one.
pub fn by_language(shared: &Shared, tidy: &Tidy) -> Vec<(String, Tidy)> {
    let language = |at: usize| {
        let id = tidy.documents.get(at).map(|document| DocumentId(document.id.clone()));
        id.map_or(String::new(), |id| shared.language(&id).to_owned())
    };
    let all: BTreeSet<String> = (0..tidy.documents.len()).map(language).filter(|name| !name.is_empty()).collect();
    if all.len() < 2 {
        return Vec::new();
    }
    all.into_iter().map(|name| (name.clone(), tidy.of_documents(|at| language(at) == name))).collect()
}

/// What coders said of documents: codes and code points.
type SaidOf = BTreeMap<DocumentId, BTreeMap<String, Vec<(String, usize, usize)>>>;

/// The code that a code counts as.
fn counted<'a>(shared: &'a Shared, wanted: &Wanted, code: &'a CodeId) -> &'a CodeId {
    let book = &shared.codebook;
    let mut code = book.standing(code);
    // A circle of codes ends somewhere.
    for _ in 0..if wanted.rolls_up { book.n_codes() } else { 0 } {
        match book.get(code).map(|known| &known.parent).filter(|parent| book.get(parent).is_some()) {
            Some(parent) => code = book.standing(parent),
            None => break,
        }
    }
    code
}

fn now(
    store: &Store,
    shared: &Shared,
    wanted: &Wanted,
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Result<SaidOf, Unanswered> {
    let retrieval = Retrieval::new(store, shared, &wanted.choice)?;
    let names = retrieval.names();
    let counted: Vec<String> =
        names.iter().map(|name| counted(shared, wanted, &CodeId(name.clone())).0.clone()).collect();
    let (mut said, n_all, mut n_read) = (SaidOf::new(), shared.documents.len().max(1), 0);
    retrieval.each(&mut |found| {
        let own = said.entry(found.document.clone()).or_default();
        // What a query wants of an annotation may be a part of it: the whole of it is what the coder said.
        let wanted: BTreeSet<u32> = found.passages.iter().flat_map(|passage| passage.of.iter().copied()).collect();
        for (fact, _) in wanted.into_iter().filter_map(|at| found.facts.get(at as usize)) {
            let code = counted.get(fact.code as usize).cloned().unwrap_or_default();
            let coder = retrieval.name(fact.coder);
            if coder != CONSENSUS {
                let all = match own.get_mut(coder) {
                    Some(all) => all,
                    None => own.entry(coder.to_owned()).or_default(),
                };
                all.push((code, fact.start, fact.end));
            }
        }
        n_read += 1;
        go_on(500 + (n_read * 500 / n_all).min(500))
    })?;
    Ok(said)
}

/// What stood when coders first finished each document; queries and times can't be asked of it.
fn before(store: &Store, shared: &Shared, wanted: &Wanted) -> Result<SaidOf, Unanswered> {
    let book = &shared.codebook;
    let sight = Sight::of(shared, &store.writer.coder);
    let codes: Vec<&CodeId> = wanted.choice.codes.iter().filter_map(|name| Some(&book.find(name)?.id)).collect();
    let mut said = SaidOf::new();
    for (document, coders) in past::at_first_finish(&store.project)? {
        let own = said.entry(document.clone()).or_default();
        for (coder, claims) in coders.into_iter().filter(|(coder, _)| sight.sees(&document, coder)) {
            let is_wanted = |code: &CodeId| codes.is_empty() || codes.iter().any(|wanted| book.is_one(code, wanted));
            let claims = claims.into_iter().filter(|claim| is_wanted(&claim.code));
            let told = claims.map(|claim| (counted(shared, wanted, &claim.code).0.clone(), claim.start, claim.end));
            own.insert(coder, told.collect());
        }
    }
    Ok(said)
}

/// The codes that somebody used, in the order of the codebook's tree.
fn codes(shared: &Shared, said: &SaidOf) -> Numbers {
    let used: BTreeSet<&str> =
        said.values().flat_map(BTreeMap::values).flatten().map(|(code, ..)| code.as_str()).collect();
    let tree = shared.codebook.tree();
    let known: Vec<String> = tree.into_iter().map(|(id, _)| id.0).filter(|id| used.contains(id.as_str())).collect();
    let others = used.iter().filter(|id| !known.iter().any(|own| own == *id)).map(|id| (*id).to_owned());
    let all: Vec<String> = known.iter().cloned().chain(others.collect::<Vec<_>>()).collect();
    Numbers::of(all)
}
