//! How long a look at a large workspace takes.
//!
//! ```text
//! cargo bench --bench scan
//! ```
//!
//! A workspace of two members is made that depend, between them, on each package that ripout's own lock file names, and call
//! what stands first in it. It is scanned twice: target for the second time, with a warm cache: under 20 seconds for at
//! least 300 dependencies.

use std::{
    collections::BTreeSet,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use serde_json::Value;

const TARGET: Duration = Duration::from_secs(20);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let project = folder.path().join("project");
    make(&project)?;
    let (first, _) = scan(folder.path())?;
    let (second, result) = scan(folder.path())?;
    let found = result["projects"][0]["dependencies"]
        .as_array()
        .map_or(0, Vec::len);
    println!(
        "{found} dependencies: {:.1} s at first, {:.1} s with a warm cache (target {} s)",
        first.as_secs_f64(),
        second.as_secs_f64(),
        TARGET.as_secs()
    );
    Ok(match found >= 300 && second < TARGET {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// A package of the lock file, as a member names it.
struct Locked {
    name: String,
    version: String,
    key: String,
}

fn make(project: &Path) -> Result<(), Box<dyn Error>> {
    let mut members: [Vec<Locked>; 2] = [Vec::new(), Vec::new()];
    let mut keys = BTreeSet::new();
    for (at, (name, version)) in locked()?.into_iter().enumerate() {
        let mut key = name.clone();
        while !keys.insert(key.clone()) {
            key.push_str("-too");
        }
        members[at % 2].push(Locked { name, version, key });
    }
    fs::create_dir_all(project)?;
    fs::write(
        project.join("Cargo.toml"),
        "[workspace]\nmembers = [\"one\", \"two\"]\nresolver = \"2\"\n",
    )?;
    for (member, packages) in ["one", "two"].iter().zip(&members) {
        let mut manifest = format!(
            "[package]\nname = \"{member}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n"
        );
        for Locked { name, version, key } in packages {
            manifest.push_str(&format!(
                "{key} = {{ package = \"{name}\", version = \"={version}\" }}\n"
            ));
        }
        fs::create_dir_all(project.join(member).join("src"))?;
        fs::write(project.join(member).join("Cargo.toml"), manifest)?;
        fs::write(project.join(member).join("src/lib.rs"), "")?;
    }
    let words = ["metadata", "--format-version", "1"];
    let told = Command::new("cargo")
        .args(words)
        .current_dir(project)
        .output()?;
    if !told.status.success() {
        return Err(String::from_utf8_lossy(&told.stderr).into());
    }
    let told: Value = serde_json::from_slice(&told.stdout)?;
    for (member, packages) in ["one", "two"].iter().zip(&members) {
        let mut text = String::from("pub fn all() {\n");
        for package in packages {
            let name = package.key.replace('-', "_");
            match function(&told, package) {
                Some(function) => text.push_str(&format!("    let _ = {name}::{function};\n")),
                None => text.push_str(&format!("    use {name} as _;\n")),
            }
        }
        text.push_str("}\n");
        fs::write(project.join(member).join("src/lib.rs"), text)?;
    }
    Ok(())
}

/// Names and versions of what ripout has from the registry.
fn locked() -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock: toml::Table = fs::read_to_string(lock)?.parse()?;
    let packages = lock["package"].as_array().into_iter().flatten();
    let text = |package: &toml::Value, name: &str| package[name].as_str().map(str::to_owned);
    Ok(packages
        .filter(|package| package.get("source").is_some())
        .filter_map(|package| Some((text(package, "name")?, text(package, "version")?)))
        .collect())
}

/// The function that stands first in a package's root.
fn function(told: &Value, package: &Locked) -> Option<String> {
    let mut packages = told["packages"].as_array()?.iter();
    let package =
        packages.find(|it| it["name"] == package.name && it["version"] == package.version)?;
    let mut targets = package["targets"].as_array()?.iter();
    let library = targets.find(|it| it["kind"][0] == "lib")?;
    let root = PathBuf::from(library["src_path"].as_str()?);
    let text = fs::read_to_string(root).ok()?;
    let named = text.lines().find_map(|line| line.strip_prefix("pub fn "))?;
    let end = named.find(|it: char| !it.is_alphanumeric() && it != '_')?;
    Some(named[..end].to_owned())
}

/// What a scan takes, and what it says.
fn scan(folder: &Path) -> Result<(Duration, Value), Box<dyn Error>> {
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_ripout"))
        .args(["scan", "project", "--format", "json"])
        .current_dir(folder)
        .env("RIPOUT_CACHE_DIR", folder.join("cache"))
        .output()?;
    let took = begun.elapsed();
    match serde_json::from_slice(&output.stdout) {
        Ok(result) => Ok((took, result)),
        Err(_) => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}
