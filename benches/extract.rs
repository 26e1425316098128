//! How long a user waits for a verdict.
//!
//! ```text
//! cargo bench --bench extract
//! ```
//!
//! Python: leaf functions from a cached checkout to the verdict; target: under 5 s each.
//! Rust: the whole, the search aside, against what cargo alone needs, on the same machine, to check the original and to
//! build a harness once; target: at most 5 times that for crates under 2,000 lines, at most twice above.
//!
//! A harness is one driver against both sides. What cargo needs for it is taken from the output folder, so that it is the
//! same driver: the module's side is `equivalence/`, which holds prelude, driver and module (`cargo test --no-run`); the
//! original's side is a program that depends on the original. That program does not hold the driver again, so the base is
//! rather too small than too large. Each part begins without anything built; each figure is the median of three.

use std::{
    error::Error,
    path::{Path, PathBuf},
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

/// So often each figure of Rust is taken.
const ROUNDS: usize = 3;

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
        // As a user has it: this one tells the lines, and leaves the tests that the base builds.
        let (_, report) = extract(folder.path(), repo, symbol, &[])?;
        let equivalence = folder.path().join("equivalence");
        if equivalence.exists() {
            std::fs::remove_dir_all(&equivalence)?;
        }
        std::fs::rename(folder.path().join("out"), &equivalence)?;
        let project = program(folder.path(), name, version)?;
        let mut bases = Vec::new();
        let mut ours = Vec::new();
        for _ in 0..ROUNDS {
            bases.push(
                cold(&project, &["check"])?
                    + cold(&project, &["build"])?
                    + cold(&equivalence.join("equivalence"), &["test", "--no-run"])?,
            );
            // One input: all stages are run, and next to no search.
            ours.push(extract(folder.path(), repo, symbol, &["--inputs", "1"])?.0);
        }
        let (base, took) = (median(bases), median(ours));
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

/// A program that depends on the original, with all that it needs fetched.
fn program(folder: &Path, name: &str, version: &str) -> Result<PathBuf, Box<dyn Error>> {
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
    cargo(&project, &["fetch"])?;
    Ok(project)
}

/// Time of a command of cargo's that finds nothing built.
fn cold(project: &Path, arguments: &[&str]) -> Result<Duration, Box<dyn Error>> {
    let target = project.join("target");
    if target.exists() {
        std::fs::remove_dir_all(target)?;
    }
    let begun = Instant::now();
    cargo(project, &[arguments, &["--offline"]].concat())?;
    Ok(begun.elapsed())
}

fn cargo(project: &Path, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let status = Command::new("cargo")
        .args(arguments)
        .current_dir(project)
        .env_remove("CARGO_TARGET_DIR")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        let place = project.display();
        Err(format!("cargo {arguments:?} in {place} ended with {status}").into())
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
