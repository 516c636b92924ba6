//! Lets the coder's own editor go on with a memo.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs an editor on a text, in a file that only this user can read and that is gone afterwards; returns what was
/// written. The terminal must be the editor's while this runs. `wish` is the command to run; empty asks `VISUAL` and
/// `EDITOR`. Fails, with one line, where the editor can't be run or says that it failed: then nothing is changed.
pub fn compose(text: &str, wish: &str, dir: &Path) -> Result<String, String> {
    let editor = editor(wish);
    let dir = if dir.is_dir() { dir.to_path_buf() } else { env::temp_dir() };
    let path = dir.join(format!("memo-{}.txt", std::process::id()));
    let removed = Removed(path.clone());
    let told = |error: std::io::Error| format!("can't write {}: {error}", path.display());
    let mut file = private(&path).map_err(told)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(told)?;
    drop(file);
    let status = run(&editor, &path).map_err(|error| format!("can't run {editor}: {error}; set VISUAL or EDITOR"))?;
    if status.code() == Some(127) {
        return Err(format!("no program is called {editor}; set the editor in the settings, or VISUAL or EDITOR"));
    }
    if !status.success() {
        return Err(format!("{editor} ended with a failure; the memo is as it was"));
    }
    let mut bytes = Vec::new();
    fs::File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(told)?;
    drop(removed);
    String::from_utf8(bytes).map_err(|_| format!("{editor} wrote something that is not UTF-8; the memo is as it was"))
}

/// The editor's command.
fn editor(wish: &str) -> String {
    let named = [wish.to_owned(), env::var("VISUAL").unwrap_or_default(), env::var("EDITOR").unwrap_or_default()];
    let fallback = if cfg!(windows) { "notepad" } else { "vi" };
    named.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_else(|| fallback.to_owned())
}

/// `EDITOR` may hold arguments, so a shell reads it, as git does.
#[cfg(unix)]
fn run(editor: &str, path: &Path) -> std::io::Result<std::process::ExitStatus> {
    Command::new("sh").arg("-c").arg(format!("{editor} \"$1\"")).arg("sh").arg(path).status()
}

#[cfg(not(unix))]
fn run(editor: &str, path: &Path) -> std::io::Result<std::process::ExitStatus> {
    let mut parts = editor.split_whitespace();
    Command::new(parts.next().unwrap_or("notepad")).args(parts).arg(path).status()
}

#[cfg(unix)]
fn private(path: &Path) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    let _ = fs::remove_file(path);
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private(path: &Path) -> std::io::Result<fs::File> {
    fs::File::create(path)
}

/// A file that is gone when this is dropped.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
