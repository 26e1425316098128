//! The packages of the lock file, with what the registry's copies say of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use ripout_model::Locked;

use super::cargo::Project;

/// Packages that build scripts compile or link other languages' code with.
const COMPILERS: [&str; 9] = [
    "cc",
    "cmake",
    "pkg-config",
    "vcpkg",
    "bindgen",
    "nasm-rs",
    "autotools",
    "cxx-build",
    "system-deps",
];

/// A package as the lock file names it.
#[derive(Debug, Clone)]
struct Entry {
    name: String,
    version: String,
    source: Option<String>,
    requires: Vec<String>,
}

/// The lock file, read.
pub struct Lock {
    /// Packages that are no members.
    pub packages: Vec<Locked>,
    /// What each member requires, by its name: indices into `packages`.
    pub members: BTreeMap<String, Vec<usize>>,
}

impl Lock {
    /// The package of a name that a member requires; of several versions the one that `fits`.
    pub fn find(&self, member: &str, name: &str, fits: &dyn Fn(&str) -> bool) -> Option<usize> {
        let named = self.members.get(member)?.iter().copied();
        let named: Vec<usize> = named.filter(|at| self.packages[*at].name == name).collect();
        match named[..] {
            [] => None,
            [one] => Some(one),
            _ => named
                .iter()
                .copied()
                .find(|at| fits(&self.packages[*at].version)),
        }
    }
}

/// Reads the lock file. `members` are the names of the project's own packages.
pub fn read(project: &Project, members: &BTreeSet<String>) -> Lock {
    let entries = entries(project.lock.as_deref().unwrap_or_default());
    let own = |entry: &Entry| entry.source.is_none() && members.contains(&entry.name);
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        if !own(entry) {
            places.insert(at, places.len());
        }
    }
    let indices = |entry: &Entry| -> (Vec<usize>, Vec<usize>) {
        let found = entry
            .requires
            .iter()
            .filter_map(|line| of_line(&entries, line));
        let (mut outside, mut inside) = (Vec::new(), Vec::new());
        for at in found {
            match places.get(&at) {
                Some(place) => outside.push(*place),
                None => inside.push(at),
            }
        }
        outside.sort_unstable();
        (outside, inside)
    };
    let stores = stores(project);
    let mut lock = Lock {
        packages: Vec::new(),
        members: BTreeMap::new(),
    };
    for entry in &entries {
        let (requires, _) = indices(entry);
        if own(entry) {
            lock.members.insert(entry.name.clone(), requires);
        } else {
            lock.packages
                .push(described(entry, requires, project, &stores));
        }
    }
    lock
}

fn entries(text: &str) -> Vec<Entry> {
    let table = text.parse::<toml::Table>().unwrap_or_default();
    let text_of = |package: &toml::Value, key: &str| {
        package
            .get(key)
            .and_then(toml::Value::as_str)
            .map(str::to_owned)
    };
    let packages = table.get("package").and_then(toml::Value::as_array);
    packages
        .into_iter()
        .flatten()
        .filter_map(|package| {
            let requires = package.get("dependencies").and_then(toml::Value::as_array);
            Some(Entry {
                name: text_of(package, "name")?,
                version: text_of(package, "version")?,
                source: text_of(package, "source"),
                requires: requires
                    .into_iter()
                    .flatten()
                    .filter_map(|line| line.as_str().map(str::to_owned))
                    .collect(),
            })
        })
        .collect()
}

/// The package that a line `name [version [(source)]]` means.
fn of_line(entries: &[Entry], line: &str) -> Option<usize> {
    let mut words = line.split(' ');
    let (name, version, source) = (words.next()?, words.next(), words.next());
    entries.iter().position(|entry| {
        entry.name == name
            && version.is_none_or(|version| entry.version == version)
            && source.is_none_or(|source| {
                let bare = source.trim_matches(['(', ')']);
                entry.source.as_deref().is_some_and(|own| own == bare)
            })
    })
}

/// Folders in which cargo unpacks what it gets from registries.
fn stores(project: &Project) -> BTreeSet<PathBuf> {
    let packages = project.metadata.packages.iter();
    packages
        .filter(|package| {
            package
                .source
                .as_ref()
                .is_some_and(|source| !source.repr.starts_with("git+"))
        })
        .filter_map(|package| package.manifest_path.parent()?.parent())
        .map(|store| store.as_std_path().to_path_buf())
        .collect()
}

fn described(
    entry: &Entry,
    requires: Vec<usize>,
    project: &Project,
    stores: &BTreeSet<PathBuf>,
) -> Locked {
    let registry = entry
        .source
        .as_ref()
        .is_some_and(|source| !source.starts_with("git+"));
    let told = project.metadata.packages.iter().find(|package| {
        package.name.as_str() == entry.name
            && package.version.to_string() == entry.version
            && package.source.as_ref().map(|source| source.repr.as_str()) == entry.source.as_deref()
    });
    let folder = match told {
        Some(package) => package
            .manifest_path
            .parent()
            .map(|folder| project.own(folder.as_std_path())),
        // What another platform needs is not resolved here, and may have been unpacked all the same.
        None if registry => stores
            .iter()
            .map(|store| store.join(format!("{}-{}", entry.name, entry.version)))
            .find(|folder| folder.join("Cargo.toml").is_file()),
        None => None,
    };
    let manifest = folder
        .as_deref()
        .and_then(|folder| std::fs::read_to_string(folder.join("Cargo.toml")).ok())
        .and_then(|text| text.parse::<toml::Table>().ok())
        .unwrap_or_default();
    let licence = manifest
        .get("package")
        .and_then(|package| package.get("license"))
        .and_then(toml::Value::as_str)
        .map(str::to_owned);
    Locked {
        name: entry.name.clone(),
        version: entry.version.clone(),
        repo: registry.then(|| format!("crate:{}@{}", entry.name, entry.version)),
        requires,
        licence: licence.or_else(|| told.and_then(|package| package.license.clone())),
        native: native(&manifest, folder.as_deref()),
        folder,
        files: Vec::new(),
    }
}

/// What of a package is no text to be taken.
fn native(manifest: &toml::Table, folder: Option<&Path>) -> Option<String> {
    let package = manifest.get("package")?;
    if let Some(links) = package.get("links").and_then(toml::Value::as_str) {
        // A name that only keeps two versions apart is no library: nothing is compiled or linked for it.
        let script = folder.and_then(|folder| {
            let file = package.get("build").and_then(toml::Value::as_str);
            std::fs::read_to_string(folder.join(file.unwrap_or("build.rs"))).ok()
        });
        let linking = script.is_some_and(|text| text.contains("rustc-link-lib"));
        if linking || !compilers(manifest).is_empty() {
            return Some(format!("it links the native library {links}"));
        }
    }
    let lib = manifest.get("lib");
    let flag = |key: &str| {
        lib.and_then(|lib| lib.get(key))
            .and_then(toml::Value::as_bool)
            .unwrap_or(false)
    };
    if flag("proc-macro") || flag("proc_macro") {
        return Some("it is a procedural macro: its code runs inside the compiler".to_owned());
    }
    let compilers = compilers(manifest);
    (!compilers.is_empty()).then(|| {
        format!(
            "its build script compiles or links other languages' code ({})",
            compilers.join(", ")
        )
    })
}

/// What a package's build script needs of [`COMPILERS`] without a feature being asked for.
fn compilers(manifest: &toml::Table) -> Vec<&'static str> {
    let tables = ["build-dependencies", "build_dependencies"]
        .into_iter()
        .filter_map(|key| manifest.get(key)?.as_table());
    let mut found: Vec<&str> = Vec::new();
    for table in tables {
        for (name, value) in table {
            let package = value
                .get("package")
                .and_then(toml::Value::as_str)
                .unwrap_or(name);
            let optional = value
                .get("optional")
                .and_then(toml::Value::as_bool)
                .unwrap_or(false);
            if let Some(known) = COMPILERS.iter().find(|known| **known == package)
                && !optional
            {
                found.push(known);
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
