//! `ripout map`: the call graph of a tree, or what one symbol reaches in it.

use ripout_model::{CallGraph, Failure, Language, Stop};
use serde::Serialize;

use crate::{
    cli::{Session, args, args::MapFormat, config, locked, map_text, progress::Progress},
    job::{self, map::Atlas},
    map::{Mapped, closure},
};

/// A map as JSON.
#[derive(Serialize)]
struct MapDocument<'a> {
    schema: &'static str,
    language: &'a str,
    root: String,
    symbol: Option<&'a str>,
    files: u64,
    lines: u64,
    bytes: u64,
    broken: Vec<BrokenDocument<'a>>,
    definitions: &'a [ripout_model::Definition],
    /// `from` and `to` are places in `definitions`.
    edges: &'a [ripout_model::Edge],
    unresolved: &'a [ripout_model::Unresolved],
}

#[derive(Serialize)]
struct BrokenDocument<'a> {
    file: &'a str,
    line: Option<u32>,
    why: &'static str,
}

/// Maps, and prints the map.
pub fn map(session: &Session, arguments: &args::Map) -> Result<u8, Stop> {
    let (repo, rev, symbol) = subject(session, arguments)?;
    let wanted = config::wanted(
        &repo,
        rev.as_deref(),
        arguments.python.as_deref(),
        &[],
        &session.global,
    );
    let host = session.sandbox(Box::new(Progress::new(session.console)));
    let atlas = job::map::map(
        &wanted,
        arguments.language.as_deref(),
        symbol.as_deref(),
        &host,
    )?;
    drop(host);
    let Atlas {
        tree,
        language,
        mapped,
    } = atlas;
    if session.console.verbose {
        let work = mapped.work;
        session.console.note(&format!(
            "{} files read, {} parsed, call graph {}",
            work.read,
            work.parsed,
            if work.joined { "joined" } else { "as before" }
        ));
    }
    let text = match &symbol {
        Some(symbol) => {
            let roots = closure::find(&mapped.graph, symbol)?;
            let (graph, roots) = closure::closure(&mapped.graph, &roots);
            match arguments.format {
                MapFormat::Text => map_text::tree(&graph, &roots, &mapped),
                MapFormat::Json => document(&mapped, &graph, language, &tree, Some(symbol))?,
                MapFormat::Dot => map_text::dot(&graph),
            }
        }
        None => match arguments.format {
            MapFormat::Text => map_text::whole(&mapped),
            MapFormat::Json => document(&mapped, &mapped.graph, language, &tree, None)?,
            MapFormat::Dot => map_text::dot(&mapped.graph),
        },
    };
    session.console.print(&text)?;
    // Freeing a million small strings takes longer than all the rest; the system does it at once.
    std::mem::forget(mapped);
    Ok(0)
}

/// `<repo>`, `--rev` and the symbol; as `cargo ripout map SYMBOL` the repository is the locked dependency.
fn subject(
    session: &Session,
    arguments: &args::Map,
) -> Result<(String, Option<String>, Option<String>), Failure> {
    let left_out = session.calling == super::Calling::Cargo
        && arguments.symbol.is_none()
        && !locked::is_repo(&arguments.repo);
    if !left_out {
        return Ok((
            arguments.repo.clone(),
            arguments.rev.clone(),
            arguments.symbol.clone(),
        ));
    }
    let folder = std::env::current_dir()
        .map_err(|e| Failure::new("folder", format!("find the current folder: {e}")))?;
    let locked = locked::of_symbol(&arguments.repo, &folder)?;
    let rev = arguments.rev.clone().or(locked.rev);
    Ok((locked.repo, rev, Some(arguments.repo.clone())))
}

fn document(
    mapped: &Mapped,
    graph: &CallGraph,
    language: &dyn Language,
    tree: &ripout_model::Tree,
    symbol: Option<&str>,
) -> Result<String, Failure> {
    let document = MapDocument {
        schema: "ripout.map/1",
        language: language.name(),
        root: tree.root.display().to_string(),
        symbol,
        files: mapped.files,
        lines: mapped.code_lines,
        bytes: mapped.bytes,
        broken: mapped
            .problems
            .iter()
            .map(|problem| BrokenDocument {
                file: &problem.file,
                line: problem.line,
                why: problem.why.word(),
            })
            .collect(),
        definitions: &graph.definitions,
        edges: &graph.edges,
        unresolved: &graph.unresolved,
    };
    let mut text = serde_json::to_string(&document)
        .map_err(|e| Failure::new("output", format!("write the map: {e}")))?;
    text.push('\n');
    Ok(text)
}
