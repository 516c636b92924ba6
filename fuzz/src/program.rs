//! What must hold of the program itself: its journals, its layout, its keys, and a session at work.

use std::fs;

use tanba::app;
use tanba::app::effect::MouseDeed;
use tanba::app::keymap::{BUNDLED, Keymap, MODES};
use tanba::app::settings::Settings;
use tanba::app::view::View;
use tanba::model::change::{Change, Record};
use tanba::model::code::{Code, CodeId};
use tanba::model::codebook::Codebook;
use tanba::model::event::Deed as EventDeed;
use tanba::model::time::Time;
use tanba::query::parse;
use tanba::shell::translate;
use tanba::store::project::{Project, Settings as ProjectSettings};
use tanba::store::{Store, journal, likeness, line};
use tanba::text::body::Text;
use tanba::text::span::{Span, slice};
use tanba::text::width::columns;
use tanba::text::wrap;
use tanba::ui::palette;
use tempfile::TempDir;

use crate::deeds::{Deed, act, at_work, holds, survives};
use crate::desk::writer;
use crate::{NEXT, watched};

/// A folder that is gone afterwards; in memory where the machine has such a place.
fn folder() -> TempDir {
    let fast = std::path::Path::new("/dev/shm");
    if fast.is_dir() { TempDir::new_in(fast) } else { TempDir::new() }.expect("a folder")
}

/// A journal of the input: each line gets its sums, so that they are not in the way; one behind `#` stands as it is.
fn sealed(data: &[u8]) -> Vec<u8> {
    let mut prev = line::FIRST.to_owned();
    let mut journal = Vec::new();
    for raw in data.split_inclusive(|byte| *byte == b'\n') {
        let body =
            std::str::from_utf8(raw).ok().and_then(|raw| raw.strip_suffix('\n')).filter(|raw| raw.ends_with('}'));
        if let Some(raw) = raw.strip_prefix(b"#") {
            journal.extend_from_slice(raw);
        } else if let Some(body) = body {
            let (line, sum) = line::seal(body.to_owned(), &prev);
            journal.extend_from_slice(line.as_bytes());
            prev = sum;
        } else {
            journal.extend_from_slice(raw);
        }
    }
    journal
}

/// Opens a project of up to three journals, keeps one thing more, opens it again: what was kept is there, every whole line of
/// before is still there, and the index is what the journals make of it.
pub fn journal(data: &[u8]) {
    watched(|| {
        let dir = folder();
        let project = Project::init(dir.path(), ProjectSettings::default()).expect("a project");
        fs::write(project.documents().dir.join("a.en.txt"), "Some words, бірнеше сөз. 👍").expect("written");
        let names = ["asel@desk", "bek@home", "asel@desk (1)"];
        for (part, name) in data.splitn(names.len(), |byte| *byte == NEXT).zip(names) {
            fs::write(project.journals().join(format!("{name}.jsonl")), sealed(part)).expect("written");
        }
        let open = || {
            let mut store = Store::open(project.clone(), writer("asel"), &mut |_, _| {}).expect("a project opens");
            store.news().expect("there are none");
            store
        };
        let whole_lines = || {
            let mut events = Vec::new();
            for path in journal::list(&project.journals()).expect("listed") {
                journal::read(&path, None, &mut journal::Cursor::default(), |event, _| events.push(event))
                    .expect("read");
            }
            events
        };
        let mut store = open();
        sound(&store);
        let before = whole_lines();
        let code = Code::named(CodeId("kept".into()), "kept");
        let kept = store.keep(vec![Change::put(Record::Code(code))], EventDeed::Plain, Time(1));
        let _ = store.step(true, Time(2)).and_then(|_| store.step(false, Time(3)));
        sound(&store);
        drop(store);
        let after = whole_lines();
        assert!(before.iter().all(|event| after.contains(event)), "a line is gone");
        if let Ok(kept) = kept {
            assert!(after.contains(&kept), "what was kept is not there");
        }
        sound(&open());
    });
}

/// The index says what the journals say, and every view can be asked.
fn sound(store: &Store) {
    let differing = likeness::differing(store.index(), &store.fresh_index().expect("journals read")).expect("compared");
    assert_eq!(differing, likeness::Differing::default());
    let reading = store.reading();
    let shared = reading.shared().expect("shared");
    reading.counts().expect("counts");
    for id in shared.documents.keys() {
        if let Ok(opened) = reading.open(id) {
            for placed in opened.layer.all() {
                assert!(!placed.span.is_empty() && placed.span.end <= opened.text.len(), "a passage outside");
            }
        }
    }
}

/// Folds a text at a width and scrolls through it: rows cover it without gap and none is wider than the pane.
pub fn layout(data: &[u8]) {
    watched(|| {
        let [width, height, from, rest @ ..] = data else { return };
        let text = String::from_utf8_lossy(rest);
        let width = usize::from(*width) + 2;
        for block in text.split('\n') {
            let rows = wrap::rows(block, width);
            assert_eq!((rows[0].start, rows[rows.len() - 1].end), (0, block.len()), "rows do not cover the text");
            assert!(rows.windows(2).all(|pair| pair[0].end == pair[1].start), "a gap between rows");
            for row in &rows {
                let line = slice(block, row.start, row.end);
                assert!(rows.len() == 1 || !line.is_empty(), "an empty row");
                // A tab or a wide letter may hang over by its own width.
                assert!(columns(line.trim_end_matches([' ', '\t'])) <= width + 7, "a row wider than the pane");
            }
        }
        let whole = Text::whole(&text);
        let mut view = View::default();
        view.resize(&whole, width, usize::from(*height));
        let at = text.floor_char_boundary(usize::from(*from) * text.len() / 255);
        view.show(&whole, at);
        for n in [1, 1, 7, -3, 100, -1000] {
            view.fill(&whole);
            let shown = view.shown();
            assert!(shown.start <= shown.end && shown.end <= text.len(), "rows outside of the text");
            view.scroll(&whole, n);
        }
        let _ = whole.read(Span::new(0, whole.len()));
    });
}

/// Reads the input as every file that a coder may write by hand, and as a query and as keys.
pub fn keys(data: &[u8]) {
    watched(|| {
        let text = String::from_utf8_lossy(data);
        let (session, _) = app::start(Settings::default(), Some(("keys.toml".into(), text.clone().into_owned())));
        let is_command = |name: &str| session.keys.command(name).is_some();
        let mut keymap = Keymap::default();
        keymap.read("keys.toml", &text, &is_command);
        for mode in MODES {
            let all: Vec<String> = keymap.bindings(mode).map(|(keys, _, _)| keys).collect();
            for keys in all {
                for key in keys.split(' ') {
                    let parsed: Result<app::key::Key, _> = key.parse();
                    assert_eq!(
                        parsed.expect("a key that was bound").to_string(),
                        key,
                        "a key that reads as another one"
                    );
                }
            }
        }
        Settings::default().read("config.toml", &text, "", false);
        Settings::default().read("tanba.toml", &text, "settings", true);
        let _ = palette::read("theme.toml", &text, &|_| None);
        let _ = toml_of_project(&text);
        let mut book = Codebook::default();
        for name in ["censorship", "e-government"] {
            book.insert(Code::named(CodeId(name.into()), name));
        }
        let known = parse::Known { book: &book, attributes: &std::collections::BTreeSet::new() };
        for query in text.lines() {
            let _ = parse::parse(query, &known);
        }
        for c in text.chars() {
            let event = crossterm::event::Event::Key(crossterm::event::KeyCode::Char(c).into());
            assert!(translate::input(event, Time(0)).is_some(), "a letter that is no key");
        }
    });
}

fn toml_of_project(text: &str) -> Option<Project> {
    let dir = folder();
    fs::write(dir.path().join("tanba.toml"), text).ok()?;
    Project::open(dir.path()).ok()
}

/// Deeds at most: after that, another input finds more.
const MAX_DEEDS: usize = 200;

/// A session at work: keys, clicks, pastes, resizes as the input says, each with the invariants of `tests/it/deeds.rs`, and
/// what is kept is there after a restart.
pub fn session(data: &[u8]) {
    watched(|| {
        let [keymap, deeds @ ..] = data else { return };
        let (mut desk, keys) = at_work(BUNDLED[usize::from(*keymap) % BUNDLED.len()].name);
        let mut clock = 0;
        let mut rest = deeds;
        for _ in 0..MAX_DEEDS {
            let Some(deed) = next(&mut rest) else { break };
            act(&mut desk, &deed, &keys, &mut clock);
            holds(&mut desk);
        }
        survives(&mut desk);
    });
}

/// The next deed of an input: four bytes each, and for a paste what follows up to a zero.
fn next(rest: &mut &[u8]) -> Option<Deed> {
    let [kind, a, b, c, after @ ..] = rest else { return None };
    *rest = after;
    let (x, y) = (u16::from(*a), u16::from(*b));
    Some(match kind % 16 {
        0..=7 => Deed::Bound(usize::from(x) * 256 + usize::from(y)),
        8..=10 => {
            let letter = char::from_u32(u32::from(x) * 256 + u32::from(y)).unwrap_or(' ');
            Deed::Key(letter, c % 4 == 1, c % 4 == 2)
        }
        11..=13 => {
            let deeds = [MouseDeed::Press, MouseDeed::Drag, MouseDeed::Release];
            let wheel = MouseDeed::Wheel(isize::from(*c) % 7 - 3);
            let deed = deeds.get(usize::from(c % 4)).copied().unwrap_or(wheel);
            Deed::Mouse(deed, x, y % 64, i64::from(*c) * 2)
        }
        14 => {
            let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
            let pasted = String::from_utf8_lossy(&rest[..end]).into_owned();
            *rest = &rest[(end + 1).min(rest.len())..];
            Deed::Paste(pasted)
        }
        _ => Deed::Resize(x % 131, y % 46),
    })
}
