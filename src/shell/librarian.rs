//! The thread that owns the store: it opens, keeps and reads while the screen goes on.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::thread::{self, JoinHandle};

use crate::app::effect::{AllCounts, Effect, Input, Rework, Task};
use crate::app::telling;
use crate::model::annotation::AnnotationId;
use crate::model::change::{Change, Record};
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::event::{Deed, Event};
use crate::model::rules::Colleagues;
use crate::model::time::Time;
use crate::shell::asking::{self, Asked};
use crate::shell::autocode;
use crate::shell::clock;
use crate::shell::courier::Outbox;
use crate::shell::message::Message;
use crate::shell::news;
use crate::shell::reworking;
use crate::shell::watch;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::looked::Looked;
use crate::store::opened::Opened;
#[cfg(unix)]
use crate::store::post::{Answer, Wish};
#[cfg(unix)]
use crate::store::postbox::{self, Delivery};
use crate::store::project::{Project, Writer};
use crate::store::revisions;
use crate::text::span::{CodePoints, Span};
use crate::{count, say};

/// More news than this are taken by reading what is open again.
const MANY_EVENTS: usize = 200;

/// So is an event with more changes than this: an import, or its undo.
const MANY_CHANGES: usize = 2000;

/// What the store is asked.
#[derive(Debug)]
pub enum Request {
    /// Keep changes.
    Keep(Vec<Change>, Time),
    /// Tag places with a code, with the change that makes it if it is new.
    Tag(Vec<(DocumentId, Span)>, CodeId, Vec<Change>, Time),
    /// Rework own annotations.
    Rework(Vec<(DocumentId, AnnotationId)>, Rework, Time),
    /// Tag suggestions that were accepted.
    Accept(Vec<(DocumentId, CodePoints, CodeId)>, Time),
    /// Take back, or bring again; and whether that is meant whatever it takes away.
    Step(bool, bool, Time),
    /// Put a document's annotations in place.
    Open(DocumentId),
    /// Remember what the coder saw of what others said.
    Seen(Vec<String>),
    /// Answer a question that may take its time; what is to be kept goes before it.
    Ask(Box<Asked>),
    /// Read what others wrote.
    News,
    /// Keep what another `tanba` asks to be kept, and answer it.
    #[cfg(unix)]
    Post(Delivery),
    /// Close the store and end.
    Close,
}

/// Starts the thread.
pub fn start(
    project: Project,
    writer: Writer,
    (own, requests): (Sender<Request>, Receiver<Request>),
    (out, outbox): (Sender<Message>, Arc<Outbox>),
) -> std::io::Result<JoinHandle<()>> {
    thread::Builder::new().name("librarian".into()).spawn(move || {
        let worked = catch_unwind(AssertUnwindSafe(|| work(project, writer, (own, &requests), (&out, &outbox))));
        if worked.is_err() {
            let text = say!("the store stopped working; leave with q and start again, what was kept is safe");
            let _ = out.send(Message::Input(Input::Failed(text.into())));
            // Whoever waits for an answer waits in vain; the keys must not be held back for ever.
            let _ = out.send(Message::StoreGone);
        }
    })
}

fn work(
    project: Project,
    writer: Writer,
    (own, requests): (Sender<Request>, &Receiver<Request>),
    (out, outbox): (&Sender<Message>, &Outbox),
) {
    let send = |input| {
        let _ = out.send(Message::Input(input));
    };
    let mut last_percent = 0;
    let mut progress = |done: u64, total: u64| {
        let percent = (done * 100 / total.max(1)) as u8;
        if percent > last_percent {
            last_percent = percent;
            send(Input::Progress(Some(Task { what: say!("reading the journals").into(), percent })));
        }
    };
    let mut store = match Store::open(project, writer, &mut progress) {
        Ok(store) => store,
        Err(error) => {
            let why = Some(error.to_string());
            return send(Input::Ready(Box::default(), AllCounts::new(), why));
        }
    };
    let news = own.clone();
    let _postbox = if store.read_only().is_none() { take_letters(&mut store, own) } else { None };
    outbox.wrote(store.written());
    // Who may only read leaves the carrying to whoever writes here.
    if store.read_only().is_none() {
        outbox.opened(&store.writer);
    }
    tell_ready(&mut store, &send);
    tell_said(&store, &send);
    // What is not written here is watched: who may only read watches the own journal too.
    let own_journal =
        if store.read_only().is_none() { format!("{}.jsonl", store.writer.name()) } else { String::new() };
    watch::start(store.project.journals(), own_journal, move || news.send(Request::News).is_ok());
    let mut waiting: VecDeque<Request> = VecDeque::new();
    loop {
        let Some(request) = waiting.pop_front().or_else(|| requests.recv().ok()) else { return };
        match request {
            Request::Close => return,
            Request::Ask(asked) => {
                if let Some(asked) = answer_question(&mut store, asked, (requests, &mut waiting), &send) {
                    waiting.push_back(Request::Ask(asked));
                }
            }
            request => {
                let is_awaited = is_awaited(&request);
                answer(&mut store, request, &send);
                if is_awaited {
                    let _ = out.send(Message::Answered);
                }
            }
        }
        outbox.wrote(store.written());
        for note in store.notes.drain(..) {
            send(Input::Failed(note));
        }
    }
}

impl Request {
    /// What an effect asks of the store with a moment of its own, if it asks so.
    pub fn of(effect: Effect, now: Time) -> Option<Self> {
        Some(match effect {
            Effect::TagHits(places, code, new) => Self::Tag(places, code, new, now),
            Effect::Rework(places, rework) => Self::Rework(places, rework, now),
            Effect::Accept(all) => Self::Accept(all, now),
            Effect::Seen(keys) => Self::Seen(keys),
            _ => return None,
        })
    }
}

/// Whether the coder's keys wait for it.
pub fn is_awaited(request: &Request) -> bool {
    matches!(
        request,
        Request::Keep(..) | Request::Tag(..) | Request::Rework(..) | Request::Accept(..) | Request::Step(..)
    )
}

/// Keeps changes that were made here.
fn keep_made(store: &mut Store, made: Result<Vec<Change>, StoreError>, now: Time, send: &dyn Fn(Input)) {
    match made {
        Ok(changes) if changes.is_empty() => send(Input::Note(say!("nothing to change").into())),
        Ok(changes) => answer(store, Request::Keep(changes, now), send),
        Err(error) => send(Input::Failed(say!("not kept: {error}", error))),
    }
}

/// Answers a question, unless it is not wanted any more; one that something urgent interrupted comes back, to be begun again.
fn answer_question(
    store: &mut Store,
    mut asked: Box<Asked>,
    (requests, waiting): (&Receiver<Request>, &mut VecDeque<Request>),
    send: &dyn Fn(Input),
) -> Option<Box<Asked>> {
    let mut is_interrupted = false;
    let question = asked.question.clone();
    let look = &mut asked.look;
    let input = asking::answer(store, &question, &mut |permille| {
        while let Ok(request) = requests.try_recv() {
            // A document that is being opened is waited for, and so is a letter.
            is_interrupted |= !matches!(request, Request::Ask(_) | Request::News);
            waiting.push_back(request);
        }
        !is_interrupted && look.is_at(permille, 1000)
    });
    match (asked.look.is_wanted(), is_interrupted) {
        (true, true) => return Some(asked),
        (true, false) => send(input),
        (false, _) => {}
    }
    None
}

fn tell_ready(store: &mut Store, send: &dyn Fn(Input)) {
    match (store.shared(), store.reading().counts()) {
        (Ok(shared), Ok(counts)) => {
            send(Input::Ready(Box::new(shared), counts, store.read_only().map(str::to_owned)));
        }
        (Err(error), _) | (_, Err(error)) => send(Input::Failed(error.to_string())),
    }
    for note in store.notes.drain(..) {
        send(Input::Failed(note));
    }
}

/// Tells how much others said of the coder's annotations since they last looked.
fn tell_said(store: &Store, send: &dyn Fn(Input)) {
    let n_new = news::news(store, &mut |_| true).map_or(0, |all| all.iter().filter(|news| news.is_new).count());
    if n_new > 0 {
        send(Input::Said(n_new));
    }
}

fn answer(store: &mut Store, request: Request, send: &dyn Fn(Input)) {
    match request {
        Request::Keep(changes, now) => match store.keep(changes, Deed::Plain, now) {
            Ok(event) => tell(store, event, send, Input::Kept),
            Err(error) => send(Input::Failed(say!("not kept: {error}", error))),
        },
        Request::Tag(places, code, new, now) => {
            match autocode::annotations(store, &places, &code, (now, clock::chance())) {
                Ok((made, n_known)) if made.is_empty() => {
                    send(Input::Failed(count!(
                        n_known,
                        "{n} hit is tagged so already",
                        "{n} hits are tagged so already"
                    )));
                }
                Ok((made, _)) => {
                    let made = made.into_iter().map(|annotation| Change::put(Record::Annotation(annotation)));
                    answer(store, Request::Keep(new.into_iter().chain(made).collect(), now), send);
                }
                Err(error) => send(Input::Failed(say!("not kept: {error}", error))),
            }
        }
        Request::Rework(places, rework, now) => {
            let made = reworking::changes(store, &places, rework, now);
            keep_made(store, made, now, send);
        }
        Request::Accept(all, now) => {
            let made = reworking::accepted(store, &all, (now, clock::chance()));
            keep_made(store, made, now, send);
        }
        Request::Step(true, false, _) if let Some(event) = store.taken_apart() => {
            let told = store.shared().map(|shared| telling::told(&shared.codebook, &event)).unwrap_or_default();
            send(Input::Unsure(told));
        }
        Request::Step(is_undo, ..) if store.turns_text(is_undo) => send(Input::Failed(turned(step_of(is_undo)))),
        Request::Step(is_undo, _, now) => match store.step(is_undo, now) {
            Ok(Some(event)) => tell(store, event, send, Input::Kept),
            Ok(None) => {
                send(Input::Note(if is_undo { say!("nothing to undo") } else { say!("nothing to redo") }.into()));
            }
            Err(error) => send(Input::Failed(say!("not kept: {error}", error))),
        },
        Request::Open(id) => match store.open_document(&id) {
            Ok(opened) => tell_opened(id, opened, send),
            Err(error) => send(Input::Unopened(id, error.to_string())),
        },
        Request::Seen(keys) => {
            // What can't be noted is new once more the next time.
            let _ = Looked::read(&store.project.own(), &store.writer.coder).note(&keys);
        }
        Request::News => tell_news(store, send),
        #[cfg(unix)]
        Request::Post(delivery) => answer_letter(store, delivery, send),
        Request::Close | Request::Ask(_) => {}
    }
}

/// Hands a document's annotations out, and says where its text is not the one that they were said of.
fn tell_opened(id: DocumentId, opened: Opened, send: &dyn Fn(Input)) {
    let (moved, lost, is_changed) = (opened.n_moved, opened.n_lost, opened.is_changed);
    send(Input::Placed(id, opened.offsets, opened.layer, opened.review));
    if !is_changed && moved == 0 && lost > 0 {
        send(Input::Failed(count!(
            lost,
            "{n} annotation has lost its words in this text; `tanba check` lists such",
            "{n} annotations have lost their words in this text; `tanba check` lists them"
        )));
    } else if is_changed || moved + lost > 0 {
        send(Input::Failed(say!(
            "this text is not the one that was added: {moved} annotations found their words elsewhere, {lost} lost them",
            moved,
            lost
        )));
    }
}

fn step_of(is_undo: bool) -> &'static str {
    if is_undo { "tanba undo" } else { "tanba redo" }
}

/// What is to be done where a document gets another text: those who read it would not see that.
fn turned(command: &str) -> String {
    say!("this gives a document another text; close the reader, and say: {command}", command)
}

/// Does what a letter asks, if somebody still waits for it.
#[cfg(unix)]
fn answer_letter(store: &mut Store, mut delivery: Delivery, send: &dyn Fn(Input)) {
    let by = store.writer.name();
    if delivery.letter.by != by {
        let why = say!("this project is open as {by}; close it to write as {you}", by, you = delivery.letter.by);
        delivery.answer(&Answer::Refused(why));
        return;
    }
    let turns = match &delivery.letter.wish {
        Wish::Keep(changes, _) => revisions::turned(changes).next().is_some().then_some("tanba revise"),
        Wish::Step { is_undo } => store.turns_text(*is_undo).then_some(step_of(*is_undo)),
    };
    if let Some(command) = turns {
        delivery.answer(&Answer::Refused(turned(command)));
        return;
    }
    if clock::now() > delivery.letter.until || !delivery.answer(&Answer::Accepted) {
        return;
    }
    let has_changes = matches!(delivery.letter.wish, Wish::Keep(..));
    let wish = std::mem::replace(&mut delivery.letter.wish, Wish::Step { is_undo: true });
    let kept = match wish {
        Wish::Keep(changes, deed) => store.keep(changes, deed, clock::now()).map(Some),
        Wish::Step { is_undo } => store.step(is_undo, clock::now()),
    };
    let answer = match kept {
        Ok(Some(mut event)) => {
            let changes = if has_changes { std::mem::take(&mut event.changes) } else { event.changes.clone() };
            let answer = Answer::Kept(event.clone());
            tell(store, Event { changes, ..event }, send, Input::News);
            answer
        }
        Ok(None) => Answer::Nothing,
        Err(error) => Answer::Refused(error.to_string()),
    };
    delivery.answer(&answer);
}

/// Takes letters of other `tanba`s while the store is open; ends when nobody takes them from us any more.
#[cfg(unix)]
fn take_letters(store: &mut Store, requests: Sender<Request>) -> Option<postbox::Place> {
    // Where none can be put up, others are refused, as ever.
    let (listener, place) = postbox::put_up(&format!("{:x}", clock::chance())).ok()?;
    store.announce(&place.socket());
    thread::spawn(move || {
        postbox::serve(&listener, |delivery| requests.send(Request::Post(delivery)).is_ok());
    });
    Some(place)
}

#[cfg(not(unix))]
fn take_letters(_: &mut Store, _: Sender<Request>) -> Option<()> {
    None
}

/// Tells the screen of an event; where it changed very much, lets it read anew what is open.
fn tell(store: &mut Store, event: Event, send: &dyn Fn(Input), as_input: fn(Event) -> Input) {
    let is_rule = |change: &Change| matches!(change.subject(), Some(Record::Rule(_)));
    let is_ruled = || store.shared().is_ok_and(|shared| shared.rules.colleagues != Colleagues::Always);
    let is_new_sight =
        event.changes.iter().any(is_rule) || (event.changes.iter().any(Change::decides_sight) && is_ruled());
    if event.changes.len() <= MANY_CHANGES {
        send(as_input(event));
        if is_new_sight {
            // What is seen from now on, or no more, is read anew.
            tell_ready(store, send);
        }
        return;
    }
    let told = store.shared().map(|shared| telling::told(&shared.codebook, &event)).unwrap_or_default();
    tell_ready(store, send);
    send(Input::Note(told));
}

fn tell_news(store: &mut Store, send: &dyn Fn(Input)) {
    let news = store.news();
    if store.take_renewed() {
        tell_ready(store, send);
        return send(Input::Note(say!("a journal was replaced by another; everything is read anew").into()));
    }
    match news {
        Ok(events) if events.len() > MANY_EVENTS => {
            tell_ready(store, send);
            send(Input::Note(count!(events.len(), "{n} new entry in the journals", "{n} new entries in the journals")));
        }
        Ok(events) => {
            let me = store.writer.coder.clone();
            let is_said = events.iter().flat_map(|event| &event.changes).any(|change| match &change.now {
                Some(Record::Verdict(verdict)) => verdict.of == me,
                Some(Record::Comment(comment)) => comment.of == me || comment.mentions(&me),
                Some(Record::Settlement(_)) => true,
                _ => false,
            });
            for event in events {
                tell(store, event, send, Input::News);
            }
            if is_said {
                tell_said(store, send);
            }
        }
        Err(error) => send(Input::Failed(error.to_string())),
    }
}
