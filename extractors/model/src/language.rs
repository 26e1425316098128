//! How a language plugs in.

use std::path::{Path, PathBuf};

use crate::{
    act::Act,
    candidate::{Candidate, Module, ModuleFile},
    explain::{Passage, Statement},
    graph::{CallGraph, FileFacts},
    harness::{Drive, Driver, Harness, Observation},
    host::{Folder, Host},
    outline::Outline,
    place::{Package, Source, SourceKind},
    removal::{Changes, Fitting, Leaving, Relocked, Suite},
    settings::Settings,
    slice::{Note, Slice},
    stop::{Failure, Stop},
    survey::{Costs, Dependency, Survey},
    tests::Test,
};

/// A pinned tree, as checked out: read-only.
#[derive(Debug, Clone)]
pub struct Tree {
    /// Its folder. For a wheel: the folder it was unpacked to.
    pub root: PathBuf,
    /// Where it came from.
    pub source: Source,
    /// Source distribution of a wheel, where there is one: tests, docs, licence files.
    pub documents: Option<PathBuf>,
    /// Distributions that this one requires, unpacked, in the order of resolution.
    pub companions: Vec<Companion>,
}

/// A required distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Companion {
    /// Name as its registry spells it.
    pub name: String,
    /// Version.
    pub version: String,
    /// Folder it was unpacked to.
    pub root: PathBuf,
}

/// A language: what can be said without a package at hand.
pub trait Language: Sync {
    /// `rust`, `python`.
    fn name(&self) -> &'static str;

    /// What begins a comment that ends with its line.
    fn comment(&self) -> &'static str;

    /// The word that marks lines which its compiler does not vouch for, where it has one.
    fn unchecked(&self) -> Option<&'static str> {
        None
    }

    /// Its package registry, as a form of `<repo>`.
    fn registry(&self) -> SourceKind;

    /// Whether a symbol is spelt as in this language: `crate::item`, `package.name`.
    fn spells(&self, symbol: &str) -> bool;

    /// Whether a file, by its path relative to the tree, is text of this language.
    fn owns(&self, path: &str) -> bool;

    /// How a file of its text ends, without the dot.
    fn ending(&self) -> &'static str;

    /// Changes whenever [`Language::parse`] would say something else of the same bytes.
    fn facts_version(&self) -> u32;

    /// What one file says. Never fails: broken text gives what can be read of it.
    fn parse(&self, path: &str, bytes: &[u8]) -> FileFacts;

    /// Joins the files of a tree (paths relative to it, sorted) into its call graph.
    fn graph(&self, files: &[(String, FileFacts)]) -> CallGraph;

    /// How the text of a module is laid out. Never fails: what can't be read is not in it.
    fn outline(&self, _text: &str) -> Outline {
        Outline::default()
    }

    /// How a module ends where it leaves something out; `WHAT` stands for the words that follow [`crate::LEFT_OUT`].
    fn leaving_out(&self) -> &'static str;

    /// Whether all that a function does is to end like that. `text` is its own, from its head to its end.
    fn leaves_out(&self, text: &str) -> bool;

    /// What whoever writes a module in this language has to keep to, as points of a Markdown list.
    fn rules(&self) -> &'static str {
        ""
    }

    /// What a reader would have to know of some definitions of a file, in the author's own words, sorted by place. Never
    /// fails: text that can't be parsed gives what can be read of it.
    fn statements(&self, _passage: &Passage<'_>) -> Vec<Statement> {
        Vec::new()
    }

    /// The folder of the whole project that a folder belongs to: a workspace's, for one of its members.
    fn project(&self, folder: &Path, _host: &dyn Host) -> Result<PathBuf, Stop> {
        Ok(folder.to_path_buf())
    }

    /// The settings, with what the project itself chooses where the user chose nothing: the interpreter of its own environment.
    fn settled(&self, _folder: &Path, settings: &Settings) -> Settings {
        settings.clone()
    }

    /// What a project in `folder` has of its dependencies, its subfolders' members included; `None` where there is no
    /// project of this language.
    fn survey(
        &self,
        _folder: &Path,
        _settings: &Settings,
        _host: &dyn Host,
    ) -> Result<Option<Survey>, Stop> {
        Ok(None)
    }

    /// What each package of a project costs when the project is built or started. `copy` is a copy of the project that may be
    /// written to. It runs strangers' code, confined.
    fn costs(
        &self,
        _folder: &Path,
        _copy: &dyn Folder,
        _survey: &Survey,
        _settings: &Settings,
        _host: &dyn Host,
    ) -> Result<Costs, Stop> {
        Ok(Costs::default())
    }

    /// Which of some dependencies, of which no use was found, a copy of the project does without: the command that has passed.
    fn unused(
        &self,
        _copy: &dyn Folder,
        candidates: &[&Dependency],
        _settings: &Settings,
        _host: &dyn Host,
    ) -> Result<Vec<Option<String>>, Stop> {
        Ok(vec![None; candidates.len()])
    }

    /// What a module must be like to take a dependency's place in a project.
    fn fitting(
        &self,
        _folder: &Path,
        _survey: &Survey,
        _dependency: &Dependency,
        _settings: &Settings,
        _host: &dyn Host,
    ) -> Result<Fitting, Stop> {
        Err(self.can_not_remove())
    }

    /// The project's text with the module in the dependency's place: imports and paths, manifests.
    fn replace(
        &self,
        _leaving: &Leaving<'_>,
        _settings: &Settings,
        _host: &dyn Host,
    ) -> Result<Changes, Stop> {
        Err(self.can_not_remove())
    }

    /// Lets the project's formatter put changed lines as it would have them, where the project has been formatted by it.
    /// `copy` is the project with the changes made; it may be written to.
    fn format(
        &self,
        _leaving: &Leaving<'_>,
        _copy: &Path,
        _changes: &mut Changes,
        _host: &dyn Host,
    ) -> Result<(), Stop> {
        Ok(())
    }

    /// Brings lock files up to date, by their own tool where there is one. `copy` is the project with all other changes
    /// made; it may be written to, and is not looked at again.
    fn relock(
        &self,
        _leaving: &Leaving<'_>,
        _copy: &Path,
        _settings: &Settings,
        _host: &dyn Host,
    ) -> Result<Relocked, Stop> {
        Ok(Relocked::default())
    }

    /// Runs a project's own tests in a copy of it, which may be written to. `without`: nothing of the project may reach this
    /// dependency any more.
    fn suite(
        &self,
        _copy: &Path,
        _dependency: &Dependency,
        _without: bool,
        _settings: &Settings,
        _host: &dyn Host,
    ) -> Result<Suite, Stop> {
        Err(self.can_not_remove())
    }

    /// A module as it stands in a project, where that is not as it stands alone, and why in words.
    fn placed(&self, _module: &Module) -> Option<(Module, &'static str)> {
        None
    }

    /// What the tests of a project, in a copy of it, call symbols of a dependency with: a text that makes these calls, to be
    /// read as one of [`Settings::callers`]. Empty where there is none, or where a language can't tell.
    fn calls(
        &self,
        _copy: &Path,
        _symbols: &[String],
        _settings: &Settings,
        _host: &dyn Host,
    ) -> Result<String, Stop> {
        Ok(String::new())
    }

    /// The answer of a language that has no word for it.
    fn can_not_remove(&self) -> Stop {
        Failure::new(
            "not_supported_yet",
            format!(
                "dependencies of {} projects can't be removed yet",
                self.name()
            ),
        )
        .into()
    }

    /// What a tree that is no registry package requires, as requirement lines of the language's registry.
    fn requirements(&self, tree: &Tree, settings: &Settings) -> Result<Vec<String>, Stop>;

    /// Reads the package, finds the symbols, and refuses what can be known by then to be beyond reach.
    fn open(
        &self,
        tree: &Tree,
        symbols: &[String],
        settings: &Settings,
        host: &dyn Host,
    ) -> Result<Box<dyn Original>, Stop>;
}

/// A dependency at its pinned version, with the symbols that are wanted of it.
pub trait Original: Sync {
    /// Where it came from, with version and licence as the package states them.
    fn source(&self) -> &Source;

    /// The package that holds the symbols first, then those it can reach.
    fn packages(&self) -> &[Package];

    /// The symbols by their full names, re-exports followed, in the order they were asked for.
    fn symbols(&self) -> &[String];

    /// Stem of the module's file.
    fn stem(&self) -> &str;

    /// Makes ready what a harness will need, on a thread of its own beside [`Original::slice`] and the gates. It returns
    /// soon after [`Original::abandon`].
    fn prepare(&self, _host: &dyn Host) {}

    /// What is being made ready is not needed any more.
    fn abandon(&self) {}

    /// The closure of the symbols, as a module of the author's text.
    fn slice(&self, host: &dyn Host) -> Result<Slice, Stop>;

    /// Reads a module that somebody wrote, and tells of each definition whose text it is by comparing bytes.
    fn read(&self, synthesizer: &str, module: Module, host: &dyn Host) -> Result<Candidate, Stop>;

    /// The gates that need no inputs: parses, self-contained, same API.
    fn gate(&self, candidate: &Candidate, host: &dyn Host) -> Result<Gate, Stop>;

    /// What a module may do that no observation shows.
    fn acts(&self, module: &Module) -> Vec<Act>;

    /// Builds a driver against both sides.
    fn harness(
        &self,
        candidate: &Candidate,
        drive: Drive<'_>,
        host: &dyn Host,
    ) -> Result<Made, Stop>;

    /// Runs the original's own tests that reach the symbols against the candidate. A test that does not pass on the original
    /// itself, or that can't be had here, is skipped. None where the original has no tests.
    fn tests(
        &self,
        _candidate: &Candidate,
        _harness: &Harness,
        _host: &dyn Host,
    ) -> Result<Option<Vec<Test>>, Stop> {
        Ok(None)
    }

    /// Tests that need neither the original nor ripout: paths relative to `equivalence/`.
    /// `cases` are inputs with the original's observations.
    fn freeze(
        &self,
        candidate: &Candidate,
        driver: &Driver,
        cases: &[(Vec<u8>, Observation)],
    ) -> Vec<ModuleFile>;
}

/// What the gates say of a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// Parses, stands alone, has the same API.
    Passed {
        /// Editions it builds under; empty where the language has none.
        editions: Vec<String>,
        /// What differs on purpose.
        api_notes: Vec<String>,
        /// Remarks.
        notes: Vec<Note>,
    },
    /// Does not build or import, or has another API.
    Unviable(String),
}

/// A harness, or the reason that the candidate can't carry one.
pub enum Made {
    /// Built on both sides.
    Ready(Box<Harness>),
    /// Builds against the original and not against the module.
    Unviable(String),
}
