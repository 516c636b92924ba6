//! Which documents are open, what is known about them, and how far they are.

use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::editor::Editor;
use crate::app::effect::Effect;
use crate::app::overlay;
use crate::app::picker::{PickRow, Picker, Preview};
use crate::app::screen::Panes;
use crate::app::session::{Mode, Purpose, Session};
use crate::app::when;
use crate::model::change::{Change, Record};
use crate::model::document::{Document, DocumentId, Done, language_of};
use crate::model::rules::Colleagues;
use crate::text::language;
use crate::text::width::printable;
use crate::{count, say};

/// Documents and panes.
pub const GROUP: Group = Group {
    title: "Documents and panes",
    mode: "read",
    commands: &[
        Command::of("open-document", "open a document, with its pair in the other pane", open_document),
        Command::of("open-here", "open a document in this pane alone, the other stays", open_here),
        Command::of("document-info", "show what is known about the document", document_info)
            .also("properties, about")
            .when(when::open),
        Command::of("set-language", "correct the language of the document", set_language).when(when::writable),
        Command::of("set-paragraph-language", "correct the language of this paragraph alone", set_paragraph_language)
            .when(when::writable),
        Command::of("mark-done", "mark the document as coded through, or not", mark_done).when(when::writable),
        Command::of("other-pane", "go to the other pane", other_pane).when(when::paired),
        Command::of("single-pane", "show one pane alone, or both", single_pane).when(when::paired),
        Command::of("widen-left", "make the left pane wider", widen_left).when(when::wide),
        Command::of("widen-right", "make the right pane wider", widen_right).when(when::wide),
        Command::of("toggle-panel", "show or hide the list of annotations", toggle_panel),
        Command::of("copy-passage", "copy the selection with its source to the clipboard", copy_passage)
            .when(when::open),
        Command::of("reload", "read what colleagues wrote since", reload),
        Command::of("suspend", "go back to the shell for a while (fg returns)", suspend),
        Command::of("quit", "leave (exit); everything is kept already", quit).also("save, close"),
    ],
};

/// Where a document stands for this coder: a sign and words.
pub fn progress(session: &Session, id: &DocumentId) -> (&'static str, String) {
    let coder = &session.about.coder;
    let counts = session.counts.get(id);
    let own = counts.and_then(|c| c.get(coder)).copied().unwrap_or(0);
    let all: usize = counts.map_or(0, |c| c.values().sum());
    let share = match (own, all) {
        (0, 0) => String::new(),
        (0, _) => say!("{all} by others", all),
        (_, _) if own == all => say!("{own} tagged", own),
        _ => say!("{own} tagged, {others} by others", own, others = all - own),
    };
    if session.shared.is_done(id, coder) {
        return ("✓", join(say!("done"), &share));
    }
    let read = session.now.0.read_percent.get(id).copied().unwrap_or(0);
    match (own, read) {
        (0, 0) => ("·", join("", &share)),
        (0, _) => ("○", join(&say!("read {read} %", read), &share)),
        _ => ("●", share),
    }
}

/// Whether a document is given to this coder.
pub fn is_theirs(session: &Session, id: &DocumentId) -> bool {
    session.shared.is_given(id, &session.about.coder)
}

/// Whether a document is given to this coder and not finished by them.
pub fn is_due(session: &Session, id: &DocumentId) -> bool {
    is_theirs(session, id) && !session.shared.is_done(id, &session.about.coder)
}

/// What is told of a document in a list, with the word that it is this coder's where it is given to them.
pub fn told_of(session: &Session, id: &DocumentId, told: &str) -> String {
    join(if is_theirs(session, id) { say!("yours") } else { "" }, told)
}

fn join(left: &str, right: &str) -> String {
    if left.is_empty() || right.is_empty() { format!("{left}{right}") } else { format!("{left} · {right}") }
}

fn open_document(session: &mut Session, args: &Args) -> Outcome {
    let Some(id) = chosen(session, args, say!("Open, with its pair"), "open-document")? else { return DONE };
    show(session, id)
}

/// Opens a document with its pair; the keys go to it.
pub fn show(session: &mut Session, id: DocumentId) -> Outcome {
    let pair = session.shared.pairs.iter().find(|pair| pair.other(&id).is_some()).cloned();
    let is_there = |id: &DocumentId| session.shared.documents.contains_key(id);
    let Some(pair) = pair.filter(|pair| is_there(&pair.left) && is_there(&pair.right)) else {
        let side = session.focus;
        return Ok(put(session, side, id));
    };
    // A pair keeps its sides; the keys go to the document that was chosen.
    session.focus = usize::from(id == pair.right);
    let mut effects = put(session, 0, pair.left);
    effects.extend(put(session, 1, pair.right));
    Ok(effects)
}

fn open_here(session: &mut Session, args: &Args) -> Outcome {
    let Some(id) = chosen(session, args, say!("Open in this pane alone"), "open-here")? else { return DONE };
    let side = session.focus;
    Ok(put(session, side, id))
}

/// The document that was chosen; `None` when the list was only opened to choose from.
fn chosen(
    session: &mut Session,
    args: &Args,
    title: &str,
    command: &'static str,
) -> Result<Option<DocumentId>, Refusal> {
    let Some(choice) = &args.choice else {
        // What is still to be coded of one's own comes first.
        let (due, rest): (Vec<&Document>, Vec<&Document>) =
            session.shared.documents.values().partition(|document| is_due(session, &document.id));
        let rows = due.into_iter().chain(rest).map(|document| document_row(session, document)).collect();
        let here = session.pane().document.0.clone();
        session.mode = Mode::Pick(Box::new(Picker::new(title, command, rows).at(&here).previewing(about_document)));
        return Ok(None);
    };
    let id = DocumentId(choice.clone());
    if session.shared.documents.contains_key(&id) {
        Ok(Some(id))
    } else {
        Err(say!("there is no such document").into())
    }
}

fn document_row(session: &Session, document: &Document) -> PickRow {
    let (sign, share) = progress(session, &document.id);
    let detail = told_of(session, &document.id, &join(&share, &printable(&document.id.0)));
    PickRow {
        value: document.id.0.clone(),
        text: format!("{:2}  {}", printable(&document.language), printable(document.name())),
        detail,
        mark: (sign.to_owned(), String::new()),
        ..PickRow::default()
    }
}

/// Puts a document in a pane; where it was left is where it opens.
pub fn put(session: &mut Session, pane: usize, id: DocumentId) -> Vec<Effect> {
    if session.panes[pane & 1].document == id && !session.panes[pane & 1].text.is_empty() {
        return Vec::new();
    }
    session.panes[pane & 1] = crate::app::pane::Pane { document: id.clone(), ..Default::default() };
    vec![Effect::Open(id)]
}

fn document_info(session: &mut Session, _: &Args) -> Outcome {
    let mut lines = about_document(session, &session.pane().document.0);
    if lines.is_empty() {
        return Err(say!("nothing is known about this document yet").into());
    }
    if let Some(offsets) = &session.pane().offsets {
        lines.insert(5, (say!("length").into(), count!(offsets.n_code_points(), "{n} character", "{n} characters")));
    }
    overlay::show(session, say!("Document"), lines);
    DONE
}

/// What is known about a document: what stands left, what stands right.
pub fn about_document(session: &Session, id: &str) -> Preview {
    let id = DocumentId(id.to_owned());
    let Some(document) = session.shared.documents.get(&id) else { return Preview::new() };
    let mut lines = vec![
        (say!("title").to_owned(), printable(document.name())),
        (say!("document").into(), printable(&id.0)),
        (say!("language").into(), printable(&document.language)),
        (
            say!("pair").into(),
            session.shared.counterpart(&id).map_or_else(|| "—".into(), |other| printable(session.shared.title(other))),
        ),
        (say!("progress").into(), progress(session, &id).1),
    ];
    let given = session.shared.assignees(&id).map(|coder| {
        let is_done = session.shared.is_done(&id, coder);
        printable(coder) + if is_done { " ✓" } else { "" }
    });
    let given: Vec<String> = given.collect();
    if !given.is_empty() {
        lines.push((say!("given to").into(), given.join(", ")));
    }
    lines.extend(document.attributes.iter().map(|(name, value)| (printable(name), printable(value))));
    lines.push((say!("revision").into(), document.revision.chars().take(12).collect()));
    lines.push((String::new(), String::new()));
    let counts = session.counts.get(&id);
    lines.extend(
        counts
            .into_iter()
            .flatten()
            .map(|(coder, n)| (printable(coder), count!(*n, "{n} annotation", "{n} annotations"))),
    );
    lines
}

/// The languages that are offered; others can be typed.
const LANGUAGES: [(&str, &str); 3] = [("en", "English"), ("kk", "Қазақша"), ("ru", "Русский")];

fn ask_language(session: &mut Session, command: &'static str, now: &str) -> Outcome {
    let row = |(code, name): (&str, &str)| PickRow {
        value: code.to_owned(),
        text: code.to_owned(),
        detail: name.to_owned(),
        ..PickRow::default()
    };
    let rows = LANGUAGES.into_iter().map(row).collect();
    let picker = Picker::new(say!("Language"), command, rows).making(say!("ISO 639 letters")).at(now);
    session.mode = Mode::Pick(Box::new(picker));
    DONE
}

fn document_here(session: &Session) -> Result<Document, Refusal> {
    let known = session.shared.documents.get(&session.pane().document);
    known.cloned().ok_or(say!("no document is open").into())
}

fn redescribe(was: Document, now: Document) -> Outcome {
    if was == now {
        return DONE;
    }
    Ok(vec![Effect::Keep(vec![Change::replace(Record::Document(was), Record::Document(now))])])
}

fn set_language(session: &mut Session, args: &Args) -> Outcome {
    session.may_write()?;
    let was = document_here(session)?;
    let Some(choice) = &args.choice else { return ask_language(session, "set-language", &was.language) };
    session.mode = Mode::Read;
    redescribe(was.clone(), Document { language: language_of(choice)?, ..was })
}

fn set_paragraph_language(session: &mut Session, args: &Args) -> Outcome {
    session.may_write()?;
    let was = document_here(session)?;
    let pane = session.pane();
    let block = pane.text.block(pane.selection.head.start);
    let passage = pane.passage(crate::text::span::Span::new(block.start, block.start));
    let at = passage.ok_or(say!("the document is still being measured; a moment"))?.start;
    let Some(choice) = &args.choice else {
        let now = paragraph_language(session).unwrap_or_else(|| was.language.clone());
        return ask_language(session, "set-paragraph-language", &now);
    };
    session.mode = Mode::Read;
    let (language, mut now) = (language_of(choice)?, was.clone());
    // What is said is kept also where it is the document's: the guess was another.
    now.languages.insert(at, language);
    redescribe(was, now)
}

/// The language of the paragraph at the cursor, where it is another than its document's: said by hand, or guessed.
pub fn paragraph_language(session: &Session) -> Option<String> {
    let pane = session.pane();
    let document = session.shared.documents.get(&pane.document)?;
    let block = pane.text.block(pane.selection.head.start);
    let at = pane.passage(crate::text::span::Span::new(block.start, block.start))?.start;
    let said = document.languages.get(&at).cloned();
    let known = matches!(document.language.as_str(), "en" | "kk" | "ru");
    let guessed = || language::of_paragraph(&block.text).filter(|_| known).map(str::to_owned);
    said.or_else(guessed).filter(|language| *language != document.language)
}

fn mark_done(session: &mut Session, args: &Args) -> Outcome {
    session.may_write()?;
    let (document, coder) = (session.pane().document.clone(), session.about.coder.clone());
    if document.0.is_empty() {
        return Err(say!("no document is open").into());
    }
    let is_done = session.shared.is_done(&document, &coder);
    let asked = session.work().keeping.finishing.take();
    if session.shared.rules.colleagues == Colleagues::Finished && !is_done && asked.as_ref() != Some(&document) {
        session.work().keeping.finishing = Some(document);
        let key = session.keys.hint("read", "mark-done");
        session.tell(say!(
            "finished? You will see what colleagues tagged here, and that is written down; {key} again says so",
            key
        ));
        return DONE;
    }
    let time = Some(session.now.1.now);
    let was = session.shared.done.get(&(document.clone(), coder.clone())).cloned();
    let now = Done { document, coder, time, reopened: None };
    let Some(was) = was else { return Ok(vec![Effect::Keep(vec![Change::put(Record::Done(now))])]) };
    if !was.holds() {
        return Ok(vec![Effect::Keep(vec![Change::replace(Record::Done(was), Record::Done(now))])]);
    }
    let Some(reason) = &args.choice else {
        let prompt = say!("You finished this document. Why open it again?").to_owned();
        session.mode =
            Mode::Edit(Editor::new(""), Purpose::Line { prompt, command: "mark-done", about: String::new() });
        return DONE;
    };
    session.mode = Mode::Read;
    let reason = printable(reason.trim());
    if reason.is_empty() {
        return Err(say!("a finished document is opened again with a reason; nothing was changed").into());
    }
    let now = Done { reopened: Some(reason), ..now };
    Ok(vec![Effect::Keep(vec![Change::replace(Record::Done(was), Record::Done(now))])])
}

fn other_pane(session: &mut Session, _: &Args) -> Outcome {
    session.work().reshaping = None;
    session.focus = 1 - (session.focus & 1);
    DONE
}

fn single_pane(session: &mut Session, _: &Args) -> Outcome {
    let panes = &mut session.screen.panes;
    *panes = if *panes == Panes::Single { Panes::Fitting } else { Panes::Single };
    DONE
}

fn widen_left(session: &mut Session, args: &Args) -> Outcome {
    let step = args.times().min(90) as u16 * 5;
    session.screen.left_percent = (session.screen.left_percent + step).min(90);
    DONE
}

fn widen_right(session: &mut Session, args: &Args) -> Outcome {
    let step = args.times().min(90) as u16 * 5;
    session.screen.left_percent = session.screen.left_percent.saturating_sub(step).max(10);
    DONE
}

fn toggle_panel(session: &mut Session, _: &Args) -> Outcome {
    session.screen.has_panel = !session.screen.has_panel;
    DONE
}

fn copy_passage(session: &mut Session, _: &Args) -> Outcome {
    let pane = session.pane();
    let span = pane.words();
    if span.is_empty() {
        return Err(say!("there is no text to copy here").into());
    }
    let words = pane.text.read(span);
    let range = pane.passage(span).map_or_else(String::new, |p| format!(", {}..{}", p.start, p.end));
    let title = session.shared.title(&pane.document);
    let n = words.chars().count();
    let text = format!("“{words}”\n— {title} ({}{range})", pane.document);
    session.tell(count!(n, "copied {n} character with its source", "copied {n} characters with their source"));
    Ok(vec![Effect::Copy(text)])
}

fn reload(_: &mut Session, _: &Args) -> Outcome {
    Ok(vec![Effect::Reload])
}

fn suspend(_: &mut Session, _: &Args) -> Outcome {
    Ok(vec![Effect::Suspend])
}

fn quit(_: &mut Session, _: &Args) -> Outcome {
    Ok(vec![Effect::Quit])
}

/// The first document, and its twin by name (`x.en` and `x.kk`) if it has one.
pub fn first_pair(ids: &[DocumentId], languages: &[String]) -> Vec<DocumentId> {
    let ends = |id: &DocumentId, language: &String| id.0.ends_with(&format!(".{language}"));
    let of = |language: Option<&String>| ids.iter().find(|id| language.is_some_and(|l| ends(id, l)));
    let Some(left) = of(languages.first()).or(ids.first()) else {
        return Vec::new();
    };
    let stem = left.0.rsplit_once('.').map_or(left.0.as_str(), |(stem, _)| stem);
    let twin = languages.get(1).and_then(|language| ids.iter().find(|id| id.0 == format!("{stem}.{language}")));
    [Some(left), twin].into_iter().flatten().cloned().collect()
}
