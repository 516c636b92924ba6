//! The codebook in the reader: its tree, what is written of each code, and what is done to it.

use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::editor::Editor;
use crate::app::effect::Effect;
use crate::app::picker::{PickRow, Picker};
use crate::app::session::{Mode, Purpose, Session, Subject};
use crate::app::tagging::{about_code, mark_of};
use crate::app::when;
use crate::model::change::{Change, Record};
use crate::model::code::{Code, CodeId, Standing};
use crate::model::codebook::Codebook;
use crate::model::edit::{self, FIELDS, Field};
use crate::model::event::{Deed, Event};
use crate::say;
use crate::text::width::{fitted, flat, printable};

/// The codebook.
pub const GROUP: Group = Group {
    title: "Codebook",
    mode: "read",
    commands: &[
        Command::of("codebook", "show the codes as a tree: edit one, or make a new one", codebook)
            .also("codes, tree, rename, merge, split, move, retire, definition"),
        Command::of("edit-code", "edit the code of the annotation at the cursor", edit_code).when(when::at_annotation),
        Command::of("add-example", "make the annotation at the cursor the example of its code", add_example)
            .when(when::at_example),
    ],
};

/// Parts the names of a code, of what is written of it, and of another code.
const PART: char = '\u{1}';

/// Columns of what is written of a code, in its list.
const SAID_COLUMNS: usize = 200;

/// What is done to a code, and what that does.
const DEEDS: [(&str, &str); 7] = [
    ("parent", "put it below another code, or at the top"),
    ("merge", "let it be a part of another code"),
    ("split", "part it into several codes"),
    ("folder", "let it only hold other codes"),
    ("retire", "give it no more; what has it keeps it"),
    ("restore", "give it to passages again"),
    ("passages", "list its passages"),
];

/// What is written of a code, as people call it.
const CALLED: [(&str, &str); 11] = [
    ("en", "name in English"),
    ("kk", "name in Kazakh"),
    ("ru", "name in Russian"),
    ("definition", "definition"),
    ("include", "what to mark with it"),
    ("exclude", "what not to mark with it"),
    ("example-en", "example in English"),
    ("example-kk", "example in Kazakh"),
    ("example-ru", "example in Russian"),
    ("colour", "colour (#rrggbb)"),
    ("key", "key (one letter)"),
];

/// All words of these lists, for those who translate them.
pub const WORDS: [&[(&str, &str)]; 2] = [&DEEDS, &CALLED];

/// What is written of a code, as people call it, by its name in commands.
pub fn called(name: &str) -> &'static str {
    let found = CALLED.iter().find(|(own, _)| *own == name);
    found.map_or("", |(_, words)| crate::words::of(words))
}

/// How a code stands, in a word; nothing where passages are given it.
fn told(standing: &Standing) -> &'static str {
    match standing {
        Standing::InUse => "",
        Standing::Folder => say!("folder"),
        Standing::Retired => say!("retired"),
        Standing::MergedInto(_) => say!("merged"),
    }
}

/// A code as a row of the tree.
fn code_row(book: &Codebook, id: &CodeId, depth: usize) -> Option<PickRow> {
    let code = book.get(id)?;
    let others: Vec<&str> = code.names.all().filter(|name| *name != code.called()).collect();
    let parts = [told(&code.standing), &others.join(" · ")]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    Some(PickRow {
        value: id.0.clone(),
        text: format!("{}{}", "  ".repeat(depth), printable(code.called())),
        detail: printable(&parts),
        also: printable(&code.definition),
        mark: (mark_of(code), book.colour(id).to_owned()),
        ..PickRow::default()
    })
}

fn tree(book: &Codebook) -> Vec<PickRow> {
    let merged = book.iter().filter(|code| matches!(code.standing, Standing::MergedInto(_)));
    let merged = merged.map(|code| (code.id.clone(), 0)).collect::<Vec<_>>();
    book.tree().into_iter().chain(merged).filter_map(|(id, depth)| code_row(book, &id, depth)).collect()
}

fn codebook(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        let rows = tree(&session.shared.codebook);
        let last = session.lists.coding.clone().or(session.now.0.last_code.clone()).unwrap_or_default();
        let picker =
            Picker::new(say!("Codebook"), "codebook", rows).making(say!("new code")).previewing(about_code).at(&last.0);
        session.mode = Mode::Pick(Box::new(picker));
        return DONE;
    };
    let book = &session.shared.codebook;
    if book.get(&CodeId(choice.clone())).is_some() {
        show(session, &CodeId(choice.clone()));
        return DONE;
    }
    session.may_write()?;
    let code = edit::new(choice, book)?;
    session.lists.coding = Some(code.id.clone());
    let changes = edit::changes(None, &code, None, session.now.1.now);
    session.mode = Mode::Read;
    Ok(vec![Effect::Keep(changes)])
}

/// Shows what is written of a code, and what can be done to it.
fn show(session: &mut Session, id: &CodeId) {
    let book = &session.shared.codebook;
    let Some(code) = book.get(id) else { return };
    let value = |name: &str| format!("{id}{PART}{name}");
    let mut rows: Vec<PickRow> = FIELDS
        .iter()
        .map(|(name, field)| PickRow {
            value: value(name),
            text: called(name).to_owned(),
            detail: fitted(&flat(&printable(field.of(code))), SAID_COLUMNS),
            ..PickRow::default()
        })
        .collect();
    let has_place = |name: &str| match name {
        "restore" => code.standing != Standing::InUse,
        "folder" | "retire" | "merge" => code.standing == Standing::InUse,
        _ => true,
    };
    rows.extend(DEEDS.iter().filter(|(name, _)| has_place(name)).map(|(name, does)| PickRow {
        value: value(name),
        text: crate::words::of(does).to_owned(),
        also: (*name).to_owned(),
        detail: match *name {
            "parent" => printable(book.get(&code.parent).map_or("", |parent| parent.called())),
            _ => String::new(),
        },
        ..PickRow::default()
    }));
    let title = format!("{} · {}", printable(book.called(id)), say!("code"));
    session.lists.coding = Some(id.clone());
    session.mode = Mode::Pick(Box::new(Picker::new(title, "edit-code", rows)));
}

/// Shows the code that is edited again, as it is now.
pub fn renew(session: &mut Session) {
    if matches!(session.mode, Mode::Read)
        && let Some(id) = session.lists.coding.clone()
    {
        show(session, &id);
    }
}

fn code(session: &Session, id: &str) -> Result<Code, Refusal> {
    let found = session.shared.codebook.get(&CodeId(id.to_owned()));
    found.cloned().ok_or(say!("the code is gone").into())
}

fn edit_code(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        let annotation = session.pane().annotation().ok_or(say!("there is no annotation here"))?;
        let id = session.shared.codebook.standing(&annotation.code).clone();
        show(session, &id);
        return DONE;
    };
    let Some((id, what)) = choice.split_once(PART) else {
        show(session, &CodeId(choice.clone()));
        return DONE;
    };
    let code = code(session, id)?;
    if what == "passages" {
        session.lists.coding = None;
        return session.run("query", &Args::choice(format!("={}", crate::query::parse::written(id))));
    }
    session.may_write()?;
    session.lists.coding = Some(code.id.clone());
    if let Some((name, text)) = what.split_once('=') {
        return put(session, &code, name, text);
    }
    if let Some((deed, other)) = what.split_once(PART) {
        return relate(session, &code, deed, other);
    }
    let book = &session.shared.codebook;
    match what {
        "parent" | "merge" => {
            choose_other(session, &code, what);
            DONE
        }
        "split" => ask(session, say!("new codes, with commas between"), choice, ""),
        "folder" => keep(session, &code, &edit::standing(&code, Standing::Folder, book)),
        "retire" => keep(session, &code, &edit::standing(&code, Standing::Retired, book)),
        "restore" => keep(session, &code, &edit::standing(&code, Standing::InUse, book)),
        name => {
            let (name, field) = FIELDS.iter().find(|(own, _)| *own == name).ok_or(say!("there is no such thing"))?;
            let now = field.of(&code).to_owned();
            if field.is_long() {
                session.mode = Mode::Edit(Editor::new(&now), Purpose::Memo(Subject::Code(code.id, *field)));
                return DONE;
            }
            ask(session, called(name), choice, &now)
        }
    }
}

fn ask(session: &mut Session, prompt: &str, about: &str, now: &str) -> Outcome {
    let purpose = Purpose::Line { prompt: prompt.to_owned(), command: "edit-code", about: about.to_owned() };
    session.mode = Mode::Edit(Editor::line(now), purpose);
    DONE
}

/// Takes what was written in a line: of a field, or the names of the parts of a code.
fn put(session: &mut Session, code: &Code, name: &str, text: &str) -> Outcome {
    if name == "split" {
        let names: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        let changes = edit::split(code, &names, &session.shared.codebook)?;
        session.lists.coding = None;
        return Ok(vec![Effect::Keep(changes)]);
    }
    let (_, field) = FIELDS.iter().find(|(own, _)| *own == name).ok_or(say!("there is no such thing"))?;
    let now = edit::written(code, *field, text, &session.shared.codebook)?;
    keep(session, code, &now)
}

/// Keeps what was written of a code.
pub fn keep_field(session: &mut Session, id: &CodeId, field: Field, text: &str) -> Outcome {
    session.may_write()?;
    let code = code(session, &id.0)?;
    let now = edit::written(&code, field, text, &session.shared.codebook)?;
    let outcome = keep(session, &code, &now)?;
    // It comes back into the editor if it can't be kept.
    if !outcome.is_empty() {
        session.work().keeping.unsaved = Some((Subject::Code(id.clone(), field), text.to_owned()));
    }
    Ok(outcome)
}

fn choose_other(session: &mut Session, code: &Code, what: &str) {
    let book = &session.shared.codebook;
    let value = |other: &str| format!("{}{PART}{what}{PART}{other}", code.id);
    let mut rows = Vec::new();
    if what == "parent" {
        rows.push(PickRow { value: value(""), text: say!("at the top").into(), ..PickRow::default() });
    }
    let others = book.tree().into_iter().filter(|(id, _)| !book.is_below(id, &code.id));
    rows.extend(others.filter_map(|(id, depth)| {
        let row = code_row(book, &id, depth)?;
        Some(PickRow { value: value(&id.0), ..row })
    }));
    let title = match what {
        "merge" => say!("{code} is a part of", code = printable(code.called())),
        _ => say!("{code} stands below", code = printable(code.called())),
    };
    session.mode = Mode::Pick(Box::new(Picker::new(title, "edit-code", rows)));
}

fn relate(session: &mut Session, code: &Code, deed: &str, other: &str) -> Outcome {
    let (book, other) = (&session.shared.codebook, CodeId(other.to_owned()));
    let now = match deed {
        "merge" => edit::merged(code, &other, book)?,
        _ => edit::below(code, Some(&other).filter(|other| !other.0.is_empty()), book)?,
    };
    keep(session, code, &now)
}

fn keep(session: &mut Session, was: &Code, now: &Code) -> Outcome {
    let changes = changes(session, was, now);
    session.mode = Mode::Read;
    if changes.is_empty() {
        renew(session);
        return DONE;
    }
    Ok(vec![Effect::Keep(changes)])
}

fn changes(session: &Session, was: &Code, now: &Code) -> Vec<Change> {
    edit::changes(Some(was), now, session.shared.marks.redefinitions.get(&now.id), session.now.1.now)
}

fn add_example(session: &mut Session, _: &Args) -> Outcome {
    let annotation = session.pane().annotation().ok_or(say!("there is no annotation here"))?.clone();
    let language = session.shared.language(&annotation.passage.document).to_owned();
    let field =
        FIELDS.iter().map(|(_, field)| *field).find(|field| *field == Field::Example(crate::words::letters(&language)));
    let field = field.ok_or(say!("examples are in English, Kazakh or Russian; say the document’s language first"))?;
    let id = session.shared.codebook.standing(&annotation.code).clone();
    let was = code(session, &id.0)?;
    let now = edit::written(&was, field, &flat(&annotation.quote.exact), &session.shared.codebook)?;
    let made = changes(session, &was, &now);
    if made.is_empty() {
        return Err(say!("it is the example already").into());
    }
    Ok(vec![Effect::Keep(made)])
}

/// Warns of a new code that is nearly an old one: typed twice, it would be two.
pub fn warn_of_double(session: &mut Session, event: &Event) {
    let is_new = |change: &Change| match (&change.was, &change.now) {
        (None, Some(Record::Code(code))) => Some(code.clone()),
        _ => None,
    };
    let book = &session.shared.codebook;
    let double = event.changes.iter().filter_map(is_new).find_map(|code| {
        let near = book.near(&code)?;
        Some((code.called().to_owned(), near.called().to_owned()))
    });
    if let Some((name, near)) = double.filter(|_| event.deed == Deed::Plain) {
        let undo = session.keys.hint("read", "undo");
        session.warn(say!("{name} is nearly {near}; {undo} takes it back", name, near, undo));
    }
}
