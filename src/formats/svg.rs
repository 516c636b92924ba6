//! Tables as pictures: Scalable Vector Graphics 1.1, for papers and for the web.

use std::fmt::Write as _;

use crate::tables::table::{Label, Table};
use crate::text::width::{columns, fitted, printable};

/// Points of a letter's height, and of its width at most, in the fonts that are asked for.
const FONT: (f64, f64) = (12.0, 7.6);

/// Points of the title.
const HEAD: f64 = 28.0;

/// Points of a row.
const ROW: f64 = 20.0;

/// Points of the longest bar.
const BAR: f64 = 420.0;

/// Columns of a label that are shown.
const LABEL_COLUMNS: usize = 34;

/// The colour of what has none of its own.
const INK: &str = "#3b6ea8";

/// The font's names, from the best to what is there everywhere.
const FAMILY: &str = "Inter, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif";

/// Text as it stands in an element or attribute; control characters become pictures.
pub fn escaped(text: &str) -> String {
    printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A table as a picture: bars for one column, bars over time for a course, else a heat map.
pub fn picture(table: &Table) -> String {
    let (width, height, body) = match () {
        () if table.is_list() || table.columns.len() == 1 => bars(table),
        () if table.is_course => course(table),
        () => heat(table),
    };
    let title = escaped(&table.title);
    let measure = escaped(table.columns.first().and_then(|c| c.measure).unwrap_or(table.measure).called());
    let width = width.max((columns(&table.title) + columns(&measure) + 5) as f64 * FONT.1 * 1.1);
    let height = height + HEAD;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" \
         role=\"img\" font-family=\"{FAMILY}\" font-size=\"{}\">\n<title>{title} · {measure}</title>\n\
         <text x=\"4\" y=\"16\" font-size=\"13\" font-weight=\"bold\" fill=\"#222\">{title} · {measure}</text>\n\
         <g transform=\"translate(0 {HEAD})\">\n{body}</g>\n</svg>\n",
        FONT.0
    )
}

fn label_width(labels: &[Label]) -> f64 {
    let most = labels.iter().map(|label| columns(&label.text).min(LABEL_COLUMNS) + label.depth * 2).max().unwrap_or(0);
    most as f64 * FONT.1 + 12.0
}

fn words(out: &mut String, (x, y): (f64, f64), attributes: &str, text: &str) {
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" {attributes}>{}</text>", escaped(text));
}

fn row_label(out: &mut String, label: &Label, y: f64) {
    let x = 4.0 + label.depth as f64 * 2.0 * FONT.1;
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{:.1}\" fill=\"#222\"><title>{}</title>{}</text>",
        y + ROW * 0.7,
        escaped(&label.text),
        escaped(&fitted(&label.text, LABEL_COLUMNS))
    );
}

fn colour(label: &Label) -> &str {
    // Only what is a colour gets into an attribute.
    let is_colour = label.colour.len() == 7
        && label.colour.strip_prefix('#').is_some_and(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()));
    if is_colour { &label.colour } else { INK }
}

fn bars(table: &Table) -> (f64, f64, String) {
    let left = label_width(&table.rows);
    let most = (0..table.rows.len()).map(|row| table.value(row, 0)).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let mut out = String::new();
    for (at, row) in table.rows.iter().enumerate() {
        let (y, value) = (at as f64 * ROW, table.value(at, 0));
        row_label(&mut out, row, y);
        let length = BAR * value / most;
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{:.1}\" width=\"{length:.1}\" height=\"{:.1}\" fill=\"{}\"/>",
            y + 3.0,
            ROW - 6.0,
            colour(row)
        );
        words(&mut out, (left + length + 5.0, y + ROW * 0.7), "fill=\"#444\"", &table.shown(at, 0));
    }
    (left + BAR + 70.0, table.rows.len().max(1) as f64 * ROW + 4.0, out)
}

/// The heads of columns, slanted where they are long; returns how high they are.
fn heads(out: &mut String, table: &Table, left: f64, cell: f64) -> f64 {
    let most = table.columns.iter().map(|column| columns(&column.text).min(LABEL_COLUMNS)).max().unwrap_or(0) as f64;
    let is_slanted = most * FONT.1 > cell;
    let height = if is_slanted { most * FONT.1 * 0.72 + 14.0 } else { ROW };
    for (at, column) in table.columns.iter().enumerate() {
        let x = left + (at as f64 + 0.5) * cell;
        let text = fitted(&column.text, LABEL_COLUMNS);
        if is_slanted {
            let turned = format!("fill=\"#222\" transform=\"rotate(-45 {x:.1} {:.1})\"", height - 6.0);
            words(out, (x, height - 6.0), &turned, &text);
        } else {
            words(out, (x, height - 6.0), "fill=\"#222\" text-anchor=\"middle\"", &text);
        }
    }
    height
}

fn heat(table: &Table) -> (f64, f64, String) {
    let left = label_width(&table.rows);
    let shown = |row, column| table.shown(row, column);
    let cells = || (0..table.rows.len()).flat_map(|row| (0..table.columns.len()).map(move |column| (row, column)));
    let widest = cells().map(|(row, column)| columns(&shown(row, column))).max().unwrap_or(0) as f64;
    let cell = (widest * FONT.1 + 10.0).max(28.0);
    let mut out = String::new();
    let top = heads(&mut out, table, left, cell);
    let most = table.most().max(f64::MIN_POSITIVE);
    for (at, row) in table.rows.iter().enumerate() {
        row_label(&mut out, row, top + at as f64 * ROW);
    }
    for (row, column) in cells() {
        let value = table.value(row, column);
        if value <= 0.0 {
            continue;
        }
        let (x, y) = (left + column as f64 * cell, top + row as f64 * ROW);
        // Light is little; letters stay readable on every ground.
        let share = value / most;
        let _ = writeln!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{INK}\" fill-opacity=\"{:.3}\"/>",
            x + 1.0,
            y + 1.0,
            cell - 2.0,
            ROW - 2.0,
            0.08 + 0.92 * share
        );
        let ink = if share > 0.5 { "#fff" } else { "#222" };
        let style = format!("fill=\"{ink}\" text-anchor=\"middle\" font-size=\"11\"");
        words(&mut out, (x + cell / 2.0, y + ROW * 0.7), &style, &shown(row, column));
    }
    let slant = 0.75 * label_width(&table.columns);
    (left + table.columns.len() as f64 * cell + slant, top + table.rows.len() as f64 * ROW + 4.0, out)
}

/// A row of bars for each row of the table, all of one scale.
fn course(table: &Table) -> (f64, f64, String) {
    const HEIGHT: f64 = 40.0;
    let left = label_width(&table.rows);
    let cell = (600.0 / table.columns.len().max(1) as f64).clamp(3.0, 48.0);
    let mut out = String::new();
    let most = table.most().max(f64::MIN_POSITIVE);
    let right = left + table.columns.len() as f64 * cell;
    for (at, row) in table.rows.iter().enumerate() {
        let bottom = (at + 1) as f64 * HEIGHT;
        row_label(&mut out, row, bottom - ROW);
        let _ = writeln!(
            out,
            "<line x1=\"{left:.1}\" y1=\"{bottom:.1}\" x2=\"{right:.1}\" y2=\"{bottom:.1}\" stroke=\"#bbb\"/>"
        );
        for (column, label) in table.columns.iter().enumerate() {
            let height = (HEIGHT - 8.0) * table.value(at, column) / most;
            if height > 0.0 {
                let _ = writeln!(
                    out,
                    "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\" fill=\"{}\"><title>{}: {}</title></rect>",
                    left + column as f64 * cell + 0.5,
                    bottom - height,
                    (cell - 1.0).max(1.0),
                    colour(row),
                    escaped(&label.text),
                    table.shown(at, column)
                );
            }
        }
    }
    let bottom = table.rows.len() as f64 * HEIGHT + ROW;
    if let (Some(first), Some(last)) = (table.columns.first(), table.columns.last()) {
        words(&mut out, (left, bottom - 4.0), "fill=\"#444\"", &first.text);
        words(&mut out, (right, bottom - 4.0), "fill=\"#444\" text-anchor=\"end\"", &last.text);
    }
    words(&mut out, (right + 6.0, 14.0), "fill=\"#444\"", &format!("≤ {}", table.measure.shown(most)));
    (right + 60.0, bottom + 4.0, out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn table(n_columns: usize, is_course: bool) -> Table {
        let label =
            |text: &str| Label { text: text.to_owned(), colour: "#e69f00\" onload=\"x".into(), ..Label::default() };
        let mut table = Table { is_course, title: "a <b> & \"c\"".into(), ..Table::default() };
        table.rows = vec![label("цензура <script>"), label("e\u{1b}[31m-gov")];
        table.columns = (0..n_columns).map(|n| label(&format!("outlet {n}"))).collect();
        for column in 0..n_columns {
            table.put(0, column, column as f64 + 1.0);
        }
        table
    }

    #[test]
    fn names_from_documents_can_do_nothing_in_a_picture() {
        for picture in [table(1, false), table(3, false), table(12, true)].map(|table| picture(&table)) {
            assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
            assert!(!picture.contains("<script") && !picture.contains("onload") && !picture.contains('\u{1b}'));
            assert_eq!(picture.matches("<text").count(), picture.matches("</text>").count());
        }
    }

    #[test]
    fn the_longest_bar_is_the_largest_number() {
        let mut table = table(1, false);
        table.put(1, 0, 0.5);
        let picture = picture(&table);
        assert!(picture.contains("width=\"420.0\"") && picture.contains("width=\"210.0\""), "{picture}");
    }
}
