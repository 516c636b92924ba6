//! Memos on everything: written, listed, searched, and read as a diary.

use crate::app::command::{Args, Command, DONE, Group, Outcome};
use crate::app::editor::Editor;
use crate::app::effect::{Effect, Remembered, Task};
use crate::app::picker::{PickRow, Picker, Preview};
use crate::app::session::{Mode, Purpose, Session, Subject};
use crate::app::when;
use crate::model::change::{Change, Record};
use crate::model::memo::{About, Memo};
use crate::say;
use crate::text::width::{fitted, flat, printable};

/// Memos.
pub const GROUP: Group = Group {
    title: "Memos",
    mode: "read",
    commands: &[
        Command::of("write-memo", "write a memo on the study, the document or a code", write_memo)
            .also("note, diary, journal, comment")
            .when(when::writable),
        Command::of("memos", "list all memos, the newest first: the diary of the study", memos)
            .also("notes, diary, journal, search memos"),
    ],
};

/// Columns of a memo in the list.
const MEMO_COLUMNS: usize = 90;

/// Columns of a memo that are searched.
const SEARCHED_COLUMNS: usize = 4000;

fn write_memo(session: &mut Session, args: &Args) -> Outcome {
    session.may_write()?;
    let about = match args.choice.as_deref() {
        None => {
            session.mode = Mode::Pick(Box::new(Picker::new(say!("A memo on"), "write-memo", subjects(session))));
            return DONE;
        }
        Some("project") => About::Project,
        Some(choice) => match choice.split_once(' ') {
            Some(("document", id)) => About::Document(crate::model::document::DocumentId(id.to_owned())),
            Some(("code", id)) => About::Code(crate::model::code::CodeId(id.to_owned())),
            _ => return Err(say!("there is no such thing").into()),
        },
    };
    session.mode = Mode::Edit(Editor::new(""), Purpose::Memo(Subject::New(about)));
    DONE
}

/// What a memo can be about: what is here first.
fn subjects(session: &Session) -> Vec<PickRow> {
    let row = |value: String, text: String, detail: &str| PickRow {
        value,
        text,
        detail: detail.to_owned(),
        ..PickRow::default()
    };
    let mut rows = vec![row("project".into(), say!("the study").into(), say!("its diary"))];
    let here = session.pane().document.0.clone();
    let document = |id: &crate::model::document::DocumentId| {
        row(format!("document {id}"), printable(session.shared.title(id)), say!("document"))
    };
    rows.extend(session.shared.documents.keys().filter(|id| id.0 == here).map(document));
    let own = session.pane().annotation().map(|annotation| session.shared.codebook.standing(&annotation.code).clone());
    let book = &session.shared.codebook;
    let code = |id: &crate::model::code::CodeId| row(format!("code {id}"), printable(book.called(id)), say!("code"));
    rows.extend(own.iter().map(code));
    rows.extend(book.tree().iter().map(|(id, _)| id).filter(|id| own.as_ref() != Some(id)).map(code));
    rows.extend(session.shared.documents.keys().filter(|id| id.0 != here).map(document));
    rows
}

/// What a text that is being written is about, for its heading.
pub fn subject(session: &Session, subject: &Subject) -> String {
    let book = &session.shared.codebook;
    match subject {
        Subject::Annotation(id) => {
            let placed = session.panes.iter().find_map(|pane| pane.layer.get(*id));
            say!("Memo · {code}", code = placed.map_or("", |placed| book.called(&placed.annotation.code)))
        }
        Subject::Code(id, field) => {
            let name = crate::model::edit::FIELDS.iter().find(|(_, own)| own == field).map_or("", |(name, _)| name);
            format!("{} · {}", printable(book.called(id)), crate::app::coding::called(name))
        }
        Subject::Thread(id) => {
            let placed = session.panes.iter().find_map(|pane| pane.layer.get(*id));
            let (code, coder) = placed
                .map_or(("", ""), |placed| (book.called(&placed.annotation.code), placed.annotation.coder.as_str()));
            say!("To {coder} · {code}", coder = printable(coder), code = printable(code))
        }
        Subject::New(about) => say!("Memo · {code}", code = told(session, about)),
        Subject::Memo(id) => {
            let about = session.shared.memos.get(id).map(|memo| told(session, &memo.about));
            say!("Memo · {code}", code = about.unwrap_or_default())
        }
    }
}

/// What is there of a text that is being written.
pub fn known(session: &Session, subject: &Subject) -> String {
    match subject {
        Subject::Annotation(id) => {
            let placed = session.panes.iter().find_map(|pane| pane.layer.get(*id));
            placed.map_or("", |placed| placed.annotation.memo.as_str()).to_owned()
        }
        Subject::Code(id, field) => session.shared.codebook.get(id).map_or("", |code| field.of(code)).to_owned(),
        Subject::New(_) | Subject::Thread(_) => String::new(),
        Subject::Memo(id) => session.shared.memos.get(id).map_or("", |memo| memo.text.as_str()).to_owned(),
    }
}

fn told(session: &Session, about: &About) -> String {
    match about {
        About::Project => say!("the study").into(),
        About::Document(id) => printable(session.shared.title(id)),
        About::Code(id) => printable(session.shared.codebook.called(id)),
    }
}

/// Keeps a memo: an empty one is taken away, or never made.
pub fn keep(session: &mut Session, subject: &Subject, text: &str) -> Outcome {
    session.may_write()?;
    let text = text.trim_end().to_owned();
    let change = match subject {
        Subject::New(_) if text.is_empty() => return DONE,
        Subject::New(about) => {
            let moment = (session.now.1.now, session.now.1.chance);
            Change::put(Record::Memo(Memo::new(about.clone(), &session.about.coder, &text, moment)))
        }
        Subject::Memo(id) => {
            let was = session.shared.memos.get(id).cloned().ok_or(say!("the memo is gone"))?;
            match text.as_str() {
                text if text == was.text => return DONE,
                "" => Change::remove(Record::Memo(was)),
                _ => Change::replace(Record::Memo(was.clone()), Record::Memo(Memo { text: text.clone(), ..was })),
            }
        }
        Subject::Thread(id) => return crate::app::reviewing::keep(session, *id, &text),
        Subject::Annotation(_) | Subject::Code(..) => return DONE,
    };
    session.work().keeping.unsaved = Some((subject.clone(), text));
    Ok(vec![Effect::Keep(vec![change])])
}

fn memos(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        if !session.about.is_ready {
            return Err(say!("the project is still being opened; a moment").into());
        }
        session.task = Some(Task { what: say!("searching").into(), percent: 0 });
        return Ok(vec![Effect::Memos]);
    };
    let found = session.lists.memos.iter().find(|memo| memo.id == *choice).cloned();
    let memo = found.ok_or(say!("the memo is gone"))?;
    session.mode = Mode::Read;
    if let Some((document, range)) = memo.place {
        return crate::app::concordance::go_to_range(session, document, range);
    }
    let known = session.shared.memos.get(&memo.id).ok_or(say!("the memo is gone"))?;
    if known.coder != session.about.coder {
        let lines = known.text.lines().map(|line| (String::new(), printable(line)));
        let lines = std::iter::once((printable(&known.coder), String::new())).chain(lines).collect();
        crate::app::overlay::show(session, say!("Memo"), lines);
        return DONE;
    }
    let editor = Editor::new(&known.text);
    session.mode = Mode::Edit(editor, Purpose::Memo(Subject::Memo(memo.id)));
    DONE
}

/// Takes the memos of annotations, and lists them with all others.
pub fn listed(session: &mut Session, of_annotations: Vec<Remembered>) {
    session.task = None;
    let mut all = of_annotations;
    all.extend(session.shared.memos.values().map(|memo| Remembered {
        id: memo.id.clone(),
        about: told(session, &memo.about),
        coder: memo.coder.clone(),
        text: memo.text.clone(),
        time: memo.time,
        place: None,
    }));
    all.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.id.cmp(&b.id)));
    if all.is_empty() {
        let key = session.keys.hint("read", "write-memo");
        session.tell(say!("there is no memo yet; {key} writes one", key));
        return;
    }
    let row = |memo: &Remembered| PickRow {
        value: memo.id.clone(),
        text: format!("{}  {}", memo.time.minute(), fitted(&flat(&printable(&memo.text)), MEMO_COLUMNS)),
        detail: format!("{} · {}", printable(&memo.about), printable(&memo.coder)),
        also: fitted(&flat(&printable(&memo.text)), SEARCHED_COLUMNS),
        ..PickRow::default()
    };
    let rows = all.iter().map(row).collect();
    session.lists.memos = all;
    if matches!(session.mode, Mode::Read) {
        session.mode = Mode::Pick(Box::new(Picker::new(say!("Memos"), "memos", rows).previewing(about)));
    }
}

/// A memo in full.
fn about(session: &Session, id: &str) -> Preview {
    let Some(memo) = session.lists.memos.iter().find(|memo| memo.id == id) else { return Preview::new() };
    let mut lines = vec![
        (printable(&memo.about), String::new()),
        (say!("by").into(), printable(&memo.coder)),
        (say!("begun").into(), memo.time.minute()),
        (String::new(), String::new()),
    ];
    lines.extend(memo.text.lines().map(|line| (String::new(), printable(line))));
    lines
}
