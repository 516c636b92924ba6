//! REFI-QDA, read: projects (`.qdpx`, `.qde`) and codebooks (`.qdc`). Source: REFI-QDA 1.5, 2019.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::formats::archive::{is_archive, unpack};
use crate::formats::bundle::{Brought, Bundle, Piece, Refused, Wishes};
use crate::formats::counting::{self, Told, Way};
use crate::formats::guid::Guid;
use crate::formats::refi_codes::{self, Codes};
use crate::formats::refi_notes::{Notes, memos};
use crate::formats::refi_sets::{self, Around};
use crate::formats::scale::Scale;
use crate::formats::xml::{self, Element};
use crate::model::annotation::{Annotation, AnnotationId, Passage};
use crate::model::attribute::{Attribute, Kind};
use crate::model::document::{Document, DocumentId};
use crate::model::study::{Paper, Study, free_name};
use crate::model::time::Time;
use crate::text::anchor::Quote;
use crate::text::encoding::decode;
use crate::text::span::CodePoints;
use crate::text::width::printable;
use crate::{count, say};

/// What our own files say that they come from, before the version.
pub const ORIGIN: &str = "Tanba";

/// The variable that holds a document's language.
pub const LANGUAGE: &str = "language";

/// The variable that holds a document's title.
pub const TITLE: &str = "title";

/// Whether files are a REFI-QDA project or codebook.
pub fn is_it(bundle: &Bundle) -> bool {
    let Some(piece) = bundle.sole() else { return false };
    if is_archive(&piece.bytes) {
        return piece.ending() == "qdpx" || unpack(piece, &is_project).is_ok_and(|found| !found.is_empty());
    }
    let head = piece.bytes.get(..piece.bytes.len().min(4096)).unwrap_or_default();
    head.windows(11).any(|w| w.eq_ignore_ascii_case(b"urn:QDA-XML")) || matches!(piece.ending().as_str(), "qde" | "qdc")
}

fn is_project(path: &str) -> bool {
    !path.contains('/') && path.to_lowercase().ends_with(".qde")
}

/// Reads a project or a codebook. Fails where it is none, is damaged, or where no way to count positions fits its passages.
pub fn read(bundle: &Bundle, wishes: &Wishes) -> Result<Brought, Refused> {
    let piece =
        bundle.sole().ok_or_else(|| Refused::at(&bundle.name, say!("a REFI-QDA project is one file: .qdpx")))?;
    let (project, texts) = opened(piece)?;
    let root = xml::read(project.text()?, &project.path)?;
    let place = project.path.clone();
    let mut reading = Reading { place, texts, told: Vec::new(), unread: Vec::new(), study: Study::default() };
    reading.check_namespace(&root);
    match root.name.as_str() {
        "CodeBook" => drop(reading.codebook(&root, &root)),
        "Project" => reading.project(&root, wishes)?,
        _ => {
            return Err(Refused::at(&project.path, say!("this is no REFI-QDA project: it has no Project or CodeBook")));
        }
    }
    if reading.study.name.is_empty() {
        reading.study.name.clone_from(&bundle.name);
    }
    Ok(Brought { study: reading.study, told: reading.told, unread: reading.unread })
}

/// The texts beside a project.
#[derive(Default)]
struct Texts {
    /// By their paths in small letters.
    by_path: HashMap<String, Piece>,
    /// The paths by the bare names; nothing where several are called so.
    by_name: HashMap<String, Option<String>>,
}

impl Texts {
    fn of(pieces: Vec<Piece>) -> Self {
        let mut texts = Self::default();
        for piece in pieces {
            let path = piece.path.to_lowercase();
            let named = texts.by_name.entry(piece.name().to_lowercase());
            named.and_modify(|other| *other = None).or_insert_with(|| Some(path.clone()));
            texts.by_path.insert(path, piece);
        }
        texts
    }

    /// The text that a source names, as the standard has it: `internal://a.txt` lies in the folder `sources`. Programs write
    /// other folders, too; then the bare name counts where only one text has it.
    fn get(&self, reference: &str) -> Option<&Piece> {
        let path = reference.rsplit(':').next()?.replace('\\', "/").to_lowercase();
        let path = path.trim_start_matches('/');
        let own = self.by_path.get(&format!("sources/{path}")).or_else(|| self.by_path.get(path));
        let by_name = || self.by_path.get(self.by_name.get(path.rsplit('/').next()?)?.as_ref()?);
        own.or_else(by_name)
    }
}

/// The project's XML and the texts beside it.
fn opened(piece: &Piece) -> Result<(Piece, Texts), Refused> {
    if !is_archive(&piece.bytes) {
        return Ok((piece.clone(), Texts::default()));
    }
    let is_wanted = |path: &str| is_project(path) || path.to_lowercase().ends_with(".txt");
    let (projects, texts): (Vec<Piece>, Vec<Piece>) =
        unpack(piece, &is_wanted)?.into_iter().partition(|p| is_project(&p.path));
    let [project] = <[Piece; 1]>::try_from(projects).map_err(|all| {
        Refused::at(&piece.path, say!("{n} projects in it; a REFI-QDA file has one: project.qde", n = all.len()))
    })?;
    Ok((project, Texts::of(texts)))
}

struct Reading {
    /// What the project's file is called.
    place: String,
    told: Vec<String>,
    unread: Vec<String>,
    study: Study,
    texts: Texts,
}

/// A document of the file with its passages, before it is known how positions are counted.
struct Source<'a> {
    id: DocumentId,
    /// What holds the text: a text source, a PDF's representation, a transcript.
    element: &'a Element,
    /// What that stands in, of which something may be said as well: the PDF, the picture, the sound, the film.
    outer: Option<&'a Element>,
    /// Whether it is the first text there.
    is_first: bool,
    /// The text with the line ends that the file has; nothing where the file has no text.
    written: Option<String>,
}

impl<'a> Source<'a> {
    /// The elements that stand for the document.
    fn elements(&self) -> impl Iterator<Item = &'a Element> {
        self.outer.into_iter().chain([self.element])
    }

    fn guids(&self) -> impl Iterator<Item = Guid> {
        self.elements().filter_map(|element| guid(element, "guid"))
    }
}

/// What names stand for in a file.
struct Names {
    users: HashMap<Guid, String>,
    codes: Codes,
    notes: Notes,
    /// Where each selection lies, in code points.
    places: HashMap<Guid, CodePoints>,
}

/// A GUID attribute.
pub fn guid(element: &Element, name: &str) -> Option<Guid> {
    element.attribute(name).and_then(Guid::parse)
}

/// A moment as real programs write it: with a zone or without.
pub fn moment(element: &Element, name: &str) -> Option<Time> {
    let text = element.attribute(name)?.trim();
    Time::parse(text).or_else(|| Time::parse(&format!("{text}Z")))
}

/// Everything in a list: `Codes` in `CodeBook`, `Code` in `Codes`.
fn listed<'a>(root: &'a Element, list: &'a str, item: &'a str) -> impl Iterator<Item = &'a Element> {
    root.all(list).flat_map(move |list| list.all(item))
}

impl Reading {
    /// Tells of an element that can't be read.
    fn lose(&mut self, element: &Element, why: &str) {
        self.unread.push(Refused::at_line(&self.place, element.line, why).to_string());
    }

    fn check_namespace(&mut self, root: &Element) {
        let right = if root.name == "CodeBook" { "urn:QDA-XML:codebook:1.0" } else { "urn:QDA-XML:project:1.0" };
        let has_right = root.attributes.iter().any(|(name, value)| name.starts_with("xmlns") && value == right);
        if !has_right {
            self.told.push(say!("it is not of the standard's namespace {right}; it is read all the same", right));
        }
    }

    fn codebook(&mut self, root: &Element, book: &Element) -> Codes {
        let is_ours = root.attribute("origin").is_some_and(|origin| origin.starts_with(ORIGIN));
        let codes = refi_codes::read(book, is_ours, &mut self.told);
        self.study.codes.clone_from(&codes.all);
        if root.name == "CodeBook" && root.first("Sets").is_some_and(|sets| sets.elements().next().is_none()) {
            self.told.push(say!("it has an empty Sets, which the standard forbids; that does no harm").into());
        }
        codes
    }

    fn project(&mut self, root: &Element, wishes: &Wishes) -> Result<(), Refused> {
        root.attribute("name").unwrap_or("").clone_into(&mut self.study.name);
        let empty = Element::default();
        let codes = self.codebook(root, root.first("CodeBook").unwrap_or(&empty));
        let users = listed(root, "Users", "User").filter_map(|user| {
            let name =
                user.attribute("name").filter(|name| !name.trim().is_empty()).or_else(|| user.attribute("id"))?;
            Some((guid(user, "guid")?, printable(name).trim().to_owned()))
        });
        let is_ours = root.attribute("origin").is_some_and(|origin| origin.starts_with(ORIGIN));
        let mut names = Names { users: users.collect(), codes, notes: Notes::default(), places: HashMap::new() };
        names.notes = Notes::read(root, &names.users, &|note| self.text_of(note).map(|t| counting::plain(&t)));
        let sources = self.sources(root);
        let way = if is_ours && *wishes == Wishes::default() { Way::default() } else { self.way(&sources, wishes)? };
        let mut guids: HashSet<u128> = HashSet::new();
        let mut ids: HashMap<Guid, DocumentId> = HashMap::new();
        for source in &sources {
            for name in source.guids() {
                ids.entry(name).or_insert_with(|| source.id.clone());
            }
            self.take(source, way, &mut names, &mut guids);
        }
        self.variables(root, &sources);
        memos(root, &names.notes, &ids, &names.codes, &mut self.study);
        let Names { users, places, .. } = &names;
        let around = Around { documents: &ids, users, is_ours, places };
        refi_sets::read(root, &around, &mut self.study, &mut self.told);
        self.count_left_out(root);
        Ok(())
    }

    /// All sources that are or have texts, with names that tell them apart.
    fn sources<'a>(&mut self, root: &'a Element) -> Vec<Source<'a>> {
        let (mut sources, mut n_silent) = (Vec::new(), 0);
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for element in root.all("Sources").flat_map(Element::elements) {
            let texts: Vec<&Element> = match element.name.as_str() {
                "TextSource" => vec![element],
                "PDFSource" => element.first("Representation").into_iter().collect(),
                "PictureSource" => element.first("TextDescription").into_iter().collect(),
                _ => element.all("Transcript").collect(),
            };
            n_silent += usize::from(texts.is_empty());
            for (n, text) in texts.into_iter().enumerate() {
                let name =
                    [element, text].iter().find_map(|e| e.attribute("name").filter(|name| !name.trim().is_empty()));
                let name = printable(name.unwrap_or("source")).trim().to_owned();
                let name = free_name(&name, &mut taken);
                let written = self.text_of(text);
                if written.is_none() {
                    self.told.push(say!(
                        "{name}: its text is not in the file; passages of it can be found by their quotes alone",
                        name
                    ));
                }
                let outer = Some(element).filter(|outer| !std::ptr::eq(*outer, text));
                sources.push(Source { id: DocumentId(name), element: text, outer, is_first: n == 0, written });
            }
        }
        if n_silent > 0 {
            self.told.push(count!(
                n_silent,
                "{n} source without a text (picture, sound, film) is left out",
                "{n} sources without a text (pictures, sound, film) are left out"
            ));
        }
        sources
    }

    /// A source's or a note's text with the line ends that the file has, without a byte order mark.
    fn text_of(&self, element: &Element) -> Option<String> {
        if let Some(content) = element.first("PlainTextContent") {
            return Some(content.text());
        }
        let piece = self.texts.get(element.attribute("plainTextPath")?)?;
        let decoded = decode(&piece.bytes, None).ok()?.text;
        Some(decoded.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(decoded))
    }

    fn way(&mut self, sources: &[Source<'_>], wishes: &Wishes) -> Result<Way, Refused> {
        let mut passages = Vec::new();
        for source in sources {
            let Some(written) = &source.written else { continue };
            for selection in source.element.all("PlainTextSelection") {
                let Some((start, end)) = positions(selection) else { continue };
                passages.push(Told { written, start, end, quote: selection.attribute("name").unwrap_or("") });
            }
        }
        let (way, told) = counting::way(&passages, wishes)?;
        self.told.extend(told);
        Ok(way)
    }

    /// Takes a document and what is coded in it.
    fn take(&mut self, source: &Source<'_>, way: Way, names: &mut Names, guids: &mut HashSet<u128>) {
        let written = source.written.as_deref();
        let scale = written.map(|written| Scale::plain(written, way.unit, way.newlines));
        let text = written.map(counting::plain);
        let document = Document { id: source.id.clone(), ..Document::default() };
        let letters = scale.as_ref().map(|scale| (scale, text.as_deref().unwrap_or("")));
        for selection in source.element.all("PlainTextSelection") {
            let is_coded = selection.first("Coding").is_some();
            let Some(told) = positions(selection).filter(|(start, end)| start <= end) else {
                if is_coded {
                    self.lose(selection, say!("an annotation of no words; left out"));
                }
                continue;
            };
            let name = selection.attribute("name").unwrap_or("").to_owned();
            let place = match letters {
                Some((scale, _)) => counting::range(scale, told.0, told.1),
                None => Some(told),
            };
            let Some((start, end)) = place else {
                self.lose(selection, say!("an annotation beyond the end of the text; left out"));
                continue;
            };
            names.places.extend(guid(selection, "guid").map(|name| (name, CodePoints { start, end })));
            if start == end {
                if is_coded {
                    self.lose(selection, say!("an annotation of no words; left out"));
                }
                continue;
            }
            let exact = if text.is_some() { String::new() } else { name };
            let passage = Passage { document: source.id.clone(), start, end };
            self.codings(selection, (&passage, &exact), names, guids);
        }
        self.whole(source, text.as_deref(), names, guids);
        self.study.papers.push(Paper { document, text });
    }

    /// Codes on the whole document.
    fn whole(&mut self, source: &Source<'_>, text: Option<&str>, names: &Names, guids: &mut HashSet<u128>) {
        // What is said of a film with two transcripts is said once.
        let holders: Vec<&Element> =
            source.elements().filter(|e| source.is_first || std::ptr::eq(*e, source.element)).collect();
        let n = holders.iter().flat_map(|holder| holder.all("Coding")).count();
        if n == 0 {
            return;
        }
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            for coding in holders.iter().flat_map(|holder| holder.all("Coding")) {
                self.lose(coding, say!("an annotation of a text that is not there; left out"));
            }
            return;
        };
        let passage = Passage { document: source.id.clone(), start: 0, end: text.chars().count() };
        for holder in holders.into_iter().filter(|holder| holder.first("Coding").is_some()) {
            self.codings(holder, (&passage, ""), names, guids);
        }
        self.told.push(count!(
            n,
            "{document}: {n} code on the whole document became one on its whole text",
            "{document}: {n} codes on the whole document became codes on its whole text",
            document = source.id
        ));
    }

    /// The codings of a passage, each an annotation; comments on the passage go to the first of them.
    fn codings(&mut self, on: &Element, (passage, exact): (&Passage, &str), names: &Names, guids: &mut HashSet<u128>) {
        let mut comment = names.notes.on_passage(on);
        if on.first("Coding").is_none() {
            self.study.memos.extend(names.notes.of_document(on, passage, &comment, &names.users));
            return;
        }
        for coding in on.all("Coding") {
            let code = coding
                .first("CodeRef")
                .and_then(|code| guid(code, "targetGUID"))
                .and_then(|code| names.codes.by_guid.get(&code));
            let Some(code) = code else {
                self.lose(coding, say!("a coding of a code that is not there; left out"));
                continue;
            };
            let own = guid(coding, "guid").map_or(0, |guid| guid.0);
            let id = if own != 0 && guids.insert(own) { own } else { self.study.annotations.len() as u128 + 1 };
            if own != 0 && id != own {
                self.told
                    .push(say!("line {line}: two codings have one id; the second gets its own", line = coding.line));
            }
            let coder = guid(coding, "creatingUser")
                .or_else(|| guid(on, "creatingUser"))
                .and_then(|user| names.users.get(&user));
            let time =
                moment(coding, "creationDateTime").or_else(|| moment(on, "creationDateTime")).unwrap_or_default();
            let quote = Quote { exact: exact.to_owned(), ..Quote::default() };
            let coder = coder.map_or("", String::as_str);
            let mut annotation =
                Annotation::new(AnnotationId(ulid::Ulid(id)), coder, (passage.clone(), quote), code.clone(), time);
            (annotation.memo, annotation.memo_time) = names.notes.on_coding(coding);
            let rest = std::mem::take(&mut comment);
            if !rest.is_empty() {
                annotation.memo = [std::mem::take(&mut annotation.memo), rest]
                    .into_iter()
                    .filter(|m| !m.is_empty())
                    .collect::<Vec<_>>()
                    .join("\n\n");
            }
            self.study.annotations.push(annotation);
        }
    }

    /// What variables say of documents, directly or through cases.
    fn variables(&mut self, root: &Element, sources: &[Source<'_>]) {
        let mut names: HashMap<Guid, (String, Kind)> = HashMap::new();
        for variable in listed(root, "Variables", "Variable") {
            let kind = match variable.attribute("typeOfVariable").unwrap_or("") {
                "Integer" | "Float" => Kind::Number,
                "Date" => Kind::Date,
                _ => Kind::Text,
            };
            let name = printable(variable.attribute("name").unwrap_or("")).trim().to_owned();
            if let Some(guid) = guid(variable, "guid").filter(|_| !name.is_empty()) {
                names.insert(guid, (name, kind));
            }
        }
        let mut values: Vec<(DocumentId, String, String)> = Vec::new();
        let mut take = |id: &DocumentId, holder: &Element| {
            for value in holder.all("VariableValue") {
                let variable =
                    value.first("VariableRef").and_then(|of| guid(of, "targetGUID")).and_then(|of| names.get(&of));
                let told = value.elements().find(|e| e.name.ends_with("Value")).map(Element::text).unwrap_or_default();
                if let Some((name, _)) = variable.filter(|_| !told.trim().is_empty()) {
                    values.push((id.clone(), name.clone(), told));
                }
            }
        };
        let mut ids: HashMap<Guid, Vec<&DocumentId>> = HashMap::new();
        for source in sources {
            source.guids().for_each(|name| ids.entry(name).or_default().push(&source.id));
        }
        for case in listed(root, "Cases", "Case") {
            for id in case.all("SourceRef").filter_map(|of| ids.get(&guid(of, "targetGUID")?)).flatten() {
                take(id, case);
            }
        }
        for source in sources {
            source.elements().for_each(|element| take(&source.id, element));
        }
        let places: HashMap<DocumentId, usize> =
            self.study.papers.iter().enumerate().map(|(at, paper)| (paper.document.id.clone(), at)).collect();
        for (id, name, value) in values {
            let Some(document) = places.get(&id).and_then(|at| self.study.papers.get_mut(*at)).map(|p| &mut p.document)
            else {
                continue;
            };
            match name.as_str() {
                LANGUAGE => value.trim().clone_into(&mut document.language),
                TITLE => document.title = value,
                _ => drop(document.attributes.insert(name, value)),
            }
        }
        let kinds: BTreeMap<String, Kind> = names
            .into_values()
            .filter(|(name, kind)| *kind != Kind::Text && name != LANGUAGE && name != TITLE)
            .collect();
        self.study.attributes.extend(kinds.into_iter().map(|(name, kind)| Attribute {
            name,
            kind,
            values: Vec::new(),
        }));
    }

    fn count_left_out(&mut self, root: &Element) {
        let below = |name: &str| {
            let sources = root.all("Sources").flat_map(Element::elements);
            sources.flat_map(Element::elements).filter(|e| e.name == name).count()
        };
        let counted = [
            (listed(root, "Graphs", "Graph").count(), say!("graphs")),
            (below("PDFSelection"), say!("marked areas of PDF pages")),
            (below("PictureSelection"), say!("marked areas of pictures")),
            (below("AudioSelection") + below("VideoSelection"), say!("marked stretches of sound or film")),
        ];
        let told: Vec<String> =
            counted.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        if !told.is_empty() {
            self.told.push(say!("left out, since there is no place for them here: {what}", what = told.join(", ")));
        }
    }
}

fn positions(selection: &Element) -> Option<(usize, usize)> {
    let number = |name: &str| selection.attribute(name)?.trim().parse::<usize>().ok();
    Some((number("startPosition")?, number("endPosition")?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn guid(n: u8) -> String {
        format!("00000000-0000-0000-0000-0000000000{n:02x}")
    }

    /// A project with two codes (1, 2), a variable (3) and these sources and cases.
    fn project(sources: &str, cases: &str) -> String {
        format!(
            "<Project xmlns=\"urn:QDA-XML:project:1.0\" name=\"p\"><CodeBook><Codes>\
             <Code guid=\"{}\" name=\"Trust\" isCodable=\"true\"/><Code guid=\"{}\" name=\"Fear\" isCodable=\"true\"/>\
             </Codes></CodeBook><Variables><Variable guid=\"{}\" name=\"age\" typeOfVariable=\"Text\"/></Variables>\
             <Cases>{cases}</Cases><Sources>{sources}</Sources></Project>",
            guid(1),
            guid(2),
            guid(3)
        )
    }

    fn coding(own: u8, code: u8) -> String {
        format!("<Coding guid=\"{}\"><CodeRef targetGUID=\"{}\"/></Coding>", guid(own), guid(code))
    }

    fn value(words: &str) -> String {
        format!(
            "<VariableValue><VariableRef targetGUID=\"{}\"/><TextValue>{words}</TextValue></VariableValue>",
            guid(3)
        )
    }

    fn brought(xml: &str) -> Brought {
        read(&Bundle::of(Piece::of_text("a.qde", xml)), &Wishes::default()).unwrap()
    }

    #[test]
    fn what_is_said_of_a_pdf_is_said_of_its_text() {
        let text = format!(
            "<Representation guid=\"{}\" name=\"paper\"><PlainTextContent>Hello wide world.</PlainTextContent>\
             <PlainTextSelection guid=\"{}\" startPosition=\"6\" endPosition=\"10\">{}</PlainTextSelection></Representation>",
            guid(10),
            guid(11),
            coding(12, 2)
        );
        let pdf = |inner: &str| format!("<PDFSource guid=\"{}\" name=\"paper\">{text}{inner}</PDFSource>", guid(9));
        let case = format!("<Case>{}<SourceRef targetGUID=\"{}\"/></Case>", value("42"), guid(9));
        let area = format!("<PDFSelection guid=\"{}\">{}</PDFSelection>", guid(14), coding(15, 1));
        let Brought { study, told, .. } = brought(&project(&pdf(&(area + &coding(13, 1))), &case));
        let said: Vec<(&str, usize, usize)> =
            study.annotations.iter().map(|a| (a.code.0.as_str(), a.passage.start, a.passage.end)).collect();
        assert_eq!(said, [("fear", 6, 10), ("trust", 0, 17)]);
        let age = |study: &Study| study.papers[0].document.attributes.get("age").cloned();
        assert_eq!(age(&study).as_deref(), Some("42"), "by a case that names the PDF");
        assert_eq!(age(&brought(&project(&pdf(&value("43")), "")).study).as_deref(), Some("43"), "by the PDF itself");
        assert!(told.iter().any(|told| told.contains("1 marked areas of PDF pages")), "{told:?}");
        assert!(told.iter().any(|told| told.contains("paper: 1 code on the whole document")), "{told:?}");
    }

    #[test]
    fn codings_that_have_no_place_or_no_code_are_lost_with_their_lines() {
        let select = |range: (usize, usize), code: u8| {
            let (start, end) = range;
            let coding = coding(20 + code, code);
            format!(
                "\n<PlainTextSelection startPosition=\"{start}\" endPosition=\"{end}\">{coding}</PlainTextSelection>"
            )
        };
        let all = select((0, 3), 1) + &select((0, 99), 1) + &select((2, 2), 1) + &select((0, 3), 7);
        let sources = format!(
            "<TextSource guid=\"{}\" name=\"a\"><PlainTextContent>one two</PlainTextContent>{all}</TextSource>\n\
             <TextSource guid=\"{}\" name=\"b\">{}</TextSource>",
            guid(9),
            guid(10),
            coding(30, 1)
        );
        let Brought { study, unread, .. } = brought(&project(&sources, ""));
        assert_eq!(study.annotations.len(), 1);
        let lines: Vec<&str> = unread.iter().map(|line| line.split(": ").next().unwrap()).collect();
        assert_eq!(lines, [3, 4, 5, 6].map(|line| format!("a.qde, line {line}")), "{unread:?}");
    }

    #[test]
    fn texts_of_one_name_in_two_folders_are_told_apart() {
        let source =
            |n: u8, path: &str| format!("<TextSource guid=\"{}\" name=\"s{n}\" plainTextPath=\"{path}\"/>", guid(n));
        let paths = [
            "internal://a/x.txt",
            "internal://B\\X.txt",
            "relative:///lost/only.txt",
            "internal://x.txt",
            "internal://c/x.txt",
        ];
        let sources: String = paths.iter().zip(20..).map(|(path, n)| source(n, path)).collect();
        let mut pieces = vec![Piece::of_text("project.qde", project(&sources, ""))];
        for (path, text) in [("sources/a/x.txt", "one"), ("sources/b/x.txt", "two"), ("sources/only.txt", "three")] {
            pieces.push(Piece::of_text(path, text));
        }
        let bytes = crate::formats::archive::pack(&pieces, &[]).unwrap();
        let bundle = Bundle::of(Piece { path: "a.qdpx".into(), bytes });
        let study = read(&bundle, &Wishes::default()).unwrap().study;
        let texts: Vec<Option<&str>> = study.papers.iter().map(|paper| paper.text.as_deref()).collect();
        assert_eq!(texts, [Some("one"), Some("two"), Some("three"), None, None]);
    }

    #[test]
    fn what_is_said_of_a_film_with_two_transcripts_is_said_once() {
        let transcript = |n: u8| {
            format!("<Transcript guid=\"{}\"><PlainTextContent>words {n}</PlainTextContent></Transcript>", guid(n))
        };
        let film = format!(
            "<VideoSource guid=\"{}\" name=\"film\">{}{}{}{}</VideoSource>",
            guid(9),
            transcript(10),
            transcript(11),
            coding(12, 1),
            value("7")
        );
        let Brought { study, told, .. } = brought(&project(&film, ""));
        assert_eq!((study.papers.len(), study.annotations.len()), (2, 1), "{told:?}");
        assert_eq!(study.annotations[0].passage.document.0, "film");
        assert!(study.papers.iter().all(|paper| paper.document.attributes["age"] == "7"));
    }
}
