//! What is said when the program ends by a fault of its own: where, and never a word of what it was working on.

use std::panic::{self, PanicHookInfo};

use crate::cli::output::complain;
use crate::say;
use crate::store::quiet;

/// Puts our words in the place of Rust's, which may quote a document: `byte index 5 is not a char boundary; it is inside 'қ' of …`.
pub fn speak_for_panics() {
    panic::set_hook(Box::new(|info| {
        if !quiet::is_quiet() {
            complain(&told(info));
        }
    }));
}

fn told(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
    let version = env!("CARGO_PKG_VERSION");
    // A message without values was written by a programmer; one with values may have a document's words.
    let why = info.payload().downcast_ref::<&str>().copied().unwrap_or("");
    say!(
        "tanba {version} made a mistake at {place} and ends; all that was kept is kept. Please report this line. {why}",
        version,
        place,
        why
    )
}
