//! What coders and reviewers say to each other of an annotation.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::document::DocumentId;
use crate::model::time::Time;
use crate::model::verdict::Verdict;

/// One of the things that are said of an annotation; all of them, in order, are its thread.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Its name for ever: a ULID, so that they stand in the order they were begun.
    pub id: String,
    /// The document.
    pub document: DocumentId,
    /// The annotation.
    pub annotation: AnnotationId,
    /// Whose annotation it is.
    pub of: String,
    /// Who says it.
    pub coder: String,
    /// What they say.
    pub text: String,
    /// When.
    pub time: Time,
}

impl fmt::Debug for Comment {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Comment({} on {} by {:?})", self.id, self.annotation, self.coder)
    }
}

impl Comment {
    /// A new one on an annotation, by a moment and chance.
    pub fn new(annotation: &Annotation, coder: &str, text: &str, (now, chance): (Time, u128)) -> Self {
        Self {
            id: ulid::Ulid::from_parts(now.0.unsigned_abs(), chance).to_string(),
            document: annotation.passage.document.clone(),
            annotation: annotation.id,
            of: annotation.coder.clone(),
            coder: coder.to_owned(),
            text: text.to_owned(),
            time: now,
        }
    }

    /// What a verdict said that another one takes the place of, so that its words are not lost.
    pub fn of_verdict(was: &Verdict, annotation: &Annotation, chance: u128) -> Option<Self> {
        let text = was.words()?;
        Some(Self::new(annotation, &was.reviewer, &text, (was.time, chance)))
    }

    /// What tells it from all others.
    pub fn key(&self) -> String {
        format!("comment/{}/{}", self.annotation, self.id)
    }

    /// Whether it calls a coder by name: `@asel`, behind a blank or at the start, and no longer name.
    pub fn mentions(&self, coder: &str) -> bool {
        let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        self.text.match_indices('@').any(|(at, _)| {
            let before = self.text.get(..at).and_then(|text| text.chars().next_back());
            let rest = self.text.get(at + 1..).unwrap_or_default();
            // A dot ends a sentence, or goes on with a name.
            let behind = rest.strip_prefix(coder).map(|rest| rest.trim_start_matches('.').chars().next());
            !before.is_some_and(is_of_name) && behind.is_some_and(|next| !next.is_some_and(is_of_name))
        })
    }
}

/// That a thread is settled; what is said later opens it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// The document.
    pub document: DocumentId,
    /// The annotation.
    pub annotation: AnnotationId,
    /// Whose annotation it is.
    pub of: String,
    /// Who says so.
    pub coder: String,
    /// The comments that were there.
    pub comments: Vec<String>,
    /// When.
    pub time: Time,
}

impl Resolution {
    /// What tells it from all others.
    pub fn key(&self) -> String {
        format!("resolution/{}", self.annotation)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::model::annotation::Passage;
    use crate::text::anchor::Quote;

    #[test]
    fn a_mention_is_a_whole_name() {
        let passage = Passage { document: DocumentId("a".into()), start: 0, end: 1 };
        let quote = Quote { exact: "а".into(), before: String::new(), after: String::new() };
        let id = AnnotationId::new(Time(1), 1);
        let annotation = Annotation::new(id, "dana", (passage, quote), crate::model::code::CodeId("c".into()), Time(1));
        let says = |text: &str| Comment::new(&annotation, "asel", text, (Time(2), 2));
        assert!(says("@dana қалай?").mentions("dana"));
        assert!(says("ask @dana, or @asel.").mentions("asel"));
        assert!(!says("@danara is another").mentions("dana"));
        assert!(!says("mail x@dana").mentions("dana"));
        assert!(!says("@dana.k, not the other").mentions("dana"));
        assert!(says("@Айгерім-Қ: иә").mentions("Айгерім-Қ"));
    }
}
