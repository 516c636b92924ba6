//! Kazakh endings: what may follow a stem, how a stem changes before it, and what an inflected word was made from.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::text::skeleton::folded;

/// The endings by class, from the measurements in KAZAKH.md.
const TABLE: &str = include_str!("kk_suffixes.tsv");

/// Stems of so many letters begin many words that are none of their forms: `қыз`, `қызмет`.
const MOST_SHORT_LETTERS: usize = 3;

/// How a form of a word begins, as a skeleton, and what must follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// What stands for the stem.
    pub text: String,
    /// What the ending lost to the stem where they met: `ат+тар` is `atar`.
    lost: &'static str,
    /// Whether the stem looks so before a vowel only: `кітап`, `кітабы`.
    before_vowel: bool,
}

impl Beginning {
    /// Whether what stands behind it in a skeleton is a chain of endings, or nothing.
    pub fn takes(&self, rest: &str) -> bool {
        if rest.is_empty() {
            return self.lost.is_empty() && !self.before_vowel;
        }
        if self.before_vowel && !rest.starts_with(['a', 'e', 'i', 'o', 'u']) {
            return false;
        }
        let chain = if self.is_short() { is_short_chain } else { is_chain };
        if self.lost.is_empty() { chain(rest) } else { chain(&format!("{}{rest}", self.lost)) }
    }

    /// Whether the stem stands there unchanged.
    pub fn is_unchanged(&self) -> bool {
        self.lost.is_empty() && !self.before_vowel
    }

    /// Whether so few letters begin many other words too.
    fn is_short(&self) -> bool {
        self.text.chars().count() <= MOST_SHORT_LETTERS
    }
}

/// The ways in which forms of a stem begin, the stem itself first; in and out are skeletons.
pub fn beginnings(stem: &str) -> Vec<Beginning> {
    let plain = |text: String, lost| Beginning { text, lost, before_vowel: false };
    let soft = |text: String| Beginning { text, lost: "", before_vowel: true };
    let mut all = vec![plain(stem.to_owned(), "")];
    let mut letters = stem.chars();
    let Some(last) = letters.next_back() else {
        return all;
    };
    let head = letters.as_str();
    // Where two equal letters meet one is left; нг, тс and ие become one letter.
    let doubles = ["a", "e", "d", "g", "i", "k", "l", "m", "n", "p", "s", "t", "S"];
    all.extend(doubles.into_iter().find(|d| d.starts_with(last)).map(|lost| plain(stem.to_owned(), lost)));
    match last {
        'n' => all.push(plain(stem.to_owned(), "g")),
        't' => all.push(plain(format!("{head}c"), "s")),
        'i' => all.push(plain(format!("{head}e"), "e")),
        'p' => all.push(soft(format!("{head}b"))),
        'k' => all.push(soft(format!("{head}g"))),
        _ => {}
    }
    let is_consonant = !matches!(last, 'a' | 'e' | 'i' | 'o' | 'u');
    if let Some(short) = head.strip_suffix('i').filter(|short| is_consonant && short.chars().count() >= 2) {
        all.push(soft(format!("{short}{last}")));
    }
    all
}

/// Whether a skeleton is a chain of Kazakh endings.
fn is_chain(rest: &str) -> bool {
    static CHAIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let [pl, poss, case, attr, pers] = ["PL", "POSS", "CASE", "ATTR", "PERS"].map(|class| any_of(class, folded));
        let [voice, neg, tense, der] = ["VOICE", "NEG", "VTENSE", "DER"].map(|class| any_of(class, folded));
        let noun = format!("{pl}?{poss}?(?:{case}|{attr}{pl}?{poss}?{case}?)?{pers}?");
        Regex::new(&format!("^(?:{der}?{noun}|{voice}{{0,2}}{neg}?{tense}{{1,2}}{noun})$")).ok()
    });
    CHAIN.as_ref().is_some_and(|chain| chain.is_match(rest))
}

/// Whether a skeleton is a chain of endings that hardly any other word goes on with: those of nouns, and of verbs those
/// that begin with a consonant.
fn is_short_chain(rest: &str) -> bool {
    static CHAIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let [pl, poss, case, attr, pers] = ["PL", "POSS", "CASE", "ATTR", "PERS"].map(|class| any_of(class, folded));
        let tenses = endings("VTENSE", folded).into_iter();
        let sure = tenses.filter(|t| t.chars().count() >= 2 && !t.starts_with(['a', 'e', 'i', 'o', 'u']));
        let tense = sure.collect::<Vec<_>>().join("|");
        Regex::new(&format!("^(?:{pl}?{poss}?(?:{case}|{attr})?|(?:{tense}){pers}?)$")).ok()
    });
    CHAIN.as_ref().is_some_and(|chain| chain.is_match(rest))
}

/// The word without its sure inflection, if it has one: `мектептерінде` is of `мектеп`. Takes small letters.
pub fn stripped(word: &str) -> Option<String> {
    static WRITTEN: LazyLock<Vec<Regex>> = LazyLock::new(|| inflections(str::to_owned));
    static FOLDED: LazyLock<Vec<Regex>> = LazyLock::new(|| inflections(folded));
    let is_cyrillic = word.chars().any(|c| ('а'..='ӿ').contains(&c));
    let own = if is_cyrillic { word.to_owned() } else { folded(word) };
    let ways = if is_cyrillic { &WRITTEN } else { &FOLDED };
    ways.iter().find_map(|way| {
        let parts = way.captures(&own)?;
        let (stem, ending) = (parts.get(1)?.as_str(), parts.get(2)?.as_str());
        let is_country = stem.ends_with(['с', 's']) && (ending.starts_with("тан") || ending.starts_with("tan"));
        (!is_country && harmonic(ending) && agree(stem, ending)).then(|| stem.to_owned())
    })
}

/// The skeletons of what a word, by its skeleton, may be the possessive of: `кітабы` of `кітап`, `халқы` of `халық`.
pub fn owned(skeleton: &str) -> Vec<String> {
    let Some(stem) = skeleton.strip_suffix('i').filter(|stem| stem.chars().count() >= MOST_SHORT_LETTERS) else {
        return Vec::new();
    };
    let is_vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u');
    let mut letters = stem.chars().rev();
    let (last, before) = (letters.next().unwrap_or(' '), letters.next().unwrap_or(' '));
    let head = stem.strip_suffix(last).unwrap_or("");
    match last {
        's' if is_vowel(before) => vec![head.to_owned()],
        _ if is_vowel(last) => Vec::new(),
        'b' => vec![format!("{head}p")],
        'g' => vec![format!("{head}k")],
        // A vowel between the last two consonants is lost before an ending: `орын`, `орны`.
        _ if !is_vowel(before) => vec![format!("{head}i{last}"), stem.to_owned()],
        _ => vec![stem.to_owned()],
    }
}

/// Patterns of a stem and an inflection that is hardly ever part of a stem.
fn inflections(spell: fn(&str) -> String) -> Vec<Regex> {
    let [pl, poss, case, attr] = ["PL", "POSS", "CASE", "ATTR"].map(|class| any_of(class, spell));
    let long = |class: &str, least: usize| {
        // -нда and -ндағы stand behind a possessive only; elsewhere their н is the stem's.
        let is_sure = |ending: &String| ending.chars().count() >= least && !ending.starts_with(['н', 'n']);
        let all = endings(class, spell).into_iter().filter(|ending| is_sure(ending) || is_ablative(ending));
        all.collect::<Vec<_>>().join("|")
    };
    let (long_case, long_attr, long_poss) = (long("CASE", 3), long("ATTR", 3), long("POSS", 2));
    let places = ["да", "де", "та", "те", "ға", "ге", "қа", "ке"].map(spell).join("|");
    [
        format!("^(.{{4,}}?)({pl}{poss}?(?:{case}|{attr})?)$"),
        format!("^(.{{4,}}?)(?:{long_poss})?((?:{long_attr})|(?:{long_case}))$"),
        format!("^(.{{5,}}?)({places})$"),
    ]
    .iter()
    .filter_map(|way| Regex::new(way).ok())
    .collect()
}

/// Whether the vowels of a chain of Cyrillic endings are all front or all back, as Kazakh has them: Russian `-ета` isn't.
pub fn harmonic(ending: &str) -> bool {
    let mut vowels = ending.to_lowercase();
    for always_front in ["менен", "пенен", "бенен", "мен", "пен", "бен", "нікі", "дікі", "тікі"]
    {
        vowels = vowels.replace(always_front, "");
    }
    let is_foreign = vowels.contains(['я', 'ю', 'э', 'ё', 'о', 'в', 'х', 'ц', 'ч', 'щ', 'ъ', 'ь', 'ф', 'ж', 'з'])
        && !vowels.contains("сыз")
        && !vowels.contains("сіз")
        && !vowels.contains("ыз")
        && !vowels.contains("із");
    let is_mixed = vowels.contains(['а', 'ы']) && vowels.contains(['е', 'і', 'ә', 'ө', 'ү']);
    !is_foreign && !is_mixed
}

/// Whether the stem's last vowel goes with the ending's first one, for Cyrillic; мен, пен and бен go with all.
fn agree(stem: &str, ending: &str) -> bool {
    let side = |c: char| match c {
        'а' | 'ы' | 'о' | 'ұ' => Some(true),
        'е' | 'і' | 'ә' | 'ө' | 'ү' => Some(false),
        _ => None,
    };
    let is_free = matches!(ending, "мен" | "пен" | "бен" | "менен" | "пенен" | "бенен");
    let (last, first) = (stem.chars().rev().find_map(side), ending.chars().find_map(side));
    is_free || last.is_none() || first.is_none() || last == first
}

fn endings(class: &str, spell: fn(&str) -> String) -> Vec<String> {
    static ROWS: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
        rows.map(|(class, endings)| (class, endings.split_whitespace().collect())).collect()
    });
    ROWS.get(class).map(|row| row.iter().map(|ending| spell(ending)).collect()).unwrap_or_default()
}

fn is_ablative(ending: &str) -> bool {
    matches!(ending, "нан" | "нен" | "ның" | "нің" | "nan" | "nen" | "nin")
}

fn any_of(class: &str, spell: fn(&str) -> String) -> String {
    format!("(?:{})", endings(class, spell).join("|"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn endings_chain_and_others_do_not() {
        for chain in ["дағы", "ларымыздан", "ның", "лардағылар", "ға", "шылық", "ғандар"]
        {
            assert!(is_chain(&folded(chain)), "{chain}");
        }
        for other in ["resei", "ilov", "log", "ovka"] {
            assert!(!is_chain(other), "{other}");
        }
    }

    #[test]
    fn only_sure_inflection_is_stripped() {
        for (word, stem) in [("мектептерінде", "мектеп"), ("қазақстаннан", "қазақстан"), ("qazaqstandağy", "kazakstan")]
        {
            assert_eq!(stripped(word).as_deref(), Some(stem), "{word}");
        }
        for whole in ["қазақстан", "алматы", "астана", "планета", "бала"] {
            assert_eq!(stripped(whole), None, "{whole}");
        }
    }
}
