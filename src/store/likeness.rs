//! Whether two indexes say the same.

use std::collections::BTreeMap;

use crate::model::document::DocumentId;
use crate::store::error::StoreError;
use crate::store::index::Index;

/// In what two indexes differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Differing {
    /// The documents with other annotations, or other numbers of them.
    pub documents: Vec<DocumentId>,
    /// Whether in what was said in review.
    pub is_review: bool,
    /// Whether in codebook, pairs, documents.
    pub is_shared: bool,
}

/// Holds an index against another one. Fails where one of them can't be read.
pub fn differing(one: &Index, other: &Index) -> Result<Differing, StoreError> {
    let annotations = |index: &Index, id: &DocumentId| {
        let mut all = BTreeMap::new();
        index.each_annotation(id, &mut |a| {
            all.insert(a.id, a);
        })?;
        Ok::<_, StoreError>(all)
    };
    let mut differing = Differing { is_shared: one.shared()? != other.shared()?, ..Differing::default() };
    let (mine, theirs) = (one.all_counts()?, other.all_counts()?);
    for id in mine.keys().chain(theirs.keys().filter(|id| !mine.contains_key(*id))) {
        if annotations(one, id)? != annotations(other, id)? || mine.get(id) != theirs.get(id) {
            differing.documents.push(id.clone());
        }
    }
    differing.is_review = one.reviewed_documents()? != other.reviewed_documents()?;
    for id in other.reviewed_documents()? {
        differing.is_review |= one.review(&id)? != other.review(&id)?;
    }
    Ok(differing)
}
