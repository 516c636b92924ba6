//! Tests on data that lies beside the checkout and is no part of it; they run where it is.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::harness::{ok, tanba};
use crate::pty::Pty;
use tanba::text::segment::{Unit, segments};

/// The data's folder: `TANBA_SHARED`, or beside the checkout; `None` where it is not.
fn shared() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let dir = std::env::var_os("TANBA_SHARED").map_or(beside, PathBuf::from);
    assert!(dir.is_dir() || std::env::var_os("TANBA_SHARED").is_none(), "TANBA_SHARED names no folder");
    dir.is_dir().then_some(dir)
}

#[test]
fn every_measured_sentence_boundary_is_found() {
    let Some(dir) = shared() else { return };
    let cases = fs::read_to_string(dir.join("kazakh/segmentation_cases.tsv")).expect("the cases");
    for case in cases.lines() {
        let (_, marked) = case.split_once('\t').expect("a tab");
        let wanted: Vec<&str> = marked.split('‖').map(str::trim).collect();
        let text = marked.replace('‖', "");
        let found: Vec<&str> = segments(&text, Unit::Sentence).iter().map(|s| &text[s.start..s.end]).collect();
        assert_eq!(found, wanted);
    }
}

#[test]
fn a_new_user_codes_the_five_articles() {
    let Some(dir) = shared() else { return };
    let study = TempDir::new().expect("a folder");
    ok(study.path(), &["init"]);
    let mut articles: Vec<PathBuf> =
        fs::read_dir(dir.join("articles")).expect("listed").flatten().map(|e| e.path()).collect();
    articles.sort();
    let names: Vec<&str> = articles.iter().map(|p| p.to_str().expect("UTF-8")).collect();
    ok(study.path(), &[&["add"], &names[..]].concat());
    ok(study.path(), &["pair", "activists-jailed.en", "qazaqstandaghy-kiberaktivizm.kk"]);
    let listed = ok(study.path(), &["documents"]);
    assert_eq!(listed.lines().count(), 5);
    assert!(listed.lines().any(|line| line.contains("qazaqstandaghy-kiberaktivizm.kk") && line.contains("  kk ")));

    let root = study.path().to_str().expect("UTF-8");
    let mut pty = Pty::start(&tanba(), &[root], &[], (120, 40));
    pty.until_true("ready", |screen| screen.contains("saved"));
    pty.until("Activists Jailed");
    pty.press("tslacktivism\r");
    pty.until("tagged slacktivism");
    for n in 2..=10 {
        pty.press("jr");
        pty.until(&format!("{n} annotations"));
    }
    pty.press("\t");
    for n in 1..=9 {
        pty.press("jcs");
        pty.until(if n == 1 { "1 annotation " } else { "annotations" });
        pty.until(&format!("{n} annotation"));
    }
    // One by mouse: a drag in the right pane's first row.
    pty.press("gg\x1b[<0;68;2M\x1b[<32;78;2M\x1b[<0;78;2m");
    pty.until("extending");
    pty.press("cs");
    pty.until("10 annotations");
    pty.press("q");
    assert_eq!(pty.end(), 0);
    assert_eq!(ok(study.path(), &["annotations"]).lines().count(), 20);

    let mut again = Pty::start(&tanba(), &[root], &[], (120, 40));
    again.until_true("ready", |screen| screen.contains("saved"));
    for left in [9, 8, 7] {
        again.press("u");
        again.until(&format!("{left} annotations"));
    }
    again.press("q");
    again.end();
    let rows = ok(study.path(), &["export", "--format", "csv"]);
    assert_eq!(csv::Reader::from_reader(rows.as_bytes()).records().count(), 17);
    assert!(ok(study.path(), &["check"]).contains("all is well"));
}
