//! Which key of a Latin keyboard lies where another one has its letter, so that every command works on any keyboard.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::app::key::{Key, KeyCode};
use crate::model::entries::{self, Mistake, Value};
use crate::say;

/// A keyboard layout that comes with the program: its name in the settings and its file, compiled in.
pub const BUNDLED: &[(&str, &str)] = &[
    ("ru", include_str!("../../keymaps/layouts/ru.toml")),
    ("kk", include_str!("../../keymaps/layouts/kk.toml")),
    ("ru-mac", include_str!("../../keymaps/layouts/ru-mac.toml")),
    ("kk-letters", include_str!("../../keymaps/layouts/kk-letters.toml")),
    ("kk-latin", include_str!("../../keymaps/layouts/kk-latin.toml")),
];

/// The table of a file in which a layout stands; a coder's own keys.toml may have one too.
pub const TABLE: &str = "layout";

/// The layouts that are listened to: which Latin key each of their letters stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layouts {
    /// The key, and the layouts that say so; no key where two layouts disagree.
    places: BTreeMap<char, (Option<char>, String)>,
}

impl Layouts {
    /// The bundled layouts of these names, parted by commas or blanks; a name that is none of them is passed over.
    pub fn named(names: &str) -> Self {
        let mut layouts = Self::default();
        for name in names.split([',', ' ']) {
            if let Some((name, text)) = BUNDLED.iter().find(|(known, _)| *known == name) {
                layouts.read(name, &format!("keymaps/layouts/{name}.toml"), text);
            }
        }
        layouts
    }

    /// Adds the `[layout]` table of a file, `"й" = "q"` a line. Returns all that is wrong.
    pub fn read(&mut self, name: &str, file: &str, text: &str) -> Vec<Mistake> {
        let entries = match entries::read(file, text) {
            Ok(entries) => entries,
            Err(mistake) => return vec![mistake],
        };
        let mut mistakes = Vec::new();
        for entry in entries.iter().filter(|entry| entry.table == TABLE) {
            let one = |text: &str| Some(text.chars().next()?).filter(|c| c.len_utf8() == text.len());
            let place = match &entry.value {
                Some(Value::Text(text)) => one(text).filter(char::is_ascii_graphic),
                _ => None,
            };
            match (one(&entry.key).filter(|letter| !letter.is_ascii()), place) {
                (Some(letter), Some(place)) => self.put(letter, place, name),
                _ => mistakes.push(Mistake::new(
                    file,
                    entry.line,
                    say!("a layout's line is a letter that is not ASCII and the Latin key at its place: \"й\" = \"q\""),
                )),
            }
        }
        mistakes
    }

    fn put(&mut self, letter: char, place: char, name: &str) {
        match self.places.get_mut(&letter) {
            None => {
                self.places.insert(letter, (Some(place), name.to_owned()));
            }
            Some((known, by)) if *known == Some(place) => *by = format!("{by} {name}"),
            Some((known, _)) => *known = None,
        }
    }

    /// The key at the same place of a Latin keyboard; none for a letter that no layout has.
    pub fn on_latin(&self, key: Key) -> Option<Key> {
        let KeyCode::Char(c) = key.code else { return None };
        let (place, _) = self.places.get(&c)?;
        place.map(|place| Key { code: KeyCode::Char(place), ..key })
    }

    /// The layouts through which a key is understood: `ru kk`.
    pub fn of(&self, key: Key) -> Option<&str> {
        let KeyCode::Char(c) = key.code else { return None };
        self.places.get(&c).filter(|(place, _)| place.is_some()).map(|(_, names)| names.as_str())
    }
}

/// What was typed as the other keyboard, Latin or Kazakh, would have had it: `vtrntg` is `мектеп`. None when it says
/// nothing there: no letter, or both scripts.
pub fn keyboard_twin(typed: &str) -> Option<String> {
    // ё is where a Kazakh keyboard has the sign that it is on a Russian one.
    static KEYS: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
        let letters = |name: &str| -> Vec<(char, char)> {
            let places = Layouts::named(name).places.into_iter();
            places.filter_map(|(letter, (place, _))| Some((letter, place?))).collect()
        };
        let mut keys = letters("kk");
        keys.extend(letters("ru").into_iter().filter(|(letter, _)| matches!(letter, 'ё' | 'Ё')));
        keys.retain(|(letter, _)| letter.is_alphabetic());
        keys
    });
    let is_cyrillic = |c: char| KEYS.iter().any(|(letter, _)| *letter == c);
    let (to_latin, to_cyrillic) = (typed.chars().any(is_cyrillic), typed.chars().any(|c| c.is_ascii_alphabetic()));
    if to_latin == to_cyrillic {
        return None;
    }
    let swap = |c: char| {
        let found = KEYS.iter().find(|(letter, place)| if to_latin { *letter == c } else { *place == c });
        found.map_or(c, |(letter, place)| if to_latin { *place } else { *letter })
    };
    let twin: String = typed.chars().map(swap).collect();
    (twin != typed).then_some(twin)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn latin(layouts: &Layouts, c: char) -> Option<String> {
        layouts.on_latin(Key::char(c)).map(|key| key.to_string())
    }

    #[test]
    fn a_letter_stands_for_the_latin_one_at_its_place() {
        let layouts = Layouts::named("ru, kk");
        assert_eq!(latin(&layouts, 'о'), Some("j".into()));
        assert_eq!(latin(&layouts, 'ъ'), Some("]".into()));
        assert_eq!(latin(&layouts, 'ә'), Some("2".into()));
        assert_eq!(latin(&layouts, 'Һ'), Some("+".into()));
        assert_eq!(latin(&layouts, 'j'), None);
        assert_eq!(layouts.of(Key::char('о')), Some("ru kk"));
        assert_eq!(layouts.of(Key::char('ә')), Some("kk"));
    }

    #[test]
    fn a_letter_on_which_two_layouts_disagree_stands_for_nothing() {
        assert_eq!(latin(&Layouts::named("ru"), '№'), Some("#".into()));
        assert_eq!(latin(&Layouts::named("ru kk"), '№'), None);
    }

    #[test]
    fn every_bundled_layout_is_bijective() {
        for (name, text) in BUNDLED {
            let mut layouts = Layouts::default();
            assert_eq!(layouts.read(name, name, text), [], "{name}");
            let mut places: Vec<char> = layouts.places.values().filter_map(|(place, _)| *place).collect();
            let n = places.len();
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), n, "{name} has two letters on one key");
            assert_eq!(n, text.lines().filter(|line| line.contains(" = ")).count(), "{name} has a letter twice");
        }
    }

    #[test]
    fn a_word_typed_on_the_wrong_layout_comes_right() {
        assert_eq!(keyboard_twin("vtrntg").as_deref(), Some("мектеп"));
        assert_eq!(keyboard_twin("мектеп").as_deref(), Some("vtrntg"));
        assert_eq!(keyboard_twin("0fpf0").as_deref(), Some("қазақ"));
        assert_eq!(keyboard_twin("`;").as_deref(), None);
        assert_eq!(keyboard_twin("t`;brf").as_deref(), Some("еёжика"));
        assert_eq!(keyboard_twin("зкщеуые 5"), Some("protest 5".to_owned()));
        assert_eq!(keyboard_twin("2022"), None);
        assert_eq!(keyboard_twin(""), None);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let mut layouts = Layouts::default();
        let mistakes = layouts.read("own", "keys.toml", "[layout]\n\"q\" = \"w\"\n\"йй\" = \"q\"\n\"ш\" = \"i\"\n");
        assert_eq!(mistakes.iter().map(|m| m.line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(latin(&layouts, 'ш'), Some("i".into()));
    }
}
