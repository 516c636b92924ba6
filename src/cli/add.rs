//! `tanba add`: takes texts in as documents.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::model::change::{Change, Record};
use crate::model::document::Document;
use crate::model::event::Deed;
use crate::shell::clock;
use crate::store::Store;
use crate::store::documents::{self, Prepared};

#[derive(Args)]
struct AddArgs {
    /// Text files, UTF-8
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Their language: en, kk, ru, … [default: by the name (x.kk.txt) or the letters]
    #[arg(long, value_name = "LANG")]
    language: Option<String>,
    /// The title, for one file [default: the first line]
    #[arg(long)]
    title: Option<String>,
    /// The document's name, for one file [default: the file's]
    #[arg(long, value_name = "NAME")]
    id: Option<String>,
    /// Anything known about it: source=…, date=…, outlet=…
    #[arg(long = "attribute", value_name = "NAME=VALUE")]
    attributes: Vec<String>,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba add *.txt", "takes all texts of this folder in"),
    ("tanba add a.en.txt a.kk.txt --pair", "takes two in that stand side by side"),
    ("tanba add old.txt --encoding windows-1251 --date 1998-05-01", "says what is known of it"),
    ("pdftotext report.pdf - | tanba add - --id report.en", "takes in what another program prints"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    AddArgs::augment_args(command.about("Take texts in as documents"))
}

/// Does it. Files that can't be taken are told, one line each; the others are taken.
#[allow(clippy::print_stderr)] // one line for each file that can't be taken
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = AddArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    if args.files.len() > 1 && (args.title.is_some() || args.id.is_some()) {
        return Err("--title and --id go with one file".into());
    }
    let is_language = |l: &String| (2..=3).contains(&l.len()) && l.chars().all(|c| c.is_ascii_lowercase());
    if let Some(language) = args.language.as_ref().filter(|l| !is_language(l)) {
        return Err(format!("\"{language}\" is no language; write its ISO 639 letters: en, kk, ru, …").into());
    }
    let attributes = read_attributes(&args.attributes)?;
    let mut store = context.store_to_write()?;
    let mut out = Output::new();
    let mut n_failed = 0;
    for file in &args.files {
        let added = documents::prepare(file).map_err(Failure::from).and_then(|prepared| {
            let id = args.id.as_deref().map_or_else(|| documents::id_of(file), documents::safe_id);
            let mut document = documents::describe(id, &prepared.text);
            document.language = args.language.clone().unwrap_or(document.language);
            document.title = args.title.clone().unwrap_or(document.title);
            document.attributes.clone_from(&attributes);
            add(&mut store, document, &prepared)
        });
        match added {
            Ok(line) => out.line(&line)?,
            Err(Failure::Told(why)) => {
                n_failed += 1;
                eprintln!("tanba: {}", crate::text::width::printable(&why));
            }
            Err(other) => return Err(other),
        }
    }
    if n_failed > 0 { Err(Failure::Silent) } else { Ok(()) }
}

fn add(store: &mut Store, document: Document, prepared: &Prepared) -> Result<String, Failure> {
    let shared = store.shared()?;
    let known = shared.documents.get(&document.id).filter(|known| !known.revision.is_empty());
    let (id, language, length) = (document.id.clone(), document.language.clone(), document.length);
    documents::keep(&store.project.documents(), &id, &prepared.text)?;
    if known == Some(&document) {
        return Ok(format!("{id}  is here already"));
    }
    let now = Record::Document(document);
    let change = match shared.documents.get(&id).filter(|known| !known.revision.is_empty()) {
        Some(known) => Change::replace(Record::Document(known.clone()), now),
        None => Change::put(now),
    };
    store.keep(vec![change], Deed::Plain, clock::now())?;
    let notes = prepared.notes.iter().fold(String::new(), |notes, note| notes + "; " + note);
    let language = if language.is_empty() { "language unknown" } else { &language };
    Ok(format!("{id}  {language}, {length} characters{notes}"))
}

fn read_attributes(written: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let pairs = written.iter().map(|pair| match pair.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err(Failure::Told(format!("--attribute takes NAME=VALUE, not \"{pair}\""))),
    });
    pairs.collect()
}
