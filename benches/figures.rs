//! The figures of docs/PERFORMANCE.md: start, keys, memory, idle, tags, rebuild; beside peers in the same run.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::string_slice, clippy::format_push_string)] // a broken bench says so; figures are printed

#[path = "../tests/it/pty.rs"]
#[allow(dead_code)] // the tests use more of it
mod pty;

#[path = "figures/growth.rs"]
mod growth;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use mimalloc::MiMalloc;
use tanba::alignment::align_pair;
use tanba::alignment::gold::{Gold, Score};
use tanba::alignment::pair::{Half, Known};
use tanba::app::picker::{PickRow, Picker};
use tanba::model::annotation::{Annotation, AnnotationId, Passage};
use tanba::model::change::{Change, Record};
use tanba::model::code::{Code, CodeId};
use tanba::model::document::{Document, DocumentId};
use tanba::model::event::{Deed, Event};
use tanba::model::time::Time;
use tanba::query::choice::Choice;
use tanba::query::parse::distance;
use tanba::shell::retrieval::Retrieval;
use tanba::shell::tabulation::table;
use tanba::store::Store;
use tanba::store::line;
use tanba::store::project::{Project, Settings, Writer};
use tanba::tables::axis::{Axis, Period};
use tanba::tables::table::Measure;
use tanba::tables::wanted::Wanted;
use tanba::text::anchor;
use tanba::text::body::Text;
use tanba::text::fold::folded;
use tanba::text::offsets::Offsets;
use tanba::text::search::{How, Needle};
use tanba::text::span::Span;

use pty::Pty;

/// What is measured within this process takes its memory as the program does.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

const SIZE: (u16, u16) = (140, 40);
const MEGABYTE: usize = 1_000_000;

fn median<T: PartialOrd + Copy>(mut values: Vec<T>) -> T {
    values.sort_by(|a, b| a.partial_cmp(b).expect("no NaN"));
    values[values.len() / 2]
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// A text of about so many bytes made of the corpus's paragraphs, with a mark at its start.
fn text_of(language: &str, n_bytes: usize) -> String {
    let path = format!("{}/corpus/documents/spillover.{language}.txt", env!("CARGO_MANIFEST_DIR"));
    let source = fs::read_to_string(path).expect("the corpus");
    let paragraphs: Vec<&str> = source.lines().filter(|line| !line.is_empty()).collect();
    let mut text = String::from("Start of it\n\n");
    for (i, paragraph) in paragraphs.iter().cycle().enumerate() {
        if text.len() >= n_bytes {
            break;
        }
        text.push_str(&format!("{i}. {paragraph}\n\n"));
    }
    text
}

/// A project with one pair of texts of about so many bytes each.
fn project_of(dir: &Path, name: &str, n_bytes: usize) -> PathBuf {
    let root = dir.join(name);
    Project::init(
        &root,
        Settings { name: name.into(), languages: vec!["en".into(), "kk".into()], ..Settings::default() },
    )
    .expect("a project");
    for language in ["en", "kk"] {
        fs::write(root.join(format!("documents/a.{language}.txt")), text_of(language, n_bytes)).expect("a text");
    }
    root
}

/// Writes a journal of so many annotations, spread over the project's two documents.
fn annotate(root: &Path, n: usize) {
    let dir = root.join("journal");
    let mut out = BufWriter::new(File::create(dir.join("asel@desk.jsonl")).expect("a journal"));
    let mut sum = line::FIRST.to_owned();
    for side in ["a.en", "a.kk"] {
        let whole = fs::read_to_string(root.join(format!("documents/{side}.txt"))).expect("a text");
        let text = Text::whole(&whole);
        let starts: Vec<(usize, usize)> = whole
            .char_indices()
            .enumerate()
            .filter(|(_, (_, c))| *c == ' ')
            .map(|(cp, (at, _))| (cp + 1, at + 1))
            .collect();
        for i in 0..n / 2 {
            let (start, at) = starts[i * (starts.len() - 12) / (n / 2)];
            let (end, end_at) = starts[i * (starts.len() - 12) / (n / 2) + 6];
            let seq = if side == "a.en" { i } else { n / 2 + i } as u64 + 1;
            let id = AnnotationId::new(Time(1_800_000_000_000 + seq as i64), u128::from(seq));
            let passage = Passage { document: DocumentId(side.into()), start, end: end - 1 };
            let quote = anchor::quote(&text, Span::new(at, end_at - 1));
            let code = CodeId(["slacktivism", "censorship", "e-government"][i % 3].into());
            let annotation = Annotation::new(id, "asel", (passage, quote), code, Time(1_800_000_000_000));
            let event = Event {
                seq,
                time: Time(1_800_000_000_000 + seq as i64),
                tick: 0,
                by: "asel@desk".into(),
                machine: None,
                deed: Deed::Plain,
                changes: vec![Change::put(Record::Annotation(annotation))],
            };
            let (text, now) = line::encode(&event, &sum, None).expect("JSON");
            sum = now;
            out.write_all(text.as_bytes()).expect("written");
        }
    }
    out.flush().expect("written");
}

fn tanba() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_tanba"))
}

fn has(program: &str) -> bool {
    // slate knows no `--version`.
    ["--version", "--help"]
        .iter()
        .any(|asked| Command::new(program).arg(asked).output().is_ok_and(|output| output.status.success()))
}

/// Milliseconds from the start of a program to a screen that shows `mark` and is full; and its private memory in MB.
fn start(program: &Path, arguments: &[&str], mark: &str) -> (f64, f64) {
    let (mut times, mut memory) = (Vec::new(), 0.0);
    for _ in 0..15 {
        let begun = Instant::now();
        let mut pty = Pty::start(program, arguments, &[], SIZE);
        pty.until(mark);
        times.push(ms(begun.elapsed()));
        pty.settle();
        memory = private_mb(&pty);
    }
    (median(times), memory)
}

fn private_mb(pty: &Pty) -> f64 {
    let pid = pty.child.process_id().expect("it runs");
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let kilobytes = rollup
        .lines()
        .filter(|l| l.starts_with("Private"))
        .filter_map(|l| l.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.sum::<f64>() / 1000.0
}

/// Nanoseconds on a processor, and times put to sleep or woken, over all threads of a program.
fn work(pty: &Pty) -> (u64, u64) {
    let pid = pty.child.process_id().expect("it runs");
    let (mut nanoseconds, mut switches) = (0, 0);
    for task in fs::read_dir(format!("/proc/{pid}/task")).expect("Linux").flatten() {
        let schedstat = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        nanoseconds += schedstat.split(' ').next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
        let status = fs::read_to_string(task.path().join("status")).unwrap_or_default();
        let lines = status.lines().filter(|l| l.contains("ctxt_switches"));
        switches += lines.filter_map(|l| l.split_whitespace().nth(1)?.parse::<u64>().ok()).sum::<u64>();
    }
    (nanoseconds, switches)
}

/// For one scrolling key: processor time in ms, bytes to the terminal, and ms until the screen is complete.
fn key(pty: &mut Pty, keys: &str) -> (f64, usize, f64) {
    let n = 100;
    pty.settle();
    let (before, bytes) = (work(pty).0, pty.raw.len());
    let mut waits = Vec::new();
    for _ in 0..n {
        let begun = Instant::now();
        pty.press(keys);
        pty.next_output();
        waits.push(ms(begun.elapsed()));
    }
    pty.settle();
    ((work(pty).0 - before) as f64 / 1e6 / f64::from(n), (pty.raw.len() - bytes) / n as usize, median(waits))
}

fn starts_and_memory(projects: &[(String, PathBuf)]) {
    println!("\n## Start to the full frame, and private memory\n\n| | document | ms | MB |\n|---|---|---|---|");
    for (name, root) in projects {
        let document = root.join("documents/a.en.txt").to_str().expect("UTF-8").to_owned();
        let (time, memory) = start(&tanba(), &[root.to_str().expect("UTF-8")], "keys");
        println!("| tanba, two texts | {name} | {time:.1} | {memory:.1} |");
        let bare = vec!["-u", "NONE"];
        for (program, arguments) in [("less", vec!["-f"]), ("vim", bare.clone()), ("nvim", bare), ("slate", vec![])] {
            // slate reads a text whole before it shows it: no patience is enough for 100 MB.
            if has(program) && (program != "slate" || name == "small") {
                let arguments = [arguments, vec![document.as_str()]].concat();
                let (time, memory) = start(Path::new(program), &arguments, "Start of it");
                println!("| {program} | {name} | {time:.1} | {memory:.1} |");
            }
        }
    }
}

fn keys(projects: &[(String, PathBuf)], dense: &Path) {
    println!(
        "\n## One scrolling key\n\n| | document | processor ms | bytes | complete after ms |\n|---|---|---|---|---|"
    );
    let dense = ("10,000 annotations".to_owned(), dense.to_path_buf());
    for (name, root) in projects.iter().chain([&dense]) {
        for (what, keys) in [("scroll a row", "\x05"), ("next sentence", "j")] {
            let mut pty = Pty::start(&tanba(), &[root.to_str().expect("UTF-8")], &[], SIZE);
            pty.until("keys");
            // A long text is still being measured by another thread when it can be read already.
            std::thread::sleep(Duration::from_secs(2));
            pty.settle();
            let (processor, bytes, wait) = key(&mut pty, keys);
            println!("| tanba, two panes, {what} | {name} | {processor:.2} | {bytes} | {wait:.2} |");
        }
    }
    let both = |root: &Path| {
        ["en", "kk"].map(|l| root.join(format!("documents/a.{l}.txt")).to_str().expect("UTF-8").to_owned())
    };
    for program in ["vim", "nvim"] {
        if let Some((name, root)) = projects.get(1).filter(|_| has(program)) {
            let [left, right] = both(root);
            let mut pty = Pty::start(
                Path::new(program),
                &["-u", "NONE", "--cmd", "set shortmess+=F", "-O", "-c", "windo set scrollbind", &left, &right],
                &[],
                SIZE,
            );
            pty.until("Start of it");
            let (processor, bytes, wait) = key(&mut pty, "\x05");
            println!("| {program} -O, scrollbind | {name} | {processor:.2} | {bytes} | {wait:.2} |");
        }
    }
}

fn idle(root: &Path) {
    let mut pty = Pty::start(&tanba(), &[root.to_str().expect("UTF-8")], &[], SIZE);
    pty.until("keys");
    pty.settle();
    std::thread::sleep(Duration::from_secs(1));
    let before = work(&pty);
    std::thread::sleep(Duration::from_secs(3));
    let after = work(&pty);
    println!("\n## Idle\n\nwake-ups in 3 s: {}; processor time: {} ns", after.1 - before.1, after.0 - before.0);
}

fn tags(root: &Path) {
    let writer = Writer { coder: "bench".into(), device: "desk".into() };
    let mut store = Store::open(Project::open(root).expect("a project"), writer, &mut |_, _| {}).expect("opens");
    let text = Text::whole("some words to tag");
    let (mut kept, mut bare) = (Vec::new(), Vec::new());
    let mut file = File::create(root.join("bare")).expect("a file");
    for i in 0..500u64 {
        let passage = Passage { document: DocumentId("a.en".into()), start: 0, end: 4 };
        let quote = anchor::quote(&text, Span::new(0, 4));
        let id = AnnotationId::new(Time(1), u128::from(i));
        let annotation = Annotation::new(id, "bench", (passage, quote), CodeId("slacktivism".into()), Time(1));
        let begun = Instant::now();
        store.keep(vec![Change::put(Record::Annotation(annotation))], Deed::Plain, Time(1)).expect("kept");
        kept.push(ms(begun.elapsed()));
        let begun = Instant::now();
        file.write_all(&[b'x'; 400]).and_then(|()| file.sync_data()).expect("written");
        bare.push(ms(begun.elapsed()));
    }
    let (kept, bare) = (median(kept), median(bare));
    println!(
        "\n## A tag\n\nkept and indexed: {kept:.3} ms; a bare append and fdatasync: {bare:.3} ms; more by {:.3} ms",
        kept - bare
    );
}

/// In processes of their own: a large parent would make every start slow.
fn rebuilds(dir: &Path) {
    println!(
        "\n## Index\n\n| annotations | rebuild s | a second | `tanba documents` again ms | start to the full frame ms |\n|---|---|---|---|---|"
    );
    for n in [10, 100_000, 1_000_000] {
        let root = project_of(dir, &format!("n{n}"), 10 * MEGABYTE);
        annotate(&root, n);
        let list = || {
            let begun = Instant::now();
            let arguments = ["documents", "-C", root.to_str().expect("UTF-8")];
            let output = Command::new(tanba()).args(arguments).output().expect("it runs");
            assert!(output.status.success());
            begun.elapsed()
        };
        let rebuilt = list().as_secs_f64();
        let again = median((0..5).map(|_| ms(list())).collect());
        let (frame, _) = start(&tanba(), &[root.to_str().expect("UTF-8")], "keys");
        println!("| {n} | {rebuilt:.2} | {:.0} | {again:.1} | {frame:.1} |", n as f64 / rebuilt);
        fs::remove_dir_all(&root).expect("removed");
    }
}

/// What a key in a list waits for, beside one matching of all rows in one go.
fn lists() {
    println!(
        "\n## A list of 100,000 rows\n\n| key | screen waits ms | all matched after ms | all in one go ms | hits |\n|---|---|---|---|---|"
    );
    let words = ["лайк", "портал", "Қазақстан", "censorship", "slacktivism", "үкімет", "square", "бұғаттау"];
    let text = |n: usize| (0..8).map(|i| words[(n / 7usize.pow(i as u32 % 4) + i) % 8]).collect::<Vec<_>>().join(" ");
    let rows: Vec<PickRow> = (0..100_000)
        .map(|n| PickRow {
            value: n.to_string(),
            text: text(n),
            detail: format!("coder {}", n % 9),
            ..PickRow::default()
        })
        .collect();
    let own = rows.clone();
    let begun = Instant::now();
    let mut picker = Picker::new("List", "list", own);
    println!("| (opened) | {:.1} | | | {} |", ms(begun.elapsed()), picker.hits.len());
    for key in ["қ", "а", "з", " ", "s", "q", "u"] {
        picker.query.insert(key);
        let begun = Instant::now();
        picker.search();
        let mut longest = begun.elapsed();
        while picker.is_searching() {
            let go = Instant::now();
            picker.go_on();
            longest = longest.max(go.elapsed());
        }
        let whole = begun.elapsed();
        let begun = Instant::now();
        let (matcher, query) = (SkimMatcherV2::default(), folded(picker.query.text()));
        let n = rows.iter().filter(|row| matcher.fuzzy_match(&folded(&row.text), &query).is_some()).count();
        println!(
            "| {} | {:.1} | {:.1} | {:.1} | {} of {n} |",
            picker.query.text(),
            ms(longest),
            ms(whole),
            ms(begun.elapsed()),
            picker.hits.len()
        );
    }
}

/// How fast pairs of texts of so many sentences a side are aligned.
fn alignments() {
    println!(
        "\n## Aligning\n\n| sentences a side | s | sentences a second, both sides | links | kinship |\n|---|---|---|---|---|"
    );
    for n in [1_000, 10_000, 100_000] {
        let half = |language: &str| {
            // A sentence of the corpus takes some 130 bytes in English and 200 in Kazakh.
            let bytes = n * if language == "en" { 133 } else { 229 };
            Half::new(DocumentId(language.into()), Text::whole(&text_of(language, bytes)))
        };
        let halves = [half("en"), half("kk")];
        let sizes: Vec<usize> = halves.iter().map(|half| half.sentences.len()).collect();
        let offsets: Vec<Offsets> = halves.iter().map(|half| Offsets::measure(&half.text).expect("UTF-8")).collect();
        let begun = Instant::now();
        let pair = align_pair(halves, [&offsets[0], &offsets[1]], &Known::default(), &mut |_, _| true);
        let seconds = begun.elapsed().as_secs_f64();
        let pair = pair.expect("nobody stops it");
        let n_links = pair.links.iter().filter(|link| !link.is_gap()).count();
        let rate = (sizes[0] + sizes[1]) as f64 / seconds;
        println!("| {} : {} | {seconds:.2} | {rate:.0} | {n_links} | {:?} |", sizes[0], sizes[1], pair.kinship);
    }
}

/// How near the alignment comes to what people said, on texts of the corpus and on those beside the checkout.
fn quality() {
    println!(
        "\n## Alignment beside people's\n\n| texts | pairs | links | precision | recall | F1 |\n|---|---|---|---|---|---|"
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let documents = root.join("corpus/documents");
    let mut all = Score::default();
    let mut n_pairs = 0;
    for gold in listed(&root.join("corpus/alignment"), "gold") {
        let stem = gold.file_stem().expect("a name").to_string_lossy().into_owned();
        let (left, right) = stem.split_once('+').expect("two documents");
        let half = |name: &str| {
            let text = fs::read_to_string(documents.join(format!("{name}.txt"))).expect("a document");
            Half::new(DocumentId(name.into()), Text::whole(&text))
        };
        all = all.plus(scored([half(left), half(right)], &gold));
        n_pairs += 1;
    }
    tell_score("corpus", n_pairs, all);
    let shared = std::env::var_os("TANBA_SHARED").map_or(root.join("../shared"), PathBuf::from);
    for condition in ["clean", "light", "mid", "heavy", "long"] {
        let folder = shared.join("alignment/open").join(condition);
        let mut all = Score::default();
        let golds = listed(&folder, "gold");
        for gold in &golds {
            let half = |end: &str| {
                let text = fs::read_to_string(gold.with_extension(end)).expect("a text");
                Half::of_lines(DocumentId(end.into()), Text::whole(&text))
            };
            all = all.plus(scored([half("en"), half("kk")], gold));
        }
        tell_score(condition, golds.len(), all);
    }
}

/// The files of a folder that end so, in order; none where there is no folder.
fn listed(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    all.retain(|path| path.extension().is_some_and(|extension| extension == end));
    all.sort();
    all
}

fn scored(halves: [Half; 2], gold: &Path) -> Score {
    let offsets = [0, 1].map(|side: usize| Offsets::measure(&halves[side].text).expect("UTF-8"));
    let pair = align_pair(halves, [&offsets[0], &offsets[1]], &Known::default(), &mut |_, _| true);
    let gold = Gold::read(&fs::read_to_string(gold).expect("links")).expect("links");
    gold.score(&pair.expect("nobody stops it").links)
}

fn tell_score(name: &str, n_pairs: usize, score: Score) {
    let percent = |share: f64| format!("{:.1}", share * 100.0);
    let (precision, recall, f1) = (percent(score.precision()), percent(score.recall()), percent(score.f1()));
    println!("| {name} | {n_pairs} | {} | {precision} | {recall} | {f1} |", score.n_wanted);
}

/// How long a query takes over 100 MB, beside `rg -i` on the same file in the same run.
fn searches(dir: &Path) {
    println!(
        "\n## Searching 100 MB\n\n| query | how | hits | ms | first 100 hits after ms | `rg -i -o -b` ms |\n|---|---|---|---|---|---|"
    );
    let path = dir.join("mixed.txt");
    let (english, kazakh) = (text_of("en", 40 * MEGABYTE), text_of("kk", 60 * MEGABYTE));
    let lines = english.lines().zip(kazakh.lines()).flat_map(|(e, k)| [e, k]);
    fs::write(&path, lines.collect::<Vec<_>>().join("\n")).expect("written");
    let text = Text::whole(&fs::read_to_string(&path).expect("read"));
    for (query, how) in [
        ("белсенділік", How::Exact),
        ("белсенділік", How::Folded),
        ("белсенділік", How::Family),
        ("qazaqstan", How::Family),
        ("slacktivism", How::Family),
        ("жоқжерде", How::Family),
        ("the", How::Family),
    ] {
        let needle = Needle::new(query, how).expect("a query");
        let timed = |most: usize| {
            let times: Vec<(f64, usize)> = (0..3)
                .map(|_| {
                    let begun = Instant::now();
                    let n = needle.matches_in(&text, most, &mut |_| true).len();
                    (ms(begun.elapsed()), n)
                })
                .collect();
            (median(times.iter().map(|(time, _)| *time).collect()), times[0].1)
        };
        let (all, n_hits) = timed(usize::MAX);
        let (first, _) = timed(100);
        let peer = if has("rg") {
            let run = |_| {
                let begun = Instant::now();
                let output =
                    std::process::Command::new("rg").args(["-j1", "-i", "-o", "-b", query]).arg(&path).output();
                output.expect("rg runs");
                ms(begun.elapsed())
            };
            format!("{:.0}", median((0..3).map(run).collect()))
        } else {
            String::new()
        };
        println!("| {query} | {how:?} | {n_hits} | {all:.0} | {first:.1} | {peer} |");
    }
}

/// A project of so many documents and annotations, with 2,000 codes in folders and five coders; each document is an event.
fn study(dir: &Path, n_documents: usize, n_annotations: usize) -> PathBuf {
    let root = dir.join(format!("study-{n_annotations}"));
    let settings = Settings { name: "study".into(), languages: vec!["en".into(), "kk".into()], ..Settings::default() };
    Project::init(&root, settings).expect("a project");
    let texts = ["en", "kk"].map(|language| text_of(language, 6000));
    let places = texts.clone().map(|text| {
        let places =
            text.char_indices().enumerate().filter(|(_, (_, c))| *c == ' ').map(|(cp, (at, _))| (cp + 1, at + 1));
        places.collect::<Vec<(usize, usize)>>()
    });
    let mut out = BufWriter::new(File::create(root.join("journal/asel@desk.jsonl")).expect("a journal"));
    let (mut sum, mut seq) = (line::FIRST.to_owned(), 0);
    let mut keep = |changes: Vec<Change>| {
        seq += 1;
        let time = Time(1_800_000_000_000 + seq as i64 * 60_000);
        let event = Event { seq, time, tick: 0, by: "asel@desk".into(), machine: None, deed: Deed::Plain, changes };
        let (text, now) = line::encode(&event, &sum, None).expect("JSON");
        sum = now;
        out.write_all(text.as_bytes()).expect("written");
    };
    let codes = (0..2000).map(|i| {
        let mut code = Code::named(CodeId(format!("code-{i}")), &format!("code {i}"));
        code.parent = CodeId(if i % 10 == 0 { String::new() } else { format!("code-{}", i / 10 * 10) });
        Change::put(Record::Code(code))
    });
    keep(codes.collect());
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for i in 0..n_documents {
        let (side, id) = (i % 2, DocumentId(format!("d{:05}.{}", i / 2, ["en", "kk"][i % 2])));
        fs::write(root.join(format!("documents/{id}.txt")), &texts[side]).expect("a text");
        let text = Text::whole(&texts[side]);
        let mut document = Document { id: id.clone(), language: ["en", "kk"][side].into(), ..Document::default() };
        document.length = texts[side].chars().count();
        document.attributes.insert("year".into(), (2010 + i % 12).to_string());
        let mut changes = vec![Change::put(Record::Document(document))];
        for j in 0..n_annotations / n_documents {
            let at = random(places[side].len() - 20);
            let (start, from) = places[side][at];
            let (end, to) = places[side][at + 2 + random(16)];
            let time = Time(1_800_000_000_000 + i as i64 * 60_000 + j as i64);
            let annotation_id = AnnotationId::new(time, (i * 1000 + j) as u128);
            let passage = Passage { document: id.clone(), start, end: end - 1 };
            let quote = anchor::quote(&text, Span::new(from, to - 1));
            // Some codes are common and most are rare.
            let code = CodeId(format!("code-{}", random(2000) * random(2000) / 2000));
            let maker = ["asel", "aigerim", "daniyar", "timur", "saule"][random(5)];
            changes.push(Change::put(Record::Annotation(Annotation::new(
                annotation_id,
                maker,
                (passage, quote),
                code,
                time,
            ))));
        }
        keep(changes);
    }
    out.flush().expect("written");
    root
}

/// Queries over many annotations, in a process that has the project open.
fn queries(dir: &Path) {
    println!("\n## Queries\n\n| annotations | query | passages | ms |\n|---|---|---|---|");
    for n in [10_000, 100_000, 1_000_000] {
        let root = study(dir, n / 100, n);
        let writer = Writer { coder: "asel".into(), device: "desk".into() };
        let mut store = Store::open(Project::open(&root).expect("a project"), writer, &mut |_, _| {}).expect("opens");
        store.rebuild(&mut |_, _| {}).expect("rebuilt");
        let shared = store.shared().expect("shared");
        for query in [
            "any",
            "code-0",
            "code-0 by:asel lang:kk",
            "code-0 or code-10 and not by:asel",
            "code-0 and code-10",
            "code-0 overlapping code-10",
            "code-0 not code-10",
            "code-0 near 10 words code-10",
            "code-0 followed by sentence code-10",
            "code-0 text:like",
            "any text:like",
        ] {
            let choice = Choice { query: query.into(), ..Choice::default() };
            let mut n_passages = 0;
            let times = (0..3).map(|_| {
                n_passages = 0;
                let begun = Instant::now();
                let retrieval = Retrieval::new(&store, &shared, &choice).expect("a query");
                let count = retrieval.each(&mut |found| {
                    n_passages += found.passages.len();
                    true
                });
                count.expect("read");
                ms(begun.elapsed())
            });
            let time = median(times.collect());
            println!("| {n} | `{query}` | {n_passages} | {time:.0} |");
        }
        tables(&mut store, n);
        drop(store);
        fs::remove_dir_all(&root).expect("removed");
    }
}

/// Tables over many annotations; what is counted of texts is counted before, once.
fn tables(store: &mut Store, n: usize) {
    let shared = store.shared().expect("shared");
    let ids: Vec<DocumentId> = shared.documents.keys().cloned().collect();
    let begun = Instant::now();
    store.sizes(&ids, &mut |_| true).expect("counted");
    println!("| {n} | words of {} documents, once | | {:.0} |", ids.len(), ms(begun.elapsed()));
    let count = |columns, measure| Wanted::Count { rows: Axis::Code, columns, measure, rolls_up: false };
    for (name, wanted, query) in [
        ("code", count(Axis::All, Measure::Passages), ""),
        ("code document", count(Axis::Document, Measure::Passages), ""),
        ("code document, % of text", count(Axis::Document, Measure::Share), ""),
        ("code coder", count(Axis::Coder, Measure::Passages), ""),
        ("code language, in 1,000 words", count(Axis::Language, Measure::PerThousand), ""),
        ("code year", count(Axis::Attribute("year".into()), Measure::Passages), ""),
        ("code course/10", count(Axis::Course(10), Measure::Passages), ""),
        ("code made/month", count(Axis::Made(Period::Month), Measure::Passages), ""),
        ("together", Wanted::Together(None), ""),
        ("together near 10 words", Wanted::Together(distance("10 words")), ""),
        ("words of code-0, en", Wanted::Typical("en".into()), "code-0"),
    ] {
        let choice = Choice { query: query.into(), ..Choice::default() };
        let mut n_cells = 0;
        let times = (0..3).map(|_| {
            let begun = Instant::now();
            let made = table(store, &shared, &choice, &wanted, &mut |_| true).expect("a table");
            n_cells = made.values.len();
            ms(begun.elapsed())
        });
        let time = median(times.collect());
        println!("| {n} | table: {name} | {n_cells} numbers | {time:.0} |");
    }
}

/// A list of a million names in a process of its own, beside `fzf --filter` on the same names.
fn names() {
    println!(
        "\n## A million names\n\n| query | first rows on the screen after ms | all matched after ms | `fzf --filter` ms |\n|---|---|---|---|"
    );
    let dir = tempfile::TempDir::new().expect("a folder");
    let words = ["лайк", "портал", "qazaqstan", "censorship", "slacktivism", "үкімет", "square", "бұғаттау"];
    let name = |n: usize| format!("{}-{}-{n}", words[n % 8], words[(n / 8) % 8]);
    let rows: Vec<PickRow> =
        (0..1_000_000).map(|n| PickRow { value: n.to_string(), text: name(n), ..PickRow::default() }).collect();
    let list = dir.path().join("names");
    fs::write(&list, rows.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join("\n")).expect("written");
    for query in ["s", "sq", "slack", "портал9", "үкімет77"] {
        let mut picker = Picker::new("List", "list", rows.clone());
        picker.query.insert(query);
        let begun = Instant::now();
        picker.search();
        let mut first = None;
        while picker.is_searching() {
            first = first.or((picker.hits.len() >= 40).then(|| ms(begun.elapsed())));
            picker.go_on();
        }
        let first = first.unwrap_or_else(|| ms(begun.elapsed()));
        let all = ms(begun.elapsed());
        let peer = if has("fzf") {
            let run = || {
                let begun = Instant::now();
                let file = File::open(&list).expect("names");
                Command::new("fzf").args(["--filter", query]).stdin(file).output().expect("fzf runs");
                ms(begun.elapsed())
            };
            format!("{:.0}", median((0..3).map(|_| run()).collect()))
        } else {
            String::new()
        };
        println!("| {query} | {first:.1} | {all:.0} | {peer} |");
    }
}

fn main() {
    // `cargo bench -- keys tags` makes only these.
    let named: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    if let [kind, root] = &named[..]
        && kind == "start-of"
    {
        return growth::print_start(root);
    }
    let wants = |name: &str| named.is_empty() || named.iter().any(|n| n == name);
    let dir = tempfile::TempDir::new().expect("a folder");
    println!("# Figures (medians)");
    let sizes = [("small", 5000), ("10 MB", 10 * MEGABYTE), ("100 MB", 100 * MEGABYTE)];
    let projects: Vec<(String, PathBuf)> =
        sizes.iter().map(|(name, n)| ((*name).to_owned(), project_of(dir.path(), name, *n))).collect();
    if wants("start") {
        starts_and_memory(&projects);
    }
    if wants("keys") {
        let dense = project_of(dir.path(), "dense", 5000);
        annotate(&dense, 20_000);
        keys(&projects, &dense);
    }
    if wants("lists") {
        lists();
    }
    if wants("names") {
        names();
    }
    if wants("idle") {
        idle(&projects[0].1);
    }
    if wants("tags") {
        tags(&projects[0].1);
    }
    if wants("align") {
        alignments();
    }
    if wants("quality") {
        quality();
    }
    if wants("search") {
        searches(dir.path());
    }
    if wants("query") {
        queries(dir.path());
    }
    if wants("index") {
        rebuilds(dir.path());
    }
    if wants("growth") {
        growth::growth(dir.path(), &growth::picture());
    }
}
