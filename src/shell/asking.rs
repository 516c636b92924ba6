//! Questions to the store that take their time: which passages, how many, a table of them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::app::agreeing::Differing;
use crate::app::effect::{Effect, Found, Input, Progress, Remembered};
use crate::formats::{svg, table as csv};
use crate::model::annotation::Annotation;
use crate::model::document::DocumentId;
use crate::model::time::Time;
use crate::query::choice::Choice;
use crate::say;
use crate::shell::clock;
use crate::shell::concord::MAX_HITS;
use crate::shell::concordat::{agreement, differences};
use crate::shell::likening::suggested;
use crate::shell::news::news;
use crate::shell::retrieval::{Retrieval, Unanswered};
use crate::shell::seeker::Look;
use crate::shell::tabulation::table;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::project::Project;
use crate::tables::pace::Pace;
use crate::tables::table::Table;
use crate::tables::wanted::Wanted;
use crate::text::span::CodePoints;

/// The folder of a project that tables and pictures are written to.
const FOLDER: &str = "tables";

/// Tables of one name that are kept beside each other.
const MAX_FILES: usize = 10_000;

/// What is asked.
#[derive(Debug, Clone)]
pub enum Question {
    /// The passages that a query wants.
    Passages(String),
    /// How many these are.
    Count(String),
    /// A table of what a query wants.
    Table(Wanted, String),
    /// The memos of annotations.
    Memos,
    /// What looks like what was tagged before, in these documents.
    Suggestions(Vec<DocumentId>),
    /// How far the coder is.
    Progress,
    /// When each coder last wrote something.
    Team,
    /// What others said to the coder.
    Inbox,
    /// How far coders agree.
    Agreement,
    /// The open places where coders differ.
    Differences(Differing),
}

impl Question {
    /// What an effect asks, if it is a question.
    pub fn of(effect: &Effect) -> Option<Self> {
        Some(match effect {
            Effect::Query(query) => Self::Passages(query.clone()),
            Effect::CountPassages(query) => Self::Count(query.clone()),
            Effect::Tabulate(wanted, base) => Self::Table(wanted.clone(), base.clone()),
            Effect::Memos => Self::Memos,
            Effect::Suggest(documents) => Self::Suggestions(documents.clone()),
            Effect::Progress => Self::Progress,
            Effect::Team => Self::Team,
            Effect::Inbox => Self::Inbox,
            Effect::Agree => Self::Agreement,
            Effect::Differences(wanted) => Self::Differences(wanted.clone()),
            _ => return None,
        })
    }

    /// What to call the work.
    pub fn called(&self) -> &'static str {
        match self {
            Self::Passages(_) | Self::Memos | Self::Inbox => say!("searching"),
            Self::Count(_) | Self::Table(..) | Self::Progress | Self::Team => say!("counting"),
            Self::Agreement | Self::Differences(_) => say!("comparing"),
            Self::Suggestions(_) => say!("looking for what is alike"),
        }
    }
}

/// A question, and whether its answer is still wanted.
pub struct Asked {
    /// The question.
    pub question: Question,
    /// Tells how far it is.
    pub look: Look,
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Asked({:?})", self.question)
    }
}

/// Answers a question. `go_on` is told how far it is, in per mille, and ends the work: then the answer is of no use.
pub fn answer(store: &mut Store, question: &Question, go_on: &mut dyn FnMut(usize) -> bool) -> Input {
    let answered = match question {
        Question::Passages(query) => passages(store, query, go_on),
        Question::Count(query) => count(store, query, go_on),
        Question::Table(wanted, base) => {
            let choice = Choice { query: base.clone(), ..Choice::default() };
            let shared = store.shared().map_err(Unanswered::from);
            let made = shared.and_then(|shared| table(store, &shared, &choice, wanted, go_on));
            made.map(|table| Input::Tabled(Box::new(table), wanted.clone()))
        }
        Question::Memos => memos(store, go_on),
        Question::Suggestions(documents) => suggested(store, documents, go_on).map(Input::Suggested),
        Question::Agreement => agreement(store, go_on).map(|found| Input::Agreed(Box::new(found))),
        Question::Differences(wanted) => {
            let found = differences(store, wanted, go_on).map_err(Unanswered::from);
            found.map(|places| Input::Differences(wanted.clone(), places))
        }
        Question::Inbox => news(store, go_on).map(Input::Inbox),
        Question::Team => store.reading().last_written().map(Input::Team).map_err(Unanswered::from),
        Question::Progress => progress(store, clock::now(), go_on).map(Input::Progressed),
    };
    answered.unwrap_or_else(|unanswered| match unanswered {
        // A count is asked for in passing.
        Unanswered::Mistaken(_, query) if matches!(question, Question::Count(_)) => Input::Counted(query, 0),
        // What is asked again is the table, not its passages.
        Unanswered::Mistaken(mistake, _) if matches!(question, Question::Table(..)) => Input::Failed(mistake.why),
        Unanswered::Mistaken(mistake, query) => Input::Mistaken(query, mistake),
        Unanswered::Unread(error) => Input::Failed(error.to_string()),
    })
}

fn passages(store: &Store, query: &str, go_on: &mut dyn FnMut(usize) -> bool) -> Result<Input, Unanswered> {
    let shared = store.shared()?;
    let choice = Choice { query: query.to_owned(), ..Choice::default() };
    let found = Retrieval::new(store, &shared, &choice)?.in_context(MAX_HITS, true, go_on)?;
    let is_cut = found.n_passages > found.hits.len() && found.hits.len() >= MAX_HITS;
    Ok(Input::Hits(Found { query: query.to_owned(), hits: found.hits, is_cut, failed: found.failed, is_query: true }))
}

fn count(store: &Store, query: &str, go_on: &mut dyn FnMut(usize) -> bool) -> Result<Input, Unanswered> {
    let shared = store.shared()?;
    let choice = Choice { query: query.to_owned(), ..Choice::default() };
    let mut n = 0;
    Retrieval::new(store, &shared, &choice)?.each(&mut |found| {
        n += found.passages.len();
        go_on(0)
    })?;
    Ok(Input::Counted(query.to_owned(), n))
}

/// The memos of all annotations.
pub fn remembered(store: &Store, go_on: &mut dyn FnMut(usize) -> bool) -> Result<Vec<Remembered>, Unanswered> {
    let shared = store.shared()?;
    let choice = Choice { query: "any has:memo".into(), ..Choice::default() };
    let retrieval = Retrieval::new(store, &shared, &choice)?;
    let (mut all, mut failed) = (Vec::new(), None);
    retrieval.each(&mut |found| {
        let told = |annotation: Annotation| Remembered {
            id: annotation.id.to_string(),
            about: format!("{} · {}", shared.codebook.called(&annotation.code), shared.title(found.document)),
            coder: annotation.coder,
            text: annotation.memo,
            time: annotation.memo_time.unwrap_or(annotation.time),
            place: Some((
                found.document.clone(),
                CodePoints { start: annotation.passage.start, end: annotation.passage.end },
            )),
        };
        match retrieval.annotations(&found) {
            Ok(annotations) => all.extend(annotations.into_values().map(told)),
            Err(error) => failed = Some(error),
        }
        failed.is_none() && go_on(0)
    })?;
    failed.map_or(Ok(all), |error| Err(error.into()))
}

fn memos(store: &Store, go_on: &mut dyn FnMut(usize) -> bool) -> Result<Input, Unanswered> {
    remembered(store, go_on).map(Input::Memos)
}

/// How far the store's coder is, now.
pub fn progress(store: &Store, now: Time, go_on: &mut dyn FnMut(usize) -> bool) -> Result<Progress, Unanswered> {
    let shared = store.shared()?;
    let choice = Choice { coders: vec![store.writer.coder.clone()], ..Choice::default() };
    let retrieval = Retrieval::new(store, &shared, &choice)?;
    let mut moments: Vec<Time> = Vec::new();
    let mut last: Option<(Time, DocumentId, CodePoints)> = None;
    retrieval.each(&mut |found| {
        for (fact, _) in
            found.passages.iter().flat_map(|passage| &passage.of).filter_map(|at| found.facts.get(*at as usize))
        {
            moments.push(fact.time);
            if last.as_ref().is_none_or(|(time, ..)| fact.time > *time) {
                last = Some((fact.time, found.document.clone(), fact.range()));
            }
        }
        go_on(0)
    })?;
    let day = |time: &Time| time.0.div_euclid(86_400_000);
    let today = moments.iter().copied().filter(|time| day(time) == day(&now)).collect();
    Ok(Progress { today: Pace::of(today), ever: Pace::of(moments), last: last.map(|(_, id, range)| (id, range)) })
}

/// Writes a table and its picture into the project, and tells where.
pub fn written(project: &Project, table: &Table) -> Input {
    match write(&project.root, table) {
        Ok(path) if project.cipher.is_some() => Input::Note(say!(
            "written to {path}, and as a picture beside it; neither is encrypted",
            path = path.display()
        )),
        Ok(path) => Input::Note(say!("written to {path}, and as a picture beside it", path = path.display())),
        Err(error) => Input::Failed(error.to_string()),
    }
}

/// Writes a table and its picture into the project; returns the table's path. A file of that name is kept, and the new one
/// has a number.
fn write(root: &Path, table: &Table) -> Result<PathBuf, StoreError> {
    let folder = root.join(FOLDER);
    fs::create_dir_all(&folder).map_err(StoreError::io("make", &folder))?;
    let is_plain = |c: char| if c.is_alphanumeric() { c.to_lowercase().next().unwrap_or(c) } else { '-' };
    let name: String = format!("{} {}", table.title, table.base).chars().map(is_plain).collect();
    let parts: Vec<&str> = name.split('-').filter(|part| !part.is_empty()).collect();
    let name: String = parts.join("-").chars().take(60).collect();
    let free = |n: usize| folder.join(if n == 1 { format!("{name}.csv") } else { format!("{name}-{n}.csv") });
    let path = (1..MAX_FILES)
        .map(free)
        .find(|path| !path.exists() && !path.with_extension("svg").exists())
        .unwrap_or_else(|| free(MAX_FILES));
    let mut bytes = Vec::new();
    let written = csv::write(table, &mut bytes).and_then(|()| fs::write(&path, &bytes));
    written.map_err(StoreError::io("write", &path))?;
    let picture = path.with_extension("svg");
    fs::write(&picture, svg::picture(table)).map_err(StoreError::io("write", &picture))?;
    Ok(path)
}
