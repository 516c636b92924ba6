//! The texts of a project: listed, taken in, and opened without reading them whole; as age files where the project is encrypted.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use age::stream::StreamReader;

use crate::model::document::{Document, DocumentId, revision_of};
use crate::say;
use crate::store::cipher::Cipher;
use crate::store::error::StoreError;
use crate::text::body::{Source, Text};
use crate::text::encoding::{Undecoded, decode};

/// How the files of encrypted texts end.
const SEALED_ENDING: &str = ".txt.age";

/// Files up to this size are held in memory.
const WHOLE_BYTES: u64 = 1 << 20;

/// The folder of a project's texts, and the key to them where they are encrypted.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// The folder.
    pub dir: PathBuf,
    /// The key.
    pub cipher: Option<Cipher>,
}

impl Shelf {
    /// How the files of texts end.
    pub fn ending(&self) -> &'static str {
        if self.cipher.is_some() { SEALED_ENDING } else { ".txt" }
    }

    /// A file's text.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let Some(cipher) = &self.cipher else { return fs::read(path) };
        let mut bytes = Vec::new();
        cipher.reader(File::open(path)?)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn read_text(&self, path: &Path) -> io::Result<String> {
        String::from_utf8(self.read(path)?).map_err(|_| io::Error::from(ErrorKind::InvalidData))
    }

    /// Writes a text into a file that is there whole after a power cut, or not at all.
    fn write(&self, path: &Path, text: &str) -> Result<(), StoreError> {
        let Some(cipher) = &self.cipher else { return write_whole(path, text.as_bytes()) };
        write_whole(path, &cipher.encrypted(text.as_bytes()).map_err(StoreError::io("write", path))?)
    }
}

/// A large encrypted file, decrypted where it is needed, 64 KB at a time.
struct FarSealed {
    reader: Mutex<StreamReader<File>>,
    len: usize,
}

impl Source for FarSealed {
    fn len(&self) -> usize {
        self.len
    }

    fn read(&self, start: usize, buffer: &mut [u8]) {
        // What can't be read stays `?`, as in other files.
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if reader.seek(SeekFrom::Start(start as u64)).is_ok() {
            let _ = reader.read_exact(buffer);
        }
    }
}

/// A large file, read where it is needed.
struct FarFile {
    file: File,
    len: usize,
}

impl Source for FarFile {
    fn len(&self) -> usize {
        self.len
    }

    fn read(&self, start: usize, buffer: &mut [u8]) {
        // What can't be read (the file was cut short behind our back) stays `?`; the next opening tells.
        let mut done = 0;
        while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match read_at(&self.file, rest, (start + done) as u64) {
                Ok(0) | Err(_) => return,
                Ok(n) => done += n,
            }
        }
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// The file of a document.
pub fn path_of(shelf: &Shelf, id: &DocumentId) -> PathBuf {
    shelf.dir.join(format!("{}{}", id.0, shelf.ending()))
}

/// What tells a file's version from others: its length in bytes, and when it was changed, in nanoseconds since 1970.
pub fn version_of(path: &Path) -> Option<(u64, u128)> {
    let about = fs::metadata(path).ok()?;
    let changed = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((about.len(), changed.as_nanos()))
}

/// The documents that have a file, in the order of their names.
pub fn list(shelf: &Shelf) -> Result<Vec<DocumentId>, StoreError> {
    let entries = match fs::read_dir(&shelf.dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::io("read", &shelf.dir)(error)),
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut ids: Vec<_> = names
        .filter(|name| !name.starts_with('.'))
        .filter_map(|name| name.strip_suffix(shelf.ending()).map(|id| DocumentId(id.to_owned())))
        .collect();
    ids.sort();
    Ok(ids)
}

/// Opens a document's text. Fails on a folder, an unreadable file, or a small file that is no UTF-8; a large
/// one is checked when its offsets are measured.
pub fn open(shelf: &Shelf, id: &DocumentId) -> Result<Text, StoreError> {
    let path = path_of(shelf, id);
    // Asked of the name first: opening a pipe would wait for its other end.
    let about = fs::metadata(&path).map_err(StoreError::io("read", &path))?;
    if !about.is_file() {
        return Err(StoreError::Document(path, say!("not a file; documents are text files").into()));
    }
    let file = File::open(&path).map_err(StoreError::io("read", &path))?;
    if let Some(cipher) = shelf.cipher.as_ref().filter(|_| about.len() > WHOLE_BYTES) {
        let opened = cipher.reader(file).and_then(|mut reader| Ok((reader.seek(SeekFrom::End(0))?, reader)));
        let (len, reader) = opened.map_err(|error| unopened(&path, error))?;
        return Ok(Text::Far(Arc::new(FarSealed {
            reader: Mutex::new(reader),
            len: usize::try_from(len).unwrap_or(usize::MAX),
        })));
    }
    if about.len() > WHOLE_BYTES {
        return Ok(Text::Far(Arc::new(FarFile { file, len: usize::try_from(about.len()).unwrap_or(usize::MAX) })));
    }
    let bytes = shelf.read(&path).map_err(|error| unopened(&path, error))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Text::whole(&text)),
        Err(error) => Err(not_utf8(path, error.utf8_error().valid_up_to(), error.as_bytes())),
    }
}

/// The refusal of a file that can't be read, or is encrypted with another key.
fn unopened(path: &Path, error: io::Error) -> StoreError {
    if matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) {
        let why = say!(
            "damaged, or encrypted with another key; put back a copy of it, or move it away and take the text in again under its name"
        );
        return StoreError::Document(path.to_path_buf(), why.into());
    }
    StoreError::io("read", path)(error)
}

/// The refusal of a file that is no text.
pub fn not_utf8(path: PathBuf, offset: usize, bytes: &[u8]) -> StoreError {
    let why = if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        say!("UTF-16, not UTF-8; move it out of here and take it in: tanba add FILE").into()
    } else if bytes.contains(&0) {
        say!("not a text (it has NUL bytes); save it as plain text first").into()
    } else {
        say!("not UTF-8 (first wrong byte at {offset}); move it out of here and take it in: tanba add FILE", offset)
    };
    StoreError::Document(path, why)
}

/// A text made ready to be a document, and what was changed for it.
#[derive(Debug)]
pub struct Prepared {
    /// The text as it will be kept.
    pub text: String,
    /// What was changed, for the coder to know.
    pub notes: Vec<String>,
}

/// Reads a file, or with `-` standard input, that is to become a document: it is kept as UTF-8 with plain line ends
/// and without a byte order mark, whatever it was. `encoding` says what it is in, if that is known.
pub fn prepare(path: &Path, encoding: Option<&str>) -> Result<Prepared, StoreError> {
    let refuse = |why: String| StoreError::Document(path.to_path_buf(), why);
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(StoreError::io("read", path))?;
        bytes
    } else {
        let about = fs::metadata(path).map_err(StoreError::io("read", path))?;
        if about.is_dir() {
            return Err(refuse(say!("a folder; give its files: tanba add FOLDER/*.txt").into()));
        }
        if !about.is_file() {
            return Err(refuse(say!("not a regular file; save it as one first").into()));
        }
        fs::read(path).map_err(StoreError::io("read", path))?
    };
    let decoded = decode(&bytes, encoding).map_err(|undecoded| refuse(way_out(&undecoded, encoding)))?;
    let mut notes = Vec::new();
    let mut text = decoded.text;
    if !decoded.encoding.is_empty() {
        notes.push(say!("was {encoding}, is kept as UTF-8", encoding = decoded.encoding));
    }
    if let Some(rest) = text.strip_prefix('\u{feff}') {
        text = rest.to_owned();
    }
    if decoded.encoding.is_empty() && bytes.starts_with("\u{feff}".as_bytes()) {
        notes.push(say!("dropped the byte order mark").into());
    }
    if text.contains("\r\n") {
        text = text.replace("\r\n", "\n");
        notes.push(say!("Windows line ends became plain ones").into());
    }
    if text.trim().is_empty() {
        return Err(refuse(say!("empty; there is nothing to read or code in it").into()));
    }
    Ok(Prepared { text, notes })
}

fn way_out(undecoded: &Undecoded, encoding: Option<&str>) -> String {
    match undecoded {
        Undecoded::Binary => say!("not a text; save it as plain text first").into(),
        Undecoded::Unknown => say!(
            "no encoding is called \"{encoding}\"; common ones are utf-8, utf-16, windows-1251, kz-1048, koi8-r",
            encoding = encoding.unwrap_or("")
        ),
        Undecoded::Wrong(name) => say!("not in {name}; say what it is in: --encoding windows-1251", name),
    }
}

/// The document's name that a file's name suggests: no folders, no `.txt`, no white space.
pub fn id_of(path: &Path) -> DocumentId {
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let stem = name.strip_suffix(".txt").or_else(|| name.strip_suffix(".md")).unwrap_or(&name);
    DocumentId::safe(stem)
}

/// Whether a text can be kept under a name: no file has it, or one with just this text.
pub fn may_keep(shelf: &Shelf, id: &DocumentId, text: &str) -> bool {
    let path = path_of(shelf, id);
    !path.exists() || shelf.read(&path).is_ok_and(|old| old == text.as_bytes())
}

/// Keeps a text as a document's file: whole or not at all, never over another text.
pub fn keep(shelf: &Shelf, id: &DocumentId, text: &str) -> Result<(), StoreError> {
    fs::create_dir_all(&shelf.dir).map_err(StoreError::io("make", &shelf.dir))?;
    let path = path_of(shelf, id);
    if path.exists() {
        let why = say!("a document of that name is there with another text; give the new one a name: --id NAME");
        return if may_keep(shelf, id, text) { Ok(()) } else { Err(StoreError::Document(path, why.into())) };
    }
    shelf.write(&path, text)
}

/// Writes a file that is there whole after a power cut, or not at all.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let half = path.with_file_name(format!(".{name}.part"));
    let written = File::create(&half).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    let written = written.and_then(|()| fs::rename(&half, path));
    if let Err(error) = written {
        let _ = fs::remove_file(&half);
        return Err(StoreError::io("write", path)(error));
    }
    // The file's name must survive a power cut as its words do.
    let _ = path.parent().map(|dir| File::open(dir).and_then(|d| d.sync_all()));
    Ok(())
}

/// The folder beside the documents that keeps the texts which they had.
pub const OLD: &str = "old";

/// Where a text is kept that a document had.
fn old_path(shelf: &Shelf, id: &DocumentId, revision: &str) -> PathBuf {
    let name = format!("{}.{}{}", id.0, revision.get(..8).unwrap_or(revision), shelf.ending());
    shelf.dir.join(OLD).join(name)
}

/// A document's whole text.
pub fn text_of(shelf: &Shelf, id: &DocumentId) -> Result<String, StoreError> {
    let path = path_of(shelf, id);
    shelf.read_text(&path).map_err(StoreError::io("read", &path))
}

/// The text of that revision which a document has, or had; `None` where it is not there.
pub fn text_of_revision(shelf: &Shelf, id: &DocumentId, revision: &str) -> Option<String> {
    let paths = [path_of(shelf, id), old_path(shelf, id, revision)];
    paths.iter().filter_map(|path| shelf.read_text(path).ok()).find(|text| revision_of(text) == revision)
}

/// Gives a document the text of that revision, which it had before; returns the one that was there, or nothing where it is the
/// same. Fails, with all as it was, where that text was not kept.
pub fn turn(shelf: &Shelf, id: &DocumentId, revision: &str) -> Result<Option<String>, StoreError> {
    let path = path_of(shelf, id);
    let there = shelf.read_text(&path).map_err(StoreError::io("read", &path))?;
    if revision_of(&there) == revision {
        return Ok(None);
    }
    let kept = old_path(shelf, id, revision);
    let text = shelf.read_text(&kept).ok().filter(|text| revision_of(text) == revision).ok_or_else(|| {
        let why = say!("the text that {id} had then is not there; put it back, or give it: tanba revise {id} FILE", id);
        StoreError::Document(kept, why)
    })?;
    replace(shelf, id, &there, &text)?;
    Ok(Some(there))
}

/// Puts a new text in a document's place, and keeps the old one beside; says where. Fails with the old text in place.
pub fn replace(shelf: &Shelf, id: &DocumentId, old: &str, new: &str) -> Result<PathBuf, StoreError> {
    let kept = old_path(shelf, id, &revision_of(old));
    let dir = shelf.dir.join(OLD);
    fs::create_dir_all(&dir).map_err(StoreError::io("make", &dir))?;
    shelf.write(&kept, old)?;
    shelf.write(&path_of(shelf, id), new)?;
    Ok(kept)
}

/// Puts the text back that a document had.
pub fn put_back(shelf: &Shelf, id: &DocumentId, old: &str) -> Result<(), StoreError> {
    shelf.write(&path_of(shelf, id), old)
}

/// Whether an encrypted text lies in a folder.
pub fn has_sealed(dir: &Path) -> bool {
    let mut names = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.any(|name| name.to_string_lossy().ends_with(SEALED_ENDING))
}

/// Copies all texts, those that documents had as well, to another folder, under its key, and reads each again; returns how many.
pub fn copy_all(from: &Shelf, to: &Shelf) -> Result<usize, StoreError> {
    let under = |shelf: &Shelf| Shelf { dir: shelf.dir.join(OLD), cipher: shelf.cipher.clone() };
    let mut n = 0;
    for (from, to) in [(from.clone(), to.clone()), (under(from), under(to))] {
        for id in list(&from)? {
            fs::create_dir_all(&to.dir).map_err(StoreError::io("make", &to.dir))?;
            let (path, target) = (path_of(&from, &id), path_of(&to, &id));
            if !path.is_file() {
                return Err(StoreError::Document(path, say!("not a file; documents are text files").into()));
            }
            let bytes = from.read(&path).map_err(|error| unopened(&path, error))?;
            let text = String::from_utf8(bytes)
                .map_err(|error| not_utf8(path, error.utf8_error().valid_up_to(), error.as_bytes()))?;
            to.write(&target, &text)?;
            let copied = to.read(&target).map_err(StoreError::io("read", &target))?;
            if copied != text.as_bytes() {
                return Err(StoreError::Document(
                    target,
                    say!("it was not written as it is; is the disk well?").into(),
                ));
            }
            n += 1;
        }
    }
    Ok(n)
}

/// A document dropped into the folder by hand, known by its name alone.
pub fn undescribed(id: DocumentId) -> Document {
    let language = id.0.rsplit_once('.').map_or("", |(_, end)| end);
    let language = if language.len() == 2 { language.to_owned() } else { String::new() };
    Document { id, language, ..Document::default() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe() {
        assert_eq!(id_of(Path::new("/x/Менің мәтінім.kk.txt")).0, "Менің-мәтінім.kk");
        assert_eq!(id_of(Path::new("..")).0, "document");
    }
}
