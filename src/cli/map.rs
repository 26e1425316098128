//! `ripout map`: the call graph of a tree, or what one symbol reaches in it.

use ripout_model::{CallGraph, Failure, Language, Stop};
use serde::Serialize;

use crate::{
    checkout::{self, cache},
    cli::{Session, args, args::MapFormat, config, locked, map_text, progress::Progress},
    languages,
    map::{self, Mapped, closure, walk},
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
    let tree = checkout::checkout(&wanted, &host)?;
    let language = language(&tree, arguments.language.as_deref(), symbol.as_deref())?;
    // Held for as long as we use it. Without a cache the map is made anew, which is slower and no less right.
    let cache = cache::Cache::open(None).and_then(|held| Ok((held, cache::dir()?.join("facts"))));
    let folder = cache.as_ref().ok().map(|(_, folder)| folder.as_path());
    let mapped = map::map(&tree.root, language, folder, &host)?;
    drop(host);
    if mapped.files == 0 {
        let (name, text) = (language.name(), &tree.source.name);
        return Err(Failure::new("other_language", format!("{text} holds no {name} files")).into());
    }
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

/// The language that is asked for, that of the registry, or the one with most files that the symbol is spelt in.
fn language(
    tree: &ripout_model::Tree,
    name: Option<&str>,
    symbol: Option<&str>,
) -> Result<&'static dyn Language, Failure> {
    let all = languages::all();
    let names = || all.map(|language| language.name()).join(", ");
    if let Some(name) = name {
        return all
            .into_iter()
            .find(|language| language.name() == name)
            .ok_or_else(|| {
                Failure::new("arguments", format!("there is no language `{name}`"))
                    .help(format!("languages are {}", names()))
            });
    }
    let mut of_registry = all.iter().filter(|l| l.registry() == tree.source.kind);
    if let Some(language) = of_registry.next() {
        return Ok(*language);
    }
    let found = walk::files(&tree.root, &|path| all.iter().any(|l| l.owns(path)));
    all.into_iter()
        .map(|language| {
            let files = found
                .iter()
                .filter(|file| language.owns(&file.path))
                .count();
            let spelt = symbol.is_none_or(|symbol| language.spells(symbol));
            (spelt && files > 0, files, language)
        })
        .filter(|(_, files, _)| *files > 0)
        // The first of equals, so that the order of the registry decides.
        .rev()
        .max_by_key(|(spelt, files, _)| (*spelt, *files))
        .map(|(_, _, language)| language)
        .ok_or_else(|| {
            let text = format!("{} holds no file of a known language", tree.source.name);
            Failure::new("other_language", text).help(format!("languages are {}", names()))
        })
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
