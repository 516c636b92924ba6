//! Databases of other programs (`SQLite`), read from memory: nothing is written, and nothing in them is run.

use rusqlite::config::DbConfig;
use rusqlite::types::{FromSql, ValueRef};
use rusqlite::{Connection, Row};

use crate::formats::bundle::{Bundle, Piece, Refused};
use crate::model::time::Time;
use crate::say;

/// How a database file begins. Source: "Database File Format", 1.3.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Where the header says whether the file is written by rollback (1) or by write-ahead log (2): both bytes.
const JOURNAL_BYTES: std::ops::Range<usize> = 18..20;

/// Rows that are read of a table.
const MOST_ROWS: usize = 5_000_000;

/// A database in memory.
pub struct Base {
    connection: Connection,
    place: String,
    tables: Vec<String>,
}

/// The database among these files that is called so, or the only one.
pub fn among<'a>(bundle: &'a Bundle, name: &str) -> Option<&'a Piece> {
    let is_base = |piece: &&Piece| piece.bytes.starts_with(MAGIC);
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
        let mut base = Self { connection, place: piece.path.clone(), tables: Vec::new() };
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
    /// is damaged.
    pub fn rows(&self, table: &str, columns: &str, each: &mut dyn FnMut(&Row<'_>)) -> Result<(), Refused> {
        if self.has(table) { self.each(&format!("SELECT {columns} FROM {table} ORDER BY 1"), each) } else { Ok(()) }
    }

    fn each(&self, query: &str, each: &mut dyn FnMut(&Row<'_>)) -> Result<(), Refused> {
        let broken = |error: rusqlite::Error| {
            let is_unknown = matches!(&error, rusqlite::Error::SqlInputError { .. });
            let why = if is_unknown {
                say!("a table has not the columns that this program's projects have; is it of another version?")
            } else {
                say!("the database is damaged or cut short; copy it again while its program is closed")
            };
            Refused::at(&self.place, why)
        };
        let mut statement = self.connection.prepare(query).map_err(broken)?;
        let mut rows = statement.query([]).map_err(broken)?;
        let mut n_rows = 0;
        while let Some(row) = rows.next().map_err(broken)? {
            n_rows += 1;
            if n_rows > MOST_ROWS {
                return Err(Refused::at(&self.place, say!("more rows than any project has")));
            }
            each(row);
        }
        Ok(())
    }
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
