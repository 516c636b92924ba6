//! Archives of XML parts, as word processors and makers of books write them.

use std::collections::BTreeMap;

use crate::formats::archive;
use crate::formats::bundle::{Piece, Refused};
use crate::formats::prose::Card;
use crate::formats::tongue;
use crate::formats::xml::{self, Element};
use crate::say;
use crate::text::width::printable;

/// Where an archive lists its files: at its end, in so many bytes.
const LIST_BYTES: usize = 1 << 20;

/// Whether an archive has a file of that name, by its list.
pub fn has(piece: &Piece, name: &str) -> bool {
    let from = piece.bytes.len().saturating_sub(LIST_BYTES);
    let list = piece.bytes.get(from..).unwrap_or_default();
    archive::is_archive(&piece.bytes) && list.windows(name.len()).any(|window| window == name.as_bytes())
}

/// The parts of an archive.
pub struct Package {
    path: String,
    parts: BTreeMap<String, Piece>,
}

impl Package {
    /// Unpacks the parts that are wanted. Fails as [`archive::unpack`] does.
    pub fn open(piece: &Piece, wanted: &dyn Fn(&str) -> bool) -> Result<Self, Refused> {
        let parts = archive::unpack(piece, wanted)?;
        let path = printable(&piece.path);
        Ok(Self { path, parts: parts.into_iter().map(|part| (part.path.clone(), part)).collect() })
    }

    /// The text of a part, where it is there. Fails where it is no UTF-8.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Refused> {
        self.parts.get(name).map(Piece::text).transpose().map_err(|refused| self.refused(name, refused.why))
    }

    /// The tree of a part, where it is there. Fails where it is no XML.
    pub fn tree(&self, name: &str) -> Result<Option<Element>, Refused> {
        let place = format!("{}/{}", self.path, printable(name));
        self.text(name)?.map(|text| xml::read(text, &place)).transpose()
    }

    /// The tree of a part that may be missing or damaged without harm to the text: then it is told, and empty.
    pub fn aside(&self, name: &str, told: &mut Vec<String>) -> Element {
        self.tree(name)
            .unwrap_or_else(|refused| {
                told.push(say!("{what}; what it says is left out", what = refused));
                None
            })
            .unwrap_or_default()
    }

    /// The tree of a part without which there is no text.
    pub fn needed(&self, name: &str) -> Result<Element, Refused> {
        self.tree(name)?.ok_or_else(|| self.refused(name, say!("the archive lacks this part; the file is damaged")))
    }

    fn refused(&self, name: &str, why: impl Into<String>) -> Refused {
        Refused::at(&format!("{}/{}", self.path, printable(name)), why)
    }

    /// The names of its parts.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }
}

/// What elements of a file's own description are called here. Source: Dublin Core, and the properties of ODF and OOXML.
const CARD: [(&str, &str); 12] = [
    ("creator", "author"),
    ("initial-creator", "author"),
    ("date", "date"),
    ("created", "date"),
    ("creation-date", "date"),
    ("publisher", "publisher"),
    ("subject", "subject"),
    ("keyword", "keywords"),
    ("keywords", "keywords"),
    ("identifier", "identifier"),
    ("source", "source"),
    ("rights", "rights"),
];

/// Puts what a file's own description says onto a card: title and language where it has none yet, and attributes. Of several
/// dates the first in the order of the table counts.
pub fn describe<'a>(elements: impl Iterator<Item = &'a Element>, card: &mut Card) {
    for element in elements {
        let text = element.text();
        let own = |field: &mut String| {
            if field.is_empty() {
                text.trim().clone_into(field);
            }
        };
        match element.name.as_str() {
            "title" => own(&mut card.title),
            "language" => own(&mut card.language),
            name => {
                let row = CARD.iter().find(|(known, _)| *known == name);
                if let Some((_, attribute)) =
                    row.filter(|(_, own)| *own != "date" || !card.attributes.contains_key("date"))
                {
                    card.put(attribute, &text);
                }
            }
        }
    }
}

/// How many letters are in which language.
#[derive(Default)]
pub struct Votes(BTreeMap<String, usize>);

impl Votes {
    /// Counts letters that are said to be in a language: `kk-KZ`; empty for nobody says.
    pub fn add(&mut self, language: &str, words: &str) {
        let n = words.chars().filter(|c| c.is_alphabetic()).count();
        let letters = tongue::letters(language);
        if n > 0 {
            *self.0.entry(letters).or_default() += n;
        }
    }

    /// The language of most letters; empty where most are in none.
    pub fn most(&self) -> String {
        let most = self.0.iter().max_by_key(|(language, n)| (**n, std::cmp::Reverse((*language).clone())));
        most.map(|(language, _)| language.clone()).unwrap_or_default()
    }
}
