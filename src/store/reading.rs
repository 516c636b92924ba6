//! What a coder may read of a project: what its rules hide from them is not handed out.

use std::collections::BTreeMap;

use crate::model::document::DocumentId;
use crate::model::shared::Shared;
use crate::model::sight::Sight;
use crate::model::time::Time;
use crate::store::documents;
use crate::store::error::StoreError;
use crate::store::index::Index;
use crate::store::opened::{self, Opened};
use crate::store::project::Project;
use crate::store::records::Counts;

/// What a coder may read of a project.
pub struct Reading<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its index.
    pub index: &'a Index,
    /// Who reads.
    pub coder: &'a str,
}

impl Reading<'_> {
    /// What the project's rules let the coder see.
    pub fn sight(&self) -> Result<Sight, StoreError> {
        Ok(Sight::of(&self.index.shared()?, self.coder))
    }

    /// What all coders share, with every document that has a file: one that nobody described describes itself by its name.
    pub fn shared(&self) -> Result<Shared, StoreError> {
        let mut shared = self.index.shared()?;
        let removed = self.index.removed_documents()?;
        let files = documents::list(&self.project.documents())?;
        for id in files.into_iter().filter(|id| !removed.contains(id)) {
            shared.documents.entry(id.clone()).or_insert_with(|| documents::undescribed(id));
        }
        Sight::of(&shared, self.coder).veil(&mut shared);
        Ok(shared)
    }

    /// Opens a document with its annotations in place, and what was said of them.
    pub fn open(&self, id: &DocumentId) -> Result<Opened, StoreError> {
        let shared = self.index.shared()?;
        let revision = shared.documents.get(id).map_or("", |d| &d.revision);
        opened::open((&self.project.documents(), id), revision, self.index, &Sight::of(&shared, self.coder))
    }

    /// How many annotations each coder has, of all documents that have some.
    pub fn counts(&self) -> Result<BTreeMap<DocumentId, Counts>, StoreError> {
        let (sight, mut all) = (self.sight()?, self.index.all_counts()?);
        if !sight.is_whole() {
            for (id, counts) in &mut all {
                counts.retain(|coder, _| sight.sees(id, coder));
            }
            all.retain(|_, counts| !counts.is_empty());
        }
        Ok(all)
    }
    /// When each coder last wrote something, by the journals that are here; whose journal is not here is not in it.
    pub fn last_written(&self) -> Result<BTreeMap<String, Time>, StoreError> {
        let mut last: BTreeMap<String, Time> = BTreeMap::new();
        for journal in self.index.journals()? {
            let (time, _) = self.index.cursor(&journal)?.latest;
            // `coder@device.jsonl`; a coder's name has no @.
            if let Some((coder, _)) = journal.split_once('@').filter(|_| time > Time(0)) {
                let known = last.entry(coder.to_owned()).or_default();
                *known = time.max(*known);
            }
        }
        Ok(last)
    }
}
