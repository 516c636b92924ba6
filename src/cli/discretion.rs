//! What an export keeps to itself: who the coders are, and what they thought.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;

use crate::cli::context::Failure;
use crate::formats::row::Row;
use crate::model::rules::CONSENSUS;
use crate::model::study::Study;
use crate::store::Store;

/// What is to be left out.
#[derive(Args, Debug, Clone, Copy)]
pub struct DiscretionArgs {
    /// Call the coders A, B, C …
    #[arg(long)]
    anonymous: bool,
    /// Leave out what the coders thought
    #[arg(long)]
    without_memos: bool,
}

/// What is left out, and what coders are called.
pub struct Discretion {
    /// By name; nothing where they keep theirs.
    letters: Option<BTreeMap<String, String>>,
    is_without_memos: bool,
}

impl Discretion {
    /// As the options say. A coder has the same letter in every export, until others join: in the order of the names' sums,
    /// which says nothing of the names.
    pub fn of(args: DiscretionArgs, store: &Store) -> Result<Self, Failure> {
        let letters = if args.anonymous { Some(letters(store)?) } else { None };
        Ok(Self { letters, is_without_memos: args.without_memos })
    }

    /// What a coder is called.
    pub fn coder(&self, name: &str) -> String {
        match &self.letters {
            Some(letters) if !name.is_empty() && name != CONSENSUS => {
                letters.get(name).cloned().unwrap_or_else(|| "?".into())
            }
            _ => name.to_owned(),
        }
    }

    /// Leaves it out of a row.
    pub fn row(&self, row: &mut Row) {
        row.coder = self.coder(&row.coder);
        if self.is_without_memos {
            row.memo.clear();
        }
    }

    /// Leaves it out of a study.
    pub fn study(&self, study: &mut Study) {
        for annotation in &mut study.annotations {
            annotation.coder = self.coder(&annotation.coder);
            if self.is_without_memos {
                annotation.memo.clear();
                annotation.memo_time = None;
            }
        }
        for link in &mut study.links {
            link.coder = self.coder(&link.coder);
        }
        for memo in &mut study.memos {
            memo.coder = self.coder(&memo.coder);
        }
        if self.is_without_memos {
            study.memos.clear();
        }
    }
}

fn letters(store: &Store) -> Result<BTreeMap<String, String>, Failure> {
    let (shared, counts) = (store.shared()?, store.reading().counts()?);
    let mut names: BTreeSet<String> = counts.into_values().flat_map(BTreeMap::into_keys).collect();
    names.extend(shared.memos.values().map(|memo| memo.coder.clone()));
    names.extend(shared.links.values().map(|link| link.coder.clone()));
    let mut names: Vec<String> = names.into_iter().filter(|name| name != CONSENSUS).collect();
    names.sort_by_key(|name| *blake3::hash(name.as_bytes()).as_bytes());
    Ok(names.into_iter().enumerate().map(|(n, name)| (name, letter(n))).collect())
}

/// The n-th letter, from 0: A, B, … Z, AA, AB, …
fn letter(n: usize) -> String {
    let last = char::from(b'A' + (n % 26) as u8);
    if n < 26 { last.to_string() } else { format!("{}{last}", letter(n / 26 - 1)) }
}
