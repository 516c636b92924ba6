//! What can be changed of a code, and what is refused: the same for everyone who edits a codebook.

use crate::model::change::{Change, Record};
use crate::model::code::{Code, CodeId, Names, Standing};
use crate::model::codebook::Codebook;
use crate::model::mark::Redefinition;
use crate::model::time::Time;
use crate::say;
use crate::text::width::printable;

/// Something that is written of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Its name in a language: `en`, `kk` or `ru`.
    Name(&'static str),
    /// What it means.
    Definition,
    /// What to mark with it.
    Include,
    /// What not to mark with it.
    Exclude,
    /// An example in a language.
    Example(&'static str),
    /// Its colour.
    Colour,
    /// The letter that applies it.
    Key,
}

/// All that is written of a code, in the order in which it is shown, with the names that stand for it in commands.
pub const FIELDS: [(&str, Field); 11] = [
    ("en", Field::Name("en")),
    ("kk", Field::Name("kk")),
    ("ru", Field::Name("ru")),
    ("definition", Field::Definition),
    ("include", Field::Include),
    ("exclude", Field::Exclude),
    ("example-en", Field::Example("en")),
    ("example-kk", Field::Example("kk")),
    ("example-ru", Field::Example("ru")),
    ("colour", Field::Colour),
    ("key", Field::Key),
];

impl Field {
    /// Whether it takes more than a line.
    pub fn is_long(self) -> bool {
        matches!(self, Self::Definition | Self::Include | Self::Exclude | Self::Example(_))
    }

    /// What a code has there; empty for nothing.
    pub fn of(self, code: &Code) -> &str {
        match self {
            Self::Name("kk") => &code.names.kk,
            Self::Name("ru") => &code.names.ru,
            Self::Name(_) => &code.names.en,
            Self::Definition => &code.definition,
            Self::Include => &code.include,
            Self::Exclude => &code.exclude,
            Self::Example(language) => code.examples.get(language).map_or("", String::as_str),
            Self::Colour => &code.colour,
            Self::Key => &code.key,
        }
    }
}

/// A code with something written anew. Fails, with what to tell, where it can't be told from others then.
pub fn written(code: &Code, field: Field, value: &str, book: &Codebook) -> Result<Code, String> {
    let mut now = code.clone();
    let value = value.trim();
    match field {
        Field::Name(language) => {
            let name = checked_name(value, language, code, book)?;
            match language {
                "kk" => now.names.kk = name,
                "ru" => now.names.ru = name,
                _ => now.names.en = name,
            }
        }
        Field::Definition => value.clone_into(&mut now.definition),
        Field::Include => value.clone_into(&mut now.include),
        Field::Exclude => value.clone_into(&mut now.exclude),
        Field::Example(language) if value.is_empty() => drop(now.examples.remove(language)),
        Field::Example(language) => drop(now.examples.insert(language.to_owned(), value.to_owned())),
        Field::Colour => now.colour = checked_colour(value)?,
        Field::Key => now.key = checked_key(value, code, book)?,
    }
    Ok(now)
}

fn checked_name(name: &str, language: &str, code: &Code, book: &Codebook) -> Result<String, String> {
    let others = [("en", &code.names.en), ("kk", &code.names.kk), ("ru", &code.names.ru)];
    let has_other = others.iter().any(|(own, name)| *own != language && !name.is_empty());
    if name.is_empty() && has_other {
        return Ok(String::new());
    }
    if name.contains('/') {
        return Err(say!("a code's name has no /; the code above it is said apart").into());
    }
    if CodeId::of_name(name).is_none() {
        return Err(say!("a code's name needs a letter or a digit").into());
    }
    match book.named(name).filter(|other| other.id != code.id) {
        Some(other) => Err(say!("{id} is called so already", id = other.id)),
        None => Ok(printable(name)),
    }
}

/// A colour as it is kept; nothing lets the program choose.
pub fn checked_colour(colour: &str) -> Result<String, String> {
    let hex = colour.strip_prefix('#').unwrap_or(colour);
    let is_right = hex.len() == 6 && hex.chars().all(|c| c.is_ascii_hexdigit());
    match colour {
        "" => Ok(String::new()),
        _ if is_right => Ok(format!("#{}", hex.to_lowercase())),
        _ => Err(say!("\"{colour}\" is no colour; write #rrggbb, for example #e69f00", colour)),
    }
}

/// A key as it is kept; nothing takes it away.
pub fn checked_key(key: &str, code: &Code, book: &Codebook) -> Result<String, String> {
    let mut chars = key.chars();
    match (chars.next(), chars.next()) {
        (None, _) => return Ok(String::new()),
        (Some(c), None) if c.is_alphabetic() => {}
        _ => return Err(say!("\"{key}\" is no key; a code's key is one letter", key)),
    }
    match book.of_key(key).filter(|other| other.id != code.id) {
        Some(other) => Err(say!("the key {key} belongs to {id}", key, id = other.id)),
        None => Ok(key.to_owned()),
    }
}

/// A code below another one, or at the top. Fails where that one is below it already.
pub fn below(code: &Code, parent: Option<&CodeId>, book: &Codebook) -> Result<Code, String> {
    let parent = parent.cloned().unwrap_or_default();
    if !parent.0.is_empty() && book.is_below(&parent, &code.id) {
        return Err(say!("{parent} is below {code} already", parent, code = code.id));
    }
    Ok(Code { parent, ..code.clone() })
}

/// A code as a part of another one. Fails where that one is a part of it.
pub fn merged(code: &Code, into: &CodeId, book: &Codebook) -> Result<Code, String> {
    if *book.standing(into) == code.id {
        return Err(say!("{into} is a part of {code} already", into, code = code.id));
    }
    Ok(Code { standing: Standing::MergedInto(into.clone()), ..code.clone() })
}

/// A code that stands otherwise: given, a folder, or retired. A letter that became another's is exchanged.
pub fn standing(code: &Code, standing: Standing, book: &Codebook) -> Code {
    let is_taken = book.of_key(&code.key).is_some_and(|other| other.id != code.id);
    let key = if standing == Standing::InUse && is_taken { book.free_key(code.name()) } else { code.key.clone() };
    Code { key, standing, ..code.clone() }
}

/// A new code of a name. Fails where there is one that is called so.
pub fn new(name: &str, book: &Codebook) -> Result<Code, String> {
    let id = CodeId::of_name(name).ok_or(say!("a code's name needs a letter or a digit"))?;
    let blank = Code { id, colour: book.free_colour(), ..Code::default() };
    if book.get(&blank.id).is_some() {
        return Err(say!("{id} is called so already", id = blank.id));
    }
    let name = checked_name(name, "en", &blank, book)?;
    Ok(Code { key: book.free_key(&name), names: Names { en: name, ..Names::default() }, ..blank })
}

/// A code parted into others: those of these names stand below it, new ones are made, and it only holds them from now on; what
/// has it keeps it until it is given one of them. Fails where there are not two names, or one can't be.
pub fn split(code: &Code, names: &[&str], book: &Codebook) -> Result<Vec<Change>, String> {
    if names.len() < 2 {
        return Err(say!("a code is split into two or more; write their names with commas between").into());
    }
    let mut book = book.clone();
    let mut changes = Vec::new();
    for name in names {
        let was = book.named(name).cloned();
        let base = match &was {
            Some(known) if known.id == code.id => {
                return Err(say!("{code} can't be a part of itself; choose another name", code = code.id));
            }
            Some(known) => known.clone(),
            None => new(name, &book)?,
        };
        let now = below(&base, Some(&code.id), &book)?;
        book.insert(now.clone());
        changes.push(Change::of(was.map(Record::Code), Some(Record::Code(now))));
    }
    let folder = Code { standing: Standing::Folder, ..code.clone() };
    changes.push(Change::replace(Record::Code(code.clone()), Record::Code(folder)));
    changes.retain(|change| change.was != change.now);
    Ok(changes)
}

/// The changes that make a code what it is now; where what it means is another, what was tagged before is to be read again.
pub fn changes(was: Option<&Code>, now: &Code, known: Option<&Redefinition>, time: Time) -> Vec<Change> {
    if was == Some(now) {
        return Vec::new();
    }
    let change = Change::of(was.cloned().map(Record::Code), Some(Record::Code(now.clone())));
    let redefined = was.and_then(|was| Redefinition::of(was, now, time));
    let mark =
        redefined.map(|mark| Change::of(known.cloned().map(Record::Redefinition), Some(Record::Redefinition(mark))));
    std::iter::once(change).chain(mark).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn book() -> Codebook {
        let mut book = Codebook::default();
        for name in ["control", "censorship", "protest"] {
            let code = new(name, &book).unwrap();
            book.insert(code);
        }
        book
    }

    #[test]
    fn what_cannot_be_told_from_others_is_refused() {
        let book = book();
        let code = book.named("control").unwrap();
        for (field, value, why) in [
            (Field::Name("kk"), "censorship", "called so already"),
            (Field::Name("en"), "a/b", "no /"),
            (Field::Name("en"), "", "needs a letter"),
            (Field::Key, "p", "belongs to protest"),
            (Field::Key, "ab", "is no key"),
            (Field::Colour, "blue", "is no colour"),
        ] {
            let refused = written(code, field, value, &book).unwrap_err();
            assert!(refused.contains(why), "{value}: {refused}");
        }
        assert_eq!(written(code, Field::Name("kk"), " бақылау ", &book).unwrap().names.kk, "бақылау");
        assert_eq!(written(code, Field::Key, "", &book).unwrap().key, "");
        let mut book = book.clone();
        let child = below(book.named("censorship").unwrap(), Some(&code.id), &book).unwrap();
        book.insert(child);
        assert!(below(code, Some(&CodeId("censorship".into())), &book).unwrap_err().contains("already"), "a circle");
        assert!(below(code, Some(&code.id.clone()), &book).is_err(), "itself");
    }

    #[test]
    fn a_split_code_holds_its_parts() {
        let book = book();
        let code = book.named("control").unwrap();
        let changes = split(code, &["law", "censorship"], &book).unwrap();
        let mut after = book.clone();
        for change in &changes {
            let Some(Record::Code(now)) = change.now.clone() else { panic!("a code") };
            after.insert(now);
        }
        assert_eq!(after.named("control").unwrap().standing, Standing::Folder);
        assert_eq!(after.path(&CodeId("law".into())), "control/law");
        assert_eq!(after.path(&CodeId("censorship".into())), "control/censorship");
        assert!(split(code, &["law"], &book).is_err() && split(code, &["control", "law"], &book).is_err());
    }

    #[test]
    fn only_a_changed_meaning_asks_for_reading_again() {
        let book = book();
        let code = book.named("control").unwrap();
        let first = written(code, Field::Definition, "what the state does", &book).unwrap();
        assert_eq!(changes(Some(code), &first, None, Time(5)).len(), 1, "there was no definition before");
        let second = written(&first, Field::Exclude, "what firms do", &book).unwrap();
        assert_eq!(changes(Some(&first), &second, None, Time(6)).len(), 2);
        let renamed = written(&second, Field::Name("ru"), "контроль", &book).unwrap();
        assert_eq!(changes(Some(&second), &renamed, None, Time(7)).len(), 1);
        assert_eq!(changes(Some(&second), &second, None, Time(7)).len(), 0);
    }
}
