//! Rust for ripout: maps crates, slices them item by item with the compiler as the judge, and drives both sides.
//!
//! * [`manifest`]: the package and its dependencies as cargo resolves them; features, editions, what to refuse
//! * [`original`]: a crate with its wanted symbols: the trait `Original`, each method in a file of its own
//!
//! Slicing: `parse`, `resolve`, `graph`, `slice`, `assemble`, `read`. Judging: `gate`, `acts`, `drive`, `probe`, `harness`, `upstream`, `freeze`. Reading: `explain`. Of projects: `survey`, `removal`.

mod accounts;
mod acts;
mod api;
mod assemble;
mod build;
mod bulk;
mod cfg;
mod clean;
mod doc;
mod drive;
mod explain;
#[cfg(test)]
mod fixture;
mod freeze;
mod gate;
mod graph;
mod harness;
mod items;
mod layout;
mod left_out;
mod manifest;
mod modules;
mod mutate;
mod original;
mod outline;
mod parse;
mod probe;
mod read;
mod refuse;
mod removal;
mod resolve;
mod slice;
mod survey;
mod symbols;
mod tokens;
mod toolchain;
mod upstream;

use std::path::{Path, PathBuf};

use ripout_model::{
    CallGraph, Changes, Costs, Dependency, FileFacts, Fitting, Folder, Host, Language, Leaving,
    Module, Original, Outline, Passage, Relocked, Settings, SourceKind, Statement, Stop, Suite,
    Survey, Tree, place,
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

    fn ending(&self) -> &'static str {
        "rs"
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

    fn outline(&self, text: &str) -> Outline {
        outline::outline(text)
    }

    fn leaving_out(&self) -> &'static str {
        r#"panic!("left out of this module: WHAT")"#
    }

    fn leaves_out(&self, text: &str) -> bool {
        left_out::is_all(text)
    }

    fn rules(&self) -> &'static str {
        include_str!("rules.md")
    }

    fn statements(&self, passage: &Passage<'_>) -> Vec<Statement> {
        explain::statements(passage)
    }

    fn survey(
        &self,
        folder: &Path,
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Option<Survey>, Stop> {
        survey::survey(folder, settings, host)
    }

    fn project(&self, folder: &Path, host: &dyn Host) -> Result<PathBuf, Stop> {
        survey::root(folder, host)
    }

    fn costs(
        &self,
        _folder: &Path,
        copy: &dyn Folder,
        survey: &Survey,
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Costs, Stop> {
        survey::measure::costs(copy, survey, settings, host)
    }

    fn unused(
        &self,
        copy: &dyn Folder,
        candidates: &[&Dependency],
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Vec<Option<String>>, Stop> {
        survey::measure::unused(copy, candidates, settings, host)
    }

    fn fitting(
        &self,
        folder: &Path,
        survey: &Survey,
        dependency: &Dependency,
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Fitting, Stop> {
        removal::fitting(folder, survey, dependency, settings, host)
    }

    fn replace(
        &self,
        leaving: &Leaving<'_>,
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Changes, Stop> {
        removal::replace(leaving, settings, host)
    }

    fn format(
        &self,
        leaving: &Leaving<'_>,
        copy: &Path,
        changes: &mut Changes,
        host: &dyn Host,
    ) -> Result<(), Stop> {
        removal::format(leaving, copy, changes, host)
    }

    fn relock(
        &self,
        _leaving: &Leaving<'_>,
        copy: &Path,
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Relocked, Stop> {
        removal::lock(copy, settings, host)?;
        let mut relocked = Relocked::default();
        if let Ok(lock) = place::read_below(copy, "Cargo.lock") {
            relocked.files.push(("Cargo.lock".to_owned(), lock));
        }
        Ok(relocked)
    }

    fn placed(&self, module: &Module) -> Option<(Module, &'static str)> {
        let why = "examples in the module's documentation are marked `ignore`: they are written for users of the package, and \
                   would be run as the project's";
        Some((removal::examples::marked(module)?, why))
    }

    fn suite(
        &self,
        copy: &Path,
        dependency: &Dependency,
        _without: bool,
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Suite, Stop> {
        // What no manifest names can't be reached.
        removal::suite(copy, dependency, settings, host)
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
