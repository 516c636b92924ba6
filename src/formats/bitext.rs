//! Pairs of segments that say the same in two languages, as translation memories and tables hold them.

/// Pairs of segments.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Units {
    /// The languages of the left and the right ones, ISO 639; empty where the file does not say.
    pub languages: [String; 2],
    /// The pairs, in the order of the file.
    pub pairs: Vec<(String, String)>,
    /// What was left out or guessed, a sentence each, without words of segments.
    pub told: Vec<String>,
}

impl std::fmt::Debug for Units {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Units({:?}, {} pairs)", self.languages, self.pairs.len())
    }
}

/// Places of a kind, of which the first few are shown: `3, 7, 9, …`.
pub fn places(numbers: &[usize]) -> String {
    let shown: Vec<String> = numbers.iter().take(5).map(usize::to_string).collect();
    shown.join(", ") + if numbers.len() > 5 { ", …" } else { "" }
}
