//! What a coder can set: the table of settings, and their values with where each comes from.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::entries::{self, Mistake, Value};
use crate::say;

/// What a setting may be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// On or off.
    Switch,
    /// A whole number between two.
    Number(i64, i64),
    /// One of some words; further ones can be offered when the program runs.
    Word(&'static [&'static str]),
    /// Several of some words, parted by commas or blanks; none at all too.
    Words(&'static [&'static str]),
    /// Any text.
    Text,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name, as files write it.
    pub name: &'static str,
    /// What it sets.
    pub help: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What it is when nobody sets it.
    pub default: &'static str,
    /// Whether a shared project can't set it: who codes is each one's own, and so is what runs on their computer.
    pub is_personal: bool,
    /// Whether it is asked only when the reader starts.
    pub is_for_the_start: bool,
}

const fn row(name: &'static str, kind: Kind, default: &'static str, help: &'static str) -> Setting {
    Setting { name, help, kind, default, is_personal: false, is_for_the_start: false }
}

/// A row that is asked only at the start.
const fn first(name: &'static str, kind: Kind, default: &'static str, help: &'static str) -> Setting {
    Setting { is_for_the_start: true, ..row(name, kind, default, help) }
}

/// All settings, in the order in which they are listed.
pub const SETTINGS: &[Setting] = &[
    row("keymap", Kind::Word(&["vim", "plain"]), "vim", "which keys: letters as in vim, or arrows, Ctrl and F-keys"),
    row(
        "language",
        Kind::Word(&["auto", "en", "kk", "ru"]),
        "auto",
        "the language of the interface: English, Kazakh, Russian; auto asks LC_ALL, LC_MESSAGES and LANG",
    ),
    row("theme", Kind::Word(&["auto"]), "auto", "colours by meaning; auto asks the terminal's COLORFGBG"),
    row(
        "colours",
        Kind::Word(&["auto", "none", "16", "256", "true"]),
        "auto",
        "how many colours the terminal shows; auto asks TERM, COLORTERM and NO_COLOR",
    ),
    row(
        "layouts",
        Kind::Words(&["ru", "kk", "ru-mac", "kk-letters", "kk-latin"]),
        "ru, kk",
        "keyboards whose letters stand for the Latin keys at their places: ru, kk, ru-mac, kk-letters, kk-latin",
    ),
    row("mouse", Kind::Switch, "true", "the mouse is ours; false leaves it to the terminal's own selection"),
    row("wheel-rows", Kind::Number(1, 20), "3", "rows that one notch of the wheel scrolls"),
    first("unit", Kind::Word(&["word", "sentence", "paragraph"]), "sentence", "what the cursor moves by at the start"),
    row("text-width", Kind::Number(30, 400), "92", "columns of text in a pane at most"),
    first("panel", Kind::Switch, "true", "the list of annotations is shown at the start"),
    row("hints", Kind::Switch, "true", "the last row names the keys that help now"),
    row(
        "ambiguous-width",
        Kind::Number(1, 2),
        "1",
        "columns of letters whose width terminals disagree on; 2 for East Asian fonts",
    ),
    row("suggestions", Kind::Switch, "false", "passages that look like ones tagged before can be asked for"),
    Setting { is_personal: true, ..first("coder", Kind::Text, "", "who codes; empty is this computer's user") },
    Setting {
        is_personal: true,
        ..row("editor", Kind::Text, "", "the program that memos are written in on demand; empty asks VISUAL and EDITOR")
    },
];

/// Where a value comes from, weakest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A file, as it is to be named.
    File(String),
    /// An environment variable.
    Environment(&'static str),
    /// An option of the command line.
    CommandLine,
    /// It was set while reading, for this time.
    Now,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str(say!("default")),
            Self::File(file) => f.write_str(file),
            Self::Environment(name) => f.write_str(&say!("{name} in the environment", name)),
            Self::CommandLine => f.write_str(say!("command line")),
            Self::Now => f.write_str(say!("set while reading")),
        }
    }
}

/// The values, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    set: BTreeMap<&'static str, (String, Origin)>,
    /// Further words that a setting may be.
    offered: BTreeMap<&'static str, Vec<String>>,
}

impl Settings {
    /// Offers further words for a setting: the themes in the coder's folder.
    pub fn offer(&mut self, name: &'static str, words: Vec<String>) {
        self.offered.insert(name, words);
    }

    /// Takes the entries of a file that stand in one of its tables (`""` is the top). A file that is shared may not
    /// set what is each coder's own. Returns all that is wrong.
    pub fn read(&mut self, file: &str, text: &str, table: &str, is_shared: bool) -> Vec<Mistake> {
        let entries = match entries::read(file, text) {
            Ok(entries) => entries,
            Err(mistake) => return vec![mistake],
        };
        let mut mistakes = Vec::new();
        for entry in entries {
            let is_personal = named(&entry.key).is_some_and(|setting| setting.is_personal);
            let taken = if entry.table == table && is_shared && is_personal {
                Err(say!("{key} is each coder's own; it stands in their own settings", key = entry.key))
            } else if entry.table == table {
                self.set(&entry.key, entry.value.as_ref(), Origin::File(file.to_owned()))
            } else if table.is_empty() {
                Err(say!("[{table}]: settings stand at the top of the file, in no table", table = entry.table))
            } else {
                Ok(())
            };
            mistakes.extend(taken.err().map(|why| Mistake::new(file, entry.line, why)));
        }
        mistakes
    }

    /// Sets one; fails, naming what would be right, where there is no such setting or value.
    pub fn set(&mut self, name: &str, value: Option<&Value>, origin: Origin) -> Result<(), String> {
        let setting = named(name).ok_or_else(|| unknown(name))?;
        let text = self.checked(setting, value)?;
        self.set.insert(setting.name, (text, origin));
        Ok(())
    }

    fn checked(&self, setting: &Setting, value: Option<&Value>) -> Result<String, String> {
        let wrong = |wanted: &str| Err(say!("{name} is {wanted}", name = setting.name, wanted));
        match (setting.kind, value) {
            (Kind::Switch, Some(Value::Switch(is_on))) => Ok(is_on.to_string()),
            (Kind::Switch, _) => wrong(say!("true or false")),
            (Kind::Number(low, high), Some(Value::Number(n))) if (low..=high).contains(n) => Ok(n.to_string()),
            (Kind::Number(low, high), _) => wrong(&say!("a number from {low} to {high}", low, high)),
            (Kind::Word(_) | Kind::Words(_), Some(value)) => {
                let (text, words) = (value.to_string(), self.words(setting));
                let is_list = matches!(setting.kind, Kind::Words(_));
                let mut parts = text.split([',', ' ']).filter(|part| is_list && !part.is_empty());
                let unknown =
                    if is_list { parts.find(|part| !words.iter().any(|w| w == part)) } else { Some(text.as_str()) };
                let Some(word) = unknown.filter(|word| !words.iter().any(|w| w == word)) else { return Ok(text) };
                let near = nearest(word, words.iter().map(String::as_str));
                let near = near.map_or_else(String::new, |near| say!("; did you mean \"{near}\"?", near));
                wrong(&say!("one of {words}, not \"{word}\"{near}", words = words.join(", "), word, near))
            }
            (Kind::Text, Some(Value::Text(text))) => Ok(text.clone()),
            (Kind::Word(_) | Kind::Words(_) | Kind::Text, _) => wrong(say!("a text in quotes")),
        }
    }

    /// The words that a setting may be.
    pub fn words(&self, setting: &Setting) -> Vec<String> {
        let own: &[&str] = match setting.kind {
            Kind::Word(words) | Kind::Words(words) => words,
            Kind::Switch => &["true", "false"],
            _ => &[],
        };
        let offered = self.offered.get(setting.name).into_iter().flatten().cloned();
        own.iter().map(|word| (*word).to_owned()).chain(offered).collect()
    }

    /// Its value in words, and where it comes from. A name that is no setting's has none.
    pub fn value(&self, name: &str) -> (&str, &Origin) {
        match self.set.get(name) {
            Some((text, origin)) => (text, origin),
            None => (named(name).map_or("", |setting| setting.default), &Origin::Default),
        }
    }

    /// The value of a word or text.
    pub fn word(&self, name: &str) -> &str {
        self.value(name).0
    }

    /// Whether a switch is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.word(name) == "true"
    }

    /// The value of a number.
    pub fn number(&self, name: &str) -> usize {
        self.word(name).parse().unwrap_or(0)
    }
}

/// The setting of that name.
pub fn named(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The value that a coder means by what they wrote for a setting.
pub fn value_of(setting: &Setting, written: &str) -> Value {
    match setting.kind {
        Kind::Switch if written == "true" || written == "false" => Value::Switch(written == "true"),
        Kind::Number(..) => written.trim().parse().map_or_else(|_| Value::Text(written.to_owned()), Value::Number),
        _ => Value::Text(written.to_owned()),
    }
}

/// The refusal of a name that is no setting's, with the one that is meant.
pub fn unknown(name: &str) -> String {
    let near = nearest(name, SETTINGS.iter().map(|setting| setting.name));
    let way_out = near.map_or_else(
        || say!("; `tanba settings` lists them").to_owned(),
        |near| say!("; did you mean \"{near}\"?", near),
    );
    say!("no setting is called \"{name}\"{way_out}", name, way_out)
}

/// The word that is most like another, if any is like it at all.
pub fn nearest<'a>(wanted: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let like = |word: &'a str| (strsim::jaro_winkler(&wanted.to_lowercase(), &word.to_lowercase()), word);
    let best = words.map(like).max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(likeness, _)| *likeness > 0.75).map(|(_, word)| word)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::app::keymap::BUNDLED;
    use crate::app::layout;

    #[test]
    fn every_default_is_a_legal_value() {
        for setting in SETTINGS {
            let mut settings = Settings::default();
            let value = value_of(setting, setting.default);
            assert_eq!(settings.set(setting.name, Some(&value), Origin::Now), Ok(()), "{}", setting.name);
            assert_eq!(settings.word(setting.name), setting.default);
        }
        let Some(Setting { kind: Kind::Word(words), .. }) = named("keymap") else { panic!("a word") };
        assert_eq!(BUNDLED.iter().map(|row| row.name).collect::<Vec<_>>(), *words);
        let Some(Setting { kind: Kind::Words(words), help, .. }) = named("layouts") else { panic!("words") };
        assert_eq!(layout::BUNDLED.iter().map(|(name, _)| *name).collect::<Vec<_>>(), *words);
        assert!(help.ends_with(&words.join(", ")), "{help}");
    }

    #[test]
    fn what_is_wrong_is_told_with_what_would_be_right() {
        let mut settings = Settings::default();
        let text = "mous = false\nmouse = 3\nwheel-rows = 99\nkeymap = \"plan\"\n[x]\ny = 1\n";
        let wrong: Vec<String> = settings.read("s.toml", text, "", false).iter().map(ToString::to_string).collect();
        assert_eq!(
            wrong,
            [
                "s.toml, line 1: no setting is called \"mous\"; did you mean \"mouse\"?",
                "s.toml, line 2: mouse is true or false",
                "s.toml, line 3: wheel-rows is a number from 1 to 20",
                "s.toml, line 4: keymap is one of vim, plain, not \"plan\"; did you mean \"plain\"?",
                "s.toml, line 6: [x]: settings stand at the top of the file, in no table",
            ]
        );
    }

    #[test]
    fn later_files_win_and_are_named() {
        let mut settings = Settings::default();
        assert_eq!(settings.read("a", "mouse = false\nunit = \"word\"", "", false), []);
        assert_eq!(settings.read("b", "name = \"x\"\n[settings]\nmouse = true\n", "settings", true), []);
        assert_eq!(settings.value("mouse"), ("true", &Origin::File("b".into())));
        assert_eq!(settings.value("unit"), ("word", &Origin::File("a".into())));
        assert_eq!(settings.value("panel"), ("true", &Origin::Default));
        let shared = settings.read("b", "[settings]\neditor = \"rm\"\n", "settings", true);
        assert!(shared[0].to_string().contains("b, line 2: editor is each coder's own"), "{shared:?}");
        assert_eq!(settings.word("editor"), "");
    }
}
