//! Which documents are open, what is known about them, and how far they are.

use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::effect::Effect;
use crate::app::picker::{PickRow, Picker};
use crate::app::session::{Mode, Session, Sheet};
use crate::model::change::{Change, Record};
use crate::model::document::{Document, DocumentId, Done};
use crate::text::count::counted;
use crate::text::width::printable;

/// Documents and panes.
pub const GROUP: Group = Group {
    title: "Documents and panes",
    mode: "read",
    commands: &[
        Command { name: "open-document", help: "open a document, with its pair in the other pane", run: open_document },
        Command { name: "open-here", help: "open a document in this pane alone, the other stays", run: open_here },
        Command { name: "document-info", help: "show what is known about the document", run: document_info },
        Command { name: "mark-done", help: "mark the document as coded through, or not", run: mark_done },
        Command { name: "other-pane", help: "go to the other pane", run: other_pane },
        Command { name: "single-pane", help: "show one pane alone, or both", run: single_pane },
        Command { name: "toggle-panel", help: "show or hide the list of annotations", run: toggle_panel },
        Command { name: "reload", help: "read what colleagues wrote since", run: reload },
        Command { name: "suspend", help: "go back to the shell for a while (fg returns)", run: suspend },
        Command { name: "quit", help: "leave; everything is kept already", run: quit },
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
        (0, _) => format!("{all} by others"),
        (_, _) if own == all => format!("{own} tagged"),
        _ => format!("{own} tagged, {} by others", all - own),
    };
    if session.shared.done.contains(&(id.clone(), coder.clone())) {
        return ("✓", join("done", &share));
    }
    let read = session.now.0.read_percent.get(id).copied().unwrap_or(0);
    match (own, read) {
        (0, 0) => ("·", join("", &share)),
        (0, _) => ("○", join(&format!("read {read} %"), &share)),
        _ => ("●", share),
    }
}

fn join(left: &str, right: &str) -> String {
    if left.is_empty() || right.is_empty() { format!("{left}{right}") } else { format!("{left} · {right}") }
}

fn open_document(session: &mut Session, args: &Args) -> Outcome {
    let Some(id) = chosen(session, args, "Open, with its pair", "open-document")? else { return DONE };
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
    let Some(id) = chosen(session, args, "Open in this pane alone", "open-here")? else { return DONE };
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
        let rows = session.shared.documents.values().map(|document| document_row(session, document)).collect();
        let here = session.pane().document.0.clone();
        session.mode = Mode::Pick(Box::new(Picker::new(title, command, rows).at(&here)));
        return Ok(None);
    };
    let id = DocumentId(choice.clone());
    if session.shared.documents.contains_key(&id) { Ok(Some(id)) } else { Err("there is no such document".into()) }
}

fn document_row(session: &Session, document: &Document) -> PickRow {
    let (sign, share) = progress(session, &document.id);
    let detail = join(&share, &printable(&document.id.0));
    PickRow {
        value: document.id.0.clone(),
        text: format!("{:2}  {}", printable(&document.language), printable(document.name())),
        detail,
        mark: (sign.to_owned(), String::new()),
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
    let id = session.pane().document.clone();
    let Some(document) = session.shared.documents.get(&id) else {
        return Err("nothing is known about this document yet".into());
    };
    let mut lines = vec![
        ("title".to_owned(), printable(document.name())),
        ("document".into(), printable(&id.0)),
        ("language".into(), printable(&document.language)),
        (
            "pair".into(),
            session.shared.counterpart(&id).map_or_else(|| "—".into(), |other| printable(session.shared.title(other))),
        ),
        ("progress".into(), progress(session, &id).1),
    ];
    if let Some(offsets) = &session.pane().offsets {
        lines.push(("length".into(), format!("{} characters", offsets.n_code_points())));
    }
    lines.extend(document.attributes.iter().map(|(name, value)| (printable(name), printable(value))));
    lines.push(("revision".into(), document.revision.chars().take(12).collect()));
    lines.push((String::new(), String::new()));
    let counts = session.counts.get(&id);
    lines.extend(counts.into_iter().flatten().map(|(coder, n)| (printable(coder), counted(*n, "annotation"))));
    session.mode = Mode::Show(Sheet { title: "Document".into(), lines, top: 0 });
    DONE
}

fn mark_done(session: &mut Session, _: &Args) -> Outcome {
    session.may_write()?;
    let done = Done { document: session.pane().document.clone(), coder: session.about.coder.clone() };
    if done.document.0.is_empty() {
        return Err("no document is open".into());
    }
    let is_done = session.shared.done.contains(&(done.document.clone(), done.coder.clone()));
    let record = Record::Done(done);
    Ok(vec![Effect::Keep(vec![if is_done { Change::remove(record) } else { Change::put(record) }])])
}

fn other_pane(session: &mut Session, _: &Args) -> Outcome {
    if session.panes[1 - (session.focus & 1)].document.0.is_empty() {
        return Err("the other pane is empty; open a document first".into());
    }
    session.work().reshaping = None;
    session.focus = 1 - (session.focus & 1);
    DONE
}

fn single_pane(session: &mut Session, _: &Args) -> Outcome {
    if session.screen.is_narrow() {
        let other = session.keys.hint("read", "other-pane");
        return Err(format!("two panes need 100 columns; {other} goes to the other one").into());
    }
    session.screen.is_single = !session.screen.is_single;
    DONE
}

fn toggle_panel(session: &mut Session, _: &Args) -> Outcome {
    session.screen.has_panel = !session.screen.has_panel;
    DONE
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
