//! What this machine's coders have seen of what others said: a line each, by a sum of its name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::store::error::StoreError;

/// Hexadecimal digits of a sum.
const DIGITS: usize = 16;

/// What a coder has seen.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    path: PathBuf,
    sums: BTreeSet<String>,
}

impl Looked {
    /// Reads what a coder has seen; nothing where that is not known: then they see it once more.
    pub fn read(own: &Path, coder: &str) -> Self {
        let path = own.join(format!("looked-{coder}"));
        let sums = fs::read_to_string(&path).unwrap_or_default().lines().map(str::to_owned).collect();
        Self { path, sums }
    }

    /// Whether something was seen, by its name.
    pub fn has(&self, key: &str) -> bool {
        self.sums.contains(&sum(key))
    }

    /// Notes that these were seen, whole or not at all.
    pub fn note(&mut self, keys: &[String]) -> Result<(), StoreError> {
        self.sums.extend(keys.iter().map(|key| sum(key)));
        let half = self.path.with_extension("part");
        let text: String = self.sums.iter().flat_map(|sum| [sum.as_str(), "\n"]).collect();
        fs::write(&half, text).and_then(|()| fs::rename(&half, &self.path)).map_err(StoreError::io("write", &self.path))
    }
}

fn sum(key: &str) -> String {
    let mut hex = blake3::hash(key.as_bytes()).to_hex().to_string();
    hex.truncate(DIGITS);
    hex
}
