//! The command line: what it prints, and what bad input gets.

use std::fs;

use tempfile::TempDir;

use crate::harness::{ok, program, refused, run, study, tanba};

fn json(dir: &std::path::Path, arguments: &[&str]) -> serde_json::Value {
    serde_json::from_str(&ok(dir, arguments)).expect("JSON")
}

#[test]
fn lists_are_arrays_of_objects_with_the_glossarys_names() {
    let dir = study();
    let documents = json(dir.path(), &["documents", "--json"]);
    assert_eq!(documents[0]["id"], "in.en");
    assert_eq!(documents[1]["language"], "kk");
    assert_eq!(documents[1]["title"], "Тақырып");
    assert_eq!(documents[0]["pair"], "in.kk");
    let made = json(dir.path(), &["tag", "in.kk", "9..26", "slacktivism", "--memo", "ой", "--json"]);
    assert_eq!(made["quote"], "Жұрт лайк басады.");
    let annotations = json(dir.path(), &["annotations", "--json"]);
    let a = &annotations[0];
    assert_eq!((&a["document"], &a["start"], &a["end"]), (&"in.kk".into(), &9.into(), &26.into()));
    assert_eq!(
        (&a["quote"], &a["code"], &a["coder"], &a["memo"]),
        (&"Жұрт лайк басады.".into(), &"slacktivism".into(), &"asel".into(), &"ой".into())
    );
    let codes = json(dir.path(), &["codes", "--json"]);
    assert_eq!(
        (&codes[0]["id"], &codes[0]["names"]["kk"], &codes[0]["key"]),
        (&"slacktivism".into(), &"слактивизм".into(), &"s".into())
    );
}

#[test]
fn undo_takes_back_and_redo_brings_again() {
    let dir = study();
    ok(dir.path(), &["tag", "in.en", "0..7", "slacktivism"]);
    let before = ok(dir.path(), &["annotations"]);
    ok(dir.path(), &["undo"]);
    assert_eq!(ok(dir.path(), &["annotations"]), "");
    ok(dir.path(), &["redo"]);
    assert_eq!(ok(dir.path(), &["annotations"]), before);
    assert!(refused(dir.path(), &["redo"]).contains("nothing to redo"));
}

#[test]
fn files_that_are_no_texts_are_refused_with_the_way_out() {
    let dir = study();
    let file = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).expect("written");
    file("binary.txt", b"\x7fELF\0\0\0");
    file("word.txt", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0");
    file("empty.txt", b"");
    file("blank.txt", b" \n\n");
    for (name, why) in [
        ("binary.txt", "not a text; save it as plain text first"),
        ("word.txt", "not a text; save it as plain text first"),
        ("empty.txt", "empty"),
        ("blank.txt", "empty"),
        ("documents", "a folder; give its files"),
        ("nowhere.txt", "no such file"),
    ] {
        let line = refused(dir.path(), &["add", name]);
        assert!(line.contains(why), "{name}: {line}");
    }
    assert_eq!(json(dir.path(), &["documents", "--json"]).as_array().map(Vec::len), Some(2));
}

#[test]
fn good_files_are_taken_though_others_are_not() {
    let dir = study();
    fs::write(dir.path().join("good.txt"), "Good.").expect("written");
    let output = run(dir.path(), &["add", "nowhere.txt", "good.txt"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("good  en, 5 characters"));
}

#[test]
fn windows_files_lose_their_mark_and_line_ends_and_say_so() {
    let dir = study();
    fs::write(dir.path().join("w.txt"), "\u{feff}Бірінші\r\nекінші\r\n").expect("written");
    let line = ok(dir.path(), &["add", "w.txt", "--language", "kk"]);
    assert!(line.contains("byte order mark") && line.contains("line ends"), "{line}");
    assert_eq!(fs::read_to_string(dir.path().join("documents/w.txt")).expect("read"), "Бірінші\nекінші\n");
    assert!(ok(dir.path(), &["add", "w.txt", "--language", "kk"]).contains("is here already"));
    fs::write(dir.path().join("w.txt"), "Басқа").expect("written");
    assert!(refused(dir.path(), &["add", "w.txt"]).contains("there with another text"));
}

#[test]
fn passages_that_are_none_are_refused() {
    let dir = study();
    for (passage, why) in [
        ("5..5", "the start must be before the end"),
        ("9..999", "ends beyond the text, which has 44 characters"),
        ("nothing of this", "these words are not in the document"),
        ("e", "these words stand more than once, at 6..7, 10..11, "),
    ] {
        let line = refused(dir.path(), &["tag", "in.en", passage, "slacktivism"]);
        assert!(line.contains(why), "{passage}: {line}");
    }
    assert!(refused(dir.path(), &["tag", "nowhere", "0..1", "slacktivism"]).contains("no document is called"));
    assert!(refused(dir.path(), &["tag", "in.en", "0..1", "nope"]).contains("`tanba codes add` makes one"));
    fs::write(dir.path().join("nfd.txt"), "и\u{306}од").expect("written");
    ok(dir.path(), &["add", "nfd.txt"]);
    assert!(refused(dir.path(), &["tag", "nfd", "0..1", "slacktivism"]).contains("cuts a letter from its mark"));
}

#[test]
fn escapes_in_names_texts_and_memos_stay_inside() {
    let dir = study();
    fs::write(dir.path().join("x.txt"), "\u{1b}]0;owned\u{7}Title\u{9b}31m\n\nBody \u{1b}[2J here.").expect("written");
    ok(dir.path(), &["add", "x.txt"]);
    ok(dir.path(), &["tag", "x", "0..20", "slacktivism", "--memo", "\u{1b}[31mred\u{9b}0m"]);
    for arguments in [
        &["documents"][..],
        &["documents", "--json"],
        &["annotations"],
        &["annotations", "--json"],
        &["export"],
        &["export", "--format", "markdown"],
        &["codes"],
        &["check"],
    ] {
        let text = ok(dir.path(), arguments);
        let is_csv = arguments == ["export"];
        let bad = text.chars().find(|c| c.is_control() && *c != '\n' && !(is_csv && *c == '\t'));
        assert_eq!(bad, None, "{arguments:?}: {text:?}");
    }
    assert!(refused(dir.path(), &["tag", "\u{1b}[31mx", "0..1", "s"]).contains('␛'));
}

#[test]
fn codes_refuse_loops_slashes_and_taken_keys() {
    let dir = study();
    let root = dir.path().to_str().expect("UTF-8");
    ok(dir.path(), &["codes", "add", "below", "--parent", "slacktivism", "-C", root]);
    let line = refused(dir.path(), &["codes", "add", "slacktivism", "--parent", "below"]);
    assert!(line.contains("below is below slacktivism already"), "{line}");
    assert!(refused(dir.path(), &["codes", "add", "a/b"]).contains("has no /"));
    assert!(refused(dir.path(), &["codes", "add", "x", "--key", "s"]).contains("the key s belongs to slacktivism"));
    assert!(refused(dir.path(), &["codes", "add", "x", "--colour", "red"]).contains("write #rrggbb"));
    assert!(refused(dir.path(), &["add", "in.en.txt", "--language", "k k"]).contains("is no language"));
    assert!(refused(dir.path(), &["exprot"]).contains("no folder and no command is called"));
    assert!(refused(dir.path(), &["exprot", "-C", "."]).contains("no folder and no command is called \"exprot\""));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let dir = study();
    let script = format!("{} documents --json | head -c 1; exit ${{PIPESTATUS[0]}}", crate::harness::tanba().display());
    let status = std::process::Command::new("bash")
        .env("LC_ALL", "C")
        .args(["-c", &script])
        .current_dir(dir.path())
        .status()
        .expect("bash runs");
    assert!(status.success());
}

#[test]
fn without_a_terminal_the_reader_says_so() {
    let dir = study();
    let line = refused(dir.path(), &[]);
    assert!(line.contains("the reader needs a terminal; scripts use the subcommands"), "{line}");
    assert!(!dir.path().join(".tanba/places.json").exists());
}

#[test]
fn init_makes_a_project_once() {
    let dir = TempDir::new().expect("a folder");
    ok(dir.path(), &["init", "study", "--languages", "en,ru"]);
    assert!(fs::read_to_string(dir.path().join("study/tanba.toml")).expect("read").contains("ru"));
    assert!(refused(dir.path(), &["init", "study"]).contains("a project is here already"));
    assert!(ok(dir.path(), &["documents", "-C", "study"]).is_empty());
}

#[test]
fn reading_leaves_no_journal_behind() {
    let dir = study();
    let journals = || fs::read_dir(dir.path().join("journal")).expect("listed").count();
    let before = journals();
    let output = crate::harness::program()
        .arg("documents")
        .current_dir(dir.path())
        .env("TANBA_CODER", "visitor")
        .output()
        .expect("runs");
    assert!(output.status.success());
    assert_eq!(journals(), before);
}

#[test]
fn texts_of_older_systems_are_converted_and_that_is_said() {
    let dir = study();
    let utf16: Vec<u8> = "\u{feff}Қазақ тілі.\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(dir.path().join("wide.kk.txt"), utf16).expect("written");
    let line = ok(dir.path(), &["add", "wide.kk.txt"]);
    assert!(line.contains("wide.kk  kk, 12 characters; was UTF-16LE, is kept as UTF-8; Windows line ends"), "{line}");
    assert_eq!(fs::read_to_string(dir.path().join("documents/wide.kk.txt")).expect("read"), "Қазақ тілі.\n");
    // «Объезд был тут.» in windows-1251, and in KOI8-R, which must be named.
    let cp1251 = b"\xce\xe1\xfa\xe5\xe7\xe4 \xe1\xfb\xeb \xf2\xf3\xf2, \xe8 \xec\xfb \xf3\xe5\xf5\xe0\xeb\xe8.\n";
    fs::write(dir.path().join("old.txt"), cp1251).expect("written");
    let added = json(dir.path(), &["add", "old.txt", "--json"]);
    assert_eq!(added[0]["notes"][0], "was windows-1251, is kept as UTF-8");
    assert_eq!(added[0]["language"], "ru");
    assert_eq!(
        fs::read_to_string(dir.path().join("documents/old.txt")).expect("read"),
        "Объезд был тут, и мы уехали.\n"
    );
    fs::write(dir.path().join("koi.txt"), b"\xf4\xd5\xd4.").expect("written");
    ok(dir.path(), &["add", "koi.txt", "--encoding", "koi8-r"]);
    assert_eq!(fs::read_to_string(dir.path().join("documents/koi.txt")).expect("read"), "Тут.");
    assert!(refused(dir.path(), &["add", "koi.txt", "--encoding", "klingon"]).contains("no encoding is called"));
    assert!(
        refused(dir.path(), &["add", "koi.txt", "--encoding", "utf-8"]).contains("not in UTF-8; say what it is in")
    );
}

#[test]
fn what_is_known_of_a_document_comes_with_it() {
    let dir = study();
    fs::write(dir.path().join("a.en.txt"), "One.").expect("written");
    fs::write(dir.path().join("a.kk.txt"), "Бір.").expect("written");
    ok(dir.path(), &["add", "a.en.txt", "a.kk.txt", "--pair", "--date", "2016-05", "--source", "Азаттық"]);
    let documents = json(dir.path(), &["documents", "--json"]);
    assert_eq!((&documents[0]["id"], &documents[0]["pair"]), (&"a.en".into(), &"a.kk".into()));
    assert_eq!(documents[0]["attributes"], serde_json::json!({ "date": "2016-05", "source": "Азаттық" }));
    let mut child = crate::harness::program()
        .args(["add", "-", "--id", "b.kk", "--pair=in.en"])
        .current_dir(dir.path())
        .env("TANBA_HOME", crate::pty::home())
        .env("TANBA_CODER", "asel")
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("the program runs");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), "Екі.".as_bytes()).expect("written");
    assert!(child.wait().expect("it ends").success());
    assert_eq!(fs::read_to_string(dir.path().join("documents/b.kk.txt")).expect("read"), "Екі.");
    for (arguments, why) in [
        (&["add", "-"][..], "standard input has no name"),
        (&["add", "a.en.txt", "--date", "May"], "\"May\" is no date"),
        (&["add", "a.en.txt", "--pair"], "--pair goes with two files"),
        (&["add", "a.en.txt", "--language", "english"], "\"english\" is no language"),
        (&["add", "a.en.txt", "--attribute", "x"], "--attribute takes NAME=VALUE"),
    ] {
        let output = run(dir.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(why), "{arguments:?}");
    }
}

#[test]
fn the_exit_status_says_what_happened() {
    let dir = study();
    for (arguments, status) in [
        (&["documents"][..], 0),
        (&["redo"], 1),
        (&["tag", "in.en", "5..5", "slacktivism"], 1),
        (&["documents", "--jsno"], 2),
        (&["nosuch"], 2),
        (&["man", "nosuch"], 2),
        (&["settings", "keymap", "emacs"], 2),
    ] {
        let output = run(dir.path(), arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The examples of the help, run as they stand; those that need other programs are left out.
#[cfg(unix)]
/// Files of other programs that the examples name.
fn files_of_others(dir: &std::path::Path) {
    let write = |name: &str, bytes: Vec<u8>| fs::write(dir.join(name), bytes).expect("written");
    ok(dir, &["export", "--format", "refi", "--output", "study.qdpx"]);
    let unit = "<tuv xml:lang=\"en\"><seg>Likes and shares, slacktivism.</seg></tuv><tuv xml:lang=\"kk\"><seg>Бұл белсенділік.</seg></tuv>";
    write("a.tmx", format!("<tmx version=\"1.4\"><header/><body><tu>{unit}</tu></body></tmx>").into_bytes());
    let text = fs::read_to_string(dir.join("documents/interview.en.txt")).expect("a text");
    write("corrected.txt", format!("A preface.\n\n{text}").into_bytes());
    write("page.html", b"<html><body><p>A page.</p></body></html>".to_vec());
    let part = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r>\
                <w:t>A report.</w:t></w:r></w:p></w:body></w:document>";
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    let pieces = [("[Content_Types].xml", types), ("word/document.xml", part)];
    let pieces = pieces.map(|(path, text)| tanba::formats::bundle::Piece::of_text(path, text));
    write("report.docx", tanba::formats::archive::pack(&pieces, &[]).expect("packed"));
}

#[test]
fn the_examples_of_the_help_work() {
    for sub in tanba::cli::SUBCOMMANDS {
        for (line, _) in sub.examples {
            if [
                "jq",
                "pdftotext",
                "man -l",
                "~/",
                "tanba tutor",
                "postgres://",
                "/mnt/",
                "tanba team",
                "tanba sync",
                "tanba unshare",
            ]
            .iter()
            .any(|other| line.contains(other))
            {
                continue;
            }
            let dir = study();
            let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("written");
            write("a.en.txt", "One.");
            write("a.kk.txt", "Бір.");
            write("a.en", "One.\n");
            write("a.kk", "Бір.\n");
            write("a.gold", "0\t0\n");
            write("known.csv", "document,outlet\ninterview.en,azattyq\n");
            for (code, key) in [("slacktivism", "s"), ("control", "x"), ("blocking", "b")] {
                ok(dir.path(), &["codes", "add", code, "--key", key]);
            }
            write(
                "interview.en.txt",
                &format!(
                    "{}the site was blocked. {}\n\nLikes and shares, slacktivism.\n",
                    "Well. ".repeat(20),
                    "So. ".repeat(9)
                ),
            );
            write("interview.kk.txt", "Қазақстанда сайт бұғатталды. Бұл белсенділік.\n");
            write("old.txt", "Old.");
            ok(dir.path(), &["add", "interview.en.txt", "interview.kk.txt"]);
            ok(dir.path(), &["codes", "add", "censorship"]);
            ok(dir.path(), &["codes", "add", "e-government"]);
            ok(dir.path(), &["codes", "add", "petition"]);
            ok(dir.path(), &["tag", "interview.en", "0..5", "censorship", "--memo", "Why?"]);
            ok(dir.path(), &["tag", "interview.en", "0..5", "e-government"]);
            ok(dir.path(), &["tag", "interview.en", "6..11", "petition"]);
            ok(dir.path(), &["memos", "add", "цензура деген не?", "--code", "censorship"]);
            fs::write(dir.path().join("coded.jsonl"), ok(dir.path(), &["export", "--format", "jsonl"]))
                .expect("written");
            if ["study.qdpx", "a.tmx", "corrected.txt", "page.html"].iter().any(|name| line.contains(name)) {
                files_of_others(dir.path());
            }
            if sub.name == "redo" {
                ok(dir.path(), &["undo"]);
            }
            if line.contains("--remove") {
                ok(dir.path(), &["pair", "interview.en", "interview.kk"]);
            }
            if matches!(sub.name, "agree" | "compare" | "settle") {
                for coder in ["asel", "dana"] {
                    ok(dir.path(), &["tag", "interview.kk", "0..11", "censorship", "--coder", coder]);
                }
                ok(dir.path(), &["tag", "interview.en", "0..5", "censorship", "--coder", "dana"]);
            }
            if sub.name == "reopen" {
                ok(dir.path(), &["finish", "interview.en"]);
            }
            if line.contains("--take-back") {
                ok(dir.path(), &["assign", "--to", "bek", "interview.en"]);
            }
            if *line == "tanba init" {
                fs::remove_file(dir.path().join("tanba.toml")).expect("removed");
            }
            let (mut at, beside) = (dir.path().to_path_buf(), TempDir::new().expect("a folder"));
            if matches!(sub.name, "decrypt" | "key") {
                at = beside.path().join("closed");
                let mut command = program();
                command.arg("encrypt").arg(&at).current_dir(dir.path()).env("TANBA_PASSPHRASE", "four words like that");
                assert!(command.output().expect("it runs").status.success());
            }
            let built = tanba();
            let folder = built.parent().expect("a folder").display().to_string();
            let output = std::process::Command::new("sh")
                .env("LC_ALL", "C")
                .args(["-c", &format!("set -e; {}", line.replace("../", &format!("{}/", beside.path().display())))])
                .current_dir(at)
                .env("TANBA_PASSPHRASE", "four words like that")
                .env("TANBA_NEW_PASSPHRASE", "four other words")
                .env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap_or_default()))
                .env("TANBA_HOME", dir.path().join("home"))
                .env("TANBA_CODER", "asel")
                .env("TANBA_DEVICE", "desk")
                .output()
                .expect("it runs");
            assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[test]
fn settings_are_kept_printed_with_their_source_and_refused_with_the_nearest() {
    let dir = study();
    let home = dir.path().join("home");
    let tanba = |arguments: &[&str]| {
        let mut command = crate::harness::program();
        command.args(arguments).current_dir(dir.path()).env("TANBA_HOME", &home).env_remove("NO_COLOR");
        let output = command.env("TANBA_CODER", "asel").output().expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    assert_eq!(tanba(&["settings", "keymap", "plain"]).0, Some(0));
    assert!(tanba(&["keys"]).1.contains("C-o"), "plain keys");
    let listed: serde_json::Value = serde_json::from_str(&tanba(&["settings", "--json"]).1).expect("JSON");
    let of = |name: &str| listed.as_array().expect("rows").iter().find(|r| r["name"] == name).expect("a row").clone();
    assert!(of("keymap")["source"].as_str().expect("a source").ends_with("settings.toml"));
    assert_eq!(of("coder")["source"], "TANBA_CODER in the environment");
    assert_eq!(of("mouse")["source"], "default");
    let (status, _, wrong) = tanba(&["settings", "keymup"]);
    assert_eq!((status, wrong.trim()), (Some(2), "tanba: no setting is called \"keymup\"; did you mean \"keymap\"?"));
    // A project sets them for everybody, but not what is each one's own, and what a coder set is stronger.
    let project = fs::read_to_string(dir.path().join("tanba.toml")).expect("read");
    fs::write(
        dir.path().join("tanba.toml"),
        format!("{project}\n[settings]\nkeymap = \"vim\"\nunit = \"word\"\neditor = \"rm\"\n"),
    )
    .expect("written");
    let (status, out, wrong) = tanba(&["settings"]);
    assert_eq!(status, Some(0));
    let line = |name: &str| out.lines().find(|line| line.starts_with(name)).expect("a line").to_owned();
    assert!(line("unit").contains("word") && line("unit").contains("tanba.toml"), "{out}");
    assert!(line("keymap").contains("plain") && line("keymap").contains("settings.toml"), "{out}");
    assert!(wrong.contains("tanba.toml, line") && wrong.contains("editor is each coder's own"), "{wrong}");
    // What is wrong in the shared file is told and left out; what is wrong in one's own stops everything.
    let (status, _, wrong) = tanba(&["documents"]);
    assert_eq!((status, wrong.lines().count()), (Some(0), 1));
    fs::write(home.join("settings.toml"), "moues = true\n").expect("written");
    let (status, _, wrong) = tanba(&["documents"]);
    assert_eq!((status, wrong.lines().count()), (Some(2), 2), "{wrong}");
    fs::write(home.join("settings.toml"), "mouse = true\n").expect("written");
    assert_eq!(tanba(&["settings", "mouse", "false"]).0, Some(0));
    assert_eq!(tanba(&["settings", "mouse", "--reset"]).0, Some(0));
    assert_eq!(fs::read_to_string(home.join("settings.toml")).expect("read"), "");
}

#[test]
fn keys_of_ones_own_are_printed_and_mistakes_in_them_told() {
    let dir = study();
    let home = dir.path().join("home");
    fs::create_dir_all(&home).expect("a folder");
    let keys = |text: &str| {
        fs::write(home.join("keys.toml"), text).expect("written");
        let mut command = crate::harness::program();
        let output = command.arg("keys").current_dir(dir.path()).env("TANBA_HOME", &home).output().expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let (status, printed) = keys("[read]\n\"Y\" = \"list-annotations\"\n");
    assert_eq!(status, Some(0));
    assert!(printed.contains("a  Y "), "{printed}");
    let (status, printed) = keys("[read]\n\"g\" = \"help\"\n\"Q\" = \"hlep\"\n\"Foo\" = \"help\"\n");
    assert_eq!(status, Some(2));
    for wrong in [
        "keys.toml, line 2: [read] \"g\": clashes with \"g g\" (keymaps/vim.toml, line ",
        "keys.toml, line 3: [read] \"Q\": no command is called \"hlep\"",
        "keys.toml, line 4: [read] \"Foo\": no key is called \"Foo\"",
    ] {
        assert!(printed.contains(wrong), "{printed}");
    }
}

#[test]
fn completions_and_manual_pages_are_of_these_commands() {
    let dir = study();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(ok(dir.path(), &["completions", shell]).contains("annotations"), "{shell}");
    }
    let pages = ok(dir.path(), &["man", "--output", "man"]);
    assert_eq!(pages.lines().count(), tanba::cli::SUBCOMMANDS.len() + 1);
    let page = fs::read_to_string(dir.path().join("man/tanba-export.1")).expect("a page");
    assert!(page.contains("tanba\\-export") && page.contains("csv\\-excel"), "{page}");
    assert_eq!(ok(dir.path(), &["man", "export"]), page);
}

/// The lessons come with the program; they are the bundled corpus.
#[test]
fn the_lessons_are_given_on_the_bundled_corpus() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut files: Vec<String> = vec!["tanba.toml".into()];
    for folder in ["documents", "journal"] {
        let names = fs::read_dir(root.join(folder)).expect("listed").flatten();
        files.extend(names.map(|entry| format!("{folder}/{}", entry.file_name().to_string_lossy())));
    }
    files.sort();
    let mut compiled: Vec<String> = tanba::cli::tutor::FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
    compiled.sort();
    assert_eq!(files, compiled);
}

#[test]
fn options_may_stand_before_the_commands_name() {
    let dir = study();
    assert_eq!(ok(dir.path(), &["-C", ".", "documents"]).lines().count(), 2);
    assert_eq!(ok(dir.path(), &["--coder", "zed", "documents"]).lines().count(), 2);
    assert!(ok(dir.path(), &["--keymap", "plain", "keys"]).contains("C-o"));
    assert!(ok(dir.path(), &["keys", "--toml"]).contains("\n[read]\n\"j\" = \"next-segment\"\n"));
}

#[test]
fn one_passage_is_tagged_once_with_a_code() {
    let dir = study();
    ok(dir.path(), &["tag", "in.en", "9..24", "slacktivism"]);
    assert!(refused(dir.path(), &["tag", "in.en", "9..24", "slacktivism"]).contains("is tagged slacktivism already"));
}

#[test]
fn what_was_said_of_a_document_stays_when_it_is_added_again() {
    let dir = study();
    ok(dir.path(), &["add", "in.en.txt", "--title", "Better", "--source", "Азаттық"]);
    ok(dir.path(), &["add", "in.en.txt", "in.kk.txt"]);
    let documents = json(dir.path(), &["documents", "--json"]);
    assert_eq!((&documents[0]["title"], &documents[0]["attributes"]["source"]), (&"Better".into(), &"Азаттық".into()));
    ok(dir.path(), &["add", "in.en.txt", "--date", "2026"]);
    let documents = json(dir.path(), &["documents", "--json"]);
    assert_eq!(documents[0]["attributes"], serde_json::json!({ "date": "2026", "source": "Азаттық" }));
}

#[test]
fn what_is_known_of_documents_is_set_filled_from_a_table_and_asked_for() {
    let dir = study();
    let root = dir.path();
    ok(root, &["codes", "add", "censorship"]);
    ok(root, &["tag", "in.en", "9..24", "slacktivism"]);
    ok(root, &["tag", "in.kk", "9..26", "slacktivism"]);
    assert_eq!(
        ok(root, &["documents", "set", "in.en", "outlet=Azattyq", "date=2016"]),
        "in.en  date=2016  outlet=Azattyq\n"
    );
    assert_eq!(ok(root, &["documents", "set", "in.en", "date="]), "in.en  outlet=Azattyq\n");
    fs::write(root.join("known.csv"), "document,outlet,genre\nin.kk.txt,Vlast,news\nin.en,,interview\nnowhere,x,y\n")
        .expect("written");
    let output = run(root, &["documents", "fill", "known.csv"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "2 documents changed\n");
    assert!(String::from_utf8_lossy(&output.stderr).contains("known.csv, line 4: no document is called \"nowhere\""));
    let chosen = |asked: &[&str]| ok(root, &[&["annotations"], asked].concat()).lines().count();
    assert_eq!(chosen(&["--attribute", "outlet=azattyq"]), 1);
    assert_eq!(chosen(&["--attribute", "outlet=azattyq", "--attribute", "outlet=vlast"]), 2);
    assert_eq!(chosen(&["--attribute", "outlet=azattyq", "--attribute", "genre=news"]), 0);
    assert_eq!(chosen(&["--attribute", "genre=interview"]), 1);
    assert_eq!(run(root, &["annotations", "--attribute", "genre"]).status.code(), Some(2));
    ok(root, &["undo"]);
    assert_eq!(chosen(&["--attribute", "genre=interview"]), 0);
    fs::write(root.join("bad.csv"), "name,outlet\na,b\n").expect("written");
    assert!(refused(root, &["documents", "fill", "bad.csv"]).contains("names no column \"document\""));
    assert!(refused(root, &["documents", "set", "nowhere", "a=b"]).contains("no document is called"));
}
