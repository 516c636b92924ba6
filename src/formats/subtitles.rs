//! Subtitles and transcripts with times (`SubRip`, `WebVTT`) as plain text. Source of the forms: `WebVTT`, W3C, 2019; `SubRip`
//! has none and is read as players do.

use std::collections::BTreeMap;

use crate::count;
use crate::formats::bundle::{Brought, Piece, Refused};
use crate::formats::decoded;
use crate::formats::losses::Loss;
use crate::formats::prose::{Card, Prose, brought};
use crate::model::landmark::Kind;
use crate::say;
use crate::text::span::slice;
use crate::text::width::{flat, printable};

/// A silence this long parts paragraphs, in milliseconds.
const SILENCE: u64 = 5_000;

/// A name before a colon has at most so many words and letters.
const MAX_NAME: (usize, usize) = (4, 40);

/// Some words with a time.
#[derive(Default)]
struct Cue {
    /// When they begin and end, in milliseconds.
    start: u64,
    end: u64,
    lines: Vec<String>,
}

/// Whether a file begins as subtitles do.
pub fn is_it(piece: &Piece) -> bool {
    let head = String::from_utf8_lossy(piece.bytes.get(..1024).unwrap_or(&piece.bytes)).into_owned();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let mut lines = head.lines().map(str::trim);
    let is_number = |line: &str| !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit());
    head.starts_with("WEBVTT")
        || (lines.next().is_some_and(is_number) && lines.next().is_some_and(|line| times(line).is_some()))
}

/// Reads subtitles: sentences become lines, who speaks begins a paragraph, and each time is a landmark. Fails where it is no
/// text, or no time stands in it.
pub fn read(piece: &Piece) -> Result<Brought, Refused> {
    let (mut told, mut card) = (Vec::new(), Card::default());
    let text = decoded::text(piece, None, &mut told)?;
    header(&text, &mut card);
    let (mut cues, n_wrong) = cues(&text);
    let path = printable(&piece.path);
    if cues.is_empty() {
        return Err(Refused::at(&path, say!("no line in it tells a time: 00:01:02,500 --> 00:01:04,000")));
    }
    if n_wrong > 0 {
        told.push(count!(
            n_wrong,
            "{path}: {n} line with an arrow is no time; left out",
            "{path}: {n} lines with an arrow are no times; left out",
            path
        ));
    }
    if cues.windows(2).any(|pair| matches!(pair, [a, b] if b.start < a.start)) {
        told.push(say!("{path}: times go back; the text is in the order of times", path));
        cues.sort_by_key(|cue| cue.start);
    }
    let n_rolled = unroll(&mut cues);
    if n_rolled > 0 {
        told.push(count!(
            n_rolled,
            "{path}: {n} line that rolls on from the time before left out",
            "{path}: {n} lines that roll on from the time before left out",
            path
        ));
    }
    let names = names(&cues);
    let mut pour = Pour { names, ..Pour::default() };
    for cue in &cues {
        pour.cue(cue);
    }
    if pour.n_dashes > 0 {
        let n = pour.n_dashes;
        told.push(count!(n, "{path}: {n} turn names nobody", "{path}: {n} turns name nobody", path));
    }
    Ok(brought(piece, pour.prose, card, told))
}

/// What the lines before the first time say of the file.
fn header(text: &str, card: &mut Card) {
    let Some(rest) = text.trim_start_matches('\u{feff}').strip_prefix("WEBVTT") else { return };
    let mut lines = rest.lines();
    let title = lines.next().unwrap_or("").trim().trim_start_matches(['-', '–']);
    title.trim().clone_into(&mut card.title);
    for line in lines.take_while(|line| !line.trim().is_empty() && !line.contains("-->")) {
        let (name, value) = line.split_once(':').unwrap_or_default();
        if name.trim().eq_ignore_ascii_case("language") {
            value.trim().clone_into(&mut card.language);
        }
    }
}

/// The words with their times, and how many lines with an arrow tell none.
fn cues(text: &str) -> (Vec<Cue>, usize) {
    let (mut cues, mut n_wrong) = (Vec::new(), 0);
    let mut open: Option<Cue> = None;
    let mut lines = text.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        if let Some((start, end)) = times(line) {
            cues.extend(open.replace(Cue { start, end, lines: Vec::new() }));
            continue;
        }
        n_wrong += usize::from(line.contains("-->"));
        let is_number = !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit());
        let is_next = is_number && lines.peek().is_some_and(|next| times(next).is_some());
        if line.is_empty() || is_next {
            cues.extend(open.take());
        } else if let Some(cue) = &mut open {
            cue.lines.push(line.to_owned());
        }
    }
    cues.extend(open);
    (cues, n_wrong)
}

/// The two times of a line such as `00:01:02,500 --> 00:01:04.000 line:0`, in milliseconds.
fn times(line: &str) -> Option<(u64, u64)> {
    let (start, rest) = line.split_once("-->")?;
    Some((time(start.trim())?, time(rest.split_whitespace().next()?)?))
}

fn time(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once([',', '.']).unwrap_or((text, "0"));
    let numbers: Vec<u64> = whole.split(':').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    if !(2..=3).contains(&numbers.len()) || numbers.iter().any(|n| *n > 9_999) || part.is_empty() {
        return None;
    }
    if !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let millis: u64 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    Some(numbers.iter().fold(0, |sum, n| sum * 60 + n) * 1000 + millis)
}

/// A time as landmarks have it: `00:01:02.500`.
fn label(millis: u64) -> String {
    let (seconds, rest) = (millis / 1000, millis % 1000);
    format!("{:02}:{:02}:{:02}.{rest:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Takes lines out that only stand there still from the time before, as captions do that roll; returns how many.
fn unroll(cues: &mut [Cue]) -> usize {
    let mut n = 0;
    let (mut last, mut end) = (String::new(), 0);
    for cue in cues {
        let shown = cue.lines.last().map(|line| bare(line)).unwrap_or_default();
        let is_same = !last.is_empty() && cue.lines.first().is_some_and(|line| bare(line) == last);
        // Captions that are shown for a blink only hold the picture until the next line comes.
        let rolls = cue.lines.len() > 1 || cue.end.saturating_sub(cue.start) < 100;
        if is_same && rolls && cue.start <= end + 50 {
            cue.lines.remove(0);
            n += 1;
        }
        (last, end) = (shown, cue.end);
    }
    n
}

/// A line without tags and codes of places, its entities as letters.
fn bare(line: &str) -> String {
    let mut words = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['<', '{']) {
        words.push_str(slice(rest, 0, at));
        let tail = slice(rest, at, rest.len());
        let is_tag = match tail.as_bytes() {
            [b'<', next, ..] => next.is_ascii_alphanumeric() || *next == b'/',
            [b'{', b'\\', ..] => true,
            _ => false,
        };
        let close = if tail.starts_with('<') { '>' } else { '}' };
        let end = tail.find(close).filter(|_| is_tag);
        words.push_str(if end.is_some() { "" } else { slice(tail, 0, 1) });
        rest = slice(tail, end.unwrap_or(0) + 1, tail.len());
    }
    words.push_str(rest);
    let letters = [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&lrm;", ""), ("&rlm;", ""), ("&amp;", "&")];
    flat(&letters.iter().fold(words, |words, (entity, letter)| words.replace(entity, letter)))
}

/// The name in a tag such as `<v.loud Айгүл>`, at a line's beginning.
fn voice(line: &str) -> Option<String> {
    let rest = line.trim_start().strip_prefix("<v")?;
    let (tag, _) = rest.split_once('>')?;
    let name = tag.strip_prefix([' ', '\t', '.'])?;
    let name = if tag.starts_with('.') { name.split_once(' ').map_or("", |(_, name)| name) } else { name };
    Some(bare(name)).filter(|name| !name.is_empty())
}

/// The name before a colon at a line's beginning, and where its words begin.
fn leader(line: &str) -> Option<(&str, usize)> {
    let at = line.find(':')?;
    let name = slice(line, 0, at);
    let is_end = line.len() == at + 1 || slice(line, at + 1, line.len()).starts_with(' ');
    let n_words = name.split_whitespace().count();
    let begins = name.chars().next().is_some_and(|c| c.is_uppercase() || c == '[');
    (is_end && begins && (1..=MAX_NAME.0).contains(&n_words) && name.chars().count() <= MAX_NAME.1)
        .then_some((name, at + 1))
}

/// The names before colons that are speakers': written in capitals, or more than once.
fn names(cues: &[Cue]) -> BTreeMap<String, usize> {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for line in cues.iter().flat_map(|cue| &cue.lines) {
        let line = bare(line);
        if let Some((name, _)) = leader(line.trim_start_matches(['-', '–', '—', ' '])) {
            *names.entry(name.to_owned()).or_default() += 1;
        }
    }
    names.retain(|name, n| *n > 1 || !name.chars().any(char::is_lowercase));
    names
}

/// Subtitles on their way.
#[derive(Default)]
struct Pour {
    prose: Prose,
    names: BTreeMap<String, usize>,
    speaker: String,
    n_dashes: usize,
    /// When the words before ended, and whether with a sentence.
    end: Option<(u64, bool)>,
}

impl Pour {
    fn cue(&mut self, cue: &Cue) {
        match self.end {
            Some((end, _)) if cue.start > end + SILENCE => self.prose.paragraph(),
            Some((_, true)) => self.prose.line(),
            _ => self.prose.words(" "),
        }
        self.prose.mark(Kind::Time, label(cue.start));
        let mut last = String::new();
        for line in &cue.lines {
            let words = bare(line);
            let n_tags = ["<i", "<b", "<u", "<c", "<font"].iter().filter(|tag| line.contains(*tag)).count();
            self.prose.losses.many(Loss::Formatting, n_tags);
            self.line(voice(line), &words);
            if !words.is_empty() {
                last = words;
            }
        }
        if !last.is_empty() {
            self.end = Some((cue.end, ends_sentence(&last)));
        }
    }

    fn line(&mut self, voice: Option<String>, words: &str) {
        let undashed = words.trim_start_matches(['-', '–', '—']).trim_start();
        let has_dash = undashed.len() < words.len();
        let named = leader(undashed).filter(|(name, _)| self.names.contains_key(*name));
        if let Some(name) = voice {
            if name != self.speaker {
                self.turn(&name);
                self.prose.words(&format!("{name}: "));
            }
            self.prose.words(undashed);
        } else if let Some((name, _)) = named {
            self.turn(name);
            self.prose.words(undashed);
        } else if has_dash && !undashed.is_empty() {
            self.prose.paragraph();
            self.speaker.clear();
            self.n_dashes += 1;
            self.prose.words(words);
        } else {
            self.prose.words(words);
        }
        self.prose.words(" ");
    }

    /// Somebody begins to speak.
    fn turn(&mut self, name: &str) {
        self.prose.paragraph();
        let shown = name.trim_matches(['[', ']', '(', ')']).trim();
        self.prose.mark(Kind::Speaker, shown);
        name.clone_into(&mut self.speaker);
    }
}

fn ends_sentence(words: &str) -> bool {
    words.trim_end_matches(['"', '”', '»', '’', ')', ']', '♪', ' ']).ends_with(['.', '!', '?', '…'])
        || words.ends_with([']', '♪', ')'])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(name: &str, text: &str) -> (String, Vec<(usize, Kind, String)>, Vec<String>) {
        let brought = read(&Piece::of_text(name, text)).unwrap();
        let paper = &brought.study.papers[0];
        let landmarks = paper.document.landmarks.iter().map(|l| (l.at, l.kind, l.label.clone())).collect();
        (paper.text.clone().unwrap(), landmarks, brought.told)
    }

    #[test]
    fn sentences_become_lines_and_times_landmarks() {
        let text = "1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Бұл бір\r\nұзын</i>\r\n\r\n2\r\n00:00:02,100 --> 00:00:03,000 X1:1\r\n\
                    {\\an8}сөйлем. &amp; <3\r\n\r\n3\r\n00:00:03,100 --> 00:00:04,000\r\nЕкінші.\r\n4\r\n01:00:10,5 --> 01:00:11,000\r\nСоңы 2010\r\n";
        let (text, landmarks, told) = of("a.srt", text);
        assert_eq!(text, "Бұл бір ұзын сөйлем. & <3 Екінші.\n\nСоңы 2010");
        let times: Vec<(usize, &str)> = landmarks.iter().map(|(at, _, label)| (*at, label.as_str())).collect();
        assert_eq!(times, [(0, "00:00:01.000"), (13, "00:00:02.100"), (26, "00:00:03.100"), (35, "01:00:10.500")]);
        assert!(told[0].contains("formatting"));
    }

    #[test]
    fn who_speaks_begins_a_paragraph() {
        let text = "WEBVTT - Сұхбат\nKind: captions\nLanguage: kk\n\nNOTE no\nno\n\nSTYLE\n::cue {}\n\nx\n00:01.000 --> 00:02.000 align:start\n\
                    <v.loud Айгүл>Сәлем!</v>\n\n00:02.000 --> 00:03.000\n<v Айгүл>Қалай?\n\n00:03.000 --> 00:04.000\n<v Bob>Жақсы.\n";
        let brought = read(&Piece::of_text("a.vtt", text)).unwrap();
        let document = &brought.study.papers[0].document;
        assert_eq!((document.title.as_str(), document.language.as_str()), ("Сұхбат", "kk"));
        assert_eq!(brought.study.papers[0].text.as_deref(), Some("Айгүл: Сәлем!\nҚалай?\n\nBob: Жақсы."));
        let speakers: Vec<(usize, &str)> =
            document.landmarks.iter().filter(|l| l.kind == Kind::Speaker).map(|l| (l.at, l.label.as_str())).collect();
        assert_eq!(speakers, [(0, "Айгүл"), (22, "Bob")]);
    }

    #[test]
    fn leaders_are_speakers_where_they_come_again() {
        let cue = |n: usize, words: &str| format!("{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{words}\n\n");
        let text =
            [cue(1, "Anna: a."), cue(2, "Note: b."), cue(3, "ИВАН: c"), cue(4, "Anna: d."), cue(5, "- e?\n- f!")]
                .concat();
        let (text, landmarks, told) = of("a.srt", &text);
        assert_eq!(text, "Anna: a.\nNote: b.\n\nИВАН: c\n\nAnna: d.\n\n- e?\n\n- f!");
        let speakers: Vec<&str> = landmarks.iter().filter(|l| l.1 == Kind::Speaker).map(|l| l.2.as_str()).collect();
        assert_eq!(speakers, ["Anna", "ИВАН", "Anna"]);
        assert_eq!(told, ["a.srt: 2 turns name nobody"]);
    }

    #[test]
    fn captions_that_roll_are_read_once() {
        let text = "WEBVTT\n\n00:00.000 --> 00:02.000\nбір екі\n\n00:02.000 --> 00:02.010\nбір екі\n\n00:02.010 --> 00:04.000\nбір екі\n<00:02.500><c>үш</c>\n";
        let (text, _, told) = of("a.vtt", text);
        assert_eq!(text, "бір екі үш");
        assert!(told.iter().any(|told| told.contains("roll")), "{told:?}");
        assert!(read(&Piece::of_text("a.srt", "x")).is_err());
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(parts in prop::collection::vec("(1\n)?(00:00:0[0-9],?[0-9]{0,3} ?--> ?9?9:0[0-9]\\.[0-9]{3}\n)|[-<v >{}\\\\қA:.&\n]{0,6}", 0..20)) {
            let _ = read(&Piece::of_text("a.srt", parts.concat()));
        }
    }
}
