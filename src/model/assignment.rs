//! That a document is given to a coder: who is to code what.

use serde::{Deserialize, Serialize};

use crate::model::document::DocumentId;

/// That a document is given to a coder; to several, where several code it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Assignment {
    /// The document.
    pub document: DocumentId,
    /// The coder, by name.
    pub coder: String,
}

impl Assignment {
    /// Gives a document to a coder.
    pub fn new(document: &DocumentId, coder: &str) -> Self {
        Self { document: document.clone(), coder: coder.to_owned() }
    }

    /// What tells it from all others.
    pub fn key(&self) -> String {
        format!("assignment/{}/{}", self.document, self.coder)
    }
}
