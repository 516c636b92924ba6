//! Positions in text, and the boundaries a cursor may stand on.

pub mod alphabet;
pub mod anchor;
pub mod body;
pub mod carry;
pub mod concordance;
pub mod encoding;
pub mod firsts;
pub mod fold;
pub mod hashing;
pub mod heading;
pub mod language;
pub mod lemma;
pub mod offsets;
pub mod ruler;
pub mod search;
pub mod seek;
pub mod segment;
pub mod sieve;
pub mod skeleton;
pub mod span;
pub mod suffixes;
pub mod width;
pub mod wordform;
pub mod words;
pub mod wrap;
