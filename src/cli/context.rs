//! What every subcommand needs: which project, and who works.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};
use std::{env, io};

use crate::cli::output::{Progress, complain};
use crate::query::expression::Mistake;
use crate::say;
use crate::shell::configuration::{Configuration, Wishes};
use crate::shell::keyring;
use crate::shell::privacy;
use crate::shell::retrieval::Unanswered;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::project::{Project, Writer};
use crate::text::span::slice;
use crate::text::width::columns;

/// How long another command may take until this one gives up.
const PATIENCE: Duration = Duration::from_secs(3);

/// Which project, and who works.
#[derive(Debug, Clone)]
pub struct Context {
    /// The folder given, if any.
    pub project: Option<PathBuf>,
    /// What was set, by files, the environment and the command line.
    pub configuration: Configuration,
    /// Makes the whole command line, for those who print it.
    pub command_line: fn() -> clap::Command,
}

/// Why a subcommand ended: one line for the user.
#[derive(Debug)]
pub enum Failure {
    /// Something to say.
    Told(String),
    /// What was written can't be understood: the command line, the settings, the keys. A line each.
    Misunderstood(Vec<String>),
    /// All is said; only the exit status is left.
    Silent,
    /// The reader of our output is gone, which is no failure.
    ClosedPipe,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Told(error.to_string())
    }
}

impl From<Unanswered> for Failure {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Unread(error) => error.into(),
            Unanswered::Mistaken(Mistake { at, why }, query) => {
                let query = query.replace(['\n', '\r', '\t'], " ");
                let marks = "^".repeat(columns(slice(&query, at.start, at.end)).max(1));
                let before = columns(slice(&query, 0, at.start));
                Self::Misunderstood(vec![why, format!("  {query}"), format!("  {}{marks}", " ".repeat(before))])
            }
        }
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::Told(text)
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Self::Told(text.to_owned())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        // The crate that writes tables wraps it.
        let wrapped = error.get_ref().and_then(|inner| inner.downcast_ref::<csv::Error>()).map(csv::Error::kind);
        let kind = if let Some(csv::ErrorKind::Io(inner)) = wrapped { inner.kind() } else { error.kind() };
        if kind == io::ErrorKind::BrokenPipe {
            Self::ClosedPipe
        } else {
            Self::Told(say!("can't write: {error}", error))
        }
    }
}

impl Context {
    /// Gathers what was set for a project, where there is one.
    pub fn new(project: Option<PathBuf>, wishes: &Wishes, command_line: fn() -> clap::Command) -> Self {
        let opened = match &project {
            Some(root) => Project::open(root).ok(),
            None => env::current_dir().ok().and_then(|dir| Project::find(&dir).ok()),
        };
        Self { project, configuration: Configuration::gather(opened.as_ref(), wishes), command_line }
    }

    /// The project that is meant, opened with its key where it is encrypted.
    pub fn project(&self) -> Result<Project, StoreError> {
        let mut project = self.locked_project()?;
        keyring::unlock(&mut project)?;
        Ok(project)
    }

    /// The project that is meant: the one given, or the one that holds this folder. Its key is not asked for.
    pub fn locked_project(&self) -> Result<Project, StoreError> {
        let project = match &self.project {
            Some(root) => Project::open(root),
            None => Project::find(&env::current_dir().map_err(StoreError::io("find", &PathBuf::from(".")))?),
        }?;
        if project.settings.shared {
            privacy::share();
        }
        Ok(project)
    }

    /// Who works.
    pub fn writer(&self) -> Writer {
        Writer::current(Some(self.configuration.settings.word("coder")))
    }

    /// Opens the project to read or to write, whatever is possible; news of damage go to standard error.
    pub fn store(&self) -> Result<Store, Failure> {
        let mut progress = Progress::new();
        let mut store = Store::open(self.project()?, self.writer(), &mut |done, all| progress.at(done, all))?;
        tell_notes(&mut store);
        if !store.reading().sight()?.is_whole() {
            complain(say!("coded blind: what colleagues tagged is left out where you may not see it"));
        }
        Ok(store)
    }

    /// Opens the project to write: itself, or through the reader that has it open. Waits for another command to end;
    /// fails where that takes too long.
    pub fn store_to_write(&self) -> Result<Store, Failure> {
        let (project, writer) = (self.project()?, self.writer());
        let begun = Instant::now();
        loop {
            let mut progress = Progress::new();
            let refused =
                match Store::open_to_write(project.clone(), writer.clone(), &mut |done, all| progress.at(done, all)) {
                    Ok(mut store) => {
                        tell_notes(&mut store);
                        return Ok(store);
                    }
                    Err(refused @ StoreError::ReadOnly(_)) => refused,
                    Err(error) => return Err(error.into()),
                };
            // A reader takes what is to be kept; another command is soon done.
            if let Some(store) = Store::open_to_post(&project, &writer, &mut |_, _| {})? {
                return Ok(store);
            }
            if begun.elapsed() > PATIENCE {
                return Err(refused.into());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn tell_notes(store: &mut Store) {
    for note in store.notes.drain(..) {
        complain(&note);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_one_also_where_a_crate_wrapped_it() {
        let bare = || io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(matches!(Failure::from(bare()), Failure::ClosedPipe));
        assert!(matches!(Failure::from(io::Error::from(csv::Error::from(bare()))), Failure::ClosedPipe));
        assert!(matches!(Failure::from(io::Error::other("full")), Failure::Told(_)));
    }
}
