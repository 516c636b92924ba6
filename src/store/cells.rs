//! Ordered cells of bytes under the index: sled on the disk, or a map in memory.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::say;
use crate::store::error::StoreError;

/// Memory that sled may use for its cache. Its default is a gigabyte.
const CACHE_BYTES: u64 = 16 << 20;

/// How long sled may take to let go of its lock after its process or handle is gone.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// How often that is tried.
const LOCK_STEP: Duration = Duration::from_millis(10);

/// After so many bytes sled is waited for. When many writes wait for its threads and it wants to make its file
/// longer, it waits, with its accounts locked, for one of these threads, while all of them wait for the accounts:
/// it hangs for ever (seen with 0.34.7: `SegmentAccountant::bump_tip` waits for a truncation that no thread is left to do).
const DRAIN_BYTES: usize = 1 << 20;

/// What is written at once: keys with their values, or `None` to delete.
pub type Batch = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// A key and its value.
pub type Cell = (Vec<u8>, Vec<u8>);

/// Ordered cells of bytes.
pub enum Cells {
    /// On the disk, and how many bytes were written since it was last waited for.
    Sled(sled::Db, usize),
    /// In memory: for a second `tanba` on a project, or where the disk can't be written.
    Memory(BTreeMap<Vec<u8>, Vec<u8>>),
}

impl Cells {
    /// Opens the sled folder, or makes it. Fails, and never panics, on a damaged one.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        clean(dir);
        let mut patience = LOCK_PATIENCE;
        loop {
            let config = sled::Config::new().path(dir).cache_capacity(CACHE_BYTES).flush_every_ms(None);
            // A damaged log can panic inside sled's open; the shell's hook keeps that off the screen.
            let opened = catch_unwind(AssertUnwindSafe(|| config.open()));
            match opened {
                Ok(Ok(db)) => return Ok(Self::Sled(db, 0)),
                // We hold the project's lock, so sled's is one that it has not let go of yet
                // (<https://github.com/spacejam/sled/issues/1234>).
                Ok(Err(error)) if !patience.is_zero() && error.to_string().contains("could not acquire lock") => {
                    thread::sleep(LOCK_STEP);
                    patience = patience.saturating_sub(LOCK_STEP);
                }
                Ok(Err(error)) => return Err(index_error(&error)),
                Err(_) => return Err(StoreError::Index(say!("its files are damaged").into())),
            }
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self {
            Self::Sled(db, _) => db.get(key).map(|v| v.map(|v| v.to_vec())).map_err(|e| index_error(&e)),
            Self::Memory(map) => Ok(map.get(key).cloned()),
        }
    }

    /// All cells whose key begins with `prefix`, in order.
    pub fn scan(&self, prefix: &[u8], each: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), StoreError> {
        match self {
            Self::Sled(db, _) => {
                for cell in db.scan_prefix(prefix) {
                    let (key, value) = cell.map_err(|e| index_error(&e))?;
                    each(&key, &value);
                }
            }
            Self::Memory(map) => {
                for (key, value) in map.range(prefix.to_vec()..).take_while(|(key, _)| key.starts_with(prefix)) {
                    each(key, value);
                }
            }
        }
        Ok(())
    }

    /// The last cell at or before `key` among those that begin with `prefix`.
    pub fn at_or_before(&self, prefix: &[u8], key: &[u8]) -> Result<Option<Cell>, StoreError> {
        let found = match self {
            Self::Sled(db, _) => db
                .range(..=key)
                .next_back()
                .transpose()
                .map_err(|e| index_error(&e))?
                .map(|(k, v)| (k.to_vec(), v.to_vec())),
            Self::Memory(map) => map.range(..=key.to_vec()).next_back().map(|(k, v)| (k.clone(), v.clone())),
        };
        Ok(found.filter(|(k, _)| k.starts_with(prefix)))
    }

    /// Writes all or nothing.
    pub fn write(&mut self, batch: Batch) -> Result<(), StoreError> {
        match self {
            Self::Sled(db, n_waiting) => {
                let mut writes = sled::Batch::default();
                for (key, value) in batch {
                    *n_waiting += key.len() + value.as_ref().map_or(0, Vec::len);
                    match value {
                        Some(value) => writes.insert(key, value),
                        None => writes.remove(key),
                    }
                }
                db.apply_batch(writes).map_err(|e| index_error(&e))?;
                if *n_waiting > DRAIN_BYTES {
                    *n_waiting = 0;
                    db.flush().map_err(|e| index_error(&e))?;
                }
                Ok(())
            }
            Self::Memory(map) => {
                for (key, value) in batch {
                    match value {
                        Some(value) => map.insert(key, value),
                        None => map.remove(&key),
                    };
                }
                Ok(())
            }
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sled(db, _) => db.clear().map_err(|e| index_error(&e)),
            Self::Memory(map) => {
                map.clear();
                Ok(())
            }
        }
    }

    /// Hands all writes to the disk. What a crash takes from here is read again from the journals.
    pub fn flush(&self) -> Result<(), StoreError> {
        match self {
            Self::Sled(db, _) => db.flush().map(|_| ()).map_err(|e| index_error(&e)),
            Self::Memory(_) => Ok(()),
        }
    }
}

fn index_error(error: &sled::Error) -> StoreError {
    let text = error.to_string();
    StoreError::Index(text.lines().next().unwrap_or("").trim().to_owned())
}

/// Deletes snapshots that were being written when sled died: it would take them for whole ones and refuse to
/// open for ever (<https://github.com/spacejam/sled/issues/1527>).
fn clean(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().ends_with(".generating") {
            let _ = fs::remove_file(entry.path());
        }
    }
}
