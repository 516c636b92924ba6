//! The list of annotations: first those at the cursor, then the document's, and it follows.

use crate::app::session::Session;
use crate::{count, say};

/// One row of the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelRow {
    /// Which of the document's annotations it shows; none for a heading.
    pub index: Option<usize>,
    /// A heading's words.
    pub heading: String,
    /// Whether the annotation lies at the cursor.
    pub is_here: bool,
    /// Whether commands speak of it.
    pub is_current: bool,
}

/// The rows that fit, at most `n_rows`: the headings, those at the cursor, and the document's around it.
pub fn rows(session: &Session, n_rows: usize) -> Vec<PanelRow> {
    let pane = session.pane();
    let (all, probe) = (pane.layer.all(), pane.probe());
    let n_here = pane.here().len();
    let current = pane.annotation().map(|a| a.id);
    let heading = match (all.len(), n_here) {
        (0, _) => say!("no annotations yet").into(),
        (n, 0) => count!(n, "{n} annotation", "{n} annotations"),
        (n, h) => {
            count!(n, "{n} annotation · {here} at the cursor", "{n} annotations · {here} at the cursor", here = h)
        }
    };
    let room = n_rows.saturating_sub(1);
    // So placed that the first one at the cursor has some before it, and the chosen one is in sight.
    let first = pane.layer.first_overlapping(probe);
    let first = first.unwrap_or_else(|| pane.layer.place_of(probe.start));
    let lead = if n_here >= room { 0 } else { (room - n_here).min(room / 3) };
    let behind = all.iter().skip(first).take(n_here);
    let chosen = behind.map(|p| Some(p.annotation.id)).position(|id| id == current);
    let lead_or_scroll = first.saturating_sub(lead).max((first + chosen.unwrap_or(0) + 1).saturating_sub(room));
    let last = all.len().saturating_sub(room);
    let top = lead_or_scroll.min(last).saturating_add_signed(session.now.0.panel_scroll).min(last);
    let rows = all.iter().enumerate().skip(top).take(room).map(|(index, p)| PanelRow {
        index: Some(index),
        heading: String::new(),
        is_here: p.span.overlaps(probe),
        is_current: current == Some(p.annotation.id),
    });
    let heading = PanelRow { index: None, heading, is_here: false, is_current: false };
    std::iter::once(heading).chain(rows).collect()
}
