//! Markdown: passages under their documents, to read and to paste into a paper's notes.

use std::io::{self, Write};

use crate::formats::row::{BY_CODER, Row};
use crate::model::time::Time;

/// Writes rows; a heading wherever the document changes.
pub fn write(rows: &mut dyn Iterator<Item = Row>, out: &mut dyn Write) -> io::Result<()> {
    let mut document = None;
    for row in rows {
        if document.as_ref() != Some(&row.document) {
            let title = if row.title.is_empty() { &row.document } else { &row.title };
            writeln!(out, "\n# {}\n\n{} · {}", plain(title), plain(&row.document), plain(&row.language))?;
            document = Some(row.document.clone());
        }
        let time = row.time.map(Time::minute).unwrap_or_default();
        let (path, code, coder) = (plain(&row.path), plain(&row.code), plain(&row.coder));
        writeln!(out, "\n**{path}** ({code}) · {coder} · {time} · {}..{}\n", row.start, row.end)?;
        writeln!(out, "> {}", plain(&row.quote))?;
        if !row.counterpart.is_empty() {
            // What a coder tagged on both sides, and what an alignment takes for the same.
            let sign = if row.counterpart_by == BY_CODER { '↔' } else { '≈' };
            writeln!(out, ">\n> {sign} *{}*", plain(&row.counterpart))?;
        }
        if !row.memo.is_empty() {
            writeln!(out, "\nMemo:")?;
            for line in row.memo.lines() {
                writeln!(out, "  {}", plain(line))?;
            }
        }
    }
    Ok(())
}

/// One line in which nothing is markup and nothing is a control character.
pub fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !safe.is_empty() {
            safe.push(' ');
        }
        for c in word.chars().filter(|c| !c.is_control()) {
            if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~') {
                safe.push('\\');
            }
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_quote_is_text() {
        assert_eq!(plain("#metoo *бар*\n<b>[1]"), "\\#metoo \\*бар\\* \\<b\\>\\[1\\]");
    }
}
