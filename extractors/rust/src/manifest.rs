//! The package and its dependencies as cargo resolves them.

use ripout_model::{Failure, Host, Settings, Stop, Tree};

use crate::original::RustOriginal;

/// What cargo knows of one package, beside [`ripout_model::Package`] (same index).
#[derive(Debug, Clone)]
pub struct Crate {
    /// Name of the library target as Rust code spells it.
    pub lib_name: String,
    /// Root file of the library, relative to the package's root.
    pub lib_file: String,
    /// `2015` … `2024`.
    pub edition: String,
    /// Features switched on.
    pub features: Vec<String>,
    /// Normal dependencies for this target: the name Rust code uses, and the index of the package.
    pub dependencies: Vec<(String, usize)>,
    /// Build script, relative to the package's root.
    pub build_script: Option<String>,
    /// `links` key.
    pub links: Option<String>,
    /// Whether it is a proc-macro crate.
    pub proc_macro: bool,
    /// `rust-version` key.
    pub rust_version: Option<String>,
}

/// Reads the tree with `cargo metadata` and finds the symbols.
pub fn open(
    _tree: &Tree,
    _symbols: &[String],
    _settings: &Settings,
    _host: &dyn Host,
) -> Result<RustOriginal, Stop> {
    Err(Failure::new("unsupported", "rust is being written").into())
}
