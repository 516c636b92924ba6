//! Values that are asked for: words, numbers, dates, and ranges of them.

use crate::model::time::Time;
use crate::query::expression::Value;
use crate::say;
use crate::text::fold::folded;
use crate::text::width::printable;

impl Value {
    /// Reads what is written behind `key:`, several with commas between.
    pub fn read_all(written: &str) -> Vec<Self> {
        written.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Self::read).collect()
    }

    fn read(written: &str) -> Self {
        let bound = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        if written == "-" {
            return Self::Missing;
        }
        if let Some((from, to)) = written.split_once("..") {
            return Self::Range(bound(from), bound(to));
        }
        if let Some(from) = written.strip_prefix(">=") {
            return Self::Range(bound(from), None);
        }
        if let Some(to) = written.strip_prefix("<=") {
            return Self::Range(None, bound(to));
        }
        let written = written.strip_prefix('=').unwrap_or(written);
        Self::Is(written.to_owned())
    }

    /// What is wrong in it, whatever is known: a bound that is not written so, or ends before it begins.
    pub fn wrong(&self) -> Option<String> {
        match self {
            Self::Is(value) if value.starts_with(['>', '<']) => {
                Some(say!("write >= or <=, or a range: 2012..2014").into())
            }
            Self::Range(Some(from), Some(to)) if is_less(to, from, true) => {
                Some(say!("the range {from}..{to} ends before it begins", from = printable(from), to = printable(to)))
            }
            _ => None,
        }
    }

    /// The values in it that must be such as the attribute has.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        let (one, other) = match self {
            Self::Is(value) if !value.ends_with('*') => (Some(value.as_str()), None),
            Self::Range(from, to) => (from.as_deref(), to.as_deref()),
            _ => (None, None),
        };
        one.into_iter().chain(other)
    }

    /// Whether a known value is the one asked for; nothing is known where it is empty.
    pub fn wants(&self, known: &str) -> bool {
        let known = known.trim();
        match self {
            Self::Missing => known.is_empty(),
            Self::Exactly(wanted) => folded(known) == folded(wanted.trim()),
            Self::Is(wanted) => match wanted.strip_suffix('*') {
                Some(beginning) => folded(known).starts_with(&folded(beginning)),
                None => folded(known) == folded(wanted),
            },
            Self::Range(from, to) => {
                !known.is_empty()
                    && from.as_ref().is_none_or(|from| !is_less(known, from, false))
                    && to.as_ref().is_none_or(|to| !is_less(to, known, true))
            }
        }
    }
}

/// Whether one value comes before another: as numbers where both are, else letter by letter, which is right for dates. A bound
/// that is the beginning of a value (`2012` of `2012-03-01`) holds all that begins so.
fn is_less(one: &str, other: &str, is_upper: bool) -> bool {
    if let (Ok(one), Ok(other)) = (one.parse::<f64>(), other.parse::<f64>()) {
        return one < other;
    }
    let (one, other) = (folded(one), folded(other));
    one < other && !(is_upper && other.starts_with(&one))
}

/// The time that a day, a month or a year is, or a range of them (`2026-11`, `2026-11-01..2026-11-21`, `>=2026`), in UTC:
/// its beginning and what comes behind it.
pub fn time_of(written: &str) -> Option<(Time, Time)> {
    const EVER: (Time, Time) = (Time(i64::MIN), Time(i64::MAX));
    match Value::read(written.trim()) {
        Value::Missing => None,
        Value::Is(date) | Value::Exactly(date) => period(&date),
        Value::Range(from, to) => {
            if let (Some(from), Some(to)) = (&from, &to)
                && is_less(to, from, true)
            {
                return None;
            }
            let from = from.map_or(Some(EVER), |from| period(&from))?.0;
            let to = to.map_or(Some(EVER), |to| period(&to))?.1;
            Some((from, to))
        }
    }
}

fn period(date: &str) -> Option<(Time, Time)> {
    let mut parts = date.split('-');
    let year = parts.next().filter(|year| year.len() == 4)?.parse::<i16>().ok()?;
    let month = parts.next().map(str::parse::<i8>);
    let day = parts.next().map(str::parse::<i8>);
    if parts.next().is_some() {
        return None;
    }
    let first =
        jiff::civil::Date::new(year, month.clone().unwrap_or(Ok(1)).ok()?, day.clone().unwrap_or(Ok(1)).ok()?).ok()?;
    let span = match (month, day) {
        (_, Some(_)) => jiff::Span::new().days(1),
        (Some(_), None) => jiff::Span::new().months(1),
        (None, _) => jiff::Span::new().years(1),
    };
    let behind = first.checked_add(span).ok()?;
    let time = |date: jiff::civil::Date| {
        let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Time(zoned.timestamp().as_millisecond()))
    };
    Some((time(first)?, time(behind)?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn is(wanted: &str, known: &str) -> bool {
        Value::read_all(wanted).iter().any(|value| value.wants(known))
    }

    #[test]
    fn values_are_words_numbers_dates_and_ranges_of_them() {
        assert!(is("Azattyq", "azattyq") && is("egov*", "EGov blog") && is("a,b", "b") && !is("a,b", "c"));
        assert!(is("9..11", "10") && !is("9..11", "100") && is(">=9.5", "10") && !is("<=9.5", "10"));
        assert!(is("2012", "2012") && is("2012..2013", "2013-12-31") && !is("2012..2013", "2014-01-01"));
        assert!(is("..2013-05", "2013-05-30") && !is("..2013-05", "2013-06-01") && !is("2012..", ""));
        assert!(is("-", "") && is("-", " ") && !is("-", "x"));
    }

    #[test]
    fn a_day_a_month_and_a_year_are_times() {
        let at = |text: &str| Time::parse(text).unwrap();
        assert_eq!(time_of("2026-11"), Some((at("2026-11-01"), at("2026-12-01"))));
        assert_eq!(time_of("2024"), Some((at("2024-01-01"), at("2025-01-01"))));
        assert_eq!(time_of("2026-11-01..2026-11-21"), Some((at("2026-11-01"), at("2026-11-22"))));
        assert_eq!(time_of(">=2026-11-21").map(|t| t.0), Some(at("2026-11-21")));
        for wrong in ["yesterday", "2026-13", "26", "2026-02-30", ""] {
            assert_eq!(time_of(wrong), None, "{wrong}");
        }
    }
}
