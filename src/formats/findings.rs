//! What measures of agreement found, as JSON and as CSV.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use crate::agreement::measures::{Outcome, Value};

/// The names that outcomes speak of by number.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The coders.
    pub coders: &'a [String],
    /// The codes.
    pub codes: &'a [String],
    /// The documents.
    pub documents: &'a [String],
}

impl Names<'_> {
    fn of(all: &[String], number: usize) -> &str {
        all.get(number).map_or("", String::as_str)
    }
}

/// One outcome as an object: the measure, what it is about, its value, and why there is none.
pub fn object(outcome: &Outcome, names: Names<'_>) -> Json {
    let mut all = serde_json::Map::new();
    let mut put = |key: &str, value: Json| all.insert(key.to_owned(), value);
    put("measure", json!(outcome.measure));
    if let Some((first, second)) = outcome.coders {
        put("coders", json!([Names::of(names.coders, first), Names::of(names.coders, second)]));
    }
    if let Some(code) = outcome.code {
        put("code", json!(Names::of(names.codes, code)));
    }
    if let Some(document) = outcome.document {
        put("doc", json!(Names::of(names.documents, document)));
    }
    if let Some(label) = &outcome.value_label {
        put("value_label", json!(label));
    }
    put("value", value(&outcome.value, names));
    if let Value::Number(Err(reason)) = &outcome.value {
        put("undefined", json!(reason.key()));
    }
    for (name, number) in &outcome.extras {
        put(name, json!(number));
    }
    Json::Object(all)
}

fn value(value: &Value, names: Names<'_>) -> Json {
    match value {
        Value::Number(score) => score.map_or(Json::Null, |number| json!(number)),
        Value::List(numbers) => json!(numbers),
        Value::Matrix(rows) => json!(rows),
        Value::Segments(all) => all
            .iter()
            .map(|one| {
                let (document, code) = (Names::of(names.documents, one.document), Names::of(names.codes, one.code));
                json!([document, one.start, one.end, code, one.by.key()])
            })
            .collect(),
    }
}

/// Writes outcomes as a table: a row each, lists and matrices as JSON in the value.
pub fn write_csv(outcomes: &[Outcome], names: Names<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["measure", "first", "second", "code", "document", "value_label", "value", "undefined"])?;
    for outcome in outcomes {
        let (first, second) = outcome
            .coders
            .map_or(("", ""), |(first, second)| (Names::of(names.coders, first), Names::of(names.coders, second)));
        let (number, reason) = match &outcome.value {
            Value::Number(Ok(number)) => (number.to_string(), ""),
            Value::Number(Err(reason)) => (String::new(), reason.key()),
            other => (value(other, names).to_string(), ""),
        };
        let code = outcome.code.map_or("", |code| Names::of(names.codes, code));
        let document = outcome.document.map_or("", |document| Names::of(names.documents, document));
        let label = outcome.value_label.as_deref().unwrap_or_default();
        writer.write_record([outcome.measure, first, second, code, document, label, &number, reason])?;
    }
    writer.flush()
}
