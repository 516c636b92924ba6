//! Which keys help now: in the last row, and while a sequence of keys is being typed.

use crate::app::key::Key;
use crate::app::keymap::Meaning;
use crate::app::reworking::{self, Work};
use crate::app::screen::Area;
use crate::app::session::{Mode, Purpose, Session};
use crate::app::tagging::mark_of;
use crate::text::width::columns;
use crate::words;

/// Hints shown at most, beside the one for all keys.
const MAX_HINTS: usize = 6;

/// Commands and the words that hint at them.
pub type Hints = &'static [(&'static str, &'static str)];

const READING: Hints = &[
    ("tag", "tag"),
    ("tag-by-key", "tag by letter"),
    ("extend", "extend"),
    ("open-document", "documents"),
    // Where there is a counterpart; behind the others, which stay in their places when it is found.
    ("tag-both", "tag both"),
    ("search", "search"),
];
const AT_ANNOTATION: Hints = &[
    ("take-proposal", "as proposed"),
    ("memo", "memo"),
    ("recode", "other code"),
    ("reshape", "boundaries"),
    ("delete-annotation", "delete"),
];
/// A colleague's annotation is theirs to change.
const AT_COLLEAGUES: Hints = &[
    ("accept", "accept"),
    ("reject", "reject"),
    ("propose", "propose"),
    ("comment", "comment"),
    ("switch-annotation", "next here"),
    ("tag", "tag"),
];
const COMPARING: Hints = &[
    ("next-difference", "next difference"),
    ("settle", "settle"),
    ("overlay", "overlay"),
    ("compare-only", "only…"),
    ("comment", "comment"),
    ("compare", "stop comparing"),
];
const EXTENDING: Hints =
    &[("tag", "tag"), ("extend-letter", "+letter"), ("swap-ends", "other end"), ("cancel", "drop")];
const RESHAPING: Hints =
    &[("confirm", "set"), ("extend-letter", "+letter"), ("swap-ends", "other end"), ("cancel", "as it was")];
const ADJUSTING: Hints =
    &[("confirm", "set"), ("extend", "extend"), ("extend-letter", "+letter"), ("cancel", "as it was")];
const EMPTY: Hints = &[("open-document", "documents"), ("palette", "commands"), ("quit", "leave")];
const READ_ONLY: Hints = &[
    ("open-document", "documents"),
    ("search", "search"),
    ("next-annotation", "next annotation"),
    ("list-annotations", "annotations"),
];
const PICKING: Hints = &[("choose", "take"), ("next-row", "down"), ("close", "back")];
const MARKING: Hints = &[
    ("choose", "take"),
    // These apply in their own lists only.
    ("tag-hits", "tag them"),
    ("recode-hits", "other code"),
    ("accept-rows", "accept"),
    ("dismiss-rows", "dismiss"),
    ("sort-by-right", "sort"),
    ("mirror-rows", "mirror"),
    ("no-counterpart-rows", "no counterpart"),
    ("mark-row", "mark several"),
    ("next-row", "down"),
    ("close", "back"),
];
/// Of passages whose place is doubtful.
const DOUBTING: Hints = &[
    ("choose", "look"),
    ("accept-rows", "place is right"),
    ("recode-hits", "other code"),
    ("mark-row", "mark several"),
    ("next-row", "down"),
    ("close", "back"),
];
/// Of passages whose code's definition changed.
const REREADING: Hints = &[
    ("choose", "look"),
    ("accept-rows", "still stands"),
    ("recode-hits", "other code"),
    ("mark-row", "mark several"),
    ("next-row", "down"),
    ("close", "back"),
];
const WRITING: Hints = &[("keep-text", "keep"), ("drop-text", "drop"), ("write-outside", "your editor")];
const ASKING: Hints = &[("keep-text", "go"), ("close", "back")];
const SHOWING: Hints = &[("close", "back"), ("next-row", "down"), ("next-rows", "further")];
const COUNTING: Hints = &[
    ("open-cell", "passages"),
    ("next-measure", "measure"),
    ("sort-table", "sort"),
    ("narrow-table", "only…"),
    ("write-table", "write"),
    ("close", "back"),
];
const WAITING: Hints = &[("cancel", "back")];
const GOING_ON: Hints = &[("close", "go on")];
const KEYS: &str = "keys";

/// All hints, for those who translate them.
pub const ALL: [Hints; 20] = [
    READING,
    AT_ANNOTATION,
    AT_COLLEAGUES,
    COMPARING,
    EXTENDING,
    RESHAPING,
    ADJUSTING,
    EMPTY,
    READ_ONLY,
    PICKING,
    MARKING,
    DOUBTING,
    REREADING,
    WRITING,
    ASKING,
    SHOWING,
    COUNTING,
    WAITING,
    GOING_ON,
    &[("help", KEYS)],
];

/// A hint in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The command.
    pub command: &'static str,
    /// Its keys as they are bound now.
    pub keys: String,
    /// What it does, in a word or two.
    pub words: &'static str,
    /// Its first column.
    pub x: u16,
    /// Its columns.
    pub width: u16,
}

/// The keys that help now, in a row of the screen; the way to all other keys is the last and is never cut.
pub fn placed(session: &Session, line: Area) -> Vec<Hint> {
    let mode = session.mode.name();
    let mut hints = Vec::new();
    let all = made(session, mode, "help", KEYS, 0);
    let end = line.x + line.width;
    let all_x = end.saturating_sub(all.width + 1);
    let mut x = line.x + 1;
    for (command, words) in applicable(session).into_iter().take(MAX_HINTS) {
        let hint = made(session, mode, command, words, x);
        if !hint.keys.is_empty() && x + hint.width < all_x {
            x += hint.width + 3;
            hints.push(hint);
        }
    }
    // While a key is awaited, one for help would be taken for it.
    let is_awaited = matches!(session.mode, Mode::CodeKey) || !session.keys.typed.is_empty();
    if !all.keys.is_empty() && all.width < line.width && !is_awaited {
        hints.push(Hint { x: all_x, ..all });
    }
    hints
}

fn made(session: &Session, mode: &str, command: &'static str, words: &'static str, x: u16) -> Hint {
    let words = words::of(words);
    let keys = session.keys.hint(mode, command);
    let width = (columns(&keys) + columns(words) + 1) as u16;
    Hint { command, keys, words, x, width }
}

fn applicable(session: &Session) -> Vec<(&'static str, &'static str)> {
    let pane = session.pane();
    let hints = match &session.mode {
        Mode::Pick(picker) if picker.marks.is_some() => match reworking::listed(session) {
            Some(Work::Doubtful) => DOUBTING,
            Some(Work::ToReread) => REREADING,
            None => MARKING,
        },
        Mode::Pick(_) => PICKING,
        Mode::Edit(_, Purpose::Memo(_)) => WRITING,
        Mode::Edit(..) => ASKING,
        Mode::Show(sheet) if sheet.is_cut(&session.screen) => SHOWING,
        Mode::Show(_) => GOING_ON,
        Mode::Table => COUNTING,
        Mode::CodeKey => WAITING,
        Mode::Read if !session.keys.typed.is_empty() => WAITING,
        Mode::Read if pane.text.is_empty() => EMPTY,
        Mode::Read if session.about.read_only.is_some() => READ_ONLY,
        Mode::Read if session.now.0.beside.adjusting.is_some() => ADJUSTING,
        Mode::Read if session.now.0.reshaping.is_some() => RESHAPING,
        Mode::Read if pane.selection.is_extending => EXTENDING,
        Mode::Read if session.comparing.is_on => COMPARING,
        Mode::Read => match pane.annotation() {
            None => READING,
            Some(annotation) if annotation.coder == session.about.coder => AT_ANNOTATION,
            Some(_) => AT_COLLEAGUES,
        },
    };
    let applies = |name: &str| session.keys.command(name).is_some_and(|command| (command.when)(session).is_ok());
    hints.iter().copied().filter(|(name, _)| applies(name)).collect()
}

/// A key that may follow, and what it does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Following {
    /// The key or keys.
    pub keys: String,
    /// What they do.
    pub words: String,
    /// A code's colour as `#rrggbb`; empty for commands.
    pub colour: String,
}

/// What may be typed next while a sequence is pending, or while the letter of a code is awaited.
pub fn following(session: &Session) -> Vec<Following> {
    if matches!(session.mode, Mode::CodeKey) {
        let book = &session.shared.codebook;
        let codes = book.in_use().filter(|code| !code.key.is_empty());
        return codes
            .map(|code| Following {
                keys: mark_of(code),
                words: code.called().to_owned(),
                colour: book.colour(&code.id).to_owned(),
            })
            .collect();
    }
    if session.keys.typed.is_empty() {
        return Vec::new();
    }
    let rows = session.keys.keymap.following(session.mode.name(), &session.keys.typed);
    let applies = rows.into_iter().filter_map(|(keys, name)| {
        let command = session.keys.command(name).filter(|command| (command.when)(session).is_ok())?;
        Some(Following {
            keys: session.keys.shown(keys),
            words: words::of(command.help).to_owned(),
            colour: String::new(),
        })
    });
    applies.collect()
}

/// What a key means where the coder is: in the mode's own table, else in that of all writing.
pub fn meaning<'a>(session: &'a Session, typed: &[Key]) -> Meaning<'a> {
    let keymap = &session.keys.keymap;
    match keymap.find(session.mode.name(), typed) {
        Meaning::Nothing if session.mode.is_writing() => keymap.find("write", typed),
        meaning => meaning,
    }
}
