//! Python for ripout: maps packages, slices them statement by statement, and drives both sides.
//!
//! * [`manifest`]: the distribution, its import roots and the interpreter; what to refuse
//! * [`resolve`]: names to what they stand for, across modules
//! * [`refuse`]: what can't be ripped out
//! * [`original`]: a package with its wanted symbols: the trait `Original`, each method in a file of its own
//! * `survey`: what a project has of its dependencies
//! * `removal`: one of them taken out of it
//!
//! Slicing: `parse`, `resolve`, `graph`, `slice`, `assemble`, `read`. Judging: `gate`, `acts`, `drive`, `compiled`, `probe`, `harness`, `bulk`, `upstream`, `freeze`. Reading: `explain`.

mod acts;
mod assemble;
mod bulk;
mod compiled;
mod drive;
mod explain;
mod freeze;
mod gate;
mod graph;
mod harness;
mod left_out;
mod manifest;
mod mutate;
mod original;
mod outline;
mod parse;
mod probe;
mod read;
mod refuse;
mod removal;
mod resolve;
#[cfg(test)]
mod sample;
mod slice;
mod survey;
mod upstream;

use std::path::Path;

use ripout_model::{
    CallGraph, Changes, Costs, Dependency, FileFacts, Fitting, Folder, Host, Language, Leaving,
    Original, Outline, Passage, Relocked, Settings, SourceKind, Statement, Stop, Suite, Survey,
    Tree,
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

    fn ending(&self) -> &'static str {
        "py"
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

    fn statements(&self, passage: &Passage<'_>) -> Vec<Statement> {
        explain::statements(passage)
    }

    fn outline(&self, text: &str) -> Outline {
        outline::outline(text)
    }

    fn leaving_out(&self) -> &'static str {
        r#"raise NotImplementedError("left out of this module: WHAT")"#
    }

    fn leaves_out(&self, text: &str) -> bool {
        left_out::is_all(text)
    }

    fn rules(&self) -> &'static str {
        include_str!("rules.md")
    }

    fn settled(&self, folder: &Path, settings: &Settings) -> Settings {
        removal::settled(folder, settings)
    }

    fn survey(
        &self,
        folder: &Path,
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Option<Survey>, Stop> {
        survey::survey(folder, settings, host)
    }

    fn costs(
        &self,
        folder: &Path,
        _copy: &dyn Folder,
        survey: &Survey,
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Costs, Stop> {
        survey::measure::costs(folder, survey, settings, host)
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
        _settings: &Settings,
        host: &dyn Host,
    ) -> Result<Changes, Stop> {
        removal::replace(leaving, host)
    }

    fn relock(
        &self,
        leaving: &Leaving<'_>,
        copy: &Path,
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Relocked, Stop> {
        removal::relock(leaving, copy, settings, host)
    }

    fn suite(
        &self,
        copy: &Path,
        dependency: &Dependency,
        without: bool,
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Suite, Stop> {
        removal::suite(copy, dependency, without, settings, host)
    }

    fn calls(
        &self,
        copy: &Path,
        symbols: &[String],
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<String, Stop> {
        removal::calls(copy, symbols, settings, host)
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
