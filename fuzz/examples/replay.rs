//! Gives files to a target once, without the fuzzer: `cargo run --example replay -- tsv artifacts/tsv/*`.
#![allow(clippy::expect_used)] // a missing file says so

use tanba_fuzz as targets;

fn main() {
    let mut words = std::env::args().skip(1);
    let target = words.next().expect("a target's name");
    targets::panics_unwind();
    for path in words {
        let data = std::fs::read(&path).expect("a file");
        match target.as_str() {
            "jsonl" => targets::exchange("jsonl", "jsonl", &data),
            "refi" => targets::exchange("refi", "qdpx", &data),
            "brat" => targets::exchange("brat", "ann", &data),
            "webanno_tsv" => targets::exchange("webanno-tsv", "tsv", &data),
            "xmi" => targets::exchange("xmi", "xmi", &data),
            "qualcoder" => targets::exchange("qualcoder", "qda", &data),
            "taguette" => targets::exchange("taguette", "sqlite3", &data),
            "web_annotation" => targets::exchange("web-annotation", "jsonld", &data),
            "doccano" => targets::exchange("doccano", "jsonl", &data),
            "label_studio" => targets::exchange("label-studio", "json", &data),
            "xml" => targets::xml(&data),
            "tmx" => targets::tmx(&data),
            "tsv" => targets::tsv(&data),
            "workbook" => targets::workbook(&data),
            "codebook" => targets::codebook(&data),
            "archive" => targets::archive(&data),
            "coding" => targets::coding(&data),
            "carry" => targets::carry(&data),
            "journal" => targets::program::journal(&data),
            "layout" => targets::program::layout(&data),
            "keys" => targets::program::keys(&data),
            "session" => targets::program::session(&data),
            "intake" => targets::intake(&data),
            "commonmark" => targets::manuscript("markdown", &data),
            "spreadsheet" => targets::manuscript("table", &data),
            kind => targets::manuscript(kind, &data),
        }
        println!("{path}: all is well");
    }
}
