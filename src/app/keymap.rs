//! Which keys run which command, by mode; read from keymaps/*.toml and from the coder's own file.

use std::collections::BTreeMap;

use crate::app::key::Key;
use crate::app::layout::{Layouts, TABLE};
use crate::model::entries::{self, Entry, Mistake, Value};
use crate::say;

/// A keymap that comes with the program.
#[derive(Debug, Clone, Copy)]
pub struct Bundled {
    /// Its name in the settings.
    pub name: &'static str,
    /// For whom it is.
    pub help: &'static str,
    /// Its file, compiled in.
    pub text: &'static str,
    /// Whether its keys are shown spelt out: `Ctrl-t` for `C-t`.
    pub spells_out: bool,
}

/// The keymaps that come with the program; the first is the default.
pub const BUNDLED: &[Bundled] = &[
    Bundled {
        name: "vim",
        help: "letters, as in vim and less",
        text: include_str!("../../keymaps/vim.toml"),
        spells_out: false,
    },
    Bundled {
        name: "plain",
        help: "arrows, Ctrl and F-keys",
        text: include_str!("../../keymaps/plain.toml"),
        spells_out: true,
    },
];

/// The modes that have keys: reading, lists, memos, single lines, sheets, and all writing.
pub const MODES: [&str; 7] = ["read", "pick", "edit", "line", "show", "table", "write"];

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

/// Keys and the command they run.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Binding {
    keys: Vec<Key>,
    command: String,
    /// Where it was written: file and line.
    place: (String, usize),
}

/// Which keys run which command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    /// The keyboards that are listened to.
    pub layouts: Layouts,
    modes: BTreeMap<String, Vec<Binding>>,
}

impl Keymap {
    /// The bundled keymap of that name, or the default one.
    pub fn bundled(name: &str, is_command: &dyn Fn(&str) -> bool) -> (Self, Vec<Mistake>) {
        let row = BUNDLED.iter().find(|row| row.name == name).or(BUNDLED.first());
        let mut keymap = Self::default();
        let mistakes = row.map(|row| keymap.read(&format!("keymaps/{}.toml", row.name), row.text, is_command));
        (keymap, mistakes.unwrap_or_default())
    }

    /// Adds the `[mode]` tables of a file: `"keys" = "command"`, or `"keys" = false` to free them. Keys that an
    /// earlier file binds get the new meaning. Returns all that is wrong; what is right is taken.
    pub fn read(&mut self, file: &str, text: &str, is_command: &dyn Fn(&str) -> bool) -> Vec<Mistake> {
        let entries = match entries::read(file, text) {
            Ok(entries) => entries,
            Err(mistake) => return vec![mistake],
        };
        let mut mistakes = Vec::new();
        // What is freed makes room first, wherever it stands in the file.
        let keys = entries.iter().filter(|entry| entry.table != TABLE);
        let (freed, bound): (Vec<_>, Vec<_>) = keys.partition(|e| e.value == Some(Value::Switch(false)));
        for entry in freed.into_iter().chain(bound) {
            if let Err(why) = self.take(file, entry, is_command) {
                let table = if entry.table.is_empty() { String::new() } else { format!("[{}] ", entry.table) };
                mistakes.push(Mistake::new(file, entry.line, format!("{table}\"{}\": {why}", entry.key)));
            }
        }
        mistakes.sort_by_key(|mistake| mistake.line);
        mistakes
    }

    fn take(&mut self, file: &str, entry: &Entry, is_command: &dyn Fn(&str) -> bool) -> Result<(), String> {
        if !MODES.contains(&entry.table.as_str()) {
            return Err(say!("keys stand in a table of these: {modes}", modes = format!("[{}]", MODES.join("] ["))));
        }
        let keys = entry.key.split_whitespace().map(str::parse).collect::<Result<Vec<Key>, String>>()?;
        if keys.is_empty() {
            return Err(say!("no key is named").into());
        }
        let bound = self.modes.entry(entry.table.clone()).or_default();
        let command = match &entry.value {
            Some(Value::Text(command)) => command.clone(),
            Some(Value::Switch(false)) => {
                // Nothing to free is no mistake: one file of keys goes with any keymap.
                bound.retain(|binding| binding.keys != keys);
                return Ok(());
            }
            _ => return Err(say!("the command must be a name in quotes, or false to free the keys").into()),
        };
        let is_writing = matches!(entry.table.as_str(), "pick" | "edit" | "line" | "write");
        if is_writing && keys.first().is_some_and(|key| key.typed().is_some()) {
            return Err(say!(
                "a letter alone is written here, so it can't be a key; hold Ctrl (C-) or Alt (A-) with it"
            )
            .into());
        }
        if !is_command(&command) {
            return Err(say!(
                "no command is called \"{command}\"{way_out}",
                command,
                way_out = nearest(&command, is_command)
            ));
        }
        // One is the beginning of the other, or the same.
        let clash = bound.iter().position(|other| other.keys.iter().zip(&keys).all(|(theirs, ours)| theirs == ours));
        let place = (file.to_owned(), entry.line);
        match clash {
            Some(at) if bound[at].keys == keys && bound[at].place.0 != file => {
                bound[at] = Binding { keys, command, place };
            }
            Some(at) => {
                let other = &bound[at];
                let (from, line) = &other.place;
                let way_out = if from == file {
                    String::new()
                } else {
                    say!("; free it with \"{other}\" = false", other = written(&other.keys))
                };
                return Err(say!(
                    "clashes with \"{other}\" ({from}, line {line}){way_out}",
                    other = written(&other.keys),
                    from,
                    line,
                    way_out
                ));
            }
            None => bound.push(Binding { keys, command, place }),
        }
        Ok(())
    }

    /// What the keys typed so far mean. A letter of a Cyrillic keyboard that is not bound itself stands for the
    /// Latin one at its place.
    pub fn find(&self, mode: &str, typed: &[Key]) -> Meaning<'_> {
        match self.find_exact(mode, typed) {
            Meaning::Nothing => self.find_exact(mode, &self.on_latin(typed)),
            meaning => meaning,
        }
    }

    fn find_exact(&self, mode: &str, typed: &[Key]) -> Meaning<'_> {
        let bound = self.bound(mode);
        if let Some(binding) = bound.iter().find(|binding| binding.keys == typed) {
            return Meaning::Run(&binding.command);
        }
        if bound.iter().any(|binding| binding.keys.starts_with(typed)) { Meaning::Pending } else { Meaning::Nothing }
    }

    /// What may follow the keys typed so far: the rest of the keys, and the command they run.
    pub fn following(&self, mode: &str, typed: &[Key]) -> Vec<(String, &str)> {
        let starts = |typed: &[Key]| -> Vec<(String, &str)> {
            let begun = self.bound(mode).iter().filter(|b| b.keys.starts_with(typed) && b.keys.len() > typed.len());
            begun.map(|b| (written(b.keys.get(typed.len()..).unwrap_or_default()), b.command.as_str())).collect()
        };
        let exact = starts(typed);
        if exact.is_empty() { starts(&self.on_latin(typed)) } else { exact }
    }

    /// The keys that run a command, in the order of the keymap: the first are the ones to hint at.
    pub fn keys_of(&self, mode: &str, command: &str) -> Vec<String> {
        self.bound(mode).iter().filter(|b| b.command == command).map(|b| written(&b.keys)).collect()
    }

    /// All bindings of a mode: the keys, the command, and the file that says so.
    pub fn bindings(&self, mode: &str) -> impl Iterator<Item = (String, &str, &str)> {
        self.bound(mode).iter().map(|b| (written(&b.keys), b.command.as_str(), b.place.0.as_str()))
    }

    /// Keys as the same ones of a Latin keyboard.
    fn on_latin(&self, typed: &[Key]) -> Vec<Key> {
        typed.iter().map(|key| self.layouts.on_latin(*key).unwrap_or(*key)).collect()
    }

    fn bound(&self, mode: &str) -> &[Binding] {
        self.modes.get(mode).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Keys as they are written in a keymap: `g g`.
pub fn written(keys: &[Key]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// `; did you mean …?` for a name that is nearly a command's.
fn nearest(name: &str, is_command: &dyn Fn(&str) -> bool) -> String {
    let swapped = name.replace(['_', ' '], "-").to_lowercase();
    if is_command(&swapped) {
        say!("; did you mean \"{swapped}\"?", swapped)
    } else {
        say!("; `tanba keys` lists them").into()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn read(text: &str) -> (Keymap, Vec<Mistake>) {
        let mut keymap = Keymap::default();
        let mistakes = keymap.read("a.toml", text, &|name| name.starts_with("go"));
        (keymap, mistakes)
    }

    #[test]
    fn all_wrong_bindings_are_told_at_once_with_their_lines() {
        let text =
            "[read]\n\"g\" = \"go\"\n\"g g\" = \"go\"\n\"Foo\" = \"go\"\nj = \"fly\"\nk = 3\n[pikc]\nx = \"go\"\n";
        let (keymap, mistakes) = read(text);
        let lines: Vec<_> = mistakes.iter().map(|m| m.line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 8], "{mistakes:?}");
        assert!(
            mistakes[0].to_string().contains("a.toml, line 3: [read] \"g g\": clashes with \"g\" (a.toml, line 2)")
        );
        assert_eq!(keymap.find("read", &[Key::char('g')]), Meaning::Run("go"));
    }

    #[test]
    fn a_sequence_is_pending_until_it_ends_on_any_keyboard() {
        let (mut keymap, mistakes) = read("[read]\n\"g g\" = \"go\"\n\"g e\" = \"go-end\"");
        assert_eq!(mistakes, []);
        keymap.layouts = Layouts::named("ru");
        assert_eq!(keymap.find("read", &[Key::char('g')]), Meaning::Pending);
        assert_eq!(keymap.find("read", &[Key::char('п'), Key::char('п')]), Meaning::Run("go"));
        assert_eq!(keymap.find("read", &[Key::char('x')]), Meaning::Nothing);
        let following = keymap.following("read", &[Key::char('п')]);
        assert_eq!(following, [("g".to_owned(), "go"), ("e".to_owned(), "go-end")]);
    }

    #[test]
    fn a_coders_own_file_changes_single_keys() {
        let (mut keymap, _) = read("[read]\n\"g g\" = \"go\"\n\"g e\" = \"go-end\"\nj = \"go\"");
        let own = |keymap: &mut Keymap, text: &str| keymap.read("own.toml", text, &|name| name.starts_with("go"));
        assert_eq!(own(&mut keymap, "[read]\nj = \"go-end\"\nx = \"go\"\n"), []);
        assert_eq!(keymap.keys_of("read", "go-end"), ["g e", "j"]);
        let clash = own(&mut keymap, "[read]\ng = \"go\"\n");
        assert!(
            clash[0].why.contains("clashes with \"g g\" (a.toml, line 2); free it with \"g g\" = false"),
            "{clash:?}"
        );
        assert_eq!(own(&mut keymap, "[read]\ng = \"go\"\n\"g g\" = false\n\"g e\" = false\n"), []);
        assert_eq!(keymap.find("read", &[Key::char('g')]), Meaning::Run("go"));
        assert_eq!(own(&mut keymap, "[read]\nQ = false\n"), []);
        assert!(own(&mut keymap, "[read]\nQ = \"Go_End\"\n")[0].why.contains("did you mean \"go-end\"?"));
    }
}
