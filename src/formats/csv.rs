//! Comma-separated values (RFC 4180), with cells that a spreadsheet would run made harmless.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::formats::row::Row;

/// The columns, in the order of [`Row`].
pub const COLUMNS: [&str; 15] = [
    "document",
    "language",
    "title",
    "start",
    "end",
    "quote",
    "code",
    "path",
    "coder",
    "memo",
    "time",
    "counterpart",
    "counterpart_id",
    "counterpart_by",
    "id",
];

/// Writes rows under a heading.
pub fn write(rows: &mut dyn Iterator<Item = Row>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for row in rows {
        let time = row.time.map(|time| time.to_string()).unwrap_or_default();
        let (start, end) = (row.start.to_string(), row.end.to_string());
        table.write_record([
            &*made_harmless(&row.document),
            &*made_harmless(&row.language),
            &*made_harmless(&row.title),
            &start,
            &end,
            &*made_harmless(&row.quote),
            &*made_harmless(&row.code),
            &*made_harmless(&row.path),
            &*made_harmless(&row.coder),
            &*made_harmless(&row.memo),
            &time,
            &*made_harmless(&row.counterpart),
            &row.counterpart_id,
            &row.counterpart_by,
            &row.id,
        ])?;
    }
    table.flush()
}

/// Writes rows with the byte order mark by which Excel knows UTF-8.
pub fn write_for_excel(rows: &mut dyn Iterator<Item = Row>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    write(rows, out)
}

/// Puts an apostrophe before what a spreadsheet would take for a formula, and drops control characters but line ends.
/// Source: OWASP, "CSV Injection".
pub fn harmless(cell: &str) -> String {
    made_harmless(cell).into_owned()
}

fn made_harmless(cell: &str) -> Cow<'_, str> {
    let is_dropped = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    let clean = if cell.contains(is_dropped) { Cow::Owned(cell.replace(is_dropped, "")) } else { Cow::Borrowed(cell) };
    let is_formula = clean.starts_with(['=', '+', '-', '@', '\t', '\n', '＝', '＋', '－', '＠']);
    if is_formula { Cow::Owned(format!("'{clean}")) } else { clean }
}

/// What parts the cells of a table: in its first line a semicolon or a tab, where that has no comma, as spreadsheets of many
/// countries write it.
pub fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or("");
    match (first.contains(','), first.contains(';'), first.contains('\t')) {
        (false, true, _) => b';',
        (false, false, true) => b'\t',
        _ => b',',
    }
}

/// A cell without the apostrophe that [`harmless`] put before it.
pub fn bare(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if harmless(rest).len() > rest.len() => rest,
        _ => cell,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn formulas_are_words() {
        for cell in ["=1+1", "+7 701", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "＝1"] {
            assert!(harmless(cell).starts_with('\''), "{cell}");
        }
        assert_eq!(harmless("сөз = 1"), "сөз = 1");
        assert_eq!(harmless("a\u{1b}[31m"), "a[31m");
    }
}
