//! A number with its noun.

/// `1 annotation`, `2 annotations`; for nouns that take an s.
pub fn counted(n: usize, noun: &str) -> String {
    let ending = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{ending}")
}
