//! How the key of an encrypted project is had: kept on this computer, or opened by a passphrase.

use std::{env, io};

use age::secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

use crate::say;
use crate::shell::prompt::Silence;
use crate::store::cipher::{Cipher, Refused};
use crate::store::error::StoreError;
use crate::store::home::Home;
use crate::store::project::Project;

/// How often a passphrase is asked for.
const TRIES: usize = 3;

/// The fewest letters of a new passphrase: a file can be tried at by anybody who has a copy.
const MIN_LETTERS: usize = 10;

/// Opens the key of a project that is encrypted: by what is kept on this computer, by `TANBA_PASSPHRASE`, or by asking. Fails, with
/// the way out, where none of these has it.
pub fn unlock(project: &mut Project) -> Result<(), StoreError> {
    if !project.is_locked() {
        return Ok(());
    }
    let wanted = project.settings.encryption.clone();
    let is_it = |cipher: &Cipher| cipher.name() == wanted;
    let kept = Home::find().project_key(&wanted)?.and_then(|text| Cipher::of_secret(&text)).filter(is_it);
    project.cipher = match kept {
        Some(cipher) => Some(cipher),
        None => Some(opened(project)?).filter(is_it),
    };
    if project.is_locked() {
        let why = say!("key.age has the key of another project; bring back the file that belongs here");
        return Err(StoreError::Locked(why.into()));
    }
    Ok(())
}

fn opened(project: &Project) -> Result<Cipher, StoreError> {
    let locked = project.locked_key()?;
    if let Some(passphrase) = given() {
        return Cipher::unlocked(&locked, &passphrase).map_err(|why| match why {
            Refused::Passphrase => StoreError::Locked(say!("TANBA_PASSPHRASE has another passphrase").into()),
            Refused::Damaged => refused(why),
        });
    }
    let silence = Silence::begin().map_err(unasked).map_err(StoreError::Locked)?;
    for left in (0..TRIES).rev() {
        let passphrase =
            ask(&silence, &say!("Passphrase of {project}: ", project = project.name())).map_err(StoreError::Locked)?;
        match Cipher::unlocked(&locked, &passphrase) {
            Err(Refused::Passphrase) if left > 0 => {
                let _ = silence.say(say!("that is not its passphrase"));
            }
            other => return other.map_err(refused),
        }
    }
    Err(refused(Refused::Passphrase))
}

fn refused(refused: Refused) -> StoreError {
    StoreError::Locked(match refused {
        Refused::Passphrase => {
            say!("that is not its passphrase; a copy of key.age from before it was changed opens with the one before")
                .into()
        }
        Refused::Damaged => say!("key.age is damaged or none; bring back a copy of it").into(),
    })
}

/// The passphrase that the environment gives.
fn given() -> Option<SecretString> {
    env::var("TANBA_PASSPHRASE").ok().filter(|text| !text.is_empty()).map(|text| secret(&text))
}

/// As it counts: a letter that one keyboard gives as one and another as two is the same.
fn secret(text: &str) -> SecretString {
    SecretString::from(text.trim_end_matches(['\r', '\n']).nfc().collect::<String>())
}

/// Asks for a passphrase; fails with the reason where none can be asked for or is given.
fn ask(silence: &Silence, question: &str) -> Result<SecretString, String> {
    let typed = silence.ask(question).map_err(unasked)?;
    typed.map(|text| secret(&text)).ok_or_else(|| say!("no passphrase was given; nothing was done").into())
}

fn unasked(_: io::Error) -> String {
    say!("there is no terminal to ask in; give its passphrase in TANBA_PASSPHRASE, a new one in TANBA_NEW_PASSPHRASE")
        .into()
}

/// A new passphrase, in the place of an old one or not, asked for twice where it is asked for. Fails where it is too short or the two are not the same.
pub fn new_passphrase(name: &str, has_old: bool) -> Result<SecretString, StoreError> {
    match given_new(has_old) {
        Some(passphrase) if is_short(&passphrase) => Err(StoreError::Secret(too_short().into())),
        Some(passphrase) => Ok(passphrase),
        None => asked_twice(name).map_err(StoreError::Secret),
    }
}

fn is_short(passphrase: &SecretString) -> bool {
    passphrase.expose_secret().chars().filter(|c| !c.is_whitespace()).count() < MIN_LETTERS
}

fn too_short() -> &'static str {
    say!("a passphrase has ten letters or more: four words that nobody would put together")
}

fn asked_twice(name: &str) -> Result<SecretString, String> {
    let silence = Silence::begin().map_err(unasked)?;
    for left in (0..TRIES).rev() {
        let passphrase = ask(&silence, &say!("New passphrase of {project}: ", project = name))?;
        let wrong = if is_short(&passphrase) {
            too_short()
        } else if ask(&silence, say!("The same again: "))?.expose_secret() == passphrase.expose_secret() {
            return Ok(passphrase);
        } else {
            say!("the two are not the same")
        };
        if left > 0 {
            let _ = silence.say(wrong);
        } else {
            return Err(say!("{why}; nothing was done", why = wrong));
        }
    }
    Err(too_short().into())
}

/// `TANBA_NEW_PASSPHRASE`, or, where there is no old one, `TANBA_PASSPHRASE`.
fn given_new(has_old: bool) -> Option<SecretString> {
    let new = env::var("TANBA_NEW_PASSPHRASE").ok().filter(|text| !text.is_empty()).map(|text| secret(&text));
    new.or_else(|| given().filter(|_| !has_old))
}
