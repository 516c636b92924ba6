//! Files that hold documents, read as plain texts.

use crate::formats::bundle::{Brought, Piece, Refused};
use crate::formats::commonmark;
use crate::formats::decoded;
use crate::formats::docx;
use crate::formats::epub;
use crate::formats::html;
use crate::formats::odt;
use crate::formats::pdf;
use crate::formats::plain;
use crate::formats::spreadsheet;
use crate::formats::subtitles;
use crate::say;
use crate::text::width::printable;

/// A kind of file that holds documents.
#[derive(Clone, Copy)]
pub struct Manuscript {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is.
    pub help: &'static str,
    /// How its files end.
    pub endings: &'static [&'static str],
    /// Whether a file is of it, by what is in it; those that can't be known by that go by their ending alone.
    pub is_it: fn(&Piece) -> bool,
    /// Reads it: the papers are the documents, with their texts.
    pub read: fn(&Piece) -> Result<Brought, Refused>,
}

/// All kinds, in the order in which files are held against them.
pub const MANUSCRIPTS: &[Manuscript] = &[
    Manuscript {
        name: "pdf",
        help: "pages with text in them (PDF)",
        endings: &["pdf"],
        is_it: pdf::is_it,
        read: pdf::read,
    },
    Manuscript {
        name: "epub",
        help: "electronic books (EPUB)",
        endings: &["epub"],
        is_it: epub::is_it,
        read: epub::read,
    },
    Manuscript {
        name: "odt",
        help: "documents of LibreOffice (ODT)",
        endings: &["odt", "ott", "fodt"],
        is_it: odt::is_it,
        read: odt::read,
    },
    Manuscript {
        name: "docx",
        help: "documents of Word (DOCX)",
        endings: &["docx", "docm", "dotx"],
        is_it: docx::is_it,
        read: docx::read,
    },
    Manuscript {
        name: "html",
        help: "web pages",
        endings: &["html", "htm", "xhtml", "xht"],
        is_it: html::is_it,
        read: html::read,
    },
    Manuscript {
        name: "subtitles",
        help: "subtitles and transcripts with times (SRT, VTT)",
        endings: &["srt", "vtt"],
        is_it: subtitles::is_it,
        read: subtitles::read,
    },
    Manuscript {
        name: "markdown",
        help: "texts with Markdown's signs",
        endings: &["md", "markdown", "mdown"],
        is_it: commonmark::is_it,
        read: commonmark::read,
    },
    Manuscript {
        name: "table",
        help: "a document a row (CSV)",
        endings: &["csv", "tsv", "tab"],
        is_it: spreadsheet::is_it,
        read: spreadsheet::read,
    },
    Manuscript { name: "text", help: "plain texts", endings: &["txt", "text"], is_it: plain::is_it, read: plain::read },
];

/// The kind of that name.
pub fn named(name: &str) -> Option<&'static Manuscript> {
    MANUSCRIPTS.iter().find(|kind| kind.name == name)
}

/// The kind of a file: by what is in it, then by its ending.
pub fn kind(piece: &Piece) -> Option<&'static Manuscript> {
    let ending = piece.ending();
    let by_ending = || MANUSCRIPTS.iter().find(|kind| kind.endings.contains(&ending.as_str()));
    let is_text = || decoded::text(piece, None, &mut Vec::new()).is_ok();
    MANUSCRIPTS
        .iter()
        .find(|kind| (kind.is_it)(piece))
        .or_else(by_ending)
        .or_else(|| named("text").filter(|_| is_text()))
}

/// Reads a file's documents as what it is, whatever its name says. Fails where it is of no kind, or holds no text.
pub fn read(piece: &Piece) -> Result<Brought, Refused> {
    let path = printable(&piece.path);
    if let Some((_, why)) = STRANGERS.iter().find(|(begins, _)| piece.bytes.starts_with(begins)) {
        return Err(Refused::at(&path, why()));
    }
    let kind = kind(piece).ok_or_else(|| {
        let known = MANUSCRIPTS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
        Refused::at(&path, say!("this is no file that holds a text; what can be read: {known}", known))
    })?;
    let mut brought = (kind.read)(piece)?;
    let ending = piece.ending();
    let is_of_another = MANUSCRIPTS.iter().any(|other| other.endings.contains(&ending.as_str()));
    if is_of_another && !kind.endings.contains(&ending.as_str()) {
        let kind = kind.name;
        brought.told.insert(0, say!("{path}: this is {kind}, whatever its name says; it is read as that", path, kind));
    }
    if brought.study.papers.iter().all(|paper| paper.text.as_ref().is_none_or(String::is_empty)) {
        return Err(Refused::at(&path, say!("there are no words in it")));
    }
    Ok(brought)
}

/// What a file begins with, and what to do with it.
type Stranger = (&'static [u8], fn() -> &'static str);

/// What files begin with that hold a text and can't be read, and what to do with them.
const STRANGERS: [Stranger; 2] = [
    (b"{\\rtf", || say!("this is RTF; open it in a word processor and save it as DOCX or ODT")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", || {
        say!(
            "this is a file of an old word processor, spreadsheet or mail program; open it there and save it as DOCX or ODT"
        )
    }),
];

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn names_and_endings_are_of_one_kind_each() {
        for (at, kind) in MANUSCRIPTS.iter().enumerate() {
            for other in MANUSCRIPTS.iter().skip(at + 1) {
                assert!(kind.name != other.name && kind.endings.iter().all(|ending| !other.endings.contains(ending)));
            }
            assert!(named(kind.name).is_some() && !kind.help.is_empty() && !kind.endings.is_empty());
        }
    }

    #[test]
    fn what_a_file_is_goes_before_what_it_is_called() {
        let page = read(&Piece::of_text("a.htm", "<html>a")).unwrap();
        assert!(page.told.is_empty());
        let table = read(&Piece::of_text("a.csv", "WEBVTT\n\n00:01.000 --> 00:02.000\na")).unwrap();
        assert!(table.told[0].contains("this is subtitles"));
        assert_eq!(read(&Piece::of_text("a.log", "сөз")).unwrap().study.papers[0].text.as_deref(), Some("сөз"));
        assert!(read(&Piece::of_text("a.doc", "{\\rtf1 a}")).unwrap_err().why.contains("RTF"));
        assert!(read(&Piece { path: "a.doc".into(), bytes: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0".to_vec() }).is_err());
        assert!(read(&Piece::of_text("a.html", "<html>")).unwrap_err().why.contains("no words"));
        assert!(read(&Piece { path: "a.png".into(), bytes: b"\x89PNG\r\n\x1a\n\0".to_vec() }).is_err());
    }
}
