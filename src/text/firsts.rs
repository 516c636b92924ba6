//! Which characters a word can begin with when its skeleton is to begin with given letters: most words need no folding.

use crate::text::alphabet::{Letter, Script, letter, twin};
use crate::text::skeleton::DIGRAPHS;

/// The sounds that the written forms of some skeletons can begin with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Firsts {
    sounds: String,
}

impl Firsts {
    /// Takes the skeletons that are looked for.
    pub fn of<'a>(skeletons: impl Iterator<Item = &'a str>) -> Self {
        let mut sounds: String = skeletons.filter_map(|skeleton| skeleton.chars().next()).collect();
        let written = DIGRAPHS.iter().filter(|(_, letter)| sounds.contains(*letter));
        let more: String = written.filter_map(|(written, _)| written.chars().next()).collect();
        sounds.push_str(&more);
        // A mark behind makes these of those.
        let marked = [('S', 's'), ('C', 'c'), ('j', 'z')].into_iter().filter(|(letter, _)| sounds.contains(*letter));
        let bases: String = marked.map(|(_, base)| base).collect();
        sounds.push_str(&bases);
        Self { sounds }
    }

    /// Whether a word that begins with `first` may have one of the skeletons.
    pub fn allow(&self, first: char) -> bool {
        let own = [Some(first), twin(first, Script::Latin), twin(first, Script::Cyrillic)];
        own.into_iter().flatten().any(|c| match letter(c) {
            Letter::Plain(letter) | Letter::Pair(letter, _) => self.sounds.contains(letter),
            _ => true,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::skeleton::folded;

    proptest! {
        #[test]
        fn no_beginning_is_forgotten(word in prop_oneof!["[a-zA-ZА-яқөі'\u{327}\u{30c}-]{1,6}", "[a-z]{1,4}", any::<String>()]) {
            let skeleton = folded(&word);
            if let Some(first) = word.chars().next().filter(|_| !skeleton.is_empty()) {
                prop_assert!(Firsts::of(std::iter::once(&*skeleton)).allow(first));
            }
        }
    }
}
