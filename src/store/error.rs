//! What can go wrong with a project on the disk, each with its place and the way out.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::say;

/// What can go wrong with a project on the disk.
#[derive(Debug)]
pub enum StoreError {
    /// The system said no.
    Io {
        /// What was tried: `read`, `write`, …
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// There is no project in this folder or above it.
    NoProject(PathBuf),
    /// The project is encrypted, and its key was not opened; the text says why.
    Locked(String),
    /// A passphrase was not had, or is none.
    Secret(String),
    /// The settings can't be read.
    Settings(PathBuf, String),
    /// This `tanba` may look but not write; the text says why.
    ReadOnly(String),
    /// A document can't be taken or shown; the text says why and what to do.
    Document(PathBuf, String),
    /// The sled index said no. It can be made anew from the journals.
    Index(String),
}

impl StoreError {
    /// Wraps what the system said of a path.
    pub fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { doing, path, source }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { doing, path, source } => {
                let (path, why, way_out) = (path.display(), plain(source), way_out(source));
                f.write_str(&match *doing {
                    "read" => say!("can't read {path}: {why}{way_out}", path, why, way_out),
                    "make" => say!("can't make {path}: {why}{way_out}", path, why, way_out),
                    "find" => say!("can't find {path}: {why}{way_out}", path, why, way_out),
                    "lock" => say!("can't lock {path}: {why}{way_out}", path, why, way_out),
                    _ => say!("can't write {path}: {why}{way_out}", path, why, way_out),
                })
            }
            Self::NoProject(path) => f.write_str(&say!(
                "no project in {path} or above it; `tanba init DIR` starts one, `tanba DIR` opens one",
                path = path.display()
            )),
            Self::Secret(why) => f.write_str(why),
            Self::Locked(why) => f.write_str(&say!("the project is encrypted: {why}", why)),
            Self::Settings(path, why) => f.write_str(&say!(
                "{path}: {why}; correct the file, or move it away and run `tanba init`",
                path = path.display(),
                why
            )),
            Self::ReadOnly(why) => f.write_str(&say!("read-only: {why}", why)),
            Self::Document(path, why) => write!(f, "{}: {why}", path.display()),
            Self::Index(why) => f.write_str(&say!(
                "the index can't be used ({why}); `tanba check --rebuild` makes it anew from the journals",
                why
            )),
        }
    }
}

impl std::error::Error for StoreError {}

/// What the system says: in the coder's language where it is usual, else in its own words without its number.
fn plain(error: &io::Error) -> String {
    let usual = match error.kind() {
        io::ErrorKind::NotFound => say!("no such file or directory"),
        io::ErrorKind::PermissionDenied => say!("permission denied"),
        io::ErrorKind::AlreadyExists => say!("file exists"),
        io::ErrorKind::IsADirectory => say!("is a directory"),
        io::ErrorKind::NotADirectory => say!("not a directory"),
        io::ErrorKind::StorageFull => say!("no space left on device"),
        io::ErrorKind::QuotaExceeded => say!("disk quota exceeded"),
        io::ErrorKind::ReadOnlyFilesystem => say!("read-only file system"),
        _ => "",
    };
    if !usual.is_empty() {
        return usual.to_owned();
    }
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or("").to_lowercase()
}

fn way_out(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            say!("; free some space and do it again, nothing before it is lost")
        }
        io::ErrorKind::PermissionDenied => {
            say!("; ask its owner for the right to, or copy the project to a folder of your own")
        }
        io::ErrorKind::ReadOnlyFilesystem => say!("; copy the project to a disk that can be written"),
        _ => "",
    }
}
