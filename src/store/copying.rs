//! A copy of a project under another key, or under none: its texts, journals, alignments and settings, held against the original.

use std::fs;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, value};

use crate::say;
use crate::store::cipher::{Cipher, KEY_FILE};
use crate::store::documents::{self, Shelf};
use crate::store::error::StoreError;
use crate::store::fresh;
use crate::store::journal;
use crate::store::likeness::{Differing, differing};
use crate::store::line::{self, FIRST};
use crate::store::project::{Project, SETTINGS_FILE};

/// A key, and the contents of its file.
pub struct Locked {
    /// The key.
    pub cipher: Cipher,
    /// The same under a passphrase.
    pub file: Vec<u8>,
}

/// What a copy has, and what it has not.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Texts, those that documents had before as well.
    pub n_texts: usize,
    /// Journals.
    pub n_journals: usize,
    /// Lines that can't be read any more, and were left out.
    pub n_damaged: usize,
    /// Files of the project's folder that the program does not know; they stay where they are.
    pub left: Vec<String>,
}

/// The folders and files of a project that are copied, or are made anew.
const KNOWN: [&str; 7] = ["documents", "journal", "alignment", ".tanba", ".gitignore", SETTINGS_FILE, KEY_FILE];

/// Copies a project, whose key is open where it has one, into a new folder. Fails, with nothing left there, where something can't
/// be read or written, or the copy does not say the same.
pub fn copy(from: &Project, to: &Path, key: Option<&Locked>) -> Result<Copied, StoreError> {
    let is_free = fs::read_dir(to).map_or(!to.exists(), |mut entries| entries.next().is_none());
    if !is_free {
        let why = say!("something is there already; name a folder that is new or empty");
        return Err(StoreError::Document(to.to_path_buf(), why.into()));
    }
    if is_inside(to, &from.root) {
        let why = say!("it lies in the project itself; name a folder outside of it");
        return Err(StoreError::Document(to.to_path_buf(), why.into()));
    }
    let was_there = to.exists();
    fs::create_dir_all(to).map_err(StoreError::io("make", to))?;
    let to = &to.canonicalize().map_err(StoreError::io("make", to))?;
    let copied = fill(from, to, key);
    if copied.is_err() {
        // The folder was empty: all that is in it is ours.
        for entry in fs::read_dir(to).into_iter().flatten().flatten() {
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
        if !was_there {
            let _ = fs::remove_dir(to);
        }
    }
    copied
}

/// Whether a path, which need not be there yet, leads into a folder.
fn is_inside(path: &Path, root: &Path) -> bool {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let there = whole.ancestors().find_map(|known| known.canonicalize().ok());
    there.zip(root.canonicalize().ok()).is_some_and(|(there, root)| there.starts_with(root))
}

fn fill(from: &Project, to: &Path, key: Option<&Locked>) -> Result<Copied, StoreError> {
    let cipher = key.map(|key| key.cipher.clone());
    let shelf = Shelf { dir: to.join("documents"), cipher: cipher.clone() };
    let mut copied = Copied { n_texts: documents::copy_all(&from.documents(), &shelf)?, ..Copied::default() };
    let journals = to.join("journal");
    fs::create_dir_all(&journals).map_err(StoreError::io("make", &journals))?;
    for path in journal::list(&from.journals())? {
        let target = journals.join(path.file_name().unwrap_or_default());
        copied.n_damaged += copy_journal(&path, from.cipher.as_ref(), &target, cipher.as_ref())?;
        copied.n_journals += 1;
    }
    for path in files(&from.root.join("alignment")) {
        let bytes = fs::read(&path).map_err(StoreError::io("read", &path))?;
        let dir = to.join("alignment");
        fs::create_dir_all(&dir).map_err(StoreError::io("make", &dir))?;
        documents::write_whole(&dir.join(path.file_name().unwrap_or_default()), &bytes)?;
    }
    let ignored = fs::read(from.root.join(".gitignore")).unwrap_or_else(|_| b"/.tanba/\n".to_vec());
    documents::write_whole(&to.join(".gitignore"), &ignored)?;
    if let Some(key) = key {
        documents::write_whole(&to.join(KEY_FILE), &key.file)?;
    }
    // Last: it makes the folder a project.
    documents::write_whole(&to.join(SETTINGS_FILE), settings(from, key)?.as_bytes())?;
    let copy = Project { cipher, ..Project::open(to)? };
    if differing(&fresh::index(from)?, &fresh::index(&copy)?)? != Differing::default() {
        let why = say!("the copy does not say the same as the original; `tanba check` tells what is wrong with that");
        return Err(StoreError::Document(to.to_path_buf(), why.into()));
    }
    copied.left = left(from);
    Ok(copied)
}

/// Files that were not copied, from the project's folder: what the program does not know, and what it left for the coder to look at.
fn left(from: &Project) -> Vec<String> {
    let shelf = from.documents();
    let ending = shelf.ending();
    let is_left = |folder: &str, name: &str, is_folder: bool| match folder {
        "" => !KNOWN.contains(&name),
        "documents" if is_folder => name != "old",
        "documents" | "documents/old" => !name.ends_with(ending) || name.starts_with('.'),
        "journal" => Path::new(name).extension().is_none_or(|ending| ending != "jsonl"),
        "alignment" => is_folder,
        // Memos and torn lines are somebody's work; the rest is made anew.
        _ => name.starts_with("memo-") || name.starts_with("torn-"),
    };
    let mut left = Vec::new();
    for folder in ["", "documents", "documents/old", "journal", "alignment", ".tanba"] {
        for entry in fs::read_dir(from.root.join(folder)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_left(folder, &name, entry.path().is_dir()) {
                left.push(if folder.is_empty() { name } else { format!("{folder}/{name}") });
            }
        }
    }
    left.sort();
    left
}

/// The settings, with their comments, and what the copy is encrypted with.
fn settings(from: &Project, key: Option<&Locked>) -> Result<String, StoreError> {
    let path = from.root.join(SETTINGS_FILE);
    let text = fs::read_to_string(&path).map_err(StoreError::io("read", &path))?;
    let mut file: DocumentMut = text.parse().map_err(|_| StoreError::Settings(path, say!("not TOML").into()))?;
    match key {
        Some(key) => file["encryption"] = value(key.cipher.name()),
        None => drop(file.remove("encryption")),
    }
    // Two folders that carry one journal to one server would go apart there.
    file.remove("hub");
    Ok(file.to_string())
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}

/// Writes a journal anew under another key; returns how many lines could not be read. What an unknown version wrote is carried
/// along unread.
fn copy_journal(from: &Path, old: Option<&Cipher>, to: &Path, new: Option<&Cipher>) -> Result<usize, StoreError> {
    let bytes = fs::read(from).map_err(StoreError::io("read", from))?;
    let (mut written, mut prev, mut n_damaged) = (String::new(), FIRST.to_owned(), 0);
    for one in bytes.split(|byte| *byte == b'\n').filter(|one| !one.is_empty()) {
        let Some(text) = line::text_of(one, old) else {
            n_damaged += 1;
            continue;
        };
        let (line, sum) = line::encode_text(text, &prev, new).map_err(StoreError::io("write", to))?;
        written.push_str(&line);
        prev = sum;
    }
    documents::write_whole(to, written.as_bytes())?;
    Ok(n_damaged)
}
