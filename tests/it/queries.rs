//! What queries and tables say, held against what is true by definition.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tanba::model::annotation::{Annotation, AnnotationId, Passage};
use tanba::model::change::{Change, Record};
use tanba::model::code::{Code, CodeId, Standing};
use tanba::model::document::{Document, DocumentId, Pair};
use tanba::model::edit::{self, Field};
use tanba::model::event::Deed;
use tanba::model::time::Time;
use tanba::query::choice::Choice;
use tanba::query::expression::{Distance, Mistake};
use tanba::shell::retrieval::{Retrieval, Unanswered};
use tanba::shell::tabulation::table;
use tanba::store::Store;
use tanba::store::project::{Project, Settings};
use tanba::tables::axis::{Axis, Period};
use tanba::tables::table::{Measure, Table};
use tanba::tables::wanted::Wanted;
use tanba::text::anchor::Quote;
use tanba::text::segment::Unit;
use tempfile::TempDir;

use crate::harness::open;

/// Words of a document: `aa bb cc …`, so that word `i` is the code points `3i..3i + 2`; a full stop and a line behind ten.
const N_WORDS: usize = 40;

/// An annotation: which document, first word, how many words, code, coder, day.
type Said = (usize, usize, usize, usize, usize, i64);

const CODES: [&str; 4] = ["control", "law", "protest", "likes"];
const CODERS: [&str; 2] = ["asel", "timur"];
const DOCUMENTS: [&str; 3] = ["a.en", "a.kk", "b.en"];

fn text() -> String {
    (0..N_WORDS).map(|i| if i % 10 == 9 { "zz\n" } else { "ab " }).collect()
}

fn study(all: &[Said]) -> (TempDir, Store) {
    let dir = TempDir::new().expect("a folder");
    let settings = Settings { name: "study".into(), languages: vec!["en".into(), "kk".into()], ..Settings::default() };
    Project::init(dir.path(), settings).expect("a project");
    for id in DOCUMENTS {
        std::fs::write(dir.path().join(format!("documents/{id}.txt")), text()).expect("a text");
    }
    let mut store = open(dir.path(), "asel");
    let mut changes = Vec::new();
    for name in CODES {
        let mut code = Code::named(CodeId(name.into()), name);
        code.parent = CodeId(if name == "law" { "control".into() } else { String::new() });
        changes.push(Change::put(Record::Code(code)));
    }
    for (at, id) in DOCUMENTS.iter().enumerate() {
        let mut document = Document { id: DocumentId((*id).into()), language: id[2..].into(), ..Document::default() };
        document.length = text().chars().count();
        document.attributes.insert("outlet".into(), ["Radio X, Y", "blog"][at % 2].into());
        document.attributes.insert("date".into(), ["2012-03-01", "2012-05-20", "2012-05"][at].into());
        changes.push(Change::put(Record::Document(document)));
    }
    let pair = Pair { left: DocumentId("a.en".into()), right: DocumentId("a.kk".into()) };
    changes.push(Change::put(Record::Pair(pair)));
    for (n, said) in all.iter().enumerate() {
        changes.push(Change::put(Record::Annotation(annotation(n, said))));
    }
    store.keep(changes, Deed::Plain, Time(1)).expect("kept");
    (dir, store)
}

fn annotation(n: usize, &(document, first, len, code, coder, day): &Said) -> Annotation {
    let (start, end) = place(first, len);
    let time = Time(1_700_000_000_000 + day * 86_400_000 + n as i64);
    let passage = Passage { document: DocumentId(DOCUMENTS[document].into()), start, end };
    let id = AnnotationId::new(time, n as u128);
    Annotation::new(id, CODERS[coder], (passage, Quote::default()), CodeId(CODES[code].into()), time)
}

fn place(first: usize, len: usize) -> (usize, usize) {
    let last = (first + len).min(N_WORDS) - 1;
    (3 * first, 3 * last + 2)
}

fn found(store: &Store, query: &str) -> Vec<(String, usize, usize)> {
    let shared = store.shared().expect("shared");
    let choice = Choice { query: query.into(), ..Choice::default() };
    let retrieval = Retrieval::new(store, &shared, &choice).unwrap_or_else(|wrong| panic!("{query}: {wrong:?}"));
    let mut all = Vec::new();
    retrieval
        .each(&mut |found| {
            all.extend(found.passages.iter().map(|p| (found.document.0.clone(), p.start, p.end)));
            true
        })
        .expect("read");
    all.sort();
    all
}

fn refused(store: &Store, query: &str) -> Mistake {
    let shared = store.shared().expect("shared");
    let choice = Choice { query: query.into(), ..Choice::default() };
    match Retrieval::new(store, &shared, &choice) {
        Err(Unanswered::Mistaken(mistake, _)) => mistake,
        _ => panic!("{query} is understood"),
    }
}

/// The letters that passages cover.
fn covered(passages: &[(String, usize, usize)]) -> BTreeSet<(String, usize)> {
    passages.iter().flat_map(|(id, start, end)| (*start..*end).map(move |at| (id.clone(), at))).collect()
}

/// The annotations of which something is true, as a query would give them.
fn by(all: &[Said], is: impl Fn(usize, &Said) -> bool) -> Vec<(String, usize, usize)> {
    let wanted = all.iter().enumerate().filter(|(n, said)| is(*n, said));
    let mut found: Vec<_> = wanted
        .map(|(_, said)| {
            let (start, end) = place(said.1, said.2);
            (DOCUMENTS[said.0].to_owned(), start, end)
        })
        .collect();
    found.sort();
    found
}

fn counted(store: &mut Store, wanted: &Wanted, query: &str) -> Table {
    let shared = store.shared().expect("shared");
    let choice = Choice { query: query.into(), ..Choice::default() };
    table(store, &shared, &choice, wanted, &mut |_| true).expect("counted")
}

fn some_annotations() -> impl Strategy<Value = Vec<Said>> {
    let some = prop::collection::vec((0usize..3, 0usize..N_WORDS, 1usize..7, 0usize..4, 0usize..2, 0i64..50), 1..24);
    // Both coders said something: a query by nobody is refused.
    some.prop_map(|mut all| {
        all.extend([(1, N_WORDS - 1, 1, 0, 0, 0), (1, N_WORDS - 1, 1, 0, 1, 0)]);
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn queries_find_what_is_true_by_definition(all in some_annotations()) {
        let (_dir, store) = study(&all);
        let of = |code: usize| move |_: usize, said: &Said| said.3 == code;
        let ends = |said: &Said| place(said.1, said.2);
        let overlap = |one: &Said, other: &Said| one.0 == other.0 && ends(one).0 < ends(other).1 && ends(other).0 < ends(one).1;
        let with = |code: usize, stands: &dyn Fn(&Said, &Said) -> bool, own: usize| {
            by(&all, |n, said| said.3 == own && all.iter().enumerate().any(|(m, other)| m != n && other.3 == code && stands(said, other)))
        };
        // Codes come with those below them, unless they are meant alone.
        prop_assert_eq!(found(&store, "=control"), by(&all, of(0)));
        prop_assert_eq!(found(&store, "control"), by(&all, |_, said| said.3 <= 1));
        prop_assert_eq!(found(&store, "any"), by(&all, |_, _| true));
        // Together.
        let both = covered(&found(&store, "protest and likes"));
        let (protest, likes) = (covered(&found(&store, "protest")), covered(&found(&store, "likes")));
        prop_assert_eq!(both, protest.intersection(&likes).cloned().collect());
        // What is asked of both is asked of each, whoever else tagged the same words.
        let of_asel = covered(&found(&store, "(protest and likes) by:asel"));
        let (protest, likes) = (covered(&found(&store, "protest by:asel")), covered(&found(&store, "likes by:asel")));
        prop_assert_eq!(of_asel, protest.intersection(&likes).cloned().collect());
        prop_assert_eq!(found(&store, "likes and protest"), found(&store, "protest and likes"));
        prop_assert_eq!(found(&store, "protest or likes"), by(&all, |_, said| said.3 >= 2));
        let free = by(&all, |_, said| said.3 == 2 && !all.iter().any(|other| other.3 == 3 && overlap(said, other)));
        prop_assert_eq!(found(&store, "protest and not likes"), free);
        // One to another.
        prop_assert_eq!(found(&store, "protest overlapping likes"), with(3, &overlap, 2));
        prop_assert_eq!(found(&store, "protest overlapping protest"), with(2, &overlap, 2));
        let within = |one: &Said, other: &Said| one.0 == other.0 && ends(other).0 <= ends(one).0 && ends(one).1 <= ends(other).1;
        prop_assert_eq!(found(&store, "protest within likes"), with(3, &within, 2));
        prop_assert_eq!(found(&store, "likes containing protest"), with(2, &|a, b| within(b, a), 3));
        let last = |said: &Said| (said.1 + said.2).min(N_WORDS) - 1;
        let behind = |one: &Said, other: &Said, n: usize| one.0 == other.0 && other.1 > last(one) && other.1 - last(one) - 1 <= n;
        let near = |one: &Said, other: &Said| overlap(one, other) || behind(one, other, 3) || behind(other, one, 3);
        prop_assert_eq!(found(&store, "protest near 3 words likes"), with(3, &near, 2));
        prop_assert_eq!(found(&store, "protest followed by 3 words likes"), with(3, &|a, b| behind(a, b, 3), 2));
        let line = |word: usize| word / 10;
        let same_line = |one: &Said, other: &Said| {
            overlap(one, other) || (one.0 == other.0 && (line(last(one)) == line(other.1) || line(last(other)) == line(one.1)))
        };
        prop_assert_eq!(found(&store, "protest near paragraph likes"), with(3, &same_line, 2));
        // What is asked of annotations and documents.
        prop_assert_eq!(found(&store, "any by:timur lang:en and not (code:law or made:2023-11)").len(),
            all.iter().filter(|said| said.4 == 1 && said.0 != 1 && said.3 != 1 && said.5 >= 17).count());
        prop_assert_eq!(found(&store, "any outlet:\"Radio X, Y\""), by(&all, |_, said| said.0 != 1));
        prop_assert_eq!(found(&store, "any side:right"), by(&all, |_, said| said.0 == 1));
        prop_assert_eq!(found(&store, "any date:2012-05"), by(&all, |_, said| said.0 == 2));
        prop_assert_eq!(found(&store, "any date:2012-05.."), by(&all, |_, said| said.0 != 0));
        prop_assert_eq!(found(&store, "any course:1/2").len() + found(&store, "any course:2/2").len(), all.len());
    }

    #[test]
    fn every_number_of_a_table_is_that_of_its_passages(all in some_annotations(), base in 0usize..5) {
        let (_dir, mut store) = study(&all);
        let base = ["", "any by:asel", "control or likes", "any lang:en", "protest and (likes or control)"][base];
        let axes = [
            Axis::All, Axis::Document, Axis::Coder, Axis::Language, Axis::Side, Axis::Course(4), Axis::Made(Period::Day),
            Axis::Attribute("outlet".into()), Axis::Dated("date".into(), Period::Month),
        ];
        let n_all = found(&store, if base.is_empty() { "any" } else { base }).len();
        for columns in axes {
            for rolls_up in [false, true] {
                let wanted = Wanted::Count { rows: Axis::Code, columns: columns.clone(), measure: Measure::Passages, rolls_up };
                let table = counted(&mut store, &wanted, base);
                let n_columns = if table.is_list() { 1 } else { table.columns.len() };
                let mut sum = 0;
                for row in 0..table.rows.len() {
                    for column in 0..n_columns {
                        let n = table.value(row, column) as usize;
                        sum += n;
                        prop_assert_eq!(found(&store, &table.query(row, column)).len(), n, "{}", table.query(row, column));
                    }
                }
                // What comes from several annotations may stand in several places, or in none.
                if !rolls_up && !base.contains(" and ") {
                    prop_assert_eq!(sum, n_all, "{} by {}", base, columns);
                }
            }
        }
        for near in [None, Some(Distance { n: 4, unit: Unit::Word }), Some(Distance { n: 1, unit: Unit::Paragraph })] {
            let table = counted(&mut store, &Wanted::Together(near), base);
            for row in 0..table.rows.len() {
                for column in 0..table.columns.len() {
                    let query = table.query(row, column);
                    prop_assert_eq!(found(&store, &query).len(), table.value(row, column) as usize, "{}", query);
                }
            }
        }
    }
}

#[test]
fn measures_are_what_is_counted_by_hand() {
    // Document a.en: words 0..4 and 2..6 by two coders (6 words covered), 20..22; b.en: 0..10. Each document has 40 words and 120 code points.
    let all = [(0, 0, 4, 2, 0, 0), (0, 2, 4, 2, 1, 0), (0, 20, 2, 3, 0, 0), (2, 0, 10, 2, 0, 0)];
    let (_dir, mut store) = study(&all);
    let of = |measure, store: &mut Store| {
        let wanted = Wanted::Count { rows: Axis::Code, columns: Axis::Document, measure, rolls_up: false };
        let table = counted(store, &wanted, "");
        let row = table.rows.iter().position(|row| row.name == "protest").expect("a row");
        (0..3).map(|column| (table.value(row, column) * 1000.0).round() / 1000.0).collect::<Vec<f64>>()
    };
    assert_eq!(of(Measure::Passages, &mut store), [2.0, 0.0, 1.0]);
    assert_eq!(of(Measure::Documents, &mut store), [1.0, 0.0, 1.0]);
    // 0..17 is covered once, of 120; 0..29 of 120.
    assert_eq!(of(Measure::Share, &mut store), [14.167, 0.0, 24.167]);
    assert_eq!(of(Measure::PerThousand, &mut store), [50.0, 0.0, 25.0]);
    let all = counted(&mut store, &Wanted::count(Axis::Code, Axis::All), "");
    let row = all.rows.iter().position(|row| row.name == "protest").expect("a row");
    let values: Vec<String> = (0..4).map(|column| all.shown(row, column)).collect();
    assert_eq!(values, ["3", "2", "12.78", "25.00"]);
}

#[test]
fn counts_are_made_again_where_a_text_changed() {
    let (dir, mut store) = study(&[(0, 0, 4, 2, 0, 0)]);
    let wanted =
        Wanted::Count { rows: Axis::Code, columns: Axis::Document, measure: Measure::PerThousand, rolls_up: false };
    let before = counted(&mut store, &wanted, "");
    std::fs::write(dir.path().join("documents/a.en.txt"), text().repeat(2)).expect("written");
    let after = counted(&mut store, &wanted, "");
    let value = |table: &Table| table.row_sums().iter().sum::<f64>();
    assert!((value(&before) - 25.0).abs() < 1e-9 && (value(&after) - 12.5).abs() < 1e-9);
}

#[test]
fn what_a_project_does_not_have_is_told_at_its_place() {
    let (_dir, store) = study(&[(0, 0, 4, 2, 0, 0)]);
    for (query, at, why) in [
        ("protest by:nobody", (8, 17), "nobody called"),
        ("any doc:c.en", (4, 12), "no document is called"),
        ("protest and outlt:x", (12, 19), "there is no outlt: to ask for"),
        ("protst", (0, 6), "no code is called"),
    ] {
        let mistake = refused(&store, query);
        assert_eq!((mistake.at.start, mistake.at.end), at, "{query}");
        assert!(mistake.why.contains(why), "{query}: {}", mistake.why);
    }
    // Before there is anything of one's own, there is nothing to find, and nothing wrong.
    assert!(found(&open(store.project.root.as_path(), "new"), "any by:me").is_empty());
}

#[test]
fn five_thousand_codes_in_a_circle_are_counted() {
    let (_dir, mut store) = study(&[(0, 0, 4, 2, 0, 0)]);
    let code = |i: usize| {
        let mut code = Code::named(CodeId(format!("c{i}")), &format!("c{i}"));
        code.parent = CodeId(format!("c{}", (i + 1) % 5000));
        Change::put(Record::Code(code))
    };
    store.keep((0..5000).map(code).collect(), Deed::Plain, Time(5)).expect("kept");
    let table = counted(&mut store, &Wanted::count(Axis::Code, Axis::All), "");
    assert_eq!(table.rows.len(), 5004, "every code is shown once, whatever stands above it");
    assert_eq!(found(&store, "c17 or protest").len(), 1);
}

#[test]
fn what_was_done_to_codes_and_undone_leaves_the_index_as_it_was() {
    let (_dir, mut store) = study(&[(0, 0, 4, 2, 0, 0), (1, 3, 4, 1, 0, 2), (2, 9, 4, 3, 1, 3)]);
    let seen = |store: &Store| {
        let shared = store.shared().expect("shared");
        (shared, found(store, "any"), found(store, "control"), found(store, "protest or likes"))
    };
    let before = seen(&store);
    let book = before.0.codebook.clone();
    let code = |name: &str| book.named(name).expect("a code").clone();
    let deeds: Vec<Vec<Change>> = vec![
        edit::changes(
            Some(&code("law")),
            &edit::merged(&code("law"), &CodeId("likes".into()), &book).expect("merged"),
            None,
            Time(2),
        ),
        edit::split(&code("protest"), &["strike", "march"], &book).expect("split"),
        edit::changes(Some(&code("likes")), &edit::standing(&code("likes"), Standing::Retired, &book), None, Time(3)),
        edit::changes(
            Some(&code("control")),
            &edit::written(&code("control"), Field::Name("kk"), "бақылау", &book).expect("named"),
            None,
            Time(4),
        ),
    ];
    let n = deeds.len();
    for deed in deeds {
        store.keep(deed, Deed::Plain, Time(9)).expect("kept");
    }
    assert_ne!(seen(&store), before);
    for _ in 0..n {
        store.step(true, Time(10)).expect("undone").expect("something");
    }
    assert_eq!(seen(&store), before);
    store.rebuild(&mut |_, _| {}).expect("rebuilt");
    assert_eq!(seen(&store), before, "the journals say the same");
}
