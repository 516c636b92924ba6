//! Settling what coders said differently: what a ruling takes into the consensus, and the rules by which the program may settle.

use std::collections::{BTreeMap, BTreeSet};

use crate::agreement::comparison::Kind;
use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::change::{Change, Record};
use crate::model::review::Review;
use crate::model::settlement::{Ruling, Settlement, agreed};
use crate::model::time::Time;
use crate::model::verdict::Claim;
use crate::text::anchor::Quote;

/// A rule by which the program settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// All coders say the same of the same words: that.
    Same,
    /// More than half of the coders say the same of the same words: that; more than half say nothing: nothing.
    Majority,
    /// All coders gave the code, and any two of their passages share at least so many per cent of the words that one of them
    /// has (intersection over union): the passage that has most in common with the others, of equals the one made first.
    Overlap(u8),
}

impl Rule {
    /// Reads one: `same`, `majority`, `overlap 80`.
    pub fn read(written: &str) -> Option<Self> {
        let parts: Vec<&str> = written.split(['=', ' ']).filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            ["same"] => Some(Self::Same),
            ["majority"] => Some(Self::Majority),
            ["overlap", percent] => {
                let percent: u8 = percent.trim_end_matches('%').parse().ok()?;
                (1..=100).contains(&percent).then_some(Self::Overlap(percent))
            }
            _ => None,
        }
    }

    /// As it is written, and stands in what it settled.
    pub fn word(self) -> String {
        match self {
            Self::Same => "same".into(),
            Self::Majority => "majority".into(),
            Self::Overlap(percent) => format!("overlap {percent}"),
        }
    }

    /// What it takes of what was said at a place by so many coders: the annotations, none of them for "nothing is tagged
    /// here"; `None` where it does not apply.
    pub fn take<'a>(
        self,
        kind: Kind,
        said: &[&'a Annotation],
        n_coders: usize,
    ) -> Option<(Ruling, Vec<&'a Annotation>)> {
        match (self, kind) {
            // One that is said twice by a coder is taken once.
            (Self::Same, Kind::Same) => Some((Ruling::All, unlike(said))),
            (Self::Majority, _) => majority(said, n_coders),
            (Self::Overlap(percent), Kind::Boundaries) => nearest(said, f64::from(percent) / 100.0),
            _ => None,
        }
    }
}

/// Annotations of which no two say the same; of equals the one made first.
fn unlike<'a>(said: &[&'a Annotation]) -> Vec<&'a Annotation> {
    let mut all = said.to_vec();
    all.sort_by_key(|annotation| annotation.id);
    let mut seen = BTreeSet::new();
    all.retain(|annotation| seen.insert(Claim::of(annotation)));
    all
}

fn majority<'a>(said: &[&'a Annotation], n_coders: usize) -> Option<(Ruling, Vec<&'a Annotation>)> {
    let coders_of = |claim: &Claim| {
        let own = said.iter().filter(|annotation| Claim::of(annotation) == *claim);
        own.map(|annotation| annotation.coder.as_str()).collect::<BTreeSet<_>>().len()
    };
    let speaking = said.iter().map(|annotation| annotation.coder.as_str()).collect::<BTreeSet<_>>().len();
    let claims = unlike(said);
    let taken: Vec<&Annotation> =
        claims.iter().copied().filter(|annotation| coders_of(&Claim::of(annotation)) * 2 > n_coders).collect();
    match taken.is_empty() {
        false => Some((Ruling::Most, taken)),
        true if (n_coders - speaking.min(n_coders)) * 2 > n_coders => Some((Ruling::Nothing, Vec::new())),
        true => None,
    }
}

fn nearest<'a>(said: &[&'a Annotation], least: f64) -> Option<(Ruling, Vec<&'a Annotation>)> {
    let shared = |one: &Annotation, other: &Annotation| {
        let start = one.passage.start.max(other.passage.start);
        one.passage.end.min(other.passage.end).saturating_sub(start)
    };
    let whole = |one: &Annotation| one.passage.end.saturating_sub(one.passage.start);
    let coders: BTreeSet<&str> = said.iter().map(|annotation| annotation.coder.as_str()).collect();
    let is_near = |one: &Annotation, other: &Annotation| {
        let common = shared(one, other);
        common as f64 >= least * (whole(one) as f64 + whole(other) as f64 - common as f64)
    };
    // One passage each, or it is a matter for people.
    if coders.len() != said.len() || !said.iter().all(|one| said.iter().all(|other| is_near(one, other))) {
        return None;
    }
    let others = |one: &Annotation| said.iter().filter(move |other| other.id != one.id).copied().collect::<Vec<_>>();
    let common = |one: &Annotation| others(one).iter().map(|other| shared(one, other) as u128).sum::<u128>();
    let best = said
        .iter()
        .copied()
        .max_by_key(|one| (common(one), std::cmp::Reverse(whole(one)), std::cmp::Reverse(one.id)))?;
    Some((Ruling::Take(best.coder.clone()), vec![best]))
}

/// A place that is to be settled.
#[derive(Debug, Clone)]
pub struct Settling<'a> {
    /// What coders said there.
    pub said: Vec<&'a Annotation>,
    /// What comes of it.
    pub ruling: Ruling,
    /// What the consensus says there: as one of these annotations says, or as is said here.
    pub taken: Vec<(&'a Annotation, Claim, Quote)>,
    /// The rule by which the program settled it; empty where a person did.
    pub rule: String,
    /// Why; may be empty.
    pub reason: String,
}

impl<'a> Settling<'a> {
    /// One that takes annotations as they are.
    pub fn taking(said: Vec<&'a Annotation>, ruling: Ruling, taken: &[&'a Annotation]) -> Self {
        let taken = taken.iter().map(|annotation| (*annotation, Claim::of(annotation), annotation.quote.clone()));
        Self { said, ruling, taken: taken.collect(), rule: String::new(), reason: String::new() }
    }

    /// What is settled: the annotations, and what they say now.
    pub fn sources(&self) -> Vec<(AnnotationId, Claim)> {
        sources(&self.said)
    }
}

/// Settles places of one document one after the other, each seeing what the ones before made.
#[derive(Debug, Clone)]
pub struct Adjudication {
    /// The settlements in force, by the first annotation that they settle.
    settlements: BTreeMap<AnnotationId, Settlement>,
    /// Which settlement settles an annotation.
    by_source: BTreeMap<AnnotationId, AnnotationId>,
    /// The annotations of the consensus.
    consensus: BTreeMap<AnnotationId, Annotation>,
    changes: Vec<Change>,
}

impl Adjudication {
    /// Begins with what is settled, and with the consensus.
    pub fn new(review: &Review, consensus: impl Iterator<Item = Annotation>) -> Self {
        let mut begun = Self {
            settlements: BTreeMap::new(),
            by_source: BTreeMap::new(),
            consensus: consensus.map(|annotation| (annotation.id, annotation)).collect(),
            changes: Vec::new(),
        };
        review.settlements.values().for_each(|one| begun.note(one.clone()));
        begun
    }

    fn note(&mut self, settlement: Settlement) {
        self.by_source.extend(settlement.sources.iter().map(|(id, _)| (*id, settlement.id())));
        self.settlements.insert(settlement.id(), settlement);
    }

    fn forget(&mut self, id: AnnotationId) -> Option<Settlement> {
        let gone = self.settlements.remove(&id)?;
        self.by_source.retain(|_, settled| *settled != id);
        Some(gone)
    }

    /// Settles a place; what was settled of its annotations before is so no more.
    pub fn settle(&mut self, settling: &Settling<'_>, (coder, now): (&str, Time)) {
        let sources = settling.sources();
        let Some(document) = settling.said.first().map(|annotation| annotation.passage.document.clone()) else {
            return;
        };
        let agree = |(source, claim, quote): &(&Annotation, Claim, Quote)| agreed(source, (claim, quote.clone()), now);
        let made: Vec<Annotation> = settling.taken.iter().map(agree).collect();
        let settlement = Settlement {
            document,
            ruling: settling.ruling.clone(),
            rule: settling.rule.clone(),
            coder: coder.to_owned(),
            reason: settling.reason.clone(),
            time: now,
            made: made.iter().map(|annotation| annotation.id).collect(),
            sources,
        };
        let old: BTreeSet<AnnotationId> =
            settlement.sources.iter().filter_map(|(id, _)| self.by_source.get(id).copied()).collect();
        let mut was = None;
        for id in old {
            let Some(gone) = self.forget(id) else { continue };
            if gone.id() == settlement.id() {
                was = Some(Record::Settlement(gone));
            } else {
                self.changes.push(Change::remove(Record::Settlement(gone)));
            }
        }
        for annotation in made {
            // One that is there already stays what it is.
            if !self.consensus.contains_key(&annotation.id) {
                self.changes.push(Change::put(Record::Annotation(annotation.clone())));
                self.consensus.insert(annotation.id, annotation);
            }
        }
        self.note(settlement.clone());
        self.changes.push(Change::of(was, Some(Record::Settlement(settlement))));
    }

    /// Opens again what was settled, by an annotation that it settles or made; tells whether there was such.
    pub fn reopen(&mut self, id: AnnotationId) -> bool {
        let by_made = || self.settlements.values().find(|one| one.made.contains(&id)).map(Settlement::id);
        let Some(settled) = self.by_source.get(&id).copied().or_else(by_made) else { return false };
        if let Some(gone) = self.forget(settled) {
            self.changes.push(Change::remove(Record::Settlement(gone)));
        }
        true
    }

    /// The changes that do all this. Annotations of the consensus that no settlement names any more go: also those that are
    /// left where two people settled one place on two machines.
    pub fn changes(mut self) -> Vec<Change> {
        let named: BTreeSet<AnnotationId> =
            self.settlements.values().flat_map(|one| one.made.iter().copied()).collect();
        let strays = self.consensus.into_values().filter(|annotation| !named.contains(&annotation.id));
        self.changes.extend(strays.map(|annotation| Change::remove(Record::Annotation(annotation))));
        self.changes
    }
}

/// What annotations say now, in the order of their ids.
pub fn sources(said: &[&Annotation]) -> Vec<(AnnotationId, Claim)> {
    let mut sources: Vec<(AnnotationId, Claim)> =
        said.iter().map(|annotation| (annotation.id, Claim::of(annotation))).collect();
    sources.sort();
    sources.dedup();
    sources
}
