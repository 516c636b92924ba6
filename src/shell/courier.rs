//! The thread that carries between a project's folder and its hub while the coder works; nobody ever waits for it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::app::effect::Input;
use crate::app::meeting::{Link, Meeting};
use crate::model::document::DocumentId;
use crate::shell::clock;
use crate::shell::connection::Way;
use crate::shell::librarian::Request;
use crate::shell::message::Message;
use crate::store::project::{Project, Writer};
use crate::team::exchange::{Exchange, Stopped};
use crate::team::hub::{Bell, Hub, HubError, Kind, Presence, Woken};

/// After the first failure it is tried again so soon,
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// each time after twice as long, up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// How often the hub hears that we are there, and is asked whether it is.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// News that come close together are taken together.
const GATHER: Duration = Duration::from_millis(25);

/// Who leaves waits so long at most for what is still to be sent.
const FAREWELL: Duration = Duration::from_millis(500);

/// What the courier is told by the other threads.
#[derive(Debug, Default)]
pub struct Outbox {
    bell: Bell,
    /// The journal that is written here, once the store is open.
    writer: OnceLock<Writer>,
    /// Bytes of that journal that are acknowledged.
    written: AtomicU64,
    /// The document that the coder has open.
    document: Mutex<DocumentId>,
    is_over: AtomicBool,
}

impl Outbox {
    /// The store is open, and writes that journal.
    pub fn opened(&self, writer: &Writer) {
        let _ = self.writer.set(writer.clone());
        self.bell.ring();
    }

    /// So many bytes of the own journal are acknowledged.
    pub fn wrote(&self, n_bytes: u64) {
        if self.written.swap(n_bytes, Ordering::Relaxed) != n_bytes {
            self.bell.ring();
        }
    }

    /// The coder has this document open.
    pub fn at(&self, document: &DocumentId) {
        let mut known = self.document.lock().unwrap_or_else(PoisonError::into_inner);
        if *known != *document {
            known.clone_from(document);
            self.bell.ring();
        }
    }

    fn document(&self) -> DocumentId {
        self.document.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
}

/// The courier, where the project has a hub.
#[derive(Debug, Default)]
pub struct Courier {
    /// What it is told.
    pub outbox: Arc<Outbox>,
    thread: Option<JoinHandle<()>>,
}

impl Courier {
    /// Sends it on its way, where there is one.
    pub fn start(project: &Project, way: Option<Way>, requests: Sender<Request>, out: Sender<Message>) -> Self {
        let outbox = Arc::new(Outbox::default());
        let Some(way) = way else { return Self { outbox, thread: None } };
        let (project, own) = (project.clone(), outbox.clone());
        let work = move || {
            let mut rounds = Rounds {
                outbox: own,
                way,
                requests,
                out,
                exchange: None,
                meeting: Meeting::default(),
                told: None,
                met: None,
            };
            rounds.go(&project);
        };
        // Without the thread the work stays here, and `tanba sync` carries it.
        let thread = thread::Builder::new().name("courier".into()).spawn(work).ok();
        Self { outbox, thread }
    }

    /// Lets it end; what it is just sending it may send.
    pub fn leave(self) {
        self.outbox.is_over.store(true, Ordering::Relaxed);
        self.outbox.bell.ring();
        let begun = Instant::now();
        while self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) && begun.elapsed() < FAREWELL {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Its rounds.
struct Rounds {
    outbox: Arc<Outbox>,
    way: Way,
    requests: Sender<Request>,
    out: Sender<Message>,
    exchange: Option<Exchange>,
    meeting: Meeting,
    told: Option<Meeting>,
    /// When the hub last heard of us, and where we were.
    met: Option<(Instant, DocumentId)>,
}

impl Rounds {
    fn go(&mut self, project: &Project) {
        let mut pause = FIRST_PAUSE;
        while !self.outbox.is_over() {
            let Some(writer) = self.outbox.writer.get().cloned() else {
                self.outbox.bell.sleep(HEARTBEAT);
                continue;
            };
            let mut exchange = self
                .exchange
                .take()
                .unwrap_or_else(|| Exchange::new(project.clone(), writer.name(), false).with(&self.way.project));
            self.tell(None);
            let begun = Instant::now();
            let stopped = match self.way.reach() {
                Ok(mut hub) => self.stay(&mut exchange, &mut *hub, &writer),
                Err(error) => Stopped::Hub(error),
            };
            exchange.forget();
            self.met = None;
            self.meeting.present.clear();
            if begun.elapsed() > LONGEST_PAUSE {
                pause = FIRST_PAUSE;
            }
            let (link, least) = match stopped {
                Stopped::Hub(HubError::Refused(why) | HubError::Secret(why)) => (Link::Refused(why), LONGEST_PAUSE),
                // Somebody else wrote there meanwhile: what is there is asked anew at once.
                Stopped::Hub(HubError::Taken(_)) => (self.meeting.link.clone(), Duration::ZERO),
                other => (Link::Away(other.to_string()), Duration::ZERO),
            };
            self.meeting.n_unsent = exchange.waiting(self.written()).unwrap_or(self.meeting.n_unsent);
            self.tell(Some(link));
            self.rest(pause.max(least), &mut exchange);
            self.exchange = Some(exchange);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn written(&self) -> Option<u64> {
        Some(self.outbox.written.load(Ordering::Relaxed))
    }

    /// Carries as long as the hub is there.
    fn stay(&mut self, exchange: &mut Exchange, hub: &mut dyn Hub, writer: &Writer) -> Stopped {
        loop {
            match self.round(exchange, hub, writer) {
                Ok(true) => {}
                Ok(false) => return Stopped::Hub(HubError::Away(String::new())),
                Err(stopped) => return stopped,
            }
        }
    }

    /// One round, and the wait for the next; whether to go on.
    fn round(&mut self, exchange: &mut Exchange, hub: &mut dyn Hub, writer: &Writer) -> Result<bool, Stopped> {
        let carried = exchange.round(hub, self.written())?;
        for note in exchange.notes.drain(..) {
            let _ = self.out.send(Message::Input(Input::Failed(note)));
        }
        if carried.n_taken > 0 {
            let _ = self.requests.send(Request::News);
        }
        self.meeting.is_reader = exchange.standing().is_some_and(|standing| standing.kind == Kind::Reader);
        self.meeting.n_unsent = exchange.n_unsent();
        self.meeting.n_untaken = if carried.has_more { exchange.n_untaken(hub)? } else { 0 };
        let document = self.outbox.document();
        let is_known = self.met.as_ref().is_some_and(|(when, at)| when.elapsed() < HEARTBEAT && *at == document);
        if !carried.has_more && !self.outbox.is_over() && !is_known {
            let own = Presence { coder: writer.coder.clone(), document: document.clone() };
            let present = hub.meet(&own, &writer.device)?;
            self.meeting.present = present.into_iter().map(|one| (one.coder, one.document)).collect();
            self.met = Some((Instant::now(), document));
        }
        self.tell(Some(Link::There));
        if self.outbox.is_over() {
            if !carried.has_more {
                let nowhere = Presence { coder: writer.coder.clone(), document: DocumentId::default() };
                let _ = hub.meet(&nowhere, &writer.device);
            }
            return Ok(false);
        }
        if !carried.has_more {
            let woken = hub.wait(HEARTBEAT, &self.outbox.bell)?;
            if woken != Woken::Time {
                thread::sleep(GATHER);
            }
            if woken != Woken::News {
                // Who is where is asked again.
                self.met = None;
            }
        }
        Ok(true)
    }

    /// Waits until it is time to try again; tells meanwhile how much waits to be sent.
    fn rest(&mut self, pause: Duration, exchange: &mut Exchange) {
        // Two hundred readers do not come back in the same moment.
        let share = (clock::chance() % 256) as u32;
        let pause = pause / 2 + pause * share / 512;
        let begun = Instant::now();
        while begun.elapsed() < pause && !self.outbox.is_over() {
            if self.outbox.bell.sleep(pause.saturating_sub(begun.elapsed()))
                && let Ok(n) = exchange.waiting(self.written())
            {
                self.meeting.n_unsent = n;
                self.tell(None);
            }
        }
    }

    fn tell(&mut self, link: Option<Link>) {
        if let Some(link) = link {
            self.meeting.link = link;
        }
        // The screen is woken for what is new alone.
        if self.told.as_ref() != Some(&self.meeting) {
            self.told = Some(self.meeting.clone());
            let _ = self.out.send(Message::Input(Input::Met(Box::new(self.meeting.clone()))));
        }
    }
}
