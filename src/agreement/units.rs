//! What coders marked in documents: who × what × where.

use std::ops::Deref;

/// What coders marked in documents; coders and codes are numbered in the order of their names here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coding {
    /// The coders' names.
    pub coders: Vec<String>,
    /// The codes' names; a code may be unused.
    pub codes: Vec<String>,
    /// The documents, in their order.
    pub documents: Vec<Unitized>,
}

/// One document: how long it is, who completed it, and what they marked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unitized {
    /// The document's name.
    pub id: String,
    /// The document's length in code points.
    pub length: usize,
    /// By coder's number: whether they completed the document; who did not is missing here, not silent.
    pub completed: Vec<bool>,
    /// What they marked.
    pub spans: Vec<Marked>,
}

/// One passage that a coder gave a code; `Том [кіта]п` is 4..8. Ordered by code, then coder, then place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marked {
    /// The code's number.
    pub code: u32,
    /// The coder's number.
    pub coder: u32,
    /// The first code point.
    pub start: usize,
    /// The code point behind the last one.
    pub end: usize,
}

impl Marked {
    /// How many code points are marked.
    pub fn length(&self) -> usize {
        self.end.saturating_sub(self.start)
    }
}

/// A coding on which measures can rely: only spans of coders who completed the document, each once, none empty, none
/// beyond the text, sorted by code, coder and place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tidy(Coding);

impl Deref for Tidy {
    type Target = Coding;

    fn deref(&self) -> &Coding {
        &self.0
    }
}

impl Coding {
    /// Cuts what reaches beyond the text and drops what is empty, said twice, or said by who did not complete the
    /// document.
    pub fn tidy(mut self) -> Tidy {
        let (n_coders, codes) = (self.coders.len(), 0..self.codes.len());
        for document in &mut self.documents {
            document.completed.resize(n_coders, false);
            let (length, completed) = (document.length, &document.completed);
            document.spans.retain_mut(|span| {
                span.end = span.end.min(length);
                let is_known = codes.contains(&(span.code as usize)) && is_true(completed, span.coder);
                is_known && span.start < span.end
            });
            document.spans.sort_unstable();
            document.spans.dedup();
        }
        Tidy(self)
    }
}

impl Tidy {
    /// The same with some of the documents alone, by their numbers.
    #[must_use]
    pub fn of_documents(&self, is_wanted: impl Fn(usize) -> bool) -> Self {
        let documents = self.documents.iter().enumerate().filter(|(at, _)| is_wanted(*at));
        let documents = documents.map(|(_, document)| document.clone()).collect();
        Self(Coding { coders: self.coders.clone(), codes: self.codes.clone(), documents })
    }

    /// The documents that every coder completed, in their order.
    pub fn completed_by_all(&self) -> impl Iterator<Item = &Unitized> {
        self.documents.iter().filter(|document| document.completed.iter().all(|done| *done))
    }
}

impl Unitized {
    /// Whether the coder of this number completed the document.
    pub fn has(&self, coder: usize) -> bool {
        self.completed.get(coder).is_some_and(|done| *done)
    }

    /// How many coders completed the document.
    pub fn n_completed(&self) -> usize {
        self.completed.iter().filter(|done| **done).count()
    }

    /// The spans of one code, by coder and place.
    pub fn of_code(&self, code: u32) -> &[Marked] {
        between(&self.spans, |span| span.code.cmp(&code))
    }

    /// The spans of one code and coder, by place; [`merged`] makes units of them.
    pub fn track(&self, code: u32, coder: u32) -> &[Marked] {
        between(&self.spans, |span| (span.code, span.coder).cmp(&(code, coder)))
    }

    /// The units of all codes, merged, by coder and start.
    pub fn by_coder(&self, units: &mut Vec<Marked>) {
        units.clear();
        units.extend(merged(&self.spans));
        units.sort_unstable_by_key(|unit| (unit.coder, unit.start, unit.end));
    }
}

/// Whether no coder's units share text; they come by coder and start.
pub fn is_exclusive(units: &[Marked]) -> bool {
    units.iter().zip(units.iter().skip(1)).all(|(before, next)| before.coder != next.coder || before.end <= next.start)
}

/// The units of tidy spans: spans of one code and one coder become one where they share code points, not where they
/// only touch.
pub fn merged(spans: &[Marked]) -> impl Iterator<Item = Marked> {
    let mut rest = spans.iter().copied().peekable();
    std::iter::from_fn(move || {
        let mut unit = rest.next()?;
        while let Some(next) = rest.next_if(|s| s.start < unit.end && s.coder == unit.coder && s.code == unit.code) {
            unit.end = unit.end.max(next.end);
        }
        Some(unit)
    })
}

fn between(spans: &[Marked], place: impl Fn(&Marked) -> std::cmp::Ordering) -> &[Marked] {
    let from = spans.partition_point(|span| place(span).is_lt());
    let rest = spans.get(from..).unwrap_or_default();
    rest.get(..rest.partition_point(|span| place(span).is_eq())).unwrap_or_default()
}

fn is_true(all: &[bool], at: u32) -> bool {
    all.get(at as usize).is_some_and(|is| *is)
}

#[cfg(test)]
impl Tidy {
    /// One document of so many code points that two coders completed, of two codes; spans are coder, code, start, end.
    pub fn of_two(length: usize, spans: &[(u32, u32, usize, usize)]) -> Self {
        let spans = spans.iter().map(|&(coder, code, start, end)| Marked { code, coder, start, end }).collect();
        let document = Unitized { id: "d".into(), length, completed: vec![true; 2], spans };
        let names = || vec!["a".to_owned(), "b".to_owned()];
        Coding { coders: names(), codes: names(), documents: vec![document] }.tidy()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn span(coder: u32, code: u32, start: usize, end: usize) -> Marked {
        Marked { code, coder, start, end }
    }

    fn coding(spans: Vec<Marked>) -> Tidy {
        let names = |n: usize| (0..n).map(|i| i.to_string()).collect();
        let document = Unitized { id: "d".into(), length: 20, completed: vec![true, true, false], spans };
        Coding { coders: names(3), codes: names(2), documents: vec![document] }.tidy()
    }

    #[test]
    fn what_does_not_count_is_dropped_and_what_is_too_long_is_cut() {
        let tidy = coding(vec![
            span(1, 0, 15, 30),
            span(0, 1, 3, 5),
            span(0, 1, 3, 5),
            span(0, 0, 4, 4),
            span(0, 0, 25, 28),
            span(2, 0, 1, 9),
            span(9, 0, 1, 9),
            span(0, 9, 1, 9),
        ]);
        assert_eq!(tidy.documents[0].spans, [span(1, 0, 15, 20), span(0, 1, 3, 5)]);
    }

    #[test]
    fn units_merge_where_they_share_text_and_not_where_they_touch() {
        let tidy = coding(vec![span(0, 0, 0, 4), span(0, 0, 2, 6), span(0, 0, 6, 8), span(1, 0, 1, 7)]);
        let document = &tidy.documents[0];
        let units: Vec<_> = merged(document.of_code(0)).collect();
        assert_eq!(units, [span(0, 0, 0, 6), span(0, 0, 6, 8), span(1, 0, 1, 7)]);
        assert_eq!(document.track(0, 1), [span(1, 0, 1, 7)]);
        assert!(document.track(1, 1).is_empty());
    }

    #[test]
    fn two_codes_on_one_text_are_not_exclusive() {
        let is_exclusive = |spans| {
            let mut units = Vec::new();
            coding(spans).documents[0].by_coder(&mut units);
            super::is_exclusive(&units)
        };
        assert!(!is_exclusive(vec![span(0, 0, 0, 9), span(0, 1, 2, 3), span(1, 0, 0, 5)]));
        assert!(is_exclusive(vec![span(0, 0, 0, 2), span(0, 1, 2, 3), span(1, 0, 0, 5), span(1, 0, 2, 7)]));
    }
}
