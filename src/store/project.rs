//! A project's folder: where everything lies, its settings, and who works in it.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::say;
use crate::store::cipher::{Cipher, KEY_FILE};
use crate::store::documents::{self, Shelf};
use crate::store::error::StoreError;
use crate::store::journal;

/// The file that makes a folder a project.
pub const SETTINGS_FILE: &str = "tanba.toml";

/// What `tanba.toml` says.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The project's name.
    #[serde(default)]
    pub name: String,
    /// The languages of its documents, the left pane's first.
    #[serde(default = "two_languages")]
    pub languages: Vec<String>,
    /// Whether others on this machine or network drive may read its files, as far as the system lets them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
    /// Where the team's journals meet beside this folder: `postgres://…` or a folder; empty where the folder is all there is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hub: String,
    /// The public half of the key that it is encrypted with, `age1…`; empty where it is not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub encryption: String,
    /// Settings of the reader for all who work here; read by who knows them.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    pub settings: toml::Table,
}

fn two_languages() -> Vec<String> {
    vec!["en".into(), "kk".into()]
}

/// A project's folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// The folder itself.
    pub root: PathBuf,
    /// What `tanba.toml` says.
    pub settings: Settings,
    /// The key that it is encrypted with, once it was opened.
    pub cipher: Option<Cipher>,
}

/// Who works, and on which machine: the name of the journal that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writer {
    /// The coder's name.
    pub coder: String,
    /// The machine's name.
    pub device: String,
}

impl Writer {
    /// The coder given by name, or the system's user; the device by `TANBA_DEVICE` or the host's name.
    pub fn current(coder: Option<&str>) -> Self {
        let named = coder.filter(|name| !name.is_empty()).map(str::to_owned);
        let coder = named.or_else(|| whoami::username().ok()).unwrap_or_default();
        let device = env::var("TANBA_DEVICE").ok().or_else(|| whoami::hostname().ok()).unwrap_or_default();
        Self { coder: file_name_part(&coder, "coder"), device: file_name_part(&device, "device") }
    }

    /// `coder@device`.
    pub fn name(&self) -> String {
        format!("{}@{}", self.coder, self.device)
    }
}

/// Whether a writer's name is one that this program could have made: it becomes a file's name.
pub fn is_writer(name: &str) -> bool {
    let part = |part: &str| !part.is_empty() && file_name_part(part, "") == part;
    name.rsplit_once('@').is_some_and(|(coder, device)| part(coder) && part(device))
}

/// A coder's name as it would stand in the names of journals; nothing of one that has no letter or digit.
pub fn coder_named(name: &str) -> Option<String> {
    Some(file_name_part(name, "")).filter(|name| !name.is_empty())
}

/// A name that every file system can hold: letters, digits, `-`, `_` and dots inside.
pub fn file_name_part(name: &str, otherwise: &str) -> String {
    let safe: String = name
        .trim()
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
        .collect();
    let safe = safe.trim_matches(['.', '-']);
    if safe.is_empty() { otherwise.to_owned() } else { safe.chars().take(48).collect() }
}

impl Project {
    /// Opens the project in a folder; fails where there is none or its settings are wrong.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let file = root.join(SETTINGS_FILE);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::NoProject(root.to_path_buf()));
            }
            Err(error) => return Err(StoreError::io("read", &file)(error)),
        };
        let settings = toml::from_str(&text).map_err(|error| {
            let line = error
                .span()
                .map_or(1, |span| 1 + text.as_bytes().iter().take(span.start).filter(|b| **b == b'\n').count());
            StoreError::Settings(
                file,
                say!("line {line}: {why}", line, why = error.message().lines().next().unwrap_or("")),
            )
        })?;
        Ok(Self { root: root.to_path_buf(), settings, cipher: None })
    }

    /// Whether it is encrypted, and its key was not opened yet.
    pub fn is_locked(&self) -> bool {
        !self.settings.encryption.is_empty() && self.cipher.is_none()
    }

    /// Fails where it is locked.
    pub fn check_open(&self) -> Result<(), StoreError> {
        if self.is_locked() {
            return Err(StoreError::Locked(say!("its key was not opened").into()));
        }
        // Without that line nothing more would be encrypted.
        let has_sealed_lines =
            || journal::list(&self.journals()).is_ok_and(|all| all.iter().any(|path| journal::is_sealed(path)));
        let is_sealed =
            || self.root.join(KEY_FILE).exists() || documents::has_sealed(&self.documents().dir) || has_sealed_lines();
        if self.settings.encryption.is_empty() && is_sealed() {
            let why =
                say!("encrypted files are here, and tanba.toml has no line `encryption = …` any more; bring that back");
            return Err(StoreError::Locked(why.into()));
        }
        Ok(())
    }

    /// The key of the project, under a passphrase; fails where the file is not there.
    pub fn locked_key(&self) -> Result<Vec<u8>, StoreError> {
        let path = self.root.join(KEY_FILE);
        fs::read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                let why =
                    say!("key.age is missing; bring it back from a backup, or from a colleague's copy of the project");
                StoreError::Locked(why.into())
            }
            _ => StoreError::io("read", &path)(error),
        })
    }

    /// Opens the project that holds `from`: in it, above it, or, failing these, the `corpus` folder in it.
    pub fn find(from: &Path) -> Result<Self, StoreError> {
        let holds = |dir: &&Path| dir.join(SETTINGS_FILE).is_file();
        if let Some(root) = from.ancestors().find(holds) {
            return Self::open(root);
        }
        let bundled = from.join("corpus");
        if bundled.join(SETTINGS_FILE).is_file() {
            return Self::open(&bundled);
        }
        Err(StoreError::NoProject(from.to_path_buf()))
    }

    /// Makes a folder a project; fails where it is one already.
    pub fn init(root: &Path, settings: Settings) -> Result<Self, StoreError> {
        Self::init_with(root, settings, None)
    }

    /// The same, with the file of its key where it is to be encrypted.
    pub fn init_with(root: &Path, settings: Settings, key: Option<&[u8]>) -> Result<Self, StoreError> {
        let file = root.join(SETTINGS_FILE);
        if file.exists() {
            return Err(StoreError::Settings(file, say!("a project is here already").into()));
        }
        let is_sealed = documents::has_sealed(&root.join("documents"));
        if root.join(KEY_FILE).exists() || is_sealed {
            let why = say!(
                "an encrypted project was here (key.age, *.txt.age), whose tanba.toml is gone: bring that back from a backup, or from a colleague's copy"
            );
            return Err(StoreError::Document(root.to_path_buf(), why.into()));
        }
        for dir in [root.join("documents"), root.join("journal")] {
            fs::create_dir_all(&dir).map_err(StoreError::io("make", &dir))?;
        }
        let ignore = root.join(".gitignore");
        if !ignore.exists() {
            documents::write_whole(&ignore, b"/.tanba/\n")?;
        }
        if let Some(key) = key {
            documents::write_whole(&root.join(KEY_FILE), key)?;
        }
        let text = toml::to_string(&settings).map_err(|error| StoreError::Settings(file.clone(), error.to_string()))?;
        documents::write_whole(&file, text.as_bytes())?;
        Ok(Self { root: root.to_path_buf(), settings, cipher: None })
    }

    /// The file of its settings: its name and text; `None` where it can't be read any more.
    pub fn file(&self) -> Option<(String, String)> {
        let path = self.root.join(SETTINGS_FILE);
        fs::read_to_string(&path).ok().map(|text| (path.display().to_string(), text))
    }

    /// Where the texts are, and how they are read.
    pub fn documents(&self) -> Shelf {
        Shelf { dir: self.root.join("documents"), cipher: self.cipher.clone() }
    }

    /// Where the journals are.
    pub fn journals(&self) -> PathBuf {
        self.root.join("journal")
    }

    /// This machine's own folder; never shared.
    pub fn own(&self) -> PathBuf {
        self.root.join(".tanba")
    }

    /// Where memos lie while an editor has them; of an encrypted project in memory, where the system has such a folder.
    pub fn drafts(&self) -> PathBuf {
        let in_memory = || env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let dir = in_memory().filter(|dir| !self.settings.encryption.is_empty() && dir.is_dir());
        dir.unwrap_or_else(|| self.own())
    }

    /// Makes this machine's own folder.
    pub fn make_own(&self) -> Result<PathBuf, StoreError> {
        let own = self.own();
        fs::create_dir_all(&own).map_err(StoreError::io("make", &own))?;
        Ok(own)
    }

    /// The project's name, or its folder's.
    pub fn name(&self) -> String {
        if self.settings.name.is_empty() {
            let root = self.root.canonicalize().unwrap_or_else(|_| self.root.clone());
            root.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
        } else {
            self.settings.name.clone()
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn names_become_safe_file_names() {
        assert_eq!(file_name_part(" Айгерім Қ. ", "x"), "Айгерім-Қ");
        assert_eq!(file_name_part("../../etc", "x"), "etc");
        assert_eq!(file_name_part("\u{1b}[0m", "x"), "0m");
        assert_eq!(file_name_part("..", "x"), "x");
    }
}
