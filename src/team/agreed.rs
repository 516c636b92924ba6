//! Which hubs this computer's user agreed to, and how they are reached: a folder that somebody sends must not make a program connect anywhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::say;
use crate::store::documents;
use crate::store::error::StoreError;
use crate::store::home::Home;

const FILE: &str = "hubs.toml";

/// How a hub is reached that was agreed to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Agreed {
    /// The database's role; empty for a folder.
    pub role: String,
    /// Tells the project there from all others.
    pub project: String,
    /// Whether the server asks for a password.
    pub asks: bool,
}

fn path(home: &Home) -> Result<PathBuf, StoreError> {
    let none = || StoreError::ReadOnly(say!("this system names no folder for settings; set TANBA_HOME to one").into());
    home.dir.as_ref().map(|dir| dir.join(FILE)).ok_or_else(none)
}

fn all(home: &Home) -> Result<BTreeMap<String, Agreed>, StoreError> {
    let path = path(home)?;
    match fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text).map_err(|_| StoreError::Settings(path, say!("this is no TOML").into())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(StoreError::io("read", &path)(error)),
    }
}

/// How a hub is reached, by its address as the project has it; `None` where that was never agreed to here.
pub fn to(home: &Home, address: &str) -> Result<Option<Agreed>, StoreError> {
    Ok(all(home)?.remove(address))
}

/// Agrees to a hub.
pub fn agree(home: &Home, address: &str, how: Agreed) -> Result<(), StoreError> {
    let path = path(home)?;
    let mut all = all(home)?;
    all.insert(address.to_owned(), how);
    let text = toml::to_string(&all).map_err(|error| StoreError::Settings(path.clone(), error.to_string()))?;
    let dir = path.parent().unwrap_or(&path);
    fs::create_dir_all(dir).map_err(StoreError::io("make", dir))?;
    documents::write_whole(&path, text.as_bytes())
}
