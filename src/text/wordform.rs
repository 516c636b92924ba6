//! Word families: which forms in a text belong to a word, for Kazakh by chains of endings, for English and Russian by
//! the Snowball stems.

use rust_stemmers::{Algorithm, Stemmer};

use crate::text::alphabet::{Letter, Script, letter, script};
use crate::text::firsts::Firsts;
use crate::text::skeleton::{Skeleton, fold, folded, variants};
use crate::text::span::slice;
use crate::text::suffixes::{Beginning, beginnings, harmonic, owned, stripped};

/// Capitals of up to so many letters are an acronym; more are a word in capitals.
const MOST_ACRONYM_LETTERS: usize = 4;

/// The forms of one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    wholes: Vec<String>,
    beginnings: Vec<Beginning>,
    is_acronym: bool,
    is_plain: bool,
    stems: Vec<Stem>,
    firsts: Firsts,
}

/// A Snowball stem, and what a form's skeleton must begin with to be worth stemming.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stem {
    language: Language,
    text: String,
    plural: String,
    beginning: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    English,
    Russian,
}

impl Family {
    /// Takes one word, inflected or not, in any script.
    pub fn new(word: &str) -> Self {
        let small = word.to_lowercase();
        let wholes = variants(word);
        let mut stems = wholes.clone();
        if !is_plain(word) {
            stems.extend(stripped(&small).map(|stem| folded(&stem)).filter(|stem| !wholes.contains(stem)));
            stems.extend(owned(&folded(&small)));
        }
        let letters = || word.chars().filter(|c| c.is_alphabetic());
        let mut family = Self {
            firsts: Firsts::default(),
            beginnings: stems.iter().flat_map(|stem| beginnings(stem)).collect(),
            wholes,
            is_acronym: (2..=MOST_ACRONYM_LETTERS).contains(&letters().count()) && letters().all(char::is_uppercase),
            is_plain: is_plain(word),
            stems: [Language::English, Language::Russian].into_iter().filter_map(|l| Stem::new(l, &small)).collect(),
        };
        family.firsts = Firsts::of(family.openings());
        family
    }

    /// What the skeleton of a form can begin with.
    pub fn openings(&self) -> impl Iterator<Item = &str> {
        let own = self.wholes.iter().chain(self.beginnings.iter().map(|b| &b.text));
        own.chain(self.stems.iter().map(|stem| &stem.beginning)).map(String::as_str)
    }

    /// Whether a word of a text is one of the forms.
    pub fn accepts(&self, token: &str) -> bool {
        let is_it = |token: &str| {
            token.chars().next().is_some_and(|first| self.firsts.allow(first))
                && self.accepts_folded(token, &fold(token))
        };
        is_it(token) || owner(token).is_some_and(is_it)
    }

    fn accepts_folded(&self, token: &str, skeleton: &Skeleton) -> bool {
        self.wholes.contains(&skeleton.text)
            || self.beginnings.iter().any(|beginning| self.is_inflected(token, skeleton, beginning))
            || self.stems.iter().any(|stem| skeleton.text.starts_with(&stem.beginning) && stem.is_of(token))
    }

    fn is_inflected(&self, token: &str, skeleton: &Skeleton, beginning: &Beginning) -> bool {
        let Some(rest) = skeleton.text.strip_prefix(beginning.text.as_str()) else {
            return false;
        };
        let n_before = beginning.text.chars().count();
        // One letter begins anything.
        if n_before < 2 && !rest.is_empty() {
            return false;
        }
        let written_start = skeleton.sources.get(n_before).map_or(token.len(), |source| source.start);
        let written = slice(token, written_start, token.len());
        let hyphen = || slice(token, 0, written_start).chars().next_back().is_some_and(|c| letter(c) == Letter::Hyphen);
        if self.is_acronym && !hyphen() {
            return false;
        }
        // Two plain Latin words are English as likely as not: `plan` and `planer`, `form` and `former`; and so may be
        // one that begins with a short Kazakh word: `ел`, `elite`.
        if !rest.is_empty() && is_plain(token) && !hyphen() {
            let is_open = rest.starts_with(['a', 'e', 'i', 'o', 'u']);
            let is_doubtful = rest.len() < 2 || is_open || !beginning.is_unchanged();
            if n_before < 4 || (self.is_plain && is_doubtful) {
                return false;
            }
        }
        beginning.takes(rest) && harmonic(written)
    }
}

/// Whose something is, in English: `Almaty’s`.
fn owner(token: &str) -> Option<&str> {
    ["’s", "'s", "’S", "'S"].iter().find_map(|ending| token.strip_suffix(ending))
}

impl Stem {
    fn new(language: Language, small: &str) -> Option<Self> {
        let text = language.stem(small)?;
        let mut beginning = folded(&text);
        // The last letter may change (party, parties) or melt with the next one (cut, cuts).
        if beginning.chars().count() > 2 {
            beginning.pop();
        }
        Some(Self { language, text, plural: format!("{small}s"), beginning })
    }

    fn is_of(&self, token: &str) -> bool {
        let small = token.to_lowercase();
        // Snowball leaves NGOs as it is.
        small == self.plural || self.language.stem(&small).is_some_and(|stem| stem == self.text)
    }
}

impl Language {
    /// The stem of a word in small letters that can be of this language.
    fn stem(self, small: &str) -> Option<String> {
        let word = small.replace(['’', 'ʼ', '‘'], "'").replace('ё', "е");
        let is_own = |c: char| match self {
            Self::English => c.is_ascii_lowercase() || c == '\'',
            Self::Russian => ('а'..='я').contains(&c),
        };
        let algorithm = match self {
            Self::English => Algorithm::English,
            Self::Russian => Algorithm::Russian,
        };
        (!word.is_empty() && word.chars().all(is_own)).then(|| Stemmer::create(algorithm).stem(&word).into_owned())
    }
}

/// The Snowball stem of a word in small letters of English or Russian (`en`, `ru`); nothing for others.
pub fn stem(language: &str, small: &str) -> Option<String> {
    match language {
        "en" => Language::English.stem(small),
        "ru" => Language::Russian.stem(small),
        _ => None,
    }
}

/// Whether a word may as well be English: plain Latin letters without what only Kazakh spelling has.
fn is_plain(word: &str) -> bool {
    let small = word.to_lowercase();
    let has_own_q = small.replace("qu", "").contains('q');
    let is_latin = small.chars().all(|c| script(c) != Some(Script::Cyrillic) && (c.is_ascii() || !c.is_alphabetic()));
    is_latin && !has_own_q && !small.contains("zh") && !small.contains("kh")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn check(word: &str, forms: &[&str], others: &[&str]) {
        let family = Family::new(word);
        for form in forms {
            assert!(family.accepts(form), "{word} has {form}");
        }
        for other in others {
            assert!(!family.accepts(other), "{word} has not {other}");
        }
    }

    #[test]
    fn kazakh_words_have_their_endings_in_every_script() {
        let forms = ["Қазақстан", "Қазақстандағы", "Қазақстаннан", "qazaqstanğa", "قازاقستاندا", "ҚАЗАҚСТАННЫҢ"];
        for word in ["qazaqstan", "Қазақстан", "Қазақстанда", "Kazakhstan"] {
            check(word, &forms, &["қазақ", "қазақша"]);
        }
        check("Kazakhstan", &["Казахстан", "Казахстанда", "Kazakhstan", "Kazakhstan’s"], &[]);
    }

    #[test]
    fn stems_change_before_their_endings() {
        check("кітап", &["кітабы", "кітаптар", "кітабымыздағы"], &["кітабт"]);
        check("орын", &["орны", "орындар", "орнында"], &["орман"]);
        check("халық", &["халқы", "халықтың", "халыққа"], &["халат"]);
        check("мектептердің", &["мектеп", "мектепке", "мектебі"], &["мект"]);
        check("таң", &["таңғы"], &[]);
        check("ет", &["етсе"], &[]);
    }

    #[test]
    fn short_words_are_not_the_beginnings_of_longer_ones() {
        check("қыз", &["қыздар", "қызға", "қыздың"], &["қызмет", "қызықты", "қызу"]);
        check("ел", &["елде", "елдің", "елдер"], &["else", "elite", "eliminate"]);
        check("жастар", &["жастардың", "jastarğa"], &["жас", "жасады", "жасап", "жасырын"]);
        check("go", &[], &["гөрі"]);
        check("went", &[], &["sent"]);
        check("policy", &["policies", "policy’s"], &["policemen"]);
        check("zzzz", &[], &["заң", "заңға"]);
        for word in ["Алматы", "almaty", "Almaty"] {
            check(word, &["Almaty’s", "Almaty's", "Алматыда"], &[]);
        }
    }

    #[test]
    fn a_possessive_finds_its_word() {
        check("құқығы", &["құқық", "құқықтары", "құқығын"], &["құқ"]);
        check("кітабы", &["кітап", "кітаптарымыз", "кітабы"], &["кіт"]);
        check("халқы", &["халық", "халықтар", "халқының"], &["халат"]);
        check("орны", &["орын", "орындар", "орнында"], &["орман"]);
        check("тілі", &["тіл", "тілдер"], &[]);
        check("қаласы", &["қала", "қалалар"], &["қал"]);
    }

    #[test]
    fn acronyms_need_their_hyphen() {
        check("БАҚ", &["БАҚ", "БАҚ-тың", "БАҚ-тағы"], &["бақылау", "бақта"]);
        check("NGO", &["NGOs", "NGO-лар"], &["ngoda"]);
    }

    #[test]
    fn english_and_russian_words_have_their_stems() {
        check("protest", &["protests", "protesting", "протестер", "protested"], &["protein", "protestantism"]);
        check("party", &["parties", "party's"], &["partner"]);
        check("plan", &["plans", "planned"], &["planer", "plane", "planet"]);
        check("митинг", &["митинги", "митингов", "митингтер"], &["митра"]);
        check("план", &["планов", "планам"], &["планета"]);
    }
}
