//! The bundled corpus: a project like any other, with texts of our own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tanba::alignment::pair::Half;
use tanba::model::document::DocumentId;
use tanba::store::documents::Shelf;
use tanba::store::links;
use tanba::store::project::Project;
use tanba::store::{Store, documents};
use tanba::text::language;

use crate::harness::writer;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The corpus in a folder of its own, so that tests leave the real one alone.
pub fn copy() -> tempfile::TempDir {
    let dir = tempfile::TempDir::new().expect("a folder");
    for sub in ["documents", "journal", "alignment"] {
        fs::create_dir(dir.path().join(sub)).expect("made");
        for entry in fs::read_dir(root().join(sub)).expect("listed").flatten() {
            fs::copy(entry.path(), dir.path().join(sub).join(entry.file_name())).expect("copied");
        }
    }
    fs::copy(root().join("tanba.toml"), dir.path().join("tanba.toml")).expect("copied");
    dir
}

fn store(dir: &Path) -> Store {
    Store::open(Project::open(dir).expect("a project"), writer("visitor"), &mut |_, _| {}).expect("opens")
}

fn shelf() -> Shelf {
    Shelf { dir: root().join("documents"), cipher: None }
}

#[test]
fn five_pairs_of_500_to_900_words_in_the_language_they_say() {
    let dir = copy();
    let shared = store(dir.path()).shared().expect("shared");
    assert_eq!((shared.pairs.len(), shared.documents.len()), (5, 10));
    for document in shared.documents.values() {
        let text = fs::read_to_string(documents::path_of(&shelf(), &document.id)).expect("a text");
        let n_words = text.split_whitespace().count();
        assert!((500..=900).contains(&n_words), "{}: {n_words} words", document.id);
        assert_eq!(language::guess(&text), Some(document.language.as_str()), "{}", document.id);
        assert!(
            document.attributes.get("facts from").is_some_and(|credit| credit.chars().count() > 10),
            "{}",
            document.id
        );
        assert!(!document.title.is_empty());
    }
}

#[test]
fn every_sentence_has_its_place_in_the_gold_alignment() {
    let dir = copy();
    let store = store(dir.path());
    for pair in store.shared().expect("shared").pairs {
        let path = root().join(format!("alignment/{}+{}.gold", pair.left, pair.right));
        let text = fs::read_to_string(path).expect("a gold alignment");
        let gold = links::known(&store.project, &pair, Vec::new()).expect("readable").gold.expect("a gold alignment");
        let n = |id: &DocumentId| {
            let text = documents::open(&shelf(), id).expect("opens");
            Half::new(id.clone(), text).sentences.len()
        };
        let largest = |numbers: Vec<usize>| numbers.into_iter().max();
        let left = largest(gold.ranges().into_iter().map(|(l, _)| l.end).collect());
        let right = largest(gold.ranges().into_iter().map(|(_, r)| r.end).collect());
        assert_eq!((left, right), (Some(n(&pair.left)), Some(n(&pair.right))), "{}", pair.left);
        // Real translations split, merge, add and drop.
        let sizes: Vec<(usize, usize)> = text
            .lines()
            .map(|l| l.split_once('\t').expect("a tab"))
            .map(|(l, r)| {
                (l.split(',').filter(|n| !n.is_empty()).count(), r.split(',').filter(|n| !n.is_empty()).count())
            })
            .collect();
        for size in [(1, 1), (1, 2), (2, 1), (1, 0), (0, 1)] {
            assert!(sizes.contains(&size), "{}: no {size:?}", pair.left);
        }
    }
}

#[test]
fn the_starting_codes_are_whole_in_three_languages() {
    let dir = copy();
    let shared = store(dir.path()).shared().expect("shared");
    for name in ["slacktivism", "censorship", "e-government"] {
        let code = shared.codebook.find(name).expect("a starting code");
        for part in [
            &code.names.en,
            &code.names.kk,
            &code.names.ru,
            &code.definition,
            &code.include,
            &code.exclude,
            &code.colour,
            &code.key,
        ] {
            assert!(!part.is_empty(), "{name}");
        }
        assert!(code.examples.contains_key("en") && code.examples.contains_key("kk"), "{name}");
    }
}

#[test]
fn the_sample_journals_are_whole_and_differ_as_coders_do() {
    let dir = copy();
    let store = store(dir.path());
    assert!(store.notes.is_empty(), "{:?}", store.notes);
    let mut all = Vec::new();
    for id in store.index().coded_documents().expect("listed") {
        let opened = store.open_document(&id).expect("opens");
        assert_eq!((opened.n_moved, opened.n_lost), (0, 0), "{id}");
        all.extend(opened.layer.all().iter().map(|p| p.annotation.clone()));
    }
    let of = |coder: &str| all.iter().filter(|a| a.coder == coder).cloned().collect::<Vec<_>>();
    let (a, b) = (of("aigerim"), of("daniyar"));
    assert!(a.len() >= 30 && b.len() >= 30);
    let same = |x: &tanba::model::annotation::Annotation, y: &tanba::model::annotation::Annotation| {
        x.passage == y.passage && x.code == y.code
    };
    let overlap = |x: &tanba::model::annotation::Annotation, y: &tanba::model::annotation::Annotation| {
        x.passage.document == y.passage.document && x.passage.start < y.passage.end && y.passage.start < x.passage.end
    };
    let agreed = a.iter().filter(|x| b.iter().any(|y| same(x, y))).count();
    let shifted =
        a.iter().filter(|x| b.iter().any(|y| overlap(x, y) && x.code == y.code && x.passage != y.passage)).count();
    let recoded = a.iter().filter(|x| b.iter().any(|y| overlap(x, y) && x.code != y.code)).count();
    let missed = a.iter().filter(|x| !b.iter().any(|y| overlap(x, y))).count();
    assert!(agreed > 10 && shifted > 3 && recoded > 1 && missed > 2, "{agreed} {shifted} {recoded} {missed}");
}

#[test]
fn coding_in_the_corpus_leaves_git_status_clean() {
    let dir = copy();
    fs::copy(root().join(".gitignore"), dir.path().join(".gitignore")).expect("copied");
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(dir.path()).output();
        output.map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
    };
    // Without git there is no status to keep clean.
    if git(&["init", "-q"]).is_err() {
        return;
    }
    let _ = git(&["add", "-A"]);
    let _ = git(&["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "x"]);
    crate::harness::ok(dir.path(), &["tag", "spillover.en", "0..10", "slacktivism"]);
    assert!(crate::harness::ok(dir.path(), &["annotations", "--by", "asel"]).contains("spillover.en"));
    assert_eq!(git(&["status", "--porcelain"]).expect("git runs"), "");
}
