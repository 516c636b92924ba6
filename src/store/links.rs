//! The known alignments of a project: `alignment/<left>+<right>.gold`, made or checked by hand.

use std::fs;
use std::path::Path;

use crate::model::document::{DocumentId, Pair};
use crate::store::error::StoreError;

/// Reads a pair's links as they are written; `None` where nobody made any.
pub fn read(root: &Path, pair: &Pair) -> Result<Option<String>, StoreError> {
    let path = path_of(root, &pair.left, &pair.right);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::io("read", &path)(error)),
    }
}

fn path_of(root: &Path, left: &DocumentId, right: &DocumentId) -> std::path::PathBuf {
    root.join("alignment").join(format!("{left}+{right}.gold"))
}
