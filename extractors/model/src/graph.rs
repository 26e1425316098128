//! The call graph of a tree. Mapping never fails: what could not be resolved is part of the answer.

use serde::{Deserialize, Serialize};

use crate::place::Definition;

/// What one file says, before anything is joined. Depends on the file's bytes alone, so it is cached by their hash.
///
/// A language keeps what it needs in `facts`; nothing outside its crate looks inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Lines of code: not blank, not only comment.
    pub code_lines: u32,
    /// First line the parser could not make sense of, where there is one.
    pub broken: Option<u32>,
    /// The language's own record, in a compact form of its choice.
    pub facts: Vec<u8>,
}

/// Who may call whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallGraph {
    /// Sorted by file and line.
    pub definitions: Vec<Definition>,
    /// Sorted; indices into `definitions`.
    pub edges: Vec<Edge>,
    /// References that could not be pinned down.
    pub unresolved: Vec<Unresolved>,
}

/// One definition refers to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Edge {
    /// Index of the definition that refers.
    pub from: u32,
    /// Index of the definition referred to.
    pub to: u32,
    /// Line of the reference.
    pub line: u32,
    /// Whether the reference calls (a call site), or only names.
    pub call: bool,
}

/// A reference that could not be pinned down, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unresolved {
    /// Full name of the definition that refers.
    pub from: String,
    /// The reference as it stands.
    pub text: String,
    /// Relative to its package's root.
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// One word: `dynamic`, `external`, `ambiguous`, `macro`, `unknown`.
    pub why: String,
}
