//! JSON Lines: an object a line, out and in.

use std::io::{self, BufRead, Write};

use crate::formats::row::Row;
use crate::say;

/// A line that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Which, from 1.
    pub line: usize,
    /// Why.
    pub why: String,
    /// Whether it is no JSON object of the form at all.
    pub is_json_error: bool,
}

impl std::fmt::Display for BadLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&say!("line {line}: {why}", line = self.line, why = self.why))
    }
}

/// What reading gave: each row with its line, from 1, and every line that is none.
pub type ReadRows = (Vec<(usize, Row)>, Vec<BadLine>);

/// Writes rows.
pub fn write(rows: &mut dyn Iterator<Item = Row>, out: &mut dyn Write) -> io::Result<()> {
    for row in rows {
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Reads rows: what could be read, and every line that could not. A row needs `document`, `start`, `end` and `code`.
/// Fails only where reading itself does.
pub fn read(input: &mut dyn BufRead) -> io::Result<ReadRows> {
    let (mut rows, mut bad) = (Vec::new(), Vec::new());
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        let text = bytes.trim_ascii();
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        if text.is_empty() {
            continue;
        }
        match serde_json::from_slice::<Row>(text) {
            Ok(row) if row.start < row.end => rows.push((line, row)),
            Ok(_) => bad.push(BadLine { line, why: say!("start must be before end").into(), is_json_error: false }),
            Err(error) => bad.push(BadLine { line, why: reason(&error), is_json_error: true }),
        }
    }
    Ok((rows, bad))
}

/// Why a line is no row, without any of its words: these may be confidential.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let missing = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match (missing, error.classify()) {
        (Some(field), _) => say!("it has no \"{field}\"", field),
        (None, serde_json::error::Category::Data) => say!("a member has a value of the wrong kind").into(),
        _ => say!("not a JSON object").into(),
    }
}
