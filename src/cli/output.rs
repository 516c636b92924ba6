//! What subcommands print: safe for terminals, exact for files and pipes.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::say;
use crate::text::width::printable;

/// Standard output. On a terminal every control character but the line's end is shown as a picture.
pub struct Output {
    out: BufWriter<io::Stdout>,
    is_terminal: bool,
}

impl Output {
    /// Opens standard output.
    pub fn new() -> Self {
        Self { out: BufWriter::with_capacity(1 << 16, io::stdout()), is_terminal: io::stdout().is_terminal() }
    }

    /// Prints one line of words; control characters in it become pictures wherever it goes.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", printable(text))
    }

    /// Whether people read it, on a terminal, rather than programs.
    pub fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Hands over what is still held back; fails where it can't be written.
    pub fn done(mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Prints a value as JSON on lines of its own.
    pub fn json<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        self.safely(&serde_json::to_string_pretty(value)?)
    }

    /// Prints a value as JSON on one line for programs, which may gather such lines; on several for people.
    pub fn json_line<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        if self.is_terminal { self.json(value) } else { self.safely(&serde_json::to_string(value)?) }
    }

    fn safely(&mut self, text: &str) -> io::Result<()> {
        // JSON leaves DEL and the second set of control characters as they are; some terminals obey them.
        let mut safe = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                    safe.push_str("\\u");
                    safe.extend((0..4).rev().filter_map(|i| char::from_digit((c as u32 >> (4 * i)) & 15, 16)));
                }
                _ => safe.push(c),
            }
        }
        writeln!(self.out, "{safe}")
    }
}

/// Work that is shown where it takes longer than this.
const PATIENCE: Duration = Duration::from_millis(200);

/// Tells on standard error how far a long reading is, where people look at it, and takes that away when it is over.
pub struct Progress {
    what: &'static str,
    begun: Instant,
    percent: u64,
    is_shown: bool,
}

impl Progress {
    /// The journals are read.
    pub fn new() -> Self {
        Self::of(say!("reading the journals"))
    }

    /// Something begins now.
    pub fn of(what: &'static str) -> Self {
        Self { what, begun: Instant::now(), percent: 0, is_shown: false }
    }

    /// So many of all bytes are read.
    pub fn at(&mut self, done: u64, all: u64) {
        let percent = done * 100 / all.max(1);
        if percent == self.percent || self.begun.elapsed() < PATIENCE || !io::stderr().is_terminal() {
            return;
        }
        (self.percent, self.is_shown) = (percent, true);
        let _ = write!(io::stderr(), "\r{} {percent} %", self.what);
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r{:40}\r", "");
        }
    }
}

/// Tells what went wrong, in one line on standard error; where nobody can read that, nobody is told.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "tanba: {}", printable(text));
}

impl Default for Output {
    fn default() -> Self {
        Self::new()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return self.out.write(bytes);
        }
        // Letters cut by the end of a write become pictures too; on a terminal this is for eyes alone.
        for (i, line) in String::from_utf8_lossy(bytes).split('\n').enumerate() {
            if i > 0 {
                self.out.write_all(b"\n")?;
            }
            self.out.write_all(printable(line).as_bytes())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
