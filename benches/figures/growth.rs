//! How costs grow with a project's annotations and with the length of its texts, in numbers and as a picture.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tanba::model::annotation::{Annotation, AnnotationId, Passage};
use tanba::model::change::{Change, Record};
use tanba::model::code::CodeId;
use tanba::model::document::DocumentId;
use tanba::model::event::Deed;
use tanba::model::time::Time;
use tanba::query::choice::Choice;
use tanba::shell::tabulation::table;
use tanba::store::Store;
use tanba::store::project::{Project, Writer};
use tanba::tables::axis::Axis;
use tanba::tables::table::Measure;
use tanba::tables::wanted::Wanted;
use tanba::text::anchor;
use tanba::text::body::Text;
use tanba::text::search::{How, Needle};
use tanba::text::span::Span;

use super::pty::Pty;
use super::{MEGABYTE, SIZE, key, median, ms, project_of, start, study, tanba, text_of};

/// What was measured of one thing, at sizes that grow tenfold.
struct Course {
    what: &'static str,
    unit: &'static str,
    /// What grows.
    by: &'static str,
    /// Whether it should stay as it is, or grow as that grows.
    is_flat: bool,
    points: Vec<(f64, f64)>,
}

/// Measures, prints a table, and writes the picture.
pub fn growth(dir: &Path, picture: &Path) {
    let mut courses = by_annotations(dir);
    courses.extend(by_length(dir));
    println!("\n## Growth\n\n| | by | at each size | from the first to the last |\n|---|---|---|---|");
    for course in &courses {
        let values: Vec<String> = course.points.iter().map(|(_, value)| number(*value)).collect();
        let times = course.points.last().map_or(0.0, |(_, v)| v / course.points[0].1);
        println!("| {}, {} | {} | {} | × {times:.1} |", course.what, course.unit, course.by, values.join(" · "));
    }
    fs::write(picture, drawn(&courses)).expect("a picture");
}

fn writer() -> Writer {
    Writer { coder: "asel".into(), device: "desk".into() }
}

fn by_annotations(dir: &Path) -> Vec<Course> {
    let by = "annotations";
    let course = |what, unit, is_flat| Course { what, unit, by, is_flat, points: Vec::new() };
    let mut all = [
        course("start to the full frame", "ms", true),
        course("a scrolling key", "processor ms", true),
        course("private memory", "MB", true),
        course("a tag, kept and indexed", "ms", true),
        course("first opening: the index made", "s", false),
        course("table of codes", "ms", false),
        course("export of all as CSV", "s", false),
    ];
    for n in [1000, 10_000, 100_000, 1_000_000] {
        let root = study(dir, n / 100, n);
        settle_disk();
        let begun = Instant::now();
        let mut store = Store::open(Project::open(&root).expect("a project"), writer(), &mut |_, _| {}).expect("opens");
        let rebuilt = begun.elapsed().as_secs_f64();
        let ids: Vec<DocumentId> = store.shared().expect("shared").documents.keys().cloned().collect();
        store.sizes(&ids, &mut |_| true).expect("counted");
        let tag = tag(&mut store);
        let counted = counted(&mut store);
        drop(store);
        let at = root.to_str().expect("UTF-8").to_owned();
        let (frame, memory) = started(&at);
        let key = scrolled(&root);
        let exported = exported(&root);
        for (course, value) in all.iter_mut().zip([frame, key, memory, tag, rebuilt, counted, exported]) {
            course.points.push((n as f64, value));
        }
        fs::remove_dir_all(&root).expect("removed");
    }
    all.into()
}

fn by_length(dir: &Path) -> Vec<Course> {
    let by = "megabytes of each text";
    let course = |what, unit, is_flat| Course { what, unit, by, is_flat, points: Vec::new() };
    let mut all = [
        course("start to the full frame", "ms", true),
        course("a scrolling key", "processor ms", true),
        course("private memory", "MB", true),
        course("search in all forms", "ms", false),
    ];
    for n in [1, 10, 100] {
        let root = project_of(dir, &format!("long-{n}"), n * MEGABYTE);
        settle_disk();
        let (frame, memory) = started(root.to_str().expect("UTF-8"));
        let key = scrolled(&root);
        let text = Text::whole(&text_of("kk", n * MEGABYTE));
        let needle = Needle::new("белсенділік", How::Family).expect("a query");
        let searched = median((0..5).map(|_| timed(|| needle.matches_in(&text, usize::MAX, &mut |_| true))).collect());
        for (course, value) in all.iter_mut().zip([frame, key, memory, searched]) {
            course.points.push((n as f64, value));
        }
        fs::remove_dir_all(&root).expect("removed");
    }
    all.into()
}

/// How long a start takes, in ms, and the memory then, in MB; measured by a process of its own: starting a program from one
/// that holds much takes as long as that needs to be copied.
fn started(root: &str) -> (f64, f64) {
    let bench = std::env::current_exe().expect("this program");
    let output = std::process::Command::new(bench).args(["start-of", root]).output().expect("it runs");
    let told = String::from_utf8(output.stdout).expect("UTF-8");
    let (frame, memory) = told.trim().split_once(' ').expect("two numbers");
    (frame.parse().expect("ms"), memory.parse().expect("MB"))
}

/// Prints what [`started`] asks for.
pub fn print_start(root: &str) {
    let (frame, memory) = start(&tanba(), &[root], "keys");
    println!("{frame} {memory}");
}

/// Waits until what was made is on the disk: a sync of something small would wait for it otherwise.
fn settle_disk() {
    std::process::Command::new("sync").status().expect("sync runs");
}

fn timed<T>(work: impl FnOnce() -> T) -> f64 {
    let begun = Instant::now();
    std::hint::black_box(work());
    ms(begun.elapsed())
}

/// One tag in the first document, in ms.
fn tag(store: &mut Store) -> f64 {
    let text = Text::whole("some words to tag");
    let document = DocumentId("d00000.en".into());
    let times = (0..300u64).map(|i| {
        let passage = Passage { document: document.clone(), start: 0, end: 4 };
        let id = AnnotationId::new(Time(1), u128::from(i));
        let made = (passage, anchor::quote(&text, Span::new(0, 4)));
        let annotation = Annotation::new(id, "bench", made, CodeId("code-1".into()), Time(1));
        timed(|| store.keep(vec![Change::put(Record::Annotation(annotation))], Deed::Plain, Time(1)).expect("kept"))
    });
    median(times.collect())
}

fn counted(store: &mut Store) -> f64 {
    let shared = store.shared().expect("shared");
    let wanted = Wanted::Count { rows: Axis::Code, columns: Axis::All, measure: Measure::Passages, rolls_up: false };
    let made = |store: &mut Store| table(store, &shared, &Choice::default(), &wanted, &mut |_| true).expect("a table");
    median((0..5).map(|_| timed(|| made(store))).collect())
}

fn scrolled(root: &Path) -> f64 {
    let mut pty = Pty::start(&tanba(), &[root.to_str().expect("UTF-8")], &[], SIZE);
    pty.until("keys");
    std::thread::sleep(Duration::from_secs(2));
    pty.settle();
    key(&mut pty, "\x05").0
}

fn exported(root: &Path) -> f64 {
    let out = root.join("all.csv");
    let run = || {
        let mut command = std::process::Command::new(tanba());
        command.args(["export", "-C"]).arg(root).args(["--force", "--output"]).arg(&out);
        let output = command.env("TANBA_CODER", "asel").env("TANBA_DEVICE", "desk").output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    median((0..3).map(|_| timed(run) / 1000.0).collect())
}

fn number(value: f64) -> String {
    if value < 1.0 {
        format!("{value:.2}")
    } else if value < 20.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

const WIDTH: f64 = 250.0;
const HEIGHT: f64 = 150.0;
const A_ROW: usize = 4;

/// Small charts, both axes in powers of ten, three of them from bottom to top in each.
fn drawn(courses: &[Course]) -> String {
    let n_rows = courses.len().div_ceil(A_ROW);
    let (width, height) = (WIDTH * A_ROW as f64, HEIGHT * n_rows as f64);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    for (i, course) in courses.iter().enumerate() {
        let (left, top) = ((i % A_ROW) as f64 * WIDTH, (i / A_ROW) as f64 * HEIGHT);
        let _ = writeln!(svg, "<g transform=\"translate({left} {top})\">\n{}</g>", chart(course));
    }
    svg + "</svg>\n"
}

fn chart(course: &Course) -> String {
    let (left, right, top, bottom) = (40.0, WIDTH - 20.0, 34.0, HEIGHT - 26.0);
    let (first, last) = (course.points[0].0, course.points[course.points.len() - 1].0);
    let largest = course.points.iter().map(|(_, value)| *value).fold(f64::MIN, f64::max);
    // The top is the next power of ten; four of them are shown.
    let ceiling = largest.log10().ceil();
    let x = |at: f64| left + (at / first).log10() / (last / first).log10() * (right - left);
    let y = |value: f64| bottom - (value.log10() - ceiling + 4.0).max(0.0) / 4.0 * (bottom - top);
    let mut svg = format!("<text x=\"8\" y=\"15\" font-weight=\"bold\">{}, {}</text>\n", course.what, course.unit);
    for power in 0..=4 {
        let value = 10f64.powf(ceiling - f64::from(power));
        let _ = writeln!(
            svg,
            "<path d=\"M{left} {y:.1}H{right}\" stroke=\"#e0e0e0\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#606060\">{value}</text>",
            left - 4.0,
            y(value) + 4.0,
            y = y(value)
        );
    }
    let spot = |(at, value): &(f64, f64)| format!("{:.1},{:.1}", x(*at), y(*value));
    let line: Vec<String> = course.points.iter().map(spot).collect();
    let colour = if course.is_flat { "#1b6ca8" } else { "#a8541b" };
    let _ =
        writeln!(svg, "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>", line.join(" "));
    for (at, value) in &course.points {
        let (x, y) = (x(*at), y(*value));
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            y - 6.0,
            number(*value)
        );
    }
    let exponent = |at: f64| if at < 1000.0 { format!("{at}") } else { format!("10^{}", at.log10().round()) };
    let _ = writeln!(
        svg,
        "<text x=\"{left}\" y=\"{:.1}\" fill=\"#606060\">{} … {} {}</text>",
        HEIGHT - 8.0,
        exponent(first),
        exponent(last),
        course.by
    );
    svg
}

/// Where the picture lies.
pub fn picture() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/growth.svg"))
}
