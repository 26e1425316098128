//! What cargo passes on: complaints with their places, and programs that were built.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

/// An error of the compiler.
#[derive(Debug, Clone)]
pub struct Complaint {
    /// Folder of the package it arose in: `tests-original`.
    pub package: String,
    /// The target within it.
    pub target: String,
    /// Files and bytes, from where it shows outwards to what called macros; one list for each place.
    pub places: Vec<Vec<(String, usize)>>,
    /// In a line.
    pub text: String,
}

/// What one build said.
#[derive(Debug, Default)]
pub struct Said {
    pub complaints: Vec<Complaint>,
    /// By package and target.
    pub programs: BTreeMap<(String, String), PathBuf>,
}

/// Reads cargo's messages, a line each.
pub fn read(stdout: &[u8]) -> Said {
    let mut said = Said::default();
    let text = String::from_utf8_lossy(stdout);
    for message in text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
    {
        let Some(manifest) = message["manifest_path"].as_str() else {
            continue;
        };
        let mut parts = manifest.rsplit('/').skip(1);
        let package = parts.next().unwrap_or_default().to_owned();
        let target = message["target"]["name"].as_str().unwrap_or_default();
        if message["reason"] == "compiler-artifact" {
            if let Some(program) = message["executable"].as_str() {
                let program = PathBuf::from(program);
                said.programs.insert((package, target.to_owned()), program);
            }
        } else if message["message"]["level"] == "error" {
            said.complaints
                .extend(complaint(&message["message"], package, target));
        }
    }
    said
}

fn complaint(message: &Value, package: String, target: &str) -> Option<Complaint> {
    let spans = message["spans"].as_array()?;
    let mut places: Vec<(bool, Vec<(String, usize)>)> = Vec::new();
    for span in spans {
        let mut chain = Vec::new();
        let mut outer = span;
        for _ in 0..16 {
            if let (Some(file), Some(byte)) =
                (outer["file_name"].as_str(), outer["byte_start"].as_u64())
            {
                chain.push((file.to_owned(), usize::try_from(byte).unwrap_or(0)));
            }
            outer = &outer["expansion"]["span"];
            if outer.is_null() {
                break;
            }
        }
        places.push((span["is_primary"] != true, chain));
    }
    // "aborting due to 3 previous errors" has no place.
    if places.is_empty() {
        return None;
    }
    places.sort_by_key(|(other, _)| *other);
    let code = message["code"]["code"]
        .as_str()
        .map(|code| format!(" [{code}]"));
    let text = message["message"].as_str().unwrap_or_default();
    Some(Complaint {
        package,
        target: target.to_owned(),
        places: places.into_iter().map(|(_, chain)| chain).collect(),
        text: format!(
            "{}{}",
            text.lines().next().unwrap_or_default(),
            code.unwrap_or_default()
        ),
    })
}
