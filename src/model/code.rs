//! One entry of the codebook.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::words::{self, Language};

/// Names a code for ever: made from its first name, kept when it is renamed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct CodeId(pub String);

impl CodeId {
    /// Makes an id of a name: small letters, digits and hyphens, of any script; `None` where nothing is left.
    /// Two coders who make a code of the same name apart from each other make the same code.
    pub fn of_name(name: &str) -> Option<Self> {
        let mut id = String::new();
        for c in name.nfc().flat_map(char::to_lowercase) {
            if c.is_alphanumeric() {
                id.push(c);
            } else if !id.is_empty() && !id.ends_with('-') {
                id.push('-');
            }
        }
        let id: String = id.trim_end_matches('-').chars().take(64).collect();
        (!id.is_empty()).then_some(Self(id))
    }
}

impl fmt::Display for CodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A code's name in each language; empty where it has none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Names {
    /// English.
    pub en: String,
    /// Kazakh.
    pub kk: String,
    /// Russian.
    pub ru: String,
}

impl Names {
    /// The names that are there.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        [&self.en, &self.kk, &self.ru].into_iter().map(String::as_str).filter(|name| !name.is_empty())
    }
}

/// One entry of the codebook.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Code {
    /// Its name for ever.
    pub id: CodeId,
    /// Its names.
    #[serde(default)]
    pub names: Names,
    /// What it means.
    #[serde(default)]
    pub definition: String,
    /// What to mark with it.
    #[serde(default)]
    pub include: String,
    /// What not to mark with it.
    #[serde(default)]
    pub exclude: String,
    /// An example by language.
    #[serde(default)]
    pub examples: BTreeMap<String, String>,
    /// `#rrggbb`; empty for one chosen by the program.
    #[serde(default)]
    pub colour: String,
    /// The letter that applies it; empty for none.
    #[serde(default)]
    pub key: String,
    /// The code above it; empty at the top.
    #[serde(default)]
    pub parent: CodeId,
    /// Whether passages are still given it.
    #[serde(default)]
    pub standing: Standing,
}

/// Whether passages are given a code.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// They are.
    #[default]
    InUse,
    /// It only holds other codes.
    Folder,
    /// No more; what has it keeps it.
    Retired,
    /// It is a part of another code now: what has it counts as having that.
    MergedInto(CodeId),
}

impl Code {
    /// A code with nothing but a name.
    pub fn named(id: CodeId, name: &str) -> Self {
        Self { id, names: Names { en: name.to_owned(), ..Names::default() }, ..Self::default() }
    }

    /// What to call it to a person: its name in the language that the program speaks, else its first one, or its id.
    pub fn called(&self) -> &str {
        let own = match words::spoken() {
            Language::English => &self.names.en,
            Language::Kazakh => &self.names.kk,
            Language::Russian => &self.names.ru,
        };
        if own.is_empty() { self.name() } else { own }
    }

    /// What to call it whatever the language: its first name, or its id.
    pub fn name(&self) -> &str {
        self.names.all().next().unwrap_or(&self.id.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_code_is_called_by_its_name_in_the_coders_language() {
        let names = Names { en: "censorship".into(), kk: "цензура".into(), ..Names::default() };
        let code = Code { names, ..Code::default() };
        let called = |language| words::within(language, || code.called().to_owned());
        assert_eq!(
            [Language::English, Language::Kazakh, Language::Russian].map(called),
            ["censorship", "цензура", "censorship"]
        );
        assert_eq!(words::within(Language::Kazakh, || code.name().to_owned()), "censorship", "for files and scripts");
    }

    #[test]
    fn ids_come_from_names_of_any_script() {
        assert_eq!(CodeId::of_name(" E-Government! "), Some(CodeId("e-government".into())));
        assert_eq!(CodeId::of_name("Өзін-өзі  цензуралау"), Some(CodeId("өзін-өзі-цензуралау".into())));
        assert_eq!(CodeId::of_name("\u{1b}[31m"), Some(CodeId("31m".into())));
        assert_eq!(CodeId::of_name("…"), None);
    }
}
