//! What is known of the alignment of a project's pairs: `alignment/<left>+<right>.gold`, and what coders said.

use std::fs;
use std::path::{Path, PathBuf};

use crate::alignment::align_pair;
use crate::alignment::gold::Gold;
use crate::alignment::pair::{Half, Known, PairAlignment};
use crate::model::document::{DocumentId, Pair};
use crate::model::link::FixedLink;
use crate::say;
use crate::store::documents;
use crate::store::error::StoreError;
use crate::store::project::Project;
use crate::text::offsets::Offsets;

/// What is known of a pair's links before they are computed. Fails where its file is none.
pub fn known(project: &Project, pair: &Pair, fixed: Vec<FixedLink>) -> Result<Known, StoreError> {
    let path = path_of(&project.root, &pair.left, &pair.right);
    let gold = match fs::read_to_string(&path) {
        Ok(text) => Some(Gold::read(&text).map_err(|line| {
            let why = say!("line {line}: no link; a line is sentence numbers, a tab, sentence numbers", line);
            StoreError::Document(path, why)
        })?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(StoreError::io("read", &path)(error)),
    };
    Ok(Known { gold, fixed })
}

/// Aligns a pair of the project's documents; `None` where `go_on` ended it.
pub fn align(
    project: &Project,
    pair: &Pair,
    fixed: Vec<FixedLink>,
    go_on: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Option<PairAlignment>, StoreError> {
    let known = known(project, pair, fixed)?;
    let (left, left_offsets) = half(project, &pair.left)?;
    let (right, right_offsets) = half(project, &pair.right)?;
    Ok(align_pair([left, right], [&left_offsets, &right_offsets], &known, go_on))
}

fn half(project: &Project, id: &DocumentId) -> Result<(Half, Offsets), StoreError> {
    let dir = project.documents();
    let text = documents::open(&dir, id)?;
    let offsets = Offsets::measure(&text).map_err(|wrong| {
        StoreError::Document(documents::path_of(&dir, id), say!("not UTF-8 at byte {offset}", offset = wrong.offset))
    })?;
    Ok((Half::new(id.clone(), text), offsets))
}

fn path_of(root: &Path, left: &DocumentId, right: &DocumentId) -> PathBuf {
    root.join("alignment").join(format!("{left}+{right}.gold"))
}
