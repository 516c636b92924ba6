//! From the bytes of a file to its text: UTF-8, or what older systems wrote, found out and told.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, IBM866, ISO_8859_5, KOI8_R, KOI8_U, UTF_16BE, UTF_16LE, WINDOWS_1251, X_MAC_CYRILLIC};

/// KZ-1048 (STRK1048-2002) is windows-1251 with Kazakh letters in the place of these sixteen.
/// Source: unicode.org, MAPPINGS/VENDORS/MISC/KZ1048.TXT.
const KZ_1048: [(u8, char); 16] = [
    (0x8d, 'Қ'),
    (0x8e, 'Һ'),
    (0x9d, 'қ'),
    (0x9e, 'һ'),
    (0xa1, 'Ұ'),
    (0xa2, 'ұ'),
    (0xa3, 'Ә'),
    (0xa5, 'Ө'),
    (0xaa, 'Ғ'),
    (0xaf, 'Ү'),
    (0xb4, 'ө'),
    (0xba, 'ғ'),
    (0xbc, 'ә'),
    (0xbd, 'Ң'),
    (0xbe, 'ң'),
    (0xbf, 'ү'),
];

/// ы in both: Kazakh has it, and Macedonian and Serbian, whose letters stand in those places of windows-1251, have not.
const YERU: u8 = 0xfb;

/// A text and the encoding it was in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// The encoding's name; empty for UTF-8.
    pub encoding: &'static str,
}

/// Why bytes can't be read as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undecoded {
    /// They are no text: a picture, a program, a word processor's file.
    Binary,
    /// No encoding has that name.
    Unknown,
    /// They are not in that encoding.
    Wrong(&'static str),
}

/// Reads bytes as text: in the encoding of that name, or in the one that they seem to be in.
pub fn decode(bytes: &[u8], name: Option<&str>) -> Result<Decoded, Undecoded> {
    match name {
        Some(name) if is_kz_1048(name) => Ok(decode_kz_1048(bytes)),
        Some(name) => {
            let named = Encoding::for_label(name.as_bytes()).ok_or(Undecoded::Unknown)?;
            let is_wide = named == UTF_16LE || named == UTF_16BE;
            // "utf-16" means either order; the file's own mark tells.
            let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding).filter(|_| is_wide);
            let encoding = marked.unwrap_or(named);
            if bytes.contains(&0) && !is_wide {
                return Err(Undecoded::Binary);
            }
            decode_as(bytes, encoding).ok_or(Undecoded::Wrong(encoding.name()))
        }
        None => guess(bytes),
    }
}

fn is_kz_1048(name: &str) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    matches!(name.as_str(), "kz1048" | "strk1048" | "strk10482002" | "rk1048")
}

fn decode_as(bytes: &[u8], encoding: &'static Encoding) -> Option<Decoded> {
    let (text, is_wrong) = encoding.decode_with_bom_removal(bytes);
    let name = if encoding == encoding_rs::UTF_8 { "" } else { encoding.name() };
    (!is_wrong).then(|| Decoded { text: text.into_owned(), encoding: name })
}

fn decode_kz_1048(bytes: &[u8]) -> Decoded {
    let (base, _) = WINDOWS_1251.decode_without_bom_handling(bytes);
    // In an encoding of one byte a letter, letters and bytes go together.
    let letter = |(byte, c): (&u8, char)| KZ_1048.iter().find(|(b, _)| b == byte).map_or(c, |(_, kazakh)| *kazakh);
    Decoded { text: bytes.iter().zip(base.chars()).map(letter).collect(), encoding: "KZ-1048" }
}

fn guess(bytes: &[u8]) -> Result<Decoded, Undecoded> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    if let Some(encoding) = marked {
        return decode_as(bytes, encoding).ok_or(Undecoded::Wrong(encoding.name()));
    }
    if bytes.contains(&0) {
        let wide = [UTF_16LE, UTF_16BE].into_iter().filter_map(|encoding| decode_as(bytes, encoding));
        return wide.into_iter().find(|decoded| is_texty(&decoded.text)).ok_or(Undecoded::Binary);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Decoded { text: text.to_owned(), encoding: "" });
    }
    let is_control = |b: &&u8| **b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    if bytes.iter().filter(is_control).count() * 100 > bytes.len() {
        return Err(Undecoded::Binary);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let is_cyrillic = [WINDOWS_1251, KOI8_R, KOI8_U, IBM866, ISO_8859_5, X_MAC_CYRILLIC].contains(&encoding);
    if is_cyrillic && is_kazakh(bytes) {
        return Ok(decode_kz_1048(bytes));
    }
    decode_as(bytes, encoding).ok_or(Undecoded::Wrong(encoding.name()))
}

/// Whether at least two different letters stand in the sixteen places.
fn has_kazakh_places(bytes: &[u8]) -> bool {
    KZ_1048.iter().filter(|(place, _)| bytes.contains(place)).count() >= 2
}

/// Whether bytes in windows-1251 or KZ-1048 are Kazakh: ы stands in them, and Kazakh letters where the other would
/// have Macedonian ones.
fn is_kazakh(bytes: &[u8]) -> bool {
    let n_high = bytes.iter().filter(|b| **b >= 0xc0).count();
    let n_kazakh = bytes.iter().filter(|b| matches!(b, 0x9d | 0xbc | 0xbe)).count();
    bytes.contains(&YERU) && has_kazakh_places(bytes) && n_kazakh * 50 > n_high
}

/// Whether nearly all of a text is letters, digits, blanks and common signs of Latin and Cyrillic.
fn is_texty(text: &str) -> bool {
    let is_common = |c: char| matches!(c, ' '..='~' | '\n' | '\r' | '\t' | '\u{a0}'..='\u{24f}' | '\u{400}'..='\u{52f}' | '\u{2010}'..='\u{2122}');
    let (n, n_common) = text.chars().fold((0usize, 0usize), |(n, m), c| (n + 1, m + usize::from(is_common(c))));
    n > 0 && n_common * 100 >= n * 95
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    const KAZAKH: &str = "Қазақстан үкіметі бірден екі сабақ алды: азаматтармен онлайн сөйлесетін болды, ал олардың \
                          өзара қашан сөйлесе алатынын өзі шешетін болды. Жаңа қоғамдық алаң.\r\n";
    const RUSSIAN: &str = "Правительство сразу выучило два урока: с гражданами оно будет говорить в сети, а когда они \
                           смогут говорить друг с другом, решит само. Это был объезд.\n";

    fn kz(text: &str) -> Vec<u8> {
        let byte = |c: char| WINDOWS_1251.encode(c.encode_utf8(&mut [0; 4])).0[0];
        text.chars().map(|c| KZ_1048.iter().find(|(_, k)| *k == c).map_or_else(|| byte(c), |(b, _)| *b)).collect()
    }

    #[test]
    fn what_older_systems_wrote_is_found_out() {
        let wide = |text: &str, is_little: bool, mark: &[u8]| {
            let unit = |u: u16| if is_little { u.to_le_bytes() } else { u.to_be_bytes() };
            [mark, &text.encode_utf16().flat_map(unit).collect::<Vec<u8>>()].concat()
        };
        for (bytes, encoding, text) in [
            (KAZAKH.as_bytes().to_vec(), "", KAZAKH),
            ([b"\xef\xbb\xbf", KAZAKH.as_bytes()].concat(), "", KAZAKH),
            (kz(KAZAKH), "KZ-1048", KAZAKH),
            (kz(RUSSIAN), "windows-1251", RUSSIAN),
            (wide(KAZAKH, true, b"\xff\xfe"), "UTF-16LE", KAZAKH),
            (wide(KAZAKH, false, b"\xfe\xff"), "UTF-16BE", KAZAKH),
            (wide(RUSSIAN, true, b""), "UTF-16LE", RUSSIAN),
            (wide(RUSSIAN, false, b""), "UTF-16BE", RUSSIAN),
        ] {
            assert_eq!(decode(&bytes, None), Ok(Decoded { text: text.into(), encoding }));
        }
    }

    #[test]
    fn neighbours_of_kazakh_are_not_taken_for_it() {
        let belarusian =
            "Ўсе беларусы ведаюць, што мова жыве, пакуль на ёй гавораць. Яны выйшлі на плошчу, каб іх пачулі.";
        let (bytes, ..) = WINDOWS_1251.encode(belarusian);
        assert_eq!(decode(&bytes, None).map(|decoded| decoded.text), Ok(belarusian.into()));
        let (bytes, ..) =
            encoding_rs::EUC_KR.encode("한국의 인터넷 행동주의는 오래된 역사를 가지고 있다. 사람들은 광장에 모였다.");
        assert_ne!(decode(&bytes, None).map(|decoded| decoded.encoding), Ok("KZ-1048"));
    }

    #[test]
    fn an_encoding_can_be_named() {
        assert_eq!(decode(&kz(KAZAKH), Some("kz-1048")).unwrap().text, KAZAKH);
        assert_eq!(decode(&kz(RUSSIAN), Some("cp1251")).unwrap().text, RUSSIAN);
        assert_eq!(decode(b"caf\xe9", Some("latin1")).unwrap().text, "café");
        assert_eq!(decode(b"caf\xe9", Some("utf-8")), Err(Undecoded::Wrong("UTF-8")));
        assert_eq!(decode(b"x", Some("klingon")), Err(Undecoded::Unknown));
        assert_eq!(decode(b"\xfe\xff\x04\x9a", Some("utf-16")).unwrap().text, "Қ");
        assert_eq!(decode(b"PK\0\x04", Some("windows-1251")), Err(Undecoded::Binary));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [&b"\x7fELF\0\0\0\x01\x02"[..], b"PK\x03\x04\x14\0\x06\0", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"] {
            assert_eq!(decode(bytes, None), Err(Undecoded::Binary), "{bytes:?}");
        }
    }
}
