//! The thread that owns the store: it opens, keeps and reads while the screen goes on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::app::effect::{AllCounts, Input, Task};
use crate::model::change::Change;
use crate::model::document::DocumentId;
use crate::model::event::Deed;
use crate::model::time::Time;
use crate::shell::clock;
use crate::shell::message::Message;
use crate::store::Store;
use crate::store::post::{Answer, Letter, Wish};
use crate::store::project::{Project, Writer};

/// How often a read-only `tanba` looks for what the writing one added.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// More news than this are taken by reading what is open again.
const MANY_EVENTS: usize = 200;

/// What the store is asked.
#[derive(Debug)]
pub enum Request {
    /// Keep changes.
    Keep(Vec<Change>, Time),
    /// Take back, or bring again.
    Step(bool, Time),
    /// Put a document's annotations in place.
    Open(DocumentId),
    /// Read what others wrote.
    News,
    /// Keep what another `tanba` asks to be kept, and answer it.
    Post(Letter, Sender<Answer>),
    /// Close the store and end.
    Close,
}

/// Starts the thread.
pub fn start(
    project: Project,
    writer: Writer,
    (own, requests): (Sender<Request>, Receiver<Request>),
    out: Sender<Message>,
) -> std::io::Result<JoinHandle<()>> {
    thread::Builder::new().name("librarian".into()).spawn(move || {
        let worked = catch_unwind(AssertUnwindSafe(|| work(project, writer, (own, &requests), &out)));
        if worked.is_err() {
            let text = "the store stopped working; leave with q and start again, what was kept is safe";
            let _ = out.send(Message::Input(Input::Failed(text.into())));
            // Whoever waits for an answer waits in vain; the keys must not be held back for ever.
            let _ = out.send(Message::Answered);
        }
    })
}

fn work(
    project: Project,
    writer: Writer,
    (own, requests): (Sender<Request>, &Receiver<Request>),
    out: &Sender<Message>,
) {
    let send = |input| {
        let _ = out.send(Message::Input(input));
    };
    let mut last_percent = 0;
    let mut progress = |done: u64, total: u64| {
        let percent = (done * 100 / total.max(1)) as u8;
        if percent > last_percent {
            last_percent = percent;
            send(Input::Progress(Some(Task { what: "reading the journals".into(), percent })));
        }
    };
    let mut store = match Store::open(project, writer, &mut progress) {
        Ok(store) => store,
        Err(error) => {
            let why = Some(error.to_string());
            return send(Input::Ready(Box::default(), AllCounts::new(), why));
        }
    };
    let postbox = if store.read_only().is_none() { take_letters(&mut store, own) } else { None };
    tell_ready(&mut store, &send);
    let _gone = Gone(postbox);
    loop {
        let request = if store.read_only().is_some() {
            requests.recv_timeout(LOOK_AGAIN)
        } else {
            requests.recv().map_err(|_| RecvTimeoutError::Disconnected)
        };
        match request {
            Ok(Request::Close) | Err(RecvTimeoutError::Disconnected) => return,
            Ok(request) => {
                let is_awaited = matches!(request, Request::Keep(..) | Request::Step(..));
                answer(&mut store, request, &send);
                if is_awaited {
                    let _ = out.send(Message::Answered);
                }
            }
            Err(RecvTimeoutError::Timeout) => tell_news(&mut store, &send),
        }
        for note in store.notes.drain(..) {
            send(Input::Failed(note));
        }
    }
}

/// The socket of letters is gone when this is dropped; the thread that waits at it ends with the process.
struct Gone(Option<PathBuf>);

impl Drop for Gone {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn tell_ready(store: &mut Store, send: &dyn Fn(Input)) {
    match (store.shared(), store.index().all_counts()) {
        (Ok(shared), Ok(counts)) => {
            send(Input::Ready(Box::new(shared), counts, store.read_only().map(str::to_owned)));
        }
        (Err(error), _) | (_, Err(error)) => send(Input::Failed(error.to_string())),
    }
    for note in store.notes.drain(..) {
        send(Input::Failed(note));
    }
}

fn answer(store: &mut Store, request: Request, send: &dyn Fn(Input)) {
    match request {
        Request::Keep(changes, now) => match store.keep(changes, Deed::Plain, now) {
            Ok(event) => send(Input::Kept(event)),
            Err(error) => send(Input::Failed(format!("not kept: {error}"))),
        },
        Request::Step(is_undo, now) => match store.step(is_undo, now) {
            Ok(Some(event)) => send(Input::Kept(event)),
            Ok(None) => send(Input::Note(if is_undo { "nothing to undo" } else { "nothing to redo" }.into())),
            Err(error) => send(Input::Failed(format!("not kept: {error}"))),
        },
        Request::Open(id) => match store.open_document(&id) {
            Ok(opened) => {
                let (moved, lost) = (opened.n_moved, opened.n_lost);
                let is_changed = opened.is_changed;
                send(Input::Placed(id, opened.offsets, opened.layer));
                if is_changed || moved + lost > 0 {
                    let text = format!(
                        "this text is not the one that was added: {moved} annotations found their words elsewhere, {lost} lost them"
                    );
                    send(Input::Failed(text));
                }
            }
            Err(error) => send(Input::Unopened(id, error.to_string())),
        },
        Request::News => tell_news(store, send),
        Request::Post(letter, out) => {
            let answered = answer_letter(store, letter);
            if let Answer::Kept(event) = &answered {
                send(Input::Kept(event.clone()));
            }
            let _ = out.send(answered);
        }
        Request::Close => {}
    }
}

fn answer_letter(store: &mut Store, letter: Letter) -> Answer {
    let by = store.writer.name();
    if letter.by != by {
        return Answer::Refused(format!("this project is open as {by}; close it to write as {}", letter.by));
    }
    let kept = match letter.wish {
        Wish::Keep(changes, deed) => store.keep(changes, deed, clock::now()).map(Some),
        Wish::Step { is_undo } => store.step(is_undo, clock::now()),
    };
    match kept {
        Ok(Some(event)) => Answer::Kept(event),
        Ok(None) => Answer::Nothing,
        Err(error) => Answer::Refused(error.to_string()),
    }
}

/// Takes letters of other `tanba`s while the store is open; ends when nobody takes them from us any more.
#[cfg(unix)]
fn take_letters(store: &mut Store, requests: Sender<Request>) -> Option<PathBuf> {
    use crate::store::postbox::Postbox;
    // Where none can be put up, others are refused, as ever.
    let postbox = Postbox::put_up(&format!("{:x}", clock::chance())).ok()?;
    let path = postbox.path().to_path_buf();
    store.announce(&path);
    thread::spawn(move || {
        postbox.serve(|letter| {
            let (out, answered) = channel();
            requests.send(Request::Post(letter, out)).ok()?;
            answered.recv().ok()
        });
    });
    Some(path)
}

#[cfg(not(unix))]
fn take_letters(_: &mut Store, _: Sender<Request>) -> Option<PathBuf> {
    None
}

fn tell_news(store: &mut Store, send: &dyn Fn(Input)) {
    match store.news() {
        Ok(events) if events.len() > MANY_EVENTS => {
            tell_ready(store, send);
            send(Input::Note(format!("{} new entries in the journals", events.len())));
        }
        Ok(events) => events.into_iter().for_each(|event| send(Input::Kept(event))),
        Err(error) => send(Input::Failed(error.to_string())),
    }
}
