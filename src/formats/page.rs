//! A plain page of headings, words, lists and tables, as Markdown and as HTML.

use std::fmt::Write as _;

use crate::formats::svg::escaped;
use crate::text::width::printable;

/// A page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Its title.
    pub title: String,
    /// What stands on it, in order.
    pub parts: Vec<Part>,
}

/// What stands on a page.
#[derive(Debug, Clone)]
pub enum Part {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Words(String),
    /// Points.
    List(Vec<String>),
    /// Heads and rows; the first column is names, the others numbers.
    Table(Vec<String>, Vec<Vec<String>>),
}

impl Page {
    /// Adds a heading.
    pub fn heading(&mut self, text: &str) {
        self.parts.push(Part::Heading(text.to_owned()));
    }

    /// Adds a paragraph.
    pub fn words(&mut self, text: String) {
        self.parts.push(Part::Words(text));
    }

    /// Adds points.
    pub fn list(&mut self, points: Vec<String>) {
        self.parts.push(Part::List(points));
    }

    /// Adds a table.
    pub fn table(&mut self, heads: &[&str], rows: Vec<Vec<String>>) {
        self.parts.push(Part::Table(heads.iter().map(|head| (*head).to_owned()).collect(), rows));
    }
}

/// A text that Markdown takes for itself: its signs are escaped.
fn plain(text: &str) -> String {
    let mut safe = String::new();
    for c in printable(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#') {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

/// The page as Markdown (`CommonMark` with tables).
pub fn markdown(page: &Page) -> String {
    let mut out = format!("# {}\n", plain(&page.title));
    for part in &page.parts {
        let _ = match part {
            Part::Heading(text) => write!(out, "\n## {}\n", plain(text)),
            Part::Words(text) => write!(out, "\n{}\n", plain(text)),
            Part::List(points) => {
                out.push('\n');
                points.iter().try_for_each(|point| writeln!(out, "- {}", plain(point)))
            }
            Part::Table(heads, rows) => {
                let line = |cells: &[String]| {
                    format!("| {} |\n", cells.iter().map(|cell| plain(cell)).collect::<Vec<_>>().join(" | "))
                };
                let rule =
                    heads.iter().enumerate().map(|(at, _)| if at == 0 { "---" } else { "---:" }).collect::<Vec<_>>();
                write!(out, "\n{}| {} |\n", line(heads), rule.join(" | "))
                    .and_then(|()| rows.iter().try_for_each(|row| write!(out, "{}", line(row))))
            }
        };
    }
    out
}

/// Its looks, on the screen and on paper.
const STYLE: &str = "
:root { color-scheme: light dark; }
body { font: 15px/1.5 Inter, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid #bbb; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; margin: .8rem 0; }
th, td { padding: .15rem .7rem; text-align: right; border-bottom: 1px solid #ddd; }
th:first-child, td:first-child { text-align: left; }
";

/// The page as one self-contained HTML file, which loads nothing and runs nothing.
pub fn html(page: &Page, language: &str) -> String {
    let safe = |text: &str| escaped(&printable(text));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<h1>{title}</h1>\n",
        title = safe(&page.title)
    );
    for part in &page.parts {
        let _ = match part {
            Part::Heading(text) => writeln!(out, "<h2>{}</h2>", safe(text)),
            Part::Words(text) => writeln!(out, "<p>{}</p>", safe(text)),
            Part::List(points) => {
                out.push_str("<ul>\n");
                let written = points.iter().try_for_each(|point| writeln!(out, "<li>{}</li>", safe(point)));
                out.push_str("</ul>\n");
                written
            }
            Part::Table(heads, rows) => {
                let line = |cells: &[String], tag: &str| {
                    let cells: Vec<String> = cells.iter().map(|cell| safe(cell)).collect();
                    format!("<tr><{tag}>{}</{tag}></tr>", cells.join(&format!("</{tag}><{tag}>")))
                };
                let _ = writeln!(out, "<table>\n{}", line(heads, "th"));
                let written = rows.iter().try_for_each(|row| writeln!(out, "{}", line(row, "td")));
                out.push_str("</table>\n");
                written
            }
        };
    }
    out + "</body>\n</html>\n"
}
