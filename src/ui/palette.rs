//! The colours of a theme, read from TOML: by meaning, never by widget.

use ratatui::style::Color;

use crate::model::colour::{Rgb, contrast, parse};
use crate::model::entries::{self, Entry, Mistake, Value};
use crate::say;

/// The themes that come with the program: their names and files.
pub const BUNDLED: &[(&str, &str)] = &[
    ("dark", include_str!("themes/dark.toml")),
    ("light", include_str!("themes/light.toml")),
    ("contrast", include_str!("themes/contrast.toml")),
    ("contrast-light", include_str!("themes/contrast-light.toml")),
];

/// A colour in full and as one of sixteen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    /// In full.
    pub rgb: Rgb,
    /// As one of sixteen.
    pub sixteen: Color,
}

/// The colours of a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// The terminal's own ground, that codes' colours are mixed into.
    pub ground: Rgb,
    /// Letters of coded passages.
    pub ink: Rgb,
    /// The ground of what is selected.
    pub selected: Ink,
    /// Text that matters less.
    pub dim: Ink,
    /// Lines and borders.
    pub faint: Ink,
    /// Keys, headings, what has the keys.
    pub accent: Ink,
    /// Something went wrong.
    pub error: Ink,
    /// Letters that match what is looked for.
    pub matching: Ink,
    /// Per cent of a code's colour in the ground of its passages.
    pub tint_percent: u8,
    /// Whether coded passages are underlined besides.
    pub is_strong: bool,
}

const BLANK: Ink = Ink { rgb: (0, 0, 0), sixteen: Color::Reset };

impl Palette {
    /// Whether the ground is dark.
    pub fn is_dark(&self) -> bool {
        contrast(self.ground, (255, 255, 255)) > contrast(self.ground, (0, 0, 0))
    }

    fn ink(&mut self, name: &str) -> Option<&mut Ink> {
        Some(match name {
            "selected" => &mut self.selected,
            "dim" => &mut self.dim,
            "faint" => &mut self.faint,
            "accent" => &mut self.accent,
            "error" => &mut self.error,
            "match" => &mut self.matching,
            _ => return None,
        })
    }

    fn take(&mut self, entry: &Entry) -> Result<(), String> {
        if entry.table == "sixteen" {
            let colour = match &entry.value {
                Some(Value::Text(name)) => ansi_named(name),
                _ => None,
            };
            let ink = self.ink(&entry.key).ok_or_else(|| unknown(&entry.key))?;
            ink.sixteen =
                colour.ok_or(say!("one of black, red, green, yellow, blue, magenta, cyan, white, or bright- these"))?;
            return Ok(());
        }
        if !entry.table.is_empty() {
            return Err(say!("[{table}] is no table of a theme; there is only [sixteen]", table = entry.table));
        }
        match (entry.key.as_str(), &entry.value) {
            ("inherits", _) => {}
            ("tint", Some(Value::Number(n @ 5..=100))) => self.tint_percent = *n as u8,
            ("tint", _) => return Err(say!("tint is a number from 5 to 100").into()),
            ("strong", Some(Value::Switch(is_strong))) => self.is_strong = *is_strong,
            ("strong", _) => return Err(say!("strong is true or false").into()),
            (name, _) if !matches!(name, "ground" | "ink") && self.ink(name).is_none() => return Err(unknown(name)),
            (name, Some(Value::Text(colour))) => {
                let rgb =
                    parse(colour).ok_or_else(|| say!("{name} is a colour, #rrggbb, not \"{colour}\"", name, colour))?;
                match name {
                    "ground" => self.ground = rgb,
                    "ink" => self.ink = rgb,
                    name => self.ink(name).ok_or_else(|| unknown(name))?.rgb = rgb,
                }
            }
            (name, _) => return Err(say!("{name} is a colour in quotes, \"#rrggbb\"", name)),
        }
        Ok(())
    }
}

fn unknown(name: &str) -> String {
    say!(
        "a theme has no \"{name}\"; it has ground, ink, selected, dim, faint, accent, error, match, tint, strong",
        name
    )
}

/// Reads a theme. `inherits` names a bundled theme to begin with; without it a file must set everything, or what it
/// leaves is as in `dark`. Fails with the first thing that is wrong. `file_of` finds other themes that are inherited.
pub fn read(file: &str, text: &str, file_of: &dyn Fn(&str) -> Option<String>) -> Result<Palette, Mistake> {
    read_deep(file, text, file_of, 0)
}

fn read_deep(
    file: &str,
    text: &str,
    file_of: &dyn Fn(&str) -> Option<String>,
    depth: usize,
) -> Result<Palette, Mistake> {
    let entries = entries::read(file, text)?;
    let inherits = entries.iter().find(|entry| entry.table.is_empty() && entry.key == "inherits");
    let bundled = |name: &str| BUNDLED.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
    let mut palette = match inherits {
        Some(entry) => {
            let name = entry.value.as_ref().map(ToString::to_string).unwrap_or_default();
            let wrong = |why: &str| Mistake::new(file, entry.line, say!("inherits = \"{name}\": {why}", name, why));
            if depth > 4 {
                return Err(wrong(say!("themes inherit from each other in a circle")));
            }
            let text = bundled(&name).or_else(|| file_of(&name)).ok_or_else(|| wrong(say!("no theme is called so")))?;
            read_deep(&name, &text, file_of, depth + 1)?
        }
        None if BUNDLED.first().is_some_and(|(_, dark)| *dark == text) => Palette {
            ground: (0, 0, 0),
            ink: (0, 0, 0),
            selected: BLANK,
            dim: BLANK,
            faint: BLANK,
            accent: BLANK,
            error: BLANK,
            matching: BLANK,
            tint_percent: 0,
            is_strong: false,
        },
        None => read_deep("dark", BUNDLED.first().map_or("", |(_, dark)| dark), file_of, depth + 1)?,
    };
    for entry in &entries {
        palette.take(entry).map_err(|why| Mistake::new(file, entry.line, why))?;
    }
    Ok(palette)
}

/// One of the sixteen by its name. ratatui calls white Gray, and bright white White.
fn ansi_named(name: &str) -> Option<Color> {
    const NAMES: [(&str, Color); 16] = [
        ("black", Color::Black),
        ("red", Color::Red),
        ("green", Color::Green),
        ("yellow", Color::Yellow),
        ("blue", Color::Blue),
        ("magenta", Color::Magenta),
        ("cyan", Color::Cyan),
        ("white", Color::Gray),
        ("bright-black", Color::DarkGray),
        ("bright-red", Color::LightRed),
        ("bright-green", Color::LightGreen),
        ("bright-yellow", Color::LightYellow),
        ("bright-blue", Color::LightBlue),
        ("bright-magenta", Color::LightMagenta),
        ("bright-cyan", Color::LightCyan),
        ("bright-white", Color::White),
    ];
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, colour)| *colour)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_theme_of_ones_own_changes_single_lines() {
        let none = |_: &str| None;
        let dark = read("dark", BUNDLED[0].1, &none).unwrap();
        let own =
            read("own", "inherits = \"light\"\naccent = \"#102030\"\n[sixteen]\naccent = \"cyan\"\n", &none).unwrap();
        assert_eq!(own.accent, Ink { rgb: (16, 32, 48), sixteen: Color::Cyan });
        assert_eq!(own.ground, (255, 255, 255));
        assert!(dark.is_dark() && !own.is_dark());
        assert_eq!(read("own", "tint = 50\n", &none).unwrap(), Palette { tint_percent: 50, ..dark });
    }

    #[test]
    fn what_is_wrong_in_a_theme_is_told_with_its_line() {
        for (text, wrong) in [
            ("accent = \"blue\"", "own, line 1: accent is a colour, #rrggbb, not \"blue\""),
            ("\nacent = \"#000000\"", "own, line 2: a theme has no \"acent\""),
            ("tint = 0", "own, line 1: tint is a number from 5 to 100"),
            ("[sixteen]\ndim = \"mauve\"", "own, line 2: one of black, red"),
            ("inherits = \"drak\"", "own, line 1: inherits = \"drak\": no theme is called so"),
            ("inherits = \"own\"", "in a circle"),
        ] {
            let told = read("own", text, &|name| (name == "own").then(|| text.to_owned())).unwrap_err().to_string();
            assert!(told.contains(wrong), "{told}");
        }
    }
}
