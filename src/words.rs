//! What the program says to people, in the language of the one who reads it.
//!
//! A message is named by its English words, as gettext does it; `words/kk.po` and `words/ru.po` hold the others.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::Display;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, in which messages stand in the code.
    English,
    /// Kazakh.
    Kazakh,
    /// Russian.
    Russian,
}

/// The languages with their ISO 639 letters and their own names.
pub const LANGUAGES: [(Language, &str, &str); 3] =
    [(Language::English, "en", "English"), (Language::Kazakh, "kk", "Қазақша"), (Language::Russian, "ru", "Русский")];

/// The catalogues as translators write them.
const FILES: [&str; 3] = ["", include_str!("words/kk.po"), include_str!("words/ru.po")];

/// The process's language: a person sits before one terminal.
static SPOKEN: AtomicU8 = AtomicU8::new(0);

thread_local! {
    /// This thread's language where it is another than the process's.
    static HERE: Cell<Option<Language>> = const { Cell::new(None) };
}

/// The letters of one of the program's languages, as they stand in the table; none for another.
pub fn letters(language: &str) -> &'static str {
    LANGUAGES.iter().find(|(_, letters, _)| *letters == language).map_or("", |(_, letters, _)| letters)
}

/// What a message is in one language: its translation, and that of each plural form.
type Catalogue = HashMap<String, Vec<String>>;

static CATALOGUES: [OnceLock<Catalogue>; 3] = [const { OnceLock::new() }; 3];

impl Language {
    /// The language of ISO 639 letters, or of a locale's name such as `kk_KZ.UTF-8`.
    pub fn of_locale(name: &str) -> Option<Self> {
        let letters = name.split(['_', '-', '.', '@']).next().unwrap_or("");
        LANGUAGES.iter().find(|(_, code, _)| letters.eq_ignore_ascii_case(code)).map(|(language, ..)| *language)
    }

    /// Its ISO 639 letters.
    pub fn code(self) -> &'static str {
        LANGUAGES[self as usize].1
    }

    /// Which plural form goes with a number. Source: Unicode CLDR, "Language Plural Rules"; a Kazakh noun stays
    /// singular behind a number.
    fn form(self, n: usize) -> usize {
        match self {
            Self::English => usize::from(n != 1),
            Self::Kazakh => 0,
            Self::Russian => match (n % 10, n % 100) {
                (1, rest) if rest != 11 => 0,
                (2..=4, rest) if !(12..=14).contains(&rest) => 1,
                _ => 2,
            },
        }
    }

    /// How many plural forms it has.
    pub fn n_forms(self) -> usize {
        [2, 1, 3][self as usize]
    }

    fn catalogue(self) -> &'static Catalogue {
        CATALOGUES[self as usize].get_or_init(|| read(FILES[self as usize]))
    }
}

/// Reads a catalogue; what can't be read, a test tells.
fn read(file: &str) -> Catalogue {
    let Ok(entries) = polib::po_file::parse_from_reader(file.as_bytes()) else { return Catalogue::new() };
    let forms = |message: &dyn polib::message::MessageView| {
        if message.is_plural() {
            message.msgstr_plural().cloned().unwrap_or_default()
        } else {
            message.msgstr().map(|text| vec![text.to_owned()]).unwrap_or_default()
        }
    };
    let known = entries.messages().filter(|message| message.is_translated());
    known.map(|message| (message.msgid().to_owned(), forms(message))).collect()
}

/// Sets the process's language.
pub fn speak(language: Language) {
    SPOKEN.store(language as u8, Ordering::Relaxed);
}

/// The language that is spoken here.
pub fn spoken() -> Language {
    HERE.get().unwrap_or(LANGUAGES[usize::from(SPOKEN.load(Ordering::Relaxed)).min(2)].0)
}

/// Does something in a language of its own, on this thread alone.
pub fn within<T>(language: Language, does: impl FnOnce() -> T) -> T {
    let before = HERE.replace(Some(language));
    let done = does();
    HERE.set(before);
    done
}

/// A message of a table in the language that is spoken.
pub fn of(english: &'static str) -> &'static str {
    of_any(english).unwrap_or(english)
}

/// A message that may be none of ours; `None` where the language has nothing for it.
pub fn of_any(english: &str) -> Option<&'static str> {
    match spoken() {
        Language::English => None,
        other => other.catalogue().get(english).and_then(|forms| forms.first()).map(String::as_str),
    }
}

/// The form of a message that goes with a number.
pub fn counted(n: usize, one: &'static str, other: &'static str) -> &'static str {
    let language = spoken();
    if language == Language::English {
        return [one, other][language.form(n)];
    }
    let forms = language.catalogue().get(one);
    forms.and_then(|forms| forms.get(language.form(n))).map_or([one, other][usize::from(n != 1)], String::as_str)
}

/// A message with values in the place of their names: `{n} of {all}`. Names without a value stay.
pub fn filled(message: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut text = String::with_capacity(message.len() + 16);
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => text.push_str(&value.to_string()),
            None => text.extend(["{", name, "}"]),
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// A message in the language that is spoken: `say!("nothing matches")`, or with values that the message names:
/// `say!("{n} of {all}", n, all = rows.len())`.
#[macro_export]
macro_rules! say {
    ($text:literal $(,)?) => { $crate::words::of($text) };
    ($text:literal, $($name:ident $(= $value:expr)?),+ $(,)?) => {
        $crate::words::filled($crate::words::of($text), &[$((stringify!($name), &$crate::value!($name $(= $value)?))),+])
    };
}

/// A message that goes with a number, as one and as several: `count!(n, "{n} row", "{n} rows")`.
#[macro_export]
macro_rules! count {
    ($n:expr, $one:literal, $other:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        let n: usize = $n;
        $crate::words::filled(
            $crate::words::counted(n, $one, $other),
            &[("n", &n) $(, (stringify!($name), &$crate::value!($name $(= $value)?)))*],
        )
    }};
}

/// The value of a named part of a message.
#[doc(hidden)]
#[macro_export]
macro_rules! value {
    ($name:ident) => {
        $name
    };
    ($name:ident = $value:expr) => {
        $value
    };
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_its_language() {
        assert_eq!(Language::of_locale("kk_KZ.UTF-8"), Some(Language::Kazakh));
        assert_eq!(Language::of_locale("RU"), Some(Language::Russian));
        assert_eq!(Language::of_locale("C.UTF-8"), None);
    }

    #[test]
    fn values_take_the_place_of_their_names_once() {
        let name = "{n} {";
        assert_eq!(say!("“{name}” {n} of {all} {left", name, n = 3, all = 5), "“{n} {” 3 of 5 {left}");
    }

    #[test]
    fn numbers_choose_their_form() {
        let forms = |language: Language| [0, 1, 2, 5, 11, 12, 21, 22, 111].map(|n| language.form(n));
        assert_eq!(forms(Language::English), [1, 0, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(forms(Language::Russian), [2, 0, 1, 2, 2, 2, 0, 1, 2]);
        assert_eq!(forms(Language::Kazakh), [0; 9]);
    }

    #[test]
    fn another_language_is_spoken_only_within() {
        within(Language::Kazakh, || assert_eq!(spoken(), Language::Kazakh));
        assert_eq!(spoken(), Language::English);
    }
}
