//! What a word is counted by: one key for all its forms; and the words that are not worth counting.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::text::skeleton::folded;
use crate::text::suffixes::stripped;
use crate::text::wordform::stem;

/// Words that say little by themselves, by language.
const TABLE: &str = include_str!("stop_words.tsv");

/// One key for the forms of a word of a language (`en`, `kk`, `ru`): what is left of it without its endings, in one
/// spelling for all scripts. Words of other languages are their own keys.
pub fn lemma(language: &str, word: &str) -> String {
    let small = word.to_lowercase();
    match language {
        "kk" => folded(&stripped(&small).unwrap_or(small)),
        _ => folded(&stem(language, &small).unwrap_or(small)),
    }
}

/// Whether a word says little by itself: `the`, `және`, `что`.
pub fn is_stop_word(language: &str, word: &str) -> bool {
    static WORDS: LazyLock<HashMap<&str, HashSet<&str>>> = LazyLock::new(|| {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
        rows.map(|(language, words)| (language, words.split_whitespace().collect())).collect()
    });
    let small = word.to_lowercase();
    let whole = small.split(['’', '\'']).next().unwrap_or("");
    WORDS.get(language).is_some_and(|words| words.contains(small.as_str()) || words.contains(whole))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_are_counted_together() {
        for (language, forms) in [
            ("en", &["protest", "Protests", "protesting"][..]),
            ("kk", &["мектеп", "Мектептерінде", "мектептен", "mekteptiñ"]),
            ("ru", &["школа", "школы", "Школами"]),
        ] {
            let keys: HashSet<String> = forms.iter().map(|word| lemma(language, word)).collect();
            assert_eq!(keys.len(), 1, "{keys:?}");
        }
        assert_ne!(lemma("kk", "мектеп"), lemma("kk", "мемлекет"));
    }

    #[test]
    fn small_words_are_not_counted() {
        assert!(is_stop_word("en", "The") && is_stop_word("kk", "Және") && is_stop_word("ru", "что"));
        assert!(is_stop_word("en", "don’t") && !is_stop_word("en", "protest") && !is_stop_word("kk", "the"));
    }
}
