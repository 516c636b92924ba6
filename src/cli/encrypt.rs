//! `tanba encrypt` and `tanba decrypt`: copies of a project that are encrypted, and that are not any more.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, complain};
use crate::shell::keyring;
use crate::store::Store;
use crate::store::cipher::Cipher;
use crate::store::copying::{Copied, Locked, copy};
use crate::text::width::printable;
use crate::{count, say};

#[derive(Args)]
struct CopyArgs {
    /// The folder of the copy: a new or an empty one
    dir: PathBuf,
}

/// How passphrases are had.
pub fn passphrases() -> &'static str {
    say!(
        "A passphrase is asked for in the terminal, or given in TANBA_PASSPHRASE, a new one in TANBA_NEW_PASSPHRASE. Who loses it loses the project: nobody can reset it."
    )
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] =
    &[("tanba encrypt ../study-encrypted", "copies this project into an encrypted one; asks for a passphrase")];

/// How it is used.
pub const DECRYPT_EXAMPLES: &[(&str, &str)] =
    &[("tanba decrypt ../study-open", "copies this project into one that is not encrypted")];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    let about = "Copy the project into a new, encrypted one; or give that one another key";
    CopyArgs::augment_args(command.about(about).after_help(passphrases()))
}

/// Those of `decrypt`.
pub fn decrypt_arguments(command: Command) -> Command {
    CopyArgs::augment_args(command.about("Copy the project into a new one that is not encrypted"))
}

/// Encrypts.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let (store, dir) = asked(matches, context)?;
    let project = &store.project;
    let key = new_key(&project.name(), project.cipher.as_ref())?;
    let copied = copy(project, &dir, Some(&key))?;
    tell(&copied, &say!("encrypted in {dir}", dir = dir.display()))?;
    let mut out = Output::new();
    let line = if project.cipher.is_some() {
        say!("its key is a new one: colleagues need the folder and its passphrase")
    } else {
        say!(
            "this folder is as it was: delete it, and its backups, when the copy is what you want; without the passphrase nobody can read the copy, nor can we"
        )
    };
    Ok(out.line(line)?)
}

/// Decrypts.
pub fn run_decrypt(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let (store, dir) = asked(matches, context)?;
    if store.project.cipher.is_none() {
        return Err(say!("this project is not encrypted").into());
    }
    tell(&copy(&store.project, &dir, None)?, &say!("open for everybody in {dir}", dir = dir.display()))
}

/// A new key under a passphrase that is asked for, or given; `old` is the key that it takes the place of.
pub fn new_key(name: &str, old: Option<&Cipher>) -> Result<Locked, Failure> {
    let passphrase = keyring::new_passphrase(name, old.is_some())?;
    let cipher = Cipher::generate();
    let file = cipher.locked(&passphrase)?;
    Ok(Locked { cipher, file })
}

/// The project, which nobody else writes here while it is held, and the copy's folder.
fn asked(matches: &ArgMatches, context: &Context) -> Result<(Store, PathBuf), Failure> {
    let args = CopyArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let store = context.store_to_write()?;
    if store.is_by_letters() {
        return Err(say!("a reader has the project open; close it first").into());
    }
    Ok((store, args.dir))
}

fn tell(copied: &Copied, how: &str) -> Result<(), Failure> {
    let mut out = Output::new();
    out.line(&format!(
        "{}, {}: {how}",
        count!(copied.n_texts, "{n} text", "{n} texts"),
        count!(copied.n_journals, "{n} journal", "{n} journals"),
    ))?;
    if copied.n_damaged > 0 {
        complain(&count!(
            copied.n_damaged,
            "{n} line that can't be read was left out; it is in the folder it was copied from",
            "{n} lines that can't be read were left out; they are in the folder they were copied from"
        ));
    }
    for name in &copied.left {
        complain(&say!("{name} was not copied: it is no part of a project", name = printable(name)));
    }
    Ok(())
}
