//! Which keys run which command, by mode; read from keymaps/*.toml.

use std::collections::BTreeMap;

use crate::app::key::Key;

/// The default keymap, compiled in.
pub const DEFAULT: &str = include_str!("../../keymaps/default.toml");

/// What a sequence of keys means so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning<'a> {
    /// It runs this command.
    Run(&'a str),
    /// It is the beginning of a longer one.
    Pending,
    /// It means nothing.
    Nothing,
}

/// What is wrong at one place of a keymap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeymapError {
    /// The mode it stands under.
    pub mode: String,
    /// The keys as written.
    pub keys: String,
    /// What is wrong.
    pub why: String,
}

impl std::fmt::Display for KeymapError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "keymap, [{}] \"{}\": {}", self.mode, self.keys, self.why)
    }
}

/// Which keys run which command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    modes: BTreeMap<String, Vec<(Vec<Key>, String)>>,
}

impl Keymap {
    /// Reads a keymap: `[mode]` tables of `"keys" = "command"`. Returns what could be read, and all that is wrong.
    pub fn read(text: &str, is_command: impl Fn(&str) -> bool) -> (Self, Vec<KeymapError>) {
        let mut errors = Vec::new();
        let mut keymap = Self::default();
        let tables = match toml::from_str::<BTreeMap<String, toml::Table>>(text) {
            Ok(tables) => tables,
            Err(error) => {
                let why = error.message().to_owned();
                return (keymap, vec![KeymapError { mode: String::new(), keys: String::new(), why }]);
            }
        };
        for (mode, table) in tables {
            let mut bound: Vec<(Vec<Key>, String)> = Vec::new();
            for (keys, command) in table {
                match read_binding(&keys, &command, &bound, &is_command) {
                    Ok(binding) => bound.push(binding),
                    Err(why) => errors.push(KeymapError { mode: mode.clone(), keys, why }),
                }
            }
            keymap.modes.insert(mode, bound);
        }
        (keymap, errors)
    }

    /// What the keys typed so far mean. A letter of a Cyrillic keyboard that is not bound itself stands for the
    /// Latin one at its place.
    pub fn find(&self, mode: &str, typed: &[Key]) -> Meaning<'_> {
        match self.find_exact(mode, typed) {
            Meaning::Nothing => {
                let latin: Vec<Key> = typed.iter().map(|key| key.on_latin().unwrap_or(*key)).collect();
                self.find_exact(mode, &latin)
            }
            meaning => meaning,
        }
    }

    fn find_exact(&self, mode: &str, typed: &[Key]) -> Meaning<'_> {
        let bound = self.modes.get(mode).map(Vec::as_slice).unwrap_or_default();
        if let Some((_, command)) = bound.iter().find(|(keys, _)| keys == typed) {
            return Meaning::Run(command);
        }
        if bound.iter().any(|(keys, _)| keys.starts_with(typed)) { Meaning::Pending } else { Meaning::Nothing }
    }

    /// The keys that run a command, in the order of the keymap: the first are the ones to hint at.
    pub fn keys_of(&self, mode: &str, command: &str) -> Vec<String> {
        let bound = self.modes.get(mode).map(Vec::as_slice).unwrap_or_default();
        bound.iter().filter(|(_, name)| name == command).map(|(keys, _)| written(keys)).collect()
    }

    /// The names of all bound commands.
    pub fn commands(&self) -> impl Iterator<Item = &str> {
        self.modes.values().flatten().map(|(_, name)| name.as_str())
    }
}

fn written(keys: &[Key]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn read_binding(
    keys: &str,
    command: &toml::Value,
    bound: &[(Vec<Key>, String)],
    is_command: impl Fn(&str) -> bool,
) -> Result<(Vec<Key>, String), String> {
    let name = command.as_str().ok_or("the command must be a name in quotes")?;
    if !is_command(name) {
        return Err(format!("no command is called \"{name}\""));
    }
    let parsed = keys.split_whitespace().map(str::parse).collect::<Result<Vec<Key>, String>>()?;
    if parsed.is_empty() {
        return Err("no key".into());
    }
    if let Some((other, _)) = bound.iter().find(|(other, _)| other.starts_with(&parsed) || parsed.starts_with(other)) {
        return Err(format!("clashes with \"{}\"", written(other)));
    }
    Ok((parsed, name.to_owned()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn all_wrong_bindings_are_told_at_once() {
        let text = "[read]\n\"g\" = \"go\"\n\"g g\" = \"go\"\n\"Foo\" = \"go\"\nj = \"fly\"\nk = 3\n";
        let (keymap, errors) = Keymap::read(text, |name| name == "go");
        let wrong: Vec<_> = errors.iter().map(|e| e.keys.as_str()).collect();
        assert_eq!(wrong.len(), 4, "{errors:?}");
        assert_eq!(keymap.find("read", &[Key::char('g')]), Meaning::Run("go"));
    }

    #[test]
    fn a_sequence_is_pending_until_it_ends_on_any_keyboard() {
        let (keymap, errors) = Keymap::read("[read]\n\"g g\" = \"go\"", |_| true);
        assert!(errors.is_empty());
        assert_eq!(keymap.find("read", &[Key::char('g')]), Meaning::Pending);
        assert_eq!(keymap.find("read", &[Key::char('п'), Key::char('п')]), Meaning::Run("go"));
        assert_eq!(keymap.find("read", &[Key::char('x')]), Meaning::Nothing);
    }
}
