//! A study as the writers of other programs' formats want it: by documents, with names that are told apart.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::count;
use crate::formats::tally::Tally;
use crate::model::annotation::{Annotation, AnnotationId, Counterpart};
use crate::model::code::{Code, CodeId};
use crate::model::memo::About;
use crate::model::study::{Paper, Study};

/// What a format has room for, beside texts and annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Titles, languages and attributes of documents.
    Attributes,
    /// Codes whole: definitions, names in other languages, colours.
    Codebook,
    /// Annotations of documents whose text is not there.
    Textless,
}

/// A document that goes out, with what was said of it.
pub struct Sheaf<'a> {
    /// The document.
    pub paper: &'a Paper,
    /// Its text; empty where it is not there.
    pub text: &'a str,
    /// What its file is called, without an ending: no two are the same.
    pub stem: String,
    /// Its annotations, by place.
    pub annotations: Vec<&'a Annotation>,
}

/// A study that goes out.
pub struct Outgoing<'a> {
    /// Its documents.
    pub sheaves: Vec<Sheaf<'a>>,
    /// Its codes.
    pub codes: HashMap<&'a CodeId, &'a Code>,
    /// What each code is called: no two are the same.
    pub labels: HashMap<&'a CodeId, String>,
    /// What the format can't carry.
    pub tally: Tally,
}

impl<'a> Outgoing<'a> {
    /// Puts a study in order for a format with so much room.
    pub fn of(study: &'a Study, rooms: &[Room]) -> Self {
        let mut tally = Tally::default();
        leave_behind(study, rooms, &mut tally);
        let labels = labels(study, &mut tally);
        let mut by_document: HashMap<&str, Vec<&Annotation>> = HashMap::new();
        for annotation in &study.annotations {
            by_document.entry(&annotation.passage.document.0).or_default().push(annotation);
        }
        let mut stems = HashSet::new();
        let (mut sheaves, mut n_textless, mut n_lost) = (Vec::new(), 0, 0);
        for paper in &study.papers {
            if paper.text.is_none() && !rooms.contains(&Room::Textless) {
                n_textless += 1;
                continue;
            }
            let text = paper.text.as_deref().unwrap_or_default();
            let length = if paper.text.is_some() { text.chars().count() } else { usize::MAX };
            let mut annotations = by_document.remove(paper.document.id.0.as_str()).unwrap_or_default();
            let n_all = annotations.len();
            annotations.retain(|one| {
                one.passage.end <= length && (one.passage.start < one.passage.end || length == usize::MAX)
            });
            n_lost += n_all - annotations.len();
            annotations.sort_by_key(|one| (one.passage.start, one.passage.end, one.id));
            sheaves.push(Sheaf { paper, text, stem: stem(&paper.document.id.0, &mut stems), annotations });
        }
        n_lost += by_document.values().map(Vec::len).sum::<usize>();
        if n_textless > 0 {
            tally.note(count!(
                n_textless,
                "{n} document has no text here; left out",
                "{n} documents have no text here; left out"
            ));
        }
        if n_lost > 0 {
            tally.note(count!(
                n_lost,
                "{n} annotation lies in no text that goes out; left out",
                "{n} annotations lie in no text that goes out; left out"
            ));
        }
        let codes = study.codes.iter().map(|code| (&code.id, code)).collect();
        Self { sheaves, codes, labels, tally }
    }

    /// What the code of an annotation is called.
    pub fn label(&self, annotation: &'a Annotation) -> &str {
        self.labels.get(&annotation.code).map_or(annotation.code.0.as_str(), String::as_str)
    }
}

impl<'a> Sheaf<'a> {
    /// The annotations with the further parts of each behind it, by place; parts of what is not there stand for themselves.
    pub fn wholes(&self) -> Vec<Vec<&'a Annotation>> {
        let ids: HashSet<AnnotationId> = self.annotations.iter().map(|one| one.id).collect();
        let first_of = |one: &Annotation| one.part_of.filter(|first| ids.contains(first) && *first != one.id);
        let mut parts: HashMap<AnnotationId, Vec<&'a Annotation>> = HashMap::new();
        for one in &self.annotations {
            if let Some(first) = first_of(one) {
                parts.entry(first).or_default().push(one);
            }
        }
        let firsts = self.annotations.iter().filter(|one| first_of(one).is_none());
        let mut wholes: Vec<Vec<&'a Annotation>> = firsts
            .map(|one| std::iter::once(*one).chain(parts.remove(&one.id).unwrap_or_default()).collect())
            .collect();
        // Parts of parts, and parts that name each other, are no one's further parts.
        let mut rest: Vec<&'a Annotation> = parts.into_values().flatten().collect();
        rest.sort_by_key(|one| (one.passage.start, one.passage.end, one.id));
        wholes.extend(rest.into_iter().map(|one| vec![one]));
        wholes
    }
}

/// What each code is called, with its id behind the name where two have the same.
fn labels<'a>(study: &'a Study, tally: &mut Tally) -> HashMap<&'a CodeId, String> {
    let mut n_named: BTreeMap<String, usize> = BTreeMap::new();
    for code in &study.codes {
        *n_named.entry(code.name().to_lowercase()).or_default() += 1;
    }
    let mut labels = HashMap::new();
    let mut n_same = 0;
    for code in &study.codes {
        let is_alone = n_named.get(&code.name().to_lowercase()).is_none_or(|n| *n == 1);
        n_same += usize::from(!is_alone);
        let label = if is_alone { code.name().to_owned() } else { format!("{} ({})", code.name(), code.id) };
        labels.insert(&code.id, label);
    }
    if n_same > 0 {
        tally.note(count!(
            n_same,
            "{n} code is called as another one; its id stands behind its name",
            "{n} codes are called as others; their ids stand behind their names"
        ));
    }
    labels
}

/// A name for a file that every system takes and that no other has, capitals aside.
fn stem(id: &str, taken: &mut HashSet<String>) -> String {
    let is_safe = |c: char| !c.is_control() && !"/\\:*?\"<>|".contains(c);
    let plain: String = id.chars().map(|c| if is_safe(c) { c } else { '_' }).collect();
    let plain = plain.trim_matches(['.', ' ']);
    let wanted = if plain.is_empty() { "document" } else { plain };
    let mut name = wanted.to_owned();
    let mut n = 1;
    while !taken.insert(name.to_lowercase()) {
        n += 1;
        name = format!("{wanted}-{n}");
    }
    name
}

/// Tells what is left behind, with counts.
fn leave_behind(study: &Study, rooms: &[Room], tally: &mut Tally) {
    let mut say_if = |n: usize, sentence: String| {
        if n > 0 {
            tally.note(sentence);
        }
    };
    let n = study.memos.iter().filter(|memo| memo.about == About::Project).count();
    say_if(n, count!(n, "{n} memo on the project stays behind", "{n} memos on the project stay behind"));
    let n = study.memos.len() - n;
    say_if(n, count!(n, "{n} memo on documents or codes stays behind", "{n} memos on documents or codes stay behind"));
    let n = study.pairs.len();
    say_if(n, count!(n, "{n} pair of documents stays behind", "{n} pairs of documents stay behind"));
    let n = study.links.len();
    say_if(n, count!(n, "{n} link of an alignment stays behind", "{n} links of alignments stay behind"));
    let has_more =
        |one: &&Annotation| one.counterpart != Counterpart::Open || one.reread.is_some() || one.doubt.is_some();
    let n = study.annotations.iter().filter(has_more).count();
    say_if(
        n,
        count!(
            n,
            "{n} annotation goes without its counterpart, its doubt and when it was read again",
            "{n} annotations go without their counterparts, doubts and when they were read again"
        ),
    );
    if !rooms.contains(&Room::Attributes) {
        let is_known = |paper: &&Paper| {
            let document = &paper.document;
            !(document.title.is_empty() && document.language.is_empty() && document.attributes.is_empty())
        };
        let n = study.papers.iter().filter(is_known).count();
        say_if(
            n,
            count!(
                n,
                "{n} document goes without its title, language and attributes",
                "{n} documents go without their titles, languages and attributes"
            ),
        );
    }
    if !rooms.contains(&Room::Codebook) {
        let n = study.codes.iter().filter(|code| **code != Code::named(code.id.clone(), code.name())).count();
        say_if(
            n,
            count!(
                n,
                "{n} code goes by its name alone, without what else the codebook says of it",
                "{n} codes go by their names alone, without what else the codebook says of them"
            ),
        );
    }
}
