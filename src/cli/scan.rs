//! `ripout scan`: the dependencies of a project, those worth leaving first.

use std::path::PathBuf;

use ripout_model::{Settings, Stop};

use crate::{
    cli::{
        Session,
        args::{self, FailOn, ScanFormat},
        progress::Progress,
        scan_document, scan_text,
    },
    job::scan,
    survey::{Advice, Depth},
};

/// Scans, and prints what there is to say.
pub fn scan(session: &Session, arguments: &args::Scan) -> Result<u8, Stop> {
    let folder = arguments.consumer.clone().unwrap_or(PathBuf::from("."));
    let settings = Settings {
        offline: session.global.offline,
        python: arguments.python.clone(),
        ..Settings::default()
    };
    let depth = match arguments.measure {
        true => Depth::Measured,
        false => Depth::Text,
    };
    let host = session.sandbox(Box::new(Progress::new(session.console)));
    let scans = scan::scan(&folder, depth, &settings, &host)?;
    drop(host);
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
