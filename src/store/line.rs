//! A journal's line: an event, the sum of the line before, and its own sum.

use crate::model::event::Event;

/// The sum that the first line of a journal names as its predecessor's.
pub const FIRST: &str = "0000000000000000";

const SUM_MEMBER: &str = ",\"sum\":\"";

/// Hexadecimal digits of a sum.
const SUM_DIGITS: usize = 16;

/// What reading one line gave.
#[derive(Debug)]
pub enum Reading {
    /// A whole event, the sum of the line before as it names it, and its own.
    Whole {
        /// What the coder did.
        event: Box<Event>,
        /// The sum of the line before, as this one names it.
        prev: String,
        /// Its own sum.
        sum: String,
    },
    /// The line is whole but says something that this version does not know; its sum.
    Unknown(String),
    /// The line's sum is wrong or missing.
    Damaged,
}

/// The first 64 bits of a line's BLAKE3, hexadecimal.
fn sum_of(body: &str) -> String {
    let mut hex = blake3::hash(body.as_bytes()).to_hex().to_string();
    hex.truncate(SUM_DIGITS);
    hex
}

/// Writes an event as a line (with its newline) and tells the line's sum.
pub fn encode(event: &Event, prev: &str) -> serde_json::Result<(String, String)> {
    Ok(seal(serde_json::to_string(event)?, prev))
}

/// Gives a JSON object the sum of the line before and its own, as a line; tells its sum.
pub fn seal(mut line: String, prev: &str) -> (String, String) {
    line.pop();
    line.push_str(",\"prev\":\"");
    line.push_str(prev);
    line.push('"');
    let sum = sum_of(&line);
    line.push_str(SUM_MEMBER);
    line.push_str(&sum);
    line.push_str("\"}\n");
    (line, sum)
}

/// Reads a line without its newline.
pub fn decode(line: &[u8]) -> Reading {
    let Ok(line) = std::str::from_utf8(line) else {
        return Reading::Damaged;
    };
    let line = line.strip_suffix('\r').unwrap_or(line);
    let Some((body, tail)) = line.rsplit_once(SUM_MEMBER) else {
        return Reading::Damaged;
    };
    let Some(sum) = tail.strip_suffix("\"}") else {
        return Reading::Damaged;
    };
    if sum_of(body) != sum {
        return Reading::Damaged;
    }
    match serde_json::from_str::<Event>(line) {
        Ok(event) if event.changes.iter().all(crate::model::change::Change::is_sound) => {
            let prev = prev_of(body).unwrap_or_default();
            Reading::Whole { event: Box::new(event), prev, sum: sum.to_owned() }
        }
        _ => Reading::Unknown(sum.to_owned()),
    }
}

/// The sum of the line before, which stands last in the body.
fn prev_of(body: &str) -> Option<String> {
    let (_, prev) = body.rsplit_once(",\"prev\":\"")?;
    Some(prev.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::model::event::Deed;
    use crate::model::time::Time;

    fn line() -> String {
        let event = Event {
            seq: 1,
            time: Time(0),
            tick: 0,
            by: "a@b".into(),
            machine: None,
            deed: Deed::Plain,
            changes: Vec::new(),
        };
        encode(&event, FIRST).expect("an event is JSON").0
    }

    #[test]
    fn a_line_reads_back() {
        let line = line();
        assert!(
            matches!(decode(line.trim_end().as_bytes()), Reading::Whole { event, prev, .. } if event.seq == 1 && prev == FIRST)
        );
    }

    #[test]
    fn any_flipped_bit_is_seen() {
        let line = line().trim_end().as_bytes().to_vec();
        for at in 0..line.len() * 8 {
            let mut bad = line.clone();
            bad[at / 8] ^= 1 << (at % 8);
            assert!(!matches!(decode(&bad), Reading::Whole { .. }), "bit {at}");
        }
    }

    #[test]
    fn a_newer_versions_line_is_unknown_and_not_damaged() {
        let body = r#"{"seq":1,"time":"2031-01-01T00:00:00Z","by":"a@b","changes":[{"now":{"hologram":{}}}],"prev":"0000000000000000""#;
        let line = format!("{body}{SUM_MEMBER}{}\"}}", sum_of(body));
        assert!(matches!(decode(line.as_bytes()), Reading::Unknown(_)));
    }
}
