//! `tanba add`: takes texts in as documents.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::cli::choice::attribute;
use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, complain};
use crate::model::change::{Change, Record};
use crate::model::document::{Document, DocumentId, Pair, language_of};
use crate::model::event::Deed;
use crate::model::time::Time;
use crate::shell::clock;
use crate::store::Store;
use crate::store::documents::{self, Prepared};
use crate::{count, say};

#[derive(Args)]
struct AddArgs {
    /// Text files in any encoding; - for standard input
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
        let prepared = documents::prepare(file, args.encoding.as_deref()).map_err(Failure::from);
        let added = prepared.and_then(|prepared| {
            let id = args.id.as_deref().map_or_else(|| documents::id_of(file), documents::safe_id);
            let mut document = documents::describe(id, &prepared.text);
            // What was said of it before stays, where nothing else is said now.
            if let Some(known) = store.shared()?.documents.remove(&document.id).filter(|k| !k.revision.is_empty()) {
                (document.title, document.language, document.attributes) =
                    (known.title, known.language, known.attributes);
            }
            document.language = args.language.as_deref().and_then(|l| language_of(l).ok()).unwrap_or(document.language);
            document.title = args.title.clone().unwrap_or(document.title);
            document.attributes.extend(attributes.clone());
            add(&mut store, document, prepared)
        });
        match added {
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
    if args.json {
        out.json(&all)?;
    }
    out.done()?;
    if n_failed > 0 {
        return Err(Failure::Silent);
    }
    pair(&args, &all, &mut store)
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
    documents::keep(&store.project.documents(), &document.id, &prepared.text)?;
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
        store.keep(vec![change], Deed::Plain, clock::now())?;
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
