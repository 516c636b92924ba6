//! What every hub must do, on each of them unasked: a folder, and `PostgreSQL` where it is installed.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tanba::model::concern::Concern;
use tanba::model::document::{DocumentId, revision_of};
use tanba::model::event::{Deed, Event};
use tanba::model::time::{Stamp, Time};
use tanba::store::line::{FIRST, encode};
use tanba::team::administration::{member_sql, role_sql};
use tanba::team::folder::Folder;
use tanba::team::hub::{Bell, Content, Hub, HubError, Kind, Marks, Paper, Parcel, Presence, Woken};
use tanba::team::postgres::Postgres;
use tempfile::TempDir;

use crate::cluster;

/// Gives the hub that a coder of that name has; the first one's is made for it.
type Reach = Box<dyn Fn(&str) -> Box<dyn Hub> + Sync>;

/// Every kind of hub, with the names of two coders that nobody else has.
fn each(test: impl Fn(&str, &Reach, [&str; 2])) {
    let dir = TempDir::new().expect("a folder");
    for name in ["journal", "documents"] {
        fs::create_dir(dir.path().join(name)).expect("made");
    }
    let root = dir.path().to_path_buf();
    let reach: Reach = Box::new(move |coder: &str| Box::new(Folder::new(&root, coder)) as Box<dyn Hub>);
    test("folder", &reach, ["asel", "dana"]);
    if !cluster::is_installed() {
        return;
    }
    let address = cluster::shared().database();
    let coders = [format!("asel_{}", address.database), format!("dana_{}", address.database)];
    let mut owner = Postgres::connect(&address, "root", None).expect("reached");
    owner.establish(&address.database, &[("id", "1")], "owner").expect("made");
    for coder in &coders {
        let place = (&*address.database, &*address.schema);
        owner.together(&(role_sql(coder, None) + &member_sql(place, coder, coder, Kind::Coder))).expect("added");
    }
    let reach: Reach = Box::new(move |coder: &str| {
        Box::new(Postgres::connect(&address, coder, None).expect("reached")) as Box<dyn Hub>
    });
    test("PostgreSQL", &reach, [&*coders[0], &*coders[1]]);
}

/// Lines of a journal, one behind the other.
pub fn parcels(by: &str, n: u64) -> Vec<Parcel> {
    let mut prev = FIRST.to_owned();
    let parcel = |seq| {
        let event = Event {
            seq,
            time: Time(1_000 + seq as i64),
            tick: 0,
            by: by.to_owned(),
            machine: None,
            deed: Deed::Plain,
            changes: Vec::new(),
        };
        let (line, sum) = encode(&event, &prev, None).expect("a line");
        prev = sum;
        Parcel { concern: Concern::of(&event), stamp: event.stamp(), line: line.trim_end().to_owned() }
    };
    (1..=n).map(parcel).collect()
}

fn all(hub: &mut dyn Hub, known: &Marks) -> BTreeMap<String, Vec<(u64, String)>> {
    let (mut known, mut all) = (known.clone(), BTreeMap::<String, Vec<_>>::new());
    loop {
        let (pieces, has_more) = hub.since(&known, &[]).expect("read");
        for piece in pieces {
            known.insert(piece.journal.clone(), piece.n + 1);
            let Content::Whole(line) = piece.content else { panic!("nothing is withheld") };
            all.entry(piece.journal).or_default().push((piece.n, line));
        }
        if !has_more {
            return all;
        }
    }
}

#[test]
fn what_is_appended_is_handed_to_others_once_and_in_its_order() {
    each(|kind, reach, [asel, dana]| {
        let (mut first, mut second) = (reach(asel), reach(dana));
        assert_eq!(first.standing().expect(kind).coder, asel);
        let journal = format!("{asel}@desk");
        let lines = parcels(&journal, 300);
        first.append(&journal, 0, &lines[..200]).expect(kind);
        first.append(&journal, 200, &lines[200..]).expect(kind);
        let expected: Vec<(u64, String)> = (0..).zip(lines.iter().map(|parcel| parcel.line.clone())).collect();
        assert_eq!(all(&mut *second, &Marks::new()), BTreeMap::from([(journal.clone(), expected.clone())]), "{kind}");
        let known = Marks::from([(journal.clone(), 250)]);
        assert_eq!(all(&mut *second, &known)[&journal], expected[250..], "{kind}");
        assert_eq!(second.reached().expect(kind)[&journal], 300, "{kind}");
        let places = Marks::from([(journal.clone(), 7), ("nobody@x".into(), 0)]);
        let line = second.lines(&places).expect(kind);
        assert_eq!(line, BTreeMap::from([(journal.clone(), lines[7].line.clone())]), "{kind}");
        let (none, _) = second.since(&Marks::new(), &[journal]).expect(kind);
        assert!(none.is_empty(), "{kind}");
    });
}

#[test]
fn lines_stand_once_whole_or_not_at_all() {
    each(|kind, reach, [asel, _]| {
        let mut hub = reach(asel);
        let journal = format!("{asel}@desk");
        let lines = parcels(&journal, 10);
        hub.append(&journal, 0, &lines[..5]).expect(kind);
        // The answer was lost, and all is sent again.
        assert_eq!(hub.append(&journal, 0, &lines[..5]), Err(HubError::Taken(journal.clone())), "{kind}");
        assert_eq!(hub.append(&journal, 3, &lines[3..]), Err(HubError::Taken(journal.clone())), "{kind}");
        assert_eq!(hub.reached().expect(kind)[&journal], 5, "{kind}: nothing of it came");
        hub.append(&journal, 5, &lines[5..]).expect(kind);
        assert_eq!(hub.reached().expect(kind)[&journal], 10, "{kind}");
    });
}

#[test]
fn nobody_writes_in_anothers_name() {
    each(|kind, reach, [asel, dana]| {
        let mut hub = reach(dana);
        let journal = format!("{asel}@desk");
        assert!(hub.append(&journal, 0, &parcels(&journal, 2)).is_err(), "{kind}");
        assert_eq!(hub.reached().expect(kind), Marks::new(), "{kind}");
    });
}

#[test]
fn texts_travel_by_their_revision() {
    each(|kind, reach, [asel, dana]| {
        let (mut first, mut second) = (reach(asel), reach(dana));
        let before = second.tidings().expect(kind);
        let text = "Тақырып\n\nЖұрт лайк басады.\n";
        let paper =
            Paper { document: DocumentId("in.kk".into()), revision: revision_of(text), stamp: Stamp::default() };
        first.put_paper(&paper, text.as_bytes()).expect(kind);
        assert_ne!(second.tidings().expect(kind), before, "{kind}");
        let papers = second.papers().expect(kind);
        assert_eq!((papers.len(), &papers[0].document, &papers[0].revision), (1, &paper.document, &paper.revision));
        assert_eq!(second.text(&paper.revision).expect(kind).as_deref(), Some(text.as_bytes()), "{kind}");
        assert_eq!(second.text("0000").expect(kind), None, "{kind}");
    });
}

#[test]
fn who_waits_is_told_of_news_and_by_the_bell() {
    each(|kind, reach, [asel, dana]| {
        let (mut first, mut second) = (reach(asel), reach(dana));
        let bell = Arc::new(Bell::default());
        let journal = format!("{asel}@desk");
        let lines = parcels(&journal, 1);
        first.append(&journal, 0, &lines).expect(kind);
        while second.wait(Duration::from_millis(200), &bell).expect(kind) != Woken::Time {}
        thread::scope(|scope| {
            let ring = bell.clone();
            scope.spawn(move || {
                thread::sleep(Duration::from_millis(100));
                ring.ring();
            });
            let begun = Instant::now();
            assert_ne!(second.wait(Duration::from_secs(20), &bell).expect(kind), Woken::Time, "{kind}");
            assert!(begun.elapsed() < Duration::from_secs(10), "{kind}: the bell wakes");
        });
        thread::scope(|scope| {
            scope.spawn(move || {
                thread::sleep(Duration::from_millis(100));
                let other = format!("{asel}@lap");
                first.append(&other, 0, &parcels(&other, 1)).expect(kind);
            });
            let begun = Instant::now();
            assert_ne!(second.wait(Duration::from_secs(20), &bell).expect(kind), Woken::Time, "{kind}");
            assert!(begun.elapsed() < Duration::from_secs(10), "{kind}: news wakes");
        });
    });
}

#[test]
fn who_is_where_is_told_where_it_can_be() {
    each(|kind, reach, [asel, dana]| {
        let (mut first, mut second) = (reach(asel), reach(dana));
        let at = |coder: &str| Presence { coder: coder.to_owned(), document: DocumentId("in.en".into()) };
        assert_eq!(first.meet(&at(asel), "desk").expect(kind), [], "{kind}");
        let met = second.meet(&at(dana), "desk").expect(kind);
        assert!(kind == "folder" && met.is_empty() || met == [at(asel)], "{kind}: {met:?}");
    });
}

/// The folder's own way to fail: it is gone.
#[test]
fn a_folder_that_is_gone_is_away() {
    let mut hub = Folder::new(Path::new("/nowhere/at/all"), "asel");
    assert!(matches!(hub.standing(), Err(HubError::Away(_))));
}
