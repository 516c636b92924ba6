//! Documents of `LibreOffice` (ODT, and flat ODT) as plain text. Source of the form: OASIS, Open Document Format 1.3, part 3.

use std::collections::BTreeMap;

use crate::formats::bundle::{Brought, Piece, Refused};
use crate::formats::losses::Loss;
use crate::formats::package::{self, Package, Votes};
use crate::formats::prose::{Card, Prose, brought};
use crate::formats::xml::{self, Content, Element};
use crate::model::landmark::Kind;
use crate::say;
use crate::text::width::printable;

/// What the archive's first file says it is.
const TYPE: &str = "mimetypeapplication/vnd.oasis.opendocument.text";

/// Blanks that one element stands for, at most: more indent nothing.
const MAX_BLANKS: usize = 100;

/// Styles may be made after one another so many times.
const MAX_STYLES: usize = 20;

/// Whether a file is a document of `LibreOffice`.
pub fn is_it(piece: &Piece) -> bool {
    let head = piece.bytes.get(..200).unwrap_or(&piece.bytes);
    let is_typed = head.windows(TYPE.len()).any(|window| window == TYPE.as_bytes());
    is_typed && package::has(piece, "content.xml") || is_flat(piece)
}

fn is_flat(piece: &Piece) -> bool {
    let head = String::from_utf8_lossy(piece.bytes.get(..2000).unwrap_or(&piece.bytes));
    head.trim_start_matches('\u{feff}').starts_with("<?xml") && head.contains("<office:document ")
}

/// Reads a document: inserted words count, deleted ones do not. Fails where it is damaged, or has a password.
pub fn read(piece: &Piece) -> Result<Brought, Refused> {
    let path = printable(&piece.path);
    let mut told = Vec::new();
    let (content, styles, meta) = if is_flat(piece) {
        let whole = xml::read(piece.text()?, &path)?;
        (whole.clone(), Element::default(), whole)
    } else {
        let package = Package::open(piece, &|name| {
            ["content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"].contains(&name)
        })?;
        if package.text("META-INF/manifest.xml").ok().flatten().is_some_and(|text| text.contains("encryption-data")) {
            return Err(Refused::at(&path, say!("it has a password; save it without one")));
        }
        (package.needed("content.xml")?, package.aside("styles.xml", &mut told), package.aside("meta.xml", &mut told))
    };
    let text = content.first("body").and_then(|body| body.first("text"));
    let text = text.ok_or_else(|| Refused::at(&path, say!("it is no text document")))?;
    let mut pour = Pour { styles: Styles::of(&[&styles, &content]), ..Pour::default() };
    pour.blocks(text);
    pour.write_notes();
    let n_furniture = styles.first("master-styles").map_or(0, furniture);
    pour.prose.losses.many(Loss::Furniture, n_furniture);
    let mut card = Card::default();
    package::describe(meta.first("meta").into_iter().flat_map(Element::elements), &mut card);
    let own = pour.votes.most();
    if !own.is_empty() {
        card.language = own;
    }
    Ok(brought(piece, pour.prose, card, told))
}

/// How many heads and feet of pages have words.
fn furniture(masters: &Element) -> usize {
    let all = masters.elements().flat_map(Element::elements);
    all.filter(|part| ["header", "footer"].contains(&part.name.as_str()) && !part.text().trim().is_empty()).count()
}

/// What a style says; what it leaves open its parent says.
#[derive(Clone, Default)]
struct Style {
    parent: String,
    language: String,
    breaks_page: bool,
    is_bold: bool,
}

/// The styles of a document.
#[derive(Default)]
struct Styles {
    by_name: BTreeMap<String, Style>,
    /// The lists whose items are numbered, by their level from 1, and their first numbers.
    numbered: BTreeMap<(String, u64), u64>,
    language: String,
}

impl Styles {
    fn of(roots: &[&Element]) -> Self {
        let mut styles = Self::default();
        let groups = roots.iter().flat_map(|root| root.elements().filter(|part| part.name.contains("styles")));
        for style in groups.flat_map(Element::elements) {
            let name = style.attribute("name").unwrap_or_default().to_owned();
            match style.name.as_str() {
                "default-style" if style.attribute("family") == Some("paragraph") => styles.language = language(style),
                "style" => {
                    let properties = style.first("paragraph-properties");
                    let breaks_page = properties.and_then(|own| own.attribute("break-before")) == Some("page")
                        || style.attribute("master-page-name").is_some_and(|name| !name.is_empty());
                    let letters = style.first("text-properties");
                    let is_bold = letters.is_some_and(|own| {
                        own.attributes
                            .iter()
                            .any(|(name, _)| name.starts_with("fo:font-") || name.contains("underline"))
                    });
                    let parent = style.attribute("parent-style-name").unwrap_or_default().to_owned();
                    styles.by_name.insert(name, Style { parent, language: language(style), breaks_page, is_bold });
                }
                "list-style" => {
                    for level in style.elements().filter(|level| level.name.ends_with("number")) {
                        let number = |name| level.attribute(name).and_then(|start| start.parse().ok());
                        let Some(depth) = number("level") else { continue };
                        styles.numbered.insert((name.clone(), depth), number("start-value").unwrap_or(1));
                    }
                }
                _ => {}
            }
        }
        styles
    }

    /// The language that a style or one of its parents says; empty for none.
    fn language(&self, name: &str) -> &str {
        let mut at = self.by_name.get(name);
        for _ in 0..MAX_STYLES {
            match at {
                Some(style) if style.language.is_empty() => at = self.by_name.get(&style.parent),
                Some(style) => return &style.language,
                None => break,
            }
        }
        ""
    }
}

/// The language that a style says itself.
fn language(style: &Element) -> String {
    let own = style.first("text-properties");
    let letters = own.and_then(|own| own.attributes.iter().find(|(name, _)| name == "fo:language"));
    letters.map(|(_, value)| value.clone()).filter(|value| value != "none" && value != "zxx").unwrap_or_default()
}

/// A document on its way.
#[derive(Default)]
struct Pour {
    prose: Prose,
    styles: Styles,
    votes: Votes,
    /// The notes that were met, in their order.
    notes: Vec<Element>,
    /// Text in boxes, which stands behind the paragraph that holds the box.
    boxes: Vec<Element>,
    /// The styles of the open lists.
    lists: Vec<String>,
    n_pages: usize,
    /// Words as they stand in the file, of which a line's blanks are gathered into one.
    ends_blank: bool,
    /// The language of these words.
    language: String,
}

impl Pour {
    fn blocks(&mut self, parent: &Element) {
        for element in parent.elements() {
            match element.name.as_str() {
                "p" | "h" => self.paragraph(element),
                "list" => self.list(element),
                "table" => self.table(element),
                "tracked-changes" => self.changes(element),
                "table-of-content" | "alphabetical-index" | "illustration-index" | "table-index" | "user-index"
                | "object-index" => {
                    self.prose.losses.one(Loss::Navigation);
                }
                "soft-page-break" => self.page(),
                "forms" | "sequence-decls" | "variable-decls" | "user-field-decls" => {}
                "frame" => self.frame(element),
                _ => self.blocks(element),
            }
            self.flush_boxes();
        }
    }

    fn flush_boxes(&mut self) {
        for text in std::mem::take(&mut self.boxes) {
            self.blocks(&text);
        }
    }

    fn changes(&mut self, changes: &Element) {
        for change in changes.all("changed-region").flat_map(Element::elements) {
            match change.name.as_str() {
                "deletion" => self.prose.losses.one(Loss::Deletion),
                "insertion" => self.prose.losses.one(Loss::Insertion),
                _ => self.prose.losses.one(Loss::Formatting),
            }
        }
    }

    fn paragraph(&mut self, paragraph: &Element) {
        let style = paragraph.attribute("style-name").unwrap_or_default();
        if self.styles.by_name.get(style).is_some_and(|style| style.breaks_page) {
            self.page();
        }
        let own = self.styles.language(style);
        self.language = if own.is_empty() { self.styles.language.clone() } else { own.to_owned() };
        let is_heading = paragraph.name == "h";
        if is_heading {
            self.prose.begin_heading();
        }
        self.ends_blank = true;
        self.words(paragraph);
        if is_heading { self.prose.end_heading() } else { self.prose.paragraph() }
    }

    /// What stands in a paragraph.
    fn words(&mut self, parent: &Element) {
        for content in &parent.content {
            match content {
                Content::Text(text) => self.text(text),
                Content::Element(element) => self.inline(element),
            }
        }
    }

    /// Words of the file, in which blanks and line ends are one blank.
    fn text(&mut self, text: &str) {
        let mut words = String::new();
        for c in text.chars() {
            let is_blank = matches!(c, ' ' | '\t' | '\n' | '\r');
            if !is_blank || !self.ends_blank {
                words.push(if is_blank { ' ' } else { c });
            }
            self.ends_blank = is_blank;
        }
        self.votes.add(&self.language, &words);
        self.prose.exact(&words);
    }

    fn exactly(&mut self, words: &str) {
        self.ends_blank = false;
        self.prose.exact(words);
    }

    fn inline(&mut self, element: &Element) {
        match element.name.as_str() {
            "s" => {
                let n = element.attribute("c").and_then(|n| n.parse().ok()).unwrap_or(1).min(MAX_BLANKS);
                self.exactly(&" ".repeat(n));
            }
            "tab" => self.exactly("\t"),
            "line-break" => self.exactly("\n"),
            "soft-page-break" => self.page(),
            "note" => {
                self.notes.push(element.clone());
                let sign = format!("[{}]", self.notes.len());
                self.exactly(&sign);
            }
            "annotation" => self.prose.losses.one(Loss::Comment),
            "annotation-end" | "bookmark" | "bookmark-start" | "bookmark-end" | "change" | "change-start"
            | "change-end" | "ruby-text" => {}
            "frame" | "custom-shape" => self.frame(element),
            "a" => {
                self.prose.losses.one(Loss::Address);
                self.words(element);
            }
            "span" => {
                let style = element.attribute("style-name").unwrap_or_default();
                let is_bold = self.styles.by_name.get(style).is_some_and(|style| style.is_bold);
                self.prose.losses.many(Loss::Formatting, usize::from(is_bold));
                let own = self.styles.language(style).to_owned();
                let before =
                    if own.is_empty() { self.language.clone() } else { std::mem::replace(&mut self.language, own) };
                self.words(element);
                self.language = before;
            }
            _ => self.words(element),
        }
    }

    /// A picture, or a box with text in it.
    fn frame(&mut self, frame: &Element) {
        let text = frame.first("text-box").or_else(|| (frame.name == "custom-shape").then_some(frame));
        match text.filter(|text| !text.text().trim().is_empty()) {
            Some(text) => self.boxes.push(text.clone()),
            None => self.prose.losses.one(Loss::Picture),
        }
    }

    fn list(&mut self, list: &Element) {
        let own = list.attribute("style-name").filter(|own| !own.is_empty());
        let style = own.map_or_else(|| self.lists.last().cloned().unwrap_or_default(), str::to_owned);
        self.lists.push(style.clone());
        // A list in another that has a style of its own may describe only the first level of it.
        let at = |depth: u64| self.styles.numbered.get(&(style.clone(), depth)).copied();
        let first = at(self.lists.len() as u64).or_else(|| own.and_then(|_| at(1)));
        self.prose.begin_list(first);
        for item in list.elements() {
            // A head of a list has no sign.
            if item.name == "list-item" {
                self.prose.item();
            }
            self.blocks(item);
        }
        self.lists.pop();
        self.prose.end_list();
    }

    fn table(&mut self, table: &Element) {
        self.prose.begin_table();
        self.rows(table);
        self.prose.end_table();
    }

    fn rows(&mut self, parent: &Element) {
        for element in parent.elements() {
            match element.name.as_str() {
                "table-row" => {
                    self.prose.row();
                    let cells = element.elements().filter(|cell| cell.name.ends_with("table-cell"));
                    for (at, cell) in cells.enumerate() {
                        if at > 0 {
                            self.prose.cell();
                        }
                        self.blocks(cell);
                    }
                }
                "table-header-rows" | "table-rows" | "table-row-group" => self.rows(element),
                _ => {}
            }
        }
    }

    fn page(&mut self) {
        if self.prose.is_empty() || self.prose.is_marked(Kind::Page) {
            return;
        }
        self.n_pages += 1;
        self.prose.mark(Kind::Page, (self.n_pages + 1).to_string());
    }

    fn write_notes(&mut self) {
        // A note in a note comes behind all others.
        let mut at = 0;
        while let Some(note) = self.notes.get(at).cloned() {
            self.prose.losses.one(Loss::Note);
            self.prose.paragraph();
            self.prose.item_with(&format!("[{}] ", at + 1), 0);
            note.all("note-body").for_each(|body| self.blocks(body));
            at += 1;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::archive::pack;

    fn file(text: &str) -> Piece {
        let content = format!(
            "<office:document-content xmlns:office='o' xmlns:text='t' xmlns:style='s' xmlns:fo='f'><office:automatic-styles>\
             <style:style style:name='P1' style:parent-style-name='Standard'><style:paragraph-properties fo:break-before='page'/></style:style>\
             <style:style style:name='T1'><style:text-properties fo:language='en' fo:font-weight='bold'/></style:style>\
             <text:list-style style:name='L1'><text:list-level-style-number text:level='1' text:start-value='3'/></text:list-style>\
             </office:automatic-styles><office:body><office:text>{text}</office:text></office:body></office:document-content>"
        );
        let styles = "<o:document-styles><o:styles><style:default-style style:family='paragraph'><style:text-properties fo:language='kk'/>\
                      </style:default-style></o:styles><o:master-styles><m><style:header><p>head</p></style:header></m></o:master-styles></o:document-styles>";
        let meta = "<o:document-meta><o:meta><dc:title>Атауы</dc:title><meta:initial-creator>Ә. Б.</meta:initial-creator>\
                    <meta:creation-date>2012-03-01T10:00:00</meta:creation-date><dc:date>2020-01-01</dc:date><meta:keyword>x</meta:keyword></o:meta></o:document-meta>";
        let pieces = [
            Piece::of_text("mimetype", "application/vnd.oasis.opendocument.text"),
            Piece::of_text("content.xml", content),
            Piece::of_text("styles.xml", styles),
            Piece::of_text("meta.xml", meta),
        ];
        Piece { path: "a.odt".into(), bytes: pack(&pieces, &["mimetype"]).unwrap() }
    }

    fn text(content: &str) -> String {
        read(&file(content)).unwrap().study.papers.remove(0).text.unwrap()
    }

    #[test]
    fn a_document_is_read_with_what_it_says_of_itself() {
        let content = "<text:tracked-changes><text:changed-region><text:deletion><text:p>no</text:p></text:deletion></text:changed-region></text:tracked-changes>\
            <text:h text:outline-level='1'>Бөлім\n  бір</text:h><text:p>Сөз<text:s text:c='2'/>екінші <text:span text:style-name='T1'> word</text:span>\
            <text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Ескерту</text:p></text:note-body></text:note>\
            <text:line-break/>жол<text:tab/>x<office:annotation><text:p>no</text:p></office:annotation><draw:frame><draw:image/></draw:frame></text:p>\
            <text:p text:style-name='P1'>бет</text:p><text:p>бо<text:soft-page-break/>лды</text:p>";
        let piece = file(content);
        assert!(is_it(&piece));
        let brought = read(&piece).unwrap();
        let paper = &brought.study.papers[0];
        assert_eq!(
            paper.text.as_deref(),
            Some("Бөлім бір\n\nСөз  екінші word[1]\nжол\tx\n\nбет\n\nболды\n\n[1] Ескерту")
        );
        let document = &paper.document;
        assert_eq!((document.title.as_str(), document.language.as_str()), ("Атауы", "kk"));
        assert_eq!(
            (document.attributes["author"].as_str(), document.attributes["date"].as_str()),
            ("Ә. Б.", "2012-03-01T10:00:00")
        );
        let landmarks: Vec<(usize, &str)> = document.landmarks.iter().map(|l| (l.at, l.label.as_str())).collect();
        assert_eq!(landmarks, [(0, "Бөлім бір"), (38, "2"), (45, "3")]);
        for lost in ["picture", "deletion", "note", "comment", "head or foot", "formatting"] {
            assert!(brought.told.iter().any(|told| told.contains(lost)), "{lost}: {:?}", brought.told);
        }
    }

    #[test]
    fn lists_tables_and_boxes() {
        let p = |words: &str| format!("<text:p>{words}</text:p>");
        let list = format!(
            "<text:list text:style-name='L1'><text:list-item>{}<text:list><text:list-item>{}</text:list-item></text:list></text:list-item>\
            <text:list-item>{}</text:list-item></text:list>",
            p("a"),
            p("b"),
            p("c")
        );
        assert_eq!(text(&list), "3. a\n  - b\n4. c");
        let table = format!(
            "<table:table><table:table-header-rows><table:table-row><table:table-cell>{0}{0}</table:table-cell><table:covered-table-cell/>\
            <table:table-cell>{0}</table:table-cell></table:table-row></table:table-header-rows></table:table>",
            p("x")
        );
        assert_eq!(text(&(table + &p("b"))), "x x\t\tx\n\nb");
        let boxed = format!("<text:p>a<draw:frame><draw:text-box>{}</draw:text-box></draw:frame>b</text:p>", p("box"));
        assert_eq!(text(&boxed), "ab\n\nbox");
    }

    #[test]
    fn a_flat_file_is_read_too() {
        let flat = "<?xml version='1.0'?><office:document xmlns:office='o'><office:body><office:text><text:p>Сөз</text:p></office:text></office:body></office:document>";
        let piece = Piece::of_text("a.fodt", flat);
        assert!(is_it(&piece));
        assert_eq!(read(&piece).unwrap().study.papers[0].text.as_deref(), Some("Сөз"));
        assert!(read(&Piece::of_text("a.odt", "x")).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_tree_makes_it_panic(parts in prop::collection::vec("</?(p|h|s|span|list|list-item|table|table-row|table-cell|note|note-body)/?>|[aқ ]{1,3}", 0..30)) {
            let _ = read(&file(&parts.concat().replace('<', "<text:").replace("<text:/", "</text:")));
        }
    }
}
