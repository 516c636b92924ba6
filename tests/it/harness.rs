//! What the tests have in common: the program run in a folder, marked texts, golden files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

pub use crate::desk::{Desk, open, theme, writer};
use crate::pty::home;

/// Sits down with one text, presses keys, and compares the marked text; then restarts and compares the store's.
pub fn check(text: &str, keys: &str, expected: &str) {
    let mut desk = Desk::new(&[("a.en", text)]);
    desk.press(keys);
    assert_eq!(desk.marked(), expected, "after {keys}; note: {}", desk.note());
    let kept = desk.kept("a.en");
    let annotations = desk.session.pane().layer.len();
    desk.sit_down();
    assert_eq!(desk.kept("a.en"), kept, "after a restart");
    assert_eq!(desk.session.pane().layer.len(), annotations, "after a restart");
}

/// The built program.
pub fn tanba() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_tanba"))
}

/// The built program, which speaks English whatever the locale of who runs the tests.
pub fn program() -> Command {
    let mut command = Command::new(tanba());
    command.env("LC_ALL", "C");
    command
}

/// Runs the built program in a folder, as coder `asel` on device `desk`.
pub fn run(dir: &Path, arguments: &[&str]) -> Output {
    program()
        .args(arguments)
        .current_dir(dir)
        .env("TANBA_CODER", "asel")
        .env("TANBA_DEVICE", "desk")
        .env("TANBA_HOME", home())
        .output()
        .expect("the program runs")
}

/// Runs it and takes what it printed; it must succeed.
pub fn ok(dir: &Path, arguments: &[&str]) -> String {
    let output = run(dir, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Runs it and takes the one line it refused with.
pub fn refused(dir: &Path, arguments: &[&str]) -> String {
    let output = run(dir, arguments);
    assert!(!output.status.success(), "{arguments:?} succeeded");
    let errors = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(errors.trim_end().lines().count(), 1, "{arguments:?}: one line, not {errors}");
    errors.trim_end().to_owned()
}

/// Copies a folder with all that is in it.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("listed").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// A small source of chance: the same for the same seed (xorshift64*, <https://doi.org/10.1145/2845077>).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).expect("31 bits") % n.max(1)
    }

    /// Yes or no.
    pub fn heads(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// A folder with a project and two documents, made by the program itself.
pub fn study() -> TempDir {
    let dir = TempDir::new().expect("a folder");
    ok(dir.path(), &["init", "--name", "study"]);
    fs::write(dir.path().join("in.en.txt"), "A title\n\nPeople like it. Nobody comes! Why?\n").expect("a text");
    fs::write(dir.path().join("in.kk.txt"), "Тақырып\n\nЖұрт лайк басады. Ешкім келмейді! Неге?\n").expect("a text");
    ok(dir.path(), &["add", "in.en.txt", "in.kk.txt"]);
    ok(dir.path(), &["pair", "in.en", "in.kk"]);
    ok(dir.path(), &["codes", "add", "slacktivism", "--kk", "слактивизм", "--key", "s"]);
    dir
}

/// Compares with the file of that name in tests/golden; `INSTA_UPDATE=always` writes it, people read it.
pub fn golden(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "../golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}
