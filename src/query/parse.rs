//! From what a coder writes to what they mean.
//!
//! `or` binds weakest, then `and`, then `not`, then how passages stand to each other (`overlapping`, `near 5 words`), and
//! strongest a filter behind a code: `protest by:asel`.

use std::collections::BTreeSet;

use crate::model::codebook::Codebook;
use crate::query::expression::{Distance, Filter, Mistake, Node, Relation, Reviewed, STANDINGS, TRAITS, Value, What};
use crate::query::needle::told;
use crate::query::token::{Kind, Token, tokens};
use crate::query::value::time_of;
use crate::say;
use crate::text::fold::folded;
use crate::text::search::{Needle, meant};
use crate::text::segment::Unit;
use crate::text::span::Span;
use crate::text::width::printable;

/// What a query is read against.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The codes.
    pub book: &'a Codebook,
    /// The names of the documents' attributes.
    pub attributes: &'a BTreeSet<String>,
}

/// Words that are no codes; a code that is called so is written in quotes.
pub const KEYWORDS: [&str; 17] = [
    "and",
    "or",
    "not",
    "any",
    "overlapping",
    "within",
    "containing",
    "near",
    "followed",
    "preceded",
    "by",
    "word",
    "words",
    "sentence",
    "sentences",
    "paragraph",
    "paragraphs",
];

/// Words of a code's name that are tried together.
const MAX_NAME_WORDS: usize = 8;

/// Codes and filters in a query at most: a list of names, not what a person writes.
const MAX_PARTS: usize = 500;

/// Distances at most; farther is everywhere.
const MAX_DISTANCE: usize = 1_000_000;

/// Brackets in brackets at most: nobody writes more, and each takes some of the stack.
const MAX_DEPTH: usize = 64;

/// Reads a query; fails with the place of the first mistake.
pub fn parse(query: &str, known: &Known<'_>) -> Result<Node, Mistake> {
    let mut parser = Parser { tokens: tokens(query)?, next: 0, end: query.len(), depth: 0, n_parts: 0, known };
    let node = parser.or()?;
    match parser.peek() {
        None => Ok(node),
        Some(token) if token.kind == Kind::Close => {
            Err(Mistake::new(token.at, say!("nothing is open that this closes")))
        }
        Some(token) => Err(Mistake::new(
            token.at,
            say!("say how this belongs to what is before it: and, or, overlapping, within, near, followed by"),
        )),
    }
}

/// Reads how far apart passages may be: `10 words`, `1 sentence`, `paragraph`; nothing where that is not said.
pub fn distance(written: &str) -> Option<Distance> {
    let (book, attributes) = (Codebook::default(), BTreeSet::new());
    let known = Known { book: &book, attributes: &attributes };
    let mut parser =
        Parser { tokens: tokens(written).ok()?, next: 0, end: written.len(), depth: 0, n_parts: 0, known: &known };
    let distance = parser.distance().ok()?;
    (parser.next > 0 && parser.peek().is_none()).then_some(distance)
}

struct Parser<'a> {
    tokens: Vec<Token>,
    next: usize,
    end: usize,
    depth: usize,
    n_parts: usize,
    known: &'a Known<'a>,
}

fn joined(left: Node, right: Node, how: fn(Box<Node>, Box<Node>) -> What) -> Node {
    Node { at: left.at.union(right.at), what: how(Box::new(left), Box::new(right)) }
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    /// Whether the next word is this one, and takes it then.
    fn takes(&mut self, keyword: &str) -> bool {
        let is_it = matches!(self.peek(), Some(Token { kind: Kind::Word(word), .. }) if folded(word) == keyword);
        self.next += usize::from(is_it);
        is_it
    }

    fn is_keyword(token: &Token) -> bool {
        matches!(&token.kind, Kind::Word(word) if KEYWORDS.contains(&folded(word).as_str()))
    }

    fn or(&mut self) -> Result<Node, Mistake> {
        let mut left = self.and()?;
        while self.takes("or") {
            left = joined(left, self.and()?, What::Or);
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Node, Mistake> {
        let mut left = self.not()?;
        loop {
            let is_not_next =
                matches!(self.peek(), Some(Token { kind: Kind::Word(word), .. }) if folded(word) == "not");
            if !self.takes("and") && !is_not_next {
                return Ok(left);
            }
            left = joined(left, self.not()?, What::And);
        }
    }

    fn not(&mut self) -> Result<Node, Mistake> {
        let start = self.peek().map_or(self.end, |token| token.at.start);
        if !self.takes("not") {
            return self.standing();
        }
        self.deeper()?;
        let inner = self.not()?;
        self.depth -= 1;
        Ok(Node { at: Span::new(start, inner.at.end), what: What::Not(Box::new(inner)) })
    }

    fn deeper(&mut self) -> Result<(), Mistake> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        let at = self.peek().map_or(Span::new(self.end, self.end), |token| token.at);
        Err(Mistake::new(at, say!("there are too many brackets in brackets")))
    }

    fn standing(&mut self) -> Result<Node, Mistake> {
        let mut left = self.filtered()?;
        while let Some(relation) = self.relation()? {
            let right = self.filtered()?;
            let at = left.at.union(right.at);
            left = Node { at, what: What::Stands(Box::new(left), relation, Box::new(right)) };
        }
        Ok(left)
    }

    fn relation(&mut self) -> Result<Option<Relation>, Mistake> {
        for (word, relation) in
            [("overlapping", Relation::Overlapping), ("within", Relation::Within), ("containing", Relation::Containing)]
        {
            if self.takes(word) {
                return Ok(Some(relation));
            }
        }
        if self.takes("near") {
            return self.distance().map(Relation::Near).map(Some);
        }
        for (word, relation) in
            [("followed", Relation::FollowedBy as fn(Distance) -> Relation), ("preceded", Relation::PrecededBy)]
        {
            if self.takes(word) {
                if !self.takes("by") {
                    return Err(self.missing(say!("write {word} by", word)));
                }
                return self.distance().map(relation).map(Some);
            }
        }
        Ok(None)
    }

    /// How far: `5 words`, `2 sentences`, `sentence` for the same one; the same paragraph where nothing is said.
    fn distance(&mut self) -> Result<Distance, Mistake> {
        let number = match self.peek() {
            Some(Token { kind: Kind::Word(word), .. }) => word.parse::<usize>().ok(),
            _ => None,
        };
        // A code may be called by a number.
        let unit_at = self.next + usize::from(number.is_some());
        let unit = match self.tokens.get(unit_at) {
            Some(Token { kind: Kind::Word(word), .. }) => match folded(word).as_str() {
                "word" | "words" => Some(Unit::Word),
                "sentence" | "sentences" => Some(Unit::Sentence),
                "paragraph" | "paragraphs" => Some(Unit::Paragraph),
                _ => None,
            },
            _ => None,
        };
        let Some(unit) = unit else {
            let is_code = number.is_some_and(|n| self.known.book.named(&n.to_string()).is_some());
            if number.is_some() && !is_code {
                self.next = unit_at;
                return Err(self.missing(say!("say of what: words, sentences or paragraphs").into()));
            }
            return Ok(Distance { n: 0, unit: Unit::Paragraph });
        };
        self.next = unit_at + 1;
        Ok(Distance { n: number.unwrap_or(0).min(MAX_DISTANCE), unit })
    }

    fn filtered(&mut self) -> Result<Node, Mistake> {
        let mut node = self.primary()?;
        while matches!(self.peek(), Some(Token { kind: Kind::Pair(..), .. })) {
            node = joined(node, self.primary()?, What::And);
        }
        Ok(node)
    }

    fn missing(&self, why: String) -> Mistake {
        Mistake::new(self.peek().map_or(Span::new(self.end, self.end), |token| token.at), why)
    }

    fn primary(&mut self) -> Result<Node, Mistake> {
        let Some(token) = self.peek().cloned() else {
            return Err(self.missing(say!("a code or a filter is missing here").into()));
        };
        self.n_parts += 1;
        if self.n_parts > MAX_PARTS {
            return Err(self.missing(say!("the query has more than {n} codes and filters", n = MAX_PARTS)));
        }
        if self.takes("any") {
            return Ok(Node { at: token.at, what: What::Any });
        }
        if Self::is_keyword(&token) {
            return Err(self.missing(
                say!("a code or a filter is missing here; a code that is called so stands in quotes").into(),
            ));
        }
        match token.kind {
            Kind::Open => self.bracket(token.at),
            Kind::Close => Err(self.missing(say!("a code or a filter is missing here").into())),
            Kind::Pair(key, value, is_quoted) => {
                self.next += 1;
                let what = What::Filter(self.filter(&key, (&value, is_quoted), token.at)?);
                Ok(Node { at: token.at, what })
            }
            Kind::Quoted(name, is_alone) => {
                self.next += 1;
                self.code(&name, is_alone, token.at)
            }
            Kind::Word(word) => match word.strip_prefix('=') {
                Some(name) => {
                    self.next += 1;
                    self.code(name, true, token.at)
                }
                None => self.named(token.at),
            },
        }
    }

    fn bracket(&mut self, at: Span) -> Result<Node, Mistake> {
        self.next += 1;
        self.deeper()?;
        let inner = self.or()?;
        self.depth -= 1;
        match self.peek() {
            Some(Token { kind: Kind::Close, at: end }) => {
                let at = at.union(*end);
                self.next += 1;
                Ok(Node { at, what: inner.what })
            }
            Some(_) => Err(self.missing(
                say!("say how this belongs to what is before it: and, or, overlapping, within, near, followed by")
                    .into(),
            )),
            None => Err(Mistake::new(at, say!("this bracket is not closed"))),
        }
    }

    /// A code of one or more words; the longest name that is one.
    fn named(&mut self, at: Span) -> Result<Node, Mistake> {
        let rest = self.tokens.get(self.next..).unwrap_or_default().iter().take(MAX_NAME_WORDS);
        let words: Vec<(String, Span)> = rest
            .take_while(|token| !Self::is_keyword(token))
            .map_while(|token| match &token.kind {
                Kind::Word(word) if !word.starts_with('=') => Some((word.clone(), token.at)),
                _ => None,
            })
            .collect();
        for n in (1..=words.len()).rev() {
            let run = words.get(..n).unwrap_or_default();
            let name = run.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(" ");
            if self.known.book.named(&name).is_some() {
                self.next += n;
                let at = run.iter().fold(at, |whole, (_, at)| whole.union(*at));
                return Ok(Node { at, what: What::Code { name, is_alone: false } });
            }
        }
        let name = words.first().map(|(word, _)| word.clone()).unwrap_or_default();
        self.code(&name, false, at)
    }

    fn code(&self, name: &str, is_alone: bool, at: Span) -> Result<Node, Mistake> {
        if self.known.book.named(name).is_some() {
            return Ok(Node { at, what: What::Code { name: name.to_owned(), is_alone } });
        }
        let shown = printable(name);
        Err(Mistake::new(
            at,
            match self.known.book.nearest(name) {
                Some(near) => {
                    say!("no code is called \"{name}\"; is {near} meant?", name = shown, near = near.called())
                }
                None => say!("no code is called \"{name}\"; for words in the text write text:{name}", name = shown),
            },
        ))
    }

    fn filter(&self, key: &str, (value, is_quoted): (&str, bool), at: Span) -> Result<Filter, Mistake> {
        let wrong = |why: String| Mistake::new(at, why);
        if value.trim().is_empty() {
            return Err(wrong(say!("write what {key}: is to be", key = printable(key))));
        }
        let values = || if is_quoted { vec![Value::Exactly(value.to_owned())] } else { Value::read_all(value) };
        let words = || {
            if is_quoted {
                vec![value.to_owned()]
            } else {
                value.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
            }
        };
        let needle = || {
            let (how, said) = meant(value);
            Needle::new(said, how).map_err(|error| wrong(told(&error)))
        };
        Ok(match folded(key).as_str() {
            "by" | "coder" => Filter::By(words()),
            "code" => {
                let (name, is_alone) = value.strip_prefix('=').map_or((value, false), |name| (name, true));
                self.code(name, is_alone, at)?;
                Filter::Code(name.to_owned(), is_alone)
            }
            "lang" | "language" => Filter::Language(values()),
            "doc" | "document" => Filter::Document(values()),
            "text" => Filter::Text(needle()?),
            "memo" => Filter::Memo(needle()?),
            "side" => Filter::Side(match folded(value).as_str() {
                "left" => Some(0),
                "right" => Some(1),
                "-" => None,
                _ => return Err(wrong(say!("side: is left or right").into())),
            }),
            "has" | "is" => {
                let found = TRAITS.iter().find(|(name, _)| folded(value) == *name);
                let names = TRAITS.map(|(name, _)| name).join(", ");
                Filter::Has(found.ok_or_else(|| wrong(say!("{key}: is one of {names}", key, names)))?.1)
            }
            "made" => {
                let (from, until) = time_of(value).ok_or_else(|| {
                    wrong(
                        say!(
                            "made: is a day, a month, a year or a range: 2026-11-21, 2026-11, >=2026, 2026-01..2026-06"
                        )
                        .into(),
                    )
                })?;
                Filter::Made(from, until)
            }
            "verdict" => {
                let standing = |word: &String| {
                    let names = STANDINGS.map(|(name, _)| name).join(", ");
                    let found = STANDINGS.iter().find(|(name, _)| folded(word) == *name);
                    found
                        .map(|(_, standing)| *standing)
                        .ok_or_else(|| wrong(say!("{key}: is one of {names}", key, names)))
                };
                Filter::Reviewed(Reviewed::As(words().iter().map(standing).collect::<Result<_, _>>()?))
            }
            "reviewed" => Filter::Reviewed(Reviewed::By(words())),
            "course" => {
                let (part, of) = part_of(value)
                    .ok_or_else(|| wrong(say!("course: is a part of the document: 1/4 is its first quarter").into()))?;
                Filter::Course(part, of)
            }
            _ => self.attribute(key, values(), at)?,
        })
    }

    fn attribute(&self, key: &str, values: Vec<Value>, at: Span) -> Result<Filter, Mistake> {
        let key = key.strip_prefix('@').unwrap_or(key);
        let known = self.known.attributes.iter().find(|name| folded(name) == folded(key));
        if let Some(name) = known {
            return match values.iter().find_map(Value::wrong) {
                Some(why) => Err(Mistake::new(at, why)),
                None => Ok(Filter::Attribute(name.clone(), values)),
            };
        }
        let own = self.known.attributes.iter().map(String::as_str);
        let names = FILTERS.into_iter().chain(own).map(printable).collect::<Vec<_>>().join(", ");
        Err(Mistake::new(at, say!("there is no {key}: to ask for; there are {names}", key = printable(key), names)))
    }
}

/// Which part, from 0, of how many: `1/4`.
fn part_of(value: &str) -> Option<(usize, usize)> {
    let (part, of) = value.split_once('/')?;
    let (part, of): (usize, usize) = (part.parse().ok()?, of.parse().ok()?);
    ((1..=of).contains(&part) && of <= 1000).then(|| (part - 1, of))
}

/// What can be asked of every annotation; the documents' attributes come to these.
pub const FILTERS: [&str; 12] =
    ["by", "code", "lang", "doc", "text", "memo", "side", "has", "made", "course", "verdict", "reviewed"];

/// The key of an attribute in a query, without its colon: `outlet`, `"facts from"`, and `@text` where the bare name asks for
/// something else.
pub fn key(attribute: &str) -> String {
    let others = ["coder", "language", "document", "is"];
    let is_taken = FILTERS.iter().chain(&others).any(|filter| folded(attribute) == **filter);
    written(&if is_taken { format!("@{attribute}") } else { attribute.to_owned() })
}

/// A name as it is written in a query: in quotes where it would be read as something else.
pub fn written(name: &str) -> String {
    let is_plain = |c: char| !c.is_whitespace() && !matches!(c, '(' | ')' | '"' | '“' | '«' | ':' | ',' | '=' | '*');
    let is_word = !name.is_empty() && name.chars().all(is_plain) && !KEYWORDS.contains(&folded(name).as_str());
    if is_word { name.to_owned() } else { format!("\"{}\"", name.replace('"', "")) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::model::code::{Code, CodeId};

    fn told_of(query: &str) -> String {
        let mut book = Codebook::default();
        for (id, name) in [("protest", "protest"), ("digital-divide", "digital divide"), ("and", "and"), ("7", "7")] {
            book.insert(Code::named(CodeId(id.into()), name));
        }
        let attributes = BTreeSet::from(["outlet".to_owned()]);
        match parse(query, &Known { book: &book, attributes: &attributes }) {
            Ok(node) => shown(&node),
            Err(wrong) => format!("{}..{}: {}", wrong.at.start, wrong.at.end, wrong.why),
        }
    }

    fn shown(node: &Node) -> String {
        match &node.what {
            What::Any => "any".into(),
            What::Code { name, is_alone } => format!("{}{name}", if *is_alone { "=" } else { "" }),
            What::Filter(Filter::By(names)) => format!("by {}", names.join("|")),
            What::Filter(Filter::Attribute(name, values)) => format!("{name} {}", values.len()),
            What::Filter(_) => "filter".into(),
            What::And(left, right) => format!("({} & {})", shown(left), shown(right)),
            What::Or(left, right) => format!("({} | {})", shown(left), shown(right)),
            What::Not(inner) => format!("!{}", shown(inner)),
            What::Stands(left, relation, right) => format!("({} {relation:?} {})", shown(left), shown(right)),
        }
    }

    #[test]
    fn words_bind_as_the_manual_says() {
        for (query, expected) in [
            ("protest", "protest"),
            ("PROTEST AND NOT by:asel,aigerim or digital divide", "((PROTEST & !by asel|aigerim) | digital divide)"),
            ("protest not digital divide", "(protest & !digital divide)"),
            ("protest by:asel overlapping \"and\"", "((protest & by asel) Overlapping and)"),
            ("any code:=protest \"outlet\":x", "((any & filter) & outlet 1)"),
            ("=protest outlet:\"Radio Azattyq\"", "(=protest & outlet 1)"),
            ("«digital divide» within (protest or 7)", "(digital divide Within (protest | 7))"),
            ("protest near 7", "(protest Near(Distance { n: 0, unit: Paragraph }) 7)"),
            ("protest near 7 words 7", "(protest Near(Distance { n: 7, unit: Word }) 7)"),
            ("protest followed by sentence any", "(protest FollowedBy(Distance { n: 0, unit: Sentence }) any)"),
            ("not not protest", "!!protest"),
        ] {
            assert_eq!(told_of(query), expected, "{query}");
        }
    }

    #[test]
    fn a_mistake_points_at_its_place() {
        for (query, expected) in [
            ("", "0..0: a code or a filter is missing here"),
            ("protest and", "11..11: a code or a filter is missing"),
            ("protest digital", "8..15: say how this belongs"),
            ("digital-divid", "0..13: no code is called \"digital-divid\"; is digital divide meant?"),
            ("(protest", "0..1: this bracket is not closed"),
            ("protest)", "7..8: nothing is open"),
            ("protest and \"dig", "12..16: this quote is not closed"),
            ("protest followed any", "17..20: write followed by"),
            ("outlt:x", "0..7: there is no outlt: to ask for; there are by, code"),
            ("made:yesterday", "0..14: made: is a day"),
            ("has:memos", "0..9: has: is one of memo, counterpart"),
            ("by:", "0..3: write what by: is to be"),
            ("text:/(/", "0..5: this"),
            ("мектеп or", "0..12: no code is called \"мектеп\""),
            ("protest near 10 metres protest", "16..22: say of what: words"),
            ("outlet:>2012", "0..12: write >= or <="),
            ("outlet:2014..2012", "0..17: the range 2014..2012 ends before"),
            ("made:2027..2026", "0..15: made: is a day"),
            ("or protest", "0..2: a code or a filter is missing here; a code that is called so"),
        ] {
            let told = told_of(query);
            assert!(told.starts_with(expected) || query == "text:/(/", "{query}: {told}");
        }
        let deep = "(".repeat(10_000);
        assert!(told_of(&deep).contains("too many brackets"));
        assert!(told_of(&"not ".repeat(10_000)).contains("too many brackets"));
    }

    #[test]
    fn names_are_written_so_that_they_are_read_back() {
        for name in ["protest", "digital divide", "and", "7"] {
            let query = format!("={}", written(name));
            assert_eq!(told_of(&query), format!("={name}"), "{query}");
        }
    }
}
