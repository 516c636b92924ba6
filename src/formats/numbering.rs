//! The signs and numbers of Word's lists, which are paragraphs that name their list. Source of the form: ECMA-376, part 1, 17.9.

use std::collections::BTreeMap;

use crate::formats::xml::Element;

/// Levels of a list.
const MAX_LEVELS: usize = 9;

/// A level's first number; nothing where it has signs.
type First = Option<u64>;

/// The lists of a document, and how far each has been counted.
#[derive(Debug, Default)]
pub struct Numbering {
    /// The list that a number stands for.
    lists: BTreeMap<String, String>,
    /// What the levels of a list begin with.
    levels: BTreeMap<String, BTreeMap<usize, First>>,
    /// What levels begin with under a number alone.
    own: BTreeMap<String, BTreeMap<usize, First>>,
    /// The last numbers of a list's levels.
    counted: BTreeMap<String, [Option<u64>; MAX_LEVELS]>,
}

fn value<'a>(parent: &'a Element, name: &str) -> Option<&'a str> {
    parent.first(name)?.attribute("val")
}

impl Numbering {
    /// Reads the part that describes lists.
    pub fn of(root: &Element) -> Self {
        let lists = root
            .all("num")
            .filter_map(|num| Some((num.attribute("numId")?.to_owned(), value(num, "abstractNumId")?.to_owned())));
        let level = |level: &Element| {
            let is_sign = matches!(value(level, "numFmt"), Some("bullet" | "none") | None);
            let first = value(level, "start").and_then(|start| start.parse().ok()).unwrap_or(1);
            Some((level.attribute("ilvl")?.parse().ok()?, (!is_sign).then_some(first)))
        };
        let levels = root.all("abstractNum").filter_map(|list| {
            Some((list.attribute("abstractNumId")?.to_owned(), list.all("lvl").filter_map(level).collect()))
        });
        let own = root.all("num").filter_map(|num| {
            let levels = num.all("lvlOverride").filter_map(|own| own.first("lvl")).filter_map(level);
            Some((num.attribute("numId")?.to_owned(), levels.collect()))
        });
        Self { lists: lists.collect(), levels: levels.collect(), own: own.collect(), counted: BTreeMap::new() }
    }

    /// The sign of the next item of a list at a level from 0: `3. ` or `- `. Numbers of all kinds are written as Arabic ones.
    pub fn sign(&mut self, id: &str, level: usize) -> String {
        let level = level.min(MAX_LEVELS - 1);
        let list = self.lists.get(id).cloned().unwrap_or_default();
        let of_number = self.own.get(id).and_then(|levels| levels.get(&level));
        let first = of_number.or_else(|| self.levels.get(&list)?.get(&level)).copied().flatten();
        let counted = self.counted.entry(list).or_default();
        for deeper in counted.iter_mut().skip(level + 1) {
            *deeper = None;
        }
        let Some((first, last)) = first.zip(counted.get_mut(level)) else { return "- ".to_owned() };
        let number = last.map_or(first, |last| last.saturating_add(1));
        *last = Some(number);
        format!("{number}. ")
    }
}
