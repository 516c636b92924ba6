//! Writing: what the keys do in memos, prompts and the queries of lists.

use crate::app::coding;
use crate::app::command::{Args, Command, DONE, Group, Outcome};
use crate::app::editor::{Editor, Place};
use crate::app::effect::Effect;
use crate::app::key::{Key, KeyCode};
use crate::app::remembering;
use crate::app::retrieving;
use crate::app::session::{Mode, Purpose, Session, Subject};
use crate::say;

/// While a text is written.
pub const GROUP: Group = Group {
    title: "Writing",
    mode: "write",
    commands: &[
        Command::of("cursor-left", "go a letter left", |s, _| go(s, Place::Left, false)),
        Command::of("cursor-right", "go a letter right", |s, _| go(s, Place::Right, false)),
        Command::of("cursor-up", "go a line up", |s, _| go(s, Place::Above, false)),
        Command::of("cursor-down", "go a line down", |s, _| go(s, Place::Below, false)),
        Command::of("word-left", "go a word left", |s, _| go(s, Place::WordLeft, false)),
        Command::of("word-right", "go a word right", |s, _| go(s, Place::WordRight, false)),
        Command::of("line-start", "go to the start of the line", |s, _| go(s, Place::LineStart, false)),
        Command::of("line-end", "go to the end of the line", |s, _| go(s, Place::LineEnd, false)),
        Command::of("text-start", "go to the start of what is written", |s, _| go(s, Place::Start, false)),
        Command::of("text-end", "go to the end of what is written", |s, _| go(s, Place::End, false)),
        Command::of("select-left", "select a letter to the left", |s, _| go(s, Place::Left, true)),
        Command::of("select-right", "select a letter to the right", |s, _| go(s, Place::Right, true)),
        Command::of("select-up", "select a line up", |s, _| go(s, Place::Above, true)),
        Command::of("select-down", "select a line down", |s, _| go(s, Place::Below, true)),
        Command::of("select-word-left", "select a word to the left", |s, _| go(s, Place::WordLeft, true)),
        Command::of("select-word-right", "select a word to the right", |s, _| go(s, Place::WordRight, true)),
        Command::of("select-line-start", "select to the start of the line", |s, _| go(s, Place::LineStart, true)),
        Command::of("select-line-end", "select to the end of the line", |s, _| go(s, Place::LineEnd, true)),
        Command::of("select-all", "select all that is written", |s, _| change(s, Editor::select_all)),
        Command::of("erase-left", "delete the letter before the cursor", |s, _| erase(s, Place::Left)),
        Command::of("erase-right", "delete the letter at the cursor", |s, _| erase(s, Place::Right)),
        Command::of("erase-word-left", "delete the word before the cursor", |s, _| erase(s, Place::WordLeft)),
        Command::of("erase-word-right", "delete the word behind the cursor", |s, _| erase(s, Place::WordRight)),
        Command::of("erase-to-line-start", "delete to the start of the line", |s, _| erase(s, Place::LineStart)),
        Command::of("erase-to-line-end", "delete to the end of the line", |s, _| erase(s, Place::LineEnd)),
        Command::of("cut-text", "cut what is selected", cut_text),
        Command::of("copy-text", "copy what is selected, else go back from a list or a line", copy_text),
        Command::of("paste-text", "paste what was copied", paste_text),
        Command::of("undo-text", "take the last change of the text back", |s, _| change(s, Editor::undo)),
        Command::of("redo-text", "bring back what undo took of the text", |s, _| change(s, Editor::redo)),
    ],
};

/// In a memo.
pub const MEMO: Group = Group {
    title: "In a memo",
    mode: "edit",
    commands: &[
        Command::of("keep-text", "keep what is written", keep_text),
        Command::of("write-outside", "go on writing in your own editor (EDITOR)", write_outside),
        Command::of("drop-text", "go back without what was written; asks once", drop_text),
    ],
};

/// Does something to the text that is written, if one is.
fn change(session: &mut Session, deed: impl FnOnce(&mut Editor)) -> Outcome {
    match &mut session.mode {
        Mode::Pick(picker) => {
            let before = picker.query.text().to_owned();
            deed(&mut picker.query);
            if picker.query.text() != before {
                picker.search();
            }
        }
        Mode::Edit(editor, _) => deed(editor),
        _ => {}
    }
    DONE
}

/// The text that is written, if one is.
fn written(session: &Session) -> Option<&Editor> {
    match &session.mode {
        Mode::Pick(picker) => Some(&picker.query),
        Mode::Edit(editor, _) => Some(editor),
        _ => None,
    }
}

fn go(session: &mut Session, place: Place, is_selecting: bool) -> Outcome {
    change(session, |editor| editor.go(place, is_selecting))
}

fn erase(session: &mut Session, place: Place) -> Outcome {
    change(session, |editor| {
        // A whole line is meant whatever of it is selected.
        if matches!(place, Place::LineStart | Place::LineEnd) {
            editor.deselect();
        }
        editor.delete(place);
    })
}

fn cut_text(session: &mut Session, _: &Args) -> Outcome {
    let selected = written(session).map_or("", Editor::selected_text).to_owned();
    if selected.is_empty() {
        return Err(say!("select something to cut: Shift with the arrows").into());
    }
    change(session, |editor| editor.insert(""))?;
    Ok(vec![Effect::Copy(selected)])
}

fn copy_text(session: &mut Session, _: &Args) -> Outcome {
    let selected = written(session).map_or("", Editor::selected_text).to_owned();
    match (selected.is_empty(), &session.mode) {
        (false, _) => Ok(vec![Effect::Copy(selected)]),
        (true, Mode::Edit(_, Purpose::Memo(_))) => {
            let (keep, drop) = (session.keys.hint("edit", "keep-text"), session.keys.hint("edit", "drop-text"));
            Err(say!("nothing is selected to copy; {keep} keeps the memo, {drop} drops it", keep, drop).into())
        }
        _ => {
            session.mode = Mode::Read;
            DONE
        }
    }
}

fn paste_text(_: &mut Session, _: &Args) -> Outcome {
    Ok(vec![Effect::Fetch])
}

/// Keeps a memo, or takes a line to the command that asked for it.
pub fn keep_text(session: &mut Session, _: &Args) -> Outcome {
    let Mode::Edit(editor, purpose) = std::mem::take(&mut session.mode) else {
        return DONE;
    };
    let (name, choice, subject) = match &purpose {
        Purpose::Memo(subject) => (None, editor.text().to_owned(), Some(subject.clone())),
        Purpose::Line { command, about, .. } if about.is_empty() => (Some(*command), editor.text().to_owned(), None),
        Purpose::Line { command, about, .. } => (Some(*command), format!("{about}={}", editor.text()), None),
    };
    let outcome = match (name, subject) {
        (Some(name), _) => session.run(name, &Args::choice(choice)),
        (None, Some(Subject::Annotation(id))) => {
            session.pane_mut().current = Some(id);
            session.run("memo", &Args::choice(choice))
        }
        (None, Some(Subject::Code(id, field))) => coding::keep_field(session, &id, field, &choice),
        (None, Some(subject)) => remembering::keep(session, &subject, &choice),
        (None, None) => DONE,
    };
    if outcome.is_err() {
        session.mode = Mode::Edit(editor, purpose); // nothing that was written is lost by a refusal
        retrieving::point_at_mistake(session);
    }
    outcome
}

fn write_outside(session: &mut Session, _: &Args) -> Outcome {
    match written(session) {
        Some(editor) => Ok(vec![Effect::Compose(editor.text().to_owned())]),
        None => DONE,
    }
}

fn drop_text(session: &mut Session, _: &Args) -> Outcome {
    let (Mode::Edit(editor, Purpose::Memo(subject)), text) = (&session.mode, written(session).map_or("", Editor::text))
    else {
        session.mode = Mode::Read;
        return DONE;
    };
    let known = remembering::known(session, subject);
    let is_told = session.now.0.keeping.dropping.as_deref() == Some(editor.text());
    if text == known || is_told {
        (session.work().keeping.dropping, session.mode) = (None, Mode::Read);
        return DONE;
    }
    session.work().keeping.dropping = Some(text.to_owned());
    let (keep, drop) = (session.keys.hint("edit", "keep-text"), session.keys.hint("edit", "drop-text"));
    Err(say!("{drop} again drops what you wrote, {keep} keeps it", drop, keep).into())
}

/// Takes a key that no binding wanted: it is written, if it is a letter.
pub fn write_key(session: &mut Session, key: Key) {
    let typed = key.typed().map(String::from);
    let text = typed.or_else(|| (key.code == KeyCode::Named("Enter")).then(|| "\n".to_owned()));
    if let Some(text) = text {
        let _ = change(session, |editor| editor.insert(&text));
    }
}

/// Takes a pasted text where one is being written; tells whether it was taken.
pub fn paste(session: &mut Session, text: &str) -> bool {
    let is_writing = written(session).is_some();
    let _ = change(session, |editor| editor.insert(text));
    is_writing
}

/// Takes what the coder's own editor wrote.
pub fn composed(session: &mut Session, text: &str) {
    let _ = change(session, |editor| editor.rewrite(text.trim_end_matches('\n')));
}
