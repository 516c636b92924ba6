//! Translation memories and tables of sentences, taken in as the alignment of a pair.

use std::fs;
use std::path::Path;

use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, complain};
use crate::formats::bitext::Units;
use crate::formats::bundle::Piece;
use crate::formats::{decoded, placed, tmx, tsv};
use crate::model::change::{Change, Record};
use crate::model::document::{DocumentId, Pair};
use crate::model::event::Deed;
use crate::model::link::FixedLink;
use crate::shell::clock;
use crate::store::documents;
use crate::store::error::StoreError;
use crate::text::anchor::quote_of;
use crate::text::ruler::Ruler;
use crate::text::span::Span;
use crate::{count, say};

/// Takes what a file says of the alignment of a pair, as one step: its segments are found in both texts in their order. Those that
/// are not there are told.
pub fn take(context: &Context, (left, right): (&str, &str), file: &Path) -> Result<(), Failure> {
    let mut store = context.store_to_write()?;
    let shared = store.shared()?;
    let ids = [left, right].map(|name| DocumentId(name.to_owned()));
    for id in &ids {
        if !shared.documents.contains_key(id) {
            return Err(say!("no document is called \"{id}\"; `tanba documents` lists them", id).into());
        }
    }
    let [one, other] = ids;
    let is_turned = shared.pairs.contains(&Pair { left: other.clone(), right: one.clone() });
    let pair = if is_turned { Pair { left: other, right: one } } else { Pair { left: one, right: other } };
    let units = read(file)?;
    let text = |id: &DocumentId| -> Result<String, Failure> {
        let text = documents::open(&store.project.documents(), id)?;
        Ok(text.read(Span::new(0, text.len())))
    };
    let texts = [text(&pair.left)?, text(&pair.right)?];
    // Which column is which document is said by the languages, where the file names both, else by the command.
    let languages = [shared.language(&pair.left), shared.language(&pair.right)];
    let is_swapped = if units.languages.iter().all(|l| !l.is_empty()) && languages.iter().all(|l| !l.is_empty()) {
        units.languages[0] == languages[1] && units.languages[1] == languages[0] && languages[0] != languages[1]
    } else {
        is_turned
    };
    let pairs = if is_swapped { units.pairs.into_iter().map(|(a, b)| (b, a)).collect() } else { units.pairs };
    let found = placed::place(&pairs, [&texts[0], &texts[1]]);
    let rulers = [Ruler::new(&texts[0]), Ruler::new(&texts[1])];
    let now = clock::now();
    let mut changes = Vec::new();
    if !shared.pairs.contains(&pair) {
        changes.push(Change::put(Record::Pair(pair.clone())));
    }
    let mut n_known = 0;
    for (left_range, right_range) in &found.links {
        let link = FixedLink {
            left: pair.left.clone(),
            right: pair.right.clone(),
            left_range: *left_range,
            right_range: *right_range,
            left_quote: quote_of(&rulers[0], *left_range),
            right_quote: quote_of(&rulers[1], *right_range),
            coder: store.writer.coder.clone(),
            time: now,
        };
        if shared.links.contains_key(&link.key()) {
            n_known += 1;
        } else {
            changes.push(Change::put(Record::Link(link)));
        }
    }
    let n_new = changes.iter().filter(|change| matches!(change.now, Some(Record::Link(_)))).count();
    if !changes.is_empty() {
        store.keep(changes, Deed::Plain, now)?;
    }
    for line in units.told.iter().chain(&found.told()) {
        complain(line);
    }
    let mut out = Output::new();
    out.line(&count!(
        n_new,
        "{n} link taken, {known} known already",
        "{n} links taken, {known} known already",
        known = n_known
    ))?;
    out.done()?;
    if found.lost.iter().all(Vec::is_empty) { Ok(()) } else { Err(Failure::Silent) }
}

fn read(file: &Path) -> Result<Units, Failure> {
    let name = file.display().to_string();
    let bytes = fs::read(file).map_err(StoreError::io("read", file))?;
    let mut told = Vec::new();
    let text =
        decoded::text(&Piece { path: name.clone(), bytes }, None, &mut told).map_err(|refused| refused.to_string())?;
    let is_memory = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    let units = if is_memory { tmx::read(&text, &name) } else { tsv::read(&text, &name) };
    let mut units = units.map_err(|refused| refused.to_string())?;
    units.told.splice(0..0, told);
    Ok(units)
}
