//! A text being written: a memo, or one line of a prompt or a query.

use crate::text::segment::{floor_boundary, next_boundary, previous_boundary};
use crate::text::span::{Span, slice};

/// The most that is taken from one paste, in bytes.
const MAX_PASTE_BYTES: usize = 256 * 1024;

/// Steps back that are remembered.
const MAX_STEPS: usize = 500;

/// Bytes of remembered texts at most; a long memo has fewer steps.
const MAX_STEP_BYTES: usize = 4 << 20;

/// A text as it was, with its cursor.
type Step = (String, usize);

/// What the last change was: changes of one kind in a row are one step back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Last {
    #[default]
    Other,
    Letter,
    Erasure,
}

/// A text being written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Editor {
    text: String,
    /// A byte offset on a grapheme boundary of `text`.
    cursor: usize,
    /// The other end of what is selected; a grapheme boundary too.
    anchor: Option<usize>,
    is_single_line: bool,
    past: Vec<Step>,
    future: Vec<Step>,
    last: Last,
}

impl Editor {
    /// Begins with a text of any number of lines, the cursor behind it.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), cursor: text.len(), ..Self::default() }
    }

    /// Begins with one line, which stays one.
    pub fn line(text: &str) -> Self {
        Self { is_single_line: true, ..Self::new(text) }
    }

    /// What is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The cursor's byte offset.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The bytes that are selected; empty for none.
    pub fn selected(&self) -> Span {
        let anchor = self.anchor.unwrap_or(self.cursor);
        Span::new(anchor.min(self.cursor), anchor.max(self.cursor))
    }

    /// The text that is selected.
    pub fn selected_text(&self) -> &str {
        slice(&self.text, self.selected().start, self.selected().end)
    }

    /// Writes at the cursor, in the place of what is selected. Line ends of any kind become `\n`, or blanks in one
    /// line; other control characters but tabs are dropped.
    pub fn insert(&mut self, text: &str) {
        let clean = self.cleaned(slice(text, 0, floor_boundary(text, MAX_PASTE_BYTES)));
        let is_letter = clean.chars().count() == 1 && !clean.trim().is_empty() && self.selected().is_empty();
        self.replace(self.selected(), &clean, if is_letter { Last::Letter } else { Last::Other });
    }

    fn cleaned(&self, text: &str) -> String {
        let clean = text.replace("\r\n", "\n").replace('\r', "\n");
        if self.is_single_line {
            clean.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c }).filter(|c| !c.is_control()).collect()
        } else {
            clean.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
        }
    }

    /// Takes a whole new text, as another program wrote it; one step back brings the old.
    pub fn rewrite(&mut self, text: &str) {
        let clean = self.cleaned(text);
        self.replace(Span::new(0, self.text.len()), &clean, Last::Other);
    }

    fn replace(&mut self, span: Span, with: &str, kind: Last) {
        if span.is_empty() && with.is_empty() {
            return;
        }
        if kind == Last::Other || kind != self.last {
            self.past.push((self.text.clone(), self.cursor));
            let n_bytes = |past: &[Step]| past.iter().map(|(text, _)| text.len()).sum::<usize>();
            while self.past.len() > MAX_STEPS || (self.past.len() > 1 && n_bytes(&self.past) > MAX_STEP_BYTES) {
                self.past.remove(0);
            }
        }
        self.last = kind;
        self.future.clear();
        self.text.replace_range(span.start..span.end, with);
        self.anchor = None;
        self.cursor = floor_boundary(&self.text, span.start + with.len());
    }

    /// Takes the last change back.
    pub fn undo(&mut self) {
        if let Some(step) = self.past.pop() {
            self.future.push((std::mem::replace(&mut self.text, step.0), self.cursor));
            self.cursor = step.1;
        }
        (self.anchor, self.last) = (None, Last::Other);
    }

    /// Brings back what undo took.
    pub fn redo(&mut self) {
        if let Some(step) = self.future.pop() {
            self.past.push((std::mem::replace(&mut self.text, step.0), self.cursor));
            self.cursor = step.1;
        }
        (self.anchor, self.last) = (None, Last::Other);
    }

    /// Moves the cursor; what lies between is selected, or nothing is.
    pub fn go(&mut self, to: Place, is_selecting: bool) {
        let target = self.find(to);
        self.anchor = is_selecting.then(|| self.anchor.unwrap_or(self.cursor));
        (self.cursor, self.last) = (target, Last::Other);
    }

    /// Deletes what is selected, or what lies between the cursor and a place.
    pub fn delete(&mut self, to: Place) {
        let target = self.find(to);
        let between = Span::new(target.min(self.cursor), target.max(self.cursor));
        let (span, kind) = match self.selected() {
            selected if selected.is_empty() => (between, Last::Erasure),
            selected => (selected, Last::Other),
        };
        self.replace(span, "", kind);
    }

    /// Puts the cursor at a byte of the text, or at the letter that holds it; what lies between is selected, or nothing is.
    pub fn put_at(&mut self, offset: usize, is_selecting: bool) {
        self.anchor = is_selecting.then(|| self.anchor.unwrap_or(self.cursor));
        (self.cursor, self.last) = (floor_boundary(&self.text, offset), Last::Other);
    }

    /// Selects everything.
    pub fn select_all(&mut self) {
        (self.anchor, self.cursor, self.last) = (Some(0), self.text.len(), Last::Other);
    }

    /// Selects a stretch, as far as it is there; the cursor stands at its end.
    pub fn select(&mut self, start: usize, end: usize) {
        let at = |offset: usize| floor_boundary(&self.text, offset.min(self.text.len()));
        let (start, end) = (at(start), at(end));
        (self.anchor, self.cursor, self.last) = (Some(start), end, Last::Other);
    }

    /// Selects nothing.
    pub fn deselect(&mut self) {
        self.anchor = None;
    }

    fn find(&self, place: Place) -> usize {
        let (text, cursor) = (&self.text, self.cursor);
        match place {
            Place::Left => previous_boundary(text, cursor),
            Place::Right => next_boundary(text, cursor),
            Place::WordLeft => self.word_start(),
            Place::WordRight => self.word_end(),
            Place::LineStart => self.line_start(),
            Place::LineEnd => self.line_end(),
            Place::Above => self.line_above(),
            Place::Below => self.line_below(),
            Place::Start => 0,
            Place::End => text.len(),
        }
    }

    fn before(&self) -> &str {
        slice(&self.text, 0, self.cursor)
    }

    fn after(&self) -> &str {
        slice(&self.text, self.cursor, self.text.len())
    }

    fn line_start(&self) -> usize {
        self.before().rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.after().find('\n').map_or(self.text.len(), |at| self.cursor + at)
    }

    fn word_start(&self) -> usize {
        let trimmed = self.before().trim_end();
        trimmed.rfind(char::is_whitespace).map_or(0, |at| next_boundary(&self.text, at))
    }

    fn word_end(&self) -> usize {
        let after = self.after();
        let blanks = after.len() - after.trim_start().len();
        let word = after.trim_start().find(char::is_whitespace).unwrap_or(after.len() - blanks);
        self.cursor + blanks + word
    }

    fn line_above(&self) -> usize {
        let start = self.line_start();
        let letters = slice(&self.text, start, self.cursor).chars().count();
        let Some(previous_end) = start.checked_sub(1) else {
            return 0;
        };
        let previous_start = slice(&self.text, 0, previous_end).rfind('\n').map_or(0, |at| at + 1);
        self.at_letter(previous_start, previous_end, letters)
    }

    fn line_below(&self) -> usize {
        let letters = slice(&self.text, self.line_start(), self.cursor).chars().count();
        let end = self.line_end();
        if end == self.text.len() {
            return end;
        }
        let next_end =
            slice(&self.text, end + 1, self.text.len()).find('\n').map_or(self.text.len(), |at| end + 1 + at);
        self.at_letter(end + 1, next_end, letters)
    }

    fn at_letter(&self, start: usize, end: usize, letters: usize) -> usize {
        let line = slice(&self.text, start, end);
        let at = line.char_indices().nth(letters).map_or(line.len(), |(at, _)| at);
        floor_boundary(&self.text, start + at)
    }
}

/// A place in a text, seen from the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// One letter back.
    Left,
    /// One letter on.
    Right,
    /// The start of this word, or of the one before.
    WordLeft,
    /// The end of this word, or of the next.
    WordRight,
    /// The start of the line.
    LineStart,
    /// The end of the line.
    LineEnd,
    /// The same letter of the line above.
    Above,
    /// The same letter of the line below.
    Below,
    /// The start of the text.
    Start,
    /// The end of the text.
    End,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::Place::*;
    use super::*;

    #[test]
    fn a_paste_keeps_its_lines_and_loses_its_escapes() {
        let mut editor = Editor::default();
        editor.insert("бір\r\nекі\u{1b}[31m\u{9b}");
        assert_eq!(editor.text(), "бір\nекі[31m");
        let mut line = Editor::line("");
        line.insert("a\nb\u{7}");
        assert_eq!(line.text(), "a b");
    }

    #[test]
    fn lines_are_walked_up_and_down() {
        let mut editor = Editor::new("қысқа\nұзынырақ жол");
        for (place, cursor) in [(Above, 10), (LineStart, 0), (Below, 11), (LineEnd, 34), (Start, 0), (End, 34)] {
            editor.go(place, false);
            assert_eq!(editor.cursor(), cursor, "{place:?}");
        }
        editor.delete(WordLeft);
        editor.delete(Left);
        assert_eq!(editor.text(), "қысқа\nұзынырақ");
    }

    #[test]
    fn what_is_selected_is_replaced_and_undone() {
        let mut editor = Editor::new("бір екі");
        editor.go(WordLeft, true);
        assert_eq!(editor.selected_text(), "екі");
        for c in ["ү", "ш"] {
            editor.insert(c);
        }
        assert_eq!(editor.text(), "бір үш");
        editor.undo();
        editor.undo();
        assert_eq!(editor.text(), "бір екі");
        editor.redo();
        editor.redo();
        assert_eq!(editor.text(), "бір үш");
        editor.go(Left, false);
        assert!(editor.selected().is_empty());
    }

    #[test]
    fn letters_typed_in_a_row_are_one_step_back() {
        let mut editor = Editor::new("");
        for c in ["а", "б", " ", "в"] {
            editor.insert(c);
        }
        editor.undo();
        assert_eq!(editor.text(), "аб ");
        editor.undo();
        editor.undo();
        assert_eq!(editor.text(), "");
        editor.undo();
        assert_eq!(editor.text(), "");
    }

    proptest! {
        #[test]
        fn no_deed_leaves_a_letter_in_halves_and_undo_brings_the_beginning_back(
            text in "[aқи\u{306}👍\n ]{0,30}", deeds in prop::collection::vec((0usize..16, any::<bool>()), 0..40),
        ) {
            const PLACES: [Place; 10] = [Left, Right, WordLeft, WordRight, LineStart, LineEnd, Above, Below, Start, End];
            let mut editor = Editor::new(&text);
            for (deed, flag) in deeds {
                match (deed, PLACES.get(deed)) {
                    (_, Some(place)) if flag => editor.go(*place, deed % 2 == 0),
                    (_, Some(place)) => editor.delete(*place),
                    (10, _) => editor.undo(),
                    (11, _) => editor.redo(),
                    (12, _) => editor.select_all(),
                    _ => editor.insert("\u{306}й"),
                }
                prop_assert_eq!(floor_boundary(editor.text(), editor.cursor()), editor.cursor());
                prop_assert_eq!(floor_boundary(editor.text(), editor.selected().start), editor.selected().start);
            }
            for _ in 0..100 {
                editor.undo();
            }
            prop_assert_eq!(editor.text(), text);
        }
    }
}
