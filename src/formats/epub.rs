//! Electronic books (EPUB) as plain text. Source of the form: W3C, EPUB 3.3; IDPF, OPF 2.0.1.

use std::collections::BTreeMap;

use crate::count;
use crate::formats::bundle::{Brought, Piece, Refused};
use crate::formats::html;
use crate::formats::losses::Loss;
use crate::formats::package::{self, Package};
use crate::formats::prose::{Card, Prose, brought};
use crate::formats::xml::Element;
use crate::model::landmark::Kind;
use crate::say;
use crate::text::width::{flat, printable};

/// The part that says where the book's list lies.
const CONTAINER: &str = "META-INF/container.xml";

/// Whether a file is a book.
pub fn is_it(piece: &Piece) -> bool {
    package::has(piece, CONTAINER)
}

/// Reads a book: its chapters in the order in which they are to be read. Fails where it is damaged.
pub fn read(piece: &Piece) -> Result<Brought, Refused> {
    let path = printable(&piece.path);
    let is_text = |name: &str| {
        let name = name.to_lowercase();
        [".xml", ".opf", ".ncx", ".html", ".xhtml", ".htm"].iter().any(|ending| name.ends_with(ending))
    };
    let package = Package::open(piece, &is_text)?;
    let container = package.needed(CONTAINER)?;
    let root = container
        .first("rootfiles")
        .and_then(|files| files.first("rootfile"))
        .and_then(|file| file.attribute("full-path"));
    let root = root
        .ok_or_else(|| Refused::at(&path, say!("the archive does not say where its book lies; the file is damaged")))?;
    let list = package.needed(root)?;
    let (mut told, mut card) = (Vec::new(), Card::default());
    package::describe(list.first("metadata").into_iter().flat_map(Element::elements), &mut card);
    let book = Book::of(&list, root);
    let chapters = book.contents(&package, &mut told);
    let mut prose = Prose::default();
    let mut missing = 0;
    for name in &book.spine {
        if book.navigation.as_ref() == Some(name) {
            prose.losses.one(Loss::Navigation);
            continue;
        }
        match package.text(name) {
            Ok(Some(markup)) => chapter(markup, chapters.get(name), &mut prose),
            Ok(None) => missing += 1,
            Err(refused) => told.push(say!("{what}; it is left out", what = refused)),
        }
    }
    if missing > 0 {
        told.push(count!(
            missing,
            "{path}: {n} chapter is in the list and not in the file",
            "{path}: {n} chapters are in the list and not in the file",
            path
        ));
    }
    Ok(brought(piece, prose, card, told))
}

/// A chapter's words; where it has no heading of its own, the table of contents gives it one.
fn chapter(markup: &str, title: Option<&String>, prose: &mut Prose) {
    let mut own = Prose::default();
    html::pour(markup, &mut own, &mut Card::default());
    let has_heading = own.n_headings() > 0;
    prose.paragraph();
    if let Some(title) = title.filter(|_| !has_heading) {
        prose.mark(Kind::Heading, title.as_str());
    }
    html::pour(markup, prose, &mut Card::default());
}

/// What a book's list says.
struct Book {
    /// Its chapters' paths, in order.
    spine: Vec<String>,
    /// The path of its table of contents, of newer and of older books.
    navigation: Option<String>,
    ncx: Option<String>,
}

impl Book {
    fn of(list: &Element, root: &str) -> Self {
        let items: Vec<&Element> =
            list.first("manifest").into_iter().flat_map(|manifest| manifest.all("item")).collect();
        let path = |item: &Element| resolved(root, item.attribute("href").unwrap_or_default());
        let by_id: BTreeMap<&str, String> =
            items.iter().filter_map(|item| Some((item.attribute("id")?, path(item)))).collect();
        let has = |item: &Element, property: &str| {
            item.attribute("properties").is_some_and(|own| own.split(' ').any(|own| own == property))
        };
        let of_type = |item: &Element| item.attribute("media-type") == Some("application/x-dtbncx+xml");
        let refs = list.first("spine").into_iter().flat_map(|spine| spine.all("itemref"));
        Self {
            spine: refs.filter_map(|item| by_id.get(item.attribute("idref")?).cloned()).collect(),
            navigation: items.iter().find(|item| has(item, "nav")).map(|item| path(item)),
            ncx: items.iter().find(|item| of_type(item)).map(|item| path(item)),
        }
    }

    /// What the table of contents calls chapters, by their paths: the first name that it has for each.
    fn contents(&self, package: &Package, told: &mut Vec<String>) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        if let Some(navigation) = &self.navigation {
            links(&package.aside(navigation, told), navigation, &mut found);
        }
        if let Some(ncx) = self.ncx.as_ref().filter(|_| found.is_empty()) {
            links(&package.aside(ncx, told), ncx, &mut found);
        }
        found
    }
}

/// Gathers the links of a table of contents.
fn links(element: &Element, base: &str, found: &mut BTreeMap<String, String>) {
    let link = match element.name.as_str() {
        "a" => element.attribute("href").map(|href| (href, element.text())),
        "navPoint" => element
            .first("content")
            .and_then(|content| content.attribute("src"))
            .zip(element.first("navLabel").map(Element::text)),
        _ => None,
    };
    if let Some((href, words)) = link.filter(|(_, words)| !words.trim().is_empty()) {
        found.entry(resolved(base, href)).or_insert_with(|| flat(&words));
    }
    element.elements().for_each(|inner| links(inner, base, found));
}

/// The path in the archive that a link in a part means.
fn resolved(base: &str, href: &str) -> String {
    let href = decoded(href.split('#').next().unwrap_or(""));
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = if href.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in href.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

/// A link with its `%D2%9B` as letters.
fn decoded(href: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = href.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = hex.filter(|_| *first == b'%') {
            bytes.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::formats::archive::pack;

    fn book(parts: &[(&str, &str)]) -> Piece {
        let container = "<container xmlns='c'><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>";
        let list = "<package xmlns='o'><metadata><dc:title>Кітап</dc:title><dc:creator>Ә. Б.</dc:creator><dc:language>kk</dc:language>\
            <dc:publisher>Баспа</dc:publisher></metadata><manifest><item id='n' href='nav.xhtml' properties='nav'/>\
            <item id='a' href='text/%D0%B0.xhtml'/><item id='b' href='./b.xhtml'/><item id='c' href='c.xhtml'/></manifest>\
            <spine><itemref idref='n'/><itemref idref='a'/><itemref idref='b'/><itemref idref='c'/></spine></package>";
        let mut pieces = vec![
            Piece::of_text("mimetype", "application/epub+zip"),
            Piece::of_text(CONTAINER, container),
            Piece::of_text("OPS/book.opf", list),
        ];
        pieces.extend(parts.iter().map(|(name, text)| Piece::of_text(name, *text)));
        Piece { path: "a.epub".into(), bytes: pack(&pieces, &["mimetype"]).unwrap() }
    }

    #[test]
    fn chapters_are_read_in_their_order() {
        let nav = "<html xmlns:epub='e'><body><nav epub:type='toc'><ol><li><a href='text/%D0%B0.xhtml#x'>Бірінші</a></li><li><a href='b.xhtml'>no</a></li></ol></nav></body></html>";
        let first =
            "<?xml version='1.0'?><html><head><title>x</title><script src='y'/></head><body><p>Бір</p></body></html>";
        let second = "<html><body><h1>Екінші</h1><p>екі<span epub:type='pagebreak' title='7'/> үш</p></body></html>";
        let piece = book(&[("OPS/nav.xhtml", nav), ("OPS/b.xhtml", second), ("OPS/text/а.xhtml", first)]);
        assert!(is_it(&piece));
        let brought = read(&piece).unwrap();
        let paper = &brought.study.papers[0];
        assert_eq!(paper.text.as_deref(), Some("Бір\n\nЕкінші\n\nекі үш"));
        let landmarks: Vec<(usize, &str)> = paper.document.landmarks.iter().map(|l| (l.at, l.label.as_str())).collect();
        assert_eq!(landmarks, [(0, "Бірінші"), (5, "Екінші"), (17, "7")]);
        assert_eq!((paper.document.title.as_str(), paper.document.language.as_str()), ("Кітап", "kk"));
        assert_eq!(paper.document.attributes["publisher"], "Баспа");
        assert!(brought.told.iter().any(|told| told.contains("1 chapter is")), "{:?}", brought.told);
    }

    #[test]
    fn links_lead_into_the_archive() {
        assert_eq!(resolved("OPS/a/b.opf", "../c%20d.xhtml#e"), "OPS/c d.xhtml");
        assert_eq!(resolved("b.opf", "../../../etc/%zz%"), "etc/%zz%");
        assert!(read(&Piece::of_text("a.epub", "PK")).is_err());
    }
}
