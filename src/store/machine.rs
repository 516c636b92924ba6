//! Which machine this is: two that are called alike must not write one journal.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::store::cipher::Cipher;
use crate::store::line::{self, Reading};
use crate::store::project::{Project, Writer};

/// Where systems keep a machine's name for itself. Source: machine-id(5).
const FILES: [&str; 2] = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/// Hexadecimal digits of a machine's sum.
const DIGITS: usize = 12;

/// Bytes of a journal's first line that are read at most.
const MAX_LINE_BYTES: u64 = 64 << 20;

/// A sum of this machine's name for itself (`TANBA_MACHINE` stands for it); `None` where it has none.
pub fn name() -> Option<String> {
    let read = || FILES.iter().find_map(|path| fs::read_to_string(path).ok()).filter(|id| !id.trim().is_empty());
    let id = env::var("TANBA_MACHINE").ok().or_else(read)?;
    // The name itself is not to be told around.
    let mut sum = blake3::derive_key("tanba machine", id.trim().as_bytes()).map(|byte| format!("{byte:02x}")).concat();
    sum.truncate(DIGITS);
    Some(sum)
}

/// The writer whose journal is this machine's to write: where another machine of the same name began it, one with a number.
pub fn sole(project: &Project, writer: Writer) -> Writer {
    let Some(own) = name() else { return writer };
    let is_ours = |writer: &Writer| {
        let began = began_by(&project.journals().join(format!("{}.jsonl", writer.name())), project.cipher.as_ref());
        began.is_none_or(|machine| machine == own)
    };
    let numbered = |n: usize| Writer { device: format!("{}-{n}", writer.device), ..writer.clone() };
    if is_ours(&writer) {
        return writer;
    }
    (2..1_000).map(numbered).find(is_ours).unwrap_or(writer)
}

/// The machine that began a journal, where its first line tells.
fn began_by(journal: &Path, cipher: Option<&Cipher>) -> Option<String> {
    let mut first = Vec::new();
    BufReader::new(File::open(journal).ok()?.take(MAX_LINE_BYTES)).read_until(b'\n', &mut first).ok()?;
    match line::decode(first.trim_ascii_end(), cipher) {
        Reading::Whole { event, .. } => event.machine,
        _ => None,
    }
}
