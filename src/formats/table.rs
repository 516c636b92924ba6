//! Tables as comma-separated values.

use std::io::{self, Write};

use crate::formats::csv::harmless;
use crate::tables::table::Table;

/// Writes a table: a row a row, the first two columns its name and what it is called, numbers with points.
pub fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    let heading = ["name", "called"].into_iter().map(str::to_owned);
    csv.write_record(heading.chain(table.columns.iter().map(|column| harmless(&column.name))))?;
    for (at, row) in table.rows.iter().enumerate() {
        let names = [harmless(&row.name), harmless(&row.text)];
        let values = (0..table.columns.len()).map(|column| number(table.value(at, column)));
        csv.write_record(names.into_iter().chain(values))?;
    }
    csv.flush()
}

/// A number with as many digits as it needs, six behind the point at most.
fn number(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
