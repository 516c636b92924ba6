//! What goes wrong on the disk, and that nothing is lost.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use tempfile::TempDir;

use crate::harness::{Desk, ok, open, refused, run, study, tanba, writer};
use tanba::model::annotation::{Annotation, AnnotationId, Passage};
use tanba::model::change::{Change, Record};
use tanba::model::code::CodeId;
use tanba::model::document::DocumentId;
use tanba::model::event::Deed;
use tanba::model::time::Time;
use tanba::store::Store;
use tanba::store::project::{Project, Settings};
use tanba::text::anchor::Quote;

fn annotation(n: u64, code: &str, coder: &str) -> Annotation {
    let start = usize::try_from(n % 1000).expect("small");
    let passage = Passage { document: DocumentId("a.en".into()), start, end: start + 5 };
    let quote = Quote { exact: format!("quote {n}"), ..Quote::default() };
    Annotation::new(
        AnnotationId::new(Time(1000), u128::from(n)),
        coder,
        (passage, quote),
        CodeId(code.into()),
        Time(1000),
    )
}

fn put(n: u64) -> Change {
    Change::put(Record::Annotation(annotation(n, "s", "asel")))
}

fn folder() -> TempDir {
    let dir = TempDir::new().expect("a folder");
    Project::init(dir.path(), Settings::default()).expect("a project");
    dir
}

fn all(store: &Store) -> Vec<Annotation> {
    let mut all = Vec::new();
    store.index().each_annotation(&DocumentId("a.en".into()), &mut |a| all.push(a)).expect("the index reads");
    all.sort_by_key(|a| a.id);
    all
}

fn journal(dir: &Path) -> std::path::PathBuf {
    dir.join("journal/asel@desk.jsonl")
}

fn filled(n: u64) -> TempDir {
    let dir = folder();
    let mut store = open(dir.path(), "asel");
    for i in 0..n {
        store.keep(vec![put(i)], Deed::Plain, Time(2000)).expect("kept");
    }
    dir
}

#[test]
fn a_journal_cut_at_any_byte_gives_all_whole_lines_and_goes_on() {
    let dir = filled(4);
    let bytes = fs::read(journal(dir.path())).expect("the journal");
    for cut in 0..=bytes.len() {
        let copy = folder();
        fs::write(journal(copy.path()), &bytes[..cut]).expect("written");
        // A line that lacks nothing but its newline is whole.
        let is_mended = bytes.get(cut) == Some(&b'\n');
        let whole = bytes[..cut].iter().filter(|b| **b == b'\n').count() + usize::from(is_mended);
        let mut store = open(copy.path(), "asel");
        assert_eq!(all(&store).len(), whole, "cut at {cut}");
        let is_torn = cut > 0 && bytes[cut - 1] != b'\n' && !is_mended;
        assert_eq!(store.notes.len(), usize::from(is_torn), "cut at {cut}: {:?}", store.notes);
        store.keep(vec![put(99)], Deed::Plain, Time(3000)).expect("kept");
        drop(store);
        let again = open(copy.path(), "asel");
        assert_eq!(all(&again).len(), whole + 1, "cut at {cut}, after one more");
        assert!(again.notes.is_empty(), "cut at {cut}: {:?}", again.notes);
        let kept_aside = fs::read_dir(copy.path().join(".tanba"))
            .expect("own")
            .flatten()
            .filter(|e| e.file_name().to_string_lossy().starts_with("torn-"));
        assert_eq!(kept_aside.count(), usize::from(is_torn), "the torn bytes are kept");
    }
}

#[test]
fn a_last_line_whose_words_never_reached_the_disk_is_cut_off_and_told() {
    let dir = filled(3);
    let whole = fs::read(journal(dir.path())).expect("read");
    let start = whole[..whole.len() - 1].iter().rposition(|b| *b == b'\n').expect("a line before") + 1;
    let mut holed = whole.clone();
    holed[start + 5..start + 40].fill(0);
    fs::write(journal(dir.path()), &holed).expect("written");
    fs::remove_dir_all(dir.path().join(".tanba")).expect("the index had not read it");
    let store = open(dir.path(), "asel");
    assert_eq!(all(&store).len(), 2);
    assert!(store.notes.iter().any(|note| note.contains("cut short")), "{:?}", store.notes);
    drop(store);
    assert_eq!(fs::read(journal(dir.path())).expect("read"), whole[..start]);
    let kept = dir.path().join(".tanba").join(format!("torn-{start}-asel@desk.jsonl"));
    assert_eq!(fs::read(kept).expect("what was cut off"), holed[start..]);
    // In the middle it is a damaged line like any other.
    holed.extend_from_slice(&whole[start..]);
    fs::write(journal(dir.path()), &holed).expect("written");
    let store = open(dir.path(), "asel");
    assert!(store.notes.iter().any(|note| note.contains("damaged, set aside")), "{:?}", store.notes);
}

#[test]
fn a_flipped_bit_sets_one_line_aside_and_tells_it() {
    let dir = filled(5);
    let bytes = fs::read(journal(dir.path())).expect("the journal");
    let starts: Vec<usize> =
        std::iter::once(0).chain(bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i + 1)).collect();
    for line in 0..5 {
        for at in [starts[line], starts[line] + 40, starts[line + 1] - 3] {
            let copy = folder();
            let mut bad = bytes.clone();
            bad[at] ^= 0x04;
            fs::write(journal(copy.path()), &bad).expect("written");
            let store = open(copy.path(), "asel");
            assert_eq!(all(&store).len(), 4, "line {line}, byte {at}");
            let told = format!("asel@desk.jsonl:{}: damaged", line + 1);
            assert!(store.notes.iter().any(|note| note.contains(&told)), "{:?}", store.notes);
        }
    }
}

#[test]
fn a_missing_damaged_or_half_written_index_is_made_anew() {
    let dir = filled(300);
    let index = dir.path().join(".tanba/index");
    let expected = all(&open(dir.path(), "asel"));
    let spoil: [(&str, &dyn Fn()); 6] = [
        ("missing", &|| fs::remove_dir_all(&index).expect("removed")),
        ("a leftover snapshot", &|| {
            fs::write(index.join("snap.ffffffffffffffff.generating"), [0; 10]).expect("written");
        }),
        ("an empty log", &|| {
            fs::write(index.join("db"), []).expect("written");
        }),
        ("a cut log", &|| {
            let bytes = fs::read(index.join("db")).expect("read");
            fs::write(index.join("db"), &bytes[..bytes.len() / 3]).expect("written");
        }),
        ("a spoilt log", &|| {
            let mut bytes = fs::read(index.join("db")).expect("read");
            bytes.iter_mut().step_by(97).for_each(|b| *b = !*b);
            fs::write(index.join("db"), bytes).expect("written");
        }),
        ("a folder for a file", &|| {
            fs::remove_dir_all(&index).expect("removed");
            fs::write(&index, "no folder").expect("written");
        }),
    ];
    for (what, spoil) in spoil {
        spoil();
        let store = open(dir.path(), "asel");
        assert_eq!(all(&store), expected, "{what}");
        assert_eq!(store.read_only(), None, "{what}");
        drop(store);
        assert_eq!(all(&open(dir.path(), "asel")), expected, "{what}, opened again");
    }
}

#[test]
fn an_index_of_another_form_is_made_anew() {
    let dir = filled(3);
    let db = sled::open(dir.path().join(".tanba/index")).expect("sled opens");
    db.insert(b"m", b"tanba-index-999").expect("written");
    db.insert(b"a/a.en\0zzzzzzzzzzzzzzzz", b"nonsense").expect("written");
    drop(db);
    assert_eq!(all(&open(dir.path(), "asel")).len(), 3);
}

#[test]
fn an_index_that_outgrew_its_journals_is_made_anew() {
    let dir = filled(3);
    let index = dir.path().join(".tanba/index");
    let large = index.join("large");
    let grow = |bytes| fs::File::create(&large).and_then(|file| file.set_len(bytes)).expect("a file of holes");
    grow(1 << 20);
    assert_eq!(all(&open(dir.path(), "asel")).len(), 3);
    assert!(large.exists());
    grow(1 << 30);
    assert_eq!(all(&open(dir.path(), "asel")).len(), 3);
    assert!(!large.exists());
}

#[test]
fn a_restored_shorter_journal_is_believed() {
    let dir = filled(10);
    let bytes = fs::read(journal(dir.path())).expect("read");
    let end = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(5).expect("six lines").0 + 1;
    fs::write(journal(dir.path()), &bytes[..end]).expect("written");
    let store = open(dir.path(), "asel");
    assert_eq!(all(&store).len(), 6);
    fs::remove_file(journal(dir.path())).expect("removed");
    drop(store);
    assert_eq!(all(&open(dir.path(), "asel")).len(), 0);
}

#[test]
fn a_journal_put_back_from_a_backup_is_read_whole_and_never_cut() {
    let dir = filled(10);
    let path = journal(dir.path());
    let backup = fs::read(&path).expect("read");
    for damage in [backup.len() - 40, backup.len() / 2, 100] {
        fs::write(&path, &backup[..damage]).expect("written");
        let mut store = open(dir.path(), "asel");
        store.keep(vec![put(500)], Deed::Plain, Time(3000)).expect("kept");
        drop(store);
        fs::write(&path, &backup).expect("put back");
        let store = open(dir.path(), "asel");
        assert_eq!(all(&store).len(), 10, "cut at {damage}");
        assert!(store.notes.is_empty(), "{:?}", store.notes);
        assert_eq!(fs::read(&path).expect("read"), backup);
    }
}

#[test]
fn nothing_is_written_to_a_journal_that_was_replaced() {
    let dir = filled(3);
    let path = journal(dir.path());
    let mut store = open(dir.path(), "asel");
    store.keep(vec![put(10)], Deed::Plain, Time(3000)).expect("kept");
    let copy = dir.path().join("copy");
    fs::copy(&path, &copy).expect("copied");
    fs::rename(&copy, &path).expect("replaced, as a sync service does");
    let refused = store.keep(vec![put(11)], Deed::Plain, Time(3000));
    assert!(refused.is_err_and(|error| error.to_string().contains("another program replaced this journal")));
    drop(store);
    let mut store = open(dir.path(), "asel");
    store.keep(vec![put(12)], Deed::Plain, Time(3000)).expect("kept");
    assert_eq!(all(&open(dir.path(), "reader")).len(), 5);
}

#[test]
fn a_blank_line_or_a_lost_newline_at_the_end_locks_nobody_out() {
    let dir = filled(3);
    let path = journal(dir.path());
    let bytes = fs::read(&path).expect("read");
    fs::write(&path, [&bytes[..], b"\n"].concat()).expect("written");
    for n in 0..2 {
        let mut store = open(dir.path(), "asel");
        assert_eq!(store.read_only(), None);
        store.keep(vec![put(20 + n)], Deed::Plain, Time(3000)).expect("kept");
        assert_eq!(all(&store).len(), 4 + usize::try_from(n).expect("small"));
    }
    fs::write(&path, &bytes[..bytes.len() - 1]).expect("written");
    let store = open(dir.path(), "asel");
    assert_eq!(all(&store).len(), 3);
    assert_eq!(fs::read(&path).expect("read"), bytes);
}

#[test]
fn a_line_set_aside_is_read_when_a_whole_copy_is_put_back() {
    let dir = filled(5);
    let path = journal(dir.path());
    let whole = fs::read(&path).expect("read");
    let mut bad = whole.clone();
    bad[60] ^= 1;
    fs::write(&path, &bad).expect("written");
    fs::remove_dir_all(dir.path().join(".tanba")).expect("a machine that never saw it whole");
    assert_eq!(all(&open(dir.path(), "asel")).len(), 4);
    fs::write(&path, &whole).expect("put back");
    let store = open(dir.path(), "asel");
    assert_eq!(all(&store).len(), 5);
    assert!(store.notes.is_empty(), "{:?}", store.notes);
}

#[test]
fn news_that_are_not_the_later_word_are_not_shown() {
    let dir = folder();
    let mut mine = open(dir.path(), "asel");
    mine.keep(vec![put(1)], Deed::Plain, Time(1000)).expect("kept");
    let elsewhere = filled(0);
    let project = Project::open(elsewhere.path()).expect("a project");
    let mut other = Store::open(project, writer_on(7), &mut |_, _| {}).expect("opens");
    let mut older = annotation(1, "older", "asel");
    older.memo = "stale".into();
    other.keep(vec![Change::put(Record::Annotation(older))], Deed::Plain, Time(500)).expect("kept");
    let name = "journal/asel@7.jsonl";
    fs::copy(elsewhere.path().join(name), dir.path().join(name)).expect("copied");
    let news = mine.news().expect("news");
    assert!(news.iter().all(|event| event.changes.is_empty()), "{news:?}");
    assert_eq!(all(&mine)[0].code.0, "s");
}

#[test]
fn a_document_that_was_taken_back_is_gone_until_it_is_added_again() {
    let dir = study();
    fs::write(dir.path().join("more.txt"), "More words.").expect("written");
    ok(dir.path(), &["add", "more.txt"]);
    assert!(ok(dir.path(), &["undo"]).contains("undone: document more added"));
    assert!(!ok(dir.path(), &["documents"]).contains("more"));
    assert!(dir.path().join("documents/more.txt").exists());
    ok(dir.path(), &["add", "more.txt"]);
    assert!(ok(dir.path(), &["documents"]).contains("more"));
}

#[test]
fn a_second_tanba_reads_and_follows_the_first() {
    let dir = folder();
    let mut first = open(dir.path(), "asel");
    first.keep(vec![put(1)], Deed::Plain, Time(2000)).expect("kept");
    let mut second = open(dir.path(), "asel");
    assert!(second.read_only().is_some_and(|why| why.contains("another tanba has this project open")));
    assert_eq!(all(&second).len(), 1);
    assert!(second.keep(vec![put(9)], Deed::Plain, Time(2000)).is_err());
    first.keep(vec![put(2)], Deed::Plain, Time(2000)).expect("kept");
    assert_eq!(second.news().expect("news").len(), 1);
    assert_eq!(all(&second), all(&first));
    drop(first);
    assert_eq!(open(dir.path(), "asel").read_only(), None);
}

#[test]
fn no_right_to_write_means_reading() {
    let dir = filled(2);
    fs::remove_dir_all(dir.path().join(".tanba")).expect("removed");
    fs::write(dir.path().join(".tanba"), "a file in the way").expect("written");
    let store = open(dir.path(), "asel");
    assert!(store.read_only().is_some());
    assert_eq!(all(&store).len(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_keeps_nothing_of_the_refused_action_and_all_before_it() {
    let dir = filled(3);
    let before = fs::read(journal(dir.path())).expect("read");
    // A file-size limit fails a write in its middle, as a full disk does.
    let limit = before.len().div_ceil(1024) * 1024;
    fs::write(dir.path().join("documents/a.en.txt"), "some words to tag here").expect("written");
    ok(dir.path(), &["codes", "add", "s"]);
    let before = fs::read(journal(dir.path())).expect("read");
    let blocks = before.len() / 512 + 1;
    let memo = "м".repeat(4000);
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec {} tag a.en 0..4 s --memo {memo}", tanba().display());
    let output = Command::new("bash")
        .env("LC_ALL", "C")
        .args(["-c", &script])
        .current_dir(dir.path())
        .env("TANBA_CODER", "asel")
        .env("TANBA_DEVICE", "desk")
        .output()
        .expect("bash runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "limit {limit}, {blocks} blocks: {said}");
    assert!(said.contains("can't write") || said.contains("index"), "{said}");
    assert_eq!(fs::read(journal(dir.path())).expect("read"), before, "{said}");
    assert!(ok(dir.path(), &["tag", "a.en", "0..4", "s"]).contains("0..4"));
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let dir = study();
    let rounds = if std::env::var_os("TANBA_LONG").is_some() { 100 } else { 8 };
    let mut acknowledged = 0;
    for round in 0..rounds {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "store::keeper", "--nocapture", "--ignored"])
            .env("TANBA_KEEPER", dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the keeper runs");
        let mut lines = BufReader::new(child.stdout.take().expect("piped"));
        let mut n = 0;
        let mut line = String::new();
        while n < 5 + round * 7 {
            line.clear();
            if lines.read_line(&mut line).expect("read") == 0 {
                break;
            }
            n += usize::from(line.contains("kept "));
        }
        child.kill().expect("killed");
        let _ = child.wait();
        let mut rest = String::new();
        let _ = lines.read_to_string(&mut rest);
        n += rest.matches("kept ").count();
        acknowledged += n;
        let store = open(dir.path(), "asel");
        let found = all(&store).len();
        assert!(
            found >= acknowledged && found <= acknowledged + round + 1,
            "{found} of {acknowledged} in round {round}: {:?}",
            store.notes
        );
        acknowledged = found;
    }
}

/// The victim of the test above; run by it alone.
#[test]
#[ignore = "run by what_was_acknowledged_survives_kill_9 in a process of its own"]
fn keeper() {
    let Some(dir) = std::env::var_os("TANBA_KEEPER") else {
        return;
    };
    let mut store = open(Path::new(&dir), "asel");
    let first = all(&store).len() as u64;
    let mut out = std::io::stdout();
    for i in first.. {
        store.keep(vec![put(i)], Deed::Plain, Time(2000)).expect("kept");
        writeln!(out, "kept {i}").expect("told");
    }
}

#[test]
fn check_tells_what_is_wrong_and_rebuild_mends_the_index() {
    let dir = study();
    ok(dir.path(), &["tag", "in.en", "9..23", "s"]);
    assert!(ok(dir.path(), &["check"]).contains("all is well"));
    let db = sled::open(dir.path().join(".tanba/index")).expect("sled opens");
    let key = db.scan_prefix(b"a/").keys().next().expect("a chunk").expect("a key");
    db.remove(key).expect("removed");
    drop(db);
    let told = run(dir.path(), &["check"]);
    assert!(!told.status.success());
    assert!(String::from_utf8_lossy(&told.stdout).contains("the index differs from the journals in in.en"));
    assert!(ok(dir.path(), &["check", "--rebuild"]).contains("all is well"));
    fs::write(dir.path().join("documents/in.en.txt"), "Other words. People like it. Nobody").expect("written");
    let told = run(dir.path(), &["check"]);
    let told = String::from_utf8_lossy(&told.stdout);
    assert!(told.contains("the text is not the one that was added"), "{told}");
    assert!(told.contains("1 annotations found their words elsewhere"), "{told}");
}

#[test]
fn a_project_that_is_none_is_refused_with_the_way_out() {
    let dir = TempDir::new().expect("a folder");
    let line = refused(dir.path(), &["documents"]);
    assert!(line.contains("no project in") && line.contains("tanba init"), "{line}");
    fs::write(dir.path().join("tanba.toml"), "name = 3\n").expect("written");
    let line = refused(dir.path(), &["documents"]);
    assert!(line.contains("tanba.toml: line 1"), "{line}");
}

#[test]
fn the_later_word_wins_in_whatever_order_the_journals_come() {
    let dir = folder();
    let mut desk = Desk::new(&[("a.en", "One two.")]);
    desk.press("cs");
    let journals = desk.dir.path().join("journal");
    fs::copy(journals.join("asel@desk.jsonl"), dir.path().join("journal/asel@desk.jsonl")).expect("copied");
    let mut store =
        Store::open(Project::open(dir.path()).expect("a project"), writer("dana"), &mut |_, _| {}).expect("opens");
    let code = store.shared().expect("shared").codebook.find("slacktivism").expect("known").clone();
    let mut changed = code.clone();
    changed.definition = "by dana".into();
    // Dana's clock is an hour behind; her change was made knowing Asel's, so it is the later one.
    let change = Change::replace(Record::Code(code), Record::Code(changed));
    store.keep(vec![change], Deed::Plain, Time(1)).expect("kept");
    drop(store);
    fs::remove_dir_all(dir.path().join(".tanba")).expect("removed");
    let store = open(dir.path(), "asel");
    assert_eq!(
        store.shared().expect("shared").codebook.find("slacktivism").map(|c| c.definition.as_str()),
        Some("by dana")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn journals_merged_in_any_order_give_the_same_index(deeds in prop::collection::vec((0usize..3, 0u64..12, 0usize..4, 0i64..50), 1..60), order in prop::sample::select(vec![[0usize, 1, 2], [2, 1, 0], [1, 2, 0]])) {
        // Three devices of one coder write about the same annotations, on clocks that disagree.
        let origin = folder();
        for device in 0..3 {
            let mine = writer_on(device);
            let mut store = Store::open(Project::open(origin.path()).expect("a project"), mine, &mut |_, _| {}).expect("opens");
            for (_, n, code, time) in deeds.iter().filter(|deed| deed.0 == device) {
                let a = annotation(*n, ["s", "c", "e", ""][*code], "asel");
                let change = if *code == 3 { Change::remove(Record::Annotation(a)) } else { Change::put(Record::Annotation(a)) };
                store.keep(vec![change], Deed::Plain, Time(*time)).expect("kept");
            }
        }
        let whole = {
            fs::remove_dir_all(origin.path().join(".tanba")).expect("removed");
            let store = open(origin.path(), "reader");
            (all(&store), store.index().all_counts().expect("counts"))
        };
        let merged = folder();
        let mut store = open(merged.path(), "reader");
        for device in order {
            let name = format!("asel@{device}.jsonl");
            let from = origin.path().join("journal").join(&name);
            if from.exists() {
                fs::copy(from, merged.path().join("journal").join(&name)).expect("copied");
                store.news().expect("news");
            }
        }
        prop_assert_eq!((all(&store), store.index().all_counts().expect("counts")), whole);
    }
}

fn writer_on(device: usize) -> tanba::store::project::Writer {
    tanba::store::project::Writer { coder: "asel".into(), device: device.to_string() }
}
