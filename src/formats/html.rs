//! Web pages (HTML and XHTML) as plain text. Source of the form: HTML Living Standard, WHATWG.

use std::collections::BTreeSet;

use html5gum::{StartTag, State, Token, Tokenizer};

use crate::formats::bundle::{Brought, Piece, Refused};
use crate::formats::decoded;
use crate::formats::losses::Loss;
use crate::formats::prose::{Card, Prose, brought};
use crate::model::landmark::Kind;

/// Elements that may be open at once; what is deeper than any page goes on without them.
const MAX_OPEN: usize = 512;

/// Where a page says what it is, in bytes.
const HEAD_BYTES: usize = 4096;

/// Whether a file begins as a web page, or its name ends as one's.
pub fn is_it(piece: &Piece) -> bool {
    let head = head(piece);
    let mut rest = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{fffd}');
    while rest.starts_with("<?") || rest.starts_with("<!--") {
        rest = rest.split_once('>').map_or("", |(_, rest)| rest).trim_start();
    }
    ["<!doctype html", "<html"].iter().any(|begin| rest.starts_with(begin))
}

fn head(piece: &Piece) -> String {
    String::from_utf8_lossy(piece.bytes.get(..HEAD_BYTES).unwrap_or(&piece.bytes)).to_lowercase()
}

/// Reads a page. Fails where it is no text.
pub fn read(piece: &Piece) -> Result<Brought, Refused> {
    let mut told = Vec::new();
    let head = head(piece);
    let markup = decoded::text(piece, charset(&head), &mut told)?;
    let (mut prose, mut card) = (Prose::default(), Card::default());
    pour(&markup, &mut prose, &mut card);
    Ok(brought(piece, prose, card, told))
}

/// The encoding that a page names in its head.
fn charset(head: &str) -> Option<&str> {
    let (_, rest) = head.split_once("charset")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && !"-_:.".contains(c)).next()?;
    (!name.is_empty()).then_some(name)
}

/// Pours a page's words into a text, and what it says of itself onto a card. Any text is a page: nothing fails.
pub fn pour(markup: &str, prose: &mut Prose, card: &mut Card) {
    let tokens = tokens(markup);
    let mut pour = Pour {
        layout: layout_tables(&tokens),
        n_tables: 0,
        grids: Vec::new(),
        open: Vec::new(),
        skipped: None,
        in_title: false,
        title: String::new(),
        n_pre: 0,
        prose,
        card,
    };
    for token in &tokens {
        match token {
            Token::StartTag(tag) => pour.start(tag),
            Token::EndTag(tag) => pour.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(words) => pour.words(&String::from_utf8_lossy(words)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    pour.close_down_to(0);
    if pour.card.title.is_empty() {
        pour.card.title = pour.title;
    }
    pour.prose.paragraph();
}

fn tokens(markup: &str) -> Vec<Token> {
    let mut tokenizer = Tokenizer::new(markup);
    let mut tokens = Vec::new();
    while let Some(Ok(token)) = tokenizer.next() {
        if let Token::StartTag(tag) = &token
            && !tag.self_closing
        {
            match tag.name.as_slice() {
                b"title" | b"textarea" => tokenizer.set_state(State::RcData),
                b"script" => tokenizer.set_state(State::ScriptData),
                b"style" | b"xmp" | b"iframe" | b"noembed" | b"noframes" => tokenizer.set_state(State::RawText),
                _ => {}
            }
        }
        tokens.push(token);
    }
    tokens
}

/// The tables, by their order, that only arrange the page: they have other tables, headings, lists or several paragraphs in a
/// cell, or a single column.
fn layout_tables(tokens: &[Token]) -> BTreeSet<usize> {
    let mut layout = BTreeSet::new();
    // A table's number, its paragraphs in this cell, cells in this row, and most cells in a row.
    let mut open: Vec<(usize, usize, usize, usize)> = Vec::new();
    let mut n_tables = 0;
    for token in tokens {
        match token {
            Token::StartTag(tag) => {
                let is_table = tag.name.as_slice() == b"table";
                if let Some((own, n_paragraphs, n_cells, most)) = open.last_mut() {
                    match tag.name.as_slice() {
                        b"tr" => *n_cells = 0,
                        b"td" | b"th" => {
                            (*n_paragraphs, *n_cells) = (0, *n_cells + 1);
                            *most = (*most).max(*n_cells);
                        }
                        b"p" => *n_paragraphs += 1,
                        _ => {}
                    }
                    let has_parts = matches!(tag.name.as_slice(), b"h1" | b"h2" | b"h3" | b"ul" | b"ol" | b"article");
                    if is_table || has_parts || *n_paragraphs > 1 {
                        layout.insert(*own);
                    }
                }
                if is_table {
                    open.push((n_tables, 0, 0, 0));
                    n_tables += 1;
                }
            }
            Token::EndTag(tag) if tag.name.as_slice() == b"table" => {
                if let Some((own, ..)) = open.pop().filter(|(.., most)| *most < 2) {
                    layout.insert(own);
                }
            }
            _ => {}
        }
    }
    layout
}

/// An open element.
struct Open {
    name: String,
    /// What to do at its end; nothing for what is skipped.
    close: fn(&mut Pour<'_>),
}

/// An open table.
struct Grid {
    /// Whether it only arranges the page.
    is_layout: bool,
    /// Whether its row has a cell already.
    has_cell: bool,
}

/// A page on its way.
struct Pour<'a> {
    layout: BTreeSet<usize>,
    n_tables: usize,
    grids: Vec<Grid>,
    open: Vec<Open>,
    /// How many elements stay open around what is skipped.
    skipped: Option<usize>,
    in_title: bool,
    title: String,
    /// How many elements are open in which blanks stand as they are.
    n_pre: usize,
    prose: &'a mut Prose,
    card: &'a mut Card,
}

/// What elements do to a text.
struct Role {
    names: &'static str,
    open: fn(&mut Pour<'_>, &StartTag<()>),
    close: fn(&mut Pour<'_>),
}

const ROLES: &[Role] = &[
    Role {
        names: "p div section article main header footer aside address blockquote figure figcaption details summary dl fieldset \
                legend center body form hgroup search caption",
        open: |pour, _| pour.prose.paragraph(),
        close: |pour| pour.prose.paragraph(),
    },
    Role { names: "dt dd", open: |pour, _| pour.prose.line(), close: |pour| pour.prose.line() },
    Role {
        names: "h1 h2 h3 h4 h5 h6",
        open: |pour, _| pour.prose.begin_heading(),
        close: |pour| pour.prose.end_heading(),
    },
    Role { names: "ul menu dir", open: |pour, _| pour.prose.begin_list(None), close: |pour| pour.prose.end_list() },
    Role {
        names: "ol",
        open: |pour, tag| {
            let first = value(tag, "start").and_then(|start| start.trim().parse().ok()).unwrap_or(1);
            pour.prose.begin_list(Some(first));
        },
        close: |pour| pour.prose.end_list(),
    },
    Role { names: "li", open: |pour, _| pour.prose.item(), close: |pour| pour.prose.line() },
    Role {
        names: "b strong i em u s strike del ins sup sub font mark small big tt code var cite",
        open: |pour, _| pour.prose.losses.one(Loss::Formatting),
        close: |_| {},
    },
    Role {
        names: "a",
        open: |pour, tag| pour.prose.losses.many(Loss::Address, usize::from(value(tag, "href").is_some())),
        close: |_| {},
    },
    Role { names: "q", open: |pour, _| pour.prose.words("“"), close: |pour| pour.prose.words("”") },
    Role { names: "br", open: |pour, _| pour.prose.line_break(), close: |_| {} },
    Role { names: "hr", open: |pour, _| pour.prose.paragraph(), close: |_| {} },
    Role { names: "img", open: |pour, _| pour.prose.losses.one(Loss::Picture), close: |_| {} },
    Role { names: "input", open: |pour, _| pour.prose.losses.one(Loss::Form), close: |_| {} },
    Role {
        names: "pre listing xmp",
        open: |pour, _| {
            pour.prose.paragraph();
            pour.n_pre += 1;
            pour.prose.indent(true);
        },
        close: |pour| {
            pour.prose.paragraph();
            pour.n_pre = pour.n_pre.saturating_sub(1);
            pour.prose.indent(pour.n_pre > 0);
        },
    },
    Role { names: "title", open: |pour, _| pour.in_title = true, close: |pour| pour.in_title = false },
    Role { names: "meta", open: |pour, tag| meta(tag, pour.card), close: |_| {} },
    Role {
        names: "link",
        open: |pour, tag| {
            if value(tag, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) {
                pour.card.put("url", &value(tag, "href").unwrap_or_default());
            }
        },
        close: |_| {},
    },
];

/// Elements whose words are not a text's, and as what they are lost.
const SKIPPED: [(&str, Option<Loss>); 5] = [
    ("script style", Some(Loss::Script)),
    ("template noscript noembed noframes rp datalist", None),
    ("nav", Some(Loss::Navigation)),
    ("svg canvas video audio iframe object applet", Some(Loss::Medium)),
    ("select button textarea", Some(Loss::Form)),
];

/// Elements that have nothing in them.
const VOID: &str = "area base basefont br col embed frame hr img input link meta param source track wbr";

/// Elements whose beginning ends others that were left open: which, and those that this does not reach through.
const ENDED: [(&str, &str, &str); 6] = [
    ("li", "li", "ul ol menu dir table"),
    ("dt dd", "dt dd", "dl table"),
    ("td th", "td th", "tr table"),
    ("tr", "tr", "table"),
    ("tbody thead tfoot", "tbody thead tfoot", "table"),
    (
        "p div ul ol dl table pre blockquote h1 h2 h3 h4 h5 h6 section article address hr form figure",
        "p",
        "td th table div li dd button",
    ),
];

fn is_in(names: &str, name: &str) -> bool {
    names.split_ascii_whitespace().any(|own| own == name)
}

/// The value of an attribute.
fn value(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(&value.value).into_owned())
}

/// What names of a page's own description are called here.
const META: [(&str, &str); 5] = [
    ("author dc.creator dcterms.creator article:author", "author"),
    ("date dc.date dcterms.created dcterms.date article:published_time datepublished pubdate publish_date", "date"),
    ("publisher dc.publisher dcterms.publisher og:site_name", "publisher"),
    ("keywords", "keywords"),
    ("og:url", "url"),
];

fn meta(tag: &StartTag<()>, card: &mut Card) {
    let name = ["name", "property", "itemprop", "http-equiv"].iter().find_map(|kind| value(tag, kind));
    let (name, content) = (name.unwrap_or_default().to_lowercase(), value(tag, "content").unwrap_or_default());
    if is_in("og:title dc.title dcterms.title", &name) && card.title.is_empty() {
        card.title.clone_from(&content);
    }
    if is_in("content-language dc.language og:locale", &name) && card.language.is_empty() {
        card.language.clone_from(&content);
    }
    let row = META.iter().find(|(names, _)| is_in(names, &name));
    if let Some((_, attribute)) = row.filter(|(_, own)| *own != "author" || !content.starts_with("http")) {
        card.put(attribute, &content);
    }
}

impl Pour<'_> {
    fn words(&mut self, words: &str) {
        match self.skipped {
            Some(_) => {}
            None if self.in_title => self.title.push_str(words),
            None if self.n_pre > 0 => self.prose.exact(words),
            None => self.prose.words(words),
        }
    }

    fn start(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        for (_, ended, until) in ENDED.iter().filter(|(names, ..)| is_in(names, &name)) {
            let near = self.open.iter().enumerate().rev().take(64);
            let place =
                near.take_while(|(_, open)| !is_in(until, &open.name)).find(|(_, open)| is_in(ended, &open.name));
            if let Some(at) = place.map(|(at, _)| at) {
                self.close_down_to(at);
            }
        }
        let is_empty = tag.self_closing || is_in(VOID, &name);
        if self.open.len() >= MAX_OPEN && !is_empty {
            return;
        }
        if self.skipped.is_none() && self.is_skipped(&name, tag) && !is_empty {
            self.skipped = Some(self.open.len());
        }
        let mut open = Open { name, close: |_| {} };
        if self.skipped.is_none() {
            open.close = self.begin(&open.name, tag);
        }
        if !is_empty {
            self.open.push(open);
        } else if self.skipped.is_none() {
            (open.close)(self);
        }
    }

    /// Whether what stands in an element is no part of the text; counts it.
    fn is_skipped(&mut self, name: &str, tag: &StartTag<()>) -> bool {
        let role = value(tag, "role").unwrap_or_default();
        let style = value(tag, "style").unwrap_or_default().replace(' ', "").to_lowercase();
        let loss = match SKIPPED.iter().find(|(names, _)| is_in(names, name)) {
            Some((_, loss)) => *loss,
            None if role == "navigation" => Some(Loss::Navigation),
            None if tag.attributes.contains_key(&b"hidden"[..]) || style.contains("display:none") => Some(Loss::Hidden),
            None => return false,
        };
        if let Some(loss) = loss {
            self.prose.losses.one(loss);
        }
        true
    }

    /// Does what an element's beginning does; returns what its end does.
    fn begin(&mut self, name: &str, tag: &StartTag<()>) -> fn(&mut Pour<'_>) {
        if is_in("html body", name) && self.card.language.is_empty() {
            self.card.language = ["lang", "xml:lang"].iter().find_map(|kind| value(tag, kind)).unwrap_or_default();
        }
        let kind = value(tag, "epub:type").unwrap_or_default() + &value(tag, "role").unwrap_or_default();
        if kind.contains("pagebreak") {
            let label = ["title", "aria-label"].iter().find_map(|kind| value(tag, kind));
            self.prose.mark(Kind::Page, label.unwrap_or_default().trim());
        }
        if let "table" | "tr" | "td" | "th" = name {
            return self.begin_in_table(name);
        }
        let Some(role) = ROLES.iter().find(|role| is_in(role.names, name)) else { return |_| {} };
        (role.open)(self, tag);
        role.close
    }

    /// Does what the beginning of a table or a part of one does.
    fn begin_in_table(&mut self, name: &str) -> fn(&mut Pour<'_>) {
        if name == "table" {
            let is_layout = self.layout.contains(&self.n_tables);
            self.n_tables += 1;
            self.grids.push(Grid { is_layout, has_cell: false });
            if is_layout {
                self.prose.paragraph();
            } else {
                self.prose.begin_table();
            }
            return |pour| match pour.grids.pop() {
                Some(Grid { is_layout: false, .. }) => pour.prose.end_table(),
                _ => pour.prose.paragraph(),
            };
        }
        match self.grids.last_mut() {
            Some(grid) if !grid.is_layout => {
                if name == "tr" {
                    self.prose.row();
                } else if grid.has_cell {
                    self.prose.cell();
                }
                grid.has_cell = name != "tr";
                |_| {}
            }
            _ => {
                self.prose.paragraph();
                |pour| pour.prose.paragraph()
            }
        }
    }

    /// Ends an element and those in it that are open still; one that is not open is passed over.
    fn end(&mut self, name: &str) {
        let is_of_tables = is_in("table tr td th tbody thead tfoot caption html body", name);
        let near = self.open.iter().enumerate().rev();
        let place = near
            .take_while(|(_, open)| is_of_tables || open.name == name || !is_in("td th table", &open.name))
            .find(|(_, open)| open.name == name);
        if let Some(at) = place.map(|(at, _)| at) {
            self.close_down_to(at);
        }
    }

    fn close_down_to(&mut self, n_open: usize) {
        while self.open.len() > n_open {
            let Some(open) = self.open.pop() else { return };
            if self.skipped.is_none() {
                (open.close)(self);
            }
            if self.skipped.is_some_and(|around| self.open.len() <= around) {
                self.skipped = None;
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paper(markup: &str) -> (crate::model::study::Paper, Vec<String>) {
        let mut brought = read(&Piece::of_text("x/үй.html", markup)).unwrap();
        (brought.study.papers.remove(0), brought.told)
    }

    fn text(markup: &str) -> String {
        paper(markup).0.text.unwrap()
    }

    #[test]
    fn a_page_becomes_paragraphs_and_says_what_it_is() {
        let page = "<!DOCTYPE html><html lang=kk-KZ><head><meta charset=utf-8><title>Қаз &amp; е</title>\
                    <meta name=author content='Ә. Б.'><meta property='article:published_time' content=2012-03-01>\
                    <style>p {}</style><script>if (a<b) '<p>no'</script></head><body><nav><ul><li>Home</ul></nav>\
                    <h1>Таңба <br> сөз</h1><p>Бір <b>екі</b>&nbsp;үш<p>төрт<br>бес<!-- no --><img src=x>\
                    <ul><li>a<li>b<ol start=2><li><p>c</p></ol></ul>\
                    <pre>x\n  y</pre><noscript>no</noscript><div hidden>no</div>соңы</body></html>";
        let (paper, told) = paper(page);
        assert_eq!(
            paper.text.as_deref(),
            Some("Таңба сөз\n\nБір екі\u{a0}үш\n\nтөрт\nбес\n\n- a\n- b\n  2. c\n\nx\n  y\n\nсоңы")
        );
        assert_eq!((paper.document.id.0.as_str(), paper.document.title.as_str()), ("үй", "Қаз & е"));
        assert_eq!(paper.document.language, "kk");
        assert_eq!(paper.document.attributes["author"], "Ә. Б.");
        assert_eq!(paper.document.attributes["date"], "2012-03-01");
        assert_eq!((paper.document.landmarks[0].at, paper.document.landmarks[0].label.as_str()), (0, "Таңба сөз"));
        for lost in ["picture", "menu", "program", "hidden", "formatting"] {
            assert!(told.iter().any(|sentence| sentence.contains(lost)), "{lost}: {told:?}");
        }
    }

    #[test]
    fn tables_become_lines_and_tables_that_arrange_become_paragraphs() {
        assert_eq!(text("<table><tr><th>a<th>b<tr><td><p>1</p><td>2<br>3</table>x"), "a\tb\n1\t2 3\n\nx");
        assert_eq!(text("<table><tr><td></td><td>2</table>"), "\t2");
        assert_eq!(text("<table><tr><td><h1>a</h1><p>b<p>c<td>d</table>"), "a\n\nb\n\nc\n\nd");
        assert_eq!(text("<table><tr><td>a<table><tr><td>1<td>2</table></table>"), "a\n\n1\t2");
        assert_eq!(text("<table><tr><td>a<tr><td>b</table>"), "a\n\nb");
    }

    #[test]
    fn broken_markup_loses_no_words() {
        assert_eq!(text("<p>a</div>b<li>c</ul></p></table>d"), "ab\n- c\n\nd");
        assert_eq!(text("<div><nav>x</div>a"), "a");
        assert_eq!(text("<script/>a"), "a");
        assert_eq!(text("a &lt;b> &unknown; &#x4d9; &#0; <"), "a <b> &unknown; ә \u{fffd} <");
        assert_eq!(
            text(&("<div>".repeat(2000) + "a" + &"</div>".repeat(2000) + "b")).replace(char::is_whitespace, ""),
            "ab"
        );
    }

    #[test]
    fn the_encoding_is_what_the_page_says() {
        let page =
            b"<html><meta http-equiv='Content-Type' content='text/html; charset=windows-1251'>\xcc\xe8\xf0".to_vec();
        let brought = read(&Piece { path: "a.htm".into(), bytes: page }).unwrap();
        assert_eq!(brought.study.papers[0].text.as_deref(), Some("Мир"));
        assert!(brought.told[0].contains("windows-1251"));
        assert_eq!(charset("<meta charset = 'koi8-r'>"), Some("koi8-r"));
    }

    #[test]
    fn a_page_is_known_by_its_beginning() {
        let is = |text: &str| is_it(&Piece::of_text("x", text));
        assert!(is("\u{feff} <?xml version='1.0'?><!-- a --><HTML>") && is("\n<!DOCTYPE HTML PUBLIC>"));
        assert!(!is("a <html>") && !is("") && !is("<!--"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn no_page_makes_it_panic(parts in prop::collection::vec("<(/?(p|li|ul|ol|table|tr|td|h1|nav|pre|title|script|b|svg|br)|!--|\\?)/?>?|[aқ \n&;<>\"=]{1,4}", 0..40)) {
            let text = text(&parts.concat());
            prop_assert!(text.trim_end() == text && !text.contains("\n\n\n"));
        }
    }
}
