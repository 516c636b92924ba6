//! A quick look at raw text for places where a skeleton may stand, so that only lines with such a place are folded.
//! It may find too much, never too little.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

use crate::text::alphabet::{Letter, Script, letter, twin};
use crate::text::skeleton::DIGRAPHS;

/// The most bytes that a sieve's automaton may take; past it, every line is folded.
const MOST_BYTES: usize = 8 << 20;

/// Letters that can be written with one character for two: the first, the second, as `Letter::Pair` has them.
const PAIRS: [(char, char); 4] = [('i', 'a'), ('i', 'u'), ('k', 's'), ('k', 'S')];

/// What a character for `ks` needs behind it to be read as `k` and `S`.
const BEHIND_KS: &str = "shch";

/// A search of raw text for any of some skeletons.
#[derive(Debug, Clone)]
pub struct Sieve {
    expression: Option<Regex>,
}

impl Sieve {
    /// Makes a sieve for skeletons; blanks in them are ignored. Too short or too many skeletons let every line through.
    pub fn of_skeletons<'a>(skeletons: impl Iterator<Item = &'a str>) -> Self {
        let mut all: Vec<Vec<char>> =
            skeletons.map(|s| s.chars().filter(|c| !matches!(c, ' ' | '_')).collect()).collect();
        all.sort_by_key(Vec::len);
        // What contains a shorter one is found with it.
        let mut least: Vec<Vec<char>> = Vec::new();
        for skeleton in all {
            if !least.iter().any(|short| short.is_empty() || skeleton.windows(short.len()).any(|part| part == short)) {
                least.push(skeleton);
            }
        }
        if least.iter().any(Vec::is_empty) {
            return Self::of_expression(None);
        }
        let ways: Vec<String> = least.iter().map(|skeleton| way(skeleton)).collect();
        let way = ways.join("|");
        let expression = RegexBuilder::new(&way).size_limit(MOST_BYTES).dfa_size_limit(MOST_BYTES).build().ok();
        Self { expression }
    }

    /// Makes a sieve of a regular expression; none lets every line through.
    pub fn of_expression(expression: Option<Regex>) -> Self {
        Self { expression }
    }

    /// A byte offset at or in front of which, and not before `from`, the first place in a text may end.
    pub fn find(&self, text: &str, from: usize) -> Option<usize> {
        match &self.expression {
            Some(expression) => expression.shortest_match_at(text, from),
            None => (from < text.len()).then_some(from),
        }
    }
}

/// The characters for each skeleton letter, for each pair, and for nothing, as the inside of a bracket expression.
#[derive(Debug, Default)]
struct Spellings {
    single: BTreeMap<char, String>,
    pair: BTreeMap<(char, char), String>,
    gap: String,
}

static SPELLINGS: LazyLock<Spellings> = LazyLock::new(|| {
    let mut all = Spellings { gap: "_".to_owned(), ..Spellings::default() };
    // Latin, Cyrillic and Arabic; Latin with more marks; the signs for kelvin and ångström.
    let codes = (0..0x700).chain(0x1E00..0x1F00).chain(0x2126..0x212C).chain(0x2010..0x2012);
    for c in codes.filter_map(char::from_u32).filter(|&c| c != '\n') {
        for meant in [Some(c), twin(c, Script::Latin), twin(c, Script::Cyrillic)].into_iter().flatten() {
            let class = match letter(meant) {
                Letter::Plain(own) => all.single.entry(own).or_default(),
                Letter::Pair(first, second) => all.pair.entry((first, second)).or_default(),
                _ => &mut all.gap,
            };
            let _ = write!(class, "\\x{{{:x}}}", u32::from(c));
        }
    }
    all.gap.push_str("\\x{700}-\\x{1dff}\\x{1f00}-\\x{2125}\\x{212c}-\\x{10ffff}");
    all
});

/// An expression for all raw spellings of a skeleton.
fn way(skeleton: &[char]) -> String {
    let gap = format!("[{}]*", SPELLINGS.gap);
    let mut way = String::new();
    let mut at = 0;
    while let Some(&first) = skeleton.get(at) {
        let (is_first, is_last) = (at == 0, at + 1 >= skeleton.len());
        let second = skeleton.get(at + 1).copied();
        let pair = second.filter(|&second| PAIRS.contains(&(first, second)));
        if let Some(second) = pair {
            let (one, two) = (spelling(first, is_first, false), spelling(second, false, at + 2 >= skeleton.len()));
            let both = halves(second, first);
            let _ = write!(way, "(?:(?:{one}{gap})+(?:{two}{gap})+|(?:{one}{gap})*{both}{gap}(?:{two}{gap})*)");
            at += 2;
        } else {
            let one = spelling(first, is_first, is_last);
            let _ = if is_last { write!(way, "{one}") } else { write!(way, "(?:{one}{gap})+") };
            at += 1;
        }
    }
    way
}

/// An expression for one skeleton letter; at the ends of a skeleton, half of a pair is enough.
fn spelling(wanted: char, is_first: bool, is_last: bool) -> String {
    let mut ways = vec![sound(wanted)];
    let gap = format!("[{}]*", SPELLINGS.gap);
    let digraphs = DIGRAPHS.iter().filter(|(_, letter)| *letter == wanted);
    ways.extend(digraphs.map(|(written, _)| written.chars().map(sound).collect::<Vec<_>>().join(&gap)));
    if is_first {
        ways.extend(PAIRS.iter().filter(|(_, second)| *second == wanted).map(|&(first, second)| halves(second, first)));
    }
    if is_last {
        ways.extend(PAIRS.iter().filter(|(first, _)| *first == wanted).map(|&(first, second)| halves(second, first)));
    }
    format!("(?:{})", ways.join("|"))
}

/// A character for two letters, with what makes its second half the one that is wanted.
fn halves(second: char, first: char) -> String {
    let is_ks = (first, second) == ('k', 'S');
    let key = if is_ks { ('k', 's') } else { (first, second) };
    let class = SPELLINGS.pair.get(&key).map(String::as_str).unwrap_or_default();
    // A mark, h, ch, hch or C makes S of its s, with anything silent between.
    let tail = if is_ks {
        let behind = BEHIND_KS.chars().map(sound).collect::<Vec<_>>().join("|");
        format!("(?:[{}]|{behind}|{})+", SPELLINGS.gap, sound('C'))
    } else {
        String::new()
    };
    format!("[{class}]{tail}")
}

/// An expression for one letter before digraphs are read.
fn sound(wanted: char) -> String {
    if !wanted.is_ascii() {
        return "[^\\x00-\\x7f]".to_owned();
    }
    let class = |c: char| SPELLINGS.single.get(&c).map(String::as_str).unwrap_or_default();
    let marked = match wanted {
        'S' => "s",
        'C' => "c",
        'j' => "z",
        _ => "",
    };
    match marked.chars().next() {
        Some(base) => format!("(?:[{}]|[{}][{}]+)", class(wanted), class(base), SPELLINGS.gap),
        None => format!("[{}]", class(wanted)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::text::alphabet::marked;

    #[test]
    fn no_character_is_forgotten() {
        let all = &*SPELLINGS;
        let gap = Regex::new(&format!("^[{}]$", all.gap)).unwrap();
        let singles: BTreeMap<char, Regex> = all
            .single
            .iter()
            .filter(|(c, _)| c.is_ascii())
            .map(|(c, class)| (*c, Regex::new(&format!("^[{class}]$")).unwrap()))
            .collect();
        let pairs: BTreeMap<(char, char), Regex> =
            all.pair.iter().map(|(pair, class)| (*pair, Regex::new(&format!("^[{class}]$")).unwrap())).collect();
        for c in ('\0'..=char::MAX).filter(|&c| c != '\n') {
            let text = c.to_string();
            match letter(c) {
                Letter::Plain(own) if own.is_ascii() => assert!(singles[&own].is_match(&text), "{c:?}"),
                Letter::Plain(own) => assert!(!c.is_ascii() && !own.is_ascii()),
                Letter::Pair(first, second) => assert!(pairs[&(first, second)].is_match(&text), "{c:?}"),
                _ => assert!(gap.is_match(&text), "{c:?}"),
            }
            assert_eq!(marked(c, 'a'), None);
        }
    }
}
