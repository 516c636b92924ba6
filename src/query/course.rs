//! How far apart two places of a text are, in words, sentences and paragraphs.

use crate::text::body::{Block, Text};
use crate::text::offsets::Offsets;
use crate::text::segment::{Unit, counted_words, segments};
use crate::text::span::{CodePoints, Span, slice};

/// A text that distances are measured in.
#[derive(Debug, Clone)]
pub struct Course {
    text: Text,
    offsets: Offsets,
}

impl Course {
    /// Of a text; an unreadable one has no distances.
    pub fn new(text: Text) -> Self {
        let offsets = Offsets::measure(&text).unwrap_or_default();
        Self { text, offsets }
    }

    /// The length in code points.
    pub fn length(&self) -> usize {
        self.offsets.n_code_points()
    }

    /// Where the words, sentences or paragraphs begin, in code points, in order: to measure many distances at once.
    pub fn starts(&self, unit: Unit) -> Vec<usize> {
        let (mut starts, mut n_before, mut read_to) = (Vec::new(), 0, 0);
        let mut block = (!self.text.is_empty()).then(|| self.text.block(0));
        while let Some(here) = block {
            // What lies between two blocks is the end of a line, a code point a byte.
            n_before += here.start - read_to;
            let (mut at, mut n) = (0, 0);
            let all = if unit == Unit::Word { counted_words(&here.text) } else { segments(&here.text, unit) };
            for segment in all {
                n += slice(&here.text, at, segment.start).chars().count();
                at = segment.start;
                starts.push(n_before + n);
            }
            n_before += here.text.chars().count();
            read_to = here.start + here.text.len();
            block = self.text.block_after(&here);
        }
        starts
    }

    /// Whether from the end of one passage to the start of a later one (in code points) there are at most `n` words, or `n`
    /// borders of sentences or paragraphs.
    pub fn is_near(&self, end: usize, start: usize, (n, unit): (usize, Unit)) -> bool {
        let Some(gap) = self.offsets.span(&self.text, CodePoints { start: end, end: start }) else { return false };
        match unit {
            // Of words those that begin between: what is left of one that is cut is none.
            Unit::Word | Unit::Grapheme => self.has_few_starts(gap, (gap.start, gap.end), n, |block| {
                counted_words(&block.text).into_iter().map(|span| block.start + span.start).collect()
            }),
            Unit::Sentence => self.has_few_borders(gap, n, |block| {
                segments(&block.text, Unit::Sentence).into_iter().map(|span| block.start + span.start).collect()
            }),
            Unit::Paragraph => self.has_few_borders(gap, n, |block| {
                let begins = segments(&block.text, Unit::Paragraph).first().map(|span| block.start + span.start);
                begins.into_iter().collect()
            }),
        }
    }

    /// Whether at most `n` segments begin between the last letter before a stretch and the first letter behind it.
    fn has_few_borders(&self, gap: Span, n: usize, starts: impl Fn(&Block) -> Vec<usize>) -> bool {
        self.has_few_starts(gap, (gap.start, gap.end + 1), n, starts)
    }

    /// Whether at most `n` segments begin in a range; blocks are read only as far as it takes to tell.
    fn has_few_starts(
        &self,
        gap: Span,
        (from, until): (usize, usize),
        n: usize,
        starts: impl Fn(&Block) -> Vec<usize>,
    ) -> bool {
        let mut n_starts = 0;
        let mut block = Some(self.text.block(gap.start.saturating_sub(1)));
        while let Some(here) = block.filter(|here| here.start <= gap.end) {
            n_starts += starts(&here).into_iter().filter(|at| (from..until).contains(at)).count();
            if n_starts > n {
                return false;
            }
            block = self.text.block_after(&here);
        }
        true
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn least(text: &str, end: usize, start: usize, unit: Unit) -> usize {
        let course = Course::new(Text::whole(text));
        (0..1000).find(|n| course.is_near(end, start, (*n, unit))).unwrap()
    }

    #[test]
    fn distances_are_counted_in_words_and_in_borders() {
        let text = "Бір сөз айтты. Екінші сөйлем!\r\n\r\nThird one.\nТөртінші";
        // `Бір [сөз] айтты. Екінші [сөйлем]`: two words between 7 and 22.
        assert_eq!(least(text, 7, 22, Unit::Word), 2);
        assert_eq!(least(text, 7, 8, Unit::Word), 0);
        // Signs between words are none: `[One], («two») — [three]`.
        assert_eq!(least("One, («two») — three", 3, 15, Unit::Word), 1);
        assert_eq!(least(text, 3, 4, Unit::Sentence), 0);
        assert_eq!(least(text, 7, 22, Unit::Sentence), 1);
        let third = "Бір сөз айтты. Екінші сөйлем!\r\n\r\n".chars().count();
        assert_eq!(least(text, 28, third, Unit::Paragraph), 1);
        assert_eq!(least(text, 3, third + 11, Unit::Paragraph), 2);
        assert_eq!(least(text, 3, 22, Unit::Paragraph), 0);
    }

    proptest! {
        #[test]
        fn long_stretches_are_told_as_short_ones_are(words in prop::collection::vec("[а-яa-z]{1,60}", 1..60), n in 0usize..70) {
            let text = format!("x {} y", words.join(" "));
            let course = Course::new(Text::whole(&text));
            let end = text.chars().count() - 1;
            prop_assert_eq!(course.is_near(1, end, (n, Unit::Word)), words.len() <= n);
        }
    }
}
