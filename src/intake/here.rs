//! What the project has, as far as it matters to what comes in.

use std::collections::BTreeSet;

use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::document::DocumentId;
use crate::model::review::Review;
use crate::model::shared::Shared;
use crate::model::time::Time;

/// A document of the project as it stands.
#[derive(Clone, Default)]
pub struct Seen {
    /// Its text.
    pub text: String,
    /// Its annotations, those that the coder may see.
    pub annotations: Vec<Annotation>,
    /// Those that the coder may not see: carried along, never told.
    pub hidden: Vec<Annotation>,
    /// What was said of them in review, all of it.
    pub review: Review,
    /// The ids of all of them, those that the coder may not see as well.
    pub ids: BTreeSet<AnnotationId>,
}

/// What the project has, as far as it matters to what comes in.
#[derive(Clone, Copy)]
pub struct Here<'a> {
    /// Codes, documents, pairs.
    pub shared: &'a Shared,
    /// By whom annotations are that name nobody.
    pub coder: &'a str,
    /// When annotations were made that name no time.
    pub now: Time,
    /// Reads a document of the project; fails with what to tell.
    pub look: &'a dyn Fn(&DocumentId) -> Result<Seen, String>,
    /// Whether a text can be kept under a name: no file of another text has it.
    pub may_keep: &'a dyn Fn(&DocumentId, &str) -> bool,
}
