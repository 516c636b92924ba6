//! A new text of a document: where its annotations stand in it.

use crate::intake::desk::SURE;
use crate::intake::here::Seen;
use crate::intake::plan::{Case, Plan};
use crate::model::annotation::{Annotation, Doubt, Passage};
use crate::model::change::{Change, Record};
use crate::model::document::{Document, revision_of};
use crate::say;
use crate::text::anchor::quote_of;
use crate::text::carry::{Carried, Carry};
use crate::text::ruler::Ruler;
use crate::text::seek::{LEAST_CONFIDENCE, Seek};
use crate::text::span::CodePoints;

/// Plans a new text of a document: the annotations move along to where their words stand now; those whose words are gone stay
/// as they are and are among the impossible ones. Those of other coders, too: they are carried, not changed; of those that the
/// coder may not see nothing is told, not even how many they are.
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
    plan.changes.insert(0, Change::replace(Record::Document(known.clone()), Record::Document(now)));
    plan
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
