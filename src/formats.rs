//! Ways to write a project out, and to read one in.

pub mod archive;
pub mod bitext;
pub mod brat;
pub mod bundle;
pub mod claim;
pub mod codebook;
pub mod coding;
pub mod commonmark;
pub mod conll;
pub mod counting;
pub mod csv;
pub mod damage;
pub mod decoded;
pub mod doccano;
pub mod docx;
pub mod epub;
pub mod exchange;
pub mod findings;
pub mod grouped;
pub mod guid;
pub mod harvest;
pub mod html;
pub mod jsonl;
pub mod label_studio;
pub mod latex;
pub mod layer;
pub mod losses;
pub mod manuscripts;
pub mod markdown;
pub mod notes;
pub mod numbering;
pub mod odt;
pub mod ontology;
pub mod open_document;
pub mod outgoing;
pub mod package;
pub mod page;
pub mod passages_page;
pub mod pdf;
pub mod pdf_content;
pub mod pdf_lines;
pub mod placed;
pub mod plain;
pub mod prose;
pub mod qualcoder;
pub mod refi;
pub mod refi_codes;
pub mod refi_notes;
pub mod refi_sets;
pub mod refi_writing;
pub mod report;
pub mod row;
pub mod scale;
#[cfg(test)]
pub mod specimen;
pub mod spreadsheet;
pub mod sqlite;
pub mod subtitles;
pub mod svg;
pub mod table;
pub mod taguette;
pub mod tally;
pub mod tmx;
pub mod tokens;
pub mod tongue;
pub mod tsv;
pub mod web_annotation;
pub mod webanno_tsv;
pub mod workbook;
pub mod xmi;
pub mod xml;

use std::io::{self, Write};

use exchange::Exchange;
use row::Row;

/// A way to write passages.
#[derive(Clone, Copy)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// For whom it is.
    pub help: &'static str,
    /// Writes rows, one after another.
    pub write: fn(&mut dyn Iterator<Item = Row>, &mut dyn Write) -> io::Result<()>,
}

/// All formats.
pub const FORMATS: &[Format] = &[
    Format { name: "csv", help: "a table for spreadsheets and statistics programs", write: csv::write },
    Format {
        name: "csv-excel",
        help: "the same with a byte order mark, which Excel needs for Kazakh letters",
        write: csv::write_for_excel,
    },
    Format { name: "jsonl", help: "an object a line; `tanba import` reads it back", write: jsonl::write },
    Format { name: "markdown", help: "passages under their documents, to read", write: markdown::write },
    Format { name: "notes", help: "Markdown with tags, for notes programs", write: notes::write },
    Format {
        name: "html",
        help: "a page by code, both languages side by side, to read and to print",
        write: passages_page::write,
    },
    Format { name: "odt", help: "the same for word processors", write: open_document::write },
    Format { name: "latex", help: "the same for LaTeX", write: latex::write },
    Format {
        name: "xlsx",
        help: "a workbook: passages, codebook, documents, tables, agreement",
        write: workbook::write,
    },
];

/// The format of that name.
pub fn named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The formats in which projects come from other programs and go to them, in the order in which files are held against them.
pub const EXCHANGES: &[Exchange] = &[
    Exchange {
        name: "refi",
        help: "REFI-QDA project (.qdpx): NVivo, ATLAS.ti, MAXQDA, QualCoder, …; everything but reviews",
        endings: &["qdpx", "qde", "qdc"],
        is_it: refi::is_it,
        read: Some(refi::read),
        write: Some(refi_writing::write),
    },
    Exchange {
        name: "refi-codebook",
        help: "REFI-QDA codebook (.qdc): codes alone",
        endings: &["qdc"],
        is_it: |_| false,
        read: None,
        write: Some(refi_writing::write_codebook),
    },
    Exchange {
        name: "qualcoder",
        help: "QualCoder's project: its folder, or data.qda in it",
        endings: &["qda"],
        is_it: qualcoder::is_it,
        read: Some(qualcoder::read),
        write: None,
    },
    Exchange {
        name: "taguette",
        help: "Taguette's project (SQLite)",
        endings: &["sqlite3", "db", "sqlite"],
        is_it: taguette::is_it,
        read: Some(taguette::read),
        write: None,
    },
    Exchange {
        name: "jsonl",
        help: "an object a line, as `tanba export --format jsonl` writes them",
        endings: &["jsonl"],
        is_it: jsonl::is_it,
        read: Some(jsonl::read),
        write: None,
    },
    Exchange {
        name: "brat",
        help: "brat's folder of texts with annotations beside them",
        endings: &[],
        is_it: brat::is_it,
        read: Some(brat::read),
        write: Some(brat::write),
    },
    Exchange {
        name: "webanno-tsv",
        help: "WebAnno TSV 3 of INCEpTION and WebAnno: a line a token",
        endings: &["tsv"],
        is_it: webanno_tsv::is_it,
        read: Some(webanno_tsv::read),
        write: Some(webanno_tsv::write),
    },
    Exchange {
        name: "xmi",
        help: "UIMA CAS XMI of INCEpTION and WebAnno",
        endings: &["xmi", "zip"],
        is_it: xmi::is_it,
        read: Some(xmi::read),
        write: Some(xmi::write),
    },
    Exchange {
        name: "web-annotation",
        help: "the W3C's Web Annotation, JSON-LD: passages by place and quote, without the texts",
        endings: &["jsonld", "json", "jsonl"],
        is_it: web_annotation::is_it,
        read: Some(web_annotation::read),
        write: Some(web_annotation::write),
    },
    Exchange {
        name: "doccano",
        help: "doccano's JSON Lines: a document a line with its labels",
        endings: &["jsonl", "json", "zip"],
        is_it: doccano::is_it,
        read: Some(doccano::read),
        write: Some(doccano::write),
    },
    Exchange {
        name: "label-studio",
        help: "Label Studio's JSON of tasks, with its labeling configuration",
        endings: &["json"],
        is_it: label_studio::is_it,
        read: Some(label_studio::read),
        write: Some(label_studio::write),
    },
    Exchange {
        name: "conll",
        help: "columns of tokens and labels (BIO), a file a coder; only written",
        endings: &["conll"],
        is_it: conll::is_it,
        read: None,
        write: Some(conll::write),
    },
];

/// The exchange format of that name.
pub fn exchange(name: &str) -> Option<&'static Exchange> {
    EXCHANGES.iter().find(|exchange| exchange.name == name)
}
