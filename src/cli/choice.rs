//! The options by which annotations are chosen.

use std::collections::BTreeMap;

use clap::Args;

use crate::cli::context::Failure;
use crate::model::shared::Shared;
use crate::model::time::Time;
use crate::query::choice::Choice;
use crate::say;

/// The options by which annotations are chosen; all but the times may be given several times.
#[derive(Debug, Args)]
pub struct ChoiceArgs {
    /// Only this code: its id, path, or name in any language
    #[arg(long, value_name = "CODE")]
    code: Vec<String>,
    /// Only what this coder made
    #[arg(long = "by", value_name = "CODER")]
    by: Vec<String>,
    /// Only in this document
    #[arg(long, value_name = "DOC")]
    document: Vec<String>,
    /// Only in documents of this language
    #[arg(long, value_name = "LANG")]
    language: Vec<String>,
    /// Only in documents of which this is known; for one name any of the values will do
    #[arg(long, value_name = "NAME=VALUE")]
    attribute: Vec<String>,
    /// Only what was made at or after this time (2026-11-21 or RFC 3339, UTC)
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only what was made before this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Only what a query wants, as `tanba query` takes it
    #[arg(long, value_name = "QUERY")]
    query: Option<String>,
}

/// A name and a value of `NAME=VALUE`, without blanks around them.
pub fn attribute(pair: &str) -> Result<(String, String), Failure> {
    match pair.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err(Failure::Misunderstood(vec![say!("--attribute takes NAME=VALUE, not \"{pair}\"", pair)])),
    }
}

fn attributes(pairs: &[String]) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in pairs {
        let (name, value) = attribute(pair)?;
        all.entry(name).or_default().push(value);
    }
    Ok(all)
}

impl ChoiceArgs {
    /// Reads the options; fails on a time that is none, a code or a document that is not there.
    pub fn choice(&self, shared: &Shared) -> Result<Choice, Failure> {
        let time = |text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => Time::parse(text)
                .map(Some)
                .ok_or(say!("\"{text}\" is no time; write 2026-11-21 or 2026-11-21T09:30:00Z", text)),
        };
        let choice = Choice {
            codes: self.code.clone(),
            coders: self.by.clone(),
            documents: self.document.clone(),
            languages: self.language.clone(),
            attributes: attributes(&self.attribute)?,
            since: time(&self.since)?,
            until: time(&self.until)?,
            query: self.query.clone().unwrap_or_default(),
        };
        if let Some(code) = choice.unknown_code(&shared.codebook) {
            return Err(say!("no code is called \"{code}\"; `tanba codes` lists them", code).into());
        }
        let is_known = |id: &&String| shared.documents.keys().any(|known| known.0 == **id);
        if let Some(id) = choice.documents.iter().find(|id| !is_known(id)) {
            return Err(say!("no document is called \"{id}\"; `tanba documents` lists them", id).into());
        }
        Ok(choice)
    }
}
