//! Findings as one self-contained HTML page that prints well: pictures, tables, quotes. It loads nothing and runs nothing.

use std::io::{self, Write};

use crate::formats::row::Row;
use crate::formats::svg::{escaped, picture};
use crate::say;
use crate::tables::table::Table;

/// A part of a report.
#[derive(Clone)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// What it tells.
    pub content: Content,
}

/// What a part of a report tells.
#[derive(Clone)]
pub enum Content {
    /// A picture, and below it its numbers.
    Table(Table),
    /// Rows of two columns: names and values.
    Facts(Vec<(String, String)>),
    /// The quotes of codes: a heading each, its definition, passages.
    Quotes(Vec<(String, String, Vec<Row>)>),
}

/// Its looks, on the screen and on paper.
const STYLE: &str = "
:root { color-scheme: light dark; }
body { font: 15px/1.5 Inter, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; border-bottom: 1px solid #bbb; }
h3 { font-size: 1rem; margin: 1.5rem 0 .3rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; margin: .8rem 0; }
th, td { padding: .15rem .6rem; text-align: right; border-bottom: 1px solid #ddd; }
th:first-child, td:first-child { text-align: left; }
.wide { overflow-x: auto; } svg { max-width: 100%; height: auto; background: #fff; }
blockquote { margin: .5rem 0 .5rem 1rem; padding-left: .8rem; border-left: 3px solid #999; }
.other { color: #777; } .source { font-size: .85rem; color: #777; } dl { display: grid; grid-template-columns: max-content auto; gap: .1rem 1rem; }
dt { color: #777; } dd { margin: 0; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } h2, h3 { break-after: avoid; }
  tr, blockquote, svg { break-inside: avoid; } details > summary { display: none; } .wide { overflow: visible; } }
";

/// Writes a report. A program that shows it is told to let it load and run nothing.
pub fn write(title: &str, language: &str, sections: &[Section], out: &mut dyn Write) -> io::Result<()> {
    let title = escaped(title);
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>",
        escaped(language)
    )?;
    for section in sections {
        writeln!(out, "<section>\n<h2>{}</h2>", escaped(&section.heading))?;
        match &section.content {
            Content::Table(table) => write_table(table, out)?,
            Content::Facts(facts) => {
                writeln!(out, "<dl>")?;
                for (name, value) in facts {
                    writeln!(out, "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(value))?;
                }
                writeln!(out, "</dl>")?;
            }
            Content::Quotes(codes) => write_quotes(codes, out)?,
        }
        writeln!(out, "</section>")?;
    }
    writeln!(out, "</body>\n</html>")
}

fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    if table.is_empty() {
        return writeln!(out, "<p>{}</p>", escaped(say!("there is nothing to count yet")));
    }
    writeln!(out, "<div class=\"wide\">{}</div>", picture(table))?;
    let numbers = escaped(say!("Numbers"));
    writeln!(out, "<details open><summary>{numbers}</summary><div class=\"wide\"><table>\n<thead><tr><th></th>")?;
    for column in &table.columns {
        writeln!(out, "<th scope=\"col\">{}</th>", escaped(&column.text))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for (at, row) in table.rows.iter().enumerate() {
        let indent = "\u{2003}".repeat(row.depth);
        write!(out, "<tr><th scope=\"row\">{indent}{}</th>", escaped(&row.text))?;
        for column in 0..table.columns.len() {
            write!(out, "<td>{}</td>", table.shown(at, column))?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div></details>")
}

fn write_quotes(codes: &[(String, String, Vec<Row>)], out: &mut dyn Write) -> io::Result<()> {
    for (code, definition, rows) in codes {
        writeln!(out, "<h3>{}</h3>", escaped(code))?;
        if !definition.is_empty() {
            writeln!(out, "<p>{}</p>", escaped(definition))?;
        }
        for row in rows {
            writeln!(out, "<blockquote lang=\"{}\">{}", escaped(&row.language), escaped(&row.quote))?;
            if !row.counterpart.is_empty() {
                writeln!(out, "<div class=\"other\">↔ {}</div>", escaped(&row.counterpart))?;
            }
            let source = format!("{} · {}..{} · {}", row.title, row.start, row.end, row.coder);
            writeln!(out, "<div class=\"source\">{}</div></blockquote>", escaped(&source))?;
        }
    }
    Ok(())
}
