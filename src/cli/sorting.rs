//! What is to be sorted after a code was split: as a table to fill in, and back.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, complain};
use crate::formats::csv::{bare, delimiter, harmless};
use crate::model::annotation::Annotation;
use crate::model::change::{Change, Record};
use crate::model::event::Deed;
use crate::query::choice::Choice;
use crate::shell::clock;
use crate::shell::retrieval::Retrieval;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::{count, say};

/// The query of what is to be sorted by the one who asks.
const UNSORTED: &str = "any by:me has:to-sort";

/// The annotations of this coder whose codes only hold other codes now.
pub fn unsorted(store: &Store) -> Result<Vec<Annotation>, Failure> {
    let shared = store.shared()?;
    let choice = Choice { query: UNSORTED.into(), ..Choice::default() };
    let retrieval = Retrieval::new(store, &shared, &choice)?;
    let (mut all, mut failed) = (Vec::new(), None);
    retrieval.each(&mut |found| {
        match retrieval.annotations(&found) {
            Ok(own) => all.extend(own.into_values()),
            Err(error) => failed = Some(error),
        }
        failed.is_none()
    })?;
    failed.map_or(Ok(all), |error| Err(error.into()))
}

/// Prints them as comma-separated values with an empty column for the new code.
pub fn list(context: &Context) -> Result<(), Failure> {
    let store = context.store()?;
    let book = store.shared()?.codebook;
    let mut out = Output::new();
    let mut table = csv::Writer::from_writer(&mut out);
    let row = |cells: [&str; 6], table: &mut csv::Writer<&mut Output>| {
        table.write_record(cells.map(harmless)).map_err(std::io::Error::from)
    };
    row(["id", "document", "quote", "code", "choose from", "new"], &mut table)?;
    for annotation in unsorted(&store)? {
        let code = book.standing(&annotation.code);
        let parts: Vec<&str> =
            book.in_use().filter(|other| other.parent == *code).map(|other| other.id.0.as_str()).collect();
        let (id, parts) = (annotation.id.to_string(), parts.join(" "));
        row([&id, &annotation.passage.document.0, &annotation.quote.exact, &code.0, &parts, ""], &mut table)?;
    }
    table.flush()?;
    drop(table);
    Ok(out.done()?)
}

/// Gives annotations the codes of the column `new`, as one step; rows where it is empty stay.
pub fn take(context: &Context, file: &Path) -> Result<(), Failure> {
    let wrong = |error: csv::Error| Failure::Told(format!("{}: {error}", file.display()));
    let mut store = context.store_to_write()?;
    let book = store.shared()?.codebook;
    let mut all: HashMap<String, Annotation> =
        unsorted(&store)?.into_iter().map(|annotation| (annotation.id.to_string(), annotation)).collect();
    let n_before = all.len();
    let text = fs::read_to_string(file).map_err(StoreError::io("read", file))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut table = csv::ReaderBuilder::new().delimiter(delimiter(text)).from_reader(text.as_bytes());
    let heads = table.headers().map_err(wrong)?.clone();
    let column = |name: &str| {
        let at = heads.iter().position(|head| head.trim() == name);
        at.ok_or_else(|| Failure::Told(say!("{file} has no column {name}", file = file.display(), name)))
    };
    let (id_at, new_at) = (column("id")?, column("new")?);
    let (mut changes, mut n_wrong) = (Vec::new(), 0);
    for (at, row) in table.records().enumerate() {
        let row = row.map_err(wrong)?;
        let (id, new) = (row.get(id_at).unwrap_or(""), bare(row.get(new_at).unwrap_or("").trim()));
        if new.is_empty() {
            continue;
        }
        let line = at + 2;
        let Some(was) = all.remove(id) else {
            complain(&say!("line {line}: {id} is not to be sorted", line, id));
            n_wrong += 1;
            continue;
        };
        match book.given(new) {
            Some(Ok(code)) => {
                let now = Annotation { code: code.id.clone(), ..was.clone() };
                changes.push(Change::replace(Record::Annotation(was), Record::Annotation(now)));
            }
            Some(Err(why)) => {
                n_wrong += 1;
                complain(&say!("line {line}: {why}", line, why));
            }
            None => {
                n_wrong += 1;
                complain(&say!("line {line}: no code is called \"{code}\"", line, code = new));
            }
        }
    }
    let n = changes.len();
    if n > 0 {
        store.keep(changes, Deed::Plain, clock::now())?;
    }
    let mut out = Output::new();
    let left = count!(n_before - n, "{n} is left", "{n} are left");
    out.line(&count!(n, "{n} passage sorted, {left}", "{n} passages sorted, {left}", left))?;
    out.done()?;
    if n_wrong > 0 { Err(Failure::Silent) } else { Ok(()) }
}
