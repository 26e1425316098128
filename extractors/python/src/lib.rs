//! Python for ripout: maps packages, slices them statement by statement, and drives both sides.
//!
//! * [`manifest`]: the distribution, its import roots and the interpreter; what to refuse
//! * [`resolve`]: names to what they stand for, across modules
//! * [`refuse`]: what can't be ripped out
//! * [`original`]: a package with its wanted symbols: the trait `Original`, each method in a file of its own
//! * `survey`: what a project has of its dependencies
//!
//! Slicing: `parse`, `resolve`, `graph`, `slice`, `assemble`, `read`. Judging: `gate`, `drive`, `compiled`, `probe`, `harness`, `bulk`, `upstream`, `freeze`.

mod assemble;
mod bulk;
mod compiled;
mod drive;
mod freeze;
mod gate;
mod graph;
mod harness;
mod manifest;
mod mutate;
mod original;
mod parse;
mod probe;
mod read;
mod refuse;
mod resolve;
#[cfg(test)]
mod sample;
mod slice;
mod survey;
mod upstream;

use std::path::Path;

use ripout_model::{
    CallGraph, FileFacts, Host, Language, Original, Settings, SourceKind, Stop, Survey, Tree,
};

pub use original::PythonOriginal;

/// The language.
pub struct Python;

impl Language for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn comment(&self) -> &'static str {
        "#"
    }

    fn registry(&self) -> SourceKind {
        SourceKind::Pypi
    }

    fn spells(&self, symbol: &str) -> bool {
        symbol.contains('.') && !symbol.contains("::")
    }

    fn owns(&self, path: &str) -> bool {
        path.ends_with(".py")
    }

    fn facts_version(&self) -> u32 {
        1
    }

    fn parse(&self, _path: &str, bytes: &[u8]) -> FileFacts {
        let parsed = parse::parse(bytes, None);
        FileFacts {
            code_lines: parsed.code_lines,
            broken: parsed.broken,
            facts: parse::pack::packed(&parsed),
        }
    }

    fn graph(&self, files: &[(String, FileFacts)]) -> CallGraph {
        graph::graph(files)
    }

    fn survey(
        &self,
        folder: &Path,
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Option<Survey>, Stop> {
        survey::survey(folder, settings, host)
    }

    fn requirements(&self, tree: &Tree, settings: &Settings) -> Result<Vec<String>, Stop> {
        Ok(manifest::project::Project::read(&tree.root).requirements(&settings.extras))
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
