//! A thread that writes for us, so that a writing which never ends can be given up.
//!
//! When the disk refuses while one of sled's own threads writes, that thread may panic, and who waits for it in `flush` waits for
//! ever (seen with 0.34.7 in `IoBufs::make_stable`, with `EACCES` and `EIO`).

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::say;
use crate::store::error::StoreError;
use crate::store::quiet::caught;

/// How long a writing may take; a slow network drive takes a second.
const PATIENCE: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce() -> Result<(), StoreError> + Send>;

/// What came of it; nothing where it panicked.
type Answer = Option<Result<(), StoreError>>;

/// Who writes.
pub struct Clerk {
    /// Nothing where no thread could be had, or the one there was never came back.
    desk: Option<(Sender<Job>, Receiver<Answer>)>,
}

impl Clerk {
    /// Begins the thread.
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
        let thread = thread::Builder::new().name("index".into()).spawn(work);
        Self { desk: thread.ok().map(|_| (jobs, answers)) }
    }

    /// Has it done. Fails where it fails or panics, or takes longer than anybody waits; all later ones fail at once then.
    pub fn have_done(
        &mut self,
        job: impl FnOnce() -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        let answer = self.desk.as_ref().and_then(|(jobs, answers)| {
            jobs.send(Box::new(job)).ok()?;
            answers.recv_timeout(PATIENCE).ok()
        });
        match answer {
            Some(Some(done)) => done,
            Some(None) => Err(StoreError::Index(say!("its files are damaged").into())),
            None => {
                self.desk = None;
                Err(StoreError::Index(say!("its files can't be written").into()))
            }
        }
    }
}
