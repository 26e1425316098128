//! Copies of the original's packages in a work folder, joined by paths alone, so that cargo builds them without a
//! registry, a lock file of somebody else's or a stranger's configuration.
//!
//! The manifests are ours: name, version, edition, features and dependencies as cargo resolved them, and nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ripout_model::{Folder, HostError, Stop};

use crate::original::RustOriginal;

/// A file of more bytes is no program text, and is not looked into.
const LARGEST: u64 = 64 << 20;

/// Folder of a package's copy within the work folder.
pub fn package_folder(original: &RustOriginal, index: usize) -> String {
    let (package, _) = original.package(index);
    format!("packages/{}-{}", package.name, package.version)
}

/// Copies all packages; `change` may put other text in the place of a Rust file of the library.
pub fn copy_packages(
    original: &RustOriginal,
    folder: &dyn Folder,
    extra: &str,
    mut change: impl FnMut(usize, &str, &[u8]) -> Option<String>,
) -> Result<(), Stop> {
    for index in 0..original.packages.len() + original.tools.len() {
        let (package, _) = original.package(index);
        let to = package_folder(original, index);
        let texts: BTreeSet<&str> = package.files.iter().map(String::as_str).collect();
        for file in files(&package.root) {
            if file == "Cargo.toml" || file == "Cargo.lock" {
                continue;
            }
            let bytes = package.read(&file).map_err(|source| HostError::File {
                path: package.root.join(&file),
                source,
            })?;
            let changed = if texts.contains(file.as_str()) {
                change(index, &file, &bytes)
            } else {
                None
            };
            let bytes = changed.map_or(bytes, String::into_bytes);
            folder.write(&format!("{to}/{file}"), &bytes)?;
        }
        folder.write(
            &format!("{to}/Cargo.toml"),
            manifest(original, index, extra).as_bytes(),
        )?;
    }
    Ok(())
}

/// All files below a root that a build could read, sorted; links are left out.
fn files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() {
                let apart =
                    folder == root && matches!(&*name, "target" | "benches" | "tests" | "fuzz");
                if !apart && !name.starts_with('.') {
                    folders.push(entry.path());
                }
            } else if kind.is_file()
                && entry.metadata().is_ok_and(|data| data.len() < LARGEST)
                && let Ok(path) = entry.path().strip_prefix(root)
            {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// A dependency on a package's copy, as a line of a manifest two folders below the work folder.
pub fn dependency(original: &RustOriginal, name: &str, index: usize, optional: bool) -> String {
    let (package, krate) = original.package(index);
    let mut line = format!(
        "{name} = {{ path = {}, package = {}, default-features = false, features = {}",
        quoted(&format!("../../{}", package_folder(original, index))),
        quoted(&package.name),
        list(&krate.features),
    );
    if optional {
        line.push_str(", optional = true");
    }
    line.push_str(" }\n");
    line
}

/// The manifest of a copy of the wanted package that is built with its unit tests, called otherwise.
pub fn with_unit_tests(original: &RustOriginal, name: &str) -> String {
    let own = format!("name = {}\n", quoted(&original.packages[0].name));
    let text = manifest(original, 0, "");
    text.replacen(&own, &format!("name = {}\n", quoted(name)), 1)
        .replacen("\ntest = false\n", "\ntest = true\n", 1)
}

fn manifest(original: &RustOriginal, index: usize, extra: &str) -> String {
    let (package, krate) = original.package(index);
    let mut text = format!(
        "[package]\nname = {}\nversion = {}\nedition = {}\nautobins = false\nautoexamples = false\nautotests = false\nautobenches = false\n",
        quoted(&package.name),
        quoted(if package.version.is_empty() {
            "0.0.0"
        } else {
            &package.version
        }),
        quoted(&krate.edition),
    );
    text.push_str(&described(package));
    match &krate.build_script {
        Some(script) => text.push_str(&format!("build = {}\n", quoted(script))),
        None => text.push_str("build = false\n"),
    }
    if let Some(links) = &krate.links {
        text.push_str(&format!("links = {}\n", quoted(links)));
    }
    text.push_str(&format!(
        "\n[lib]\nname = {}\npath = {}\nproc-macro = {}\ntest = false\ndoctest = false\n",
        quoted(&krate.lib_name),
        quoted(&krate.lib_file),
        krate.proc_macro,
    ));
    // A feature and a dependency may share a name only where the feature is what switches the dependency on.
    let shared = |name: &str| krate.features.iter().any(|feature| feature == name);
    text.push_str("\n[features]\n");
    for feature in &krate.features {
        let on = krate.dependencies.iter().any(|(name, _)| name == feature);
        let on = if on {
            format!("dep:{feature}")
        } else {
            String::new()
        };
        let on: Vec<String> = Some(on).into_iter().filter(|on| !on.is_empty()).collect();
        if feature == "default" {
            continue;
        }
        text.push_str(&format!("{} = {}\n", quoted(feature), list(&on)));
    }
    // Built by itself, the package has all that was switched on.
    let all: Vec<String> = krate
        .features
        .iter()
        .filter(|feature| *feature != "default")
        .cloned()
        .collect();
    text.push_str(&format!("default = {}\n", list(&all)));
    text.push_str("\n[dependencies]\n");
    for (name, other) in &krate.dependencies {
        text.push_str(&dependency(original, name, *other, shared(name)));
    }
    if !krate.proc_macro && index < original.packages.len() {
        text.push_str(extra);
    }
    if let Some(metadata) = metadata(package) {
        text.push_str(&metadata);
    }
    if krate.build_script.is_some() {
        text.push_str("\n[build-dependencies]\n");
        for (name, other) in &krate.build_dependencies {
            text.push_str(&dependency(original, name, *other, false));
        }
    }
    text
}

/// `[package.metadata]`: some build scripts read it from the manifest's text.
fn metadata(package: &ripout_model::Package) -> Option<String> {
    let text = String::from_utf8(package.read("Cargo.toml").ok()?).ok()?;
    let mut kept = String::new();
    let mut inside = false;
    for line in text.lines() {
        if line.trim_start().starts_with('[') {
            inside = line.trim_start().starts_with("[package.metadata");
        }
        if inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept.parse::<toml::Table>().ok()?;
    (!kept.is_empty()).then(|| format!("\n{kept}"))
}

/// What the package says of itself and `env!` may ask for.
fn described(package: &ripout_model::Package) -> String {
    let Some(table) = package
        .read("Cargo.toml")
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| text.parse::<toml::Table>().ok())
    else {
        return String::new();
    };
    let Some(about) = table.get("package").and_then(toml::Value::as_table) else {
        return String::new();
    };
    let mut text = String::new();
    for key in ["description", "homepage", "repository", "license"] {
        if let Some(value) = about.get(key).and_then(toml::Value::as_str) {
            text.push_str(&format!("{key} = {}\n", quoted(value)));
        }
    }
    let authors = about.get("authors").and_then(toml::Value::as_array);
    if let Some(authors) = authors {
        let authors: Vec<String> = authors
            .iter()
            .filter_map(|author| author.as_str().map(str::to_owned))
            .collect();
        text.push_str(&format!("authors = {}\n", list(&authors)));
    }
    text
}

/// The manifest of a small library in `lib.rs`.
pub fn library(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[lib]\npath = \"lib.rs\"\n"
    )
}

/// A string of a manifest.
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    format!("[{}]", values.join(", "))
}

/// Packages that the symbols' own reaches without going through one that is kept: what stays brings what it needs itself.
pub fn reached(original: &RustOriginal, dependencies: &[String]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![0];
    while let Some(index) = open.pop() {
        if kept(original, dependencies, index) || !found.insert(index) {
            continue;
        }
        let further = original.crates[index].dependencies.iter();
        open.extend(further.map(|(_, package)| *package));
    }
    found
}

/// Whether a package is kept as a dependency, by either spelling of its name.
pub fn kept(original: &RustOriginal, dependencies: &[String], index: usize) -> bool {
    let plain = |name: &str| name.replace('-', "_");
    dependencies
        .iter()
        .any(|name| plain(name) == plain(&original.packages[index].name))
}
