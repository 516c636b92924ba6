//! Where a query stands in the documents of a project, each place as a line in its context.

use crate::alignment::pair::PairAlignment;
use crate::model::annotation::AnnotationId;
use crate::model::document::DocumentId;
use crate::text::body::Text;
use crate::text::concordance::{Line, Room, Side, SortKey, line, sort_key};
use crate::text::search::Needle;
use crate::text::span::{Span, slice};
use crate::text::width::{columns, fitted, flat};

/// The context that is kept on each side, in columns.
const ROOM: Room = Room { left_columns: 90, right_columns: 90 };

/// The columns of the other document's words that are kept.
const COUNTERPART_COLUMNS: usize = 600;

/// One place where a query stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Hit {
    /// The document.
    pub document: DocumentId,
    /// The place, in bytes.
    pub span: Span,
    /// The words there and around it.
    pub line: Line,
    /// What the pair's other document says there; empty where it says nothing.
    pub counterpart: String,
    /// The words that it was found by, where its place is doubtful; else empty.
    pub was: String,
    /// What is said of it: codes and coders; empty where it is only words.
    pub said: String,
    /// The annotations that it comes from; none where it is only words.
    pub annotations: Vec<AnnotationId>,
    /// Its place among others by what stands left of it, and right.
    keys: [SortKey; 2],
}

impl std::fmt::Debug for Hit {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hit({} {:?})", self.document, self.span)
    }
}

/// How hits are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By document and place.
    #[default]
    Place,
    /// By the words left of them, the nearest first.
    Left,
    /// By the words right of them.
    Right,
}

/// The places in one document, at most `most`; `go_on` is told how many bytes were read, and ends the work.
pub fn hits(
    (document, text): (&DocumentId, &Text),
    needle: &Needle,
    pair: Option<&PairAlignment>,
    most: usize,
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Vec<Hit> {
    let found = needle.matches_in(text, most, go_on);
    in_context((document, text), found, pair)
}

/// Places in one document, in their order, as hits.
pub fn in_context((document, text): (&DocumentId, &Text), places: Vec<Span>, pair: Option<&PairAlignment>) -> Vec<Hit> {
    let mut block = None;
    let side = pair.and_then(|pair| pair.side_of(document));
    let hit = |span: Span| {
        let inside = |b: &crate::text::body::Block| b.start <= span.start && span.start < b.next;
        let block = match block.take().filter(inside) {
            Some(known) => block.insert(known),
            None => block.insert(text.block(span.start)),
        };
        let at = Span::new(span.start - block.start, (span.end - block.start).min(block.text.len()));
        let other = pair.zip(side).and_then(|(pair, side)| Some((pair, side, pair.counterpart(side, span)?)));
        let counterpart = other.map(|(pair, side, to)| pair.halves[1 - side].text.read(to)).unwrap_or_default();
        Hit {
            document: document.clone(),
            span,
            line: line(&block.text, at, ROOM, columns),
            counterpart: fitted(&flat(&counterpart), COUNTERPART_COLUMNS),
            was: String::new(),
            said: String::new(),
            annotations: Vec::new(),
            keys: [sort_key(&block.text, at, Side::Left), sort_key(&block.text, at, Side::Right)],
        }
    };
    places.into_iter().map(hit).collect()
}

/// Puts hits in order; equal ones by their place.
pub fn sort(hits: &mut [Hit], order: Order) {
    let place = |hit: &Hit| (hit.document.clone(), hit.span.start);
    match order {
        Order::Place => hits.sort_by_key(place),
        Order::Left => hits.sort_by(|a, b| a.keys[0].cmp(&b.keys[0]).then_with(|| place(a).cmp(&place(b)))),
        Order::Right => hits.sort_by(|a, b| a.keys[1].cmp(&b.keys[1]).then_with(|| place(a).cmp(&place(b)))),
    }
}

/// A hit as one line: what stands left of it ends at a column, so that the words looked for stand below each other.
/// Returns the line, and which of its bytes are the hit.
pub fn aligned(line: &Line, left_columns: usize, right_columns: usize) -> (String, Span) {
    let mut left = tail(&line.left, left_columns);
    let is_cut = left.len() < line.left.len();
    if is_cut {
        left = tail(&line.left, left_columns.saturating_sub(1));
    }
    let mut text = " ".repeat(left_columns.saturating_sub(columns(left) + usize::from(is_cut)));
    text.push_str(if is_cut { "…" } else { "" });
    text.push_str(left);
    let start = text.len();
    text.push_str(&line.keyword);
    let span = Span::new(start, text.len());
    text.push_str(head(&line.right, right_columns));
    (text, span)
}

/// The end of a text that fits into columns.
pub fn tail(text: &str, n_columns: usize) -> &str {
    let mut start = text.len();
    for (at, _) in text.char_indices().rev() {
        if columns(slice(text, at, text.len())) > n_columns {
            break;
        }
        start = at;
    }
    slice(text, start, text.len())
}

/// The beginning of a text that fits into columns.
pub fn head(text: &str, n_columns: usize) -> &str {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.take_while(|end| columns(slice(text, 0, *end)) <= n_columns).last();
    slice(text, 0, end.unwrap_or(0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::text::search::How;

    fn found(text: &str, query: &str) -> Vec<Hit> {
        let needle = Needle::new(query, How::Family).unwrap();
        hits((&DocumentId("d".into()), &Text::whole(text)), &needle, None, 99, &mut |_| true)
    }

    #[test]
    fn hits_are_sorted_by_their_neighbours_in_the_order_of_the_alphabet() {
        let mut all = found("ол мектеп ашты\nбұл мектеп үлкен\nәр мектеп ескі\n", "мектеп");
        sort(&mut all, Order::Left);
        let left: Vec<&str> = all.iter().map(|hit| hit.line.left.trim()).collect();
        assert_eq!(left, ["әр", "бұл", "ол"]);
        sort(&mut all, Order::Right);
        let right: Vec<&str> = all.iter().map(|hit| hit.line.right.trim()).collect();
        assert_eq!(right, ["ашты", "ескі", "үлкен"]);
        sort(&mut all, Order::Place);
        assert_eq!(all[0].line.left.trim(), "ол");
    }

    #[test]
    fn words_looked_for_stand_below_each_other() {
        let all = found("Қазақстан\nбіздің Қазақстанда ғой", "qazaqstan");
        let lines: Vec<(String, Span)> = all.iter().map(|hit| aligned(&hit.line, 5, 4)).collect();
        assert_eq!(lines[0].0, "     Қазақстан");
        assert_eq!(lines[1].0, "…дің Қазақстанда ғой");
        assert_eq!(columns(&lines[1].0[..lines[1].1.start]), 5);
        assert_eq!(&lines[1].0[lines[1].1.start..lines[1].1.end], "Қазақстанда");
    }
}
