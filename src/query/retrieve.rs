//! The passages of one document that a query wants.
//!
//! A query's answer is a list of passages, each with the annotations that it comes from. `and` cuts passages to the words
//! that both sides have, as the intersection of two codings in `NVivo` and MAXQDA does.

use std::cell::OnceCell;

use crate::model::document::DocumentId;
use crate::model::fact::{Fact, Place};
use crate::query::course::Course;
use crate::query::expression::{Distance, Relation, Trait};
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

    /// The passages that a plan wants, in the order of the text.
    pub fn passages(&self, plan: &Plan) -> Vec<Passage> {
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
                let others = Beside::new(self.take(right));
                all.retain(|passage| others.overlapping(passage).next().is_none());
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
        let others = Beside::new(others);
        all.retain(|one| match relation {
            Relation::Overlapping => others.overlapping(one).any(|other| !one.is_of(other)),
            Relation::Within => others
                .overlapping(one)
                .any(|other| !one.is_of(other) && other.start <= one.start && one.end <= other.end),
            Relation::Containing => others
                .overlapping(one)
                .any(|other| !one.is_of(other) && one.start <= other.start && other.end <= one.end),
            Relation::Near(distance) => {
                others.overlapping(one).any(|other| !one.is_of(other))
                    || self.is_behind(one, &others, distance)
                    || self.is_before(one, &others, distance)
            }
            Relation::FollowedBy(distance) => self.is_behind(one, &others, distance),
            Relation::PrecededBy(distance) => self.is_before(one, &others, distance),
        });
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
                Trait::ToReread | Trait::ToSort => false,
            },
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
    /// `reach[i]` is the largest end among `all[..=i]`.
    reach: Vec<usize>,
    /// Which of `all`, by end.
    by_end: Vec<usize>,
}

impl Beside {
    fn new(all: Vec<Passage>) -> Self {
        let mut reach = Vec::with_capacity(all.len());
        for passage in &all {
            reach.push(reach.last().copied().unwrap_or(0).max(passage.end));
        }
        let mut by_end: Vec<usize> = (0..all.len()).collect();
        by_end.sort_by_key(|at| all.get(*at).map_or(0, |passage| passage.end));
        Self { all, reach, by_end }
    }

    fn overlapping<'a>(&'a self, one: &'a Passage) -> impl Iterator<Item = &'a Passage> {
        let end = self.all.partition_point(|other| other.start < one.end);
        let start = self.reach.partition_point(|reach| *reach <= one.start).min(end);
        self.all.get(start..end).unwrap_or_default().iter().filter(|other| one.overlaps(other))
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

/// The words that both have.
fn both(left: &[Passage], right: &[Passage]) -> Vec<Passage> {
    let others = Beside::new(right.to_vec());
    let common = |one: &Passage, other: &Passage| Passage {
        start: one.start.max(other.start),
        end: one.end.min(other.end),
        of: one.of.iter().chain(&other.of).copied().collect(),
    };
    let all = left.iter().flat_map(|one| others.overlapping(one).map(move |other| common(one, other)));
    tidied(all.collect())
}

/// In the order of the text, each passage once, with all annotations that it comes from.
fn tidied(mut all: Vec<Passage>) -> Vec<Passage> {
    all.sort_by_key(|passage| (passage.start, passage.end));
    let mut tidy: Vec<Passage> = Vec::with_capacity(all.len());
    for passage in all {
        match tidy.last_mut() {
            Some(last) if (last.start, last.end) == (passage.start, passage.end) => last.of.extend(passage.of),
            _ => tidy.push(passage),
        }
    }
    for passage in &mut tidy {
        passage.of.sort_unstable();
        passage.of.dedup();
    }
    tidy
}
