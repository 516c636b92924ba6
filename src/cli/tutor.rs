//! `tanba tutor`: five minutes of lessons on a project that is gone afterwards.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command};

use crate::cli::context::{Context, Failure};
use crate::shell::configuration::Configuration;
use crate::shell::{self, Opening, clock};
use crate::store::error::StoreError;
use crate::store::project::Project;

/// The bundled corpus, that the lessons are given on, compiled in: texts, codes, two coders' annotations. A test
/// compares it with the folder.
pub const FILES: &[(&str, &str)] = &[
    ("tanba.toml", include_str!("../../corpus/tanba.toml")),
    ("documents/blocking.en.txt", include_str!("../../corpus/documents/blocking.en.txt")),
    ("documents/blocking.kk.txt", include_str!("../../corpus/documents/blocking.kk.txt")),
    ("documents/cyberactivism.en.txt", include_str!("../../corpus/documents/cyberactivism.en.txt")),
    ("documents/cyberactivism.kk.txt", include_str!("../../corpus/documents/cyberactivism.kk.txt")),
    ("documents/government.en.txt", include_str!("../../corpus/documents/government.en.txt")),
    ("documents/government.kk.txt", include_str!("../../corpus/documents/government.kk.txt")),
    ("documents/land-reform.en.txt", include_str!("../../corpus/documents/land-reform.en.txt")),
    ("documents/land-reform.kk.txt", include_str!("../../corpus/documents/land-reform.kk.txt")),
    ("documents/spillover.en.txt", include_str!("../../corpus/documents/spillover.en.txt")),
    ("documents/spillover.kk.txt", include_str!("../../corpus/documents/spillover.kk.txt")),
    ("journal/aigerim@sample.jsonl", include_str!("../../corpus/journal/aigerim@sample.jsonl")),
    ("journal/daniyar@sample.jsonl", include_str!("../../corpus/journal/daniyar@sample.jsonl")),
];

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[("tanba tutor", "shows you around; nothing of it is kept")];

/// It has no arguments.
pub fn arguments(command: Command) -> Command {
    command.about("Show a newcomer around in five minutes")
}

/// Does it.
pub fn run(_: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let reader = context.configuration.reader().map_err(Failure::Misunderstood)?;
    let folder = Folder(env::temp_dir().join(format!("tanba-tutor-{:x}", clock::chance())));
    write(&folder.0)?;
    let (project, writer) = (Project::open(&folder.0)?, context.writer());
    let Configuration { home, warnings, .. } = context.configuration.clone();
    let status = shell::run(Opening { project, writer, reader, home, way: None, warnings, is_lesson: true })?;
    if status == 0 { Ok(()) } else { Err(Failure::Silent) }
}

fn write(root: &Path) -> Result<(), StoreError> {
    for (name, text) in FILES {
        let path = root.join(name);
        let dir = path.parent().unwrap_or(root);
        fs::create_dir_all(dir).map_err(StoreError::io("make", dir))?;
        fs::write(&path, text).map_err(StoreError::io("write", &path))?;
    }
    Ok(())
}

/// A folder that is gone when this is dropped.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
