//! Frozen tests: a folder that needs neither the original nor ripout, only Python.
//!
//! `test_<stem>.py` runs under pytest, under `python -m unittest`, and by itself.

use ripout_model::{Candidate, Driver, ModuleFile, Observation};
use serde_json::json;

use crate::{drive, original::PythonOriginal};

/// The test itself.
const TEST: &str = include_str!("freeze/test.py");

/// Tests that need neither the original nor ripout.
pub fn freeze(
    original: &PythonOriginal,
    candidate: &Candidate,
    driver: &Driver,
    cases: &[(Vec<u8>, Observation)],
) -> Vec<ModuleFile> {
    let stem = &candidate.module.stem;
    let names: Vec<(&str, &str, &str)> = original
        .symbols
        .iter()
        .map(|symbol| (symbol.name.as_str(), stem.as_str(), symbol.name.as_str()))
        .collect();
    let mut lines = String::new();
    for (input, seen) in cases {
        let hex: String = input.iter().map(|byte| format!("{byte:02x}")).collect();
        let case =
            json!({"bytes": hex, "input": seen.input, "kind": seen.kind, "value": seen.value});
        lines.push_str(&case.to_string());
        lines.push('\n');
    }
    let version = original.platform.version;
    let mut modules: Vec<String> = original
        .symbols
        .iter()
        .flat_map(|symbol| {
            [
                symbol.public_module.clone(),
                symbol.definition_module.clone(),
            ]
        })
        .collect();
    modules.push(stem.clone());
    modules.sort();
    modules.dedup();
    let side = json!({
        "python": [version[0], version[1]],
        "modules": modules,
        "module": candidate.module.files[0].path,
        "known": original.platform.stdlib.iter().cloned().chain(original.kept_names()).collect::<Vec<_>>(),
        "standard": original.platform.stdlib,
        "private": candidate.definitions.iter().all(|taken| taken.origin != ripout_model::Origin::Synthesized),
    });
    let text = |path: &str, text: String| ModuleFile {
        path: path.into(),
        bytes: text.into_bytes(),
    };
    vec![
        text(
            &format!("test_{stem}.py"),
            TEST.replace("@SYMBOLS@", &original.names.join(", "))
                .replace("@STEM@", stem),
        ),
        text("run.py", drive::RUN.into()),
        text("driver.py", driver.text.clone()),
        text("subject.py", drive::facade(names, Some(stem))),
        text("side.json", format!("{side:#}\n")),
        text("cases.jsonl", lines),
    ]
}
