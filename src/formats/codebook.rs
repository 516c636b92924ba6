//! The codebook as a file: TOML and CSV, which come back, and Markdown to read.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::formats::csv::{bare, harmless};
use crate::formats::markdown::plain;
use crate::model::code::{Code, CodeId, Names, Standing};
use crate::model::codebook::Codebook;
use crate::say;

/// Reads codes back; fails with what is wrong in the file, and where.
type Read = fn(&str) -> Result<Vec<Code>, String>;

/// A way to write a codebook, and perhaps to read one.
#[derive(Clone, Copy)]
pub struct Way {
    /// Its name on the command line, and how its files end.
    pub name: &'static str,
    /// For whom it is.
    pub help: &'static str,
    /// Writes it.
    pub write: fn(&Codebook, &mut dyn Write) -> io::Result<()>,
    /// Reads it back; none where that can't be.
    pub read: Option<Read>,
}

/// All ways.
pub const WAYS: &[Way] = &[
    Way { name: "toml", help: "everything, to keep, to edit and to share", write: write_toml, read: Some(read_toml) },
    Way { name: "csv", help: "a table with a row a code", write: write_csv, read: Some(read_csv) },
    Way { name: "md", help: "the tree with its definitions, to read", write: write_markdown, read: None },
];

/// The way of that name.
pub fn named(name: &str) -> Option<&'static Way> {
    WAYS.iter().find(|way| way.name == name)
}

#[derive(Serialize, Deserialize)]
struct File {
    #[serde(default)]
    code: Vec<Code>,
}

fn write_toml(book: &Codebook, out: &mut dyn Write) -> io::Result<()> {
    let file = File { code: book.iter().cloned().collect() };
    let text = toml::to_string(&file).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

fn read_toml(text: &str) -> Result<Vec<Code>, String> {
    let file: File = toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        say!("line {line}: {why}", line, why = error.message())
    })?;
    Ok(file.code)
}

const COLUMNS: [&str; 15] = [
    "id",
    "path",
    "name_en",
    "name_kk",
    "name_ru",
    "definition",
    "include",
    "exclude",
    "example_en",
    "example_kk",
    "example_ru",
    "colour",
    "key",
    "parent",
    "standing",
];

fn write_csv(book: &Codebook, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for code in book.iter() {
        let example = |language: &str| code.examples.get(language).map(String::as_str).unwrap_or_default();
        let standing = match &code.standing {
            Standing::InUse => "in-use".to_owned(),
            Standing::Folder => "folder".to_owned(),
            Standing::Retired => "retired".to_owned(),
            Standing::MergedInto(other) => format!("{MERGED}{other}"),
        };
        let cells = [
            &code.id.0,
            &book.path(&code.id),
            &code.names.en,
            &code.names.kk,
            &code.names.ru,
            &code.definition,
            &code.include,
            &code.exclude,
            example("en"),
            example("kk"),
            example("ru"),
            &code.colour,
            &code.key,
            &code.parent.0,
            &standing,
        ];
        table.write_record(cells.map(harmless))?;
    }
    table.flush()
}

/// Before the code that a merged one is a part of.
const MERGED: &str = "merged-into:";

/// Reads the codes of a table with a row a code; fails with what is wrong in it, and in which line.
pub fn read_csv(text: &str) -> Result<Vec<Code>, String> {
    let mut table = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let heads = table.headers().map_err(|error| error.to_string())?.clone();
    if !heads.iter().any(|head| head == "id" || head == "name_en") {
        return Err(say!("the first line names no column id or name_en").into());
    }
    let mut codes = Vec::new();
    for (at, record) in table.records().enumerate() {
        let record = record.map_err(|error| say!("line {line}: {why}", line = at + 2, why = error))?;
        let cell = |name: &str| {
            let place = heads.iter().position(|head| head == name);
            place.and_then(|place| record.get(place)).map(bare).unwrap_or_default().to_owned()
        };
        let examples = ["en", "kk", "ru"].map(|language| (language.to_owned(), cell(&format!("example_{language}"))));
        let examples: BTreeMap<String, String> = examples.into_iter().filter(|(_, text)| !text.is_empty()).collect();
        codes.push(Code {
            id: CodeId(cell("id")),
            names: Names { en: cell("name_en"), kk: cell("name_kk"), ru: cell("name_ru") },
            definition: cell("definition"),
            include: cell("include"),
            exclude: cell("exclude"),
            examples,
            colour: cell("colour"),
            key: cell("key"),
            parent: CodeId(cell("parent")),
            standing: match cell("standing").as_str() {
                "folder" => Standing::Folder,
                "retired" => Standing::Retired,
                other => other
                    .strip_prefix(MERGED)
                    .map_or(Standing::InUse, |other| Standing::MergedInto(CodeId(other.to_owned()))),
            },
        });
    }
    Ok(codes)
}

fn write_markdown(book: &Codebook, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}", say!("Codebook"))?;
    let mut codes: Vec<(String, &Code)> = book.iter().map(|code| (own_path(book, code), code)).collect();
    codes.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, code) in codes {
        let depth = path.matches('/').count().min(4) + 2;
        let names: Vec<String> = code.names.all().map(plain).collect();
        let standing = match &code.standing {
            Standing::InUse => String::new(),
            Standing::Folder => format!(" · {}", say!("folder")),
            Standing::Retired => format!(" · {}", say!("retired")),
            Standing::MergedInto(other) => format!(" → {}", plain(&book.path(other))),
        };
        writeln!(out, "\n{} {}{standing}\n\n{}", "#".repeat(depth), plain(&path), names.join(" · "))?;
        let parts = [
            (say!("Definition"), &code.definition),
            (say!("Include"), &code.include),
            (say!("Exclude"), &code.exclude),
        ];
        for (what, text) in parts.into_iter().filter(|(_, text)| !text.is_empty()) {
            writeln!(out, "\n**{what}** {}", plain(text))?;
        }
        for (language, text) in &code.examples {
            writeln!(out, "\n> {} *({})*", plain(text), plain(language))?;
        }
    }
    Ok(())
}

/// A code's own path, also where it was merged into another.
fn own_path(book: &Codebook, code: &Code) -> String {
    match book.get(&code.parent) {
        Some(parent) if parent.id != code.id => format!("{}/{}", book.path(&parent.id), code.name()),
        _ => code.name().to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn book() -> Codebook {
        let mut book = Codebook::default();
        let full = Code {
            id: CodeId("censorship".into()),
            names: Names { en: "censorship".into(), kk: "цензура".into(), ru: "цензура".into() },
            definition: "Blocking, or\n\"pressure\" on who writes; =SUM(A1)".into(),
            include: "-blocked pages".into(),
            exclude: "#hashtags, 'quotes'".into(),
            examples: BTreeMap::from([("kk".into(), "Бұғатталған бет".into())]),
            colour: "#d55e00".into(),
            key: "c".into(),
            parent: CodeId("control".into()),
            standing: Standing::InUse,
        };
        let standing = |id: &str, standing| Code { standing, ..Code::named(CodeId(id.into()), id) };
        for code in [
            full,
            standing("control", Standing::Folder),
            standing("old", Standing::Retired),
            standing("blocking", Standing::MergedInto(CodeId("censorship".into()))),
        ] {
            book.insert(code);
        }
        book
    }

    #[test]
    fn what_is_written_comes_back() {
        for way in WAYS {
            let mut text = Vec::new();
            (way.write)(&book(), &mut text).unwrap();
            let Some(read) = way.read else { continue };
            let codes = read(&String::from_utf8(text).unwrap()).unwrap();
            assert_eq!(codes, book().iter().cloned().collect::<Vec<_>>(), "{}", way.name);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert!(read_toml("[[code]]\nid = 3\n").unwrap_err().starts_with("line 2: "));
        assert!(read_csv("a,b\n1,2\n").unwrap_err().contains("id or name_en"));
        assert!(read_csv("id,key\na,b,c\n").unwrap_err().starts_with("line 2: "));
    }
}
