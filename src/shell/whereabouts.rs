//! Where the reader stands in its documents, for the next time.

use crate::app::screen::Panes;
use crate::app::session::Session;
use crate::store::places::{Place, Places};

/// Notes where the open documents stand.
pub fn note(places: &mut Places, session: &Session) {
    for pane in session.panes.iter().filter(|pane| !pane.text.is_empty()) {
        let place = Place {
            cursor: pane.selection.head.start,
            top: pane.view.shown().start,
            read_to: pane.read_to,
            read_percent: session.now.0.read_percent.get(&pane.document).copied().unwrap_or(0),
        };
        places.documents.insert(pane.document.0.clone(), place);
    }
}

/// Notes also which documents are open, and how.
pub fn note_all(places: &mut Places, session: &Session) {
    note(places, session);
    places.open = session.panes.iter().map(|pane| pane.document.0.clone()).collect();
    places.focus = session.focus;
    places.is_single = session.screen.panes == Panes::Single;
}
