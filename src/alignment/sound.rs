//! How alike two words sound, whatever script they are written in.

/// Letters of a skeleton that are kept; endings behind them are grammar more often than meaning.
pub const KEPT_LETTERS: usize = 8;

/// A word folded to one alphabet of small Latin letters, with `S` for sh and `C` for ch; other signs fall out.
pub fn skeleton(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' if !matches!(c, 'w' | 'y' | 'x') => folded.push(c),
            _ => folded.push_str(letter(c)),
        }
    }
    collapsed(&digraphs(&folded))
}

fn letter(c: char) -> &'static str {
    match c {
        'а' | 'ә' | 'ä' | 'á' | 'à' | 'â' | 'ã' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ғ' | 'ğ' | 'ǵ' => "g",
        'д' => "d",
        'е' | 'э' | 'ё' | 'é' | 'è' | 'ê' | 'ë' => "e",
        'ж' => "j",
        'з' => "z",
        'и' | 'й' | 'і' | 'ы' | 'y' | 'ı' | 'í' | 'ï' | 'ý' => "i",
        'к' | 'қ' => "k",
        'л' => "l",
        'м' => "m",
        'н' | 'ң' | 'ñ' | 'ŋ' | 'ń' => "n",
        'о' | 'ө' | 'ö' | 'ó' | 'ô' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ұ' | 'ү' | 'w' | 'ü' | 'ū' | 'ú' => "u",
        'ф' => "f",
        'х' | 'һ' => "h",
        'ц' => "c",
        'ч' | 'ç' => "C",
        'ш' | 'щ' | 'ş' => "S",
        'ю' => "iu",
        'я' => "ia",
        'x' => "ks",
        _ => "",
    }
}

fn digraphs(folded: &str) -> String {
    const PAIRS: [(&str, &str); 11] = [
        ("sch", "S"),
        ("tsh", "C"),
        ("zh", "j"),
        ("dj", "j"),
        ("kh", "h"),
        ("gh", "g"),
        ("ng", "n"),
        ("sh", "S"),
        ("ch", "C"),
        ("ts", "c"),
        ("ie", "e"),
    ];
    let mut out = String::with_capacity(folded.len());
    let mut rest = folded;
    while let Some(first) = rest.chars().next() {
        if let Some((from, to)) = PAIRS.iter().find(|(from, _)| rest.starts_with(from)) {
            out.push_str(to);
            rest = rest.strip_prefix(from).unwrap_or("");
        } else {
            out.push(first);
            rest = rest.strip_prefix(first).unwrap_or("");
        }
    }
    out
}

fn collapsed(text: &str) -> String {
    let mut last = None;
    text.chars().filter(|&c| last.replace(c) != Some(c)).collect()
}

/// The sounds of a skeleton, a byte each: spellings that only differ by a language's habit fall together.
pub fn sounds(skeleton: &str) -> Vec<u8> {
    let letters = skeleton.as_bytes();
    let mut sounds = Vec::with_capacity(letters.len());
    for (at, &c) in letters.iter().enumerate() {
        let next = letters.get(at + 1).copied().unwrap_or(b' ');
        let sound = match c {
            b'c' if matches!(next, b'e' | b'i') => b's',
            b'c' | b'q' => b'k',
            b'p' if next == b'h' => b'f',
            b'h' if at > 0 && matches!(letters.get(at - 1), Some(b'p' | b't')) => continue,
            other => other,
        };
        if sounds.last() != Some(&sound) {
            sounds.push(sound);
        }
    }
    sounds.truncate(KEPT_LETTERS);
    sounds
}

/// The first three firm consonants: words that may be alike share this key or the first four sounds.
pub fn frame(sounds: &[u8]) -> Option<[u8; 3]> {
    let mut firm = sounds.iter().filter(|c| !is_soft(**c)).map(|c| class(*c));
    Some([firm.next()?, firm.next()?, firm.next().unwrap_or(b'.')])
}

fn is_soft(c: u8) -> bool {
    matches!(c, b'a' | b'e' | b'i' | b'o' | b'u' | b'v' | b'h')
}

const fn is_vowel(c: u8) -> bool {
    matches!(c, b'a' | b'e' | b'i' | b'o' | b'u')
}

const fn class(c: u8) -> u8 {
    match c {
        b'p' => b'b',
        b'd' => b't',
        b'z' | b'S' | b'C' => b's',
        b'g' => b'k',
        other => other,
    }
}

/// What it costs to hear one sound for another, in tenths.
static EXCHANGE: [[u8; 128]; 128] = exchanges();

const fn exchanges() -> [[u8; 128]; 128] {
    let mut costs = [[10; 128]; 128];
    let mut a = 0;
    while a < 128 {
        let mut b = 0;
        while b < 128 {
            costs[a][b] = exchange(a as u8, b as u8);
            b += 1;
        }
        a += 1;
    }
    costs
}

const fn exchange(a: u8, b: u8) -> u8 {
    if a == b {
        0
    } else if is_vowel(a) && is_vowel(b) {
        3
    } else if class(a) == class(b) || matches!((a, b), (b'u' | b'f' | b'b', b'v') | (b'v', b'u' | b'f' | b'b')) {
        4
    } else if matches!((a, b), (b'j', b'g' | b'S' | b'C' | b'i') | (b'g' | b'S' | b'C' | b'i', b'j'))
        || matches!((a, b), (b'h', b'g' | b'k') | (b'g' | b'k', b'h'))
    {
        5
    } else {
        10
    }
}

fn omission(c: u8) -> u8 {
    if is_vowel(c) || c == b'h' { 5 } else { 10 }
}

/// How alike two words sound, from `least` to 1, or 0: the cheapest way to turn the shorter into a beginning of the longer.
pub fn likeness(a: &[u8], b: &[u8], least: f32) -> f32 {
    let (short, long) = if (a.len(), a) <= (b.len(), b) { (a, b) } else { (b, a) };
    if short.len() < 3 {
        return 0.0;
    }
    let n = short.len() as f32;
    let weight = (n / 6.0).min(1.0);
    let most_cost = ((1.0 - least / weight) * n * 4.0).max(0.0) as u8;
    let mut row = [0u8; KEPT_LETTERS + 1];
    for (at, c) in long.iter().enumerate() {
        row[at + 1] = row[at].saturating_add(omission(*c));
    }
    for &s in short {
        let costs = &EXCHANGE[usize::from(s & 127)];
        let mut diagonal = row[0];
        row[0] = row[0].saturating_add(omission(s));
        let mut cheapest = row[0];
        for (at, &l) in long.iter().enumerate() {
            let exchanged = diagonal.saturating_add(costs[usize::from(l & 127)]);
            diagonal = row[at + 1];
            let left_out = diagonal.saturating_add(omission(s)).min(row[at].saturating_add(omission(l)));
            row[at + 1] = exchanged.min(left_out);
            cheapest = cheapest.min(row[at + 1]);
        }
        if cheapest > most_cost {
            return 0.0;
        }
    }
    // An ending is free; how much of the word it leaves says what the rest is worth.
    let cost = row.iter().take(long.len() + 1).min().map_or(10.0, |c| f32::from(*c));
    (1.0 - cost / (n * 4.0)).max(0.0) * weight
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn alike(a: &str, b: &str) -> f32 {
        likeness(&sounds(&skeleton(a)), &sounds(&skeleton(b)), 0.3)
    }

    #[test]
    fn names_sound_alike_across_scripts_and_endings() {
        for (a, b) in [
            ("Washington", "Вашингтонда"),
            ("Kazakhstan", "Қазақстанның"),
            ("Trump", "Трампты"),
            ("Massachusetts", "Массачусетс"),
            ("president", "президенттікке"),
            ("Qaraghandy", "Қарағанды"),
        ] {
            assert!(alike(a, b) > 0.4, "{a} {b} {}", alike(a, b));
            assert!((alike(a, b) - alike(b, a)).abs() < f32::EPSILON);
        }
        assert!(alike("government", "үкімет") < 0.3);
        assert!(alike("people", "халық") < 0.3);
    }
}
