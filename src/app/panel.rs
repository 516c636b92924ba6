//! The list of annotations: first those at the cursor, then the document's, and it follows.

use crate::app::session::Session;
use crate::model::annotation::AnnotationId;

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
    let here: Vec<AnnotationId> = pane.here().iter().map(|p| p.annotation.id).collect();
    let current = pane.annotation().map(|a| a.id);
    let heading = |text: String| PanelRow {
        index: None,
        heading: text,
        is_here: false,
        is_current: false,
    };
    let row = |index: usize, id: AnnotationId| PanelRow {
        index: Some(index),
        heading: String::new(),
        is_here: here.contains(&id),
        is_current: current == Some(id),
    };
    let all = pane.layer.all();
    let title = match (all.len(), here.len()) {
        (0, _) => "no annotations yet".into(),
        (n, 0) => format!("{n} annotations"),
        (n, h) => format!("{n} annotations · {h} at the cursor"),
    };
    let mut rows = vec![heading(title)];
    let room = n_rows.saturating_sub(1);
    // The document's list, so placed that the first one at the cursor has some before it.
    let start = pane.selection.span().start;
    let first = all
        .iter()
        .position(|p| here.contains(&p.annotation.id))
        .unwrap_or_else(|| all.partition_point(|p| p.span.start < start));
    let lead = if here.len() >= room {
        0
    } else {
        (room - here.len()).min(room / 3)
    };
    let top = first
        .saturating_sub(lead)
        .min(all.len().saturating_sub(room));
    rows.extend(
        all.iter()
            .enumerate()
            .skip(top)
            .take(room)
            .map(|(i, p)| row(i, p.annotation.id)),
    );
    rows
}
