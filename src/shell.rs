//! The world: terminal, files, clock, threads. Everything else is told, and asks.

pub mod agreeing;
pub mod asking;
pub mod autocode;
pub mod clipboard;
pub mod clock;
pub mod comparing;
pub mod compose;
pub mod concord;
pub mod concordat;
pub mod configuration;
pub mod connection;
pub mod courier;
pub mod crossing;
pub mod keyring;
pub mod librarian;
pub mod likening;
pub mod listener;
pub mod message;
pub mod news;
pub mod privacy;
pub mod prompt;
pub mod retrieval;
pub mod reworking;
pub mod seeker;
pub mod signals;
pub mod tabulation;
pub mod terminal;
pub mod translate;
pub mod waiting;
pub mod watch;
pub mod whereabouts;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::app;
use crate::app::command::Args;
use crate::app::effect::{Effect, Input, Left};
use crate::app::screen::Panes;
use crate::app::session::{Mode, Purpose, Session, Tutor};
use crate::app::{library, overlay};
use crate::model::document::DocumentId;
use crate::say;
use crate::store::error::StoreError;
use crate::store::home::Home;
use crate::store::places::Places;
use crate::store::project::{Project, Writer};
use crate::store::{documents, places};
use crate::text::body::Text;
use crate::text::width;
use crate::ui::theme::Theme;
use crate::words;
use asking::{Asked, Question};
use clipboard::Clipboard;
use concord::Field;
use connection::Way;
use courier::Courier;
use librarian::Request;
use listener::Listener;
use message::Message;
use seeker::Seeker;
use terminal::Screen;
use waiting::{Next, Waiting};

/// The reader while it runs.
struct Reader {
    session: Session,
    screen: Screen,
    theme: Theme,
    project: Project,
    places: Places,
    home: Home,
    clipboard: Clipboard,
    waiting: Waiting,
    threads: Threads,
}

/// The threads that work beside the screen's.
struct Threads {
    /// To the librarian.
    requests: Sender<Request>,
    seeker: Seeker,
    courier: Courier,
}

/// How a reader is opened.
#[derive(Debug)]
pub struct Opening {
    /// The project.
    pub project: Project,
    /// Who works.
    pub writer: Writer,
    /// What the reader begins with, as everything that was set says.
    pub reader: (Session, Theme),
    /// The coder's own folder.
    pub home: Home,
    /// How the team's server is reached, where the project has one.
    pub way: Option<Way>,
    /// What is to be told at once.
    pub warnings: Vec<String>,
    /// Whether the lessons are given.
    pub is_lesson: bool,
}

/// Opens a project in the reader; returns the exit status when the coder leaves.
pub fn run(opening: Opening) -> Result<i32, String> {
    let Opening { project, writer, reader: (mut session, theme), home, way, warnings, is_lesson } = opening;
    width::widen_ambiguous(session.settings.number("ambiguous-width") == 2);
    terminal::guard_panics();
    let (news, inbox) = channel();
    let (requests, desk) = channel();
    session.about.coder.clone_from(&writer.coder);
    session.about.project = project.name();
    session.about.is_encrypted = project.cipher.is_some();
    session.about.languages.clone_from(&project.settings.languages);
    session.tutor = is_lesson.then(Tutor::default);
    for warning in warnings {
        session.warn(warning);
    }
    let screen = Screen::take(session.settings.is_on("mouse"))?;
    signals::start(news.clone()).map_err(|error| error.to_string())?;
    let places = places::read(&project.own());
    let waiting = Waiting::default();
    let seeker = Seeker::new(news.clone());
    let clipboard = Clipboard::default();
    let courier = Courier::start(&project, way, requests.clone(), news.clone());
    let outbox = courier.outbox.clone();
    let threads = Threads { requests, seeker, courier };
    let mut reader = Reader { session, screen, theme, project, places, home, clipboard, waiting, threads };
    reader.begin();
    reader.waiting.listen(Listener::start(news.clone()));
    signals::watch_terminal(news.clone()).map_err(|error| error.to_string())?;
    // The store opens behind the first frame: reading does not wait for it.
    let project = reader.project.clone();
    let librarian = librarian::start(project, writer, (reader.threads.requests.clone(), desk), (news, outbox))
        .map_err(|error| error.to_string())?;
    let status = reader.run(&inbox);
    reader.keep_places();
    let _ = reader.threads.requests.send(Request::Close);
    let was_ready = reader.session.about.is_ready;
    drop(reader.screen);
    // An index that is still being made is not waited for: it is begun anew the next time, and nothing else was done.
    if was_ready {
        let _ = librarian.join();
    }
    reader.threads.courier.leave();
    Ok(status)
}

impl Reader {
    /// Opens what was open last, or the first pair; draws before the store is open.
    fn begin(&mut self) {
        let ids = documents::list(&self.project.documents()).unwrap_or_default();
        for id in &ids {
            self.session.shared.documents.insert(id.clone(), documents::undescribed(id.clone()));
        }
        let read = self.places.documents.iter().map(|(id, place)| (DocumentId(id.clone()), place.read_percent));
        self.session.now.0.read_percent = read.collect::<BTreeMap<_, _>>();
        self.session.focus = self.places.focus & 1;
        if self.places.is_single {
            self.session.screen.panes = Panes::Single;
        }
        let last: Vec<DocumentId> =
            self.places.open.iter().map(|id| DocumentId(id.clone())).filter(|id| ids.contains(id)).collect();
        let open = if last.is_empty() { library::first_pair(&ids, &self.session.about.languages) } else { last };
        let (columns, rows) = self.screen.size();
        self.take(Input::Resized(columns, rows));
        for (side, id) in open.into_iter().take(2).enumerate() {
            let effects = library::put(&mut self.session, side, id);
            self.perform(effects);
        }
        if self.session.pane().document.0.is_empty() {
            self.session.focus = 0;
        }
        if let Some(text) = compose::told_left(&self.project.drafts()) {
            self.session.warn(text);
        }
        if self.session.tutor.is_none() && !self.home.has_seen("welcome") {
            overlay::welcome(&mut self.session, Some("welcome"));
        }
        self.draw();
    }

    /// Takes messages until the coder leaves; sleeps between them. Returns the exit status.
    fn run(&mut self, inbox: &Receiver<Message>) -> i32 {
        loop {
            match self.waiting.next(inbox) {
                // What has gathered since is taken in one go and drawn once.
                Next::Came(first) => {
                    for message in std::iter::once(first).chain(inbox.try_iter().take(1000)) {
                        if let Some(status) = self.message(message) {
                            return status;
                        }
                    }
                }
                Next::Nothing => drop(self.take(Input::More)),
                Next::Late => {
                    self.session.warn(say!("the disk does not answer: Ctrl-C leaves without what was done last"));
                }
                Next::Over => return 0,
            }
            self.threads.courier.outbox.at(&self.session.pane().document);
            self.draw();
        }
    }

    fn message(&mut self, message: Message) -> Option<i32> {
        match message {
            Message::Terminal(events) => {
                if self.waiting.is_given_up(&events) {
                    // Whatever else would be written to that disk would wait as long.
                    signals::leave_at_once(say!("left before the disk answered: what was done last may not be kept"));
                }
                let is_free = self.waiting.hold(events);
                // Only out of a memo another program is run; elsewhere the terminal is read on at once, so that an
                // Esc and the key behind it do not come together and look like Alt.
                if !(is_free && matches!(self.session.mode, Mode::Edit(..))) {
                    self.waiting.read_on();
                }
                let status = self.release();
                self.waiting.read_on();
                status
            }
            Message::Answered => {
                self.waiting.answered();
                self.release()
            }
            Message::StoreGone => {
                self.waiting.lost_store();
                self.release()
            }
            Message::Input(input) => {
                self.waiting.heard();
                self.take(input)
            }
            Message::Signal(signal) => {
                self.keep_memo();
                Some(128 + signal)
            }
            Message::HungUp => {
                self.keep_memo();
                Some(129)
            }
        }
    }

    /// A memo that is being written when the terminal goes away is kept as it is.
    fn keep_memo(&mut self) {
        // A page of help may lie over the memo.
        while let Mode::Show(sheet) = &mut self.session.mode {
            self.session.mode = sheet.under.take().map_or(Mode::Read, |under| *under);
        }
        if matches!(self.session.mode, Mode::Edit(_, Purpose::Memo(_))) {
            let effects = self.session.run("keep-text", &Args::default());
            self.perform(effects.unwrap_or_default());
        }
    }

    /// Takes what the terminal sent, as far as nothing has to be waited for, and lets it be read on.
    fn release(&mut self) -> Option<i32> {
        while let Some(event) = self.waiting.released() {
            if matches!(event, crossterm::event::Event::FocusGained) {
                let _ = self.threads.requests.send(Request::News);
            }
            let input = translate::input(event, clock::now());
            if let Some(status) = input.and_then(|input| self.take(input)) {
                return Some(status);
            }
        }
        None
    }

    /// Asks the librarian; without one nothing can be kept, and the coder must know.
    fn ask(&mut self, request: Request) {
        let is_awaited = librarian::is_awaited(&request);
        if self.waiting.has_store() && self.threads.requests.send(request).is_ok() {
            self.waiting.asked(is_awaited);
        } else {
            let text = say!("the store stopped working, nothing can be kept; leave with q and start again");
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
            whereabouts::note(&mut self.places, &self.session);
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
                let _ = self.threads.requests.send(Request::Open(pane.document.clone()));
            }
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) -> Option<i32> {
        for effect in effects {
            match effect {
                Effect::Keep(changes) => {
                    self.ask(Request::Keep(changes, clock::now()));
                }
                Effect::Step { is_undo, is_sure } => {
                    self.ask(Request::Step(is_undo, is_sure, clock::now()));
                }
                Effect::Open(id) => self.open(id),
                Effect::Quit => return Some(0),
                effect => self.serve(effect),
            }
        }
        None
    }

    /// Does what needs no answer from the store.
    fn serve(&mut self, effect: Effect) {
        match effect {
            Effect::Search(id, phrase) => {
                if let Some(text) = self.text_of(&id) {
                    self.threads.seeker.search(id, text, phrase);
                }
            }
            Effect::Headings(id) => {
                if let Some(text) = self.text_of(&id) {
                    self.threads.seeker.headings(id, text);
                }
            }
            Effect::Align(pair, fixed) => self.threads.seeker.align(self.project.clone(), pair, fixed),
            Effect::Concord(query) => {
                self.threads.seeker.concord(Field::whole(self.project.clone(), self.session.shared.clone()), query);
            }
            Effect::Stop => self.threads.seeker.stop(),
            Effect::StopAligning => self.threads.seeker.stop_aligning(),
            Effect::More => self.waiting.has_more = true,
            Effect::Copy(text) => self.clipboard.copy(text),
            Effect::Fetch => {
                let text = self.clipboard.paste();
                self.take(Input::Paste(text));
            }
            Effect::Compose(text) => self.compose(&text),
            Effect::Obey => self.obey(),
            // A theme that can't be shown would refuse the next start.
            Effect::Configure("theme", _) if configuration::theme(&self.session.settings, &self.home).is_err() => {}
            Effect::Configure(name, value) => {
                let kept = self.home.keep_setting(name, &value);
                self.tell_failure(kept);
            }
            Effect::Remember(what) => {
                let kept = self.home.remember(what);
                self.tell_failure(kept);
            }
            Effect::Reload => {
                let _ = self.threads.requests.send(Request::News);
            }
            Effect::Suspend => {
                self.screen.leave();
                signals::suspend();
                self.retake();
            }
            Effect::WriteTable(table) => drop(self.take(asking::written(&self.project, &table))),
            other => match (Question::of(&other), Request::of(other, clock::now())) {
                (Some(question), _) => {
                    let look = self.threads.seeker.look(question.called());
                    self.ask(Request::Ask(Box::new(Asked { question, look })));
                }
                (None, request) => request.into_iter().for_each(|request| self.ask(request)),
            },
        }
    }

    /// Takes the terminal again after another program had it.
    fn retake(&mut self) {
        self.screen.again();
        let (columns, rows) = self.screen.size();
        self.take(Input::Resized(columns, rows));
    }

    fn tell_failure(&mut self, kept: Result<(), StoreError>) {
        if let Err(error) = kept {
            self.take(Input::Failed(error.to_string()));
        }
    }

    /// Lets the coder's own editor have the terminal and go on with a memo.
    fn compose(&mut self, text: &str) {
        if self.waiting.is_reading() {
            // The key was typed ahead, before the memo was there.
            self.take(Input::Note(say!("press that once more").into()));
            return;
        }
        self.screen.leave();
        let composed = compose::compose(text, self.session.settings.word("editor"), &self.project.drafts());
        self.retake();
        match composed {
            Ok(text) => self.take(Input::Composed(text)),
            Err(why) => self.take(Input::Failed(why)),
        };
    }

    /// Does as the settings say, which changed.
    fn obey(&mut self) {
        words::speak(configuration::language(&self.session.settings));
        self.screen.set_mouse(self.session.settings.is_on("mouse"));
        let is_wide = self.session.settings.number("ambiguous-width") == 2;
        if is_wide != width::is_ambiguous_wide() {
            width::widen_ambiguous(is_wide);
            for pane in &mut self.session.panes {
                pane.view.start_at(pane.selection.head.start);
            }
            let (columns, rows) = self.screen.size();
            self.take(Input::Resized(columns, rows));
        }
        match configuration::theme(&self.session.settings, &self.home) {
            Ok(theme) => self.theme = theme,
            Err(why) => {
                self.take(Input::Failed(why));
            }
        }
        self.screen.forget();
    }

    fn text_of(&self, id: &DocumentId) -> Option<Text> {
        self.session.panes.iter().find(|pane| pane.document == *id).map(|pane| pane.text.clone())
    }

    /// Opens a text at once; its annotations follow from the librarian.
    fn open(&mut self, id: DocumentId) {
        let place = self.places.documents.get(&id.0).copied().unwrap_or_default();
        let left = Left { cursor: place.cursor, top: place.top, read_to: place.read_to };
        match documents::open(&self.project.documents(), &id) {
            Ok(text) => {
                self.take(Input::Text(id.clone(), text, left));
                if self.session.about.is_ready {
                    let _ = self.threads.requests.send(Request::Open(id));
                }
            }
            Err(error) => {
                self.take(Input::Unopened(id, error.to_string()));
            }
        }
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

    fn keep_places(&mut self) {
        whereabouts::note_all(&mut self.places, &self.session);
        let own: PathBuf = self.project.own();
        // Without the right to write there, the places are forgotten: a convenience, no work.
        if own.is_dir() {
            let _ = places::keep(&own, &self.places);
        }
    }
}
