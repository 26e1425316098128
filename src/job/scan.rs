//! `ripout scan`: a project in every language that it has, its dependencies ranked.

use std::path::Path;

use ripout_model::{Failure, Host, Settings, Stop};

use crate::{
    checkout::cache,
    languages,
    survey::{self, Depth, Scan},
};

/// Scans a project's folder.
pub fn scan(
    folder: &Path,
    depth: Depth,
    settings: &Settings,
    host: &dyn Host,
) -> Result<Vec<Scan>, Stop> {
    if !folder.is_dir() {
        return Err(Failure::new(
            "project_not_found",
            format!("{} is no folder", folder.display()),
        )
        .help("name the folder of a Cargo workspace or of a Python project")
        .into());
    }
    // Held for as long as we use it. Without a cache maps are made anew, which is slower and no less right.
    let cache = cache::Cache::open(None).and_then(|held| Ok((held, cache::dir()?.join("facts"))));
    let facts = cache.as_ref().ok().map(|(_, folder)| folder.as_path());
    let scans = survey::scan(folder, &languages::all(), depth, settings, facts, host)?;
    if scans.is_empty() {
        return Err(Failure::new(
            "no_project",
            format!(
                "{} holds no Cargo.toml and no Python project",
                folder.display()
            ),
        )
        .help("name the folder in which the manifest lies")
        .into());
    }
    Ok(scans)
}
