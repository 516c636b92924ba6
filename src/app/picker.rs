//! A list to choose from by typing a few letters of what is meant.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use crate::app::editor::Editor;
use crate::app::layout::keyboard_twin;
use crate::app::screen::{Area, Screen, inside};
use crate::app::session::Session;
use crate::text::fold;
use crate::text::skeleton::{self, folded};
use crate::text::span::Span;

/// Rows that are matched in one go: some milliseconds of work, so that a key never waits for the whole of a long list.
const GO_ROWS: usize = 2_500;

/// New matches are put among those that are listed when they are this share of them: each time costs as much as all that are
/// listed.
const MERGED_SHARE: usize = 8;

/// Other spellings of a query that are tried where it finds nothing.
const MAX_SPELLINGS: usize = 6;

/// Rows that a list needs to be of use.
const LEAST_ROWS: u16 = 9;

/// Lists at least this wide show a preview beside the rows.
const PREVIEW_COLUMNS: u16 = 96;

/// One row to choose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PickRow {
    /// What the command gets.
    pub value: String,
    /// What is shown.
    pub text: String,
    /// What is shown beside it, and matches too.
    pub detail: String,
    /// What matches too and is not shown: the whole of a quote, names in other languages.
    pub also: String,
    /// A sign before it, and its colour as `#rrggbb`; empty for none.
    pub mark: (String, String),
    /// Whether it can't be chosen now; the detail says why.
    pub is_off: bool,
    /// A second line below it: then every row has one.
    pub under: Option<String>,
    /// Which bytes of the text stand out.
    pub strong: Span,
}

/// What is known about a row beyond its line: headings are lines without a right side.
pub type Preview = Vec<(String, String)>;

/// Where a list stands on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PickAreas {
    /// The box.
    pub frame: Area,
    /// What is typed.
    pub query: Area,
    /// The rows.
    pub list: Area,
    /// What is known about the chosen row; no width for none.
    pub preview: Area,
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
    pub hits: Vec<usize>,
    /// Which hit is chosen.
    pub selected: usize,
    /// What typing something new makes, if it makes something: `new code`.
    pub makes: Option<&'static str>,
    /// Whether several rows can be marked, and which are.
    pub marks: Option<BTreeSet<usize>>,
    /// What tells what is known about a row, by its value, if that is shown.
    pub about: Option<fn(&Session, &str) -> Preview>,
    found: Found,
}

/// How well a row matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Match {
    /// Whether the query's words stand in it as they are typed: those rows are meant, where there are any.
    has_words: bool,
    /// Whether it can't be chosen now.
    is_off: bool,
    score: i64,
    row: usize,
}

impl Match {
    /// Where it stands in the list: the smallest first.
    fn rank(&self) -> (i64, bool, usize) {
        (-self.score, self.is_off, self.row)
    }
}

/// What is known of the rows and the query.
#[derive(Debug, Clone, Default)]
struct Found {
    /// Each row's text and detail made comparable; empty until it is needed.
    folded: Vec<String>,
    /// The query that the hits are of.
    query: String,
    /// What else may be meant where that finds nothing; the next one last.
    others: Vec<String>,
    /// Rows that are still to be matched; the next one last.
    waiting: Vec<usize>,
    /// Those that matched so far, best first.
    scored: Vec<Match>,
    /// Those that matched since: they are put in their places when they are many beside the others.
    fresh: Vec<Match>,
    /// Whether some row has the query's words.
    has_words: bool,
    /// The best score so far.
    best: i64,
    /// Whether the query is just what a row says.
    is_known: OnceCell<bool>,
}

impl Picker {
    /// Makes a list; the first row is chosen.
    pub fn new(title: impl Into<String>, command: &'static str, rows: Vec<PickRow>) -> Self {
        let mut picker = Self {
            title: title.into(),
            command,
            query: Editor::line(""),
            hits: Vec::new(),
            selected: 0,
            makes: None,
            marks: None,
            about: None,
            found: Found { folded: vec![String::new(); rows.len()], ..Found::default() },
            rows,
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

    /// The lines that each row takes.
    pub fn row_lines(&self) -> usize {
        1 + usize::from(self.rows.first().is_some_and(|row| row.under.is_some()))
    }

    /// Lets several rows be marked.
    #[must_use]
    pub fn marking(mut self) -> Self {
        self.marks = Some(BTreeSet::new());
        self
    }

    /// Shows what is known about the chosen row beside the list.
    #[must_use]
    pub fn previewing(mut self, about: fn(&Session, &str) -> Preview) -> Self {
        self.about = Some(about);
        self
    }

    /// What is known about the chosen row.
    pub fn preview(&self, session: &Session) -> Preview {
        let chosen = self.about.zip(self.chosen());
        chosen.map(|(about, row)| about(session, &row.value)).unwrap_or_default()
    }

    /// Chooses the row of a value first.
    #[must_use]
    pub fn at(mut self, value: &str) -> Self {
        self.selected = self.rows.iter().position(|row| row.value == value).unwrap_or(0);
        self
    }

    /// Finds the rows that the query matches, after it changed: the first of them at once, the others by
    /// [`Picker::go_on`].
    pub fn search(&mut self) {
        self.selected = 0;
        self.found.is_known = OnceCell::new();
        let query = folded(self.query.text().trim());
        // What a shorter query did not match, a longer one does not either.
        let is_longer = !self.found.query.is_empty() && query.starts_with(&self.found.query) && !self.is_searching();
        let mut before: Vec<usize> = self.found.scored.drain(..).map(|found| found.row).collect();
        self.found.waiting.clear();
        if query.is_empty() {
            self.hits = (0..self.rows.len()).collect();
            // What can't be chosen now stands last.
            let rows = &self.rows;
            self.hits.sort_by_key(|row| rows.get(*row).is_some_and(|row| row.is_off));
        } else {
            before.sort_unstable_by(|a, b| b.cmp(a));
            self.found.waiting = if is_longer { before } else { (0..self.rows.len()).rev().collect() };
            self.hits.clear();
        }
        self.found.query = query;
        self.found.others = self.other_queries();
        self.found.fresh.clear();
        (self.found.has_words, self.found.best) = (false, 0);
        self.go_on();
    }

    /// Whether rows are still to be matched.
    pub fn is_searching(&self) -> bool {
        !self.found.waiting.is_empty()
    }

    /// Matches some more rows; those that match are listed once they are many beside those that are. What is chosen stays
    /// chosen once the coder moved.
    pub fn go_on(&mut self) {
        if self.found.waiting.is_empty() {
            return;
        }
        self.match_some();
        if self.found.fresh.len() < self.found.scored.len() / MERGED_SHARE && self.is_searching() {
            return;
        }
        let chosen = self.hits.get(self.selected).copied().filter(|_| self.selected > 0);
        let Found { scored, fresh, has_words, best, .. } = &mut self.found;
        fresh.sort_unstable_by_key(Match::rank);
        scored.append(fresh);
        // Two parts, each in its order: a stable sort only merges them.
        scored.sort_by_key(Match::rank);
        // Letters found here and there in a long line are no match beside whole words.
        let is_near = |found: &&Match| if *has_words { found.has_words } else { found.score * 2 >= *best };
        self.hits = scored.iter().filter(is_near).map(|found| found.row).collect();
        let place = chosen.and_then(|row| self.hits.iter().position(|hit| *hit == row));
        self.selected = place.unwrap_or_else(|| self.first_choice());
        if self.found.waiting.is_empty() && self.found.scored.is_empty() {
            self.search_other();
        }
    }

    /// Matches some more rows.
    fn match_some(&mut self) {
        let matcher = SkimMatcherV2::default();
        let from = self.found.waiting.len().saturating_sub(GO_ROWS);
        for row in self.found.waiting.split_off(from).into_iter().rev() {
            let (Some(hay), Some(shown)) = (self.found.folded.get_mut(row), self.rows.get(row)) else { continue };
            if hay.is_empty() {
                *hay = [&shown.text, &shown.detail, &shown.also].map(|part| folded(part)).join(" ");
            }
            // Most rows lack a letter: that is seen much faster than a score is made.
            if has_letters(hay, &self.found.query)
                && let Some(score) = matcher.fuzzy_match(hay, &self.found.query)
            {
                let (has_words, bonus) = words_in(hay, &self.found.query);
                if !has_words && !is_close(&matcher, hay, &self.found.query) {
                    continue;
                }
                let score = score + bonus;
                self.found.has_words |= has_words;
                self.found.best = self.found.best.max(score);
                self.found.fresh.push(Match { has_words, is_off: shown.is_off, score, row });
            }
        }
    }

    /// Looks for what else may be meant by what was typed: another spelling, or another keyboard.
    fn search_other(&mut self) {
        if let Some(other) = self.found.others.pop() {
            self.found.query = other;
            self.found.waiting = (0..self.rows.len()).rev().collect();
            self.go_on();
        }
    }

    fn other_queries(&self) -> Vec<String> {
        let typed = self.query.text().trim();
        let twin = keyboard_twin(typed).map(|twin| folded(&twin));
        let spellings = skeleton::variants(typed).into_iter().skip(1).take(MAX_SPELLINGS);
        let mut all: Vec<String> = spellings.chain(twin).filter(|other| !other.is_empty()).collect();
        all.reverse();
        all
    }

    /// The row that Enter takes at first. A new name that only shares some letters with an old one is meant as new,
    /// unless it is nearly the old one, mistyped.
    fn first_choice(&self) -> usize {
        let query = &self.found.query;
        let name = |row: &usize| self.rows.get(*row).map(|row| folded(&row.text)).unwrap_or_default();
        let is_like = || self.hits.iter().any(|row| strsim::normalized_damerau_levenshtein(query, &name(row)) > 0.8);
        let is_long = query.chars().count() > 3;
        if is_long && !self.found.has_words && self.new_text().is_some() && !is_like() { self.hits.len() } else { 0 }
    }

    /// The byte offsets of the letters that the query matched: in a row's text, and in its detail.
    pub fn letters(&self, row: usize) -> (Vec<usize>, Vec<usize>) {
        let (Some(hay), Some(shown)) = (self.found.folded.get(row), self.rows.get(row)) else {
            return (Vec::new(), Vec::new());
        };
        let indices = matched_letters(hay, &self.found.query);
        let (text, detail) = (skeleton::fold(&shown.text), skeleton::fold(&shown.detail));
        // The text, a blank, the detail, as they stand in what was searched.
        let n_text = text.sources.len();
        let of = |folded: &skeleton::Skeleton, source: &str, from: usize| {
            let inside = indices.iter().filter_map(|i| i.checked_sub(from)).filter(|i| *i < folded.sources.len());
            folded.letters(source, &inside.collect::<Vec<_>>())
        };
        (of(&text, &shown.text, 0), of(&detail, &shown.detail, n_text + 1))
    }

    /// What would be made anew: the query, unless a row is just that.
    pub fn new_text(&self) -> Option<&str> {
        let query = self.query.text().trim();
        if self.makes.is_none() || query.is_empty() {
            return None;
        }
        // Another script or alphabet makes another name; capitals and accents do not.
        let same = fold::folded;
        let wanted = same(query);
        let is_known = self
            .found
            .is_known
            .get_or_init(|| self.rows.iter().any(|row| same(&row.text) == wanted || same(&row.value) == wanted));
        (!is_known).then_some(query)
    }

    /// How many rows are offered: the hits, and perhaps a new one.
    pub fn n_offered(&self) -> usize {
        self.hits.len() + usize::from(self.new_text().is_some())
    }

    /// Goes some rows down or up, stopping at the ends.
    pub fn go(&mut self, n_rows: isize) {
        let last = self.n_offered().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(n_rows).min(last);
    }

    /// The chosen row, unless something new is chosen.
    pub fn chosen(&self) -> Option<&PickRow> {
        self.hits.get(self.selected).and_then(|row| self.rows.get(*row))
    }

    /// What the command gets: the chosen row's value, or the new text. Nothing where nothing can be chosen.
    pub fn choice(&self) -> Option<String> {
        match self.hits.get(self.selected) {
            Some(row) => self.rows.get(*row).filter(|row| !row.is_off).map(|row| row.value.clone()),
            None => self.new_text().filter(|_| self.selected < self.n_offered()).map(str::to_owned),
        }
    }

    /// Marks the chosen row, or takes its mark away, and goes to the next. Does nothing where only one can be taken.
    pub fn mark(&mut self) {
        if let (Some(marks), Some(row)) = (&mut self.marks, self.hits.get(self.selected))
            && !marks.remove(row)
        {
            marks.insert(*row);
        }
        if self.selected + 1 < self.hits.len() {
            self.selected += 1;
        }
    }

    /// Types a query and marks rows, by their numbers, in a list that was made anew.
    pub fn restore(&mut self, query: &str, is_marked: impl Fn(usize) -> bool) {
        self.query = Editor::line(query);
        if let Some(marks) = &mut self.marks {
            marks.extend((0..self.rows.len()).filter(|row| is_marked(*row)));
        }
        self.search();
        while self.is_searching() {
            self.go_on();
        }
    }

    /// Chooses the first hit of a kind, by its row's number, if there is one.
    pub fn choose(&mut self, is_it: impl Fn(usize) -> bool) {
        if let Some(at) = self.hits.iter().position(|row| is_it(*row)) {
            self.selected = at;
        }
    }

    /// The values of the marked rows, in the order of the list.
    pub fn marked(&self) -> Vec<String> {
        let marked = self.marks.iter().flatten().filter_map(|row| self.rows.get(*row));
        marked.map(|row| row.value.clone()).collect()
    }

    /// Where it stands in a window.
    pub fn areas(&self, screen: &Screen) -> PickAreas {
        let has_contexts = self.rows.first().is_some_and(|row| !row.strong.is_empty());
        let width = if screen.columns < 60 { screen.columns } else { screen.columns - 6 }.min(if has_contexts {
            190
        } else {
            140
        });
        let rows = self.rows.len() * self.row_lines() + 5;
        let least = if self.about.is_some() && width >= PREVIEW_COLUMNS { 16 } else { 8 };
        let height = rows.min(usize::from(screen.rows) * 3 / 4).max(least) as u16;
        // Contexts are read for themselves: what is selected may be covered.
        let frame = if has_contexts {
            screen.middle(width, height)
        } else {
            screen.beside_selection(width, height, LEAST_ROWS)
        };
        let inside = inside(frame);
        let (query, rest) = inside.split_top(1);
        let (_, below) = rest.split_top(u16::from(inside.height > 4));
        if self.about.is_none() || inside.width < PREVIEW_COLUMNS - 4 {
            return PickAreas { frame, query, list: below, preview: Area::default() };
        }
        let (list, preview) = below.split_left(below.width * 3 / 5);
        let (_, preview) = preview.split_left(2);
        PickAreas { frame, query, list, preview }
    }

    /// The first hit that is shown in so many lines.
    pub fn top(&self, n_lines: usize) -> usize {
        (self.selected + 1).saturating_sub((n_lines / self.row_lines()).max(1))
    }
}

/// Where a word stands best in a text, in bytes, and what that is worth: more at the beginning of a word and as a
/// whole one, most at the beginning of the text.
fn best_place(hay: &str, word: &str) -> Option<(i64, usize)> {
    let places = hay.match_indices(word).map(|(at, _)| {
        let before = hay.get(..at).and_then(|before| before.chars().next_back());
        let behind = hay.get(at + word.len()..).and_then(|behind| behind.chars().next());
        let begins = match before {
            None => 100,
            Some(c) if !c.is_alphanumeric() => 60,
            Some(_) => 20,
        };
        let is_whole = !behind.is_some_and(char::is_alphanumeric);
        (begins + if is_whole { 30 } else { 0 }, at)
    });
    // Of two equal places the first.
    places.max_by_key(|(value, at)| (*value, std::cmp::Reverse(*at)))
}

/// Whether the words of a query stand in a text as they are, each at least in part; and what that is worth.
fn words_in(hay: &str, query: &str) -> (bool, i64) {
    let mut worth = 0;
    for word in query.split(' ').filter(|word| !word.is_empty()) {
        match best_place(hay, word) {
            Some((value, _)) => worth += value,
            None => return (false, 0),
        }
    }
    (true, worth)
}

/// Whether the letters of a query stand near each other, as in a word that was shortened.
fn is_close(matcher: &SkimMatcherV2, hay: &str, query: &str) -> bool {
    let indices = matcher.fuzzy_indices(hay, query).map(|(_, indices)| indices).unwrap_or_default();
    let (Some(first), Some(last)) = (indices.first(), indices.last()) else { return false };
    last - first < 2 * indices.len() + 4
}

/// Which letters of a text a query matches, counted in letters: its words where they stand, else letters here and there.
fn matched_letters(hay: &str, query: &str) -> Vec<usize> {
    if query.is_empty() {
        return Vec::new();
    }
    if !words_in(hay, query).0 {
        return SkimMatcherV2::default().fuzzy_indices(hay, query).map(|(_, indices)| indices).unwrap_or_default();
    }
    let places =
        query.split(' ').filter(|word| !word.is_empty()).filter_map(|word| Some((word, best_place(hay, word)?.1)));
    let letters = places.flat_map(|(word, at)| {
        let first = hay.get(..at).map_or(0, |before| before.chars().count());
        first..first + word.chars().count()
    });
    letters.collect()
}

/// Whether all letters of a query stand in a text in their order.
fn has_letters(hay: &str, query: &str) -> bool {
    let mut letters = hay.chars();
    query.chars().filter(|c| *c != ' ').all(|wanted| letters.any(|c| c == wanted))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(value: &str, text: &str, detail: &str) -> PickRow {
        PickRow { value: value.into(), text: text.into(), detail: detail.into(), ..PickRow::default() }
    }

    fn picker() -> Picker {
        let rows = vec![
            row("c", "Censorship", "цензура"),
            row("e", "Электрондық үкімет", "e-government"),
            row("s", "Slacktivism", "слактивизм"),
        ];
        Picker::new("Tag", "tag", rows).making("new code").marking()
    }

    fn typed(query: &str) -> Picker {
        let mut picker = picker();
        picker.query.insert(query);
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
        assert_eq!(picker.letters(picker.hits[0]).0, [23, 25]);
        let picker = typed("цЕНз");
        assert_eq!(picker.letters(picker.hits[0]), (vec![], vec![0, 2, 4, 6]));
    }

    #[test]
    fn something_new_is_offered_last_and_only_when_it_is_new() {
        assert_eq!(typed("трол").choice().as_deref(), Some("трол"));
        assert_eq!(typed("censorship").new_text(), None);
        assert_eq!(typed("cens").new_text(), Some("cens"));
        assert_eq!(typed("").choice().as_deref(), Some("c"));
        // Shared letters are no old name; a slip of the finger is.
        assert_eq!(typed("activism").choice().as_deref(), Some("activism"));
        assert_eq!(typed("slaktivism").choice().as_deref(), Some("s"));
    }

    #[test]
    fn rows_that_are_matched_a_slice_at_a_time_stand_in_one_order() {
        let words = ["sq", "s-q", "asq", "m", "square", "se qu"];
        let text = |n: usize| format!("{} {} {}", words[n % 6], "y".repeat(n % 7), words[(n / 5) % 6]);
        let rows: Vec<PickRow> =
            (0..12 * GO_ROWS + 7).map(|n| PickRow { is_off: n % 11 == 0, ..row("", &text(n), "") }).collect();
        let n_with = rows.iter().filter(|row| has_letters(&row.text, "s")).count();
        let mut picker = Picker::new("List", "list", rows);
        for query in ["s", "q"] {
            picker.query.insert(query);
            picker.search();
            while picker.is_searching() {
                assert_eq!(picker.hits.len(), picker.found.scored.iter().filter(|found| found.has_words).count());
                picker.go_on();
            }
            assert!(picker.found.fresh.is_empty());
            assert!(picker.found.scored.is_sorted_by_key(Match::rank), "{query}");
            assert!(query != "s" || picker.hits.len() == n_with);
        }
    }

    #[test]
    fn whole_words_come_before_scattered_letters() {
        let rows = vec![
            row("a", "tag the selection by the code's own letter", "c  tag-by-key"),
            row("b", "delete the annotation at the cursor", "D  delete-annotation"),
        ];
        let mut picker = Picker::new("Run", "palette", rows);
        picker.query.insert("delete");
        picker.search();
        assert_eq!(picker.hits, [1]);
    }

    #[test]
    fn rows_are_marked_and_unmarked() {
        let mut picker = picker();
        picker.mark();
        picker.mark();
        assert_eq!(picker.marked(), ["c", "e"]);
        picker.go(-2);
        picker.mark();
        assert_eq!(picker.marked(), ["e"]);
    }

    #[test]
    fn a_long_list_is_matched_piece_by_piece_and_keeps_what_is_chosen() {
        let rows = (0..50_000).map(|n| row(&n.to_string(), &format!("Құжат {n}"), "мәтін")).collect();
        let mut picker = Picker::new("Open", "open", rows);
        picker.query.insert("құжат 77");
        picker.search();
        assert!(picker.is_searching());
        picker.go(2);
        let chosen = picker.choice();
        while picker.is_searching() {
            picker.go_on();
        }
        assert_eq!(picker.choice(), chosen);
        picker.go(-100_000);
        assert_eq!(picker.choice().as_deref(), Some("77"));
    }

    #[test]
    fn what_does_not_apply_stands_last_and_is_not_chosen() {
        let mut rows = vec![row("a", "memo", ""), row("b", "memory", "")];
        rows[0].is_off = true;
        let picker = Picker::new("Run", "palette", rows);
        assert_eq!(picker.hits, [1, 0]);
        let mut off = picker.clone();
        off.go(1);
        assert_eq!(off.choice(), None);
    }

    proptest! {
        #[test]
        fn what_the_quick_look_drops_would_not_have_matched(hay in "[абв ]{0,12}", query in "[абв ]{1,4}") {
            let score = SkimMatcherV2::default().fuzzy_match(&hay, &query);
            prop_assert!(score.is_none() || has_letters(&hay, &query));
        }
    }
}
