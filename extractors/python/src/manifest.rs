//! The distribution, its import roots and the interpreter.

use ripout_model::{Failure, Host, Settings, Stop, Tree};

use crate::original::PythonOriginal;

/// Reads the tree and finds the symbols.
pub fn open(
    _tree: &Tree,
    _symbols: &[String],
    _settings: &Settings,
    _host: &dyn Host,
) -> Result<PythonOriginal, Stop> {
    Err(Failure::new("unsupported", "python is being written").into())
}
