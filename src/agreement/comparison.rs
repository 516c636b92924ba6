//! Where coders of one document coincide and where they differ: each place with what kind of difference it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::code::CodeId;
use crate::text::span::CodePoints;

/// What one coder said of one passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<'a> {
    /// Who.
    pub coder: &'a str,
    /// The code that it counts as.
    pub code: &'a CodeId,
    /// Where, in code points.
    pub range: CodePoints,
}

/// How coders stand to each other at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// All say the same of the same words.
    Same,
    /// All gave the code, with other boundaries.
    Boundaries,
    /// They gave the words other codes.
    Code,
    /// Some say something, and the others nothing.
    Missed,
}

impl Kind {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Code, Self::Missed, Self::Boundaries, Self::Same];

    /// Its word in files and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Boundaries => "boundaries",
            Self::Code => "code",
            Self::Missed => "missed",
        }
    }

    /// Its sign on the screen, which needs no colour.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Same => "=",
            Self::Boundaries => "~",
            Self::Code => "≠",
            Self::Missed => "?",
        }
    }
}

/// A place where coders coincide or differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// How.
    pub kind: Kind,
    /// From the first to the last code point of what was said there.
    pub range: CodePoints,
    /// What was said there, by its places in what was compared; ascending.
    pub of: Vec<usize>,
    /// Who said nothing there of at least one of the codes.
    pub missing: Vec<String>,
}

/// What is said of one code without a gap in between, by however many coders.
struct Group {
    range: CodePoints,
    of: Vec<usize>,
    present: BTreeSet<usize>,
}

/// Compares what coders said of one document, in the order of the text. Those who said nothing at all are to be among the
/// coders; fewer than two have nothing to compare.
pub fn compare(said: &[Said<'_>], coders: &[String]) -> Vec<Comparison> {
    if coders.len() < 2 {
        return Vec::new();
    }
    let groups = groups(said, coders);
    let places = joined(&groups, coders.len());
    let mut all: Vec<Comparison> = places
        .into_values()
        .map(|members| comparison(&members.iter().filter_map(|at| groups.get(*at)).collect::<Vec<_>>(), said, coders))
        .collect();
    all.sort_by(|a, b| (a.range.start, a.range.end, &a.of).cmp(&(b.range.start, b.range.end, &b.of)));
    all
}

/// What was said of each code, parted where nobody said anything of it; in the order of the text.
fn groups(said: &[Said<'_>], coders: &[String]) -> Vec<Group> {
    let numbers: BTreeMap<&str, usize> = coders.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let mut by_code: BTreeMap<&CodeId, Vec<usize>> = BTreeMap::new();
    for (at, one) in said.iter().enumerate() {
        if numbers.contains_key(one.coder) && one.range.start < one.range.end {
            by_code.entry(one.code).or_default().push(at);
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    for mut own in by_code.into_values() {
        own.sort_by_key(|at| said.get(*at).map(|one| (one.range.start, one.range.end)));
        let mut last: Option<Group> = None;
        for (at, one) in own.into_iter().filter_map(|at| Some((at, said.get(at)?))) {
            let number = numbers.get(one.coder).copied().unwrap_or_default();
            match &mut last {
                Some(group) if one.range.start < group.range.end => {
                    group.range.end = group.range.end.max(one.range.end);
                    group.of.push(at);
                    group.present.insert(number);
                }
                _ => groups.extend(last.replace(Group {
                    range: one.range,
                    of: vec![at],
                    present: BTreeSet::from([number]),
                })),
            }
        }
        groups.extend(last);
    }
    groups.sort_by_key(|group| (group.range.start, group.range.end));
    groups
}

/// Groups that say something else of the same words, one for each of the coders that the other lacks, are one place.
fn joined(groups: &[Group], n_coders: usize) -> BTreeMap<usize, Vec<usize>> {
    let mut roots: Vec<usize> = (0..groups.len()).collect();
    let mut open: Vec<usize> = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        open.retain(|other| groups.get(*other).is_some_and(|other| other.range.end > group.range.start));
        if group.present.len() < n_coders {
            for other in &open {
                let is_other_word = groups.get(*other).is_some_and(|other| {
                    !other.present.is_subset(&group.present) && !group.present.is_subset(&other.present)
                });
                if is_other_word {
                    let (one, other) = (root(&mut roots, at), root(&mut roots, *other));
                    if let Some(known) = roots.get_mut(one.max(other)) {
                        *known = one.min(other);
                    }
                }
            }
            open.push(at);
        }
    }
    let mut places: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..groups.len() {
        places.entry(root(&mut roots, at)).or_default().push(at);
    }
    places
}

/// The first group of the place that a group belongs to. Source: the union-find of Galler and Fischer, 1964.
fn root(roots: &mut [usize], at: usize) -> usize {
    let mut top = at;
    while let Some(next) = roots.get(top).copied().filter(|next| *next != top) {
        top = next;
    }
    if let Some(known) = roots.get_mut(at) {
        *known = top;
    }
    top
}

fn comparison(groups: &[&Group], said: &[Said<'_>], coders: &[String]) -> Comparison {
    let mut of: Vec<usize> = groups.iter().flat_map(|group| group.of.iter().copied()).collect();
    of.sort_unstable();
    let start = groups.iter().map(|group| group.range.start).min().unwrap_or_default();
    let end = groups.iter().map(|group| group.range.end).max().unwrap_or_default();
    let is_missing = |at: &usize| groups.iter().any(|group| !group.present.contains(at));
    let missing: Vec<String> = (0..coders.len()).filter(is_missing).filter_map(|at| coders.get(at).cloned()).collect();
    let kind = match (groups.len(), missing.is_empty()) {
        (1, true) if is_same(&of, said) => Kind::Same,
        (1, true) => Kind::Boundaries,
        (1, false) => Kind::Missed,
        _ => Kind::Code,
    };
    Comparison { kind, range: CodePoints { start, end }, of, missing }
}

/// Whether all coders said the same of the same words; what one said twice counts once.
fn is_same(of: &[usize], said: &[Said<'_>]) -> bool {
    let mut by_coder: BTreeMap<&str, BTreeSet<CodePoints>> = BTreeMap::new();
    for one in of.iter().filter_map(|at| said.get(*at)) {
        by_coder.entry(one.coder).or_default().insert(one.range);
    }
    let mut all = by_coder.values();
    let first = all.next();
    all.all(|ranges| Some(ranges) == first)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `a:x 0..5` as what coder a said.
    fn told(all: &[(&str, &str, usize, usize)], coders: &[&str]) -> Vec<String> {
        let codes: Vec<CodeId> = all.iter().map(|(_, code, ..)| CodeId((*code).into())).collect();
        let said: Vec<Said<'_>> = all
            .iter()
            .zip(&codes)
            .map(|((coder, _, start, end), code)| Said { coder, code, range: CodePoints { start: *start, end: *end } })
            .collect();
        let coders: Vec<String> = coders.iter().map(|name| (*name).to_owned()).collect();
        compare(&said, &coders)
            .iter()
            .map(|c| format!("{} {}..{} {:?} {}", c.kind.word(), c.range.start, c.range.end, c.of, c.missing.join(",")))
            .collect()
    }

    #[test]
    fn each_kind_is_told_from_the_others() {
        let two = ["a", "b"];
        assert_eq!(told(&[("a", "x", 0, 5), ("b", "x", 0, 5)], &two), ["same 0..5 [0, 1] "]);
        assert_eq!(told(&[("a", "x", 0, 5), ("b", "x", 2, 9)], &two), ["boundaries 0..9 [0, 1] "]);
        assert_eq!(told(&[("a", "x", 0, 5), ("b", "y", 2, 9)], &two), ["code 0..9 [0, 1] a,b"]);
        assert_eq!(told(&[("a", "x", 0, 5)], &two), ["missed 0..5 [0] b"]);
        // Passages that only touch share no word.
        assert_eq!(told(&[("a", "x", 0, 5), ("b", "x", 5, 9)], &two), ["missed 0..5 [0] b", "missed 5..9 [1] a"]);
        assert_eq!(told(&[("a", "x", 0, 5)], &["a"]), [""; 0]);
    }

    #[test]
    fn a_second_code_on_the_same_words_is_its_own_place() {
        let all = [("a", "x", 0, 5), ("b", "x", 0, 5), ("a", "y", 0, 5)];
        assert_eq!(told(&all, &["a", "b"]), ["same 0..5 [0, 1] ", "missed 0..5 [2] b"]);
    }

    #[test]
    fn of_three_coders_one_may_lack_what_two_have() {
        let all = [("a", "x", 0, 5), ("b", "x", 0, 5), ("c", "y", 1, 4)];
        assert_eq!(told(&all, &["a", "b", "c"]), ["code 0..5 [0, 1, 2] a,b,c"]);
        assert_eq!(told(&all[..2], &["a", "b", "c"]), ["missed 0..5 [0, 1] c"]);
        assert_eq!(told(&all[..2], &["a", "b"]), ["same 0..5 [0, 1] "], "those who did not take part are not compared");
    }

    proptest! {
        #[test]
        fn every_word_of_everybody_is_in_one_place(all in prop::collection::vec((0usize..3, 0usize..3, 0usize..40, 1usize..9), 0..40)) {
            let names = ["a", "b", "c"];
            let all: Vec<(&str, &str, usize, usize)> =
                all.iter().map(|(who, what, start, len)| (names[*who], ["x", "y", "z"][*what], *start, start + len)).collect();
            let codes: Vec<CodeId> = all.iter().map(|(_, code, ..)| CodeId((*code).into())).collect();
            let said: Vec<Said<'_>> = all.iter().zip(&codes).map(|((coder, _, start, end), code)| Said {
                coder, code, range: CodePoints { start: *start, end: *end },
            }).collect();
            let places = compare(&said, &names.map(String::from));
            let mut seen: Vec<usize> = places.iter().flat_map(|place| place.of.clone()).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..said.len()).collect::<Vec<_>>());
            // Whoever is called what changes nothing but the names.
            let renamed: Vec<(&str, &str, usize, usize)> = all.iter().map(|(who, what, start, end)| {
                (match *who { "a" => "c", "b" => "a", _ => "b" }, *what, *start, *end)
            }).collect();
            let kinds = |all: &[(&str, &str, usize, usize)]| {
                let mut kinds: Vec<String> = told(all, &names).iter().map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect();
                kinds.sort();
                kinds
            };
            prop_assert_eq!(kinds(&all), kinds(&renamed));
            // Everybody alike is the same everywhere.
            let alike: Vec<(&str, &str, usize, usize)> =
                names.iter().flat_map(|name| all.iter().map(|(_, what, start, end)| (*name, *what, *start, *end))).collect();
            prop_assert!(told(&alike, &names).iter().all(|line| line.starts_with("same ")));
        }
    }
}
