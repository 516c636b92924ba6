//! The codebook of a REFI-QDA file, in and out. What the standard has no place for stands below a line in a code's description,
//! where a person can read it, and comes back from there.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use crate::formats::guid::Guid;
use crate::formats::xml::{Element, escaped};
use crate::model::code::{Code, CodeId, Names, Standing};
use crate::model::colour;
use crate::model::study::numbered;
use crate::say;
use crate::text::width::printable;

/// The line in a description below which stands what only we know.
const MARK: &str = "— Tanba —";

/// The codes of a file.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    /// All, each behind the one it stands below.
    pub all: Vec<Code>,
    /// By the names that the file refers to them by.
    pub by_guid: HashMap<Guid, CodeId>,
    /// The elements' notes: which notes are about which code.
    pub notes: Vec<(Guid, CodeId)>,
}

/// Reads the codes of a `CodeBook`; what descriptions of our own files say below the line is taken apart.
pub fn read(book: &Element, is_ours: bool, told: &mut Vec<String>) -> Codes {
    let mut codes = Codes::default();
    let mut taken: HashSet<CodeId> = HashSet::new();
    // Our own ids are kept; others give way to them.
    let mut waiting: Vec<(&Element, CodeId)> = Vec::new();
    let top: Vec<&Element> = book.all("Codes").flat_map(|list| list.all("Code")).collect();
    waiting.extend(top.into_iter().rev().map(|element| (element, CodeId::default())));
    while let Some((element, parent)) = waiting.pop() {
        let Some(guid) = element.attribute("guid").and_then(Guid::parse) else {
            told.push(say!("line {line}: a code without an id is left out, with those below it", line = element.line));
            continue;
        };
        let code = code(element, &parent, is_ours, &mut taken);
        if let Some(known) = codes.by_guid.insert(guid, code.id.clone()) {
            told.push(say!(
                "line {line}: two codes have one id; what is coded with it goes to the first",
                line = element.line
            ));
            codes.by_guid.insert(guid, known);
        }
        let notes = element.all("NoteRef").filter_map(|of| of.attribute("targetGUID").and_then(Guid::parse));
        codes.notes.extend(notes.map(|note| (note, code.id.clone())));
        let below: Vec<&Element> = element.all("Code").collect();
        waiting.extend(below.into_iter().rev().map(|element| (element, code.id.clone())));
        codes.all.push(code);
    }
    codes
}

fn code(element: &Element, parent: &CodeId, is_ours: bool, taken: &mut HashSet<CodeId>) -> Code {
    let name = printable(element.attribute("name").unwrap_or("")).trim().to_owned();
    let description = element.first("Description").map(Element::text).unwrap_or_default();
    let (definition, own) =
        if is_ours { parted(&description) } else { (description.trim().to_owned(), BTreeMap::new()) };
    let field = |name: &str| own.get(name).cloned().unwrap_or_default();
    let id = own.get("id").map(|id| CodeId(id.clone())).or_else(|| CodeId::of_name(&name));
    let id = id.unwrap_or_else(|| CodeId("code".into()));
    let id = CodeId(numbered(&id.0, |id| taken.contains(&CodeId(id.to_owned()))));
    taken.insert(id.clone());
    let names = if own.contains_key("id") {
        Names { en: field("en"), kk: field("kk"), ru: field("ru") }
    } else {
        Names { en: if name.is_empty() { id.0.clone() } else { name }, ..Names::default() }
    };
    let is_codable = !matches!(element.attribute("isCodable"), Some("false" | "0"));
    let examples = ["en", "kk", "ru"].map(|language| (language.to_owned(), field(&format!("example {language}"))));
    Code {
        id,
        names,
        definition,
        include: field("include"),
        exclude: field("exclude"),
        examples: examples.into_iter().filter(|(_, example)| !example.is_empty()).collect(),
        colour: element.attribute("color").and_then(colour_of).unwrap_or_default(),
        key: field("key"),
        parent: parent.clone(),
        standing: match (field("standing").as_str(), is_codable) {
            ("retired", _) => Standing::Retired,
            ("merged", _) => Standing::MergedInto(CodeId(field("merged into"))),
            (_, false) => Standing::Folder,
            _ => Standing::InUse,
        },
    }
}

/// A description's words, and what stands below the line.
fn parted(description: &str) -> (String, BTreeMap<String, String>) {
    let Some((definition, own)) = description.rsplit_once(&format!("{MARK}\n")) else {
        return (description.to_owned(), BTreeMap::new());
    };
    let fields = own.lines().filter_map(|line| line.split_once(": "));
    let fields = fields.map(|(name, value)| (name.to_owned(), unescaped(value)));
    (definition.strip_suffix("\n\n").unwrap_or(definition).to_owned(), fields.collect())
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(c) = letters.next() {
        match (c, c == '\\') {
            (_, true) => text.push(letters.next().map_or('\\', |next| if next == 'n' { '\n' } else { next })),
            _ => text.push(c),
        }
    }
    text
}

/// A colour of six or of three digits, as we write it.
fn colour_of(written: &str) -> Option<String> {
    let long = match written.strip_prefix('#') {
        Some(short) if short.chars().count() == 3 => {
            format!("#{}", short.chars().flat_map(|c| [c, c]).collect::<String>())
        }
        _ => written.to_owned(),
    };
    colour::parse(&long).map(colour::written)
}

/// Writes the codes as `CodeBook`'s content, each below its parent, with the names that the file refers to them by.
pub fn write(codes: &[Code], notes: &BTreeMap<CodeId, Vec<Guid>>, out: &mut String) {
    let known: HashSet<&CodeId> = codes.iter().map(|code| &code.id).collect();
    let mut below: BTreeMap<&CodeId, Vec<&Code>> = BTreeMap::new();
    let top = CodeId::default();
    for code in codes {
        let parent = if known.contains(&code.parent) { &code.parent } else { &top };
        below.entry(parent).or_default().push(code);
    }
    if codes.is_empty() {
        return;
    }
    out.push_str("    <Codes>\n");
    let mut written: HashSet<&CodeId> = HashSet::new();
    // What only stands below itself, by two coders' merged changes, stands at the top.
    for start in below.get(&top).into_iter().flatten().copied().chain(codes) {
        branch(start, &below, notes, &mut written, out);
    }
    out.push_str("    </Codes>\n");
}

/// A code and those below it. The way down is kept by hand: codes may stand below one another without end.
fn branch<'a>(
    start: &'a Code,
    below: &BTreeMap<&CodeId, Vec<&'a Code>>,
    notes: &BTreeMap<CodeId, Vec<Guid>>,
    written: &mut HashSet<&'a CodeId>,
    out: &mut String,
) {
    enum Step<'a> {
        Open(&'a Code, usize),
        Close(usize),
    }
    let mut steps = vec![Step::Open(start, 3)];
    while let Some(step) = steps.pop() {
        match step {
            Step::Open(code, depth) if written.insert(&code.id) => {
                open(code, notes, &"  ".repeat(depth), out);
                steps.push(Step::Close(depth));
                steps.extend(below.get(&code.id).into_iter().flatten().rev().map(|code| Step::Open(code, depth + 1)));
            }
            Step::Open(..) => {}
            Step::Close(depth) => {
                let _ = writeln!(out, "{}</Code>", "  ".repeat(depth));
            }
        }
    }
}

fn open(code: &Code, notes: &BTreeMap<CodeId, Vec<Guid>>, indent: &str, out: &mut String) {
    let colour =
        if colour::parse(&code.colour).is_some() { format!(" color=\"{}\"", code.colour) } else { String::new() };
    let _ = writeln!(
        out,
        "{indent}<Code guid=\"{}\" name=\"{}\" isCodable=\"{}\"{colour}>",
        guid_of(&code.id),
        escaped(code.name()),
        code.standing != Standing::Folder,
    );
    let _ = writeln!(out, "{indent}  <Description>{}</Description>", escaped(&description(code)));
    for note in notes.get(&code.id).into_iter().flatten() {
        let _ = writeln!(out, "{indent}  <NoteRef targetGUID=\"{note}\"/>");
    }
}

/// What the file refers to a code by.
pub fn guid_of(id: &CodeId) -> Guid {
    Guid::of(&["code", &id.0])
}

fn description(code: &Code) -> String {
    let mut text = code.definition.clone();
    let _ = writeln!(text, "\n\n{MARK}");
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "{name}: {}", value.replace('\\', "\\\\").replace('\n', "\\n"));
        }
    };
    line("id", &code.id.0);
    line("en", &code.names.en);
    line("kk", &code.names.kk);
    line("ru", &code.names.ru);
    line("include", &code.include);
    line("exclude", &code.exclude);
    for (language, example) in &code.examples {
        line(&format!("example {language}"), example);
    }
    line("key", &code.key);
    match &code.standing {
        Standing::Retired => line("standing", "retired"),
        Standing::MergedInto(into) => {
            line("standing", "merged");
            line("merged into", &into.0);
        }
        Standing::InUse | Standing::Folder => {}
    }
    text
}
