//! Positions in text, and the boundaries a cursor may stand on.

pub mod anchor;
pub mod body;
pub mod encoding;
pub mod fold;
pub mod heading;
pub mod language;
pub mod offsets;
pub mod search;
pub mod segment;
pub mod span;
pub mod width;
pub mod wrap;
