//! The reading list of the day: what is to be coded, how far it is, how fast it goes, where it stopped.

use crate::app::command::{Args, Command, Group, Outcome};
use crate::app::effect::{Effect, Progress, Task};
use crate::app::library::{is_due, is_theirs, progress, show, told_of};
use crate::app::picker::{PickRow, Picker};
use crate::app::session::{Mode, Session};
use crate::app::team::team_progress;
use crate::model::document::DocumentId;
use crate::tables::pace::Pace;
use crate::text::width::printable;
use crate::{count, say};

/// The reading list.
pub const GROUP: Group = Group {
    title: "The day's work",
    mode: "read",
    commands: &[
        Command::of(
            "reading-list",
            "list what is still to be coded, where you stopped, and how fast you go",
            reading_list,
        )
        .also("agenda, todo, progress, pace, uncoded, today"),
        Command::of(
            "team-progress",
            "show how far everybody is with the documents that are given to them",
            team_progress,
        )
        .also("everyone, team, assignments, assigned, progress, who has what"),
    ],
};

fn reading_list(session: &mut Session, args: &Args) -> Outcome {
    if let Some(choice) = &args.choice {
        let (id, range) = match &session.lists.progress.last {
            Some((id, range)) if choice == "\u{1}last" => (id.clone(), Some(*range)),
            _ => (DocumentId(choice.clone()), None),
        };
        session.mode = Mode::Read;
        return match range {
            Some(range) => crate::app::concordance::go_to_range(session, id, range),
            None => show(session, id),
        };
    }
    if !session.about.is_ready {
        return Err(say!("the project is still being opened; a moment").into());
    }
    session.task = Some(Task { what: say!("counting").into(), percent: 0 });
    Ok(vec![Effect::Progress])
}

/// Where a document stands on the list: begun ones first, then those that nobody touched, then those that are done.
fn rank(session: &Session, id: &DocumentId) -> (u8, &'static str) {
    let own = session.counts.get(id).and_then(|counts| counts.get(&session.about.coder)).copied().unwrap_or(0);
    let is_done = session.shared.is_done(id, &session.about.coder);
    match (is_done, own > 0) {
        (false, true) => (0, say!("half coded")),
        (false, false) => (1, say!("uncoded")),
        (true, _) => (2, say!("done")),
    }
}

/// How much was made in how much time, in words.
pub fn told(pace: Pace) -> String {
    let n = count!(pace.n_passages, "{n} passage", "{n} passages");
    match pace.an_hour() {
        Some(rate) => {
            say!("{n} in {minutes} min, {rate} an hour", n, minutes = pace.minutes(), rate = format!("{rate:.0}"))
        }
        None => n,
    }
}

/// How many documents are in which state: of those that are given to the coder, where some are.
fn heading(session: &Session) -> String {
    let theirs: Vec<&DocumentId> = session.shared.documents.keys().filter(|id| is_theirs(session, id)).collect();
    let counted = if theirs.is_empty() { session.shared.documents.keys().collect() } else { theirs.clone() };
    let n_of = |wanted: u8| counted.iter().filter(|id| rank(session, id).0 == wanted).count();
    let (half, none, done) = (n_of(0), n_of(1), n_of(2));
    let pace = told(session.lists.progress.ever);
    if theirs.is_empty() {
        return say!("Reading list · {half} half coded, {none} uncoded, {done} done · {pace}", half, none, done, pace);
    }
    say!("Reading list · yours: {half} half coded, {none} uncoded, {done} done · {pace}", half, none, done, pace)
}

/// Takes how far the coder is, and lists what is to be done.
pub fn arrived(session: &mut Session, made: Progress) {
    session.task = None;
    session.lists.progress = made;
    if !matches!(session.mode, Mode::Read) {
        return;
    }
    let mut rows = Vec::new();
    if let Some((id, _)) = &session.lists.progress.last {
        let (text, detail) = (
            say!("where you tagged last: {title}", title = printable(session.shared.title(id))),
            told(session.lists.progress.today),
        );
        rows.push(PickRow {
            value: "\u{1}last".into(),
            text,
            detail: say!("today: {pace}", pace = detail),
            ..PickRow::default()
        });
    }
    let mut all: Vec<(bool, u8, &'static str, &DocumentId)> = session
        .shared
        .documents
        .keys()
        .map(|id| {
            let (rank, words) = rank(session, id);
            (!is_due(session, id), rank, words, id)
        })
        .collect();
    // What is given to the coder comes before what anybody may code.
    all.sort_by_key(|(is_others, rank, _, id)| (*is_others, *rank, (*id).clone()));
    let title = heading(session);
    rows.extend(all.iter().map(|(_, _, words, id)| {
        let (sign, share) = progress(session, id);
        PickRow {
            value: id.0.clone(),
            text: format!("{:2}  {}", printable(session.shared.language(id)), printable(session.shared.title(id))),
            // The sign says the state; words stand where there is nothing else to say.
            detail: told_of(session, id, if share.is_empty() { words } else { &share }),
            mark: (sign.to_owned(), String::new()),
            ..PickRow::default()
        }
    }));
    session.mode =
        Mode::Pick(Box::new(Picker::new(title, "reading-list", rows).previewing(crate::app::library::about_document)));
}
