//! Who may read the files that are made: interviews are nobody else's business.

#[cfg(unix)]
use std::sync::OnceLock;

#[cfg(unix)]
use rustix::fs::Mode;
#[cfg(unix)]
use rustix::process::umask;

/// What the system would have let others do.
#[cfg(unix)]
static BEFORE: OnceLock<Mode> = OnceLock::new();

/// From now on all files that are made are their owner's alone (`0600`, folders `0700`).
#[cfg(unix)]
pub fn keep_to_owner() {
    let before = umask(Mode::RWXG | Mode::RWXO);
    let _ = BEFORE.set(before);
}

/// From now on files are made as the system has it for this user: the project says that it is shared.
#[cfg(unix)]
pub fn share() {
    if let Some(before) = BEFORE.get() {
        umask(*before);
    }
}

/// Elsewhere files take their rights from their folder.
#[cfg(not(unix))]
pub fn keep_to_owner() {}

/// Elsewhere files take their rights from their folder.
#[cfg(not(unix))]
pub fn share() {}
