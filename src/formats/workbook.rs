//! Workbooks of spreadsheet programs (XLSX): sheets of real numbers and dates, and codebooks that come back.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::count;
use crate::formats::archive;
use crate::formats::bundle::{Piece, Refused};
use crate::formats::codebook as file;
use crate::formats::csv::{COLUMNS, bare, harmless};
use crate::formats::row::Row;
use crate::formats::xml::is_forbidden;
use crate::model::code::Code;
use crate::model::codebook::Codebook;
use crate::model::time::Time;
use crate::say;
use crate::text::width::{columns, printable};

/// UTF-16 code units that a cell holds. Source: Microsoft, "Excel specifications and limits".
const MAX_CELL: usize = 32_767;

/// Rows that a sheet holds, with that of the heads.
const MAX_ROWS: usize = 1_048_576;

/// Letters that a sheet's name has at most.
const MAX_NAME: usize = 31;

/// How wide columns are at least and at most, in letters; wider texts are wrapped.
const WIDTHS: (usize, usize) = (8, 60);

/// Rows by which the width of columns is measured.
const MEASURED: usize = 500;

/// A cell.
#[derive(Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Words, which are never run as a formula.
    Text(String),
    /// A number.
    Number(f64),
    /// A moment, shown in UTC.
    Moment(Time),
}

/// A sheet: heads, and rows below them.
#[derive(Clone, PartialEq, Default)]
pub struct Sheet {
    /// What it is called.
    pub name: String,
    /// What its columns are.
    pub heads: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

/// What had to be changed of cells.
#[derive(Default)]
struct Changes {
    n_cut: usize,
    n_signs: usize,
}

/// Sheets as the bytes of a workbook, the same at every time, and what it could not hold. Fails only where the library does.
pub fn bytes(sheets: &[Sheet]) -> Result<(Vec<u8>, Vec<String>), Refused> {
    let mut book = Workbook::new();
    let (mut changes, mut names, mut told) = (Changes::default(), BTreeSet::new(), Vec::new());
    let refused = |error: XlsxError| Refused::at("", say!("the workbook can't be written: {why}", why = error));
    let day = ExcelDateTime::from_ymd(2000, 1, 1).map_err(refused)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    for sheet in sheets {
        let name = legal_name(&sheet.name, &mut names);
        if sheet.rows.len() >= MAX_ROWS {
            let (all, most) = (sheet.rows.len(), MAX_ROWS - 1);
            told.push(say!("{name}: {all} rows are too many for a sheet; the first {most} are in it", name, all, most));
        }
        fill(book.add_worksheet(), &name, sheet, &mut changes).map_err(refused)?;
    }
    if sheets.is_empty() {
        book.add_worksheet();
    }
    if changes.n_cut > 0 {
        told.push(count!(
            changes.n_cut,
            "{n} cell was cut to the 32,767 letters that one can hold",
            "{n} cells were cut to the 32,767 letters that one can hold"
        ));
    }
    if changes.n_signs > 0 {
        told.push(count!(
            changes.n_signs,
            "control characters were taken out of {n} cell",
            "control characters were taken out of {n} cells"
        ));
    }
    Ok((book.save_to_buffer().map_err(refused)?, told))
}

fn fill(own: &mut Worksheet, name: &str, sheet: &Sheet, changes: &mut Changes) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let number = Format::new().set_align(FormatAlign::Top);
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss").set_align(FormatAlign::Top);
    own.set_name(name)?;
    own.set_freeze_panes(1, 0)?;
    for (column, words) in sheet.heads.iter().enumerate() {
        own.write_string_with_format(0, column as u16, held(words, changes), &head)?;
        let cells = sheet.rows.iter().take(MEASURED).filter_map(|row| row.get(column));
        let width = cells.map(width).max().unwrap_or(0).max(columns(words) + 3).clamp(WIDTHS.0, WIDTHS.1);
        own.set_column_width(column as u16, width as f64)?;
    }
    for (row, cells) in sheet.rows.iter().take(MAX_ROWS - 1).enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let (row, column) = (row as u32 + 1, column as u16);
            match cell {
                Cell::Empty => {}
                Cell::Text(words) if words.is_empty() => {}
                Cell::Text(words) => {
                    own.write_string_with_format(row, column, held(words, changes), &text)?;
                }
                Cell::Number(value) if value.is_finite() => {
                    own.write_number_with_format(row, column, *value, &number)?;
                }
                Cell::Number(value) => {
                    own.write_string_with_format(row, column, value.to_string(), &text)?;
                }
                Cell::Moment(time) => match ExcelDateTime::from_timestamp(time.0.div_euclid(1000)) {
                    Ok(when) => {
                        own.write_datetime_with_format(row, column, when, &moment)?;
                    }
                    Err(_) => {
                        own.write_string_with_format(row, column, time.to_string(), &text)?;
                    }
                },
            }
        }
    }
    if let Some(last) = sheet.heads.len().checked_sub(1) {
        own.autofilter(0, 0, sheet.rows.len().min(MAX_ROWS - 1) as u32, last as u16)?;
    }
    Ok(())
}

fn width(cell: &Cell) -> usize {
    match cell {
        Cell::Text(words) => words.lines().map(|line| columns(line).min(WIDTHS.1)).max().unwrap_or(0) + 1,
        Cell::Number(_) => 10,
        Cell::Moment(_) => 20,
        Cell::Empty => 0,
    }
}

/// What a cell can hold of a text.
fn held(text: &str, changes: &mut Changes) -> String {
    let is_wrong = |c: char| is_forbidden(c) || (c.is_control() && !matches!(c, '\n' | '\t'));
    changes.n_signs += usize::from(text.contains(is_wrong));
    let mut held: String = text.chars().filter(|c| !is_wrong(*c)).collect();
    if held.encode_utf16().count() > MAX_CELL {
        changes.n_cut += 1;
        let mut n_units = 1;
        held = held
            .chars()
            .take_while(|c| {
                n_units += c.len_utf16();
                n_units <= MAX_CELL
            })
            .chain(['…'])
            .collect();
    }
    held
}

/// A name that a sheet may have, and that no other has.
fn legal_name(name: &str, names: &mut BTreeSet<String>) -> String {
    let safe = |c: char| if c.is_control() || "[]:*?/\\".contains(c) { '-' } else { c };
    let cut = |name: &str, most: usize| {
        let mut n_units = 0;
        name.chars()
            .take_while(|c| {
                n_units += c.len_utf16();
                n_units <= most
            })
            .collect::<String>()
    };
    let clean: String = name.chars().map(safe).collect();
    let clean = clean.trim().trim_matches('\'').trim();
    let clean = if clean.is_empty() || clean.eq_ignore_ascii_case("history") { "Sheet" } else { clean };
    let mut own = cut(clean, MAX_NAME).trim_end_matches(['\'', ' ']).to_owned();
    let mut n = 2;
    while !names.insert(own.to_lowercase()) {
        let tail = format!(" {n}");
        own = cut(clean, MAX_NAME - tail.len()) + &tail;
        n += 1;
    }
    own
}

/// Passages as a sheet, a row an annotation.
pub fn passages(rows: &mut dyn Iterator<Item = Row>) -> Sheet {
    let text = Cell::Text;
    let cells = |row: Row| {
        vec![
            text(row.document),
            text(row.language),
            text(row.title),
            Cell::Number(row.start as f64),
            Cell::Number(row.end as f64),
            text(row.quote),
            text(row.code),
            text(row.path),
            text(row.coder),
            text(row.memo),
            row.time.map_or(Cell::Empty, Cell::Moment),
            text(row.counterpart),
            text(row.counterpart_id),
            text(row.counterpart_by),
            text(row.id),
        ]
    };
    Sheet { name: "passages".into(), heads: COLUMNS.map(str::to_owned).to_vec(), rows: rows.map(cells).collect() }
}

/// Writes passages as a workbook with one sheet.
pub fn write(rows: &mut dyn Iterator<Item = Row>, out: &mut dyn Write) -> io::Result<()> {
    let (bytes, _) = bytes(&[passages(rows)]).map_err(|refused| io::Error::other(refused.to_string()))?;
    out.write_all(&bytes)
}

/// The name of the sheet that is a codebook.
const CODEBOOK: &str = "codebook";

/// A codebook as a sheet, a row a code: the columns are those of its CSV.
pub fn codebook(book: &Codebook) -> Sheet {
    let mut text = Vec::new();
    let is_written = file::named("csv").is_some_and(|way| (way.write)(book, &mut text).is_ok());
    let mut table =
        csv::ReaderBuilder::new().has_headers(false).from_reader(if is_written { text.as_slice() } else { &[] });
    let mut rows =
        table.records().flatten().map(|row| row.iter().map(|cell| bare(cell).to_owned()).collect::<Vec<String>>());
    let heads = rows.next().unwrap_or_default();
    let rows = rows.map(|row| row.into_iter().map(Cell::Text).collect()).collect();
    Sheet { name: CODEBOOK.into(), heads, rows }
}

/// Reads a codebook: the sheet that is called so, else the first with a column `id` or `name_en`. Fails, with what is wrong, and
/// where, where the file is no workbook or has no such sheet.
pub fn read_codebook(bytes: &[u8]) -> Result<Vec<Code>, String> {
    // What unpacks to far more than it should is refused before the reading library unpacks it.
    let piece = Piece { path: String::new(), bytes: bytes.to_vec() };
    archive::unpack(&piece, &|_| true).map_err(|refused| refused.to_string())?;
    let table = catch_unwind(AssertUnwindSafe(|| table(bytes))).ok().flatten();
    let (name, text) =
        table.ok_or(say!("no sheet of it is a codebook: none has a column id or name_en in its first row"))?;
    file::read_csv(&text).map_err(|why| say!("sheet {name}, {why}", name = printable(&name), why))
}

/// The codebook's sheet: its name, and its cells as comma-separated values.
fn table(bytes: &[u8]) -> Option<(String, String)> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).ok()?;
    let sheets: Vec<_> = book.worksheets();
    let is_codebook = |rows: &calamine::Range<Data>| {
        rows.rows()
            .next()
            .is_some_and(|heads| heads.iter().any(|head| matches!(words(head).as_str(), "id" | "name_en")))
    };
    let called = sheets.iter().find(|(name, rows)| name.trim().eq_ignore_ascii_case(CODEBOOK) && is_codebook(rows));
    let (name, rows) = called.or_else(|| sheets.iter().find(|(_, rows)| is_codebook(rows)))?;
    let mut out = csv::Writer::from_writer(Vec::new());
    for row in rows.rows().filter(|row| row.iter().any(|cell| !words(cell).is_empty())) {
        out.write_record(row.iter().map(|cell| harmless(&words(cell)))).ok()?;
    }
    Some((name.clone(), String::from_utf8(out.into_inner().ok()?).ok()?))
}

fn words(cell: &Data) -> String {
    cell.to_string().replace("\r\n", "\n").trim().to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::grouped;
    use crate::model::code::{CodeId, Names, Standing};

    fn sheet(name: &str, words: &str) -> Sheet {
        Sheet {
            name: name.into(),
            heads: vec!["a".into(), "б".into()],
            rows: vec![vec![Cell::Text(words.into()), Cell::Number(1.5)]],
        }
    }

    fn read(bytes: &[u8]) -> Vec<(String, Vec<Vec<Data>>)> {
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        book.worksheets().into_iter().map(|(name, rows)| (name, rows.rows().map(<[Data]>::to_vec).collect())).collect()
    }

    #[test]
    fn cells_have_their_kinds_and_nothing_is_a_formula() {
        let (bytes, told) = bytes(&[passages(&mut grouped::samples().into_iter())]).unwrap();
        let (name, rows) = read(&bytes).remove(0);
        assert_eq!((name.as_str(), rows.len()), ("passages", 5));
        assert_eq!(rows[1][3], Data::Float(40.0));
        assert!(matches!(rows[1][10], Data::DateTime(_)));
        assert_eq!(rows[4][5], Data::String("=SUM(A1)".into()));
        assert_eq!(rows[3][5], Data::String("Өзін-өзі цензуралау 👍e\u{301}".into()));
        assert_eq!(told, ["control characters were taken out of 1 cell"]);
        assert!(
            bytes == super::bytes(&[passages(&mut grouped::samples().into_iter())]).unwrap().0,
            "the same bytes at every time"
        );
    }

    #[test]
    fn names_and_lengths_are_made_legal() {
        let long = "👍".repeat(20_000);
        let names = ["a/b:[c]", "A-b--c-", "", "History", "'x'", "өте ұзын атау өте ұзын атау өте ұзын атау"];
        let sheets: Vec<Sheet> = names.iter().map(|name| sheet(name, &long)).collect();
        let (bytes, told) = bytes(&sheets).unwrap();
        let read = read(&bytes);
        let names: Vec<&str> = read.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a-b--c-", "A-b--c- 2", "Sheet", "Sheet 2", "x", "өте ұзын атау өте ұзын атау өте"]);
        assert!(
            matches!(&read[0].1[1][0], Data::String(words) if words.ends_with("👍…") && words.encode_utf16().count() == 32_767)
        );
        assert_eq!(told, ["6 cells were cut to the 32,767 letters that one can hold"]);
        assert!(super::bytes(&[]).is_ok() && super::bytes(&[Sheet::default()]).is_ok());
    }

    #[test]
    fn a_codebook_comes_back() {
        let mut book = Codebook::default();
        book.insert(Code {
            id: CodeId("censorship".into()),
            names: Names { en: "censorship".into(), kk: "цензура".into(), ru: "цензура".into() },
            definition: "=SUM(A1)\nsecond _x0041_ line".into(),
            include: "-a".into(),
            key: "c".into(),
            parent: CodeId("control".into()),
            ..Code::default()
        });
        book.insert(Code { standing: Standing::Folder, ..Code::named(CodeId("control".into()), "control") });
        let (bytes, _) = bytes(&[sheet("x", "y"), codebook(&book)]).unwrap();
        assert_eq!(read_codebook(&bytes).unwrap(), book.iter().cloned().collect::<Vec<_>>());
        let (other, _) = super::bytes(&[sheet("x", "y")]).unwrap();
        assert!(read_codebook(&other).unwrap_err().contains("name_en"));
        assert!(read_codebook(b"PK\x03\x04").is_err() && read_codebook(b"").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn words_come_back(words in "[ -~аəқ\n\t👍\u{301}_x]{1,40}") {
            let (bytes, _) = bytes(&[sheet("s", &words)]).unwrap();
            prop_assert_eq!(&read(&bytes)[0].1[1][0], &Data::String(words));
        }

        #[test]
        fn no_damage_makes_it_panic(at in 0usize..5000, byte in any::<u8>()) {
            let (mut bytes, _) = bytes(&[codebook(&Codebook::default())]).unwrap();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = read_codebook(&bytes);
        }
    }
}
