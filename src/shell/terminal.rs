//! Takes the terminal, and gives it back as it was.

use std::io::{BufWriter, IsTerminal, Stdout, Write, stdin, stdout};
use std::mem::ManuallyDrop;
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
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};

use crate::app::session::Session;
use crate::say;
use crate::store::quiet;
use crate::ui;
use crate::ui::theme::Theme;

/// Bytes gathered before they go to the terminal; a whole frame fits.
const BUFFER_BYTES: usize = 1 << 16;

/// Whether the terminal is ours, so that it is given back once and by whoever comes first.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours; dropping gives it back.
pub struct Screen {
    /// Never dropped: it would print into standard error where the terminal is gone, and panic when that fails.
    terminal: ManuallyDrop<Terminal<CrosstermBackend<BufWriter<Stdout>>>>,
    has_mouse: bool,
}

impl Screen {
    /// Takes the terminal, with its mouse or without. Fails with one line where there is none that can be drawn on.
    pub fn take(has_mouse: bool) -> Result<Self, String> {
        if !stdin().is_terminal() || !stdout().is_terminal() {
            return Err(say!("the reader needs a terminal; scripts use the subcommands (tanba --help)").into());
        }
        if std::env::var("TERM").is_ok_and(|term| term == "dumb") {
            return Err(say!(
                "this terminal says it can't place letters (TERM=dumb); set TERM, or use the subcommands"
            )
            .into());
        }
        // With NO_COLOR crossterm would also drop bold and underline; our theme keeps colours away by itself.
        force_color_output(true);
        enter(has_mouse).map_err(|error| {
            give_back();
            say!("can't use this terminal: {error}", error)
        })?;
        let backend = CrosstermBackend::new(BufWriter::with_capacity(BUFFER_BYTES, stdout()));
        let terminal = Terminal::new(backend).map_err(|error| {
            give_back();
            say!("can't use this terminal: {error}", error)
        })?;
        Ok(Self { terminal: ManuallyDrop::new(terminal), has_mouse })
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
    ///
    /// ratatui's own `clear` asks the terminal where its cursor is, and the answer would go to the listener: it waited
    /// two seconds and then cleared nothing.
    pub fn forget(&mut self) {
        let _ = self.terminal.backend_mut().clear();
        self.terminal.swap_buffers();
    }

    /// Gives the terminal back for a while; [`Screen::again`] takes it again.
    pub fn leave(&mut self) {
        give_back();
    }

    /// Takes the terminal again.
    pub fn again(&mut self) {
        if enter(self.has_mouse).is_ok() {
            self.forget();
        }
    }
}

impl Screen {
    /// Takes the mouse, or leaves it to the terminal.
    pub fn set_mouse(&mut self, has_mouse: bool) {
        if self.has_mouse != has_mouse {
            self.has_mouse = has_mouse;
            let _ = if has_mouse {
                execute!(stdout(), EnableMouseCapture)
            } else {
                execute!(stdout(), DisableMouseCapture)
            };
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

fn enter(has_mouse: bool) -> std::io::Result<()> {
    enable_raw_mode()?;
    IS_TAKEN.store(true, Ordering::SeqCst);
    // Not every terminal has another screen, and what stood there would shine through.
    execute!(stdout(), EnterAlternateScreen, Clear(ClearType::All), EnableBracketedPaste, EnableFocusChange)?;
    if has_mouse { execute!(stdout(), EnableMouseCapture) } else { Ok(()) }
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
        if quiet::is_quiet() {
            return;
        }
        if thread::current().id() == screen_thread {
            give_back();
            before(info);
        } else if !IS_TAKEN.load(Ordering::SeqCst) {
            before(info);
        }
    }));
}
