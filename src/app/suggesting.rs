//! Suggestions: passages that look like ones tagged before. They are nothing until a coder accepts them.

use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::effect::{Effect, Task};
use crate::app::picker::{PickRow, Picker};
use crate::app::session::{Mode, Session};
use crate::app::tagging::mark_of;
use crate::model::change::{Change, Record};
use crate::model::mark::Dismissal;
use crate::query::likeness::Suggestion;
use crate::say;
use crate::text::width::{fitted, printable};

/// Suggestions.
pub const GROUP: Group = Group {
    title: "Suggestions",
    mode: "read",
    commands: &[Command::of(
        "suggest",
        "list passages here that look like ones tagged before (off until it is set)",
        suggest,
    )
    .also("autocode, machine, similar, recommend")
    .when(may_suggest)],
};

/// The list's command.
const LIST: &str = "suggest";

/// Columns of a passage in the list.
const WORDS_COLUMNS: usize = 110;

fn may_suggest(session: &Session) -> Result<(), Refusal> {
    session.may_write()?;
    if session.settings.is_on("suggestions") {
        return Ok(());
    }
    let key = session.keys.hint("read", "settings");
    Err(say!("suggestions are off; {key} turns them on", key).into())
}

/// Whether suggestions are listed.
pub fn is_listed(session: &Session) -> bool {
    matches!(&session.mode, Mode::Pick(picker) if picker.command == LIST)
}

fn suggest(session: &mut Session, args: &Args) -> Outcome {
    if let Some(choice) = &args.choice {
        let found = choice.parse::<usize>().ok().and_then(|at| session.lists.suggestions.get(at)).cloned();
        let found = found.ok_or(say!("there is no such suggestion"))?;
        session.mode = Mode::Read;
        return crate::app::concordance::go_to_range(session, found.document, found.range);
    }
    let documents: Vec<_> =
        session.panes.iter().map(|pane| pane.document.clone()).filter(|id| !id.0.is_empty()).collect();
    if documents.is_empty() {
        return Err(say!("open a document first").into());
    }
    session.task = Some(Task { what: say!("looking for what is alike").into(), percent: 0 });
    Ok(vec![Effect::Suggest(documents)])
}

/// Takes suggestions, and lists them.
pub fn suggested(session: &mut Session, found: Vec<Suggestion>) {
    session.task = None;
    // The rows of a list that is open mean what they meant.
    if !matches!(session.mode, Mode::Read) && !is_listed(session) {
        return;
    }
    session.lists.suggestions = found;
    if is_listed(session) {
        session.mode = Mode::Read;
    }
    if session.lists.suggestions.is_empty() {
        session.tell(say!("nothing here looks like what was tagged before"));
    } else if matches!(session.mode, Mode::Read) {
        list(session);
    }
}

fn list(session: &mut Session) {
    let book = &session.shared.codebook;
    let row = |(at, found): (usize, &Suggestion)| PickRow {
        value: at.to_string(),
        text: format!("? {}", fitted(&printable(&found.words), WORDS_COLUMNS)),
        detail: format!(
            "{} · {:.0} % · {}",
            printable(book.called(&found.code)),
            found.likeness * 100.0,
            printable(&found.document.0)
        ),
        mark: (book.of(&found.code).map(mark_of).unwrap_or_default(), book.colour(&found.code).to_owned()),
        ..PickRow::default()
    };
    let rows: Vec<PickRow> = session.lists.suggestions.iter().enumerate().map(row).collect();
    let picker = Picker::new(say!("Suggestions, none of them counted"), LIST, rows).marking();
    session.mode = Mode::Pick(Box::new(picker));
}

/// Takes the marked suggestions, or the chosen one, out of the list.
fn take(session: &mut Session) -> Result<Vec<Suggestion>, Refusal> {
    let Mode::Pick(picker) = &session.mode else { return Ok(Vec::new()) };
    let at = picker.selected;
    let marked = picker.marked();
    let values = if marked.is_empty() { picker.choice().into_iter().collect() } else { marked };
    let numbers: Vec<usize> = values.iter().filter_map(|value| value.parse().ok()).collect();
    let (mut taken, mut left) = (Vec::new(), Vec::new());
    for (number, suggestion) in std::mem::take(&mut session.lists.suggestions).into_iter().enumerate() {
        if numbers.contains(&number) { taken.push(suggestion) } else { left.push(suggestion) }
    }
    session.lists.suggestions = left;
    if taken.is_empty() {
        return Err(say!("nothing matches").into());
    }
    session.mode = Mode::Read;
    if !session.lists.suggestions.is_empty() {
        list(session);
        if let Mode::Pick(picker) = &mut session.mode {
            picker.selected = at.min(picker.hits.len().saturating_sub(1));
        }
    }
    Ok(taken)
}

/// Tags what was suggested; the annotations say where they come from.
pub fn accept(session: &mut Session) -> Outcome {
    let taken = take(session)?;
    Ok(vec![Effect::Accept(taken.into_iter().map(|found| (found.document, found.range, found.code)).collect())])
}

/// Remembers that this is not to be suggested again.
pub fn dismiss(session: &mut Session) -> Outcome {
    let coder = session.about.coder.clone();
    let taken = take(session)?;
    if taken.is_empty() {
        return DONE;
    }
    let change = |found: Suggestion| {
        let Suggestion { document, range, code, .. } = found;
        Change::put(Record::Dismissal(Dismissal { document, range, code, coder: coder.clone() }))
    };
    Ok(vec![Effect::Keep(taken.into_iter().map(change).collect())])
}
