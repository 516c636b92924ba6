//! A desk without a terminal: a project in a temporary folder, a session, and the store that serves it.

use std::fs;
use std::path::Path;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tanba::app;
use tanba::app::effect::{Effect, Found, Input, Left};
use tanba::app::key::Key;
use tanba::app::library;
use tanba::app::session::{Moment, Session};
use tanba::model::change::{Change, Record};
use tanba::model::document::DocumentId;
use tanba::model::event::Deed;
use tanba::model::time::Time;
use tanba::shell::asking::{self, Question};
use tanba::shell::autocode;
use tanba::shell::concord::{Field, concord};
use tanba::shell::reworking;
use tanba::store::looked::Looked;
use tanba::store::project::{Project, Settings, Writer};
use tanba::store::{Store, documents, links};
use tanba::text::heading::headings;
use tanba::text::search::{Needle, meant};
use tanba::ui;
use tanba::ui::palette::{self, BUNDLED};
use tanba::ui::theme::{Level, Theme};
use tempfile::TempDir;

/// What the shell is in the program: it carries effects out, at once and in one thread.
pub struct Desk {
    pub dir: TempDir,
    pub store: Option<Store>,
    pub session: Session,
    moments: u64,
    pub has_quit: bool,
    /// What the next sitting down begins with.
    pub settings: app::settings::Settings,
    /// What was copied last.
    pub clip: String,
    /// What was remembered, and which settings were kept.
    pub kept_outside: Vec<String>,
    /// Who sits down.
    pub coder: String,
    /// Whether no alignment is answered, as while a long pair is being aligned.
    pub is_aligning: bool,
}

pub fn writer(coder: &str) -> Writer {
    Writer { coder: coder.into(), device: "desk".into() }
}

/// Opens a project's store.
pub fn open(root: &Path, coder: &str) -> Store {
    let open = || Store::open(Project::open(root).expect("a project"), writer(coder), &mut |_, _| {});
    let mut store = open().expect("the store opens");
    // Another test that starts a program has our lock for the moment between its fork and its exec.
    for _ in 0..100 {
        if store.read_only().is_none_or(|why| !why.contains("another tanba")) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
        store = open().expect("the store opens");
    }
    store
}

impl Desk {
    /// Sits down with documents, `(name, text)`, the first two in the panes, and the codes s and c.
    pub fn new(texts: &[(&str, &str)]) -> Self {
        let dir = TempDir::new().expect("a folder");
        let settings =
            Settings { name: "study".into(), languages: vec!["en".into(), "kk".into()], ..Settings::default() };
        Project::init(dir.path(), settings).expect("a project");
        for (name, text) in texts {
            fs::write(dir.path().join("documents").join(format!("{name}.txt")), text).expect("a document");
        }
        let mut desk = Self {
            dir,
            store: None,
            session: Session::default(),
            moments: 0,
            has_quit: false,
            settings: app::settings::Settings::default(),
            clip: String::new(),
            kept_outside: Vec::new(),
            coder: "asel".into(),
            is_aligning: false,
        };
        desk.sit_down();
        for (name, key) in [("slacktivism", "s"), ("censorship", "c")] {
            let mut code = tanba::model::code::Code::named(tanba::model::code::CodeId(name.into()), name);
            code.key = key.into();
            let change = tanba::model::change::Change::put(tanba::model::change::Record::Code(code));
            desk.perform(vec![Effect::Keep(vec![change])]);
        }
        desk.session.note = None;
        desk
    }

    /// Opens everything anew, as after a restart.
    pub fn sit_down(&mut self) {
        self.store = None;
        let store = open(self.dir.path(), &self.coder);
        let (mut session, errors) = app::start(self.settings.clone(), None);
        assert_eq!(errors, []);
        session.about.coder.clone_from(&self.coder);
        session.about.project = "study".into();
        self.session = session;
        let (shared, counts) = (store.shared().expect("shared"), store.reading().counts().expect("counts"));
        let read_only = store.read_only().map(str::to_owned);
        let ids: Vec<DocumentId> = shared.documents.keys().take(2).cloned().collect();
        self.store = Some(store);
        self.take(Input::Ready(Box::new(shared), counts, read_only));
        self.take(Input::Resized(100, 30));
        for (side, id) in ids.into_iter().enumerate() {
            let effects = library::put(&mut self.session, side, id);
            self.perform(effects);
        }
    }

    pub fn take(&mut self, input: Input) {
        self.moments += 1;
        let now = Time(1_800_000_000_000 + i64::try_from(self.moments).expect("few") * 1000);
        let effects = app::update(&mut self.session, input, Moment { now, chance: u128::from(self.moments) });
        self.perform(effects);
    }

    pub fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let store = self.store.as_mut().expect("the store is open");
            let now = Time(1_800_000_000_000 + i64::try_from(self.moments).expect("few") * 1000);
            let input = match effect {
                Effect::Keep(changes) => match store.keep(changes, Deed::Plain, now) {
                    Ok(event) => Input::Kept(event),
                    Err(error) => Input::Failed(error.to_string()),
                },
                Effect::Step { is_undo: true, is_sure: false } if store.taken_apart().is_some() => {
                    Input::Unsure("a pair is taken away".into())
                }
                Effect::Step { is_undo, .. } => match store.step(is_undo, now) {
                    Ok(Some(event)) => Input::Kept(event),
                    Ok(None) => Input::Note("nothing to undo".into()),
                    Err(error) => Input::Failed(error.to_string()),
                },
                Effect::Open(id) => {
                    let opened = store.open_document(&id).expect("the document opens");
                    let text = documents::open(&store.project.documents(), &id).expect("the text opens");
                    self.take(Input::Text(id.clone(), text, Left::default()));
                    Input::Placed(id, opened.offsets, opened.layer, opened.review)
                }
                Effect::Search(id, phrase) => {
                    let pane = self.session.pane_of(&id).expect("an open pane");
                    let (how, words) = meant(&phrase);
                    let needle = Needle::new(words, how).expect("a query");
                    let found = needle.matches_in(&self.session.panes[pane].text, 1000, &mut |_| true);
                    Input::Found(id, phrase, found)
                }
                Effect::Align(..) if self.is_aligning => continue,
                Effect::Align(pair, fixed) => {
                    let found = links::align(&store.project, &pair, fixed, &mut |_, _| true);
                    let aligned = found.expect("a pair that can be aligned").expect("nobody stops it");
                    Input::Aligned(pair, Ok(std::sync::Arc::new(aligned)))
                }
                Effect::Concord(query) => {
                    let (how, words) = meant(&query);
                    let field = Field::whole(store.project.clone(), store.shared().expect("shared"));
                    let needle = Needle::new(words, how).expect("a query");
                    let (hits, failed) = concord(&field, &needle, &mut |_| true);
                    Input::Hits(Found { query, hits, is_cut: false, failed, is_query: false })
                }
                Effect::TagHits(places, code, new) => {
                    let (made, _) = autocode::annotations(store, &places, &code, (now, u128::from(self.moments)))
                        .expect("they are made");
                    let made = made.into_iter().map(|a| Change::put(Record::Annotation(a)));
                    let changes = new.into_iter().chain(made).collect();
                    Input::Kept(store.keep(changes, Deed::Plain, now).expect("kept"))
                }
                Effect::Rework(places, rework) => {
                    let changes = reworking::changes(store, &places, rework, now).expect("they are made");
                    Input::Kept(store.keep(changes, Deed::Plain, now).expect("kept"))
                }
                Effect::Accept(all) => {
                    let changes =
                        reworking::accepted(store, &all, (now, u128::from(self.moments))).expect("they are made");
                    Input::Kept(store.keep(changes, Deed::Plain, now).expect("kept"))
                }
                effect if Question::of(&effect).is_some() => {
                    let question = Question::of(&effect).expect("a question");
                    asking::answer(store, &question, &mut |_| true)
                }
                Effect::Quit => {
                    self.has_quit = true;
                    continue;
                }
                Effect::Headings(id) => {
                    let pane = self.session.pane_of(&id).expect("an open pane");
                    let found = headings(&self.session.panes[pane].text, 1000, &mut |_| true);
                    Input::Headings(id, found)
                }
                Effect::Copy(text) => {
                    self.clip = text;
                    continue;
                }
                Effect::Fetch => Input::Paste(self.clip.clone()),
                Effect::More => Input::More,
                Effect::Configure(name, value) => {
                    self.kept_outside.push(format!("{name} = {value}"));
                    continue;
                }
                Effect::Seen(keys) => {
                    let mut looked = Looked::read(&store.project.own(), &self.coder);
                    looked.note(&keys).expect("noted");
                    continue;
                }
                Effect::Remember(what) => {
                    self.kept_outside.push(what.into());
                    continue;
                }
                _ => continue,
            };
            self.take(input);
        }
    }

    /// Presses keys: named ones in angle brackets, all others as typed.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        let mut rest = keys;
        while let Some(c) = rest.chars().next() {
            let named = rest
                .strip_prefix('<')
                .and_then(|r| r.split_once('>'))
                .and_then(|(name, r)| Some((name.parse::<Key>().ok()?, r)));
            let (key, after) = named
                .unwrap_or_else(|| (if c == ' ' { Key::named("Space") } else { Key::char(c) }, &rest[c.len_utf8()..]));
            rest = after;
            self.take(Input::Key(key));
        }
        self
    }

    /// Presses keys as a keymap writes them: `g g`, `C-S-Left`.
    pub fn press_keys(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.take(Input::Key(key.parse().expect("a key")));
        }
    }

    /// The focused document with its annotations marked, `{code:passage}`, and the selection, `[…]`.
    pub fn marked(&self) -> String {
        let pane = self.session.pane();
        let text = pane.text.read(tanba::text::span::Span::new(0, pane.text.len()));
        let selected = pane.selection.span();
        let mut marks: Vec<(usize, u8, usize, String)> =
            vec![(selected.start, 3, 0, "[".into()), (selected.end, 0, 0, "]".into())];
        for placed in pane.layer.all() {
            let len = usize::MAX - placed.span.len();
            marks.push((placed.span.start, 2, len, format!("{{{}:", &placed.annotation.code.0[..1])));
            marks.push((placed.span.end, 1, placed.span.len(), "}".into()));
        }
        marks.sort();
        let (mut out, mut at) = (String::new(), 0);
        for (place, _, _, mark) in marks {
            out.push_str(&text[at..place]);
            out.push_str(&mark);
            at = place;
        }
        out + &text[at..]
    }

    /// What the store would give back after a restart, as `code start..end memo` lines.
    pub fn kept(&self, document: &str) -> Vec<String> {
        let mut kept = Vec::new();
        let store = self.store.as_ref().expect("open");
        store
            .index()
            .each_annotation(&DocumentId(document.into()), &mut |a| {
                kept.push(format!("{} {}..{} {}", a.code, a.passage.start, a.passage.end, a.memo).trim().to_owned());
            })
            .expect("the index reads");
        kept.sort();
        kept
    }

    pub fn note(&self) -> &str {
        self.session.note.as_ref().map_or("", |note| &note.text)
    }

    /// The screen at a size, one line a row.
    pub fn screen(&mut self, columns: u16, rows: u16) -> String {
        self.take(Input::Resized(columns, rows));
        self.drawn(columns, rows, theme(Level::True, "dark")).0
    }

    /// The screen's text and, below each row where something is styled, its styles.
    pub fn drawn(&self, columns: u16, rows: u16, theme: Theme) -> (String, ratatui::buffer::Buffer) {
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a backend");
        terminal.draw(|frame| ui::draw(frame, &self.session, &theme)).expect("drawn");
        let buffer = terminal.backend().buffer().clone();
        let mut text = String::new();
        for y in 0..rows {
            let line: String = (0..columns).map(|x| buffer[(x, y)].symbol()).collect();
            text.push_str(line.trim_end());
            text.push('\n');
        }
        (text, buffer)
    }
}

/// A bundled theme, in what a terminal can show.
pub fn theme(level: Level, name: &str) -> Theme {
    let (_, text) = BUNDLED.iter().find(|(known, _)| *known == name).expect("a theme");
    Theme::new(level, palette::read(name, text, &|_| None).expect("it is right"))
}
