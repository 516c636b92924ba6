//! Lets the coder's own editor go on with a memo.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::say;
use crate::shell::signals;
use crate::store::home::private;

/// How the names of the files begin.
const DRAFT: &str = "memo-";

/// Runs an editor on a text, in a file that only this user can read and that is gone afterwards unless something
/// went wrong; returns what was written. The terminal must be the editor's while this runs. `wish` is the command
/// to run; empty asks `VISUAL` and `EDITOR`. Fails, with one line, where the editor can't be run or says that it
/// failed: then nothing is changed.
pub fn compose(text: &str, wish: &str, dir: &Path) -> Result<String, String> {
    let editor = editor(wish);
    let dir = if dir.is_dir() { dir.to_path_buf() } else { env::temp_dir() };
    let path = dir.join(format!("{DRAFT}{}.txt", std::process::id()));
    let told = |error: std::io::Error| say!("can't write {path}: {error}", path = path.display(), error);
    let mut file = private(&path).map_err(told)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(told)?;
    drop(file);
    let _ours = signals::leave_interrupts();
    let ended = run(&editor, &path);
    let written = fs::read(&path).unwrap_or_default();
    let failure = match ended {
        Ok(status) if status.success() => None,
        Ok(status) if status.code() == Some(127) => {
            Some(say!("no program is called {editor}; set the editor in the settings, or VISUAL or EDITOR", editor))
        }
        Ok(_) => Some(say!("{editor} ended with a failure; the memo is as it was", editor)),
        Err(error) => Some(say!("can't run {editor}: {error}; set VISUAL or EDITOR", editor, error)),
    };
    let read = String::from_utf8(written);
    match (failure, read) {
        (None, Ok(text)) => {
            let _ = fs::remove_file(&path);
            Ok(text)
        }
        // What was written there is somebody's work: it stays where it is.
        (Some(why), Ok(same)) if same == text => {
            let _ = fs::remove_file(&path);
            Err(why)
        }
        (Some(why), _) => Err(say!("what was written is in {path}: {why}", path = path.display(), why)),
        (None, Err(_)) => {
            Err(say!("{editor} wrote something that is not UTF-8; it is in {path}", editor, path = path.display()))
        }
    }
}

/// What is to be told of memos that were left in a folder when an editor or this program was cut off, if there are any.
pub fn told_left(dir: &Path) -> Option<String> {
    let left = left(dir);
    let [path, older @ ..] = left.as_slice() else { return None };
    let more = if older.is_empty() { String::new() } else { say!(", {older} older beside it", older = older.len()) };
    Some(say!("a memo that was cut off is in {path}{more}; delete what you don't need", path = path.display(), more))
}

/// The memos that were left, the newest first.
fn left(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let is_draft = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(DRAFT);
    let mut drafts: Vec<_> = entries.filter(is_draft).collect();
    drafts.sort_by_key(|entry| std::cmp::Reverse(entry.metadata().and_then(|about| about.modified()).ok()));
    drafts.into_iter().map(|entry| entry.path()).collect()
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
    Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$1\""))
        .arg("sh")
        .arg(path)
        .env_remove("TANBA_PASSPHRASE")
        .env_remove("TANBA_NEW_PASSPHRASE")
        .status()
}

#[cfg(not(unix))]
fn run(editor: &str, path: &Path) -> std::io::Result<std::process::ExitStatus> {
    let mut parts = editor.split_whitespace();
    Command::new(parts.next().unwrap_or("notepad"))
        .args(parts)
        .arg(path)
        .env_remove("TANBA_PASSPHRASE")
        .env_remove("TANBA_NEW_PASSPHRASE")
        .status()
}
