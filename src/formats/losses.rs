//! What a file has that a plain text can't hold, counted as it is read.

use std::collections::BTreeMap;

use crate::count;
use crate::text::width::printable;

/// A kind of thing that is lost or changed on the way to a plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// A picture, a drawing, a chart.
    Picture,
    /// A film, a sound, a foreign object.
    Medium,
    /// A table: its words are kept.
    Table,
    /// A footnote or an endnote: it is kept at the end.
    Note,
    /// A remark of an editor.
    Comment,
    /// Words that were deleted with changes tracked.
    Deletion,
    /// Words that were inserted with changes tracked: they are kept.
    Insertion,
    /// Words that are not shown.
    Hidden,
    /// Bold, italics and the like.
    Formatting,
    /// The address of a link: its words are kept.
    Address,
    /// A program or a style sheet.
    Script,
    /// Menus and tables of contents.
    Navigation,
    /// Fields to fill in.
    Form,
    /// Heads and feet that stand on every page.
    Furniture,
    /// Control characters and signs of private fonts.
    Letter,
}

/// How many of each kind were lost.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Losses(BTreeMap<Loss, usize>);

impl Losses {
    /// Counts one.
    pub fn one(&mut self, loss: Loss) {
        self.many(loss, 1);
    }

    /// Counts several.
    pub fn many(&mut self, loss: Loss, n: usize) {
        if n > 0 {
            *self.0.entry(loss).or_default() += n;
        }
    }

    /// How many there were.
    pub fn of(&self, loss: Loss) -> usize {
        self.0.get(&loss).copied().unwrap_or(0)
    }

    /// All of them, with their numbers.
    pub fn all(&self) -> Vec<(Loss, usize)> {
        self.0.iter().map(|(loss, n)| (*loss, *n)).collect()
    }

    /// A sentence a kind, with the file they were in.
    pub fn told(&self, path: &str) -> Vec<String> {
        let path = printable(path);
        self.0.iter().map(|(loss, n)| format!("{path}: {}", sentence(*loss, *n))).collect()
    }
}

fn sentence(loss: Loss, n: usize) -> String {
    let row = SENTENCES.iter().find(|(own, _)| *own == loss);
    row.map(|(_, say)| say(n)).unwrap_or_default()
}

/// What is told of each kind.
type Sentence = (Loss, fn(usize) -> String);

const SENTENCES: [Sentence; 15] = [
    (Loss::Picture, |n| count!(n, "{n} picture left out", "{n} pictures left out")),
    (Loss::Medium, |n| count!(n, "{n} film, sound or object left out", "{n} films, sounds or objects left out")),
    (Loss::Table, |n| {
        count!(
            n,
            "{n} table became lines, its cells parted by tabs",
            "{n} tables became lines, their cells parted by tabs"
        )
    }),
    (Loss::Note, |n| count!(n, "{n} note stands at the end of the text", "{n} notes stand at the end of the text")),
    (Loss::Comment, |n| count!(n, "{n} comment left out", "{n} comments left out")),
    (Loss::Deletion, |n| {
        count!(n, "{n} tracked deletion: its words are left out", "{n} tracked deletions: their words are left out")
    }),
    (Loss::Insertion, |n| {
        count!(n, "{n} tracked insertion: its words are kept", "{n} tracked insertions: their words are kept")
    }),
    (Loss::Hidden, |n| count!(n, "{n} hidden part left out", "{n} hidden parts left out")),
    (Loss::Formatting, |n| {
        count!(
            n,
            "the formatting of {n} stretch of words left out",
            "the formatting of {n} stretches of words left out"
        )
    }),
    (Loss::Address, |n| {
        count!(
            n,
            "{n} link: its words are kept, its address is not",
            "{n} links: their words are kept, their addresses are not"
        )
    }),
    (Loss::Script, |n| count!(n, "{n} program or style sheet left out", "{n} programs or style sheets left out")),
    (Loss::Navigation, |n| {
        count!(n, "{n} menu or table of contents left out", "{n} menus or tables of contents left out")
    }),
    (Loss::Form, |n| count!(n, "{n} field to fill in left out", "{n} fields to fill in left out")),
    (Loss::Furniture, |n| count!(n, "{n} head or foot of pages left out", "{n} heads or feet of pages left out")),
    (Loss::Letter, |n| {
        count!(n, "{n} character without a letter left out", "{n} characters without a letter left out")
    }),
];

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_sentence() {
        let mut losses = Losses::default();
        for (loss, _) in SENTENCES {
            losses.many(loss, 2);
        }
        losses.many(Loss::Table, 0);
        let told = losses.told("a\u{1b}.html");
        assert_eq!(told.len(), SENTENCES.len());
        assert!(told.iter().all(|sentence| sentence.starts_with("a␛.html: ") && sentence.contains('2')), "{told:?}");
        assert_eq!((losses.of(Loss::Picture), losses.of(Loss::Letter)), (2, 2));
    }
}
