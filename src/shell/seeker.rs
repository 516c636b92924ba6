//! Looks through long texts on threads of its own: for a phrase, for headings. A newer look stops an older one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use crate::app::effect::{Found, Input, Task};
use crate::model::document::{DocumentId, Pair};
use crate::model::link::FixedLink;
use crate::say;
use crate::shell::concord::{Field, MAX_HITS, concord};
use crate::shell::message::Message;
use crate::store::links;
use crate::store::project::Project;
use crate::text::body::Text;
use crate::text::heading::headings;
use crate::text::search::{Needle, meant};

/// Places of a phrase that are kept; more are not walked through by hand.
const MAX_MATCHES: usize = 100_000;

/// Headings that are listed.
const MAX_HEADINGS: usize = 100_000;

/// Work that takes longer is shown.
const PATIENCE: Duration = Duration::from_millis(100);

/// Looks through texts.
#[derive(Debug)]
pub struct Seeker {
    out: Sender<Message>,
    /// Counts looks, so that an older one stops.
    n_looks: Arc<AtomicU64>,
    /// Counts alignments likewise.
    n_alignments: Arc<AtomicU64>,
}

/// What is looked for.
enum What {
    /// A task of this name.
    Task(&'static str),
    /// What corresponds in a pair.
    Pair(Pair),
}

/// One look: tells how far it is, and whether it is still wanted.
pub struct Look {
    out: Sender<Message>,
    n_looks: Arc<AtomicU64>,
    own: u64,
    what: What,
    percent: u8,
    begun: Instant,
}

impl Look {
    /// Whether nothing newer is looked for.
    pub fn is_wanted(&self) -> bool {
        self.n_looks.load(Ordering::SeqCst) == self.own
    }

    /// Tells that so many of all bytes are done; whether to go on.
    pub fn is_at(&mut self, done: usize, all: usize) -> bool {
        let percent = (done as f64 / all.max(1) as f64 * 100.0).min(100.0) as u8;
        if percent > self.percent && self.begun.elapsed() > PATIENCE && self.is_wanted() {
            self.percent = percent;
            self.send(match &self.what {
                What::Task(what) => Input::Progress(Some(Task { what: (*what).into(), percent })),
                What::Pair(pair) => Input::Aligning(pair.clone(), percent),
            });
        }
        self.is_wanted()
    }

    fn send(&self, input: Input) {
        let _ = self.out.send(Message::Input(input));
    }
}

impl Seeker {
    /// What is found goes to `out`.
    pub fn new(out: Sender<Message>) -> Self {
        Self { out, n_looks: Arc::default(), n_alignments: Arc::default() }
    }

    /// Begins a look of this name; older ones end.
    pub fn look(&self, what: &'static str) -> Look {
        self.begin(&self.n_looks, What::Task(what))
    }

    fn begin(&self, count: &Arc<AtomicU64>, what: What) -> Look {
        let own = count.fetch_add(1, Ordering::SeqCst) + 1;
        Look { out: self.out.clone(), n_looks: Arc::clone(count), own, what, percent: 0, begun: Instant::now() }
    }

    /// Aligns a pair; what was said of it stays.
    pub fn align(&self, project: Project, pair: Pair, fixed: Vec<FixedLink>) {
        let mut look = self.begin(&self.n_alignments, What::Pair(pair.clone()));
        thread::spawn(move || {
            let found = links::align(&project, &pair, fixed, &mut |done, all| look.is_at(done, all));
            let found = match found {
                Ok(Some(alignment)) => Ok(Arc::new(alignment)),
                Ok(None) => return,
                Err(error) => Err(error.to_string()),
            };
            if look.is_wanted() {
                look.send(Input::Aligned(pair, found));
            }
        });
    }

    /// Looks for a phrase.
    pub fn search(&self, id: DocumentId, text: Text, phrase: String) {
        let mut look = self.look(say!("searching"));
        thread::spawn(move || {
            let len = text.len();
            let (how, words) = meant(&phrase);
            let needle = Needle::new(words, how).unwrap_or_default();
            let found = needle.matches_in(&text, MAX_MATCHES, &mut |done| look.is_at(done, len));
            if look.is_wanted() {
                look.send(Input::Found(id, phrase, found));
            }
        });
    }

    /// Looks for a query in all documents of a project.
    pub fn concord(&self, field: Field, query: String) {
        let mut look = self.look(say!("searching"));
        thread::spawn(move || {
            let (how, words) = meant(&query);
            let needle = Needle::new(words, how).unwrap_or_default();
            let (hits, failed) = concord(&field, &needle, &mut |done| look.is_at(done, 1000));
            if look.is_wanted() {
                let is_cut = hits.len() >= MAX_HITS;
                look.send(Input::Hits(Found { query, hits, is_cut, failed, is_query: false }));
            }
        });
    }

    /// Looks for headings.
    pub fn headings(&self, id: DocumentId, text: Text) {
        let mut look = self.look(say!("looking for headings"));
        thread::spawn(move || {
            let len = text.len();
            let found = headings(&text, MAX_HEADINGS, &mut |done| look.is_at(done, len));
            if look.is_wanted() {
                look.send(Input::Headings(id, found));
            }
        });
    }

    /// Stops looking.
    pub fn stop(&self) {
        self.n_looks.fetch_add(1, Ordering::SeqCst);
    }

    /// Stops aligning.
    pub fn stop_aligning(&self) {
        self.n_alignments.fetch_add(1, Ordering::SeqCst);
    }
}
