//! What a query wants in a project: asks the index, and reads texts where the query asks for words.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::app::aligning::MAX_UNASKED_BYTES;
use crate::count;
use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::document::{DocumentId, Pair};
use crate::model::fact::{Fact, Place};
use crate::model::review::{Review, Standing};
use crate::model::rules::CONSENSUS;
use crate::model::shared::Shared;
use crate::model::sight::Sight;
use crate::model::verdict::Claim;
use crate::query::choice::Choice;
use crate::query::expression::{Mistake, Reviewed};
use crate::query::hit::{Hit, in_context};
use crate::query::plan::{Meaning, Plan};
use crate::query::retrieve::{Page, Passage, Reading};
use crate::store::chunk::Chunk;
use crate::store::error::StoreError;
use crate::store::{Store, documents, links};
use crate::text::anchor;
use crate::text::body::Text;
use crate::text::fold::folded;
use crate::text::offsets::Offsets;
use crate::text::span::Span;
use crate::text::width::{fitted, flat, printable};

/// What a query wants in a project.
pub struct Retrieval<'a> {
    store: &'a Store,
    shared: &'a Shared,
    names: &'a [String],
    plan: Plan,
    /// What the coder may see: everything else is not there.
    sight: Sight,
    /// The number of the consensus among the names, where there is one.
    consensus: Option<u32>,
}

/// Why a query has no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// It can't be understood; what was written.
    Mistaken(Mistake, String),
    /// The project can't be read.
    Unread(StoreError),
}

impl From<StoreError> for Unanswered {
    fn from(error: StoreError) -> Self {
        Self::Unread(error)
    }
}

/// The passages of one document that are wanted.
pub struct Found<'a> {
    /// The document.
    pub document: &'a DocumentId,
    /// Its annotations in the order of the text, wanted or not.
    pub facts: &'a [(Fact, Place)],
    /// The same, to ask more of.
    pub page: &'a Page<'a>,
    /// What is asked of it.
    plan: &'a Plan,
    /// What is wanted.
    pub passages: Vec<Passage>,
}

impl Found<'_> {
    /// What is wanted, with every combination of annotations by itself.
    pub fn combinations(&self) -> Cow<'_, [Passage]> {
        let has_several = self.passages.iter().any(|passage| passage.of.len() > 1);
        if has_several { self.page.combinations(self.plan).into() } else { self.passages.as_slice().into() }
    }
}

/// A document's text, and where wanted passages stand in it now.
pub struct Placed<'f> {
    /// The text.
    pub text: Text,
    /// Where each passage stands, in bytes.
    pub places: Vec<(Span, &'f Passage)>,
    /// How many found no place: their words are gone.
    pub n_lost: usize,
    /// The annotations that the passages come from, by their places in the page.
    annotations: BTreeMap<u32, Annotation>,
}

/// Passages with their contexts, and how many there are in all.
#[derive(Debug, Clone, Default)]
pub struct InContext {
    /// The first ones.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub n_passages: usize,
    /// Why documents could not be read, one each.
    pub failed: Vec<String>,
}

/// Reads what a query asks for in words.
struct Shelf<'a> {
    store: &'a Store,
    sight: &'a Sight,
    /// What was read of the document that was asked for last.
    read: RefCell<(DocumentId, Chunks)>,
    /// The same of what was said in review.
    said: RefCell<Said>,
}

/// What was said in review of one document.
#[derive(Default)]
struct Said {
    document: DocumentId,
    review: Review,
    /// What is settled, as it is now, and what settlements made.
    settled: (BTreeSet<(AnnotationId, Claim)>, BTreeSet<AnnotationId>),
    chunks: Chunks,
}

/// Columns of the words that a doubtful place was found by.
const DOUBTED_COLUMNS: usize = 600;

/// Whether reviewers said so of an annotation, unless it is asked whether it is settled.
fn is_reviewed(review: &Review, annotation: &Annotation, asked: &Reviewed) -> bool {
    let mut current = review.verdicts_on(annotation.id).filter(|verdict| verdict.is_of(annotation));
    match asked {
        Reviewed::As(standings) => standings.contains(&review.standing(annotation)),
        Reviewed::By(names) => {
            current.any(|verdict| names.iter().any(|name| folded(name) == folded(&verdict.reviewer)))
        }
        Reviewed::Discussed => review.thread(annotation.id).next().is_some(),
        Reviewed::Open => review.is_open(annotation.id),
        Reviewed::Settled => false,
    }
}

/// Chunks by their first ids.
type Chunks = BTreeMap<AnnotationId, Chunk>;

impl Reading for Shelf<'_> {
    fn holds(&self, document: &DocumentId, place: Place, is_so: &dyn Fn(&str, &str) -> bool) -> bool {
        let mut read = self.read.borrow_mut();
        if read.0 != *document {
            *read = (document.clone(), Chunks::new());
        }
        let made = || self.store.index().chunk(document, place.0).unwrap_or_default();
        read.1.entry(place.0).or_insert_with(made).holds(place.1, is_so)
    }

    fn is_reviewed(&self, document: &DocumentId, place: Place, asked: &Reviewed) -> bool {
        let mut said = self.said.borrow_mut();
        if said.document != *document {
            let review = self.store.index().review(document).unwrap_or_default().seen_by(self.sight);
            let settled = review.settled();
            *said = Said { document: document.clone(), review, settled, chunks: Chunks::new() };
        }
        let Said { review, settled, chunks, .. } = &mut *said;
        if review.is_empty() {
            return matches!(asked, Reviewed::As(all) if all.contains(&Standing::Open));
        }
        let made = || self.store.index().chunk(document, place.0).unwrap_or_default();
        let annotation = chunks.entry(place.0).or_insert_with(made).annotation(place.1);
        annotation.is_some_and(|annotation| match asked {
            Reviewed::Settled => {
                settled.1.contains(&annotation.id) || settled.0.contains(&(annotation.id, Claim::of(&annotation)))
            }
            asked => is_reviewed(review, &annotation, asked),
        })
    }

    fn text(&self, document: &DocumentId) -> Option<Text> {
        documents::open(&self.store.project.documents(), document).ok()
    }
}

impl<'a> Retrieval<'a> {
    /// Makes a choice with its query ready.
    pub fn new(store: &'a Store, shared: &'a Shared, choice: &Choice) -> Result<Self, Unanswered> {
        let names = store.index().names()?;
        let meaning = Meaning { shared, names, coder: &store.writer.coder };
        let mistaken = |mistake| Unanswered::Mistaken(mistake, choice.query.clone());
        let sight = Sight::of(shared, &store.writer.coder);
        let consensus = names.iter().position(|name| name == CONSENSUS).map(|at| at as u32);
        Ok(Self { store, shared, names, plan: Plan::chosen(choice, &meaning).map_err(mistaken)?, sight, consensus })
    }

    /// The name of a code or coder, by the number that facts have.
    pub fn name(&self, number: u32) -> &'a str {
        self.names.get(number as usize).map_or("", String::as_str)
    }

    /// Whether a document may hold anything that is wanted.
    pub fn wants(&self, id: &DocumentId) -> bool {
        self.plan.wants(id)
    }

    /// The names of all codes and coders, by the numbers that facts have.
    pub fn names(&self) -> &'a [String] {
        self.names
    }

    /// Hands the wanted passages over, document by document, until `each` wants no more. Documents that were taken away
    /// have none.
    pub fn each(&self, each: &mut dyn FnMut(Found<'_>) -> bool) -> Result<(), StoreError> {
        let reading =
            Shelf { store: self.store, sight: &self.sight, read: RefCell::default(), said: RefCell::default() };
        let wants = |id: &DocumentId| self.plan.wants(id);
        let mut seen = Vec::new();
        self.store.index().each_facts(&wants, &mut |document, all| {
            let facts = if self.sight.is_whole_in(document) {
                all
            } else {
                let is_seen = |(fact, _): &&(Fact, Place)| self.sight.sees(document, self.name(fact.coder));
                seen.clear();
                seen.extend(all.iter().filter(is_seen).copied());
                &seen
            };
            let length = self.shared.documents.get(document).map_or(0, |known| known.length);
            let strays = self.strays(document, facts);
            let kept: Vec<(Fact, Place)>;
            let facts = if strays.is_empty() {
                facts
            } else {
                kept = facts.iter().filter(|(_, place)| !strays.contains(place)).copied().collect();
                &kept
            };
            let page = Page::new((document, length), facts, &reading);
            let passages = page.passages(&self.plan);
            each(Found { document, facts, page: &page, plan: &self.plan, passages })
        })
    }

    /// Annotations of the consensus that no settlement in force made: two people settled one place differently, and the later
    /// word holds.
    fn strays(&self, document: &DocumentId, facts: &[(Fact, Place)]) -> BTreeSet<Place> {
        let Some(number) = self.consensus else { return BTreeSet::new() };
        let own: Vec<Place> = facts.iter().filter(|(fact, _)| fact.coder == number).map(|(_, place)| *place).collect();
        if own.is_empty() {
            return BTreeSet::new();
        }
        let (_, made) = self.store.index().review(document).unwrap_or_default().settled();
        if own.len() == made.len() {
            return BTreeSet::new();
        }
        let mut chunks = Chunks::new();
        let is_stray = |(first, at): &Place| {
            let read = || self.store.index().chunk(document, *first).unwrap_or_default();
            chunks.entry(*first).or_insert_with(read).id(*at).is_some_and(|id| !made.contains(&id))
        };
        let mut is_stray = is_stray;
        own.into_iter().filter(|place| is_stray(place)).collect()
    }

    /// The wanted annotations of one document, by their places in the page.
    pub fn annotations(&self, found: &Found<'_>) -> Result<BTreeMap<u32, Annotation>, StoreError> {
        let wanted: BTreeSet<u32> = found.passages.iter().flat_map(|passage| passage.of.iter().copied()).collect();
        let mut by_chunk: BTreeMap<AnnotationId, Vec<(u32, usize)>> = BTreeMap::new();
        for at in wanted {
            if let Some((_, (chunk, entry))) = found.facts.get(at as usize) {
                by_chunk.entry(*chunk).or_default().push((at, *entry));
            }
        }
        let mut all = BTreeMap::new();
        for (chunk, entries) in by_chunk {
            let read = self.store.index().chunk(found.document, chunk)?;
            all.extend(entries.into_iter().filter_map(|(at, entry)| Some((at, read.annotation(entry)?))));
        }
        Ok(all)
    }

    /// The first `most` passages with their contexts, and, where it is asked for, with what the other documents of pairs
    /// say there. `go_on` is told how far it is among the documents that the project knows, in per mille, and ends the work.
    pub fn in_context(
        &self,
        most: usize,
        has_counterparts: bool,
        go_on: &mut dyn FnMut(usize) -> bool,
    ) -> Result<InContext, StoreError> {
        let mut answer = InContext::default();
        let mut aligned = None;
        let (mut n_read, n_all) = (0, self.shared.documents.len().max(1));
        self.each(&mut |found| {
            let room = most.saturating_sub(answer.hits.len());
            answer.n_passages += found.passages.len();
            if room > 0 && !found.passages.is_empty() {
                let aligned = has_counterparts.then_some(&mut aligned);
                match self.hits(&found, room, (aligned, go_on)) {
                    Ok((hits, n_lost)) => {
                        answer.hits.extend(hits);
                        if n_lost > 0 {
                            let document = printable(&found.document.0);
                            answer.failed.push(count!(
                                n_lost,
                                "{n} passage of {document} is left out: its words are gone from the text",
                                "{n} passages of {document} are left out: their words are gone from the text",
                                document
                            ));
                        }
                    }
                    Err(error) => answer.failed.push(error.to_string()),
                }
            }
            n_read += 1;
            go_on((n_read * 1000 / n_all).min(1000))
        })?;
        Ok(answer)
    }

    /// A document's text, and where its wanted passages stand in it now: an annotation stands where its words are, also where
    /// the text was changed. Those whose words are gone are left out.
    pub fn placed<'f>(&self, found: &'f Found<'_>, most: usize) -> Result<Placed<'f>, StoreError> {
        let dir = self.store.project.documents();
        let text = documents::open(&dir, found.document)?;
        let measured = Offsets::measure(&text).map_err(|wrong| {
            let near = text.bytes(Span::new(wrong.offset, wrong.offset + 64));
            documents::not_utf8(documents::path_of(&dir, found.document), wrong.offset, &near)
        })?;
        let annotations = self.annotations(found)?;
        let locate =
            |a: &Annotation| anchor::locate(&text, &measured, a.passage.range(), &a.quote).map(|(span, _)| span);
        let spans: BTreeMap<u32, Option<Span>> = annotations.iter().map(|(at, a)| (*at, locate(a))).collect();
        // Of several annotations a passage is what they share.
        let shared = |one: Span, other: Span| {
            let (start, end) = (one.start.max(other.start), one.end.min(other.end));
            (start < end).then(|| Span::new(start, end))
        };
        let span_of = |passage: &Passage| {
            let mut own = passage.of.iter().map(|at| spans.get(at).copied().flatten());
            let first = own.next().flatten()?;
            own.try_fold(first, |whole, span| shared(whole, span?))
        };
        let wanted = found.passages.iter().take(most);
        let places: Vec<(Span, &Passage)> = wanted.clone().filter_map(|p| Some((span_of(p)?, p))).collect();
        let n_lost = wanted.count() - places.len();
        Ok(Placed { text, places, n_lost, annotations })
    }

    fn hits(
        &self,
        found: &Found<'_>,
        most: usize,
        (aligned, go_on): (Option<&mut Aligned>, &mut dyn FnMut(usize) -> bool),
    ) -> Result<(Vec<Hit>, usize), StoreError> {
        let Placed { text, places, n_lost, annotations } = self.placed(found, most)?;
        let pair = aligned.filter(|_| text.len() <= MAX_UNASKED_BYTES);
        let pair = pair.and_then(|known| self.aligned(found.document, known, go_on));
        let spans = places.iter().map(|(span, _)| *span).collect();
        let mut hits = in_context((found.document, &text), spans, pair);
        for (hit, (_, passage)) in hits.iter_mut().zip(&places) {
            let doubt = passage.of.iter().find_map(|at| annotations.get(at)?.doubt.as_ref());
            hit.said = self.said(found, passage);
            if let Some(doubt) = doubt {
                hit.said = format!("? {} % · {}", doubt.confidence, hit.said);
                hit.was = fitted(&flat(&doubt.words), DOUBTED_COLUMNS);
            }
            hit.annotations = passage.of.iter().filter_map(|at| Some(annotations.get(at)?.id)).collect();
        }
        Ok((hits, n_lost))
    }

    /// The alignment of a document's pair; made when it is first asked for.
    fn aligned<'b>(
        &self,
        id: &DocumentId,
        known: &'b mut Aligned,
        go_on: &mut dyn FnMut(usize) -> bool,
    ) -> Option<&'b crate::alignment::pair::PairAlignment> {
        let pair = self.shared.pair_of(id)?;
        if known.as_ref().is_none_or(|(of, _)| of != pair) {
            let fixed = self.shared.links_of(pair).cloned().collect();
            let made = links::align(&self.store.project, pair, fixed, &mut |_, _| go_on(0)).ok().flatten();
            *known = Some((pair.clone(), made));
        }
        known.as_ref().and_then(|(_, made)| made.as_ref())
    }

    /// Codes and coders of a passage: `censorship, e-government · asel`.
    fn said(&self, found: &Found<'_>, passage: &Passage) -> String {
        let facts = || passage.of.iter().filter_map(|at| found.facts.get(*at as usize)).map(|(fact, _)| fact);
        let once = |names: Vec<String>| {
            let mut seen = BTreeSet::new();
            names.into_iter().filter(|name| seen.insert(name.clone())).collect::<Vec<_>>().join(", ")
        };
        let book = &self.shared.codebook;
        let code = |number| book.called(&crate::model::code::CodeId(self.name(number).to_owned())).to_owned();
        let codes = once(facts().map(|fact| code(fact.code)).collect());
        let makers = once(facts().map(|fact| self.name(fact.coder).to_owned()).collect());
        format!("{codes} · {makers}")
    }
}

/// The pair that was aligned last, and what came of it.
type Aligned = Option<(Pair, Option<crate::alignment::pair::PairAlignment>)>;
