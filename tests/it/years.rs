//! A year of a team: coders who tag, change, review, undo, crash, start again and merge, against a model of a page.
//!
//! Everybody has a folder of their own. What they do is kept by the program's own store; what it acknowledged goes into the model,
//! which knows one rule: of two words on a thing the later one stands.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use tanba::model::annotation::{Annotation, AnnotationId, Passage};
use tanba::model::assignment::Assignment;
use tanba::model::change::{Change, Record};
use tanba::model::code::{Code, CodeId};
use tanba::model::document::{DocumentId, Done};
use tanba::model::event::{Deed, Event};
use tanba::model::memo::{About, Memo};
use tanba::model::thread::{Comment, Resolution};
use tanba::model::time::Time;
use tanba::model::verdict::{Judgement, Verdict};
use tanba::store::Store;
use tanba::store::cells::{Batch, Cells};
use tanba::store::index::Index;
use tanba::store::likeness::{Differing, differing};
use tanba::store::project::{Project, Settings, Writer};
use tanba::text::anchor::Quote;
use tempfile::TempDir;

use crate::harness::{Chance, copy_folder};

/// The team; in the order of their names, as stamps of one moment are ordered.
const TEAM: [&str; 10] = ["aigul", "asel", "bek", "dana", "erlan", "gulnaz", "marat", "nurlan", "sara", "timur"];

/// A day in 2026, in milliseconds of Unix time, and an hour.
const BEGIN: i64 = 1_767_225_600_000;
const HOUR: i64 = 3_600_000;

/// How much a year is.
struct Year {
    n_weeks: usize,
    /// Of each coder.
    n_actions_a_week: usize,
    n_documents: usize,
    /// A restart, and among them a crash, comes once in so many actions.
    restart: usize,
    crash: usize,
    /// A clock that jumps.
    jump: usize,
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

fn hash_of(record: &Record) -> u64 {
    hash(&serde_json::to_string(record).expect("a record is JSON"))
}

/// When something was said: the moment, the count within it, and who.
type Order = (i64, u32, usize);

/// A word on one thing: which, when, what it was and is; what is not there is nothing.
#[derive(Clone, Copy)]
struct Word {
    key: u64,
    order: Order,
    was: Option<u64>,
    now: Option<u64>,
}

/// What one event said.
fn words_of(event: &Event, who: usize) -> Vec<Word> {
    let order = (event.time.0, event.tick, who);
    let word = |change: &Change| Word {
        key: hash(&change.subject().expect("a change has a subject").key()),
        order,
        was: change.was.as_ref().map(hash_of),
        now: change.now.as_ref().map(hash_of),
    };
    event.changes.iter().map(word).collect()
}

/// All that somebody knows.
#[derive(Default)]
struct Model(HashMap<u64, (Order, Option<u64>)>);

impl Model {
    fn hear(&mut self, words: &[Word]) {
        for word in words {
            let known = self.0.entry(word.key).or_insert((word.order, word.now));
            if known.0 < word.order {
                *known = (word.order, word.now);
            }
        }
    }

    fn now(&self, key: u64) -> Option<u64> {
        self.0.get(&key).and_then(|(_, now)| *now)
    }

    /// What takes these words back: those that still stand.
    fn back(&self, words: &[Word]) -> Vec<(u64, Option<u64>)> {
        let standing = words.iter().filter(|word| self.now(word.key) == word.now);
        sorted(standing.map(|word| (word.key, word.was)).collect())
    }
}

fn sorted(mut pairs: Vec<(u64, Option<u64>)>) -> Vec<(u64, Option<u64>)> {
    pairs.sort_unstable();
    pairs
}

/// Where an annotation is to be looked up.
type Place = (usize, AnnotationId);

fn interview(n: usize) -> DocumentId {
    DocumentId(format!("interview-{n:03}"))
}

/// One of the team, at a table of their own.
struct Coder {
    who: usize,
    dir: TempDir,
    store: Option<Store>,
    chance: Chance,
    clock: i64,
    model: Model,
    /// What was acknowledged, in order, and the annotation that was made.
    log: Vec<(Vec<Word>, Option<Place>)>,
    undo: Vec<Vec<Word>>,
    redo: Vec<Vec<Word>>,
    /// How much of everybody's log has come.
    heard: [usize; TEAM.len()],
    /// Annotations that were made here, and some of colleagues'; they may be gone.
    own: Vec<Place>,
    others: Vec<Place>,
    n_crashes: usize,
}

fn journal_of(dir: &Path, who: usize) -> PathBuf {
    dir.join(format!("journal/{}@desk.jsonl", TEAM[who]))
}

impl Coder {
    fn begin(who: usize) -> Self {
        let dir = TempDir::new().expect("a folder");
        Project::init(dir.path(), Settings::default()).expect("a project");
        let mut chance = Chance::new(who as u64 + 1);
        // Nobody's clock is right.
        let clock = BEGIN + chance.below(2 * HOUR as usize) as i64 - HOUR;
        Self {
            who,
            dir,
            store: None,
            chance,
            clock,
            model: Model::default(),
            log: Vec::new(),
            undo: Vec::new(),
            redo: Vec::new(),
            heard: [0; TEAM.len()],
            own: Vec::new(),
            others: Vec::new(),
            n_crashes: 0,
        }
    }

    fn store(&mut self) -> &mut Store {
        let (dir, who) = (self.dir.path(), self.who);
        self.store.get_or_insert_with(|| {
            let writer = Writer { coder: TEAM[who].into(), device: "desk".into() };
            Store::open_to_write(Project::open(dir).expect("a project"), writer, &mut |_, _| {}).expect("opens")
        })
    }

    /// Dies while working: what its own folder holds at that moment is all that is left, and half a line that nobody was told of.
    fn crash(&mut self) {
        self.store();
        let own = self.dir.path().join(".tanba");
        let left = self.dir.path().join("left");
        copy_folder(&own, &left);
        self.store = None;
        fs::remove_dir_all(&own).expect("removed");
        fs::rename(&left, &own).expect("renamed");
        if let Ok(mut file) = fs::OpenOptions::new().append(true).open(journal_of(self.dir.path(), self.who)) {
            let torn = br#"{"seq":99,"time":"2026-01-01T00:00:00Z","by":"#;
            file.write_all(&torn[..self.chance.below(torn.len())]).expect("written");
        }
        self.n_crashes += 1;
    }

    /// Starts with another version: its index has another form.
    fn upgrade(&mut self) {
        self.store = None;
        let mut cells = Cells::open(&self.dir.path().join(".tanba/index")).expect("the index opens");
        cells.gather(Batch::from([(b"m".to_vec(), Some(b"tanba-index-0".to_vec()))])).expect("taken");
        cells.settle().expect("written");
    }

    fn act(&mut self, year: &Year) {
        if self.chance.below(year.crash) == 0 {
            self.crash();
        } else if self.chance.below(year.restart) == 0 {
            self.store = None;
        }
        self.clock += 1 + self.chance.below(60_000) as i64;
        if self.chance.below(year.jump) == 0 {
            self.clock += (self.chance.below(48) as i64 - 24) * 24 * HOUR;
        }
        match self.chance.below(100) {
            0..8 => self.step(true),
            8..12 => self.step(false),
            kind => {
                let changes = self.changes(kind, year);
                let now = Time(self.clock);
                let n_changes = changes.iter().filter(|change| change.was != change.now).count();
                let event = self.store().keep(changes, Deed::Plain, now).expect("kept");
                let words = words_of(&event, self.who);
                assert_eq!(words.len(), n_changes, "all of it is kept");
                self.undo.push(words.clone());
                self.redo.clear();
                self.note(words);
            }
        }
    }

    /// What was acknowledged is the latest word on what it speaks of.
    fn note(&mut self, words: Vec<Word>) {
        self.model.hear(&words);
        for word in &words {
            assert_eq!(self.model.0[&word.key].0, word.order, "an own word comes after all that its coder knew");
        }
        let made = words.first().filter(|w| w.was.is_none()).and(self.own.last().copied());
        self.log.push((words, made));
    }

    fn step(&mut self, is_undo: bool) {
        let from = if is_undo { &mut self.undo } else { &mut self.redo };
        let Some(last) = from.pop() else { return };
        let expected = self.model.back(&last);
        let now = Time(self.clock);
        let event = self.store().step(is_undo, now).expect("a step").expect("there is one");
        let words = words_of(&event, self.who);
        assert_eq!(sorted(words.iter().map(|w| (w.key, w.now)).collect()), expected, "what a step back changes");
        let to = if is_undo { &mut self.redo } else { &mut self.undo };
        to.push(words.clone());
        self.note(words);
    }

    /// Something that a coder does all day.
    fn changes(&mut self, kind: usize, year: &Year) -> Vec<Change> {
        let n = self.chance.below(year.n_documents);
        let document = interview(n);
        let code = CodeId(format!("code-{}", self.chance.below(120)));
        let (coder, now, chance) = (TEAM[self.who], Time(self.clock), self.chance.below(usize::MAX) as u128);
        let own = self.one(true);
        let any = if self.chance.below(4) == 0 { own.clone() } else { self.one(false) };
        let changed = |was: &Annotation, change: &dyn Fn(&mut Annotation)| {
            let mut now = was.clone();
            change(&mut now);
            vec![Change::replace(Record::Annotation(was.clone()), Record::Annotation(now))]
        };
        match (kind, own, any) {
            (12..22, Some(own), _) => changed(&own, &|a| a.code = code.clone()),
            (22..28, Some(own), _) => changed(&own, &|a| a.memo = format!("ой {chance}")),
            (28..34, Some(own), _) => vec![Change::remove(Record::Annotation(own))],
            (34..37, _, Some(any)) => changed(&any, &|a| a.code = code.clone()),
            (37..46, _, Some(any)) => {
                let judgement = match chance % 3 {
                    0 => Judgement::Accept,
                    _ => Judgement::Reject { category: "wrong code".into(), reason: format!("себебі {chance}") },
                };
                vec![Change::put(Record::Verdict(Verdict::on(&any, coder, judgement, now)))]
            }
            (46..50, _, Some(any)) => {
                vec![Change::put(Record::Comment(Comment::new(&any, coder, "неге?", (now, chance))))]
            }
            (50..51, _, Some(any)) => vec![Change::put(Record::Resolution(Resolution {
                document: any.passage.document.clone(),
                annotation: any.id,
                of: any.coder.clone(),
                coder: coder.into(),
                comments: vec![chance.to_string()],
                time: now,
            }))],
            (52..53, ..) => {
                let one = Assignment::new(&document, TEAM[self.chance.below(TEAM.len())]);
                let is_given = self.store().index().shared().expect("shared").assignments.contains(&one);
                let (was, now) = if is_given { (Some(one), None) } else { (None, Some(one)) };
                vec![Change::of(was.map(Record::Assignment), now.map(Record::Assignment))]
            }
            (51..52, ..) => vec![Change::put(Record::Code(Code {
                definition: format!("анықтама {chance}"),
                ..Code::named(code.clone(), &code.0)
            }))],
            (53..54, ..) => {
                let time = Some(now);
                vec![Change::put(Record::Done(Done { document, coder: coder.into(), time, reopened: None }))]
            }
            (54..55, ..) => {
                vec![Change::put(Record::Memo(Memo::new(About::Project, coder, "күнделік", (now, chance))))]
            }
            (55..56, ..) => {
                let many = (0..20).filter_map(|_| self.one(true)).map(|a| (a.id, a));
                let many: HashMap<AnnotationId, Annotation> = many.collect();
                many.values().filter(|a| a.code != code).flat_map(|a| changed(a, &|a| a.code = code.clone())).collect()
            }
            _ => {
                let start = self.chance.below(20_000);
                let passage = Passage { document, start, end: start + 40 };
                let exact = format!("Қазақстан халқы {chance} дейді");
                let quote = Quote { exact, before: "сөз ".into(), after: " сөз".into() };
                let id = AnnotationId::new(now, chance);
                self.own.push((n, id));
                vec![Change::put(Record::Annotation(Annotation::new(id, coder, (passage, quote), code, now)))]
            }
        }
    }

    /// One of the annotations that are there.
    fn one(&mut self, is_own: bool) -> Option<Annotation> {
        let all = if is_own { &self.own } else { &self.others };
        let at = self.chance.below(all.len());
        let (n, id) = *all.get(at)?;
        self.store().index().annotation(&interview(n), id).expect("the index reads")
    }

    /// Takes over what has been added to a colleague's journal, or, cut off anywhere, a part of it.
    fn merge(&mut self, other: &Coder, is_last: bool) {
        let (from, to) = (journal_of(other.dir.path(), other.who), journal_of(self.dir.path(), other.who));
        let Ok(mut from) = fs::File::open(from) else { return };
        let have = fs::metadata(&to).map_or(0, |m| m.len());
        from.seek(SeekFrom::Start(have)).expect("sought");
        let mut more = Vec::new();
        from.read_to_end(&mut more).expect("read");
        if !is_last && self.chance.below(8) == 0 {
            more.truncate(self.chance.below(more.len()));
        }
        fs::create_dir_all(to.parent().expect("a folder")).expect("made");
        let mut file = fs::OpenOptions::new().create(true).append(true).open(to).expect("opened");
        file.write_all(&more).expect("written");
        let heard = &mut self.heard[other.who];
        let n_lines = more.iter().filter(|b| **b == b'\n').count();
        // A line that was cut before counts where it ends.
        for (words, made) in &other.log[*heard..*heard + n_lines] {
            self.model.hear(words);
            self.others.extend(made);
        }
        *heard += n_lines;
    }

    /// The index says what the model says.
    fn holds(&mut self) {
        let mut there = HashMap::new();
        let mut put = |record: Record| {
            there.insert(hash(&record.key()), hash_of(&record));
        };
        let index = self.store().index();
        for id in index.coded_documents().expect("documents") {
            index.each_annotation(&id, &mut |a| put(Record::Annotation(a))).expect("annotations");
        }
        for id in index.reviewed_documents().expect("documents") {
            let review = index.review(&id).expect("a review");
            review.verdicts.into_values().for_each(|v| put(Record::Verdict(v)));
            review.comments.into_values().for_each(|c| put(Record::Comment(c)));
            review.resolutions.into_values().for_each(|r| put(Record::Resolution(r)));
        }
        let shared = index.shared().expect("shared");
        shared.codebook.iter().for_each(|code| put(Record::Code(code.clone())));
        shared.done.into_values().for_each(|d| put(Record::Done(d)));
        shared.assignments.into_iter().for_each(|a| put(Record::Assignment(a)));
        shared.memos.into_values().for_each(|m| put(Record::Memo(m)));
        let said: HashMap<u64, u64> = self.model.0.iter().filter_map(|(key, (_, now))| Some((*key, (*now)?))).collect();
        let wrong = said.iter().filter(|(key, now)| there.get(key) != Some(now)).count();
        assert_eq!(
            (there.len(), wrong),
            (said.len(), 0),
            "{}: records, and those that say something else",
            TEAM[self.who]
        );
    }
}

/// Everybody's week, on two threads; then they meet.
fn week(team: &mut [Coder], year: &Year, is_last: bool) {
    std::thread::scope(|scope| {
        for half in team.chunks_mut(TEAM.len() / 2) {
            scope.spawn(|| half.iter_mut().for_each(|coder| (0..year.n_actions_a_week).for_each(|_| coder.act(year))));
        }
    });
    for at in 0..team.len() {
        for other in 0..team.len() {
            if other == at || (!is_last && team[at].chance.below(4) == 0) {
                continue;
            }
            let (left, right) = team.split_at_mut(at.max(other));
            let (mine, theirs) = if at < other { (&mut left[at], &right[0]) } else { (&mut right[0], &left[other]) };
            mine.merge(theirs, is_last);
        }
        if team[at].store.is_some() {
            team[at].store().news().expect("news");
        }
    }
}

fn bytes_in(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).expect("listed").flatten();
    let bytes = |path: PathBuf| if path.is_dir() { bytes_in(&path) } else { fs::metadata(path).map_or(0, |m| m.len()) };
    entries.map(|entry| bytes(entry.path())).sum()
}

/// `TANBA_ACTIONS=100000` is the year itself: a million actions, two hours, ten gigabytes.
fn year() -> Year {
    let n_actions = std::env::var("TANBA_ACTIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    if n_actions < 1000 {
        let n_actions_a_week = n_actions / 4;
        return Year { n_weeks: 4, n_actions_a_week, n_documents: 5, restart: 12, crash: 40, jump: 30 };
    }
    Year {
        n_weeks: 50,
        n_actions_a_week: n_actions / 50,
        n_documents: 300,
        restart: n_actions / 100,
        crash: n_actions / 10,
        jump: 5000,
    }
}

#[test]
fn after_a_year_of_crashes_and_merges_everybody_has_what_everybody_said() {
    let year = year();
    let mut team: Vec<Coder> = (0..TEAM.len()).map(Coder::begin).collect();
    for n in 1..=year.n_weeks {
        week(&mut team, &year, n == year.n_weeks);
        if n % (year.n_weeks / 4) == 0 {
            let at = n / (year.n_weeks / 4) % TEAM.len();
            team[at].upgrade();
            team[at].holds();
        }
    }
    team.iter_mut().for_each(Coder::holds);
    let first = team[0].store.take().expect("open");
    for coder in &mut team[1..] {
        let index: &Index = coder.store().index();
        assert_eq!(differing(first.index(), index).expect("both read"), Differing::default());
    }
    drop(first);
    report(&mut team);
}

/// How large it has become, and how long it takes to open, read again and make anew.
fn report(team: &mut [Coder]) {
    let coder = &mut team[0];
    coder.store = None;
    let root = coder.dir.path().to_path_buf();
    let begun = Instant::now();
    coder.store();
    let opened = begun.elapsed();
    let begun = Instant::now();
    coder.store().rebuild(&mut |_, _| {}).expect("made anew");
    let rebuilt = begun.elapsed();
    coder.holds();
    let (journals, index) = (bytes_in(&root.join("journal")), bytes_in(&root.join(".tanba/index")));
    let n_events: usize = team.iter().map(|coder| coder.log.len()).sum();
    let n_crashes: usize = team.iter().map(|coder| coder.n_crashes).sum();
    let n_records = team[0].model.0.len();
    let line = format!(
        "{n_events} events of {} coders, {n_crashes} crashes, {n_records} records; journals {} KB, index {} KB; opened in {opened:.0?}, made anew in {rebuilt:.0?}",
        team.len(),
        journals >> 10,
        index >> 10
    );
    writeln!(std::io::stdout(), "{line}").expect("written");
}
