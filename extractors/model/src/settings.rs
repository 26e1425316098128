//! What the user asked for, as far as a language needs to know it.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

/// Options that reach the languages and the judge.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Cargo features; `None` means the version's default features.
    pub features: Option<Vec<String>>,
    /// Editions the module is for (Rust).
    pub editions: Vec<String>,
    /// The interpreter (Python); `None` means `python3` on PATH.
    pub python: Option<PathBuf>,
    /// Extras to install with the distribution (Python).
    pub extras: Vec<String>,
    /// Dependencies that the module may go on using.
    pub keep: Vec<String>,
    /// A driver written by the user.
    pub driver: Option<PathBuf>,
    /// Names for symbols whose last parts are equal, one per symbol where given.
    pub names: Vec<String>,
    /// Stem of the module's file; made of the first symbol if not given.
    pub stem: Option<String>,
    /// Where a project has the module, as its code spells that; where the project's layout wants it if not given.
    pub module_path: Option<String>,
    /// Fetch nothing.
    pub offline: bool,
    /// Stop the search after so many inputs.
    pub inputs: Option<u64>,
    /// A ceiling for judging.
    pub budget: Duration,
    /// Seed of the search.
    pub seed: u64,
    /// Refuse a module of more code lines than this.
    pub max_lines: Option<u32>,
    /// Files of the project that the module is for, in which it is called: their calls are tried first.
    pub callers: Vec<PathBuf>,
    /// Judge only these mutants, by their numbers; all if not given.
    pub mutants: Option<BTreeSet<u32>>,
    /// Whether a module may leave out what the project that it is for can't reach, with an error that says so.
    pub specialize: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            features: None,
            editions: vec!["2021".into(), "2024".into()],
            python: None,
            extras: Vec::new(),
            keep: Vec::new(),
            driver: None,
            names: Vec::new(),
            stem: None,
            module_path: None,
            offline: false,
            inputs: None,
            budget: Duration::from_secs(60),
            seed: 1,
            max_lines: None,
            callers: Vec::new(),
            mutants: None,
            specialize: false,
        }
    }
}
