//! A journal's line: an event, encrypted or not, the sum of the line before, and its own sum.

use std::io;

use serde::{Deserialize, Serialize};

use crate::model::event::Event;
use crate::store::cipher::Cipher;

/// The sum that the first line of a journal names as its predecessor's.
pub const FIRST: &str = "0000000000000000";

const SUM_MEMBER: &str = ",\"sum\":\"";

/// How an encrypted line begins.
pub const ENCRYPTED_MEMBER: &str = "{\"encrypted\":\"";

/// How a line begins that stands for others, which may not be seen yet.
pub const WITHHELD_MEMBER: &str = "{\"withheld\":";

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
    /// It stands for lines of the journal that this coder may not see yet.
    Withheld {
        /// How many.
        n_lines: u64,
        /// What of it, if it is one line, everybody may see.
        event: Option<Box<Event>>,
        /// Its own sum, which is none of the journal's.
        sum: String,
    },
    /// The line is whole but says something that this version does not know; its sum.
    Unknown(String),
    /// The line is whole, and not encrypted with the key that was given, or with one where none was given; its sum.
    Locked(String),
    /// The line's sum is wrong or missing.
    Damaged,
}

/// The first 64 bits of a line's BLAKE3, hexadecimal.
fn sum_of(body: &str) -> String {
    let mut hex = blake3::hash(body.as_bytes()).to_hex().to_string();
    hex.truncate(SUM_DIGITS);
    hex
}

/// Writes an event as a line (with its newline), encrypted where there is a key, and tells the line's sum.
pub fn encode(event: &Event, prev: &str, cipher: Option<&Cipher>) -> io::Result<(String, String)> {
    encode_text(serde_json::to_string(event)?, prev, cipher)
}

/// The same of an event that is written already, or of a line that nobody can read.
pub fn encode_text(text: String, prev: &str, cipher: Option<&Cipher>) -> io::Result<(String, String)> {
    let Some(cipher) = cipher else { return Ok(seal(text, prev)) };
    Ok(seal(format!("{ENCRYPTED_MEMBER}{}\"}}", cipher.sealed_line(&text, prev)?), prev))
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

/// What stands for lines that are withheld.
#[derive(Serialize, Deserialize)]
struct Withheld {
    withheld: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<Event>,
}

/// Writes the line that stands for others (`n_lines` of them, or one with what everybody may see of it), with its newline; tells its sum.
pub fn encode_withheld(n_lines: u64, open: Option<Event>, prev: &str) -> io::Result<(String, String)> {
    Ok(seal(serde_json::to_string(&Withheld { withheld: n_lines, open })?, prev))
}

/// For how many lines of a journal a line of its file stands: one, or those that are withheld.
pub fn n_lines_of(line: &[u8]) -> (u64, bool) {
    if !line.starts_with(WITHHELD_MEMBER.as_bytes()) {
        return (1, false);
    }
    match decode(line, None) {
        Reading::Withheld { n_lines, .. } => (n_lines, true),
        _ => (1, false),
    }
}

/// The sum of a line without its newline, if it is sound.
pub fn sum_in(line: &[u8]) -> Option<&str> {
    checked(line).map(|(_, _, sum)| sum)
}

/// The sum of the line before, as a sound line without its newline names it.
pub fn prev_in(line: &[u8]) -> Option<String> {
    checked(line).and_then(|(_, body, _)| prev_of(body))
}

/// A line's body and its sum, where the sum is right.
fn checked(line: &[u8]) -> Option<(&str, &str, &str)> {
    let line = std::str::from_utf8(line).ok()?;
    let line = line.strip_suffix('\r').unwrap_or(line);
    let (body, tail) = line.rsplit_once(SUM_MEMBER)?;
    let sum = tail.strip_suffix("\"}")?;
    (sum_of(body) == sum).then_some((line, body, sum))
}

/// Whether a line without its newline is as it was written, whatever it says.
pub fn is_sound(line: &[u8]) -> bool {
    checked(line).is_some()
}

/// Whether a sound line is encrypted.
pub fn is_encrypted(line: &[u8]) -> bool {
    line.starts_with(ENCRYPTED_MEMBER.as_bytes())
}

/// Reads a line without its newline. With a key, only what is encrypted with it is believed: whoever can write into a folder can
/// write open lines.
pub fn decode(line: &[u8], cipher: Option<&Cipher>) -> Reading {
    let Some((line, body, sum)) = checked(line) else { return Reading::Damaged };
    let (prev, sum) = (prev_of(body).unwrap_or_default(), sum.to_owned());
    if body.starts_with(WITHHELD_MEMBER) && cipher.is_none() {
        return match serde_json::from_str::<Withheld>(line) {
            Ok(stub) => Reading::Withheld { n_lines: stub.withheld.max(1), event: stub.open.map(Box::new), sum },
            Err(_) => Reading::Unknown(sum),
        };
    }
    let event = if let Some(sealed) = body.strip_prefix(ENCRYPTED_MEMBER) {
        let sealed = sealed.split('"').next().unwrap_or_default();
        let Some(text) = cipher.and_then(|cipher| cipher.opened_line(sealed, &prev)) else {
            return Reading::Locked(sum);
        };
        serde_json::from_str::<Event>(&text)
    } else if cipher.is_some() {
        return Reading::Locked(sum);
    } else {
        serde_json::from_str::<Event>(line)
    };
    match event {
        Ok(event) if event.changes.iter().all(crate::model::change::Change::is_sound) => {
            Reading::Whole { event: Box::new(event), prev, sum }
        }
        _ => Reading::Unknown(sum),
    }
}

/// What a line says, as it was given to be written, also where this version does not know what it means; `None` where it is damaged,
/// or encrypted with another key.
pub fn text_of(line: &[u8], cipher: Option<&Cipher>) -> Option<String> {
    let (_, body, _) = checked(line)?;
    let (said, _) = body.rsplit_once(",\"prev\":\"")?;
    match said.strip_prefix(ENCRYPTED_MEMBER) {
        Some(sealed) => cipher?.opened_line(sealed.split('"').next()?, &prev_of(body)?),
        // Where all is encrypted, what is not is nobody's.
        None if cipher.is_some() => None,
        None => Some(format!("{said}}}")),
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
        encode(&event, FIRST, None).expect("an event is JSON").0
    }

    #[test]
    fn a_line_reads_back() {
        let line = line();
        assert!(
            matches!(decode(line.trim_end().as_bytes(), None), Reading::Whole { event, prev, .. } if event.seq == 1 && prev == FIRST)
        );
    }

    #[test]
    fn any_flipped_bit_is_seen() {
        let line = line().trim_end().as_bytes().to_vec();
        for at in 0..line.len() * 8 {
            let mut bad = line.clone();
            bad[at / 8] ^= 1 << (at % 8);
            assert!(!matches!(decode(&bad, None), Reading::Whole { .. }), "bit {at}");
        }
    }

    #[test]
    fn a_newer_versions_line_is_unknown_and_not_damaged() {
        let body = r#"{"seq":1,"time":"2031-01-01T00:00:00Z","by":"a@b","changes":[{"now":{"hologram":{}}}],"prev":"0000000000000000""#;
        let line = format!("{body}{SUM_MEMBER}{}\"}}", sum_of(body));
        assert!(matches!(decode(line.as_bytes(), None), Reading::Unknown(_)));
    }

    #[test]
    fn what_stands_for_withheld_lines_tells_how_many_and_what_is_open() {
        let event: Event = serde_json::from_str(&line()).unwrap();
        let (stub, _) = encode_withheld(3, None, FIRST).unwrap();
        assert_eq!(n_lines_of(stub.trim_end().as_bytes()), (3, true));
        assert_eq!(n_lines_of(line().trim_end().as_bytes()), (1, false));
        let (stub, sum) = encode_withheld(1, Some(event.clone()), FIRST).unwrap();
        let read = decode(stub.trim_end().as_bytes(), None);
        assert!(
            matches!(read, Reading::Withheld { n_lines: 1, event: Some(open), sum: own } if *open == event && own == sum)
        );
    }

    #[test]
    fn an_encrypted_line_is_checked_without_the_key_and_read_with_it() {
        let cipher = Cipher::generate();
        let event: Event = serde_json::from_str(&line()).unwrap();
        let (line, sum) = encode(&event, FIRST, Some(&cipher)).unwrap();
        let line = line.trim_end().as_bytes();
        assert!(is_sound(line) && is_encrypted(line) && !String::from_utf8_lossy(line).contains("a@b"));
        assert!(matches!(decode(line, None), Reading::Locked(known) if known == sum));
        assert!(matches!(decode(line, Some(&Cipher::generate())), Reading::Locked(_)));
        let open = encode(&event, FIRST, None).unwrap().0;
        assert!(matches!(decode(open.trim_end().as_bytes(), Some(&cipher)), Reading::Locked(_)));
        assert!(
            matches!(decode(line, Some(&cipher)), Reading::Whole { event: read, prev, .. } if *read == event && prev == FIRST)
        );
    }
}
