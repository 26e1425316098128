//! What the command line hands in: it alone knows how options, the environment and `ripout.toml` come together.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use ripout_model::{Failure, Settings, Stop};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    evidence::ledger::Entry,
    job::{Request, explain::Explained},
    sandbox::{Sandbox, Watcher},
};

/// Options of a call, by the names of the command line. What is left out is as the server was started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Branch, tag or commit of a git repository; HEAD if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rev: Option<String>,
    /// Name at the module's root for each symbol, where the last parts of two are equal.
    #[serde(rename = "as", skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Name of the module; the first symbol's last part if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stem: Option<String>,
    /// Cargo features, instead of the default ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    /// Rust editions the module is for: of 2015, 2018, 2021, 2024.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<Vec<String>>,
    /// Extras to install with a Python distribution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extras: Option<Vec<String>>,
    /// Dependencies that the module may go on using.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep: Option<Vec<String>>,
    /// A file with a driver of your own, where signatures do not suffice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<PathBuf>,
    /// Stop the search after so many distinct inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inputs: Option<u64>,
    /// A ceiling for judging, in seconds; 60 if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<f64>,
    /// Seed of the search; 1 if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Refuse a module of more code lines than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_lines: Option<u32>,
}

/// What is asked of an original.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Where it lives.
    pub repo: String,
    /// What of it.
    pub symbols: Vec<String>,
    /// How.
    pub options: Options,
    /// Folder to write.
    pub out: Option<PathBuf>,
}

/// How settings come together.
pub trait Front: Send + Sync {
    /// All that a job needs.
    fn request(&self, asked: &Asked) -> Result<Request, Failure>;

    /// What reaches languages and judge where no symbol is named, and the options among them that change the search alone,
    /// as words.
    fn settings(&self, options: &Options) -> Result<(Settings, Vec<String>), Failure>;

    /// What a ledger's entry asks for, of another source.
    fn again(&self, entry: &Entry, repo: &str) -> Result<Request, Stop>;

    /// A page that explains a symbol, in Markdown.
    fn page(&self, explained: &Explained) -> String;

    /// The one door, for one call, which ends once the flag is set.
    fn sandbox(&self, interrupted: Arc<AtomicBool>, watcher: Box<dyn Watcher>) -> Sandbox;
}
