//! The key of an encrypted project, and what it does: texts become age files, lines of journals are sealed one by one.
//!
//! The key is an X25519 identity of age. The project keeps it in `key.age`, an age file under a passphrase; so whoever has the passphrase
//! can read the texts with any program of age: `age -d key.age > key; age -d -i key documents/TEXT.txt.age`. Lines are sealed with
//! XChaCha20-Poly1305 and a key that is derived from it. Sources: <https://age-encryption.org/v1>,
//! <https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha-03>.

use std::fmt;
use std::io::{self, Read, Write};
use std::iter;
use std::sync::Arc;

use age::Identity;
use age::secrecy::{ExposeSecret, SecretString};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, AeadCore, KeyInit, OsRng, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

/// The file that keeps the key of a project, under a passphrase.
pub const KEY_FILE: &str = "key.age";

/// scrypt's work to try a passphrase, as a power of two: a second and 256 MB, what age itself asks for.
const WORK: u8 = 18;

/// More work than this is not done for a file that asks for it: four seconds and a gigabyte.
const MAX_WORK: u8 = 20;

/// Bytes of a nonce.
const NONCE_BYTES: usize = 24;

/// Why a key did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The passphrase is another one.
    Passphrase,
    /// The file is none that keeps a key, or is damaged.
    Damaged,
}

/// The key of an encrypted project.
#[derive(Clone)]
pub struct Cipher(Arc<Keys>);

struct Keys {
    identity: age::x25519::Identity,
    lines: XChaCha20Poly1305,
}

impl fmt::Debug for Cipher {
    // Never the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cipher({})", self.name())
    }
}

impl PartialEq for Cipher {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Cipher {
    /// A new key.
    pub fn generate() -> Self {
        Self::of(age::x25519::Identity::generate())
    }

    fn of(identity: age::x25519::Identity) -> Self {
        let secret = identity.to_string();
        let lines = blake3::derive_key("tanba 2026-11-22 lines of journals", secret.expose_secret().as_bytes());
        Self(Arc::new(Keys { identity, lines: XChaCha20Poly1305::new(&lines.into()) }))
    }

    /// Its public half, which tells it from others: `age1…`.
    pub fn name(&self) -> String {
        self.0.identity.to_public().to_string()
    }

    /// The key itself, as age writes it: `AGE-SECRET-KEY-1…`.
    pub fn secret(&self) -> SecretString {
        self.0.identity.to_string()
    }

    /// The key that age has written so; `None` where it is none.
    pub fn of_secret(text: &str) -> Option<Self> {
        text.trim().parse().ok().map(Self::of)
    }

    /// The contents of `key.age`: the key under a passphrase.
    pub fn locked(&self, passphrase: &SecretString) -> io::Result<Vec<u8>> {
        let mut recipient = age::scrypt::Recipient::new(passphrase.clone());
        recipient.set_work_factor(WORK);
        sealed(&recipient, self.secret().expose_secret().as_bytes())
    }

    /// Whether these are the contents of a `key.age`, as far as can be told without the passphrase.
    pub fn is_locked_key(locked: &[u8]) -> bool {
        age::Decryptor::new_buffered(locked).is_ok_and(|decryptor| decryptor.is_scrypt())
    }

    /// Opens the contents of `key.age`.
    pub fn unlocked(locked: &[u8], passphrase: &SecretString) -> Result<Self, Refused> {
        let mut identity = age::scrypt::Identity::new(passphrase.clone());
        identity.set_max_work_factor(MAX_WORK);
        let decryptor = age::Decryptor::new_buffered(locked).map_err(|_| Refused::Damaged)?;
        if !decryptor.is_scrypt() {
            return Err(Refused::Damaged);
        }
        let opened = decryptor.decrypt(iter::once(&identity as &dyn Identity));
        let mut reader = opened.map_err(|error| match error {
            age::DecryptError::DecryptionFailed | age::DecryptError::NoMatchingKeys => Refused::Passphrase,
            _ => Refused::Damaged,
        })?;
        let mut secret = String::new();
        reader.read_to_string(&mut secret).map_err(|_| Refused::Damaged)?;
        Self::of_secret(&secret).ok_or(Refused::Damaged)
    }

    /// A text as an age file.
    pub fn encrypted(&self, text: &[u8]) -> io::Result<Vec<u8>> {
        sealed(&self.0.identity.to_public(), text)
    }

    /// What an age file of this key has in it, read where it is wanted. Fails where it is of another key, or none at all.
    pub fn reader<R: Read>(&self, file: R) -> io::Result<age::stream::StreamReader<R>> {
        let decryptor = age::Decryptor::new(file).map_err(not_ours)?;
        decryptor.decrypt(iter::once(&self.0.identity as &dyn Identity)).map_err(not_ours)
    }

    /// Seals a line behind the one with the sum `prev`: it opens there alone.
    pub fn sealed_line(&self, line: &str, prev: &str) -> io::Result<String> {
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let payload = Payload { msg: line.as_bytes(), aad: prev.as_bytes() };
        let sealed = self.0.lines.encrypt(&nonce, payload).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens a line; `None` where it was sealed with another key, behind another line, or changed since.
    pub fn opened_line(&self, sealed: &str, prev: &str) -> Option<String> {
        let bytes = STANDARD_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let payload = Payload { msg: sealed, aad: prev.as_bytes() };
        String::from_utf8(self.0.lines.decrypt(XNonce::from_slice(nonce), payload).ok()?).ok()
    }
}

fn sealed(recipient: &dyn age::Recipient, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let encryptor = age::Encryptor::with_recipients(iter::once(recipient)).map_err(io::Error::other)?;
    let mut sealed = Vec::with_capacity(bytes.len() + bytes.len() / 1024 + 512);
    let mut writer = encryptor.wrap_output(&mut sealed)?;
    writer.write_all(bytes)?;
    writer.finish()?;
    Ok(sealed)
}

/// Without age's own words, which are long and of keys that nobody here has.
fn not_ours(error: age::DecryptError) -> io::Error {
    match error {
        age::DecryptError::Io(error) => error,
        _ => io::Error::from(io::ErrorKind::InvalidData),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use std::io::{Cursor, Seek, SeekFrom};

    use super::*;

    #[test]
    fn a_passphrase_opens_the_key_and_another_does_not() {
        let (cipher, right) = (Cipher::generate(), SecretString::from("дұрыс сөз"));
        let locked = cipher.locked(&right).unwrap();
        assert_eq!(Cipher::unlocked(&locked, &right), Ok(cipher.clone()));
        assert_eq!(Cipher::unlocked(&locked, &SecretString::from("басқа сөз")), Err(Refused::Passphrase));
        assert_eq!(Cipher::unlocked(b"not a key", &right), Err(Refused::Damaged));
        assert!(!format!("{cipher:?}").contains("SECRET"));
    }

    #[test]
    fn a_text_is_read_at_any_place_and_by_its_own_key_alone() {
        let (cipher, text) = (Cipher::generate(), "Сөз. ".repeat(40_000));
        let sealed = cipher.encrypted(text.as_bytes()).unwrap();
        let mut reader = cipher.reader(Cursor::new(&sealed)).unwrap();
        assert_eq!(reader.seek(SeekFrom::End(0)).unwrap(), text.len() as u64);
        reader.seek(SeekFrom::Start(123_456)).unwrap();
        let mut read = [0; 64];
        reader.read_exact(&mut read).unwrap();
        assert_eq!(read, text.as_bytes()[123_456..123_520]);
        assert!(Cipher::generate().reader(Cursor::new(&sealed)).is_err());
    }

    #[test]
    fn a_line_opens_in_its_own_place_unchanged() {
        let cipher = Cipher::generate();
        let sealed = cipher.sealed_line("{\"seq\":1}", "00").unwrap();
        assert_eq!(cipher.opened_line(&sealed, "00").as_deref(), Some("{\"seq\":1}"));
        assert_eq!(cipher.opened_line(&sealed, "01"), None);
        assert_eq!(Cipher::generate().opened_line(&sealed, "00"), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(cipher.opened_line(std::str::from_utf8(&changed).unwrap(), "00"), None, "at {at}");
        }
        assert_eq!(cipher.opened_line("short", "00"), None);
    }
}
