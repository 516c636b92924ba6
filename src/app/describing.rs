//! What is known of a document, edited.

use std::collections::BTreeSet;

use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::editor::Editor;
use crate::app::effect::Effect;
use crate::app::picker::{PickRow, Picker};
use crate::app::session::{Mode, Purpose, Session};
use crate::app::when;
use crate::model::change::{Change, Record};
use crate::model::document::Document;
use crate::query::plan::attributes_of;
use crate::say;
use crate::text::width::printable;

/// Attributes of documents.
pub const GROUP: Group = Group {
    title: "What is known of documents",
    mode: "read",
    commands: &[Command::of(
        "describe-document",
        "edit the document’s attributes: source, date, outlet, anything",
        describe,
    )
    .also("attributes, metadata, variables, properties")
    .when(when::writable)],
};

/// The name of the title among the attributes.
const TITLE: &str = "\u{1}title";

fn document(session: &Session) -> Result<Document, Refusal> {
    let found = session.shared.documents.get(&session.pane().document);
    found.cloned().ok_or(say!("no document is open").into())
}

fn describe(session: &mut Session, args: &Args) -> Outcome {
    session.may_write()?;
    let was = document(session)?;
    let Some(choice) = &args.choice else {
        list(session, &was);
        return DONE;
    };
    let Some((name, value)) = choice.split_once('\u{2}') else {
        let now = if choice == TITLE { &was.title } else { was.attributes.get(choice).map_or("", String::as_str) };
        let prompt = if choice == TITLE { say!("title").to_owned() } else { prompt(session, choice) };
        let purpose = Purpose::Line { prompt, command: "describe-document", about: format!("{choice}\u{2}") };
        session.mode = Mode::Edit(Editor::line(now), purpose);
        return DONE;
    };
    let value = value.strip_prefix('=').unwrap_or(value).trim();
    let mut now = was.clone();
    match (name, session.shared.attributes.get(name)) {
        (TITLE, _) => value.clone_into(&mut now.title),
        (_, Some(attribute)) => drop(now.attributes.insert(name.to_owned(), attribute.read(value)?)),
        (_, None) => drop(now.attributes.insert(name.to_owned(), value.to_owned())),
    }
    now.attributes.retain(|_, value| !value.is_empty());
    session.mode = Mode::Read;
    if now == was {
        list(session, &was);
        return DONE;
    }
    session.lists.is_describing = true;
    Ok(vec![Effect::Keep(vec![Change::replace(Record::Document(was), Record::Document(now))])])
}

/// What is asked for: the attribute, and what its values are where that is known.
fn prompt(session: &Session, name: &str) -> String {
    let kind = session.shared.attributes.get(name).map(|attribute| attribute.kind.name());
    match kind {
        Some(kind) => format!("{} ({kind})", printable(name)),
        None => printable(name),
    }
}

/// Lists what is known of the document here again, after it changed.
pub fn renew(session: &mut Session) {
    if matches!(session.mode, Mode::Read)
        && std::mem::take(&mut session.lists.is_describing)
        && let Ok(document) = document(session)
    {
        list(session, &document);
    }
}

fn list(session: &mut Session, document: &Document) {
    let known: BTreeSet<String> =
        attributes_of(&session.shared).into_iter().chain(session.shared.attributes.keys().cloned()).collect();
    let title = PickRow {
        value: TITLE.into(),
        text: say!("title").into(),
        detail: printable(document.name()),
        ..PickRow::default()
    };
    let row = |name: String| PickRow {
        detail: printable(document.attributes.get(&name).map_or("—", String::as_str)),
        text: printable(&name),
        value: name,
        ..PickRow::default()
    };
    let rows = std::iter::once(title).chain(known.into_iter().map(row)).collect();
    let picker = Picker::new(printable(&document.id.0), "describe-document", rows).making(say!("new attribute"));
    session.mode = Mode::Pick(Box::new(picker));
}
