//! A guess at the language a text is written in: English, Kazakh or Russian.

/// Letters that Kazakh has and Russian has not.
const KAZAKH_ONLY: &str = "әғқңөұүһіӘҒҚҢӨҰҮҺІ";

/// Guesses `en`, `kk` or `ru` from the letters; `None` where there are none.
///
/// Latin wins where it has over 1.5 times as many letters as Cyrillic (links are Latin in every language);
/// among Cyrillic texts Kazakh is told by its own letters, about one in five of a Kazakh text.
pub fn guess(text: &str) -> Option<&'static str> {
    let (mut latin, mut cyrillic, mut kazakh) = (0usize, 0usize, 0usize);
    for c in text.chars() {
        match c {
            'a'..='z' | 'A'..='Z' => latin += 1,
            '\u{400}'..='\u{52f}' => {
                cyrillic += 1;
                kazakh += usize::from(KAZAKH_ONLY.contains(c));
            }
            _ => {}
        }
    }
    match (latin, cyrillic) {
        (0, 0) => None,
        _ if 2 * latin > 3 * cyrillic => Some("en"),
        _ if kazakh * 50 > cyrillic => Some("kk"),
        _ => Some("ru"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn three_languages_are_told_apart() {
        assert_eq!(guess("Civil activity does not spill offline"), Some("en"));
        assert_eq!(guess("Қазақстандағы киберактивизм https://web.kz"), Some("kk"));
        assert_eq!(guess("Нравится Поделиться Смотреть все"), Some("ru"));
        assert_eq!(guess("2016 — …"), None);
    }
}
