//! A crate as a tree of modules: files found as rustc finds them, cleaned of `cfg`, split into units.
//!
//! * here: what a crate consists of
//! * [`source`]: a file, with its text as the author wrote it and as everything else looks at it
//! * [`loader`]: reads a crate whole, file by file
//! * [`includes`]: what `include!`, `env!` and their like stand for
//! * [`uses`]: the names that a `use` brings in

mod includes;
mod loader;
mod source;
mod uses;

use std::collections::BTreeMap;

use crate::items::Item;
pub use loader::load;
pub use source::{SourceFile, line_of};
pub use uses::{Leaf, leaves_at, use_leaves};

/// The smallest piece that is taken or left: an item, or a member of an impl or trait.
#[derive(Debug)]
pub struct Unit {
    /// What it is; its `members` are units of their own.
    pub item: Item,
    /// Index of its file.
    pub file: u32,
    /// Index of the module it stands in.
    pub module: u32,
    /// The impl or trait that it is a member of.
    pub container: Option<u32>,
    /// Its members.
    pub members: Vec<u32>,
    /// What a `use` or `extern crate` brings in.
    pub leaves: Vec<Leaf>,
    /// The module that a `mod` opens.
    pub opens: Option<u32>,
}

impl Unit {
    /// Whether it is `pub`, to everyone.
    pub fn public(&self) -> bool {
        self.item.vis.len() == 1
    }
}

/// A module.
#[derive(Debug, Default)]
pub struct Module {
    /// Its name; empty for the crate's root.
    pub name: String,
    /// The module around it.
    pub parent: Option<u32>,
    /// How many modules are around it.
    pub depth: u32,
    /// What stands in it, in the order of the text.
    pub units: Vec<u32>,
    /// Its items by name.
    pub names: BTreeMap<String, Vec<u32>>,
    /// Names that its imports bring in: (unit, leaf).
    pub imports: BTreeMap<String, Vec<(u32, u32)>>,
}

/// A crate.
#[derive(Debug)]
pub struct Krate {
    /// Its library's name.
    pub name: String,
    /// Whether paths follow the rules of edition 2015.
    pub old_paths: bool,
    /// Its files.
    pub files: Vec<SourceFile>,
    /// Its modules; the root first.
    pub modules: Vec<Module>,
    /// Its units.
    pub units: Vec<Unit>,
    /// `macro_rules!` by name, in the order of the text.
    pub macros: BTreeMap<String, Vec<u32>>,
    /// Impls of traits and inherent impls.
    pub impls: Vec<u32>,
    /// What could not be read: (file, line, why).
    pub problems: Vec<(String, u32, String)>,
}

/// What a build script left.
#[derive(Debug, Clone, Default)]
pub struct BuildOutput {
    /// Cfgs it set.
    pub cfgs: Vec<String>,
    /// Variables it set.
    pub env: BTreeMap<String, String>,
    /// Text files of its output folder, by their path in it.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// A name without `r#`.
pub fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}
