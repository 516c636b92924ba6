//! A colleague's journal that is to come in: what is new in it, how it stands to what is here, and taking it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::model::change::{Change, Record};
use crate::model::document::DocumentId;
use crate::model::event::Event;
use crate::model::time::Time;
use crate::say;
use crate::store::error::StoreError;
use crate::store::index::Index;
use crate::store::journal::{self, Cursor, Fault, FaultKind};
use crate::store::line;
use crate::store::project::{Project, SETTINGS_FILE, is_writer};

/// Bytes of a file that are looked at to know a journal, at most.
const MAX_BEGIN_BYTES: u64 = 64 << 20;

/// How an incoming journal stands to the one of the same writer that is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// There is none here.
    New,
    /// It goes on where that one ends.
    Longer,
    /// It is that one.
    Same,
    /// It is an older copy of that one.
    Older,
    /// Both go on differently from some line: two machines of one name, or a conflict copy. Both are kept.
    Parted,
}

/// What an incoming journal changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Annotations that are not here yet.
    #[serde(rename = "annotations_new")]
    pub new: usize,
    /// Annotations that are changed.
    #[serde(rename = "annotations_changed")]
    pub changed: usize,
    /// Annotations that are taken away.
    #[serde(rename = "annotations_removed")]
    pub removed: usize,
    /// Codes, documents, memos, verdicts, …
    #[serde(rename = "other_records")]
    pub others: usize,
    /// Changes of which a later word is here already: they change nothing.
    pub outdated: usize,
    /// Documents that its annotations are on and that are not here.
    #[serde(rename = "unknown_documents")]
    pub strange: BTreeSet<DocumentId>,
}

/// A journal that is to come in.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Where it lies.
    pub path: PathBuf,
    /// Who wrote it: `coder@device`.
    pub writer: String,
    /// How it stands to what is here.
    pub relation: Relation,
    /// Events in it, and those that are not here.
    pub n_events: (u64, u64),
    /// When the first and the last of the new ones were.
    pub times: Option<(Time, Time)>,
    /// What the new ones change.
    pub changes: Changes,
    /// Lines that name another writer.
    pub n_strangers: usize,
    /// What is wrong in it.
    pub faults: Vec<Fault>,
    /// Where it goes.
    target: PathBuf,
}

/// The journals that a path means: a journal, a folder of journals, or a project.
pub fn journals(path: &Path) -> Result<Vec<PathBuf>, StoreError> {
    if path.is_dir() {
        let own = path.join("journal");
        return journal::list(if path.join(SETTINGS_FILE).is_file() || own.is_dir() { &own } else { path });
    }
    Ok(if is_journal(path) { vec![path.to_path_buf()] } else { Vec::new() })
}

/// Whether a file is a journal: its first whole line is an event, or was one.
fn is_journal(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    // A whole import is one line.
    let mut lines = BufReader::new(file.take(MAX_BEGIN_BYTES)).split(b'\n').take(3).map_while(Result::ok);
    lines.any(|line| line::is_sound(&line))
}

/// Looks at an incoming journal; changes nothing. Fails where it can't be read or has no event.
/// `own` is who writes here.
pub fn look(
    path: &Path,
    (project, own): (&Project, &str),
    index: &Index,
    known: &BTreeSet<DocumentId>,
) -> Result<Incoming, StoreError> {
    let mut writers: Vec<(String, usize)> = Vec::new();
    let mut n_all = 0;
    let cipher = project.cipher.as_ref();
    if cipher.is_some() && journal::has_open_lines(path)? {
        let why = say!(
            "it is not encrypted, and this project is; take it into an open copy (tanba decrypt), and encrypt that again"
        );
        return Err(StoreError::Document(path.to_path_buf(), why.into()));
    }
    let faults = journal::read(path, cipher, &mut Cursor::default(), |event, _| {
        n_all += 1;
        match writers.iter_mut().find(|(name, _)| *name == event.by) {
            Some((_, n)) => *n += 1,
            None => writers.push((event.by, 1)),
        }
    })?;
    writers.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    if writers.is_empty() && faults.iter().any(|fault| fault.kind == FaultKind::Locked) {
        let why = say!(
            "it is encrypted with another key than this project; its writer makes an open copy of theirs: tanba decrypt"
        );
        return Err(StoreError::Document(path.to_path_buf(), why.into()));
    }
    let Some((writer, n_own)) = writers.first().cloned() else {
        let why = say!("there is no event in it; is it a journal, and was it copied whole?");
        return Err(StoreError::Document(path.to_path_buf(), why.into()));
    };
    if !is_writer(&writer) {
        let why = say!("its entries name no writer whom a journal could be of; it is not taken");
        return Err(StoreError::Document(path.to_path_buf(), why.into()));
    }
    let (relation, target, behind) = relation(path, &project.journals(), &writer, writer == own)?;
    let mut incoming = Incoming {
        path: path.to_path_buf(),
        writer,
        relation,
        n_events: (n_all, 0),
        times: None,
        changes: Changes::default(),
        n_strangers: usize::try_from(n_all).unwrap_or(usize::MAX).saturating_sub(n_own),
        faults,
        target,
    };
    let mut failed = None;
    journal::read(path, cipher, &mut Cursor::default(), |event, cursor| {
        if cursor.offset > behind && failed.is_none() {
            failed = incoming.take_in(&event, index, known).err();
        }
    })?;
    let of = &incoming.changes;
    if incoming.relation == Relation::Parted && of.new + of.changed + of.removed + of.others == 0 {
        // Parted it may be, but all that it says is known, or has a later word.
        incoming.relation = Relation::Older;
    }
    failed.map_or(Ok(incoming), Err)
}

/// How a journal stands to the one here, where it goes, and how many of its bytes are here already.
fn relation(path: &Path, dir: &Path, writer: &str, is_own: bool) -> Result<(Relation, PathBuf, u64), StoreError> {
    let whole = |path: &Path| fs::read(path).map_err(StoreError::io("read", path));
    let name = |n: usize| dir.join(if n == 1 { format!("{writer}.jsonl") } else { format!("{writer}~{n}.jsonl") });
    let incoming = whole(path)?;
    for n in 1.. {
        let here = name(n);
        // The journal that is written here is never put there or replaced by a copy: it may be open.
        if n == 1 && is_own && !here.exists() {
            continue;
        }
        if !here.exists() {
            let relation = if n == 1 { Relation::New } else { Relation::Parted };
            let first = if name(1).exists() { whole(&name(1))? } else { Vec::new() };
            return Ok((relation, here, common(&first, &incoming)));
        }
        let mut known = whole(&here)?;
        // A last line that is cut short is no difference, on either side.
        known.truncate(known.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1));
        match common(&known, &incoming) as usize {
            same if same == known.len() && same == incoming.len() => return Ok((Relation::Same, here, same as u64)),
            same if same == known.len() && !(is_own && n == 1) => return Ok((Relation::Longer, here, same as u64)),
            same if !incoming.get(same..).unwrap_or_default().contains(&b'\n') => {
                return Ok((Relation::Older, here, incoming.len() as u64));
            }
            _ => {}
        }
    }
    Ok((Relation::Same, name(1), 0))
}

/// How many bytes of whole lines both begin with.
fn common(one: &[u8], other: &[u8]) -> u64 {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let whole = one.get(..same).unwrap_or_default();
    whole.iter().rposition(|b| *b == b'\n').map_or(0, |at| at as u64 + 1)
}

impl Incoming {
    /// Whether something new is in it.
    pub fn is_new(&self) -> bool {
        matches!(self.relation, Relation::New | Relation::Longer | Relation::Parted)
    }

    fn take_in(&mut self, event: &Event, index: &Index, known: &BTreeSet<DocumentId>) -> Result<(), StoreError> {
        self.n_events.1 += 1;
        let (first, last) = self.times.unwrap_or((event.time, event.time));
        self.times = Some((first.min(event.time), last.max(event.time)));
        for change in &event.changes {
            let stamp = change.stamp(&event.stamp());
            let Some(subject) = change.subject() else { continue };
            let here = index.said(subject)?;
            if here.as_ref().is_some_and(|(said, _)| *said >= stamp) {
                self.changes.outdated += 1;
                continue;
            }
            self.changes.count(change, here.is_some_and(|(_, is_there)| is_there));
            let mut documents = [subject].into_iter().filter_map(|record| match record {
                Record::Annotation(annotation) => Some(&annotation.passage.document),
                _ => None,
            });
            self.changes.strange.extend(documents.find(|id| !known.contains(*id)).cloned());
        }
        Ok(())
    }

    /// Puts the journal with the others; the caller reads it then. What is here is never overwritten but by a file that begins
    /// with all of it.
    pub fn take(&self) -> Result<(), StoreError> {
        if !self.is_new() {
            return Ok(());
        }
        let half = self.target.with_extension("part");
        if let Some(dir) = self.target.parent() {
            fs::create_dir_all(dir).map_err(StoreError::io("make", dir))?;
        }
        let copied = fs::copy(&self.path, &half).and_then(|_| File::open(&half)?.sync_all());
        copied.and_then(|()| fs::rename(&half, &self.target)).map_err(StoreError::io("write", &self.target))
    }
}

impl Changes {
    fn count(&mut self, change: &Change, is_here: bool) {
        match (&change.now, change.subject()) {
            (Some(Record::Annotation(_)), _) if is_here => self.changed += 1,
            (Some(Record::Annotation(_)), _) => self.new += 1,
            // One that came and went within what is new was never here.
            (None, Some(Record::Annotation(_))) => self.removed += usize::from(is_here),
            _ => self.others += 1,
        }
    }
}
