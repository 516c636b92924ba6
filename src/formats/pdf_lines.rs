//! Lines of letters with their places on pages, and the paragraphs that they were.

use std::collections::{BTreeMap, BTreeSet};

use pdf_extract::{Document, MediaBox, OutputDev, OutputError, Transform, output_doc_page};

use crate::count;
use crate::formats::losses::Loss;
use crate::formats::prose::Prose;
use crate::model::landmark::Kind;
use crate::text::span::slice;

/// Letters of a page at most: more are a trick.
const MAX_LETTERS: usize = 2_000_000;

/// A gap between letters of this part of their size is a blank.
const BLANK: f64 = 0.15;

/// A gap between lines of this much more than usual parts paragraphs, and so does a size that differs by this much.
const PART: f64 = 1.3;
const OTHER_SIZE: f64 = 1.12;

/// Headings are at most so long, in code points.
const MAX_HEADING: usize = 200;

/// A line of letters: where it begins and ends from the left, where it stands from the top, and its letters' size.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Its letters.
    pub text: String,
    left: f64,
    right: f64,
    top: f64,
    size: f64,
}

/// The lines of a page, in the order in which they are drawn; nothing where the page can't be read.
pub fn lines(document: &Document, page: u32) -> Option<Vec<Line>> {
    let mut pen = Pen::default();
    output_doc_page(document, &mut pen, page).ok()?;
    pen.lines.retain(|line| !line.text.trim().is_empty());
    Some(pen.lines)
}

/// Gathers letters into lines.
#[derive(Default)]
struct Pen {
    height: f64,
    n_letters: usize,
    lines: Vec<Line>,
}

impl OutputDev for Pen {
    fn begin_page(&mut self, _: u32, media_box: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        self.height = media_box.ury;
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        _: f64,
        size: f64,
        letters: &str,
    ) -> Result<(), OutputError> {
        self.n_letters += 1;
        if self.n_letters > MAX_LETTERS {
            return Err(OutputError::FormatError(std::fmt::Error));
        }
        let across = place.m11.hypot(place.m12) * size.abs();
        let size = (place.m21.hypot(place.m22) * size.abs()).max(0.1);
        let (x, y) = (place.m31, self.height - place.m32);
        let is_same = self
            .lines
            .last()
            .is_some_and(|line| (line.top - y).abs() < 0.5 * size.max(line.size) && x > line.right - 2.0 * size);
        if !is_same {
            self.lines.push(Line { left: x, right: x, top: y, ..Line::default() });
        }
        let Some(line) = self.lines.last_mut() else { return Ok(()) };
        let is_apart = x > line.right + size * BLANK && !line.text.is_empty() && !line.text.ends_with(' ');
        if is_apart && !letters.starts_with(char::is_whitespace) {
            line.text.push(' ');
        }
        letters.chars().for_each(|c| match c {
            '\u{fb00}'..='\u{fb06}' => line.text.push_str(LIGATURES[c as usize - 0xfb00]),
            c => line.text.push(c),
        });
        line.right = x + width * across;
        if !letters.trim().is_empty() {
            line.size = line.size.max(size);
        }
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// The letters of the signs from U+FB00 on.
const LIGATURES: [&str; 7] = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"];

/// Pours the lines of pages into a text, and tells what was done to them.
pub fn pour(mut pages: Vec<(u32, Vec<Line>)>, prose: &mut Prose) -> Vec<String> {
    let n_running = drop_running(&mut pages);
    prose.losses.many(Loss::Furniture, n_running);
    let usual = Usual::of(&pages);
    let mut join = Join { words: words(&pages), is_hyphened: is_hyphened(&pages), ..Join::default() };
    let mut last: Option<(u32, Line)> = None;
    let mut is_heading = false;
    for (number, lines) in pages {
        prose.mark(Kind::Page, number.to_string());
        for (at, line) in lines.iter().enumerate() {
            let text = line.text.trim();
            let around = Around::of(&lines, at);
            let parts = last.as_ref().is_none_or(|(page, before)| usual.parts(before, line, *page == number, &around));
            if parts {
                join.end(prose);
                if std::mem::take(&mut is_heading) {
                    prose.end_heading();
                }
                prose.paragraph();
                is_heading = line.size > usual.size * OTHER_SIZE && text.chars().count() <= MAX_HEADING;
                if is_heading {
                    prose.begin_heading();
                }
            }
            join.line(prose, text, parts);
            last = Some((number, line.clone()));
        }
    }
    join.end(prose);
    if is_heading {
        prose.end_heading();
    }
    join.told()
}

/// What is usual in a document.
struct Usual {
    size: f64,
    gap: f64,
}

/// The number that so many percent of all do not pass.
fn percentile(mut numbers: Vec<f64>, percent: usize) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() * percent / 100).copied().unwrap_or(0.0)
}

impl Usual {
    fn of(pages: &[(u32, Vec<Line>)]) -> Self {
        let lines = || pages.iter().flat_map(|(_, lines)| lines);
        let by_letters = |line: &Line| std::iter::repeat_n(line.size, line.text.chars().count().div_ceil(10));
        let gaps = pages.iter().flat_map(|(_, lines)| lines.windows(2)).filter_map(|pair| match pair {
            [a, b] if b.top > a.top + 0.5 * a.size && b.top < a.top + 3.0 * a.size => Some((b.top - a.top) / a.size),
            _ => None,
        });
        // Most gaps are those inside of paragraphs, unless these are short; then a quarter is.
        let gap = percentile(gaps.collect(), 25);
        Self { size: percentile(lines().flat_map(by_letters).collect(), 50), gap }
    }

    /// Whether a line begins a paragraph behind another.
    fn parts(&self, before: &Line, line: &Line, is_same_page: bool, around: &Around) -> bool {
        let ratio = line.size.max(0.1) / before.size.max(0.1);
        if !(1.0 / OTHER_SIZE..=OTHER_SIZE).contains(&ratio) {
            return true;
        }
        let text = line.text.trim();
        let begins_item = text.starts_with(['•', '▪', '●', '◦', '–', '—']);
        let end = before.text.trim_end().trim_end_matches(['"', '”', '»', ')', ']']);
        let ended = end.ends_with(['.', '!', '?', '…', ':', ';']);
        let right = around.right.max(before.right).max(line.right);
        let is_short = before.right < right - 6.0 * before.size;
        if !is_same_page || line.top < before.top - 0.5 * before.size {
            // Another page or column: a sentence that has not ended goes on.
            let goes_on =
                text.starts_with(|c: char| c.is_lowercase() || c.is_numeric()) || end.ends_with(['-', '\u{ad}', ',']);
            return ended || begins_item || !goes_on && is_short;
        }
        let gap = (line.top - before.top) / before.size.max(0.1);
        let usual = around.gap.map_or(self.gap, |own| own.max(self.gap));
        // A full line whose sentence goes on is inside of a paragraph, however wide lines stand.
        let is_full = before.right > right - 2.0 * before.size && !ended && gap < 2.0;
        let is_apart = gap > usual * PART && !is_full;
        // A line that ends in the first half, before one that begins anew, is a row, an item or a title.
        let is_half = before.right - before.left < (right - before.left) * 0.6 && !text.starts_with(char::is_lowercase);
        let is_indented = line.left > before.left + 0.8 * line.size && line.left < before.left + 6.0 * line.size;
        is_apart || begins_item || is_half || (ended && (is_indented || is_short))
    }
}

/// What stands around two lines.
struct Around {
    /// The smaller one of the gaps before and behind, of lines of the same column.
    gap: Option<f64>,
    /// Where the line before and the one behind end from the left.
    right: f64,
}

impl Around {
    /// That of a line of a page and the one before it.
    fn of(lines: &[Line], at: usize) -> Self {
        let line = |at: Option<usize>| at.and_then(|at| lines.get(at));
        let gap = |from: Option<usize>, to: Option<usize>| {
            let (from, to) = (line(from)?, line(to)?);
            let gap = (to.top - from.top) / from.size.max(0.1);
            (0.5..3.0).contains(&gap).then_some(gap)
        };
        let before = gap(at.checked_sub(2), at.checked_sub(1));
        let behind = gap(Some(at), Some(at + 1));
        let gap = [before, behind].into_iter().flatten().reduce(f64::min);
        // Only lines of the same column tell how far it reaches.
        let left = line(Some(at)).map_or(0.0, |own| own.left);
        let near = [line(at.checked_sub(2)), line(Some(at + 1))].into_iter().flatten();
        let right =
            near.filter(|own| (own.left - left).abs() < 6.0 * own.size).map(|own| own.right).fold(0.0, f64::max);
        Self { gap, right }
    }
}

/// Takes out lines that stand at the head or the foot of many pages, digits aside; returns how many.
fn drop_running(pages: &mut [(u32, Vec<Line>)]) -> usize {
    let key = |line: &Line| {
        let text: String = line.text.trim().chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect();
        (text.replace("##", "#").replace("##", "#"), (line.top / 8.0).round() as i64)
    };
    let ends = |lines: &[Line]| {
        let mut order: Vec<usize> = (0..lines.len()).collect();
        let top = |at: usize| lines.get(at).map_or(0.0, |line| line.top);
        order.sort_by(|a, b| top(*a).total_cmp(&top(*b)));
        let n = order.len();
        order
            .into_iter()
            .enumerate()
            .filter(|(at, _)| *at < 2 || *at + 2 >= n)
            .map(|(_, line)| line)
            .collect::<Vec<_>>()
    };
    let mut seen: BTreeMap<(String, i64), usize> = BTreeMap::new();
    for (_, lines) in pages.iter() {
        let own: BTreeSet<(String, i64)> = ends(lines).into_iter().filter_map(|at| lines.get(at)).map(key).collect();
        for key in own {
            *seen.entry(key).or_default() += 1;
        }
    }
    let n_pages = pages.len();
    let is_running = |key: &(String, i64)| {
        let n = seen.get(key).copied().unwrap_or(0);
        let is_number = key.0.chars().all(|c| matches!(c, '#' | ' ' | '-' | '–' | '|'));
        n * 3 >= n_pages && (n >= 3 || (n >= 2 && is_number))
    };
    let mut n_dropped = 0;
    for (_, lines) in pages.iter_mut() {
        let gone: Vec<usize> =
            ends(lines).into_iter().filter(|at| lines.get(*at).is_some_and(|line| is_running(&key(line)))).collect();
        n_dropped += gone.len();
        let mut at = 0;
        lines.retain(|_| {
            at += 1;
            !gone.contains(&(at - 1))
        });
    }
    n_dropped
}

/// The words inside of lines, small, by which words that a line's end parts are known.
fn words(pages: &[(u32, Vec<Line>)]) -> BTreeSet<String> {
    let lines = pages.iter().flat_map(|(_, lines)| lines);
    let inner = lines.flat_map(|line| line.text.split_whitespace().map(bare).collect::<Vec<_>>());
    inner.filter(|word| !word.ends_with('-')).collect()
}

fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '-').to_lowercase()
}

/// In a text whose words are parted, one of so many lines ends with a hyphen at least; in others a hyphen is the word's own.
const HYPHENED: usize = 25;

/// Whether words of the text are parted at the ends of lines.
fn is_hyphened(pages: &[(u32, Vec<Line>)]) -> bool {
    let lines = || pages.iter().flat_map(|(_, lines)| lines);
    lines().filter(|line| line.text.trim_end().ends_with('-')).count() * HYPHENED >= lines().count()
}

/// Joins lines.
#[derive(Default)]
struct Join {
    words: BTreeSet<String>,
    is_hyphened: bool,
    n_joined: usize,
    n_hyphens: usize,
    /// The first part of a word that a hyphen parted at the line's end.
    half: Option<String>,
}

impl Join {
    fn line(&mut self, prose: &mut Prose, text: &str, begins: bool) {
        let mut text = text.to_owned();
        if let Some(half) = self.half.take() {
            text = self.healed(&half, &text);
        } else if !begins {
            self.n_joined += 1;
            prose.words(" ");
        }
        let is_parted =
            text.ends_with(['-', '\u{2010}', '\u{ad}']) && text.chars().rev().nth(1).is_some_and(char::is_alphabetic);
        if is_parted {
            let from = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
            let from = text.char_indices().map(|(at, _)| at).find(|at| *at >= from).unwrap_or(from);
            self.half = Some(slice(&text, from, text.len()).to_owned());
            text = slice(&text, 0, from).to_owned();
        }
        prose.words(&text);
    }

    /// A word that a hyphen parted, with the line that goes on with it. The hyphen stays where the text has the word with it
    /// elsewhere, or where no small letter follows.
    fn healed(&mut self, half: &str, text: &str) -> String {
        let stem = half.trim_end_matches(['-', '\u{2010}', '\u{ad}']);
        self.n_joined += 1;
        let rest = text.split_whitespace().next().unwrap_or("");
        let (whole, hyphened) = (bare(&format!("{stem}{rest}")), bare(&format!("{stem}-{rest}")));
        let is_soft = half.ends_with(['\u{2010}', '\u{ad}']);
        let keeps = !self.is_hyphened && !is_soft || self.words.contains(&hyphened) && !self.words.contains(&whole);
        if keeps || !rest.starts_with(char::is_lowercase) {
            return format!("{stem}-{text}");
        }
        self.n_hyphens += 1;
        format!("{stem}{text}")
    }

    fn end(&mut self, prose: &mut Prose) {
        if let Some(half) = self.half.take() {
            prose.words(&half);
        }
    }

    fn told(&self) -> Vec<String> {
        let (joined, hyphens) = (self.n_joined, self.n_hyphens);
        let mut told = Vec::new();
        if joined > 0 {
            told.push(count!(
                joined,
                "{n} line was joined to the one before, as one paragraph",
                "{n} lines were joined to those before, as paragraphs"
            ));
        }
        if hyphens > 0 {
            told.push(count!(
                hyphens,
                "{n} hyphen at a line's end was taken out",
                "{n} hyphens at lines' ends were taken out"
            ));
        }
        told
    }
}
