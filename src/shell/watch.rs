//! The thread that notices what comes into colleagues' journals: told by the kernel where it can tell, else by looking again
//! and again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::store::journal;

/// How often it looks where nobody tells: network drives, and systems without inotify.
const LOOK_AGAIN: Duration = Duration::from_millis(700);

/// What is being written is let be for so long: a line comes in several pieces, and a copied file in many.
#[cfg(target_os = "linux")]
const SETTLE: Duration = Duration::from_millis(60);

/// Journals by their paths: lengths and when they were last changed.
type Seen = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Starts the thread. `own` is the file name of the journal that is written here; `tell` says whether somebody still listens.
pub fn start(dir: PathBuf, own: String, tell: impl Fn() -> bool + Send + 'static) {
    // Without the thread the coder reads news by a key, and whenever the window gets the focus.
    let mut seen = look(&dir, &own);
    let _ =
        thread::Builder::new().name("watch".into()).spawn(move || while is_heard((&dir, &own), &mut seen, &tell) {});
}

/// Waits for something new and tells it; whether to go on.
fn is_heard((dir, own): (&Path, &str), seen: &mut Seen, tell: &impl Fn() -> bool) -> bool {
    #[cfg(target_os = "linux")]
    if let Some(wait) = kernel::watched(dir) {
        return kernel::tell_all(wait, own, tell);
    }
    thread::sleep(LOOK_AGAIN);
    let now = look(dir, own);
    let is_new = now != *seen;
    *seen = now;
    !is_new || tell()
}

/// How the journals of others stand.
fn look(dir: &Path, own: &str) -> Seen {
    let of = |path: PathBuf| {
        let about = fs::metadata(&path).ok()?;
        Some((path, (about.len(), about.modified().ok())))
    };
    let others = journal::list(dir).unwrap_or_default().into_iter();
    others.filter(|path| path.file_name().is_none_or(|name| name != own)).filter_map(of).collect()
}

#[cfg(target_os = "linux")]
mod kernel {
    //! What Linux tells of a folder.

    use std::mem::MaybeUninit;
    use std::os::fd::OwnedFd;
    use std::path::Path;
    use std::thread;

    use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};
    use rustix::fs::statfs;

    /// File systems whose other ends write without the kernel's knowing: NFS, SMB and CIFS, FUSE (most sync services'
    /// drives), 9p, AFS, Coda, shared folders of virtual machines, GFS2. Source: statfs(2).
    const REMOTE: [i64; 11] = [
        0x6969,
        0x517B,
        0xFF53_4D42,
        0xFE53_4D42,
        0x6573_5546,
        0x0102_1997,
        0x5346_414F,
        0x7375_7245,
        0x786F_4256,
        0x0BAD_1DEA,
        0x0116_1970,
    ];

    /// A folder that the kernel watches for us; `None` where it can't.
    pub(super) fn watched(dir: &Path) -> Option<OwnedFd> {
        let kind = statfs(dir).ok()?.f_type as i64 & 0xFFFF_FFFF;
        if REMOTE.contains(&kind) {
            return None;
        }
        let fd = init(CreateFlags::CLOEXEC).ok()?;
        let wanted = WatchFlags::MODIFY
            | WatchFlags::CREATE
            | WatchFlags::MOVED_TO
            | WatchFlags::DELETE_SELF
            | WatchFlags::MOVE_SELF
            | WatchFlags::ONLYDIR;
        add_watch(&fd, dir, wanted).ok()?;
        Some(fd)
    }

    /// Tells of all that others write until the folder is gone (then it is looked for again) or nobody listens; whether to
    /// go on.
    pub(super) fn tell_all(fd: OwnedFd, own: &str, tell: &impl Fn() -> bool) -> bool {
        // What came between the last look and the watch.
        if !tell() {
            return false;
        }
        let mut room = [MaybeUninit::uninit(); 4096];
        let mut reader = Reader::new(fd, &mut room);
        loop {
            let mut is_news = false;
            loop {
                let Ok(event) = reader.next() else { return pause() };
                if event.events().intersects(ReadFlags::IGNORED | ReadFlags::DELETE_SELF | ReadFlags::MOVE_SELF) {
                    return pause();
                }
                is_news |= event.file_name().is_none_or(|name| name.to_bytes() != own.as_bytes());
                if reader.is_buffer_empty() {
                    break;
                }
            }
            if is_news {
                thread::sleep(super::SETTLE);
                if !tell() {
                    return false;
                }
            }
        }
    }

    /// A folder that is gone may be there again soon.
    fn pause() -> bool {
        thread::sleep(super::LOOK_AGAIN);
        true
    }
}
