//! Rust for ripout: maps crates, slices them item by item with the compiler as the judge, and drives both sides.
//!
//! * [`manifest`]: the package and its dependencies as cargo resolves them; features, editions, what to refuse
//! * [`original`]: a crate with its wanted symbols: the trait `Original`, each method in a file of its own
//!
//! Slicing: `parse`, `resolve`, `graph`, `slice`, `assemble`, `read`. Judging: `gate`, `drive`, `probe`, `harness`, `upstream`, `freeze`. Of projects: `survey`.

mod accounts;
mod api;
mod assemble;
mod build;
mod bulk;
mod cfg;
mod clean;
mod doc;
mod drive;
#[cfg(test)]
mod fixture;
mod freeze;
mod gate;
mod graph;
mod harness;
mod items;
mod layout;
mod manifest;
mod modules;
mod mutate;
mod original;
mod parse;
mod probe;
mod read;
mod refuse;
mod resolve;
mod slice;
mod survey;
mod symbols;
mod tokens;
mod toolchain;
mod upstream;

use ripout_model::{
    CallGraph, FileFacts, Host, Language, Original, Settings, SourceKind, Stop, Survey, Tree,
};

pub use original::RustOriginal;

/// The language.
pub struct Rust;

impl Language for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn comment(&self) -> &'static str {
        "//"
    }

    fn unchecked(&self) -> Option<&'static str> {
        Some("unsafe")
    }

    fn registry(&self) -> SourceKind {
        SourceKind::Crate
    }

    fn spells(&self, symbol: &str) -> bool {
        symbol.contains("::") && !symbol.contains('.')
    }

    fn owns(&self, path: &str) -> bool {
        // Manifests name the crates that files belong to.
        path.ends_with(".rs") || parse::is_manifest(path)
    }

    fn facts_version(&self) -> u32 {
        parse::VERSION
    }

    fn parse(&self, path: &str, bytes: &[u8]) -> FileFacts {
        parse::parse(path, bytes)
    }

    fn graph(&self, files: &[(String, FileFacts)]) -> CallGraph {
        graph::graph(files)
    }

    fn survey(
        &self,
        folder: &std::path::Path,
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Option<Survey>, Stop> {
        survey::survey(folder, settings, host)
    }

    fn requirements(&self, _tree: &Tree, _settings: &Settings) -> Result<Vec<String>, Stop> {
        // Cargo resolves and fetches by itself, see `manifest`.
        Ok(Vec::new())
    }

    fn open(
        &self,
        tree: &Tree,
        symbols: &[String],
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Box<dyn Original>, Stop> {
        Ok(Box::new(manifest::open(tree, symbols, settings, host)?))
    }
}
