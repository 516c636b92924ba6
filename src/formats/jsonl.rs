//! JSON Lines: an object a line, out and in.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use crate::formats::bundle::{Brought, Bundle, Refused, Wishes};
use crate::formats::row::{NO_COUNTERPART, Row};
use crate::model::annotation::{AnnotationId, Counterpart, Passage};
use crate::model::code::{Code, CodeId};
use crate::model::document::{Document, DocumentId};
use crate::model::study::{Paper, Study, numbered};
use crate::say;
use crate::text::span::slice;

/// How deep codes stand in one another at most: the deepest codebooks have ten floors.
const MOST_FLOORS: usize = 64;

/// Writes rows.
pub fn write(rows: &mut dyn Iterator<Item = Row>, out: &mut dyn Write) -> io::Result<()> {
    for row in rows {
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Whether a file's first line is a row.
pub fn is_it(bundle: &Bundle) -> bool {
    let Some(piece) = bundle.sole() else { return false };
    let first = piece.bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).find(|line| !line.is_empty());
    first.is_some_and(|line| serde_json::from_slice::<Row>(unmarked(line)).is_ok())
}

fn unmarked(line: &[u8]) -> &[u8] {
    line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line)
}

/// Reads rows: what could be read, and every line that could not. A row needs `document`, `start`, `end` and `code`; the texts are
/// not in the file. Fails where no line is a row.
pub fn read(bundle: &Bundle, _: &Wishes) -> Result<Brought, Refused> {
    let none = || Refused::at(&bundle.name, say!("no JSON Lines file; `tanba export --format jsonl` writes one"));
    let piece = bundle.sole().ok_or_else(none)?;
    let mut brought = Brought::default();
    let mut taking = Taking::default();
    for (at, line) in piece.bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).enumerate() {
        if line.is_empty() {
            continue;
        }
        let row = match serde_json::from_slice::<Row>(unmarked(line)) {
            Ok(row) if row.start < row.end => taking.take(row, &mut brought.study),
            Ok(_) => Err(say!("start must be before end").into()),
            Err(error) => Err(reason(&error)),
        };
        if let Err(why) = row {
            brought.unread.push(Refused::at_line(&piece.path, at + 1, why).to_string());
        }
    }
    taking.put_parents(&mut brought.study);
    if brought.study.annotations.is_empty() && brought.unread.len() > taking.n_rows {
        return Err(none());
    }
    Ok(brought)
}

/// What was taken so far.
#[derive(Default)]
struct Taking {
    documents: HashSet<String>,
    /// What codes are called in the file, and their ids, of which names may share one.
    codes: HashMap<String, CodeId>,
    code_ids: HashSet<CodeId>,
    /// Where each code of the study stands in its codebook: the names from the top down to it.
    paths: Vec<String>,
    ids: HashSet<AnnotationId>,
    n_rows: usize,
}

impl Taking {
    fn take(&mut self, row: Row, study: &mut Study) -> Result<(), String> {
        self.n_rows += 1;
        let id = DocumentId(row.document);
        if self.documents.insert(id.0.clone()) {
            let document = Document { id: id.clone(), language: row.language, ..Document::default() };
            study.papers.push(Paper { document, text: None });
        }
        let code = self.code(&row.code, &row.path, study)?;
        let passage = Passage { document: id, start: row.start, end: row.end };
        let annotation = study.mark(passage, &row.quote, code);
        if let Some(own) = row.id.parse().ok().filter(|own| self.ids.insert(*own)) {
            annotation.id = own;
        }
        row.coder.trim().clone_into(&mut annotation.coder);
        annotation.memo = row.memo;
        annotation.time = row.time.unwrap_or_default();
        annotation.counterpart = match row.counterpart_id.trim() {
            NO_COUNTERPART => Counterpart::Nothing,
            id => id.parse().map_or(Counterpart::Open, Counterpart::Is),
        };
        Ok(())
    }

    /// The code of a row, by the last name of its path. Fails where it has no letter.
    fn code(&mut self, name: &str, path: &str, study: &mut Study) -> Result<CodeId, String> {
        if let Some(known) = self.codes.get(name) {
            return Ok(known.clone());
        }
        let id = CodeId::of_name(name).ok_or(say!("the code needs a letter or a digit"))?;
        if self.code_ids.insert(id.clone()) {
            let leaf = path.rsplit('/').next().filter(|leaf| !leaf.is_empty()).unwrap_or(name);
            study.codes.push(Code::named(id.clone(), leaf));
            self.paths.push(path.to_owned());
        }
        self.codes.insert(name.to_owned(), id.clone());
        Ok(id)
    }
}

impl Taking {
    /// Puts the codes below those that their paths name, which are made where no row has them.
    fn put_parents(&mut self, study: &mut Study) {
        let mut known: HashMap<String, CodeId> = HashMap::new();
        for (code, path) in study.codes.iter().zip(&self.paths) {
            known.entry(path.clone()).or_insert_with(|| code.id.clone());
        }
        for (n, path) in std::mem::take(&mut self.paths).iter().enumerate() {
            let parent = self.above(path, &mut known, study);
            if let Some(code) = study.codes.get_mut(n) {
                code.parent = parent;
            }
        }
    }

    /// The code above a path; nothing where it stands at the top.
    fn above(&mut self, path: &str, known: &mut HashMap<String, CodeId>, study: &mut Study) -> CodeId {
        let mut parent = CodeId::default();
        if path.matches('/').count() > MOST_FLOORS {
            return parent;
        }
        for (at, _) in path.match_indices('/') {
            let above = slice(path, 0, at);
            if let Some(id) = known.get(above) {
                parent = id.clone();
                continue;
            }
            let name = above.rsplit('/').next().unwrap_or(above);
            let Some(wanted) = CodeId::of_name(name) else { continue };
            let id = CodeId(numbered(&wanted.0, |id| self.code_ids.contains(&CodeId(id.to_owned()))));
            self.code_ids.insert(id.clone());
            study.codes.push(Code { parent, ..Code::named(id.clone(), name) });
            known.insert(above.to_owned(), id.clone());
            parent = id;
        }
        parent
    }
}

/// Why a line is no row, without any of its words: these may be confidential.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let missing = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match (missing, error.classify()) {
        (Some(field), _) => say!("it has no \"{field}\"", field),
        (None, serde_json::error::Category::Data) => say!("a member has a value of the wrong kind").into(),
        _ => say!("not a JSON object").into(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::formats::bundle::Piece;

    #[test]
    fn names_of_one_id_are_one_code() {
        let row = |code: &str| format!("{{\"document\": \"a\", \"start\": 0, \"end\": 1, \"code\": \"{code}\"}}\n");
        let bundle =
            Bundle::of(Piece::of_text("a.jsonl", row("Censorship") + &row("censorship") + &row("censorship ")));
        let study = read(&bundle, &Wishes::default()).unwrap().study;
        assert_eq!((study.annotations.len(), study.codes.len()), (3, 1));
        assert_eq!(study.codes[0].names.en, "Censorship");
    }

    #[test]
    fn codes_come_below_those_that_their_paths_name() {
        let row = |code: &str, path: &str| {
            format!("{{\"document\": \"a\", \"start\": 0, \"end\": 1, \"code\": \"{code}\", \"path\": \"{path}\"}}\n")
        };
        let deep = "x/".repeat(1_000) + "deep";
        let rows = [
            row("censorship", "State/Control/Цензура"),
            row("c-2", "State/Control"),
            row("fear", "State/+/Fear"),
            row("fear-2", "Fear/Fear"),
            row("top", ""),
            row("deep", &deep),
        ];
        let study = read(&Bundle::of(Piece::of_text("a.jsonl", rows.concat())), &Wishes::default()).unwrap().study;
        let said: Vec<(&str, &str, &str)> =
            study.codes.iter().map(|code| (code.id.0.as_str(), code.name(), code.parent.0.as_str())).collect();
        let wanted = [
            ("censorship", "Цензура", "c-2"),
            ("c-2", "Control", "state"),
            ("fear", "Fear", "state"),
            ("fear-2", "Fear", "fear-3"),
            ("top", "top", ""),
            ("deep", "deep", ""),
            ("state", "State", ""),
            ("fear-3", "Fear", ""),
        ];
        assert_eq!(said, wanted);
    }
}
