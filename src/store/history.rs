//! What can be taken back and brought again: the own journal read in another way.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::model::change::{Change, inverse_of};
use crate::model::event::{Deed, Event};
use crate::say;
use crate::store::cipher::Cipher;
use crate::store::error::StoreError;
use crate::store::journal::{self, Cursor};
use crate::store::line::{self, Reading};

/// Where an event's line lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    seq: u64,
    start: u64,
    end: u64,
}

/// The events that can be taken back, and the undos that can be taken back themselves; the last ones first to go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    undo: Vec<Line>,
    redo: Vec<Line>,
}

impl History {
    /// Reads it from the own journal.
    pub fn read(path: &Path, cipher: Option<&Cipher>) -> Result<Self, StoreError> {
        let mut history = Self::default();
        if path.exists() {
            journal::read(path, cipher, &mut Cursor::default(), |event, cursor| {
                history.note(&event, cursor);
            })?;
        }
        Ok(history)
    }

    /// Takes notice of an event that was just written, where `cursor` stands behind it.
    pub fn note(&mut self, event: &Event, cursor: &Cursor) {
        let line = Line { seq: event.seq, start: cursor.line_start, end: cursor.offset };
        match event.deed {
            Deed::Plain => {
                self.undo.push(line);
                self.redo.clear();
            }
            // By number: a line that was set aside is missing from the list.
            Deed::Undo(of) => {
                self.undo.retain(|line| line.seq != of);
                self.redo.push(line);
            }
            Deed::Redo(of) => {
                self.redo.retain(|line| line.seq != of);
                self.undo.push(line);
            }
        }
    }

    /// The deed and the changes that take the last event back, if there is one.
    pub fn undo(&self, path: &Path, cipher: Option<&Cipher>) -> Result<Option<(Deed, Vec<Change>)>, StoreError> {
        let taken = self
            .undo
            .last()
            .map(|line| read_line(path, cipher, *line).map(|changes| (Deed::Undo(line.seq), inverse_of(&changes))));
        taken.transpose()
    }

    /// The deed and the changes that bring back what the last undo took, if it was the last thing done.
    pub fn redo(&self, path: &Path, cipher: Option<&Cipher>) -> Result<Option<(Deed, Vec<Change>)>, StoreError> {
        let brought = self
            .redo
            .last()
            .map(|line| read_line(path, cipher, *line).map(|changes| (Deed::Redo(line.seq), inverse_of(&changes))));
        brought.transpose()
    }
}

fn read_line(path: &Path, cipher: Option<&Cipher>, at: Line) -> Result<Vec<Change>, StoreError> {
    let mut bytes = vec![0; usize::try_from(at.end - at.start).unwrap_or(0)];
    File::open(path)
        .and_then(|mut file| file.seek(SeekFrom::Start(at.start)).and_then(|_| file.read_exact(&mut bytes)))
        .map_err(StoreError::io("read", path))?;
    match line::decode(bytes.trim_ascii_end(), cipher) {
        Reading::Whole { event, .. } => Ok(event.changes),
        _ => Err(StoreError::Document(
            path.to_path_buf(),
            say!("line of event {seq} changed since it was read; `tanba check` tells more", seq = at.seq),
        )),
    }
}
