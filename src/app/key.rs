//! A key as keymaps write it: `j`, `C-d`, `S-Left`, `F1`, `Space`.

use std::fmt;
use std::str::FromStr;

use crate::say;

/// The key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyCode {
    /// A letter or sign, as typed: `J` and not Shift with `j`.
    Char(char),
    /// A function key.
    F(u8),
    /// A key with a name: `Enter`, `Left`, …
    Named(&'static str),
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The key itself.
    pub code: KeyCode,
    /// With Ctrl.
    pub is_ctrl: bool,
    /// With Alt.
    pub is_alt: bool,
    /// With Shift; always false for letters and signs, which show it themselves.
    pub is_shift: bool,
}

/// The keys that have names.
const NAMES: [&str; 16] = [
    "Enter",
    "Esc",
    "Tab",
    "S-Tab",
    "Backspace",
    "Delete",
    "Insert",
    "Left",
    "Right",
    "Up",
    "Down",
    "Home",
    "End",
    "PageUp",
    "PageDown",
    "Space",
];

impl Key {
    /// A letter or sign.
    pub fn char(c: char) -> Self {
        Self { code: KeyCode::Char(c), is_ctrl: false, is_alt: false, is_shift: false }
    }

    /// A named key; a name that is none of ours is Esc.
    pub fn named(name: &str) -> Self {
        let name = NAMES.into_iter().find(|n| *n == name).unwrap_or("Esc");
        Self { code: KeyCode::Named(name), is_ctrl: false, is_alt: false, is_shift: false }
    }

    /// The character it types, if it types one.
    pub fn typed(&self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.is_ctrl && !self.is_alt => Some(c),
            KeyCode::Named("Space") if !self.is_ctrl && !self.is_alt => Some(' '),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (is_held, prefix) in [(self.is_ctrl, "C-"), (self.is_alt, "A-"), (self.is_shift, "S-")] {
            if is_held {
                f.write_str(prefix)?;
            }
        }
        match self.code {
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::Named(name) => f.write_str(name),
        }
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut key = Self { code: KeyCode::Named("Esc"), is_ctrl: false, is_alt: false, is_shift: false };
        let mut rest = text;
        if !NAMES.contains(&rest) {
            while let Some((prefix, tail)) = rest.split_once('-').filter(|(p, tail)| p.len() == 1 && !tail.is_empty()) {
                match prefix {
                    "C" => key.is_ctrl = true,
                    "A" => key.is_alt = true,
                    "S" => key.is_shift = true,
                    _ => break,
                }
                rest = tail;
            }
        }
        let mut chars = rest.chars();
        let function = rest.strip_prefix('F').and_then(|n| n.parse::<u8>().ok()).filter(|n| (1..=12).contains(n));
        key.code = match (function, NAMES.into_iter().find(|name| *name == rest), chars.next(), chars.next()) {
            (Some(n), ..) => KeyCode::F(n),
            (_, Some(name), ..) => KeyCode::Named(name),
            (_, _, Some(c), None) => KeyCode::Char(c),
            _ => return Err(say!("no key is called \"{text}\"", text)),
        };
        Ok(key)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_as_written() {
        for name in ["j", "J", "C-d", "S-Left", "C-S-Right", "F1", "F12", "Space", "S-Tab", "-", "C--", "қ", "]", "A-x"]
        {
            assert_eq!(name.parse::<Key>().map(|key| key.to_string()), Ok(name.into()), "{name}");
        }
        assert!("Foo".parse::<Key>().is_err());
        assert!("F13".parse::<Key>().is_err());
    }
}
