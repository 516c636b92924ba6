//! `tanba review`: what is to be reviewed; verdicts on colleagues' annotations, and what is said of them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};
use serde::Serialize;

use crate::app::inbox::News;
use crate::app::reviewing::told;
use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::change::{Change, Record};
use crate::model::document::DocumentId;
use crate::model::event::Deed;
use crate::model::review::Review;
use crate::model::rules::{CONSENSUS, REASONS};
use crate::model::shared::Shared;
use crate::model::sight::Sight;
use crate::model::thread::{Comment, Resolution};
use crate::model::time::Time;
use crate::model::verdict::{Claim, Judgement, Verdict};
use crate::shell::clock;
use crate::shell::news::news;
use crate::store::Store;
use crate::store::looked::Looked;
use crate::text::width::{flat, printable};
use crate::{count, say};

#[derive(Args)]
struct ReviewArgs {
    #[command(subcommand)]
    deed: ReviewDeed,
}

#[derive(Subcommand)]
enum ReviewDeed {
    /// Accept colleagues' annotations
    Accept(AcceptArgs),
    /// Reject colleagues' annotations, with a reason
    Reject(RejectArgs),
    /// Propose another code or other boundaries for a colleague's annotation
    Propose(ProposeArgs),
    /// Say something of an annotation; @name calls somebody
    Comment(CommentArgs),
    /// Say that what was said of annotations is settled
    Resolve(AcceptArgs),
    /// Print what was said of an annotation
    Thread(ThreadArgs),
    /// List what others said of your annotations, what is new first
    News(NewsArgs),
}

#[derive(Args)]
struct AcceptArgs {
    /// The annotations' ids, as `tanba annotations --json` and `tanba compare` print them
    #[arg(required = true)]
    ids: Vec<String>,
}

#[derive(Args)]
struct RejectArgs {
    /// The annotations' ids
    #[arg(required = true)]
    ids: Vec<String>,
    /// The reason, one of `tanba rules`
    #[arg(long)]
    reason: String,
    /// More words
    #[arg(long, default_value = "")]
    words: String,
}

#[derive(Args)]
struct ProposeArgs {
    /// The annotation's id
    id: String,
    /// The code that it should have [default: the one it has]
    #[arg(long)]
    code: Option<String>,
    /// The words it should be on, START..END in code points [default: those it is on]
    #[arg(long, value_name = "START..END")]
    passage: Option<String>,
    /// Why
    #[arg(long, default_value = "")]
    words: String,
}

#[derive(Args)]
struct CommentArgs {
    /// The annotation's id
    id: String,
    /// What you say
    text: String,
}

#[derive(Args)]
struct ThreadArgs {
    /// The annotation's id
    id: String,
}

#[derive(Args)]
struct NewsArgs {
    /// Only what is new since you last looked
    #[arg(long)]
    new: bool,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba query 'any not reviewed:me' --json", "what you gave no verdict on, with the ids"),
    ("tanba query 'any not verdict:rejected'", "what no reviewer rejects"),
    ("tanba review news --new", "what others said of your annotations since you last looked"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    ReviewArgs::augment_args(command.about("Accept, reject, propose, comment on colleagues' annotations"))
        .arg_required_else_help(true)
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = ReviewArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    match &args.deed {
        ReviewDeed::Thread(args) => return thread(context, &args.id),
        ReviewDeed::News(args) => return list_news(context, args),
        _ => {}
    }
    let mut store = context.store_to_write()?;
    let (shared, now) = (store.shared()?, clock::now());
    let changes = match &args.deed {
        ReviewDeed::Accept(args) => judged(&store, &args.ids, &Judgement::Accept, now)?,
        ReviewDeed::Reject(args) => {
            let known = || REASONS.into_iter().chain(shared.rules.reasons.iter().map(String::as_str));
            if !known().any(|reason| reason == args.reason) {
                let (reason, reasons) = (printable(&args.reason), known().collect::<Vec<_>>().join(", "));
                return Err(say!(
                    "\"{reason}\" is no reason of this team; there are {reasons}; `tanba rules --reason` adds one",
                    reason,
                    reasons
                )
                .into());
            }
            let judgement = Judgement::Reject { category: args.reason.clone(), reason: args.words.clone() };
            judged(&store, &args.ids, &judgement, now)?
        }
        ReviewDeed::Propose(args) => {
            let (annotation, _) =
                Finder::new(&store, &shared).find(&args.id).map(|(annotation, review)| (annotation, review.clone()))?;
            let claim = proposed(&shared, &annotation, args)?;
            let judgement = Judgement::Propose { claim, reason: args.words.clone() };
            judged(&store, std::slice::from_ref(&args.id), &judgement, now)?
        }
        ReviewDeed::Comment(args) => {
            if args.text.trim().is_empty() {
                return Err(say!("there is nothing to say in it").into());
            }
            let (annotation, _) =
                Finder::new(&store, &shared).find(&args.id).map(|(annotation, review)| (annotation, review.clone()))?;
            let moment = (now, clock::chance());
            let comment = Comment::new(&annotation, &store.writer.coder, args.text.trim_end(), moment);
            vec![Change::put(Record::Comment(comment))]
        }
        ReviewDeed::Resolve(args) => resolved(&store, &shared, &args.ids, now)?,
        ReviewDeed::Thread(_) | ReviewDeed::News(_) => Vec::new(),
    };
    let mut out = Output::new();
    if changes.is_empty() {
        out.line(say!("nothing to change"))?;
        return Ok(out.done()?);
    }
    let n = changes.len();
    let event = store.keep(changes, Deed::Plain, now)?;
    let told = crate::app::telling::told(&shared.codebook, &event);
    out.line(&if n == 1 { told } else { count!(n, "{n} annotation", "{n} annotations") })?;
    Ok(out.done()?)
}

/// Finds annotations by their ids, and what was said of their documents.
struct Finder<'a> {
    store: &'a Store,
    shared: &'a Shared,
    sight: Sight,
    /// What was said of documents, as it was read.
    reviews: BTreeMap<DocumentId, Review>,
}

impl<'a> Finder<'a> {
    fn new(store: &'a Store, shared: &'a Shared) -> Self {
        let sight = Sight::of(shared, &store.writer.coder);
        Self { store, shared, sight, reviews: BTreeMap::new() }
    }

    /// An annotation that the coder may see, and what was said of its document.
    fn find(&mut self, id: &str) -> Result<(Annotation, &mut Review), Failure> {
        let wrong = || say!("no annotation has the id \"{id}\", as far as you may see", id = printable(id));
        let parsed: AnnotationId = id.parse().map_err(|_| wrong())?;
        let mut found = None;
        for document in self.shared.documents.keys() {
            found = self.store.index().annotation(document, parsed)?.filter(|one| self.sight.sees_annotation(one));
            if found.is_some() {
                break;
            }
        }
        let annotation: Annotation = found.ok_or_else(wrong)?;
        let document = annotation.passage.document.clone();
        let review = match self.reviews.entry(document) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => {
                let review = self.store.index().review(free.key())?.seen_by(&self.sight);
                free.insert(review)
            }
        };
        Ok((annotation, review))
    }
}

/// The changes that give a verdict on colleagues' annotations; those that have it already are left out.
fn judged(store: &Store, ids: &[String], judgement: &Judgement, now: Time) -> Result<Vec<Change>, Failure> {
    let (shared, me) = (store.shared()?, &store.writer.coder);
    let mut changes = Vec::new();
    let mut finder = Finder::new(store, &shared);
    for id in ids {
        let (annotation, review) = finder.find(id)?;
        if annotation.coder == *me {
            return Err(say!("this annotation is yours; verdicts are for colleagues'").into());
        }
        if annotation.coder == CONSENSUS {
            return Err(say!("this is settled; it is settled anew, not reviewed").into());
        }
        let verdict = Verdict::on(&annotation, me, judgement.clone(), now);
        changes.extend(review.judge(&annotation, verdict, clock::chance()));
    }
    Ok(changes)
}

fn proposed(shared: &Shared, annotation: &Annotation, args: &ProposeArgs) -> Result<Claim, Failure> {
    let mut claim = Claim::of(annotation);
    if let Some(code) = &args.code {
        let given = shared.codebook.given(code);
        claim.code =
            given.ok_or_else(|| say!("no code is called \"{code}\"; `tanba codes` lists them", code))??.id.clone();
    }
    if let Some(passage) = &args.passage {
        let range = passage
            .split_once("..")
            .and_then(|(start, end)| Some((start.trim().parse().ok()?, end.trim().parse().ok()?)));
        let length = shared.documents.get(&annotation.passage.document).map_or(0, |document| document.length);
        let range = range.filter(|(start, end): &(usize, usize)| start < end && (length == 0 || *end <= length));
        (claim.start, claim.end) = range
            .ok_or_else(|| say!("\"{passage}\" is no passage; write START..END in code points from 0", passage))?;
    }
    if claim == Claim::of(annotation) {
        return Err(say!("that is what it says; propose another --code or --passage").into());
    }
    Ok(claim)
}

fn resolved(store: &Store, shared: &Shared, ids: &[String], now: Time) -> Result<Vec<Change>, Failure> {
    let mut changes = Vec::new();
    let mut finder = Finder::new(store, shared);
    for id in ids {
        let (annotation, review) = finder.find(id)?;
        if !review.is_open(annotation.id) {
            continue;
        }
        let comments = review.thread(annotation.id).map(|comment| comment.id.clone()).collect();
        let now = Resolution {
            document: annotation.passage.document.clone(),
            annotation: annotation.id,
            of: annotation.coder.clone(),
            coder: store.writer.coder.clone(),
            comments,
            time: now,
        };
        let was = review.resolutions.remove(&annotation.id).map(Record::Resolution);
        changes.push(Change::of(was, Some(Record::Resolution(now))));
    }
    Ok(changes)
}

fn thread(context: &Context, id: &str) -> Result<(), Failure> {
    let store = context.store()?;
    let shared = store.shared()?;
    let mut finder = Finder::new(&store, &shared);
    let (annotation, review) = finder.find(id)?;
    let mut out = Output::new();
    let Claim { start, end, code } = Claim::of(&annotation);
    let document = &annotation.passage.document;
    out.line(&format!("{document}  {start}..{end}  {}  {}", shared.codebook.called(&code), annotation.coder))?;
    for verdict in review.verdicts_on(annotation.id) {
        let outdated = if verdict.is_of(&annotation) { "" } else { say!(" (of what it said before)") };
        let said = told(&shared.codebook, verdict);
        out.line(&format!("{}  {}  {said}{outdated}", verdict.time.minute(), verdict.reviewer))?;
    }
    for comment in review.thread(annotation.id) {
        out.line(&format!("{}  {}  {}", comment.time.minute(), comment.coder, flat(&comment.text)))?;
    }
    if let Some(resolution) = review.resolutions.get(&annotation.id).filter(|_| !review.is_open(annotation.id)) {
        let time = resolution.time.minute();
        out.line(&format!("{time}  {}  {}", resolution.coder, say!("settled what was said of it")))?;
    }
    Ok(out.done()?)
}

#[derive(Serialize)]
struct Listed {
    new: bool,
    by: String,
    said: String,
    annotation: String,
    document: String,
    start: usize,
    end: usize,
    code: String,
    quote: String,
    time: Time,
}

fn list_news(context: &Context, args: &NewsArgs) -> Result<(), Failure> {
    let store = context.store()?;
    let mut all: Vec<News> = news(&store, &mut |_| true)?;
    all.retain(|news| news.is_new || !args.new);
    let mut out = Output::new();
    if args.json {
        let listed: Vec<Listed> = all.iter().map(as_listed).collect();
        out.json(&listed)?;
    } else {
        for news in &all {
            let mark = if news.is_new { "●" } else { " " };
            let (document, range) = &news.place;
            let (by, about, said) = (printable(&news.by), printable(&news.about), flat(&news.said));
            let said = format!("{said}  {}", news.annotation);
            out.line(&format!(
                "{mark} {}  {by}  {document} {}..{}  {about}  {said}",
                news.time.minute(),
                range.start,
                range.end
            ))?;
        }
        if all.is_empty() {
            out.line(say!("nobody said anything new of your annotations"))?;
        }
    }
    out.done()?;
    let seen: Vec<String> = all.into_iter().filter(|news| news.is_new).map(|news| news.key).collect();
    if !seen.is_empty() && store.project.own().is_dir() {
        Looked::read(&store.project.own(), &store.writer.coder).note(&seen)?;
    }
    Ok(())
}

fn as_listed(news: &News) -> Listed {
    let (document, range) = &news.place;
    Listed {
        new: news.is_new,
        by: news.by.clone(),
        said: news.said.clone(),
        annotation: news.annotation.to_string(),
        document: document.0.clone(),
        start: range.start,
        end: range.end,
        code: news.about.clone(),
        quote: news.quote.clone(),
        time: news.time,
    }
}
