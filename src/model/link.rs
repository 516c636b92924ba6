//! What somebody said of a pair's alignment; it stays when the alignment is computed again.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::document::{DocumentId, Pair};
use crate::model::time::Time;
use crate::text::anchor::Quote;
use crate::text::span::CodePoints;

/// That two stretches of a pair say the same thing; an empty side stands where the other's counterpart would be, and
/// says that there is none.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedLink {
    /// The pair's left document.
    pub left: DocumentId,
    /// The pair's right document.
    pub right: DocumentId,
    /// Whole sentences of the left document.
    pub left_range: CodePoints,
    /// Whole sentences of the right one.
    pub right_range: CodePoints,
    /// The left sentences' words, by which they are found again in a changed text.
    #[serde(default)]
    pub left_quote: Quote,
    /// The right ones'.
    #[serde(default)]
    pub right_quote: Quote,
    /// Who says so.
    pub coder: String,
    /// When it was said: of two that exclude each other the later one holds.
    pub time: Time,
}

impl fmt::Debug for FixedLink {
    // No words of documents: this may end in a panic's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FixedLink({} by {:?})", self.key(), self.coder)
    }
}

impl FixedLink {
    /// What tells it from all others.
    pub fn key(&self) -> String {
        let (l, r) = (self.left_range, self.right_range);
        format!("link/{}/{}/{}..{}/{}..{}", self.left, self.right, l.start, l.end, r.start, r.end)
    }

    /// Whether it speaks of a pair.
    pub fn is_of(&self, pair: &Pair) -> bool {
        self.left == pair.left && self.right == pair.right
    }
}
