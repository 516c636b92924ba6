//! What a file of another program holds of a project, or a project holds for one: plain data, in memory.

use std::collections::{BTreeSet, HashMap};

use crate::model::annotation::{Annotation, AnnotationId, Passage};
use crate::model::attribute::Attribute;
use crate::model::code::{Code, CodeId};
use crate::model::document::{Document, DocumentId, Pair, revision_of};
use crate::model::link::FixedLink;
use crate::model::memo::Memo;
use crate::model::time::Time;
use crate::text::anchor::Quote;
use crate::text::span::CodePoints;

/// Ids below this are a file's own numbering, and name nothing elsewhere: a ULID of 1970.
const LOCAL_IDS: u128 = 1 << 80;

/// A document with its text, where the file has it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Paper {
    /// What is known about it.
    pub document: Document,
    /// Its text; nothing where the file speaks of it without holding it.
    pub text: Option<String>,
}

impl std::fmt::Debug for Paper {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Paper({} with text: {})", self.document.id, self.text.is_some())
    }
}

/// What a file holds of a project. Names of documents and codes are the file's own; passages are code points of the
/// texts as they stand here. An annotation with an empty coder is by nobody that the file names, one of time 0 was made at a
/// time that it does not name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Study {
    /// What it is called; empty for nothing.
    pub name: String,
    /// Its documents.
    pub papers: Vec<Paper>,
    /// Its codes.
    pub codes: Vec<Code>,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// Memos on the project, on documents and on codes.
    pub memos: Vec<Memo>,
    /// Documents that stand side by side.
    pub pairs: Vec<Pair>,
    /// What was said of the alignment of pairs.
    pub links: Vec<FixedLink>,
    /// What the attributes of documents are.
    pub attributes: Vec<Attribute>,
}

impl Study {
    /// The paper of that name.
    pub fn paper(&self, id: &DocumentId) -> Option<&Paper> {
        self.papers.iter().find(|paper| paper.document.id == *id)
    }

    /// The code of that id.
    pub fn code(&self, id: &CodeId) -> Option<&Code> {
        self.codes.iter().find(|code| code.id == *id)
    }

    /// The id of the code that a file calls so, which is made where there is none: the name is kept as it is written. `None`
    /// where it has no letter.
    pub fn code_named(&mut self, name: &str) -> Option<CodeId> {
        let id = CodeId::of_name(name)?;
        if let Some(known) = self.codes.iter().find(|code| code.id == id || code.names.en == name) {
            return Some(known.id.clone());
        }
        self.codes.push(Code::named(id.clone(), name));
        Some(id)
    }

    /// Adds an annotation whose id, coder and time the file does not name, by the number that tells it from the others of the
    /// file. Its words are `exact`.
    pub fn mark(&mut self, passage: Passage, exact: &str, code: CodeId) -> &mut Annotation {
        let quote = Quote { exact: exact.to_owned(), ..Quote::default() };
        let id = AnnotationId(ulid::Ulid(self.annotations.len() as u128 + 1));
        let at = self.annotations.len();
        self.annotations.push(Annotation::new(id, "", (passage, quote), code, Time(0)));
        &mut self.annotations[at]
    }

    /// Brings texts with Windows' line ends to plain ones, and all positions and quotes in them along: a text that was put
    /// beside the journals by hand has the line ends that its program gave it, and no format counts them as we do.
    pub fn fold_line_ends(&mut self) {
        let mut all: HashMap<DocumentId, Folds> = HashMap::new();
        for paper in &mut self.papers {
            let Some(text) = paper.text.as_mut().filter(|text| text.contains("\r\n")) else { continue };
            let folds = Folds::of(text);
            *text = text.replace("\r\n", "\n");
            let document = &mut paper.document;
            (document.length, document.revision) = (folds.plain(document.length), revision_of(text));
            let languages = std::mem::take(&mut document.languages);
            document.languages = languages.into_iter().map(|(at, name)| (folds.plain(at), name)).collect();
            document.landmarks.iter_mut().for_each(|mark| mark.at = folds.plain(mark.at));
            all.insert(document.id.clone(), folds);
        }
        for one in &mut self.annotations {
            let Some(folds) = all.get(&one.passage.document) else { continue };
            let CodePoints { start, end } = folds.range(one.passage.range());
            (one.passage.start, one.passage.end) = (start, end);
            fold(&mut one.quote);
        }
        for link in &mut self.links {
            if let Some(folds) = all.get(&link.left) {
                link.left_range = folds.range(link.left_range);
                fold(&mut link.left_quote);
            }
            if let Some(folds) = all.get(&link.right) {
                link.right_range = folds.range(link.right_range);
                fold(&mut link.right_quote);
            }
        }
    }
}

/// The code points of a text that are not there with plain line ends, in their order.
struct Folds(Vec<usize>);

impl Folds {
    fn of(text: &str) -> Self {
        let pairs = text.chars().zip(text.chars().skip(1)).enumerate();
        Self(pairs.filter(|(_, pair)| *pair == ('\r', '\n')).map(|(at, _)| at).collect())
    }

    fn plain(&self, position: usize) -> usize {
        position - self.0.partition_point(|folded| *folded < position)
    }

    fn range(&self, range: CodePoints) -> CodePoints {
        CodePoints { start: self.plain(range.start), end: self.plain(range.end) }
    }
}

fn fold(quote: &mut Quote) {
    for words in [&mut quote.exact, &mut quote.before, &mut quote.after] {
        *words = words.replace("\r\n", "\n");
    }
}

/// The name, or it with the first number behind it that makes it another one.
pub fn numbered(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(name) {
        return name.to_owned();
    }
    let mut n = 2;
    while is_taken(&format!("{name}-{n}")) {
        n += 1;
    }
    format!("{name}-{n}")
}

/// The same of names that were taken before; it is taken then.
pub fn free_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let free = numbered(name, |name| taken.contains(name));
    taken.insert(free.clone());
    free
}

impl AnnotationId {
    /// Whether it is a file's own number, which names nothing elsewhere.
    pub fn is_local(self) -> bool {
        self.0.0 < LOCAL_IDS
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::text::anchor::quote_of;
    use crate::text::ruler::Ruler;

    #[test]
    fn plain_line_ends_leave_every_passage_on_its_words() {
        let text = "Том\r\n[кі\r\nтап] 👍\r\n\r\nб\rв";
        let n = text.chars().count();
        let id = DocumentId("a".into());
        let mut study = Study::default();
        let document = Document { languages: [(5, "kk".into())].into(), ..Document::describing(id.clone(), text) };
        study.papers.push(Paper { document, text: Some(text.into()) });
        let ruler = Ruler::new(text);
        for (start, end) in (0..n).flat_map(|start| (start + 1..=n).map(move |end| (start, end))) {
            let words = ruler.slice(CodePoints { start, end });
            let starts_inside =
                words.starts_with('\n') && ruler.slice(CodePoints { start: start.max(1) - 1, end: start }) == "\r";
            let ends_inside = words.ends_with('\r') && !words.ends_with("б\r");
            if !starts_inside && !ends_inside {
                let made = study.mark(Passage { document: id.clone(), start, end }, "", CodeId("c".into()));
                made.quote = quote_of(&ruler, CodePoints { start, end });
            }
        }
        study.fold_line_ends();
        let plain = text.replace("\r\n", "\n");
        assert_eq!(study.papers[0].text.as_ref(), Some(&plain));
        let described = Document::describing(id, &plain);
        let document = &study.papers[0].document;
        assert_eq!((document.length, &document.revision), (described.length, &described.revision));
        assert_eq!(document.languages.keys().copied().collect::<Vec<_>>(), [4]);
        let ruler = Ruler::new(&plain);
        assert!(study.annotations.len() > 100);
        for one in &study.annotations {
            assert_eq!(ruler.slice(one.passage.range()), one.quote.exact);
        }
        let whole = study.clone();
        study.fold_line_ends();
        assert_eq!(study, whole);
    }
}
