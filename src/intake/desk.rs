//! A document of a file beside the same one here: where its passages stand now.

use std::cell::OnceCell;

use crate::model::annotation::Annotation;
use crate::say;
use crate::text::anchor::{Quote, quote_of};
use crate::text::carry::{Carried, Carry};
use crate::text::ruler::Ruler;
use crate::text::seek::{LEAST_CONFIDENCE, Seek};
use crate::text::span::CodePoints;

/// Below this confidence, in percent, a place is to be looked at by a person.
pub const SURE: u8 = 90;

/// Where a passage of the file stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The passage, on whole letters.
    pub range: CodePoints,
    /// How sure that is, in percent.
    pub confidence: u8,
    /// Whether it was widened, since it cut a letter from its marks.
    pub was_cut: bool,
}

/// A document of a file beside the same one here.
pub struct Desk<'a> {
    /// The file's text, where it has one and it is not the one here.
    file: Option<&'a Ruler<'a>>,
    here: &'a Ruler<'a>,
    seek: Seek<'a>,
    carry: OnceCell<Carry>,
}

impl<'a> Desk<'a> {
    /// Lays the file's text, where it has one, beside the one here.
    pub fn new(file: Option<&'a Ruler<'a>>, here: &'a Ruler<'a>) -> Self {
        let file = file.filter(|file| file.text() != here.text());
        Self { file, here, seek: Seek::new(here), carry: OnceCell::new() }
    }

    /// The words of a passage as the file has them: its quote, or what stands at its place.
    pub fn words(&self, annotation: &Annotation) -> String {
        let quote = &annotation.quote.exact;
        let range = annotation.passage.range();
        if quote.is_empty() { self.file.unwrap_or(self.here).slice(range).to_owned() } else { quote.clone() }
    }

    /// Where a passage stands here; fails, with what to tell, where nothing like it is here.
    pub fn place(&self, annotation: &Annotation) -> Result<Place, String> {
        let range = annotation.passage.range();
        let quote = &annotation.quote;
        if range.end <= range.start && quote.exact.trim().is_empty() {
            return Err(say!("it has neither a place nor words").into());
        }
        let measured = self.file.unwrap_or(self.here);
        if quote.exact.is_empty() && range.end > measured.len() {
            return Err(say!("it ends beyond the text, which has {n} characters", n = measured.len()));
        }
        let stands = is_alike(measured.slice(range), &quote.exact) || quote.exact.is_empty();
        let found = match self.file {
            None if stands && range.start < range.end => Some(Carried { range, confidence: 100 }),
            Some(file) if stands && range.start < range.end => {
                let carried = self.carry.get_or_init(|| Carry::new(file, self.here)).passage(range);
                carried
                    .filter(|found| found.confidence >= LEAST_CONFIDENCE)
                    .or_else(|| self.sought(&quote_of(file, range), None))
            }
            // What the file says stands there is something else: its words are believed, not its numbers.
            _ => self.sought(quote, (range.start < range.end).then_some(range.start)),
        };
        let found = found.ok_or_else(|| say!("its words are not in the text here"))?;
        let whole = self.here.whole_letters(found.range);
        if whole.start >= whole.end {
            return Err(say!("it has neither a place nor words").into());
        }
        Ok(Place { range: whole, confidence: found.confidence, was_cut: whole != found.range })
    }

    fn sought(&self, quote: &Quote, hint: Option<usize>) -> Option<Carried> {
        self.seek.find(quote, hint)
    }
}

/// Whether words are the same but for blanks, line ends and what stands for them in other programs' quotes.
fn is_alike(one: &str, other: &str) -> bool {
    one == other || {
        let letters = |text: &'_ str| text.chars().filter(|c| !c.is_whitespace()).collect::<Vec<_>>();
        letters(one) == letters(other)
    }
}
