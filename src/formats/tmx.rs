//! Translation memory exchange, for translators' programs. Source of the form: TMX 1.4b, LISA OSCAR, 2005.

use std::io::{self, Write};

/// Writes units of two languages (ISO 639 letters), each a text and its translation.
pub fn write(languages: [&str; 2], units: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<tmx version=\"1.4\">")?;
    writeln!(
        out,
        "  <header creationtool=\"tanba\" creationtoolversion=\"{}\" segtype=\"sentence\" o-tmf=\"tanba\" adminlang=\"en\" srclang=\"{}\" datatype=\"plaintext\"/>",
        env!("CARGO_PKG_VERSION"),
        languages[0]
    )?;
    writeln!(out, "  <body>")?;
    for (left, right) in units {
        writeln!(out, "    <tu>")?;
        for (language, text) in languages.into_iter().zip([left, right]) {
            writeln!(out, "      <tuv xml:lang=\"{language}\"><seg>{}</seg></tuv>", escaped(text))?;
        }
        writeln!(out, "    </tu>")?;
    }
    writeln!(out, "  </body>\n</tmx>")
}

/// Text in which nothing is markup, and no character is one that XML forbids.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            c if c.is_control() && c != '\t' => safe.push('\u{fffd}'),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup() {
        let mut out = Vec::new();
        write(["en", "kk"], &[("a < b & \u{1b}c".into(), "а".into())], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("<tuv xml:lang=\"en\"><seg>a &lt; b &amp; \u{fffd}c</seg></tuv>"), "{text}");
        assert!(text.contains("<tuv xml:lang=\"kk\"><seg>а</seg></tuv>"));
    }
}
