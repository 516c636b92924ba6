//! Tables with a document a row (CSV), as plain texts.

use std::collections::BTreeSet;

use crate::count;
use crate::formats::bundle::{Brought, Piece, Refused};
use crate::formats::csv::{bare, delimiter};
use crate::formats::decoded;
use crate::formats::losses::{Loss, Losses};
use crate::formats::prose::{Card, Prose};
use crate::formats::tongue;
use crate::model::study::{Paper, Study};
use crate::say;
use crate::text::width::{flat, printable};

/// What columns are called, in English, Kazakh and Russian.
const TEXT: &str = "text content body article message post comment answer transcript fulltext мәтін мәтіні мазмұны жауап текст содержание ответ сообщение";
const ID: &str = "id document document_id filename file";
const TITLE: &str = "title headline тақырып тақырыбы заголовок название";
const LANGUAGE: &str = "language lang тіл тілі язык";

/// A first cell this long is no name of a column, in code points.
const LONG: usize = 80;

/// Names of documents are cut behind so many code points: they are names of files.
const MAX_ID: usize = 80;

/// How many places of a kind are told.
const MAX_PLACES: usize = 5;

/// Nothing in a file says that it is such a table: its name does.
pub fn is_it(_: &Piece) -> bool {
    false
}

/// What the columns of a table are.
struct Columns {
    heads: Vec<String>,
    text: usize,
    id: Option<usize>,
    title: Option<usize>,
    language: Option<usize>,
}

/// Reads a table: a document a row. The text is the column that is called so, else the one with the most letters. Fails where it
/// is no text, or has no rows.
pub fn read(piece: &Piece) -> Result<Brought, Refused> {
    let (mut told, path) = (Vec::new(), printable(&piece.path));
    let text = decoded::text(piece, None, &mut told)?;
    let mut table = csv::ReaderBuilder::new();
    table.delimiter(delimiter(&text)).flexible(true).has_headers(false);
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    for row in table.from_reader(text.as_bytes()).records() {
        let row = row.map_err(|_| Refused::at(&path, say!("this is no table of comma-separated values")))?;
        let line = row.position().map_or(0, csv::Position::line);
        rows.push((line, row.iter().map(|cell| bare(cell).to_owned()).collect()));
    }
    let columns =
        columns(&mut rows, &path, &mut told).ok_or_else(|| Refused::at(&path, say!("the table has no rows")))?;
    let mut study = Study::default();
    let (mut ids, mut losses, mut empty) = (BTreeSet::new(), Losses::default(), Vec::new());
    for (at, (line, row)) in rows.iter().enumerate() {
        let names = (piece.stem(), at + 1);
        match paper(row, &columns, names, &mut ids) {
            Some((paper, own)) => {
                for (loss, n) in own {
                    losses.many(loss, n);
                }
                study.papers.push(paper);
            }
            None => empty.push(line.to_string()),
        }
    }
    if !empty.is_empty() {
        let (n, lines) = (empty.len(), empty.iter().take(MAX_PLACES).cloned().collect::<Vec<_>>().join(", "));
        told.push(count!(
            n,
            "{path}: {n} row has no text and is left out (line {lines})",
            "{path}: {n} rows have no text and are left out (lines {lines}, …)",
            path,
            lines
        ));
    }
    told.extend(losses.told(&piece.path));
    Ok(Brought { study, told, ..Brought::default() })
}

/// Finds out what the columns are, and takes the line of their names out of the rows.
fn columns(rows: &mut Vec<(u64, Vec<String>)>, path: &str, told: &mut Vec<String>) -> Option<Columns> {
    let first: Vec<String> = rows.first()?.1.iter().map(|head| flat(head).to_lowercase()).collect();
    let named = |names: &str| first.iter().position(|head| names.split(' ').any(|name| name == head));
    let has_heads = named(TEXT).is_some() || first.iter().all(|head| head.chars().count() <= LONG);
    let width = rows.iter().map(|(_, row)| row.len()).max()?;
    let called = |at: usize| first.get(at).filter(|head| has_heads && !head.is_empty()).cloned();
    let heads: Vec<String> = (0..width).map(|at| called(at).unwrap_or_else(|| format!("column-{}", at + 1))).collect();
    let own = |names| named(names).filter(|_| has_heads);
    let (id, title, language) = (own(ID), own(TITLE), own(LANGUAGE));
    if has_heads {
        rows.remove(0);
    } else {
        told.push(say!("{path}: the first line names no columns; it is taken for a document", path));
    }
    let longest = || (0..width).max_by_key(|at| (letters(rows, *at), std::cmp::Reverse(*at)));
    let text = own(TEXT).or_else(longest)?;
    if own(TEXT).is_none() {
        let column = printable(heads.get(text)?);
        told.push(say!("{path}: no column is called text; the longest one is taken for it: {column}", path, column));
    }
    (!rows.is_empty()).then_some(Columns { heads, text, id, title, language })
}

fn letters(rows: &[(u64, Vec<String>)], column: usize) -> usize {
    rows.iter().filter_map(|(_, row)| row.get(column)).map(String::len).sum()
}

/// What was lost of a cell, and how often.
type Counted = Vec<(Loss, usize)>;

/// The document of a row; nothing where it has no words.
fn paper(
    row: &[String],
    columns: &Columns,
    (stem, n): (&str, usize),
    ids: &mut BTreeSet<String>,
) -> Option<(Paper, Counted)> {
    let mut prose = Prose::default();
    prose.indent(true);
    prose.exact(row.get(columns.text)?);
    if prose.is_empty() {
        return None;
    }
    let cell = |column: Option<usize>| column.and_then(|at| row.get(at)).map(String::as_str).unwrap_or_default();
    let mut card = Card { title: cell(columns.title).to_owned(), ..Card::default() };
    let language = cell(columns.language);
    language.clone_into(&mut card.language);
    for (at, value) in row.iter().enumerate() {
        let is_own = [Some(columns.text), columns.id, columns.title].contains(&Some(at));
        let is_known = Some(at) == columns.language && !tongue::letters(language).is_empty();
        if let Some(head) = columns.heads.get(at).filter(|_| !is_own && !is_known) {
            card.put(head, value);
        }
    }
    let (text, landmarks, losses) = prose.finish();
    let id = unused(&name(cell(columns.id)).unwrap_or_else(|| format!("{stem}-{n}")), ids);
    Some((card.paper(&id, text, landmarks), losses.all()))
}

/// What a cell names a document, as a file may be called; nothing where it has no letter.
fn name(cell: &str) -> Option<String> {
    let safe = |c: char| if c.is_control() || c.is_whitespace() || "/\\:*?\"<>|".contains(c) { '-' } else { c };
    let name: String = flat(cell).chars().map(safe).take(MAX_ID).collect();
    let name = name.trim_matches(['.', '-']).to_owned();
    name.chars().any(char::is_alphanumeric).then_some(name)
}

/// The name itself, or with the first number behind it by which no other row is called.
fn unused(name: &str, ids: &mut BTreeSet<String>) -> String {
    let mut own = name.to_owned();
    let mut n = 2;
    while !ids.insert(own.to_lowercase()) {
        own = format!("{name}-{n}");
        n += 1;
    }
    own
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_row_is_a_document() {
        let table = "\u{feff}ID;Тақырып;Тілі;Мәтін;Outlet;күні\r\na/1;Бірі;kaz;\"Бір; екі\r\n\r\nүш\";Blog;2012-03-01\r\na/1;;Қазақша;'=x;News;\r\n;;;;;\r\n";
        let brought = read(&Piece::of_text("d/кесте.csv", table)).unwrap();
        let papers = &brought.study.papers;
        assert_eq!(papers.iter().map(|p| p.document.id.0.as_str()).collect::<Vec<_>>(), ["a-1", "a-1-2"]);
        assert_eq!(papers[0].text.as_deref(), Some("Бір; екі\n\nүш"));
        assert_eq!(papers[1].text.as_deref(), Some("=x"));
        let document = &papers[0].document;
        assert_eq!((document.title.as_str(), document.language.as_str(), document.length), ("Бірі", "kk", 12));
        assert_eq!(
            (document.attributes["outlet"].as_str(), document.attributes["күні"].as_str()),
            ("Blog", "2012-03-01")
        );
        assert_eq!(papers[1].document.attributes["тілі"], "Қазақша");
        assert_eq!(brought.told.len(), 1, "{:?}", brought.told);
        assert!(brought.told[0].contains("line 6"), "{:?}", brought.told);
    }

    #[test]
    fn the_longest_column_is_the_text_where_none_is_called_so() {
        let brought = read(&Piece::of_text("t.csv", "n,what\n1,a long one\n2,b\n")).unwrap();
        assert_eq!(brought.study.papers[0].text.as_deref(), Some("a long one"));
        assert_eq!(brought.study.papers[1].document.id.0, "t-2");
        assert!(brought.told[0].contains("what"));
        let bare = format!("1\t{}\n2\tb\n", "сөз ".repeat(40));
        let brought = read(&Piece::of_text("t.tsv", bare)).unwrap();
        assert_eq!(brought.study.papers.len(), 2);
        assert_eq!(brought.study.papers[0].document.attributes["column-1"], "1");
        assert!(read(&Piece::of_text("t.csv", "text\n")).is_err() && read(&Piece::of_text("t.csv", "")).is_err());
    }

    proptest! {
        #[test]
        fn no_table_makes_it_panic(text in "[aқ,;\t\"'\n\r ]{0,60}") {
            let _ = read(&Piece::of_text("a.csv", text));
        }
    }
}
