//! One proposed replacement.

use serde::{Deserialize, Serialize};

use crate::{place::Definition, slice::Edit};

/// A module that is to be judged, whoever wrote it.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// `slice`, `llm`, `command`, or `file` for `ripout verify`.
    pub synthesizer: String,
    /// Its text.
    pub module: Module,
    /// Its definitions, by where their text came from.
    pub definitions: Vec<Taken>,
    /// Each departure from the author's text.
    pub edits: Vec<Edit>,
    /// What differs on purpose from the original's API.
    pub api_notes: Vec<String>,
    /// Packages that the module may use (`--keep`).
    pub dependencies: Vec<String>,
    /// Definitions of the original whose work text of somebody else's does here.
    pub replaced: Vec<Definition>,
}

/// A definition of the module and where its text came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The original's definition. For synthesized text without a counterpart: named as in the module.
    pub definition: Definition,
    /// How much of it is the author's text.
    pub origin: Origin,
    /// Whether it is the author's text but for blocks in whose place it says that it leaves them out: wherever it does not end
    /// with that error it does what the author's does.
    #[serde(skip)]
    pub cut: bool,
    /// The module's file that it stands in.
    pub module_file: String,
    /// First and last line there, 1-based, inclusive, without doc comments and attributes.
    pub module_lines: [u32; 2],
}

impl Taken {
    /// Whether it holds text that is not the author's, and that does something.
    pub fn is_new(&self) -> bool {
        self.origin == Origin::Synthesized && !self.cut
    }

    /// The innermost of `definitions` that a line of the module stands in.
    pub fn around<'a>(definitions: &'a [Taken], file: &str, line: u32) -> Option<&'a Taken> {
        definitions
            .iter()
            .filter(|taken| taken.module_file == file)
            .filter(|taken| (taken.module_lines[0]..=taken.module_lines[1]).contains(&line))
            .min_by_key(|taken| taken.module_lines[1] - taken.module_lines[0])
    }
}

/// How much of a definition is the author's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Byte for byte.
    Verbatim,
    /// Differs only in paths, imports, names, visibility, attributes; each is listed.
    Edited,
    /// Anything else.
    Synthesized,
}

/// The text of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Stem of its file: the first symbol's last part in snake_case.
    pub stem: String,
    /// The first is the module itself; data files follow. Paths are relative to the output folder.
    pub files: Vec<ModuleFile>,
    /// Editions it was built under; empty where the language has none.
    pub editions: Vec<String>,
}

/// One file of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleFile {
    /// Relative to the output folder, with `/`.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Module {
    /// The module's own text, lossily where a candidate is not UTF-8.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.files[0].bytes)
    }
}
