//! What a team agreed on about who sees what and why annotations are rejected; part of the project.

use serde::{Deserialize, Serialize};

/// When a coder sees what colleagues annotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colleagues {
    /// At any time.
    #[default]
    Always,
    /// In the documents that the coder finished.
    Finished,
    /// Never.
    Never,
}

impl Colleagues {
    /// All, by the words that name them.
    pub const ALL: [(&'static str, Self); 3] =
        [("always", Self::Always), ("finished", Self::Finished), ("never", Self::Never)];

    /// The one of that word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == word).map(|(_, rule)| rule)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, rule)| *rule == self).map_or("", |(word, _)| word)
    }
}

/// What a team agreed on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rules {
    /// When a coder sees what colleagues annotated.
    #[serde(default)]
    pub colleagues: Colleagues,
    /// The coders who see everything whatever the rule is: they review and settle.
    #[serde(default)]
    pub reviewers: Vec<String>,
    /// Why annotations are rejected: the team's own categories, beside those that are always offered.
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// Why annotations are rejected, in every project.
pub const REASONS: [&str; 5] = ["wrong code", "wrong boundaries", "not in the text", "twice", "other"];

/// The name that the settled layer has among the coders; nobody else may have it.
pub const CONSENSUS: &str = "consensus";
