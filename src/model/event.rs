//! One line of a journal: what a coder did in one stroke.

use serde::{Deserialize, Serialize};

use crate::model::change::Change;
use crate::model::time::{Stamp, Time};

/// What a coder did in one stroke; kept whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number in its journal, from 1.
    pub seq: u64,
    /// The hybrid clock's moment.
    pub time: Time,
    /// The hybrid clock's counter.
    #[serde(default)]
    pub tick: u32,
    /// The journal's writer: `coder@device`.
    pub by: String,
    /// The machine, by a sum of its name for itself: two that are called alike must not write one journal. It stands in a
    /// journal's first event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// Whether this takes an earlier event back, or brings it again.
    #[serde(default, skip_serializing_if = "Deed::is_plain")]
    pub deed: Deed,
    /// What changed.
    pub changes: Vec<Change>,
}

/// How an event came about; undo and redo are the journal read in another way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// The coder did something.
    #[default]
    Plain,
    /// The coder took back the event of that number.
    Undo(u64),
    /// The coder brought back what the undo of that number took.
    Redo(u64),
}

impl Deed {
    fn is_plain(&self) -> bool {
        *self == Self::Plain
    }
}

impl Event {
    /// Its place in the order of all events.
    pub fn stamp(&self) -> Stamp {
        Stamp { time: self.time, tick: self.tick, by: self.by.clone() }
    }

    /// The coder's name without the device.
    pub fn coder(&self) -> &str {
        self.by.rsplit_once('@').map_or(self.by.as_str(), |(coder, _)| coder)
    }
}
