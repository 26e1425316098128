//! Rows of the public corpus, and the program run on one of them.

use std::{path::Path, process::Command};

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Corpus {
    job: Vec<Job>,
}

/// A row.
#[derive(Deserialize)]
pub struct Job {
    pub id: String,
    repo: String,
    symbol: String,
    #[serde(default)]
    pub keep: Vec<String>,
    expect: Expected,
}

/// One verdict, or those that an honest tool may come to.
#[derive(Deserialize)]
#[serde(untagged)]
enum Expected {
    One(String),
    Any(Vec<String>),
}

impl Job {
    /// Whether inputs are compared at all before there is a verdict.
    #[allow(dead_code, reason = "not every test asks")]
    pub fn is_judged(&self) -> bool {
        let judged = |verdict: &String| verdict != "refused";
        match &self.expect {
            Expected::One(verdict) => judged(verdict),
            Expected::Any(verdicts) => verdicts.iter().any(judged),
        }
    }
}

/// All rows.
pub fn jobs() -> Result<Vec<Job>, String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/corpus.toml");
    let said = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = std::fs::read_to_string(&file).map_err(|error| said(&error))?;
    let corpus: Corpus = toml::from_str(&text).map_err(|error| said(&error))?;
    Ok(corpus.job)
}

/// The document that a command prints for a row.
pub fn ripout(command: &str, job: &Job, more: &[&str]) -> Result<Value, String> {
    let mut process = Command::new(env!("CARGO_BIN_EXE_ripout"));
    process
        .args([command, &job.repo, &job.symbol])
        .args(["--format", "json", "--quiet"])
        .args(more);
    if !job.keep.is_empty() {
        process.args(["--keep", &job.keep.join(",")]);
    }
    let output = process
        .output()
        .map_err(|error| format!("start ripout: {error}"))?;
    serde_json::from_slice(&output.stdout).map_err(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        format!("ripout {command}: {error}: {said}")
    })
}
