//! brat's standoff: a folder of texts, each with a file of annotations beside it. Positions are code points.
//! Source of the form: <https://brat.nlplab.org/standoff.html> and brat 1.3, `server/src/annotation.py`.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::formats::bundle::{Brought, Bundle, Piece, Refused, Wishes};
use crate::formats::claim::{Claim, ends_line, one_line};
use crate::formats::exchange::Written;
use crate::formats::harvest::{Harvest, Sheet};
use crate::formats::ontology::{self, Ontology};
use crate::formats::outgoing::{Outgoing, Room};
use crate::formats::scale::{Newlines, Scale, Unit};
use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::code::CodeId;
use crate::model::document::Document;
use crate::model::study::Study;
use crate::text::span::slice;
use crate::text::width::flat;
use crate::{count, say};

/// Endings of annotations: brat's own, and those of the `BioNLP` shared tasks.
const ENDINGS: [&str; 3] = ["ann", "a1", "a2"];

/// The kind of note in which we keep what brat has no place for.
const OURS: &str = "Tanba";

/// What we keep in such a note.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Note {
    #[serde(flatten)]
    claim: Claim,
    /// The ids of further parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<AnnotationId>,
    /// Where it stands, in code points, where its places without line ends do not tell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    places: Vec<(usize, usize)>,
}

/// A text-bound annotation, as it stands in the file.
struct Bound<'a> {
    name: &'a str,
    places: Vec<(usize, usize)>,
    words: &'a str,
    line: usize,
}

/// Whether these are texts with such annotations.
pub fn is_it(bundle: &Bundle) -> bool {
    let is_line = |line: &str| {
        let id = line.split('\t').next().unwrap_or_default();
        let rest = id.trim_start_matches(['T', 'E', 'R', 'A', 'M', 'N', '#', '*']);
        line.contains('\t') && rest.len() < id.len() && rest.chars().all(|c| c.is_ascii_digit())
    };
    let is_one = |piece: &Piece| piece.text().is_ok_and(|text| text.lines().next().is_some_and(is_line));
    let is_empty = |piece: &Piece| piece.bytes.is_empty();
    let has_text = bundle.pieces.iter().any(|piece| piece.ending() == "txt");
    bundle.ending(&ENDINGS).any(|piece| is_one(piece) || (has_text && is_empty(piece)))
}

/// Reads a folder; fails where no text is in it.
pub fn read(bundle: &Bundle, wishes: &Wishes) -> Result<Brought, Refused> {
    let mut harvest = Harvest::default();
    let ontology = ontology::read(bundle, &mut harvest);
    let mut said: BTreeMap<&str, Vec<&Piece>> = BTreeMap::new();
    for piece in bundle.ending(&ENDINGS) {
        said.entry(bare(&piece.path)).or_default().push(piece);
    }
    let texts: Vec<&Piece> = bundle.pieces.iter().filter(|piece| piece.ending() == "txt").collect();
    if texts.is_empty() {
        return Err(Refused::at(
            &bundle.name,
            say!("the texts are not here; give the whole folder with its .txt files"),
        ));
    }
    for piece in texts {
        let files = said.remove(bare(&piece.path)).unwrap_or_default();
        if let Err(refused) = document(&mut harvest, piece, &files, &ontology, wishes) {
            harvest.tally.lose(&refused.place, &refused.why);
        }
    }
    for piece in said.values().flatten() {
        harvest.tally.lose(&piece.path, say!("its text is not here; left out"));
    }
    Ok(harvest.brought())
}

/// A path without its ending.
fn bare(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(bare, _)| bare)
}

/// Reads a text with what was said of it.
fn document(
    harvest: &mut Harvest,
    piece: &Piece,
    files: &[&Piece],
    ontology: &Ontology,
    wishes: &Wishes,
) -> Result<(), Refused> {
    let written = piece.text()?;
    let id = harvest.document(piece.stem(), &piece.path);
    let mut parsed = Vec::new();
    for file in files {
        parsed.push((*file, Lines::of(file.text()?, file, harvest)));
    }
    let bound: Vec<&Bound<'_>> = parsed.iter().flat_map(|(_, lines)| &lines.bound).collect();
    let (unit, newlines) = counted(written, &bound, wishes);
    if (unit, newlines) != (Unit::CodePoints, Newlines::AsWritten) && wishes.unit.is_none() {
        harvest
            .tally
            .tell(&piece.path, say!("positions do not count code points as brat does; found out by the words"));
    }
    let sheet = Sheet::new(id, written, unit, newlines);
    for (file, lines) in parsed {
        for bound in &lines.bound {
            let place = say!("{path}, line {line}", path = file.path, line = bound.line);
            let code = ontology.code(bound.name, harvest);
            let note = lines.note(bound);
            annotate(harvest, &sheet, bound, Note { claim: Claim { code, ..note.claim }, ..note }, &place);
        }
    }
    harvest.keep(sheet, Document::default());
    Ok(())
}

/// What positions count: as brat has it, or as makes most of the words stand where they should.
fn counted(written: &str, bound: &[&Bound<'_>], wishes: &Wishes) -> (Unit, Newlines) {
    let usual = (wishes.unit.unwrap_or_default(), wishes.newlines.unwrap_or_default());
    let wrong = |(unit, newlines): (Unit, Newlines)| {
        let sheet = Sheet::new(crate::model::document::DocumentId::default(), written, unit, newlines);
        bound.iter().filter(|one| !holds(&sheet, one)).count()
    };
    let n_wrong = wrong(usual);
    if n_wrong == 0 || wishes.unit.is_some() || wishes.newlines.is_some() {
        return usual;
    }
    let others = [
        (Unit::CodePoints, Newlines::One),
        (Unit::CodePoints, Newlines::Two),
        (Unit::Utf16, Newlines::AsWritten),
        (Unit::Utf16, Newlines::One),
        (Unit::Bytes, Newlines::AsWritten),
    ];
    let best = others.into_iter().map(|way| (wrong(way), way)).min_by_key(|(n, _)| *n);
    best.filter(|(n, _)| *n < n_wrong).map_or(usual, |(_, way)| way)
}

/// Whether the words of an annotation stand at its place.
fn holds(sheet: &Sheet, bound: &Bound<'_>) -> bool {
    let parts: Option<Vec<&str>> =
        bound.places.iter().map(|place| sheet.place(*place).ok().map(|(range, _)| sheet.words(range))).collect();
    let packed = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !is_break(*c)).collect::<String>();
    bound.words.is_empty() || parts.is_some_and(|parts| packed(&parts.concat()) == packed(bound.words))
}

/// Puts an annotation on its text.
fn annotate(harvest: &mut Harvest, sheet: &Sheet, bound: &Bound<'_>, note: Note, at: &str) {
    let is_right = holds(sheet, bound);
    let inner = |places: &[(usize, usize)]| -> Vec<(usize, usize)> {
        let ranges = places.iter().filter_map(|place| sheet.place(*place).ok());
        ranges.flat_map(|(range, _)| without_breaks(sheet.words(range), range.start)).collect()
    };
    let are_ours = !note.places.is_empty() && inner(&note.places) == inner(&bound.places);
    let places = if are_ours { note.places } else { joined(sheet, &bound.places) };
    let from = harvest.study.annotations.len();
    harvest.mark_parts(sheet, &places, &note.claim, at);
    if places.len() == harvest.study.annotations.len() - from && note.parts.len() + 1 == places.len() {
        harvest.name(from + 1, &note.parts);
    }
    if !is_right && harvest.study.annotations.len() > from {
        harvest.tally.tell(at, say!("the words in this line are not those at its place; look at it again"));
        if let ([_], Some(made)) = (places.as_slice(), harvest.study.annotations.get_mut(from)) {
            bound.words.clone_into(&mut made.quote.exact);
        }
    }
}

/// Places with those joined between which only a line ends: brat parts them because its lines can't hold one.
fn joined(sheet: &Sheet, places: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for place in places {
        let gap = joined.last().and_then(|last| sheet.place((last.1, place.0)).ok());
        let is_break = gap.is_some_and(|(range, _)| sheet.words(range).chars().all(is_break));
        match joined.last_mut() {
            Some(last) if is_break => last.1 = place.1,
            _ => joined.push(*place),
        }
    }
    joined
}

/// The lines of a file of annotations.
#[derive(Default)]
struct Lines<'a> {
    bound: Vec<Bound<'a>>,
    /// Which of them an id names, also by the event whose trigger it is.
    ids: HashMap<&'a str, usize>,
    /// Notes of coders by what they are on.
    memos: HashMap<usize, Vec<&'a str>>,
    ours: HashMap<usize, &'a str>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str, piece: &Piece, harvest: &mut Harvest) -> Self {
        let mut lines = Self::default();
        let (mut left, mut notes, mut events) = (BTreeMap::<char, usize>::new(), Vec::new(), Vec::new());
        for (n, line) in text.split('\n').enumerate() {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.trim().is_empty() {
                continue;
            }
            let at = || say!("{path}, line {line}", path = piece.path, line = n + 1);
            let Some((id, rest)) = line.split_once('\t') else {
                harvest.tally.lose(&at(), say!("no annotation of brat; left out"));
                continue;
            };
            let (data, tail) = rest.split_once('\t').unwrap_or((rest, ""));
            match id.chars().next() {
                Some('T') => match bound(data, tail, n + 1) {
                    Some(one) => {
                        if lines.ids.insert(id, lines.bound.len()).is_some() {
                            harvest.tally.tell(&at(), say!("an id that stands there twice; notes go to the last one"));
                        }
                        lines.bound.push(one);
                    }
                    None => harvest.tally.lose(&at(), say!("no annotation of brat; left out")),
                },
                Some('#') => notes.push((data, tail)),
                Some(kind @ ('E' | 'R' | 'A' | 'M' | 'N' | '*')) => {
                    *left.entry(kind).or_default() += 1;
                    if kind == 'E' {
                        events.extend(
                            data.split(' ').next().and_then(|head| head.rsplit_once(':')).map(|(_, t)| (id, t)),
                        );
                    }
                }
                _ => harvest.tally.lose(&at(), say!("no annotation of brat; left out")),
            }
        }
        for (event, trigger) in events {
            if let Some(at) = lines.ids.get(trigger) {
                lines.ids.insert(event, *at);
            }
        }
        lines.attach(&notes, piece, harvest);
        tell_left(&left, piece, harvest);
        lines
    }

    /// Gives notes to what they are on.
    fn attach(&mut self, notes: &[(&'a str, &'a str)], piece: &Piece, harvest: &mut Harvest) {
        let mut n_lost = 0;
        for (data, tail) in notes {
            let (kind, target) = data.split_once(' ').unwrap_or((data, ""));
            match self.ids.get(target.trim()) {
                Some(at) if kind == OURS => {
                    self.ours.insert(*at, tail);
                }
                Some(at) => self.memos.entry(*at).or_default().push(tail),
                None => n_lost += 1,
            }
        }
        harvest.tally.count(&piece.path, "#", n_lost, |n| {
            count!(n, "{n} note on what is not read; left out", "{n} notes on what is not read; left out")
        });
    }

    /// What is said of an annotation in notes.
    fn note(&self, bound: &Bound<'_>) -> Note {
        let at = self.bound.partition_point(|one| one.line < bound.line);
        let mut note: Note = self.ours.get(&at).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        let memo = self.memos.get(&at).map_or_else(String::new, |memos| memos.join("\n").trim().to_owned());
        // A memo that was changed in brat counts.
        if shown(&note.claim.memo) != memo {
            note.claim.memo = memo;
        }
        note
    }
}

/// Counts what is not read, by its kind.
fn tell_left(left: &BTreeMap<char, usize>, piece: &Piece, harvest: &mut Harvest) {
    for (kind, n) in left {
        let (place, tally) = (piece.path.as_str(), &mut harvest.tally);
        match kind {
            'E' => tally.count(place, "E", *n, |n| {
                count!(n, "{n} event left out; its trigger is kept", "{n} events left out; their triggers are kept")
            }),
            'R' => tally.count(place, "R", *n, |n| count!(n, "{n} relation left out", "{n} relations left out")),
            'N' => tally.count(place, "N", *n, |n| {
                count!(n, "{n} reference to a knowledge base left out", "{n} references to knowledge bases left out")
            }),
            '*' => tally.count(place, "*", *n, |n| count!(n, "{n} equivalence left out", "{n} equivalences left out")),
            _ => tally.count(place, "A", *n, |n| count!(n, "{n} attribute left out", "{n} attributes left out")),
        }
    }
}

/// Reads `Name 0 5;8 12`.
fn bound<'a>(data: &'a str, words: &'a str, line: usize) -> Option<Bound<'a>> {
    let (name, rest) = data.trim().split_once(' ')?;
    let mut places = Vec::new();
    for part in rest.split(';') {
        let (start, end) = part.trim().split_once(' ')?;
        places.push((start.trim().parse().ok()?, end.trim().parse().ok()?));
    }
    Some(Bound { name, places, words, line })
}

/// Whether no words in a line of brat may have a letter. Source: brat's issue 819.
fn is_break(c: char) -> bool {
    c == '\t' || ends_line(c)
}

/// A memo as a line of brat holds it.
fn shown(memo: &str) -> String {
    flat(&memo.replace(ends_line, " "))
}

/// The parts of a passage's words in which no line ends, from its first code point on.
fn without_breaks(words: &str, start: usize) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut from = None;
    let mut at = start;
    for c in words.chars() {
        match (from, is_break(c)) {
            (None, false) => from = Some(at),
            (Some(first), true) => {
                parts.push((first, at));
                from = None;
            }
            _ => {}
        }
        at += 1;
    }
    parts.extend(from.map(|first| (first, at)));
    parts
}

/// Writes a folder.
pub fn write(study: &Study, wishes: &Wishes) -> Result<Written, Refused> {
    let mut out = Outgoing::of(study, &[Room::Codebook]);
    let types = ontology::types(study, &out);
    let mut pieces = ontology::write(study, &out, &types).to_vec();
    let mut n_empty = 0;
    for sheaf in &out.sheaves {
        let written = if wishes.writes_crlf { sheaf.text.replace('\n', "\r\n") } else { sheaf.text.to_owned() };
        let mut file = File {
            counted: Scale::plain(&written, Unit::CodePoints, Newlines::AsWritten),
            bytes: Scale::new(sheaf.text, Unit::Bytes),
            text: sheaf.text,
            ..File::default()
        };
        for whole in sheaf.wholes() {
            if is_one(&whole) && whole.iter().all(|part| file.has_letters(part)) {
                n_empty += usize::from(!file.put(&whole, &types, false));
                continue;
            }
            let mut is_linked = whole.len() > 1;
            for (n, part) in whole.iter().enumerate() {
                let is_put = file.put(&[*part], &types, is_linked);
                n_empty += usize::from(!is_put);
                // Parts of what can't be written stand for themselves.
                is_linked &= n > 0 || is_put;
            }
        }
        pieces.push(Piece::of_text(&format!("{}.txt", sheaf.stem), written));
        pieces.push(Piece::of_text(&format!("{}.ann", sheaf.stem), file.lines));
    }
    if n_empty > 0 {
        out.tally.note(count!(
            n_empty,
            "{n} annotation has nothing but line ends and tabs, which brat can't hold; left out",
            "{n} annotations have nothing but line ends and tabs, which brat can't hold; left out"
        ));
    }
    pieces.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Written { pieces, told: out.tally.sentences() })
}

/// Whether the parts of an annotation can be one of brat's.
fn is_one(whole: &[&Annotation]) -> bool {
    let Some(first) = whole.first() else { return false };
    let is_alike = |part: &&Annotation| (&part.code, &part.coder, part.time) == (&first.code, &first.coder, first.time);
    let are_bare = whole.iter().skip(1).all(|part| part.memo.is_empty());
    let are_apart = whole.windows(2).all(|pair| matches!(pair, [a, b] if a.passage.end <= b.passage.start));
    whole.iter().all(is_alike) && are_bare && are_apart
}

/// A file of annotations that is being written.
#[derive(Default)]
struct File<'a> {
    text: &'a str,
    counted: Scale,
    bytes: Scale,
    lines: String,
    n_bound: usize,
    n_notes: usize,
}

impl File<'_> {
    /// Whether there is more than line ends in a passage.
    fn has_letters(&self, one: &Annotation) -> bool {
        let (start, end) = (one.passage.start, one.passage.end);
        slice(self.text, self.bytes.position(start), self.bytes.position(end)).contains(|c| !is_break(c))
    }

    /// Writes an annotation with its parts and notes, with whatever id it has where others speak of it; not where it has nothing
    /// but line ends.
    fn put(&mut self, whole: &[&Annotation], types: &BTreeMap<CodeId, String>, is_linked: bool) -> bool {
        let words =
            |(start, end): (usize, usize)| slice(self.text, self.bytes.position(start), self.bytes.position(end));
        let exact: Vec<(usize, usize)> = whole.iter().map(|part| (part.passage.start, part.passage.end)).collect();
        let inner: Vec<Vec<(usize, usize)>> =
            exact.iter().map(|place| without_breaks(words(*place), place.0)).collect();
        let (Some(first), false) = (whole.first(), inner.iter().all(Vec::is_empty)) else { return false };
        let is_told =
            exact.iter().zip(&inner).all(|(exact, inner)| {
                inner.first().is_some_and(|one| one.0 == exact.0)
                    && inner.last().is_some_and(|one| one.1 == exact.1)
                    && inner.windows(2).all(|pair| matches!(pair, [a, b] if words((a.1, b.0)).chars().all(is_break)))
            }) && exact.windows(2).all(|pair| matches!(pair, [a, b] if !words((a.1, b.0)).chars().all(is_break)));
        let inner = inner.concat();
        let place = |at: &(usize, usize)| format!("{} {}", self.counted.position(at.0), self.counted.position(at.1));
        let places: Vec<String> = inner.iter().map(place).collect();
        let texts: Vec<&str> = inner.iter().map(|place| words(*place)).collect();
        self.n_bound += 1;
        let (n, name) = (self.n_bound, types.get(&first.code).map_or("code", String::as_str));
        let _ = writeln!(self.lines, "T{n}\t{name} {}\t{}", places.join(";"), texts.join(" "));
        let parts = whole.iter().skip(1).map(|part| part.id).collect();
        let counted = |(start, end): (usize, usize)| (self.counted.position(start), self.counted.position(end));
        let places = if is_told { Vec::new() } else { exact.into_iter().map(counted).collect() };
        self.note(
            first,
            Note { claim: Claim { code: CodeId::default(), ..Claim::of(first) }, parts, places },
            is_linked,
        );
        true
    }

    fn note(&mut self, first: &Annotation, mut note: Note, is_linked: bool) {
        let n = self.n_bound;
        let memo = shown(&first.memo);
        if !memo.is_empty() {
            self.n_notes += 1;
            let _ = writeln!(self.lines, "#{}\tAnnotatorNotes T{n}\t{memo}", self.n_notes);
        }
        if memo == note.claim.memo {
            note.claim.memo.clear();
        }
        if note.parts.iter().all(|id| id.is_local()) {
            note.parts.clear();
        }
        if !is_linked {
            note.claim.id = note.claim.id.filter(|id| !id.is_local());
            note.claim.part_of = None;
        }
        let json = one_line(&serde_json::to_string(&note).unwrap_or_default());
        if json != "{}" {
            self.n_notes += 1;
            let _ = writeln!(self.lines, "#{}\t{OURS} T{n}\t{json}", self.n_notes);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::specimen::{carried, studies};

    fn bundle(pieces: &[(&str, &str)]) -> Bundle {
        let pieces = pieces.iter().map(|(path, text)| Piece::of_text(path, *text)).collect();
        Bundle { name: "x".into(), pieces }
    }

    fn brought(pieces: &[(&str, &str)]) -> Brought {
        assert!(is_it(&bundle(pieces)));
        read(&bundle(pieces), &Wishes::default()).unwrap()
    }

    #[test]
    fn parts_notes_and_a_hierarchy_are_read() {
        let brought = brought(&[
            (
                "annotation.conf",
                "[entities]\nPerson\n\tWriter\n!Place\n[relations]\nKnows Arg1:Person, Arg2:Person\n[events]\nGo Who:Person\n",
            ),
            ("visual.conf", "[labels]\nWriter | Жазушы | Ж\n[drawing]\nWriter\tbgColor:#AABBCC, fgColor:black\n"),
            (
                "a.ann",
                "T1\tWriter 0 3;7 10\tАбай Құн\n#1\tAnnotatorNotes T1\twho is it?\nT2\tGo 11 16\tкетті\nE1\tGo:T2 Who:T1\n\
                       #2\tAnnotatorNotes E1\tleft\nR1\tKnows Arg1:T1 Arg2:T1\nA1\tSure T1\nfoo\n",
            ),
            ("a.txt", "Аба👍   Құн кетті"),
        ]);
        let study = &brought.study;
        let code = |id: &str| study.codes.iter().find(|code| code.id.0 == id).unwrap();
        assert_eq!((code("жазушы").parent.0.as_str(), code("жазушы").colour.as_str()), ("person", "#aabbcc"));
        assert_eq!(code("place").standing, crate::model::code::Standing::Folder);
        let [first, second, third] = study.annotations.as_slice() else { panic!("{:?}", study.annotations) };
        assert_eq!((first.passage.start, first.passage.end, first.memo.as_str()), (0, 3, "who is it?"));
        assert_eq!((second.part_of, second.quote.exact.as_str()), (Some(first.id), "Құн"));
        assert_eq!((third.memo.as_str(), third.code.0.as_str()), ("left", "go"));
        // The words of T1 are not those at its place: a letter of brat's line is another.
        assert_eq!((brought.told.len(), brought.unread.len()), (4, 1), "{brought:?}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let brought = brought(&[
            (
                "a.ann",
                "T1\tX 0 99\tx\nT2\tX 3 3\t\nT3\tX 3 2\tx\nT4\tX 0\tx\nT5\tX 0 3\tone\nT5\tX 4 7\ttwo\nno tabs\n#1\tx T9\ty\n",
            ),
            ("a.txt", "one two"),
            ("b.ann", "T1\tX 0 1\tx\n"),
        ]);
        assert_eq!(brought.study.annotations.len(), 2);
        let places = brought.unread.iter().map(|line| line.split(": ").next().unwrap());
        let wanted = ["a.ann, line 4", "a.ann, line 7", "a.ann, line 1", "a.ann, line 2", "a.ann, line 3", "b.ann"];
        assert_eq!(places.collect::<Vec<_>>(), wanted);
        assert!(brought.told.iter().any(|told| told.starts_with("a.ann, line 6")), "{:?}", brought.told);
        assert!(
            !brought.told.iter().any(|told| told.starts_with("a.ann, line 1")),
            "what is left out has no words to look at"
        );
        assert!(read(&bundle(&[("a.ann", "T1\tX 0 1\tx\n")]), &Wishes::default()).is_err());
    }

    #[test]
    fn the_unit_is_found_out_by_the_words() {
        let told = |text: &str, ann: &str| {
            let brought = brought(&[("a.ann", ann), ("a.txt", text)]);
            assert_eq!(brought.study.annotations[0].quote.exact, "сөз");
            brought.told.len()
        };
        assert_eq!(told("a\r\nсөз", "T1\tX 3 6\tсөз\n"), 0);
        assert_eq!(told("a\r\nсөз", "T1\tX 2 5\tсөз\n"), 1);
        assert_eq!(told("👍 сөз", "T1\tX 3 6\tсөз\n"), 1);
        assert_eq!(told("👍 сөз", "T1\tX 5 11\tсөз\n"), 1);
    }

    #[test]
    fn a_line_end_parts_a_passage_and_comes_back() {
        let mut study = Study::default();
        let id = crate::model::document::DocumentId("a".into());
        let text = "бір\nекі\u{2028}үш\n";
        study.papers.push(crate::model::study::Paper {
            document: Document { id: id.clone(), ..Document::default() },
            text: Some(text.into()),
        });
        let code = study.code_named("Екі сөз").unwrap();
        for (start, end) in [(0, 7), (3, 8), (0, 11), (3, 4)] {
            let passage = crate::model::annotation::Passage { document: id.clone(), start, end };
            study.mark(passage, "", code.clone());
        }
        let written = write(&study, &Wishes::default()).unwrap();
        let ann = written.pieces.iter().find(|piece| piece.path == "a.ann").unwrap().text().unwrap();
        assert!(ann.contains("code 0 3;4 7\tбір екі\n"), "{ann}");
        assert!(ann.contains("code 0 3;4 7;8 10\tбір екі үш\n"), "{ann}");
        assert!(ann.contains("\"places\":[[3,8]]"), "{ann}");
        assert_eq!(written.told.len(), 1);
        let back = read(&Bundle { name: "x".into(), pieces: written.pieces }, &Wishes::default()).unwrap();
        let places: Vec<(usize, usize)> =
            back.study.annotations.iter().map(|a| (a.passage.start, a.passage.end)).collect();
        assert_eq!(places, [(0, 7), (0, 11), (3, 8)]);
        assert_eq!(back.study.codes, study.codes);
    }

    proptest! {
        #[test]
        fn what_is_written_comes_back(study in studies(), writes_crlf: bool) {
            let written = write(&study, &Wishes { writes_crlf, ..Wishes::default() }).unwrap();
            let bundle = Bundle { name: "x".into(), pieces: written.pieces };
            prop_assert!(is_it(&bundle) || study.papers.is_empty());
            let brought = read(&bundle, &Wishes::default());
            let Ok(brought) = brought else { prop_assert!(study.papers.is_empty()); return Ok(()) };
            prop_assert_eq!(&brought.told, &Vec::<String>::new());
            let only_breaks = |a: &Annotation| a.quote.exact.chars().all(is_break);
            prop_assert_eq!(carried(&brought.study, |_| true), carried(&study, |a| !only_breaks(a)));
            let sorted = |study: &Study| {
                let mut codes = study.codes.clone();
                codes.sort_by(|a, b| a.id.cmp(&b.id));
                codes
            };
            prop_assert_eq!(sorted(&brought.study), sorted(&study));
        }

        #[test]
        fn nothing_makes_it_panic(text in "[aқ👍\n\r ]{0,30}", ann in "([TE#RA*][0-9]{0,2}[\t ](X|Tanba|E1:T1)[\t ][0-9; T-]{0,8}\t?[a{}\":\\[\\],0-9қ]{0,9}\n?){0,6}", conf in "[\\[\\]entis\n\t#!|<=>{}-]{0,60}") {
            let bundle = bundle(&[("a.ann", &ann), ("a.txt", &text), ("annotation.conf", &format!("[entities]\n{conf}")), ("visual.conf", &format!("[labels]\n{conf}"))]);
            let _ = (is_it(&bundle), read(&bundle, &Wishes::default()));
        }
    }
}
