//! Reviewing what colleagues annotated: accepting, rejecting with a reason, proposing something else, and talking about it.

use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::editor::Editor;
use crate::app::effect::Effect;
use crate::app::finding::go_to;
use crate::app::overlay;
use crate::app::picker::{PickRow, Picker};
use crate::app::session::{Mode, Purpose, Session, Subject};
use crate::app::tagging::{about_code, code_rows, codes_of};
use crate::app::when;
use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::change::{Change, Record};
use crate::model::codebook::Codebook;
use crate::model::layer::Placed;
use crate::model::review::{Review, Standing};
use crate::model::rules::{CONSENSUS, REASONS};
use crate::model::thread::{Comment, Resolution};
use crate::model::verdict::{Claim, Judgement, Verdict};
use crate::say;
use crate::text::anchor;
use crate::text::width::{flat, printable};

/// Reviewing.
pub const GROUP: Group = Group {
    title: "Reviewing colleagues",
    mode: "read",
    commands: &[
        Command::of("review-queue", "list your colleagues' annotations that you gave no verdict on", queue)
            .also("review, to do"),
        Command::of("accept", "accept the colleague's annotation at the cursor; again takes that back", accept)
            .also("agree, approve, yes, verdict")
            .when(at_colleagues),
        Command::of("reject", "reject the colleague's annotation at the cursor, with a reason", reject)
            .also("disagree, refuse, no, verdict")
            .when(at_colleagues),
        Command::of("propose", "propose another code, or what is selected as boundaries, to the colleague", propose)
            .also("suggest, recode, verdict")
            .when(at_colleagues),
        Command::of("next-to-review", "go to the next annotation of a colleague that you gave no verdict on", next)
            .when(when::annotated),
        Command::of("comment", "say something of the annotation at the cursor; @name calls somebody", comment)
            .also("answer, reply, discuss, thread")
            .when(when::at_example),
        Command::of("thread", "show what was said of the annotation at the cursor, and its verdicts", thread)
            .also("comments, discussion")
            .when(when::at_annotation),
        Command::of("resolve-thread", "say that what was said of the annotation is settled", resolve)
            .when(at_open_thread),
        Command::of("take-proposal", "do as a reviewer proposed with your annotation", take_proposal).when(at_proposal),
    ],
};

/// What waits for a verdict.
pub const QUEUE: &str = "any not by:me not by:consensus not reviewed:me";

/// Parts a category from the words behind it.
const PART: char = '\u{2}';

fn at_colleagues(session: &Session) -> Result<(), Refusal> {
    when::at_example(session)?;
    let coder = session.pane().annotation().map_or("", |annotation| annotation.coder.as_str());
    match coder {
        CONSENSUS => Err(say!("this is settled; it is settled anew, not reviewed").into()),
        coder if coder == session.about.coder => {
            Err(say!("this annotation is yours; verdicts are for colleagues'").into())
        }
        _ => Ok(()),
    }
}

fn at_open_thread(session: &Session) -> Result<(), Refusal> {
    when::at_example(session)?;
    let is_open = session.pane().annotation().is_some_and(|annotation| session.pane().review.is_open(annotation.id));
    if is_open { Ok(()) } else { Err(say!("nothing is open in what was said of this annotation").into()) }
}

fn at_proposal(session: &Session) -> Result<(), Refusal> {
    when::at_own(session)?;
    match session.pane().annotation().and_then(|annotation| proposal(&session.pane().review, annotation)) {
        Some(_) => Ok(()),
        None => Err(say!("nobody proposes something else for this annotation").into()),
    }
}

/// What is proposed for an annotation as it is now: the latest of several.
fn proposal<'a>(review: &'a Review, annotation: &Annotation) -> Option<(&'a Verdict, &'a Claim)> {
    let current = review.verdicts_on(annotation.id).filter(|verdict| verdict.is_of(annotation));
    let proposed = current.filter_map(|verdict| match &verdict.judgement {
        Judgement::Propose { claim, .. } => Some((verdict, claim)),
        _ => None,
    });
    proposed.max_by_key(|(verdict, _)| verdict.time)
}

fn queue(session: &mut Session, _: &Args) -> Outcome {
    session.run("query", &Args::choice(QUEUE))
}

/// The annotation at the cursor.
fn meant(session: &Session) -> Result<Annotation, Refusal> {
    session.may_write()?;
    Ok(session.pane().annotation().cloned().ok_or(say!("there is no annotation here"))?)
}

/// The changes that give a verdict; one like it that is there is taken back, and the words of another stay in the thread.
fn judged(session: &Session, annotation: &Annotation, judgement: Judgement) -> Vec<Change> {
    let me = &session.about.coder;
    let mut review = session.pane().review.clone();
    let verdict = Verdict::on(annotation, me, judgement, session.now.1.now);
    let changes = review.judge(annotation, verdict, session.now.1.chance);
    if !changes.is_empty() {
        return changes;
    }
    let was = review.verdicts.remove(&(annotation.id, me.clone()));
    was.map(|was| Change::remove(Record::Verdict(was))).into_iter().collect()
}

fn accept(session: &mut Session, _: &Args) -> Outcome {
    let annotation = meant(session)?;
    session.pane_mut().current = Some(annotation.id);
    Ok(vec![Effect::Keep(judged(session, &annotation, Judgement::Accept))])
}

/// The reasons to reject, as a list.
pub fn reasons(session: &Session) -> Vec<PickRow> {
    let own = session.shared.rules.reasons.iter().map(String::as_str);
    let all = own.chain(REASONS);
    all.map(|reason| PickRow { value: reason.to_owned(), text: printable(called(reason)), ..PickRow::default() })
        .collect()
}

/// What a reason to reject is called: those that are always offered have names in every language.
pub fn called(reason: &str) -> &str {
    match reason {
        "wrong code" => say!("wrong code"),
        "wrong boundaries" => say!("wrong boundaries"),
        "not in the text" => say!("not in the text"),
        "twice" => say!("twice"),
        "other" => say!("other"),
        own => own,
    }
}

/// Asks for the words behind a reason.
pub fn ask_words(session: &mut Session, command: &'static str, category: &str) -> Outcome {
    let prompt = say!("{reason}: more words, or Enter", reason = printable(called(category)));
    let purpose = Purpose::Line { prompt, command, about: format!("{category}{PART}") };
    session.mode = Mode::Edit(Editor::line(""), purpose);
    DONE
}

/// A reason and the words behind it, once both are there.
pub fn reason_of(choice: &str) -> Option<(String, String)> {
    let (category, words) = choice.split_once(PART)?;
    Some((category.to_owned(), printable(words.strip_prefix('=').unwrap_or(words).trim())))
}

fn reject(session: &mut Session, args: &Args) -> Outcome {
    let annotation = meant(session)?;
    session.pane_mut().current = Some(annotation.id);
    let Some(choice) = &args.choice else {
        let picker = Picker::new(say!("Reject it because of"), "reject", reasons(session)).making(say!("other words"));
        session.mode = Mode::Pick(Box::new(picker));
        return DONE;
    };
    let Some((category, reason)) = reason_of(choice) else { return ask_words(session, "reject", choice) };
    session.mode = Mode::Read;
    Ok(vec![Effect::Keep(judged(session, &annotation, Judgement::Reject { category, reason }))])
}

fn propose(session: &mut Session, args: &Args) -> Outcome {
    let annotation = meant(session)?;
    session.pane_mut().current = Some(annotation.id);
    let Some(choice) = &args.choice else {
        let picker = Picker::new(say!("Propose the code, on what is selected"), "propose", code_rows(session))
            .previewing(about_code)
            .at(&annotation.code.0);
        session.mode = Mode::Pick(Box::new(picker));
        return DONE;
    };
    let Some((code, _)) = codes_of(session, choice, &[])?.into_iter().next() else { return DONE };
    session.mode = Mode::Read;
    let pane = session.pane();
    // Other boundaries are meant where something was selected, and not wherever the cursor stands.
    let span = pane.words();
    let passage = pane.passage(span).filter(|_| pane.selection.is_extending && !span.is_empty());
    let passage = passage.unwrap_or(annotation.passage.clone());
    let claim = Claim { start: passage.start, end: passage.end, code };
    if claim == Claim::of(&annotation) {
        let extend = session.keys.hint("read", "extend");
        return Err(
            say!("that is what it says; choose another code, or select other words first ({extend})", extend).into()
        );
    }
    session.pane_mut().selection.is_extending = false;
    let judgement = Judgement::Propose { claim, reason: String::new() };
    Ok(vec![Effect::Keep(judged(session, &annotation, judgement))])
}

fn next(session: &mut Session, _: &Args) -> Outcome {
    let pane = session.pane();
    let me = &session.about.coder;
    let is_open = |placed: &&Placed| {
        let annotation = &placed.annotation;
        let mine = pane.review.verdicts.get(&(annotation.id, me.clone()));
        annotation.coder != *me
            && annotation.coder != CONSENSUS
            && mine.is_none_or(|verdict| !verdict.is_of(annotation))
    };
    let at = pane.annotation().filter(|a| Some(a.id) == pane.current).map(|a| a.id);
    let from = at.and_then(|id| pane.layer.all().iter().position(|placed| placed.annotation.id == id));
    let from = from.map_or_else(|| pane.layer.place_of(pane.selection.span().start), |at| at + 1);
    let all = pane.layer.all();
    let found = all.iter().skip(from).find(is_open).or_else(|| all.iter().find(is_open));
    let id = found.map(|placed| placed.annotation.id);
    let id = id.ok_or(say!("you gave a verdict on every annotation of your colleagues here"))?;
    go_to(session, id);
    DONE
}

fn comment(session: &mut Session, _: &Args) -> Outcome {
    let annotation = meant(session)?;
    session.pane_mut().current = Some(annotation.id);
    session.mode = Mode::Edit(Editor::new(""), Purpose::Memo(Subject::Thread(annotation.id)));
    DONE
}

/// Keeps what was written of an annotation; nothing written is nothing said.
pub fn keep(session: &mut Session, id: AnnotationId, text: &str) -> Outcome {
    session.may_write()?;
    let text = text.trim_end();
    if text.trim().is_empty() {
        return DONE;
    }
    let placed = session.panes.iter().find_map(|pane| pane.layer.get(id)).ok_or(say!("the annotation is gone"))?;
    let moment = (session.now.1.now, session.now.1.chance);
    let comment = Comment::new(&placed.annotation, &session.about.coder, text, moment);
    session.work().keeping.unsaved = Some((Subject::Thread(id), text.to_owned()));
    Ok(vec![Effect::Keep(vec![Change::put(Record::Comment(comment))])])
}

fn resolve(session: &mut Session, _: &Args) -> Outcome {
    let annotation = meant(session)?;
    let review = &session.pane().review;
    let now = Resolution {
        document: annotation.passage.document.clone(),
        annotation: annotation.id,
        of: annotation.coder.clone(),
        coder: session.about.coder.clone(),
        comments: review.thread(annotation.id).map(|comment| comment.id.clone()).collect(),
        time: session.now.1.now,
    };
    let was = review.resolutions.get(&annotation.id).cloned().map(Record::Resolution);
    Ok(vec![Effect::Keep(vec![Change::of(was, Some(Record::Resolution(now)))])])
}

fn take_proposal(session: &mut Session, _: &Args) -> Outcome {
    let was = meant(session)?;
    let pane = session.pane();
    let (_, claim) = proposal(&pane.review, &was).ok_or(say!("nobody proposes something else for this annotation"))?;
    let offsets = pane.offsets.as_ref().ok_or(say!("the document is still being measured; a moment"))?;
    let span = offsets.span(&pane.text, claim.range()).ok_or(say!("what was proposed is not in this text"))?;
    let passage = pane.passage(span).unwrap_or(was.passage.clone());
    let quote = anchor::quote(&pane.text, span);
    let given = session.shared.codebook.given(&claim.code.0).ok_or(say!("the code that was proposed is gone"))?;
    let code = given.map_err(Refusal)?.id.clone();
    let is_double = |placed: &Placed| {
        let own = &placed.annotation;
        own.id != was.id && own.coder == was.coder && own.passage == passage && own.code == code
    };
    if pane.layer.all().iter().any(is_double) {
        return Err(say!("you tagged these words so already; delete this one instead").into());
    }
    let now = Annotation { passage, quote, code, ..was.clone() };
    session.pane_mut().current = Some(was.id);
    Ok(vec![Effect::Keep(vec![Change::replace(Record::Annotation(was), Record::Annotation(now))])])
}

/// The sign of how reviewers see an annotation, and of what is said of it; blank for nothing.
pub fn sign(review: &Review, annotation: &Annotation) -> &'static str {
    match review.standing(annotation) {
        _ if review.is_open(annotation.id) => "”",
        Standing::Open => " ",
        Standing::Accepted => "✓",
        Standing::Proposed => "→",
        Standing::Rejected => "✗",
    }
}

/// A verdict in words.
pub fn told(book: &Codebook, verdict: &Verdict) -> String {
    let behind = |words: &str| if words.is_empty() { String::new() } else { format!(": {}", printable(&flat(words))) };
    match &verdict.judgement {
        Judgement::Accept => say!("accepts it").into(),
        Judgement::Reject { category, reason } => {
            say!("rejects it, {reason}", reason = format!("{}{}", printable(called(category)), behind(reason)))
        }
        Judgement::Propose { claim, reason } => {
            let code = printable(book.called(&claim.code));
            let said = if claim.range() == verdict.claim.range() {
                say!("proposes {code}", code)
            } else {
                say!("proposes {code} on {start}..{end}", code, start = claim.start, end = claim.end)
            };
            said + &behind(reason)
        }
    }
}

fn thread(session: &mut Session, _: &Args) -> Outcome {
    let pane = session.pane();
    let annotation = pane.annotation().ok_or(say!("there is no annotation here"))?;
    let (review, book) = (&pane.review, &session.shared.codebook);
    let mut lines = vec![
        (printable(&annotation.coder), printable(book.called(&annotation.code))),
        (String::new(), format!("“{}”", flat(&annotation.quote.exact))),
    ];
    if !annotation.memo.is_empty() {
        lines.push((say!("memo").into(), printable(&flat(&annotation.memo))));
    }
    for verdict in review.verdicts_on(annotation.id) {
        let outdated = if verdict.is_of(annotation) { "" } else { say!(" (of what it said before)") };
        let said = told(book, verdict);
        lines.push((printable(&verdict.reviewer), format!("{said}{outdated} · {}", verdict.time.minute())));
    }
    for comment in review.thread(annotation.id) {
        lines.push((
            printable(&comment.coder),
            format!("{} · {}", printable(&flat(&comment.text)), comment.time.minute()),
        ));
    }
    if let Some(resolution) = review.resolutions.get(&annotation.id).filter(|_| !review.is_open(annotation.id)) {
        lines.push((printable(&resolution.coder), say!("settled it · {time}", time = resolution.time.minute())));
    }
    if lines.len() < 3 {
        let key = session.keys.hint("read", "comment");
        lines.push((String::new(), say!("nobody said anything of it; {key} does", key)));
    }
    overlay::show(session, say!("What was said of it"), lines);
    DONE
}
