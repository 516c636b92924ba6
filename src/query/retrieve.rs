//! The passages of one document that a query wants.
//!
//! A query's answer is a list of passages, each with the annotations that it comes from. `and` cuts passages to the words
//! that both sides have, as the intersection of two codings in `NVivo` and MAXQDA does.

use std::cell::OnceCell;

use crate::model::document::DocumentId;
use crate::model::fact::{Fact, Place};
use crate::query::course::Course;
use crate::query::expression::{Distance, Relation, Reviewed, Trait};
use crate::query::plan::{Plan, Step, Test};
use crate::text::body::Text;
use crate::text::search::Needle;
use crate::text::span::CodePoints;

/// A passage that is wanted, and the annotations that it comes from, by their places in the page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    /// First code point.
    pub start: usize,
    /// Behind the last code point.
    pub end: usize,
    /// Places in the page, ascending.
    pub of: Vec<u32>,
}

impl Passage {
    /// Its place in the document.
    pub fn range(&self) -> CodePoints {
        CodePoints { start: self.start, end: self.end }
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether both come from one annotation: then it does not stand beside itself.
    fn is_of(&self, other: &Self) -> bool {
        self.of.iter().any(|own| other.of.contains(own))
    }
}

/// What has to be read besides the facts, where a query asks for words.
pub trait Reading {
    /// Whether something is true of the quote and the memo of the annotation at a place.
    fn holds(&self, document: &DocumentId, place: Place, is_so: &dyn Fn(&str, &str) -> bool) -> bool;
    /// Whether reviewers said so of the annotation at a place.
    fn is_reviewed(&self, document: &DocumentId, place: Place, asked: &Reviewed) -> bool;
    /// A document's text.
    fn text(&self, document: &DocumentId) -> Option<Text>;
}

/// The annotations of a document in the order of its text.
pub struct Page<'a> {
    document: &'a DocumentId,
    facts: &'a [(Fact, Place)],
    /// Code points of the document; 0 where nobody measured it.
    length: usize,
    reading: &'a dyn Reading,
    course: OnceCell<Course>,
}

impl<'a> Page<'a> {
    /// Of a document of so many code points (0 where that is not known) its annotations in the order of the text.
    pub fn new(
        (document, length): (&'a DocumentId, usize),
        facts: &'a [(Fact, Place)],
        reading: &'a dyn Reading,
    ) -> Self {
        Self { document, facts, length, reading, course: OnceCell::new() }
    }

    /// The passages that a plan wants, in the order of the text: of several codes each stretch once, with all annotations
    /// that it comes from.
    pub fn passages(&self, plan: &Plan) -> Vec<Passage> {
        tidied(self.take(&plan.step))
    }

    /// The same with every combination of annotations by itself: two coders' same words are two combinations of each.
    pub fn combinations(&self, plan: &Plan) -> Vec<Passage> {
        self.take(&plan.step)
    }

    /// The document's length in code points; 0 where it can't be read.
    pub fn length(&self) -> usize {
        if self.length > 0 {
            return self.length;
        }
        self.course().length()
    }

    fn course(&self) -> &Course {
        self.course.get_or_init(|| Course::new(self.reading.text(self.document).unwrap_or_default()))
    }

    fn take(&self, step: &Step) -> Vec<Passage> {
        match step {
            Step::Pick(codes) => self.pick(|fact| codes.as_ref().is_none_or(|codes| is_of(codes, fact.code))),
            // The commonest query takes no second list.
            Step::Keep(inner, test) => match inner.as_ref() {
                Step::Pick(codes) => {
                    let is_of = |fact: &Fact| codes.as_ref().is_none_or(|codes| is_of(codes, fact.code));
                    self.pick_at(|at, fact| is_of(fact) && self.holds(test, at))
                }
                inner => {
                    let mut all = self.take(inner);
                    // A test stands behind codes alone once a plan is made; see `Step::keeping`.
                    all.retain(|passage| passage.of.iter().all(|at| self.holds(test, *at)));
                    all
                }
            },
            Step::And(left, right) => both(&self.take(left), &self.take(right)),
            Step::Or(left, right) => {
                let mut all = self.take(left);
                all.extend(self.take(right));
                all.sort_unstable();
                all.dedup();
                all
            }
            Step::Without(left, right) => {
                let mut all = self.take(left);
                let mut is_free = vec![true; all.len()];
                each_overlap(&all, &self.take(right), |at, _| {
                    if let Some(free) = is_free.get_mut(at) {
                        *free = false;
                    }
                });
                let mut free = is_free.into_iter();
                all.retain(|_| free.next() == Some(true));
                all
            }
            Step::Stands(left, relation, right) => self.standing(self.take(left), *relation, self.take(right)),
        }
    }

    fn pick(&self, is_wanted: impl Fn(&Fact) -> bool) -> Vec<Passage> {
        self.pick_at(|_, fact| is_wanted(fact))
    }

    fn pick_at(&self, is_wanted: impl Fn(u32, &Fact) -> bool) -> Vec<Passage> {
        let mut all: Vec<Passage> = Vec::new();
        for (at, (fact, _)) in (0u32..).zip(self.facts) {
            if is_wanted(at, fact) {
                all.push(Passage { start: fact.start, end: fact.end, of: vec![at] });
            }
        }
        all
    }

    fn standing(&self, mut all: Vec<Passage>, relation: Relation, others: Vec<Passage>) -> Vec<Passage> {
        if all.is_empty() || others.is_empty() {
            return Vec::new();
        }
        let is_so = |one: &Passage, other: &Passage| match relation {
            _ if one.is_of(other) => false,
            Relation::Within => other.start <= one.start && one.end <= other.end,
            Relation::Containing => one.start <= other.start && other.end <= one.end,
            Relation::Overlapping | Relation::Near(_) => true,
            Relation::FollowedBy(_) | Relation::PrecededBy(_) => false,
        };
        let mut stands = vec![false; all.len()];
        if !matches!(relation, Relation::FollowedBy(_) | Relation::PrecededBy(_)) {
            each_overlap(&all, &others, |at, other| {
                if let (Some(known), Some(one)) = (stands.get_mut(at), all.get(at)) {
                    *known |= is_so(one, other);
                }
            });
        }
        let distant = match relation {
            Relation::Near(distance) | Relation::FollowedBy(distance) | Relation::PrecededBy(distance) => {
                Some(distance)
            }
            _ => None,
        };
        if let Some(distance) = distant {
            let others = Beside::new(others);
            for (one, known) in all.iter().zip(&mut stands) {
                *known |= (!matches!(relation, Relation::PrecededBy(_)) && self.is_behind(one, &others, distance))
                    || (!matches!(relation, Relation::FollowedBy(_)) && self.is_before(one, &others, distance));
            }
        }
        let mut known = stands.into_iter();
        all.retain(|_| known.next() == Some(true));
        all
    }

    /// Whether one of the others begins behind a passage, not farther.
    fn is_behind(&self, one: &Passage, others: &Beside, distance: Distance) -> bool {
        let near = others.behind(one.end).find(|other| !one.is_of(other));
        near.is_some_and(|other| self.is_near(one.end, other.start, distance))
    }

    /// Whether one of the others ends before a passage, not farther.
    fn is_before(&self, one: &Passage, others: &Beside, distance: Distance) -> bool {
        let near = others.before(one.start).find(|other| !one.is_of(other));
        near.is_some_and(|other| self.is_near(other.end, one.start, distance))
    }

    /// Whether the end of one passage is not farther from the start of a later one.
    fn is_near(&self, end: usize, start: usize, distance: Distance) -> bool {
        self.course().is_near(end, start, (distance.n, distance.unit))
    }

    fn holds(&self, test: &Test, at: u32) -> bool {
        let Some((fact, place)) = self.facts.get(at as usize) else { return false };
        match test {
            Test::Coder(coders) => is_of(coders, fact.coder),
            Test::Code(codes) => is_of(codes, fact.code),
            Test::Document(ids) => ids.contains(self.document),
            Test::Made(from, until) => (*from..*until).contains(&fact.time),
            Test::Has(what) => match what {
                Trait::Memo => fact.marks.has_memo,
                Trait::Counterpart => fact.marks.is_linked,
                Trait::NoCounterpart => fact.marks.is_alone,
                Trait::Suggested => fact.marks.is_suggested,
                Trait::Doubt => fact.marks.is_doubtful,
                // Asked in other ways.
                Trait::ToReread | Trait::ToSort | Trait::Comment | Trait::OpenComment | Trait::Settlement => false,
            },
            Test::Reviewed(asked) => self.reading.is_reviewed(self.document, *place, asked),
            Test::ReadBefore(times) => times.get(fact.code as usize).is_some_and(|time| fact.read < *time),
            Test::Course(part, of) => part_of(fact, self.length(), *of) == *part,
            Test::Text(needle) => self.reading.holds(self.document, *place, &|quote, _| is_in(needle, quote)),
            Test::Memo(needle) => {
                fact.marks.has_memo && self.reading.holds(self.document, *place, &|_, memo| is_in(needle, memo))
            }
            Test::All(left, right) => self.holds(left, at) && self.holds(right, at),
            Test::Any(left, right) => self.holds(left, at) || self.holds(right, at),
            Test::Not(inner) => !self.holds(inner, at),
        }
    }
}

fn is_in(needle: &Needle, text: &str) -> bool {
    text.lines().any(|line| !needle.matches(line).is_empty())
}

fn is_of(numbers: &[bool], number: u32) -> bool {
    numbers.get(number as usize).copied().unwrap_or(false)
}

/// In which of so many parts of a document, from 0, the middle of an annotation stands.
pub fn part_of(fact: &Fact, length: usize, n_parts: usize) -> usize {
    let middle = (fact.start + fact.end.max(fact.start + 1) - 1) / 2;
    (middle * n_parts / length.max(middle + 1)).min(n_parts.saturating_sub(1))
}

/// Passages found by their starts and their ends.
struct Beside {
    /// By start.
    all: Vec<Passage>,
    /// Which of `all`, by end.
    by_end: Vec<usize>,
}

impl Beside {
    fn new(all: Vec<Passage>) -> Self {
        let mut by_end: Vec<usize> = (0..all.len()).collect();
        by_end.sort_by_key(|at| all.get(*at).map_or(0, |passage| passage.end));
        Self { all, by_end }
    }

    /// Those that begin at a code point or behind it, the nearest first.
    fn behind(&self, at: usize) -> impl Iterator<Item = &Passage> {
        let from = self.all.partition_point(|other| other.start < at);
        self.all.get(from..).unwrap_or_default().iter()
    }

    /// Those that end at a code point or before it, the nearest first.
    fn before(&self, at: usize) -> impl Iterator<Item = &Passage> {
        let to = self.by_end.partition_point(|i| self.all.get(*i).is_some_and(|other| other.end <= at));
        self.by_end.get(..to).unwrap_or_default().iter().rev().filter_map(|i| self.all.get(*i))
    }
}

/// Hands every two that share a letter to `each`: which of the left, and the right one. Both are ordered by their starts; it
/// takes as long as there are such twos, however long single passages are.
fn each_overlap<'a>(left: &[Passage], right: &'a [Passage], mut each: impl FnMut(usize, &'a Passage)) {
    let mut next = 0;
    // Those that began before and may not be over.
    let mut open: Vec<&Passage> = Vec::new();
    for (at, one) in left.iter().enumerate() {
        while let Some(other) = right.get(next).filter(|other| other.start <= one.start) {
            open.push(other);
            next += 1;
        }
        open.retain(|other| other.end > one.start);
        for other in &open {
            if one.overlaps(other) {
                each(at, other);
            }
        }
        for other in right.get(next..).unwrap_or_default().iter().take_while(|other| other.start < one.end) {
            each(at, other);
        }
    }
}

/// The words that both have, of every two.
fn both(left: &[Passage], right: &[Passage]) -> Vec<Passage> {
    let mut all = Vec::new();
    each_overlap(left, right, |at, other| {
        let Some(one) = left.get(at) else { return };
        let mut of: Vec<u32> = one.of.iter().chain(&other.of).copied().collect();
        of.sort_unstable();
        of.dedup();
        all.push(Passage { start: one.start.max(other.start), end: one.end.min(other.end), of });
    });
    all.sort_unstable();
    all.dedup();
    all
}

/// In the order of the text, each stretch that comes from several annotations once, with all of them.
fn tidied(all: Vec<Passage>) -> Vec<Passage> {
    let mut tidy: Vec<Passage> = Vec::with_capacity(all.len());
    // Where the last stretch of several annotations stands: single ones of the same words may lie between.
    let mut last: Option<usize> = None;
    for passage in all {
        let is_of_several = passage.of.len() > 1;
        match last.and_then(|at| tidy.get_mut(at)) {
            Some(known) if is_of_several && (known.start, known.end) == (passage.start, passage.end) => {
                known.of.extend(passage.of);
                known.of.sort_unstable();
                known.of.dedup();
            }
            _ => {
                if is_of_several {
                    last = Some(tidy.len());
                }
                tidy.push(passage);
            }
        }
    }
    tidy
}
