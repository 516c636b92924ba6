//! What lists hold beside passages, and the table that was counted last.

use crate::app::agreeing::{Agreement, Differing, Place};
use crate::app::concordance::Hits;
use crate::app::effect::{Progress, Remembered};
use crate::app::inbox::News;
use crate::app::session::Session;
use crate::app::tableview::TableView;
use crate::model::annotation::AnnotationId;
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::sight::Sight;
use crate::query::likeness::Suggestion;

/// The table that was counted last.
#[derive(Debug, Clone, Default)]
pub struct Tabling {
    /// The table and how it stands on the screen.
    pub view: Option<Box<TableView>>,
    /// Whether it lies below what is shown, and comes back when that is closed.
    pub is_below: bool,
}

/// Forgets what was listed where the coder may not see all of it any more.
pub fn forget_the_hidden(session: &mut Session) {
    if session.about.is_ready && !Sight::of(&session.shared, &session.about.coder).is_whole() {
        session.hits = Hits::default();
        (session.lists, session.table) = (Lists::default(), Tabling::default());
    }
}

/// What lists hold beside passages, and what is being edited through them.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// The code that is edited.
    pub coding: Option<CodeId>,
    /// Whether the document's attributes are edited.
    pub is_describing: bool,
    /// The memos of the last list.
    pub memos: Vec<Remembered>,
    /// What was suggested last, and is neither accepted nor dismissed.
    pub suggestions: Vec<Suggestion>,
    /// The annotations that are to get another code, or to be rejected.
    pub chosen: Vec<(DocumentId, AnnotationId)>,
    /// How far coders agree, as it was computed last.
    pub agreement: Agreement,
    /// The places where coders differ, as they were listed last, and which were asked for.
    pub places: (Differing, Vec<Place>),
    /// What others said, as it was listed last.
    pub news: Vec<News>,
    /// How far the coder is.
    pub progress: Progress,
}
