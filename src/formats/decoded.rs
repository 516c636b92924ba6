//! The text of a file whose encoding is not known, with plain line ends.

use crate::formats::bundle::{Piece, Refused};
use crate::say;
use crate::text::encoding::{self, Decoded, Undecoded};
use crate::text::width::printable;

/// The text of a file: in the encoding that it names itself, where it does, else in the one that it seems to be in. What is
/// not as it says, or was guessed, is told. Fails where it is no text.
pub fn text(piece: &Piece, named: Option<&str>, told: &mut Vec<String>) -> Result<String, Refused> {
    let path = printable(&piece.path);
    let decoded = decode(&piece.bytes, named).map_err(|why| match why {
        Undecoded::Binary => Refused::at(&path, say!("this is no text; if a program wrote it, save it as text there")),
        Undecoded::Unknown | Undecoded::Wrong(_) => {
            Refused::at(&path, say!("its encoding can't be found out; save it as UTF-8 first"))
        }
    })?;
    if !decoded.encoding.is_empty() {
        told.push(say!("{path}: read as {encoding}", path, encoding = decoded.encoding));
    }
    let text = decoded.text.strip_prefix('\u{feff}').unwrap_or(&decoded.text);
    Ok(if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() })
}

fn decode(bytes: &[u8], named: Option<&str>) -> Result<Decoded, Undecoded> {
    let guess = || encoding::decode(bytes, None);
    // What is UTF-8 is so whatever it says of itself.
    if std::str::from_utf8(bytes).is_ok() {
        return guess();
    }
    match named.map(|name| (name, encoding::decode(bytes, Some(name)))) {
        // Kazakh pages of older days call their encoding so, and have their own letters in it.
        Some((_, Ok(own))) if own.encoding == "windows-1251" => {
            Ok(guess().ok().filter(|guessed| guessed.encoding == "KZ-1048").unwrap_or(own))
        }
        Some((_, Ok(own))) => Ok(own),
        _ => guess(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_wrong_name_of_an_encoding_does_no_harm() {
        let mut told = Vec::new();
        let utf8 = Piece::of_text("a.txt", "\u{feff}қаз\r\nб\rв");
        assert_eq!(text(&utf8, Some("latin1"), &mut told).unwrap(), "қаз\nб\nв");
        assert!(told.is_empty());
        let old = Piece { path: "b.txt".into(), bytes: b"\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0".to_vec() };
        assert_eq!(text(&old, Some("utf-8"), &mut told).unwrap(), "Привет, мир");
        assert_eq!(text(&old, Some("cp1251"), &mut told).unwrap(), "Привет, мир");
        assert_eq!(told, ["b.txt: read as windows-1251", "b.txt: read as windows-1251"]);
        let program = Piece { path: "c".into(), bytes: b"\x7fELF\0\0\0\x01".to_vec() };
        assert!(text(&program, None, &mut told).unwrap_err().why.contains("no text"));
    }
}
