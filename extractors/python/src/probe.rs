//! Probes: the places whose execution is reported, and the definitions they stand in.
//!
//! The tables are read off texts and code objects by `plan/lines.py`; nothing is put into the text of either side. For
//! the ways of its branches the module's functions are compiled with marks (`drive/branches.py`), where probes are asked for.
//! On the module's side each statement of a function is a probe, on the original's each function, by the top-level
//! definition it stands in.

use std::{collections::BTreeMap, path::Path};

use ripout_model::{Candidate, Definition, Kind, Origin, Probe};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{harness::Plan, original::PythonOriginal};

/// A definition of the original that may run.
#[derive(Debug, Deserialize)]
pub struct OriginalProbe {
    package: usize,
    file: String,
    name: String,
    kind: Kind,
    lines: [u32; 2],
}

/// An entry or a line of the module.
#[derive(Debug, Deserialize)]
pub struct ModuleProbe {
    file: String,
    line: u32,
    entry: bool,
    #[serde(default)]
    branch: Option<String>,
    waiver: Option<String>,
}

/// The module's Python files with the lines of its definitions, for the tables.
pub fn module_files(candidate: &Candidate, folder: &Path) -> Vec<Value> {
    candidate
        .module
        .files
        .iter()
        .filter(|file| file.path.ends_with(".py"))
        .map(|file| {
            let spans: Vec<[u32; 2]> = candidate
                .definitions
                .iter()
                .filter(|taken| taken.module_file == file.path)
                .map(|taken| taken.module_lines)
                .collect();
            json!({"file": file.path, "path": folder.join(&file.path), "spans": spans})
        })
        .collect()
}

/// Where each definition with text of the author's stands on both sides, for whatever drives or counts it.
pub fn author_definitions(original: &PythonOriginal, candidate: &Candidate) -> Vec<Value> {
    let packages: BTreeMap<String, &Path> = original
        .judged_packages()
        .map(|package| (package.id(), package.root.as_path()))
        .collect();
    candidate
        .definitions
        .iter()
        .filter(|taken| taken.origin != Origin::Synthesized)
        .filter_map(|taken| {
            let definition = &taken.definition;
            let root = packages.get(&definition.package)?;
            Some(json!({
                "name": definition.name,
                "path": root.join(&definition.file),
                "lines": definition.lines,
                "file": taken.module_file,
                "module_lines": taken.module_lines,
            }))
        })
        .collect()
}

/// Probes of the original, by the index that its table uses.
pub fn of_original(original: &PythonOriginal, plan: &Plan) -> Vec<Probe> {
    let packages: Vec<String> = original
        .judged_packages()
        .map(|package| package.id())
        .collect();
    plan.original_probes
        .iter()
        .map(|probe| Probe {
            definition: Definition {
                name: probe.name.clone(),
                kind: probe.kind,
                package: packages.get(probe.package).cloned().unwrap_or_default(),
                file: probe.file.clone(),
                lines: probe.lines,
            },
            entry: true,
            line: probe.lines[0],
            branch: None,
            waiver: None,
        })
        .collect()
}

/// Probes of the module, by the index that its table uses.
pub fn of_module(candidate: &Candidate, plan: &Plan) -> Vec<Probe> {
    plan.module_probes
        .iter()
        .map(|probe| Probe {
            definition: standing_at(candidate, &probe.file, probe.line),
            entry: probe.entry,
            line: probe.line,
            branch: probe.branch.clone(),
            waiver: probe.waiver.clone(),
        })
        .collect()
}

/// The innermost definition of the module that holds a line.
fn standing_at(candidate: &Candidate, file: &str, line: u32) -> Definition {
    candidate
        .definitions
        .iter()
        .filter(|taken| {
            taken.module_file == file
                && taken.module_lines[0] <= line
                && line <= taken.module_lines[1]
        })
        .min_by_key(|taken| taken.module_lines[1] - taken.module_lines[0])
        .map_or_else(
            || Definition {
                name: file.to_owned(),
                kind: Kind::Statement,
                package: String::new(),
                file: file.to_owned(),
                lines: [line, line],
            },
            |taken| taken.definition.clone(),
        )
}
