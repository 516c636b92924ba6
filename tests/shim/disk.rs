//! Stands between a program and its disk: writes down what it does to the files of a folder, and lets calls fail.
//!
//! Loaded before the C library (`LD_PRELOAD`), built by the tests with `rustc` alone. `TANBA_DISK_ROOT` is the folder;
//! `TANBA_DISK_LOG` the file that takes a record a call: a length (4 bytes) and, after blanks, what was done, the process, numbers
//! and the path's length, then path and bytes. `TANBA_DISK_FAIL` is `n errno path`: from the n-th changing call (from 1) on, those
//! whose path contains `path` fail with that number; `n errno path once` lets that one alone fail. A failing write of more than
//! one byte writes its first half, as a disk does that runs full.
#![allow(non_camel_case_types, unused_unsafe, clippy::missing_safety_doc)]

use std::collections::HashMap;
use std::ffi::{CStr, CString, OsStr, c_char, c_int, c_uint, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock};

type off_t = i64;
type ssize_t = isize;

const RTLD_NEXT: *mut c_void = -1isize as *mut c_void;
const O_APPEND: c_int = 0o2000;
const O_CREAT: c_int = 0o100;
const O_WRONLY: c_int = 1;
const AT_FDCWD: c_int = -100;
const SEEK_CUR: c_int = 1;
const SEEK_END: c_int = 2;

unsafe extern "C" {
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    fn lseek(fd: c_int, offset: off_t, whence: c_int) -> off_t;
    fn fcntl(fd: c_int, command: c_int, ...) -> c_int;
    fn getpid() -> c_int;
    fn __errno_location() -> *mut c_int;
}

/// The C library's own function of a name.
macro_rules! real {
    ($name:literal, fn($($arg:ty),*) -> $ret:ty) => {{
        static FOUND: AtomicUsize = AtomicUsize::new(0);
        let mut at = FOUND.load(Ordering::Relaxed);
        if at == 0 {
            at = unsafe { dlsym(RTLD_NEXT, concat!($name, "\0").as_ptr().cast()) } as usize;
            FOUND.store(at, Ordering::Relaxed);
        }
        unsafe { std::mem::transmute::<usize, unsafe extern "C" fn($($arg),*) -> $ret>(at) }
    }};
}

struct Fail {
    from: usize,
    errno: c_int,
    path: String,
    once: bool,
}

struct State {
    root: Vec<u8>,
    log: c_int,
    fail: Option<Fail>,
    /// How long each call on such a path takes, in ms.
    slow: Option<(u64, String)>,
    n_calls: usize,
    files: HashMap<c_int, Vec<u8>>,
}

/// One call at a time: the log's order is the disk's.
fn state() -> Option<MutexGuard<'static, State>> {
    static STATE: OnceLock<Option<Mutex<State>>> = OnceLock::new();
    let state = STATE.get_or_init(|| {
        let root = std::env::var_os("TANBA_DISK_ROOT")?.as_bytes().to_vec();
        let log = std::env::var_os("TANBA_DISK_LOG").map_or(-1, |path| {
            let path = CString::new(path.as_bytes()).unwrap_or_default();
            unsafe { real!("open64", fn(*const c_char, c_int, c_uint) -> c_int)(path.as_ptr(), O_WRONLY | O_CREAT | O_APPEND, 0o600) }
        });
        let fail = std::env::var("TANBA_DISK_FAIL").ok().and_then(|told| {
            let mut words = told.split(' ');
            Some(Fail {
                from: words.next()?.parse().ok()?,
                errno: words.next()?.parse().ok()?,
                path: words.next().unwrap_or("").to_owned(),
                once: words.next() == Some("once"),
            })
        });
        let slow = std::env::var("TANBA_DISK_SLOW").ok().and_then(|told| {
            let (ms, path) = told.split_once(' ')?;
            Some((ms.parse().ok()?, path.to_owned()))
        });
        Some(Mutex::new(State { root, log, fail, slow, n_calls: 0, files: HashMap::new() }))
    });
    state.as_ref().map(|state| state.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// Takes the time that a call on a path takes; the others go on meanwhile.
fn linger(state: MutexGuard<'static, State>, path: &[u8]) -> Option<MutexGuard<'static, State>> {
    let Some((ms, _)) = state.slow.as_ref().filter(|(_, slow)| String::from_utf8_lossy(path).contains(slow)) else {
        return Some(state);
    };
    let pause = std::time::Duration::from_millis(*ms);
    drop(state);
    std::thread::sleep(pause);
    self::state()
}

impl State {
    fn is_inside(&self, path: &[u8]) -> bool {
        path.starts_with(&self.root)
    }

    /// Counts a call that changes something; whether it is to fail.
    fn fails(&mut self, path: &[u8]) -> bool {
        let Some(fail) = &self.fail else { return false };
        if !String::from_utf8_lossy(path).contains(&fail.path) {
            return false;
        }
        self.n_calls += 1;
        let fails = if fail.once { self.n_calls == fail.from } else { self.n_calls >= fail.from };
        if fails {
            unsafe { *__errno_location() = fail.errno };
        }
        fails
    }

    fn note(&self, what: &str, numbers: [i64; 2], path: &[u8], bytes: &[u8]) {
        if self.log < 0 {
            return;
        }
        let errno = unsafe { *__errno_location() };
        let head = format!("{what} {} {} {} {}\n", unsafe { getpid() }, numbers[0], numbers[1], path.len());
        let mut record = Vec::with_capacity(4 + head.len() + path.len() + bytes.len());
        record.extend_from_slice(&((head.len() + path.len() + bytes.len()) as u32).to_le_bytes());
        record.extend_from_slice(head.as_bytes());
        record.extend_from_slice(path);
        record.extend_from_slice(bytes);
        write_whole(self.log, &record);
        unsafe { *__errno_location() = errno };
    }
}

fn write_whole(fd: c_int, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let n = unsafe { real!("write", fn(c_int, *const c_void, usize) -> ssize_t)(fd, bytes.as_ptr().cast(), bytes.len()) };
        if n <= 0 {
            return;
        }
        bytes = &bytes[n as usize..];
    }
}

/// The whole path of a name, dots resolved.
fn whole(dir: c_int, name: *const c_char) -> Vec<u8> {
    let name = unsafe { CStr::from_ptr(name) };
    let name = Path::new(OsStr::from_bytes(name.to_bytes()));
    let from = if dir == AT_FDCWD {
        std::env::current_dir().unwrap_or_default()
    } else {
        std::fs::read_link(format!("/proc/self/fd/{dir}")).unwrap_or_default()
    };
    let mut path = PathBuf::new();
    for part in from.join(name).components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    path.as_os_str().as_bytes().to_vec()
}

fn opened(dir: c_int, name: *const c_char, flags: c_int, open: impl FnOnce() -> c_int) -> c_int {
    let path = whole(dir, name);
    let Some(mut state) = state().filter(|state| state.is_inside(&path)) else { return open() };
    if flags & 3 != 0 && state.fails(&path) {
        return -1;
    }
    let fd = open();
    if fd >= 0 {
        state.note("open", [fd.into(), flags.into()], &path, &[]);
        state.files.insert(fd, path);
    }
    fd
}

macro_rules! opens {
    ($name:ident, $text:literal) => {
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
            opened(AT_FDCWD, path, flags, || unsafe { real!($text, fn(*const c_char, c_int, c_uint) -> c_int)(path, flags, mode) })
        }
    };
}

opens!(open, "open");
opens!(open64, "open64");

macro_rules! opens_at {
    ($name:ident, $text:literal) => {
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(dir: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
            opened(dir, path, flags, || unsafe {
                real!($text, fn(c_int, *const c_char, c_int, c_uint) -> c_int)(dir, path, flags, mode)
            })
        }
    };
}

opens_at!(openat, "openat");
opens_at!(openat64, "openat64");

#[unsafe(no_mangle)]
pub unsafe extern "C" fn close(fd: c_int) -> c_int {
    if let Some(mut state) = state() {
        state.files.remove(&fd);
    }
    unsafe { real!("close", fn(c_int) -> c_int)(fd) }
}

/// A write at a place; `at` tells the place, or does without where the file is not ours.
fn written(fd: c_int, bytes: &[u8], at: Option<off_t>, write: impl Fn(&[u8]) -> ssize_t) -> ssize_t {
    let Some(state) = state() else { return write(bytes) };
    let Some(path) = state.files.get(&fd).cloned() else {
        drop(state);
        return write(bytes);
    };
    let Some(mut state) = linger(state, &path) else { return write(bytes) };
    let appends = unsafe { fcntl(fd, 3) } & O_APPEND != 0;
    let at = at.unwrap_or_else(|| unsafe { lseek(fd, 0, if appends { SEEK_END } else { SEEK_CUR }) });
    let fails = state.fails(&path);
    let bytes = if fails { &bytes[..bytes.len() / 2] } else { bytes };
    if fails && bytes.is_empty() {
        return -1;
    }
    let n = write(bytes);
    if n > 0 {
        state.note("write", [fd.into(), at], &path, &bytes[..n as usize]);
    }
    n
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn write(fd: c_int, from: *const c_void, n: usize) -> ssize_t {
    let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), n) };
    written(fd, bytes, None, |bytes| unsafe {
        real!("write", fn(c_int, *const c_void, usize) -> ssize_t)(fd, bytes.as_ptr().cast(), bytes.len())
    })
}

macro_rules! writes_at {
    ($name:ident, $text:literal) => {
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(fd: c_int, from: *const c_void, n: usize, at: off_t) -> ssize_t {
            let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), n) };
            written(fd, bytes, Some(at), |bytes| unsafe {
                real!($text, fn(c_int, *const c_void, usize, off_t) -> ssize_t)(fd, bytes.as_ptr().cast(), bytes.len(), at)
            })
        }
    };
}

writes_at!(pwrite, "pwrite");
writes_at!(pwrite64, "pwrite64");

#[repr(C)]
pub struct iovec {
    base: *const c_void,
    len: usize,
}

/// Only the first part is written, as the call may: the caller goes on with the rest.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn writev(fd: c_int, parts: *const iovec, n: c_int) -> ssize_t {
    let parts = unsafe { std::slice::from_raw_parts(parts, n as usize) };
    match parts.iter().find(|part| part.len > 0) {
        Some(part) => unsafe { write(fd, part.base, part.len) },
        None => 0,
    }
}

/// A call on an open file that changes it or makes it safe.
fn done(fd: c_int, what: &str, number: i64, call: impl FnOnce() -> c_int) -> c_int {
    let Some(state) = state() else { return call() };
    let Some(path) = state.files.get(&fd).cloned() else {
        drop(state);
        return call();
    };
    let Some(mut state) = linger(state, &path) else { return call() };
    if state.fails(&path) {
        return -1;
    }
    let result = call();
    if result == 0 {
        state.note(what, [fd.into(), number], &path, &[]);
    }
    result
}

macro_rules! on_file {
    ($name:ident, $text:literal, $what:literal) => {
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(fd: c_int) -> c_int {
            done(fd, $what, 0, || unsafe { real!($text, fn(c_int) -> c_int)(fd) })
        }
    };
    ($name:ident, $text:literal, $what:literal, length) => {
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(fd: c_int, length: off_t) -> c_int {
            done(fd, $what, length, || unsafe { real!($text, fn(c_int, off_t) -> c_int)(fd, length) })
        }
    };
}

on_file!(fsync, "fsync", "sync");
on_file!(fdatasync, "fdatasync", "sync");
on_file!(ftruncate, "ftruncate", "cut", length);
on_file!(ftruncate64, "ftruncate64", "cut", length);

/// Waits for neither the drive's cache nor the file's length: promises nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sync_file_range(fd: c_int, from: off_t, n: off_t, flags: c_uint) -> c_int {
    done(fd, "range", n, || unsafe { real!("sync_file_range", fn(c_int, off_t, off_t, c_uint) -> c_int)(fd, from, n, flags) })
}

/// A call on a name.
fn named(dir: c_int, name: *const c_char, what: &str, other: &[u8], call: impl FnOnce() -> c_int) -> c_int {
    let path = whole(dir, name);
    let Some(mut state) = state().filter(|state| state.is_inside(&path)) else { return call() };
    if state.fails(&path) {
        return -1;
    }
    let result = call();
    if result == 0 {
        state.note(what, [0, 0], &path, other);
    }
    result
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
    let other = whole(AT_FDCWD, to);
    named(AT_FDCWD, from, "rename", &other, || unsafe { real!("rename", fn(*const c_char, *const c_char) -> c_int)(from, to) })
}

macro_rules! on_name {
    ($name:ident, $text:literal, $what:literal $(, $arg:ident: $ty:ty)?) => {
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(path: *const c_char $(, $arg: $ty)?) -> c_int {
            named(AT_FDCWD, path, $what, &[], || unsafe {
                real!($text, fn(*const c_char $(, $ty)?) -> c_int)(path $(, $arg)?)
            })
        }
    };
}

on_name!(unlink, "unlink", "unlink");
on_name!(rmdir, "rmdir", "rmdir");
on_name!(mkdir, "mkdir", "mkdir", mode: c_uint);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn unlinkat(dir: c_int, path: *const c_char, flags: c_int) -> c_int {
    let what = if flags & 0x200 == 0 { "unlink" } else { "rmdir" };
    named(dir, path, what, &[], || unsafe { real!("unlinkat", fn(c_int, *const c_char, c_int) -> c_int)(dir, path, flags) })
}
