//! Marking passages with codes, and changing what was marked.

use crate::app::beside;
use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::editor::Editor;
use crate::app::effect::Effect;
use crate::app::picker::{PickRow, Picker, Preview};
use crate::app::session::{Mode, Purpose, Session, Subject};
use crate::app::when;
use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::change::{Change, Record};
use crate::model::code::{Code, CodeId};
use crate::text::anchor;
use crate::text::span::Span;
use crate::text::width::{fitted, flat, printable};
use crate::{count, say};

/// Longest name taken from a passage, in columns.
const IN_VIVO_COLUMNS: usize = 60;

/// Tagging.
pub const GROUP: Group = Group {
    title: "Tagging",
    mode: "read",
    commands: &[
        Command::of("tag", "tag the selection with a code from a list, or a new one", tag)
            .also("new code, apply, annotate, highlight")
            .when(when::taggable),
        Command::of("tag-by-key", "tag the selection by the code's own letter", tag_by_key).when(when::taggable),
        Command::of("tag-again", "tag the selection with the code used last", tag_again).when(when::used_a_code),
        Command::of("tag-in-vivo", "tag the selection with a new code named by its own words", tag_in_vivo)
            .when(when::taggable),
        Command::of("switch-annotation", "choose the next annotation at the cursor", switch).when(when::at_several),
        Command::of("memo", "write a memo (a note) on the annotation at the cursor", memo)
            .also("comment")
            .when(when::at_own),
        Command::of("recode", "change the annotation's code to another", recode)
            .also("rename, replace")
            .when(when::at_own),
        Command::of("reshape", "change the annotation's boundaries", reshape)
            .also("resize, extend, shorten")
            .when(when::at_own),
        Command::of("confirm", "set the boundaries that were changed; else tag the selection", confirm)
            .when(when::taggable),
        Command::of("delete-annotation", "delete the annotation at the cursor", delete)
            .also("remove, erase")
            .when(when::at_own),
        Command::of("undo", "take the last change back, also from before a restart", undo)
            .also("revert")
            .when(when::writable),
        Command::of("redo", "bring back what undo took", redo).when(when::writable),
    ],
};

/// The rows of a list of all codes.
pub fn code_rows(session: &Session) -> Vec<PickRow> {
    let book = &session.shared.codebook;
    book.in_use()
        .map(|code| {
            let others: Vec<&str> = code.names.all().filter(|name| *name != code.called()).collect();
            let path = book.path(&code.id);
            let detail =
                if path == code.name() { others.join(" · ") } else { format!("{path} · {}", others.join(" · ")) };
            let mark = (mark_of(code), book.colour(&code.id).to_owned());
            PickRow { value: code.id.0.clone(), text: code.called().to_owned(), detail, mark, ..PickRow::default() }
        })
        .collect()
}

/// The letter by which a code is known at a glance: its key, or its name's first.
pub fn mark_of(code: &Code) -> String {
    if code.key.is_empty() {
        code.name().chars().next().map(String::from).unwrap_or_default()
    } else {
        code.key.clone()
    }
}

fn selected(session: &Session) -> Result<Span, Refusal> {
    session.may_write()?;
    let span = session.pane().words();
    if span.is_empty() {
        return Err(say!("there is no text to tag here").into());
    }
    if session.pane().offsets.is_none() {
        return Err(say!("the document is still being measured; a moment").into());
    }
    Ok(span)
}

fn tag(session: &mut Session, args: &Args) -> Outcome {
    selected(session)?;
    let Some(choice) = &args.choice else {
        let last = session.now.0.last_code.clone().unwrap_or_default();
        let picker = Picker::new(say!("Tag with"), "tag", code_rows(session))
            .making(say!("new code"))
            .marking()
            .previewing(about_code)
            .at(&last.0);
        session.mode = Mode::Pick(Box::new(picker));
        return DONE;
    };
    let codes = codes_of(session, choice, &args.marked)?;
    annotate(session, &codes)
}

/// A code, and the change that makes it if it is new.
type Chosen = (CodeId, Option<Change>);

/// The codes that were chosen in a list: the one, or all that were marked.
pub fn codes_of(session: &Session, choice: &String, marked: &[String]) -> Result<Vec<Chosen>, Refusal> {
    let names = if marked.is_empty() { std::slice::from_ref(choice) } else { marked };
    names.iter().map(|name| code_named(session, name)).collect()
}

/// A new annotation of this coder on a span of a pane, the `n`-th of this stroke.
pub fn new_annotation(
    session: &Session,
    side: usize,
    span: Span,
    code: &CodeId,
    n: usize,
) -> Result<Annotation, Refusal> {
    let (pane, moment) = (&session.panes[side & 1], session.now.1);
    if span.is_empty() {
        return Err(say!("an annotation needs at least one letter").into());
    }
    let passage = pane.passage(span).ok_or(say!("the document is still being measured; a moment"))?;
    let id = AnnotationId::new(moment.now, moment.chance.wrapping_add(n as u128));
    let quote = anchor::quote(&pane.text, span);
    Ok(Annotation::new(id, &session.about.coder, (passage, quote), code.clone(), moment.now))
}

/// The code that a choice means, and the change that makes it if it is new.
fn code_named(session: &Session, name: &str) -> Result<Chosen, Refusal> {
    let book = &session.shared.codebook;
    if let Some(given) = book.named(name).and_then(|code| book.given(&code.id.0)) {
        return given.map(|code| (code.id.clone(), None)).map_err(Refusal);
    }
    let name = printable(name.trim());
    let id = CodeId::of_name(&name).ok_or(say!("a code's name needs a letter or a digit"))?;
    if name.contains('/') {
        return Err(say!("a code's name has no /, which parts the names in a path").into());
    }
    if let Some(given) = book.get(&id).and_then(|code| book.given(&code.id.0)) {
        return given.map(|code| (code.id.clone(), None)).map_err(Refusal);
    }
    let mut code = Code::named(id.clone(), &name);
    code.key = book.free_key(&name);
    code.colour = book.free_colour();
    Ok((id, Some(Change::put(Record::Code(code)))))
}

/// Tags what is selected with codes, each with the change that makes it if it is new. Those that this coder gave
/// the passage before are left out.
fn annotate(session: &mut Session, codes: &[Chosen]) -> Outcome {
    let span = selected(session)?;
    let pane = session.pane();
    let me = &session.about.coder;
    let own = pane.layer.overlapping(span).into_iter().filter(|p| p.span == span && p.annotation.coder == *me);
    let has: Vec<CodeId> = own.map(|p| p.annotation.code.clone()).collect();
    let (mut changes, mut last) = (Vec::new(), None);
    let book = &session.shared.codebook;
    let is_new = |(code, _): &&Chosen| !has.iter().any(|own| book.is_one(own, code));
    for (i, (code, new)) in codes.iter().filter(is_new).enumerate() {
        let annotation = new_annotation(session, session.focus, span, code, i)?;
        last = Some((annotation.id, code.clone()));
        changes.extend(new.clone());
        changes.push(Change::put(Record::Annotation(annotation)));
    }
    let Some((id, code)) = last else {
        let names: Vec<&str> = codes.iter().map(|(code, _)| session.shared.codebook.called(code)).collect();
        return Err(say!("this passage is tagged {names} already", names = names.join(", ")).into());
    };
    session.work().last_code = Some(code);
    session.work().reshaping = None;
    let pane = session.pane_mut();
    pane.current = Some(id);
    pane.selection.is_extending = false;
    Ok(vec![Effect::Keep(changes)])
}

/// What a list's preview says of a code.
pub fn about_code(session: &Session, id: &str) -> Preview {
    let book = &session.shared.codebook;
    let Some(code) = book.get(&CodeId(id.to_owned())) else { return Preview::new() };
    let n = session.panes.iter().flat_map(|pane| pane.layer.all()).filter(|p| p.annotation.code == code.id).count();
    let names = [("en", &code.names.en), ("kk", &code.names.kk), ("ru", &code.names.ru)];
    let said = [(say!("is"), &code.definition), (say!("mark"), &code.include), (say!("not"), &code.exclude)];
    let mut lines = vec![(book.path(&code.id), String::new())];
    let rows = names.into_iter().chain(said).filter(|(_, text)| !text.is_empty());
    lines.extend(rows.map(|(left, right)| (left.to_owned(), right.clone())));
    lines.extend(code.examples.iter().map(|(language, example)| (language.clone(), format!("“{example}”"))));
    lines.push((say!("used").into(), count!(n, "{n} time in the open documents", "{n} times in the open documents")));
    lines
}

fn tag_by_key(session: &mut Session, args: &Args) -> Outcome {
    selected(session)?;
    let Some(key) = &args.choice else {
        if session.shared.codebook.in_use().all(|code| code.key.is_empty()) {
            let tag = session.keys.hint("read", "tag");
            return Err(say!("no code has a key yet; {tag} makes the first code", tag).into());
        }
        session.mode = Mode::CodeKey;
        return DONE;
    };
    session.mode = Mode::Read;
    match session.shared.codebook.of_key(key).map(|code| code.id.clone()) {
        Some(code) => annotate(session, &[(code, None)]),
        None => Err(say!(
            "no code has the key {key}; {tag} lists all codes",
            key = printable(key),
            tag = session.keys.hint("read", "tag")
        )
        .into()),
    }
}

fn tag_again(session: &mut Session, _: &Args) -> Outcome {
    let last = session.now.0.last_code.clone().and_then(|code| session.shared.codebook.given(&code.0));
    let code = last.ok_or(say!("no code was used yet"))?.map_err(Refusal)?.id.clone();
    annotate(session, &[(code, None)])
}

fn tag_in_vivo(session: &mut Session, _: &Args) -> Outcome {
    let span = selected(session)?;
    let words = session.pane().text.read(span);
    let name = fitted(&flat(&words), IN_VIVO_COLUMNS);
    let code = code_named(session, &name)?;
    annotate(session, &[code])
}

fn switch(session: &mut Session, _: &Args) -> Outcome {
    let pane = session.pane_mut();
    let ids: Vec<AnnotationId> = pane.here().iter().map(|p| p.annotation.id).collect();
    let now = pane.annotation().map(|a| a.id);
    let at = ids.iter().position(|id| Some(*id) == now).ok_or(say!("there is no annotation here"))?;
    pane.current = ids.get((at + 1) % ids.len()).copied();
    DONE
}

/// The annotation at the cursor, if it is this coder's to change.
fn own(session: &Session) -> Result<Annotation, Refusal> {
    session.may_write()?;
    let annotation = session.pane().annotation().ok_or(say!("there is no annotation here"))?;
    if annotation.coder != session.about.coder {
        return Err(say!(
            "{coder} made this annotation; only they can change it",
            coder = printable(&annotation.coder)
        )
        .into());
    }
    Ok(annotation.clone())
}

fn replace(was: Annotation, now: Annotation) -> Outcome {
    if was == now {
        return DONE;
    }
    Ok(vec![Effect::Keep(vec![Change::replace(Record::Annotation(was), Record::Annotation(now))])])
}

fn memo(session: &mut Session, args: &Args) -> Outcome {
    if let Some(memo) = &args.choice {
        // What was written is for the annotation that the editor was opened on, wherever the cursor is now.
        session.may_write()?;
        let pane = session.pane();
        let placed = pane.current.and_then(|id| pane.layer.get(id)).ok_or(say!("the annotation is gone"))?;
        let was = placed.annotation.clone();
        let memo = memo.trim_end().to_owned();
        session.work().keeping.unsaved = (was.memo != memo).then(|| (Subject::Annotation(was.id), memo.clone()));
        // A memo's day in the diary is that of its beginning.
        let begun = if was.memo.is_empty() { Some(session.now.1.now) } else { was.memo_time };
        let memo_time = begun.filter(|_| !memo.is_empty());
        return replace(was.clone(), Annotation { memo, memo_time, ..was });
    }
    let annotation = own(session)?;
    session.pane_mut().current = Some(annotation.id);
    session.mode = Mode::Edit(Editor::new(&annotation.memo), Purpose::Memo(Subject::Annotation(annotation.id)));
    DONE
}

fn recode(session: &mut Session, args: &Args) -> Outcome {
    let annotation = own(session)?;
    session.pane_mut().current = Some(annotation.id);
    let Some(choice) = &args.choice else {
        let picker = Picker::new(say!("Give it the code"), "recode", code_rows(session))
            .making(say!("new code"))
            .previewing(about_code)
            .at(&annotation.code.0);
        session.mode = Mode::Pick(Box::new(picker));
        return DONE;
    };
    let (code, new) = code_named(session, choice)?;
    session.work().last_code = Some(code.clone());
    if code == annotation.code {
        return DONE;
    }
    let mut changes: Vec<Change> = new.into_iter().collect();
    let now = Annotation { code, ..annotation.clone() };
    changes.push(Change::replace(Record::Annotation(annotation), Record::Annotation(now)));
    Ok(vec![Effect::Keep(changes)])
}

fn reshape(session: &mut Session, _: &Args) -> Outcome {
    let annotation = own(session)?;
    session.work().reshaping = Some(annotation.id);
    let pane = session.pane_mut();
    pane.current = Some(annotation.id);
    if let Some(span) = pane.layer.get(annotation.id).map(|p| p.span) {
        pane.selection.put(span);
        pane.selection.loosen();
        pane.selection.is_extending = true;
    }
    DONE
}

fn confirm(session: &mut Session, args: &Args) -> Outcome {
    if let Some(set) = beside::set_counterpart(session) {
        return set;
    }
    let Some(id) = session.now.0.reshaping else { return tag(session, args) };
    session.may_write()?;
    let pane = session.pane();
    let span = pane.words();
    if span.is_empty() {
        return Err(say!("an annotation needs at least one letter").into());
    }
    let was = pane.layer.get(id).map(|p| p.annotation.clone()).ok_or(say!("the annotation is gone"))?;
    let passage = pane.passage(span).ok_or(say!("the document is still being measured; a moment"))?;
    // Who sets the boundaries says where it stands.
    let now = Annotation { passage, quote: anchor::quote(&pane.text, span), doubt: None, ..was.clone() };
    session.work().reshaping = None;
    session.pane_mut().selection.is_extending = false;
    replace(was, now)
}

fn delete(session: &mut Session, _: &Args) -> Outcome {
    let annotation = own(session)?;
    session.work().reshaping = None;
    session.pane_mut().selection.is_extending = false;
    let changes = vec![Change::remove(Record::Annotation(annotation))];
    Ok(vec![Effect::Keep(changes)])
}

/// Steps that one key takes at most.
const MAX_STEPS: usize = 1000;

fn undo(session: &mut Session, args: &Args) -> Outcome {
    session.may_write()?;
    if beside::unpin(session) {
        session.tell(say!("the counterpart is what it was"));
        return DONE;
    }
    Ok(steps(session, true, args))
}

fn redo(session: &mut Session, args: &Args) -> Outcome {
    session.may_write()?;
    Ok(steps(session, false, args))
}

fn steps(session: &mut Session, is_undo: bool, args: &Args) -> Vec<Effect> {
    let n = args.times().min(MAX_STEPS);
    session.work().keeping.steps = (n, n);
    let is_sure = session.now.0.keeping.was_asked;
    vec![Effect::Step { is_undo, is_sure }; n]
}
