//! The texts of documents on their way between a project's folder and its hub.
//!
//! A text goes by its revision, the BLAKE3 of its bytes; that a document has it is said with a stamp, and the latest holds. What a coder put
//! into the folder by hand, and changed there since, is theirs: it is told, and never written over.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use crate::model::change::Record;
use crate::model::document::{DocumentId, revision_of};
use crate::model::event::Event;
use crate::model::time::Stamp;
use crate::say;
use crate::store::documents::{self, Shelf};
use crate::team::exchange::Stopped;
use crate::team::hub::{Hub, Paper, Parcel};

/// Bytes of a document's name at most: it becomes a file's.
const MAX_NAME_BYTES: usize = 200;

/// The folder is looked through again after so long, where the hub has nothing new: ten thousand texts are ten thousand looks.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// A text's file as it was when its revision was computed.
type Measured = ((u64, u128), String);

/// Carries texts.
#[derive(Debug)]
pub struct Papers {
    shelf: Shelf,
    /// Which texts documents have had, as the hub knows it.
    known: BTreeMap<DocumentId, BTreeMap<String, Stamp>>,
    /// How many those were; nothing before they were asked for.
    n_known: Option<u64>,
    measured: BTreeMap<DocumentId, Measured>,
    /// When the folder was last looked at.
    looked: Option<Instant>,
    /// Texts that could not be taken.
    refused: BTreeSet<(DocumentId, String)>,
    told: BTreeSet<String>,
}

impl Papers {
    /// Carries texts to and from a folder.
    pub fn new(shelf: Shelf) -> Self {
        Self {
            shelf,
            known: BTreeMap::new(),
            n_known: None,
            measured: BTreeMap::new(),
            looked: None,
            refused: BTreeSet::new(),
            told: BTreeSet::new(),
        }
    }

    /// The revision of a document's file; `None` where there is none that can be read.
    fn revision(&mut self, id: &DocumentId) -> Option<String> {
        if self.is_link(id) {
            return None;
        }
        let version = documents::version_of(&documents::path_of(&self.shelf, id))?;
        if let Some((_, revision)) = self.measured.get(id).filter(|(known, _)| *known == version) {
            return Some(revision.clone());
        }
        let revision = revision_of(&documents::text_of(&self.shelf, id).ok()?);
        self.measured.insert(id.clone(), (version, revision.clone()));
        Some(revision)
    }

    /// Whether a document's file is a link, which could lead to any file of this computer.
    fn is_link(&self, id: &DocumentId) -> bool {
        fs::symlink_metadata(documents::path_of(&self.shelf, id)).is_ok_and(|about| !about.is_file())
    }

    /// What the hub knows is asked anew.
    pub fn forget(&mut self) {
        self.known.clear();
        self.n_known = None;
    }

    fn note(&mut self, paper: &Paper) {
        let stamp = self.known.entry(paper.document.clone()).or_default().entry(paper.revision.clone()).or_default();
        *stamp = stamp.clone().max(paper.stamp.clone());
    }

    fn learn(&mut self, hub: &mut dyn Hub) -> Result<(), Stopped> {
        for paper in hub.papers()? {
            self.note(&paper);
        }
        Ok(())
    }

    /// Tells something once.
    fn tell(&mut self, text: String, notes: &mut Vec<String>) {
        if self.told.insert(text.clone()) {
            notes.push(text);
        }
    }

    /// Sends the texts that lines speak of, before the lines; returns how many.
    pub fn send_for(&mut self, hub: &mut dyn Hub, parcels: &[Parcel], notes: &mut Vec<String>) -> Result<u64, Stopped> {
        let mut n_sent = 0;
        for parcel in parcels.iter().filter(|parcel| parcel.line.contains("\"revision\"")) {
            let Ok(event) = serde_json::from_str::<Event>(&parcel.line) else { continue };
            for change in &event.changes {
                let Some(Record::Document(document)) = &change.now else { continue };
                if document.revision.is_empty() {
                    continue;
                }
                if self.n_known.is_none() {
                    self.learn(hub)?;
                    self.n_known = Some(0);
                }
                let (document, revision) = (document.id.clone(), document.revision.clone());
                let stamp = self.known.get(&document).and_then(|all| all.get(&revision));
                if stamp.is_some_and(|stamp| *stamp >= parcel.stamp) {
                    continue;
                }
                match documents::text_of_revision(&self.shelf, &document, &revision) {
                    Some(text) => {
                        let paper = Paper { document, revision, stamp: parcel.stamp.clone() };
                        hub.put_paper(&paper, text.as_bytes())?;
                        self.note(&paper);
                        n_sent += 1;
                    }
                    None => self.tell(
                        say!("the text that {id} had when it was added is not here, and is not sent", id = document),
                        notes,
                    ),
                }
            }
        }
        Ok(n_sent)
    }

    /// Takes the texts that are not here, and sends those that are here alone (where we `may_send`); `n_there` is how often a
    /// document got a text there. Returns how many went.
    pub fn exchange(
        &mut self,
        hub: &mut dyn Hub,
        may_send: bool,
        n_there: u64,
        notes: &mut Vec<String>,
    ) -> Result<u64, Stopped> {
        let is_fresh = self.looked.is_some_and(|looked| looked.elapsed() < LOOK_AGAIN);
        if self.n_known == Some(n_there) && is_fresh {
            return Ok(0);
        }
        self.looked = Some(Instant::now());
        if self.n_known != Some(n_there) {
            self.refused.clear();
            self.learn(hub)?;
            self.n_known = Some(n_there);
        }
        let mut n = 0;
        for (document, texts) in self.known.clone() {
            // The latest word holds; of equals the one whose sum is greater, here as everywhere.
            let wanted = texts.iter().max_by_key(|(revision, stamp)| (*stamp, *revision)).map(|(revision, _)| revision);
            let Some(wanted) = wanted.filter(|_| is_file_name(&document)) else { continue };
            let here = self.revision(&document);
            if here.as_ref() == Some(wanted) || self.refused.contains(&(document.clone(), wanted.clone())) {
                continue;
            }
            if here.as_ref().is_some_and(|here| !texts.contains_key(here)) {
                let text = say!(
                    "the text of {id} was changed here by hand, and stays so; `tanba revise` tells colleagues of a new one",
                    id = document
                );
                self.tell(text, notes);
                continue;
            }
            let is_taken = self.take(hub, &document, wanted, here.is_some(), notes)?;
            n += u64::from(is_taken);
            if !is_taken {
                // One bad text holds nothing else up.
                self.refused.insert((document.clone(), wanted.clone()));
            }
        }
        for id in documents::list(&self.shelf)?.into_iter().filter(|_| may_send) {
            if self.known.contains_key(&id) || !is_file_name(&id) || self.is_link(&id) {
                continue;
            }
            let Ok(text) = documents::text_of(&self.shelf, &id) else { continue };
            let paper = Paper { revision: revision_of(&text), document: id, stamp: Stamp::default() };
            hub.put_paper(&paper, text.as_bytes())?;
            self.note(&paper);
            n += 1;
        }
        Ok(n)
    }

    /// Takes a text; says whether it came and is the one it should be.
    fn take(
        &mut self,
        hub: &mut dyn Hub,
        document: &DocumentId,
        revision: &str,
        is_other_here: bool,
        notes: &mut Vec<String>,
    ) -> Result<bool, Stopped> {
        let text = hub.text(revision)?.and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(text) = text.filter(|text| revision_of(text) == revision) else {
            let text = say!(
                "the text of {id} on the server is missing or not the one that was sent: it is not taken",
                id = document
            );
            self.tell(text, notes);
            return Ok(false);
        };
        let kept = if is_other_here {
            documents::text_of(&self.shelf, document)
                .and_then(|old| documents::replace(&self.shelf, document, &old, &text).map(|_| ()))
        } else {
            documents::keep(&self.shelf, document, &text)
        };
        if let Err(error) = kept {
            self.tell(error.to_string(), notes);
            return Ok(false);
        }
        if is_other_here {
            self.tell(say!("{id} has a new text: it is shown when the document is opened again", id = document), notes);
        }
        Ok(true)
    }
}

/// Whether a document's name that came from elsewhere can be a file's, here and nowhere else.
fn is_file_name(id: &DocumentId) -> bool {
    let name = &id.0;
    let is_plain = |c: char| !c.is_control() && !matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    !name.is_empty() && name.len() <= MAX_NAME_BYTES && !name.starts_with('.') && name.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_no_files() {
        for name in ["../x", "a/b", ".hidden", "", "a\u{1b}[2J", "c:x", "a\\b"] {
            assert!(!is_file_name(&DocumentId(name.into())), "{name:?}");
        }
        assert!(is_file_name(&DocumentId("Менің мәтінім.kk".into())));
    }
}
