//! The registry: the only file here that names a language crate.

use ripout_model::Language;

/// Every language ripout knows.
pub fn all() -> [&'static dyn Language; 2] {
    [&ripout_rust::Rust, &ripout_python::Python]
}
