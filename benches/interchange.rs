//! The figures of docs/interchange-figures.md: 100,000 annotations written and read in every format, and taken into projects.
//! Each row runs in a process of its own, so that its peak memory is its own. `TANBA_PYTHON` names a Python that has
//! dkpro-cassis and openpyxl; without it the peers are left out.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::format_push_string)] // a broken bench says so; figures are printed

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use rusqlite::{Connection, params};
use tanba::agreement::chance::Chance;
use tanba::formats::bundle::{Bundle, Piece, Wishes};
use tanba::formats::row::Row;
use tanba::formats::{self, EXCHANGES, FORMATS};
use tanba::intake::here::{Here, Seen};
use tanba::intake::plan::Plan;
use tanba::intake::{self, revision};
use tanba::model::annotation::{Annotation, AnnotationId, Passage};
use tanba::model::change::Record;
use tanba::model::code::{Code, CodeId};
use tanba::model::document::{Document, DocumentId, Pair};
use tanba::model::shared::Shared;
use tanba::model::study::{Paper, Study};
use tanba::model::time::Time;
use tanba::text::anchor::quote_of;
use tanba::text::ruler::Ruler;
use tanba::text::span::CodePoints;

/// Pairs of documents, of 2,000 annotations each; `TANBA_PAIRS` says another number.
fn n_pairs() -> usize {
    std::env::var("TANBA_PAIRS").ok().and_then(|n| n.parse().ok()).unwrap_or(50)
}

const N_BYTES: usize = 20_000;
const N_EACH: usize = 1_000;
const N_CODES: usize = 50;
const CODERS: [&str; 4] = ["aigerim", "bek", "Әсел", "daniyar"];
const TIMES: usize = 5;
const NOW: Time = Time(1_800_000_000_000);

/// A text of about so many bytes made of the corpus's paragraphs, no two of one number alike.
fn text_of(language: &str, number: usize) -> String {
    let path = format!("{}/corpus/documents/spillover.{language}.txt", env!("CARGO_MANIFEST_DIR"));
    let source = fs::read_to_string(path).expect("the corpus");
    let paragraphs: Vec<&str> = source.lines().filter(|line| !line.is_empty()).collect();
    let mut text = String::new();
    for (i, paragraph) in paragraphs.iter().cycle().skip(number).enumerate() {
        if text.len() >= N_BYTES {
            break;
        }
        text.push_str(&format!("{number}.{i} {paragraph}\n\n"));
    }
    text
}

/// 100 documents of 20 KB, 100,000 annotations of four coders by 50 codes, every tenth with a memo.
fn study() -> Study {
    let mut study = Study { name: "figures".into(), ..Study::default() };
    for n in 0..N_CODES {
        let name = format!("тақырып {n}");
        let id = CodeId::of_name(&name).expect("letters");
        study.codes.push(Code { definition: "what it means".into(), ..Code::named(id, &name) });
    }
    let mut chance = Chance::new(1);
    for n in 0..n_pairs() {
        let ids = ["en", "kk"].map(|language| DocumentId(format!("d{n:02}.{language}")));
        for (id, language) in ids.iter().zip(["en", "kk"]) {
            let text = text_of(language, n);
            annotate(&mut study, id, &text, &mut chance);
            study.papers.push(Paper { document: Document::describing(id.clone(), &text), text: Some(text) });
        }
        let [left, right] = ids;
        study.pairs.push(Pair { left, right });
    }
    study
}

fn annotate(study: &mut Study, id: &DocumentId, text: &str, chance: &mut Chance) {
    let ruler = Ruler::new(text);
    for _ in 0..N_EACH {
        let n = study.annotations.len();
        let start = chance.below(ruler.len() - 300);
        let range = ruler.whole_letters(CodePoints { start, end: start + 20 + chance.below(280) });
        let passage = Passage { document: id.clone(), start: range.start, end: range.end };
        let code = study.codes[chance.below(N_CODES)].id.clone();
        let time = Time(NOW.0 + n as i64);
        let name = AnnotationId::new(time, n as u128);
        let mut one = Annotation::new(name, CODERS[n % 4], (passage, quote_of(&ruler, range)), code, time);
        if n.is_multiple_of(10) {
            one.memo = format!("why {n}: «себебі»");
        }
        study.annotations.push(one);
    }
}

fn rows(study: &Study) -> impl Iterator<Item = Row> + '_ {
    study.annotations.iter().map(|one| Row {
        document: one.passage.document.0.clone(),
        language: "kk".into(),
        start: one.passage.start,
        end: one.passage.end,
        quote: one.quote.exact.clone(),
        code: one.code.0.clone(),
        path: one.code.0.clone(),
        coder: one.coder.clone(),
        memo: one.memo.clone(),
        time: Some(one.time),
        id: one.id.to_string(),
        ..Row::default()
    })
}

/// What a row of the table says; a time that does not apply is not there.
#[derive(Default)]
struct Figures {
    out: Option<f64>,
    back: Option<f64>,
    bytes: usize,
    n: usize,
}

/// Does it five times and tells the median in milliseconds, and what came of it.
fn timed<T>(mut work: impl FnMut() -> T) -> (f64, T) {
    let mut one = || {
        let start = Instant::now();
        let made = std::hint::black_box(work());
        (start.elapsed().as_secs_f64() * 1000.0, made)
    };
    let mut all: Vec<(f64, T)> = (0..TIMES).map(|_| one()).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all.swap_remove(TIMES / 2)
}

fn size(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| piece.bytes.len()).sum()
}

fn bundle(mut pieces: Vec<Piece>) -> Bundle {
    match pieces.len() {
        1 => Bundle::of(pieces.remove(0)),
        _ => Bundle { name: "figures".into(), pieces },
    }
}

/// An exchange format, written and read, or read alone.
fn exchanged(name: &str) -> Figures {
    let exchange = formats::exchange(name).expect("a format");
    let study = study();
    let mut figures = Figures::default();
    let files = match (exchange.write, name) {
        (Some(write), _) => {
            let (out, written) = timed(|| write(&study, &Wishes::default()).expect("written"));
            figures.out = Some(out);
            bundle(written.pieces)
        }
        (None, "qualcoder") => base("data.qda", |base| qualcoder(base, &study)),
        (None, "taguette") => base("t.sqlite3", |base| taguette(base, &study)),
        (None, _) => {
            let mut out = Vec::new();
            formats::jsonl::write(&mut rows(&study), &mut out).expect("written");
            bundle(vec![Piece { path: "a.jsonl".into(), bytes: out }])
        }
    };
    drop(study);
    figures.bytes = size(&files.pieces);
    if let Some(read) = exchange.read {
        let (back, brought) = timed(|| read(&files, &Wishes::default()).expect("read"));
        (figures.back, figures.n) = (Some(back), brought.study.annotations.len());
    }
    figures
}

fn base(name: &str, fill: impl FnOnce(&Connection)) -> Bundle {
    let mut base = Connection::open_in_memory().expect("a database");
    base.execute_batch("BEGIN").expect("begun");
    fill(&base);
    base.execute_batch("COMMIT").expect("kept");
    Bundle::of(Piece { path: name.into(), bytes: base.serialize("main").expect("bytes").to_vec() })
}

fn qualcoder(base: &Connection, study: &Study) {
    base.execute_batch(
        "CREATE TABLE project (databaseversion text, date text, memo text, about text);
         CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text, date text);
         CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text, color text);
         CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer);
         CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, pos1 integer,
           owner text, date text, memo text, important integer);
         CREATE TABLE annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer, memo text, owner text, date text);
         CREATE TABLE attribute_type (name text primary key, valuetype text, caseOrFile text);
         CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text, id integer);
         CREATE TABLE cases (caseid integer primary key, name text);
         CREATE TABLE case_text (id integer primary key, caseid integer, fid integer);
         INSERT INTO project VALUES ('v8', '2025-03-01 16:47:05', '', '');",
    )
    .expect("tables");
    let mut documents = BTreeMap::new();
    for (n, paper) in study.papers.iter().enumerate() {
        documents.insert(&paper.document.id, n as i64);
        base.execute(
            "INSERT INTO source VALUES (?1, ?2, ?3, '', '', '', '')",
            params![n as i64, paper.document.id.0, paper.text],
        )
        .expect("a row");
    }
    let mut codes = BTreeMap::new();
    for (n, code) in study.codes.iter().enumerate() {
        codes.insert(&code.id, n as i64);
        base.execute(
            "INSERT INTO code_name VALUES (?1, ?2, '', NULL, '', '', '#FF0000')",
            params![n as i64, code.name()],
        )
        .expect("a row");
    }
    let mut put = base
        .prepare("INSERT INTO code_text VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '2021-12-30 19:22:19', ?8, 0)")
        .expect("a statement");
    for (n, one) in study.annotations.iter().enumerate() {
        let at = &one.passage;
        let (code, document) = (codes[&one.code], documents[&at.document]);
        let (n, start, end) = (n as i64, at.start as i64, at.end as i64);
        put.execute(params![n, code, document, one.quote.exact, start, end, one.coder, one.memo]).expect("a row");
    }
}

fn taguette(base: &Connection, study: &Study) {
    base.execute_batch(
        "CREATE TABLE projects (id INTEGER, name TEXT, description TEXT, created TEXT);
         CREATE TABLE documents (id INTEGER, name TEXT, description TEXT, filename TEXT, created TEXT, project_id INTEGER, contents TEXT);
         CREATE TABLE tags (id INTEGER, project_id INTEGER, path TEXT, description TEXT);
         CREATE TABLE highlights (id INTEGER, document_id INTEGER, start_offset INTEGER, end_offset INTEGER, snippet TEXT);
         CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);
         CREATE TABLE commands (id INTEGER, date TEXT, user_login TEXT, project_id INTEGER, document_id INTEGER, payload TEXT);
         INSERT INTO projects VALUES (1, 'figures', '', '2024-06-21 14:53:48.297396');",
    )
    .expect("tables");
    let mut starts = BTreeMap::new();
    for (n, paper) in study.papers.iter().enumerate() {
        let text = paper.text.as_deref().unwrap_or_default();
        let page =
            format!("<p>{}</p>", text.trim_end().replace('&', "&amp;").replace('<', "&lt;").replace("\n\n", "</p><p>"));
        base.execute(
            "INSERT INTO documents VALUES (?1, ?2, '', '', '', 1, ?3)",
            params![n as i64, paper.document.id.0, page],
        )
        .expect("a row");
        // Positions are bytes of the words without the paragraphs' ends.
        let mut at = 0;
        let bytes: Vec<i64> = text
            .chars()
            .map(|c| {
                let own = at;
                at += if c == '\n' { 0 } else { c.len_utf8() as i64 };
                own
            })
            .collect();
        starts.insert(&paper.document.id, (n as i64, bytes));
    }
    let mut codes = BTreeMap::new();
    for (n, code) in study.codes.iter().enumerate() {
        codes.insert(&code.id, n as i64);
        base.execute("INSERT INTO tags VALUES (?1, 1, ?2, '')", params![n as i64, code.name()]).expect("a row");
    }
    let statement = |sql: &str| base.prepare(sql).expect("a statement");
    let mut highlight = statement("INSERT INTO highlights VALUES (?1, ?2, ?3, ?4, '')");
    let mut tag = statement("INSERT INTO highlight_tags VALUES (?1, ?2)");
    let mut command = statement("INSERT INTO commands VALUES (?1, '2024-06-21 15:00:00.5', ?2, 1, ?3, ?4)");
    for (n, one) in study.annotations.iter().enumerate() {
        let (document, starts) = &starts[&one.passage.document];
        let n = n as i64;
        let end = starts.get(one.passage.end).copied().unwrap_or_default();
        highlight.execute(params![n, document, starts[one.passage.start], end]).expect("a row");
        tag.execute(params![n, codes[&one.code]]).expect("a row");
        let payload = format!("{{\"type\": \"highlight_add\", \"highlight_id\": {n}}}");
        command.execute(params![n, one.coder, document, payload]).expect("a row");
    }
}

/// A format of passages, written.
fn written(name: &str) -> Figures {
    let format = formats::named(name).expect("a format");
    let study = study();
    let (out, bytes) = timed(|| {
        let mut out = Vec::new();
        (format.write)(&mut rows(&study), &mut out).expect("written");
        out.len()
    });
    Figures { out: Some(out), bytes, n: study.annotations.len(), ..Figures::default() }
}

/// A project in memory.
#[derive(Default)]
struct Project {
    shared: Shared,
    texts: BTreeMap<DocumentId, Seen>,
}

impl Project {
    fn plan(&self, study: &Study) -> Plan {
        let look = |id: &DocumentId| self.texts.get(id).cloned().ok_or_else(String::new);
        intake::plan(
            study,
            &Here { shared: &self.shared, coder: "asel", now: NOW, look: &look, may_keep: &|_, _| true },
        )
        .expect("a plan")
    }

    /// One that has all of a study.
    fn of(study: &Study) -> Self {
        let mut own = Self::default();
        let plan = own.plan(study);
        own.texts.extend(plan.texts.into_iter().map(|(id, text)| (id, Seen { text, ..Seen::default() })));
        for change in plan.changes {
            match &change.now {
                Some(Record::Annotation(one)) => {
                    let seen = own.texts.get_mut(&one.passage.document).expect("its document");
                    seen.ids.insert(one.id);
                    seen.annotations.push(one.clone());
                }
                _ => own.shared.apply(&change),
            }
        }
        own
    }

    /// One that has the documents of a study, edited: every tenth word is another one, every tenth paragraph is gone.
    fn edited(study: &Study) -> Self {
        let mut own = Self::default();
        for paper in &study.papers {
            let text = edited(paper.text.as_deref().unwrap_or_default());
            own.shared.insert(Record::Document(Document::describing(paper.document.id.clone(), &text)));
            own.texts.insert(paper.document.id.clone(), Seen { text, ..Seen::default() });
        }
        own
    }
}

fn edited(text: &str) -> String {
    let kept = text.split("\n\n").enumerate().filter(|(n, _)| n % 10 != 5);
    let words = |paragraph: &str| {
        let words = paragraph.split(' ').enumerate();
        words.map(|(n, word)| if n % 10 == 7 { "басқа" } else { word }).collect::<Vec<_>>().join(" ")
    };
    kept.map(|(_, paragraph)| words(paragraph)).collect::<Vec<_>>().join("\n\n")
}

fn taken(name: &str) -> Figures {
    let study = study();
    let of = |(back, n): (f64, usize)| Figures { back: Some(back), n, ..Figures::default() };
    match name {
        "empty" => of(timed(|| Project::default().plan(&study).tally.new)),
        "full" => {
            let project = Project::of(&study);
            of(timed(|| project.plan(&study).tally.known))
        }
        "edited" => {
            let project = Project::edited(&study);
            of(timed(|| project.plan(&study).tally.new))
        }
        _ => {
            let project = Project::of(&study);
            of(timed(|| {
                let all = project.texts.iter().map(|(id, seen)| {
                    revision::plan(&project.shared.documents[id], seen, &edited(&seen.text)).changes.len()
                });
                all.sum()
            }))
        }
    }
}

fn peak() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}

/// Measures one row, in this process.
fn row(kind: &str, name: &str) {
    let figures = match kind {
        "exchange" => exchanged(name),
        "format" => written(name),
        "intake" => taken(name),
        _ => Figures { n: study().annotations.len(), ..Figures::default() },
    };
    let ms = |time: Option<f64>| time.map_or("–".into(), |time| format!("{time:.0}"));
    let megabytes = figures.bytes as f64 / 1e6;
    let size = if figures.bytes == 0 { "–".into() } else { format!("{megabytes:.1}") };
    println!(
        "| {kind}: {name} | {} | {} | {size} | {:.0} | {} |",
        ms(figures.out),
        ms(figures.back),
        peak(),
        figures.n
    );
}

/// The same files by Python's packages, where there is a Python that has them.
fn peers() {
    let Ok(python) = std::env::var("TANBA_PYTHON") else {
        println!("peers: left out, TANBA_PYTHON names no Python");
        return;
    };
    let dir = tempfile::TempDir::new().expect("a folder");
    let study = study();
    let xmi = formats::exchange("xmi").and_then(|xmi| xmi.write).expect("a writer");
    for piece in xmi(&study, &Wishes::default()).expect("written").pieces {
        fs::write(dir.path().join(piece.name()), piece.bytes).expect("written");
    }
    let mut out = Vec::new();
    formats::workbook::write(&mut rows(&study), &mut out).expect("written");
    fs::write(dir.path().join("a.xlsx"), out).expect("written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/interchange_peers.py");
    let output = Command::new(python).arg(script).arg(dir.path()).output().expect("Python runs");
    print!("{}", String::from_utf8_lossy(&output.stdout));
    println!("{}", String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default());
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
    if let [word, kind, name] = asked.as_slice()
        && word == "row"
    {
        return row(kind, name);
    }
    let exchanges = EXCHANGES.iter().map(|exchange| ("exchange", exchange.name));
    let formats = FORMATS.iter().map(|format| ("format", format.name));
    let intakes = ["empty", "full", "edited", "revision"].map(|name| ("intake", name));
    println!("| | out, ms | in, ms | size, MB | peak memory, MB | annotations |\n|---|---:|---:|---:|---:|---:|");
    let own = std::env::current_exe().expect("a program");
    for (kind, name) in [("study", "itself")].into_iter().chain(exchanges).chain(formats).chain(intakes) {
        if asked.is_empty() || asked.iter().any(|asked| asked == name || asked == kind) {
            let output = Command::new(&own).args(["row", kind, name]).output().expect("it runs");
            print!("{}", String::from_utf8_lossy(&output.stdout));
            print!("{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    if asked.is_empty() || asked.iter().any(|asked| asked == "peers") {
        peers();
    }
}
