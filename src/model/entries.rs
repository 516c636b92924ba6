//! A small TOML file that people write by hand, as entries that know their lines.

use std::fmt;

use toml::de::{DeTable, DeValue};

use crate::say;

/// What an entry is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text in quotes.
    Text(String),
    /// A whole number.
    Number(i64),
    /// `true` or `false`.
    Switch(bool),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(n) => write!(f, "{n}"),
            Self::Switch(is_on) => write!(f, "{is_on}"),
        }
    }
}

/// One `key = value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The `[table]` it stands in; empty at the top of the file.
    pub table: String,
    /// Its key.
    pub key: String,
    /// Its value; `None` for what no file of ours has: a list, a date, a table in a table.
    pub value: Option<Value>,
    /// Its line, from 1.
    pub line: usize,
}

/// What is wrong in a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file, as it is to be named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

impl Mistake {
    /// In a file, at a line.
    pub fn new(file: &str, line: usize, why: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, why: why.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&say!("{file}, line {line}: {why}", file = self.file, line = self.line, why = self.why))
    }
}

/// Reads the entries of a file in their order; fails where it is no TOML.
pub fn read(file: &str, text: &str) -> Result<Vec<Entry>, Mistake> {
    let ends: Vec<usize> = text.match_indices('\n').map(|(end, _)| end).collect();
    let line_at = |offset: usize| 1 + ends.partition_point(|end| *end < offset);
    let whole = DeTable::parse(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        Mistake::new(file, line_at(start), error.message().lines().next().unwrap_or(say!("not TOML")))
    })?;
    let mut entries = Vec::new();
    for (key, value) in whole.get_ref() {
        if let DeValue::Table(table) = value.get_ref() {
            for (inner, value) in table {
                let line = line_at(inner.span().start);
                let (table, key) = (key.get_ref().to_string(), inner.get_ref().to_string());
                entries.push(Entry { table, key, value: value_of(value.get_ref()), line });
            }
        } else {
            let line = line_at(key.span().start);
            let key = key.get_ref().to_string();
            entries.push(Entry { table: String::new(), key, value: value_of(value.get_ref()), line });
        }
    }
    Ok(entries)
}

fn value_of(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(Value::Text(text.to_string())),
        DeValue::Integer(n) => n.as_str().replace('_', "").parse().ok().map(Value::Number),
        DeValue::Boolean(is_on) => Some(Value::Switch(*is_on)),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn entries_keep_their_order_and_lines() {
        let text = "# мәтін\nmouse = false\n\n[read]\n\"z z\" = \"go\"\na = 3\nb = [1]\n";
        let entries = read("f", text).unwrap();
        let seen: Vec<_> = entries.iter().map(|e| (e.table.as_str(), e.key.as_str(), e.line)).collect();
        assert_eq!(seen, [("", "mouse", 2), ("read", "z z", 5), ("read", "a", 6), ("read", "b", 7)]);
        assert_eq!(entries[0].value, Some(Value::Switch(false)));
        assert_eq!(entries[2].value, Some(Value::Number(3)));
        assert_eq!(entries[3].value, None);
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line() {
        let wrong = read("f", "a = 1\nb = = 2\n").unwrap_err();
        assert_eq!(wrong.line, 2);
        assert!(wrong.to_string().starts_with("f, line 2: "));
        assert!(read("f", "a = 1\na = 2\n").unwrap_err().to_string().contains("duplicate"));
    }
}
