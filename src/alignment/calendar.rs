//! Words for numbers, months and weekdays in Kazakh, Russian and English, by their skeletons' beginnings.

/// What a word of the lists stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Listed {
    /// A month, from 1.
    Month(u8),
    /// A weekday, Monday first, from 1.
    Weekday(u8),
    /// A number.
    Number(u64),
}

const MONTHS: [&[&str]; 12] = [
    &["january", "январ*", "қаңтар*"],
    &["february", "феврал*", "ақпан*"],
    &["march", "март", "марта", "марте", "наурыз*"],
    &["april", "апрел*", "сәуір*"],
    &["май", "мая", "мае", "мамыр*"],
    &["june", "июн*", "маусым*"],
    &["july", "июл*", "шілде*"],
    &["august", "август*", "тамыз*"],
    &["september", "сентябр*", "қыркүйек*", "қыркүйег*"],
    &["october", "октябр*", "қазан", "қазанда", "қазанның", "қазандағы", "қазанға"],
    &["november", "ноябр*", "қараша*"],
    &["december", "декабр*", "желтоқсан*"],
];

const WEEKDAYS: [&[&str]; 7] = [
    &["monday", "mondays", "понедельник*", "дүйсенбі*"],
    &["tuesday", "tuesdays", "вторник*", "сейсенбі*"],
    &["wednesday", "wednesdays", "сред", "среду", "среды", "сәрсенбі*"],
    &["thursday", "thursdays", "четверг*", "бейсенбі*"],
    &["friday", "fridays", "пятниц*", "жұма", "жұмада", "жұмасында"],
    &["saturday", "saturdays", "суббот*", "сенбі*"],
    &["sunday", "sundays", "воскресень*", "жексенбі*"],
];

const NUMBERS: [(u64, &[&str]); 27] = [
    (2, &["two", "second", "twice", "два", "две", "двух", "второй", "вторая", "екі", "екінші", "екеуі"]),
    (3, &["three", "third", "три", "трех", "третий", "третья", "үш", "үшінші", "үшеуі"]),
    (4, &["four", "fourth", "четыре", "четырех", "четвертый", "төрт", "төртінші"]),
    (5, &["five", "fifth", "пять", "пяти", "пятый", "бес", "бесінші"]),
    (6, &["six", "sixth", "шесть", "шести", "шестой", "алты", "алтыншы"]),
    (7, &["seven", "seventh", "семь", "семи", "седьмой", "жеті", "жетінші"]),
    (8, &["eight", "eighth", "восемь", "восьми", "восьмой", "сегіз", "сегізінші"]),
    (9, &["nine", "ninth", "девять", "девяти", "девятый", "тоғыз", "тоғызыншы"]),
    (10, &["ten", "tenth", "десять", "десяти", "десятый", "он", "оныншы"]),
    (11, &["eleven", "одиннадцать"]),
    (12, &["twelve", "двенадцать"]),
    (15, &["fifteen", "пятнадцать"]),
    (18, &["eighteen", "восемнадцать"]),
    (20, &["twenty", "двадцать", "двадцати", "жиырма"]),
    (30, &["thirty", "тридцать", "тридцати", "отыз"]),
    (40, &["forty", "сорок", "сорока", "қырық"]),
    (50, &["fifty", "пятьдесят", "елу"]),
    (60, &["sixty", "шестьдесят", "алпыс"]),
    (70, &["seventy", "семьдесят", "жетпіс"]),
    (80, &["eighty", "восемьдесят", "сексен"]),
    (90, &["ninety", "девяносто", "тоқсан"]),
    (100, &["hundred", "hundreds", "сто", "сотни", "жүз", "жүздеген"]),
    (1_000, &["thousand", "thousands", "тысяч*", "тыс", "мың", "мыңдаған"]),
    (1_000_000, &["million", "millions", "миллион*", "млн"]),
    (1_000_000_000, &["billion", "billions", "миллиард*", "млрд"]),
    (500_000, &["half", "половина", "половину", "половины", "жарты", "жартысы"]),
    (1_000_000_000_000, &["trillion", "trillions", "триллион*", "трлн"]),
];

/// What a word in small letters stands for, if the lists know it.
pub fn listed(word: &str) -> Option<Listed> {
    let named = |forms: &[&str]| {
        forms.iter().any(|form| form.strip_suffix('*').map_or(*form == word, |start| word.starts_with(start)))
    };
    let month = MONTHS.iter().position(|forms| named(forms)).map(|at| Listed::Month(at as u8 + 1));
    let weekday = || WEEKDAYS.iter().position(|forms| named(forms)).map(|at| Listed::Weekday(at as u8 + 1));
    let number = || NUMBERS.iter().find(|(_, forms)| named(forms)).map(|(value, _)| Listed::Number(*value));
    month.or_else(weekday).or_else(number)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn three_languages_name_the_same_days_and_numbers() {
        for words in [["march", "марта", "наурызда"], ["sunday", "воскресенье", "жексенбі"], ["seven", "семь", "жеті"]]
        {
            let [first, rest @ ..] = words.map(listed);
            assert!(first.is_some() && rest.iter().all(|other| *other == first), "{words:?}");
        }
        assert_eq!(listed("кітап"), None);
    }
}
