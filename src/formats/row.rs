//! One exported annotation with all that a reader of the file needs.

use serde::{Deserialize, Serialize};

use crate::model::time::Time;

/// Who says what corresponds: a coder, who tagged both sides.
pub const BY_CODER: &str = "coder";

/// Who says what corresponds: the alignment.
pub const BY_ALIGNMENT: &str = "alignment";

/// What stands for an id where a coder said that nothing corresponds.
pub const NO_COUNTERPART: &str = "none";

/// One exported annotation. Offsets are code points from 0, half-open.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Row {
    /// The document's name.
    pub document: String,
    /// The document's language.
    #[serde(default)]
    pub language: String,
    /// The document's title.
    #[serde(default)]
    pub title: String,
    /// First code point.
    pub start: usize,
    /// Behind the last code point.
    pub end: usize,
    /// The passage's words.
    #[serde(default)]
    pub quote: String,
    /// The code's id.
    pub code: String,
    /// The names from the codebook's top down to the code.
    #[serde(default)]
    pub path: String,
    /// Who made it.
    #[serde(default)]
    pub coder: String,
    /// What the coder thought.
    #[serde(default)]
    pub memo: String,
    /// When it was made.
    #[serde(default)]
    pub time: Option<Time>,
    /// What the pair's other document says there: the words of the annotation that belongs to this one, else the
    /// sentences that correspond.
    #[serde(default)]
    pub counterpart: String,
    /// The annotation of the other document that belongs to this one; `none` where the coder says that there is none.
    #[serde(default)]
    pub counterpart_id: String,
    /// Who says that it corresponds: `coder` or `alignment`; empty where nothing does.
    #[serde(default)]
    pub counterpart_by: String,
    /// The annotation's name for ever.
    #[serde(default)]
    pub id: String,
}
