//! Settling where coders differ, into the consensus: by hand, and by rules.

use crate::agreement::comparison::Kind;
use crate::agreement::settling::{Adjudication, Rule, Settling};
use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::comparing::{self, Difference, described, here};
use crate::app::editor::Editor;
use crate::app::effect::Effect;
use crate::app::picker::{PickRow, Picker};
use crate::app::reviewing::reason_of;
use crate::app::session::{Mode, Purpose, Session};
use crate::app::tagging::{code_rows, codes_of};
use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::change::Change;
use crate::model::rules::CONSENSUS;
use crate::model::settlement::Ruling;
use crate::model::verdict::Claim;
use crate::text::anchor;
use crate::text::width::{fitted, flat, printable};
use crate::{count, say};

/// Settling.
pub const GROUP: Group = Group {
    title: "Settling differences",
    mode: "read",
    commands: &[
        Command::of("settle", "settle this place: one coder's, all, something else, or nothing", settle)
            .also("adjudicate, consensus, resolve")
            .when(at_place),
        Command::of(
            "settle-by-rule",
            "settle what a rule decides in the open texts: all alike, majority, overlap",
            by_rule,
        )
        .also("adjudicate, consensus, automatic")
        .when(may_settle),
    ],
};

/// Columns of what a coder said in the list.
const QUOTE_COLUMNS: usize = 60;

fn may_settle(session: &Session) -> Result<(), Refusal> {
    session.may_write()?;
    if session.comparing.is_on {
        return Ok(());
    }
    let key = session.keys.hint("read", "compare");
    Err(say!("compare the coders first ({key})", key).into())
}

fn at_place(session: &Session) -> Result<(), Refusal> {
    may_settle(session)?;
    let has_consensus = || session.pane().here().iter().any(|placed| placed.annotation.coder == CONSENSUS);
    if here(session).is_some() || has_consensus() {
        return Ok(());
    }
    let key = session.keys.hint("read", "next-difference");
    Err(say!("nobody tagged anything here; {key} goes to the next difference", key).into())
}

/// The annotations of a place, as they are in a pane.
fn said<'a>(session: &'a Session, side: usize, place: &Difference) -> Vec<&'a Annotation> {
    let layer = &session.panes[side & 1].layer;
    place.of.iter().filter_map(|id| layer.get(*id)).map(|placed| &placed.annotation).collect()
}

/// What is to be settled: the place of the list that is open, or the one at the cursor.
fn meant(session: &Session) -> Result<Difference, Refusal> {
    let whole = comparing::unfiltered(session, session.focus);
    if let Some(of) = &session.comparing.settling {
        let place = whole.into_iter().find(|place| place.of == *of);
        return place.ok_or_else(|| say!("something changed here meanwhile; look at it again").into());
    }
    let here = here(session).ok_or(say!("nobody tagged anything here"))?;
    // With all coders, and not only those that are compared just now.
    let is_part = |place: &&Difference| here.of.iter().any(|id| place.of.contains(id));
    Ok(whole.iter().find(is_part).cloned().unwrap_or_else(|| here.clone()))
}

fn settle(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        session.comparing.settling = None;
        let Ok(place) = meant(session) else { return reopen(session) };
        let rows = rulings(session, &place);
        let title = fitted(&described(session, &place), usize::from(session.screen.columns.saturating_sub(12)));
        session.comparing.settling = Some(place.of);
        session.mode = Mode::Pick(Box::new(Picker::new(title, "settle", rows)));
        return DONE;
    };
    let place = meant(session)?;
    if choice == "reopen" {
        session.mode = Mode::Read;
        return reopen(session);
    }
    if choice == "other" {
        let rows = code_rows(session).into_iter().map(|row| PickRow { value: format!("code {}", row.value), ..row });
        let picker = Picker::new(say!("The words that are selected, with the code"), "settle", rows.collect());
        session.mode = Mode::Pick(Box::new(picker));
        return DONE;
    }
    let Some((ruling, reason)) = reason_of(choice) else {
        let prompt = say!("why? or Enter").to_owned();
        let purpose = Purpose::Line { prompt, command: "settle", about: format!("{choice}\u{2}") };
        session.mode = Mode::Edit(Editor::line(""), purpose);
        return DONE;
    };
    session.mode = Mode::Read;
    let settling = Settling { reason, ..ruled(session, &place, &ruling)? };
    let changes = changes(session, session.focus, &[settling]);
    session.comparing.settling = None;
    Ok(vec![Effect::Keep(changes)])
}

/// What may come of a place, as a list.
fn rulings(session: &Session, place: &Difference) -> Vec<PickRow> {
    let all = said(session, session.focus, place);
    let book = &session.shared.codebook;
    let mut coders: Vec<&str> = all.iter().map(|annotation| annotation.coder.as_str()).collect();
    coders.sort_unstable();
    coders.dedup();
    let row = |value: String, text: String, detail: String| PickRow { value, text, detail, ..PickRow::default() };
    let mut rows: Vec<PickRow> = Vec::new();
    if place.kind == Kind::Same {
        rows.push(row("all".into(), say!("what all say").into(), String::new()));
    }
    for coder in coders {
        let own: Vec<String> = all
            .iter()
            .filter(|annotation| annotation.coder == coder)
            .map(|annotation| format!("{} “{}”", book.called(&annotation.code), flat(&annotation.quote.exact)))
            .collect();
        let text = say!("what {coder} says", coder = printable(coder));
        rows.push(row(format!("take {coder}"), text, fitted(&own.join(" · "), QUOTE_COLUMNS)));
    }
    if place.kind != Kind::Same {
        rows.push(row("all".into(), say!("both, or all").into(), String::new()));
    }
    rows.push(row(
        "other".into(),
        say!("something else").into(),
        say!("the words that are selected, and a code").into(),
    ));
    rows.push(row("nothing".into(), say!("nothing is tagged here").into(), String::new()));
    if let Some(old) = old_one(session, place) {
        let detail = format!("{} · {}", printable(&old.coder), printable(&old.reason));
        rows.push(row("reopen".into(), say!("open it again").into(), detail));
    }
    rows
}

fn old_one<'a>(session: &'a Session, place: &Difference) -> Option<&'a crate::model::settlement::Settlement> {
    let review = &session.pane().review;
    review.settlements.values().find(|old| old.sources.iter().any(|(id, _)| place.of.contains(id)))
}

/// Opens again what was settled of the annotations of the place, or at the cursor.
fn reopen(session: &mut Session) -> Outcome {
    let of = session.comparing.settling.take();
    let here = || session.pane().here().iter().map(|placed| placed.annotation.id).collect();
    let ids: Vec<AnnotationId> = of.unwrap_or_else(here);
    let mut adjudication = begun(session, session.focus);
    if !ids.iter().any(|id| adjudication.reopen(*id)) {
        return Err(say!("nothing was settled here").into());
    }
    Ok(vec![Effect::Keep(adjudication.changes())])
}

/// What is settled in a pane's document, to go on with.
fn begun(session: &Session, side: usize) -> Adjudication {
    let pane = &session.panes[side & 1];
    let consensus = pane.layer.all().iter().map(|placed| &placed.annotation).filter(|one| one.coder == CONSENSUS);
    Adjudication::new(&pane.review, consensus.cloned())
}

/// What a choice in the list settles.
fn ruled<'a>(session: &'a Session, place: &Difference, choice: &str) -> Result<Settling<'a>, Refusal> {
    let all = said(session, session.focus, place);
    Ok(match choice.split_once(' ') {
        Some(("take", coder)) => {
            let taken: Vec<&Annotation> = all.iter().copied().filter(|annotation| annotation.coder == coder).collect();
            if taken.is_empty() {
                return Err(say!("something changed here meanwhile; look at it again").into());
            }
            Settling::taking(all, Ruling::Take(coder.to_owned()), &taken)
        }
        Some(("code", id)) => {
            let code = codes_of(session, &id.to_owned(), &[])?.into_iter().next();
            let code = code.map(|(code, _)| code).ok_or(say!("there is no such code"))?;
            let pane = session.pane();
            let span = pane.words();
            let passage = pane.passage(span).filter(|_| !span.is_empty());
            let passage = passage.ok_or(say!("select the words first"))?;
            let claim = Claim { start: passage.start, end: passage.end, code };
            let quote = anchor::quote(&pane.text, span);
            let first =
                all.iter().copied().min_by_key(|annotation| annotation.id).ok_or(say!("the annotation is gone"))?;
            Settling { taken: vec![(first, claim, quote)], ..Settling::taking(all, Ruling::Other, &[]) }
        }
        _ if choice == "all" => {
            let rule = Rule::Same.take(Kind::Same, &all, 0).map(|(_, taken)| taken).unwrap_or_default();
            Settling::taking(all, Ruling::All, &rule)
        }
        _ => Settling::taking(all, Ruling::Nothing, &[]),
    })
}

/// The changes that settle places of a pane.
fn changes(session: &Session, side: usize, all: &[Settling<'_>]) -> Vec<Change> {
    let by = (session.about.coder.as_str(), session.now.1.now);
    let mut adjudication = begun(session, side);
    for settling in all {
        adjudication.settle(settling, by);
    }
    adjudication.changes()
}

fn by_rule(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        let row = |value: &str, text: &str, detail: &str| PickRow {
            value: value.to_owned(),
            text: text.to_owned(),
            detail: detail.to_owned(),
            also: value.to_owned(),
            ..PickRow::default()
        };
        let rows = vec![
            row("same", say!("where all say the same of the same words"), say!("that")),
            row("majority", say!("where more than half say the same, or more than half nothing"), say!("that")),
            row(
                "overlap 80",
                say!("where all gave the code and share 80 % of the words"),
                say!("what has most in common"),
            ),
            row(
                "overlap 50",
                say!("where all gave the code and share 50 % of the words"),
                say!("what has most in common"),
            ),
        ];
        let picker = Picker::new(say!("Settle in the open texts"), "settle-by-rule", rows).making(say!("overlap N"));
        session.mode = Mode::Pick(Box::new(picker));
        return DONE;
    };
    session.mode = Mode::Read;
    let rule = Rule::read(choice).ok_or(say!("a rule is same, majority, or overlap and per cent"))?;
    if rule == Rule::Majority {
        all_finished(session)?;
    }
    let mut all = Vec::new();
    let mut n = 0;
    for side in 0..2 {
        let places = comparing::unfiltered(session, side);
        let is_shown = |place: &&Difference| {
            let shown = &session.comparing.places[side];
            shown.iter().any(|own| own.of.iter().any(|id| place.of.contains(id)))
        };
        let n_coders = comparing::everybody(session, side).len();
        let settled: Vec<Settling<'_>> = places
            .iter()
            .filter(|place| !place.is_settled)
            .filter(is_shown)
            .filter_map(|place| {
                let own = said(session, side, place);
                let (ruling, taken) = rule.take(place.kind, &own, n_coders)?;
                Some(Settling { rule: rule.word(), ..Settling::taking(own, ruling, &taken) })
            })
            .collect();
        n += settled.len();
        all.extend(changes(session, side, &settled));
    }
    if n == 0 {
        return Err(say!("the rule decides nothing that is open here").into());
    }
    let text = count!(n, "{n} place settled by the rule", "{n} places settled by the rule");
    session.work().keeping.telling = Some(text);
    Ok(vec![Effect::Keep(all)])
}

/// Refuses unless all coders of the open texts finished them: a majority counts those who say nothing.
fn all_finished(session: &Session) -> Result<(), Refusal> {
    for side in 0..2 {
        let document = &session.panes[side].document;
        let everybody = comparing::everybody(session, side);
        if let Some(coder) = everybody.iter().find(|coder| !session.shared.is_done(document, coder)) {
            let coder = printable(coder);
            return Err(say!(
                "a majority counts who says nothing, and {coder} has not finished {document}",
                coder,
                document = printable(&document.0)
            )
            .into());
        }
    }
    Ok(())
}
