//! The places of an axis: where an annotation stands in it, and what each is called.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use crate::model::attribute::is_date;
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::model::fact::Fact;
use crate::model::shared::Shared;
use crate::query::parse::{key, written};
use crate::query::retrieve::part_of;
use crate::say;
use crate::tables::axis::{Axis, Period};
use crate::tables::table::Label;
use crate::text::fold::folded;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Periods that are shown without a gap; of more only those where something is.
const MAX_PERIODS: usize = 400;

/// The places of an axis.
#[derive(Clone)]
pub struct Places<'a> {
    axis: &'a Axis,
    shared: &'a Shared,
    names: &'a [String],
    labels: Vec<Label>,
    /// The places of a code or coder, by its number.
    by_number: Vec<Vec<usize>>,
    by_document: HashMap<DocumentId, Vec<usize>>,
    /// Of names that were met first while counting.
    by_name: HashMap<String, usize>,
    by_day: HashMap<i64, usize>,
    /// The left and the right documents of pairs, where the axis is of sides.
    sides: [BTreeSet<&'a DocumentId>; 2],
}

/// The name, in files, of what has none.
const NONE: &str = "(none)";

/// A name as a filter's value.
fn value(key: &str, name: &str) -> String {
    let shown = written(name);
    let is_plain = shown == name && name != "-" && !name.contains("..") && !name.starts_with(['>', '<', '/', '~']);
    if is_plain { format!("{key}:{name}") } else { format!("{key}:\"{}\"", name.replace('"', "")) }
}

impl<'a> Places<'a> {
    /// Prepares an axis; codes count for those above them too where that is wanted.
    pub fn new(axis: &'a Axis, (shared, names): (&'a Shared, &'a [String]), rolls_up: bool) -> Self {
        let mut places = Self {
            axis,
            shared,
            names,
            labels: Vec::new(),
            by_number: Vec::new(),
            by_document: HashMap::new(),
            by_name: HashMap::new(),
            by_day: HashMap::new(),
            sides: [BTreeSet::new(), BTreeSet::new()],
        };
        match axis {
            Axis::Code => places.list_codes(rolls_up),
            Axis::Coder => places.by_number = vec![Vec::new(); names.len()],
            Axis::Course(n) => {
                places.labels = (1..=*n)
                    .map(|part| {
                        let text = format!("{}–{} %", (part - 1) * 100 / n, part * 100 / n);
                        let query = format!("course:{part}/{n}");
                        Label { name: format!("{part}/{n}"), text, query, ..Label::default() }
                    })
                    .collect();
            }
            Axis::All => {
                places.labels = vec![Label { text: say!("all").into(), name: "all".into(), ..Label::default() }];
            }
            Axis::Side => {
                places.sides = [
                    shared.pairs.iter().map(|pair| &pair.left).collect(),
                    shared.pairs.iter().map(|pair| &pair.right).collect(),
                ];
                places.labels = [("left", say!("left")), ("right", say!("right")), (NONE, say!("no pair"))]
                    .map(|(name, text)| Label {
                        text: text.into(),
                        name: name.into(),
                        query: format!("side:{}", if name == NONE { "-" } else { name }),
                        ..Label::default()
                    })
                    .into();
            }
            _ => {}
        }
        places
    }

    /// Codes in the order of their tree, each below the one that it belongs to.
    fn list_codes(&mut self, rolls_up: bool) {
        let book = &self.shared.codebook;
        let mut rows: HashMap<CodeId, usize> = HashMap::new();
        for (id, depth) in book.tree() {
            rows.insert(id.clone(), self.labels.len());
            self.labels.push(self.code_label(&id, depth, rolls_up));
        }
        for name in self.names {
            let mut own = Vec::new();
            let mut at = Some(book.standing(&CodeId(name.clone())).clone());
            // A loop of parents is gone round once.
            while let Some(row) = at.as_ref().and_then(|id| rows.get(id)).filter(|row| !own.contains(*row)) {
                own.push(*row);
                let above = at.as_ref().and_then(|id| book.get(id)).filter(|_| rolls_up).map(|code| &code.parent);
                at = above.filter(|id| !id.0.is_empty()).map(|id| book.standing(id).clone());
            }
            self.by_number.push(own);
        }
    }

    fn code_label(&self, id: &CodeId, depth: usize, rolls_up: bool) -> Label {
        let book = &self.shared.codebook;
        let query = value("code", &if rolls_up { id.0.clone() } else { format!("={id}") });
        let query = if rolls_up { query } else { format!("code:\"={id}\"") };
        Label {
            text: book.called(id).to_owned(),
            name: id.0.clone(),
            query,
            colour: book.colour(id).to_owned(),
            depth,
            ..Label::default()
        }
    }

    /// The places of a document, in an axis of documents.
    fn of_document(&mut self, id: &DocumentId) -> Vec<usize> {
        if let Some(known) = self.by_document.get(id) {
            return known.clone();
        }
        let known = self.shared.documents.get(id);
        let attribute =
            |name: &str| known.and_then(|document| document.attributes.get(name)).map_or("", |value| value.trim());
        let own = match self.axis {
            Axis::Document => vec![self.named(&id.0, self.shared.title(id), value("doc", &id.0))],
            Axis::Language => {
                let language = self.shared.language(id);
                vec![self.named_or_missing(language, "lang", value("lang", language))]
            }
            Axis::Attribute(name) => {
                vec![self.named_or_missing(attribute(name), &key(name), value(&key(name), attribute(name)))]
            }
            Axis::Dated(name, period) => {
                let date: String = attribute(name).chars().take(period.letters()).collect();
                // What is no date, or not so exactly known, or not at all, has no place among them.
                let is_known = is_date(attribute(name)) && date.len() == period.letters();
                if is_known { vec![self.named(&date, &date, format!("{}:{date}*", key(name)))] } else { Vec::new() }
            }
            Axis::Side => {
                let on: Vec<usize> =
                    (0..2).filter(|side| self.sides.get(*side).is_some_and(|all| all.contains(id))).collect();
                if on.is_empty() { vec![2] } else { on }
            }
            _ => Vec::new(),
        };
        self.by_document.insert(id.clone(), own.clone());
        own
    }

    fn named_or_missing(&mut self, name: &str, key: &str, query: String) -> usize {
        if name.is_empty() { self.named(NONE, "—", format!("{key}:-")) } else { self.named(name, name, query) }
    }

    /// The place of a name; a new one at the end.
    fn named(&mut self, name: &str, text: &str, query: String) -> usize {
        // Values of attributes are the same whatever their capitals, as they are in queries.
        let own = if matches!(self.axis, Axis::Attribute(_)) { folded(name) } else { name.to_owned() };
        if let Some(known) = self.by_name.get(&own) {
            return *known;
        }
        let place = self.labels.len();
        self.by_name.insert(own, place);
        self.labels.push(Label { text: text.to_owned(), name: name.to_owned(), query, ..Label::default() });
        place
    }

    /// Takes notice of a document; returns its places where the axis is of documents.
    pub fn meet(&mut self, id: &DocumentId) -> Option<Vec<usize>> {
        self.axis.is_of_documents().then(|| self.of_document(id))
    }

    /// The places of an annotation in an axis that is not of documents; its document has so many code points.
    pub fn of(&mut self, fact: &Fact, length: usize, places: &mut Vec<usize>) {
        places.clear();
        match self.axis {
            Axis::Code => places.extend(self.by_number.get(fact.code as usize).into_iter().flatten()),
            Axis::Coder => {
                let known = self.by_number.get(fact.coder as usize).and_then(|own| own.first().copied());
                let name = || self.names.get(fact.coder as usize).cloned().unwrap_or_default();
                places.push(known.unwrap_or_else(|| {
                    let name = name();
                    let place = self.named(&name, &name, value("by", &name));
                    if let Some(own) = self.by_number.get_mut(fact.coder as usize) {
                        own.push(place);
                    }
                    place
                }));
            }
            Axis::Course(n) => places.push(part_of(fact, length, *n)),
            Axis::Made(period) => {
                let day = fact.time.0.div_euclid(DAY);
                places.push(if let Some(known) = self.by_day.get(&day) {
                    *known
                } else {
                    let date: String = date_of(day).to_string().chars().take(period.letters()).collect();
                    let place = self.named(&date, &date, format!("made:{date}"));
                    self.by_day.insert(day, place);
                    place
                });
            }
            Axis::All => places.push(0),
            _ => {}
        }
    }

    /// Which places are shown, in their order, and what they are called: names in the order of the alphabet, dates
    /// without gaps.
    pub fn ordered(self) -> (Vec<Option<usize>>, Vec<Label>) {
        let by_place = |labels: Vec<Label>| ((0..labels.len()).map(Some).collect(), labels);
        match self.axis {
            Axis::Code | Axis::Course(_) | Axis::All => by_place(self.labels),
            Axis::Side => {
                // Nobody who has only pairs wants an empty row for the others.
                let n = 2 + usize::from(self.by_document.values().any(|own| own.contains(&2)));
                by_place(self.labels.into_iter().take(n).collect())
            }
            _ => {
                let mut order: Vec<usize> = (0..self.labels.len()).collect();
                order.sort_by_key(|place| {
                    let name = self.labels.get(*place).map_or("", |label| label.name.as_str());
                    (name == NONE, name.parse::<i64>().unwrap_or(i64::MAX), folded(name))
                });
                let period = match self.axis {
                    Axis::Made(period) | Axis::Dated(_, period) => Some(*period),
                    _ => None,
                };
                let key_of = |date: &str| match self.axis {
                    Axis::Dated(name, _) => format!("{}:{date}*", key(name)),
                    _ => format!("made:{date}"),
                };
                let filled = period.map(|period| without_gaps(&order, &self.labels, period, key_of));
                filled.unwrap_or_else(|| {
                    let labels = order.iter().filter_map(|place| self.labels.get(*place).cloned()).collect();
                    (order.into_iter().map(Some).collect(), labels)
                })
            }
        }
    }
}

/// The day that so many days behind 1970-01-01 is.
fn date_of(day: i64) -> Date {
    Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(day.clamp(-700_000, 2_900_000)))
}

/// Periods with those between them where nothing is, so that what lies far apart is seen far apart.
fn without_gaps(
    order: &[usize],
    labels: &[Label],
    period: Period,
    key: impl Fn(&str) -> String,
) -> (Vec<Option<usize>>, Vec<Label>) {
    let name = |place: &usize| labels.get(*place).map_or("", |label| label.name.as_str());
    let known: BTreeSet<&str> = order.iter().map(name).collect();
    let mut places: Vec<Option<usize>> = Vec::new();
    let mut filled: Vec<Label> = Vec::new();
    let mut expected: Option<Date> = None;
    let first_of = |name: &str| {
        let whole = format!("{name}{}", "0000-01-01".get(name.len()..).unwrap_or(""));
        whole.parse::<Date>().ok().filter(|_| name.len() == period.letters())
    };
    let step = match period {
        Period::Year => jiff::Span::new().years(1),
        Period::Month => jiff::Span::new().months(1),
        Period::Day => jiff::Span::new().days(1),
    };
    for place in order {
        let own = first_of(name(place));
        while let (Some(next), Some(own)) = (expected, own)
            && next < own
            && filled.len() < MAX_PERIODS
        {
            let date: String = next.to_string().chars().take(period.letters()).collect();
            if !known.contains(date.as_str()) {
                places.push(None);
                filled.push(Label { text: date.clone(), name: date.clone(), query: key(&date), ..Label::default() });
            }
            expected = next.checked_add(step).ok();
        }
        places.push(Some(*place));
        filled.extend(labels.get(*place).cloned());
        expected = own.and_then(|own| own.checked_add(step).ok());
    }
    if filled.len() < MAX_PERIODS {
        return (places, filled);
    }
    (order.iter().copied().map(Some).collect(), order.iter().filter_map(|place| labels.get(*place).cloned()).collect())
}
