//! Which documents are coded by whom, drawn at random: some by everybody, for agreement, the others by one coder each.

use std::collections::{BTreeMap, BTreeSet};

use crate::agreement::chance::Chance;
use crate::model::assignment::Assignment;
use crate::model::document::DocumentId;
use crate::model::shared::Shared;

/// Documents that go to one coder together: one alone, or those of a pair.
pub type Unit = Vec<DocumentId>;

/// What a deal shall be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Who codes.
    pub coders: BTreeSet<String>,
    /// How many units everybody codes, those counted that everybody has already.
    pub n_common: usize,
    /// Where chance starts.
    pub seed: u64,
}

/// What was dealt; what was given before is kept, and not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deal {
    /// Who gets what.
    pub given: BTreeSet<Assignment>,
    /// The units of it that everybody gets.
    pub common: Vec<Unit>,
}

/// That fewer units are free than everybody shall code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFew {
    /// Units that nobody has.
    pub n_free: usize,
    /// Units that everybody has already.
    pub n_common: usize,
}

/// The units of a project, in the order of their names: documents that are paired stay together; of one language, where one
/// is named, each document goes by itself.
pub fn units(shared: &Shared, language: Option<&str>) -> Vec<Unit> {
    let is_there = |id: &DocumentId| shared.documents.contains_key(id);
    if let Some(language) = language {
        let own = shared.documents.keys().filter(|id| shared.language(id) == language);
        return own.map(|id| vec![id.clone()]).collect();
    }
    let mut beside: BTreeMap<&DocumentId, Vec<&DocumentId>> = BTreeMap::new();
    for pair in shared.pairs.iter().filter(|pair| is_there(&pair.left) && is_there(&pair.right)) {
        beside.entry(&pair.left).or_default().push(&pair.right);
        beside.entry(&pair.right).or_default().push(&pair.left);
    }
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for id in shared.documents.keys() {
        // A text that stands in several pairs holds all of them together.
        let (mut unit, mut waiting) = (Unit::new(), vec![id]);
        while let Some(id) = waiting.pop() {
            if seen.insert(id) {
                unit.push(id.clone());
                waiting.extend(beside.get(id).into_iter().flatten());
            }
        }
        unit.sort();
        all.extend(Some(unit).filter(|unit| !unit.is_empty()));
    }
    all
}

/// Deals the units that nobody has, so that the coders' shares of all units differ by one at most, as far as what was given
/// before allows. A document of a unit that nobody has goes to those who have the others. Neither the order of units nor
/// that of coders matters.
pub fn deal(mut units: Vec<Unit>, known: &BTreeSet<Assignment>, terms: &Terms) -> Result<Deal, TooFew> {
    let mut holders: BTreeMap<&DocumentId, BTreeSet<&str>> = BTreeMap::new();
    for given in known {
        holders.entry(&given.document).or_default().insert(&given.coder);
    }
    for unit in &mut units {
        unit.sort();
    }
    units.sort();
    let (mut deal, mut free, mut n_common) = (Deal::default(), Vec::new(), 0);
    let mut shares: BTreeMap<&str, usize> = terms.coders.iter().map(|coder| (coder.as_str(), 0)).collect();
    for unit in units {
        let of = |id: &DocumentId| holders.get(id).cloned().unwrap_or_default();
        let all: BTreeSet<&str> = unit.iter().flat_map(of).collect();
        if all.is_empty() {
            free.push(unit);
            continue;
        }
        all.iter().filter_map(|coder| shares.get_mut(coder).map(|n| *n += 1)).for_each(drop);
        let rest = unit.iter().filter(|id| !holders.contains_key(id));
        deal.given.extend(rest.flat_map(|id| all.iter().map(|coder| Assignment::new(id, coder))));
        // What nobody has goes to all who have the rest.
        let has = |id: &DocumentId, coder: &str| holders.get(id).is_none_or(|own| own.contains(coder));
        let is_common =
            terms.coders.iter().all(|coder| all.contains(coder.as_str()) && unit.iter().all(|id| has(id, coder)));
        n_common += usize::from(is_common);
    }
    let n_more = terms.n_common.saturating_sub(n_common);
    if n_more > free.len() {
        return Err(TooFew { n_free: free.len(), n_common });
    }
    let mut chance = Chance::new(terms.seed);
    shuffle(&mut free, &mut chance);
    let single = free.split_off(n_more);
    for unit in &free {
        deal.given.extend(unit.iter().flat_map(|id| terms.coders.iter().map(|coder| Assignment::new(id, coder))));
    }
    for unit in single {
        let least = shares.values().copied().min().unwrap_or(0);
        let next: Vec<&str> = shares.iter().filter(|(_, n)| **n == least).map(|(coder, _)| *coder).collect();
        let Some(coder) = next.get(chance.below(next.len())) else { break };
        shares.entry(coder).and_modify(|n| *n += 1);
        deal.given.extend(unit.iter().map(|id| Assignment::new(id, coder)));
    }
    free.sort();
    deal.common = free;
    Ok(deal)
}

/// Puts things into an order of which each is equally likely (Durstenfeld 1964).
fn shuffle<T>(all: &mut [T], chance: &mut Chance) {
    for last in (1..all.len()).rev() {
        all.swap(last, chance.below(last + 1));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::document::{Document, Pair};

    fn id(name: &str) -> DocumentId {
        DocumentId(name.into())
    }

    fn terms(coders: &[&str], n_common: usize, seed: u64) -> Terms {
        Terms { coders: coders.iter().map(|coder| (*coder).to_owned()).collect(), n_common, seed }
    }

    /// Units of one or two documents: `0.en`, `0.kk`, `1.en`, …
    fn some_units(sizes: &[usize]) -> Vec<Unit> {
        let unit =
            |(n, size): (usize, &usize)| ["en", "kk"].iter().take(*size).map(|l| id(&format!("{n}.{l}"))).collect();
        sizes.iter().enumerate().map(unit).collect()
    }

    fn holders(given: &BTreeSet<Assignment>, unit: &Unit) -> Vec<BTreeSet<String>> {
        let of = |id: &DocumentId| given.iter().filter(|a| a.document == *id).map(|a| a.coder.clone()).collect();
        unit.iter().map(of).collect()
    }

    #[test]
    fn paired_texts_are_one_unit_unless_a_language_is_named() {
        let mut shared = Shared::default();
        for (name, language) in [("a.en", "en"), ("a.kk", "kk"), ("a.ru", "ru"), ("b.en", "en")] {
            let document = Document { id: id(name), language: language.into(), ..Document::default() };
            shared.documents.insert(id(name), document);
        }
        for (left, right) in [("a.en", "a.kk"), ("a.kk", "a.ru"), ("b.en", "gone.kk")] {
            shared.pairs.insert(Pair { left: id(left), right: id(right) });
        }
        assert_eq!(units(&shared, None), [vec![id("a.en"), id("a.kk"), id("a.ru")], vec![id("b.en")]]);
        assert_eq!(units(&shared, Some("en")), [[id("a.en")], [id("b.en")]]);
        assert!(units(&shared, Some("de")).is_empty());
    }

    #[test]
    fn what_came_to_a_pair_later_goes_to_who_has_the_other_text() {
        let known = BTreeSet::from([Assignment::new(&id("0.en"), "asel"), Assignment::new(&id("0.en"), "dana")]);
        let dealt = deal(some_units(&[2]), &known, &terms(&["bek"], 0, 1)).expect("dealt");
        let rest = ["asel", "dana"].map(|coder| Assignment::new(&id("0.kk"), coder));
        assert_eq!(dealt.given, BTreeSet::from(rest));
        let both = terms(&["asel", "dana"], 1, 1);
        assert_eq!(
            deal(some_units(&[2]), &known, &both).expect("dealt").given.len(),
            2,
            "they have it in common already"
        );
    }

    #[test]
    fn who_has_much_already_gets_nothing_until_the_others_have_as_much() {
        let known = (0..4).map(|n| Assignment::new(&id(&format!("{n}.en")), "asel")).collect();
        let dealt = deal(some_units(&[1; 7]), &known, &terms(&["asel", "dana"], 0, 3)).expect("dealt");
        assert!(dealt.given.iter().all(|given| given.coder == "dana") && dealt.given.len() == 3);
    }

    #[test]
    fn more_in_common_than_there_is_cannot_be_dealt() {
        let known = BTreeSet::from(["asel", "dana"].map(|coder| Assignment::new(&id("0.en"), coder)));
        let refused = deal(some_units(&[1, 1, 1]), &known, &terms(&["asel", "dana"], 4, 1));
        assert_eq!(refused, Err(TooFew { n_free: 2, n_common: 1 }));
    }

    #[test]
    fn seeds_deal_differently_and_every_unit_may_come_to_everybody() {
        let first = |seed| {
            let dealt = deal(some_units(&[1; 6]), &BTreeSet::new(), &terms(&["asel", "dana", "bek"], 0, seed));
            let own = holders(&dealt.expect("dealt").given, &vec![id("0.en")]);
            own.into_iter().flatten().collect::<String>()
        };
        let seen: BTreeSet<String> = (0..40).map(first).collect();
        assert_eq!(seen.len(), 3, "{seen:?}");
    }

    proptest! {
        #[test]
        fn every_unit_is_dealt_whole_and_shares_are_even(
            sizes in proptest::collection::vec(1_usize..3, 1..30),
            n_coders in 2_usize..6,
            n_common in 0_usize..8,
            n_later in 0_usize..10,
            seed in any::<u64>(),
        ) {
            let coders: Vec<String> = (0..n_coders).map(|n| format!("c{n}")).collect();
            let names: Vec<&str> = coders.iter().map(String::as_str).collect();
            let n_common = n_common.min(sizes.len());
            let units = some_units(&sizes);
            let first = deal(units.clone(), &BTreeSet::new(), &terms(&names, n_common, seed)).expect("dealt");
            let mut turned = units.clone();
            turned.reverse();
            for unit in &mut turned {
                unit.reverse();
            }
            let names_turned: Vec<&str> = names.iter().rev().copied().collect();
            prop_assert_eq!(&first, &deal(turned, &BTreeSet::new(), &terms(&names_turned, n_common, seed)).expect("dealt"));
            is_even(&units, &first.given, &coders, n_common)?;
            prop_assert_eq!(first.common.len(), n_common);
            // New documents come: what was given stays, and the shares are even again.
            let more = some_units(&[sizes, vec![1; n_later]].concat());
            let later = deal(more.clone(), &first.given, &terms(&names, n_common, seed)).expect("dealt");
            prop_assert!(later.given.is_disjoint(&first.given) && later.common.is_empty());
            prop_assert_eq!(later.given.len(), n_later);
            is_even(&more, &first.given.union(&later.given).cloned().collect(), &coders, n_common)?;
        }
    }

    /// Every unit goes whole to one coder, or to all; to all just so many; and the shares differ by one at most.
    fn is_even(
        units: &[Unit],
        given: &BTreeSet<Assignment>,
        coders: &[String],
        n_common: usize,
    ) -> Result<(), TestCaseError> {
        let mut shares: BTreeMap<&str, usize> = coders.iter().map(|coder| (coder.as_str(), 0)).collect();
        let mut n_shared = 0;
        for unit in units {
            let own = holders(given, unit);
            prop_assert!(own.iter().all(|one| *one == own[0]), "torn apart");
            prop_assert!(own[0].len() == 1 || own[0].len() == coders.len());
            n_shared += usize::from(own[0].len() == coders.len());
            own[0].iter().for_each(|coder| *shares.get_mut(coder.as_str()).expect("one of them") += 1);
        }
        prop_assert_eq!(n_shared, n_common);
        let (most, least) = (shares.values().max().expect("some"), shares.values().min().expect("some"));
        prop_assert!(most - least <= 1, "{:?}", shares);
        Ok(())
    }
}
