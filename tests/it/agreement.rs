//! `tanba agree`: plain data, projects, before and after, across languages, reports; and what is refused.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{ok, program, refused, study};
use crate::pty::home;

/// What the program prints of data in a file.
fn agreed(name: &str, data: &str, more: &[&str]) -> String {
    let dir = TempDir::new().expect("a folder");
    fs::write(dir.path().join(name), data).expect("written");
    ok(dir.path(), &[&["agree", "--input", name], more].concat())
}

fn results(printed: &str) -> Vec<Value> {
    let whole: Value = serde_json::from_str(printed).expect("JSON");
    whole["results"].as_array().expect("a list").clone()
}

/// The value of a measure; `about` are pairs of keys and their values.
fn value<'a>(results: &'a [Value], measure: &str, about: &[(&str, &str)]) -> &'a Value {
    let is_it = |one: &&Value| one["measure"] == measure && about.iter().all(|(key, of)| one[*key] == *of);
    let found = results.iter().find(is_it);
    &found.unwrap_or_else(|| panic!("no {measure} of {about:?}"))["value"]
}

#[test]
fn tables_of_spans_are_read_and_what_they_leave_open_is_told() {
    // By hand: both 5, first 5, second 5, neither 15 of 30 code points.
    let csv = "coder,document,start,end,code\na,d,0,10,x\nb,d,5,15,x\na,d,0,30,\nb,d,0,30,\n";
    let results = results(&agreed("data.csv", csv, &["--json"]));
    assert_eq!(*value(&results, "char_counts", &[("code", "x")]), serde_json::json!([5.0, 5.0, 5.0, 15.0]));
    // p_o = 20/30, p_e = (10·10 + 20·20)/900 = 5/9; (2/3 − 5/9)/(4/9) = 1/4.
    let kappa = value(&results, "cohen_kappa", &[]).as_f64().expect("a number");
    assert!((kappa - 0.25).abs() < 1e-12, "{kappa}");
    assert_eq!(*value(&results, "span_f1_overlap", &[]), 1.0);
    let dir = TempDir::new().expect("a folder");
    fs::write(dir.path().join("open.csv"), "coder,document,start,end,code\na,d,0,10,x\nb,d,5,15,x\n").expect("written");
    let output = crate::harness::run(dir.path(), &["agree", "--input", "open.csv", "--measure", "char_counts"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("the last end in it") && told.contains("no row says who completed"), "{told}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("char_counts  a × b · x  5 5 5 0"));
}

#[test]
fn silent_is_not_missing_and_undefined_is_told_as_such() {
    let data = |coders: &str| {
        format!(
            r#"{{"kind":"spans","coders":["a","b","c"],"codes":["x"],"documents":[{{"id":"d","length":20,"coders":{coders}}}],
            "spans":[{{"coder":"a","doc":"d","start":0,"end":10,"code":"x"}}]}}"#
        )
    };
    let silent = results(&agreed("data.json", &data(r#"["a","b"]"#), &["--json"]));
    assert_eq!(*value(&silent, "char_counts", &[("code", "x")]), serde_json::json!([0.0, 10.0, 0.0, 10.0]));
    let missing = results(&agreed("data.json", &data(r#"["a"]"#), &["--json"]));
    let one = missing.iter().find(|one| one["measure"] == "alpha_char" && one["doc"].is_null()).expect("there");
    assert!(one["value"].is_null() && one["undefined"] == "no_common_document");
    let printed = agreed("data.json", &data(r#"["a"]"#), &["--measure", "alpha_char"]);
    assert!(printed.contains("undefined: no document in common") && !printed.contains("NaN"), "{printed}");
}

#[test]
fn ratings_of_given_units_are_computed_too() {
    let data = r#"{"kind":"coding","coders":["a","b"],"value_type":"category","items":[
        {"values":["y","y"],"count":20},{"values":["y","n"],"count":5},{"values":["n","y"],"count":10},{"values":["n","n"],"count":15}]}"#;
    let results = results(&agreed("data.json", data, &["--json"]));
    // The textbook's example: p_o = 0.7, p_e = 0.5.
    assert!((value(&results, "cohen_kappa", &[]).as_f64().expect("a number") - 0.4).abs() < 1e-12);
    assert!(agreed("data.json", data, &["--csv"]).lines().any(|line| line.starts_with("cohen_kappa,,,,,,0.4")));
}

#[test]
fn data_that_can_not_be_read_is_refused_with_its_place_and_without_its_words() {
    let dir = TempDir::new().expect("a folder");
    let cases = [
        ("a.json", "{\"kind\": \"spans\", \"secret\"", "line 1: this is not the JSON"),
        ("b.json", r#"{"coders":["a","a"]}"#, "coders: a name stands there twice"),
        (
            "c.json",
            r#"{"coders":["a"],"documents":[{"id":"d","length":1,"coders":["secret"]}]}"#,
            "documents[0]: a coder is not among coders",
        ),
        (
            "d.json",
            r#"{"coders":["a"],"documents":[],"spans":[{"coder":"a","doc":"secret","start":0,"end":1,"code":"x"}]}"#,
            "spans[0]: its doc",
        ),
        (
            "e.json",
            r#"{"coders":["a"],"documents":[{"id":"d","length":9,"coders":["a"]}],"spans":[{"coder":"a","doc":"d","start":5,"end":1,"code":"x"}]}"#,
            "spans[0]: it ends before it starts",
        ),
        (
            "f.json",
            r#"{"kind":"coding","coders":["a","b"],"items":[{"values":["secret"]}]}"#,
            "items[0]: it has 1 values",
        ),
        (
            "g.json",
            r#"{"kind":"coding","value_type":"number","coders":["a","b"],"items":[{"values":[1,"secret"]}]}"#,
            "items[0]: a value is not of the value_type",
        ),
        ("h.csv", "a,b\n1,2\n", "line 1: the columns are to be coder, document, start, end, code"),
        ("i.csv", "coder,document,start,end,code\na,d,x,2,secret\n", "line 2: start and end"),
        ("j.csv", "coder,document,start,end,code\na,d,3,2,secret\n", "line 2: a row needs"),
        ("k.csv", "", "line 1: the columns"),
    ];
    for (name, data, told) in cases {
        fs::write(dir.path().join(name), data).expect("written");
        let line = refused(dir.path(), &["agree", "--input", name]);
        assert!(line.contains(told) && line.contains(name) && !line.contains("secret"), "{name}: {line}");
    }
    let output = program().args(["agree", "--measure", "kapa"]).env("TANBA_HOME", home()).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
}

fn as_dana(dir: &Path, arguments: &[&str]) -> String {
    ok(dir, &[arguments, &["--coder", "dana"]].concat())
}

/// asel and dana code the English text, and asel the Kazakh one; both finish what they did.
fn double_coded() -> TempDir {
    let dir = study();
    ok(dir.path(), &["codes", "add", "petition"]);
    ok(dir.path(), &["tag", "in.en", "9..24", "slacktivism"]);
    ok(dir.path(), &["tag", "in.en", "25..38", "petition"]);
    ok(dir.path(), &["tag", "in.kk", "9..26", "slacktivism"]);
    as_dana(dir.path(), &["tag", "in.en", "9..24", "slacktivism"]);
    dir
}

#[test]
fn nothing_to_compare_is_one_line_with_the_way_out() {
    let dir = study();
    assert!(refused(dir.path(), &["agree"]).contains("nobody coded anything here"));
    ok(dir.path(), &["tag", "in.en", "9..24", "slacktivism"]);
    assert!(refused(dir.path(), &["agree"]).contains("only asel coded here"));
    as_dana(dir.path(), &["tag", "in.kk", "9..26", "slacktivism"]);
    let told = refused(dir.path(), &["agree"]);
    assert!(told.contains("tanba finish") && told.contains("--unfinished"), "{told}");
    assert!(refused(dir.path(), &["agree", "--unfinished"]).contains("no two coders tagged anything in one document"));
}

#[test]
fn only_finished_documents_count_unless_it_is_asked_otherwise() {
    let dir = double_coded();
    assert!(refused(dir.path(), &["agree"]).contains("finished a document in common"));
    let begun = ok(dir.path(), &["agree", "--unfinished"]);
    assert!(begun.contains("1 document coded by two or more (documents finished or begun)"), "{begun}");
    assert!(begun.contains("slacktivism") && begun.contains("1.000") && begun.contains("reliable"), "{begun}");
    ok(dir.path(), &["finish", "in.en"]);
    as_dana(dir.path(), &["finish", "in.en"]);
    let finished = ok(dir.path(), &["agree", "--json"]);
    let results = results(&finished);
    assert_eq!(*value(&results, "alpha_char", &[("code", "slacktivism")]), 1.0);
    // dana finished the text without a petition: that is a "no".
    assert!(value(&results, "f1_char", &[("code", "petition")]).as_f64().expect("a number") == 0.0);
}

#[test]
fn what_stood_before_they_talked_is_known_from_the_journals() {
    let dir = double_coded();
    ok(dir.path(), &["finish", "in.en"]);
    as_dana(dir.path(), &["finish", "in.en"]);
    // They talk; dana sees the petition too, and asel opens it again for a while.
    as_dana(dir.path(), &["tag", "in.en", "25..38", "petition"]);
    ok(dir.path(), &["reopen", "in.en", "--reason", "a talk"]);
    ok(dir.path(), &["finish", "in.en"]);
    let f1 = |more: &[&str]| {
        let printed = ok(dir.path(), &[&["agree", "--json", "--measure", "f1_char"], more].concat());
        value(&results(&printed), "f1_char", &[("code", "petition")]).as_f64().expect("a number")
    };
    assert_eq!((f1(&["--before"]), f1(&[])), (0.0, 1.0));
    ok(dir.path(), &["agree", "--report", "r.md"]);
    let report = fs::read_to_string(dir.path().join("r.md")).expect("read");
    for part in ["## Who coded what, when", "| asel | 3 |", "## Before coders talked", "## Now", "## Rules"] {
        assert!(report.contains(part), "{part}: {report}");
    }
    ok(dir.path(), &["agree", "--report", "r.html"]);
    let html = fs::read_to_string(dir.path().join("r.html")).expect("read");
    assert!(html.contains("default-src 'none'") && html.contains("<td>petition</td>"));
    assert!(refused(dir.path(), &["agree", "--report", "r.docx"]).contains(".md or .html"));
}

#[test]
fn a_coder_is_held_against_herself_across_the_languages() {
    let dir = double_coded();
    let told = ok(dir.path(), &["agree", "--across", "--unfinished"]);
    assert!(told.contains("asel: petition in in.en 25..38, not in in.kk 27..42"), "{told}");
    let printed = ok(dir.path(), &["agree", "--across", "--unfinished", "--json"]);
    let whole: Value = serde_json::from_str(&printed).expect("JSON");
    let own = |code: &str| {
        let all = whole["results"].as_array().expect("a list").iter();
        all.clone()
            .find(|one| one["code"] == code && one["left_coder"] == "asel" && one["right_coder"] == "asel")
            .cloned()
    };
    let slacktivism = own("slacktivism").expect("there");
    assert_eq!([&slacktivism["both"], &slacktivism["left_only"], &slacktivism["right_only"]], [1, 0, 0]);
    assert_eq!(own("petition").expect("there")["left_only"], 1);
    assert!(refused(dir.path(), &["agree", "--across"]).contains("finish both"));
}

#[test]
fn the_consensus_is_counted_exported_and_asked_for_like_a_coder() {
    let dir = double_coded();
    let told = ok(dir.path(), &["settle", "--rule", "same", "--unfinished"]);
    assert!(told.contains("same: 1 place settled") && told.contains("1 place is left to people"), "{told}");
    assert!(ok(dir.path(), &["compare", "--open"]).contains("missed by one"));
    let places = ok(dir.path(), &["compare", "--kind", "missed", "--json"]);
    let places: Value = serde_json::from_str(&places).expect("JSON");
    let id = places[0]["said"][0]["annotation"].as_str().expect("an id");
    ok(dir.path(), &["settle", "--place", id, "--take", "asel", "--reason", "the rule says so"]);
    assert_eq!(ok(dir.path(), &["query", "any by:consensus", "--count"]).trim(), "2 passages in 1 document");
    let exported = ok(dir.path(), &["export", "--format", "csv", "--by", "consensus"]);
    assert_eq!(exported.lines().filter(|line| line.contains(",consensus,")).count(), 2, "{exported}");
    assert!(ok(dir.path(), &["stats", "code", "coder", "--by", "consensus"]).contains("consensus"));
    let listed = ok(dir.path(), &["settle"]);
    assert!(listed.contains("rule same") && listed.contains("the rule says so") && listed.contains("2 places settled"));
    // Agreement is between people.
    assert!(!ok(dir.path(), &["agree", "--unfinished"]).contains("consensus"));
    ok(dir.path(), &["settle", "--place", id, "--reopen"]);
    assert_eq!(ok(dir.path(), &["query", "any by:consensus", "--count"]).trim(), "1 passage in 1 document");
    assert!(refused(dir.path(), &["settle", "--rule", "best"]).contains("no rule"));
    assert!(refused(dir.path(), &["settle", "--place", id, "--take", "timur"]).contains("said nothing there"));
}

#[test]
fn verdicts_are_given_and_read_from_the_command_line() {
    let dir = double_coded();
    let listed = ok(dir.path(), &["annotations", "--by", "asel", "--document", "in.en", "--json"]);
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let ids: Vec<&str> = (0..2).map(|at| listed[at]["id"].as_str().expect("an id")).collect();
    as_dana(dir.path(), &["review", "accept", ids[0], ids[0]]);
    as_dana(dir.path(), &["review", "accept", ids[0]]);
    let journals = fs::read_dir(dir.path().join("journal")).expect("listed").flatten();
    let said: String = journals.map(|journal| fs::read_to_string(journal.path()).expect("read")).collect();
    assert_eq!(said.matches("\"verdict\"").count(), 1, "who is named twice, or again, gets one verdict");
    as_dana(dir.path(), &["review", "reject", ids[1], "--reason", "wrong code", "--words", "no petition is meant"]);
    as_dana(dir.path(), &["review", "propose", ids[1], "--code", "slacktivism"]);
    as_dana(dir.path(), &["review", "comment", ids[1], "what do you think, @asel?"]);
    assert!(refused(dir.path(), &["review", "accept", ids[0]]).contains("yours"));
    assert!(
        refused(dir.path(), &["review", "accept", "01ARZ3NDEKTSV4RRFFQ69G5FAV"]).contains("no annotation has the id")
    );
    let count = |query: &str| ok(dir.path(), &["query", query, "--count"]).trim().to_owned();
    assert_eq!(count("any verdict:accepted"), "1 passage in 1 document");
    assert_eq!(count("any verdict:proposed"), "1 passage in 1 document");
    assert_eq!(count("any reviewed:dana"), "2 passages in 1 document");
    assert_eq!(count("any has:open-comment"), "1 passage in 1 document");
    let news = ok(dir.path(), &["review", "news", "--new"]);
    assert!(news.contains("accepts it") && news.contains("proposes slacktivism"), "{news}");
    assert!(ok(dir.path(), &["review", "news", "--new"]).contains("nobody said anything new"));
    ok(dir.path(), &["review", "resolve", ids[1]]);
    assert!(ok(dir.path(), &["review", "thread", ids[1]]).contains("settled what was said of it"));
    assert!(ok(dir.path(), &["check"]).contains("all is well"));
}

/// Tags as each of some coders: who, where, what.
fn tagged(dir: &Path, all: &[(&str, &str, &str)]) {
    for (coder, passage, code) in all {
        ok(dir, &["tag", "in.en", passage, code, "--coder", coder]);
    }
}

fn consensus(dir: &Path) -> Vec<String> {
    let listed = ok(dir, &["annotations", "--by", "consensus"]);
    listed.lines().map(|line| line.split_whitespace().nth(1).unwrap_or_default().to_owned()).collect()
}

#[test]
fn settling_again_by_a_rule_keeps_what_still_holds() {
    let dir = study();
    tagged(
        dir.path(),
        &[("asel", "9..15", "slacktivism"), ("bota", "9..15", "slacktivism"), ("dana", "12..20", "slacktivism")],
    );
    let settle = || ok(dir.path(), &["settle", "--rule", "majority", "--unfinished"]);
    settle();
    assert_eq!(consensus(dir.path()), ["9..15"]);
    assert!(ok(dir.path(), &["settle"]).contains("most"));
    // dana moves hers elsewhere: two places now.
    ok(dir.path(), &["undo", "--coder", "dana"]);
    tagged(dir.path(), &[("dana", "25..31", "slacktivism")]);
    settle();
    assert_eq!(consensus(dir.path()), ["9..15"], "two agree there, and two say nothing of the other");
    assert!(ok(dir.path(), &["settle"]).contains("2 places settled, 0 places open"));
}

#[test]
fn of_passages_that_overlap_alike_the_shorter_is_taken() {
    let dir = study();
    tagged(dir.path(), &[("asel", "9..24", "slacktivism"), ("dana", "9..21", "slacktivism")]);
    ok(dir.path(), &["settle", "--rule", "overlap 50", "--unfinished"]);
    assert_eq!(consensus(dir.path()), ["9..21"]);
}

#[test]
fn what_two_settle_differently_is_the_later_word_and_what_is_gone_can_be_opened() {
    let dir = study();
    tagged(dir.path(), &[("asel", "9..24", "slacktivism"), ("dana", "9..21", "slacktivism")]);
    let listed = ok(dir.path(), &["annotations", "--json"]);
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let id = listed[0]["id"].as_str().expect("an id").to_owned();
    let other = TempDir::new().expect("a folder");
    for part in ["documents", "journal"] {
        fs::create_dir(other.path().join(part)).expect("made");
        for entry in fs::read_dir(dir.path().join(part)).expect("listed").flatten() {
            fs::copy(entry.path(), other.path().join(part).join(entry.file_name())).expect("copied");
        }
    }
    fs::copy(dir.path().join("tanba.toml"), other.path().join("tanba.toml")).expect("copied");
    ok(dir.path(), &["settle", "--place", &id, "--take", "asel", "--coder", "r1"]);
    ok(other.path(), &["settle", "--place", &id, "--take", "dana", "--coder", "r2"]);
    fs::copy(other.path().join("journal/r2@desk.jsonl"), dir.path().join("journal/r2@desk.jsonl")).expect("copied");
    assert_eq!(consensus(dir.path()), ["9..21"], "the later word holds");
    ok(dir.path(), &["undo", "--coder", "asel"]);
    ok(dir.path(), &["undo", "--coder", "dana"]);
    assert!(ok(dir.path(), &["settle"]).contains("open again, something changed"));
    ok(dir.path(), &["settle", "--place", &id, "--reopen"]);
    assert_eq!(consensus(dir.path()), [""; 0]);
    assert!(ok(dir.path(), &["check"]).contains("all is well"));
}

#[test]
fn a_code_that_one_never_used_is_no_less_compared_and_an_undone_finish_is_none() {
    let dir = study();
    ok(dir.path(), &["codes", "add", "petition"]);
    tagged(dir.path(), &[("asel", "9..24", "slacktivism"), ("dana", "9..24", "petition")]);
    let alpha = |more: &[&str]| {
        let printed = ok(dir.path(), &[&["agree", "--json", "--measure", "alpha_char"], more].concat());
        value(&results(&printed), "alpha_char", &[("code", "slacktivism")]).clone()
    };
    assert_eq!(alpha(&["--unfinished"]), alpha(&["--unfinished", "--code", "slacktivism"]));
    assert!(ok(dir.path(), &["compare", "--code", "slacktivism"]).contains("missed by one"));
    // A finish by mistake, taken back.
    ok(dir.path(), &["finish", "in.en"]);
    ok(dir.path(), &["undo"]);
    tagged(dir.path(), &[("asel", "25..38", "petition")]);
    ok(dir.path(), &["finish", "in.en"]);
    as_dana(dir.path(), &["finish", "in.en"]);
    let before = ok(dir.path(), &["agree", "--before", "--json", "--measure", "char_counts"]);
    assert_eq!(
        *value(&results(&before), "char_counts", &[("code", "petition")]),
        serde_json::json!([0.0, 13.0, 15.0, 16.0])
    );
}

#[test]
fn a_verdict_that_takes_anothers_place_leaves_its_words() {
    let dir = double_coded();
    let listed = ok(dir.path(), &["annotations", "--by", "asel", "--document", "in.en", "--json"]);
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let id = listed[0]["id"].as_str().expect("an id");
    as_dana(dir.path(), &["review", "reject", id, "--reason", "twice", "--words", "see the title"]);
    as_dana(dir.path(), &["review", "accept", id]);
    let thread = ok(dir.path(), &["review", "thread", id]);
    assert!(thread.contains("accepts it") && thread.contains("✗ twice: see the title"), "{thread}");
}
