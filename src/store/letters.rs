//! Letters to the `tanba` that has the project open, where the system has a way for them.

use std::path::Path;

use crate::model::time::Time;
use crate::store::error::StoreError;
use crate::store::post::{Answer, Letter};
#[cfg(unix)]
use crate::store::postbox;

/// Whether somebody takes letters there.
#[cfg(unix)]
pub fn are_taken(path: &Path) -> bool {
    postbox::is_open(path)
}

/// Sends one and waits for the answer. Fails where nobody takes it.
#[cfg(unix)]
pub fn send(path: &Path, letter: &mut Letter, now: Time) -> Result<Answer, StoreError> {
    postbox::ask(path, letter, now)
}

/// Elsewhere nobody takes letters, and commands are refused while the reader is open.
#[cfg(not(unix))]
pub fn are_taken(_: &Path) -> bool {
    false
}

/// Elsewhere it always fails.
#[cfg(not(unix))]
pub fn send(_: &Path, _: &mut Letter, _: Time) -> Result<Answer, StoreError> {
    Err(StoreError::ReadOnly(crate::say!("another tanba has this project open").into()))
}
