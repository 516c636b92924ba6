//! A plain text in the making: paragraphs, list items and rows of tables, and what stood where.

use std::collections::BTreeMap;
use std::fmt;

use crate::formats::bundle::{Brought, Piece};
use crate::formats::losses::{Loss, Losses};
use crate::formats::tongue;
use crate::model::document::{Document, DocumentId};
use crate::model::landmark::{Kind, Landmark};
use crate::model::study::{Paper, Study};
use crate::say;
use crate::text::language;
use crate::text::span::slice;
use crate::text::width::{flat, printable};

/// Values of attributes are cut behind so many code points: a value is a name, a date, a sentence.
const MAX_VALUE: usize = 500;

/// What parts the letters before from the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Gap {
    #[default]
    Nothing,
    Line,
    Paragraph,
}

/// What the next words stand in.
#[derive(Debug, Clone, Default)]
struct Shape {
    /// How many tables are open.
    cells: usize,
    /// The open lists, each with the number of its next item, where items are numbered.
    lists: Vec<Option<u64>>,
    /// Whether blanks at the beginning of lines are kept.
    is_indented: bool,
}

/// A heading on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Heading {
    /// There is none.
    #[default]
    Closed,
    /// It has no letter yet.
    Begun,
    /// Its first letter stands there, in bytes and code points.
    Written(usize, usize),
}

/// Where things stood.
#[derive(Debug, Clone, Default)]
struct Marks {
    /// Those whose place is that of the next letter.
    waiting: Vec<(Kind, String)>,
    /// Those whose place is known.
    placed: Vec<Landmark>,
    /// The open heading.
    heading: Heading,
}

/// A plain text in the making. Lines end without blanks, at most one blank line stands between two paragraphs, none at the
/// text's ends, and it has no control character but line ends and tabs.
#[derive(Clone, Default)]
pub struct Prose {
    text: String,
    /// Code points in it.
    length: usize,
    gap: Gap,
    /// Cells that ended since the last letter.
    tabs: usize,
    /// Blanks since the last letter.
    blanks: String,
    /// What stands before the next letter: the sign of a list's item.
    lead: String,
    marks: Marks,
    shape: Shape,
    /// What it could not hold.
    pub losses: Losses,
}

impl fmt::Debug for Prose {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prose({} code points)", self.length)
    }
}

impl Prose {
    /// Adds words in which each stretch of ASCII blanks and line ends is one blank, as in HTML.
    pub fn words(&mut self, text: &str) {
        for c in text.chars() {
            if !c.is_ascii_whitespace() {
                self.letter(c);
            } else if !self.blanks.ends_with(' ') {
                self.blanks.push(' ');
            }
        }
    }

    /// Adds words as they stand, with their line ends and all blanks but those at the ends of lines.
    pub fn exact(&mut self, text: &str) {
        let mut letters = text.chars().peekable();
        while let Some(c) = letters.next() {
            match c {
                '\r' if letters.peek() == Some(&'\n') => {}
                '\n' | '\r' => self.line_break(),
                c => self.letter(c),
            }
        }
    }

    fn letter(&mut self, c: char) {
        match c {
            '\u{85}' | '\u{2028}' => self.line_break(),
            '\u{2029}' => self.paragraph(),
            '\t' if self.shape.cells > 0 => self.blanks.push(' '),
            c if c == '\t' || (c.is_whitespace() && !c.is_control()) => self.blanks.push(c),
            // Marks of where a word may be parted are no letters, and would hide the word from a search.
            '\u{ad}' | '\u{feff}' => {}
            '\u{fffc}' | '\u{e000}'..='\u{f8ff}' | '\u{fffe}' | '\u{ffff}' => self.losses.one(Loss::Letter),
            c if c.is_control() => self.losses.one(Loss::Letter),
            c => {
                self.settle();
                self.push(c);
            }
        }
    }

    /// Writes what stands between the last letter and the next.
    fn settle(&mut self) {
        let is_same_line = self.gap == Gap::Nothing && !self.text.is_empty() && self.lead.is_empty();
        let (blanks, tabs) = (std::mem::take(&mut self.blanks), "\t".repeat(self.tabs));
        if is_same_line {
            self.push_all(if self.tabs > 0 { &tabs } else { &blanks });
            self.place_marks();
        } else {
            if !self.text.is_empty() {
                self.push_all(if self.gap == Gap::Paragraph { "\n\n" } else { "\n" });
            }
            self.place_marks();
            let lead = std::mem::take(&mut self.lead);
            let indent = if self.shape.is_indented { blanks.as_str() } else { "" };
            for part in [&lead, &tabs, indent] {
                self.push_all(part);
            }
        }
        (self.gap, self.tabs) = (Gap::Nothing, 0);
        if self.marks.heading == Heading::Begun {
            self.marks.heading = Heading::Written(self.text.len(), self.length);
        }
    }

    fn push_all(&mut self, text: &str) {
        text.chars().for_each(|c| self.push(c));
    }

    fn place_marks(&mut self) {
        let at = self.length;
        let waiting = std::mem::take(&mut self.marks.waiting);
        self.marks.placed.extend(waiting.into_iter().map(|(kind, label)| Landmark { at, kind, label }));
    }

    fn push(&mut self, c: char) {
        self.text.push(c);
        self.length += 1;
    }

    /// Whether lines can't end here: in a cell, in a heading.
    fn is_one_line(&self) -> bool {
        self.shape.cells > 0 || self.marks.heading != Heading::Closed
    }

    fn part(&mut self, gap: Gap) {
        if self.is_one_line() {
            if !self.blanks.ends_with(' ') {
                self.blanks.push(' ');
            }
        } else {
            self.gap = self.gap.max(gap);
            self.blanks.clear();
        }
    }

    /// Ends the line; twice in a row, the paragraph.
    pub fn line_break(&mut self) {
        self.part(if self.gap == Gap::Line { Gap::Paragraph } else { Gap::Line });
    }

    /// Ends the line, if it has begun.
    pub fn line(&mut self) {
        self.part(Gap::Line);
    }

    /// Ends the paragraph; in a list, the line.
    pub fn paragraph(&mut self) {
        self.part(if self.shape.lists.is_empty() { Gap::Paragraph } else { Gap::Line });
    }

    /// Begins a heading, whose words become a landmark.
    pub fn begin_heading(&mut self) {
        self.paragraph();
        if self.marks.heading == Heading::Closed {
            self.marks.heading = Heading::Begun;
        }
    }

    /// Ends a heading.
    pub fn end_heading(&mut self) {
        if let Heading::Written(start, at) = std::mem::take(&mut self.marks.heading) {
            let label = flat(slice(&self.text, start, self.text.len()));
            self.marks.placed.push(Landmark { at, kind: Kind::Heading, label });
        }
        self.paragraph();
    }

    /// Begins a list, whose items are numbered from there on or marked with a hyphen.
    pub fn begin_list(&mut self, first: Option<u64>) {
        self.paragraph();
        self.shape.lists.push(first);
    }

    /// Begins an item of the innermost list; outside of a list, of one that has no end.
    pub fn item(&mut self) {
        self.line();
        let depth = self.shape.lists.len().clamp(1, 9) - 1;
        let sign = match self.shape.lists.last_mut() {
            Some(Some(number)) => {
                let sign = format!("{number}. ");
                *number = number.saturating_add(1);
                sign
            }
            _ => "- ".to_owned(),
        };
        if self.shape.cells == 0 {
            self.lead = "  ".repeat(depth) + &sign;
        }
    }

    /// Ends the innermost list.
    pub fn end_list(&mut self) {
        self.shape.lists.pop();
        self.lead.clear();
        self.paragraph();
    }

    /// Begins an item by its own sign, at a depth from 0, in formats whose lists are paragraphs.
    pub fn item_with(&mut self, sign: &str, depth: usize) {
        if self.shape.cells == 0 {
            self.line();
            self.lead = "  ".repeat(depth.min(9)) + sign;
        }
    }

    /// Begins a table; in a table, it only parts words.
    pub fn begin_table(&mut self) {
        self.paragraph();
        self.shape.cells += 1;
        if self.shape.cells == 1 {
            self.losses.one(Loss::Table);
        }
    }

    /// Begins a row, each of its cells but the first with [`Prose::cell`].
    pub fn row(&mut self) {
        if self.shape.cells == 1 {
            self.gap = self.gap.max(Gap::Line);
            self.tabs = 0;
            self.blanks.clear();
        }
    }

    /// Begins a cell that is not its row's first.
    pub fn cell(&mut self) {
        if self.shape.cells == 1 {
            self.tabs += 1;
            self.blanks.clear();
        } else {
            self.line();
        }
    }

    /// Ends a table.
    pub fn end_table(&mut self) {
        self.row();
        self.shape.cells = self.shape.cells.saturating_sub(1);
        self.paragraph();
    }

    /// Whether blanks at the beginning of lines are kept from here on.
    pub fn indent(&mut self, is_kept: bool) {
        self.shape.is_indented = is_kept;
    }

    /// Says that something stands where the next letter will.
    pub fn mark(&mut self, kind: Kind, label: impl Into<String>) {
        self.marks.waiting.push((kind, label.into()));
    }

    /// Whether something of a kind stands where the next letter will.
    pub fn is_marked(&self, kind: Kind) -> bool {
        self.marks.waiting.iter().any(|(own, _)| *own == kind)
    }

    /// Whether it has no letter yet.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether its last letters are these, and no line ends behind them.
    pub fn ends_with(&self, letters: &str) -> bool {
        self.gap == Gap::Nothing && self.text.ends_with(letters)
    }

    /// How many headings there are by now.
    pub fn n_headings(&self) -> usize {
        self.marks.placed.iter().filter(|mark| mark.kind == Kind::Heading).count()
    }

    /// The text and what stood where.
    pub fn finish(mut self) -> (String, Vec<Landmark>, Losses) {
        self.marks.placed.sort();
        self.marks.placed.dedup();
        (self.text, self.marks.placed, self.losses)
    }
}

/// What a file says of its document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// The title; empty for none.
    pub title: String,
    /// The language as it is written: `kk-KZ`; empty for none.
    pub language: String,
    /// Author, date and the like.
    pub attributes: BTreeMap<String, String>,
}

impl Card {
    /// Adds a value, behind those that the attribute has.
    pub fn put(&mut self, name: &str, value: &str) {
        let value: String = flat(value).chars().filter(|c| !c.is_control()).take(MAX_VALUE).collect();
        if value.is_empty() || name.is_empty() {
            return;
        }
        let own = self.attributes.entry(name.to_owned()).or_default();
        let is_known = own.split("; ").any(|known| known == value);
        if !is_known && own.chars().count() < MAX_VALUE {
            *own = if own.is_empty() { value } else { format!("{own}; {value}") };
        }
    }

    /// The paper of a text, called by an id.
    pub fn paper(self, id: &str, text: String, landmarks: Vec<Landmark>) -> Paper {
        let document = Document {
            id: DocumentId(id.to_owned()),
            title: flat(&self.title).chars().filter(|c| !c.is_control()).take(MAX_VALUE).collect(),
            language: tongue::letters(&self.language),
            length: text.chars().count(),
            attributes: self.attributes,
            landmarks,
            ..Document::default()
        };
        Paper { document, text: Some(text) }
    }
}

/// Letters from which on a language is seen in a text.
const ENOUGH_LETTERS: usize = 200;

/// Code points in which a language is looked for.
const SAMPLE: usize = 50_000;

/// The language of a text that is said to be in one: templates and word processors say what their maker spoke, so that between
/// English, Kazakh and Russian the letters decide; told where they contradict.
fn seen_language(said: &str, text: &str, path: &str, told: &mut Vec<String>) -> String {
    let sample: String = text.chars().take(SAMPLE).collect();
    let is_enough = sample.chars().filter(|c| c.is_alphabetic()).nth(ENOUGH_LETTERS).is_some();
    match language::guess(&sample).filter(|_| is_enough && matches!(said, "en" | "kk" | "ru")) {
        Some(seen) if seen != said => {
            let path = printable(path);
            told.push(say!(
                "{path}: it says that its language is {said}; its letters say {seen}, which is taken",
                path,
                said,
                seen
            ));
            seen.to_owned()
        }
        _ => said.to_owned(),
    }
}

/// What was read of a file that is one document; `told` is what to tell beside what the text could not hold.
pub fn brought(piece: &Piece, prose: Prose, card: Card, mut told: Vec<String>) -> Brought {
    let (text, landmarks, losses) = prose.finish();
    told.extend(losses.told(&piece.path));
    let mut card = card;
    card.language = seen_language(&tongue::letters(&card.language), &text, &piece.path, &mut told);
    let papers = vec![card.paper(piece.stem(), text, landmarks)];
    Brought { study: Study { papers, ..Study::default() }, told, ..Brought::default() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paragraphs_lists_and_tables_become_lines() {
        let mut prose = Prose::default();
        prose.begin_heading();
        prose.words(" Бірінші\n");
        prose.line_break();
        prose.words("бөлім ");
        prose.end_heading();
        prose.words("a  \n b\u{7}");
        prose.line_break();
        prose.words(" c");
        prose.begin_list(None);
        prose.item();
        prose.words("x");
        prose.begin_list(Some(3));
        prose.item();
        prose.paragraph();
        prose.words("y");
        prose.end_list();
        prose.item();
        prose.end_list();
        prose.begin_table();
        for row in [["1", ""], ["", "2"]] {
            prose.row();
            for (at, cell) in row.iter().enumerate() {
                if at > 0 {
                    prose.cell();
                }
                prose.paragraph();
                prose.words(cell);
                prose.paragraph();
            }
        }
        prose.end_table();
        prose.mark(Kind::Page, "2");
        prose.words("👍e\u{301}");
        let (text, landmarks, losses) = prose.finish();
        assert_eq!(text, "Бірінші бөлім\n\na b\nc\n\n- x\n  3. y\n\n1\n\t2\n\n👍e\u{301}");
        let page = text.chars().position(|c| c == '👍').unwrap();
        let landmark = |at, kind, label: &str| Landmark { at, kind, label: label.into() };
        assert_eq!(landmarks, [landmark(0, Kind::Heading, "Бірінші бөлім"), landmark(page, Kind::Page, "2")]);
        assert_eq!((losses.of(Loss::Letter), losses.of(Loss::Table)), (1, 1));
    }

    #[test]
    fn a_language_that_the_letters_contradict_is_not_believed() {
        let mut told = Vec::new();
        let kazakh = "Қазақстан үкіметі бірден екі сабақ алды: азаматтармен онлайн сөйлесетін болды. ".repeat(5);
        assert_eq!(seen_language("en", &kazakh, "a", &mut told), "kk");
        assert_eq!(
            (seen_language("de", &kazakh, "a", &mut told), seen_language("kk", &kazakh, "a", &mut told)),
            ("de".into(), "kk".into())
        );
        assert_eq!(seen_language("en", "сөз", "a", &mut told), "en");
        assert_eq!(told.len(), 1);
    }

    #[test]
    fn values_of_an_attribute_are_gathered_once_each() {
        let mut card = Card::default();
        for value in ["A.\nБ", "C", "A. Б", " "] {
            card.put("author", value);
        }
        assert_eq!(card.attributes["author"], "A. Б; C");
    }

    proptest! {
        #[test]
        fn whatever_is_poured_in_is_plain(steps in prop::collection::vec((0u8..16, "[ a\n\r\tқ\u{301}👍\u{a0}\u{7}\u{2029}]{0,6}"), 0..40)) {
            let mut prose = Prose::default();
            for (step, words) in steps {
                match step {
                    0 => prose.paragraph(),
                    1 => prose.line_break(),
                    2 => prose.begin_heading(),
                    3 => prose.end_heading(),
                    4 => prose.begin_list(Some(1)),
                    5 => prose.item(),
                    6 => prose.end_list(),
                    7 => prose.begin_table(),
                    8 => prose.row(),
                    9 => prose.cell(),
                    10 => prose.end_table(),
                    11 => prose.mark(Kind::Page, "1"),
                    12 => prose.exact(&words),
                    _ => prose.words(&words),
                }
            }
            let (text, landmarks, _) = prose.finish();
            prop_assert!(text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'));
            prop_assert!(!text.contains("\n\n\n") && !text.starts_with('\n') && !text.ends_with(char::is_whitespace));
            prop_assert!(text.lines().all(|line| line.trim_end() == line));
            prop_assert!(landmarks.iter().all(|landmark| landmark.at < text.chars().count()));
        }
    }
}
