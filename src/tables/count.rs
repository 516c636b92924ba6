//! Passages counted by two axes.

use std::collections::HashMap;

use crate::model::document::{DocumentId, Size};
use crate::model::fact::{Fact, Place};
use crate::model::shared::Shared;
use crate::query::retrieve::Passage;
use crate::say;
use crate::tables::axis::Axis;
use crate::tables::places::Places;
use crate::tables::table::{Label, MEASURES, Measure, Table};
use crate::text::hashing::Quick;

/// What is counted of a cell.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    n_passages: usize,
    n_documents: usize,
    /// Code points that are covered, each once.
    covered: usize,
    /// The document that was counted last, from 1, and how far it is covered.
    last: (usize, usize),
    /// The stretch of several annotations that was counted last in it.
    stretch: (usize, usize),
}

/// Counts passages by two axes.
#[derive(Clone)]
pub struct Counter<'a> {
    axes: [&'a Axis; 2],
    places: [Places<'a>; 2],
    cells: HashMap<(usize, usize), Cell, Quick>,
    /// Text, by place of a document in each axis; `None` where the axis is not of documents.
    sizes: HashMap<(Option<usize>, Option<usize>), Size, Quick>,
    n_documents: usize,
    n_passages: usize,
    n_outside: usize,
}

impl<'a> Counter<'a> {
    /// Counts rows by columns; codes count for those above them too where that is wanted.
    pub fn new(axes: [&'a Axis; 2], known: (&'a Shared, &'a [String]), rolls_up: bool) -> Self {
        let places = axes.map(|axis| Places::new(axis, known, rolls_up));
        let (cells, sizes) = (HashMap::default(), HashMap::default());
        Self { axes, places, cells, sizes, n_documents: 0, n_passages: 0, n_outside: 0 }
    }

    /// Takes notice of a document, whether or not it has passages, with how much text it has.
    pub fn meet(&mut self, id: &DocumentId, size: Size) {
        let [rows, columns] = &mut self.places;
        let each = |own: Option<Vec<usize>>| own.map_or(vec![None], |own| own.into_iter().map(Some).collect());
        let columns = each(columns.meet(id));
        for row in each(rows.meet(id)) {
            for column in &columns {
                let sum = self.sizes.entry((row, *column)).or_default();
                *sum = Size { length: sum.length + size.length, n_words: sum.n_words + size.n_words };
            }
        }
    }

    /// Counts the passages of one document of so many code points, which come from these annotations: every combination of
    /// annotations by itself, in the order of the text. One counts where all that it comes from stands.
    pub fn take(&mut self, (id, length): (&DocumentId, usize), facts: &[(Fact, Place)], passages: &[Passage]) {
        self.n_documents += 1;
        let [rows, columns] = &mut self.places;
        let fixed = [rows.meet(id), columns.meet(id)];
        let mut here = [Vec::new(), Vec::new()];
        let mut more = Vec::new();
        let mut before = (0, 0);
        for passage in passages {
            // A stretch of several annotations counts once, however many combinations of them there are.
            let is_again = passage.of.len() > 1 && before == (passage.start, passage.end);
            if passage.of.len() > 1 {
                before = (passage.start, passage.end);
            }
            self.n_passages += usize::from(!is_again);
            for ((places, fixed), own) in [&mut *rows, &mut *columns].into_iter().zip(&fixed).zip(&mut here) {
                if let Some(fixed) = fixed {
                    own.clone_from(fixed);
                } else {
                    let mut all = passage.of.iter().filter_map(|at| facts.get(*at as usize));
                    own.clear();
                    if let Some((first, _)) = all.next() {
                        places.of(first, length, own);
                    }
                    for (fact, _) in all {
                        places.of(fact, length, &mut more);
                        own.retain(|place| more.contains(place));
                    }
                }
            }
            self.n_outside += usize::from(!is_again && here.iter().any(Vec::is_empty));
            for row in &here[0] {
                for column in &here[1] {
                    let cell = self.cells.entry((*row, *column)).or_default();
                    if cell.last.0 != self.n_documents {
                        cell.n_documents += 1;
                        (cell.last, cell.stretch) = ((self.n_documents, 0), (0, 0));
                    }
                    let is_known = passage.of.len() > 1 && cell.stretch == (passage.start, passage.end);
                    if passage.of.len() > 1 {
                        cell.stretch = (passage.start, passage.end);
                    }
                    cell.n_passages += usize::from(!is_known);
                    cell.covered += passage.end.saturating_sub(passage.start.max(cell.last.1));
                    cell.last.1 = cell.last.1.max(passage.end);
                }
            }
        }
    }

    /// Rows with all measures, a column each, in the order of one of them; `base` is the query of what was counted.
    pub fn frequencies(self, first: Measure, base: &str) -> Table {
        let order = MEASURES.iter().filter(|(_, m)| *m == first).chain(MEASURES.iter().filter(|(_, m)| *m != first));
        let mut whole: Option<Table> = None;
        for (column, (name, measure)) in order.enumerate() {
            let one = self.clone().table(*measure, base);
            let label = Label {
                text: measure.called().into(),
                name: (*name).into(),
                measure: Some(*measure),
                ..Label::default()
            };
            let table = whole.get_or_insert_with(|| Table { columns: Vec::new(), ..one.clone() }.without_values());
            table.columns.push(label);
            for row in 0..one.rows.len() {
                if one.value(row, 0) > 0.0 {
                    table.put(row, column, one.value(row, 0));
                }
            }
        }
        whole.unwrap_or_default()
    }

    /// The table of a measure; `base` is the query of what was counted.
    pub fn table(self, measure: Measure, base: &str) -> Table {
        let [rows, columns] = self.places;
        let [row_axis, column_axis] = self.axes;
        let parts = |axis: &Axis| if let Axis::Course(n) = axis { *n } else { 1 } as f64;
        let n_parts = parts(row_axis) * parts(column_axis);
        let share = |row: usize, column: usize| {
            let place = (row_axis.is_of_documents().then_some(row), column_axis.is_of_documents().then_some(column));
            self.sizes.get(&place).copied().unwrap_or_default()
        };
        let title = say!("{rows} by {columns}", rows = row_axis.called(), columns = column_axis.called());
        let ((row_places, rows), (column_places, columns)) = (rows.ordered(), columns.ordered());
        let at = |places: &[Option<usize>]| -> HashMap<usize, usize> {
            places.iter().enumerate().filter_map(|(at, place)| Some(((*place)?, at))).collect()
        };
        let (row_at, column_at) = (at(&row_places), at(&column_places));
        let mut table = Table {
            title: if *column_axis == Axis::All { say!("{rows}: how often", rows = row_axis.called()) } else { title },
            measure,
            rows,
            columns,
            is_course: column_axis.is_ordered(),
            base: base.to_owned(),
            n_passages: (self.n_passages, self.n_outside),
            ..Table::default()
        };
        for ((row, column), cell) in self.cells {
            let size = share(row, column);
            let value = match measure {
                Measure::Passages | Measure::Likelihood | Measure::Agreement | Measure::Characters => {
                    cell.n_passages as f64
                }
                Measure::Documents => cell.n_documents as f64,
                Measure::Share => 100.0 * cell.covered as f64 * n_parts / (size.length as f64).max(1.0),
                Measure::PerThousand => 1000.0 * cell.n_passages as f64 * n_parts / (size.n_words as f64).max(1.0),
            };
            if let (Some(row), Some(column)) = (row_at.get(&row), column_at.get(&column)) {
                table.put(*row, *column, value);
            }
        }
        table
    }
}
