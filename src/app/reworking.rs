//! What is done to many own annotations from a list: another code, the word that they still stand.

use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::effect::{Effect, Rework};
use crate::app::picker::{PickRow, Picker};
use crate::app::reviewing::{ask_words, reason_of, reasons};
use crate::app::session::{Mode, Session};
use crate::app::suggesting;
use crate::app::tagging::{about_code, code_rows, codes_of};
use crate::app::when;
use crate::model::annotation::AnnotationId;
use crate::model::document::DocumentId;
use crate::model::verdict::Judgement;
use crate::query::hit::Hit;
use crate::{count, say};

/// What lists those whose place is doubtful.
const DOUBTFUL: &str = "any has:doubt";

/// What lists the own ones whose code was redefined.
const TO_REREAD: &str = "any by:me has:to-reread";

/// A list that is to be gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Passages whose place was found by words that are not quite the same.
    Doubtful,
    /// Passages whose code was redefined since.
    ToReread,
}

/// Lists of work.
pub const GROUP: Group = Group {
    title: "Going through passages again",
    mode: "read",
    commands: &[
        Command::of(
            "list-to-sort",
            "list your passages of codes that were split: each is to be given a new code",
            to_sort,
        )
        .also("split, sort")
        .when(when::writable),
        Command::of("list-to-reread", "list your passages of codes whose definition changed since", to_reread)
            .also("definition changed, reread, recheck")
            .when(when::writable),
        Command::of(
            "list-doubtful",
            "list passages whose place was found by words that are not quite the same",
            doubtful,
        )
        .also("doubt, import, revise, confirm")
        .when(when::writable),
        Command::of("recode-passages", "give the listed passages another code", recode_with).when(chosen_before),
        Command::of("reject-passages", "reject the listed passages of colleagues, with a reason", reject_with)
            .when(chosen_before),
    ],
};

/// Inside the lists.
pub const INSIDE: Group = Group {
    title: "In a list of passages",
    mode: "pick",
    commands: &[
        Command::of("recode-hits", "give your marked passages, or the chosen one, another code", recode)
            .when(in_passages),
        Command::of(
            "accept-rows",
            "accept what is marked: colleagues' is right, yours still stands, suggestions are tagged",
            accept,
        )
        .when(in_list),
        Command::of(
            "dismiss-rows",
            "reject colleagues' marked passages, with a reason; dismiss suggestions for ever",
            dismiss,
        )
        .when(in_list),
    ],
};

fn is_passages(session: &Session) -> bool {
    matches!(&session.mode, Mode::Pick(picker) if picker.command == "go-to-hit") && session.hits.is_query
}

fn in_list(session: &Session) -> Result<(), Refusal> {
    session.may_write()?;
    if is_passages(session) || suggesting::is_listed(session) {
        Ok(())
    } else {
        let key = session.keys.hint("read", "query");
        Err(say!("this is for a list of passages; {key} asks for one", key).into())
    }
}

fn in_passages(session: &Session) -> Result<(), Refusal> {
    if suggesting::is_listed(session) {
        return Err(say!("accept a suggestion first").into());
    }
    in_list(session)
}

fn chosen_before(session: &Session) -> Result<(), Refusal> {
    if session.lists.chosen.is_empty() { Err(say!("choose passages in a list first").into()) } else { Ok(()) }
}

fn to_sort(session: &mut Session, _: &Args) -> Outcome {
    session.run("query", &Args::choice("any by:me has:to-sort"))
}

fn to_reread(session: &mut Session, _: &Args) -> Outcome {
    session.run("query", &Args::choice(TO_REREAD))
}

fn doubtful(session: &mut Session, _: &Args) -> Outcome {
    session.run("query", &Args::choice(DOUBTFUL))
}

/// Which list of work is on the screen.
pub fn listed(session: &Session) -> Option<Work> {
    let query = is_passages(session).then_some(session.hits.query.as_str())?;
    [(DOUBTFUL, Work::Doubtful), (TO_REREAD, Work::ToReread)]
        .into_iter()
        .find(|(of, _)| *of == query)
        .map(|(_, work)| work)
}

/// Tells of a document that was opened how many of its places are to be looked at.
pub fn tell_doubtful(session: &mut Session, document: &DocumentId) {
    let Some(pane) = session.panes.iter().find(|pane| pane.document == *document) else { return };
    let n = pane.layer.all().iter().filter(|placed| placed.annotation.doubt.is_some()).count();
    let key = session.keys.hint("read", "list-doubtful");
    if n > 0 && !key.is_empty() && session.about.read_only.is_none() {
        session.tell(count!(
            n,
            "{n} place in this document is doubtful; {key} lists it",
            "{n} places in this document are doubtful; {key} lists them",
            key
        ));
    }
}

/// The marked rows, or the chosen one.
fn meant(session: &Session) -> Vec<&Hit> {
    let Mode::Pick(picker) = &session.mode else { return Vec::new() };
    let marked = picker.marked();
    let values = if marked.is_empty() { picker.choice().into_iter().collect() } else { marked };
    values.iter().filter_map(|value| session.hits.all.get(value.parse::<usize>().ok()?)).collect()
}

/// The annotations that these come from.
fn chosen(session: &Session) -> Vec<(DocumentId, AnnotationId)> {
    let hits = meant(session).into_iter();
    hits.flat_map(|hit| hit.annotations.iter().map(|id| (hit.document.clone(), *id))).collect()
}

/// Remembers where in the list the work goes on.
fn note_row(session: &mut Session) {
    if let Mode::Pick(picker) = &session.mode {
        // What is marked above goes from the list.
        let marked = picker.marked();
        let above = picker.hits.iter().take(picker.selected).filter_map(|at| picker.rows.get(*at));
        let n_gone = above.filter(|row| marked.contains(&row.value)).count();
        session.hits.again.row = picker.selected - n_gone;
    }
}

fn recode(session: &mut Session, _: &Args) -> Outcome {
    if meant(session).iter().any(|hit| hit.annotations.len() > 1) {
        return Err(say!("a passage of several annotations has several codes; ask for one of them").into());
    }
    session.lists.chosen = chosen(session);
    note_row(session);
    if session.lists.chosen.is_empty() {
        return Err(say!("nothing matches").into());
    }
    let title = count!(session.lists.chosen.len(), "Give {n} passage the code", "Give {n} passages the code");
    // What an own folder holds comes first: after a split that is what is meant.
    let first =
        session.hits.all.iter().find(|hit| hit.annotations.first() == session.lists.chosen.first().map(|(_, id)| id));
    let said = first.map(|hit| hit.said.clone()).unwrap_or_default();
    let book = &session.shared.codebook;
    let (mut own, others): (Vec<PickRow>, Vec<PickRow>) = code_rows(session).into_iter().partition(|row| {
        let parent = book.get(&crate::model::code::CodeId(row.value.clone())).map(|code| book.called(&code.parent));
        parent.is_some_and(|parent| !parent.is_empty() && said.split(" · ").next() == Some(parent))
    });
    own.extend(others);
    let picker = Picker::new(title, "recode-passages", own).making(say!("new code")).previewing(about_code);
    session.mode = Mode::Pick(Box::new(picker));
    DONE
}

fn recode_with(session: &mut Session, args: &Args) -> Outcome {
    session.may_write()?;
    let choice = args.choice.as_ref().ok_or(say!("choose passages in a list first"))?;
    let chosen = codes_of(session, choice, &[])?;
    let Some((code, new)) = chosen.into_iter().next() else { return DONE };
    session.mode = Mode::Read;
    let places = std::mem::take(&mut session.lists.chosen);
    session.hits.again.is_stale = true;
    Ok(vec![Effect::Rework(places, Rework::Recode(code, new.into_iter().collect()))])
}

fn accept(session: &mut Session, _: &Args) -> Outcome {
    if suggesting::is_listed(session) {
        return suggesting::accept(session);
    }
    let places = chosen(session);
    if places.is_empty() {
        return Err(say!("nothing matches").into());
    }
    note_row(session);
    session.hits.again.is_stale = true;
    session.mode = Mode::Read;
    Ok(vec![Effect::Rework(places, Rework::Stands)])
}

fn dismiss(session: &mut Session, _: &Args) -> Outcome {
    if suggesting::is_listed(session) {
        return suggesting::dismiss(session);
    }
    session.lists.chosen = chosen(session);
    note_row(session);
    if session.lists.chosen.is_empty() {
        return Err(say!("nothing matches").into());
    }
    let n = session.lists.chosen.len();
    let title = count!(n, "Reject {n} passage because of", "Reject {n} passages because of");
    let picker = Picker::new(title, "reject-passages", reasons(session)).making(say!("other words"));
    session.mode = Mode::Pick(Box::new(picker));
    DONE
}

fn reject_with(session: &mut Session, args: &Args) -> Outcome {
    session.may_write()?;
    let choice = args.choice.as_ref().ok_or(say!("choose passages in a list first"))?;
    let Some((category, reason)) = reason_of(choice) else { return ask_words(session, "reject-passages", choice) };
    session.mode = Mode::Read;
    session.hits.again.is_stale = true;
    let places = std::mem::take(&mut session.lists.chosen);
    Ok(vec![Effect::Rework(places, Rework::Judge(Judgement::Reject { category, reason }))])
}

/// A list that was worked on is asked for again, once what was done is kept.
pub fn wanted(session: &mut Session) -> Vec<Effect> {
    let is_free = matches!(session.mode, Mode::Read) && !session.now.0.keeping.is_saving;
    if is_free && std::mem::take(&mut session.hits.again.is_stale) {
        session.hits.again.is_asked = true;
        return vec![Effect::Query(session.hits.query.clone())];
    }
    Vec::new()
}
