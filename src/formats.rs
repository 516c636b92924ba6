//! Ways to write a project out, and to read one in.

pub mod codebook;
pub mod coding;
pub mod csv;
pub mod findings;
pub mod jsonl;
pub mod markdown;
pub mod page;
pub mod report;
pub mod row;
pub mod svg;
pub mod table;
pub mod tmx;

use std::io::{self, Write};

use row::Row;

/// A way to write passages.
#[derive(Clone, Copy)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// For whom it is.
    pub help: &'static str,
    /// Writes rows, one after another.
    pub write: fn(&mut dyn Iterator<Item = Row>, &mut dyn Write) -> io::Result<()>,
}

/// All formats.
pub const FORMATS: &[Format] = &[
    Format { name: "csv", help: "a table for spreadsheets and statistics programs", write: csv::write },
    Format {
        name: "csv-excel",
        help: "the same with a byte order mark, which Excel needs for Kazakh letters",
        write: csv::write_for_excel,
    },
    Format { name: "jsonl", help: "an object a line; `tanba import` reads it back", write: jsonl::write },
    Format { name: "markdown", help: "passages under their documents, to read", write: markdown::write },
];

/// The format of that name.
pub fn named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
