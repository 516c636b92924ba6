//! Moments, and the order of events on clocks that disagree.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds since 1970-01-01T00:00:00Z. In journals and exports: RFC 3339, `2026-11-21T02:19:41.123Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(pub i64);

impl Time {
    /// Reads RFC 3339, or a bare date taken as its midnight in UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
        whole.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_millisecond()))
    }

    /// The day and minute, in UTC: `2026-11-21 02:19`.
    pub fn minute(self) -> String {
        let whole = self.to_string();
        whole.get(..16).unwrap_or("").replace('T', " ")
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        write!(f, "{stamp:.3}")
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { self.0.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return i64::deserialize(deserializer).map(Self);
        }
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not an RFC 3339 time"))
    }
}

/// A hybrid logical clock's reading: never earlier than any event seen, whatever the machine's clock says.
/// The later stamp wins; equal moments are ordered by the writer's name.
/// Source: Kulkarni et al., "Logical Physical Clocks", 2014.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Stamp {
    /// The latest moment known when it was taken.
    pub time: Time,
    /// Counts events within that moment.
    pub tick: u32,
    /// The journal that it is written in: `coder@device`.
    pub by: String,
}

impl Stamp {
    /// The reading for the next event, given the machine's clock.
    #[must_use]
    pub fn next(&self, now: Time, by: &str) -> Self {
        let (time, tick) = match self.tick.checked_add(1) {
            _ if now > self.time => (now, 0),
            Some(tick) => (self.time, tick),
            None => (Time(self.time.0.saturating_add(1)), 0),
        };
        Self { time, tick, by: by.to_owned() }
    }

    /// The stamp of what carries along a version of this one: behind it, before everything that was said after it, and among
    /// several in the order in which they were done. `bob@x` followed by 7.0 of `ann@y` is `bob@x␀0000000000000007.00000000.ann@y`.
    #[must_use]
    pub fn followed_by(&self, event: &Self) -> Self {
        let of = self.by.split('\0').next().unwrap_or_default();
        let by = format!("{of}\0{:016x}.{:08x}.{}", event.time.0, event.tick, event.by);
        Self { time: self.time, tick: self.tick, by }
    }

    /// Takes notice of an event from elsewhere.
    pub fn witness(&mut self, other: &Self) {
        if (other.time, other.tick) > (self.time, self.tick) {
            (self.time, self.tick) = (other.time, other.tick);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_does_not_reorder_events() {
        let first = Stamp::default().next(Time(1000), "a");
        let second = first.next(Time(10), "a");
        assert!(second > first);
    }

    #[test]
    fn what_is_carried_along_comes_behind_its_version_and_before_all_that_was_said_after_it() {
        let stamp = |time, by: &str| Stamp { time: Time(time), tick: 0, by: by.into() };
        let (said, deleted) = (stamp(10, "bob@x"), stamp(11, "bob@x"));
        let first = said.followed_by(&stamp(20, "ann@y"));
        let again = first.followed_by(&stamp(30, "ann@y"));
        assert!(said < first && first < again && again < deleted);
        assert_eq!(again, said.followed_by(&stamp(30, "ann@y")));
    }

    #[test]
    fn times_read_back_as_written() {
        let time = Time(1_795_227_581_120);
        assert_eq!(Time::parse(&time.to_string()), Some(time));
        assert!(time.to_string().contains(".120Z"));
        assert_eq!(Time::parse("2026-11-21").map(Time::minute), Some("2026-11-21 00:00".into()));
        assert_eq!(Time::parse("yesterday"), None);
    }
}
