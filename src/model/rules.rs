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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// When a coder sees what colleagues annotated.
    pub colleagues: Colleagues,
    /// The coders who see everything whatever the rule is, by name: they review and settle.
    pub reviewers: Vec<String>,
    /// Why annotations are rejected: the team's own categories, beside those that are always offered.
    pub reasons: Vec<String>,
}

/// One thing that a team agreed on; each is said by itself, so that a late word on one changes no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// When a coder sees what colleagues annotated.
    Colleagues(Colleagues),
    /// That a coder reviews and settles, and sees everything.
    Reviewer(String),
    /// A reason to reject annotations.
    Reason(String),
}

impl Rule {
    /// What tells it from all others.
    pub fn key(&self) -> String {
        match self {
            Self::Colleagues(_) => "rule/colleagues".into(),
            Self::Reviewer(name) => format!("rule/reviewer/{name}"),
            Self::Reason(reason) => format!("rule/reason/{reason}"),
        }
    }
}

impl Rules {
    /// Puts a rule in, or its new version in the place of the old.
    pub fn insert(&mut self, rule: Rule) {
        let (all, name) = match rule {
            Rule::Colleagues(colleagues) => {
                self.colleagues = colleagues;
                return;
            }
            Rule::Reviewer(name) => (&mut self.reviewers, name),
            Rule::Reason(reason) => (&mut self.reasons, reason),
        };
        if let Err(at) = all.binary_search(&name) {
            all.insert(at, name);
        }
    }

    /// Takes a rule away.
    pub fn remove(&mut self, rule: &Rule) {
        match rule {
            Rule::Colleagues(_) => self.colleagues = Colleagues::default(),
            Rule::Reviewer(name) => self.reviewers.retain(|known| known != name),
            Rule::Reason(reason) => self.reasons.retain(|known| known != reason),
        }
    }
}

/// Why annotations are rejected, in every project.
pub const REASONS: [&str; 5] = ["wrong code", "wrong boundaries", "not in the text", "twice", "other"];

/// The name that the settled layer has among the coders; nobody else may have it.
pub const CONSENSUS: &str = "consensus";
