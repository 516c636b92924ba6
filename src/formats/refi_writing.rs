//! REFI-QDA, written: projects (`.qdpx`) and codebooks (`.qdc`), valid by the published schemas. Source: REFI-QDA 1.5, 2019.
//! Positions are code points, the end is exclusive, texts are UTF-8 without a byte order mark.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use crate::formats::archive::pack;
use crate::formats::bundle::{Piece, Refused, Wishes};
use crate::formats::exchange::Written;
use crate::formats::guid::Guid;
use crate::formats::refi::{LANGUAGE, ORIGIN, TITLE};
use crate::formats::refi_codes;
use crate::formats::refi_notes::OURS;
use crate::formats::refi_sets::{ALIGNED, COUNTERPART, PAIR, PART};
use crate::formats::scale::{Newlines, Scale, Unit};
use crate::formats::xml::escaped;
use crate::model::annotation::{Annotation, Counterpart};
use crate::model::attribute::Kind;
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::link::FixedLink;
use crate::model::memo::{About, Memo};
use crate::model::study::{Paper, Study};
use crate::model::time::Time;
use crate::say;
use crate::text::span::CodePoints;

/// The longest quote that stands at a selection, in code points: there it is only a name.
const QUOTE_CODE_POINTS: usize = 250;

/// The largest text that the standard lets a file hold, in bytes (8.5).
const MOST_BYTES: usize = (1 << 31) - 1;

/// Writes a codebook. Fails where there is no code: the standard has no empty codebook.
pub fn write_codebook(study: &Study, _: &Wishes) -> Result<Written, Refused> {
    if study.codes.is_empty() {
        return Err(Refused::at("", say!("there is no code; REFI-QDA has no empty codebook")));
    }
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CodeBook xmlns=\"urn:QDA-XML:codebook:1.0\" origin=\"{}\">\n",
        origin()
    );
    refi_codes::write(&study.codes, &BTreeMap::new(), &mut text);
    text.push_str("</CodeBook>\n");
    let n_left = study.memos.len() + study.annotations.len();
    let told = (n_left > 0)
        .then(|| say!("a codebook is codes alone: documents, passages and memos go with --format refi").into());
    Ok(Written { pieces: vec![Piece::of_text("codebook.qdc", text)], told: told.into_iter().collect() })
}

fn origin() -> String {
    format!("{ORIGIN} {}", env!("CARGO_PKG_VERSION"))
}

/// Writes a project. Fails where a text is larger than the standard allows.
pub fn write(study: &Study, wishes: &Wishes) -> Result<Written, Refused> {
    let mut writing =
        Writing { study, wishes, xml: String::new(), notes: Vec::new(), links: Vec::new(), told: Vec::new() };
    let mut pieces = Vec::new();
    for paper in &study.papers {
        let Some(text) = &paper.text else { continue };
        let text = if wishes.writes_crlf { text.replace('\n', "\r\n") } else { text.clone() };
        if text.len() > MOST_BYTES {
            return Err(Refused::at(&paper.document.id.0, say!("longer than REFI-QDA allows, which is 2 GiB")));
        }
        pieces.push(Piece::of_text(&format!("sources/{}.txt", source(&paper.document.id)), text));
    }
    writing.project();
    let Writing { xml, told, .. } = writing;
    pieces.insert(0, Piece::of_text("project.qde", xml));
    let name = if study.name.is_empty() { "project" } else { &study.name };
    Ok(Written {
        pieces: vec![Piece { path: format!("{}.qdpx", DocumentId::safe(name)), bytes: pack(&pieces, &[])? }],
        told,
    })
}

fn source(id: &DocumentId) -> Guid {
    Guid::of(&["document", &id.0])
}

fn user(coder: &str) -> Guid {
    Guid::of(&["coder", coder])
}

fn variable(name: &str) -> Guid {
    Guid::of(&["variable", name])
}

/// A memo's or an annotation's name as the file refers to it.
fn coding(annotation: &Annotation) -> Guid {
    Guid(annotation.id.0.0)
}

fn memo(memo: &Memo) -> Guid {
    memo.id.parse::<ulid::Ulid>().map_or_else(|_| Guid::of(&["memo", &memo.id, &memo.text]), |id| Guid(id.0))
}

/// By whom and when, as attributes; nothing of what is not known.
fn by(coder: &str, time: Time) -> String {
    let mut text = String::new();
    if !coder.is_empty() {
        let _ = write!(text, " creatingUser=\"{}\"", user(coder));
    }
    if time.0 != 0 {
        let _ = write!(text, " creationDateTime=\"{time}\"");
    }
    text
}

struct Writing<'a> {
    study: &'a Study,
    wishes: &'a Wishes,
    xml: String,
    /// The notes, to stand behind the sources: name, words, and by whom and when.
    notes: Vec<(Guid, String, String)>,
    /// The links, to stand behind the notes: from, to, direction, name.
    links: Vec<(Guid, Guid, &'static str, &'static str)>,
    told: Vec<String>,
}

impl Writing<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.xml, "{}{text}", "  ".repeat(depth));
    }

    fn project(&mut self) {
        let name = escaped(&self.study.name);
        self.xml.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.line(0, &format!("<Project xmlns=\"urn:QDA-XML:project:1.0\" name=\"{name}\" origin=\"{}\">", origin()));
        self.users();
        self.codebook();
        let variables = self.variables();
        self.sources(&variables);
        let project: Vec<&Memo> = self.study.memos.iter().filter(|memo| memo.about == About::Project).collect();
        let referred: Vec<Guid> = project.into_iter().map(|memo| self.note_of(memo)).collect();
        self.notes_and_links();
        self.pairs();
        for note in referred {
            self.line(1, &format!("<NoteRef targetGUID=\"{note}\"/>"));
        }
        self.line(0, "</Project>");
        self.tell();
    }

    fn users(&mut self) {
        let study = self.study;
        let annotators = study.annotations.iter().map(|a| &a.coder);
        let all = annotators.chain(study.memos.iter().map(|m| &m.coder)).chain(study.links.iter().map(|l| &l.coder));
        let coders: BTreeSet<&String> = all.filter(|coder| !coder.is_empty()).collect();
        if coders.is_empty() {
            return;
        }
        self.line(1, "<Users>");
        for coder in coders {
            self.line(2, &format!("<User guid=\"{}\" name=\"{}\"/>", user(coder), escaped(coder)));
        }
        self.line(1, "</Users>");
    }

    fn codebook(&mut self) {
        if self.study.codes.is_empty() {
            return;
        }
        let mut notes: BTreeMap<CodeId, Vec<Guid>> = BTreeMap::new();
        for memo in &self.study.memos {
            if let About::Code(code) = &memo.about {
                let note = self.note_of(memo);
                notes.entry(code.clone()).or_default().push(note);
            }
        }
        self.line(1, "<CodeBook>");
        refi_codes::write(&self.study.codes, &notes, &mut self.xml);
        self.line(1, "</CodeBook>");
    }

    fn note_of(&mut self, about: &Memo) -> Guid {
        let name = memo(about);
        self.notes.push((name, about.text.clone(), by(&about.coder, about.time)));
        name
    }

    /// Writes which variables there are; gives their types by name.
    fn variables(&mut self) -> BTreeMap<String, &'static str> {
        let papers = &self.study.papers;
        let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for Paper { document, .. } in papers {
            for (name, value) in &document.attributes {
                values.entry(name).or_default().push(value);
            }
        }
        let kind = |name: &str| self.study.attributes.iter().find(|a| a.name == name).map_or(Kind::Text, |a| a.kind);
        let type_of = |name: &str, values: &[&str]| match kind(name) {
            Kind::Number if values.iter().all(|v| is_decimal(v)) => "Float",
            // The standard's dates are whole days.
            Kind::Date if values.iter().all(|v| v.len() == 10) => "Date",
            _ => "Text",
        };
        let mut types: BTreeMap<String, &'static str> =
            values.iter().map(|(name, values)| ((*name).to_owned(), type_of(name, values))).collect();
        for own in [LANGUAGE, TITLE] {
            if types.insert(own.to_owned(), "Text").is_some() {
                self.told.push(say!(
                    "the attribute {name} is lost: in REFI-QDA the document's own {name} stands there",
                    name = own
                ));
            }
        }
        if papers.is_empty() {
            return types;
        }
        self.line(1, "<Variables>");
        for (name, kind) in &types {
            let name_here = escaped(name);
            self.line(
                2,
                &format!("<Variable guid=\"{}\" name=\"{name_here}\" typeOfVariable=\"{kind}\"/>", variable(name)),
            );
        }
        self.line(1, "</Variables>");
        types
    }

    fn sources(&mut self, variables: &BTreeMap<String, &'static str>) {
        let study = self.study;
        if study.papers.is_empty() {
            return;
        }
        let mut by_document: HashMap<&DocumentId, Vec<&Annotation>> = HashMap::new();
        for annotation in &study.annotations {
            by_document.entry(&annotation.passage.document).or_default().push(annotation);
        }
        self.line(1, "<Sources>");
        for paper in &study.papers {
            let id = &paper.document.id;
            let annotations = by_document.remove(id).unwrap_or_default();
            self.source(paper, &annotations, variables);
        }
        self.line(1, "</Sources>");
        let n_homeless: usize = by_document.values().map(Vec::len).sum();
        if n_homeless > 0 {
            self.told.push(say!(
                "{n} annotations are lost: their document is not among those that are written",
                n = n_homeless
            ));
        }
    }

    fn source(&mut self, paper: &Paper, annotations: &[&Annotation], variables: &BTreeMap<String, &'static str>) {
        let Paper { document, text } = paper;
        let (id, name) = (source(&document.id), escaped(&document.id.0));
        let path = if text.is_some() { format!(" plainTextPath=\"internal://{id}.txt\"") } else { String::new() };
        self.line(2, &format!("<TextSource guid=\"{id}\" name=\"{name}\"{path}>"));
        let (has_text, text) = (text.is_some(), text.as_deref().unwrap_or(""));
        let letters: Vec<char> = text.chars().collect();
        let newlines = if self.wishes.writes_crlf { Newlines::Two } else { Newlines::AsWritten };
        let scale = Scale::plain(text, Unit::CodePoints, newlines);
        let mut passages: BTreeMap<(usize, usize), Vec<&Annotation>> = BTreeMap::new();
        for annotation in annotations {
            passages.entry((annotation.passage.start, annotation.passage.end)).or_default().push(annotation);
        }
        for ((start, end), codings) in passages {
            let quote = letters.get(start..end.min(letters.len())).filter(|_| has_text);
            let told = codings.first().map_or("", |a| a.quote.exact.as_str());
            let quote: String =
                quote.map_or_else(|| told.to_owned(), |letters| letters.iter().take(QUOTE_CODE_POINTS).collect());
            let own = Guid::of(&["passage", &document.id.0, &start.to_string(), &end.to_string()]);
            let (from, to) = if has_text { (scale.position(start), scale.position(end)) } else { (start, end) };
            let quote = escaped(&quote);
            self.line(
                3,
                &format!(
                    "<PlainTextSelection guid=\"{own}\" name=\"{quote}\" startPosition=\"{from}\" endPosition=\"{to}\">"
                ),
            );
            for annotation in codings {
                self.coding(annotation);
            }
            self.line(3, "</PlainTextSelection>");
        }
        self.stretches(&document.id, &scale);
        let about = About::Document(document.id.clone());
        let memos: Vec<&Memo> = self.study.memos.iter().filter(|memo| memo.about == about).collect();
        for memo in memos {
            let note = self.note_of(memo);
            self.line(3, &format!("<NoteRef targetGUID=\"{note}\"/>"));
        }
        let own = [(LANGUAGE, &document.language), (TITLE, &document.title)];
        let others = document.attributes.iter().map(|(name, value)| (name.as_str(), value));
        let others = others.filter(|(name, _)| *name != LANGUAGE && *name != TITLE);
        for (name, value) in own.into_iter().chain(others).filter(|(_, value)| !value.is_empty()) {
            let kind = variables.get(name).copied().unwrap_or("Text");
            let value = escaped(value);
            let of = variable(name);
            self.line(3, &format!("<VariableValue><VariableRef targetGUID=\"{of}\"/><{kind}Value>{value}</{kind}Value></VariableValue>"));
        }
        self.line(2, "</TextSource>");
    }

    fn coding(&mut self, annotation: &Annotation) {
        let own = coding(annotation);
        let code = refi_codes::guid_of(&annotation.code);
        self.line(4, &format!("<Coding guid=\"{own}\"{}>", by(&annotation.coder, annotation.time)));
        self.line(5, &format!("<CodeRef targetGUID=\"{code}\"/>"));
        if !annotation.memo.is_empty() {
            let note = Guid::of(&["memo of", &own.to_string()]);
            let when = by(&annotation.coder, annotation.memo_time.unwrap_or_default());
            self.notes.push((note, annotation.memo.clone(), when));
            self.line(5, &format!("<NoteRef targetGUID=\"{note}\"/>"));
        }
        self.line(4, "</Coding>");
        match annotation.counterpart {
            // Each link is written once, from its first half.
            Counterpart::Is(twin) if annotation.id < twin => {
                self.links.push((own, Guid(twin.0.0), "Bidirectional", COUNTERPART));
            }
            _ => {}
        }
        if let Some(first) = annotation.part_of {
            self.links.push((own, Guid(first.0.0), "OneWay", PART));
        }
    }

    /// The stretches of a document that somebody said correspond to others, as selections for links to name.
    fn stretches(&mut self, id: &DocumentId, scale: &Scale) {
        for link in &self.study.links {
            for (document, range, side) in
                [(&link.left, link.left_range, "left"), (&link.right, link.right_range, "right")]
            {
                if document == id {
                    let (own, when) = (stretch(link, side), by(&link.coder, link.time));
                    let (from, to) = (scale.position(range.start), scale.position(range.end));
                    let words = if is_empty(range) { "nothing corresponds here" } else { "aligned" };
                    let indent = "  ".repeat(3);
                    let _ = writeln!(
                        self.xml,
                        "{indent}<PlainTextSelection guid=\"{own}\" startPosition=\"{from}\" endPosition=\"{to}\"{when}>\
                         <Description>{OURS}{words}</Description></PlainTextSelection>"
                    );
                }
            }
        }
    }

    fn notes_and_links(&mut self) {
        let notes = std::mem::take(&mut self.notes);
        if !notes.is_empty() {
            self.line(1, "<Notes>");
            for (name, words, when) in notes {
                let words = escaped(&words);
                self.line(
                    2,
                    &format!("<Note guid=\"{name}\"{when}><PlainTextContent>{words}</PlainTextContent></Note>"),
                );
            }
            self.line(1, "</Notes>");
        }
        let aligned =
            self.study.links.iter().map(|link| (stretch(link, "left"), stretch(link, "right"), "Associative", ALIGNED));
        let mut links = std::mem::take(&mut self.links);
        links.extend(aligned);
        if !links.is_empty() {
            self.line(1, "<Links>");
            for (from, to, direction, name) in links {
                let own = Guid::of(&["link", name, &from.to_string(), &to.to_string()]);
                self.line(
                    2,
                    &format!("<Link guid=\"{own}\" name=\"{name}\" direction=\"{direction}\" originGUID=\"{from}\" targetGUID=\"{to}\"/>"),
                );
            }
            self.line(1, "</Links>");
        }
    }

    fn pairs(&mut self) {
        if self.study.pairs.is_empty() {
            return;
        }
        self.line(1, "<Sets>");
        for pair in &self.study.pairs {
            let own = Guid::of(&["pair", &pair.left.0, &pair.right.0]);
            let name = escaped(&format!("{} ↔ {}", pair.left, pair.right));
            self.line(2, &format!("<Set guid=\"{own}\" name=\"{name}\">"));
            self.line(3, &format!("<Description>{PAIR}</Description>"));
            for id in [&pair.left, &pair.right] {
                self.line(3, &format!("<MemberSource targetGUID=\"{}\"/>", source(id)));
            }
            self.line(2, "</Set>");
        }
        self.line(1, "</Sets>");
    }

    /// What REFI-QDA has no place for.
    fn tell(&mut self) {
        let all = &self.study.annotations;
        let n_alone = all.iter().filter(|a| a.counterpart == Counterpart::Nothing).count();
        let n_reread = all.iter().filter(|a| a.reread.is_some()).count();
        let n_doubtful = all.iter().filter(|a| a.doubt.is_some()).count();
        let n_marks: usize =
            self.study.papers.iter().map(|p| p.document.landmarks.len() + p.document.languages.len()).sum();
        for (n, what) in [
            (n_alone, say!("annotations lose the word that they have no counterpart")),
            (n_reread, say!("annotations lose when they were last reread")),
            (n_doubtful, say!("annotations lose the doubt about their places")),
            (n_marks, say!("headings, pages, speakers and languages of paragraphs are lost")),
        ] {
            if n > 0 {
                self.told.push(format!("{n} {what}"));
            }
        }
    }
}

fn is_decimal(value: &str) -> bool {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    !digits.is_empty()
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.matches('.').count() <= 1
        && digits.chars().any(|c| c.is_ascii_digit())
}

fn is_empty(range: CodePoints) -> bool {
    range.start >= range.end
}

fn stretch(link: &FixedLink, side: &str) -> Guid {
    Guid::of(&["stretch", &link.key(), side])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::bundle::Bundle;
    use crate::formats::refi;
    use crate::model::annotation::{AnnotationId, Passage};
    use crate::model::attribute::Attribute;
    use crate::model::code::{Code, Names, Standing};
    use crate::model::document::{Document, Pair};
    use crate::text::anchor::{Quote, quote_of};
    use crate::text::ruler::Ruler;

    const WORDS: &str = "[aқ ә\n\t\"<&>'и\u{306}👍.]{0,12}";

    fn code(n: usize, (name, definition): &(String, String), parent: usize) -> Code {
        let standing =
            [Standing::InUse, Standing::Folder, Standing::Retired, Standing::MergedInto(CodeId("c0".into()))];
        Code {
            names: Names { en: format!("n{n}"), kk: format!("қ{n} / б"), ru: String::new() },
            definition: definition.clone(),
            include: name.clone(),
            exclude: format!("a\\n{name}"),
            examples: [("kk".to_owned(), format!("{name}.")), ("en".to_owned(), "x\\".to_owned())].into(),
            colour: if n.is_multiple_of(2) { "#00ff7f".into() } else { String::new() },
            key: if n == 1 { "k".into() } else { String::new() },
            parent: if parent < n { CodeId(format!("c{parent}")) } else { CodeId::default() },
            standing: if n == 0 { Standing::InUse } else { standing[(n + parent) % 4].clone() },
            id: CodeId(format!("c{n}")),
        }
    }

    fn study(texts: &[String], words: &[(String, String)], marks: &[(usize, usize, usize, usize, i64)]) -> Study {
        let mut study = Study { name: "Зерттеу <1>".into(), ..Study::default() };
        study.codes = words.iter().enumerate().map(|(n, words)| code(n, words, n.wrapping_mul(7) % 5)).collect();
        for (n, text) in texts.iter().enumerate() {
            let id = DocumentId(format!("d{n}.kk"));
            let attributes = [("outlet", "Азаттық & <b>"), ("year", "2012"), ("day", "2012-03-01")];
            let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            let document =
                Document { id, language: "kk".into(), title: format!("Т {n}"), attributes, ..Document::default() };
            study.papers.push(Paper { document, text: Some(format!("сөз{text}")) });
        }
        let kinds = [("day", Kind::Date), ("year", Kind::Number)];
        study.attributes = kinds.map(|(name, kind)| Attribute { name: name.into(), kind, values: Vec::new() }).into();
        for (n, (document, start, len, code, time)) in marks.iter().enumerate() {
            let paper = &study.papers[document % texts.len()];
            let n_letters = paper.text.as_ref().unwrap().chars().count();
            let start = start % n_letters;
            let passage = Passage { document: paper.document.id.clone(), start, end: (start + 1 + len).min(n_letters) };
            let id = AnnotationId::new(Time(1_700_000_000_000 + n as i64), 77 + n as u128);
            let code = study.codes[code % words.len()].id.clone();
            let mut annotation =
                Annotation::new(id, ["асель", "b & c"][n % 2], (passage, Quote::default()), code, Time(*time));
            if n % 3 == 0 {
                annotation.memo = format!("memo\n{n} <&");
                annotation.memo_time = (n % 2 == 0).then_some(Time(time + 5));
            }
            study.annotations.push(annotation);
        }
        relate(&mut study);
        study
    }

    /// Ties annotations to one another, documents in a pair, sentences in links, and says something of each.
    fn relate(study: &mut Study) {
        if let [first, second, third, ..] = study.annotations.as_mut_slice() {
            first.counterpart = Counterpart::Is(second.id);
            second.counterpart = Counterpart::Is(first.id);
            third.part_of = Some(first.id);
        }
        let abouts =
            [About::Project, About::Document(study.papers[0].document.id.clone()), About::Code(CodeId("c0".into()))];
        study.memos =
            abouts.into_iter().map(|about| Memo::new(about, "асель", "ой\n&", (Time(1_600_000_000_000), 9))).collect();
        for (n, memo) in study.memos.iter_mut().enumerate() {
            memo.id = ulid::Ulid::from_parts(1_600_000_000_000, n as u128).to_string();
        }
        if let [left, right, ..] = study.papers.as_slice() {
            let (left_id, right_id) = (left.document.id.clone(), right.document.id.clone());
            study.pairs.push(Pair { left: left_id.clone(), right: right_id.clone() });
            let link = |l: CodePoints, r: CodePoints| FixedLink {
                left: left_id.clone(),
                right: right_id.clone(),
                left_range: l,
                right_range: r,
                left_quote: quote_of(&Ruler::new(left.text.as_ref().unwrap()), l),
                right_quote: quote_of(&Ruler::new(right.text.as_ref().unwrap()), r),
                coder: "асель".into(),
                time: Time(1_650_000_000_000),
            };
            study.links.push(link(CodePoints { start: 0, end: 2 }, CodePoints { start: 1, end: 3 }));
            study.links.push(link(CodePoints { start: 1, end: 1 }, CodePoints { start: 0, end: 1 }));
        }
    }

    fn sorted(mut study: Study) -> Study {
        study.annotations.sort_by_key(|a| a.id);
        study.codes.sort_by(|a, b| a.id.cmp(&b.id));
        study.links.sort_by_key(FixedLink::key);
        study.memos.sort_by(|a, b| a.id.cmp(&b.id));
        study
    }

    fn back(study: &Study, wishes: &Wishes) -> Study {
        let written = write(study, wishes).unwrap();
        let [piece] = <[Piece; 1]>::try_from(written.pieces).unwrap();
        refi::read(&Bundle::of(piece), &Wishes::default()).unwrap().study
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_written_comes_back(
            texts in prop::collection::vec(WORDS, 1..4),
            words in prop::collection::vec((WORDS, WORDS), 1..6),
            marks in prop::collection::vec((0usize..9, 0usize..30, 0usize..9, 0usize..9, 1_500_000_000_000i64..1_700_000_000_000), 0..12),
        ) {
            let study = study(&texts, &words, &marks);
            let came = back(&study, &Wishes::default());
            prop_assert_eq!(sorted(came), sorted(study));
        }

        #[test]
        fn windows_line_ends_come_back_as_plain_ones(text in "[aқ👍]{3,9} [aқ]{3,9}\n[aқ👍]{3,9} [aқ]{3,9}\n[aқ]{3,9}") {
            let marks: Vec<_> = (0..8).map(|n| (0, n * 4, 3, 0, 1_600_000_000_000)).collect();
            let study = study(&[text], &[("x".into(), "y".into())], &marks);
            prop_assert_eq!(sorted(back(&study, &Wishes { writes_crlf: true, ..Wishes::default() })), sorted(study));
        }

        #[test]
        fn a_codebook_comes_back(words in prop::collection::vec((WORDS, WORDS), 1..6)) {
            let study = study(&[String::new()], &words, &[]);
            let written = write_codebook(&study, &Wishes::default()).unwrap();
            let came = refi::read(&Bundle::of(written.pieces[0].clone()), &Wishes::default()).unwrap();
            let codes = |study: Study| sorted(study).codes;
            prop_assert_eq!(codes(came.study), codes(study));
        }

        #[test]
        fn damaged_projects_are_refused_or_read(at in 0usize..3000, byte in any::<u8>()) {
            let study = study(&["мәтін".into()], &[("x".into(), "y".into())], &[(0, 0, 2, 0, 1)]);
            let mut piece = write(&study, &Wishes::default()).unwrap().pieces.remove(0);
            let at = at % piece.bytes.len();
            piece.bytes[at] = byte;
            let _ = refi::read(&Bundle::of(piece), &Wishes::default());
        }
    }

    #[test]
    fn what_has_no_place_is_told() {
        let mut study = study(&["x".into()], &[("x".into(), "y".into())], &[(0, 0, 1, 0, 1)]);
        study.annotations[0].counterpart = Counterpart::Nothing;
        assert!(write(&study, &Wishes::default()).unwrap().told.iter().any(|told| told.contains("no counterpart")));
        assert!(write_codebook(&Study::default(), &Wishes::default()).is_err());
    }
}
