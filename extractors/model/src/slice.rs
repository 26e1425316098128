//! A closure and the module made of it.

use serde::{Deserialize, Serialize};

use crate::{
    candidate::{Module, Taken},
    graph::Unresolved,
};

/// All that the symbols reach, as a module of the author's own text.
#[derive(Debug, Clone)]
pub struct Slice {
    /// The module as written to disk, without ripout's header.
    pub module: Module,
    /// The closure, in the order of the module's text.
    pub closure: Vec<Taken>,
    /// Each departure from the author's text.
    pub edits: Vec<Edit>,
    /// What differs on purpose from the original's API.
    pub api_notes: Vec<String>,
    /// References inside the closure that could not be pinned down.
    pub unresolved: Vec<Unresolved>,
    /// Remarks that change no verdict.
    pub notes: Vec<Note>,
    /// Packages that the module still uses (`--keep`), by name.
    pub dependencies: Vec<String>,
}

/// A departure from the author's text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edit {
    /// File it was made to, relative to its package's root.
    pub file: String,
    /// Line in that file, 1-based.
    pub line: u32,
    /// What the author wrote.
    pub before: String,
    /// What stands in the module.
    pub after: String,
}

impl std::fmt::Display for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}:{}: `{}` -> `{}`",
            self.file, self.line, self.before, self.after
        )
    }
}

/// A remark that changes no verdict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    /// A word for scripts: `little_gain`, `one_platform`, …
    pub code: String,
    /// A sentence for people.
    pub text: String,
}

impl Note {
    /// A note from its two parts.
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
        }
    }
}
