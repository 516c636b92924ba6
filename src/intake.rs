//! What of another program's study comes into a project: what is known here, what is new, what conflicts, and what can't be.

pub mod codes;
pub mod desk;
pub mod here;
pub mod papers;
pub mod passages;
pub mod plan;
pub mod revision;

use crate::model::study::Study;
use here::Here;
use plan::Plan;

/// Plans what of a study comes in; nothing is changed by it. Fails, with what to tell, where the project can't be read.
pub fn plan(study: &Study, here: &Here<'_>) -> Result<Plan, String> {
    let mut plan = Plan::default();
    let papers = papers::matched(study, here, &mut plan)?;
    let codes = codes::matched(study, here, &mut plan);
    passages::take(study, &passages::Names { papers: &papers, codes: &codes }, here, &mut plan)?;
    papers::sides(study, &papers, here, &mut plan);
    plan.memos(study, &papers, &codes, here);
    Ok(plan)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::intake::here::Seen;
    use crate::intake::plan::How;
    use crate::model::annotation::Passage;
    use crate::model::change::Record;
    use crate::model::code::{Code, CodeId};
    use crate::model::document::{Document, DocumentId};
    use crate::model::shared::Shared;
    use crate::model::study::Paper;
    use crate::model::time::Time;

    /// A project in memory.
    #[derive(Default)]
    struct Project {
        shared: Shared,
        seen: BTreeMap<DocumentId, Seen>,
        files: BTreeMap<DocumentId, String>,
    }

    impl Project {
        fn plan(&self, study: &Study) -> Plan {
            let look = |id: &DocumentId| self.seen.get(id).cloned().ok_or_else(|| format!("{id} is not there"));
            let may_keep = |id: &DocumentId, text: &str| self.files.get(id).is_none_or(|file| file == text);
            let here = Here { shared: &self.shared, coder: "asel", now: Time(7), look: &look, may_keep: &may_keep };
            super::plan(study, &here).unwrap()
        }

        /// What a plan makes of the project.
        fn take(&mut self, study: &Study) -> Plan {
            let plan = self.plan(study);
            for (id, text) in &plan.texts {
                self.seen.insert(id.clone(), Seen { text: text.clone(), ..Seen::default() });
            }
            for change in &plan.changes {
                self.shared.apply(change);
                if let Some(Record::Annotation(annotation)) = &change.now {
                    let seen = self.seen.get_mut(&annotation.passage.document).unwrap();
                    seen.ids.insert(annotation.id);
                    seen.annotations.push(annotation.clone());
                }
            }
            plan
        }
    }

    fn study(papers: &[(&str, &str)], codes: &[(&str, &str, &str)], marks: &[(&str, usize, usize, &str)]) -> Study {
        let mut study = Study::default();
        for (id, text) in papers {
            let document = Document { id: DocumentId((*id).into()), ..Document::default() };
            study.papers.push(Paper { document, text: Some((*text).into()) });
        }
        for (id, name, parent) in codes {
            let parent = CodeId((*parent).into());
            study.codes.push(Code { parent, ..Code::named(CodeId((*id).into()), name) });
        }
        for (document, start, end, code) in marks {
            let passage = Passage { document: DocumentId((*document).into()), start: *start, end: *end };
            study.mark(passage, "", CodeId((*code).into()));
        }
        study
    }

    #[test]
    fn the_same_study_twice_changes_nothing_and_is_the_same_for_everybody() {
        let study = study(&[("a b", "бір екі үш")], &[("x", "X", "")], &[("a b", 4, 7, "x"), ("a b", 0, 3, "x")]);
        let (mut one, mut other) = (Project::default(), Project::default());
        let first = one.take(&study);
        assert_eq!((first.tally.new, first.tally.codes_new, first.texts.len()), (2, 1, 1));
        assert_eq!(first.papers[0].document.0, "a-b", "a name that is a file's");
        let again = one.take(&study);
        assert!(again.is_empty() && again.tally.known == 2);
        let ids = |plan: &Plan| {
            let of = |change: &crate::model::change::Change| change.now.as_ref().map(Record::key);
            plan.changes.iter().filter_map(of).collect::<Vec<_>>()
        };
        assert_eq!(ids(&other.take(&study)), ids(&first));
    }

    #[test]
    fn two_names_of_one_document_are_one_document() {
        let mut project = Project::default();
        project.take(&study(&[("a b", "бір екі үш")], &[("x", "X", "")], &[]));
        let marks = [("a b", 4, 7, "x"), ("a-b", 4, 7, "x"), ("a-b", 0, 3, "x")];
        let mut study = study(&[("a b", ""), ("a-b", "")], &[("x", "X", "")], &marks);
        study.papers.iter_mut().for_each(|paper| paper.text = None);
        let plan = project.take(&study);
        assert_eq!((plan.tally.new, plan.tally.known), (2, 1));
    }

    #[test]
    fn answers_that_are_alike_stay_documents_of_their_own() {
        let study = study(&[("r1", "yes"), ("r2", "yes")], &[("x", "X", "")], &[("r1", 0, 3, "x"), ("r2", 0, 3, "x")]);
        let mut project = Project::default();
        let plan = project.take(&study);
        assert_eq!((plan.texts.len(), plan.tally.new), (2, 2));
        assert!(project.take(&study).is_empty());
    }

    #[test]
    fn another_text_of_a_name_comes_in_under_a_name_of_its_own() {
        let mut project = Project::default();
        project.take(&study(&[("a", "The first text, about one thing and nothing else.")], &[], &[]));
        let plan = project.take(&study(&[("a", "Мүлде басқа мәтін: басқа тілде, басқа нәрсе туралы.")], &[], &[]));
        assert_eq!((plan.papers[0].how, plan.papers[0].document.0.as_str()), (How::New, "a-2"));
        assert!(plan.told.iter().any(|told| told.contains("another text")));
        assert!(
            project.plan(&study(&[("a", "Мүлде басқа мәтін: басқа тілде, басқа нәрсе туралы.")], &[], &[])).is_empty()
        );
    }

    #[test]
    fn codes_of_one_place_stay_apart_and_come_in_once() {
        let codes = [
            ("c", "citizens", ""),
            ("a1", "anger", "c"),
            ("a2", "Anger", "c"),
            ("s", "state", ""),
            ("a3", "anger", "s"),
        ];
        let study =
            study(&[("a", "some words here")], &codes, &[("a", 0, 4, "a1"), ("a", 0, 4, "a2"), ("a", 0, 4, "a3")]);
        let mut project = Project::default();
        let first = project.take(&study);
        assert_eq!((first.tally.new, first.tally.codes_new), (3, 5));
        assert!(first.told.iter().any(|told| told.contains("Anger (citizens), anger (state)")), "{:?}", first.told);
        for _ in 0..2 {
            let again = project.take(&study);
            assert!(again.is_empty() && again.tally.known == 3, "{:?} {:?}", again.tally, again.told);
        }
        // One is here already: the others are not it.
        let twice = [("t1", "Trust", ""), ("t2", "Trust", "")];
        let study = super::tests::study(&[("a", "some words here")], &twice, &[("a", 0, 4, "t1"), ("a", 0, 4, "t2")]);
        let mut project = Project::default();
        project.shared.insert(Record::Code(Code::named(CodeId("trust".into()), "Trust")));
        assert_eq!((project.take(&study).tally.new, project.plan(&study).tally.new), (2, 0));
    }

    #[test]
    fn names_that_can_not_be_kept_as_they_are_are_found_again() {
        for name in ["a\u{7f}b", "a/b", " a ", "a\nb", "\u{1b}[31m", ""] {
            let study = study(&[("a", "some words here")], &[("x1", name, "")], &[("a", 0, 4, "x1")]);
            let mut project = Project::default();
            project.take(&study);
            assert!(project.take(&study).is_empty(), "{name:?}");
        }
    }

    #[test]
    fn texts_that_are_alike_are_told_apart_by_their_names() {
        let of = |names: [&str; 2]| {
            study(&[(names[0], "yes"), (names[1], "yes")], &[("x", "X", "")], &[(names[1], 0, 3, "x")])
        };
        let mut project = Project::default();
        project.take(&of(["r1", "r2"]));
        let plan = project.plan(&of(["r0", "r1"]));
        let found: Vec<_> =
            plan.papers.iter().map(|paper| (paper.name.0.as_str(), paper.document.0.as_str())).collect();
        assert_eq!(found, [("r1", "r1"), ("r0", "r0")]);
    }

    #[test]
    fn a_file_that_the_project_says_nothing_of_keeps_its_name() {
        let mut project = Project::default();
        project.files.insert(DocumentId("a".into()), "What an undone import left.".into());
        let plan = project.take(&study(&[("a", "Another text.")], &[], &[]));
        assert_eq!(plan.papers[0].document.0, "a-2");
        assert!(plan.told.iter().any(|told| told.contains("another text")), "{:?}", plan.told);
        let mut same = Project::default();
        same.files.insert(DocumentId("a".into()), "Another text.".into());
        assert_eq!(same.take(&study(&[("a", "Another text.")], &[], &[])).papers[0].document.0, "a");
    }

    #[test]
    fn codes_of_one_name_are_told_apart_by_what_stands_above_and_found_again() {
        let codes = [("s", "state", ""), ("m", "media", ""), ("s1", "other", "s"), ("m1", "other", "m")];
        let study = study(&[("a", "words")], &codes, &[("a", 0, 5, "s1"), ("a", 0, 5, "m1")]);
        let mut project = Project::default();
        assert_eq!(project.take(&study).tally.codes_new, 4);
        let names: Vec<&str> = project.shared.codebook.iter().map(Code::name).collect();
        assert!(names.contains(&"other") && names.contains(&"other (media)"), "{names:?}");
        let again = project.take(&study);
        assert!(again.is_empty() && again.tally.known == 2, "{:?}", again.tally);
    }

    #[test]
    fn what_cannot_be_is_told_with_its_place_and_nothing_else_is_lost() {
        let marks =
            [("a", 0, 99, "x"), ("a", 3, 3, "x"), ("nowhere", 0, 1, "x"), ("a", 0, 2, "none"), ("a", 0, 3, "x")];
        let study = study(&[("a", "бір екі")], &[("x", "X", "")], &marks);
        let plan = Project::default().plan(&study);
        assert_eq!((plan.tally.impossible, plan.tally.new), (4, 1));
        assert_eq!(plan.impossible.len(), 4);
        assert!(plan.impossible.iter().any(|case| case.why.contains("7 characters") && case.end == 99));
    }

    #[test]
    fn a_passage_that_cuts_a_letter_is_widened_and_told() {
        let study = study(&[("a", "ои\u{306}о")], &[("x", "X", "")], &[("a", 2, 3, "x")]);
        let plan = Project::default().plan(&study);
        let Some(Record::Annotation(annotation)) = plan.changes.iter().filter_map(|c| c.now.clone()).next_back() else {
            panic!("no annotation")
        };
        assert_eq!((annotation.passage.start, annotation.passage.end), (1, 3));
        assert!(plan.told.iter().any(|told| told.contains("widened")));
    }
}
