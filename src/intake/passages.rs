//! The annotations of a study, put in their places in the project's documents.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::intake::desk::{Desk, Place, SURE};
use crate::intake::here::{Here, Seen};
use crate::intake::papers;
use crate::intake::plan::{Case, Plan, hashed};
use crate::model::annotation::{Annotation, AnnotationId, Counterpart, Doubt, Passage};
use crate::model::change::Record;
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::rules::CONSENSUS;
use crate::model::study::{Paper, Study};
use crate::say;
use crate::text::anchor::quote_of;
use crate::text::ruler::Ruler;
use crate::text::span::CodePoints;

/// What the file's documents and codes are called here.
pub struct Names<'a> {
    /// Documents.
    pub papers: &'a papers::Names,
    /// Codes.
    pub codes: &'a BTreeMap<CodeId, CodeId>,
}

/// What tells two annotations of the same thing within a document: start, end, code, coder.
type Sameness = (usize, usize, CodeId, String);

fn sameness(annotation: &Annotation) -> Sameness {
    (annotation.passage.start, annotation.passage.end, annotation.code.clone(), annotation.coder.clone())
}

/// What is known here of a document's annotations, and what came in so far.
struct Known {
    by_id: HashMap<AnnotationId, Option<Annotation>>,
    by_sameness: HashMap<Sameness, Annotation>,
}

/// Plans the annotations of a study. Fails where a document here can't be read.
pub fn take(study: &Study, names: &Names<'_>, here: &Here<'_>, plan: &mut Plan) -> Result<(), String> {
    let mut by_document: BTreeMap<&DocumentId, Vec<&Annotation>> = BTreeMap::new();
    for annotation in &study.annotations {
        by_document.entry(&annotation.passage.document).or_default().push(annotation);
    }
    let papers: HashMap<&DocumentId, &Paper> = study.papers.iter().map(|paper| (&paper.document.id, paper)).collect();
    let new: HashSet<DocumentId> = plan.texts.iter().map(|(id, _)| id.clone()).collect();
    let mut intake = Taken::default();
    let mut last: Option<(&DocumentId, Known)> = None;
    let mut groups: Vec<(&DocumentId, Vec<&Annotation>)> = by_document.into_iter().collect();
    groups.sort_by_key(|(name, _)| names.papers.get(name));
    for (name, annotations) in groups {
        let Some(id) = names.papers.get(name) else {
            let why = say!(
                "no document is called \"{name}\" here, and the file has no text of it; take it in first: tanba add FILE",
                name
            );
            plan.impossible.extend(annotations.iter().map(|annotation| case(annotation, why.clone())));
            plan.tally.impossible += annotations.len();
            continue;
        };
        let paper = papers.get(name).and_then(|paper| paper.text.as_deref());
        let is_new = new.contains(id);
        let seen =
            if is_new { Seen { text: paper.unwrap_or("").to_owned(), ..Seen::default() } } else { (here.look)(id)? };
        let file = paper.filter(|text| *text != seen.text).map(Ruler::new);
        let ruler = Ruler::new(&seen.text);
        let desk = Desk::new(file.as_ref(), &ruler);
        // Two papers of a file may be one document here; they come behind each other.
        let known = match &mut last {
            Some((of, known)) if *of == id => known,
            other => &mut other.insert((id, Known::new(&seen))).1,
        };
        for annotation in annotations {
            intake.take(annotation, &Seat { id, desk: &desk, ruler: &ruler, names, here }, known, plan);
        }
    }
    if intake.n_cut > 0 {
        plan.told
            .push(say!("{n} passages cut a letter from its marks and were widened to whole letters", n = intake.n_cut));
    }
    intake.put(plan);
    Ok(())
}

/// Where an annotation is taken in.
struct Seat<'a> {
    id: &'a DocumentId,
    desk: &'a Desk<'a>,
    ruler: &'a Ruler<'a>,
    names: &'a Names<'a>,
    here: &'a Here<'a>,
}

/// What comes in.
#[derive(Default)]
struct Taken {
    annotations: Vec<Annotation>,
    /// What each annotation of the file is called here.
    ids: HashMap<AnnotationId, AnnotationId>,
    n_cut: usize,
}

fn case(annotation: &Annotation, why: impl Into<String>) -> Case {
    let Passage { document, start, end } = annotation.passage.clone();
    Case { document, start, end, why: why.into() }
}

impl Known {
    fn new(seen: &Seen) -> Self {
        let mut by_id: HashMap<AnnotationId, Option<Annotation>> = seen.ids.iter().map(|id| (*id, None)).collect();
        by_id.extend(seen.annotations.iter().map(|annotation| (annotation.id, Some(annotation.clone()))));
        Self { by_id, by_sameness: seen.annotations.iter().map(|a| (sameness(a), a.clone())).collect() }
    }
}

impl Taken {
    fn take(&mut self, annotation: &Annotation, seat: &Seat<'_>, known: &mut Known, plan: &mut Plan) {
        let refused: Result<&CodeId, String> = if annotation.coder == CONSENSUS {
            Err(say!("the consensus is settled here (`tanba settle`), and not taken in").into())
        } else {
            seat.names.codes.get(&annotation.code).ok_or_else(|| say!("the file has no such code").into())
        };
        let placed = refused.and_then(|code| Ok((code, seat.desk.place(annotation)?)));
        let (code, place) = match placed {
            Ok(found) => found,
            Err(why) => {
                plan.impossible.push(case(annotation, why));
                plan.tally.impossible += 1;
                return;
            }
        };
        let now = made(annotation, code, &place, seat);
        let is_used_here = |id: &AnnotationId| known.by_id.get(id);
        match is_used_here(&annotation.id).filter(|_| !annotation.id.is_local()) {
            Some(Some(other)) if !says_same(other, &now) => return conflict(annotation, plan),
            Some(_) => return self.knows(annotation, annotation.id, plan),
            None => {}
        }
        if let Some(other) = known.by_sameness.get(&sameness(&now)) {
            let is_same_memo = now.memo.is_empty() || now.memo.trim() == other.memo.trim();
            return if is_same_memo { self.knows(annotation, other.id, plan) } else { conflict(annotation, plan) };
        }
        // One that came in before and may not be seen now.
        if is_used_here(&now.id).is_some() {
            return self.knows(annotation, now.id, plan);
        }
        self.n_cut += usize::from(place.was_cut);
        plan.tally.new += 1;
        plan.tally.moved += usize::from(place.range.start != annotation.passage.start && !is_unplaced(annotation));
        if let Some(doubt) = &now.doubt {
            plan.tally.doubtful += 1;
            plan.doubtful.push(case(annotation, say!("{n} % sure", n = doubt.confidence)));
        }
        known.by_id.insert(now.id, Some(now.clone()));
        known.by_sameness.insert(sameness(&now), now.clone());
        self.ids.insert(annotation.id, now.id);
        self.annotations.push(now);
    }

    fn knows(&mut self, annotation: &Annotation, id: AnnotationId, plan: &mut Plan) {
        self.ids.insert(annotation.id, id);
        plan.tally.known += 1;
    }

    /// Plans what was taken. Halves of linked pairs and parts of passages whose other half or first part does not come along
    /// stand alone.
    fn put(mut self, plan: &mut Plan) {
        let halves: HashMap<AnnotationId, Counterpart> =
            self.annotations.iter().map(|annotation| (annotation.id, self.renamed(annotation.counterpart))).collect();
        let all: HashSet<AnnotationId> = self.ids.values().copied().collect();
        let mut annotations = std::mem::take(&mut self.annotations);
        for annotation in &mut annotations {
            annotation.part_of =
                annotation.part_of.and_then(|id| self.ids.get(&id).copied()).filter(|id| all.contains(id));
            annotation.counterpart = match self.renamed(annotation.counterpart) {
                Counterpart::Is(other) if halves.get(&other) != Some(&Counterpart::Is(annotation.id)) => {
                    Counterpart::Open
                }
                counterpart => counterpart,
            };
        }
        for annotation in annotations {
            plan.put(Record::Annotation(annotation));
        }
    }

    fn renamed(&self, counterpart: Counterpart) -> Counterpart {
        match counterpart {
            Counterpart::Is(other) => self.ids.get(&other).map_or(Counterpart::Open, |id| Counterpart::Is(*id)),
            other => other,
        }
    }
}

/// Whether the file gives words alone, and no place to have moved from.
fn is_unplaced(annotation: &Annotation) -> bool {
    annotation.passage.start == annotation.passage.end
}

fn conflict(annotation: &Annotation, plan: &mut Plan) {
    plan.tally.conflicting += 1;
    plan.conflicting.push(case(annotation, say!("it says something else here, which stays")));
}

fn says_same(one: &Annotation, other: &Annotation) -> bool {
    one.code == other.code && one.coder == other.coder && one.memo == other.memo && one.passage == other.passage
}

/// An annotation of the file as it stands here, with an id that everybody who takes it in gives it.
fn made(annotation: &Annotation, code: &CodeId, place: &Place, seat: &Seat<'_>) -> Annotation {
    let CodePoints { start, end } = place.range;
    let passage = Passage { document: seat.id.clone(), start, end };
    let coder = if annotation.coder.trim().is_empty() { seat.here.coder } else { annotation.coder.trim() };
    let id = if annotation.id.is_local() {
        AnnotationId(hashed(&[&seat.id.0, &start.to_string(), &end.to_string(), &code.0, coder]))
    } else {
        annotation.id
    };
    let doubt =
        (place.confidence < SURE).then(|| Doubt { words: seat.desk.words(annotation), confidence: place.confidence });
    Annotation {
        id,
        coder: coder.to_owned(),
        quote: quote_of(seat.ruler, place.range),
        passage,
        code: code.clone(),
        time: if annotation.time.0 == 0 { seat.here.now } else { annotation.time },
        doubt: doubt.or_else(|| annotation.doubt.clone()),
        ..annotation.clone()
    }
}
