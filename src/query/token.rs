//! The words of a query, each with its place.

use crate::query::expression::Mistake;
use crate::say;
use crate::text::span::{Span, slice};

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Where it stands, in bytes.
    pub at: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a word of a query is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `(`
    Open,
    /// `)`
    Close,
    /// Letters up to the next blank, bracket or quote.
    Word(String),
    /// What stands in quotes, with an equals sign before it or not.
    Quoted(String, bool),
    /// `key:value`, or `key:"value"`: then the value is meant as it stands.
    Pair(String, String, bool),
}

/// Signs that open a quote, and what closes it.
const QUOTES: [(char, char); 3] = [('"', '"'), ('“', '”'), ('«', '»')];

/// Takes a query apart; fails where a quote is not closed.
pub fn tokens(query: &str) -> Result<Vec<Token>, Mistake> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(c) = slice(query, at, query.len()).chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (kind, end) = token(query, at, c)?;
        all.push(Token { at: Span::new(at, end), kind });
        at = end;
    }
    Ok(all)
}

fn token(query: &str, at: usize, c: char) -> Result<(Kind, usize), Mistake> {
    match c {
        '(' => return Ok((Kind::Open, at + 1)),
        ')' => return Ok((Kind::Close, at + 1)),
        _ => {}
    }
    if let Some((text, end)) = quoted(query, at)? {
        let is_key = slice(query, end, query.len()).starts_with(':');
        return if is_key { pair(query, text, end + 1) } else { Ok((Kind::Quoted(text, false), end)) };
    }
    if c == '='
        && let Some((text, end)) = quoted(query, at + 1)?
    {
        return Ok((Kind::Quoted(text, true), end));
    }
    let rest = slice(query, at, query.len());
    let end = at + rest.find(is_end).unwrap_or(rest.len());
    let word = slice(query, at, end);
    match word.split_once(':').filter(|(key, _)| !key.is_empty()) {
        Some((key, _)) => pair(query, key.to_owned(), at + key.len() + 1),
        None => Ok((Kind::Word(word.to_owned()), end)),
    }
}

fn is_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')') || QUOTES.iter().any(|(open, _)| *open == c)
}

/// A key whose value begins here.
fn pair(query: &str, key: String, at: usize) -> Result<(Kind, usize), Mistake> {
    if let Some((text, end)) = quoted(query, at)? {
        return Ok((Kind::Pair(key, text, true), end));
    }
    let rest = slice(query, at, query.len());
    // A pattern may have brackets and blanks of its own.
    let pattern =
        rest.strip_prefix('/').and_then(|inner| Some(inner.find("/ ").or(inner.strip_suffix('/').map(str::len))? + 2));
    let end = at + pattern.unwrap_or_else(|| rest.find(is_end).unwrap_or(rest.len()));
    Ok((Kind::Pair(key, slice(query, at, end).to_owned(), false), end))
}

/// What stands in quotes from here, and where that ends.
fn quoted(query: &str, at: usize) -> Result<Option<(String, usize)>, Mistake> {
    let rest = slice(query, at, query.len());
    let Some((open, close)) = QUOTES.iter().find(|(open, _)| rest.starts_with(*open)) else { return Ok(None) };
    let inner = at + open.len_utf8();
    let Some(len) = slice(query, inner, query.len()).find(*close) else {
        return Err(Mistake::new(Span::new(at, query.len()), say!("this quote is not closed")));
    };
    Ok(Some((slice(query, inner, inner + len).to_owned(), inner + len + close.len_utf8())))
}
