//! Where letters to the `tanba` that has a project open are left: a socket that only this user can write to.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::error::StoreError;
use crate::store::post::{Answer, Letter, closed};

/// How long an answer may take: the other one may be making its index.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest letter: an import of a million rows.
const MAX_BYTES: u64 = 1 << 30;

/// Where letters are left: a socket that only this user can write to. It is gone when this is dropped.
#[derive(Debug)]
pub struct Postbox {
    listener: UnixListener,
    path: PathBuf,
}

impl Postbox {
    /// Puts one up, in the folder that this system has for such things; `name` is like no other's.
    pub fn put_up(name: &str) -> std::io::Result<Self> {
        let folder = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|dir| dir.is_dir());
        let path = folder.unwrap_or_else(std::env::temp_dir).join(format!("tanba-{name}.sock"));
        let listener = UnixListener::bind(&path)?;
        let made = Self { listener, path };
        let only_mine = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(&made.path, only_mine)?;
        Ok(made)
    }

    /// Its place.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits for letters, one after the other, and answers them; ends when `answer` has none.
    pub fn serve(&self, mut answer: impl FnMut(Letter) -> Option<Answer>) {
        for stream in self.listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let letter = stream.set_read_timeout(Some(PATIENCE)).ok().and_then(|()| read(&stream));
            let Some(letter) = letter else { continue };
            let Some(answer) = answer(letter) else { return };
            let text = serde_json::to_string(&answer).unwrap_or_default();
            let _ = writeln!(stream, "{text}");
        }
    }
}

/// Reads one line of JSON.
fn read<T: serde::de::DeserializeOwned>(stream: &UnixStream) -> Option<T> {
    let mut line = Vec::new();
    BufReader::new(stream.take(MAX_BYTES)).read_until(b'\n', &mut line).ok()?;
    serde_json::from_slice(&line).ok()
}

impl Drop for Postbox {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Leaves a letter and waits for the answer. Fails where nobody answers: then it is not known to be kept.
pub fn ask(path: &Path, letter: &Letter) -> Result<Answer, StoreError> {
    let sent = UnixStream::connect(path).and_then(|mut stream| {
        stream.set_read_timeout(Some(PATIENCE))?;
        let text = serde_json::to_string(letter)?;
        writeln!(stream, "{text}")?;
        Ok(stream)
    });
    sent.ok().and_then(|stream| read(&stream)).ok_or_else(closed)
}
