//! A hub that is a folder: a network drive, or one that a sync service keeps.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::model::document::{DocumentId, revision_of};
use crate::model::time::{Stamp, Time};
use crate::say;
use crate::store::documents::{self, Shelf};
use crate::store::error::StoreError;
use crate::store::journal;
use crate::team::exchange::is_journal;
use crate::team::hub::{
    Bell, Content, Hub, HubError, Kind, Marks, Paper, Parcel, Piece, Presence, Standing, Tidings, Woken,
};
use crate::team::ledger::Ledger;

/// Lines of one journal that are handed out at once are so many bytes, about.
const PIECES_BYTES: u64 = 1 << 20;

/// How often the folder is looked at while somebody waits.
const LOOK_AGAIN: Duration = Duration::from_millis(700);

/// A project's folder that several machines carry their journals to. Who may do what is up to the system's own rights.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    coder: String,
    /// Whether journals of others are taken from us as well.
    is_owned: bool,
    ledgers: BTreeMap<String, Ledger>,
    /// Where lines of journals begin that were handed out: number and byte.
    handed: BTreeMap<String, (u64, u64)>,
}

#[allow(clippy::needless_pass_by_value)] // it stands in `map_err`
fn away(error: StoreError) -> HubError {
    HubError::Away(error.to_string())
}

impl Folder {
    /// The project in a folder, for a coder.
    pub fn new(root: &Path, coder: &str) -> Self {
        Self {
            root: root.to_path_buf(),
            coder: coder.to_owned(),
            is_owned: false,
            ledgers: BTreeMap::new(),
            handed: BTreeMap::new(),
        }
    }

    /// The same for who begins it, and brings everybody's journals.
    pub fn owned(root: &Path, coder: &str) -> Self {
        Self { is_owned: true, ..Self::new(root, coder) }
    }

    fn shelf(&self) -> Shelf {
        Shelf { dir: self.root.join("documents"), cipher: None }
    }

    fn look(&mut self) -> Result<(), HubError> {
        if !self.root.is_dir() {
            let folder = self.root.display();
            return Err(HubError::Away(say!("{folder} is not there now", folder)));
        }
        for path in journal::list(&self.root.join("journal")).map_err(away)? {
            let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            if is_journal(&name) && !path.is_symlink() {
                let ledger = self.ledgers.entry(name).or_insert_with(|| Ledger::empty(&path));
                ledger.go_on(None).map_err(away)?;
            }
        }
        Ok(())
    }

    /// Where a journal's line of that number begins.
    fn place(&self, name: &str, ledger: &Ledger, n: u64) -> Result<u64, HubError> {
        match self.handed.get(name) {
            Some((known, offset)) if *known == n => Ok(*offset),
            _ => Ok(ledger.part(n).map_err(away)?.n_bytes),
        }
    }

    /// How the folder stands: lengths and times of all that is in it.
    fn state(&self) -> Vec<(PathBuf, (u64, u128))> {
        let mut all = Vec::new();
        for dir in ["journal", "documents"] {
            for entry in fs::read_dir(self.root.join(dir)).into_iter().flatten().flatten() {
                let version = documents::version_of(&entry.path());
                all.extend(version.map(|version| (entry.path(), version)));
            }
        }
        all.sort();
        all
    }
}

impl Hub for Folder {
    fn standing(&mut self) -> Result<Standing, HubError> {
        self.look()?;
        let project = self.root.canonicalize().unwrap_or_else(|_| self.root.clone()).display().to_string();
        Ok(Standing { project, coder: self.coder.clone(), kind: if self.is_owned { Kind::Owner } else { Kind::Coder } })
    }

    fn reached(&mut self) -> Result<Marks, HubError> {
        self.look()?;
        Ok(self.ledgers.iter().map(|(name, ledger)| (name.clone(), ledger.n_lines)).collect())
    }

    fn lines(&mut self, places: &Marks) -> Result<BTreeMap<String, String>, HubError> {
        let mut lines = BTreeMap::new();
        for (name, n) in places {
            let Some(ledger) = self.ledgers.get(name).filter(|ledger| *n < ledger.n_lines) else { continue };
            let start = ledger.part(*n).map_err(away)?.n_bytes;
            let line = ledger.lines(start, 1).map_err(away)?.0.into_iter().next();
            lines.extend(line.map(|line| (name.clone(), line)));
        }
        Ok(lines)
    }

    fn append(&mut self, journal: &str, first: u64, parcels: &[Parcel]) -> Result<(), HubError> {
        self.look()?;
        let path = self.root.join("journal").join(format!("{journal}.jsonl"));
        let mut ledger = self.ledgers.get(journal).cloned().unwrap_or_else(|| Ledger::empty(&path));
        let is_ours = self.is_owned || journal.rsplit_once('@').is_some_and(|(coder, _)| coder == self.coder);
        if ledger.n_lines != first || !is_ours {
            return Err(HubError::Taken(journal.to_owned()));
        }
        let piece = |(n, parcel): (u64, &Parcel)| Piece {
            journal: journal.to_owned(),
            n,
            content: Content::Whole(parcel.line.clone()),
        };
        let pieces: Vec<Piece> = (first..).zip(parcels).map(piece).collect();
        let taken = ledger.take(&pieces, true).map_err(away)?;
        self.ledgers.insert(journal.to_owned(), ledger);
        match taken.broken {
            Some(_) => Err(HubError::Taken(journal.to_owned())),
            None => Ok(()),
        }
    }

    fn since(&mut self, known: &Marks, but: &[String]) -> Result<(Vec<Piece>, bool), HubError> {
        self.look()?;
        let (mut pieces, mut has_more, mut handed) = (Vec::new(), false, BTreeMap::new());
        for (name, ledger) in self.ledgers.iter().filter(|(name, _)| !but.contains(name)) {
            let mut n = known.get(name).copied().unwrap_or(0);
            if n >= ledger.n_lines || ledger.n_withheld > 0 {
                continue;
            }
            let start = self.place(name, ledger, n)?;
            let (lines, bytes) = ledger.lines(start, PIECES_BYTES).map_err(away)?;
            for line in lines {
                pieces.push(Piece { journal: name.clone(), n, content: Content::Whole(line) });
                n += 1;
            }
            has_more |= n < ledger.n_lines;
            handed.insert(name.clone(), (n, start + bytes));
        }
        self.handed.extend(handed);
        Ok((pieces, has_more))
    }

    fn tidings(&mut self) -> Result<Tidings, HubError> {
        let texts = self.state().into_iter().filter(|(path, _)| path.starts_with(self.root.join("documents")));
        let sum = texts.fold(0, |sum: u64, text| {
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            sum.wrapping_add(hasher.finish())
        });
        Ok(Tidings { sight: String::new(), is_whole: true, n_papers: sum })
    }

    fn papers(&mut self) -> Result<Vec<Paper>, HubError> {
        let shelf = self.shelf();
        let paper = |(shelf, id, document, time): (&Shelf, &DocumentId, DocumentId, i64)| {
            let revision = revision_of(&documents::text_of(shelf, id).ok()?);
            Some(Paper { document, revision, stamp: Stamp { time: Time(time), ..Stamp::default() } })
        };
        // What a document had before comes before what it has.
        let old = Shelf { dir: shelf.dir.join(documents::OLD), cipher: None };
        let olds = documents::list(&old).map_err(away)?;
        let olds = olds.iter().filter_map(|id| Some((&old, id, DocumentId(id.0.rsplit_once('.')?.0.to_owned()), 0)));
        let ids = documents::list(&shelf).map_err(away)?;
        let all = olds.chain(ids.iter().map(|id| (&shelf, id, id.clone(), 1)));
        Ok(all.filter_map(paper).collect())
    }

    fn text(&mut self, revision: &str) -> Result<Option<Vec<u8>>, HubError> {
        let shelf = self.shelf();
        let mut texts =
            documents::list(&shelf).map_err(away)?.into_iter().filter_map(|id| documents::text_of(&shelf, &id).ok());
        Ok(texts.find(|text| revision_of(text) == revision).map(String::into_bytes))
    }

    fn put_paper(&mut self, paper: &Paper, text: &[u8]) -> Result<(), HubError> {
        let (shelf, text) = (self.shelf(), String::from_utf8_lossy(text));
        let kept = match documents::text_of(&shelf, &paper.document) {
            Ok(old) if old == text => Ok(()),
            Ok(old) => documents::replace(&shelf, &paper.document, &old, &text).map(|_| ()),
            Err(_) => documents::keep(&shelf, &paper.document, &text),
        };
        kept.map_err(away)
    }

    fn meet(&mut self, _: &Presence, _: &str) -> Result<Vec<Presence>, HubError> {
        // A folder remembers nobody.
        Ok(Vec::new())
    }

    fn wait(&mut self, patience: Duration, bell: &Bell) -> Result<Woken, HubError> {
        let (begun, before) = (Instant::now(), self.state());
        loop {
            let left = patience.saturating_sub(begun.elapsed());
            if bell.sleep(left.min(LOOK_AGAIN)) || self.state() != before {
                return Ok(Woken::News);
            }
            if left.is_zero() {
                return Ok(Woken::Time);
            }
        }
    }
}
