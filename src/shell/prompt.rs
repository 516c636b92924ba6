//! Asks for a secret in the terminal, whatever the output goes to; nothing that is typed is shown.

use std::fs::OpenOptions;
use std::io::{self, Write};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

/// The status of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// The terminal while it shows nothing of what is typed, also between two questions, until this is dropped.
#[derive(Debug)]
pub struct Silence(());

impl Silence {
    /// Silences the terminal; fails where there is none.
    pub fn begin() -> io::Result<Self> {
        enable_raw_mode().map(|()| Self(()))
    }

    /// Says a line.
    pub fn say(&self, text: &str) -> io::Result<()> {
        tell(&format!("{text}\r\n"))
    }

    /// Asks, and takes a line, without its end; `None` where it is left with Ctrl-D. Ctrl-C ends the program.
    pub fn ask(&self, question: &str) -> io::Result<Option<String>> {
        tell(question)?;
        let mut typed = String::new();
        let answer = loop {
            match read()? {
                Event::Key(key) if key.kind != KeyEventKind::Release => match take(&mut typed, key) {
                    Taken::More => {}
                    Taken::Line => break Some(typed),
                    Taken::Left => break None,
                    Taken::Interrupted => {
                        tell("\r\n")?;
                        give_back();
                        std::process::exit(INTERRUPTED);
                    }
                },
                Event::Paste(text) => typed.push_str(&text),
                _ => {}
            }
        };
        tell("\r\n")?;
        Ok(answer)
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        give_back();
    }
}

fn give_back() {
    let _ = disable_raw_mode();
}

/// What a key did.
enum Taken {
    More,
    Line,
    Left,
    Interrupted,
}

fn take(typed: &mut String, key: KeyEvent) -> Taken {
    let is_held = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Enter => return Taken::Line,
        KeyCode::Char('j' | 'm') if is_held => return Taken::Line,
        KeyCode::Char('c') if is_held => return Taken::Interrupted,
        KeyCode::Char('d') if is_held && typed.is_empty() => return Taken::Left,
        KeyCode::Char('u') if is_held => typed.clear(),
        KeyCode::Backspace => drop(typed.pop()),
        KeyCode::Char('h') if is_held => drop(typed.pop()),
        KeyCode::Char(letter) if !is_held => typed.push(letter),
        _ => {}
    }
    Taken::More
}

/// Writes to the terminal itself: what is written elsewhere may go to a file.
fn tell(text: &str) -> io::Result<()> {
    match OpenOptions::new().write(true).open("/dev/tty") {
        Ok(mut terminal) => terminal.write_all(text.as_bytes()),
        Err(_) => io::stderr().write_all(text.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[(KeyCode, KeyModifiers)]) -> String {
        let mut typed = String::new();
        for (code, modifiers) in keys {
            take(&mut typed, KeyEvent::new(*code, *modifiers));
        }
        typed
    }

    #[test]
    fn a_line_is_mended_by_letters_and_as_a_whole() {
        let letter = |c| (KeyCode::Char(c), KeyModifiers::NONE);
        let back = (KeyCode::Backspace, KeyModifiers::NONE);
        assert_eq!(typed(&[letter('ғ'), letter('Қ'), back, letter('é')]), "ғé");
        assert_eq!(typed(&[letter('a'), (KeyCode::Char('u'), KeyModifiers::CONTROL), letter('b')]), "b");
        assert_eq!(typed(&[back, (KeyCode::Char('x'), KeyModifiers::CONTROL)]), "");
        assert_eq!(
            typed(&[letter('a'), (KeyCode::Char('Б'), KeyModifiers::SHIFT), (KeyCode::Tab, KeyModifiers::NONE)]),
            "aБ"
        );
    }
}
