//! Pairs of segments as two columns parted by a tab. Source of the escapes: the Linear TSV specification, 2014.

use std::io::{self, Write};

use crate::count;
use crate::formats::bitext::{Units, places};
use crate::formats::bundle::Refused;
use crate::formats::tongue;
use crate::say;

/// What columns are called, and the languages that they are of.
const HEADS: [(&str, &str); 11] = [
    ("source", ""),
    ("target", ""),
    ("left", ""),
    ("right", ""),
    ("english", "en"),
    ("kazakh", "kk"),
    ("russian", "ru"),
    ("қазақша", "kk"),
    ("ағылшынша", "en"),
    ("русский", "ru"),
    ("английский", "en"),
];

/// Writes pairs below a line with their languages. Tabs, line ends and backslashes in them are escaped, so that they come back.
pub fn write(languages: [&str; 2], pairs: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    let [left, right] = languages;
    // Three letters alone may be a word as well: they are not taken for a language.
    let is_known = [left, right].into_iter().all(|letters| head(letters).is_some());
    let (left, right) = if is_known { (left, right) } else { ("source", "target") };
    writeln!(out, "{left}\t{right}")?;
    pairs.iter().try_for_each(|(left, right)| writeln!(out, "{}\t{}", escaped(left), escaped(right)))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

/// A text with the signs that stood behind backslashes; others stay as they are.
fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        let next = if c == '\\' { letters.clone().next() } else { None };
        let sign =
            [('\\', '\\'), ('t', '\t'), ('n', '\n'), ('r', '\r')].into_iter().find(|(own, _)| Some(*own) == next);
        out.push(sign.map_or(c, |(_, sign)| sign));
        if sign.is_some() {
            letters.next();
        }
    }
    out
}

/// The language that a column's name says; `None` where it is no name of a column.
fn head(cell: &str) -> Option<String> {
    let name = cell.trim().to_lowercase();
    let letters = if name.len() <= 7 { tongue::letters(&name) } else { String::new() };
    let known = HEADS.iter().find(|(own, _)| *own == name).map(|(_, language)| (*language).to_owned());
    known.or((!letters.is_empty() && (name.len() == 2 || name.contains(['-', '_']) || letters.len() == 2))
        .then_some(letters))
}

/// Reads pairs, with or without a line of names above them; only with one, backslashes are escapes. Fails where no line has two
/// columns. `place` is what to call the file.
pub fn read(text: &str, place: &str) -> Result<Units, Refused> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).enumerate().peekable();
    let mut units = Units::default();
    let heads = lines.peek().and_then(|(_, line)| line.split_once('\t'));
    let heads = heads.and_then(|(left, right)| Some([head(left)?, head(right.split('\t').next()?)?]));
    let has_heads = heads.is_some();
    if let Some(languages) = heads {
        units.languages = languages;
        lines.next();
    }
    let (mut short, mut long) = (Vec::new(), Vec::new());
    for (at, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let mut cells = line.split('\t');
        match (cells.next(), cells.next()) {
            (Some(left), Some(right)) if has_heads => units.pairs.push((bare(left), bare(right))),
            (Some(left), Some(right)) => units.pairs.push((left.to_owned(), right.to_owned())),
            _ => short.push(at + 1),
        }
        if cells.next().is_some() {
            long.push(at + 1);
        }
    }
    if units.pairs.is_empty() {
        return Err(Refused::at(place, say!("no line has two columns parted by a tab")));
    }
    if !short.is_empty() {
        let lines = places(&short);
        units.told.push(count!(
            short.len(),
            "{place}: {n} line has only one column and is left out (line {lines})",
            "{place}: {n} lines have only one column and are left out (lines {lines})",
            place,
            lines
        ));
    }
    if !long.is_empty() {
        let lines = places(&long);
        units.told.push(count!(
            long.len(),
            "{place}: of {n} line only the first two columns are read (line {lines})",
            "{place}: of {n} lines only the first two columns are read (lines {lines})",
            place,
            lines
        ));
    }
    Ok(units)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tables_of_others_are_read_as_they_are() {
        let units = read("\u{feff}a\\tb\tв\r\nonly\r\n\r\nc\td\te\r\n", "x.tsv").unwrap();
        assert_eq!(units.pairs, [("a\\tb".to_owned(), "в".to_owned()), ("c".into(), "d".into())]);
        assert_eq!(units.told.len(), 2);
        assert!(units.told[0].contains("line 2") && units.told[1].contains("line 4"), "{:?}", units.told);
        assert_eq!(read("English\tҚазақша\na\tb", "x").unwrap().languages, ["en", "kk"]);
        assert_eq!(
            read("en-US\tkaz\na\\n\tb", "x").unwrap(),
            Units { languages: ["en".into(), "kk".into()], pairs: vec![("a\n".into(), "b".into())], told: vec![] }
        );
        assert!(read("a\nb", "x").is_err() && read("", "x").is_err());
    }

    #[test]
    fn languages_of_three_letters_are_no_pair() {
        let pairs = vec![("a\tb".to_owned(), "в".to_owned())];
        let mut out = Vec::new();
        write(["en", "kaa"], &pairs, &mut out).unwrap();
        assert_eq!(read(&String::from_utf8(out).unwrap(), "x").unwrap().pairs, pairs);
    }

    proptest! {
        #[test]
        fn what_is_written_comes_back(pairs in prop::collection::vec(("[aқ\t\n\r\\\\n👍\u{301}\u{2028}]{0,12}", "[ б\t\n\\\\t\"]{0,12}"), 1..8)) {
            let mut out = Vec::new();
            write(["en", "kk"], &pairs, &mut out).unwrap();
            let units = read(&String::from_utf8(out).unwrap(), "x").unwrap();
            prop_assert_eq!(units.pairs, pairs);
            prop_assert_eq!(units.languages, ["en", "kk"]);
        }

        #[test]
        fn no_table_makes_it_panic(text in "[a\t\n\r\\\\nқ ]{0,40}") {
            let _ = read(&text, "x");
        }
    }
}
