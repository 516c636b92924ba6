//! `tanba codes`: lists the codebook, and adds to it.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};

use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, complain};
use crate::cli::sorting;
use crate::formats::bundle::{Bundle, Piece, Wishes};
use crate::formats::codebook::{self, WAYS};
use crate::formats::{refi, workbook};
use crate::model::change::Record;
use crate::model::code::{Code, CodeId, Standing};
use crate::model::codebook::Codebook;
use crate::model::edit::{self, Field};
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
    #[command(visible_alias = "edit")]
    Add(Box<AddArgs>),
    /// Give a code another English name; all that has it keeps it
    Rename(RenameArgs),
    /// Put a code below another one, or at the top
    Move(MoveArgs),
    /// Let a code be a part of another one; what has it counts as having that
    Merge(MergeArgs),
    /// Part a code into others, which stand below it; what has it is to be sorted
    Split(SplitArgs),
    /// Print what of yours is to be sorted after a split as a table, or take it back with the new codes filled in
    Sort(SortArgs),
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
    /// A file that ends in .toml, .csv, .xlsx or .qdc (REFI-QDA)
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
struct SplitArgs {
    /// The code: its id, path, or name in any language
    code: String,
    /// The codes that it is parted into: new names, or codes that are there
    #[arg(required = true, num_args = 2..)]
    names: Vec<String>,
}

#[derive(Args)]
struct SortArgs {
    /// The table with its column `new` filled in
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
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
    ("tanba codes split slacktivism likes shares", "parts it; `tanba codes sort` lists what of yours is to be sorted"),
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
        Some(CodesDeed::Add(add)) => run_add(&add, context),
        Some(CodesDeed::Rename(RenameArgs { code, name })) => {
            change(context, &code, |code, book| Ok(edit::written(code, Field::Name("en"), &name, book)?))
        }
        Some(CodesDeed::Move(MoveArgs { code, parent, .. })) => change(context, &code, |code, book| {
            let parent = parent.as_deref().map(|parent| found(book, parent)).transpose()?;
            Ok(edit::below(code, parent.map(|parent| &parent.id), book)?)
        }),
        Some(CodesDeed::Merge(MergeArgs { code, into })) => {
            change(context, &code, |code, book| Ok(edit::merged(code, &found(book, &into)?.id, book)?))
        }
        Some(CodesDeed::Split(SplitArgs { code, names })) => split(context, &code, &names),
        Some(CodesDeed::Sort(SortArgs { from: None })) => sorting::list(context),
        Some(CodesDeed::Sort(SortArgs { from: Some(file) })) => sorting::take(context, &file),
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
    change(context, name, |code, book| Ok(edit::standing(code, standing, book)))
}

/// Changes a code, as one event, and tells what it is then.
fn change(
    context: &Context,
    name: &str,
    how: impl FnOnce(&Code, &Codebook) -> Result<Code, Failure>,
) -> Result<(), Failure> {
    let mut store = context.store_to_write()?;
    let mut shared = store.shared()?;
    let was = found(&shared.codebook, name)?.clone();
    let now = how(&was, &shared.codebook)?;
    let changes = edit::changes(Some(&was), &now, shared.marks.redefinitions.get(&now.id), clock::now());
    if !changes.is_empty() {
        store.keep(changes, Deed::Plain, clock::now())?;
    }
    shared.codebook.insert(now.clone());
    let mut out = Output::new();
    out.line(&format!("{}  {}{}", now.id, shared.codebook.path(&now.id), told(&now)))?;
    Ok(out.done()?)
}

fn split(context: &Context, name: &str, names: &[String]) -> Result<(), Failure> {
    let mut store = context.store_to_write()?;
    let book = store.shared()?.codebook;
    let code = found(&book, name)?.clone();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    store.keep(edit::split(&code, &names, &book)?, Deed::Plain, clock::now())?;
    let mut out = Output::new();
    let n = sorting::unsorted(&store)?.len();
    out.line(&count!(
        n,
        "{code} holds {names} now; {n} passage of yours is to be sorted: `tanba codes sort`",
        "{code} holds {names} now; {n} passages of yours are to be sorted: `tanba codes sort`",
        code = code.id,
        names = names.join(", ")
    ))?;
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
    let codes = read_codes(file)?;
    let mut store = context.store_to_write()?;
    let shared = store.shared()?;
    let mut book = shared.codebook.clone();
    let mut changes = Vec::new();
    for code in codes {
        match sound(code, &book) {
            Ok(code) => {
                let (was, mark) = (book.get(&code.id).cloned(), shared.marks.redefinitions.get(&code.id));
                changes.extend(edit::changes(was.as_ref(), &code, mark, clock::now()));
                book.insert(code);
            }
            Err(why) => complain(&format!("{}: {why}", file.display())),
        }
    }
    let n = changes.iter().filter(|change| matches!(change.now, Some(Record::Code(_)))).count();
    if n > 0 {
        store.keep(changes, Deed::Plain, clock::now())?;
    }
    Output::new().line(&count!(n, "{n} code taken", "{n} codes taken"))?;
    Ok(())
}

/// The codes of a file, by its ending.
fn read_codes(file: &Path) -> Result<Vec<Code>, Failure> {
    let end = file.extension().and_then(|end| end.to_str()).unwrap_or("").to_lowercase();
    let read = codebook::named(&end).and_then(|way| way.read);
    if read.is_none() && !matches!(end.as_str(), "xlsx" | "qdc") {
        return Err(say!("{file} ends in none of .toml, .csv, .xlsx, .qdc", file = file.display()).into());
    }
    let bytes = fs::read(file).map_err(StoreError::io("read", file))?;
    let at = |why: String| Failure::Told(format!("{}, {why}", file.display()));
    if end == "qdc" {
        let name = file.display().to_string();
        let brought = refi::read(&Bundle::of(Piece { path: name, bytes }), &Wishes::default());
        return Ok(brought.map_err(|refused| refused.to_string())?.study.codes);
    }
    let Some(read) = read else { return workbook::read_codebook(&bytes).map_err(at) };
    let text = String::from_utf8(bytes).map_err(|_| say!("{file} is not UTF-8", file = file.display()))?;
    read(&text).map_err(at)
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
    if edit::checked_key(&code.key, &code, book).is_err() {
        code.key = String::new();
    }
    code.colour = edit::checked_colour(&code.colour).unwrap_or_default();
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

fn run_add(args: &AddArgs, context: &Context) -> Result<(), Failure> {
    let mut store = context.store_to_write()?;
    let shared = store.shared()?;
    let book = &shared.codebook;
    let was = book.find(&args.name).or_else(|| book.get(&CodeId::of_name(&args.name)?)).cloned();
    let is_new = was.is_none();
    let mut code = was.clone().map_or_else(|| edit::new(&args.name, book), Ok)?;
    let said = [
        (Field::Name("kk"), &args.kk),
        (Field::Name("ru"), &args.ru),
        (Field::Definition, &args.definition),
        (Field::Include, &args.include),
        (Field::Exclude, &args.exclude),
        (Field::Colour, &args.colour),
        (Field::Key, &args.key),
    ];
    for (field, value) in said {
        if let Some(value) = value {
            code = edit::written(&code, field, value, book)?;
        }
    }
    for example in &args.example {
        let (language, text) = example.split_once('=').ok_or(say!("--example takes LANG=TEXT"))?;
        code.examples.insert(language.to_owned(), text.to_owned());
    }
    if let Some(parent) = &args.parent {
        code = edit::below(&code, Some(&found(book, parent)?.id), book)?;
    }
    if let Some(near) = book.nearest(&args.name).filter(|near| is_new && near.id != code.id) {
        complain(&say!("{name} is nearly {id}; `tanba undo` takes it back", name = code.id, id = near.id));
    }
    let deed = match &was {
        None => say!("new"),
        Some(was) if *was == code => say!("as it was"),
        Some(_) => say!("changed"),
    };
    let changes = edit::changes(was.as_ref(), &code, shared.marks.redefinitions.get(&code.id), clock::now());
    if !changes.is_empty() {
        store.keep(changes, Deed::Plain, clock::now())?;
    }
    if args.json {
        return Ok(Output::new().json(&code)?);
    }
    let key = if code.key.is_empty() { say!("no key").into() } else { say!("key {key}", key = code.key) };
    Output::new().line(&format!("{}  {deed}, {key}", code.id))?;
    Ok(())
}
