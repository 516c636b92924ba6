//! `CoNLL`'s columns, only to write: a token a line with its label as B-, I- or O, a file a coder.
//! Source of the form: Tjong Kim Sang and De Meulder, "Introduction to the `CoNLL-2003` Shared Task", 2003 (with two columns of four).

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use crate::count;
use crate::formats::bundle::{Bundle, Piece, Refused, Wishes};
use crate::formats::exchange::Written;
use crate::formats::outgoing::{Outgoing, Sheaf};
use crate::formats::scale::{Scale, Unit};
use crate::formats::tokens::{Sentence, sentences};
use crate::model::annotation::Annotation;
use crate::model::study::Study;
use crate::text::span::{Span, slice};

/// Never: it is only written, for it says neither where words stand nor who said so.
pub fn is_it(_: &Bundle) -> bool {
    false
}

/// What columns can't hold.
#[derive(Default)]
struct Lost {
    hidden: usize,
    widened: usize,
    blank: usize,
    memos: usize,
}

/// Writes a file a coder.
pub fn write(study: &Study, _: &Wishes) -> Result<Written, Refused> {
    let mut out = Outgoing::of(study, &[]);
    let all: Vec<Vec<Sentence>> = out.sheaves.iter().map(|sheaf| sentences(sheaf.text)).collect();
    let mut coders: Vec<&str> =
        out.sheaves.iter().flat_map(|sheaf| &sheaf.annotations).map(|one| one.coder.as_str()).collect();
    coders.sort_unstable();
    coders.dedup();
    if coders.is_empty() {
        coders.push("");
    }
    let (mut lost, mut pieces, mut taken) = (Lost::default(), Vec::new(), HashSet::new());
    for coder in coders {
        let mut lines = String::new();
        for (sheaf, sentences) in out.sheaves.iter().zip(&all) {
            lines += &document(sheaf, sentences, coder, &out, &mut lost);
        }
        pieces.push(Piece::of_text(&format!("{}.conll", name(coder, &mut taken)), lines));
    }
    lost.tell(&mut out);
    Ok(Written { pieces, told: out.tally.sentences() })
}

impl Lost {
    fn tell(&self, out: &mut Outgoing<'_>) {
        let mut note = |n: usize, sentence: String| {
            if n > 0 {
                out.tally.note(sentence);
            }
        };
        let n = self.hidden;
        note(
            n,
            count!(
                n,
                "{n} annotation left out: a longer one of the same coder lies on its words, and a column holds one",
                "{n} annotations left out: longer ones of the same coder lie on their words, and a column holds one"
            ),
        );
        let n = self.widened;
        note(
            n,
            count!(
                n,
                "{n} annotation begins or ends inside a word; the whole word is marked",
                "{n} annotations begin or end inside a word; the whole word is marked"
            ),
        );
        let n = self.blank;
        note(
            n,
            count!(
                n,
                "{n} annotation of nothing but blanks left out",
                "{n} annotations of nothing but blanks left out"
            ),
        );
        let n = self.memos;
        note(n, count!(n, "{n} annotation goes without its memo", "{n} annotations go without their memos"));
    }
}

/// What a coder's file is called.
fn name(coder: &str, taken: &mut HashSet<String>) -> String {
    let safe: String = coder.chars().map(|c| if c.is_alphanumeric() || "-_.@".contains(c) { c } else { '_' }).collect();
    let wanted = if coder.is_empty() { "annotations".to_owned() } else { safe.trim_matches('.').to_owned() };
    let mut name = wanted.clone();
    let mut n = 1;
    while !taken.insert(name.to_lowercase()) {
        n += 1;
        name = format!("{wanted}-{n}");
    }
    name
}

/// A document as one coder marked it.
fn document<'a>(sheaf: &Sheaf<'a>, sentences: &[Sentence], coder: &str, out: &Outgoing<'a>, lost: &mut Lost) -> String {
    let tokens: Vec<Span> = sentences.iter().flat_map(|sentence| sentence.tokens.iter().copied()).collect();
    let mut tags: BTreeMap<usize, String> = BTreeMap::new();
    let bytes = Scale::new(sheaf.text, Unit::Bytes);
    let mut own: Vec<&'a Annotation> = sheaf.annotations.iter().copied().filter(|one| one.coder == coder).collect();
    own.sort_by_key(|one| (Reverse(one.passage.end - one.passage.start), one.passage.start, one.id));
    for one in own {
        let (start, end) = (bytes.position(one.passage.start), bytes.position(one.passage.end));
        let first = tokens.partition_point(|token| token.end <= start);
        let last = tokens.partition_point(|token| token.start < end);
        let (Some(from), Some(to)) = (tokens.get(first), tokens.get(last.wrapping_sub(1)).filter(|_| first < last))
        else {
            lost.blank += 1;
            continue;
        };
        if tags.range(first..last).next().is_some() {
            lost.hidden += 1;
            continue;
        }
        lost.widened += usize::from(from.start < start || to.end > end);
        lost.memos += usize::from(!one.memo.is_empty());
        let label: String =
            out.label(one).chars().map(|c| if c.is_whitespace() || c.is_control() { '_' } else { c }).collect();
        for at in first..last {
            tags.insert(at, format!("{}-{label}", if at == first { 'B' } else { 'I' }));
        }
    }
    let mut lines = "-DOCSTART-\tO\n\n".to_owned();
    let mut at = 0;
    for sentence in sentences {
        for token in &sentence.tokens {
            let word: String = slice(sheaf.text, token.start, token.end)
                .chars()
                .map(|c| if c.is_whitespace() || c.is_control() { '_' } else { c })
                .collect();
            let _ = writeln!(lines, "{word}\t{}", tags.get(&at).map_or("O", String::as_str));
            at += 1;
        }
        lines.push('\n');
    }
    lines
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::specimen::studies;
    use crate::model::annotation::Passage;
    use crate::model::document::{Document, DocumentId};
    use crate::model::study::Paper;

    #[test]
    fn the_longest_of_a_coder_wins_and_the_rest_is_told() {
        let mut study = Study::default();
        let id = DocumentId("a".into());
        let document = Document { id: id.clone(), ..Document::default() };
        study.papers.push(Paper { document, text: Some("Бір екі үш. Төрт!".into()) });
        let long = study.code_named("long one").unwrap();
        let short = study.code_named("short").unwrap();
        for (start, end, code, coder) in [
            (0, 7, &long, "asel"),
            (4, 7, &short, "asel"),
            (13, 15, &short, "asel"),
            (4, 7, &short, "timur"),
            (3, 4, &short, "timur"),
        ] {
            study.mark(Passage { document: id.clone(), start, end }, "", code.clone()).coder = coder.into();
        }
        let written = write(&study, &Wishes::default()).unwrap();
        let file = |n: usize| (written.pieces[n].path.as_str(), written.pieces[n].text().unwrap());
        assert_eq!(
            file(0),
            ("asel.conll", "-DOCSTART-\tO\n\nБір\tB-long_one\nекі\tI-long_one\nүш\tO\n.\tO\n\nТөрт\tB-short\n!\tO\n\n")
        );
        assert_eq!(file(1), ("timur.conll", "-DOCSTART-\tO\n\nБір\tO\nекі\tB-short\nүш\tO\n.\tO\n\nТөрт\tO\n!\tO\n\n"));
        assert_eq!(written.told.len(), 3, "{:?}", written.told);
    }

    proptest! {
        #[test]
        fn every_line_is_a_token_and_a_tag(study in studies()) {
            for piece in write(&study, &Wishes::default()).unwrap().pieces {
                let mut before = "O";
                for line in piece.text().unwrap().split('\n').filter(|line| !line.is_empty()) {
                    let [word, tag] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
                    prop_assert!(!word.is_empty() && !word.contains(char::is_whitespace));
                    prop_assert!(tag == "O" || tag.starts_with("B-") || tag[1..] == before[1..], "{} behind {}", tag, before);
                    before = tag;
                }
            }
        }
    }
}
