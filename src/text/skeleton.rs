//! Text of every script folded to one skeleton, so that Qazaqstan, Қазақстан and قازاقستان are the same to a search.

use crate::text::alphabet::{Letter, Script, letter, marked, script, twin};
use crate::text::span::{Span, slice};

/// A query has no more variants than this, itself included: each one costs a search.
const MOST_VARIANTS: usize = 24;

/// Letters written with several and what they are, the longest first; capital `C` and `S` are those of `Letter::Plain`.
pub const DIGRAPHS: [(&str, char); 19] = [
    ("nggh", 'n'),
    ("shch", 'S'),
    ("ngh", 'n'),
    ("sch", 'S'),
    ("tsh", 'C'),
    ("dzh", 'j'),
    ("iie", 'e'), // Aliyev and Әлиев
    ("zh", 'j'),
    ("dj", 'j'),
    ("kh", 'h'),
    ("gh", 'g'),
    ("ng", 'n'),
    ("sh", 'S'),
    ("ch", 'C'),
    ("ts", 'c'),
    ("ie", 'e'),
    ("tS", 'C'), // тш, which Latin writes tsh
    ("sC", 'S'), // сч, which Latin writes sch
    ("SC", 'S'), // şç, one way to write щ
];

/// How a query may also be meant where Latin spelling is ambiguous: what is written, what may be meant.
const MEANINGS: [(&str, &str); 14] = [
    ("kh", "k"),
    ("x", "h"),
    ("w", "sh"),
    ("w", "v"),
    ("c", "k"),
    ("c", "ts"),
    ("yo", "e"),
    ("io", "e"),
    ("ý", "u"),
    ("ae", "a"),
    ("oe", "o"),
    ("ue", "u"),
    ("j", "y"),
    ("tz", "ts"),
];

/// A folded text that remembers where each of its letters came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skeleton {
    /// The skeleton, in which a stretch of blanks is one blank.
    pub text: String,
    /// For each character of `text` its bytes in the source, in order; two characters may share theirs (я is `ia`).
    pub sources: Vec<Span>,
}

/// What becomes of the blanks between words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blanks {
    /// A stretch of them is one blank.
    One,
    /// They are dropped, with the lines that hashtags write in their place: `#oyan_qazaqstan`.
    None,
}

/// A letter before digraphs and doubles are looked for.
#[derive(Debug, Clone, Copy)]
struct Sound {
    letter: char,
    span: Span,
}

impl Skeleton {
    /// The source's bytes that the characters numbered `first..behind` came from; nothing for an empty stretch.
    pub fn span(&self, first: usize, behind: usize) -> Option<Span> {
        let parts = self.sources.get(first..behind)?;
        Some(Span::new(parts.first()?.start, parts.last()?.end))
    }

    /// The source's bytes behind each of some characters, given by their numbers in order, as a fuzzy matcher has them;
    /// stretches that touch are one.
    pub fn spans(&self, numbers: &[usize]) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for source in numbers.iter().filter_map(|&number| self.sources.get(number)) {
            match spans.last_mut() {
                Some(last) if source.start <= last.end => *last = last.union(*source),
                _ => spans.push(*source),
            }
        }
        spans
    }

    /// The byte offsets of all of the source's letters behind some characters, given by their numbers in order.
    pub fn letters(&self, source: &str, numbers: &[usize]) -> Vec<usize> {
        let at = |span: Span| slice(source, span.start, span.end).char_indices().map(move |(at, _)| span.start + at);
        self.spans(numbers).into_iter().flat_map(at).collect()
    }
}

/// Folds a text to its skeleton: `Шымкент` and `Shymkent` are `Simkent`, each letter with its bytes.
pub fn fold(source: &str) -> Skeleton {
    fold_with(source, Blanks::One)
}

/// Folds a text to its skeleton, with or without the blanks.
pub fn fold_with(source: &str, blanks: Blanks) -> Skeleton {
    finish(&sounds(source, blanks))
}

/// The skeleton alone.
pub fn folded(source: &str) -> String {
    fold(source).text
}

/// The skeletons that a query may mean, its own first, at most 24: `Kazakhstan` is `kazahstan` and `kazakstan`.
pub fn variants(query: &str) -> Vec<String> {
    let mut spellings = vec![query.to_lowercase()];
    let mut skeletons = vec![folded(query)];
    for (written, meant) in MEANINGS {
        for at in 0..spellings.len() {
            let Some(other) = spellings.get(at).filter(|s| s.contains(written)).map(|s| s.replace(written, meant))
            else {
                continue;
            };
            let skeleton = folded(&other);
            if skeletons.len() < MOST_VARIANTS && !skeletons.contains(&skeleton) {
                skeletons.push(skeleton);
                spellings.push(other);
            }
        }
    }
    // The nation's own name is written with both sounds: Қазақ and, through Russian, Kazakh.
    for (own, other) in [("kazak", "kazah"), ("kazah", "kazak")] {
        let twins: Vec<String> = skeletons.iter().filter(|s| s.contains(own)).map(|s| s.replace(own, other)).collect();
        for twin in twins {
            if skeletons.len() < MOST_VARIANTS && !skeletons.contains(&twin) {
                skeletons.push(twin);
            }
        }
    }
    skeletons
}

/// A skeleton under which ş, ç and ц meet s, for Latin text that has lost its marks: `Şymkent`, `Symkent`.
pub fn loose(skeleton: &str) -> String {
    let mut loose = String::with_capacity(skeleton.len());
    for c in skeleton.chars() {
        let c = if matches!(c, 'S' | 'C' | 'c') { 's' } else { c };
        if c != 's' || !loose.ends_with('s') {
            loose.push(c);
        }
    }
    loose
}

/// The letters of a text one by one: look-alikes repaired, case, marks and hyphens gone.
fn sounds(source: &str, blanks: Blanks) -> Vec<Sound> {
    let mut sounds: Vec<Sound> = Vec::with_capacity(source.len());
    let (mut run_end, mut repair) = (0, None);
    let mut before = ' ';
    for (at, written) in source.char_indices() {
        let end = at + written.len_utf8();
        if at >= run_end && script(written).is_some() {
            (run_end, repair) = run(source, at);
        }
        let repaired = repair.filter(|_| at < run_end).and_then(|to| twin(written, to)).unwrap_or(written);
        let span = Span::new(at, end);
        let last = sounds.last_mut().filter(|last| last.span.end == at);
        match letter(repaired) {
            Letter::Mark => {
                if let Some(last) = last {
                    last.span.end = end;
                    last.letter = marked(last.letter, repaired).unwrap_or(last.letter);
                }
            }
            Letter::Apostrophe => {
                let goes_on = slice(source, end, source.len()).chars().next().is_some_and(char::is_alphabetic);
                if let Some(last) = last.filter(|_| goes_on) {
                    last.span.end = end;
                }
            }
            Letter::Hyphen if joins(before, slice(source, end, source.len()).chars().next()) => {}
            Letter::Hyphen => sounds.push(Sound { letter: '-', span }),
            Letter::Blank => match sounds.last_mut() {
                _ if blanks == Blanks::None => {}
                Some(last) if last.letter == ' ' => last.span.end = end,
                _ => sounds.push(Sound { letter: ' ', span }),
            },
            Letter::Plain('_') if blanks == Blanks::None => {}
            Letter::Plain(letter) => sounds.push(Sound { letter, span }),
            Letter::Pair(first, second) => {
                sounds.extend([Sound { letter: first, span }, Sound { letter: second, span }]);
            }
        }
        before = written;
    }
    sounds
}

/// Whether a hyphen between two characters is inside a word: one is a letter and the other a letter or digit.
fn joins(before: char, after: Option<char>) -> bool {
    let is_letter = |c: char| c.is_alphabetic() || letter(c) == Letter::Mark;
    after.is_some_and(|after| {
        (is_letter(before) && (is_letter(after) || after.is_numeric())) || (before.is_numeric() && is_letter(after))
    })
}

/// Where the run of letters that starts at `start` ends, and to which script its letters are to be brought.
fn run(source: &str, start: usize) -> (usize, Option<Script>) {
    let rest = slice(source, start, source.len());
    let is_in = |c: char| script(c).is_some() || (!c.is_ascii() && letter(c) == Letter::Mark);
    let end = rest.find(|c| !is_in(c)).unwrap_or(rest.len());
    let letters = slice(rest, 0, end);
    let count = |wanted| letters.chars().filter(|&c| script(c) == Some(wanted)).count();
    let (n_latin, n_cyrillic) = (count(Script::Latin), count(Script::Cyrillic));
    if n_latin == 0 || n_cyrillic == 0 {
        return (start + end, None);
    }
    let (few, to) =
        if n_latin <= n_cyrillic { (Script::Latin, Script::Cyrillic) } else { (Script::Cyrillic, Script::Latin) };
    let can = letters.chars().filter(|&c| script(c) == Some(few)).all(|c| twin(c, to).is_some());
    (start + end, can.then_some(to))
}

/// Makes one letter of each digraph and of each double letter.
fn finish(sounds: &[Sound]) -> Skeleton {
    let mut skeleton =
        Skeleton { text: String::with_capacity(sounds.len()), sources: Vec::with_capacity(sounds.len()) };
    let mut last = ' ';
    let mut rest = sounds;
    while let Some(first) = rest.first() {
        let (letter, n_sounds) = digraph(rest).unwrap_or((first.letter, 1));
        let (head, tail) = rest.split_at(n_sounds);
        let span = head.last().map_or(first.span, |last| first.span.union(last.span));
        match skeleton.sources.last_mut() {
            Some(source) if letter == last && letter.is_ascii_alphabetic() => *source = source.union(span),
            _ => {
                skeleton.text.push(letter);
                skeleton.sources.push(span);
            }
        }
        (last, rest) = (letter, tail);
    }
    skeleton
}

/// The letter that the first sounds are written for, and how many they are.
fn digraph(sounds: &[Sound]) -> Option<(char, usize)> {
    let first = sounds
        .first()
        .filter(|first| matches!(first.letter, 'n' | 's' | 't' | 'd' | 'i' | 'z' | 'k' | 'g' | 'c' | 'S'))?;
    let second = sounds
        .get(1)
        .filter(|second| matches!(second.letter, 'g' | 'h' | 'c' | 's' | 'z' | 'j' | 'i' | 'e' | 'S' | 'C'))?;
    DIGRAPHS.iter().find_map(|&(spelling, letter)| {
        let mut wanted = spelling.chars();
        let fits = wanted.next() == Some(first.letter) && wanted.next() == Some(second.letter);
        let is_all = fits && wanted.zip(2..).all(|(c, at)| sounds.get(at).is_some_and(|sound| sound.letter == c));
        is_all.then_some((letter, spelling.len()))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn squeezed(text: &str) -> String {
        fold_with(text, Blanks::None).text
    }

    #[test]
    fn the_measured_pairs_meet_and_the_others_do_not() {
        let mut n_pairs = 0;
        for line in include_str!("fold_tests.tsv").lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            let (query, text) = (cells[0], squeezed(cells[1]));
            assert_eq!(squeezed(query), cells[3], "{line}");
            assert_eq!(text, cells[4], "{line}");
            let is_own = text.contains(&squeezed(query));
            let is_any = variants(query).iter().any(|v| text.contains(&v.replace(' ', "")));
            let found = if is_own {
                "match"
            } else if is_any {
                "variant"
            } else {
                "nomatch"
            };
            assert_eq!(found, cells[2], "{line}");
            n_pairs += 1;
        }
        assert!(n_pairs > 50);
    }

    #[test]
    fn every_letter_knows_its_source() {
        let skeleton = fold("и\u{306}Shя ль.");
        assert_eq!(skeleton.text, "iSia l.");
        let bytes: Vec<(usize, usize)> = skeleton.sources.iter().map(|s| (s.start, s.end)).collect();
        assert_eq!(bytes, [(0, 4), (4, 6), (6, 8), (6, 8), (8, 9), (9, 13), (13, 14)]);
        assert_eq!(skeleton.spans(&[0, 1, 4]), [Span::new(0, 6), Span::new(8, 9)]);
        assert_eq!(skeleton.letters("и\u{306}Shя ль.", &[1, 2]), [4, 5, 6]);
    }

    #[test]
    fn numbers_keep_their_doubles_and_their_hyphens() {
        assert_eq!(folded("1100 2-3 1991-ші COVID-19 e-gov - а"), "1100 2-3 1991Si covid19 egov - a");
    }

    #[test]
    fn marks_may_stand_apart_or_be_lost() {
        assert_eq!(folded("s\u{327}ymkent Z\u{30c}eli"), folded("Şymkent Želi"));
        assert_eq!(loose(&folded("Şymkent")), loose(&folded("Symkent")));
        assert_eq!(folded("Әлиев"), folded("Aliyev"));
    }

    #[test]
    fn a_query_means_no_more_than_two_dozen_things() {
        assert_eq!(variants("Kazakhstan")[..2], ["kazahstan".to_owned(), "kazakstan".to_owned()]);
        assert!(variants("xkhwcyoioaeoeuejtz cwxkh").len() <= MOST_VARIANTS);
        assert_eq!(variants("қазақ"), ["kazak", "kazah"]);
        assert_eq!(variants("сөз"), ["soz"]);
    }

    proptest! {
        #[test]
        fn every_source_is_in_order_and_made_of_letters(text in prop_oneof![any::<String>(), "[a-zA-ZА-яқөі _'ьnghstkie\u{306}\u{327}\u{200d}-]{0,40}"]) {
            for blanks in [Blanks::One, Blanks::None] {
                let skeleton = fold_with(&text, blanks);
                prop_assert_eq!(skeleton.text.chars().count(), skeleton.sources.len());
                let mut before = Span::new(0, 0);
                for source in skeleton.sources {
                    prop_assert!(source.start >= before.start && source.end >= before.end && !source.is_empty());
                    prop_assert!(text.get(source.start..source.end).is_some());
                    before = source;
                }
            }
        }

        #[test]
        fn variants_never_panic(text in any::<String>()) {
            prop_assert!(variants(&text).len() <= MOST_VARIANTS);
        }
    }
}
