//! Twenty coders at one server, over a net that cuts, delays and swallows, with crashes on either side: at the end all have the same, and
//! everything that was acknowledged is in it.
#![cfg(unix)]

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use tanba::model::annotation::{Annotation, AnnotationId, Passage};
use tanba::model::change::{Change, Record};
use tanba::model::code::{Code, CodeId};
use tanba::model::document::{DocumentId, Done};
use tanba::model::event::Deed;
use tanba::model::time::Time;
use tanba::store::Store;
use tanba::store::fresh;
use tanba::store::likeness::{Differing, differing};
use tanba::store::project::{Project, Settings, Writer};
use tanba::team::address::Address;
use tanba::team::administration::{member_sql, role_sql, verifier};
use tanba::team::exchange::{Exchange, Stopped};
use tanba::team::hub::Kind;
use tanba::team::postgres::Postgres;
use tanba::text::anchor::Quote;
use tempfile::TempDir;

use crate::cluster::{self, Cluster};
use crate::harness::Chance;

const N_CODERS: usize = 20;
const N_ACTIONS: usize = 60;

/// A net between the coders and the server. It is bad until it is said to be good.
pub struct Net {
    pub port: u16,
    is_bad: Arc<AtomicBool>,
}

impl Net {
    pub fn to(server: u16, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its number").port();
        let is_bad = Arc::new(AtomicBool::new(true));
        let bad = is_bad.clone();
        thread::spawn(move || {
            for (n, client) in listener.incoming().flatten().enumerate() {
                let Ok(there) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                let ends = [(&client, &there), (&there, &client)]
                    .map(|(from, to)| (from.try_clone().expect("an end"), to.try_clone().expect("an end")));
                for (side, (from, to)) in ends.into_iter().enumerate() {
                    let (bad, chance) = (bad.clone(), Chance::new(seed + n as u64 * 2 + side as u64));
                    thread::spawn(move || carry(from, to, &bad, chance));
                }
            }
        });
        Self { port, is_bad }
    }

    pub fn mend(&self) {
        self.is_bad.store(false, Ordering::Relaxed);
    }
}

/// Carries bytes from one end to the other, more or less.
fn carry(mut from: TcpStream, mut to: TcpStream, is_bad: &AtomicBool, mut chance: Chance) {
    let mut bytes = [0; 2048];
    while let Ok(n) = from.read(&mut bytes) {
        if n == 0 {
            break;
        }
        let (mut n, mut is_cut) = (n, false);
        if is_bad.load(Ordering::Relaxed) {
            match chance.below(60) {
                // Cut, in the middle of something.
                0 => (n, is_cut) = (chance.below(n), true),
                // Swallowed, and cut a moment later.
                1 => {
                    thread::sleep(Duration::from_millis(chance.below(150) as u64));
                    break;
                }
                2..6 => thread::sleep(Duration::from_millis(chance.below(60) as u64)),
                _ => {}
            }
        }
        if to.write_all(&bytes[..n]).is_err() || is_cut {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// A coder at a machine of their own.
struct Coder {
    name: String,
    dir: TempDir,
    address: Address,
    chance: Chance,
    store: Option<Store>,
    exchange: Option<Exchange>,
    hub: Option<Postgres>,
    own: Vec<Annotation>,
    /// How many strokes were acknowledged.
    n_kept: u64,
}

impl Coder {
    fn project(&self) -> Project {
        Project::open(self.dir.path()).expect("a project")
    }

    fn writer(&self) -> Writer {
        Writer { coder: self.name.clone(), device: "desk".into() }
    }

    fn begin(&mut self) {
        let mut store = None;
        // Another test that starts a program has our lock for a moment.
        for _ in 0..200 {
            store = Store::open_to_write(self.project(), self.writer(), &mut |_, _| {}).ok();
            if store.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        self.store = Some(store.expect("the store opens"));
        self.exchange = Some(Exchange::new(self.project(), self.writer().name(), false));
    }

    /// The machine dies: what was being written into a colleague's journal is cut short.
    fn crash(&mut self) {
        (self.store, self.exchange, self.hub) = (None, None, None);
        let journals = fs::read_dir(self.project().journals()).expect("journals").flatten();
        for entry in journals.filter(|entry| !entry.file_name().to_string_lossy().starts_with(&self.name)) {
            if self.chance.heads() {
                let mut file = OpenOptions::new().append(true).open(entry.path()).expect("a journal");
                file.write_all("{\"seq\":7,\"time\":\"2026-".as_bytes()).expect("torn");
            }
        }
        self.begin();
    }

    fn act(&mut self, n: usize) {
        let now = Time(1_795_000_000_000 + n as i64 * 1000);
        let chance = (self.chance.below(1 << 30) as u128) << 64 | self.chance.below(1 << 30) as u128;
        let document = DocumentId(format!("in-{}", self.chance.below(4)));
        let change = match self.chance.below(10) {
            0 if !self.own.is_empty() => {
                let at = self.chance.below(self.own.len());
                Change::remove(Record::Annotation(self.own.swap_remove(at)))
            }
            1 => {
                let code = Code::named(CodeId("contested".into()), &format!("{} {n}", self.name));
                Change::of(None, Some(Record::Code(code)))
            }
            2 => {
                let done = Done { document, coder: self.name.clone(), time: Some(now), reopened: None };
                Change::put(Record::Done(done))
            }
            _ => {
                let start = self.chance.below(20);
                let passage = Passage { document, start, end: start + 3 };
                let id = AnnotationId::new(now, chance);
                let code = CodeId("slacktivism".into());
                let made = Annotation::new(id, &self.name, (passage, Quote::default()), code, now);
                self.own.push(made.clone());
                Change::put(Record::Annotation(made))
            }
        };
        let store = self.store.as_mut().expect("open");
        store.keep(vec![change], Deed::Plain, now).expect("kept");
        self.n_kept += 1;
    }

    /// Carries once, if the net lets it; whether nothing went wrong and nothing is left.
    fn carry(&mut self) -> bool {
        if self.hub.is_none() {
            self.hub = Postgres::connect(&self.address, &self.name, Some("secret")).ok();
        }
        let written = self.store.as_ref().map(Store::written);
        let (Some(hub), Some(exchange)) = (&mut self.hub, &mut self.exchange) else { return false };
        match exchange.round(hub, written) {
            Ok(carried) => {
                let _ = self.store.as_mut().expect("open").news().expect("read");
                carried.n_sent == 0 && carried.n_taken == 0 && !carried.has_more
            }
            Err(Stopped::Hub(_)) => {
                exchange.forget();
                self.hub = None;
                false
            }
            Err(Stopped::Store(error)) => panic!("{error}"),
        }
    }

    fn carry_all(&mut self) {
        let begun = Instant::now();
        while !self.carry() {
            assert!(begun.elapsed() < Duration::from_secs(120), "{}: it never ends", self.name);
            assert!(self.exchange.as_ref().is_none_or(|e| e.notes.is_empty()), "{:?}", self.exchange);
        }
    }
}

/// The team of a server, each with an empty project.
fn team(cluster: &Cluster, port: u16) -> Vec<Coder> {
    let mut address = cluster.database();
    let mut owner = Postgres::connect(&address, "root", None).expect("reached");
    owner.establish(&address.database, &[("id", "1")], "owner").expect("made");
    let place = address.database.clone();
    let known = verifier("secret");
    (address.host, address.port) = ("127.0.0.1".into(), port);
    (0..N_CODERS)
        .map(|n| {
            let name = format!("coder{n:02}");
            let sql = role_sql(&name, Some(&known)) + &member_sql((&place, "tanba"), &name, &name, Kind::Coder);
            owner.together(&sql).expect("added");
            let dir = TempDir::new().expect("a folder");
            Project::init(dir.path(), Settings::default()).expect("a project");
            Coder {
                name,
                dir,
                address: address.clone(),
                chance: Chance::new(4711 + n as u64),
                store: None,
                exchange: None,
                hub: None,
                own: Vec::new(),
                n_kept: 0,
            }
        })
        .collect()
}

fn journals(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |entry: fs::DirEntry| {
        (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).expect("a journal"))
    };
    let mut all: Vec<_> = fs::read_dir(dir.join("journal")).expect("journals").flatten().map(read).collect();
    all.sort();
    all
}

#[test]
fn twenty_coders_over_a_bad_net_come_to_the_same() {
    if !cluster::is_installed() {
        return;
    }
    let mut cluster = Cluster::start("");
    let net = Net::to(cluster.port(), 99);
    let mut coders = team(&cluster, net.port);
    let (all_done, all_sent) = (Barrier::new(N_CODERS + 1), Barrier::new(N_CODERS));
    let n_left = AtomicUsize::new(N_CODERS);
    thread::scope(|scope| {
        for coder in &mut coders {
            let (all_done, all_sent, n_left) = (&all_done, &all_sent, &n_left);
            scope.spawn(move || {
                coder.begin();
                for n in 0..N_ACTIONS {
                    coder.act(n);
                    if coder.chance.below(3) > 0 {
                        coder.carry();
                    }
                    if coder.chance.below(40) == 0 {
                        coder.crash();
                    }
                }
                n_left.fetch_sub(1, Ordering::Relaxed);
                all_done.wait();
                coder.carry_all();
                all_sent.wait();
                coder.carry_all();
            });
        }
        for _ in 0..3 {
            thread::sleep(Duration::from_millis(1500));
            cluster.end("immediate");
            cluster.begin();
        }
        while n_left.load(Ordering::Relaxed) > 0 {
            thread::sleep(Duration::from_millis(20));
        }
        net.mend();
        all_done.wait();
    });
    let expected = journals(coders[0].dir.path());
    assert_eq!(expected.len(), N_CODERS);
    let first = fresh::index(&coders[0].project()).expect("an index");
    for coder in &mut coders {
        assert!(journals(coder.dir.path()) == expected, "{}: other journals", coder.name);
        let lines = &expected.iter().find(|(name, _)| name.starts_with(&coder.name)).expect("a journal").1;
        let n = lines.iter().filter(|byte| **byte == b'\n').count() as u64;
        assert_eq!(n, coder.n_kept, "{}: all that was acknowledged, once", coder.name);
        let own = coder.store.as_ref().expect("open").index();
        assert_eq!(differing(own, &first).expect("compared"), Differing::default(), "{}", coder.name);
    }
}
