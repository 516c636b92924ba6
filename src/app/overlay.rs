//! What lies over the panes: lists, texts being written, texts to read.

use crate::app::command::{Args, Command, DONE, Group, Outcome};
use crate::app::key::{Key, KeyCode};
use crate::app::picker::{PickRow, Picker};
use crate::app::session::{Mode, Purpose, Session, Sheet};

/// Rows that a page key moves by.
const PAGE_ROWS: isize = 10;

/// Help and palette.
pub const GROUP: Group = Group {
    title: "Help",
    mode: "read",
    commands: &[
        Command { name: "palette", help: "list all commands and run one", run: palette },
        Command { name: "help", help: "show all keys", run: help },
    ],
};

/// In lists and while writing.
pub const INSIDE: Group = Group {
    title: "In lists",
    mode: "pick",
    commands: &[
        Command { name: "choose", help: "take the chosen row", run: choose },
        Command { name: "next-row", help: "go to the next row", run: next_row },
        Command { name: "previous-row", help: "go to the previous row", run: previous_row },
        Command { name: "next-rows", help: "go some rows down", run: next_rows },
        Command { name: "previous-rows", help: "go some rows up", run: previous_rows },
        Command { name: "close", help: "go back and change nothing", run: close },
    ],
};

/// While writing.
pub const WRITING: Group = Group {
    title: "While writing a memo",
    mode: "edit",
    commands: &[Command { name: "keep-text", help: "keep what is written", run: keep_text }],
};

/// What the help explains beside the keys: headings, and rows of two columns.
const LEGENDS: &[(&str, &[(&str, &str)])] = &[
    (
        "Mouse",
        &[
            ("click", "puts the cursor; on a row of the list, goes to that annotation"),
            ("double click", "selects a word, a third click its sentence"),
            ("drag", "selects letter by letter"),
            ("wheel", "scrolls the pane under it"),
            ("Shift + drag", "is the terminal's own selection, to copy"),
        ],
    ),
    (
        "Marks",
        &[
            ("▌ ▸", "where the cursor is; which annotation the commands speak of"),
            ("s │", "an annotation: its code's letter, then a line along it; + for more than three"),
            ("• ¶", "an annotation at the cursor; one that has a memo"),
            ("· ○ ● ✓", "a document that is unread, read, tagged, done"),
        ],
    ),
];

fn palette(session: &mut Session, args: &Args) -> Outcome {
    if let Some(choice) = &args.choice {
        let command = session.keys.command(choice).ok_or("there is no such command")?;
        return (command.run)(session, &Args::default());
    }
    let keys = &session.keys;
    let groups = keys.groups.iter().filter(|group| group.mode == "read");
    let rows = groups.flat_map(|group| group.commands).filter(|c| c.name != "palette").map(|command| PickRow {
        value: command.name.to_owned(),
        text: command.help.to_owned(),
        detail: format!("{}  {}", keys.keymap.keys_of("read", command.name).join("  "), command.name),
        ..PickRow::default()
    });
    let picker = Picker::new("Run", "palette", rows.collect());
    session.mode = Mode::Pick(Box::new(picker));
    DONE
}

fn help(session: &mut Session, _: &Args) -> Outcome {
    let keys = &session.keys;
    let mut lines = Vec::new();
    for group in keys.groups {
        if !lines.is_empty() {
            lines.push((String::new(), String::new()));
        }
        lines.push((group.title.to_owned(), String::new()));
        for command in group.commands {
            let bound = keys.keymap.keys_of(group.mode, command.name).join("  ");
            lines.push((bound, command.help.to_owned()));
        }
    }
    for (heading, rows) in LEGENDS {
        lines.push((String::new(), String::new()));
        lines.push(((*heading).to_owned(), String::new()));
        lines.extend(rows.iter().map(|(left, right)| ((*left).to_owned(), (*right).to_owned())));
    }
    session.mode = Mode::Show(Sheet { title: "Keys".into(), lines, top: 0 });
    DONE
}

fn choose(session: &mut Session, _: &Args) -> Outcome {
    let Mode::Pick(picker) = std::mem::take(&mut session.mode) else {
        return DONE;
    };
    let choice = picker.choice().ok_or("nothing matches")?;
    let command = session.keys.command(picker.command).ok_or("there is no such command")?;
    (command.run)(session, &Args::choice(choice))
}

fn keep_text(session: &mut Session, _: &Args) -> Outcome {
    let Mode::Edit(editor, purpose) = std::mem::take(&mut session.mode) else {
        return DONE;
    };
    let name = match purpose {
        Purpose::Memo(id) => {
            session.pane_mut().current = Some(id);
            "memo"
        }
        Purpose::Line { command, .. } => command,
    };
    let command = session.keys.command(name).ok_or("there is no such command")?;
    let outcome = (command.run)(session, &Args::choice(editor.text()));
    if outcome.is_err() && matches!(purpose, Purpose::Memo(_)) {
        session.mode = Mode::Edit(editor, purpose); // nothing that was written is lost by a refusal
    }
    outcome
}

fn close(session: &mut Session, _: &Args) -> Outcome {
    if matches!(&session.mode, Mode::Edit(editor, Purpose::Memo(_)) if !editor.text().is_empty()) {
        session.tell("what was written in the memo is dropped");
    }
    session.mode = Mode::Read;
    DONE
}

fn go(session: &mut Session, n_rows: isize) -> Outcome {
    let rows = usize::from(session.screen.rows);
    match &mut session.mode {
        Mode::Pick(picker) => picker.go(n_rows),
        Mode::Show(sheet) => {
            let last = sheet.lines.len().saturating_sub(rows.saturating_sub(6));
            sheet.top = sheet.top.saturating_add_signed(n_rows).min(last);
        }
        _ => {}
    }
    DONE
}

fn next_row(session: &mut Session, _: &Args) -> Outcome {
    go(session, 1)
}

fn previous_row(session: &mut Session, _: &Args) -> Outcome {
    go(session, -1)
}

fn next_rows(session: &mut Session, _: &Args) -> Outcome {
    go(session, PAGE_ROWS)
}

fn previous_rows(session: &mut Session, _: &Args) -> Outcome {
    go(session, -PAGE_ROWS)
}

/// Takes a key that no binding of the overlay wanted: it writes or edits.
pub fn write_key(session: &mut Session, key: Key) {
    match &mut session.mode {
        Mode::Pick(picker) => {
            let before = picker.query.text().to_owned();
            edit(&mut picker.query, key, true);
            if picker.query.text() != before {
                picker.search();
            }
        }
        Mode::Edit(editor, purpose) => edit(editor, key, matches!(purpose, Purpose::Line { .. })),
        _ => {}
    }
}

fn edit(editor: &mut crate::app::editor::Editor, key: Key, is_single_line: bool) {
    match key.typed() {
        Some(c) => editor.insert(c.encode_utf8(&mut [0; 4]), is_single_line),
        None if key.code == KeyCode::Named("Enter") => editor.insert("\n", is_single_line),
        None => {
            editor.press(&key.to_string());
        }
    }
}

/// Takes a pasted text where one is being written; tells whether it was taken.
pub fn paste(session: &mut Session, text: &str) -> bool {
    match &mut session.mode {
        Mode::Pick(picker) => {
            picker.query.insert(text, true);
            picker.search();
            true
        }
        Mode::Edit(editor, purpose) => {
            editor.insert(text, matches!(purpose, Purpose::Line { .. }));
            true
        }
        _ => false,
    }
}
