//! Encrypted projects: everything works, nothing lies open, and without the passphrase there is one line and no more.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use tempfile::TempDir;
use unicode_normalization::UnicodeNormalization;

use crate::harness::{copy_folder, program, study, tanba};
use crate::pty::Pty;

/// What must not be found in any file.
const SECRETS: [&str; 6] = ["Kenesary", "slacktivism", "құпия", "wonder", "Bopai", "asel@desk\",\"changes"];

const PASSPHRASE: &str = "төрт сөз бір ай";

/// A project's folder, and a coder's own.
struct Place {
    dir: TempDir,
    home: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { dir: TempDir::new().expect("a folder"), home: TempDir::new().expect("a folder") }
    }

    fn run(&self, (dir, passphrase): (&Path, &str), arguments: &[&str]) -> Output {
        self.run_with(dir, passphrase, "", arguments)
    }

    fn run_with(&self, dir: &Path, passphrase: &str, new: &str, arguments: &[&str]) -> Output {
        let mut command = program();
        command.args(arguments).current_dir(dir).stdin(Stdio::null());
        command.env("TANBA_CODER", "asel").env("TANBA_DEVICE", "desk").env("TANBA_HOME", self.home.path());
        command.env("TANBA_PASSPHRASE", passphrase).env("TANBA_NEW_PASSPHRASE", new);
        command.output().expect("it runs")
    }

    /// Runs with the key that is kept.
    fn ok(&self, arguments: &[&str]) -> String {
        self.ok_in(self.dir.path(), "", arguments)
    }

    fn ok_in(&self, dir: &Path, passphrase: &str, arguments: &[&str]) -> String {
        let output = self.run((dir, passphrase), arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn refused(&self, dir: &Path, passphrase: &str, arguments: &[&str]) -> String {
        let output = self.run((dir, passphrase), arguments);
        assert!(!output.status.success(), "{arguments:?} succeeded");
        let errors = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(errors.trim_end().lines().count(), 1, "{arguments:?}: {errors}");
        errors
    }

    /// An encrypted project whose key is kept, with a text, a code, and an annotation.
    fn begun() -> Self {
        let place = Self::new();
        place.ok_in(place.dir.path(), PASSPHRASE, &["init", "--encrypted"]);
        place.ok_in(place.dir.path(), PASSPHRASE, &["key", "keep"]);
        let text = place.home.path().join("in.en.txt");
        fs::write(&text, "A title\n\nKenesary liked it. Nobody comes! Why?\n").expect("written");
        place.ok(&["add", text.to_str().expect("UTF-8")]);
        place.ok(&["codes", "add", "slacktivism", "--key", "s"]);
        place.ok(&["tag", "in.en", "Kenesary liked", "slacktivism", "--memo", "құпия ой"]);
        place
    }

    /// What the project says.
    fn said(&self, dir: &Path) -> [String; 3] {
        let said = |what: &str| {
            let args: &[&str] = if what == "codes" { &["codes", "--json"] } else { &[what, "--json"] };
            self.ok_in(dir, PASSPHRASE, args)
        };
        [said("annotations"), said("codes"), said("documents")]
    }
}

fn files(dir: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("listed").flatten() {
        if entry.path().is_dir() {
            files(&entry.path(), all);
        } else {
            all.push(entry.path());
        }
    }
}

/// That no file under a folder has a secret in it.
fn is_closed(dir: &Path) {
    let mut all = Vec::new();
    files(dir, &mut all);
    assert!(all.len() > 3, "{all:?}");
    for path in all {
        let bytes = fs::read(&path).expect("read");
        let text = String::from_utf8_lossy(&bytes);
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} lies open in {}", path.display());
        }
    }
}

#[test]
fn everything_works_in_an_encrypted_project_and_nothing_lies_open() {
    let place = Place::begun();
    let dir = place.dir.path();
    let revised = place.home.path().join("new.txt");
    fs::write(&revised, "A title\n\nOnce more: Kenesary liked it. I wonder who comes! Why?\n").expect("written");
    assert!(place.ok(&["revise", "in.en", revised.to_str().expect("UTF-8")]).contains('1'));
    assert!(place.ok(&["search", "wonder"]).contains("in.en"));
    assert!(place.ok(&["annotations"]).contains("Kenesary liked"));
    place.ok(&["undo"]);
    let gone = place.refused(dir, "", &["search", "wonder"]);
    assert!(gone.contains("nothing found"), "the text from before is back: {gone}");
    place.ok(&["redo"]);
    place.ok(&["memos", "add", "Bopai asked for it"]);
    let out = place.home.path().join("coded.csv");
    place.ok(&["export", "--output", out.to_str().expect("UTF-8")]);
    assert!(fs::read_to_string(&out).expect("written").contains("Kenesary"), "an export is open, as it was asked for");
    assert!(place.ok(&["query", "slacktivism"]).contains("Kenesary"));
    assert!(place.ok(&["check"]).contains("all is well"));
    is_closed(dir);
}

#[test]
fn the_reader_asks_for_the_passphrase_and_tags() {
    let place = Place::begun();
    place.ok(&["key", "forget"]);
    let home = place.home.path().to_str().expect("UTF-8");
    let environment =
        [("TANBA_CODER", "asel"), ("TANBA_DEVICE", "desk"), ("TANBA_HOME", home), ("TANBA_PASSPHRASE", "")];
    let mut pty = Pty::start(&tanba(), &[place.dir.path().to_str().expect("UTF-8")], &environment, (100, 30));
    pty.until("Passphrase of");
    pty.type_bytes("бұл ол емес еді\r".as_bytes());
    pty.until("that is not its passphrase");
    pty.type_bytes(format!("{PASSPHRASE}\r").as_bytes());
    // The text is there first, then what was said of it.
    pty.until("1 annotation");
    pty.until("encrypted · ");
    assert!(!pty.screen().contains(PASSPHRASE), "it is not shown");
    pty.press("jjts\r");
    pty.until("tagged slacktivism");
    pty.press("q");
    pty.end();
    assert_eq!(place.ok_in(place.dir.path(), PASSPHRASE, &["annotations", "--json"]).matches("\"id\"").count(), 2);
    is_closed(place.dir.path());
}

#[test]
fn what_is_typed_while_a_passphrase_is_asked_for_is_never_shown_and_the_terminal_is_given_back() {
    let place = Place::begun();
    place.ok(&["key", "forget"]);
    let home = place.home.path().to_str().expect("UTF-8");
    let environment =
        [("TANBA_CODER", "asel"), ("TANBA_DEVICE", "desk"), ("TANBA_HOME", home), ("TANBA_PASSPHRASE", "")];
    let dir = place.dir.path().to_str().expect("UTF-8");
    let start = || Pty::start(&tanba(), &["documents", "-C", dir], &environment, (100, 30));
    let mut pty = start();
    pty.until("Passphrase of");
    // The second line is typed while the first is tried.
    pty.type_bytes(format!("wrong one\r{PASSPHRASE}\r").as_bytes());
    pty.until("that is not its passphrase");
    assert_eq!(pty.end(), 0);
    assert!(!pty.is_raw());
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    assert!(!raw.contains("wrong one") && !raw.contains(PASSPHRASE), "{raw}");
    let mut pty = start();
    pty.until("Passphrase of");
    pty.press("half of i\x03");
    assert_eq!(pty.end(), 130);
    assert!(!pty.is_raw());
}

#[test]
fn without_the_passphrase_there_is_one_line_and_nothing_is_changed() {
    let place = Place::begun();
    place.ok(&["key", "forget"]);
    let dir = place.dir.path();
    let mut before = Vec::new();
    files(dir, &mut before);
    let none = place.refused(dir, "", &["annotations"]);
    assert!(none.contains("encrypted") && none.contains("TANBA_PASSPHRASE"), "{none}");
    let wrong = place.refused(dir, "бұл ол емес еді", &["tag", "in.en", "0..3", "slacktivism"]);
    assert!(wrong.contains("TANBA_PASSPHRASE has another"), "{wrong}");
    let key = fs::read(dir.join("key.age")).expect("there");
    fs::remove_file(dir.join("key.age")).expect("removed");
    let gone = place.refused(dir, PASSPHRASE, &["annotations"]);
    assert!(gone.contains("key.age"), "{gone}");
    fs::write(dir.join("key.age"), &key[..key.len() / 2]).expect("written");
    let cut = place.refused(dir, PASSPHRASE, &["annotations"]);
    assert!(cut.contains("key.age is damaged"), "{cut}");
    fs::write(dir.join("key.age"), key).expect("written");
    let mut after = Vec::new();
    files(dir, &mut after);
    assert_eq!(after, before);
    assert!(place.ok_in(dir, PASSPHRASE, &["annotations"]).contains("Kenesary"));
    // The same letters, typed as others.
    let decomposed: String = PASSPHRASE.nfd().collect();
    assert!(place.ok_in(dir, &decomposed, &["annotations"]).contains("Kenesary"));
    let settings = fs::read_to_string(dir.join("tanba.toml")).expect("there");
    let open: Vec<&str> = settings.lines().filter(|line| !line.starts_with("encryption")).collect();
    fs::write(dir.join("tanba.toml"), open.join("\n")).expect("written");
    let told = place.refused(dir, PASSPHRASE, &["codes", "add", "open"]);
    assert!(told.contains("encrypted files are here"), "{told}");
    // Nor is it begun anew over what is there.
    let key = fs::read(dir.join("key.age")).expect("there");
    fs::remove_file(dir.join("tanba.toml")).expect("removed");
    for again in [&["init", "--encrypted"][..], &["init"]] {
        let told = place.refused(dir, PASSPHRASE, again);
        assert!(told.contains("bring that back"), "{told}");
    }
    assert_eq!(fs::read(dir.join("key.age")).expect("there"), key);
    fs::remove_file(dir.join("key.age")).expect("removed");
    // Nor written on in the open, when the key and the texts are gone as well.
    fs::rename(dir.join("documents/in.en.txt.age"), dir.join("in.en.txt.age")).expect("moved");
    fs::write(dir.join("tanba.toml"), open.join("\n")).expect("written");
    let told = place.refused(dir, PASSPHRASE, &["codes", "add", "open"]);
    assert!(told.contains("tanba.toml has no line"), "{told}");
    fs::write(dir.join("tanba.toml"), settings).expect("written");
    let told = place.refused(dir, PASSPHRASE, &["key", "forget"]);
    assert!(told.contains("key.age"), "{told}");
}

#[test]
fn a_changed_passphrase_opens_and_the_one_before_does_not() {
    let place = Place::begun();
    let dir = place.dir.path();
    let none = place.refused(dir, PASSPHRASE, &["key", "change"]);
    assert!(none.contains("TANBA_NEW_PASSPHRASE"), "the old one is no new one: {none}");
    let short = place.run_with(dir, PASSPHRASE, "  қысқа сөз  ", &["key", "change"]);
    assert!(String::from_utf8_lossy(&short.stderr).contains("ten letters"), "{short:?}");
    let output = place.run_with(dir, PASSPHRASE, "жаңа төрт сөз болды", &["key", "change"]);
    assert!(output.status.success(), "{output:?}");
    place.ok(&["key", "forget"]);
    assert!(place.refused(dir, PASSPHRASE, &["annotations"]).contains("TANBA_PASSPHRASE has another"));
    assert!(place.ok_in(dir, "жаңа төрт сөз болды", &["annotations"]).contains("Kenesary"));
}

#[test]
fn an_encrypted_copy_says_the_same_and_so_does_a_decrypted_one_of_it() {
    let (place, dir) = (Place::new(), study());
    place.ok_in(dir.path(), "", &["tag", "in.en", "People like it", "slacktivism", "--memo", "құпия"]);
    place.ok_in(dir.path(), "", &["undo"]);
    place.ok_in(dir.path(), "", &["redo"]);
    fs::write(dir.path().join("notes.doc"), "mine").expect("written");
    fs::write(dir.path().join("documents/consent.pdf"), "mine").expect("written");
    let before = place.said(dir.path());
    let (closed, open) = (place.dir.path().join("closed"), place.dir.path().join("open"));
    // One text that is none: nothing is left of the copy, and the coder's own empty folder stays.
    fs::create_dir(&closed).expect("made");
    fs::write(dir.path().join("documents/bad.txt"), [0xff, 0xfe, 0x00]).expect("written");
    let wrong = place.refused(dir.path(), PASSPHRASE, &["encrypt", closed.to_str().expect("UTF-8")]);
    assert!(wrong.contains("UTF-16"), "{wrong}");
    assert_eq!(fs::read_dir(&closed).expect("still there").count(), 0);
    fs::remove_file(dir.path().join("documents/bad.txt")).expect("removed");
    let output = place.run((dir.path(), PASSPHRASE), &["encrypt", closed.to_str().expect("UTF-8")]);
    let (told, left) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("2 texts, 1 journal"), "{told}{left}");
    assert!(left.contains("notes.doc") && left.contains("documents/consent.pdf"), "{left}");
    is_closed(&closed);
    assert_eq!(place.said(&closed), before);
    assert_eq!(place.said(dir.path()), before, "the original is as it was");
    assert!(place.refused(dir.path(), PASSPHRASE, &["encrypt", closed.to_str().expect("UTF-8")]).contains("already"));
    let inside = dir.path().join("documents/closed");
    assert!(place.refused(dir.path(), PASSPHRASE, &["encrypt", inside.to_str().expect("UTF-8")]).contains("itself"));
    // Undo reaches back over it.
    place.ok_in(&closed, PASSPHRASE, &["undo"]);
    assert!(!place.ok_in(&closed, PASSPHRASE, &["annotations"]).contains("People"));
    place.ok_in(&closed, PASSPHRASE, &["redo"]);
    // An open line that somebody put there is left out.
    let mut line = fs::read_to_string(dir.path().join("journal/asel@desk.jsonl")).expect("read");
    line.truncate(line.find('\n').expect("a line") + 1);
    fs::write(closed.join("journal/mallory@desk.jsonl"), line).expect("written");
    place.ok_in(&closed, PASSPHRASE, &["decrypt", open.to_str().expect("UTF-8")]);
    assert_eq!(place.said(&open), before);
    let text = |root: &Path| fs::read_to_string(root.join("documents/in.kk.txt")).expect("there");
    assert_eq!(text(&open), text(dir.path()));
}

#[test]
fn a_long_encrypted_text_is_read_where_it_is_wanted() {
    let place = Place::begun();
    let path = place.home.path().join("long.kk.txt");
    let text = "Қала тұрғындары лайк басты, бірақ алаңға ешкім келмеді.\n".repeat(30_000);
    assert!(text.len() > 2 << 20);
    fs::write(&path, format!("{text}Ең соңында Бопай құпия айтты.\n")).expect("written");
    place.ok(&["add", path.to_str().expect("UTF-8")]);
    assert!(place.ok(&["search", "Бопай"]).contains("long.kk"));
    place.ok(&["tag", "long.kk", "Бопай құпия", "slacktivism"]);
    assert!(place.ok(&["annotations"]).contains("Бопай құпия"));
    assert!(place.ok(&["check"]).contains("all is well"));
    is_closed(place.dir.path());
}

#[test]
fn journals_come_in_under_the_same_key_alone() {
    let place = Place::begun();
    let dir = place.dir.path();
    let colleague = TempDir::new().expect("a folder");
    copy_folder(dir, colleague.path());
    let tag = ["--coder", "bek", "tag", "in.en", "Nobody comes", "slacktivism"];
    place.ok_in(colleague.path(), "", &tag);
    place.ok(&["import", colleague.path().to_str().expect("UTF-8")]);
    assert!(place.ok(&["annotations"]).contains("Nobody comes"));
    let open = study();
    place.ok_in(open.path(), "", &["--coder", "dana", "tag", "in.en", "0..5", "slacktivism"]);
    let plain = place.refused(dir, "", &["import", open.path().to_str().expect("UTF-8")]);
    assert!(plain.contains("not encrypted"), "{plain}");
    let locked =
        place.refused(open.path(), "", &["import", dir.join("journal/bek@desk.jsonl").to_str().expect("UTF-8")]);
    assert!(locked.contains("another key"), "{locked}");
    // Put there by hand, it is told.
    fs::copy(open.path().join("journal/dana@desk.jsonl"), dir.join("journal/dana@desk.jsonl")).expect("copied");
    fs::write(dir.join("documents/hand.txt"), "by hand").expect("written");
    let output = place.run((dir, ""), &["check"]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("dana@desk.jsonl: 1 line is not encrypted with this project's key, set aside"), "{told}");
    assert!(!place.ok(&["annotations"]).contains("dana"), "open lines are not believed");
    assert!(told.contains("dana@desk.jsonl has lines that are not encrypted"), "{told}");
    assert!(told.contains("hand.txt is not encrypted"), "{told}");
}
