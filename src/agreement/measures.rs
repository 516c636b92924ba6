//! What a measure is, and what it finds.

use crate::agreement::disagreements::Disagreement;
use crate::agreement::score::Score;

/// One measure: how it is called, where it comes from, and when not to trust it. `F` is how it is asked.
#[derive(Debug, Clone, Copy)]
pub struct Measure<F> {
    /// The name in files, for ever the same.
    pub name: &'static str,
    /// The name that people read.
    pub title: &'static str,
    /// Who published the formula, and when.
    pub source: &'static str,
    /// What is compared, and what the number counts.
    pub unit: &'static str,
    /// The version of the program that first had it.
    pub since: &'static str,
    /// When the number says something else than it seems to.
    pub misleads: &'static str,
    /// Whether it may take minutes: then it is only asked by its name.
    pub is_slow: bool,
    /// Finds the numbers.
    pub find: F,
}

/// A measure that every version so far has, and that is quick.
pub const fn row<F: Copy>(
    name: &'static str,
    title: &'static str,
    source: &'static str,
    unit: &'static str,
    misleads: &'static str,
    find: F,
) -> Measure<F> {
    Measure { name, title, source, unit, since: "1", misleads, is_slow: false, find }
}

/// One number of a measure and what it is about; what is not named is not restricted.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The measure's name.
    pub measure: &'static str,
    /// A pair of coders, by number.
    pub coders: Option<(usize, usize)>,
    /// A code, by number.
    pub code: Option<usize>,
    /// A document, by number.
    pub document: Option<usize>,
    /// A value of ratings, as tables write it.
    pub value_label: Option<String>,
    /// What was found.
    pub value: Value,
    /// Numbers beside it, each with its name.
    pub extras: Vec<(&'static str, f64)>,
}

/// What a measure finds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number, or why there is none.
    Number(Score),
    /// Several numbers, in the order that the measure's unit names.
    List(Vec<f64>),
    /// Stretches of text.
    Segments(Vec<Disagreement>),
    /// Code points, by row and column.
    Matrix(Vec<Vec<u64>>),
}

/// The outcomes of a measure, as they are found.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    measure: &'static str,
    outcomes: Vec<Outcome>,
}

impl Findings {
    /// Asks one measure.
    pub fn of<I: ?Sized>(measure: &Measure<fn(&I, &mut Findings)>, of: &I) -> Vec<Outcome> {
        let mut findings = Self { measure: measure.name, outcomes: Vec::new() };
        (measure.find)(of, &mut findings);
        findings.outcomes
    }

    /// Adds a number about everything; what it is about is told next.
    pub fn put(&mut self, score: Score) -> &mut Outcome {
        self.put_value(Value::Number(score))
    }

    /// Adds a value about everything; what it is about is told next.
    pub fn put_value(&mut self, value: Value) -> &mut Outcome {
        let at = self.outcomes.len();
        self.outcomes.push(Outcome {
            measure: self.measure,
            coders: None,
            code: None,
            document: None,
            value_label: None,
            value,
            extras: Vec::new(),
        });
        &mut self.outcomes[at]
    }
}

impl Outcome {
    /// Says that it is about two coders.
    pub fn coders(&mut self, first: usize, second: usize) -> &mut Self {
        self.coders = Some((first, second));
        self
    }

    /// Says that it is about a code.
    pub fn code(&mut self, code: usize) -> &mut Self {
        self.code = Some(code);
        self
    }

    /// Says that it is about a document.
    pub fn document(&mut self, document: usize) -> &mut Self {
        self.document = Some(document);
        self
    }

    /// Says that it is about a value of ratings.
    pub fn value_label(&mut self, label: String) -> &mut Self {
        self.value_label = Some(label);
        self
    }

    /// Puts a number beside it.
    pub fn extra(&mut self, name: &'static str, number: f64) -> &mut Self {
        self.extras.push((name, number));
        self
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn an_outcome_says_what_it_is_about() {
        let measure: Measure<fn(&u32, &mut Findings)> = Measure {
            name: "twice",
            title: "",
            source: "",
            unit: "",
            since: "1",
            misleads: "",
            is_slow: false,
            find: |of, found| {
                found.put(Ok(f64::from(*of) * 2.0)).code(3).extra("half", f64::from(*of) / 2.0);
            },
        };
        let [outcome] = Findings::of(&measure, &4).try_into().unwrap();
        assert_eq!((outcome.measure, outcome.code, outcome.coders), ("twice", Some(3), None));
        assert_eq!((outcome.value, outcome.extras), (Value::Number(Ok(8.0)), vec![("half", 2.0)]));
    }
}
