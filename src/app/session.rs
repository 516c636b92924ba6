//! What is open now: everything the screen shows, and nothing the disk keeps.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::alignment::pair::PairAlignment;
use crate::app::beside::{self, Beside};
use crate::app::command::{Args, Command, Group, Outcome, Refusal};
use crate::app::comparing::Comparing;
use crate::app::concordance::Hits;
use crate::app::editor::Editor;
use crate::app::effect::{AllCounts, Task};
use crate::app::key::Key;
use crate::app::keymap::Keymap;
use crate::app::lists::{Lists, Tabling};
use crate::app::meeting::Meeting;
use crate::app::pane::Pane;
use crate::app::picker::Picker;
use crate::app::retrieving::Building;
use crate::app::screen::{Area, Areas, Edge, FRAMED_ROWS, Screen, inside};
use crate::app::settings::Settings;
use crate::model::annotation::AnnotationId;
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::edit::Field;
use crate::model::memo::About as MemoOn;
use crate::model::shared::Shared;
use crate::model::time::Time;
use crate::say;
use crate::text::span::Span;

/// Whose project this is, and what may be done with it.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The project's name.
    pub project: String,
    /// Who codes.
    pub coder: String,
    /// The languages, the left pane's first.
    pub languages: Vec<String>,
    /// Why nothing can be kept, if so.
    pub read_only: Option<String>,
    /// Whether the store is open; until then only texts can be read.
    pub is_ready: bool,
    /// Whether what is kept lies encrypted on the disk.
    pub is_encrypted: bool,
    /// How it stands to the team's server, where it has one.
    pub meeting: Option<Meeting>,
}

/// The keys: what they mean, and what was typed of a sequence.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// Which keys run which command.
    pub keymap: Keymap,
    /// The command table.
    pub groups: &'static [Group],
    /// What was typed of a sequence.
    pub typed: Vec<Key>,
    /// The number typed before it.
    pub count: Option<usize>,
    /// Whether keys are shown spelt out: `Ctrl-t` for `C-t`.
    pub spells_out: bool,
    /// The layouts through which the last key was understood: `ru kk`.
    pub through: Option<String>,
    /// The coder's own keys: the file's name and its text.
    pub own: Option<(String, String)>,
}

impl Keys {
    /// The command of that name.
    pub fn command(&self, name: &str) -> Option<&'static Command> {
        self.groups.iter().flat_map(|group| group.commands).find(|command| command.name == name)
    }

    /// The keys to hint at for a command in a mode; empty for none.
    pub fn hint(&self, mode: &str, command: &str) -> String {
        self.shown(self.keymap.keys_of(mode, command).into_iter().next().unwrap_or_default())
    }

    /// Words with the keys as they are bound now: `{command}` stands for its key, `{mode:command}` for its key in
    /// another mode than reading.
    pub fn filled(&self, words: &str) -> String {
        let mut parts = words.split(['{', '}']);
        let mut filled = parts.next().unwrap_or("").to_owned();
        while let (Some(name), Some(rest)) = (parts.next(), parts.next()) {
            let (mode, command) = name.split_once(':').unwrap_or(("read", name));
            filled.push_str(&self.hint(mode, command));
            filled.push_str(rest);
        }
        filled
    }

    /// All keys of a command in a mode, as they are shown.
    pub fn shown_all(&self, mode: &str, command: &str) -> String {
        let keys = self.keymap.keys_of(mode, command).into_iter().map(|keys| self.shown(keys));
        keys.collect::<Vec<_>>().join("  ")
    }

    /// Keys as they are shown: to those who do not know vim, Ctrl is no C.
    pub fn shown(&self, keys: String) -> String {
        if !self.spells_out {
            return keys;
        }
        let key = |key: &str| {
            let mut rest = key;
            let mut spelt = String::new();
            for (short, long) in [("C-", "Ctrl-"), ("A-", "Alt-"), ("S-", "Shift-")] {
                if let Some(tail) = rest.strip_prefix(short).filter(|tail| !tail.is_empty()) {
                    spelt.push_str(long);
                    rest = tail;
                }
            }
            spelt + rest
        };
        keys.split(' ').map(key).collect::<Vec<_>>().join(" ")
    }
}

/// What a text being written is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// A text of many lines on something.
    Memo(Subject),
    /// One line for the command of that name.
    Line {
        /// What is asked.
        prompt: String,
        /// The command that takes it.
        command: &'static str,
        /// What it is about: the command gets `about=text`; empty for the text alone.
        about: String,
    },
}

/// What a text of many lines is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// An annotation: its memo.
    Annotation(AnnotationId),
    /// An annotation: what is said of it.
    Thread(AnnotationId),
    /// A code: its definition, what to mark with it, …
    Code(CodeId, Field),
    /// Something that gets a new memo.
    New(MemoOn),
    /// The memo of this id.
    Memo(String),
}

/// Some text to read over the panes: help, what is known about a document.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Its heading.
    pub title: String,
    /// Its lines: what stands left, what stands right; an empty right side is a heading.
    pub lines: Vec<(String, String)>,
    /// The first line shown.
    pub top: usize,
    /// What it lies over, and what is there again when it closes.
    pub under: Option<Box<Mode>>,
    /// What is remembered when it closes, so that it never shows again.
    pub remembers: Option<&'static str>,
}

impl Sheet {
    /// Whether it shows only a part of its lines.
    pub fn is_cut(&self, screen: &Screen) -> bool {
        self.lines.len() > usize::from(inside(self.area(screen)).height)
    }

    /// Where it stands in a window.
    pub fn area(&self, screen: &Screen) -> Area {
        let width = screen.columns.saturating_sub(4).min(96);
        screen.middle(width, (self.lines.len() + 2).clamp(usize::from(FRAMED_ROWS), usize::from(u16::MAX)) as u16)
    }
}

/// What takes the keys.
#[derive(Debug, Clone, Default)]
pub enum Mode {
    /// The panes.
    #[default]
    Read,
    /// The letter of a code is awaited.
    CodeKey,
    /// A list to choose from.
    Pick(Box<Picker>),
    /// A text being written.
    Edit(Editor, Purpose),
    /// A text to read.
    Show(Sheet),
    /// A table of passages.
    Table,
}

impl Mode {
    /// Its table in the keymap.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Read | Self::CodeKey => "read",
            Self::Pick(_) => "pick",
            Self::Edit(_, Purpose::Memo(_)) => "edit",
            Self::Edit(_, Purpose::Line { .. }) => "line",
            Self::Show(_) => "show",
            Self::Table => "table",
        }
    }

    /// Whether a single line is asked for.
    pub fn is_line(&self) -> bool {
        matches!(self, Self::Edit(_, Purpose::Line { .. }))
    }

    /// Whether letters are written.
    pub fn is_writing(&self) -> bool {
        matches!(self, Self::Pick(_) | Self::Edit(..))
    }
}

/// The line that tells the coder something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What.
    pub text: String,
    /// Whether it went wrong.
    pub is_error: bool,
}

/// What the shell knows at the moment of an input: no command asks a clock or a die.
#[derive(Debug, Clone, Copy, Default)]
pub struct Moment {
    /// The time.
    pub now: Time,
    /// 128 random bits.
    pub chance: u128,
}

/// A click, to know the second and third of a series by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Click {
    /// Where: column, row.
    pub at: (u16, u16),
    /// When.
    pub now: Time,
    /// Which of the series, from 1.
    pub n: usize,
    /// The letter it hit, for dragging.
    pub letter: Span,
    /// The edge it hit, for moving it.
    pub edge: Option<Edge>,
    /// The annotation whose boundaries were being changed: a drag goes on with that.
    pub reshaping: Option<AnnotationId>,
}

/// What is on its way to the disk, or was asked about.
#[derive(Debug, Clone, Default)]
pub struct Keeping {
    /// A memo that is being kept; it comes back into the editor if it can't be.
    pub unsaved: Option<(Subject, String)>,
    /// Of several steps back or forward at once: how many in all, and how many are still to come.
    pub steps: (usize, usize),
    /// Whether something is on its way to the disk.
    pub is_saving: bool,
    /// Whether the coder was asked if a step back is meant.
    pub is_asked: bool,
    /// Whether they were asked just before this key.
    pub was_asked: bool,
    /// The document whose coder was asked whether it is finished.
    pub finishing: Option<DocumentId>,
    /// What to tell when it is kept, where that is more than what changed.
    pub telling: Option<String>,
    /// A text whose writer was asked whether to drop it.
    pub dropping: Option<String>,
}

/// What a command of a moment ago left for the next one.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// The code that was used last.
    pub last_code: Option<CodeId>,
    /// The phrase looked for.
    pub phrase: String,
    /// The annotation whose boundaries are being changed.
    pub reshaping: Option<AnnotationId>,
    /// What is on its way to the disk.
    pub keeping: Keeping,
    /// Where the cursor was before it went far, the last one last: document and byte.
    pub places: Vec<(DocumentId, usize)>,
    /// Whether the cursor went elsewhere and is to be brought into sight.
    pub follows: bool,
    /// How far the list of annotations was scrolled by the wheel, in rows.
    pub panel_scroll: isize,
    /// The last click.
    pub click: Click,
    /// The pair as it stands side by side.
    pub beside: Beside,
    /// How much of each document was ever shown, in per cent.
    pub read_percent: BTreeMap<DocumentId, usize>,
}

/// Where in the lessons of the tutor somebody is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tutor {
    /// Which lesson, from 0.
    pub step: usize,
    /// The commands that were run since it began.
    pub seen: Vec<&'static str>,
}

/// Places that are remembered to go back to.
const MAX_PLACES: usize = 100;

/// Notices that are remembered.
const MAX_LOG: usize = 100;

/// What is open now.
#[derive(Debug, Clone, Default)]
pub struct Session {
    /// Whose project.
    pub about: About,
    /// What all coders share.
    pub shared: Shared,
    /// How many annotations there are.
    pub counts: AllCounts,
    /// The left and the right pane.
    pub panes: [Pane; 2],
    /// Which pane has the keys: 0 or 1.
    pub focus: usize,
    /// How the window is parted.
    pub screen: Screen,
    /// The keys.
    pub keys: Keys,
    /// What takes them.
    pub mode: Mode,
    /// What corresponds in the two texts, once it is known.
    pub alignment: Option<Arc<PairAlignment>>,
    /// Where a query stands in all documents.
    pub hits: Hits,
    /// A query that is put together.
    pub building: Building,
    /// The table that was counted last.
    pub table: Tabling,
    /// What lists hold beside passages.
    pub lists: Lists,
    /// How coders are compared.
    pub comparing: Comparing,
    /// What is told.
    pub note: Option<Note>,
    /// What was told, the newest last.
    pub log: Vec<Note>,
    /// What is worked on.
    pub task: Option<Task>,
    /// What the coder set.
    pub settings: Settings,
    /// The lessons, while they are given.
    pub tutor: Option<Tutor>,
    /// What was done a moment ago, and when now is.
    pub now: (Work, Moment),
}

impl Session {
    /// The pane that has the keys.
    pub fn pane(&self) -> &Pane {
        &self.panes[self.focus & 1]
    }

    /// The pane that has the keys, to change it.
    pub fn pane_mut(&mut self) -> &mut Pane {
        &mut self.panes[self.focus & 1]
    }

    /// What was done a moment ago.
    pub fn work(&mut self) -> &mut Work {
        &mut self.now.0
    }

    /// Where everything stands.
    pub fn areas(&self) -> Areas {
        let n_annotations = self.panes.iter().map(|pane| pane.layer.len()).max();
        self.screen.areas(self.focus, n_annotations.unwrap_or(0))
    }

    /// Tells the coder something.
    pub fn tell(&mut self, text: impl Into<String>) {
        self.note(Note { text: text.into(), is_error: false });
    }

    /// Tells the coder that something went wrong.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.note(Note { text: text.into(), is_error: true });
    }

    fn note(&mut self, note: Note) {
        if self.log.last() != Some(&note) {
            self.log.push(note.clone());
        }
        if self.log.len() > MAX_LOG {
            self.log.remove(0);
        }
        self.note = Some(note);
    }

    /// Runs a command by its name, if it applies. What was chosen in a list is for where the list was opened.
    pub fn run(&mut self, name: &str, args: &Args) -> Outcome {
        let command = self.keys.command(name).ok_or(say!("there is no such command"))?;
        if args.choice.is_none() {
            (command.when)(self)?;
        }
        let outcome = (command.run)(self, args);
        if outcome.is_ok()
            && let Some(tutor) = &mut self.tutor
        {
            tutor.seen.push(command.name);
        }
        outcome
    }

    /// Refuses unless something can be kept now.
    pub fn may_write(&self) -> Result<(), Refusal> {
        match &self.about.read_only {
            Some(why) => Err(say!("read-only: {why}", why).into()),
            None if !self.about.is_ready => Err(say!("the project is still being opened; a moment").into()),
            None => Ok(()),
        }
    }

    /// The pane that shows a document; the one with the keys if both do.
    pub fn pane_of(&self, document: &DocumentId) -> Option<usize> {
        let focus = self.focus & 1;
        [focus, 1 - focus].into_iter().find(|side| self.panes[*side].document == *document)
    }

    /// The rows of the screen where what is selected stands: the first, and the one behind the last.
    fn selected_rows(&self) -> (u16, u16) {
        let (pane, body) = (self.pane(), self.areas().bodies[self.focus & 1]);
        let is_selected = |row: &crate::app::view::ShownRow| row.span().overlaps(pane.probe());
        let rows = &pane.view.rows;
        let (Some(first), Some(last)) = (rows.iter().position(is_selected), rows.iter().rposition(is_selected)) else {
            return (0, 0);
        };
        (body.y + first as u16, body.y + last as u16 + 1)
    }

    /// Remembers where the cursor is, before it goes far.
    pub fn leave_mark(&mut self) {
        let pane = self.pane();
        let place = (pane.document.clone(), pane.selection.head.start);
        // Each place once: going back never leads to and fro between two.
        let places = &mut self.work().places;
        places.retain(|known| *known != place);
        places.push(place);
        if places.len() > MAX_PLACES {
            places.remove(0);
        }
    }

    /// Lays out the rows of both panes for the window; the cursor is brought into sight where it moved, and the other
    /// pane goes along.
    pub fn arrange(&mut self, follow: bool) {
        let areas = self.areas();
        beside::lay(self, &areas);
        let leader = beside::leader(self);
        for side in [leader, 1 - leader] {
            let body = areas.bodies[side];
            if body.width == 0 {
                continue;
            }
            let columns = self.screen.text_columns(body);
            let pane = &mut self.panes[side];
            let text = pane.text.clone();
            pane.view.resize(&text, usize::from(columns), usize::from(body.height));
            if follow && side == self.focus && !text.is_empty() {
                pane.bring_into_sight();
            }
            if side != leader {
                beside::follow(self);
            }
            let pane = &mut self.panes[side];
            pane.view.fill(&text);
            pane.read_to = pane.read_to.max(pane.view.shown().end);
            let percent = (pane.read_to * 100 / pane.text.len().max(1)).min(100);
            let known = self.now.0.read_percent.get(&pane.document).copied().unwrap_or(0);
            if percent > known {
                self.now.0.read_percent.insert(pane.document.clone(), percent);
            }
        }
        self.screen.selected_rows = self.selected_rows();
    }
}
