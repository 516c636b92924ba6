//! Passages as a document of `LibreOffice` (ODT): by code, in tables of two languages. Source of the form: OASIS, Open Document
//! Format 1.3, parts 2 and 3.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::formats::archive;
use crate::formats::bundle::Piece;
use crate::formats::grouped::{self, Languages, OfCode};
use crate::formats::row::Row;
use crate::formats::xml::escaped;
use crate::say;

/// The names of what stands in the parts.
const SPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
    xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
    xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" \
    xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" office:version=\"1.3\"";

const TYPE: &str = "application/vnd.oasis.opendocument.text";

/// What paragraphs and pages look like.
const STYLES: &str = "<office:font-face-decls/><office:styles>\
    <style:default-style style:family=\"paragraph\"><style:paragraph-properties fo:margin-bottom=\"0.15cm\"/>\
    <style:text-properties fo:font-size=\"11pt\" fo:language=\"none\" fo:country=\"none\"/></style:default-style>\
    <style:style style:name=\"Standard\" style:family=\"paragraph\"/>\
    <style:style style:name=\"Title\" style:family=\"paragraph\" style:parent-style-name=\"Standard\"><style:text-properties fo:font-size=\"20pt\" fo:font-weight=\"bold\"/></style:style>\
    <style:style style:name=\"Heading_20_1\" style:display-name=\"Heading 1\" style:family=\"paragraph\" style:parent-style-name=\"Standard\" style:default-outline-level=\"1\">\
    <style:paragraph-properties fo:margin-top=\"0.7cm\" fo:margin-bottom=\"0.2cm\" fo:keep-with-next=\"always\"/><style:text-properties fo:font-size=\"15pt\" fo:font-weight=\"bold\"/></style:style>\
    <style:style style:name=\"Heading_20_2\" style:display-name=\"Heading 2\" style:family=\"paragraph\" style:parent-style-name=\"Standard\" style:default-outline-level=\"2\">\
    <style:paragraph-properties fo:margin-top=\"0.4cm\" fo:margin-bottom=\"0.15cm\" fo:keep-with-next=\"always\"/><style:text-properties fo:font-size=\"12pt\" fo:font-weight=\"bold\" fo:color=\"#555555\"/></style:style>\
    <style:style style:name=\"Source\" style:family=\"paragraph\" style:parent-style-name=\"Standard\"><style:text-properties fo:font-size=\"8.5pt\" fo:color=\"#666666\"/></style:style>\
    <style:style style:name=\"Memo\" style:family=\"paragraph\" style:parent-style-name=\"Standard\"><style:text-properties fo:font-style=\"italic\"/></style:style>\
    </office:styles><office:automatic-styles><style:page-layout style:name=\"page\"><style:page-layout-properties fo:page-width=\"21cm\" fo:page-height=\"29.7cm\" \
    fo:margin-top=\"2cm\" fo:margin-bottom=\"2cm\" fo:margin-left=\"2.2cm\" fo:margin-right=\"2.2cm\"/></style:page-layout></office:automatic-styles>\
    <office:master-styles><style:master-page style:name=\"Standard\" style:page-layout-name=\"page\"/></office:master-styles>";

/// What tables look like.
const TABLES: &str = "<style:style style:name=\"quotes\" style:family=\"table\"><style:table-properties style:width=\"16.6cm\" table:align=\"left\"/></style:style>\
    <style:style style:name=\"side\" style:family=\"table-column\"><style:table-column-properties style:column-width=\"8.3cm\"/></style:style>\
    <style:style style:name=\"whole\" style:family=\"table-row\"><style:table-row-properties fo:keep-together=\"always\"/></style:style>\
    <style:style style:name=\"cell\" style:family=\"table-cell\"><style:table-cell-properties fo:padding=\"0.15cm\" fo:border-top=\"0.5pt solid #bbbbbb\" \
    fo:border-bottom=\"0.5pt solid #bbbbbb\" fo:border-left=\"none\" fo:border-right=\"none\"/></style:style>";

/// Countries whose spelling is meant where only a language is known: `LibreOffice` asks for both.
const COUNTRIES: [(&str, &str); 3] = [("en", "US"), ("kk", "KZ"), ("ru", "RU")];

/// Writes rows.
pub fn write(rows: &mut dyn Iterator<Item = Row>, out: &mut dyn Write) -> io::Result<()> {
    let codes = grouped::by_code(rows);
    let part = |root: &str, inside: &str| {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:{root} {SPACES}>{inside}</office:{root}>\n")
    };
    let title = escaped(say!("Coded passages"));
    let pieces = [
        Piece::of_text("mimetype", TYPE),
        Piece::of_text("content.xml", part("document-content", &content(&codes))),
        Piece::of_text("styles.xml", part("document-styles", STYLES)),
        Piece::of_text(
            "meta.xml",
            part(
                "document-meta",
                &format!(
                    "<office:meta><dc:title>{title}</dc:title><meta:generator>tanba/{}</meta:generator></office:meta>",
                    env!("CARGO_PKG_VERSION")
                ),
            ),
        ),
        Piece::of_text("META-INF/manifest.xml", manifest()),
    ];
    let bytes = archive::pack(&pieces, &["mimetype"]).map_err(|refused| io::Error::other(refused.to_string()))?;
    out.write_all(&bytes)
}

fn manifest() -> String {
    let entry = |path: &str, kind: &str| {
        format!("<manifest:file-entry manifest:full-path=\"{path}\" manifest:media-type=\"{kind}\"/>")
    };
    let entries = [
        entry("/", TYPE),
        entry("content.xml", "text/xml"),
        entry("styles.xml", "text/xml"),
        entry("meta.xml", "text/xml"),
    ];
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" \
         manifest:version=\"1.3\">{}</manifest:manifest>\n",
        entries.concat()
    )
}

fn content(codes: &[OfCode]) -> String {
    let languages = Languages::of(codes);
    let rows = || codes.iter().flat_map(|code| &code.documents).flatten();
    let known: BTreeSet<&str> =
        rows().map(|row| row.language.as_str()).filter(|language| is_letters(language)).collect();
    let mut out = format!("<office:automatic-styles>{TABLES}");
    for language in &known {
        let country = COUNTRIES.iter().find(|(own, _)| own == language).map_or("none", |(_, country)| country);
        let _ = write!(
            out,
            "<style:style style:name=\"in-{language}\" style:family=\"paragraph\" style:parent-style-name=\"Standard\">\
             <style:text-properties fo:language=\"{language}\" fo:country=\"{country}\"/></style:style>"
        );
    }
    let _ = write!(
        out,
        "</office:automatic-styles><office:body><office:text><text:p text:style-name=\"Title\">{}</text:p>",
        words(say!("Coded passages"))
    );
    for (n, code) in codes.iter().enumerate() {
        let _ = write!(
            out,
            "<text:h text:style-name=\"Heading_20_1\" text:outline-level=\"1\">{} ({})</text:h>",
            words(&code.path),
            code.n_rows()
        );
        for (m, rows) in code.documents.iter().enumerate() {
            let Some(first) = rows.first() else { continue };
            let title = words(grouped::title(first));
            let _ = write!(
                out,
                "<text:h text:style-name=\"Heading_20_2\" text:outline-level=\"2\">{title}</text:h>\
                 <table:table table:name=\"t{n}-{m}\" table:style-name=\"quotes\"><table:table-column table:style-name=\"side\" table:number-columns-repeated=\"2\"/>"
            );
            for row in rows {
                passage(row, &languages, &mut out);
            }
            out.push_str("</table:table>");
        }
    }
    out + "</office:text></office:body>"
}

fn is_letters(language: &str) -> bool {
    (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase())
}

fn passage(row: &Row, languages: &Languages, out: &mut String) {
    let other = languages.of_counterpart(row);
    let absence = grouped::absence(row);
    out.push_str("<table:table-row table:style-name=\"whole\">");
    let mut cell = |inside: String| {
        let _ = write!(
            out,
            "<table:table-cell table:style-name=\"cell\" office:value-type=\"string\">{inside}</table:table-cell>"
        );
    };
    let mut own = paragraphs(&row.quote, &row.language);
    for line in row.memo.lines().filter(|line| !line.trim().is_empty()) {
        own += &paragraph("Memo", line);
    }
    own += &paragraph("Source", &grouped::place(row));
    cell(own);
    cell(match (row.counterpart.is_empty(), absence.is_empty()) {
        (false, _) => paragraphs(&row.counterpart, other),
        (true, false) => format!("<text:p text:style-name=\"Source\">{}</text:p>", words(absence)),
        (true, true) => "<text:p/>".to_owned(),
    });
    out.push_str("</table:table-row>");
}

/// The lines of a quote, marked with its language.
fn paragraphs(text: &str, language: &str) -> String {
    let style = if is_letters(language) { format!("in-{language}") } else { "Standard".to_owned() };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| paragraph(&style, line)).collect()
}

fn paragraph(style: &str, line: &str) -> String {
    format!("<text:p text:style-name=\"{style}\">{}</text:p>", words(line))
}

/// Words in which nothing is markup; further blanks and tabs are elements.
fn words(text: &str) -> String {
    let mut out = String::new();
    let mut n_blanks = 0;
    for c in text.chars() {
        n_blanks = if c == ' ' { n_blanks + 1 } else { 0 };
        match c {
            ' ' if n_blanks > 1 || out.is_empty() => out.push_str("<text:s/>"),
            '\t' => out.push_str("<text:tab/>"),
            '\n' | '\r' => out.push_str("<text:line-break/>"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push_str(&escaped(c.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::formats::odt;

    #[test]
    fn what_is_written_is_read_by_the_reader_of_such_documents() {
        let mut bytes = Vec::new();
        write(&mut grouped::samples().into_iter(), &mut bytes).unwrap();
        let mut again = Vec::new();
        write(&mut grouped::samples().into_iter(), &mut again).unwrap();
        assert!(bytes == again, "the same bytes at every time");
        let piece = Piece { path: "a.odt".into(), bytes };
        assert!(odt::is_it(&piece));
        let brought = odt::read(&piece).unwrap();
        let text = brought.study.papers[0].text.as_deref().unwrap();
        assert!(text.starts_with("Coded passages\n\ncontrol/censorship (3)\n\nin.en\n\n<script>alert(1)</script> Dana & co · 2026-01-02 · 4..9\tno counterpart\n"), "{text}");
        assert!(
            text.contains("Өзін-өзі цензуралау 👍e\u{301}")
                && text.contains("* [one] #two")
                && text.contains("\tқарсы & <b>\n"),
            "{text}"
        );
        assert_eq!(brought.study.papers[0].document.landmarks.len(), 5);
    }
}
