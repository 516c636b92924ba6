//! What must hold of whatever is read: nothing panics, passages lie in their texts, and what was written comes back.
#![allow(clippy::expect_used, clippy::missing_panics_doc)] // a broken promise ends the run

#[path = "../../tests/it/deeds.rs"]
mod deeds;
#[path = "../../tests/it/desk.rs"]
#[allow(dead_code)] // the tests use the rest
mod desk;
pub mod program;

use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

use tanba::formats::bundle::{Brought, Bundle, Piece, Wishes};
use tanba::formats::{self, archive, manuscripts, xml};
use tanba::intake::here::{Here, Seen};
use tanba::intake::plan::Plan;
use tanba::intake::revision;
use tanba::model::annotation::{Annotation, AnnotationId};
use tanba::model::change::Record;
use tanba::model::code::{Code, CodeId};
use tanba::model::codebook::Codebook;
use tanba::model::document::{Document, DocumentId};
use tanba::model::shared::Shared;
use tanba::model::study::Study;
use tanba::model::time::Time;
use tanba::text::anchor::Quote;
use tanba::text::carry::{Carried, Carry};
use tanba::text::ruler::Ruler;
use tanba::text::seek::Seek;
use tanba::text::span::CodePoints;

/// Between the files of an input; no text has this byte.
const NEXT: u8 = 0xFF;

/// Between a file's name and what it holds; no text has this byte.
const NAMED: u8 = 0xFE;

thread_local! {
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Lets panics unwind, which libFuzzer's hook would end at once: those that the program catches are none.
pub fn panics_unwind() {
    std::panic::set_hook(Box::new(|info| {
        let told = format!("{info}\n{}", Backtrace::force_capture());
        LAST.with(|last| last.replace(told));
    }));
}

/// Ends the process, as libFuzzer wants it, where a panic gets through.
fn watched(work: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(work)).is_err() {
        LAST.with(|last| eprintln!("{}", last.borrow()));
        std::process::abort();
    }
}

/// The files of an input: `name FE contents FF name FE contents`; one alone where it has no such names.
pub fn pieces(data: &[u8]) -> Vec<Piece> {
    data.split(|byte| *byte == NEXT)
        .map(|part| {
            let at = part.iter().position(|byte| *byte == NAMED);
            let (name, bytes) = at.map_or((&b"a.txt"[..], part), |at| (&part[..at], &part[at + 1..]));
            Piece { path: String::from_utf8_lossy(name).into_owned(), bytes: bytes.to_vec() }
        })
        .collect()
}

/// An input as one file: packed where it is a list of named files, so that no checksum is in the way.
fn packed(data: &[u8], ending: &str) -> Piece {
    let bytes = if !data.starts_with(b"PK") && data.contains(&NAMED) {
        archive::pack(&pieces(data), &["mimetype"]).unwrap_or_default()
    } else {
        data.to_vec()
    };
    Piece { path: format!("a.{ending}"), bytes }
}

/// Reads an input as an exchange format, holds what was read against the rules, and writes it back.
pub fn exchange(name: &str, ending: &str, data: &[u8]) {
    watched(|| {
        let exchange = formats::exchange(name).expect("a format");
        let is_folder = matches!(name, "brat" | "webanno-tsv" | "web-annotation") && data.contains(&NAMED);
        let bundle = if is_folder {
            Bundle { name: "a".into(), pieces: pieces(data) }
        } else if name == "refi" && data.starts_with(b"<") {
            Bundle::of(Piece { path: "a.qde".into(), bytes: data.to_vec() })
        } else {
            Bundle::of(packed(data, ending))
        };
        let _ = (exchange.is_it)(&bundle);
        let Ok(brought) = exchange.read.expect("a reader")(&bundle, &Wishes::default()) else { return };
        sound(&brought);
        again(name, &brought.study);
    });
}

/// What was read is written, read, written and read: the second time it is all the same.
fn again(name: &str, study: &Study) {
    let exchange = formats::exchange(name).expect("a format");
    let (Some(read), Some(write)) = (exchange.read, exchange.write) else { return };
    let there_and_back = |study: &Study| {
        let written = write(study, &Wishes::default()).ok()?;
        let bundle = match <[Piece; 1]>::try_from(written.pieces) {
            Ok([piece]) => Bundle::of(piece),
            Err(pieces) => Bundle { name: "a".into(), pieces },
        };
        let brought = read(&bundle, &Wishes::default()).ok()?;
        sound(&brought);
        Some(brought.study)
    };
    let Some(once) = there_and_back(study) else { return };
    assert!(once.annotations.len() <= study.annotations.len(), "more annotations than there were");
    let Some(twice) = there_and_back(&once) else {
        assert!(once.annotations.is_empty(), "what was written and read can't be written and read again");
        return;
    };
    let texts = |study: &Study| -> BTreeMap<DocumentId, Option<String>> {
        study.papers.iter().map(|paper| (paper.document.id.clone(), paper.text.clone())).collect()
    };
    assert!(texts(&once) == texts(&twice), "other texts the second time");
    let passages = |study: &Study| -> BTreeMap<(String, usize, usize, String, String, String), usize> {
        let mut all = BTreeMap::new();
        for one in &study.annotations {
            let at = &one.passage;
            let key =
                (at.document.0.clone(), at.start, at.end, one.code.0.clone(), one.coder.clone(), one.memo.clone());
            *all.entry(key).or_default() += 1;
        }
        all
    };
    let (one, two) = (passages(&once), passages(&twice));
    let differing: Vec<_> = one.iter().filter(|(key, n)| two.get(*key) != Some(n)).take(3).collect();
    let fresh: Vec<_> = two.iter().filter(|(key, n)| one.get(*key) != Some(n)).take(3).collect();
    assert!(differing.is_empty() && fresh.is_empty(), "other annotations the second time: {differing:?} / {fresh:?}");
}

/// What must hold of everything that was read.
fn sound(brought: &Brought) {
    let study = &brought.study;
    let mut lengths: HashMap<&DocumentId, Option<usize>> = HashMap::new();
    for paper in &study.papers {
        let length = paper.text.as_ref().map(|text| text.chars().count());
        assert!(lengths.insert(&paper.document.id, length).is_none(), "two documents of one name");
        let Some(length) = length else { continue };
        assert!(!paper.text.as_ref().is_some_and(|text| text.contains("\r\n")), "Windows' line ends");
        assert!(paper.document.landmarks.iter().all(|mark| mark.at <= length), "a landmark outside");
        assert!(paper.document.languages.keys().all(|at| *at <= length), "a language outside");
    }
    let mut codes = BTreeSet::new();
    assert!(study.codes.iter().all(|code| codes.insert(&code.id)), "two codes of one id");
    let mut ids: BTreeSet<AnnotationId> = BTreeSet::new();
    assert!(study.annotations.iter().all(|one| ids.insert(one.id)), "two annotations of one id");
    for one in &study.annotations {
        let passage = &one.passage;
        let length = lengths.get(&passage.document).expect("an annotation of no document");
        match length {
            Some(length) => assert!(passage.start < passage.end && passage.end <= *length, "a passage outside"),
            None => assert!(passage.start < passage.end || !one.quote.exact.is_empty(), "neither place nor words"),
        }
        assert!(codes.contains(&one.code), "an annotation of no code");
        assert!(one.part_of.is_none_or(|first| ids.contains(&first) && first != one.id), "a part of nothing");
    }
}

/// Reads an input as a kind of document.
pub fn manuscript(name: &str, data: &[u8]) {
    watched(|| {
        let kind = manuscripts::named(name).expect("a kind");
        let piece = packed(data, kind.endings[0]);
        let _ = (kind.is_it)(&piece);
        if let Ok(brought) = (kind.read)(&piece) {
            sound(&brought);
            for paper in &brought.study.papers {
                let marks: Vec<usize> = paper.document.landmarks.iter().map(|mark| mark.at).collect();
                assert!(marks.is_sorted(), "landmarks out of order");
            }
        }
    });
}

fn lossy(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// Reads an input as XML; what is escaped comes back.
pub fn xml(data: &[u8]) {
    watched(|| {
        let text = lossy(data);
        if let Ok(root) = xml::read(&text, "a.xml") {
            let words = root.text();
            let again =
                xml::read(&format!("<a b=\"{0}\">{0}</a>", xml::escaped(&words)), "b.xml").expect("what was escaped");
            let plain: String = words.chars().map(|c| if xml::is_forbidden(c) { '\u{fffd}' } else { c }).collect();
            assert!(again.text() == plain && again.attribute("b") == Some(plain.as_str()), "escaped words are others");
        }
    });
}

/// Reads an input as a translation memory.
pub fn tmx(data: &[u8]) {
    watched(|| bitext(&lossy(data), formats::tmx::read, formats::tmx::write));
}

/// Reads an input as a table of pairs.
pub fn tsv(data: &[u8]) {
    watched(|| bitext(&lossy(data), formats::tsv::read, formats::tsv::write));
}

type ReadUnits = fn(&str, &str) -> Result<formats::bitext::Units, formats::bundle::Refused>;
type WriteUnits = fn([&str; 2], &[(String, String)], &mut dyn std::io::Write) -> std::io::Result<()>;

fn bitext(text: &str, read: ReadUnits, write: WriteUnits) {
    let Ok(units) = read(text, "a") else { return };
    let [left, right] = &units.languages;
    if left.is_empty() || right.is_empty() || left == right {
        return;
    }
    let there_and_back = |pairs: &[(String, String)]| {
        let mut out = Vec::new();
        write([left, right], pairs, &mut out).expect("written");
        read(&lossy(&out), "b").expect("what was written").pairs
    };
    // What XML has no way to write goes the first time.
    let once = there_and_back(&units.pairs);
    assert!(once.len() == units.pairs.len(), "more or fewer pairs");
    assert!(once == there_and_back(&once), "other pairs the second time");
    let whole: String = units.pairs.iter().flat_map(|(left, _)| [left.as_str(), " "]).collect();
    let placed = formats::placed::place(&units.pairs, [&whole, text]);
    let ends = [whole.len(), text.len()];
    assert!(placed.links.iter().all(|(left, right)| left.end <= ends[0] && right.end <= ends[1]), "a segment outside");
}

/// Reads an input as a workbook with a codebook.
pub fn workbook(data: &[u8]) {
    watched(|| drop(formats::workbook::read_codebook(&packed(data, "xlsx").bytes)));
}

/// Reads an input as a codebook of every kind.
pub fn codebook(data: &[u8]) {
    watched(|| {
        let text = lossy(data);
        for way in formats::codebook::WAYS {
            let Some(read) = way.read else { continue };
            let Ok(codes) = read(&text) else { continue };
            let book = |codes: Vec<Code>| {
                let mut book = Codebook::default();
                codes.into_iter().for_each(|code| book.insert(code));
                book
            };
            let there_and_back = |book_of: &Codebook| {
                let mut out = Vec::new();
                (way.write)(book_of, &mut out).expect("written");
                book(read(&lossy(&out)).expect("what was written"))
            };
            // Tables drop control characters.
            let once = there_and_back(&book(codes));
            assert!(once == there_and_back(&once), "other codes the second time: {}", way.name);
        }
    });
}

/// Reads an input as an archive, and packs what is in it.
pub fn archive(data: &[u8]) {
    watched(|| {
        let all = |piece: &Piece| archive::unpack(piece, &|_| true);
        if let Ok(files) = all(&Piece { path: "a.zip".into(), bytes: data.to_vec() }) {
            let bytes = archive::pack(&files, &[]).expect("packed");
            // What is packed far better than text is a bomb; so are many blanks.
            if let Ok(again) = all(&Piece { path: "b.zip".into(), bytes }) {
                assert!(files == again, "other files the second time");
            }
        }
    });
}

/// Reads an input as data on what coders said.
pub fn coding(data: &[u8]) {
    watched(|| drop(formats::coding::read(&lossy(data))));
}

/// Three parts of an input as texts.
fn parts(data: &[u8]) -> [String; 3] {
    let mut parts = data.splitn(3, |byte| *byte == NEXT).map(lossy);
    [0; 3].map(|_| parts.next().unwrap_or_default().replace("\r\n", "\n"))
}

fn inside(found: &Carried, text: &Ruler<'_>) {
    assert!(found.range.start < found.range.end && found.range.end <= text.len(), "a place outside");
    assert!(found.confidence <= 100, "more than sure");
}

/// Carries every stretch of a text to another one, and looks for a third one's words.
pub fn carry(data: &[u8]) {
    watched(|| {
        let [old, new, words] = parts(data);
        let (old, new) = (Ruler::new(&old), Ruler::new(&new));
        let (carry, seek) = (Carry::new(&old, &new), Seek::new(&new));
        assert!((0.0..=1.0).contains(&carry.likeness()));
        for start in (0..old.len()).step_by(old.len() / 50 + 1) {
            for length in [1, 7, 100] {
                let range = CodePoints { start, end: (start + length).min(old.len()) };
                if let Some(found) = carry.passage(range) {
                    inside(&found, &new);
                }
            }
        }
        let quote = tanba::text::anchor::quote_of(&old, CodePoints { start: old.len() / 3, end: old.len() / 2 });
        let exact = Quote { exact: words, ..Quote::default() };
        for (quote, hint) in [(&quote, None), (&quote, Some(3)), (&exact, None)] {
            if let Some(found) = seek.find(quote, hint) {
                inside(&found, &new);
            }
        }
    });
}

/// A small project: what is shared, and what is in its documents.
struct Project {
    shared: Shared,
    texts: BTreeMap<DocumentId, Seen>,
}

impl Project {
    fn of(texts: [&str; 2]) -> Self {
        let mut own = Self { shared: Shared::default(), texts: BTreeMap::new() };
        for (name, text) in ["a.kk", "b.en"].into_iter().zip(texts) {
            let id = DocumentId(name.into());
            own.shared.insert(Record::Document(Document::describing(id.clone(), text)));
            own.texts.insert(id, Seen { text: text.to_owned(), ..Seen::default() });
        }
        for name in ["censorship", "Өзін-өзі цензуралау"] {
            let id = CodeId::of_name(name).expect("letters");
            own.shared.insert(Record::Code(Code::named(id, name)));
        }
        own
    }

    fn plan(&self, study: &Study) -> Plan {
        let look = |id: &DocumentId| self.texts.get(id).cloned().ok_or_else(|| "it is not here".to_owned());
        let here = Here {
            shared: &self.shared,
            coder: "aigerim",
            now: Time(1_795_227_581_123),
            look: &look,
            may_keep: &|_, _| true,
        };
        tanba::intake::plan(study, &here).expect("all documents are there")
    }

    /// Does what is planned.
    fn take(&mut self, plan: Plan) {
        for (id, text) in plan.texts {
            assert!(self.texts.insert(id, Seen { text, ..Seen::default() }).is_none(), "a document is written over");
        }
        for change in plan.changes {
            if let Some(Record::Annotation(one)) = &change.now {
                let seen = self.texts.get_mut(&one.passage.document).expect("an annotation of no document");
                assert!(self.shared.codebook.get(&one.code).is_some(), "an annotation of no code");
                fits(one, &seen.text);
                assert!(seen.ids.insert(one.id), "two annotations of one id");
                seen.annotations.push(one.clone());
            }
            self.shared.apply(&change);
        }
    }
}

fn fits(one: &Annotation, text: &str) {
    let ruler = Ruler::new(text);
    let range = one.passage.range();
    assert!(range.start < range.end && range.end <= ruler.len(), "a passage outside");
    assert!(ruler.slice(range) == one.quote.exact, "a passage of other words than its quote");
}

/// Takes a study (JSON Lines, REFI-QDA's XML) into a small project, twice, and gives one of its documents another text.
pub fn intake(data: &[u8]) {
    watched(|| {
        let [old, new, file] = parts(data);
        let is_xml = file.trim_start().starts_with('<');
        let exchange = formats::exchange(if is_xml { "refi" } else { "jsonl" }).expect("a format");
        let piece = Piece::of_text(if is_xml { "a.qde" } else { "a.jsonl" }, file);
        let read = exchange.read.expect("a reader")(&Bundle::of(piece), &Wishes::default());
        let mut project = Project::of([&old, &new]);
        let Ok(brought) = read else { return };
        let plan = project.plan(&brought.study);
        let n_new = plan.tally.new;
        project.take(plan);
        let plan = project.plan(&brought.study);
        assert!(plan.texts.is_empty(), "documents come in twice");
        assert!(plan.tally.new == 0, "{} of {n_new} annotations come in twice", plan.tally.new);
        let id = DocumentId("a.kk".into());
        let (known, seen) = (&project.shared.documents[&id], &project.texts[&id]);
        for change in revision::plan(known, seen, &new).changes {
            if let Some(Record::Annotation(one)) = &change.now {
                fits(one, &new);
            }
        }
    });
}
