//! What goes between a project's folder and its hub: the own lines there, those of others here, and the texts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::model::concern::Concern;
use crate::model::event::Event;
use crate::model::time::Stamp;
use crate::say;
use crate::store::error::StoreError;
use crate::store::journal;
use crate::store::project::{Project, is_writer};
use crate::team::hub::{Hub, HubError, Kind, Marks, Parcel, Piece, Standing};
use crate::team::ledger::Ledger;
use crate::team::papers::Papers;

/// Lines are sent in parcels of about so many bytes.
const PARCEL_BYTES: u64 = 1 << 20;

/// Why an exchange stopped; what was carried before is carried.
#[derive(Debug)]
pub enum Stopped {
    /// The hub said no, or is away.
    Hub(HubError),
    /// This machine's disk said no.
    Store(StoreError),
}

impl From<HubError> for Stopped {
    fn from(error: HubError) -> Self {
        Self::Hub(error)
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hub(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

/// What one round carried.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Lines sent.
    pub n_sent: u64,
    /// Lines taken.
    pub n_taken: u64,
    /// Texts sent and taken.
    pub n_texts: u64,
    /// Whether there is more to carry.
    pub has_more: bool,
}

/// What is known of a hub since it was reached.
#[derive(Debug, Default)]
struct Known {
    /// Whom it takes us for.
    standing: Option<Standing>,
    /// Journals that are not carried any more, because they are not the same here and there.
    parted: BTreeSet<String>,
    /// Journals of which lines were missing once; they may have been on their way.
    doubted: BTreeSet<String>,
}

/// Carries lines and texts between a project's folder and its hub.
#[derive(Debug)]
pub struct Exchange {
    project: Project,
    /// The journal that is written here: `coder@device`.
    own: String,
    /// Whether nobody writes that journal meanwhile.
    is_alone: bool,
    ledgers: BTreeMap<String, Ledger>,
    /// How far journals are there, as far as we sent or saw them: lines and bytes.
    sent: BTreeMap<String, (u64, u64)>,
    /// The project that was agreed to, where that is known.
    agreed: Option<String>,
    known: Known,
    /// What we could see when what was withheld was last asked for again.
    filled: Option<String>,
    papers: Papers,
    /// What is to be told to the coder.
    pub notes: Vec<String>,
}

impl Exchange {
    /// Begins to carry between a project and a hub; `own` is the journal that is written here, which others may be writing now
    /// unless `is_alone`.
    pub fn new(project: Project, own: String, is_alone: bool) -> Self {
        let papers = Papers::new(project.documents());
        Self {
            project,
            own,
            is_alone,
            ledgers: BTreeMap::new(),
            sent: BTreeMap::new(),
            agreed: None,
            known: Known::default(),
            filled: None,
            papers,
            notes: Vec::new(),
        }
    }

    /// Carries with that project alone.
    #[must_use]
    pub fn with(mut self, project: &str) -> Self {
        self.agreed = Some(project.to_owned()).filter(|project| !project.is_empty());
        self
    }

    /// The connection was lost: how the hub stands is asked anew.
    pub fn forget(&mut self) {
        self.known = Known::default();
        self.papers.forget();
    }

    /// Lines that are here and not there yet.
    pub fn n_unsent(&self) -> u64 {
        let behind = |(name, ledger): (&String, &Ledger)| {
            let there = self.sent.get(name).map_or(0, |(n, _)| *n);
            if self.is_ours(name) { ledger.n_lines.saturating_sub(there) } else { 0 }
        };
        self.ledgers.iter().map(behind).sum()
    }

    /// The same where the hub is away: reads how the journals here stand.
    pub fn waiting(&mut self, written: Option<u64>) -> Result<u64, StoreError> {
        self.look(written)?;
        Ok(self.n_unsent())
    }

    /// Lines that are there and not here yet.
    pub fn n_untaken(&self, hub: &mut dyn Hub) -> Result<u64, HubError> {
        let here = |name: &String| self.ledgers.get(name).map_or(0, |ledger| ledger.n_lines);
        Ok(hub.reached()?.iter().map(|(name, n)| n.saturating_sub(here(name))).sum())
    }

    /// Carries a while: everything out, and of what comes in as much as comes at once. `written` is how many bytes of the own
    /// journal are acknowledged; nothing behind them is sent.
    pub fn round(&mut self, hub: &mut dyn Hub, written: Option<u64>) -> Result<Carried, Stopped> {
        self.look(written)?;
        if self.known.standing.is_none() {
            self.greet(hub)?;
        }
        let mut carried = Carried::default();
        self.send(hub, &mut carried)?;
        let tidings = hub.tidings()?;
        self.take(hub, tidings.is_whole, &mut carried)?;
        if !carried.has_more && self.filled.as_ref() != Some(&tidings.sight) {
            self.fill_gaps(hub, &mut carried)?;
            self.filled = Some(tidings.sight.clone());
        }
        // Texts come behind the lines that speak of them, which does no harm: a document without its text waits for it.
        let may_send = self.known.standing.as_ref().is_some_and(|standing| standing.kind > Kind::Reader);
        carried.n_texts += self.papers.exchange(hub, may_send, tidings.n_papers, &mut self.notes)?;
        Ok(carried)
    }

    /// Carries until nothing is left to carry; nobody writes the own journal meanwhile. `tell` is told how many lines came of how many.
    pub fn everything(&mut self, hub: &mut dyn Hub, tell: &mut dyn FnMut(u64, u64)) -> Result<Carried, Stopped> {
        let (mut all, mut n_left, mut n_tries, mut is_asked_twice) = (Carried::default(), None, 0, false);
        loop {
            let carried = match self.round(hub, None) {
                // Somebody else sent the same just now: what is there is asked anew.
                Err(Stopped::Hub(HubError::Taken(_))) if n_tries < 3 => {
                    n_tries += 1;
                    self.forget();
                    continue;
                }
                other => other?,
            };
            all.n_sent += carried.n_sent;
            all.n_taken += carried.n_taken;
            all.n_texts += carried.n_texts;
            if !carried.has_more {
                // What seems to be missing is asked for once more, and told then.
                let is_sure = std::mem::replace(&mut is_asked_twice, true) || self.known.doubted.is_empty();
                if is_sure {
                    return Ok(all);
                }
                continue;
            }
            let left = match n_left {
                Some(left) => left,
                None => all.n_taken + self.n_untaken(hub)?,
            };
            n_left = Some(left);
            tell(all.n_taken, left);
        }
    }

    /// Whom the hub takes us for, once it was asked.
    pub fn standing(&self) -> Option<&Standing> {
        self.known.standing.as_ref()
    }

    /// Sends what is here, and takes nothing.
    pub fn send_all(&mut self, hub: &mut dyn Hub) -> Result<Carried, Stopped> {
        self.look(None)?;
        if self.known.standing.is_none() {
            self.greet(hub)?;
        }
        let mut carried = Carried::default();
        self.send(hub, &mut carried)?;
        Ok(carried)
    }

    /// Reads how the journals here stand.
    fn look(&mut self, written: Option<u64>) -> Result<(), StoreError> {
        for path in journal::list(&self.project.journals())? {
            let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            if !is_journal(&name) || path.is_symlink() {
                continue;
            }
            let until = written.filter(|_| name == self.own);
            self.ledgers.entry(name).or_insert_with(|| Ledger::empty(&path)).go_on(until)?;
        }
        Ok(())
    }

    fn path_of(&self, name: &str) -> PathBuf {
        self.project.journals().join(format!("{name}.jsonl"))
    }

    /// Whether a journal is ours to send.
    fn is_ours(&self, name: &str) -> bool {
        let Some(standing) = &self.known.standing else { return coder_of(name) == coder_of(&self.own) };
        match standing.kind {
            Kind::Reader => false,
            Kind::Coder | Kind::Reviewer => coder_of(name) == standing.coder,
            Kind::Owner => true,
        }
    }

    /// Learns whom the hub takes us for, and holds the journals here against those there.
    fn greet(&mut self, hub: &mut dyn Hub) -> Result<(), Stopped> {
        let standing = hub.standing()?;
        if standing.coder != coder_of(&self.own) {
            let (there, here) = (standing.coder, coder_of(&self.own).to_owned());
            let why = say!("you are {there} there, and {here} here; work as {there}: --coder {there}", there, here);
            return Err(HubError::Refused(why).into());
        }
        let is_other = self.agreed.as_ref().is_some_and(|agreed| *agreed != standing.project);
        if is_other {
            let why = say!("another project is at that address now; its administrator knows why: nothing is carried");
            return Err(HubError::Refused(why.into()).into());
        }
        self.known.standing = Some(standing);
        self.sent.clear();
        let reached = hub.reached()?;
        let mut places = Marks::new();
        let mut sums = BTreeMap::new();
        for (name, there) in &reached {
            let Some(ledger) = self.ledgers.get(name).filter(|ledger| ledger.n_lines > 0 && *there > 0) else {
                continue;
            };
            let common = (*there).min(ledger.n_lines);
            let part = if common == ledger.n_lines { ledger.clone() } else { ledger.part(common)? };
            self.sent.insert(name.clone(), (part.n_lines, part.n_bytes));
            if let Some(sum) = part.sum.filter(|_| part.n_lines == common) {
                places.insert(name.clone(), common - 1);
                sums.insert(name.clone(), sum);
            }
        }
        for (name, line) in hub.lines(&places)? {
            let is_same = crate::store::line::sum_in(line.as_bytes()) == sums.get(&name).map(String::as_str);
            if !is_same && !self.is_settled(&name, &reached)? {
                self.part_with(&name);
            }
        }
        let own = (reached.get(&self.own).copied().unwrap_or(0), self.ledgers.get(&self.own).map_or(0, |l| l.n_lines));
        if own.0 > own.1 && !self.is_alone {
            self.notes.push(say!(
                "the server has {n} entries of yours that this computer has not: leave, and run `tanba sync`",
                n = own.0 - own.1
            ));
            self.known.parted.insert(self.own.clone());
        }
        Ok(())
    }

    /// The own journal goes on differently here and there, and nobody writes it now: the one here goes on under another name, and that one
    /// comes. Whether that was done.
    fn is_settled(&mut self, name: &str, reached: &Marks) -> Result<bool, StoreError> {
        if !self.is_alone || name != self.own {
            return Ok(false);
        }
        let is_free = |name: &String| !self.path_of(name).exists() && !reached.contains_key(name);
        let Some(free) = (2..1000).map(|n| format!("{name}~{n}")).find(is_free) else {
            return Ok(false);
        };
        let (from, to) = (self.path_of(name), self.path_of(&free));
        std::fs::rename(&from, &to).map_err(StoreError::io("write", &to))?;
        self.sent.remove(name);
        self.ledgers.insert(free.clone(), Ledger::read(&to)?);
        self.ledgers.insert(name.to_owned(), Ledger::empty(&from));
        self.notes.push(say!(
            "{name} went on differently there (a restored backup, or two computers of one name): what is here is kept as {free}, nothing is lost",
            name,
            free
        ));
        Ok(true)
    }

    /// What is known of a journal here is not what is there.
    fn part_with(&mut self, name: &str) {
        self.known.parted.insert(name.to_owned());
        self.notes.push(if name == self.own {
            say!("{name} went on differently there: leave, and run `tanba sync`, which keeps both", name)
        } else {
            say!(
                "{name} is not the same there as here (forged there, or a backup was restored): nothing more of it is taken; ask its writer",
                name
            )
        });
    }

    fn send(&mut self, hub: &mut dyn Hub, carried: &mut Carried) -> Result<(), Stopped> {
        let names = self.ledgers.keys().filter(|name| self.is_ours(name) && !self.known.parted.contains(*name));
        let names: Vec<String> = names.cloned().collect();
        for name in &names {
            loop {
                let (n_sent, offset) = self.sent.get(name).copied().unwrap_or_default();
                let ledger = self.ledgers.get(name).filter(|l| l.n_bytes > offset && l.n_withheld == 0);
                let Some(lines) = ledger.map(|ledger| ledger.lines(offset, PARCEL_BYTES)) else { break };
                let (lines, bytes) = lines?;
                let n_lines = lines.len() as u64;
                let parcels: Vec<Parcel> = lines.into_iter().map(parcel).collect();
                if parcels.is_empty() {
                    break;
                }
                carried.n_texts += self.papers.send_for(hub, &parcels, &mut self.notes)?;
                hub.append(name, n_sent, &parcels)?;
                carried.n_sent += n_lines;
                self.sent.insert(name.clone(), (n_sent + n_lines, offset + bytes));
            }
        }
        Ok(())
    }

    /// The journals that are not taken from the hub.
    fn but(&self) -> Vec<String> {
        let own = if self.is_alone { None } else { Some(self.own.clone()) };
        own.into_iter().chain(self.known.parted.iter().cloned()).collect()
    }

    fn take(&mut self, hub: &mut dyn Hub, is_whole: bool, carried: &mut Carried) -> Result<(), Stopped> {
        let known: Marks = self.ledgers.iter().map(|(name, ledger)| (name.clone(), ledger.n_lines)).collect();
        let (pieces, has_more) = hub.since(&known, &self.but())?;
        let before = carried.n_taken;
        carried.has_more = has_more;
        for pieces in by_journal(&pieces) {
            let Some(name) = pieces.first().map(|piece| piece.journal.clone()) else { continue };
            if !is_journal(&name) {
                // Nothing of that name is ever asked for again.
                self.known.parted.insert(name);
                continue;
            }
            let path = self.path_of(&name);
            let ledger = self.ledgers.entry(name.clone()).or_insert_with(|| Ledger::empty(&path));
            let taken = match ledger.take(pieces, is_whole) {
                Ok(taken) => taken,
                Err(error) => {
                    // How it stands is looked at anew.
                    self.ledgers.remove(&name);
                    return Err(error.into());
                }
            };
            let reached = (ledger.n_lines, ledger.n_bytes);
            carried.n_taken += taken.n_lines;
            self.sent.insert(name.clone(), reached);
            self.tell_broken(&name, taken.broken);
            // What we may see may have changed between two questions: what is missing twice is missing.
            if taken.missing.is_some() && !self.known.doubted.insert(name.clone()) {
                self.tell_broken(&name, taken.missing);
            }
        }
        // A server that says there is more and has nothing must not keep us busy.
        carried.has_more &= carried.n_taken > before;
        Ok(())
    }

    fn tell_broken(&mut self, name: &str, broken: Option<u64>) {
        let Some(n) = broken else { return };
        self.known.parted.insert(name.to_owned());
        self.notes.push(say!(
            "{name}: line {line} on the server does not follow on the line before it (it was changed there, or one is missing): it is not taken; ask its writer",
            name,
            line = n + 1
        ));
    }

    /// Something may be seen that was withheld: the journals with gaps come anew.
    fn fill_gaps(&mut self, hub: &mut dyn Hub, carried: &mut Carried) -> Result<(), Stopped> {
        let gaps =
            self.ledgers.iter().filter(|(name, ledger)| ledger.n_withheld > 0 && !self.known.parted.contains(*name));
        let names: Vec<String> = gaps.map(|(name, _)| name.clone()).collect();
        for name in names {
            let mut others: Vec<String> = hub.reached()?.into_keys().filter(|other| *other != name).collect();
            others.extend(self.known.parted.iter().cloned());
            let (mut all, mut known) = (Vec::new(), Marks::new());
            loop {
                let (pieces, has_more) = hub.since(&known, &others)?;
                let n_before = all.len();
                all.extend(pieces.into_iter().filter(|piece| piece.journal == name));
                known.extend(all.last().map(|last: &Piece| (name.clone(), last.n + 1)));
                if !has_more || all.len() == n_before {
                    break;
                }
            }
            if let Some(ledger) = self.ledgers.get_mut(&name) {
                let before = ledger.n_lines;
                let taken = ledger.replace(&all)?;
                carried.n_taken += ledger.n_lines.saturating_sub(before);
                self.tell_broken(&name, taken.broken);
            }
        }
        Ok(())
    }
}

/// Pieces of one journal after the other.
fn by_journal(pieces: &[Piece]) -> impl Iterator<Item = &[Piece]> {
    pieces.chunk_by(|a, b| a.journal == b.journal)
}

/// The coder's part of a journal's name.
fn coder_of(name: &str) -> &str {
    name.rsplit_once('@').map_or(name, |(coder, _)| coder)
}

/// Whether a name can be a journal's: it becomes a file's.
pub fn is_journal(name: &str) -> bool {
    let is_number = |n: &str| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit());
    match name.rsplit_once('~') {
        Some((writer, n)) => is_writer(writer) && is_number(n),
        None => is_writer(name),
    }
}

/// A line with what a hub must know of it; of one that can't be read that is nothing, and only its writer sees it where coders are hidden
/// from each other.
fn parcel(line: String) -> Parcel {
    match serde_json::from_str::<Event>(&line) {
        Ok(event) => Parcel { concern: Concern::of(&event), stamp: event.stamp(), line },
        Err(_) => Parcel { concern: Concern::unknown(), stamp: Stamp::default(), line },
    }
}
