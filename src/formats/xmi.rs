//! UIMA's CAS as XMI, as `INCEpTION` and `WebAnno` export it, bare or in a ZIP with its type system. Positions are UTF-16 units.
//! Sources of the form: OASIS UIMA 1.0, the UIMA references ("XMI CAS Serialization"), `DKPro` Core's type system.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use crate::formats::archive::{MAX_BYTES, is_archive, unpack, unpack_within};
use crate::formats::bundle::{Brought, Bundle, Piece, Refused, Wishes};
use crate::formats::exchange::Written;
use crate::formats::harvest::Harvest;
use crate::formats::layer::{self, FEATURES, Layered, Shelf};
use crate::formats::outgoing::{Outgoing, Room, Sheaf};
use crate::formats::scale::{Scale, Unit};
use crate::formats::tokens::sentences;
use crate::formats::xml::{self, Content, Element, escaped, is_forbidden};
use crate::model::document::Document;
use crate::model::study::Study;
use crate::{count, say};

/// Types that are no coder's: what `INCEpTION` makes of every text, and what it notes for itself.
const OTHERS: [&str; 12] = [
    "Token",
    "Sentence",
    "DocumentAnnotation",
    "DocumentMetaData",
    "TagsetDescription",
    "TagDescription",
    "CASMetadata",
    "LayerDefinition",
    "FeatureDefinition",
    "Paragraph",
    "Heading",
    "Div",
];

/// Whether one of the files, or of those in an archive, is XMI.
pub fn is_it(bundle: &Bundle) -> bool {
    bundle.pieces.iter().any(|piece| {
        is_xmi(&piece.bytes)
            || (is_archive(&piece.bytes)
                && unpack(piece, &|path| is_ending(path, "xmi") || is_nested(path))
                    .is_ok_and(|inner| !inner.is_empty()))
    })
}

fn is_xmi(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(2048)).unwrap_or_default();
    head.windows(8).any(|part| part == b"<xmi:XMI")
}

/// Whether a path has an ending.
fn is_ending(path: &str, ending: &str) -> bool {
    path.rsplit('.').next().is_some_and(|own| own.eq_ignore_ascii_case(ending))
}

/// Whether a file in the archive of a whole project is that of a coder.
fn is_nested(path: &str) -> bool {
    is_ending(path, "zip") && (path.contains("annotation/") || path.contains("curation/"))
}

/// Reads files; fails where none of them is XMI.
pub fn read(bundle: &Bundle, _: &Wishes) -> Result<Brought, Refused> {
    let (mut harvest, mut shelf) = (Harvest::default(), Shelf::default());
    let mut gathering = Gathering { pieces: Vec::new(), left: MAX_BYTES, harvest: &mut harvest };
    for piece in &bundle.pieces {
        gathering.take(piece, &piece.path, 2);
    }
    let pieces = gathering.pieces;
    let ranges = ranges(&pieces);
    let mut n_read = 0;
    let mut why = None;
    for (home, piece) in pieces.iter().filter(|(_, piece)| is_xmi(&piece.bytes)) {
        match piece.text().and_then(|text| xml::read(text, &piece.path)) {
            Ok(root) => {
                n_read += 1;
                let cas = Cas { root: &root, ranges: &ranges, path: &piece.path };
                cas.read(home, &mut shelf, &mut harvest);
            }
            Err(refused) => {
                harvest.tally.lose(&refused.place, &refused.why);
                why = Some(refused);
            }
        }
    }
    if n_read == 0 {
        return Err(why.unwrap_or_else(|| Refused::at(&bundle.name, say!("no XMI in it"))));
    }
    shelf.keep(&mut harvest);
    Ok(harvest.brought())
}

/// Files as they are gathered, also those of archives in archives.
struct Gathering<'a> {
    /// Each with the path that says whose it is.
    pieces: Vec<(String, Piece)>,
    /// Bytes that all archives together may still unpack to.
    left: u64,
    harvest: &'a mut Harvest,
}

impl Gathering<'_> {
    fn take(&mut self, piece: &Piece, home: &str, depth: usize) {
        if !is_archive(&piece.bytes) {
            self.pieces.push((home.to_owned(), piece.clone()));
            return;
        }
        let is_wanted =
            |path: &str| is_ending(path, "xmi") || path.to_lowercase().ends_with("typesystem.xml") || is_nested(path);
        match unpack_within(piece, &is_wanted, &mut self.left) {
            Ok(inner) => {
                let n_xmi = inner.iter().filter(|one| one.ending() == "xmi").count();
                for one in inner {
                    // The only one is called after a coder; what it is about, the archive's name says.
                    let is_sole = n_xmi == 1 && depth > 0 && one.ending() != "zip";
                    let home = if is_sole { home.to_owned() } else { one.path.clone() };
                    let path = format!("{}/{}", piece.path, one.path);
                    if depth > 0 {
                        self.take(&Piece { path, ..one }, &home, depth - 1);
                    }
                }
            }
            Err(refused) => self.harvest.tally.lose(&refused.place, &refused.why),
        }
    }
}

/// What the values of features are, by type and feature, as the type systems say.
fn ranges(pieces: &[(String, Piece)]) -> HashMap<(String, String), String> {
    let mut ranges = HashMap::new();
    for (_, piece) in pieces.iter().filter(|(_, piece)| piece.name().to_lowercase().ends_with("typesystem.xml")) {
        let Ok(root) = piece.text().and_then(|text| xml::read(text, &piece.path)) else { continue };
        for kind in root.first("types").iter().flat_map(|types| types.all("typeDescription")) {
            let name = kind.first("name").map(Element::text).unwrap_or_default();
            for feature in kind.first("features").iter().flat_map(|features| features.all("featureDescription")) {
                let said = |what: &str| feature.first(what).map(Element::text).unwrap_or_default();
                ranges.insert((name.clone(), said("name")), said("rangeTypeName"));
            }
        }
    }
    ranges
}

/// A CAS that is being read.
struct Cas<'a> {
    root: &'a Element,
    ranges: &'a HashMap<(String, String), String>,
    path: &'a str,
}

impl Cas<'_> {
    fn read(&self, home: &str, shelf: &mut Shelf, harvest: &mut Harvest) {
        let packages = self.packages();
        let (name, by_path) = layer::home(home);
        let coder = self.one("CASMetadata").and_then(|it| it.attribute("username")).unwrap_or_default();
        let coder = if coder.is_empty() || coder == "INITIAL_CAS" { by_path } else { coder.to_owned() };
        let sofas = self.sofas(&name, shelf, harvest);
        let (mut n_relations, mut n_chains) = (0, 0);
        for element in self.root.elements() {
            let own =
                |name: &str| element.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
            let place =
                own("begin").and_then(|begin| begin.parse().ok()).zip(own("end").and_then(|end| end.parse().ok()));
            let (Some(place), false) = (place, OTHERS.contains(&element.name.as_str())) else { continue };
            if own("Governor").is_some() || own("Dependent").is_some() {
                n_relations += 1;
                continue;
            }
            if own("referenceType").is_some() || own("referenceRelation").is_some() || element.name == "CoreferenceLink"
            {
                n_chains += 1;
                continue;
            }
            let at = say!("{path}, line {line}", path = self.path, line = element.line);
            let Some(sheet) = own("sofa").and_then(|sofa| sofas.get(sofa)).and_then(|at| shelf.sheet(*at)) else {
                harvest.tally.lose(&at, say!("an annotation of a text that is not there; left out"));
                continue;
            };
            let package = packages.get(element.prefix.as_str()).map_or("", String::as_str);
            let layer = if package.is_empty() { element.name.clone() } else { format!("{package}.{}", element.name) };
            let features = self.features(element, &layer);
            layer::mark(harvest, sheet, Layered { layer, features, place }, &coder, &at);
        }
        layer::tell_left(harvest, self.path, n_relations, n_chains);
    }

    fn one(&self, name: &str) -> Option<&Element> {
        self.root.elements().find(|element| element.name == name)
    }

    /// The packages of types by the prefixes that stand for them: `http:///webanno/custom.ecore` is `webanno.custom`.
    fn packages(&self) -> HashMap<&str, String> {
        let declared = self.root.attributes.iter().filter_map(|(name, uri)| {
            let path = uri.strip_prefix("http:///")?.strip_suffix(".ecore")?;
            Some((name.strip_prefix("xmlns:")?, path.replace('/', ".")))
        });
        declared.collect()
    }

    /// The texts, by the numbers by which annotations speak of them.
    fn sofas(&self, name: &str, shelf: &mut Shelf, harvest: &mut Harvest) -> HashMap<&str, usize> {
        let known = self.one("DocumentMetaData").or_else(|| self.one("DocumentAnnotation"));
        let said = |what: &str| known.and_then(|known| known.attribute(what)).unwrap_or_default().to_owned();
        let language = Some(said("language")).filter(|language| language != "x-unspecified").unwrap_or_default();
        let title =
            Some(said("documentTitle")).filter(|title| title.trim_end_matches(".txt") != name).unwrap_or_default();
        let mut sofas = HashMap::new();
        for (n, sofa) in self.root.elements().filter(|element| element.name == "Sofa").enumerate() {
            let own = |name: &str| sofa.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
            let Some(text) = own("sofaString") else {
                harvest.tally.lose(self.path, say!("a text that is kept elsewhere; left out"));
                continue;
            };
            let name = if n == 0 { name.to_owned() } else { format!("{name}.{}", own("sofaID").unwrap_or("view")) };
            let document = Document { title: title.clone(), language: language.clone(), ..Document::default() };
            let at = shelf.put(harvest, (&name, self.path), text, document);
            sofas.extend(own("xmi:id").map(|id| (id, at)));
        }
        sofas
    }

    /// What is said of an annotation: words, numbers and lists of words, not what it points at.
    fn features(&self, element: &Element, layer: &str) -> BTreeMap<String, String> {
        let mut features = BTreeMap::new();
        let is_plain = |name: &str| {
            let range = self.ranges.get(&(layer.to_owned(), name.to_owned()));
            range.is_none_or(|range| PLAIN.contains(&range.as_str()))
        };
        for (name, value) in &element.attributes {
            let is_own = name.contains(':') || matches!(name.as_str(), "sofa" | "begin" | "end");
            if !is_own && !value.is_empty() && is_plain(name) {
                features.insert(name.clone(), value.clone());
            }
        }
        for content in &element.content {
            if let Content::Element(value) = content {
                let all: &mut String = features.entry(value.name.clone()).or_default();
                if !all.is_empty() {
                    all.push_str(", ");
                }
                all.push_str(&value.text());
            }
        }
        features.retain(|_, value| !value.is_empty());
        features
    }
}

/// Values that are words or numbers.
const PLAIN: [&str; 10] = [
    "uima.cas.String",
    "uima.cas.StringArray",
    "uima.cas.StringList",
    "uima.cas.Integer",
    "uima.cas.Long",
    "uima.cas.Short",
    "uima.cas.Byte",
    "uima.cas.Float",
    "uima.cas.Double",
    "uima.cas.Boolean",
];

/// Writes a file a document, and the type system.
pub fn write(study: &Study, _: &Wishes) -> Result<Written, Refused> {
    let mut out = Outgoing::of(study, &[Room::Attributes]);
    let n_other = study.papers.iter().filter(|paper| !paper.document.attributes.is_empty()).count();
    if n_other > 0 {
        out.tally.note(count!(
            n_other,
            "{n} document goes without its attributes",
            "{n} documents go without their attributes"
        ));
    }
    let n_forbidden: usize =
        out.sheaves.iter().map(|sheaf| sheaf.text.chars().filter(|c| is_forbidden(*c)).count()).sum();
    if n_forbidden > 0 {
        out.tally.note(count!(
            n_forbidden,
            "{n} character that XML can't hold becomes U+FFFD",
            "{n} characters that XML can't hold become U+FFFD"
        ));
    }
    let file = |sheaf: &Sheaf<'_>| Piece::of_text(&format!("{}.xmi", sheaf.stem), cas(sheaf, &out));
    let mut pieces: Vec<Piece> = out.sheaves.iter().map(file).collect();
    pieces.push(Piece::of_text("TypeSystem.xml", type_system()));
    pieces.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Written { pieces, told: out.tally.sentences() })
}

const SEGMENTATION: &str = "de/tudarmstadt/ukp/dkpro/core/api/segmentation/type";
const METADATA: &str = "de/tudarmstadt/ukp/dkpro/core/api/metadata/type";

/// A document as XMI.
fn cas(sheaf: &Sheaf<'_>, out: &Outgoing<'_>) -> String {
    let (bytes, counted) = (Scale::new(sheaf.text, Unit::Bytes), Scale::new(sheaf.text, Unit::Utf16));
    let mut lines = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xmi:XMI xmlns:xmi=\"http://www.omg.org/XMI\" \
         xmlns:cas=\"http:///uima/cas.ecore\" xmlns:custom=\"http:///webanno/custom.ecore\" \
         xmlns:metadata=\"http:///{METADATA}.ecore\" xmlns:segmentation=\"http:///{SEGMENTATION}.ecore\" \
         xmi:version=\"2.0\">\n<cas:NULL xmi:id=\"0\"/>\n"
    );
    let mut n = 1;
    let mut put = |what: &str, start: usize, end: usize, rest: &str| {
        n += 1;
        let _ = writeln!(lines, "<{what} xmi:id=\"{n}\" sofa=\"1\" begin=\"{start}\" end=\"{end}\"{rest}/>");
    };
    let document = &sheaf.paper.document;
    let language = if document.language.is_empty() { "x-unspecified" } else { &document.language };
    let known = format!(
        " language=\"{}\" documentTitle=\"{}\" documentId=\"{}\" isLastSegment=\"false\"",
        escaped(language),
        escaped(document.name()),
        escaped(&document.id.0)
    );
    put("metadata:DocumentMetaData", 0, counted.end(), &known);
    let utf16 = |byte: usize| counted.position(bytes.near(byte));
    for sentence in sentences(sheaf.text) {
        put("segmentation:Sentence", utf16(sentence.span.start), utf16(sentence.span.end), "");
        for token in sentence.tokens {
            put("segmentation:Token", utf16(token.start), utf16(token.end), "");
        }
    }
    for one in &sheaf.annotations {
        let values = layer::values(one, out.label(one));
        let mut said = String::new();
        for (name, value) in FEATURES.iter().zip(&values).filter(|(_, value)| !value.is_empty()) {
            let _ = write!(said, " {name}=\"{}\"", escaped(value));
        }
        put("custom:Tanba", counted.position(one.passage.start), counted.position(one.passage.end), &said);
    }
    let members: Vec<String> = (2..=n).map(|id| id.to_string()).collect();
    let text = escaped(sheaf.text);
    let _ = write!(
        lines,
        "<cas:Sofa xmi:id=\"1\" sofaNum=\"1\" sofaID=\"_InitialView\" mimeType=\"text\" sofaString=\"{text}\"/>\n\
         <cas:View sofa=\"1\" members=\"{}\"/>\n</xmi:XMI>\n",
        members.join(" ")
    );
    lines
}

/// The types that we write.
fn type_system() -> String {
    let text = "uima.cas.String";
    let ours: Vec<(&str, &str)> = FEATURES.iter().map(|name| (*name, text)).collect();
    let metadata = METADATA.replace('/', ".");
    let segmentation = SEGMENTATION.replace('/', ".");
    let known = [
        ("documentTitle", text),
        ("documentId", text),
        ("documentUri", text),
        ("collectionId", text),
        ("documentBaseUri", text),
        ("isLastSegment", "uima.cas.Boolean"),
    ];
    let types = [
        (format!("{metadata}.DocumentMetaData"), "uima.tcas.DocumentAnnotation", known.to_vec()),
        (format!("{segmentation}.Sentence"), "uima.tcas.Annotation", vec![("id", text)]),
        (format!("{segmentation}.Token"), "uima.tcas.Annotation", vec![("id", text)]),
        (layer::OURS.to_owned(), "uima.tcas.Annotation", ours),
    ];
    let mut lines = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<typeSystemDescription \
                     xmlns=\"http://uima.apache.org/resourceSpecifier\">\n<types>\n"
        .to_owned();
    for (name, above, features) in types {
        let _ = write!(
            lines,
            "<typeDescription>\n<name>{name}</name>\n<description/>\n<supertypeName>{above}</supertypeName>\n<features>\n"
        );
        for (name, range) in features {
            let _ = writeln!(
                lines,
                "<featureDescription><name>{name}</name><description/><rangeTypeName>{range}</rangeTypeName></featureDescription>"
            );
        }
        lines += "</features>\n</typeDescription>\n";
    }
    lines + "</types>\n</typeSystemDescription>\n"
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::archive::pack;
    use crate::formats::specimen::{carried, studies};

    const HEAD: &str = "<?xml version='1.0'?><xmi:XMI xmlns:xmi='http://www.omg.org/XMI' xmlns:cas='http:///uima/cas.ecore' \
                        xmlns:t='http:///x/y.ecore' xmi:version='2.0'>";

    fn xmi(body: &str) -> String {
        format!("{HEAD}{body}<cas:Sofa xmi:id='1' sofaID='_InitialView' sofaString='👍 бір&#10;екі'/></xmi:XMI>")
    }

    #[test]
    fn archives_in_archives_have_one_limit() {
        let zip = |name: &str| {
            let coder = Piece::of_text("a.xmi", xmi(&"<!-- -->".repeat(2_000)));
            Piece { path: format!("annotation/{name}.txt/asel.zip"), bytes: pack(&[coder], &[]).unwrap() }
        };
        let project = Piece { path: "project.zip".into(), bytes: pack(&[zip("a"), zip("b")], &[]).unwrap() };
        let gathered = |left: u64| {
            let mut harvest = Harvest::default();
            let mut gathering = Gathering { pieces: Vec::new(), left, harvest: &mut harvest };
            gathering.take(&project, "project.zip", 2);
            (gathering.pieces.len(), harvest.tally.take_lost().len())
        };
        assert_eq!([gathered(MAX_BYTES), gathered(30_000), gathered(100)], [(2, 0), (1, 1), (0, 1)]);
    }

    #[test]
    fn layers_relations_and_lists_are_read_or_told() {
        let body = "<t:CASMetadata xmi:id='2' sofa='1' begin='0' end='0' username='asel'/><t:Token xmi:id='3' sofa='1' begin='0' end='2'/>\
                    <t:Theme xmi:id='4' sofa='1' begin='3' end='6' strength='3' role='a'><tags>b</tags><tags>c</tags></t:Theme>\
                    <t:Rel xmi:id='5' sofa='1' begin='3' end='6' Governor='4' Dependent='4'/><t:Flag xmi:id='6' sofa='1' begin='1' end='3'/>\
                    <t:Flag xmi:id='7' sofa='9' begin='1' end='3'/><t:Flag xmi:id='8' sofa='1' begin='3' end='99'/>";
        let piece = Piece::of_text("a.xmi", xmi(body));
        let zip = Piece { path: "annotation/doc.txt/asel.zip".into(), bytes: pack(&[piece], &[]).unwrap() };
        let bundle = Bundle::of(Piece { path: "project.zip".into(), bytes: pack(&[zip], &[]).unwrap() });
        assert!(is_it(&bundle));
        let brought = read(&bundle, &Wishes::default()).unwrap();
        let said: Vec<(&str, &str, usize, usize, &str)> = brought
            .study
            .annotations
            .iter()
            .map(|a| (a.code.0.as_str(), a.coder.as_str(), a.passage.start, a.passage.end, a.memo.as_str()))
            .collect();
        assert_eq!(said, [("a", "asel", 2, 5, "strength: 3\ntags: b, c"), ("flag", "asel", 0, 2, "")]);
        assert_eq!(brought.study.papers[0].document.id.0, "doc");
        assert_eq!((brought.told.len(), brought.unread.len()), (2, 2), "{brought:?}");
    }

    #[test]
    fn damaged_files_are_refused_with_the_place() {
        let refused =
            |text: &str| read(&Bundle::of(Piece::of_text("a.xmi", text)), &Wishes::default()).unwrap_err().to_string();
        assert!(refused(HEAD).contains("a.xmi"));
        assert!(refused("words").contains("no XMI"));
    }

    proptest! {
        #[test]
        fn what_is_written_comes_back(study in studies()) {
            let written = write(&study, &Wishes::default()).unwrap();
            let bundle = Bundle { name: "x".into(), pieces: written.pieces };
            let Ok(brought) = read(&bundle, &Wishes::default()) else { prop_assert!(study.papers.is_empty()); return Ok(()) };
            prop_assert_eq!(&brought.told, &Vec::<String>::new());
            prop_assert_eq!(carried(&brought.study, |_| true), carried(&study, |_| true));
            for paper in &study.papers {
                prop_assert_eq!(&brought.study.paper(&paper.document.id).unwrap().text, &paper.text);
            }
        }

        #[test]
        fn nothing_makes_it_panic(body in "(<t:(A|Token|Sofa) (sofa='[12]' |begin='[0-9]{1,2}' |end='[0-9]{1,2}' |value='[a1 ]{0,2}' |xmi:id='1' ){0,4}/>|<|a){0,6}") {
            let bundle = Bundle::of(Piece::of_text("a.xmi", xmi(&body)));
            let _ = (is_it(&bundle), read(&bundle, &Wishes::default()));
        }
    }
}
