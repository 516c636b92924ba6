//! Keeps what the fuzzer found worth trying: `cargo run --example keep -- session` writes the short inputs of `corpus/session`, a
//! line of Base64 each, into `kept/session.txt`, from which `seeds` makes them again.
#![allow(clippy::expect_used)] // a missing folder says so

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Longer inputs are not kept.
const LONGEST_BYTES: usize = 512;

/// Of one target no more is kept, the shortest first.
const MOST_BYTES: usize = 100_000;

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::create_dir_all(here.join("kept")).expect("a folder");
    for target in std::env::args().skip(1) {
        let files = fs::read_dir(here.join("corpus").join(&target)).expect("a corpus");
        let mut inputs: Vec<Vec<u8>> =
            files.map(|file| fs::read(file.expect("listed").path()).expect("read")).collect();
        inputs.retain(|input| input.len() <= LONGEST_BYTES);
        inputs.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        let mut n_bytes = 0;
        let short = inputs.iter().take_while(|input| {
            n_bytes += input.len();
            n_bytes <= MOST_BYTES
        });
        let lines: Vec<String> = short.map(|input| STANDARD_NO_PAD.encode(input) + "\n").collect();
        fs::write(here.join("kept").join(format!("{target}.txt")), lines.concat()).expect("written");
        println!("{target}: {} of {} kept", lines.len(), inputs.len());
    }
}
