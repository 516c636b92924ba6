//! What a program did to the files of a folder, call by call, and every state of the disk that a power cut could leave of it.
//!
//! What was made safe by `fsync` or `fdatasync` stays; of all else anything may be missing: writes whole or in sectors, lengths,
//! and names in a folder that was not made safe itself, as POSIX allows and no file system does worse.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::harness::Chance;

/// What a disk writes whole or not at all, in bytes.
const SECTOR_BYTES: usize = 512;

const O_CREAT: i64 = 0o100;
const O_TRUNC: i64 = 0o1000;

/// The recorder, built once; `None` where the system is not one that it knows.
pub fn shim() -> PathBuf {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    let build = || {
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        fs::create_dir_all(&dir).expect("a folder");
        // Another test run may build it at the same time.
        let (built, library) = (dir.join(format!("disk-{}.so", std::process::id())), dir.join("libdisk.so"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shim/disk.rs");
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let status = Command::new(rustc)
            .args(["--edition", "2024", "-O", "--crate-type", "cdylib", "-C", "panic=abort", "-o"])
            .args([&built, &source])
            .status();
        assert!(status.is_ok_and(|status| status.success()), "the recorder can't be built");
        fs::rename(&built, &library).expect("renamed");
        library
    };
    SHIM.get_or_init(build).clone()
}

/// A call that changed something, or opened a file.
#[derive(Debug, Clone)]
pub struct Call {
    pub what: String,
    process: i64,
    /// The file's number, or 0.
    file: i64,
    /// Where, how long, or with which flags.
    number: i64,
    pub path: PathBuf,
    bytes: Vec<u8>,
    /// Bytes of the log up to behind this call.
    pub end: usize,
}

impl Call {
    /// Whether the recorder lets it fail: it changes something, or opens a file to do so.
    pub fn changes(&self) -> bool {
        self.what != "open" || self.number & 3 != 0
    }
}

/// All calls of a log.
pub fn calls(log: &Path) -> Vec<Call> {
    let all = fs::read(log).expect("a log");
    let mut calls = Vec::new();
    let mut at = 0;
    while let Some(head) = all.get(at..at + 4) {
        let length = u32::from_le_bytes(head.try_into().expect("four bytes")) as usize;
        let record = &all[at + 4..at + 4 + length];
        at += 4 + length;
        let newline = record.iter().position(|byte| *byte == b'\n').expect("a head");
        let head = std::str::from_utf8(&record[..newline]).expect("a head is ASCII");
        let words: Vec<&str> = head.split(' ').collect();
        let number = |n: usize| words[n].parse::<i64>().expect("a number");
        let (path, bytes) = record[newline + 1..].split_at(usize::try_from(number(4)).expect("a length"));
        let path = PathBuf::from(String::from_utf8(path.to_vec()).expect("a path"));
        let (process, file, offset) = (number(1), number(2), number(3));
        calls.push(Call {
            what: words[0].to_owned(),
            process,
            file,
            number: offset,
            path,
            bytes: bytes.to_vec(),
            end: at,
        });
    }
    calls
}

/// What may be lost of what was not made safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// All of it.
    All,
    /// Nothing but the end of the last write.
    Tail,
    /// Any sectors of any writes; of names, the later ones.
    Sectors,
    /// Any names; no bytes.
    Names,
    /// All bytes; no names: files stand there empty or as they were.
    Bytes,
    /// Anything, each for itself.
    Any,
}

/// All ways of losing.
pub const LOSSES: [Loss; 6] = [Loss::All, Loss::Tail, Loss::Sectors, Loss::Names, Loss::Bytes, Loss::Any];

#[derive(Debug, Clone)]
enum FileDeed {
    Write(usize, Vec<u8>),
    Cut(usize),
}

#[derive(Debug, Clone, Default)]
struct File {
    before: Vec<u8>,
    /// What was done, and whether it was made safe.
    deeds: Vec<(FileDeed, bool)>,
}

#[derive(Debug, Clone)]
enum NameDeed {
    Link(PathBuf, usize),
    Folder(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
}

impl NameDeed {
    fn folders(&self) -> BTreeSet<PathBuf> {
        let parent = |path: &PathBuf| path.parent().map(Path::to_path_buf);
        match self {
            Self::Link(path, _) | Self::Folder(path) | Self::Remove(path) => parent(path).into_iter().collect(),
            Self::Rename(from, to) => parent(from).into_iter().chain(parent(to)).collect(),
        }
    }
}

/// What stands under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    File(usize),
    Folder,
}

type Names = BTreeMap<PathBuf, Node>;

/// A folder on a disk that remembers what is safe.
#[derive(Debug, Clone)]
pub struct Disk {
    root: PathBuf,
    files: Vec<File>,
    before: Names,
    now: Names,
    /// What was done to names, and the folders that still have to be made safe for it.
    deeds: Vec<(NameDeed, BTreeSet<PathBuf>)>,
    open: HashMap<(i64, i64), Node>,
    open_folders: HashMap<(i64, i64), PathBuf>,
}

impl Disk {
    /// A folder as it is, all of it safe.
    pub fn of(root: &Path) -> Self {
        let mut disk = Self {
            root: root.to_path_buf(),
            files: Vec::new(),
            before: Names::new(),
            now: Names::new(),
            deeds: Vec::new(),
            open: HashMap::new(),
            open_folders: HashMap::new(),
        };
        disk.take_in(root);
        disk.now = disk.before.clone();
        disk
    }

    fn take_in(&mut self, dir: &Path) {
        self.before.insert(dir.to_path_buf(), Node::Folder);
        for entry in fs::read_dir(dir).expect("listed").flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.take_in(&path);
            } else if path.is_file() {
                self.files.push(File { before: fs::read(&path).expect("read"), deeds: Vec::new() });
                self.before.insert(path, Node::File(self.files.len() - 1));
            }
        }
    }

    /// Does what a program did.
    pub fn take(&mut self, call: &Call) {
        let place = (call.process, call.file);
        match call.what.as_str() {
            "open" => self.open(call, place),
            "write" => {
                let at = usize::try_from(call.number).expect("a place");
                self.change(place, FileDeed::Write(at, call.bytes.clone()));
            }
            "cut" => self.change(place, FileDeed::Cut(usize::try_from(call.number).expect("a length"))),
            "sync" => self.sync(place),
            "rename" => {
                let to = PathBuf::from(String::from_utf8(call.bytes.clone()).expect("a path"));
                self.name(NameDeed::Rename(call.path.clone(), to));
            }
            "unlink" | "rmdir" => self.name(NameDeed::Remove(call.path.clone())),
            "mkdir" => self.name(NameDeed::Folder(call.path.clone())),
            _ => {}
        }
    }

    fn open(&mut self, call: &Call, place: (i64, i64)) {
        if !self.now.contains_key(&call.path) && call.number & O_CREAT != 0 {
            self.files.push(File::default());
            self.name(NameDeed::Link(call.path.clone(), self.files.len() - 1));
        }
        self.open_folders.remove(&place);
        match self.now.get(&call.path).cloned() {
            Some(node) => {
                if node == Node::Folder {
                    self.open_folders.insert(place, call.path.clone());
                }
                self.open.insert(place, node);
            }
            None => {
                self.open.remove(&place);
            }
        }
        if call.number & O_TRUNC != 0 {
            self.change(place, FileDeed::Cut(0));
        }
    }

    fn change(&mut self, place: (i64, i64), deed: FileDeed) {
        if let Some(Node::File(file)) = self.open.get(&place) {
            self.files[*file].deeds.push((deed, false));
        }
    }

    fn sync(&mut self, place: (i64, i64)) {
        if let Some(Node::File(file)) = self.open.get(&place) {
            for deed in &mut self.files[*file].deeds {
                deed.1 = true;
            }
        }
        if let Some(folder) = self.open_folders.get(&place) {
            for (_, missing) in &mut self.deeds {
                missing.remove(folder);
            }
        }
    }

    fn name(&mut self, deed: NameDeed) {
        apply(&mut self.now, &deed);
        let folders = deed.folders();
        self.deeds.push((deed, folders));
    }

    /// Writes what a power cut leaves now into another folder.
    pub fn crash(&self, into: &Path, loss: Loss, chance: &mut Chance) {
        let mut names = self.before.clone();
        let kept_first = chance.below(self.deeds.len() + 1);
        for (n, (deed, missing)) in self.deeds.iter().enumerate() {
            let stays = missing.is_empty()
                || match loss {
                    Loss::All => false,
                    Loss::Tail | Loss::Bytes => true,
                    Loss::Sectors => n < kept_first,
                    Loss::Names | Loss::Any => chance.heads(),
                };
            if stays {
                apply(&mut names, deed);
            }
        }
        for (path, node) in &names {
            // A name whose folder was lost is lost with it.
            let is_reachable =
                path.ancestors().skip(1).take_while(|up| up.starts_with(&self.root)).all(|up| names.contains_key(up));
            let target = into.join(path.strip_prefix(&self.root).expect("inside"));
            match node {
                _ if !is_reachable => {}
                Node::Folder => fs::create_dir_all(&target).expect("made"),
                Node::File(file) => {
                    fs::write(&target, left(&self.files[*file], loss, chance)).expect("written");
                }
            }
        }
    }
}

/// What is left of a file.
fn left(file: &File, loss: Loss, chance: &mut Chance) -> Vec<u8> {
    let mut bytes = file.before.clone();
    let last = file.deeds.len().saturating_sub(1);
    for (n, (deed, is_safe)) in file.deeds.iter().enumerate() {
        match deed {
            FileDeed::Cut(length) => {
                if *is_safe
                    || matches!(loss, Loss::Tail | Loss::Names)
                    || (loss != Loss::All && loss != Loss::Bytes && chance.heads())
                {
                    bytes.resize(*length, 0);
                }
            }
            FileDeed::Write(at, what) if *is_safe || loss == Loss::Names || (loss == Loss::Tail && n < last) => {
                put(&mut bytes, *at, what);
            }
            FileDeed::Write(..) if matches!(loss, Loss::All | Loss::Bytes) => {}
            FileDeed::Write(at, what) if loss == Loss::Tail => {
                put(&mut bytes, *at, &what[..chance.below(what.len() + 1)]);
            }
            FileDeed::Write(at, what) => {
                let mut from = 0;
                while from < what.len() {
                    let to = ((at + from) / SECTOR_BYTES * SECTOR_BYTES + SECTOR_BYTES - at).min(what.len());
                    if chance.heads() {
                        put(&mut bytes, at + from, &what[from..to]);
                    }
                    from = to;
                }
            }
        }
    }
    bytes
}

fn put(bytes: &mut Vec<u8>, at: usize, what: &[u8]) {
    if bytes.len() < at + what.len() {
        bytes.resize(at + what.len(), 0);
    }
    bytes[at..at + what.len()].copy_from_slice(what);
}

/// Does to names what was done; what it needs and is lost makes it nothing.
fn apply(names: &mut Names, deed: &NameDeed) {
    match deed {
        NameDeed::Link(path, file) => {
            names.insert(path.clone(), Node::File(*file));
        }
        NameDeed::Folder(path) => {
            names.insert(path.clone(), Node::Folder);
        }
        NameDeed::Remove(path) => {
            names.remove(path);
        }
        NameDeed::Rename(from, to) => {
            let moved: Vec<(PathBuf, Node)> = names
                .iter()
                .filter(|(path, _)| path.starts_with(from))
                .map(|(path, node)| (path.clone(), node.clone()))
                .collect();
            for (path, node) in moved {
                names.remove(&path);
                let rest = path.strip_prefix(from).expect("inside");
                let target = if rest.as_os_str().is_empty() { to.clone() } else { to.join(rest) };
                names.insert(target, node);
            }
        }
    }
}
