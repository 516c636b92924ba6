//! Documents of Word (DOCX) as plain text. Source of the form: ECMA-376, Office Open XML, part 1.

use std::collections::BTreeMap;

use crate::formats::bundle::{Brought, Piece, Refused};
use crate::formats::losses::Loss;
use crate::formats::numbering::Numbering;
use crate::formats::package::{self, Package, Votes};
use crate::formats::prose::{Card, Prose, brought};
use crate::formats::xml::{Content, Element};
use crate::model::landmark::Kind;
use crate::say;
use crate::text::width::printable;

/// The part that is the text.
const BODY: &str = "word/document.xml";

/// Styles may be made after one another so many times.
const MAX_STYLES: usize = 20;

/// Whether a file is a document of Word.
pub fn is_it(piece: &Piece) -> bool {
    package::has(piece, BODY)
}

/// Reads a document: inserted words count, deleted ones do not. Fails where it is damaged.
pub fn read(piece: &Piece) -> Result<Brought, Refused> {
    let wanted = |name: &str| {
        name.strip_prefix("word/").is_some_and(|name| !name.contains('/') && name.rsplit('.').next() == Some("xml"))
            || name == "docProps/core.xml"
    };
    let package = Package::open(piece, &wanted)?;
    let (mut told, mut card) = (Vec::new(), Card::default());
    let body = package.needed(BODY)?;
    let styles = Styles::of(&package.aside("word/styles.xml", &mut told));
    let numbering = Numbering::of(&package.aside("word/numbering.xml", &mut told));
    let mut notes = BTreeMap::new();
    for (kind, part) in [("footnote", "word/footnotes.xml"), ("endnote", "word/endnotes.xml")] {
        for note in package.aside(part, &mut told).content {
            if let Content::Element(note) = note {
                let id = note.attribute("id").unwrap_or_default().to_owned();
                notes.insert((kind, id), note);
            }
        }
    }
    let mut pour = Pour { styles, numbering, notes, ..Pour::default() };
    pour.prose.losses.many(Loss::Comment, package.aside("word/comments.xml", &mut told).all("comment").count());
    let is_furniture = |name: &&str| name.starts_with("word/header") || name.starts_with("word/footer");
    let furniture = package.names().filter(is_furniture).filter(|name| has_words(&package, name)).count();
    pour.prose.losses.many(Loss::Furniture, furniture);
    pour.blocks(&body);
    pour.write_notes();
    package::describe(package.aside("docProps/core.xml", &mut told).elements(), &mut card);
    let own = pour.votes.most();
    if !own.is_empty() {
        card.language = own;
    }
    if pour.pages.0 > 0 && !pour.pages.1 {
        let path = printable(&piece.path);
        told.push(say!(
            "{path}: pages are counted by the breaks that are written into the text; it may have more",
            path
        ));
    }
    Ok(brought(piece, pour.prose, card, told))
}

fn has_words(package: &Package, name: &str) -> bool {
    package.tree(name).ok().flatten().is_some_and(|part| !part.text().trim().is_empty())
}

/// What styles say: which are headings, which list contents, and in which language their words are.
#[derive(Default)]
struct Styles {
    /// By id: whether it is a heading, whether a line of a table of contents, and its language.
    by_id: BTreeMap<String, (bool, bool, String)>,
    /// The language of all that says nothing else.
    language: String,
}

fn value<'a>(parent: &'a Element, name: &str) -> Option<&'a str> {
    parent.first(name)?.attribute("val")
}

fn language(properties: Option<&Element>) -> Option<&str> {
    properties?.first("lang")?.attribute("val")
}

impl Styles {
    fn of(root: &Element) -> Self {
        let default = root.first("docDefaults").and_then(|d| d.first("rPrDefault")).and_then(|d| d.first("rPr"));
        let known: BTreeMap<&str, &Element> =
            root.all("style").filter_map(|style| Some((style.attribute("styleId")?, style))).collect();
        let by_id = known.iter().map(|(id, style)| {
            let mut at = Some(*style);
            let chain = std::iter::from_fn(|| {
                let own = at?;
                at = value(own, "basedOn").and_then(|id| known.get(id).copied());
                Some(own)
            });
            let chain: Vec<&Element> = chain.take(MAX_STYLES).collect();
            let name = |style: &Element| value(style, "name").unwrap_or_default().to_lowercase();
            let level = chain.iter().find_map(|style| value(style.first("pPr")?, "outlineLvl")?.parse::<u8>().ok());
            let is_named = chain.iter().any(|style| name(style).starts_with("heading ") || name(style) == "title");
            let own = chain.iter().find_map(|style| language(style.first("rPr"))).unwrap_or_default();
            let is_contents = name(style).starts_with("toc ") && !name(style).contains("heading");
            ((*id).to_owned(), (level.map_or(is_named, |level| level < 9), is_contents, own.to_owned()))
        });
        Self { by_id: by_id.collect(), language: language(default).unwrap_or_default().to_owned() }
    }
}

/// A document on its way.
#[derive(Default)]
struct Pour {
    prose: Prose,
    styles: Styles,
    numbering: Numbering,
    notes: BTreeMap<(&'static str, String), Element>,
    /// The notes that were met, in their order.
    met: Vec<(&'static str, String)>,
    votes: Votes,
    /// The language of this paragraph's style.
    language: String,
    /// Text in boxes, which stands behind the paragraph that holds the box.
    boxes: Vec<Element>,
    /// Pages behind the first, and whether Word drew any of them.
    pages: (usize, bool),
    /// Whether the paragraph before is an item of a list.
    was_item: bool,
}

impl Pour {
    /// What stands in a body, a cell, a note: paragraphs, tables and what holds them.
    fn blocks(&mut self, parent: &Element) {
        for element in parent.elements() {
            match element.name.as_str() {
                "p" => self.paragraph(element),
                "tbl" => self.table(element),
                "sdt" if is_contents(element) => self.prose.losses.one(Loss::Navigation),
                "del" | "moveFrom" => self.prose.losses.one(Loss::Deletion),
                "sectPr" | "tblPr" | "trPr" | "tcPr" | "sdtPr" | "tblGrid" => {}
                "AlternateContent" => self.blocks(choice(element)),
                _ => self.blocks(element),
            }
        }
    }

    fn table(&mut self, table: &Element) {
        self.prose.begin_table();
        let mut rows = Vec::new();
        gather(table, "tr", &mut rows);
        for row in rows {
            if row.first("trPr").is_some_and(|properties| properties.first("del").is_some()) {
                self.prose.losses.one(Loss::Deletion);
                continue;
            }
            self.prose.row();
            let mut cells = Vec::new();
            gather(row, "tc", &mut cells);
            for (at, cell) in cells.into_iter().enumerate() {
                if at > 0 {
                    self.prose.cell();
                }
                self.blocks(cell);
            }
        }
        self.prose.end_table();
    }

    fn paragraph(&mut self, paragraph: &Element) {
        let none = Element::default();
        let properties = paragraph.first("pPr").unwrap_or(&none);
        let style = value(properties, "pStyle").and_then(|id| self.styles.by_id.get(id)).cloned();
        let (is_heading, is_contents, own) = style.unwrap_or_default();
        if is_contents {
            self.prose.losses.many(Loss::Navigation, usize::from(self.prose.losses.of(Loss::Navigation) == 0));
            return;
        }
        self.language = if own.is_empty() { self.styles.language.clone() } else { own };
        let level = value(properties, "outlineLvl").and_then(|level| level.parse::<u8>().ok());
        let is_heading = level.map_or(is_heading, |level| level < 9);
        if properties.first("pageBreakBefore").is_some_and(is_on) {
            self.page(false);
        }
        let is_item = self.begin(properties, is_heading);
        self.runs(paragraph);
        // Where its mark was deleted, the next paragraph goes on in it.
        let is_joined = properties.first("rPr").is_some_and(|properties| properties.first("del").is_some());
        if is_heading {
            self.prose.end_heading();
        } else if is_item {
            self.prose.line();
        } else if !is_joined {
            self.prose.paragraph();
        }
        for text in std::mem::take(&mut self.boxes) {
            self.blocks(&text);
        }
        if properties.first("sectPr").is_some_and(|section| value(section, "type") != Some("continuous")) {
            self.page(false);
        }
    }

    /// Begins a paragraph; returns whether it is an item of a list, which stands in the line behind another one.
    fn begin(&mut self, properties: &Element, is_heading: bool) -> bool {
        if is_heading {
            self.prose.begin_heading();
            self.was_item = false;
            return false;
        }
        let list = properties.first("numPr");
        let Some(id) = list.and_then(|list| value(list, "numId")).filter(|id| *id != "0") else {
            if self.was_item {
                self.prose.paragraph();
            }
            self.was_item = false;
            return false;
        };
        let level = list.and_then(|list| value(list, "ilvl")).and_then(|level| level.parse().ok()).unwrap_or(0);
        let sign = self.numbering.sign(id, level);
        self.prose.item_with(&sign, level);
        self.was_item = true;
        true
    }

    /// What stands in a paragraph.
    fn runs(&mut self, parent: &Element) {
        for element in parent.elements() {
            match element.name.as_str() {
                "r" => self.run(element),
                "del" | "moveFrom" => self.prose.losses.one(Loss::Deletion),
                "ins" | "moveTo" => {
                    self.prose.losses.one(Loss::Insertion);
                    self.runs(element);
                }
                "hyperlink" => {
                    self.prose.losses.one(Loss::Address);
                    self.runs(element);
                }
                "AlternateContent" => self.runs(choice(element)),
                "t" => self.words(&element.text(), None),
                "pPr" | "rPr" | "sdtPr" => {}
                _ => self.runs(element),
            }
        }
    }

    fn run(&mut self, run: &Element) {
        let properties = run.first("rPr");
        if properties.and_then(|own| own.first("vanish")).is_some_and(is_on) {
            self.prose.losses.one(Loss::Hidden);
            return;
        }
        let is_formatted = |own: &Element| {
            ["b", "i", "u", "strike", "color", "highlight"].iter().any(|name| own.first(name).is_some())
        };
        self.prose.losses.many(Loss::Formatting, usize::from(properties.is_some_and(is_formatted)));
        for element in run.elements() {
            self.piece(element, language(properties));
        }
    }

    /// A piece of a run.
    fn piece(&mut self, element: &Element, language: Option<&str>) {
        match element.name.as_str() {
            "t" => self.words(&element.text(), language),
            "tab" | "ptab" => self.prose.exact("\t"),
            "noBreakHyphen" => self.prose.exact("\u{2011}"),
            "br" if element.attribute("type") == Some("page") => self.page(false),
            "br" | "cr" => self.prose.line_break(),
            "lastRenderedPageBreak" => self.page(true),
            "sym" => self.prose.losses.one(Loss::Letter),
            "footnoteReference" => self.note("footnote", element),
            "endnoteReference" => self.note("endnote", element),
            "AlternateContent" => choice(element).elements().for_each(|inner| self.piece(inner, language)),
            "drawing" | "pict" | "object" => self.drawing(element),
            _ => {}
        }
    }

    fn words(&mut self, words: &str, language: Option<&str>) {
        self.votes.add(language.unwrap_or(&self.language), words);
        self.prose.exact(words);
    }

    fn drawing(&mut self, drawing: &Element) {
        let mut texts = Vec::new();
        gather(drawing, "txbxContent", &mut texts);
        if texts.is_empty() {
            self.prose.losses.one(Loss::Picture);
        }
        self.boxes.extend(texts.into_iter().cloned());
    }

    /// A page begins; Word writes where it drew that beside the break that somebody made.
    fn page(&mut self, is_drawn: bool) {
        self.pages.1 |= is_drawn;
        if self.prose.is_marked(Kind::Page) || self.prose.is_empty() {
            return;
        }
        self.pages.0 += 1;
        self.prose.mark(Kind::Page, (self.pages.0 + 1).to_string());
    }

    fn note(&mut self, kind: &'static str, reference: &Element) {
        let id = reference.attribute("id").unwrap_or_default().to_owned();
        self.met.push((kind, id));
        self.prose.exact(&format!("[{}]", self.met.len()));
    }

    fn write_notes(&mut self) {
        for (at, key) in std::mem::take(&mut self.met).into_iter().enumerate() {
            let Some(note) = self.notes.get(&key).cloned() else { continue };
            self.prose.losses.one(Loss::Note);
            self.prose.paragraph();
            self.prose.item_with(&format!("[{}] ", at + 1), 0);
            self.blocks(&note);
        }
    }
}

/// Whether a switch is on: it is there, and not said to be off.
fn is_on(switch: &Element) -> bool {
    !matches!(switch.attribute("val"), Some("0" | "false" | "off"))
}

/// Of what is said twice for older and newer programs, the newer.
fn choice(element: &Element) -> &Element {
    element.first("Choice").or_else(|| element.first("Fallback")).unwrap_or(element)
}

/// Whether a part is a table of contents that Word made.
fn is_contents(part: &Element) -> bool {
    let gallery =
        part.first("sdtPr").and_then(|own| own.first("docPartObj")).and_then(|own| value(own, "docPartGallery"));
    gallery == Some("Table of Contents")
}

/// The outermost elements of a name below one.
fn gather<'a>(parent: &'a Element, name: &str, found: &mut Vec<&'a Element>) {
    for element in parent.elements() {
        match element.name.as_str() {
            own if own == name => found.push(element),
            "AlternateContent" => gather(choice(element), name, found),
            _ => gather(element, name, found),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::archive::pack;

    const STYLES: &str = "<w:styles xmlns:w='x'><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val='kk-KZ'/></w:rPr></w:rPrDefault></w:docDefaults>\
        <w:style w:styleId='2'><w:name w:val='heading 2'/></w:style><w:style w:styleId='own'><w:basedOn w:val='2'/></w:style>\
        <w:style w:styleId='toc'><w:name w:val='toc 1'/></w:style><w:style w:styleId='loop'><w:basedOn w:val='loop'/></w:style></w:styles>";

    fn file(body: &str, others: &[(&str, &str)]) -> Piece {
        let mut pieces =
            vec![Piece::of_text(BODY, format!("<w:document xmlns:w='x'><w:body>{body}</w:body></w:document>"))];
        pieces.extend(others.iter().map(|(name, text)| Piece::of_text(name, *text)));
        Piece { path: "a.docx".into(), bytes: pack(&pieces, &[]).unwrap() }
    }

    fn text(body: &str) -> String {
        read(&file(body, &[("word/styles.xml", STYLES)])).unwrap().study.papers.remove(0).text.unwrap()
    }

    fn p(words: &str) -> String {
        format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>")
    }

    #[test]
    fn a_document_is_read_with_what_it_says_of_itself() {
        let body = "<w:p><w:pPr><w:pStyle w:val='own'/></w:pPr><w:r><w:t>Бөлім</w:t></w:r></w:p>\
            <w:p><w:pPr><w:pStyle w:val='toc'/></w:pPr><w:r><w:t>no</w:t></w:r></w:p>\
            <w:p><w:r><w:rPr><w:b/><w:lang w:val='en-US'/></w:rPr><w:t xml:space='preserve'>Сөз </w:t><w:tab/><w:t>екінші</w:t></w:r>\
            <w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:ins><w:r><w:t>!</w:t></w:r></w:ins>\
            <w:r><w:footnoteReference w:id='2'/><w:br/><w:t>жол</w:t></w:r>\
            <w:r><w:drawing><wp:docPr/></w:drawing></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r></w:p>\
            <w:p><w:r><w:br w:type='page'/></w:r></w:p><w:p><w:r><w:lastRenderedPageBreak/><w:t>бет</w:t></w:r></w:p>";
        let notes = "<w:footnotes xmlns:w='x'><w:footnote w:id='0'><w:p/></w:footnote><w:footnote w:id='2'><w:p><w:r><w:footnoteRef/>\
            <w:t xml:space='preserve'> Ескерту</w:t></w:r></w:p></w:footnote></w:footnotes>";
        let core = "<cp:coreProperties xmlns:dc='d'><dc:title>Атауы</dc:title><dc:creator>Ә. Б.</dc:creator>\
            <dcterms:created>2012-03-01T00:00:00Z</dcterms:created></cp:coreProperties>";
        let others = [
            ("word/styles.xml", STYLES),
            ("word/footnotes.xml", notes),
            ("docProps/core.xml", core),
            ("word/comments.xml", "<w:comments><w:comment/></w:comments>"),
            ("word/header1.xml", "<w:hdr><w:t>x</w:t></w:hdr>"),
        ];
        let brought = read(&file(body, &others)).unwrap();
        let paper = &brought.study.papers[0];
        assert_eq!(paper.text.as_deref(), Some("Бөлім\n\nСөз \tекінші![1]\nжол\n\nбет\n\n[1] Ескерту"));
        let document = &paper.document;
        assert_eq!((document.title.as_str(), document.language.as_str()), ("Атауы", "kk"));
        assert_eq!(document.attributes["date"], "2012-03-01T00:00:00Z");
        let landmarks: Vec<(usize, &str)> = document.landmarks.iter().map(|l| (l.at, l.label.as_str())).collect();
        assert_eq!(landmarks, [(0, "Бөлім"), (28, "2")]);
        for lost in ["picture", "deletion", "insertion", "note", "comment", "head or foot", "contents", "formatting"] {
            assert!(brought.told.iter().any(|told| told.contains(lost)), "{lost}: {:?}", brought.told);
        }
    }

    #[test]
    fn tables_boxes_and_joined_paragraphs() {
        let cell = |words: &str| format!("<w:tc>{}{}</w:tc>", p(words), p("x"));
        let table =
            format!("<w:tbl><w:tblPr/><w:tr>{}{}</w:tr><w:tr>{}</w:tr></w:tbl>", cell("1"), cell(""), cell("3"));
        assert_eq!(text(&format!("{}{table}{}", p("a"), p("b"))), "a\n\n1 x\tx\n3 x\n\nb");
        let joined = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p>".to_owned() + &p("b");
        assert_eq!(text(&joined), "ab");
        let inner = format!("<w:txbxContent>{}</w:txbxContent>", p("box"));
        let boxed = format!(
            "<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing>{inner}</w:drawing></mc:Choice><mc:Fallback><w:pict>{inner}</w:pict>\
             </mc:Fallback></mc:AlternateContent><w:t>a</w:t></w:r></w:p>"
        );
        assert_eq!(text(&boxed), "a\n\nbox");
    }

    #[test]
    fn items_of_lists_have_their_signs() {
        let item = |id: u8, level: u8| {
            format!(
                "<w:p><w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{id}'/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p>"
            )
        };
        let numbering = "<w:numbering xmlns:w='x'><w:abstractNum w:abstractNumId='7'><w:lvl w:ilvl='0'><w:start w:val='3'/><w:numFmt w:val='decimal'/></w:lvl>\
            <w:lvl w:ilvl='1'><w:numFmt w:val='bullet'/></w:lvl></w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='7'/></w:num></w:numbering>";
        let body = [item(1, 0), item(1, 1), item(1, 0), p("b"), item(9, 0), item(0, 0)].concat();
        let brought = read(&file(&body, &[("word/numbering.xml", numbering)])).unwrap();
        assert_eq!(brought.study.papers[0].text.as_deref(), Some("3. a\n  - a\n4. a\n\nb\n\n- a\n\na"));
    }

    #[test]
    fn a_damaged_file_is_refused_and_a_damaged_part_told() {
        assert!(read(&file("<w:p>", &[])).unwrap_err().to_string().contains("a.docx/word/document.xml"));
        let whole = file(&p("a"), &[("word/styles.xml", "<x")]);
        assert!(is_it(&whole) && read(&whole).unwrap().told[0].contains("styles.xml"));
        let cut = Piece { path: "a.docx".into(), bytes: whole.bytes[..whole.bytes.len() / 2].to_vec() };
        assert!(read(&cut).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_tree_makes_it_panic(parts in prop::collection::vec("</?(p|r|t|tbl|tr|tc|ins|del|pPr|numPr|br)/?>|[aқ ]{1,3}", 0..30)) {
            let _ = read(&file(&parts.concat().replace('<', "<w:").replace("<w:/", "</w:"), &[]));
        }
    }
}
