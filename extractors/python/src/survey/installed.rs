//! What is installed, as the interpreter's own metadata tell: versions, requirements, import names, files.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use ripout_model::{Command, Host, HostError, Note, Settings, Stop};
use serde::Deserialize;

use super::marker::Environment;
use crate::manifest::licence;

/// Asks `importlib.metadata`.
const QUESTION: &str = include_str!("installed.py");

/// The environment of an interpreter.
#[derive(Debug, Default, Deserialize)]
pub struct Installed {
    /// Distributions by their normalised names.
    pub distributions: BTreeMap<String, Distribution>,
    /// Top-level modules of the standard library.
    pub stdlib: Vec<String>,
    /// What environment markers ask for.
    pub environment: Environment,
}

/// An installed distribution.
#[derive(Debug, Default, Deserialize)]
pub struct Distribution {
    /// As its registry spells it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The folder that `import` finds it in.
    pub place: PathBuf,
    /// Requirement lines.
    pub requires: Vec<String>,
    /// Its files, relative to `place`, sorted.
    pub files: Vec<String>,
    /// Dotted names of its import packages and modules.
    pub called: Vec<String>,
    /// An extension module of its, where it has one.
    pub native: Option<String>,
    /// Headers of its metadata that speak of its licence.
    pub headers: Vec<(String, String)>,
    /// Groups of entry points that it registers, but for programs.
    pub groups: Vec<String>,
}

impl Distribution {
    /// The licence as its metadata state it.
    pub fn licence(&self) -> Option<String> {
        licence::stated(&self.headers)
    }
}

impl Installed {
    /// Asks for the named distributions and all that they require in turn: in the project's own virtual environment where
    /// there is one and no interpreter was chosen, else in the interpreter's. Where there is no answer, a note says so.
    pub fn ask(
        root: &Path,
        wanted: &[String],
        settings: &Settings,
        host: &dyn Host,
        notes: &mut Vec<Note>,
    ) -> Result<Self, Stop> {
        let places = match settings.python {
            Some(_) => Vec::new(),
            None => own_environment(root),
        };
        let program = settings.python.clone().unwrap_or_else(|| "python3".into());
        let question = serde_json::json!([wanted, places]).to_string();
        let folder = host.folder("installed")?;
        let command = Command::new(&program, folder.path())
            .args(["-I", "-B", "-c", QUESTION])
            .arg(question)
            .wall(Duration::from_secs(60));
        let mut absent = |why: &str| {
            let text = format!(
                "`{}` does not tell what is installed: {why}",
                program.display()
            );
            notes.push(Note::new("environment_unknown", text));
            Ok(Self::default())
        };
        let answer = match host.run(&command) {
            Ok(answer) => answer,
            Err(HostError::Start { source, .. }) => return absent(&source.to_string()),
            Err(other) => return Err(other.into()),
        };
        if !answer.ok() {
            let errors = answer.errors();
            return absent(errors.lines().last().unwrap_or("it printed nothing"));
        }
        match serde_json::from_slice(&answer.stdout) {
            Ok(installed) => Ok(installed),
            Err(error) => absent(&error.to_string()),
        }
    }
}

/// `site-packages` of a virtual environment that lies in the project.
fn own_environment(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for name in [".venv", "venv"] {
        let place = root.join(name);
        if !place.join("pyvenv.cfg").is_file() {
            continue;
        }
        for entry in std::fs::read_dir(place.join("lib"))
            .into_iter()
            .flatten()
            .flatten()
        {
            let packages = entry.path().join("site-packages");
            if packages.is_dir() {
                found.push(packages.canonicalize().unwrap_or(packages));
            }
        }
        let windows = place.join("Lib/site-packages");
        if windows.is_dir() {
            found.push(windows);
        }
    }
    found.sort();
    found
}
