//! What may be known of documents, and what its values are.

use serde::{Deserialize, Serialize};

use crate::say;
use crate::text::fold::folded;
use crate::text::width::printable;

/// What the values of an attribute are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Anything.
    #[default]
    Text,
    /// Numbers: `12`, `-3.5`.
    Number,
    /// Days, months or years: `2012-03-01`, `2012-03`, `2012`.
    Date,
    /// One of some words.
    Choice,
}

/// The kinds, as they are written.
pub const KINDS: [(&str, Kind); 4] =
    [("text", Kind::Text), ("number", Kind::Number), ("date", Kind::Date), ("choice", Kind::Choice)];

impl Kind {
    /// As it is written.
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("text", |(name, _)| name)
    }
}

/// What may be known of documents.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name: `outlet`.
    pub name: String,
    /// What its values are.
    #[serde(default)]
    pub kind: Kind,
    /// The words to choose from, of a choice.
    #[serde(default)]
    pub values: Vec<String>,
}

impl Attribute {
    /// A value as it is kept; nothing is always right. Fails, with what to tell, where it is no value of this attribute.
    pub fn read(&self, written: &str) -> Result<String, String> {
        let value = written.trim();
        let (name, shown) = (printable(&self.name), printable(value));
        if value.is_empty() {
            return Ok(String::new());
        }
        match self.kind {
            Kind::Text => Ok(value.to_owned()),
            Kind::Number if value.parse::<f64>().is_ok_and(f64::is_finite) => Ok(value.to_owned()),
            Kind::Number => Err(say!("{name} is a number, not \"{value}\"", name, value = shown)),
            Kind::Date if is_date(value) => Ok(value.to_owned()),
            Kind::Date => {
                Err(say!("{name} is a date, 2012, 2012-03 or 2012-03-01, not \"{value}\"", name, value = shown))
            }
            Kind::Choice => {
                let found = self.values.iter().find(|known| folded(known) == folded(value));
                let values = self.values.iter().map(|known| printable(known)).collect::<Vec<_>>().join(", ");
                found
                    .cloned()
                    .ok_or_else(|| say!("{name} is one of {values}, not \"{value}\"", name, values, value = shown))
            }
        }
    }
}

/// Whether this is a day, a month or a year.
pub fn is_date(value: &str) -> bool {
    let whole = match value.len() {
        4 => format!("{value}-01-01"),
        7 => format!("{value}-01"),
        _ => value.to_owned(),
    };
    whole.len() == 10 && whole.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn values_are_what_the_attribute_says() {
        let of = |kind, values: &[&str]| Attribute {
            name: "x".into(),
            kind,
            values: values.iter().map(|v| (*v).to_owned()).collect(),
        };
        assert_eq!(of(Kind::Number, &[]).read(" -3.5 "), Ok("-3.5".into()));
        assert!(of(Kind::Number, &[]).read("3,5").is_err() && of(Kind::Number, &[]).read("inf").is_err());
        for right in ["2012", "2012-03", "2012-03-01", ""] {
            assert_eq!(of(Kind::Date, &[]).read(right), Ok(right.into()));
        }
        assert!(of(Kind::Date, &[]).read("2012-13").is_err() && of(Kind::Date, &[]).read("1.3.2012").is_err());
        assert_eq!(of(Kind::Choice, &["News", "Blog"]).read("news"), Ok("News".into()));
        assert!(of(Kind::Choice, &["News"]).read("radio").unwrap_err().contains("News"));
    }
}
