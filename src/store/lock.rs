//! The lock that makes one `tanba` the writer of a project.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::say;
use crate::store::error::StoreError;

/// Held by the one `tanba` that may write; let go when dropped, also by a crash.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Lets others know where they can leave what is to be kept.
    pub fn announce(&mut self, postbox: &Path) {
        // Where it can't be written nobody asks, and is refused as ever.
        let _ = writeln!(self.file, "{}", postbox.display());
    }
}

/// Where the holder of the lock takes letters, if it does.
pub fn postbox(own: &Path) -> Option<PathBuf> {
    let text = std::fs::read_to_string(own.join("lock")).ok()?;
    text.lines().nth(1).filter(|line| !line.is_empty()).map(PathBuf::from)
}

/// Takes the lock in this machine's own folder, or tells who has it.
pub fn take(own: &Path) -> Result<Lock, StoreError> {
    let path = own.join("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(StoreError::io("write", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            let holder = holder
                .lines()
                .next()
                .unwrap_or("")
                .trim()
                .parse::<u32>()
                .map_or_else(|_| String::new(), |pid| say!(" (process {pid})", pid));
            return Err(StoreError::ReadOnly(say!(
                "another tanba has this project open{holder}; close it to write here",
                holder
            )));
        }
        Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", &path)(error)),
    }
    let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    Ok(Lock { file })
}
