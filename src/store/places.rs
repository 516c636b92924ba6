//! Where this machine's reader stopped: what was open, and the place in each document.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::store::error::StoreError;

const FILE: &str = "places.json";

/// The place in one document, in bytes of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// First byte of the cursor's segment.
    pub cursor: usize,
    /// First byte shown.
    pub top: usize,
    /// The farthest byte ever shown.
    pub read_to: usize,
    /// The same in per cent of the text.
    #[serde(default)]
    pub read_percent: usize,
}

/// Where this machine's reader stopped.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Places {
    /// The documents in the left and the right pane.
    pub open: Vec<String>,
    /// Which pane had the keys: 0 or 1.
    pub focus: usize,
    /// Whether one pane was shown alone.
    pub is_single: bool,
    /// The place in each document.
    pub documents: BTreeMap<String, Place>,
}

/// Reads the places; none where there are none or they can't be read, for they are a convenience.
pub fn read(own: &Path) -> Places {
    fs::read(own.join(FILE)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Keeps the places, whole or not at all.
pub fn keep(own: &Path, places: &Places) -> Result<(), StoreError> {
    let (half, path) = (own.join("places.part"), own.join(FILE));
    let text = serde_json::to_vec(places).unwrap_or_default();
    fs::write(&half, text).and_then(|()| fs::rename(&half, &path)).map_err(StoreError::io("write", &path))
}
