//! Looks for a query in every document of a project, with what the other document of each pair says there.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::alignment::pair::PairAlignment;
use crate::app::aligning::MAX_UNASKED_BYTES;
use crate::model::document::{DocumentId, Pair};
use crate::model::shared::Shared;
use crate::query::hit::{Hit, hits};
use crate::store::project::Project;
use crate::store::{documents, links};
use crate::text::search::Needle;

/// Hits that are gathered at most; nobody reads more lines.
pub const MAX_HITS: usize = 20_000;

/// What is looked through.
#[derive(Debug, Clone)]
pub struct Field {
    /// The project.
    pub project: Project,
    /// What its coders share.
    pub shared: Arc<Shared>,
    /// The documents, in the order of the hits.
    pub documents: Vec<DocumentId>,
    /// What the other document says is looked up in documents of at most so many bytes.
    pub max_aligned_bytes: usize,
}

impl Field {
    /// All documents, with what the others say.
    pub fn whole(project: Project, shared: Shared) -> Self {
        let documents = shared.documents.keys().cloned().collect();
        Self { project, shared: Arc::new(shared), documents, max_aligned_bytes: MAX_UNASKED_BYTES }
    }
}

/// All places of a query, document by document, at most [`MAX_HITS`]; a document that can't be read is passed over
/// and named. `go_on` is told which share of the documents is done, in per mille, and ends the work.
pub fn concord(field: &Field, needle: &Needle, go_on: &mut dyn FnMut(usize) -> bool) -> (Vec<Hit>, Vec<String>) {
    let (mut all, mut failed) = (Vec::new(), Vec::new());
    let mut pairs: BTreeMap<Pair, Option<PairAlignment>> = BTreeMap::new();
    let n = field.documents.len().max(1);
    for (i, id) in field.documents.iter().enumerate() {
        let text = match documents::open(&field.project.documents(), id) {
            Ok(text) => text,
            Err(error) => {
                failed.push(error.to_string());
                continue;
            }
        };
        let mut at = |done: usize| go_on((i * 1000 + done * 1000 / text.len().max(1)) / n);
        let most = MAX_HITS.saturating_sub(all.len());
        let found = hits((id, &text), needle, None, most, &mut at);
        let is_wanted = !found.is_empty() && text.len() <= field.max_aligned_bytes;
        let dir = field.project.documents();
        let is_short = |id: &DocumentId| documents::open(&dir, id).is_ok_and(|t| t.len() <= field.max_aligned_bytes);
        let pair = field.shared.pair_of(id).filter(|pair| is_wanted && pair.other(id).is_some_and(is_short));
        let aligned = pair.and_then(|pair| {
            let mut still = |_, _| go_on(i * 1000 / n);
            let align = || {
                links::align(&field.project, pair, field.shared.links_of(pair).cloned().collect(), &mut still)
                    .ok()
                    .flatten()
            };
            pairs.entry(pair.clone()).or_insert_with(align).as_ref()
        });
        all.extend(match aligned {
            Some(_) => hits((id, &text), needle, aligned, most, &mut |_| true),
            None => found,
        });
        if all.len() >= MAX_HITS || !go_on((i + 1) * 1000 / n) {
            break;
        }
    }
    (all, failed)
}
