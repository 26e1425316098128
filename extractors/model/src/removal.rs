//! How a project lets a dependency go: what its module must be like, what changes in the project's text, and how the
//! project's own tests are run.

use std::path::Path;

use crate::{
    candidate::Module,
    slice::Note,
    survey::{Dependency, Survey},
};

/// What a module must be like to take a dependency's place in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitting {
    /// Stem of its file.
    pub stem: String,
    /// Modules of the project that it stands in, from the outside; empty where the project's layout decides.
    pub parents: Vec<String>,
    /// What is to be taken, as the languages spell symbols: all that the project uses, each item once, in order.
    pub symbols: Vec<String>,
    /// Editions it is for; empty where the language has none.
    pub editions: Vec<String>,
    /// The dependency's features as the project resolves them; `None` means the default ones.
    pub features: Option<Vec<String>>,
    /// Remarks.
    pub notes: Vec<Note>,
}

/// A dependency that a module of the project's own is to take the place of.
#[derive(Debug, Clone, Copy)]
pub struct Leaving<'a> {
    /// The project's folder. It is read, and not written to.
    pub folder: &'a Path,
    /// What the project has of its dependencies.
    pub survey: &'a Survey,
    /// The one that goes.
    pub dependency: &'a Dependency,
    /// What its module is like.
    pub fitting: &'a Fitting,
    /// The module: files relative to the folder that it is put in.
    pub module: &'a Module,
    /// Packages that the module goes on using. The project may have them by way of the dependency alone.
    pub keeps: &'a [Kept],
}

/// A package that a module goes on using.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name, as its registry spells it.
    pub name: String,
    /// The version that the project has of it, where that is known.
    pub version: Option<String>,
}

/// A file of a project, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Relative to the project's folder, with `/`.
    pub file: String,
    /// What is in it; `None` where there is no such file.
    pub before: Option<Vec<u8>>,
    /// What will be in it; `None` where it goes.
    pub after: Option<Vec<u8>>,
}

/// All that changes in a project's text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files, each once, sorted by path.
    pub files: Vec<Change>,
    /// Where the module stands, relative to the project's folder.
    pub module: String,
    /// What is left to do by hand, or stays and why.
    pub notes: Vec<Note>,
}

/// A project's lock files without a dependency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relocked {
    /// Their names, relative to the project's folder, with what will be in them.
    pub files: Vec<(String, Vec<u8>)>,
    /// What is left to do by hand (`left_to_do`), and what somebody who merges has to know.
    pub notes: Vec<Note>,
}

/// A run of a project's own tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    /// The command, as a person would type it in the project's folder.
    pub command: String,
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
    /// Tests that were left out.
    pub skipped: u64,
    /// Whether the command ended well.
    pub ok: bool,
    /// Whether there was nothing to run, and that alone is why it is not `ok`.
    pub empty: bool,
    /// What is worth reading where it did not: the end of its output.
    pub told: String,
}
