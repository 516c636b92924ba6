//! The figures of docs/team-figures.md: a project at a `PostgreSQL` server that is started for it. Parts: `in`, `live`, `first`, `many`;
//! all of them unless some are named. `TANBA_EVENTS` says how many events the first sync has (a million).
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::print_stdout, clippy::cast_precision_loss)] // a broken bench says so; figures are printed

use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use mimalloc::MiMalloc;
use tanba::model::annotation::{Annotation, AnnotationId, Passage};
use tanba::model::change::{Change, Record};
use tanba::model::code::CodeId;
use tanba::model::concern::Concern;
use tanba::model::document::DocumentId;
use tanba::model::event::{Deed, Event};
use tanba::model::time::Time;
use tanba::store::line::{FIRST, encode};
use tanba::store::project::{Project, Settings};
use tanba::team::address::Address;
use tanba::team::administration::{member_sql, role_sql};
use tanba::team::exchange::Exchange;
use tanba::team::hub::{Hub, Kind, Parcel};
use tanba::team::postgres::Postgres;
use tanba::text::anchor::Quote;
use tempfile::TempDir;

use cluster::Cluster;
use pty::Pty;

#[path = "../tests/it/cluster.rs"]
#[allow(dead_code)] // tests use more of it
mod cluster;
#[path = "../tests/it/pty.rs"]
#[allow(dead_code)]
mod pty;

#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

/// Events of a coder: an annotation each, of a sentence, as a tag makes it.
fn parcels(by: &str, n: u64) -> Vec<Parcel> {
    let coder = by.split('@').next().unwrap_or(by);
    let mut prev = FIRST.to_owned();
    let words =
        "In 2005 about three people in a hundred used the internet in Kazakhstan; by 2013 the figure had reached 54";
    let parcel = |seq: u64| {
        let time = Time(1_795_000_000_000 + seq as i64 * 1000);
        let passage = Passage { document: DocumentId(format!("interview-{}.en", seq % 300)), start: 100, end: 210 };
        let quote =
            Quote { exact: words.to_owned(), before: "permitted by the ministry".into(), after: "per cent".into() };
        let id = AnnotationId::new(time, u128::from(seq) << 32);
        let made = Annotation::new(id, coder, (passage, quote), CodeId("slacktivism".into()), time);
        let changes = vec![Change::put(Record::Annotation(made))];
        let event = Event { seq, time, tick: 0, by: by.to_owned(), machine: None, deed: Deed::Plain, changes };
        let (line, sum) = encode(&event, &prev, None).expect("a line");
        prev = sum;
        Parcel { concern: Concern::of(&event), stamp: event.stamp(), line: line.trim_end().to_owned() }
    };
    (1..=n).map(parcel).collect()
}

/// A journal's file.
fn lines(parcels: &[Parcel]) -> String {
    let lines: Vec<&str> = parcels.iter().map(|parcel| parcel.line.as_str()).collect();
    lines.join("\n") + "\n"
}

/// A project of that many coders in a database of its own, by the socket, where nobody is asked for a password.
fn team(cluster: &Cluster, n_coders: usize) -> (Address, Vec<String>) {
    let address = cluster.database();
    let mut owner = Postgres::connect(&address, "root", None).expect("reached");
    owner.establish(&address.database, &[("id", "1")], "owner").expect("made");
    let place = (&*address.database, &*address.schema);
    let coders: Vec<String> = (0..n_coders).map(|n| format!("{}_{n:03}", address.database)).collect();
    for coder in &coders {
        owner.together(&(role_sql(coder, None) + &member_sql(place, coder, coder, Kind::Coder))).expect("added");
    }
    (address, coders)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(0.0)
}

/// Events a second that come in: in bulk, and one by one as coders make them.
fn in_() {
    let server = Cluster::start("fsync = on");
    for (n_coders, size) in [(1, 1000), (1, 1), (20, 1)] {
        let n_each: u64 = if size == 1 { 2000 / n_coders as u64 } else { 100_000 };
        let mut rates = Vec::new();
        for _ in 0..3 {
            let (address, coders) = team(&server, n_coders);
            let barrier = Barrier::new(n_coders + 1);
            let begun = thread::scope(|scope| {
                for coder in &coders {
                    let (address, barrier) = (&address, &barrier);
                    scope.spawn(move || {
                        let mut hub = Postgres::connect(address, coder, None).expect("reached");
                        hub.standing().expect("known");
                        let journal = format!("{coder}@desk");
                        let all = parcels(&journal, n_each);
                        barrier.wait();
                        for (n, part) in all.chunks(size).enumerate() {
                            hub.append(&journal, (n * size) as u64, part).expect("kept");
                        }
                    });
                }
                barrier.wait();
                Instant::now()
            });
            rates.push((n_each * n_coders as u64) as f64 / begun.elapsed().as_secs_f64());
        }
        println!("| {n_coders} | {size} | {:.0} |", median(rates));
    }
}

fn program() -> std::path::PathBuf {
    std::path::PathBuf::from(env!("CARGO_BIN_EXE_tanba"))
}

fn run(dir: &Path, home: &Path, coder: &str, arguments: &[&str]) {
    let status = std::process::Command::new(program())
        .args(arguments)
        .current_dir(dir)
        .env("TANBA_HOME", home)
        .env("TANBA_CODER", coder)
        .env("TANBA_DEVICE", "desk")
        .env("TANBA_MACHINE", coder)
        .env("LC_ALL", "C")
        .stdout(std::process::Stdio::null())
        .status();
    assert!(status.expect("it runs").success(), "{arguments:?}");
}

/// From one coder's key to another's screen, by two readers on pseudo-terminals.
fn live() {
    let server = Cluster::start("fsync = on");
    let database = server.database();
    let text = format!(
        "postgres://root@{}:{}/{}?schema=study",
        server.socket().display().to_string().replace('/', "%2F"),
        server.port(),
        database.database
    );
    let dir = TempDir::new().expect("a folder");
    let homes = [dir.path().join("h1"), dir.path().join("h2")];
    for home in &homes {
        fs::create_dir(home).expect("made");
        fs::write(home.join("seen"), "welcome\n").expect("written");
    }
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    run(dir.path(), &homes[0], "asel", &["init", "one"]);
    let long: Vec<String> = (0..400).map(|n| format!("Sentence number {n} is here.")).collect();
    fs::write(one.join("documents/long.en.txt"), long.join(" ")).expect("a text");
    run(&one, &homes[0], "asel", &["codes", "add", "slacktivism", "--key", "s"]);
    run(&one, &homes[0], "asel", &["share", &text]);
    run(&one, &homes[0], "asel", &["team", "add", "dana"]);
    run(dir.path(), &homes[1], "dana", &["join", &text.replace("root@", "dana@"), "two"]);
    let reader = |dir: &Path, home: &Path, coder: &str| {
        let own = [("TANBA_HOME", home.to_str().expect("a path")), ("TANBA_CODER", coder), ("TANBA_MACHINE", coder)];
        let mut pty = Pty::start(&program(), &[dir.to_str().expect("a path")], &own, (120, 30));
        pty.until("in step");
        pty
    };
    let (mut first, mut second) = (reader(&one, &homes[0], "asel"), reader(&two, &homes[1], "dana"));
    let mut times = Vec::new();
    for n in 1..=300 {
        first.press("jc");
        first.next_output();
        thread::sleep(Duration::from_millis(40));
        let begun = Instant::now();
        first.press("s");
        let wanted = if n == 1 { "1 annotation".to_owned() } else { format!("{n} annotations") };
        second.until(&wanted);
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        first.settle();
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!("| {:.0} | {:.0} | {:.0} |", at(0.5), at(0.99), at(1.0));
}

/// The first sync of a large project: out by its owner, in by a colleague.
fn first() {
    let n: u64 = std::env::var("TANBA_EVENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let server = Cluster::start("fsync = on\nmax_wal_size = 4GB");
    let (address, coders) = team(&server, 21);
    let dir = TempDir::new().expect("a folder");
    for coder in &coders[..20] {
        let project = Project::init(&dir.path().join(coder), Settings::default()).expect("a project");
        let journal = format!("{coder}@desk");
        let lines = lines(&parcels(&journal, n / 20));
        fs::write(project.journals().join(format!("{journal}.jsonl")), lines).expect("written");
    }
    let begun = Instant::now();
    for coder in &coders[..20] {
        let project = Project::open(&dir.path().join(coder)).expect("a project");
        let mut hub = Postgres::connect(&address, coder, None).expect("reached");
        let mut exchange = Exchange::new(project, format!("{coder}@desk"), false);
        exchange.send_all(&mut hub).expect("sent");
    }
    let out = begun.elapsed();
    let project = Project::init(&dir.path().join("joined"), Settings::default()).expect("a project");
    let mut hub = Postgres::connect(&address, &coders[20], None).expect("reached");
    let begun = Instant::now();
    let mut exchange = Exchange::new(project.clone(), format!("{}@desk", coders[20]), true);
    let carried = exchange.everything(&mut hub, &mut |_, _| {}).expect("taken");
    let taken = begun.elapsed();
    assert_eq!(carried.n_taken, n / 20 * 20);
    let bytes: u64 =
        fs::read_dir(project.journals()).expect("listed").flatten().map(|e| e.metadata().map_or(0, |m| m.len())).sum();
    // The peer: what PostgreSQL's own program takes to write the same lines into one file, unchecked.
    let begun = Instant::now();
    let copy =
        format!("\\copy (SELECT line FROM tanba.lines ORDER BY journal, n) TO '{}'", dir.path().join("peer").display());
    let psql = std::process::Command::new("psql")
        .args(["-h", &server.socket().display().to_string(), "-p", &server.port().to_string(), "-U", &coders[20]])
        .args(["-d", &address.database, "-q", "-c", &copy])
        .status();
    let peer = if psql.is_ok_and(|status| status.success()) { begun.elapsed().as_secs_f64() } else { f64::NAN };
    let (out, taken) = (out.as_secs_f64(), taken.as_secs_f64());
    println!("| {} | {} | {out:.1} | {taken:.1} | {peer:.1} |", carried.n_taken, bytes >> 20);
}

/// Two hundred coders at once: each sends some tags, then takes everything.
fn many() {
    let server = Cluster::start("fsync = on");
    let (address, coders) = team(&server, 200);
    let dir = TempDir::new().expect("a folder");
    let begun = Instant::now();
    thread::scope(|scope| {
        for coder in &coders {
            let (address, dir) = (&address, dir.path());
            scope.spawn(move || {
                let project = Project::init(&dir.join(coder), Settings::default()).expect("a project");
                let journal = format!("{coder}@desk");
                let lines = lines(&parcels(&journal, 50));
                fs::write(project.journals().join(format!("{journal}.jsonl")), lines).expect("written");
                let mut hub = Postgres::connect(address, coder, None).expect("reached");
                let mut exchange = Exchange::new(project.clone(), journal, false);
                let mut n_taken = 0;
                while n_taken < 199 * 50 {
                    n_taken += exchange.round(&mut hub, None).expect("carried").n_taken;
                }
            });
        }
    });
    println!("| 200 | {} | {:.1} |", 200 * 50, begun.elapsed().as_secs_f64());
}

fn main() {
    if !cluster::is_installed() {
        return;
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let part = |name: &str, head: &str, work: &dyn Fn()| {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            println!("\n{name}\n\n{head}");
            work();
        }
    };
    part("in", "| coders | events a parcel | events/s |\n|---:|---:|---:|", &in_);
    part("live", "| p50, ms | p99, ms | longest, ms |\n|---:|---:|---:|", &live);
    part("first", "| events | MB | out, s | in, s | psql \\\\copy, s |\n|---:|---:|---:|---:|---:|", &first);
    part("many", "| coders | events | until all have all, s |\n|---:|---:|---:|", &many);
}
