//! A row of the command table: from it come help, the palette, and the names that keymaps may use.

use crate::app::effect::Effect;
use crate::app::session::Session;

/// What a command needs beside the session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Args {
    /// A number typed before the keys.
    pub count: Option<usize>,
    /// What was chosen in a picker or written in a line.
    pub choice: Option<String>,
    /// The other rows that were marked in a picker beside the chosen one.
    pub marked: Vec<String>,
}

impl Args {
    /// With a choice.
    pub fn choice(choice: impl Into<String>) -> Self {
        Self { choice: Some(choice.into()), ..Self::default() }
    }

    /// How often to do it: the number typed, or once.
    pub fn times(&self) -> usize {
        self.count.unwrap_or(1).clamp(1, 100_000)
    }
}

/// Why the coder cannot do that now: a short sentence, shown as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

impl From<&str> for Refusal {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Refusal {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// What the world must do now, or why nothing is done.
pub type Outcome = Result<Vec<Effect>, Refusal>;

/// Nothing for the world to do.
pub const DONE: Outcome = Ok(Vec::new());

/// Whether a command applies now, or why not.
pub type When = fn(&Session) -> Result<(), Refusal>;

/// A row of the command table.
#[derive(Debug, Clone, Copy)]
pub struct Command {
    /// Its name, as keymaps write it.
    pub name: &'static str,
    /// What it does, in a few words that begin with a verb.
    pub help: &'static str,
    /// Other words by which people look for it.
    pub also: &'static str,
    /// Does it.
    pub run: fn(&mut Session, &Args) -> Outcome,
    /// Whether it applies now: asked before it is offered and before it is run.
    pub when: When,
}

impl Command {
    /// A row: its name, its help, and what does it; it applies at any time.
    pub const fn of(name: &'static str, help: &'static str, run: fn(&mut Session, &Args) -> Outcome) -> Self {
        Self { name, help, also: "", run, when: at_any_time }
    }

    /// The same, found by other words too.
    #[must_use]
    pub const fn also(self, also: &'static str) -> Self {
        Self { also, ..self }
    }

    /// The same, applying only sometimes.
    #[must_use]
    pub const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }
}

fn at_any_time(_: &Session) -> Result<(), Refusal> {
    Ok(())
}

/// Commands that belong together in the help.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// Its heading.
    pub title: &'static str,
    /// The mode whose keys run them.
    pub mode: &'static str,
    /// Its rows.
    pub commands: &'static [Command],
}
