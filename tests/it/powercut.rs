//! Power cuts: every state of the disk that one could leave of a session is opened, and has what was acknowledged.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tanba::model::change::{Change, Record};
use tanba::model::code::{Code, CodeId};
use tanba::model::event::{Deed, Event};
use tanba::model::time::Time;
use tanba::store::project::Project;
use tanba::store::{Store, journal, likeness};
use tempfile::TempDir;

use crate::disk::{Disk, LOSSES, calls, shim};
use crate::harness::{Chance, open, program, study, tanba, writer};
use crate::pty::Pty;

/// What a project says: the events of its journals, and its texts.
#[derive(Debug, Clone, PartialEq, Default)]
struct Said {
    events: Vec<Event>,
    texts: BTreeMap<PathBuf, Vec<u8>>,
}

fn said(root: &Path) -> Said {
    let mut said = Said::default();
    let project = Project::open(root).expect("a project");
    for path in journal::list(&project.journals()).expect("listed") {
        journal::read(&path, None, &mut journal::Cursor::default(), |event, _| said.events.push(event)).expect("read");
    }
    let folders = [project.documents().dir, project.documents().dir.join("old")];
    for entry in folders.iter().filter_map(|dir| fs::read_dir(dir).ok()).flatten().flatten() {
        let is_whole = entry.path().is_file() && !entry.file_name().to_string_lossy().starts_with('.');
        if is_whole {
            let name = entry.path().strip_prefix(root).expect("inside").to_path_buf();
            said.texts.insert(name, fs::read(entry.path()).expect("read"));
        }
    }
    said
}

/// A session under the recorder: what was done, and after which byte of the log it was acknowledged.
struct Recorded {
    log: PathBuf,
    root: PathBuf,
    acknowledged: Vec<(usize, Said)>,
    _at: TempDir,
}

impl Recorded {
    fn new(root: &Path) -> Self {
        let at = TempDir::new().expect("a folder");
        let log = at.path().join("log");
        fs::write(&log, "").expect("written");
        let acknowledged = vec![(0, said(root))];
        Self { log, root: root.to_path_buf(), acknowledged, _at: at }
    }

    fn environment(&self) -> [(&'static str, String); 3] {
        let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
        [("LD_PRELOAD", text(&shim())), ("TANBA_DISK_ROOT", text(&self.root)), ("TANBA_DISK_LOG", text(&self.log))]
    }

    /// Runs a command; its end acknowledges what it did.
    fn run(&mut self, arguments: &[&str]) {
        let output = program()
            .args(arguments)
            .current_dir(&self.root)
            .envs([("TANBA_CODER", "asel"), ("TANBA_DEVICE", "desk")])
            .envs(self.environment())
            .output()
            .expect("it runs");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        self.acknowledge();
    }

    /// What the program has shown or said to be done.
    fn acknowledge(&mut self) {
        let end = usize::try_from(fs::metadata(&self.log).expect("a log").len()).expect("a length");
        self.acknowledged.push((end, said(&self.root)));
    }

    /// Works in the reader: tags, a memo, undo.
    fn read(&mut self) {
        let environment = self.environment();
        let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut pty = Pty::start(&tanba(), &[self.root.to_str().expect("UTF-8")], &environment, (120, 30));
        pty.until_true("ready", |screen| screen.contains("saved"));
        // Each shows what the one before did not show.
        for (keys, shown) in [
            ("jjts\r", "2 annotations"),
            ("jts\r", "3 annotations"),
            ("mwhy\x13", "memo kept"),
            ("u", "undone"),
            ("kkkts\r", "4 annotations"),
        ] {
            pty.press(keys);
            pty.until(shown);
            self.acknowledge();
        }
        pty.press("q");
        assert_eq!(pty.end(), 0);
    }
}

/// Everything that a team does with a project, each acknowledged.
fn session(root: &Path) -> Recorded {
    let mut recorded = Recorded::new(root);
    fs::write(root.join("third.en.txt"), "A third text, taken in later.\n").expect("written");
    fs::write(root.join("new.txt"), "A title\n\nPeople like it a lot. Nobody comes! Why not?\n").expect("written");
    recorded.run(&["tag", "in.en", "9..24", "s", "--memo", "қалай?"]);
    recorded.run(&["codes", "add", "censorship", "--key", "c"]);
    recorded.run(&["add", "third.en.txt"]);
    recorded.run(&["tag", "third.en", "2..7", "c"]);
    recorded.run(&["undo"]);
    recorded.read();
    recorded.run(&["revise", "in.en", "new.txt"]);
    recorded.run(&["check", "--rebuild"]);
    recorded.run(&["tag", "in.en", "9..24", "c"]);
    recorded
}

/// How many states are tried.
fn most_states() -> usize {
    std::env::var("TANBA_STATES").ok().and_then(|n| n.parse().ok()).unwrap_or(150)
}

/// Opens what a power cut left: what is wrong with it, if anything.
fn wrong(root: &Path, before: &Said, after: &Said) -> Option<String> {
    let project = match Project::open(root) {
        Ok(project) => project,
        Err(error) => return Some(format!("no project: {error}")),
    };
    let open = || {
        let open = || Store::open(project.clone(), writer("asel"), &mut |_, _| {});
        // Another test that starts a program has our lock for the moment between its fork and its exec.
        let is_locked = |store: &Store| store.read_only().is_some_and(|why| why.contains("another tanba"));
        let mut store = open();
        while store.as_ref().is_ok_and(is_locked) {
            std::thread::sleep(Duration::from_millis(10));
            store = open();
        }
        store
    };
    let mut store = match open() {
        Ok(store) => store,
        Err(error) => return Some(format!("it does not open: {error}")),
    };
    if let Some(why) = store.read_only() {
        return Some(format!("read-only: {why}"));
    }
    let found = said(root);
    // Each event is kept whole or not at all, and in its turn.
    if !found.events.starts_with(&before.events) || !after.events.starts_with(&found.events) {
        return Some(format!(
            "{} events where {} were acknowledged and {} under way; {:?}",
            found.events.len(),
            before.events.len(),
            after.events.len(),
            store.notes
        ));
    }
    for (name, text) in &before.texts {
        if found.texts.get(name).is_none_or(|found| found != text && Some(found) != after.texts.get(name)) {
            return Some(format!("{} is another text", name.display()));
        }
    }
    let known = |name: &PathBuf| before.texts.contains_key(name) || after.texts.contains_key(name);
    if let Some((name, _)) = found.texts.iter().find(|(name, text)| {
        !known(name) || (!before.texts.contains_key(*name) && after.texts.get(*name) != Some(*text))
    }) {
        return Some(format!("{} was never whole", name.display()));
    }
    let note = store.notes.iter().find(|note| !note.contains("cut short") && !note.contains("index"));
    if let Some(note) = note {
        return Some(format!("told: {note}"));
    }
    let differing = store.fresh_index().and_then(|fresh| likeness::differing(store.index(), &fresh));
    if differing.as_ref().ok() != Some(&likeness::Differing::default()) {
        return Some(format!("the index: {differing:?}"));
    }
    // Work goes on.
    let code = Code::named(CodeId("after".into()), "after");
    let kept = match store.keep(vec![Change::put(Record::Code(code))], Deed::Plain, Time(1_900_000_000_000)) {
        Ok(kept) => kept,
        Err(error) => return Some(format!("nothing more is kept: {error}")),
    };
    drop(store);
    match open() {
        Ok(_) if said(root).events.contains(&kept) => None,
        Ok(_) => Some("what was kept after it is gone".into()),
        Err(error) => Some(format!("it does not open again: {error}")),
    }
}

#[test]
fn whatever_a_power_cut_leaves_has_what_was_acknowledged_and_nothing_else_is_damaged() {
    let dir = study();
    let mut disk = Disk::of(dir.path());
    let recorded = session(dir.path());
    let calls = calls(&recorded.log);
    // All points with all ways of losing, or as many of them as are wanted, spread evenly.
    let all = calls.len() * LOSSES.len();
    let wanted = most_states();
    let is_tried = |n: usize| wanted >= all || n * wanted / all != (n + 1) * wanted / all;
    let rounds = (wanted / all).max(1);
    let (mut n_tried, mut failed) = (0, BTreeMap::<String, usize>::new());
    for (n, call) in calls.iter().enumerate() {
        disk.take(call);
        let before = recorded.acknowledged.iter().rposition(|(end, _)| *end <= call.end).expect("the beginning");
        let after = recorded.acknowledged.get(before + 1).unwrap_or(&recorded.acknowledged[before]);
        for (k, loss) in LOSSES.into_iter().enumerate().filter(|(k, _)| is_tried(n * LOSSES.len() + k)) {
            for round in 0..rounds {
                let into = TempDir::new_in(fast()).expect("a folder");
                disk.crash(into.path(), loss, &mut Chance::new((n * 64 + k + round * 1_000_003) as u64));
                n_tried += 1;
                if let Some(why) = wrong(into.path(), &recorded.acknowledged[before].1, &after.1) {
                    let what = format!("{loss:?} after {} {}", call.what, call.path.display());
                    *failed.entry(format!("{why} ({what})")).or_default() += 1;
                }
            }
        }
    }
    let told =
        format!("{n_tried} states after {} calls, {} acknowledged", calls.len(), recorded.acknowledged.len() - 1);
    writeln!(std::io::stdout(), "{told}").expect("told");
    assert!(failed.is_empty(), "{} kinds: {:#?}", failed.len(), failed.iter().take(20).collect::<Vec<_>>());
}

#[test]
fn killed_at_any_moment_a_project_has_what_was_acknowledged_and_goes_on() {
    let dir = study();
    let row = |n| format!("{{\"document\":\"in.en\",\"start\":{},\"end\":{},\"code\":\"s{n}\"}}", n % 9, 9 + n % 30);
    let rows: Vec<String> = (0..300).map(row).collect();
    fs::write(dir.path().join("rows.jsonl"), rows.join("\n") + "\n").expect("written");
    let rounds = if std::env::var_os("TANBA_LONG").is_some() { 1000 } else { 30 };
    let mut chance = Chance::new(7);
    let (mut acknowledged, mut n_killed) = (said(dir.path()).events, 0);
    for round in 0..rounds {
        let name = format!("c{round}");
        let commands: [&[&str]; 4] = [
            &["import", "rows.jsonl", "--as-made-by", &name],
            &["check", "--rebuild"],
            &["tag", "in.en", "9..24", "s"],
            &["undo"],
        ];
        let arguments = commands[round % commands.len()];
        let mut child = program()
            .args(arguments)
            .current_dir(dir.path())
            .envs([("TANBA_CODER", "asel"), ("TANBA_DEVICE", "desk")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        std::thread::sleep(Duration::from_micros(chance.below(120_000) as u64));
        let ended = child.try_wait().expect("asked");
        if ended.is_none() {
            child.kill().expect("killed");
            let _ = child.wait();
            n_killed += 1;
        }
        let context = format!("round {round}, {arguments:?}, ended {ended:?}");
        let store = open(dir.path(), "asel");
        assert_eq!(store.read_only(), None, "{context}");
        let found = said(dir.path()).events;
        assert!(
            found.starts_with(&acknowledged) && found.len() <= acknowledged.len() + 1,
            "{context}: {}",
            found.len()
        );
        let is_event = arguments[0] != "check";
        assert!(
            !is_event || ended.is_none_or(|status| !status.success()) || found.len() > acknowledged.len(),
            "{context}"
        );
        let fresh = store.fresh_index().expect("journals read");
        let differing = likeness::differing(store.index(), &fresh).expect("compared");
        assert_eq!(differing, likeness::Differing::default(), "{context}");
        acknowledged = found;
    }
    writeln!(std::io::stdout(), "{n_killed} of {rounds} were killed, {} events", acknowledged.len()).expect("told");
    assert!(n_killed > rounds / 10, "{n_killed}");
}

/// Where many small folders are made fast.
fn fast() -> PathBuf {
    let fast = PathBuf::from("/dev/shm");
    if fast.is_dir() { fast } else { std::env::temp_dir() }
}
