//! What is said of a passage in a file of another program, beside its place and the name of its code.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::code::CodeId;
use crate::model::time::Time;

/// What is said of a passage. As JSON it goes where a format has room for what its own program does not know.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Claim {
    /// Our name of the annotation, or the file's own number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<AnnotationId>,
    /// Our name of its code; empty where the file only says what that is called.
    #[serde(skip_serializing_if = "is_empty")]
    pub code: CodeId,
    /// Who said it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub coder: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// What was thought.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub memo: String,
    /// The annotation of which it is a further part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of: Option<AnnotationId>,
}

fn is_empty(id: &CodeId) -> bool {
    id.0.is_empty()
}

impl std::fmt::Debug for Claim {
    // Not the memo: this may end in a panic's message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Claim({:?} {:?} by {:?})", self.id, self.code, self.coder)
    }
}

impl Claim {
    /// What an annotation says.
    pub fn of(annotation: &Annotation) -> Self {
        Self {
            id: Some(annotation.id),
            code: annotation.code.clone(),
            coder: annotation.coder.clone(),
            time: time_of(annotation),
            memo: annotation.memo.clone(),
            part_of: annotation.part_of,
        }
    }

    /// Its JSON, in one line and without any letter that some program takes for a line's end.
    pub fn line(&self) -> String {
        one_line(&serde_json::to_string(self).unwrap_or_default())
    }

    /// Reads its JSON; what can't be read is nothing.
    pub fn read(json: &Value) -> Self {
        Self::deserialize(json).unwrap_or_default()
    }
}

/// When an annotation was made, where that is known.
pub fn time_of(annotation: &Annotation) -> Option<Time> {
    Some(annotation.time).filter(|time| *time != Time(0))
}

/// Whether some program takes a letter for a line's end. Source: Python's `str.splitlines`.
pub fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// JSON whose letters that some program takes for a line's end are written as escapes.
pub fn one_line(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    for c in json.chars() {
        if ends_line(c) {
            let _ = write!(line, "\\u{:04x}", c as u32);
        } else {
            line.push(c);
        }
    }
    line
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_one_line_and_comes_back() {
        let claim = Claim {
            memo: "a\nб\u{2028}\u{85}\"\\".into(),
            coder: "Әсел".into(),
            time: Some(Time(1_795_227_581_120)),
            ..Claim::default()
        };
        let line = claim.line();
        assert!(!line.contains(ends_line));
        assert_eq!(Claim::read(&serde_json::from_str(&line).unwrap()), claim);
        assert_eq!(Claim::read(&serde_json::json!({"coder": 3})), Claim::default());
        assert_eq!(Claim::default().line(), "{}");
    }
}
