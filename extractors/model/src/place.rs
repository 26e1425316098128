//! Where text stands: sources, packages, definitions.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Where an original came from, pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// How it was named.
    pub kind: SourceKind,
    /// Package name, or the repository's address.
    pub name: String,
    /// Version of the package that holds the symbols.
    pub version: Option<String>,
    /// Full commit id, where one is known.
    pub rev: Option<String>,
    /// SPDX expression, or the licence as the package spells it.
    pub licence: Option<String>,
}

/// The forms of `<repo>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A git repository, remote or on disk.
    Git,
    /// A folder that is no git repository.
    Folder,
    /// A package of the Rust registry.
    Crate,
    /// A package of the Python Package Index.
    Pypi,
}

/// A package whose text may be taken.
#[derive(Debug, Clone)]
pub struct Package {
    /// Name as its registry spells it.
    pub name: String,
    /// Version, empty where the package has none.
    pub version: String,
    /// Folder that holds its text; read-only.
    pub root: PathBuf,
    /// SPDX expression, or the licence as the package spells it.
    pub licence: Option<String>,
    /// Licence files, relative to `licence_root`.
    pub licence_files: Vec<String>,
    /// Where licence files lie (for a wheel: its metadata folder).
    pub licence_root: PathBuf,
    /// Files of program text, relative to `root`, sorted: what `original.lines` counts.
    pub files: Vec<String>,
}

impl Package {
    /// `name@version`, the way results name a package.
    pub fn id(&self) -> String {
        if self.version.is_empty() {
            self.name.clone()
        } else {
            format!("{}@{}", self.name, self.version)
        }
    }

    /// Reads a file below the root. A path or link that leads outside is an error.
    pub fn read(&self, file: &str) -> std::io::Result<Vec<u8>> {
        read_below(&self.root, file)
    }
}

/// Reads `root/file`, and refuses what leads out of `root`, links included.
pub fn read_below(root: &Path, file: &str) -> std::io::Result<Vec<u8>> {
    let root = root.canonicalize()?;
    let path = root.join(file).canonicalize()?;
    if !path.starts_with(&root) {
        return Err(std::io::Error::new(
            std::io::ErrorKind::PermissionDenied,
            format!("{file} leads outside {}", root.display()),
        ));
    }
    // A pipe would be waited for without end, a device read without end.
    if !std::fs::metadata(&path)?.is_file() {
        return Err(std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            format!("{file} is no plain file"),
        ));
    }
    std::fs::read(path)
}

/// A named thing where it is made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Definition {
    /// Full path: `humantime::duration::parse_duration`; an impl is `impl Trait for Type`.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// `name@version` of the package.
    pub package: String,
    /// Relative to the package's root.
    pub file: String,
    /// First and last line, 1-based, inclusive, without doc comments and attributes.
    pub lines: [u32; 2],
}

/// Kinds of definition, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The names are the documentation; interface.md lists them.
pub enum Kind {
    Function,
    Method,
    Struct,
    Enum,
    Union,
    Trait,
    TraitMember,
    Impl,
    TypeAlias,
    Const,
    Static,
    Macro,
    MacroCall,
    Use,
    Class,
    Variable,
    Statement,
    Import,
    DataFile,
}

impl Kind {
    /// The word as results spell it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Function => "function",
            Kind::Method => "method",
            Kind::Struct => "struct",
            Kind::Enum => "enum",
            Kind::Union => "union",
            Kind::Trait => "trait",
            Kind::TraitMember => "trait_member",
            Kind::Impl => "impl",
            Kind::TypeAlias => "type_alias",
            Kind::Const => "const",
            Kind::Static => "static",
            Kind::Macro => "macro",
            Kind::MacroCall => "macro_call",
            Kind::Use => "use",
            Kind::Class => "class",
            Kind::Variable => "variable",
            Kind::Statement => "statement",
            Kind::Import => "import",
            Kind::DataFile => "data_file",
        }
    }
}

/// One line of one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Relative to its package's root.
    pub file: String,
    /// 1-based.
    pub line: u32,
}
