//! Gathers what was set: the defaults, the project's file, the coder's file, the environment, the command line.

use std::env;

use crate::app;
use crate::app::session::Session;
use crate::app::settings::{Origin, Settings};
use crate::model::entries::Value;
use crate::say;
use crate::store::home::Home;
use crate::store::project::Project;
use crate::ui::palette::{self, BUNDLED, Palette};
use crate::ui::theme::{Level, Theme};
use crate::words::{self, Language};

/// What the command line set: the setting and the value.
pub type Wishes = Vec<(&'static str, Value)>;

/// What was set, and all that is wrong with it.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// The coder's own folder.
    pub home: Home,
    /// The settings.
    pub settings: Settings,
    /// The coder's own keys: the file's name and text.
    pub keys: Option<(String, String)>,
    /// What is wrong with the coder's own, a line each: nothing starts before it is mended.
    pub mistakes: Vec<String>,
    /// What is wrong with what the project sets: it is left out.
    pub warnings: Vec<String>,
}

impl Configuration {
    /// Gathers everything. What is wrong is left out and told.
    pub fn gather(project: Option<&Project>, wishes: &Wishes) -> Self {
        let home = Home::find();
        let mut settings = Settings::default();
        let themes = BUNDLED.iter().map(|(name, _)| (*name).to_owned()).chain(home.themes()).collect();
        settings.offer("theme", themes);
        let mut mistakes = Vec::new();
        let mut warnings = Vec::new();
        // The project's are defaults for a team; what a coder chose for themselves is stronger. What is wrong in a file
        // that is shared must not stop everybody.
        if let Some((file, text)) = project.and_then(Project::file) {
            warnings.extend(settings.read(&file, &text, "settings", true).iter().map(ToString::to_string));
        }
        match home.settings() {
            Ok(Some((file, text))) => {
                mistakes.extend(settings.read(&file, &text, "", false).iter().map(ToString::to_string));
            }
            Ok(None) => {}
            Err(error) => mistakes.push(error.to_string()),
        }
        let var = |name| env::var(name).ok().filter(|value| !value.is_empty());
        if let Some(coder) = var("TANBA_CODER") {
            let _ = settings.set("coder", Some(&Value::Text(coder)), Origin::Environment("TANBA_CODER"));
        }
        if var("NO_COLOR").is_some() {
            let _ = settings.set("colours", Some(&Value::Text("none".into())), Origin::Environment("NO_COLOR"));
        }
        for (name, value) in wishes {
            mistakes.extend(settings.set(name, Some(value), Origin::CommandLine).err());
        }
        let keys = home.keys().unwrap_or_else(|error| {
            mistakes.push(error.to_string());
            None
        });
        words::speak(language(&settings));
        Self { home, settings, keys, mistakes, warnings }
    }

    /// What the reader begins with. Fails with all that is wrong, a line each: the settings, the keys, the theme.
    pub fn reader(&self) -> Result<(Session, Theme), Vec<String>> {
        let (session, keys) = app::start(self.settings.clone(), self.keys.clone());
        let keys = keys.iter().map(ToString::to_string);
        match theme(&self.settings, &self.home) {
            Ok(theme) if self.mistakes.is_empty() && keys.len() == 0 => Ok((session, theme)),
            theme => Err(self.mistakes.iter().cloned().chain(keys).chain(theme.err()).collect()),
        }
    }
}

/// The language that the settings ask for: the one named, or that of the environment's locale.
pub fn language(settings: &Settings) -> Language {
    let locale = || {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
        set.into_iter().flatten().next().and_then(|name| Language::of_locale(&name))
    };
    Language::of_locale(settings.word("language")).or_else(locale).unwrap_or(Language::English)
}

/// Speaks the language that the coder's own settings or the environment ask for, before anything else is known.
pub fn speak_first() {
    let mut settings = Settings::default();
    if let Ok(Some((file, text))) = Home::find().settings() {
        settings.read(&file, &text, "", false);
    }
    words::speak(language(&settings));
}

/// The theme that the settings ask for, in what this terminal can show. Fails where a theme's file is wrong.
pub fn theme(settings: &Settings, home: &Home) -> Result<Theme, String> {
    let name = match settings.word("theme") {
        "auto" if is_light_ground() => "light",
        "auto" => "dark",
        name => name,
    };
    let theme = Theme::new(level(settings.word("colours")), palette_named(name, home)?);
    // A guess leaves the terminal's ground as it is; what was asked for is shown as it is meant.
    Ok(if settings.word("theme") == "auto" { theme } else { theme.painted() })
}

fn palette_named(name: &str, home: &Home) -> Result<Palette, String> {
    let file_of = |name: &str| home.theme(name).ok().flatten().map(|(_, text)| text);
    let bundled = BUNDLED.iter().find(|(known, _)| *known == name);
    let (file, text) = if let Some((name, text)) = bundled {
        ((*name).to_owned(), (*text).to_owned())
    } else {
        let own = home.theme(name).map_err(|error| error.to_string())?;
        own.ok_or_else(|| say!("no theme is called \"{name}\"; `tanba settings` lists them", name))?
    };
    palette::read(&file, &text, &file_of).map_err(|mistake| mistake.to_string())
}

/// What this terminal can show, by what the environment says.
fn level(wish: &str) -> Level {
    let var = |name| env::var(name).unwrap_or_default();
    let (term, colorterm) = (var("TERM"), var("COLORTERM"));
    match wish {
        "none" => Level::Mono,
        "16" => Level::Ansi16,
        "256" => Level::Ansi256,
        "true" => Level::True,
        _ if term == "dumb" || term.starts_with("vt1") || term.starts_with("vt2") => Level::Mono,
        _ if colorterm.contains("truecolor") || colorterm.contains("24bit") || term.ends_with("-direct") => Level::True,
        _ if term.contains("256") => Level::Ansi256,
        _ => Level::Ansi16,
    }
}

/// COLORFGBG is `foreground;background` in the sixteen colours; 7 and 9–15 are light grounds.
fn is_light_ground() -> bool {
    let var = env::var("COLORFGBG").unwrap_or_default();
    let ground = var.rsplit(';').next().and_then(|n| n.parse::<u8>().ok());
    ground.is_some_and(|n| n == 7 || n > 8)
}
