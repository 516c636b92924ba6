//! A list to choose from by typing a few letters of what is meant.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use crate::app::editor::Editor;
use crate::text::fold::{fold, folded};

/// One row to choose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PickRow {
    /// What the command gets.
    pub value: String,
    /// What is shown.
    pub text: String,
    /// What is shown beside it, and matches too.
    pub detail: String,
    /// A sign before it, and its colour as `#rrggbb`; empty for none.
    pub mark: (String, String),
}

/// A row that the query matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Which row.
    pub row: usize,
    /// The byte offsets in its text of the letters that matched.
    pub letters: Vec<usize>,
}

/// A list to choose from.
#[derive(Debug, Clone)]
pub struct Picker {
    /// What is chosen here.
    pub title: String,
    /// The command that takes the choice.
    pub command: &'static str,
    /// What is typed.
    pub query: Editor,
    /// All rows.
    pub rows: Vec<PickRow>,
    /// The rows that match, best first.
    pub hits: Vec<Hit>,
    /// Which hit is chosen.
    pub selected: usize,
    /// What typing something new makes, if it makes something: `new code`.
    pub makes: Option<&'static str>,
    folded: Vec<String>,
}

impl Picker {
    /// Makes a list; the first row is chosen.
    pub fn new(title: impl Into<String>, command: &'static str, rows: Vec<PickRow>) -> Self {
        let folded = rows.iter().map(|row| folded(&format!("{} {}", row.text, row.detail))).collect();
        let mut picker = Self {
            title: title.into(),
            command,
            query: Editor::default(),
            rows,
            hits: Vec::new(),
            selected: 0,
            makes: None,
            folded,
        };
        picker.search();
        picker
    }

    /// Lets something new be made of the query.
    #[must_use]
    pub fn making(mut self, what: &'static str) -> Self {
        self.makes = Some(what);
        self
    }

    /// Chooses the row of a value first.
    #[must_use]
    pub fn at(mut self, value: &str) -> Self {
        self.selected = self.rows.iter().position(|row| row.value == value).unwrap_or(0);
        self
    }

    /// Finds the rows that the query matches, after it changed.
    pub fn search(&mut self) {
        self.selected = 0;
        let query = folded(self.query.text().trim());
        if query.is_empty() {
            self.hits = (0..self.rows.len()).map(|row| Hit { row, letters: Vec::new() }).collect();
            return;
        }
        let matcher = SkimMatcherV2::default();
        let mut found: Vec<(i64, usize)> = self
            .folded
            .iter()
            .enumerate()
            .filter_map(|(row, hay)| matcher.fuzzy_match(hay, &query).map(|score| (score, row)))
            .collect();
        found.sort_by_key(|&(score, row)| (-score, row));
        self.hits =
            found.into_iter().map(|(_, row)| Hit { row, letters: self.letters(&matcher, row, &query) }).collect();
    }

    /// Where in a row's text the matched letters are. Rows far down are not shown before they are scrolled to,
    /// but a name is short, so this costs little.
    fn letters(&self, matcher: &SkimMatcherV2, row: usize, query: &str) -> Vec<usize> {
        let (Some(hay), Some(shown)) = (self.folded.get(row), self.rows.get(row)) else {
            return Vec::new();
        };
        let (_, indices) = matcher.fuzzy_indices(hay, query).unwrap_or_default();
        let sources = fold(&shown.text).sources;
        let n_letters = sources.len() - 1;
        indices.into_iter().filter(|i| *i < n_letters).filter_map(|i| sources.get(i).copied()).collect()
    }

    /// What would be made anew: the query, unless a row is just that.
    pub fn new_text(&self) -> Option<&str> {
        let query = self.query.text().trim();
        let wanted = folded(query);
        let is_known = self.rows.iter().any(|row| folded(&row.text) == wanted || folded(&row.value) == wanted);
        (self.makes.is_some() && !query.is_empty() && !is_known).then_some(query)
    }

    /// How many rows are offered: the hits, and perhaps a new one.
    pub fn n_offered(&self) -> usize {
        self.hits.len() + usize::from(self.new_text().is_some())
    }

    /// Moves the choice by rows, stopping at the ends.
    pub fn go(&mut self, n_rows: isize) {
        self.selected = self.selected.saturating_add_signed(n_rows).min(self.n_offered().saturating_sub(1));
    }

    /// What is chosen; the query itself for something new.
    pub fn choice(&self) -> Option<String> {
        let hit = self.hits.get(self.selected).and_then(|hit| self.rows.get(hit.row));
        hit.map(|row| row.value.clone()).or_else(|| self.new_text().map(str::to_owned))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn picker() -> Picker {
        let row = |value: &str, text: &str, detail: &str| PickRow {
            value: value.into(),
            text: text.into(),
            detail: detail.into(),
            ..PickRow::default()
        };
        let rows = vec![
            row("c", "Censorship", "цензура"),
            row("e", "Электрондық үкімет", "e-government"),
            row("s", "Slacktivism", "слактивизм"),
        ];
        Picker::new("Tag", "tag", rows).making("new code")
    }

    fn typed(query: &str) -> Picker {
        let mut picker = picker();
        picker.query.insert(query, true);
        picker.search();
        picker
    }

    #[test]
    fn names_in_any_language_and_case_are_found() {
        for (query, value) in [("ҮКІМЕТ", "e"), ("ценз", "c"), ("slk", "s"), ("e-gov", "e")] {
            assert_eq!(typed(query).choice().as_deref(), Some(value), "{query}");
        }
    }

    #[test]
    fn the_letters_that_matched_are_known() {
        let picker = typed("үк");
        assert_eq!(picker.hits[0].letters, [23, 25]);
    }

    #[test]
    fn something_new_is_offered_last_and_only_when_it_is_new() {
        assert_eq!(typed("трол").choice().as_deref(), Some("трол"));
        assert_eq!(typed("censorship").new_text(), None);
        assert_eq!(typed("cens").new_text(), Some("cens"));
        assert_eq!(typed("").choice().as_deref(), Some("c"));
    }
}
