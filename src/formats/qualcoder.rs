//! `QualCoder`'s projects (`.qda`, `SQLite`), read. Positions are code points, the end is exclusive. Source: `QualCoder` 3.6's
//! database, version v8, and what was measured on one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::formats::bundle::{Brought, Bundle, Refused, Wishes};
use crate::formats::counting;
use crate::formats::scale::{Newlines, Scale, Unit};
use crate::formats::sqlite::{Base, among, moment, number, position, text};
use crate::model::annotation::Passage;
use crate::model::attribute::{Attribute, Kind};
use crate::model::code::{Code, CodeId, Names, Standing};
use crate::model::colour;
use crate::model::document::{Document, DocumentId};
use crate::model::memo::{About, Memo};
use crate::model::study::{Paper, Study, free_name};
use crate::model::time::Time;
use crate::say;
use crate::text::span::slice;
use crate::text::width::printable;

/// Files that are told of at most.
const MOST_TOLD: usize = 5;

/// The file in a project's folder that is the database.
const FILE: &str = "data.qda";

/// Whether files are a `QualCoder` project: its folder, or the database in it.
pub fn is_it(bundle: &Bundle) -> bool {
    let Some(piece) = among(bundle, FILE) else { return false };
    Base::open(piece).is_ok_and(|base| base.has("code_text") && base.has("code_name") && base.has("source"))
}

/// Reads a project. Fails where it is none, or damaged.
pub fn read(bundle: &Bundle, _: &Wishes) -> Result<Brought, Refused> {
    let none = || Refused::at(&bundle.name, say!("this is no QualCoder project: there is no database data.qda in it"));
    let base = Base::open(among(bundle, FILE).ok_or_else(none)?)?;
    let mut reading = Reading::default();
    bundle.name.trim_end_matches(".qda").clone_into(&mut reading.study.name);
    reading.codes(&base)?;
    reading.sources(&base)?;
    reading.codings(&base)?;
    reading.comments(&base)?;
    reading.attributes(&base)?;
    reading.count_left_out(&base)?;
    Ok(Brought { study: reading.study, told: reading.told, unread: reading.unread })
}

/// A document of the file, to place what is coded in it.
struct Source {
    id: DocumentId,
    scale: Scale,
    /// The text with plain line ends, and the byte at which each code point starts.
    text: String,
    starts: Vec<usize>,
}

#[derive(Default)]
struct Reading {
    study: Study,
    told: Vec<String>,
    unread: Vec<String>,
    codes: HashMap<i64, CodeId>,
    sources: HashMap<i64, Source>,
}

impl Reading {
    /// Categories hold codes and other categories, and are given to no passage.
    fn codes(&mut self, base: &Base) -> Result<(), Refused> {
        let mut folders: HashMap<i64, (CodeId, Option<i64>)> = HashMap::new();
        let mut taken = std::collections::BTreeSet::new();
        let mut id_of = |name: &str| {
            let id = CodeId::of_name(name).unwrap_or_else(|| CodeId("code".into()));
            CodeId(free_name(&id.0, &mut taken))
        };
        let mut all: Vec<(Code, Option<i64>)> = Vec::new();
        // Codes first: their names are the ones that passages are asked for by.
        let (codes, mut order) = (&mut self.codes, Vec::new());
        base.rows("code_name", "cid, name, memo, catid, color", &mut |row| {
            let Some(number_here) = number(row, 0) else { return };
            let code = made(&text(row, 1), &text(row, 2), &text(row, 4), id_of(&text(row, 1)));
            codes.insert(number_here, code.id.clone());
            order.push((code, number(row, 3)));
        })?;
        base.rows("code_cat", "catid, name, memo, supercatid", &mut |row| {
            let Some(number_here) = number(row, 0) else { return };
            let name = text(row, 1);
            let mut code = made(&name, &text(row, 2), "", id_of(&name));
            code.standing = Standing::Folder;
            folders.insert(number_here, (code.id.clone(), number(row, 3)));
            all.push((code, number(row, 3)));
        })?;
        let loops = |start: i64| {
            let mut at = Some(start);
            (0..=folders.len()).all(|_| match at {
                Some(now) => {
                    at = folders.get(&now).and_then(|(_, above)| *above);
                    true
                }
                None => false,
            })
        };
        let above_of = |above: Option<i64>| above.filter(|above| !loops(*above)).and_then(|above| folders.get(&above));
        // A category and the code of its name in it are one code here: what is coded so, with others below it.
        let name_of =
            |id: &CodeId| all.iter().find(|(folder, _)| folder.id == *id).map(|(folder, _)| folder.names.en.clone());
        let mut same: HashMap<CodeId, CodeId> = HashMap::new();
        for (code, above) in &mut order {
            let folder =
                above_of(*above).filter(|(folder, _)| name_of(folder).is_some_and(|name| name == code.names.en));
            if let Some((folder, higher)) = folder.filter(|(folder, _)| !same.contains_key(folder)) {
                same.insert(folder.clone(), code.id.clone());
                *above = *higher;
            }
        }
        if !same.is_empty() {
            self.told.push(say!("{n} categories are one with the code of their name in them", n = same.len()));
        }
        for (mut code, above) in all.into_iter().filter(|(code, _)| !same.contains_key(&code.id)).chain(order) {
            let parent = above_of(above).map(|(id, _)| same.get(id).unwrap_or(id).clone());
            code.parent = parent.unwrap_or_default();
            self.study.codes.push(code);
        }
        Ok(())
    }

    fn sources(&mut self, base: &Base) -> Result<(), Refused> {
        let mut silent = Vec::new();
        let (study, sources) = (&mut self.study, &mut self.sources);
        let mut taken = BTreeSet::new();
        base.rows("source", "id, name, fulltext, memo, owner, date", &mut |row| {
            let Some(number_here) = number(row, 0) else { return };
            let (name, written) = (text(row, 1), text(row, 2));
            if written.is_empty() {
                silent.push(printable(&name));
                return;
            }
            let id = DocumentId(free_name(printable(&name).trim(), &mut taken));
            let scale = Scale::plain(&written, Unit::CodePoints, Newlines::AsWritten);
            let plain = counting::plain(&written);
            memo(study, About::Document(id.clone()), text(row, 3), (text(row, 4), moment(row, 5)));
            study.papers.push(Paper {
                document: Document { id: id.clone(), ..Document::default() },
                text: Some(plain.clone()),
            });
            let starts = plain.char_indices().map(|(at, _)| at).chain([plain.len()]).collect();
            sources.insert(number_here, Source { id, scale, text: plain, starts });
        })?;
        if !silent.is_empty() {
            let more = if silent.len() > MOST_TOLD { ", …" } else { "" };
            let names = silent.iter().take(MOST_TOLD).map(String::as_str).collect::<Vec<_>>().join(", ");
            self.told.push(say!("{n} files without a text are left out: {names}{more}", n = silent.len(), names, more));
        }
        Ok(())
    }

    fn codings(&mut self, base: &Base) -> Result<(), Refused> {
        let (mut n_other, mut n_important) = (0, 0);
        let (study, unread, codes, sources) = (&mut self.study, &mut self.unread, &self.codes, &self.sources);
        base.rows("code_text", "ctid, cid, fid, seltext, pos0, pos1, owner, date, memo, important", &mut |row| {
            let code = number(row, 1).and_then(|number| codes.get(&number));
            let source = number(row, 2).and_then(|number| sources.get(&number));
            let mut lose = |why: &str| unread.push(format!("code_text {}: {why}", text(row, 0)));
            let Some(code) = code else {
                return lose(say!("a coding of a code that is not there; left out"));
            };
            let Some(source) = source else {
                return lose(say!("an annotation of a text that is not there; left out"));
            };
            let Some((start, end)) = placed(source, position(row, 4), position(row, 5)) else {
                return lose(say!("an annotation beyond the end of the text; left out"));
            };
            let offset = |at: usize| source.starts.get(at).copied().unwrap_or(source.text.len());
            let words = slice(&source.text, offset(start), offset(end));
            let told = counting::plain(&text(row, 3));
            // Where it says other words than stand there, these are believed, and looked for.
            let exact = if told.trim().is_empty() || told == words { words } else { &told };
            n_other += usize::from(exact != words);
            n_important += usize::from(number(row, 9) == Some(1));
            let passage = Passage { document: source.id.clone(), start, end };
            let annotation = study.mark(passage, exact, code.clone());
            printable(&text(row, 6)).trim().clone_into(&mut annotation.coder);
            annotation.time = moment(row, 7);
            annotation.memo = text(row, 8);
        })?;
        let counted = [
            (n_other, say!("codings have other words than stand at their place; they go where their words are")),
            (n_important, say!("codings lose that they are marked as important")),
        ];
        self.told.extend(counted.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")));
        if !self.study.annotations.is_empty() {
            self.told.push(say!("QualCoder writes local times without saying where: they are taken as UTC").into());
        }
        Ok(())
    }

    /// Comments on passages, the journal and the project's memo.
    fn comments(&mut self, base: &Base) -> Result<(), Refused> {
        let (study, sources) = (&mut self.study, &self.sources);
        base.rows("annotation", "anid, fid, pos0, pos1, memo, owner, date", &mut |row| {
            let source = number(row, 1).and_then(|number| sources.get(&number));
            let Some((source, (start, end))) =
                source.and_then(|s| Some((s, placed(s, position(row, 2), position(row, 3))?)))
            else {
                return;
            };
            let words = format!("{start}–{end}: {}", text(row, 4));
            memo(study, About::Document(source.id.clone()), words, (text(row, 5), moment(row, 6)));
        })?;
        base.rows("journal", "jid, name, jentry, owner, date", &mut |row| {
            let words = format!("{}\n\n{}", text(row, 1), text(row, 2));
            memo(study, About::Project, words, (text(row, 3), moment(row, 4)));
        })?;
        base.rows("project", "memo, date", &mut |row| {
            memo(study, About::Project, text(row, 0), (String::new(), moment(row, 1)));
        })
    }

    /// What is known of files, and of the cases that they belong to.
    fn attributes(&mut self, base: &Base) -> Result<(), Refused> {
        let mut numeric = Vec::new();
        base.rows("attribute_type", "name, valuetype", &mut |row| {
            if text(row, 1) == "numeric" {
                numeric.push(text(row, 0));
            }
        })?;
        let mut cases: BTreeMap<i64, (String, Vec<DocumentId>)> = BTreeMap::new();
        base.rows("cases", "caseid, name", &mut |row| {
            cases.extend(number(row, 0).map(|case| (case, (text(row, 1), Vec::new()))));
        })?;
        let sources = &self.sources;
        base.rows("case_text", "id, caseid, fid", &mut |row| {
            let source = number(row, 2).and_then(|number| sources.get(&number));
            if let (Some(source), Some((_, members))) = (source, number(row, 1).and_then(|case| cases.get_mut(&case))) {
                members.push(source.id.clone());
            }
        })?;
        let mut values: Vec<(DocumentId, String, String)> = Vec::new();
        for (name, members) in cases.values() {
            values.extend(members.iter().map(|id| (id.clone(), "case".to_owned(), name.clone())));
        }
        base.rows("attribute", "attrid, name, attr_type, value, id", &mut |row| {
            let (name, value) = (printable(&text(row, 1)), text(row, 3));
            let Some(of) = number(row, 4).filter(|_| !value.trim().is_empty()) else { return };
            match text(row, 2).as_str() {
                "file" => values.extend(sources.get(&of).map(|source| (source.id.clone(), name, value))),
                "case" => {
                    let members = cases.get(&of).into_iter().flat_map(|(_, members)| members);
                    values.extend(members.map(|id| (id.clone(), name.clone(), value.clone())));
                }
                _ => {}
            }
        })?;
        let mut places: HashMap<DocumentId, &mut Document> =
            self.study.papers.iter_mut().map(|paper| (paper.document.id.clone(), &mut paper.document)).collect();
        for (id, name, value) in values {
            if let Some(document) = places.get_mut(&id) {
                document.attributes.insert(name, value);
            }
        }
        let kinds = numeric.into_iter().map(|name| Attribute {
            name: printable(&name),
            kind: Kind::Number,
            values: Vec::new(),
        });
        self.study.attributes.extend(kinds);
        Ok(())
    }

    fn count_left_out(&mut self, base: &Base) -> Result<(), Refused> {
        for (table, what) in [
            ("code_image", say!("coded areas of pictures and pages are left out")),
            ("code_av", say!("coded stretches of sound and film are left out")),
            ("graph", say!("graphs are left out")),
        ] {
            let mut n = 0;
            base.rows(table, "1", &mut |_| n += 1)?;
            if n > 0 {
                self.told.push(format!("{n} {what}"));
            }
        }
        Ok(())
    }
}

fn made(name: &str, memo: &str, colour: &str, id: CodeId) -> Code {
    let name = printable(name).trim().to_owned();
    let colour = colour::parse(&colour.to_lowercase()).map(colour::written).unwrap_or_default();
    let name = if name.is_empty() { id.0.clone() } else { name };
    Code {
        names: Names { en: name, ..Names::default() },
        definition: memo.trim().to_owned(),
        colour,
        id,
        ..Code::default()
    }
}

fn placed(source: &Source, start: Option<usize>, end: Option<usize>) -> Option<(usize, usize)> {
    let (start, end) = counting::range(&source.scale, start?, end?)?;
    (start < end).then_some((start, end))
}

fn memo(study: &mut Study, about: About, text: String, (coder, time): (String, Time)) {
    if !text.trim().is_empty() {
        let coder = printable(&coder).trim().to_owned();
        study.memos.push(Memo { id: String::new(), about, coder, text, time });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::formats::bundle::Piece;

    const TABLES: &str = "
        CREATE TABLE project (databaseversion text, date text, memo text, about text);
        CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text, date text);
        CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text, color text);
        CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer);
        CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, pos1 integer,
          owner text, date text, memo text, important integer);
        CREATE TABLE annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer, memo text, owner text, date text);
        CREATE TABLE attribute_type (name text primary key, valuetype text, caseOrFile text);
        CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text, id integer);
        CREATE TABLE cases (caseid integer primary key, name text);
        CREATE TABLE case_text (id integer primary key, caseid integer, fid integer);
        INSERT INTO project VALUES ('v8', '2025-03-01 16:47:05', 'why we ask', '');
        INSERT INTO source VALUES (1, 'сұхбат 1', 'Бір 👍 сөз.' || char(13) || char(10) || 'Екі сөз.', '', 'long', 'asel', '2021-09-20 22:41:05');
        INSERT INTO source VALUES (2, 'film.mp4', NULL, '/video/film.mp4', '', '', '');
        INSERT INTO code_cat VALUES (1, 'control', '', '', 'what holds', 2), (2, 'media', '', '', '', 1), (3, 'top', '', '', '', NULL);
        INSERT INTO code_name VALUES (1, 'censorship', 'is cut', 3, '', '', '#FF0000'), (2, 'control', '', 1, '', '', '');
        INSERT INTO attribute_type VALUES ('age', 'numeric', 'case');
        INSERT INTO cases VALUES (1, 'Aigul');
        INSERT INTO case_text VALUES (1, 1, 1);
        INSERT INTO attribute VALUES (1, 'age', 'case', '34', 1), (2, 'place', 'file', 'Almaty', 1);
        INSERT INTO annotation VALUES (1, 1, 0, 3, 'hm', 'asel', '2021-09-20 22:41:05');
    ";

    fn project(more: &str) -> Bundle {
        let mut base = Connection::open_in_memory().unwrap();
        base.execute_batch(TABLES).unwrap();
        base.execute_batch(more).unwrap();
        let bytes = base.serialize("main").unwrap().to_vec();
        Bundle { name: "study.qda".into(), pieces: vec![Piece { path: "data.qda".into(), bytes }] }
    }

    #[test]
    fn codings_stand_where_their_words_are() {
        let bundle = project(
            "INSERT INTO code_text VALUES (1, 1, 1, 'сөз', 6, 9, 'asel', '2021-12-30 19:22:19', 'm', 1),
             (2, 2, 1, 'Екі сөз', 12, 19, 'bek', '', '', 0), (3, 9, 1, '', 0, 1, '', '', '', 0), (4, 1, 1, '', 5, 999, '', '', '', 0);",
        );
        assert!(is_it(&bundle));
        let Brought { study, told, unread } = read(&bundle, &Wishes::default()).unwrap();
        let [one, two] = study.annotations.as_slice() else { panic!("{:?}", study.annotations) };
        assert_eq!((one.passage.start, one.passage.end, one.quote.exact.as_str()), (6, 9, "сөз"));
        assert_eq!(
            (one.coder.as_str(), one.memo.as_str(), one.time),
            ("asel", "m", Time::parse("2021-12-30T19:22:19Z").unwrap())
        );
        assert_eq!((two.passage.start, two.passage.end, two.quote.exact.as_str()), (11, 18, "Екі сөз"));
        assert_eq!(unread.len(), 2);
        assert!(unread[0].starts_with("code_text 3: a coding of a code that is not"), "{unread:?}");
        assert!(unread[1].starts_with("code_text 4: an annotation beyond the end"), "{unread:?}");
        assert!(told.iter().any(|t| t.contains("film.mp4")), "{told:?}");
    }

    #[test]
    fn categories_hold_codes_even_where_they_stand_in_a_circle() {
        let study = read(&project(""), &Wishes::default()).unwrap().study;
        let of = |name: &str, standing: Standing| {
            study
                .codes
                .iter()
                .find(|c| c.names.en == name && c.standing == standing)
                .map(|c| (c.id.0.clone(), c.parent.0.clone()))
        };
        assert_eq!(of("censorship", Standing::InUse), Some(("censorship".into(), "top".into())));
        assert_eq!(
            of("control", Standing::Folder),
            Some(("control-2".into(), String::new())),
            "a circle stands at the top"
        );
        assert_eq!(of("control", Standing::InUse), Some(("control".into(), String::new())));
        assert_eq!(study.codes.iter().find(|c| c.id.0 == "censorship").unwrap().colour, "#ff0000");
    }

    #[test]
    fn what_is_known_of_cases_is_known_of_their_files() {
        let study = read(&project(""), &Wishes::default()).unwrap().study;
        let known = &study.papers[0].document.attributes;
        let known: Vec<(&str, &str)> = known.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(known, [("age", "34"), ("case", "Aigul"), ("place", "Almaty")]);
        let memos: Vec<&str> = study.memos.iter().map(|memo| memo.text.as_str()).collect();
        assert_eq!(memos, ["long", "0–3: hm", "why we ask"]);
    }

    #[test]
    fn hostile_databases_are_refused() {
        let mut bundle = project("");
        let whole = bundle.pieces[0].bytes.clone();
        bundle.pieces[0].bytes = whole[..whole.len() / 3].to_vec();
        assert!(read(&bundle, &Wishes::default()).is_err());
        bundle.pieces[0].bytes = b"SQLite format 3\0".to_vec();
        assert!(read(&bundle, &Wishes::default()).is_err());
        // A view that never ends is not looked at.
        let endless = project(
            "DROP TABLE code_text; CREATE VIEW code_text AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
             SELECT i AS ctid, 1 AS cid, 1 AS fid, '' AS seltext, 0 AS pos0, 1 AS pos1, '' AS owner, '' AS date, '' AS memo, 0 AS important FROM n;",
        );
        assert!(!is_it(&endless));
        assert!(read(&endless, &Wishes::default()).unwrap().study.annotations.is_empty());
    }

    #[test]
    fn a_damaged_byte_anywhere_never_panics() {
        let whole = project("INSERT INTO code_text VALUES (1, 1, 1, 'сөз', 6, 9, '', '', '', 0);");
        let len = whole.pieces[0].bytes.len();
        for at in (0..len).step_by(61) {
            let mut bundle = whole.clone();
            bundle.pieces[0].bytes[at] ^= 0xA5;
            let _ = is_it(&bundle) && read(&bundle, &Wishes::default()).is_ok();
        }
    }
}
