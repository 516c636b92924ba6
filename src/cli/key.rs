//! `tanba key`: keeps the key of an encrypted project on this computer, forgets it, changes its passphrase.

use age::secrecy::ExposeSecret;
use clap::{ArgMatches, Command};

use crate::cli::context::{Context, Failure};
use crate::cli::encrypt::passphrases;
use crate::cli::output::Output;
use crate::say;
use crate::shell::keyring;
use crate::store::cipher::{Cipher, KEY_FILE};
use crate::store::documents;
use crate::store::home::Home;
use crate::store::project::Project;

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba key keep", "asks for the passphrase once, and no more on this computer"),
    ("tanba key forget", "asks for it again from now on"),
    ("tanba key change", "gives the project another passphrase"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    command
        .about("Keep the key of an encrypted project on this computer, or forget it; change its passphrase")
        .after_help(passphrases())
        .subcommand_required(true)
        .subcommand(Command::new("keep").about("Ask for the passphrase once, and no more on this computer"))
        .subcommand(Command::new("forget").about("Ask for the passphrase again from now on"))
        .subcommand(Command::new("change").about("Give the project another passphrase"))
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let mut out = Output::new();
    if matches.subcommand_matches("forget").is_some() {
        let project = context.locked_project()?;
        let name = encrypted(&project)?;
        if project.locked_key().map_or(true, |file| !Cipher::is_locked_key(&file)) {
            let why =
                say!("key.age is missing or damaged: this computer has the last key; write it anew: tanba key change");
            return Err(why.into());
        }
        let was_kept = Home::find().forget_project_key(name)?;
        let said = if was_kept {
            say!("the key is no longer kept on this computer")
        } else {
            say!("the key was not kept on this computer")
        };
        return Ok(out.line(said)?);
    }
    let project = context.project()?;
    let (name, cipher) = (encrypted(&project)?, project.cipher.as_ref());
    let cipher = cipher.ok_or(say!("this project is not encrypted"))?;
    if matches.subcommand_matches("keep").is_some() {
        let path = Home::find().keep_project_key(name, cipher.secret().expose_secret())?;
        let line =
            say!("the key is kept in {path}; who can read that file can read the project", path = path.display());
        return Ok(out.line(&line)?);
    }
    change(&project, cipher)?;
    Ok(out.line(say!("the passphrase is changed; copies of key.age that were made before open with the old one"))?)
}

fn change(project: &Project, cipher: &Cipher) -> Result<(), Failure> {
    let passphrase = keyring::new_passphrase(&project.name(), true)?;
    Ok(documents::write_whole(&project.root.join(KEY_FILE), &cipher.locked(&passphrase)?)?)
}

fn encrypted(project: &Project) -> Result<&str, Failure> {
    let name = project.settings.encryption.as_str();
    if name.is_empty() { Err(say!("this project is not encrypted").into()) } else { Ok(name) }
}
