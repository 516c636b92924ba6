//! The world: terminal, files, clock, threads. Everything else is told, and asks.

pub mod clock;
pub mod librarian;
pub mod message;
pub mod signals;
pub mod terminal;
pub mod translate;

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crate::app;
use crate::app::effect::{Effect, Input, Left};
use crate::app::library;
use crate::app::session::{Mode, Session};
use crate::model::document::DocumentId;
use crate::store::places::{self, Place, Places};
use crate::store::project::{Project, Writer};
use crate::store::{documents, undescribed};
use crate::text::search::Needle;
use crate::ui::theme::Theme;
use librarian::Request;
use message::Message;
use terminal::Screen;

/// Places of a phrase that are kept; more are not walked through by hand.
const MAX_MATCHES: usize = 100_000;

/// The reader while it runs.
struct Reader {
    session: Session,
    screen: Screen,
    theme: Theme,
    project: Project,
    places: Places,
    requests: Sender<Request>,
    news: Sender<Message>,
    /// Counts searches, so that an older one stops.
    n_searches: Arc<AtomicU64>,
    /// What the terminal sent while a change was being kept: it is meant for the screen after it.
    held: VecDeque<crossterm::event::Event>,
    /// Changes that are not yet kept.
    n_awaited: usize,
}

/// Opens a project in the reader; returns the exit status when the coder leaves.
pub fn run(project: Project, writer: Writer, theme: Option<&str>) -> Result<i32, String> {
    let (mut session, errors) = app::start();
    if let Some(error) = errors.first() {
        return Err(error.to_string());
    }
    terminal::guard_panics();
    let (news, inbox) = channel();
    let (requests, desk) = channel();
    session.about.coder.clone_from(&writer.coder);
    session.about.project = project.name();
    session.about.languages.clone_from(&project.settings.languages);
    let screen = Screen::take()?;
    signals::start(news.clone()).map_err(|error| error.to_string())?;
    let places = places::read(&project.own());
    let theme = terminal::theme(theme);
    let mut reader = Reader {
        session,
        screen,
        theme,
        project,
        places,
        requests,
        news,
        n_searches: Arc::new(AtomicU64::new(0)),
        held: VecDeque::new(),
        n_awaited: 0,
    };
    reader.begin();
    // The store opens behind the first frame: reading does not wait for it.
    let project = reader.project.clone();
    let librarian = librarian::start(project, writer, desk, reader.news.clone()).map_err(|error| error.to_string())?;
    let status = reader.run(&inbox);
    reader.keep_places();
    let _ = reader.requests.send(Request::Close);
    drop(reader.screen);
    let _ = librarian.join();
    Ok(status)
}

impl Reader {
    /// Opens what was open last, or the first pair; draws before the store is open.
    fn begin(&mut self) {
        let ids = documents::list(&self.project.documents()).unwrap_or_default();
        for id in &ids {
            self.session.shared.documents.insert(id.clone(), undescribed(id.clone()));
        }
        let read = self.places.documents.iter().map(|(id, place)| (DocumentId(id.clone()), place.read_percent));
        self.session.now.0.read_percent = read.collect::<BTreeMap<_, _>>();
        self.session.focus = self.places.focus & 1;
        self.session.screen.is_single = self.places.is_single;
        let last: Vec<DocumentId> =
            self.places.open.iter().map(|id| DocumentId(id.clone())).filter(|id| ids.contains(id)).collect();
        let open = if last.is_empty() { first_pair(&ids, &self.session.about.languages) } else { last };
        let (columns, rows) = self.screen.size();
        self.take(Input::Resized(columns, rows));
        for (side, id) in open.into_iter().take(2).enumerate() {
            let effects = library::put(&mut self.session, side, id);
            self.perform(effects);
        }
        if self.session.pane().document.0.is_empty() {
            self.session.focus = 0;
        }
        self.draw();
        self.listen();
    }

    /// Starts the thread that reads the terminal.
    fn listen(&self) {
        let news = self.news.clone();
        thread::spawn(move || {
            loop {
                let message = crossterm::event::read().map_or(Message::HungUp, Message::Terminal);
                let is_over = matches!(message, Message::HungUp);
                if news.send(message).is_err() || is_over {
                    return;
                }
            }
        });
    }

    /// Takes messages until the coder leaves; sleeps between them. Returns the exit status.
    fn run(&mut self, inbox: &Receiver<Message>) -> i32 {
        while let Ok(message) = inbox.recv() {
            // What has gathered since is taken in one go and drawn once.
            for message in std::iter::once(message).chain(inbox.try_iter().take(1000)) {
                if let Some(status) = self.message(message) {
                    return status;
                }
            }
            self.draw();
        }
        0
    }

    fn message(&mut self, message: Message) -> Option<i32> {
        match message {
            Message::Terminal(crossterm::event::Event::FocusGained) => {
                let _ = self.requests.send(Request::News);
                None
            }
            Message::Terminal(event) if self.n_awaited > 0 => {
                self.held.push_back(event);
                None
            }
            Message::Terminal(event) => translate::input(event, clock::now()).and_then(|input| self.take(input)),
            Message::Answered => {
                self.n_awaited = self.n_awaited.saturating_sub(1);
                self.release()
            }
            Message::Input(input) => self.take(input),
            Message::Signal(signal) => Some(128 + signal),
            Message::HungUp => Some(129),
        }
    }

    /// Takes what was held back, as far as nothing new has to be waited for.
    fn release(&mut self) -> Option<i32> {
        while self.n_awaited == 0 {
            let event = self.held.pop_front()?;
            let input = translate::input(event, clock::now());
            if let Some(status) = input.and_then(|input| self.take(input)) {
                return Some(status);
            }
        }
        None
    }

    /// Asks the librarian; without one nothing can be kept, and the coder must know.
    fn ask(&mut self, request: Request) {
        let is_awaited = matches!(request, Request::Keep(..) | Request::Step(..));
        if self.requests.send(request).is_ok() {
            self.n_awaited += usize::from(is_awaited);
        } else {
            let text = "the store stopped working, nothing can be kept; leave with q and start again";
            self.take(Input::Failed(text.into()));
        }
    }

    /// Gives an input to the app and does what it asks; an exit status if it asks to leave.
    fn take(&mut self, input: Input) -> Option<i32> {
        #[cfg(debug_assertions)]
        {
            let is_asked = matches!(&input, Input::Key(key) if key.to_string() == "F12");
            assert!(!is_asked || std::env::var_os("TANBA_PANIC").is_none(), "asked to panic");
        }
        if matches!(self.session.mode, Mode::Pick(_)) {
            self.note_places();
        }
        let becomes_ready = matches!(input, Input::Ready(..));
        let was_ready = self.session.about.is_ready;
        let effects = app::update(&mut self.session, input, clock::moment());
        let status = self.perform(effects);
        if becomes_ready {
            self.adopt_pair(!was_ready);
        }
        status
    }

    /// Before anything was ever opened here, the project's first pair is what a coder expects to see.
    fn adopt_pair(&mut self, is_first: bool) {
        let is_fresh =
            self.places.open.is_empty() && self.session.panes.iter().all(|pane| pane.selection.head.start == 0);
        let counterpart = self.session.shared.counterpart(&self.session.panes[0].document).cloned();
        if let Some(right) = counterpart.filter(|_| is_first && is_fresh) {
            let effects = library::put(&mut self.session, 1, right);
            self.perform(effects);
        }
        // What was opened before the store was ready, or changed by many news, is put in place now.
        for pane in &self.session.panes {
            if !pane.document.0.is_empty() {
                let _ = self.requests.send(Request::Open(pane.document.clone()));
            }
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) -> Option<i32> {
        for effect in effects {
            match effect {
                Effect::Keep(changes) => {
                    self.ask(Request::Keep(changes, clock::now()));
                }
                Effect::Step { is_undo } => {
                    self.ask(Request::Step(is_undo, clock::now()));
                }
                Effect::Open(id) => self.open(id),
                Effect::Search(id, phrase) => self.search(id, phrase),
                Effect::Reload => {
                    let _ = self.requests.send(Request::News);
                }
                Effect::Suspend => {
                    self.screen.leave();
                    signals::suspend();
                    self.screen.again();
                    let (columns, rows) = self.screen.size();
                    self.take(Input::Resized(columns, rows));
                }
                Effect::Quit => return Some(0),
            }
        }
        None
    }

    /// Opens a text at once; its annotations follow from the librarian.
    fn open(&mut self, id: DocumentId) {
        let place = self.places.documents.get(&id.0).copied().unwrap_or_default();
        let left = Left { cursor: place.cursor, top: place.top, read_to: place.read_to };
        match documents::open(&self.project.documents(), &id) {
            Ok(text) => {
                self.take(Input::Text(id.clone(), text, left));
                if self.session.about.is_ready {
                    let _ = self.requests.send(Request::Open(id));
                }
            }
            Err(error) => {
                self.take(Input::Unopened(id, error.to_string()));
            }
        }
    }

    fn search(&mut self, id: DocumentId, phrase: String) {
        let Some(pane) = self.session.panes.iter().find(|pane| pane.document == id) else {
            return;
        };
        let (text, news, counter) = (pane.text.clone(), self.news.clone(), Arc::clone(&self.n_searches));
        let own = counter.fetch_add(1, Ordering::SeqCst) + 1;
        thread::spawn(move || {
            let is_over = || counter.load(Ordering::SeqCst) != own;
            let found = Needle::new(&phrase).matches_in(&text, MAX_MATCHES, &is_over);
            if !is_over() {
                let _ = news.send(Message::Input(Input::Found(id, phrase, found)));
            }
        });
    }

    fn draw(&mut self) {
        // crossterm can lose a resize that comes together with a key; the terminal itself knows.
        let (columns, rows) = self.screen.size();
        if (columns, rows) != (self.session.screen.columns, self.session.screen.rows) {
            self.take(Input::Resized(columns, rows));
        }
        // A terminal that can't be written is gone; its signal or its end of input ends us.
        let _ = self.screen.draw(&self.session, &self.theme);
    }

    fn note_places(&mut self) {
        for pane in self.session.panes.iter().filter(|pane| !pane.text.is_empty()) {
            let place = Place {
                cursor: pane.selection.head.start,
                top: pane.view.shown().start,
                read_to: pane.read_to,
                read_percent: self.session.now.0.read_percent.get(&pane.document).copied().unwrap_or(0),
            };
            self.places.documents.insert(pane.document.0.clone(), place);
        }
    }

    fn keep_places(&mut self) {
        self.note_places();
        self.places.open = self.session.panes.iter().map(|pane| pane.document.0.clone()).collect();
        self.places.focus = self.session.focus;
        self.places.is_single = self.session.screen.is_single;
        let own: PathBuf = self.project.own();
        // Without the right to write there, the places are forgotten: a convenience, no work.
        if own.is_dir() {
            let _ = places::keep(&own, &self.places);
        }
    }
}

/// The first document and its twin by name (`x.en` and `x.kk`), else the first of each language.
fn first_pair(ids: &[DocumentId], languages: &[String]) -> Vec<DocumentId> {
    let ends = |id: &DocumentId, language: &String| id.0.ends_with(&format!(".{language}"));
    let of = |language: Option<&String>| ids.iter().find(|id| language.is_some_and(|l| ends(id, l)));
    let Some(left) = of(languages.first()).or(ids.first()) else {
        return Vec::new();
    };
    let stem = left.0.rsplit_once('.').map_or(left.0.as_str(), |(stem, _)| stem);
    let twin = languages.get(1).and_then(|language| ids.iter().find(|id| id.0 == format!("{stem}.{language}")));
    let right = twin.or(of(languages.get(1))).or_else(|| ids.iter().find(|id| *id != left));
    [Some(left), right].into_iter().flatten().cloned().collect()
}
