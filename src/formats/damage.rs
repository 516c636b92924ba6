//! Files that plainly are of some format and can't be recognised, since they are damaged or cut short.

use serde::de::IgnoredAny;

use crate::formats::archive::{is_archive, unpack};
use crate::formats::bundle::{Bundle, Piece, Refused};
use crate::formats::sqlite::{self, Base};
use crate::say;

/// Bytes at the beginning of a file by which its format is seen.
const HEAD: usize = 1 << 16;

/// Members of which JSON of the formats that are read has at least one of each row.
const MEMBERS: [[&[&str]; 2]; 3] = [
    // Label Studio.
    [&["annotations", "completions", "predictions", "annotator"], &["result", "completed_by", "data", "lead_time"]],
    // doccano.
    [&["text", "data"], &["label", "labels", "entities"]],
    // Web Annotation.
    [&["@context", "motivation"], &["target", "body", "items"]],
];

/// What is damaged in files that no format knows; nothing where they are just something else.
pub fn found(bundle: &Bundle) -> Option<Refused> {
    bundle.pieces.iter().find_map(of)
}

fn of(piece: &Piece) -> Option<Refused> {
    if sqlite::is_base(&piece.bytes) {
        return Base::open(piece).err();
    }
    if is_archive(&piece.bytes) {
        return unpack(piece, &|_| false).err();
    }
    let head = String::from_utf8_lossy(piece.bytes.get(..piece.bytes.len().min(HEAD)).unwrap_or_default());
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let has = |name: &&str| head.contains(&format!("\"{name}\""));
    let is_known = MEMBERS.iter().any(|rows| rows.iter().all(|names| names.iter().any(has)));
    if !head.starts_with(['[', '{']) || !is_known {
        return None;
    }
    let bytes = piece.bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&piece.bytes);
    let error = serde_json::from_slice::<IgnoredAny>(bytes).err()?;
    Some(Refused::at_line(&piece.path, error.line(), say!("the JSON is damaged here")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::formats::archive::pack;

    fn told(bytes: &[u8]) -> Option<String> {
        found(&Bundle::of(Piece { path: "a".into(), bytes: bytes.to_vec() })).map(|why| why.to_string())
    }

    #[test]
    fn what_is_cut_short_is_told_from_what_is_something_else() {
        let tasks = "[{\"id\": 1, \"annotations\": [{\"completed_by\": 1,\n\"result\": [{\"value\": {\"start\": 0,";
        assert_eq!(told(tasks.as_bytes()).as_deref(), Some("a, line 2: the JSON is damaged here"));
        assert!(told("\u{feff}[{\"id\": 1, \"text\": \"сөз\", \"label\": [[0, ".as_bytes()).is_some());
        assert!(told(b"[{\"@context\": \"x\", \"target\": {").is_some());
        assert_eq!(told(b"[{\"id\": 1, \"text\": \"x\"}, {"), None, "nobody's");
        assert_eq!(told(b"[{\"text\": \"x\", \"label\": 3}]"), None, "whole");
        assert_eq!(told("Том: \"text\" \"label\"".as_bytes()), None, "no JSON");
        let made = rusqlite_file();
        assert_eq!(told(&made), None, "another program's database");
        assert!(told(&made[..100]).unwrap().contains("damaged or cut short"));
        let zip = pack(&[Piece::of_text("a", "x".repeat(999))], &[]).unwrap();
        assert_eq!(told(&zip), None);
        assert!(told(&zip[..zip.len() - 9]).unwrap().contains("damaged or cut short"));
    }

    fn rusqlite_file() -> Vec<u8> {
        let mut made = rusqlite::Connection::open_in_memory().unwrap();
        made.execute_batch("CREATE TABLE x (id integer)").unwrap();
        made.serialize("main").unwrap().to_vec()
    }
}
