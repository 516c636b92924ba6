//! `tanba check`: verifies journals, index and documents, says what is wrong, and mends the index.

use std::collections::BTreeMap;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, Progress};
use crate::store::cipher::{Cipher, KEY_FILE};
use crate::store::documents::Shelf;
use crate::store::journal::{self, Cursor};
use crate::store::likeness::differing;
use crate::store::project::{Project, SETTINGS_FILE};
use crate::store::{Store, documents};
use crate::team::ledger::Ledger;
use crate::text::alphabet::{Script, script};
use crate::text::language::{mixed_words, strangers};
use crate::text::offsets::Offsets;
use crate::text::span::Span;
use crate::text::width::printable;
use crate::{count, say};

#[derive(Args)]
struct CheckArgs {
    /// Make the index anew from the journals
    #[arg(long)]
    rebuild: bool,
    /// Look into the texts: words that mix alphabets, lines of another language
    #[arg(long)]
    text: bool,
    /// Print an object
    #[arg(long)]
    json: bool,
}

/// What was looked at, and what is wrong.
#[derive(Serialize, Default)]
struct Report {
    journals: usize,
    events: u64,
    documents: usize,
    annotations: usize,
    rebuilt: bool,
    problems: Vec<String>,
    /// What is remarkable in the texts, and no fault of the project.
    remarks: Vec<String>,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba check", "says what is wrong, if anything"),
    ("tanba check --text", "also finds letters of the wrong alphabet"),
    ("tanba check --rebuild", "makes the index anew from the journals"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    CheckArgs::augment_args(command.about("Verify journals, index and documents"))
}

/// Does it; the exit status is 1 where something is wrong.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = CheckArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let project = context.project()?;
    let mut report = Report::default();
    // Before anything is opened, so that a torn line is told and not just cut off.
    for path in journal::list(&project.journals())? {
        let mut writers: BTreeMap<String, usize> = BTreeMap::new();
        let faults = journal::read(&path, project.cipher.as_ref(), &mut Cursor::default(), |event, _| {
            report.events += 1;
            *writers.entry(event.by).or_default() += 1;
        })?;
        let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        for (writer, n) in writers.into_iter().filter(|(writer, _)| *writer != name) {
            report.remarks.push(count!(
                n,
                "{name}.jsonl has {n} line of {writer}: a conflict copy, or written by hand; it is read, and counts once",
                "{name}.jsonl has {n} lines of {writer}: a conflict copy, or written by hand; they are read, and count once",
                name = printable(&name),
                writer = printable(&writer)
            ));
        }
        let n_withheld = usize::try_from(Ledger::read(&path)?.n_withheld).unwrap_or(usize::MAX);
        if n_withheld > 0 {
            report.remarks.push(count!(
                n_withheld,
                "{name}.jsonl: {n} line is withheld by the team's server, and comes when the rules allow it",
                "{name}.jsonl: {n} lines are withheld by the team's server, and come when the rules allow it",
                name = printable(&name)
            ));
        }
        report.journals += 1;
        report.problems.extend(journal::told(faults.iter()));
    }
    let mut progress = Progress::new();
    let mut store = Store::open(project, context.writer(), &mut |done, all| progress.at(done, all))?;
    // What the journals lack was told above.
    let (told, known) = (std::mem::take(&mut store.notes), report.problems.clone());
    report
        .problems
        .extend(told.into_iter().filter(|note| !known.iter().any(|problem| note.starts_with(problem.as_str()))));
    if args.rebuild {
        if let Some(why) = store.read_only() {
            return Err(say!("read-only: {why}", why).into());
        }
        store.rebuild(&mut |done, all| progress.at(done, all))?;
        store.notes.clear();
        report.rebuilt = true;
    }
    drop(progress);
    if args.text {
        check_texts(&store, &mut report)?;
    }
    #[cfg(unix)]
    report.remarks.extend(open_to_others(&store));
    report.problems.extend(unencrypted(&store.project)?);
    report.remarks.extend(lying_open(&store.project));
    compare_index(&store, &mut report)?;
    check_documents(&store, &mut report)?;
    print(&report, args.json)
}

/// Files of the project that other users of the machine may read, where the project does not say that it is shared.
#[cfg(unix)]
fn open_to_others(store: &Store) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let project = &store.project;
    let folders = [project.documents().dir, project.journals()];
    let inside =
        folders.iter().filter_map(|dir| std::fs::read_dir(dir).ok()).flatten().flatten().map(|entry| entry.path());
    let is_open = |path: &std::path::PathBuf| {
        std::fs::metadata(path).is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o077 != 0)
    };
    let n = if project.settings.shared { 0 } else { inside.filter(is_open).count() };
    (n > 0).then(|| {
        count!(
            n,
            "{n} file may be read by others on this machine: chmod -R go= {path}, or say `shared = true` in tanba.toml",
            "{n} files may be read by others on this machine: chmod -R go= {path}, or say `shared = true` in tanba.toml",
            path = project.root.display()
        )
    })
}

/// Names that are told at most.
const MOST_NAMES: usize = 5;

/// Files that somebody wrote into an encrypted project: tables, exports.
fn lying_open(project: &Project) -> Option<String> {
    let is_ours = |name: &str| [SETTINGS_FILE, KEY_FILE, ".gitignore"].contains(&name);
    let inside = |folder: &str| {
        let files = std::fs::read_dir(project.root.join(folder)).into_iter().flatten().flatten();
        let files = files.filter(|file| file.file_type().is_ok_and(|kind| kind.is_file()));
        let named = files.map(|file| file.file_name().to_string_lossy().into_owned()).filter(|name| !is_ours(name));
        named.map(|name| format!("{folder}{name}")).collect::<Vec<_>>()
    };
    let mut names = [inside(""), inside("tables/")].concat();
    names.sort();
    (project.cipher.is_some() && !names.is_empty()).then(|| {
        let more = if names.len() > MOST_NAMES { ", …" } else { "" };
        count!(
            names.len(),
            "{n} file in this encrypted project lies open: {names}",
            "{n} files in this encrypted project lie open: {names}",
            names = printable(&names.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ")) + more
        )
    })
}

/// What lies open in an encrypted project: journals with lines of before, or of other programs, and texts put there by hand.
fn unencrypted(project: &Project) -> Result<Vec<String>, Failure> {
    let mut told = Vec::new();
    if project.cipher.is_none() {
        return Ok(told);
    }
    if project.locked_key().map_or(true, |file| !Cipher::is_locked_key(&file)) {
        told.push(
            say!("key.age is missing or damaged; bring it back from a backup, or write it anew: tanba key change")
                .into(),
        );
    }
    for path in journal::list(&project.journals())? {
        if journal::has_open_lines(&path)? {
            told.push(say!(
                "{path} has lines that are not encrypted: they are not read; delete the file where nobody misses it",
                path = path.display()
            ));
        }
    }
    let shelf = project.documents();
    let folders = [shelf.dir.clone(), shelf.dir.join("old")];
    let open = folders.map(|dir| Shelf { cipher: None, dir });
    for (open, id) in
        open.iter().flat_map(|shelf| documents::list(shelf).into_iter().flatten().map(move |id| (shelf, id)))
    {
        let path = documents::path_of(open, &id);
        told.push(say!(
            "{path} is not encrypted, and no document: take it in with `tanba add`, then delete it",
            path = path.display()
        ));
    }
    Ok(told)
}

/// Holds the index against one made anew in memory.
fn compare_index(store: &Store, report: &mut Report) -> Result<(), Failure> {
    let differing = differing(store.index(), &store.fresh_index()?)?;
    let way_out = say!("`tanba check --rebuild` makes it anew");
    for id in &differing.documents {
        report.problems.push(say!("the index differs from the journals in {id}; {way_out}", id, way_out));
    }
    if differing.is_review {
        report
            .problems
            .push(say!("the index differs from the journals in what was said in review; {way_out}", way_out));
    }
    if differing.is_shared {
        report
            .problems
            .push(say!("the index differs from the journals in codebook, pairs or documents; {way_out}", way_out));
    }
    report.annotations = store.reading().counts()?.values().flat_map(BTreeMap::values).sum();
    Ok(())
}

/// Problems of a text that are told; a text with more is written so throughout.
const MAX_TOLD: usize = 100;

/// What may be wrong in the texts: words of two alphabets, lines of another language. The texts are not touched.
fn check_texts(store: &Store, report: &mut Report) -> Result<(), Failure> {
    let dir = store.project.documents();
    for (id, document) in store.shared()?.documents {
        let Ok(text) = documents::open(&dir, &id) else { continue };
        let Ok(offsets) = Offsets::measure(&text) else { continue };
        for found in mixed_words(&text, MAX_TOLD) {
            let range = offsets.code_points(&text, found.span);
            let (start, end, line, letter) = (range.start, range.end, found.line, found.letter);
            report.remarks.push(match script(letter) {
                Some(Script::Latin) => {
                    say!(
                        "{id}, line {line}, {start}..{end}: a Latin {letter} among Cyrillic letters",
                        id,
                        line,
                        start,
                        end,
                        letter
                    )
                }
                _ => say!(
                    "{id}, line {line}, {start}..{end}: a Cyrillic {letter} among Latin letters",
                    id,
                    line,
                    start,
                    end,
                    letter
                ),
            });
        }
        for found in strangers(&text, &document.language, MAX_TOLD) {
            let at = offsets.code_points(&text, Span::new(found.start, found.start)).start;
            if !document.languages.contains_key(&at) {
                let (line, language, known) = (found.line, found.language, &document.language);
                report.remarks.push(say!(
                    "{id}, line {line}: seems to be {language} in a document of {known}",
                    id,
                    line,
                    language,
                    known
                ));
            }
        }
    }
    Ok(())
}

/// Whether every document can be read and every annotation stands where it was made.
fn check_documents(store: &Store, report: &mut Report) -> Result<(), Failure> {
    for id in store.shared()?.documents.into_keys() {
        report.documents += 1;
        match store.open_document(&id) {
            Err(error) => report.problems.push(error.to_string()),
            Ok(opened) => {
                if opened.is_changed {
                    report.problems.push(say!(
                        "{id}: the text is not the one that was added; bring that file back, or go on with this one",
                        id
                    ));
                }
                if opened.n_moved + opened.n_lost > 0 {
                    report.problems.push(say!(
                        "{id}: {n_moved} annotations found their words elsewhere, {n_lost} lost them",
                        id,
                        n_moved = opened.n_moved,
                        n_lost = opened.n_lost
                    ));
                }
            }
        }
    }
    Ok(())
}

fn print(report: &Report, is_json: bool) -> Result<(), Failure> {
    let mut out = Output::new();
    if is_json {
        out.json(report)?;
    } else {
        for problem in report.problems.iter().chain(&report.remarks) {
            out.line(problem)?;
        }
        let Report { journals, events, documents, annotations, rebuilt, problems, .. } = report;
        let state = match problems.len() {
            0 if report.remarks.is_empty() => say!("all is well").to_owned(),
            0 => count!(report.remarks.len(), "all is well but for {n} place", "all is well but for {n} places"),
            n => count!(n, "{n} problem", "{n} problems"),
        };
        let anew = if *rebuilt { say!(", index made anew") } else { "" };
        out.line(&format!(
            "{}, {}, {}, {}{anew}: {state}",
            count!(*journals, "{n} journal", "{n} journals"),
            count!(usize::try_from(*events).unwrap_or(usize::MAX), "{n} event", "{n} events"),
            count!(*documents, "{n} document", "{n} documents"),
            count!(*annotations, "{n} annotation", "{n} annotations"),
        ))?;
    }
    if report.problems.is_empty() { Ok(()) } else { Err(Failure::Silent) }
}
