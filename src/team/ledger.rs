//! A journal's file as a hub counts it: in the journal's own lines, whether they are here or withheld.

use std::borrow::Cow;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::model::change::Change;
use crate::model::event::Event;
use crate::say;
use crate::store::documents;
use crate::store::error::StoreError;
use crate::store::line;
use crate::team::hub::{Content, Piece};

/// How a journal's file stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    path: PathBuf,
    /// Lines of the journal that the file stands for.
    pub n_lines: u64,
    /// Bytes of its whole lines.
    pub n_bytes: u64,
    /// The last line's sum; none where it is damaged, or stands for lines that are withheld.
    pub sum: Option<String>,
    /// How many of them are withheld.
    pub n_withheld: u64,
}

/// What came of taking lines in.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Lines of the journal that the file got.
    pub n_lines: u64,
    /// The number of the first line that is not there, though nothing is withheld: those behind it were not taken.
    pub missing: Option<u64>,
    /// The number of the line that does not follow on the one before, from 0: it and all behind it were not taken.
    pub broken: Option<u64>,
}

impl Ledger {
    /// Reads how a journal's file stands; one that is not there has no lines.
    pub fn read(path: &Path) -> Result<Self, StoreError> {
        let mut ledger = Self::empty(path);
        ledger.go_on(None)?;
        Ok(ledger)
    }

    /// A file that has no lines yet.
    pub fn empty(path: &Path) -> Self {
        Self { path: path.to_path_buf(), n_lines: 0, n_bytes: 0, sum: Some(line::FIRST.to_owned()), n_withheld: 0 }
    }

    /// Reads what came since, as far as `until` bytes where that is said.
    pub fn go_on(&mut self, until: Option<u64>) -> Result<(), StoreError> {
        if fs::metadata(&self.path).map_or(0, |about| about.len()) < self.n_bytes {
            // Another file was put in its place.
            *self = Self::empty(&self.path);
        }
        let Some(mut reader) = self.reader(self.n_bytes)? else { return Ok(()) };
        let (mut bytes, mut last) = (Vec::new(), Vec::new());
        loop {
            bytes.clear();
            let n = reader.read_until(b'\n', &mut bytes).map_err(StoreError::io("read", &self.path))? as u64;
            if bytes.last() != Some(&b'\n') || until.is_some_and(|until| self.n_bytes + n > until) {
                break;
            }
            self.count(bytes.trim_ascii_end(), n);
            std::mem::swap(&mut bytes, &mut last);
        }
        if !last.is_empty() {
            self.end_with(last.trim_ascii_end());
        }
        Ok(())
    }

    fn count(&mut self, line: &[u8], n_bytes: u64) {
        let (n_lines, is_gap) = line::n_lines_of(line);
        self.n_lines += n_lines;
        self.n_bytes += n_bytes;
        self.n_withheld += if is_gap { n_lines } else { 0 };
    }

    fn end_with(&mut self, line: &[u8]) {
        let (_, is_gap) = line::n_lines_of(line);
        self.sum = if is_gap { None } else { line::sum_in(line).map(str::to_owned) };
    }

    fn reader(&self, offset: u64) -> Result<Option<BufReader<File>>, StoreError> {
        // A link could lead to any file of this computer.
        if fs::symlink_metadata(&self.path).is_ok_and(|about| !about.is_file()) {
            let why = say!("a link, and no file: it is not carried");
            return Err(StoreError::Document(self.path.clone(), why.into()));
        }
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::io("read", &self.path)(error)),
        };
        file.seek(SeekFrom::Start(offset)).map_err(StoreError::io("read", &self.path))?;
        Ok(Some(BufReader::with_capacity(1 << 18, file)))
    }

    /// The first `n` lines alone: where they end, and the last one's sum. Fewer where it has no more, or some of them are withheld.
    pub fn part(&self, n: u64) -> Result<Self, StoreError> {
        let mut part = Self::empty(&self.path);
        let Some(mut reader) = self.reader(0)? else { return Ok(part) };
        let (mut bytes, mut last) = (Vec::new(), Vec::new());
        while part.n_lines < n && part.n_bytes < self.n_bytes {
            bytes.clear();
            let len = reader.read_until(b'\n', &mut bytes).map_err(StoreError::io("read", &self.path))? as u64;
            if bytes.last() != Some(&b'\n') {
                break;
            }
            part.count(bytes.trim_ascii_end(), len);
            std::mem::swap(&mut bytes, &mut last);
        }
        if !last.is_empty() {
            part.end_with(last.trim_ascii_end());
        }
        Ok(part)
    }

    /// The lines from byte `start` to the end of what is known, without their newlines, and how many bytes they are here: at most
    /// `most_bytes` of them, but one line at least. Of a damaged one what is no letter is replaced, as no database would take it.
    pub fn lines(&self, start: u64, most_bytes: u64) -> Result<(Vec<String>, u64), StoreError> {
        let mut lines = Vec::new();
        let Some(mut reader) = self.reader(start)? else { return Ok((lines, 0)) };
        let mut at = start;
        let mut bytes = Vec::new();
        while at < self.n_bytes && (lines.is_empty() || at - start < most_bytes) {
            bytes.clear();
            let len = reader.read_until(b'\n', &mut bytes).map_err(StoreError::io("read", &self.path))? as u64;
            if bytes.pop() != Some(b'\n') {
                break;
            }
            at += len;
            lines.push(String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}"));
        }
        Ok((lines, at - start))
    }

    /// Appends lines that came, with what stands for those that are missing between them; they would survive a power cut then. Lines
    /// that are here already are passed over, and those behind one that does not follow on the line before are not taken.
    /// Where we may see the whole (`is_whole`), what is missing was taken away, and nothing behind it is taken either.
    pub fn take(&mut self, pieces: &[Piece], is_whole: bool) -> Result<Taken, StoreError> {
        let (mut next, mut text, mut taken) = (self.clone(), String::new(), Taken::default());
        for piece in pieces {
            let Some(gap) = piece.n.checked_sub(next.n_lines) else { continue };
            if gap > 0 && is_whole {
                taken.missing = Some(next.n_lines);
                break;
            }
            if gap > 0 {
                next.put(&withheld(gap, None, &next)?, &mut text);
            }
            match &piece.content {
                Content::Whole(line) => {
                    let bytes = line.as_bytes();
                    let is_behind = next.sum.is_none()
                        || line::sum_in(bytes).is_none()
                        || line::prev_in(bytes).is_some_and(|prev| next.sum.as_deref() == Some(&*prev));
                    // Two lines in one would be counted as one there and as two here.
                    if !is_behind || bytes.contains(&b'\n') || !is_of(line, &piece.journal) {
                        taken.broken = Some(piece.n);
                        break;
                    }
                    next.put(&format!("{line}\n"), &mut text);
                }
                Content::Open(event) => {
                    let open = serde_json::from_str(event).ok();
                    let open = open.filter(|open: &Event| open.changes.iter().all(Change::is_sound));
                    next.put(&withheld(1, open, &next)?, &mut text);
                }
            }
        }
        taken.n_lines = next.n_lines - self.n_lines;
        self.write(text.as_bytes())?;
        *self = next;
        Ok(taken)
    }

    /// Reckons with a line, and writes it down.
    fn put(&mut self, line: &str, text: &mut String) {
        let bare = line.trim_ascii_end().as_bytes();
        self.count(bare, line.len() as u64);
        self.end_with(bare);
        text.push_str(line);
    }

    fn write(&self, bytes: &[u8]) -> Result<(), StoreError> {
        if bytes.is_empty() {
            return Ok(());
        }
        drop(self.reader(0)?);
        let dir = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(dir).map_err(StoreError::io("make", dir))?;
        let is_new = !self.path.exists();
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&self.path);
        let mut file = file.map_err(StoreError::io("write", &self.path))?;
        let mut rest = Vec::new();
        let read = file.seek(SeekFrom::Start(self.n_bytes)).and_then(|_| file.read_to_end(&mut rest));
        read.map_err(StoreError::io("read", &self.path))?;
        if rest.contains(&b'\n') {
            let why = say!("it changed meanwhile; it is read anew");
            return Err(StoreError::Document(self.path.clone(), why.into()));
        }
        // What a crash left behind the last whole line goes; it is in what came.
        let written = file
            .set_len(self.n_bytes)
            .and_then(|()| file.seek(SeekFrom::Start(self.n_bytes)))
            .and_then(|_| file.write_all(bytes))
            .and_then(|()| file.sync_data());
        if let Err(error) = written {
            let _ = file.set_len(self.n_bytes);
            return Err(StoreError::io("write", &self.path)(error));
        }
        if is_new {
            let _ = File::open(dir).and_then(|dir| dir.sync_all());
        }
        Ok(())
    }

    /// Puts another version of the journal in the file's place, whole or not at all: one that shows more of it.
    pub fn replace(&mut self, pieces: &[Piece]) -> Result<Taken, StoreError> {
        let half = self.path.with_extension("part");
        let _ = fs::remove_file(&half);
        let mut fresh = Self::empty(&half);
        let taken = fresh.take(pieces, false)?;
        if taken.broken.is_none() && fresh.n_lines >= self.n_lines {
            let mut bytes = Vec::new();
            File::open(&half)
                .and_then(|mut file| file.read_to_end(&mut bytes))
                .map_err(StoreError::io("read", &half))?;
            documents::write_whole(&self.path, &bytes)?;
            *self = Self { path: self.path.clone(), ..fresh };
        }
        let _ = fs::remove_file(&half);
        Ok(taken)
    }
}

/// Whether a line is by the coder whose journal it is in, as far as it can be read.
fn is_of(line: &str, journal: &str) -> bool {
    #[derive(Deserialize)]
    struct Said<'a> {
        #[serde(borrow, default)]
        by: Cow<'a, str>,
    }
    let coder = |name: &str| name.rsplit_once('@').map_or(String::new(), |(coder, _)| coder.to_owned());
    serde_json::from_str::<Said<'_>>(line).map_or(true, |said| coder(&said.by) == coder(journal))
}

/// The line that stands for lines which are withheld.
fn withheld(n: u64, open: Option<Event>, behind: &Ledger) -> Result<String, StoreError> {
    let prev = behind.sum.as_deref().unwrap_or(line::FIRST);
    let encoded = line::encode_withheld(n, open, prev);
    encoded.map(|(line, _)| line).map_err(StoreError::io("write", &behind.path))
}
