//! Plain texts, as they are.

use crate::formats::bundle::{Brought, Piece, Refused};
use crate::formats::decoded;
use crate::formats::losses::{Loss, Losses};
use crate::formats::prose::Card;
use crate::model::study::Study;

/// Nothing in a file says that it is a plain text.
pub fn is_it(_: &Piece) -> bool {
    false
}

/// Reads a text: line ends become plain ones, control characters go. Fails where it is no text.
pub fn read(piece: &Piece) -> Result<Brought, Refused> {
    let (mut told, mut losses) = (Vec::new(), Losses::default());
    let text = decoded::text(piece, None, &mut told)?;
    let is_lost = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    losses.many(Loss::Letter, text.chars().filter(|c| is_lost(*c)).count());
    let text: String = text.chars().filter(|c| !is_lost(*c)).collect();
    told.extend(losses.told(&piece.path));
    let papers = vec![Card::default().paper(piece.stem(), text, Vec::new())];
    Ok(Brought { study: Study { papers, ..Study::default() }, told, ..Brought::default() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_as_it_is() {
        let brought = read(&Piece::of_text("a.en.txt", "\u{feff}a\r\n\r\n\r\n\tб \u{7}👍\n")).unwrap();
        let paper = &brought.study.papers[0];
        assert_eq!((paper.document.id.0.as_str(), paper.text.as_deref()), ("a.en", Some("a\n\n\n\tб 👍\n")));
        assert_eq!(brought.told, ["a.en.txt: 1 character without a letter left out"]);
    }
}
