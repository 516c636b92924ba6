//! What the same keys would have typed on the other keyboard: `vtrntg` is `мектеп`.

/// The keys of the Kazakh layout and of the American one, both without and with Shift.
const KEYS: [(&str, &str); 4] = [
    ("ёйцукенгшщзхъфывапролджэячсмитьбю", "`qwertyuiop[]asdfghjkl;'zxcvbnm,."),
    ("ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ", "~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"),
    ("әіңғүұқөһ", "2345890-="),
    ("ӘІҢҒҮҰҚӨҺ", "@#$%*()_+"),
];

/// The query as the other layout would have had it; none when it says nothing there (no letter, or both scripts).
pub fn keyboard_twin(query: &str) -> Option<String> {
    let is_cyrillic = |c: char| KEYS.iter().any(|(cyrillic, _)| cyrillic.contains(c));
    let is_latin = |c: char| c.is_ascii_alphabetic();
    let (to_latin, to_cyrillic) = (query.chars().any(is_cyrillic), query.chars().any(is_latin));
    if to_latin == to_cyrillic {
        return None;
    }
    let swap = |c: char| {
        let key = KEYS.iter().find_map(|&(cyrillic, latin)| {
            let (from, to) = if to_latin { (cyrillic, latin) } else { (latin, cyrillic) };
            to.chars().nth(from.chars().position(|own| own == c)?)
        });
        key.unwrap_or(c)
    };
    let twin: String = query.chars().map(swap).collect();
    (twin != query).then_some(twin)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn the_keys_have_as_many_letters_on_both_sides() {
        assert!(KEYS.iter().all(|(cyrillic, latin)| cyrillic.chars().count() == latin.chars().count()));
    }

    #[test]
    fn a_word_typed_on_the_wrong_layout_comes_right() {
        assert_eq!(keyboard_twin("vtrntg").as_deref(), Some("мектеп"));
        assert_eq!(keyboard_twin("мектеп").as_deref(), Some("vtrntg"));
        assert_eq!(keyboard_twin("0fpf0").as_deref(), Some("қазақ"));
        assert_eq!(keyboard_twin("зкщеуые 5"), Some("protest 5".to_owned()));
        assert_eq!(keyboard_twin("2022"), None);
        assert_eq!(keyboard_twin(""), None);
    }
}
