//! The documents of a study, found in the project or brought into it, and what is said of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::intake::here::Here;
use crate::intake::plan::{How, Matched, Plan};
use crate::model::change::{Change, Record};
use crate::model::document::{Document, DocumentId, Pair, language_of, revision_of};
use crate::model::study::{Paper, Study, numbered};
use crate::say;
use crate::text::carry::kinship;
use crate::text::ruler::Ruler;

/// From this share of common runs of words on, a text of the same name is a version of the one here.
const KIN: f64 = 0.3;

/// How like texts are, in percent, that differ in blanks and line ends alone.
const SAME_BUT_BLANKS: u8 = 99;

/// What the documents of a file are called here, by what the file calls them; those without a text anywhere are not there.
pub type Names = BTreeMap<DocumentId, DocumentId>;

/// Finds for each document of a study the one here that it is; those that are new are planned to come in. Fails where a
/// document here can't be read.
pub fn matched(study: &Study, here: &Here<'_>, plan: &mut Plan) -> Result<Names, String> {
    let mut names = Names::new();
    let mut taken: BTreeSet<DocumentId> = BTreeSet::new();
    let by_revision: BTreeMap<&str, Vec<&DocumentId>> = {
        let mut all: BTreeMap<&str, Vec<&DocumentId>> = BTreeMap::new();
        for document in here.shared.documents.values().filter(|document| !document.revision.is_empty()) {
            all.entry(&document.revision).or_default().push(&document.id);
        }
        all
    };
    // Those whose very text is here come first: none of the others may take their place.
    // Of these, those that are called the same.
    let rank = |paper: &Paper| {
        let same = paper.text.as_ref().and_then(|text| by_revision.get(revision_of(text).as_str()));
        same.map_or(2, |ids| u8::from(!candidates(paper, here).iter().any(|id| ids.contains(&id))))
    };
    let mut papers: Vec<(u8, &Paper)> = study.papers.iter().map(|paper| (rank(paper), paper)).collect();
    papers.sort_by_key(|(rank, _)| *rank);
    let mut letters = Letters::default();
    for (_, paper) in papers {
        let found = find(paper, here, &taken, (&by_revision, &mut letters))?;
        let how = found.how;
        if !matches!(how, How::Missing) {
            taken.insert(found.document.clone());
            names.insert(paper.document.id.clone(), found.document.clone());
        }
        match how {
            How::New => bring(paper, &found, here, plan),
            How::Content | How::Edited | How::Name => enrich(paper, &found.document, here, plan),
            How::Missing => {}
        }
        plan.papers.push(found);
    }
    Ok(names)
}

fn find(
    paper: &Paper,
    here: &Here<'_>,
    taken: &BTreeSet<DocumentId>,
    (by_revision, letters): (&BTreeMap<&str, Vec<&DocumentId>>, &mut Letters),
) -> Result<Matched, String> {
    let name = &paper.document.id;
    let matched = |document: &DocumentId, how, likeness| Matched {
        name: name.clone(),
        document: document.clone(),
        how,
        likeness,
    };
    let wanted = candidates(paper, here);
    let Some(text) = &paper.text else {
        return Ok(match wanted.first() {
            Some(id) => matched(id, How::Name, 100),
            None => matched(name, How::Missing, 0),
        });
    };
    let same = by_revision.get(revision_of(text).as_str()).map(Vec::as_slice).unwrap_or_default();
    let called = same.iter().find(|id| wanted.contains(**id) && !taken.contains(**id));
    // By its text alone only where no other one here has it: short answers are alike.
    let alone = || match same {
        [one] if !taken.contains(*one) => Some(one),
        _ => None,
    };
    // What is known of a text may not be so any more: its file was changed by hand.
    let still = called.or_else(alone).filter(|id| (here.look)(id).is_ok_and(|seen| seen.text == *text));
    if let Some(id) = still {
        return Ok(matched(id, How::Content, 100));
    }
    let mut is_stranger = false;
    for id in wanted.iter().filter(|id| !taken.contains(*id)) {
        let seen = (here.look)(id)?;
        let likeness = kinship(&Ruler::new(text), &Ruler::new(&seen.text));
        if is_same_but_blanks(text, &seen.text) {
            return Ok(matched(id, How::Content, SAME_BUT_BLANKS));
        }
        if likeness >= KIN {
            return Ok(matched(id, How::Edited, (likeness * 100.0).round().min(99.0) as u8));
        }
        is_stranger = true;
    }
    if let Some(id) = letters.same_but_blanks(text, here, taken)? {
        return Ok(matched(&id, How::Content, SAME_BUT_BLANKS));
    }
    // A file may be there of which the project says nothing: one that an undone import left.
    let is_taken = |id: &str| {
        let id = DocumentId(id.to_owned());
        here.shared.documents.contains_key(&id) || taken.contains(&id) || !(here.may_keep)(&id, text)
    };
    let safe = DocumentId::safe(&name.0);
    let id = DocumentId(numbered(&safe.0, is_taken));
    is_stranger |= id != safe;
    Ok(matched(&id, How::New, u8::from(is_stranger)))
}

/// The documents here that may be meant by the name of one in the file: `a.en`, `a.en.docx`, or its title.
fn candidates(paper: &Paper, here: &Here<'_>) -> Vec<DocumentId> {
    let name = &paper.document.id.0;
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let mut all = vec![DocumentId(name.clone()), DocumentId::safe(name), DocumentId::safe(stem)];
    all.retain(|id| here.shared.documents.contains_key(id));
    let title = paper.document.title.trim();
    let titled = here.shared.documents.values().filter(|d| d.title == *name || (!title.is_empty() && d.title == title));
    // A title that two documents have names neither.
    let titled: Vec<&Document> = titled.collect();
    if let [document] = titled.as_slice() {
        all.push(document.id.clone());
    }
    all.dedup();
    all
}

fn is_same_but_blanks(one: &str, other: &str) -> bool {
    letters_of(one) == letters_of(other)
}

/// The sum of a text without its blanks and line ends.
fn letters_of(text: &str) -> String {
    revision_of(&text.chars().filter(|c| !c.is_whitespace()).collect::<String>())
}

/// The texts here without their blanks, each read once.
#[derive(Default)]
struct Letters(BTreeMap<DocumentId, String>);

impl Letters {
    /// A document here whose text is this one but for blanks and line ends, whatever it is called.
    fn same_but_blanks(
        &mut self,
        text: &str,
        here: &Here<'_>,
        taken: &BTreeSet<DocumentId>,
    ) -> Result<Option<DocumentId>, String> {
        let (length, letters) = (text.chars().count(), letters_of(text));
        let is_near = |document: &&Document| document.length > 0 && document.length.abs_diff(length) <= length / 20 + 8;
        let mut found = Vec::new();
        for document in here.shared.documents.values().filter(is_near) {
            if !self.0.contains_key(&document.id) {
                self.0.insert(document.id.clone(), letters_of(&(here.look)(&document.id)?.text));
            }
            if self.0.get(&document.id) == Some(&letters) {
                found.push(&document.id);
            }
        }
        // By its text alone only where no other one here has it.
        Ok(match found.as_slice() {
            [one] if !taken.contains(*one) => Some((*one).clone()),
            _ => None,
        })
    }
}

/// Plans a new document with its text, and what the file knows of it.
fn bring(paper: &Paper, found: &Matched, here: &Here<'_>, plan: &mut Plan) {
    let text = paper.text.clone().unwrap_or_default();
    let mut document = Document::describing(found.document.clone(), &text);
    let told = &paper.document;
    if !told.title.is_empty() {
        document.title.clone_from(&told.title);
    }
    document.language = language_of(&told.language).unwrap_or(document.language);
    document.attributes.clone_from(&told.attributes);
    document.landmarks.clone_from(&told.landmarks);
    document.languages.clone_from(&told.languages);
    if found.likeness > 0 {
        plan.told.push(say!(
            "{name} is another text than the document here that is called so; it comes in as {id}",
            name = found.name,
            id = found.document
        ));
    }
    debug_assert!(!here.shared.documents.contains_key(&found.document));
    plan.texts.push((found.document.clone(), text));
    plan.put(Record::Document(document));
}

/// Plans what the file knows of a document here and nobody said yet.
fn enrich(paper: &Paper, id: &DocumentId, here: &Here<'_>, plan: &mut Plan) {
    let Some(known) = here.shared.documents.get(id) else { return };
    let mut now = known.clone();
    for (name, value) in &paper.document.attributes {
        now.attributes.entry(name.clone()).or_insert_with(|| value.clone());
    }
    if now.language.is_empty() {
        now.language = language_of(&paper.document.language).unwrap_or_default();
    }
    if now != *known {
        plan.tally.others += 1;
        plan.changes.push(Change::replace(Record::Document(known.clone()), Record::Document(now)));
    }
}

/// Plans pairs, what was said of their alignment, and what attributes are.
pub fn sides(study: &Study, names: &Names, here: &Here<'_>, plan: &mut Plan) {
    for pair in &study.pairs {
        let (Some(left), Some(right)) = (names.get(&pair.left), names.get(&pair.right)) else { continue };
        let pair = Pair { left: left.clone(), right: right.clone() };
        let turned = Pair { left: right.clone(), right: left.clone() };
        if left != right && !here.shared.pairs.contains(&pair) && !here.shared.pairs.contains(&turned) {
            plan.tally.others += 1;
            plan.put(Record::Pair(pair));
        }
    }
    let is_same = |paper: &&Matched| paper.how == How::New || (paper.how == How::Content && paper.likeness == 100);
    let same: BTreeSet<DocumentId> = plan.papers.iter().filter(is_same).map(|paper| paper.name.clone()).collect();
    let mut n_lost = 0;
    for link in &study.links {
        let (Some(left), Some(right)) = (names.get(&link.left), names.get(&link.right)) else { continue };
        if !same.contains(&link.left) || !same.contains(&link.right) {
            n_lost += 1;
            continue;
        }
        let mut link = link.clone();
        (link.left, link.right) = (left.clone(), right.clone());
        if link.coder.is_empty() {
            here.coder.clone_into(&mut link.coder);
        }
        if link.time.0 == 0 {
            link.time = here.now;
        }
        if !here.shared.links.contains_key(&link.key()) {
            plan.tally.others += 1;
            plan.put(Record::Link(link));
        }
    }
    if n_lost > 0 {
        plan.told.push(say!("{n} links of sentences are left out: the texts differ from those here", n = n_lost));
    }
    for attribute in study.attributes.iter().filter(|a| !here.shared.attributes.contains_key(&a.name)) {
        plan.tally.others += 1;
        plan.put(Record::Attribute(attribute.clone()));
    }
}
