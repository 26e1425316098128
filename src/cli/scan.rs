//! `ripout scan`: the dependencies of a project, those worth leaving first.

use std::path::PathBuf;

use ripout_model::{Failure, Settings, Stop};

use crate::{
    checkout::cache,
    cli::{
        Session,
        args::{self, FailOn, ScanFormat},
        progress::Progress,
        scan_document, scan_text,
    },
    languages,
    survey::{self, Advice},
};

/// Scans, and prints what there is to say.
pub fn scan(session: &Session, arguments: &args::Scan) -> Result<u8, Stop> {
    let folder = arguments.consumer.clone().unwrap_or(PathBuf::from("."));
    if !folder.is_dir() {
        return Err(Failure::new(
            "project_not_found",
            format!("{} is no folder", folder.display()),
        )
        .help("name the folder of a Cargo workspace or of a Python project")
        .into());
    }
    let settings = Settings {
        offline: session.global.offline,
        python: arguments.python.clone(),
        ..Settings::default()
    };
    let host = session.sandbox(Box::new(Progress::new(session.console)));
    // Held for as long as we use it. Without a cache maps are made anew, which is slower and no less right.
    let cache = cache::Cache::open(None).and_then(|held| Ok((held, cache::dir()?.join("facts"))));
    let facts = cache.as_ref().ok().map(|(_, folder)| folder.as_path());
    let scans = survey::scan(&folder, &languages::all(), &settings, facts, &host)?;
    drop(host);
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
    let text = match arguments.format {
        ScanFormat::Text => scan_text::page(&scans, &session.console),
        ScanFormat::Markdown => scan_text::markdown(&scans),
        ScanFormat::Json => scan_document::json(&scans)?,
        ScanFormat::Sarif => scan_document::sarif(&scans)?,
    };
    session.console.print(&text)?;
    let found = scans
        .iter()
        .flat_map(|scan| &scan.dependencies)
        .any(|ranked| ranked.advice == Advice::Rip);
    Ok(u8::from(arguments.fail_on == Some(FailOn::Rip) && found))
}
