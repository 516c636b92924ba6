//! `tanba align`: says which sentences of two texts correspond.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::alignment::gold::Gold;
use crate::alignment::kinship::Kinship;
use crate::alignment::link::Link;
use crate::alignment::pair::{Half, Known};
use crate::alignment::{align_pair, pair::PairAlignment};
use crate::cli::context::{Context, Failure};
use crate::cli::memory;
use crate::cli::output::{Output, Progress, complain};
use crate::formats::{tmx, tsv};
use crate::model::document::{DocumentId, Pair};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::{documents, links};
use crate::text::body::Text;
use crate::text::language;
use crate::text::offsets::Offsets;
use crate::text::width::{fitted, flat};
use crate::{count, say};

#[derive(Args)]
#[allow(clippy::struct_excessive_bools)] // each is an option of its own
struct AlignArgs {
    /// A document of the project, or a file
    left: String,
    /// The other one
    right: String,
    /// Print the links as objects
    #[arg(long)]
    json: bool,
    /// Print them as sentence numbers from 0: left, a tab, right
    #[arg(long, conflicts_with = "json")]
    tsv: bool,
    /// Print a translation memory (TMX 1.4) for translators' programs
    #[arg(long, conflicts_with_all = ["json", "tsv"])]
    tmx: bool,
    /// Print the sentences themselves as two columns parted by a tab
    #[arg(long, conflicts_with_all = ["json", "tsv", "tmx"])]
    columns: bool,
    /// Take in what a translation memory (TMX) or a table of two columns (TSV) says of two documents
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "tsv", "tmx", "columns", "lines"])]
    take: Option<PathBuf>,
    /// Each line that is not blank is a sentence, and blank lines part paragraphs
    #[arg(long)]
    lines: bool,
    /// Print how near the links come to those of a file: precision, recall, F1
    #[arg(long, value_name = "GOLD", conflicts_with_all = ["json", "tsv", "tmx"])]
    evaluate: Option<PathBuf>,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba align interview.en interview.kk", "shows what corresponds in two documents"),
    ("tanba align a.en.txt a.kk.txt --tmx > a.tmx", "makes a translation memory of two files"),
    ("tanba align interview.en interview.kk --take a.tmx", "takes in what translators' programs aligned"),
    ("tanba align a.en a.kk --lines --evaluate a.gold", "measures the alignment"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    AlignArgs::augment_args(command.about("Say which sentences of two texts correspond"))
}

/// A link as it is printed.
#[derive(Serialize)]
struct Listed {
    left: Vec<usize>,
    right: Vec<usize>,
    confidence: u8,
    by_hand: bool,
    left_text: String,
    right_text: String,
}

/// What is printed as an object.
#[derive(Serialize)]
struct Report {
    kinship: &'static str,
    links: Vec<Listed>,
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = AlignArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    if let Some(file) = &args.take {
        return memory::take(context, (&args.left, &args.right), file);
    }
    let aligned = aligned(&args, context)?;
    let mut out = Output::new();
    if let Some(path) = &args.evaluate {
        let gold = fs::read_to_string(path).map_err(StoreError::io("read", path))?;
        let gold = Gold::read(&gold).map_err(|line| {
            let path = path.display();
            say!("{path}, line {line}: no link; a line is sentence numbers, a tab, sentence numbers", path, line)
        })?;
        let score = gold.score(&aligned.links);
        let percent = |share: f64| format!("{:.1}", share * 100.0);
        let (precision, recall, f1) = (percent(score.precision()), percent(score.recall()), percent(score.f1()));
        let (n, found, wanted) = (score.n_right, score.n_found, score.n_wanted);
        out.line(&say!(
            "precision {precision}, recall {recall}, F1 {f1} ({n} right of {found} found, {wanted} wanted)",
            precision,
            recall,
            f1,
            n,
            found,
            wanted
        ))?;
        return Ok(out.done()?);
    }
    if args.json {
        let links = aligned.links.iter().map(|link| listed(&aligned, link)).collect();
        out.json(&Report { kinship: name_of(aligned.kinship), links })?;
    } else if args.tsv {
        for link in &aligned.links {
            let side =
                |range: &std::ops::Range<usize>| range.clone().map(|n| n.to_string()).collect::<Vec<_>>().join(",");
            writeln!(out, "{}\t{}", side(&link.left), side(&link.right))?;
        }
    } else if args.tmx || args.columns {
        let units = aligned.links.iter().filter(|link| !link.is_gap()).map(|link| listed(&aligned, link));
        let units: Vec<(String, String)> = units.map(|unit| (unit.left_text, unit.right_text)).collect();
        let shared = context.store().and_then(|store| Ok(store.shared()?)).unwrap_or_default();
        let language = |half: &Half| {
            let known = shared.language(&half.document).to_owned();
            if !known.is_empty() {
                return known;
            }
            let sample = half.text.read(crate::text::span::Span::new(0, half.text.len().min(SAMPLE_BYTES)));
            language::guess(&sample).unwrap_or("und").to_owned()
        };
        let [left, right] = [language(&aligned.halves[0]), language(&aligned.halves[1])];
        let write = if args.tmx { tmx::write } else { tsv::write };
        write([&left, &right], &units, &mut out)?;
    } else {
        print(&aligned, &mut out)?;
    }
    Ok(out.done()?)
}

/// How much of a text its language is guessed from.
const SAMPLE_BYTES: usize = 16 * 1024;

/// Columns of a sentence in the list for people.
const SENTENCE_COLUMNS: usize = 56;

fn name_of(kinship: Kinship) -> &'static str {
    match kinship {
        Kinship::Translation => "translation",
        Kinship::Comparable => "comparable",
        Kinship::Unrelated => "unrelated",
    }
}

fn listed(aligned: &PairAlignment, link: &Link) -> Listed {
    let text = |side: usize, range: &std::ops::Range<usize>| {
        let half = &aligned.halves[side];
        flat(&half.text.read(half.span(range)))
    };
    Listed {
        left: link.left.clone().collect(),
        right: link.right.clone().collect(),
        confidence: link.confidence,
        by_hand: link.is_fixed,
        left_text: text(0, &link.left),
        right_text: text(1, &link.right),
    }
}

fn print(aligned: &PairAlignment, out: &mut Output) -> Result<(), Failure> {
    for link in aligned.links.iter().filter(|_| aligned.kinship != Kinship::Unrelated) {
        let unit = listed(aligned, link);
        let sure = match (link.is_gap(), link.is_fixed) {
            (true, _) => "    —".to_owned(),
            (false, true) => "    ✓".to_owned(),
            (false, false) => format!("{:3} %", link.confidence),
        };
        let left = fitted(&unit.left_text, SENTENCE_COLUMNS);
        let gap = " ".repeat(SENTENCE_COLUMNS.saturating_sub(crate::text::width::columns(&left)));
        out.line(&format!("{sure}  {left}{gap}  {}", fitted(&unit.right_text, SENTENCE_COLUMNS)))?;
    }
    for half in aligned.halves.iter().filter(|half| half.sentences.is_empty()) {
        out.line(&say!("{name} has no sentences", name = half.document))?;
    }
    if aligned.n_lost() > 0 {
        complain(&count!(
            aligned.n_lost(),
            "{n} link by hand is left out: its words are no longer in the texts",
            "{n} links by hand are left out: their words are no longer in the texts"
        ));
    }
    let n = aligned.links.iter().filter(|link| !link.is_gap()).count();
    let found = count!(n, "{n} link", "{n} links");
    Ok(out.line(&match aligned.kinship {
        Kinship::Translation => say!("{found}; one text translates the other", found),
        Kinship::Comparable => say!("{found}; the texts share a subject, only what is sure is linked", found),
        Kinship::Unrelated => say!("nothing here corresponds").to_owned(),
    })?)
}

/// Aligns two documents of the project, or two files.
fn aligned(args: &AlignArgs, context: &Context) -> Result<PairAlignment, Failure> {
    let mut progress = Progress::of(say!("aligning"));
    let mut go_on = |done: usize, all: usize| {
        progress.at(done as u64, all as u64);
        true
    };
    let stopped = || Failure::Told(say!("aligning was stopped").to_owned());
    let names = [&args.left, &args.right];
    let is_file = names.map(|name| Path::new(name).is_file());
    let store = if is_file == [true, true] { None } else { Some(context.store()?) };
    let shared = store.as_ref().map(Store::shared).transpose()?.unwrap_or_default();
    for (name, is_file) in names.into_iter().zip(is_file) {
        if !is_file && !shared.documents.contains_key(&DocumentId(name.clone())) {
            return Err(say!(
                "no document and no file is called \"{id}\"; `tanba documents` lists the documents",
                id = name
            )
            .into());
        }
    }
    let [left, right] = names.map(|name| DocumentId(name.clone()));
    let (pair, turned) =
        (Pair { left: left.clone(), right: right.clone() }, Pair { left: right.clone(), right: left.clone() });
    if let Some(store) = store.as_ref().filter(|_| is_file == [false, false] && !args.lines) {
        // What was said of a pair holds from both sides.
        let is_turned = shared.pairs.contains(&turned);
        let known = if is_turned { &turned } else { &pair };
        // What is measured is what the program finds by itself.
        if args.evaluate.is_none() {
            let aligned = links::align(&store.project, known, shared.links_of(known).cloned().collect(), &mut go_on)?;
            let aligned = aligned.ok_or_else(stopped)?;
            return Ok(if is_turned { aligned.turned() } else { aligned });
        }
    }
    let open = |id: &DocumentId, is_file: bool| match &store {
        Some(store) if !is_file => documents::open(&store.project.documents(), id).map_err(Failure::from),
        _ => open_file(&id.0),
    };
    let texts = [(left.clone(), open(&left, is_file[0])?), (right.clone(), open(&right, is_file[1])?)];
    align(args, texts, &mut go_on)?.ok_or_else(stopped)
}

fn open_file(name: &str) -> Result<Text, Failure> {
    let path = Path::new(name);
    let bytes = fs::read(path).map_err(StoreError::io("read", path))?;
    let text =
        String::from_utf8(bytes).map_err(|_| say!("{name} is not UTF-8; take it in first: tanba add FILE", name))?;
    Ok(Text::whole(&text))
}

/// Aligns two texts of which nothing is known.
fn align(
    args: &AlignArgs,
    texts: [(DocumentId, Text); 2],
    go_on: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Option<PairAlignment>, Failure> {
    let halves = texts.map(|(id, text)| if args.lines { Half::of_lines(id, text) } else { Half::new(id, text) });
    let measure = |half: &Half| {
        Offsets::measure(&half.text)
            .map_err(|_| say!("{name} is not UTF-8; take it in first: tanba add FILE", name = half.document))
    };
    let (left, right) = (measure(&halves[0])?, measure(&halves[1])?);
    Ok(align_pair(halves, [&left, &right], &Known::default(), go_on))
}
