//! What came of a disagreement: the consensus, who settled it, how, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::annotation::{Annotation, AnnotationId, Origin, Passage};
use crate::model::document::DocumentId;
use crate::model::rules::CONSENSUS;
use crate::model::time::Time;
use crate::model::verdict::Claim;
use crate::text::anchor::Quote;

/// What came of a disagreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ruling {
    /// What this coder says.
    Take(String),
    /// What all of them say.
    All,
    /// What most of them say.
    Most,
    /// Something else.
    Other,
    /// Nothing is tagged here.
    Nothing,
}

impl Ruling {
    /// Its word in files and on the command line.
    pub fn word(&self) -> String {
        match self {
            Self::Take(coder) => coder.clone(),
            Self::All => "both".into(),
            Self::Most => "most".into(),
            Self::Other => "other".into(),
            Self::Nothing => "none".into(),
        }
    }
}

/// That a disagreement, or an agreement, is settled.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The document.
    pub document: DocumentId,
    /// The annotations that it settles, and what they said then: where one of them, or what is near them, changed, it is open
    /// again. The first one names it.
    pub sources: Vec<(AnnotationId, Claim)>,
    /// What came of it.
    pub ruling: Ruling,
    /// The rule by which the program settled it: `same`, `majority`, `overlap 80`; empty where a person did.
    pub rule: String,
    /// Who settled it, or let the program do so.
    pub coder: String,
    /// Why; may be empty.
    pub reason: String,
    /// When.
    pub time: Time,
    /// The annotations of the consensus that it made.
    pub made: Vec<AnnotationId>,
}

impl fmt::Debug for Settlement {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Settlement({} {:?} by {:?})", self.document, self.ruling, self.coder)
    }
}

impl Settlement {
    /// What names it: the annotation that it settles, the first one of several.
    pub fn id(&self) -> AnnotationId {
        self.sources.first().map_or(AnnotationId(ulid::Ulid(0)), |(id, _)| *id)
    }

    /// What tells it from all others.
    pub fn key(&self) -> String {
        format!("settlement/{}", self.id())
    }

    /// Whether it settles just this.
    pub fn settles(&self, sources: &[(AnnotationId, Claim)]) -> bool {
        self.sources == sources
    }
}

/// The annotation of the consensus that says what one of a coder says. Its name follows from that one's, so that two people
/// who settle alike make one annotation, and not two.
pub fn agreed(source: &Annotation, (claim, quote): (&Claim, Quote), now: Time) -> Annotation {
    let named = format!("{CONSENSUS}/{}/{}/{}/{}", source.id, claim.start, claim.end, claim.code.0);
    let hash = blake3::hash(named.as_bytes());
    let chance = hash.as_bytes().first_chunk::<16>().map_or(0, |bytes| u128::from_be_bytes(*bytes));
    let id = AnnotationId::new(Time(source.id.0.timestamp_ms() as i64), chance);
    let passage = Passage { start: claim.start, end: claim.end, ..source.passage.clone() };
    let annotation = Annotation::new(id, CONSENSUS, (passage, quote), claim.code.clone(), now);
    Annotation { origin: Origin::Settlement, ..annotation }
}
