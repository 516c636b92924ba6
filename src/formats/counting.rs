//! How a program counted the positions that it wrote: found out by trying.

use crate::formats::bundle::{Refused, Wishes};
use crate::formats::scale::{NEWLINES, Newlines, Scale, UNITS, Unit};
use crate::say;

/// Passages that are looked at to find it out.
const MOST_LOOKED_AT: usize = 5_000;

/// Quotes that are needed to go by them.
const LEAST_QUOTES: usize = 3;

/// Passages that are needed to say that no way fits.
const LEAST_PASSAGES: usize = 5;

/// A way fits from this share on.
const FITS: f64 = 0.5;

/// Another way than the format's own is believed only where it fits better by this much.
const BETTER: f64 = 0.05;

/// A passage as a file has it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The text, with the line ends that the file has.
    pub written: &'a str,
    /// Its first position.
    pub start: usize,
    /// Behind its last one.
    pub end: usize,
    /// What the file says that stands there; empty where it says nothing.
    pub quote: &'a str,
}

/// A way to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Way {
    /// What positions count.
    pub unit: Unit,
    /// What a line's end counts as.
    pub newlines: Newlines,
}

impl Way {
    fn all() -> impl Iterator<Item = Self> {
        UNITS.into_iter().flat_map(|(_, unit)| NEWLINES.into_iter().map(move |(_, newlines)| Self { unit, newlines }))
    }

    /// In words: `UTF-16 units, a line's end as two`.
    fn name(self) -> String {
        let unit = match self.unit {
            Unit::CodePoints => say!("code points"),
            Unit::Utf16 => say!("UTF-16 units"),
            Unit::Bytes => say!("bytes"),
        };
        let newlines = match self.newlines {
            Newlines::AsWritten => say!("line ends as they are written"),
            Newlines::One => say!("a line's end as one"),
            Newlines::Two => say!("a line's end as two"),
        };
        format!("{unit}, {newlines}")
    }
}

/// How well a way fits: of how many passages, and how many of them as they should be.
#[derive(Debug, Clone, Copy, Default)]
struct Fit {
    n: usize,
    n_quotes: usize,
    n_borders: usize,
    n_right_quotes: usize,
}

impl Fit {
    fn share(&self) -> f64 {
        let (right, all) =
            if self.n_quotes >= LEAST_QUOTES { (self.n_right_quotes, self.n_quotes) } else { (self.n_borders, self.n) };
        if all == 0 { 1.0 } else { right as f64 / all as f64 }
    }
}

/// Finds out how positions are counted, and says what was chosen and why. The wishes decide where they say so. Fails where
/// there is enough to tell and no way fits: importing would put codes on wrong words.
pub fn way(passages: &[Told<'_>], wishes: &Wishes) -> Result<(Way, Option<String>), Refused> {
    if wishes.unit.is_some() || wishes.newlines.is_some() {
        let way = Way { unit: wishes.unit.unwrap_or_default(), newlines: wishes.newlines.unwrap_or_default() };
        return Ok((way, Some(say!("positions are read as {way}, as you said", way = way.name()))));
    }
    let step = (passages.len() / MOST_LOOKED_AT).max(1);
    let looked_at: Vec<&Told<'_>> = passages.iter().step_by(step).collect();
    let tried: Vec<(Way, Fit)> = Way::all().map(|way| (way, fit(&looked_at, way))).collect();
    let Some((standard, own)) = tried.first().copied() else { return Ok((Way::default(), None)) };
    let share = |fit: &Fit| (fit.share() * 100.0).round();
    // Of equals the first, the format's own, holds.
    let best = tried
        .iter()
        .fold((standard, own), |best, (way, fit)| if fit.share() > best.1.share() { (*way, *fit) } else { best });
    let (way, fit) = if best.1.share() - own.share() >= BETTER { best } else { (standard, own) };
    let is_told = fit.n >= LEAST_PASSAGES || fit.n_quotes >= LEAST_QUOTES;
    if is_told && fit.share() < FITS {
        let shares: Vec<String> = tried.iter().map(|(way, fit)| format!("{} {} %", way.name(), share(fit))).collect();
        return Err(Refused::at(
            "",
            say!(
                "no way to count positions fits this file ({shares}); say which with --unit and --newlines, or write it anew",
                shares = shares.join("; ")
            ),
        ));
    }
    let others = tried.iter().filter(|(other, _)| *other != way && !is_alike(&looked_at, *other, way));
    let next = others.map(|(_, fit)| fit.share()).reduce(f64::max);
    let told = match next {
        None => None,
        Some(next) if fit.n_quotes >= LEAST_QUOTES => Some(say!(
            "positions are {way}: so {share} % of {n} quotes stand where the file says; otherwise at most {next} %",
            way = way.name(),
            share = share(&fit),
            n = fit.n_quotes,
            next = (next * 100.0).round()
        )),
        Some(next) => Some(say!(
            "positions are {way}: so {share} % of {n} passages begin and end with words; otherwise at most {next} %",
            way = way.name(),
            share = share(&fit),
            n = fit.n,
            next = (next * 100.0).round()
        )),
    };
    Ok((way, told))
}

/// Where a passage lies in code points of the text with plain line ends, on whole code points; `None` beyond the end.
pub fn range(scale: &Scale, start: usize, end: usize) -> Option<(usize, usize)> {
    let behind = (end <= scale.end()).then(|| scale.near(end))?;
    let behind = if scale.position(behind) < end { behind + 1 } else { behind };
    Some((scale.near(start), behind))
}

/// The text with plain line ends.
pub fn plain(written: &str) -> String {
    written.replace("\r\n", "\n")
}

fn fit(passages: &[&Told<'_>], way: Way) -> Fit {
    let mut fit = Fit::default();
    each(passages, way, &mut |told, letters, range| {
        fit.n += 1;
        let quote: String = told.quote.trim_end_matches(['…', '.']).split_whitespace().collect();
        let is_quote = !quote.is_empty();
        fit.n_quotes += usize::from(is_quote);
        let Some((start, end)) = range else { return };
        let words: String = letters.get(start..end).unwrap_or_default().iter().filter(|c| !c.is_whitespace()).collect();
        fit.n_right_quotes += usize::from(is_quote && words.starts_with(&quote));
        let is_inside = |at: usize| {
            let is_letter = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|c| c.is_alphanumeric());
            is_letter(at.checked_sub(1)) && is_letter(Some(at))
        };
        fit.n_borders += usize::from(start < end && !is_inside(start) && !is_inside(end));
    });
    fit
}

/// Whether two ways put all passages in the same places.
fn is_alike(passages: &[&Told<'_>], one: Way, other: Way) -> bool {
    let places = |way| {
        let mut places = Vec::with_capacity(passages.len());
        each(passages, way, &mut |_, _, range| places.push(range));
        places
    };
    places(one) == places(other)
}

/// Takes a passage with its text's letters and its place in them.
type Each<'a> = &'a mut dyn FnMut(&Told<'_>, &[char], Option<(usize, usize)>);

/// Hands over each passage with its text's letters and its place in them; a text is measured once for all its passages that
/// follow one another.
fn each(passages: &[&Told<'_>], way: Way, each: Each<'_>) {
    let mut known: Option<(*const u8, Scale, Vec<char>)> = None;
    for told in passages {
        let name = told.written.as_ptr();
        if known.as_ref().is_none_or(|(own, ..)| *own != name) {
            let scale = Scale::plain(told.written, way.unit, way.newlines);
            known = Some((name, scale, plain(told.written).chars().collect()));
        }
        if let Some((_, scale, letters)) = &known {
            each(told, letters, range(scale, told.start, told.end));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    const TEXT: &str = "Бір 👍 сөйлем.\r\nЕкінші 👍 жол.\r\nҮшінші сөйлем осы.\r\nТөртінші, соңғы.";

    /// Every word of the text as a program would write it that counts so.
    fn words(way: Way) -> Vec<(usize, usize, String)> {
        let scale = Scale::plain(TEXT, way.unit, way.newlines);
        let letters: Vec<char> = plain(TEXT).chars().collect();
        let mut at = 0;
        let runs = letters.split(|c| !c.is_alphanumeric());
        let placed = runs.map(|run| {
            let start = at;
            at += run.len() + 1;
            (scale.position(start), scale.position(start + run.len()), run.iter().collect::<String>())
        });
        placed.filter(|(start, end, _)| start < end).collect()
    }

    fn found(way_of_file: Way, has_quotes: bool) -> Result<(Way, Option<String>), Refused> {
        let words = words(way_of_file);
        let told = words.iter().map(|(start, end, quote)| Told {
            written: TEXT,
            start: *start,
            end: *end,
            quote: if has_quotes { quote } else { "" },
        });
        way(&told.collect::<Vec<_>>(), &Wishes::default())
    }

    #[test]
    fn every_way_to_count_is_found_out_and_told() {
        for wanted in Way::all() {
            for has_quotes in [true, false] {
                let (way, told) = found(wanted, has_quotes).unwrap();
                // The text has Windows' line ends everywhere, so that two and as written are the same.
                let same = |a: Way| (a.unit, a.newlines == Newlines::One);
                assert_eq!(same(way), same(wanted), "{has_quotes}");
                assert!(told.is_some_and(|told| told.contains("100 %")));
            }
        }
    }

    #[test]
    fn where_no_way_fits_it_is_refused_unless_somebody_says_how() {
        let told: Vec<Told<'_>> =
            (0..9).map(|n| Told { written: TEXT, start: 9 + n, end: 11 + n, quote: "мүлде жоқ" }).collect();
        assert!(way(&told, &Wishes::default()).unwrap_err().why.contains("--unit"));
        let wishes = Wishes { unit: Some(Unit::Utf16), ..Wishes::default() };
        assert_eq!(way(&told, &wishes).unwrap().0.unit, Unit::Utf16);
    }

    #[test]
    fn where_all_ways_are_the_same_nothing_is_told() {
        let told = [Told { written: "plain words", start: 0, end: 5, quote: "plain" }];
        assert_eq!(way(&told, &Wishes::default()), Ok((Way::default(), None)));
        assert_eq!(way(&[], &Wishes::default()), Ok((Way::default(), None)));
    }
}
