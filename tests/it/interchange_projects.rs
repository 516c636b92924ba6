//! Projects of other programs that lie beside the checkout: what a correct reader finds in them.

use std::fs;

use tanba::formats::bundle::{Brought, Bundle, Piece, Wishes};
use tanba::formats::{qualcoder, refi, taguette};
use tanba::text::ruler::Ruler;

use crate::shared::shared;

fn file(path: &str) -> Option<Bundle> {
    let whole = shared()?.join("interchange").join(path);
    let name = whole.file_name().expect("a name").to_string_lossy().into_owned();
    Some(Bundle::of(Piece { path: name, bytes: fs::read(whole).expect("a file") }))
}

/// How many annotations have the words at their place that the file says.
fn n_right(brought: &Brought) -> usize {
    let study = &brought.study;
    let is_right = |paper: &tanba::model::study::Paper| {
        let ruler = Ruler::new(paper.text.as_deref().unwrap_or(""));
        let own = study.annotations.iter().filter(|a| a.passage.document == paper.document.id);
        own.filter(|a| ruler.slice(a.passage.range()) == a.quote.exact && !a.quote.exact.is_empty()).count()
    };
    study.papers.iter().map(is_right).sum()
}

#[test]
fn all_codings_of_a_qualcoder_project_have_their_words() {
    let Some(bundle) = file("qualcoder/qualcoder-mannheimer.data.qda") else { return };
    assert!(qualcoder::is_it(&bundle) && !taguette::is_it(&bundle) && !refi::is_it(&bundle));
    let brought = qualcoder::read(&bundle, &Wishes::default()).expect("read");
    assert_eq!((brought.study.annotations.len(), n_right(&brought)), (753, 753));
    // 230 codes and 55 categories, of which 54 are one with a code of their name.
    assert_eq!((brought.study.codes.len(), brought.study.papers.len()), (231, 30));
    assert!(!brought.told.iter().any(|told| told.contains("other words")), "{:?}", brought.told);
}

#[test]
fn all_highlights_of_a_taguette_project_have_their_words() {
    let Some(bundle) = file("taguette/taguette-sample-project.sqlite3") else { return };
    assert!(taguette::is_it(&bundle) && !qualcoder::is_it(&bundle));
    let brought = taguette::read(&bundle, &Wishes::default()).expect("read");
    let places: std::collections::BTreeSet<_> =
        brought.study.annotations.iter().map(|a| (&a.passage.document, a.passage.start, a.passage.end)).collect();
    assert_eq!((places.len(), brought.study.annotations.len(), brought.study.codes.len()), (18, 24, 6));
    // Taguette's own snippets, without their markup.
    let base = tanba::formats::sqlite::Base::open(&bundle.pieces[0]).expect("a database");
    let mut snippets = Vec::new();
    base.rows("highlights", "id, snippet", &mut |row| snippets.push(tanba::formats::sqlite::text(row, 1)))
        .expect("rows");
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let bare = |html: &str| {
        let mut text = String::new();
        for part in html.split('<') {
            text += part.split_once('>').map_or(part, |(_, rest)| rest);
        }
        letters(&text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
    };
    let quotes: std::collections::BTreeSet<String> =
        brought.study.annotations.iter().map(|a| letters(&a.quote.exact)).collect();
    let n_found = snippets.iter().filter(|snippet| quotes.contains(&bare(snippet))).count();
    assert_eq!(n_found, 18);
}

#[test]
fn the_standards_own_refi_files_are_read_and_nothing_is_invented() {
    let Some(bundle) = file("refi/project-from-the-standard.qdpx") else { return };
    assert!(refi::is_it(&bundle));
    let Brought { study, told, .. } = refi::read(&bundle, &Wishes::default()).expect("read");
    assert!(study.papers.iter().all(|paper| paper.text.is_none()), "the file has no texts");
    assert!(told.iter().any(|told| told.contains("its text is not in the file")));
    assert!(!study.annotations.is_empty() && !study.codes.is_empty() && !study.memos.is_empty());
    assert!(study.annotations.iter().all(|a| !a.coder.is_empty() || a.time.0 != 0 || a.quote.exact.is_empty()));
    for (path, warns) in [("refi/codebook-from-the-standard.qdc", false), ("refi/invalid-empty-sets.qdc", true)] {
        let brought = refi::read(&file(path).expect("beside"), &Wishes::default()).expect("read");
        assert!(!brought.study.codes.is_empty(), "{path}");
        assert_eq!(brought.told.iter().any(|told| told.contains("empty Sets")), warns, "{path}");
    }
}
