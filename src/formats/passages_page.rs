//! Passages as one self-contained HTML page that prints well: by code and document, each beside what corresponds to it. It loads
//! nothing and runs nothing.

use std::io::{self, Write};

use crate::count;
use crate::formats::grouped::{self, Languages, OfCode};
use crate::formats::row::Row;
use crate::formats::svg::escaped;
use crate::say;
use crate::words;

/// Its looks, on the screen and on paper.
const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1d2329; --soft: #66707a; --line: #d8dde2; --card: #f7f8fa; --mark: #3b6ea8; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7ea; --soft: #98a2ac; --line: #3a424a; --card: #22282e; --mark: #7fb0e6; --paper: #181c20; } }
* { box-sizing: border-box; }
body { font: 16px/1.55 'Noto Serif', 'PT Serif', 'DejaVu Serif', Georgia, serif; color: var(--ink); background: var(--paper); max-width: 64rem;
  margin: 2.5rem auto; padding: 0 1.2rem; }
h1, h2, h3, nav, .source, .memo b { font-family: Inter, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; } .sum { color: var(--soft); margin: 0 0 1.6rem; }
nav ol { columns: 18rem; column-gap: 2rem; list-style: none; padding: 0; margin: 0 0 2rem; font-size: .93rem; }
nav li { break-inside: avoid; display: flex; gap: .5rem; border-bottom: 1px dotted var(--line); } nav a { flex: 1; color: inherit; text-decoration: none; }
nav a:hover { color: var(--mark); } nav span { color: var(--soft); font-variant-numeric: tabular-nums; }
h2 { font-size: 1.25rem; margin: 2.6rem 0 .6rem; padding-bottom: .25rem; border-bottom: 2px solid var(--mark); }
h2 small, h3 small { font-weight: normal; color: var(--soft); font-size: .8em; margin-left: .5em; }
h3 { font-size: 1rem; margin: 1.4rem 0 .5rem; color: var(--soft); }
article { background: var(--card); border-left: 3px solid var(--mark); border-radius: 3px; padding: .7rem 1rem; margin: .6rem 0; break-inside: avoid; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1.4rem; } .sides > * + * { border-left: 1px solid var(--line); padding-left: 1.4rem; }
blockquote, .other { margin: 0; white-space: pre-line; overflow-wrap: anywhere; hyphens: auto; } .other { color: var(--soft); }
.source { font-size: .78rem; color: var(--soft); margin: .5rem 0 0; } .memo { font-size: .92rem; margin: .5rem 0 0; white-space: pre-line; } .memo b { font-size: .8rem; color: var(--soft); }
@media (max-width: 40rem) { .sides { grid-template-columns: 1fr; gap: .6rem; } .sides > * + * { border-left: 0; padding-left: 0; border-top: 1px solid var(--line); padding-top: .6rem; } }
@media print { :root { --ink: #000; --soft: #444; --line: #bbb; --card: #fff; --mark: #555; --paper: #fff; } body { margin: 0; max-width: none; font-size: 10.5pt; }
  h2, h3 { break-after: avoid; } nav { break-after: page; } article { border: 0; border-left: 2pt solid #999; border-radius: 0; } }
";

/// Writes rows. A program that shows the page is told to let it load and run nothing.
pub fn write(rows: &mut dyn Iterator<Item = Row>, out: &mut dyn Write) -> io::Result<()> {
    let codes = grouped::by_code(rows);
    let languages = Languages::of(&codes);
    let title = escaped(say!("Coded passages"));
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>",
        words::spoken().code()
    )?;
    contents(&codes, out)?;
    for (at, code) in codes.iter().enumerate() {
        writeln!(out, "<section id=\"c{at}\">\n<h2>{}<small>{}</small></h2>", escaped(&code.path), code.n_rows())?;
        for rows in &code.documents {
            let Some(first) = rows.first() else { continue };
            let (title, language) = (escaped(grouped::title(first)), escaped(&first.language));
            writeln!(out, "<h3>{title}<small>{}</small></h3>", escaped(&first.document))?;
            for row in rows {
                passage(row, (&language, &escaped(languages.of_counterpart(row))), out)?;
            }
        }
        writeln!(out, "</section>")?;
    }
    writeln!(out, "</body>\n</html>")
}

/// How much there is, and where.
fn contents(codes: &[OfCode], out: &mut dyn Write) -> io::Result<()> {
    let n = codes.iter().map(OfCode::n_rows).sum();
    let (passages, codes_told) =
        (count!(n, "{n} passage", "{n} passages"), count!(codes.len(), "{n} code", "{n} codes"));
    writeln!(out, "<p class=\"sum\">{} · {}</p>\n<nav><ol>", escaped(&passages), escaped(&codes_told))?;
    for (at, code) in codes.iter().enumerate() {
        writeln!(out, "<li><a href=\"#c{at}\">{}</a><span>{}</span></li>", escaped(&code.path), code.n_rows())?;
    }
    writeln!(out, "</ol></nav>")
}

fn passage(row: &Row, (own, other): (&str, &str), out: &mut dyn Write) -> io::Result<()> {
    let absence = grouped::absence(row);
    let is_pair = !row.counterpart.is_empty() || !absence.is_empty();
    writeln!(out, "<article{}>", if is_pair { "><div class=\"sides\"" } else { "" })?;
    writeln!(out, "<blockquote lang=\"{own}\">{}</blockquote>", lines(&row.quote))?;
    if !row.counterpart.is_empty() {
        writeln!(out, "<div class=\"other\" lang=\"{other}\">{}</div>", lines(&row.counterpart))?;
    } else if is_pair {
        writeln!(out, "<div class=\"other\"><i>{}</i></div>", escaped(absence))?;
    }
    if is_pair {
        writeln!(out, "</div>")?;
    }
    if !row.memo.is_empty() {
        writeln!(out, "<p class=\"memo\"><b>{}</b> {}</p>", escaped(say!("Memo")), lines(&row.memo))?;
    }
    let sign = if row.counterpart.is_empty() { String::new() } else { format!(" · {}", grouped::sign(row)) };
    writeln!(out, "<p class=\"source\">{}{sign}</p>\n</article>", escaped(&grouped::place(row)))
}

/// Words of several lines, in which nothing is markup.
fn lines(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::formats::html;
    use crate::formats::prose::{Card, Prose};

    #[test]
    fn words_can_do_nothing_and_all_are_there() {
        let mut page = Vec::new();
        write(&mut grouped::samples().into_iter(), &mut page).unwrap();
        let page = String::from_utf8(page).unwrap();
        assert!(!page.contains("<script") && !page.contains('\u{1b}') && page.contains("<blockquote lang=\"kk\">"));
        assert!(page.contains("<div class=\"other\" lang=\"kk\">қарсы &amp; &lt;b&gt;</div>"));
        assert_eq!(page.matches("<article").count(), 4);
        for tag in ["div", "article", "section", "p", "ol", "nav", "blockquote"] {
            assert_eq!(page.matches(&format!("<{tag}")).count(), page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
        let mut prose = Prose::default();
        html::pour(&page, &mut prose, &mut Card::default());
        let (text, ..) = prose.finish();
        for row in grouped::samples() {
            let quote = row.quote.lines().next().unwrap();
            assert!(text.contains(quote), "{quote}");
        }
        assert!(text.contains("no counterpart") && text.contains("* [one] #two"));
    }
}
