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
    #[allow(dead_code, reason = "not every test asks")]
    pub symbol: String,
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
    /// The package, as its registry calls it.
    #[allow(dead_code, reason = "not every test asks")]
    pub fn package(&self) -> &str {
        let name = self.repo.split_once(':').map_or(&*self.repo, |(_, it)| it);
        name.split('@').next().unwrap_or(name)
    }

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

/// What the command line asks for: `ROW… | --sample N [--seed S]`. `is` says whether something is meant by a row's name.
#[allow(dead_code, reason = "not every test is asked so")]
pub fn chosen<T>(
    all: Vec<T>,
    arguments: impl Iterator<Item = String>,
    is: impl Fn(&T, &str) -> bool,
) -> Result<Vec<T>, String> {
    let mut rows = Vec::new();
    let (mut sample, mut seed) = (None, None);
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let mut number = || {
            let text = arguments.next().unwrap_or_default();
            text.parse::<u64>()
                .map_err(|_| format!("{argument} needs a number, not `{text}`"))
        };
        match &*argument {
            "--sample" => sample = Some(number()? as usize),
            "--seed" => seed = Some(number()?),
            row => rows.push(row.to_owned()),
        }
    }
    let known = |wanted: &&String| !all.iter().any(|one| is(one, wanted));
    if let Some(unknown) = rows.iter().find(known) {
        return Err(format!("there is nothing for `{unknown}`"));
    }
    let mut chosen: Vec<T> = all
        .into_iter()
        .filter(|one| rows.is_empty() || rows.iter().any(|wanted| is(one, wanted)))
        .collect();
    if let Some(sample) = sample {
        let seed = seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
        println!("a sample of {sample}, seed {seed}");
        fastrand::Rng::with_seed(seed).shuffle(&mut chosen);
        chosen.truncate(sample);
    }
    Ok(chosen)
}
