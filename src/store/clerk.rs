//! A thread that writes for us while we go on, so that a writing which never ends can be given up.
//!
//! When the disk refuses while one of sled's own threads writes, that thread may panic, and who waits for it in `flush` waits for
//! ever (seen with 0.34.7 in `IoBufs::make_stable`, with `EACCES` and `EIO`).

use std::cell::RefCell;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::say;
use crate::store::error::StoreError;
use crate::store::quiet::caught;

/// How long a writing may take; a slow network drive takes a second. In turns, of which one is lost at most when the whole
/// program was stopped meanwhile: that is no fault of the disk.
const TURN: Duration = Duration::from_millis(500);
const PATIENCE_TURNS: usize = 20;

type Job = Box<dyn FnOnce() -> Result<(), StoreError> + Send>;

/// What came of it; nothing where it panicked.
type Answer = Option<Result<(), StoreError>>;

/// Who writes.
pub struct Clerk {
    jobs: Sender<Job>,
    answers: Receiver<Answer>,
    state: RefCell<State>,
}

/// What it is at.
enum State {
    /// All that was handed over is done.
    Free,
    /// Something is being done.
    Busy,
    /// Something failed, for this reason; nothing more is done.
    Failed(String),
    /// It never answered.
    Gone,
}

impl Clerk {
    /// Begins the thread; where none can be had, whatever is handed over fails.
    pub fn begin() -> Self {
        let (jobs, inbox) = channel::<Job>();
        let (done, answers) = channel();
        let work = move || {
            for job in inbox {
                if done.send(caught(job)).is_err() {
                    return;
                }
            }
        };
        let _ = thread::Builder::new().name("index".into()).spawn(work);
        Self { jobs, answers, state: RefCell::new(State::Free) }
    }

    /// Has it done, behind what was handed over before. That it failed is told by the next call, and by all later ones.
    pub fn hand_over(&self, job: impl FnOnce() -> Result<(), StoreError> + Send + 'static) -> Result<(), StoreError> {
        self.wait()?;
        // Where there is no thread, nothing will answer, and that is told there.
        let _ = self.jobs.send(Box::new(job));
        self.state.replace(State::Busy);
        Ok(())
    }

    /// What came of a job; `None` where nobody waits longer.
    fn answer(&self) -> Option<Answer> {
        let mut turns = (0..PATIENCE_TURNS).map(|_| self.answers.recv_timeout(TURN));
        turns.find(|answer| !matches!(answer, Err(RecvTimeoutError::Timeout)))?.ok()
    }

    /// Waits until all is done. Fails where something failed, or panicked, or took longer than anybody waits.
    pub fn wait(&self) -> Result<(), StoreError> {
        if matches!(*self.state.borrow(), State::Busy) {
            let came_of_it = match self.answer() {
                Some(Some(Ok(()))) => State::Free,
                Some(Some(Err(StoreError::Index(why)))) => State::Failed(why),
                Some(Some(Err(error))) => State::Failed(error.to_string()),
                Some(None) => State::Failed(say!("its files are damaged").into()),
                None => State::Gone,
            };
            self.state.replace(came_of_it);
        }
        match &*self.state.borrow() {
            State::Free | State::Busy => Ok(()),
            State::Failed(why) => Err(StoreError::Index(why.clone())),
            State::Gone => Err(StoreError::Index(say!("its files can't be written").into())),
        }
    }

    /// Has a last thing done whatever failed before, and waits for it no longer than anybody waits.
    pub fn leave(self, last: impl FnOnce() + Send + 'static) {
        let _ = self.wait();
        let done = move || {
            last();
            Ok(())
        };
        if self.jobs.send(Box::new(done)).is_ok() && !matches!(*self.state.borrow(), State::Gone) {
            let _ = self.answer();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a broken promise fails the test
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn what_fails_is_told_by_the_next_call_and_stays_failed() {
        let clerk = Clerk::begin();
        let n_done = Arc::new(AtomicUsize::new(0));
        let count = || {
            let n_done = n_done.clone();
            move || {
                n_done.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
        };
        clerk.hand_over(count()).unwrap();
        clerk.wait().unwrap();
        clerk.hand_over(|| Err(StoreError::Index("no".into()))).unwrap();
        assert!(clerk.hand_over(count()).is_err());
        assert!(clerk.wait().is_err());
        let last = count();
        clerk.leave(move || drop(last()));
        assert_eq!(n_done.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_panic_is_a_failure() {
        let clerk = Clerk::begin();
        clerk.hand_over(|| panic!("broken")).unwrap();
        assert!(clerk.wait().is_err());
    }
}
