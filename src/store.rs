//! Keeps a project: the journals (the truth) and the sled index over them.

pub mod cells;
pub mod chunk;
pub mod cipher;
pub mod clerk;
pub mod copying;
pub mod documents;
pub mod error;
pub mod fresh;
pub mod history;
pub mod home;
pub mod incoming;
pub mod index;
pub mod journal;
pub mod letters;
pub mod likeness;
pub mod line;
pub mod links;
pub mod lock;
pub mod looked;
pub mod machine;
pub mod names;
pub mod opened;
pub mod past;
pub mod places;
pub mod post;
pub mod postbox;
pub mod project;
pub mod quiet;
pub mod reading;
pub mod rebuilt;
pub mod records;
pub mod revisions;
pub mod sizes;
pub mod twins;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::change::{Change, Record, merged};
use crate::model::document::{DocumentId, Size};
use crate::model::event::{Deed, Event};
use crate::model::rules::CONSENSUS;
use crate::model::shared::Shared;
use crate::model::time::{Stamp, Time};
use crate::say;
use cells::Cells;
use error::StoreError;
use history::History;
use index::Index;
use journal::{Cursor, Fault, FaultKind, Journal, file_name};
use lock::Lock;
use opened::Opened;
use post::{Answer, Letter, Wish};
use project::{Project, Writer};
use reading::Reading;
use rebuilt::Rebuilt;

/// More unread journal bytes than this are gathered in memory and written at once.
const REBUILD_BYTES: u64 = 4 << 20;

/// An open project.
pub struct Store {
    /// Its folder.
    pub project: Project,
    /// Who writes.
    pub writer: Writer,
    access: Access,
    index: Index,
    clock: Stamp,
    history: Option<History>,
    is_index_given_up: bool,
    /// Whether everything was read anew, and is to be shown anew.
    is_renewed: bool,
    /// What was found wrong while reading, and other news for the coder.
    pub notes: Vec<String>,
}

/// Whether this `tanba` may write.
enum Access {
    Write {
        journal: Journal,
        lock: Lock,
    },
    Read {
        why: String,
    },
    /// Through the `tanba` that has the project open.
    Post {
        path: PathBuf,
    },
}

/// Tells how far a long reading is: bytes read, bytes in all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

impl Store {
    /// Opens a project: to write if possible, else to read, with the reason kept.
    pub fn open(project: Project, writer: Writer, progress: Progress<'_>) -> Result<Self, StoreError> {
        match Self::open_to_write(project.clone(), writer.clone(), progress) {
            Err(StoreError::ReadOnly(why)) => Self::open_to_read(project, writer, why, progress),
            Err(error @ StoreError::Io { .. }) => Self::open_to_read(project, writer, error.to_string(), progress),
            other => other,
        }
    }

    /// Opens a project to write; fails where another `tanba` has it.
    pub fn open_to_write(project: Project, writer: Writer, progress: Progress<'_>) -> Result<Self, StoreError> {
        if writer.coder == CONSENSUS {
            let why = say!("consensus is the name of what was settled; work under another, with --coder NAME");
            return Err(StoreError::ReadOnly(why.into()));
        }
        project.check_open()?;
        let writer = machine::sole(&project, writer);
        let own = project.make_own()?;
        let lock = lock::take(&own)?;
        let mut notes = Vec::new();
        let index = Index::new(Cells::of(&project, &own, &mut notes));
        let path = project.journals().join(format!("{}.jsonl", writer.name()));
        journal::mend(&path)?;
        let mut store = Self::over(project, writer, index, String::new());
        store.notes = notes;
        store.catch_up(progress)?;
        let cursor = store.index.cursor(&file_name(&path))?;
        let (journal, torn) = Journal::open(&path, store.project.cipher.clone(), cursor, &own)?;
        store
            .notes
            .extend(torn.map(|fault| say!("{fault}; it was cut off and kept in {own}", fault, own = own.display())));
        store.access = Access::Write { journal, lock };
        Ok(store)
    }

    /// Opens a project to write through the `tanba` that has it open; `None` where that one takes no letters.
    pub fn open_to_post(
        project: &Project,
        writer: &Writer,
        progress: Progress<'_>,
    ) -> Result<Option<Self>, StoreError> {
        let writer = &machine::sole(project, writer.clone());
        let Some(path) = lock::postbox(&project.own()).filter(|path| letters::are_taken(path)) else { return Ok(None) };
        let mut store = Self::open_to_read(project.clone(), writer.clone(), String::new(), progress)?;
        store.access = Access::Post { path };
        Ok(Some(store))
    }

    /// Asks the `tanba` that has the project open, and reads what came of it.
    fn ask(&mut self, path: &Path, wish: Wish, now: Time) -> Result<Option<Event>, StoreError> {
        let mut letter = Letter { by: self.writer.name(), until: now, wish };
        match letters::send(path, &mut letter, now)? {
            Answer::Kept(mut event) => {
                // It is kept, whatever comes of reading it here.
                if let Err(error) = self.news() {
                    self.notes.push(error.to_string());
                }
                if let Wish::Keep(changes, _) = letter.wish {
                    event.changes = changes;
                }
                Ok(Some(event))
            }
            Answer::Nothing | Answer::Accepted => Ok(None),
            Answer::Refused(why) => Err(StoreError::ReadOnly(why)),
        }
    }

    fn open_to_read(project: Project, writer: Writer, why: String, progress: Progress<'_>) -> Result<Self, StoreError> {
        project.check_open()?;
        let index = Index::new(Cells::in_memory());
        let mut store = Self::over(project, writer, index, why);
        store.catch_up(progress)?;
        Ok(store)
    }

    /// A store that may only read, with nothing read yet.
    fn over(project: Project, writer: Writer, index: Index, why: String) -> Self {
        Self {
            project,
            writer,
            access: Access::Read { why },
            index,
            clock: Stamp::default(),
            history: None,
            is_index_given_up: false,
            is_renewed: false,
            notes: Vec::new(),
        }
    }

    /// Whether everything was read anew since this was last asked.
    pub fn take_renewed(&mut self) -> bool {
        std::mem::take(&mut self.is_renewed)
    }

    /// Why nothing can be written, if so.
    pub fn read_only(&self) -> Option<&str> {
        match &self.access {
            Access::Read { why } => Some(why),
            Access::Write { .. } | Access::Post { .. } => None,
        }
    }

    /// Bytes of the own journal that would survive a power cut; none where it is not written here.
    pub fn written(&self) -> u64 {
        match &self.access {
            Access::Write { journal, .. } => journal.cursor().offset,
            Access::Read { .. } | Access::Post { .. } => 0,
        }
    }

    /// Whether another `tanba` writes for this one.
    pub fn is_by_letters(&self) -> bool {
        matches!(self.access, Access::Post { .. })
    }

    /// Lets other `tanba`s know where they can leave what is to be kept.
    pub fn announce(&mut self, postbox: &Path) {
        if let Access::Write { lock, .. } = &mut self.access {
            lock.announce(postbox);
        }
    }

    /// Reads what the journals have and the index has not.
    fn catch_up(&mut self, progress: Progress<'_>) -> Result<(), StoreError> {
        match self.is_current() {
            Ok(true) => match self.read_news(true) {
                // A page of the index that can't be read may show only now.
                Err(StoreError::Index(_)) => self.rebuild(progress),
                other => other.map(|_| ()),
            },
            Ok(false) | Err(StoreError::Index(_)) => self.rebuild(progress),
            Err(error) => Err(error),
        }
    }

    /// Whether the index was made of these journals and lacks only some of their last lines.
    fn is_current(&mut self) -> Result<bool, StoreError> {
        let paths = journal::list(&self.project.journals())?;
        let mut unread = 0;
        let mut continues = self.index.is_whole();
        for path in &paths {
            let cursor = self.index.cursor(&file_name(path))?;
            continues &= cursor.n_set_aside == 0 && journal::continues(path, &cursor);
            unread += fs::metadata(path).map_or(0, |m| m.len()).saturating_sub(cursor.offset);
        }
        let is_there = |name: &String| paths.iter().any(|path| file_name(path) == *name);
        let gone: Vec<String> = self.index.journals()?.into_iter().filter(|name| !is_there(name)).collect();
        if self.index.is_whole() {
            self.notes.extend(gone.iter().map(|name| {
                say!(
                    "{name} was here and is gone: what it says is no longer shown; a backup or its writer has it",
                    name
                )
            }));
        }
        let gone = !gone.is_empty();
        // The small records that every view needs are read now: damage in them shows early.
        self.index.shared()?;
        self.index.all_counts()?;
        Ok(continues && !gone && unread <= REBUILD_BYTES)
    }

    /// Makes the index anew from the journals, in a new folder where the old one's files are too damaged.
    pub fn rebuild(&mut self, progress: Progress<'_>) -> Result<(), StoreError> {
        match self.gather(progress) {
            Err(StoreError::Index(_)) => {
                self.index = Index::new(Cells::in_memory());
                self.index = Index::new(Cells::renewed_of(&self.project, &mut self.notes));
                self.gather(progress)
            }
            other => other,
        }
    }

    fn gather(&mut self, progress: Progress<'_>) -> Result<(), StoreError> {
        let paths = journal::list(&self.project.journals())?;
        let total = paths.iter().map(|path| fs::metadata(path).map_or(0, |m| m.len())).sum();
        let mut rebuilt = Rebuilt::default();
        let mut before = 0;
        for path in &paths {
            let mut cursor = Cursor::default();
            let faults = journal::read_ahead(path, self.project.cipher.as_ref(), &mut cursor, |event, offset| {
                if event.seq % 4096 == 0 {
                    progress(before + offset, total);
                }
                rebuilt.take(event);
            })?;
            self.tell(&faults);
            before += cursor.offset;
            self.witness(&cursor);
            rebuilt.read_to(&file_name(path), cursor);
        }
        progress(total, total);
        self.index.replace(rebuilt)
    }

    /// An index made anew in memory, to hold against the one in use.
    pub fn fresh_index(&self) -> Result<Index, StoreError> {
        fresh::index(&self.project)
    }

    /// Reads what other writers (or, when reading only, the one that writes) added since; returns it. A last line that is cut
    /// short is not told: it is being written or copied.
    pub fn news(&mut self) -> Result<Vec<Event>, StoreError> {
        self.read_news(false)
    }

    fn read_news(&mut self, tells_torn: bool) -> Result<Vec<Event>, StoreError> {
        let own = match &self.access {
            Access::Write { journal, .. } => Some(journal.path().to_path_buf()),
            Access::Read { .. } | Access::Post { .. } => None,
        };
        let mut events = Vec::new();
        for path in journal::list(&self.project.journals())? {
            let name = file_name(&path);
            let mut cursor = self.index.cursor(&name)?;
            let has_news = fs::metadata(&path).is_ok_and(|m| m.len() > cursor.offset);
            if has_news && own.as_deref() != Some(&path) && !journal::continues(&path, &cursor) {
                // Another file was put in its place: what was read of the old one is not in the new one.
                self.is_renewed = true;
                self.rebuild(&mut |_, _| {})?;
                return Ok(Vec::new());
            }
            if own.as_deref() == Some(&path) || !has_news {
                self.witness(&cursor);
                continue;
            }
            let mut read = Vec::new();
            let mut faults = journal::read(&path, self.project.cipher.as_ref(), &mut cursor, |event, at| {
                read.push((event, at.clone()));
            })?;
            faults.retain(|fault| tells_torn || fault.kind != FaultKind::Torn);
            self.tell(&faults);
            self.witness(&cursor);
            for (mut event, at) in read {
                let won = self.index.apply(&event, &name, &at)?;
                let mut won = won.into_iter();
                event.changes.retain(|_| won.next() == Some(true));
                events.push(event);
            }
            // Also behind lines that were set aside.
            self.index.read_to(&name, &cursor)?;
        }
        if !events.is_empty() {
            let sight = self.reading().sight()?;
            for event in &mut events {
                event.changes.retain(|change| sight.sees_change(change));
            }
            events.retain(|event| !event.changes.is_empty());
        }
        Ok(events)
    }

    fn tell(&mut self, faults: &[Fault]) {
        let own = format!("{}.jsonl", self.writer.name());
        // The own torn line is told when it is cut off.
        let told = |fault: &&Fault| fault.kind != FaultKind::Torn || file_name(&fault.path) != own;
        self.notes.extend(journal::told(faults.iter().filter(told)));
    }

    fn witness(&mut self, cursor: &Cursor) {
        self.clock.witness(&Stamp { time: cursor.latest.0, tick: cursor.latest.1, by: String::new() });
    }

    /// Keeps changes; returns their event when it would survive a power cut. Fails with nothing kept.
    pub fn keep(&mut self, changes: Vec<Change>, deed: Deed, now: Time) -> Result<Event, StoreError> {
        if let Access::Post { path } = &self.access {
            let path = path.clone();
            let kept = self.ask(&path, Wish::Keep(changes, deed), now)?;
            return kept.ok_or_else(|| StoreError::ReadOnly(say!("nothing was kept").into()));
        }
        let changes = match deed {
            // An index that can't be read must not keep the journal from being written.
            Deed::Plain if !self.is_index_given_up => twins::with_twins(&self.index, merged(changes)),
            Deed::Plain => merged(changes),
            _ => changes,
        };
        let by = self.writer.name();
        let stamp = self.clock.next(now, &by);
        let journal = match &mut self.access {
            Access::Write { journal, .. } => journal,
            Access::Post { .. } => return Err(StoreError::ReadOnly(say!("nothing was kept").into())),
            Access::Read { why } => return Err(StoreError::ReadOnly(why.clone())),
        };
        let seq = journal.cursor().seq + 1;
        let machine = machine::name().filter(|_| seq == 1);
        let event = Event { seq, time: stamp.time, tick: stamp.tick, by, machine, deed, changes };
        journal.append(&event)?;
        let cursor = journal.cursor().clone();
        let name = file_name(journal.path());
        self.clock = stamp;
        if let Some(history) = &mut self.history {
            history.note(&event, &cursor);
        }
        // The journal has it: an index that fails now is made anew at the next opening.
        if !self.is_index_given_up
            && let Err(error) = self.index.apply(&event, &name, &cursor).and_then(|_| self.index.settle())
        {
            self.is_index_given_up = true;
            self.index.give_up();
            self.notes.push(say!("{error}; what you do is kept all the same, start again to see it in lists", error));
        }
        Ok(event)
    }

    /// What the next step back (or forth) would change; nothing where there is none, or nothing can be written.
    fn next_step(&mut self, is_undo: bool) -> Result<Option<(Deed, Vec<Change>)>, StoreError> {
        let Access::Write { journal, .. } = &self.access else { return Ok(None) };
        let path = journal.path().to_path_buf();
        let history = match self.history.take() {
            Some(history) => history,
            None => History::read(&path, self.project.cipher.as_ref())?,
        };
        let cipher = self.project.cipher.as_ref();
        let step = if is_undo { history.undo(&path, cipher) } else { history.redo(&path, cipher) };
        self.history = Some(history);
        step
    }

    /// What the next step back would change, where it takes documents or pairs away: the coder may not mean that.
    pub fn taken_apart(&mut self) -> Option<Event> {
        let (_, changes) = self.next_step(true).ok()??;
        let is_setup =
            |change: &Change| change.now.is_none() && matches!(change.was, Some(Record::Document(_) | Record::Pair(_)));
        let by = self.writer.name();
        let event = Event { seq: 0, time: Time(0), tick: 0, by, machine: None, deed: Deed::Plain, changes };
        event.changes.iter().any(is_setup).then_some(event)
    }

    /// Whether the next step back (or forth) gives a document another text: those who read it would not see that.
    pub fn turns_text(&mut self, is_undo: bool) -> bool {
        let step = self.next_step(is_undo).ok().flatten();
        step.is_some_and(|(_, changes)| revisions::turned(&changes).next().is_some())
    }

    /// Takes the coder's last event back (or brings it again), with the text where it gave a document another one; `None` where
    /// there is none. What the coder may not see is done, and not told.
    pub fn step(&mut self, is_undo: bool, now: Time) -> Result<Option<Event>, StoreError> {
        match &self.access {
            Access::Write { .. } => {}
            Access::Read { why } => return Err(StoreError::ReadOnly(why.clone())),
            Access::Post { path } => {
                let path = path.clone();
                return self.ask(&path, Wish::Step { is_undo }, now);
            }
        }
        let Some((deed, mut changes)) = self.next_step(is_undo)? else {
            return Ok(None);
        };
        // What somebody else said since is theirs, and is not taken back with one's own.
        let n_all = changes.len();
        if !self.is_index_given_up {
            let index = &self.index;
            let is_own = |change: &Change| match change.subject() {
                Some(subject) => index.stands(subject, change.was.as_ref()).unwrap_or(true),
                None => false,
            };
            changes.retain(is_own);
        }
        if changes.len() < n_all {
            self.notes.push(say!("something of it was changed by others since, and stays as they left it").into());
        }
        let dir = self.project.documents();
        let before = revisions::turn(&dir, &changes)?;
        let kept = self.keep(changes, deed, now);
        let mut event = kept.inspect_err(|_| revisions::put_back(&dir, &before))?;
        let sight = self.reading().sight()?;
        event.changes.retain(|change| sight.sees_change(change));
        Ok(Some(event))
    }

    /// How much text documents have. `go_on` is told how many are counted, and ends the work with what is known then.
    pub fn sizes(
        &mut self,
        ids: &[DocumentId],
        go_on: &mut dyn FnMut(usize) -> bool,
    ) -> Result<BTreeMap<DocumentId, Size>, StoreError> {
        sizes::sizes(&self.project, &mut self.index, ids, go_on)
    }

    /// The index, with everything in it; what is shown to a coder is asked of [`Store::reading`].
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// What the coder may read.
    pub fn reading(&self) -> Reading<'_> {
        Reading { project: &self.project, index: &self.index, coder: &self.writer.coder }
    }

    /// What all coders share and this one may see.
    pub fn shared(&self) -> Result<Shared, StoreError> {
        self.reading().shared()
    }

    /// Opens a document with its annotations in place, those that the coder may see.
    pub fn open_document(&self, id: &DocumentId) -> Result<Opened, StoreError> {
        self.reading().open(id)
    }
}
