//! Taguette's projects (`SQLite`), read. Positions are bytes of UTF-8 in the words of a document's HTML, tags aside; the end is
//! exclusive. Source: Taguette 1.4's database, and what was measured on one.

use std::collections::{BTreeSet, HashMap};

use html5gum::{Token, Tokenizer};

use crate::formats::bundle::{Brought, Bundle, Refused, Wishes};
use crate::formats::sqlite::{Base, among, moment, number, position, text};
use crate::model::annotation::Passage;
use crate::model::code::{Code, CodeId};
use crate::model::document::{Document, DocumentId};
use crate::model::memo::{About, Memo};
use crate::model::study::{Paper, Study, free_name};
use crate::model::time::Time;
use crate::say;
use crate::text::ruler::Ruler;
use crate::text::span::CodePoints;
use crate::text::width::printable;

/// Elements behind which a new line begins. Source: HTML Living Standard, 15.3.
const BLOCKS: [&[u8]; 13] =
    [b"p", b"div", b"h1", b"h2", b"h3", b"h4", b"h5", b"h6", b"li", b"tr", b"blockquote", b"pre", b"br"];

/// Whether files are a Taguette project.
pub fn is_it(bundle: &Bundle) -> bool {
    let Some(piece) = among(bundle, "") else { return false };
    Base::open(piece).is_ok_and(|base| base.has("highlights") && base.has("highlight_tags") && base.has("tags"))
}

/// Reads the projects of a database; where there are more, all of them as one. Fails where it is none, or damaged.
pub fn read(bundle: &Bundle, _: &Wishes) -> Result<Brought, Refused> {
    let none = || Refused::at(&bundle.name, say!("this is no Taguette project: it is no SQLite database"));
    let base = Base::open(among(bundle, "").ok_or_else(none)?)?;
    let mut reading = Reading::default();
    reading.projects(&base)?;
    reading.codes(&base)?;
    reading.documents(&base)?;
    reading.highlights(&base)?;
    Ok(Brought { study: reading.study, told: reading.told, unread: reading.unread })
}

/// A document's words as we keep them, and where Taguette counts them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Words {
    text: String,
    /// For each run of words: where it begins as Taguette counts, where it begins in our text, and how long it is; in bytes.
    runs: Vec<(usize, usize, usize)>,
}

#[derive(Default)]
struct Reading {
    study: Study,
    told: Vec<String>,
    unread: Vec<String>,
    codes: HashMap<i64, CodeId>,
    documents: HashMap<i64, (DocumentId, Words)>,
}

impl Reading {
    fn projects(&mut self, base: &Base) -> Result<(), Refused> {
        let mut names = Vec::new();
        let study = &mut self.study;
        base.rows("projects", "id, name, description, created", &mut |row| {
            names.push(printable(&text(row, 1)));
            memo(study, About::Project, text(row, 2), moment(row, 3));
        })?;
        if names.len() > 1 {
            self.told.push(say!("{n} projects in it; all of them are read as one", n = names.len()));
        }
        self.study.name = names.join(" + ");
        Ok(())
    }

    fn codes(&mut self, base: &Base) -> Result<(), Refused> {
        let (study, codes) = (&mut self.study, &mut self.codes);
        let mut by_name: HashMap<String, CodeId> = HashMap::new();
        let mut taken = BTreeSet::new();
        base.rows("tags", "id, path, description", &mut |row| {
            let (Some(number_here), name) = (number(row, 0), printable(&text(row, 1)).trim().to_owned()) else {
                return;
            };
            let id = by_name.entry(name.clone()).or_insert_with(|| {
                let id = CodeId::of_name(&name).unwrap_or_else(|| CodeId("code".into()));
                let id = CodeId(free_name(&id.0, &mut taken));
                let code = Code {
                    definition: text(row, 2).trim().to_owned(),
                    ..Code::named(id.clone(), if name.is_empty() { &id.0 } else { &name })
                };
                study.codes.push(code);
                id
            });
            codes.insert(number_here, id.clone());
        })
    }

    fn documents(&mut self, base: &Base) -> Result<(), Refused> {
        let (study, documents) = (&mut self.study, &mut self.documents);
        let mut taken = BTreeSet::new();
        let mut n_marked = 0;
        base.rows("documents", "id, name, description, filename, created, contents", &mut |row| {
            let Some(number_here) = number(row, 0) else { return };
            let name = [1, 3]
                .into_iter()
                .map(|column| printable(&text(row, column)).trim().to_owned())
                .find(|name| !name.is_empty());
            let id = DocumentId(free_name(&name.unwrap_or_else(|| "document".into()), &mut taken));
            let contents = text(row, 5);
            n_marked += usize::from(contents.contains("<img") || contents.contains("<table"));
            let words = words(&contents);
            memo(study, About::Document(id.clone()), text(row, 2), moment(row, 4));
            let mut document = Document { id: id.clone(), ..Document::default() };
            let file = printable(&text(row, 3));
            if !file.is_empty() {
                document.attributes.insert("file".into(), file);
            }
            study.papers.push(Paper { document, text: Some(words.text.clone()) });
            documents.insert(number_here, (id, words));
        })?;
        if n_marked > 0 {
            self.told.push(say!(
                "{n} documents have tables or pictures: their words are kept, their looks are not",
                n = n_marked
            ));
        }
        Ok(())
    }

    fn highlights(&mut self, base: &Base) -> Result<(), Refused> {
        let makers = makers(base)?;
        let mut tags: HashMap<i64, Vec<i64>> = HashMap::new();
        base.rows("highlight_tags", "highlight_id, tag_id", &mut |row| {
            if let (Some(highlight), Some(tag)) = (number(row, 0), number(row, 1)) {
                tags.entry(highlight).or_default().push(tag);
            }
        })?;
        let mut n_bare = 0;
        let rulers: HashMap<i64, Ruler<'_>> =
            self.documents.iter().map(|(number, (_, words))| (*number, Ruler::new(&words.text))).collect();
        let (study, unread, documents, codes) = (&mut self.study, &mut self.unread, &self.documents, &self.codes);
        base.rows("highlights", "id, document_id, start_offset, end_offset", &mut |row| {
            let found = number(row, 1).and_then(|number| Some((documents.get(&number)?, rulers.get(&number)?)));
            let place = found.and_then(|((id, words), ruler)| {
                let (start, end) = (words.start(position(row, 2)?)?, words.end(position(row, 3)?)?);
                let range = CodePoints { start: ruler.code_point(start), end: ruler.code_point(end) };
                (range.start < range.end).then_some((id, ruler, range))
            });
            let Some((id, ruler, range)) = place else {
                let why = match found {
                    Some(_) => say!("an annotation beyond the end of the text; left out"),
                    None => say!("an annotation of a text that is not there; left out"),
                };
                unread.push(format!("highlights {}: {why}", text(row, 0)));
                return;
            };
            let own = number(row, 0).unwrap_or(0);
            let codes: Vec<&CodeId> = tags.get(&own).into_iter().flatten().filter_map(|tag| codes.get(tag)).collect();
            n_bare += usize::from(codes.is_empty());
            for code in codes {
                let passage = Passage { document: id.clone(), start: range.start, end: range.end };
                let annotation = study.mark(passage, ruler.slice(range), code.clone());
                if let Some((coder, time)) = makers.get(&own) {
                    coder.clone_into(&mut annotation.coder);
                    annotation.time = *time;
                }
            }
        })?;
        if n_bare > 0 {
            let what = say!("highlights have no tag and are left out: there is no code to give them");
            self.told.push(format!("{n_bare} {what}"));
        }
        Ok(())
    }
}

/// Who made which highlight, and when: the history of commands says so.
fn makers(base: &Base) -> Result<HashMap<i64, (String, Time)>, Refused> {
    let mut makers = HashMap::new();
    base.rows("commands", "id, date, user_login, payload", &mut |row| {
        let Ok(payload) = serde_json::from_str::<serde_json::Value>(&text(row, 3)) else { return };
        let made = payload.get("type").and_then(|kind| kind.as_str()) == Some("highlight_add");
        if let Some(highlight) = payload.get("highlight_id").and_then(serde_json::Value::as_i64).filter(|_| made) {
            let coder = printable(&text(row, 2)).trim().to_owned();
            makers.entry(highlight).or_insert((coder, moment(row, 1)));
        }
    })?;
    Ok(makers)
}

/// The words of HTML, with a line's end behind each block that has none.
fn words(markup: &str) -> Words {
    let mut words = Words::default();
    let mut counted = 0;
    for token in Tokenizer::new(markup) {
        let Ok(token) = token;
        match token {
            Token::String(run) => {
                let run = String::from_utf8_lossy(&run);
                words.runs.push((counted, words.text.len(), run.len()));
                counted += run.len();
                // As many bytes as it has: a text has plain line ends.
                words.text.push_str(&run.replace('\r', "\n"));
            }
            Token::EndTag(tag) if BLOCKS.contains(&tag.name.as_slice()) => words.end_line(),
            Token::StartTag(tag) if tag.name.as_slice() == b"br" => words.end_line(),
            _ => {}
        }
    }
    let kept = words.text.trim_end().len();
    words.text.truncate(kept);
    words
}

impl Words {
    fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Where a position that begins a passage lies in our text, in bytes.
    fn start(&self, position: usize) -> Option<usize> {
        let at = self.runs.partition_point(|(from, ..)| *from <= position).checked_sub(1)?;
        let run = self.runs.get(at).filter(|(from, _, len)| position < from + len)?;
        Some((run.1 + position - run.0).min(self.text.len()))
    }

    /// Where a position behind a passage lies in our text, in bytes.
    fn end(&self, position: usize) -> Option<usize> {
        let at = self.runs.partition_point(|(from, ..)| *from < position).checked_sub(1)?;
        let run = self.runs.get(at).filter(|(from, _, len)| position <= from + len)?;
        Some((run.1 + position - run.0).min(self.text.len()))
    }
}

fn memo(study: &mut Study, about: About, text: String, time: Time) {
    if !text.trim().is_empty() {
        study.memos.push(Memo { id: String::new(), about, coder: String::new(), text, time });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::formats::bundle::Piece;

    fn project(contents: &str, more: &str) -> Bundle {
        let mut base = Connection::open_in_memory().unwrap();
        base.execute_batch(
            "CREATE TABLE projects (id INTEGER, name TEXT, description TEXT, created TEXT);
             CREATE TABLE documents (id INTEGER, name TEXT, description TEXT, filename TEXT, created TEXT, project_id INTEGER, contents TEXT);
             CREATE TABLE tags (id INTEGER, project_id INTEGER, path TEXT, description TEXT);
             CREATE TABLE highlights (id INTEGER, document_id INTEGER, start_offset INTEGER, end_offset INTEGER, snippet TEXT);
             CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);
             CREATE TABLE commands (id INTEGER, date TEXT, user_login TEXT, project_id INTEGER, document_id INTEGER, payload TEXT);
             INSERT INTO projects VALUES (1, 'Зерттеу', 'why', '2024-06-21 14:53:48.297396');
             INSERT INTO tags VALUES (1, 1, 'open: privacy', 'what'), (2, 1, 'other', '');",
        )
        .unwrap();
        base.execute("INSERT INTO documents VALUES (1, 'сұхбат', '', 'a.docx', '', 1, ?1)", [contents]).unwrap();
        base.execute_batch(more).unwrap();
        Bundle::of(Piece { path: "t.sqlite3".into(), bytes: base.serialize("main").unwrap().to_vec() })
    }

    #[test]
    fn positions_are_bytes_of_the_words_without_the_tags() {
        // `Бір <b>екі</b> &amp;` is 7 + 6 + 2 bytes; then a line's end, then the next paragraph.
        let bundle = project(
            "<p>Бір <b>екі</b> &amp;</p>\n<p>үш төрт</p><p>бес</p>",
            "INSERT INTO highlights VALUES (1, 1, 7, 13, ''), (2, 1, 16, 20, ''), (3, 1, 29, 35, ''), (4, 1, 0, 999, ''), (5, 1, 0, 6, '');
             INSERT INTO highlight_tags VALUES (1, 1), (1, 2), (2, 1), (3, 1), (4, 1);
             INSERT INTO commands VALUES (1, '2024-06-21 15:00:00.5', 'admin', 1, 1, '{\"type\": \"highlight_add\", \"highlight_id\": 1}');",
        );
        assert!(is_it(&bundle));
        let Brought { study, told, unread } = read(&bundle, &Wishes::default()).unwrap();
        assert_eq!(study.papers[0].text.as_deref(), Some("Бір екі &\n\nүш төрт\nбес"));
        let marked: Vec<(&str, &str)> =
            study.annotations.iter().map(|a| (a.quote.exact.as_str(), a.code.0.as_str())).collect();
        assert_eq!(
            marked,
            [("екі", "open-privacy"), ("екі", "other"), ("үш", "open-privacy"), ("бес", "open-privacy")]
        );
        assert_eq!((study.annotations[0].coder.as_str(), study.annotations[2].coder.as_str()), ("admin", ""));
        assert_eq!((told.len(), unread.len()), (1, 1), "{told:?} {unread:?}");
        assert!(unread[0].starts_with("highlights 4: "), "{unread:?}");
    }
}
