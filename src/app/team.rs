//! Everybody's progress as a table of words and numbers, in the reader and on the command line.

use std::collections::BTreeMap;

use crate::app::command::{Args, Outcome};
use crate::app::effect::{Effect, Task};
use crate::app::overlay;
use crate::app::session::{Mode, Session};
use crate::model::time::Time;
use crate::tables::team::{Share, Team};
use crate::text::width::{columns, fitted, printable};
use crate::{count, say};

/// Columns between those of a table, where there is room.
pub const GAP_COLUMNS: usize = 2;

/// What stands where the team's rules hide a number.
const HIDDEN: &str = "·";

/// Asks how far everybody is.
pub fn team_progress(session: &mut Session, _: &Args) -> Outcome {
    if !session.about.is_ready {
        return Err(say!("the project is still being opened; a moment").into());
    }
    session.task = Some(Task { what: say!("counting").into(), percent: 0 });
    Ok(vec![Effect::Team])
}

/// Takes when coders last wrote something, and shows how far everybody is: as a table where that fits, in words elsewhere.
pub fn arrived(session: &mut Session, last: &BTreeMap<String, Time>) {
    session.task = None;
    if !matches!(session.mode, Mode::Read) {
        return;
    }
    let team = Team::of(&session.shared, &session.counts, &session.about.coder, last);
    if team.shares.is_empty() {
        session.tell(say!("nobody has tagged or is given anything yet; `tanba assign` gives documents to coders"));
        return;
    }
    let width = overlay::sheet_columns(session);
    let fits = |lines: &Vec<(String, String)>| {
        let widest = |of: fn(&(String, String)) -> &String| lines.iter().map(of).map(|text| columns(text)).max();
        // A sheet gives a third of its columns at most to what stands left.
        let n_left = widest(|(left, _)| left).unwrap_or(0).min(width / 3);
        n_left + GAP_COLUMNS + widest(|(_, right)| right).unwrap_or(0) <= width
    };
    let tables = (1..=GAP_COLUMNS).rev().map(|gap| table(&team, gap));
    let mut lines = tables.into_iter().find(fits).unwrap_or_else(|| in_words(&team));
    for (left, _) in &mut lines {
        *left = fitted(left, width / 3);
    }
    lines.push((String::new(), String::new()));
    lines.extend(closing(&team).into_iter().map(|line| (String::new(), line)));
    overlay::show(session, say!("Everybody’s progress"), lines);
}

/// A row a coder below the heads of the columns: who, and the numbers in columns of their own with so many columns between.
pub fn table(team: &Team, gap_columns: usize) -> Vec<(String, String)> {
    let heads = [say!("given"), say!("finished"), say!("half"), say!("not begun"), say!("passages"), say!("last")];
    let rows: Vec<[String; 6]> =
        std::iter::once(heads.map(str::to_owned)).chain(team.shares.iter().map(cells)).collect();
    let widths: Vec<usize> =
        (0..heads.len()).map(|at| rows.iter().map(|row| columns(&row[at])).max().unwrap_or(0)).collect();
    let names =
        std::iter::once(say!("coder").to_owned()).chain(team.shares.iter().map(|share| printable(&share.coder)));
    let line = |row: &[String; 6]| {
        let cell = |(text, width): (&String, &usize)| " ".repeat(width - columns(text)) + text;
        row.iter().zip(&widths).map(cell).collect::<Vec<_>>().join(&" ".repeat(gap_columns))
    };
    names.zip(rows.iter().map(line)).collect()
}

fn cells(share: &Share) -> [String; 6] {
    let told = |n: Option<usize>| n.map_or_else(|| HIDDEN.to_owned(), |n| n.to_string());
    [
        share.n_given.map_or_else(|| "—".to_owned(), |n| n.to_string()),
        share.n_finished.to_string(),
        told(share.n_left.map(|(n_half, _)| n_half)),
        told(share.n_left.map(|(_, n_uncoded)| n_uncoded)),
        told(share.n_passages),
        share.last.map_or_else(|| "—".to_owned(), day),
    ]
}

fn day(time: Time) -> String {
    time.minute().split(' ').next().unwrap_or("").to_owned()
}

/// The same for a window that has no room for columns.
fn in_words(team: &Team) -> Vec<(String, String)> {
    let told = |share: &Share| {
        let mut parts = vec![match share.n_given {
            Some(given) => say!("{finished} of {given} finished", finished = share.n_finished, given),
            None => say!("{finished} finished", finished = share.n_finished),
        }];
        parts.extend(share.n_left.map(|(half, none)| say!("{half} half coded, {none} uncoded", half, none)));
        parts.extend(share.n_passages.map(|n| count!(n, "{n} passage", "{n} passages")));
        parts.extend(share.last.map(day));
        (printable(&share.coder), parts.join(" · "))
    };
    team.shares.iter().map(told).collect()
}

/// What is to be said below: how many documents nobody has, and how many all finished who have them.
pub fn closing(team: &Team) -> Vec<String> {
    let mut lines = if team.is_free() {
        vec![say!("nobody is given anything, so all documents are everybody’s; `tanba assign` gives them").to_owned()]
    } else {
        vec![
            count!(team.n_nobodys(), "{n} document is given to nobody", "{n} documents are given to nobody"),
            count!(
                team.n_given,
                "{finished} of {n} given document is finished by all who have it",
                "{finished} of {n} given documents are finished by all who have them",
                finished = team.n_finished
            ),
        ]
    };
    if team.shares.iter().any(|share| share.n_left.is_none() || share.n_passages.is_none()) {
        lines.push(say!("· is what the team’s rules hide from you").into());
    }
    lines
}
