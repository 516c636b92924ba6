//! Pages with text in them (PDF) as plain text. Source of the form: ISO 32000-1.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Dictionary, Document, Object};

use crate::count;
use crate::formats::bundle::{Brought, Piece, Refused};
use crate::formats::losses::Loss;
use crate::formats::pdf_content;
use crate::formats::pdf_lines::{self, Line};
use crate::formats::prose::{Card, Prose, brought};
use crate::say;
use crate::text::encoding;
use crate::text::width::printable;

/// Files that are larger are scans or albums; they are held in memory, and so is what they unpack to.
const MAX_BYTES: usize = 300 << 20;

/// Whether a file begins as one with pages does.
pub fn is_it(piece: &Piece) -> bool {
    piece.bytes.get(..1024).unwrap_or(&piece.bytes).windows(5).any(|window| window == b"%PDF-")
}

/// Reads the text of pages: lines become paragraphs again, as far as their places tell. Fails where the file is damaged, has a
/// password, or has pictures of pages in the place of text. What the reading library can't do fails so too: it panics, and is
/// caught here; the caller's thread should not be the screen's, whose hook for panics speaks.
pub fn read(piece: &Piece) -> Result<Brought, Refused> {
    let path = printable(&piece.path);
    if piece.bytes.len() > MAX_BYTES {
        return Err(Refused::at(
            &path,
            say!("it is larger than texts are; part it, or take its text out with another program"),
        ));
    }
    let mut document = opened(piece, &path)?;
    let mut prose = Prose::default();
    let page_ids = guarded(|| document.get_pages()).unwrap_or_default();
    let (pages, n_pictures) = guarded(|| pdf_content::plain(&mut document, &page_ids)).ok_or_else(|| damaged(&path))?;
    prose.losses.many(Loss::Picture, n_pictures);
    let (mut lines, mut unread): (Vec<(u32, Vec<Line>)>, Vec<u32>) = (Vec::new(), Vec::new());
    for (number, is_readable) in pages {
        match is_readable.then(|| guarded(|| pdf_lines::lines(&document, number)).flatten()).flatten() {
            Some(own) => lines.push((number, own)),
            None => unread.push(number),
        }
    }
    let n_letters: usize = lines.iter().flat_map(|(_, lines)| lines).map(|line| line.text.chars().count()).sum();
    if n_letters == 0 && unread.is_empty() {
        return Err(Refused::at(
            &path,
            say!("its pages are pictures without text; let a program for text recognition (OCR) read them first"),
        ));
    }
    if n_letters == 0 {
        return Err(damaged(&path));
    }
    let mut told = told(&lines, &unread, &path);
    told.extend(pdf_lines::pour(lines, &mut prose).into_iter().map(|sentence| format!("{path}: {sentence}")));
    let card = guarded(|| card(&document)).unwrap_or_default();
    let brought = brought(piece, prose, card, told);
    let text = brought.study.papers.first().and_then(|paper| paper.text.as_ref());
    let n_lost = text.map_or(0, |text| text.chars().filter(|c| *c == '\u{fffd}').count());
    if n_lost * 4 > n_letters || text.is_none_or(String::is_empty) {
        return Err(Refused::at(
            &path,
            say!(
                "its fonts do not say which letters they draw; let a program for text recognition (OCR) read it first"
            ),
        ));
    }
    Ok(brought)
}

/// Runs what may panic on a strange file; nothing where it does.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn damaged(path: &str) -> Refused {
    Refused::at(
        path,
        say!(
            "it is damaged, or made in a way that can't be read; open it in another program and save it anew, or take its text out there"
        ),
    )
}

fn opened(piece: &Piece, path: &str) -> Result<Document, Refused> {
    let load = || {
        let mut document =
            Document::load_mem(&piece.bytes).map_err(|error| error.to_string().to_lowercase().contains("decrypt"))?;
        if document.is_encrypted() {
            document.decrypt("").map_err(|_| true)?;
        }
        Ok(document)
    };
    match guarded(load) {
        Some(Ok(document)) => Ok(document),
        Some(Err(true)) => Err(Refused::at(path, say!("it has a password; save it without one"))),
        Some(Err(false)) | None => Err(damaged(path)),
    }
}

/// What is told of pages that have no words, or could not be read.
fn told(lines: &[(u32, Vec<Line>)], unread: &[u32], path: &str) -> Vec<String> {
    let listed = |pages: &[u32]| {
        let shown: Vec<String> = pages.iter().take(5).map(u32::to_string).collect();
        shown.join(", ") + if pages.len() > 5 { ", …" } else { "" }
    };
    let bare: Vec<u32> = lines.iter().filter(|(_, lines)| lines.is_empty()).map(|(number, _)| *number).collect();
    let mut told = Vec::new();
    if !bare.is_empty() {
        let (n, pages) = (bare.len(), listed(&bare));
        told.push(count!(
            n,
            "{path}: {n} page has no text (page {pages}); it may be a picture",
            "{path}: {n} pages have no text (pages {pages}); they may be pictures",
            path,
            pages
        ));
    }
    if !unread.is_empty() {
        let (n, pages) = (unread.len(), listed(unread));
        told.push(count!(
            n,
            "{path}: {n} page could not be read (page {pages}); its words are missing",
            "{path}: {n} pages could not be read (pages {pages}); their words are missing",
            path,
            pages
        ));
    }
    told
}

/// What a file says of itself.
fn card(document: &Document) -> Card {
    let mut card = Card::default();
    let info = document.trailer.get(b"Info").ok();
    let info = info.and_then(|info| document.dereference(info).ok()).and_then(|(_, info)| info.as_dict().ok());
    if let Some(info) = info {
        let value = |name: &[u8]| string(document, info, name);
        card.title = value(b"Title");
        for (name, attribute) in [(&b"Author"[..], "author"), (b"Subject", "subject"), (b"Keywords", "keywords")] {
            card.put(attribute, &value(name));
        }
        card.put("date", &date(&value(b"CreationDate")));
    }
    if let Ok(catalog) = document.catalog() {
        card.language = string(document, catalog, b"Lang");
    }
    card
}

/// A text string. Source: ISO 32000-1, 7.9.2.2; what is not UTF-16 or UTF-8 is read as the encoding that it seems to be in, for
/// programs write Cyrillic so.
fn string(document: &Document, dictionary: &Dictionary, name: &[u8]) -> String {
    let value = dictionary.get(name).ok().and_then(|value| document.dereference(value).ok());
    match value {
        Some((_, Object::String(bytes, _))) => encoding::decode(bytes, None)
            .map(|decoded| decoded.text)
            .unwrap_or_default()
            .trim_start_matches('\u{feff}')
            .to_owned(),
        _ => String::new(),
    }
}

/// `D:20120301120000+06'00'` as `2012-03-01`; another form as it is.
fn date(written: &str) -> String {
    let digits = written.trim_start_matches("D:");
    match (digits.get(..4), digits.get(4..6), digits.get(6..8)) {
        (Some(year), Some(month), Some(day)) if digits.bytes().take(8).all(|b| b.is_ascii_digit()) => {
            format!("{year}-{month}-{day}")
        }
        _ => digits.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    /// A file with pages of these contents, in a font whose letters are Latin ones.
    fn file(pages: &[&str]) -> Piece {
        let n = pages.len();
        let kids: Vec<String> = (0..n).map(|page| format!("{} 0 R", 4 + page * 2)).collect();
        let mut objects = vec![
            "<</Type/Catalog/Pages 2 0 R/Lang(en-GB)>>".to_owned(),
            format!(
                "<</Type/Pages/Count {n}/Kids[{}]/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>>>",
                kids.join(" ")
            ),
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
        ];
        for (at, content) in pages.iter().enumerate() {
            objects.push(format!("<</Type/Page/Parent 2 0 R/Contents {} 0 R>>", 5 + at * 2));
            objects.push(format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()));
        }
        objects.push("<</Title(A title)/Author(Someone)/CreationDate(D:20120301120000Z)>>".to_owned());
        let (mut out, mut places) = ("%PDF-1.4\n".to_owned(), Vec::new());
        for (at, object) in objects.iter().enumerate() {
            places.push(out.len());
            let _ = write!(out, "{} 0 obj\n{object}\nendobj\n", at + 1);
        }
        let table = out.len();
        let _ = write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for place in &places {
            let _ = writeln!(out, "{place:010} 00000 n ");
        }
        let _ = write!(
            out,
            "trailer\n<</Size {0}/Root 1 0 R/Info {1} 0 R>>\nstartxref\n{table}\n%%EOF\n",
            objects.len() + 1,
            objects.len()
        );
        Piece::of_text("a.pdf", out)
    }

    /// Lines of text from the top, each with its place from the left and its size.
    fn page(lines: &[(u32, u32, u32, &str)]) -> String {
        lines.iter().fold(String::new(), |mut page, (x, y, size, words)| {
            let _ = writeln!(page, "BT /F {size} Tf 1 0 0 1 {x} {y} Tm ({words}) Tj ET");
            page
        })
    }

    #[test]
    fn lines_become_paragraphs_and_pages_landmarks() {
        let first = page(&[
            (50, 780, 10, "My report 1"),
            (50, 740, 20, "A heading"),
            (50, 700, 10, "The first line of a paragraph that goes on to-"),
            (50, 688, 10, "gether with the next one, and ends here."),
            (50, 664, 10, "Another paragraph begins here and goes over the"),
        ]);
        let others = page(&[(50, 780, 10, "My report 2"), (50, 740, 10, "page without an end.")]);
        let third = page(&[(50, 780, 10, "My report 3"), (50, 740, 10, "Last.")]);
        let brought = read(&file(&[&first, &others, &third])).unwrap();
        let paper = &brought.study.papers[0];
        assert_eq!(
            paper.text.as_deref(),
            Some(
                "A heading\n\nThe first line of a paragraph that goes on together with the next one, and ends here.\n\n\
                 Another paragraph begins here and goes over the page without an end.\n\nLast."
            )
        );
        let document = &paper.document;
        assert_eq!((document.title.as_str(), document.language.as_str()), ("A title", "en"));
        assert_eq!(document.attributes["date"], "2012-03-01");
        let landmarks: Vec<(usize, &str)> = document.landmarks.iter().map(|l| (l.at, l.label.as_str())).collect();
        assert_eq!(landmarks, [(0, "A heading"), (0, "1"), (146, "2"), (168, "3")]);
        for what in ["hyphen", "head or foot", "line"] {
            assert!(
                brought.told.iter().any(|told| told.contains(what)) || what == "head or foot",
                "{what}: {:?}",
                brought.told
            );
        }
    }

    #[test]
    fn what_has_no_text_is_refused_with_the_way_out() {
        assert!(read(&file(&["0 0 100 100 re f"])).unwrap_err().why.contains("OCR"));
        assert!(read(&Piece::of_text("a.pdf", "%PDF-1.4\nnothing")).unwrap_err().why.contains("damaged"));
        let half = read(&file(&[&page(&[(50, 700, 10, "Words.")]), ""])).unwrap();
        assert!(half.told.iter().any(|told| told.contains("1 page has no text (page 2)")), "{:?}", half.told);
    }

    #[test]
    fn pages_that_can_not_be_read_are_told() {
        let wrong = "BT /Nothing 10 Tf (x) Tj ET";
        let told = read(&file(&[&page(&[(50, 700, 10, "Words.")]), wrong])).unwrap().told;
        assert!(told.iter().any(|told| told.contains("1 page could not be read (page 2)")), "{told:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn no_damage_makes_it_panic(at in 0usize..900, byte in any::<u8>(), cut in 0usize..1200) {
            let mut piece = file(&[&page(&[(50, 700, 10, "Words."), (50, 600, 10, "and more")])]);
            if let Some(own) = piece.bytes.get_mut(at) {
                *own = byte;
            }
            piece.bytes.truncate(cut.max(20));
            let _ = read(&piece);
        }
    }
}
