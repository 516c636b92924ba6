//! A text being written: a memo, or one line of a prompt or a query.

use crate::text::segment::{floor_boundary, next_boundary, previous_boundary};
use crate::text::span::slice;

/// The most that is taken from one paste, in bytes.
const MAX_PASTE_BYTES: usize = 256 * 1024;

/// A text being written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Editor {
    text: String,
    /// A byte offset on a grapheme boundary of `text`.
    cursor: usize,
}

impl Editor {
    /// Begins with a text, the cursor behind it.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), cursor: text.len() }
    }

    /// What is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The cursor's byte offset.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Writes at the cursor. Line ends of any kind become `\n`; other control characters but tabs are dropped.
    pub fn insert(&mut self, text: &str, is_single_line: bool) {
        let text = slice(text, 0, floor_boundary(text, MAX_PASTE_BYTES));
        let clean = text.replace("\r\n", "\n").replace('\r', "\n");
        let clean: String = if is_single_line {
            clean.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c }).filter(|c| !c.is_control()).collect()
        } else {
            clean.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
        };
        self.text.insert_str(self.cursor, &clean);
        self.cursor = floor_boundary(&self.text, self.cursor + clean.len());
    }

    /// Does what an editing key means; tells whether it means anything.
    pub fn press(&mut self, name: &str) -> bool {
        match name {
            "Backspace" => self.delete(previous_boundary(&self.text, self.cursor)),
            "Delete" => self.delete(next_boundary(&self.text, self.cursor)),
            "C-w" => self.delete(self.word_start()),
            "C-u" => self.delete(self.line_start()),
            "C-k" => self.delete(self.line_end()),
            _ => return self.go(name),
        }
        true
    }

    fn go(&mut self, name: &str) -> bool {
        self.cursor = match name {
            "Left" => previous_boundary(&self.text, self.cursor),
            "Right" => next_boundary(&self.text, self.cursor),
            "C-Left" => self.word_start(),
            "C-Right" => self.word_end(),
            "Home" | "C-a" => self.line_start(),
            "End" | "C-e" => self.line_end(),
            "Up" => self.line_above(),
            "Down" => self.line_below(),
            _ => return false,
        };
        true
    }

    fn delete(&mut self, to: usize) {
        let (start, end) = (to.min(self.cursor), to.max(self.cursor));
        self.text.replace_range(start..end, "");
        self.cursor = floor_boundary(&self.text, start);
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_paste_keeps_its_lines_and_loses_its_escapes() {
        let mut editor = Editor::default();
        editor.insert("бір\r\nекі\u{1b}[31m\u{9b}", false);
        assert_eq!(editor.text(), "бір\nекі[31m");
        let mut line = Editor::default();
        line.insert("a\nb\u{7}", true);
        assert_eq!(line.text(), "a b");
    }

    #[test]
    fn lines_are_walked_up_and_down() {
        let mut editor = Editor::new("қысқа\nұзынырақ жол");
        for (name, cursor) in [("Up", 10), ("Home", 0), ("Down", 11), ("End", 34), ("C-w", 28), ("Backspace", 27)] {
            assert!(editor.press(name));
            assert_eq!(editor.cursor(), cursor, "{name}");
        }
        assert_eq!(editor.text(), "қысқа\nұзынырақ");
    }

    proptest! {
        #[test]
        fn no_key_leaves_a_letter_in_halves(text in "[aқи\u{306}👍\n ]{0,30}", keys in prop::collection::vec(0usize..15, 0..40)) {
            const KEYS: [&str; 14] = ["Left", "Right", "Up", "Down", "Home", "End", "Backspace", "Delete", "C-w", "C-u", "C-k", "C-Left", "C-Right", "C-a"];
            let mut editor = Editor::new(&text);
            for key in keys {
                match KEYS.get(key) {
                    Some(name) => { editor.press(name); }
                    None => editor.insert("\u{306}й", false),
                }
                prop_assert_eq!(floor_boundary(editor.text(), editor.cursor()), editor.cursor());
            }
        }
    }
}
