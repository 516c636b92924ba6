//! `WebAnno` TSV 3, as `INCEpTION` and `WebAnno` write it: a line a token with its annotations in columns. Positions are UTF-16 units.
//! Source of the form: `INCEpTION` user's guide, "`WebAnno` TSV 3.3 File format", and its `Tsv3XDeserializer`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use crate::formats::bundle::{Brought, Bundle, Piece, Refused, Wishes};
use crate::formats::exchange::Written;
use crate::formats::harvest::Harvest;
use crate::formats::layer::{self, FEATURES, Layered, OURS, Shelf};
use crate::formats::outgoing::{Outgoing, Sheaf};
use crate::formats::scale::{Scale, Unit};
use crate::formats::tokens::{Sentence, sentences};
use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::document::Document;
use crate::model::study::Study;
use crate::text::span::{Span, slice};
use crate::{count, say};

/// How a file begins.
const HEAD: &str = "#FORMAT=WebAnno TSV 3";

/// Whether the first file of that ending is such a file.
pub fn is_it(bundle: &Bundle) -> bool {
    let is_one = |piece: &Piece| {
        let bytes = piece.bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&piece.bytes);
        bytes.starts_with(HEAD.as_bytes())
    };
    bundle.pieces.iter().any(is_one)
}

/// Reads files; fails where none of them is such a file.
pub fn read(bundle: &Bundle, _: &Wishes) -> Result<Brought, Refused> {
    let (mut harvest, mut shelf) = (Harvest::default(), Shelf::default());
    let mut n_read = 0;
    for piece in bundle.pieces.iter().filter(|piece| bundle.sole().is_some() || piece.ending() == "tsv") {
        let text = match piece.text() {
            Ok(text) if text.starts_with(HEAD) => text,
            Ok(_) => {
                harvest.tally.lose(&piece.path, layer::no_format());
                continue;
            }
            Err(refused) => {
                harvest.tally.lose(&refused.place, &refused.why);
                continue;
            }
        };
        n_read += 1;
        let table = Table::of(text, piece, &mut harvest);
        let (name, coder) = layer::home(&piece.path);
        let at = shelf.put(&mut harvest, (&name, &piece.path), &table.text, Document::default());
        let Some(sheet) = shelf.sheet(at) else { continue };
        for (line, found) in table.found {
            layer::mark(&mut harvest, sheet, found, &coder, &say!("{path}, line {line}", path = piece.path, line));
        }
        layer::tell_left(&mut harvest, &piece.path, table.n_relations, table.n_chains);
    }
    if n_read == 0 {
        return Err(Refused::at(&bundle.name, say!("no WebAnno TSV 3 in it")));
    }
    shelf.keep(&mut harvest);
    Ok(harvest.brought())
}

/// What a column holds.
#[derive(Clone, PartialEq, Eq)]
enum Column {
    /// A feature of a span layer, by the layer's number; no name where the layer has none.
    Span(usize, String),
    Relation,
    Chain,
    /// A link to other annotations.
    Slot,
}

/// A file as it is read.
#[derive(Default)]
struct Table {
    layers: Vec<String>,
    columns: Vec<Column>,
    text: String,
    /// Its length in UTF-16 units.
    length: usize,
    /// Annotations with the lines on which they begin.
    found: Vec<(usize, Layered)>,
    by_number: HashMap<u64, usize>,
    n_relations: usize,
    n_chains: usize,
    /// How many more blanks may stand between sentences.
    gap_left: usize,
}

impl Table {
    fn of(text: &str, piece: &Piece, harvest: &mut Harvest) -> Self {
        let mut table = Self { gap_left: MAX_GAP + text.len(), ..Self::default() };
        let mut words: Vec<String> = Vec::new();
        let is_old = text.starts_with("#FORMAT=WebAnno TSV 3.0") || text.starts_with("#FORMAT=WebAnno TSV 3.1");
        let mut n_slots = 0;
        for (n, line) in text.lines().enumerate() {
            if let Some(said) = line.strip_prefix("#Text=") {
                words.push(plain_text(said, is_old));
            } else if let Some((kind, said)) = line.strip_prefix("#T_").and_then(|rest| rest.split_once('=')) {
                n_slots += table.declare(kind, said);
            } else if !line.starts_with('#') && !line.is_empty() {
                let fields: Vec<&str> = line.split('\t').collect();
                let place = fields.get(1).and_then(|place| place.split_once('-'));
                let place = place.and_then(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)));
                let Some(place) = place else {
                    let at = say!("{path}, line {line}", path = piece.path, line = n + 1);
                    harvest.tally.lose(&at, say!("no line of WebAnno TSV; left out"));
                    continue;
                };
                table.sentence(&mut words, place);
                table.unit(n + 1, place, fields.get(3..).unwrap_or_default());
            }
        }
        if table.text.ends_with('\n') {
            table.text.pop();
        }
        if n_slots > 0 {
            harvest.tally.tell(&piece.path, say!("features that link annotations; left out"));
        }
        table
    }

    /// Reads what a layer's columns are; how many of them are links.
    fn declare(&mut self, kind: &str, said: &str) -> usize {
        let mut parts = said.split('|').filter(|part| !part.is_empty());
        let Some(name) = parts.next() else { return 0 };
        let from = self.columns.len();
        for part in parts {
            let column = match kind {
                "SP" if part.starts_with("ROLE_") || part.contains('.') => Column::Slot,
                "SP" => Column::Span(self.layers.len(), part.to_owned()),
                "RL" => Column::Relation,
                _ => Column::Chain,
            };
            self.columns.push(column);
        }
        if self.columns.len() == from {
            self.columns.push(match kind {
                "SP" => Column::Span(self.layers.len(), String::new()),
                "RL" => Column::Relation,
                _ => Column::Chain,
            });
        }
        self.layers.push(name.to_owned());
        self.columns.iter().skip(from).filter(|column| **column == Column::Slot).count()
    }

    /// Adds the words of a sentence before its first token, with the blanks before it.
    fn sentence(&mut self, words: &mut Vec<String>, (start, _): (usize, usize)) {
        if words.is_empty() {
            return;
        }
        if self.length > start && self.text.ends_with('\n') {
            self.text.pop();
            self.length -= 1;
        }
        // A hostile place would ask for a text of any length.
        let gap = start.saturating_sub(self.length).min(self.gap_left);
        self.gap_left -= gap;
        self.text.extend(std::iter::repeat_n(' ', gap));
        self.length += gap;
        for line in words.drain(..) {
            self.length += line.encode_utf16().count() + 1;
            self.text += &line;
            self.text.push('\n');
        }
    }

    /// Reads the annotations of a token, or of a part of one.
    fn unit(&mut self, line: usize, (start, end): (usize, usize), cells: &[&str]) {
        let columns = std::mem::take(&mut self.columns);
        // The annotations of this unit, by layer and by their order in the cell.
        let mut here: HashMap<(usize, usize), usize> = HashMap::new();
        let mut counted = (false, false);
        for (column, cell) in columns.iter().zip(cells).filter(|(_, cell)| **cell != "_" && !cell.is_empty()) {
            match column {
                Column::Span(layer, feature) => {
                    for (n, value) in stacked(cell).into_iter().enumerate() {
                        let (value, number) = numbered(value);
                        let known = number.and_then(|number| self.by_number.get(&number).copied());
                        let at = *here.entry((*layer, n)).or_insert_with(|| {
                            known.unwrap_or_else(|| {
                                let layer = self.layers.get(*layer).cloned().unwrap_or_default();
                                let place = (start, end);
                                self.found.push((line, Layered { layer, place, ..Layered::default() }));
                                self.found.len() - 1
                            })
                        });
                        if let Some(number) = number {
                            self.by_number.entry(number).or_insert(at);
                        }
                        let Some((_, found)) = self.found.get_mut(at) else { continue };
                        found.place = (found.place.0.min(start), found.place.1.max(end));
                        if value != "*" && !feature.is_empty() {
                            found.features.entry(feature.clone()).or_insert_with(|| plain_value(value));
                        }
                    }
                }
                Column::Relation if !counted.0 => {
                    self.n_relations += stacked(cell).len();
                    counted.0 = true;
                }
                Column::Chain if !counted.1 => {
                    self.n_chains += stacked(cell).len();
                    counted.1 = true;
                }
                _ => {}
            }
        }
        self.columns = columns;
    }
}

/// So many blanks stand between sentences, beside as many as the file is long.
const MAX_GAP: usize = 100_000;

/// The values in a cell, which stand between bars.
fn stacked(cell: &str) -> Vec<&str> {
    let (mut values, mut from, mut is_escaped) = (Vec::new(), 0, false);
    for (at, c) in cell.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '|' => {
                values.push(slice(cell, from, at));
                from = at + 1;
            }
            _ => {}
        }
    }
    values.push(slice(cell, from, cell.len()));
    values
}

/// A value without the number behind it by which the annotation is known on other lines.
fn numbered(value: &str) -> (&str, Option<u64>) {
    let parted = value.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    let number = parted.and_then(|(bare, number)| Some((bare, number.parse().ok()?)));
    match number {
        Some((bare, number)) => (bare, Some(number)),
        None => (value, None),
    }
}

/// The text of a sentence without escapes; before 3.2 they are those of Java.
fn plain_text(text: &str, is_old: bool) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match (c, letters.peek().copied()) {
            ('\\', Some('u')) if is_old => {
                let digits: String = letters.clone().skip(1).take(4).collect();
                match u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                    Some(letter) if digits.len() == 4 => {
                        letters.nth(4);
                        plain.push(letter);
                    }
                    _ => plain.push('\\'),
                }
            }
            ('\\', Some(next)) => {
                let letter = match next {
                    't' => Some('\t'),
                    'n' => Some('\n'),
                    'f' => Some('\u{c}'),
                    'r' => Some('\r'),
                    'b' => Some('\u{8}'),
                    '\\' => Some('\\'),
                    control if control < ' ' => Some(control),
                    _ => None,
                };
                if letter.is_some() {
                    letters.next();
                }
                plain.push(letter.unwrap_or('\\'));
            }
            _ => plain.push(c),
        }
    }
    plain
}

fn plain_value(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut letters = value.chars().peekable();
    while let Some(c) = letters.next() {
        match (c, letters.peek().copied()) {
            ('\\', Some(next @ ('\\' | '[' | ']' | '|' | '_' | ';' | '*' | '-'))) => {
                letters.next();
                plain.push(next);
            }
            ('\\', Some('t')) => {
                letters.next();
                plain.push('\t');
            }
            ('\\', Some('n')) => {
                letters.next();
                plain.push('\n');
            }
            _ => plain.push(c),
        }
    }
    plain
}

fn escaped_text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => safe.push_str("\\t"),
            '\n' => safe.push_str("\\n"),
            '\u{c}' => safe.push_str("\\f"),
            '\r' => safe.push_str("\\r"),
            '\u{8}' => safe.push_str("\\b"),
            '\\' => safe.push_str("\\\\"),
            c if c < ' ' && c != '\u{b}' => safe.extend(['\\', c]),
            c => safe.push(c),
        }
    }
    safe
}

fn escaped_value(value: &str) -> String {
    let mut safe = String::with_capacity(value.len());
    let mut letters = value.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '\\' | '[' | ']' | '|' | '_' | ';' | '*' => safe.extend(['\\', c]),
            '-' if letters.peek() == Some(&'>') => safe.push_str("\\-"),
            '\t' => safe.push_str("\\t"),
            '\n' | '\r' => safe.push_str("\\n"),
            c => safe.push(c),
        }
    }
    if safe.is_empty() { "*".to_owned() } else { safe }
}

/// Writes a file a document.
pub fn write(study: &Study, _: &Wishes) -> Result<Written, Refused> {
    let mut out = Outgoing::of(study, &[]);
    let mut lost = Lost::default();
    let pieces = out.sheaves.iter().map(|sheaf| {
        let text = file(sheaf, &out, &mut lost);
        Piece::of_text(&format!("{}.tsv", sheaf.stem), text)
    });
    let pieces: Vec<Piece> = pieces.collect();
    lost.tell(&mut out);
    Ok(Written { pieces, told: out.tally.sentences() })
}

/// What lines of tokens can't hold.
#[derive(Default)]
struct Lost {
    trimmed: usize,
    blank: usize,
    heads: usize,
}

impl Lost {
    fn tell(&self, out: &mut Outgoing<'_>) {
        if self.blank > 0 {
            let n = self.blank;
            out.tally.note(count!(
                n,
                "{n} annotation of nothing but blanks left out",
                "{n} annotations of nothing but blanks left out"
            ));
        }
        if self.trimmed > 0 {
            let n = self.trimmed;
            out.tally.note(count!(
                n,
                "{n} annotation goes without the blanks at its edges, which have no line in this format",
                "{n} annotations go without the blanks at their edges, which have no line in this format"
            ));
        }
        if self.heads > 0 {
            let n = self.heads;
            out.tally.note(count!(
                n,
                "empty lines before the first word of {n} document are not kept",
                "empty lines before the first word of {n} documents are not kept"
            ));
        }
    }
}

/// The parts of a token, longer ones first, with the numbers of the annotations on them; the token itself is one.
type Parts = BTreeMap<(usize, std::cmp::Reverse<usize>), Vec<usize>>;

/// The lines of tokens in which annotations stand, by bytes.
struct Grid<'a> {
    tokens: Vec<Span>,
    units: Vec<Parts>,
    /// The features of each annotation, escaped.
    said: Vec<[String; FEATURES.len()]>,
    text: &'a str,
}

impl Grid<'_> {
    /// Puts an annotation on the tokens that it touches; what it loses by that.
    fn put(&mut self, span: Span, said: [String; FEATURES.len()], lost: &mut Lost) {
        let first = self.tokens.partition_point(|token| token.end <= span.start);
        let last = self.tokens.partition_point(|token| token.start < span.end);
        let (Some(from), Some(to)) = (self.tokens.get(first), self.tokens.get(last.wrapping_sub(1))) else {
            lost.blank += 1;
            return;
        };
        if first >= last {
            lost.blank += 1;
            return;
        }
        lost.trimmed += usize::from(from.start > span.start || to.end < span.end);
        let n = self.said.len();
        self.said.push(said);
        for (token, units) in self.tokens.iter().zip(&mut self.units).take(last).skip(first) {
            let part = (token.start.max(span.start), std::cmp::Reverse(token.end.min(span.end)));
            units.entry(part).or_default().push(n);
        }
    }

    /// Writes the lines of a token: its own, and those of parts of it.
    fn write(&self, at: usize, name: &str, utf16: &dyn Fn(usize) -> usize, lines: &mut String) {
        let (Some(token), Some(units)) = (self.tokens.get(at), self.units.get(at)) else { return };
        let whole = (token.start, std::cmp::Reverse(token.end));
        let none = Vec::new();
        let parts = units.iter().filter(|(part, _)| **part != whole);
        let own = std::iter::once((&whole, units.get(&whole).unwrap_or(&none)));
        for (n, ((start, end), on)) in own.chain(parts).enumerate() {
            let part = if n == 0 { String::new() } else { format!(".{n}") };
            let words = escaped_text(slice(self.text, *start, end.0));
            let _ = write!(lines, "{name}{part}\t{}-{}\t{words}\t", utf16(*start), utf16(end.0));
            for feature in 0..FEATURES.len() {
                let value = |n: &usize| {
                    let said = self.said.get(*n).and_then(|said| said.get(feature)).map_or("*", String::as_str);
                    format!("{said}[{}]", n + 1)
                };
                let values: Vec<String> = on.iter().map(value).collect();
                let _ = write!(lines, "{}\t", if values.is_empty() { "_".to_owned() } else { values.join("|") });
            }
            lines.push('\n');
        }
    }
}

/// A document as such a file.
fn file<'a>(sheaf: &Sheaf<'a>, out: &Outgoing<'a>, lost: &mut Lost) -> String {
    let (text, all) = (sheaf.text, sentences(sheaf.text));
    let tokens: Vec<Span> = all.iter().flat_map(|sentence| sentence.tokens.iter().copied()).collect();
    let units = vec![BTreeMap::new(); tokens.len()];
    let mut grid = Grid { tokens, units, said: Vec::new(), text };
    let (bytes, counted) = (Scale::new(text, Unit::Bytes), Scale::new(text, Unit::Utf16));
    let span = |one: &Annotation| Span::new(bytes.position(one.passage.start), bytes.position(one.passage.end));
    let is_blank = |one: &&&Annotation| slice(text, span(one).start, span(one).end).trim().is_empty();
    let blank: HashSet<AnnotationId> = sheaf.annotations.iter().filter(is_blank).map(|one| one.id).collect();
    for one in &sheaf.annotations {
        let mut values = layer::values(one, out.label(one));
        if one.part_of.is_some_and(|first| blank.contains(&first)) {
            values[6].clear();
        }
        grid.put(span(one), values.map(|value| escaped_value(&value)), lost);
    }
    let mut lines = format!("{HEAD}.3\n#T_SP={OURS}|{}\n\n", FEATURES.join("|"));
    let utf16 = |byte: usize| counted.position(bytes.near(byte));
    let head = slice(text, 0, all.first().map_or(text.len(), |sentence| sentence.span.start));
    lost.heads += usize::from(head.contains(|c| c != ' ') || (all.is_empty() && !text.is_empty()));
    let mut at = 0;
    for (n, sentence) in all.iter().enumerate() {
        lines.push('\n');
        // What stands between sentences belongs to the first of the two: the format has no other place for it.
        let end = all.get(n + 1).map_or(text.len(), |next: &Sentence| next.span.start);
        for line in slice(text, sentence.span.start, end).split('\n') {
            let _ = writeln!(lines, "#Text={}", escaped_text(line));
        }
        for token in 0..sentence.tokens.len() {
            grid.write(at, &format!("{}-{}", n + 1, token + 1), &utf16, &mut lines);
            at += 1;
        }
    }
    lines
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::specimen::{carried, studies};

    fn brought(tsv: &str) -> Brought {
        let bundle = Bundle::of(Piece::of_text("x/annotation/doc.txt/asel.tsv", tsv));
        assert!(is_it(&bundle));
        read(&bundle, &Wishes::default()).unwrap()
    }

    #[test]
    fn stacked_annotations_parts_of_words_and_features_are_read() {
        let brought = brought(
            "#FORMAT=WebAnno TSV 3.3\n#T_SP=x.Entity|identifier|value\n#T_SP=x.Flag|\n#T_RL=x.Dep|kind|BT_x.Entity\n\n\n\
             #Text=👍 бір\\tекі \n#Text=үш.\n1-1\t0-2\t👍\t_\t_\t*[9]\t_\t_\n1-2\t3-6\tбір\tQ1[1]|*[2]\tA\\_B[1]|7[2]\t_\tsubj\t1-1\n\
             1-2.1\t3-4\tб\t*\tC\t_\t_\t_\n1-3\t7-10\tекі\tQ1[1]\tA\\_B[1]\t_\t_\t_\n1-4\t12-14\tүш\t_\t_\t*[9]\t_\t_\t\n",
        );
        let paper = &brought.study.papers[0];
        assert_eq!((paper.document.id.0.as_str(), paper.text.as_deref()), ("doc", Some("👍 бір\tекі \nүш.")));
        let said: Vec<(&str, usize, usize, &str)> = brought
            .study
            .annotations
            .iter()
            .map(|a| (a.code.0.as_str(), a.passage.start, a.passage.end, a.memo.as_str()))
            .collect();
        assert_eq!(said, [("flag", 0, 13, ""), ("a-b", 2, 9, "identifier: Q1"), ("7", 2, 5, ""), ("c", 2, 3, "")]);
        assert!(brought.study.annotations.iter().all(|a| a.coder == "asel"));
        assert!(brought.told.iter().any(|told| told.contains("1 relation")), "{:?}", brought.told);
    }

    #[test]
    fn sentences_without_a_blank_between_them_touch() {
        let text = "#FORMAT=WebAnno TSV 3.3\n\n\n#Text=a\\\\n\n1-1\t2-3\ta\t\n\n#Text=b\n2-1\t5-6\tb\t\n\n#Text=c\n3-1\t9-10\tc\t\n";
        assert_eq!(brought(text).study.papers[0].text.as_deref(), Some("  a\\nb\n  c"));
        let far = "#FORMAT=WebAnno TSV 3.3\n\n\n#Text=a\n1-1\t99999999999-99999999999\ta\t\n";
        assert!(brought(far).study.papers[0].text.as_ref().unwrap().len() < 200_000);
    }

    #[test]
    fn escapes_come_back() {
        let hard = "a\\b[c]|d_e;f*g->h-i\tj\nk\\";
        assert_eq!(plain_value(&escaped_value(hard)), hard);
        let hard = "a\\tb\tc\u{1}\u{b}\u{8}\u{c}\r\\";
        assert_eq!(plain_text(&escaped_text(hard), false), hard);
        assert_eq!(plain_text("\\u04d9\\\\u\\uzz", true), "ә\\u\\uzz");
    }

    /// An annotation as tokens hold it: without blanks at its edges.
    fn trimmed(mut one: Annotation) -> Annotation {
        let words = one.quote.exact.clone();
        one.passage.start += words.chars().take_while(|c| c.is_whitespace()).count();
        one.passage.end -= words.chars().rev().take_while(|c| c.is_whitespace()).count();
        one.quote.exact = words.trim().to_owned();
        one
    }

    proptest! {
        #[test]
        fn what_is_written_comes_back(study in studies()) {
            let written = write(&study, &Wishes::default()).unwrap();
            let bundle = Bundle { name: "x".into(), pieces: written.pieces };
            let Ok(brought) = read(&bundle, &Wishes::default()) else { prop_assert!(study.papers.is_empty()); return Ok(()) };
            prop_assert_eq!(&brought.told, &Vec::<String>::new());
            let wanted = carried(&study, |one| !one.quote.exact.trim().is_empty());
            let wanted: Vec<Annotation> = wanted.into_values().map(trimmed).collect();
            let found: Vec<Annotation> = carried(&brought.study, |_| true).into_values().collect();
            prop_assert_eq!(found, wanted);
            for paper in &study.papers {
                let text = paper.text.as_deref().unwrap();
                let other = brought.study.paper(&paper.document.id).unwrap().text.as_deref().unwrap();
                prop_assert_eq!(other.trim_start(), text.trim_start());
            }
        }

        #[test]
        fn nothing_makes_it_panic(body in "(#Text=[a👍\\\\ ]{0,4}\n|[0-9]-1\t[0-9]{1,2}-[0-9]{1,2}\ta\t[a*_|\\[\\]0-9\\\\]{0,9}\t[a*_|\\[\\]1]{0,9}\t?\n|\n){0,9}") {
            let text = format!("#FORMAT=WebAnno TSV 3.3\n#T_SP=x.A|a|b\n\n\n{body}");
            let _ = read(&Bundle::of(Piece::of_text("a.tsv", text)), &Wishes::default());
        }
    }
}
