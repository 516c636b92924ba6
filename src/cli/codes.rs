//! `tanba codes`: lists the codebook, and adds to it.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};

use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, complain};
use crate::formats::codebook::{self, WAYS};
use crate::model::change::{Change, Record};
use crate::model::code::{Code, CodeId, Names, Standing};
use crate::model::codebook::Codebook;
use crate::model::event::Deed;
use crate::shell::clock;
use crate::store::error::StoreError;
use crate::text::width::{columns, printable};
use crate::{count, say};

#[derive(Args)]
struct CodesArgs {
    /// Print an array of objects
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    deed: Option<CodesDeed>,
}

#[derive(Subcommand)]
enum CodesDeed {
    /// Add a code, or say more about one
    Add(Box<AddArgs>),
    /// Give a code another English name; all that has it keeps it
    Rename(RenameArgs),
    /// Put a code below another one, or at the top
    Move(MoveArgs),
    /// Let a code be a part of another one; what has it counts as having that
    Merge(MergeArgs),
    /// Give a code no more; what has it keeps it
    Retire(CodeArgs),
    /// Let a code only hold other codes
    Folder(CodeArgs),
    /// Give a code again that was retired, merged or a folder
    Restore(CodeArgs),
    /// Write the codebook
    Export(ExportArgs),
    /// Read a codebook, as one step that undo takes back
    Import(ImportArgs),
}

#[derive(Args)]
struct ExportArgs {
    /// toml, csv or md
    #[arg(long, short, default_value = "toml")]
    format: String,
}

#[derive(Args)]
struct ImportArgs {
    /// A file that ends in .toml or .csv
    file: PathBuf,
}

#[derive(Args)]
struct RenameArgs {
    /// The code: its id, path, or name in any language
    code: String,
    /// Its new English name
    name: String,
}

#[derive(Args)]
struct MoveArgs {
    /// The code: its id, path, or name in any language
    code: String,
    /// The code above it
    #[arg(required_unless_present = "top")]
    parent: Option<String>,
    /// Put it at the top
    #[arg(long, conflicts_with = "parent")]
    top: bool,
}

#[derive(Args)]
struct MergeArgs {
    /// The code: its id, path, or name in any language
    code: String,
    /// The code that it becomes a part of
    into: String,
}

#[derive(Args)]
struct CodeArgs {
    /// The code: its id, path, or name in any language
    code: String,
}

#[derive(Args)]
struct AddArgs {
    /// The code's name
    name: String,
    /// Its name in Kazakh
    #[arg(long)]
    kk: Option<String>,
    /// Its name in Russian
    #[arg(long)]
    ru: Option<String>,
    /// What it means
    #[arg(long)]
    definition: Option<String>,
    /// What to mark with it
    #[arg(long)]
    include: Option<String>,
    /// What not to mark with it
    #[arg(long)]
    exclude: Option<String>,
    /// An example: LANG=TEXT
    #[arg(long, value_name = "LANG=TEXT")]
    example: Vec<String>,
    /// Its colour: #rrggbb
    #[arg(long)]
    colour: Option<String>,
    /// The letter that applies it
    #[arg(long)]
    key: Option<String>,
    /// The code above it
    #[arg(long, value_name = "CODE")]
    parent: Option<String>,
    /// Print the code as an object
    #[arg(long = "json", id = "add-json")]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba codes", "lists the codebook"),
    ("tanba codes add censorship --kk цензура --key c", "makes a code, or says more about one"),
    ("tanba codes move censorship control", "puts it below another code"),
    ("tanba codes merge blocking censorship", "what has the one counts as having the other"),
    ("tanba codes retire slacktivism", "gives it no more; what has it keeps it"),
    ("tanba codes export > codebook.toml", "the codebook, to keep or to share"),
    ("tanba codes --json", "everything that is known of each"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    CodesArgs::augment_args(command.about("List the codebook, or add to it"))
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = CodesArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    match args.deed {
        None => list(args.json, context),
        Some(CodesDeed::Add(add)) => run_add(*add, context),
        Some(CodesDeed::Rename(RenameArgs { code, name })) => change(context, &code, |code, book| {
            if name.contains('/') {
                return Err(say!("a code's name has no /; --parent says what is above it").into());
            }
            if CodeId::of_name(&name).is_none() {
                return Err(say!("a code's name needs a letter or a digit").into());
            }
            if let Some(other) = book.named(&name).filter(|other| other.id != code.id) {
                return Err(say!("{id} is called so already", id = other.id).into());
            }
            code.names.en = printable(name.trim());
            Ok(())
        }),
        Some(CodesDeed::Move(MoveArgs { code, parent, .. })) => change(context, &code, |code, book| {
            code.parent = match &parent {
                Some(parent) => checked_parent(parent, book, code)?,
                None => CodeId::default(),
            };
            Ok(())
        }),
        Some(CodesDeed::Merge(MergeArgs { code, into })) => change(context, &code, |code, book| {
            let into = found(book, &into)?;
            if *book.standing(&into.id) == code.id {
                return Err(say!("{into} is a part of {code} already", into = into.id, code = code.id).into());
            }
            code.standing = Standing::MergedInto(into.id.clone());
            Ok(())
        }),
        Some(CodesDeed::Retire(CodeArgs { code })) => stand(context, &code, Standing::Retired),
        Some(CodesDeed::Folder(CodeArgs { code })) => stand(context, &code, Standing::Folder),
        Some(CodesDeed::Restore(CodeArgs { code })) => stand(context, &code, Standing::InUse),
        Some(CodesDeed::Export(ExportArgs { format })) => export(context, &format),
        Some(CodesDeed::Import(ImportArgs { file })) => import(context, &file),
    }
}

fn found<'a>(book: &'a Codebook, name: &str) -> Result<&'a Code, Failure> {
    let found = book.find(name).or_else(|| book.get(&CodeId(name.to_owned())));
    found.ok_or_else(|| say!("no code is called \"{code}\"; `tanba codes` lists them", code = name).into())
}

fn stand(context: &Context, name: &str, standing: Standing) -> Result<(), Failure> {
    change(context, name, |code, book| {
        // Its letter may have become another's.
        let is_taken = book.of_key(&code.key).is_some_and(|other| other.id != code.id);
        if standing == Standing::InUse && is_taken {
            code.key = book.free_key(code.name());
        }
        code.standing = standing;
        Ok(())
    })
}

/// Changes a code, as one event, and tells what it is then.
fn change(
    context: &Context,
    name: &str,
    how: impl FnOnce(&mut Code, &Codebook) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut store = context.store_to_write()?;
    let mut book = store.shared()?.codebook;
    let was = found(&book, name)?.clone();
    let mut now = was.clone();
    how(&mut now, &book)?;
    if now != was {
        let change = Change::replace(Record::Code(was), Record::Code(now.clone()));
        store.keep(vec![change], Deed::Plain, clock::now())?;
    }
    book.insert(now.clone());
    let mut out = Output::new();
    out.line(&format!("{}  {}{}", now.id, book.path(&now.id), told(&now)))?;
    Ok(out.done()?)
}

fn export(context: &Context, format: &str) -> Result<(), Failure> {
    let Some(way) = codebook::named(format) else {
        let ways = WAYS.iter().map(|way| way.name).collect::<Vec<_>>().join(", ");
        return Err(Failure::Misunderstood(vec![say!("--format is one of {ways}, not \"{format}\"", ways, format)]));
    };
    let shared = context.store()?.shared()?;
    let mut out = Output::new();
    (way.write)(&shared.codebook, &mut out)?;
    Ok(out.done()?)
}

fn import(context: &Context, file: &Path) -> Result<(), Failure> {
    let end = file.extension().and_then(|end| end.to_str()).unwrap_or("");
    let Some(read) = codebook::named(&end.to_lowercase()).and_then(|way| way.read) else {
        return Err(say!("{file} ends in neither .toml nor .csv", file = file.display()).into());
    };
    let bytes = fs::read(file).map_err(StoreError::io("read", file))?;
    let text = String::from_utf8(bytes).map_err(|_| say!("{file} is not UTF-8", file = file.display()))?;
    let codes = read(&text).map_err(|why| format!("{}, {why}", file.display()))?;
    let mut store = context.store_to_write()?;
    let mut book = store.shared()?.codebook;
    let mut changes = Vec::new();
    for code in codes {
        match sound(code, &book) {
            Ok(code) => {
                let was = book.get(&code.id).cloned();
                book.insert(code.clone());
                changes.push(Change { was: was.map(Record::Code), now: Some(Record::Code(code)) });
            }
            Err(why) => complain(&format!("{}: {why}", file.display())),
        }
    }
    changes.retain(|change| change.was != change.now);
    let n = changes.len();
    if n > 0 {
        store.keep(changes, Deed::Plain, clock::now())?;
    }
    Output::new().line(&count!(n, "{n} code taken", "{n} codes taken"))?;
    Ok(())
}

/// A code of a file as the codebook can have it; fails where it can't be told from others.
fn sound(code: Code, book: &Codebook) -> Result<Code, String> {
    let name = if code.id.0.is_empty() { code.name() } else { &code.id.0 };
    let id = CodeId::of_name(name).ok_or(say!("a code's name needs a letter or a digit"))?;
    if code.names.all().any(|name| name.contains('/')) {
        return Err(say!("{id}: a code's name has no /", id));
    }
    let mut code = Code { id, ..code };
    // A letter that another code has stays that one's.
    if checked_key(&code.key, book, &code).is_err() {
        code.key = String::new();
    }
    code.colour = checked_colour(&code.colour).unwrap_or_default();
    // The code above may come later in the file.
    if code.parent == code.id {
        code.parent = CodeId::default();
    }
    Ok(code)
}

/// How a code stands, where it is not simply given.
fn told(code: &Code) -> String {
    match &code.standing {
        Standing::InUse => String::new(),
        Standing::Folder => format!("  · {}", say!("folder")),
        Standing::Retired => format!("  · {}", say!("retired")),
        Standing::MergedInto(other) => format!("  → {other}"),
    }
}

fn list(is_json: bool, context: &Context) -> Result<(), Failure> {
    let shared = context.store()?.shared()?;
    let codes: Vec<&Code> = shared.codebook.iter().collect();
    let mut out = Output::new();
    if is_json {
        return Ok(out.json(&codes)?);
    }
    let width = codes.iter().map(|code| columns(&code.id.0)).max().unwrap_or(0);
    for code in codes {
        let names: Vec<&str> = code.names.all().collect();
        let gap = " ".repeat(width - columns(&code.id.0));
        let told = told(code);
        out.line(&format!("{:1}  {}{gap}  {}{told}", printable(&code.key), code.id, names.join(" · ")))?;
    }
    Ok(())
}

fn run_add(args: AddArgs, context: &Context) -> Result<(), Failure> {
    let mut store = context.store_to_write()?;
    let book = store.shared()?.codebook;
    if args.name.contains('/') {
        return Err(say!("a code's name has no /; --parent says what is above it").into());
    }
    let id = CodeId::of_name(&args.name).ok_or(say!("a code's name needs a letter or a digit"))?;
    let was = book.find(&args.name).or_else(|| book.get(&id)).cloned();
    let is_new = was.is_none();
    let was_record = was.clone().map(Record::Code);
    let mut code = was.clone().unwrap_or_else(|| {
        let names = Names { en: printable(&args.name), ..Names::default() };
        let colour = book.free_colour();
        Code { id, names, colour, ..Code::default() }
    });
    let set = |field: &mut String, value: Option<String>| {
        if let Some(value) = value {
            *field = value;
        }
    };
    set(&mut code.names.kk, args.kk);
    set(&mut code.names.ru, args.ru);
    set(&mut code.definition, args.definition);
    set(&mut code.include, args.include);
    set(&mut code.exclude, args.exclude);
    for example in &args.example {
        let (language, text) = example.split_once('=').ok_or(say!("--example takes LANG=TEXT"))?;
        code.examples.insert(language.to_owned(), text.to_owned());
    }
    if let Some(colour) = args.colour {
        code.colour = checked_colour(&colour)?;
    }
    code.key = match args.key {
        Some(key) => checked_key(&key, &book, &code)?,
        None if is_new => book.free_key(&args.name),
        None => code.key,
    };
    if let Some(parent) = args.parent {
        code.parent = checked_parent(&parent, &book, &code)?;
    }
    if let Some(near) = book.nearest(&args.name).filter(|near| is_new && near.id != code.id) {
        complain(&say!("{name} is nearly {id}; `tanba undo` takes it back", name = code.id, id = near.id));
    }
    let now = Record::Code(code.clone());
    let deed = match &was {
        None => say!("new"),
        Some(was) if *was == code => say!("as it was"),
        Some(_) => say!("changed"),
    };
    if was.as_ref() != Some(&code) {
        let change = Change { was: was_record, now: Some(now) };
        store.keep(vec![change], Deed::Plain, clock::now())?;
    }
    if args.json {
        return Ok(Output::new().json(&code)?);
    }
    let key = if code.key.is_empty() { say!("no key").into() } else { say!("key {key}", key = code.key) };
    Output::new().line(&format!("{}  {deed}, {key}", code.id))?;
    Ok(())
}

fn checked_colour(colour: &str) -> Result<String, Failure> {
    let hex = colour.strip_prefix('#').unwrap_or(colour);
    let is_right = hex.len() == 6 && hex.chars().all(|c| c.is_ascii_hexdigit());
    if is_right {
        Ok(format!("#{}", hex.to_lowercase()))
    } else {
        Err(say!("\"{colour}\" is no colour; write #rrggbb, for example #e69f00", colour).into())
    }
}

fn checked_parent(parent: &str, book: &Codebook, code: &Code) -> Result<CodeId, Failure> {
    let Some(parent) = book.find(parent) else {
        return Err(say!("no code is called \"{parent}\"; `tanba codes` lists them", parent).into());
    };
    let mut above = Some(parent);
    for _ in 0..=book.n_codes() {
        if above.is_some_and(|above| above.id == code.id) {
            return Err(say!("{parent} is below {code} already", parent = parent.id, code = code.id).into());
        }
        above = above.and_then(|above| book.get(&above.parent));
    }
    Ok(parent.id.clone())
}

fn checked_key(key: &str, book: &Codebook, code: &Code) -> Result<String, Failure> {
    let mut chars = key.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if c.is_alphabetic() => {}
        _ => return Err(say!("\"{key}\" is no key; a code's key is one letter", key).into()),
    }
    match book.of_key(key).filter(|other| other.id != code.id) {
        Some(other) => Err(say!("the key {key} belongs to {id}", key, id = other.id).into()),
        None => Ok(key.to_owned()),
    }
}
