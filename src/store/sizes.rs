//! How much text documents have: counted once, and again where a file changed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::model::document::{DocumentId, Size};
use crate::store::documents;
use crate::store::error::StoreError;
use crate::store::index::Index;
use crate::store::project::Project;
use crate::store::records::Version;
use crate::text::body::Text;
use crate::text::offsets::Offsets;
use crate::text::segment::counted_words;

/// Documents that are counted between two looks at whether the work is still wanted.
const SHARE: usize = 256;

/// The sizes of documents; a document without a file has none. `go_on` is told how many are counted, and ends the work with
/// what is known then.
pub fn sizes(
    project: &Project,
    index: &mut Index,
    ids: &[DocumentId],
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Result<BTreeMap<DocumentId, Size>, StoreError> {
    let mut sizes = BTreeMap::new();
    let mut unknown = Vec::new();
    let dir = project.documents();
    for id in ids {
        let Some(version) = documents::version_of(&documents::path_of(&dir, id)) else { continue };
        match index.size(id)? {
            Some((known, size)) if known == version => drop(sizes.insert(id.clone(), size)),
            _ => unknown.push((id.clone(), version)),
        }
    }
    for share in unknown.chunks(SHARE) {
        if !go_on(sizes.len()) {
            break;
        }
        let counted = counted(share, |id| documents::open(&dir, id).ok().map(|text| size_of(&text)));
        for (id, version, size) in counted {
            index.note_size(&id, version, size)?;
            sizes.insert(id, size);
        }
        index.settle()?;
    }
    Ok(sizes)
}

/// Counts on all processors.
fn counted(
    share: &[(DocumentId, Version)],
    size: impl Fn(&DocumentId) -> Option<Size> + Sync,
) -> Vec<(DocumentId, Version, Size)> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut own = Vec::new();
        while let Some((id, version)) = share.get(next.fetch_add(1, Ordering::Relaxed)) {
            own.extend(size(id).map(|size| (id.clone(), *version, size)));
        }
        own
    };
    let n_threads = thread::available_parallelism().map_or(1, usize::from).min(share.len());
    thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    })
}

fn size_of(text: &Text) -> Size {
    let length = Offsets::measure(text).map_or(0, |offsets| offsets.n_code_points());
    let mut n_words = 0;
    let mut block = (!text.is_empty()).then(|| text.block(0));
    while let Some(here) = block {
        n_words += counted_words(&here.text).len();
        block = text.block_after(&here);
    }
    Size { length, n_words }
}
