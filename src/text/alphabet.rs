//! What each letter of the scripts in use stands for in the search skeleton, its twins in other scripts, and its rank.

use std::sync::LazyLock;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// What a character is to the skeleton.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letter {
    /// Nothing of its own: a mark, a sign without sound (ь, ъ, hamza) or an invisible character.
    Mark,
    /// An apostrophe: part of a letter in the draft of 2017, nothing elsewhere.
    Apostrophe,
    /// A hyphen, which means nothing inside a word.
    Hyphen,
    /// White space of any kind.
    Blank,
    /// One skeleton letter; capital `C` is ч and capital `S` is ш.
    Plain(char),
    /// Two skeleton letters: я is `ia`, ю is `iu`, Latin x is `ks`.
    Pair(char, char),
}

/// The two scripts whose letters look alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// A to Z and what was made from them.
    Latin,
    /// А to Я and what was made from them.
    Cyrillic,
}

/// The skeleton letter, then the letters that stand for it; small letters only, those with marks that Unicode can
/// take off are not listed.
const LETTERS: [(Letter, &str); 30] = [
    (Letter::Plain('a'), "aаәəاٵ"),
    (Letter::Plain('b'), "bбب"),
    (Letter::Plain('v'), "vвۆ"),
    (Letter::Plain('g'), "gгғґҕعگغ"),
    (Letter::Plain('d'), "dдđد"),
    (Letter::Plain('e'), "eеэєەې"),
    (Letter::Plain('j'), "jжҗجژ"),
    (Letter::Plain('z'), "zзز"),
    (Letter::Plain('i'), "iyıиіыїيىیٸ"),
    (Letter::Plain('k'), "kqкқҡҝҟӄكکق"),
    (Letter::Plain('l'), "lлłل"),
    (Letter::Plain('m'), "mмم"),
    (Letter::Plain('n'), "nнңӊӈҥŋنڭ"),
    (Letter::Plain('o'), "oоөøوۅٶۉ"),
    (Letter::Plain('p'), "pпپ"),
    (Letter::Plain('r'), "rрر"),
    (Letter::Plain('s'), "sсßسص"),
    (Letter::Plain('t'), "tтتط"),
    (Letter::Plain('u'), "uwуұүۋۇۈٷ"),
    (Letter::Plain('f'), "fфف"),
    (Letter::Plain('h'), "hхһҳحھهخ"),
    (Letter::Plain('c'), "cц"),
    (Letter::Plain('C'), "чҷچ"),
    (Letter::Plain('S'), "шщش"),
    (Letter::Pair('i', 'a'), "я"),
    (Letter::Pair('i', 'u'), "ю"),
    (Letter::Pair('k', 's'), "x"),
    (Letter::Mark, "ьъʹʺءٴـ"),
    (Letter::Apostrophe, "'’‘ʼʻ`´′"),
    (Letter::Hyphen, "-\u{2010}\u{2011}"),
];

/// Letters that look the same: Latin, Cyrillic.
const TWINS: [(char, char); 26] = [
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('h', 'һ'),
    ('i', 'і'),
    ('k', 'к'),
    ('m', 'м'),
    ('o', 'о'),
    ('p', 'р'),
    ('t', 'т'),
    ('x', 'х'),
    ('y', 'у'),
    ('ə', 'ә'),
    ('A', 'А'),
    ('B', 'В'),
    ('C', 'С'),
    ('E', 'Е'),
    ('H', 'Н'),
    ('I', 'І'),
    ('K', 'К'),
    ('M', 'М'),
    ('O', 'О'),
    ('P', 'Р'),
    ('T', 'Т'),
    ('X', 'Х'),
    ('Y', 'У'),
];

/// The Kazakh alphabet of 42 letters in its own order.
const ORDER: &str = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя";

/// Letters below this have their answer ready in a table: Latin, Cyrillic and Arabic.
const N_READY: usize = 0x700;

static READY: LazyLock<Vec<Letter>> =
    LazyLock::new(|| (0..N_READY as u32).map(|n| char::from_u32(n).map_or(Letter::Mark, work_out)).collect());

/// What `c` is to the skeleton: `Қ`, `q` and `ق` are all `k`.
pub fn letter(c: char) -> Letter {
    READY.get(c as usize).copied().unwrap_or_else(|| work_out(c))
}

/// What `base` becomes under a mark that makes another letter of it (ş, ç, ž), if it does.
pub fn marked(base: char, mark: char) -> Option<char> {
    match (base, mark) {
        ('s', '\u{327}' | '\u{326}' | '\u{30c}' | '\u{302}') => Some('S'),
        ('c', '\u{327}' | '\u{30c}') => Some('C'),
        ('z', '\u{30c}') => Some('j'),
        _ => None,
    }
}

/// The script of a letter that may have a look-alike.
pub fn script(c: char) -> Option<Script> {
    match c {
        'a'..='z' | 'A'..='Z' => Some(Script::Latin),
        '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => Some(Script::Cyrillic),
        '\u{c0}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' if c != '×' && c != '÷' => Some(Script::Latin),
        _ => None,
    }
}

/// The letter of the script `to` that looks like `c`.
pub fn twin(c: char, to: Script) -> Option<char> {
    TWINS.iter().find_map(|&(latin, cyrillic)| match to {
        Script::Latin => (cyrillic == c).then_some(latin),
        Script::Cyrillic => (latin == c).then_some(cyrillic),
    })
}

/// The place of a letter in the Kazakh alphabet, from 0, whatever its case; none for another letter.
pub fn rank(c: char) -> Option<usize> {
    static RANKS: LazyLock<Vec<Option<u8>>> = LazyLock::new(|| {
        let place = |c: char| ORDER.chars().position(|own| Some(own) == c.to_lowercase().next()).map(|at| at as u8);
        (0x400..0x530).map(|n| char::from_u32(n).and_then(place)).collect()
    });
    let at = (c as usize).checked_sub(0x400)?;
    RANKS.get(at).copied().flatten().map(usize::from)
}

fn work_out(c: char) -> Letter {
    if is_combining_mark(c) || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}') {
        return Letter::Mark;
    }
    if c.is_whitespace() {
        return Letter::Blank;
    }
    // Only İ becomes two characters, of which the first is the letter.
    let small = c.to_lowercase().next().unwrap_or(c);
    if let Some(known) = listed(small) {
        return known;
    }
    if !small.is_alphabetic() {
        return Letter::Plain(c);
    }
    let (mut base, mut other) = (None, None);
    decompose_canonical(small, |part| match base {
        None => base = Some(part),
        Some(base) => other = other.or(marked(base, part)),
    });
    let base = base.unwrap_or(small);
    other.map_or_else(|| listed(base).unwrap_or(Letter::Plain(base)), Letter::Plain)
}

fn listed(c: char) -> Option<Letter> {
    LETTERS.iter().find_map(|(letter, spellings)| spellings.contains(c).then_some(*letter))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn every_script_comes_to_one_letter() {
        for (spellings, wanted) in [("ҚқKkQqķق", 'k'), ("ŞşŠШщش", 'S'), ("ÇçČЧ", 'C'), ("ŽжЖjج", 'j')]
        {
            for c in spellings.chars() {
                assert_eq!(letter(c), Letter::Plain(wanted), "{c}");
            }
        }
        assert_eq!(letter('İ'), Letter::Plain('i'));
        assert_eq!(letter('Я'), Letter::Pair('i', 'a'));
        assert_eq!(letter('\u{a0}'), Letter::Blank);
    }

    #[test]
    fn the_alphabet_is_in_its_own_order() {
        assert!(rank('ә') < rank('Б') && rank('қ') < rank('л') && rank('і') < rank('ь'));
        assert_eq!(rank('Я'), Some(41));
        assert_eq!(rank('z'), None);
    }
}
