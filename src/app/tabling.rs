//! Tables of passages in the reader: which one, how it stands on the screen, and what its cells open.

use crate::app::agreeing;
use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::editor::Editor;
use crate::app::effect::{Effect, Task};
use crate::app::picker::{PickRow, Picker};
use crate::app::retrieving;
use crate::app::session::{Mode, Purpose, Session};
use crate::app::tableview::{Form, TableView};
use crate::query::plan::attributes_of;
use crate::say;
use crate::tables::axis::{Axis, Period};
use crate::tables::table::{Cells, MEASURES, Measure, Table};
use crate::tables::together;
use crate::tables::wanted::Wanted;

/// Tables.
pub const GROUP: Group = Group {
    title: "Tables and pictures",
    mode: "read",
    commands: &[
        Command::of("tables", "count passages: bars, heat maps, courses; each number opens its passages", tables)
            .also("statistics, frequency, matrix, co-occurrence, plot, chart, figures"),
        Command::of("last-table", "show the last table again", last_table).when(counted_before),
    ],
};

/// Inside a table.
pub const INSIDE: Group = Group {
    title: "In a table",
    mode: "table",
    commands: &[
        Command::of("open-cell", "list the passages of the number", open_cell),
        Command::of("next-column", "go to the next column", |s, args| go(s, 0, args.times() as isize)),
        Command::of("previous-column", "go to the previous column", |s, args| go(s, 0, -(args.times() as isize))),
        Command::of(
            "next-measure",
            "count passages, documents, % of the text, or passages in 1,000 words",
            next_measure,
        ),
        Command::of("transpose-table", "exchange rows and columns", transpose),
        Command::of("sort-table", "put the largest first, or leave the rows in their order", sort),
        Command::of("roll-up", "let what has a code count for the codes above it too, or not", roll_up),
        Command::of("show-empty", "show rows and columns that have nothing, or hide them", show_empty),
        Command::of("narrow-table", "count only what a query wants", narrow),
        Command::of("write-table", "write the table as CSV and as a picture (SVG)", write),
    ],
};

fn counted_before(session: &Session) -> Result<(), Refusal> {
    let key = session.keys.hint("read", "tables");
    session.table.view.as_ref().map(|_| ()).ok_or(say!("nothing was counted yet; {key} counts", key).into())
}

/// The table that is shown, if one is.
pub fn shown(session: &Session) -> Option<&TableView> {
    session.table.view.as_deref().filter(|_| matches!(session.mode, Mode::Table))
}

fn view(session: &mut Session) -> Result<&mut TableView, Refusal> {
    session.table.view.as_deref_mut().ok_or(say!("nothing was counted yet").into())
}

/// The tables that are offered: what is chosen, what it is called, and how it is shown.
fn offered(session: &Session) -> Vec<(String, String, &'static str, Wanted)> {
    let bars = say!("bars");
    let heat = say!("heat map");
    let course = say!("course");
    let by = |columns: Axis, form| {
        let title = say!("codes by {columns}", columns = columns.called());
        (columns.to_string(), title, form, Wanted::count(Axis::Code, columns))
    };
    let mut all = vec![
        ("all".to_owned(), say!("how often each code is used").to_owned(), bars, Wanted::count(Axis::Code, Axis::All)),
        by(Axis::Document, heat),
        by(Axis::Coder, heat),
        by(Axis::Language, heat),
    ];
    if !session.shared.pairs.is_empty() {
        all.push(by(Axis::Side, heat));
    }
    for near in ["", "20 words", "sentence", "paragraph"] {
        let distance = crate::query::parse::distance(near);
        all.push((format!("together {near}"), together::told(distance), heat, Wanted::Together(distance)));
    }
    all.push(by(Axis::Course(10), course));
    all.push(by(Axis::Made(Period::Day), course));
    all.push(by(Axis::Made(Period::Month), course));
    for name in attributes_of(&session.shared) {
        all.push(by(Axis::Attribute(name.clone()), heat));
        let known = session.shared.documents.values().filter_map(|document| document.attributes.get(&name));
        if known.clone().next().is_some() && known.clone().all(|value| crate::model::attribute::is_date(value.trim())) {
            all.push(by(Axis::Dated(name.clone(), Period::Year), course));
            all.push(by(Axis::Dated(name, Period::Month), course));
        }
    }
    for rows in [Axis::Document, Axis::Coder] {
        let title = say!("passages of each {rows}", rows = rows.called());
        all.push((format!("{rows} all"), title, bars, Wanted::count(rows, Axis::All)));
    }
    let languages: std::collections::BTreeSet<&str> =
        session.shared.documents.keys().map(|id| session.shared.language(id)).filter(|l| !l.is_empty()).collect();
    for language in languages {
        let title = say!("words typical of a query’s passages, {language}", language);
        all.push((format!("words {language}"), title, bars, Wanted::Typical(language.to_owned())));
    }
    all
}

fn tables(session: &mut Session, args: &Args) -> Outcome {
    if !session.about.is_ready {
        return Err(say!("the project is still being opened; a moment").into());
    }
    let Some(choice) = &args.choice else {
        let row = |(value, text, form, _): (String, String, &str, Wanted)| PickRow {
            also: value.clone(),
            value,
            text,
            detail: form.to_owned(),
            ..PickRow::default()
        };
        let rows = offered(session).into_iter().map(row).collect();
        session.mode = Mode::Pick(Box::new(Picker::new(say!("Count"), "tables", rows)));
        return DONE;
    };
    if let Some((language, query)) = choice.split_once('=') {
        retrieving::checked(session, query).map_err(|mistake| mistake.why)?;
        return count(session, Wanted::Typical(language.to_owned()), query.trim().to_owned());
    }
    let found = offered(session).into_iter().find(|(value, ..)| value == choice);
    let (_, _, _, wanted) = found.ok_or(say!("there is no such table"))?;
    if let Wanted::Typical(language) = &wanted {
        // The line hands the language back with what is written.
        let about = ["en", "kk", "ru"].into_iter().find(|known| known == language);
        let about =
            about.ok_or(say!("of this language no words are known that say little; `tanba stats words` counts all"))?;
        let last = session.now.0.last_code.as_ref().map_or(String::new(), |code| crate::query::parse::written(&code.0));
        let purpose =
            Purpose::Line { prompt: say!("words typical of").into(), command: "tables", about: about.to_owned() };
        session.mode = Mode::Edit(Editor::line(&last), purpose);
        return DONE;
    }
    count(session, wanted, String::new())
}

/// Asks for a table of what a query wants.
fn count(session: &mut Session, wanted: Wanted, base: String) -> Outcome {
    session.mode = Mode::Read;
    session.task = Some(Task { what: say!("counting").into(), percent: 0 });
    Ok(vec![Effect::Tabulate(wanted, base)])
}

/// Takes a table that was counted, and shows it.
pub fn tabled(session: &mut Session, table: Table, wanted: Wanted) {
    session.task = None;
    if table.is_empty() {
        session.warn(table.told_empty());
        if session.table.view.is_some() && session.table.is_below {
            session.mode = Mode::Table;
        }
        return;
    }
    // The same table of another measure keeps its place and order.
    let old = session.table.view.take();
    let mut view = TableView::new(table, wanted);
    if let Some(old) = old.filter(|old| old.whole.rows == view.whole.rows && old.whole.columns == view.whole.columns) {
        let is_list = view.table.is_list();
        (view.cell, view.is_sorted, view.has_empty) = (old.cell, old.is_sorted, old.has_empty);
        view.is_transposed = old.is_transposed && !is_list;
        view.arrange();
    }
    session.table.view = Some(Box::new(view));
    if matches!(session.mode, Mode::Read) {
        (session.mode, session.table.is_below) = (Mode::Table, false);
    } else {
        let key = session.keys.hint("read", "last-table");
        session.tell(say!("counted; {key} shows the table", key));
    }
}

fn last_table(session: &mut Session, _: &Args) -> Outcome {
    (session.mode, session.table.is_below) = (Mode::Table, false);
    DONE
}

/// Goes some rows down and columns to the right, stopping at the edges.
pub fn go(session: &mut Session, n_rows: isize, n_columns: isize) -> Outcome {
    let view = view(session)?;
    let stop = |at: usize, by: isize, n: usize| at.saturating_add_signed(by).min(n.saturating_sub(1));
    view.cell.0 = stop(view.cell.0, n_rows, view.table.rows.len());
    view.cell.1 = stop(view.cell.1, n_columns, view.table.columns.len());
    DONE
}

/// Chooses the cell under a place of the screen; tells whether it was chosen before.
pub fn choose_at(session: &mut Session, (column, row): (u16, u16)) -> bool {
    let screen = session.screen;
    let Some(view) = session.table.view.as_deref_mut() else { return false };
    let areas = view.areas(&screen);
    let is_row = (areas.cells.y..areas.cells.y + areas.cells.height).contains(&row);
    if !is_row || !areas.frame.contains(column, row) {
        return false;
    }
    let old = view.cell;
    let at = areas.first.0 + usize::from((row - areas.cells.y) / areas.height);
    view.cell.0 = at.min(view.table.rows.len().saturating_sub(1));
    if view.form() != Form::Bars && areas.cells.contains(column, row) {
        let at = areas.first.1 + usize::from((column - areas.cells.x) / areas.step.max(1));
        view.cell.1 = at.min(view.table.columns.len().saturating_sub(1));
    }
    view.cell == old
}

fn open_cell(session: &mut Session, _: &Args) -> Outcome {
    if matches!(view(session)?.wanted, Wanted::Agreement(_)) {
        let view = view(session)?.clone();
        return agreeing::open_cell(session, &view);
    }
    let query = view(session)?.query();
    session.table.is_below = true;
    session.mode = Mode::Read;
    session.task = Some(Task { what: say!("searching").into(), percent: 0 });
    Ok(vec![Effect::Query(query)])
}

/// Counts again what is shown, asked for in another way.
fn again(session: &mut Session, change: impl FnOnce(&mut Wanted)) -> Outcome {
    let view = view(session)?;
    let (mut wanted, base) = (view.wanted.clone(), view.table.base.clone());
    change(&mut wanted);
    count(session, wanted, base)
}

fn next_measure(session: &mut Session, _: &Args) -> Outcome {
    let view = view(session)?;
    let Wanted::Count { columns, .. } = &view.wanted else {
        return Err(say!("this table has one way to count").into());
    };
    if *columns == Axis::All {
        // All measures are there, a column each.
        let n = view.table.columns.len().max(1);
        view.cell.1 = (view.cell.1 + 1) % n;
        return DONE;
    }
    again(session, |wanted| {
        if let Wanted::Count { measure, .. } = wanted {
            *measure = next(*measure);
        }
    })
}

fn next(measure: Measure) -> Measure {
    let at = MEASURES.iter().position(|(_, own)| *own == measure).unwrap_or(0);
    MEASURES.get((at + 1) % MEASURES.len()).map_or(Measure::Passages, |(_, next)| *next)
}

fn transpose(session: &mut Session, _: &Args) -> Outcome {
    let view = view(session)?;
    // Rows that stand with columns are not columns that stand with rows.
    if view.table.is_list() || view.table.is_course || view.table.cells.0 == Cells::Related {
        return Err(say!("this table has columns of its own kind").into());
    }
    view.is_transposed = !view.is_transposed;
    view.cell = (view.cell.1, view.cell.0);
    view.arrange();
    DONE
}

fn sort(session: &mut Session, _: &Args) -> Outcome {
    let view = view(session)?;
    view.is_sorted = !view.is_sorted;
    view.cell.0 = 0;
    view.arrange();
    let told = if view.is_sorted { say!("the largest first") } else { say!("in their own order") };
    session.tell(told);
    DONE
}

fn roll_up(session: &mut Session, _: &Args) -> Outcome {
    if !matches!(view(session)?.wanted, Wanted::Count { rows: Axis::Code, .. }) {
        return Err(say!("only codes stand above each other").into());
    }
    again(session, |wanted| {
        if let Wanted::Count { rolls_up, .. } = wanted {
            *rolls_up = !*rolls_up;
        }
    })
}

fn show_empty(session: &mut Session, _: &Args) -> Outcome {
    let view = view(session)?;
    view.has_empty = !view.has_empty;
    view.arrange();
    DONE
}

fn narrow(session: &mut Session, args: &Args) -> Outcome {
    if matches!(view(session)?.wanted, Wanted::Agreement(_)) {
        return Err(say!("agreement is narrowed on the command line: `tanba agree --query …`").into());
    }
    let Some(query) = &args.choice else {
        let base = view(session)?.table.base.clone();
        session.table.is_below = true;
        let purpose =
            Purpose::Line { prompt: say!("count only").into(), command: "narrow-table", about: String::new() };
        session.mode = Mode::Edit(Editor::line(&base), purpose);
        return DONE;
    };
    if !query.trim().is_empty() {
        retrieving::checked(session, query).map_err(|mistake| mistake.why)?;
    }
    let wanted = view(session)?.wanted.clone();
    count(session, wanted, query.trim().to_owned())
}

fn write(session: &mut Session, _: &Args) -> Outcome {
    let table = view(session)?.table.clone();
    Ok(vec![Effect::WriteTable(Box::new(table))])
}
