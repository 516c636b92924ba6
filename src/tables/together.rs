//! Which codes stand together.

use std::collections::{HashMap, HashSet};

use crate::model::fact::{Fact, Place};
use crate::model::shared::Shared;
use crate::query::course::Course;
use crate::query::expression::Distance;
use crate::query::retrieve::Passage;
use crate::tables::axis::Axis;
use crate::tables::places::Places;
use crate::tables::table::{Cells, Measure, Table};
use crate::text::hashing::Quick;
use crate::text::segment::Unit;
use crate::{count, say};

/// Counts, for each two codes, the passages of the one that stand with a passage of the other.
pub struct Together<'a> {
    places: Places<'a>,
    /// How near: words in common where nothing is said.
    near: Option<Distance>,
    counts: HashMap<(usize, usize), usize, Quick>,
    n_passages: usize,
}

impl<'a> Together<'a> {
    /// Counts what shares words, or what is not farther apart.
    pub fn new(known: (&'a Shared, &'a [String]), near: Option<Distance>) -> Self {
        Self { places: Places::new(&Axis::Code, known, false), near, counts: HashMap::default(), n_passages: 0 }
    }

    /// Whether the text has to be read to count.
    pub fn needs_text(&self) -> bool {
        self.near.is_some()
    }

    /// Counts the passages of one document. `course` is its text, where that is needed: then all that are near are looked
    /// at, else all that share words.
    pub fn take(&mut self, facts: &[(Fact, Place)], passages: &[Passage], course: Option<&Course>) {
        let starts = course.zip(self.near).map(|(course, near)| course.starts(near.unit)).unwrap_or_default();
        let mut all: Vec<(usize, usize, usize)> = Vec::with_capacity(passages.len());
        let mut own = Vec::new();
        for passage in passages {
            self.n_passages += 1;
            // What comes from several annotations has no code of its own.
            if let [at] = passage.of.as_slice()
                && let Some((fact, _)) = facts.get(*at as usize)
            {
                self.places.of(fact, 0, &mut own);
                all.extend(own.first().map(|code| (passage.start, passage.end, *code)));
            }
        }
        let mut partners: Vec<HashSet<usize, Quick>> = vec![HashSet::default(); all.len()];
        // Those before that are near enough to what comes; one that is not will never be again.
        let mut open: Vec<usize> = Vec::new();
        for (i, (start, _, code)) in all.iter().enumerate() {
            open.retain(|j| all.get(*j).is_some_and(|(_, end, _)| self.is_with(*end, *start, &starts)));
            for j in &open {
                if let Some((_, _, other)) = all.get(*j) {
                    note(&mut partners, i, *other);
                    note(&mut partners, *j, *code);
                }
            }
            open.push(i);
        }
        for ((_, _, code), others) in all.iter().zip(partners) {
            for other in others {
                *self.counts.entry((*code, other)).or_default() += 1;
            }
        }
    }

    /// Whether a passage that ends here stands with one that starts there, not before the start of the first.
    fn is_with(&self, end: usize, start: usize, starts: &[usize]) -> bool {
        let Some(Distance { n, unit }) = self.near.filter(|_| start >= end) else { return start < end };
        let before = |at: usize| starts.partition_point(|begin| *begin < at);
        let n_between = match unit {
            Unit::Word | Unit::Grapheme => before(start) - before(end),
            // Borders: what begins behind the last letter of the one, up to the first of the other.
            Unit::Sentence | Unit::Paragraph => before(start + 1) - before(end),
        };
        n_between <= n
    }

    /// The table; `base` is the query of what was counted.
    pub fn table(self, base: &str) -> Table {
        let (_, labels) = self.places.ordered();
        let how = match self.near {
            None => "overlapping".to_owned(),
            Some(Distance { n, unit }) => format!("near {n} {}s", unit.name()),
        };
        let mut table = Table {
            title: told(self.near),
            measure: Measure::Passages,
            rows: labels.clone(),
            columns: labels,
            base: base.to_owned(),
            cells: (Cells::Related, how),
            n_passages: (self.n_passages, 0),
            ..Table::default()
        };
        for ((row, column), n) in self.counts {
            table.put(row, column, n as f64);
        }
        table
    }
}

/// What the table of codes that stand together shows, in words.
pub fn told(near: Option<Distance>) -> String {
    let Some(Distance { n, unit }) = near else { return say!("codes that share words").into() };
    match (unit, n) {
        (Unit::Word | Unit::Grapheme, _) => {
            count!(n, "codes with at most {n} word between", "codes with at most {n} words between")
        }
        (Unit::Sentence, 0) => say!("codes in one sentence").into(),
        (Unit::Sentence, _) => count!(n, "codes at most {n} sentence apart", "codes at most {n} sentences apart"),
        (Unit::Paragraph, 0) => say!("codes in one paragraph").into(),
        (Unit::Paragraph, _) => count!(n, "codes at most {n} paragraph apart", "codes at most {n} paragraphs apart"),
    }
}

fn note(partners: &mut [HashSet<usize, Quick>], at: usize, code: usize) {
    if let Some(known) = partners.get_mut(at) {
        known.insert(code);
    }
}
