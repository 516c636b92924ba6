//! The lessons of `tanba tutor`: what is told, and what the reader must do to go on.

use crate::app::session::{Mode, Session};
use crate::model::annotation::Counterpart;
use crate::text::wrap;
use crate::words;

/// When a lesson is done.
#[derive(Debug, Clone, Copy)]
enum Done {
    /// These commands were run, each so often.
    Ran(&'static [(&'static str, usize)]),
    /// This is so.
    When(fn(&Session) -> bool),
}

/// One lesson.
#[derive(Debug, Clone, Copy)]
pub struct Lesson {
    /// Its heading.
    pub title: &'static str,
    /// What is told, with the keys as [`crate::app::session::Keys::filled`] puts them in.
    pub text: &'static str,
    done: Done,
}

/// All lessons, in their order.
pub const LESSONS: &[Lesson] = &[
    Lesson {
        title: "Moving",
        text: "Two texts stand side by side, English and Kazakh (above each other in a narrow window). The cursor is a whole sentence, marked ▌ on the left. \
               {next-segment} goes to the next one, {previous-segment} back. Go three sentences down.",
        done: Done::Ran(&[("next-segment", 3)]),
    },
    Lesson {
        title: "Smaller and larger",
        text: "{shrink} makes the cursor a word, {grow} a sentence again. {next-word} and {previous-word} \
               walk by words at any time. Try {shrink}, then {grow}.",
        done: Done::Ran(&[("shrink", 1), ("grow", 1)]),
    },
    Lesson {
        title: "Several sentences",
        text: "{extend} holds one end of the selection, and every motion moves the other. Press {extend}, then {next-segment}. \
               ({extend-letter} and {retract-letter} move the end letter by letter, {cancel} drops it.)",
        done: Done::When(|s| s.pane().selection.is_extending && s.pane().selection.anchor != s.pane().selection.head),
    },
    Lesson {
        title: "Tagging",
        text: "This is what you came for. {tag} tags what is selected: type a few letters of a code in any language, \
               say “slack”, and {pick:choose} takes it. A name that is new makes a new code.",
        done: Done::When(|s| n_own(s) >= 1),
    },
    Lesson {
        title: "Tagging by a letter",
        text: "Codes have letters, and you will know them soon. Go to another sentence; {tag-by-key} shows the letters, \
               and one of them tags. ({tag-again} tags with the code used last.)",
        done: Done::When(|s| n_own(s) >= 2),
    },
    Lesson {
        title: "A memo",
        text: "Why did you tag it so? With the cursor on your annotation {memo} opens a memo. Write a word or two; \
               {edit:keep-text} keeps it. Everything is on the disk before the screen says so.",
        done: Done::When(|s| own(s).any(|memo| !memo.is_empty())),
    },
    Lesson {
        title: "Nothing is final",
        text: "{undo} takes the last change back, as often as you like, also tomorrow; {redo} brings it again. Try both. \
               On an annotation, {recode} gives it another code, {reshape} other boundaries, {delete-annotation} deletes it.",
        done: Done::Ran(&[("undo", 1), ("redo", 1)]),
    },
    Lesson {
        title: "Finding your way",
        text: "{next-annotation} and {previous-annotation} walk from annotation to annotation, {list-annotations} lists them. \
               Colleagues' annotations are shown too; only they can change them. Go to the next one, then open the list.",
        done: Done::Ran(&[("next-annotation", 1), ("list-annotations", 1)]),
    },
    Lesson {
        title: "Searching",
        text: "{search} looks for words, capitals and accents aside; {next-match} goes on. Look for “like”, and go on. \
               Your keyboard may stay Kazakh or Russian: the key at the same place counts.",
        done: Done::Ran(&[("search", 2), ("next-match", 1)]),
    },
    Lesson {
        title: "The other text",
        text: "{other-pane} goes to the Kazakh text, and back. {open-document} opens another document with its translation. \
               Go to the other pane.",
        done: Done::Ran(&[("other-pane", 1)]),
    },
    Lesson {
        title: "Both languages at once",
        text: "What says the same in the other text is always marked there; {go-to-counterpart} goes to it. {tag-both} tags the \
               sentence and its counterpart with one code, as a linked pair. Try it on a sentence. ({toggle-rows} lets linked \
               sentences start level with each other.)",
        done: Done::When(linked),
    },
    Lesson {
        title: "Everything else",
        text: "You need not remember keys: {palette} lists all commands; type what you want to do. {help} shows all keys, \
               and the last row of the screen those that help now. Open the list of commands, and go back ({pick:close}).",
        done: Done::Ran(&[("palette", 1), ("close", 1)]),
    },
    Lesson {
        title: "That was all",
        text: "Your own study: tanba init study, then tanba add FILE… in it, then tanba. Export with \
               tanba export. Nothing of this lesson is kept. {quit} leaves.",
        done: Done::Ran(&[("quit", 1)]),
    },
];

fn own(session: &Session) -> impl Iterator<Item = &str> {
    let all = session.panes.iter().flat_map(|pane| pane.layer.all());
    all.filter(|p| p.annotation.coder == session.about.coder).map(|p| p.annotation.memo.as_str())
}

/// Whether the coder linked an annotation with its counterpart.
fn linked(session: &Session) -> bool {
    let mut all = session.panes.iter().flat_map(|pane| pane.layer.all());
    all.any(|p| p.annotation.coder == session.about.coder && matches!(p.annotation.counterpart, Counterpart::Is(_)))
}

fn n_own(session: &Session) -> usize {
    own(session).count()
}

/// The lesson of that number, or the last.
pub fn lesson(step: usize) -> &'static Lesson {
    LESSONS.get(step).unwrap_or(&LESSONS[LESSONS.len() - 1])
}

/// Goes to the next lesson.
pub fn go_on(session: &mut Session) {
    if let Some(tutor) = &mut session.tutor {
        tutor.step = (tutor.step + 1).min(LESSONS.len() - 1);
        tutor.seen.clear();
    }
}

/// Goes to the next lesson where this one is done. A list or a sheet that lies open is looked at first.
pub fn follow(session: &mut Session) {
    let Some(tutor) = &session.tutor else { return };
    let n_seen = |name| tutor.seen.iter().filter(|seen| **seen == name).count();
    let is_done = match lesson(tutor.step).done {
        Done::Ran(commands) => commands.iter().all(|(name, n)| n_seen(*name) >= *n),
        Done::When(is_so) => is_so(session),
    };
    if is_done && matches!(session.mode, Mode::Read | Mode::Pick(_)) && session.keys.typed.is_empty() {
        go_on(session);
    }
}

/// Columns of a lesson's text at most, and what is left free beside it.
const MAX_COLUMNS: u16 = 110;
const MARGIN_COLUMNS: u16 = 4;

/// The columns of a lesson's text in a window of so many.
pub fn text_columns(columns: u16) -> usize {
    usize::from(columns.saturating_sub(MARGIN_COLUMNS).clamp(8, MAX_COLUMNS))
}

/// The rows that the lesson needs: its heading and its text; none where none is given.
pub fn n_rows(session: &Session) -> u16 {
    let Some(tutor) = &session.tutor else { return 0 };
    let text = told(session, lesson(tutor.step));
    1 + wrap::rows(&text, text_columns(session.screen.columns)).len().max(3) as u16
}

/// A lesson's text with the keys as they are bound now.
pub fn told(session: &Session, lesson: &Lesson) -> String {
    session.keys.filled(words::of(lesson.text))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn every_command_that_a_lesson_names_has_a_key() {
        for keymap in crate::app::keymap::BUNDLED {
            let mut session = Session::default();
            let (read, mistakes) = crate::app::keymap::Keymap::bundled(keymap.name, &|_| true);
            session.keys.keymap = read;
            assert_eq!(mistakes, []);
            for lesson in LESSONS {
                for name in lesson.text.split(['{', '}']).skip(1).step_by(2) {
                    let (mode, command) = name.split_once(':').unwrap_or(("read", name));
                    assert!(!session.keys.hint(mode, command).is_empty(), "{}: {name}", keymap.name);
                }
                assert!(!told(&session, lesson).contains('{'));
            }
        }
    }
}
