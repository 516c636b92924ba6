//! The built program on a real pseudo-terminal: keys in, a parsed screen out.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::corpus;
use crate::harness::{ok, study, tanba};
use crate::pty::Pty;

/// The reader on a project, when it is ready.
pub fn reader(dir: &Path, size: (u16, u16)) -> Pty {
    reader_with(dir, size, &[])
}

fn reader_with(dir: &Path, size: (u16, u16), environment: &[(&str, &str)]) -> Pty {
    let mut pty = Pty::start(&tanba(), &[dir.to_str().expect("a path")], environment, size);
    // "reading" leaves the status line when the store is ready.
    pty.until_true("ready", |screen| screen.contains("saved") || screen.contains("read-only"));
    pty
}

fn annotations(dir: &Path) -> String {
    ok(dir, &["annotations"])
}

#[test]
fn texts_are_read_tagged_left_and_opened_again_where_they_were() {
    let dir = study();
    let mut pty = reader(dir.path(), (120, 30));
    pty.until("People like it.");
    pty.until("Жұрт лайк басады.");
    pty.press("jcs");
    pty.until("tagged slacktivism");
    pty.press("\tjjts\r");
    pty.until_true("two", |screen| screen.contains("Ешкім") && screen.contains("1 annotation"));
    pty.press("q");
    assert_eq!(pty.end(), 0);
    assert!(!pty.is_raw());
    let listed = annotations(dir.path());
    assert!(listed.contains("in.en  9..24  slacktivism  asel  “People like it.”"), "{listed}");
    assert!(listed.contains("in.kk  27..42"), "{listed}");
    let mut again = reader(dir.path(), (120, 30));
    // The right pane had the keys, at its third segment.
    again.press("u");
    again.until("undone: tagged slacktivism");
    again.press("u");
    again.until_true("gone", |screen| screen.contains("undone"));
    again.press("q");
    again.end();
    assert_eq!(annotations(dir.path()), "");
}

#[test]
fn the_mouse_drags_over_letters_and_a_cyrillic_keyboard_tags_them() {
    let dir = study();
    let mut pty = reader(dir.path(), (120, 30));
    pty.until("People like it.");
    // Row 4 of the screen is the third line of the text; columns count from 1, behind the gutter of 5.
    pty.press("\x1b[<0;6;4M\x1b[<32;11;4M\x1b[<0;11;4m");
    pty.until("extending the selection");
    pty.press("сы");
    pty.until("tagged slacktivism");
    pty.press("q");
    pty.end();
    assert!(annotations(dir.path()).contains("9..15  slacktivism  asel  “People”"), "{}", annotations(dir.path()));
}

#[test]
fn a_signal_gives_the_terminal_back() {
    for (signal, status) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let dir = study();
        let mut pty = reader(dir.path(), (80, 24));
        pty.press("jcs");
        pty.until("tagged slacktivism");
        assert!(pty.is_raw());
        pty.signal(signal);
        assert_eq!(pty.end(), status, "{signal}");
        assert!(!pty.is_raw(), "{signal}");
        let raw = String::from_utf8_lossy(&pty.raw).into_owned();
        for given_back in ["\x1b[?1049l", "\x1b[?1000l", "\x1b[?2004l", "\x1b[?1004l", "\x1b[?25h"] {
            assert!(raw.contains(given_back), "{signal}: no {given_back:?}");
        }
        assert!(annotations(dir.path()).contains("slacktivism"));
    }
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_fg_takes_it_again() {
    let dir = study();
    let mut pty = reader(dir.path(), (80, 24));
    pty.press("\x1a");
    let stat = format!("/proc/{}/stat", pty.child.process_id().expect("it runs"));
    let is_stopped = || fs::read_to_string(&stat).is_ok_and(|s| s.split(' ').nth(2) == Some("T"));
    for _ in 0..200 {
        if is_stopped() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(is_stopped());
    assert!(!pty.is_raw());
    pty.settle();
    let before = pty.raw.len();
    pty.signal("CONT");
    // Without a key: nobody likes to press one on a blank screen.
    assert!(pty.until("People") < std::time::Duration::from_millis(1500));
    pty.settle();
    assert!(pty.is_raw());
    assert!(String::from_utf8_lossy(&pty.raw[before..]).contains("\x1b[?1049h"));
}

#[cfg(debug_assertions)]
#[test]
fn a_panic_gives_the_terminal_back_before_it_speaks() {
    let dir = study();
    let mut pty = reader_with(dir.path(), (80, 24), &[("TANBA_PANIC", "1")]);
    pty.press("\x1b[24~");
    assert_ne!(pty.end(), 0);
    assert!(!pty.is_raw());
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    let (left, spoke) = (raw.rfind("\x1b[?1049l"), raw.find("asked to panic"));
    assert!(left.is_some() && left < spoke, "{left:?} {spoke:?}");
}

#[test]
fn what_was_shown_as_tagged_survives_kill_9() {
    let dir = study();
    for n in 1..4 {
        let mut pty = reader(dir.path(), (100, 30));
        pty.press(&format!("gg{n}jcs"));
        pty.until("tagged slacktivism");
        pty.signal("KILL");
        pty.end();
        assert_eq!(annotations(dir.path()).lines().count(), n);
    }
    assert!(ok(dir.path(), &["check"]).contains("all is well"));
}

#[test]
fn nothing_of_a_document_reaches_the_terminal_as_a_command() {
    let dir = TempDir::new().expect("a folder");
    ok(dir.path(), &["init"]);
    let hostile = "T\u{1b}]0;owned\u{7}itle\n\n\u{1b}[2J\u{1b}[31mred \u{9b}5m \u{202e}olleh\u{202c} \u{1b}Pq\u{1b}\\ \u{e} end.\n";
    fs::write(dir.path().join("x.en.txt"), hostile).expect("written");
    fs::write(dir.path().join("documents/y.kk.txt"), hostile).expect("written");
    ok(dir.path(), &["add", "x.en.txt"]);
    ok(dir.path(), &["codes", "add", "a\u{1b}[31mb", "--key", "s"]);
    let mut pty = reader(dir.path(), (120, 30));
    pty.until("␛[2J␛[31mred");
    pty.press("jcs");
    pty.until("tagged");
    pty.press("m\x1b[200~memo\x1b]0;owned\x07\x1b[201~");
    pty.until("memo");
    pty.press("\x13");
    pty.until("memo kept");
    pty.press("fx");
    pty.until("x.en");
    pty.escape();
    pty.press("gi");
    pty.until("revision");
    pty.escape();
    pty.press("q");
    pty.end();
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    for command in ["\x1b]", "\x1bP", "\u{9b}", "\u{202e}", "\x0e"] {
        assert!(!raw.contains(command), "{command:?} reached the terminal");
    }
}

#[test]
fn a_resize_in_the_middle_of_anything_is_taken() {
    let dir = study();
    let mut pty = reader(dir.path(), (120, 30));
    for (keys, size) in [
        ("j", (80, 24)),
        ("t", (20, 5)),
        ("sl", (200, 60)),
        ("\x1b", (60, 12)),
        ("?", (40, 10)),
        ("\x1b", (3, 1)),
        ("vj", (5, 2)),
        ("/лайк", (120, 30)),
        ("\r", (100, 25)),
        ("m", (30, 8)),
        ("\x1b", (120, 30)),
    ] {
        pty.press(keys);
        pty.resize(size.0, size.1);
        pty.settle();
    }
    pty.escape();
    pty.escape();
    pty.press("gg");
    pty.until("Тақырып");
    pty.until("A title");
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn keys_typed_at_once_each_see_what_the_one_before_did() {
    let dir = study();
    let mut pty = reader(dir.path(), (100, 30));
    pty.press("jcsrrmHELLO\x13DDu");
    pty.until("undone: deleted slacktivism with its memo");
    pty.press("q");
    pty.end();
    let json: serde_json::Value = serde_json::from_str(&ok(dir.path(), &["annotations", "--json"])).expect("JSON");
    assert_eq!(json.as_array().map(Vec::len), Some(1));
    assert_eq!(json[0]["memo"], "HELLO");
    assert!(ok(dir.path(), &["check"]).contains("all is well"));
}

#[test]
fn the_smallest_windows_break_nothing() {
    let dir = study();
    let mut pty = reader(dir.path(), (100, 30));
    pty.press("jcs");
    pty.until("tagged");
    for keys in ["m", "?", "t", ":", "/"] {
        pty.press(keys);
        for size in [(1, 1), (2, 2), (3, 1), (30, 2)] {
            pty.resize(size.0, size.1);
            pty.settle();
        }
        pty.escape();
    }
    pty.resize(100, 30);
    // An Esc and a key that are read together are Alt with that key: the last Esc is long done with when the project's
    // name, which narrow windows lack, is there.
    pty.until("asel · study");
    pty.settle();
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_second_reader_says_so_and_follows_the_first() {
    let dir = study();
    let mut first = reader(dir.path(), (100, 30));
    let mut second = reader(dir.path(), (100, 30));
    second.until("read-only");
    second.press("jcs");
    second.until("read-only: another tanba has this project open");
    first.press("jcs");
    first.until("tagged slacktivism");
    second.until("1 annotation");
    first.press("u");
    second.until("no annotations yet");
}

#[test]
fn no_color_means_no_colour_and_every_mark() {
    let dir = study();
    ok(dir.path(), &["tag", "in.en", "9..24", "slacktivism"]);
    let mut pty = reader_with(dir.path(), (100, 30), &[("NO_COLOR", "1")]);
    pty.until("People like it.");
    pty.settle();
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    let codes: Vec<&str> = raw
        .split("\x1b[")
        .skip(1)
        .filter_map(|part| {
            part.find(|c: char| c.is_alphabetic()).filter(|at| part[*at..].starts_with('m')).map(|at| &part[..at])
        })
        .collect();
    assert!(codes.iter().all(|code| !code.contains("38;") && !code.contains("48;")), "{codes:?}");
    let row = (0..30)
        .find(|row| (0..100).any(|column| pty.parser.screen().cell(*row, column).is_some_and(|c| c.contents() == "P")));
    let cell = pty.parser.screen().cell(row.expect("the row"), 5).expect("the cell");
    assert!(cell.underline(), "the passage is underlined");
}

#[test]
fn documents_that_cannot_be_shown_are_told_and_the_others_read() {
    let dir = study();
    fs::write(dir.path().join("documents/a-bad.en.txt"), b"caf\xe9").expect("written");
    fs::create_dir(dir.path().join("documents/folder.txt")).expect("made");
    let mut pty = reader(dir.path(), (120, 30));
    pty.until("not UTF-8");
    pty.press("fin.en\r");
    pty.until("People like it.");
    pty.press("ffolder\r");
    pty.until_true("refusal", |s| s.contains("not a file") || s.contains("directory"));
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_text_of_strange_letters_and_long_lines_is_read() {
    let dir = TempDir::new().expect("a folder");
    ok(dir.path(), &["init"]);
    let line = "ұзын сөйлем жалғаса береді, ".repeat(40_000);
    let text = format!("и\u{306}од e\u{301} 👩‍👩‍👧 zero\u{200b}width\tTab\u{feff}\n\n{line}\n\nсоңы.");
    fs::write(dir.path().join("documents/long.kk.txt"), text).expect("written");
    let mut pty = reader(dir.path(), (80, 24));
    pty.until("zerowidth");
    pty.press("G");
    pty.until("соңы.");
    pty.press("50%");
    pty.until("жалғаса");
    pty.press("gg");
    pty.until("zerowidth");
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

/// A folder for the coder's own settings with some files in it; the page for newcomers was seen.
fn own_home(files: &[(&str, &str)]) -> TempDir {
    let home = TempDir::new().expect("a folder");
    fs::create_dir_all(home.path().join("themes")).expect("made");
    for (name, text) in [&[("seen", "welcome\n")], files].concat() {
        fs::write(home.path().join(name), text).expect("written");
    }
    home
}

#[test]
fn a_newcomer_is_greeted_once() {
    let dir = study();
    let home = TempDir::new().expect("a folder");
    let environment = [("TANBA_HOME", home.path().to_str().expect("UTF-8"))];
    let mut pty = reader_with(dir.path(), (100, 30), &environment);
    pty.until("Welcome to Tanba");
    pty.press("\r");
    pty.until_true("gone", |screen| !screen.contains("Welcome"));
    pty.press("q");
    pty.end();
    let mut again = reader_with(dir.path(), (100, 30), &environment);
    again.settle();
    assert!(!again.screen().contains("Welcome"));
    again.press("q");
    again.end();
}

#[test]
fn settings_keys_and_themes_of_ones_own_are_obeyed_and_kept() {
    let dir = study();
    let home = own_home(&[
        ("settings.toml", "# mine\ntheme = \"own\"\nmouse = false\n"),
        ("keys.toml", "[read]\n\"Q\" = \"quit\"\n\"q\" = false\n"),
        ("themes/own.toml", "inherits = \"light\"\naccent = \"#0a0b0c\"\n"),
    ]);
    let mut pty = reader_with(dir.path(), (100, 30), &[("TANBA_HOME", home.path().to_str().expect("UTF-8"))]);
    pty.settle();
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    assert!(raw.contains("38;2;10;11;12"), "the theme's own accent");
    assert!(!raw.contains("\x1b[?1000h"), "the mouse is the terminal's");
    pty.press("q");
    pty.until("q is not bound");
    pty.press(":set keymap\r");
    pty.until("vim");
    pty.press("plain\r");
    pty.until("keymap is plain from now on");
    pty.until("Welcome to Tanba");
    pty.press("\r");
    pty.until_true("gone", |screen| !screen.contains("Welcome"));
    pty.press("\x1b[20~"); // F9, which hides the list of annotations here
    pty.until_true("no list", |screen| !screen.contains("no annotations yet"));
    pty.press("Q");
    assert_eq!(pty.end(), 0);
    let kept = fs::read_to_string(home.path().join("settings.toml")).expect("read");
    assert_eq!(kept, "# mine\ntheme = \"own\"\nmouse = false\nkeymap = \"plain\"\n");
}

#[test]
fn mistakes_in_settings_are_told_before_the_screen_is_taken() {
    let dir = study();
    for (name, text, told) in [
        ("settings.toml", "mouse = 1\n", "settings.toml, line 1: mouse is true or false"),
        ("settings.toml", "theme = \"drak\"\n", "did you mean \"dark\"?"),
        ("keys.toml", "[read]\n\"g\" = \"quit\"\n", "keys.toml, line 2: [read] \"g\": clashes with \"g g\""),
        ("themes/own.toml", "accent = \"blue\"\n", "own.toml, line 1: accent is a colour, #rrggbb"),
    ] {
        let home = own_home(&[(name, text)]);
        if name.starts_with("themes") {
            fs::write(home.path().join("settings.toml"), "theme = \"own\"\n").expect("written");
        }
        let environment = [("TANBA_HOME", home.path().to_str().expect("UTF-8"))];
        let mut pty = Pty::start(&tanba(), &[dir.path().to_str().expect("UTF-8")], &environment, (160, 24));
        let status = pty.end();
        assert_eq!(status, 2, "{name}");
        let raw = String::from_utf8_lossy(&pty.raw).into_owned();
        assert!(raw.contains(told), "{name}: {raw}");
        assert!(!raw.contains("\x1b[?1049h"), "{name}: the screen was taken");
    }
}

#[test]
fn a_memo_goes_on_in_the_coders_own_editor() {
    let dir = study();
    let script = dir.path().join("my editor.sh");
    // It reads a line from the terminal, which must be its own while it runs.
    let text = "#!/bin/sh\nread answer\nprintf 'edited %s\\n' \"$answer\" >> \"$1\"\nstat -c %a \"$1\" >> \"$1\"\n";
    fs::write(&script, text).expect("written");
    let editor = format!("sh '{}'", script.display());
    let mut pty = reader_with(dir.path(), (100, 30), &[("EDITOR", &editor)]);
    for keys in ["jcsm", "first\r", "\x0f"] {
        pty.press(keys);
        pty.settle();
    }
    pty.press("quickly\n");
    pty.until("edited quickly");
    pty.until("600");
    pty.escape();
    pty.until("memo kept");
    pty.press("q");
    assert_eq!(pty.end(), 0);
    let json: serde_json::Value = serde_json::from_str(&ok(dir.path(), &["annotations", "--json"])).expect("JSON");
    assert_eq!(json[0]["memo"], "first\nedited quickly\n600");
    assert!(
        !dir.path()
            .join(".tanba")
            .read_dir()
            .expect("listed")
            .flatten()
            .any(|e| e.file_name().to_string_lossy().starts_with("memo-"))
    );
    // One that fails leaves the memo as it was, and what it wrote where it is.
    let failing = dir.path().join("failing.sh");
    fs::write(&failing, "echo precious >> \"$1\"; exit 1\n").expect("written");
    let failing = format!("sh '{}'", failing.display());
    let mut pty = reader_with(dir.path(), (200, 30), &[("EDITOR", &failing)]);
    pty.press("]m");
    pty.until("your editor");
    pty.settle();
    pty.press("\x0f");
    pty.until("what was written is in");
    pty.press("\x07q");
    assert_eq!(pty.end(), 0);
    let own = fs::read_dir(dir.path().join(".tanba")).expect("listed").flatten();
    let left: Vec<_> = own.filter(|e| e.file_name().to_string_lossy().starts_with("memo-")).map(|e| e.path()).collect();
    assert!(fs::read_to_string(&left[0]).expect("left").ends_with("precious\n"));
    let mut pty = reader_with(dir.path(), (200, 30), &[("EDITOR", "false")]);
    pty.until("a memo that was cut off is in");
    fs::remove_file(&left[0]).expect("removed");
    pty.press("]m");
    pty.until("your editor");
    pty.settle();
    pty.press("\x0f");
    pty.until("false ended with a failure; the memo is as it was");
    pty.press("\x07q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_passage_is_copied_through_the_terminal_in_base64() {
    let dir = study();
    let mut pty = reader(dir.path(), (100, 30));
    pty.press("jy");
    pty.until("copied 15 characters with their source");
    pty.press("q");
    pty.end();
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    let sent = raw.split("\x1b]52;c;").nth(1).and_then(|rest| rest.split(['\x1b', '\x07']).next()).expect("OSC 52");
    // “People like it.” with its title, document and place.
    assert_eq!(sent, "4oCcUGVvcGxlIGxpa2UgaXQu4oCdCuKAlCBBIHRpdGxlIChpbi5lbiwgOS4uMjQp");
}

#[test]
fn the_mouse_clicks_hints_rows_and_moves_borders() {
    let dir = study();
    ok(dir.path(), &["tag", "in.en", "25..38", "slacktivism"]);
    let mut pty = reader(dir.path(), (120, 30));
    let click = |pty: &mut Pty, column: usize, row: usize| {
        pty.press(&format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"));
    };
    // The hint "f documents" in the last row.
    let hints = pty.screen().lines().nth(29).expect("a last row").to_owned();
    let column = hints[..hints.find("f documents").expect("a hint")].chars().count() + 1;
    click(&mut pty, column, 30);
    pty.until("Open, with its pair");
    pty.escape();
    // The border between the panes, one column left of the right pane's gutter.
    pty.press("\x1b[<0;60;10M\x1b[<32;80;10M\x1b[<0;80;10m");
    pty.until_true("a wider left pane", |screen| {
        screen.lines().next().is_some_and(|l| l.find("KK").is_some_and(|at| l[..at].chars().count() > 79))
    });
    // The lane of the annotation, in the gutter.
    pty.press("gg");
    click(&mut pty, 2, 4);
    pty.until("1 at the cursor");
    // A row of the palette: a click chooses, a second takes.
    pty.press(":document-info");
    pty.until("show what is known");
    let row = pty.screen().lines().position(|line| line.contains("show what is known")).expect("a row") + 1;
    click(&mut pty, 40, row);
    click(&mut pty, 40, row);
    pty.until("revision");
    pty.escape();
    // Left to the terminal, and taken again.
    pty.press("\x1b[20~");
    pty.until("the mouse is the terminal's");
    pty.press("\x1b[20~");
    pty.until("the mouse is ours again");
    pty.press("q");
    assert_eq!(pty.end(), 0);
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    assert!(raw.matches("\x1b[?1000l").count() >= 2 && raw.matches("\x1b[?1000h").count() >= 2);
}

#[test]
fn the_lessons_can_be_learnt_by_doing_what_they_say() {
    let dir = TempDir::new().expect("a folder");
    let environment = [("TMPDIR", dir.path().to_str().expect("UTF-8"))];
    let mut pty = Pty::start(&tanba(), &["tutor"], &environment, (100, 32));
    pty.until("saved");
    for (title, keys) in [
        ("Moving", "jjj"),
        ("Smaller and larger", "io"),
        ("Several sentences", "vj"),
        ("Tagging ─", "tslack\r"),
        ("Tagging by a letter", "jjjcc"),
        ("A memo", "mбір сөз\x13"),
        ("Nothing is final", "uU"),
        ("Finding your way", "]a\r"),
        ("Searching", "/like\rn"),
        ("The other text", "\t"),
        ("Both languages", "jBslack\r"),
    ] {
        pty.until(&format!("· {title}"));
        for key in keys.chars() {
            pty.press(&key.to_string());
            pty.settle();
        }
    }
    pty.until("· Everything else");
    pty.press(":");
    pty.until("Run ·");
    pty.escape();
    pty.until("· That was all");
    pty.press("q");
    assert_eq!(pty.end(), 0);
    let left: Vec<_> = dir.path().read_dir().expect("listed").flatten().map(|entry| entry.file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_terminal_that_vanishes_ends_the_program_and_loses_nothing() {
    let dir = study();
    let mut pty = reader(dir.path(), (100, 30));
    pty.press("jcs");
    pty.until("tagged slacktivism");
    pty.vanish();
    assert_eq!(pty.end(), 129);
    assert_eq!(annotations(dir.path()).lines().count(), 1);
}

#[test]
fn a_terminal_that_vanishes_is_noticed_where_nobody_passes_the_signal_on() {
    let dir = study();
    let program = tanba().display().to_string();
    let said = dir.path().join("status");
    let script = "trap : HUP; \"$0\" \"$1\"; echo $? > \"$2\"";
    let arguments = ["-c", script, &program, dir.path().to_str().expect("a path"), said.to_str().expect("a path")];
    let mut pty = Pty::start(Path::new("/bin/sh"), &arguments, &[], (100, 30));
    pty.until_true("ready", |screen| screen.contains("saved"));
    pty.press("jcs");
    pty.until("tagged slacktivism");
    pty.vanish();
    pty.end();
    assert_eq!(fs::read_to_string(said).expect("it ended").trim(), "129");
    assert_eq!(annotations(dir.path()).lines().count(), 1);
}

#[test]
fn no_terminal_and_a_dumb_one_are_refused_in_one_line() {
    let dir = study();
    assert!(crate::harness::refused(dir.path(), &["."]).contains("the reader needs a terminal"));
    let mut pty = Pty::start(&tanba(), &[dir.path().to_str().expect("UTF-8")], &[("TERM", "dumb")], (80, 24));
    assert_eq!(pty.end(), 1);
    assert!(String::from_utf8_lossy(&pty.raw).contains("TERM=dumb"));
}

#[test]
fn where_ambiguous_letters_are_wide_rows_still_end_in_the_window() {
    let dir = study();
    let home = own_home(&[("settings.toml", "ambiguous-width = 2\n")]);
    let mut pty = reader_with(dir.path(), (100, 30), &[("TANBA_HOME", home.path().to_str().expect("UTF-8"))]);
    pty.settle();
    let screen = pty.screen();
    // Our own lines are plain signs, and a Cyrillic letter has an empty cell behind it.
    assert!(!screen.contains('│') && screen.contains('|'), "{screen}");
    assert!(screen.contains("Т а қы р ы п"), "{screen}");
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_command_writes_through_the_reader_that_has_the_project_open() {
    let dir = study();
    let mut pty = reader(dir.path(), (100, 30));
    pty.press("jcs");
    pty.until("tagged slacktivism");
    assert!(ok(dir.path(), &["tag", "in.en", "25..38", "slacktivism"]).contains("25..38"));
    pty.until("2 annotations");
    assert_eq!(annotations(dir.path()).lines().count(), 2);
    fs::write(dir.path().join("new.en.txt"), "New.").expect("written");
    ok(dir.path(), &["add", "new.en.txt", "--pair=in.kk"]);
    // One order of undo, whoever asks.
    assert!(ok(dir.path(), &["undo"]).contains("pair"));
    // What takes documents or pairs away asks once.
    pty.press("u");
    pty.until("document new.en removed? u again does so");
    pty.press("ju");
    pty.until("document new.en removed? u again does so");
    pty.press("u");
    pty.until("undone: document new.en added");
    assert!(crate::harness::refused(dir.path(), &["--coder", "daniyar", "undo"]).contains("open as asel@desk"));
    pty.press("q");
    assert_eq!(pty.end(), 0);
    // One journal, whole; and afterwards commands write by themselves.
    assert_eq!(fs::read_dir(dir.path().join("journal")).expect("listed").count(), 1);
    assert!(ok(dir.path(), &["check"]).contains("all is well"));
    ok(dir.path(), &["tag", "in.en", "0..7", "slacktivism"]);
    assert_eq!(annotations(dir.path()).lines().count(), 3);
}

#[test]
fn a_memo_that_is_being_written_survives_a_signal() {
    let dir = study();
    let mut pty = reader(dir.path(), (100, 30));
    pty.press("jcs");
    pty.until("tagged slacktivism");
    pty.press("mhalf a thought");
    pty.until("half a thought");
    // Also below a page of help.
    pty.press("\x1bOP");
    pty.until("In a memo");
    pty.signal("HUP");
    assert_eq!(pty.end(), 129);
    assert!(ok(dir.path(), &["annotations", "--json"]).contains("half a thought"));
}

#[test]
fn a_theme_that_was_asked_for_brings_its_own_ground() {
    let dir = study();
    let mut pty = Pty::start(&tanba(), &[dir.path().to_str().expect("UTF-8"), "--theme", "light"], &[], (100, 30));
    pty.until("saved");
    pty.settle();
    let cell = pty.parser.screen().cell(20, 20).expect("a cell");
    assert_eq!(cell.bgcolor(), vt100::Color::Rgb(255, 255, 255));
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_dead_socket_in_the_lock_is_no_reader() {
    let dir = study();
    let mut first = reader(dir.path(), (100, 30));
    let lock = dir.path().join(".tanba/lock");
    let text = fs::read_to_string(&lock).expect("read");
    let (pid, socket) = text.split_once('\n').expect("two lines");
    assert!(Path::new(socket.trim()).exists());
    fs::write(&lock, format!("{pid}\n/nowhere/post\n")).expect("written");
    let refused = crate::harness::refused(dir.path(), &["tag", "in.en", "9..24", "slacktivism"]);
    assert!(refused.contains("another tanba has this project open (process"), "{refused}");
    assert_eq!(annotations(dir.path()), "");
    first.press("q");
    assert_eq!(first.end(), 0);
    assert!(!Path::new(socket.trim()).exists(), "the socket is gone");
}

#[test]
fn a_large_import_goes_through_the_reader_and_the_screen_follows() {
    let dir = study();
    let text = "Word here. ".repeat(1500);
    fs::write(dir.path().join("long.en.txt"), &text).expect("written");
    ok(dir.path(), &["add", "long.en.txt"]);
    let row = |n: usize| {
        format!(
            "{{\"document\":\"long.en\",\"start\":{},\"end\":{},\"code\":\"slacktivism\",\"coder\":\"asel\"}}\n",
            n * 5 + n / 2,
            n * 5 + n / 2 + 4
        )
    };
    let rows: String = (0..2500).map(row).collect();
    fs::write(dir.path().join("rows.jsonl"), rows).expect("written");
    let mut pty = reader(dir.path(), (100, 30));
    pty.press("flong\r");
    pty.until("Word here.");
    let told = ok(dir.path(), &["import", "rows.jsonl", "--json"]);
    let n = serde_json::from_str::<serde_json::Value>(&told).expect("JSON")["annotations"]["new"]
        .as_u64()
        .expect("a number");
    assert!(n > 2000, "{told}");
    pty.until(&format!("{n} annotations"));
    pty.press("u");
    pty.until("undone: ");
    pty.until("no annotations yet");
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_setting_that_cannot_be_obeyed_is_not_kept() {
    let dir = study();
    // Free in the vim keymap only.
    let home = own_home(&[("keys.toml", "[read]\n\"C-g\" = \"help\"\n")]);
    let mut pty = reader_with(dir.path(), (120, 30), &[("TANBA_HOME", home.path().to_str().expect("UTF-8"))]);
    pty.press(":set keymap\r");
    pty.until("vim");
    pty.press("plain\r");
    pty.until("clashes with");
    pty.press("q");
    assert_eq!(pty.end(), 0);
    assert!(!home.path().join("settings.toml").exists());
}

#[test]
fn a_value_that_is_refused_says_so_and_what_is_typed_replaces_the_old() {
    let dir = study();
    let home = own_home(&[]);
    let mut pty = reader_with(dir.path(), (100, 30), &[("TANBA_HOME", home.path().to_str().expect("UTF-8"))]);
    pty.press(":set wheel\r");
    pty.until("wheel-rows: 3");
    pty.press("99\r");
    pty.until("wheel-rows is a number from 1 to 20");
    pty.press("\x08\r");
    pty.until("wheel-rows is 9 from now on");
    // A theme is there at once: nothing waits for an answer of the terminal.
    pty.press(":set theme\r");
    pty.until("contrast-light");
    pty.press("light\r");
    assert!(pty.until("theme is light from now on") < std::time::Duration::from_millis(1500));
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_kazakh_coder_does_the_whole_job_with_a_kazakh_keyboard_and_interface() {
    let dir = study();
    ok(dir.path(), &["codes", "add", "censorship", "--kk", "цензура", "--key", "ц"]);
    let environment = [("LC_ALL", "kk_KZ.UTF-8")];
    let mut pty = Pty::start(&tanba(), &[dir.path().to_str().expect("UTF-8")], &environment, (140, 36));
    pty.until("сақталды");
    pty.until("Жұрт лайк басады.");
    // о, е: the keys of j and t. The list is filtered in Kazakh, and is itself in Kazakh.
    pty.press("о");
    pty.until("ru kk");
    pty.press("е");
    pty.until("Кодпен белгілеу");
    pty.press("ценз\r");
    pty.until("белгіленді: цензура");
    // Both sides at once (И is B), a memo (ь is m), the other pane, undo (г is u), a count by the digit row (ә is 2).
    pty.press("оИценз\r");
    pty.until("екі жағы да белгіленді: цензура");
    pty.press("ь");
    pty.until("Мемо");
    pty.press("бір ой\x13");
    pty.until("мемо сақталды");
    pty.press("г");
    pty.until("қайтарылды: мемо сақталды");
    pty.press("Г");
    pty.until("қайта орындалды: мемо сақталды");
    pty.press("ә");
    pty.until("2…");
    pty.press("о");
    pty.until("сөйлем · ");
    pty.press("\t");
    pty.until("▸ KK");
    pty.press("й");
    assert_eq!(pty.end(), 0);
    let listed = annotations(dir.path());
    assert_eq!(listed.lines().count(), 3, "{listed}");
    let exported = ok(dir.path(), &["export", "--format", "jsonl"]);
    assert!(exported.contains("бір ой"), "{exported}");
    // The command line speaks it too; what programs read stays as it is.
    let run = |arguments: &[&str]| {
        let mut command = crate::harness::program();
        command
            .env("LC_ALL", "kk_KZ.UTF-8")
            .env("TANBA_HOME", crate::pty::home())
            .args(arguments)
            .current_dir(dir.path());
        let output = command.output().expect("it runs");
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    assert!(run(&["--help"]).contains("Қолданылуы: tanba"), "{}", run(&["--help"]));
    assert!(
        !run(&["tag", "nowhere", "0..1", "x"]).contains("no document"),
        "{}",
        run(&["tag", "nowhere", "0..1", "x"])
    );
    assert!(!run(&["export", "--nonsense"]).contains("unexpected"), "{}", run(&["export", "--nonsense"]));
    assert_eq!(run(&["export", "--format", "jsonl"]), exported);
}

/// The bundled corpus from tags to a finding, in the interface's own languages.
#[test]
fn the_corpus_is_asked_counted_and_written_in_every_language() {
    for (language, by_coder, heading, passages) in [
        ("C", "codes by coder", "code by coder", "passages: "),
        ("kk_KZ.UTF-8", "кодтаушы бойынша кодтар", "кодтаушы бойынша код", "үзінділер: "),
        ("ru_RU.UTF-8", "коды × кодировщик", "код × кодировщик", "фрагменты: "),
    ] {
        let dir = corpus::copy();
        let root = dir.path().to_path_buf();
        let mut pty = Pty::start(&tanba(), &[root.to_str().expect("a path")], &[("LC_ALL", language)], (120, 36));
        pty.until_true("ready", |screen| screen.contains("aigerim"));
        pty.settle();
        pty.press("S");
        pty.settle();
        pty.press(by_coder);
        pty.settle();
        pty.press("\r");
        pty.until(heading);
        let n: usize = ok(&root, &["query", "=censorship by:aigerim", "--count"])
            .split(' ')
            .next()
            .expect("a number")
            .parse()
            .expect("a number");
        pty.until(
            &format!("censorship × aigerim · {passages}{n}")
                .replace("censorship", if language == "C" { "censorship" } else { "цензура" }),
        );
        pty.press("\r");
        pty.until(&format!("· {n}"));
        pty.escape();
        pty.until(heading);
        pty.press("w");
        pty.settle();
        let written: Vec<_> =
            fs::read_dir(root.join("tables")).expect("a folder").flatten().map(|entry| entry.path()).collect();
        assert_eq!(written.len(), 2, "{language}: a table and its picture: {written:?}");
        pty.escape();
        pty.settle();
        pty.press("Q");
        pty.settle();
        pty.press("slacktivism near 20 words цензура\r");
        pty.until("slacktivism near 20 words");
        pty.escape();
        pty.settle();
        pty.press("q");
        assert_eq!(pty.end(), 0);
    }
}

/// A project of a colleague on another machine: the same documents, and the folder of journals shared.
fn colleagues_copy(dir: &Path) -> TempDir {
    let other = TempDir::new().expect("a folder");
    for part in ["documents", "journal"] {
        std::os::unix::fs::symlink(dir.join(part), other.path().join(part)).expect("linked");
    }
    fs::copy(dir.join("tanba.toml"), other.path().join("tanba.toml")).expect("copied");
    other
}

#[test]
fn what_a_colleague_writes_is_seen_within_a_second_and_what_they_say_is_told() {
    let dir = study();
    let other = colleagues_copy(dir.path());
    let mut pty = reader(dir.path(), (120, 30));
    pty.press("jcs");
    pty.until("tagged slacktivism");
    ok(other.path(), &["tag", "in.en", "25..38", "slacktivism", "--coder", "dana"]);
    let begun = std::time::Instant::now();
    pty.until("dana");
    assert!(begun.elapsed() < std::time::Duration::from_secs(1), "{:?}", begun.elapsed());
    let listed = ok(other.path(), &["annotations", "--by", "asel", "--json"]);
    let id = listed.split("\"id\": \"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id").to_owned();
    ok(other.path(), &["review", "reject", &id, "--reason", "twice", "--coder", "dana"]);
    pty.until("1 new word of others on your annotations; I shows it");
    pty.press("I");
    pty.until("rejects it, twice");
    pty.escape();
    // Half a line is waited for and not told.
    let journal = dir.path().join("journal/dana@desk.jsonl");
    let whole = fs::read(&journal).expect("read");
    ok(other.path(), &["tag", "in.en", "0..7", "slacktivism", "--coder", "dana"]);
    pty.until("3 annotations");
    let longer = fs::read(&journal).expect("read");
    assert!(longer.len() > whole.len());
    fs::write(&journal, [&longer[..], b"{\"seq\":9,\"ti"].concat()).expect("written");
    pty.settle();
    assert!(!pty.screen().contains("cut short"), "{}", pty.screen());
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_coder_who_codes_blind_sees_colleagues_when_the_document_is_finished() {
    let dir = study();
    let other = colleagues_copy(dir.path());
    ok(dir.path(), &["rules", "--colleagues", "finished"]);
    ok(other.path(), &["tag", "in.en", "25..38", "slacktivism", "--coder", "dana"]);
    let mut pty = reader(dir.path(), (120, 30));
    pty.until("blind: colleagues hidden");
    pty.press("a");
    pty.until("this document has no annotation yet");
    pty.press("gd");
    pty.until("finished? You will see");
    pty.press("gd");
    pty.until("dana");
    pty.press("gd");
    pty.until("Why open it again?");
    pty.press("too early\r");
    pty.until("blind: colleagues hidden");
    pty.until_true("hidden again", |screen| !screen.contains("dana"));
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn the_bundled_coders_are_reviewed_from_start_to_consensus_by_keys_alone() {
    let dir = corpus::copy();
    let mut pty = reader(dir.path(), (140, 40));
    pty.until("Doors a Portal");
    pty.press("=");
    pty.until("aigerim · daniyar: other code 2");
    pty.press("VZ");
    pty.until("Settle in the open texts");
    pty.press("all say\r");
    pty.until("places settled by the rule");
    pty.press("VZ");
    pty.until("Settle in the open texts");
    pty.press("overlap 20\r");
    pty.until("3 places settled by the rule");
    // Reviewing: a verdict, a reason, a word.
    pty.press("gg;");
    pty.until("1/");
    pty.press("Y");
    pty.until("accepted, what aigerim says");
    pty.press("sX");
    pty.until("Reject it because of");
    pty.press("wrong code\r");
    pty.until("more words, or Enter");
    pty.press("it is about likes\r");
    pty.until("rejected, what daniyar says");
    pty.press("Z");
    pty.until("what aigerim says");
    pty.press("what aigerim\r");
    pty.until("why? or Enter");
    pty.press("likes are no service\r");
    pty.until("settled: what aigerim says");
    // The rest of the project by its list.
    for _ in 0..40 {
        pty.press("Vl");
        pty.settle();
        if pty.screen().contains("no open difference there") {
            break;
        }
        pty.press("\r");
        pty.until_true("there", |screen| screen.contains("settle") && !screen.contains("Where coders differ"));
        pty.settle();
        pty.press("Zboth\r");
        pty.until("why? or Enter");
        pty.press("\r");
        pty.until("settled: what all say");
    }
    assert!(pty.screen().contains("no open difference there"), "{}", pty.screen());
    pty.press("q");
    assert_eq!(pty.end(), 0);
    assert!(ok(dir.path(), &["settle"]).contains("likes are no service"));
    let open = ok(dir.path(), &["compare", "--open", "--kind", "code", "--kind", "missed", "--kind", "boundaries"]);
    assert_eq!(open, "");
    assert!(ok(dir.path(), &["check"]).contains("all is well"));
}
