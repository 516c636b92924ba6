//! Files of other programs, from the disk to memory and back.

use std::fs::{self, File};
use std::io::{Read, Write, stdin};
use std::path::{Path, PathBuf};

use crate::cli::context::Failure;
use crate::cli::output::Output;
use crate::formats::bundle::{Bundle, Piece};
use crate::formats::damage;
use crate::formats::exchange::Written;
use crate::formats::{self, EXCHANGES};
use crate::say;
use crate::store::cipher::KEY_FILE;
use crate::store::error::StoreError;
use crate::store::project::{Project, SETTINGS_FILE};

/// Bytes that are read at most, in all: they are held in memory.
const MOST_BYTES: u64 = 1 << 30;

/// Files of a folder that are read at most.
const MOST_FILES: usize = 50_000;

/// How deep folders are looked into.
const MOST_DEPTH: usize = 4;

/// Endings of files that go with those of a format: texts, settings, types.
const BESIDE: [&str; 6] = ["txt", "ann", "conf", "xml", "qda", "json"];

/// Whether files that end so go with those of a format.
pub fn is_beside(ending: &str) -> bool {
    BESIDE.contains(&ending)
}

/// Reads a file, the files of a folder that some format may have, or with `-` standard input. Fails where that is not there, or
/// more than 1 GiB.
pub fn load(paths: &[PathBuf]) -> Result<Bundle, Failure> {
    let [path] = paths else {
        let mut bundle = Bundle { name: said(paths.first()), pieces: Vec::new() };
        for path in paths {
            bundle.pieces.push(Piece { path: name_of(path), bytes: read(path, &mut MOST_BYTES.clone())? });
        }
        return Ok(bundle);
    };
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        stdin().take(MOST_BYTES).read_to_end(&mut bytes).map_err(StoreError::io("read", path))?;
        return Ok(Bundle::of(Piece { path: "standard input".into(), bytes }));
    }
    if !path.is_dir() {
        return Ok(Bundle::of(Piece { path: name_of(path), bytes: read(path, &mut MOST_BYTES.clone())? }));
    }
    let mut bundle =
        Bundle { name: name_of(&path.canonicalize().unwrap_or_else(|_| path.clone())), pieces: Vec::new() };
    let mut left = MOST_BYTES;
    gather(path, "", MOST_DEPTH, &mut bundle.pieces, &mut left)?;
    bundle.pieces.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(bundle)
}

fn said(path: Option<&PathBuf>) -> String {
    path.map(|path| name_of(path)).unwrap_or_default()
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn read(path: &Path, left: &mut u64) -> Result<Vec<u8>, Failure> {
    let about = fs::metadata(path).map_err(StoreError::io("read", path))?;
    if !about.is_file() {
        return Err(say!("{path} is no regular file", path = path.display()).into());
    }
    if about.len() > *left {
        return Err(say!("{path}: more than 1 GiB; that is not read", path = path.display()).into());
    }
    *left -= about.len();
    let mut bytes = Vec::new();
    // A file that grows meanwhile is read as far as it was.
    let file = File::open(path).map_err(StoreError::io("read", path))?;
    file.take(about.len()).read_to_end(&mut bytes).map_err(StoreError::io("read", path))?;
    Ok(bytes)
}

fn gather(dir: &Path, inside: &str, depth: usize, pieces: &mut Vec<Piece>, left: &mut u64) -> Result<(), Failure> {
    let is_wanted = |ending: &str| is_beside(ending) || EXCHANGES.iter().any(|e| e.endings.contains(&ending));
    for entry in fs::read_dir(dir).map_err(StoreError::io("read", dir))?.flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let kind = entry.file_type().map_err(StoreError::io("read", &path))?;
        let inner = if inside.is_empty() { name.clone() } else { format!("{inside}/{name}") };
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
        // Links may lead anywhere, and in circles.
        if kind.is_symlink() || name.starts_with('.') {
            continue;
        }
        if kind.is_dir() && depth > 0 {
            gather(&path, &inner, depth - 1, pieces, left)?;
        } else if kind.is_file() && is_wanted(&ending) {
            if pieces.len() >= MOST_FILES {
                return Err(say!("{path}: more files than are read at once", path = dir.display()).into());
            }
            pieces.push(Piece { path: inner, bytes: read(&path, left)? });
        }
    }
    Ok(())
}

/// Writes what was made: a single file to a file or to standard output, several into a folder that is empty or not there, unless
/// it `is_forced`. A file is written whole or not at all. Says where.
pub fn save(written: &Written, output: Option<&Path>, is_forced: bool) -> Result<(), Failure> {
    if written.pieces.iter().all(|piece| piece.bytes.is_empty()) {
        return Err(say!("there is nothing to write").into());
    }
    match (written.pieces.as_slice(), output) {
        ([piece], None) => {
            let mut out = Output::new();
            if out.is_terminal() && piece.text().is_err() {
                return Err(say!(
                    "this is no text for a screen; say where it goes: --output {path}",
                    path = piece.path
                )
                .into());
            }
            out.write_all(&piece.bytes)?;
            out.flush()?;
        }
        (pieces, None) => {
            return Err(
                say!("these are {n} files; say into which folder they go: --output DIR", n = pieces.len()).into()
            );
        }
        ([piece], Some(path)) if !path.is_dir() && !path.as_os_str().as_encoded_bytes().ends_with(b"/") => {
            put(path, &piece.bytes)?;
            Output::new().line(&say!("written to {path}", path = path.display()))?;
        }
        (pieces, Some(dir)) => {
            let has_files = fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
            if has_files && !is_forced {
                return Err(say!(
                    "{path} has files already; give an empty folder, or --force, which writes over those of the same names",
                    path = dir.display()
                )
                .into());
            }
            for piece in pieces {
                let path = dir.join(&piece.path);
                if let Some(parent) = path.parent() {
                    fs::create_dir_all(parent).map_err(StoreError::io("make", parent))?;
                }
                put(&path, &piece.bytes)?;
            }
            let path = dir.display();
            Output::new().line(&crate::count!(
                pieces.len(),
                "{n} file written to {path}",
                "{n} files written to {path}",
                path
            ))?;
        }
    }
    Ok(())
}

/// Fails where a place to write to is a project's own: its settings, texts, journals, index.
pub fn refuse_own(project: &Project, output: Option<&Path>) -> Result<(), Failure> {
    let Some(output) = output else { return Ok(()) };
    let real = |path: &Path| path.canonicalize().ok();
    // Folders that are still to be made lie in the nearest one that is there.
    let absolute = std::path::absolute(output).unwrap_or_else(|_| output.to_path_buf());
    let place = absolute.ancestors().find_map(real);
    let own = [
        project.documents().dir,
        project.journals(),
        project.own(),
        project.root.join(SETTINGS_FILE),
        project.root.join(KEY_FILE),
    ];
    let is_own =
        |own: &PathBuf| real(own).is_some_and(|own| place.as_ref().is_some_and(|place| place.starts_with(own)));
    if own.iter().any(is_own) {
        return Err(say!("{path} is the project's own; write somewhere else", path = output.display()).into());
    }
    Ok(())
}

/// Puts a file in its place, whole or not at all.
fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let half = path.with_file_name(format!(".{}.part", name_of(path)));
    let written = File::create(&half).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    if let Err(error) = written.and_then(|()| fs::rename(&half, path)) {
        let _ = fs::remove_file(&half);
        return Err(StoreError::io("write", path)(error).into());
    }
    Ok(())
}

/// The format that is asked for by name; fails, with those that there are, where there is none.
pub fn named(name: &str, is_read: bool) -> Result<&'static formats::exchange::Exchange, Failure> {
    let fits = |e: &&formats::exchange::Exchange| if is_read { e.read.is_some() } else { e.write.is_some() };
    let found = formats::exchange(name).filter(|e| fits(e));
    found.ok_or_else(|| {
        let names: Vec<&str> = EXCHANGES.iter().filter(fits).map(|e| e.name).collect();
        Failure::Misunderstood(vec![say!(
            "no such format here: {name}; there are {names}",
            name,
            names = names.join(", ")
        )])
    })
}

/// The format of files: the one that is asked for, or the first that they are of. Fails where they are of none, or damaged.
pub fn recognised(bundle: &Bundle, asked: Option<&str>) -> Result<&'static formats::exchange::Exchange, Failure> {
    if let Some(name) = asked {
        return named(name, true);
    }
    let found = EXCHANGES.iter().filter(|e| e.read.is_some()).find(|e| (e.is_it)(bundle));
    found.ok_or_else(|| {
        let is_known = |piece: &&Piece| {
            let sole = Bundle::of((*piece).clone());
            EXCHANGES.iter().any(|e| e.read.is_some() && (e.is_it)(&sole))
        };
        if bundle.pieces.len() > 1 && bundle.pieces.iter().any(|piece| is_known(&piece)) {
            return say!("these are several projects, or files of several formats; take them in one by one").into();
        }
        if let Some(damage) = damage::found(bundle) {
            return damage.to_string().into();
        }
        let name = bundle.sole().map_or(&bundle.name, |piece| &piece.path);
        say!("{name} is of no format that is known here; a text comes in with `tanba add`, docs/formats.md lists the others", name).into()
    })
}
