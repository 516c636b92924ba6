//! How far everybody is with what is given to them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::document::DocumentId;
use crate::model::rules::CONSENSUS;
use crate::model::shared::Shared;
use crate::model::sight::Sight;
use crate::model::time::Time;

/// How many annotations each coder has, by document.
type Counts = BTreeMap<DocumentId, BTreeMap<String, usize>>;

/// How far a coder is; what the reader may not see is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    /// Who.
    pub coder: String,
    /// Documents that are given to them; nothing where nobody is given anything: then all are everybody's.
    pub n_given: Option<usize>,
    /// Those of them that they finished.
    pub n_finished: usize,
    /// The others: where they tagged something, and where they did not.
    pub n_left: Option<(usize, usize)>,
    /// Passages that they tagged, in all documents.
    pub n_passages: Option<usize>,
    /// When they last wrote something into their journal, if that is known.
    pub last: Option<Time>,
}

/// How far everybody is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Team {
    /// Those who are given something, finished or tagged something, by name.
    pub shares: Vec<Share>,
    /// Documents in all.
    pub n_documents: usize,
    /// Documents that are given to somebody.
    pub n_given: usize,
    /// Those of them that all finished to whom they are given.
    pub n_finished: usize,
}

impl Team {
    /// Tells it to a reader, who may see these `counts`; `last` is when coders last wrote something.
    pub fn of(shared: &Shared, counts: &Counts, reader: &str, last: &BTreeMap<String, Time>) -> Self {
        let sight = Sight::of(shared, reader);
        let mut given: BTreeMap<&str, Vec<&DocumentId>> = BTreeMap::new();
        for one in shared.assignments.iter().filter(|one| shared.documents.contains_key(&one.document)) {
            given.entry(&one.coder).or_default().push(&one.document);
        }
        let mut coders: BTreeSet<&str> = given.keys().copied().collect();
        coders.extend(shared.done.values().filter(|done| done.holds()).map(|done| done.coder.as_str()));
        coders.extend(counts.values().flat_map(BTreeMap::keys).map(String::as_str));
        coders.remove(CONSENSUS);
        let all: Vec<&DocumentId> = shared.documents.keys().collect();
        let is_anything_given = !shared.assignments.is_empty();
        let share = |coder: &str| {
            let given = if is_anything_given { given.get(coder) } else { Some(&all) };
            let given = given.map(Vec::as_slice).unwrap_or_default();
            let n_in = |id: &DocumentId| counts.get(id).and_then(|own| own.get(coder)).copied().unwrap_or(0);
            let sees = |id: &DocumentId| sight.sees(id, coder);
            let (finished, left): (Vec<&DocumentId>, Vec<&DocumentId>) =
                given.iter().partition(|id| shared.is_done(id, coder));
            let n_begun = left.iter().filter(|id| n_in(id) > 0).count();
            Share {
                coder: coder.to_owned(),
                n_given: is_anything_given.then_some(given.len()),
                n_finished: finished.len(),
                n_left: left.iter().all(|id| sees(id)).then_some((n_begun, left.len() - n_begun)),
                n_passages: all.iter().all(|id| sees(id)).then(|| all.iter().map(|id| n_in(id)).sum()),
                last: last.get(coder).copied(),
            }
        };
        let shares = coders.into_iter().map(share).collect();
        let somebodys = || shared.documents.keys().filter(|id| shared.assignees(id).next().is_some());
        let is_finished = |id: &&DocumentId| shared.assignees(id).all(|coder| shared.is_done(id, coder));
        let n_finished = somebodys().filter(is_finished).count();
        Self { shares, n_documents: all.len(), n_given: somebodys().count(), n_finished }
    }

    /// Documents that nobody has.
    pub fn n_nobodys(&self) -> usize {
        self.n_documents - self.n_given
    }

    /// Whether nobody is given anything, so that all documents are everybody's.
    pub fn is_free(&self) -> bool {
        self.shares.iter().all(|share| share.n_given.is_none())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;
    use crate::model::assignment::Assignment;
    use crate::model::document::{Document, Done};
    use crate::model::rules::{Colleagues, Rule};

    fn id(name: &str) -> DocumentId {
        DocumentId(name.into())
    }

    /// Documents a, b, c; a and b are given to asel, b to dana too; asel tagged in a and finished b, dana tagged in b and c.
    fn study() -> (Shared, Counts) {
        let mut shared = Shared::default();
        for name in ["a", "b", "c"] {
            shared.documents.insert(id(name), Document { id: id(name), ..Document::default() });
        }
        for (document, coder) in [("a", "asel"), ("b", "asel"), ("b", "dana"), ("gone", "dana")] {
            shared.assignments.insert(Assignment::new(&id(document), coder));
        }
        let done = Done { document: id("b"), coder: "asel".into(), time: None, reopened: None };
        shared.done.insert((id("b"), "asel".into()), done);
        let mut counts = Counts::new();
        for (document, coder, n) in [("a", "asel", 3), ("b", "dana", 2), ("c", "dana", 1), ("b", CONSENSUS, 9)] {
            counts.entry(id(document)).or_default().insert(coder.into(), n);
        }
        (shared, counts)
    }

    #[test]
    fn everybody_is_told_with_what_is_theirs() {
        let (shared, counts) = study();
        let team = Team::of(&shared, &counts, "asel", &BTreeMap::from([("dana".to_owned(), Time(7))]));
        let asel = Share {
            coder: "asel".into(),
            n_given: Some(2),
            n_finished: 1,
            n_left: Some((1, 0)),
            n_passages: Some(3),
            last: None,
        };
        let dana = Share {
            coder: "dana".into(),
            n_given: Some(1),
            n_finished: 0,
            n_left: Some((1, 0)),
            n_passages: Some(3),
            last: Some(Time(7)),
        };
        assert_eq!(team.shares, [asel, dana]);
        assert_eq!((team.n_documents, team.n_given, team.n_finished, team.n_nobodys()), (3, 2, 0, 1));
    }

    #[test]
    fn what_the_rules_hide_is_not_counted_and_what_is_finished_is() {
        let (mut shared, mut counts) = study();
        shared.rules.insert(Rule::Colleagues(Colleagues::Finished));
        counts.retain(|document, _| document.0 != "c");
        let team = Team::of(&shared, &counts, "asel", &BTreeMap::new());
        let dana = &team.shares[1];
        assert_eq!((dana.n_given, dana.n_finished, dana.n_passages), (Some(1), 0, None), "c is not finished");
        assert_eq!(dana.n_left, Some((1, 0)), "asel finished b and sees it");
        assert_eq!(team.shares[0].n_passages, Some(3), "one's own is never hidden");
        let seen_by_dana = Team::of(&shared, &Counts::new(), "dana", &BTreeMap::new());
        let asel = &seen_by_dana.shares[0];
        assert_eq!((asel.n_given, asel.n_finished, asel.n_left, asel.n_passages), (Some(2), 1, None, None));
    }

    #[test]
    fn where_nobody_is_given_anything_all_is_everybodys() {
        let (mut shared, counts) = study();
        shared.assignments.clear();
        let team = Team::of(&shared, &counts, "asel", &BTreeMap::new());
        assert!(team.is_free() && team.shares.iter().all(|share| share.n_given.is_none()));
        assert_eq!((team.shares[0].n_finished, team.shares[0].n_left), (1, Some((1, 1))));
        assert_eq!((team.shares[1].n_finished, team.shares[1].n_left), (0, Some((2, 1))));
    }
}
