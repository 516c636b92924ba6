//! What is looked for in words, and what to tell where nothing can be.

use crate::say;
use crate::text::search::{MOST_CHARS, QueryError};

/// Why a query can't be looked for, in words.
pub fn told(error: &QueryError) -> String {
    match error {
        QueryError::Empty => say!("nothing to look for").to_owned(),
        QueryError::OnlyMarks => {
            say!("there is no letter to look for; = before it looks for signs as written").to_owned()
        }
        QueryError::Lines => say!("a search is within one line; take the line break out").to_owned(),
        QueryError::Long(n) => say!("the query has {n} characters, more than {most}", n, most = MOST_CHARS),
        QueryError::Pattern(at, why) => say!("the pattern is wrong at character {at}: {why}", at, why = usual(why)),
        QueryError::Large => say!("the pattern is too large; repeat less in it").to_owned(),
    }
}

/// What is usually wrong in a pattern, in the coder's language; the rest stays as the library says it.
fn usual(why: &str) -> &str {
    match why {
        "unclosed group" => say!("unclosed group"),
        "unopened group" => say!("unopened group"),
        "unclosed character class" => say!("unclosed character class"),
        "unclosed counted repetition" => say!("unclosed counted repetition"),
        "unrecognized escape sequence" => say!("unrecognized escape sequence"),
        "repetition operator missing expression" => say!("repetition operator missing expression"),
        other => other,
    }
}
