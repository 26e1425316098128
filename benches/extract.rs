//! How long a user waits for a verdict.
//!
//! ```text
//! cargo bench --bench extract
//! ```
//!
//! Python: leaf functions from a cached checkout to the verdict; target: under 5 s each.
//! Rust: the whole, the search aside, against `cargo check` of the original and one build of the harness's size; target:
//! at most 5 times that for crates under 2,000 lines, at most twice above.

use std::{
    error::Error,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

const PYTHON: [(&str, &str); 4] = [
    ("pypi:toolz@1.0.0", "toolz.partition_all"),
    ("pypi:boltons@25.0.0", "boltons.strutils.slugify"),
    ("pypi:packaging@25.0", "packaging.utils.canonicalize_name"),
    ("pypi:inflection@0.5.1", "inflection.underscore"),
];

/// Repository, symbol, crate, version.
const RUST: [(&str, &str, &str, &str); 4] = [
    (
        "crate:humantime@2.4.0",
        "humantime::parse_duration",
        "humantime",
        "2.4.0",
    ),
    (
        "crate:strsim@0.11.1",
        "strsim::levenshtein",
        "strsim",
        "0.11.1",
    ),
    ("crate:shlex@1.3.0", "shlex::split", "shlex", "1.3.0"),
    (
        "crate:textwrap@0.16.2",
        "textwrap::wrap",
        "textwrap",
        "0.16.2",
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    for (repo, symbol) in PYTHON {
        extract(folder.path(), repo, symbol, &[])?;
        let (took, report) = extract(folder.path(), repo, symbol, &[])?;
        let verdict = report["verdict"].as_str().unwrap_or("none");
        println!(
            "{symbol:<36} {:>6.2} s  {verdict}  (target 5 s)",
            took.as_secs_f64()
        );
    }
    for (repo, symbol, name, version) in RUST {
        let base = cargo(folder.path(), name, version)?;
        extract(folder.path(), repo, symbol, &["--inputs", "1"])?;
        // One input: all stages are run, and next to no search.
        let (took, report) = extract(folder.path(), repo, symbol, &["--inputs", "1"])?;
        let lines = report["original"]["lines"].as_u64().unwrap_or(0);
        let target = if lines < 2000 { 5 } else { 2 };
        println!(
            "{symbol:<36} {:>6.2} s  {:.1} times cargo's {:.2} s  (target {target} for {lines} lines)",
            took.as_secs_f64(),
            took.as_secs_f64() / base.as_secs_f64(),
            base.as_secs_f64(),
        );
    }
    Ok(())
}

/// One run, as a user would; the checkout is cached from the second on.
fn extract(
    folder: &Path,
    repo: &str,
    symbol: &str,
    options: &[&str],
) -> Result<(Duration, Value), Box<dyn Error>> {
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_ripout"))
        .args([
            "extract", repo, symbol, "--format", "json", "--quiet", "--out",
        ])
        .arg(folder.join("out"))
        .args(options)
        .env("RIPOUT_CACHE_DIR", folder.join("cache"))
        .output()?;
    let took = begun.elapsed();
    let report: Value = serde_json::from_slice(&output.stdout)?;
    if report["verdict"].is_null() {
        return Err(format!("{symbol}: {report}").into());
    }
    Ok((took, report))
}

/// What cargo itself needs: to check the original, and to build a program that calls into it, each once.
fn cargo(folder: &Path, name: &str, version: &str) -> Result<Duration, Box<dyn Error>> {
    let project = folder.join(format!("base-{name}"));
    std::fs::create_dir_all(project.join("src"))?;
    std::fs::write(
        project.join("Cargo.toml"),
        format!(
            "[package]\nname = \"base\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[dependencies]\n{name} = \"={version}\"\n[workspace]\n"
        ),
    )?;
    let library = name.replace('-', "_");
    std::fs::write(
        project.join("src/main.rs"),
        format!(
            "#[allow(unused_imports)]\nuse {library} as subject;\nfn main() {{ println!(\"{{:?}}\", std::env::args()); }}\n"
        ),
    )?;
    let run = |arguments: &[&str]| -> Result<Duration, Box<dyn Error>> {
        let begun = Instant::now();
        let status = Command::new("cargo")
            .args(arguments)
            .current_dir(&project)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        if status.success() {
            Ok(begun.elapsed())
        } else {
            Err(format!("cargo {arguments:?} of {name} ended with {status}").into())
        }
    };
    run(&["fetch"])?;
    Ok(run(&["check", "--offline"])? + run(&["build", "--offline"])?)
}
