//! XML as a tree, read without anything that it could fetch or blow up, and the escaping to write it.

use quick_xml::Reader;
use quick_xml::errors::Error;
use quick_xml::events::{BytesStart, Event};

use crate::formats::bundle::Refused;
use crate::say;
use crate::text::span::slice;

/// How deep elements may stand in one another: the deepest codebooks have ten floors, and a tree is walked by recursion.
const MAX_DEPTH: usize = 200;

/// Elements and texts at most: 100,000 annotations take a million.
const MAX_NODES: usize = 20_000_000;

/// An element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Its name without the prefix of its namespace.
    pub name: String,
    /// The prefix; empty for none.
    pub prefix: String,
    /// Its attributes, each with its whole name as it is written: `xml:lang`.
    pub attributes: Vec<(String, String)>,
    /// What stands in it, in order.
    pub content: Vec<Content>,
    /// The line in which it begins, from 1.
    pub line: usize,
}

/// What stands in an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Another one.
    Element(Element),
    /// Words, with entities resolved.
    Text(String),
}

impl Element {
    /// An attribute by its name without prefix, capitals aside: real programs write both.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let is_it = |own: &str| own.rsplit(':').next().unwrap_or(own).eq_ignore_ascii_case(name);
        self.attributes.iter().find(|(own, _)| is_it(own)).map(|(_, value)| value.as_str())
    }

    /// The elements in it.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.content.iter().filter_map(|content| match content {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    /// The elements of a name in it.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |element| element.name == name)
    }

    /// The first element of a name in it.
    pub fn first(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.name == name)
    }

    /// All words in it, at any depth.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.gather(&mut text);
        text
    }

    fn gather(&self, text: &mut String) {
        for content in &self.content {
            match content {
                Content::Element(element) => element.gather(text),
                Content::Text(own) => text.push_str(own),
            }
        }
    }
}

/// Reads a document's root element; `place` is what to call the file. Fails, with the line, on what is no XML, and on what only
/// hostile XML has: entities of its own, and elements 200 deep.
pub fn read(text: &str, place: &str) -> Result<Element, Refused> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::from_str(text);
    let mut lines = Lines { text, read: 0, line: 1 };
    let mut open: Vec<Element> = Vec::new();
    let mut n_nodes = 0;
    loop {
        let event = reader.read_event();
        let line = lines.at(reader.buffer_position() as usize);
        let refuse = |why: String| Refused::at_line(place, line, why);
        n_nodes += 1;
        if n_nodes > MAX_NODES || open.len() > MAX_DEPTH {
            return Err(refuse(say!("more elements, or deeper in one another, than any program writes").into()));
        }
        let done = match event.map_err(|error| refuse(reason(&error)))? {
            Event::Start(start) => {
                open.push(element(&start, line).map_err(refuse)?);
                None
            }
            Event::Empty(start) => Some(element(&start, line).map_err(refuse)?),
            Event::End(_) => open.pop(),
            Event::Text(words) => {
                put(&mut open, &words.xml10_content());
                None
            }
            Event::CData(words) => {
                put(&mut open, &words.xml10_content());
                None
            }
            Event::GeneralRef(reference) => {
                let letter = match reference.resolve_char_ref() {
                    Ok(Some(letter)) => Some(letter),
                    Ok(None) => predefined(&reference),
                    Err(_) => None,
                };
                put(&mut open, letter.ok_or_else(|| refuse(unknown_entity()))?.encode_utf8(&mut [0; 4]));
                None
            }
            Event::DocType(kind) if kind.contains(['[']) => {
                return Err(refuse(unknown_entity()));
            }
            Event::Eof => {
                return Err(refuse(say!("the XML ends before it is closed; the file is cut short").into()));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => None,
        };
        if let Some(done) = done {
            match open.last_mut() {
                Some(parent) => parent.content.push(Content::Element(done)),
                None => return Ok(done),
            }
        }
    }
}

/// Counts lines as reading goes on.
struct Lines<'a> {
    text: &'a str,
    read: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, offset: usize) -> usize {
        self.line += slice(self.text, self.read, offset).matches('\n').count();
        self.read = self.read.max(offset);
        self.line
    }
}

fn put(open: &mut [Element], words: &str) {
    let Some(parent) = open.last_mut() else { return };
    if let Some(Content::Text(text)) = parent.content.last_mut() {
        text.push_str(words);
    } else if !words.is_empty() {
        parent.content.push(Content::Text(words.to_owned()));
    }
}

fn element(start: &BytesStart<'_>, line: usize) -> Result<Element, String> {
    let whole = start.name();
    let name = start.local_name();
    let prefix = whole.prefix().map_or("", |prefix| prefix.into_inner());
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute =
            attribute.map_err(|_| say!("this is no XML: an attribute stands there twice, or without quotes"))?;
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).map_err(|_| unknown_entity())?;
        attributes.push((attribute.key.into_inner().to_owned(), value.into_owned()));
    }
    Ok(Element { name: name.into_inner().to_owned(), prefix: prefix.to_owned(), attributes, content: Vec::new(), line })
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

fn unknown_entity() -> String {
    say!("it has entities of its own, which are not read: they may stand for anything, of any length").into()
}

fn reason(error: &Error) -> String {
    match error {
        Error::Encoding(_) => say!("it is not encoded in UTF-8").into(),
        Error::Syntax(_) => say!("the XML ends before it is closed; the file is cut short").into(),
        _ => say!("this is no XML: what is opened and what is closed do not fit together").into(),
    }
}

/// Text as it may stand in an element or an attribute: nothing of it is markup, line ends and tabs stay what they are, and
/// characters that XML forbids become U+FFFD, one for one.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' => safe.push_str("&#10;"),
            '\r' => safe.push_str("&#13;"),
            '\t' => safe.push_str("&#9;"),
            c if is_forbidden(c) => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// Whether XML 1.0 has no way to write a character. Source: XML 1.0, 2.2.
pub fn is_forbidden(c: char) -> bool {
    (c < ' ' && !matches!(c, '\n' | '\r' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn why(text: &str) -> String {
        read(text, "x.xml").unwrap_err().to_string()
    }

    #[test]
    fn a_tree_is_read_in_order() {
        let root = read("<?xml version='1.0'?>\n<a:r xml:lang='kk'>м<b/><![CDATA[<]]>&amp;&#x4D9;<b>x</b></a:r>", "x")
            .unwrap();
        assert_eq!((root.name.as_str(), root.prefix.as_str(), root.attribute("LANG")), ("r", "a", Some("kk")));
        assert_eq!(root.text(), "м<&әx");
        assert_eq!(root.all("b").count(), 2);
        assert_eq!(root.line, 2);
    }

    #[test]
    fn hostile_xml_is_refused_with_its_line() {
        assert!(why("<!DOCTYPE a [<!ENTITY b \"c\">]>\n<a>&b;</a>").contains("entities"));
        assert!(why("<a>\n&b;</a>").contains("line 2"));
        assert!(why("<a b='&c;'/>").contains("entities"));
        assert!(why(&"<a>".repeat(100_000)).contains("deeper"));
        assert!(why("<a><b></a>").contains("fit together"));
        assert!(why("<a><b>").contains("cut short"));
        assert!(why("<a ").contains("cut short"));
        assert!(why("").contains("cut short"));
        assert!(why("words").contains("cut short"));
    }

    proptest! {
        #[test]
        fn what_is_escaped_comes_back(text in "[ -~аəқ\n\r\t👍\u{301}]{0,40}") {
            let root = read(&format!("<a b=\"{0}\">{0}</a>", escaped(&text)), "x").unwrap();
            prop_assert_eq!(root.text(), text.clone());
            prop_assert_eq!(root.attribute("b"), Some(text.as_str()));
        }

        #[test]
        fn nothing_makes_it_panic(text in "[<>/a&;!\\[\\]'\"= \n-]{0,60}") {
            let _ = read(&text, "x");
        }
    }
}
