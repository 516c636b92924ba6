//! What a reviewer holds of an annotation.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::time::Time;
use crate::text::span::CodePoints;

/// What an annotation says: this code, from here to there, in code points.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Claim {
    /// First code point.
    pub start: usize,
    /// Behind the last code point.
    pub end: usize,
    /// The code.
    pub code: CodeId,
}

impl Claim {
    /// What an annotation says.
    pub fn of(annotation: &Annotation) -> Self {
        Self { start: annotation.passage.start, end: annotation.passage.end, code: annotation.code.clone() }
    }

    /// Its place in the document.
    pub fn range(&self) -> CodePoints {
        CodePoints { start: self.start, end: self.end }
    }
}

/// What a reviewer holds of an annotation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// It is right.
    Accept,
    /// It is wrong.
    Reject {
        /// Why, in one of the team's words.
        category: String,
        /// Why, in the reviewer's own words; may be empty.
        reason: String,
    },
    /// It should say something else.
    Propose {
        /// What.
        claim: Claim,
        /// Why; may be empty.
        reason: String,
    },
}

impl fmt::Debug for Judgement {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accept => f.write_str("Accept"),
            Self::Reject { .. } => f.write_str("Reject"),
            Self::Propose { claim, .. } => write!(f, "Propose({claim:?})"),
        }
    }
}

/// A reviewer's verdict on an annotation; a reviewer has one on each, the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The document.
    pub document: DocumentId,
    /// The annotation.
    pub annotation: AnnotationId,
    /// Whose annotation it is.
    pub of: String,
    /// Who says so.
    pub reviewer: String,
    /// What the annotation said then: a verdict on something else is outdated.
    pub claim: Claim,
    /// What they say.
    pub judgement: Judgement,
    /// When.
    pub time: Time,
}

impl Verdict {
    /// On an annotation as it is.
    pub fn on(annotation: &Annotation, reviewer: &str, judgement: Judgement, time: Time) -> Self {
        Self {
            document: annotation.passage.document.clone(),
            annotation: annotation.id,
            of: annotation.coder.clone(),
            reviewer: reviewer.to_owned(),
            claim: Claim::of(annotation),
            judgement,
            time,
        }
    }

    /// Whether it speaks of the annotation as it is now.
    pub fn is_of(&self, annotation: &Annotation) -> bool {
        self.claim == Claim::of(annotation)
    }

    /// What it says, in words of its own reviewer: they stay in the thread when another verdict takes its place. Nothing of an
    /// acceptance.
    pub fn words(&self) -> Option<String> {
        let behind = |reason: &str| if reason.is_empty() { String::new() } else { format!(": {reason}") };
        match &self.judgement {
            Judgement::Accept => None,
            Judgement::Reject { category, reason } => Some(format!("✗ {category}{}", behind(reason))),
            Judgement::Propose { claim, reason } => {
                Some(format!("→ {} {}..{}{}", claim.code, claim.start, claim.end, behind(reason)))
            }
        }
    }

    /// What tells it from all others.
    pub fn key(&self) -> String {
        format!("verdict/{}/{}", self.annotation, self.reviewer)
    }
}
