//! Databases of other programs (`SQLite`), read from memory: nothing is written, and nothing in them is run.

use std::cell::Cell;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::{FromSql, ValueRef};
use rusqlite::{Connection, ErrorCode, Row};

use crate::formats::bundle::{Bundle, Piece, Refused};
use crate::model::time::Time;
use crate::say;

/// How a database file begins. Source: "Database File Format", 1.3.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Where the header says whether the file is written by rollback (1) or by write-ahead log (2): both bytes.
const JOURNAL_BYTES: std::ops::Range<usize> = 18..20;

/// Rows that are read of a table.
const MOST_ROWS: usize = 5_000_000;

/// What all rows may hold together, for each byte of the file: each is read once, and numbers become words.
const MOST_BYTES_A_BYTE: u64 = 4;

/// The same of the shortest file.
const LEAST_BYTES: u64 = 16 << 20;

/// What one value may hold in the shortest file, in bytes.
const LEAST_VALUE: usize = 1 << 20;

/// Memory that `SQLite` takes in all, in bytes: the file, of which there is 1 GiB at most, and as much to sort it.
const MOST_MEMORY: u64 = 2 << 30;

/// Steps of `SQLite`'s machine after which it is asked whether it takes too long.
const STEPS: i32 = 10_000;

/// How often it is asked: a billion steps read ten million rows.
const MOST_ASKED: usize = 100_000;

/// A database in memory.
pub struct Base {
    connection: Connection,
    place: String,
    tables: Vec<String>,
    /// Bytes that rows may still hold.
    left: Cell<u64>,
}

/// Whether these bytes begin as a database does.
pub fn is_base(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The database among these files that is called so, or the only one.
pub fn among<'a>(bundle: &'a Bundle, name: &str) -> Option<&'a Piece> {
    let is_base = |piece: &&Piece| is_base(&piece.bytes);
    bundle.pieces.iter().filter(is_base).find(|piece| piece.name() == name).or_else(|| bundle.sole().filter(is_base))
}

impl Base {
    /// Opens a database. Fails where it is damaged or cut short.
    pub fn open(piece: &Piece) -> Result<Self, Refused> {
        let broken = |_| {
            Refused::at(
                &piece.path,
                say!("the database is damaged or cut short; copy it again while its program is closed"),
            )
        };
        let mut bytes = piece.bytes.clone();
        // In memory there is no log beside the file, and none is written.
        if let Some(mode) = bytes.get_mut(JOURNAL_BYTES) {
            mode.fill(1);
        }
        let mut connection = Connection::open_in_memory().map_err(broken)?;
        connection.deserialize_read_exact("main", bytes.as_slice(), bytes.len(), true).map_err(broken)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map_err(broken)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).map_err(broken)?;
        bound(&mut connection, bytes.len()).map_err(broken)?;
        let left = Cell::new(MOST_BYTES_A_BYTE * bytes.len() as u64 + LEAST_BYTES);
        let mut base = Self { connection, place: piece.path.clone(), tables: Vec::new(), left };
        // A view may be anything, and never end.
        let mut tables = Vec::new();
        base.each("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'", &mut |row| {
            tables.push(text(row, 0));
        })?;
        base.tables = tables;
        Ok(base)
    }

    /// Whether there is a table of that name.
    pub fn has(&self, table: &str) -> bool {
        self.tables.iter().any(|own| own == table)
    }

    /// Whether a table has a column of that name.
    pub fn has_column(&self, table: &str, column: &str) -> bool {
        let mut found = false;
        let asked = self.each(&format!("SELECT name FROM pragma_table_info('{table}')"), &mut |row| {
            found |= text(row, 0) == column;
        });
        asked.is_ok() && found
    }

    /// Hands over the rows of a table, in the order of the query; nothing where the table is not there. Fails where the database
    /// is damaged, where the table has columns that are computed, and where its rows hold more than a file of its length can.
    pub fn rows(&self, table: &str, columns: &str, each: &mut dyn FnMut(&Row<'_>)) -> Result<(), Refused> {
        if !self.has(table) {
            return Ok(());
        }
        // A column that is computed may be of any length.
        let mut n_computed = 0;
        let asked = format!("SELECT name FROM pragma_table_xinfo('{table}') WHERE hidden <> 0");
        self.each(&asked, &mut |_| n_computed += 1)?;
        if n_computed > 0 {
            return Err(Refused::at(&self.place, unknown_columns()));
        }
        self.each(&format!("SELECT {columns} FROM {table} ORDER BY 1"), each)
    }

    fn each(&self, query: &str, each: &mut dyn FnMut(&Row<'_>)) -> Result<(), Refused> {
        let broken = |error: rusqlite::Error| {
            let is_unknown = matches!(&error, rusqlite::Error::SqlInputError { .. });
            let why = match error.sqlite_error_code() {
                _ if is_unknown => unknown_columns(),
                Some(ErrorCode::OperationInterrupted | ErrorCode::OutOfMemory | ErrorCode::TooBig) => too_much(),
                _ => say!("the database is damaged or cut short; copy it again while its program is closed"),
            };
            Refused::at(&self.place, why)
        };
        let mut statement = self.connection.prepare(query).map_err(broken)?;
        let mut rows = statement.query([]).map_err(broken)?;
        let mut n_rows = 0;
        while let Some(row) = rows.next().map_err(broken)? {
            n_rows += 1;
            let left = self.left.get().checked_sub(length(row));
            let Some(left) = left.filter(|_| n_rows <= MOST_ROWS) else {
                return Err(Refused::at(&self.place, too_much()));
            };
            self.left.set(left);
            each(row);
        }
        Ok(())
    }
}

fn unknown_columns() -> &'static str {
    say!("a table has not the columns that this program's projects have; is it of another version?")
}

fn too_much() -> &'static str {
    say!("more rows than any project has")
}

/// Bounds what a database of so many bytes may take, of memory and of time.
fn bound(connection: &mut Connection, length: usize) -> rusqlite::Result<()> {
    let most = i32::try_from(length.max(LEAST_VALUE)).unwrap_or(i32::MAX);
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, most)?;
    // What is sorted stays in memory, where it is bounded, and leaves nothing on the disk.
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.query_row(&format!("PRAGMA hard_heap_limit = {MOST_MEMORY}"), [], |_| Ok(()))?;
    let mut n_asked = 0;
    let is_too_long = move || {
        n_asked += 1;
        n_asked > MOST_ASKED
    };
    connection.progress_handler(STEPS, Some(is_too_long))
}

/// The bytes of a row's words.
fn length(row: &Row<'_>) -> u64 {
    let cells = (0..row.as_ref().column_count()).filter_map(|column| row.get_ref(column).ok());
    cells
        .map(|cell| match cell {
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len() as u64,
            _ => 0,
        })
        .sum()
}

/// A cell as text, whatever it holds; empty for nothing.
pub fn text(row: &Row<'_>, column: usize) -> String {
    match row.get_ref(column) {
        Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        Ok(ValueRef::Integer(number)) => number.to_string(),
        Ok(ValueRef::Real(number)) => number.to_string(),
        Ok(ValueRef::Null) | Err(_) => String::new(),
    }
}

/// A cell as a number; nothing where it is none.
pub fn number(row: &Row<'_>, column: usize) -> Option<i64> {
    let cell = row.get_ref(column).ok()?;
    i64::column_result(cell).ok().or_else(|| text(row, column).trim().parse().ok())
}

/// A position: a number that is not negative.
pub fn position(row: &Row<'_>, column: usize) -> Option<usize> {
    number(row, column).and_then(|number| usize::try_from(number).ok())
}

/// A moment as such programs write it, `2021-12-30 19:22:19`, taken as UTC; 0 where it is none.
pub fn moment(row: &Row<'_>, column: usize) -> Time {
    let written = text(row, column);
    let whole = written.trim().replacen(' ', "T", 1);
    Time::parse(&whole).or_else(|| Time::parse(&format!("{whole}Z"))).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn base(script: &str) -> Base {
        let mut made = Connection::open_in_memory().unwrap();
        made.execute_batch(script).unwrap();
        let bytes = made.serialize("main").unwrap().to_vec();
        Base::open(&Piece { path: "a.db".into(), bytes }).unwrap()
    }

    fn read(base: &Base) -> Result<usize, String> {
        let mut n = 0;
        base.rows("source", "id, words", &mut |row| n += text(row, 1).len()).map(|()| n).map_err(|why| why.why)
    }

    #[test]
    fn columns_that_are_computed_are_refused() {
        for kind in ["VIRTUAL", "STORED"] {
            let words = format!("words text GENERATED ALWAYS AS (hex(zeroblob(id))) {kind}");
            let base = base(&format!("CREATE TABLE source (id integer, {words}); INSERT INTO source VALUES (9);"));
            assert!(read(&base).unwrap_err().contains("not the columns"), "{kind}");
        }
        let view =
            base("CREATE TABLE a (id integer); CREATE VIEW source AS SELECT id, hex(zeroblob(99)) AS words FROM a;");
        assert_eq!(read(&view), Ok(0), "a view is no table");
        assert_eq!(
            read(&base("CREATE TABLE source (id integer, words text); INSERT INTO source VALUES (1, 'сөз');")),
            Ok(6)
        );
    }

    #[test]
    fn rows_hold_no_more_than_a_file_of_that_length_can() {
        let script = format!(
            "CREATE TABLE source (id integer primary key);
             INSERT INTO source WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i FROM n;
             ALTER TABLE source ADD COLUMN words text DEFAULT '{}';",
            "x".repeat(100_000)
        );
        assert!(read(&base(&script)).unwrap_err().contains("more rows"));
    }

    #[test]
    fn a_query_that_does_not_end_is_stopped() {
        let base = base("CREATE TABLE source (id integer, words text);");
        let endless = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
        assert!(base.each(endless, &mut |_| ()).unwrap_err().why.contains("more rows"));
    }
}
