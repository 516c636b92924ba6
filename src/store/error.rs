//! What can go wrong with a project on the disk, each with its place and the way out.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

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
                write!(f, "can't {doing} {}: {}{}", path.display(), plain(source), way_out(source))
            }
            Self::NoProject(path) => {
                write!(
                    f,
                    "no project in {} or above it; `tanba init DIR` starts one, `tanba DIR` opens one",
                    path.display()
                )
            }
            Self::Settings(path, why) => {
                write!(f, "{}: {why}; correct the file, or move it away and run `tanba init`", path.display())
            }
            Self::ReadOnly(why) => write!(f, "read-only: {why}"),
            Self::Document(path, why) => write!(f, "{}: {why}", path.display()),
            Self::Index(why) => {
                write!(f, "the index can't be used ({why}); `tanba check --rebuild` makes it anew from the journals")
            }
        }
    }
}

impl std::error::Error for StoreError {}

/// The system's words without its number.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or("").to_lowercase()
}

fn way_out(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; free some space and do it again, nothing before it is lost"
        }
        io::ErrorKind::PermissionDenied => {
            "; ask its owner for the right to, or copy the project to a folder of your own"
        }
        io::ErrorKind::ReadOnlyFilesystem => "; copy the project to a disk that can be written",
        _ => "",
    }
}
