//! Passages by code and by document, as papers show them.

use std::collections::{BTreeMap, BTreeSet};

use crate::formats::row::{BY_CODER, NO_COUNTERPART, Row};
use crate::say;

/// The passages of a code, by documents.
pub struct OfCode {
    /// The names from the codebook's top down to the code.
    pub path: String,
    /// Its passages, a list a document.
    pub documents: Vec<Vec<Row>>,
}

impl OfCode {
    /// How many passages it has.
    pub fn n_rows(&self) -> usize {
        self.documents.iter().map(Vec::len).sum()
    }
}

/// Groups rows: codes in the order of their paths, documents in the order of their names, passages in that of their places.
pub fn by_code(rows: &mut dyn Iterator<Item = Row>) -> Vec<OfCode> {
    let mut codes: BTreeMap<String, BTreeMap<String, Vec<Row>>> = BTreeMap::new();
    for row in rows {
        let path = path(&row).to_owned();
        codes.entry(path).or_default().entry(row.document.clone()).or_default().push(row);
    }
    let sorted = |mut rows: Vec<Row>| {
        rows.sort_by(|a, b| (a.start, a.end, &a.coder, &a.id).cmp(&(b.start, b.end, &b.coder, &b.id)));
        rows
    };
    let of_code = |(path, documents): (String, BTreeMap<String, Vec<Row>>)| OfCode {
        path,
        documents: documents.into_values().map(sorted).collect(),
    };
    codes.into_iter().map(of_code).collect()
}

/// What to call a row's code: its path, or its id.
pub fn path(row: &Row) -> &str {
    if row.path.is_empty() { &row.code } else { &row.path }
}

/// What to call a row's document: its title, or its name.
pub fn title(row: &Row) -> &str {
    if row.title.is_empty() { &row.document } else { &row.title }
}

/// The languages of all rows; where they are two, each is the other's counterpart's.
pub struct Languages(BTreeSet<String>);

impl Languages {
    /// Those of grouped rows.
    pub fn of(codes: &[OfCode]) -> Self {
        let rows = codes.iter().flat_map(|code| &code.documents).flatten();
        Self(rows.map(|row| row.language.clone()).filter(|language| !language.is_empty()).collect())
    }

    /// The language of what corresponds to a row's words; empty where it can't be known.
    pub fn of_counterpart(&self, row: &Row) -> &str {
        let mut others = self.0.iter().filter(|language| **language != row.language);
        match (others.next(), others.next()) {
            (Some(other), None) if self.0.contains(&row.language) => other,
            _ => "",
        }
    }
}

/// How a row's counterpart is known: tagged by its coder, or aligned.
pub fn sign(row: &Row) -> char {
    if row.counterpart_by == BY_CODER { '↔' } else { '≈' }
}

/// What stands in the counterpart's place where there are no words: that the coder says so, or nothing.
pub fn absence(row: &Row) -> &'static str {
    if row.counterpart.is_empty() && row.counterpart_id == NO_COUNTERPART { say!("no counterpart") } else { "" }
}

/// Who says it, when, and where: `Dana · 2026-01-02 · 12..34`.
pub fn place(row: &Row) -> String {
    let day = row.time.map(|time| time.minute().chars().take(10).collect::<String>()).unwrap_or_default();
    let range = format!("{}..{}", row.start, row.end);
    let parts = [row.coder.as_str(), &day, &range];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Rows for tests: two documents in two languages, markup in all words, a counterpart, none, and an unknown one.
#[cfg(test)]
pub fn samples() -> Vec<Row> {
    let row = |document: &str, language: &str, start: usize, quote: &str, path: &str| Row {
        document: document.into(),
        language: language.into(),
        start,
        end: start + 5,
        quote: quote.into(),
        code: path.rsplit('/').next().unwrap_or_default().into(),
        path: path.into(),
        coder: "Dana & co".into(),
        time: crate::model::time::Time::parse("2026-01-02"),
        id: format!("01ARZ3NDEKTSV4RRFFQ69G5F{start:02}"),
        ..Row::default()
    };
    let mut rows = vec![
        row("in.en", "en", 40, "a < b & \"c\" \\ {x}_%$#^~\n\n\tsecond \u{1b}line", "control/censorship"),
        row("in.en", "en", 4, "<script>alert(1)</script>", "control/censorship"),
        row("ін.kk", "kk", 2, "Өзін-өзі цензуралау 👍e\u{301}", "control/censorship"),
        row("ін.kk", "kk", 9, "=SUM(A1)", "слактивизм"),
    ];
    if let [first, second, third, _] = rows.as_mut_slice() {
        first.memo = "memo\n* [one] #two".into();
        first.counterpart = "қарсы & <b>".into();
        first.counterpart_by = BY_CODER.into();
        second.counterpart_id = NO_COUNTERPART.into();
        third.title = "Тақырып <i>".into();
        third.counterpart = "aligned".into();
    }
    rows
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn rows_are_grouped_and_know_the_other_language() {
        let codes = by_code(&mut samples().into_iter());
        assert_eq!(
            codes.iter().map(|code| (code.path.as_str(), code.n_rows())).collect::<Vec<_>>(),
            [("control/censorship", 3), ("слактивизм", 1)]
        );
        let first = &codes[0].documents[0];
        assert_eq!((first[0].start, first[1].start), (4, 40));
        assert_eq!(Languages::of(&codes).of_counterpart(&first[0]), "kk");
        assert_eq!(Languages::of(&codes[1..]).of_counterpart(&first[0]), "");
        assert_eq!((absence(&first[0]), absence(&first[1]), sign(&first[1])), ("no counterpart", "", '↔'));
        assert_eq!(place(&first[0]), "Dana & co · 2026-01-02 · 4..9");
    }
}
