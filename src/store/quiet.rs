//! Work of libraries whose panics are answers, and are not told on the screen.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Does it; `None` where it panicked.
pub fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    DEPTH.set(DEPTH.get() + 1);
    let done = catch_unwind(AssertUnwindSafe(work));
    DEPTH.set(DEPTH.get() - 1);
    done.ok()
}

/// Does it, without a word of the panics that it catches itself: they may have words of a document.
pub fn quietly<T>(work: impl FnOnce() -> T) -> T {
    DEPTH.set(DEPTH.get() + 1);
    let done = catch_unwind(AssertUnwindSafe(work));
    DEPTH.set(DEPTH.get() - 1);
    done.unwrap_or_else(|panic| resume_unwind(panic))
}

/// Whether a panic of this thread is not to be told: it is inside of such work, or is one of sled's own threads, whose failures
/// come back as errors.
pub fn is_quiet() -> bool {
    DEPTH.get() > 0 || thread::current().name().is_some_and(|name| name.starts_with("sled-io"))
}
