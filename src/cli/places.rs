//! Places that were found, given a code.

use crate::cli::context::Failure;
use crate::cli::output::Output;
use crate::model::change::{Change, Record};
use crate::model::document::DocumentId;
use crate::model::event::Deed;
use crate::shell::{autocode, clock};
use crate::store::Store;
use crate::text::span::Span;
use crate::{count, say};

/// Tags places with a code, as one step; tells how many. Fails where the code can't be given.
pub fn tag(store: &mut Store, places: &[(DocumentId, Span)], code: &str) -> Result<(), Failure> {
    let shared = store.shared()?;
    let found = shared.codebook.given(code);
    let code = found.ok_or_else(|| say!("no code is called \"{code}\"; `tanba codes add` makes one", code))?;
    let code = code?.id.clone();
    let now = clock::now();
    let (made, n_known) = autocode::annotations(store, places, &code, (now, clock::chance()))?;
    let n = made.len();
    if n > 0 {
        let changes = made.into_iter().map(|annotation| Change::put(Record::Annotation(annotation))).collect();
        store.keep(changes, Deed::Plain, now)?;
    }
    let known = count!(n_known, "{n} was so already", "{n} were so already");
    Ok(Output::new().line(&count!(
        n,
        "{n} hit tagged {code}, {known}",
        "{n} hits tagged {code}, {known}",
        code,
        known
    ))?)
}
