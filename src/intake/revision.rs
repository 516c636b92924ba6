//! A new text of a document: where its annotations stand in it.

use std::collections::HashMap;

use crate::intake::desk::SURE;
use crate::intake::here::Seen;
use crate::intake::plan::{Case, Plan};
use crate::model::annotation::{Annotation, AnnotationId, Doubt, Passage};
use crate::model::change::{Change, Record};
use crate::model::document::{Document, revision_of};
use crate::model::review::Review;
use crate::model::settlement::Settlement;
use crate::model::verdict::{Claim, Judgement};
use crate::say;
use crate::text::anchor::quote_of;
use crate::text::carry::{Carried, Carry};
use crate::text::ruler::Ruler;
use crate::text::seek::{LEAST_CONFIDENCE, Seek};
use crate::text::span::CodePoints;

/// Plans a new text of a document: the annotations move along to where their words stand now; those whose words are gone stay
/// as they are and are among the impossible ones. Those of other coders, too: they are carried, not changed; of those that the
/// coder may not see nothing is told, not even how many they are. What was said in
/// review goes along with what it was said of.
pub fn plan(known: &Document, seen: &Seen, text: &str) -> Plan {
    let (old, new) = (Ruler::new(&seen.text), Ruler::new(text));
    let (carry, seek) = (Carry::new(&old, &new), Seek::new(&new));
    let mut plan = Plan::default();
    let mut untold = Plan::default();
    let theirs = seen.hidden.iter().map(|annotation| (annotation, false));
    for (annotation, is_told) in seen.annotations.iter().map(|annotation| (annotation, true)).chain(theirs) {
        let plan = if is_told { &mut plan } else { &mut untold };
        let range = annotation.passage.range();
        // One that an earlier revision lost has words alone.
        let stands = old.slice(range) == annotation.quote.exact;
        let carried = if stands { carry.passage(range) } else { None };
        let carried = carried.filter(|found| found.confidence >= LEAST_CONFIDENCE);
        let found = carried.or_else(|| seek.find(&annotation.quote, Some(range.start)));
        if let Some(found) = found {
            follow(annotation, &found, &new, plan);
        } else {
            plan.tally.impossible += 1;
            plan.impossible.push(case(annotation, say!("its words are not in the new text")));
        }
    }
    let described = Document::describing(known.id.clone(), text);
    let now = Document {
        revision: revision_of(text),
        length: described.length,
        languages: known
            .languages
            .iter()
            .filter_map(|(at, l)| Some((carried_point(&carry, *at)?, l.clone())))
            .collect(),
        landmarks: known
            .landmarks
            .iter()
            .filter_map(|mark| {
                Some(crate::model::landmark::Landmark { at: carried_point(&carry, mark.at)?, ..mark.clone() })
            })
            .collect(),
        ..known.clone()
    };
    plan.changes.append(&mut untold.changes);
    let claims = Claims::new(&plan.changes, &carry);
    plan.changes.extend(claims.of_review(&seen.review));
    plan.changes.insert(0, Change::replace(Record::Document(known.clone()), Record::Document(now)));
    plan
}

/// What annotations said, and what they say now that they moved.
struct Claims<'a> {
    moved: HashMap<(AnnotationId, CodePoints), CodePoints>,
    carry: &'a Carry,
}

impl<'a> Claims<'a> {
    fn new(changes: &[Change], carry: &'a Carry) -> Self {
        let moved = changes.iter().filter_map(|change| match (&change.was, &change.now) {
            (Some(Record::Annotation(was)), Some(Record::Annotation(now))) => {
                Some(((was.id, was.passage.range()), now.passage.range()))
            }
            _ => None,
        });
        Self { moved: moved.collect(), carry }
    }

    /// A claim in the new text: where its annotation went, or, for one that says something else, where its words went. One
    /// whose words are gone stays, and is outdated.
    fn now(&self, id: AnnotationId, claim: &Claim) -> Claim {
        let range = claim.range();
        let found = self.moved.get(&(id, range)).copied();
        let found = found.or_else(|| self.carry.passage(range).map(|found| found.range)).unwrap_or(range);
        Claim { start: found.start, end: found.end, code: claim.code.clone() }
    }

    /// Verdicts and settlements go along with what they were said of.
    fn of_review(&self, review: &Review) -> Vec<Change> {
        let verdicts = review.verdicts.values().map(|was| {
            let mut now = was.clone();
            now.claim = self.now(was.annotation, &was.claim);
            if let Judgement::Propose { claim, .. } = &mut now.judgement {
                *claim = self.now(was.annotation, claim);
            }
            Change::replace(Record::Verdict(was.clone()), Record::Verdict(now))
        });
        let settlements = review.settlements.values().map(|was| {
            let sources = was.sources.iter().map(|(id, claim)| (*id, self.now(*id, claim))).collect();
            let now = Settlement { sources, ..was.clone() };
            Change::replace(Record::Settlement(was.clone()), Record::Settlement(now))
        });
        verdicts.chain(settlements).filter(|change| change.was != change.now).collect()
    }
}

/// Where what begins at a code point begins in the new text; `None` where it is gone.
fn carried_point(carry: &Carry, at: usize) -> Option<usize> {
    carry.passage(CodePoints { start: at, end: at.saturating_add(1) }).map(|found| found.range.start)
}

fn follow(annotation: &Annotation, found: &Carried, new: &Ruler<'_>, plan: &mut Plan) {
    let range = new.whole_letters(found.range);
    let passage = Passage { start: range.start, end: range.end, ..annotation.passage.clone() };
    let doubt = (found.confidence < SURE)
        .then(|| Doubt { words: annotation.quote.exact.clone(), confidence: found.confidence });
    if let Some(doubt) = &doubt {
        plan.tally.doubtful += 1;
        plan.doubtful.push(case(annotation, say!("{n} % sure", n = doubt.confidence)));
    }
    let now = Annotation {
        quote: quote_of(new, range),
        passage,
        doubt: doubt.or_else(|| annotation.doubt.clone()),
        ..annotation.clone()
    };
    if now == *annotation {
        plan.tally.known += 1;
        return;
    }
    plan.tally.moved += usize::from(now.passage != annotation.passage);
    plan.changes.push(Change::replace(Record::Annotation(annotation.clone()), Record::Annotation(now)));
}

fn case(annotation: &Annotation, why: impl Into<String>) -> Case {
    let Passage { document, start, end } = annotation.passage.clone();
    Case { document, start, end, why: why.into() }
}
