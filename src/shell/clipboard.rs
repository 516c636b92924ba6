//! The clipboard: the terminal's own way (OSC 52), the system's tools, and what was copied here.

use std::env;
use std::io::{Read, Write, stdout};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crossterm::clipboard::CopyToClipboard;
use crossterm::execute;

/// Terminals drop longer ones, or hang on them.
const MAX_OSC_BYTES: usize = 74_994;

/// How long a tool may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// A program with its arguments.
type Tool = &'static [&'static str];

/// The variable that says a tool can work here, the tool that copies and the one that pastes.
const TOOLS: [(&str, Tool, Tool); 3] = [
    ("WAYLAND_DISPLAY", &["wl-copy"], &["wl-paste", "--no-newline"]),
    ("DISPLAY", &["xclip", "-selection", "clipboard"], &["xclip", "-selection", "clipboard", "-o"]),
    ("DISPLAY", &["xsel", "--clipboard", "--input"], &["xsel", "--clipboard", "--output"]),
];

/// The clipboard.
#[derive(Debug, Default)]
pub struct Clipboard {
    /// What was copied here last: pasted where no tool brings anything.
    own: String,
}

impl Clipboard {
    /// Puts a text into the clipboard, in every way that this terminal and system have.
    pub fn copy(&mut self, text: String) {
        if text.len() <= MAX_OSC_BYTES {
            // In base64: nothing of the text itself reaches the terminal.
            let _ = execute!(stdout(), CopyToClipboard::to_clipboard_from(text.as_bytes()));
        }
        let _ = tools().any(|(copy, _)| write_to(copy, &text).is_some());
        self.own = text;
    }

    /// What is in the clipboard.
    pub fn paste(&self) -> String {
        tools().find_map(|(_, paste)| read_from(paste)).unwrap_or_else(|| self.own.clone())
    }
}

/// The tools that can work here, by copy and paste.
fn tools() -> impl Iterator<Item = (Tool, Tool)> {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let mac: Option<(Tool, Tool)> = cfg!(target_os = "macos").then_some((&["pbcopy"], &["pbpaste"]));
    mac.into_iter()
        .chain(TOOLS.into_iter().filter(move |(name, ..)| is_set(name)).map(|(_, copy, paste)| (copy, paste)))
}

fn command(tool: Tool) -> Option<Command> {
    let (program, arguments) = tool.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).stderr(Stdio::null());
    Some(command)
}

fn write_to(tool: Tool, text: &str) -> Option<()> {
    let mut child = command(tool)?.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().ok()?;
    let (mut input, bytes) = (child.stdin.take()?, text.as_bytes().to_vec());
    // A tool that does not read is ended by `wait`, and this by that.
    std::thread::spawn(move || input.write_all(&bytes));
    wait(&mut child).then_some(())
}

fn read_from(tool: Tool) -> Option<String> {
    let mut child = command(tool)?.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().ok()?;
    let mut out = child.stdout.take()?;
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        out.read_to_end(&mut bytes).map(|_| bytes)
    });
    if !wait(&mut child) {
        return None;
    }
    String::from_utf8(reader.join().ok()?.ok()?).ok()
}

/// Whether a tool ends well in time; one that does not is ended.
fn wait(child: &mut std::process::Child) -> bool {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            Err(_) => return false,
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    false
}
