//! Where letters to the `tanba` that has a project open are left: a socket in a folder that only this user can enter.
#![cfg(unix)]

use std::fs::{self, DirBuilder};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::time::Time;
use crate::say;
use crate::store::error::StoreError;
use crate::store::post::{Answer, Letter};

/// How long a letter waits to be accepted. It must not be obeyed later than [`Letter::until`], which is sooner, so that
/// what was reported as not kept is not kept afterwards.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a letter is good for, in milliseconds.
pub const GOOD_FOR_MS: i64 = 15_000;

/// The longest letter: an import of some million rows.
const MAX_BYTES: u64 = 1 << 30;

/// The socket's place; socket and folder are gone when this is dropped.
#[derive(Debug)]
pub struct Place {
    folder: PathBuf,
}

impl Place {
    /// The socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("post")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Puts a socket up, in the folder that this system has for such things; `name` is like no other's.
pub fn put_up(name: &str) -> std::io::Result<(UnixListener, Place)> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|dir| dir.is_dir());
    let folder = runtime.unwrap_or_else(std::env::temp_dir).join(format!("tanba-{name}"));
    DirBuilder::new().mode(0o700).create(&folder)?;
    let place = Place { folder };
    Ok((UnixListener::bind(place.socket())?, place))
}

/// A letter that waits for its answer.
#[derive(Debug)]
pub struct Delivery {
    /// The letter.
    pub letter: Letter,
    stream: UnixStream,
}

impl Delivery {
    /// Answers; tells whether somebody took the answer.
    pub fn answer(&mut self, answer: &Answer) -> bool {
        write(&mut self.stream, answer).is_ok()
    }
}

/// Waits for letters, one after the other, and hands them over; ends when `take` says so.
pub fn serve(listener: &UnixListener, mut take: impl FnMut(Delivery) -> bool) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        let is_timed =
            stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.set_write_timeout(Some(PATIENCE))).is_ok();
        let letter = if is_timed { read(&mut BufReader::new(&stream)) } else { None };
        if let Some(letter) = letter
            && !take(Delivery { letter, stream })
        {
            return;
        }
    }
}

fn read<T: DeserializeOwned>(stream: &mut BufReader<&UnixStream>) -> Option<T> {
    let mut line = Vec::new();
    stream.take(MAX_BYTES).read_until(b'\n', &mut line).ok()?;
    serde_json::from_slice(&line).ok()
}

fn write<T: Serialize>(stream: &mut UnixStream, value: &T) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    stream.write_all(&line)
}

/// Whether somebody takes letters there.
pub fn is_open(path: &Path) -> bool {
    UnixStream::connect(path).is_ok()
}

/// Leaves a letter and waits for what comes of it: for so long as that takes, once it is accepted.
pub fn ask(path: &Path, letter: &mut Letter, now: Time) -> Result<Answer, StoreError> {
    let refused = || {
        StoreError::ReadOnly(
            say!("the tanba that has this project open does not answer, nothing was kept; close it first").into(),
        )
    };
    letter.until = Time(now.0 + GOOD_FOR_MS);
    let mut stream = UnixStream::connect(path).map_err(|_| refused())?;
    let sent = stream
        .set_read_timeout(Some(PATIENCE))
        .and_then(|()| stream.set_write_timeout(Some(PATIENCE)))
        .and_then(|()| write(&mut stream, letter));
    sent.map_err(|_| refused())?;
    let mut answers = BufReader::new(&stream);
    match read(&mut answers) {
        Some(Answer::Accepted) => {}
        Some(other) => return Ok(other),
        None => return Err(refused()),
    }
    let answer = stream.set_read_timeout(None).ok().and_then(|()| read(&mut answers));
    answer.ok_or_else(|| {
        StoreError::ReadOnly(
            say!("the tanba that has this project open ended meanwhile; `tanba annotations` tells whether it was kept")
                .into(),
        )
    })
}
