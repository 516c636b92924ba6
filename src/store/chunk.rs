//! Some tens of annotations of one document packed into two cells, one with all that is known of them and one with their
//! facts alone, so that a million of them are written fast, and counted faster.

use serde::{Deserialize, Serialize};

use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::fact::{Fact, Marks};
use crate::model::time::{Stamp, Time};

/// A chunk with more entries is split in two.
pub const MAX_ENTRIES: usize = 64;

/// Bytes beyond which a chunk is split as well: sled leaks values of 128 KiB and more.
pub const MAX_BYTES: usize = 48 * 1024;

/// One version of an annotation, and when it was said; no annotation is a deleted one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// When it was said.
    pub stamp: Stamp,
    /// The annotation, unless it was deleted.
    pub annotation: Option<Annotation>,
}

/// An annotation as it lies in a chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: AnnotationId,
    /// The encoded [`Kept`].
    pub bytes: Vec<u8>,
    /// What is counted of it; nothing of a deleted one.
    pub fact: Option<Fact>,
}

/// Entries in the order of their ids.
pub type Entries = Vec<Entry>;

/// A fact as it is written: numbers of as many bytes as they need.
#[derive(Serialize, Deserialize)]
struct Written {
    marks: u8,
    start: usize,
    len: usize,
    code: u32,
    coder: u32,
    time: i64,
    /// Milliseconds since.
    read: i64,
}

/// The mark of an entry that was deleted.
const DELETED: u8 = 1 << 7;

/// Encodes one version. Fails never for these types; an empty value would read as damage.
pub fn encode(kept: &Kept) -> Vec<u8> {
    postcard::to_stdvec(kept).unwrap_or_default()
}

/// Decodes one version, if it is whole.
pub fn decode(bytes: &[u8]) -> Option<Kept> {
    postcard::from_bytes(bytes).ok()
}

/// A chunk to read single annotations of.
#[derive(Debug, Clone, Default)]
pub struct Chunk {
    bytes: Vec<u8>,
    /// Where each entry lies.
    entries: Vec<(usize, usize)>,
}

impl Chunk {
    /// Takes a cell.
    pub fn new(bytes: Vec<u8>) -> Self {
        let mut end = 0;
        let entries = entries(&bytes).map(|(_, entry)| {
            let start = end + 20;
            end = start + entry.len();
            (start, end)
        });
        Self { entries: entries.collect(), bytes }
    }

    fn entry(&self, at: usize) -> Option<&[u8]> {
        let (start, end) = self.entries.get(at)?;
        self.bytes.get(*start..*end)
    }

    /// The id of an entry.
    pub fn id(&self, at: usize) -> Option<AnnotationId> {
        let (start, _) = self.entries.get(at)?;
        let id = self.bytes.get(start.checked_sub(20)?..)?.first_chunk::<16>()?;
        Some(AnnotationId(ulid::Ulid(u128::from_be_bytes(*id))))
    }

    /// The annotation of an entry, unless it was deleted.
    pub fn annotation(&self, at: usize) -> Option<Annotation> {
        decode(self.entry(at)?)?.annotation
    }

    /// Whether something is true of the quote and the memo of an entry; never of a deleted one.
    pub fn holds(&self, at: usize, is_so: &dyn Fn(&str, &str) -> bool) -> bool {
        self.entry(at).is_some_and(|bytes| holds(bytes, is_so))
    }
}

/// A version as it lies in a chunk, to look at its words without copying them; the fields are those of [`Kept`], in order.
#[derive(Deserialize)]
struct Glance<'a> {
    #[serde(borrow)]
    stamp: (i64, u32, &'a str),
    annotation: Option<GlanceOf<'a>>,
}

/// The fields of an [`Annotation`] up to its memo.
#[derive(Deserialize)]
#[allow(dead_code)] // what is not looked at has to be read over
struct GlanceOf<'a> {
    id: u128,
    #[serde(borrow)]
    coder: &'a str,
    passage: (&'a str, usize, usize),
    quote: (&'a str, &'a str, &'a str),
    code: &'a str,
    memo: &'a str,
}

fn holds(bytes: &[u8], is_so: &dyn Fn(&str, &str) -> bool) -> bool {
    let glance = postcard::take_from_bytes::<Glance<'_>>(bytes).ok().filter(|(glance, _)| glance.stamp.0 > i64::MIN);
    glance.and_then(|(glance, _)| glance.annotation).is_some_and(|of| is_so(of.quote.0, of.memo))
}

/// Packs entries: for each the id's 16 bytes, its length in 4 bytes, and itself; and their facts, one behind the other.
pub fn pack(entries: &[Entry]) -> (Vec<u8>, Vec<u8>) {
    let mut bytes = Vec::with_capacity(entries.iter().map(|entry| entry.bytes.len() + 20).sum());
    let mut facts = Vec::with_capacity(entries.len() * 20);
    for entry in entries {
        bytes.extend_from_slice(&entry.id.0.0.to_be_bytes());
        bytes.extend_from_slice(&(entry.bytes.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&entry.bytes);
        facts = postcard::to_extend(&written(entry.fact.as_ref()), facts).unwrap_or_default();
    }
    (bytes, facts)
}

fn written(fact: Option<&Fact>) -> Written {
    let Some(fact) = fact else {
        return Written { marks: DELETED, start: 0, len: 0, code: 0, coder: 0, time: 0, read: 0 };
    };
    let Marks { has_memo, is_linked, is_alone, is_suggested, is_doubtful } = fact.marks;
    let bits = [has_memo, is_linked, is_alone, is_suggested, is_doubtful].into_iter().enumerate();
    Written {
        marks: bits.map(|(at, is_set)| u8::from(is_set) << at).sum(),
        start: fact.start,
        len: fact.end.saturating_sub(fact.start),
        code: fact.code,
        coder: fact.coder,
        time: fact.time.0,
        read: fact.read.0.saturating_sub(fact.time.0),
    }
}

/// The facts of a chunk as they lie there, nothing for a deleted entry; stops at the first that is not whole.
pub fn facts(mut bytes: &[u8]) -> impl Iterator<Item = Option<Fact>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let (written, rest) = postcard::take_from_bytes::<Written>(bytes).ok()?;
        bytes = rest;
        let is = |at: u32| written.marks & (1 << at) != 0;
        Some((written.marks & DELETED == 0).then(|| Fact {
            start: written.start,
            end: written.start.saturating_add(written.len),
            code: written.code,
            coder: written.coder,
            time: Time(written.time),
            read: Time(written.time.saturating_add(written.read)),
            marks: Marks {
                has_memo: is(0),
                is_linked: is(1),
                is_alone: is(2),
                is_suggested: is(3),
                is_doubtful: is(4),
            },
        }))
    })
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

/// Unpacks a chunk and its facts to change it.
pub fn unpack(bytes: &[u8], fact_bytes: &[u8]) -> Entries {
    let facts = facts(fact_bytes).chain(std::iter::repeat(None));
    entries(bytes).zip(facts).map(|((id, entry), fact)| Entry { id, bytes: entry.to_vec(), fact }).collect()
}

/// Cuts entries into chunks that keep both limits.
pub fn split(entries: Entries) -> Vec<Entries> {
    let mut chunks: Vec<Entries> = Vec::new();
    let mut n_bytes = 0;
    for entry in entries {
        n_bytes += entry.bytes.len() + 20;
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < MAX_ENTRIES && n_bytes <= MAX_BYTES => chunk.push(entry),
            _ => {
                n_bytes = entry.bytes.len() + 20;
                chunks.push(vec![entry]);
            }
        }
    }
    chunks
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::annotation::{Counterpart, Doubt, Origin, Passage};
    use crate::model::code::CodeId;
    use crate::model::document::DocumentId;
    use crate::text::anchor::Quote;

    fn annotation(n: u64, text: &str, marks: u8) -> Annotation {
        let passage = Passage { document: DocumentId(text.into()), start: n as usize, end: n as usize + 3 };
        let quote = Quote { exact: text.into(), before: "б".into(), after: text.into() };
        let id = AnnotationId::new(Time(n as i64), u128::from(n));
        Annotation {
            memo: if marks & 1 == 0 { String::new() } else { text.into() },
            counterpart: match marks & 6 {
                2 => Counterpart::Is(id),
                4 => Counterpart::Nothing,
                _ => Counterpart::Open,
            },
            doubt: (marks & 32 != 0).then(|| Doubt { words: text.into(), confidence: 70 }),
            origin: if marks & 8 == 0 { Origin::Hand } else { Origin::Suggestion },
            reread: (marks & 16 != 0).then_some(Time(n as i64 + 5)),
            ..Annotation::new(id, text, (passage, quote), CodeId(text.into()), Time(n as i64))
        }
    }

    proptest! {
        #[test]
        fn a_chunk_gives_back_what_was_packed(
            all in prop::collection::vec((0u64..1 << 40, "[aқй\n]{0,9}", any::<u8>(), prop::bool::ANY), 0..80)
        ) {
            let entry = |(n, text, marks, is_there): &(u64, String, u8, bool)| {
                let annotation = is_there.then(|| annotation(*n, text, *marks));
                let fact = annotation.as_ref().map(|a| Fact::of(a, n.trailing_zeros(), u32::from(*marks)));
                let stamp = Stamp { time: Time(*n as i64), tick: 3, by: text.clone() };
                let id = AnnotationId::new(Time(*n as i64), u128::from(*n));
                Entry { id, bytes: encode(&Kept { stamp, annotation }), fact }
            };
            let entries: Entries = all.iter().map(entry).collect();
            let (bytes, facts) = pack(&entries);
            prop_assert_eq!(unpack(&bytes, &facts), entries);
            let chunk = Chunk::new(bytes);
            for (at, (n, text, marks, is_there)) in all.iter().enumerate() {
                let expected = is_there.then(|| annotation(*n, text, *marks));
                let is_so = |quote: &str, memo: &str| expected.as_ref().is_some_and(|a| a.quote.exact == quote && a.memo == memo);
                prop_assert_eq!(chunk.holds(at, &is_so), expected.is_some());
                prop_assert_eq!(chunk.annotation(at), expected);
            }
        }
    }
}
