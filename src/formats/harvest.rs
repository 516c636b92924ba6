//! What is gathered of a study while a file is read: texts, codes by their names, annotations, and what is told of them.

use std::collections::{HashMap, HashSet};

use crate::formats::bundle::Brought;
use crate::formats::claim::Claim;
use crate::formats::scale::{Newlines, Scale, Unit};
use crate::formats::tally::Tally;
use crate::model::annotation::{AnnotationId, Passage};
use crate::model::code::{Code, CodeId};
use crate::model::document::{Document, DocumentId};
use crate::model::study::{Paper, Study};
use crate::model::time::Time;
use crate::say;
use crate::text::span::{CodePoints, slice};

/// The byte order mark.
const MARK: char = '\u{feff}';

/// A text on which annotations are put, and how the file counts places in it.
pub struct Sheet {
    /// The document's name.
    pub id: DocumentId,
    /// The text, with plain line ends.
    pub text: String,
    counted: Scale,
    bytes: Scale,
}

impl Sheet {
    /// Takes a text as the file has it. A byte order mark at its beginning is no letter, but the file counts it.
    pub fn new(id: DocumentId, written: &str, unit: Unit, newlines: Newlines) -> Self {
        let marked = written.strip_prefix(MARK);
        let written = marked.unwrap_or(written);
        let text = written.replace("\r\n", "\n");
        let counted = Scale::plain(written, unit, newlines);
        let counted = if marked.is_some() { counted.behind(unit.of(MARK)) } else { counted };
        let bytes = Scale::new(&text, Unit::Bytes);
        Self { id, text, counted, bytes }
    }

    /// The words of a passage, in code points.
    pub fn words(&self, range: CodePoints) -> &str {
        slice(&self.text, self.bytes.position(range.start), self.bytes.position(range.end))
    }

    /// A place as the file counts it, in code points, widened where it cuts a letter; and whether it was. Fails with what to
    /// tell of it.
    pub fn place(&self, (start, end): (usize, usize)) -> Result<(CodePoints, bool), &'static str> {
        if start > end {
            return Err(say!("an annotation that ends before it begins; left out"));
        }
        if end > self.counted.end() {
            return Err(say!("an annotation beyond the end of the text; left out"));
        }
        // What stands before the first letter is a byte order mark.
        let (start, end) = (start.max(self.counted.position(0)), end.max(self.counted.position(0)));
        if start == end {
            return Err(say!("an annotation of no words; left out"));
        }
        let first = self.counted.code_point(start).unwrap_or_else(|| self.counted.near(start));
        let exact = self.counted.code_point(end);
        let last = exact.unwrap_or_else(|| self.counted.near(end) + 1);
        let is_exact = exact.is_some() && self.counted.code_point(start).is_some();
        Ok((CodePoints { start: first, end: last }, !is_exact))
    }

    /// How long it is, as the file counts.
    pub fn end(&self) -> usize {
        self.counted.end()
    }
}

/// What is gathered while a file is read.
#[derive(Default)]
pub struct Harvest {
    /// What there is so far; its papers come last.
    pub study: Study,
    /// What is told.
    pub tally: Tally,
    names: HashMap<String, CodeId>,
    /// How many codes wanted an id, and what the first of them is called.
    ids: HashMap<CodeId, (usize, String)>,
    /// The ids of annotations in the file, and what became of each.
    given: HashMap<AnnotationId, AnnotationId>,
    taken: HashSet<AnnotationId>,
    parts: Vec<(usize, AnnotationId, String)>,
    documents: HashMap<String, usize>,
}

impl Harvest {
    /// The code that the file calls so, which is made where there is none.
    pub fn code(&mut self, name: &str) -> CodeId {
        let name = clean(name);
        if let Some(id) = self.names.get(&name) {
            return id.clone();
        }
        let wanted = CodeId::of_name(&name).unwrap_or_else(|| of_signs(&name));
        if self.ids.get(&wanted).is_some_and(|(_, first)| folded(first) == folded(&name)) {
            self.names.insert(name, wanted.clone());
            return wanted;
        }
        self.know(Code::named(wanted, &name), &name)
    }

    /// Takes in a code that the file describes, which it calls `name` elsewhere; its id is what it gets if that is free.
    pub fn know(&mut self, mut code: Code, name: &str) -> CodeId {
        let name = clean(name);
        if CodeId::of_name(&code.id.0).as_ref() != Some(&code.id) {
            code.id = CodeId::of_name(&name).unwrap_or_else(|| of_signs(&name));
        }
        let mut n = self.ids.get(&code.id).map_or(1, |(n, _)| n + 1);
        let mut id = if n == 1 { code.id.clone() } else { CodeId(format!("{}-{n}", code.id)) };
        while n > 1 && self.ids.contains_key(&id) {
            n += 1;
            id = CodeId(format!("{}-{n}", code.id));
        }
        self.ids.entry(code.id.clone()).or_insert((n, name.clone())).0 = n;
        self.ids.entry(id.clone()).or_insert((1, name.clone()));
        self.names.insert(name, id.clone());
        self.study.codes.push(Code { id: id.clone(), ..code });
        id
    }

    /// The code that the file calls so, of which it may also say our id.
    pub fn coded(&mut self, id: &CodeId, name: &str) -> CodeId {
        let is_ours = CodeId::of_name(&id.0).as_ref() == Some(id);
        match self.names.get(&clean(name)) {
            Some(known) => known.clone(),
            None if is_ours && self.ids.contains_key(id) => id.clone(),
            None if is_ours => self.know(Code::named(id.clone(), &clean(name)), name),
            None => self.code(name),
        }
    }

    /// A name for a document that no other of the file has.
    pub fn document(&mut self, wanted: &str, place: &str) -> DocumentId {
        let letters = clean(wanted).replace(['/', '\\'], "-");
        let wanted = if letters.is_empty() { "document".to_owned() } else { letters };
        let key = wanted.to_lowercase();
        let mut n = self.documents.get(&key).map_or(1, |n| n + 1);
        let mut name = if n == 1 { wanted.clone() } else { format!("{wanted}-{n}") };
        while n > 1 && self.documents.contains_key(&name.to_lowercase()) {
            n += 1;
            name = format!("{wanted}-{n}");
        }
        self.documents.insert(key, n);
        self.documents.entry(name.to_lowercase()).or_insert(1);
        if name != wanted {
            self.tally.tell(place, say!("another document is called so; this one gets a number"));
        }
        DocumentId(name)
    }

    /// Keeps a document whose annotations are all read.
    pub fn keep(&mut self, sheet: Sheet, document: Document) {
        self.study.papers.push(Paper { document: Document { id: sheet.id, ..document }, text: Some(sheet.text) });
    }

    /// Puts an annotation on a text, whose code is known; `None`, and told, where there is no such place.
    pub fn mark(&mut self, sheet: &Sheet, place: (usize, usize), claim: Claim, at: &str) -> Option<AnnotationId> {
        let (range, is_widened) = match sheet.place(place) {
            Ok(found) => found,
            Err(why) => {
                self.tally.lose(at, why);
                return None;
            }
        };
        if is_widened {
            self.tally
                .tell(at, say!("an annotation begins or ends inside a letter; it is widened to the whole letter"));
        }
        let passage = Passage { document: sheet.id.clone(), start: range.start, end: range.end };
        Some(self.put(passage, sheet.words(range), claim, at))
    }

    /// Puts an annotation of several parts on a text: the first, which has the memo, and what is a part of it.
    pub fn mark_parts(
        &mut self,
        sheet: &Sheet,
        places: &[(usize, usize)],
        claim: &Claim,
        at: &str,
    ) -> Option<AnnotationId> {
        let mut first = None;
        for place in places {
            let own = match first {
                None => claim.clone(),
                Some(_) => Claim { id: None, part_of: None, memo: String::new(), ..claim.clone() },
            };
            let Some(id) = self.mark(sheet, *place, own, at) else { continue };
            match (first, self.study.annotations.last_mut()) {
                (Some(_), Some(part)) => part.part_of = first,
                _ => first = Some(id),
            }
        }
        first
    }

    /// Gives the annotations from a place on the ids that the file has for them, where they are free.
    pub fn name(&mut self, from: usize, ids: &[AnnotationId]) {
        for (made, id) in self.study.annotations.iter_mut().skip(from).zip(ids) {
            if !id.is_local() && self.taken.insert(*id) {
                made.id = *id;
            }
        }
    }

    /// Adds an annotation at a place of which nothing is to be found out.
    pub fn put(&mut self, passage: Passage, exact: &str, claim: Claim, at: &str) -> AnnotationId {
        let n = self.study.annotations.len();
        let made = self.study.mark(passage, exact, claim.code);
        if let Some(wanted) = claim.id {
            if !wanted.is_local() {
                if self.taken.insert(wanted) {
                    made.id = wanted;
                } else {
                    self.tally.tell(at, say!("an id that another annotation has too; this one gets a new one"));
                }
            }
            self.given.entry(wanted).or_insert(made.id);
        }
        made.coder = clean(&claim.coder);
        made.time = claim.time.unwrap_or(Time(0));
        made.memo = claim.memo;
        let id = made.id;
        if let Some(first) = claim.part_of {
            self.parts.push((n, first, at.to_owned()));
        }
        id
    }

    /// What was gathered.
    pub fn brought(mut self) -> Brought {
        for (n, first, at) in std::mem::take(&mut self.parts) {
            let known = self.given.get(&first).copied();
            let Some(part) = self.study.annotations.get_mut(n) else { continue };
            part.part_of = known.filter(|known| *known != part.id);
            if part.part_of.is_none() {
                self.tally.tell(&at, say!("a further part of an annotation that is not there; it stands for itself"));
            }
        }
        let unread = self.tally.take_lost();
        Brought { study: self.study, told: self.tally.sentences(), unread }
    }
}

/// A name without characters that control something.
fn clean(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.trim().to_owned()
}

/// What two spellings of one name have in common.
fn folded(name: &str) -> String {
    let is_gap = |c: char| matches!(c, ' ' | '_' | '-');
    name.chars().filter(|c| !is_gap(*c)).flat_map(char::to_lowercase).collect()
}

/// An id for a name of signs alone: `+` is `u2b`.
fn of_signs(name: &str) -> CodeId {
    let signs: Vec<String> = name.chars().take(8).map(|c| format!("u{:x}", c as u32)).collect();
    CodeId(if signs.is_empty() { "code".to_owned() } else { signs.join("-") })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn sheet(text: &str, unit: Unit) -> Sheet {
        Sheet::new(DocumentId("a".into()), text, unit, Newlines::AsWritten)
    }

    #[test]
    fn places_come_in_code_points_and_plain_line_ends() {
        let sheet = sheet("\u{feff}Том\r\n👍[к]ітап", Unit::Utf16);
        assert_eq!(sheet.text, "Том\n👍[к]ітап");
        let (range, widened) = sheet.place((9, 10)).unwrap();
        assert_eq!((range, widened, sheet.words(range)), (CodePoints { start: 6, end: 7 }, false, "к"));
        let (range, widened) = sheet.place((7, 9)).unwrap();
        assert_eq!((sheet.words(range), widened), ("👍[", true));
        assert!(sheet.place((0, 99)).unwrap_err().contains("beyond"));
        assert!(sheet.place((3, 2)).unwrap_err().contains("before"));
        assert!(sheet.place((2, 2)).unwrap_err().contains("no words"));
        // The mark itself is no word, but a passage may begin with it.
        assert!(sheet.place((0, 1)).unwrap_err().contains("no words"));
        let (range, widened) = sheet.place((0, sheet.end())).unwrap();
        assert_eq!((sheet.words(range), widened), (sheet.text.as_str(), false));
    }

    #[test]
    fn names_that_differ_are_codes_that_differ() {
        let mut harvest = Harvest::default();
        let ids = ["C", "C++", "c#", "E-gov", "e gov", "+", "-", "C", " "].map(|name| harvest.code(name).0);
        assert_eq!(ids, ["c", "c-2", "c-3", "e-gov", "e-gov", "u2b", "u2d", "c", "code"]);
        assert_eq!(harvest.coded(&CodeId("own".into()), "Name").0, "own");
        assert_eq!(harvest.coded(&CodeId("../x".into()), "Other").0, "other");
        for n in 0..20_000 {
            harvest.code(&format!("a{}", "!".repeat(n % 300)));
            harvest.code(&format!("x{}{}", ".".repeat(n % 20), "!".repeat(n / 20)));
        }
    }

    #[test]
    fn ids_are_kept_where_they_are_ours_and_free() {
        let mut harvest = Harvest::default();
        let sheet = sheet("one two", Unit::CodePoints);
        let ours: AnnotationId = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        let local = AnnotationId(ulid::Ulid(7));
        let claim = |id, part_of| Claim { id: Some(id), part_of, code: CodeId("c".into()), ..Claim::default() };
        harvest.mark(&sheet, (0, 3), claim(ours, Some(local)), "x").unwrap();
        harvest.mark(&sheet, (0, 3), claim(ours, None), "x").unwrap();
        harvest.mark(&sheet, (4, 7), claim(local, None), "x").unwrap();
        let brought = harvest.brought();
        let annotations = &brought.study.annotations;
        assert_eq!(annotations[0].id, ours);
        assert!(annotations[1].id.is_local() && annotations[2].id.is_local());
        assert_eq!(annotations[0].part_of, Some(annotations[2].id));
        assert_eq!(brought.told.len(), 1);
    }

    #[test]
    fn documents_are_told_apart() {
        let mut harvest = Harvest::default();
        let ids = ["a", "A", "a/b", "", "a"].map(|name| harvest.document(name, "x").0);
        assert_eq!(ids, ["a", "A-2", "a-b", "document", "a-3"]);
    }
}
