//! The codes of a brat collection: `annotation.conf`, where tabs say what stands under what, and `visual.conf`, which says what
//! they are called and how they look. Source of the form: brat 1.3, `server/src/projectconfig.py`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

use crate::formats::bundle::{Bundle, Piece};
use crate::formats::claim::{ends_line, one_line};
use crate::formats::harvest::Harvest;
use crate::formats::outgoing::Outgoing;
use crate::model::code::{Code, CodeId, Standing};
use crate::model::study::Study;
use crate::say;

/// Before what only we know of a code: a comment to brat.
const OURS: &str = "# tanba ";

/// Codes stand at most so deep in one another in the file; deeper ones stand at its edge.
const MAX_DEPTH: usize = 50;

/// Words that brat keeps for itself.
const RESERVED: [&str; 3] = ["SEPARATOR", "SPAN_DEFAULT", "ARC_DEFAULT"];

/// The codes by the words by which annotations call them.
#[derive(Default)]
pub struct Ontology {
    types: HashMap<String, CodeId>,
    labels: HashMap<String, String>,
    colours: HashMap<String, String>,
}

impl Ontology {
    /// The code of a word, which is made where no file describes it.
    pub fn code(&self, name: &str, harvest: &mut Harvest) -> CodeId {
        let label = || self.labels.get(name).map_or(name, String::as_str);
        self.types.get(name).cloned().unwrap_or_else(|| harvest.code(label()))
    }

    /// What a line says, which stands under a code.
    fn describe(&self, harvest: &mut Harvest, word: &str, parent: CodeId) -> CodeId {
        let (name, is_folder) = word.strip_prefix('!').map_or((word, false), |name| (name, true));
        let n = harvest.study.codes.len();
        let id = harvest.code(self.labels.get(name).map_or(name, String::as_str));
        if let Some(made) = harvest.study.codes.get_mut(n) {
            made.parent = parent;
            made.colour = self.colours.get(name).cloned().unwrap_or_default();
            made.standing = if is_folder { Standing::Folder } else { Standing::InUse };
        }
        id
    }
}

/// Reads the codes of a collection.
pub fn read(bundle: &Bundle, harvest: &mut Harvest) -> Ontology {
    let mut ontology = Ontology::default();
    for piece in bundle.pieces.iter().filter(|piece| piece.name().ends_with("visual.conf")) {
        for (section, line) in lines(piece, harvest) {
            if section == "labels" {
                let mut terms = line.split('\t').next().unwrap_or_default().split('|').map(str::trim);
                if let (Some(name), Some(label)) = (terms.next(), terms.find(|term| !term.is_empty())) {
                    ontology.labels.entry(name.to_owned()).or_insert_with(|| label.to_owned());
                }
            } else if section == "drawing"
                && let Some((name, colour)) = drawing(&line)
            {
                ontology.colours.entry(name).or_insert(colour);
            }
        }
    }
    for piece in bundle.pieces.iter().filter(|piece| piece.name().ends_with("annotation.conf")) {
        types_of(&mut ontology, &lines(piece, harvest), harvest);
    }
    ontology
}

/// Reads the lines of `annotation.conf`.
fn types_of(ontology: &mut Ontology, lines: &[(String, String)], harvest: &mut Harvest) {
    let mut known: HashMap<&str, Code> = HashMap::new();
    let mut above: Vec<CodeId> = Vec::new();
    for (section, line) in lines {
        if let Some((name, json)) = line.strip_prefix(OURS).and_then(|rest| rest.split_once(' ')) {
            known.extend(serde_json::from_str(json).ok().map(|code| (name, code)));
            continue;
        }
        let is_one = matches!(section.as_str(), "entities" | "spans" | "events");
        let word = line.split_whitespace().next().unwrap_or_default();
        if !is_one || word.starts_with(['#', '<']) || word.chars().all(|c| c == '-') {
            continue;
        }
        above.truncate(line.chars().take_while(|c| c.is_whitespace()).count());
        let word = word.split('|').next().unwrap_or_default();
        let name = word.trim_start_matches('!');
        let id = if let Some(id) = ontology.types.get(name) {
            id.clone()
        } else {
            let parent = above.last().cloned().unwrap_or_default();
            match known.remove(name) {
                Some(code) => {
                    let called = code.name().to_owned();
                    harvest.know(Code { parent, ..code }, &called)
                }
                None => ontology.describe(harvest, word, parent),
            }
        };
        ontology.types.insert(name.to_owned(), id.clone());
        above.push(id);
    }
}

/// The lines of a file with the section in which each stands.
fn lines(piece: &Piece, harvest: &mut Harvest) -> Vec<(String, String)> {
    let Ok(text) = piece.text() else {
        harvest.tally.tell(&piece.path, say!("it is no UTF-8; left out"));
        return Vec::new();
    };
    let mut section = String::new();
    let mut lines = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match line.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(name) => name.clone_into(&mut section),
            None => lines.push((section.clone(), line.to_owned())),
        }
    }
    lines
}

/// A type and the colour of its ground.
fn drawing(line: &str) -> Option<(String, String)> {
    let (name, looks) = line.trim().split_once(char::is_whitespace)?;
    let colour = looks.split(',').find_map(|look| look.trim().strip_prefix("bgColor:"))?.trim().to_lowercase();
    is_colour(&colour).then(|| (name.to_owned(), colour))
}

fn is_colour(colour: &str) -> bool {
    let digits = colour.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit())
}

/// What brat calls each code: letters of English, digits, hyphens and low lines, and no two the same.
pub fn types(study: &Study, out: &Outgoing<'_>) -> BTreeMap<CodeId, String> {
    let used = study.annotations.iter().map(|one| &one.code);
    let mut taken: HashSet<String> = RESERVED.iter().map(|word| word.to_lowercase()).collect();
    let mut types = BTreeMap::new();
    for id in study.codes.iter().map(|code| &code.id).chain(used) {
        if types.contains_key(id) {
            continue;
        }
        let label = out.labels.get(id).map_or(id.0.as_str(), String::as_str);
        let wanted = safe(label);
        let mut name = wanted.clone();
        let mut n = 1;
        while !taken.insert(name.to_lowercase()) {
            n += 1;
            name = format!("{wanted}-{n}");
        }
        types.insert(id.clone(), name);
    }
    types
}

fn safe(label: &str) -> String {
    let mut name = String::new();
    for c in label.chars() {
        if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let name = name.trim_matches('_');
    if name.chars().any(|c| c.is_ascii_alphanumeric()) { name.to_owned() } else { "code".to_owned() }
}

/// Writes both files.
pub fn write(study: &Study, out: &Outgoing<'_>, types: &BTreeMap<CodeId, String>) -> [Piece; 2] {
    let mut conf = "[entities]\n\n".to_owned();
    let mut looks = "[labels]\n\n".to_owned();
    let mut drawn = "\n[drawing]\n\n".to_owned();
    for (id, depth) in tree(study, types) {
        let Some(name) = types.get(id) else { continue };
        if let Some(code) = out.codes.get(id) {
            let json = serde_json::to_string(code).unwrap_or_default();
            let _ = writeln!(conf, "{OURS}{name} {}", one_line(&json));
            if is_colour(&code.colour) {
                let _ = writeln!(drawn, "{name}\tbgColor:{}", code.colour);
            }
        }
        let _ = writeln!(conf, "{}{name}", "\t".repeat(depth));
        let label = out.labels.get(id).map_or(id.0.as_str(), String::as_str);
        let label: String = label.chars().map(|c| if c == '|' { '/' } else { c }).collect();
        let label: String = label.chars().map(|c| if c.is_control() || ends_line(c) { ' ' } else { c }).collect();
        let _ = writeln!(looks, "{name} | {label}");
    }
    conf += "\n[relations]\n\n[events]\n\n[attributes]\n";
    drawn += "SPAN_DEFAULT\tfgColor:black, bgColor:lightgreen, borderColor:darken\nARC_DEFAULT\tcolor:black\n";
    [Piece::of_text("annotation.conf", conf), Piece::of_text("visual.conf", looks + &drawn)]
}

/// The codes, each behind what it stands under, with how deep it stands.
fn tree<'a>(study: &'a Study, types: &'a BTreeMap<CodeId, String>) -> Vec<(&'a CodeId, usize)> {
    let known: HashSet<&CodeId> = study.codes.iter().map(|code| &code.id).collect();
    let mut below: HashMap<&CodeId, Vec<&CodeId>> = HashMap::new();
    let mut open: Vec<(&CodeId, usize)> = Vec::new();
    for code in &study.codes {
        if known.contains(&code.parent) && code.parent != code.id {
            below.entry(&code.parent).or_default().push(&code.id);
        } else {
            open.push((&code.id, 0));
        }
    }
    // What stands under itself by a detour comes last, and what no codebook has.
    open.extend(study.codes.iter().map(|code| (&code.id, 0)));
    open.extend(types.keys().map(|id| (id, 0)));
    open.reverse();
    let mut seen = HashSet::new();
    let mut tree = Vec::new();
    while let Some((id, depth)) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        tree.push((id, depth));
        let deeper = if depth < MAX_DEPTH { depth + 1 } else { 0 };
        open.extend(below.get(id).into_iter().flatten().rev().map(|child| (*child, deeper)));
    }
    tree
}
