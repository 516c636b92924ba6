//! Passages as one Markdown file for notes programs: front matter, a heading a document, codes as tags, quotes with what
//! corresponds to them. Source of tags and marks: Obsidian's and Logseq's manuals.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::formats::grouped;
use crate::formats::markdown::plain;
use crate::formats::row::Row;
use crate::say;

/// Writes rows; the documents in the order of their names.
pub fn write(rows: &mut dyn Iterator<Item = Row>, out: &mut dyn Write) -> io::Result<()> {
    let mut documents: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows {
        documents.entry(row.document.clone()).or_default().push(row);
    }
    let tags: BTreeSet<String> = documents.values().flatten().map(tag).collect();
    writeln!(out, "---\ntitle: \"{}\"\ntags:", say!("Coded passages"))?;
    for tag in &tags {
        writeln!(out, "  - \"{tag}\"")?;
    }
    writeln!(out, "---")?;
    for rows in documents.values_mut() {
        rows.sort_by(|a, b| (a.start, a.end, &a.coder, &a.id).cmp(&(b.start, b.end, &b.coder, &b.id)));
        let Some(first) = rows.first() else { continue };
        writeln!(
            out,
            "\n# {}\n\n{} · {}",
            plain(grouped::title(first)),
            plain(&first.document),
            plain(&first.language)
        )?;
        rows.iter().try_for_each(|row| passage(row, out))?;
    }
    Ok(())
}

fn passage(row: &Row, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## {}..{} #{}\n", row.start, row.end, tag(row))?;
    quote(&row.quote, "", out)?;
    if !row.counterpart.is_empty() {
        writeln!(out, ">")?;
        quote(&row.counterpart, &format!("{} ", grouped::sign(row)), out)?;
    }
    if !row.id.is_empty() && row.id.chars().all(|c| c.is_ascii_alphanumeric()) {
        // By this mark other notes link to the quote.
        writeln!(out, "\n^{}", row.id.to_lowercase())?;
    }
    if !row.memo.is_empty() {
        writeln!(out)?;
        row.memo
            .lines()
            .filter(|line| !line.trim().is_empty())
            .try_for_each(|line| writeln!(out, "{}  ", plain(line)))?;
    }
    let time = row.time.map(|time| time.minute().chars().take(10).collect::<String>()).unwrap_or_default();
    writeln!(out, "\n— {} · {time}", plain(&row.coder))
}

/// The lines of a quote.
fn quote(text: &str, sign: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut sign = sign;
    for line in text.lines() {
        let words = plain(line);
        writeln!(out, "> {sign}{words}{}", if words.is_empty() { "" } else { "  " })?;
        sign = "";
    }
    Ok(())
}

/// A code as a tag: letters, digits, hyphens, and slashes between the floors of the codebook. One that is all digits gets a
/// letter, for it would be none.
fn tag(row: &Row) -> String {
    let safe = |c: char| if c.is_alphanumeric() || matches!(c, '/' | '_' | '-') { c } else { '-' };
    let tag: String = grouped::path(row).chars().map(safe).collect();
    let tag = tag.trim_matches(['/', '-']).to_owned();
    if tag.chars().any(char::is_alphabetic) { tag } else { format!("c{tag}") }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::formats::bundle::Piece;
    use crate::formats::commonmark;

    #[test]
    fn words_are_words_and_codes_are_tags() {
        let mut rows = grouped::samples();
        rows[3].path = "2012".into();
        let mut out = Vec::new();
        write(&mut rows.into_iter(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.starts_with("---\ntitle: \"Coded passages\"\ntags:\n  - \"c2012\"\n  - \"control/censorship\"\n---\n"),
            "{text}"
        );
        assert!(text.contains("## 4..9 #control/censorship\n\n> \\<script\\>alert(1)\\</script\\>  \n"), "{text}");
        assert!(text.contains("> ↔ қарсы & \\<b\\>  \n") && text.contains("^01arz3ndektsv4rrffq69g5f04"));
        let read = commonmark::read(&Piece::of_text("a.md", text)).unwrap();
        let text = read.study.papers[0].text.as_deref().unwrap();
        assert!(text.contains("<script>alert(1)</script>") && text.contains("* [one] #two"), "{text}");
    }
}
