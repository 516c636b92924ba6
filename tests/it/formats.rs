//! Export and import.

use std::fs;

use tempfile::TempDir;

use crate::harness::{golden, ok, refused, run, study};

fn coded() -> TempDir {
    let dir = study();
    ok(dir.path(), &["codes", "add", "control"]);
    ok(dir.path(), &["codes", "add", "censorship", "--parent", "control"]);
    ok(dir.path(), &["tag", "in.en", "9..24", "s", "--memo", "=SUM(A1)\nsecond line"]);
    ok(dir.path(), &["tag", "in.en", "Nobody comes!", "control/censorship"]);
    ok(dir.path(), &["tag", "in.kk", "9..26", "слактивизм"]);
    dir
}

#[test]
fn jsonl_exported_and_imported_is_the_same() {
    let dir = coded();
    let exported = ok(dir.path(), &["export", "--format", "jsonl"]);
    assert_eq!(exported.lines().count(), 3);
    let other = study();
    ok(other.path(), &["codes", "add", "control"]);
    fs::write(other.path().join("in.jsonl"), &exported).expect("written");
    assert!(ok(other.path(), &["import", "in.jsonl"]).starts_with("3 annotations taken, 0 known"));
    ok(other.path(), &["codes", "add", "censorship", "--parent", "control"]);
    let strip = |text: &str| {
        text.lines().map(|line| line.split("\"path\"").next().expect("a part").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(strip(&ok(other.path(), &["export", "--format", "jsonl"])), strip(&exported));
    assert!(ok(other.path(), &["import", "in.jsonl"]).starts_with("0 annotations taken, 3 known"));
    ok(other.path(), &["undo"]);
    ok(other.path(), &["undo"]);
    assert_eq!(ok(other.path(), &["annotations", "--json"]).trim(), "[]");
}

#[test]
fn other_programs_rows_need_four_members() {
    let dir = study();
    let rows = concat!(
        "{\"document\":\"in.kk\",\"start\":9,\"end\":13,\"code\":\"жаңа код\",\"coder\":\"Dana\",\"memo\":\"м\",\"time\":\"2026-01-02T03:04:05Z\"}\n",
        "\n",
        "not json\n",
        "{\"document\":\"in.kk\",\"start\":9,\"end\":9999,\"code\":\"s\"}\n",
        "{\"document\":\"nowhere\",\"start\":0,\"end\":1,\"code\":\"s\"}\n",
        "{\"document\":\"in.kk\",\"start\":5,\"end\":5,\"code\":\"s\"}\n",
        "{\"document\":\"in.en\",\"start\":0,\"end\":1,\"code\":\"s\",\"quote\":\"X\"}\n",
    );
    fs::write(dir.path().join("in.jsonl"), rows).expect("written");
    let output = run(dir.path(), &["import", "in.jsonl"]);
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr);
    for (place, why) in [
        ("in.jsonl, line 3", "not a JSON object"),
        ("in.kk, 9..9999", "ends beyond the text, which has 49 characters"),
        ("nowhere, 0..1", "no document is called"),
        ("in.jsonl, line 6", "start must be before end"),
        ("in.en, 0..1", "its words are not in the text here"),
    ] {
        assert!(told.lines().any(|l| l.contains(&format!("{place}: ")) && l.contains(why)), "{place} {why}: {told}");
    }
    assert!(
        String::from_utf8_lossy(&output.stdout)
            .starts_with("1 annotation taken, 0 known already, 2 new codes, 5 refused")
    );
    let json: serde_json::Value = serde_json::from_str(&ok(dir.path(), &["annotations", "--json"])).expect("JSON");
    let a = &json[0];
    assert_eq!(
        (a["coder"].as_str(), a["code"].as_str(), a["quote"].as_str()),
        (Some("Dana"), Some("жаңа-код"), Some("Жұрт"))
    );
    assert_eq!(a["time"].as_str(), Some("2026-01-02T03:04:05.000Z"));
}

#[test]
fn csv_has_every_column_and_no_formula() {
    let dir = coded();
    let text = ok(dir.path(), &["export", "--format", "csv"]);
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let heads: Vec<String> = table.headers().expect("a heading").iter().map(str::to_owned).collect();
    for head in [
        "document",
        "language",
        "title",
        "start",
        "end",
        "quote",
        "code",
        "path",
        "coder",
        "memo",
        "time",
        "counterpart",
        "counterpart_id",
        "counterpart_by",
    ] {
        assert!(heads.iter().any(|h| h == head), "{head}");
    }
    let rows: Vec<csv::StringRecord> = table.records().map(|row| row.expect("a row")).collect();
    let column = |name: &str| heads.iter().position(|h| h == name).expect("a column");
    assert_eq!(&rows[0][column("memo")], "'=SUM(A1)\nsecond line");
    assert_eq!(&rows[1][column("path")], "control/censorship");
    assert_eq!(&rows[2][column("quote")], "Жұрт лайк басады.");
    assert!(ok(dir.path(), &["export", "--format", "csv-excel"]).starts_with('\u{feff}'));
}

#[test]
fn the_other_sides_words_stand_beside_where_the_alignment_is_known() {
    let dir = coded();
    fs::create_dir(dir.path().join("alignment")).expect("made");
    fs::write(dir.path().join("alignment/in.en+in.kk.gold"), "0\t0\n1\t1\n2,3\t2\n\t3\n").expect("written");
    let text = ok(dir.path(), &["export", "--format", "jsonl"]);
    let of = |n: usize| {
        serde_json::from_str::<serde_json::Value>(text.lines().nth(n).expect("a line")).expect("JSON")["counterpart"]
            .clone()
    };
    assert_eq!(of(0), "Жұрт лайк басады.");
    assert_eq!(of(1), "Ешкім келмейді!");
    assert_eq!(of(2), "People like it.");
}

#[test]
fn markdown_stands_under_its_documents() {
    let dir = coded();
    golden("export.markdown", &cleaned(&ok(dir.path(), &["export", "--format", "markdown"])));
}

/// Times of the run replaced, so that the golden file stays.
fn cleaned(text: &str) -> String {
    let is_time = |word: &str| {
        word.len() == 10 && word.starts_with("20")
            || word.len() == 5 && word.contains(':') && word.chars().all(|c| c.is_ascii_digit() || c == ':')
    };
    text.lines()
        .map(|line| line.split(' ').map(|w| if is_time(w) { "TIME" } else { w }).collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn exports_are_chosen_by_code_coder_document_language_and_time() {
    let dir = coded();
    let n = |arguments: &[&str]| {
        let all = [&["export", "--format", "jsonl"], arguments].concat();
        ok(dir.path(), &all).lines().count()
    };
    assert_eq!(n(&["--code", "СЛАКТИВИЗМ"]), 2);
    assert_eq!(n(&["--code", "control/censorship"]), 1);
    assert_eq!(n(&["--by", "nobody"]), 0);
    assert_eq!(n(&["--document", "in.kk"]), 1);
    assert_eq!(n(&["--language", "en"]), 2);
    assert_eq!(n(&["--since", "2020-01-01"]), 3);
    assert_eq!(n(&["--until", "2020-01-01"]), 0);
    assert!(refused(dir.path(), &["export", "--since", "yesterday"]).contains("is no time; write 2026-11-21"));
    assert!(
        refused(dir.path(), &["export", "--code", "nope"])
            .contains("no code is called \"nope\"; `tanba codes` lists them")
    );
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let dir = coded();
    ok(dir.path(), &["export", "--output", "out.csv"]);
    assert!(fs::read_to_string(dir.path().join("out.csv")).expect("written").lines().count() > 3);
    assert!(refused(dir.path(), &["export", "--output", "no/such/folder.csv"]).contains("can't write"));
    let left: Vec<_> = fs::read_dir(dir.path())
        .expect("listed")
        .flatten()
        .filter(|e| e.file_name().to_string_lossy().ends_with(".part"))
        .collect();
    assert!(left.is_empty());
}
