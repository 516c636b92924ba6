//! `tanba add`: takes texts in as documents.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::cli::choice::attribute;
use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, complain};
use crate::formats::archive::is_archive;
use crate::formats::bundle::Piece;
use crate::formats::manuscripts;
use crate::model::change::{Change, Record};
use crate::model::document::{Document, DocumentId, Pair, language_of};
use crate::model::event::Deed;
use crate::model::time::Time;
use crate::shell::clock;
use crate::store::Store;
use crate::store::documents::{self, Prepared};
use crate::store::error::StoreError;
use crate::store::quiet::quietly;
use crate::{count, say};

/// Larger files are plain texts: others are held in memory to be read.
const MOST_BYTES: u64 = 256 << 20;

#[derive(Args)]
struct AddArgs {
    /// Texts in any encoding, DOCX, ODT, EPUB, PDF, HTML, Markdown, subtitles (SRT, VTT), CSV with a document a row; - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Their language: en, kk, ru, … [default: by the name (x.kk.txt) or the letters]
    #[arg(long, value_name = "LANG")]
    language: Option<String>,
    /// What they are encoded in: windows-1251, kz-1048, utf-16, … [default: found out]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// The two files belong side by side; with a name, the one file and that document
    #[arg(long, value_name = "DOC", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pair: Option<String>,
    /// The title, for one file [default: the first line]
    #[arg(long)]
    title: Option<String>,
    /// When it was written or recorded: 2026, 2026-11 or 2026-11-21
    #[arg(long)]
    date: Option<String>,
    /// Where it is from
    #[arg(long)]
    source: Option<String>,
    /// Anything else known about it: outlet=…, interviewer=…
    #[arg(long = "attribute", value_name = "NAME=VALUE")]
    attributes: Vec<String>,
    /// The document's name, for one file [default: the file's]
    #[arg(long, value_name = "NAME")]
    id: Option<String>,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

/// A document that was taken in.
#[derive(Serialize)]
struct Added {
    id: DocumentId,
    language: String,
    title: String,
    /// Code points.
    length: usize,
    /// Whether it was there before, just so.
    was_known: bool,
    /// What was changed in the text.
    notes: Vec<String>,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba add *.txt", "takes all texts of this folder in"),
    ("tanba add a.en.txt a.kk.txt --pair", "takes two in that stand side by side"),
    ("tanba add old.txt --encoding windows-1251 --date 1998-05-01", "says what is known of it"),
    ("tanba add report.docx page.html", "takes the texts in that other programs' documents hold"),
    ("pdftotext report.pdf - | tanba add - --id report.en", "takes in what another program prints"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    AddArgs::augment_args(command.about("Take texts in as documents"))
}

/// Does it. Files that can't be taken are told, one line each; the others are taken.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = AddArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    check(&args)?;
    let attributes = read_attributes(&args)?;
    let mut store = context.store_to_write()?;
    let mut out = Output::new();
    let (mut all, mut n_failed) = (Vec::new(), 0);
    for file in &args.files {
        let texts = match texts(file, &args) {
            Ok(texts) => texts,
            Err(Failure::Told(why)) => {
                n_failed += 1;
                complain(&why);
                continue;
            }
            Err(other) => return Err(other),
        };
        for (document, prepared) in texts {
            let document = described(document, &args, &attributes, &store)?;
            match add(&mut store, document, prepared) {
                Ok(added) => {
                    if !args.json {
                        out.line(&told(&added))?;
                    }
                    all.push(added);
                }
                Err(Failure::Told(why)) => {
                    n_failed += 1;
                    complain(&why);
                }
                Err(other) => return Err(other),
            }
        }
    }
    if args.json {
        out.json(&all)?;
    }
    out.done()?;
    if n_failed > 0 {
        return Err(Failure::Silent);
    }
    pair(&args, &all, &mut store)
}

/// The documents of a file that was given; fails where options go with one and there are more.
fn texts(file: &Path, args: &AddArgs) -> Result<Vec<(Document, Prepared)>, Failure> {
    let named = |id: DocumentId| args.id.as_deref().map_or(id, DocumentId::safe);
    let texts = texts_of(file, args.encoding.as_deref(), &named)?;
    if texts.len() > 1 && (args.title.is_some() || args.id.is_some()) {
        return Err(say!(
            "{file} holds {n} documents; --title and --id go with one",
            file = file.display(),
            n = texts.len()
        )
        .into());
    }
    Ok(texts)
}

/// The documents of a file, with what it says of them: one of a plain text, perhaps more of others. `named` gives them their names.
pub fn texts_of(
    file: &Path,
    encoding: Option<&str>,
    named: &dyn Fn(DocumentId) -> DocumentId,
) -> Result<Vec<(Document, Prepared)>, Failure> {
    let piece = match fs::metadata(file) {
        Ok(about) if about.is_file() && about.len() <= MOST_BYTES && encoding.is_none() => {
            let bytes = fs::read(file).map_err(StoreError::io("read", file))?;
            Piece { path: file.display().to_string(), bytes }
        }
        _ => Piece::default(),
    };
    // A text is what its name says, whatever signs are in it.
    let is_plain = matches!(piece.ending().as_str(), "txt" | "text" | "")
        && !is_archive(&piece.bytes)
        && !piece.bytes.starts_with(b"%PDF");
    if is_plain || manuscripts::kind(&piece).is_none_or(|kind| kind.name == "text") {
        let prepared = documents::prepare(file, encoding)?;
        return Ok(vec![(Document::describing(named(documents::id_of(file)), &prepared.text), prepared)]);
    }
    let brought = quietly(|| manuscripts::read(&piece)).map_err(|refused| refused.to_string())?;
    let mut notes = brought.told;
    let papers = brought.study.papers.into_iter().filter_map(|paper| Some((paper.text?, paper.document)));
    let texts = papers.map(|(text, told)| {
        let mut document = Document::describing(named(DocumentId::safe(&told.id.0)), &text);
        if !told.title.is_empty() {
            document.title = told.title;
        }
        document.language = language_of(&told.language).unwrap_or(document.language);
        (document.attributes, document.landmarks) = (told.attributes, told.landmarks);
        // What was dropped is told once, with the first.
        (document, Prepared { text, notes: std::mem::take(&mut notes) })
    });
    Ok(texts.collect())
}

/// A document with what the command says of it; what was said of it before stays, where nothing else is said now.
fn described(
    mut document: Document,
    args: &AddArgs,
    attributes: &BTreeMap<String, String>,
    store: &Store,
) -> Result<Document, Failure> {
    if let Some(known) = store.shared()?.documents.remove(&document.id).filter(|k| !k.revision.is_empty()) {
        (document.title, document.language) = (known.title, known.language);
        document.attributes.extend(known.attributes);
        document.languages = known.languages;
    }
    document.language = args.language.as_deref().and_then(|l| language_of(l).ok()).unwrap_or(document.language);
    document.title = args.title.clone().unwrap_or(document.title);
    document.attributes.extend(attributes.clone());
    Ok(document)
}

/// Refuses options that do not go together.
fn check(args: &AddArgs) -> Result<(), Failure> {
    let misunderstood = |why: String| Err(Failure::Misunderstood(vec![why]));
    if args.files.len() > 1 && (args.title.is_some() || args.id.is_some()) {
        return misunderstood(say!("--title and --id go with one file").into());
    }
    if args.files.iter().any(|file| file.as_os_str() == "-") && args.id.is_none() {
        return misunderstood(say!("standard input has no name; give it one: --id NAME").into());
    }
    let n_files = args.files.len();
    match args.pair.as_deref() {
        Some("") if n_files != 2 => {
            return misunderstood(say!("--pair goes with two files; --pair=DOC with one").into());
        }
        Some(name) if !name.is_empty() && n_files != 1 => {
            return misunderstood(say!("--pair=DOC goes with one file").into());
        }
        _ => {}
    }
    if let Some(Err(why)) = args.language.as_deref().map(language_of) {
        return misunderstood(why);
    }
    Ok(())
}

fn add(store: &mut Store, document: Document, prepared: Prepared) -> Result<Added, Failure> {
    let shared = store.shared()?;
    let known = shared.documents.get(&document.id).filter(|known| !known.revision.is_empty());
    let dir = store.project.documents();
    let was_there = documents::path_of(&dir, &document.id).exists();
    documents::keep(&dir, &document.id, &prepared.text)?;
    let added = Added {
        id: document.id.clone(),
        language: document.language.clone(),
        title: document.title.clone(),
        length: document.length,
        was_known: known == Some(&document),
        notes: prepared.notes,
    };
    if !added.was_known {
        let change = match known {
            Some(known) => Change::replace(Record::Document(known.clone()), Record::Document(document)),
            None => Change::put(Record::Document(document)),
        };
        if let Err(error) = store.keep(vec![change], Deed::Plain, clock::now()) {
            // A text that nothing is said of would be a document all the same.
            if !was_there {
                let _ = fs::remove_file(documents::path_of(&dir, &added.id));
            }
            return Err(error.into());
        }
    }
    Ok(added)
}

fn told(added: &Added) -> String {
    if added.was_known {
        return say!("{id}  is here already", id = added.id);
    }
    let notes = added.notes.iter().fold(String::new(), |notes, note| notes + "; " + note);
    let language = if added.language.is_empty() { say!("language unknown") } else { &added.language };
    format!("{}  {language}, {}{notes}", added.id, count!(added.length, "{n} character", "{n} characters"))
}

/// Says that what was added belongs side by side, or beside another document.
fn pair(args: &AddArgs, all: &[Added], store: &mut Store) -> Result<(), Failure> {
    let shared = store.shared()?;
    let pair = match (args.pair.as_deref(), all) {
        (Some(""), [left, right]) => Pair { left: left.id.clone(), right: right.id.clone() },
        (Some(name), [added]) => {
            let other = DocumentId(name.to_owned());
            if !shared.documents.contains_key(&other) {
                return Err(say!("no document is called \"{name}\"; `tanba documents` lists them", name).into());
            }
            // The project's first language is on the left.
            let first = store.project.settings.languages.first();
            if Some(&added.language) == first {
                Pair { left: added.id.clone(), right: other }
            } else {
                Pair { left: other, right: added.id.clone() }
            }
        }
        _ => return Ok(()),
    };
    if pair.left == pair.right {
        return Err(say!("a document is no pair with itself").into());
    }
    if !shared.pairs.contains(&pair) {
        store.keep(vec![Change::put(Record::Pair(pair))], Deed::Plain, clock::now())?;
    }
    Ok(())
}

/// What is known of the documents: date, source, and all else.
fn read_attributes(args: &AddArgs) -> Result<BTreeMap<String, String>, Failure> {
    let misunderstood = |why: String| Failure::Misunderstood(vec![why]);
    let pairs = args.attributes.iter().map(|pair| attribute(pair));
    let mut attributes: BTreeMap<String, String> = pairs.collect::<Result<_, _>>()?;
    if let Some(date) = &args.date {
        let whole = format!("{date}{}", "-01".repeat(2usize.saturating_sub(date.matches('-').count())));
        let is_date = date.len() >= 4 && whole.len() == 10 && Time::parse(&whole).is_some();
        if !is_date {
            return Err(misunderstood(say!("\"{date}\" is no date; write 2026, 2026-11 or 2026-11-21", date)));
        }
        attributes.insert("date".into(), date.clone());
    }
    attributes.extend(args.source.iter().map(|source| ("source".to_owned(), source.clone())));
    Ok(attributes)
}
