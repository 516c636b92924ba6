//! Several coders in one project: who sees what, and how journals come in.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use tanba::agreement::settling::{Adjudication, Settling};
use tanba::model::change::{Change, Record};
use tanba::model::document::DocumentId;
use tanba::model::event::Deed;
use tanba::model::rules::CONSENSUS;
use tanba::model::settlement::Ruling;
use tanba::model::thread::Comment;
use tanba::model::time::Time;
use tanba::model::verdict::{Judgement, Verdict};
use tanba::shell::watch;
use tempfile::TempDir;

use crate::harness::{ok, open, program, refused, run, study};
use crate::pty::home;

/// Runs the built program as another coder on another machine; it must succeed.
fn as_coder(dir: &Path, coder: &str, machine: &str, arguments: &[&str]) -> String {
    let output = program()
        .args(arguments)
        .current_dir(dir)
        .env("TANBA_CODER", coder)
        .env("TANBA_DEVICE", "laptop")
        .env("TANBA_MACHINE", machine)
        .env("TANBA_HOME", home())
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A study in which dana tagged something, with a memo, and asel something else.
fn double_coded() -> TempDir {
    let dir = study();
    ok(dir.path(), &["codes", "add", "petition"]);
    as_coder(dir.path(), "dana", "m2", &["tag", "in.en", "9..23", "petition", "--memo", "danas-thought"]);
    as_coder(dir.path(), "dana", "m2", &["memos", "add", "danas-note", "--document", "in.en"]);
    ok(dir.path(), &["tag", "in.en", "24..37", "slacktivism"]);
    dir
}

/// Everything that lists, counts or writes annotations.
const LISTINGS: &[&[&str]] = &[
    &["annotations"],
    &["annotations", "--json"],
    &["export", "--format", "csv"],
    &["export", "--format", "jsonl"],
    &["export", "--format", "markdown"],
    &["query", "any"],
    &["query", "any", "--json", "--counterpart"],
    &["query", "any", "--count"],
    &["query", "petition"],
    &["query", "any by:dana"],
    &["query", "any has:memo"],
    &["query", "any text:like"],
    &["stats"],
    &["stats", "--json"],
    &["memos"],
    &["memos", "--json"],
    &["documents"],
    &["documents", "--json"],
    &["progress", "--json"],
    &["progress", "--everyone"],
    &["progress", "--everyone", "--json"],
];

#[test]
fn what_the_rules_hide_is_in_no_list_table_search_or_export() {
    let dir = double_coded();
    let shown = || {
        let mut all = String::new();
        for arguments in LISTINGS {
            let output = run(dir.path(), arguments);
            all += &format!("{arguments:?} {}", String::from_utf8_lossy(&output.stdout));
        }
        ok(dir.path(), &["report", "report.html"]);
        all + &fs::read_to_string(dir.path().join("report.html")).expect("read")
    };
    let everything = shown();
    for word in ["danas-thought", "danas-note", "[People like it", "\"People like it", "\"dana\"", "· dana"] {
        assert!(everything.contains(word), "{word} is shown without rules");
    }
    let hides = || {
        let shown = shown();
        for word in ["danas-thought", "danas-note", "[People like it", "\"People like it", "\"dana\"", "· dana"] {
            let line = shown.lines().find(|line| line.contains(word));
            assert!(line.is_none(), "{word}: {line:?}");
        }
        assert!(shown.contains("Nobody comes"), "one's own is always there");
    };
    ok(dir.path(), &["rules", "--colleagues", "finished"]);
    hides();
    ok(dir.path(), &["finish", "in.en"]);
    assert_eq!(shown().matches("danas-thought").count(), everything.matches("danas-thought").count());
    ok(dir.path(), &["reopen", "in.en", "--reason", "one passage was missed"]);
    hides();
    ok(dir.path(), &["finish", "in.en"]);
    ok(dir.path(), &["rules", "--colleagues", "never"]);
    hides();
    ok(dir.path(), &["rules", "--reviewer", "asel"]);
    assert!(shown().contains("danas-thought"), "a reviewer sees everything");
    ok(dir.path(), &["rules", "--no-reviewer", "asel", "--colleagues", "always"]);
    assert!(shown().contains("danas-thought"));
}

#[test]
fn rules_and_finishing_are_told_and_refused_in_one_line() {
    let dir = study();
    assert!(refused(dir.path(), &["reopen", "in.en", "--reason", " "]).contains("with a reason"));
    assert!(refused(dir.path(), &["finish", "nowhere"]).contains("no document is called \"nowhere\""));
    assert!(refused(dir.path(), &["rules", "--reviewer", "consensus"]).contains("nobody's"));
    assert_eq!(ok(dir.path(), &["finish", "in.en"]).trim(), "in.en is done");
    assert_eq!(ok(dir.path(), &["finish", "in.en"]).trim(), "in.en is done already");
    assert_eq!(ok(dir.path(), &["reopen", "in.kk", "--reason", "x"]).trim(), "in.kk is open already");
    let rules = ok(dir.path(), &["rules", "--reason", "too broad", "--colleagues", "finished", "--json"]);
    assert!(rules.contains("\"finished\"") && rules.contains("too broad"));
    ok(dir.path(), &["undo"]);
    assert!(ok(dir.path(), &["rules"]).contains("at any time"));
}

/// Copies a journal of one project to a place outside.
fn copied(dir: &Path, journal: &str, to: &Path) {
    fs::copy(dir.join("journal").join(journal), to).expect("copied");
}

#[test]
fn a_journal_comes_in_whatever_was_there_before() {
    let far = double_coded();
    let here = study();
    ok(here.path(), &["codes", "add", "petition"]);
    let box_dir = TempDir::new().expect("a folder");
    let file = box_dir.path().join("dana@laptop.jsonl");
    copied(far.path(), "dana@laptop.jsonl", &file);
    let path = file.to_str().expect("a path");
    let before = ok(here.path(), &["annotations"]);
    let told = ok(here.path(), &["import", path, "--explain"]);
    assert!(told.contains("a journal that is not here yet") && told.contains("2 of 2 entries are new"), "{told}");
    assert!(told.contains("annotations: 1 new, 0 changed, 0 taken away; 1 of anything else"), "{told}");
    assert!(told.contains("nothing was taken yet"));
    assert_eq!(ok(here.path(), &["annotations"]), before, "telling takes nothing");
    ok(here.path(), &["import", path]);
    assert!(ok(here.path(), &["annotations"]).contains("petition"));
    let known = ok(here.path(), &["annotations"]);
    assert!(ok(here.path(), &["import", path]).contains("is here already, line for line"));
    // Longer: the colleague went on.
    as_coder(far.path(), "dana", "m2", &["tag", "in.en", "0..7", "petition"]);
    copied(far.path(), "dana@laptop.jsonl", &file);
    assert!(ok(here.path(), &["import", path]).contains("goes on where the one here ends"));
    assert!(ok(here.path(), &["annotations"]).len() > known.len());
    // Half copied: what is whole is an older copy.
    let bytes = fs::read(&file).expect("read");
    fs::write(&file, &bytes[..bytes.len() - 20]).expect("written");
    let told = ok(here.path(), &["import", path]);
    assert!(told.contains("an older copy of the one here") && told.contains("cut short"), "{told}");
    // Parted: another machine of the same name went on otherwise.
    let lines = bytes.split_inclusive(|b| *b == b'\n').collect::<Vec<_>>();
    let other = study();
    ok(other.path(), &["codes", "add", "petition"]);
    fs::write(other.path().join("journal/dana@laptop.jsonl"), lines[..2].concat()).expect("written");
    as_coder(other.path(), "dana", "m2", &["tag", "in.en", "24..30", "petition"]);
    let n = ok(here.path(), &["annotations"]).lines().count();
    let told = ok(here.path(), &["import", other.path().to_str().expect("a path"), "--explain"]);
    assert!(told.contains("both are kept") && told.contains("1 of 3 entries are new"), "{told}");
    ok(here.path(), &["import", other.path().join("journal/dana@laptop.jsonl").to_str().expect("a path")]);
    assert!(here.path().join("journal/dana@laptop~2.jsonl").exists());
    assert_eq!(ok(here.path(), &["annotations"]).lines().count(), n + 1);
    assert!(ok(here.path(), &["check"]).contains("all is well"));
}

#[test]
fn what_is_no_journal_is_refused_with_its_name() {
    let dir = study();
    fs::create_dir(dir.path().join("empty")).expect("made");
    fs::write(dir.path().join("a.jsonl"), "{}\n").expect("written");
    let told = refused(dir.path(), &["import", "empty", "a.jsonl"]);
    assert!(told.contains("empty is no regular file"), "{told}");
    let torn = dir.path().join("torn.jsonl");
    let journal = fs::read(dir.path().join("journal/asel@desk.jsonl")).expect("read");
    fs::write(&torn, &journal[..40]).expect("written");
    assert!(refused(dir.path(), &["import", "torn.jsonl"]).contains("torn.jsonl"));
}

#[test]
fn two_machines_of_one_name_write_two_journals() {
    let dir = study();
    as_coder(dir.path(), "dana", "m1", &["tag", "in.en", "0..7", "slacktivism"]);
    as_coder(dir.path(), "dana", "m2", &["tag", "in.en", "9..15", "slacktivism"]);
    as_coder(dir.path(), "dana", "m1", &["tag", "in.en", "16..20", "slacktivism"]);
    let lines = |name: &str| fs::read_to_string(dir.path().join("journal").join(name)).expect("read").lines().count();
    assert_eq!(lines("dana@laptop.jsonl"), 2);
    assert_eq!(lines("dana@laptop-2.jsonl"), 1);
    assert_eq!(ok(dir.path(), &["query", "any by:dana", "--count"]).split(' ').next(), Some("3"));
}

/// Waits until something is so, for at most two seconds; how long it took.
fn waited(is_so: impl Fn() -> bool) -> Duration {
    let begun = Instant::now();
    while !is_so() && begun.elapsed() < Duration::from_secs(2) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(is_so(), "nothing came within two seconds");
    begun.elapsed()
}

#[test]
fn the_watch_tells_of_colleagues_lines_and_not_of_ones_own() {
    let dir = TempDir::new().expect("a folder");
    let told = Arc::new(AtomicUsize::new(0));
    let counter = told.clone();
    let is_open = Arc::new(Mutex::new(true));
    let listens = is_open.clone();
    watch::start(dir.path().to_path_buf(), "asel@desk.jsonl".into(), move || {
        counter.fetch_add(1, Ordering::SeqCst);
        *listens.lock().expect("a lock")
    });
    std::thread::sleep(Duration::from_millis(200));
    let before = told.load(Ordering::SeqCst);
    fs::write(dir.path().join("asel@desk.jsonl"), "one's own\n").expect("written");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(told.load(Ordering::SeqCst), before, "one's own lines are known");
    fs::write(dir.path().join("dana@laptop.jsonl"), "a line\n").expect("written");
    waited(|| told.load(Ordering::SeqCst) > before);
    *is_open.lock().expect("a lock") = false;
}

/// What the index holds of a project, whoever may see it, and whether it is what the journals say.
fn everything(root: &Path) -> Vec<String> {
    let store = open(root, "reader");
    let mut all = Vec::new();
    for index in [store.index(), &store.fresh_index().expect("made")] {
        let mut lines = Vec::new();
        for id in index.coded_documents().expect("listed") {
            index.each_annotation(&id, &mut |annotation| lines.push(format!("{annotation:?}"))).expect("read");
        }
        for id in index.reviewed_documents().expect("listed") {
            let review = index.review(&id).expect("read");
            lines.extend(review.verdicts.values().map(|one| format!("{one:?}")));
            lines.extend(review.comments.values().map(|one| format!("{one:?} {}", one.text)));
            lines.extend(review.settlements.values().map(|one| format!("{one:?} {:?}", one.made)));
        }
        lines.sort();
        all.push(lines);
    }
    assert_eq!(all[0], all[1], "the index is what the journals say");
    all.remove(0)
}

/// A machine of a team: the documents are copied, the folder of journals is shared.
fn machine(origin: &Path) -> TempDir {
    let dir = TempDir::new().expect("a folder");
    std::os::unix::fs::symlink(origin.join("journal"), dir.path().join("journal")).expect("linked");
    fs::create_dir(dir.path().join("documents")).expect("made");
    for entry in fs::read_dir(origin.join("documents")).expect("listed").flatten() {
        fs::copy(entry.path(), dir.path().join("documents").join(entry.file_name())).expect("copied");
    }
    fs::copy(origin.join("tanba.toml"), dir.path().join("tanba.toml")).expect("copied");
    dir
}

#[test]
fn two_machines_that_share_a_folder_and_are_killed_at_random_end_alike() {
    let origin = double_coded();
    let machines = [machine(origin.path()), machine(origin.path())];
    let rounds = if std::env::var_os("TANBA_LONG").is_some() { 60 } else { 6 };
    let mut acknowledged = [0usize; 2];
    for round in 0..rounds {
        let children: Vec<_> = machines
            .iter()
            .zip(["asel", "timur"])
            .map(|(dir, coder)| {
                std::process::Command::new(std::env::current_exe().expect("this test"))
                    .args(["--exact", "teams::worker", "--nocapture", "--ignored"])
                    .env("TANBA_WORKER", dir.path())
                    .env("TANBA_WHO", coder)
                    .stdout(std::process::Stdio::piped())
                    .stderr(std::process::Stdio::null())
                    .spawn()
                    .expect("the worker runs")
            })
            .collect();
        // Not at the same moment, and in every round at others.
        std::thread::sleep(Duration::from_millis(90 + round * 13 % 70));
        for (at, mut child) in children.into_iter().enumerate() {
            child.kill().expect("killed");
            let output = child.wait_with_output().expect("read");
            acknowledged[at] += String::from_utf8_lossy(&output.stdout).matches("kept ").count();
            std::thread::sleep(Duration::from_millis(round * 7 % 20));
        }
    }
    let all = machines.each_ref().map(|dir| everything(dir.path()));
    assert_eq!(all[0], all[1], "both machines have the same");
    let of = |coder: &str| all[0].iter().filter(|line| line.contains("Comment(") && line.contains(coder)).count();
    assert!(of("asel") >= acknowledged[0] && of("timur") >= acknowledged[1], "{acknowledged:?}");
    assert!(acknowledged[0] + acknowledged[1] > 0);
}

/// The victim of the test above; run by it alone: says one thing after another of the first annotation that it finds, reads
/// what comes, and gives verdicts.
#[test]
#[ignore = "run by two_machines_that_share_a_folder_and_are_killed_at_random_end_alike"]
fn worker() {
    let (Some(dir), Ok(who)) = (std::env::var_os("TANBA_WORKER"), std::env::var("TANBA_WHO")) else { return };
    let mut store = open(Path::new(&dir), &who);
    let mut found = None;
    let id = DocumentId("in.en".into());
    store.index().each_annotation(&id, &mut |annotation| found = found.take().or(Some(annotation))).expect("read");
    let annotation = found.expect("an annotation");
    let mut out = std::io::stdout();
    for n in 0u128.. {
        let now = Time(i64::from(std::process::id()) * 1000 + n as i64);
        let comment = Comment::new(
            &annotation,
            &who,
            &format!("word {n}"),
            (now, n + u128::from(std::process::id()) * 1_000_000),
        );
        let verdict = Verdict::on(&annotation, &who, Judgement::Accept, now);
        let changes = vec![Change::put(Record::Comment(comment)), Change::put(Record::Verdict(verdict))];
        store.keep(changes, Deed::Plain, now).expect("kept");
        writeln!(out, "kept {n}").expect("told");
        store.news().expect("read");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn what_is_said_in_review_is_the_same_in_whatever_order_and_however_often_journals_come(
        deeds in prop::collection::vec((0usize..3, 0u64..4, 0usize..5, 0i64..50), 1..40),
        order in prop::collection::vec(0usize..3, 3..9),
    ) {
        let origin = study();
        ok(origin.path(), &["tag", "in.en", "9..23", "slacktivism"]);
        ok(origin.path(), &["tag", "in.en", "24..37", "slacktivism"]);
        let all = {
            let store = open(origin.path(), "reader");
            let mut all = Vec::new();
            store.index().each_annotation(&DocumentId("in.en".into()), &mut |a| all.push(a)).expect("read");
            all
        };
        for coder in 0..3 {
            let who = ["dana", "timur", "aigerim"][coder];
            let mut store = open(origin.path(), who);
            for (_, n, what, time) in deeds.iter().filter(|deed| deed.0 == coder) {
                let (annotation, time) = (&all[*n as usize % 2], Time(*time));
                let verdict = |judgement| Record::Verdict(Verdict::on(annotation, who, judgement, time));
                let change = match what {
                    0 => Change::put(verdict(Judgement::Accept)),
                    1 => Change::put(verdict(Judgement::Reject { category: "twice".into(), reason: String::new() })),
                    2 => Change::remove(verdict(Judgement::Accept)),
                    3 => Change::put(Record::Comment(Comment::new(annotation, who, "word", (Time(*n as i64), u128::from(*n))))),
                    _ => {
                        let said = Settling::taking(all.iter().collect(), Ruling::All, &[annotation]);
                        let review = store.index().review(&DocumentId("in.en".into())).expect("read");
                        let mut consensus = Vec::new();
                        let document = DocumentId("in.en".into());
                        store.index().each_annotation(&document, &mut |one| {
                            consensus.extend((one.coder == CONSENSUS).then_some(one));
                        }).expect("read");
                        let mut adjudication = Adjudication::new(&review, consensus.into_iter());
                        adjudication.settle(&said, (who, time));
                        let changes = adjudication.changes();
                        store.keep(changes, Deed::Plain, time).expect("kept");
                        continue;
                    }
                };
                store.keep(vec![change], Deed::Plain, time).expect("kept");
            }
        }
        let whole = everything(origin.path());
        let merged = TempDir::new().expect("a folder");
        fs::create_dir(merged.path().join("journal")).expect("made");
        fs::create_dir(merged.path().join("documents")).expect("made");
        fs::copy(origin.path().join("tanba.toml"), merged.path().join("tanba.toml")).expect("copied");
        for name in ["in.en.txt", "in.kk.txt"] {
            fs::copy(origin.path().join("documents").join(name), merged.path().join("documents").join(name)).expect("copied");
        }
        let names: Vec<_> = fs::read_dir(origin.path().join("journal")).expect("listed").flatten().map(|e| e.file_name()).collect();
        let mut store = open(merged.path(), "reader");
        // In any order, some of them twice and as a conflict copy, and at the end all.
        for at in order.into_iter().chain(0..names.len()) {
            let name = &names[at % names.len()];
            let to = merged.path().join("journal").join(name);
            let to = if to.exists() { to.with_extension("conflict.jsonl") } else { to };
            fs::copy(origin.path().join("journal").join(name), to).expect("copied");
            store.news().expect("news");
        }
        drop(store);
        prop_assert_eq!(everything(merged.path()), whole);
    }
}

#[test]
fn a_journal_that_names_a_place_outside_is_not_taken() {
    let far = study();
    let journal = fs::read_to_string(far.path().join("journal/asel@desk.jsonl")).expect("read");
    let event = journal.lines().next().expect("a line").to_owned();
    let forged = {
        let mut event: serde_json::Value = serde_json::from_str(&event).expect("JSON");
        event["by"] = "../../outside@x".into();
        let event: tanba::model::event::Event = serde_json::from_value(event).expect("an event");
        tanba::store::line::encode(&event, tanba::store::line::FIRST, None).expect("a line").0
    };
    let here = study();
    fs::write(here.path().join("evil.jsonl"), forged).expect("written");
    assert!(refused(here.path(), &["import", "evil.jsonl"]).contains("no writer"));
    assert!(
        refused(here.path(), &["tag", "in.en", "0..7", "slacktivism", "--coder", "consensus"]).contains("consensus")
    );
}

#[test]
fn a_journal_that_is_gone_is_told_once() {
    let dir = double_coded();
    ok(dir.path(), &["annotations"]);
    fs::remove_file(dir.path().join("journal/dana@laptop.jsonl")).expect("removed");
    let told = run(dir.path(), &["check"]);
    assert!(String::from_utf8_lossy(&told.stdout).contains("dana@laptop.jsonl was here and is gone"));
    assert!(ok(dir.path(), &["check"]).contains("all is well"));
}

#[test]
fn undo_does_not_take_back_what_others_said_since() {
    let dir = study();
    ok(dir.path(), &["rules", "--reason", "too broad"]);
    as_coder(dir.path(), "dana", "m2", &["rules", "--colleagues", "finished"]);
    ok(dir.path(), &["undo"]);
    let rules = as_coder(dir.path(), "dana", "m2", &["rules"]);
    assert!(rules.contains("that one finished") && !rules.contains("too broad"), "{rules}");
    as_coder(dir.path(), "dana", "m2", &["documents", "set", "in.en", "outlet=a"]);
    ok(dir.path(), &["documents", "set", "in.en", "outlet=b"]);
    as_coder(dir.path(), "dana", "m2", &["undo"]);
    assert!(ok(dir.path(), &["documents", "--json"]).contains("\"outlet\": \"b\""), "the later word stays");
}
