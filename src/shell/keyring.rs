//! How the key of an encrypted project is had: kept on this computer, or opened by a passphrase.

use std::env;

use age::secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

use crate::say;
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
    for left in (0..TRIES).rev() {
        let passphrase = ask(&say!("Passphrase of {project}: ", project = project.name()))?;
        match Cipher::unlocked(&locked, &passphrase) {
            Err(Refused::Passphrase) if left > 0 => {}
            other => return other.map_err(refused),
        }
    }
    Err(refused(Refused::Passphrase))
}

fn refused(refused: Refused) -> StoreError {
    StoreError::Locked(match refused {
        Refused::Passphrase => say!("that is not its passphrase").into(),
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

fn ask(question: &str) -> Result<SecretString, StoreError> {
    rpassword::prompt_password(question).map(|text| secret(&text)).map_err(|_| {
        let why = say!(
            "there is no terminal to ask in; give its passphrase in TANBA_PASSPHRASE, a new one in TANBA_NEW_PASSPHRASE"
        );
        StoreError::Locked(why.into())
    })
}

/// A new passphrase, in the place of an old one or not, asked for twice where it is asked for. Fails where it is too short or the two are not the same.
pub fn new_passphrase(name: &str, has_old: bool) -> Result<SecretString, StoreError> {
    let passphrase = given_new(has_old).map_or_else(|| asked_twice(name), Ok)?;
    if passphrase.expose_secret().chars().filter(|c| !c.is_whitespace()).count() < MIN_LETTERS {
        let why = say!("a passphrase has ten letters or more: four words that nobody would put together");
        return Err(StoreError::Locked(why.into()));
    }
    Ok(passphrase)
}

fn asked_twice(name: &str) -> Result<SecretString, StoreError> {
    let passphrase = ask(&say!("New passphrase of {project}: ", project = name))?;
    if ask(say!("The same again: "))?.expose_secret() != passphrase.expose_secret() {
        return Err(StoreError::Locked(say!("the two are not the same; nothing was done").into()));
    }
    Ok(passphrase)
}

/// `TANBA_NEW_PASSPHRASE`, or, where there is no old one, `TANBA_PASSPHRASE`.
fn given_new(has_old: bool) -> Option<SecretString> {
    let new = env::var("TANBA_NEW_PASSPHRASE").ok().filter(|text| !text.is_empty()).map(|text| secret(&text));
    new.or_else(|| given().filter(|_| !has_old))
}
