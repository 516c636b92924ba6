//! A query made ready for a project: its names are looked up once, and no more for each annotation.

use std::collections::BTreeSet;

use crate::model::code::{CodeId, Standing};
use crate::model::document::{DocumentId, Pair};
use crate::model::rules::CONSENSUS;
use crate::model::shared::Shared;
use crate::model::sight::Sight;
use crate::model::time::Time;
use crate::query::choice::Choice;
use crate::query::expression::{Filter, Mistake, Node, Relation, Reviewed, Trait, Value, What};
use crate::query::parse::{Known, parse};
use crate::say;
use crate::text::fold::folded;
use crate::text::search::Needle;
use crate::text::span::Span;
use crate::text::width::printable;

/// Values that are told where one is not there.
const MAX_TOLD: usize = 8;

/// A query made ready for a project.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is done for each document.
    pub step: Step,
}

/// What is done for a document.
#[derive(Debug, Clone)]
pub enum Step {
    /// Its annotations whose codes these are, by number; all where there is no list.
    Pick(Option<Vec<bool>>),
    /// Those of which something is true.
    Keep(Box<Step>, Test),
    /// The words in both.
    And(Box<Step>, Box<Step>),
    /// What is in either.
    Or(Box<Step>, Box<Step>),
    /// The left without what shares a letter with the right.
    Without(Box<Step>, Box<Step>),
    /// What stands so to one of the right.
    Stands(Box<Step>, Relation, Box<Step>),
}

/// What is asked of an annotation.
#[derive(Debug, Clone)]
pub enum Test {
    /// Its coder is one of these, by number.
    Coder(Vec<bool>),
    /// Its document is one of these.
    Document(BTreeSet<DocumentId>),
    /// Its words hold this.
    Text(Needle),
    /// Its memo holds this.
    Memo(Needle),
    /// It has a memo, a counterpart, …
    Has(Trait),
    /// Its coder last looked at it before the time that its code has here, by number.
    ReadBefore(Vec<Time>),
    /// Its code is one of these, by number.
    Code(Vec<bool>),
    /// It was made in this time, the end not included.
    Made(Time, Time),
    /// Its middle stands in this part of its document.
    Course(usize, usize),
    /// Reviewers said so of it.
    Reviewed(Reviewed),
    /// Both.
    All(Box<Test>, Box<Test>),
    /// Either.
    Any(Box<Test>, Box<Test>),
    /// It is not so.
    Not(Box<Test>),
}

/// What names mean in a project.
#[derive(Debug, Clone, Copy)]
pub struct Meaning<'a> {
    /// Codes, documents, pairs.
    pub shared: &'a Shared,
    /// The names of codes and coders, by the numbers that facts have.
    pub names: &'a [String],
    /// Who asks: `by:me`.
    pub coder: &'a str,
}

impl Plan {
    /// Reads a query and makes it ready; fails with the place of the first mistake.
    pub fn new(query: &str, meaning: &Meaning<'_>) -> Result<Self, Mistake> {
        let attributes = attributes_of(meaning.shared);
        let known = Known { book: &meaning.shared.codebook, attributes: &attributes };
        Ok(Self { step: meaning.step(&parse(query, &known)?)? })
    }

    /// What a choice wants: its query, and everything else that it asks. Fails with the place of the first mistake in the
    /// query.
    pub fn chosen(choice: &Choice, meaning: &Meaning<'_>) -> Result<Self, Mistake> {
        let plan = match choice.query.trim() {
            "" => Self { step: Step::Pick(None) },
            _ => Self::new(&choice.query, meaning)?,
        };
        Ok(Self { step: meaning.tests(choice).into_iter().fold(plan.step, Step::keeping) })
    }

    /// Whether a document may hold anything that is wanted.
    pub fn wants(&self, id: &DocumentId) -> bool {
        self.step.may_be_in(id)
    }
}

/// The names of all attributes that documents have, or may have.
pub fn attributes_of(shared: &Shared) -> BTreeSet<String> {
    let known = shared.documents.values().flat_map(|document| document.attributes.keys().cloned());
    known.chain(shared.attributes.keys().cloned()).collect()
}

impl Step {
    /// The same, of annotations alone of which something is true: asked of them before they are brought together, so that one
    /// coder's are not lost among another's.
    fn keeping(self, test: Test) -> Self {
        let inner = |step: Box<Self>| Box::new(step.keeping(test.clone()));
        match self {
            Self::And(left, right) => Self::And(inner(left), inner(right)),
            Self::Or(left, right) => Self::Or(inner(left), inner(right)),
            Self::Without(left, right) => Self::Without(inner(left), right),
            Self::Stands(left, relation, right) => Self::Stands(inner(left), relation, right),
            Self::Keep(step, known) => Self::Keep(step, Test::All(Box::new(known), Box::new(test))),
            Self::Pick(_) => Self::Keep(Box::new(self), test),
        }
    }

    fn may_be_in(&self, id: &DocumentId) -> bool {
        match self {
            Self::Pick(_) => true,
            Self::Keep(inner, test) => test.may_hold_in(id) && inner.may_be_in(id),
            Self::And(left, right) | Self::Stands(left, _, right) => left.may_be_in(id) && right.may_be_in(id),
            Self::Or(left, right) => left.may_be_in(id) || right.may_be_in(id),
            Self::Without(left, _) => left.may_be_in(id),
        }
    }
}

impl Test {
    fn may_hold_in(&self, id: &DocumentId) -> bool {
        match self {
            Self::Document(ids) => ids.contains(id),
            Self::Not(inner) => !matches!(inner.as_ref(), Self::Document(ids) if ids.contains(id)),
            Self::All(left, right) => left.may_hold_in(id) && right.may_hold_in(id),
            Self::Any(left, right) => left.may_hold_in(id) || right.may_hold_in(id),
            _ => true,
        }
    }
}

impl Meaning<'_> {
    /// What a choice asks beside its query.
    fn tests(&self, choice: &Choice) -> Vec<Test> {
        let named = |is: &dyn Fn(&String) -> bool| self.names.iter().map(is).collect::<Vec<bool>>();
        let mut all = Vec::new();
        let asks_documents =
            !choice.documents.is_empty() || !choice.languages.is_empty() || !choice.attributes.is_empty();
        if asks_documents {
            all.push(self.documents(|id| choice.wants_document(self.shared, id)));
        }
        if !choice.codes.is_empty() {
            let book = &self.shared.codebook;
            let wanted: Vec<&CodeId> = choice.codes.iter().filter_map(|name| Some(&book.find(name)?.id)).collect();
            let is_wanted = |own: &String| wanted.iter().any(|id| book.is_one(&CodeId(own.clone()), id));
            all.push(Test::Code(named(&is_wanted)));
        }
        if !choice.coders.is_empty() {
            all.push(Test::Coder(named(&|own| choice.coders.contains(own))));
        }
        if choice.since.is_some() || choice.until.is_some() {
            let ever = (Time(i64::MIN), Time(i64::MAX));
            all.push(Test::Made(choice.since.unwrap_or(ever.0), choice.until.unwrap_or(ever.1)));
        }
        all
    }

    fn step(&self, node: &Node) -> Result<Step, Mistake> {
        if node.is_filter() {
            return Ok(Step::Keep(Box::new(Step::Pick(None)), self.test(node)?));
        }
        let both = |left: &Node, right: &Node| Ok((Box::new(self.step(left)?), Box::new(self.step(right)?)));
        Ok(match &node.what {
            What::Any | What::Filter(_) => Step::Pick(None),
            What::Code { name, is_alone } => Step::Pick(Some(self.codes(name, *is_alone))),
            What::And(left, right) => match (&left.what, &right.what) {
                _ if left.is_filter() => self.step(right)?.keeping(self.test(left)?),
                _ if right.is_filter() => self.step(left)?.keeping(self.test(right)?),
                (_, What::Not(inner)) => {
                    let (left, right) = both(left, inner)?;
                    Step::Without(left, right)
                }
                (What::Not(inner), _) => {
                    let (left, right) = both(right, inner)?;
                    Step::Without(left, right)
                }
                _ => {
                    let (left, right) = both(left, right)?;
                    Step::And(left, right)
                }
            },
            What::Or(left, right) => {
                let (left, right) = both(left, right)?;
                Step::Or(left, right)
            }
            What::Not(inner) => Step::Without(Box::new(Step::Pick(None)), Box::new(self.step(inner)?)),
            What::Stands(left, relation, right) => {
                let (left, right) = both(left, right)?;
                Step::Stands(left, *relation, right)
            }
        })
    }

    /// Which numbers are names of a code, or of one below it.
    fn codes(&self, name: &str, is_alone: bool) -> Vec<bool> {
        let book = &self.shared.codebook;
        let Some(wanted) = book.named(name) else { return vec![false; self.names.len()] };
        let is_wanted = |own: &CodeId| {
            if is_alone { book.is_one(own, &wanted.id) } else { book.is_below(own, &wanted.id) }
        };
        self.names.iter().map(|own| is_wanted(&CodeId(own.clone()))).collect()
    }

    fn test(&self, node: &Node) -> Result<Test, Mistake> {
        Ok(match &node.what {
            What::Not(inner) => Test::Not(Box::new(self.test(inner)?)),
            What::And(left, right) => Test::All(Box::new(self.test(left)?), Box::new(self.test(right)?)),
            What::Or(left, right) => Test::Any(Box::new(self.test(left)?), Box::new(self.test(right)?)),
            What::Filter(filter) => self.filter(filter, node.at)?,
            What::Any | What::Code { .. } | What::Stands(..) => Test::Code(vec![true; self.names.len()]),
        })
    }

    fn filter(&self, filter: &Filter, at: Span) -> Result<Test, Mistake> {
        let book = &self.shared.codebook;
        let by_code = |is: &dyn Fn(&CodeId) -> bool| self.names.iter().map(|own| is(&CodeId(own.clone()))).collect();
        Ok(match filter {
            Filter::By(coders) => self.coders(coders, at)?,
            Filter::Code(name, is_alone) => Test::Code(self.codes(name, *is_alone)),
            Filter::Language(languages) => {
                let found = self.documents(|id| languages.iter().any(|value| value.wants(self.shared.language(id))));
                let known = self.shared.documents.keys().map(|id| self.shared.language(id));
                self.unless_none(found, languages, known.collect(), at)?
            }
            Filter::Document(values) => {
                let found = self.documents(|id| values.iter().any(|value| value.wants(&id.0)));
                let is_none = matches!(&found, Test::Document(ids) if ids.is_empty());
                if let (true, [Value::Is(name) | Value::Exactly(name)]) = (is_none, values.as_slice()) {
                    let id = printable(name);
                    return Err(Mistake::new(
                        at,
                        say!("no document is called \"{id}\"; `tanba documents` lists them", id),
                    ));
                }
                found
            }
            Filter::Attribute(name, values) => self.attribute(name, values, at)?,
            Filter::Side(side) => {
                let paired = |side: usize| {
                    let on = move |pair: &Pair| if side == 0 { pair.left.clone() } else { pair.right.clone() };
                    self.shared.pairs.iter().map(on).collect::<BTreeSet<DocumentId>>()
                };
                if let Some(side) = side {
                    Test::Document(paired(*side))
                } else {
                    let [left, right] = [paired(0), paired(1)];
                    self.documents(|id| !left.contains(id) && !right.contains(id))
                }
            }
            Filter::Text(needle) => Test::Text(needle.clone()),
            Filter::Memo(needle) => Test::Memo(needle.clone()),
            Filter::Has(Trait::ToReread) => Test::ReadBefore(
                self.names
                    .iter()
                    .map(|own| self.shared.redefined(&CodeId(own.clone())).unwrap_or(Time(i64::MIN)))
                    .collect(),
            ),
            Filter::Has(Trait::ToSort) => {
                Test::Code(by_code(&|own| book.of(own).is_some_and(|code| code.standing == Standing::Folder)))
            }
            Filter::Has(Trait::Comment) => Test::Reviewed(Reviewed::Discussed),
            Filter::Has(Trait::OpenComment) => Test::Reviewed(Reviewed::Open),
            Filter::Has(Trait::Settlement) => Test::Reviewed(Reviewed::Settled),
            Filter::Has(what) => Test::Has(*what),
            Filter::Reviewed(Reviewed::By(names)) => {
                let meant = |name: &String| if name == "me" { self.coder.to_owned() } else { name.clone() };
                Test::Reviewed(Reviewed::By(names.iter().map(meant).collect()))
            }
            Filter::Reviewed(asked) => Test::Reviewed(asked.clone()),
            Filter::Made(from, until) => Test::Made(*from, *until),
            Filter::Course(part, of) => Test::Course(*part, *of),
        })
    }

    fn attribute(&self, name: &str, values: &[Value], at: Span) -> Result<Test, Mistake> {
        if let Some(attribute) = self.shared.attributes.get(name) {
            let wrong = values.iter().flat_map(Value::parts).find_map(|part| attribute.read(part).err());
            wrong.map_or(Ok(()), |why| Err(Mistake::new(at, why)))?;
        }
        let known = |id: &DocumentId| {
            let document = self.shared.documents.get(id);
            document.and_then(|document| document.attributes.get(name)).map_or("", String::as_str)
        };
        let found = self.documents(|id| values.iter().any(|value| value.wants(known(id))));
        self.unless_none(found, values, self.shared.documents.keys().map(known).collect(), at)
    }

    /// Documents that were found, unless there are none because what was asked for is in none: then what there is instead is
    /// told.
    fn unless_none(&self, found: Test, values: &[Value], known: BTreeSet<&str>, at: Span) -> Result<Test, Mistake> {
        let is_none = matches!(&found, Test::Document(ids) if ids.is_empty());
        let name = |value: &Value| match value {
            Value::Is(name) if !name.ends_with('*') => Some(printable(name)),
            Value::Exactly(name) => Some(printable(name)),
            _ => None,
        };
        let names: Option<Vec<String>> = values.iter().map(name).collect();
        match names.filter(|_| is_none && !self.shared.documents.is_empty()) {
            Some(names) => {
                let known = known.into_iter().filter(|value| !value.is_empty()).take(MAX_TOLD).map(printable);
                let (value, known) = (names.join(", "), known.collect::<Vec<_>>().join(", "));
                Err(Mistake::new(at, say!("no document has {value} there; there are {known}", value, known)))
            }
            None => Ok(found),
        }
    }

    fn documents(&self, is_wanted: impl Fn(&DocumentId) -> bool) -> Test {
        Test::Document(self.shared.documents.keys().filter(|id| is_wanted(id)).cloned().collect())
    }

    fn coders(&self, coders: &[String], at: Span) -> Result<Test, Mistake> {
        let meant: Vec<&str> = coders.iter().map(|name| if name == "me" { self.coder } else { name }).collect();
        let is_known = |name: &&str| self.names.iter().any(|own| folded(own) == folded(name));
        // One may ask for one's own before there is any.
        // Whom one may not see is not told from somebody who is not there.
        let is_blind = !Sight::of(self.shared, self.coder).is_whole();
        let may_be = |name: &str| is_blind || name == self.coder || name == CONSENSUS;
        if let Some(unknown) = meant.iter().find(|name| !is_known(name) && !may_be(name)) {
            let coder = printable(unknown);
            return Err(Mistake::new(at, say!("nobody called \"{coder}\" has annotated anything here", coder)));
        }
        let is_meant = |own: &String| meant.iter().any(|name| folded(own) == folded(name));
        Ok(Test::Coder(self.names.iter().map(is_meant).collect()))
    }
}
