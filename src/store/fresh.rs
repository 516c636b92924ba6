//! An index made anew in memory, to hold against another one.

use crate::store::cells::Cells;
use crate::store::error::StoreError;
use crate::store::index::Index;
use crate::store::journal::{self, Cursor};
use crate::store::project::Project;
use crate::store::rebuilt::Rebuilt;

/// What a project's journals say. Fails where they can't be read.
pub fn index(project: &Project) -> Result<Index, StoreError> {
    let mut rebuilt = Rebuilt::default();
    for path in journal::list(&project.journals())? {
        let mut cursor = Cursor::default();
        journal::read(&path, project.cipher.as_ref(), &mut cursor, |event, _| rebuilt.take(event))?;
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        rebuilt.read_to(&name, cursor);
    }
    let mut index = Index::new(Cells::in_memory());
    index.replace(rebuilt)?;
    Ok(index)
}
