//! What lies over the panes: lists and texts to read.

use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::effect::Effect;
use crate::app::picker::{PickRow, Picker};
use crate::app::screen::{FRAMED_ROWS, inside};
use crate::app::session::{Mode, Purpose, Session, Sheet};
use crate::app::setting;
use crate::app::tabling;
use crate::app::tutor;
use crate::say;
use crate::text::width::{columns, printable};
use crate::text::wrap;
use crate::words;

/// Rows that a page key moves by.
const PAGE_ROWS: isize = 10;

/// Help and palette.
pub const GROUP: Group = Group {
    title: "Help and settings",
    mode: "read",
    commands: &[
        Command::of("palette", "list all commands and run one", palette),
        Command::of("help", "show the keys that work here, then all others", help),
        Command::of("messages", "show what was told before, each in full", messages).also("errors, log, history"),
        Command::of("settings", "list what can be set, and set it", setting::settings)
            .also("preferences, options, configuration, keyboard"),
        Command::of("toggle-mouse", "leave the mouse to the terminal, or take it again", setting::toggle_mouse)
            .also("select, copy"),
        Command::of("skip-lesson", "go to the next lesson of the tutor", skip_lesson).when(tutored),
    ],
};

/// In lists.
pub const INSIDE: Group = Group {
    title: "In lists",
    mode: "pick",
    commands: &[
        Command::of("choose", "take the chosen row, or all marked ones", choose),
        Command::of("mark-row", "mark the row, to take several at once", mark_row),
        Command::of("next-row", "go to the next row", |s, _| go(s, 1)),
        Command::of("previous-row", "go to the previous row", |s, _| go(s, -1)),
        Command::of("next-rows", "go some rows down", |s, _| go(s, PAGE_ROWS)),
        Command::of("previous-rows", "go some rows up", |s, _| go(s, -PAGE_ROWS)),
        Command::of("first-row", "go to the first row", |s, _| go(s, isize::MIN / 2)),
        Command::of("last-row", "go to the last row", |s, _| go(s, isize::MAX / 2)),
        Command::of("close", "go back and change nothing", close),
    ],
};

/// What the help explains beside the keys: headings, and rows of two columns.
pub const LEGENDS: &[(&str, &[(&str, &str)])] = &[
    (
        "Mouse",
        &[
            ("click", "puts the cursor; on a row of a list, chooses it; on a lane, goes to that annotation"),
            ("double click", "selects a word, a third click its sentence; in a list, takes the row"),
            ("drag", "selects letter by letter; a pane's border moves"),
            ("wheel", "scrolls the pane or list under it"),
            ("last row", "a click on a hint does what it names"),
            ("Shift + drag", "is the terminal's own selection, to copy"),
        ],
    ),
    ("Names of keys", &[("C- A- S-", "with Ctrl, Alt, Shift held; keys with a blank between are pressed one by one")]),
    (
        "Marks",
        &[
            ("▌ ▸", "where the cursor is; which annotation the commands speak of"),
            ("s │ ┆", "an annotation: its code's letter, then a line along it, dotted for a colleague's; + for more"),
            ("• ¶", "an annotation at the cursor; one that has a memo"),
            ("· ○ ● ✓", "a document that is unread, read, tagged, done"),
            ("= ~ ≠ ? ✓", "coders compared: alike, other boundaries, other code, missed by one, settled"),
            ("✓ ✗ → ”", "an annotation that was accepted, rejected, has a proposal, has words that wait"),
            ("laid over", "green: all alike; blue, stronger: the first coder alone; orange, strongest: otherwise"),
        ],
    ),
];

/// What a newcomer is shown once; `{command}` stands for its key.
pub const WELCOME: &[(&str, &str)] = &[
    ("{next-segment} {previous-segment}", "the next, the previous sentence; arrows and mouse work too"),
    ("{tag}", "tags it: a few letters of a code, or a new name, then Enter"),
    ("{other-pane}", "the other pane;  {open-document}  other documents"),
    ("{query} {tables}", "ask for passages by their codes; count them"),
    ("{palette}", "all commands: type what you want to do"),
    ("{help}", "all keys;  {quit}  leaves, and everything is kept as you go"),
    ("tanba tutor", "is a tour;  {palette} then “keymap”: keys by letters or by arrows"),
];

fn tutored(session: &Session) -> Result<(), Refusal> {
    session.tutor.as_ref().map(|_| ()).ok_or(say!("no lesson is given; `tanba tutor` gives them").into())
}

fn skip_lesson(session: &mut Session, _: &Args) -> Outcome {
    tutor::go_on(session);
    DONE
}

fn palette(session: &mut Session, args: &Args) -> Outcome {
    if let Some(choice) = &args.choice {
        return match choice.strip_prefix("settings ") {
            Some(name) => setting::settings(session, &Args::choice(name)),
            None => session.run(choice, &Args::default()),
        };
    }
    let keys = &session.keys;
    let groups = keys.groups.iter().filter(|group| group.mode == "read");
    let commands = groups.flat_map(|group| group.commands).filter(|c| c.name != "palette").map(|command| {
        let refusal = (command.when)(session).err();
        let bound = keys.shown_all("read", command.name);
        let is_off = refusal.is_some();
        let (detail, also) = match refusal {
            Some(why) => (why.0, format!("{} {} {}", command.name, command.help, command.also)),
            None => (format!("{bound}  {}", command.name), format!("{} {}", command.help, command.also)),
        };
        let (value, text) = (command.name.to_owned(), words::of(command.help).to_owned());
        PickRow { value, text, detail, also, is_off, ..PickRow::default() }
    });
    let rows = commands.chain(setting::palette_rows(session)).collect();
    session.mode = Mode::Pick(Box::new(Picker::new(say!("Run"), "palette", rows)));
    DONE
}

/// The keys of the place where the coder is, then all others, then what the mouse does and the marks mean.
fn help(session: &mut Session, _: &Args) -> Outcome {
    let keys = &session.keys;
    let here = session.mode.name();
    let belongs = |mode: &str| mode == here || (mode == "write" && session.mode.is_writing());
    let mut lines: Vec<(String, String)> = Vec::new();
    let (first, rest): (Vec<&Group>, Vec<&Group>) = keys.groups.iter().partition(|group| belongs(group.mode));
    for group in first.into_iter().chain(rest) {
        lines.push((words::of(group.title).to_owned(), String::new()));
        for command in group.commands {
            let bound = keys.shown_all(group.mode, command.name);
            lines.push((bound, words::of(command.help).to_owned()));
        }
        lines.push((String::new(), String::new()));
    }
    for (heading, rows) in LEGENDS {
        lines.push((words::of(heading).to_owned(), String::new()));
        lines.extend(rows.iter().map(|(left, right)| (words::of(left).to_owned(), words::of(right).to_owned())));
        lines.push((String::new(), String::new()));
    }
    lines.pop();
    show(session, say!("Keys"), lines);
    DONE
}

fn messages(session: &mut Session, _: &Args) -> Outcome {
    if session.log.is_empty() {
        return Err(say!("nothing was told yet").into());
    }
    let sign = |is_error: bool| if is_error { "!" } else { "·" }.to_owned();
    let lines = session.log.iter().rev().map(|note| (sign(note.is_error), printable(&note.text))).collect();
    show(session, say!("Messages, the newest first"), lines);
    DONE
}

/// Shows lines over whatever is there: what stands left, what stands right. Long right sides go on in the next line.
pub fn show(session: &mut Session, title: &str, lines: Vec<(String, String)>) {
    let width = sheet_columns(session);
    let left = lines.iter().filter(|(_, right)| !right.is_empty()).map(|(left, _)| columns(left)).max().unwrap_or(0);
    let room = width.saturating_sub(left.min(width / 3) + 2).max(8);
    let mut wrapped = Vec::new();
    for (left, right) in lines {
        let rows = wrap::rows(&right, room);
        let mut left = Some(left);
        for row in &rows {
            let part = crate::text::span::slice(&right, row.start, row.end).trim_end().to_owned();
            wrapped.push((left.take().unwrap_or_default(), part));
        }
        wrapped.extend(left.map(|left| (left, String::new())));
    }
    let under = Some(Box::new(std::mem::take(&mut session.mode)));
    session.mode = Mode::Show(Sheet { title: title.to_owned(), lines: wrapped, under, ..Sheet::default() });
}

/// The columns of a sheet's lines.
pub fn sheet_columns(session: &Session) -> usize {
    usize::from(inside(session.screen.middle(session.screen.columns.saturating_sub(4).min(96), FRAMED_ROWS)).width)
}

/// Shows the page for newcomers; `remembers` is remembered when it is closed.
pub fn welcome(session: &mut Session, remembers: Option<&'static str>) {
    let lines = WELCOME
        .iter()
        .map(|(left, right)| (session.keys.filled(left), session.keys.filled(words::of(right))))
        .collect();
    show(session, say!("Welcome to Tanba"), lines);
    if let Mode::Show(sheet) = &mut session.mode {
        sheet.remembers = remembers;
    }
}

fn choose(session: &mut Session, _: &Args) -> Outcome {
    let Mode::Pick(picker) = std::mem::take(&mut session.mode) else {
        return DONE;
    };
    if let Some(row) = picker.chosen().filter(|row| row.is_off && picker.choice().is_none()) {
        let refused = Err(row.detail.clone().into());
        session.mode = Mode::Pick(picker);
        return refused;
    }
    let mut marked = picker.marked();
    // What was typed for is meant too, be it a row or a new name.
    if !marked.is_empty() && !picker.query.text().trim().is_empty() {
        marked.extend(picker.choice().filter(|choice| !picker.marked().contains(choice)));
    }
    let choice = if marked.is_empty() { picker.choice() } else { marked.first().cloned() };
    let Some(choice) = choice else {
        session.mode = Mode::Pick(picker);
        return Err(say!("nothing matches").into());
    };
    session.run(picker.command, &Args { choice: Some(choice), marked, count: None })
}

fn mark_row(session: &mut Session, _: &Args) -> Outcome {
    if let Mode::Pick(picker) = &mut session.mode {
        picker.mark();
    }
    DONE
}

fn close(session: &mut Session, _: &Args) -> Outcome {
    let closed = std::mem::take(&mut session.mode);
    (session.lists.coding, session.lists.is_describing) = (None, false);
    let is_over_table = match &closed {
        Mode::Pick(picker) => picker.command == "go-to-hit" || picker.command == "recode-passages",
        Mode::Edit(_, Purpose::Line { command, .. }) => *command == "narrow-table" || *command == "query",
        _ => false,
    } && std::mem::take(&mut session.table.is_below);
    if is_over_table && session.table.view.is_some() {
        session.mode = Mode::Table;
    }
    let Mode::Show(sheet) = closed else { return DONE };
    session.mode = sheet.under.map_or(Mode::Read, |under| *under);
    Ok(sheet.remembers.into_iter().map(Effect::Remember).collect())
}

fn go(session: &mut Session, n_rows: isize) -> Outcome {
    let screen = session.screen;
    match &mut session.mode {
        Mode::Pick(picker) => picker.go(n_rows),
        Mode::Table => return tabling::go(session, n_rows, 0),
        Mode::Show(sheet) => {
            let last = sheet.lines.len().saturating_sub(usize::from(inside(sheet.area(&screen)).height).max(1));
            sheet.top = sheet.top.saturating_add_signed(n_rows).min(last);
        }
        _ => {}
    }
    DONE
}

/// Scrolls a list or a sheet, as the wheel does.
pub fn scroll(session: &mut Session, n_rows: isize) {
    let _ = go(session, n_rows);
}
