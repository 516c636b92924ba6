//! The sheets of a project's workbook: passages, codebook, documents, tables, agreement.

use crate::agreement::bootstrap::Plan;
use crate::agreement::score::Score;
use crate::agreement::study::Study;
use crate::agreement::summary::Summary;
use crate::cli::concordat::called;
use crate::cli::context::Failure;
use crate::cli::discretion::Discretion;
use crate::cli::rows;
use crate::formats::bundle::Piece;
use crate::formats::exchange::Written;
use crate::formats::workbook::{self, Cell, Sheet};
use crate::model::shared::Shared;
use crate::query::choice::Choice;
use crate::say;
use crate::shell::agreeing::{Wanted, coding};
use crate::shell::comparing::Taking;
use crate::shell::tabulation::table;
use crate::store::Store;
use crate::tables::axis::Axis;
use crate::tables::table::Table;
use crate::tables::wanted::Wanted as Counted;

/// The workbook of what is chosen of a project. What a sheet can't have is told.
pub fn workbook(store: &mut Store, choice: &Choice, discretion: &Discretion) -> Result<Written, Failure> {
    let shared = store.shared()?;
    let mut all = Vec::new();
    rows::each(store, choice, &mut |mut row| {
        discretion.row(&mut row);
        all.push(row);
        Ok(())
    })?;
    let mut sheets =
        vec![workbook::passages(&mut all.into_iter()), workbook::codebook(&shared.codebook), documents(&shared)];
    for (name, rows, columns) in [
        ("codes", Axis::Code, Axis::All),
        ("codes by coder", Axis::Code, Axis::Coder),
        ("codes by document", Axis::Document, Axis::Code),
        ("codes by language", Axis::Code, Axis::Language),
    ] {
        let counted = table(store, &shared, choice, &Counted::count(rows, columns), &mut |_| true)?;
        let mut counted = counted.without_empty();
        if name == "codes by coder" {
            for label in &mut counted.columns {
                label.text = discretion.coder(&label.text);
            }
        }
        sheets.push(counts(name, &counted));
    }
    let mut told = Vec::new();
    match agreement(store, &shared, choice)? {
        Some(sheet) => sheets.push(sheet),
        None => told.push(say!("no sheet of agreement: no two coders finished a document in common").into()),
    }
    let (bytes, changed) = workbook::bytes(&sheets).map_err(|refused| refused.to_string())?;
    told.extend(changed);
    Ok(Written { pieces: vec![Piece { path: "tanba.xlsx".into(), bytes }], told })
}

/// Digits that a spreadsheet keeps of a number.
const MOST_DIGITS: usize = 15;

fn documents(shared: &Shared) -> Sheet {
    let known: std::collections::BTreeSet<&String> =
        shared.documents.values().flat_map(|document| document.attributes.keys()).collect();
    let own = ["document", "title", "language", "characters"].map(str::to_owned);
    let heads = own.into_iter().chain(known.iter().map(|name| (*name).clone())).collect();
    let row = |document: &crate::model::document::Document| {
        let text = |text: &str| Cell::Text(text.to_owned());
        let own = [
            text(&document.id.0),
            text(&document.title),
            text(&document.language),
            Cell::Number(document.length as f64),
        ];
        let others = known.iter().map(|name| match document.attributes.get(*name) {
            Some(value) => number(value).map_or_else(|| text(value), Cell::Number),
            None => Cell::Empty,
        });
        own.into_iter().chain(others).collect()
    };
    Sheet { name: "documents".into(), heads, rows: shared.documents.values().map(row).collect() }
}

/// A value that is a number and reads the same as one: `12` and `2.5`; not `0012`, `+77011234567`, or more digits than a
/// spreadsheet keeps.
fn number(value: &str) -> Option<f64> {
    value.parse::<f64>().ok().filter(|n| n.is_finite() && n.to_string() == value && value.len() <= MOST_DIGITS)
}

/// A table of numbers, its rows' names in the first column.
fn counts(name: &str, table: &Table) -> Sheet {
    let heads = std::iter::once(String::new()).chain(table.columns.iter().map(|label| label.text.clone())).collect();
    let rows = table.rows.iter().enumerate().map(|(row, label)| {
        let values = (0..table.columns.len()).map(|column| Cell::Number(table.value(row, column)));
        std::iter::once(Cell::Text(label.text.clone())).chain(values).collect()
    });
    Sheet { name: name.to_owned(), heads, rows: rows.collect() }
}

/// Numbers of agreement, a row a code; none where no two coders finished a document in common.
fn agreement(store: &mut Store, shared: &Shared, choice: &Choice) -> Result<Option<Sheet>, Failure> {
    let wanted = Wanted { choice: choice.clone(), taking: Taking::Finished, rolls_up: false, is_before: false };
    let coding = coding(store, shared, &wanted, &mut |_| true)?;
    if crate::cli::concordat::why_not(&coding, wanted.taking, false).is_some() {
        return Ok(None);
    }
    let tidy = coding.tidy();
    let study = Study::new(&tidy, Plan::default());
    let summary = Summary::of(&study, true);
    let number = |score: Score| score.map_or(Cell::Empty, Cell::Number);
    let heads = ["code", "alpha", "alpha from", "alpha to", "kappa", "F1", "passages"].map(str::to_owned).to_vec();
    let rows = summary.codes.iter().map(|of| {
        let ends = of.interval.and_then(|interval| interval.ends.ok());
        let end = |end: Option<f64>| end.map_or(Cell::Empty, Cell::Number);
        let f1 = of.counts.f1();
        let name = tidy.codes.get(of.code).map_or("", String::as_str);
        vec![
            Cell::Text(called(shared, name)),
            number(of.alpha),
            end(ends.map(|ends| ends.0)),
            end(ends.map(|ends| ends.1)),
            number(of.kappa),
            number(f1),
            Cell::Number(of.n_passages as f64),
        ]
    });
    Ok(Some(Sheet { name: "agreement".into(), heads, rows: rows.collect() }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_stays_as_it_is_written() {
        assert_eq!((number("12"), number("2.5"), number("-3")), (Some(12.0), Some(2.5), Some(-3.0)));
        for text in ["0012", "+77011234567", "12345678901234567890", "1e5", "NaN", "", "2.50"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
