//! What each sentence of one text finds of itself in one, two or three sentences of the other.

use std::ops::Range;

use crate::alignment::band::Band;
use crate::alignment::lexicon::Half;
use crate::alignment::weights::Weights;
use crate::alignment::words::Side;

/// The most sentences of one side in a link.
pub const MOST: usize = 3;

/// For each sentence of one text and each place in the other, what is found in the next one, two and three sentences.
#[derive(Debug, Clone)]
pub struct Evidence {
    band: Band,
    cells: Vec<[f32; MOST]>,
}

impl Evidence {
    /// Looks up the sentences `ours` of a side in the sentences `theirs` of the other, within a band.
    pub fn new(
        side: &Side,
        half: &Half,
        other: &Side,
        ranges: (Range<usize>, Range<usize>),
        band: Band,
        weights: &Weights,
    ) -> Self {
        let (ours, theirs) = ranges;
        let wide = [0.0, weights.wide[0], weights.wide[1]];
        let mut cells = vec![[0.0; MOST]; band.n_cells()];
        let mut row = Row { worth: vec![0.0; theirs.len() + MOST], places: Vec::new() };
        for (n, terms) in side.sentences.get(ours).unwrap_or_default().iter().enumerate() {
            let columns = band.row(n);
            let first = band.cell(n, columns.start).unwrap_or(0);
            let Some(found) = cells.get_mut(first..first + columns.len()) else { continue };
            let lost: f32 = terms.iter().map(|id| half.losses[*id as usize]).sum();
            found.fill([-lost; MOST]);
            for id in terms {
                row.look_up(half, other, *id as usize, &theirs, &columns);
                row.spread(half.losses[*id as usize], &columns, found, &wide);
            }
        }
        Self { band, cells }
    }

    /// What sentence `ours` finds in the `n` sentences from `theirs` on.
    pub fn found(&self, ours: usize, theirs: usize, n: usize) -> Option<f32> {
        self.cells.get(self.band.cell(ours, theirs)?)?.get(n.checked_sub(1)?).copied()
    }
}

struct Row {
    worth: Vec<f32>,
    places: Vec<usize>,
}

impl Row {
    /// Notes where a term's counterparts stand, with the most that any of them is worth there.
    fn look_up(&mut self, half: &Half, other: &Side, id: usize, theirs: &Range<usize>, columns: &Range<usize>) {
        for partner in half.partners[id].iter().filter(|p| p.worth > 0.0) {
            let places = &other.terms[partner.term as usize].places;
            let from = (theirs.start + columns.start) as u32;
            let to = theirs.end.min(theirs.start + columns.end + MOST) as u32;
            let skipped = places.partition_point(|p| *p < from);
            for place in places.iter().skip(skipped).take_while(|p| **p < to) {
                let place = *place as usize - theirs.start;
                if self.worth[place] == 0.0 {
                    self.places.push(place);
                }
                self.worth[place] = self.worth[place].max(partner.worth);
            }
        }
        self.places.sort_unstable();
    }

    /// Adds a term to every stretch of one to three sentences that holds a counterpart, once.
    fn spread(&mut self, loss: f32, columns: &Range<usize>, found: &mut [[f32; MOST]], wide: &[f32; MOST]) {
        for n in 1..=MOST {
            let mut next = columns.start;
            for place in &self.places {
                for start in next.max((place + 1).saturating_sub(n))..=*place {
                    let most = self.worth[start..start + n].iter().fold(0f32, |a, b| a.max(*b));
                    if let Some(cell) = found.get_mut(start - columns.start) {
                        cell[n - 1] += (most - wide[n - 1]).max(0.0) + loss;
                    }
                    next = start + 1;
                }
            }
        }
        for place in self.places.drain(..) {
            self.worth[place] = 0.0;
        }
    }
}
