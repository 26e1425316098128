//! What a project has of its dependencies: what it declares, what is locked, and each place where it uses one.

use std::path::PathBuf;

use crate::slice::Note;

/// A project, as its manifests, its lock file and its own text tell of it. Paths are relative to the project's folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// Its packages: the members of a workspace, or the one there is.
    pub members: Vec<Member>,
    /// Each dependency that a member declares, by name and version.
    pub dependencies: Vec<Dependency>,
    /// Every package that the lock file or the resolution names, the members aside.
    pub locked: Vec<Locked>,
    /// What could not be read or resolved, with its place in the text.
    pub notes: Vec<Note>,
}

/// A package of the project itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its manifest.
    pub manifest: String,
    /// SPDX expression, as far as it states one.
    pub licence: Option<String>,
    /// Packages of [`Survey::locked`] that it requires by itself, as indices.
    pub requires: Vec<usize>,
}

/// A dependency that is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The package's name, as its registry spells it.
    pub name: String,
    /// Its place in [`Survey::locked`]; `None` where no lock file or installation tells.
    pub locked: Option<usize>,
    /// What the project's text calls it: crate names after renaming, import packages.
    pub called: Vec<String>,
    /// Where it is declared.
    pub declared: Vec<Declared>,
    /// Where it is used.
    pub uses: Vec<Use>,
}

/// A line of a manifest that names a dependency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The member, as an index into [`Survey::members`].
    pub member: usize,
    /// The manifest.
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// What it is needed for.
    pub kind: DependencyKind,
    /// Whether it is there only where a feature or an extra asks for it.
    pub optional: bool,
    /// The platforms it is there for: a `cfg(…)`, a target's name, an environment marker.
    pub target: Option<String>,
    /// Features, extras or groups of the member that name it.
    pub features: Vec<String>,
}

/// What a dependency is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DependencyKind {
    /// The package itself.
    Normal,
    /// Tests, examples, benchmarks.
    Dev,
    /// A build script or a build backend.
    Build,
}

/// A place that uses a dependency.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The path that users of the dependency would import it by: `humantime::parse_duration`, `packaging.version.Version`.
    /// The package's name alone where it can't be told what of it is used; `a::b::*`, `a.b.*` where all of a module may be.
    pub symbol: String,
    /// File of the project.
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// What kind of place it is.
    pub place: UsePlace,
    /// Whether a type or trait of the dependency stands in the project's own public API there.
    pub exposed: bool,
}

/// Kinds of places that use a dependency.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum UsePlace {
    /// The package's own text.
    Code,
    /// A test.
    Test,
    /// A benchmark.
    Bench,
    /// An example.
    Example,
    /// A build script.
    Build,
    /// A doc test.
    Doc,
    /// The arguments or the body of a macro.
    Macro,
    /// A derive, or another attribute that a macro of the dependency takes.
    Derive,
    /// Text that is there only under this condition.
    Conditional(String),
    /// A name handed on to the project's own users.
    Reexport,
    /// A name that stands in a string.
    Text,
    /// A feature or an extra of the manifest.
    Manifest,
}

/// A package that is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// Its name, as its registry spells it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// As a form of `<repo>`; `None` where ripout can't get it.
    pub repo: Option<String>,
    /// What it requires in turn, as indices into [`Survey::locked`], as this project resolves it.
    pub requires: Vec<usize>,
    /// Its text on this machine, where it is there.
    pub folder: Option<PathBuf>,
    /// What of that folder is its own, relative to it, where it shares the folder with others; empty: all that is there.
    pub files: Vec<String>,
    /// SPDX expression, as far as it states one.
    pub licence: Option<String>,
    /// What of it is no text to be taken: a linked library, a procedural macro, an extension module.
    pub native: Option<String>,
}

/// What a project's dependencies cost each time it is built or started.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Costs {
    /// Of each of [`Survey::locked`]: seconds of building it alone; none for what is not built here.
    pub build_seconds: Vec<Option<f64>>,
    /// Of each of [`Survey::dependencies`]: milliseconds of importing it with all that it imports.
    pub import_ms: Vec<Option<f64>>,
}
