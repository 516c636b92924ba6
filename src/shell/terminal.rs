//! Takes the terminal, and gives it back as it was.

use std::io::{BufWriter, IsTerminal, Stdout, Write, stdin, stdout};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
    EnableMouseCapture,
};
use crossterm::style::force_color_output;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use crate::app::session::Session;
use crate::ui;
use crate::ui::theme::{Level, Theme};

/// Bytes gathered before they go to the terminal; a whole frame fits.
const BUFFER_BYTES: usize = 1 << 16;

/// Whether the terminal is ours, so that it is given back once and by whoever comes first.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours; dropping gives it back.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

impl Screen {
    /// Takes the terminal. Fails with one line where there is none.
    pub fn take() -> Result<Self, String> {
        if !stdin().is_terminal() || !stdout().is_terminal() {
            return Err("the reader needs a terminal; scripts use the subcommands (tanba --help)".into());
        }
        // With NO_COLOR crossterm would also drop bold and underline; our theme keeps colours away by itself.
        force_color_output(true);
        enter().map_err(|error| {
            give_back();
            format!("can't use this terminal: {error}")
        })?;
        let backend = CrosstermBackend::new(BufWriter::with_capacity(BUFFER_BYTES, stdout()));
        let terminal = Terminal::new(backend).map_err(|error| {
            give_back();
            format!("can't use this terminal: {error}")
        })?;
        Ok(Self { terminal })
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.terminal.size().map_or((80, 24), |size| (size.width, size.height))
    }

    /// Draws a session, all cells at once.
    pub fn draw(&mut self, session: &Session, theme: &Theme) -> std::io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| ui::draw(frame, session, theme))?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)
    }

    /// Forgets what is on the screen, so that the next drawing draws all of it.
    pub fn forget(&mut self) {
        let _ = self.terminal.clear();
    }

    /// Gives the terminal back for a while; [`Screen::again`] takes it again.
    pub fn leave(&mut self) {
        give_back();
    }

    /// Takes the terminal again.
    pub fn again(&mut self) {
        if enter().is_ok() {
            self.forget();
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // After a panic in the middle of a drawing its beginning is still in the buffer.
        let _ = execute!(self.terminal.backend_mut(), EndSynchronizedUpdate);
        give_back();
    }
}

fn enter() -> std::io::Result<()> {
    enable_raw_mode()?;
    IS_TAKEN.store(true, Ordering::SeqCst);
    execute!(stdout(), EnterAlternateScreen, EnableMouseCapture, EnableBracketedPaste, EnableFocusChange)
}

/// Gives the terminal back, if it is ours; safe to call from anywhere, any number of times.
pub fn give_back() {
    if !IS_TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = stdout();
    let _ = execute!(
        out,
        EndSynchronizedUpdate,
        DisableFocusChange,
        DisableBracketedPaste,
        DisableMouseCapture,
        LeaveAlternateScreen,
        Show
    );
    let _ = disable_raw_mode();
    let _ = out.flush();
}

/// Makes a panic of this thread give the terminal back before it speaks. Other threads' panics are caught by
/// who started them, and must not print into the screen.
pub fn guard_panics() {
    let screen_thread = thread::current().id();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == screen_thread {
            give_back();
            before(info);
        } else if !IS_TAKEN.load(Ordering::SeqCst) {
            before(info);
        }
    }));
}

/// What this terminal can show, by what the environment says.
pub fn theme(wish: Option<&str>) -> Theme {
    let var = |name| std::env::var(name).unwrap_or_default();
    let (term, colorterm) = (var("TERM"), var("COLORTERM"));
    let level = if !var("NO_COLOR").is_empty() || term == "dumb" {
        Level::Mono
    } else if colorterm.contains("truecolor") || colorterm.contains("24bit") || term.ends_with("-direct") {
        Level::True
    } else if term.contains("256") {
        Level::Ansi256
    } else {
        Level::Ansi16
    };
    // COLORFGBG is `foreground;background` in the sixteen colours; 7 and 9–15 are light grounds.
    let ground = var("COLORFGBG").rsplit(';').next().and_then(|n| n.parse::<u8>().ok());
    let is_light = match wish {
        Some(wish) => wish == "light",
        None => ground.is_some_and(|n| n == 7 || n > 8),
    };
    Theme::new(level, !is_light)
}
