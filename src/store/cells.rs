//! Ordered cells of bytes under the index: sled on the disk, or a map in memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::say;
use crate::store::clerk::Clerk;
use crate::store::error::StoreError;
use crate::store::project::Project;
use crate::store::quiet::caught;

/// Memory that sled may use for its cache. Its default is a gigabyte.
const CACHE_BYTES: u64 = 16 << 20;

/// How long sled may take to let go of its lock after its process or handle is gone.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// How often that is tried.
const LOCK_STEP: Duration = Duration::from_millis(10);

/// So many cells are gathered before they are written. Before each writing the one before is waited for: when many of
/// sled's writes wait and it wants to make its file longer, it waits, with its accounts locked, for one of its threads,
/// while all of them wait for the accounts, and hangs for ever (seen with 0.34.7: `SegmentAccountant::bump_tip`
/// waits for a truncation that no thread is left to do; <https://github.com/spacejam/sled/issues/1412>).
const MAX_GATHERED: usize = 64;

/// An index that is larger than so many bytes and so many times its journals is begun anew, which takes seconds: sled (0.34.7) writes
/// behind and seldom gives back. New it takes a quarter of the journals' bytes; after a simulated half year it took twenty times as many.
const MAX_FREE_BYTES: u64 = 64 << 20;
const MAX_TIMES: u64 = 2;

/// What is written at once: keys with their values, or `None` to delete.
pub type Batch = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// A key and its value.
pub type Cell = (Vec<u8>, Vec<u8>);

/// Ordered cells of bytes.
pub struct Cells {
    kept: Kept,
    /// What is said but not yet written; it hides what is kept.
    gathered: Batch,
}

enum Kept {
    /// On the disk, and who writes there.
    Sled(sled::Db, Clerk),
    /// In memory: for a second `tanba` on a project, or where the disk can't be written.
    Memory(BTreeMap<Vec<u8>, Vec<u8>>),
}

impl Cells {
    /// Cells in memory.
    pub fn in_memory() -> Self {
        Self { kept: Kept::Memory(BTreeMap::new()), gathered: Batch::new() }
    }

    /// Opens the sled folder, or makes it. Fails, and never panics, on a damaged one.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        clean(dir);
        let mut patience = LOCK_PATIENCE;
        loop {
            let config = sled::Config::new().path(dir).cache_capacity(CACHE_BYTES).flush_every_ms(None);
            match caught(|| config.open()) {
                Some(Ok(db)) => return Ok(Self { kept: Kept::Sled(db, Clerk::begin()), gathered: Batch::new() }),
                // We hold the project's lock, so sled's is one that it has not let go of yet
                // (<https://github.com/spacejam/sled/issues/1234>).
                Some(Err(error)) if !patience.is_zero() && error.to_string().contains("could not acquire lock") => {
                    thread::sleep(LOCK_STEP);
                    patience = patience.saturating_sub(LOCK_STEP);
                }
                Some(Err(error)) => return Err(index_error(&error)),
                None => return Err(damaged()),
            }
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(said) = self.gathered.get(key) {
            return Ok(said.clone());
        }
        match &self.kept {
            Kept::Sled(db, clerk) => {
                clerk.wait()?;
                asked(|| db.get(key)).map(|found| found.map(|value| value.to_vec()))
            }
            Kept::Memory(map) => Ok(map.get(key).cloned()),
        }
    }

    /// All cells whose key begins with `prefix`, in order. Everything gathered must be written.
    pub fn scan(&self, prefix: &[u8], each: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), StoreError> {
        self.walk(prefix, &mut |key, value| {
            each(key, value);
            true
        })
    }

    /// The cells whose key begins with `prefix`, in order, until `each` wants no more. Everything gathered must be written.
    pub fn walk(&self, prefix: &[u8], each: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StoreError> {
        assert!(self.gathered.is_empty(), "{} cells are not yet written", self.gathered.len());
        match &self.kept {
            Kept::Sled(db, clerk) => {
                clerk.wait()?;
                let mut cells = asked(|| Ok(db.scan_prefix(prefix)))?;
                while let Some(cell) = asked(|| cells.next().transpose())? {
                    let (key, value) = cell;
                    if !each(&key, &value) {
                        break;
                    }
                }
            }
            Kept::Memory(map) => {
                for (key, value) in map.range(prefix.to_vec()..).take_while(|(key, _)| key.starts_with(prefix)) {
                    if !each(key, value) {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// The last cell at or before `key` among those that begin with `prefix`.
    pub fn at_or_before(&self, prefix: &[u8], key: &[u8]) -> Result<Option<Cell>, StoreError> {
        let said = self.gathered.range(..=key.to_vec()).rev().find_map(|(k, v)| Some((k.clone(), v.clone()?)));
        let mut kept = None;
        match &self.kept {
            Kept::Sled(db, clerk) => {
                clerk.wait()?;
                let mut cells = asked(|| Ok(db.range(..=key)))?;
                while let Some((k, v)) = asked(|| cells.next_back().transpose())? {
                    if !self.gathered.contains_key(k.as_ref()) {
                        kept = Some((k.to_vec(), v.to_vec()));
                        break;
                    }
                }
            }
            Kept::Memory(map) => {
                let mut known = map.range(..=key.to_vec()).rev();
                kept = known.find(|(k, _)| !self.gathered.contains_key(*k)).map(|(k, v)| (k.clone(), v.clone()));
            }
        }
        Ok(said.max(kept).filter(|(k, _)| k.starts_with(prefix)))
    }

    /// Opens the index's cells in this machine's own folder; a damaged index is moved aside and a new one begun.
    fn open_or_begin(own: &Path, notes: &mut Vec<String>) -> Self {
        Self::open(&own.join("index")).unwrap_or_else(|_| Self::renewed(own, notes))
    }

    /// A project's cells; in memory where it is encrypted, so that the disk has nothing of it that is not.
    pub fn of(project: &Project, own: &Path, notes: &mut Vec<String>) -> Self {
        if project.cipher.is_some() {
            return Self::in_memory();
        }
        if bytes_in(&own.join("index")) > MAX_FREE_BYTES + MAX_TIMES * bytes_in(&project.journals()) {
            // In one stroke: half an index would be opened.
            let _ = fs::rename(own.join("index"), own.join("index.old"));
        }
        if own.join("index.old").exists() {
            let _ = fs::remove_dir_all(own.join("index.old"));
        }
        Self::open_or_begin(own, notes)
    }

    /// New cells for a project, in the place of those that can't be read.
    pub fn renewed_of(project: &Project, notes: &mut Vec<String>) -> Self {
        if project.cipher.is_some() { Self::in_memory() } else { Self::renewed(&project.own(), notes) }
    }

    /// Moves the index aside and begins a new one; where even that fails, in memory.
    fn renewed(own: &Path, notes: &mut Vec<String>) -> Self {
        let (dir, aside) = (own.join("index"), own.join("index.damaged"));
        let _ = fs::remove_dir_all(&aside);
        let _ = fs::remove_file(&aside);
        let _ = fs::rename(&dir, &aside);
        notes.push(say!("the index could not be opened; it is made anew from the journals, nothing is lost, the old one is kept in {aside}", aside = aside.display()));
        Self::open(&dir).unwrap_or_else(|error| {
            notes.push(say!("{error}; going on with an index in memory", error));
            Self::in_memory()
        })
    }

    /// Takes cells that must be written together. They are seen at once, and written by `settle` at the latest.
    pub fn gather(&mut self, batch: Batch) -> Result<(), StoreError> {
        self.gathered.extend(batch);
        if self.gathered.len() < MAX_GATHERED { Ok(()) } else { self.settle() }
    }

    /// Writes what was gathered, all or nothing, while we go on: who asks next waits for it, and is told where it failed.
    pub fn settle(&mut self) -> Result<(), StoreError> {
        let gathered = std::mem::take(&mut self.gathered);
        match &mut self.kept {
            Kept::Sled(db, clerk) => {
                let mut writes = sled::Batch::default();
                for (key, value) in gathered {
                    match value {
                        Some(value) => writes.insert(key, value),
                        None => writes.remove(key),
                    }
                }
                let db = db.clone();
                clerk.hand_over(move || asked(|| db.flush().and_then(|_| db.apply_batch(writes))))
            }
            Kept::Memory(map) => {
                for (key, value) in gathered {
                    match value {
                        Some(value) => map.insert(key, value),
                        None => map.remove(&key),
                    };
                }
                Ok(())
            }
        }
    }

    /// Forgets what is not yet written.
    pub fn forget_gathered(&mut self) {
        self.gathered.clear();
    }

    /// Forgets everything.
    pub fn clear(&mut self) -> Result<(), StoreError> {
        self.gathered.clear();
        match &mut self.kept {
            Kept::Sled(db, clerk) => {
                let db = db.clone();
                clerk.hand_over(move || asked(|| db.clear()))
            }
            Kept::Memory(map) => {
                map.clear();
                Ok(())
            }
        }
    }
}

impl Drop for Cells {
    fn drop(&mut self) {
        // sled writes once more, and panics where it can't (`Log::drop`, 0.34.7).
        if let Kept::Sled(db, clerk) = std::mem::replace(&mut self.kept, Kept::Memory(BTreeMap::new())) {
            clerk.leave(move || drop(db));
        }
    }
}

/// Asks sled. It panics where its files are damaged or the disk refuses (0.34.7); that is a failure like any other.
fn asked<T>(work: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
    caught(work).ok_or_else(damaged)?.map_err(|error| index_error(&error))
}

fn damaged() -> StoreError {
    StoreError::Index(say!("its files are damaged").into())
}

fn index_error(error: &sled::Error) -> StoreError {
    let text = error.to_string();
    StoreError::Index(text.lines().next().unwrap_or("").trim().to_owned())
}

/// How many bytes the files of a folder have, and of the folders in it.
fn bytes_in(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let bytes = |entry: fs::DirEntry| match entry.metadata() {
        Ok(about) if about.is_dir() => bytes_in(&entry.path()),
        Ok(about) => about.len(),
        Err(_) => 0,
    };
    entries.map(bytes).sum()
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn what_is_gathered_is_seen_at_once(
            writes in prop::collection::vec((0u8..24, prop::option::of(any::<u8>()), prop::bool::weighted(0.1)), 1..400)
        ) {
            let dir = tempfile::tempdir().unwrap();
            let mut all = [Cells::open(&dir.path().join("index")).unwrap(), Cells::in_memory()];
            let mut model = BTreeMap::new();
            for (n, value, is_settled) in writes {
                let key = vec![b'k', n];
                for cells in &mut all {
                    cells.gather(Batch::from([(key.clone(), value.map(|v| vec![v]))])).unwrap();
                    if is_settled {
                        cells.settle().unwrap();
                    }
                }
                match value {
                    Some(value) => model.insert(key.clone(), vec![value]),
                    None => model.remove(&key),
                };
                let before = model.range(..=key.clone()).next_back().map(|(k, v)| (k.clone(), v.clone()));
                for cells in &all {
                    prop_assert_eq!(cells.get(&key).unwrap(), model.get(&key).cloned());
                    prop_assert_eq!(cells.at_or_before(b"k", &key).unwrap(), before.clone());
                }
            }
            for cells in &mut all {
                cells.settle().unwrap();
                let mut seen = BTreeMap::new();
                cells.scan(b"k", &mut |k, v| drop(seen.insert(k.to_vec(), v.to_vec()))).unwrap();
                prop_assert_eq!(&seen, &model);
            }
        }
    }
}
