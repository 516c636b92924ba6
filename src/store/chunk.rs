//! Some tens of annotations of one document packed into one cell, so that a million of them are written fast.

use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::time::Stamp;

/// A chunk with more entries is split in two.
pub const MAX_ENTRIES: usize = 64;

/// Bytes beyond which a chunk is split as well: sled leaks values of 128 KiB and more.
pub const MAX_BYTES: usize = 48 * 1024;

/// One version of an annotation, and when it was said; no annotation is a deleted one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Kept {
    /// When it was said.
    pub stamp: Stamp,
    /// The annotation, unless it was deleted.
    pub annotation: Option<Annotation>,
}

/// Entries in the order of their ids: id and encoded [`Kept`].
pub type Entries = Vec<(AnnotationId, Vec<u8>)>;

/// Encodes one version. Fails never for these types; an empty value would read as damage.
pub fn encode(kept: &Kept) -> Vec<u8> {
    postcard::to_stdvec(kept).unwrap_or_default()
}

/// Decodes one version, if it is whole.
pub fn decode(bytes: &[u8]) -> Option<Kept> {
    postcard::from_bytes(bytes).ok()
}

/// Packs entries: for each the id's 16 bytes, its length in 4 bytes, and itself.
pub fn pack(entries: &[(AnnotationId, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.iter().map(|(_, e)| e.len() + 20).sum());
    for (id, entry) in entries {
        bytes.extend_from_slice(&id.0.0.to_be_bytes());
        bytes.extend_from_slice(&(entry.len() as u32).to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    bytes
}

/// The entries of a chunk as they lie there; stops at the first that is not whole.
pub fn entries(mut bytes: &[u8]) -> impl Iterator<Item = (AnnotationId, &[u8])> {
    std::iter::from_fn(move || {
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        let (len, rest) = rest.split_first_chunk::<4>()?;
        let entry = rest.get(..u32::from_be_bytes(*len) as usize)?;
        bytes = rest.get(entry.len()..)?;
        Some((AnnotationId(ulid::Ulid(u128::from_be_bytes(*id))), entry))
    })
}

/// Unpacks a chunk to change it.
pub fn unpack(bytes: &[u8]) -> Entries {
    entries(bytes).map(|(id, entry)| (id, entry.to_vec())).collect()
}

/// Cuts entries into chunks that keep both limits.
pub fn split(entries: Entries) -> Vec<Entries> {
    let mut chunks: Vec<Entries> = Vec::new();
    let mut n_bytes = 0;
    for entry in entries {
        n_bytes += entry.1.len() + 20;
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < MAX_ENTRIES && n_bytes <= MAX_BYTES => chunk.push(entry),
            _ => {
                n_bytes = entry.1.len() + 20;
                chunks.push(vec![entry]);
            }
        }
    }
    chunks
}
