//! Which annotations: by code, coder, document, language and time.

use std::collections::BTreeMap;

use crate::model::codebook::Codebook;
use crate::model::shared::Shared;
use crate::model::time::Time;
use crate::query::parse::key;
use crate::text::fold::folded;

/// What annotations must be; an empty list asks nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Any of these codes: id, path, or a name in any language.
    pub codes: Vec<String>,
    /// By any of these coders.
    pub coders: Vec<String>,
    /// In any of these documents.
    pub documents: Vec<String>,
    /// In documents of any of these languages.
    pub languages: Vec<String>,
    /// In documents that have, for each name here, one of its values (`outlet` is `azattyq`), capitals aside.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Made at this moment or later.
    pub since: Option<Time>,
    /// Made before this moment.
    pub until: Option<Time>,
    /// What a query wants, in the words of the query language.
    pub query: String,
}

impl Choice {
    /// All of it as a query, but for times that are no days.
    pub fn written(&self) -> String {
        let mut parts = Vec::new();
        let query = self.query.trim();
        let quoted = |key: &str, name: &str| format!("{key}:\"{}\"", name.replace('"', ""));
        let mut any_of = |key: &str, names: Vec<String>| match names.as_slice() {
            [] => {}
            [one] => parts.push(quoted(key, one)),
            _ => {
                parts
                    .push(format!("({})", names.iter().map(|name| quoted(key, name)).collect::<Vec<_>>().join(" or ")));
            }
        };
        any_of("code", self.codes.iter().map(|code| format!("={code}")).collect());
        any_of("by", self.coders.clone());
        any_of("doc", self.documents.clone());
        any_of("lang", self.languages.clone());
        for (name, values) in &self.attributes {
            any_of(&key(name), values.clone());
        }
        if let Some(since) = self.since {
            parts.push(format!("made:>={}", since.minute().split(' ').next().unwrap_or("")));
        }
        if let Some(until) = self.until {
            let last = Time(until.0.saturating_sub(1));
            parts.push(format!("made:<={}", last.minute().split(' ').next().unwrap_or("")));
        }
        match (query, parts.is_empty()) {
            (_, true) => query.to_owned(),
            ("", false) => format!("any and {}", parts.join(" and ")),
            (_, false) => format!("({query}) and {}", parts.join(" and ")),
        }
    }

    /// The first wanted code that the codebook has not.
    pub fn unknown_code(&self, book: &Codebook) -> Option<&str> {
        self.codes.iter().map(String::as_str).find(|name| book.find(name).is_none())
    }

    /// Whether a document may hold what is wanted.
    pub fn wants_document(&self, shared: &Shared, id: &crate::model::document::DocumentId) -> bool {
        let by_language = self.languages.is_empty() || self.languages.iter().any(|l| l == shared.language(id));
        let has = |(name, values): (&String, &Vec<String>)| {
            let own = shared.documents.get(id).and_then(|document| document.attributes.get(name));
            own.is_some_and(|own| values.iter().any(|value| folded(value) == folded(own)))
        };
        by_language && self.attributes.iter().all(has) && (self.documents.is_empty() || self.documents.contains(&id.0))
    }
}
