//! A case as it lies on disk.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

/// One folder.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    pub folder: PathBuf,
    pub text: CaseText,
    pub twins: Vec<Twin>,
}

/// `case.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseText {
    /// Why the case exists, in a sentence.
    pub why: String,
    /// What to extract.
    pub symbols: Vec<String>,
    /// Further words of the command line; `{case}` is the case's folder.
    #[serde(default)]
    pub options: Vec<String>,
    pub expect: Expect,
    /// What twins are expected to be, by file stem, where it is not `different` by a counterexample.
    #[serde(default)]
    pub twins: BTreeMap<String, TwinExpect>,
}

/// What an extract must come to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    pub verdict: String,
    /// Code of the reason.
    pub reason: Option<String>,
    /// Code of the error, for exit code 2.
    pub error: Option<String>,
    /// Text that must stand somewhere in the result or error.
    #[serde(default)]
    pub says: Vec<String>,
    /// Run the frozen tests in `equivalence/`.
    #[serde(default)]
    pub frozen: bool,
}

/// What a `verify` of a twin must come to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwinExpect {
    /// `unviable` for another API or a module that does not build, a verdict otherwise.
    pub ground: String,
    /// Text that must stand in the reason.
    pub says: Option<String>,
}

/// A module that looks right.
#[derive(Debug, Clone)]
pub struct Twin {
    pub name: String,
    pub file: PathBuf,
}

/// All cases of a language, sorted.
pub fn all(folder: &Path) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for path in listed(folder)? {
        let file = path.join("case.toml");
        let text =
            std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let text: CaseText =
            toml::from_str(&text).map_err(|e| format!("{}: {e}", file.display()))?;
        let mut twins = Vec::new();
        if path.join("twins").is_dir() {
            for file in listed(&path.join("twins"))? {
                twins.push(Twin {
                    name: stem(&file),
                    file,
                });
            }
        }
        if let Some(unknown) = text
            .twins
            .keys()
            .find(|name| twins.iter().all(|t| t.name != **name))
        {
            return Err(format!("{}: there is no twin {unknown}", file.display()));
        }
        cases.push(Case {
            name: stem(&path),
            folder: path,
            text,
            twins,
        });
    }
    Ok(cases)
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
