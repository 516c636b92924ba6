//! Small things that are said once and looked up: that a definition changed, that a suggestion was dismissed.

use serde::{Deserialize, Serialize};

use crate::model::code::{Code, CodeId};
use crate::model::document::DocumentId;
use crate::model::time::Time;
use crate::text::span::CodePoints;

/// That what a code means was changed: what was tagged before is to be read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redefinition {
    /// The code.
    pub code: CodeId,
    /// When.
    pub time: Time,
    /// What it meant before: definition, include, exclude.
    pub was: [String; 3],
}

impl Redefinition {
    /// Of a code that changed; nothing where it means what it meant, or was never defined before.
    pub fn of(was: &Code, now: &Code, time: Time) -> Option<Self> {
        let meaning = |code: &Code| [code.definition.clone(), code.include.clone(), code.exclude.clone()];
        let old = meaning(was);
        let is_redefined = old != meaning(now) && old.iter().any(|part| !part.trim().is_empty());
        is_redefined.then(|| Self { code: now.id.clone(), time, was: old })
    }
}

/// That a coder does not want a passage to be suggested for a code again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissal {
    /// The document.
    pub document: DocumentId,
    /// The passage.
    pub range: CodePoints,
    /// The code.
    pub code: CodeId,
    /// Who.
    pub coder: String,
}

impl Dismissal {
    /// What tells it from all others.
    pub fn key(&self) -> String {
        format!("dismissal/{}/{}..{}/{}/{}", self.document, self.range.start, self.range.end, self.code, self.coder)
    }
}
