//! The append-only log of everything a coder decided: the truth.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread;

use serde::{Deserialize, Serialize};

use crate::model::event::Event;
use crate::model::time::Time;
use crate::store::cipher::Cipher;
use crate::store::error::StoreError;
use crate::store::line::{self, Reading};
use crate::{count, say};

/// How far a journal was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Bytes read, up to behind the last whole line.
    pub offset: u64,
    /// Where that last line starts.
    pub line_start: u64,
    /// Lines read.
    pub n_lines: u64,
    /// The last line's sum.
    pub sum: String,
    /// The last event's number.
    pub seq: u64,
    /// Whether that last line was damaged, so that `sum` is of a line before it.
    pub is_damaged: bool,
    /// Whether that last line stands for lines that are withheld, so that the next one follows on none of ours.
    pub is_gap: bool,
    /// Lines that were set aside; a whole copy or a newer version may read them one day.
    pub n_set_aside: u64,
    /// The latest moment among its events, and the counter within it.
    pub latest: (Time, u32),
}

impl Default for Cursor {
    fn default() -> Self {
        Self {
            offset: 0,
            line_start: 0,
            n_lines: 0,
            sum: line::FIRST.into(),
            seq: 0,
            is_damaged: false,
            is_gap: false,
            n_set_aside: 0,
            latest: (Time(0), 0),
        }
    }
}

/// What is wrong at one place of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The journal.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: u64,
    /// What is wrong.
    pub kind: FaultKind,
}

/// The kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The line's sum is wrong; it was set aside.
    Damaged,
    /// A newer version wrote it; it was set aside.
    Unknown,
    /// It is not encrypted with the project's key; it was set aside.
    Locked,
    /// The line before it is missing or another one.
    Broken,
    /// The last line has no end or lost its words: still being written, or cut off.
    Torn,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self.kind {
            FaultKind::Damaged => {
                say!(
                    "damaged, set aside; all other lines are read; a colleague's or a backup's copy of the journal may have it whole"
                )
            }
            FaultKind::Unknown => say!("written by a newer version, set aside; update tanba to see it"),
            FaultKind::Locked => say!("not encrypted with this project's key, set aside"),
            FaultKind::Broken => say!("the line before it is missing or changed; compare with a backup of the journal"),
            FaultKind::Torn => {
                say!(
                    "the last line is cut short (a crash while writing, or a copy still under way); all before it is read"
                )
            }
        };
        write!(f, "{}:{}: {what}", self.path.display(), self.line)
    }
}

/// What is wrong, a line each; the lines of a journal that have another key as one, for they may be all of it.
pub fn told<'a>(faults: impl Iterator<Item = &'a Fault>) -> Vec<String> {
    let (mut lines, mut locked) = (Vec::new(), BTreeMap::new());
    for fault in faults {
        match fault.kind {
            FaultKind::Locked => *locked.entry(&fault.path).or_insert(0) += 1,
            _ => lines.push(fault.to_string()),
        }
    }
    lines.extend(locked.into_iter().map(|(path, n)| {
        count!(
            n,
            "{path}: {n} line is not encrypted with this project's key, set aside; is tanba.toml or key.age, or this journal, of another project?",
            "{path}: {n} lines are not encrypted with this project's key, set aside; is tanba.toml or key.age, or this journal, of another project?",
            path = path.display()
        )
    }));
    lines
}

/// Reads what stands behind `cursor`, with the project's key where it has one, handing each event to `each` with the place behind it; returns the
/// faults. A torn last line is left for the next time: one without an end, or with a NUL byte, which no line has; a file
/// that was made longer and lost its words in a power cut has them (`{"seq":7,"ti␀␀␀␀␀"}⏎`).
pub fn read(
    path: &Path,
    cipher: Option<&Cipher>,
    cursor: &mut Cursor,
    mut each: impl FnMut(Event, &Cursor),
) -> Result<Vec<Fault>, StoreError> {
    let file = File::open(path).map_err(StoreError::io("read", path))?;
    let mut reader = BufReader::with_capacity(1 << 20, file);
    reader.seek(SeekFrom::Start(cursor.offset)).map_err(StoreError::io("read", path))?;
    let mut faults = Vec::new();
    let mut after_fault = cursor.is_damaged || cursor.is_gap;
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let n = reader.read_until(b'\n', &mut bytes).map_err(StoreError::io("read", path))?;
        if n == 0 {
            return Ok(faults);
        }
        let mut fault = |kind, line| {
            faults.push(Fault { path: path.to_path_buf(), line, kind });
        };
        if bytes.last() != Some(&b'\n') {
            fault(FaultKind::Torn, cursor.n_lines + 1);
            return Ok(faults);
        }
        bytes.pop();
        let reading = line::decode(&bytes, cipher);
        if matches!(reading, Reading::Damaged) && bytes.contains(&0) {
            let rest = reader.fill_buf().map_err(StoreError::io("read", path))?;
            if rest.is_empty() {
                fault(FaultKind::Torn, cursor.n_lines + 1);
                return Ok(faults);
            }
        }
        (cursor.line_start, cursor.offset) = (cursor.offset, cursor.offset + n as u64);
        cursor.n_lines += 1;
        cursor.is_damaged = matches!(reading, Reading::Damaged);
        cursor.is_gap = matches!(reading, Reading::Withheld { .. });
        cursor.n_set_aside += u64::from(!matches!(reading, Reading::Whole { .. } | Reading::Withheld { .. }));
        match &reading {
            Reading::Unknown(_) => fault(FaultKind::Unknown, cursor.n_lines),
            Reading::Locked(_) => fault(FaultKind::Locked, cursor.n_lines),
            Reading::Damaged => fault(FaultKind::Damaged, cursor.n_lines),
            Reading::Whole { .. } | Reading::Withheld { .. } => {}
        }
        match reading {
            Reading::Whole { event, prev, sum } => {
                if prev != cursor.sum && !after_fault {
                    fault(FaultKind::Broken, cursor.n_lines);
                }
                after_fault = false;
                cursor.sum = sum;
                cursor.seq = event.seq;
                cursor.latest = cursor.latest.max((event.time, event.tick));
                each(*event, cursor);
            }
            Reading::Withheld { event, sum, .. } => {
                after_fault = true;
                cursor.sum = sum;
                if let Some(event) = event {
                    cursor.latest = cursor.latest.max((event.time, event.tick));
                    each(*event, cursor);
                }
            }
            Reading::Unknown(sum) | Reading::Locked(sum) => cursor.sum = sum,
            Reading::Damaged => after_fault = true,
        }
    }
}

/// Events that the reading thread hands over at once.
const BATCH_EVENTS: usize = 512;

/// Like [`read`], with the lines checked and decoded by a second thread; `each` gets the offset behind its event.
pub fn read_ahead(
    path: &Path,
    cipher: Option<&Cipher>,
    cursor: &mut Cursor,
    mut each: impl FnMut(Event, u64),
) -> Result<Vec<Fault>, StoreError> {
    thread::scope(|scope| {
        let (out, batches) = sync_channel::<Vec<(Event, u64)>>(8);
        let reader = scope.spawn(move || {
            let mut batch = Vec::with_capacity(BATCH_EVENTS);
            let faults = read(path, cipher, cursor, |event, at| {
                batch.push((event, at.offset));
                if batch.len() == BATCH_EVENTS {
                    let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH_EVENTS));
                    // The other end goes away only by a panic, which ends us as well.
                    let _ = out.send(full);
                }
            });
            let _ = out.send(batch);
            faults
        });
        for (event, offset) in batches.into_iter().flatten() {
            each(event, offset);
        }
        reader.join().unwrap_or_else(|_| Err(StoreError::Index(say!("reading the journals failed").into())))
    })
}

/// Whether the journal still has, where the cursor stands, the line that it was at. One that was replaced by
/// another (a restored backup, an older copy) has not, and is read from its start.
pub fn continues(path: &Path, cursor: &Cursor) -> bool {
    if cursor.offset == 0 {
        return true;
    }
    let Ok(mut file) = File::open(path) else {
        return false;
    };
    // With the byte before the line, which ends the line before.
    let start = cursor.line_start.saturating_sub(1);
    let mut bytes = vec![0; usize::try_from(cursor.offset - start).unwrap_or(0)];
    let read = file.seek(SeekFrom::Start(start)).and_then(|_| file.read_exact(&mut bytes));
    let line = if cursor.line_start == 0 { Some(&*bytes) } else { bytes.strip_prefix(b"\n") };
    let Some(line) = line.filter(|line| read.is_ok() && line.ends_with(b"\n")) else {
        return false;
    };
    let ending = format!("\"sum\":\"{}\"}}\n", cursor.sum);
    if cursor.is_damaged { !line::is_sound(line.trim_ascii_end()) } else { line.ends_with(ending.as_bytes()) }
}

/// Whether a journal begins with an encrypted line.
pub fn is_sealed(path: &Path) -> bool {
    let mut begin = Vec::new();
    let read = File::open(path).and_then(|file| file.take(line::ENCRYPTED_MEMBER.len() as u64).read_to_end(&mut begin));
    read.is_ok() && line::is_encrypted(&begin)
}

/// Whether a journal has sound lines that are not encrypted.
pub fn has_open_lines(path: &Path) -> Result<bool, StoreError> {
    let file = File::open(path).map_err(StoreError::io("read", path))?;
    let mut lines = BufReader::new(file).split(b'\n').map_while(Result::ok);
    Ok(lines.any(|line| line::is_sound(&line) && !line::is_encrypted(&line)))
}

/// Gives a whole last line the newline that an editor or a copy took from it.
pub fn mend(path: &Path) -> Result<(), StoreError> {
    let Ok(mut file) = OpenOptions::new().read(true).write(true).open(path) else { return Ok(()) };
    let len = file.metadata().map_or(0, |m| m.len());
    let mut window = 4096;
    loop {
        let start = len.saturating_sub(window);
        let mut tail = vec![0; usize::try_from(len - start).unwrap_or(0)];
        file.seek(SeekFrom::Start(start))
            .and_then(|_| file.read_exact(&mut tail))
            .map_err(StoreError::io("read", path))?;
        let newline = tail.iter().rposition(|b| *b == b'\n');
        let line = match newline {
            Some(at) => tail.get(at + 1..).unwrap_or_default(),
            None if start == 0 => &tail,
            None => {
                window *= 8;
                continue;
            }
        };
        if line::is_sound(line) {
            let written =
                file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(b"\n")).and_then(|()| file.sync_data());
            written.map_err(StoreError::io("write", path))?;
        }
        return Ok(());
    }
}

/// The name of a journal's file.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The journals of a project, by file name.
pub fn list(dir: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::io("read", dir)(error)),
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "jsonl") && path.is_file())
        .collect();
    paths.sort();
    Ok(paths)
}

#[cfg(unix)]
fn is_same_file(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn is_same_file(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true // the length is compared as well
}

/// The one journal that this `tanba` may write.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    cipher: Option<Cipher>,
    /// Open once something was written: reading a project leaves no file behind.
    file: Option<File>,
    cursor: Cursor,
}

impl Journal {
    /// Opens a journal for writing, behind its last whole line. A torn last line is cut off, kept under
    /// `aside`, and told.
    pub fn open(
        path: &Path,
        cipher: Option<Cipher>,
        cursor: Cursor,
        aside: &Path,
    ) -> Result<(Self, Option<Fault>), StoreError> {
        let mut journal = Self { path: path.to_path_buf(), cipher, file: None, cursor };
        let bytes = fs::metadata(path).map_or(0, |m| m.len());
        let mut told = None;
        if bytes > journal.cursor.offset {
            let mut file =
                OpenOptions::new().read(true).write(true).open(path).map_err(StoreError::io("open", path))?;
            let mut torn = Vec::new();
            file.seek(SeekFrom::Start(journal.cursor.offset))
                .and_then(|_| file.read_to_end(&mut torn))
                .map_err(StoreError::io("read", path))?;
            if torn.contains(&b'\n') && !torn.contains(&0) {
                let why = say!("it changed while it was being opened; start again");
                return Err(StoreError::Document(path.to_path_buf(), why.into()));
            }
            let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
            let kept = aside.join(format!("torn-{}-{name}", journal.cursor.offset));
            fs::write(&kept, &torn).map_err(StoreError::io("write", &kept))?;
            file.set_len(journal.cursor.offset)
                .and_then(|()| file.sync_all())
                .map_err(StoreError::io("write", path))?;
            told = Some(Fault { path: path.to_path_buf(), line: journal.cursor.n_lines + 1, kind: FaultKind::Torn });
            journal.file = Some(file);
        }
        Ok((journal, told))
    }

    /// How far it is written.
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends an event; returns when it would survive a power cut. On failure the file is as it was.
    pub fn append(&mut self, event: &Event) -> Result<(), StoreError> {
        let (line, sum) =
            line::encode(event, &self.cursor.sum, self.cipher.as_ref()).map_err(StoreError::io("write", &self.path))?;
        let cursor = Cursor {
            line_start: self.cursor.offset,
            offset: self.cursor.offset + line.len() as u64,
            n_lines: self.cursor.n_lines + 1,
            sum,
            seq: event.seq,
            is_damaged: false,
            is_gap: false,
            n_set_aside: self.cursor.n_set_aside,
            latest: self.cursor.latest.max((event.time, event.tick)),
        };
        let origin = self.cursor.offset;
        self.check_identity()?;
        let path = self.path.clone();
        let file = self.writable()?;
        let written = file
            .seek(SeekFrom::Start(origin))
            .and_then(|_| file.write_all(line.as_bytes()))
            .and_then(|()| file.sync_data());
        if let Err(error) = written {
            // Half a line must not stay; if even this fails, the torn line is cut off at the next start.
            let _ = file.set_len(origin).and_then(|()| file.sync_data());
            return Err(StoreError::io("write", &path)(error));
        }
        self.cursor = cursor;
        Ok(())
    }

    /// Whether the path still leads to the file that is written: another program may have put another there.
    fn check_identity(&self) -> Result<(), StoreError> {
        let there = fs::metadata(&self.path).ok();
        let is_ours = match (&self.file, &there) {
            (Some(file), Some(there)) => {
                file.metadata().is_ok_and(|mine| is_same_file(&mine, there)) && there.len() == self.cursor.offset
            }
            (Some(_), None) => false,
            (None, there) => there.as_ref().map_or(0, fs::Metadata::len) == self.cursor.offset,
        };
        let why = say!("another program replaced this journal; leave and start again, and it is read anew");
        if is_ours { Ok(()) } else { Err(StoreError::Document(self.path.clone(), why.into())) }
    }

    fn writable(&mut self) -> Result<&mut File, StoreError> {
        if self.file.is_none() {
            let dir = self.path.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(dir).map_err(StoreError::io("make", dir))?;
            let is_new = !self.path.exists();
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&self.path);
            self.file = Some(file.map_err(StoreError::io("write", &self.path))?);
            if is_new {
                // The file's name must survive a power cut as its lines do.
                let _ = File::open(dir).and_then(|d| d.sync_all());
            }
        }
        self.file.as_mut().ok_or_else(|| StoreError::ReadOnly(say!("the journal is not open").into()))
    }
}
