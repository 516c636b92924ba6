//! Writes what the targets begin with, into `corpus/`: a small study by our own writers, small documents, and the files of a
//! folder that `TANBA_SHARED` names, where there is one; and what was kept of earlier runs.
#![allow(clippy::expect_used)] // a broken seed says so

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rusqlite::Connection;
use tanba::formats::bundle::{Piece, Wishes};
use tanba::formats::row::Row;
use tanba::formats::{self, archive, codebook, workbook};
use tanba::model::annotation::{Annotation, AnnotationId, Passage};
use tanba::model::code::{Code, CodeId};
use tanba::model::codebook::Codebook;
use tanba::model::document::{Document, DocumentId};
use tanba::model::study::{Paper, Study};
use tanba::model::time::Time;
use tanba::text::anchor::quote_of;
use tanba::text::ruler::Ruler;
use tanba::text::span::CodePoints;

const TEXTS: [(&str, &str); 2] = [
    ("a.kk", "Бір 👍 сөз. Екі сөйлем бар.\n\nҮшінші сөйлем: «ғ», é."),
    ("b.en", "One word & two <words>.\n\tThe third sentence, \"quoted\"."),
];

fn study() -> Study {
    let mut study = Study::default();
    for (name, text) in TEXTS {
        let document = Document::describing(DocumentId(name.into()), text);
        study.papers.push(Paper { document, text: Some(text.into()) });
    }
    for name in ["censorship", "Өзін-өзі цензуралау", "C++"] {
        study.codes.push(Code::named(CodeId::of_name(name).expect("letters"), name));
    }
    for (n, (start, end)) in [(0, 3), (4, 9), (6, 20), (6, 20), (24, 40), (0, 40)].into_iter().enumerate() {
        let (name, text) = TEXTS[n % 2];
        let range = CodePoints { start, end };
        let passage = Passage { document: DocumentId(name.into()), start, end };
        let id = AnnotationId(ulid_of((1 << 90) + n as u128));
        let coder = ["aigerim", "", "Әсел «Б»"][n % 3];
        let code = study.codes[n % 3].id.clone();
        let quote = quote_of(&Ruler::new(text), range);
        let mut one = Annotation::new(id, coder, (passage, quote), code, Time(1_795_227_581_123));
        one.memo = ["", "why?\nbecause"][n % 2].into();
        study.annotations.push(one);
    }
    study
}

fn ulid_of(number: u128) -> ulid::Ulid {
    ulid::Ulid(number)
}

/// Files of a folder as one input.
fn joined(pieces: &[Piece]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> =
        pieces.iter().map(|piece| [piece.path.as_bytes(), &[0xFE], &piece.bytes].concat()).collect();
    parts.join(&0xFF)
}

/// An archive's files as one input, the small ones.
fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let files = archive::unpack(&Piece { path: "a.zip".into(), bytes: bytes.to_vec() }, &|_| true).ok()?;
    Some(joined(&files))
}

struct Corpus(PathBuf);

impl Corpus {
    fn put(&self, target: &str, bytes: impl AsRef<[u8]>) {
        let dir = self.0.join(target);
        fs::create_dir_all(&dir).expect("a folder");
        let n = fs::read_dir(&dir).expect("listed").count();
        fs::write(dir.join(format!("seed-{n}")), bytes).expect("written");
    }
}

fn exchanges(corpus: &Corpus) {
    let study = study();
    for exchange in formats::EXCHANGES.iter().filter(|exchange| exchange.read.is_some()) {
        let target = exchange.name.replace('-', "_");
        let Some(write) = exchange.write else { continue };
        let pieces = write(&study, &Wishes::default()).expect("written").pieces;
        match pieces.as_slice() {
            [piece] => {
                corpus.put(&target, &piece.bytes);
                if let Some(joined) = unpacked(&piece.bytes) {
                    corpus.put(&target, joined);
                }
            }
            _ => {
                corpus.put(&target, joined(&pieces));
                pieces.iter().for_each(|piece| corpus.put(&target, &piece.bytes));
            }
        }
    }
    let rows = study.annotations.iter().map(|one| Row {
        document: one.passage.document.0.clone(),
        start: one.passage.start,
        end: one.passage.end,
        quote: one.quote.exact.clone(),
        code: one.code.0.clone(),
        coder: one.coder.clone(),
        memo: one.memo.clone(),
        time: Some(one.time),
        id: one.id.to_string(),
        ..Row::default()
    });
    let mut out = Vec::new();
    formats::jsonl::write(&mut rows.clone(), &mut out).expect("written");
    corpus.put("jsonl", &out);
    let texts = |a: &str, b: &str, file: &[u8]| [a.as_bytes(), b.as_bytes(), file].join(&0xFF);
    let edited = TEXTS[0].1.replace("сөйлем", "ұзақ сөйлем").replace("👍", "");
    corpus.put("intake", texts(TEXTS[0].1, TEXTS[1].1, &out));
    corpus.put("intake", texts(&edited, TEXTS[1].1, &out));
    let project = formats::exchange("refi").and_then(|refi| refi.write).expect("a writer");
    let project = project(&study, &Wishes::default()).expect("written").pieces.remove(0);
    let files = archive::unpack(&project, &|_| true).expect("unpacked");
    for file in files.iter().filter(|file| file.path.ends_with(".qde")) {
        corpus.put("refi", &file.bytes);
        corpus.put("intake", texts(TEXTS[0].1, TEXTS[1].1, &file.bytes));
        corpus.put("xml", &file.bytes);
    }
    corpus.put("intake", texts(TEXTS[0].1, &edited, INLINE.as_bytes()));
    corpus.put("refi", INLINE);
    corpus.put("carry", texts(TEXTS[0].1, &edited, "сөйлем".as_bytes()));
    corpus.put("carry", texts("a b c d e f g a b c", "a b d e x f g a b b c", b"d e"));
}

/// A project whose texts stand in the XML.
const INLINE: &str = r##"<?xml version="1.0" encoding="utf-8"?>
<Project name="p" origin="x" xmlns="urn:QDA-XML:project:1.0"><Users><User guid="11111111-1111-4111-8111-111111111111" name="aigerim"/></Users>
<CodeBook><Codes><Code guid="22222222-2222-4222-8222-222222222222" name="media" isCodable="true" color="#ff0000"><Description>d</Description><Code guid="22222222-2222-4222-8222-222222222223" name="press" isCodable="true"/></Code></Codes></CodeBook>
<Variables><Variable guid="66666666-6666-4666-8666-666666666666" name="age" typeOfVariable="Integer"/></Variables>
<Sources><TextSource guid="33333333-3333-4333-8333-333333333333" name="a.kk"><PlainTextContent>Бір 👍 сөз. Екі сөйлем бар.</PlainTextContent><PlainTextSelection guid="44444444-4444-4444-8444-444444444444" startPosition="4" endPosition="10" creatingUser="11111111-1111-4111-8111-111111111111"><Description>memo</Description><Coding guid="55555555-5555-4555-8555-555555555555"><CodeRef targetGUID="22222222-2222-4222-8222-222222222223"/></Coding></PlainTextSelection><VariableValue><VariableRef targetGUID="66666666-6666-4666-8666-666666666666"/><IntegerValue>3</IntegerValue></VariableValue></TextSource></Sources>
<Notes><Note guid="77777777-7777-4777-8777-777777777777" name="n"><PlainTextContent>why</PlainTextContent></Note></Notes></Project>"##;

const QUALCODER: &str = "PRAGMA page_size = 512;
    CREATE TABLE project (databaseversion text, date text, memo text, about text);
    CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text, date text);
    CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text, color text);
    CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer);
    CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, pos1 integer, owner text, date text, memo text, important integer);
    CREATE TABLE annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer, memo text, owner text, date text);
    CREATE TABLE attribute_type (name text primary key, valuetype text, caseOrFile text);
    CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text, id integer);
    CREATE TABLE cases (caseid integer primary key, name text);
    CREATE TABLE case_text (id integer primary key, caseid integer, fid integer);
    INSERT INTO project VALUES ('v8', '2025-03-01 16:47:05', 'why', '');
    INSERT INTO source VALUES (1, 'a', 'Бір 👍 сөз.' || char(13) || char(10) || 'Екі сөз.', '', 'long', 'asel', '2021-09-20 22:41:05'), (2, 'f', NULL, '/f', '', '', '');
    INSERT INTO code_cat VALUES (1, 'control', '', '', 'm', 2), (2, 'media', '', '', '', NULL);
    INSERT INTO code_name VALUES (1, 'censorship', 'is cut', 1, '', '', '#FF0000'), (2, 'c', '', 1, '', '', '');
    INSERT INTO code_text VALUES (1, 1, 1, 'сөз', 6, 9, 'asel', '2021-12-30 19:22:19', 'm', 1), (2, 2, 1, 'Екі сөз', 12, 19, 'bek', '', '', 0);
    INSERT INTO attribute_type VALUES ('age', 'numeric', 'case');
    INSERT INTO cases VALUES (1, 'Aigul');
    INSERT INTO case_text VALUES (1, 1, 1);
    INSERT INTO attribute VALUES (1, 'age', 'case', '34', 1), (2, 'place', 'file', 'Almaty', 1);
    INSERT INTO annotation VALUES (1, 1, 0, 3, 'hm', 'asel', '2021-09-20 22:41:05');";

const TAGUETTE: &str = "PRAGMA page_size = 512;
    CREATE TABLE projects (id INTEGER, name TEXT, description TEXT, created TEXT);
    CREATE TABLE documents (id INTEGER, name TEXT, description TEXT, filename TEXT, created TEXT, project_id INTEGER, contents TEXT);
    CREATE TABLE tags (id INTEGER, project_id INTEGER, path TEXT, description TEXT);
    CREATE TABLE highlights (id INTEGER, document_id INTEGER, start_offset INTEGER, end_offset INTEGER, snippet TEXT);
    CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);
    CREATE TABLE commands (id INTEGER, date TEXT, user_login TEXT, project_id INTEGER, document_id INTEGER, payload TEXT);
    INSERT INTO projects VALUES (1, 'p', 'why', '2024-06-21 14:53:48.297396');
    INSERT INTO tags VALUES (1, 1, 'open: privacy', 'what'), (2, 1, 'other', '');
    INSERT INTO documents VALUES (1, 'a', '', 'a.docx', '', 1, '<p>Бір <b>екі</b> &amp;</p>' || char(10) || '<p>үш төрт</p><p>бес</p>');
    INSERT INTO highlights VALUES (1, 1, 7, 13, ''), (2, 1, 16, 20, ''), (3, 1, 29, 35, '');
    INSERT INTO highlight_tags VALUES (1, 1), (1, 2), (2, 1), (3, 1);
    INSERT INTO commands VALUES (1, '2024-06-21 15:00:00.5', 'admin', 1, 1, '{\"type\": \"highlight_add\", \"highlight_id\": 1}');";

fn base(tables: &str) -> Vec<u8> {
    let mut base = Connection::open_in_memory().expect("a database");
    base.execute_batch(tables).expect("tables");
    base.serialize("main").expect("bytes").to_vec()
}

fn named(files: &[(&str, &str)]) -> Vec<u8> {
    joined(&files.iter().map(|(name, text)| Piece::of_text(name, *text)).collect::<Vec<_>>())
}

const W: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main""#;

fn documents(corpus: &Corpus) {
    let body = format!(
        r#"<w:document {W}><w:body><w:p><w:pPr><w:pStyle w:val="H"/></w:pPr><w:r><w:t>Тақырып</w:t></w:r></w:p><w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t xml:space="preserve">One </w:t><w:footnoteReference w:id="2"/></w:r><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:r><w:tab/><w:br w:type="page"/></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"#
    );
    let styles = format!(
        r#"<w:styles {W}><w:style w:styleId="H"><w:name w:val="heading 1"/><w:basedOn w:val="N"/></w:style><w:style w:styleId="N"><w:name w:val="Normal"/><w:rPr><w:lang w:val="kk-KZ"/></w:rPr></w:style></w:styles>"#
    );
    let numbering = format!(
        r#"<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#
    );
    let notes = format!(
        r#"<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:t>note</w:t></w:r></w:p></w:footnote></w:footnotes>"#
    );
    corpus.put(
        "docx",
        named(&[
            ("word/document.xml", &body),
            ("word/styles.xml", &styles),
            ("word/numbering.xml", &numbering),
            ("word/footnotes.xml", &notes),
            ("docProps/core.xml", "<c><title>T</title><language>kk</language></c>"),
        ]),
    );
    let spaces = r#"xmlns:office="o" xmlns:text="t" xmlns:style="s" xmlns:table="b" xmlns:fo="f""#;
    let inner = format!(
        r#"<office:automatic-styles><style:style style:name="P1" style:family="paragraph" style:parent-style-name="Heading_20_1"><style:paragraph-properties fo:break-before="page"/></style:style></office:automatic-styles><office:body><office:text><text:h text:outline-level="1" text:style-name="P1">Тақырып</text:h><text:p>One<text:s text:c="3"/>two<text:tab/><text:line-break/><text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>n</text:p></text:note-body></text:note></text:p><text:list><text:list-item><text:p>item</text:p></text:list-item></text:list><table:table><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>c</text:p></table:table-cell></table:table-row></table:table></office:text></office:body>"#
    );
    corpus.put(
        "odt",
        named(&[
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            ("content.xml", &format!("<office:document-content {spaces}>{inner}</office:document-content>")),
            ("styles.xml", &format!("<office:document-styles {spaces}/>")),
            ("meta.xml", "<m><meta><title>T</title></meta></m>"),
        ]),
    );
    corpus.put("odt", format!("<?xml version=\"1.0\"?><office:document {spaces}>{inner}</office:document>"));
    corpus.put(
        "epub",
        named(&[
            ("mimetype", "application/epub+zip"),
            ("META-INF/container.xml", r#"<c><rootfiles><rootfile full-path="b/c.opf"/></rootfiles></c>"#),
            (
                "b/c.opf",
                r#"<package><metadata><title>T</title><language>en</language></metadata><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/><item id="n" href="n.xhtml" properties="nav"/><item id="x" href="t.ncx"/></manifest><spine toc="x"><itemref idref="n"/><itemref idref="a"/></spine></package>"#,
            ),
            ("b/a.xhtml", PAGE),
            ("b/n.xhtml", r#"<html><nav><ol><li><a href="a.xhtml#x">One</a></li></ol></nav></html>"#),
            ("b/t.ncx", r#"<ncx><navMap><navPoint><navLabel><text>One</text></navLabel><content src="a.xhtml"/></navPoint></navMap></ncx>"#),
        ]),
    );
    corpus.put("html", PAGE);
    corpus.put(
        "html",
        "\u{feff}<p>a&nbsp;<b>b<p>c&#x1F44D;<table><tr><td>1<td>2</table><select><option>x</select><svg><text>y</svg>",
    );
    corpus.put("commonmark", "---\ntitle: T\n---\n# Тақырып\n\na *b* [c](d \"e\") ![f](g)\n\n1. x\n   - y\n\n> q[^1]\n\n[^1]: n\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n<div>h</div>\n");
    corpus.put(
        "subtitles",
        "1\n00:00:01,000 --> 00:00:02,500\n<i>Бір</i> сөз\n- екі\n\n2\n00:00:03,000 --> 00:00:04,000\nAIGERIM: two\n",
    );
    corpus.put("subtitles", "WEBVTT\n\nNOTE x\n\nSTYLE\n::cue{}\n\na\n00:01.000 --> 00:02.000 align:start\n<v Asel>One <00:01.500>two</v>\n&amp;\n");
    corpus.put("spreadsheet", "id,text,date\na,\"Бір \"\"сөз\"\"\nекі\",2024\nb,two,\n");
    corpus.put("spreadsheet", "text;x\na b c;1\nd;2\n");
    corpus.put("text", TEXTS[0].1);
    corpus.put("text", [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2, b' ', 0xEC, 0xE8, 0xF0]);
    corpus.put("text", [0xFF, 0xFE, b'a', 0, b'b', 0]);
    corpus.put("pdf", pdf());
}

const PAGE: &str = r#"<?xml version="1.0"?><!DOCTYPE html><html lang="kk"><head><title>T</title><meta name="author" content="A"/><style>p{}</style></head><body><h1 id="x">Тақырып</h1><p>One <b>two</b><br/>three &amp; é</p><ul><li>a</li><li>b<ol start="3"><li>c</li></ol></li></ul><pre>  x
 y</pre><table><tr><td>1</td><td colspan="2">2</td></tr></table><script>no</script><img alt="i"/></body></html>"#;

/// A page with a word, its cross-reference table in order.
fn pdf() -> Vec<u8> {
    let content = "BT /F1 12 Tf 50 700 Td (One word.) Tj 0 -14 Td [(Two) -300 (words)] TJ T* <54> Tj ET";
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".into(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>".into(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/FirstChar 32/Widths[278 278]/ToUnicode 6 0 R>>".into(),
        {
            let map = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <0020> endbfrange endcmap";
            format!("<</Length {}>>stream\n{map}\nendstream", map.len())
        },
    ];
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj{object}endobj\n", n + 1).bytes());
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    places.iter().for_each(|at| out.extend(format!("{at:010} 00000 n \n").bytes()));
    out.extend(format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF", objects.len() + 1).bytes());
    out
}

fn tables(corpus: &Corpus) {
    let pairs = [("One.".to_owned(), "Бір.".to_owned()), ("Two\t\"x\"\n<y>".into(), "Екі \\ &".into())];
    let mut out = Vec::new();
    formats::tmx::write(["en", "kk"], &pairs, &mut out).expect("written");
    corpus.put("tmx", &out);
    let mut out = Vec::new();
    formats::tsv::write(["en", "kk"], &pairs, &mut out).expect("written");
    corpus.put("tsv", &out);
    corpus.put("tsv", "One\tБір\tx\nTwo\n");
    let mut book = Codebook::default();
    for mut code in study().codes {
        code.definition = "what, \"it\"\nis".into();
        code.examples.insert("kk".into(), "=сөз".into());
        book.insert(code);
    }
    for way in codebook::WAYS {
        let mut out = Vec::new();
        (way.write)(&book, &mut out).expect("written");
        corpus.put("codebook", &out);
    }
    let (bytes, _) = workbook::bytes(&[workbook::codebook(&book)]).expect("written");
    corpus.put("workbook", &bytes);
    corpus.put("workbook", unpacked(&bytes).expect("unpacked"));
    corpus.put("archive", &bytes);
    corpus.put(
        "archive",
        archive::pack(&[Piece::of_text("a/b.txt", "сөз"), Piece::of_text("c", "")], &["c"]).expect("packed"),
    );
    corpus.put(
        "xml",
        "<?xml version='1.0'?><a:r xml:lang='kk'>м<b c=\"&quot;\"/><![CDATA[<]]>&amp;&#x4D9;<!-- --><?p?></a:r>",
    );
    corpus.put("coding", r#"{"kind": "spans", "coders": ["a", "b"], "codes": ["x"], "documents": [{"id": "d", "length": 9, "coders": ["a", "b"]}], "spans": [{"coder": "a", "doc": "d", "start": 0, "end": 3, "code": "x"}]}"#);
    corpus.put("coding", r#"{"kind": "coding", "coders": ["a", "b"], "value_type": "number", "items": [{"values": [1, 2], "count": 3}]}"#);
    corpus.put("coding", "coder,document,start,end,code\na,d,0,3,x\nb,d,0,9,\n");
}

/// Files of other programs, where they are at hand: in the targets that their folders are named after.
fn strangers(corpus: &Corpus, dir: &Path) {
    let targets = [
        ("brat", "brat"),
        ("doccano", "doccano"),
        ("qualcoder", "qualcoder"),
        ("refi", "refi"),
        ("taguette", "taguette"),
        ("w3c", "web_annotation"),
        ("webanno-tsv", "webanno_tsv"),
        ("xmi", "xmi"),
    ];
    for (folder, target) in targets {
        let files = fs::read_dir(dir.join("interchange").join(folder)).into_iter().flatten().flatten();
        let mut pieces = Vec::new();
        for path in files.map(|file| file.path()).filter(|path| path.is_file()) {
            let bytes = fs::read(&path).expect("read");
            // Longer ones would be cut by the fuzzer.
            if bytes.len() > 65_536 {
                continue;
            }
            corpus.put(target, &bytes);
            if let Some(joined) = unpacked(&bytes) {
                corpus.put(target, joined);
            }
            pieces.push(Piece { path: path.file_name().expect("a name").to_string_lossy().into_owned(), bytes });
        }
        if target == "brat" {
            pieces.sort_by(|a, b| a.path.cmp(&b.path));
            corpus.put(target, joined(&pieces));
        }
    }
}

/// Journals, keymaps, settings, and what a coder might do.
fn program(corpus: &Corpus) {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = |dir: &str| fs::read_dir(own.join(dir)).expect("a folder").flatten().map(|entry| entry.path());
    for path in files("corpus/journal") {
        let text = fs::read_to_string(path).expect("a journal");
        // Without its sums, which the target makes anew.
        let bodies: Vec<&str> =
            text.lines().filter_map(|line| line.rsplit_once(",\"prev\"")).map(|(body, _)| body).collect();
        for some in bodies.chunks(7) {
            corpus.put("journal", some.iter().map(|body| format!("{body}}}\n")).collect::<String>());
        }
        corpus.put("journal", text);
    }
    for path in files("keymaps").filter(|path| path.is_file()) {
        corpus.put("keys", fs::read(path).expect("a keymap"));
    }
    corpus.put("keys", "[read]\n\"C-x\" = \"tag\"\n\"g x\" = false\n[layout]\n\"й\" = \"q\"\n");
    corpus.put("keys", "(censorship or e-government) and not by:asel near 10 words text:\"a b\"\n");
    for (width, (_, text)) in TEXTS.iter().enumerate() {
        corpus.put("layout", [&[10 + 30 * width as u8, 20, 0], text.as_bytes()].concat());
    }
    for keymap in 0..2u8 {
        for n in 0..64u8 {
            let deeds: Vec<u8> = (0..24u8).flat_map(|k| [k.wrapping_mul(n), n, k.wrapping_mul(37) ^ n, k]).collect();
            corpus.put("session", [&[keymap], &deeds[..]].concat());
        }
    }
}

/// What `keep` kept of earlier runs.
fn kept(corpus: &Corpus) {
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("kept")).into_iter().flatten().flatten();
    for path in files.map(|file| file.path()) {
        let target = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("read");
        text.lines().for_each(|line| corpus.put(&target, STANDARD_NO_PAD.decode(line).expect("Base64")));
    }
}

fn main() {
    let corpus = Corpus(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"));
    exchanges(&corpus);
    corpus.put("qualcoder", base(QUALCODER));
    corpus.put("taguette", base(TAGUETTE));
    documents(&corpus);
    tables(&corpus);
    program(&corpus);
    kept(&corpus);
    if let Some(dir) = std::env::var_os("TANBA_SHARED") {
        strangers(&corpus, Path::new(&dir));
    }
}
