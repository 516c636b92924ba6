//! Translation memory exchange, for translators' programs. Source of the form: TMX 1.4b, LISA OSCAR, 2005.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::count;
use crate::formats::bitext::{Units, places};
use crate::formats::bundle::Refused;
use crate::formats::tongue;
use crate::formats::xml::{self, Content, Element, escaped};
use crate::say;

/// Writes units of two languages (ISO 639 letters), each a text and its translation.
pub fn write(languages: [&str; 2], units: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<tmx version=\"1.4\">")?;
    writeln!(
        out,
        "  <header creationtool=\"tanba\" creationtoolversion=\"{}\" segtype=\"sentence\" o-tmf=\"tanba\" adminlang=\"en\" srclang=\"{}\" datatype=\"plaintext\"/>",
        env!("CARGO_PKG_VERSION"),
        languages[0]
    )?;
    writeln!(out, "  <body>")?;
    for (left, right) in units {
        writeln!(out, "    <tu>")?;
        for (language, text) in languages.into_iter().zip([left, right]) {
            writeln!(out, "      <tuv xml:lang=\"{language}\"><seg>{}</seg></tuv>", escaped(text))?;
        }
        writeln!(out, "    </tu>")?;
    }
    writeln!(out, "  </body>\n</tmx>")
}

/// Reads the units of the memory's own language and of the one that is most often beside it; `place` is what to call the file.
/// Codes of other programs inside of segments are dropped. Fails where it is no such memory, or has no unit in two languages.
pub fn read(text: &str, place: &str) -> Result<Units, Refused> {
    let root = xml::read(text, place)?;
    let body = root.first("body").filter(|_| root.name == "tmx");
    let body = body.ok_or_else(|| Refused::at(place, say!("this is no translation memory (TMX)")))?;
    let mut n_codes = 0;
    let units: Vec<Vec<(String, String)>> = body.all("tu").map(|unit| segments(unit, &mut n_codes)).collect();
    let source =
        root.first("header").and_then(|header| header.attribute("srclang")).map(tongue::letters).unwrap_or_default();
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for (language, _) in units.iter().flatten() {
        *counted.entry(language).or_default() += 1;
    }
    let first = units.iter().flatten().map(|(language, _)| language.as_str()).next().unwrap_or_default();
    let left = if counted.contains_key(source.as_str()) { source.as_str() } else { first }.to_owned();
    let mut beside: BTreeMap<&str, usize> = BTreeMap::new();
    for unit in units.iter().filter(|unit| unit.iter().any(|(language, _)| *language == left)) {
        for (language, _) in unit.iter().filter(|(language, _)| *language != left) {
            *beside.entry(language).or_default() += 1;
        }
    }
    let most = beside.iter().max_by_key(|(language, n)| (**n, std::cmp::Reverse(**language)));
    let right = most.map(|(language, _)| (*language).to_owned());
    let right = right.ok_or_else(|| Refused::at(place, say!("its units are not in two languages")))?;
    let mut found = Units::default();
    let mut lacking = Vec::new();
    for (at, unit) in units.iter().enumerate() {
        let of = |wanted: &str| unit.iter().find(|(language, _)| language == wanted).map(|(_, text)| text.clone());
        match of(&left).zip(of(&right)) {
            Some(pair) => found.pairs.push(pair),
            None => lacking.push(at + 1),
        }
    }
    found.told = told(place, &counted, [&left, &right], &lacking, n_codes);
    found.languages = [left, right];
    Ok(found)
}

fn told(
    place: &str,
    counted: &BTreeMap<&str, usize>,
    read: [&str; 2],
    lacking: &[usize],
    n_codes: usize,
) -> Vec<String> {
    let mut told = Vec::new();
    let others: Vec<&str> = counted.keys().filter(|language| !read.contains(language)).copied().collect();
    if !others.is_empty() {
        told.push(say!("{place}: other languages are left out: {languages}", place, languages = others.join(", ")));
    }
    if !lacking.is_empty() {
        let units = places(lacking);
        told.push(count!(
            lacking.len(),
            "{place}: {n} unit lacks one of the two languages (unit {units})",
            "{place}: {n} units lack one of the two languages (units {units})",
            place,
            units
        ));
    }
    if n_codes > 0 {
        told.push(count!(
            n_codes,
            "{place}: {n} code of another program inside of segments left out",
            "{place}: {n} codes of another program inside of segments left out",
            place
        ));
    }
    told
}

/// The texts of a unit with their languages.
fn segments(unit: &Element, n_codes: &mut usize) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for variant in unit.all("tuv") {
        let (Some(language), Some(segment)) = (variant.attribute("lang"), variant.first("seg")) else { continue };
        let letters = tongue::letters(language);
        let mut text = String::new();
        gather(segment, &mut text, n_codes);
        if !letters.is_empty() {
            found.push((letters, text));
        }
    }
    found
}

/// The words of a segment. What stands in codes is another program's; what is only marked by an element is a text's.
fn gather(element: &Element, text: &mut String, n_codes: &mut usize) {
    for content in &element.content {
        match content {
            Content::Text(words) => text.push_str(words),
            Content::Element(inner) if inner.name == "hi" => gather(inner, text, n_codes),
            Content::Element(_) => *n_codes += 1,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_other_language_is_the_one_that_stands_beside_the_memorys_own() {
        let unit = |left: &str, right: &str| {
            format!("<tu><tuv xml:lang='{left}'><seg>a</seg></tuv><tuv xml:lang='{right}'><seg>b</seg></tuv></tu>")
        };
        let memory = |units: &str| format!("<tmx><header srclang='en'/><body>{units}</body></tmx>");
        let units = [unit("ru", "tr"), unit("ru", "tr"), unit("kk", "en")].concat();
        let found = read(&memory(&units), "m.tmx").expect("read");
        assert_eq!((found.languages, found.pairs.len()), (["en".into(), "kk".into()], 1));
        let apart = unit("ru", "tr") + "<tu><tuv xml:lang='en'><seg>a</seg></tuv></tu>";
        assert!(read(&memory(&apart), "m.tmx").is_err(), "no unit has both");
    }

    #[test]
    fn memories_of_others_are_read() {
        let memory = "<?xml version='1.0'?><!DOCTYPE tmx SYSTEM 'tmx14.dtd'><tmx version='1.4'><header srclang='en-US'/><body>\
            <tu><tuv xml:lang='kk-KZ'><seg>Бір <bpt i='1'>&lt;b&gt;</bpt>екі<ept i='1'/> <hi>үш</hi></seg></tuv><tuv xml:lang='EN-us'><seg>One</seg></tuv></tu>\
            <tu><tuv xml:lang='en'><seg>Two</seg></tuv><tuv lang='kaz'><seg/></tuv><tuv xml:lang='ru'><seg>Два</seg></tuv></tu>\
            <tu><tuv xml:lang='en'><seg>Three</seg></tuv></tu></body></tmx>";
        let units = read(memory, "a.tmx").unwrap();
        assert_eq!(units.languages, ["en", "kk"]);
        assert_eq!(units.pairs, [("One".to_owned(), "Бір екі үш".to_owned()), ("Two".into(), String::new())]);
        assert_eq!(units.told.len(), 3);
        assert!(units.told[1].contains("unit 3") && units.told[2].contains("2 codes"), "{:?}", units.told);
        assert!(read("<tmx><body/></tmx>", "a").is_err() && read("<a/>", "a").is_err() && read("", "a").is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_comes_back(pairs in prop::collection::vec(("[ -~ақ\n\r\t👍\u{301}]{0,20}", "[ -~ә\n]{0,20}"), 1..6)) {
            let mut out = Vec::new();
            write(["en", "kk"], &pairs, &mut out).unwrap();
            let units = read(&String::from_utf8(out).unwrap(), "x").unwrap();
            prop_assert_eq!(units.pairs, pairs);
            prop_assert!(units.told.is_empty());
        }

        #[test]
        fn no_memory_makes_it_panic(parts in prop::collection::vec("</?(tmx|body|tu|tuv xml:lang='en'|seg|hi|header)/?>|[aқ&]{1,3}", 0..20)) {
            let _ = read(&parts.concat(), "x");
        }
    }

    #[test]
    fn no_text_is_markup() {
        let mut out = Vec::new();
        write(["en", "kk"], &[("a < b & \u{1b}c".into(), "а".into())], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("<tuv xml:lang=\"en\"><seg>a &lt; b &amp; \u{fffd}c</seg></tuv>"), "{text}");
        assert!(text.contains("<tuv xml:lang=\"kk\"><seg>а</seg></tuv>"));
    }
}
