//! Finding a phrase in a text: as written, in any script, in its word forms, or by a pattern.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::panic::resume_unwind;
use std::thread;

use regex::{Regex, RegexBuilder};

use crate::text::alphabet::{Letter, letter};
use crate::text::body::Text;
use crate::text::firsts::Firsts;
use crate::text::segment::{floor_boundary, next_boundary};
use crate::text::sieve::Sieve;
use crate::text::skeleton::{Blanks, DIGRAPHS, Skeleton, fold, fold_with, variants};
use crate::text::span::{Span, slice};
use crate::text::words::{Phrase, words};

/// The most characters of a query: what is longer was pasted by mistake.
pub const MOST_CHARS: usize = 500;

/// Bytes looked through between two questions whether to go on.
const WINDOW_BYTES: usize = 256 * 1024;

/// The same, when several windows are looked through at once.
const WIDE_WINDOW_BYTES: usize = 1024 * 1024;

/// Windows looked through at once at most.
const MOST_THREADS: usize = 8;

/// Lines shorter than this are never read in pieces by `Text::block`.
const NEVER_CUT_BYTES: usize = 32 * 1024;

/// The most bytes that a coder's pattern may take when it is made ready.
const MOST_PATTERN_BYTES: usize = 4 << 20;

/// How a query is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum How {
    /// As written: capitals, marks and all.
    Exact,
    /// In any script and spelling, also inside words and as a hashtag.
    Folded,
    /// In any script, as whole words in all their forms.
    #[default]
    Family,
    /// As a regular expression on each line; capitals do not count unless it says `(?-i)`.
    Regex,
}

/// How a query that a person typed is meant, and its words: `=words` as written, `~words` also inside words,
/// `/pattern/` a regular expression, else words in all their forms.
pub fn meant(query: &str) -> (How, &str) {
    let pattern = query.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|inner| !inner.is_empty());
    match (pattern, query.strip_prefix('='), query.strip_prefix('~')) {
        (Some(inner), ..) => (How::Regex, inner),
        (_, Some(rest), _) if !rest.trim().is_empty() => (How::Exact, rest),
        (_, _, Some(rest)) if !rest.trim().is_empty() => (How::Folded, rest),
        _ => (How::Family, query),
    }
}

/// Why a query can't be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryError {
    /// There is nothing in it.
    Empty,
    /// There is nothing in it but marks and invisible characters.
    OnlyMarks,
    /// It goes over more than one line.
    Lines,
    /// It has this many characters.
    Long(usize),
    /// The pattern is wrong: the character's number, from 1, and what is wrong there.
    Pattern(usize, String),
    /// The pattern takes too much memory.
    Large,
}

/// A query made ready to be looked for.
#[derive(Debug, Clone, Default)]
pub struct Needle {
    ways: Option<(Way, Sieve)>,
}

#[derive(Debug, Clone)]
enum Way {
    Exact(String),
    Folded(Folds),
    Family(Phrase, Folds),
    Pattern(Regex),
}

/// The skeletons a query may mean, with their blanks and without.
#[derive(Debug, Clone)]
struct Folds {
    /// Looked for inside words too; empty when only whole words are wanted.
    parts: Vec<String>,
    /// The parts whose last letter may have melted with the next one (`protests` is `protesc`), and that letter.
    tails: Vec<(String, char)>,
    /// Looked for between the ends of words, whatever blanks are within.
    squeezed: Vec<String>,
    /// What those can begin with.
    firsts: Firsts,
}

impl Needle {
    /// Makes a query ready; blanks around it are dropped unless it is exact. Fails when nothing can be looked for.
    pub fn new(query: &str, how: How) -> Result<Self, QueryError> {
        let trimmed = if matches!(how, How::Exact | How::Regex) { query } else { query.trim() };
        let n_chars = trimmed.chars().count();
        if trimmed.trim().is_empty() {
            return Err(QueryError::Empty);
        }
        if n_chars > MOST_CHARS {
            return Err(QueryError::Long(n_chars));
        }
        if how != How::Regex && trimmed.contains(['\n', '\r']) {
            return Err(QueryError::Lines);
        }
        let ways = match how {
            How::Exact => exact(trimmed),
            How::Folded => by_skeleton(trimmed, None)?,
            How::Family => by_skeleton(trimmed, Phrase::new(trimmed))?,
            How::Regex => by_pattern(trimmed)?,
        };
        Ok(Self { ways: Some(ways) })
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.ways.is_none()
    }

    /// Where it stands in a text without newlines: byte spans within it, in order, not overlapping, of whole graphemes.
    pub fn matches(&self, text: &str) -> Vec<Span> {
        let Some((way, _)) = &self.ways else {
            return Vec::new();
        };
        match way {
            Way::Exact(query) => {
                let found = text.match_indices(query.as_str()).map(|(at, part)| Span::new(at, at + part.len()));
                found.filter(|span| settled(text, *span) == *span).collect()
            }
            Way::Folded(folds) => settle(text, folds.matches(text)),
            Way::Family(phrase, folds) => {
                let mut found = phrase.matches(text);
                found.extend(folds.matches(text));
                settle(text, found)
            }
            Way::Pattern(pattern) => {
                let found = pattern.find_iter(text).map(|found| Span::new(found.start(), found.end()));
                settle(text, found.filter(|span| !span.is_empty()).collect())
            }
        }
    }

    /// Where it stands in a whole text, at most `most` places; `go_on` is asked after 256 KB, then after each
    /// megabyte of each processor, with how many bytes were read, and ends it.
    pub fn matches_in(&self, text: &Text, most: usize, go_on: &mut dyn FnMut(usize) -> bool) -> Vec<Span> {
        let mut found = Vec::new();
        let mut start = 0;
        // The first window goes alone: what is seen first is not to wait for others.
        let (mut n_windows, mut n_bytes) = (1, WINDOW_BYTES);
        while !self.is_empty() && start < text.len() && found.len() < most {
            let windows = windows(text, start, n_windows, n_bytes);
            let end = windows.last().map_or(text.len(), |window| window.end);
            for part in self.sift_all(text, &windows, most) {
                found.extend(part);
            }
            if !go_on(end) {
                break;
            }
            start = end;
            n_windows = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
            n_bytes = if n_windows > 1 { WIDE_WINDOW_BYTES } else { WINDOW_BYTES };
        }
        found.truncate(most);
        found
    }

    /// Looks through some windows at once; what is found in each, in their order.
    fn sift_all(&self, text: &Text, windows: &[Span], most: usize) -> Vec<Vec<Span>> {
        let sift = |window: Span| {
            let letters = match text {
                Text::Whole(all) => Cow::Borrowed(slice(all, window.start, window.end)),
                Text::Far(_) => Cow::Owned(text.read(window)),
            };
            let mut found = Vec::new();
            self.sift(text, window.start, &letters, most, &mut found);
            found
        };
        let Some((own, others)) = windows.split_first() else { return Vec::new() };
        thread::scope(|scope| {
            let others: Vec<_> = others.iter().map(|window| scope.spawn(move || sift(*window))).collect();
            let mut all = vec![sift(*own)];
            all.extend(others.into_iter().map(|other| other.join().unwrap_or_else(|why| resume_unwind(why))));
            all
        })
    }

    /// Looks through one window, which starts and ends with a block, and reads the lines that the sieve leaves.
    fn sift(&self, text: &Text, origin: usize, window: &str, most: usize, found: &mut Vec<Span>) {
        let Some((_, sieve)) = &self.ways else {
            return;
        };
        let mut from = 0;
        while found.len() < most {
            let Some(end) = sieve.find(window, from) else {
                break;
            };
            // A place that ends with its line belongs to it, and so does one of no length.
            let inside = if end > from { end - 1 } else { end };
            let (start, line_end) = line_around(window, inside);
            if line_end - start < NEVER_CUT_BYTES {
                let line = slice(window, start, line_end);
                found.extend(
                    self.matches(line.strip_suffix('\r').unwrap_or(line)).iter().map(|s| s.shifted(origin + start)),
                );
                from = line_end + 1;
            } else {
                let block = text.block(origin + inside);
                found.extend(self.matches(&block.text).iter().map(|s| s.shifted(block.start)));
                from = block.next - origin;
            }
            if from >= window.len() {
                break;
            }
        }
    }
}

impl Folds {
    fn matches(&self, text: &str) -> Vec<Span> {
        let mut found = Vec::new();
        if !self.parts.is_empty() {
            let hay = fold(text);
            for part in &self.parts {
                places(&hay, part, &mut found);
            }
            for (merged, last) in &self.tails {
                let mut melted = Vec::new();
                places(&hay, merged, &mut melted);
                found.extend(melted.into_iter().filter_map(|span| before_digraph(text, &hay, span, *last)));
            }
        }
        let words = words(text);
        // Words that fold together (`a a a`) never become too long: their number is bounded too.
        let most_words = self.squeezed.iter().map(String::len).max().unwrap_or(0) + 8;
        for (at, word) in words.iter().enumerate() {
            let first = slice(text, word.start, word.end).chars().next().unwrap_or(' ');
            if self.firsts.allow(first) {
                let run = words.get(at..words.len().min(at + most_words)).unwrap_or_default();
                let spans = run.iter().map(|last| word.union(*last));
                let compared = spans.map_while(|span| self.compared(text, span));
                found.extend(compared.filter(|(_, is_it)| *is_it).map(|(span, _)| span));
            }
        }
        found
    }

    /// The span and whether it is what is looked for but for its blanks; nothing when it is too long to become so.
    fn compared(&self, text: &str, span: Span) -> Option<(Span, bool)> {
        let skeleton = fold_with(slice(text, span.start, span.end), Blanks::None).text;
        // What follows can take up to three letters of a digraph back.
        let is_short = self.squeezed.iter().any(|wanted| skeleton.len() <= wanted.len() + 3);
        is_short.then(|| (span, self.squeezed.contains(&skeleton)))
    }
}

/// The skeletons in which the last letter is the first of a digraph.
fn tails(parts: &[String]) -> Vec<(String, char)> {
    let melt = |part: &String| {
        let mut letters = part.chars();
        let last = letters.next_back()?;
        let head = letters.as_str().to_owned();
        let melted = DIGRAPHS.iter().filter(move |(written, letter)| written.starts_with(last) && *letter != last);
        Some(melted.map(move |(_, letter)| (format!("{head}{letter}"), last)))
    };
    let mut tails: Vec<(String, char)> = parts.iter().filter_map(melt).flatten().collect();
    tails.sort_unstable();
    tails.dedup();
    tails
}

/// The span up to the first letter of the digraph that it ends with, if that is the wanted one.
fn before_digraph(text: &str, hay: &Skeleton, span: Span, last: char) -> Option<Span> {
    let behind = hay.sources.partition_point(|source| source.end <= span.end);
    let digraph = hay.sources.get(behind.checked_sub(1)?)?;
    let mut written = slice(text, digraph.start, digraph.end).chars();
    let first = written.next().filter(|first| letter(*first) == Letter::Plain(last))?;
    written.next().map(|_| Span::new(span.start, digraph.start + first.len_utf8()))
}

/// Where a skeleton stands in another, as bytes of the source.
fn places(hay: &Skeleton, wanted: &str, found: &mut Vec<Span>) {
    let n_chars = wanted.chars().count();
    let is_ascii = hay.text.is_ascii();
    let (mut before, mut counted) = (0, 0);
    for (at, _) in hay.text.match_indices(wanted) {
        before = if is_ascii { at } else { before + slice(&hay.text, counted, at).chars().count() };
        counted = at;
        found.extend(hay.span(before, before + n_chars));
    }
}

/// Puts spans in order, on grapheme boundaries, the longest of those that start together, without overlaps.
fn settle(text: &str, mut found: Vec<Span>) -> Vec<Span> {
    for span in &mut found {
        *span = settled(text, *span);
    }
    found.sort_by_key(|span| (span.start, Reverse(span.end)));
    let mut end = 0;
    found.retain(|span| {
        let is_apart = span.start >= end && !span.is_empty();
        end = if is_apart { span.end } else { end };
        is_apart
    });
    found
}

/// The whole graphemes of a span.
fn settled(text: &str, span: Span) -> Span {
    let end = floor_boundary(text, span.end);
    Span::new(floor_boundary(text, span.start), if end < span.end { next_boundary(text, end) } else { end })
}

fn exact(query: &str) -> (Way, Sieve) {
    (Way::Exact(query.to_owned()), Sieve::of_expression(Regex::new(&regex::escape(query)).ok()))
}

fn by_skeleton(query: &str, phrase: Option<Phrase>) -> Result<(Way, Sieve), QueryError> {
    let parts = variants(query);
    let tag = query.trim_start_matches(['#', '@']);
    // Without blanks letters may meet that are read as one.
    let mut squeezed = vec![fold_with(tag, Blanks::None).text];
    squeezed.extend(variants(tag).iter().map(|variant| variant.replace([' ', '_'], "")));
    squeezed.sort_unstable();
    squeezed.dedup();
    squeezed.retain(|v| !v.is_empty());
    if parts.iter().all(|part| part.trim().is_empty()) {
        return Err(QueryError::OnlyMarks);
    }
    let mut folds =
        Folds { tails: tails(&parts), parts, firsts: Firsts::of(squeezed.iter().map(String::as_str)), squeezed };
    let Some(phrase) = phrase else {
        let sieve = Sieve::of_skeletons(folds.parts.iter().chain(&folds.squeezed).map(String::as_str));
        return Ok((Way::Folded(folds), sieve));
    };
    folds.parts.clear();
    folds.tails.clear();
    let sieve = Sieve::of_skeletons(phrase.openings().chain(folds.squeezed.iter().map(String::as_str)));
    Ok((Way::Family(phrase, folds), sieve))
}

fn by_pattern(query: &str) -> Result<(Way, Sieve), QueryError> {
    if let Err(error) = regex_syntax::Parser::new().parse(query) {
        let (offset, what) = match &error {
            regex_syntax::Error::Parse(error) => (error.span().start.offset, error.kind().to_string()),
            regex_syntax::Error::Translate(error) => (error.span().start.offset, error.kind().to_string()),
            _ => (0, "it can't be read".to_owned()),
        };
        return Err(QueryError::Pattern(slice(query, 0, offset).chars().count() + 1, what));
    }
    let mut builder = RegexBuilder::new(query);
    builder.case_insensitive(true).multi_line(true).crlf(true).size_limit(MOST_PATTERN_BYTES);
    let pattern = builder.build().map_err(|_| QueryError::Large)?;
    // What looks at the very ends of a text means another place in a window than in a line.
    let can_sift = !["\\A", "\\z", "(?"].iter().any(|part| query.contains(part));
    let sieve = Sieve::of_expression(can_sift.then(|| pattern.clone()));
    Ok((Way::Pattern(pattern), sieve))
}

/// So many windows from `start` on, or less at the end of the text.
fn windows(text: &Text, start: usize, n_windows: usize, n_bytes: usize) -> Vec<Span> {
    let mut windows = Vec::with_capacity(n_windows);
    let mut start = start;
    while windows.len() < n_windows && start < text.len() {
        let end = window_end(text, start + n_bytes);
        windows.push(Span::new(start, end));
        start = end;
    }
    windows
}

/// Where a window ends that is to end about there: with a block.
fn window_end(text: &Text, wanted: usize) -> usize {
    if wanted >= text.len() { text.len() } else { text.block(wanted).start }
}

/// The line with the byte `at`, without its newline.
fn line_around(window: &str, at: usize) -> (usize, usize) {
    let bytes = window.as_bytes();
    let before = bytes.get(..at).and_then(|head| head.iter().rposition(|&b| b == b'\n'));
    let after = bytes.get(at..).and_then(|tail| tail.iter().position(|&b| b == b'\n'));
    (before.map_or(0, |newline| newline + 1), after.map_or(bytes.len(), |newline| at + newline))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;
    use crate::text::body::Source;

    fn found<'a>(query: &str, how: How, text: &'a str) -> Vec<&'a str> {
        let spans = Needle::new(query, how).unwrap().matches(text);
        spans.iter().map(|span| &text[span.start..span.end]).collect()
    }

    #[test]
    fn capitals_and_marks_do_not_hide_a_match() {
        let text = "ҚАЗАҚ елі, қазақ и\u{306}од";
        for how in [How::Folded, How::Family] {
            assert_eq!(found("қазақ", how, text), ["ҚАЗАҚ", "қазақ"]);
            assert_eq!(found("qazaq", how, text), ["ҚАЗАҚ", "қазақ"]);
            assert_eq!(found("йод", how, text), ["и\u{306}од"]);
        }
        assert_eq!(found("қазақ", How::Exact, text), ["қазақ"]);
        assert!(found("и", How::Exact, text).is_empty());
    }

    #[test]
    fn hashtags_and_phrases_find_each_other() {
        let (tag, phrase) = ("#qazaqkoktemi күні", "бұл Қазақ көктемі еді");
        for query in ["#qazaqkoktemi", "qazaqkoktemi", "қазақ көктемі", "#qazaq_koktemi"] {
            for how in [How::Folded, How::Family] {
                assert_eq!(found(query, how, phrase), ["Қазақ көктемі"], "{query}");
                assert!(!found(query, how, tag).is_empty(), "{query}");
            }
        }
        assert!(found("қазан", How::Folded, "қаза нан").is_empty());
        assert_eq!(found("sһәғ", How::Folded, "XьһӘҒJ"), ["XьһӘҒ"], "x is k and s, and its s is sh with the һ");
        assert_eq!(found("neubezhish", How::Folded, "да не убежишь"), ["не убежишь"]);
    }

    #[test]
    fn a_name_is_found_in_its_spellings() {
        let text = "Kazakhstan, Қазақстандағы, Казахстане";
        assert_eq!(found("Kazakhstan", How::Folded, text), ["Kazakhstan", "Қазақстан", "Казахстан"]);
        assert_eq!(found("Казахстан", How::Family, text), ["Kazakhstan", "Қазақстандағы", "Казахстане"]);
        assert_eq!(found("Kazakhstan", How::Exact, text), ["Kazakhstan"]);
    }

    #[test]
    fn a_digraph_does_not_hide_the_end_of_a_match() {
        assert_eq!(found("protest", How::Folded, "protests, протестшы"), ["protest", "протест"]);
        assert!(found("ат", How::Folded, "ац").is_empty());
    }

    #[test]
    fn families_find_whole_words_in_their_forms() {
        let text = "мектептер, Мектебіміз, e-mektepke, мекте; протестке protests";
        assert_eq!(found("мектеп", How::Family, text), ["мектептер", "Мектебіміз", "mektepke"]);
        assert_eq!(found("protest", How::Family, text), ["протестке", "protests"]);
        assert_eq!(found("қазақ көктемі", How::Family, "қазақтың, «көктемін» күтті"), ["қазақтың, «көктемін"]);
        assert_eq!(found("C++", How::Family, "C, C++"), ["C++"]);
    }

    #[test]
    fn a_query_says_by_its_first_sign_how_it_is_meant() {
        assert_eq!(meant("=Like"), (How::Exact, "Like"));
        assert_eq!(meant("~lik"), (How::Folded, "lik"));
        assert_eq!(meant("/l.ke/"), (How::Regex, "l.ke"));
        assert_eq!(meant("like"), (How::Family, "like"));
        assert_eq!(meant("/"), (How::Family, "/"));
        assert_eq!(meant("="), (How::Family, "="));
    }

    #[test]
    fn patterns_are_for_a_line() {
        assert_eq!(found(r"^\w+", How::Regex, "Бір екі"), ["Бір"]);
        assert_eq!(found("қазақ|ЕЛ", How::Regex, "ҚАЗАҚ елі"), ["ҚАЗАҚ", "ел"]);
        assert_eq!(found("(?-i)Е", How::Regex, "ЕеЕ"), ["Е", "Е"]);
        let text = Text::whole("екі\r\nбір\r\nекі\n");
        assert_eq!(Needle::new("і$", How::Regex).unwrap().matches_in(&text, 9, &mut |_| true).len(), 2);
        assert_eq!(Needle::new(r"\A\w", How::Regex).unwrap().matches_in(&text, 9, &mut |_| true).len(), 3);
    }

    #[test]
    fn what_cannot_be_looked_for_says_why() {
        let why = |query: &str, how| Needle::new(query, how).unwrap_err();
        assert_eq!(why(" ", How::Family), QueryError::Empty);
        assert_eq!(why("\u{301}\u{200d}", How::Folded), QueryError::OnlyMarks);
        assert_eq!(why("ь", How::Family), QueryError::OnlyMarks);
        assert_eq!(why(&"а".repeat(10_000), How::Folded), QueryError::Long(10_000));
        assert_eq!(why("қа(", How::Regex), QueryError::Pattern(3, "unclosed group".into()));
        assert_eq!(why(r"(\w{99}){99}", How::Regex), QueryError::Large);
        assert_eq!(why("a\nb", How::Exact), QueryError::Lines);
        assert!(Needle::default().is_empty());
    }

    #[test]
    fn a_whole_text_is_searched_line_by_line() {
        let text = Text::whole("бір\nекі бір\n");
        let needle = Needle::new("БІР", How::Family).unwrap();
        assert_eq!(needle.matches_in(&text, 9, &mut |_| true), [Span::new(0, 6), Span::new(14, 20)]);
        assert_eq!(needle.matches_in(&text, 1, &mut |_| true).len(), 1);
    }

    #[derive(Debug)]
    struct Bytes(Vec<u8>);
    impl Source for Bytes {
        fn len(&self) -> usize {
            self.0.len()
        }
        fn read(&self, start: usize, buffer: &mut [u8]) {
            buffer.copy_from_slice(&self.0[start..start + buffer.len()]);
        }
    }

    /// The definition: each block by itself.
    fn plainly(needle: &Needle, text: &Text) -> Vec<Span> {
        let mut all = Vec::new();
        let mut next = (!text.is_empty()).then(|| text.block(0));
        while let Some(block) = next {
            all.extend(needle.matches(&block.text).iter().map(|span| span.shifted(block.start)));
            next = text.block_after(&block);
        }
        all
    }

    #[test]
    fn long_texts_and_long_lines_are_read_to_the_end() {
        let line = "сөз Қазақстанда ".repeat(40_000);
        let lines = "Бұл qazaqstan жолы\r\nбос жол\n".repeat(20_000);
        for body in [line, lines] {
            for text in [Text::whole(&body), Text::Far(Arc::new(Bytes(body.clone().into_bytes())))] {
                for (query, how) in
                    [("қазақстан", How::Family), ("zaq", How::Folded), ("q|Қ", How::Regex), ("Бұл", How::Exact)]
                {
                    let needle = Needle::new(query, how).unwrap();
                    let mut reports = Vec::new();
                    let all = needle.matches_in(&text, usize::MAX, &mut |done| {
                        reports.push(done);
                        true
                    });
                    assert!(all == plainly(&needle, &text));
                    assert!(reports.windows(2).all(|pair| pair[1] - pair[0] < 1 << 20));
                }
            }
        }
    }

    /// Letters that meet in pairs, digraphs, doubles and look-alikes.
    const LETTERS: &str = "[aаkкқqxхhsсшşctцчnңgiиіyяюuуeеSКdzjж'ь_\u{306}\u{327}\u{30c}\u{200d} \n-]{0,60}";

    fn how() -> impl Strategy<Value = How> {
        prop_oneof![Just(How::Exact), Just(How::Folded), Just(How::Family), Just(How::Regex)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]

        #[test]
        fn the_quick_way_finds_what_the_plain_way_finds(
            text in LETTERS, at in 0usize..50, len in 1usize..8, how in how(), free in any::<bool>(), other in LETTERS,
        ) {
            // A query that stands in the text, or one that may not.
            let own: String = text.chars().skip(at).take(len).filter(|c| *c != '\n').collect();
            let query = if free { other.chars().take(len).collect() } else { own };
            if let Ok(needle) = Needle::new(&query, how) {
                let whole = Text::whole(&text);
                prop_assert_eq!(needle.matches_in(&whole, usize::MAX, &mut |_| true), plainly(&needle, &whole));
            }
        }

        #[test]
        fn any_text_is_searched_by_whole_graphemes(text in any::<String>(), at in 0usize..20, len in 1usize..5, how in how()) {
            let query: String = text.chars().skip(at).take(len).collect();
            if let Ok(needle) = Needle::new(&query, how) {
                let mut end = 0;
                for span in needle.matches(&text) {
                    prop_assert!(span.start >= end && !span.is_empty());
                    let ends: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
                    prop_assert!(ends.contains(&span.start) && ends.contains(&span.end));
                    end = span.end;
                }
                let whole = Text::whole(&text);
                prop_assert_eq!(needle.matches_in(&whole, usize::MAX, &mut |_| true), plainly(&needle, &whole));
            }
        }
    }
}
