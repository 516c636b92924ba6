//! The codes of a study, found in the project's codebook or brought into it.

use std::collections::{BTreeMap, BTreeSet};

use crate::intake::here::Here;
use crate::intake::plan::Plan;
use crate::model::change::Record;
use crate::model::code::{Code, CodeId, Standing};
use crate::model::codebook::Codebook;
use crate::model::study::{Study, numbered};
use crate::say;
use crate::text::fold::folded;
use crate::text::width::printable;

/// Names that are told at most.
const MOST_TOLD: usize = 5;

/// Finds for each code of a study the one here that it is; those that are new are planned to come in, below the ones that they
/// stand below in the file.
pub fn matched(study: &Study, here: &Here<'_>, plan: &mut Plan) -> BTreeMap<CodeId, CodeId> {
    let book = &here.shared.codebook;
    let codes: Vec<Code> = study.codes.iter().map(cleaned).collect();
    let mut own = Codebook::default();
    codes.iter().cloned().for_each(|code| own.insert(code));
    let mut n_called: BTreeMap<String, usize> = BTreeMap::new();
    for code in &codes {
        *n_called.entry(folded(code.name())).or_default() += 1;
    }
    let mut found = by_path(&own, book);
    let mut renamed = Vec::new();
    let mut taken: BTreeSet<CodeId> = book.iter().map(|code| code.id.clone()).collect();
    let mut names: BTreeSet<String> =
        book.iter().flat_map(|code| code.names.all().map(folded).collect::<Vec<_>>()).collect();
    let (mut fresh, mut differing) = (Vec::new(), Vec::new());
    let mut met: BTreeSet<CodeId> = found.values().cloned().collect();
    for code in &codes {
        let is_alone = n_called.get(&folded(code.name())).is_none_or(|n| *n == 1);
        let by_path = found.get(&code.id).and_then(|id| book.get(id));
        let is_free = |known: &&Code| !met.contains(&known.id);
        if let Some(known) = by_path.or_else(|| known(code, &own, book, is_alone, &is_free)) {
            met.insert(known.id.clone());
            if differs(code, known) {
                differing.push(printable(known.name()));
            }
            plan.tally.codes_known += 1;
            found.insert(code.id.clone(), known.id.clone());
            continue;
        }
        let now = made(code, &own, &taken, &names);
        if folded(now.name()) != folded(code.name()) {
            renamed.push(printable(now.name()));
        }
        taken.insert(now.id.clone());
        names.extend(now.names.all().map(folded));
        found.insert(code.id.clone(), now.id.clone());
        fresh.push(now);
    }
    for mut code in fresh {
        code.parent = found.get(&code.parent).cloned().unwrap_or_default();
        if let Standing::MergedInto(into) = &code.standing {
            code.standing = found.get(into).map_or(Standing::InUse, |into| Standing::MergedInto(into.clone()));
        }
        // A letter applies one code: the one that has it here keeps it.
        if book.of_key(&code.key).is_some() {
            code.key.clear();
        }
        plan.tally.codes_new += 1;
        plan.put(Record::Code(code));
    }
    tell(&differing, plan);
    if !renamed.is_empty() {
        let (names, more) = named(&renamed);
        plan.told.push(say!("codes whose names others have come in as: {names}{more}", names, more));
    }
    found
}

/// The codes by where they stand, by name; several where names differ in capitals alone, or not at all.
fn paths(book: &Codebook) -> BTreeMap<String, Vec<&CodeId>> {
    let mut all: BTreeMap<String, Vec<&CodeId>> = BTreeMap::new();
    for code in book.iter() {
        all.entry(folded(&book.path(&code.id))).or_default().push(&code.id);
    }
    all
}

/// The codes of the file that stand here just where they stand there, by name, where no other one does.
fn by_path(own: &Codebook, book: &Codebook) -> BTreeMap<CodeId, CodeId> {
    let here = paths(book);
    let alone = paths(own).into_iter().filter_map(|(path, ids)| match (ids.as_slice(), here.get(&path)?.as_slice()) {
        ([code], [known]) => Some(((*code).clone(), (*known).clone())),
        _ => None,
    });
    alone.collect()
}

/// The code here that one of the file is, where none stands in its place: of the same id, else of a name that no other code of
/// the file has, else in its place or of the name that it was given when it came in before. Those that are others of the file are
/// not it.
fn known<'a>(
    code: &Code,
    own: &Codebook,
    book: &'a Codebook,
    is_alone: bool,
    is_free: &dyn Fn(&&Code) -> bool,
) -> Option<&'a Code> {
    let by_id = || book.get(&code.id).filter(|known| shares_name(known, code)).filter(is_free);
    let by_name = || code.names.all().filter(|_| is_alone).find_map(|name| book.named(name).filter(is_free));
    let called = |name: &str| book.iter().find(|known| known.names.all().any(|n| folded(n) == folded(name)));
    let in_place = || {
        let path = folded(&own.path(&code.id));
        book.iter().filter(|_| !is_alone).find(|known| is_free(known) && folded(&book.path(&known.id)) == path)
    };
    // The names that it may have been given before, in their order: each is one that another code has.
    let before = || {
        let first = [apart(code.name(), code, own), code.name().to_owned()];
        let more = (2..).map(|n| format!("{}-{n}", first[0])).map_while(|name| called(&name)).find(is_free);
        first.iter().filter_map(|name| called(name)).find(is_free).or(more)
    };
    by_id().or_else(by_name).or_else(in_place).or_else(before)
}

/// A name that tells a code from another one of its name: with the name above it.
fn apart(name: &str, code: &Code, own: &Codebook) -> String {
    let above = own.get(&code.parent).map_or("", Code::name);
    if above.is_empty() { name.to_owned() } else { format!("{name} ({above})") }
}

fn shares_name(one: &Code, other: &Code) -> bool {
    let names: BTreeSet<String> = one.names.all().map(folded).collect();
    other.names.all().any(|name| names.contains(&folded(name))) || one.names.all().next().is_none()
}

/// Whether the file says more or other things of a code than is said of it here.
fn differs(code: &Code, known: &Code) -> bool {
    let is_other = |file: &str, here: &str| !file.is_empty() && file.trim() != here.trim();
    is_other(&code.definition, &known.definition)
        || is_other(&code.include, &known.include)
        || is_other(&code.exclude, &known.exclude)
}

/// A code with names as they can be kept: one line, no `/`, which parts names above each other; where it has none, its id.
fn cleaned(code: &Code) -> Code {
    let mut now = code.clone();
    let clean = |name: &str| printable(&name.replace('/', "-")).trim().to_owned();
    now.names.en = clean(&now.names.en);
    now.names.kk = clean(&now.names.kk);
    now.names.ru = clean(&now.names.ru);
    if now.names.all().next().is_none() {
        now.names.en = clean(&now.id.0);
    }
    now
}

/// A code of the file as it comes in: with an id and a name that nothing here has.
fn made(code: &Code, own: &Codebook, taken: &BTreeSet<CodeId>, names: &BTreeSet<String>) -> Code {
    let mut now = code.clone();
    if names.contains(&folded(now.name())) {
        let name = apart(now.name(), code, own);
        let name = numbered(&name, |name| names.contains(&folded(name)));
        now.names.en = name;
    }
    let id = CodeId::of_name(now.name()).unwrap_or_else(|| CodeId("code".into()));
    now.id = CodeId(numbered(&id.0, |id| taken.contains(&CodeId(id.to_owned()))));
    now
}

fn tell(differing: &[String], plan: &mut Plan) {
    if differing.is_empty() {
        return;
    }
    let (names, more) = named(differing);
    plan.told.push(say!(
        "the file defines these codes in other words, they stay as they are here: {names}{more}",
        names,
        more
    ));
}

/// The first of some names, and what says that there are more.
fn named(all: &[String]) -> (String, &'static str) {
    let names: Vec<&str> = all.iter().take(MOST_TOLD).map(String::as_str).collect();
    (names.join(", "), if all.len() > MOST_TOLD { ", …" } else { "" })
}
