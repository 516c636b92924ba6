//! The options by which annotations are chosen.

use clap::Args;

use crate::cli::context::Failure;
use crate::model::shared::Shared;
use crate::model::time::Time;
use crate::query::Choice;
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
    /// Only what was made at or after this time (2026-11-21 or RFC 3339, UTC)
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only what was made before this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
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
            since: time(&self.since)?,
            until: time(&self.until)?,
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
