//! Where, left of the text, the lines along annotations stand.

use crate::app::pane::Pane;
use crate::app::screen::N_LANES;

/// Annotations that get a lane at most.
const MAX_IN_LANES: usize = 120;

/// The line along one annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane {
    /// Which of the layer's annotations.
    pub index: usize,
    /// Which lane, from 0; `None` where all were taken.
    pub lane: Option<usize>,
    /// Its first row in the pane.
    pub first: usize,
    /// Its last row.
    pub last: usize,
    /// Whether the annotation begins in its first row, rather than above the pane.
    pub begins_here: bool,
}

/// The lanes of what is shown, in the order of the text.
pub fn lanes(pane: &Pane) -> Vec<Lane> {
    let (rows, shown, all) = (&pane.view.rows, pane.view.shown(), pane.layer.all());
    let Some(start) = pane.layer.first_overlapping(shown) else { return Vec::new() };
    let mut free_from = [0usize; N_LANES];
    let mut lanes = Vec::new();
    let overlapping = all.iter().enumerate().skip(start).take_while(|(_, p)| p.span.start < shown.end);
    for (index, placed) in overlapping.filter(|(_, p)| p.span.overlaps(shown)).take(MAX_IN_LANES) {
        let first = rows.partition_point(|row| row.span().end <= placed.span.start);
        let last = rows.partition_point(|row| row.span().start < placed.span.end).saturating_sub(1).max(first);
        let lane = free_from.iter().position(|from| *from <= first);
        if let Some(free) = lane.and_then(|lane| free_from.get_mut(lane)) {
            *free = last + 1;
        }
        let begins_here = rows.get(first).is_some_and(|row| row.span().start <= placed.span.start);
        lanes.push(Lane { index, lane, first, last: last.min(rows.len().saturating_sub(1)), begins_here });
    }
    lanes
}
