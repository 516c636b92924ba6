//! `tanba documents attribute`: what may be known of documents.

use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, complain};
use crate::model::attribute::{Attribute, KINDS};
use crate::model::change::{Change, Record};
use crate::model::event::Deed;
use crate::model::shared::Shared;
use crate::query::plan::attributes_of;
use crate::say;
use crate::shell::clock;

/// Says what the values of an attribute are, or lists all attributes. Values that are no such ones stay, and are told.
pub fn run(context: &Context, name: Option<&str>, kind: Option<&str>, values: Option<&str>) -> Result<(), Failure> {
    let (Some(name), Some(kind)) = (name, kind) else { return list(&context.store()?.shared()?, name) };
    let found = KINDS.iter().find(|(own, _)| *own == kind);
    let kinds = KINDS.map(|(own, _)| own).join(", ");
    let wrong = || Failure::Misunderstood(vec![say!("--kind is one of {kinds}, not \"{kind}\"", kinds, kind)]);
    let kind = found.ok_or_else(wrong)?.1;
    let values: Vec<String> = values
        .unwrap_or_default()
        .split(',')
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
        .collect();
    if kind == crate::model::attribute::Kind::Choice && values.len() < 2 {
        return Err(say!("a choice needs two words or more: --values news,blog").into());
    }
    let mut store = context.store_to_write()?;
    let shared = store.shared()?;
    let now = Attribute { name: name.trim().to_owned(), kind, values };
    for document in shared.documents.values() {
        if let Some(Err(why)) = document.attributes.get(&now.name).map(|value| now.read(value)) {
            complain(&format!("{}: {why}", document.id));
        }
    }
    let was = shared.attributes.get(&now.name).cloned();
    if was.as_ref() != Some(&now) {
        let change = Change::of(was.map(Record::Attribute), Some(Record::Attribute(now.clone())));
        store.keep(vec![change], Deed::Plain, clock::now())?;
    }
    Ok(Output::new().line(&told(&now))?)
}

fn told(attribute: &Attribute) -> String {
    format!("{}  {}  {}", attribute.name, attribute.kind.name(), attribute.values.join(", ")).trim_end().to_owned()
}

fn list(shared: &Shared, only: Option<&str>) -> Result<(), Failure> {
    let mut out = Output::new();
    let known = attributes_of(shared).into_iter().chain(shared.attributes.keys().cloned());
    let known: std::collections::BTreeSet<String> = known.filter(|name| only.is_none_or(|only| only == name)).collect();
    for name in known {
        let attribute = shared.attributes.get(&name).cloned().unwrap_or(Attribute { name, ..Attribute::default() });
        out.line(&told(&attribute))?;
    }
    Ok(out.done()?)
}
