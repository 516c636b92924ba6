//! What comes in with colleagues' journals: told before, and taken.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Serialize;

use crate::cli::context::Failure;
use crate::cli::output::Output;
use crate::model::document::DocumentId;
use crate::model::time::Time;
use crate::shell::clock;
use crate::store::Store;
use crate::store::incoming::{Changes, Incoming, Relation, look};
use crate::text::width::printable;
use crate::{count, say};

/// A clock that is more than this ahead is told: five minutes, in milliseconds.
const AHEAD_MS: i64 = 5 * 60 * 1000;

/// Names of documents that are told at most.
const MAX_TOLD: usize = 5;

/// What comes in with a journal, as it is printed for programs.
#[derive(Serialize)]
struct Listed {
    file: PathBuf,
    writer: String,
    relation: &'static str,
    events: u64,
    new_events: u64,
    from: Option<Time>,
    to: Option<Time>,
    changes: Changes,
    lines_of_others: usize,
    problems: Vec<String>,
}

/// Tells what comes in with journals and, unless that is all that is wanted, takes them.
pub fn bring(store: &mut Store, paths: &[PathBuf], is_told_only: bool, is_json: bool) -> Result<(), Failure> {
    let known: BTreeSet<DocumentId> = store.shared()?.documents.into_keys().collect();
    let is_blind = !store.reading().sight()?.is_whole();
    let own = store.writer.name();
    let (mut listed, mut out) = (Vec::new(), Output::new());
    for path in paths {
        let incoming = look(path, (&store.project, &own), store.index(), &known)?;
        if !is_told_only {
            incoming.take()?;
            // What the next one changes depends on what this one changed.
            store.news()?;
        }
        if is_json {
            let mut listed_one = as_listed(&incoming);
            if is_blind {
                listed_one.changes = Changes::default();
            }
            listed.push(listed_one);
        } else {
            for line in told(&incoming, is_blind, clock::now()) {
                out.line(&line)?;
            }
        }
    }
    if is_json {
        out.json(&listed)?;
    } else if is_told_only {
        out.line(say!("nothing was taken yet; the same without --explain takes it"))?;
    }
    Ok(out.done()?)
}

fn as_listed(incoming: &Incoming) -> Listed {
    Listed {
        file: incoming.path.clone(),
        writer: incoming.writer.clone(),
        relation: match incoming.relation {
            Relation::New => "new",
            Relation::Longer => "longer",
            Relation::Same => "same",
            Relation::Older => "older",
            Relation::Parted => "parted",
        },
        events: incoming.n_events.0,
        new_events: incoming.n_events.1,
        from: incoming.times.map(|(from, _)| from),
        to: incoming.times.map(|(_, to)| to),
        changes: incoming.changes.clone(),
        lines_of_others: incoming.n_strangers,
        problems: incoming.faults.iter().map(ToString::to_string).collect(),
    }
}

/// What is told of a journal, a line each.
fn told(incoming: &Incoming, is_blind: bool, now: Time) -> Vec<String> {
    let relation = match incoming.relation {
        Relation::New => say!("a journal that is not here yet"),
        Relation::Longer => say!("goes on where the one here ends"),
        Relation::Same => say!("is here already, line for line"),
        Relation::Older => say!("an older copy of the one here: nothing new"),
        Relation::Parted => {
            say!("goes on otherwise than the one here (a conflict copy, or two machines of one name); both are kept")
        }
    };
    let mut lines = vec![format!("{} · {} · {relation}", incoming.path.display(), printable(&incoming.writer))];
    let (all, new) = incoming.n_events;
    if let Some((from, to)) = incoming.times {
        lines.push(say!(
            "  {new} of {all} entries are new, from {from} to {to}",
            new,
            all,
            from = from.minute(),
            to = to.minute()
        ));
        let none = Changes::default();
        let changes = if is_blind { &none } else { &incoming.changes };
        if is_blind {
            lines.push(say!("  what they say is not told: this project is coded blind").into());
        } else {
            lines.push(say!(
                "  annotations: {new} new, {changed} changed, {removed} taken away; {others} of anything else",
                new = changes.new,
                changed = changes.changed,
                removed = changes.removed,
                others = changes.others
            ));
        }
        if changes.outdated > 0 {
            lines.push(count!(
                changes.outdated,
                "  {n} change comes too late: a later word is here, and holds",
                "  {n} changes come too late: a later word is here, and holds"
            ));
        }
        if !changes.strange.is_empty() {
            let told: Vec<String> = changes.strange.iter().take(MAX_TOLD).map(|id| printable(&id.0)).collect();
            lines.push(count!(
                changes.strange.len(),
                "  {n} document is not here ({names}); its annotations wait until it is added",
                "  {n} documents are not here ({names}); their annotations wait until they are added",
                names = told.join(", ")
            ));
        }
        let ahead = to.0.saturating_sub(now.0);
        if ahead > AHEAD_MS {
            let minutes = ahead / 60_000;
            lines.push(say!(
                "  its clock was {minutes} min ahead of this machine's; nothing is lost by it, and later entries still count as later",
                minutes
            ));
        }
    }
    if incoming.n_strangers > 0 {
        lines.push(count!(incoming.n_strangers, "  {n} line names another writer", "  {n} lines name another writer"));
    }
    lines.extend(incoming.faults.iter().map(|fault| format!("  {fault}")));
    lines
}
