//! Names to what they stand for, across modules.

use std::path::PathBuf;

use crate::original::{PythonOriginal, Symbol};

/// The modules that can be imported, read when asked for.
pub struct World {
    roots: Vec<PathBuf>,
}

impl World {
    /// The modules of an original and of what it requires.
    pub fn new(original: &PythonOriginal) -> Self {
        Self {
            roots: original.import_roots.clone(),
        }
    }

    /// The symbol of a dotted name, where reading suffices to find it.
    pub fn find_symbol(&mut self, _parts: &[&str]) -> Option<Symbol> {
        None
    }

    /// Whether a dotted name is a module here.
    pub fn is_module(&mut self, name: &str) -> bool {
        let path = name.replace('.', "/");
        self.roots
            .iter()
            .any(|root| root.join(format!("{path}.py")).is_file() || root.join(&path).is_dir())
    }

    /// Names without underscore that a module binds.
    pub fn public_names(&mut self, _module: &str) -> Vec<String> {
        Vec::new()
    }

    /// Modules below a top-level name, sorted.
    pub fn own_modules(&mut self, _top: &str) -> Vec<String> {
        Vec::new()
    }
}
