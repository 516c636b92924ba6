//! The notes of a REFI-QDA project: memos on passages, documents, codes and the project.

use std::collections::{HashMap, HashSet};

use crate::formats::guid::Guid;
use crate::formats::refi_codes::Codes;
use crate::formats::xml::Element;
use crate::model::annotation::Passage;
use crate::model::document::DocumentId;
use crate::model::memo::{About, Memo};
use crate::model::study::Study;
use crate::model::time::Time;

/// How descriptions begin that are no person's words.
pub const OURS: &str = "Tanba: ";

/// A note of the file.
#[derive(Clone)]
struct Note {
    text: String,
    coder: String,
    time: Option<Time>,
}

/// The notes of a file, by the names that it refers to them by.
#[derive(Default)]
pub struct Notes {
    all: HashMap<Guid, Note>,
    /// Which notes links tie to what.
    linked: HashMap<Guid, Vec<Guid>>,
}

fn guid(element: &Element, name: &str) -> Option<Guid> {
    element.attribute(name).and_then(Guid::parse)
}

fn moment(element: &Element) -> Option<Time> {
    let text = element.attribute("creationDateTime")?.trim();
    Time::parse(text).or_else(|| Time::parse(&format!("{text}Z")))
}

impl Notes {
    /// Reads the notes of a project; `text_of` finds the words of one.
    pub fn read(root: &Element, users: &HashMap<Guid, String>, text_of: &dyn Fn(&Element) -> Option<String>) -> Self {
        let mut notes = Self::default();
        for note in root.all("Notes").flat_map(|list| list.all("Note")) {
            let Some(name) = guid(note, "guid") else { continue };
            let described = || note.first("Description").map(Element::text);
            let words = text_of(note).filter(|text| !text.trim().is_empty()).or_else(described).unwrap_or_default();
            let coder = guid(note, "creatingUser").and_then(|user| users.get(&user)).cloned().unwrap_or_default();
            notes.all.insert(name, Note { text: words, coder, time: moment(note) });
        }
        for link in root.all("Links").flat_map(|list| list.all("Link")) {
            let (Some(from), Some(to)) = (guid(link, "originGUID"), guid(link, "targetGUID")) else { continue };
            for (note, thing) in [(from, to), (to, from)] {
                if notes.all.contains_key(&note) {
                    notes.linked.entry(thing).or_default().push(note);
                }
            }
        }
        notes
    }

    /// The notes that an element refers to, or that links tie to it.
    fn on<'a>(&'a self, element: &'a Element) -> impl Iterator<Item = (Guid, &'a Note)> {
        let referred = element.all("NoteRef").filter_map(|of| guid(of, "targetGUID"));
        let linked = guid(element, "guid").and_then(|own| self.linked.get(&own)).into_iter().flatten().copied();
        referred.chain(linked).filter_map(|name| Some((name, self.all.get(&name)?)))
    }

    fn words(&self, element: &Element) -> Vec<String> {
        self.on(element).map(|(_, note)| note.text.clone()).filter(|text| !text.trim().is_empty()).collect()
    }

    /// What is said of a coding, and when that was begun where it is not when the coding was made.
    pub fn on_coding(&self, coding: &Element) -> (String, Option<Time>) {
        let time = self.on(coding).find_map(|(_, note)| note.time);
        (self.words(coding).join("\n\n"), time)
    }

    /// What is said of a passage, whatever it is coded with.
    pub fn on_passage(&self, selection: &Element) -> String {
        let described = selection.first("Description").map(Element::text);
        let described = described
            .filter(|text| selection.name.ends_with("Selection") && !text.starts_with(OURS) && !text.trim().is_empty());
        let notes = if selection.name.ends_with("Selection") { self.words(selection) } else { Vec::new() };
        described.into_iter().chain(notes).collect::<Vec<_>>().join("\n\n")
    }

    /// A comment on a passage that has no code, as a memo on its document that names the place.
    pub fn of_document(
        &self,
        selection: &Element,
        passage: &Passage,
        comment: &str,
        users: &HashMap<Guid, String>,
    ) -> Option<Memo> {
        if comment.is_empty() {
            return None;
        }
        let coder = guid(selection, "creatingUser").and_then(|user| users.get(&user)).cloned();
        let coder =
            coder.or_else(|| self.on(selection).map(|(_, note)| note.coder.clone()).find(|coder| !coder.is_empty()));
        Some(Memo {
            id: guid(selection, "guid").map(ulid).unwrap_or_default(),
            about: About::Document(passage.document.clone()),
            coder: coder.unwrap_or_default(),
            text: format!("{}–{}: {comment}", passage.start, passage.end),
            time: moment(selection).unwrap_or_default(),
        })
    }
}

fn ulid(name: Guid) -> String {
    ulid::Ulid(name.0).to_string()
}

/// What the file refers to documents by.
pub type Documents = HashMap<Guid, DocumentId>;

/// Takes the notes on documents, codes and the project as memos; those that nothing refers to are about the project.
pub fn memos(root: &Element, notes: &Notes, documents: &Documents, codes: &Codes, study: &mut Study) {
    let mut used: HashSet<Guid> = HashSet::new();
    let mut memos: Vec<(Guid, About, Note)> = Vec::new();
    for source in root.all("Sources").flat_map(Element::elements) {
        let texts = source
            .elements()
            .filter(|e| matches!(e.name.as_str(), "Representation" | "TextDescription" | "Transcript"));
        let holders: Vec<&Element> = std::iter::once(source).chain(texts).collect();
        let id = holders.iter().find_map(|holder| documents.get(&guid(holder, "guid")?));
        for holder in &holders {
            if let Some(id) = id {
                memos.extend(notes.on(holder).map(|(name, note)| (name, About::Document(id.clone()), note.clone())));
            }
            let inner = holder.elements().flat_map(|e| std::iter::once(e).chain(e.elements()));
            used.extend(inner.flat_map(|e| notes.on(e)).map(|(name, _)| name));
        }
    }
    for (name, code) in &codes.notes {
        memos.extend(notes.all.get(name).map(|note| (*name, About::Code(code.clone()), note.clone())));
    }
    used.extend(memos.iter().map(|(name, ..)| *name));
    let mut lone: Vec<(&Guid, &Note)> = notes.all.iter().filter(|(name, _)| !used.contains(name)).collect();
    lone.sort_by_key(|(name, _)| **name);
    memos.extend(lone.into_iter().map(|(name, note)| (*name, About::Project, note.clone())));
    let described = root.first("Description").map(Element::text).filter(|text| !text.trim().is_empty());
    if let Some(text) = described {
        let name = Guid::of(&["description", &text]);
        memos.push((name, About::Project, Note { text, coder: String::new(), time: None }));
    }
    let whole = memos.into_iter().filter(|(_, _, note)| !note.text.trim().is_empty());
    study.memos.extend(whole.map(|(name, about, note)| Memo {
        id: ulid(name),
        about,
        coder: note.coder,
        text: note.text,
        time: note.time.unwrap_or_default(),
    }));
}
