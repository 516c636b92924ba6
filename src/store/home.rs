//! The coder's own folder on this computer: settings, keys, themes, and what was seen before.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use etcetera::app_strategy::{AppStrategy, AppStrategyArgs, choose_native_strategy};

use crate::model::entries::Value;
use crate::say;
use crate::store::error::StoreError;

/// The names of the files.
const SETTINGS_FILE: &str = "settings.toml";
const KEYS_FILE: &str = "keys.toml";
const THEMES_FOLDER: &str = "themes";
const PROJECT_KEYS_FOLDER: &str = "projects";
const SEEN_FILE: &str = "seen";

/// The folder where this system keeps the settings of programs: `TANBA_HOME`, or on Linux `~/.config/tanba`, on macOS
/// `~/Library/Preferences/tanba`, on Windows `%APPDATA%\\tanba\\config`. `None` where the system names none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The folder; it need not be there.
    pub dir: Option<PathBuf>,
}

impl Home {
    /// Finds the folder.
    pub fn find() -> Self {
        if let Some(dir) = env::var_os("TANBA_HOME").filter(|dir| !dir.is_empty()) {
            return Self { dir: Some(PathBuf::from(dir)) };
        }
        let names =
            AppStrategyArgs { top_level_domain: "org".into(), author: "tanba".into(), app_name: "tanba".into() };
        Self { dir: choose_native_strategy(names).ok().map(|strategy| strategy.config_dir()) }
    }

    /// The file of the settings.
    pub fn settings_path(&self) -> Option<PathBuf> {
        self.dir.as_ref().map(|dir| dir.join(SETTINGS_FILE))
    }

    /// A file's name and text; `None` where it is not there. Fails where it can't be read.
    fn read(path: Option<PathBuf>) -> Result<Option<(String, String)>, StoreError> {
        let Some(path) = path else { return Ok(None) };
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path.display().to_string(), text))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::io("read", &path)(error)),
        }
    }

    /// The settings' file: its name and text.
    pub fn settings(&self) -> Result<Option<(String, String)>, StoreError> {
        Self::read(self.settings_path())
    }

    /// The coder's own keys: the file's name and text.
    pub fn keys(&self) -> Result<Option<(String, String)>, StoreError> {
        Self::read(self.dir.as_ref().map(|dir| dir.join(KEYS_FILE)))
    }

    /// A theme of the coder's: the file's name and text.
    pub fn theme(&self, name: &str) -> Result<Option<(String, String)>, StoreError> {
        let path = self.dir.as_ref().map(|dir| dir.join(THEMES_FOLDER).join(format!("{name}.toml")));
        Self::read(path.filter(|_| is_plain(name)))
    }

    /// The names of the coder's themes, in their order.
    pub fn themes(&self) -> Vec<String> {
        let entries = self.dir.as_ref().and_then(|dir| fs::read_dir(dir.join(THEMES_FOLDER)).ok());
        let names = entries.into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<String> = names
            .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
            .filter(|name| is_plain(name))
            .collect();
        names.sort();
        names
    }

    /// Keeps a setting for the next time; comments and other lines of the file stay as they are.
    pub fn keep_setting(&self, name: &str, value: &Value) -> Result<(), StoreError> {
        let Some(path) = self.settings_path() else {
            let why = say!("this system names no folder for settings; set TANBA_HOME to one");
            return Err(StoreError::Settings(PathBuf::from(SETTINGS_FILE), why.into()));
        };
        let text = Self::read(Some(path.clone()))?.map(|(_, text)| text).unwrap_or_default();
        let mut file: toml_edit::DocumentMut =
            text.parse().map_err(|_| StoreError::Settings(path.clone(), say!("this is no TOML").into()))?;
        let item = match value {
            Value::Text(text) => toml_edit::value(text),
            Value::Number(n) => toml_edit::value(*n),
            Value::Switch(is_on) => toml_edit::value(*is_on),
        };
        match file.get_mut(name).and_then(toml_edit::Item::as_value_mut) {
            // A comment behind the value stays.
            Some(old) => {
                let decor = old.decor().clone();
                if let Ok(mut new) = item.into_value() {
                    *new.decor_mut() = decor;
                    *old = new;
                }
            }
            None => file[name] = item,
        }
        write_whole(&path, &file.to_string())
    }

    /// Takes a setting out of the file; all other lines stay as they are.
    pub fn drop_setting(&self, name: &str) -> Result<(), StoreError> {
        let Some((path, (_, text))) = self.settings_path().zip(self.settings()?) else { return Ok(()) };
        let mut file: toml_edit::DocumentMut =
            text.parse().map_err(|_| StoreError::Settings(path.clone(), say!("this is no TOML").into()))?;
        file.remove(name);
        write_whole(&path, &file.to_string())
    }

    /// Where the key of an encrypted project is kept, by the key's public half.
    fn key_path(&self, name: &str) -> Option<PathBuf> {
        self.dir
            .as_ref()
            .filter(|_| is_plain(name))
            .map(|dir| dir.join(PROJECT_KEYS_FOLDER).join(format!("{name}.key")))
    }

    /// The key of an encrypted project, if it is kept here.
    pub fn project_key(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(Self::read(self.key_path(name))?.map(|(_, text)| text))
    }

    /// Keeps the key of an encrypted project, for its owner's eyes alone; says where.
    pub fn keep_project_key(&self, name: &str, secret: &str) -> Result<PathBuf, StoreError> {
        let path = self.key_path(name);
        let path = path.ok_or_else(|| StoreError::ReadOnly(say!("there is no folder for settings").into()))?;
        let dir = path.parent().unwrap_or(&path);
        fs::create_dir_all(dir).map_err(StoreError::io("make", dir))?;
        let written = private(&path).and_then(|mut file| writeln!(file, "{secret}").and_then(|()| file.sync_all()));
        written.map_err(StoreError::io("write", &path))?;
        Ok(path)
    }

    /// Forgets the key of an encrypted project; says whether it was kept.
    pub fn forget_project_key(&self, name: &str) -> Result<bool, StoreError> {
        let Some(path) = self.key_path(name).filter(|path| path.exists()) else { return Ok(false) };
        fs::remove_file(&path).map_err(StoreError::io("write", &path))?;
        Ok(true)
    }

    /// Whether something was seen before.
    pub fn has_seen(&self, what: &str) -> bool {
        let path = self.dir.as_ref().map(|dir| dir.join(SEEN_FILE));
        let seen = path.and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
        seen.lines().any(|line| line == what)
    }

    /// Remembers for ever that something was seen.
    pub fn remember(&self, what: &str) -> Result<(), StoreError> {
        let Some(path) = self.dir.as_ref().map(|dir| dir.join(SEEN_FILE)).filter(|_| !self.has_seen(what)) else {
            return Ok(());
        };
        let seen = Self::read(Some(path.clone()))?.map(|(_, text)| text).unwrap_or_default();
        write_whole(&path, &format!("{seen}{what}\n"))
    }
}

/// Whether a theme can have that name: it is one part of a path, and written in a setting.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

/// A new file that its owner alone may read, whatever is usual here.
#[cfg(unix)]
pub fn private(path: &Path) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    let _ = fs::remove_file(path);
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// A new file.
#[cfg(not(unix))]
pub fn private(path: &Path) -> std::io::Result<fs::File> {
    fs::File::create(path)
}

/// Writes a small file whole or not at all.
fn write_whole(path: &Path, text: &str) -> Result<(), StoreError> {
    // A link stays a link: what it names is written.
    let real = fs::canonicalize(path);
    let path = real.as_deref().unwrap_or(path);
    let half = path.with_extension("part");
    let dir = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(dir)
        .and_then(|()| fs::File::create(&half))
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&half, path));
    if written.is_err() {
        let _ = fs::remove_file(&half);
    }
    written.map_err(StoreError::io("write", path))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_kept_and_comments_stay() {
        let dir = tempfile::TempDir::new().unwrap();
        let home = Home { dir: Some(dir.path().join("deep/tanba")) };
        home.keep_setting("mouse", &Value::Switch(false)).unwrap();
        let path = home.settings_path().unwrap();
        fs::write(&path, "# менің баптауларым\nmouse = false # тышқансыз\nunit = \"word\"\n").unwrap();
        home.keep_setting("mouse", &Value::Switch(true)).unwrap();
        home.keep_setting("wheel-rows", &Value::Number(5)).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, "# менің баптауларым\nmouse = true # тышқансыз\nunit = \"word\"\nwheel-rows = 5\n");
        fs::write(&path, "not = = toml").unwrap();
        assert!(home.keep_setting("mouse", &Value::Switch(true)).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "not = = toml");
    }

    #[test]
    fn what_was_seen_is_remembered() {
        let dir = tempfile::TempDir::new().unwrap();
        let home = Home { dir: Some(dir.path().to_path_buf()) };
        assert!(!home.has_seen("welcome"));
        home.remember("welcome").unwrap();
        home.remember("welcome").unwrap();
        assert!(home.has_seen("welcome") && !home.has_seen("wel"));
        assert_eq!(home.theme("../settings").unwrap(), None);
    }
}
